//! Objects whose class says by `__buffer__` and `__release_buffer__`, written in Python, what bytes they show (PEP 688).
//!
//! A view of such an object is one more view of what its `__buffer__` returned. It knows both, and tells the object when it is released: once,
//! with the view that `__buffer__` returned. Where the bytes are those of a built-in base (only `__release_buffer__` is written in Python, or
//! `__buffer__` returned the base's own view), the object is shown a view that no further ones can be made of, and that ends with the call.
//!
//! Limit: views of views tell nobody, nor does a view that is forgotten instead of released.

use super::{DERIVED, RELEASED, RESTRICTED, copy, live, release};
use heap::Gc;
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::unraisable;
use python_model::value::*;

/// `PyBUF_WRITABLE`.
pub const WRITABLE: i64 = 1;
/// `PyBUF_FULL_RO`: what `memoryview` asks for.
pub const ANY_SHAPE: i64 = 284;

/// Has the class of an object a method of this name that is written in Python?
pub fn defines(py: Py, object: Word, name: Name) -> bool {
    as_instance(object).is_some()
        && py.type_of(object).lookup(py, name).is_some_and(|found| !matches!(V::of(found), V::Builtin(_)))
}

/// A view of what `__buffer__` returns. Errors: that is no view.
pub(super) fn view(py: Py, object: Word, flags: i64) -> Result {
    let lent = py.call_special(object, Name::Buffer, &[py.int(flags)?])?.unwrap_or(NONE);
    if as_object::<MemoryView>(lent).is_none() {
        return Err(py.type_error("__buffer__ returned non-memoryview object"));
    }
    let view = copy(py, live(py, lent)?)?;
    view.owner.set(py.mutator(), view, object);
    view.lent.set(py.mutator(), view, lent);
    Ok(word(view))
}

/// What is to be told of the end of a view, found before it.
pub(super) enum Farewell {
    Nobody,
    /// The view that `__buffer__` returned shows the object's own bytes: it ends, too.
    Lent(Word),
    /// The object, and the view that it is told of.
    Object(Word, Word),
}

/// Errors: out of memory.
pub(super) fn farewell(py: Py, view: Gc<MemoryView>) -> Result<Farewell> {
    let (owner, lent) = (view.owner.get(), view.lent.get());
    if let Some(inner) = as_object::<MemoryView>(lent) {
        return Ok(if inner.source.get() == owner {
            Farewell::Lent(lent)
        } else if defines(py, owner, Name::ReleaseBuffer) {
            Farewell::Object(owner, lent)
        } else {
            Farewell::Nobody
        });
    }
    let source = view.source.get();
    if view.flags.get() & DERIVED != 0 || !defines(py, source, Name::ReleaseBuffer) {
        return Ok(Farewell::Nobody);
    }
    let shown = copy(py, view)?;
    shown.flags.set(shown.flags.get() | RESTRICTED);
    Ok(Farewell::Object(source, word(shown)))
}

impl Farewell {
    /// Exceptions of `__release_buffer__` are shown and dropped.
    pub(super) fn say(self, py: Py) -> Result<()> {
        match self {
            Farewell::Nobody => Ok(()),
            Farewell::Lent(view) => release(py, view).map(|_| ()),
            Farewell::Object(object, view) => {
                if py.call_special(object, Name::ReleaseBuffer, &[view]).is_err() {
                    let class = py.class_name(object);
                    let message = format!("Exception ignored in bf_releasebuffer of {class}");
                    unraisable::report(py, py.take_raised(), object, &message);
                }
                match as_object::<MemoryView>(view) {
                    Some(shown) if shown.flags.get() & RESTRICTED != 0 => release(py, view).map(|_| ()),
                    _ => Ok(()),
                }
            }
        }
    }
}

/// `__release_buffer__` of a built-in type. Errors: the view is not of this object, or released.
pub fn release_of(py: Py, object: Word, view: Word) -> Result {
    let Some(shown) = as_object::<MemoryView>(view) else {
        return Err(py.type_error("expected a memoryview object"));
    };
    if shown.flags.get() & RELEASED != 0 {
        return Err(py.value_error("memoryview's buffer has already been released"));
    }
    if shown.source.get() != object {
        return Err(py.value_error("memoryview's buffer is not this object"));
    }
    release(py, view)
}

/// The flags that `__buffer__` of a built-in type was given. Errors: they are no 32-bit integer.
pub fn flags(py: Py, value: Word) -> Result<i64> {
    let flags = py.index(value)?;
    match i32::try_from(flags) {
        Ok(_) => Ok(flags),
        Err(_) => Err(py.overflow_error("buffer flags out of range")),
    }
}
