//! Compiled units as the warm state keeps them: the optimised trace, its exits, and what keeps its constants alive.

use crate::place::PlaceIndex;
use base::counters::{Abort, ExitKind};
use heap::StableRef;
use metatrace_codegen::CompiledUnit;
use metatrace_ir::{LabelRef, Opcode, Operand, SnapshotIndex, Trace, UnitId, exit_operands};
use metatrace_machine::{Assumption, Kind};
use metatrace_opt::{ExitFacts, LabelContract};
use std::cell::{Cell, OnceCell};
use std::rc::Rc;

/// Exit numbers: the unit above these bits, the exit's ordinal in them.
pub const EXIT_BITS: u32 = 20;

/// Number of the unit's first exit.
pub fn first_exit(unit: UnitId) -> u64 {
    (unit.0 as u64) << EXIT_BITS
}

/// What a unit was made from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitKind {
    Loop,
    Function,
    /// Attached to an exit.
    Bridge {
        unit: UnitId,
        exit: u32,
    },
}

/// Where an exit leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExitState {
    /// To the interpreter.
    Counting,
    /// A bridge is being compiled.
    Queued,
    Bridge(UnitId),
    /// To the interpreter for ever.
    Never,
}

/// One exit of a unit.
pub struct Exit {
    pub op: u32,
    pub kind: ExitKind,
    pub snapshot: SnapshotIndex,
    pub state: Cell<ExitState>,
    /// Failures until the next question whether to record a bridge.
    pub remaining: Cell<u32>,
    pub failures_count: Cell<u64>,
    pub aborts_count: Cell<u32>,
    /// Why no bridge was made, the last time.
    pub last_abort: Cell<Option<Abort>>,
    /// The last recording waits for this place's loop: see `waiting.rs`.
    pub awaited: Cell<Option<PlaceIndex>>,
    /// The operands in the transfer buffer and their kinds; made at the first failure.
    pub live: OnceCell<Rc<[(Operand, Kind)]>>,
}

/// What code refers to, and must stay as long as the code does.
pub struct Keeps {
    /// Constants: pinned and alive.
    pub _constants: Vec<StableRef>,
    /// The flags that the code tests.
    pub assumptions: Vec<Assumption>,
}

impl Keeps {
    pub fn relies_on_broken_assumption(&self) -> bool {
        self.assumptions.iter().any(|a| !a.holds())
    }
}

/// A compiled unit.
pub struct Unit {
    pub id: UnitId,
    pub place: PlaceIndex,
    /// Changes when the unit that a bridge hangs on is fused into another.
    pub kind: Cell<UnitKind>,
    pub trace: Trace,
    pub labels: Vec<LabelContract>,
    /// What is known about the operands of each exit.
    pub facts: ExitFacts,
    pub exits: Vec<Exit>,
    pub compiled: CompiledUnit,
    /// Labels of other units that it jumps to.
    pub targets: Vec<LabelRef>,
    pub keeps: Vec<Rc<Keeps>>,
    /// The flag that its code tests for all assumptions: broken with any of them.
    pub validity: Option<Assumption>,
    /// Nothing leads to it any more; see `retirement.rs`.
    pub is_retired: Cell<bool>,
    /// Generation in which it was made, or last entered as far as known: see [`crate::place::Place::last_entered`].
    pub last_used: Cell<u64>,
}

/// The name under which failures of a guard are counted.
pub fn exit_kind(opcode: Opcode) -> ExitKind {
    match opcode {
        Opcode::GuardTrue => ExitKind::GuardTrue,
        Opcode::GuardFalse => ExitKind::GuardFalse,
        Opcode::GuardTag => ExitKind::GuardTag,
        Opcode::GuardNotTag => ExitKind::GuardNotTag,
        Opcode::GuardLayout => ExitKind::GuardLayout,
        Opcode::GuardNotLayout => ExitKind::GuardNotLayout,
        Opcode::GuardIs => ExitKind::GuardIs,
        Opcode::GuardIsNot => ExitKind::GuardIsNot,
        Opcode::GuardNoRaise => ExitKind::GuardNoRaise,
        Opcode::GuardRaise => ExitKind::GuardRaise,
        Opcode::GuardValid => ExitKind::GuardValid,
        Opcode::CallTrace => ExitKind::CallTrace,
        Opcode::Leave => ExitKind::Leave,
        _ => ExitKind::Overflow,
    }
}

/// The labels of other units that a trace jumps to.
pub fn targets_of(trace: &Trace) -> Vec<LabelRef> {
    let jumps = trace.ops.iter().filter(|op| op.opcode == Opcode::Jump);
    jumps.map(|op| op.aux.as_label()).filter(|label| label.unit != UnitId::THIS).collect()
}

impl Unit {
    /// Whether it can only leave where it tests what it relies on.
    pub fn relies_on_broken_assumption(&self) -> bool {
        self.validity.as_ref().is_some_and(|validity| !validity.holds())
            || self.keeps.iter().any(|keeps| keeps.relies_on_broken_assumption())
    }

    /// Whether a loop is left here because it was entered with values of other classes than it was made for: what is
    /// recorded from there is best a loop of its own (PyPy: *retrace*), with a label that takes them unboxed.
    pub fn is_entered_with_other_classes(&self, exit: u32) -> bool {
        let exit = self.exits[exit as usize].op as usize;
        let op = self.trace.ops[exit].opcode;
        let tests_class = matches!(
            op,
            Opcode::GuardTag | Opcode::GuardNotTag | Opcode::GuardLayout | Opcode::GuardNotLayout
        );
        let labels_count = self.trace.ops[..exit].iter().filter(|op| op.opcode == Opcode::Label).count();
        let is_peeled = self.labels.iter().any(|label| label.label == 1);
        self.kind.get() == UnitKind::Loop && tests_class && is_peeled && labels_count == 1
    }

    /// The exit's operands in the order of the transfer buffer, with the kinds that the words there have.
    pub fn exit_live(&self, exit: &Exit) -> Rc<[(Operand, Kind)]> {
        exit.live
            .get_or_init(|| {
                let call = match self.trace.ops[exit.op as usize].opcode {
                    // The result of a call that did not return what was expected travels tagged.
                    Opcode::CallTrace => Some(Operand::op(exit.op)),
                    _ => None,
                };
                exit_operands(&self.trace, self.trace.snapshot(exit.snapshot))
                    .into_iter()
                    .map(|operand| {
                        let kind = self.trace.kind_of(operand).expect("a live operand has a value");
                        (operand, if Some(operand) == call { Kind::Value } else { kind })
                    })
                    .collect()
            })
            .clone()
    }
}
