//! Layout id → what the tracer needs, in one load; and → the full description.
//!
//! The table is a flat array over *all* possible ids (2²⁴ × 32 bytes of address space), of which only touched pages cost
//! memory. Where so much address space is refused it is made smaller, and the number of dynamic layouts with it.
//!
//! An id made at run time is recycled in three steps: its owner releases it, promising that no more objects will have it;
//! at the start of the next major cycle all objects that do are old; and if that cycle's marking has met none of them, the
//! id is free. Marking notes the released ids it meets; it has the layout's entry at hand anyway.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::HeapError;
use crate::header::{FIRST_DYNAMIC_LAYOUT, LayoutId, MIN_OBJECT_BYTES};
use crate::layout::{ArrayDescr, DynamicLayout, FieldKind, LayoutDescr};
use crate::region::errno;

/// What tracing and measuring an object needs.
#[repr(C)]
#[derive(Copy, Clone)]
pub(crate) struct TraceLayout {
    /// Bit *n*: word *n* may hold a reference.
    pub pointer_slots: u64,
    pub descr: *const LayoutDescr,
    /// Fixed part.
    pub size_bytes: u32,
    pub length_offset: u16,
    pub items_offset: u16,
    /// log2 of the item size, or `NO_ARRAY`.
    pub item_shift: u8,
    /// Items may hold references.
    pub item_is_reference: bool,
    /// Some word may hold a reference: the object is worth a visit.
    pub has_references: bool,
    /// Its id waits to be recycled: marking tells whether objects still have it.
    pub released: bool,
}

pub(crate) const NO_ARRAY: u8 = 0xFF;

impl TraceLayout {
    /// Size of the object at `address`, for headers whose size field is 0.
    ///
    /// # Safety
    /// `address` is an object of this layout with its length initialised.
    #[inline]
    pub unsafe fn size(&self, address: usize) -> usize {
        if self.item_shift == NO_ARRAY {
            return self.size_bytes as usize;
        }
        // SAFETY: caller; the length is a 64-bit count.
        let length = unsafe { *((address + self.length_offset as usize) as *const usize) };
        ((self.items_offset as usize + (length << self.item_shift) + 7) & !7).max(MIN_OBJECT_BYTES)
    }
}

pub(crate) struct LayoutTable {
    entries: *mut TraceLayout,
    capacity: u32,
    next_dynamic: AtomicU32,
    /// Serialises registration.
    owned: Mutex<Owned>,
}

#[derive(Default)]
struct Owned {
    /// Descriptions of dynamic layouts with their names, by id − `FIRST_DYNAMIC_LAYOUT`.
    descriptions: Vec<Option<(*mut LayoutDescr, *mut str)>>,
    /// Released since the cycle under way began.
    released: Vec<u32>,
    /// Released before: freed at the end of the cycle if it meets no object with the id.
    judged: Vec<u32>,
    free: Vec<u32>,
}

// SAFETY: entries are written once, before their id is published, under the lock.
unsafe impl Send for LayoutTable {}
// SAFETY: as above.
unsafe impl Sync for LayoutTable {}

impl LayoutTable {
    pub fn new() -> Result<LayoutTable, HeapError> {
        let mut capacity = 1u32 << 24;
        loop {
            let bytes = capacity as usize * size_of::<TraceLayout>();
            // SAFETY: a fresh anonymous mapping.
            let map = unsafe {
                libc::mmap(
                    std::ptr::null_mut(),
                    bytes,
                    libc::PROT_READ | libc::PROT_WRITE,
                    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                    -1,
                    0,
                )
            };
            if map != libc::MAP_FAILED {
                return Ok(LayoutTable {
                    entries: map.cast(),
                    capacity,
                    next_dynamic: AtomicU32::new(FIRST_DYNAMIC_LAYOUT),
                    owned: Mutex::default(),
                });
            }
            if capacity <= 1 << 13 {
                return Err(HeapError::Reserve { bytes, errno: errno() });
            }
            capacity >>= 1;
        }
    }

    #[inline(always)]
    pub fn get(&self, id: u32) -> &TraceLayout {
        debug_assert!(id < self.capacity);
        // SAFETY: ids in headers were registered, so they are below the capacity.
        unsafe { &*self.entries.add(id as usize) }
    }

    pub fn entries(&self) -> *const TraceLayout {
        self.entries
    }

    pub fn description(&self, id: LayoutId) -> Option<&LayoutDescr> {
        if id.0 >= self.capacity {
            return None;
        }
        // SAFETY: zero, or a description that lives as long as the table.
        unsafe { self.get(id.0).descr.as_ref() }
    }

    /// Panics if the id belongs to a different layout already: two structs share a number.
    pub fn register(&self, descr: &'static LayoutDescr) {
        let _lock = self.owned.lock().expect("no panic while the lock is held");
        if let Some(other) = self.description(descr.id) {
            assert!(
                other.name == descr.name && other.size_bytes == descr.size_bytes,
                "layout id {} is used by both `{}` and `{}`",
                descr.id.0,
                other.name,
                descr.name
            );
            return;
        }
        assert!(descr.id.0 < FIRST_DYNAMIC_LAYOUT, "static layout ids are below {FIRST_DYNAMIC_LAYOUT}");
        self.write(descr);
    }

    pub fn register_dynamic(&self, layout: DynamicLayout) -> Result<LayoutId, HeapError> {
        assert!(
            layout.size_bytes >= 16 && layout.size_bytes.is_multiple_of(8),
            "fixed part: a multiple of 8, at least 16"
        );
        let mut owned = self.owned.lock().expect("no panic while the lock is held");
        let id = match owned.free.pop() {
            Some(id) => LayoutId(id),
            None => {
                let id = self.next_dynamic.load(Ordering::Relaxed);
                if id >= self.capacity {
                    return Err(HeapError::LayoutIdsExhausted {
                        limit: self.capacity - FIRST_DYNAMIC_LAYOUT,
                    });
                }
                self.next_dynamic.store(id + 1, Ordering::Relaxed);
                owned.descriptions.push(None);
                LayoutId(id)
            }
        };
        let name = Box::into_raw(layout.name.into_boxed_str());
        let descr = Box::into_raw(Box::new(LayoutDescr {
            id,
            // SAFETY: freed only together with the description, when the table is dropped.
            name: unsafe { &*name },
            size_bytes: layout.size_bytes,
            pointer_slots: layout.pointer_slots,
            array: layout.array.map(|(item, length_offset, items_offset, immutable)| ArrayDescr {
                layout: id,
                item,
                length_offset,
                items_offset,
                immutable,
            }),
            fields: &[],
            drop: layout.drop,
            finalizer: layout.finalizer,
            external_bytes: None,
        }));
        // SAFETY: just made, never freed before the table.
        self.write(unsafe { &*descr });
        owned.descriptions[(id.0 - FIRST_DYNAMIC_LAYOUT) as usize] = Some((descr, name));
        Ok(id)
    }

    /// The owner of a dynamic layout will not use it for further objects.
    pub fn release(&self, id: LayoutId) {
        assert!(id.0 >= FIRST_DYNAMIC_LAYOUT, "a static layout is not released");
        let mut owned = self.owned.lock().expect("no panic while the lock is held");
        assert!(!self.get(id.0).released, "layout id {} is released twice", id.0);
        // SAFETY: under the lock; marking reads the flag only while this thread is stopped.
        unsafe { (*self.entries.add(id.0 as usize)).released = true };
        owned.released.push(id.0);
    }

    /// A major cycle begins, after a minor collection: all objects with the ids released so far are old.
    pub fn begin_cycle(&self) {
        let owned = &mut *self.owned.lock().expect("no panic while the lock is held");
        owned.judged.append(&mut owned.released);
    }

    /// A cycle has met the released ids `met` and no others: the rest of those it judged are free. Returns how many.
    pub fn end_cycle(&self, met: &HashSet<u32>) -> usize {
        let owned = &mut *self.owned.lock().expect("no panic while the lock is held");
        let (used, unused): (Vec<u32>, Vec<u32>) = owned.judged.drain(..).partition(|id| met.contains(id));
        owned.judged = used;
        for &id in &unused {
            let description = owned.descriptions[(id - FIRST_DYNAMIC_LAYOUT) as usize].take();
            // SAFETY: no object has the id, and who released it promised to keep no reference to the description.
            unsafe {
                self.entries.add(id as usize).write_bytes(0, 1);
                if let Some(description) = description {
                    free_description(description);
                }
            }
        }
        owned.free.extend(&unused);
        unused.len()
    }

    fn write(&self, descr: &LayoutDescr) {
        let array = descr.array.unwrap_or(ArrayDescr {
            layout: descr.id,
            item: FieldKind::U8,
            length_offset: 0,
            items_offset: 0,
            immutable: false,
        });
        let entry = TraceLayout {
            pointer_slots: descr.pointer_slots,
            descr,
            size_bytes: descr.size_bytes,
            length_offset: array.length_offset,
            items_offset: array.items_offset,
            item_shift: if descr.array.is_some() {
                array.item.size_bytes().trailing_zeros() as u8
            } else {
                NO_ARRAY
            },
            item_is_reference: descr.array.is_some() && array.item.may_be_reference(),
            has_references: descr.pointer_slots != 0
                || descr.array.is_some_and(|array| array.item.may_be_reference()),
            released: false,
        };
        // SAFETY: the id is below the capacity; written under the lock, before any object has this id.
        unsafe { self.entries.add(descr.id.0 as usize).write(entry) };
    }
}

/// # Safety
/// Made by `register_dynamic`, and not used any more.
unsafe fn free_description((descr, name): (*mut LayoutDescr, *mut str)) {
    // SAFETY: both were made by `Box::into_raw`; the description refers to the name, so it goes first.
    unsafe {
        drop(Box::from_raw(descr));
        drop(Box::from_raw(name));
    }
}

impl Drop for LayoutTable {
    fn drop(&mut self) {
        let owned = self.owned.get_mut().expect("no panic while the lock is held");
        for description in owned.descriptions.drain(..).flatten() {
            // SAFETY: no object is left.
            unsafe { free_description(description) };
        }
        // SAFETY: the mapping made in `new`.
        unsafe { libc::munmap(self.entries.cast(), self.capacity as usize * size_of::<TraceLayout>()) };
    }
}
