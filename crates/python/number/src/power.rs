//! Powers of integers: `a ** b` for `b >= 0`, and `pow(a, b, m)` with Python's signs and inverses.
//!
//! Known limit: the modular power is not constant-time.

use crate::bits::MAX_BITS;
use crate::division::{floor_mod, is_negative};
use crate::error::ArithmeticError;
use dashu_int::fast_div::ConstDivisor;
use dashu_int::ops::{BitTest, ExtendedGcd};
use dashu_int::{IBig, Sign, UBig};

/// `base ** exponent`. `None`: the result does not fit.
pub fn pow_i64(base: i64, exponent: u64) -> Option<i64> {
    match (base, exponent) {
        (_, 0) | (1, _) => return Some(1),
        (0, _) => return Some(0),
        (-1, _) => return Some(if exponent & 1 == 0 { 1 } else { -1 }),
        (_, 64..) => return None,
        _ => {}
    }
    base.checked_pow(exponent as u32)
}

/// `base ** exponent`. Errors: `OutOfMemory` if the result would have more than `bits::MAX_BITS`.
pub fn pow(base: &IBig, exponent: &UBig) -> Result<IBig, ArithmeticError> {
    if exponent.is_zero() {
        return Ok(IBig::ONE);
    }
    let (sign, magnitude) = (base.sign(), base.as_sign_words().1);
    if magnitude.is_empty() || magnitude == [1] {
        let is_negative = sign == Sign::Negative && exponent.bit(0);
        let unit = IBig::from(magnitude.len() as u8);
        return Ok(if is_negative { -unit } else { unit });
    }
    let exponent = usize::try_from(exponent).map_err(|_| ArithmeticError::OutOfMemory)?;
    let bits = (base.bit_len() as u64).max(1) - 1;
    if bits.saturating_mul(exponent as u64) > MAX_BITS {
        return Err(ArithmeticError::OutOfMemory);
    }
    Ok(base.pow(exponent))
}

/// `pow(base, exponent, modulus)`; the result has the modulus's sign.
/// Errors: `ZeroModulus`; `NotInvertible` for a negative exponent of a base that has no inverse.
pub fn pow_mod(base: &IBig, exponent: &IBig, modulus: &IBig) -> Result<IBig, ArithmeticError> {
    if modulus.is_zero() {
        return Err(ArithmeticError::ZeroModulus);
    }
    let magnitude = modulus.clone().into_parts().1;
    if magnitude.is_one() {
        return Ok(IBig::ZERO);
    }
    let positive_modulus = IBig::from(magnitude.clone());
    let mut base = floor_mod(base, &positive_modulus)?.into_parts().1;
    let (sign, exponent) = exponent.clone().into_parts();
    if sign == Sign::Negative {
        base = inverse(&base, &magnitude)?;
    }
    let result = match (u64::try_from(&magnitude), u64::try_from(&exponent)) {
        (Ok(m), Ok(e)) => {
            let base = u64::try_from(&base).expect("a residue is below the modulus");
            IBig::from(pow_mod_u64(base, e, m))
        }
        _ => {
            let ring = ConstDivisor::new(magnitude);
            IBig::from(ring.reduce(base).pow(&exponent).residue())
        }
    };
    // 0 <= result < |modulus|: a negative modulus wants the range (modulus, 0].
    Ok(if is_negative(modulus) && !result.is_zero() { result + modulus } else { result })
}

/// `base ** exponent % modulus` for words. Precondition: `modulus > 0`.
pub fn pow_mod_u64(base: u64, mut exponent: u64, modulus: u64) -> u64 {
    let modulus = u128::from(modulus);
    let mut result = 1 % modulus;
    let mut square = u128::from(base) % modulus;
    while exponent != 0 {
        if exponent & 1 == 1 {
            result = result * square % modulus;
        }
        square = square * square % modulus;
        exponent >>= 1;
    }
    result as u64
}

/// The inverse of a residue. Errors: `NotInvertible`.
fn inverse(base: &UBig, modulus: &UBig) -> Result<UBig, ArithmeticError> {
    if base.is_zero() {
        return Err(ArithmeticError::NotInvertible);
    }
    let (gcd, factor, _) = base.gcd_ext(modulus);
    if !gcd.is_one() {
        return Err(ArithmeticError::NotInvertible);
    }
    Ok(floor_mod(&factor, &IBig::from(modulus.clone()))?.into_parts().1)
}
