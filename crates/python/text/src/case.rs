//! Case mappings of strings, and `swapcase`, `title`, `capitalize` built from them; and the same for bytes, ASCII letters only.

use crate::code_points::{decode, iter, push};
use crate::unicode::{self, CASE_IGNORABLE, CASED, LOWER, Mapping, UPPER};

const SIGMA: u32 = 0x3a3;

/// `lower`, `upper`, `casefold` of a string.
pub fn map(text: &[u8], mapping: Mapping) -> Vec<u8> {
    if text.is_ascii() {
        return match mapping {
            Mapping::Lower | Mapping::Fold => text.to_ascii_lowercase(),
            Mapping::Upper | Mapping::Title => text.to_ascii_uppercase(),
        };
    }
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let (code_point, next) = decode(text, at);
        push_mapped(&mut out, text, at, next, code_point, mapping);
        at = next;
    }
    out
}

/// `str.lower`
pub fn lower(text: &[u8]) -> Vec<u8> {
    map(text, Mapping::Lower)
}

/// `str.upper`
pub fn upper(text: &[u8]) -> Vec<u8> {
    map(text, Mapping::Upper)
}

/// `str.casefold`
pub fn casefold(text: &[u8]) -> Vec<u8> {
    map(text, Mapping::Fold)
}

/// Appends one mapped code point; `at..next` is where it stands, which a sigma needs to know.
fn push_mapped(out: &mut Vec<u8>, text: &[u8], at: usize, next: usize, code_point: u32, mapping: Mapping) {
    if code_point == SIGMA && mapping == Mapping::Lower {
        push(out, if is_final_sigma(text, at, next) { 0x3c2 } else { 0x3c3 });
    } else if code_point < 0x80 {
        let byte = code_point as u8;
        out.push(match mapping {
            Mapping::Lower | Mapping::Fold => byte.to_ascii_lowercase(),
            Mapping::Upper | Mapping::Title => byte.to_ascii_uppercase(),
        });
    } else {
        unicode::map_case(code_point, mapping, |c| push(out, c));
    }
}

/// Whether a sigma ends a word: a cased letter before it and none behind, those that do not count left out.
fn is_final_sigma(text: &[u8], at: usize, next: usize) -> bool {
    let counts = |c: &u32| !unicode::is(*c, CASE_IGNORABLE);
    let is_cased = |c: u32| unicode::is(c, CASED);
    let before = iter(&text[..at]).rev().find(counts).is_some_and(is_cased);
    before && !iter(&text[next..]).find(counts).is_some_and(is_cased)
}

/// `str.capitalize`
pub fn capitalize(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let (code_point, next) = decode(text, at);
        let mapping = if at == 0 { Mapping::Title } else { Mapping::Lower };
        push_mapped(&mut out, text, at, next, code_point, mapping);
        at = next;
    }
    out
}

/// `str.title`
pub fn title(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    let mut after_cased = false;
    while at < text.len() {
        let (code_point, next) = decode(text, at);
        let mapping = if after_cased { Mapping::Lower } else { Mapping::Title };
        push_mapped(&mut out, text, at, next, code_point, mapping);
        after_cased = unicode::is(code_point, CASED);
        at = next;
    }
    out
}

/// `str.swapcase`
pub fn swap_case(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let (code_point, next) = decode(text, at);
        let flags = unicode::flags(code_point);
        if flags & UPPER != 0 {
            push_mapped(&mut out, text, at, next, code_point, Mapping::Lower);
        } else if flags & LOWER != 0 {
            push_mapped(&mut out, text, at, next, code_point, Mapping::Upper);
        } else {
            push(&mut out, code_point);
        }
        at = next;
    }
    out
}

/// `bytes.title`
pub fn title_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut after_letter = false;
    bytes
        .iter()
        .map(|b| {
            let mapped = if after_letter { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
            after_letter = b.is_ascii_alphabetic();
            mapped
        })
        .collect()
}

/// `bytes.capitalize`
pub fn capitalize_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

/// `bytes.swapcase`
pub fn swap_case_bytes(bytes: &[u8]) -> Vec<u8> {
    let swap = |b: &u8| if b.is_ascii_alphabetic() { b ^ 0x20 } else { *b };
    bytes.iter().map(swap).collect()
}
