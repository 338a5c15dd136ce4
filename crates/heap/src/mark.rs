//! Marking for the major collection: from roots through the old generation, in slices.
//!
//! An object is marked when it is pushed, so the stack holds each once; popping goes through a short queue behind a
//! prefetch, because nearly every old object is a cache miss. A store into a marked object is logged by the same write
//! barrier as for the young generation, and the next minor collection, which visits its fields anyway, marks what was stored
//! (Steele's rule). So it does for the objects that it promotes, which are born marked. No read barrier, no snapshot: roots
//! are scanned again at the end.
//!
//! Marking runs only directly after a minor collection, so it never meets a young object.

use std::collections::HashSet;
use std::time::Instant;

use crate::header::HEADER_LAYOUT_MASK;
use crate::region::{Bitmap, LARGE_BYTES, Lines, Region, kind, prefetch};
use crate::trace::{CHUNK_SLOTS, Tracer};

const PREFETCH_DEPTH: usize = 8;
/// Objects between two looks at the clock.
const CLOCK_INTERVAL: usize = 256;

/// How far a slice goes.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Budget {
    Unlimited,
    /// Until so many bytes were marked or the time has come.
    Slice {
        bytes: usize,
        until: Instant,
        /// Or so many objects were, if not 0.
        objects: usize,
    },
}

pub(crate) struct Marker {
    region: *const Region,
    tracer: Tracer,
    mark: Bitmap,
    lines: Lines,
    stack: Vec<usize>,
    /// Pieces `[start, end)` of large arrays whose slots are still to be visited.
    ranges: Vec<(usize, usize)>,
    /// Bytes of marked and traced objects.
    pub marked_bytes: usize,
    /// Bytes of objects that were marked because they were promoted during this cycle.
    pub born_bytes: usize,
    /// Released layout ids that objects still have.
    pub released_layouts: HashSet<u32>,
}

impl Marker {
    /// For a new cycle; mark bits and lines are clear.
    pub fn new(region: &Region, tracer: Tracer) -> Marker {
        Marker {
            region,
            tracer,
            mark: region.mark_bits(),
            lines: region.mark_lines(),
            stack: Vec::new(),
            ranges: Vec::new(),
            marked_bytes: 0,
            born_bytes: 0,
            released_layouts: HashSet::new(),
        }
    }

    fn region(&self) -> &Region {
        // SAFETY: the region belongs to the heap, which owns this marker.
        unsafe { &*self.region }
    }

    pub fn is_marked(&self, object: usize) -> bool {
        self.mark.get(object)
    }

    pub fn is_done(&self) -> bool {
        self.stack.is_empty() && self.ranges.is_empty()
    }

    /// Work in sight, in objects.
    pub fn grey_count(&self) -> usize {
        self.stack.len() + self.ranges.len()
    }

    #[inline(always)]
    pub fn mark_object(&mut self, object: usize) {
        if self.mark.set_new(object) {
            self.stack.push(object);
        }
    }

    /// Marks what a slot or root refers to.
    #[inline(always)]
    pub fn mark_word(&mut self, word: usize) {
        if self.region().is_reference(word) {
            self.mark_object(word);
        }
    }

    /// # Safety
    /// The slot is readable.
    #[inline(always)]
    unsafe fn mark_slot(&mut self, slot: *mut usize) {
        // SAFETY: caller.
        let word = unsafe { *slot };
        self.mark_word(word);
    }

    /// An object became old during the cycle: it is marked, and the minor collection visits its fields.
    #[inline(always)]
    pub fn born_marked(&mut self, object: usize, size: usize) {
        self.lines.mark(object, size);
        self.born_marked_large(object, size);
    }

    /// The first half of `born_marked`, while the object's size is not known yet.
    #[inline(always)]
    pub fn born_at(&mut self, offset: usize) {
        self.mark.set_new_at(offset);
    }

    /// The second half, but for the lines.
    #[inline(always)]
    pub fn count_born(&mut self, size: usize) {
        self.born_bytes += size;
        self.marked_bytes += size;
    }

    /// Marks the lines of all marked objects of a block. Objects that are still grey only have theirs earlier than others.
    pub fn mark_lines(&self, block_address: usize) {
        // SAFETY: what has its bit set is an object.
        self.lines.mark_objects(block_address, self.mark, |object| unsafe { self.tracer.size(object) });
    }

    #[inline(always)]
    pub fn born_marked_large(&mut self, object: usize, size: usize) {
        self.born_bytes += size;
        self.marked_bytes += size;
        self.mark.set(object);
    }

    /// An array has shrunk: `[start, end)` no longer belongs to it.
    pub fn forget_ranges(&mut self, start: usize, end: usize) {
        for range in &mut self.ranges {
            if range.0 < end && range.1 > start {
                range.1 = start.max(range.0);
            }
        }
    }

    /// Traces until nothing is grey (true) or the budget is used up (false).
    pub fn drain(&mut self, budget: Budget) -> bool {
        let mut queue = [0usize; PREFETCH_DEPTH];
        let (mut first, mut length) = (0, 0);
        let limit = match budget {
            Budget::Unlimited => usize::MAX,
            Budget::Slice { bytes, .. } => self.marked_bytes.saturating_add(bytes),
        };
        let interval = match budget {
            Budget::Slice { objects, .. } if objects > 0 => objects,
            _ => CLOCK_INTERVAL,
        };
        let mut countdown = interval;
        loop {
            while length < PREFETCH_DEPTH
                && let Some(object) = self.stack.pop()
            {
                prefetch(object);
                queue[(first + length) % PREFETCH_DEPTH] = object;
                length += 1;
            }
            if length > 0 {
                let object = queue[first];
                first = (first + 1) % PREFETCH_DEPTH;
                length -= 1;
                // SAFETY: marked objects are old and initialised.
                unsafe { self.trace(object) };
            } else {
                let Some((start, end)) = self.ranges.pop() else { return true };
                let split = (start + CHUNK_SLOTS * 8).min(end);
                if split < end {
                    self.ranges.push((split, end));
                }
                for slot in (start..split).step_by(8) {
                    // SAFETY: the range is part of a marked array.
                    unsafe { self.mark_slot(slot as *mut usize) };
                }
                self.marked_bytes += split - start;
                countdown = 1;
            }
            countdown -= 1;
            if countdown == 0 {
                countdown = interval;
                if let Budget::Slice { until, objects, .. } = budget
                    && (objects > 0 || self.marked_bytes >= limit || Instant::now() >= until)
                {
                    self.stack.extend((0..length).map(|i| queue[(first + i) % PREFETCH_DEPTH]));
                    return self.is_done();
                }
            }
        }
    }

    /// # Safety
    /// `object` is a marked object.
    #[inline(always)]
    unsafe fn trace(&mut self, object: usize) {
        let tracer = self.tracer;
        // SAFETY: caller.
        unsafe {
            if tracer.layout(object).released {
                self.note_released(object);
            }
            let size = tracer.size(object);
            if size > LARGE_BYTES && self.region().kind_of(object) == kind::LARGE {
                return self.trace_large(object, size);
            }
            self.marked_bytes += size;
            self.lines.mark(object, size);
            tracer.slots(object, |slot| self.mark_slot(slot));
        }
    }

    #[cold]
    #[inline(never)]
    fn note_released(&mut self, object: usize) {
        // SAFETY: a marked object begins with its header.
        self.released_layouts.insert(unsafe { *(object as *const u32) } & HEADER_LAYOUT_MASK);
    }

    /// # Safety
    /// As for `trace`.
    #[cold]
    unsafe fn trace_large(&mut self, object: usize, size: usize) {
        let tracer = self.tracer;
        // SAFETY: caller.
        unsafe {
            let layout = tracer.layout(object);
            tracer.fixed_slots(object, layout, |slot| self.mark_slot(slot));
            if layout.item_is_reference {
                // The items' bytes are counted when they are visited.
                let (start, end) = tracer.tail(object, layout);
                self.ranges.push((start, end));
                self.marked_bytes += size - (end - start);
            } else {
                self.marked_bytes += size;
            }
        }
    }
}
