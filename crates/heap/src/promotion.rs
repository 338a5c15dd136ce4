//! Where copied survivors go: a hole in a block with some room, else a free block.

use crate::region::{LINE_BYTES, LINE_SHIFT, kind};
use crate::shared::Heap;

/// The hole that copying fills. It stays open from one minor collection to the next; its block is in no pool meanwhile.
#[derive(Default)]
pub(crate) struct PromotionHole {
    cursor: usize,
    end: usize,
    block: Option<usize>,
    next_line: usize,
}

impl PromotionHole {
    /// Room for an object of `size` bytes, at most 2 KiB. `None`: no memory, promote in place.
    #[inline(always)]
    pub fn bump(&mut self, heap: &Heap, size: usize) -> Option<usize> {
        let start = self.cursor;
        if start + size > self.end {
            return self.refill(heap, size);
        }
        self.cursor = start + size;
        Some(start)
    }

    #[cold]
    #[inline(never)]
    fn refill(&mut self, heap: &Heap, size: usize) -> Option<usize> {
        let region = &heap.region;
        loop {
            if let Some(block) = self.block {
                let address = region.address(block);
                while let Some((first, end)) = region.old_lines().next_hole(address, self.next_line) {
                    self.next_line = end;
                    if (end - first) * LINE_BYTES >= size {
                        self.cursor = address + (first << LINE_SHIFT) + size;
                        self.end = address + (end << LINE_SHIFT);
                        return Some(self.cursor - size);
                    }
                }
                // Holes that were skipped as too small: filing the block here could offer it again at once.
                self.block = None;
            }
            let mut pools = heap.pools();
            let block = pools.take_promotion().or_else(|| pools.take_free(region))?;
            region.set_kind(block, kind::OLD);
            self.block = Some(block);
            self.next_line = 0;
        }
    }

    /// The open block, which no one else may allocate in.
    pub fn block(&self) -> Option<usize> {
        self.block
    }

    /// Gives the open block up, filing it by its remaining room.
    pub fn close(&mut self, heap: &Heap) {
        if let Some(block) = self.block.take() {
            heap.pools().classify(&heap.region, block);
        }
        *self = PromotionHole::default();
    }
}
