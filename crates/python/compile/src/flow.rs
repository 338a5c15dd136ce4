//! Cleanups on the instruction list before assembly, and liveness.
//!
//! The generator is straightforward and leaves three kinds of litter: jumps to jumps, code that nothing reaches, and a `CHECK_BOUND`
//! before each read of a local variable. The passes here, in order ([`clean`]): drop the unreachable, thread jumps, drop checks of
//! variables that are bound on all paths (forward data flow), let an operation write straight into the variable its result is
//! moved to (needs liveness). All work on [`Emitted`] lists whose targets are indices.
//!
//! An exception leaves an instruction *before* its destination is written; so what holds before each instruction that can raise
//! flows into its handler.

use crate::code::{for_each_def, for_each_use};
use crate::emit::{Emitted, HandlerInfo};
use crate::location::{LineIndex, NO_LOCATION};
use crate::opcode::{Flow, Instruction, Opcode, Operand};

/// The list under transformation. `handlers[h].label` is an instruction index here.
pub(crate) struct Graph<'u> {
    pub list: Vec<Emitted>,
    pub handlers: Vec<HandlerInfo>,
    pub labels: Vec<u32>,
    pub register_count: u32,
    /// Registers that are set when the frame starts.
    pub entry: Vec<u32>,
    pub first_temp: u32,
    pub shape_len: &'u dyn Fn(u32) -> u32,
    pub lines: &'u LineIndex,
}

/// A bit set over registers, one row per block.
struct Rows {
    words: usize,
    bits: Vec<u64>,
}

impl Rows {
    fn new(rows: usize, width: u32, fill: u64) -> Rows {
        let words = (width as usize).div_ceil(64).max(1);
        Rows { words, bits: vec![fill; rows * words] }
    }

    fn row(&self, i: usize) -> &[u64] {
        &self.bits[i * self.words..(i + 1) * self.words]
    }

    fn row_mut(&mut self, i: usize) -> &mut [u64] {
        &mut self.bits[i * self.words..(i + 1) * self.words]
    }
}

fn set(row: &mut [u64], r: u32) {
    row[r as usize / 64] |= 1 << (r % 64);
}

fn clear(row: &mut [u64], r: u32) {
    row[r as usize / 64] &= !(1 << (r % 64));
}

fn test(row: &[u64], r: u32) -> bool {
    row[r as usize / 64] >> (r % 64) & 1 != 0
}

fn has_target(op: Opcode) -> bool {
    matches!(op.flow(), Flow::Jump | Flow::Branch)
}

impl Emitted {
    /// The instruction, with operands cut to size: only for asking about registers.
    fn shape(&self) -> Instruction {
        Instruction::new(self.op, self.a as u16, self.b as u16, self.c & 0xff_ffff)
    }
}

/// All cleanups.
pub(crate) fn clean(graph: &mut Graph<'_>) {
    graph.drop_unreachable();
    graph.thread_jumps();
    graph.drop_unreachable();
    graph.drop_checks();
    graph.write_through();
    graph.drop_unreachable();
}

/// Blocks of a list: start indices, ascending; and the block of each instruction.
struct Blocks {
    starts: Vec<u32>,
    of: Vec<u32>,
}

impl Graph<'_> {
    fn final_target(&self, from: usize, target: u32) -> u32 {
        let mut target = target;
        for _ in 0..16 {
            let at = &self.list[target as usize];
            target = match at.op {
                Opcode::Jump if at.c != target && at.c as usize > from => at.c,
                _ => break,
            };
        }
        target
    }

    fn thread_jumps(&mut self) {
        for i in 0..self.list.len() {
            let it = self.list[i];
            if !has_target(it.op) || it.op == Opcode::JumpBackward {
                continue;
            }
            if it.c as usize <= i {
                continue;
            }
            let target = self.final_target(i, it.c);
            self.list[i].c = target;
            let at = self.list[target as usize];
            if it.op == Opcode::Jump && at.op == Opcode::JumpBackward && at.c as usize <= i {
                self.list[i].op = Opcode::JumpBackward;
                self.list[i].c = at.c;
            }
        }
    }

    /// Removes what nothing reaches, jumps to the next instruction, and `NOP`s whose line has other code.
    fn drop_unreachable(&mut self) {
        let n = self.list.len();
        let mut reached = vec![false; n];
        let mut work = vec![0usize];
        while let Some(start) = work.pop() {
            let mut i = start;
            while i < n && !reached[i] {
                reached[i] = true;
                let it = &self.list[i];
                if it.op.can_raise()
                    && let Some(h) = it.handler
                {
                    let handler = self.handlers[h.0 as usize].label.0 as usize;
                    if !reached[handler] {
                        work.push(handler);
                    }
                }
                match it.op.flow() {
                    Flow::Next => i += 1,
                    Flow::Jump => i = it.c as usize,
                    Flow::Branch => {
                        work.push(it.c as usize);
                        i += 1;
                    }
                    Flow::Exit => break,
                }
            }
        }
        self.retain(
            |graph, i, next| {
                if !reached[i] {
                    return false;
                }
                let it = &graph.list[i];
                match it.op {
                    Opcode::Jump => it.c as usize <= i || (it.c as usize) != next(i),
                    Opcode::Nop => {
                        let is_no_step = |j: usize| {
                            let it = &graph.list[j];
                            it.range == NO_LOCATION || it.op == Opcode::Jump && it.c as usize == next(j)
                        };
                        let line = |i: usize| graph.lines.line(graph.list[i].range.start());
                        let same = |j: usize| j < n && reached[j] && !is_no_step(j) && line(j) == line(i);
                        !(same(i + 1) || (i > 0 && same(i - 1) && graph.list[i - 1].op != Opcode::Nop))
                    }
                    _ => true,
                }
            },
            &reached,
        );
    }

    /// Keeps the instructions for which `keep` holds and renumbers targets, handlers and labels. Targets of removed
    /// instructions move to the next kept one.
    fn retain(&mut self, keep: impl Fn(&Self, usize, &dyn Fn(usize) -> usize) -> bool, reached: &[bool]) {
        let n = self.list.len();
        let next = |i: usize| (i + 1..n).find(|&j| reached[j]).unwrap_or(n);
        let kept: Vec<bool> = (0..n).map(|i| keep(self, i, &next)).collect();
        let mut index = vec![0u32; n + 1];
        let mut count = 0;
        for i in 0..n {
            index[i] = count;
            count += u32::from(kept[i]);
        }
        index[n] = count;
        let mut i = 0;
        self.list.retain(|_| {
            i += 1;
            kept[i - 1]
        });
        for it in &mut self.list {
            if has_target(it.op) {
                it.c = index[it.c as usize];
            }
        }
        for h in &mut self.handlers {
            h.label.0 = index[h.label.0 as usize];
        }
        for l in &mut self.labels {
            if *l != u32::MAX {
                *l = index[*l as usize];
            }
        }
    }

    fn blocks(&self) -> Blocks {
        let n = self.list.len();
        let mut leader = vec![false; n + 1];
        leader[0] = true;
        for (i, it) in self.list.iter().enumerate() {
            if has_target(it.op) {
                leader[it.c as usize] = true;
            }
            if it.op.flow() != Flow::Next {
                leader[i + 1] = true;
            }
            if let (Some(h), true) = (it.handler, it.op.can_raise()) {
                leader[self.handlers[h.0 as usize].label.0 as usize] = true;
            }
        }
        let starts: Vec<u32> = (0..n as u32).filter(|&i| leader[i as usize]).collect();
        let mut of = vec![0; n];
        let mut block = 0;
        for (i, of) in of.iter_mut().enumerate() {
            if i > 0 && leader[i] {
                block += 1;
            }
            *of = block;
        }
        Blocks { starts, of }
    }

    fn end(&self, blocks: &Blocks, b: usize) -> usize {
        blocks.starts.get(b + 1).map_or(self.list.len(), |&s| s as usize)
    }

    /// Removes `CHECK_BOUND` where the variable is bound on all paths, and the `UNSET` of hidden variables nobody checks.
    fn drop_checks(&mut self) {
        // Only variables that are checked matter; number them densely.
        let mut dense = vec![u32::MAX; self.register_count as usize];
        let mut width = 0;
        for it in &self.list {
            if it.op == Opcode::CheckBound && dense[it.a as usize] == u32::MAX {
                dense[it.a as usize] = width;
                width += 1;
            }
        }
        if width == 0 {
            let first_temp = self.first_temp;
            self.remove(|it| it.op == Opcode::Unset && it.a >= first_temp);
            return;
        }
        let blocks = self.blocks();
        let mut bound = Rows::new(blocks.starts.len(), width, u64::MAX);
        bound.row_mut(0).fill(0);
        for &r in &self.entry {
            if dense[r as usize] != u32::MAX {
                set(bound.row_mut(0), dense[r as usize]);
            }
        }
        // Registers are all set at entry or not at all, so block 0 must not be a loop header's first visit only: meet works.
        let mut work: Vec<u32> = (0..blocks.starts.len() as u32).rev().collect();
        let mut queued = vec![true; blocks.starts.len()];
        let mut state = vec![0u64; bound.words];
        let meet = |bound: &mut Rows, b: usize, state: &[u64], work: &mut Vec<u32>, queued: &mut [bool]| {
            let mut changed = false;
            for (word, s) in bound.row_mut(b).iter_mut().zip(state) {
                changed |= *word & !s != 0;
                *word &= s;
            }
            if changed && !queued[b] {
                queued[b] = true;
                work.push(b as u32);
            }
        };
        while let Some(b) = work.pop() {
            let b = b as usize;
            queued[b] = false;
            state.copy_from_slice(bound.row(b));
            for i in blocks.starts[b] as usize..self.end(&blocks, b) {
                let it = &self.list[i];
                if let (Some(h), true) = (it.handler, it.op.can_raise()) {
                    let handler = self.handlers[h.0 as usize].label.0 as usize;
                    meet(&mut bound, blocks.of[handler] as usize, &state, &mut work, &mut queued);
                }
                if it.op.flow() == Flow::Branch {
                    // FOR_ITER leaves its destination alone when it jumps.
                    meet(&mut bound, blocks.of[it.c as usize] as usize, &state, &mut work, &mut queued);
                }
                transfer(it, &dense, &mut state);
                match it.op.flow() {
                    Flow::Jump => {
                        meet(&mut bound, blocks.of[it.c as usize] as usize, &state, &mut work, &mut queued);
                    }
                    Flow::Exit => {}
                    Flow::Next | Flow::Branch => {
                        if i + 1 == self.end(&blocks, b) && i + 1 < self.list.len() {
                            meet(&mut bound, b + 1, &state, &mut work, &mut queued);
                        }
                    }
                }
            }
        }
        let mut drop = vec![false; self.list.len()];
        let mut still_checked = vec![false; self.register_count as usize];
        for b in 0..blocks.starts.len() {
            state.copy_from_slice(bound.row(b));
            let block = blocks.starts[b] as usize..self.end(&blocks, b);
            for (it, drop) in self.list[block.clone()].iter().zip(&mut drop[block]) {
                if it.op == Opcode::CheckBound {
                    *drop = test(&state, dense[it.a as usize]);
                    still_checked[it.a as usize] |= !*drop;
                }
                transfer(it, &dense, &mut state);
            }
        }
        for (i, it) in self.list.iter().enumerate() {
            if it.op == Opcode::Unset && it.a >= self.first_temp && !still_checked[it.a as usize] {
                drop[i] = true;
            }
        }
        let all = vec![true; self.list.len()];
        self.retain(|_, i, _| !drop[i], &all);
    }

    fn remove(&mut self, unwanted: impl Fn(&Emitted) -> bool) {
        let all = vec![true; self.list.len()];
        self.retain(|graph, i, _| !unwanted(&graph.list[i]), &all);
    }

    /// `op t, ...; MOVE v, t` with `t` dead afterwards becomes `op v, ...`.
    fn write_through(&mut self) {
        let blocks = self.blocks();
        let (live_in, live_out) = self.live(&blocks);
        let mut drop = vec![false; self.list.len()];
        let mut any = false;
        let mut live = vec![0u64; live_out.words];
        for b in 0..blocks.starts.len() {
            live.copy_from_slice(live_out.row(b));
            let start = blocks.starts[b] as usize;
            for i in (start..self.end(&blocks, b)).rev() {
                let it = self.list[i];
                if it.op == Opcode::Move && i > start && it.b >= self.first_temp && !test(&live, it.b) {
                    let before = &mut self.list[i - 1];
                    if before.op.operands()[0] == Operand::Def
                        && before.a == it.b
                        && before.op.flow() == Flow::Next
                        && it.a != it.b
                    {
                        before.a = it.a;
                        drop[i] = true;
                        any = true;
                        // Liveness before the pair is the same either way.
                        continue;
                    }
                }
                self.step_back(&it, &mut live, &blocks, &live_in);
            }
        }
        if any {
            let all = vec![true; self.list.len()];
            self.retain(|_, i, _| !drop[i], &all);
        }
    }

    /// Turns the registers live after instruction `it` into those live before it.
    fn step_back(&self, it: &Emitted, live: &mut [u64], blocks: &Blocks, live_in: &Rows) {
        let shape = it.shape();
        for_each_def(shape, |r| clear(live, u32::from(r)));
        if let (Some(h), true) = (it.handler, it.op.can_raise()) {
            let info = self.handlers[h.0 as usize];
            let row = live_in.row(blocks.of[info.label.0 as usize] as usize);
            for (w, (word, row)) in live.iter_mut().zip(row).enumerate() {
                let exception = if info.register as usize / 64 == w { 1 << (info.register % 64) } else { 0 };
                *word |= row & !exception;
            }
        }
        // FOR_ITER keeps its destination when it jumps: live at the target means live before.
        if it.op == Opcode::ForIter && test(live_in.row(blocks.of[it.c as usize] as usize), it.a) {
            set(live, it.a);
        }
        for_each_use(shape, self.shape_len, |r| set(live, u32::from(r)));
    }

    /// For each block, the registers live at its start and at its end.
    fn live(&self, blocks: &Blocks) -> (Rows, Rows) {
        let n = blocks.starts.len();
        let mut live_in = Rows::new(n, self.register_count, 0);
        let mut live_out = Rows::new(n, self.register_count, 0);
        let mut predecessors: Vec<Vec<u32>> = vec![Vec::new(); n];
        for b in 0..n {
            let last = &self.list[self.end(blocks, b) - 1];
            if has_target(last.op) {
                predecessors[blocks.of[last.c as usize] as usize].push(b as u32);
            }
            if matches!(last.op.flow(), Flow::Next | Flow::Branch) && b + 1 < n {
                predecessors[b + 1].push(b as u32);
            }
            let mut previous = None;
            for it in &self.list[blocks.starts[b] as usize..self.end(blocks, b)] {
                if it.op.can_raise() && it.handler != previous {
                    previous = it.handler;
                    if let Some(h) = it.handler {
                        let handler = self.handlers[h.0 as usize].label.0 as usize;
                        predecessors[blocks.of[handler] as usize].push(b as u32);
                    }
                }
            }
        }
        let mut work: Vec<u32> = (0..n as u32).collect();
        let mut queued = vec![true; n];
        let mut live = vec![0u64; live_in.words];
        while let Some(b) = work.pop() {
            let b = b as usize;
            queued[b] = false;
            live.fill(0);
            let last = &self.list[self.end(blocks, b) - 1];
            let mut join = |row: &[u64]| live.iter_mut().zip(row).for_each(|(word, r)| *word |= r);
            if has_target(last.op) {
                join(live_in.row(blocks.of[last.c as usize] as usize));
            }
            if matches!(last.op.flow(), Flow::Next | Flow::Branch) && b + 1 < n {
                join(live_in.row(b + 1));
            }
            live_out.row_mut(b).copy_from_slice(&live);
            for i in (blocks.starts[b] as usize..self.end(blocks, b)).rev() {
                let it = &self.list[i];
                self.step_back(it, &mut live, blocks, &live_in);
            }
            if live != live_in.row(b) {
                live_in.row_mut(b).copy_from_slice(&live);
                for &p in &predecessors[b] {
                    if !queued[p as usize] {
                        queued[p as usize] = true;
                        work.push(p);
                    }
                }
            }
        }
        // A block is visited again when what it joins has changed, so the rows of the last visits are the fixed point.
        (live_in, live_out)
    }

    /// Calls `visit(pc, live)` with the registers live before each instruction; returns the number of words of a set.
    pub(crate) fn for_each_live_in(&self, mut visit: impl FnMut(usize, &[u64])) -> usize {
        let blocks = self.blocks();
        let (live_in, live_out) = self.live(&blocks);
        let mut live = vec![0u64; live_out.words];
        for b in 0..blocks.starts.len() {
            live.copy_from_slice(live_out.row(b));
            for i in (blocks.starts[b] as usize..self.end(&blocks, b)).rev() {
                self.step_back(&self.list[i], &mut live, &blocks, &live_in);
                visit(i, &live);
            }
        }
        live_out.words
    }
}

fn transfer(it: &Emitted, dense: &[u32], state: &mut [u64]) {
    let known = |r: u32| Some(dense[r as usize]).filter(|&d| d != u32::MAX);
    match it.op {
        Opcode::CheckBound => {
            if let Some(d) = known(it.a) {
                set(state, d);
            }
        }
        Opcode::Unset => {
            if let Some(d) = known(it.a) {
                clear(state, d);
            }
        }
        _ => for_each_def(it.shape(), |r| {
            if let Some(d) = known(u32::from(r)) {
                set(state, d);
            }
        }),
    }
}
