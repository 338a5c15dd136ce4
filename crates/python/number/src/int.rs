//! An integer that is small where it can be: what functions return whose results are usually small.
//!
//! The object model keeps small integers in the word itself, so nothing here insists on this type: most functions take
//! `i64` or `&IBig`. Invariant: `Big` never holds a value that fits in `i64`.

use dashu_int::IBig;

/// An integer of any size.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Int {
    Small(i64),
    /// Does not fit in `i64`.
    Big(IBig),
}

impl Int {
    /// The value as a big integer; no heap memory is needed below 128 bits.
    pub fn into_big(self) -> IBig {
        match self {
            Int::Small(value) => IBig::from(value),
            Int::Big(value) => value,
        }
    }
}

impl From<i64> for Int {
    fn from(value: i64) -> Int {
        Int::Small(value)
    }
}

impl From<IBig> for Int {
    fn from(value: IBig) -> Int {
        match i64::try_from(&value) {
            Ok(small) => Int::Small(small),
            Err(_) => Int::Big(value),
        }
    }
}
