//! The frames of a recording as the runtime sees them: `sys._getframe`, `locals()`.

use metatrace_machine::{Frame, FrameStack, Word};
use metatrace_record::Traced;
use python_interp::nested::Frames;

/// The stack of a recording. Whoever looks at it ends the recording.
pub struct RecordedFrames(pub *const FrameStack<Traced<Word>>);

impl RecordedFrames {
    fn stack(&self) -> &FrameStack<Traced<Word>> {
        // SAFETY: it is read by runtime functions only, which the recording interpreter waits for.
        unsafe { &*self.0 }
    }
}

impl Frames for RecordedFrames {
    fn depth(&self) -> usize {
        self.stack().depth()
    }
    fn frame(&self, index: usize) -> Frame {
        self.stack().frames()[index]
    }
    fn slot(&self, index: usize, slot: u32) -> Word {
        self.stack().window_of(index).get(slot).value
    }
    fn set_slot(&self, index: usize, slot: u32, value: Word) {
        let window = self.stack().window_of(index);
        // The operand is wrong from now on, but the recording comes to nothing.
        window.set(slot, Traced::new(value, window.get(slot).operand));
    }
}
