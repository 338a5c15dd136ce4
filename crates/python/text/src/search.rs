//! Finding, counting and replacing, for strings and bytes alike: UTF-8 synchronises itself, so a match of bytes is a match of
//! code points. Offsets are bytes.
//!
//! An empty needle matches before every code point and at the end; for bytes before every byte: that is what `Unit` tells.

use crate::code_points::{count, length_of};
use memchr::memmem;

/// What an index counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Byte,
    CodePoint,
}

/// The first match, as a byte offset.
#[inline]
pub fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(0),
        // Not worth the preparations of the fast search.
        [byte] if text.len() <= 8 => text.iter().position(|other| other == byte),
        [byte] => memchr::memchr(*byte, text),
        _ => memmem::find(text, needle),
    }
}

/// The last match, as a byte offset.
#[inline]
pub fn rfind(text: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(text.len()),
        [byte] => memchr::memrchr(*byte, text),
        _ => memmem::rfind(text, needle),
    }
}

/// Matches that do not overlap.
pub fn count_matches(text: &[u8], needle: &[u8], unit: Unit) -> usize {
    match needle {
        [] if unit == Unit::Byte => text.len() + 1,
        [] => count(text) + 1,
        [byte] => memchr::memchr_iter(*byte, text).count(),
        _ => memmem::find_iter(text, needle).count(),
    }
}

/// `text.replace(old, new, most)`; `most` negative: all. `None`: nothing is replaced, the text itself is the answer.
/// Precondition: the result fits in memory.
pub fn replace(text: &[u8], old: &[u8], new: &[u8], most: i64, unit: Unit) -> Option<Vec<u8>> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if most == 0 || old == new || old.len() > text.len() {
        return None;
    }
    if old.is_empty() {
        return Some(interleave(text, new, most, unit));
    }
    if let ([old], [new]) = (old, new)
        && most == usize::MAX
    {
        memchr::memchr(*old, text)?;
        return Some(text.iter().map(|b| if b == old { *new } else { *b }).collect());
    }
    let searcher = Searcher::new(old, text);
    let mut next = Some(searcher.find(text)?);
    let mut out = Vec::with_capacity(text.len() + new.len());
    let (mut end, mut left) = (0, most);
    while let Some(at) = next {
        out.extend_from_slice(&text[end..end + at]);
        out.extend_from_slice(new);
        end += at + old.len();
        left -= 1;
        next = if left == 0 { None } else { searcher.find(&text[end..]) };
    }
    out.extend_from_slice(&text[end..]);
    Some(out)
}

/// Shortest text in which preparing a search pays.
const LONG_BYTES: usize = 128;

/// Finds the same bytes again and again. Preparing that takes longer than looking through a short text.
pub(crate) struct Searcher<'n> {
    needle: &'n [u8],
    prepared: Option<memmem::Finder<'n>>,
}

impl<'n> Searcher<'n> {
    /// For searches in parts of a text. Precondition: the needle is not empty.
    pub(crate) fn new(needle: &'n [u8], text: &[u8]) -> Searcher<'n> {
        Searcher { needle, prepared: (text.len() >= LONG_BYTES).then(|| memmem::Finder::new(needle)) }
    }

    pub(crate) fn find(&self, text: &[u8]) -> Option<usize> {
        match &self.prepared {
            Some(finder) => finder.find(text),
            None => find(text, self.needle),
        }
    }
}

/// `new` before each unit and at the end, at most `most` times.
fn interleave(text: &[u8], new: &[u8], most: usize, unit: Unit) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut left = most;
    while left != 0 {
        out.extend_from_slice(new);
        left -= 1;
        if at == text.len() {
            return out;
        }
        let length = if unit == Unit::Byte { 1 } else { length_of(text[at]) };
        out.extend_from_slice(&text[at..at + length]);
        at += length;
    }
    out.extend_from_slice(&text[at..]);
    out
}
