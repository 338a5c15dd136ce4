//! Powers and square roots.
//!
//! Whole exponents go by repeated squaring in a precision that is larger by the exponent's digits, other ones by `exp(b * ln(a))`: as in
//! CPython's `_decimal`, whose results are correctly rounded in all but very few cases.

use super::coefficient::{Coefficient, MOST_DIGITS};
use super::{Context, Decimal, Rounding, Status};
use crate::IBig;
use std::cmp::Ordering;

/// Digits of the largest exponent.
const EXPONENT_DIGITS: i64 = 19;

impl Context {
    /// `a ** b`
    pub fn power(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a, b], status) {
            return nan;
        }
        let is_integer = b.is_integer();
        let is_negative = is_integer && a.is_negative && b.is_odd_integer();
        if a.is_zero() {
            return match (b.is_zero(), b.is_negative) {
                (true, _) => self.invalid(Status::INVALID_OPERATION, status),
                (_, true) => Decimal::infinity(is_negative),
                _ => Decimal::zero(is_negative, 0),
            };
        }
        if a.is_negative && !is_integer {
            return self.invalid(Status::INVALID_OPERATION, status);
        }
        if b.is_infinite() {
            return match a.compare_magnitude(&Decimal::one()) {
                Ordering::Equal => {
                    *status |= Status::INEXACT | Status::ROUNDED;
                    self.one_with_digits(self.precision - 1, is_negative, status)
                }
                order if (order == Ordering::Less) == b.is_negative => Decimal::infinity(is_negative),
                _ => Decimal::zero(is_negative, 0),
            };
        }
        if a.is_infinite() {
            return match (b.is_zero(), b.is_negative) {
                (true, _) => Decimal::one().with_sign(is_negative),
                (_, true) => Decimal::zero(is_negative, 0),
                _ => Decimal::infinity(is_negative),
            };
        }
        if b.is_zero() {
            return Decimal::one().with_sign(is_negative);
        }
        if a.compare_magnitude(&Decimal::one()) == Ordering::Equal {
            return self.power_of_one(a, b, is_integer, is_negative, status);
        }
        if let Some(result) = self.power_beyond_limits(a, b, is_negative, status) {
            return result;
        }
        if is_integer { self.whole_power(a, b, is_negative, status) } else { self.real_power(a, b, status) }
    }

    /// 1 with so many digits behind the point.
    fn one_with_digits(&self, digits: i64, is_negative: bool, status: &mut Status) -> Decimal {
        if digits > MOST_DIGITS {
            return self.invalid(Status::OUT_OF_MEMORY, status);
        }
        Decimal::new(is_negative, Coefficient::ONE.shifted_left(digits), -digits)
    }

    /// Of 1 or -1: as many digits as multiplication would give.
    fn power_of_one(
        &self,
        a: &Decimal,
        b: &Decimal,
        is_integer: bool,
        is_negative: bool,
        status: &mut Status,
    ) -> Decimal {
        let most = self.precision - 1;
        if !is_integer {
            *status |= Status::INEXACT | Status::ROUNDED;
            return self.one_with_digits(most, is_negative, status);
        }
        if b.is_negative {
            return Decimal::one().with_sign(is_negative);
        }
        let count = b.to_int().map(|times| times * IBig::from(-a.exponent));
        let digits = match count.and_then(|count| i64::try_from(count).ok()) {
            Some(digits) if digits <= most => digits,
            _ => {
                *status |= Status::ROUNDED;
                most
            }
        };
        self.one_with_digits(digits, is_negative, status)
    }

    /// Results that are certainly beyond the limits of exponents.
    fn power_beyond_limits(
        &self,
        a: &Decimal,
        b: &Decimal,
        is_negative: bool,
        status: &mut Status,
    ) -> Option<Decimal> {
        let log = a.log10_estimate().abs();
        // The power's exponent as a float; its own logarithm where even that is too large.
        let size = b.log10_estimate() + log.log10();
        let is_large = (a.adjusted() >= 0) != b.is_negative;
        // The estimates are good to ten digits; near the limit the power itself is computed.
        let limit = self.emax.max(-self.etiny()) as f64;
        if size < 18.4 && 10_f64.powf(size) < 1.001 * limit {
            return None;
        }
        let extreme = if is_large { super::MAX_EMAX * 2 } else { super::MIN_ETINY * 2 };
        Some(self.finish(Decimal::new(is_negative, Coefficient::ONE, extreme), status))
    }

    fn whole_power(&self, a: &Decimal, b: &Decimal, is_negative: bool, status: &mut Status) -> Decimal {
        let digits = b.adjusted() + 1;
        let mut work = self.working(self.precision + digits + 2);
        let mut found = Status::NONE;
        let mut base = a.clone();
        if b.is_negative {
            work.precision += 1;
            base = work.divide(&Decimal::one(), a, &mut found);
            if found.has(Status::OUT_OF_MEMORY) {
                return self.invalid(Status::OUT_OF_MEMORY, status);
            }
            found = Status::NONE;
        }
        let Some(exponent) = b.to_int() else {
            return self.invalid(Status::OUT_OF_MEMORY, status);
        };
        let (_, exponent) = exponent.into_parts();
        let mut result = base.clone();
        use dashu_int::ops::BitTest;
        for bit in (0..exponent.bit_len() - 1).rev() {
            result = work.multiply(&result, &result, &mut found);
            if exponent.bit(bit) {
                result = work.multiply(&result, &base, &mut found);
            }
            if !result.is_finite() || result.coefficient.is_zero() && found.has(Status::CLAMPED) {
                break;
            }
        }
        *status |= found;
        result.is_negative = is_negative;
        self.finish_extreme(result, status)
    }

    fn real_power(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        let digits = a.coefficient.digits().max(self.precision);
        let work = self.working(digits + 4 + EXPONENT_DIGITS);
        if work.precision > MOST_DIGITS {
            return self.invalid(Status::OUT_OF_MEMORY, status);
        }
        let mut found = Status::NONE;
        let logarithm = work.ln(a, &mut found);
        let product = work.multiply(&logarithm, b, &mut found);
        *status |= found & Status::ERRORS;
        let result = work.exp(&product, status);
        *status |= Status::INEXACT | Status::ROUNDED;
        if result.is_finite() && result.compare(&Decimal::one()) == Ordering::Equal {
            return self.one_with_digits(self.precision - 1, false, status);
        }
        self.finish_extreme(result, status)
    }

    /// Finishes a result whose infinity stands for a number that is too large.
    fn finish_extreme(&self, result: Decimal, status: &mut Status) -> Decimal {
        if result.is_infinite() {
            let beyond = Decimal::new(result.is_negative, Coefficient::ONE, super::MAX_EMAX * 2);
            return self.finish(beyond, status);
        }
        self.finish(result, status)
    }

    /// `pow(a, b, modulus)`: of whole numbers.
    pub fn power_modulo(&self, a: &Decimal, b: &Decimal, modulus: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a, b, modulus], status) {
            return nan;
        }
        let operands = [a, b, modulus];
        if operands.iter().any(|operand| !operand.is_integer())
            || b.is_negative
            || modulus.is_zero()
            || a.is_zero() && b.is_zero()
            || modulus.adjusted() + 1 > self.precision
        {
            return self.invalid(Status::INVALID_OPERATION, status);
        }
        let is_negative = a.is_negative && b.is_odd_integer();
        let [Some(base), Some(exponent), Some(modulus)] = operands.map(|operand| operand.abs().to_int())
        else {
            return self.invalid(Status::OUT_OF_MEMORY, status);
        };
        let result = crate::power::pow_mod(&base, &exponent, &modulus).unwrap_or(IBig::ZERO);
        self.finish(Decimal::from_int(&result).with_sign(is_negative), status)
    }

    /// The square root, rounded half to even.
    pub fn sqrt(&self, a: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a], status) {
            return nan;
        }
        if a.is_infinite() && !a.is_negative {
            return a.clone();
        }
        if a.is_zero() {
            return self.finish(Decimal::zero(a.is_negative, a.exponent.div_euclid(2)), status);
        }
        if a.is_negative {
            return self.invalid(Status::INVALID_OPERATION, status);
        }
        let ideal = a.exponent.div_euclid(2);
        let odd = a.exponent.rem_euclid(2);
        let radicand = a.coefficient.shifted_left(odd);
        let length = (radicand.digits() + 1) / 2;
        // One digit more than the precision, and whether anything is behind it.
        let mut shift = self.precision + 1 - length;
        let is_too_long = 2 * shift > MOST_DIGITS;
        if is_too_long {
            shift = 2 * length;
        }
        let (scaled, cut) = if shift >= 0 {
            (radicand.shifted_left(2 * shift), Coefficient::ZERO)
        } else {
            radicand.split(-2 * shift)
        };
        let (mut root, rest) = integer_root(&scaled);
        let mut exponent = ideal - shift;
        if rest && cut.is_zero() {
            if exponent < ideal {
                let (stripped, removed) = root.without_trailing_zeros(ideal - exponent);
                root = stripped;
                exponent += removed;
            } else {
                root = root.shifted_left(exponent - ideal);
                exponent = ideal;
            }
        } else {
            if is_too_long {
                return self.invalid(Status::OUT_OF_MEMORY, status);
            }
            if root.is_multiple_of_five() {
                root = root.plus(&Coefficient::ONE);
            }
        }
        let context = Context { rounding: Rounding::HalfEven, ..*self };
        context.finish(Decimal::new(false, root, exponent), status)
    }
}

/// The whole part of a square root, and whether it is exact.
fn integer_root(value: &Coefficient) -> (Coefficient, bool) {
    use dashu_int::ops::SquareRootRem;
    let (root, rest) = value.big().sqrt_rem();
    (Coefficient::from_big(root), rest.is_zero())
}

impl Decimal {
    /// log10 of the magnitude, good to ten digits. Precondition: finite and not zero.
    pub(super) fn log10_estimate(&self) -> f64 {
        // `ln` keeps digits where the value is near 1.
        let digits = self.coefficient.digits();
        let adjusted = self.exponent + digits - 1;
        let kept = if digits > 30 { self.coefficient.split(digits - 30).0 } else { self.coefficient.clone() };
        let Coefficient::Small(leading) = kept else { return adjusted as f64 };
        let near_one = |one: u128, adjusted: i64| {
            let difference = leading as i128 - one as i128;
            (difference.unsigned_abs() < one / 1000)
                .then(|| adjusted as f64 + (difference as f64 / one as f64).ln_1p() / std::f64::consts::LN_10)
        };
        let one = 10_u128.pow(digits.min(30) as u32 - 1);
        near_one(one, adjusted)
            .or_else(|| near_one(one * 10, adjusted + 1))
            .unwrap_or_else(|| adjusted as f64 + (leading as f64 / one as f64).log10())
    }
}
