//! Comparison: by value, by the total order of representations, minima and maxima.

use super::coefficient::Coefficient;
use super::{Context, Decimal, Kind, Status};
use std::cmp::Ordering;

impl Decimal {
    /// The order of numbers that are no NaNs.
    pub fn compare(&self, other: &Decimal) -> Ordering {
        let sign = |value: &Decimal| match (value.is_zero(), value.is_negative) {
            (true, _) => 0,
            (_, true) => -1,
            _ => 1,
        };
        match sign(self).cmp(&sign(other)) {
            Ordering::Equal if sign(self) == 0 => Ordering::Equal,
            Ordering::Equal if self.is_negative => other.compare_magnitude(self),
            Ordering::Equal => self.compare_magnitude(other),
            order => order,
        }
    }

    /// The order of absolute values.
    pub fn compare_magnitude(&self, other: &Decimal) -> Ordering {
        match (self.is_infinite(), other.is_infinite()) {
            (false, false) => {}
            (a, b) => return a.cmp(&b),
        }
        match (self.coefficient.is_zero(), other.coefficient.is_zero()) {
            (false, false) => {}
            (a, b) => return b.cmp(&a),
        }
        if self.exponent == other.exponent {
            return self.coefficient.compare(&other.coefficient);
        }
        self.adjusted().cmp(&other.adjusted()).then_with(|| {
            // Numbers of the same magnitude: exponents differ by no more than their digits.
            let distance = self.exponent - other.exponent;
            if distance >= 0 {
                self.coefficient.shifted_left(distance).compare(&other.coefficient)
            } else {
                self.coefficient.compare(&other.coefficient.shifted_left(-distance))
            }
        })
    }

    /// The total order: of equal numbers that with the larger exponent is larger; NaNs lie outside infinities.
    pub fn compare_total(&self, other: &Decimal) -> Ordering {
        if self.is_negative != other.is_negative {
            return other.is_negative.cmp(&self.is_negative);
        }
        let order = self.compare_total_magnitude(other);
        if self.is_negative { order.reverse() } else { order }
    }

    pub fn compare_total_magnitude(&self, other: &Decimal) -> Ordering {
        let rank = |value: &Decimal| match value.kind {
            Kind::Finite | Kind::Infinity => 0,
            Kind::SignalingNan => 1,
            Kind::QuietNan => 2,
        };
        rank(self).cmp(&rank(other)).then_with(|| match self.is_nan() {
            true => self.coefficient.compare(&other.coefficient),
            false => self.compare_magnitude(other).then(self.exponent.cmp(&other.exponent)),
        })
    }

    /// Whether both have the same exponent, or are both infinite, or both NaNs.
    pub fn same_quantum(&self, other: &Decimal) -> bool {
        match (self.is_finite(), other.is_finite()) {
            (true, true) => self.exponent == other.exponent,
            _ => self.is_nan() && other.is_nan() || self.is_infinite() && other.is_infinite(),
        }
    }
}

/// -1, 0 or 1.
pub fn order_as_decimal(order: Ordering) -> Decimal {
    Decimal::from_i64(order as i64)
}

/// Which of two numbers `min`, `max` and their kin return.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extreme {
    Least,
    Greatest,
}

impl Context {
    /// `compare`: a NaN, or the order as a number.
    pub fn compare(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        match self.propagated_nan(&[a, b], status) {
            Some(nan) => nan,
            None => order_as_decimal(a.compare(b)),
        }
    }

    /// The same; quiet NaNs signal, too.
    pub fn compare_signal(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a, b], status) {
            *status |= Status::INVALID_OPERATION;
            return nan;
        }
        order_as_decimal(a.compare(b))
    }

    /// `min`, `max`, `min_mag`, `max_mag`: a number wins against a quiet NaN.
    pub fn extreme(
        &self,
        a: &Decimal,
        b: &Decimal,
        wanted: Extreme,
        by_magnitude: bool,
        status: &mut Status,
    ) -> Decimal {
        match (a.kind, b.kind) {
            (Kind::QuietNan, Kind::Finite | Kind::Infinity) => return self.finish(b.clone(), status),
            (Kind::Finite | Kind::Infinity, Kind::QuietNan) => return self.finish(a.clone(), status),
            _ => {}
        }
        if let Some(nan) = self.propagated_nan(&[a, b], status) {
            return nan;
        }
        let order = if by_magnitude { a.compare_magnitude(b) } else { Ordering::Equal };
        let order = order.then_with(|| a.compare(b)).then_with(|| a.compare_total(b));
        let first = match wanted {
            Extreme::Least => order != Ordering::Greater,
            Extreme::Greatest => order == Ordering::Greater,
        };
        self.finish(if first { a.clone() } else { b.clone() }, status)
    }

    /// `number_class`
    pub fn class_of(&self, value: &Decimal) -> &'static str {
        match value.kind {
            Kind::QuietNan => return "NaN",
            Kind::SignalingNan => return "sNaN",
            _ => {}
        }
        match (value.is_infinite(), value.is_zero(), self.is_subnormal(value), value.is_negative) {
            (true, _, _, false) => "+Infinity",
            (true, _, _, true) => "-Infinity",
            (_, true, _, false) => "+Zero",
            (_, true, _, true) => "-Zero",
            (_, _, true, false) => "+Subnormal",
            (_, _, true, true) => "-Subnormal",
            (_, _, _, false) => "+Normal",
            (_, _, _, true) => "-Normal",
        }
    }

    pub fn is_normal(&self, value: &Decimal) -> bool {
        value.is_finite() && !value.is_zero() && value.adjusted() >= self.emin
    }

    pub fn is_subnormal(&self, value: &Decimal) -> bool {
        value.is_finite() && !value.is_zero() && value.adjusted() < self.emin
    }

    /// The value without zeros at its end, within the context.
    pub fn normalize(&self, a: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a], status) {
            return nan;
        }
        let value = self.finish(a.clone(), status);
        if !value.is_finite() {
            return value;
        }
        if value.coefficient.is_zero() {
            return self.finish(Decimal::zero(value.is_negative, 0), status);
        }
        let most = if self.clamps { self.etop() } else { self.emax };
        let (coefficient, removed) = value.coefficient.without_trailing_zeros(most - value.exponent);
        Decimal { coefficient, exponent: value.exponent + removed, ..value }
    }
}

/// Whether a coefficient is that of a power of ten.
pub(super) fn is_power_of_ten(coefficient: &Coefficient) -> bool {
    !coefficient.is_zero() && coefficient.without_trailing_zeros(i64::MAX).0 == Coefficient::ONE
}
