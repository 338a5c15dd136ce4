//! Formatting: the format mini-language (`spec`, `number`, `decimal`, `text`), `%` (`percent`) and the fields of `str.format` (`fields`).

pub mod decimal;
pub mod fields;
pub mod grouping;
pub mod number;
pub mod percent;
pub mod spec;
pub mod text;

pub use python_number::ExceptionKind;

/// An exception that formatting raises, in CPython's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    pub kind: ExceptionKind,
    pub message: String,
}

impl FormatError {
    pub(crate) fn value(message: impl Into<String>) -> FormatError {
        FormatError { kind: ExceptionKind::ValueError, message: message.into() }
    }

    pub(crate) fn overflow(message: impl Into<String>) -> FormatError {
        FormatError { kind: ExceptionKind::OverflowError, message: message.into() }
    }
}

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

/// The widest field: beyond this the result would not fit in memory, and running out of it would end the process.
pub const MAX_WIDTH: usize = 1 << 33;

/// A width, checked. Errors: `MemoryError` above [`MAX_WIDTH`].
pub fn checked_width(width: usize) -> Result<usize, FormatError> {
    if width > MAX_WIDTH {
        return Err(FormatError { kind: ExceptionKind::MemoryError, message: String::new() });
    }
    Ok(width)
}

/// Reads decimal digits (of any script) at the start: their value and what follows. `None`: no digit.
/// Errors: a value above `i64::MAX`.
pub(crate) fn leading_integer(text: &[u8]) -> Result<(Option<i64>, &[u8]), FormatError> {
    // Most are short and ASCII.
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if length < 18 && text.get(length).is_none_or(u8::is_ascii) {
        let (digits, rest) = text.split_at(length);
        let value = digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
        return Ok(((length > 0).then_some(value), rest));
    }
    let mut value: Option<i64> = None;
    let mut rest = text;
    while !rest.is_empty() {
        let (code_point, next) = crate::code_points::decode(rest, 0);
        let Some(digit) = crate::unicode::decimal(code_point) else { break };
        let longer = value.unwrap_or(0).checked_mul(10).and_then(|v| v.checked_add(i64::from(digit)));
        value = Some(longer.ok_or_else(|| FormatError::value("Too many decimal digits in format string"))?);
        rest = &rest[next..];
    }
    Ok((value, rest))
}
