//! Integers and text: `int(text, base)` and `str(n)` in any base, with the limit on decimal digits.
//!
//! Text is ASCII here: the caller has turned other decimal digits into ASCII ones and other white space into blanks
//! (`python_text::decimal::to_ascii`), as CPython does.

use crate::bits::bit_length;
use crate::division::is_negative;
use crate::int::Int;
use dashu_int::{IBig, Sign, UBig};
use std::fmt;

/// The default of `sys.get_int_max_str_digits()`.
pub const DEFAULT_MAX_DIGITS: usize = 4300;

/// Why a text is no integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseIntError {
    /// `ValueError: invalid literal for int() with base {base}: {repr}`; the caller has the object.
    Invalid,
    /// `ValueError`: more digits than the limit, in a base that is no power of two.
    TooManyDigits { limit: usize, digits: usize },
}

/// `ValueError` of `str(n)`: the limit on digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyDigits {
    pub limit: usize,
}

impl fmt::Display for ParseIntError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseIntError::Invalid => f.write_str("invalid literal for int()"),
            ParseIntError::TooManyDigits { limit, digits } => write!(
                f,
                "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; \
                 use sys.set_int_max_str_digits() to increase the limit"
            ),
        }
    }
}

impl fmt::Display for TooManyDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Exceeds the limit ({} digits) for integer string conversion; \
             use sys.set_int_max_str_digits() to increase the limit",
            self.limit
        )
    }
}

/// White space of C's locale, which `int()` and `float()` strip.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

pub(crate) fn strip(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|&b| !is_space(b)).unwrap_or(text.len());
    let end = text.iter().rposition(|&b| !is_space(b)).map_or(start, |i| i + 1);
    &text[start..end]
}

fn digit(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'a'..=b'z' => u32::from(byte - b'a') + 10,
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        _ => u32::MAX,
    }
}

/// `int(text, base)`. `base`: 0 or 2 to 36. `max_digits`: 0 for no limit.
/// Errors: see [`ParseIntError`].
pub fn parse_int(text: &[u8], base: u32, max_digits: usize) -> Result<Int, ParseIntError> {
    debug_assert!(base == 0 || (2..=36).contains(&base));
    let mut rest = strip(text);
    let mut is_negative = false;
    if let [sign @ (b'+' | b'-'), tail @ ..] = rest {
        is_negative = *sign == b'-';
        rest = tail;
    }
    let (base, rest, is_zero_only) = radix(rest, base);
    let digits = digits(rest, base)?;
    if is_zero_only && digits.iter().any(|&b| b != b'0') {
        return Err(ParseIntError::Invalid);
    }
    if let Some(value) = small(&digits, base) {
        return Ok(Int::Small(if is_negative { -value } else { value }));
    }
    if max_digits != 0 && digits.len() > max_digits && !base.is_power_of_two() {
        return Err(ParseIntError::TooManyDigits { limit: max_digits, digits: digits.len() });
    }
    let magnitude = if base == 10 {
        crate::product::parse_decimal(&digits)
    } else {
        let text = std::str::from_utf8(&digits).expect("digits are ASCII");
        UBig::from_str_radix(text, base).expect("every byte was seen to be a digit")
    };
    let sign = if is_negative { Sign::Negative } else { Sign::Positive };
    Ok(Int::from(IBig::from_parts(sign, magnitude)))
}

/// The base that a prefix tells or the given one, what follows the prefix, and whether only zeros may follow (base 0 without
/// a prefix: `010` is no integer).
fn radix(text: &[u8], base: u32) -> (u32, &[u8], bool) {
    let prefixed = match text {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    if prefixed != 0 && (base == 0 || base == prefixed) {
        let tail = &text[2..];
        // One underscore may follow the prefix.
        return (prefixed, tail.strip_prefix(b"_").unwrap_or(tail), false);
    }
    match base {
        0 => (10, text, text.first() == Some(&b'0')),
        _ => (base, text, false),
    }
}

/// The digits without their underscores, each of which stands between two digits.
fn digits(text: &[u8], base: u32) -> Result<std::borrow::Cow<'_, [u8]>, ParseIntError> {
    let mut has_underscore = false;
    let mut before = b'_';
    for &byte in text {
        if byte == b'_' {
            has_underscore = true;
            if before == b'_' {
                return Err(ParseIntError::Invalid);
            }
        } else if digit(byte) >= base {
            return Err(ParseIntError::Invalid);
        }
        before = byte;
    }
    // Also refuses the empty text.
    if before == b'_' {
        return Err(ParseIntError::Invalid);
    }
    Ok(if has_underscore {
        text.iter().copied().filter(|&b| b != b'_').collect::<Vec<_>>().into()
    } else {
        text.into()
    })
}

/// The value of few digits: never above 36**12 - 1, below 2**63.
fn small(digits: &[u8], base: u32) -> Option<i64> {
    let few = if base <= 10 { 18 } else { 12 };
    (digits.len() <= few)
        .then(|| digits.iter().fold(0, |value, &b| value * i64::from(base) + i64::from(digit(b))))
}

/// `str(n)`. `max_digits`: 0 for no limit. Errors: the limit.
pub fn to_decimal(n: &IBig, max_digits: usize) -> Result<String, TooManyDigits> {
    let error = TooManyDigits { limit: max_digits };
    // At least this many digits: the text of a number far beyond the limit is not computed.
    let least = (bit_length(n).max(1) - 1) as u128 * 30102 / 100_000;
    if max_digits != 0 && least >= max_digits as u128 {
        return Err(error);
    }
    let text = n.to_string();
    if max_digits != 0 && text.len() - usize::from(is_negative(n)) > max_digits {
        return Err(error);
    }
    Ok(text)
}

/// Digits in a base of 2 to 36, lower case, with a sign and no prefix; `hex(n)` is built from it by the caller.
pub fn to_radix(n: &IBig, radix: u32) -> String {
    let radix = u8::try_from(radix).expect("a radix is at most 36");
    n.in_radix(radix).to_string()
}

/// The digits of a machine integer without its sign, in a buffer of their own.
pub struct Digits {
    buffer: [u8; 64],
    start: usize,
}

impl Digits {
    /// Base 2, 8, 10 or 16.
    pub fn of(n: i64, radix: u32, is_upper: bool) -> Digits {
        let letters: &[u8; 16] = if is_upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
        let (mut rest, mut digits) = (n.unsigned_abs(), Digits { buffer: [0; 64], start: 64 });
        let bits = radix.trailing_zeros();
        loop {
            digits.start -= 1;
            // Division by a constant is a multiplication.
            let digit = if radix == 10 { rest % 10 } else { rest & u64::from(radix - 1) };
            digits.buffer[digits.start] = letters[digit as usize];
            rest = if radix == 10 { rest / 10 } else { rest >> bits };
            if rest == 0 {
                return digits;
            }
        }
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.buffer[self.start..]
    }
}

/// An integer in at most 18 decimal digits, with or without a sign and nothing else; `None`: it is for [`parse_int`].
pub fn parse_short(text: &[u8]) -> Option<i64> {
    let (is_negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut value = 0;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(if is_negative { -value } else { value })
}

/// Digits of a small integer in base 2, 8, 10 or 16, lower case, with a sign and no prefix.
pub fn to_radix_i64(n: i64, radix: u32) -> String {
    let magnitude = n.unsigned_abs();
    let sign = if n < 0 { "-" } else { "" };
    match radix {
        2 => format!("{sign}{magnitude:b}"),
        8 => format!("{sign}{magnitude:o}"),
        16 => format!("{sign}{magnitude:x}"),
        10 => n.to_string(),
        _ => to_radix(&IBig::from(n), radix),
    }
}
