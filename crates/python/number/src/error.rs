//! What arithmetic can fail with. The texts are CPython 3.14's, so the caller only picks the exception's type.

use std::fmt;

/// Failures of arithmetic on numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArithmeticError {
    /// `ZeroDivisionError`: a divisor is zero.
    ZeroDivision,
    /// `ZeroDivisionError`: zero to a negative power.
    ZeroToNegativePower,
    /// `ZeroDivisionError`: complex zero to a negative or complex power.
    ZeroToComplexPower,
    /// `OverflowError`: `a / b` of two integers is beyond the largest float.
    QuotientTooLarge,
    /// `OverflowError`: an integer is beyond the largest float.
    IntTooLargeForFloat,
    /// `OverflowError`: `int(inf)`.
    InfinityToInt,
    /// `ValueError`: `int(nan)`.
    NanToInt,
    /// `OverflowError`: `inf.as_integer_ratio()`.
    InfinityToRatio,
    /// `ValueError`: `nan.as_integer_ratio()`.
    NanToRatio,
    /// `OverflowError`: `round(x, n)` is beyond the largest float.
    RoundedTooLarge,
    /// `OverflowError` with `errno` 34: `float ** float` out of range.
    PowerOutOfRange,
    /// `OverflowError`: `complex ** complex` out of range.
    ComplexPowerOverflow,
    /// `OverflowError`: `abs(complex)` out of range.
    AbsoluteValueTooLarge,
    /// `ValueError`: a negative shift count.
    NegativeShift,
    /// `OverflowError`: the result of a shift would have too many digits.
    TooManyDigits,
    /// `ValueError`: `pow(a, b, 0)`.
    ZeroModulus,
    /// `ValueError`: `pow(a, -1, m)` where `a` has no inverse.
    NotInvertible,
    /// `OverflowError`: an integer does not fit in the bytes asked for.
    TooBigToConvert,
    /// `OverflowError`: a negative integer as unsigned bytes.
    NegativeToUnsigned,
    /// `MemoryError`: the result would not fit in memory.
    OutOfMemory,
}

/// The class of the exception an error becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExceptionKind {
    ZeroDivisionError,
    OverflowError,
    ValueError,
    TypeError,
    MemoryError,
}

impl ArithmeticError {
    /// The exception's class.
    pub fn kind(self) -> ExceptionKind {
        use ArithmeticError::*;
        match self {
            ZeroDivision | ZeroToNegativePower | ZeroToComplexPower => ExceptionKind::ZeroDivisionError,
            NanToInt | NanToRatio | NegativeShift | ZeroModulus | NotInvertible => ExceptionKind::ValueError,
            OutOfMemory => ExceptionKind::MemoryError,
            _ => ExceptionKind::OverflowError,
        }
    }

    /// The exception's text. `PowerOutOfRange` carries `(34, text)` in CPython.
    pub fn message(self) -> &'static str {
        use ArithmeticError::*;
        match self {
            ZeroDivision => "division by zero",
            ZeroToNegativePower => "zero to a negative power",
            ZeroToComplexPower => "zero to a negative or complex power",
            QuotientTooLarge => "integer division result too large for a float",
            IntTooLargeForFloat => "int too large to convert to float",
            InfinityToInt => "cannot convert float infinity to integer",
            NanToInt => "cannot convert float NaN to integer",
            InfinityToRatio => "cannot convert Infinity to integer ratio",
            NanToRatio => "cannot convert NaN to integer ratio",
            RoundedTooLarge => "rounded value too large to represent",
            PowerOutOfRange => "Numerical result out of range",
            ComplexPowerOverflow => "complex exponentiation",
            AbsoluteValueTooLarge => "absolute value too large",
            NegativeShift => "negative shift count",
            TooManyDigits => "too many digits in integer",
            ZeroModulus => "pow() 3rd argument cannot be 0",
            NotInvertible => "base is not invertible for the given modulus",
            TooBigToConvert => "int too big to convert",
            NegativeToUnsigned => "can't convert negative int to unsigned",
            OutOfMemory => "",
        }
    }
}

impl fmt::Display for ArithmeticError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for ArithmeticError {}
