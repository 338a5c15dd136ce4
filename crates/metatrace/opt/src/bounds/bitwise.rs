//! Bounds of bitwise operations and shifts.
//!
//! The known bits are exact here; the ranges add what signs and magnitudes say beyond them (`x & y ≤ y` for
//! `y ≥ 0`). Shift counts are taken modulo the width, as the operations do.

use super::{Bound, KnownBits, low_mask};

impl<const BITS: u32> Bound<BITS> {
    pub fn and(self, other: Self) -> Self {
        // At most either with equal signs; else at most the one that is not negative.
        let same_sign = self.upper < 0 && other.upper < 0 || self.lower >= 0 && other.lower >= 0;
        let upper = if same_sign {
            self.upper.min(other.upper)
        } else if self.lower >= 0 {
            self.upper
        } else if other.lower >= 0 {
            other.upper
        } else {
            self.upper.max(other.upper)
        };
        let lower = if self.lower >= 0 || other.lower >= 0 {
            0
        } else {
            // Both have ones above bit k, or may have: so has the result.
            !Self::magnitude(self.lower.min(other.lower))
        };
        Self::of_sound(lower, upper, self.bits.and(other.bits))
    }

    pub fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    pub fn xor(self, other: Self) -> Self {
        let k = Self::magnitude(self.lower)
            | Self::magnitude(self.upper)
            | Self::magnitude(other.lower)
            | Self::magnitude(other.upper);
        Self::of_sound(!k, k, self.bits.xor(other.bits))
    }

    #[inline]
    pub fn not(self) -> Self {
        // Complementing maps members to members and reverses the order: nothing to reduce.
        Bound { lower: !self.upper, upper: !self.lower, bits: self.bits.not() }
    }

    /// The least 2^k − 1 with −2^k ≤ `value` < 2^k.
    #[inline]
    fn magnitude(value: i64) -> i64 {
        low_mask(64 - ((value ^ value >> 63) as u64).leading_zeros()) as i64
    }

    /// The least and the greatest count that a shift by `self` can use.
    #[inline]
    fn shift_counts(self) -> (u32, u32) {
        let mask = BITS as i64 - 1;
        let counts =
            if 0 <= self.lower && self.upper <= mask { self } else { self.and(Self::constant(mask)) };
        (counts.lower as u32, counts.upper as u32)
    }

    pub fn shl(self, count: Self) -> Self {
        let (least, most) = count.shift_counts();
        let bits = if least == most {
            self.bits.shl(least)
        } else {
            // At least the zeros that the smallest shift brings in.
            KnownBits::new(0, !low_mask((self.bits.trailing_zeros() + least).min(64)))
        };
        let (a, b) = (self.lower as i128, self.upper as i128);
        // Shifting further moves away from 0.
        Self::of_wrapped((a << least).min(a << most), (b << least).max(b << most), bits)
    }

    pub fn shr(self, count: Self) -> Self {
        let (least, most) = count.shift_counts();
        let bits = if least == most { self.bits.shr(least) } else { KnownBits::UNKNOWN };
        let (a, b) = (self.lower, self.upper);
        Self::of_sound((a >> least).min(a >> most), (b >> least).max(b >> most), bits)
    }

    pub fn ushr(self, count: Self) -> Self {
        if self.lower >= 0 {
            return self.shr(count);
        }
        let (least, most) = count.shift_counts();
        if most == 0 {
            return self;
        }
        let (low, high) = self.unsigned_range();
        if least == 0 {
            // Unshifted or not negative.
            let shifted = Self::of_unsigned_range(low >> most, high >> 1, KnownBits::UNKNOWN);
            return self.join(shifted);
        }
        let bits = if least == most { self.bits.ushr(least, BITS) } else { KnownBits::UNKNOWN };
        Self::of_unsigned_range(low >> most, high >> least, bits)
    }
}
