//! `format(str, spec)`.

use super::FormatError;
use super::spec::{FormatSpec, unknown_presentation};
use crate::index::offset_of;

/// `str.__format__`. `count`: the text's code points. Errors: in CPython's words.
pub fn format_str(text: &[u8], count: usize, spec: &[u8]) -> Result<Vec<u8>, FormatError> {
    if spec.is_empty() {
        return Ok(text.to_vec());
    }
    let spec = FormatSpec::parse(spec, b's', b'<', "str")?;
    if spec.presentation != u32::from(b's') {
        return Err(unknown_presentation(spec.presentation, "str"));
    }
    let not_allowed =
        |what: &str| Err(FormatError::value(format!("{what} not allowed in string format specifier")));
    match spec.sign {
        Some(b' ') => return not_allowed("Space"),
        Some(_) => return not_allowed("Sign"),
        None => {}
    }
    if spec.no_negative_zero {
        return not_allowed("Negative zero coercion (z)");
    }
    if spec.alternate {
        return not_allowed("Alternate form (#)");
    }
    if spec.align == b'=' {
        return not_allowed("'=' alignment");
    }
    let (text, count) = truncate(text, count, spec.precision);
    Ok(spec.pad(text, count))
}

/// The first `precision` code points.
pub(crate) fn truncate(text: &[u8], count: usize, precision: Option<usize>) -> (&[u8], usize) {
    match precision {
        Some(most) if most < count => (&text[..offset_of(text, count, most)], most),
        _ => (text, count),
    }
}
