//! Runs of the interpreter inside the runtime: a runtime function calls back, or a module is executed.
//!
//! Each run has a frame stack of its own, from a pool: pushing on the stack of the run below would alias the `&mut` that its
//! interpreter holds. The runs of a thread form a list on the native stack, through which tracebacks, `sys._getframe` and
//! `locals()` see the frames of all of them. Between the frames of two runs may be some that machine code holds; they are rebuilt when
//! they are looked at, and the innermost frame of the run below, with which machine code was entered, is then none.

use crate::bind::Bound;
use crate::run::run;
use heap::Gc;
use metatrace_machine::{
    Context, Direct, Encoding, Flow, Frame, FrameStack, Machine, MachineFrames, NanBox, Raised, Resume,
    RunEnd, Word,
};
use python_model::code::{Code, frame as extra};
use python_model::frames::{FrameView, Visitor};
use python_model::generator::{Resumption, State, Step};
use python_model::native::Args;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::value::{NONE, UNSET, as_object, word};
use python_model::vm::Thread;
use std::cell::{Cell, RefCell};

/// Slots of one frame stack.
const STACK_SLOTS: u32 = 1 << 18;
/// Frames of one stack; the recursion limit is checked apart.
const FRAME_LIMIT: usize = 1 << 20;

/// Frames that the runtime can look at. Slots of a stack that is being recorded hold more than a word.
pub trait Frames {
    fn depth(&self) -> usize;
    fn frame(&self, index: usize) -> Frame;
    fn slot(&self, index: usize, slot: u32) -> Word;
    fn set_slot(&self, index: usize, slot: u32, value: Word);
}

impl Frames for FrameStack<Word> {
    fn depth(&self) -> usize {
        FrameStack::depth(self)
    }
    fn frame(&self, index: usize) -> Frame {
        self.frames()[index]
    }
    fn slot(&self, index: usize, slot: u32) -> Word {
        self.window_of(index).get(slot)
    }
    fn set_slot(&self, index: usize, slot: u32, value: Word) {
        self.window_of(index).set(slot, value);
    }
}

/// One run under way, on the native stack.
pub struct Run {
    /// The run that called the runtime function that made this one.
    outer: *const Run,
    frames: *const dyn Frames,
    /// Whether a trace is being recorded on the stack.
    is_recorded: bool,
    /// Frames of the stack that belong to other runs.
    first: usize,
    /// Frames between those of this run and of the outer one.
    below: MachineFrames,
    /// The innermost frame of the recording below is also the first of this run, which is its callee.
    is_callee: bool,
    /// Frames of this stack, published whenever the interpreter reads the innermost one.
    depth: Cell<usize>,
}

/// Frame stacks that are not in use.
#[derive(Default)]
pub struct StackPool {
    /// Boxed, so that lending one moves a pointer.
    #[expect(clippy::vec_box, reason = "see above")]
    free: RefCell<Vec<Box<FrameStack<Word>>>>,
}

/// The pool of this thread's interpreter.
#[inline(always)]
fn pool(py: Py<'_>) -> &StackPool {
    let known = py.thread().pool.get().cast::<StackPool>();
    if known.is_null() {
        return make_pool(py);
    }
    // SAFETY: set by `make_pool` to what the thread owns.
    unsafe { &*known }
}

#[cold]
fn make_pool(py: Py<'_>) -> &StackPool {
    let made: Box<StackPool> = Box::default();
    let pool: *const StackPool = &raw const *made;
    py.thread().pool.set(pool.cast());
    py.thread().pool_owner.replace(Some(made));
    // SAFETY: the thread owns it.
    unsafe { &*pool }
}

/// Notes how many frames the running stack has.
#[inline(always)]
pub fn publish(py: Py, depth: usize) {
    let current = py.thread().runs.get().cast::<Run>();
    if !current.is_null() {
        // SAFETY: a run stays in the list only while `with_run` is on the native stack.
        unsafe { (*current).depth.set(depth) };
    }
}

/// Python frames of the thread, on all its stacks.
pub fn depth(py: Py) -> u32 {
    // Machine code pushes no frames for its calls, nor for those it has inlined: of these one, with which it was entered, is there.
    let called = py.context().counted_frames() as u32;
    // SAFETY: code that has a site waits for its call as long as the runtime runs.
    let waiting = unsafe { py.context().machine_frames().innermost().as_ref() };
    let inlined = waiting.map_or(0, |site| site.frames_count() as u32 - 1);
    depth_of(py.thread()).wrapping_add(called).wrapping_add(inlined)
}

/// The same without the frames that machine code has inlined at the call under way, which need not be one that may look at frames.
pub fn published_depth(py: Py) -> u32 {
    depth_of(py.thread()).wrapping_add(py.context().counted_frames() as u32)
}

/// The number from the outermost one of the frame that is number `index` of those that machine code runs, its entry frame being the first.
/// Asked in a recording, it is the innermost one.
pub fn number_of(py: Py, index: u32) -> u32 {
    let thread = py.thread();
    let run = thread.runs.get().cast::<Run>();
    // SAFETY: as in `depth_of`.
    let is_recorded = !run.is_null() && unsafe { (*run).is_recorded };
    let above = if is_recorded { 0 } else { index.wrapping_add(py.context().counted_frames() as u32) };
    depth_of(thread).wrapping_add(above).wrapping_sub(1)
}

fn depth_of(thread: &Thread) -> u32 {
    let run = thread.runs.get().cast::<Run>();
    let own = if run.is_null() {
        0
    } else {
        // SAFETY: runs in the list are on the native stack, and can see their frames.
        unsafe { if (*run).is_recorded { (*(*run).frames).depth() } else { (*run).depth.get() } }
    };
    thread.depth.get().wrapping_add(own as u32)
}

/// Runs `body`, for which the thread has `depth` frames outside, and the frames of `frames` from number `first` on are the thread's innermost ones.
fn within<T>(
    py: Py,
    depth: u32,
    frames: *const dyn Frames,
    is_recorded: bool,
    first: usize,
    is_callee: bool,
    body: impl FnOnce() -> T,
) -> T {
    let thread = py.thread();
    let outer = thread.runs.get().cast::<Run>();
    let outer_frames = thread.depth.get();
    // Whoever asks for the number of frames adds that of the running stack: the difference may be below zero.
    thread.depth.set(depth.wrapping_sub(first as u32));
    // The frames that machine code has counted are part of that number.
    let context = py.context();
    let frames_left = context.frames_left.replace(context.frames_allowed.get());
    let below = context.take_machine_frames();
    let run = Run { outer, frames, is_recorded, first, below, is_callee, depth: Cell::new(first) };
    thread.runs.set((&raw const run).cast());
    let result = body();
    context.put_machine_frames(below);
    thread.runs.set(outer.cast());
    context.frames_left.set(frames_left);
    thread.depth.set(outer_frames);
    result
}

/// Runs the frames of `stack` above the first `floor` ones, as part of a run that waits in machine code or in a recording.
pub fn run_above<M: Machine<Value = Word>>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<Word>,
    resume: Resume<Word>,
    floor: usize,
) -> RunEnd<Word> {
    let frames: *const dyn Frames = &raw const *stack;
    let running = py.thread().runs.get().cast::<Run>();
    // SAFETY: as in `depth`.
    let is_recorded = !running.is_null() && unsafe { (*running).is_recorded };
    within(py, depth(py), frames, false, floor, is_recorded, || {
        if is_recorded {
            // A recording runs a callee by other means: its frame is on both stacks.
            py.thread().depth.set(py.thread().depth.get().wrapping_sub(1));
        }
        run(m, py, stack, floor, resume)
    })
}

/// Records: `body` runs on a copy of the innermost frames of the running stack, which `frames` shows.
///
/// # Safety
/// `frames` can be read until `body` has returned.
pub unsafe fn record_above<T>(py: Py, frames: *const dyn Frames, body: impl FnOnce() -> T) -> T {
    let running = py.thread().runs.get().cast::<Run>();
    // SAFETY: a recording belongs to a run, which is on the native stack below; `frames`: contract.
    let (running, copied) = unsafe { (&*running, (*frames).depth()) };
    // SAFETY: as above; the stack of a run lives as long as the run.
    let all = unsafe { (*running.frames).depth() };
    let published = running.depth.replace(all - copied);
    let result = within(py, depth(py), frames, true, 0, false, || {
        // As machine code will find it that is entered with the first of these frames.
        let context = py.context();
        let depth = i64::from(py.thread().depth.get()) + 1;
        let left = i64::from(py.vm().recursion_limit.get()) - depth - context.frames_held_back.get();
        let counts = (context.frames_left.replace(left), context.frames_allowed.replace(left));
        let result = body();
        context.frames_left.set(counts.0);
        context.frames_allowed.set(counts.1);
        result
    });
    running.depth.set(published);
    result
}

/// Runs `body` with a fresh frame stack; the thread has `depth` frames so far.
fn with_run<T>(py: Py, depth: u32, body: impl FnOnce(&mut FrameStack<Word>) -> T) -> T {
    let pool = pool(py);
    let stack = pool.free.borrow_mut().pop();
    let mut stack = stack.unwrap_or_else(|| {
        let stack = Box::new(FrameStack::new(STACK_SLOTS, FRAME_LIMIT, NanBox::UNSET));
        // Pooled stacks live as long as their thread, which detaches from the heap before: the source is not removed.
        py.mutator().add_root_source(Box::new(stack.roots()));
        stack
    });
    let frames: *const dyn Frames = &raw const *stack;
    let result = within(py, depth, frames, false, 0, false, || body(&mut stack));
    stack.truncate(0);
    pool.free.borrow_mut().push(stack);
    result
}

/// The direct machine of this thread, with the thread's JIT if it has one.
fn machine(py: Py) -> Direct<NanBox> {
    // SAFETY: the context is this thread's, and outlives whoever holds a `Py`; so does what the thread refers to.
    unsafe {
        match py.thread().when_hot.get() {
            Some(when_hot) => Direct::with_warm_state(py.context(), &*when_hot),
            None => Direct::new(py.context()),
        }
    }
}

/// Runs the innermost frame of a fresh stack to its end.
fn finish(py: Py, stack: &mut FrameStack<Word>, resume: Resume<Word>) -> Result {
    ended(run(&mut machine(py), py, stack, 0, resume))
}

/// Runs a function whose frame is the only one of a fresh stack to its end. As anywhere else, its calls make it hot, and machine code
/// takes its place.
fn enter(py: Py, stack: &mut FrameStack<Word>, code: &'static Code) -> Result {
    let mut machine = machine(py);
    let resume = match machine.function_entry(stack, &code.entry) {
        Flow::Continue => Resume::Execute,
        // Machine code went to the end of the only frame: there is nothing to interpret.
        Flow::Resume(Resume::Return(value)) => return Ok(value),
        Flow::Resume(Resume::Unwind) => return Err(Raised),
        Flow::Resume(next) => next,
        Flow::Leave => unreachable!("only a recording leaves"),
    };
    ended(run(&mut machine, py, stack, 0, resume))
}

fn ended(end: RunEnd<Word>) -> Result {
    match end {
        RunEnd::Returned(value) => Ok(value),
        RunEnd::Raised => Err(Raised),
        RunEnd::Left => unreachable!("only a recording leaves"),
    }
}

/// The hook that runs a Python function to its end.
pub fn call_function(py: Py, function: Gc<Function>, args: Args) -> Result {
    let code = function.code();
    if code.is_positional && args.keywords.is_none() && args.words.len() == code.arg_count as usize {
        if code.is_generator {
            code.prepare(py)?;
            return generator_from(py, function, |parameter| args.words[parameter]);
        }
        return run_frame(py, function, code, |parameter| args.words[parameter]);
    }
    crate::bind::with_bound(py, function, args, |bound| call_bound(py, function, bound))
}

fn call_bound(py: Py, function: Gc<Function>, bound: Bound) -> Result {
    let code = function.code();
    if code.is_generator {
        code.prepare(py)?;
        return generator_from(py, function, |parameter| bound.get(parameter));
    }
    run_frame(py, function, code, |parameter| bound.get(parameter))
}

/// Runs a function, each of whose parameters gets the word that `argument` gives for its number.
#[inline(always)]
fn run_frame(
    py: Py,
    function: Gc<Function>,
    code: &'static Code,
    argument: impl Fn(usize) -> Word,
) -> Result {
    code.prepare(py)?;
    let depth = depth(py);
    if !crate::frame::has_room(py, depth)? || py.native_stack_is_low() {
        return Err(py.recursion_error("maximum recursion depth exceeded"));
    }
    with_run(py, depth, |stack| {
        let window = match stack.push(code.address(), code.slot_count()) {
            Ok(window) => window,
            Err(_) => return Err(py.recursion_error("maximum recursion depth exceeded")),
        };
        for parameter in 0..code.parameter_count {
            window.set(parameter, argument(parameter as usize));
        }
        place_closure(function, code, |slot, cell| window.set(slot, cell));
        window.set(code.extra(extra::FUNCTION), word(function));
        if code.is_body {
            window.set(code.extra(extra::NAMESPACE), code.globals_word());
        }
        enter(py, stack, code)
    })
}

fn place_closure(function: Gc<Function>, code: &'static Code, mut set: impl FnMut(u32, Word)) {
    if let Some(cells) = as_object::<Tuple>(function.closure.get()) {
        let first = code.first_free.get();
        for (k, cell) in cells.items().iter().enumerate() {
            set(first + k as u32, cell.get());
        }
    }
}

/// The generator that a call of a generator function makes.
#[inline(always)]
pub fn generator_from(py: Py, function: Gc<Function>, argument: impl Fn(usize) -> Word) -> Result {
    let code = function.code();
    let slots = py.new_values(code.slot_count() as usize)?;
    // One barrier for all.
    let items = slots.items();
    py.mutator().barrier_range(slots.erase(), items.as_ptr().cast_mut().cast(), items.len());
    for (parameter, slot) in items[..code.parameter_count as usize].iter().enumerate() {
        slot.init(argument(parameter));
    }
    place_closure(function, code, |slot, cell| items[slot as usize].init(cell));
    items[code.extra(extra::FUNCTION) as usize].init(word(function));
    python_model::generator::new(py, code, slots, function.name.get(), function.qualname.get())
}

/// The hook that runs the body of a module, class or `exec`.
pub fn run_code(py: Py, code: &'static Code, namespace: Word, function: Word) -> Result {
    code.prepare(py)?;
    if depth(py) >= py.vm().recursion_limit.get() || py.native_stack_is_low() {
        return Err(py.recursion_error("maximum recursion depth exceeded"));
    }
    if code.is_generator {
        return coroutine_of_body(py, code, namespace);
    }
    with_run(py, depth(py), |stack| {
        let Ok(window) = stack.push(code.address(), code.slot_count()) else {
            return Err(py.recursion_error("maximum recursion depth exceeded"));
        };
        window.set(code.extra(extra::NAMESPACE), namespace);
        window.set(code.extra(extra::FUNCTION), function);
        if let Some(function) = as_object::<Function>(function) {
            place_closure(function, code, |slot, cell| window.set(slot, cell));
        }
        finish(py, stack, Resume::Execute)
    })
}

/// The coroutine that the body of a module is if it awaits something (`ast.PyCF_ALLOW_TOP_LEVEL_AWAIT`).
#[cold]
fn coroutine_of_body(py: Py, code: &'static Code, namespace: Word) -> Result {
    let slots = py.new_values(code.slot_count() as usize)?;
    slots.items()[code.extra(extra::NAMESPACE) as usize].set(py.mutator(), slots, namespace);
    let name = py.str(&code.object().name)?;
    python_model::generator::new(py, code, slots, name, name)
}

/// The hook that resumes a generator until it yields or finishes.
pub fn resume_generator(py: Py, generator: Gc<Generator>, how: Resumption) -> Result<Step> {
    match generator.state() {
        State::Running => {
            let kind = python_model::generator::type_of(generator);
            let what = match kind {
                python_model::Ty::Coroutine => "coroutine",
                python_model::Ty::AsyncGenerator => "async generator",
                _ => "generator",
            };
            return Err(py.value_error(format!("{what} already executing")));
        }
        State::Finished => {
            return match how {
                Resumption::Send(_)
                    if python_model::generator::type_of(generator) == python_model::Ty::Coroutine =>
                {
                    Err(py.runtime_error("cannot reuse already awaited coroutine"))
                }
                Resumption::Send(_) => Ok(Step::Returned(NONE)),
                Resumption::Throw(exception) => Err(py.raise(exception)),
            };
        }
        State::Created => match how {
            Resumption::Send(value) if value != NONE => {
                let kind = python_model::generator::type_of(generator);
                let what = match kind {
                    python_model::Ty::Coroutine => "coroutine",
                    python_model::Ty::AsyncGenerator => "async generator",
                    _ => "generator",
                };
                return Err(py.type_error(format!("can't send non-None value to a just-started {what}")));
            }
            Resumption::Throw(exception) => {
                python_model::generator::ended(py, generator);
                py.raise(exception);
                py.add_traceback(exception, generator.code.get() as u64, 0);
                return Err(Raised);
            }
            Resumption::Send(_) => {}
        },
        State::Suspended => {}
    }
    if py.native_stack_is_low() || depth(py) >= py.vm().recursion_limit.get() {
        return Err(py.recursion_error("maximum recursion depth exceeded"));
    }
    with_run(py, depth(py), |stack| {
        let mut machine = machine(py);
        // A stand-in for the caller's frame, which `resume` marks with a pc.
        let code = generator.code();
        if stack.push(code.address(), 0).is_err() {
            return Err(py.recursion_error("maximum recursion depth exceeded"));
        }
        let value = match how {
            Resumption::Send(value) => value,
            Resumption::Throw(_) => UNSET,
        };
        let kind = crate::generators::Resumable::Any;
        let resume = match how {
            Resumption::Send(_) => {
                sent(crate::suspension::resume(&mut machine, py, stack, 0, generator, value, kind)?)
            }
            Resumption::Throw(exception) => {
                let at = crate::suspension::push(&mut machine, py, stack, 0, generator, NONE, value)?;
                stack.set_pc(at);
                py.raise(exception);
                Resume::Raise
            }
        };
        match run(&mut machine, py, stack, 1, resume) {
            RunEnd::Returned(value) if generator.state() == State::Suspended => Ok(Step::Yielded(value)),
            RunEnd::Returned(value) => Ok(Step::Returned(value)),
            RunEnd::Raised => Err(Raised),
            RunEnd::Left => unreachable!("only a recording leaves"),
        }
    })
}

/// How a run goes on whose generator was resumed.
fn sent(flow: Option<Flow<Word>>) -> Resume<Word> {
    match flow.expect("its state was tested") {
        Flow::Continue => Resume::Execute,
        Flow::Resume(next) => next,
        Flow::Leave => unreachable!("only a recording leaves"),
    }
}

/// The hook that runs a generator for whoever takes all its items: one stack for all of them.
pub fn drain_generator(py: Py, generator: Gc<Generator>, each: python_model::vm::Each) -> Result<()> {
    loop {
        // The first step tests all that may be wrong; it is the last if the generator is at its end.
        match resume_generator(py, generator, Resumption::Send(NONE))? {
            Step::Yielded(item) if each(item)? => {}
            _ => return Ok(()),
        }
        if generator.state() != State::Suspended {
            // `each` resumed it.
            continue;
        }
        with_run(py, depth(py), |stack| {
            let mut machine = machine(py);
            let code = generator.code();
            if stack.push(code.address(), 0).is_err() {
                return Err(py.recursion_error("maximum recursion depth exceeded"));
            }
            while generator.state() == State::Suspended {
                let kind = crate::generators::Resumable::Any;
                let resume =
                    sent(crate::suspension::resume(&mut machine, py, stack, 0, generator, NONE, kind)?);
                match run(&mut machine, py, stack, 1, resume) {
                    RunEnd::Returned(item) if generator.state() == State::Suspended => {
                        publish(py, stack.depth());
                        if !each(item)? {
                            return Ok(());
                        }
                    }
                    RunEnd::Returned(_) => return Ok(()),
                    RunEnd::Raised => return Err(Raised),
                    RunEnd::Left => unreachable!("only a recording leaves"),
                }
            }
            Ok(())
        })?;
        return Ok(());
    }
}

/// The hook that shows the running frames, innermost first.
pub fn visit_frames(py: Py, visitor: Visitor) {
    visit(py.thread(), depth(py), Some(py), visitor);
}

/// The hook that shows the frames of a thread that waits.
pub fn visit_frames_of(thread: &Thread, visitor: Visitor) {
    visit(thread, depth_of(thread), None, visitor);
}

/// Shows the frames of a thread, which are so many. Of another thread, those that machine code holds are not found; the context of a
/// recording is told that its frames were looked at.
fn visit(thread: &Thread, depth: u32, py: Option<Py>, visitor: Visitor) {
    let mut run = thread.runs.get().cast::<Run>();
    let context = py.map(Py::context);
    let mut view = View { py, left: depth as usize, visitor };
    let mut above = context.map_or(MachineFrames::NONE, Context::machine_frames);
    let mut is_callee_above = false;
    while !run.is_null() {
        // SAFETY: code waits for the call that the runtime is in, or for a run in the list.
        for site in unsafe { above.sites() } {
            // SAFETY: as above; with a context, the thread is this one.
            match context.and_then(|context| unsafe { context.frames_of(site) }) {
                Some(frames) if !view.show(frames, 0, frames.depth()) => return,
                Some(_) => {}
                None => view.left = view.left.saturating_sub(site.frames_count()),
            }
        }
        // SAFETY: as in `depth`; the stack's frames and slots lie in memory of their own, which nobody writes while the runtime runs.
        let (outer, frames, first, below, is_callee) =
            unsafe { ((*run).outer, &*(*run).frames, (*run).first, (*run).below, (*run).is_callee) };
        // SAFETY: as above.
        let end = match unsafe { (*run).is_recorded } {
            true => {
                if let Some(context) = context {
                    context.frames_inspected.set(true);
                }
                frames.depth()
            }
            // SAFETY: as above.
            false => unsafe { (*run).depth.get() }.min(frames.depth()),
        };
        // The frame with which machine code was entered is one of those that it holds; that of a callee was shown.
        let end = if above.is_none() && !is_callee_above { end } else { end.saturating_sub(1) };
        if !view.show(frames, first, end) {
            return;
        }
        above = if context.is_some() { below } else { MachineFrames::NONE };
        is_callee_above = is_callee;
        run = outer;
    }
}

/// Frames on their way to a visitor.
struct View<'v> {
    /// Of the thread that looks, if the frames are its own: those of others are only read.
    py: Option<Py<'v>>,
    /// Frames that were not shown yet.
    left: usize,
    visitor: Visitor<'v>,
}

impl View<'_> {
    /// Shows the frames from `first` to `end`, innermost first; whether to go on.
    fn show(&mut self, frames: &dyn Frames, first: usize, end: usize) -> bool {
        for index in (first..end).rev() {
            self.left = self.left.saturating_sub(1);
            let frame = frames.frame(index);
            let code = Code::at(frame.code);
            if frame.slot_count == 0 || code.is_hidden {
                continue; // the stand-in under a generator, or a frame of a builtin
            }
            let view = FrameView {
                code,
                pc: frame.pc,
                depth: self.left,
                slot: &|slot| frames.slot(index, slot),
                set_slot: &|slot, value| frames.set_slot(index, slot, value),
            };
            if !(self.visitor)(view) || !self.show_delegators(code, frames, index) {
                return false;
            }
        }
        true
    }

    /// Shows the frames of the generators for which that of a frame runs (`delegation.rs`). They have its number.
    fn show_delegators(&mut self, code: &'static Code, frames: &dyn Frames, index: usize) -> bool {
        if !code.is_generator {
            return true;
        }
        let (py, place) = (self.py, python_model::generator::slot(code));
        let Some(running) = as_object::<Generator>(frames.slot(index, place)) else { return true };
        for level in crate::delegation::levels(running) {
            let (code, Some(slots)) = (level.code(), level.frame.get()) else { continue };
            let own = python_model::generator::slot(code);
            let view = FrameView {
                code,
                pc: level.pc.get() as u32,
                depth: self.left,
                slot: &|slot| if slot == own { word(level) } else { slots.items()[slot as usize].get() },
                set_slot: &|slot, value| {
                    if let Some(py) = py {
                        slots.items()[slot as usize].set(py.mutator(), slots, value);
                    }
                },
            };
            if !(self.visitor)(view) {
                return false;
            }
        }
        true
    }
}
