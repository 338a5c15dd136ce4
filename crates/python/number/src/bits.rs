//! Bits of integers. Negative numbers behave as two's complement with infinitely many ones to the left; dashu's
//! operators `&`, `|`, `^`, `!` and `>>` on `IBig` already do, so only what they lack is here.

use crate::error::ArithmeticError;
use dashu_int::IBig;
use dashu_int::ops::BitTest;

/// A result with more bits than this (4 GiB) is refused: running out of memory inside the big integers would end the process.
pub const MAX_BITS: u64 = 1 << 35;

/// `a << count`. `None`: the result does not fit.
#[inline]
pub fn shift_left_i64(a: i64, count: u64) -> Option<i64> {
    if a == 0 {
        return Some(0);
    }
    if count >= 64 {
        return None;
    }
    let shifted = a << count;
    (shifted >> count == a).then_some(shifted)
}

/// `a >> count`; any count.
#[inline]
pub fn shift_right_i64(a: i64, count: u64) -> i64 {
    a >> count.min(63)
}

/// `a << count`. Errors: `NegativeShift`; `TooManyDigits` for a count beyond `i64`, `OutOfMemory` above [`MAX_BITS`].
pub fn shift_left(a: &IBig, count: &IBig) -> Result<IBig, ArithmeticError> {
    if crate::division::is_negative(count) {
        return Err(ArithmeticError::NegativeShift);
    }
    if a.is_zero() {
        return Ok(IBig::ZERO);
    }
    match u64::try_from(count) {
        Ok(count) if count.saturating_add(bit_length(a)) <= MAX_BITS => Ok(a << count as usize),
        Ok(count) if i64::try_from(count).is_ok() => Err(ArithmeticError::OutOfMemory),
        _ => Err(ArithmeticError::TooManyDigits),
    }
}

/// `a >> count`, rounded towards minus infinity. Errors: `NegativeShift`.
pub fn shift_right(a: &IBig, count: &IBig) -> Result<IBig, ArithmeticError> {
    if crate::division::is_negative(count) {
        return Err(ArithmeticError::NegativeShift);
    }
    match usize::try_from(count) {
        Ok(count) if count < bit_length(a) as usize => Ok(a >> count),
        _ => Ok(if crate::division::is_negative(a) { IBig::NEG_ONE } else { IBig::ZERO }),
    }
}

/// `a.bit_length()`: bits of the magnitude.
pub fn bit_length(a: &IBig) -> u64 {
    let words = a.as_sign_words().1;
    match words.last() {
        None => 0,
        Some(top) => words.len() as u64 * 64 - u64::from(top.leading_zeros()),
    }
}

/// `a.bit_length()`.
#[inline]
pub fn bit_length_i64(a: i64) -> u64 {
    u64::from(64 - a.unsigned_abs().leading_zeros())
}

/// `a.bit_count()`: ones of the magnitude.
pub fn bit_count(a: &IBig) -> u64 {
    a.as_sign_words().1.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// Whether the lowest bit is set.
pub fn is_odd(a: &IBig) -> bool {
    a.bit(0)
}
