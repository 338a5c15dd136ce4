//! Integers of up to two words: what programs get that calculate with 64 bits as other languages have them (hashes, generators of numbers).
//!
//! Their products and sums fit the processor's integers of 128 bits. Going through the type's methods and through integers of any size takes
//! three times as long, most of it for finding out how large the operands are.

use crate::objects::BigInt;
use crate::operators::Binary;
use crate::py::{Py, Result};
use crate::value::{Word, as_i64, as_object};
use dashu_int::IBig;
use heap::Header;

/// The value of an `int` (no bool) that fits 128 bits.
#[inline]
fn of(value: Word) -> Option<i128> {
    if let Some(small) = as_i64(value) {
        return Some(i128::from(small));
    }
    let big = as_object::<BigInt>(value)?;
    let (sign, words) = big.value.as_sign_words();
    let magnitude = match *words {
        [low] => u128::from(low),
        [low, high] => u128::from(high) << 64 | u128::from(low),
        _ => return None,
    };
    let magnitude = i128::try_from(magnitude).ok()?;
    Some(if sign == dashu_int::Sign::Negative { -magnitude } else { magnitude })
}

/// The values of two integers that fit 128 bits.
#[inline]
pub fn both(a: Word, b: Word) -> Option<(i128, i128)> {
    Some((of(a)?, of(b)?))
}

/// `a op b` of integers, where operands and result fit 128 bits; `None`: something does not, or there is an exception to raise.
#[inline]
pub fn binary(py: Py, op: Binary, a: Word, b: Word) -> Option<Result> {
    let (x, y) = both(a, b)?;
    let result = match op {
        Binary::Add => x.checked_add(y)?,
        Binary::Sub => x.checked_sub(y)?,
        Binary::Mul => x.checked_mul(y)?,
        Binary::And => x & y,
        Binary::Or => x | y,
        Binary::Xor => x ^ y,
        Binary::RShift => x >> u32::try_from(y).ok()?.min(127),
        Binary::LShift => shift_left(x, y)?,
        Binary::Mod => floor_mod(x, y)?,
        Binary::FloorDiv => floor_div(x, y)?,
        _ => return None,
    };
    Some(int(py, result))
}

fn shift_left(x: i128, count: i128) -> Option<i128> {
    let count = u32::try_from(count).ok().filter(|count| *count < 127)?;
    let shifted = x << count;
    (shifted >> count == x).then_some(shifted)
}

/// Division of 128 bits is slow: powers of two and what fits 64 bits go without.
fn floor_mod(x: i128, y: i128) -> Option<i128> {
    if y > 0 && y & (y - 1) == 0 {
        return Some(x & (y - 1));
    }
    match (u64::try_from(x), u64::try_from(y)) {
        (Ok(x), Ok(y)) => x.checked_rem(y).map(i128::from),
        _ => {
            let rest = x.checked_rem(y)?;
            Some(if rest != 0 && (rest < 0) != (y < 0) { rest + y } else { rest })
        }
    }
}

fn floor_div(x: i128, y: i128) -> Option<i128> {
    match (u64::try_from(x), u64::try_from(y)) {
        (Ok(x), Ok(y)) => x.checked_div(y).map(i128::from),
        _ => {
            let quotient = x.checked_div(y)?;
            let rest = x - quotient * y;
            Some(if rest != 0 && (rest < 0) != (y < 0) { quotient - 1 } else { quotient })
        }
    }
}

#[inline]
fn int(py: Py, value: i128) -> Result {
    match i64::try_from(value) {
        Ok(small) => py.int(small),
        Err(_) => {
            let made = BigInt { header: Header::EMPTY, value: heap::External::new(IBig::from(value)) };
            Ok(crate::value::word(py.alloc(made)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_rounds_down() {
        for x in [-7, -6, -1, 0, 1, 6, 7, i128::from(u64::MAX), -(1 << 100)] {
            for y in [-4, -3, -1, 1, 2, 3, 4, 1 << 64, i128::from(u64::MAX)] {
                let (quotient, rest) = (floor_div(x, y).unwrap(), floor_mod(x, y).unwrap());
                assert_eq!(quotient * y + rest, x, "{x} {y}");
                assert!(rest == 0 || (rest < 0) == (y < 0) && rest.abs() < y.abs(), "{x} {y}: {rest}");
            }
        }
        assert_eq!((floor_div(1, 0), floor_mod(1, 0)), (None, None));
        assert_eq!((floor_div(i128::MIN, -1), floor_mod(i128::MIN, -1)), (None, None));
    }

    #[test]
    fn shifts_that_lose_bits_are_refused() {
        assert_eq!(shift_left(1, 126), Some(1 << 126));
        assert_eq!((shift_left(1, 127), shift_left(3, 126), shift_left(1, -1)), (None, None, None));
        assert_eq!(shift_left(-1, 126), Some(-1 << 126));
    }
}
