//! Text of numbers in any script: decimal digits become ASCII ones, white space becomes blanks, so that the parsers of
//! `python_number` need to know ASCII only.

use crate::code_points::iter;
use crate::unicode::{self, SPACE};
use std::borrow::Cow;

/// The ASCII form; what is neither digit, space nor ASCII becomes `?`, which no number contains.
pub fn to_ascii(text: &[u8]) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return text.into();
    }
    let map = |c: u32| match c {
        0..=0x7f => c as u8,
        _ => match unicode::decimal(c) {
            Some(digit) => b'0' + digit as u8,
            None if unicode::is(c, SPACE) => b' ',
            None => b'?',
        },
    };
    iter(text).map(map).collect::<Vec<_>>().into()
}
