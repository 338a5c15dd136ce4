//! `_thread`: starting threads ([`start`]), waiting for them ([`handle`]), locks ([`lock`]), thread-local data ([`local`]).
//!
//! One thread at a time runs Python: see `python_model::gil`.

mod handle;
mod local;
mod lock;
mod start;

pub use start::{after_fork_in_child, close, own_identity};

use python_model::class::{NativeClass, native_type};
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::objects::{Dict, Tuple};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use start::Threads;
use std::cell::Cell;
use std::sync::Arc;

/// Bytes of a thread's name that the system keeps.
const NAME_MAX: usize = 15;

#[derive(Default)]
struct Types {
    lock: Cell<Option<TypeRef>>,
    handle: Cell<Option<TypeRef>>,
    local: Cell<Option<TypeRef>>,
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
        let local = made("_local", local::DOC, weak, Some(local::construct), local::METHODS)?;
        py.vm().state::<Types>().local.set(Some(local));
        py.vm().state::<Types>().lock.set(Some(lock));
        py.vm().state::<Types>().handle.set(Some(handle));
        dict::set_symbol(py, own, py.intern("_ThreadHandle")?, handle.word())?;
        dict::set_symbol(py, own, py.intern("_local")?, local.word())?;
        dict::set_symbol(py, own, py.intern("_NAME_MAXLEN")?, py.int(NAME_MAX as i64)?)?;
        dict::set_symbol(py, own, py.intern("LockType")?, lock.word())?;
        dict::set_symbol(py, own, py.intern("lock")?, lock.word())?;
        dict::set_symbol(py, own, py.intern("RLock")?, rlock.word())?;
        dict::set_symbol(py, own, py.intern("error")?, py.ty(Ty::RuntimeError).word())?;
        dict::set_symbol(py, own, py.intern("TIMEOUT_MAX")?, float_word(lock::TIMEOUT_MAX))
    },
};

static FUNCTIONS: &[NativeDef] = &[
    def(
        "get_ident",
        "()",
        "Return a non-zero integer that uniquely identifies the current thread.",
        |py, _| py.int(own_identity()),
    ),
    def(
        "get_native_id",
        "()",
        "Return the identity of the current thread as assigned by the system.",
        // SAFETY: a plain query.
        |py, _| py.int(i64::from(unsafe { libc::gettid() })),
    ),
    def("_get_main_thread_ident", "()", "Internal only. Return the identity of the main thread.", |py, _| {
        py.int(py.vm().threads().first().map_or(0, |main| main.identity.get()))
    }),
    def("_is_main_interpreter", "()", "Return True if the current interpreter is the main one.", |_, _| {
        Ok(TRUE)
    }),
    def("_count", "()", "Return the number of threads besides the main one.", |py, _| {
        py.uint(py.vm().state::<Threads>().count() as u64)
    }),
    def("_shutdown", "()", "Wait for all threads to end that are not daemons.", |py, _| {
        start::join_all(py)?;
        Ok(NONE)
    }),
    def("daemon_threads_allowed", "()", "Return True if daemon threads are allowed.", |_, _| Ok(TRUE)),
    def(
        "stack_size",
        "(size=0, /)",
        "Return the stack size of new threads, and set it; 0: the system's.",
        stack_size,
    ),
    def("allocate_lock", "()", "Create a new lock object.", |py, _| lock::new(py)),
    def("allocate", "()", "An obsolete synonym of allocate_lock().", |py, _| lock::new(py)),
    def(
        "_make_thread_handle",
        "(ident, /)",
        "Internal only. Make a handle of a thread started elsewhere.",
        |py, a| handle::of(py, py.index(a[0])?),
    ),
    def("set_name", "(name)", "Set the name of the current thread.", set_name),
    def("_get_name", "()", "Get the name of the current thread.", |py, _| get_name(py)),
    def("exit", "()", "Synonymous to ``raise SystemExit``.", |py, _| Err(py.raise_with(Ty::SystemExit, &[]))),
    def("exit_thread", "()", "An obsolete synonym of exit().", |py, _| {
        Err(py.raise_with(Ty::SystemExit, &[]))
    }),
    def("interrupt_main", "(signum=2, /)", "Simulate the arrival of a signal.", interrupt_main),
    def(
        "start_new",
        "(function, args, kwargs={}, /)",
        "An obsolete synonym of start_new_thread().",
        start_new,
    ),
    def("start_new_thread", "(function, args, kwargs={}, /)", "Start a new thread.", start_new),
    def(
        "start_joinable_thread",
        "(function, handle=None, daemon=True)",
        "Start a new thread.",
        start_joinable,
    ),
];

fn start_new(py: Py, a: &[Word]) -> Result {
    if !py.is_callable(a[0]) {
        return Err(py.type_error("first arg must be callable"));
    }
    let Some(arguments) = py.cast::<Tuple>(a[1]) else {
        return Err(py.type_error("2nd arg must be a tuple"));
    };
    let keywords = match a[2] {
        UNSET => NONE,
        given if py.cast::<Dict>(given).is_some() => given,
        _ => return Err(py.type_error("optional 3rd arg must be a dictionary")),
    };
    py.int(start::start(py, a[0], word(arguments), keywords, &Arc::default(), true)?)
}

fn start_joinable(py: Py, a: &[Word]) -> Result {
    if !py.is_callable(a[0]) {
        return Err(py.type_error("thread function must be callable"));
    }
    let made = match a[1] {
        UNSET | NONE => handle::fresh(py)?,
        given if py.type_of(given).is(py.vm().state::<Types>().handle.get().expect("made above")) => given,
        _ => return Err(py.type_error("'handle' must be a _ThreadHandle")),
    };
    let is_daemon = a[2] == UNSET || py.truth(a[2])?;
    let handle = handle::handle(py, made)?;
    handle.begin(py)?;
    match start::start(py, a[0], NONE, NONE, &handle.end, is_daemon) {
        Ok(identity) => {
            handle.set_identity(identity);
            Ok(made)
        }
        Err(raised) => {
            handle.cancel();
            Err(raised)
        }
    }
}

/// Stacks below this are refused.
const LEAST_STACK_SIZE: i64 = 32 << 10;

fn stack_size(py: Py, a: &[Word]) -> Result {
    let size = if a[0] == UNSET { 0 } else { py.index(a[0])? };
    if size < 0 {
        return Err(py.value_error("size must be 0 or a positive value"));
    }
    if size > 0 && size < LEAST_STACK_SIZE {
        return Err(py.value_error(format!("size not valid: {size} bytes")));
    }
    let before = py.vm().state::<Threads>().stack_bytes.replace(size as usize);
    py.uint(before as u64)
}

/// Tells the system what the running thread is called, as far as it keeps it.
fn set_name(py: Py, a: &[Word]) -> Result {
    let Some(name) = py.as_str(a[0]) else {
        return Err(
            py.type_error(format!("set_name() argument 'name' must be str, not {}", py.argument_type(a[0])))
        );
    };
    // Surrogates have no encoding.
    let text = name.to_text().replace(char::REPLACEMENT_CHARACTER, "?");
    let bytes = text.as_bytes().split(|byte| *byte == 0).next().unwrap_or_default();
    let mut room = [0_u8; NAME_MAX + 1];
    let length = bytes.len().min(NAME_MAX);
    room[..length].copy_from_slice(&bytes[..length]);
    // SAFETY: names the calling thread; the text ends in a zero.
    unsafe { libc::pthread_setname_np(libc::pthread_self(), room.as_ptr().cast()) };
    Ok(NONE)
}

/// What does not decode, because the name was cut, is escaped as in names of files.
fn get_name(py: Py) -> Result {
    let mut room = [0_u8; 64];
    // SAFETY: fills at most the bytes of this frame.
    unsafe { libc::pthread_getname_np(libc::pthread_self(), room.as_mut_ptr().cast(), room.len()) };
    let end = room.iter().position(|byte| *byte == 0).unwrap_or(0);
    let bytes = py.new_bytes(&room[..end])?;
    py.call_method(bytes, py.intern("decode")?, &[py.str("utf-8")?, py.str("surrogateescape")?])
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
