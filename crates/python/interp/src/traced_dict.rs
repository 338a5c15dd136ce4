//! Dicts of few entries whose keys a trace knows: keyword arguments, displays with constant keys. Such a table has no index
//! (`dict/scan.rs` of the model), so it is two objects with known fields, virtual like any other: what a function takes as `**kwargs` and passes
//! on or looks into is not made at all.
//!
//! Only the recorder comes here.

use crate::traced_bind::Held;
use heap::Layout;
use metatrace_machine::{Arg, Machine, MachineExt, Raised};
use python_model::dict::{self, MOST_SCANNED};
use python_model::objects::*;
use python_model::py::Py;
use python_model::value::{Word, as_object};

/// Keys of entries, which are part of the trace, and their values.
pub type Entries<V> = (Vec<Word>, Held<V>);

pub fn empty<M: Machine>(m: &mut M) -> Result<M::Value, Raised> {
    let null = m.null();
    object(m, 0, null)
}

/// A new dict of distinct keys that are interned strings. `None`: they are too many for a table without an index.
pub fn of<M: Machine>(
    m: &mut M,
    py: Py,
    keys: &[Word],
    values: &[M::Value],
) -> Result<Option<M::Value>, Raised> {
    if keys.len() > MOST_SCANNED {
        return Ok(None);
    }
    if keys.is_empty() {
        return empty(m).map(Some);
    }
    let none = m.value(python_model::value::NONE);
    let length = m.int((dict::capacity(keys.len()) * dict::WORDS) as i64);
    let table = m.new_array(Values::ITEMS_ARRAY, length, Arg::Value(none))?;
    for (entry, (key, value)) in keys.iter().zip(values).enumerate() {
        let name = as_object::<Str>(*key).expect("keys are strings");
        let words = [m.value(dict::hash_word(py.hash_str(name))), m.value(*key), *value];
        for (k, word) in words.into_iter().enumerate() {
            let index = m.int((entry * dict::WORDS + k) as i64);
            m.store_item(Values::ITEMS_ARRAY, table, index, Arg::Value(word));
        }
    }
    object(m, keys.len(), table).map(Some)
}

fn object<M: Machine>(m: &mut M, count: usize, table: M::Ref) -> Result<M::Value, Raised> {
    let dict = m.new_object(Dict::ID, Dict::DESCR.size_bytes)?;
    let room = if count == 0 { 0 } else { dict::capacity(count) - count };
    let (count, room, zero, null) = (m.int(count as i64), m.int(room as i64), m.int(0), m.null());
    for (field, value) in
        [(Dict::LIVE, count), (Dict::FILLED, count), (Dict::FLAGS, zero), (Dict::ROOM, room)]
    {
        m.store_int(field, dict, value);
    }
    m.store_ref(Dict::ENTRIES, dict, table);
    m.store_ref(Dict::INDICES, dict, null);
    Ok(m.box_ref(dict))
}

/// A display: its keys, if they are constants of the trace, distinct and interned strings.
pub fn constant_keys<M: Machine>(m: &M, keys: impl Iterator<Item = M::Value>) -> Option<Vec<Word>> {
    let mut known: Vec<Word> = Vec::new();
    for key in keys {
        let key = m.constant(key)?;
        if known.len() == MOST_SCANNED || known.contains(&key) || !is_interned(key) {
            return None;
        }
        known.push(key);
    }
    Some(known)
}

fn is_interned(key: Word) -> bool {
    as_object::<Str>(key).is_some_and(|text| text.symbol().is_some())
}

/// Whether a value is a dict without entries, exactly.
pub fn is_empty<M: Machine>(m: &mut M, value: M::Value) -> bool {
    let Some(dict) = m.as_ref(value) else { return false };
    if !m.has_layout(dict, Dict::ID) {
        return false;
    }
    let (live, zero) = (m.load_int(Dict::LIVE, dict), m.int(0));
    let is_empty = m.int_eq(live, zero);
    m.truth(is_empty)
}

/// The entries of a dict, exactly, whose keys are names: which ones becomes part of the trace. `None`: it is another one, or has many.
pub fn entries<M: Machine>(m: &mut M, value: M::Value) -> Option<Entries<M::Value>> {
    let dict = m.as_ref(value)?;
    if !m.has_layout(dict, Dict::ID) {
        return None;
    }
    // Neither a namespace, whose values are in variables, nor one with keys that ask.
    let (flags, zero) = (m.load_int(Dict::FLAGS, dict), m.int(0));
    let is_ordinary = m.int_eq(flags, zero);
    if !m.truth(is_ordinary) {
        return None;
    }
    let index = m.load_ref(Dict::INDICES, dict);
    if !m.is_null(index) {
        return None;
    }
    let (live, filled) = (m.load_int(Dict::LIVE, dict), m.load_int(Dict::FILLED, dict));
    let is_whole = m.int_eq(live, filled);
    if !m.truth(is_whole) {
        return None;
    }
    let count = m.promote_int(filled) as usize;
    let (mut keys, mut values) = (Vec::new(), Held::new());
    if count == 0 {
        return Some((keys, values));
    }
    let table = m.load_ref(Dict::ENTRIES, dict);
    for entry in 0..count {
        let place = m.int((entry * dict::WORDS + 1) as i64);
        let key = m.load_item_value(Values::ITEMS_ARRAY, table, place);
        let key = m.promote_value(key);
        if !is_interned(key) {
            return None;
        }
        keys.push(key);
        let place = m.int((entry * dict::WORDS + 2) as i64);
        values.push(m.load_item_value(Values::ITEMS_ARRAY, table, place));
    }
    Some((keys, values))
}
