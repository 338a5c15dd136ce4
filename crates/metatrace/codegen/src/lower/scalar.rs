//! Arithmetic, comparisons, conversions, boxing.

use super::{Lowered, Lowering};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};
use metatrace_ir::{Op, Opcode};
use metatrace_machine::{Encoding, Host};

impl<E: Encoding> Lowering<'_, E> {
    pub(super) fn scalar(&mut self, op: &Op) -> Lowered<()> {
        use Opcode::*;
        let result = match op.opcode {
            BoxInt => return self.box_int(op),
            // The guard before it has done it.
            UnboxFloat if self.values[self.op as usize].is_some() => return Ok(()),
            BoxImmediate | BoxFloat | BoxBool | UnboxInt | UnboxFloat | UnboxBool => self.tagged(op)?,
            BoxRef | UnboxRef => self.value(op.args[0])?,
            Select => {
                let (c, a, b) = (self.value(op.args[0])?, self.value(op.args[1])?, self.value(op.args[2])?);
                self.cur.ins().select(c, a, b)
            }
            _ => match op.opcode.params().len() {
                1 => {
                    let a = self.value(op.args[0])?;
                    self.unary(op.opcode, a)?
                }
                _ => {
                    let (a, b) = (self.value(op.args[0])?, self.value(op.args[1])?);
                    self.binary(op.opcode, a, b)?
                }
            },
        };
        self.define(result);
        Ok(())
    }

    fn unary(&mut self, opcode: Opcode, a: Value) -> Lowered<Value> {
        use Opcode::*;
        Ok(match opcode {
            IntNeg => self.cur.ins().ineg(a),
            IntNot => self.cur.ins().bnot(a),
            FloatNeg => self.cur.ins().fneg(a),
            FloatAbs => self.cur.ins().fabs(a),
            FloatSqrt => self.cur.ins().sqrt(a),
            FloatFloor => self.cur.ins().floor(a),
            FloatCeil => self.cur.ins().ceil(a),
            FloatTrunc => self.cur.ins().trunc(a),
            IntToFloat => self.cur.ins().fcvt_from_sint(types::F64, a),
            FloatToInt => self.cur.ins().fcvt_to_sint_sat(types::I64, a),
            FloatBits => self.cur.ins().bitcast(types::I64, MemFlagsData::new(), a),
            BitsFloat => self.cur.ins().bitcast(types::F64, MemFlagsData::new(), a),
            BoolToInt => self.cur.ins().uextend(types::I64, a),
            BoolNot => self.cur.ins().bxor_imm_u(a, 1),
            _ => return Err(self.malformed(format!("no lowering for {}", opcode.name()))),
        })
    }

    fn binary(&mut self, opcode: Opcode, a: Value, b: Value) -> Lowered<Value> {
        use Opcode::*;
        Ok(match opcode {
            IntAdd => self.cur.ins().iadd(a, b),
            IntSub => self.cur.ins().isub(a, b),
            IntMul => self.cur.ins().imul(a, b),
            IntDiv => self.cur.ins().sdiv(a, b),
            IntRem => self.cur.ins().srem(a, b),
            IntFloorDiv => self.floor_div(a, b),
            IntMod => self.floor_mod(a, b),
            IntAnd | BoolAnd => self.cur.ins().band(a, b),
            IntOr | BoolOr => self.cur.ins().bor(a, b),
            IntXor => self.cur.ins().bxor(a, b),
            // CLIF shifts take their count modulo the width, as ours do.
            IntShl => self.cur.ins().ishl(a, b),
            IntShr => self.cur.ins().sshr(a, b),
            IntUshr => self.cur.ins().ushr(a, b),
            UintMulHigh => self.cur.ins().umulhi(a, b),
            IntEq | RefEq | ValueEq => self.cur.ins().icmp(IntCC::Equal, a, b),
            IntNe => self.cur.ins().icmp(IntCC::NotEqual, a, b),
            IntLt => self.cur.ins().icmp(IntCC::SignedLessThan, a, b),
            IntLe => self.cur.ins().icmp(IntCC::SignedLessThanOrEqual, a, b),
            IntGt => self.cur.ins().icmp(IntCC::SignedGreaterThan, a, b),
            IntGe => self.cur.ins().icmp(IntCC::SignedGreaterThanOrEqual, a, b),
            UintLt => self.cur.ins().icmp(IntCC::UnsignedLessThan, a, b),
            UintLe => self.cur.ins().icmp(IntCC::UnsignedLessThanOrEqual, a, b),
            FloatAdd => self.cur.ins().fadd(a, b),
            FloatSub => self.cur.ins().fsub(a, b),
            FloatMul => self.cur.ins().fmul(a, b),
            FloatDiv => self.cur.ins().fdiv(a, b),
            FloatEq => self.cur.ins().fcmp(FloatCC::Equal, a, b),
            // True for NaN.
            FloatNe => self.cur.ins().fcmp(FloatCC::NotEqual, a, b),
            FloatLt => self.cur.ins().fcmp(FloatCC::LessThan, a, b),
            FloatLe => self.cur.ins().fcmp(FloatCC::LessThanOrEqual, a, b),
            FloatGt => self.cur.ins().fcmp(FloatCC::GreaterThan, a, b),
            FloatGe => self.cur.ins().fcmp(FloatCC::GreaterThanOrEqual, a, b),
            _ => return Err(self.malformed(format!("no lowering for {}", opcode.name()))),
        })
    }

    /// Whether a truncating remainder must be corrected: it is not zero and its sign is not the divisor's.
    fn needs_correction(&mut self, remainder: Value, divisor: Value) -> Value {
        let inexact = self.cur.ins().icmp_imm_s(IntCC::NotEqual, remainder, 0);
        let signs = self.cur.ins().bxor(remainder, divisor);
        let differ = self.cur.ins().icmp_imm_s(IntCC::SignedLessThan, signs, 0);
        self.cur.ins().band(inexact, differ)
    }

    fn floor_div(&mut self, a: Value, b: Value) -> Value {
        let quotient = self.cur.ins().sdiv(a, b);
        let product = self.cur.ins().imul(quotient, b);
        let remainder = self.cur.ins().isub(a, product);
        let correct = self.needs_correction(remainder, b);
        let one = self.cur.ins().uextend(types::I64, correct);
        self.cur.ins().isub(quotient, one)
    }

    fn floor_mod(&mut self, a: Value, b: Value) -> Value {
        let remainder = self.cur.ins().srem(a, b);
        let correct = self.needs_correction(remainder, b);
        let corrected = self.cur.ins().iadd(remainder, b);
        self.cur.ins().select(correct, corrected, remainder)
    }

    fn tagged(&mut self, op: &Op) -> Lowered<Value> {
        let a = self.value(op.args[0])?;
        let w = &mut self.words();
        Ok(match op.opcode {
            Opcode::BoxImmediate => E::box_int(w, a),
            Opcode::BoxFloat => E::box_float(w, a),
            Opcode::BoxBool => E::box_bool(w, a),
            Opcode::UnboxInt => E::unbox_int(w, a),
            Opcode::UnboxFloat => E::unbox_float(w, a),
            _ => {
                let word = E::unbox_bool(w, a);
                self.cur.ins().ireduce(types::I8, word)
            }
        })
    }

    /// An integer outside the immediate range gets a heap box; that may collect. If the next operation stores the
    /// value, its write barrier is done here, where the value is a reference.
    fn box_int(&mut self, op: &Op) -> Lowered<()> {
        if let Some(c) = self.trace.as_const(op.args[0])
            && E::int_fits(&mut Host, c.bits)
        {
            let word = self.constant_word(E::box_int(&mut Host, c.bits));
            self.define(word);
            return Ok(());
        }
        let integer = self.value(op.args[0])?;
        let stored = self.store_of_box()?;
        let fits = E::int_fits(&mut self.words(), integer);
        let (immediate, wide, done) = (self.block(), self.cold_block(), self.block());
        let result = self.cur.func.dfg.append_block_param(done, types::I64);
        self.cur.ins().brif(fits, immediate, &[], wide, &[]);
        self.at(wide);
        let boxed = self.call_stub(self.stubs.box_wide_int, &[integer]);
        match stored {
            None => self.jump_allocated(boxed, done),
            Some(destination) => {
                let allocated = self.cold_block();
                let out_of_memory = self.out_of_memory_block();
                self.cur.ins().brif(boxed, allocated, &[], out_of_memory, &[]);
                self.at(allocated);
                let go_on = self.cold_block();
                self.barrier_of(destination, go_on);
                self.cur.ins().jump(done, &[boxed.into()]);
            }
        }
        self.at(immediate);
        let word = E::box_int(&mut self.words(), integer);
        self.cur.ins().jump(done, &[word.into()]);
        self.at(done);
        self.define(result);
        self.allocations.safepoint();
        Ok(())
    }
}
