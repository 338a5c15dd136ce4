//! The object protocol: calls, truth, `repr`, `hash`, equality, length, iteration and conversion, for every kind of value.
//!
//! Exact built-in values take short cuts here; everything else goes through the special methods of its class. These functions
//! run user code on the native stack: the interpreter itself uses them only for what it does not trace through.

mod calls;
mod comparison;
mod items;
mod iteration;
mod numbers;
mod slices;
mod text;

use crate::dict;
use crate::exceptions;
use crate::functions;
use crate::names::Name;
use crate::native::Args;
use crate::objects::*;
use crate::operators::Comparison;
use crate::py::{Py, Result, list_push};
use crate::types::{Likeness, Ty};
use crate::value::*;
use heap::{Gc, Header, Slot};
use metatrace_machine::{Encoding, Host, NanBox};
use std::cell::Cell;
impl<'a> Py<'a> {
    pub fn new_set(self, table: Gc<Dict>) -> Result {
        Ok(word(self.alloc(Set { header: Header::EMPTY, table: Slot::new(Some(table)) })?))
    }

    pub fn new_frozenset(self, table: Gc<Dict>) -> Result {
        let set = FrozenSet { header: Header::EMPTY, table: Slot::new(Some(table)), hash: Cell::new(0) };
        Ok(word(self.alloc(set)?))
    }

    /// Whether a value is an instance of a class or of one in a tuple: `isinstance`.
    pub fn is_instance(self, value: Word, class: Word) -> Result<bool> {
        if let Some(ty) = self.as_type(class)
            && self.type_of(class).is(self.ty(Ty::Type))
        {
            if self.type_of(value).is_subtype(ty) {
                return Ok(true);
            }
            return crate::classes::is_instance_by_class_attribute(self, value, ty);
        }
        crate::classes::is_instance_slow(self, value, class)
    }

    /// An exception is an instance of BaseException; for callers that do not want the module path.
    pub fn is_exception(self, value: Word) -> bool {
        exceptions::is_exception(self, value)
    }
}

/// Whether a value is asked for in a set as it is: no set.
#[inline]
fn is_plain_element(value: Word) -> bool {
    if NanBox::is_int(&mut Host, value) || as_object::<Str>(value).is_some() {
        return true;
    }
    matches!(V::of(value), V::Int(_) | V::Str(_) | V::Bool(_) | V::Float(_) | V::None | V::Tuple(_))
}

fn contains_element(py: Py, table: Option<Gc<Dict>>, element: Word) -> Result<bool> {
    let hash = dict::hash_element(py, element)?;
    Ok(dict::find(py, table.expect("a set has a table"), element, hash)?.is_some())
}

/// Number of elements of a set's table.
pub fn set_len(table: Option<Gc<Dict>>) -> usize {
    table.map_or(0, dict::len)
}

fn hash_address(address: usize) -> i64 {
    python_number::hash::hash_address(address as u64)
}

fn value_identity(py: Py, value: Word) -> u64 {
    // Numbers have no address: equal ones have equal ids, and no heap address is odd.
    match V::of(value) {
        V::Big(_) => (py.hash(value).unwrap_or(0) as u64) << 1 | 1,
        V::Int(i) => (i as u64) << 1 | 1,
        _ => value << 1 | 1,
    }
}

/// The words of a tuple, for argument slices. The tuple must stay on the caller's stack, which pins what it refers to only
/// through the tuple: so the objects may move, and the copies go on the native stack where they are seen.
pub fn tuple_words(tuple: Gc<Tuple>) -> smallvec::SmallVec<[Word; 64]> {
    for item in tuple.items() {
        // More than fits the native stack: what lies on the malloc heap must not move.
        if tuple.items().len() > 64
            && let Some(object) = object(item.get())
        {
            heap::pin(object);
        }
    }
    tuple.items().iter().map(|item| item.get()).collect()
}
