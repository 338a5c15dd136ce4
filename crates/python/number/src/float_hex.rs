//! `float.hex()` and `float.fromhex()`.

use crate::int_float::{scale, significand};
use crate::int_text::strip;

/// Why a text is no hexadecimal float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HexError {
    /// `ValueError: invalid hexadecimal floating-point string`
    Invalid,
    /// `OverflowError: hexadecimal value too large to represent as a float`
    TooLarge,
}

impl HexError {
    /// The exception's text.
    pub fn message(self) -> &'static str {
        match self {
            HexError::Invalid => "invalid hexadecimal floating-point string",
            HexError::TooLarge => "hexadecimal value too large to represent as a float",
        }
    }
}

/// `x.hex()`: `-0x1.8000000000000p+1`, `0x0.0p+0`, `inf`.
pub fn to_hex(x: f64) -> String {
    if !x.is_finite() {
        return crate::float_text::repr(x);
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let (mantissa, exponent) = significand(x);
    let exponent = exponent + 52;
    let (lead, fraction) = (mantissa >> 52, mantissa & ((1 << 52) - 1));
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent_sign}{}", exponent.unsigned_abs())
}

/// `float.fromhex(text)`, rounded half-even. Errors: see [`HexError`].
pub fn from_hex(text: &[u8]) -> Result<f64, HexError> {
    let mut rest = strip(text);
    let mut is_negative = false;
    if let [sign @ (b'+' | b'-'), tail @ ..] = rest {
        is_negative = *sign == b'-';
        rest = tail;
    }
    let signed = |x: f64| if is_negative { -x } else { x };
    if rest.eq_ignore_ascii_case(b"inf") || rest.eq_ignore_ascii_case(b"infinity") {
        return Ok(signed(f64::INFINITY));
    }
    if rest.eq_ignore_ascii_case(b"nan") {
        return Ok(signed(f64::NAN));
    }
    if let [b'0', b'x' | b'X', tail @ ..] = rest {
        rest = tail;
    }
    let end = rest.iter().position(|b| matches!(b, b'p' | b'P')).unwrap_or(rest.len());
    let exponent = match rest.get(end + 1..) {
        None => 0,
        Some(text) => exponent(text)?,
    };
    magnitude(&rest[..end], exponent).map(signed)
}

/// A decimal exponent, clamped far beyond every float's.
fn exponent(text: &[u8]) -> Result<i64, HexError> {
    let (is_negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(HexError::Invalid);
    }
    let value = digits
        .iter()
        .fold(0_i64, |n, b| n.saturating_mul(10).saturating_add(i64::from(b - b'0')))
        .min(1 << 60);
    Ok(if is_negative { -value } else { value })
}

fn magnitude(text: &[u8], exponent: i64) -> Result<f64, HexError> {
    let point = text.iter().position(|&b| b == b'.');
    // The top 60 bits are kept, everything below only as one sticky bit.
    let (mut mantissa, mut dropped, mut is_inexact, mut count) = (0_u64, 0_i64, false, 0_usize);
    for (i, &byte) in text.iter().enumerate() {
        if Some(i) == point {
            continue;
        }
        let digit = char::from(byte).to_digit(16).ok_or(HexError::Invalid)?;
        count += 1;
        if mantissa >> 56 == 0 {
            mantissa = mantissa << 4 | u64::from(digit);
        } else {
            dropped += 1;
            is_inexact |= digit != 0;
        }
    }
    if count == 0 {
        return Err(HexError::Invalid);
    }
    if mantissa == 0 {
        return Ok(0.0);
    }
    let fraction = point.map_or(0, |i| text.len() - 1 - i) as i64;
    let shift = exponent.saturating_add(4 * (dropped - fraction));
    let length = i64::from(64 - mantissa.leading_zeros());
    let top = shift.saturating_add(length);
    if top > 1024 {
        return Err(HexError::TooLarge);
    }
    if top < -1075 {
        return Ok(0.0);
    }
    // The unit in the last place of the result, in bits above the mantissa's unit.
    let extra = (length - 53).max(-1074 - shift);
    let value = if extra <= 0 {
        scale(mantissa as f64, shift)
    } else {
        let unit = 1_u64 << extra;
        let lost = mantissa & (unit - 1);
        let half = unit >> 1;
        let mut kept = mantissa - lost;
        if lost > half || lost == half && (is_inexact || kept & unit != 0) {
            kept += unit;
        }
        scale(kept as f64, shift)
    };
    if value.is_infinite() { Err(HexError::TooLarge) } else { Ok(value) }
}
