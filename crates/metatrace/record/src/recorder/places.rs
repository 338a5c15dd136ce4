//! Positions, and the places where a trace may end or take another in: joins, loop headers, function entries.

use super::{Recorder, Start, tag_of};
use crate::director::{Callee, Header, LiveAt};
use crate::traced::Traced;
use base::counters::Abort;
use metatrace_ir::{Aux, LabelRef, Op, Opcode, Operand, SnapshotIndex, UnitId};
use metatrace_machine::{Encoding, Flow, FrameStack, Kind, WarmCell, Word};

/// What has neither loops nor calls in it may be this many times as long as a trace: it can only be left where it ends, and what has been
/// recorded by then costs less than to record it again and again.
const LIMIT_OF_STRAIGHT_CODE: usize = 4;

impl<E: Encoding> Recorder<'_, E> {
    /// See [`Machine::at`].
    ///
    /// [`Machine::at`]: metatrace_machine::Machine::at
    pub(super) fn reach(&mut self, stack: &mut FrameStack<Traced<Word>>, pc: u32) {
        stack.set_pc(pc);
        if self.is_over() {
            return;
        }
        let is_first = std::mem::take(&mut self.before_first_position);
        // A header may be announced by the jump to it and again by what stands there.
        if !is_first && self.position.is_here(&self.trace, stack) {
            return;
        }
        self.at_origin &= is_first || (stack.top().code, pc) == self.origin;
        // Calls that were recorded return to one place from wherever they did.
        let has_returned = stack.depth() < self.position.depth();
        self.position.announce(&mut self.trace, self.director, stack, LiveAt::Before);
        let code = self.position.code();
        if has_returned || self.director.is_join_point(code, pc) {
            self.join(stack, is_first);
        }
        if self.trace.ops.len() > LIMIT_OF_STRAIGHT_CODE * self.trace_limit {
            self.abandon(Abort::TraceTooLong);
        }
    }

    /// Abandons a trace that is too long, at a place where the interpreter can leave it.
    fn limit_length(&mut self) -> bool {
        let is_too_long = self.trace.ops.len() > self.trace_limit;
        if is_too_long {
            self.abandon(Abort::TraceTooLong);
        }
        is_too_long
    }

    /// A position within an instruction.
    pub(super) fn reach_step(&mut self, stack: &mut FrameStack<Traced<Word>>, pc: u32) {
        stack.set_pc(pc);
        if !self.is_over() {
            self.position.announce(&mut self.trace, self.director, stack, LiveAt::Within);
        }
    }

    /// A loop header: the end of the trace, or a loop that is unrolled.
    pub(super) fn reach_header(
        &mut self,
        stack: &mut FrameStack<Traced<Word>>,
        pc: u32,
        cell: &WarmCell,
    ) -> Flow<Traced<Word>> {
        if self.is_over() {
            return Flow::Leave;
        }
        let depth = stack.depth();
        let code = stack.top().code;
        if std::mem::take(&mut self.at_origin) && depth == self.position.depth() && (code, pc) == self.origin
        {
            return Flow::Continue;
        }
        if self.start == Start::Loop && depth == 1 && (code, pc) == self.origin {
            return self.jump(LabelRef { unit: UnitId::THIS, label: 0 });
        }
        // The header of a loop stands before those of the loops in it.
        self.leaves_loop |= depth == 1 && self.start == Start::Loop && pc < self.origin.1;
        match self.director.header(code, pc, cell) {
            Header::Compiled(label) if depth == 1 && !self.goes_through(stack, pc) => self.jump(label),
            Header::Queued if depth == 1 && self.start != Start::Function => {
                self.abandon(Abort::LoopQueued);
                Flow::Leave
            }
            _ if self.limit_length() => Flow::Leave,
            _ => {
                let passed = self.passed_headers.iter().filter(|h| **h == (code, pc, depth)).count();
                self.passed_headers.push((code, pc, depth));
                if passed > self.max_unroll_loops || self.is_long_since_other_end((code, pc)) {
                    if let Some(called) = self.innermost_inlined(stack).or((depth > 1).then_some((code, 0))) {
                        self.director.is_not_inlined(called);
                    }
                    self.abandon(Abort::InnerLoop);
                    return Flow::Leave;
                }
                Flow::Continue
            }
        }
    }

    /// A function is inlined, or its trace is called.
    pub(super) fn enter_function(
        &mut self,
        stack: &mut FrameStack<Traced<Word>>,
        cell: &WarmCell,
    ) -> Flow<Traced<Word>> {
        if self.is_over() {
            return Flow::Leave;
        }
        let (code, pc) = (stack.top().code, stack.top().pc);
        if std::mem::take(&mut self.at_origin) && stack.depth() == 1 && self.start == Start::Function {
            return Flow::Continue;
        }
        if self.limit_length() {
            return Flow::Leave;
        }
        let same_code = stack.frames()[..stack.depth() - 1].iter().filter(|f| f.code == code).count();
        let ops_count = self.trace.ops.len();
        match self.director.callee((code, pc), cell, stack.depth() - 1, same_code, ops_count) {
            Callee::Inline => {
                let depth = stack.depth();
                self.inlined.retain(|(known, _)| *known < depth);
                self.inlined.push((depth, (code, pc)));
                if pc != 0 {
                    // Suspended and resumed again and again, a function comes round its loop each time: that is the loop of who resumes it.
                    self.passed_headers.retain(|(_, _, known)| *known < depth);
                }
                Flow::Continue
            }
            Callee::Call(target) => self.call_trace(stack, target),
        }
    }

    /// The code of the innermost frame that a call has pushed, and the pc at which it was entered. Frames in it may be there by other ways,
    /// as that of a generator which takes the place of one that delegated to it: those cannot be called by themselves.
    fn innermost_inlined(&self, stack: &FrameStack<Traced<Word>>) -> Option<(u64, u32)> {
        let frames = stack.frames();
        let is_there = |&&(depth, (code, _)): &&(usize, (u64, u32))| {
            frames.get(depth - 1).is_some_and(|f| f.code == code)
        };
        self.inlined.iter().rev().find(is_there).map(|(_, at)| *at)
    }

    /// Marks the position as one where paths meet. A bridge may be cut there, and be entered there by others: behind
    /// it, nothing is used that is only known about the values on this path. Where a bridge begins, it is not cut:
    /// it would go back to the guard that it comes from.
    fn join(&mut self, stack: &mut FrameStack<Traced<Word>>, is_first: bool) {
        let snapshot = self.position.execute_snapshot(&mut self.trace);
        let args = [Operand(self.position.pc()), Operand(1), Operand::NONE];
        let aux = Aux(self.position.code());
        self.trace.push(Op { opcode: Opcode::At, kind: None, args, aux, snapshot });
        self.position.begin(&self.trace);
        if self.start != Start::Bridge || is_first {
            return;
        }
        let depth = stack.depth();
        let mut live = Vec::new();
        for index in 0..depth {
            let frame = stack.frames()[index];
            let at = if index + 1 == depth { LiveAt::Before } else { LiveAt::Awaiting };
            live.clear();
            self.director.live_slots(frame.code, frame.pc, at, &mut live);
            let window = stack.window_of(index);
            // What is not live is not known behind the join either: a snapshot that keeps more slots must not find it there.
            let unset = self.constant_value(E::UNSET).operand;
            for slot in (0..frame.slot_count).filter(|slot| !live.contains(slot)) {
                window.set(slot, Traced::new(window.get(slot).value, unset));
            }
            for slot in &live {
                let value = window.get(*slot);
                let aux = Aux::seen(tag_of::<E>(value.value));
                let args = [value.operand];
                let operand =
                    self.trace.emit(Opcode::Merge, Some(Kind::Value), &args, aux, SnapshotIndex::NONE);
                window.set(*slot, Traced::new(value.value, operand));
            }
        }
        self.position.forget_outer_frames();
        self.position.announce(&mut self.trace, self.director, stack, LiveAt::Before);
    }
}
