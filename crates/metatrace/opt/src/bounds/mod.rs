//! Bounds of integers: what the optimizer knows about the value of an `int` operand.
//!
//! A [`Bound`] is a signed inclusive range *and* a set of [known bits](KnownBits); the integers that it describes are
//! those in both. Each half sharpens the other ([`Bound::reduce`]): a range fixes its ends' common leading bits, known bits
//! move the ends to the next integer that has them. Neither half alone is enough: `x & 7 < 8` is a fact about a range
//! learnt from bits, `a[i + 1]` within `len(a)` is arithmetic on ranges, `(x << 3) & 7 == 0` is bits only.
//!
//! Invariants of every `Bound`: it is not empty, both ends are members, and the known bits include the ends' common prefix.
//! Hence `lower == upper` exactly when all bits are known. What could be empty (the meet of two bounds, an argument narrowed by
//! a comparison) is an `Option`: `None` says that the code after it is never reached.
//!
//! The width is a parameter so that the tests can try *every* pair of abstract values and *every* pair of
//! concrete ones at a few bits; the optimizer uses [`IntBound`], 64 bits wide. Values of narrower widths are kept
//! sign-extended in `i64`.
//!
//! | file | what |
//! |---|---|
//! | `known_bits` | the bits half alone |
//! | `arithmetic` | add, sub, mul, neg, with and without overflow |
//! | `bitwise` | and, or, xor, not, shifts |
//! | `division` | div, rem, floor division, modulo, high product |
//! | `relation` | comparisons: decided by bounds, and narrowing them |
//! | `backward` | from the bound of a result to those of the arguments |
//!
//! Known limits: no relations between two values (`i < n` narrows both once, but is not remembered), wrapped ranges are
//! widened to everything, a product knows only its low bits.
//!
//! Source: PyPy `rpython/jit/metainterp/optimizeopt/intutils.py` (the idea of the reduced product, reference §2.2).

// Methods carry the names of the operations. As operators they would read as arithmetic on values.
#![allow(clippy::should_implement_trait)]

mod arithmetic;
mod backward;
mod bitwise;
mod division;
mod known_bits;
mod relation;
#[cfg(test)]
mod tests;

pub use arithmetic::Overflow;
pub use known_bits::{KnownBits, low_mask};
pub use relation::Relation;

/// See the module header. 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bound<const BITS: u32> {
    lower: i64,
    upper: i64,
    bits: KnownBits,
}

/// Bound of a trace integer.
pub type IntBound = Bound<64>;

const _: () = assert!(std::mem::size_of::<IntBound>() <= 40);

/// Upper ends at which a growing range stops in [`Bound::widen`], ascending: what fits a byte, a word, an immediate of usual encodings.
const UPPER_STOPS: [i64; 6] = [0, u8::MAX as i64, u16::MAX as i64, i32::MAX as i64, (1 << 49) - 1, i64::MAX];

impl<const BITS: u32> Bound<BITS> {
    /// The least integer of the width.
    pub const MIN: i64 = i64::MIN >> (64 - BITS);
    /// The greatest integer of the width.
    pub const MAX: i64 = i64::MAX >> (64 - BITS);
    /// Any integer.
    pub const UNKNOWN: Self = Bound { lower: Self::MIN, upper: Self::MAX, bits: KnownBits::UNKNOWN };
    /// 0 or 1.
    pub const BOOL: Self = Bound { lower: 0, upper: 1, bits: KnownBits { value: 0, unknown: 1 } };
    /// Lengths, and anything else that counts.
    pub const NON_NEGATIVE: Self =
        Bound { lower: 0, upper: Self::MAX, bits: KnownBits { value: 0, unknown: Self::MAX as u64 } };

    #[inline]
    pub const fn constant(value: i64) -> Self {
        Bound { lower: value, upper: value, bits: KnownBits::constant(value as u64) }
    }

    /// The integers from `lower` to `upper`, both included; `None` if there are none.
    #[inline]
    pub fn range(lower: i64, upper: i64) -> Option<Self> {
        Self::reduce(lower, upper, KnownBits::UNKNOWN)
    }

    /// The integers ≥ `lower`.
    #[inline]
    pub fn at_least(lower: i64) -> Self {
        Self::of_sound(lower, Self::MAX, KnownBits::UNKNOWN)
    }

    /// The integers ≤ `upper`.
    #[inline]
    pub fn at_most(upper: i64) -> Self {
        Self::of_sound(Self::MIN, upper, KnownBits::UNKNOWN)
    }

    /// The integers with these bits.
    #[inline]
    pub fn with_bits(bits: KnownBits) -> Self {
        Self::of_sound(Self::MIN, Self::MAX, bits)
    }

    /// The members of a range that have the bits, described as sharply as the two halves can: first the ends move inwards to
    /// members, then their common prefix becomes known. The ends stay members, so a second round would change nothing.
    #[inline]
    pub fn reduce(lower: i64, upper: i64, bits: KnownBits) -> Option<Self> {
        debug_assert!(Self::MIN <= lower && upper <= Self::MAX, "ends outside the width");
        if lower > upper {
            return None;
        }
        let (lower, upper) = if bits.unknown == u64::MAX {
            (lower, upper)
        } else {
            let lower = bits.least_from(lower)?;
            let upper = bits.greatest_to(upper)?;
            if lower > upper {
                return None;
            }
            (lower, upper)
        };
        let differing = (lower ^ upper) as u64;
        let below = low_mask(64 - differing.leading_zeros());
        let bits = KnownBits { value: bits.value | lower as u64 & !below, unknown: bits.unknown & below };
        Some(Bound { lower, upper, bits })
    }

    /// [`Bound::reduce`] of halves that each contain every possible result, of which there is at least one. Where the code cannot
    /// be reached (a division by a known zero) there may be none; then anything is right.
    #[inline]
    fn of_sound(lower: i64, upper: i64, bits: KnownBits) -> Self {
        Self::reduce(lower, upper, bits).unwrap_or(Self::UNKNOWN)
    }

    /// As [`Bound::of_sound`], of mathematical integers of which the result is the lowest bits.
    #[inline]
    fn of_wrapped(lower: i128, upper: i128, bits: KnownBits) -> Self {
        let bits = bits.sign_extend(BITS);
        let (low, high) = (Self::wrap(lower as i64), Self::wrap(upper as i64));
        // The range stays in one piece if it is shorter than a turn and its ends keep their order.
        if upper - lower < 1i128 << BITS && low <= high {
            Self::of_sound(low, high, bits)
        } else {
            Self::of_sound(Self::MIN, Self::MAX, bits)
        }
    }

    /// The lowest bits, sign-extended.
    #[inline]
    const fn wrap(value: i64) -> i64 {
        let shift = 64 - BITS;
        value << shift >> shift
    }

    /// The part of a range of mathematical integers that the width can represent, with the bits.
    #[inline]
    fn of_clamped(lower: i128, upper: i128, bits: KnownBits) -> Option<Self> {
        let lower = lower.max(Self::MIN as i128);
        let upper = upper.min(Self::MAX as i128);
        if lower > upper {
            return None;
        }
        Self::reduce(lower as i64, upper as i64, bits.sign_extend(BITS))
    }

    #[inline]
    pub const fn lower(self) -> i64 {
        self.lower
    }
    #[inline]
    pub const fn upper(self) -> i64 {
        self.upper
    }
    #[inline]
    pub const fn bits(self) -> KnownBits {
        self.bits
    }

    /// The value, if there is only one.
    #[inline]
    pub const fn as_constant(self) -> Option<i64> {
        if self.lower == self.upper { Some(self.lower) } else { None }
    }

    #[inline]
    pub const fn contains(self, value: i64) -> bool {
        self.lower <= value && value <= self.upper && self.bits.contains(value as u64)
    }

    /// Whether every member of `other` is one of `self`.
    #[inline]
    pub const fn includes(self, other: Self) -> bool {
        // `other` is reduced, so its halves are compared one by one.
        self.lower <= other.lower
            && other.upper <= self.upper
            && other.bits.unknown & !self.bits.unknown == 0
            && self.bits.contains(other.bits.value)
    }

    #[inline]
    pub const fn is_unknown(self) -> bool {
        self.lower == Self::MIN && self.upper == Self::MAX && self.bits.unknown == u64::MAX
    }
    #[inline]
    pub const fn is_non_negative(self) -> bool {
        self.lower >= 0
    }
    #[inline]
    pub const fn is_negative(self) -> bool {
        self.upper < 0
    }

    /// The least and the greatest member, read as unsigned.
    #[inline]
    pub(crate) fn unsigned_range(self) -> (u64, u64) {
        let word = low_mask(BITS);
        if self.lower >= 0 || self.upper < 0 {
            (self.lower as u64 & word, self.upper as u64 & word)
        } else {
            // Both signs: all of the negative half is above. Members nearest to the seam are not tracked.
            (self.bits.value & word, (self.bits.value | self.bits.unknown) & word)
        }
    }

    /// The integers whose unsigned readings lie between the two.
    #[inline]
    fn of_unsigned_range(lower: u64, upper: u64, bits: KnownBits) -> Self {
        let (low, high) = (Self::wrap(lower as i64), Self::wrap(upper as i64));
        if low <= high && lower <= upper {
            Self::of_sound(low, high, bits)
        } else {
            Self::of_sound(Self::MIN, Self::MAX, bits)
        }
    }

    /// Integers in both; `None` if there are none.
    #[inline]
    pub fn meet(self, other: Self) -> Option<Self> {
        let bits = self.bits.meet(other.bits)?;
        Self::reduce(self.lower.max(other.lower), self.upper.min(other.upper), bits)
    }

    /// The least bound that includes both.
    #[inline]
    pub fn join(self, other: Self) -> Self {
        let lower = self.lower.min(other.lower);
        let upper = self.upper.max(other.upper);
        // The ends are members of the joined bits already, so only the prefix could sharpen, and it cannot: it is in both.
        Bound { lower, upper, bits: self.bits.join(other.bits) }
    }

    /// The part ≥ `lower`.
    #[inline]
    pub fn raise_lower(self, lower: i64) -> Option<Self> {
        if lower <= self.lower { Some(self) } else { Self::reduce(lower, self.upper, self.bits) }
    }

    /// The part ≤ `upper`.
    #[inline]
    pub fn drop_upper(self, upper: i64) -> Option<Self> {
        if upper >= self.upper { Some(self) } else { Self::reduce(self.lower, upper, self.bits) }
    }

    /// The part without one integer, where the bound can express it: at an end.
    #[inline]
    pub fn without(self, value: i64) -> Option<Self> {
        if value == self.lower && value == self.upper {
            None
        } else if value == self.lower {
            Self::reduce(self.lower + 1, self.upper, self.bits)
        } else if value == self.upper {
            Self::reduce(self.lower, self.upper - 1, self.bits)
        } else {
            Some(self)
        }
    }

    /// An upper bound of `self` and `next` such that repeating this with growing `next` soon stops: an end that grew goes to
    /// the next of a few stops, and once a bit became unknown all higher ones are. For bounds carried round a loop.
    pub fn widen(self, next: Self) -> Self {
        let joined = self.join(next);
        if joined == self {
            return self;
        }
        let lower =
            if joined.lower < self.lower { -1 - Self::upper_stop(-1 - joined.lower) } else { self.lower };
        let upper = if joined.upper > self.upper { Self::upper_stop(joined.upper) } else { self.upper };
        let changed = joined.bits.unknown & !self.bits.unknown;
        // Keeps alignment and parity, which counters with a stride have; drops prefixes, which the ends decide.
        let kept = low_mask(changed.trailing_zeros());
        let bits = KnownBits::new(joined.bits.value, joined.bits.unknown | !kept);
        Self::of_sound(lower, upper, bits)
    }

    /// The first stop from `end` on; −1 for all negative ends. A lower end L uses the mirror image −1 − L, in which "not
    /// negative" is the stop −1.
    fn upper_stop(end: i64) -> i64 {
        if end < 0 {
            return -1;
        }
        let stop = UPPER_STOPS.into_iter().find(|s| *s >= end).unwrap_or(i64::MAX);
        stop.min(Self::MAX)
    }
}

impl<const BITS: u32> Default for Bound<BITS> {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

impl<const BITS: u32> std::fmt::Debug for Bound<BITS> {
    /// `7`, `0..=255`, `..=9`, `0.. …000` (the bits only if they say more than the range).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(value) = self.as_constant() {
            return write!(f, "{value}");
        }
        if self.lower != Self::MIN {
            write!(f, "{}", self.lower)?;
        }
        f.write_str("..")?;
        if self.upper != Self::MAX {
            write!(f, "={}", self.upper)?;
        }
        if Self::range(self.lower, self.upper) != Some(*self) {
            write!(f, " {:?}", self.bits)?;
        }
        Ok(())
    }
}
