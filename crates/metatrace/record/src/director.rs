//! What the recorder asks its surroundings: the language's liveness, and the warm state's decisions.

use heap::LayoutId;
use metatrace_ir::LabelRef;
use metatrace_machine::{RunEnd, TraceCell, WarmCell, Word};

/// At which moment of an instruction liveness is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LiveAt {
    /// Before the instruction at pc executes.
    Before,
    /// When it has gone some way ([`metatrace_machine::Machine::at_step`]): as before it, and what the frame's continuation needs.
    Within,
    /// While the call made by the instruction at pc is under way: what the code behind it needs, the instruction's
    /// destination not included, and what the handler of an exception there needs.
    Awaiting,
}

/// A loop header that a trace has reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Header {
    /// It has compiled code: the trace may end with a jump to this label.
    Compiled(LabelRef),
    /// It gets code that closes on itself: a trace that is to be left or entered there waits for it.
    Queued,
    /// It has none.
    Cold,
}

/// A function that a trace is about to enter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Callee {
    /// Record through it.
    Inline,
    /// Call its trace.
    Call(*const TraceCell),
}

/// See the module header.
pub trait Director {
    /// Appends the numbers of the live slots, ascending.
    fn live_slots(&self, code: u64, pc: u32, at: LiveAt, out: &mut Vec<u32>);
    /// Whether several paths meet at the instruction.
    fn is_join_point(&self, code: u64, pc: u32) -> bool;
    /// Asked at every loop header that the recording reaches, its own excepted.
    fn header(&self, code: u64, pc: u32, cell: &WarmCell) -> Header;
    /// The label of a header that had compiled code some time ago in this recording.
    fn header_label(&self, code: u64, pc: u32) -> Option<LabelRef>;
    /// Asked when a function is entered at a pc. `depth` frames are above the one that the recording started in, the callee's
    /// included; `same_code` frames of the recording already run this code; `ops_count` operations are recorded.
    fn callee(
        &self,
        at: (u64, u32),
        cell: &WarmCell,
        depth: usize,
        same_code: usize,
        ops_count: usize,
    ) -> Callee;
    /// Recording through the function that was entered at a pc was given up because of a loop in it: from now on it is called.
    fn is_not_inlined(&self, at: (u64, u32));
    /// Runs a frame of this code from a pc with these slots (number, value) in the direct interpreter to its end.
    fn run_callee(&self, at: (u64, u32), slot_count: u32, slots: &[(u32, Word)]) -> RunEnd<Word>;
    /// Size in bytes of objects of the layout, 0 if it varies.
    fn layout_size_bytes(&self, layout: LayoutId) -> u32;
}
