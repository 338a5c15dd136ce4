//! Retirement: units that are not to be entered any more, and when their memory is freed.
//!
//! A unit is retired because it was fused into another, because an assumption that it relies on is broken, because
//! nothing has used it for long (`loop_longevity`), or to make room (`code_limit_bytes`). With it go the bridges that
//! hang on it and every unit that jumps into it, so that nothing leads to it: exits that had one of them as bridge count
//! again, places record again.
//!
//! A retired unit may still be on the native stack, below a call that it made. It is freed when no machine code is
//! active on this thread; until then it is complete, so that such a frame can go on, exit, and resume.
//!
//! Known limits: a program whose outermost frame is machine code that never returns frees nothing.

use crate::calls::Entry;
use crate::links::point;
use crate::place::{PlaceIndex, PlaceState};
use crate::state::WarmState;
use crate::unit::{ExitState, Unit, UnitKind};
use base::counters::Counter;
use metatrace_ir::UnitId;
use metatrace_machine::Encoding;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::atomic::Ordering;

impl<E: Encoding> WarmState<'_, E> {
    /// Retires a unit and everything that leads into it. Each time, its place waits longer before it is recorded again.
    pub(crate) fn retire(&self, unit: UnitId) {
        let retired = self.with_dependents(unit);
        self.forget_labels(&retired.iter().copied().collect::<Vec<_>>());
        for id in &retired {
            let Some(unit) = self.unit(*id) else { continue };
            match unit.kind.get() {
                UnitKind::Bridge { unit: parent, exit } if !retired.contains(&parent) => {
                    self.detach(parent, exit);
                }
                UnitKind::Bridge { .. } => {}
                UnitKind::Loop | UnitKind::Function => self.empty(unit.place, *id),
            }
            self.bury(unit);
        }
        self.free_retired();
    }

    /// Retires all units: nothing is compiled any more, and what is hot is recorded again.
    pub fn retire_all(&self) {
        self.poll();
        let all: Vec<UnitId> = self.units.borrow().iter().flatten().map(|unit| unit.id).collect();
        for unit in all {
            if self.unit(unit).is_some_and(|unit| !unit.is_retired.get()) {
                self.retire(unit);
            }
        }
    }

    /// The unit, the bridges on its exits, and the units that jump into any of these.
    fn with_dependents(&self, unit: UnitId) -> HashSet<UnitId> {
        let units: Vec<Rc<Unit>> = self.units.borrow().iter().flatten().cloned().collect();
        let mut found = HashSet::from([unit]);
        loop {
            let before = found.len();
            for unit in units.iter().filter(|u| !u.is_retired.get()) {
                let on_exit =
                    matches!(unit.kind.get(), UnitKind::Bridge { unit, .. } if found.contains(&unit));
                let jumps = || unit.targets.iter().any(|t| found.contains(&self.resolve_label(*t).unit));
                if on_exit || jumps() {
                    found.insert(unit.id);
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }

    /// The exit leads to the interpreter again.
    fn detach(&self, parent: UnitId, exit: u32) {
        let (parent, exit) = self.resolve_exit(parent, exit);
        let Some(parent) = self.unit(parent) else { return };
        parent.compiled.slots[exit as usize].target.store(self.stub.cast_mut(), Ordering::Release);
        let exit = &parent.exits[exit as usize];
        exit.state.set(ExitState::Counting);
        exit.remaining.set(self.params().trace_eagerness.max(1));
    }

    fn empty(&self, place: PlaceIndex, unit: UnitId) {
        let stub_number = |contract| Entry { place, contract }.stub_number();
        self.with_place(place, |p| {
            p.versions.retain(|version| *version != unit);
            if p.state != PlaceState::Compiled(unit) {
                return;
            }
            p.state = PlaceState::Counting;
            p.retirements_count += 1;
            let wait = self.threshold(p.kind).saturating_mul(1 << (p.retirements_count - 1).min(10));
            p.wait = wait;
            p.bridges_count = 0;
            (p.unfused_bridges_count, p.fused_bridges_count) = (0, 0);
            p.calls_left = wait;
            point(&p.generic_cell, self.stub, stub_number(None));
            for (number, special) in p.special_cells.iter().enumerate() {
                point(&special.cell, self.call_stub, stub_number(Some(number as u32)));
            }
        });
    }

    /// No bridge joins a label of these units.
    pub(crate) fn forget_labels(&self, units: &[UnitId]) {
        self.labels.borrow_mut().retain(|_, labels| {
            labels.retain(|label| !units.contains(&label.unit));
            !labels.is_empty()
        });
    }

    /// Puts a unit that nothing leads to any more where it waits to be freed.
    pub(crate) fn bury(&self, unit: Rc<Unit>) {
        if !unit.is_retired.replace(true) {
            for exit in &unit.exits {
                exit.state.set(ExitState::Never);
            }
            self.retired.borrow_mut().push(unit.id);
        }
    }

    /// Frees the retired units if no native frame can be in one of them.
    pub(crate) fn free_retired(&self) {
        if self.activations.get() != 0 || self.retired.borrow().is_empty() {
            return;
        }
        for id in std::mem::take(&mut *self.retired.borrow_mut()) {
            let Some(unit) = self.units.borrow_mut()[id.0 as usize].take() else { continue };
            let counter = match unit.kind.get() {
                UnitKind::Bridge { .. } => Counter::FreedBridges,
                _ => Counter::FreedLoops,
            };
            self.counters.add(counter, 1);
            self.counters.add(Counter::CodeBytesFreed, unit.compiled.code_bytes as u64);
        }
    }

    /// Retires the units of places that were not entered for `loop_longevity` generations.
    pub(crate) fn retire_unused(&self) {
        let longevity = u64::from(self.params().loop_longevity);
        let oldest = self.generation.get().saturating_sub(longevity);
        if longevity == 0 || oldest == 0 {
            return;
        }
        for unit in self.units_by_age() {
            if unit.last_used.get() < oldest && !unit.is_retired.get() {
                self.retire(unit.id);
            }
        }
    }

    /// Retires the units used longest ago until a quarter of the code is gone. Whether there were any.
    pub(crate) fn make_room(&self) -> bool {
        let units: Vec<Rc<Unit>> = self.units.borrow().iter().flatten().cloned().collect();
        let live_bytes =
            || -> usize { units.iter().filter(|u| !u.is_retired.get()).map(|u| u.compiled.code_bytes).sum() };
        let before = live_bytes();
        for unit in self.units_by_age() {
            if live_bytes() <= before / 4 * 3 {
                break;
            }
            if !unit.is_retired.get() {
                self.retire(unit.id);
            }
        }
        live_bytes() < before
    }

    /// Units of places, the one that was used longest ago first. A unit that runs inside others is as young as the
    /// youngest that leads into it.
    fn units_by_age(&self) -> Vec<Rc<Unit>> {
        let units: Vec<Rc<Unit>> = self.units.borrow().iter().flatten().cloned().collect();
        for unit in units.iter().filter(|unit| !matches!(unit.kind.get(), UnitKind::Bridge { .. })) {
            let entered = self.with_place(unit.place, |p| p.last_entered);
            unit.last_used.set(unit.last_used.get().max(entered));
        }
        for _ in 0..units.len() {
            let mut has_changed = false;
            for unit in &units {
                let mut leads_to: Vec<UnitId> =
                    unit.targets.iter().map(|target| self.resolve_label(*target).unit).collect();
                if let UnitKind::Bridge { unit: parent, .. } = unit.kind.get() {
                    // A bridge is as old as what it hangs on.
                    let age = self.unit(parent).map_or(0, |parent| parent.last_used.get());
                    has_changed |= age > unit.last_used.replace(age.max(unit.last_used.get()));
                    leads_to.retain(|target| *target != parent);
                }
                for target in leads_to.into_iter().filter_map(|target| self.unit(target)) {
                    if target.last_used.get() < unit.last_used.get() {
                        target.last_used.set(unit.last_used.get());
                        has_changed = true;
                    }
                }
            }
            if !has_changed {
                break;
            }
        }
        let mut roots: Vec<Rc<Unit>> =
            units.into_iter().filter(|u| !matches!(u.kind.get(), UnitKind::Bridge { .. })).collect();
        roots.sort_by_key(|u| (u.last_used.get(), u.id));
        roots
    }
}
