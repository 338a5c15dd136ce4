//! Calls: of functions of the runtime, which stay calls in the trace, and of compiled traces; and the jump that ends a trace.
//!
//! A call is executed once, when it is recorded. What the trace then needs to know of its outcome (an exception or none) is a guard behind
//! it, which delivers the result to the interpreter where it leaves. What a function computes from constants alone, and would always, is a
//! constant itself.

use super::Recorder;
use crate::director::LiveAt;
use crate::position::push_snapshot;
use crate::traced::Traced;
use base::counters::Abort;
use metatrace_ir::{Aux, Const, LabelRef, Opcode, Operand, ResumeMode, SnapshotIndex};
use metatrace_machine::{
    Arg, CallDescr, Direct, Encoding, Flow, FrameStack, Host, Kind, Machine, Raised, RawRef, Resume, RunEnd,
    Word,
};

/// What functions of the runtime return, as a constant of the trace.
pub(super) trait Constant: Copy {
    /// `None`: there is no such constant.
    fn operand<E: Encoding>(self, recorder: &mut Recorder<'_, E>) -> Option<Operand>;
}

impl Constant for Word {
    fn operand<E: Encoding>(self, recorder: &mut Recorder<'_, E>) -> Option<Operand> {
        Some(recorder.constant_value(self).operand)
    }
}
impl Constant for i64 {
    fn operand<E: Encoding>(self, recorder: &mut Recorder<'_, E>) -> Option<Operand> {
        Some(recorder.constant(Const::int(self)))
    }
}
impl Constant for bool {
    fn operand<E: Encoding>(self, recorder: &mut Recorder<'_, E>) -> Option<Operand> {
        Some(recorder.constant(Const::bool(self)))
    }
}
impl Constant for f64 {
    fn operand<E: Encoding>(self, recorder: &mut Recorder<'_, E>) -> Option<Operand> {
        Some(recorder.constant(Const { kind: Kind::Float, bits: self.to_bits() }))
    }
}
impl Constant for RawRef {
    fn operand<E: Encoding>(self, recorder: &mut Recorder<'_, E>) -> Option<Operand> {
        Some(recorder.reference(self?).operand)
    }
}
impl Constant for () {
    fn operand<E: Encoding>(self, _: &mut Recorder<'_, E>) -> Option<Operand> {
        None
    }
}

impl<E: Encoding> Recorder<'_, E> {
    /// Records the call around `run`, which executes it.
    pub(super) fn residual<T: Constant>(
        &mut self,
        f: &'static CallDescr,
        args: &[Arg<Self>],
        run: impl FnOnce(&mut Direct<E>, &[Arg<Direct<E>>]) -> Result<T, Raised>,
    ) -> Result<Traced<T>, Raised> {
        self.operations_count += 1;
        let mut operands = [Operand::NONE; metatrace_machine::MAX_CALL_ARGS];
        let mut concrete = [Arg::Int(0); metatrace_machine::MAX_CALL_ARGS];
        assert!(args.len() <= operands.len(), "{} takes too many arguments", f.name);
        for (i, arg) in args.iter().enumerate() {
            (operands[i], concrete[i]) = self.arg(arg);
        }
        let inspected_before = self.direct.context().frames_inspected.replace(false);
        let result = run(&mut self.direct, &concrete[..args.len()]);
        self.frames_may_be_inspected(inspected_before);
        if f.effects.elidable
            && let Ok(value) = result
            && operands[..args.len()].iter().all(|operand| operand.as_const().is_some())
            && let Some(operand) = value.operand(self)
        {
            return Ok(Traced::new(value, operand));
        }
        let operand = self.trace.emit_var(
            Opcode::Call,
            f.result,
            &operands[..args.len()],
            Aux::call(f),
            SnapshotIndex::NONE,
        );
        // Should frames be looked at during the call, the interpreter goes on with its result: that must be all that is left to do.
        if f.effects.runs_user_code
            && self.position.effect
            && !matches!(f.result, Some(Kind::Ref))
            && !self.is_over()
        {
            self.abandon(Abort::EffectBeforeGuard);
        }
        if f.effects.can_raise {
            // An exception can be raised at the position whatever has happened. That none was raised, where one was, can
            // be told to the interpreter only by delivering the result: if that is all that the instruction needs.
            let is_delivered = !self.position.effect && !matches!(f.result, Some(Kind::Ref));
            if result.is_err() && !is_delivered && !self.is_over() {
                self.abandon(Abort::Raised);
            }
            let (opcode, mode, delivered) = match result {
                Ok(_) => (Opcode::GuardNoRaise, ResumeMode::Raise, Operand::NONE),
                Err(Raised) => {
                    let delivered =
                        if f.result.is_some() { operand } else { self.constant(Const::value(E::NONE)) };
                    (Opcode::GuardRaise, ResumeMode::Deliver, delivered)
                }
            };
            let snapshot = self.position.snapshot(&mut self.trace, mode, delivered);
            self.trace.emit(opcode, None, &[], Aux::NONE, snapshot);
        }
        if !f.effects.is_repeatable() {
            // Only the first call of an instruction can deliver its result.
            if !self.position.effect && f.result == Some(Kind::Value) && result.is_ok() {
                self.position.call_returned(&mut self.trace, None, operand);
            } else {
                self.position.effect_happened();
            }
        }
        match result {
            Ok(value) => Ok(Traced::new(value, operand)),
            Err(Raised) => {
                self.raised = None;
                Err(Raised)
            }
        }
    }

    /// Ends the recording if its frames were looked at: what it keeps as operands would have to be seen. A recording below this one is
    /// told as well.
    fn frames_may_be_inspected(&mut self, inspected_before: bool) {
        let inspected = &self.direct.context().frames_inspected;
        let is_inspected = inspected.replace(inspected_before || inspected.get());
        if is_inspected {
            self.abandon(Abort::Escape);
        }
    }

    pub(super) fn end(&mut self) -> Flow<Traced<Word>> {
        self.ended = Some(self.trace.ops.len());
        Flow::Leave
    }

    /// Ends the trace with a jump carrying the live slots.
    pub(super) fn jump(&mut self, target: LabelRef) -> Flow<Traced<Word>> {
        let args = self.position.live_operands(&self.trace);
        let snapshot = self.position.execute_snapshot(&mut self.trace);
        self.trace.emit_var(Opcode::Jump, None, &args, Aux::label(target), snapshot);
        self.end()
    }

    /// Runs the innermost frame to its end by other means and records a call of its trace.
    pub(super) fn call_trace(
        &mut self,
        stack: &mut FrameStack<Traced<Word>>,
        cell: *const metatrace_machine::TraceCell,
    ) -> Flow<Traced<Word>> {
        let frame = *stack.top();
        self.position.note_outer_frames(&mut self.trace, self.director, stack);
        let caller = self.position.caller_shot();
        let mut live = Vec::new();
        self.director.live_slots(frame.code, frame.pc, LiveAt::Before, &mut live);
        let window = stack.window();
        let words: Vec<(u32, Word)> = live.iter().map(|s| (*s, window.get(*s).value)).collect();
        let operands: Vec<Operand> = live.iter().map(|s| window.get(*s).operand).collect();
        let inspected_before = self.direct.context().frames_inspected.replace(false);
        let end = self.director.run_callee((frame.code, frame.pc), frame.slot_count, &words);
        self.frames_may_be_inspected(inspected_before);
        match end {
            RunEnd::Returned(word) => {
                let kind = if E::is_int(&mut Host, word) {
                    Kind::Int
                } else if E::is_float(&mut Host, word) {
                    Kind::Float
                } else if E::is_bool(&mut Host, word) {
                    Kind::Bool
                } else {
                    Kind::Value
                };
                self.operations_count += 1;
                let result = Operand::op(self.trace.ops.len() as u32);
                let snapshot = push_snapshot(&mut self.trace, caller, ResumeMode::Deliver, result);
                self.trace.emit_var(Opcode::CallTrace, Some(kind), &operands, Aux(cell as u64), snapshot);
                let boxed = match kind {
                    Kind::Int => self.emit(Opcode::BoxInt, Kind::Value, &[result]),
                    Kind::Float => self.emit(Opcode::BoxFloat, Kind::Value, &[result]),
                    Kind::Bool => self.emit(Opcode::BoxBool, Kind::Value, &[result]),
                    _ => result,
                };
                self.position.call_returned(&mut self.trace, Some(caller), boxed);
                Flow::Resume(Resume::Return(Traced::new(word, boxed)))
            }
            RunEnd::Raised => {
                // The trace ends with the call: its exit is the usual way, and gets a bridge that goes on with the
                // exception. Should the callee return, the interpreter receives the result.
                self.operations_count += 1;
                let result = Operand::op(self.trace.ops.len() as u32);
                let snapshot = push_snapshot(&mut self.trace, caller, ResumeMode::Deliver, result);
                let value = Some(Kind::Value);
                self.trace.emit_var(Opcode::CallTrace, value, &operands, Aux(cell as u64), snapshot);
                self.trace.emit(Opcode::Leave, None, &[], Aux::NONE, snapshot);
                self.end();
                self.raised = None;
                Flow::Resume(Resume::Unwind)
            }
            RunEnd::Left => {
                self.abandon(Abort::LeftFrame);
                Flow::Leave
            }
        }
    }
}
