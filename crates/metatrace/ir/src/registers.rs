//! The values of a trace while the IR interpreter executes it: one word per operation, known to the collector.

use heap::{Mutator, RootId, RootSource, RootVisitor};
use std::cell::Cell;

/// Words that keep the objects alive, and in place, to which they may refer.
pub(crate) struct Registers<'a> {
    mutator: &'a Mutator,
    root: RootId,
    /// Boxed separately: the collector holds its address while `self` may move.
    words: Box<Words>,
}

struct Words(Box<[Cell<u64>]>);

impl RootSource for Words {
    fn trace(&self, visitor: &mut RootVisitor<'_>) {
        // Conservative: the words mix references with integers, which must not change.
        // SAFETY: a boxed slice is valid for its length.
        unsafe { visitor.conservative(self.0.as_ptr().cast(), self.0.len()) }
    }
}

impl<'a> Registers<'a> {
    pub(crate) fn new(mutator: &'a Mutator, count: usize) -> Registers<'a> {
        let words = Box::new(Words(vec![Cell::new(0); count].into_boxed_slice()));
        let source: *const Words = &*words;
        // SAFETY: the box does not move and is removed from the mutator before it is freed, in `drop`.
        let root = unsafe { mutator.add_root_source_unowned(source) };
        Registers { mutator, root, words }
    }

    #[inline]
    pub(crate) fn get(&self, index: u32) -> u64 {
        self.words.0[index as usize].get()
    }

    #[inline]
    pub(crate) fn set(&self, index: u32, bits: u64) {
        self.words.0[index as usize].set(bits);
    }
}

impl Drop for Registers<'_> {
    fn drop(&mut self) {
        self.mutator.remove_root_source(self.root);
    }
}
