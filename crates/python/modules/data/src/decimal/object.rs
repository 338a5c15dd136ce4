//! `Decimal` objects: how the numbers of `python_number::decimal` are kept, and which operands become one.
//!
//! The exponent shares a word with the sign and a mark for what is not finite; a coefficient of up to 128 bits is two words, a
//! larger one a big integer of its own.

use dashu_int::IBig;
use heap::Gc;
use python_model::compact::{self, Kind as CompactKind};
use python_model::objects::{BigInt, Compact};
use python_model::py::{Py, Result};
use python_model::types::TypeRef;
use python_model::value::*;
use python_number::decimal::{Coefficient, Decimal, Kind};
use python_types::numbers::Int;

use super::{Types, known};

const NEGATIVE: i64 = 1;
/// Not finite: in place of the exponent stands which.
const SPECIAL: i64 = 2;
/// Bits of the marks.
const MARKS: u32 = 2;

/// The number in a value that is a `Decimal`.
#[inline]
pub fn get(value: Word) -> Option<Decimal> {
    compact::get(value, CompactKind::Decimal).map(read)
}

#[inline]
fn read(object: Gc<Compact>) -> Decimal {
    let packed = object.first.get();
    let exponent = packed >> MARKS;
    let coefficient = match as_object::<BigInt>(object.word.get()) {
        Some(big) => Coefficient::from_big(big.value.clone().into_parts().1),
        None => Coefficient::Small(
            u128::from(object.third.get() as u64) << 64 | u128::from(object.second.get() as u64),
        ),
    };
    let is_negative = packed & NEGATIVE != 0;
    if packed & SPECIAL == 0 {
        return Decimal::new(is_negative, coefficient, exponent);
    }
    let kind = [Kind::Infinity, Kind::QuietNan, Kind::SignalingNan][exponent as usize];
    Decimal { kind, is_negative, exponent: 0, coefficient }
}

/// A `Decimal` object (of the type itself).
#[inline]
pub fn new(py: Py, value: &Decimal) -> Result {
    new_as(py, known(&py.vm().state::<Types>().decimal), value)
}

/// The same where the type is at hand.
#[inline]
pub fn new_as(py: Py, native: TypeRef, value: &Decimal) -> Result {
    let (exponent, special) = match value.kind {
        Kind::Finite => (value.exponent, 0),
        Kind::Infinity => (0, SPECIAL),
        Kind::QuietNan => (1, SPECIAL),
        Kind::SignalingNan => (2, SPECIAL),
    };
    let packed = exponent << MARKS | special | i64::from(value.is_negative);
    let (low, high, big) = match &value.coefficient {
        Coefficient::Small(small) => (*small as u64, (*small >> 64) as u64, NONE),
        Coefficient::Big(big) => (0, 0, py.big_int(IBig::from(big.clone()))?),
    };
    compact::new(py, native, CompactKind::Decimal, [packed, low as i64, high as i64], big)
}

/// The receiver of a method.
pub fn receiver(py: Py, value: Word, method: &str) -> Result<Decimal> {
    match get(value) {
        Some(value) => Ok(value),
        None => Err(py.type_error(format!(
            "descriptor '{method}' for 'decimal.Decimal' objects doesn't apply to a '{}' object",
            py.type_name(value)
        ))),
    }
}

/// What an operand is as a number: exactly, of `Decimal` and `int`. `None`: something else.
#[inline]
pub fn operand(py: Py, value: Word) -> Option<Decimal> {
    match get(value) {
        Some(value) => Some(value),
        None => match Int::of(py, value)? {
            Int::Small(value) => Some(Decimal::from_i64(value)),
            Int::Big(value) => Some(Decimal::from_int(&value.value)),
        },
    }
}

/// The same. Errors: `TypeError`.
pub fn expect(py: Py, value: Word) -> Result<Decimal> {
    match operand(py, value) {
        Some(value) => Ok(value),
        None => Err(not_supported(py, value)),
    }
}

pub fn not_supported(py: Py, value: Word) -> metatrace_machine::Raised {
    py.type_error(format!("conversion from {} to Decimal is not supported", py.type_name(value)))
}
