//! Runs of the interpreter inside the runtime: a runtime function calls back, or a module is executed.
//!
//! Each run has a frame stack of its own, from a pool: pushing on the stack of the run below would alias the `&mut` that its
//! interpreter holds. The runs of a thread form a list on the native stack, through which tracebacks, `sys._getframe` and
//! `locals()` see the frames of all of them.

use crate::run::run;
use heap::Gc;
use metatrace_machine::{Direct, Encoding, FrameStack, NanBox, Raised, Resume, RunEnd, Word};
use python_model::code::{Code, frame as extra};
use python_model::frames::{FrameView, Visitor};
use python_model::generator::{Resumption, State, Step};
use python_model::native::Args;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::value::{NONE, UNSET, as_object, word};
use std::cell::{Cell, RefCell};

/// Slots of one frame stack.
const STACK_SLOTS: u32 = 1 << 18;
/// Frames of one stack; the recursion limit is checked apart.
const FRAME_LIMIT: usize = 1 << 20;

/// One run under way, on the native stack.
pub struct Run {
    /// The run that called the runtime function that made this one.
    outer: *const Run,
    stack: *const FrameStack<Word>,
    /// Frames of this stack, published whenever the interpreter reads the innermost one.
    depth: Cell<usize>,
}

/// Frame stacks that are not in use.
#[derive(Default)]
pub struct StackPool {
    free: RefCell<Vec<FrameStack<Word>>>,
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

/// Runs `body` with a fresh frame stack.
fn with_run<T>(py: Py, body: impl FnOnce(&mut FrameStack<Word>) -> T) -> T {
    let pool = py.vm().state::<StackPool>();
    let stack = pool.free.borrow_mut().pop();
    let mut stack = stack.unwrap_or_else(|| {
        let stack = FrameStack::new(STACK_SLOTS, FRAME_LIMIT, NanBox::UNSET);
        // Pooled stacks live as long as the process, so their roots are never removed.
        py.mutator().add_root_source(Box::new(stack.roots()));
        stack
    });
    let thread = py.thread();
    let outer = thread.runs.get().cast::<Run>();
    let outer_frames = thread.depth.get();
    // SAFETY: the outer run is on the native stack below.
    let below = if outer.is_null() { 0 } else { unsafe { (*outer).depth.get() } };
    thread.depth.set(outer_frames + below as u32);
    let run = Run { outer, stack: &raw const stack, depth: Cell::new(0) };
    thread.runs.set((&raw const run).cast());
    let result = body(&mut stack);
    thread.runs.set(outer.cast());
    thread.depth.set(outer_frames);
    stack.truncate(0);
    pool.free.borrow_mut().push(stack);
    result
}

/// Runs the innermost frame of a fresh stack to its end.
fn finish(py: Py, stack: &mut FrameStack<Word>, resume: Resume<Word>) -> Result {
    // SAFETY: the context is this thread's and outlives this function.
    let mut machine = unsafe { Direct::<NanBox>::new(py.context()) };
    match run(&mut machine, py, stack, 0, resume) {
        RunEnd::Returned(value) => Ok(value),
        RunEnd::Raised => Err(Raised),
        RunEnd::Left => unreachable!("only a recording leaves"),
    }
}

/// The hook that runs a Python function to its end.
pub fn call_function(py: Py, function: Gc<Function>, args: Args) -> Result {
    let bound = crate::bind::bind(py, function, args)?;
    let code = function.code();
    code.prepare(py)?;
    if python_model::generator::is_generator(code) {
        return generator_from(py, function, bound);
    }
    if py.thread().depth.get() >= py.vm().recursion_limit.get() {
        return Err(py.recursion_error("maximum recursion depth exceeded"));
    }
    with_run(py, |stack| {
        let window = match stack.push(code.address(), code.slot_count()) {
            Ok(window) => window,
            Err(_) => return Err(py.recursion_error("maximum recursion depth exceeded")),
        };
        for (slot, item) in bound.items().iter().enumerate() {
            window.set(slot as u32, item.get());
        }
        place_closure(function, code, |slot, cell| window.set(slot, cell));
        window.set(code.extra(extra::FUNCTION), word(function));
        finish(py, stack, Resume::Execute)
    })
}

fn place_closure(function: Gc<Function>, code: &'static Code, mut set: impl FnMut(u32, Word)) {
    if let Some(cells) = as_object::<Tuple>(function.closure.get()) {
        let first = u32::from(code.object().first_free());
        for (k, cell) in cells.items().iter().enumerate() {
            set(first + k as u32, cell.get());
        }
    }
}

/// The generator that a call of a generator function makes.
fn generator_from(py: Py, function: Gc<Function>, bound: Gc<Values>) -> Result {
    let code = function.code();
    let slots = py.new_values(code.slot_count() as usize)?;
    for (to, from) in slots.items().iter().zip(bound.items()) {
        to.set(py.mutator(), slots, from.get());
    }
    place_closure(function, code, |slot, cell| slots.items()[slot as usize].set(py.mutator(), slots, cell));
    slots.items()[code.extra(extra::FUNCTION) as usize].set(py.mutator(), slots, word(function));
    python_model::generator::new(py, code, slots, function.name.get(), function.qualname.get())
}

/// The hook that runs the body of a module, class or `exec`.
pub fn run_code(py: Py, code: &'static Code, namespace: Word, function: Word) -> Result {
    code.prepare(py)?;
    if py.thread().depth.get() >= py.vm().recursion_limit.get() || py.native_stack_is_low() {
        return Err(py.recursion_error("maximum recursion depth exceeded"));
    }
    with_run(py, |stack| {
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
                generator.set_state(State::Finished);
                py.raise(exception);
                py.add_traceback(exception, generator.code.get() as u64, 0);
                return Err(Raised);
            }
            Resumption::Send(_) => {}
        },
        State::Suspended => {}
    }
    if py.native_stack_is_low() || py.thread().depth.get() >= py.vm().recursion_limit.get() {
        return Err(py.recursion_error("maximum recursion depth exceeded"));
    }
    with_run(py, |stack| {
        // SAFETY: the context is this thread's and outlives this function.
        let mut machine = unsafe { Direct::<NanBox>::new(py.context()) };
        // A stand-in for the caller's frame, which `resume` marks with a pc.
        let code = generator.code();
        if stack.push(code.address(), 0).is_err() {
            return Err(py.recursion_error("maximum recursion depth exceeded"));
        }
        let value = match how {
            Resumption::Send(value) => value,
            Resumption::Throw(_) => UNSET,
        };
        let flow = crate::generators::resume_any(&mut machine, py, stack, generator, value)?;
        debug_assert!(flow);
        let resume = match how {
            Resumption::Send(_) => Resume::Execute,
            Resumption::Throw(exception) => {
                stack.set_pc(generator.pc.get() as u32);
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

/// The hook that shows the running frames, innermost first.
pub fn visit_frames(py: Py, visitor: Visitor) {
    let mut run = py.thread().runs.get().cast::<Run>();
    let mut total = {
        // SAFETY: runs in the list are on the native stack.
        let inner = if run.is_null() { 0 } else { unsafe { (*run).depth.get() } };
        py.thread().depth.get() as usize + inner
    };
    while !run.is_null() {
        // SAFETY: as above; the stack's frames and slots lie in memory of their own, which nobody writes while the runtime runs.
        let (outer, stack, depth) = unsafe { ((*run).outer, &*(*run).stack, (*run).depth.get()) };
        for index in (0..depth.min(stack.depth())).rev() {
            total = total.saturating_sub(1);
            let frame = stack.frames()[index];
            if frame.slot_count == 0 {
                continue; // the stand-in under a generator
            }
            let window = stack.window_of(index);
            let view = FrameView {
                code: Code::at(frame.code),
                pc: frame.pc,
                depth: total,
                slot: &|slot| window.get(slot),
                set_slot: &|slot, value| window.set(slot, value),
            };
            if !visitor(view) {
                return;
            }
        }
        run = outer;
    }
}
