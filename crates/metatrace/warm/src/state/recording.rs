//! Making a recording: the direct machine's frames go into the recorder, run there, and come back.

use super::WarmState;
use crate::place::{PlaceIndex, PlaceState};
use crate::unit::{Exit, ExitState, Unit};
use base::counters::{Abort, Counter, Timer};
use metatrace_ir::Opcode;
use metatrace_machine::{Encoding, FrameStack, HotPlace, Resume, RunEnd, Word};
use metatrace_record::{Abandoned, Recorder, Recording, Start, Traced};
use std::rc::Rc;
use std::time::Instant;

/// Bridges that were given up at one exit before the trace counts as a mistake: see [`WarmState::unlearn_inlining`].
const FAILED_BRIDGES_OF_A_MISTAKE: u32 = 2;

impl<E: Encoding> WarmState<'_, E> {
    /// Whether a recording may begin now.
    pub(crate) fn may_record(&self) -> bool {
        if self.recording.get() {
            return false;
        }
        // What is finished is taken here too: a place that ran once, as in code that is generated, never asks for its own.
        let is_busy = || self.compilation.borrow().is_busy();
        if is_busy() {
            self.poll();
        }
        !is_busy() && metatrace_machine::native_stack::allows_recording(self.context())
    }

    /// Records from the innermost frames of the stack and queues what comes out. The frames above the floor are the
    /// program's state afterwards.
    pub(crate) fn record(
        &self,
        stack: &mut FrameStack<Word>,
        floor: usize,
        place: PlaceIndex,
        bridge: Option<(&Rc<Unit>, u32)>,
        resume: Resume<Word>,
        live: &[Vec<u32>],
    ) -> Resume<Word> {
        let start = match (bridge, self.with_place(place, |p| p.kind)) {
            (Some(_), _) => Start::Bridge,
            (None, HotPlace::LoopHeader) => Start::Loop,
            (None, HotPlace::FunctionEntry) => Start::Function,
        };
        let started = Instant::now();
        let origin = (stack.top().code, stack.top().pc);
        let entry = stack.frames()[floor];
        // SAFETY: the recorder lives for this function, on this thread.
        let mut recorder: Recorder<'_, E> = unsafe {
            Recorder::new(
                self.context,
                self,
                start,
                origin,
                self.params().trace_limit as usize,
                self.params().max_unroll_loops as usize,
            )
        };
        if start == Start::Loop && self.may_go_through_loops(place) {
            recorder.go_through_loops();
        }
        let mut traced = recorder.import(stack, live, self.spare_stack.take());
        let mutator = self.context().mutator();
        let roots = mutator.add_root_source(Box::new(traced.conservative_roots()));
        let is_call = bridge.is_some_and(|(unit, exit)| {
            unit.trace.ops[unit.exits[exit as usize].op as usize].opcode == Opcode::CallTrace
        });
        let traced_resume = match resume {
            _ if is_call => recorder.import_outcome(&traced, live, resume),
            Resume::Execute => Resume::Execute,
            Resume::Raise => Resume::Raise,
            Resume::Deliver(word) => Resume::Deliver(recorder.import_value(word)),
            Resume::Return(_) | Resume::Unwind => unreachable!("a finished frame is not recorded"),
        };
        if let Resume::Deliver(result) = traced_resume {
            recorder.begin_at_delivery(&traced, live, result);
        }
        // A function that the recording calls may make other recordings, but not this one again.
        match bridge {
            Some((unit, exit)) => unit.exits[exit as usize].state.set(ExitState::Queued),
            None => self.with_place(place, |p| (p.state, p.is_closed_loop) = (PlaceState::Queued, false)),
        }
        let retraced = bridge.filter(|(unit, exit)| unit.is_entered_with_other_classes(*exit));
        let retraced = retraced.filter(|_| self.params().retrace_limit != 0).map(|_| place);
        self.counters.add(Counter::Retraces, retraced.is_some().into());
        let outer = (self.recording.replace(true), self.retracing.replace(retraced));
        let outer_bridging = self.bridging.replace(bridge.map(|_| place));
        let end =
            self.stack.lend(stack, || self.interpreter.record(&mut recorder, &mut traced, traced_resume, 0));
        self.recording.set(outer.0);
        self.retracing.set(outer.1);
        self.bridging.set(outer_bridging);
        let after = self.export(stack, floor, entry, &traced, &end);
        mutator.remove_root_source(roots);
        self.spare_stack.replace(Some(traced));
        let recording = recorder.finish(&end);
        self.counters.add_time(Timer::Tracing, started.elapsed());
        self.compile_recording(recording, start, place, bridge);
        after
    }

    /// Copies the recorded frames back to the direct stack.
    fn export(
        &self,
        stack: &mut FrameStack<Word>,
        floor: usize,
        entry: metatrace_machine::Frame,
        traced: &FrameStack<Traced<Word>>,
        end: &RunEnd<Traced<Word>>,
    ) -> Resume<Word> {
        stack.truncate(floor);
        let push = |stack: &mut FrameStack<Word>, code, slots| {
            stack.push(code, slots).expect("the recorded stack had no more room than the direct one")
        };
        match end {
            RunEnd::Left => {
                for (index, frame) in traced.frames().iter().enumerate() {
                    let from = traced.window_of(index);
                    let window = push(stack, frame.code, frame.slot_count);
                    stack.set_pc(frame.pc);
                    stack.set_continuation(frame.continuation);
                    for slot in 0..frame.slot_count {
                        window.set(slot, from.get(slot).value);
                    }
                }
                Resume::Execute
            }
            // The frame is finished: a stand-in is popped by the interpreter's return.
            RunEnd::Returned(value) => {
                push(stack, entry.code, 0);
                Resume::Return(value.value)
            }
            RunEnd::Raised => {
                push(stack, entry.code, 0);
                Resume::Unwind
            }
        }
    }

    fn compile_recording(
        &self,
        recording: Result<Recording, Abandoned>,
        start: Start,
        place: PlaceIndex,
        bridge: Option<(&Rc<Unit>, u32)>,
    ) {
        let failed = |warm: &Self, reason: Abort| match bridge {
            Some((unit, exit)) => warm.bridge_failed(unit, exit, reason),
            None => warm.place_failed(place, reason),
        };
        match recording {
            Err(Abandoned { reason, ops_count }) => {
                crate::log::aborted(self, place, reason, ops_count);
                if reason == Abort::LoopQueued {
                    self.counters.count_abort(reason);
                    return self.wait_for_loop(place, bridge.map(|(unit, exit)| &unit.exits[exit as usize]));
                }
                // The iteration at whose end a generator returns: the next one is another.
                if reason == Abort::LeftFrame && start == Start::Loop {
                    self.declines(place);
                }
                failed(self, reason);
                let callee = self.not_inlined.take();
                if let (Some((unit, exit)), Some(callee)) = (bridge, callee) {
                    self.unlearn_inlining(place, &unit.exits[exit as usize], callee);
                }
            }
            Ok(recording) if recording.assumptions.iter().any(|a| !a.holds()) => {
                crate::log::aborted(self, place, Abort::BrokenAssumption, recording.trace.ops.len());
                failed(self, Abort::BrokenAssumption);
            }
            Ok(recording) => {
                self.not_inlined.set(None);
                if start == Start::Loop
                    && !recording.leaves_loop
                    && self.wants_to_see_again(place, &recording.turns)
                {
                    return;
                }
                self.counters.add(Counter::Ops, recording.operations_count);
                let recorded = &recording.trace.ops;
                let count = |wanted: fn(Opcode) -> bool| {
                    recorded.iter().filter(|op| wanted(op.opcode)).count() as u64
                };
                self.counters.add(Counter::RecordedOps, recorded.len() as u64);
                self.counters.add(Counter::Calls, count(|opcode| opcode == Opcode::Call));
                self.counters.add(Counter::Guards, count(Opcode::is_guard));
                let started = Instant::now();
                let job = self.optimise(recording, start, place, bridge);
                self.counters.add_time(Timer::Optimize, started.elapsed());
                match job {
                    Ok(job) => self.submit(job),
                    Err(reason) => failed(self, reason),
                }
            }
        }
    }

    /// A bridge out of a trace of this place cannot be compiled because the trace has gone into a function with a loop that mostly went round
    /// once or twice, and now goes round more often. If that happens again and again, the place is recorded anew; then the function is called.
    fn unlearn_inlining(&self, place: PlaceIndex, exit: &Exit, callee: PlaceIndex) {
        if exit.aborts_count.get() < FAILED_BRIDGES_OF_A_MISTAKE
            || self.with_place(callee, |p| std::mem::replace(&mut p.has_retired_callers, true))
        {
            return;
        }
        for unit in self.with_place(place, |p| p.versions.clone()) {
            self.retire(unit);
        }
    }

    /// After which number of visits a place that failed asks again is kept in the place: the cell is set when the
    /// place asks the next time.
    pub(super) fn place_failed(&self, place: PlaceIndex, reason: Abort) {
        self.counters.count_abort(reason);
        let wait = self.with_place(place, |p| {
            let threshold = self.threshold(p.kind);
            p.penalise(reason, threshold)
        });
        if wait.is_none() {
            self.counters.add(Counter::Blacklisted, 1);
        }
    }

    pub(super) fn bridge_failed(&self, unit: &Unit, exit: u32, reason: Abort) {
        self.counters.count_abort(reason);
        let exit = &unit.exits[exit as usize];
        let aborts = exit.aborts_count.get() + 1;
        exit.aborts_count.set(aborts);
        exit.last_abort.set(Some(reason));
        if aborts > 4 || reason.penalty() == base::counters::Penalty::Never {
            exit.state.set(ExitState::Never);
        } else {
            exit.state.set(ExitState::Counting);
            exit.remaining.set(self.params().trace_eagerness.saturating_mul(4 << aborts));
        }
    }
}
