//! `str.encode` and `bytes.decode`, and the encodings of the runtime.
//!
//! The usual names of the usual encodings take a short cut; all others go through the registry ([`crate::codec_registry`]), where the
//! library finds the codec that calls what is here. So does CPython, and errors of the latter carry a note about it.

use crate::{codec_handlers, codec_registry};
use heap::Gc;
use metatrace_machine::Raised;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_text::codecs::handlers::Handler;
use python_text::codecs::wide::{self, Order};
use python_text::codecs::{
    DecodeError, Decoded, EncodeError, Encoded, Replacement, escape, single_byte, utf7, utf8,
};
use python_text::unicode::names;

/// An encoding of the runtime.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    Utf8,
    Ascii,
    Latin1,
    /// `None`: the machine's order, with a mark.
    Utf16(Option<Order>),
    Utf32(Option<Order>),
    Utf7,
    UnicodeEscape,
    RawUnicodeEscape,
}

/// The encoding of a name that needs no registry.
fn short_cut(name: &str) -> Option<Encoding> {
    if matches!(name, "utf-8" | "utf8" | "UTF-8") {
        return Some(Encoding::Utf8);
    }
    Some(match name.to_ascii_lowercase().replace(['-', ' '], "_").as_str() {
        "utf_8" | "utf8" => Encoding::Utf8,
        "utf_16" | "utf16" => Encoding::Utf16(None),
        "utf_32" | "utf32" => Encoding::Utf32(None),
        "ascii" | "us_ascii" => Encoding::Ascii,
        "latin_1" | "latin1" | "iso_8859_1" | "iso8859_1" => Encoding::Latin1,
        _ => return None,
    })
}

/// The encoding of a name, by any of the library's aliases; `None`: the runtime has none of this name. For streams, which need the
/// codec itself and do not ask the registry.
pub fn encoding_named(name: &str) -> Option<Encoding> {
    // As the library's registry does: what is no letter or digit separates words.
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    Some(match words.join("_").as_str() {
        "utf_8" | "utf8" | "u8" | "utf" | "cp65001" | "utf8_ucs2" | "utf8_ucs4" => Encoding::Utf8,
        "ascii" | "us_ascii" | "us" | "646" | "ansi_x3.4_1968" | "ansi_x3_4_1968" | "ansi_x3.4_1986"
        | "cp367" | "csascii" | "ibm367" | "iso646_us" | "iso_646.irv_1991" | "iso_ir_6" => Encoding::Ascii,
        "latin_1" | "latin1" | "latin" | "l1" | "iso_8859_1" | "iso8859_1" | "iso8859" | "8859" | "cp819"
        | "csisolatin1" | "ibm819" | "iso_8859_1_1987" | "iso_ir_100" => Encoding::Latin1,
        "utf_16" | "utf16" | "u16" => Encoding::Utf16(None),
        "utf_16_le" | "utf_16le" | "utf16_le" | "utf16le" | "unicodelittleunmarked" => {
            Encoding::Utf16(Some(Order::Little))
        }
        "utf_16_be" | "utf_16be" | "utf16_be" | "utf16be" | "unicodebigunmarked" => {
            Encoding::Utf16(Some(Order::Big))
        }
        "utf_32" | "utf32" | "u32" => Encoding::Utf32(None),
        "utf_32_le" | "utf_32le" | "utf32_le" | "utf32le" => Encoding::Utf32(Some(Order::Little)),
        "utf_32_be" | "utf_32be" | "utf32_be" | "utf32be" => Encoding::Utf32(Some(Order::Big)),
        "utf_7" | "utf7" | "u7" | "unicode_1_1_utf_7" => Encoding::Utf7,
        "unicode_escape" | "unicodeescape" => Encoding::UnicodeEscape,
        "raw_unicode_escape" | "rawunicodeescape" => Encoding::RawUnicodeEscape,
        _ => return None,
    })
}

/// The text of an argument that names an encoding or an error handler; `None` if it was not given.
/// Errors: `TypeError` unless it is a string; `ValueError` for null characters.
pub fn name_argument(py: Py, value: Word, function: &str, argument: &str) -> Result<Option<String>> {
    if value == UNSET {
        return Ok(None);
    }
    let Some(text) = py.as_str(value) else {
        return Err(py.type_error(format!(
            "{function}() argument '{argument}' must be str, not {}",
            py.argument_type(value)
        )));
    };
    if text.as_bytes().contains(&0) {
        return Err(py.value_error("embedded null character"));
    }
    match text.as_str() {
        Some(text) => Ok(Some(text.to_owned())),
        None => Err(surrogates_in(py, text)),
    }
}

/// The error of a string that is to be UTF-8 and cannot be.
fn surrogates_in(py: Py, text: Gc<Str>) -> Raised {
    match encode(py, text, None, None) {
        Err(raised) => raised,
        Ok(_) => py.system_error("a string without surrogates is no UTF-8"),
    }
}

/// `text.encode(encoding, errors)`: the bytes.
pub fn encode(py: Py, text: Gc<Str>, encoding: Option<&str>, errors: Option<&str>) -> Result<Vec<u8>> {
    let name = encoding.unwrap_or("utf-8");
    match short_cut(name) {
        Some(encoding) => encode_as(py, text, encoding, errors.unwrap_or("strict")),
        None => codec_registry::encode_text(py, text, name, errors),
    }
}

/// Encodes a string.
pub fn encode_as(py: Py, text: Gc<Str>, encoding: Encoding, errors: &str) -> Result<Vec<u8>> {
    let bytes = text.as_bytes();
    encode_by(py, text, errors, |out, handler| match encoding {
        Encoding::Utf8 => utf8::encode_utf8(bytes, out, handler),
        Encoding::Ascii => single_byte::encode_ascii(bytes, out, handler),
        Encoding::Latin1 => single_byte::encode_latin1(bytes, out, handler),
        Encoding::Utf16(order) => {
            let name = match order {
                None => {
                    out.extend([0xFF, 0xFE]);
                    "utf-16"
                }
                Some(Order::Little) => "utf-16-le",
                Some(Order::Big) => "utf-16-be",
            };
            wide::encode_utf16(name, bytes, order.unwrap_or(Order::Little), out, handler)
        }
        Encoding::Utf32(order) => {
            let name = match order {
                None => {
                    out.extend([0xFF, 0xFE, 0, 0]);
                    "utf-32"
                }
                Some(Order::Little) => "utf-32-le",
                Some(Order::Big) => "utf-32-be",
            };
            wide::encode_utf32(name, bytes, order.unwrap_or(Order::Little), out, handler)
        }
        Encoding::Utf7 => {
            *out = utf7::encode_utf7(bytes);
            Ok(())
        }
        Encoding::UnicodeEscape => {
            *out = escape::encode_unicode_escape(bytes);
            Ok(())
        }
        Encoding::RawUnicodeEscape => {
            *out = escape::encode_raw_unicode_escape(bytes);
            Ok(())
        }
    })
}

/// What an encoder asks about what it cannot encode.
pub type EncodeHandler<'a> = dyn FnMut(EncodeError<'_>) -> Result<Encoded> + 'a;

/// What a decoder asks about what it cannot decode.
pub type DecodeHandler<'a> = dyn FnMut(DecodeError<'_>) -> Result<Decoded> + 'a;

/// Runs an encoder with the error handler of a name.
pub fn encode_by(
    py: Py,
    text: Gc<Str>,
    errors: &str,
    encoder: impl FnOnce(&mut Vec<u8>, &mut EncodeHandler) -> std::result::Result<(), Option<Raised>>,
) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    // The object and the span of the last error: what is raised if the replacement cannot be encoded.
    let mut last: Option<(&'static str, usize, usize, &'static str)> = None;
    let done = encoder(&mut out, &mut |error: EncodeError<'_>| {
        last = Some((error.encoding, error.start, error.end, error.reason));
        handle_encode(py, text, errors, &error)
    });
    match done {
        Ok(()) => Ok(out),
        Err(Some(raised)) => Err(raised),
        Err(None) => {
            let (encoding, start, end, reason) = last.expect("a handler was asked for a replacement");
            Err(encode_error(py, text, encoding, start, end, reason))
        }
    }
}

fn handle_encode(py: Py, text: Gc<Str>, errors: &str, error: &EncodeError<'_>) -> Result<Encoded> {
    let answer = match Handler::named(errors) {
        Some(handler) => handler.encode(error),
        None if errors == "namereplace" => {
            Some((Replacement::Text(replace_by_names(&error.text[error.range.clone()])), error.end))
        }
        None => return codec_handlers::call_encode(py, text, errors, error),
    };
    answer.ok_or_else(|| encode_error(py, text, error.encoding, error.start, error.end, error.reason))
}

/// `\N{…}` of each character; escapes of those that have no name.
pub fn replace_by_names(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for point in python_text::code_points::iter(text) {
        match names::name(point) {
            Some(name) => out.extend(format!("\\N{{{name}}}").into_bytes()),
            None => python_text::repr::push_escape(&mut out, point),
        }
    }
    out
}

/// Raises `UnicodeEncodeError`.
pub fn encode_error(py: Py, text: Gc<Str>, encoding: &str, start: usize, end: usize, reason: &str) -> Raised {
    let raise = || {
        let words =
            [py.str(encoding)?, word(text), py.int(start as i64)?, py.int(end as i64)?, py.str(reason)?];
        Ok(py.raise_with(Ty::UnicodeEncodeError, &words))
    };
    raise().unwrap_or_else(|raised: Raised| raised)
}

/// Raises `UnicodeDecodeError`.
pub fn decode_error(py: Py, error: &DecodeError<'_>) -> Raised {
    let raise = || {
        let object = py.new_bytes(error.bytes)?;
        let (start, end) = (py.int(error.start as i64)?, py.int(error.end as i64)?);
        let words = [py.str(error.encoding)?, object, start, end, py.str(error.reason)?];
        Ok(py.raise_with(Ty::UnicodeDecodeError, &words))
    };
    raise().unwrap_or_else(|raised: Raised| raised)
}

/// `bytes.decode(encoding, errors)`.
pub fn decode(py: Py, bytes: &[u8], encoding: Option<&str>, errors: Option<&str>) -> Result {
    let name = encoding.unwrap_or("utf-8");
    let Some(encoding) = short_cut(name) else {
        return codec_registry::decode_text(py, bytes, name, errors);
    };
    if let (Encoding::Utf8, Ok(text)) = (encoding, std::str::from_utf8(bytes)) {
        return py.str(text);
    }
    py.str_bytes(&decode_as(py, bytes, encoding, errors.unwrap_or("strict"), true)?.0)
}

/// Decodes bytes: the text, and how many bytes were used; if that is not all there is (`is_final`), an incomplete character is left.
pub fn decode_as(
    py: Py,
    bytes: &[u8],
    encoding: Encoding,
    errors: &str,
    is_final: bool,
) -> Result<(Vec<u8>, usize)> {
    let mut out = Vec::new();
    let handler: &mut DecodeHandler = &mut |error: DecodeError<'_>| handle_decode(py, errors, &error);
    let all = bytes.len();
    let used = match encoding {
        Encoding::Utf8 => utf8::decode_utf8(bytes, &mut out, is_final, handler)?,
        Encoding::Ascii => single_byte::decode_ascii(bytes, &mut out, handler).map(|()| all)?,
        Encoding::Latin1 => {
            single_byte::decode_latin1(bytes, &mut out);
            all
        }
        Encoding::Utf16(order) => {
            let (order, start) = match order {
                Some(order) => (order, 0),
                None => wide::utf16_mark(bytes).unwrap_or((Order::Little, 0)),
            };
            let name = if order == Order::Little { "utf-16-le" } else { "utf-16-be" };
            wide::decode_utf16(name, bytes, start, order, &mut out, is_final, handler)?
        }
        Encoding::Utf32(order) => {
            let (order, start) = match order {
                Some(order) => (order, 0),
                None => wide::utf32_mark(bytes).unwrap_or((Order::Little, 0)),
            };
            let name = if order == Order::Little { "utf-32-le" } else { "utf-32-be" };
            wide::decode_utf32(name, bytes, start, order, &mut out, is_final, handler)?
        }
        Encoding::Utf7 => utf7::decode_utf7(bytes, &mut out, is_final, handler)?,
        Encoding::UnicodeEscape => {
            let named = |name: &[u8]| {
                let point = names::lookup(std::str::from_utf8(name).ok()?)?;
                Some(python_text::code_points::from_code_point(point))
            };
            let (used, notes) = escape::decode_unicode_escape(bytes, &mut out, is_final, &named, handler)?;
            warn_of_escape(py, bytes, &notes)?;
            used
        }
        Encoding::RawUnicodeEscape => escape::decode_raw_unicode_escape(bytes, &mut out, is_final, handler)?,
    };
    Ok((out, used))
}

/// Warns of the first escape that is none. Errors: the warning's.
pub fn warn_of_escape(py: Py, bytes: &[u8], notes: &escape::EscapeNotes) -> Result<()> {
    let Some(at) = notes.first_invalid else { return Ok(()) };
    let rest = &bytes[at + 1..];
    let digits = rest.iter().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
    let message = match digits {
        0 => {
            let letter = rest.first().map_or(0, |&b| b);
            format!(
                "\"\\{}\" is an invalid escape sequence. Such sequences will not work in the future. ",
                char::from(letter)
            )
        }
        _ => {
            format!("\"\\{}\" is an invalid octal escape sequence", String::from_utf8_lossy(&rest[..digits]))
        }
    };
    py.warn(Ty::DeprecationWarning, &message, 1)
}

/// Answers a decoder with the error handler of a name.
pub fn handle_decode(py: Py, errors: &str, error: &DecodeError<'_>) -> Result<Decoded> {
    match Handler::named(errors) {
        Some(Handler::XmlCharRefReplace) => Err(not_for_decoding(py)),
        Some(handler) => handler.decode(error).ok_or_else(|| decode_error(py, error)),
        None if errors == "namereplace" => Err(not_for_decoding(py)),
        None => codec_handlers::call_decode(py, errors, error),
    }
}

fn not_for_decoding(py: Py) -> Raised {
    py.type_error("don't know how to handle UnicodeDecodeError in error callback")
}

/// The encoding and error handler of `str(…)`, `bytes.decode` and such, as texts.
pub struct Names {
    pub encoding: Option<String>,
    pub errors: Option<String>,
}

impl Names {
    /// Errors: see [`name_argument`].
    pub fn of(py: Py, encoding: Word, errors: Word, function: &str) -> Result<Names> {
        Ok(Names {
            encoding: name_argument(py, encoding, function, "encoding")?,
            errors: name_argument(py, errors, function, "errors")?,
        })
    }
    pub fn decode(&self, py: Py, bytes: &[u8]) -> Result {
        decode(py, bytes, self.encoding.as_deref(), self.errors.as_deref())
    }
    /// The encoded string as `bytes`. As UTF-8 it is what the string is in memory, unless that has surrogates.
    pub fn encode_to_bytes(&self, py: Py, text: Gc<Str>) -> Result {
        let is_utf8 = short_cut(self.encoding.as_deref().unwrap_or("utf-8")) == Some(Encoding::Utf8);
        if is_utf8 && (text.is_ascii() || text.as_str().is_some()) {
            return py.new_bytes(text.as_bytes());
        }
        py.new_bytes(&self.encode(py, text)?)
    }
    pub fn encode(&self, py: Py, text: Gc<Str>) -> Result<Vec<u8>> {
        encode(py, text, self.encoding.as_deref(), self.errors.as_deref())
    }
}
