//! What the warm state needs to know about a language.

use heap::LayoutId;
use metatrace_machine::{Direct, Encoding, FrameStack, Resume, RunEnd, Word};
use metatrace_opt::FieldFacts;
use metatrace_record::{LiveAt, Recorder, Traced};

/// A language's interpreter, instantiated for the direct and for the recording machine. The two `run` methods are one
/// generic function in the language's crate.
///
/// The interpreter executes frames until the frame just above `floor` (a number of frames) has finished. It never
/// touches frames below the floor. It starts by doing what `resume` says to the innermost frame.
pub trait Interpreter<E: Encoding> {
    fn run(
        &self,
        machine: &mut Direct<E>,
        stack: &mut FrameStack<Word>,
        resume: Resume<Word>,
        floor: usize,
    ) -> RunEnd<Word>;

    fn record(
        &self,
        machine: &mut Recorder<'_, E>,
        stack: &mut FrameStack<Traced<Word>>,
        resume: Resume<Traced<Word>>,
        floor: usize,
    ) -> RunEnd<Traced<Word>>;

    /// Appends the numbers of the live slots of a frame of this code, ascending.
    fn live_slots(&self, code: u64, pc: u32, at: LiveAt, out: &mut Vec<u32>);

    /// Whether several paths meet at the instruction.
    fn is_join_point(&self, code: u64, pc: u32) -> bool;

    /// Number of slots of a frame of this code.
    fn slot_count(&self, code: u64) -> u32;

    /// For logs: function and line, as `name:line`.
    fn location(&self, code: u64, pc: u32) -> String;

    /// Frames that may still be pushed on the running stack, which has so many, as far as the language is concerned. Asked before machine
    /// code is entered; it is not when there are few, so that their end is found by the interpreter, exactly.
    fn frames_left(&self, stack_depth: usize) -> i64 {
        let _ = stack_depth;
        i64::MAX
    }

    /// Machine code was stopped before a call ([`metatrace_machine::Context::call_limit`]): serves what the thread was asked for. `false`:
    /// that raised.
    fn serve_requests(&self) -> bool {
        true
    }

    /// Whether programs can look at frames. Code then lets those be found that it holds: see `metatrace_machine`'s `site.rs`.
    fn shows_frames(&self) -> bool {
        false
    }

    /// Makes the language's "stack overflow" exception pending.
    fn raise_stack_overflow(&self, machine: &mut Direct<E>);

    /// Whether objects of this layout keep it for life (hidden classes do not). See the optimizer's `Env`.
    fn layout_is_stable(&self, layout: LayoutId) -> bool {
        let _ = layout;
        false
    }

    /// What holds of every value that the field at `offset` in objects of the layout ever has.
    fn field_facts(&self, layout: LayoutId, offset: u16) -> FieldFacts {
        let _ = (layout, offset);
        FieldFacts::default()
    }

    /// Size in bytes of every object of the layout; 0 if it varies or is not known.
    fn layout_size_bytes(&self, layout: LayoutId) -> u32 {
        let _ = layout;
        0
    }
}
