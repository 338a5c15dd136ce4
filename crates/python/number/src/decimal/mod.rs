//! Decimal floating-point numbers: the arithmetic of the General Decimal Arithmetic Specification (Cowlishaw), which `decimal` is.
//!
//! A number is sign, coefficient and exponent, an infinity, or a NaN with a payload. Operations are methods of a [`Context`], which has the
//! precision, the limits of exponents and the rounding; what they find out besides the result is added to a [`Status`]. Most
//! compute the exact result, or one with enough digits that what was dropped cannot decide the rounding, and finish it
//! ([`Context::finish`]): there alone digits are rounded and exponents limited.
//!
//! Where the specification leaves results open (powers with an inexact result), digits are those of CPython's `_decimal`.
//! Limit: results of more than [`coefficient::MOST_DIGITS`] digits are a status ([`Status::OUT_OF_MEMORY`]).

mod basic;
pub mod coefficient;
pub mod compare;
mod context;
mod digits;
mod division;
mod exponential;
mod integral;
mod neighbours;
mod power;
mod text;

pub use coefficient::Coefficient;
pub use context::{Context, Rounding, Status};

use crate::{IBig, Sign};

/// Largest precision, and exponent of the leading digit.
pub const MAX_PREC: i64 = 999_999_999_999_999_999;
pub const MAX_EMAX: i64 = MAX_PREC;
pub const MIN_EMIN: i64 = -MAX_PREC;
/// Smallest exponent of the last digit.
pub const MIN_ETINY: i64 = MIN_EMIN - (MAX_PREC - 1);

/// What a [`Decimal`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Finite,
    Infinity,
    QuietNan,
    SignalingNan,
}

/// A decimal number.
#[derive(Clone, Debug)]
pub struct Decimal {
    pub kind: Kind,
    pub is_negative: bool,
    /// Of the last digit. 0 for what is not finite.
    pub exponent: i64,
    /// The payload of a NaN; 0 for infinities.
    pub coefficient: Coefficient,
}

impl Decimal {
    #[inline]
    pub fn new(is_negative: bool, coefficient: Coefficient, exponent: i64) -> Decimal {
        Decimal { kind: Kind::Finite, is_negative, exponent, coefficient }
    }

    pub fn zero(is_negative: bool, exponent: i64) -> Decimal {
        Decimal::new(is_negative, Coefficient::ZERO, exponent)
    }

    pub fn one() -> Decimal {
        Decimal::new(false, Coefficient::ONE, 0)
    }

    pub fn infinity(is_negative: bool) -> Decimal {
        Decimal { kind: Kind::Infinity, is_negative, exponent: 0, coefficient: Coefficient::ZERO }
    }

    pub fn nan() -> Decimal {
        Decimal { kind: Kind::QuietNan, is_negative: false, exponent: 0, coefficient: Coefficient::ZERO }
    }

    pub fn from_i64(value: i64) -> Decimal {
        Decimal::new(value < 0, Coefficient::from(value.unsigned_abs()), 0)
    }

    pub fn from_int(value: &IBig) -> Decimal {
        let (sign, magnitude) = value.clone().into_parts();
        Decimal::new(sign == Sign::Negative, Coefficient::from_big(magnitude), 0)
    }

    #[inline]
    pub fn is_finite(&self) -> bool {
        self.kind == Kind::Finite
    }
    pub fn is_infinite(&self) -> bool {
        self.kind == Kind::Infinity
    }
    pub fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::QuietNan | Kind::SignalingNan)
    }
    pub fn is_signaling(&self) -> bool {
        self.kind == Kind::SignalingNan
    }
    #[inline]
    pub fn is_zero(&self) -> bool {
        self.is_finite() && self.coefficient.is_zero()
    }

    /// The exponent of the first digit; 0 for what is not finite.
    pub fn adjusted(&self) -> i64 {
        if self.is_finite() { self.exponent + self.coefficient.digits() - 1 } else { 0 }
    }

    /// Whether the value is a whole number.
    pub fn is_integer(&self) -> bool {
        if !self.is_finite() {
            return false;
        }
        if self.exponent >= 0 || self.coefficient.is_zero() {
            return true;
        }
        self.exponent.unsigned_abs() < self.coefficient.digits() as u64
            && self.coefficient.split(-self.exponent).1.is_zero()
    }

    /// Whether it is an odd whole number. Precondition: it is a whole number.
    pub fn is_odd_integer(&self) -> bool {
        match self.exponent {
            0 => self.coefficient.is_odd(),
            exponent if exponent > 0 || self.coefficient.is_zero() => false,
            exponent => self.coefficient.split(-exponent).0.is_odd(),
        }
    }

    pub fn with_sign(&self, is_negative: bool) -> Decimal {
        Decimal { is_negative, ..self.clone() }
    }
    pub fn abs(&self) -> Decimal {
        self.with_sign(false)
    }
    pub fn negated(&self) -> Decimal {
        self.with_sign(!self.is_negative)
    }

    /// `as_integer_ratio()` in lowest terms; of finite numbers only. `None`: it would not fit in memory.
    pub fn ratio(&self) -> Option<(IBig, IBig)> {
        use dashu_int::ops::Gcd;
        let sign = if self.is_negative { Sign::Negative } else { Sign::Positive };
        if self.coefficient.is_zero() {
            return Some((IBig::ZERO, IBig::ONE));
        }
        if self.exponent.abs() > coefficient::MOST_DIGITS {
            return None;
        }
        if self.exponent >= 0 {
            let numerator = self.coefficient.shifted_left(self.exponent);
            return Some((IBig::from_parts(sign, numerator.big().into_owned()), IBig::ONE));
        }
        let (numerator, denominator) = (
            self.coefficient.big().into_owned(),
            coefficient::power_of_ten(-self.exponent).big().into_owned(),
        );
        let common = (&numerator).gcd(&denominator);
        Some((IBig::from_parts(sign, numerator / &common), IBig::from(denominator / common)))
    }

    /// The whole part, as `int()` has it; of finite numbers only. `None`: it would not fit in memory.
    pub fn to_int(&self) -> Option<IBig> {
        let sign = if self.is_negative { Sign::Negative } else { Sign::Positive };
        let magnitude = if self.coefficient.is_zero() {
            Coefficient::ZERO
        } else if self.exponent >= 0 {
            if self.exponent > coefficient::MOST_DIGITS {
                return None;
            }
            self.coefficient.shifted_left(self.exponent)
        } else if self.adjusted() < 0 {
            Coefficient::ZERO
        } else {
            self.coefficient.split(-self.exponent).0
        };
        Some(IBig::from_parts(sign, magnitude.big().into_owned()))
    }

    /// `hash(value)`: that of the equal number of any other type. NaNs have none by value.
    pub fn hash(&self) -> i64 {
        use crate::hash::{INFINITY, MODULUS};
        if self.is_infinite() {
            return if self.is_negative { -INFINITY } else { INFINITY };
        }
        /// Inverse of ten modulo the prime.
        const TENTH: u64 = 2_075_258_708_292_324_556;
        let base = if self.exponent >= 0 { 10 } else { TENTH };
        let scale = crate::power::pow_mod_u64(base, self.exponent.unsigned_abs(), MODULUS);
        let residue = match &self.coefficient {
            Coefficient::Small(value) => (value % u128::from(MODULUS)) as u64,
            Coefficient::Big(value) => crate::hash::hash_int(value.as_ibig()) as u64,
        };
        let hash = (u128::from(residue) * u128::from(scale) % u128::from(MODULUS)) as i64;
        let hash = if self.is_negative { -hash } else { hash };
        if hash == -1 { -2 } else { hash }
    }
}
