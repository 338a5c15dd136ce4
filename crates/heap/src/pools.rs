//! Which blocks are free, and which have room: the supply of allocation and promotion.
//!
//! | pool | content | taken by |
//! |---|---|---|
//! | free | whole free blocks, last freed first (cache-warm) | allocation, promotion, large objects |
//! | nursery | at least ¾ free lines | allocation, which bumps through the holes |
//! | promotion | ⅛ to ¾ free lines | promotion by copying |
//!
//! A block with a stale stack word's one survivor goes back to allocation instead of being lost to the old generation:
//! promoting it whole leaked 32 KiB per minor collection in a program without live data.
//!
//! Entries are removed lazily: `state` says which pool a block is in, and an entry of another pool's list that disagrees is
//! skipped when popped.

use crate::region::{BLOCK_BYTES, BLOCK_SHIFT, LINES_PER_BLOCK, Region, kind};

/// Sweeps that a block stays free before its memory is given back.
const IDLE_SWEEPS: u32 = 2;
/// In `freed_at`: the system has the block's memory.
const RELEASED: u32 = u32::MAX;

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Pool {
    None,
    Free,
    Nursery,
    Promotion,
}

pub(crate) struct Pools {
    free: Vec<u32>,
    nursery: Vec<u32>,
    promotion: Vec<u32>,
    /// Pool of each block below `next_fresh`.
    state: Vec<Pool>,
    free_count: usize,
    /// For each block below `next_fresh`: the sweep during which it became free, or `RELEASED`.
    freed_at: Vec<u32>,
    /// Completed sweeps.
    sweeps: u32,
    /// Blocks that were never handed out begin here.
    next_fresh: usize,
    /// Limit of blocks in use (`max`), and of the reservation.
    block_limit: usize,
    /// Where the last search for contiguous blocks ended.
    large_cursor: usize,
}

impl Pools {
    pub fn new(region: &Region, max_bytes: usize) -> Pools {
        let reserved = region.block_count();
        let block_limit =
            if max_bytes == 0 { reserved } else { (max_bytes >> BLOCK_SHIFT).clamp(4, reserved) };
        Pools {
            free: Vec::new(),
            nursery: Vec::new(),
            promotion: Vec::new(),
            state: Vec::new(),
            free_count: 0,
            freed_at: Vec::new(),
            sweeps: 0,
            next_fresh: 0,
            block_limit,
            large_cursor: 0,
        }
    }

    /// Blocks that hold objects (or are reserved for them).
    pub fn used_blocks(&self) -> usize {
        self.next_fresh - self.free_count
    }

    pub fn block_limit(&self) -> usize {
        self.block_limit
    }

    /// Blocks that were ever in use.
    pub fn touched_blocks(&self) -> usize {
        self.next_fresh
    }

    fn fresh(&mut self, region: &Region, count: usize) -> Option<usize> {
        let block = self.next_fresh;
        if block + count > region.block_count() || !region.commit(block + count) {
            return None;
        }
        self.next_fresh += count;
        self.state.resize(self.next_fresh, Pool::None);
        self.freed_at.resize(self.next_fresh, 0);
        Some(block)
    }

    /// A whole free block. `None` at the limit or when the system refuses memory. The caller sets its kind.
    pub fn take_free(&mut self, region: &Region) -> Option<usize> {
        if self.used_blocks() >= self.block_limit {
            return None;
        }
        while let Some(block) = self.free.pop() {
            let block = block as usize;
            if self.state[block] == Pool::Free {
                self.state[block] = Pool::None;
                self.free_count -= 1;
                return Some(block);
            }
        }
        self.fresh(region, 1)
    }

    /// `count` contiguous free blocks for a large object; the caller sets their kinds.
    pub fn take_contiguous(&mut self, region: &Region, count: usize) -> Option<usize> {
        if count == 1 {
            return self.take_free(region);
        }
        if self.used_blocks() + count > self.block_limit {
            return None;
        }
        let found = if self.free_count >= count { self.find_contiguous(count) } else { None };
        let Some(first) = found else { return self.fresh(region, count) };
        for state in &mut self.state[first..first + count] {
            *state = Pool::None;
        }
        self.free_count -= count;
        self.large_cursor = first + count;
        if self.free.len() > 2 * self.free_count + 4096 {
            let state = &mut self.state;
            self.free.sort_unstable();
            self.free.dedup();
            self.free.retain(|&b| state[b as usize] == Pool::Free);
        }
        Some(first)
    }

    /// Takes the blocks `[first, first + count)`, if all of them are free or were never used: for growth in place.
    pub fn extend(&mut self, region: &Region, first: usize, count: usize) -> bool {
        let recycled = count.min(self.next_fresh.saturating_sub(first));
        if self.used_blocks() + count > self.block_limit
            || self.state[first..first + recycled].iter().any(|&state| state != Pool::Free)
            || recycled < count && self.fresh(region, count - recycled).is_none()
        {
            return false;
        }
        for state in &mut self.state[first..first + recycled] {
            *state = Pool::None;
        }
        self.free_count -= recycled;
        true
    }

    /// The block is no longer offered to anyone.
    pub fn withdraw(&mut self, block: usize) {
        debug_assert!(self.state[block] != Pool::Free, "a free block holds no object");
        self.state[block] = Pool::None;
    }

    /// Next fit.
    fn find_contiguous(&self, count: usize) -> Option<usize> {
        let search = |from: usize, to: usize| {
            let mut length = 0;
            for (index, &state) in self.state[from..to].iter().enumerate() {
                length = if state == Pool::Free { length + 1 } else { 0 };
                if length == count {
                    return Some(from + index + 1 - count);
                }
            }
            None
        };
        let cursor = self.large_cursor.min(self.next_fresh);
        search(cursor, self.next_fresh).or_else(|| search(0, (cursor + count).min(self.next_fresh)))
    }

    pub fn take_nursery(&mut self) -> Option<usize> {
        Self::take(&mut self.nursery, &mut self.state, Pool::Nursery)
    }

    pub fn take_promotion(&mut self) -> Option<usize> {
        Self::take(&mut self.promotion, &mut self.state, Pool::Promotion)
    }

    fn take(list: &mut Vec<u32>, state: &mut [Pool], pool: Pool) -> Option<usize> {
        while let Some(block) = list.pop() {
            let block = block as usize;
            if state[block] == pool {
                state[block] = Pool::None;
                return Some(block);
            }
        }
        None
    }

    /// Puts a block that holds no object (any more) into the free pool.
    pub fn put_free(&mut self, region: &Region, block: usize) {
        debug_assert!(self.state[block] != Pool::Free, "block {block} is freed twice");
        region.set_kind(block, kind::FREE);
        self.state[block] = Pool::Free;
        self.free_count += 1;
        self.freed_at[block] = self.sweeps;
        self.free.push(block as u32);
    }

    /// Files a block of small old objects by its free lines; its kind becomes `OLD` or `FREE`.
    pub fn classify(&mut self, region: &Region, block: usize) {
        let free_lines = region.old_lines().free_count(region.address(block));
        if free_lines == LINES_PER_BLOCK {
            self.put_free(region, block);
            return;
        }
        region.set_kind(block, kind::OLD);
        let pool = if free_lines >= LINES_PER_BLOCK * 3 / 4 {
            Pool::Nursery
        } else if free_lines >= LINES_PER_BLOCK / 8 {
            Pool::Promotion
        } else {
            Pool::None
        };
        if self.state[block] != pool {
            self.state[block] = pool;
            match pool {
                Pool::Nursery => self.nursery.push(block as u32),
                Pool::Promotion => self.promotion.push(block as u32),
                _ => {}
            }
        }
    }

    /// After a sweep: gives the memory of blocks back to the system that have been free since before the last but one,
    /// except for `keep` blocks. Returns the bytes. A block that is in use now and then keeps its memory.
    pub fn release_idle(&mut self, region: &Region, keep: usize) -> usize {
        self.sweeps += 1;
        let mut idle: Vec<usize> = (0..self.next_fresh)
            .filter(|&block| {
                self.state[block] == Pool::Free
                    && self.freed_at[block] != RELEASED
                    && self.freed_at[block] + IDLE_SWEEPS <= self.sweeps
            })
            .collect();
        let resident = (0..self.next_fresh)
            .filter(|&b| self.state[b] == Pool::Free && self.freed_at[b] != RELEASED)
            .count();
        // From the top, so that what stays is together.
        let kept = keep.saturating_sub(resident - idle.len()).min(idle.len());
        idle.drain(..kept);
        for run in idle.chunk_by(|&a, &b| a + 1 == b) {
            region.release(run[0], run.len());
        }
        for &block in &idle {
            self.freed_at[block] = RELEASED;
        }
        idle.len() * BLOCK_BYTES
    }

    pub fn pool_of(&self, block: usize) -> Pool {
        self.state[block]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pools(max_bytes: usize) -> (Region, Pools) {
        let region = Region::reserve(16 << 20).expect("address space");
        let pools = Pools::new(&region, max_bytes);
        (region, pools)
    }

    #[test]
    fn contiguous_blocks_are_found_among_freed_ones() {
        let (region, mut pools) = pools(0);
        let blocks: Vec<usize> = (0..10).map(|_| pools.take_free(&region).expect("a fresh block")).collect();
        assert_eq!(blocks, (0..10).collect::<Vec<_>>());
        for block in [1, 3, 4, 5, 8] {
            pools.put_free(&region, block);
        }
        assert_eq!(pools.take_contiguous(&region, 3), Some(3));
        assert_eq!(pools.take_contiguous(&region, 2), Some(10), "no two neighbours are left");
        // Stale entries of the free list are skipped.
        assert_eq!((pools.take_free(&region), pools.take_free(&region)), (Some(8), Some(1)));
        assert_eq!(pools.take_free(&region), Some(12));
        assert_eq!(pools.used_blocks(), 13);
    }

    #[test]
    fn growth_takes_exactly_the_blocks_behind() {
        let (region, mut pools) = pools(20 * BLOCK_BYTES);
        for _ in 0..6 {
            pools.take_free(&region);
        }
        for block in [3, 5] {
            pools.put_free(&region, block);
        }
        assert!(!pools.extend(&region, 3, 2), "block 4 is in use");
        assert!(pools.extend(&region, 3, 1));
        assert!(pools.extend(&region, 5, 4), "one that was freed and three fresh ones");
        assert_eq!((pools.used_blocks(), pools.touched_blocks()), (9, 9));
        assert!(!pools.extend(&region, 9, 12), "beyond the limit");
        assert!(pools.extend(&region, 9, 11));
        assert_eq!(pools.take_free(&region), None);
    }

    #[test]
    fn idle_blocks_are_released_once_and_after_two_sweeps() {
        let (region, mut pools) = pools(0);
        for _ in 0..8 {
            pools.take_free(&region);
        }
        for block in 0..6 {
            pools.put_free(&region, block);
        }
        assert_eq!(pools.release_idle(&region, 0), 0);
        pools.put_free(&region, 6);
        assert_eq!(pools.release_idle(&region, 2), 5 * BLOCK_BYTES, "block 6 and one more are kept");
        assert_eq!(pools.release_idle(&region, 2), 0);
        assert_eq!(pools.release_idle(&region, 0), 2 * BLOCK_BYTES);
        let block = pools.take_free(&region).expect("a free block");
        // SAFETY: the block was just taken.
        assert_eq!(unsafe { *(region.address(block) as *const u64) }, 0, "released memory reads as zero");
    }
}
