//! The warm state: decides what is traced, compiled and entered, and brings the interpreter back when code leaves.
//!
//! One warm state serves one thread's interpreter. It is asked by the direct machine when a counter runs out
//! ([`WhenHot`]), by the recorder while it records ([`Director`]), and by machine code when a called trace did not
//! return what was expected (`calls.rs`). All state is behind cells: any of these may be active on the native
//! stack below another one, so no borrow is held across a run of the interpreter or of machine code.

use crate::calls::{Entry, complete_call};
use crate::compilation::{Compilation, Finished, Job};
use crate::force::{Rebuilt, force, is_forced};
use crate::fusion::Moved;
use crate::interpreter::Interpreter;
use crate::lend::LentStack;
use crate::links::{Links, empty_cell, point};
use crate::materialise::{RestoreError, box_bits, restore};
use crate::place::{Place, PlaceIndex, PlaceState};
use crate::unit::{EXIT_BITS, ExitState, Unit, UnitKind};
use base::Params;
use base::counters::{Abort, Counter, Counters, ExitKind, Timer};
use metatrace_codegen::EnterFn;
use metatrace_ir::{FrameShotIndex, LabelRef, Opcode, UnitId};
use metatrace_machine::{
    Context, Direct, Encoding, Flow, FrameStack, HotPlace, Kind, Outcome, Resume, RunEnd, Status, TraceCell,
    WarmCell, WhenHot, Word,
};
use metatrace_opt::Position;
use metatrace_record::{Abandoned, Callee, Director, Header, LiveAt, Recorder, Recording, Start, Traced};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// Visits between two looks whether a queued unit is ready.
const QUEUE_POLL_VISITS: u32 = 32;

/// Recorded operations beyond which a function that the trace is in already is called, not traced into once more.
const MOST_UNROLLED_OPS: usize = 400;
/// Recorded operations beyond which functions with code of their own are called.
const MOST_INLINING_OPS: usize = 1500;

/// See the module header.
pub struct WarmState<'i, E: Encoding> {
    pub(crate) params: Params,
    pub(crate) interpreter: &'i dyn Interpreter<E>,
    pub(crate) context: *const Context,
    pub(crate) places: RefCell<Vec<Place>>,
    place_by_key: RefCell<HashMap<(u64, u32, bool), PlaceIndex>>,
    /// By unit id; id 0 is never used.
    pub(crate) units: RefCell<Vec<Option<Rc<Unit>>>>,
    /// Labels that bridges may join, by their position.
    pub(crate) labels: RefCell<HashMap<Position, Vec<LabelRef>>>,
    /// Units that were fused into others.
    pub(crate) moved: RefCell<HashMap<UnitId, Moved>>,
    /// Units that wait to be freed.
    pub(crate) retired: RefCell<Vec<UnitId>>,
    /// Runs of machine code that are under way on this thread.
    pub(crate) activations: Cell<u32>,
    pub(crate) links: Arc<Links>,
    pub(crate) compilation: RefCell<Compilation>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) stub: *const u8,
    enter: EnterFn,
    /// A recording is under way: nothing else is recorded.
    recording: Cell<bool>,
    /// The header that the bridge which is being recorded passes once although it has code.
    retracing: Cell<Option<PlaceIndex>>,
    /// The merge point where an exit has just resumed: it is passed once without entering code, so that an exit at a
    /// loop header cannot lead straight back into the code that it left.
    passing: Cell<Option<(u64, u32)>>,
    /// The stack that machine code and recordings belong to.
    pub(crate) stack: LentStack,
    /// The stack of the last recording.
    spare_stack: Cell<Option<FrameStack<Traced<Word>>>>,
    /// By the address of a cell that calls go through: what it stands for.
    pub(crate) entries: RefCell<HashMap<u64, Entry>>,
    /// Frames that were looked at while their code waits.
    pub(crate) rebuilt: RefCell<Vec<Rebuilt>>,
    pub(crate) generation: Cell<u64>,
    pub(crate) started: Instant,
    /// What all fusions until now are thought to have taken to compile.
    pub(crate) fusion_cost: Cell<std::time::Duration>,
}

impl<'i, E: Encoding> WarmState<'i, E> {
    /// A warm state for the thread that owns the context. It is told to the context, so its address must not change.
    ///
    /// Errors: the code generator does not work on this machine.
    ///
    /// # Safety
    /// The context outlives the warm state, and is used by this thread only.
    pub unsafe fn new(
        params: Params,
        interpreter: &'i dyn Interpreter<E>,
        context: *const Context,
    ) -> Result<Box<Self>, metatrace_codegen::CodegenError> {
        let counters = Arc::new(Counters::new());
        // SAFETY: the caller's contract.
        let heap = unsafe { &*context }.mutator().shared_heap();
        let links = Arc::new(Links::new(heap));
        let (compilation, enter, stub) =
            Compilation::new::<E>(&params, interpreter.shows_frames(), &links, &counters)?;
        let warm = Box::new(WarmState {
            params,
            interpreter,
            context,
            places: RefCell::new(Vec::new()),
            place_by_key: RefCell::new(HashMap::new()),
            units: RefCell::new(vec![None]),
            labels: RefCell::new(HashMap::new()),
            moved: RefCell::new(HashMap::new()),
            retired: RefCell::new(Vec::new()),
            activations: Cell::new(0),
            links,
            compilation: RefCell::new(compilation),
            counters,
            stub,
            enter,
            recording: Cell::new(false),
            retracing: Cell::new(None),
            passing: Cell::new(None),
            stack: LentStack::new(),
            spare_stack: Cell::new(None),
            entries: RefCell::new(HashMap::new()),
            rebuilt: RefCell::new(Vec::new()),
            generation: Cell::new(0),
            started: Instant::now(),
            fusion_cost: Cell::default(),
        });
        // SAFETY: the caller's contract.
        let context = unsafe { &*context };
        context.warm.set((&raw const *warm).cast_mut().cast());
        context.complete_call.set(Some(complete_call::<E>));
        context.force.set(Some(force::<E>));
        metatrace_machine::native_stack::set_limit(context);
        Ok(warm)
    }

    pub fn counters(&self) -> &Counters {
        &self.counters
    }
    pub fn params(&self) -> &Params {
        &self.params
    }

    pub(crate) fn context(&self) -> &Context {
        // SAFETY: contract of `new`.
        unsafe { &*self.context }
    }

    /// A direct machine that asks this warm state.
    pub(crate) fn machine(&self) -> Direct<E> {
        // SAFETY: the context is this thread's; the machine lives no longer than the run it is made for, which this
        // warm state outlives.
        unsafe { Direct::with_warm_state(self.context, self) }
    }

    /// Runs the interpreter on a stack until the frame just above the floor has finished.
    pub fn run(&self, stack: &mut FrameStack<Word>, resume: Resume<Word>, floor: usize) -> RunEnd<Word> {
        self.interpreter.run(&mut self.machine(), stack, resume, floor)
    }

    /// Writes the closing sections of the log.
    pub fn log_summary(&self) {
        self.compilation.borrow_mut().drain();
        base::summary::JitSummary { counters: &self.counters, total: self.started.elapsed() }.log();
    }

    // -- places

    fn place_index(&self, code: u64, pc: u32, kind: HotPlace) -> PlaceIndex {
        let key = (code, pc, kind == HotPlace::FunctionEntry);
        if let Some(index) = self.place_by_key.borrow().get(&key) {
            return *index;
        }
        let mut places = self.places.borrow_mut();
        let index = PlaceIndex(places.len() as u32);
        let mut live = Vec::new();
        self.interpreter.live_slots(code, pc, LiveAt::Before, &mut live);
        let generic = Entry { place: index, contract: None };
        let generic_cell = Box::new(empty_cell(self.stub, generic.stub_number()));
        self.entries.borrow_mut().insert(&raw const *generic_cell as u64, generic);
        places.push(Place {
            code,
            pc,
            kind,
            state: PlaceState::Counting,
            versions: Vec::new(),
            live,
            bridges_count: 0,
            unfused_bridges_count: 0,
            fused_bridges_count: 0,
            declined_count: 0,
            is_declined: false,
            is_fusing: false,
            wait: 0,
            retirements_count: 0,
            is_called: false,
            generic_cell,
            special_cells: Vec::new(),
            special: None,
            calls_left: 1,
            aborts_count: 0,
            last_entered: 0,
        });
        self.place_by_key.borrow_mut().insert(key, index);
        index
    }

    fn is_known(&self, code: u64, pc: u32, kind: HotPlace) -> bool {
        self.place_by_key.borrow().contains_key(&(code, pc, kind == HotPlace::FunctionEntry))
    }

    pub(crate) fn state_of(&self, index: PlaceIndex) -> PlaceState {
        self.places.borrow()[index.0 as usize].state
    }

    pub(crate) fn with_place<T>(&self, index: PlaceIndex, f: impl FnOnce(&mut Place) -> T) -> T {
        f(&mut self.places.borrow_mut()[index.0 as usize])
    }

    pub(crate) fn threshold(&self, kind: HotPlace) -> u32 {
        match kind {
            HotPlace::LoopHeader => self.params.threshold,
            HotPlace::FunctionEntry => self.params.function_threshold,
        }
    }

    pub(crate) fn unit(&self, id: UnitId) -> Option<Rc<Unit>> {
        self.units.borrow().get(id.0 as usize).cloned().flatten()
    }

    // -- recording

    /// Whether a recording may begin now.
    pub(crate) fn may_record(&self) -> bool {
        !self.recording.get()
            && !self.compilation.borrow().is_busy()
            && metatrace_machine::native_stack::allows_recording(self.context())
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
                self.params.trace_limit as usize,
                self.params.max_unroll_loops as usize,
            )
        };
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
            None => self.with_place(place, |p| p.state = PlaceState::Queued),
        }
        let retraced = bridge.filter(|(unit, exit)| unit.is_entered_with_other_classes(*exit));
        let retraced = retraced.filter(|_| self.params.retrace_limit != 0).map(|_| place);
        self.counters.add(Counter::Retraces, retraced.is_some().into());
        let outer = (self.recording.replace(true), self.retracing.replace(retraced));
        let end =
            self.stack.lend(stack, || self.interpreter.record(&mut recorder, &mut traced, traced_resume, 0));
        self.recording.set(outer.0);
        self.retracing.set(outer.1);
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
                // The iteration at whose end a generator returns: the next one is another.
                if reason == Abort::LeftFrame && start == Start::Loop {
                    self.declines(place);
                }
                failed(self, reason);
            }
            Ok(recording) if recording.assumptions.iter().any(|a| !a.holds()) => {
                crate::log::aborted(self, place, Abort::BrokenAssumption, recording.trace.ops.len());
                failed(self, Abort::BrokenAssumption);
            }
            Ok(recording) => {
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

    /// After which number of visits a place that failed asks again is kept in the place: the cell is set when the
    /// place asks the next time.
    fn place_failed(&self, place: PlaceIndex, reason: Abort) {
        self.counters.count_abort(reason);
        let wait = self.with_place(place, |p| {
            let threshold = self.threshold(p.kind);
            p.penalise(reason, threshold)
        });
        if wait.is_none() {
            self.counters.add(Counter::Blacklisted, 1);
        }
    }

    fn bridge_failed(&self, unit: &Unit, exit: u32, reason: Abort) {
        self.counters.count_abort(reason);
        let exit = &unit.exits[exit as usize];
        let aborts = exit.aborts_count.get() + 1;
        exit.aborts_count.set(aborts);
        if aborts > 4 || reason.penalty() == base::counters::Penalty::Never {
            exit.state.set(ExitState::Never);
        } else {
            exit.state.set(ExitState::Counting);
            exit.remaining.set(self.params.trace_eagerness.saturating_mul(4 << aborts));
        }
    }

    // -- compiling

    pub(crate) fn submit(&self, job: Job) {
        match job.kind {
            _ if job.fusion.is_some() => {}
            UnitKind::Bridge { unit, exit } => {
                if let Some(unit) = self.unit(unit) {
                    unit.exits[exit as usize].state.set(ExitState::Queued);
                }
            }
            _ => self.with_place(job.place, |p| {
                p.state = PlaceState::Queued;
                p.special = job.entry.as_ref().and_then(|contract| p.special_number(contract));
            }),
        }
        let finished = self.compilation.borrow_mut().submit(job, &*self.links);
        if let Some(finished) = finished {
            self.install(finished);
        }
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
        if job.keeps.iter().any(|keeps| keeps.relies_on_broken_assumption()) {
            self.not_installed(&job, Abort::BrokenAssumption);
            return;
        }
        let code = compiled.code;
        let (entry, fusion) = (job.entry.clone(), job.fusion.clone());
        let unit = Rc::new(job.into_unit(compiled, self.params.trace_eagerness));
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
                        point(&p.special_cells[number as usize].cell, code, 1);
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

    // -- entering and leaving machine code

    /// Whether machine code may be entered: it needs native stack, and frames that it does not push but may inline.
    pub(crate) fn frames_to_enter(&self, stack: &FrameStack<Word>) -> Option<i64> {
        let left = self.interpreter.frames_left(stack.depth()) - i64::from(self.params.inline_depth);
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
        if self.params.trace_eagerness == 0 || exit.state.get() != ExitState::Counting {
            if exit.state.get() == ExitState::Queued {
                self.poll();
            }
            return false;
        }
        let left = exit.remaining.get().saturating_sub(1);
        exit.remaining.set(left);
        if left != 0 || !self.may_record() {
            exit.remaining.set(left.max(1));
            return false;
        }
        if self.with_place(unit.place, |p| p.bridges_count) >= self.params.max_bridges {
            exit.state.set(ExitState::Never);
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

pub(crate) fn kind_of(status: Status) -> Kind {
    Kind::ALL[status.0 as usize]
}

impl<E: Encoding> WhenHot for WarmState<'_, E> {
    fn hot(&self, stack: &mut FrameStack<Word>, cell: &WarmCell, kind: HotPlace) -> Flow<Word> {
        let (code, pc) = (stack.top().code, stack.top().pc);
        let threshold = self.threshold(kind);
        if threshold == 0 {
            cell.ask_after(u32::MAX);
            return Flow::Continue;
        }
        let index = match cell.index() {
            Some(index) => PlaceIndex(index),
            None => {
                // A place of its own that another cell has is known, and may have code.
                if !self.is_known(code, pc, kind) && cell.begins_to_count(threshold) {
                    return Flow::Continue;
                }
                let index = self.place_index(code, pc, kind);
                cell.set_index(index.0);
                index
            }
        };
        if self.state_of(index) == PlaceState::Queued {
            self.poll();
        }
        match self.state_of(index) {
            PlaceState::Never => {
                cell.ask_after(u32::MAX);
                Flow::Continue
            }
            PlaceState::Queued => {
                cell.ask_after(QUEUE_POLL_VISITS);
                Flow::Continue
            }
            PlaceState::Compiled(_) => {
                cell.ask_after(1);
                let passing = self.passing.take();
                if passing == Some((code, pc)) {
                    return Flow::Continue;
                }
                match self.frames_to_enter(stack) {
                    Some(frames) => Flow::Resume(self.enter(stack, index, frames)),
                    None => Flow::Continue,
                }
            }
            PlaceState::Counting => {
                if !self.may_record() {
                    cell.ask_after(QUEUE_POLL_VISITS);
                    return Flow::Continue;
                }
                let wait = self.with_place(index, |p| std::mem::take(&mut p.wait));
                if wait > 1 {
                    cell.ask_after(wait);
                    return Flow::Continue;
                }
                let live = self.with_place(index, |p| p.live.clone());
                let floor = stack.depth() - 1;
                let resume = self.record(stack, floor, index, None, Resume::Execute, &[live]);
                let is_declined = self.with_place(index, |p| std::mem::take(&mut p.is_declined));
                cell.ask_after(match self.state_of(index) {
                    PlaceState::Compiled(_) => 1,
                    PlaceState::Counting if is_declined => 1,
                    PlaceState::Queued => QUEUE_POLL_VISITS,
                    PlaceState::Never => u32::MAX,
                    PlaceState::Counting => {
                        let aborts = self.with_place(index, |p| p.aborts_count).min(10);
                        threshold.saturating_mul(2 << aborts)
                    }
                });
                Flow::Resume(resume)
            }
        }
    }
}

impl<E: Encoding> Director for WarmState<'_, E> {
    fn live_slots(&self, code: u64, pc: u32, at: LiveAt, out: &mut Vec<u32>) {
        self.interpreter.live_slots(code, pc, at, out);
    }
    fn is_join_point(&self, code: u64, pc: u32) -> bool {
        self.interpreter.is_join_point(code, pc)
    }
    fn header(&self, code: u64, pc: u32, cell: &WarmCell) -> Header {
        let index = match cell.index() {
            Some(index) => PlaceIndex(index),
            None => self.place_index(code, pc, HotPlace::LoopHeader),
        };
        if self.retracing.get() == Some(index) {
            self.retracing.set(None);
            return Header::Cold;
        }
        match self.state_of(index) {
            PlaceState::Compiled(unit) => Header::Compiled(LabelRef { unit, label: 0 }),
            _ => Header::Cold,
        }
    }
    fn callee(&self, code: u64, cell: &WarmCell, depth: usize, same_code: usize, ops_count: usize) -> Callee {
        let index = match cell.index() {
            Some(index) => PlaceIndex(index),
            None => self.place_index(code, 0, HotPlace::FunctionEntry),
        };
        let limit = self.params.max_unroll_recursion as usize;
        let is_too_deep = depth > self.params.inline_depth as usize;
        self.with_place(index, |p| {
            // A recursion is unrolled while it is small.
            let is_unrolled = same_code > 0 && (same_code >= limit || ops_count > MOST_UNROLLED_OPS);
            if !self.params.inlining || is_too_deep || is_unrolled {
                p.is_called = true;
            }
            // A long trace calls what has code of its own.
            let is_compiled = matches!(p.state, PlaceState::Compiled(_));
            if p.is_called || ops_count > MOST_INLINING_OPS && is_compiled {
                Callee::Call(&*p.generic_cell as *const TraceCell)
            } else {
                Callee::Inline
            }
        })
    }
    fn is_not_inlined(&self, code: u64) {
        let index = self.place_index(code, 0, HotPlace::FunctionEntry);
        self.with_place(index, |p| p.is_called = true);
    }
    fn run_callee(&self, code: u64, slot_count: u32, slots: &[(u32, Word)]) -> RunEnd<Word> {
        let run = |stack: &mut FrameStack<Word>| {
            let floor = stack.depth();
            let Ok(window) = stack.push(code, slot_count) else {
                self.interpreter.raise_stack_overflow(&mut self.machine());
                return RunEnd::Raised;
            };
            for (slot, word) in slots {
                window.set(*slot, *word);
            }
            self.run(stack, Resume::Execute, floor)
        };
        // The callee is not part of the recording: it may get hot, and be recorded, itself.
        let outer = self.recording.replace(false);
        let end = self.stack.borrow(run);
        self.recording.set(outer);
        end
    }
    fn layout_size_bytes(&self, layout: heap::LayoutId) -> u32 {
        self.interpreter.layout_size_bytes(layout)
    }
}
