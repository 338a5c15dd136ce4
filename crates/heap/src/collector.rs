//! The collector (under construction: blocks are handed out, nothing is reclaimed yet).

use std::sync::atomic::Ordering::Relaxed;

use crate::config::HeapConfig;
use crate::mutator::Mutator;
use crate::shared::Heap;
use crate::world::Collect;

pub(crate) struct Collector {
    pub minor_count: u64,
}

impl Collector {
    pub fn new(_config: &HeapConfig) -> Collector {
        Collector { minor_count: 0 }
    }
}

impl Heap {
    /// # Safety
    /// The world is stopped, and the caller is the one who stopped it.
    pub(crate) unsafe fn collect_stopped(&self, _mutators: &[&Mutator], _what: Collect) {
        self.clear_minor_request();
        self.allocated.store(0, Relaxed);
        // SAFETY: caller.
        unsafe { (*self.collector.get()).minor_count += 1 };
    }

    pub(crate) fn after_collection(&self, _mutator: &Mutator) {}

    /// # Safety
    /// The lock of the world is held and no collection is under way.
    pub(crate) unsafe fn adopt(&self, _mutator: &Mutator) {}
}
