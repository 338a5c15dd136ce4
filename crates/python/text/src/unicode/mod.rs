//! What Unicode 16.0 says of a code point: one lookup in a table of two stages, then a record shared by all that are alike.
//!
//! Why not a crate: they follow Unicode's latest version, and Python 3.14 is bound to 16.0.
//! The data is that of the Unicode Character Database 16.0, © Unicode, Inc., under the licence Unicode-3.0.

pub mod names;
#[rustfmt::skip]
#[allow(clippy::unreadable_literal, clippy::approx_constant)]
mod tables;
pub mod ucd_3_2_0;
#[rustfmt::skip]
mod ucd_3_2_0_tables;

use tables::*;
pub use tables::{
    ALPHA, CASE_IGNORABLE, CASED, DECIMAL, DIGIT, ID_CONTINUE, ID_START, LOWER, MIRRORED, NUMERIC, PRINTABLE,
    SPACE, TITLE, UPPER,
};

/// `unicodedata.unidata_version`
pub const VERSION: &str = "16.0.0";

/// Flags; what to add for lower, upper and title case; decimal and digit value or -1.
#[derive(Clone, Copy, Debug)]
pub struct Kind(u16, i32, i32, i32, i8, i8);

/// Indices of category, bidirectional class and width; combining class is the second.
#[derive(Clone, Copy, Debug)]
pub struct Facts(u8, u8, u8, u8);

/// Code point; lower, upper, title case and case folding, each as code points.
#[derive(Clone, Copy, Debug)]
pub struct SpecialCasing(u32, &'static [u32], &'static [u32], &'static [u32], &'static [u32]);

/// One of the case mappings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapping {
    Lower,
    Upper,
    Title,
    Fold,
}

const SHIFT: u32 = 7;

/// The place in a table's data.
#[inline]
fn place(block: usize, code_point: u32) -> usize {
    (block << SHIFT) + (code_point & ((1 << SHIFT) - 1)) as usize
}

#[inline]
fn kind(code_point: u32) -> Kind {
    match KIND_INDEX.get((code_point >> SHIFT) as usize) {
        Some(&block) => KINDS[KIND_DATA[place(block.into(), code_point)] as usize],
        None => Kind(0, 0, 0, 0, -1, -1),
    }
}

fn facts(code_point: u32) -> Facts {
    match FACTS_INDEX.get((code_point >> SHIFT) as usize) {
        Some(&block) => FACTS[FACTS_DATA[place(block.into(), code_point)] as usize],
        None => FACTS[0],
    }
}

/// The flags of a code point: `ALPHA`, `SPACE`, ...
#[inline]
pub fn flags(code_point: u32) -> u16 {
    kind(code_point).0
}

/// Whether any of the flags is set.
#[inline]
pub fn is(code_point: u32, wanted: u16) -> bool {
    flags(code_point) & wanted != 0
}

/// The value of a decimal digit.
#[inline]
pub fn decimal(code_point: u32) -> Option<u32> {
    u32::try_from(kind(code_point).4).ok()
}

/// `unicodedata.digit`: decimal digits, superscripts, circled digits.
pub fn digit(code_point: u32) -> Option<u32> {
    u32::try_from(kind(code_point).5).ok()
}

/// `unicodedata.numeric`
pub fn numeric(code_point: u32) -> Option<f64> {
    let i = NUMERIC_VALUES.binary_search_by_key(&code_point, |entry| entry.0).ok()?;
    Some(NUMERIC_VALUES[i].1)
}

/// Calls `push` with each code point of the mapping (one to three). A final sigma is the caller's.
#[inline]
pub fn map_case(code_point: u32, mapping: Mapping, mut push: impl FnMut(u32)) {
    let kind = kind(code_point);
    if kind.0 & tables::SPECIAL_CASING != 0 {
        let i = SPECIAL_CASING_RULES
            .binary_search_by_key(&code_point, |rule| rule.0)
            .expect("every code point with the flag has a rule");
        let rule = &SPECIAL_CASING_RULES[i];
        let points = match mapping {
            Mapping::Lower => rule.1,
            Mapping::Upper => rule.2,
            Mapping::Title => rule.3,
            Mapping::Fold => rule.4,
        };
        points.iter().copied().for_each(push);
        return;
    }
    let delta = match mapping {
        Mapping::Lower | Mapping::Fold => kind.1,
        Mapping::Upper => kind.2,
        Mapping::Title => kind.3,
    };
    push(code_point.wrapping_add_signed(delta));
}

/// The lower case that regular expressions compare: the first code point of the mapping.
#[inline]
pub fn simple_lower(code_point: u32) -> u32 {
    let kind = kind(code_point);
    if kind.0 & tables::SPECIAL_CASING == 0 {
        return code_point.wrapping_add_signed(kind.1);
    }
    first_of(code_point, Mapping::Lower)
}

/// The same in upper case.
pub fn simple_upper(code_point: u32) -> u32 {
    first_of(code_point, Mapping::Upper)
}

fn first_of(code_point: u32, mapping: Mapping) -> u32 {
    let mut first = None;
    map_case(code_point, mapping, |c| {
        first.get_or_insert(c);
    });
    first.unwrap_or(code_point)
}

/// `unicodedata.category`: `Lu`, `Nd`, ...
pub fn category(code_point: u32) -> &'static str {
    CATEGORIES[facts(code_point).0 as usize]
}

/// `unicodedata.combining`
pub fn combining(code_point: u32) -> u8 {
    facts(code_point).1
}

/// `unicodedata.bidirectional`; empty where there is none.
pub fn bidirectional(code_point: u32) -> &'static str {
    BIDIRECTIONAL[facts(code_point).2 as usize]
}

/// `unicodedata.east_asian_width`
pub fn east_asian_width(code_point: u32) -> &'static str {
    WIDTHS[facts(code_point).3 as usize]
}

/// The decomposition as the database has it: tag (`<compat>`, empty if canonical) and code points. Hangul has none here.
pub fn decomposition(code_point: u32) -> Option<(&'static str, &'static [u32])> {
    let i = DECOMPOSITIONS.binary_search_by_key(&code_point, |entry| entry.0).ok()?;
    let (_, tag, start) = DECOMPOSITIONS[i];
    let (_, _, end) = *DECOMPOSITIONS.get(i + 1)?;
    Some((DECOMPOSITION_TAGS[tag as usize], &DECOMPOSITION_DATA[start as usize..end as usize]))
}

/// The code point that two compose to, exclusions left out. Hangul is not here.
pub fn composition(first: u32, second: u32) -> Option<u32> {
    let i = COMPOSITIONS.binary_search_by_key(&(first, second), |entry| (entry.0, entry.1)).ok()?;
    Some(COMPOSITIONS[i].2)
}
