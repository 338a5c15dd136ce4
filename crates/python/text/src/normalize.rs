//! Unicode normalization: NFC, NFD, NFKC, NFKD.
//!
//! Source: Unicode standard annex 15; Hangul by the arithmetic of chapter 3.12.

use crate::code_points::{iter, push};
use crate::unicode::{combining, composition, decomposition};

/// A normalization form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
}

impl Form {
    /// The form of a name. `None`: `ValueError: invalid normalization form`.
    pub fn named(name: &[u8]) -> Option<Form> {
        Some(match name {
            b"NFC" => Form::Nfc,
            b"NFD" => Form::Nfd,
            b"NFKC" => Form::Nfkc,
            b"NFKD" => Form::Nfkd,
            _ => return None,
        })
    }
}

const HANGUL: u32 = 0xac00;
const LEAD: u32 = 0x1100;
const VOWEL: u32 = 0x1161;
/// One before the first tail.
const TAIL: u32 = 0x11a7;
const LEADS: u32 = 19;
const VOWELS: u32 = 21;
const TAILS: u32 = 28;

/// The normalized string. `None`: the string is normalized as it is.
pub fn normalize(text: &[u8], form: Form) -> Option<Vec<u8>> {
    // ASCII never changes; the composed forms do not change Latin-1 below U+00A0 either, but that is rare.
    if text.is_ascii() {
        return None;
    }
    let mut points = Vec::with_capacity(text.len());
    for c in iter(text) {
        decompose(c, matches!(form, Form::Nfkc | Form::Nfkd), &mut points);
    }
    order(&mut points);
    if matches!(form, Form::Nfc | Form::Nfkc) {
        compose(&mut points);
    }
    let mut out = Vec::with_capacity(text.len());
    points.into_iter().for_each(|c| push(&mut out, c));
    (out != text).then_some(out)
}

/// `unicodedata.is_normalized`
pub fn is_normalized(text: &[u8], form: Form) -> bool {
    normalize(text, form).is_none()
}

fn decompose(c: u32, compatible: bool, out: &mut Vec<u32>) {
    if c < 0x80 {
        out.push(c);
    } else if (HANGUL..HANGUL + LEADS * VOWELS * TAILS).contains(&c) {
        let index = c - HANGUL;
        out.push(LEAD + index / (VOWELS * TAILS));
        out.push(VOWEL + index % (VOWELS * TAILS) / TAILS);
        if !index.is_multiple_of(TAILS) {
            out.push(TAIL + index % TAILS);
        }
    } else {
        match decomposition(c) {
            Some((tag, parts)) if compatible || tag.is_empty() => {
                parts.iter().for_each(|&part| decompose(part, compatible, out));
            }
            _ => out.push(c),
        }
    }
}

/// Sorts runs of combining marks by their class, stably.
fn order(points: &mut [u32]) {
    let mut start = 0;
    while start < points.len() {
        if points[start] < 0x300 || combining(points[start]) == 0 {
            start += 1;
            continue;
        }
        let marks = points[start..].iter().take_while(|&&c| combining(c) != 0).count();
        points[start..start + marks].sort_by_key(|&c| combining(c));
        start += marks;
    }
}

/// Joins starters with the marks that follow and are not blocked.
fn compose(points: &mut Vec<u32>) {
    let mut starter: Option<usize> = None;
    // The class of the last mark kept since the starter; zero means nothing stands between.
    let mut last_class = 0;
    let mut kept = 0;
    for i in 0..points.len() {
        let c = points[i];
        let class = combining(c);
        if let Some(s) = starter {
            let is_blocked = if kept == s + 1 { false } else { last_class >= class };
            if !is_blocked && let Some(joined) = join(points[s], c) {
                points[s] = joined;
                continue;
            }
        }
        if class == 0 {
            starter = Some(kept);
        }
        last_class = class;
        points[kept] = c;
        kept += 1;
    }
    points.truncate(kept);
}

fn join(first: u32, second: u32) -> Option<u32> {
    if (LEAD..LEAD + LEADS).contains(&first) && (VOWEL..VOWEL + VOWELS).contains(&second) {
        return Some(HANGUL + ((first - LEAD) * VOWELS + (second - VOWEL)) * TAILS);
    }
    let is_pair =
        (HANGUL..HANGUL + LEADS * VOWELS * TAILS).contains(&first) && (first - HANGUL).is_multiple_of(TAILS);
    if is_pair && (TAIL + 1..TAIL + TAILS).contains(&second) {
        return Some(first + (second - TAIL));
    }
    composition(first, second)
}
