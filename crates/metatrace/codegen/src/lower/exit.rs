//! Exits: store the live operands, leave through the slot.
//!
//! ```text
//! exit n:   mov [ctx+transfer], a; mov [ctx+transfer+8], b; mov eax, n; jmp tail
//! tail:     mov rcx, slots; mov rsi, !first_exit; sub rsi, rax; jmp [rcx + 8*rax]          once per unit
//! ```
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
//! A parameter that is still in its [home](super::Homes) is not stored there again. An exit reads homes before it
//! writes any, since it may permute them.

use super::{Homes, Lowered, Lowering, TRUSTED};
use crate::unit::{CodegenError, has_exit};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value, types};
use metatrace_ir::{Operand, SnapshotIndex, exit_operands};
use metatrace_machine::Encoding;

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
    homes: Option<Homes>,
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
            if operand.as_op().is_some() {
                self.value(operand)?;
            }
        }
        let block = self.block();
        self.branches.push(PendingBranch { block, op: self.op, block_start: self.block_start, label });
        Ok(block)
    }

    fn live_operands(&self, op: u32) -> Vec<Operand> {
        exit_operands(self.trace, self.trace.snapshot(self.trace.ops[op as usize].snapshot))
    }

    fn emit_branches(&mut self) -> Lowered<()> {
        for branch in std::mem::take(&mut self.branches) {
            self.op = branch.op;
            self.block_start = branch.block_start;
            let target = self.labels.iter().find(|l| l.label == branch.label).map(|l| l.block);
            let missing = || self.malformed(format!("label {} does not exist", branch.label));
            let target = target.ok_or_else(missing)?;
            self.at(branch.block);
            let mut args = Vec::new();
            for operand in self.live_operands(branch.op) {
                args.push(BlockArg::from(self.value(operand)?));
            }
            self.cur.ins().jump(target, &args);
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
                && last.homes == self.homes
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
            homes: self.homes,
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
        self.homes = None;
        self.emit_branches()?;
        let exits = std::mem::take(&mut self.exits);
        if exits.is_empty() {
            return Ok(());
        }
        for (block, ordinal, shared) in std::mem::take(&mut self.joining) {
            self.at(block);
            let ordinal = self.constant_word(u64::from(ordinal));
            self.cur.ins().jump(shared, &[ordinal.into()]);
        }
        // A unit with one exit needs no block for what its exits have in common.
        let tail = (exits.len() > 1).then(|| {
            let tail = self.cold_block();
            (tail, self.cur.func.dfg.append_block_param(tail, types::I64))
        });
        for exit in &exits {
            self.op = exit.op;
            self.block_start = exit.block_start;
            self.at(exit.block);
            self.store_exit_operands(exit)?;
            let ordinal = match exit.ordinal {
                Some(ordinal) => ordinal,
                None => self.constant_word(u64::from(exit.first)),
            };
            match tail {
                Some((tail, _)) => {
                    self.cur.ins().jump(tail, &[ordinal.into()]);
                }
                None => self.leave_through_slot(ordinal),
            }
        }
        if let Some((tail, ordinal)) = tail {
            self.at(tail);
            self.leave_through_slot(ordinal);
        }
        Ok(())
    }

    fn leave_through_slot(&mut self, ordinal: Value) {
        let slots = self.constant_word(self.slots as u64);
        let distance = self.cur.ins().ishl_imm_u(ordinal, 3);
        let slot = self.cur.ins().iadd(slots, distance);
        let target = self.cur.ins().load(types::I64, TRUSTED, slot, 0);
        // !(first + ordinal) == !first - ordinal
        let word = self.constant_word(!self.request.first_exit);
        let word = self.cur.ins().isub(word, ordinal);
        let signature = self.unit_sig();
        self.cur.ins().return_call_indirect(signature, target, &[self.ctx, word]);
    }

    fn store_exit_operands(&mut self, exit: &PendingExit) -> Lowered<()> {
        if exit.snapshot == SnapshotIndex::NONE {
            return Err(self.malformed("a guard without a snapshot"));
        }
        let operands = exit_operands(self.trace, self.trace.snapshot(exit.snapshot));
        if operands.len() > super::MAX_TRANSFER {
            return Err(CodegenError::TooManyLiveValues { op: exit.op, count: operands.len() });
        }
        let mut words = Vec::with_capacity(operands.len());
        for (i, operand) in operands.iter().enumerate() {
            let value = match (exit.payload, exit.homes.and_then(|homes| homes.index(*operand))) {
                (Some(payload), _) if *operand == Operand::op(exit.op) => payload,
                (_, Some(home)) if home == i => continue,
                (_, Some(home)) => {
                    self.cur.ins().load(types::I64, TRUSTED, self.ctx, Self::transfer_offset(home))
                }
                _ => self.value(*operand)?,
            };
            words.push((i, value));
        }
        for (i, value) in words {
            self.store_transfer(i, value);
        }
        Ok(())
    }
}
