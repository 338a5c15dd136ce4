//! `%` formatting: the parser of `%(key)-+ #0width.precision` and what each conversion makes of a value.
//!
//! The caller fetches arguments (and those of `*`, whose widths it gives to `checked_width`), converts objects to numbers or text, and calls
//! the function for the conversion.

use super::text::truncate;
use super::{FormatError, checked_width};
use crate::code_points::{self, decode};
use python_number::float_text::{FloatFlags, FloatStyle, format_float};
use python_number::int_text::{Digits, to_decimal, to_radix};
use python_number::{IBig, division};

/// Where a width or precision comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Amount {
    #[default]
    Absent,
    /// `*`: the next argument, an int.
    Argument,
    Value(usize),
}

/// One conversion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversion<'a> {
    /// The text between parentheses.
    pub key: Option<&'a [u8]>,
    /// `-`
    pub left: bool,
    /// `+`
    pub sign: bool,
    /// blank
    pub blank: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
    pub width: Amount,
    pub precision: Amount,
    /// The conversion's letter, a code point.
    pub letter: u32,
    /// Where the letter stands, in code points.
    pub index: usize,
}

impl Conversion<'_> {
    /// Whether this is `%%`: nothing stands between the signs.
    pub fn is_percent_sign(&self) -> bool {
        self.letter == u32::from(b'%') && self.is_plain()
    }

    /// Whether nothing stands between the sign and the letter.
    pub fn is_plain(&self) -> bool {
        let has_flag = self.left || self.sign || self.blank || self.alternate || self.zero;
        let has_amount = self.width != Amount::Absent || self.precision != Amount::Absent;
        self.key.is_none() && !has_flag && !has_amount
    }
}

/// A piece of a format string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Literal(&'a [u8]),
    Conversion(Conversion<'a>),
}

/// Pieces of a format string, in order.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Pieces<'a> {
    pub fn new(text: &'a [u8]) -> Pieces<'a> {
        Pieces { text, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn incomplete() -> FormatError {
        FormatError::value("incomplete format")
    }

    /// `(key)`; parentheses nest.
    fn key(&mut self) -> Result<Option<&'a [u8]>, FormatError> {
        if self.peek() != Some(b'(') {
            return Ok(None);
        }
        self.at += 1;
        let start = self.at;
        let mut depth = 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(Some(&self.text[start..self.at - 1]));
            }
        }
        Err(FormatError::value("incomplete format key"))
    }

    /// Errors: a number above `limit`.
    fn amount(&mut self, limit: usize, too_big: &str) -> Result<Amount, FormatError> {
        if self.peek() == Some(b'*') {
            self.at += 1;
            return Ok(Amount::Argument);
        }
        let mut value: Option<usize> = None;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            self.at += 1;
            let longer =
                value.unwrap_or(0).checked_mul(10).and_then(|v| v.checked_add((digit - b'0').into()));
            let Some(longer) = longer.filter(|&v| v <= limit) else {
                return Err(FormatError::value(too_big));
            };
            value = Some(longer);
        }
        Ok(value.map_or(Amount::Absent, Amount::Value))
    }

    fn conversion(&mut self) -> Result<Conversion<'a>, FormatError> {
        let mut conversion = Conversion { key: self.key()?, ..Conversion::default() };
        while let Some(flag) = self.peek() {
            match flag {
                b'-' => conversion.left = true,
                b'+' => conversion.sign = true,
                b' ' => conversion.blank = true,
                b'#' => conversion.alternate = true,
                b'0' => conversion.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        conversion.width = self.amount(isize::MAX as usize, "width too big")?;
        if self.peek() == Some(b'.') {
            self.at += 1;
            conversion.precision = match self.amount(i32::MAX as usize, "precision too big")? {
                Amount::Absent => Amount::Value(0),
                amount => amount,
            };
        }
        if matches!(self.peek(), Some(b'h' | b'l' | b'L')) {
            self.at += 1;
        }
        if self.at >= self.text.len() {
            return Err(Self::incomplete());
        }
        if let Amount::Value(width) = conversion.width {
            checked_width(width)?;
        }
        conversion.index = code_points::count(&self.text[..self.at]);
        (conversion.letter, self.at) = decode(self.text, self.at);
        Ok(conversion)
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Result<Piece<'a>, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.text.len() {
            return None;
        }
        let start = self.at;
        let end = memchr::memchr(b'%', &self.text[start..]).map_or(self.text.len(), |i| start + i);
        if end > start {
            self.at = end;
            return Some(Ok(Piece::Literal(&self.text[start..end])));
        }
        self.at += 1;
        let conversion = self.conversion();
        if conversion.is_err() {
            self.at = self.text.len();
        }
        Some(conversion.map(Piece::Conversion))
    }
}

/// `ValueError`: no such conversion.
pub fn unsupported(conversion: &Conversion<'_>) -> FormatError {
    let letter = conversion.letter;
    let shown = if (32..=126).contains(&letter) { char::from(letter as u8) } else { '?' };
    FormatError::value(format!(
        "unsupported format character '{shown}' (0x{letter:x}) at index {}",
        conversion.index
    ))
}

/// `%d %i %u %o %x %X` of an integer. `max_digits`: the limit on decimal digits. Errors: that limit.
pub fn format_int(
    n: &IBig,
    conversion: &Conversion<'_>,
    width: usize,
    precision: Option<usize>,
    max_digits: usize,
) -> Result<Vec<u8>, FormatError> {
    let radix = radix_of(conversion);
    let mut text = if radix == 10 {
        to_decimal(n, max_digits).map_err(|e| FormatError::value(e.to_string()))?
    } else {
        to_radix(n, radix)
    };
    let is_upper = conversion.letter == u32::from(b'X');
    if is_upper {
        text.make_ascii_uppercase();
    }
    let digits = text.trim_start_matches('-');
    let prefix = prefix_of(conversion);
    let zeros = precision.unwrap_or(0).saturating_sub(digits.len());
    let mut body = vec![b'0'; zeros];
    body.extend(digits.as_bytes());
    let number = Signed { is_negative: division::is_negative(n), prefix, body: &body };
    let mut out = Vec::new();
    number.lay_out(conversion, width, &mut out);
    Ok(out)
}

/// The same of a machine integer, added to `out`; there is no precision.
pub fn push_i64(n: i64, conversion: &Conversion<'_>, width: usize, out: &mut Vec<u8>) {
    let digits = Digits::of(n, radix_of(conversion), conversion.letter == u32::from(b'X'));
    let number = Signed { is_negative: n < 0, prefix: prefix_of(conversion), body: digits.as_bytes() };
    number.lay_out(conversion, width, out);
}

fn radix_of(conversion: &Conversion<'_>) -> u32 {
    match conversion.letter as u8 {
        b'o' => 8,
        b'x' | b'X' => 16,
        _ => 10,
    }
}

/// What `#` puts before the digits of an integer.
fn prefix_of(conversion: &Conversion<'_>) -> &'static str {
    match (conversion.alternate, conversion.letter as u8) {
        (true, b'o') => "0o",
        (true, b'X') => "0X",
        (true, b'x') => "0x",
        _ => "",
    }
}

/// `%e %E %f %F %g %G`.
pub fn format_float_conversion(
    x: f64,
    conversion: &Conversion<'_>,
    width: usize,
    precision: Option<usize>,
) -> Vec<u8> {
    let letter = conversion.letter as u8;
    let style = match letter.to_ascii_lowercase() {
        b'e' => FloatStyle::Exponent,
        b'f' => FloatStyle::Fixed,
        _ => FloatStyle::General,
    };
    let flags = FloatFlags {
        alternate: conversion.alternate,
        upper: letter.is_ascii_uppercase(),
        ..FloatFlags::default()
    };
    let text = format_float(x, style, precision.unwrap_or(6), flags);
    let body = text.trim_start_matches('-').as_bytes();
    let mut out = Vec::new();
    Signed { is_negative: text.starts_with('-'), prefix: "", body }.lay_out(conversion, width, &mut out);
    out
}

/// `%s %r %a %c` of a text that the caller has made: cut to the precision and padded. `%c` passes no precision.
pub fn format_text(
    text: &[u8],
    count: usize,
    conversion: &Conversion<'_>,
    width: usize,
    precision: Option<usize>,
) -> Vec<u8> {
    let (text, count) = truncate(text, count, precision);
    pad(text, count, conversion.left, width)
}

/// The same for bytes (`%b %s %a %c` of `bytes`).
pub fn format_bytes(
    bytes: &[u8],
    conversion: &Conversion<'_>,
    width: usize,
    precision: Option<usize>,
) -> Vec<u8> {
    let most = precision.unwrap_or(usize::MAX).min(bytes.len());
    pad(&bytes[..most], most, conversion.left, width)
}

fn pad(text: &[u8], count: usize, is_left: bool, width: usize) -> Vec<u8> {
    let blanks = width.saturating_sub(count);
    let mut out = Vec::with_capacity(text.len() + blanks);
    if !is_left {
        out.resize(blanks, b' ');
    }
    out.extend_from_slice(text);
    if is_left {
        out.resize(text.len() + blanks, b' ');
    }
    out
}

/// A number's text in parts.
struct Signed<'a> {
    is_negative: bool,
    prefix: &'a str,
    body: &'a [u8],
}

impl Signed<'_> {
    fn lay_out(&self, conversion: &Conversion<'_>, width: usize, out: &mut Vec<u8>) {
        let sign = match (self.is_negative, conversion.sign, conversion.blank) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        };
        let head = sign.len() + self.prefix.len();
        let missing = width.saturating_sub(head + self.body.len());
        out.reserve(width.max(head + self.body.len()));
        let fills_zeros = conversion.zero && !conversion.left;
        if !conversion.left && !fills_zeros {
            out.resize(out.len() + missing, b' ');
        }
        out.extend(sign.as_bytes());
        out.extend(self.prefix.as_bytes());
        if fills_zeros {
            out.resize(out.len() + missing, b'0');
        }
        out.extend_from_slice(self.body);
        if conversion.left {
            out.resize(out.len() + missing, b' ');
        }
    }
}
