//! Promotion in place, of everything that is reached: the minor collection where much survives.
//!
//! No object moves, so a reference that is found has only to be noted: its old bit is set, which tells whether it was met before, and its
//! address is pushed. The object itself is read once, when it is popped and has passed a queue behind a prefetch; then its header gets
//! its stamp, its lines are marked and its fields looked at. Where survivors are copied, a field is updated when its object is read, so
//! the queue there is one of fields (`minor.rs`).
//!
//! This loop is most of a collection that lets a tree or a list survive: 60 instructions for a node of two references, where the general
//! one took 220. What it needs of region and tables it has in local variables.

use crate::header::FLAG_CARDS;
use crate::mark::Marker;
use crate::minor::{Minor, OLD_STAMP_BYTE};
use crate::region::{LARGE_BYTES, kind, prefetch};

impl Minor<'_> {
    /// Notes a reference to an object that may be young. `drain` promotes it.
    #[inline(always)]
    pub(crate) fn reach(&mut self, object: usize) {
        let offset = self.references.offset_of(object);
        if self.old.set_new_at(offset) {
            if let Some(marker) = &mut self.marker {
                marker.born_at(offset);
            }
            self.grey.push(object);
        } else if let Some(marker) = &mut self.marker {
            // Perhaps a field of a marked object.
            marker.mark_object(object);
        }
    }

    /// Promotes all that was reached, and what that refers to.
    pub(crate) fn drain_in_place(&mut self) {
        match self.marker.take() {
            Some(marker) => {
                self.promote_reached(&mut *marker);
                self.marker = Some(marker);
            }
            None => self.promote_reached(NoMarker),
        }
    }

    /// Takes the grey objects through a queue of `QUEUE_DEPTH`, until both are empty.
    fn promote_reached<M: Cycle>(&mut self, mut cycle: M) {
        let (references, old, tracer) = (self.references, self.old, self.tracer);
        let mut grey = std::mem::take(&mut self.grey);
        let mut promoted_bytes = 0;
        while let Some(object) = grey.pop() {
            // SAFETY: reached objects are initialised: no allocation is half done at a safepoint; and they do not move.
            unsafe {
                let header = *(object as *const u64);
                *((object + 5) as *mut u8) = OLD_STAMP_BYTE;
                let layout = tracer.layout_of_header(header);
                let words = header as u32 >> 24;
                let size = if words != 0 {
                    words as usize * 8
                } else {
                    let size = layout.size(object);
                    if layout.item_is_reference
                        && size > LARGE_BYTES
                        && self.region.kind_of(object) == kind::LARGE_YOUNG
                    {
                        *((object + 4) as *mut u8) |= FLAG_CARDS;
                    }
                    size
                };
                promoted_bytes += size;
                cycle.promoted(size);
                tracer.slots_by_layout(object, layout, |slot| {
                    let word = *slot;
                    let Some(offset) = references.offset(word) else { return };
                    if references.may_be_young(offset) && old.set_new_at(offset) {
                        prefetch(word);
                        cycle.born(offset);
                        grey.push(word);
                    } else {
                        cycle.met_old(word);
                    }
                });
            }
        }
        self.grey = grey;
        self.promoted_bytes += promoted_bytes;
    }

    /// Marks the lines of what was promoted in blocks that young objects were allocated in. Stores into all of their objects are to be
    /// logged again.
    pub(crate) fn mark_lines(&self, blocks: &[u32]) {
        // SAFETY: what has its bit set is an object.
        let size = |object| unsafe { self.tracer.size(object) };
        for &block in blocks {
            let address = self.region.address(block as usize);
            self.lines.mark_objects(address, self.old, size);
            self.unlogged.copy_block(self.old, address);
            if let Some(marker) = &self.marker {
                marker.mark_lines(address);
            }
        }
    }
}

/// What a major collection under way is told; without one, nothing.
trait Cycle {
    /// A young object is reached: it is marked from now on.
    fn born(&mut self, offset: usize);
    /// Its size is known.
    fn promoted(&mut self, size: usize);
    /// A promoted, hence marked object refers to an old one.
    fn met_old(&mut self, object: usize);
}

struct NoMarker;

impl Cycle for NoMarker {
    #[inline(always)]
    fn born(&mut self, _: usize) {}
    #[inline(always)]
    fn promoted(&mut self, _: usize) {}
    #[inline(always)]
    fn met_old(&mut self, _: usize) {}
}

impl Cycle for &mut Marker {
    #[inline(always)]
    fn born(&mut self, offset: usize) {
        self.born_at(offset);
    }

    #[inline(always)]
    fn promoted(&mut self, size: usize) {
        self.count_born(size);
    }

    #[inline(always)]
    fn met_old(&mut self, object: usize) {
        self.mark_object(object);
    }
}
