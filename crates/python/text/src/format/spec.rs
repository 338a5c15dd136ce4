//! The format mini-language: `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`.
//!
//! Source: the library reference, "Format Specification Mini-Language", with 3.14's grouping of fractions.

use super::{FormatError, checked_width, leading_integer};
use crate::code_points::{self, decode};

/// Where digits are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// Every three digits.
    Comma,
    /// Every three digits.
    Underscore,
    /// Every four digits, of base 2, 8 and 16.
    UnderscoreFour,
}

/// A parsed format specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    /// A code point.
    pub fill: u32,
    /// `<`, `>`, `=` or `^`.
    pub align: u8,
    /// `+`, `-` or blank, if given.
    pub sign: Option<u8>,
    /// `z`
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    pub width: Option<usize>,
    pub grouping: Option<Grouping>,
    pub precision: Option<usize>,
    pub fraction_grouping: Option<Grouping>,
    /// The presentation type, a code point; zero if neither given nor the default.
    pub presentation: u32,
}

fn comma_and_underscore() -> FormatError {
    FormatError::value("Cannot specify both ',' and '_'.")
}

/// A presentation type as messages show it.
fn shown(code_point: u32) -> String {
    match code_point {
        33..=127 => char::from(code_point as u8).to_string(),
        _ => format!("\\x{code_point:x}"),
    }
}

/// `ValueError`: the type's values cannot be presented so.
pub fn unknown_presentation(code_point: u32, type_name: &str) -> FormatError {
    FormatError::value(format!(
        "Unknown format code '{}' for object of type '{type_name}'",
        shown(code_point)
    ))
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    /// Takes an ASCII character if it is next.
    fn take(&mut self, wanted: u8) -> bool {
        let found = self.rest.first() == Some(&wanted);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    /// `,` or `_`, not both.
    fn grouping(&mut self) -> Result<Option<Grouping>, FormatError> {
        let comma = self.take(b',');
        let underscore = self.take(b'_');
        if underscore && (comma || self.rest.first() == Some(&b',')) {
            return Err(comma_and_underscore());
        }
        Ok(match (comma, underscore) {
            (true, _) => Some(Grouping::Comma),
            (_, true) => Some(Grouping::Underscore),
            _ => None,
        })
    }
}

impl FormatSpec {
    /// Parses a specification. `default_type`: `s` for strings, `d` for integers, 0 for floats. `default_align`: `<` or `>`.
    /// `type_name` is for messages. Errors: in CPython's words.
    pub fn parse(
        text: &[u8],
        default_type: u8,
        default_align: u8,
        type_name: &str,
    ) -> Result<FormatSpec, FormatError> {
        let mut spec = FormatSpec {
            fill: u32::from(b' '),
            align: default_align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: None,
            precision: None,
            fraction_grouping: None,
            presentation: u32::from(default_type),
        };
        let mut reader = Reader { rest: text };
        let (has_fill, has_align) = spec.parse_alignment(&mut reader);
        if let Some(sign @ (b' ' | b'+' | b'-')) = reader.rest.first() {
            spec.sign = Some(*sign);
            reader.rest = &reader.rest[1..];
        }
        spec.no_negative_zero = reader.take(b'z');
        spec.alternate = reader.take(b'#');
        if !has_fill && reader.take(b'0') {
            spec.fill = u32::from(b'0');
            if !has_align && default_align == b'>' {
                spec.align = b'=';
            }
        }
        let (width, rest) = leading_integer(reader.rest)?;
        spec.width = width.map(|w| checked_width(w as usize)).transpose()?;
        reader.rest = rest;
        spec.grouping = reader.grouping()?;
        if reader.take(b'.') {
            spec.parse_precision(&mut reader)?;
        }
        spec.parse_type(reader.rest, text, type_name)?;
        Ok(spec)
    }

    /// Whether a fill and whether an alignment were given.
    fn parse_alignment(&mut self, reader: &mut Reader<'_>) -> (bool, bool) {
        let is_align = |byte: Option<&u8>| matches!(byte, Some(b'<' | b'>' | b'=' | b'^'));
        if reader.rest.is_empty() {
            return (false, false);
        }
        let (fill, next) = decode(reader.rest, 0);
        if is_align(reader.rest.get(next)) {
            self.fill = fill;
            self.align = reader.rest[next];
            reader.rest = &reader.rest[next + 1..];
            return (true, true);
        }
        if is_align(reader.rest.first()) {
            self.align = reader.rest[0];
            reader.rest = &reader.rest[1..];
            return (false, true);
        }
        (false, false)
    }

    fn parse_precision(&mut self, reader: &mut Reader<'_>) -> Result<(), FormatError> {
        let (precision, rest) = leading_integer(reader.rest)?;
        reader.rest = rest;
        self.fraction_grouping = reader.grouping()?;
        if precision.is_none() && self.fraction_grouping.is_none() {
            return Err(FormatError::value("Format specifier missing precision"));
        }
        self.precision = precision.map(|p| p as usize);
        Ok(())
    }

    fn parse_type(&mut self, rest: &[u8], text: &[u8], type_name: &str) -> Result<(), FormatError> {
        if !rest.is_empty() {
            let (code_point, next) = decode(rest, 0);
            if next != rest.len() {
                return Err(FormatError::value(format!(
                    "Invalid format specifier '{}' for object of type '{type_name}'",
                    String::from_utf8_lossy(text)
                )));
            }
            self.presentation = code_point;
        }
        let presentation = u8::try_from(self.presentation).unwrap_or(b'?');
        if let Some(grouping) = self.grouping {
            match (presentation, grouping) {
                (b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0, _) => {}
                (b'b' | b'o' | b'x' | b'X', Grouping::Underscore) => {
                    self.grouping = Some(Grouping::UnderscoreFour);
                }
                _ => return Err(self.no_grouping(grouping)),
            }
        }
        // Other types ignore it.
        match self.fraction_grouping {
            Some(grouping) if presentation == b'n' => Err(self.no_grouping(grouping)),
            _ => Ok(()),
        }
    }

    fn no_grouping(&self, grouping: Grouping) -> FormatError {
        let separator = if grouping == Grouping::Comma { ',' } else { '_' };
        FormatError::value(format!("Cannot specify '{separator}' with '{}'.", shown(self.presentation)))
    }

    /// Pads a text of `count` code points to the width. `=` means `>` here.
    pub(crate) fn pad(&self, text: &[u8], count: usize) -> Vec<u8> {
        let all = self.width.unwrap_or(0).saturating_sub(count);
        let (left, inside) = self.margins(count);
        let left = left + inside;
        let mut out = Vec::with_capacity(text.len() + all);
        self.push_fill(&mut out, left);
        out.extend_from_slice(text);
        self.push_fill(&mut out, all - left);
        out
    }

    /// Appends the fill character so many times.
    pub(crate) fn push_fill(&self, out: &mut Vec<u8>, count: usize) {
        match u8::try_from(self.fill) {
            Ok(fill) if fill.is_ascii() => out.resize(out.len() + count, fill),
            _ => (0..count).for_each(|_| code_points::push(out, self.fill)),
        }
    }

    /// The margins of a text of `count` code points in the width: to its left, and behind the sign and prefix of a number. What is left
    /// of the width goes to its right; the odd one, too, unlike in `str.center`.
    pub(crate) fn margins(&self, count: usize) -> (usize, usize) {
        let all = self.width.unwrap_or(0).saturating_sub(count);
        match self.align {
            b'<' => (0, 0),
            b'^' => (all / 2, 0),
            b'=' => (0, all),
            _ => (all, 0),
        }
    }
}
