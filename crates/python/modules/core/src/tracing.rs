//! `sys.settrace` and `sys.setprofile`: which events their functions get, and what they decide.
//!
//! The function of `settrace` is called for calls; what it returns is the frame's own function (`f_trace`), which gets the frame's other events.
//! A function that raises is taken away, and its exception goes on in the observed frame.

use crate::events::{self, Event, Shown};
use python_model::native::{NativeDef, def, raw};
use python_model::objects::*;
use python_model::observation::{Observer, progress};
use python_model::py::{Py, Result};
use python_model::value::*;

/// What the function of `settrace` is told.
fn traced(event: Event) -> Option<&'static str> {
    match event {
        Event::PyStart | Event::PyResume | Event::PyThrow => Some("call"),
        Event::Line => Some("line"),
        Event::Instruction => Some("opcode"),
        Event::PyReturn | Event::PyYield | Event::PyUnwind => Some("return"),
        Event::Raise | Event::StopIteration => Some("exception"),
        _ => None,
    }
}

/// What the function of `setprofile` is told.
fn profiled(event: Event) -> Option<&'static str> {
    match event {
        Event::Line | Event::Instruction | Event::Raise | Event::StopIteration => None,
        Event::Call => Some("c_call"),
        Event::NativeReturn => Some("c_return"),
        Event::NativeRaise => Some("c_exception"),
        event => traced(event),
    }
}

/// Tells the functions of the thread of an event on a line. `is_native`: of a call, that it is of a function written in Rust.
/// Errors: what one raises; it is then gone.
pub fn tell(shown: Shown, event: Event, argument: Word, line: u32, is_native: bool) -> Result<()> {
    let Shown { py, observer, frame, .. } = shown;
    if observer.trace.get() != NONE
        && let Some(name) = traced(event)
    {
        let function = match (event, name) {
            (_, "call") => observer.trace.get(),
            (Event::Line, _) if shown.has(progress::NO_LINES) => NONE,
            (Event::Instruction, _) if !shown.has(progress::OPCODES) => NONE,
            _ => frame.tracer.get(),
        };
        if function != NONE {
            match call(shown, function, name, event, argument, line) {
                Ok(NONE) => {}
                Ok(next) => frame.tracer.set(py.mutator(), frame, next),
                Err(raised) => {
                    frame.tracer.set(py.mutator(), frame, NONE);
                    set(py, |observer| observer.trace.set(NONE));
                    return Err(raised);
                }
            }
        }
    }
    if observer.profile.get() != NONE
        && (event != Event::Call || is_native)
        && let Some(name) = profiled(event)
        && let Err(raised) = call(shown, observer.profile.get(), name, event, argument, line)
    {
        set(py, |observer| observer.profile.set(NONE));
        return Err(raised);
    }
    Ok(())
}

/// What a function gets for the argument of an event.
fn exception_argument(py: Py, event: Event, argument: Word) -> Result {
    match event {
        Event::Raise | Event::StopIteration => {
            let traceback =
                python_model::exceptions::state(argument).map_or(NONE, |state| state.traceback.get());
            py.new_tuple(&[py.type_of(argument).word(), argument, traceback])
        }
        Event::PyUnwind | Event::PyThrow => Ok(NONE),
        _ => Ok(argument),
    }
}

fn call(shown: Shown, function: Word, name: &str, event: Event, argument: Word, line: u32) -> Result {
    let Shown { py, frame, .. } = shown;
    let argument = exception_argument(py, event, argument)?;
    let name = py.name_word(py.intern(name)?);
    frame.showing(line, shown.offset(event), || {
        events::unobserved(py, || py.call(function, &[word(frame), name, argument]))
    })
}

/// Changes what this thread wants, and with it whether all code is observed.
fn set(py: Py, change: impl FnOnce(&Observer)) {
    change(&py.thread().observer);
    events::update(py);
}

/// Changes it for all threads.
fn set_everywhere(py: Py, change: impl Fn(&Observer)) {
    py.vm().threads().iter().for_each(|thread| change(&thread.observer));
    events::update(py);
}

pub static FUNCTIONS: &[NativeDef] = &[
    def("gettrace", "()", "Return the global debug tracing function set with sys.settrace.", |py, _a| {
        Ok(py.thread().observer.trace.get())
    }),
    def("getprofile", "()", "Return the profiling function set with sys.setprofile.", |py, _a| {
        Ok(py.thread().observer.profile.get())
    }),
    def("settrace", "(function, /)", "Set the global debug tracing function.", |py, a| {
        set(py, |observer| observer.trace.set(a[0]));
        Ok(NONE)
    }),
    def("setprofile", "(function, /)", "Set the profiling function.", |py, a| {
        set(py, |observer| observer.profile.set(a[0]));
        Ok(NONE)
    }),
    def(
        "_settraceallthreads",
        "(function, /)",
        "Set the global debug tracing function in all running threads.",
        |py, a| {
            set_everywhere(py, |observer| observer.trace.set(a[0]));
            Ok(NONE)
        },
    ),
    def(
        "_setprofileallthreads",
        "(function, /)",
        "Set the profiling function in all running threads.",
        |py, a| {
            set_everywhere(py, |observer| observer.profile.set(a[0]));
            Ok(NONE)
        },
    ),
    raw("call_tracing", "(func, args, /)", "Call func(*args), while tracing is enabled.", |py, args| {
        let [function, arguments] = python_model::native::bind(
            py,
            "call_tracing",
            python_model::signature!("(func, args, /)"),
            args,
        )?;
        let Some(items) = py.cast::<Tuple>(arguments) else {
            return Err(py.type_error(format!(
                "call_tracing() argument 2 must be tuple, not {}",
                py.argument_type(arguments)
            )));
        };
        let words: Vec<Word> = items.items().iter().map(|item| item.get()).collect();
        let was_inside = py.thread().observer.is_inside.replace(false);
        let result = py.call(function, &words);
        heap::keep(items);
        py.thread().observer.is_inside.set(was_inside);
        result
    }),
];
