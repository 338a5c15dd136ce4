//! Guards: a comparison and a branch to a cold exit block.

use super::{Lowered, Lowering, NO_MARK, TRUSTED};
use crate::overflow::CHECKED;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use heap::HEADER_LAYOUT_MASK;
use metatrace_ir::{Op, Opcode, Operand, Tag};
use metatrace_machine::{Context, Encoding};

impl<E: Encoding> Lowering<'_, E> {
    pub(super) fn guard(&mut self, op: &Op) -> Lowered<()> {
        // The condition, and which of its values leaves.
        let (condition, leaves_on) = match op.opcode {
            Opcode::GuardTrue => (self.value(op.args[0])?, false),
            Opcode::GuardFalse => (self.value(op.args[0])?, true),
            Opcode::GuardTag => match self.unboxing_behind(op) {
                Some(unboxing) => (self.check_float(op, unboxing)?, false),
                None => (self.has_tag(op)?, false),
            },
            Opcode::GuardNotTag => (self.has_tag(op)?, true),
            Opcode::GuardLayout => (self.has_layout(op)?, false),
            Opcode::GuardNotLayout => (self.has_layout(op)?, true),
            Opcode::GuardIs => (self.same_bits(op.args[0], op.args[1])?, false),
            Opcode::GuardIsNot => (self.same_bits(op.args[0], op.args[1])?, true),
            Opcode::GuardNoRaise => (self.is_raised(), true),
            Opcode::GuardRaise => (self.is_raised(), false),
            _ if self.redundant.binary_search(&self.op).is_ok() => {
                self.skip_exit();
                return Ok(());
            }
            _ => {
                // The flag word of an assumption is 0 while it holds; its first byte is enough.
                let flag = self.constant_word(self.request.validity.unwrap_or(op.aux.0));
                let byte = self.cur.ins().load(types::I8, TRUSTED, flag, 0);
                (self.cur.ins().icmp_imm_u(IntCC::NotEqual, byte, 0), true)
            }
        };
        // Leaving at these with the other outcome would resume into a raise without an exception or the reverse.
        let may_be_forced = !matches!(op.opcode, Opcode::GuardNoRaise | Opcode::GuardRaise);
        self.leave_if(condition, leaves_on, may_be_forced)
    }

    /// Branches to a new exit when `condition == leaves_on`. `may_be_forced`: leaving although the condition holds does
    /// not change what the program does.
    pub(super) fn leave_if(&mut self, condition: Value, leaves_on: bool, may_be_forced: bool) -> Lowered<()> {
        let condition = match self.guard_counter {
            0 => condition,
            counter if may_be_forced => self.or_forced(condition, leaves_on, counter),
            _ => condition,
        };
        let (out, stay) = (self.failing_side()?, self.block());
        let (yes, no) = if leaves_on { (out, stay) } else { (stay, out) };
        self.cur.ins().brif(condition, yes, &[], no, &[]);
        self.at(stay);
        Ok(())
    }

    /// Counts down; at zero the guard leaves whatever its condition is.
    fn or_forced(&mut self, condition: Value, leaves_on: bool, counter: usize) -> Value {
        let address = self.constant_word(counter as u64);
        let count = self.cur.ins().load(types::I32, TRUSTED, address, 0);
        let count = self.cur.ins().iadd_imm_s(count, -1);
        let expired = self.cur.ins().icmp_imm_u(IntCC::Equal, count, 0);
        let reset = self.cur.ins().iconst(types::I32, i64::from(self.request.options.guard_fail_every));
        let next = self.cur.ins().select(expired, reset, count);
        self.cur.ins().store(TRUSTED, next, address, 0);
        if leaves_on {
            self.cur.ins().bor(condition, expired)
        } else {
            let running = self.cur.ins().bxor_imm_u(expired, 1);
            self.cur.ins().band(condition, running)
        }
    }

    fn has_tag(&mut self, op: &Op) -> Lowered<Value> {
        let value = self.value(op.args[0])?;
        let w = &mut self.words();
        Ok(match op.aux.as_tag() {
            Tag::Int => E::is_int(w, value),
            Tag::Float => E::is_float(w, value),
            Tag::Bool => E::is_bool(w, value),
            Tag::Ref => E::is_ref(w, value),
        })
    }

    /// The operation that unboxes the float behind the guard that it is one.
    fn unboxing_behind(&self, guard: &Op) -> Option<usize> {
        let is_position = |op: &&Op| op.opcode == Opcode::At;
        let behind = &self.trace.ops[self.op as usize + 1..];
        let skipped = behind.iter().take_while(is_position).count();
        let unboxes = |op: &Op| op.opcode == Opcode::UnboxFloat && op.args[0] == guard.args[0];
        behind.get(skipped).is_some_and(unboxes).then_some(self.op as usize + 1 + skipped)
    }

    /// Tests and unboxes in one go.
    fn check_float(&mut self, guard: &Op, unboxing: usize) -> Lowered<Value> {
        let value = self.value(guard.args[0])?;
        let (is_float, float) = E::check_float(&mut self.words(), value);
        self.values[unboxing] = float.into();
        Ok(is_float)
    }

    fn has_layout(&mut self, op: &Op) -> Lowered<Value> {
        let object = self.value(op.args[0])?;
        let layout = op.aux.as_layout();
        let header = self.cur.ins().load(types::I32, TRUSTED, object, 0);
        Ok(match self.linker.layout_header(layout) {
            // One instruction: the size bits are the same for every object of the layout.
            Some(low) => self.cur.ins().icmp_imm_u(IntCC::Equal, header, i64::from(low)),
            None => {
                let id = self.cur.ins().band_imm_u(header, i64::from(HEADER_LAYOUT_MASK));
                self.cur.ins().icmp_imm_u(IntCC::Equal, id, i64::from(layout.0))
            }
        })
    }

    fn same_bits(&mut self, a: Operand, b: Operand) -> Lowered<Value> {
        let (a, b) = (self.word(a)?, self.word(b)?);
        Ok(self.cur.ins().icmp(IntCC::Equal, a, b))
    }

    fn is_raised(&mut self) -> Value {
        let raised = self.cur.ins().load(types::I64, TRUSTED, self.ctx, Context::RAISED_OFFSET);
        self.cur.ins().icmp_imm_u(IntCC::NotEqual, raised, 0)
    }

    /// Cranelift does not branch on the overflow flag itself (it sets a byte and tests it), which is mended in its output (`overflow.rs`).
    /// Adding or subtracting a constant, the usual case, compares the result with the operand instead: this one stays in its register for the
    /// exit. Multiplying by one compares the other factor with the range that does not overflow.
    pub(super) fn overflow_checked(&mut self, op: &Op) -> Lowered<()> {
        let [mut a, mut b, _] = op.args;
        if op.opcode.is_commutative() && self.trace.as_const(a).is_some() {
            (a, b) = (b, a);
        }
        let constant = self.trace.as_const(b).map(|c| c.bits as i64);
        let (a, b) = (self.value(a)?, self.value(b)?);
        let (result, overflow) = match (op.opcode, constant) {
            (Opcode::IntAddOvf, Some(c)) => {
                let sum = self.cur.ins().iadd(a, b);
                let wrong = if c >= 0 { IntCC::SignedLessThan } else { IntCC::SignedGreaterThan };
                (sum, self.cur.ins().icmp(wrong, sum, a))
            }
            (Opcode::IntSubOvf, Some(c)) => {
                let difference = self.cur.ins().isub(a, b);
                let wrong = if c >= 0 { IntCC::SignedGreaterThan } else { IntCC::SignedLessThan };
                (difference, self.cur.ins().icmp(wrong, difference, a))
            }
            (Opcode::IntMulOvf, Some(c)) if !(0..=1).contains(&c) => {
                // The range of factors is known: cheaper than the widening multiplication.
                let (x, y) = (i64::MIN.checked_div(c).unwrap_or(i64::MAX), i64::MAX / c);
                let (least, greatest) = (x.min(y), x.max(y));
                let distance = self.cur.ins().iadd_imm_s(a, least.wrapping_neg());
                let range = self.constant_word(greatest.wrapping_sub(least) as u64);
                let outside = self.cur.ins().icmp(IntCC::UnsignedGreaterThan, distance, range);
                (self.cur.ins().imul(a, b), outside)
            }
            (opcode, _) => self.checked_by_flag(opcode, a, b),
        };
        self.leave_if(overflow, true, true)?;
        self.define(result);
        Ok(())
    }
    /// The result, and whether it overflowed, as a byte that only the branch to the exit reads, unless that branch is stressed.
    fn checked_by_flag(&mut self, opcode: Opcode, a: Value, b: Value) -> (Value, Value) {
        if self.guard_counter == 0 {
            self.mark(CHECKED);
        }
        let results = match opcode {
            Opcode::IntAddOvf => self.cur.ins().sadd_overflow(a, b),
            Opcode::IntSubOvf => self.cur.ins().ssub_overflow(a, b),
            _ => self.cur.ins().smul_overflow(a, b),
        };
        self.mark(NO_MARK);
        results
    }
}
