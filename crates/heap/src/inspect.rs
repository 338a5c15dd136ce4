//! Looking at the heap from a program: all objects, and what an object refers to. For Python's `gc.get_objects` and friends.

use crate::gc::{Gc, Object};
use crate::mutator::Mutator;
use crate::trace::Tracer;

impl Mutator {
    /// All objects that live after a full collection. They do not move any more; whoever lets collections happen afterwards must hold those that
    /// it still wants (the vector does not).
    pub fn live_objects(&self) -> Vec<Gc<Object>> {
        self.collect_major();
        let mut found = Vec::new();
        self.heap().with_world_stopped(self, |_| {
            // SAFETY: old objects are initialised; everything unmarked was freed just now.
            self.heap().for_each_old(|object| found.push(unsafe { Gc::from_address(object) }));
        });
        found
    }

    /// Calls `visit` with each reference that an object holds (the tagged word as it stands in the slot).
    pub fn for_each_reference(&self, object: Gc<Object>, mut visit: impl FnMut(u64)) {
        let tracer = Tracer::new(&self.heap().layouts);
        // SAFETY: a live object, and `visit` gets copies of its slots.
        unsafe {
            tracer.slots(object.address(), |slot| {
                if self.heap().region.is_reference(*slot) {
                    visit(*slot as u64);
                }
            });
        }
    }
}
