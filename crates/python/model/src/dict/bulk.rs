//! Tables that are made from whole tables. Keys that are in one table already are not compared again.
//!
//! A table without deleted entries is copied word by word, index and all, as CPython copies dicts (`clone_combined_dict`): hashing its keys into
//! a new index would take ten times as long.

use super::{EMPTY, WORDS, append, entry_hash, len, new, next, reserve};
use crate::objects::{Dict, Indices, Range};
use crate::py::{Py, Result};
use crate::value::NONE;
use heap::{Gc, Header};
use std::cell::Cell;

/// A table that is so many times as large as its entries need is not copied as it is.
const MOST_ROOM: usize = 4;

/// A dict with the same entries in the same order; never a namespace.
pub fn copy(py: Py, from: Gc<Dict>) -> Result<Gc<Dict>> {
    let to = new(py)?;
    if len(from) == 0 {
        return Ok(to);
    }
    if is_whole(from) {
        copy_tables(py, from, to)?;
        return Ok(to);
    }
    reserve(py, to, len(from))?;
    let mut at = 0;
    while let Some((entry, key, value)) = next(from, at) {
        at = entry + 1;
        append(py, to, key, entry_hash(from, entry), value)?;
    }
    Ok(to)
}

/// Gives an empty set's table the keys of another table, which need not be a set's. Precondition: `to` is no namespace, and not `from`.
pub fn copy_keys(py: Py, from: Gc<Dict>, to: Gc<Dict>) -> Result<()> {
    debug_assert!(len(to) == 0 && !to.is_namespace());
    let copied = copy(py, from)?;
    if let Some(entries) = copied.entries.get() {
        for entry in entries.items()[..copied.filled.get() as usize * WORDS].chunks_exact(WORDS) {
            // No object: it needs no barrier.
            entry[2].init(NONE);
        }
    }
    take_tables(py, copied, to);
    Ok(())
}

/// Gives an empty dict what another one has, and makes room in one that is not empty; whether it was empty. Namespaces are left alone.
/// Errors: out of memory.
pub fn fill(py: Py, to: Gc<Dict>, from: Gc<Dict>) -> Result<bool> {
    if to.is_namespace() || from.is_namespace() {
        return Ok(false);
    }
    let (present, more) = (len(to), len(from));
    if present == 0 && more > 0 {
        let copied = copy(py, from)?;
        take_tables(py, copied, to);
        return Ok(true);
    }
    let capacity = to.entries.get().map_or(0, |entries| entries.items().len() / WORDS);
    if more > capacity {
        reserve(py, to, present + more)?;
    }
    Ok(more == 0)
}

/// Gives a table those of another one that is not used any more. The object stays the same: iterators refer to it.
pub fn take_tables(py: Py, from: Gc<Dict>, to: Gc<Dict>) {
    to.entries.set(py.mutator(), to, from.entries.get());
    to.indices.set(py.mutator(), to, from.indices.get());
    describe_tables(from, to);
}

/// Says of a dict's tables what another one says of its own, which are equal.
fn describe_tables(from: Gc<Dict>, to: Gc<Dict>) {
    to.live.set(from.live.get());
    to.filled.set(from.filled.get());
    to.room.set(from.room.get());
    to.set_flag(from.flags.get() & (super::flags::ASKS_KEYS | super::flags::CALM_KEYS));
}

/// Adds the numbers of a range to the empty table of a set: no two of them are equal. Errors: out of memory.
pub fn add_range(py: Py, table: Gc<Dict>, range: Gc<Range>) -> Result<()> {
    debug_assert!(len(table) == 0 && !table.is_namespace());
    let (count, step) = (range.length.get(), range.step.get());
    let count = usize::try_from(count).map_err(|_| py.out_of_memory())?;
    if count > 0 {
        reserve(py, table, count)?;
    }
    let mut number = range.start.get();
    for _ in 0..count {
        let key = py.int(number)?;
        append(py, table, key, python_number::hash::hash_i64(number), NONE)?;
        // Behind the last one it may leave the numbers of 64 bits; that one is not used.
        number = number.wrapping_add(step);
    }
    Ok(())
}

/// Whether nothing was deleted and not much of the tables is unused.
fn is_whole(dict: Gc<Dict>) -> bool {
    let filled = dict.filled.get() as usize;
    let capacity = dict.entries.get().map_or(0, |entries| entries.items().len() / WORDS);
    !dict.is_namespace() && dict.live.get() as usize == filled && capacity <= (filled + 1) * MOST_ROOM
}

/// Precondition: `from` is whole.
fn copy_tables(py: Py, from: Gc<Dict>, to: Gc<Dict>) -> Result<()> {
    let entries = from.entries.get().expect("it is not empty");
    let copied = py.new_values(entries.items().len())?;
    let used = &entries.items()[..from.filled.get() as usize * WORDS];
    let words = copied.items();
    // One barrier for all.
    py.mutator().barrier_range(copied.erase(), words.as_ptr().cast_mut().cast(), used.len());
    for (to, from) in words.iter().zip(used) {
        to.init(from.get());
    }
    to.entries.set(py.mutator(), to, Some(copied));
    if let Some(indices) = from.indices.get() {
        let fixed = Indices { header: Header::EMPTY, size: Cell::new(0), slots: heap::Items::EMPTY };
        let copied = py.check(py.mutator().alloc_array(indices.items().len(), fixed, EMPTY as u32 as u64))?;
        for (to, from) in copied.items().iter().zip(indices.items()) {
            to.set(from.get());
        }
        to.indices.set(py.mutator(), to, Some(copied));
    }
    describe_tables(from, to);
    Ok(())
}
