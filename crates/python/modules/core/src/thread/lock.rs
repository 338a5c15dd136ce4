//! `lock` and `RLock` of a process with one thread.
//!
//! A lock that is taken and asked for again can never be released by somebody else, so waiting for it without a limit raises
//! `RuntimeError` instead of hanging.

use super::{MAIN, Types};
use python_model::foreign;
use python_model::native::{Args, NativeDef, def};
use python_model::py::{Py, Result};
use python_model::types::{TypeRef, flags};
use python_model::value::*;
use std::cell::Cell;

/// How often a lock is held. A plain lock: 0 or 1.
struct Lock {
    held: Cell<u64>,
    is_reentrant: bool,
}

pub const DOC: &str = "A lock object is a synchronization primitive.";

pub fn construct_plain(py: Py, class: TypeRef, args: Args) -> Result {
    if !args.words.is_empty() {
        return Err(py.type_error(format!("lock() takes no arguments ({} given)", args.words.len())));
    }
    new_lock(py, class, false)
}

/// Arguments are those of a subclass: ignored.
pub fn construct_reentrant(py: Py, class: TypeRef, _: Args) -> Result {
    new_lock(py, class, true)
}

/// A plain lock.
pub fn new(py: Py) -> Result {
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

const ACQUIRE: NativeDef = def("acquire", "($self, /, blocking=True, timeout=-1)", "Lock the lock.", acquire);
const RELEASE: NativeDef = def("release", "($self, /)", "Release the lock.", release);
const LOCKED: NativeDef =
    def("locked", "($self, /)", "Return whether the lock is in the locked state.", |py, a| {
        Ok(bool_word(lock(py, a[0])?.held.get() > 0))
    });
const ENTER: NativeDef =
    def("__enter__", "($self, /)", "Lock the lock.", |py, a| acquire(py, &[a[0], UNSET, UNSET]));
const EXIT: NativeDef = def("__exit__", "($self, /, *exc_info)", "Release the lock.", release);
const REINIT: NativeDef = def("_at_fork_reinit", "($self, /)", "Unlock the lock.", |py, a| {
    lock(py, a[0])?.held.set(0);
    Ok(NONE)
});
const REPR: NativeDef = def("__repr__", "($self, /)", "Return repr(self).", repr);

pub static PLAIN: &[NativeDef] = &[
    ACQUIRE,
    RELEASE,
    LOCKED,
    ENTER,
    EXIT,
    REINIT,
    REPR,
    def(
        "acquire_lock",
        "($self, /, blocking=True, timeout=-1)",
        "An obsolete synonym of acquire().",
        acquire,
    ),
    def("release_lock", "($self, /)", "An obsolete synonym of release().", release),
    def("locked_lock", "($self, /)", "An obsolete synonym of locked().", |py, a| {
        Ok(bool_word(lock(py, a[0])?.held.get() > 0))
    }),
];

/// What begins with an underscore is for `threading.Condition`.
pub static REENTRANT: &[NativeDef] = &[
    ACQUIRE,
    RELEASE,
    LOCKED,
    ENTER,
    EXIT,
    REINIT,
    REPR,
    def("_is_owned", "($self, /)", "For internal use by threading.Condition.", |py, a| {
        Ok(bool_word(lock(py, a[0])?.held.get() > 0))
    }),
    def("_recursion_count", "($self, /)", "For internal use by reentrancy guards.", |py, a| {
        py.uint(lock(py, a[0])?.held.get())
    }),
    def("_release_save", "($self, /)", "For internal use by threading.Condition.", |py, a| {
        let own = lock(py, a[0])?;
        if own.held.get() == 0 {
            return Err(py.runtime_error("cannot release un-acquired lock"));
        }
        let count = py.uint(own.held.replace(0))?;
        py.new_tuple(&[count, py.int(MAIN)?])
    }),
    def("_acquire_restore", "($self, state, /)", "For internal use by threading.Condition.", |py, a| {
        let state = py.tuple_from_iterable(a[1])?;
        let count = py.index(state.items().first().map_or(NONE, |count| count.get()))?;
        lock(py, a[0])?.held.set(count.unsigned_abs());
        Ok(NONE)
    }),
];

/// `<locked _thread.lock object at 0x…>`
fn repr(py: Py, a: &[Word]) -> Result {
    let own = lock(py, a[0])?;
    let held = own.held.get();
    let state = if held > 0 { "locked" } else { "unlocked" };
    let class = py.type_of(a[0]);
    let module = py.get_attr(class.word(), python_model::names::Name::ModuleAttr)?;
    let name = format!("{}.{}", py.to_text(module)?, class.name.borrow());
    let owner = match own.is_reentrant {
        true => format!(" owner={} count={held}", if held > 0 { MAIN } else { 0 }),
        false => String::new(),
    };
    let address = py.index(py.id(a[0])?)?;
    py.str(&format!("<{state} {name} object{owner} at {address:#x}>"))
}

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
