//! What an interpreter embeds in its code objects for the JIT: counters and assumptions.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

/// The counter of one loop header or function entry. The direct machine counts it down; everything else about the
/// place is in the warm state's table under [`WarmCell::index`].
///
/// ```text
/// new (remaining 1, index 0) -> registered (threshold ticks) -> tracing -> compiled (remaining 1: every visit enters)
///                                        ^---- penalised (more ticks) <-----'
/// ```
#[derive(Debug)]
pub struct WarmCell {
    /// Visits until the warm state is asked.
    remaining: Cell<u32>,
    /// Place in the warm state's table + 1; 0 before the first question.
    index: Cell<u32>,
}

/// In place of the number of a place that is visited for the second time when it is asked for again.
const COUNTING: u32 = u32::MAX - 1;

impl Default for WarmCell {
    fn default() -> Self {
        Self::new()
    }
}

impl WarmCell {
    pub const fn new() -> WarmCell {
        WarmCell { remaining: Cell::new(1), index: Cell::new(0) }
    }
    /// Counts one visit; whether the warm state must be asked.
    #[inline(always)]
    pub fn tick(&self) -> bool {
        let left = self.remaining.get().wrapping_sub(1);
        self.remaining.set(left);
        left == 0
    }
    /// Asks again after this many visits (at least one).
    pub fn ask_after(&self, visits: u32) {
        self.remaining.set(visits.max(1));
    }
    pub fn remaining(&self) -> u32 {
        self.remaining.get()
    }
    /// Number in the warm state's table, if the place is known there.
    pub fn index(&self) -> Option<u32> {
        self.index.get().checked_sub(1).filter(|index| *index != COUNTING)
    }
    /// The first question about a place: whether it was that. Most places are visited a few times only, and get no entry in a table: that
    /// they count is noted here.
    pub fn begins_to_count(&self, threshold: u32) -> bool {
        let begins = self.index.get() == 0 && threshold > 1;
        if begins {
            self.set_index(COUNTING);
            self.ask_after(threshold - 1);
        }
        begins
    }
    pub fn set_index(&self, index: u32) {
        self.index.set(index + 1);
    }
}

/// Something that compiled code may take for granted until it is broken: a quasi-immutable field, a global binding.
/// Cloning shares it. A broken assumption never holds again; its owner makes a new one.
#[derive(Clone, Debug, Default)]
pub struct Assumption(Arc<Assumed>);

#[derive(Debug, Default)]
#[repr(C)]
struct Assumed {
    /// Zero while it holds. First: its address is in machine code.
    broken: AtomicU64,
    /// What is broken with it. Few assumptions have any: the list is made when the first comes.
    dependents: OnceLock<Box<Mutex<Vec<Weak<Assumed>>>>>,
}

impl Assumption {
    pub fn new() -> Assumption {
        Assumption::default()
    }
    pub fn holds(&self) -> bool {
        self.0.broken.load(Ordering::Acquire) == 0
    }
    /// Every trace that depends on it leaves at its next check.
    pub fn invalidate(&self) {
        self.0.broken.store(1, Ordering::Release);
        if let Some(dependents) = self.0.dependents.get() {
            let dependents = std::mem::take(&mut *locked(dependents));
            for dependent in dependents.into_iter().filter_map(|dependent| dependent.upgrade()) {
                Assumption(dependent).invalidate();
            }
        }
    }
    /// From now on the other one is broken when this one is: what a unit relies on is one assumption, which depends on all that its trace
    /// assumed. Who calls this asks afterwards whether all of them hold.
    pub fn add_dependent(&self, dependent: &Assumption) {
        let mut dependents = locked(self.0.dependents.get_or_init(Box::default));
        // Units come and go: the list is cleared of the dead whenever it would have to grow.
        if dependents.len() == dependents.capacity() {
            dependents.retain(|dependent| dependent.strong_count() > 0);
        }
        dependents.push(Arc::downgrade(&dependent.0));
    }
    /// The word that machine code tests: zero while the assumption holds. Valid as long as a clone lives.
    pub fn flag_address(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
