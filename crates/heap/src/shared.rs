//! The heap: what all threads share, and its public surface.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::collector::{Collector, Event};
use crate::config::HeapConfig;
use crate::error::HeapError;
use crate::finalize::FinalizerQueue;
use crate::header::LayoutId;
use crate::layout::{DynamicLayout, LayoutDescr};
use crate::layout_table::LayoutTable;
use crate::mutator::Mutator;
use crate::nursery::smallest_nursery;
use crate::pools::Pools;
use crate::region::Region;
use crate::roots::StableTable;
use crate::stats::Hooks;
use crate::weak::WeakCells;
use crate::weak_table::WeakTables;
use crate::world::{Collect, World};

/// One garbage-collected heap, shared by its attached threads.
pub struct Heap {
    pub(crate) region: Region,
    pub(crate) layouts: LayoutTable,
    pub(crate) config: HeapConfig,
    pub(crate) world: World,
    pools: Mutex<Pools>,
    /// Collections so far: tells a thread that waited whether its wish was fulfilled meanwhile.
    pub(crate) epoch: AtomicU64,
    /// Touched only by the thread that has stopped the world.
    pub(crate) collector: UnsafeCell<Collector>,
    pub(crate) stable: Arc<StableTable>,
    /// Bytes handed out to mutators since the last minor collection.
    pub(crate) allocated: AtomicUsize,
    /// Bytes after which the next minor collection happens.
    pub(crate) nursery_bytes: AtomicUsize,
    minor_requested: AtomicBool,
    pub(crate) external_bytes: AtomicUsize,
    pub(crate) weak: WeakCells,
    pub(crate) weak_tables: WeakTables,
    pub(crate) finalizers: FinalizerQueue,
    pub(crate) hooks: Mutex<Option<Hooks>>,
    /// Collections that hooks have not been told of.
    pub(crate) events: Mutex<Vec<Event>>,
}

// SAFETY: everything is behind locks or atomics, or belongs to the stopped-world protocol (see `world`).
unsafe impl Send for Heap {}
// SAFETY: as above.
unsafe impl Sync for Heap {}

impl Heap {
    /// Reserves address space and prepares an empty heap.
    /// Errors: the system refuses even the smallest reservation.
    pub fn new(config: HeapConfig) -> Result<Arc<Heap>, HeapError> {
        let reserve = if config.reserve != 0 { config.reserve } else { default_reservation() };
        let region = Region::reserve(reserve)?;
        let pools = Pools::new(&region, config.max);
        Ok(Arc::new(Heap {
            layouts: LayoutTable::new()?,
            world: World::default(),
            pools: Mutex::new(pools),
            collector: UnsafeCell::new(Collector::new(&config)),
            epoch: AtomicU64::new(0),
            stable: Arc::default(),
            allocated: AtomicUsize::new(0),
            nursery_bytes: AtomicUsize::new(smallest_nursery(&config)),
            minor_requested: AtomicBool::new(false),
            external_bytes: AtomicUsize::new(0),
            weak: WeakCells::default(),
            weak_tables: WeakTables::default(),
            finalizers: FinalizerQueue::default(),
            hooks: Mutex::default(),
            events: Mutex::default(),
            region,
            config,
        }))
    }

    pub fn config(&self) -> &HeapConfig {
        &self.config
    }

    // -- layouts ---------------------------------------------------------------------------------------------------

    /// Makes a static layout known. To be called for every layout before its first object is allocated; again is harmless.
    /// Panics if two different layouts have the same id.
    pub fn register(&self, descr: &'static LayoutDescr) {
        self.layouts.register(descr);
    }

    /// Makes a new layout, for a hidden class. Ids are recycled if they are released: [`Heap::release_layout`].
    /// Panics when the ids are exhausted (16.7 million; fewer where address space is limited).
    pub fn register_dynamic(&self, layout: DynamicLayout) -> LayoutId {
        self.try_register_dynamic(layout).unwrap_or_else(|error| panic!("{error}"))
    }

    /// As [`Heap::register_dynamic`]. Errors: the ids are exhausted.
    pub fn try_register_dynamic(&self, layout: DynamicLayout) -> Result<LayoutId, HeapError> {
        self.layouts.register_dynamic(layout)
    }

    /// Gives a dynamic layout up. Objects that have it live on; when the last one is gone, a major collection frees the id
    /// for another layout. Frozen objects keep it.
    ///
    /// # Safety
    /// * No object is allocated with this id, or given it, from now on: also not by machine code.
    /// * No reference to its description is used any more.
    pub unsafe fn release_layout(&self, id: LayoutId) {
        self.layouts.release(id);
    }

    /// The description of a registered layout. Panics if there is none with this id.
    pub fn layout(&self, id: LayoutId) -> &LayoutDescr {
        self.layouts.description(id).unwrap_or_else(|| panic!("layout id {} was not registered", id.0))
    }

    /// The description of a layout, if one is registered under this id.
    pub fn find_layout(&self, id: LayoutId) -> Option<&LayoutDescr> {
        self.layouts.description(id)
    }

    // -- addresses -------------------------------------------------------------------------------------------------

    /// Is this tagged word a reference: 8-aligned and inside the heap region?
    #[inline(always)]
    pub fn is_reference(&self, word: u64) -> bool {
        self.region.is_reference(word as usize)
    }

    /// First address of the heap region.
    pub fn base(&self) -> usize {
        self.region.base()
    }

    /// Size of the heap region (reserved, not used) in bytes.
    pub fn extent_bytes(&self) -> usize {
        self.region.size()
    }

    // -- allocation accounting -------------------------------------------------------------------------------------

    pub(crate) fn pools(&self) -> MutexGuard<'_, Pools> {
        self.pools.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn count_allocation(&self, bytes: usize) {
        self.allocated.fetch_add(bytes, Relaxed);
    }

    pub(crate) fn nursery_is_full(&self) -> bool {
        self.allocated.load(Relaxed) >= self.nursery_bytes.load(Relaxed) || self.minor_is_requested()
    }

    pub(crate) fn minor_is_requested(&self) -> bool {
        self.minor_requested.load(Relaxed)
    }

    pub(crate) fn request_minor(&self) {
        self.minor_requested.store(true, Relaxed);
    }

    pub(crate) fn clear_minor_request(&self) {
        self.minor_requested.store(false, Relaxed);
    }

    /// A promoted object owns so many bytes outside the heap.
    pub(crate) fn count_owned(&self, bytes: usize) {
        if bytes > 0 {
            self.external_bytes.fetch_add(bytes, Relaxed);
        }
    }

    /// Counterpart of [`Mutator::external_alloc`] for drops, which have no mutator at hand.
    pub fn external_free(&self, bytes: usize) {
        let mut have = self.external_bytes.load(Relaxed);
        while let Err(now) =
            self.external_bytes.compare_exchange_weak(have, have.saturating_sub(bytes), Relaxed, Relaxed)
        {
            have = now;
        }
    }

    /// The last resort of an allocation that found no block: a minor, then a full collection, trying again after each.
    #[cold]
    pub(crate) fn collect_for_memory(
        &self,
        mutator: &Mutator,
        mut retry: impl FnMut(&Mutator) -> bool,
    ) -> bool {
        self.collect(mutator, Collect::Minor);
        if retry(mutator) {
            return true;
        }
        self.collect(mutator, Collect::Major);
        retry(mutator)
    }
}

impl Drop for Heap {
    /// Frees what dead and living objects own outside the heap. Finalizers do not run.
    fn drop(&mut self) {
        let c = self.collector.get_mut();
        let tracer = crate::trace::Tracer::new(&self.layouts);
        for &object in c.droppable.iter().chain(&c.young.registered) {
            // SAFETY: all threads have detached; listed objects are initialised and were not dropped.
            unsafe {
                if let Some(drop) = (*tracer.layout(object).descr).drop {
                    drop(object as *mut u8);
                }
            }
        }
    }
}

/// max(64 GiB, twice the memory of the machine).
fn default_reservation() -> usize {
    // SAFETY: plain queries.
    let (pages, page) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    let memory = (pages.max(0) as usize).saturating_mul(page.max(0) as usize);
    (64usize << 30).max(memory.saturating_mul(2)).min(1 << 42)
}
