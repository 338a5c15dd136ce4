//! From ambiguous words on native stacks to objects.
//!
//! No object map is kept for young objects: a block's run is parsed from its start, at most 32 KiB for a hit. Old objects
//! are found in the bitmap of their starts. Interior pointers count, and so does one past the end, which is where an
//! iterator over a slice points. Tagged words need no special care: an immediate is not an address of the region.

use crate::mutator::Mutator;
use crate::region::{BLOCK_BYTES, Region, kind};
use crate::roots::RootVisitor;
use crate::shared::Heap;
use crate::trace::Tracer;

/// Collects the words in `[start, end)` that point into blocks.
///
/// # Safety
/// The range is readable.
#[inline(never)]
unsafe fn scan_range(region: &Region, start: usize, end: usize, found: &mut Vec<usize>) {
    let (base, committed) = (region.base(), region.committed());
    let mut word = start as *const usize;
    while (word as usize) < end {
        // SAFETY: caller. Volatile: the words of other frames may be anything.
        let value = unsafe { word.read_volatile() };
        // Below or equal: one past the last committed block is the end of its last object.
        if value.wrapping_sub(base) <= committed {
            found.push(value);
        }
        word = word.wrapping_add(1);
    }
}

/// All ambiguous words of the stopped threads, sorted, each once.
///
/// # Safety
/// The world is stopped, and `mutators` are all of its threads.
pub(crate) unsafe fn ambiguous_words(heap: &Heap, mutators: &[&Mutator], found: &mut Vec<usize>) {
    found.clear();
    for mutator in mutators {
        let thread = &mutator.thread;
        let mut low = thread.stack_pointer.load(std::sync::atomic::Ordering::Relaxed);
        // SAFETY: a stopped thread published its stack pointer; extra stacks are their registrants' promise.
        unsafe {
            for dead in thread.dead_stack.borrow().iter() {
                scan_range(&heap.region, low, dead.start.max(low), found);
                low = low.max(dead.end);
            }
            scan_range(&heap.region, low, thread.stack_base, found);
            for &(low, base) in mutator.extra_stacks.borrow().iter() {
                scan_range(&heap.region, low, base, found);
            }
        }
        for (_, source) in mutator.sources.borrow().iter() {
            let mut conservative = |start: *const u64, length: usize| {
                // SAFETY: the root source's promise.
                unsafe { scan_range(&heap.region, start as usize, start as usize + length * 8, found) }
            };
            // SAFETY: root sources are valid until removed.
            unsafe { &**source }.trace(&mut RootVisitor {
                young_only: false,
                word: &mut |_| {},
                conservative: &mut conservative,
            });
        }
    }
    found.sort_unstable();
    found.dedup();
}

/// Calls `pin` with each young object that one of the `words` points to (or to its end). `runs` are sorted.
///
/// # Safety
/// The world is stopped; the runs hold parseable objects, none of which has moved yet.
pub(crate) unsafe fn young_objects(
    heap: &Heap,
    tracer: Tracer,
    words: &[usize],
    runs: &[(usize, usize)],
    mut pin: impl FnMut(usize),
) {
    let region = &heap.region;
    let mut next = 0;
    for &(start, end) in runs {
        while next < words.len() && words[next] < start {
            next += 1;
        }
        let mut object = start;
        while object < end && next < words.len() && words[next] <= end {
            // SAFETY: runs parse.
            let object_end = object + unsafe { tracer.size(object) };
            if words[next] <= object_end {
                pin(object);
            }
            while next < words.len() && words[next] < object_end {
                next += 1;
            }
            object = object_end;
        }
    }
    for &word in words {
        if let Some(head) = large_head(region, word)
            && region.kind(head) == kind::LARGE_YOUNG
        {
            pin(region.address(head));
        }
    }
}

/// The large object whose blocks `word` points into, or to the end of: its first block.
fn large_head(region: &Region, word: usize) -> Option<usize> {
    let head_at = |address: usize| {
        if address.wrapping_sub(region.base()) >= region.committed() {
            return None;
        }
        let block = region.block_of(address);
        match region.kind(block) {
            kind::LARGE | kind::LARGE_YOUNG => Some(block),
            kind::LARGE_TAIL => Some(region.head(block)),
            _ => None,
        }
    };
    // A word at a block boundary is rather the end of the object before than nothing.
    head_at(word).or_else(|| if word.is_multiple_of(BLOCK_BYTES) { head_at(word - 1) } else { None })
}

/// Calls `found` with each old object that one of the `words` points to (or to its end).
///
/// # Safety
/// The world is stopped.
pub(crate) unsafe fn old_objects(heap: &Heap, tracer: Tracer, words: &[usize], mut found: impl FnMut(usize)) {
    let region = &heap.region;
    let old = region.old_bits();
    for &word in words {
        if let Some(head) = large_head(region, word) {
            if region.kind(head) == kind::LARGE {
                found(region.address(head));
            }
            if !word.is_multiple_of(BLOCK_BYTES) {
                continue;
            }
        }
        for address in [word, word - 1] {
            if address.wrapping_sub(region.base()) >= region.committed() {
                continue;
            }
            let block = region.block_of(address);
            if !matches!(region.kind(block), kind::OLD | kind::PERMANENT) {
                continue;
            }
            if let Some(object) = old.last_at_or_before(address, region.address(block)) {
                // SAFETY: a set bit is the start of an old object.
                if word <= object + unsafe { tracer.size(object) } {
                    found(object);
                }
            }
        }
    }
}
