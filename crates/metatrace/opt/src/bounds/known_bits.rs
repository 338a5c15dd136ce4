//! Known bits of a word: the half of an [`IntBound`](super::IntBound) that ranges cannot express (parity, alignment,
//! cleared flags).
//!
//! A bit is 0, 1 or unknown. The set described is every word that agrees with `value` outside `unknown`. This is
//! the *tnum* of the Linux BPF verifier; addition and subtraction are the exact ones of Vishwanathan et al.,
//! "Sound, Precise, and Fast Abstract Interpretation with Tristate Numbers" (CGO 2022). PyPy's `intutils.py`
//! (`tvalue`, `tmask`) uses the same since 7.3.17.
//!
//! The operations work on all 64 bits. Narrower words, which only the exhaustive tests use, are kept
//! sign-extended ([`KnownBits::sign_extend`]); the low bits of a sum, a product or a bitwise operation do not
//! depend on the high bits of the operands, so extending the result again is enough.

/// See the module header. Shape: `value & unknown == 0`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KnownBits {
    /// The known bits' values; 0 where unknown.
    pub value: u64,
    /// 1 where a bit is unknown.
    pub unknown: u64,
}

/// The lowest `count` bits set; `count` may be 64.
#[inline]
pub const fn low_mask(count: u32) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}

/// Flipping the sign bit turns signed order into unsigned order and back.
const SIGN: u64 = 1 << 63;

impl KnownBits {
    pub const UNKNOWN: KnownBits = KnownBits { value: 0, unknown: u64::MAX };

    #[inline]
    pub const fn constant(value: u64) -> KnownBits {
        KnownBits { value, unknown: 0 }
    }

    /// The bits of `value` outside `unknown`.
    #[inline]
    pub const fn new(value: u64, unknown: u64) -> KnownBits {
        KnownBits { value: value & !unknown, unknown }
    }

    #[inline]
    pub const fn contains(self, word: u64) -> bool {
        word & !self.unknown == self.value
    }

    /// Bits known to be 1.
    #[inline]
    pub const fn ones(self) -> u64 {
        self.value
    }

    /// Bits known to be 0.
    #[inline]
    pub const fn zeros(self) -> u64 {
        !(self.value | self.unknown)
    }

    /// How many of the lowest bits are known.
    #[inline]
    pub const fn trailing_known(self) -> u32 {
        self.unknown.trailing_zeros()
    }

    /// How many of the lowest bits are known to be 0.
    #[inline]
    pub const fn trailing_zeros(self) -> u32 {
        (self.value | self.unknown).trailing_zeros()
    }

    /// Whether no word is in both sets because some bit is 0 in one and 1 in the other.
    #[inline]
    pub const fn disagrees(self, other: KnownBits) -> bool {
        (self.value ^ other.value) & !self.unknown & !other.unknown != 0
    }

    /// Words in both sets; `None` if there are none.
    #[inline]
    pub const fn meet(self, other: KnownBits) -> Option<KnownBits> {
        if self.disagrees(other) {
            return None;
        }
        let unknown = self.unknown & other.unknown;
        Some(KnownBits { value: self.value | other.value, unknown })
    }

    /// The least set that contains both.
    #[inline]
    pub const fn join(self, other: KnownBits) -> KnownBits {
        KnownBits::new(self.value, self.unknown | other.unknown | (self.value ^ other.value))
    }

    /// Repeats bit `bits − 1` upwards.
    #[inline]
    pub const fn sign_extend(self, bits: u32) -> KnownBits {
        let shift = 64 - bits;
        KnownBits {
            value: ((self.value << shift) as i64 >> shift) as u64,
            unknown: ((self.unknown << shift) as i64 >> shift) as u64,
        }
    }

    #[inline]
    pub const fn add(self, other: KnownBits) -> KnownBits {
        let unknown_sum = self.unknown.wrapping_add(other.unknown);
        let value_sum = self.value.wrapping_add(other.value);
        // Positions that an unknown carry can reach differ between the smallest and the largest sum.
        let carries = unknown_sum.wrapping_add(value_sum) ^ value_sum;
        KnownBits::new(value_sum, carries | self.unknown | other.unknown)
    }

    #[inline]
    pub const fn sub(self, other: KnownBits) -> KnownBits {
        let difference = self.value.wrapping_sub(other.value);
        let largest = difference.wrapping_add(self.unknown);
        let smallest = difference.wrapping_sub(other.unknown);
        KnownBits::new(difference, (largest ^ smallest) | self.unknown | other.unknown)
    }

    /// The low bits of the product that are fixed by the known low bits of the factors.
    ///
    /// With `a = 2^s·a'` and `b = 2^t·b'`, where the lowest n bits of a' and of b' are known, the lowest n bits of
    /// `a'·b'` are known, hence the lowest n + s + t of the product.
    #[inline]
    pub const fn mul(self, other: KnownBits) -> KnownBits {
        let (s, t) = (self.trailing_zeros(), other.trailing_zeros());
        if s + t >= 64 {
            return KnownBits::constant(0);
        }
        let beyond_s = self.trailing_known() - s;
        let beyond_t = other.trailing_known() - t;
        let known = (if beyond_s < beyond_t { beyond_s } else { beyond_t }) + s + t;
        KnownBits::new(self.value.wrapping_mul(other.value), !low_mask(known))
    }

    #[inline]
    pub const fn and(self, other: KnownBits) -> KnownBits {
        let maybe_one = (self.value | self.unknown) & (other.value | other.unknown);
        let ones = self.value & other.value;
        KnownBits { value: ones, unknown: maybe_one & !ones }
    }

    #[inline]
    pub const fn or(self, other: KnownBits) -> KnownBits {
        let ones = self.value | other.value;
        KnownBits { value: ones, unknown: (self.unknown | other.unknown) & !ones }
    }

    #[inline]
    pub const fn xor(self, other: KnownBits) -> KnownBits {
        KnownBits::new(self.value ^ other.value, self.unknown | other.unknown)
    }

    #[inline]
    pub const fn not(self) -> KnownBits {
        KnownBits::new(!self.value, self.unknown)
    }

    /// `count < 64`.
    #[inline]
    pub const fn shl(self, count: u32) -> KnownBits {
        KnownBits { value: self.value << count, unknown: self.unknown << count }
    }

    /// Arithmetic shift; `count < 64`.
    #[inline]
    pub const fn shr(self, count: u32) -> KnownBits {
        KnownBits {
            value: (self.value as i64 >> count) as u64,
            unknown: (self.unknown as i64 >> count) as u64,
        }
    }

    /// Logical shift of the lowest `bits` bits; `count < bits`.
    #[inline]
    pub const fn ushr(self, count: u32, bits: u32) -> KnownBits {
        KnownBits {
            value: (self.value & low_mask(bits)) >> count,
            unknown: (self.unknown & low_mask(bits)) >> count,
        }
    }

    /// The least word of the set that is ≥ `limit` in signed order.
    #[inline]
    pub fn least_from(self, limit: i64) -> Option<i64> {
        if self.contains(limit as u64) {
            return Some(limit);
        }
        let value = self.value ^ (SIGN & !self.unknown);
        least_unsigned_from(value, self.unknown, limit as u64 ^ SIGN).map(|x| (x ^ SIGN) as i64)
    }

    /// The greatest word of the set that is ≤ `limit` in signed order.
    #[inline]
    pub fn greatest_to(self, limit: i64) -> Option<i64> {
        // Complementing reverses the order.
        self.not().least_from(!limit).map(|x| !x)
    }
}

/// The least word ≥ `limit` that agrees with `value` outside `unknown`; `limit` itself does not.
fn least_unsigned_from(value: u64, unknown: u64, limit: u64) -> Option<u64> {
    let candidate = limit & unknown | value;
    // The first place, from the top, where the pattern forbids the limit's own bit.
    let place = 63 - (candidate ^ limit).leading_zeros();
    let raised = if candidate >> place & 1 != 0 {
        // The pattern has a 1 where the limit has a 0: already greater, so everything below is as small as allowed.
        place
    } else {
        // A 0 where the limit has a 1: the word must be greater further up, at the lowest free 0 of the limit.
        let free = unknown & !limit & !low_mask(place);
        if free == 0 {
            return None;
        }
        free.trailing_zeros()
    };
    let above = !low_mask(raised) << 1;
    let above = if raised == 63 { 0 } else { above };
    Some(limit & unknown & above | (1 << raised) | value)
}

impl std::fmt::Debug for KnownBits {
    /// From the highest bit down, leading repetitions dropped: `…0??1`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digit = |i: u32| match (self.value >> i & 1, self.unknown >> i & 1) {
            (_, 1) => '?',
            (1, _) => '1',
            _ => '0',
        };
        let mut top = 63;
        while top > 0 && digit(top - 1) == digit(63) {
            top -= 1;
        }
        f.write_str("…")?;
        (0..=top).rev().try_for_each(|i| write!(f, "{}", digit(i)))
    }
}
