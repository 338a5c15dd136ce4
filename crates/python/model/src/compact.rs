//! Immutable values of runtime modules that are a few numbers and a word: decimal numbers, dates, …
//!
//! As [`crate::foreign`] without the Rust value: one allocation, nothing to drop, and the collector sees the word. Which module an object is
//! of, and so what its numbers mean, says its [`Kind`]: no state of a module is asked to tell.

use crate::objects::Compact;
use crate::py::{Py, Result};
use crate::types::{TypeInfo, TypeRef};
use crate::value::{Word, as_instance, as_object, word};
use heap::{Gc, Header, WordSlot};
use std::cell::Cell;

/// What the numbers of an object mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i64)]
pub enum Kind {
    Decimal,
    Date,
    Time,
    DateTime,
    Duration,
    TimeZone,
    Match,
    Context,
}

/// An object of a native type (not of a subclass).
#[inline]
pub fn new(py: Py, class: TypeRef, kind: Kind, numbers: [i64; 3], own: Word) -> Result {
    let object = Compact {
        header: Header::EMPTY,
        type_info: Cell::new(std::ptr::from_ref(class) as usize as i64),
        kind: Cell::new(kind as i64),
        first: Cell::new(numbers[0]),
        second: Cell::new(numbers[1]),
        third: Cell::new(numbers[2]),
        word: WordSlot::new(own),
    };
    Ok(word(py.alloc(object)?))
}

/// What a constructor returns: the object itself, or an instance of the subclass that was called.
#[inline]
pub fn wrap(py: Py, class: TypeRef, native: TypeRef, object: Word) -> Result {
    if class.is(native) { Ok(object) } else { crate::instance::new(py, class, object) }
}

/// The object in a value, if it is of this kind: itself, or the payload of an instance.
#[inline]
pub fn get(value: Word, kind: Kind) -> Option<Gc<Compact>> {
    let object = match as_object::<Compact>(value) {
        Some(object) => object,
        None => as_object(as_instance(value)?.payload.get())?,
    };
    (object.kind.get() == kind as i64).then_some(object)
}

/// The native type of an object.
#[inline]
pub fn class_of(object: Gc<Compact>) -> TypeRef {
    // SAFETY: set by `new` to a leaked `TypeInfo`.
    unsafe { &*(object.type_info.get() as usize as *const TypeInfo) }
}
