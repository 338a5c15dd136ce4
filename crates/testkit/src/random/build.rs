//! Writes a recorded trace while executing it: operations, guards, positions, snapshots, frames.

use super::program::Position;
use super::world::World;
use crate::rng::Rng;
use metatrace_ir::{
    Aux, Const, FrameShot, FrameShotIndex, Op, Opcode, Operand, ResultKind, ResumeMode, Snapshot,
    SnapshotIndex, Stepper, Trace,
};
use metatrace_machine::{CallDescr, Encoding, Host, Kind, NanBox, Word};
use std::collections::{HashMap, HashSet};

/// Code addresses of the outer and the inlined frames.
pub const MAIN: u64 = 0x4D41_494E;
pub const CALLEE: u64 = 0x4341_4C4C;

/// Limit of operations: instructions stop being added before it.
const CAPACITY: usize = 8192;

/// A frame being recorded.
#[derive(Clone, Debug)]
pub struct Frame {
    pub code: u64,
    pub slots: Vec<Operand>,
    /// The frame's shot while another runs on top of it.
    shot: FrameShotIndex,
}

/// See the module header.
pub struct Builder<'w> {
    pub world: &'w World,
    pub rng: Rng,
    pub trace: Trace,
    stepper: Stepper<'w, NanBox>,
    pub frames: Vec<Frame>,
    pub positions: HashMap<u32, Position>,
    /// The latest position's.
    pc: u32,
    snapshot: Option<SnapshotIndex>,
    /// Something observable has happened since the position.
    acted: bool,
    /// Values that may be boxes of wide integers: never looked into.
    pub opaque: HashSet<Operand>,
    /// Unboxed results of the current instruction, for expressions to share.
    pub known: Vec<Operand>,
}

impl<'w> Builder<'w> {
    /// Begins the trace: a label with a parameter for each input, and the position of the header.
    pub fn new(world: &'w World, rng: Rng, inputs: &[Word]) -> Builder<'w> {
        let mut trace = Trace::new();
        let params = trace.emit_label(0, &vec![Kind::Value; inputs.len()]);
        let stepper = Stepper::new(&world.context, CAPACITY);
        for (param, word) in params.iter().zip(inputs) {
            stepper.set_result(param.as_op().expect("a parameter is an operation"), *word);
        }
        let frames = vec![Frame { code: MAIN, slots: params, shot: FrameShotIndex::NONE }];
        let mut builder = Builder {
            world,
            rng,
            trace,
            stepper,
            frames,
            positions: HashMap::new(),
            pc: 0,
            snapshot: None,
            acted: false,
            opaque: HashSet::new(),
            known: Vec::new(),
        };
        builder.mark_position();
        builder
    }

    /// Begins the trace of a bridge: a label with a parameter for each slot of `frames` (code, pc and slots,
    /// outermost first); what is executed next is numbered from behind `last_pc`.
    pub fn from_exit(
        world: &'w World,
        rng: Rng,
        frames: &[(u64, u32, Vec<Word>)],
        last_pc: u32,
    ) -> Builder<'w> {
        let mut trace = Trace::new();
        let count = frames.iter().map(|f| f.2.len()).sum();
        let params = trace.emit_label(0, &vec![Kind::Value; count]);
        let stepper = Stepper::new(&world.context, CAPACITY);
        let words = frames.iter().flat_map(|f| &f.2);
        for (param, word) in params.iter().zip(words) {
            stepper.set_result(param.as_op().expect("a parameter is an operation"), *word);
        }
        let mut builder = Builder {
            world,
            rng,
            trace,
            stepper,
            frames: Vec::new(),
            positions: HashMap::new(),
            pc: frames.last().expect("a frame").1,
            snapshot: None,
            acted: false,
            opaque: HashSet::new(),
            known: Vec::new(),
        };
        let mut params = params.into_iter();
        let mut parent = FrameShotIndex::NONE;
        for (code, pc, slots) in frames {
            let slots = params.by_ref().take(slots.len()).collect::<Vec<_>>();
            parent = builder.shot(*code, *pc, parent, &slots);
            builder.frames.push(Frame { code: *code, slots, shot: parent });
        }
        let code = builder.frames.last().expect("a frame").code;
        let args = [Operand(builder.pc), Operand(0)];
        builder.trace.emit(Opcode::At, None, &args, Aux(code), SnapshotIndex::NONE);
        // The guards of the instruction that left; then new instructions.
        builder.position_snapshot();
        builder.pc = last_pc;
        builder
    }

    /// Appends an operation of another trace, operands mapped, a guard resuming at the latest position.
    pub fn copy(&mut self, op: Op, args: &[Operand]) -> Operand {
        let snapshot = match op.snapshot {
            SnapshotIndex::NONE => SnapshotIndex::NONE,
            _ => self.snapshot.expect("the position of the copied instruction"),
        };
        let copied = if Trace::has_varargs(op.opcode) {
            self.trace.emit_var(op.opcode, op.kind, args, op.aux, snapshot)
        } else {
            self.trace.emit(op.opcode, op.kind, args, op.aux, snapshot)
        };
        assert!(self.execute(copied), "{} held before, and holds now", op.opcode.name());
        copied
    }

    /// The pc of the latest position.
    pub fn last_pc(&self) -> u32 {
        self.pc
    }

    pub fn is_full(&self) -> bool {
        self.trace.ops.len() + 200 > CAPACITY
    }

    // -- values

    pub fn bits(&self, operand: Operand) -> u64 {
        match (operand.as_op(), self.trace.as_const(operand)) {
            (Some(op), _) => self.stepper.result(op),
            (None, Some(constant)) => constant.bits,
            (None, None) => panic!("{operand:?} has no value"),
        }
    }
    pub fn kind(&self, operand: Operand) -> Kind {
        self.trace.kind_of(operand).expect("an operand of the trace")
    }
    pub fn int(&mut self, i: i64) -> Operand {
        self.trace.constant(Const::int(i))
    }
    pub fn float(&mut self, f: f64) -> Operand {
        self.trace.constant(Const::float(f))
    }
    pub fn word(&mut self, word: Word) -> Operand {
        self.trace.constant(Const::value(word))
    }
    pub fn tagged_int(&mut self, i: i64) -> Operand {
        self.word(NanBox::box_int(&mut Host, i as u64))
    }
    pub fn reference(&mut self, address: usize) -> Operand {
        self.trace.constant(Const::reference(address as u64))
    }

    // -- operations

    fn execute(&self, op: Operand) -> bool {
        let index = op.as_op().expect("an operation");
        // SAFETY: the generator tests tags, layouts, indices and divisors before it relies on them, and the world's
        // context belongs to this thread.
        unsafe { self.stepper.execute(&self.trace, index) }
    }

    pub fn emit_aux(&mut self, opcode: Opcode, kind: Option<Kind>, args: &[Operand], aux: Aux) -> Operand {
        let op = self.trace.emit(opcode, kind, args, aux, SnapshotIndex::NONE);
        assert!(self.execute(op), "{} cannot leave", opcode.name());
        if kind.is_some_and(|k| k != Kind::Value) {
            self.known.push(op);
        }
        op
    }

    /// An operation whose result kind the opcode, or the last argument, decides.
    pub fn emit(&mut self, opcode: Opcode, args: &[Operand]) -> Operand {
        let kind = match opcode.result() {
            ResultKind::Nothing => None,
            ResultKind::Kind(kind) => Some(kind),
            ResultKind::Varies => Some(self.kind(args[args.len() - 1])),
        };
        self.emit_aux(opcode, kind, args, Aux::NONE)
    }

    /// A store, or whatever else is observable.
    pub fn act(&mut self, opcode: Opcode, args: &[Operand], aux: Aux) {
        self.acted = true;
        self.emit_aux(opcode, None, args, aux);
    }

    /// A guard that holds now.
    pub fn guard(&mut self, opcode: Opcode, args: &[Operand], aux: Aux) -> Operand {
        let snapshot = self.position_snapshot();
        let kind = match opcode.result() {
            ResultKind::Kind(kind) => Some(kind),
            _ => None,
        };
        let op = self.trace.emit(opcode, kind, args, aux, snapshot);
        assert!(self.execute(op), "the generator wrote a guard that fails: {}", opcode.name());
        op
    }

    /// `guard_true` or `guard_false`, whichever holds; returns the truth.
    pub fn guard_truth(&mut self, condition: Operand) -> bool {
        let truth = self.bits(condition) != 0;
        self.guard(if truth { Opcode::GuardTrue } else { Opcode::GuardFalse }, &[condition], Aux::NONE);
        truth
    }

    /// A residual call that does not raise.
    pub fn call(&mut self, descr: &'static CallDescr, args: &[Operand]) -> Operand {
        self.acted |= !descr.effects.elidable && !descr.effects.may_collect || descr.effects.runs_user_code;
        let op = self.trace.emit_var(Opcode::Call, descr.result, args, Aux::call(descr), SnapshotIndex::NONE);
        assert!(self.execute(op), "a call cannot leave");
        op
    }

    /// A residual call that may raise, and the guard that says what it did. Returns its result if it returned, and
    /// the exception, taken, if it raised.
    pub fn call_raising(&mut self, descr: &'static CallDescr, args: &[Operand]) -> Result<Operand, Operand> {
        let result = self.call(descr, args);
        let raised = self.world.context.raised.get() != 0;
        let (opcode, mode, delivered) = if raised {
            (Opcode::GuardRaise, ResumeMode::Deliver, result)
        } else {
            (Opcode::GuardNoRaise, ResumeMode::Raise, Operand::NONE)
        };
        let snapshot = self.snapshot_of(mode, delivered, self.pc, None);
        let guard = self.trace.emit(opcode, None, &[], Aux::NONE, snapshot);
        assert!(self.execute(guard), "the guard was chosen by what the call did");
        if raised { Err(self.emit(Opcode::TakeRaised, &[])) } else { Ok(result) }
    }

    // -- positions

    /// The next instruction begins here.
    pub fn next_instruction(&mut self) {
        self.pc += 1;
        self.mark_position();
    }

    fn mark_position(&mut self) {
        self.snapshot = None;
        self.acted = false;
        self.known.clear();
        let is_join = self.rng.one_in(6);
        let args = [Operand(self.pc), Operand(is_join as u32)];
        let code = self.frames.last().expect("a frame").code;
        let op = self.trace.emit(Opcode::At, None, &args, Aux(code), SnapshotIndex::NONE);
        let slots = |f: &Frame| f.slots.iter().enumerate().map(|(i, s)| (i as u32, *s)).collect();
        let frames = self.frames.iter().map(|f| (f.code, slots(f))).collect();
        self.positions.insert(self.pc, Position { op: op.as_op().expect("an operation"), frames });
    }

    /// The snapshot of the latest position, shared by its guards.
    pub fn position_snapshot(&mut self) -> SnapshotIndex {
        assert!(!self.acted, "the resume rule: a guard after an effect needs a new position");
        if let Some(snapshot) = self.snapshot {
            return snapshot;
        }
        let snapshot = self.snapshot_of(ResumeMode::Execute, Operand::NONE, self.pc, None);
        self.snapshot = Some(snapshot);
        snapshot
    }

    /// The slots as they are now, seen from the header.
    pub fn header_snapshot(&mut self) -> SnapshotIndex {
        let slots = self.frames[0].slots.clone();
        self.snapshot_of(ResumeMode::Execute, Operand::NONE, 0, Some(slots))
    }

    fn snapshot_of(
        &mut self,
        mode: ResumeMode,
        result: Operand,
        pc: u32,
        slots: Option<Vec<Operand>>,
    ) -> SnapshotIndex {
        let frame = self.frames.last().expect("a frame").clone();
        let parent = match self.frames.len() {
            1 => FrameShotIndex::NONE,
            depth => self.frames[depth - 2].shot,
        };
        let slots = slots.unwrap_or(frame.slots);
        let top = self.shot(frame.code, pc, parent, &slots);
        self.trace.snapshots.push(Snapshot { top, mode, result, stores_start: 0, stores_count: 0 });
        SnapshotIndex(self.trace.snapshots.len() as u32 - 1)
    }

    fn shot(&mut self, code: u64, pc: u32, parent: FrameShotIndex, slots: &[Operand]) -> FrameShotIndex {
        let slots_start = self.trace.slots.len() as u32;
        self.trace.slots.extend(slots.iter().enumerate().map(|(i, s)| (i as u32, *s)));
        let slots_count = slots.len() as u32;
        self.trace.frames.push(FrameShot { code, pc, continuation: 0, parent, slots_start, slots_count });
        FrameShotIndex(self.trace.frames.len() as u32 - 1)
    }

    // -- frames

    pub fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("a frame")
    }

    /// Enters a callee with these arguments in its slots.
    pub fn push_frame(&mut self, slots: Vec<Operand>) {
        let parent = match self.frames.len() {
            1 => FrameShotIndex::NONE,
            depth => self.frames[depth - 2].shot,
        };
        let outer = self.frames.last().expect("a frame").clone();
        let shot = self.shot(outer.code, self.pc, parent, &outer.slots);
        self.frame().shot = shot;
        self.frames.push(Frame { code: CALLEE, slots, shot: FrameShotIndex::NONE });
    }

    /// Leaves the callee; its result goes to a slot of the caller.
    pub fn pop_frame(&mut self, result: Operand, slot: usize) {
        self.frames.pop();
        self.frame().slots[slot] = result;
    }
}
