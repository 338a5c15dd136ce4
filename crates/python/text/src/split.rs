//! Splitting, stripping, partitioning and joining lines. What counts as white space differs between strings and bytes, see [`Alphabet`].

use crate::code_points::{decode, decode_before};
use crate::search::{Searcher, find, rfind};
use crate::unicode;
use std::ops::Range;

/// Whose white space and line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// Bytes: blank and `\t\n\v\f\r`; lines end at `\n`, `\r`, `\r\n`.
    Ascii,
    /// Strings.
    Unicode,
}

impl Alphabet {
    /// The white space of this alphabet among code points.
    #[inline]
    pub fn is_space(self, code_point: u32) -> bool {
        match (self, code_point) {
            (_, 0x20 | 0x09..=0x0d) => true,
            (Alphabet::Ascii, _) => false,
            (Alphabet::Unicode, 0..=0x7f) => (0x1c..=0x1f).contains(&code_point),
            (Alphabet::Unicode, _) => unicode::is(code_point, unicode::SPACE),
        }
    }

    /// The unit at an offset and the offset behind it: a byte of bytes, a code point of a string.
    #[inline]
    fn next(self, text: &[u8], at: usize) -> (u32, usize) {
        match self {
            Alphabet::Ascii => (u32::from(text[at]), at + 1),
            Alphabet::Unicode if text[at] < 0x80 => (u32::from(text[at]), at + 1),
            Alphabet::Unicode => decode(text, at),
        }
    }

    #[inline]
    fn before(self, text: &[u8], end: usize) -> (u32, usize) {
        match self {
            Alphabet::Ascii => (u32::from(text[end - 1]), end - 1),
            Alphabet::Unicode => decode_before(text, end),
        }
    }

    fn is_line_end(self, code_point: u32) -> bool {
        match self {
            Alphabet::Ascii => matches!(code_point, 0x0a | 0x0d),
            Alphabet::Unicode => {
                matches!(code_point, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
            }
        }
    }
}

/// How many splits `maxsplit` allows; negative: any number.
fn limit(most: i64) -> usize {
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// `text.split(separator, most)`. Precondition: the separator is not empty.
pub fn split<'a>(text: &'a [u8], separator: &[u8], most: i64) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut rest = text;
    if let [byte] = separator {
        let mut start = 0;
        for at in memchr::memchr_iter(*byte, text).take(limit(most)) {
            parts.push(&text[start..at]);
            start = at + 1;
        }
        rest = &text[start..];
    } else {
        let searcher = Searcher::new(separator, text);
        for _ in 0..limit(most) {
            let Some(at) = searcher.find(rest) else { break };
            parts.push(&rest[..at]);
            rest = &rest[at + separator.len()..];
        }
    }
    parts.push(rest);
    parts
}

/// `text.rsplit(separator, most)`. Precondition: the separator is not empty.
pub fn rsplit<'a>(text: &'a [u8], separator: &[u8], most: i64) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut rest = text;
    for _ in 0..limit(most) {
        let Some(at) = rfind(rest, separator) else { break };
        parts.push(&rest[at + separator.len()..]);
        rest = &rest[..at];
    }
    parts.push(rest);
    parts.reverse();
    parts
}

/// `text.split(None, most)`: runs of white space separate, none at the ends. What is left after the last split keeps
/// its white space at the far end.
pub fn split_white_space(text: &[u8], most: i64, alphabet: Alphabet) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut at = skip_spaces(text, alphabet);
    let mut left = limit(most);
    while at < text.len() {
        if left == 0 {
            parts.push(&text[at..]);
            break;
        }
        left -= 1;
        let start = at;
        while at < text.len() {
            let (unit, next) = alphabet.next(text, at);
            if alphabet.is_space(unit) {
                break;
            }
            at = next;
        }
        parts.push(&text[start..at]);
        at += skip_spaces(&text[at..], alphabet);
    }
    parts
}

/// `text.rsplit(None, most)`
pub fn rsplit_white_space(text: &[u8], most: i64, alphabet: Alphabet) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut end = strip_end(text, alphabet);
    let mut left = limit(most);
    while end > 0 {
        if left == 0 {
            parts.push(&text[..end]);
            break;
        }
        left -= 1;
        let stop = end;
        while end > 0 {
            let (unit, before) = alphabet.before(text, end);
            if alphabet.is_space(unit) {
                break;
            }
            end = before;
        }
        parts.push(&text[end..stop]);
        end = strip_end(&text[..end], alphabet);
    }
    parts.reverse();
    parts
}

/// Bytes of white space at the start.
fn skip_spaces(text: &[u8], alphabet: Alphabet) -> usize {
    let mut at = 0;
    while at < text.len() {
        let (unit, next) = alphabet.next(text, at);
        if !alphabet.is_space(unit) {
            break;
        }
        at = next;
    }
    at
}

/// The length without white space at the end.
fn strip_end(text: &[u8], alphabet: Alphabet) -> usize {
    let mut end = text.len();
    while end > 0 {
        let (unit, before) = alphabet.before(text, end);
        if !alphabet.is_space(unit) {
            break;
        }
        end = before;
    }
    end
}

/// Which ends `strip` works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    Both,
    Left,
    Right,
}

/// `text.strip()`, `lstrip`, `rstrip`: the byte range that stays.
pub fn strip_white_space(text: &[u8], ends: Ends, alphabet: Alphabet) -> Range<usize> {
    let end = if ends == Ends::Left { text.len() } else { strip_end(text, alphabet) };
    let start = if ends == Ends::Right { 0 } else { skip_spaces(&text[..end], alphabet) };
    start..end
}

/// `text.strip(set)`: the byte range that stays. `set`: units (code points of a string, bytes of bytes) to remove.
pub fn strip_set(text: &[u8], set: &[u8], ends: Ends, alphabet: Alphabet) -> Range<usize> {
    // Whole units are looked for: in UTF-8 a unit's bytes occur nowhere else.
    let is_in = |unit: &[u8]| find(set, unit).is_some();
    let (mut start, mut end) = (0, text.len());
    while ends != Ends::Right && start < end {
        let (_, next) = alphabet.next(text, start);
        if !is_in(&text[start..next]) {
            break;
        }
        start = next;
    }
    while ends != Ends::Left && end > start {
        let (_, before) = alphabet.before(text, end);
        if !is_in(&text[before..end]) {
            break;
        }
        end = before;
    }
    start..end
}

/// `text.splitlines(keep_ends)`
pub fn split_lines(text: &[u8], keep_ends: bool, alphabet: Alphabet) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let (unit, mut next) = alphabet.next(text, at);
        if alphabet.is_line_end(unit) {
            if unit == 0x0d && text.get(next) == Some(&0x0a) {
                next += 1;
            }
            lines.push(&text[start..if keep_ends { next } else { at }]);
            start = next;
        }
        at = next;
    }
    if start < text.len() {
        lines.push(&text[start..]);
    }
    lines
}

/// `text.partition(separator)` as byte offsets of the match; `None`: not found. Precondition: the separator is not empty.
pub fn partition(text: &[u8], separator: &[u8]) -> Option<Range<usize>> {
    find(text, separator).map(|at| at..at + separator.len())
}

/// `text.rpartition(separator)`, as [`partition`].
pub fn rpartition(text: &[u8], separator: &[u8]) -> Option<Range<usize>> {
    rfind(text, separator).map(|at| at..at + separator.len())
}
