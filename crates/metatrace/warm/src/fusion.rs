//! Fusing a loop, or a function's trace, with the bridges that it has collected: see the optimizer's `fuse`.
//!
//! Bridges are attached one by one through exit slots, which costs a store and a load per live value at each end. When
//! a place has collected enough of them, the unit and its bridges are compiled again as one. When the result is
//! installed, everything that led to the old units leads to the new one: the place, the cells of all labels, bridges that were
//! attached in the meantime. The old units then wait until no native frame can be in them (`retirement.rs`).
//!
//! What a fusion saves, a few nanoseconds each time that a bridge is passed, is less than what it costs unless the program runs for long. So a
//! fusion waits until the program has run for [`TIMES_ITS_COST`] as long as all fusions until then, and this one, take to compile
//! (`sync_compile` does not wait: it does not depend on clocks). What was not fused when the last bridge came is looked at again (`rest.rs`). Fusions of one place come at growing distances, so that the work spent on them stays proportional to the code, and one that
//! would take in only a few of the bridges that are due is left out: then the place is as large as it gets.

use crate::calls::SPECIAL_SELECTOR;
use crate::compilation::Job;
use crate::links::point;
use crate::place::{PlaceIndex, PlaceState};
use crate::state::WarmState;
use crate::unit::{ExitState, Unit, UnitKind};
use base::Pass;
use base::counters::Counter;
use metatrace_codegen::Linker;
use metatrace_ir::{LabelRef, Opcode, UnitId};
use metatrace_machine::Encoding;
use metatrace_opt::{ExitFacts, Fused, Piece, fuse};
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Operations of a fused unit: bridges beyond that stay where they are. The time that register allocation takes grows faster than the
/// code: 6 us per operation of a small unit, 15 for 2000 operations, 25 for 6000.
const MAX_FUSED_OPS: usize = 1200;

/// See the module header.
const TIMES_ITS_COST: u32 = 12;
/// What an operation of a fused unit takes to compile, as far as a fusion's cost is foreseen.
const COMPILE_TIME_PER_OP: Duration = Duration::from_micros(12);

/// How the numbers of the old units are found in the fused one.
#[derive(Clone, Debug)]
pub struct Fusion {
    /// The unit of the place first.
    pub pieces: Vec<UnitId>,
    pub label_bases: Vec<u32>,
    pub exit_bases: Vec<u32>,
}

/// Where a unit has gone.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    to: UnitId,
    label_base: u32,
    exit_base: u32,
}

/// A unit, and for a bridge the number of the unit that it hangs on and the guard there.
type Attached = (Rc<Unit>, Option<(usize, u32)>);

impl<E: Encoding> WarmState<'_, E> {
    /// Where a label is today.
    pub(crate) fn resolve_label(&self, mut label: LabelRef) -> LabelRef {
        while let Some(moved) = self.moved.borrow().get(&label.unit) {
            label = LabelRef { unit: moved.to, label: label.label + moved.label_base };
        }
        label
    }

    /// Where an exit is today.
    pub(crate) fn resolve_exit(&self, mut unit: UnitId, mut exit: u32) -> (UnitId, u32) {
        while let Some(moved) = self.moved.borrow().get(&unit) {
            (unit, exit) = (moved.to, exit + moved.exit_base);
        }
        (unit, exit)
    }

    /// A bridge of the place was installed: fuses if there are enough.
    pub(crate) fn consider_fusion(&self, place: PlaceIndex) {
        self.await_rest(place);
        let threshold = self.params().join_threshold;
        let is_due = self.with_place(place, |p| {
            p.unfused_bridges_count += 1;
            !p.is_fusing && p.unfused_bridges_count >= threshold.max(p.fused_bridges_count / 2)
        });
        if threshold == 0 || !is_due || !self.params().is_enabled(Pass::Joins) {
            return;
        }
        let job = self.fusion_of(place);
        if let Some(job) = &job
            && !self.params().sync_compile
        {
            let cost = self.cost_with(job);
            if self.life() < cost * TIMES_ITS_COST {
                // It is considered again when half as many bridges more have come.
                self.with_place(place, |p| p.unfused_bridges_count -= threshold / 2);
                return;
            }
            self.fusion_cost.set(cost);
        }
        self.fuse_now(place, job);
    }

    /// What all fusions take to compile, this one included.
    pub(crate) fn cost_with(&self, job: &Job) -> Duration {
        self.fusion_cost.get() + COMPILE_TIME_PER_OP * job.trace.ops.len() as u32
    }

    /// The bridges of the place are dealt with: by this job, or left as they are.
    pub(crate) fn fuse_now(&self, place: PlaceIndex, job: Option<Job>) {
        self.with_place(place, |p| {
            p.is_fusing = job.is_some();
            p.fused_bridges_count += std::mem::take(&mut p.unfused_bridges_count);
        });
        if let Some(job) = job {
            self.submit(job);
        }
    }

    /// The place's unit and all that hangs on it, as one unit to compile.
    pub(crate) fn fusion_of(&self, place: PlaceIndex) -> Option<Job> {
        let PlaceState::Compiled(root) = self.with_place(place, |p| p.state) else { return None };
        let root = self.unit(root)?;
        let mut ops_count = root.trace.ops.len();
        let mut units: Vec<Attached> = vec![(root, None)];
        let mut next = 0;
        while next < units.len() {
            let parent = units[next].0.clone();
            for exit in &parent.exits {
                let opcode = parent.trace.ops[exit.op as usize].opcode;
                let may_branch = opcode.is_guard() && opcode != Opcode::CallTrace;
                if let ExitState::Bridge(bridge) = exit.state.get()
                    && may_branch
                    && let Some(bridge) = self.unit(bridge)
                    && ops_count + bridge.trace.ops.len() <= MAX_FUSED_OPS
                {
                    ops_count += bridge.trace.ops.len();
                    units.push((bridge, Some((next, exit.op))));
                }
            }
            next += 1;
        }
        let wanted = self.with_place(place, |p| p.unfused_bridges_count) as usize;
        if units.len() - 1 < wanted.div_ceil(2).max(1) {
            return None;
        }
        let pieces: Vec<Piece<'_>> = units
            .iter()
            .map(|(u, parent)| Piece { unit: u.id, trace: &u.trace, labels: &u.labels, parent: *parent })
            .collect();
        let Fused { trace, mut labels, label_bases, exit_bases, op_bases } =
            fuse(&pieces, &|label| self.resolve_label(label));
        if cfg!(debug_assertions)
            && let Err(errors) = metatrace_ir::verify(&trace)
        {
            panic!("fusing made a malformed unit: {errors}");
        }
        let mut facts = ExitFacts::default();
        for ((unit, _), op_base) in units.iter().zip(op_bases) {
            facts.append(&unit.facts, op_base);
        }
        let id = self.next_unit();
        for label in &mut labels {
            label.unit = id;
        }
        Some(Job {
            id,
            place,
            kind: units[0].0.kind.get(),
            trace,
            labels,
            entry: None,
            facts,
            keeps: units.iter().flat_map(|(u, _)| u.keeps.iter().cloned()).collect(),
            fusion: Some(Fusion {
                pieces: units.iter().map(|(u, _)| u.id).collect(),
                label_bases,
                exit_bases,
            }),
        })
    }

    /// A fused unit is compiled: it takes the place of its parts. Not (false) if its parts are no longer in use.
    pub(crate) fn install_fused(&self, unit: &Rc<Unit>, fusion: &Fusion) -> bool {
        let is_current =
            self.with_place(unit.place, |p| {
                p.is_fusing = false;
                p.state == PlaceState::Compiled(fusion.pieces[0])
            }) && fusion.pieces.iter().all(|piece| self.unit(*piece).is_some_and(|u| !u.is_retired.get()));
        if !is_current {
            return false;
        }
        self.counters.add(Counter::JoinedLoops, 1);
        let bases = fusion.label_bases.iter().zip(&fusion.exit_bases);
        for (piece, (label_base, exit_base)) in fusion.pieces.iter().zip(bases) {
            let old = self.unit(*piece).expect("just tested");
            for (ordinal, exit) in old.exits.iter().enumerate() {
                self.move_exit(exit.state.get(), unit, exit_base + ordinal as u32, &fusion.pieces);
                let new = &unit.exits[*exit_base as usize + ordinal];
                new.remaining.set(exit.remaining.get());
                new.failures_count.set(exit.failures_count.get());
                new.aborts_count.set(exit.aborts_count.get());
                exit.state.set(ExitState::Never);
            }
            let moved = Moved { to: unit.id, label_base: *label_base, exit_base: *exit_base };
            self.moved.borrow_mut().insert(old.id, moved);
        }
        let root = self.unit(fusion.pieces[0]).expect("just tested");
        self.adopt(unit, &root);
        self.repoint_cells(unit);
        self.forget_labels(&fusion.pieces);
        for piece in &fusion.pieces {
            if let Some(old) = self.unit(*piece) {
                self.bury(old);
            }
        }
        true
    }

    fn move_exit(&self, state: ExitState, to: &Rc<Unit>, exit: u32, pieces: &[UnitId]) {
        let new = &to.exits[exit as usize];
        match state {
            // It has become a branch.
            ExitState::Bridge(bridge) if pieces.contains(&bridge) => new.state.set(ExitState::Never),
            ExitState::Bridge(bridge) => {
                if let Some(bridge) = self.unit(bridge) {
                    bridge.kind.set(UnitKind::Bridge { unit: to.id, exit });
                    let slot = &to.compiled.slots[exit as usize];
                    slot.target.store(bridge.compiled.code.cast_mut(), Ordering::Release);
                }
                new.state.set(state);
            }
            state => new.state.set(state),
        }
    }

    /// The unit becomes what its place enters, in place of `old`.
    fn adopt(&self, unit: &Unit, old: &Unit) {
        let code = unit.compiled.code;
        self.with_place(unit.place, |p| {
            p.versions.retain(|version| *version != old.id);
            p.state = PlaceState::Compiled(unit.id);
            p.versions.push(unit.id);
            point(&p.generic_cell, code, 0);
            for special in &p.special_cells {
                if special.cell.code.load(Ordering::Acquire).cast_const() == old.compiled.code {
                    point(&special.cell, code, SPECIAL_SELECTOR);
                }
            }
        });
    }

    /// Cells of labels that are in the unit now, whatever unit they were in when code was made that uses them.
    fn repoint_cells(&self, unit: &Unit) {
        for label in self.links.labels() {
            let today = self.resolve_label(label);
            if today.unit == unit.id && label.unit != unit.id {
                // SAFETY: cells live as long as the links.
                let cell = unsafe { &*self.links.cell(label) };
                point(cell, unit.compiled.code, u64::from(today.label));
            }
        }
    }
}
