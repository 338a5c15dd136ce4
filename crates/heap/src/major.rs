//! Major collection: the incremental cycle and its pace.
//!
//! ```text
//! IDLE --(old + external > threshold)--> CLEAR --> MARK --(nothing grey, roots rescanned)--> swap --> IDLE
//!   ^ sweeps lazily                      mark bits, a slice per minor collection
//! ```
//! Every step follows a minor collection in the same pause. Marked objects become *the* old objects by swapping two tables,
//! so a dead object disappears at once; the sweep only counts free lines and files blocks, 256 per minor collection.
//! Large objects, weak references, finalizers and drops are handled from lists when marking ends.
//!
//! Pace: marking must finish before the heap has grown by half a threshold. A slice marks at least four times what was just
//! promoted; it stops after `pause_us` (a quarter of that after a long minor collection), later when the head-room is used up, and
//! does not stop when it is used up twice. When it shared its time with a minor collection of which everything survived, it
//! came to nothing until all had to be done at once (50 ms). With less marking, a steady program outgrew its threshold threefold.

use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use crate::census::Census;
use crate::collector::Collector;
use crate::config::HeapConfig;
use crate::conservative;
use crate::finalize::queue_unreachable;
use crate::freeze::mark_frozen_stored;
use crate::gc::Gc;
use crate::mark::{Budget, Marker};
use crate::minor::trace_roots;
use crate::mutator::Mutator;
use crate::region::{BITMAP_BYTES, LINES_PER_BLOCK, kind};
use crate::roots::RootVisitor;
use crate::shared::Heap;
use crate::trace::Tracer;

/// Blocks whose tables are cleared in one step: 1 MiB of tables.
const CLEAR_BLOCKS: usize = (1 << 20) / (BITMAP_BYTES + LINES_PER_BLOCK);
/// Blocks swept after one minor collection.
const SWEEP_BLOCKS: usize = 256;
/// Least work of a marking slice.
const SLICE_BYTES: usize = 2 << 20;
/// Root rescans that may find more than this are followed by another slice, twice; then the cycle is finished.
const FINISH_GREY: usize = 20_000;

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Phase {
    Idle,
    /// Tables of blocks from this one on are to be cleared.
    Clear(usize),
    Mark,
}

pub(crate) struct Cycle {
    phase: Phase,
    /// Bytes promoted since the cycle began, and growth of what objects own outside the heap.
    grown: usize,
    /// `external_bytes` at the last step.
    external: usize,
    /// Blocks `[sweep_next, sweep_end)` are to be swept.
    sweep_next: usize,
    sweep_end: usize,
    /// Old and external bytes at which a cycle starts.
    threshold: usize,
    rescans: u32,
    /// Major collections start by themselves.
    pub enabled: bool,
}

impl Cycle {
    pub fn new(config: &HeapConfig) -> Cycle {
        Cycle {
            phase: Phase::Idle,
            grown: 0,
            external: 0,
            sweep_next: 0,
            sweep_end: 0,
            threshold: (config.min as f64 * config.major_collect) as usize,
            rescans: 0,
            enabled: true,
        }
    }
}

impl Heap {
    /// What a major collection does after a minor one. Returns the number of finalizers queued if a cycle was completed.
    ///
    /// # Safety
    /// The world is stopped, and a minor collection was just done.
    pub(crate) unsafe fn major_step(
        &self,
        c: &mut Collector,
        mutators: &[&Mutator],
        minor_time: Duration,
        promoted: usize,
    ) -> Option<usize> {
        let external = self.external_bytes.load(Relaxed);
        c.cycle.grown += promoted + external.saturating_sub(c.cycle.external);
        c.cycle.external = external;
        match c.cycle.phase {
            Phase::Idle => {
                self.sweep(c, SWEEP_BLOCKS);
                let used = c.stats.old_bytes + self.external_bytes.load(Relaxed);
                if c.cycle.enabled && used > c.cycle.threshold {
                    self.sweep(c, usize::MAX);
                    c.cycle.phase = Phase::Clear(0);
                    c.cycle.grown = 0;
                }
                None
            }
            Phase::Clear(next) => {
                // SAFETY: caller.
                unsafe { self.clear_step(c, mutators, next, CLEAR_BLOCKS) };
                None
            }
            // SAFETY: caller.
            Phase::Mark => unsafe { self.mark_step(c, mutators, minor_time, promoted) },
        }
    }

    /// A whole major collection in one pause. An incremental one under way is abandoned: it would keep what died since.
    ///
    /// # Safety
    /// As for `major_step`.
    pub(crate) unsafe fn major_full(
        &self,
        c: &mut Collector,
        mutators: &[&Mutator],
        census: Option<Census>,
    ) -> usize {
        self.abandon_cycle(c);
        self.sweep(c, usize::MAX);
        // SAFETY: caller.
        let queued = unsafe {
            self.clear_step(c, mutators, 0, usize::MAX);
            self.finish(c, mutators, census)
        };
        self.sweep(c, usize::MAX);
        queued
    }

    /// Forgets the cycle under way, if any. The next one begins with clear tables.
    pub(crate) fn abandon_cycle(&self, c: &mut Collector) {
        c.marker = None;
        c.cycle.phase = Phase::Idle;
    }

    /// Clears mark tables; when all are clear, marks the roots.
    ///
    /// # Safety
    /// As for `major_step`.
    unsafe fn clear_step(&self, c: &mut Collector, mutators: &[&Mutator], next: usize, count: usize) {
        let region = &self.region;
        let touched = self.pools().touched_blocks();
        let end = next.saturating_add(count).min(touched);
        let is_frozen = |kind: &u8| matches!(*kind, kind::PERMANENT | kind::LARGE_PERMANENT);
        let mut start = next;
        for blocks in region.kinds(end.max(next))[next..].split_inclusive(is_frozen) {
            let count = blocks.len() - blocks.last().is_some_and(is_frozen) as usize;
            region.mark_bits().clear_blocks(region.address(start), count);
            region.mark_lines().clear_blocks(region.address(start), count);
            start += blocks.len();
        }
        if end < touched {
            c.cycle.phase = Phase::Clear(end);
            return;
        }
        c.marker = Some(Marker::new(region, Tracer::new(&self.layouts)));
        self.layouts.begin_cycle();
        c.cycle.rescans = 0;
        c.cycle.phase = Phase::Mark;
        // SAFETY: caller.
        unsafe { self.mark_roots(c, mutators) };
    }

    /// # Safety
    /// As for `major_step`; the stacks were scanned by the minor collection.
    unsafe fn mark_roots(&self, c: &mut Collector, mutators: &[&Mutator]) {
        let Some(marker) = &mut c.marker else { return };
        // SAFETY: caller.
        unsafe {
            conservative::old_objects(self, Tracer::new(&self.layouts), &c.words, |object| {
                marker.mark_object(object)
            });
            let mut word = |word: *mut u64| marker.mark_word(*word as usize);
            trace_roots(
                self,
                mutators,
                &mut RootVisitor { young_only: false, word: &mut word, conservative: &mut |_, _| {} },
            );
            mark_frozen_stored(Tracer::new(&self.layouts), &c.frozen_stored, marker);
        }
    }

    /// # Safety
    /// As for `major_step`.
    unsafe fn mark_step(
        &self,
        c: &mut Collector,
        mutators: &[&Mutator],
        minor_time: Duration,
        promoted: usize,
    ) -> Option<usize> {
        c.stats.slice_count += 1;
        let head_room = (c.cycle.threshold / 2).max(1);
        let used = c.cycle.grown as f64 / head_room as f64;
        let pause = Duration::from_micros(self.config.pause_us as u64);
        let budget = if used > 2.0 {
            Budget::Unlimited
        } else {
            // Together with the minor collection one and a half times the time at most; but never less than a quarter of it.
            let time = (pause * 3 / 2).saturating_sub(minor_time).clamp(pause / 4, pause);
            let time = if used > 1.0 { time * 2 } else { time };
            Budget::Slice {
                bytes: SLICE_BYTES.max(promoted * 4),
                until: Instant::now() + time,
                objects: self.config.slice,
            }
        };
        let marker = c.marker.as_mut()?;
        if !marker.drain(budget) {
            return None;
        }
        // SAFETY: caller.
        unsafe {
            self.mark_roots(c, mutators);
            let more = c.marker.as_ref().is_some_and(|marker| marker.grey_count() > FINISH_GREY);
            if more && c.cycle.rescans < 2 && used <= 2.0 {
                c.cycle.rescans += 1;
                return None;
            }
            Some(self.finish(c, mutators, None))
        }
    }

    /// Marks to the end and turns what is marked into the old generation.
    ///
    /// # Safety
    /// As for `major_step`; marking has begun.
    unsafe fn finish(&self, c: &mut Collector, mutators: &[&Mutator], census: Option<Census>) -> usize {
        // SAFETY: caller.
        unsafe { self.mark_roots(c, mutators) };
        let Some(mut marker) = c.marker.take() else { return 0 };
        marker.drain(Budget::Unlimited);
        self.weak_tables.mark_values(&mut marker);
        if let Some(census) = census {
            let mut dead = Vec::new();
            self.for_each_old(|object| {
                if !marker.is_marked(object) {
                    // SAFETY: unreachable objects are intact until the sweep.
                    dead.push(unsafe { Gc::from_address(object) });
                }
            });
            census(&dead);
        }
        self.weak.sweep_old(|object| marker.is_marked(object));
        self.weak_tables.sweep_keys(|object| marker.is_marked(object));
        let tracer = Tracer::new(&self.layouts);
        // SAFETY: caller; the list holds old objects.
        let queued = unsafe {
            queue_unreachable(&self.region, tracer, &mut marker, &mut c.finalizable, &self.finalizers)
        };
        // Tables that finalizers have brought back.
        self.weak_tables.mark_values(&mut marker);
        self.weak_tables.sweep_owners(|object| marker.is_marked(object));
        c.stats.finalized_count += queued as u64;
        c.droppable.retain(|&object| {
            let live = marker.is_marked(object);
            if !live {
                c.stats.dropped_count += 1;
                // SAFETY: a dead old object with a drop; its memory is intact, and the list entry goes away.
                unsafe {
                    let descr = &*tracer.layout(object).descr;
                    self.external_free(descr.owned_bytes(object));
                    if let Some(drop) = descr.drop {
                        drop(object as *mut u8);
                    }
                }
            }
            live
        });
        let dead_large: Vec<u32> = {
            let region = &self.region;
            let (live, dead) =
                c.large.iter().partition(|&&head| marker.is_marked(region.address(head as usize)));
            c.large = live;
            dead
        };
        if self.config.verify {
            self.expect_closed(&marker);
        }
        if self.config.shadow {
            // SAFETY: caller; the stacks were scanned by the minor collection in this pause.
            unsafe { self.expect_reached_is_marked(&c.words, mutators, &marker) };
        }
        self.settle_released_layouts(c, &marker);
        self.region.swap_marks();
        for head in dead_large {
            self.free_large(head as usize);
        }
        c.hole.close(self);

        let live = marker.marked_bytes;
        c.stats.major_count += 1;
        c.stats.live_bytes = live;
        c.stats.old_bytes = live;
        self.set_threshold(c, live, live.saturating_sub(marker.born_bytes));
        c.cycle.phase = Phase::Idle;
        c.cycle.grown = 0;
        c.cycle.sweep_next = 0;
        c.cycle.sweep_end = self.pools().touched_blocks();
        queued
    }

    /// Frees released layout ids that marking has not met. Frozen objects are not marked, so with any, none is freed.
    fn settle_released_layouts(&self, c: &mut Collector, marker: &Marker) {
        if c.stats.frozen_bytes == 0 {
            c.stats.recycled_layout_count += self.layouts.end_cycle(&marker.released_layouts) as u64;
        }
    }

    /// `live` includes objects that were promoted during the cycle and may be dead; `proven` does not.
    pub(crate) fn set_threshold(&self, c: &mut Collector, live: usize, proven: usize) {
        let external = self.external_bytes.load(Relaxed);
        let base = (proven + external).max(self.config.min) as f64;
        let capped =
            (base * self.config.major_collect).min(c.cycle.threshold as f64 * self.config.growth) as usize;
        // The cap must not make collections follow one another without pause.
        let mut threshold = capped.max(((live + external) as f64 * 1.25) as usize);
        if self.config.max != 0 {
            threshold = threshold.min(self.config.max / 4 * 3);
        }
        c.cycle.threshold = threshold;
        c.stats.threshold_bytes = threshold;
    }

    /// Files up to `count` blocks by what the last marking left in them.
    pub(crate) fn sweep(&self, c: &mut Collector, count: usize) {
        let end = c.cycle.sweep_next.saturating_add(count).min(c.cycle.sweep_end);
        if c.cycle.sweep_next >= end {
            return;
        }
        let mut pools = self.pools();
        for block in c.cycle.sweep_next..end {
            if self.region.kind(block) == kind::OLD && c.hole.block() != Some(block) {
                if self.config.poison {
                    self.poison_free_lines(block);
                }
                pools.classify(&self.region, block);
            }
        }
        c.cycle.sweep_next = end;
        if end == c.cycle.sweep_end {
            // The next nursery is not given back.
            let keep = (self.config.nursery * 2) >> crate::region::BLOCK_SHIFT;
            c.stats.released_bytes += pools.release_idle(&self.region, keep) as u64;
        }
    }

    /// Allows or forbids major collections to start by themselves. Minor ones always happen; while major ones are forbidden, they leave
    /// alone what weak references show and a cycle keeps.
    pub fn set_major_enabled(&self, enabled: bool) {
        self.with_collector(|c| c.cycle.enabled = enabled);
    }

    pub fn is_major_enabled(&self) -> bool {
        self.with_collector(|c| c.cycle.enabled)
    }

    /// Is no incremental major collection under way?
    pub fn is_major_idle(&self) -> bool {
        self.with_collector(|c| c.cycle.phase == Phase::Idle)
    }
}
