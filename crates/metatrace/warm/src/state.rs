//! The warm state: decides what is traced, compiled and entered, and brings the interpreter back when code leaves.
//!
//! One warm state serves one thread's interpreter. It is asked by the direct machine when a counter runs out
//! ([`WhenHot`]), by the recorder while it records ([`Director`](metatrace_record::Director)), and by machine code when a called trace did not
//! return what was expected (`calls.rs`). All state is behind cells: any of these may be active on the native
//! stack below another one, so no borrow is held across a run of the interpreter or of machine code.
//!
//! | file | what |
//! |---|---|
//! | this one | the state, its places, and the answer when a counter runs out |
//! | `recording.rs` | making a recording |
//! | `director.rs` | what the recorder asks meanwhile |
//! | `installing.rs` | from a job for the code generator to code in use |
//! | `running.rs` | entering machine code, and exits |

mod director;
mod installing;
mod recording;
mod running;

use crate::calls::{Entry, complete_call};
use crate::compilation::{Compilation, Entrances};
use crate::force::{Rebuilt, force};
use crate::fusion::Moved;
use crate::interpreter::Interpreter;
use crate::lend::LentStack;
use crate::links::{Links, empty_cell};
use crate::place::{Place, PlaceIndex, PlaceState};
use crate::rest::Resting;
use crate::unit::Unit;
use crate::waiting::Turns;
use base::Params;
use base::counters::Counters;
use metatrace_codegen::EnterFn;
use metatrace_ir::{LabelRef, UnitId};
use metatrace_machine::{
    Context, Direct, Encoding, Flow, FrameStack, HotPlace, Kind, Resume, RunEnd, Status, WarmCell, WhenHot,
    Word,
};
use metatrace_opt::Position;
use metatrace_record::{LiveAt, Traced};
use std::cell::{Cell, Ref, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// Visits between two looks whether a queued unit is ready.
pub(crate) const QUEUE_POLL_VISITS: u32 = 32;

/// Visits between two looks whether the JIT was turned on again.
pub const OFF_VISITS: u32 = 100_000;

/// See the module header.
pub struct WarmState<'i, E: Encoding> {
    params: RefCell<Params>,
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
    /// The stub of cells that take arguments in registers.
    pub(crate) call_stub: *const u8,
    enter: EnterFn,
    /// A recording is under way: nothing else is recorded.
    recording: Cell<bool>,
    /// The header that the bridge which is being recorded passes once although it has code.
    retracing: Cell<Option<PlaceIndex>>,
    /// The place of the unit out of which a bridge is being recorded.
    pub(crate) bridging: Cell<Option<PlaceIndex>>,
    /// The header at which a recording was given up because its loop is being compiled.
    pub(crate) awaited: Cell<Option<PlaceIndex>>,
    /// The function that a recording was in when it was given up because a loop of the function went round too often.
    not_inlined: Cell<Option<PlaceIndex>>,
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
    pub(crate) resting: Resting,
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
        let (compilation, Entrances { enter, exit_stub: stub, call_stub }) =
            Compilation::new::<E>(&params, interpreter.shows_frames(), &links, &counters)?;
        let warm = Box::new(WarmState {
            params: RefCell::new(params),
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
            call_stub,
            enter,
            recording: Cell::new(false),
            retracing: Cell::new(None),
            bridging: Cell::new(None),
            awaited: Cell::new(None),
            not_inlined: Cell::new(None),
            passing: Cell::new(None),
            stack: LentStack::new(),
            spare_stack: Cell::new(None),
            entries: RefCell::new(HashMap::new()),
            rebuilt: RefCell::new(Vec::new()),
            generation: Cell::new(0),
            started: Instant::now(),
            fusion_cost: Cell::default(),
            resting: Resting::default(),
        });
        // SAFETY: the caller's contract.
        let context = unsafe { &*context };
        context.warm.set((&raw const *warm).cast_mut().cast());
        context.complete_call.set(Some(complete_call::<E>));
        context.force.set(Some(force::<E>));
        context.frames_held_back.set(i64::from(warm.params().inline_depth));
        metatrace_machine::native_stack::set_limit(context);
        Ok(warm)
    }

    pub fn counters(&self) -> &Counters {
        &self.counters
    }
    pub fn params(&self) -> Ref<'_, Params> {
        self.params.borrow()
    }

    /// From now on these hold; what the code generator was made with stays: `sync_compile`, `ir_interp`, `guard_fail_every` and
    /// `code_limit_bytes`.
    pub fn set_params(&self, params: Params) {
        self.context().frames_held_back.set(i64::from(params.inline_depth));
        self.params.replace(params);
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
            turns: Turns::default(),
            is_closed_loop: false,
            awaited: None,
            is_fusing: false,
            wait: 0,
            retirements_count: 0,
            is_called: false,
            has_retired_callers: false,
            generic_cell,
            special_cells: Vec::new(),
            special: None,
            calls_left: 1,
            aborts_count: 0,
            last_abort: None,
            last_entered: 0,
            overflow: Default::default(),
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
            HotPlace::LoopHeader => self.params().threshold,
            HotPlace::FunctionEntry => self.params().function_threshold,
        }
    }

    pub(crate) fn unit(&self, id: UnitId) -> Option<Rc<Unit>> {
        self.units.borrow().get(id.0 as usize).cloned().flatten()
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
            cell.ask_after(OFF_VISITS);
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
        let mut state = self.state_of(index);
        if state == PlaceState::Queued {
            self.poll();
            state = self.state_of(index);
        }
        match state {
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
                if !self.may_record() || self.awaits(index) {
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
                    PlaceState::Counting if self.with_place(index, |p| p.awaited.is_some()) => {
                        QUEUE_POLL_VISITS
                    }
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
