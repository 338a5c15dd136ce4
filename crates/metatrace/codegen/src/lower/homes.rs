//! Homes: words on the native stack that hold values for exits.
//!
//! An exit restores every variable of its frames, also those that the code behind it does not read any more, since a program may look at
//! them. So most values that leave do so at many exits, and are computed with at few places. Were each exit to fetch them from wherever they
//! are, exits would be most of a unit, and the register allocator would keep alive throughout what only exits read. Therefore:
//!
//! * **What several exits read has a home.** It is stored there once, where it is defined; exits do not mention it. What all exits of the
//!   unit have in common gathers it from there, by a table (`exit.rs`).
//! * **What few exits read has none**: each stores it. A small loop pays nothing in its hot part: below
//!   [`CodegenOptions::homes_from_exits`](crate::CodegenOptions::homes_from_exits) exits, and eight times as many values that leave with
//!   them, a unit has homes for its sites and for what its loops hand on unchanged only. The latter must have some: the register allocator
//!   counts the exits that read a value, not how cold they are, and would rather keep those in registers than what the loop computes with.
//! * **A loop's parameter that only exits and jumps read is *carried*:** it is in its home alone, and in no register. The last iteration's
//!   value of a variable, which this one assigns anew, is the usual case.
//!
//! ```text
//! header(x):                       ; p, carried, is at home in [w]
//!     ... exit                     ; gathers p from [w]
//!     v = ...; [w] = v             ; nothing reads p any more, and the next iteration's p is v
//!     ... exit                     ; gathers v from [w]
//!     jump header(x')
//! ```
//!
//! So a variable costs one store in an iteration. One that the loop does not change costs nothing: labels that hand a value on to each
//! other use the same home for it where that can be.
//!
//! Homes are also where whoever looks at the frames of a call that is under way finds the values (`site.rs`).
//!
//! Invariants: a value is at home from the operation on that [`Home`] names, up to the last exit of its block of operations that reads it; a
//! jump reads all homes before it writes one. No value outlives its block, so blocks share the words that are not carried.

use super::by_op::ByOp;
use super::{Lowered, Lowering, TRUSTED, type_of};
use crate::unit::{CodegenError, has_exit};
use cranelift_codegen::ir::{BlockArg, InstBuilder, StackSlot, StackSlotData, StackSlotKind, Value, types};
use metatrace_ir::{Op, Opcode, Operand, SnapshotIndex};
use metatrace_machine::{Encoding, Kind, Site};
use std::collections::HashMap;

/// Exits that read a value, from which on it has a home. An exit's store costs code and time to compile, a home's time to run.
const READS_FOR_HOME: u32 = 4;

/// Values that leave with the exits of a unit, for each of [`CodegenOptions::homes_from_exits`](crate::CodegenOptions::homes_from_exits),
/// from which on their stores would be most of a unit.
const READS_PER_EXIT: usize = 8;

/// Homes of a unit at most: its frame on the native stack stays small. Beyond them, exits store.
const MAX_HOMES: u32 = 2048;

/// Where a value lies, for exits behind an operation.
#[derive(Clone, Copy)]
struct Home {
    word: u32,
    since: u32,
}

/// The homes of a unit.
#[derive(Default)]
pub(super) struct Homes {
    slot: Option<StackSlot>,
    /// Bytes before the first home.
    offset: i32,
    /// What exits read is stored where it is defined.
    pub stores_once: bool,
    /// By operation.
    homes: ByOp<Home>,
    /// The word of each parameter that is carried, by its operation, and words that carried parameters use.
    carried: ByOp<u32>,
    carried_count: u32,
    /// Words that values of the current block get when they are defined, by operation.
    planned: ByOp<u32>,
    /// Words that the current block uses, and the block with most.
    block_count: u32,
    most: u32,
}

impl Homes {
    pub fn is_carried(&self, op: u32) -> bool {
        self.carried.contains(op)
    }

    /// The word in which an exit of operation `at` finds the operand.
    pub fn word_at(&self, operand: Operand, at: u32) -> Option<u32> {
        let home = self.homes.get(operand.as_op()?)?;
        (home.since < at).then_some(home.word)
    }

    fn new_word(&mut self) -> Option<u32> {
        let word = self.block_count;
        self.block_count += u32::from(word < MAX_HOMES);
        self.most = self.most.max(self.block_count);
        (word < MAX_HOMES).then_some(word)
    }

    /// The home of each operation that has one, ascending.
    pub fn into_list(self) -> Box<[(u32, u32)]> {
        self.homes.iter().map(|(op, home)| (op, home.word)).collect()
    }
}

/// A jump to a label of the unit, or a guard whose failing side is one.
struct JumpWithin {
    op: u32,
    label: u32,
    args: Vec<Operand>,
}

/// How often, and where for the last time, the exits of a block read a value.
#[derive(Clone, Copy, Default)]
struct Reads {
    count: u32,
    last: u32,
}

impl<'a, E: Encoding> Lowering<'a, E> {
    /// Makes room for homes, and finds the parameters that are carried. All labels are known; the cursor is where the function begins.
    pub(super) fn make_homes(&mut self, offset: usize) -> Lowered<()> {
        let data = StackSlotData::new(StackSlotKind::ExplicitSlot, 0, 3);
        self.homes.slot = Some(self.cur.func.create_sized_stack_slot(data));
        self.homes.offset = offset as i32;
        let is_read = self.read_by_operations()?;
        let stores_once = self.homes.stores_once;
        let jumps = self.jumps();
        for (at, label) in self.labels.iter().enumerate().filter(|(_, label)| !label.is_entry_only) {
            let params = label.op + 1..label.op + 1 + label.param_count;
            let own_block = label.op..self.labels.get(at + 1).map_or(u32::MAX, |next| next.op);
            let is_unchanged = |param: &u32| {
                let mut turns = jumps.iter().filter(|j| j.label == label.label && own_block.contains(&j.op));
                let is_handed_on = |j: &JumpWithin| {
                    j.args.get((param - label.op - 1) as usize).is_some_and(|arg| arg.as_op() == Some(*param))
                };
                turns.clone().next().is_some() && turns.all(is_handed_on)
            };
            let (mut taken, mut homeless) = (Vec::new(), Vec::new());
            for param in params.filter(|op| !is_read[*op as usize] && (stores_once || is_unchanged(op))) {
                // What comes from a home stays there.
                let sources = jumps.iter().filter(|jump| jump.label == label.label);
                let word = sources
                    .filter_map(|jump| jump.args.get((param - label.op - 1) as usize)?.as_op())
                    .filter_map(|source| self.homes.carried.get(source))
                    .find(|word| !taken.contains(word));
                match word {
                    Some(word) => {
                        taken.push(word);
                        self.homes.carried.insert(param, word);
                    }
                    None => homeless.push(param),
                }
            }
            let free: Vec<u32> =
                (0..MAX_HOMES).filter(|word| !taken.contains(word)).take(homeless.len()).collect();
            for (param, word) in homeless.into_iter().zip(free) {
                self.homes.carried_count = self.homes.carried_count.max(word + 1);
                self.homes.carried.insert(param, word);
            }
        }
        self.homes.most = self.homes.carried_count;
        Ok(())
    }

    /// Whether what exits read is worth storing where it is defined.
    pub(super) fn stores_once(&mut self) -> bool {
        let enough = self.request.options.homes_from_exits as usize;
        let (mut exits, mut reads) = (0, 0);
        for op in self.trace.ops.iter().filter(|op| has_exit(op)) {
            exits += 1;
            // A unit without it is refused where its exits are made.
            let snapshot = self.trace.snapshots.get(op.snapshot.0 as usize);
            reads += snapshot.map_or(0, |snapshot| self.live.of(snapshot).len());
            if exits >= enough || reads >= enough * READS_PER_EXIT {
                return true;
            }
        }
        enough == 0
    }

    /// Which results operations compute with; exits and jumps only hand on.
    fn read_by_operations(&self) -> Lowered<Vec<bool>> {
        let mut is_read = vec![false; self.trace.ops.len()];
        for op in self.trace.ops.iter().filter(|op| op.opcode != Opcode::Jump) {
            for op in self.trace.args(op).iter().filter_map(|operand| operand.as_op()) {
                let known = is_read.get_mut(op as usize);
                *known.ok_or_else(|| self.malformed(format!("%{op} is not defined in this block")))? = true;
            }
        }
        Ok(is_read)
    }

    /// The jumps to labels of this unit.
    fn jumps(&mut self) -> Vec<JumpWithin> {
        let ends = self.trace.ops.iter().zip(0..).filter_map(|(op, at)| {
            let (label, args) = self.jump_within(op)?;
            Some(JumpWithin { op: at, label, args: args.to_vec() })
        });
        let mut jumps: Vec<_> = ends.collect();
        for branch in &self.trace.branches {
            let args = self.live_operands(branch.op);
            jumps.push(JumpWithin { op: branch.op, label: branch.label, args });
        }
        jumps
    }

    fn jump_within(&self, op: &'a Op) -> Option<(u32, &'a [Operand])> {
        let target = (op.opcode == Opcode::Jump).then(|| op.aux.as_label())?;
        self.is_this_unit(target.unit).then(|| (target.label, self.trace.args(op)))
    }

    /// At the label number `at` of the unit: plans the homes of its block of operations.
    pub(super) fn begin_homes(&mut self, at: usize) -> Lowered<()> {
        self.homes.planned.clear();
        self.homes.block_count = self.homes.carried_count;
        let (start, param_count) = (self.labels[at].op, self.labels[at].param_count);
        for param in start + 1..start + 1 + param_count {
            if let Some(word) = self.homes.carried.get(param) {
                self.homes.homes.insert(param, Home { word, since: start });
            }
        }
        if !self.homes.stores_once {
            return Ok(());
        }
        let length = self.trace.ops[start as usize..].iter().position(|op| op.opcode.is_final());
        let end = length.map_or(self.trace.ops.len() as u32, |length| start + length as u32);
        let reads = self.reads_of_exits(start..end);
        self.plan_for_next_block(end, &reads);
        for (op, _) in reads.iter().filter(|(_, reads)| reads.count >= READS_FOR_HOME) {
            if !self.homes.is_carried(op)
                && !self.homes.planned.contains(op)
                && let Some(word) = self.homes.new_word()
            {
                self.homes.planned.insert(op, word);
            }
        }
        if self.arrivals.is_none() {
            (start + 1..start + 1 + param_count).try_for_each(|param| self.bring_home(param, start))?;
        }
        Ok(())
    }

    /// What the exits of a block of operations read, by operation. Guards with one snapshot have one exit in common.
    fn reads_of_exits(&mut self, block: std::ops::Range<u32>) -> ByOp<Reads> {
        let mut reads = ByOp::default();
        let mut last = SnapshotIndex::NONE;
        for at in block {
            let snapshot = self.trace.ops[at as usize].snapshot;
            if snapshot == SnapshotIndex::NONE {
                continue;
            }
            let is_new = snapshot != last && self.trace.branch_of(at).is_none();
            last = snapshot;
            for op in self.live_operands(at).into_iter().filter_map(|operand| operand.as_op()) {
                let reads = reads.get_or_insert(op, Reads::default());
                reads.count += u32::from(is_new);
                reads.last = at;
            }
        }
        reads
    }

    /// A value that the next block carries is at home there from its definition on, if nothing reads any more what is there now.
    fn plan_for_next_block(&mut self, end: u32, reads: &ByOp<Reads>) {
        let jump = self.trace.ops.get(end as usize).and_then(|op| self.jump_within(op));
        let Some((label, args)) = jump else { return };
        let Some(target) = self.labels.iter().find(|l| l.label == label).map(|l| l.op) else { return };
        let mut free_from: HashMap<u32, u32> = HashMap::new();
        for (op, word) in self.homes.carried.iter() {
            if let Some(reads) = reads.get(op) {
                let free = free_from.entry(word).or_default();
                *free = reads.last.max(*free);
            }
        }
        for op in args.iter().filter_map(|arg| arg.as_op()) {
            if let Some(word) = self.homes.carried.get(op) {
                free_from.insert(word, end);
            }
        }
        for (arg, param) in args.iter().zip(target + 1..) {
            if let (Some(op), Some(word)) = (arg.as_op(), self.homes.carried.get(param))
                && !self.homes.is_carried(op)
                && free_from.get(&word).is_none_or(|free| *free <= op)
            {
                self.homes.planned.get_or_insert(op, word);
            }
        }
    }

    /// Stores a value that has just been defined, if it has a home; exits behind operation `since` find it there.
    pub(super) fn bring_home(&mut self, op: u32, since: u32) -> Lowered<()> {
        if let Some(word) = self.homes.planned.remove(op) {
            let value = self.value(Operand::op(op))?;
            self.store_home(word, value);
            self.homes.homes.insert(op, Home { word, since });
        }
        Ok(())
    }

    /// Gives an operand of a site a home, if it has none. Errors: there are too many.
    pub(super) fn bring_home_for_site(&mut self, operand: Operand) -> Lowered<()> {
        // What the call itself yields is not there yet.
        let Some(op) = operand.as_op().filter(|op| *op < self.op) else { return Ok(()) };
        if self.homes.word_at(operand, self.op).is_some() {
            return Ok(());
        }
        let known = self.homes.planned.get(op);
        let word = known.or_else(|| self.homes.new_word());
        let Some(word) = word else {
            return Err(CodegenError::TooManyLiveValues { op: self.op, count: MAX_HOMES as usize });
        };
        self.homes.planned.insert(op, word);
        self.bring_home(op, self.op - 1)
    }

    /// What a jump hands over in registers; the rest it stores, if it is not at home there.
    pub(super) fn pass_to_label(&mut self, label: usize, operands: &[Operand]) -> Lowered<Vec<BlockArg>> {
        let mut args = Vec::with_capacity(operands.len());
        let mut moved = Vec::new();
        let first = self.labels[label].op + 1;
        for (operand, param) in operands.iter().zip(first..) {
            match self.homes.carried.get(param) {
                None => args.push(BlockArg::from(self.value(*operand)?)),
                Some(word) if self.homes.word_at(*operand, self.op) == Some(word) => {}
                Some(word) => moved.push((word, self.value(*operand)?)),
            }
        }
        for (word, value) in moved {
            self.store_home(word, value);
        }
        self.pass_kept(label, &mut args);
        Ok(args)
    }

    /// The value of a parameter that is carried. It is loaded for each use: all of them are at the edges of the block.
    pub(super) fn carried_value(&mut self, op: u32, kind: Kind) -> Option<Value> {
        let word = self.homes.carried.get(op)?;
        let (base, offset) = (self.homes_base(), self.home_offset(word));
        Some(self.cur.ins().load(type_of(kind), TRUSTED, base, offset))
    }

    /// A carried parameter that has arrived from outside.
    pub(super) fn receive_carried(&mut self, op: u32, value: Value) {
        let word = self.homes.carried.get(op).expect("the caller asked whether it is carried");
        self.store_home(word, value);
    }

    /// Homes hold words: gathering knows no kinds.
    fn store_home(&mut self, word: u32, value: Value) {
        let value = match self.cur.func.dfg.value_type(value) {
            types::I8 => self.cur.ins().uextend(types::I64, value),
            _ => value,
        };
        let (base, offset) = (self.homes_base(), self.home_offset(word));
        self.cur.ins().store(TRUSTED, value, base, offset);
    }

    /// The offset of a home from the base.
    pub(super) fn home_offset(&self, word: u32) -> i32 {
        self.homes.offset + 8 * word as i32
    }

    /// Where the unit's site is, if it has one, and its homes.
    pub(super) fn homes_base(&mut self) -> Value {
        let slot = self.homes.slot.expect("made when the unit began");
        self.cur.ins().stack_addr(types::I64, slot, 0)
    }

    pub(super) fn finish_homes(&mut self) {
        if let Some(slot) = self.homes.slot {
            // Without homes and sites nothing: a unit that returns at once need not make room on the stack.
            self.cur.func.sized_stack_slots[slot].size = self.homes.offset as u32 + 8 * self.homes.most;
        }
    }

    /// The operands that leave with the exit of an operation.
    pub(super) fn live_operands(&mut self, op: u32) -> Vec<Operand> {
        let snapshot = self.trace.ops[op as usize].snapshot;
        self.live.of(self.trace.snapshot(snapshot)).to_vec()
    }
}

const _: () = assert!(Site::HOMES_OFFSET % 8 == 0);
