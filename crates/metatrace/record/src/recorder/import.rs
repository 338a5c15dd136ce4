//! The beginning of a recording: what it is given of the direct machine's state.

use super::{Recorder, Start};
use crate::position::push_snapshot;
use crate::traced::Traced;
use heap::{Gc, LayoutId, Object};
use metatrace_ir::{Aux, FrameShot, FrameShotIndex, Opcode, Operand, ResumeMode, SnapshotIndex, Tag};
use metatrace_machine::{Encoding, FrameStack, Host, Kind, Resume, Word};

impl<E: Encoding> Recorder<'_, E> {
    /// Makes the traced stack from the innermost frames of the direct one, as many as `live` has lists: the listed
    /// slots become the parameters of the trace, outermost frame first. `spare`: the stack of an earlier recording.
    pub fn import(
        &mut self,
        direct: &FrameStack<Word>,
        live: &[Vec<u32>],
        spare: Option<FrameStack<Traced<Word>>>,
    ) -> FrameStack<Traced<Word>> {
        let unset = self.constant_value(E::UNSET);
        let first = direct.depth() - live.len();
        let (capacity, frame_limit) = direct.limits();
        let room = capacity - direct.frames()[first].base;
        let mut stack = FrameStack::recycle(spare, room, frame_limit - first, unset);
        self.trace.emit_label(0, &[]);
        for (index, live) in (first..).zip(live) {
            let frame = direct.frames()[index];
            let window = stack.push(frame.code, frame.slot_count).expect("the direct stack had room for it");
            stack.set_pc(frame.pc);
            stack.set_continuation(frame.continuation);
            for slot in live {
                let word = direct.window_of(index).get(*slot);
                self.classes.push(self.class_of(word));
                window.set(*slot, self.import_value(word));
            }
        }
        if self.start == Start::Function {
            let shot = self.shoot(&stack, live);
            self.entry = Some(push_snapshot(&mut self.trace, shot, ResumeMode::Execute, Operand::NONE));
        }
        stack
    }

    fn class_of(&self, word: Word) -> Option<(Tag, Option<LayoutId>)> {
        let h = &mut Host;
        if E::is_int(h, word) {
            Some((Tag::Int, None))
        } else if E::is_float(h, word) {
            Some((Tag::Float, None))
        } else if E::is_bool(h, word) {
            Some((Tag::Bool, None))
        } else if E::is_ref(h, word) {
            // SAFETY: the encoding says that the word is a reference to a live object.
            let object: Gc<Object> = unsafe { Gc::from_address(word as usize) };
            Some((Tag::Ref, Some(object.layout_id())))
        } else {
            None
        }
    }

    /// The recording begins with the delivery of this result to the innermost frame: until the first position is announced,
    /// guards resume by delivering it again.
    pub fn begin_at_delivery(
        &mut self,
        stack: &FrameStack<Traced<Word>>,
        live: &[Vec<u32>],
        result: Traced<Word>,
    ) {
        let first = self.trace.frames.len() as u32;
        self.shoot(stack, live);
        let shots: Vec<FrameShotIndex> =
            (first..self.trace.frames.len() as u32).map(FrameShotIndex).collect();
        self.position.begin_at_delivery(&mut self.trace, stack, &shots, result.operand);
    }

    /// A shot of the imported frames with the listed slots; answers the innermost.
    fn shoot(&mut self, stack: &FrameStack<Traced<Word>>, live: &[Vec<u32>]) -> FrameShotIndex {
        let mut parent = FrameShotIndex::NONE;
        for (index, live) in live.iter().enumerate() {
            let frame = stack.frames()[index];
            let window = stack.window_of(index);
            let slots_start = self.trace.slots.len() as u32;
            self.trace.slots.extend(live.iter().map(|slot| (*slot, window.get(*slot).operand)));
            self.trace.frames.push(FrameShot {
                code: frame.code,
                pc: frame.pc,
                continuation: frame.continuation,
                parent,
                slots_start,
                slots_count: live.len() as u32,
            });
            parent = FrameShotIndex(self.trace.frames.len() as u32 - 1);
        }
        parent
    }

    /// For a bridge behind a call of a trace: its exit is taken by a result of another kind than expected and by an
    /// exception alike, so the bridge begins by testing which it is. Answers how the interpreter resumes.
    pub fn import_outcome(
        &mut self,
        stack: &FrameStack<Traced<Word>>,
        live: &[Vec<u32>],
        resume: Resume<Word>,
    ) -> Resume<Traced<Word>> {
        let (word, is_raised) = match resume {
            Resume::Deliver(word) => (word, false),
            // The parameter is there, but has no value.
            _ => (E::NONE, true),
        };
        let result = self.import_value(word);
        let shot = self.shoot(stack, live);
        let (opcode, mode, delivered) = if is_raised {
            (Opcode::GuardRaise, ResumeMode::Deliver, result.operand)
        } else {
            (Opcode::GuardNoRaise, ResumeMode::Raise, Operand::NONE)
        };
        let snapshot = push_snapshot(&mut self.trace, shot, mode, delivered);
        self.trace.emit(opcode, None, &[], Aux::NONE, snapshot);
        if is_raised { Resume::Raise } else { Resume::Deliver(result) }
    }

    /// A parameter besides the slots: the result that a bridge delivers.
    pub fn import_value(&mut self, word: Word) -> Traced<Word> {
        let operand = self.trace.emit(Opcode::Param, Some(Kind::Value), &[], Aux::NONE, SnapshotIndex::NONE);
        Traced::new(word, operand)
    }
}
