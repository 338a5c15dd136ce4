//! `shadow`: the collector's answers, checked against a second, simpler computation of them.
//!
//! *Before* a collection: every precise root that looks like a reference is the start of an object that exists. A root
//! source that reports a stale slot precisely, or a handle to an object that was freed, is found here, at the root, and not
//! later by what it destroyed.
//!
//! *When marking ends*: a plain traversal from all roots, with no generations, no remembered set and no increments, reaches
//! only what is marked. What is marked beyond that is garbage that floats until the next cycle.

use std::collections::HashSet;

use crate::collector::Collector;
use crate::conservative;
use crate::mark::Marker;
use crate::minor::trace_roots;
use crate::mutator::Mutator;
use crate::region::kind;
use crate::roots::RootVisitor;
use crate::shared::Heap;
use crate::trace::Tracer;

impl Heap {
    /// Panics if a precise root is not an object. The world is stopped and runs are gathered; nothing has moved.
    pub(crate) fn expect_roots(&self, c: &Collector, mutators: &[&Mutator]) {
        let tracer = Tracer::new(&self.layouts);
        let mut young = HashSet::new();
        for &(start, end) in &c.young.runs {
            let mut object = start;
            while object < end {
                young.insert(object);
                // SAFETY: runs hold initialised objects.
                object += unsafe { tracer.size(object) };
            }
        }
        young.extend(c.young.large.iter().map(|&head| self.region.address(head as usize)));
        self.precise_roots(mutators, |word| {
            let is_old = word - self.region.base() < self.region.committed()
                && !matches!(self.region.kind_of(word), kind::FREE | kind::PROTECTED | kind::LARGE_TAIL)
                && self.region.old_bits().get(word);
            assert!(
                is_old || young.contains(&word),
                "a precise root holds {word:#x}, which is not the start of an object (block kind {:#x})",
                self.region.kind_of(word)
            );
        });
    }

    /// Panics if a traversal from the roots reaches an object that is not marked. Marking is complete.
    ///
    /// # Safety
    /// The world is stopped, no young object exists, and `words` are the ambiguous words of all stacks.
    pub(crate) unsafe fn expect_reached_is_marked(
        &self,
        words: &[usize],
        mutators: &[&Mutator],
        marker: &Marker,
    ) {
        let tracer = Tracer::new(&self.layouts);
        let mut pending = Vec::new();
        // SAFETY: caller.
        unsafe { conservative::old_objects(self, tracer, words, |object| pending.push(object)) };
        self.precise_roots(mutators, |word| pending.push(word));
        let mut reached = HashSet::new();
        while let Some(object) = pending.pop() {
            if !reached.insert(object) {
                continue;
            }
            assert!(
                marker.is_marked(object),
                "{object:#x} is reachable but the major collection has not marked it"
            );
            // SAFETY: a reachable object is initialised.
            unsafe {
                tracer.slots(object, |slot| {
                    if self.region.is_reference(*slot) {
                        pending.push(*slot);
                    }
                });
            }
        }
    }

    /// Calls `found` with every reference in a handle, a root source, a constant of machine code or a queued finalizer.
    pub(crate) fn precise_roots(&self, mutators: &[&Mutator], mut found: impl FnMut(usize)) {
        let mut word = |word: *mut u64| {
            // SAFETY: root sources promise that their words are valid.
            let word = unsafe { *word } as usize;
            if self.region.is_reference(word) {
                found(word);
            }
        };
        trace_roots(
            self,
            mutators,
            &mut RootVisitor { young_only: false, word: &mut word, conservative: &mut |_, _| {} },
        );
    }
}
