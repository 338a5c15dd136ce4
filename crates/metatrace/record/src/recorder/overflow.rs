//! Overflow as an operation: what a trace tests where the recorded iteration did overflow.
//!
//! The operations that check for overflow leave the trace when it happens. A recording in which it happens must go on, so it tests for it by
//! arithmetic that wraps.

use super::Recorder;
use crate::traced::Traced;
use metatrace_ir::Operand;
use metatrace_machine::{Compare, Encoding, IntBinary, IntChecked, Machine};

impl<E: Encoding> Recorder<'_, E> {
    /// A boolean that is true iff the operation overflows.
    pub(super) fn overflow_test(&mut self, op: IntChecked, a: Traced<i64>, b: Traced<i64>) -> Operand {
        let zero = self.int(0);
        match op {
            // Overflow iff both operands have a sign that the wrapped sum does not have.
            IntChecked::Add => {
                let sum = self.int_binary(IntBinary::Add, a, b);
                let x = self.int_binary(IntBinary::Xor, a, sum);
                let y = self.int_binary(IntBinary::Xor, b, sum);
                let both = self.int_binary(IntBinary::And, x, y);
                self.int_compare(Compare::Lt, both, zero).operand
            }
            // Overflow iff the operands differ in sign and the difference has not the first one's.
            IntChecked::Sub => {
                let difference = self.int_binary(IntBinary::Sub, a, b);
                let x = self.int_binary(IntBinary::Xor, a, b);
                let y = self.int_binary(IntBinary::Xor, a, difference);
                let both = self.int_binary(IntBinary::And, x, y);
                self.int_compare(Compare::Lt, both, zero).operand
            }
            // Overflow iff the signed high half is not the sign of the low half. Signed high half from the unsigned
            // one: subtract b if a is negative, a if b is negative.
            IntChecked::Mul => {
                let low = self.int_binary(IntBinary::Mul, a, b);
                let high = self.int_binary(IntBinary::UintMulHigh, a, b);
                let bits = self.int(63);
                let sign_a = self.int_binary(IntBinary::Shr, a, bits);
                let sign_b = self.int_binary(IntBinary::Shr, b, bits);
                let less_b = self.int_binary(IntBinary::And, sign_a, b);
                let less_a = self.int_binary(IntBinary::And, sign_b, a);
                let high = self.int_binary(IntBinary::Sub, high, less_b);
                let high = self.int_binary(IntBinary::Sub, high, less_a);
                let sign = self.int_binary(IntBinary::Shr, low, bits);
                self.int_compare(Compare::Ne, high, sign).operand
            }
        }
    }
}
