//! The hash table behind `dict` and `set`: compact and insertion-ordered (Hettinger; PyPy's `rordereddict`).
//!
//! Entries are triples (hash, key, value) in insertion order; an index of `i32` finds them by open addressing with CPython's
//! perturbation, if there are more than a few ([`scan`]). A deleted entry has an *unset* key. The hash is kept as a small int (its low 50 bits), so the entries are
//! plain tagged words.
//!
//! There is one path to an entry, [`probe`]. Comparing keys may run user code, which may change the table: the probe notes the tables it started
//! with and starts again when they were replaced. String keys are compared without leaving this file.
//!
//! In a namespace (see [`crate::namespace`]) the value word of an entry is a [`Variable`]; an entry whose variable is unset does
//! not count as live.

use crate::names::Name;
use crate::namespace;
use crate::objects::{Dict, Indices, Str, Values, Variable};
use crate::py::{Py, Result};
use crate::symbols::Symbol;
use crate::types::{Ty, TypeRef};
use crate::value::{NONE, UNSET, Word, as_object, small_int, word};
use heap::{Gc, Header, Slot};
use metatrace_machine::Raised;
use std::cell::Cell;

mod bulk;
mod order;
mod scan;

pub use bulk::{add_range, copy, copy_keys, fill, take_tables};
pub use order::{move_to_end, move_to_front, pop_first, pop_last};
pub use scan::{MOST_SCANNED, capacity};

const EMPTY: i32 = -1;
const DELETED: i32 = -2;
const FIRST_INDEX_SIZE: usize = 8;
/// Words of an entry: hash, key, value.
pub const WORDS: usize = 3;

/// Bits of [`Dict::flags`].
pub mod flags {
    /// The namespace of a module: its values are variables.
    pub const NAMESPACE: i64 = 1;
    /// It has, or had, a key that is not plain ([`crate::plain`]): comparing a plain value with it may run user code.
    pub const ASKS_KEYS: i64 = 2;
    /// It has, or had, a key that is calm ([`crate::calm`]): as long as that is assumed, nothing has to be asked for it.
    pub const CALM_KEYS: i64 = 4;
}

impl Dict {
    #[inline(always)]
    pub fn is_namespace(&self) -> bool {
        self.flags.get() & flags::NAMESPACE != 0
    }
    /// Whether comparing a plain value with its keys may run user code, now or later.
    pub fn asks_keys(&self) -> bool {
        self.flags.get() & (flags::ASKS_KEYS | flags::CALM_KEYS) != 0
    }
    fn set_flag(&self, flag: i64) {
        self.flags.set(self.flags.get() | flag);
    }
}

/// What iterators and views of a dict show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i64)]
pub enum View {
    Keys = 0,
    Values = 1,
    Items = 2,
}

impl View {
    pub fn of(mode: i64) -> View {
        [View::Keys, View::Values, View::Items][(mode & 3).min(2) as usize]
    }
}

/// An empty dict. It has no tables yet.
pub fn new(py: Py) -> Result<Gc<Dict>> {
    py.alloc(Dict {
        header: Header::EMPTY,
        live: Cell::new(0),
        filled: Cell::new(0),
        flags: Cell::new(0),
        room: Cell::new(0),
        entries: Slot::NULL,
        indices: Slot::NULL,
    })
}

/// An empty dict with room for so many entries.
pub fn with_room(py: Py, count: usize) -> Result<Gc<Dict>> {
    let made = new(py)?;
    if count > 0 {
        reserve(py, made, count)?;
    }
    Ok(made)
}

/// An empty namespace.
pub fn new_namespace(py: Py) -> Result<Gc<Dict>> {
    let dict = new(py)?;
    dict.set_flag(flags::NAMESPACE);
    Ok(dict)
}

/// The 50 bits of a hash that this table uses.
#[inline(always)]
fn trim(hash: i64) -> i64 {
    hash << 14 >> 14
}

/// The word of an entry that keeps a hash.
#[inline(always)]
pub fn hash_word(hash: i64) -> Word {
    small_int(trim(hash))
}

#[inline(always)]
fn entry_words(dict: Gc<Dict>, entry: usize) -> Option<(Gc<Values>, usize)> {
    (entry < dict.filled.get() as usize).then_some(())?;
    Some((dict.entries.get()?, entry * WORDS))
}

/// Number of entries.
#[inline(always)]
pub fn len(dict: Gc<Dict>) -> usize {
    dict.live.get() as usize
}

/// Key and value of the first live entry at or after position `from`, and its position. The loop over a dict:
/// `let mut at = 0; while let Some((i, k, v)) = dict::next(d, at) { at = i + 1; … }`.
#[inline]
pub fn next(dict: Gc<Dict>, from: usize) -> Option<(usize, Word, Word)> {
    let entries = dict.entries.get()?;
    let items = entries.items();
    let from = if from == 0 { first_hint(dict, items) } else { from };
    for entry in from..dict.filled.get() as usize {
        let key = items[entry * WORDS + 1].get();
        if key != UNSET {
            let value = visible(dict, items[entry * WORDS + 2].get());
            if value != UNSET {
                return Some((entry, key, value));
            }
        }
    }
    None
}

/// Where to begin the search for the first entry. Taking the oldest entry again and again would look through all that went before:
/// so a deleted entry 0 has, in the place of its value, the number of an entry before which there is none. (A namespace has no such hint.)
#[inline(always)]
fn first_hint(dict: Gc<Dict>, items: &[heap::WordSlot]) -> usize {
    if dict.filled.get() == 0 || items[1].get() != UNSET || dict.is_namespace() {
        return 0;
    }
    crate::value::as_i64(items[2].get()).map_or(0, |hint| hint as usize)
}

/// The same backwards: the last live entry before position `before`.
pub fn previous(dict: Gc<Dict>, before: usize) -> Option<(usize, Word, Word)> {
    let entries = dict.entries.get()?;
    let items = entries.items();
    for entry in (0..before.min(dict.filled.get() as usize)).rev() {
        let key = items[entry * WORDS + 1].get();
        if key != UNSET {
            let value = visible(dict, items[entry * WORDS + 2].get());
            if value != UNSET {
                return Some((entry, key, value));
            }
        }
    }
    None
}

/// The hash that was given for the key of an entry (its low 50 bits); enough to insert it elsewhere.
pub fn entry_hash(dict: Gc<Dict>, entry: usize) -> i64 {
    let (entries, at) = entry_words(dict, entry).expect("an entry of this dict");
    crate::value::as_i64(entries.items()[at].get()).expect("hashes are small ints")
}

#[inline(always)]
fn visible(dict: Gc<Dict>, value: Word) -> Word {
    if !dict.is_namespace() {
        return value;
    }
    variable_of(value).value.get()
}

#[inline(always)]
fn variable_of(value: Word) -> Gc<Variable> {
    as_object(value).expect("a namespace holds variables")
}

/// Outcome of a probe.
enum Found {
    Entry(usize),
    Nothing,
}

/// Probes for a key. Errors: whatever comparing keys raises.
#[inline(always)]
fn probe(py: Py, dict: Gc<Dict>, key: Word, hash: i64) -> Result<Found> {
    // Most keys are found at once, and are the same object, or are seen at once not to be there.
    let Some(entries) = dict.entries.get() else { return Ok(Found::Nothing) };
    let items = entries.items();
    match dict.indices.get() {
        Some(indices) => {
            let slots = indices.items();
            let entry = slots[trim(hash) as usize & (slots.len() - 1)].get();
            if entry == EMPTY {
                return Ok(Found::Nothing);
            }
            if entry >= 0 && hash_and_key(items, entry)[1] == key {
                return Ok(Found::Entry(entry as usize));
            }
        }
        None => match scan::first_with_hash(items, dict.filled.get() as usize, hash) {
            None => return Ok(Found::Nothing),
            Some((entry, other)) if other == key => return Ok(Found::Entry(entry)),
            Some(_) => {}
        },
    }
    probe_all(py, dict, key, hash)
}

fn probe_all(py: Py, dict: Gc<Dict>, key: Word, hash: i64) -> Result<Found> {
    'again: loop {
        let (Some(indices), Some(entries)) = (dict.indices.get(), dict.entries.get()) else {
            match scan::find(py, dict, key, hash)? {
                Some(found) => return Ok(found),
                None => continue 'again,
            }
        };
        let (slots, items) = (indices.items(), entries.items());
        let mask = slots.len() - 1;
        let wanted = hash_word(hash);
        let mut perturb = trim(hash) as u64;
        let mut slot = trim(hash) as usize & mask;
        loop {
            // SAFETY: the mask is one less than the number of slots.
            match unsafe { slots.get_unchecked(slot) }.get() {
                EMPTY => return Ok(Found::Nothing),
                DELETED => {}
                entry => {
                    let [stored, other] = hash_and_key(items, entry);
                    if other == key {
                        return Ok(Found::Entry(entry as usize));
                    }
                    if stored == wanted && other != UNSET {
                        let same = match crate::plain::known_equality(key, other) {
                            Some(same) => same,
                            None => {
                                let same = py.is_equal(other, key)?;
                                let is_changed = dict.indices.get().map(Gc::address)
                                    != Some(indices.address())
                                    || dict.entries.get().map(Gc::address) != Some(entries.address())
                                    || hash_and_key(items, entry)[1] != other;
                                if is_changed {
                                    continue 'again;
                                }
                                same
                            }
                        };
                        if same {
                            return Ok(Found::Entry(entry as usize));
                        }
                    }
                }
            }
            perturb >>= 5;
            slot = (slot.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
        }
    }
}

/// Two words of the entry that an index slot has the number of.
#[inline(always)]
fn hash_and_key(items: &[heap::WordSlot], entry: i32) -> [Word; 2] {
    let at = entry as usize * WORDS;
    debug_assert!(at + 1 < items.len());
    // SAFETY: `link` is given numbers of entries that there is room for.
    unsafe { [items.get_unchecked(at).get(), items.get_unchecked(at + 1).get()] }
}

/// The probe for a key that is an interned string, in a dict whose other keys may be anything but cannot equal a string
/// unless they are strings or instances: those are compared only by [`probe`].
#[inline]
fn probe_symbol(py: Py, dict: Gc<Dict>, symbol: Symbol) -> Option<usize> {
    let entries = dict.entries.get()?;
    let key = py.vm().symbols.text(symbol);
    let hash = py.hash_str(key);
    let Some(indices) = dict.indices.get() else {
        return scan::find_text(entries.items(), dict.filled.get() as usize, key, hash);
    };
    let (slots, items) = (indices.items(), entries.items());
    let mask = slots.len() - 1;
    let wanted = hash_word(hash);
    let mut perturb = trim(hash) as u64;
    let mut slot = trim(hash) as usize & mask;
    loop {
        match slots[slot].get() {
            EMPTY => return None,
            DELETED => {}
            entry => {
                let at = entry as usize * WORDS;
                let other = items[at + 1].get();
                if other == word(key) {
                    return Some(entry as usize);
                }
                if items[at].get() == wanted
                    && as_object::<Str>(other).is_some_and(|other| other.as_bytes() == key.as_bytes())
                {
                    return Some(entry as usize);
                }
            }
        }
        perturb >>= 5;
        slot = (slot.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
    }
}

/// The value of a symbol. Never runs user code.
#[inline]
pub fn get_symbol(py: Py, dict: Gc<Dict>, symbol: impl Into<Symbol>) -> Option<Word> {
    let entry = probe_symbol(py, dict, symbol.into())?;
    let (entries, at) = entry_words(dict, entry)?;
    let value = visible(dict, entries.items()[at + 2].get());
    (value != UNSET).then_some(value)
}

/// Sets the value of a symbol. Never runs user code.
pub fn set_symbol(py: Py, dict: Gc<Dict>, symbol: impl Into<Symbol>, value: Word) -> Result<()> {
    let symbol = symbol.into();
    let key = py.vm().symbols.text(symbol);
    match probe_symbol(py, dict, symbol) {
        Some(entry) => set_entry(py, dict, entry, value),
        None => append(py, dict, word(key), py.hash_str(key), value),
    }
}

/// Removes a symbol; whether it was there.
pub fn remove_symbol(py: Py, dict: Gc<Dict>, symbol: impl Into<Symbol>) -> bool {
    let symbol = symbol.into();
    match probe_symbol(py, dict, symbol) {
        Some(entry) => remove_entry(py, dict, entry, py.hash_str(py.vm().symbols.text(symbol))) != UNSET,
        None => false,
    }
}

/// The hash of a key. Errors: `TypeError` that says what the value was to be used as.
#[inline]
pub fn hash_key(py: Py, key: Word) -> Result<i64> {
    py.hash(key).map_err(|raised| unhashable(py, raised, key, "a dict key"))
}

/// The same for an element of a set.
#[inline]
pub fn hash_element(py: Py, element: Word) -> Result<i64> {
    py.hash(element).map_err(|raised| unhashable(py, raised, element, "a set element"))
}

#[cold]
fn unhashable(py: Py, raised: Raised, value: Word, role: &str) -> Raised {
    let pending = py.context().raised.get();
    if !py.type_of(pending).is(py.ty(Ty::TypeError)) {
        return raised;
    }
    py.take_raised();
    let reason = match py.to_text(pending) {
        Ok(reason) => reason,
        Err(raised) => return raised,
    };
    py.type_error(format!("cannot use '{}' as {role} ({reason})", qualified_name(py.type_of(value))))
}

/// `module.qualname` of a class, without `builtins` and `__main__` … as `%T` prints it.
pub(crate) fn qualified_name(class: TypeRef) -> String {
    let text = |word: Word| as_object::<Str>(word).map(|text| text.to_text());
    let object = class.object();
    let qualname = text(object.qualname.get()).unwrap_or_else(|| class.name.borrow().to_string());
    match text(object.module.get()).as_deref() {
        None | Some("builtins" | "__main__") => qualname,
        Some(module) => format!("{module}.{qualname}"),
    }
}

/// Adds an element to the table of a set.
pub fn add_element(py: Py, table: Gc<Dict>, element: Word) -> Result<()> {
    let hash = hash_element(py, element)?;
    set_hashed(py, table, element, hash, NONE)
}

/// The value of a key. Errors: the key cannot be hashed, or what comparing keys raises.
#[inline]
pub fn get(py: Py, dict: Gc<Dict>, key: Word) -> Result<Option<Word>> {
    let hash = hash_key(py, key)?;
    get_hashed(py, dict, key, hash)
}

/// The same for a key whose hash is known.
#[inline]
pub fn get_hashed(py: Py, dict: Gc<Dict>, key: Word, hash: i64) -> Result<Option<Word>> {
    Ok(find(py, dict, key, hash)?.map(|(_, value)| value))
}

/// Position and value of a key.
#[inline]
pub fn find(py: Py, dict: Gc<Dict>, key: Word, hash: i64) -> Result<Option<(usize, Word)>> {
    match probe(py, dict, key, hash)? {
        Found::Entry(entry) => {
            let (entries, at) = entry_words(dict, entry).expect("found just now");
            let value = visible(dict, entries.items()[at + 2].get());
            Ok((value != UNSET).then_some((entry, value)))
        }
        Found::Nothing => Ok(None),
    }
}

/// The key object and value stored at a position that `find` or `next` returned.
pub fn entry(dict: Gc<Dict>, entry: usize) -> (Word, Word) {
    let (entries, at) = entry_words(dict, entry).expect("an entry of this dict");
    (entries.items()[at + 1].get(), visible(dict, entries.items()[at + 2].get()))
}

pub fn contains(py: Py, dict: Gc<Dict>, key: Word) -> Result<bool> {
    Ok(get(py, dict, key)?.is_some())
}

/// Sets the value of a key. Errors as [`get`], and out of memory.
#[inline]
pub fn set(py: Py, dict: Gc<Dict>, key: Word, value: Word) -> Result<()> {
    let hash = hash_key(py, key)?;
    set_hashed(py, dict, key, hash, value)
}

/// The same for a key whose hash is known.
pub fn set_hashed(py: Py, dict: Gc<Dict>, key: Word, hash: i64, value: Word) -> Result<()> {
    match probe(py, dict, key, hash)? {
        Found::Entry(entry) => set_entry(py, dict, entry, value),
        Found::Nothing => append(py, dict, key, hash, value),
    }
}

/// The value of a key whose hash is known, after setting it if there is none. Compares the keys once.
pub fn set_default(py: Py, dict: Gc<Dict>, key: Word, hash: i64, default: Word) -> Result {
    match probe(py, dict, key, hash)? {
        Found::Entry(at) => match entry(dict, at).1 {
            UNSET => set_entry(py, dict, at, default)?,
            value => return Ok(value),
        },
        Found::Nothing => append(py, dict, key, hash, default)?,
    }
    Ok(default)
}

/// Removes a key and returns its value.
pub fn remove(py: Py, dict: Gc<Dict>, key: Word) -> Result<Option<Word>> {
    let hash = hash_key(py, key)?;
    match probe(py, dict, key, hash)? {
        Found::Entry(entry) => {
            let value = remove_entry(py, dict, entry, hash);
            Ok((value != UNSET).then_some(value))
        }
        Found::Nothing => Ok(None),
    }
}

/// Removes the entry at a position.
pub fn remove_at(py: Py, dict: Gc<Dict>, entry: usize) {
    let hash = entry_hash(dict, entry);
    remove_entry(py, dict, entry, hash);
}

/// Empties the dict. Variables of a namespace are unset.
pub fn clear(py: Py, dict: Gc<Dict>) {
    if dict.is_namespace() {
        let mut at = 0;
        while let Some((entry, _, _)) = next(dict, at) {
            at = entry + 1;
            remove_at(py, dict, entry);
        }
        return;
    }
    dict.live.set(0);
    dict.filled.set(0);
    dict.room.set(0);
    dict.entries.set(py.mutator(), dict, None);
    dict.indices.set(py.mutator(), dict, None);
}

/// The dict in a value whose class iterates it as `dict` does: its entries may be read without asking it.
pub fn plain(py: Py, value: Word) -> Option<Gc<Dict>> {
    if let Some(dict) = as_object::<Dict>(value) {
        return Some(dict);
    }
    let dict = py.cast::<Dict>(value)?;
    let is_plain = py.type_of(value).lookup(py, Name::Iter) == py.ty(Ty::Dict).lookup(py, Name::Iter);
    is_plain.then_some(dict)
}

/// Adds all entries of `from`. Errors: out of memory, or what comparing keys raises.
pub fn update(py: Py, dict: Gc<Dict>, from: Gc<Dict>) -> Result<()> {
    if dict.address() == from.address() || bulk::fill(py, dict, from)? {
        return Ok(());
    }
    let mut at = 0;
    while let Some((entry, key, value)) = next(from, at) {
        at = entry + 1;
        set_hashed(py, dict, key, entry_hash(from, entry), value)?;
    }
    Ok(())
}

/// Turns a dict into a namespace: its values move into variables.
pub fn make_namespace(py: Py, dict: Gc<Dict>) -> Result<()> {
    if dict.is_namespace() {
        return Ok(());
    }
    for entry in 0..dict.filled.get() as usize {
        let (entries, at) = entry_words(dict, entry).expect("below filled");
        if entries.items()[at + 1].get() != UNSET {
            let variable = py.check(namespace::new_variable(py.mutator(), entries.items()[at + 2].get()))?;
            entries.items()[at + 2].set(py.mutator(), entries, word(variable));
        } else {
            // A deleted entry keeps an unset variable, so that every value word is one.
            let variable = py.check(namespace::new_variable(py.mutator(), UNSET))?;
            entries.items()[at + 2].set(py.mutator(), entries, word(variable));
        }
    }
    dict.set_flag(flags::NAMESPACE);
    Ok(())
}

/// The variable of a name in a namespace; an unset one is made if the name is not there.
pub fn variable(py: Py, namespace: Gc<Dict>, symbol: Symbol) -> Result<Gc<Variable>> {
    debug_assert!(namespace.is_namespace());
    let entry = match probe_symbol(py, namespace, symbol) {
        Some(entry) => entry,
        None => {
            let key = py.vm().symbols.text(symbol);
            append(py, namespace, word(key), py.hash_str(key), UNSET)?;
            namespace.filled.get() as usize - 1
        }
    };
    let (entries, at) = entry_words(namespace, entry).expect("found or appended just now");
    Ok(variable_of(entries.items()[at + 2].get()))
}

fn set_entry(py: Py, dict: Gc<Dict>, entry: usize, value: Word) -> Result<()> {
    let (entries, at) = entry_words(dict, entry).expect("an entry of this dict");
    if !dict.is_namespace() {
        entries.items()[at + 2].set(py.mutator(), entries, value);
        return Ok(());
    }
    let variable = variable_of(entries.items()[at + 2].get());
    if variable.value.get() == UNSET && value != UNSET {
        // It was invisible: now it is the youngest entry, with the variable that instructions hold.
        let key = entries.items()[at + 1].get();
        let hash = py.hash(key)?;
        unlink(dict, entry, hash);
        let length = dict.filled.get();
        append_word(py, dict, key, hash, word(variable))?;
        debug_assert!(dict.filled.get() <= length + 1);
        dict.live.set(dict.live.get() + 1);
    }
    namespace::set(py.mutator(), variable, value);
    Ok(())
}

/// Appends an entry whose key is known not to be in the dict. Errors: out of memory.
pub fn append(py: Py, dict: Gc<Dict>, key: Word, hash: i64, value: Word) -> Result<()> {
    let stored = match dict.is_namespace() {
        false => value,
        true => word(py.check(namespace::new_variable(py.mutator(), value))?),
    };
    append_word(py, dict, key, hash, stored)?;
    if value != UNSET {
        dict.live.set(dict.live.get() + 1);
    }
    Ok(())
}

fn append_word(py: Py, dict: Gc<Dict>, key: Word, hash: i64, stored: Word) -> Result<()> {
    if dict.room.get() <= 0 {
        // The live entries, the invisible ones of a namespace included, and as much again.
        let used = used_entries(dict);
        reserve(py, dict, scan::grown(used).unwrap_or((used + 1) * 2))?;
    }
    let filled = dict.filled.get() as usize;
    let entries = dict.entries.get().expect("made by `reserve`");
    if let Some(indices) = dict.indices.get() {
        link(indices, hash, filled as i32);
    }
    if !crate::plain::is_plain(key) {
        dict.set_flag(if crate::calm::is_calm(py, key) { flags::CALM_KEYS } else { flags::ASKS_KEYS });
    }
    let (mutator, items) = (py.mutator(), entries.items());
    items[filled * WORDS].init(hash_word(hash));
    items[filled * WORDS + 1].set(mutator, entries, key);
    items[filled * WORDS + 2].set(mutator, entries, stored);
    dict.filled.set(filled as i64 + 1);
    dict.room.set(dict.room.get() - 1);
    Ok(())
}

fn used_entries(dict: Gc<Dict>) -> usize {
    let Some(entries) = dict.entries.get() else { return 0 };
    (0..dict.filled.get() as usize).filter(|e| entries.items()[e * WORDS + 1].get() != UNSET).count()
}

/// Puts an entry into the index.
fn link(indices: Gc<Indices>, hash: i64, entry: i32) {
    let slots = indices.items();
    let mask = slots.len() - 1;
    let mut perturb = trim(hash) as u64;
    let mut slot = trim(hash) as usize & mask;
    while slots[slot].get() >= 0 {
        perturb >>= 5;
        slot = (slot.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
    }
    slots[slot].set(entry);
}

/// Makes room for `count` entries, which is at least as many as there are, and drops deleted ones.
pub fn reserve(py: Py, dict: Gc<Dict>, count: usize) -> Result<()> {
    if count <= MOST_SCANNED {
        let capacity = capacity(count);
        let entries = py.new_values(capacity * WORDS)?;
        let filled = copy_entries(py, dict, entries, |_, _| {});
        dict.filled.set(filled as i64);
        dict.room.set((capacity - filled) as i64);
        dict.entries.set(py.mutator(), dict, Some(entries));
        dict.indices.set(py.mutator(), dict, None);
        return Ok(());
    }
    let size = (count * 3 / 2 + 1).next_power_of_two().max(FIRST_INDEX_SIZE);
    if size > i32::MAX as usize {
        return Err(py.out_of_memory());
    }
    let capacity = size * 2 / 3 + 1;
    let entries = py.new_values(capacity * WORDS)?;
    let indices = py.check(py.mutator().alloc_array(
        size,
        Indices { header: Header::EMPTY, size: Cell::new(0), slots: heap::Items::EMPTY },
        EMPTY as u32 as u64,
    ))?;
    let filled = copy_entries(py, dict, entries, |hash, entry| link(indices, hash, entry));
    dict.filled.set(filled as i64);
    dict.room.set((size * 2 / 3 - filled) as i64);
    dict.entries.set(py.mutator(), dict, Some(entries));
    dict.indices.set(py.mutator(), dict, Some(indices));
    Ok(())
}

/// Copies the entries that are not deleted; how many. `each` is told hash and new position.
fn copy_entries(py: Py, dict: Gc<Dict>, to: Gc<Values>, each: impl Fn(i64, i32)) -> usize {
    let Some(old) = dict.entries.get() else { return 0 };
    let (from, to_items) = (old.items(), to.items());
    let mut filled = 0;
    for entry in 0..dict.filled.get() as usize {
        let at = entry * WORDS;
        if from[at + 1].get() == UNSET {
            continue;
        }
        let hash = from[at].get();
        each(crate::value::as_i64(hash).expect("hashes are small ints"), filled as i32);
        let place = filled * WORDS;
        to_items[place].init(hash);
        to_items[place + 1].set(py.mutator(), to, from[at + 1].get());
        to_items[place + 2].set(py.mutator(), to, from[at + 2].get());
        filled += 1;
    }
    filled
}

/// Removes an entry; the value it had.
fn remove_entry(py: Py, dict: Gc<Dict>, entry: usize, hash: i64) -> Word {
    let (entries, at) = entry_words(dict, entry).expect("an entry of this dict");
    let stored = entries.items()[at + 2].get();
    if dict.is_namespace() {
        // The variable stays for the instructions that hold it.
        let variable = variable_of(stored);
        let value = variable.value.get();
        if value != UNSET {
            namespace::set(py.mutator(), variable, UNSET);
            dict.live.set(dict.live.get() - 1);
        }
        return value;
    }
    unlink(dict, entry, hash);
    dict.live.set(dict.live.get() - 1);
    stored
}

/// Takes an entry out of the index and marks it deleted.
fn unlink(dict: Gc<Dict>, entry: usize, hash: i64) {
    let entries = dict.entries.get().expect("there is an entry");
    if let Some(indices) = dict.indices.get() {
        unlink_index(indices, entry, hash);
    }
    entries.items()[entry * WORDS + 1].init(UNSET);
    if !dict.is_namespace() {
        entries.items()[entry * WORDS + 2].init(NONE);
    }
}

/// Marks the index slot of an entry deleted.
fn unlink_index(indices: Gc<Indices>, entry: usize, hash: i64) {
    let slots = indices.items();
    let mask = slots.len() - 1;
    let mut perturb = trim(hash) as u64;
    let mut slot = trim(hash) as usize & mask;
    while slots[slot].get() != entry as i32 {
        if slots[slot].get() == EMPTY {
            break;
        }
        perturb >>= 5;
        slot = (slot.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
    }
    if slots[slot].get() == entry as i32 {
        slots[slot].set(DELETED);
    }
}
