//! The primitive operations of an [`Encoding`](metatrace_machine::Encoding), as CLIF instructions.

use crate::lower::Kept;
use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, InstructionData, MemFlagsData, Opcode, Value, types};
use metatrace_machine::WordOps;

/// Appends at the cursor. Booleans are `i8` with the values 0 and 1, as comparisons produce them.
pub(crate) struct ClifWords<'c, 'f> {
    pub cur: &'c mut FuncCursor<'f>,
    /// Constants that are in registers.
    pub kept: &'c [Kept],
}

impl ClifWords<'_, '_> {
    fn constant_of(&self, value: Value) -> Option<i64> {
        let dfg = &self.cur.func.dfg;
        match dfg.insts[dfg.value_def(value).inst()?] {
            InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => Some(imm.bits()),
            _ => None,
        }
    }
}

impl WordOps for ClifWords<'_, '_> {
    type Word = Value;
    type Bool = Value;
    type Float = Value;
    fn constant(&mut self, bits: u64) -> Value {
        match self.kept.iter().find(|kept| kept.bits == bits) {
            Some(kept) => kept.value,
            None => self.cur.ins().iconst(types::I64, bits as i64),
        }
    }
    fn add(&mut self, a: Value, b: Value) -> Value {
        // A wide constant is subtracted from memory, but would take a register and an instruction more to be added.
        match self.constant_of(b) {
            Some(bits) if i32::try_from(bits).is_err() => {
                let negated = self.constant(bits.wrapping_neg() as u64);
                self.cur.ins().isub(a, negated)
            }
            _ => self.cur.ins().iadd(a, b),
        }
    }
    fn sub(&mut self, a: Value, b: Value) -> Value {
        self.cur.ins().isub(a, b)
    }
    fn and(&mut self, a: Value, b: Value) -> Value {
        self.cur.ins().band(a, b)
    }
    fn or(&mut self, a: Value, b: Value) -> Value {
        self.cur.ins().bor(a, b)
    }
    fn shl(&mut self, a: Value, bits: u32) -> Value {
        self.cur.ins().ishl_imm_u(a, i64::from(bits))
    }
    fn sshr(&mut self, a: Value, bits: u32) -> Value {
        self.cur.ins().sshr_imm_u(a, i64::from(bits))
    }
    fn ushr(&mut self, a: Value, bits: u32) -> Value {
        self.cur.ins().ushr_imm_u(a, i64::from(bits))
    }
    fn eq(&mut self, a: Value, b: Value) -> Value {
        self.cur.ins().icmp(IntCC::Equal, a, b)
    }
    fn ult(&mut self, a: Value, b: Value) -> Value {
        // A wide constant on the right is compared in memory; on the left it would take a register.
        match self.constant_of(a).is_some() {
            true => self.cur.ins().icmp(IntCC::UnsignedGreaterThan, b, a),
            false => self.cur.ins().icmp(IntCC::UnsignedLessThan, a, b),
        }
    }
    fn float_bits(&mut self, f: Value) -> Value {
        self.cur.ins().bitcast(types::I64, MemFlagsData::new(), f)
    }
    fn bits_float(&mut self, w: Value) -> Value {
        self.cur.ins().bitcast(types::F64, MemFlagsData::new(), w)
    }
    fn bool_word(&mut self, b: Value) -> Value {
        self.cur.ins().uextend(types::I64, b)
    }
    fn float_is_nan(&mut self, f: Value) -> Value {
        self.cur.ins().fcmp(FloatCC::Unordered, f, f)
    }
    fn select(&mut self, c: Value, a: Value, b: Value) -> Value {
        self.cur.ins().select(c, a, b)
    }
}
