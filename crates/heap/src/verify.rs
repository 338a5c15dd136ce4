//! The heap verifier: every invariant that a collection relies on, checked by walking the whole heap.
//!
//! * each old object has a registered layout, the right stamp, lies in its block, and its lines are marked;
//! * each reference is to an old object's start, or to the start of a young object;
//! * each old object that refers to a young one was logged, or has a dirty card there (a missing barrier is found here);
//! * header and bitmap agree on what was logged, it is remembered, and no store into a young object is to be logged;
//! * pools agree with block kinds;
//! * when marking ends, marked objects refer to marked ones only (`expect_closed`).

use std::collections::HashSet;
use std::fmt;

use crate::collector::Collector;
use crate::gc::Gc;
use crate::header::{FLAG_CARDS, FLAG_FORWARDED, LayoutId};
use crate::mark::Marker;
use crate::pools::Pool;
use crate::region::{BLOCK_BYTES, LINE_BYTES, kind};
use crate::shared::Heap;
use crate::trace::Tracer;

/// A broken invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Address of the object (or block) concerned.
    pub object: usize,
    /// Name of its layout, as far as that can be found.
    pub layout: String,
    /// Byte offset of the field concerned.
    pub offset: Option<usize>,
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {:#x}", self.layout, self.object)?;
        if let Some(offset) = self.offset {
            write!(f, ", field at offset {offset}")?;
        }
        write!(f, ": {}", self.what)
    }
}

impl Heap {
    fn violation(&self, object: usize, offset: Option<usize>, what: impl Into<String>) -> Violation {
        // SAFETY: only called with addresses in committed blocks.
        let id = unsafe { *(object as *const u32) } & crate::header::HEADER_LAYOUT_MASK;
        let layout = match self.layouts.description(LayoutId(id)) {
            Some(descr) => descr.name.to_string(),
            None => format!("layout {id}"),
        };
        Violation { object, layout, offset, what: what.into() }
    }

    /// Calls `f` with every old object. The world is stopped, or is the caller's alone.
    pub(crate) fn for_each_old(&self, mut f: impl FnMut(usize)) {
        let touched = self.pools().touched_blocks();
        for (block, &kind) in self.region.kinds(touched).iter().enumerate() {
            let address = self.region.address(block);
            match kind {
                kind::OLD | kind::YOUNG | kind::MIXED | kind::PERMANENT => {
                    self.region.old_bits().for_each(address, &mut f);
                }
                kind::LARGE | kind::LARGE_YOUNG | kind::LARGE_PERMANENT
                    if self.region.old_bits().get(address) =>
                {
                    f(address)
                }
                _ => {}
            }
        }
    }

    /// All violations, at most a hundred. `young` lists the starts of all young objects.
    pub(crate) fn violations(&self, c: &Collector) -> Vec<Violation> {
        let tracer = Tracer::new(&self.layouts);
        let mut found = Vec::new();
        let mut young = HashSet::new();
        let remembered: HashSet<usize> = c.young.remembered.iter().copied().collect();
        for &(start, end) in &c.young.runs {
            let mut object = start;
            while object < end {
                // SAFETY: runs hold initialised objects.
                let id = unsafe { *(object as *const u32) } & crate::header::HEADER_LAYOUT_MASK;
                if self.layouts.description(LayoutId(id)).is_none() {
                    found.push(self.violation(object, None, "young object without a registered layout"));
                    break;
                }
                young.insert(object);
                // SAFETY: the layout is known.
                object += unsafe { tracer.size(object) };
            }
        }
        young.extend(c.young.large.iter().map(|&block| self.region.address(block as usize)));
        self.for_each_old(|object| {
            if found.len() < 100 {
                self.check_old(tracer, object, &young, &mut found);
                if !self.region.unlogged().get(object) && !remembered.contains(&object) {
                    found.push(self.violation(
                        object,
                        None,
                        "old object counts as logged but is not remembered",
                    ));
                }
            }
        });
        for &object in &young {
            if found.len() < 100 {
                self.check_slots(tracer, object, &young, false, &mut found);
                if self.region.unlogged().get(object) {
                    found.push(self.violation(object, None, "young object whose stores are to be logged"));
                }
            }
        }
        let pools = self.pools();
        for block in 0..pools.touched_blocks() {
            let free = pools.pool_of(block) == Pool::Free;
            if free != (self.region.kind(block) == kind::FREE) && found.len() < 100 {
                let what = format!(
                    "block of kind {} is in pool {:?}",
                    self.region.kind(block),
                    pools.pool_of(block)
                );
                found.push(Violation {
                    object: self.region.address(block),
                    layout: "block".to_string(),
                    offset: None,
                    what,
                });
            }
        }
        found
    }

    fn check_old(&self, tracer: Tracer, object: usize, young: &HashSet<usize>, found: &mut Vec<Violation>) {
        let region = &self.region;
        // SAFETY: a set bit is the start of an old object.
        let gc: Gc = unsafe { Gc::from_address(object) };
        if self.layouts.description(gc.layout_id()).is_none() {
            found.push(self.violation(object, None, "old object without a registered layout"));
            return;
        }
        if gc.header().has_flag(FLAG_FORWARDED) {
            found.push(self.violation(object, None, "old object is marked as moved"));
        }
        // SAFETY: the layout is known.
        let size = unsafe { tracer.size(object) };
        if !matches!(region.kind_of(object), kind::LARGE | kind::LARGE_YOUNG | kind::LARGE_PERMANENT) {
            if object % BLOCK_BYTES + size > BLOCK_BYTES {
                found.push(self.violation(object, None, format!("{size} bytes cross the end of the block")));
                return;
            }
            let block_start = object & !(BLOCK_BYTES - 1);
            let lines = region.old_lines().block(block_start);
            let (first, last) =
                ((object - block_start) / LINE_BYTES, (object + size - 1 - block_start) / LINE_BYTES);
            if lines[first..=last].contains(&0) {
                found.push(self.violation(object, None, "old object on a line that counts as free"));
            }
        }
        let logged = gc.header().stamp().load(std::sync::atomic::Ordering::Relaxed) == 0;
        if logged == region.unlogged().get(object) {
            let what = format!("the header says logged: {logged}, the bitmap does not");
            found.push(self.violation(object, None, what));
        }
        self.check_slots(tracer, object, young, !logged, found);
    }

    /// `must_be_logged`: the object is old and its stores were not logged, so it must not refer to young objects.
    fn check_slots(
        &self,
        tracer: Tracer,
        object: usize,
        young: &HashSet<usize>,
        must_be_logged: bool,
        found: &mut Vec<Violation>,
    ) {
        let region = &self.region;
        // SAFETY: an initialised object of known layout.
        unsafe {
            let carded = *((object + 4) as *const u8) & FLAG_CARDS != 0;
            tracer.slots(object, |slot| {
                let word = *slot;
                if !region.is_reference(word) {
                    return;
                }
                let offset = Some(slot as usize - object);
                let is_young = young.contains(&word);
                let is_old = word - region.base() < region.committed()
                    && !matches!(region.kind_of(word), kind::FREE | kind::PROTECTED | kind::LARGE_TAIL)
                    && region.old_bits().get(word);
                if !is_young && !is_old {
                    found.push(self.violation(object, offset, format!("{word:#x} is not an object")));
                } else if is_young && must_be_logged && !(carded && *region.card(slot as usize) != 0) {
                    found.push(self.violation(
                        object,
                        offset,
                        format!("missing write barrier: the old object refers to the young {word:#x} but was not logged"),
                    ));
                }
            });
        }
    }

    pub(crate) fn expect_valid(&self, c: &Collector, when: &str) {
        let found = self.violations(c);
        if !found.is_empty() {
            let lines: Vec<String> = found.iter().take(10).map(Violation::to_string).collect();
            panic!("the heap is broken {when} ({} violations):\n{}", found.len(), lines.join("\n"));
        }
    }

    /// Panics unless marked objects refer to marked objects only.
    pub(crate) fn expect_closed(&self, marker: &Marker) {
        let tracer = Tracer::new(&self.layouts);
        self.for_each_old(|object| {
            if !marker.is_marked(object) {
                return;
            }
            // SAFETY: an old object.
            unsafe {
                tracer.slots(object, |slot| {
                    let word = *slot;
                    assert!(
                        !self.region.is_reference(word) || marker.is_marked(word),
                        "{}",
                        self.violation(
                            object,
                            Some(slot as usize - object),
                            "marked object refers to an unmarked one"
                        )
                    );
                });
            }
        });
    }
}
