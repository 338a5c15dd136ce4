//! Exit blocks: store the live operands, leave through the slot.
//!
//! ```text
//! mov [ctx+transfer], a; mov [ctx+transfer+8], b; mov rax, slot; mov rax, [rax]; mov rsi, !number; jmp rax
//! ```
//!
//! Boxing, making virtual objects and decoding the snapshot are done by the runtime, driven by data, so that an exit
//! costs little compile time. Guards of one bytecode share a snapshot; their exits share one block that stores
//! (`slot` is its parameter, from which the exit's number follows).

use super::{Lowered, Lowering, TRUSTED};
use crate::unit::CodegenError;
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};
use metatrace_ir::{Operand, SnapshotIndex, exit_operands};
use metatrace_machine::Encoding;

/// An exit whose block is to be filled.
pub(super) struct PendingExit {
    block: Block,
    op: u32,
    block_start: u32,
    snapshot: SnapshotIndex,
    /// For a called trace that did not return what was expected: the raw payload, in place of the operation's result.
    payload: Option<Value>,
}

impl<E: Encoding> Lowering<'_, E> {
    /// The block of the current operation's exit, empty so far. Exits are made in the order of operations.
    pub(super) fn new_exit(&mut self, payload: Option<Value>) -> Block {
        let block = self.cold_block();
        let snapshot = self.trace.ops[self.op as usize].snapshot;
        self.exits.push(PendingExit { block, op: self.op, block_start: self.block_start, snapshot, payload });
        block
    }

    /// The end of a unit that goes back to the interpreter.
    pub(super) fn leave(&mut self) -> Lowered<()> {
        let block = self.new_exit(None);
        self.cur.ins().jump(block, &[]);
        Ok(())
    }

    pub(super) fn emit_exits(&mut self) -> Lowered<()> {
        let exits = std::mem::take(&mut self.exits);
        let mut first = 0;
        while first < exits.len() {
            let sharing = |e: &&PendingExit| {
                e.snapshot == exits[first].snapshot
                    && e.block_start == exits[first].block_start
                    && e.payload.is_none()
                    && exits[first].payload.is_none()
            };
            let count = exits[first..].iter().take_while(sharing).count().max(1);
            self.emit_group(&exits[first..first + count], first)?;
            first += count;
        }
        Ok(())
    }

    /// `exits` have the ordinals from `first` on, and one snapshot.
    fn emit_group(&mut self, exits: &[PendingExit], first: usize) -> Lowered<()> {
        let slot_address = |ordinal: usize| (self.slots + 8 * ordinal) as u64;
        let number = self.request.first_exit + first as u64;
        self.op = exits[0].op;
        self.block_start = exits[0].block_start;
        if let [exit] = exits {
            let address = slot_address(first);
            self.at(exit.block);
            self.store_exit_operands(exit)?;
            let slot = self.constant_word(address);
            let word = self.constant_word(!number);
            self.leave_through(slot, word);
            return Ok(());
        }
        let shared = self.cold_block();
        let slot = self.cur.func.dfg.append_block_param(shared, types::I64);
        for (i, exit) in exits.iter().enumerate() {
            let address = (self.slots + 8 * (first + i)) as u64;
            self.at(exit.block);
            let address = self.constant_word(address);
            self.cur.ins().jump(shared, &[address.into()]);
        }
        self.at(shared);
        self.store_exit_operands(&exits[0])?;
        let base = (self.slots + 8 * first) as i64;
        let distance = self.cur.ins().iadd_imm_s(slot, base.wrapping_neg());
        let ordinal = self.cur.ins().ushr_imm_u(distance, 3);
        // !(number + ordinal) == !number - ordinal
        let word = self.constant_word(!number);
        let word = self.cur.ins().isub(word, ordinal);
        self.leave_through(slot, word);
        Ok(())
    }

    fn store_exit_operands(&mut self, exit: &PendingExit) -> Lowered<()> {
        if exit.snapshot == SnapshotIndex::NONE {
            return Err(self.malformed("a guard without a snapshot"));
        }
        let operands = exit_operands(self.trace, self.trace.snapshot(exit.snapshot));
        if operands.len() > super::MAX_TRANSFER {
            return Err(CodegenError::TooManyLiveValues { op: exit.op, count: operands.len() });
        }
        for (i, operand) in operands.iter().enumerate() {
            match exit.payload {
                Some(payload) if *operand == Operand::op(exit.op) => {
                    self.cur.ins().store(TRUSTED, payload, self.ctx, Self::transfer_offset(i));
                }
                _ => self.store_transfer(i, *operand)?,
            }
        }
        Ok(())
    }

    fn leave_through(&mut self, slot: Value, word: Value) {
        let target = self.cur.ins().load(types::I64, TRUSTED, slot, 0);
        let signature = self.unit_sig();
        self.cur.ins().return_call_indirect(signature, target, &[self.ctx, word]);
    }
}
