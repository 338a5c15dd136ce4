//! From a recording to a job for the code generator: which optimisation, towards which labels.

use crate::compilation::Job;
use crate::facts::ConstantFacts;
use crate::place::PlaceIndex;
use crate::state::WarmState;
use crate::unit::{Keeps, Unit, UnitKind};
use base::Pass;
use base::counters::{Abort, Counter};
use metatrace_ir::{Opcode, SnapshotIndex, Trace, UnitId};
use metatrace_machine::Encoding;
use metatrace_opt::{
    InvalidLoop, LabelContract, Optimized, Options, OwnEntry, ParentExit, Position, Switches,
    optimize_bridge, optimize_function, optimize_linear, optimize_loop,
};
use metatrace_record::{Recording, Start};
use std::rc::Rc;

/// Exceptional iterations of a loop, such as leave it, after which the next visit is recorded at once.
const MOST_DECLINED: u32 = 2;

/// The optimizer's switches for a set of parameters. Passes that the optimizer does not have are ignored.
pub fn options(params: &base::Params) -> Options {
    let mut switches = Switches::default();
    for pass in Pass::ALL.iter().filter(|pass| !params.is_enabled(**pass)) {
        if Switches::names().any(|name| name == pass.name()) {
            switches.disable(pass.name()).expect("the name was just found in the list");
        }
    }
    Options {
        switches,
        guards_lie: params.guard_fail_every != 0,
        join_versions: params.retrace_limit as usize,
    }
}

impl<E: Encoding> WarmState<'_, E> {
    pub(crate) fn next_unit(&self) -> UnitId {
        let mut units = self.units.borrow_mut();
        units.push(None);
        UnitId(units.len() as u32 - 1)
    }

    /// The units with a label at a join point of the trace, oldest first: their labels are the most special ones.
    fn units_to_join(&self, trace: &Trace) -> Vec<Rc<Unit>> {
        let labels = self.labels.borrow();
        let mut found: Vec<UnitId> = Vec::new();
        for op in &trace.ops {
            if op.opcode == Opcode::At
                && op.snapshot != SnapshotIndex::NONE
                && let Some(here) = labels.get(&Position::of(trace, op.snapshot))
            {
                found.extend(here.iter().map(|label| label.unit));
            }
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|unit| self.unit(unit)).collect()
    }

    /// Whether another iteration of a loop is to be recorded than an exceptional one.
    ///
    /// In a loop of few turns each attempt may come upon the same one: of two turns, the recording that begins with the last ends with the
    /// first. Machine code that begins so leaves each time, and what goes round such a loop would have to jump into it. So after the last attempt
    /// the place rests: what is around it gets hot meanwhile, and is recorded through all the turns. If that does not help, exceptions are
    /// the rule, and are compiled.
    pub(crate) fn declines(&self, place: PlaceIndex) -> bool {
        self.with_place(place, |p| {
            p.is_declined = p.declined_count < MOST_DECLINED;
            p.declined_count += 1;
            p.declined_count <= MOST_DECLINED + 1
        })
    }

    /// Optimises a recording.
    ///
    /// Errors: the reason under which the refusal is counted.
    pub(crate) fn optimise(
        &self,
        recording: Recording,
        start: Start,
        place: PlaceIndex,
        bridge: Option<(&Rc<Unit>, u32)>,
    ) -> Result<Job, Abort> {
        crate::log::recorded(self, place, &recording.trace);
        let trace = &recording.trace;
        let env = ConstantFacts::new(self);
        let options = options(&self.params());
        // The units that the trace may jump into; the contracts live in them.
        let target_unit = target_of(trace).and_then(|unit| self.unit(unit));
        let targets: Vec<&LabelContract> = match &target_unit {
            // The label behind the peeled iteration first: it takes unboxed values.
            Some(unit) => unit.labels.iter().rev().filter(|l| l.position.is_some()).collect(),
            None => Vec::new(),
        };
        let join_units = if bridge.is_some() { self.units_to_join(trace) } else { Vec::new() };
        let joins: Vec<&LabelContract> =
            join_units.iter().flat_map(|unit| &unit.labels).filter(|l| l.position.is_some()).collect();
        let (kind, optimized) = match (start, bridge) {
            (_, Some((parent, exit))) => {
                let parent_exit = ParentExit {
                    unit: &parent.trace,
                    guard: parent.exits[exit as usize].op,
                    snapshot: parent.exits[exit as usize].snapshot,
                    facts: &parent.facts,
                };
                let kind = UnitKind::Bridge { unit: parent.id, exit };
                (kind, optimize_bridge(trace, parent_exit, &targets, &joins, &env, &options))
            }
            (Start::Function, None) => {
                let cell = self.with_place(place, |p| &raw const *p.generic_cell as u64);
                let snapshot = recording.entry.expect("a function's recording describes its entry");
                let own = OwnEntry { snapshot, cell, classes: &recording.classes };
                (UnitKind::Function, optimize_function(trace, own, &targets, &env, &options))
            }
            (_, None) if target_unit.is_some() => {
                (UnitKind::Loop, optimize_linear(trace, &targets, &env, &options))
            }
            (_, None) => (UnitKind::Loop, optimize_loop(trace, &env, &options)),
        };
        let Optimized { unit, mut labels, exit_facts, entry, stats } = optimized.map_err(|why| {
            crate::log::contradicted(self, place, why);
            Abort::InvalidLoop
        })?;
        if (stats.is_exceptional || recording.leaves_loop) && self.declines(place) {
            crate::log::contradicted(self, place, InvalidLoop(&"an exceptional iteration"));
            return Err(Abort::InvalidLoop);
        }
        self.counters.add(Counter::OptOps, stats.unit_ops.into());
        self.counters.add(Counter::OptGuards, stats.guards.into());
        self.counters.add(Counter::OptGuardsShared, stats.guards_shared.into());
        self.counters.add(Counter::Virtuals, stats.virtuals.into());
        self.counters.add(Counter::Forcings, stats.forced.into());
        for (pass, removed) in metatrace_opt::PASSES.iter().zip(stats.removed) {
            let pass =
                Pass::from_name(pass.name).expect("every pass of the optimizer is in the list of passes");
            self.counters.add_removed(pass, removed.into());
        }
        self.counters.add_removed(Pass::Dce, stats.removed_as_dead.into());
        crate::log::optimised(self, place, &stats);
        if cfg!(debug_assertions)
            && let Err(errors) = metatrace_ir::verify(&unit)
        {
            panic!("the optimizer made a malformed unit: {errors}");
        }
        let id = self.next_unit();
        for label in &mut labels {
            label.unit = id;
        }
        Ok(Job {
            id,
            place,
            kind,
            trace: unit,
            labels,
            entry,
            facts: exit_facts,
            keeps: vec![Rc::new(Keeps {
                _constants: recording.constants,
                assumptions: recording.assumptions,
            })],
            validity: None,
            fusion: None,
        })
    }
}

/// The unit that the trace ends by jumping into, if it is another one.
fn target_of(trace: &Trace) -> Option<UnitId> {
    let last = trace.ops.last()?;
    (last.opcode == Opcode::Jump).then(|| last.aux.as_label().unit).filter(|unit| *unit != UnitId::THIS)
}
