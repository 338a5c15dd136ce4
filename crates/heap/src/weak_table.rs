//! Weak-keyed tables: each entry is an ephemeron, whose value is kept only while its key lives otherwise.
//!
//! A table is malloc memory, as a [`crate::WeakRef`] is. A language's weak dictionary holds a [`WeakTable`] in an `External`
//! field; interned strings, hidden classes and compiled loops use one without an owner. Keys are compared by identity and
//! pinned at insertion, so that an address is a key for life and no table is ever rehashed.
//!
//! An entry's value is traced iff its key is live *and* the table's owner is: otherwise a dictionary that is referred to by
//! one of its own values would live as long as the key. Values may refer to other keys, so tracing them is repeated until
//! nothing new is reached. Entries of dead keys go before a finalizer can see the key, like weak references.
//! (Hayes, "Ephemerons: a new finalization mechanism", 1997.)
//!
//! Known limits: the old entries are visited in the pause that ends a major collection, not in slices; a chain of n tables
//! entries, each the key of the next in the wrong order, takes n rounds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::gc::{Gc, Object};
use crate::mark::{Budget, Marker};
use crate::minor::Minor;
use crate::mutator::Mutator;

/// See the module's description. Clones are the same table.
#[derive(Clone)]
pub struct WeakTable(Arc<Table>);

struct Table {
    /// Address of the owner, 0 if there is none.
    owner: usize,
    contents: Mutex<Contents>,
}

#[derive(Default)]
struct Contents {
    /// In the order of insertion; removed ones have key 0.
    entries: Vec<Entry>,
    /// Key → place in `entries`.
    places: HashMap<usize, usize>,
    /// Keys whose entry was written since the last minor collection.
    young: Vec<usize>,
}

struct Entry {
    key: usize,
    value: u64,
}

impl WeakTable {
    /// A table that is a root: it keeps the values of live keys for as long as the table exists.
    pub fn new(mutator: &Mutator) -> WeakTable {
        WeakTable::register(mutator, 0)
    }

    /// A table that belongs to a heap object, and is emptied when that is unreachable. The owner is pinned.
    pub fn owned_by(mutator: &Mutator, owner: Gc<Object>) -> WeakTable {
        WeakTable::register(mutator, crate::identity(owner))
    }

    fn register(mutator: &Mutator, owner: usize) -> WeakTable {
        let table = Arc::new(Table { owner, contents: Mutex::default() });
        mutator.heap().weak_tables.lock().push(Arc::downgrade(&table));
        WeakTable(table)
    }

    /// Sets the value (a tagged word) of `key`, which is pinned; returns the previous one. Never collects.
    pub fn insert(&self, key: Gc<Object>, value: u64) -> Option<u64> {
        let key = crate::identity(key);
        let contents = &mut *self.0.lock();
        contents.young.push(key);
        if let Some(&place) = contents.places.get(&key) {
            return Some(std::mem::replace(&mut contents.entries[place].value, value));
        }
        if contents.entries.len() >= 32 && contents.entries.len() >= 2 * contents.places.len() {
            contents.compact();
        }
        contents.places.insert(key, contents.entries.len());
        contents.entries.push(Entry { key, value });
        None
    }

    /// The value of `key`.
    pub fn get(&self, key: Gc<Object>) -> Option<u64> {
        let contents = self.0.lock();
        contents.places.get(&key.address()).map(|&place| contents.entries[place].value)
    }

    pub fn remove(&self, key: Gc<Object>) -> Option<u64> {
        self.0.lock().remove(key.address())
    }

    /// Entries whose key has not been found dead.
    pub fn len(&self) -> usize {
        self.0.lock().places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `f` with each entry, in the order of insertion. `f` must not use the table, nor reach a safepoint.
    pub fn for_each(&self, mut f: impl FnMut(Gc<Object>, u64)) {
        for entry in self.0.lock().entries.iter().filter(|entry| entry.key != 0) {
            // SAFETY: a key in the table has not been found dead, and is pinned.
            f(unsafe { Gc::from_address(entry.key) }, entry.value);
        }
    }
}

impl Table {
    fn lock(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contents {
    fn remove(&mut self, key: usize) -> Option<u64> {
        let place = self.places.remove(&key)?;
        let entry = std::mem::replace(&mut self.entries[place], Entry { key: 0, value: 0 });
        Some(entry.value)
    }

    fn compact(&mut self) {
        self.entries.retain(|entry| entry.key != 0);
        for (place, entry) in self.entries.iter().enumerate() {
            self.places.insert(entry.key, place);
        }
    }

    fn clear(&mut self) {
        *self = Contents::default();
    }

    fn remove_dead(&mut self, is_live: impl Fn(usize) -> bool) {
        let dead: Vec<usize> = self.places.keys().copied().filter(|&key| !is_live(key)).collect();
        for key in dead {
            self.remove(key);
        }
        self.compact();
    }
}

/// All weak tables of a heap.
#[derive(Default)]
pub(crate) struct WeakTables {
    tables: Mutex<Vec<Weak<Table>>>,
}

impl WeakTables {
    fn lock(&self) -> MutexGuard<'_, Vec<Weak<Table>>> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tables that still exist.
    fn existing(&self) -> Vec<Arc<Table>> {
        let mut tables = self.lock();
        tables.retain(|table| table.strong_count() > 0);
        tables.iter().filter_map(Weak::upgrade).collect()
    }

    /// All entries: owner, key, value.
    pub fn entries(&self) -> Vec<(usize, usize, u64)> {
        let mut all = Vec::new();
        for table in self.existing() {
            let entries = &table.lock().entries;
            all.extend(entries.iter().filter(|e| e.key != 0).map(|e| (table.owner, e.key, e.value)));
        }
        all
    }

    /// In a minor collection, when everything else was reached: promotes the values whose keys live, and drops the entries
    /// that were written since the last one and whose keys died. Older entries have old keys and values.
    pub fn settle_young(&self, minor: &mut Minor<'_>) {
        let mut pending = self.existing();
        pending.retain(|table| table.owner != 0 || !table.lock().young.is_empty());
        loop {
            let mut progress = false;
            for table in &pending {
                if table.owner != 0 && minor.survivor(table.owner).is_none() {
                    continue;
                }
                let contents = &mut *table.lock();
                let (places, entries) = (&contents.places, &mut contents.entries);
                contents.young.retain(|key| {
                    let Some(&place) = places.get(key) else { return false };
                    if minor.survivor(*key).is_none() {
                        return true;
                    }
                    // SAFETY: the vector's own word; it holds a tagged word.
                    unsafe { minor.slot((&raw mut entries[place].value).cast()) };
                    progress = true;
                    false
                });
            }
            if !progress {
                break;
            }
            minor.drain();
        }
        for table in &pending {
            let contents = &mut *table.lock();
            if table.owner != 0 && minor.survivor(table.owner).is_none() {
                contents.clear();
            }
            for key in std::mem::take(&mut contents.young) {
                contents.remove(key);
            }
        }
    }

    /// When marking is complete: marks the values whose keys and tables are marked, until nothing new is found.
    pub fn mark_values(&self, marker: &mut Marker) {
        let mut pending = self.entries();
        loop {
            let before = pending.len();
            pending.retain(|&(owner, key, value)| {
                let reached = marker.is_marked(key) && (owner == 0 || marker.is_marked(owner));
                if reached {
                    marker.mark_word(value as usize);
                }
                !reached
            });
            if pending.len() == before {
                return;
            }
            marker.drain(Budget::Unlimited);
        }
    }

    /// Drops the entries of unmarked keys. To be called before finalizers bring keys back.
    pub fn sweep_keys(&self, is_live: impl Fn(usize) -> bool) {
        for table in self.existing() {
            table.lock().remove_dead(&is_live);
        }
    }

    /// Empties the tables of unmarked owners. To be called when finalizers have brought back what they will.
    pub fn sweep_owners(&self, is_live: impl Fn(usize) -> bool) {
        for table in self.existing() {
            if table.owner != 0 && !is_live(table.owner) {
                table.lock().clear();
            }
        }
    }
}
