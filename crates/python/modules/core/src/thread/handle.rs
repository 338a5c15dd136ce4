//! `_ThreadHandle`: what `threading.Thread` joins.

use super::Types;
use super::start::{End, own_identity};
use python_model::foreign;
use python_model::native::{Args, NativeDef, def, getter};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

/// Fresh, of a thread that runs, or of one that has ended.
pub struct Handle {
    /// Of the thread; 0 if it was not started.
    identity: Cell<i64>,
    is_started: Cell<bool>,
    pub end: Arc<End>,
}

pub const DOC: &str = "Internal only. What a thread is waited for with.";

pub fn construct(py: Py, _: TypeRef, args: Args) -> Result {
    if !args.words.is_empty() {
        return Err(py.type_error("_ThreadHandle() takes no arguments"));
    }
    fresh(py)
}

/// A handle of no thread yet.
pub fn fresh(py: Py) -> Result {
    let class = py.vm().state::<Types>().handle.get().expect("the module made the type");
    let handle = Handle { identity: Cell::new(0), is_started: Cell::new(false), end: Arc::default() };
    Ok(word(foreign::new(py, class, handle)?))
}

/// The handle of a running thread.
pub fn of(py: Py, identity: i64) -> Result {
    let made = fresh(py)?;
    handle(py, made)?.set_identity(identity);
    Ok(made)
}

/// Errors: `TypeError`.
pub fn handle(py: Py<'_>, value: Word) -> Result<&Handle> {
    foreign::expect(py, value, "a _ThreadHandle")
}

impl Handle {
    /// Marks the handle as that of a thread that is being started. Errors: `RuntimeError` if it has one.
    pub fn begin(&self, py: Py) -> Result<()> {
        if self.is_started.replace(true) { Err(py.runtime_error("thread already started")) } else { Ok(()) }
    }

    /// Takes that back.
    pub fn cancel(&self) {
        self.is_started.set(false);
    }

    pub fn set_identity(&self, identity: i64) {
        self.is_started.set(true);
        self.identity.set(identity);
    }

    fn expect_started(&self, py: Py) -> Result<()> {
        if self.is_started.get() { Ok(()) } else { Err(py.runtime_error("thread not started")) }
    }
}

pub static METHODS: &[NativeDef] = &[
    def("join", "($self, timeout=None, /)", "Wait until the thread has ended.", join),
    def("is_done", "($self, /)", "Return whether the thread has ended.", |py, a| {
        Ok(bool_word(handle(py, a[0])?.end.is_reached()))
    }),
    def("_set_done", "($self, /)", "Say that the thread has ended.", |py, a| {
        let own = handle(py, a[0])?;
        own.expect_started(py)?;
        own.end.reach();
        Ok(NONE)
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        py.str(&format!("<_thread._ThreadHandle object: ident={}>", handle(py, a[0])?.identity.get()))
    }),
    getter("ident", "The identity of the thread.", |py, a| py.int(handle(py, a[0])?.identity.get())),
];

fn join(py: Py, a: &[Word]) -> Result {
    let own = handle(py, a[0])?;
    let limit = match a[1] {
        UNSET | NONE => None,
        // A limit below zero is none, as it was before there were handles.
        given => Duration::try_from_secs_f64(py.to_f64(given)?).ok(),
    };
    own.expect_started(py)?;
    if !own.end.is_reached() && own.identity.get() == own_identity() {
        return Err(py.runtime_error("Cannot join current thread"));
    }
    if !own.end.is_reached() && super::start::is_closed(py) {
        // It was stopped, and will not end.
        let message = "cannot join thread at interpreter shutdown";
        return Err(py.raise_text(Ty::PythonFinalizationError, message));
    }
    own.end.wait(py, limit)?;
    Ok(NONE)
}
