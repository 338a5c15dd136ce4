//! `str.format`: literals and fields of a format string, and the steps of a field's name (`_string.formatter_parser` and
//! `formatter_field_name_split`).

use super::{FormatError, leading_integer};
use crate::code_points::decode;

/// A literal and the field that follows it, if one does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup<'a> {
    pub literal: &'a [u8],
    pub field: Option<Field<'a>>,
}

/// `{name!conversion:spec}`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    pub name: &'a [u8],
    /// A code point.
    pub conversion: Option<u32>,
    pub spec: &'a [u8],
    /// The spec has fields of its own.
    pub spec_has_fields: bool,
}

/// The markup of a format string, in order. After an error it is at its end.
#[derive(Clone, Debug)]
pub struct Markups<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Markups<'a> {
    pub fn new(text: &'a [u8]) -> Markups<'a> {
        Markups { text, at: 0 }
    }

    fn literal(&mut self) -> Result<Markup<'a>, FormatError> {
        let start = self.at;
        let Some(length) = memchr::memchr2(b'{', b'}', &self.text[start..]) else {
            self.at = self.text.len();
            return Ok(Markup { literal: &self.text[start..], field: None });
        };
        let brace = self.text[start + length];
        self.at = start + length + 1;
        let is_doubled = self.text.get(self.at) == Some(&brace);
        if is_doubled {
            self.at += 1;
            return Ok(Markup { literal: &self.text[start..=start + length], field: None });
        }
        if brace == b'}' {
            return Err(FormatError::value("Single '}' encountered in format string"));
        }
        if self.at == self.text.len() {
            return Err(FormatError::value("Single '{' encountered in format string"));
        }
        let field = self.field()?;
        Ok(Markup { literal: &self.text[start..start + length], field: Some(field) })
    }

    fn field(&mut self) -> Result<Field<'a>, FormatError> {
        let start = self.at;
        let end = self.end_of_name()?;
        let mut field =
            Field { name: &self.text[start..end], conversion: None, spec: b"", spec_has_fields: false };
        match self.text.get(end) {
            Some(b'}') => return Ok(field),
            None => return Err(FormatError::value("expected '}' before end of string")),
            Some(b'!') => {
                if self.at >= self.text.len() {
                    return Err(FormatError::value("end of string while looking for conversion specifier"));
                }
                let (conversion, next) = decode(self.text, self.at);
                field.conversion = Some(conversion);
                self.at = next;
                match self.text.get(next) {
                    Some(b'}') => {
                        self.at += 1;
                        return Ok(field);
                    }
                    Some(b':') => self.at += 1,
                    Some(_) => {
                        return Err(FormatError::value("expected ':' after conversion specifier"));
                    }
                    None => {}
                }
            }
            Some(_) => {}
        }
        let start = self.at;
        let mut depth = 1;
        while let Some(&byte) = self.text.get(self.at) {
            self.at += 1;
            match byte {
                b'{' => {
                    field.spec_has_fields = true;
                    depth += 1;
                }
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                field.spec = &self.text[start..self.at - 1];
                return Ok(field);
            }
        }
        Err(FormatError::value("unmatched '{' in format spec"))
    }

    /// The name ends at `}`, `:` or `!` outside brackets; the place behind that is where reading goes on.
    fn end_of_name(&mut self) -> Result<usize, FormatError> {
        while let Some(&byte) = self.text.get(self.at) {
            self.at += 1;
            match byte {
                b'{' => return Err(FormatError::value("unexpected '{' in field name")),
                b'[' => {
                    self.at =
                        memchr::memchr(b']', &self.text[self.at..]).map_or(self.text.len(), |i| self.at + i);
                }
                b'}' | b':' | b'!' => return Ok(self.at - 1),
                _ => {}
            }
        }
        Ok(self.text.len())
    }
}

impl<'a> Iterator for Markups<'a> {
    type Item = Result<Markup<'a>, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.text.len() {
            return None;
        }
        let markup = self.literal();
        if markup.is_err() {
            self.at = self.text.len();
        }
        Some(markup)
    }
}

/// What a field's name begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First<'a> {
    /// Nothing: the next positional argument.
    Automatic,
    Index(i64),
    Name(&'a [u8]),
}

/// A step of a field's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// `.name`
    Attribute(&'a [u8]),
    /// `[3]`
    Index(i64),
    /// `[key]`
    Key(&'a [u8]),
}

/// Splits a field's name into its first part and an iterator over the steps. Errors: too many digits.
pub fn split_name(name: &[u8]) -> Result<(First<'_>, Steps<'_>), FormatError> {
    let end = memchr::memchr2(b'.', b'[', name).unwrap_or(name.len());
    let (first, rest) = name.split_at(end);
    let first = match whole_integer(first)? {
        Some(index) => First::Index(index),
        None if first.is_empty() => First::Automatic,
        None => First::Name(first),
    };
    Ok((first, Steps { rest }))
}

/// A text that is nothing but digits.
fn whole_integer(text: &[u8]) -> Result<Option<i64>, FormatError> {
    let (value, rest) = leading_integer(text)?;
    Ok(value.filter(|_| rest.is_empty()))
}

/// The steps of a field's name.
#[derive(Clone, Debug)]
pub struct Steps<'a> {
    rest: &'a [u8],
}

impl<'a> Steps<'a> {
    fn step(&mut self) -> Result<Step<'a>, FormatError> {
        let (opening, tail) = self.rest.split_first().expect("the iterator has seen a byte");
        let empty = || FormatError::value("Empty attribute in format string");
        match opening {
            b'.' => {
                let end = memchr::memchr2(b'.', b'[', tail).unwrap_or(tail.len());
                self.rest = &tail[end..];
                if end == 0 { Err(empty()) } else { Ok(Step::Attribute(&tail[..end])) }
            }
            b'[' => {
                let end = memchr::memchr(b']', tail)
                    .ok_or_else(|| FormatError::value("Missing ']' in format string"))?;
                self.rest = &tail[end + 1..];
                let key = &tail[..end];
                if key.is_empty() {
                    return Err(empty());
                }
                Ok(whole_integer(key)?.map_or(Step::Key(key), Step::Index))
            }
            _ => Err(FormatError::value("Only '.' or '[' may follow ']' in format field specifier")),
        }
    }
}

impl<'a> Iterator for Steps<'a> {
    type Item = Result<Step<'a>, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let step = self.step();
        if step.is_err() {
            self.rest = b"";
        }
        Some(step)
    }
}

/// Numbers fields without names; a format string has either those or numbered ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct Numbering {
    next: i64,
    style: Option<Style>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Automatic,
    Manual,
}

impl Numbering {
    /// The positional index that a first part means; `None` for a name. Errors: both styles in one string.
    pub fn resolve(&mut self, first: First<'_>) -> Result<Option<i64>, FormatError> {
        let (style, index) = match first {
            First::Name(_) => return Ok(None),
            First::Automatic => {
                self.next += 1;
                (Style::Automatic, self.next - 1)
            }
            First::Index(index) => (Style::Manual, index),
        };
        match (*self.style.get_or_insert(style), style) {
            (Style::Manual, Style::Automatic) => Err(FormatError::value(
                "cannot switch from manual field specification to automatic field numbering",
            )),
            (Style::Automatic, Style::Manual) => Err(FormatError::value(
                "cannot switch from automatic field numbering to manual field specification",
            )),
            _ => Ok(Some(index)),
        }
    }
}
