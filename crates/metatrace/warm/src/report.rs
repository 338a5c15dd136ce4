//! What the warm state has made of a program, by position: for views of the program's source.
//!
//! The log says what happened when; this says what there is now. Positions are those where guards resume and those of the trace's `at`
//! operations; an operation without one stands where the last one does. Whoever knows the language can say the line. Units that were
//! retired do not appear.

use crate::state::WarmState;
use crate::unit::{Exit, ExitState, Unit, UnitKind};
use base::counters::Abort;
use metatrace_ir::{FrameShotIndex, Op, Opcode, SnapshotIndex};
use metatrace_machine::{Encoding, HotPlace};

/// An instruction: a code object as the frames name it, and the index.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    pub code: u64,
    pub pc: u32,
}

/// See the module header.
#[derive(Debug, Default)]
pub struct Report {
    pub units: Vec<UnitReport>,
    pub givings_up: Vec<GivingUp>,
}

/// A compiled unit.
#[derive(Debug)]
pub struct UnitReport {
    pub number: u32,
    pub kind: ReportedKind,
    /// The head of its loop or function, or where the guard of the bridge stands.
    pub place: Place,
    pub code_bytes: usize,
    /// What it consists of, in order.
    pub operations: Vec<(Place, Operation)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReportedKind {
    Loop,
    Function,
    Bridge { of: u32 },
}

/// An operation of machine code, as far as it matters to whoever wants to know why a program is not faster.
#[derive(Clone, Debug)]
pub enum Operation {
    /// Computes: nothing to say.
    Plain,
    /// Leaves machine code where what was assumed does not hold.
    Guard {
        /// As the summary counts it.
        kind: &'static str,
        /// Times that it led to the interpreter.
        failures_count: u64,
        leads_to: LeadsTo,
    },
    Allocation {
        layout: heap::LayoutId,
    },
    /// A function of the runtime that the trace does not look into.
    Call {
        name: &'static str,
    },
    /// Another compiled trace.
    CallTrace,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeadsTo {
    Interpreter,
    Bridge(u32),
    /// No bridge could be made: why, if that is known.
    NeverBridged(Option<Abort>),
}

/// A loop or function from which recordings were abandoned.
#[derive(Debug)]
pub struct GivingUp {
    pub place: Place,
    pub is_loop: bool,
    pub reason: Abort,
    pub count: u32,
    /// It has code all the same, by a later recording.
    pub is_compiled: bool,
}

impl<E: Encoding> WarmState<'_, E> {
    /// What there is now.
    pub fn report(&self) -> Report {
        self.poll();
        let units = self.units.borrow();
        let alive = units.iter().flatten().filter(|unit| !unit.is_retired.get());
        let units = alive.map(|unit| self.report_unit(unit)).collect();
        let places = self.places.borrow();
        let given_up = places.iter().filter_map(|p| {
            Some(GivingUp {
                place: Place { code: p.code, pc: p.pc },
                is_loop: p.kind == HotPlace::LoopHeader,
                reason: p.last_abort?,
                count: p.aborts_count,
                is_compiled: !p.versions.is_empty(),
            })
        });
        Report { units, givings_up: given_up.collect() }
    }

    fn report_unit(&self, unit: &Unit) -> UnitReport {
        let place = self.with_place(unit.place, |p| Place { code: p.code, pc: p.pc });
        let kind = match unit.kind.get() {
            UnitKind::Loop => ReportedKind::Loop,
            UnitKind::Function => ReportedKind::Function,
            UnitKind::Bridge { unit, .. } => ReportedKind::Bridge { of: unit.0 },
        };
        let mut operations = Vec::new();
        // A bridge begins where the guard stands.
        let guard = match unit.kind.get() {
            UnitKind::Bridge { unit, exit } => self.unit(unit).and_then(|parent| {
                let op = parent.exits[exit as usize].op;
                resumed_at(&parent, &parent.trace.ops[op as usize])
            }),
            UnitKind::Loop | UnitKind::Function => None,
        };
        let place = guard.unwrap_or(place);
        let mut at = place;
        for (number, op) in unit.trace.ops.iter().enumerate() {
            match op.opcode {
                Opcode::At => at = Place { code: op.aux.0, pc: op.args[0].0 },
                Opcode::Label | Opcode::Param | Opcode::Jump | Opcode::Finish => {}
                _ => {
                    // A guard says more exactly where it stands; the one behind a call stands where the call does.
                    let behind = unit.trace.ops.get(number + 1).filter(|_| op.opcode == Opcode::Call);
                    let exact = [Some(op), behind].into_iter().flatten().find_map(|op| resumed_at(unit, op));
                    at = exact.unwrap_or(at);
                    operations.push((at, operation(unit, number as u32, op)));
                }
            }
        }
        UnitReport { number: unit.id.0, kind, place, code_bytes: unit.compiled.code_bytes, operations }
    }
}

/// Where the interpreter goes on if a guard fails.
fn resumed_at(unit: &Unit, op: &Op) -> Option<Place> {
    if op.snapshot == SnapshotIndex::NONE {
        return None;
    }
    let top = unit.trace.snapshot(op.snapshot).top;
    (top != FrameShotIndex::NONE).then(|| {
        let frame = unit.trace.frame(top);
        Place { code: frame.code, pc: frame.pc }
    })
}

fn operation(unit: &Unit, number: u32, op: &Op) -> Operation {
    match op.opcode {
        Opcode::New => Operation::Allocation { layout: op.aux.as_allocation().0 },
        Opcode::NewArray => Operation::Allocation { layout: op.aux.as_array().layout() },
        Opcode::Call => Operation::Call { name: op.aux.as_call().name },
        Opcode::CallTrace => Operation::CallTrace,
        _ => match unit.exits.iter().find(|exit| exit.op == number) {
            Some(exit) => guard(exit),
            None => Operation::Plain,
        },
    }
}

fn guard(exit: &Exit) -> Operation {
    Operation::Guard {
        kind: exit.kind.text(),
        failures_count: exit.failures_count.get(),
        leads_to: match exit.state.get() {
            ExitState::Bridge(unit) => LeadsTo::Bridge(unit.0),
            ExitState::Never => LeadsTo::NeverBridged(exit.last_abort.get()),
            ExitState::Counting | ExitState::Queued => LeadsTo::Interpreter,
        },
    }
}
