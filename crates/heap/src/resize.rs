//! Growing and shrinking an array where it is: `realloc` for objects.
//!
//! Two kinds of objects can: a large one, whose blocks are its own and may be followed by free ones; and the one that this
//! thread allocated last, as long as its hole has room. What a growing list or buffer needs is then not copied. For all
//! others the answer is no, and the caller allocates and copies as it would without.

use crate::gc::Gc;
use crate::layout::ArrayLayout;
use crate::mutator::Mutator;
use crate::region::{BLOCK_BYTES, LARGE_BYTES, kind};

impl Mutator {
    /// Gives `array` the item count `length`, new items set to (the low bytes of) `fill`, if that is possible where it is.
    /// False: nothing has changed. Never collects; but memory that was added counts towards the next collection.
    pub fn resize_array<T: ArrayLayout>(&self, array: Gc<T>, length: usize, fill: u64) -> bool {
        let old_length = array.length();
        let (Some(old_size), Some(new_size)) =
            (T::ARRAY.object_size_bytes(old_length), T::ARRAY.object_size_bytes(length))
        else {
            return false;
        };
        let object = array.address();
        if new_size != old_size
            && !self.resize_last(object, old_size, new_size)
            && !self.resize_large(object, old_size, new_size)
        {
            return false;
        }
        // SAFETY: the object now has room for `length` items of the descriptor's size.
        unsafe {
            let start = object as *mut u8;
            if length > old_length {
                let item = T::ARRAY.item.size_bytes();
                let first = start.add(T::ARRAY.items_offset as usize + old_length * item);
                if fill != 0 && T::ARRAY.item.may_be_reference() {
                    self.barrier_range(array.erase(), first.cast(), length - old_length);
                }
                crate::mutator::fill_items(first, item, length - old_length, fill);
            }
            start.add(T::ARRAY.length_offset as usize).cast::<usize>().write(length);
        }
        true
    }

    /// The object ends where the next one would begin: the cursor moves.
    fn resize_last(&self, object: usize, old_size: usize, new_size: usize) -> bool {
        let (start, end) = self.holes.current();
        // An old object may end where an empty hole begins.
        if object < start || object + old_size != self.cursor.get() || object + new_size > end {
            return false;
        }
        self.cursor.set(object + new_size);
        true
    }

    fn resize_large(&self, object: usize, old_size: usize, new_size: usize) -> bool {
        let heap = self.heap();
        let region = &heap.region;
        let head = region.block_of(object);
        let is_old = region.kind(head) == kind::LARGE;
        // A large object stays large: small ones are found by their lines.
        if !is_old && region.kind(head) != kind::LARGE_YOUNG || new_size <= LARGE_BYTES {
            return false;
        }
        let (have, want) = (old_size.div_ceil(BLOCK_BYTES), new_size.div_ceil(BLOCK_BYTES));
        if want > have {
            if !heap.pools().extend(region, head + have, want - have) {
                return false;
            }
            for tail in head + have..head + want {
                region.set_head(tail, head);
                region.set_kind(tail, kind::LARGE_TAIL);
            }
        }
        // Outside a collection, and under the lock that keeps one from starting.
        heap.with_collector(|c| {
            if is_old {
                c.stats.old_bytes = (c.stats.old_bytes + new_size).saturating_sub(old_size);
            }
            if let Some(marker) = &mut c.marker {
                marker.forget_ranges(object + new_size, object + old_size);
            }
        });
        heap.count_allocation(new_size.saturating_sub(old_size));
        if want < have {
            self.free_tail(head + want, head + have);
        }
        true
    }

    fn free_tail(&self, first: usize, end: usize) {
        let heap = self.heap();
        let region = &heap.region;
        let mut pools = heap.pools();
        for block in (first..end).rev() {
            region.clean_cards(block);
            if heap.config.poison {
                heap.poison_free_lines(block);
            }
            region.set_head(block, 0);
            pools.put_free(region, block);
        }
    }
}
