//! `_thread._ThreadHandle`: what `threading` knows a thread of the system by.
//!
//! Limits: there is one thread, so a handle is that of the main thread or of one that never starts.

use python_model::class::NativeClass;
use python_model::foreign;
use python_model::native::{NativeDef, def, getter};
use python_model::py::{Py, Result};
use python_model::types::{TypeRef, flags};
use python_model::value::*;
use std::cell::Cell;

struct Handle {
    /// Identity of the thread; 0: it has not been started.
    identity: i64,
    is_done: Cell<bool>,
}

#[derive(Default)]
struct Types {
    handle: Cell<Option<TypeRef>>,
}

/// The type. Errors: out of memory.
pub fn class(py: Py) -> Result<TypeRef> {
    let types = py.vm().state::<Types>();
    if let Some(class) = types.handle.get() {
        return Ok(class);
    }
    let class = python_model::class::native_type(
        py,
        &NativeClass {
            module: "_thread",
            name: "_ThreadHandle",
            doc: "",
            base: None,
            flags: flags::HAS_WEAKREF,
            constructor: Some(|py, _, _| new(py, 0)),
            methods: METHODS,
        },
    )?;
    types.handle.set(Some(class));
    Ok(class)
}

/// The handle of a thread that runs, or of one that has not been started (0).
pub fn new(py: Py, identity: i64) -> Result {
    Ok(word(foreign::new(py, class(py)?, Handle { identity, is_done: Cell::new(false) })?))
}

fn own(py: Py<'_>, value: Word) -> Result<&Handle> {
    foreign::expect(py, value, "a thread handle")
}

static METHODS: &[NativeDef] = &[
    getter("ident", "", |py, a| py.int(own(py, a[0])?.identity)),
    def("is_done", "($self, /)", "Return whether the thread has ended.", |py, a| {
        Ok(bool_word(own(py, a[0])?.is_done.get()))
    }),
    def("_set_done", "($self, /)", "Say that the thread has ended.", |py, a| {
        own(py, a[0])?.is_done.set(true);
        Ok(NONE)
    }),
    def("join", "($self, timeout=None, /)", "Wait until the thread has ended.", |py, a| {
        match own(py, a[0])? {
            Handle { identity: 0, .. } => Err(py.runtime_error("thread not started")),
            handle if handle.is_done.get() => Ok(NONE),
            _ => Err(py.runtime_error("Cannot join current thread")),
        }
    }),
];
