//! Whether memory views of a bytearray are alive: below them it must not change its size.
//!
//! CPython counts references, so a view ends with the last of them. Here a view that nobody released lasts until it is collected. So
//! [`ByteArray::exports`] counts the views that were made and not released, which is exact for `with` and `release()` and otherwise too
//! high; and a resize that meets a count above zero *probes*: it walks over what is reachable for certain and looks for one of these views.
//! If there is none, the count is zero again.
//!
//! A probe costs about as much as marking the heap. A loop that makes a view, forgets it and resizes would pay that each time;
//! so after [`FREE_PROBES`] that found nothing there is one for each collection only, until one finds a view. So probes cost what collections
//! do. A resize that skips its probe is let through.
//!
//! Limits: a resize that skips its probe, and one below a view that only machine code or native code holds, is let through. The view then
//! raises `BufferError` itself if its bytes are gone.

use crate::frames::forget_dead_temporaries;
use crate::objects::{ByteArray, Foreign, MemoryView};
use crate::outside;
use crate::py::{Py, Result};
use crate::value::{Word, as_object};
use heap::{Gc, Layout};
use std::cell::Cell;

/// What CPython says of bytearrays and of streams in memory.
pub const EXISTING: &str = "Existing exports of data: object cannot be re-sized";

/// Probes in a row that may find nothing before most are skipped.
const FREE_PROBES: u32 = 16;

#[derive(Default)]
struct Probes {
    /// How many in a row have found nothing.
    useless: Cell<u32>,
    /// Collections when the last of them was made.
    collections: Cell<u64>,
}

/// [`ByteArray::exports`] counts views below this, and by it the computations that look at the bytes while user code runs: those are exact.
const IN_USE: i64 = 1 << 32;

/// Runs a computation that may run user code, and will look at the bytes of an object again afterwards.
pub fn while_in_use<T>(py: Py, object: Word, computation: impl FnOnce() -> Result<T>) -> Result<T> {
    let Some(array) = exporter(py, object) else { return computation() };
    array.exports.set(array.exports.get() + IN_USE);
    let result = computation();
    array.exports.set(array.exports.get() - IN_USE);
    result
}

/// The bytearray whose bytes an object shows: itself, or that in the word of an object of a runtime module.
pub fn exporter(py: Py, object: Word) -> Option<Gc<ByteArray>> {
    let base = py.base(object);
    as_object::<ByteArray>(base).or_else(|| as_object(as_object::<Foreign>(base)?.words.get()))
}

/// A view of an object was made.
pub fn add(py: Py, object: Word) {
    if let Some(array) = exporter(py, object) {
        array.exports.set(array.exports.get() + 1);
    } else if let Some(holder) = outside::holder(py, object) {
        let bytes = outside::held(&holder);
        bytes.exports.set(bytes.exports.get() + 1);
    }
}

/// A view of an object was released.
pub fn remove(py: Py, object: Word) {
    if let Some(array) = exporter(py, object) {
        // A probe may have found that there are none although machine code held this one.
        if array.exports.get() % IN_USE > 0 {
            array.exports.set(array.exports.get() - 1);
        }
    } else if let Some(holder) = outside::holder(py, object) {
        let bytes = outside::held(&holder);
        bytes.exports.set((bytes.exports.get() - 1).max(0));
    }
}

/// Whether there is a view, for certain, of whose source this is true.
pub fn has_view(py: Py, is_source: impl Fn(Word) -> bool) -> bool {
    py.mutator().any_reachable(&words_of_frames(py), |object: Gc<heap::Object>| {
        object.layout_id() == MemoryView::ID
            && object.downcast::<MemoryView>().is_some_and(|view| is_source(view.source.get()))
    })
}

impl ByteArray {
    /// Errors: `BufferError` with this text if there are views, whose bytes must stay where they are.
    #[inline]
    pub fn check_exports(&self, py: Py, text: &str) -> Result<()> {
        if self.exports.get() == 0 || !self.has_views(py) { Ok(()) } else { Err(py.buffer_error(text)) }
    }

    #[cold]
    fn has_views(&self, py: Py) -> bool {
        if self.exports.get() >= IN_USE {
            return true;
        }
        let probes = py.vm().state::<Probes>();
        let stats = py.mutator().heap().stats();
        let collections = stats.minor_count + stats.major_count;
        if probes.useless.get() >= FREE_PROBES && probes.collections.get() == collections {
            return false;
        }
        if has_view(py, |source| exporter(py, source).is_some_and(|array| std::ptr::eq(&*array, self))) {
            probes.useless.set(0);
            return true;
        }
        self.exports.set(0);
        probes.useless.set(probes.useless.get().saturating_add(1));
        probes.collections.set(collections);
        false
    }
}

/// What the frames of all threads hold and may still read or show.
fn words_of_frames(py: Py) -> Vec<Word> {
    forget_dead_temporaries(py);
    let mut words = Vec::new();
    let mut note = |view: crate::frames::FrameView| {
        words.extend((0..view.code.slot_count()).map(view.slot));
        true
    };
    for thread in py.vm().threads() {
        match std::ptr::eq(thread, py.thread()) {
            true => (py.vm().hooks.visit_frames)(py, &mut note),
            false => (py.vm().hooks.visit_frames_of)(thread, &mut note),
        }
    }
    words
}
