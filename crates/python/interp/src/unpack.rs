//! Unpacking of iterables.

use python_model::names::Name;
use python_model::objects::{List, Tuple};
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::{Word, as_object, word};

fn iterator(py: Py, value: Word) -> Result {
    match py.iter(value) {
        Ok(iterator) => Ok(iterator),
        Err(raised) => {
            let class = py.type_of(value);
            let is_iterable =
                class.lookup(py, Name::Iter).is_some() || class.lookup(py, Name::GetItem).is_some();
            Err(match is_iterable {
                false if py.take_if(Ty::TypeError).is_some() => {
                    py.type_error(format!("cannot unpack non-iterable {} object", class.name.borrow()))
                }
                _ => raised,
            })
        }
    }
}

/// A tuple of exactly `count` items.
pub fn exactly(py: Py, value: Word, count: usize) -> Result {
    let iterator = iterator(py, value)?;
    let items = py.new_list(count)?;
    while items.len() < count {
        match py.next(iterator)? {
            Some(item) => list_push(py, items, item)?,
            None => {
                return Err(py.value_error(format!(
                    "not enough values to unpack (expected {count}, got {})",
                    items.len()
                )));
            }
        }
    }
    if py.next(iterator)?.is_some() {
        // Lists, tuples and dicts know how many there were.
        let total = match python_model::value::V::of(value) {
            python_model::value::V::List(_)
            | python_model::value::V::Tuple(_)
            | python_model::value::V::Dict(_) => {
                format!(", got {}", py.len(value)?)
            }
            _ => String::new(),
        };
        return Err(py.value_error(format!("too many values to unpack (expected {count}{total})")));
    }
    py.tuple_from_list(items)
}

/// A tuple of `before` items, a list of the middle ones, `after` items.
pub fn starred(py: Py, value: Word, before: usize, after: usize) -> Result {
    if let Some(list) = as_object::<List>(value) {
        let storage = list.storage();
        return divided(py, list.len(), before, after, |index| storage.items()[index].get());
    }
    if let Some(tuple) = as_object::<Tuple>(value) {
        return divided(py, tuple.items().len(), before, after, |index| tuple.items()[index].get());
    }
    let iterator = iterator(py, value)?;
    let items = py.new_list(before + after)?;
    while let Some(item) = py.next(iterator)? {
        list_push(py, items, item)?;
    }
    divided(py, items.len(), before, after, |index| items.item(index))
}

/// The same of so many items; `item` gives the one with a number, and does not allocate.
fn divided(py: Py, count: usize, before: usize, after: usize, item: impl Fn(usize) -> Word) -> Result {
    let Some(starred) = count.checked_sub(before + after) else {
        return Err(py.value_error(format!(
            "not enough values to unpack (expected at least {}, got {count})",
            before + after
        )));
    };
    let middle = word(py.list_with(starred, |index| item(before + index))?);
    let parts = py.tuple_with(before + 1 + after, |index| match index {
        _ if index < before => item(index),
        _ if index == before => middle,
        _ => item(index - 1 + starred),
    })?;
    Ok(word(parts))
}
