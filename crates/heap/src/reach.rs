//! Which objects are reachable for certain, at a moment that a program chooses: without the native stacks.
//!
//! A collection keeps what a stale word on a native stack happens to name. That is right for memory, but wrong for an answer that a program
//! sees, such as "is this buffer still exported". Here only what is certain counts: handles, root sources, constants of machine code, and
//! words that the caller brings along (an interpreter's frames, whose dead registers it knows). So an object that only native code holds is
//! not found; the caller must count those itself.
//!
//! Cost: a walk over all that is reachable, with a table of the addresses seen. Nothing moves and nothing is freed.

use crate::gc::{Gc, Object};
use crate::minor::trace_roots;
use crate::mutator::Mutator;
use crate::roots::RootVisitor;
use crate::trace::Tracer;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

/// Addresses are 8-aligned and dense: one multiplication spreads them well enough.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn write(&mut self, _: &[u8]) {
        unreachable!("addresses are hashed as words");
    }
    fn write_usize(&mut self, address: usize) {
        self.0 = (address as u64 >> 3).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

/// What is yet to be looked at, and what has been found.
struct Walk<'a> {
    is_reference: &'a dyn Fn(usize) -> bool,
    seen: HashSet<usize, BuildHasherDefault<AddressHasher>>,
    pending: Vec<usize>,
}

impl Walk<'_> {
    fn reach(&mut self, word: usize) {
        if (self.is_reference)(word) && self.seen.insert(word) {
            self.pending.push(word);
        }
    }
}

impl Mutator {
    /// Calls `look` with each object that is reachable from `words` and the precise roots, until it returns `true`; whether it did.
    /// `look` may read objects, and must neither allocate on the heap nor store.
    pub fn any_reachable(&self, words: &[u64], mut look: impl FnMut(Gc<Object>) -> bool) -> bool {
        let heap = self.heap();
        let tracer = Tracer::new(&heap.layouts);
        heap.with_all_stopped(self, |c, mutators| {
            let mut walk = Walk {
                is_reference: &|word| heap.region.is_reference(word),
                seen: HashSet::default(),
                pending: Vec::new(),
            };
            for &word in words {
                walk.reach(word as usize);
            }
            // SAFETY: root sources report words that they own; the world is stopped.
            let mut root = |word: *mut u64| walk.reach(unsafe { *word } as usize);
            trace_roots(
                heap,
                mutators,
                &mut RootVisitor { young_only: false, word: &mut root, conservative: &mut |_, _| {} },
            );
            for &object in &c.frozen_stored {
                walk.reach(object);
            }
            while let Some(object) = walk.pending.pop() {
                // SAFETY: a precise reference is the address of a live, initialised object.
                if look(unsafe { Gc::from_address(object) }) {
                    return true;
                }
                // SAFETY: as above.
                unsafe { tracer.slots(object, |slot| walk.reach(*slot)) };
            }
            false
        })
    }
}
