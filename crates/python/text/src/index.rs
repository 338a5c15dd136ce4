//! From code point indices to byte offsets.
//!
//! ASCII needs nothing. Other texts are walked from the nearer end when short; long ones get an [`IndexCache`] with the offset of every
//! 64th code point, which makes indexing constant time for a sixteenth of the text's size at most.

use crate::code_points::{decode, is_start, length_of, push};
use std::ops::Range;

/// Code points between two cached offsets.
const STRIDE: usize = 64;
/// Texts with fewer code points are walked.
pub const CACHE_WORTH: usize = 256;

/// Byte offsets of code points 64, 128, ... of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexCache {
    offsets: Box<[u32]>,
}

impl IndexCache {
    /// `None` if the text is too long for 32-bit offsets (it is walked then).
    pub fn new(text: &[u8]) -> Option<IndexCache> {
        u32::try_from(text.len()).ok()?;
        let mut offsets = Vec::with_capacity(text.len() / STRIDE / 2);
        let mut count = 0;
        for (at, &byte) in text.iter().enumerate() {
            if is_start(byte) {
                if count % STRIDE == 0 && count != 0 {
                    offsets.push(at as u32);
                }
                count += 1;
            }
        }
        Some(IndexCache { offsets: offsets.into() })
    }

    /// Heap bytes.
    pub fn size_bytes(&self) -> usize {
        size_of_val(&*self.offsets)
    }

    /// The byte offset of code point `index <= count`.
    pub fn offset(&self, text: &[u8], index: usize) -> usize {
        let (stop, rest) = (index / STRIDE, index % STRIDE);
        let start =
            if stop == 0 { 0 } else { self.offsets.get(stop - 1).map_or(text.len(), |&o| o as usize) };
        walk(text, start, rest)
    }

    /// The index of the code point at a byte offset.
    pub fn index(&self, text: &[u8], offset: usize) -> usize {
        let stop = self.offsets.partition_point(|&o| o as usize <= offset);
        let start = if stop == 0 { 0 } else { self.offsets[stop - 1] as usize };
        stop * STRIDE + crate::code_points::count(&text[start..offset])
    }
}

fn walk(text: &[u8], mut at: usize, steps: usize) -> usize {
    for _ in 0..steps {
        if at >= text.len() {
            break;
        }
        at += length_of(text[at]);
    }
    at
}

/// The byte offset of code point `index <= count` in a text of `count` code points.
#[inline]
pub fn offset_of(text: &[u8], count: usize, index: usize) -> usize {
    if count == text.len() {
        return index;
    }
    if index <= count / 2 {
        return walk(text, 0, index);
    }
    let mut at = text.len();
    for _ in index..count {
        at -= 1;
        while !is_start(text[at]) {
            at -= 1;
        }
    }
    at
}

/// A Python index as a non-negative one; `None`: out of range.
#[inline]
pub fn wrap_index(index: i64, count: usize) -> Option<usize> {
    let index = if index < 0 { index + count as i64 } else { index };
    usize::try_from(index).ok().filter(|&i| i < count)
}

/// Start and stop of a slice of step 1 (also of `find`, `count`, `startswith`), clipped to the sequence. Missing ones are
/// `0` and `i64::MAX`. An empty range where stop is before start; `start` may still be beyond the end then.
#[inline]
pub fn clip(start: i64, stop: i64, count: usize) -> Range<usize> {
    let length = count as i64;
    let wrap = |i: i64| if i < 0 { (i + length).max(0) } else { i };
    let (start, stop) = (wrap(start), wrap(stop).min(length));
    start as usize..stop as usize
}

/// Start, stop and step of a slice as `slice.indices` makes them; the number of items.
/// Precondition: `step != 0`.
pub fn slice_indices(start: Option<i64>, stop: Option<i64>, step: i64, count: usize) -> (i64, i64, usize) {
    let length = count as i64;
    let (low, high) = if step < 0 { (-1, length - 1) } else { (0, length) };
    let bound = |value: Option<i64>, default| match value {
        None => default,
        Some(i) if i < 0 => i.saturating_add(length).max(low),
        Some(i) => i.min(high),
    };
    let (first, last) = if step < 0 { (high, low) } else { (low, high) };
    let (start, stop) = (bound(start, first), bound(stop, last));
    let distance = if step < 0 { start - stop } else { stop - start };
    let items = if distance <= 0 { 0 } else { (distance - 1) as u64 / step.unsigned_abs() + 1 };
    (start, stop, items as usize)
}

/// Every `step`-th code point from `start` on, `items` of them; for `step != 1`. Bounds as of [`slice_indices`].
pub fn slice_with_step(text: &[u8], count: usize, start: i64, step: i64, items: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(items);
    if count == text.len() {
        let mut at = start;
        for _ in 0..items {
            out.push(text[at as usize]);
            at += step;
        }
        return out;
    }
    if items == 0 {
        return out;
    }
    let mut at = offset_of(text, count, start as usize);
    for item in 0..items {
        push(&mut out, decode(text, at).0);
        if item + 1 == items {
            break;
        }
        if step > 0 {
            at = walk(text, at, step as usize);
        } else {
            for _ in 0..step.unsigned_abs() {
                at -= 1;
                while !is_start(text[at]) {
                    at -= 1;
                }
            }
        }
    }
    out
}
