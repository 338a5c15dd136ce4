//! The allocation context of a thread: bump allocation, and the slow path behind it.
//!
//! `cursor`, `limit` and `request` come first in memory and never move, so that machine code addresses them. A *hole* is a
//! stretch of free lines that the mutator bumps through; what it has filled of it is a *run*: objects that parse one after
//! the other. After each bump the object's header, length and reference fields must be written before the next safepoint;
//! the memory is not zeroed. `alloc_slow` is the only allocation path that can collect.
//!
//! The stress knobs and stop requests work by setting `limit` to 0, which sends every allocation to the slow path; the real
//! end of the hole is kept in `hole_end`.

use std::cell::{Cell, RefCell, UnsafeCell};
use std::ops::Deref;
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};

use crate::error::OutOfMemory;
use crate::gc::{Gc, Object};
use crate::header::{BARRIER_MASK, FLAG_CARDS, Header, LayoutId, MIN_OBJECT_BYTES, header_word};
use crate::layout::{ArrayLayout, Layout};
use crate::region::{
    BLOCK_BYTES, BitmapByAddress, CARDED, LARGE_BYTES, LINE_BYTES, LINE_SHIFT, LINES_PER_BLOCK, MEDIUM_BYTES,
    kind,
};
use crate::roots::{HandleTable, RootId, RootSource, StableRef};
use crate::shared::Heap;
use crate::world::{Collect, ThreadState};

/// Bit of `Mutator::request`: the collector wants this thread at a safepoint.
pub const REQUEST_STOP: u32 = 1 << 0;
/// Bit of `Mutator::request`: finalizers or weak reference notices are queued; the language clears it when it drains them.
pub const REQUEST_FINALIZERS: u32 = 1 << 1;
/// Bits of `Mutator::request` that the heap never touches: signals, thread switches.
pub const REQUEST_LANGUAGE_MASK: u32 = 0xFFFF_0000;

/// A thread's allocation context. Made by [`Heap::attach_thread`]; used only on that thread.
#[repr(C)]
pub struct Mutator {
    /// Next free byte of the current hole.
    pub cursor: Cell<usize>,
    /// End of the current hole, or 0 to force the slow path. Other threads set it to 0.
    pub limit: AtomicUsize,
    /// Safepoint, signal and finalizer poll.
    pub request: AtomicU32,
    pub(crate) heap: Arc<Heap>,
    pub(crate) holes: Holes,
    /// The region's.
    unlogged: BitmapByAddress,
    /// Objects whose stores were logged since the last minor collection.
    pub(crate) remembered: UnsafeCell<Vec<usize>>,
    /// Large arrays with dirty cards.
    pub(crate) carded: UnsafeCell<Vec<usize>>,
    /// Young objects with a finalizer or drop.
    pub(crate) registered: UnsafeCell<Vec<usize>>,
    pub(crate) handles: Rc<HandleTable>,
    pub(crate) sources: RefCell<Vec<(RootId, *const dyn RootSource)>>,
    owned_sources: RefCell<Vec<(RootId, Box<dyn RootSource>)>>,
    next_source: Cell<u64>,
    /// Further native stacks `[low, base)`, such as those of suspended coroutines.
    pub(crate) extra_stacks: RefCell<Vec<(usize, usize)>>,
    pub(crate) thread: ThreadState,
    stress_countdown: Cell<usize>,
    stress_major_countdown: Cell<usize>,
    pub(crate) slow_allocations: Cell<u64>,
    /// Depth of nested [`crate::NoGc`] scopes.
    pub(crate) no_gc_depth: Cell<u32>,
}

/// Where a mutator allocates.
#[derive(Default)]
pub(crate) struct Holes {
    /// Real end of the current hole (`limit` may be 0).
    end: Cell<usize>,
    run_start: Cell<usize>,
    /// Block of the current hole if it may have more holes after line `next_line`.
    mixed_block: Cell<Option<usize>>,
    next_line: Cell<usize>,
    /// Second hole, for medium objects that do not fit the current one.
    overflow_start: Cell<usize>,
    overflow_cursor: Cell<usize>,
    overflow_end: Cell<usize>,
    /// Closed runs `[start, end)` since the last minor collection.
    pub runs: UnsafeCell<Vec<(usize, usize)>>,
    /// Blocks of kind YOUNG or MIXED that hold them.
    pub blocks: UnsafeCell<Vec<u32>>,
    /// First blocks of young large objects.
    pub large: UnsafeCell<Vec<u32>>,
}

impl Holes {
    /// Start of the current run and end of its hole; both 0 if there is none.
    pub fn current(&self) -> (usize, usize) {
        (self.run_start.get(), self.end.get())
    }
}

impl Mutator {
    pub const CURSOR_OFFSET: i32 = std::mem::offset_of!(Mutator, cursor) as i32;
    pub const LIMIT_OFFSET: i32 = std::mem::offset_of!(Mutator, limit) as i32;
    pub const REQUEST_OFFSET: i32 = std::mem::offset_of!(Mutator, request) as i32;
    /// See [`crate::BARRIER_MASK`].
    pub const BARRIER_MASK: u32 = BARRIER_MASK;

    pub(crate) fn new(heap: Arc<Heap>, thread: ThreadState) -> Mutator {
        let stress = heap.config.stress;
        let stress_major = heap.config.stress_major;
        Mutator {
            cursor: Cell::new(0),
            limit: AtomicUsize::new(0),
            request: AtomicU32::new(0),
            unlogged: heap.region.unlogged().by_address(),
            heap,
            holes: Holes::default(),
            remembered: UnsafeCell::default(),
            carded: UnsafeCell::default(),
            registered: UnsafeCell::default(),
            handles: Rc::default(),
            sources: RefCell::default(),
            owned_sources: RefCell::default(),
            next_source: Cell::new(1),
            extra_stacks: RefCell::default(),
            thread,
            stress_countdown: Cell::new(stress),
            stress_major_countdown: Cell::new(stress_major),
            slow_allocations: Cell::new(0),
            no_gc_depth: Cell::new(0),
        }
    }

    pub fn heap(&self) -> &Heap {
        &self.heap
    }

    /// The heap, for whoever may outlive this thread's attachment (a compiling thread).
    pub fn shared_heap(&self) -> Arc<Heap> {
        self.heap.clone()
    }

    pub(crate) fn handles(&self) -> &Rc<HandleTable> {
        &self.handles
    }

    /// The header of a fresh object: see [`crate::header_word`].
    pub const fn header_word(id: LayoutId, size_bytes: usize) -> u64 {
        header_word(id, size_bytes)
    }

    // -- allocation ------------------------------------------------------------------------------------------------

    /// Allocates `size_bytes` (a multiple of 8, at least 16) and writes the header. The rest is not initialised: the caller
    /// writes every reference field and the length before the next safepoint. May collect before it allocates.
    /// Layouts with a finalizer or drop must then be passed to [`Mutator::register_finalizable`].
    #[inline(always)]
    pub fn alloc_raw(&self, header: u64, size_bytes: usize) -> Result<NonNull<u8>, OutOfMemory> {
        debug_assert!(size_bytes.is_multiple_of(8) && size_bytes >= MIN_OBJECT_BYTES);
        debug_assert!(self.no_gc_depth.get() == 0, "allocation inside a `no_gc` scope");
        let start = self.cursor.get();
        let end = start.wrapping_add(size_bytes);
        if end > self.limit.load(Relaxed) {
            return NonNull::new(self.alloc_cold(header, size_bytes)).ok_or(OutOfMemory);
        }
        self.cursor.set(end);
        // SAFETY: [start, end) is inside the current hole, which belongs to this thread.
        unsafe {
            (start as *mut u64).write(header);
            Ok(NonNull::new_unchecked(start as *mut u8))
        }
    }

    /// Allocates an object of fixed size. May collect.
    #[inline(always)]
    pub fn alloc<T: Layout>(&self, init: T) -> Result<Gc<T>, OutOfMemory> {
        const {
            assert!(T::DESCR.array.is_none(), "use alloc_array for a layout with a tail");
            assert!(size_of::<T>() <= u16::MAX as usize * 8);
        }
        let object =
            self.alloc_raw(const { T::DESCR.header_word() }, const { T::DESCR.size_bytes as usize })?;
        // SAFETY: fresh memory of sufficient size; the header is written again after `init`.
        unsafe {
            let place = object.cast::<T>().as_ptr();
            place.write(init);
            place.cast::<u64>().write(const { T::DESCR.header_word() });
            let object = Gc::from_address(place as usize);
            if const { T::DESCR.finalizer || T::DESCR.drop.is_some() } {
                self.register_finalizable(object);
            }
            Ok(object)
        }
    }

    /// Allocates an object with `length` items in its tail, each set to (the low bytes of) `fill`. The length field of
    /// `fixed` is overwritten. May collect, before it allocates.
    pub fn alloc_array<T: ArrayLayout>(
        &self,
        length: usize,
        fixed: T,
        fill: u64,
    ) -> Result<Gc<T>, OutOfMemory> {
        // SAFETY: the items are filled at once.
        unsafe {
            let object = self.alloc_array_uninit(length, fixed)?;
            let items = (object.address() as *mut u8).add(T::ARRAY.items_offset as usize);
            fill_items(items, T::ARRAY.item.size_bytes(), length, fill);
            Ok(object)
        }
    }

    /// The same with whatever was in memory as items.
    ///
    /// # Safety
    /// The caller writes all items before it allocates or passes the object on.
    pub unsafe fn alloc_array_uninit<T: ArrayLayout>(
        &self,
        length: usize,
        fixed: T,
    ) -> Result<Gc<T>, OutOfMemory> {
        let size = T::ARRAY.object_size_bytes(length).ok_or(OutOfMemory)?;
        let object = self.alloc_raw(T::DESCR.header_word(), size)?.as_ptr();
        // SAFETY: fresh memory of `size` bytes; the fixed part is at most that, and is written before the tail because the
        // struct's padding may overlap the first items.
        unsafe {
            std::ptr::copy_nonoverlapping(
                std::ptr::from_ref(&fixed).cast::<u8>(),
                object,
                T::ARRAY.items_offset as usize,
            );
            std::mem::forget(fixed);
            object.cast::<u64>().write(T::DESCR.header_word());
            object.add(T::ARRAY.length_offset as usize).cast::<usize>().write(length);
            let object = Gc::from_address(object as usize);
            if const { T::DESCR.finalizer || T::DESCR.drop.is_some() } {
                self.register_finalizable(object);
            }
            Ok(object)
        }
    }

    /// Allocates a zeroed object of a layout known at run time. `size_bytes` is rounded up to 8; for a layout with a tail it
    /// determines the length. May collect, before it allocates.
    pub fn alloc_dynamic(&self, id: LayoutId, size_bytes: usize) -> Result<Gc<Object>, OutOfMemory> {
        let descr = self.heap.layout(id);
        let size = (size_bytes.checked_add(7).ok_or(OutOfMemory)? & !7).max(MIN_OBJECT_BYTES);
        assert!(
            if descr.array.is_some() {
                size >= descr.size_bytes as usize
            } else {
                size == descr.size_bytes as usize
            },
            "{size} bytes is not the size of a `{}`",
            descr.name
        );
        let object = self.alloc_raw(descr.header_word(), size)?.as_ptr();
        // SAFETY: fresh memory of `size` bytes.
        unsafe {
            std::ptr::write_bytes(object.add(8), 0, size - 8);
            if let Some(array) = descr.array {
                let length = (size_bytes.max(array.items_offset as usize) - array.items_offset as usize)
                    / array.item.size_bytes();
                object.add(array.length_offset as usize).cast::<usize>().write(length);
            }
            let object = Gc::from_address(object as usize);
            if descr.finalizer || descr.drop.is_some() {
                self.register_finalizable(object);
            }
            Ok(object)
        }
    }

    /// Tells the collector about an object whose layout has a finalizer or a drop. `alloc` and its sisters do it themselves;
    /// needed after `alloc_raw` and after allocation by machine code. An object of any other layout gets a finalizer by it.
    pub fn register_finalizable<T>(&self, object: Gc<T>) {
        object.header().flags().fetch_or(crate::header::FLAG_FINALIZE, Relaxed);
        // SAFETY: only this thread touches the list outside pauses.
        unsafe { (*self.registered.get()).push(object.address()) };
    }

    /// Registers the object unless it is registered.
    #[inline]
    pub fn ensure_finalizable<T>(&self, object: Gc<T>) {
        if object.header().flags().load(Relaxed) & crate::header::FLAG_FINALIZE == 0 {
            self.register_finalizable(object);
        }
    }

    /// The object needs its finalizer no more: it may die as any other.
    pub fn forget_finalizable<T>(&self, object: Gc<T>) {
        object.header().flags().fetch_and(!crate::header::FLAG_FINALIZE, Relaxed);
    }

    /// What machine code calls when `cursor + size > limit`. Null: out of memory.
    ///
    /// # Safety
    /// * `mutator` belongs to the calling thread;
    /// * as for [`Mutator::alloc_raw`].
    pub unsafe extern "C" fn alloc_slow(mutator: *const Mutator, header: u64, size_bytes: u64) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe { &*mutator }.alloc_cold(header, size_bytes as usize)
    }

    #[cold]
    #[inline(never)]
    fn alloc_cold(&self, header: u64, size_bytes: usize) -> *mut u8 {
        self.slow_allocations.set(self.slow_allocations.get() + 1);
        if self.request.load(SeqCst) & REQUEST_STOP != 0 {
            self.safepoint();
        }
        self.stress();
        if self.heap.minor_is_requested() {
            self.heap.collect(self, Collect::Auto);
        }
        let start = if size_bytes > LARGE_BYTES {
            self.alloc_large(size_bytes)
        } else {
            self.alloc_in_hole(size_bytes)
        };
        let Some(start) = start else { return std::ptr::null_mut() };
        // SAFETY: fresh memory that belongs to this thread.
        unsafe { (start as *mut u64).write(header) };
        start as *mut u8
    }

    /// Runs the collection that a stress knob asks for at this allocation.
    fn stress(&self) {
        if self.heap.config.stress_major != 0 {
            self.stress_major_countdown.set(self.stress_major_countdown.get() - 1);
            if self.stress_major_countdown.get() == 0 {
                self.stress_major_countdown.set(self.heap.config.stress_major);
                self.heap.collect(self, Collect::Major);
                return;
            }
        }
        if self.heap.config.stress != 0 {
            self.stress_countdown.set(self.stress_countdown.get() - 1);
            if self.stress_countdown.get() == 0 {
                self.stress_countdown.set(self.heap.config.stress);
                self.heap.collect(self, Collect::Minor);
            }
        }
    }

    fn alloc_in_hole(&self, size: usize) -> Option<usize> {
        if let Some(start) = self.bump(size) {
            // The limit may have been 0 for a reason that is gone.
            self.set_limit();
            return Some(start);
        }
        if size > MEDIUM_BYTES {
            return self.alloc_overflow(size);
        }
        loop {
            self.close_hole();
            if self.heap.nursery_is_full() {
                self.heap.collect(self, Collect::Auto);
            }
            if !self.take_hole(size) && !self.heap.collect_for_memory(self, |m| m.take_hole(size)) {
                return None;
            }
            if let Some(start) = self.bump(size) {
                return Some(start);
            }
        }
    }

    fn bump(&self, size: usize) -> Option<usize> {
        let start = self.cursor.get();
        let end = start.checked_add(size)?;
        if start == 0 || end > self.holes.end.get() {
            return None;
        }
        self.cursor.set(end);
        Some(start)
    }

    /// Medium objects that do not fit the rest of the hole go to a second one, so that it is not wasted.
    fn alloc_overflow(&self, size: usize) -> Option<usize> {
        if self.holes.overflow_cursor.get() == 0
            || self.holes.overflow_cursor.get() + size > self.holes.overflow_end.get()
        {
            self.close_overflow();
            if self.heap.nursery_is_full() {
                self.heap.collect(self, Collect::Auto);
            }
            if !self.take_overflow() && !self.heap.collect_for_memory(self, Mutator::take_overflow) {
                return None;
            }
        }
        let start = self.holes.overflow_cursor.get();
        self.holes.overflow_cursor.set(start + size);
        Some(start)
    }

    fn take_overflow(&self) -> bool {
        let Some(block) = self.heap.pools().take_free(&self.heap.region) else { return false };
        let start = self.begin_young_block(block, kind::YOUNG);
        self.heap.region.unlogged().clear_lines(start, start + BLOCK_BYTES);
        self.holes.overflow_start.set(start);
        self.holes.overflow_cursor.set(start);
        self.holes.overflow_end.set(start + BLOCK_BYTES);
        self.heap.count_allocation(BLOCK_BYTES);
        true
    }

    fn begin_young_block(&self, block: usize, kind: u8) -> usize {
        self.heap.region.set_kind(block, kind);
        // SAFETY: only this thread touches the list outside pauses.
        unsafe { (*self.holes.blocks.get()).push(block as u32) };
        self.heap.region.address(block)
    }

    /// Finds a hole of at least `size` bytes: in the current block, in a nursery block, or a free block.
    fn take_hole(&self, size: usize) -> bool {
        let region = &self.heap.region;
        loop {
            if let Some(block) = self.holes.mixed_block.get() {
                let address = region.address(block);
                while let Some((first, end)) =
                    region.old_lines().next_hole(address, self.holes.next_line.get())
                {
                    self.holes.next_line.set(end);
                    if (end - first) * LINE_BYTES >= size {
                        self.open_hole(address + (first << LINE_SHIFT), address + (end << LINE_SHIFT));
                        return true;
                    }
                }
                self.holes.mixed_block.set(None);
            }
            let mut pools = self.heap.pools();
            if let Some(block) = pools.take_nursery() {
                drop(pools);
                self.begin_young_block(block, kind::MIXED);
                self.holes.mixed_block.set(Some(block));
                self.holes.next_line.set(0);
                continue;
            }
            let Some(block) = pools.take_free(region) else { return false };
            drop(pools);
            let address = self.begin_young_block(block, kind::YOUNG);
            self.open_hole(address, address + LINES_PER_BLOCK * LINE_BYTES);
            return true;
        }
    }

    fn open_hole(&self, start: usize, end: usize) {
        if self.heap.config.poison {
            // SAFETY: a hole holds no live object.
            unsafe { std::ptr::write_bytes(start as *mut u8, 0xAA, end - start) };
        }
        self.heap.region.unlogged().clear_lines(start, end);
        self.heap.count_allocation(end - start);
        self.holes.run_start.set(start);
        self.holes.end.set(end);
        self.cursor.set(start);
        self.set_limit();
    }

    /// Sets `limit` to the end of the hole, unless something wants every allocation in the slow path.
    pub(crate) fn set_limit(&self) {
        let config = &self.heap.config;
        let end = if config.stress != 0 || config.stress_major != 0 { 0 } else { self.holes.end.get() };
        self.limit.store(end, SeqCst);
        if self.request.load(SeqCst) & REQUEST_STOP != 0 {
            self.limit.store(0, SeqCst);
        }
    }

    fn close_hole(&self) {
        let (start, end) = (self.holes.run_start.get(), self.cursor.get());
        if end > start {
            // SAFETY: only this thread (or the collector while it is stopped) touches the list.
            unsafe { (*self.holes.runs.get()).push((start, end)) };
        }
        self.holes.run_start.set(0);
        self.holes.end.set(0);
        self.cursor.set(0);
        self.limit.store(0, SeqCst);
    }

    fn close_overflow(&self) {
        let (start, end) = (self.holes.overflow_start.get(), self.holes.overflow_cursor.get());
        if end > start {
            // SAFETY: as in `close_hole`.
            unsafe { (*self.holes.runs.get()).push((start, end)) };
        }
        self.holes.overflow_start.set(0);
        self.holes.overflow_cursor.set(0);
        self.holes.overflow_end.set(0);
    }

    /// Ends all runs. Called by the collector while this thread is stopped.
    pub(crate) fn close_runs(&self) {
        self.close_hole();
        self.close_overflow();
        self.holes.mixed_block.set(None);
    }

    fn alloc_large(&self, size: usize) -> Option<usize> {
        if size > self.heap.region.size() {
            return None;
        }
        if self.heap.nursery_is_full() {
            self.heap.collect(self, Collect::Auto);
        }
        let count = size.div_ceil(BLOCK_BYTES);
        let take = |m: &Mutator| m.heap.pools().take_contiguous(&m.heap.region, count);
        let mut block = take(self);
        if block.is_none() {
            self.heap.collect_for_memory(self, |m| {
                block = take(m);
                block.is_some()
            });
        }
        let block = block?;
        self.heap.count_allocation(size);
        let region = &self.heap.region;
        for tail in block + 1..block + count {
            region.set_head(tail, block);
            region.set_kind(tail, kind::LARGE_TAIL);
        }
        region.set_kind(block, kind::LARGE_YOUNG);
        region.unlogged().clear(region.address(block));
        // SAFETY: only this thread touches the list outside pauses.
        unsafe { (*self.holes.large.get()).push(block as u32) };
        Some(region.address(block))
    }

    // -- write barrier ---------------------------------------------------------------------------------------------

    /// To be called before a store of a possible reference into `slot` of `owner`, with no safepoint in between.
    #[inline(always)]
    pub fn barrier(&self, owner: Gc<Object>, slot: *mut u64) {
        // SAFETY: the upper half of the header of a live object.
        let half = unsafe { *((owner.address() + 4) as *const u32) };
        if half & BARRIER_MASK != 0 {
            self.log_store(owner, slot);
        }
    }

    /// The same for an owner that was not looked at and may be far away: `barrier` would wait for it, where a store waits for nothing. Costs
    /// some instructions more, also where the owner is fresh and the compiler would see what its header says.
    #[inline(always)]
    pub fn barrier_from_afar(&self, owner: Gc<Object>, slot: *mut u64) {
        if self.unlogged.get(owner.address()) {
            self.log_store(owner, slot);
        }
    }

    /// What machine code calls when the barrier test hits. `slot` is the address of the field to be written.
    ///
    /// # Safety
    /// * `mutator` belongs to the calling thread;
    /// * `owner` is a live object and `slot` one of its fields.
    pub unsafe extern "C" fn barrier_slow(mutator: *const Mutator, owner: *mut u8, slot: *mut u64) {
        // SAFETY: the caller's promise.
        unsafe { (*mutator).log_store(Gc::from_address(owner as usize), slot) }
    }

    #[inline(never)]
    fn log_store(&self, owner: Gc<Object>, slot: *mut u64) {
        let header: &Header = owner.header();
        let region = &self.heap.region;
        // The kind first: small objects are not waited for.
        if kind::is_large(region.kind_of(owner.address())) && header.has_flag(FLAG_CARDS) {
            region.dirty_card(slot as usize);
            let head = region.block_of(owner.address());
            if region.head(head) != CARDED {
                region.set_head(head, CARDED);
                // SAFETY: only this thread touches the list outside pauses.
                unsafe { (*self.carded.get()).push(owner.address()) };
            }
            return;
        }
        header.stamp().store(0, Relaxed);
        region.unlogged().clear(owner.address());
        // SAFETY: only this thread touches the list outside pauses.
        let remembered = unsafe { &mut *self.remembered.get() };
        remembered.push(owner.address());
        // Once: later stores before the next allocation need not ask again.
        if remembered.len() == self.heap.config.remset {
            self.heap.request_minor();
            self.limit.store(0, SeqCst);
        }
    }

    /// Barrier for a bulk move or fill of `count` words from `first` inside `owner`.
    pub fn barrier_range(&self, owner: Gc<Object>, first: *mut u64, count: usize) {
        let mut slot = first;
        let end = first.wrapping_add(count);
        if count == 0 {
            return;
        }
        if !owner.header().has_flag(FLAG_CARDS) {
            return self.barrier(owner, first);
        }
        while slot < end {
            self.barrier(owner, slot);
            slot =
                ((slot as usize + crate::region::CARD_BYTES) & !(crate::region::CARD_BYTES - 1)) as *mut u64;
        }
    }

    // -- safepoints and collections --------------------------------------------------------------------------------

    /// Lets a waiting collector proceed. Cheap when nothing is requested. May collect.
    #[inline(always)]
    pub fn safepoint(&self) {
        debug_assert!(self.no_gc_depth.get() == 0, "safepoint inside a `no_gc` scope");
        if self.request.load(Relaxed) & REQUEST_STOP != 0 {
            self.heap.park(self);
        }
    }

    /// Collects the young generation now.
    pub fn collect_minor(&self) {
        self.heap.collect(self, Collect::Minor);
    }

    /// Collects the whole heap now, to the end of finalizer resurrection.
    pub fn collect_major(&self) {
        self.heap.collect(self, Collect::Major);
    }

    /// Checks every invariant of the heap, including that no write barrier was missed since the last collection.
    /// Errors: what is broken, at most a hundred entries.
    pub fn verify_heap(&self) -> Result<(), Vec<crate::Violation>> {
        let found = self.heap.with_world_stopped(self, |c| self.heap.violations(c));
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    /// Runs `f`, which must not touch heap objects, while other threads may collect: for blocking system calls.
    pub fn blocking<R>(&self, f: impl FnOnce() -> R) -> R {
        self.heap.blocking(self, f)
    }

    /// Calls `body`, which forks the process. Where `is_child` says so of its result, the other threads are forgotten: what they allocated and
    /// their root sources become this thread's. Only while no other thread runs: each is in [`Mutator::blocking`].
    pub fn fork<R>(&self, body: impl FnOnce() -> R, is_child: impl FnOnce(&R) -> bool) -> R {
        self.heap.fork(self, body, is_child)
    }

    // -- roots -----------------------------------------------------------------------------------------------------

    /// Adds a root source that lives until it is removed or the thread detaches.
    pub fn add_root_source(&self, source: Box<dyn RootSource>) -> RootId {
        let id = self.source_id();
        self.sources.borrow_mut().push((id, &raw const *source));
        self.owned_sources.borrow_mut().push((id, source));
        id
    }

    /// Adds a root source that someone else owns.
    ///
    /// # Safety
    /// `source` stays valid until [`Mutator::remove_root_source`] or the thread detaches.
    pub unsafe fn add_root_source_unowned(&self, source: *const dyn RootSource) -> RootId {
        let id = self.source_id();
        self.sources.borrow_mut().push((id, source));
        id
    }

    pub fn remove_root_source(&self, id: RootId) {
        self.sources.borrow_mut().retain(|entry| entry.0 != id);
        self.owned_sources.borrow_mut().retain(|entry| entry.0 != id);
    }

    /// Takes over the root sources of a thread that does not exist any more.
    pub(crate) fn adopt_sources(&self, other: &Mutator) {
        for (_, source) in other.sources.take() {
            let id = self.source_id();
            self.sources.borrow_mut().push((id, source));
        }
        self.owned_sources.borrow_mut().append(&mut other.owned_sources.borrow_mut());
    }

    fn source_id(&self) -> RootId {
        let id = self.next_source.get();
        self.next_source.set(id + 1);
        RootId(id)
    }

    /// Registers a suspended native stack, scanned conservatively from `low` to `base`. Replaces one with the same base.
    ///
    /// # Safety
    /// The range stays readable until [`Mutator::remove_stack`].
    pub unsafe fn add_stack(&self, low: usize, base: usize) {
        self.remove_stack(base);
        self.extra_stacks.borrow_mut().push(((low + 7) & !7, base & !7));
    }

    pub fn remove_stack(&self, base: usize) {
        self.extra_stacks.borrow_mut().retain(|stack| stack.1 != base & !7);
    }

    /// Pins `object` and keeps it alive, for constants in machine code.
    pub fn stabilize(&self, object: Gc<Object>) -> StableRef {
        StableRef::new(&self.heap.stable, object)
    }

    /// Malloc memory that a heap object owns has grown by `bytes`. It counts like heap memory: towards the next minor
    /// collection, which frees what dead young objects own, and towards the next major one. Never collects itself.
    pub fn external_alloc(&self, bytes: usize) {
        self.heap.external_bytes.fetch_add(bytes, Relaxed);
        self.heap.count_allocation(bytes);
        if self.heap.nursery_is_full() {
            // The hole may have room for thousands of owners yet.
            self.heap.request_minor();
            self.limit.store(0, SeqCst);
        }
    }

    /// Counterpart of [`Mutator::external_alloc`]; also called from drops, through [`Heap::external_free`].
    pub fn external_free(&self, bytes: usize) {
        self.heap.external_free(bytes);
    }
}

/// Fills the items of a fresh tail.
///
/// # Safety
/// `items` has room for `length` items of `size` bytes.
pub(crate) unsafe fn fill_items(items: *mut u8, size: usize, length: usize, fill: u64) {
    // SAFETY: the caller's promise; items are naturally aligned.
    unsafe {
        if fill == 0 {
            std::ptr::write_bytes(items, 0, length * size);
            return;
        }
        match size {
            8 => std::slice::from_raw_parts_mut(items.cast::<u64>(), length).fill(fill),
            4 => std::slice::from_raw_parts_mut(items.cast::<u32>(), length).fill(fill as u32),
            2 => std::slice::from_raw_parts_mut(items.cast::<u16>(), length).fill(fill as u16),
            _ => std::slice::from_raw_parts_mut(items, length).fill(fill as u8),
        }
    }
}

/// The calling thread's attachment to a heap; dropping it detaches. Dereferences to the [`Mutator`].
pub struct Attached {
    mutator: NonNull<Mutator>,
}

impl Attached {
    pub(crate) fn new(mutator: Mutator) -> Attached {
        Attached { mutator: NonNull::from(Box::leak(Box::new(mutator))) }
    }

    /// The mutator's address, which is stable: what machine code keeps in its pinned register.
    pub fn as_ptr(&self) -> *const Mutator {
        self.mutator.as_ptr()
    }
}

impl Deref for Attached {
    type Target = Mutator;
    #[inline(always)]
    fn deref(&self) -> &Mutator {
        // SAFETY: leaked in `new`, freed in `drop`.
        unsafe { self.mutator.as_ref() }
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        let heap = self.heap.clone();
        heap.detach(self);
        // SAFETY: leaked in `new`; no other thread knows it after `detach`.
        drop(unsafe { Box::from_raw(self.mutator.as_ptr()) });
    }
}
