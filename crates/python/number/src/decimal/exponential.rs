//! `exp`, `ln` and `log10`, correctly rounded.
//!
//! Each is computed in binary fixed point with some digits more than the precision. If what was computed lies so close to the middle of two
//! results that its error could decide (Ziv's "onion peeling", ACM TOMS 17, 1991), it is computed again with more. Exact
//! results are found before, so that ends.

use super::coefficient::{Coefficient, MOST_DIGITS, power_of_ten};
use super::compare::is_power_of_ten;
use super::{Context, Decimal, Rounding, Status};
use crate::IBig;
use dashu_int::UBig;
use dashu_int::ops::{Abs, BitTest, UnsignedAbs};
use std::cmp::Ordering;

/// Bits of a decimal digit, rounded up.
const BITS_PER_DIGIT: f64 = 3.3220;
/// Digits computed beyond the precision at first.
const GUARD_DIGITS: i64 = 9;
/// Units in the last computed digit by which a result may be wrong.
const MOST_ERROR: u64 = 4;

fn bits_for(digits: i64) -> usize {
    (digits as f64 * BITS_PER_DIGIT) as usize + 16
}

/// `atanh(1 / n)` with so many fraction bits; a little too small.
fn atanh_inverse(n: u32, bits: usize) -> IBig {
    let square = n * n;
    let mut power = (IBig::ONE << bits) / n;
    let mut sum = power.clone();
    let mut odd = 1_u32;
    while !power.is_zero() {
        power /= square;
        odd += 2;
        sum += &power / odd;
    }
    sum
}

/// ln(10) with so many fraction bits, good to a few units.
fn ln_ten(bits: usize) -> IBig {
    let guard = 8;
    let [a, b, c] = [31, 49, 161].map(|n| atanh_inverse(n, bits + guard));
    (a * 46 + b * 34 + c * 20) >> guard
}

/// `exp(x)` of a small fixed-point number (below 4 in magnitude), with as many fraction bits.
fn exp_fixed(x: &IBig, bits: usize) -> IBig {
    // The argument is halved so often, and the result squared as often: then few terms of the series are needed.
    let halvings = (bits as f64).sqrt() as usize / 2 + 2;
    let guard = halvings + 12;
    let width = bits + guard;
    let reduced: IBig = (x << guard) >> halvings;
    let mut term = IBig::ONE << width;
    let mut sum = term.clone();
    let mut n = 0_u32;
    loop {
        n += 1;
        term = ((&term * &reduced) >> width) / n;
        // Shifts of negative numbers round down: they never reach zero.
        if term.is_zero() || term == IBig::NEG_ONE {
            break;
        }
        sum += &term;
    }
    for _ in 0..halvings {
        sum = crate::product::multiply(&sum, &sum) >> width;
    }
    sum >> guard
}

/// `ln(m)` of a fixed-point number between 0.3 and 3.5, with as many fraction bits, by Halley's iteration on `exp`: each step trebles the
/// digits. `estimate`: the result as a float.
fn ln_fixed(m: &IBig, bits: usize, estimate: f64) -> IBig {
    let mut y = fixed(estimate, bits);
    loop {
        let e = exp_fixed(&y, bits);
        let delta = ((m - &e) << (bits + 1)) / (m + e);
        y += &delta;
        // What is left is a twelfth of the step's third power.
        if delta.unsigned_abs().bit_len() < bits - bits / 3 {
            return y;
        }
    }
}

/// A float in fixed point.
fn fixed(value: f64, bits: usize) -> IBig {
    let scaled = (value * (1_u64 << 60) as f64) as i64;
    if bits >= 60 { IBig::from(scaled) << (bits - 60) } else { IBig::from(scaled) >> (60 - bits) }
}

/// The magnitude of a decimal number in fixed point.
fn to_fixed(coefficient: &Coefficient, exponent: i64, bits: usize) -> IBig {
    let value = coefficient.big().into_owned();
    IBig::from(if exponent >= 0 {
        (value * power_of_ten(exponent).big().into_owned()) << bits
    } else {
        (value << bits) / power_of_ten(-exponent).big().into_owned()
    })
}

/// `value * 10**power` of a fixed-point number, as a whole number.
fn scaled(value: &UBig, power: i64, bits: usize) -> Coefficient {
    Coefficient::from_big(if power >= 0 {
        (value * power_of_ten(power).big().into_owned()) >> bits
    } else {
        (value >> bits) / power_of_ten(-power).big().into_owned()
    })
}

impl Context {
    /// Computes with more and more digits until the rounding is certain. `compute(digits)` gives a result with about so many.
    fn peel(&self, status: &mut Status, compute: impl Fn(i64) -> Decimal) -> Decimal {
        let context = Context { rounding: Rounding::HalfEven, ..*self };
        let mut guard = GUARD_DIGITS;
        loop {
            let result = compute(self.precision + guard);
            let surplus = result.coefficient.digits() - self.precision;
            if surplus > 2 {
                let low = result.coefficient.split(surplus).1;
                let half = power_of_ten(surplus - 1).times(&Coefficient::from(5));
                let distance = match low.compare(&half) {
                    Ordering::Less => half.minus(&low),
                    _ => low.minus(&half),
                };
                if distance.compare(&Coefficient::from(MOST_ERROR)) == Ordering::Greater {
                    *status |= Status::INEXACT | Status::ROUNDED;
                    return context.finish(result, status);
                }
            }
            guard *= 2;
        }
    }

    /// Errors: the precision is beyond what fits in memory.
    fn check_precision(&self, status: &mut Status) -> Result<(), Decimal> {
        if self.precision > MOST_DIGITS / 8 {
            Err(self.invalid(Status::OUT_OF_MEMORY, status))
        } else {
            Ok(())
        }
    }

    pub fn exp(&self, a: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a], status) {
            return nan;
        }
        if a.is_infinite() {
            return if a.is_negative { Decimal::zero(false, 0) } else { a.clone() };
        }
        if a.is_zero() {
            return Decimal::one();
        }
        let half_even = Context { rounding: Rounding::HalfEven, ..*self };
        // Larger than the logarithm of the largest number of any context.
        if a.adjusted() > 19 {
            let exponent = if a.is_negative { super::MIN_ETINY * 2 } else { super::MAX_EMAX * 2 };
            return half_even.finish(Decimal::new(false, Coefficient::ONE, exponent), status);
        }
        if let Err(nan) = self.check_precision(status) {
            return nan;
        }
        if a.adjusted() < -self.precision - 1 {
            *status |= Status::INEXACT | Status::ROUNDED;
            let digits = self.precision - 1;
            return half_even.finish(Decimal::new(false, power_of_ten(digits), -digits), status);
        }
        self.peel(status, |digits| {
            let bits = bits_for(digits + 2 * a.adjusted().max(0) + 4);
            let magnitude = to_fixed(&a.coefficient, a.exponent, bits);
            let x = if a.is_negative { -magnitude } else { magnitude };
            // exp(x) = exp(rest) * 10**tens
            let ten = ln_ten(bits);
            let mut tens = &x / &ten;
            let mut rest = &x - &tens * &ten;
            if rest < IBig::ZERO {
                tens -= 1;
                rest += ten;
            }
            let mantissa = exp_fixed(&rest, bits).unsigned_abs();
            let tens = i64::try_from(tens).expect("the argument has at most twenty digits");
            Decimal::new(false, scaled(&mantissa, digits, bits), tens - digits)
        })
    }

    pub fn ln(&self, a: &Decimal, status: &mut Status) -> Decimal {
        if let Some(special) = self.special_logarithm(a, status) {
            return special;
        }
        if a.compare(&Decimal::one()) == Ordering::Equal {
            return Decimal::zero(false, 0);
        }
        if let Err(nan) = self.check_precision(status) {
            return nan;
        }
        self.peel(status, |digits| {
            let (value, bits) = logarithm(a, digits);
            as_decimal(&value, bits, digits)
        })
    }

    pub fn log10(&self, a: &Decimal, status: &mut Status) -> Decimal {
        if let Some(special) = self.special_logarithm(a, status) {
            return special;
        }
        if is_power_of_ten(&a.coefficient) {
            return self.finish(Decimal::from_i64(a.adjusted()), status);
        }
        if let Err(nan) = self.check_precision(status) {
            return nan;
        }
        self.peel(status, |digits| {
            let (value, bits) = logarithm(a, digits + 2);
            as_decimal(&((value << bits) / ln_ten(bits)), bits, digits)
        })
    }

    /// Logarithms of NaNs, infinities, zero and negative numbers.
    fn special_logarithm(&self, a: &Decimal, status: &mut Status) -> Option<Decimal> {
        if let Some(nan) = self.propagated_nan(&[a], status) {
            return Some(nan);
        }
        if a.is_zero() {
            return Some(Decimal::infinity(true));
        }
        if a.is_negative {
            return Some(self.invalid(Status::INVALID_OPERATION, status));
        }
        a.is_infinite().then(|| a.clone())
    }
}

/// The natural logarithm, with its fraction bits: so many digits of it are right. Precondition: finite, positive, not 1.
fn logarithm(a: &Decimal, digits: i64) -> (IBig, usize) {
    // a = m * 10**tens, m between 0.316 and 3.16
    let adjusted = a.adjusted();
    let leading = 10_f64.powf(a.log10_estimate() - adjusted as f64);
    let tens = adjusted + i64::from(leading > 3.162);
    let mut lost = 0;
    let mut estimate = if tens == adjusted { leading.ln() } else { (leading / 10.0).ln() };
    if tens == 0 {
        // Near 1 the logarithm begins with zeros.
        let mut exact = Status::NONE;
        let distance = Context::WIDEST.subtract(a, &Decimal::one(), &mut exact);
        lost = (-distance.adjusted()).max(0);
        estimate = a.log10_estimate() * std::f64::consts::LN_10;
    }
    let bits = bits_for(digits + lost + 24);
    let m = to_fixed(&a.coefficient, a.exponent - tens, bits);
    let value = ln_fixed(&m, bits, estimate);
    (value + ln_ten(bits) * tens, bits)
}

/// A fixed-point number as a decimal one with about so many digits.
fn as_decimal(value: &IBig, bits: usize, digits: i64) -> Decimal {
    let magnitude = value.abs().unsigned_abs();
    let log10 = (magnitude.bit_len() as i64 - bits as i64) as f64 / BITS_PER_DIGIT;
    let power = digits - log10.floor() as i64;
    Decimal::new(*value < IBig::ZERO, scaled(&magnitude, power, bits), -power)
}
