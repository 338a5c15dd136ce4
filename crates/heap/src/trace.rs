//! Reading objects: their size and the slots that may hold references, from the layout table.

use crate::header::HEADER_LAYOUT_MASK;
use crate::layout_table::{LayoutTable, NO_ARRAY, TraceLayout};

/// Arrays with more slots than this are traced in pieces by the incremental marker.
pub(crate) const CHUNK_SLOTS: usize = 4096;

#[derive(Copy, Clone)]
pub(crate) struct Tracer {
    layouts: *const TraceLayout,
}

impl Tracer {
    pub fn new(layouts: &LayoutTable) -> Tracer {
        Tracer { layouts: layouts.entries() }
    }

    /// # Safety
    /// `object` is the address of an object (which may be dead, but not overwritten).
    #[inline(always)]
    pub unsafe fn layout<'a>(self, object: usize) -> &'a TraceLayout {
        // SAFETY: an object begins with a header whose layout id was registered.
        unsafe { &*self.layouts.add((*(object as *const u32) & HEADER_LAYOUT_MASK) as usize) }
    }

    /// Size in bytes.
    ///
    /// # Safety
    /// `object` is the address of an object, with its length initialised.
    #[inline(always)]
    pub unsafe fn size(self, object: usize) -> usize {
        // SAFETY: caller.
        unsafe {
            let words = *(object as *const u32) >> 24;
            if words != 0 { words as usize * 8 } else { self.layout(object).size(object) }
        }
    }

    /// The layout of an object with this header.
    ///
    /// # Safety
    /// It is the header of an object.
    #[inline(always)]
    pub unsafe fn layout_of_header<'a>(self, header: u64) -> &'a TraceLayout {
        // SAFETY: caller; its layout id was registered.
        unsafe { &*self.layouts.add((header as u32 & HEADER_LAYOUT_MASK) as usize) }
    }

    /// Calls `visit` with every slot of `object` that may hold a reference.
    ///
    /// # Safety
    /// `object` is the address of an object, fully initialised.
    #[inline(always)]
    pub unsafe fn slots(self, object: usize, visit: impl FnMut(*mut usize)) {
        // SAFETY: caller; the layout describes the object.
        unsafe { self.slots_by_layout(object, self.layout(object), visit) }
    }

    /// The same with the object's layout.
    ///
    /// # Safety
    /// As for `slots`.
    #[inline(always)]
    pub unsafe fn slots_by_layout(
        self,
        object: usize,
        layout: &TraceLayout,
        mut visit: impl FnMut(*mut usize),
    ) {
        // SAFETY: caller; the layout describes the object.
        unsafe {
            let mut bits = layout.pointer_slots;
            while bits != 0 {
                visit((object + bits.trailing_zeros() as usize * 8) as *mut usize);
                bits &= bits - 1;
            }
            if layout.item_is_reference {
                let (start, end) = self.tail(object, layout);
                let mut slot = start as *mut usize;
                while (slot as usize) < end {
                    visit(slot);
                    slot = slot.add(1);
                }
            }
        }
    }

    /// Only the slots of the fixed part.
    ///
    /// # Safety
    /// As for `slots`.
    #[inline(always)]
    pub unsafe fn fixed_slots(self, object: usize, layout: &TraceLayout, mut visit: impl FnMut(*mut usize)) {
        let mut bits = layout.pointer_slots;
        while bits != 0 {
            visit((object + bits.trailing_zeros() as usize * 8) as *mut usize);
            bits &= bits - 1;
        }
    }

    /// Addresses of the first item and the end of a tail of references.
    ///
    /// # Safety
    /// As for `slots`, and the layout's items are references.
    #[inline(always)]
    pub unsafe fn tail(self, object: usize, layout: &TraceLayout) -> (usize, usize) {
        debug_assert!(layout.item_is_reference && layout.item_shift != NO_ARRAY);
        // SAFETY: caller.
        let length = unsafe { *((object + layout.length_offset as usize) as *const usize) };
        let start = object + layout.items_offset as usize;
        (start, start + length * 8)
    }
}
