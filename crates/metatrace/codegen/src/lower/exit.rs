//! Exits: store the live operands, leave through the slot.
//!
//! ```text
//! exit n:   mov [ctx+transfer], a; mov [ctx+transfer+8], b; mov eax, n; jmp tail
//! tail:     for each (home, word) in ranges[n]: mov [ctx+word], [rsp+home]
//!           mov rcx, slots; mov rsi, !first_exit; sub rsi, rax; jmp [rcx + 8*rax]          once per unit
//! ```
//!
//! Operands that are at home on the stack (`homes.rs`) are gathered from there by the tail, driven by a table: most are, so that an exit
//! is a few instructions. What has no home is stored by the exit itself.
//!
//! Boxing, making virtual objects and decoding the snapshot are done by the runtime, driven by data, so that an exit
//! costs little compile time. What all exits have in common (finding the slot, restoring saved registers, the tail
//! call) is in one tail: an exit takes a jump more, and a unit with twenty exits a quarter less time to compile.
//! Guards of one bytecode share a snapshot; their exits share one block that stores, whose parameter is the exit's
//! ordinal in the unit. Each still has a block that makes its ordinal: as an argument of the guard's branch Cranelift
//! would make it in the hot code.
//!
//! A guard of a fused unit that stays in the unit has no exit block: its failing side passes the live operands to the
//! label's block, in registers. Its slot and its number exist, and nobody uses them.
//!
//! A parameter that is still where it [arrived](super::Arrivals) is not stored there again. An exit reads arrivals before it
//! writes any, since it may permute them.

use super::{Arrivals, Lowered, Lowering, TRUSTED};
use crate::unit::{CodegenError, has_exit};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};
use metatrace_ir::{Operand, SnapshotIndex};
use metatrace_machine::Encoding;
use std::mem::offset_of;
use std::ptr::null;

/// A word that an exit moves from its home on the stack into the transfer buffer; offsets in bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gather {
    /// From the unit's homes.
    home: u32,
    /// From the context.
    transfer: u32,
}

/// What one exit gathers: the addresses of the first, and behind the last.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct GatherRange {
    start: *const Gather,
    end: *const Gather,
}

/// What the exits of a unit gather. Its code has the address of the ranges.
#[derive(Debug)]
pub(crate) struct Gathers {
    /// By ordinal.
    ranges: Box<[GatherRange]>,
    all: Box<[Gather]>,
}

impl Gathers {
    /// For so many exits, which gather nothing yet.
    pub fn new(exits_count: usize) -> Gathers {
        let nothing = GatherRange { start: null(), end: null() };
        Gathers { ranges: vec![nothing; exits_count].into(), all: Box::default() }
    }
    pub fn ranges_address(&self) -> usize {
        self.ranges.as_ptr() as usize
    }
    /// Sets what exits gather, by their ordinals.
    pub fn fill(&mut self, gathered: &[(Vec<u32>, Vec<Gather>)]) {
        self.all = gathered.iter().flat_map(|(_, gathers)| gathers).copied().collect();
        let mut start = 0;
        for (ordinals, gathers) in gathered {
            let range = self.all[start..start + gathers.len()].as_ptr_range();
            for ordinal in ordinals {
                self.ranges[*ordinal as usize] = GatherRange { start: range.start, end: range.end };
            }
            start += gathers.len();
        }
    }
}

/// A group of exits whose block is to be filled.
pub(super) struct PendingExit {
    block: Block,
    /// The exit's ordinal, a parameter of the block, if several exits share it; they are consecutive.
    ordinal: Option<Value>,
    /// Ordinal of the (first) exit.
    first: u32,
    /// Operation of the first exit.
    op: u32,
    block_start: u32,
    snapshot: SnapshotIndex,
    arrivals: Option<Arrivals>,
    /// For a called trace that did not return what was expected: the raw payload, in place of the operation's result.
    payload: Option<Value>,
}

/// The failing side of a guard that stays in the unit, to be filled.
pub(super) struct PendingBranch {
    block: Block,
    op: u32,
    block_start: u32,
    label: u32,
}

impl<E: Encoding> Lowering<'_, E> {
    /// The block of the current operation's failing side: of an exit, or on the way to a label.
    pub(super) fn failing_side(&mut self) -> Lowered<Block> {
        let Some(label) = self.trace.branch_of(self.op) else { return Ok(self.new_exit(None)) };
        self.exit_count += 1;
        for operand in self.live_operands(self.op) {
            // Fetched here, where they dominate the block to come.
            if operand.as_op().is_some_and(|op| !self.homes.is_carried(op)) {
                self.value(operand)?;
            }
        }
        let block = self.block();
        self.branches.push(PendingBranch { block, op: self.op, block_start: self.block_start, label });
        Ok(block)
    }

    /// The current operation has a number and a slot for its exit, and no code leads there.
    pub(super) fn skip_exit(&mut self) {
        self.exit_count += 1;
    }

    fn emit_branches(&mut self) -> Lowered<()> {
        for branch in std::mem::take(&mut self.branches) {
            self.op = branch.op;
            self.block_start = branch.block_start;
            let target = self.labels.iter().position(|l| l.label == branch.label);
            let missing = || self.malformed(format!("label {} does not exist", branch.label));
            let target = target.ok_or_else(missing)?;
            self.at(branch.block);
            let operands = self.live_operands(branch.op);
            let args = self.pass_to_label(target, &operands)?;
            self.cur.ins().jump(self.labels[target].block, &args);
        }
        Ok(())
    }

    /// The block of the current operation's exit, to be filled later. Exits are made in the order of operations, one
    /// per operation.
    pub(super) fn new_exit(&mut self, payload: Option<Value>) -> Block {
        let first = self.exit_count;
        self.exit_count += 1;
        let snapshot = self.trace.ops[self.op as usize].snapshot;
        let block = self.cold_block();
        if payload.is_none() {
            if let Some(last) = self.exits.last()
                && last.ordinal.is_some()
                && last.snapshot == snapshot
                && last.block_start == self.block_start
                && last.arrivals == self.arrivals
            {
                self.joining.push((block, first, last.block));
                return block;
            }
            if self.next_exit_shares(snapshot) {
                let shared = self.cold_block();
                let ordinal = self.cur.func.dfg.append_block_param(shared, types::I64);
                self.joining.push((block, first, shared));
                self.push_exit(shared, Some(ordinal), first, None);
                return block;
            }
        }
        self.push_exit(block, None, first, payload);
        block
    }

    fn push_exit(&mut self, block: Block, ordinal: Option<Value>, first: u32, payload: Option<Value>) {
        self.exits.push(PendingExit {
            block,
            ordinal,
            first,
            op: self.op,
            block_start: self.block_start,
            snapshot: self.trace.ops[self.op as usize].snapshot,
            arrivals: self.arrivals,
            payload,
        });
    }

    /// Whether the next exit of this block of operations has this snapshot. It may turn out to need a block of its
    /// own all the same; then this one has a parameter that is always the same.
    fn next_exit_shares(&self, snapshot: SnapshotIndex) -> bool {
        self.trace.ops[self.op as usize + 1..]
            .iter()
            .find(|op| has_exit(op) || op.opcode.is_final())
            .is_some_and(|op| has_exit(op) && op.snapshot == snapshot)
    }

    /// The end of a unit that goes back to the interpreter.
    pub(super) fn leave(&mut self) -> Lowered<()> {
        let block = self.new_exit(None);
        self.cur.ins().jump(block, &[]);
        Ok(())
    }

    pub(super) fn emit_exits(&mut self) -> Lowered<()> {
        self.arrivals = None;
        self.emit_branches()?;
        let exits = std::mem::take(&mut self.exits);
        if exits.is_empty() {
            return Ok(());
        }
        let joining = std::mem::take(&mut self.joining);
        for &(block, ordinal, shared) in &joining {
            self.at(block);
            let ordinal = self.constant_word(u64::from(ordinal));
            self.cur.ins().jump(shared, &[ordinal.into()]);
        }
        let tail = self.cold_block();
        let tail_ordinal = self.cur.func.dfg.append_block_param(tail, types::I64);
        for exit in &exits {
            self.op = exit.op;
            self.block_start = exit.block_start;
            self.at(exit.block);
            let gathered = self.store_exit_operands(exit)?;
            let ordinal = match exit.ordinal {
                Some(ordinal) => ordinal,
                None => self.constant_word(u64::from(exit.first)),
            };
            self.cur.ins().jump(tail, &[ordinal.into()]);
            if !gathered.is_empty() {
                let sharing = joining.iter().filter(|(_, _, shared)| *shared == exit.block);
                let ordinals =
                    sharing.map(|(_, ordinal, _)| *ordinal).filter(|ordinal| *ordinal != exit.first);
                let ordinals: Vec<u32> = std::iter::once(exit.first).chain(ordinals).collect();
                self.gathered.push((ordinals, gathered));
            }
        }
        self.at(tail);
        if !self.gathered.is_empty() {
            self.gather(tail_ordinal);
        }
        self.leave_through_slot(tail_ordinal);
        Ok(())
    }

    /// Moves what the exit needs from its homes.
    fn gather(&mut self, ordinal: Value) {
        let ranges = self.constant_word(self.gather_ranges as u64);
        let distance =
            self.cur.ins().ishl_imm_u(ordinal, i64::from(size_of::<GatherRange>().trailing_zeros()));
        let range = self.cur.ins().iadd(ranges, distance);
        let start = self.cur.ins().load(types::I64, TRUSTED, range, offset_of!(GatherRange, start) as i32);
        let end = self.cur.ins().load(types::I64, TRUSTED, range, offset_of!(GatherRange, end) as i32);
        let (next, body, done) = (self.cold_block(), self.cold_block(), self.cold_block());
        let at = self.cur.func.dfg.append_block_param(next, types::I64);
        self.cur.ins().jump(next, &[start.into()]);
        self.at(next);
        let is_end = self.cur.ins().icmp(IntCC::Equal, at, end);
        self.cur.ins().brif(is_end, done, &[], body, &[]);
        self.at(body);
        let home = self.cur.ins().uload32(TRUSTED, at, offset_of!(Gather, home) as i32);
        let word = self.cur.ins().uload32(TRUSTED, at, offset_of!(Gather, transfer) as i32);
        let base = self.homes_base();
        let home = self.cur.ins().iadd(base, home);
        let value = self.cur.ins().load(types::I64, TRUSTED, home, 0);
        let word = self.cur.ins().iadd(self.ctx, word);
        self.cur.ins().store(TRUSTED, value, word, 0);
        let after = self.cur.ins().iadd_imm_s(at, size_of::<Gather>() as i64);
        self.cur.ins().jump(next, &[after.into()]);
        self.at(done);
    }

    fn leave_through_slot(&mut self, ordinal: Value) {
        let slots = self.constant_word(self.slots as u64);
        let distance = self.cur.ins().ishl_imm_u(ordinal, 3);
        let slot = self.cur.ins().iadd(slots, distance);
        let target = self.cur.ins().load(types::I64, TRUSTED, slot, 0);
        // !(first + ordinal) == !first - ordinal
        let word = self.constant_word(!self.request.first_exit);
        let word = self.cur.ins().isub(word, ordinal);
        let signature = self.unit_sig(0);
        self.cur.ins().return_call_indirect(signature, target, &[self.ctx, word]);
    }

    /// Stores what is not at home, and answers what is.
    fn store_exit_operands(&mut self, exit: &PendingExit) -> Lowered<Vec<Gather>> {
        if exit.snapshot == SnapshotIndex::NONE {
            return Err(self.malformed("a guard without a snapshot"));
        }
        let operands = self.live.of(self.trace.snapshot(exit.snapshot)).to_vec();
        if operands.len() > super::MAX_TRANSFER {
            return Err(CodegenError::TooManyLiveValues { op: exit.op, count: operands.len() });
        }
        let (mut words, mut gathered) = (Vec::with_capacity(operands.len()), Vec::new());
        for (i, operand) in operands.iter().enumerate() {
            if let (Some(payload), true) = (exit.payload, *operand == Operand::op(exit.op)) {
                words.push((i, payload));
                continue;
            }
            match exit.arrivals.and_then(|arrivals| arrivals.index(*operand)) {
                Some(word) if word == i => {}
                Some(word) => {
                    let offset = Self::transfer_offset(word);
                    words.push((i, self.cur.ins().load(types::I64, TRUSTED, self.ctx, offset)));
                }
                None => match self.homes.word_at(*operand, exit.op) {
                    Some(word) => gathered.push(Gather {
                        home: self.home_offset(word) as u32,
                        transfer: Self::transfer_offset(i) as u32,
                    }),
                    None => words.push((i, self.value(*operand)?)),
                },
            }
        }
        for (i, value) in words {
            self.store_transfer(i, value);
        }
        Ok(gathered)
    }
}
