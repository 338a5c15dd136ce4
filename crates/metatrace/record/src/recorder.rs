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
//! A recording ends by the interpreter leaving ([`Flow::Leave`](metatrace_machine::Flow::Leave)) or by its entry frame finishing; the frames are then
//! where the program is, and the driver copies them back to the direct stack. An abandoned recording ends the same
//! way at its next position: the program's state is always that of the direct interpreter.
//!
//! | file | what |
//! |---|---|
//! | this one | the recorder's state; emitting operations, guards and constants; the end |
//! | `import.rs` | the beginning: parameters from the frames of the direct stack |
//! | `machine.rs` | the methods of [`Machine`](metatrace_machine::Machine), operation by operation |
//! | `overflow.rs` | overflow as a condition that a trace tests |
//! | `places.rs` | positions, joins, loop headers and function entries |
//! | `turns.rs` | whether a compiled loop is gone through or jumped to |
//! | `calls.rs` | calls of the runtime and of compiled traces |

mod calls;
mod import;
mod machine;
mod overflow;
mod places;
mod turns;

use crate::director::Director;
use crate::position::Position;
use crate::traced::Traced;
use base::counters::Abort;
use heap::{Gc, LayoutId, Object, StableRef};
use metatrace_ir::{Aux, Const, Op, Opcode, Operand, SnapshotIndex, Tag, Trace};
use metatrace_machine::{Arg, Assumption, Context, Direct, Encoding, Host, Kind, RunEnd, Word};
use turns::OtherEnd;

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
    /// The headers of all turns of the loops that the trace goes through although they have code; empty if there are none.
    pub turns: Vec<(u64, u32)>,
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
    /// Depth and code of the frames that calls have pushed in this trace, outermost first; those that have returned until another comes.
    inlined: Vec<(usize, (u64, u32))>,
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
    /// Compiled loops in the recorded one are gone through if they have few turns.
    goes_through_loops: bool,
    other_end: Option<OtherEnd>,
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
            inlined: Vec::new(),
            raised: None,
            abort: None,
            trace_limit,
            max_unroll_loops,
            ended: None,
            constants: Vec::new(),
            assumptions: Vec::new(),
            leaves_loop: false,
            goes_through_loops: false,
            other_end: None,
            operations_count: 0,
        }
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
        let turns = self.end_at_loop();
        match self.abort {
            Some(reason) => Err(Abandoned { reason, ops_count: self.trace.ops.len() }),
            None => Ok(Recording {
                trace: self.trace,
                entry: self.entry,
                classes: self.classes,
                constants: self.constants,
                assumptions: self.assumptions,
                leaves_loop: self.leaves_loop,
                turns,
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

    /// Whether the object was made since the position: nobody else can know it.
    fn is_fresh(&self, operand: Operand) -> bool {
        operand.as_op().is_some_and(|op| self.position.is_behind(op))
            && self.defining(operand).is_some_and(|op| matches!(op.opcode, Opcode::New | Opcode::NewArray))
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
