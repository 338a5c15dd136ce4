//! Addition, subtraction, multiplication, and what is made of them.

use super::coefficient::{Coefficient, MOST_DIGITS};
use super::{Context, Decimal, Rounding, Status};
use std::cmp::Ordering;

/// Operands whose exponents are closer than this are simply brought to the same one.
const NEAR: i64 = 60;

impl Context {
    pub fn add(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a, b], status) {
            return nan;
        }
        match (a.is_infinite(), b.is_infinite()) {
            (true, true) if a.is_negative != b.is_negative => self.invalid(Status::INVALID_OPERATION, status),
            (true, _) => a.clone(),
            (_, true) => b.clone(),
            _ => match self.sum(a, b) {
                Some(sum) => self.finish(sum, status),
                None => self.invalid(Status::OUT_OF_MEMORY, status),
            },
        }
    }

    pub fn subtract(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        if b.is_nan() {
            return self.add(a, b, status);
        }
        self.add(a, &b.negated(), status)
    }

    pub fn multiply(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a, b], status) {
            return nan;
        }
        match product(a, b) {
            Some(product) => self.finish(product, status),
            None => self.invalid(Status::INVALID_OPERATION, status),
        }
    }

    /// `a * b + c`, rounded once.
    pub fn fma(&self, a: &Decimal, b: &Decimal, c: &Decimal, status: &mut Status) -> Decimal {
        // A NaN among the factors is their product; what they signal comes first.
        let factors =
            if a.is_signaling() || b.is_signaling() || !c.is_signaling() { [a, b, c] } else { [c, a, b] };
        if a.is_nan() || b.is_nan() {
            return self.propagated_nan(&factors, status).unwrap_or_else(Decimal::nan);
        }
        match product(a, b) {
            Some(product) => self.add(&product, c, status),
            None => self.invalid(Status::INVALID_OPERATION, status),
        }
    }

    pub fn plus(&self, a: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a], status) {
            return nan;
        }
        let is_negative = a.is_negative && !(a.is_zero() && self.rounding != Rounding::Floor);
        self.finish(a.with_sign(is_negative), status)
    }

    pub fn minus(&self, a: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a], status) {
            return nan;
        }
        self.plus(&a.negated(), status)
    }

    pub fn absolute(&self, a: &Decimal, status: &mut Status) -> Decimal {
        if a.is_negative { self.minus(a, status) } else { self.plus(a, status) }
    }

    /// The sum of finite numbers: exact, or rounded in digits that are far beyond the precision. `None`: it would not fit in memory.
    fn sum(&self, a: &Decimal, b: &Decimal) -> Option<Decimal> {
        let exponent = a.exponent.min(b.exponent);
        let zero_sign = self.rounding == Rounding::Floor;
        match (a.coefficient.is_zero(), b.coefficient.is_zero()) {
            (true, true) => {
                let is_negative = if a.is_negative == b.is_negative { a.is_negative } else { zero_sign };
                return Some(Decimal::zero(is_negative, exponent));
            }
            (true, false) => return self.padded(b, exponent),
            (false, true) => return self.padded(a, exponent),
            _ => {}
        }
        let (high, low) = if a.exponent >= b.exponent { (a, b) } else { (b, a) };
        let mut distance = high.exponent - low.exponent;
        let (mut low_coefficient, mut exponent) = (&low.coefficient, exponent);
        if distance > NEAR {
            // Digits below this place only say that the sum is not exact.
            let below = (high.coefficient.digits() - self.precision - 2).min(-1);
            if low.adjusted() < high.exponent + below {
                low_coefficient = &Coefficient::ONE;
                distance = -below;
                exponent = high.exponent + below;
            }
            if distance > MOST_DIGITS {
                return None;
            }
        }
        let cut;
        if distance > NEAR
            && let Some(count) = self.needless_digits(high, low, exponent)
        {
            cut = without_digits(low_coefficient, count);
            low_coefficient = &cut;
            distance -= count;
            exponent += count;
        }
        let high_coefficient = high.coefficient.shifted_left(distance);
        if a.is_negative == b.is_negative {
            return Some(Decimal::new(a.is_negative, high_coefficient.plus(low_coefficient), exponent));
        }
        Some(match high_coefficient.compare(low_coefficient) {
            Ordering::Equal => Decimal::zero(zero_sign, exponent),
            Ordering::Greater => {
                Decimal::new(high.is_negative, high_coefficient.minus(low_coefficient), exponent)
            }
            Ordering::Less => {
                Decimal::new(low.is_negative, low_coefficient.minus(&high_coefficient), exponent)
            }
        })
    }

    /// How many digits at the end of the lower summand, whose last place is `exponent`, lie so far below the precision that they only say that
    /// the sum is not exact. `None`: none, or the leading digits may cancel out.
    fn needless_digits(&self, high: &Decimal, low: &Decimal, exponent: i64) -> Option<i64> {
        let (a, b) = (high.adjusted(), low.adjusted());
        if high.is_negative != low.is_negative && (a - b).abs() < 2 {
            return None;
        }
        let last_needed = (a.max(b) - self.precision - 3).min(high.exponent - 1);
        Some(last_needed - exponent).filter(|&count| count > NEAR)
    }

    /// A number with zeros down to an exponent, as far as the precision can matter.
    fn padded(&self, value: &Decimal, exponent: i64) -> Option<Decimal> {
        let exponent = exponent.max(value.exponent - self.precision - 1);
        let count = value.exponent - exponent;
        (count <= MOST_DIGITS)
            .then(|| Decimal::new(value.is_negative, value.coefficient.shifted_left(count), exponent))
    }
}

/// A coefficient without digits at its end; if they were not zeros, its last digit is made to say so (it is neither 0 nor 5).
fn without_digits(value: &Coefficient, count: i64) -> Coefficient {
    let (kept, dropped) = value.split(count);
    if !dropped.is_zero() && kept.is_multiple_of_five() { kept.plus(&Coefficient::ONE) } else { kept }
}

/// The exact product of numbers that are no NaNs. `None`: infinity times zero.
fn product(a: &Decimal, b: &Decimal) -> Option<Decimal> {
    let is_negative = a.is_negative != b.is_negative;
    if a.is_infinite() || b.is_infinite() {
        return (!a.is_zero() && !b.is_zero()).then(|| Decimal::infinity(is_negative));
    }
    Some(Decimal::new(is_negative, a.coefficient.times(&b.coefficient), a.exponent + b.exponent))
}
