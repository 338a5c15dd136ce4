//! Bounds of sums, differences, products and negations: wrapping, and of operations that left on overflow.
//!
//! Ranges are computed on mathematical integers (`i128`). A wrapping operation keeps the range if it wraps in one
//! piece; an operation that leaves on overflow keeps the part that the width can represent, so `i + 1` of an
//! `i` that is anything is at least MIN + 1 afterwards.

use super::Bound;

/// Whether an overflow-checked operation leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Overflow {
    Never,
    Sometimes,
    Always,
}

impl<const BITS: u32> Bound<BITS> {
    #[inline]
    pub fn add(self, other: Self) -> Self {
        let (lower, upper) = self.exact_sum(other);
        Self::of_wrapped(lower, upper, self.bits.add(other.bits))
    }

    #[inline]
    pub fn sub(self, other: Self) -> Self {
        let (lower, upper) = self.exact_difference(other);
        Self::of_wrapped(lower, upper, self.bits.sub(other.bits))
    }

    #[inline]
    pub fn mul(self, other: Self) -> Self {
        let (lower, upper) = self.exact_product(other);
        Self::of_wrapped(lower, upper, self.bits.mul(other.bits))
    }

    #[inline]
    pub fn neg(self) -> Self {
        Self::constant(0).sub(self)
    }

    /// The sum, given that it did not overflow; `None` if it always does.
    #[inline]
    pub fn add_exact(self, other: Self) -> Option<Self> {
        let (lower, upper) = self.exact_sum(other);
        Self::of_clamped(lower, upper, self.bits.add(other.bits))
    }

    /// The difference, given that it did not overflow; `None` if it always does.
    #[inline]
    pub fn sub_exact(self, other: Self) -> Option<Self> {
        let (lower, upper) = self.exact_difference(other);
        Self::of_clamped(lower, upper, self.bits.sub(other.bits))
    }

    /// The product, given that it did not overflow; `None` if it always does.
    #[inline]
    pub fn mul_exact(self, other: Self) -> Option<Self> {
        let (lower, upper) = self.exact_product(other);
        Self::of_clamped(lower, upper, self.bits.mul(other.bits))
    }

    #[inline]
    pub fn add_overflow(self, other: Self) -> Overflow {
        Self::overflow_of(self.exact_sum(other))
    }
    #[inline]
    pub fn sub_overflow(self, other: Self) -> Overflow {
        Self::overflow_of(self.exact_difference(other))
    }
    #[inline]
    pub fn mul_overflow(self, other: Self) -> Overflow {
        Self::overflow_of(self.exact_product(other))
    }

    #[inline]
    fn overflow_of((lower, upper): (i128, i128)) -> Overflow {
        let (min, max) = (Self::MIN as i128, Self::MAX as i128);
        if min <= lower && upper <= max {
            Overflow::Never
        } else if upper < min || lower > max {
            Overflow::Always
        } else {
            Overflow::Sometimes
        }
    }

    #[inline]
    pub(super) fn exact_sum(self, other: Self) -> (i128, i128) {
        (self.lower as i128 + other.lower as i128, self.upper as i128 + other.upper as i128)
    }

    #[inline]
    pub(super) fn exact_difference(self, other: Self) -> (i128, i128) {
        (self.lower as i128 - other.upper as i128, self.upper as i128 - other.lower as i128)
    }

    #[inline]
    pub(super) fn exact_product(self, other: Self) -> (i128, i128) {
        let (a, b) = (self.lower as i128, self.upper as i128);
        let (c, d) = (other.lower as i128, other.upper as i128);
        if a >= 0 && c >= 0 {
            return (a * c, b * d);
        }
        // A product is linear in each factor: its extremes are at the corners.
        let corners = [a * c, a * d, b * c, b * d];
        let lower = corners.into_iter().fold(corners[0], i128::min);
        let upper = corners.into_iter().fold(corners[0], i128::max);
        (lower, upper)
    }
}
