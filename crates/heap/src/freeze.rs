//! Frozen objects: what was alive at [`Mutator::freeze`] is permanent, and no collection looks at it again.
//!
//! For the prebuilt part of a program (builtin types, modules, code) and for servers that fork: a frozen object's pages are
//! not written by the collector, neither its header nor its bits. Everything alive is frozen together, so frozen objects
//! refer only to frozen ones, until the program stores into one. The write barrier logs that store as any other; the object
//! is then remembered for good, once (`FLAG_FROZEN_STORED`), and every major collection takes its fields for roots.
//! (PyPy's incminimark does the same for prebuilt objects: `GCFLAG_NO_HEAP_PTRS`.)
//!
//! Both bitmaps have the bits of frozen blocks set and are not cleared there: "is it old?" and "is it marked?" are answered
//! with yes in every cycle. Known limit: the free lines of frozen blocks are not used until [`Mutator::unfreeze`].

use std::sync::atomic::Ordering::Relaxed;

use crate::collector::Collector;
use crate::header::FLAG_FROZEN_STORED;
use crate::mark::Marker;
use crate::mutator::Mutator;
use crate::region::kind;
use crate::shared::Heap;
use crate::trace::Tracer;
use crate::world::Collect;

impl Mutator {
    /// Collects everything, then makes every living object permanent. May be repeated; includes what was frozen before.
    pub fn freeze(&self) {
        self.heap().collect(self, Collect::Freeze);
    }

    /// Makes frozen objects ordinary old ones again. Does not collect.
    pub fn unfreeze(&self) {
        self.heap().with_world_stopped(self, |c| self.heap().unfreeze(c));
    }
}

impl Heap {
    /// After a full collection: the old generation becomes permanent.
    pub(crate) fn freeze(&self, c: &mut Collector) {
        let region = &self.region;
        let (old_bits, mark_bits) = (region.old_bits(), region.mark_bits());
        let (old_lines, mark_lines) = (region.old_lines(), region.mark_lines());
        let mut pools = self.pools();
        for block in 0..pools.touched_blocks() {
            let frozen = match region.kind(block) {
                kind::OLD => kind::PERMANENT,
                kind::LARGE => kind::LARGE_PERMANENT,
                _ => continue,
            };
            region.set_kind(block, frozen);
            pools.withdraw(block);
            mark_bits.copy_block(old_bits, region.address(block));
            mark_lines.copy_block(old_lines, region.address(block));
        }
        drop(pools);
        c.frozen_large.append(&mut c.large);
        c.stats.frozen_bytes += c.stats.old_bytes;
        c.stats.old_bytes = 0;
        c.stats.live_bytes = 0;
        self.set_threshold(c, 0, 0);
    }

    fn unfreeze(&self, c: &mut Collector) {
        // The cycle under way has not marked what only frozen objects refer to.
        self.abandon_cycle(c);
        let region = &self.region;
        for block in 0..self.pools().touched_blocks() {
            match region.kind(block) {
                kind::PERMANENT => region.set_kind(block, kind::OLD),
                kind::LARGE_PERMANENT => region.set_kind(block, kind::LARGE),
                _ => {}
            }
        }
        for object in c.frozen_stored.drain(..) {
            // SAFETY: a frozen object is live.
            let gc: crate::Gc = unsafe { crate::Gc::from_address(object) };
            gc.header().flags().fetch_and(!FLAG_FROZEN_STORED, Relaxed);
        }
        c.large.append(&mut c.frozen_large);
        c.stats.old_bytes += std::mem::take(&mut c.stats.frozen_bytes);
    }
}

/// Marks what frozen objects refer to that were stored into.
pub(crate) fn mark_frozen_stored(tracer: Tracer, frozen_stored: &[usize], marker: &mut Marker) {
    for &object in frozen_stored {
        // SAFETY: a frozen object is live and initialised.
        unsafe { tracer.slots(object, |slot| marker.mark_word(*slot)) };
    }
}
