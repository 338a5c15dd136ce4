//! What the runtime can see of running frames.

use crate::code::Code;
use crate::value::Word;

/// One running frame.
pub struct FrameView<'a> {
    pub code: &'static Code,
    pub pc: u32,
    /// Number of the frame from the outermost.
    pub depth: usize,
    /// A slot of the frame (register or extra).
    pub slot: &'a dyn Fn(u32) -> Word,
    pub set_slot: &'a dyn Fn(u32, Word),
}

/// Looks at a frame; whether to go on to the next outer one.
pub type Visitor<'v> = &'v mut dyn FnMut(FrameView) -> bool;
