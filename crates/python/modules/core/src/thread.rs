//! `_thread`, as far as one thread needs it: locks, and who is running.
//!
//! A lock that is taken and asked for again can never be released by somebody else, so waiting for it without a limit raises
//! `RuntimeError` instead of hanging. Starting a thread raises `RuntimeError`: threads are not supported yet.

use crate::thread_handle;
use python_model::class::{NativeClass, native_type};
use python_model::dict;
use python_model::foreign;
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{NativeDef, def, raw};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use std::cell::Cell;

/// How often a lock is held. A plain lock: 0 or 1.
struct Lock {
    held: Cell<u64>,
    is_reentrant: bool,
}

#[derive(Default)]
struct Types {
    lock: Cell<Option<TypeRef>>,
}

pub static MODULE: NativeModule = NativeModule {
    name: "_thread",
    doc: "This module provides primitive operations to write multi-threaded programs.",
    functions: FUNCTIONS,
    fill: |py, own| {
        let made = |name, constructor| NativeClass {
            module: "_thread",
            name,
            doc: "A lock object is a synchronization primitive.",
            base: None,
            flags: flags::HAS_WEAKREF,
            constructor,
            methods: LOCK,
        };
        let lock = native_type(py, &made("lock", Some(|py, class, _| new_lock(py, class, false))))?;
        let rlock = native_type(py, &made("RLock", Some(|py, class, _| new_lock(py, class, true))))?;
        py.vm().state::<Types>().lock.set(Some(lock));
        dict::set_symbol(py, own, py.intern("LockType")?, lock.word())?;
        dict::set_symbol(py, own, py.intern("lock")?, lock.word())?;
        dict::set_symbol(py, own, py.intern("RLock")?, rlock.word())?;
        dict::set_symbol(py, own, py.intern("_ThreadHandle")?, thread_handle::class(py)?.word())?;
        // With one thread, thread-local attributes are attributes.
        let body = dict::new(py)?;
        dict::set_symbol(py, body, Name::Module, py.str("_thread")?)?;
        dict::set_symbol(py, body, Name::Doc, py.str("Thread-local data")?)?;
        let (name, bases) = (py.str("_local")?, py.new_tuple(&[])?);
        let local = py.call(py.ty(Ty::Type).word(), &[name, bases, word(body)])?;
        dict::set_symbol(py, own, py.intern("_local")?, local)?;
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
    def(
        "_make_thread_handle",
        "(ident, /)",
        "Internal only. Make a thread handle for threads not started by `_thread`.",
        |py, a| {
            let identity = py.index(a[0])?;
            thread_handle::new(py, identity)
        },
    ),
    def(
        "set_name",
        "(name)",
        "Set the name of the current thread: for debuggers, of which nothing is told.",
        |_, _| Ok(NONE),
    ),
    def("_count", "()", "Return the number of threads besides the main one.", |py, _| py.int(0)),
    def("_shutdown", "()", "Wait for all threads to end: there are none.", |_, _| Ok(NONE)),
    def("daemon_threads_allowed", "()", "Return True if daemon threads are allowed.", |_, _| Ok(FALSE)),
    def("stack_size", "(size=0, /)", "Return the stack size of new threads: 0, the system's.", |py, _| {
        py.int(0)
    }),
    def("allocate_lock", "()", "Create a new lock object.", |py, _| new_plain_lock(py)),
    def("allocate", "()", "An obsolete synonym of allocate_lock().", |py, _| new_plain_lock(py)),
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

fn new_plain_lock(py: Py) -> Result {
    let class = py.vm().state::<Types>().lock.get().expect("the module made the type");
    new_lock(py, class, false)
}

fn new_lock(py: Py, class: TypeRef, is_reentrant: bool) -> Result {
    foreign::new_of(py, class, native_of(class), Lock { held: Cell::new(0), is_reentrant })
}

/// The native type that a class is or inherits from.
fn native_of(class: TypeRef) -> TypeRef {
    if !class.has(flags::MUTABLE) {
        return class;
    }
    class.mro.borrow().iter().copied().find(|t| !t.has(flags::MUTABLE)).expect("object is in every MRO")
}

static LOCK: &[NativeDef] = &[
    def("acquire", "($self, /, blocking=True, timeout=-1)", "Lock the lock.", acquire),
    def(
        "acquire_lock",
        "($self, /, blocking=True, timeout=-1)",
        "An obsolete synonym of acquire().",
        acquire,
    ),
    def("release", "($self, /)", "Release the lock.", release),
    def("release_lock", "($self, /)", "An obsolete synonym of release().", release),
    def("locked", "($self, /)", "Return whether the lock is in the locked state.", |py, a| {
        Ok(bool_word(lock(py, a[0])?.held.get() > 0))
    }),
    def("__enter__", "($self, /)", "Lock the lock.", |py, a| acquire(py, &[a[0], UNSET, UNSET])),
    def("__exit__", "($self, /, *args)", "Release the lock.", release),
    def("_is_owned", "($self, /)", "For internal use by `threading.Condition`.", |py, a| {
        Ok(bool_word(lock(py, a[0])?.held.get() > 0))
    }),
    def("_release_save", "($self, /)", "For internal use by `threading.Condition`.", |py, a| {
        let held = lock(py, a[0])?.held.replace(0);
        let count = py.uint(held)?;
        py.new_tuple(&[count, py.int(MAIN)?])
    }),
    def("_acquire_restore", "($self, state, /)", "For internal use by `threading.Condition`.", |py, a| {
        let state = py.tuple_from_iterable(a[1])?;
        let count = py.index(state.items().first().map_or(NONE, |count| count.get()))?;
        lock(py, a[0])?.held.set(count.unsigned_abs());
        Ok(NONE)
    }),
    def("_at_fork_reinit", "($self, /)", "Unlock the lock.", |py, a| {
        lock(py, a[0])?.held.set(0);
        Ok(NONE)
    }),
];

fn lock(py: Py<'_>, value: Word) -> Result<&Lock> {
    foreign::expect(py, value, "a lock")
}

fn acquire(py: Py, a: &[Word]) -> Result {
    let own = lock(py, a[0])?;
    let blocking = a[1] == UNSET || py.truth(a[1])?;
    let timeout = if a[2] == UNSET { -1.0 } else { py.to_f64(a[2])? };
    if !blocking && timeout != -1.0 {
        return Err(py.value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(py.value_error("timeout value must be a non-negative number"));
    }
    if own.held.get() > 0 && !own.is_reentrant {
        if blocking && timeout < 0.0 {
            return Err(py.runtime_error("deadlock: the lock is held by the only thread"));
        }
        if blocking {
            std::thread::sleep(std::time::Duration::from_secs_f64(timeout.min(1e9)));
        }
        return Ok(FALSE);
    }
    own.held.set(own.held.get() + 1);
    Ok(TRUE)
}

fn release(py: Py, a: &[Word]) -> Result {
    let own = lock(py, a[0])?;
    if own.held.get() == 0 {
        let message =
            if own.is_reentrant { "cannot release un-acquired lock" } else { "release unlocked lock" };
        return Err(py.runtime_error(message));
    }
    own.held.set(own.held.get() - 1);
    Ok(NONE)
}
