//! The header word that every heap object begins with, and layout ids.
//!
//! ```text
//!  bits  0-23  layout id
//!  bits 24-31  size in 8-byte words, 0 = variable or above 2040 bytes: ask the layout
//!  bits 32-39  flags (the FLAG constants, bits of the byte at offset 4; bit 0 is reserved for transactions)
//!  bits 40-63  stamp: 0 = young, or old and already logged; 1 = old. (Transactions: the owner.)
//! ```
//!
//! "Old" and "marked" are *not* here but in side bitmaps, so that marking dirties no object page. The stamp exists for the
//! write barrier only: one test of the 32 bits at offset 4 against [`BARRIER_MASK`] decides "must this store be logged?". That is for
//! whoever has looked at the header before, as traces have, which guard it. The same is noted in a bitmap (`unlogged` in `region.rs`): a
//! store then need not wait for the object to come from memory.
//!
//! The flag byte and the stamp bytes are written by different parties (`PIN` by any thread, the stamp by the barrier), so
//! they are always accessed as separate bytes; nobody does a read-modify-write of the whole word outside a pause.

use std::cell::Cell;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// Bits of the low half of a header that hold the layout id.
pub const HEADER_LAYOUT_MASK: u32 = 0x00FF_FFFF;
/// Position of the size field (in words) in a header.
pub const HEADER_SIZE_SHIFT: u32 = 24;
/// Byte offset of the 32-bit word that the write barrier tests.
pub const BARRIER_OFFSET: i32 = 4;
/// A store into an object must take the slow barrier iff the `u32` at `object + 4` has one of these bits set.
pub const BARRIER_MASK: u32 = 0xFFFF_FF00;
/// First layout id that is given out at run time; smaller ones belong to `#[derive(Layout)]` types.
pub const FIRST_DYNAMIC_LAYOUT: u32 = 4096;
/// Smallest object, in bytes: room for a header and a forwarding address.
pub const MIN_OBJECT_BYTES: usize = 16;

/// Only inside a pause: the object has moved, its second word is the new address.
pub const FLAG_FORWARDED: u8 = 1 << 1;
/// Never move this object.
pub const FLAG_PIN: u8 = 1 << 2;
/// Large object whose stores are recorded per card ([`crate::CARD_BYTES`]) instead of per object.
pub const FLAG_CARDS: u8 = 1 << 3;
/// Registered for a finalizer or a native drop. Off again: it needs its finalizer no more.
pub const FLAG_FINALIZE: u8 = 1 << 4;

/// Only inside a pause: the two bits of an unreachable object's state while the order of finalizers is found (`finalize.rs`).
pub const FLAG_STATE_LOW: u8 = 1 << 5;
/// See [`FLAG_STATE_LOW`].
pub const FLAG_STATE_HIGH: u8 = 1 << 7;

/// Frozen object that was stored into since it was frozen.
pub const FLAG_FROZEN_STORED: u8 = 1 << 6;

/// Index of a layout: below [`FIRST_DYNAMIC_LAYOUT`] a static one, else a hidden class made at run time.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
#[repr(transparent)]
pub struct LayoutId(pub u32);

/// First word of every heap object. Written by allocation; a layout struct only reserves the place.
#[repr(transparent)]
pub struct Header(Cell<u64>);

impl Header {
    /// Placeholder in the initial value that is handed to `Mutator::alloc`, which overwrites it.
    #[expect(clippy::declare_interior_mutable_const, reason = "a fresh value at each use is the point")]
    pub const EMPTY: Header = Header(Cell::new(0));

    #[inline(always)]
    pub fn word(&self) -> u64 {
        self.0.get()
    }

    #[inline(always)]
    pub fn layout_id(&self) -> LayoutId {
        LayoutId(self.word() as u32 & HEADER_LAYOUT_MASK)
    }

    /// Gives the object another layout of the same size: a hidden-class transition. Size and flags stay.
    ///
    /// The pointer slots of both layouts must agree for every word of the object that is initialised.
    #[inline(always)]
    pub fn set_layout_id(&self, id: LayoutId) {
        // SAFETY: bytes 0 to 3 of the header; flags and stamp, which the collector changes, are in bytes 4 and 5.
        let low = unsafe { &*self.0.as_ptr().cast::<Cell<u32>>() };
        low.set(low.get() & !HEADER_LAYOUT_MASK | id.0 & HEADER_LAYOUT_MASK);
    }

    /// The flag byte, shared between threads.
    #[inline(always)]
    pub(crate) fn flags(&self) -> &AtomicU8 {
        // SAFETY: byte 4 of the header is inside the cell and only ever accessed as an atomic byte outside pauses.
        unsafe { &*self.0.as_ptr().cast::<AtomicU8>().add(4) }
    }

    #[inline(always)]
    pub(crate) fn has_flag(&self, flag: u8) -> bool {
        self.flags().load(Relaxed) & flag != 0
    }

    /// The low byte of the stamp: 1 = old and unlogged.
    #[inline(always)]
    pub(crate) fn stamp(&self) -> &AtomicU8 {
        // SAFETY: as for `flags`, byte 5.
        unsafe { &*self.0.as_ptr().cast::<AtomicU8>().add(5) }
    }
}

impl Default for Header {
    fn default() -> Self {
        Header::EMPTY
    }
}

/// The header word of a fresh young object. `size_bytes` is the whole object, a multiple of 8; pass 0 for variable size.
pub const fn header_word(id: LayoutId, size_bytes: usize) -> u64 {
    let words = size_bytes / 8;
    let field = if words <= 255 { words as u64 } else { 0 };
    (id.0 & HEADER_LAYOUT_MASK) as u64 | field << HEADER_SIZE_SHIFT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_fields_do_not_overlap() {
        let h = Header(Cell::new(header_word(LayoutId(0xABCDEF), 2040)));
        assert_eq!(h.layout_id(), LayoutId(0xABCDEF));
        assert_eq!(h.word(), 0xFFAB_CDEF);
        h.flags().store(0xFF, Relaxed);
        assert_eq!((h.word() >> 32) as u32 & BARRIER_MASK, 0);
        h.stamp().store(1, Relaxed);
        assert_ne!((h.word() >> 32) as u32 & BARRIER_MASK, 0);
        assert_eq!(h.layout_id(), LayoutId(0xABCDEF));
        assert_eq!(header_word(LayoutId(1), 2048), 1);
    }
}
