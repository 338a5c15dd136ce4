//! Unicode 3.2.0, which internationalised domain names are bound to: what it says otherwise than the version of the other tables.
//!
//! Known limit: normalization takes a code point that 3.2.0 does not have for one that nothing combines with.

use super::ucd_3_2_0_tables::{ASSIGNED, CHANGES};
use crate::code_points::{iter, push};
use crate::normalize::{Form, normalize};
use std::cmp::Ordering;

/// What 3.2.0 says of a range of code points, as a whole.
#[derive(Debug)]
pub struct Change {
    pub first: u32,
    pub last: u32,
    pub category: &'static str,
    pub bidirectional: &'static str,
    pub width: &'static str,
    pub mirrored: bool,
    /// -1: none.
    pub decimal: i8,
    pub numeric: Option<f64>,
    /// As `unicodedata.decomposition` shows it.
    pub decomposition: &'static str,
}

fn place(c: u32, first: u32, last: u32) -> Ordering {
    if last < c {
        Ordering::Less
    } else if first > c {
        Ordering::Greater
    } else {
        Ordering::Equal
    }
}

/// Whether 3.2.0 has a code point.
pub fn is_assigned(c: u32) -> bool {
    ASSIGNED.binary_search_by(|&(first, last)| place(c, first, last)).is_ok()
}

/// What is different about a code point that 3.2.0 has.
pub fn change(c: u32) -> Option<&'static Change> {
    let index = CHANGES.binary_search_by(|change| place(c, change.first, change.last)).ok()?;
    Some(&CHANGES[index])
}

/// Decompositions that were corrected later.
const CORRECTED: [(u32, u32); 5] =
    [(0x2_f868, 0x2_136a), (0x2_f874, 0x5f33), (0x2_f91f, 0x43ab), (0x2_f95f, 0x7aae), (0x2_f9bf, 0x4d57)];

/// Normalizes by 3.2.0.
pub fn normalized(text: &[u8], form: Form) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut run = Vec::new();
    let flush = |run: &mut Vec<u8>, out: &mut Vec<u8>| {
        out.extend(normalize(run, form).as_deref().unwrap_or(run));
        run.clear();
    };
    for c in iter(text) {
        if !is_assigned(c) {
            flush(&mut run, &mut out);
            push(&mut out, c);
            continue;
        }
        let corrected = CORRECTED.iter().find(|entry| entry.0 == c);
        push(&mut run, corrected.map_or(c, |entry| entry.1));
    }
    flush(&mut run, &mut out);
    out
}
