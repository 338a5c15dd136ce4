//! Label contracts: what a later trace must know to enter a label of a compiled unit, and the result of an
//! optimization.

use crate::entry::EntryContract;
use crate::exit_facts::ExitFacts;
use crate::pass::Pending;
use crate::passes::PASSES;
use crate::short::Short;
use crate::state::State;
use metatrace_ir::{FrameShotIndex, LabelRef, SnapshotIndex, Trace, UnitId};
use metatrace_machine::Kind;

/// Where the interpreter is: (code, pc, continuation) of every frame, outermost first.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Position(pub Vec<(u64, u32, u32)>);

impl Position {
    /// The position of a snapshot.
    pub fn of(trace: &Trace, snapshot: SnapshotIndex) -> Position {
        let mut frames = Vec::new();
        let mut next = trace.snapshot(snapshot).top;
        while next != FrameShotIndex::NONE {
            let frame = trace.frame(next);
            frames.push((frame.code, frame.pc, frame.continuation));
            next = frame.parent;
        }
        frames.reverse();
        Position(frames)
    }
}

/// Everything that is needed to jump to a label.
///
/// The constants in it (of nodes and of short operations) may be references: whoever keeps a contract keeps them alive, and up to
/// date if objects move ([`LabelContract::for_each_reference`]).
#[derive(Clone, PartialEq, Debug)]
pub struct LabelContract {
    /// [`UnitId::THIS`] until the owner of the unit sets it.
    pub unit: UnitId,
    pub label: u32,
    /// `None` for labels that nothing jumps to: the first one of a bridge, which only its exit enters, and the special entry
    /// of a function, which calls enter by their [`EntryContract`].
    pub position: Option<Position>,
    /// Kinds of the label's parameters.
    pub params: Vec<Kind>,
    /// How the live values (those of the position's frames, outermost first, ascending slots) make up the
    /// parameters.
    pub state: State,
    /// Operations that must be replayed before the jump; in dependency order.
    pub shorts: Vec<Short>,
    /// Flag addresses of the assumptions that the code behind the label relies on.
    pub valid: Vec<u64>,
}

impl LabelContract {
    /// The contract of a label that takes values as they are.
    pub fn generic(label: u32, position: Option<Position>, params: Vec<Kind>) -> LabelContract {
        let state = State::unknown(&params);
        LabelContract {
            unit: UnitId::THIS,
            label,
            position,
            params,
            state,
            shorts: Vec::new(),
            valid: Vec::new(),
        }
    }

    pub fn label_ref(&self) -> LabelRef {
        LabelRef { unit: self.unit, label: self.label }
    }

    /// Whether nothing is asked of the values.
    pub fn is_generic(&self) -> bool {
        self.shorts.is_empty() && self.valid.is_empty() && self.state == State::unknown(&self.params)
    }

    /// Calls `f` with every reference (kinds ref and value) among the constants.
    pub fn for_each_reference(&mut self, mut f: impl FnMut(&mut u64)) {
        let in_state = self.state.constants_mut();
        let in_shorts = self.shorts.iter_mut().flat_map(Short::constants_mut);
        for c in in_state.chain(in_shorts) {
            if matches!(c.kind, Kind::Ref | Kind::Value) {
                f(&mut c.bits);
            }
        }
    }
}

/// How a trace ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Closing {
    /// Finish, raise or leave.
    #[default]
    Linear,
    /// Jumps to a label that takes unboxed values.
    Special,
    /// Jumps into the middle of a loop.
    Joined,
    /// Jumps to a label that takes every value as it is.
    Generic,
}

/// Numbers for the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    pub recorded_ops: u32,
    pub unit_ops: u32,
    /// Operations behind the last label.
    pub body_ops: u32,
    pub guards: u32,
    /// How often the loop body was optimised until its state was stable.
    pub attempts: u32,
    pub closing: Closing,
    /// The iteration behind the recorded one cannot go like it: another iteration may make a better loop.
    pub is_exceptional: bool,
    /// Virtual boxes and objects that something outside the trace had to see.
    pub forced: u32,
    /// Virtual boxes and objects that snapshots describe.
    pub virtuals: u32,
    /// Guards that resume where the guard before them does.
    pub guards_shared: u32,
    /// Operations that each pass of [`PASSES`](crate::PASSES) answered or dropped: recorded ones, and ones that passes made.
    pub removed: [u32; PASSES.len()],
    /// Operations of the walk that were dead in the end.
    pub removed_as_dead: u32,
}

impl std::fmt::Display for Stats {
    /// One line for logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Stats { recorded_ops, unit_ops, body_ops, guards, guards_shared, .. } = self;
        write!(f, "{recorded_ops} recorded ops -> {unit_ops}, {body_ops} behind the last label; ")?;
        write!(f, "{guards} guards, {guards_shared} shared; ")?;
        write!(f, "{} virtuals in snapshots, {} forced; ", self.virtuals, self.forced)?;
        let closing = match self.closing {
            Closing::Linear => "does not close",
            Closing::Special => "closes unboxed",
            Closing::Generic => "closes boxed",
            Closing::Joined => "joins code that exists",
        };
        let exceptional = if self.is_exceptional { " an exceptional iteration" } else { "" };
        write!(f, "{closing}{exceptional} after {} attempts; removed:", self.attempts)?;
        for (pass, removed) in PASSES.iter().zip(self.removed) {
            write!(f, " {} {removed}", pass.name)?;
        }
        write!(f, " dce {}", self.removed_as_dead)
    }
}

/// A unit, ready for the code generator.
#[derive(Clone, Debug)]
pub struct Optimized {
    pub unit: Trace,
    /// One per label, in the order of the labels.
    pub labels: Vec<LabelContract>,
    /// What is known at each exit about its live operands.
    pub exit_facts: ExitFacts,
    /// What label 1 asks of calls, if it is the special entry of a function.
    pub entry: Option<EntryContract>,
    pub stats: Stats,
}

/// How to optimise.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub switches: crate::passes::Switches,
    /// Guards fail although their condition holds (the stress option): a bridge learns nothing from the failure.
    pub guards_lie: bool,
    /// Labels that bridges may make at one join point.
    pub join_versions: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { switches: crate::passes::Switches::default(), guards_lie: false, join_versions: 4 }
    }
}

/// A jump through the passes' hands: nothing may follow it in its block.
pub(crate) fn jump_to(label: LabelRef, args: Vec<metatrace_ir::Operand>) -> Pending {
    let mut jump = Pending::new(metatrace_ir::Opcode::Jump, None, &[], metatrace_ir::Aux::label(label));
    jump.varargs = args;
    jump
}
