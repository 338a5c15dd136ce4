//! Calm keys: those that dicts and sets hash and compare without running Python code, though they are not plain ([`crate::plain`]). Classes, functions
//! and instances that are equal to nothing but themselves, instances that are numbers or strings and compare as these do, tuples of such values.
//!
//! Unlike what is plain, they may stop being that: a class can be given an `__eq__` when its instances are keys already. Hardly any program does
//! that, so it is one assumption for all classes: whoever finds a key calm marks its class, and when a marked class loses what made it calm, nothing
//! is calm any more. Traces depend on the assumption; dicts note that they have calm keys, which from then on count as keys that ask.

use crate::objects::Tuple;
use crate::plain::is_plain;
use crate::py::Py;
use crate::types::{Likeness, TypeRef, flags};
use crate::value::{Word, as_instance, as_object};
use metatrace_machine::Assumption;
use std::cell::{Cell, RefCell};

/// Tuples in tuples that are looked into; what is deeper counts as not calm.
const DEEPEST: u32 = 4;

/// See the module header.
#[derive(Default)]
pub struct CalmKeys {
    assumption: RefCell<Assumption>,
    is_over: Cell<bool>,
}

impl CalmKeys {
    /// What a trace depends on that takes a key for calm; `None`: none is.
    pub fn assumption(&self) -> Option<Assumption> {
        (!self.is_over.get()).then(|| self.assumption.borrow().clone())
    }

    fn end(&self) {
        if !self.is_over.replace(true) {
            self.assumption.borrow().invalidate();
        }
    }
}

/// Whether a value is plain or calm.
pub fn is_calm(py: Py, value: Word) -> bool {
    is_calm_within(py, value, DEEPEST)
}

fn is_calm_within(py: Py, value: Word, depth: u32) -> bool {
    if is_plain(value) {
        return true;
    }
    let items = match as_object::<Tuple>(value) {
        Some(items) => items,
        None => {
            let class = py.type_of(value);
            match is_calm_class(py, class) {
                Some(Likeness::Identity | Likeness::Plain) => return true,
                // A named tuple, say.
                Some(Likeness::Tuple) => {
                    let payload = as_instance(value).map(|instance| instance.payload.get());
                    let Some(items) = payload.and_then(as_object::<Tuple>) else { return false };
                    items
                }
                Some(Likeness::Other) | None => return false,
            }
        }
    };
    depth > 0 && items.items().iter().all(|item| is_calm_within(py, item.get(), depth - 1))
}

/// How instances of a class compare, if that takes no Python code; the class is marked then. `None`: it takes some, or nobody relies on such
/// things any more.
pub fn is_calm_class(py: Py, class: TypeRef) -> Option<Likeness> {
    if py.vm().calm_keys.is_over.get() {
        return None;
    }
    let found = compares(py, class)?;
    class.set_flag(flags::CALM, true);
    Some(found)
}

fn compares(py: Py, class: TypeRef) -> Option<Likeness> {
    let (hash, equality) = class.likeness(py);
    (hash == equality && equality != Likeness::Other).then_some(equality)
}

/// A class that was marked has changed.
#[cold]
pub(crate) fn class_changed(py: Py, class: TypeRef) {
    if compares(py, class).is_none() {
        py.vm().calm_keys.end();
    }
}

/// An object is given another class.
pub fn class_assigned(py: Py, old: TypeRef, new: TypeRef) {
    if old.has(flags::CALM) && is_calm_class(py, new).is_none() {
        py.vm().calm_keys.end();
    }
}
