//! Residual calls, calls of other traces, jumps, results.

use super::{Lowered, Lowering, NO_MARK, TRUSTED};
use crate::compiler::words_signature;
use crate::loops::JUMP;
use crate::runtime::NOT_CALLED;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, Value, types};
use cranelift_codegen::isa::CallConv;
use metatrace_ir::{Op, Opcode};
use metatrace_machine::{Context, Encoding, Kind, MAX_CALL_ARGS, REGISTER_ARGS, Status, TraceCell};
use std::mem::offset_of;

const CELL_CODE_OFFSET: i32 = offset_of!(TraceCell, code) as i32;
const CELL_SELECTOR_OFFSET: i32 = offset_of!(TraceCell, selector) as i32;

impl<E: Encoding> Lowering<'_, E> {
    pub(super) fn call(&mut self, op: &Op) -> Lowered<()> {
        let descr = op.aux.as_call();
        let operands = self.trace.args(op);
        if operands.len() > MAX_CALL_ARGS {
            return Err(self.malformed(format!("{} arguments for {}", operands.len(), descr.name)));
        }
        let mut args = vec![self.ctx];
        for operand in operands {
            args.push(self.word(*operand)?);
        }
        self.leave_arrivals()?;
        let is_site = self.is_site(op);
        if is_site {
            self.enter_site()?;
        } else if self.request.options.sites && descr.effects.runs_user_code {
            let null = self.constant_word(0);
            self.cur.ins().store(TRUSTED, null, self.ctx, Context::SITE_OFFSET);
        }
        let signature = *self.call_sigs[args.len()].get_or_insert_with(|| {
            self.cur.func.import_signature(words_signature(CallConv::SystemV, args.len(), 1))
        });
        let target = self.constant_word(descr.target.address() as u64);
        let call = self.cur.ins().call_indirect(signature, target, &args);
        let word = self.cur.func.dfg.first_result(call);
        if is_site {
            self.leave_called_if_forced(word, descr.result);
        }
        if let Some(kind) = descr.result {
            let result = self.decode_word(word, kind);
            self.define(result);
        }
        if descr.effects.may_collect || descr.effects.runs_user_code {
            self.allocations.safepoint();
        }
        Ok(())
    }

    pub(super) fn take_raised(&mut self) -> Lowered<()> {
        let raised = self.cur.ins().load(types::I64, TRUSTED, self.ctx, Context::RAISED_OFFSET);
        let zero = self.constant_word(0);
        self.cur.ins().store(TRUSTED, zero, self.ctx, Context::RAISED_OFFSET);
        self.define(raised);
        Ok(())
    }

    /// ```text
    ///     args into registers, the others into the buffer; [open the site: site.outer = ctx.caller; ctx.caller = site]
    ///     if sp < call_limit: goto deep                       (at the first call in a block of operations: the others are at the same sp)
    ///     if left < frames: goto deep                         (left = frames_left, loaded by the first call, or MIN where sp is low)
    ///     frames_left = left - frames; status, payload = call cell; frames_left = left
    ///     if status != expected: goto tagged
    ///   go_on(payload, left): [ctx.caller = site.outer; leave if the site was forced; the same behind complete] ...
    ///   deep: the args from registers into the buffer; goto complete(NOT_CALLED, cell, frames_left)   (cold)
    ///   tagged: if status == value and payload has the expected class: goto go_on(unboxed, left)   (cold)
    ///   complete(status, payload, left):                                     (cold)
    ///     frames_left = left - frames + 1; status, payload = ctx.complete_call(ctx, status, payload, expected); frames_left = left
    ///     if status == expected: goto go_on(payload, sp < call_limit ? MIN : left) else exit with payload
    /// ```
    pub(super) fn call_trace(&mut self, op: &Op) -> Lowered<()> {
        let kind = op.kind.unwrap_or(Kind::Value);
        let expected_status = Status::returned(kind).0;
        let operands: Vec<_> = self.trace.args(op).to_vec();
        self.leave_arrivals()?;
        let mut in_registers = Vec::new();
        // SAFETY: the auxiliary word of `call_trace` is the address of a cell that outlives the code.
        if unsafe { &*(op.aux.0 as *const TraceCell) }.takes_registers {
            for operand in operands.iter().take(REGISTER_ARGS) {
                in_registers.push(self.word(*operand)?);
            }
        }
        self.store_transfer_from(in_registers.len(), &operands)?;
        let outer = match self.request.options.sites {
            true => Some(self.enter_call_site()?),
            false => None,
        };
        let number = self.next_exit_number();
        let (enter, complete, go_on) = (self.block(), self.cold_block(), self.block());
        let result = self.cur.func.dfg.append_block_param(go_on, types::I64);
        let failed_status = self.cur.func.dfg.append_block_param(complete, types::I64);
        let failed_payload = self.cur.func.dfg.append_block_param(complete, types::I64);
        let left_before = self.cur.func.dfg.append_block_param(complete, types::I64);
        let left_behind = self.cur.func.dfg.append_block_param(go_on, types::I64);

        // The callee's frame, and those between it and the one that the unit was entered with.
        let frames = self.trace.frames_of(self.trace.snapshot(op.snapshot)).len() as i64;
        let deep = self.cold_block();
        let is_first = self.frames_left.is_none();
        let left = match self.frames_left {
            Some(left) => left,
            None => self.load_frames_left(),
        };
        if is_first {
            let has_stack = self.block();
            let is_low = self.stack_is_low();
            self.cur.ins().brif(is_low, deep, &[], has_stack, &[]);
            self.at(has_stack);
        }
        let is_last = self.cur.ins().icmp_imm_s(IntCC::SignedLessThan, left, frames);
        self.cur.ins().brif(is_last, deep, &[], enter, &[]);

        self.at(deep);
        for (i, word) in in_registers.iter().enumerate() {
            self.store_transfer(i, *word);
        }
        let left_now = if is_first {
            left
        } else {
            // Whoever made it the least number has stored the true one.
            let stored = self.load_frames_left();
            let is_least = self.cur.ins().icmp_imm_s(IntCC::SignedLessThan, left, 0);
            self.cur.ins().select(is_least, stored, left)
        };
        let not_called = self.constant_word(NOT_CALLED);
        let cell = self.constant_word(op.aux.0);
        self.cur.ins().jump(complete, &[not_called.into(), cell.into(), left_now.into()]);

        self.at(enter);
        let cell = self.constant_word(op.aux.0);
        let (code, selector) = self.load_cell(cell);
        let signature = self.unit_sig(in_registers.len());
        let fewer = self.cur.ins().iadd_imm_s(left, -frames);
        self.cur.ins().store(TRUSTED, fewer, self.ctx, Context::FRAMES_LEFT_OFFSET);
        let args: Vec<Value> = [self.ctx, selector].into_iter().chain(in_registers).collect();
        let call = self.cur.ins().call_indirect(signature, code, &args);
        if self.frames_left_is_read_behind() {
            self.cur.ins().store(TRUSTED, left, self.ctx, Context::FRAMES_LEFT_OFFSET);
        }
        let (status, payload) = self.two_results(call);
        let is_expected = self.cur.ins().icmp_imm_u(IntCC::Equal, status, expected_status as i64);
        let failed = [status, payload, left].map(BlockArg::from);
        match kind {
            Kind::Value | Kind::Ref => {
                self.cur.ins().brif(is_expected, go_on, &[payload.into(), left.into()], complete, &failed);
            }
            Kind::Int | Kind::Float | Kind::Bool => {
                let tagged = self.cold_block();
                self.cur.ins().brif(is_expected, go_on, &[payload.into(), left.into()], tagged, &[]);
                self.at(tagged);
                let (test, unbox) = (self.cold_block(), self.cold_block());
                let value = Status::returned(Kind::Value).0 as i64;
                let is_value = self.cur.ins().icmp_imm_u(IntCC::Equal, status, value);
                self.cur.ins().brif(is_value, test, &[], complete, &failed);
                self.at(test);
                let fits = self.has_class(kind, payload);
                self.cur.ins().brif(fits, unbox, &[], complete, &failed);
                self.at(unbox);
                let word = self.unboxed_word(kind, payload);
                self.cur.ins().jump(go_on, &[word.into(), left.into()]);
            }
        }

        self.at(complete);
        // The callee's own frame is on the frame stack then; those between are still nowhere.
        let between = self.cur.ins().iadd_imm_s(left_before, 1 - frames);
        self.cur.ins().store(TRUSTED, between, self.ctx, Context::FRAMES_LEFT_OFFSET);
        let expected = self.constant_word(expected_status);
        let target = self.cur.ins().load(types::I64, TRUSTED, self.ctx, Context::COMPLETE_CALL_OFFSET);
        let signature = *self
            .completion_sig
            .get_or_insert_with(|| self.cur.func.import_signature(words_signature(CallConv::SystemV, 4, 2)));
        let args = [self.ctx, failed_status, failed_payload, expected];
        let call = self.cur.ins().call_indirect(signature, target, &args);
        self.cur.ins().store(TRUSTED, left_before, self.ctx, Context::FRAMES_LEFT_OFFSET);
        let (status, payload) = self.two_results(call);
        if let Some(outer) = outer {
            self.leave_call_site(outer);
            self.leave_if_forced(number, status, payload);
        }
        let is_expected = self.cur.ins().icmp_imm_u(IntCC::Equal, status, expected_status as i64);
        let exit = self.new_exit(Some(payload));
        let is_low = self.stack_is_low();
        let none = self.constant_word(i64::MIN as u64);
        let left_or_none = self.cur.ins().select(is_low, none, left_before);
        self.cur.ins().brif(is_expected, go_on, &[payload.into(), left_or_none.into()], exit, &[]);

        self.at(go_on);
        if let Some(outer) = outer {
            self.leave_call_site(outer);
            let status = self.constant_word(expected_status);
            self.leave_if_forced(number, status, result);
        }
        self.frames_left = Some(left_behind);
        let result = self.decode_word(result, kind);
        self.define(result);
        self.allocations.safepoint();
        Ok(())
    }

    /// Whether no trace may be called for want of native stack, or because the thread is to poll.
    fn stack_is_low(&mut self) -> Value {
        let sp = self.cur.ins().get_stack_pointer(types::I64);
        let limit = self.cur.ins().load(types::I64, TRUSTED, self.ctx, Context::CALL_LIMIT_OFFSET);
        self.cur.ins().icmp(IntCC::UnsignedLessThan, sp, limit)
    }

    fn load_frames_left(&mut self) -> Value {
        self.cur.ins().load(types::I64, TRUSTED, self.ctx, Context::FRAMES_LEFT_OFFSET)
    }

    /// Whether anybody may read, behind the current call, how many frames are left: the next call sets it anew, and who is returned to
    /// restores it.
    fn frames_left_is_read_behind(&self) -> bool {
        let next = self.trace.ops[self.op as usize + 1..].iter().find(|op| op.opcode != Opcode::At);
        !next.is_some_and(|op| matches!(op.opcode, Opcode::CallTrace | Opcode::Finish | Opcode::FinishRaise))
    }

    /// Whether a tagged word is an immediate of the class that unboxes to this kind.
    fn has_class(&mut self, kind: Kind, word: Value) -> Value {
        let w = &mut self.words();
        match kind {
            Kind::Int => E::is_int(w, word),
            Kind::Float => E::is_float(w, word),
            Kind::Bool => E::is_bool(w, word),
            Kind::Ref | Kind::Value => E::is_ref(w, word),
        }
    }

    fn unboxed_word(&mut self, kind: Kind, word: Value) -> Value {
        let w = &mut self.words();
        let value = match kind {
            Kind::Int => E::unbox_int(w, word),
            Kind::Float => E::unbox_float(w, word),
            Kind::Bool => E::unbox_bool(w, word),
            Kind::Ref | Kind::Value => word,
        };
        self.encode_word(value)
    }

    fn two_results(&self, call: cranelift_codegen::ir::Inst) -> (Value, Value) {
        let results = self.cur.func.dfg.inst_results(call);
        (results[0], results[1])
    }

    fn load_cell(&mut self, cell: Value) -> (Value, Value) {
        let code = self.cur.ins().load(types::I64, TRUSTED, cell, CELL_CODE_OFFSET);
        let selector = self.cur.ins().load(types::I64, TRUSTED, cell, CELL_SELECTOR_OFFSET);
        (code, selector)
    }

    /// Inside the unit a branch with block arguments; to another unit through the transfer buffer and its cell.
    pub(super) fn jump(&mut self, op: &Op) -> Lowered<()> {
        let target = op.aux.as_label();
        let operands: Vec<_> = self.trace.args(op).to_vec();
        if !self.is_this_unit(target.unit) {
            self.store_all_transfer(&operands)?;
            let cell = self.constant_word(self.linker.cell(target) as u64);
            let (code, selector) = self.load_cell(cell);
            let signature = self.unit_sig(0);
            self.cur.ins().return_call_indirect(signature, code, &[self.ctx, selector]);
            return Ok(());
        }
        let Some(label) = self.labels.iter().position(|l| l.label == target.label) else {
            return Err(self.malformed(format!("no label {}", target.label)));
        };
        let (block, arity) = (self.labels[label].block, self.labels[label].param_count as usize);
        if arity != operands.len() {
            return Err(self.malformed(format!("{} arguments for {arity} parameters", operands.len())));
        }
        let args = self.pass_to_label(label, &operands)?;
        self.mark(JUMP);
        self.cur.ins().jump(block, &args);
        self.mark(NO_MARK);
        Ok(())
    }

    pub(super) fn finish(&mut self, op: &Op) -> Lowered<()> {
        let (status, payload) = if op.opcode == Opcode::FinishRaise {
            let exception = self.value(op.args[0])?;
            self.cur.ins().store(TRUSTED, exception, self.ctx, Context::RAISED_OFFSET);
            (Status::RAISED, self.constant_word(0))
        } else {
            let kind =
                self.trace.kind_of(op.args[0]).ok_or_else(|| self.malformed("a result without a kind"))?;
            (Status::returned(kind), self.word(op.args[0])?)
        };
        let status = self.constant_word(status.0);
        self.cur.ins().return_(&[status, payload]);
        Ok(())
    }
}
