//! Strings as bytes: generalised UTF-8, in which every code point is encoded on its own, surrogates as three bytes.
//!
//! Invariant of every function here: its text is well-formed generalised UTF-8. A pair of surrogates stays a pair. Python counts and
//! indexes code points; where the count equals the number of bytes the text is ASCII and both are the same.

use std::ops::Range;

/// Bytes of the code point that begins with `lead`.
#[inline]
pub fn length_of(lead: u8) -> usize {
    match lead {
        0..=0x7f => 1,
        0x80..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    }
}

/// Whether a byte begins a code point.
#[inline]
pub fn is_start(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

/// The code point at a byte offset and the offset behind it. Precondition: `at < text.len()`, at a start.
#[inline]
pub fn decode(text: &[u8], at: usize) -> (u32, usize) {
    let lead = text[at];
    if lead < 0x80 {
        return (u32::from(lead), at + 1);
    }
    let end = at + length_of(lead);
    let first = u32::from(lead) & (0x7f >> (end - at));
    let code_point = text[at + 1..end].iter().fold(first, |c, &b| c << 6 | u32::from(b & 0x3f));
    (code_point, end)
}

/// The code point that ends at a byte offset and the offset where it begins. Precondition: `end > 0`.
#[inline]
pub fn decode_before(text: &[u8], end: usize) -> (u32, usize) {
    let mut start = end - 1;
    while !is_start(text[start]) {
        start -= 1;
    }
    (decode(text, start).0, start)
}

/// Appends a code point. Precondition: below 0x110000.
#[inline]
pub fn push(out: &mut Vec<u8>, code_point: u32) {
    let tail = |shift: u32| 0x80 | (code_point >> shift & 0x3f) as u8;
    match code_point {
        0..=0x7f => out.push(code_point as u8),
        0x80..=0x7ff => out.extend([0xc0 | (code_point >> 6) as u8, tail(0)]),
        0x800..=0xffff => out.extend([0xe0 | (code_point >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend([0xf0 | (code_point >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// One code point as text.
pub fn from_code_point(code_point: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(4);
    push(&mut out, code_point);
    out
}

/// A text from code points.
pub fn from_code_points(points: impl IntoIterator<Item = u32>) -> Vec<u8> {
    let mut out = Vec::new();
    points.into_iter().for_each(|c| push(&mut out, c));
    out
}

/// How many code points a text has.
#[inline]
pub fn count(text: &[u8]) -> usize {
    // Counting what does not begin one lets the compiler use vectors of bytes.
    text.len() - text.iter().filter(|&&b| !is_start(b)).count()
}

/// The code points of a text, from both ends.
#[derive(Clone, Debug)]
pub struct CodePoints<'a> {
    text: &'a [u8],
    start: usize,
    end: usize,
}

/// The code points of a text.
#[inline]
pub fn iter(text: &[u8]) -> CodePoints<'_> {
    CodePoints { text, start: 0, end: text.len() }
}

impl CodePoints<'_> {
    /// Byte range of what is left.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.start >= self.end {
            return None;
        }
        let (code_point, next) = decode(self.text, self.start);
        self.start = next;
        Some(code_point)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let bytes = self.end - self.start;
        (bytes.div_ceil(4), Some(bytes))
    }
}

impl DoubleEndedIterator for CodePoints<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        if self.start >= self.end {
            return None;
        }
        let (code_point, start) = decode_before(self.text, self.end);
        self.end = start;
        Some(code_point)
    }
}

/// The least and the greatest code point; zero for the empty text.
pub fn widest(text: &[u8]) -> u32 {
    if text.is_ascii() {
        u32::from(text.iter().copied().max().unwrap_or(0))
    } else {
        iter(text).max().unwrap_or(0)
    }
}
