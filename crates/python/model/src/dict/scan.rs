//! Tables of few entries have no index: a key is found by going through the hashes of the entries.
//!
//! Most dicts are such: keyword arguments, records, the attributes of a class. Without an index they take less memory and time to make,
//! and traces can make and read them as what they are, arrays with known keys: see `traced_dict.rs` of the interpreter.

use super::{Found, hash_and_key, hash_word};
use crate::objects::{Dict, Str};
use crate::py::{Py, Result};
use crate::value::{UNSET, Word, as_object, word};
use heap::{Gc, WordSlot};

/// Most entries, deleted ones included, of a table without an index.
pub const MOST_SCANNED: usize = 10;

/// Entries that a table without an index has room for if it is to hold so many: what CPython's smallest tables have, whose order shows where a
/// dict is changed while it is iterated over. Precondition: at most [`MOST_SCANNED`].
pub const fn capacity(count: usize) -> usize {
    if count <= 5 { 5 } else { MOST_SCANNED }
}

/// The capacity that a full table gets that has so many entries left. `None`: it gets an index.
pub(super) fn grown(used: usize) -> Option<usize> {
    (used <= 5).then(|| capacity(used * 2))
}

/// The first entry with a hash, and its key, which is unset if the entry was deleted.
#[inline(always)]
pub(super) fn first_with_hash(items: &[WordSlot], filled: usize, hash: i64) -> Option<(usize, Word)> {
    let wanted = hash_word(hash);
    (0..filled).find_map(|entry| {
        let [stored, key] = hash_and_key(items, entry as i32);
        (stored == wanted).then_some((entry, key))
    })
}

/// Finds a key. `None`: comparing keys ran code that changed the table. Errors: whatever comparing keys raises.
pub(super) fn find(py: Py, dict: Gc<Dict>, key: Word, hash: i64) -> Result<Option<Found>> {
    let Some(entries) = dict.entries.get() else { return Ok(Some(Found::Nothing)) };
    let (items, wanted) = (entries.items(), hash_word(hash));
    // Comparing keys may append entries.
    let mut next = 0;
    while next < dict.filled.get() as usize {
        let entry = next;
        next += 1;
        let [stored, other] = hash_and_key(items, entry as i32);
        if stored != wanted || other == UNSET {
            continue;
        }
        if other == key {
            return Ok(Some(Found::Entry(entry)));
        }
        let is_same = match (as_object::<Str>(key), as_object::<Str>(other)) {
            (Some(a), Some(b)) => a.as_bytes() == b.as_bytes(),
            _ => {
                let is_same = py.is_equal(other, key)?;
                let is_changed = dict.indices.get().is_some()
                    || dict.entries.get().map(Gc::address) != Some(entries.address())
                    || hash_and_key(items, entry as i32)[1] != other;
                if is_changed {
                    return Ok(None);
                }
                is_same
            }
        };
        if is_same {
            return Ok(Some(Found::Entry(entry)));
        }
    }
    Ok(Some(Found::Nothing))
}

/// Finds a string by its identity or its text. Never runs user code.
pub(super) fn find_text(items: &[WordSlot], filled: usize, key: Gc<Str>, hash: i64) -> Option<usize> {
    let wanted = hash_word(hash);
    (0..filled).find(|&entry| {
        let [stored, other] = hash_and_key(items, entry as i32);
        let is_text = || as_object::<Str>(other).is_some_and(|other| other.as_bytes() == key.as_bytes());
        stored == wanted && (other == word(key) || is_text())
    })
}
