//! `_thread`, as far as one thread needs it: locks, thread-local data, and who is running.
//!
//! Everything that `threading` needs to import, and to work in the main thread, is here. Limit: starting a thread raises `RuntimeError`, as it
//! does where the system has no room for another one: threads are not supported yet.

mod handle;
mod lock;

use python_model::class::{NativeClass, native_type};
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, def, raw};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_model::{dict, instance};
use std::cell::Cell;

#[derive(Default)]
struct Types {
    lock: Cell<Option<TypeRef>>,
    handle: Cell<Option<TypeRef>>,
}

pub static MODULE: NativeModule = NativeModule {
    name: "_thread",
    doc: "This module provides primitive operations to write multi-threaded programs.",
    functions: FUNCTIONS,
    fill: |py, own| {
        let made = |name, doc, type_flags, constructor, methods| {
            let base = None;
            native_type(
                py,
                &NativeClass { module: "_thread", name, doc, base, flags: type_flags, constructor, methods },
            )
        };
        let weak = flags::HAS_WEAKREF;
        let lock = made("lock", lock::DOC, flags::FINAL | weak, Some(lock::construct_plain), lock::PLAIN)?;
        let rlock = made("RLock", lock::DOC, weak, Some(lock::construct_reentrant), lock::REENTRANT)?;
        let handle =
            made("_ThreadHandle", handle::DOC, flags::FINAL, Some(handle::construct), handle::METHODS)?;
        let local = made("_local", "Thread-local data", flags::HAS_DICT | weak, Some(construct_local), &[])?;
        py.vm().state::<Types>().lock.set(Some(lock));
        py.vm().state::<Types>().handle.set(Some(handle));
        dict::set_symbol(py, own, py.intern("_ThreadHandle")?, handle.word())?;
        dict::set_symbol(py, own, py.intern("_local")?, local.word())?;
        dict::set_symbol(py, own, py.intern("_NAME_MAXLEN")?, py.int(15)?)?;
        dict::set_symbol(py, own, py.intern("LockType")?, lock.word())?;
        dict::set_symbol(py, own, py.intern("lock")?, lock.word())?;
        dict::set_symbol(py, own, py.intern("RLock")?, rlock.word())?;
        dict::set_symbol(py, own, py.intern("error")?, py.ty(Ty::RuntimeError).word())?;
        dict::set_symbol(py, own, py.intern("TIMEOUT_MAX")?, float_word(9_223_372_036.0))
    },
};

static FUNCTIONS: &[NativeDef] = &[
    def(
        "get_ident",
        "()",
        "Return a non-zero integer that uniquely identifies the current thread.",
        |py, _| py.int(MAIN),
    ),
    def(
        "get_native_id",
        "()",
        "Return the identity of the current thread as assigned by the system.",
        |py, _| py.int(i64::from(std::process::id())),
    ),
    def("_get_main_thread_ident", "()", "Internal only. Return the identity of the main thread.", |py, _| {
        py.int(MAIN)
    }),
    def("_is_main_interpreter", "()", "Return True if the current interpreter is the main one.", |_, _| {
        Ok(TRUE)
    }),
    def("_count", "()", "Return the number of threads besides the main one.", |py, _| py.int(0)),
    def("_shutdown", "()", "Wait for all threads to end: there are none.", |_, _| Ok(NONE)),
    def("daemon_threads_allowed", "()", "Return True if daemon threads are allowed.", |_, _| Ok(TRUE)),
    def("stack_size", "(size=0, /)", "Return the stack size of new threads: 0, the system's.", |py, _| {
        py.int(0)
    }),
    def("allocate_lock", "()", "Create a new lock object.", |py, _| lock::new(py)),
    def("allocate", "()", "An obsolete synonym of allocate_lock().", |py, _| lock::new(py)),
    def(
        "_make_thread_handle",
        "(ident, /)",
        "Internal only. Make a handle of a thread started elsewhere.",
        |py, a| handle::of(py, py.index(a[0])?),
    ),
    def("set_name", "(name)", "Set the name of the current thread.", set_name),
    def("_get_name", "()", "Get the name of the current thread.", |py, _| {
        py.str(std::thread::current().name().unwrap_or(""))
    }),
    def("exit", "()", "Synonymous to ``raise SystemExit``.", |py, _| Err(py.raise_with(Ty::SystemExit, &[]))),
    def("exit_thread", "()", "An obsolete synonym of exit().", |py, _| {
        Err(py.raise_with(Ty::SystemExit, &[]))
    }),
    def("interrupt_main", "(signum=2, /)", "Simulate the arrival of a signal.", interrupt_main),
    raw(
        "start_new",
        "(function, args, kwargs=None, /)",
        "An obsolete synonym of start_new_thread().",
        |py, _| unsupported(py),
    ),
    raw("start_new_thread", "(function, args, kwargs=None, /)", "Start a new thread.", |py, _| {
        unsupported(py)
    }),
    raw("start_joinable_thread", "(function, handle=None, daemon=True)", "Start a new thread.", |py, _| {
        unsupported(py)
    }),
];

/// The identity of the one thread.
const MAIN: i64 = 1;

fn unsupported(py: Py) -> Result {
    Err(py.runtime_error("can't start new thread: threads are not supported yet"))
}

/// Checked only: the system is not told the name of the one thread, which is that of the process.
fn set_name(py: Py, a: &[Word]) -> Result {
    match py.as_str(a[0]) {
        Some(_) => Ok(NONE),
        None => {
            Err(py.type_error(format!("set_name() argument 'name' must be str, not {}", py.type_name(a[0]))))
        }
    }
}

/// Raises a signal in the process, if it has a handler written in Python.
fn interrupt_main(py: Py, a: &[Word]) -> Result {
    let signal = if a[0] == UNSET { 2 } else { py.index(a[0])? };
    if !(1..=64).contains(&signal) {
        return Err(py.value_error("signal number out of range"));
    }
    let handler = py.call(py.import_from("_signal", "getsignal")?, &[py.int(signal)?])?;
    if py.is_callable(handler) {
        py.call(py.import_from("_signal", "raise_signal")?, &[py.int(signal)?])?;
    }
    Ok(NONE)
}

/// An object whose attributes every thread has its own of: one thread has those of the instance.
fn construct_local(py: Py, class: TypeRef, args: Args) -> Result {
    if !args.words.is_empty() && class.lookup(py, Name::Init) == py.ty(Ty::Object).lookup(py, Name::Init) {
        return Err(py.type_error("Initialization arguments are not supported"));
    }
    instance::new(py, class, UNSET)
}
