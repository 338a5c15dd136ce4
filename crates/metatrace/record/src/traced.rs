//! A value while recording: what it is now, and which operation of the trace computes it.

use metatrace_ir::Operand;

/// Concrete value and operand.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Traced<T> {
    pub value: T,
    pub operand: Operand,
    /// Explicit, so that a conservative scan of traced slots reads no uninitialised byte.
    padding: u32,
}

impl<T> Traced<T> {
    #[inline(always)]
    pub fn new(value: T, operand: Operand) -> Traced<T> {
        Traced { value, operand, padding: 0 }
    }
}
