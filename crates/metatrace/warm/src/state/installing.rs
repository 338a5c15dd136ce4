//! From a job for the code generator to code in use: submitted, compiled (here or in the background), pointed to by all who lead there.

use super::WarmState;
use crate::calls::SPECIAL_SELECTOR;
use crate::compilation::{Finished, Job};
use crate::links::point;
use crate::place::PlaceState;
use crate::unit::{ExitState, Keeps, UnitKind};
use base::counters::{Abort, Counter, Timer};
use metatrace_ir::{LabelRef, Opcode};
use metatrace_machine::{Assumption, Encoding};
use std::rc::Rc;

impl<E: Encoding> WarmState<'_, E> {
    pub(crate) fn submit(&self, mut job: Job) {
        job.validity = self.validity_of(&job);
        let is_closed_loop = job.kind == UnitKind::Loop && crate::unit::targets_of(&job.trace).is_empty();
        match job.kind {
            _ if job.fusion.is_some() => {}
            UnitKind::Bridge { unit, exit } => {
                if let Some(unit) = self.unit(unit) {
                    unit.exits[exit as usize].state.set(ExitState::Queued);
                }
            }
            _ => self.with_place(job.place, |p| {
                p.state = PlaceState::Queued;
                p.is_closed_loop = is_closed_loop;
                p.special = job.entry.as_ref().and_then(|contract| p.special_number(contract));
            }),
        }
        let finished = self.compilation.borrow_mut().submit(job, &*self.links);
        if let Some(finished) = finished {
            self.install(finished);
        }
    }

    /// An assumption that is broken with any that the trace tests: its own, and those of the labels that it jumps to. `None` if it tests none.
    fn validity_of(&self, job: &Job) -> Option<Assumption> {
        let tested = job.trace.ops.iter().filter(|op| op.opcode == Opcode::GuardValid).map(|op| op.aux.0);
        let mut tested: Vec<u64> = tested.collect();
        tested.sort_unstable();
        tested.dedup();
        if tested.is_empty() {
            return None;
        }
        let validity = Assumption::new();
        let targets = crate::unit::targets_of(&job.trace);
        let targets = targets.iter().filter_map(|target| self.unit(self.resolve_label(*target).unit));
        let keeps: Vec<Rc<Keeps>> =
            job.keeps.iter().cloned().chain(targets.flat_map(|unit| unit.keeps.clone())).collect();
        for flag in tested {
            let mut assumptions = keeps.iter().flat_map(|keeps| &keeps.assumptions);
            // An assumption that nobody here keeps is tested by itself, and so are all.
            let assumption = assumptions.find(|assumption| assumption.flag_address() as u64 == flag)?;
            assumption.add_dependent(&validity);
            if !assumption.holds() {
                validity.invalidate();
            }
        }
        Some(validity)
    }

    /// Installs what the compiling thread has finished.
    pub(crate) fn poll(&self) {
        loop {
            let finished = self.compilation.borrow_mut().poll();
            match finished {
                Some(finished) => self.install(finished),
                None => return,
            }
        }
    }

    fn install(&self, finished: Finished) {
        let Finished { job, result } = finished;
        let compiled = match result {
            Ok(compiled) => compiled,
            Err(error) => {
                let reason = crate::compilation::abort_of(&error);
                crate::log::refused(self, &job, &error);
                self.not_installed(&job, reason);
                if reason == Abort::CodeMemoryFull {
                    self.make_room();
                }
                return;
            }
        };
        // Where it jumps to may have been retired while it was compiled.
        let targets = crate::unit::targets_of(&job.trace);
        let is_alive = |unit| self.unit(unit).is_some_and(|u| !u.is_retired.get());
        if !targets.iter().all(|target| is_alive(self.resolve_label(*target).unit)) {
            self.not_installed(&job, Abort::Interrupted);
            return;
        }
        if job.validity.as_ref().is_some_and(|validity| !validity.holds())
            || job.keeps.iter().any(|keeps| keeps.relies_on_broken_assumption())
        {
            self.not_installed(&job, Abort::BrokenAssumption);
            return;
        }
        let code = compiled.code;
        let (entry, fusion) = (job.entry.clone(), job.fusion.clone());
        let unit = Rc::new(job.into_unit(compiled, self.params().trace_eagerness));
        let id = unit.id;
        self.generation.set(self.generation.get() + 1);
        unit.last_used.set(self.generation.get());
        for label in &unit.labels {
            // SAFETY: cells live as long as the links.
            let cell = unsafe {
                &*metatrace_codegen::Linker::cell(
                    &*self.links,
                    LabelRef { unit: unit.id, label: label.label },
                )
            };
            point(cell, code, label.label as u64);
        }
        self.units.borrow_mut()[id.0 as usize] = Some(unit.clone());
        match unit.kind.get() {
            _ if fusion.is_some() => {}
            UnitKind::Bridge { unit: parent, exit } => {
                let (parent, exit) = self.resolve_exit(parent, exit);
                let Some(parent) = self.unit(parent).filter(|p| !p.is_retired.get()) else {
                    self.units.borrow_mut()[id.0 as usize] = None;
                    return;
                };
                unit.kind.set(UnitKind::Bridge { unit: parent.id, exit });
                self.counters.add(Counter::Bridges, 1);
                self.with_place(unit.place, |p| p.bridges_count += 1);
                parent.compiled.slots[exit as usize]
                    .target
                    .store(code.cast_mut(), std::sync::atomic::Ordering::Release);
                parent.exits[exit as usize].state.set(ExitState::Bridge(id));
            }
            kind => {
                self.counters
                    .add(if kind == UnitKind::Loop { Counter::Loops } else { Counter::FunctionTraces }, 1);
                self.with_place(unit.place, |p| {
                    p.state = PlaceState::Compiled(id);
                    p.versions.push(id);
                    point(&p.generic_cell, code, 0);
                    if let Some(number) = entry.and_then(|contract| p.special_number(&contract)) {
                        point(&p.special_cells[number as usize].cell, code, SPECIAL_SELECTOR);
                    }
                });
            }
        }
        self.counters.add(Counter::CodeBytes, unit.compiled.code_bytes as u64);
        self.counters.add_time(Timer::Backend, unit.compiled.timings.total());
        crate::log::installed(self, &unit);
        if let Some(fusion) = &fusion
            && !self.install_fused(&unit, fusion)
        {
            self.bury(unit);
            return;
        }
        for label in unit.labels.iter().filter(|l| l.label != 0) {
            if let Some(position) = &label.position {
                let label = LabelRef { unit: id, label: label.label };
                self.labels.borrow_mut().entry(position.clone()).or_default().push(label);
            }
        }
        if matches!(unit.kind.get(), UnitKind::Bridge { .. }) {
            self.consider_fusion(unit.place);
        }
        self.retire_unused();
        self.free_retired();
    }

    /// A job came to nothing.
    fn not_installed(&self, job: &Job, reason: Abort) {
        match job.kind {
            _ if job.fusion.is_some() => self.with_place(job.place, |p| p.is_fusing = false),
            UnitKind::Bridge { unit, exit } => {
                let (unit, exit) = self.resolve_exit(unit, exit);
                if let Some(unit) = self.unit(unit) {
                    self.bridge_failed(&unit, exit, reason);
                }
            }
            _ => self.place_failed(job.place, reason),
        }
    }
}
