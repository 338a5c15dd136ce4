//! Complex numbers: arithmetic, powers, repr and parsing.
//!
//! Source: Smith, "Algorithm 116: Complex division" (1962) for the quotient, as CPython uses it.

use crate::error::ArithmeticError;
use crate::float_parse::parse_prefix;
use crate::float_text::{FloatFlags, FloatStyle, format_float};
use crate::int_text::strip;

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    pub re: f64,
    pub im: f64,
}

/// The length of a vector of two parts; infinite if it is beyond a float.
pub fn length(x: f64, y: f64) -> f64 {
    libm::hypot(x, y)
}

/// Exponents up to here are powers by multiplication.
const MAX_INTEGER_POWER: f64 = 100.0;

impl Complex {
    pub fn new(re: f64, im: f64) -> Complex {
        Complex { re, im }
    }

    /// `a * b`. Where the formula gives NaN for both parts, infinities of the factors decide (C99, annex G).
    pub fn multiply(self, other: Complex) -> Complex {
        let (a, b, c, d) = (self.re, self.im, other.re, other.im);
        let (re, im) = (a * c - b * d, a * d + b * c);
        if !(re.is_nan() && im.is_nan()) {
            return Complex::new(re, im);
        }
        let unit = |x: f64| if x.is_infinite() { 1.0_f64.copysign(x) } else { 0.0_f64.copysign(x) };
        let plain = |x: f64| if x.is_nan() { 0.0_f64.copysign(x) } else { x };
        let (mut a, mut b, mut c, mut d) = (a, b, c, d);
        let mut recalculate = false;
        if a.is_infinite() || b.is_infinite() {
            (a, b, c, d) = (unit(a), unit(b), plain(c), plain(d));
            recalculate = true;
        }
        if c.is_infinite() || d.is_infinite() {
            (c, d, a, b) = (unit(c), unit(d), plain(a), plain(b));
            recalculate = true;
        }
        let products = [self.re * other.re, self.im * other.im, self.re * other.im, self.im * other.re];
        if !recalculate && products.iter().any(|p| p.is_infinite()) {
            (a, b, c, d) = (plain(a), plain(b), plain(c), plain(d));
            recalculate = true;
        }
        if !recalculate {
            return Complex::new(re, im);
        }
        Complex::new(f64::INFINITY * (a * c - b * d), f64::INFINITY * (a * d + b * c))
    }

    /// `a / b`. Errors: `ZeroDivision`.
    pub fn divide(self, other: Complex) -> Result<Complex, ArithmeticError> {
        let (abs_re, abs_im) = (other.re.abs(), other.im.abs());
        let quotient = if abs_re >= abs_im {
            if abs_re == 0.0 {
                return Err(ArithmeticError::ZeroDivision);
            }
            let ratio = other.im / other.re;
            let denominator = other.re + other.im * ratio;
            Complex::new((self.re + self.im * ratio) / denominator, (self.im - self.re * ratio) / denominator)
        } else if abs_im >= abs_re {
            let ratio = other.re / other.im;
            let denominator = other.re * ratio + other.im;
            Complex::new((self.re * ratio + self.im) / denominator, (self.im * ratio - self.re) / denominator)
        } else {
            Complex::new(f64::NAN, f64::NAN)
        };
        Ok(if quotient.re.is_nan() && quotient.im.is_nan() {
            self.recover(other, quotient)
        } else {
            quotient
        })
    }

    /// Infinities and zeros that the quotient's formula turned into NaNs (C99, annex G).
    fn recover(self, other: Complex, quotient: Complex) -> Complex {
        let unit = |x: f64| if x.is_infinite() { 1.0_f64.copysign(x) } else { 0.0_f64.copysign(x) };
        let is_finite = |z: Complex| z.re.is_finite() && z.im.is_finite();
        let is_infinite = |z: Complex| z.re.is_infinite() || z.im.is_infinite();
        if is_infinite(self) && is_finite(other) {
            let (x, y) = (unit(self.re), unit(self.im));
            return Complex::new(
                f64::INFINITY * (x * other.re + y * other.im),
                f64::INFINITY * (y * other.re - x * other.im),
            );
        }
        if is_infinite(other) && is_finite(self) {
            let (x, y) = (unit(other.re), unit(other.im));
            return Complex::new(0.0 * (self.re * x + self.im * y), 0.0 * (self.im * x - self.re * y));
        }
        quotient
    }

    /// `abs(z)`. Errors: `AbsoluteValueTooLarge`.
    pub fn abs(self) -> Result<f64, ArithmeticError> {
        let length = length(self.re, self.im);
        if length.is_infinite() && self.re.is_finite() && self.im.is_finite() {
            return Err(ArithmeticError::AbsoluteValueTooLarge);
        }
        Ok(length)
    }

    /// `a ** b`. Errors: `ZeroToComplexPower`, `ComplexPowerOverflow`.
    pub fn pow(self, exponent: Complex) -> Result<Complex, ArithmeticError> {
        let is_small_integer = exponent.im == 0.0
            && exponent.re == exponent.re.floor()
            && exponent.re.abs() <= MAX_INTEGER_POWER;
        let power = if is_small_integer {
            self.integer_power(exponent.re as i32)?
        } else {
            self.general_power(exponent)?
        };
        if power.re.is_infinite() || power.im.is_infinite() {
            return Err(ArithmeticError::ComplexPowerOverflow);
        }
        Ok(power)
    }

    fn integer_power(self, exponent: i32) -> Result<Complex, ArithmeticError> {
        let one = Complex::new(1.0, 0.0);
        if exponent < 0 {
            let power = self.positive_power(exponent.unsigned_abs());
            return one.divide(power).map_err(|_| ArithmeticError::ZeroToComplexPower);
        }
        Ok(if exponent == 0 { one } else { self.positive_power(exponent.unsigned_abs()) })
    }

    fn positive_power(self, exponent: u32) -> Complex {
        let mut result = Complex::new(1.0, 0.0);
        let mut square = self;
        let mut mask = 1;
        while mask <= exponent {
            if exponent & mask != 0 {
                result = result.multiply(square);
            }
            mask <<= 1;
            square = square.multiply(square);
        }
        result
    }

    fn general_power(self, exponent: Complex) -> Result<Complex, ArithmeticError> {
        if exponent.re == 0.0 && exponent.im == 0.0 {
            return Ok(Complex::new(1.0, 0.0));
        }
        if self.re == 0.0 && self.im == 0.0 {
            if exponent.im != 0.0 || exponent.re < 0.0 {
                return Err(ArithmeticError::ZeroToComplexPower);
            }
            return Ok(Complex::new(0.0, 0.0));
        }
        let length = self.re.hypot(self.im);
        let angle = self.im.atan2(self.re);
        let mut size = length.powf(exponent.re);
        let mut phase = angle * exponent.re;
        if exponent.im != 0.0 {
            size *= (-angle * exponent.im).exp();
            phase += exponent.im * length.ln();
        }
        Ok(Complex::new(size * phase.cos(), size * phase.sin()))
    }
}

/// `repr(z)`: `(1+2j)`, `2j` where the real part is +0.0.
pub fn repr(z: Complex) -> String {
    let plain = |x: f64, sign: bool| {
        format_float(x, FloatStyle::Repr, 0, FloatFlags { sign, ..FloatFlags::default() })
    };
    if z.re == 0.0 && z.re.is_sign_positive() {
        return format!("{}j", plain(z.im, false));
    }
    format!("({}{}j)", plain(z.re, false), plain(z.im, true))
}

/// `complex(text)`: white space and one pair of parentheses around; text is ASCII, see `int_text`.
/// `None`: `ValueError: complex() arg is a malformed string`.
pub fn parse_complex(text: &[u8]) -> Option<Complex> {
    let mut text = strip(text);
    if text.contains(&b'_') {
        let is_digit = |i: Option<usize>| i.and_then(|i| text.get(i)).is_some_and(u8::is_ascii_digit);
        let mut places = text.iter().enumerate().filter(|(_, b)| **b == b'_').map(|(i, _)| i);
        if !places.all(|i| is_digit(i.checked_sub(1)) && is_digit(Some(i + 1))) {
            return None;
        }
        let plain: Vec<u8> = text.iter().copied().filter(|&b| b != b'_').collect();
        return parse_complex(&plain);
    }
    if let [b'(', inner @ .., b')'] = text {
        text = strip(inner);
    }
    let is_unit = |rest: &[u8]| matches!(rest, [b'j' | b'J']);
    let (first, length) = parse_prefix(text);
    let rest = &text[length..];
    if length != 0 {
        match rest {
            [] => return Some(Complex::new(first, 0.0)),
            _ if is_unit(rest) => return Some(Complex::new(0.0, first)),
            [b'+' | b'-', ..] => return Some(Complex::new(first, imaginary(rest)?)),
            _ => return None,
        }
    }
    imaginary(text).map(|im| Complex::new(0.0, im))
}

/// `+2.5j`, `-j`, `j`
fn imaginary(text: &[u8]) -> Option<f64> {
    let is_unit = |rest: &[u8]| matches!(rest, [b'j' | b'J']);
    let (value, length) = parse_prefix(text);
    if length != 0 {
        return is_unit(&text[length..]).then_some(value);
    }
    match text {
        [b'-', rest @ ..] if is_unit(rest) => Some(-1.0),
        [b'+', rest @ ..] if is_unit(rest) => Some(1.0),
        rest if is_unit(rest) => Some(1.0),
        _ => None,
    }
}
