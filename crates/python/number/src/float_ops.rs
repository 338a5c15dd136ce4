//! Arithmetic of floats where Python differs from the machine: floor division, modulo, powers, rounding.

use crate::error::ArithmeticError;
use crate::float_text::{FloatFlags, FloatStyle, format_float};

/// `divmod(a, b)`. Errors: `ZeroDivision`.
///
/// The remainder has the divisor's sign, also if it is zero; the quotient is a whole number near the true one.
pub fn float_div_mod(a: f64, b: f64) -> Result<(f64, f64), ArithmeticError> {
    if b == 0.0 {
        return Err(ArithmeticError::ZeroDivision);
    }
    // Rust's `%` is C's fmod: exact.
    let mut rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        rest = 0.0_f64.copysign(b);
    } else if (b < 0.0) != (rest < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return Ok((0.0_f64.copysign(a / b), rest));
    }
    let mut whole = quotient.floor();
    if quotient - whole > 0.5 {
        whole += 1.0;
    }
    Ok((whole, rest))
}

/// `a // b`. Errors: `ZeroDivision`.
pub fn float_floor_div(a: f64, b: f64) -> Result<f64, ArithmeticError> {
    float_div_mod(a, b).map(|(quotient, _)| quotient)
}

/// `a % b`. Errors: `ZeroDivision`.
pub fn float_mod(a: f64, b: f64) -> Result<f64, ArithmeticError> {
    if b == 0.0 {
        return Err(ArithmeticError::ZeroDivision);
    }
    let rest = a % b;
    Ok(if rest == 0.0 {
        0.0_f64.copysign(b)
    } else if (b < 0.0) != (rest < 0.0) {
        rest + b
    } else {
        rest
    })
}

/// What `a ** b` is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FloatPower {
    Real(f64),
    /// A negative base and a fractional exponent: the caller goes on with complex numbers.
    Complex,
}

/// `a ** b`. Errors: `ZeroToNegativePower`, `PowerOutOfRange`.
pub fn float_pow(a: f64, b: f64) -> Result<FloatPower, ArithmeticError> {
    // IEEE 754's pow agrees with Python on every case with NaN, infinities and ones.
    if a == 0.0 && b < 0.0 && b.is_finite() {
        return Err(ArithmeticError::ZeroToNegativePower);
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b != b.floor() {
        return Ok(FloatPower::Complex);
    }
    let power = a.powf(b);
    if power.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(ArithmeticError::PowerOutOfRange);
    }
    Ok(FloatPower::Real(power))
}

/// `x.is_integer()`.
pub fn is_integer(x: f64) -> bool {
    x.is_finite() && x == x.trunc()
}

/// `round(x)` as a float: half to even. Python makes an int of it.
pub fn round_half_even(x: f64) -> f64 {
    x.round_ties_even()
}

/// `round(x, digits)`: the float nearest to the decimal that the exact value rounds to. Errors: `RoundedTooLarge`.
pub fn round_digits(x: f64, digits: i64) -> Result<f64, ArithmeticError> {
    // Beyond these nothing changes, or nothing is left.
    const MOST: i64 = 323;
    const LEAST: i64 = -308;
    if !x.is_finite() || digits > MOST {
        return Ok(x);
    }
    if digits < LEAST {
        return Ok(0.0_f64.copysign(x));
    }
    let text = if digits >= 0 {
        format_float(x, FloatStyle::Fixed, digits as usize, FloatFlags::default())
    } else {
        round_left_of_point(x, -digits)
    };
    let value: f64 = text.parse().expect("formatted floats read back");
    if value.is_infinite() { Err(ArithmeticError::RoundedTooLarge) } else { Ok(value) }
}

/// The decimal text of `x` rounded to a multiple of `10**places`.
fn round_left_of_point(x: f64, places: i64) -> String {
    let sign = if x.is_sign_negative() { "-" } else { "" };
    let exact = format!("{:.0}", x.abs().trunc());
    let has_fraction = x != x.trunc();
    let places = places as usize;
    let (head, tail) = exact.split_at(exact.len().saturating_sub(places));
    // Below half a unit even with all digits nines in front.
    if exact.len() < places {
        return format!("{sign}0");
    }
    let half_of = |tail: &str| {
        let first = tail.as_bytes()[0];
        let rest_is_zero = tail.bytes().skip(1).all(|b| b == b'0') && !has_fraction;
        match first {
            b'5' if rest_is_zero => head.bytes().last().is_some_and(|b| (b - b'0') % 2 == 1),
            b'5'..=b'9' => true,
            _ => false,
        }
    };
    // places >= 1, so the tail has a digit.
    let goes_up = half_of(tail);
    let mut digits: Vec<u8> = head.bytes().collect();
    if goes_up {
        let mut i = digits.len();
        loop {
            if i == 0 {
                digits.insert(0, b'1');
                break;
            }
            i -= 1;
            if digits[i] == b'9' {
                digits[i] = b'0';
            } else {
                digits[i] += 1;
                break;
            }
        }
    }
    let digits =
        if digits.is_empty() { "0".to_owned() } else { digits.into_iter().map(char::from).collect() };
    format!("{sign}{digits}e{places}")
}
