//! Operations on digits and exponents: logical ones, shifts, rotations, `scaleb` and `logb`.

use super::coefficient::{Coefficient, MOST_DIGITS};
use super::{Context, Decimal, Status};

/// The operand of a logical operation as digits, the last one first. `None`: it is none.
fn logical_digits(value: &Decimal, most: i64) -> Option<Vec<u8>> {
    if !value.is_finite() || value.is_negative || value.exponent != 0 {
        return None;
    }
    let mut digits = value.coefficient.text().into_bytes();
    if !digits.iter().all(|digit| matches!(digit, b'0' | b'1')) {
        return None;
    }
    digits.reverse();
    digits.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Some(digits)
}

fn from_logical_digits(mut digits: Vec<u8>) -> Decimal {
    digits.reverse();
    Decimal::new(false, Coefficient::parse(&digits), 0)
}

impl Context {
    fn logical(
        &self,
        a: &Decimal,
        b: &Decimal,
        status: &mut Status,
        digit: impl Fn(bool, bool) -> bool,
    ) -> Decimal {
        let operands = (logical_digits(a, self.precision), logical_digits(b, self.precision));
        let (Some(a), Some(b)) = operands else { return self.invalid(Status::INVALID_OPERATION, status) };
        let is_set = |digits: &[u8], at: usize| digits.get(at) == Some(&b'1');
        let result =
            (0..a.len().max(b.len())).map(|at| b'0' + u8::from(digit(is_set(&a, at), is_set(&b, at))));
        from_logical_digits(result.collect())
    }

    pub fn logical_and(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        self.logical(a, b, status, |a, b| a & b)
    }
    pub fn logical_or(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        self.logical(a, b, status, |a, b| a | b)
    }
    pub fn logical_xor(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        self.logical(a, b, status, |a, b| a ^ b)
    }

    pub fn logical_invert(&self, a: &Decimal, status: &mut Status) -> Decimal {
        let Some(digits) = logical_digits(a, self.precision) else {
            return self.invalid(Status::INVALID_OPERATION, status);
        };
        if self.precision > MOST_DIGITS {
            return self.invalid(Status::OUT_OF_MEMORY, status);
        }
        let inverted = (0..self.precision as usize).map(|at| b'0' + u8::from(digits.get(at) != Some(&b'1')));
        from_logical_digits(inverted.collect())
    }

    /// The second operand of `shift`, `rotate` and `scaleb`. `None`: no whole number written without exponent, or beyond the limit.
    fn count(&self, b: &Decimal, most: i64) -> Option<i64> {
        if !b.is_finite() || b.exponent != 0 {
            return None;
        }
        let count = i64::try_from(b.coefficient.to_u64()?).ok().filter(|&count| count <= most)?;
        Some(if b.is_negative { -count } else { count })
    }

    /// The digits moved to the left (to the right if `b` is negative) within the precision.
    pub fn shift(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        self.moved(a, b, status, |digits, count, precision| {
            if count < 0 {
                return digits.split(-count).0;
            }
            // What leaves the precision need not be made.
            let kept = if count == precision { Coefficient::ZERO } else { digits.split(precision - count).1 };
            kept.shifted_left(count)
        })
    }

    /// The same; what leaves on one side comes in on the other.
    pub fn rotate(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        self.moved(a, b, status, |digits, count, precision| {
            let left = if count < 0 { precision + count } else { count };
            if left == 0 || left == precision {
                return digits.clone();
            }
            let (head, tail) = digits.split(precision - left);
            tail.shifted_left(left).plus(&head)
        })
    }

    fn moved(
        &self,
        a: &Decimal,
        b: &Decimal,
        status: &mut Status,
        change: impl Fn(&Coefficient, i64, i64) -> Coefficient,
    ) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a, b], status) {
            return nan;
        }
        let Some(count) = self.count(b, self.precision) else {
            return self.invalid(Status::INVALID_OPERATION, status);
        };
        if a.is_infinite() || count == 0 && a.coefficient.digits() <= self.precision {
            return a.clone();
        }
        if self.precision > MOST_DIGITS && a.coefficient.digits() + count.abs() > MOST_DIGITS {
            return self.invalid(Status::OUT_OF_MEMORY, status);
        }
        let digits = match a.coefficient.digits() > self.precision {
            true => a.coefficient.split(self.precision).1,
            false => a.coefficient.clone(),
        };
        Decimal { coefficient: change(&digits, count, self.precision), ..a.clone() }
    }

    /// `a * 10**b`
    pub fn scale_exponent(&self, a: &Decimal, b: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a, b], status) {
            return nan;
        }
        let most = 2 * (self.emax + self.precision);
        let Some(count) = self.count(b, most) else {
            return self.invalid(Status::INVALID_OPERATION, status);
        };
        if a.is_infinite() {
            return a.clone();
        }
        self.finish(Decimal { exponent: a.exponent + count, ..a.clone() }, status)
    }

    /// The exponent of the first digit.
    pub fn logb(&self, a: &Decimal, status: &mut Status) -> Decimal {
        if let Some(nan) = self.propagated_nan(&[a], status) {
            return nan;
        }
        if a.is_infinite() {
            return Decimal::infinity(false);
        }
        if a.coefficient.is_zero() {
            *status |= Status::DIVISION_BY_ZERO;
            return Decimal::infinity(true);
        }
        self.finish(Decimal::from_i64(a.adjusted()), status)
    }
}
