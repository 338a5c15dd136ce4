//! Division: `/`, `//`, `%`, `divmod`, and the remainder nearest to zero.

use super::coefficient::{Coefficient, MOST_DIGITS, power_of_ten};
use super::{Context, Decimal, Status};
use std::cmp::Ordering;

impl Context {
    pub fn divide(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a, b], status) {
            return nan;
        }
        let is_negative = a.is_negative != b.is_negative;
        match (a.is_infinite(), b.is_infinite()) {
            (true, true) => return self.invalid(Status::INVALID_OPERATION, status),
            (true, _) => return Decimal::infinity(is_negative),
            (_, true) => {
                *status |= Status::CLAMPED;
                return Decimal::zero(is_negative, self.etiny());
            }
            _ => {}
        }
        if b.coefficient.is_zero() {
            return self.by_zero(a, is_negative, status);
        }
        let ideal = a.exponent - b.exponent;
        if a.coefficient.is_zero() {
            return self.finish(Decimal::zero(is_negative, ideal), status);
        }
        let lengths = b.coefficient.digits() - a.coefficient.digits();
        let mut shift = lengths + self.precision + 1;
        let is_too_long = shift > MOST_DIGITS;
        if is_too_long {
            // An exact quotient may still be short.
            shift = 4 * a.coefficient.digits().max(b.coefficient.digits());
        }
        let (mut quotient, rest) = if shift >= 0 {
            a.coefficient.shifted_left(shift).div_rem(&b.coefficient)
        } else {
            a.coefficient.div_rem(&b.coefficient.shifted_left(-shift))
        };
        let mut exponent = ideal - shift;
        if !rest.is_zero() {
            if is_too_long {
                return self.invalid(Status::OUT_OF_MEMORY, status);
            }
            // The last digit says that digits are missing.
            if quotient.is_multiple_of_five() {
                quotient = quotient.plus(&Coefficient::ONE);
            }
        } else if exponent < ideal {
            let (stripped, removed) = quotient.without_trailing_zeros(ideal - exponent);
            quotient = stripped;
            exponent += removed;
        }
        self.finish(Decimal::new(is_negative, quotient, exponent), status)
    }

    fn by_zero(&self, a: &Decimal, is_negative: bool, status: &mut Status) -> Decimal {
        if a.is_zero() {
            return self.invalid(Status::DIVISION_UNDEFINED, status);
        }
        *status |= Status::DIVISION_BY_ZERO;
        Decimal::infinity(is_negative)
    }

    /// `a // b`, rounded towards zero.
    pub fn divide_to_integer(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a, b], status) {
            return nan;
        }
        let is_negative = a.is_negative != b.is_negative;
        match (a.is_infinite(), b.is_infinite()) {
            (true, true) => self.invalid(Status::INVALID_OPERATION, status),
            (true, _) => Decimal::infinity(is_negative),
            (_, true) => Decimal::zero(is_negative, 0),
            _ if b.coefficient.is_zero() => self.by_zero(a, is_negative, status),
            _ => match self.quotient_and_rest(a, b) {
                Ok((quotient, _)) => self.finish(quotient, status),
                Err(condition) => self.invalid(condition, status),
            },
        }
    }

    /// `a % b`, with the sign of `a`.
    pub fn remainder(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a, b], status) {
            return nan;
        }
        if let Some(result) = self.special_remainder(a, b, status) {
            return result;
        }
        match self.quotient_and_rest(a, b) {
            Ok((_, rest)) => self.finish(rest, status),
            Err(condition) => self.invalid(condition, status),
        }
    }

    /// `divmod(a, b)`
    pub fn divide_with_rest(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> (Decimal, Decimal) {
        if let Some(nan) = self.propagated_nan(&[a, b], status) {
            return (nan.clone(), nan);
        }
        let is_negative = a.is_negative != b.is_negative;
        if a.is_infinite() {
            *status |= Status::INVALID_OPERATION;
            let quotient = if b.is_infinite() { Decimal::nan() } else { Decimal::infinity(is_negative) };
            return (quotient, Decimal::nan());
        }
        if b.is_infinite() {
            return (Decimal::zero(is_negative, 0), self.finish(a.clone(), status));
        }
        if b.coefficient.is_zero() {
            let quotient = self.by_zero(a, is_negative, status);
            if quotient.is_infinite() {
                *status |= Status::INVALID_OPERATION;
            }
            return (quotient, Decimal::nan());
        }
        match self.quotient_and_rest(a, b) {
            Ok((quotient, rest)) => (self.finish(quotient, status), self.finish(rest, status)),
            Err(condition) => (self.invalid(condition, status), Decimal::nan()),
        }
    }

    /// What is left of `a` after the nearest multiple of `b`; of two the even one.
    pub fn remainder_near(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a, b], status) {
            return nan;
        }
        if let Some(result) = self.special_remainder(a, b, status) {
            return result;
        }
        let ideal = a.exponent.min(b.exponent);
        let distance = a.adjusted() - b.adjusted();
        if a.coefficient.is_zero() || distance <= -2 {
            let (padded, _) = self.rescaled(a, ideal);
            return self.finish(padded, status);
        }
        if distance > self.precision {
            return self.invalid(Status::DIVISION_IMPOSSIBLE, status);
        }
        let Some((dividend, divisor)) = aligned(a, b) else {
            return self.invalid(Status::OUT_OF_MEMORY, status);
        };
        let (mut quotient, mut rest) = dividend.div_rem(&divisor);
        let mut is_negative = a.is_negative;
        let twice = rest.plus(&rest);
        let half = twice.compare(&divisor);
        if half == Ordering::Greater || half == Ordering::Equal && quotient.is_odd() {
            rest = divisor.minus(&rest);
            is_negative = !is_negative;
            quotient = quotient.plus(&Coefficient::ONE);
        }
        if quotient.digits() > self.precision {
            return self.invalid(Status::DIVISION_IMPOSSIBLE, status);
        }
        self.finish(Decimal::new(is_negative, rest, ideal), status)
    }

    /// Remainders with an infinity or by zero; operands are no NaNs.
    fn special_remainder(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Option<Decimal> {
        if a.is_infinite() {
            return Some(self.invalid(Status::INVALID_OPERATION, status));
        }
        if b.is_infinite() {
            return Some(self.finish(a.clone(), status));
        }
        b.coefficient.is_zero().then(|| {
            let condition = if a.is_zero() { Status::DIVISION_UNDEFINED } else { Status::INVALID_OPERATION };
            self.invalid(condition, status)
        })
    }

    /// Of finite numbers, the second not zero. Errors: the quotient has more digits than the precision.
    fn quotient_and_rest(&self, a: &Decimal, b: &Decimal) -> Result<(Decimal, Decimal), Status> {
        let is_negative = a.is_negative != b.is_negative;
        let ideal = a.exponent.min(b.exponent);
        let distance = a.adjusted() - b.adjusted();
        if a.coefficient.is_zero() || distance <= -2 {
            return Ok((Decimal::zero(is_negative, 0), self.rescaled(a, ideal).0));
        }
        if distance > self.precision {
            return Err(Status::DIVISION_IMPOSSIBLE);
        }
        let Some((dividend, divisor)) = aligned(a, b) else { return Err(Status::OUT_OF_MEMORY) };
        let (quotient, rest) = dividend.div_rem(&divisor);
        if quotient.digits() > self.precision {
            return Err(Status::DIVISION_IMPOSSIBLE);
        }
        Ok((Decimal::new(is_negative, quotient, 0), Decimal::new(a.is_negative, rest, ideal)))
    }

    /// A finite number with another exponent: with zeros at its end, or rounded; and whether that was exact.
    /// Precondition: the zeros fit in memory.
    pub(super) fn rescaled(&self, value: &Decimal, exponent: i64) -> (Decimal, bool) {
        if value.coefficient.is_zero() {
            return (Decimal::zero(value.is_negative, exponent), true);
        }
        if value.exponent >= exponent {
            let padded = value.coefficient.shifted_left(value.exponent - exponent);
            return (Decimal::new(value.is_negative, padded, exponent), true);
        }
        let mut rounded = value.clone();
        let is_exact = self.drop_digits(&mut rounded, exponent - value.exponent);
        (rounded, is_exact)
    }
}

/// The coefficients for the smaller of both exponents. `None`: they would not fit in memory.
pub(super) fn aligned(a: &Decimal, b: &Decimal) -> Option<(Coefficient, Coefficient)> {
    let distance = a.exponent - b.exponent;
    if distance.abs() > MOST_DIGITS {
        return None;
    }
    Some(if distance >= 0 {
        (a.coefficient.shifted_left(distance), b.coefficient.clone())
    } else {
        (a.coefficient.clone(), b.coefficient.times(&power_of_ten(-distance)))
    })
}
