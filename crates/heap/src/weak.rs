//! Weak references: malloc-side cells that the collector clears.
//!
//! A language's weak reference object holds a [`WeakRef`] in an `External` field; the object's death drops it. A cell is
//! cleared before a finalizer can see the object, so a finalizer cannot revive what a weak reference reported dead. A
//! notice, a number of the language's choice, is queued for each cleared cell that asked for one.
//!
//! For tables whose values may refer to their keys: [`crate::WeakTable`].

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::gc::{Gc, Object};
use crate::mutator::Mutator;

pub(crate) struct WeakCell {
    /// Address of the object, 0 once it is dead.
    address: AtomicUsize,
    notice: Option<u64>,
}

/// Does not keep its object alive.
#[derive(Clone)]
pub struct WeakRef(Arc<WeakCell>);

impl WeakRef {
    /// A weak reference to `object`. When it is cleared, `notice` (if any) is queued: see [`Mutator::next_weak_notice`].
    pub fn new(mutator: &Mutator, object: Gc<Object>, notice: Option<u64>) -> WeakRef {
        let cell = Arc::new(WeakCell { address: AtomicUsize::new(object.address()), notice });
        mutator.heap().weak.lock(&mutator.heap().weak.young).push(cell.clone());
        WeakRef(cell)
    }

    /// The object, unless it is dead. Only on an attached thread of the object's heap.
    #[inline]
    pub fn get(&self) -> Option<Gc<Object>> {
        match self.0.address.load(Relaxed) {
            0 => None,
            // SAFETY: the collector keeps the address current and clears it when the object dies.
            address => Some(unsafe { Gc::from_address(address) }),
        }
    }
}

/// All weak cells of a heap.
#[derive(Default)]
pub(crate) struct WeakCells {
    young: Mutex<Vec<Arc<WeakCell>>>,
    old: Mutex<Vec<Arc<WeakCell>>>,
    notices: Mutex<VecDeque<u64>>,
}

impl WeakCells {
    fn lock<'a, T>(&self, list: &'a Mutex<T>) -> MutexGuard<'a, T> {
        list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Objects that weak references were made to since the last collection.
    pub fn young_addresses(&self) -> Vec<usize> {
        let young = self.lock(&self.young);
        young.iter().map(|cell| cell.address.load(Relaxed)).filter(|&address| address != 0).collect()
    }

    /// After a minor collection has reached everything: `survivor` says where an object is now, if it lives.
    pub fn sweep_young(&self, survivor: impl Fn(usize) -> Option<usize>) {
        let mut old = self.lock(&self.old);
        for cell in self.lock(&self.young).drain(..) {
            if Arc::strong_count(&cell) == 1 {
                continue;
            }
            match survivor(cell.address.load(Relaxed)) {
                Some(address) => {
                    cell.address.store(address, Relaxed);
                    old.push(cell);
                }
                None => self.clear(&cell),
            }
        }
    }

    /// When marking is complete: clears the cells of unmarked objects.
    pub fn sweep_old(&self, is_live: impl Fn(usize) -> bool) {
        self.lock(&self.old).retain(|cell| {
            if Arc::strong_count(cell) == 1 {
                return false;
            }
            let live = is_live(cell.address.load(Relaxed));
            if !live {
                self.clear(cell);
            }
            live
        });
    }

    fn clear(&self, cell: &WeakCell) {
        cell.address.store(0, Relaxed);
        if let Some(notice) = cell.notice {
            self.lock(&self.notices).push_back(notice);
        }
    }

    pub fn next_notice(&self) -> Option<u64> {
        self.lock(&self.notices).pop_front()
    }

    pub fn has_notices(&self) -> bool {
        !self.lock(&self.notices).is_empty()
    }
}
