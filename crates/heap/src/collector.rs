//! One collection, from the stopped world to the restart: what is done, in which order, and what is measured.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::time::Instant;

use crate::census::{Census, each_young};
use crate::config::{Evacuation, HeapConfig};
use crate::conservative;
use crate::major::Cycle;
use crate::mark::Marker;
use crate::minor::Minor;
use crate::mutator::{Mutator, REQUEST_FINALIZERS};
use crate::nursery::{Nursery, smallest_nursery};
use crate::promotion::PromotionHole;
use crate::region::{LINE_BYTES, LINE_SHIFT, LINES_PER_BLOCK, kind};
use crate::shared::Heap;
use crate::stats::{HeapStats, Hooks, MajorEvent, MinorEvent, thread_cpu_time};
use crate::trace::Tracer;
use crate::world::Collect;

/// Minor collections that a vacated block stays inaccessible for, with `protect`.
const QUARANTINE: u64 = 7;
/// Copy when the moving average of survival is below this.
const COPY_BELOW: f64 = 0.35;
/// Of the nursery at most this part is copied in one collection.
const MOST_COPIED: f64 = 0.2;

/// What mutators have accumulated since the last minor collection.
#[derive(Default)]
pub(crate) struct Young {
    pub runs: Vec<(usize, usize)>,
    pub blocks: Vec<u32>,
    pub large: Vec<u32>,
    pub remembered: Vec<usize>,
    pub carded: Vec<usize>,
    pub registered: Vec<usize>,
}

/// The collector's own state. Only the thread that has stopped the world touches it.
pub(crate) struct Collector {
    pub young: Young,
    /// Ambiguous words of the last stack scan, sorted.
    pub words: Vec<usize>,
    pub hole: PromotionHole,
    /// First blocks of old large objects.
    pub large: Vec<u32>,
    /// First blocks of frozen large objects.
    pub frozen_large: Vec<u32>,
    /// Frozen objects that were stored into: roots of major collections.
    pub frozen_stored: Vec<usize>,
    /// Old objects whose layout has a finalizer that has not been queued yet.
    pub finalizable: Vec<usize>,
    /// Old objects whose layout has a drop.
    pub droppable: Vec<usize>,
    grey: Vec<usize>,
    pub cycle: Cycle,
    /// Present while a major collection marks.
    pub marker: Option<Marker>,
    quarantine: VecDeque<(u64, u32)>,
    pub stats: HeapStats,
    random: u64,
    /// `stats.survival` is an average of something.
    knows_survival: bool,
    pub nursery: Nursery,
    pub last_end: Option<Instant>,
}

/// What happened in a collection, for hooks.
pub(crate) enum Event {
    Minor(MinorEvent),
    Major(MajorEvent),
}

impl Collector {
    pub fn new(config: &HeapConfig) -> Collector {
        Collector {
            young: Young::default(),
            words: Vec::new(),
            hole: PromotionHole::default(),
            large: Vec::new(),
            frozen_large: Vec::new(),
            frozen_stored: Vec::new(),
            finalizable: Vec::new(),
            droppable: Vec::new(),
            grey: Vec::new(),
            cycle: Cycle::new(config),
            marker: None,
            quarantine: VecDeque::new(),
            stats: HeapStats { nursery_bytes: smallest_nursery(config), ..HeapStats::default() },
            random: config.seed as u64 | 1,
            knows_survival: false,
            nursery: Nursery::new(config),
            last_end: None,
        }
    }

    fn next_random(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }
}

impl Heap {
    /// # Safety
    /// The world is stopped by the caller; `mutators` are all of its threads.
    pub(crate) unsafe fn collect_stopped(
        &self,
        mutators: &[&Mutator],
        what: Collect,
        census: Option<Census>,
    ) {
        let started = Instant::now();
        let cpu_started = thread_cpu_time();
        // SAFETY: the world is stopped by the caller.
        let c = unsafe { &mut *self.collector.get() };
        for mutator in mutators {
            // SAFETY: its thread is stopped.
            unsafe { self.gather(c, mutator) };
        }
        c.young.runs.sort_unstable();
        if self.config.verify {
            self.expect_valid(c, "before a collection");
        }
        if self.config.shadow {
            self.expect_roots(c, mutators);
        }
        let is_counted = census.is_some();
        // SAFETY: caller.
        let minor = unsafe { self.minor(c, mutators, is_counted) };
        let minor_time = thread_cpu_time().saturating_sub(cpu_started);
        let finished = match what {
            // SAFETY: caller; a minor collection was just done.
            Collect::Auto | Collect::Minor => unsafe {
                self.major_step(c, mutators, minor_time, minor.promoted_bytes)
            },
            // SAFETY: as above.
            Collect::Major | Collect::Freeze => unsafe { Some(self.major_full(c, mutators, census)) },
        };
        if what == Collect::Freeze {
            self.freeze(c);
        }
        if self.config.verify {
            self.expect_valid(c, "after a collection");
        }
        let used_blocks = self.pools().used_blocks();
        c.stats.used_bytes = used_blocks << crate::region::BLOCK_SHIFT;
        c.stats.peak_used_bytes = c.stats.peak_used_bytes.max(c.stats.used_bytes);
        let pause = started.elapsed();
        c.stats.pauses.record(pause);
        c.stats.pauses_cpu.record(thread_cpu_time().saturating_sub(cpu_started));
        if !is_counted {
            self.adapt_nursery(c, started, minor_time, &minor);
        }
        let mut events = vec![Event::Minor(MinorEvent {
            duration: minor_time,
            promoted_bytes: minor.promoted_bytes,
            used_bytes: c.stats.used_bytes,
            pinned_count: minor.pinned_count,
        })];
        if let Some(queued) = finished {
            events.push(Event::Major(MajorEvent {
                duration: pause,
                live_bytes: c.stats.live_bytes,
                used_bytes: c.stats.used_bytes,
                finalizers_queued: queued,
            }));
        }
        self.log(c, &events);
        self.events.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(events);
        if !self.finalizers.is_empty() || self.weak.has_notices() {
            for mutator in mutators {
                mutator.request.fetch_or(REQUEST_FINALIZERS, SeqCst);
            }
        }
        self.allocated.store(0, Relaxed);
        self.clear_minor_request();
        c.last_end = Some(Instant::now());
    }

    /// Takes over a thread's lists. Its runs are closed.
    ///
    /// # Safety
    /// The thread is stopped, or is the caller and holds the world's lock.
    pub(crate) unsafe fn gather(&self, c: &mut Collector, mutator: &Mutator) {
        mutator.close_runs();
        // SAFETY: caller.
        unsafe {
            c.young.runs.append(&mut *mutator.holes.runs.get());
            c.young.blocks.append(&mut *mutator.holes.blocks.get());
            c.young.large.append(&mut *mutator.holes.large.get());
            c.young.remembered.append(&mut *mutator.remembered.get());
            c.young.carded.append(&mut *mutator.carded.get());
            c.young.registered.append(&mut *mutator.registered.get());
        }
    }

    /// Takes over what a detaching thread leaves behind.
    ///
    /// # Safety
    /// The lock of the world is held and no collection is under way.
    pub(crate) unsafe fn adopt(&self, mutator: &Mutator) {
        // SAFETY: caller.
        unsafe { self.gather(&mut *self.collector.get(), mutator) };
    }

    /// # Safety
    /// The world is stopped; `mutators` are all of its threads and were gathered. `keeps_all`: promotes what is dead, too, where it is.
    unsafe fn minor(&self, c: &mut Collector, mutators: &[&Mutator], keeps_all: bool) -> MinorResult {
        let mut young = std::mem::take(&mut c.young);
        let mut words = std::mem::take(&mut c.words);
        // SAFETY: caller.
        unsafe { conservative::ambiguous_words(self, mutators, &mut words) };
        if self.config.cons_extra > 0 {
            for _ in 0..self.config.cons_extra {
                words.push(self.region.base() + c.next_random() as usize % self.region.committed().max(1));
            }
            words.sort_unstable();
        }
        let allocated_bytes: usize = young.runs.iter().map(|run| run.1 - run.0).sum();
        let (copying, most_copied) = match self.config.evacuate {
            Evacuation::Always => (true, usize::MAX),
            Evacuation::Never => (false, 0),
            Evacuation::Adaptive => {
                (c.stats.survival < COPY_BELOW, (allocated_bytes as f64 * MOST_COPIED) as usize)
            }
        };
        let grey = std::mem::take(&mut c.grey);
        let mut minor = Minor::new(self, copying, most_copied, grey, &mut c.hole, c.marker.as_mut());
        let tracer = minor.tracer;
        // SAFETY: nothing has moved yet, and the runs are sorted; the rest as the caller promises.
        unsafe {
            conservative::young_objects(self, tracer, &words, &young.runs, |object| minor.pin(object));
            if keeps_all {
                each_young(&self.region, tracer, &young, |object| minor.pin(object));
            }
            minor.roots(mutators, &mut young);
            minor.drain();
        }
        if !c.cycle.enabled {
            crate::cycles::keep_weakly_referenced(tracer, &mut minor, &self.weak);
        }
        self.settle_registered(
            tracer,
            &mut minor,
            &mut young.registered,
            &mut c.finalizable,
            &mut c.droppable,
        );
        if !copying {
            minor.mark_lines(&young.blocks);
        }
        let result = MinorResult {
            promoted_bytes: minor.promoted_bytes,
            copied_bytes: minor.copied_bytes,
            pinned_count: minor.pinned_count,
            allocated_bytes,
        };
        c.frozen_stored.append(&mut minor.frozen_stored);
        c.grey = minor.into_grey_stack();
        self.file_large(&mut young.large, &mut c.large);
        self.file_blocks(c, &young.blocks);

        let s = &mut c.stats;
        s.minor_count += 1;
        s.promoted_bytes += result.promoted_bytes as u64;
        s.copied_bytes += result.copied_bytes as u64;
        s.pinned_count += result.pinned_count as u64;
        s.old_bytes += result.promoted_bytes;
        if result.allocated_bytes > 0 && !keeps_all {
            let survival = (result.promoted_bytes as f64 / result.allocated_bytes as f64).min(1.0);
            let is_first = !std::mem::replace(&mut c.knows_survival, true);
            s.survival = if is_first { survival } else { 0.6 * s.survival + 0.4 * survival };
        }
        young.runs.clear();
        young.blocks.clear();
        c.young = young;
        c.words = words;
        result
    }

    /// Young objects with finalizers are kept for the major collection to judge; of those with drops the dead are dropped.
    fn settle_registered(
        &self,
        tracer: Tracer,
        minor: &mut Minor<'_>,
        registered: &mut Vec<usize>,
        finalizable: &mut Vec<usize>,
        droppable: &mut Vec<usize>,
    ) {
        for &object in registered.iter() {
            let object_now = minor.survivor(object).unwrap_or(object);
            // SAFETY: a registered object; a dead one's header is intact.
            let descr = unsafe { &*tracer.layout(object_now).descr };
            // SAFETY: as above.
            let is_wanted = unsafe { crate::finalize::is_registered(object_now) };
            if is_wanted && (descr.finalizer || descr.drop.is_none()) {
                finalizable.push(minor.resurrect(object));
            }
        }
        minor.drain();
        self.weak_tables.settle_young(minor);
        self.weak.sweep_young(|object| minor.survivor(object));
        for object in registered.drain(..) {
            let survivor = minor.survivor(object);
            // SAFETY: as above.
            let descr = unsafe { &*tracer.layout(survivor.unwrap_or(object)).descr };
            let Some(drop) = descr.drop else { continue };
            match survivor {
                Some(now) => {
                    // SAFETY: a living object of this layout.
                    self.count_owned(unsafe { descr.owned_bytes(now) });
                    droppable.push(now);
                }
                // SAFETY: dead, initialised, and dropped once: the list entry is gone.
                None => unsafe { drop(object as *mut u8) },
            }
        }
    }

    /// Young large objects become old or free.
    fn file_large(&self, young: &mut Vec<u32>, old: &mut Vec<u32>) {
        for head in young.drain(..) {
            let block = head as usize;
            if self.region.old_bits().get(self.region.address(block)) {
                self.region.set_kind(block, kind::LARGE);
                self.region.set_head(block, 0);
                self.region.unlogged().set(self.region.address(block));
                old.push(head);
            } else {
                self.free_large(block);
            }
        }
    }

    /// Frees the blocks of a large object; its mark bits are clear.
    pub(crate) fn free_large(&self, head: usize) {
        let region = &self.region;
        let mut pools = self.pools();
        let mut end = head + 1;
        while end < pools.touched_blocks() && region.kind(end) == kind::LARGE_TAIL && region.head(end) == head
        {
            end += 1;
        }
        region.set_head(head, 0);
        for block in (head..end).rev() {
            if self.config.poison {
                self.poison_free_lines(block);
            }
            pools.put_free(region, block);
        }
    }

    /// Files the blocks that young objects were allocated in.
    fn file_blocks(&self, c: &mut Collector, blocks: &[u32]) {
        let region = &self.region;
        let mut pools = self.pools();
        let now = c.stats.minor_count;
        // Last taken is filed first, so that the next cycle takes the blocks in the same order.
        for &block in blocks.iter().rev() {
            let index = block as usize;
            if self.config.poison {
                self.poison_free_lines(index);
            }
            if self.config.protect && region.old_lines().free_count(region.address(index)) == LINES_PER_BLOCK
            {
                region.set_kind(index, kind::PROTECTED);
                region.protect(index, false);
                c.quarantine.push_back((now, block));
                continue;
            }
            pools.classify(region, index);
        }
        while let Some(&(since, block)) = c.quarantine.front()
            && (now >= since + QUARANTINE || pools.used_blocks() * 2 > pools.block_limit())
        {
            c.quarantine.pop_front();
            region.protect(block as usize, true);
            pools.put_free(region, block as usize);
        }
    }

    pub(crate) fn poison_free_lines(&self, block: usize) {
        let address = self.region.address(block);
        let lines = self.region.old_lines();
        let mut from = 0;
        while let Some((first, end)) = lines.next_hole(address, from) {
            // SAFETY: free lines hold no live object.
            unsafe {
                std::ptr::write_bytes(
                    (address + (first << LINE_SHIFT)) as *mut u8,
                    0xDD,
                    (end - first) * LINE_BYTES,
                );
            }
            from = end;
        }
    }

    fn log(&self, c: &Collector, events: &[Event]) {
        let Some(path) = &self.config.log else { return };
        // A log that cannot be written is not worth stopping the program for.
        if let Ok(mut file) = std::fs::OpenOptions::new().create(true).append(true).open(path) {
            for event in events {
                let _ = match event {
                    Event::Minor(e) => writeln!(file, "gc-minor {} {e:?}", c.stats.minor_count),
                    Event::Major(e) => writeln!(file, "gc-collect-done {} {e:?}", c.stats.major_count),
                };
            }
        }
    }

    /// Calls the hooks, on the thread that collected. They may allocate and so collect: their events wait for the outer call.
    pub(crate) fn after_collection(&self, _mutator: &Mutator) {
        let lock = |e: std::sync::PoisonError<_>| e.into_inner();
        let Some(hooks) = self.hooks.lock().unwrap_or_else(|e| e.into_inner()).take() else {
            self.events.lock().unwrap_or_else(lock).clear();
            return;
        };
        let events = std::mem::take(&mut *self.events.lock().unwrap_or_else(lock));
        for event in &events {
            match event {
                Event::Minor(e) => hooks.on_minor.iter().for_each(|hook| hook(e)),
                Event::Major(e) => hooks.on_major.iter().for_each(|hook| hook(e)),
            }
        }
        self.hooks.lock().unwrap_or_else(|e| e.into_inner()).get_or_insert(hooks);
    }

    /// Installs callbacks; replaces earlier ones.
    pub fn set_hooks(&self, hooks: Hooks) {
        *self.hooks.lock().unwrap_or_else(|e| e.into_inner()) = Some(hooks);
    }

    /// Counters as of the last collection.
    pub fn stats(&self) -> HeapStats {
        self.with_collector(|c| {
            let mut stats = c.stats.clone();
            stats.external_bytes = self.external_bytes.load(Relaxed);
            stats.committed_bytes = self.region.committed();
            stats.used_bytes = self.pools().used_blocks() << crate::region::BLOCK_SHIFT;
            stats
        })
    }
}

/// What a minor collection did.
pub(crate) struct MinorResult {
    pub promoted_bytes: usize,
    pub copied_bytes: usize,
    pub pinned_count: usize,
    pub allocated_bytes: usize,
}
