//! Coefficients: whole numbers of any size that are asked for their decimal digits.
//!
//! Up to 128 bits (38 digits, the default precision is 28) they are machine numbers: arithmetic on amounts of money makes no big integers.
//! Beyond, they are binary big integers; what is decimal about them (shifts, rounding) is one product or division by a power of ten.
//! Invariant: [`Coefficient::Big`] does not fit in 128 bits.

use crate::product::multiply_magnitudes;
use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem};
use std::borrow::Cow;
use std::cmp::Ordering;

/// A whole number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coefficient {
    Small(u128),
    Big(UBig),
}

use Coefficient::{Big, Small};

/// Powers of ten that fit in 128 bits.
const POWERS: [u128; 39] = {
    let mut powers = [1; 39];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// More digits are not computed: the result of an operation would not fit in memory.
pub const MOST_DIGITS: i64 = 1 << 32;

/// `10 ** power`. Precondition: at most [`MOST_DIGITS`].
pub fn power_of_ten(power: i64) -> Coefficient {
    match POWERS.get(power as usize) {
        Some(&small) => Small(small),
        None => Big(big_power_of_ten(power as usize)),
    }
}

fn big_power_of_ten(power: usize) -> UBig {
    UBig::from(5_u8).pow(power) << power
}

/// Division of 128 bits, by the machine's where the operands allow it.
#[inline]
fn div_rem_small(a: u128, b: u128) -> (u128, u128) {
    match (u64::try_from(a), u64::try_from(b)) {
        (Ok(a), Ok(b)) => (u128::from(a / b), u128::from(a % b)),
        _ => (a / b, a % b),
    }
}

/// Decimal digits of a number; zero has one.
#[inline]
fn digits_small(value: u128) -> i64 {
    let bits = 128 - (value | 1).leading_zeros();
    // 1233 / 4096 is a little above log10(2): right or one too few.
    let guess = ((bits * 1233) >> 12) as usize;
    (guess + usize::from(guess >= POWERS.len() || value >= POWERS[guess])).max(1) as i64
}

fn digits_big(value: &UBig) -> i64 {
    let bits = value.bit_len();
    let dropped = bits - 64;
    let top = u64::try_from(value >> dropped).expect("64 bits are left");
    let log = (top as f64).log10() + dropped as f64 * std::f64::consts::LOG10_2;
    let (floor, fraction) = (log.floor(), log.fract());
    // The estimate is right to 12 digits or more; near a whole number the power itself decides.
    if fraction > 1e-4 && fraction < 1.0 - 1e-4 {
        return floor as i64 + 1;
    }
    let near = log.round() as usize;
    near as i64 + i64::from(*value >= big_power_of_ten(near))
}

impl Coefficient {
    pub const ZERO: Coefficient = Small(0);
    pub const ONE: Coefficient = Small(1);

    /// In normal form.
    pub fn from_big(value: UBig) -> Coefficient {
        match u128::try_from(&value) {
            Ok(small) => Small(small),
            Err(_) => Big(value),
        }
    }

    pub fn big(&self) -> Cow<'_, UBig> {
        match self {
            Small(value) => Cow::Owned(UBig::from(*value)),
            Big(value) => Cow::Borrowed(value),
        }
    }

    #[inline]
    pub fn is_zero(&self) -> bool {
        matches!(self, Small(0))
    }

    pub fn is_odd(&self) -> bool {
        match self {
            Small(value) => value & 1 == 1,
            Big(value) => value.bit(0),
        }
    }

    /// Whether the last digit is 0 or 5.
    pub fn is_multiple_of_five(&self) -> bool {
        match self {
            Small(value) => value.is_multiple_of(5),
            Big(value) => value % 5_u8 == 0,
        }
    }

    /// Decimal digits; zero has one.
    #[inline]
    pub fn digits(&self) -> i64 {
        match self {
            Small(value) => digits_small(*value),
            Big(value) => digits_big(value),
        }
    }

    /// The number of bits.
    pub fn bits(&self) -> usize {
        match self {
            Small(value) => (128 - value.leading_zeros()) as usize,
            Big(value) => value.bit_len(),
        }
    }

    /// The value if it fits.
    pub fn to_u64(&self) -> Option<u64> {
        match self {
            Small(value) => u64::try_from(*value).ok(),
            Big(_) => None,
        }
    }

    /// `self * 10**power`. Precondition: the result has at most [`MOST_DIGITS`] digits.
    #[inline]
    pub fn shifted_left(&self, power: i64) -> Coefficient {
        if power == 0 || self.is_zero() {
            return self.clone();
        }
        if let (Small(value), Some(&scale)) = (self, POWERS.get(power as usize))
            && let Some(product) = value.checked_mul(scale)
        {
            return Small(product);
        }
        self.times(&power_of_ten(power))
    }

    /// Quotient and rest of a division by `10**power`.
    #[inline]
    pub fn split(&self, power: i64) -> (Coefficient, Coefficient) {
        match (self, POWERS.get(power as usize)) {
            (Small(value), Some(&scale)) => {
                let (high, low) = div_rem_small(*value, scale);
                (Small(high), Small(low))
            }
            (Small(_), None) => (Small(0), self.clone()),
            _ => self.div_rem(&power_of_ten(power)),
        }
    }

    #[inline]
    pub fn plus(&self, other: &Coefficient) -> Coefficient {
        if let (Small(a), Small(b)) = (self, other)
            && let Some(sum) = a.checked_add(*b)
        {
            return Small(sum);
        }
        Big(&*self.big() + &*other.big())
    }

    /// Precondition: `other` is not larger.
    #[inline]
    pub fn minus(&self, other: &Coefficient) -> Coefficient {
        match (self, other) {
            (Small(a), Small(b)) => Small(a - b),
            _ => Coefficient::from_big(&*self.big() - &*other.big()),
        }
    }

    #[inline]
    pub fn times(&self, other: &Coefficient) -> Coefficient {
        if let (Small(a), Small(b)) = (self, other)
            && let Some(product) = a.checked_mul(*b)
        {
            return Small(product);
        }
        Coefficient::from_big(multiply_magnitudes(&self.big(), &other.big()))
    }

    /// Precondition: the divisor is not zero.
    #[inline]
    pub fn div_rem(&self, other: &Coefficient) -> (Coefficient, Coefficient) {
        match (self, other) {
            (Small(a), Small(b)) => {
                let (quotient, rest) = div_rem_small(*a, *b);
                (Small(quotient), Small(rest))
            }
            (Small(_), Big(_)) => (Small(0), self.clone()),
            _ => {
                let (quotient, rest) = (&*self.big()).div_rem(&*other.big());
                (Coefficient::from_big(quotient), Coefficient::from_big(rest))
            }
        }
    }

    #[inline]
    pub fn compare(&self, other: &Coefficient) -> Ordering {
        match (self, other) {
            (Small(a), Small(b)) => a.cmp(b),
            (Small(_), Big(_)) => Ordering::Less,
            (Big(_), Small(_)) => Ordering::Greater,
            (Big(a), Big(b)) => a.cmp(b),
        }
    }

    /// Without up to `most` zeros at its end, and how many were removed. Precondition: not zero.
    pub fn without_trailing_zeros(&self, most: i64) -> (Coefficient, i64) {
        let (mut value, mut removed) = (self.clone(), 0);
        // As many zeros as the number has factors two is the most there can be.
        let twos = match self {
            Small(value) => i64::from(value.trailing_zeros()),
            Big(value) => value.trailing_zeros().map_or(0, |zeros| zeros as i64),
        };
        let most = most.min(twos);
        let mut step = if most <= 0 { 0 } else { 1_i64 << most.ilog2() };
        while step > 0 {
            if removed + step <= most {
                let (quotient, rest) = value.split(step);
                if rest.is_zero() {
                    value = quotient;
                    removed += step;
                    continue;
                }
            }
            step /= 2;
        }
        (value, removed)
    }

    /// The digits as text.
    pub fn text(&self) -> String {
        match self {
            Small(value) => match u64::try_from(*value) {
                Ok(value) => value.to_string(),
                Err(_) => value.to_string(),
            },
            Big(value) => value.to_string(),
        }
    }

    /// The value of digits, which are ASCII.
    pub fn parse(digits: &[u8]) -> Coefficient {
        if digits.len() < POWERS.len() {
            if digits.len() <= 19 {
                let value = digits.iter().fold(0_u64, |value, &digit| value * 10 + u64::from(digit - b'0'));
                return Small(value.into());
            }
            return Small(digits.iter().fold(0_u128, |value, &digit| value * 10 + u128::from(digit - b'0')));
        }
        Coefficient::from_big(crate::product::parse_decimal(digits))
    }
}

impl From<u64> for Coefficient {
    fn from(value: u64) -> Coefficient {
        Small(value.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_counted_at_every_power() {
        for power in 1..400 {
            let ten = power_of_ten(power);
            assert_eq!(ten.digits(), power + 1);
            assert_eq!(ten.minus(&Coefficient::ONE).digits(), power);
        }
        assert_eq!(Coefficient::ZERO.digits(), 1);
        assert_eq!(Small(u128::MAX).digits(), 39);
    }

    #[test]
    fn trailing_zeros_are_removed_up_to_a_limit() {
        for power in [0, 1, 7, 37, 38, 100, 257] {
            let value = power_of_ten(power).times(&Coefficient::from(12));
            assert_eq!(value.without_trailing_zeros(i64::MAX), (Coefficient::from(12), power));
        }
        assert_eq!(power_of_ten(9).without_trailing_zeros(4), (power_of_ten(5), 4));
    }
}
