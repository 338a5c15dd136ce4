//! From the bound of a result back to the bounds of the arguments, one operation at a time.
//!
//! A guard that narrows `y` in `y = x + 1` says as much about `x`. Each function takes the arguments' bounds and a
//! bound of the result (from the guard), and returns the arguments' sharper bounds; `None` means that no arguments
//! give such a result, i.e. that the code is not reached. The result's bound should have been met with the forward
//! one before.
//!
//! Overflow: the functions on wrapping operations invert them modulo the width; the `_exact` ones serve
//! operations that leave on overflow (or are known not to), where the inverse is that of mathematics.

use super::division::floor_div;
use super::{Bound, KnownBits, Overflow, low_mask};

impl<const BITS: u32> Bound<BITS> {
    /// `self + other = result`.
    pub fn add_back(self, other: Self, result: Self) -> Option<(Self, Self)> {
        if self.add_overflow(other) == Overflow::Never {
            return self.add_exact_back(other, result);
        }
        let a = self.meet(result.sub(other))?;
        let b = other.meet(result.sub(a))?;
        Some((a, b))
    }

    /// `self + other = result` without overflow.
    pub fn add_exact_back(self, other: Self, result: Self) -> Option<(Self, Self)> {
        let a = self.meet(result.sub_exact(other)?)?;
        let b = other.meet(result.sub_exact(a)?)?;
        Some((a, b))
    }

    /// `self − other = result`.
    pub fn sub_back(self, other: Self, result: Self) -> Option<(Self, Self)> {
        if self.sub_overflow(other) == Overflow::Never {
            return self.sub_exact_back(other, result);
        }
        let a = self.meet(result.add(other))?;
        let b = other.meet(a.sub(result))?;
        Some((a, b))
    }

    /// `self − other = result` without overflow.
    pub fn sub_exact_back(self, other: Self, result: Self) -> Option<(Self, Self)> {
        let a = self.meet(result.add_exact(other)?)?;
        let b = other.meet(a.sub_exact(result)?)?;
        Some((a, b))
    }

    /// `self · other = result`.
    pub fn mul_back(self, other: Self, result: Self) -> Option<(Self, Self)> {
        if self.mul_overflow(other) == Overflow::Never {
            self.mul_exact_back(other, result)
        } else {
            Some((self, other))
        }
    }

    /// `self · other = result` without overflow: a constant factor divides the result's ends.
    pub fn mul_exact_back(self, other: Self, result: Self) -> Option<(Self, Self)> {
        let a = match other.as_constant() {
            Some(k) => self.factor_of(result, k)?,
            None => self,
        };
        let b = match self.as_constant() {
            Some(k) => other.factor_of(result, k)?,
            None => other,
        };
        Some((a, b))
    }

    /// The members whose product with `k` is in `product`.
    fn factor_of(self, product: Self, k: i64) -> Option<Self> {
        let (low, high) = match k {
            0 => return Some(self),
            // −1 would overflow in the division of the minimum.
            -1 => return self.meet(Self::constant(0).sub_exact(product)?),
            1.. => (product.lower, product.upper),
            _ => (product.upper, product.lower),
        };
        // Rounded inwards: up at the lower end, down at the upper.
        let lower = floor_div(low, k) + (low % k != 0) as i64;
        let upper = floor_div(high, k);
        if lower > upper {
            return None;
        }
        self.meet(Self::reduce(lower, upper, KnownBits::UNKNOWN)?)
    }

    /// `−self = result`.
    pub fn neg_back(self, result: Self) -> Option<Self> {
        self.meet(result.neg())
    }

    /// `!self = result`.
    pub fn not_back(self, result: Self) -> Option<Self> {
        self.meet(result.not())
    }

    /// `self & other = result`.
    pub fn and_back(self, other: Self, result: Self) -> Option<(Self, Self)> {
        let a = self.meet_bits(Self::and_factor(other.bits, result.bits))?;
        let b = other.meet_bits(Self::and_factor(a.bits, result.bits))?;
        Some((a, b))
    }

    /// A 1 in the result is a 1 in both; a 0 beside a 1 of the other is a 0 here.
    fn and_factor(other: KnownBits, result: KnownBits) -> KnownBits {
        let known = result.ones() | result.zeros() & other.ones();
        KnownBits::new(result.value, !known)
    }

    /// `self | other = result`.
    pub fn or_back(self, other: Self, result: Self) -> Option<(Self, Self)> {
        let (a, b) = self.not().and_back(other.not(), result.not())?;
        Some((a.not(), b.not()))
    }

    /// `self ^ other = result`.
    pub fn xor_back(self, other: Self, result: Self) -> Option<(Self, Self)> {
        let a = self.meet(result.xor(other))?;
        let b = other.meet(result.xor(a))?;
        Some((a, b))
    }

    /// `self << count = result`, for a known count.
    pub fn shl_back(self, count: Self, result: Self) -> Option<Self> {
        let Some(k) = count.constant_count() else { return Some(self) };
        // The bits that were not shifted out.
        let bits = result.bits.ushr(k, BITS);
        let a =
            self.meet_bits(KnownBits::new(bits.value, bits.unknown | !low_mask(BITS - k)).sign_extend(BITS))?;
        let exact =
            (a.lower as i128) << k >= Self::MIN as i128 && (a.upper as i128) << k <= Self::MAX as i128;
        if !exact {
            return Some(a);
        }
        let round_up = low_mask(k) as i64;
        let lower = (result.lower >> k) + (result.lower & round_up != 0) as i64;
        a.raise_lower(lower)?.drop_upper(result.upper >> k)
    }

    /// `self >> count = result`, arithmetic, for a known count.
    pub fn shr_back(self, count: Self, result: Self) -> Option<Self> {
        let Some(k) = count.constant_count() else { return Some(self) };
        let dropped = low_mask(k);
        let bits = result.bits.shl(k);
        let bits = KnownBits::new(bits.value, bits.unknown | dropped);
        let lower = (result.lower as i128) << k;
        let upper = (result.upper as i128) << k | dropped as i128;
        self.meet(Self::of_clamped(lower, upper, bits)?)
    }

    /// `self >> count = result`, logical, for a known count.
    pub fn ushr_back(self, count: Self, result: Self) -> Option<Self> {
        let Some(k) = count.constant_count() else { return Some(self) };
        if k == 0 {
            return self.meet(result);
        }
        if self.is_non_negative() {
            return self.shr_back(count, result);
        }
        let bits = result.bits.shl(k);
        self.meet_bits(KnownBits::new(bits.value, bits.unknown | low_mask(k)).sign_extend(BITS))
    }

    /// `floor(self / divisor) = result`, for a known positive divisor.
    pub fn floor_div_back(self, divisor: Self, result: Self) -> Option<Self> {
        match divisor.as_constant() {
            Some(d) if d > 0 => {
                let lower = result.lower as i128 * d as i128;
                let upper = result.upper as i128 * d as i128 + (d - 1) as i128;
                self.meet(Self::of_clamped(lower, upper, KnownBits::UNKNOWN)?)
            }
            _ => Some(self),
        }
    }

    /// Truncating `self / divisor = result`, for a known positive divisor: quotient 0 reaches to both sides.
    pub fn div_back(self, divisor: Self, result: Self) -> Option<Self> {
        match divisor.as_constant() {
            Some(d) if d > 0 => {
                let slack = (d - 1) as i128;
                let lower = result.lower as i128 * d as i128 - if result.lower <= 0 { slack } else { 0 };
                let upper = result.upper as i128 * d as i128 + if result.upper >= 0 { slack } else { 0 };
                self.meet(Self::of_clamped(lower, upper, KnownBits::UNKNOWN)?)
            }
            _ => Some(self),
        }
    }

    fn constant_count(self) -> Option<u32> {
        self.as_constant().map(|c| (c & (BITS as i64 - 1)) as u32)
    }

    fn meet_bits(self, bits: KnownBits) -> Option<Self> {
        Self::reduce(self.lower, self.upper, self.bits.meet(bits)?)
    }
}
