//! Typed indices: a `u32` that can only index the table it was made for.
//!
//! `typed_index!` makes the newtype, [`IndexVec`] is the table. The all-ones index is reserved as "none", so
//! that an optional index stays four bytes wide.

use std::marker::PhantomData;

/// A newtype over `u32` made by [`typed_index!`](crate::typed_index).
pub trait Index: Copy + Eq + 'static {
    fn from_usize(index: usize) -> Self;
    fn as_usize(self) -> usize;
}

/// Declares index types: `typed_index! { /// Doc. pub struct LoopIndex; }`.
#[macro_export]
macro_rules! typed_index {
    ($($(#[$attribute:meta])* $vis:vis struct $name:ident;)*) => { $(
        $(#[$attribute])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        $vis struct $name(pub u32);

        impl $name {
            /// No element.
            #[allow(dead_code)]
            $vis const NONE: $name = $name(u32::MAX);
            #[allow(dead_code)]
            $vis const fn is_none(self) -> bool { self.0 == u32::MAX }
        }

        impl $crate::index::Index for $name {
            #[inline]
            fn from_usize(index: usize) -> Self {
                assert!(index < u32::MAX as usize, concat!("too many elements for a ", stringify!($name)));
                $name(index as u32)
            }
            #[inline]
            fn as_usize(self) -> usize { self.0 as usize }
        }
    )* };
}

/// A growable table indexed by `I` only.
#[derive(Clone, Debug)]
pub struct IndexVec<I, T> {
    items: Vec<T>,
    index: PhantomData<I>,
}

impl<I: Index, T> IndexVec<I, T> {
    pub const fn new() -> Self {
        IndexVec { items: Vec::new(), index: PhantomData }
    }
    /// Appends and returns the new element's index.
    pub fn push(&mut self, item: T) -> I {
        self.items.push(item);
        I::from_usize(self.items.len() - 1)
    }
    /// `None` for an index out of range, the reserved "none" included.
    pub fn get(&self, index: I) -> Option<&T> {
        self.items.get(index.as_usize())
    }
    pub fn len(&self) -> usize {
        self.items.len()
    }
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
    pub fn iter(&self) -> impl Iterator<Item = (I, &T)> {
        self.items.iter().enumerate().map(|(i, item)| (I::from_usize(i), item))
    }
}

impl<I: Index, T> Default for IndexVec<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: Index, T> std::ops::Index<I> for IndexVec<I, T> {
    type Output = T;
    #[inline]
    fn index(&self, index: I) -> &T {
        &self.items[index.as_usize()]
    }
}

impl<I: Index, T> std::ops::IndexMut<I> for IndexVec<I, T> {
    #[inline]
    fn index_mut(&mut self, index: I) -> &mut T {
        &mut self.items[index.as_usize()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    typed_index! {
        /// For the test.
        struct RowIndex;
    }

    #[test]
    fn elements_are_found_by_the_index_that_push_returned() {
        let mut rows: IndexVec<RowIndex, &str> = IndexVec::new();
        let a = rows.push("a");
        let b = rows.push("b");
        rows[a] = "c";
        assert_eq!((rows[a], rows[b], rows.len()), ("c", "b", 2));
        assert_eq!(rows.get(RowIndex::NONE), None);
        assert_eq!(rows.iter().map(|(i, r)| (i.0, *r)).collect::<Vec<_>>(), [(0, "c"), (1, "b")]);
    }
}
