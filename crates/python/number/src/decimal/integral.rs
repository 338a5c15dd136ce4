//! Rounding to a given place: `quantize` and the conversions to whole numbers.

use super::coefficient::MOST_DIGITS;
use super::{Context, Decimal, Rounding, Status};

impl Context {
    /// `a` with the exponent of `pattern`.
    pub fn quantize(&self, a: &Decimal, pattern: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a, pattern], status) {
            return nan;
        }
        match (a.is_infinite(), pattern.is_infinite()) {
            (true, true) => return a.clone(),
            (false, false) => {}
            _ => return self.invalid(Status::INVALID_OPERATION, status),
        }
        let exponent = pattern.exponent;
        if exponent < self.etiny() || exponent > self.emax {
            return self.invalid(Status::INVALID_OPERATION, status);
        }
        if a.coefficient.is_zero() {
            return self.finish(Decimal::zero(a.is_negative, exponent), status);
        }
        let adjusted = a.adjusted();
        if adjusted > self.emax || adjusted - exponent + 1 > self.precision {
            return self.invalid(Status::INVALID_OPERATION, status);
        }
        if a.exponent - exponent > MOST_DIGITS {
            return self.invalid(Status::OUT_OF_MEMORY, status);
        }
        let (result, is_exact) = self.rescaled(a, exponent);
        if result.adjusted() > self.emax || result.coefficient.digits() > self.precision {
            return self.invalid(Status::INVALID_OPERATION, status);
        }
        if !result.coefficient.is_zero() && result.adjusted() < self.emin {
            *status |= Status::SUBNORMAL;
        }
        if result.exponent > a.exponent {
            *status |= Status::ROUNDED;
            if !is_exact {
                *status |= Status::INEXACT;
            }
        }
        self.finish(result, status)
    }

    /// `to_integral_exact`: says when digits were lost.
    pub fn to_integral_exact(&self, a: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a], status) {
            return nan;
        }
        if a.is_infinite() || a.exponent >= 0 {
            return a.clone();
        }
        if a.coefficient.is_zero() {
            return Decimal::zero(a.is_negative, 0);
        }
        let (result, is_exact) = self.rescaled(a, 0);
        *status |= Status::ROUNDED;
        if !is_exact {
            *status |= Status::INEXACT;
        }
        result
    }

    /// `to_integral_value`: the same, and says nothing.
    pub fn to_integral_value(&self, a: &Decimal, status: &mut Status) -> Decimal {
        let mut found = Status::NONE;
        let result = self.to_integral_exact(a, &mut found);
        *status |= found & Status::INVALID;
        result
    }
}

impl Context {
    /// A finite number with so many digits, whatever the precision: rounded, or with zeros at its end. Zero stays as it is.
    pub fn rounded_to(&self, a: &Decimal, digits: i64) -> Decimal {
        if a.coefficient.is_zero() {
            return a.clone();
        }
        let exponent = a.adjusted() + 1 - digits;
        let (result, _) = self.rescaled(a, exponent);
        // Rounding may have carried into one digit more.
        if result.coefficient.digits() > digits { self.rescaled(&result, exponent + 1).0 } else { result }
    }

    /// A finite number with another exponent, whatever the limits.
    pub fn at_exponent(&self, a: &Decimal, exponent: i64) -> Decimal {
        self.rescaled(a, exponent).0
    }
}

impl Decimal {
    /// The nearest whole number by a rounding, of a finite number.
    pub fn rounded_to_integer(&self, rounding: Rounding) -> Decimal {
        let context = Context { rounding, ..Context::WIDEST };
        let mut ignored = Status::NONE;
        context.to_integral_value(self, &mut ignored)
    }
}
