//! `format(int)`, `format(float)` and `format(complex)`.
//!
//! A number is taken apart into sign, prefix, whole digits and the rest (fraction, exponent, percent sign); grouping and zero padding
//! work on the whole digits, the width on all.

use super::FormatError;
use super::grouping::{Groups, NumericLocale};
use super::spec::{FormatSpec, unknown_presentation};
use crate::code_points;
use python_number::float_text::{FloatFlags, FloatStyle, format_float};
use python_number::int_float::int_to_float;
use python_number::int_text::{Digits, to_decimal, to_radix};
use python_number::{IBig, division};

/// The precision of `e`, `f`, `g` and `%` if none is given.
const DEFAULT_PRECISION: usize = 6;

fn type_of(spec: &FormatSpec) -> u8 {
    u8::try_from(spec.presentation).ok().filter(u8::is_ascii).unwrap_or(b'?')
}

/// `int.__format__`. `type_name`: `int` or `bool`. `max_digits`: the limit on decimal digits, 0 for none. `locale`: for `n`.
/// Errors: in CPython's words.
pub fn format_int(
    n: &IBig,
    spec: &[u8],
    type_name: &str,
    max_digits: usize,
    locale: Option<&NumericLocale>,
) -> Result<Vec<u8>, FormatError> {
    let limit = |e: python_number::int_text::TooManyDigits| FormatError::value(e.to_string());
    if spec.is_empty() {
        return to_decimal(n, max_digits).map(String::into_bytes).map_err(limit);
    }
    let spec = FormatSpec::parse(spec, b'd', b'>', type_name)?;
    let presentation = type_of(&spec);
    match presentation {
        b'b' | b'c' | b'd' | b'o' | b'x' | b'X' | b'n' => {}
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%' => {
            let x = int_to_float(n).map_err(|e| FormatError::overflow(e.message()))?;
            return format_parsed_float(x, &spec, locale);
        }
        _ => return Err(unknown_presentation(spec.presentation, type_name)),
    }
    if spec.precision.is_some() {
        return Err(FormatError::value("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(FormatError::value("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    if presentation == b'c' {
        return format_character(n, &spec);
    }
    let (radix, prefix) = match presentation {
        b'b' => (2, "0b"),
        b'o' => (8, "0o"),
        b'x' => (16, "0x"),
        b'X' => (16, "0X"),
        _ => (10, ""),
    };
    let mut text = if radix == 10 { to_decimal(n, max_digits).map_err(limit)? } else { to_radix(n, radix) };
    if presentation == b'X' {
        text.make_ascii_uppercase();
    }
    let number = Number {
        is_negative: division::is_negative(n),
        prefix: if spec.alternate { prefix } else { "" },
        whole: text.trim_start_matches('-').as_bytes(),
        fraction: None,
        rest: b"",
    };
    let locale = locale.filter(|_| presentation == b'n');
    Ok(number.lay_out(&spec, locale))
}

/// The same of a machine integer in one of the plain presentations; `None`: it is for [`format_int`], which may also refuse it.
pub fn format_i64(n: i64, spec: &[u8]) -> Option<Vec<u8>> {
    let spec = FormatSpec::parse(spec, b'd', b'>', "int").ok()?;
    let (radix, prefix, is_upper) = match type_of(&spec) {
        b'd' => (10, "", false),
        b'x' => (16, "0x", false),
        b'X' => (16, "0X", true),
        b'o' => (8, "0o", false),
        b'b' => (2, "0b", false),
        _ => return None,
    };
    if spec.precision.is_some() || spec.no_negative_zero {
        return None;
    }
    let digits = Digits::of(n, radix, is_upper);
    let number = Number {
        is_negative: n < 0,
        prefix: if spec.alternate { prefix } else { "" },
        whole: digits.as_bytes(),
        fraction: None,
        rest: b"",
    };
    Some(number.lay_out(&spec, None))
}

/// `c`: one code point, placed as a number is.
fn format_character(n: &IBig, spec: &FormatSpec) -> Result<Vec<u8>, FormatError> {
    if spec.sign.is_some() {
        return Err(FormatError::value("Sign not allowed with integer format specifier 'c'"));
    }
    if spec.alternate {
        return Err(FormatError::value("Alternate form (#) not allowed with integer format specifier 'c'"));
    }
    if i64::try_from(n).is_err() {
        return Err(FormatError::overflow("Python int too large to convert to C long"));
    }
    let code_point = u32::try_from(n).ok().filter(|&c| c < 0x11_0000);
    let code_point = code_point.ok_or_else(|| FormatError::overflow("%c arg not in range(0x110000)"))?;
    Ok(spec.pad(&code_points::from_code_point(code_point), 1))
}

/// `float.__format__`. Errors: in CPython's words.
pub fn format_f64(x: f64, spec: &[u8], locale: Option<&NumericLocale>) -> Result<Vec<u8>, FormatError> {
    if spec.is_empty() {
        return Ok(python_number::float_text::repr(x).into_bytes());
    }
    let spec = FormatSpec::parse(spec, 0, b'>', "float")?;
    match type_of(&spec) {
        0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n' | b'%' => format_parsed_float(x, &spec, locale),
        _ => Err(unknown_presentation(spec.presentation, "float")),
    }
}

/// The digits of a float in the style the specification asks for, without grouping and width.
fn float_digits(x: f64, spec: &FormatSpec, flags: FloatFlags) -> Result<String, FormatError> {
    if spec.precision.is_some_and(|p| p > i32::MAX as usize) {
        return Err(FormatError::value("precision too big"));
    }
    let presentation = type_of(spec);
    let style = match (presentation, spec.precision) {
        (0, None) => FloatStyle::Repr,
        (b'e' | b'E', _) => FloatStyle::Exponent,
        (b'f' | b'F' | b'%', _) => FloatStyle::Fixed,
        _ => FloatStyle::General,
    };
    let flags = FloatFlags {
        alternate: spec.alternate,
        no_negative_zero: spec.no_negative_zero,
        upper: presentation.is_ascii_uppercase(),
        ..flags
    };
    Ok(format_float(x, style, spec.precision.unwrap_or(DEFAULT_PRECISION), flags))
}

fn format_parsed_float(
    x: f64,
    spec: &FormatSpec,
    locale: Option<&NumericLocale>,
) -> Result<Vec<u8>, FormatError> {
    let presentation = type_of(spec);
    let is_percent = presentation == b'%';
    let flags = FloatFlags { dot_zero: presentation == 0, ..FloatFlags::default() };
    let mut text = float_digits(if is_percent { x * 100.0 } else { x }, spec, flags)?;
    if is_percent {
        text.push('%');
    }
    let locale = locale.filter(|_| presentation == b'n');
    Ok(Number::split(text.as_bytes()).lay_out(spec, locale))
}

/// `complex.__format__`. Errors: in CPython's words.
pub fn format_complex(
    re: f64,
    im: f64,
    spec: &[u8],
    locale: Option<&NumericLocale>,
) -> Result<Vec<u8>, FormatError> {
    let spec = FormatSpec::parse(spec, 0, b'>', "complex")?;
    let presentation = type_of(&spec);
    if !matches!(presentation, 0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n') {
        return Err(unknown_presentation(spec.presentation, "complex"));
    }
    if spec.precision.is_some_and(|p| p > i32::MAX as usize) {
        return Err(FormatError::value("precision too big"));
    }
    if spec.fill == u32::from(b'0') {
        return Err(FormatError::value("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == b'=' {
        return Err(FormatError::value("'=' alignment flag is not allowed in complex format specifier"));
    }
    let is_plain = presentation == 0;
    let has_real = !is_plain || re != 0.0 || re.is_sign_negative();
    let locale = locale.filter(|_| presentation == b'n');
    let part = |x: f64, sign: Option<u8>| -> Result<Vec<u8>, FormatError> {
        let text = float_digits(x, &spec, FloatFlags::default())?;
        let alone = FormatSpec { width: None, sign, fill: 0, align: b'<', ..spec.clone() };
        Ok(Number::split(text.as_bytes()).lay_out(&alone, locale))
    };
    let mut out = Vec::new();
    if has_real {
        out.extend(part(re, spec.sign)?);
    }
    out.extend(part(im, if has_real { Some(b'+') } else { spec.sign })?);
    out.push(b'j');
    if is_plain && has_real {
        out.insert(0, b'(');
        out.push(b')');
    }
    let count = code_points::count(&out);
    Ok(spec.pad(&out, count))
}

/// A number taken apart.
pub(super) struct Number<'a> {
    is_negative: bool,
    prefix: &'a str,
    whole: &'a [u8],
    /// Digits behind the point, if there is a point.
    fraction: Option<&'a [u8]>,
    /// Exponent, percent sign; `inf` and `nan` are here alone.
    rest: &'a [u8],
}

impl<'a> Number<'a> {
    pub(super) fn split(text: &'a [u8]) -> Number<'a> {
        let is_negative = text.first() == Some(&b'-');
        let text = &text[usize::from(is_negative)..];
        let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
        let (whole, rest) = text.split_at(digits(text));
        let (fraction, rest) = match rest {
            [b'.', tail @ ..] => {
                let (fraction, rest) = tail.split_at(digits(tail));
                (Some(fraction), rest)
            }
            _ => (None, rest),
        };
        Number { is_negative, prefix: "", whole, fraction, rest }
    }

    pub(super) fn lay_out(&self, spec: &FormatSpec, locale: Option<&NumericLocale>) -> Vec<u8> {
        let sign: &[u8] = match (self.is_negative, spec.sign) {
            (true, _) => b"-",
            (false, Some(b'+')) => b"+",
            (false, Some(b' ')) => b" ",
            _ => b"",
        };
        if spec.grouping.is_none() && spec.fraction_grouping.is_none() && locale.is_none() {
            return self.lay_out_ungrouped(spec, sign);
        }
        let groups = match locale {
            Some(locale) => Groups::of_locale(locale),
            None => Groups::new(spec.grouping),
        };
        let mut tail = Vec::new();
        if let Some(fraction) = self.fraction {
            tail.extend(locale.map_or(".", |l| &l.decimal_point).as_bytes());
            tail.extend(Groups::new(spec.fraction_grouping).apply_to_fraction(fraction));
        }
        tail.extend_from_slice(self.rest);
        let outside = sign.len() + self.prefix.len() + code_points::count(&tail);
        let width = spec.width.unwrap_or(0);
        // Zeros in front are digits: they are grouped too.
        let pads_zeros = spec.fill == u32::from(b'0') && spec.align == b'=';
        let whole = match self.whole {
            [] => Vec::new(),
            whole => groups.apply(whole, if pads_zeros { width.saturating_sub(outside) } else { 0 }),
        };
        let count = outside + code_points::count(&whole);
        let mut head = sign.to_vec();
        head.extend(self.prefix.as_bytes());
        if spec.align == b'=' {
            let inner = FormatSpec { width: Some(width.saturating_sub(head.len())), ..spec.clone() };
            let body = [whole, tail].concat();
            head.extend(inner.pad(&body, count - sign.len() - self.prefix.len()));
            return head;
        }
        spec.pad(&[head, whole, tail].concat(), count)
    }

    /// The same without grouping. All parts are ASCII: as many characters as bytes.
    fn lay_out_ungrouped(&self, spec: &FormatSpec, sign: &[u8]) -> Vec<u8> {
        let (point, fraction): (&[u8], &[u8]) = self.fraction.map_or((b"", b""), |digits| (b".", digits));
        let head = [sign, self.prefix.as_bytes()];
        let digits = [self.whole, point, fraction, self.rest];
        let count: usize = head.iter().chain(&digits).map(|part| part.len()).sum();
        let width = count.max(spec.width.unwrap_or(0));
        let (left, inside) = spec.margins(count);
        let mut out = Vec::with_capacity(width);
        spec.push_fill(&mut out, left);
        head.iter().for_each(|part| out.extend_from_slice(part));
        spec.push_fill(&mut out, inside);
        digits.iter().for_each(|part| out.extend_from_slice(part));
        spec.push_fill(&mut out, width - count - left - inside);
        out
    }
}
