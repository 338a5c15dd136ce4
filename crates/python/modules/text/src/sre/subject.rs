//! What a pattern is matched on: a string or the bytes of a buffer, and where its code points are.
//!
//! The matcher counts bytes; Python counts code points. A match keeps offsets of bytes, which is what slices need, and converts those that it is asked
//! for.

use super::program::Kind;
use heap::Gc;
use python_model::objects::{Bytes, Str};
use python_model::py::{Py, Result};
use python_model::value::*;
use python_types::buffer::{self, Buffer};

pub enum Data {
    Text(Gc<Str>),
    Buffer(Buffer),
}

/// See the module header. The bytes are those at the time of asking.
pub struct Subject {
    /// The object that was given.
    pub value: Word,
    pub data: Data,
}

impl Subject {
    /// Errors: `TypeError` if it is neither a string nor bytes-like, or not what the pattern is for (`None`: either).
    pub fn of(py: Py, value: Word, wanted: Option<Kind>) -> Result<Subject> {
        if let Some(text) = py.as_str(value) {
            if wanted == Some(Kind::Bytes) {
                return Err(py.type_error("cannot use a bytes pattern on a string-like object"));
            }
            return Ok(Subject { value, data: Data::Text(text) });
        }
        let Some(buffer) = buffer::get_opt(py, value)? else {
            let what = py.type_name(value);
            return Err(py.type_error(format!("expected string or bytes-like object, got '{what}'")));
        };
        if wanted == Some(Kind::Text) {
            return Err(py.type_error("cannot use a string pattern on a bytes-like object"));
        }
        Ok(Subject { value, data: Data::Buffer(buffer) })
    }

    pub fn kind(&self) -> Kind {
        match self.data {
            Data::Text(_) => Kind::Text,
            Data::Buffer(_) => Kind::Bytes,
        }
    }

    #[inline]
    pub fn bytes(&self) -> &[u8] {
        match &self.data {
            Data::Text(text) => text.as_bytes(),
            Data::Buffer(buffer) => buffer,
        }
    }

    /// Whether characters may be more than one byte.
    #[inline]
    pub fn is_wide(&self) -> bool {
        matches!(&self.data, Data::Text(text) if !text.is_ascii())
    }

    /// Code points, or bytes.
    pub fn len(&self) -> usize {
        match &self.data {
            Data::Text(text) => text.len(),
            Data::Buffer(buffer) => buffer.len(),
        }
    }

    /// The byte offset of an index.
    pub fn offset(&self, py: Py, index: usize) -> usize {
        match &self.data {
            Data::Text(text) => py.byte_offset(*text, index),
            Data::Buffer(_) => index,
        }
    }

    /// The index at a byte offset.
    pub fn index(&self, py: Py, offset: usize) -> usize {
        match &self.data {
            Data::Text(text) => py.char_index(*text, offset),
            Data::Buffer(_) => offset,
        }
    }

    /// Begin and end as a method is given them (UNSET: all), clipped, as indices.
    /// Errors: those of integers.
    pub fn range(&self, py: Py, start: Word, end: Word) -> Result<(usize, usize)> {
        let length = self.len() as i64;
        let bound = |word, default| if word == UNSET { Ok(default) } else { py.index(word) };
        let (start, end) = (bound(start, 0)?, bound(end, i64::MAX)?);
        let start = start.clamp(0, length);
        let end = end.clamp(0, length).max(start);
        Ok((start as usize, end as usize))
    }

    /// The part between two byte offsets: a string, or bytes.
    pub fn slice(&self, py: Py, begin: usize, end: usize) -> Result {
        match &self.data {
            Data::Text(text) => {
                let bytes = text.as_bytes();
                if begin == 0 && end == bytes.len() {
                    return Ok(word(*text));
                }
                let part = &bytes[begin..end];
                let chars =
                    if text.is_ascii() { part.len() } else { python_model::strings::count_chars(part) };
                Ok(word(py.new_wtf8(part, chars)?))
            }
            Data::Buffer(buffer) => {
                if begin == 0
                    && end == buffer.len()
                    && let Some(whole) = as_object::<Bytes>(self.value)
                {
                    return Ok(word(whole));
                }
                // A view may have shrunk since.
                let end = end.min(buffer.len());
                py.new_bytes(&buffer[begin.min(end)..end])
            }
        }
    }

    /// The object made of such parts.
    pub fn new_like(&self, py: Py, bytes: &[u8]) -> Result {
        match self.data {
            Data::Text(_) => py.str_bytes(bytes),
            Data::Buffer(_) => py.new_bytes(bytes),
        }
    }

    /// `None`, or the part of a group.
    pub fn group(&self, py: Py, span: Option<(usize, usize)>, missing: Word) -> Result {
        match span {
            Some((begin, end)) => self.slice(py, begin, end),
            None => Ok(missing),
        }
    }
}
