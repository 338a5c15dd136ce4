//! Comparisons: decided by bounds alone, and what they say about their arguments once their outcome is known.

use super::{Bound, low_mask};

/// A comparison of two integers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Relation {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    /// Unsigned.
    Ult,
    /// Unsigned.
    Ule,
    /// Unsigned.
    Ugt,
    /// Unsigned.
    Uge,
}

use Relation::*;

impl Relation {
    pub const ALL: [Relation; 10] = [Eq, Ne, Lt, Le, Gt, Ge, Ult, Ule, Ugt, Uge];

    /// Holds exactly when this does not.
    pub const fn negated(self) -> Relation {
        match self {
            Eq => Ne,
            Ne => Eq,
            Lt => Ge,
            Ge => Lt,
            Le => Gt,
            Gt => Le,
            Ult => Uge,
            Uge => Ult,
            Ule => Ugt,
            Ugt => Ule,
        }
    }

    /// The same with the arguments exchanged.
    pub const fn swapped(self) -> Relation {
        match self {
            Eq => Eq,
            Ne => Ne,
            Lt => Gt,
            Gt => Lt,
            Le => Ge,
            Ge => Le,
            Ult => Ugt,
            Ugt => Ult,
            Ule => Uge,
            Uge => Ule,
        }
    }

    pub const fn holds(self, a: i64, b: i64) -> bool {
        match self {
            Eq => a == b,
            Ne => a != b,
            Lt => a < b,
            Le => a <= b,
            Gt => a > b,
            Ge => a >= b,
            Ult => (a as u64) < b as u64,
            Ule => a as u64 <= b as u64,
            Ugt => a as u64 > b as u64,
            Uge => a as u64 >= b as u64,
        }
    }

    /// The outcome for equal arguments.
    pub const fn is_reflexive(self) -> bool {
        matches!(self, Eq | Le | Ge | Ule | Uge)
    }
}

impl<const BITS: u32> Bound<BITS> {
    /// The outcome of `self relation other`, if the bounds decide it.
    pub fn compare(self, relation: Relation, other: Self) -> Option<bool> {
        match relation {
            Eq => {
                if self.lower > other.upper || self.upper < other.lower || self.bits.disagrees(other.bits) {
                    Some(false)
                } else if self.lower == self.upper && other.lower == other.upper {
                    // Not disjoint, one member each.
                    Some(true)
                } else {
                    None
                }
            }
            Lt => decide(self.upper < other.lower, self.lower >= other.upper),
            Le => decide(self.upper <= other.lower, self.lower > other.upper),
            Ult => {
                let ((a, b), (c, d)) = (self.unsigned_range(), other.unsigned_range());
                decide(b < c, a >= d)
            }
            Ule => {
                let ((a, b), (c, d)) = (self.unsigned_range(), other.unsigned_range());
                decide(b <= c, a > d)
            }
            Ne | Ge | Gt => self.compare(relation.negated(), other).map(|known| !known),
            Uge | Ugt => other.compare(relation.swapped(), self),
        }
    }

    /// The arguments' bounds where `self relation other` holds; `None` if it never does.
    pub fn assume(self, relation: Relation, other: Self) -> Option<(Self, Self)> {
        match relation {
            Eq => self.meet(other).map(|both| (both, both)),
            Ne => {
                let a = match other.as_constant() {
                    Some(c) => self.without(c)?,
                    None => self,
                };
                let b = match self.as_constant() {
                    Some(c) => other.without(c)?,
                    None => other,
                };
                Some((a, b))
            }
            Lt => {
                if other.upper == Self::MIN || self.lower == Self::MAX {
                    return None;
                }
                Some((self.drop_upper(other.upper - 1)?, other.raise_lower(self.lower + 1)?))
            }
            Le => Some((self.drop_upper(other.upper)?, other.raise_lower(self.lower)?)),
            Ult => {
                let ((a, _), (_, d)) = (self.unsigned_range(), other.unsigned_range());
                if d == 0 || a == low_mask(BITS) {
                    return None;
                }
                Some((self.drop_unsigned_upper(d - 1)?, other.raise_unsigned_lower(a + 1)?))
            }
            Ule => {
                let ((a, _), (_, d)) = (self.unsigned_range(), other.unsigned_range());
                Some((self.drop_unsigned_upper(d)?, other.raise_unsigned_lower(a)?))
            }
            Gt | Ge | Ugt | Uge => other.assume(relation.swapped(), self).map(|(b, a)| (a, b)),
        }
    }

    /// The part that is ≤ `upper` as unsigned, where a range can express it.
    fn drop_unsigned_upper(self, upper: u64) -> Option<Self> {
        if upper <= Self::MAX as u64 {
            // Excludes the negative numbers.
            self.raise_lower(0)?.drop_upper(upper as i64)
        } else if self.is_negative() {
            self.drop_upper(Self::wrap(upper as i64))
        } else {
            Some(self)
        }
    }

    /// The part that is ≥ `lower` as unsigned, where a range can express it.
    fn raise_unsigned_lower(self, lower: u64) -> Option<Self> {
        if lower > Self::MAX as u64 {
            // Excludes the numbers that are not negative.
            self.drop_upper(-1)?.raise_lower(Self::wrap(lower as i64))
        } else if self.is_non_negative() {
            self.raise_lower(lower as i64)
        } else {
            Some(self)
        }
    }
}

#[inline]
fn decide(certain: bool, impossible: bool) -> Option<bool> {
    if certain {
        Some(true)
    } else if impossible {
        Some(false)
    } else {
        None
    }
}
