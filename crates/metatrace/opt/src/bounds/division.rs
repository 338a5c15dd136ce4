//! Bounds of quotients, remainders and high products.
//!
//! The operations' precondition (divisor not 0, not −1 with a minimal dividend) is used: excluded divisors do
//! not loosen the result. A remainder keeps the dividend's low bits as far as the divisor's are known to be 0,
//! because it differs from the dividend by a multiple of the divisor.

use super::{Bound, KnownBits, low_mask};

/// Rounds to negative infinity; saturates MIN / −1, which the precondition excludes.
#[inline]
pub(super) fn floor_div(a: i64, b: i64) -> i64 {
    let q = a.saturating_div(b);
    if a.wrapping_rem(b) != 0 && (a < 0) != (b < 0) { q - 1 } else { q }
}

/// Remainder with the sign of the divisor.
#[inline]
pub(super) fn floor_mod(a: i64, b: i64) -> i64 {
    let r = a.wrapping_rem(b);
    if r != 0 && (r < 0) != (b < 0) { r + b } else { r }
}

impl<const BITS: u32> Bound<BITS> {
    /// Truncating quotient.
    pub fn div(self, divisor: Self) -> Self {
        match divisor.as_power_of_two() {
            Some(k) if self.lower >= 0 || self.bits.trailing_zeros() >= k => {
                self.shr(Self::constant(k as i64))
            }
            _ => self.quotient(divisor, i64::saturating_div),
        }
    }

    /// Quotient rounded to negative infinity.
    pub fn floor_div(self, divisor: Self) -> Self {
        match divisor.as_power_of_two() {
            Some(k) => self.shr(Self::constant(k as i64)),
            None => self.quotient(divisor, floor_div),
        }
    }

    /// k if the only member is 2^k.
    fn as_power_of_two(self) -> Option<u32> {
        match self.as_constant() {
            Some(d) if d > 0 && d & (d - 1) == 0 => Some(d.trailing_zeros()),
            _ => None,
        }
    }

    /// On either side of 0 a quotient is monotonous in both arguments: its extremes are at the corners.
    fn quotient(self, divisor: Self, divide: impl Fn(i64, i64) -> i64) -> Self {
        let mut range: Option<(i64, i64)> = None;
        for (low, high) in [divisor.negative_part(), divisor.positive_part()].into_iter().flatten() {
            for (a, b) in [(self.lower, low), (self.lower, high), (self.upper, low), (self.upper, high)] {
                let q = divide(a, b);
                let (min, max) = range.unwrap_or((q, q));
                range = Some((min.min(q), max.max(q)));
            }
        }
        // No divisor at all: the code is not reached.
        let Some((lower, upper)) = range else { return Self::UNKNOWN };
        Self::of_sound(lower.max(Self::MIN), upper.min(Self::MAX), KnownBits::UNKNOWN)
    }

    fn negative_part(self) -> Option<(i64, i64)> {
        (self.lower < 0).then(|| (self.lower, self.upper.min(-1)))
    }
    fn positive_part(self) -> Option<(i64, i64)> {
        (self.upper > 0).then(|| (self.lower.max(1), self.upper))
    }

    /// The dividend's bits that a remainder keeps.
    fn remainder_bits(self, divisor: Self) -> KnownBits {
        KnownBits::new(self.bits.value, self.bits.unknown | !low_mask(divisor.bits.trailing_zeros()))
    }

    /// Remainder with the sign of the dividend.
    pub fn rem(self, divisor: Self) -> Self {
        if let Some(d) = divisor.as_constant()
            && d != 0
            && self.lower.saturating_div(d) == self.upper.saturating_div(d)
            && (self.lower >= 0 || self.upper <= 0)
        {
            // All dividends have one quotient: the remainder moves with the dividend.
            let (a, b) = (self.lower.wrapping_rem(d), self.upper.wrapping_rem(d));
            return Self::of_sound(a.min(b), a.max(b), self.remainder_bits(divisor));
        }
        let (least, most) = divisor.magnitudes();
        let below = most.saturating_sub(1).min(i64::MAX as u64) as i64;
        if self.lower.unsigned_abs() < least && self.upper.unsigned_abs() < least {
            return self;
        }
        let lower = if self.lower < 0 { self.lower.max(-below) } else { 0 };
        let upper = if self.upper > 0 { self.upper.min(below) } else { 0 };
        Self::of_sound(lower, upper, self.remainder_bits(divisor))
    }

    /// The least and the greatest |divisor|, 0 excluded.
    fn magnitudes(self) -> (u64, u64) {
        let (low, high) = (self.lower.unsigned_abs(), self.upper.unsigned_abs());
        if self.lower > 0 || self.upper < 0 { (low.min(high), low.max(high)) } else { (1, low.max(high)) }
    }

    /// Remainder with the sign of the divisor.
    pub fn modulo(self, divisor: Self) -> Self {
        if let Some(d) = divisor.as_constant()
            && d != 0
            && floor_div(self.lower, d) == floor_div(self.upper, d)
        {
            let (a, b) = (floor_mod(self.lower, d), floor_mod(self.upper, d));
            return Self::of_sound(a.min(b), a.max(b), self.remainder_bits(divisor));
        }
        if self.lower >= 0 && self.upper < divisor.lower || self.upper <= 0 && self.lower > divisor.upper {
            return self;
        }
        let mut lower = 0;
        let mut upper = 0;
        if divisor.upper > 0 {
            upper = divisor.upper - 1;
            if self.lower >= 0 && divisor.lower >= 0 {
                upper = upper.min(self.upper);
            }
        }
        if divisor.lower < 0 {
            lower = divisor.lower + 1;
            if self.upper <= 0 && divisor.upper <= 0 {
                lower = lower.max(self.lower);
            }
        }
        Self::of_sound(lower, upper, self.remainder_bits(divisor))
    }

    /// The high half of the unsigned product.
    pub fn unsigned_mul_high(self, other: Self) -> Self {
        let (a, b) = self.unsigned_range();
        let (c, d) = other.unsigned_range();
        let high = |x: u64, y: u64| ((x as u128 * y as u128) >> BITS) as u64;
        Self::of_unsigned_range(high(a, c), high(b, d), KnownBits::UNKNOWN)
    }
}
