//! The ends of a dict: entries are taken from either, and moved to either, in constant time in the mean.
//!
//! Entries lie in the order of insertion, so what was taken in front leaves a gap. Where it ends is noted in the deleted first entry
//! (`first_hint`), and an entry that becomes the oldest is put into it.

use super::{
    WORDS, append, entry, entry_hash, hash_word, len, link, new, next, previous, remove_at, reserve,
};
use crate::objects::Dict;
use crate::py::{Py, Result};
use crate::value::{NONE, UNSET, Word, small_int};
use heap::Gc;

/// Removes the youngest entry: key and value. Taking all entries so is linear.
pub fn pop_last(py: Py, dict: Gc<Dict>) -> Option<(Word, Word)> {
    let (entry, key, value) = previous(dict, dict.filled.get() as usize)?;
    remove_at(py, dict, entry);
    if !dict.is_namespace() {
        if dict.indices.get().is_none() {
            dict.room.set(dict.room.get() + dict.filled.get() - entry as i64);
        }
        // What follows was removed before; its index slots, if there are any, stay marked and count in `room`.
        dict.filled.set(entry as i64);
    }
    Some((key, value))
}

/// Removes the oldest entry: key and value. Taking all entries so is linear. Precondition: not a namespace.
pub fn pop_first(py: Py, dict: Gc<Dict>) -> Option<(Word, Word)> {
    let (entry, key, value) = next(dict, 0)?;
    remove_at(py, dict, entry);
    let entries = dict.entries.get().expect("there was an entry");
    entries.items()[2].init(small_int(entry as i64 + 1));
    Some((key, value))
}

/// Makes an entry the youngest. Precondition: not a namespace.
pub fn move_to_end(py: Py, dict: Gc<Dict>, at: usize) -> Result<()> {
    if at + 1 == dict.filled.get() as usize {
        return Ok(());
    }
    let ((key, value), hash) = (entry(dict, at), entry_hash(dict, at));
    if next(dict, 0).is_some_and(|(first, ..)| first == at) {
        pop_first(py, dict);
    } else {
        remove_at(py, dict, at);
    }
    append(py, dict, key, hash, value)
}

/// Makes an entry the oldest. Precondition: not a namespace.
/// Cost: constant where something before the first entry was removed, else the tables are made anew with room in front; constant in the mean.
pub fn move_to_front(py: Py, dict: Gc<Dict>, at: usize) -> Result<()> {
    let (first, ..) = next(dict, 0).expect("there is an entry");
    if first == at {
        return Ok(());
    }
    let ((key, value), hash) = (entry(dict, at), entry_hash(dict, at));
    remove_at(py, dict, at);
    let gap = match first {
        0 => make_gap(py, dict)?,
        first => first,
    };
    let place = gap - 1;
    let entries = dict.entries.get().expect("there are entries");
    if let Some(indices) = dict.indices.get() {
        link(indices, hash, place as i32);
    }
    let items = entries.items();
    items[place * WORDS].init(hash_word(hash));
    items[place * WORDS + 1].set(py.mutator(), entries, key);
    items[place * WORDS + 2].set(py.mutator(), entries, value);
    dict.live.set(dict.live.get() + 1);
    dict.room.set(dict.room.get() - 1);
    if place > 0 {
        items[2].init(small_int(place as i64));
    }
    Ok(())
}

/// Puts deleted entries before the first one; how many.
fn make_gap(py: Py, dict: Gc<Dict>) -> Result<usize> {
    let gap = len(dict) / 4 + 8;
    let copied = new(py)?;
    reserve(py, copied, len(dict) + 2 * gap)?;
    let entries = copied.entries.get().expect("made by `reserve`");
    for entry in 0..gap {
        entries.items()[entry * WORDS].init(small_int(0));
        entries.items()[entry * WORDS + 1].init(UNSET);
        entries.items()[entry * WORDS + 2].init(NONE);
    }
    copied.filled.set(gap as i64);
    let mut at = 0;
    while let Some((entry, key, value)) = next(dict, at) {
        at = entry + 1;
        append(py, copied, key, entry_hash(dict, entry), value)?;
    }
    let entries = copied.entries.get().expect("it has entries");
    entries.items()[2].init(small_int(gap as i64));
    dict.filled.set(copied.filled.get());
    // One more entry will be put into the gap than was appended.
    dict.room.set(copied.room.get() - gap as i64);
    dict.entries.set(py.mutator(), dict, copied.entries.get());
    dict.indices.set(py.mutator(), dict, copied.indices.get());
    Ok(gap)
}
