//! Division of Python: the quotient is rounded towards minus infinity and the remainder has the divisor's sign.
//!
//! The `i64` functions answer `None` where the result does not fit (only `i64::MIN / -1`); the divisor zero is an
//! error of its own, because the caller must raise for it.

use crate::error::ArithmeticError;
use dashu_int::ops::{BitTest, DivRem};
use dashu_int::{IBig, Sign};

/// `a // b`. Precondition: `b != 0`. `None`: the quotient is 2**63.
#[inline]
pub fn floor_div_i64(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    let has_rest = a.wrapping_rem(b) != 0;
    Some(if has_rest && (a < 0) != (b < 0) { quotient - 1 } else { quotient })
}

/// `a % b`. Precondition: `b != 0`. Always fits.
#[inline]
pub fn floor_mod_i64(a: i64, b: i64) -> i64 {
    let rest = a.wrapping_rem(b);
    if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest }
}

/// `divmod(a, b)`. Errors: `ZeroDivision`.
pub fn floor_div_mod(a: &IBig, b: &IBig) -> Result<(IBig, IBig), ArithmeticError> {
    if b.is_zero() {
        return Err(ArithmeticError::ZeroDivision);
    }
    let (quotient, rest) = a.div_rem(b);
    if !rest.is_zero() && rest.sign() != b.sign() {
        return Ok((quotient - 1, rest + b));
    }
    Ok((quotient, rest))
}

/// `a // b`. Errors: `ZeroDivision`.
pub fn floor_div(a: &IBig, b: &IBig) -> Result<IBig, ArithmeticError> {
    floor_div_mod(a, b).map(|(quotient, _)| quotient)
}

/// `a % b`. Errors: `ZeroDivision`.
pub fn floor_mod(a: &IBig, b: &IBig) -> Result<IBig, ArithmeticError> {
    if b.is_zero() {
        return Err(ArithmeticError::ZeroDivision);
    }
    let rest = a % b;
    if !rest.is_zero() && rest.sign() != b.sign() {
        return Ok(rest + b);
    }
    Ok(rest)
}

/// Half-even division, `int.__round__` with negative digits: the nearest multiple of `10**digits` to `a`.
pub fn round_to_power_of_ten(a: &IBig, digits: usize) -> IBig {
    // Beyond this many digits everything rounds to zero; the power need not be computed.
    let (_, magnitude) = a.clone().into_parts();
    if digits as u64 > magnitude.bit_len() as u64 / 3 + 1 {
        return IBig::ZERO;
    }
    let unit = IBig::from(10).pow(digits);
    let (quotient, rest) = floor_div_mod(a, &unit).expect("a power of ten is not zero");
    let twice: IBig = &rest << 1;
    let goes_up = match twice.cmp(&unit) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => quotient.bit(0),
    };
    let base = a - rest;
    if goes_up { base + unit } else { base }
}

/// Whether the number is below zero.
pub fn is_negative(a: &IBig) -> bool {
    a.sign() == Sign::Negative && !a.is_zero()
}
