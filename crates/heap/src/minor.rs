//! Minor collection: every young object that is reached becomes old, in place or by one copy; the rest is forgotten.
//!
//! 1. Words on native stacks: the young objects they point to are promoted in place, before anything moves.
//! 2. Precise roots: handles, root sources, constants of machine code, the remembered set, dirty cards.
//! 3. Drain the grey stack.
//! 4. Finalizers, weak references and drops, from lists.
//! 5. File the blocks that were touched.
//!
//! The test whether a reference is young reads the block's kind byte and, in a mixed block, one bit; never the object. That
//! one rule made random old→young stores four times faster than reading the child's header.
//!
//! Copying is worth it when little survives (the survivors end up together, the nursery stays whole); promoting in place is
//! cheaper when much does. The choice follows a moving average of survival. An object moves at most once, here.

use crate::collector::Young;
use crate::header::{FLAG_CARDS, FLAG_FORWARDED, FLAG_FROZEN_STORED, FLAG_PIN};
use crate::mark::Marker;
use crate::mutator::Mutator;
use crate::promotion::PromotionHole;
use crate::region::{
    Bitmap, CARD_BYTES, CARDS_PER_BLOCK, LARGE_BYTES, Lines, MEDIUM_BYTES, References, Region, kind, prefetch,
};
use crate::roots::RootVisitor;
use crate::shared::Heap;
use crate::trace::Tracer;

/// Slots between finding a young object and reading it: covers the latency of memory.
const QUEUE_DEPTH: usize = 8;
/// Remembered objects are fetched so far ahead.
const REMEMBERED_AHEAD: usize = 8;

const FORWARDED: u64 = (FLAG_FORWARDED as u64) << 32;
const PIN: u64 = (FLAG_PIN as u64) << 32;
/// The stamp of an old object, as byte 5 of its header.
pub(crate) const OLD_STAMP_BYTE: u8 = 1;
const OLD_STAMP: u64 = (OLD_STAMP_BYTE as u64) << 40;

/// What one minor collection works with.
pub(crate) struct Minor<'a> {
    pub heap: &'a Heap,
    pub(crate) region: &'a Region,
    pub(crate) references: References,
    pub tracer: Tracer,
    pub(crate) old: Bitmap,
    pub(crate) unlogged: Bitmap,
    pub(crate) lines: Lines,
    /// Promoted objects whose slots are still to be visited.
    pub(crate) grey: Vec<usize>,
    /// Slots that refer to young objects, whose headers are on their way into the cache.
    queue: [*mut usize; QUEUE_DEPTH],
    /// Where the next one goes, in place of the one that has waited longest.
    queue_place: usize,
    copying: bool,
    /// When so much was copied, more survives than was expected: the rest stays in place, which takes half the time.
    most_copied_bytes: usize,
    hole: &'a mut PromotionHole,
    /// The major collection, if it is marking: promoted objects are marked, and so is what a marked object refers to.
    pub(crate) marker: Option<&'a mut Marker>,
    /// The fields being visited belong to an object that is marked (while marking).
    owner_is_marked: bool,
    /// Frozen objects that were stored into for the first time.
    pub frozen_stored: Vec<usize>,
    pub promoted_bytes: usize,
    pub copied_bytes: usize,
    pub pinned_count: usize,
}

impl<'a> Minor<'a> {
    pub fn new(
        heap: &'a Heap,
        copying: bool,
        most_copied_bytes: usize,
        grey: Vec<usize>,
        hole: &'a mut PromotionHole,
        marker: Option<&'a mut Marker>,
    ) -> Minor<'a> {
        Minor {
            heap,
            region: &heap.region,
            references: heap.region.references(),
            tracer: Tracer::new(&heap.layouts),
            old: heap.region.old_bits(),
            unlogged: heap.region.unlogged(),
            lines: heap.region.old_lines(),
            grey,
            queue: [std::ptr::null_mut(); QUEUE_DEPTH],
            queue_place: 0,
            copying,
            most_copied_bytes,
            hole,
            marker,
            owner_is_marked: false,
            frozen_stored: Vec::new(),
            promoted_bytes: 0,
            copied_bytes: 0,
            pinned_count: 0,
        }
    }

    /// The emptied stack, to be used again.
    pub fn into_grey_stack(self) -> Vec<usize> {
        self.grey
    }

    /// Promotes in place the object that an ambiguous word points to.
    pub fn pin(&mut self, object: usize) {
        if !self.old.get(object) {
            self.pinned_count += 1;
            if !self.copying {
                self.reach(object);
                return;
            }
            // SAFETY: the caller parsed its way to this object; it has not moved, since nothing has.
            unsafe { self.promote_in_place(object, *(object as *const u64)) };
        }
    }

    /// Visits a slot, root or field: promotes the young object it refers to and updates it.
    ///
    /// # Safety
    /// The slot is readable and writable, and holds a tagged word.
    #[inline(always)]
    pub unsafe fn slot(&mut self, slot: *mut usize) {
        // SAFETY: caller.
        unsafe {
            let word = *slot;
            if !self.region.is_reference(word) || self.region.kind_of(word) & kind::MAYBE_YOUNG == 0 {
                return;
            }
            if !self.copying {
                self.reach(word);
                return;
            }
            let to = self.promote(word);
            if to != word {
                *slot = to;
            }
        }
    }

    /// As `slot`, but where survivors are copied it only begins to fetch a young object; it is promoted when `QUEUE_DEPTH` more were
    /// found, or by `drain`.
    ///
    /// # Safety
    /// As for `slot`; and the slot stays where it is until the next `drain`.
    #[inline(always)]
    unsafe fn field<const COPYING: bool>(&mut self, slot: *mut usize) {
        // SAFETY: caller.
        let word = unsafe { *slot };
        let Some(offset) = self.references.offset(word) else { return };
        if !self.references.may_be_young(offset) {
            if self.owner_is_marked
                && let Some(marker) = &mut self.marker
            {
                marker.mark_object(word);
            }
        } else if COPYING {
            prefetch(word);
            // SAFETY: the slot holds a reference to what may be young.
            unsafe { self.queue_field(slot) };
        } else {
            self.reach(word);
        }
    }

    /// Not inline: most fields are no references to young objects, and are to pay for nothing else.
    ///
    /// # Safety
    /// As for `field`; the slot holds a reference into a block that may be young.
    #[inline(never)]
    unsafe fn queue_field(&mut self, slot: *mut usize) {
        let place = self.queue_place % QUEUE_DEPTH;
        let due = std::mem::replace(&mut self.queue[place], slot);
        self.queue_place = place + 1;
        if !due.is_null() {
            // SAFETY: queued slots hold young references.
            unsafe { self.queued(due) };
        }
    }

    /// # Safety
    /// `slot` was queued: it holds a reference into a block that may be young.
    #[inline(always)]
    unsafe fn queued(&mut self, slot: *mut usize) {
        // SAFETY: caller.
        unsafe {
            let word = *slot;
            let to = self.promote(word);
            if to != word {
                *slot = to;
            }
        }
    }

    /// # Safety
    /// `object` is an object in a block that may be young.
    #[inline(always)]
    unsafe fn promote(&mut self, object: usize) -> usize {
        // SAFETY: caller.
        unsafe {
            if self.old.get(object) {
                // Perhaps a field of a marked object.
                if let Some(marker) = &mut self.marker {
                    marker.mark_object(object);
                }
                return object;
            }
            let header = *(object as *const u64);
            if header & FORWARDED != 0 {
                return *((object + 8) as *const usize);
            }
            if header & PIN == 0 {
                let size = self.tracer.size(object);
                if size <= MEDIUM_BYTES
                    && self.copied_bytes < self.most_copied_bytes
                    && let Some(to) = self.hole.bump(self.heap, size)
                {
                    self.copy(object, header, size, to);
                    return to;
                }
            }
            self.promote_in_place(object, header);
            object
        }
    }

    /// # Safety
    /// As for `promote`; `to` is free memory of that size.
    #[inline(always)]
    unsafe fn copy(&mut self, object: usize, header: u64, size: usize, to: usize) {
        // SAFETY: caller. Objects are whole words.
        unsafe {
            let (from, target) = (object as *mut u64, to as *mut u64);
            target.write(header | OLD_STAMP);
            if size <= 64 {
                for word in 1..size / 8 {
                    target.add(word).write(*from.add(word));
                }
            } else {
                std::ptr::copy_nonoverlapping(from.add(1), target.add(1), size / 8 - 1);
            }
            from.write(header | FORWARDED);
            from.add(1).write(to as u64);
        }
        self.copied_bytes += size;
        self.became_old(to, size);
    }

    /// # Safety
    /// As for `promote`.
    #[inline(always)]
    unsafe fn promote_in_place(&mut self, object: usize, header: u64) {
        // SAFETY: caller.
        unsafe {
            (object as *mut u64).write(header | OLD_STAMP);
            let size = self.tracer.size(object);
            if size > LARGE_BYTES && self.region.kind_of(object) == kind::LARGE_YOUNG {
                self.promote_large(object, size);
            } else {
                self.became_old(object, size);
            }
        }
    }

    #[inline(always)]
    fn became_old(&mut self, object: usize, size: usize) {
        self.old.set(object);
        self.unlogged.set(object);
        self.lines.mark(object, size);
        self.promoted_bytes += size;
        if let Some(marker) = &mut self.marker {
            marker.born_marked(object, size);
        }
        // SAFETY: an object, with its header in place.
        if unsafe { self.tracer.layout(object) }.has_references {
            self.grey.push(object);
        }
    }

    /// # Safety
    /// As for `promote`, for an object in blocks of its own.
    #[cold]
    unsafe fn promote_large(&mut self, object: usize, size: usize) {
        self.old.set(object);
        self.promoted_bytes += size;
        if let Some(marker) = &mut self.marker {
            marker.born_marked_large(object, size);
        }
        // SAFETY: caller.
        unsafe {
            if self.tracer.layout(object).item_is_reference {
                *((object + 4) as *mut u8) |= FLAG_CARDS;
            }
        }
        self.grey.push(object);
    }

    /// Visits the slots of everything that was promoted, until the queue is empty, too.
    pub fn drain(&mut self) {
        if !self.copying {
            return self.drain_in_place();
        }
        let tracer = self.tracer;
        self.owner_is_marked = self.marker.is_some();
        loop {
            while let Some(object) = self.grey.pop() {
                // SAFETY: promoted objects are initialised: no allocation is half done at a safepoint. They do not move again.
                unsafe { tracer.slots(object, |slot| self.field::<true>(slot)) };
            }
            // What has waited longest is next.
            let Some(ahead) = (0..QUEUE_DEPTH)
                .find(|ahead| !self.queue[(self.queue_place + ahead) % QUEUE_DEPTH].is_null())
            else {
                return;
            };
            let place = (self.queue_place + ahead) % QUEUE_DEPTH;
            let due = std::mem::replace(&mut self.queue[place], std::ptr::null_mut());
            // SAFETY: queued slots are fields of objects that do not move.
            unsafe { self.queued(due) };
        }
    }

    /// Visits all precise roots, the remembered set and the dirty cards.
    ///
    /// # Safety
    /// The world is stopped; `mutators` are all of its threads.
    pub unsafe fn roots(&mut self, mutators: &[&Mutator], young: &mut Young) {
        let heap = self.heap;
        {
            // SAFETY: root sources promise that their words are valid.
            let mut word = |word: *mut u64| unsafe { self.slot(word.cast()) };
            let mut visitor = RootVisitor { young_only: true, word: &mut word, conservative: &mut |_, _| {} };
            trace_roots(heap, mutators, &mut visitor);
        }
        // SAFETY: caller.
        unsafe { if self.copying { self.logged::<true>(young) } else { self.logged::<false>(young) } }
    }

    /// Visits the remembered set and the dirty cards.
    ///
    /// # Safety
    /// As for `roots`.
    unsafe fn logged<const COPYING: bool>(&mut self, young: &mut Young) {
        for (index, &object) in young.remembered.iter().enumerate() {
            if let Some(&ahead) = young.remembered.get(index + REMEMBERED_AHEAD) {
                prefetch(ahead);
            }
            // SAFETY: remembered objects are old, hence not moved and not freed since.
            unsafe { self.remembered::<COPYING>(object) };
        }
        young.remembered.clear();
        for object in young.carded.drain(..) {
            // SAFETY: as above.
            unsafe { self.carded::<COPYING>(object) };
        }
    }

    /// # Safety
    /// `object` is an old object.
    #[inline(always)]
    unsafe fn remembered<const COPYING: bool>(&mut self, object: usize) {
        let tracer = self.tracer;
        // SAFETY: caller.
        unsafe {
            *((object + 5) as *mut u8) = OLD_STAMP_BYTE;
            self.unlogged.set(object);
            self.note_frozen(object);
            self.owner_is_marked = self.is_marked(object);
            tracer.slots(object, |slot| self.field::<COPYING>(slot));
        }
    }

    /// A store into a frozen object is remembered for good.
    ///
    /// # Safety
    /// `object` is an old object.
    #[inline(always)]
    unsafe fn note_frozen(&mut self, object: usize) {
        if !matches!(self.region.kind_of(object), kind::PERMANENT | kind::LARGE_PERMANENT) {
            return;
        }
        // SAFETY: caller; the flag byte of its header, in a pause.
        let flags = unsafe { &mut *((object + 4) as *mut u8) };
        if *flags & FLAG_FROZEN_STORED == 0 {
            *flags |= FLAG_FROZEN_STORED;
            self.frozen_stored.push(object);
        }
    }

    /// Visits the slots on the dirty cards of a large array, and cleans them.
    ///
    /// # Safety
    /// `object` is an old large object.
    unsafe fn carded<const COPYING: bool>(&mut self, object: usize) {
        let region = self.region;
        let tracer = self.tracer;
        let head = region.block_of(object);
        region.set_head(head, 0);
        // SAFETY: caller; the cards and dirty bytes of the object's blocks belong to it.
        unsafe {
            self.note_frozen(object);
            let layout = tracer.layout(object);
            self.owner_is_marked = self.is_marked(object);
            tracer.fixed_slots(object, layout, |slot| self.field::<COPYING>(slot));
            let (items, end) = tracer.tail(object, layout);
            for block in head..=region.block_of(end - 1) {
                if *region.dirty(block) == 0 {
                    continue;
                }
                *region.dirty(block) = 0;
                let block_start = region.address(block);
                let cards = region.card(block_start);
                // Eight cards at a time: most are clean.
                for group in (0..CARDS_PER_BLOCK).step_by(8) {
                    let mut dirty = std::mem::take(&mut *cards.add(group).cast::<u64>());
                    while dirty != 0 {
                        let card = group + dirty.trailing_zeros() as usize / 8;
                        dirty &= dirty - 1;
                        let from = (block_start + card * CARD_BYTES).max(items);
                        let to = (block_start + (card + 1) * CARD_BYTES).min(end);
                        for slot in (from..to).step_by(8) {
                            self.field::<COPYING>(slot as *mut usize);
                        }
                    }
                }
            }
        }
    }

    fn is_marked(&self, object: usize) -> bool {
        self.marker.as_ref().is_some_and(|marker| marker.is_marked(object))
    }

    /// Where a young object from one of the lists is now; `None` if it was not reached. Old objects stay.
    pub fn survivor(&self, object: usize) -> Option<usize> {
        if self.region.kind_of(object) & kind::MAYBE_YOUNG == 0 || self.old.get(object) {
            return Some(object);
        }
        // SAFETY: list entries are objects; a dead one's header is intact until its memory is reused.
        let header = unsafe { *(object as *const u64) };
        if header & FORWARDED != 0 {
            // SAFETY: a forwarded object's second word is its new address.
            return Some(unsafe { *((object + 8) as *const usize) });
        }
        None
    }

    /// What a slot's word refers to.
    pub fn reference(&self, word: usize) -> Option<usize> {
        self.region.is_reference(word).then_some(word)
    }

    /// Promotes an object that was not reached but must live on.
    pub fn resurrect(&mut self, object: usize) -> usize {
        let mut word = object;
        // SAFETY: an object from a list of registered ones.
        unsafe { self.slot(&raw mut word) };
        word
    }
}

/// Visits handles, root sources, machine-code constants and queued finalizers: precise roots outside the heap.
pub(crate) fn trace_roots(heap: &Heap, mutators: &[&Mutator], visitor: &mut RootVisitor<'_>) {
    for mutator in mutators {
        mutator.handles.trace(visitor);
        for (_, source) in mutator.sources.borrow().iter() {
            // SAFETY: root sources are valid until removed.
            unsafe { &**source }.trace(visitor);
        }
    }
    heap.stable.trace(visitor);
    heap.finalizers.trace(visitor);
}
