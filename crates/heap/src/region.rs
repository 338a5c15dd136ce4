//! The one reserved region: 32 KiB blocks, 128-byte lines, and side tables indexed by shifted addresses.
//!
//! Everything the collector knows about an address is at `table + (offset >> k)`, so that a test of a child pointer touches
//! one byte of a small table and never the object. The whole region is reserved at once (inaccessible, costs no memory) and
//! committed from the bottom in 1 MiB steps. Where the system refuses the reservation (`ulimit -v`, strict overcommit), it is
//! halved until it fits, down to 16 MiB; the heap is then limited to that.
//!
//! | table | granule | content |
//! |---|---|---|
//! | `kinds` | block | block kind; high bit = may hold young objects |
//! | `info` | block | tail of a large object: its head block; head: `CARDED` or 0 |
//! | `bits[0..2]` | 8 bytes | object starts: one is `old` (sticky marks), the other `mark`; they swap at the end of a major cycle |
//! | `lines[0..2]` | line | 1 = an old object covers part of it; swap together with `bits` |
//! | `unlogged` | 8 bytes | starts of old objects into which stores are to be logged: `old` less what was logged |
//! | `cards` | 64 bytes | dirty cards of large arrays |
//! | `dirty` | block | has a dirty card |

use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::error::HeapError;

pub(crate) const BLOCK_SHIFT: u32 = 15;
pub(crate) const BLOCK_BYTES: usize = 1 << BLOCK_SHIFT;
pub(crate) const LINE_SHIFT: u32 = 7;
pub(crate) const LINE_BYTES: usize = 1 << LINE_SHIFT;
pub(crate) const LINES_PER_BLOCK: usize = BLOCK_BYTES / LINE_BYTES;
pub(crate) const CARD_SHIFT: u32 = 6;
/// Stores into large arrays are recorded per card: a cache line of eight items. Larger ones made programs that store at
/// random into a large table visit mostly items that had not changed.
pub const CARD_BYTES: usize = 1 << CARD_SHIFT;
pub(crate) const CARDS_PER_BLOCK: usize = BLOCK_BYTES / CARD_BYTES;
const _: () = assert!(CARDS_PER_BLOCK.is_multiple_of(8), "cards are read eight at a time");
/// Bytes of one bitmap per block.
pub(crate) const BITMAP_BYTES: usize = BLOCK_BYTES / 64;
/// Objects above this size get blocks of their own, unless inline code finds room for one in its current hole: what is
/// large is therefore told by the block's kind, not by the size.
pub(crate) const LARGE_BYTES: usize = 16 << 10;
/// Objects above this size do not make the allocator give up its current hole.
pub(crate) const MEDIUM_BYTES: usize = 2 << 10;

/// In the `info` of a large object's first block: it is in a list of objects with dirty cards.
pub(crate) const CARDED: usize = 1;

const COMMIT_BYTES: usize = 1 << 20;
/// A heap that has grown to this will use what it commits: its pages are asked for together, which costs the system less than one
/// fault for each.
const POPULATED_FROM: usize = 16 << 20;
const SMALLEST_RESERVATION: usize = 16 << 20;

/// State of a block. The high bit means that a reference into it may be to a young object.
pub(crate) mod kind {
    pub const FREE: u8 = 0;
    /// Only old objects (and dead space).
    pub const OLD: u8 = 1;
    /// First block of an old large object.
    pub const LARGE: u8 = 2;
    /// Further block of a large object, old or young.
    pub const LARGE_TAIL: u8 = 3;
    /// Only frozen objects.
    pub const PERMANENT: u8 = 4;
    /// Vacated and inaccessible for a while (`protect`).
    pub const PROTECTED: u8 = 5;
    /// First block of a frozen large object.
    pub const LARGE_PERMANENT: u8 = 6;
    pub const MAYBE_YOUNG: u8 = 0x80;
    /// Was free before this nursery cycle: young objects only.
    pub const YOUNG: u8 = 0x80;
    /// Young objects in the holes between old ones.
    pub const MIXED: u8 = 0x81;
    /// First block of a young large object.
    pub const LARGE_YOUNG: u8 = 0x82;

    /// May a large object begin in such a block?
    #[inline(always)]
    pub fn is_large(kind: u8) -> bool {
        kind & LARGE != 0
    }
}

pub(crate) struct Region {
    base: usize,
    /// Reserved size in bytes, a multiple of the block size.
    size: usize,
    committed: AtomicUsize,
    map_start: usize,
    map_size: usize,
    kinds: *mut u8,
    info: *mut u32,
    bits: [*mut u8; 2],
    lines: [*mut u8; 2],
    unlogged: *mut u8,
    cards: *mut u8,
    dirty: *mut u8,
    /// Which of `bits` and `lines` is the old generation's.
    old: AtomicUsize,
}

// SAFETY: the tables are plain memory; who may write what when is the collector's protocol (world stopped, or pool lock).
unsafe impl Send for Region {}
// SAFETY: as above.
unsafe impl Sync for Region {}

impl Region {
    /// Reserves `wanted` bytes of address space, or half of it and so on.
    pub fn reserve(wanted: usize) -> Result<Region, HeapError> {
        let mut size = wanted.max(SMALLEST_RESERVATION).next_multiple_of(COMMIT_BYTES);
        loop {
            match Region::try_reserve(size) {
                Ok(region) => return Ok(region),
                Err(error) if size <= SMALLEST_RESERVATION => return Err(error),
                Err(_) => size = (size / 2).max(SMALLEST_RESERVATION).next_multiple_of(COMMIT_BYTES),
            }
        }
    }

    fn try_reserve(size: usize) -> Result<Region, HeapError> {
        let blocks = size >> BLOCK_SHIFT;
        // Order: tables with the widest entries first keeps everything aligned.
        let table_sizes = [
            blocks * 4,
            blocks * BITMAP_BYTES,
            blocks * BITMAP_BYTES,
            blocks * BITMAP_BYTES,
            blocks * LINES_PER_BLOCK,
            blocks * LINES_PER_BLOCK,
            blocks * CARDS_PER_BLOCK,
            blocks,
            blocks,
        ];
        let tables: usize = table_sizes.iter().map(|s| s.next_multiple_of(4096)).sum();
        let map_size = COMMIT_BYTES + size + tables;
        let failed = || HeapError::Reserve { bytes: map_size, errno: errno() };
        // SAFETY: a fresh anonymous mapping at an address of the system's choice.
        let map = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                map_size,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if map == libc::MAP_FAILED {
            return Err(failed());
        }
        let map_start = map as usize;
        let base = map_start.next_multiple_of(COMMIT_BYTES);
        // SAFETY: the tables' part of the mapping just made.
        let opened =
            unsafe { libc::mprotect((base + size) as *mut _, tables, libc::PROT_READ | libc::PROT_WRITE) };
        if opened != 0 {
            let error = failed();
            // SAFETY: the mapping just made, unused so far.
            unsafe { libc::munmap(map, map_size) };
            return Err(error);
        }
        let mut next = base + size;
        let starts = table_sizes.map(|s| {
            let start = next;
            next += s.next_multiple_of(4096);
            start as *mut u8
        });
        Ok(Region {
            base,
            size,
            committed: AtomicUsize::new(0),
            map_start,
            map_size,
            info: starts[0].cast(),
            bits: [starts[1], starts[2]],
            unlogged: starts[3],
            lines: [starts[4], starts[5]],
            cards: starts[6],
            kinds: starts[7],
            dirty: starts[8],
            old: AtomicUsize::new(0),
        })
    }

    #[inline(always)]
    pub fn base(&self) -> usize {
        self.base
    }

    #[inline(always)]
    pub fn size(&self) -> usize {
        self.size
    }

    pub fn block_count(&self) -> usize {
        self.size >> BLOCK_SHIFT
    }

    #[inline(always)]
    pub fn committed(&self) -> usize {
        self.committed.load(Relaxed)
    }

    /// Makes the first `blocks` blocks accessible. False if the system refuses.
    pub fn commit(&self, blocks: usize) -> bool {
        let wanted = (blocks << BLOCK_SHIFT).next_multiple_of(COMMIT_BYTES).min(self.size);
        let have = self.committed();
        if wanted <= have {
            return blocks << BLOCK_SHIFT <= have;
        }
        // SAFETY: inside the reservation; no object is there yet.
        let result = unsafe {
            libc::mprotect((self.base + have) as *mut _, wanted - have, libc::PROT_READ | libc::PROT_WRITE)
        };
        if result == 0 {
            self.committed.store(wanted, Relaxed);
            if have >= POPULATED_FROM {
                self.populate(have, wanted - have);
            }
        }
        result == 0
    }

    /// Asks for the pages of a stretch at once. If the system cannot, they come one by one as they are touched.
    #[cfg(target_os = "linux")]
    fn populate(&self, offset: usize, bytes: usize) {
        // SAFETY: accessible memory of the reservation, in which no object is yet.
        unsafe { libc::madvise((self.base + offset) as *mut _, bytes, libc::MADV_POPULATE_WRITE) };
    }

    #[cfg(not(target_os = "linux"))]
    fn populate(&self, _offset: usize, _bytes: usize) {}

    /// Gives the memory of `count` blocks back to the system; they read as zero afterwards.
    pub fn release(&self, block: usize, count: usize) {
        // SAFETY: the caller owns these blocks, which hold no live object.
        unsafe { libc::madvise(self.address(block) as *mut _, count << BLOCK_SHIFT, libc::MADV_DONTNEED) };
    }

    /// Makes a block inaccessible or accessible again.
    pub fn protect(&self, block: usize, accessible: bool) {
        let mode = if accessible { libc::PROT_READ | libc::PROT_WRITE } else { libc::PROT_NONE };
        // SAFETY: the caller owns this block, which holds no live object.
        unsafe { libc::mprotect(self.address(block) as *mut _, BLOCK_BYTES, mode) };
    }

    /// Is `word` 8-aligned and inside the region? That makes a tagged word a reference.
    #[inline(always)]
    pub fn is_reference(&self, word: usize) -> bool {
        word.wrapping_sub(self.base).rotate_right(3) < self.size >> 3
    }

    #[inline(always)]
    pub fn block_of(&self, address: usize) -> usize {
        (address - self.base) >> BLOCK_SHIFT
    }

    #[inline(always)]
    pub fn address(&self, block: usize) -> usize {
        self.base + (block << BLOCK_SHIFT)
    }

    #[inline(always)]
    pub fn kind(&self, block: usize) -> u8 {
        debug_assert!(block < self.block_count());
        // SAFETY: one byte per block of the reservation.
        unsafe { *self.kinds.add(block) }
    }

    #[inline(always)]
    pub fn kind_of(&self, address: usize) -> u8 {
        self.kind(self.block_of(address))
    }

    #[inline(always)]
    pub fn set_kind(&self, block: usize, kind: u8) {
        debug_assert!(block < self.block_count());
        // SAFETY: one byte per block of the reservation.
        unsafe { *self.kinds.add(block) = kind }
    }

    /// What a loop over many references keeps at hand.
    #[inline(always)]
    pub fn references(&self) -> References {
        References { base: self.base, size: self.size, kinds: self.kinds }
    }

    /// The kinds of the first `count` blocks.
    pub fn kinds(&self, count: usize) -> &[u8] {
        debug_assert!(count <= self.block_count());
        // SAFETY: one byte per block of the reservation.
        unsafe { std::slice::from_raw_parts(self.kinds, count) }
    }

    /// For a tail block of a large object: the block it begins in.
    #[inline(always)]
    pub fn head(&self, block: usize) -> usize {
        // SAFETY: one word per block of the reservation. Atomic: threads that store into one array race to list it.
        unsafe { AtomicU32::from_ptr(self.info.add(block)) }.load(Relaxed) as usize
    }

    pub fn set_head(&self, block: usize, head: usize) {
        // SAFETY: one word per block of the reservation.
        unsafe { AtomicU32::from_ptr(self.info.add(block)) }.store(head as u32, Relaxed);
    }

    #[inline(always)]
    fn old_index(&self) -> usize {
        self.old.load(Relaxed)
    }

    /// Bitmap of the starts of old objects.
    #[inline(always)]
    pub fn old_bits(&self) -> Bitmap {
        Bitmap { table: self.bits[self.old_index()], base: self.base }
    }

    /// Bitmap of the objects marked by the major collection under way.
    #[inline(always)]
    pub fn mark_bits(&self) -> Bitmap {
        Bitmap { table: self.bits[1 - self.old_index()], base: self.base }
    }

    /// Bitmap of the old objects into which stores are to be logged.
    #[inline(always)]
    pub fn unlogged(&self) -> Bitmap {
        Bitmap { table: self.unlogged, base: self.base }
    }

    #[inline(always)]
    pub fn old_lines(&self) -> Lines {
        Lines { table: self.lines[self.old_index()], base: self.base }
    }

    #[inline(always)]
    pub fn mark_lines(&self) -> Lines {
        Lines { table: self.lines[1 - self.old_index()], base: self.base }
    }

    /// What is marked becomes what is old.
    pub fn swap_marks(&self) {
        self.old.store(1 - self.old_index(), Relaxed);
    }

    #[inline(always)]
    pub fn card(&self, address: usize) -> *mut u8 {
        // SAFETY: the address is inside the region; one byte per card.
        unsafe { self.cards.add((address - self.base) >> CARD_SHIFT) }
    }

    /// Notes that `slot` of a large array is written. Threads may do so at once.
    #[inline(always)]
    pub fn dirty_card(&self, slot: usize) {
        // SAFETY: the slot is inside the region; one byte per card, and one per block.
        unsafe {
            AtomicU8::from_ptr(self.card(slot)).store(1, Relaxed);
            AtomicU8::from_ptr(self.dirty(self.block_of(slot))).store(1, Relaxed);
        }
    }

    /// Cleans the cards of a block that is no longer part of an array.
    pub fn clean_cards(&self, block: usize) {
        // SAFETY: the caller owns the block; one byte per card, and one per block.
        unsafe {
            *self.dirty(block) = 0;
            std::ptr::write_bytes(self.card(self.address(block)), 0, CARDS_PER_BLOCK);
        }
    }

    /// Does this block have a dirty card?
    #[inline(always)]
    pub fn dirty(&self, block: usize) -> *mut u8 {
        // SAFETY: one byte per block of the reservation.
        unsafe { self.dirty.add(block) }
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: the mapping made in `try_reserve`; the heap that owns it is going away.
        unsafe { libc::munmap(self.map_start as *mut _, self.map_size) };
    }
}

/// Tells references by their bits: where the region is, and of which kind its blocks are. A copy of the region's own fields, which the
/// compiler may keep in registers.
#[derive(Copy, Clone)]
pub(crate) struct References {
    base: usize,
    size: usize,
    kinds: *const u8,
}

impl References {
    /// The distance from the region's start, if `word` is a reference.
    #[inline(always)]
    pub fn offset(self, word: usize) -> Option<usize> {
        let offset = word.wrapping_sub(self.base);
        (offset.rotate_right(3) < self.size >> 3).then_some(offset)
    }

    /// Is what lies so far from the start perhaps a young object?
    #[inline(always)]
    pub fn may_be_young(self, offset: usize) -> bool {
        // SAFETY: an offset inside the region; one byte per block of it.
        unsafe { *self.kinds.add(offset >> BLOCK_SHIFT) & kind::MAYBE_YOUNG != 0 }
    }

    #[inline(always)]
    pub fn offset_of(self, address: usize) -> usize {
        address - self.base
    }
}

/// One bit per 8 bytes of the region.
#[derive(Copy, Clone)]
pub(crate) struct Bitmap {
    table: *mut u8,
    base: usize,
}

impl Bitmap {
    #[inline(always)]
    fn place(self, address: usize) -> (*mut u8, u8) {
        let granule = (address - self.base) >> 3;
        // SAFETY: the address is inside the region; one bit per granule.
        (unsafe { self.table.add(granule >> 3) }, 1 << (granule & 7))
    }

    #[inline(always)]
    pub fn get(self, address: usize) -> bool {
        let (byte, bit) = self.place(address);
        // SAFETY: `place` is inside the table.
        unsafe { *byte & bit != 0 }
    }

    #[inline(always)]
    pub fn set(self, address: usize) {
        let (byte, bit) = self.place(address);
        // SAFETY: `place` is inside the table; the world is stopped.
        unsafe { *byte |= bit }
    }

    /// Sets the bit; true if it was clear.
    #[inline(always)]
    pub fn set_new(self, address: usize) -> bool {
        self.set_new_at(address - self.base)
    }

    /// The same for the object so far from the region's start.
    #[inline(always)]
    pub fn set_new_at(self, offset: usize) -> bool {
        let granule = offset >> 3;
        let bit = 1u64 << (granule & 63);
        // SAFETY: the offset is inside the region, one bit per granule, the table is one of whole words; the world is stopped.
        unsafe {
            let place = self.table.cast::<u64>().add(granule >> 6);
            let old = *place;
            // Not written without need: frozen objects' bits stay on pages shared after a fork.
            if old & bit != 0 {
                return false;
            }
            *place = old | bit;
        }
        true
    }

    /// The 64 granules of a 512-byte aligned stretch.
    #[inline(always)]
    pub fn word(self, address: usize) -> u64 {
        let granule = (address - self.base) >> 3;
        // SAFETY: aligned word of the table, which covers the region.
        unsafe { *self.table.cast::<u64>().add(granule >> 6) }
    }

    /// For a test in as few instructions as possible.
    pub fn by_address(self) -> BitmapByAddress {
        BitmapByAddress { table: (self.table as usize).wrapping_sub(self.base >> 6) }
    }

    /// Clears a bit of `unlogged`. Where threads clear bits of one word at once, one may come back: its object is logged twice.
    pub fn clear(self, object: usize) {
        let granule = (object - self.base) >> 3;
        // SAFETY: the object is inside the region, one bit per granule; the table is one of whole words.
        let word = unsafe { AtomicU64::from_ptr(self.table.cast::<u64>().add(granule >> 6)) };
        word.store(word.load(Relaxed) & !(1 << (granule & 63)), Relaxed);
    }

    /// Clears the bits of free lines.
    pub fn clear_lines(self, start: usize, end: usize) {
        // SAFETY: lines inside the region, of two bytes each, which belong to the caller.
        unsafe { std::ptr::write_bytes(self.place(start).0, 0, (end - start) >> 6) }
    }

    /// The last set bit at or before `address`, not before `first` (both in one block).
    pub fn last_at_or_before(self, address: usize, first: usize) -> Option<usize> {
        let granule = (address - self.base) >> 3;
        let floor = (first - self.base) >> 6 >> 3;
        let mut index = granule >> 6;
        let mut word = self.word(address) & (u64::MAX >> (63 - (granule & 63)));
        loop {
            if word != 0 {
                let found = (index << 6 | (63 - word.leading_zeros() as usize)) << 3;
                return Some(self.base + found);
            }
            if index <= floor {
                return None;
            }
            index -= 1;
            // SAFETY: index is within the block's part of the table.
            word = unsafe { *self.table.cast::<u64>().add(index) };
        }
    }

    /// Calls `f` with the address of every set bit in a block.
    pub fn for_each(self, block_address: usize, mut f: impl FnMut(usize)) {
        for chunk in 0..BITMAP_BYTES / 8 {
            let start = block_address + chunk * 512;
            let mut word = self.word(start);
            while word != 0 {
                f(start + (word.trailing_zeros() as usize) * 8);
                word &= word - 1;
            }
        }
    }

    /// The bits of one block become those of another table's.
    pub fn copy_block(self, from: Bitmap, block_address: usize) {
        // SAFETY: two different tables, both with that many bytes for the block.
        unsafe {
            let (target, source) = (self.place(block_address).0, from.place(block_address).0);
            std::ptr::copy_nonoverlapping(source, target, BITMAP_BYTES);
        }
    }

    pub fn clear_blocks(self, block_address: usize, count: usize) {
        let (start, _) = self.place(block_address);
        // SAFETY: the blocks are inside the region; the caller owns their bits.
        unsafe { std::ptr::write_bytes(start, 0, count * BITMAP_BYTES) }
    }
}

/// A bitmap that is read while threads clear bits of it.
#[derive(Copy, Clone)]
pub(crate) struct BitmapByAddress {
    /// Where the bit of address 0 would be. (The region's start has a word of its own.)
    table: usize,
}

impl BitmapByAddress {
    #[inline(always)]
    pub fn get(self, object: usize) -> bool {
        let word = self.table.wrapping_add(object >> 9 << 3) as *mut u64;
        // SAFETY: the object is inside the region, which the table covers.
        let word = unsafe { AtomicU64::from_ptr(word) }.load(Relaxed);
        word >> (object >> 3 & 63) & 1 != 0
    }
}

/// One byte per line of the region.
#[derive(Copy, Clone)]
pub(crate) struct Lines {
    table: *mut u8,
    base: usize,
}

impl Lines {
    /// Marks every line that `[address, address + size)` touches.
    #[inline(always)]
    pub fn mark(self, address: usize, size: usize) {
        self.mark_at(address - self.base, size);
    }

    /// The same for what lies so far from the region's start.
    #[inline(always)]
    pub fn mark_at(self, offset: usize, size: usize) {
        let first = offset >> LINE_SHIFT;
        let last = (offset + size - 1) >> LINE_SHIFT;
        // SAFETY: the object is inside the region.
        unsafe {
            *self.table.add(first) = 1;
            *self.table.add(last) = 1;
            if last - first > 1 {
                std::ptr::write_bytes(self.table.add(first + 1), 1, last - first - 1);
            }
        }
    }

    /// Marks the lines of all objects in a block whose starts are in `starts`. Of those that begin in one line only the last can reach
    /// beyond it: `size_bytes` is asked for that one.
    pub fn mark_objects(self, block_address: usize, starts: Bitmap, size_bytes: impl Fn(usize) -> usize) {
        for chunk in (block_address..block_address + BLOCK_BYTES).step_by(4 * LINE_BYTES) {
            let word = starts.word(chunk);
            if word == 0 {
                continue;
            }
            for line in 0..4 {
                let of_line = (word >> (line * 16)) as u16;
                if of_line != 0 {
                    let last = 15 - of_line.leading_zeros() as usize;
                    let object = chunk + line * LINE_BYTES + last * 8;
                    // SAFETY: a line of the block.
                    unsafe { *self.table.add((object - self.base) >> LINE_SHIFT) = 1 };
                    // Without reading it: no object is shorter.
                    if last > 13 || size_bytes(object) > (16 - last) * 8 {
                        self.mark(object, size_bytes(object));
                    }
                }
            }
        }
    }

    /// The line bytes of one block.
    #[inline(always)]
    pub fn block(self, block_address: usize) -> &'static [u8; LINES_PER_BLOCK] {
        // SAFETY: one byte per line; the table outlives every use inside a collection or under the pool lock.
        unsafe { &*self.table.add((block_address - self.base) >> LINE_SHIFT).cast() }
    }

    pub fn copy_block(self, from: Lines, block_address: usize) {
        let first = (block_address - self.base) >> LINE_SHIFT;
        // SAFETY: two different tables, both with that many bytes for the block.
        unsafe {
            std::ptr::copy_nonoverlapping(from.table.add(first), self.table.add(first), LINES_PER_BLOCK);
        }
    }

    pub fn clear_blocks(self, block_address: usize, count: usize) {
        // SAFETY: the blocks are inside the region; the caller owns their lines.
        unsafe {
            let start = self.table.add((block_address - self.base) >> LINE_SHIFT);
            std::ptr::write_bytes(start, 0, count * LINES_PER_BLOCK);
        }
    }

    pub fn free_count(self, block_address: usize) -> usize {
        LINES_PER_BLOCK - self.block(block_address).iter().map(|&b| b as usize).sum::<usize>()
    }

    /// First hole (run of unmarked lines) at or after line `from`: `[start, end)` in lines.
    pub fn next_hole(self, block_address: usize, from: usize) -> Option<(usize, usize)> {
        let lines = self.block(block_address);
        let start = from + lines.get(from..)?.iter().position(|&b| b == 0)?;
        let length = lines[start..].iter().position(|&b| b != 0).unwrap_or(LINES_PER_BLOCK - start);
        Some((start, start + length))
    }
}

#[inline(always)]
pub(crate) fn prefetch(address: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch has no architectural effect, whatever the address.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(address as *const i8);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

pub(crate) fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_region_that_are_aligned_are_references() {
        let region = Region::reserve(16 << 20).expect("address space");
        let (base, end) = (region.base(), region.base() + region.size());
        assert!(region.is_reference(base) && region.is_reference(end - 8));
        for word in [0, 1, base - 8, base + 1, base + 4, end, usize::MAX, base | 1 << 63] {
            assert!(!region.is_reference(word), "{word:#x}");
        }
    }

    #[test]
    fn the_last_bit_at_or_before_an_address_is_found_within_its_block() {
        let region = Region::reserve(16 << 20).expect("address space");
        let bits = region.old_bits();
        let block = region.address(1);
        bits.set(block - 8);
        assert_eq!(bits.last_at_or_before(block + 4096, block), None, "the block before does not count");
        for offset in [0, 8, 504, 512, 30_000] {
            assert!(bits.set_new(block + offset) && !bits.set_new(block + offset));
        }
        for (address, expected) in [(0, 0), (15, 8), (503, 8), (511, 504), (29_999, 512), (32_767, 30_000)] {
            assert_eq!(bits.last_at_or_before(block + address, block), Some(block + expected));
        }
        let mut found = Vec::new();
        bits.for_each(block, |address| found.push(address - block));
        assert_eq!(found, [0, 8, 504, 512, 30_000]);
    }

    #[test]
    fn lines_of_objects_by_their_starts_are_those_of_each_object() {
        let region = Region::reserve(16 << 20).expect("address space");
        let (bits, block) = (region.old_bits(), region.address(1));
        // Offset and size; of the two that begin in one line the last one reaches into the next.
        let objects = [
            (0, 16),
            (128 + 8, 16),
            (128 + 120, 16),
            (1024, 4000),
            (5120, 128),
            (5632 + 104, 24),
            (32_752, 16),
        ];
        for (offset, _) in objects {
            bits.set(block + offset);
        }
        let size = |object| objects.iter().find(|o| block + o.0 == object).expect("an object").1;
        region.old_lines().mark_objects(block, bits, size);
        for (offset, size) in objects {
            region.mark_lines().mark(block + offset, size);
        }
        assert_eq!(region.old_lines().block(block), region.mark_lines().block(block));
    }

    #[test]
    fn holes_are_the_stretches_between_marked_lines() {
        let region = Region::reserve(16 << 20).expect("address space");
        let (lines, block) = (region.old_lines(), region.address(2));
        assert_eq!(lines.next_hole(block, 0), Some((0, LINES_PER_BLOCK)));
        lines.mark(block + 3 * LINE_BYTES - 8, 16);
        lines.mark(block + BLOCK_BYTES - 8, 8);
        assert_eq!(lines.next_hole(block, 0), Some((0, 2)));
        assert_eq!(lines.next_hole(block, 2), Some((4, LINES_PER_BLOCK - 1)));
        assert_eq!(lines.next_hole(block, LINES_PER_BLOCK - 1), None);
        assert_eq!(lines.free_count(block), LINES_PER_BLOCK - 3);
    }
}
