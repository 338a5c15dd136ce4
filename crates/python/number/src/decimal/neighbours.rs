//! The representable numbers next to a number.

use super::coefficient::Coefficient;
use super::{Context, Decimal, Rounding, Status};
use std::cmp::Ordering;

impl Context {
    /// The largest representable number below.
    pub fn next_minus(&self, a: &Decimal, status: &mut Status) -> Decimal {
        self.next(a, true, status)
    }

    /// The smallest representable number above.
    pub fn next_plus(&self, a: &Decimal, status: &mut Status) -> Decimal {
        self.next(a, false, status)
    }

    fn next(&self, a: &Decimal, is_down: bool, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a], status) {
            return nan;
        }
        if a.is_infinite() {
            if a.is_negative == is_down {
                return a.clone();
            }
            return match self.largest(a.is_negative) {
                Some(largest) => largest,
                None => self.invalid(Status::OUT_OF_MEMORY, status),
            };
        }
        let rounding = if is_down { Rounding::Floor } else { Rounding::Ceiling };
        let context = Context { rounding, ..*self };
        let mut ignored = Status::NONE;
        let rounded = context.finish(a.clone(), &mut ignored);
        if rounded.is_infinite() || rounded.compare(a) != Ordering::Equal {
            return rounded;
        }
        let step = Decimal::new(is_down, Coefficient::ONE, self.etiny() - 1);
        let result = context.add(a, &step, &mut ignored);
        *status |= ignored & Status::OUT_OF_MEMORY;
        result
    }

    /// The representable number next to `a` in the direction of `b`.
    pub fn next_toward(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a, b], status) {
            return nan;
        }
        let result = match a.compare(b) {
            Ordering::Equal => return a.with_sign(b.is_negative),
            order => self.next(a, order == Ordering::Greater, status),
        };
        if result.is_infinite() {
            *status |= Status::OVERFLOW | Status::INEXACT | Status::ROUNDED;
        } else if result.adjusted() < self.emin || result.is_zero() {
            *status |= Status::UNDERFLOW | Status::SUBNORMAL | Status::INEXACT | Status::ROUNDED;
            if result.is_zero() {
                *status |= Status::CLAMPED;
            }
        }
        result
    }
}
