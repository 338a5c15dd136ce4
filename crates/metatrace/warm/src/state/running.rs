//! Entering machine code and what follows when it leaves: the frames of the program are made again, and an exit that is taken often
//! begins a bridge.

use super::{WarmState, kind_of};
use crate::calls::Entry;
use crate::force::is_forced;
use crate::materialise::{RestoreError, box_bits, restore};
use crate::place::PlaceIndex;
use crate::unit::{EXIT_BITS, ExitState, Unit};
use base::counters::{Abort, Counter, ExitKind, Timer};
use metatrace_ir::{FrameShotIndex, UnitId};
use metatrace_machine::{Encoding, FrameStack, Outcome, Resume, Status, Word};
use std::rc::Rc;
use std::time::Instant;

impl<E: Encoding> WarmState<'_, E> {
    /// Whether machine code may be entered: it needs native stack, and frames that it does not push but may inline.
    pub(crate) fn frames_to_enter(&self, stack: &FrameStack<Word>) -> Option<i64> {
        let left = self.interpreter.frames_left(stack.depth()) - self.context().frames_held_back.get();
        (left > 0 && !metatrace_machine::native_stack::is_low(self.context())).then_some(left)
    }

    /// Precondition: the place has code. `frames`: see [`Self::frames_to_enter`].
    pub(crate) fn enter(&self, stack: &mut FrameStack<Word>, place: PlaceIndex, frames: i64) -> Resume<Word> {
        let context = self.context();
        let window = stack.window();
        let code = self.with_place(place, |p| {
            for (i, slot) in p.live.iter().enumerate() {
                context.transfer[i].set(window.get(*slot));
            }
            p.last_entered = self.generation.get();
            p.generic_cell.code.load(std::sync::atomic::Ordering::Relaxed)
        });
        self.counters.count(Counter::Entries);
        let floor = stack.depth() - 1;
        self.activations.set(self.activations.get() + 1);
        let outer = (context.frames_left.replace(frames), context.frames_allowed.replace(frames));
        let outer_frames = context.take_machine_frames();
        let outcome = self.stack.lend(stack, || {
            // SAFETY: the unit is not freed while machine code is active; the parameters are in the transfer buffer.
            unsafe { (self.enter)(self.context.cast_mut(), code, 0) }
        });
        context.frames_left.set(outer.0);
        context.frames_allowed.set(outer.1);
        context.put_machine_frames(outer_frames);
        let resume = self.leave(outcome, stack, floor);
        self.activations.set(self.activations.get() - 1);
        self.look_at_resting();
        self.free_retired();
        resume
    }

    /// Deals with what machine code returned. On return the frames above the floor are the program's state.
    fn leave(&self, outcome: Outcome, stack: &mut FrameStack<Word>, floor: usize) -> Resume<Word> {
        match Status(outcome.status) {
            Status::EXIT => self.exit(outcome.payload, stack, floor),
            Status::RAISED => Resume::Unwind,
            status => Resume::Return(box_bits::<E>(self.context(), kind_of(status), outcome.payload)),
        }
    }

    pub(crate) fn exit(&self, number: u64, stack: &mut FrameStack<Word>, floor: usize) -> Resume<Word> {
        if let Some(entry) = Entry::of_stub(number) {
            return self.enter_without_code(entry, stack, floor);
        }
        if is_forced(number) {
            return self.take_over(stack, floor);
        }
        let started = base::log::is_enabled("jit-resume").then(Instant::now);
        let id = UnitId((number >> EXIT_BITS) as u32);
        let ordinal = (number & ((1 << EXIT_BITS) - 1)) as u32;
        let unit = self.unit(id).expect("a unit that runs is alive");
        let exit = &unit.exits[ordinal as usize];
        self.counters.count_exit(exit.kind);
        exit.failures_count.set(exit.failures_count.get() + 1);
        // The stand-in or entry frame of the code that was left.
        let entry = stack.frames().get(floor).copied();
        stack.truncate(floor);
        let slot_count = |code| self.interpreter.slot_count(code);
        let word = |index: usize| self.context().transfer[index].get();
        let resume = match restore::<E>(self.context(), &unit, exit, &word, stack, &slot_count) {
            Ok((resume, made)) => {
                self.counters.add(Counter::Materialised, made);
                resume
            }
            Err(error) => return self.cannot_resume(error, stack, floor, entry.map_or(0, |f| f.code)),
        };
        if let Some(started) = started {
            self.counters.add_time(Timer::Resume, started.elapsed());
        }
        if resume == Resume::Execute {
            self.passing.set(Some((stack.top().code, stack.top().pc)));
        }
        if exit.kind == ExitKind::GuardValid && unit.relies_on_broken_assumption() {
            self.counters.add(Counter::Invalidated, 1);
            self.retire(unit.id);
            return resume;
        }
        if !self.wants_bridge(&unit, ordinal) {
            return resume;
        }
        let live = self.snapshot_slots(&unit, ordinal);
        self.record(stack, floor, unit.place, Some((&unit, ordinal)), resume, &live)
    }

    /// Raises what prevented an exit from being taken, in place of the frames that are lost.
    pub(crate) fn cannot_resume(
        &self,
        error: RestoreError,
        stack: &mut FrameStack<Word>,
        floor: usize,
        code: u64,
    ) -> Resume<Word> {
        stack.truncate(floor);
        let context = self.context();
        match error {
            RestoreError::OutOfMemory => context.raised.set(context.out_of_memory.get()),
            RestoreError::StackOverflow => self.interpreter.raise_stack_overflow(&mut self.machine()),
        }
        // An empty frame always fits where frames have just been truncated, unless the stack was full before the
        // code was entered; then the floor's own frame takes the exception.
        match stack.push(code, 0) {
            Ok(_) => Resume::Unwind,
            Err(_) => Resume::Raise,
        }
    }

    fn wants_bridge(&self, unit: &Rc<Unit>, ordinal: u32) -> bool {
        let exit = &unit.exits[ordinal as usize];
        if self.params().trace_eagerness == 0 || exit.state.get() != ExitState::Counting {
            match exit.state.get() {
                ExitState::Queued => self.poll(),
                ExitState::Never if exit.last_abort.get() == Some(Abort::BridgeLimit) => {
                    self.overflow(unit.place)
                }
                _ => {}
            }
            return false;
        }
        let left = exit.remaining.get().saturating_sub(1);
        exit.remaining.set(left);
        if left == 0 && self.exit_awaits(exit) {
            return false;
        }
        if left != 0 || !self.may_record() {
            exit.remaining.set(left.max(1));
            return false;
        }
        let has_all = self.with_place(unit.place, |p| p.bridges_count) >= self.params().max_bridges;
        if has_all || self.is_end_of_chain(unit) {
            exit.state.set(ExitState::Never);
            exit.last_abort.set(Some(Abort::BridgeLimit));
            self.counters.count_abort(Abort::BridgeLimit);
            return false;
        }
        true
    }

    /// The slots that an exit's snapshot has, per frame, outermost first.
    fn snapshot_slots(&self, unit: &Unit, ordinal: u32) -> Vec<Vec<u32>> {
        let snapshot = unit.trace.snapshot(unit.exits[ordinal as usize].snapshot);
        let frames: Vec<FrameShotIndex> = unit.trace.frames_of(snapshot);
        frames.iter().map(|f| unit.trace.slots_of(*f).iter().map(|(slot, _)| *slot).collect()).collect()
    }
}
