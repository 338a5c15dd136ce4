//! `format(Decimal)`: digits by the decimal context's rounding, laid out as other numbers are.

use super::FormatError;
use super::grouping::NumericLocale;
use super::number::Number;
use super::spec::FormatSpec;
use crate::code_points::decode;
use python_number::decimal::{Context, Decimal};

fn invalid() -> FormatError {
    FormatError::value("invalid format string")
}

/// Whether the specification asks for the type `n` (or `N`, in capitals): only then is a locale needed.
pub fn is_localized(spec: &[u8]) -> bool {
    matches!(spec.last(), Some(b'n' | b'N'))
}

/// Whether zero padding is asked for beside an alignment, which other numbers allow.
fn pads_twice(spec: &[u8]) -> bool {
    let is_align = |byte: Option<&u8>| matches!(byte, Some(b'<' | b'>' | b'=' | b'^'));
    if spec.is_empty() {
        return false;
    }
    let (_, next) = decode(spec, 0);
    let rest = match () {
        () if is_align(spec.get(next)) => &spec[next + 1..],
        () if is_align(spec.first()) => &spec[1..],
        () => return false,
    };
    rest.iter().find(|byte| !matches!(byte, b'+' | b'-' | b' ' | b'z' | b'#')) == Some(&b'0')
}

/// `Decimal.__format__`. `locale`: for `n`. Errors: `ValueError`; `OverflowError` for a width that is too large.
pub fn format_decimal(
    value: &Decimal,
    text: &[u8],
    context: &Context,
    locale: Option<&NumericLocale>,
) -> Result<Vec<u8>, FormatError> {
    let mut spec = match FormatSpec::parse(text, 0, b'>', "decimal.Decimal") {
        Ok(spec) => spec,
        Err(error) if error.message.starts_with("Too many") => {
            let message = "cannot fit 'int' into an index-sized integer";
            return Err(FormatError::overflow(message));
        }
        Err(_) => return Err(invalid()),
    };
    let presentation = u8::try_from(spec.presentation).unwrap_or(b'?');
    if !matches!(presentation, 0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n' | b'N' | b'%')
        || pads_twice(text)
    {
        return Err(invalid());
    }
    if matches!(presentation, b'n' | b'N') && spec.grouping.is_some() {
        return Err(invalid());
    }
    if !value.is_finite() && spec.fill == u32::from(b'0') && spec.align == b'=' {
        (spec.fill, spec.align) = (u32::from(b' '), b'>');
    }
    let digits = digits(value, presentation, &spec, context);
    let locale = locale.filter(|_| matches!(presentation, b'n' | b'N'));
    Ok(Number::split(digits.as_bytes()).lay_out(&spec, locale))
}

/// The number in the style of a presentation type, without grouping and width.
fn digits(value: &Decimal, presentation: u8, spec: &FormatSpec, context: &Context) -> String {
    let is_upper = if presentation == 0 { context.is_upper } else { presentation.is_ascii_uppercase() };
    let percent = if presentation == b'%' { "%" } else { "" };
    if !value.is_finite() {
        return value.to_text(false, is_upper) + percent;
    }
    let mut value = value.clone();
    if presentation == b'%' {
        value.exponent += 2;
    }
    let is_fixed = matches!(presentation, b'f' | b'F' | b'%');
    let is_exponential = matches!(presentation, b'e' | b'E');
    let precision = spec.precision.map(|precision| i64::try_from(precision).unwrap_or(i64::MAX / 4));
    match precision {
        Some(precision) if is_exponential => value = context.rounded_to(&value, precision + 1),
        Some(precision) if is_fixed => value = context.at_exponent(&value, -precision),
        Some(precision) if value.coefficient.digits() > precision.max(1) => {
            value = context.rounded_to(&value, precision.max(1));
        }
        _ => {}
    }
    if is_fixed && value.is_zero() && value.exponent > 0 {
        value.exponent = 0;
    }
    if spec.no_negative_zero && value.is_zero() {
        value.is_negative = false;
    }
    let digits = value.coefficient.text();
    let length = digits.len() as i64;
    let leading = value.exponent + length;
    let point = if is_exponential {
        if value.is_zero() && precision.is_some() { 1 - precision.unwrap_or(0) } else { 1 }
    } else if is_fixed || value.exponent <= 0 && leading > -6 {
        leading
    } else {
        1
    };
    let (whole, fraction) = if point <= 0 {
        ("0".to_owned(), "0".repeat(-point as usize) + &digits)
    } else if point > length {
        (digits.clone() + &"0".repeat((point - length) as usize), String::new())
    } else {
        let (whole, fraction) = digits.split_at(point as usize);
        (whole.to_owned(), fraction.to_owned())
    };
    let mut out = String::new();
    if value.is_negative {
        out.push('-');
    }
    out.push_str(&whole);
    if !fraction.is_empty() || spec.alternate {
        out.push('.');
        out.push_str(&fraction);
    }
    if leading != point || is_exponential {
        let exponent = leading - point;
        out.push_str(if is_upper { "E" } else { "e" });
        out.push(if exponent < 0 { '-' } else { '+' });
        out.push_str(&exponent.unsigned_abs().to_string());
    }
    out + percent
}
