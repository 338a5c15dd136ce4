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
use crate::heat::Heat;
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
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Operations of a fused unit: bridges beyond that stay where they are. The time that register allocation takes grows faster than the
/// code: 6 us per operation of a small unit, 15 for 2000 operations, 25 for 6000.
pub(crate) const MAX_FUSED_OPS: usize = 1200;

/// See the module header.
const TIMES_ITS_COST: u32 = 12;
/// Operations of a fused unit of a place that has come to rest, if passing its bridges has taken as long as that compiles.
pub(crate) const MAX_RESTED_OPS: usize = 3000;
/// What leaving through an exit and entering a bridge takes, with the values that are stored and loaded.
const SEAM_TIME: Duration = Duration::from_nanos(15);
/// What does not fit whole leaves bridges out of whose subtree none has this part of all entries: room for those to come.
const COLD_PART: u64 = 64;

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

/// A unit and bridges to be fused with it.
pub(crate) struct Chosen {
    units: Vec<Attached>,
    ops_count: usize,
    /// How often its bridges were entered.
    entries_count: u64,
}

impl Chosen {
    /// How long it takes to compile.
    fn cost(&self) -> Duration {
        COMPILE_TIME_PER_OP * self.ops_count as u32
    }
    /// Whether going through the exits' slots has taken longer than it takes to compile what does not.
    pub fn has_paid(&self) -> bool {
        SEAM_TIME.as_nanos() * u128::from(self.entries_count) >= self.cost().as_nanos()
    }
}

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
        let wanted = self.with_place(place, |p| p.unfused_bridges_count) as usize;
        let chosen = self.choose(place, MAX_FUSED_OPS).filter(|c| c.units.len() > wanted.div_ceil(2).max(1));
        if let Some(chosen) = &chosen
            && !self.params().sync_compile
        {
            let cost = self.cost_with(chosen);
            if self.life() < cost * TIMES_ITS_COST {
                // It is considered again when half as many bridges more have come.
                self.with_place(place, |p| p.unfused_bridges_count -= threshold / 2);
                return;
            }
            self.fusion_cost.set(cost);
        }
        self.fuse_now(place, chosen);
    }

    /// What all fusions take to compile, this one included.
    pub(crate) fn cost_with(&self, chosen: &Chosen) -> Duration {
        self.fusion_cost.get() + chosen.cost()
    }

    /// The bridges of the place are dealt with: those chosen are fused, or all left as they are.
    pub(crate) fn fuse_now(&self, place: PlaceIndex, chosen: Option<Chosen>) {
        let job = chosen.map(|chosen| self.fusion_of(place, &chosen.units));
        self.with_place(place, |p| {
            p.is_fusing = job.is_some();
            p.fused_bridges_count += std::mem::take(&mut p.unfused_bridges_count);
        });
        if let Some(job) = job {
            self.submit(job);
        }
    }

    /// The place's unit and what hangs on it, the bridges that are entered most first. `None` if there is no bridge.
    pub(crate) fn choose(&self, place: PlaceIndex, most_ops: usize) -> Option<Chosen> {
        let PlaceState::Compiled(root) = self.with_place(place, |p| p.state) else { return None };
        let root = self.unit(root)?;
        let heat = self.heat_below(&root);
        let all = self.bridges_within(&root, &heat, usize::MAX, 0);
        let coldest = if all.ops_count > most_ops { all.entries_count / COLD_PART } else { 0 };
        let chosen = match all.ops_count > most_ops {
            true => self.bridges_within(&root, &heat, most_ops, coldest),
            false => all,
        };
        (chosen.units.len() > 1).then_some(chosen)
    }

    /// The unit and bridges of so many operations, each so hot at least.
    fn bridges_within(&self, root: &Rc<Unit>, heat: &Heat, most_ops: usize, coldest: u64) -> Chosen {
        let mut chosen =
            Chosen { ops_count: root.trace.ops.len(), units: vec![(root.clone(), None)], entries_count: 0 };
        // By heat; equal ones in the order in which they were found.
        let mut candidates = BinaryHeap::new();
        let (mut looked_at, mut found) = (0, 0_u32);
        loop {
            if let Some((parent, _)) = chosen.units.get(looked_at) {
                for exit in &parent.exits {
                    let opcode = parent.trace.ops[exit.op as usize].opcode;
                    let may_branch = opcode.is_guard() && opcode != Opcode::CallTrace;
                    if let ExitState::Bridge(bridge) = exit.state.get()
                        && may_branch
                        && let Some(unit) = self.unit(bridge)
                    {
                        candidates.push((heat.of(unit.id), Reverse(found), bridge, looked_at, exit.op));
                        found += 1;
                    }
                }
                looked_at += 1;
                continue;
            }
            let Some((hottest, _, bridge, parent, exit)) = candidates.pop() else { return chosen };
            if let Some(unit) = self.unit(bridge)
                && hottest >= coldest
                && chosen.ops_count.saturating_add(unit.trace.ops.len()) <= most_ops
            {
                chosen.ops_count += unit.trace.ops.len();
                chosen.entries_count += unit.compiled.entries_count();
                chosen.units.push((unit, Some((parent, exit))));
            }
        }
    }

    /// The units as one unit to compile.
    fn fusion_of(&self, place: PlaceIndex, units: &[Attached]) -> Job {
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
        Job {
            id,
            place,
            kind: units[0].0.kind.get(),
            trace,
            labels,
            entry: None,
            facts,
            keeps: units.iter().flat_map(|(u, _)| u.keeps.iter().cloned()).collect(),
            validity: None,
            fusion: Some(Fusion {
                pieces: units.iter().map(|(u, _)| u.id).collect(),
                label_bases,
                exit_bases,
            }),
        }
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
