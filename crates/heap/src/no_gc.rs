//! A scope in which this thread must not collect: for code that holds what a collection would invalidate (a slice of raw
//! addresses, a half-initialised object).
//!
//! Nothing is switched off: reaching an allocation or a safepoint inside is a bug, and is reported at that place. The check
//! is made in debug builds at every allocation and safepoint, and in all builds where a collection would begin.

use crate::mutator::Mutator;

/// Made by [`Mutator::no_gc`]; the scope ends when it is dropped. Scopes nest.
#[must_use = "the scope ends when this is dropped"]
pub struct NoGc<'a>(&'a Mutator);

impl Mutator {
    /// Begins a scope in which allocating, and stopping for a collection, are bugs.
    pub fn no_gc(&self) -> NoGc<'_> {
        self.no_gc_depth.set(self.no_gc_depth.get() + 1);
        NoGc(self)
    }

    /// Panics inside a [`NoGc`] scope.
    pub(crate) fn expect_may_collect(&self) {
        assert!(self.no_gc_depth.get() == 0, "a collection was about to begin inside a `no_gc` scope");
    }
}

impl Drop for NoGc<'_> {
    fn drop(&mut self) {
        self.0.no_gc_depth.set(self.0.no_gc_depth.get() - 1);
    }
}
