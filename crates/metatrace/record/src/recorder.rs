//! The recording machine.
//!
//! Every method executes through the direct machine and appends one operation. What makes this more than logging:
//!
//! * **doors** record a guard with the snapshot of the current position, and answer from the trace where the trace
//!   already knows (a constant, a box made in this trace), so that no guard is recorded for what cannot vary;
//! * **the resume rule is checked**: a guard that would execute its instruction anew after something observable
//!   happened is a bug of the interpreter; debug builds panic, release builds abandon the trace with a named reason;
//! * **loop headers and function entries** decide where the trace ends, what is inlined and what is called.
//!
//! A recording ends by the interpreter leaving ([`Flow::Leave`]) or by its entry frame finishing; the frames are then
//! where the program is, and the driver copies them back to the direct stack. An abandoned recording ends the same
//! way at its next position: the program's state is always that of the direct interpreter.

use crate::director::{Callee, Director, Header, LiveAt};
use crate::position::{Position, push_snapshot};
use crate::traced::Traced;
use base::counters::Abort;
use heap::{ArrayDescr, FieldDescr, FieldKind, Gc, LayoutId, Object, StableRef};
use metatrace_ir::{
    ArrayKey, Aux, Const, FieldKey, FrameShot, FrameShotIndex, LabelRef, Op, Opcode, Operand, ResumeMode,
    SnapshotIndex, Tag, Trace, UnitId, loaded_kind,
};
use metatrace_machine::{
    Arg, Assumption, CallDescr, Compare, Context, Direct, Encoding, FloatBinary, FloatUnary, Flow,
    FrameStack, GiveUp, Host, IntBinary, IntChecked, Kind, Machine, Raised, RawRef, RawWidth, Resume, RunEnd,
    WarmCell, WideInt, Word, float_binary, float_compare, float_unary, int_binary, int_checked, int_compare,
};

/// What a recording starts from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// A loop header: the trace closes when it comes back.
    Loop,
    /// A function's entry.
    Function,
    /// A failed guard.
    Bridge,
}

/// What a recording has produced.
pub struct Recording {
    pub trace: Trace,
    /// For a recording from a function's entry: resumes there, the parameters in its slots.
    pub entry: Option<SnapshotIndex>,
    /// Class of each parameter's value, for a reference with the layout of the object.
    pub classes: Vec<Option<(Tag, Option<LayoutId>)>>,
    /// Objects that are constants of the trace: they do not move and stay alive as long as these.
    pub constants: Vec<StableRef>,
    pub assumptions: Vec<Assumption>,
    /// (Loops.) The recorded iteration left the loop, and came back by the header of a loop around it, or finished the frame.
    pub leaves_loop: bool,
    /// Operations executed, folded ones included.
    pub operations_count: u64,
}

/// A recording without a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Abandoned {
    pub reason: Abort,
    /// Operations recorded until then.
    pub ops_count: usize,
}

/// See the module header.
pub struct Recorder<'a, E: Encoding> {
    direct: Direct<E>,
    director: &'a dyn Director,
    trace: Trace,
    entry: Option<SnapshotIndex>,
    classes: Vec<Option<(Tag, Option<LayoutId>)>>,
    position: Position,
    start: Start,
    /// Code and pc where the recording started.
    origin: (u64, u32),
    /// The first merge point or entry after the start is the start itself.
    at_origin: bool,
    /// No position was announced yet.
    before_first_position: bool,
    /// Loop headers without code that the trace has passed, with the frame depth.
    passed_headers: Vec<(u64, u32, usize)>,
    /// The pending exception, if the trace itself raised it.
    raised: Option<Operand>,
    abort: Option<Abort>,
    trace_limit: usize,
    max_unroll_loops: usize,
    /// Length of the operation list when the final operation was recorded. The interpreter may go on until its next
    /// merge point; what that appends is cut off.
    ended: Option<usize>,
    constants: Vec<StableRef>,
    assumptions: Vec<Assumption>,
    leaves_loop: bool,
    operations_count: u64,
}

impl<'a, E: Encoding> Recorder<'a, E> {
    /// A recorder on the thread's context, starting at the innermost frame of a direct stack.
    ///
    /// # Safety
    /// As for [`Direct::new`].
    pub unsafe fn new(
        context: *const Context,
        director: &'a dyn Director,
        start: Start,
        origin: (u64, u32),
        trace_limit: usize,
        max_unroll_loops: usize,
    ) -> Self {
        Recorder {
            // SAFETY: the caller's contract.
            direct: unsafe { Direct::new(context) },
            director,
            trace: Trace::new(),
            entry: None,
            classes: Vec::new(),
            position: Position::new(),
            start,
            origin,
            at_origin: true,
            before_first_position: true,
            passed_headers: Vec::new(),
            raised: None,
            abort: None,
            trace_limit,
            max_unroll_loops,
            ended: None,
            constants: Vec::new(),
            assumptions: Vec::new(),
            leaves_loop: false,
            operations_count: 0,
        }
    }

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

    /// Ends the recording after the interpreter's run.
    /// Errors: the reason why the recording was abandoned.
    pub fn finish(mut self, end: &RunEnd<Traced<Word>>) -> Result<Recording, Abandoned> {
        if self.abort.is_none() && self.ended.is_none() {
            match end {
                RunEnd::Returned(value) => {
                    let snapshot = self.position.execute_snapshot(&mut self.trace);
                    self.trace.emit(Opcode::Finish, None, &[value.operand], Aux::NONE, snapshot);
                }
                RunEnd::Raised => {
                    let exception = match self.raised.take() {
                        Some(operand) => operand,
                        None => self.trace.emit(
                            Opcode::TakeRaised,
                            Some(Kind::Value),
                            &[],
                            Aux::NONE,
                            SnapshotIndex::NONE,
                        ),
                    };
                    self.trace.emit(Opcode::FinishRaise, None, &[exception], Aux::NONE, SnapshotIndex::NONE);
                }
                RunEnd::Left => self.abandon(Abort::LeftFrame),
            }
        }
        if let Some(length) = self.ended {
            self.trace.ops.truncate(length);
        }
        match self.abort {
            Some(reason) => Err(Abandoned { reason, ops_count: self.trace.ops.len() }),
            None => Ok(Recording {
                trace: self.trace,
                entry: self.entry,
                classes: self.classes,
                constants: self.constants,
                assumptions: self.assumptions,
                leaves_loop: self.leaves_loop,
                operations_count: self.operations_count,
            }),
        }
    }

    fn abandon(&mut self, reason: Abort) {
        self.abort.get_or_insert(reason);
    }

    // -- emitting

    #[inline]
    fn emit(&mut self, opcode: Opcode, kind: Kind, args: &[Operand]) -> Operand {
        self.operations_count += 1;
        self.trace.emit(opcode, Some(kind), args, Aux::NONE, SnapshotIndex::NONE)
    }

    /// Initialising an object that nobody else has seen is not observable; any other store is.
    fn emit_store(&mut self, opcode: Opcode, args: &[Operand], aux: Aux) {
        if !self.is_fresh(args[0]) {
            return self.emit_effect(opcode, args, aux);
        }
        self.operations_count += 1;
        self.trace.emit(opcode, None, args, aux, SnapshotIndex::NONE);
    }

    fn emit_effect(&mut self, opcode: Opcode, args: &[Operand], aux: Aux) {
        self.operations_count += 1;
        self.trace.emit(opcode, None, args, aux, SnapshotIndex::NONE);
        self.position.effect_happened();
    }

    fn guard(&mut self, opcode: Opcode, kind: Option<Kind>, args: &[Operand], aux: Aux) -> Operand {
        self.operations_count += 1;
        let snapshot = match self.position.guard_snapshot(&mut self.trace) {
            Some(snapshot) => snapshot,
            None => {
                self.resume_rule_broken(opcode);
                self.position.execute_snapshot(&mut self.trace)
            }
        };
        self.trace.emit(opcode, kind, args, aux, snapshot)
    }

    #[cold]
    fn resume_rule_broken(&mut self, opcode: Opcode) {
        if self.is_over() {
            return;
        }
        if cfg!(debug_assertions) {
            panic!(
                "resume rule: {} after a side effect, at pc {} of code {:#x}",
                opcode.name(),
                self.position.pc(),
                self.position.code()
            );
        }
        self.abandon(Abort::EffectBeforeGuard);
    }

    fn constant(&mut self, c: Const) -> Operand {
        self.trace.constant(c)
    }

    fn constant_value(&mut self, word: Word) -> Traced<Word> {
        if E::is_ref(&mut Host, word) {
            // SAFETY: the encoding says that the word is a reference to a live object.
            let object: Gc<Object> = unsafe { Gc::from_address(word as usize) };
            self.keep_constant(object);
        }
        let operand = self.constant(Const::value(word));
        Traced::new(word, operand)
    }

    fn keep_constant(&mut self, object: Gc<Object>) {
        let known = self.constants.iter().any(|c| c.get() == object);
        if !known {
            self.constants.push(self.direct.mutator().stabilize(object));
        }
    }

    #[inline]
    fn defining(&self, operand: Operand) -> Option<&Op> {
        operand.as_op().map(|i| &self.trace.ops[i as usize])
    }

    /// The operand that a boxing operation of this trace boxed.
    #[inline]
    fn boxed_by(&self, opcode: Opcode, operand: Operand) -> Option<Operand> {
        match self.defining(operand) {
            Some(op) if op.opcode == opcode => Some(op.args[0]),
            _ => None,
        }
    }

    /// Whether the operand is a box of another class than `opcode` makes.
    #[inline]
    fn boxed_by_other(&self, opcode: Opcode, operand: Operand) -> bool {
        const BOXES: [Opcode; 4] = [Opcode::BoxInt, Opcode::BoxFloat, Opcode::BoxBool, Opcode::BoxRef];
        self.defining(operand).is_some_and(|op| op.opcode != opcode && BOXES.contains(&op.opcode))
    }

    fn not_tag(&mut self, v: Traced<Word>, tag: Tag, boxes: Opcode) {
        if v.operand.as_const().is_none() && !self.boxed_by_other(boxes, v.operand) {
            self.guard(Opcode::GuardNotTag, None, &[v.operand], Aux::tag(tag));
        }
    }

    fn has_tag(&mut self, v: Traced<Word>, tag: Tag) {
        self.guard(Opcode::GuardTag, None, &[v.operand], Aux::tag(tag));
    }

    fn arg(&self, arg: &Arg<Self>) -> (Operand, Arg<Direct<E>>) {
        match *arg {
            Arg::Value(v) => (v.operand, Arg::Value(v.value)),
            Arg::Int(v) => (v.operand, Arg::Int(v.value)),
            Arg::Float(v) => (v.operand, Arg::Float(v.value)),
            Arg::Bool(v) => (v.operand, Arg::Bool(v.value)),
            Arg::Ref(v) => (v.operand, Arg::Ref(v.value)),
        }
    }

    // -- residual calls

    /// Records the call around `run`, which executes it.
    fn residual<T>(
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

    // -- ends and calls of traces

    fn end(&mut self) -> Flow<Traced<Word>> {
        self.ended = Some(self.trace.ops.len());
        Flow::Leave
    }

    /// Ends the trace with a jump carrying the live slots.
    fn jump(&mut self, target: LabelRef) -> Flow<Traced<Word>> {
        let args = self.position.live_operands(&self.trace);
        let snapshot = self.position.execute_snapshot(&mut self.trace);
        self.trace.emit_var(Opcode::Jump, None, &args, Aux::label(target), snapshot);
        self.end()
    }

    /// Runs the innermost frame to its end by other means and records a call of its trace.
    fn call_trace(
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
        let end = self.director.run_callee(frame.code, frame.slot_count, &words);
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

    /// Whether the trace has its final operation or was abandoned: recording is over.
    fn is_over(&self) -> bool {
        self.abort.is_some() || self.ended.is_some()
    }
}

/// The class of a tagged word.
fn tag_of<E: Encoding>(word: Word) -> Option<Tag> {
    let h = &mut Host;
    match word {
        _ if E::is_int(h, word) => Some(Tag::Int),
        _ if E::is_float(h, word) => Some(Tag::Float),
        _ if E::is_bool(h, word) => Some(Tag::Bool),
        _ if E::is_ref(h, word) => Some(Tag::Ref),
        _ => None,
    }
}

macro_rules! int_opcode {
    ($op:expr) => {
        match $op {
            IntBinary::Add => Opcode::IntAdd,
            IntBinary::Sub => Opcode::IntSub,
            IntBinary::Mul => Opcode::IntMul,
            IntBinary::Div => Opcode::IntDiv,
            IntBinary::Rem => Opcode::IntRem,
            IntBinary::FloorDiv => Opcode::IntFloorDiv,
            IntBinary::Mod => Opcode::IntMod,
            IntBinary::And => Opcode::IntAnd,
            IntBinary::Or => Opcode::IntOr,
            IntBinary::Xor => Opcode::IntXor,
            IntBinary::Shl => Opcode::IntShl,
            IntBinary::Shr => Opcode::IntShr,
            IntBinary::Ushr => Opcode::IntUshr,
            IntBinary::UintMulHigh => Opcode::UintMulHigh,
        }
    };
}

impl<E: Encoding> Machine for Recorder<'_, E> {
    type Value = Traced<Word>;
    type Int = Traced<i64>;
    type Float = Traced<f64>;
    type Bool = Traced<bool>;
    type Ref = Traced<RawRef>;
    type Encoding = E;
    const RECORDS: bool = true;

    fn value(&mut self, word: Word) -> Traced<Word> {
        self.constant_value(word)
    }
    fn int(&mut self, i: i64) -> Traced<i64> {
        Traced::new(i, self.trace.constant(Const::int(i)))
    }
    fn float(&mut self, f: f64) -> Traced<f64> {
        Traced::new(f, self.trace.constant(Const::float(f)))
    }
    fn bool(&mut self, b: bool) -> Traced<bool> {
        Traced::new(b, self.trace.constant(Const::bool(b)))
    }
    fn reference(&mut self, object: Gc<Object>) -> Traced<RawRef> {
        self.keep_constant(object);
        Traced::new(Some(object), self.trace.constant(Const::reference(object.address() as u64)))
    }
    fn null(&mut self) -> Traced<RawRef> {
        Traced::new(None, self.trace.constant(Const::reference(0)))
    }

    fn int_binary(&mut self, op: IntBinary, a: Traced<i64>, b: Traced<i64>) -> Traced<i64> {
        let value = int_binary(op, a.value, b.value);
        if a.operand.as_const().is_some() && b.operand.as_const().is_some() {
            return self.int(value);
        }
        Traced::new(value, self.emit(int_opcode!(op), Kind::Int, &[a.operand, b.operand]))
    }
    fn int_checked(&mut self, op: IntChecked, a: Traced<i64>, b: Traced<i64>) -> Option<Traced<i64>> {
        let opcode = match op {
            IntChecked::Add => Opcode::IntAddOvf,
            IntChecked::Sub => Opcode::IntSubOvf,
            IntChecked::Mul => Opcode::IntMulOvf,
        };
        let constant = a.operand.as_const().is_some() && b.operand.as_const().is_some();
        match int_checked(op, a.value, b.value) {
            Some(value) if constant => Some(self.int(value)),
            Some(value) => {
                let operand = self.guard(opcode, Some(Kind::Int), &[a.operand, b.operand], Aux::NONE);
                Some(Traced::new(value, operand))
            }
            None if constant => None,
            None => {
                // The exact result does not equal the wrapped one: the trace guards that by the signs, in wrapping
                // arithmetic, so that no "guard_overflow" is needed.
                let overflows = self.overflow_test(op, a, b);
                self.guard(Opcode::GuardTrue, None, &[overflows], Aux::NONE);
                None
            }
        }
    }
    fn int_compare(&mut self, op: Compare, a: Traced<i64>, b: Traced<i64>) -> Traced<bool> {
        let value = int_compare(op, a.value, b.value);
        if a.operand.as_const().is_some() && b.operand.as_const().is_some() {
            return self.bool(value);
        }
        let opcode = match op {
            Compare::Eq => Opcode::IntEq,
            Compare::Ne => Opcode::IntNe,
            Compare::Lt => Opcode::IntLt,
            Compare::Le => Opcode::IntLe,
            Compare::Gt => Opcode::IntGt,
            Compare::Ge => Opcode::IntGe,
            Compare::UintLt => Opcode::UintLt,
            Compare::UintLe => Opcode::UintLe,
        };
        Traced::new(value, self.emit(opcode, Kind::Bool, &[a.operand, b.operand]))
    }
    fn int_neg(&mut self, a: Traced<i64>) -> Traced<i64> {
        Traced::new(a.value.wrapping_neg(), self.emit(Opcode::IntNeg, Kind::Int, &[a.operand]))
    }
    fn int_not(&mut self, a: Traced<i64>) -> Traced<i64> {
        Traced::new(!a.value, self.emit(Opcode::IntNot, Kind::Int, &[a.operand]))
    }

    fn float_binary(&mut self, op: FloatBinary, a: Traced<f64>, b: Traced<f64>) -> Traced<f64> {
        let opcode = match op {
            FloatBinary::Add => Opcode::FloatAdd,
            FloatBinary::Sub => Opcode::FloatSub,
            FloatBinary::Mul => Opcode::FloatMul,
            FloatBinary::Div => Opcode::FloatDiv,
        };
        let value = float_binary(op, a.value, b.value);
        Traced::new(value, self.emit(opcode, Kind::Float, &[a.operand, b.operand]))
    }
    fn float_unary(&mut self, op: FloatUnary, a: Traced<f64>) -> Traced<f64> {
        let opcode = match op {
            FloatUnary::Neg => Opcode::FloatNeg,
            FloatUnary::Abs => Opcode::FloatAbs,
            FloatUnary::Sqrt => Opcode::FloatSqrt,
            FloatUnary::Floor => Opcode::FloatFloor,
            FloatUnary::Ceil => Opcode::FloatCeil,
            FloatUnary::Trunc => Opcode::FloatTrunc,
        };
        Traced::new(float_unary(op, a.value), self.emit(opcode, Kind::Float, &[a.operand]))
    }
    fn float_compare(&mut self, op: Compare, a: Traced<f64>, b: Traced<f64>) -> Traced<bool> {
        let opcode = match op {
            Compare::Eq => Opcode::FloatEq,
            Compare::Ne => Opcode::FloatNe,
            Compare::Lt | Compare::UintLt => Opcode::FloatLt,
            Compare::Le | Compare::UintLe => Opcode::FloatLe,
            Compare::Gt => Opcode::FloatGt,
            Compare::Ge => Opcode::FloatGe,
        };
        let value = float_compare(op, a.value, b.value);
        Traced::new(value, self.emit(opcode, Kind::Bool, &[a.operand, b.operand]))
    }

    fn int_to_float(&mut self, a: Traced<i64>) -> Traced<f64> {
        if a.operand.as_const().is_some() {
            return self.float(a.value as f64);
        }
        Traced::new(a.value as f64, self.emit(Opcode::IntToFloat, Kind::Float, &[a.operand]))
    }
    fn float_to_int(&mut self, a: Traced<f64>) -> Traced<i64> {
        Traced::new(a.value as i64, self.emit(Opcode::FloatToInt, Kind::Int, &[a.operand]))
    }
    fn float_bits(&mut self, a: Traced<f64>) -> Traced<i64> {
        Traced::new(a.value.to_bits() as i64, self.emit(Opcode::FloatBits, Kind::Int, &[a.operand]))
    }
    fn bits_float(&mut self, a: Traced<i64>) -> Traced<f64> {
        Traced::new(f64::from_bits(a.value as u64), self.emit(Opcode::BitsFloat, Kind::Float, &[a.operand]))
    }
    fn bool_to_int(&mut self, a: Traced<bool>) -> Traced<i64> {
        Traced::new(a.value as i64, self.emit(Opcode::BoolToInt, Kind::Int, &[a.operand]))
    }
    fn bool_not(&mut self, a: Traced<bool>) -> Traced<bool> {
        Traced::new(!a.value, self.emit(Opcode::BoolNot, Kind::Bool, &[a.operand]))
    }
    fn bool_and(&mut self, a: Traced<bool>, b: Traced<bool>) -> Traced<bool> {
        Traced::new(a.value & b.value, self.emit(Opcode::BoolAnd, Kind::Bool, &[a.operand, b.operand]))
    }
    fn bool_or(&mut self, a: Traced<bool>, b: Traced<bool>) -> Traced<bool> {
        Traced::new(a.value | b.value, self.emit(Opcode::BoolOr, Kind::Bool, &[a.operand, b.operand]))
    }
    fn ref_eq(&mut self, a: Traced<RawRef>, b: Traced<RawRef>) -> Traced<bool> {
        let value = self.direct.ref_eq(a.value, b.value);
        Traced::new(value, self.emit(Opcode::RefEq, Kind::Bool, &[a.operand, b.operand]))
    }
    fn value_eq(&mut self, a: Traced<Word>, b: Traced<Word>) -> Traced<bool> {
        Traced::new(a.value == b.value, self.emit(Opcode::ValueEq, Kind::Bool, &[a.operand, b.operand]))
    }
    fn select_int(&mut self, c: Traced<bool>, a: Traced<i64>, b: Traced<i64>) -> Traced<i64> {
        let value = if c.value { a.value } else { b.value };
        Traced::new(value, self.emit(Opcode::Select, Kind::Int, &[c.operand, a.operand, b.operand]))
    }

    fn box_int(&mut self, i: Traced<i64>) -> Traced<Word> {
        let word = self.direct.box_int(i.value);
        if i.operand.as_const().is_some() && E::is_int(&mut Host, word) {
            return self.constant_value(word);
        }
        Traced::new(word, self.emit(Opcode::BoxInt, Kind::Value, &[i.operand]))
    }
    fn box_float(&mut self, f: Traced<f64>) -> Traced<Word> {
        let word = self.direct.box_float(f.value);
        Traced::new(word, self.emit(Opcode::BoxFloat, Kind::Value, &[f.operand]))
    }
    fn box_bool(&mut self, b: Traced<bool>) -> Traced<Word> {
        let word = self.direct.box_bool(b.value);
        if b.operand.as_const().is_some() {
            return self.constant_value(word);
        }
        Traced::new(word, self.emit(Opcode::BoxBool, Kind::Value, &[b.operand]))
    }
    fn box_ref(&mut self, r: Traced<RawRef>) -> Traced<Word> {
        let word = self.direct.box_ref(r.value);
        if r.operand.as_const().is_some() {
            return self.constant_value(word);
        }
        Traced::new(word, self.emit(Opcode::BoxRef, Kind::Value, &[r.operand]))
    }

    fn truth(&mut self, b: Traced<bool>) -> bool {
        if b.operand.as_const().is_none() {
            let opcode = if b.value { Opcode::GuardTrue } else { Opcode::GuardFalse };
            self.guard(opcode, None, &[b.operand], Aux::NONE);
        }
        b.value
    }
    fn as_int(&mut self, v: Traced<Word>) -> Option<Traced<i64>> {
        match self.direct.as_int(v.value) {
            Some(i) => {
                if let Some(operand) = self.boxed_by(Opcode::BoxInt, v.operand) {
                    return Some(Traced::new(i, operand));
                }
                if v.operand.as_const().is_some() {
                    return Some(self.int(i));
                }
                if E::is_int(&mut Host, v.value) {
                    self.has_tag(v, Tag::Int);
                    return Some(Traced::new(i, self.emit(Opcode::UnboxInt, Kind::Int, &[v.operand])));
                }
                // A wide integer: an object with the value inside.
                let r = self.as_ref(v).expect("a wide integer is a reference");
                self.has_layout(r, <WideInt as heap::Layout>::ID);
                Some(self.load_int(WideInt::VALUE, r))
            }
            None => {
                self.not_tag(v, Tag::Int, Opcode::BoxInt);
                if v.operand.as_const().is_none() && E::is_ref(&mut Host, v.value) {
                    let r = self.as_ref(v).expect("just tested");
                    self.has_layout(r, <WideInt as heap::Layout>::ID);
                }
                None
            }
        }
    }
    fn as_float(&mut self, v: Traced<Word>) -> Option<Traced<f64>> {
        match self.direct.as_float(v.value) {
            Some(f) => {
                if let Some(operand) = self.boxed_by(Opcode::BoxFloat, v.operand) {
                    return Some(Traced::new(f, operand));
                }
                if v.operand.as_const().is_some() {
                    return Some(self.float(f));
                }
                self.has_tag(v, Tag::Float);
                Some(Traced::new(f, self.emit(Opcode::UnboxFloat, Kind::Float, &[v.operand])))
            }
            None => {
                self.not_tag(v, Tag::Float, Opcode::BoxFloat);
                None
            }
        }
    }
    fn as_bool(&mut self, v: Traced<Word>) -> Option<Traced<bool>> {
        match self.direct.as_bool(v.value) {
            Some(b) => {
                if let Some(operand) = self.boxed_by(Opcode::BoxBool, v.operand) {
                    return Some(Traced::new(b, operand));
                }
                if v.operand.as_const().is_some() {
                    return Some(self.bool(b));
                }
                self.has_tag(v, Tag::Bool);
                Some(Traced::new(b, self.emit(Opcode::UnboxBool, Kind::Bool, &[v.operand])))
            }
            None => {
                self.not_tag(v, Tag::Bool, Opcode::BoxBool);
                None
            }
        }
    }
    fn as_ref(&mut self, v: Traced<Word>) -> Option<Traced<RawRef>> {
        match self.direct.as_ref(v.value) {
            Some(r) => {
                if let Some(operand) = self.boxed_by(Opcode::BoxRef, v.operand) {
                    return Some(Traced::new(r, operand));
                }
                if v.operand.as_const().is_some() {
                    return Some(Traced::new(r, self.trace.constant(Const::reference(v.value))));
                }
                self.has_tag(v, Tag::Ref);
                Some(Traced::new(r, self.emit(Opcode::UnboxRef, Kind::Ref, &[v.operand])))
            }
            None => {
                self.not_tag(v, Tag::Ref, Opcode::BoxRef);
                None
            }
        }
    }
    fn value_is(&mut self, v: Traced<Word>, word: Word) -> bool {
        let is = v.value == word;
        if v.operand.as_const().is_none() {
            let expected = self.constant_value(word).operand;
            let opcode = if is { Opcode::GuardIs } else { Opcode::GuardIsNot };
            self.guard(opcode, None, &[v.operand, expected], Aux::NONE);
        }
        is
    }
    fn promote_value(&mut self, v: Traced<Word>) -> Word {
        if v.operand.as_const().is_none() {
            let expected = self.constant_value(v.value).operand;
            self.guard(Opcode::GuardIs, None, &[v.operand, expected], Aux::NONE);
        }
        v.value
    }
    fn promote_int(&mut self, i: Traced<i64>) -> i64 {
        if i.operand.as_const().is_none() {
            let expected = self.constant(Const::int(i.value));
            self.guard(Opcode::GuardIs, None, &[i.operand, expected], Aux::NONE);
        }
        i.value
    }
    fn promote_ref(&mut self, r: Traced<RawRef>) -> Gc<Object> {
        let object = self.direct.promote_ref(r.value);
        if r.operand.as_const().is_none() {
            let expected = self.reference(object).operand;
            self.guard(Opcode::GuardIs, None, &[r.operand, expected], Aux::NONE);
        }
        object
    }
    fn is_null(&mut self, r: Traced<RawRef>) -> bool {
        let is = r.value.is_none();
        if r.operand.as_const().is_none() {
            let null = self.constant(Const::reference(0));
            let opcode = if is { Opcode::GuardIs } else { Opcode::GuardIsNot };
            self.guard(opcode, None, &[r.operand, null], Aux::NONE);
        }
        is
    }
    fn layout_of(&mut self, r: Traced<RawRef>) -> LayoutId {
        let layout = self.direct.layout_of(r.value);
        self.guard(Opcode::GuardLayout, None, &[r.operand], Aux::layout(layout));
        layout
    }
    fn has_layout(&mut self, r: Traced<RawRef>, layout: LayoutId) -> bool {
        let has = self.direct.has_layout(r.value, layout);
        let opcode = if has { Opcode::GuardLayout } else { Opcode::GuardNotLayout };
        self.guard(opcode, None, &[r.operand], Aux::layout(layout));
        has
    }
    fn assume(&mut self, assumption: &Assumption) -> bool {
        if !assumption.holds() {
            return false;
        }
        if !self.assumptions.iter().any(|a| a.flag_address() == assumption.flag_address()) {
            self.assumptions.push(assumption.clone());
        }
        self.guard(Opcode::GuardValid, None, &[], Aux(assumption.flag_address() as u64));
        true
    }

    fn new_object(&mut self, layout: LayoutId, size_bytes: u32) -> Result<Traced<RawRef>, Raised> {
        let object = self.direct.new_object(layout, size_bytes)?;
        self.operations_count += 1;
        let aux = Aux::allocation(layout, size_bytes);
        let operand = self.trace.emit(Opcode::New, Some(Kind::Ref), &[], aux, SnapshotIndex::NONE);
        Ok(Traced::new(object, operand))
    }
    fn new_array(
        &mut self,
        array: ArrayDescr,
        length: Traced<i64>,
        fill: Arg<Self>,
    ) -> Result<Traced<RawRef>, Raised> {
        let (operand, concrete) = self.arg(&fill);
        let object = self.direct.new_array(array, length.value, concrete)?;
        self.operations_count += 1;
        let aux = Aux::array(ArrayKey::new(array));
        let args = [length.operand, operand];
        let operand = self.trace.emit(Opcode::NewArray, Some(Kind::Ref), &args, aux, SnapshotIndex::NONE);
        Ok(Traced::new(object, operand))
    }
    fn load_value(&mut self, field: FieldDescr, r: Traced<RawRef>) -> Traced<Word> {
        let value = self.direct.load_value(field, r.value);
        Traced::new(value, self.load(field, r))
    }
    fn load_int(&mut self, field: FieldDescr, r: Traced<RawRef>) -> Traced<i64> {
        let value = self.direct.load_int(field, r.value);
        Traced::new(value, self.load(field, r))
    }
    fn load_float(&mut self, field: FieldDescr, r: Traced<RawRef>) -> Traced<f64> {
        let value = self.direct.load_float(field, r.value);
        Traced::new(value, self.load(field, r))
    }
    fn load_bool(&mut self, field: FieldDescr, r: Traced<RawRef>) -> Traced<bool> {
        let value = self.direct.load_bool(field, r.value);
        Traced::new(value, self.load(field, r))
    }
    fn load_ref(&mut self, field: FieldDescr, r: Traced<RawRef>) -> Traced<RawRef> {
        let value = self.direct.load_ref(field, r.value);
        Traced::new(value, self.load(field, r))
    }
    fn store(&mut self, field: FieldDescr, r: Traced<RawRef>, v: Arg<Self>) {
        let (operand, concrete) = self.arg(&v);
        self.direct.store(field, r.value, concrete);
        self.emit_store(Opcode::StoreField, &[r.operand, operand], Aux::field(FieldKey::new(field)));
    }
    fn array_len(&mut self, array: ArrayDescr, r: Traced<RawRef>) -> Traced<i64> {
        let value = self.direct.array_len(array, r.value);
        self.operations_count += 1;
        let aux = Aux::array(ArrayKey::new(array));
        let operand =
            self.trace.emit(Opcode::ArrayLen, Some(Kind::Int), &[r.operand], aux, SnapshotIndex::NONE);
        Traced::new(value, operand)
    }
    fn load_item_value(&mut self, array: ArrayDescr, r: Traced<RawRef>, i: Traced<i64>) -> Traced<Word> {
        let value = self.direct.load_item_value(array, r.value, i.value);
        Traced::new(value, self.load_item(array, r, i))
    }
    fn load_item_int(&mut self, array: ArrayDescr, r: Traced<RawRef>, i: Traced<i64>) -> Traced<i64> {
        let value = self.direct.load_item_int(array, r.value, i.value);
        Traced::new(value, self.load_item(array, r, i))
    }
    fn load_item_float(&mut self, array: ArrayDescr, r: Traced<RawRef>, i: Traced<i64>) -> Traced<f64> {
        let value = self.direct.load_item_float(array, r.value, i.value);
        Traced::new(value, self.load_item(array, r, i))
    }
    fn load_item_ref(&mut self, array: ArrayDescr, r: Traced<RawRef>, i: Traced<i64>) -> Traced<RawRef> {
        let value = self.direct.load_item_ref(array, r.value, i.value);
        Traced::new(value, self.load_item(array, r, i))
    }
    fn store_item(&mut self, array: ArrayDescr, r: Traced<RawRef>, i: Traced<i64>, v: Arg<Self>) {
        let (operand, concrete) = self.arg(&v);
        self.direct.store_item(array, r.value, i.value, concrete);
        let aux = Aux::array(ArrayKey::new(array));
        self.emit_store(Opcode::StoreItem, &[r.operand, i.operand, operand], aux);
    }
    fn set_layout(&mut self, r: Traced<RawRef>, layout: LayoutId) {
        self.direct.set_layout(r.value, layout);
        self.emit_effect(Opcode::SetLayout, &[r.operand], Aux::layout(layout));
    }
    fn load_raw_int(&mut self, width: RawWidth, address: Traced<i64>, offset: Traced<i64>) -> Traced<i64> {
        let value = self.direct.load_raw_int(width, address.value, offset.value);
        self.operations_count += 1;
        let args = [address.operand, offset.operand];
        let operand =
            self.trace.emit(Opcode::LoadRaw, Some(Kind::Int), &args, Aux::raw(width), SnapshotIndex::NONE);
        Traced::new(value, operand)
    }
    fn load_raw_float(&mut self, width: RawWidth, address: Traced<i64>, offset: Traced<i64>) -> Traced<f64> {
        let value = self.direct.load_raw_float(width, address.value, offset.value);
        self.operations_count += 1;
        let args = [address.operand, offset.operand];
        let operand =
            self.trace.emit(Opcode::LoadRaw, Some(Kind::Float), &args, Aux::raw(width), SnapshotIndex::NONE);
        Traced::new(value, operand)
    }
    fn store_raw(&mut self, width: RawWidth, address: Traced<i64>, offset: Traced<i64>, v: Arg<Self>) {
        let (operand, concrete) = self.arg(&v);
        self.direct.store_raw(width, address.value, offset.value, concrete);
        self.emit_effect(Opcode::StoreRaw, &[address.operand, offset.operand, operand], Aux::raw(width));
    }

    fn call_value(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Traced<Word>, Raised> {
        self.residual(f, args, |d, a| d.call_value(f, a))
    }
    fn call_int(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Traced<i64>, Raised> {
        self.residual(f, args, |d, a| d.call_int(f, a))
    }
    fn call_float(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Traced<f64>, Raised> {
        self.residual(f, args, |d, a| d.call_float(f, a))
    }
    fn call_bool(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Traced<bool>, Raised> {
        self.residual(f, args, |d, a| d.call_bool(f, a))
    }
    fn call_ref(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Traced<RawRef>, Raised> {
        self.residual(f, args, |d, a| d.call_ref(f, a))
    }
    fn call_nothing(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<(), Raised> {
        self.residual(f, args, |d, a| d.call_nothing(f, a)).map(|_| ())
    }

    fn raise(&mut self, exception: Traced<Word>) -> Raised {
        self.direct.raise(exception.value);
        self.raised = Some(exception.operand);
        Raised
    }
    fn take_raised(&mut self) -> Traced<Word> {
        let value = self.direct.take_raised();
        let operand = match self.raised.take() {
            Some(operand) => operand,
            None => self.emit(Opcode::TakeRaised, Kind::Value, &[]),
        };
        Traced::new(value, operand)
    }

    fn give_up(&mut self, reason: GiveUp) {
        if !self.is_over() {
            self.abandon(match reason {
                GiveUp::Raised => Abort::Raised,
                GiveUp::Unsupported => Abort::Unsupported,
            });
        }
    }

    fn leaves_loop(&mut self) {
        self.leaves_loop |= self.start == Start::Loop;
    }

    fn at(&mut self, stack: &mut FrameStack<Traced<Word>>, pc: u32) {
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
        if self.trace.ops.len() > self.trace_limit {
            self.abandon(Abort::TraceTooLong);
        }
    }

    fn at_step(&mut self, stack: &mut FrameStack<Traced<Word>>, pc: u32) {
        stack.set_pc(pc);
        if !self.is_over() {
            self.position.announce(&mut self.trace, self.director, stack, LiveAt::Within);
        }
    }

    fn merge_point(
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
            Header::Compiled(label) if depth == 1 => self.jump(label),
            _ => {
                let passed = self.passed_headers.iter().filter(|h| **h == (code, pc, depth)).count();
                self.passed_headers.push((code, pc, depth));
                if passed > self.max_unroll_loops {
                    if depth > 1 {
                        self.director.is_not_inlined(code);
                    }
                    self.abandon(Abort::InnerLoop);
                    return Flow::Leave;
                }
                Flow::Continue
            }
        }
    }

    fn function_entry(
        &mut self,
        stack: &mut FrameStack<Traced<Word>>,
        cell: &WarmCell,
    ) -> Flow<Traced<Word>> {
        if self.is_over() {
            return Flow::Leave;
        }
        let code = stack.top().code;
        if std::mem::take(&mut self.at_origin) && stack.depth() == 1 && self.start == Start::Function {
            return Flow::Continue;
        }
        let same_code = stack.frames()[..stack.depth() - 1].iter().filter(|f| f.code == code).count();
        let ops_count = self.trace.ops.len();
        match self.director.callee(code, cell, stack.depth() - 1, same_code, ops_count) {
            Callee::Inline => Flow::Continue,
            Callee::Call(target) => self.call_trace(stack, target),
        }
    }
}

impl<E: Encoding> Recorder<'_, E> {
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

    fn load(&mut self, field: FieldDescr, r: Traced<RawRef>) -> Operand {
        self.operations_count += 1;
        let kind = loaded_kind(field.kind);
        let aux = Aux::field(FieldKey::new(field));
        self.trace.emit(Opcode::LoadField, Some(kind), &[r.operand], aux, SnapshotIndex::NONE)
    }

    fn load_item(&mut self, array: ArrayDescr, r: Traced<RawRef>, i: Traced<i64>) -> Operand {
        self.operations_count += 1;
        let kind = loaded_kind(array.item);
        debug_assert!(array.item != FieldKind::Bool || kind == Kind::Bool);
        let aux = Aux::array(ArrayKey::new(array));
        self.trace.emit(Opcode::LoadItem, Some(kind), &[r.operand, i.operand], aux, SnapshotIndex::NONE)
    }

    /// Whether the object was made since the position: nobody else can know it.
    fn is_fresh(&self, operand: Operand) -> bool {
        operand.as_op().is_some_and(|op| self.position.is_behind(op))
            && self.defining(operand).is_some_and(|op| matches!(op.opcode, Opcode::New | Opcode::NewArray))
    }

    /// A boolean that is true iff the operation overflows.
    fn overflow_test(&mut self, op: IntChecked, a: Traced<i64>, b: Traced<i64>) -> Operand {
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
