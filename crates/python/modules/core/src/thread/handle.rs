//! `_ThreadHandle`: what `threading.Thread` joins.
//!
//! No thread is ever started, so a handle is either fresh, or that of the main thread, which ends when `threading` says so.

use super::{MAIN, Types};
use python_model::foreign;
use python_model::native::{Args, NativeDef, def, getter};
use python_model::py::{Py, Result};
use python_model::types::TypeRef;
use python_model::value::*;
use std::cell::Cell;

struct Handle {
    /// Of the thread; 0 if it was not started.
    identity: i64,
    is_done: Cell<bool>,
}

pub const DOC: &str = "Internal only. What a thread is waited for with.";

pub fn construct(py: Py, _: TypeRef, args: Args) -> Result {
    if !args.words.is_empty() {
        return Err(py.type_error("_ThreadHandle() takes no arguments"));
    }
    of(py, 0)
}

/// The handle of a running thread.
pub fn of(py: Py, identity: i64) -> Result {
    let class = py.vm().state::<Types>().handle.get().expect("the module made the type");
    Ok(word(foreign::new(py, class, Handle { identity, is_done: Cell::new(false) })?))
}

fn handle(py: Py<'_>, value: Word) -> Result<&Handle> {
    foreign::expect(py, value, "a _ThreadHandle")
}

pub static METHODS: &[NativeDef] = &[
    def("join", "($self, timeout=None, /)", "Wait until the thread has ended.", join),
    def("is_done", "($self, /)", "Return whether the thread has ended.", |py, a| {
        Ok(bool_word(handle(py, a[0])?.is_done.get()))
    }),
    def("_set_done", "($self, /)", "Say that the thread has ended.", |py, a| {
        let own = handle(py, a[0])?;
        if own.identity == 0 {
            return Err(py.runtime_error("thread not started"));
        }
        own.is_done.set(true);
        Ok(NONE)
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        py.str(&format!("<_thread._ThreadHandle object: ident={}>", handle(py, a[0])?.identity))
    }),
    getter("ident", "The identity of the thread.", |py, a| py.int(handle(py, a[0])?.identity)),
];

fn join(py: Py, a: &[Word]) -> Result {
    let own = handle(py, a[0])?;
    if own.identity == 0 {
        return Err(py.runtime_error("thread not started"));
    }
    if !own.is_done.get() && own.identity == MAIN {
        return Err(py.runtime_error("Cannot join current thread"));
    }
    Ok(NONE)
}
