//! What a frame does with the result of the call that it waits for.

/// Why a frame waits for a call, where the instruction at its pc does not say it all. [`metatrace_machine::Frame::continuation`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Continuation {
    /// As the instruction says.
    Plain = 0,
    /// `__init__` is running: the result is the instance in the first scratch slot.
    Init = 1,
    /// The left operand's method is running; the operands are in the scratch slots. `NotImplemented` asks the right operand.
    Binary = 2,
    /// `__next__` is running: `StopIteration` ends the loop.
    Next = 3,
    /// The method of a comparison is running; otherwise as `Binary`.
    Compare = 4,
    /// The in-place method is running; otherwise as `Binary`.
    Inplace = 5,
    /// The runtime has sent a value to an iterator: the result is the pair that `call::SEND` describes.
    Send = 6,
    /// `__getattr__` is running: an `AttributeError` is told what was asked of the object in the first scratch slot.
    GetAttr = 7,
    /// The function of a `filter` is running; the item is in the first scratch slot. Otherwise as `Next`.
    Filter = 8,
    /// The right operand's method of a comparison is running, the left one having none of its own; otherwise as `Binary`.
    Reflected = 9,
    /// The `__len__` of an instance is running, for `len`.
    Length = 10,
}

impl Continuation {
    pub fn of(number: u32) -> Continuation {
        use Continuation::*;
        [Plain, Init, Binary, Next, Compare, Inplace, Send, GetAttr, Filter, Reflected, Length]
            [number as usize]
    }
}
