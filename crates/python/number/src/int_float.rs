//! Integers and floats: exact conversion both ways, correctly rounded true division, exact comparison.

use crate::bits::bit_length;
use crate::division::is_negative;
use crate::error::ArithmeticError;
use dashu_int::ops::DivRem;
use dashu_int::{IBig, UBig};
use std::cmp::Ordering;

/// Bits of a float's significand.
const MANTISSA_BITS: i64 = 53;
/// The least `e` with `0.5 * 2**e` a normal float.
const MIN_EXPONENT: i64 = -1021;
/// The least `e` with `0.5 * 2**e` beyond all floats, minus one.
const MAX_EXPONENT: i64 = 1024;

/// `x * 2**exponent`, where the result is exact or the caller accepts the rounding of a subnormal. Infinite beyond the range.
pub fn scale(x: f64, exponent: i64) -> f64 {
    libm::scalbn(x, exponent.clamp(-5000, 5000) as i32)
}

/// `float(a)`, rounded half to even. Errors: `IntTooLargeForFloat`.
pub fn int_to_float(a: &IBig) -> Result<f64, ArithmeticError> {
    let bits = bit_length(a) as i64;
    if bits <= 64 {
        let magnitude = a.as_sign_words().1.first().copied().unwrap_or(0) as f64;
        return Ok(if is_negative(a) { -magnitude } else { magnitude });
    }
    if bits > MAX_EXPONENT {
        return Err(ArithmeticError::IntTooLargeForFloat);
    }
    let words = a.as_sign_words().1;
    let shift = bits - 64;
    let (word, bit) = ((shift / 64) as usize, (shift % 64) as u32);
    let mut top = words[word] >> bit;
    if bit != 0 {
        top |= words[word + 1] << (64 - bit);
    }
    // Whatever is lost below only decides a tie: one sticky bit tells it.
    let is_inexact = words[..word].iter().any(|&w| w != 0) || words[word] & ((1 << bit) - 1) != 0;
    let value = scale((top | u64::from(is_inexact)) as f64, shift);
    if value.is_infinite() {
        return Err(ArithmeticError::IntTooLargeForFloat);
    }
    Ok(if is_negative(a) { -value } else { value })
}

/// `int(x)`: towards zero. Errors: `InfinityToInt`, `NanToInt`.
pub fn float_to_int(x: f64) -> Result<IBig, ArithmeticError> {
    if x.is_nan() {
        return Err(ArithmeticError::NanToInt);
    }
    if x.is_infinite() {
        return Err(ArithmeticError::InfinityToInt);
    }
    Ok(truncated(x))
}

/// `int(x)` where that fits in 64 bits.
#[inline]
pub fn float_to_i64(x: f64) -> Option<i64> {
    // -2**63 is a float and 2**63 the first beyond.
    (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x).then_some(x as i64)
}

fn truncated(x: f64) -> IBig {
    match float_to_i64(x) {
        Some(small) => IBig::from(small),
        None => {
            let (mantissa, exponent) = significand(x);
            let value = IBig::from(mantissa) << exponent as usize;
            if x < 0.0 { -value } else { value }
        }
    }
}

/// `|x| == mantissa * 2**exponent`. Precondition: finite.
pub fn significand(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let field = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) }
}

/// `a / b`, correctly rounded. Errors: `ZeroDivision`, `QuotientTooLarge`.
pub fn true_divide_i64(a: i64, b: i64) -> Result<f64, ArithmeticError> {
    const EXACT: u64 = 1 << 53;
    if b == 0 {
        return Err(ArithmeticError::ZeroDivision);
    }
    if a.unsigned_abs() <= EXACT && b.unsigned_abs() <= EXACT {
        return Ok(a as f64 / b as f64);
    }
    true_divide(&IBig::from(a), &IBig::from(b))
}

/// `a / b`, correctly rounded. Errors: `ZeroDivision`, `QuotientTooLarge`.
pub fn true_divide(a: &IBig, b: &IBig) -> Result<f64, ArithmeticError> {
    if b.is_zero() {
        return Err(ArithmeticError::ZeroDivision);
    }
    // As with floats, zero over a negative number is -0.0.
    let is_negative = is_negative(a) != is_negative(b);
    if a.is_zero() {
        return Ok(if is_negative { -0.0 } else { 0.0 });
    }
    let value = quotient(a.clone().into_parts().1, b.clone().into_parts().1)?;
    Ok(if is_negative { -value } else { value })
}

/// Two more bits than a significand are computed and the last one is made sticky, then rounded by hand, because the place
/// to round at is not the 53rd bit if the result is subnormal.
fn quotient(a: UBig, b: UBig) -> Result<f64, ArithmeticError> {
    let length = |n: &UBig| bit_length(n.as_ibig()) as i64;
    let difference = length(&a) - length(&b);
    if difference > MAX_EXPONENT {
        return Err(ArithmeticError::QuotientTooLarge);
    }
    if difference < MIN_EXPONENT - MANTISSA_BITS - 1 {
        return Ok(0.0);
    }
    let shift = difference.max(MIN_EXPONENT) - MANTISSA_BITS - 2;
    let (numerator, denominator) =
        if shift <= 0 { (a << (-shift) as usize, b) } else { (a, b << shift as usize) };
    let (quotient, rest) = numerator.div_rem(denominator);
    let mut bits = u64::try_from(&quotient).expect("the shift leaves at most 56 bits");
    if !rest.is_zero() {
        bits |= 1;
    }
    let length = i64::from(64 - bits.leading_zeros());
    let extra = length.max(MIN_EXPONENT - shift) - MANTISSA_BITS;
    // The result is rounded at bit `extra` (at least 2, so the sticky bit is below the half).
    let half = 1_u64 << (extra - 1);
    let lost = bits & (half * 2 - 1);
    bits -= lost;
    if lost > half || lost == half && bits & (half * 2) != 0 {
        bits += half * 2;
    }
    let value = scale(bits as f64, shift);
    if value.is_infinite() { Err(ArithmeticError::QuotientTooLarge) } else { Ok(value) }
}

/// Orders an integer against a float by value; `None` for NaN.
#[inline]
pub fn compare_i64_float(a: i64, x: f64) -> Option<Ordering> {
    if let Some(whole) = float_to_i64(x) {
        // The fraction has the sign of x.
        return Some(a.cmp(&whole).then(0.0_f64.partial_cmp(&(x - x.trunc()))?));
    }
    0.0_f64.partial_cmp(&x)
}

/// Orders an integer against a float by value; `None` for NaN.
pub fn compare_int_float(a: &IBig, x: f64) -> Option<Ordering> {
    if let Ok(small) = i64::try_from(a) {
        return compare_i64_float(small, x);
    }
    if !x.is_finite() {
        return 0.0_f64.partial_cmp(&x);
    }
    Some(a.cmp(&truncated(x)).then(0.0_f64.partial_cmp(&(x - x.trunc()))?))
}

/// `x.as_integer_ratio()`: lowest terms, positive denominator. Errors: `InfinityToRatio`, `NanToRatio`.
pub fn as_integer_ratio(x: f64) -> Result<(IBig, IBig), ArithmeticError> {
    if x.is_nan() {
        return Err(ArithmeticError::NanToRatio);
    }
    if x.is_infinite() {
        return Err(ArithmeticError::InfinityToRatio);
    }
    if x == 0.0 {
        return Ok((IBig::ZERO, IBig::ONE));
    }
    let (mantissa, exponent) = significand(x);
    let zeros = mantissa.trailing_zeros();
    let exponent = exponent + zeros as i32;
    let mut numerator = IBig::from(mantissa >> zeros);
    let mut denominator = IBig::ONE;
    if exponent >= 0 {
        numerator <<= exponent as usize;
    } else {
        denominator <<= (-exponent) as usize;
    }
    Ok((if x < 0.0 { -numerator } else { numerator }, denominator))
}
