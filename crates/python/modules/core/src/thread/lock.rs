//! `lock` and `RLock`.
//!
//! Who holds a lock is read and written under the GIL; a thread that has to wait sleeps in the lock's queue without it. A lock that is
//! released is free for whoever takes it first, also if somebody was woken for it.

use super::Types;
use super::start::own_identity;
use python_model::foreign;
use python_model::native::{Args, NativeDef, def};
use python_model::py::{Py, Result};
use python_model::types::{TypeRef, flags};
use python_model::value::*;
use python_model::wait_queue::{Deadline, WaitQueue};
use std::cell::Cell;
use std::time::Duration;

/// See the module header.
struct Lock {
    /// How often the lock is held. A plain lock: 0 or 1.
    held: Cell<u64>,
    /// The thread that holds a reentrant lock.
    owner: Cell<i64>,
    is_reentrant: bool,
    queue: WaitQueue,
}

/// Seconds that can be waited for.
pub const TIMEOUT_MAX: f64 = 9_223_372_036.0;

impl Lock {
    fn is_owned(&self) -> bool {
        self.held.get() > 0 && self.owner.get() == own_identity()
    }

    /// Takes the lock if it is free.
    fn try_take(&self, count: u64) -> bool {
        if self.held.get() > 0 {
            return false;
        }
        self.held.set(count);
        self.owner.set(own_identity());
        true
    }

    fn free(&self) {
        self.held.set(0);
        self.queue.notify_one();
    }
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
    foreign::new_of(py, class, native_of(class), {
        Lock { held: Cell::new(0), owner: Cell::new(0), is_reentrant, queue: WaitQueue::default() }
    })
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
    let own = lock(py, a[0])?;
    own.held.set(0);
    own.queue.forget();
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
        Ok(bool_word(lock(py, a[0])?.is_owned()))
    }),
    def("_recursion_count", "($self, /)", "For internal use by reentrancy guards.", |py, a| {
        let own = lock(py, a[0])?;
        py.uint(if own.is_owned() { own.held.get() } else { 0 })
    }),
    def("_release_save", "($self, /)", "For internal use by threading.Condition.", |py, a| {
        let own = lock(py, a[0])?;
        if !own.is_owned() {
            return Err(py.runtime_error("cannot release un-acquired lock"));
        }
        let state = [py.uint(own.held.get())?, py.int(own.owner.get())?];
        own.free();
        py.new_tuple(&state)
    }),
    def("_acquire_restore", "($self, state, /)", "For internal use by threading.Condition.", |py, a| {
        let state = py.tuple_from_iterable(a[1])?;
        let count = py.index(state.items().first().map_or(NONE, |count| count.get()))?.unsigned_abs();
        let own = lock(py, a[0])?;
        own.queue.wait_until(py, None, || own.try_take(count))?;
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
        true => format!(" owner={} count={held}", if held > 0 { own.owner.get() } else { 0 }),
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
    if timeout.is_nan() {
        return Err(py.value_error("Invalid value NaN (not a number)"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(py.value_error("timeout value must be a non-negative number"));
    }
    if timeout > TIMEOUT_MAX {
        return Err(py.overflow_error("timestamp out of range for C PyTime_t"));
    }
    if own.is_reentrant && own.is_owned() {
        own.held.set(own.held.get() + 1);
        return Ok(TRUE);
    }
    if own.try_take(1) {
        return Ok(TRUE);
    }
    if !blocking {
        return Ok(FALSE);
    }
    let limit = Duration::try_from_secs_f64(timeout).ok().map(Deadline::after);
    Ok(bool_word(own.queue.wait_until(py, limit, || own.try_take(1))?))
}

fn release(py: Py, a: &[Word]) -> Result {
    let own = lock(py, a[0])?;
    if own.is_reentrant && !own.is_owned() {
        return Err(py.runtime_error("cannot release un-acquired lock"));
    }
    match own.held.get() {
        0 => return Err(py.runtime_error("release unlocked lock")),
        1 => own.free(),
        count => own.held.set(count - 1),
    }
    Ok(NONE)
}
