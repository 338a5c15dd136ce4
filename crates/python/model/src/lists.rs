//! Changes of a list in its middle. The collector is told once of all words that move, not of each.

use crate::objects::*;
use crate::py::{Py, Result, list_reserve};
use crate::value::{UNSET, Word};
use heap::{Gc, WordSlot};

/// The storage with room for `count` items, which may now be written without a barrier until something is allocated.
fn writable(py: Py, list: Gc<List>, count: usize) -> Result<Gc<Values>> {
    let storage = list_reserve(py, list, count)?;
    let items = storage.items();
    py.mutator().barrier_range(storage.erase(), items.as_ptr().cast_mut().cast(), items.len());
    Ok(storage)
}

/// Moves the items from `from` to `end` so that the first is at `to`.
fn shift(items: &[WordSlot], from: usize, end: usize, to: usize) {
    if to < from {
        for offset in 0..end - from {
            items[to + offset].init(items[from + offset].get());
        }
    } else if to > from {
        for offset in (0..end - from).rev() {
            items[to + offset].init(items[from + offset].get());
        }
    }
}

/// Replaces the items from `start` to `end` by those of another list, which is not this one.
/// Precondition: `start <= end <= length`.
pub fn splice(py: Py, list: Gc<List>, start: usize, end: usize, with: Option<Gc<List>>) -> Result<()> {
    let length = list.len();
    let inserted = with.map_or(0, |with| with.len());
    let new_length = length - (end - start) + inserted;
    let storage = writable(py, list, new_length)?;
    let items = storage.items();
    shift(items, end, length, start + inserted);
    for freed in items.get(new_length..length).unwrap_or_default() {
        freed.init(UNSET);
    }
    if let Some(with) = with {
        for (to, from) in items[start..].iter().zip(&with.storage().items()[..inserted]) {
            to.init(from.get());
        }
    }
    list.length.set(new_length as i64);
    Ok(())
}

/// Inserts an item. Precondition: `at <= length`.
pub fn insert(py: Py, list: Gc<List>, at: usize, item: Word) -> Result<()> {
    let length = list.len();
    let storage = writable(py, list, length + 1)?;
    let items = storage.items();
    shift(items, at, length, at + 1);
    items[at].init(item);
    list.length.set(length as i64 + 1);
    Ok(())
}
