//! Objects of runtime modules whose state is a Rust value: files, locks, compiled patterns, hashes, …
//!
//! A module makes its types with [`crate::class::native_type`] and its objects with [`new`]. Words that the Rust value refers to must be
//! kept in [`Foreign::words`] (a list or tuple), because the collector does not look into the Rust value.

use crate::objects::{Foreign, List};
use crate::py::{Py, Result};
use crate::types::TypeRef;
use crate::value::{NONE, Word, as_instance, as_object, word};
use heap::{External, Gc, Header, WordSlot};
use std::any::Any;
use std::cell::Cell;

/// The Rust value of `collections._tuplegetter`, the descriptor of a named tuple's field: which item it gets. Here, because
/// [attributes](crate::attribute) look through it.
pub struct TupleGetter {
    pub index: i64,
}

/// An object of a native type (not of a subclass) that holds a Rust value.
pub fn new<T: Any>(py: Py, class: TypeRef, value: T) -> Result<Gc<Foreign>> {
    py.alloc(Foreign {
        header: Header::EMPTY,
        type_info: Cell::new(std::ptr::from_ref(class) as usize as i64),
        value: External::new(Box::new(value)),
        words: WordSlot::new(NONE),
    })
}

/// An object of a native type or of a subclass of it: `class` is what was called, `native` the native type.
pub fn new_of<T: Any>(py: Py, class: TypeRef, native: TypeRef, value: T) -> Result {
    let object = word(new(py, native, value)?);
    if class.is(native) { Ok(object) } else { crate::instance::new(py, class, object) }
}

/// The object in a value: itself, or the payload of an instance.
#[inline]
pub fn object_of(value: Word) -> Option<Gc<Foreign>> {
    as_object(value).or_else(|| as_object(as_instance(value)?.payload.get()))
}

/// The class of an object from its field `type_info`, and of one from that of [`Compact`](crate::objects::Compact).
#[inline(always)]
pub fn class_at(type_info: i64) -> TypeRef {
    // SAFETY: objects are made with the address of a leaked `TypeInfo` in this field, and nothing sets it.
    unsafe { &*(type_info as usize as *const crate::types::TypeInfo) }
}

/// The Rust value in an object, if it is of this Rust type.
#[inline]
pub fn get<'a, T: Any>(_py: Py<'a>, value: Word) -> Option<&'a T> {
    let object = object_of(value)?;
    let any: *const dyn Any = &**object.value;
    // SAFETY: the box lives as long as the object, which the caller holds on its stack or in a root for as long as it uses the
    // reference; boxes do not move with their object.
    unsafe { &*any }.downcast_ref()
}

/// The words of an object that keeps them in a list. Precondition: it is one that was made so.
pub fn words(value: Word) -> Gc<List> {
    let object = object_of(value).expect("the caller found its state");
    as_object(object.words.get()).expect("a list since it was made")
}

/// Sets one of [`words`].
pub fn put(py: Py, value: Word, at: usize, new: Word) {
    let storage = words(value).storage();
    storage.items()[at].set(py.mutator(), storage, new);
}

/// The same for a receiver. Errors: `TypeError` naming what was expected.
#[inline]
pub fn expect<'a, T: Any>(py: Py<'a>, value: Word, what: &str) -> Result<&'a T> {
    match get(py, value) {
        Some(value) => Ok(value),
        None => Err(unexpected(py, value, what)),
    }
}

/// The error of a receiver that is something else.
#[cold]
pub fn unexpected(py: Py, value: Word, what: &str) -> metatrace_machine::Raised {
    py.type_error(format!("expected {what}, got '{}'", py.type_name(value)))
}
