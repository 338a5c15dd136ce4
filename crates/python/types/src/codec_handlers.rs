//! Error handlers of codecs: the built-in ones as functions of an exception, and calls of those that a program registers.
//!
//! Limit: a handler that replaces the exception's `object` does not change what is being decoded.

use crate::codec_registry;
use crate::text_codec::replace_by_names;
use heap::Gc;
use metatrace_machine::Raised;
use python_model::native::{NativeDef, def};
use python_model::objects::{Bytes, Str, Tuple};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_text::codecs::handlers::Handler;
use python_text::codecs::{DecodeError, Decoded, EncodeError, Encoded, Replacement};
use python_text::index::offset_of;

/// The built-in handlers. Their names in the registry lack `_errors`.
pub static FUNCTIONS: &[NativeDef] = &[
    def(
        "strict_errors",
        "(exception, /)",
        "Implements the 'strict' error handling, which raises a UnicodeError on coding errors.",
        |py, a| {
            if python_model::exceptions::is_exception(py, a[0]) {
                return Err(py.raise(a[0]));
            }
            Err(py.type_error("codec must pass exception instance"))
        },
    ),
    def(
        "ignore_errors",
        "(exception, /)",
        "Implements the 'ignore' error handling, which ignores malformed data and continues.",
        |py, a| answer(py, a[0], Handler::Ignore),
    ),
    def(
        "replace_errors",
        "(exception, /)",
        "Implements the 'replace' error handling, which replaces malformed data with a replacement marker.",
        |py, a| answer(py, a[0], Handler::Replace),
    ),
    def(
        "xmlcharrefreplace_errors",
        "(exception, /)",
        "Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character reference.",
        |py, a| answer(py, a[0], Handler::XmlCharRefReplace),
    ),
    def(
        "backslashreplace_errors",
        "(exception, /)",
        "Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.",
        |py, a| answer(py, a[0], Handler::BackslashReplace),
    ),
    def(
        "namereplace_errors",
        "(exception, /)",
        "Implements the 'namereplace' error handling, which replaces an unencodable character with a \\N{...} escape sequence.",
        |py, a| {
            if !py.is_a(a[0], Ty::UnicodeEncodeError) {
                return Err(not_for(py, a[0]));
            }
            let trouble = Trouble::of(py, a[0])?;
            let text = trouble.text(py)?;
            let (from, to) = trouble.offsets(text);
            let out = py.str_bytes(&replace_by_names(&text.as_bytes()[from..to]))?;
            py.new_tuple(&[out, py.int(trouble.end as i64)?])
        },
    ),
    def("surrogatepass", "(exception, /)", "", |py, a| answer(py, a[0], Handler::SurrogatePass)),
    def("surrogateescape", "(exception, /)", "", |py, a| answer(py, a[0], Handler::SurrogateEscape)),
];

fn not_for(py: Py, exception: Word) -> Raised {
    let what = py.type_name(exception);
    py.type_error(format!("don't know how to handle {what} in error callback"))
}

/// What a `UnicodeError` is about.
struct Trouble {
    object: Word,
    start: usize,
    end: usize,
}

impl Trouble {
    fn of(py: Py, exception: Word) -> Result<Trouble> {
        let attribute = |name| py.get_private(exception, "UnicodeError", name).unwrap_or(NONE);
        let object = attribute("object");
        let size = match (py.as_str(object), py.cast::<Bytes>(object)) {
            (Some(text), _) => text.len(),
            (_, Some(bytes)) => bytes.items().len(),
            _ => {
                let what = if py.is_a(exception, Ty::UnicodeDecodeError) { "bytes" } else { "string" };
                return Err(py.type_error(format!("UnicodeError 'object' attribute must be a {what}")));
            }
        } as i64;
        let start = as_i64(attribute("start")).unwrap_or(0);
        let end = as_i64(attribute("end")).unwrap_or(0);
        let start = start.min(size - 1).max(0);
        let end = end.max(1).min(size);
        Ok(Trouble { object, start: start as usize, end: end.max(start) as usize })
    }

    fn text(&self, py: Py) -> Result<Gc<Str>> {
        py.as_str(self.object)
            .ok_or_else(|| py.type_error("UnicodeError 'object' attribute must be a string"))
    }

    /// The span as offsets of bytes.
    fn offsets(&self, text: Gc<Str>) -> (usize, usize) {
        let offset = |index| offset_of(text.as_bytes(), text.len(), index);
        (offset(self.start), offset(self.end))
    }
}

/// The encoding of an exception, by the name under which the handlers know it.
fn encoding_of(py: Py, exception: Word) -> Result<&'static str> {
    let Some(name) = py.get_private(exception, "UnicodeError", "encoding") else { return Ok("") };
    let name = py.to_text(name)?.to_ascii_lowercase().replace('_', "-");
    Ok(match name.as_str() {
        "utf-8" | "utf8" | "cp65001" => "utf-8",
        "utf-16" | "utf16" | "utf-16-le" | "utf-16le" | "utf16-le" | "utf16le" => "utf-16-le",
        "utf-16-be" | "utf-16be" | "utf16-be" | "utf16be" => "utf-16-be",
        "utf-32" | "utf32" | "utf-32-le" | "utf-32le" | "utf32-le" | "utf32le" => "utf-32-le",
        "utf-32-be" | "utf-32be" | "utf32-be" | "utf32be" => "utf-32-be",
        _ => "",
    })
}

/// A built-in handler called from Python: replacement and position. Errors: the exception, if the handler has no answer.
fn answer(py: Py, exception: Word, handler: Handler) -> Result {
    let (is_encode, is_decode, is_translate) = (
        py.is_a(exception, Ty::UnicodeEncodeError),
        py.is_a(exception, Ty::UnicodeDecodeError),
        py.is_a(exception, Ty::UnicodeTranslateError),
    );
    let takes = match handler {
        Handler::XmlCharRefReplace => is_encode,
        Handler::SurrogatePass | Handler::SurrogateEscape => is_encode || is_decode,
        _ => is_encode || is_decode || is_translate,
    };
    if !takes {
        return Err(not_for(py, exception));
    }
    let trouble = Trouble::of(py, exception)?;
    let encoding = encoding_of(py, exception)?;
    if is_decode {
        let Some(bytes) = py.cast::<Bytes>(trouble.object) else {
            return Err(py.type_error("UnicodeError 'object' attribute must be a bytes"));
        };
        let (start, end) = (trouble.start, trouble.end);
        let error = DecodeError { encoding, bytes: bytes.items(), start, end, reason: "" };
        let Some((out, next)) = handler.decode(&error) else { return Err(py.raise(exception)) };
        return py.new_tuple(&[py.str_bytes(&out)?, py.int(next as i64)?]);
    }
    let text = trouble.text(py)?;
    if is_translate && handler == Handler::Replace {
        let out = "\u{fffd}".repeat(trouble.end - trouble.start);
        return py.new_tuple(&[py.str(&out)?, py.int(trouble.end as i64)?]);
    }
    let (from, to) = trouble.offsets(text);
    let error = EncodeError {
        encoding,
        text: text.as_bytes(),
        start: trouble.start,
        end: trouble.end,
        range: from..to,
        reason: "",
    };
    // `surrogateescape` inside a codec answers for the first ones; as a function it answers for all or none.
    let Some((out, next)) = handler.encode(&error).filter(|(_, next)| *next >= trouble.end) else {
        return Err(py.raise(exception));
    };
    let out = match out {
        Replacement::Text(out) => py.str_bytes(&out)?,
        Replacement::Bytes(out) => py.new_bytes(&out)?,
    };
    py.new_tuple(&[out, py.int(next as i64)?])
}

/// The position that a handler answers, counted from the end if it is negative. Errors: `IndexError`.
fn position(py: Py, value: Word, length: usize) -> Result<usize> {
    let length = length as i64;
    let given = py.index(value)?;
    let position = if given < 0 { given + length } else { given };
    if !(0..=length).contains(&position) {
        return Err(py.index_error(format!("position {position} from error handler out of bounds")));
    }
    Ok(position as usize)
}

/// The two words of an answer.
fn pair(py: Py, result: Word) -> Option<(Word, Word)> {
    let tuple = py.cast::<Tuple>(result)?;
    let [first, second] = tuple.items() else { return None };
    let is_number = py.is_a(second.get(), Ty::Int);
    is_number.then(|| (first.get(), second.get()))
}

/// Asks a registered handler about what cannot be encoded. Errors: what it raises; `TypeError` for an answer of the wrong form.
pub fn call_encode(py: Py, text: Gc<Str>, name: &str, error: &EncodeError<'_>) -> Result<Encoded> {
    let handler = codec_registry::handler(py, name)?;
    let words = [
        py.str(error.encoding)?,
        word(text),
        py.int(error.start as i64)?,
        py.int(error.end as i64)?,
        py.str(error.reason)?,
    ];
    let exception = py.call(py.ty(Ty::UnicodeEncodeError).word(), &words)?;
    let result = py.call(handler, &[exception])?;
    let wrong = || py.type_error("encoding error handler must return (str/bytes, int) tuple");
    let (replacement, next) = pair(py, result).ok_or_else(wrong)?;
    let out = match (py.as_str(replacement), py.cast::<Bytes>(replacement)) {
        (Some(text), _) => Replacement::Text(text.as_bytes().to_vec()),
        (_, Some(bytes)) => Replacement::Bytes(bytes.items().to_vec()),
        _ => return Err(wrong()),
    };
    Ok((out, position(py, next, text.len())?))
}

/// The same about what cannot be decoded.
pub fn call_decode(py: Py, name: &str, error: &DecodeError<'_>) -> Result<Decoded> {
    let handler = codec_registry::handler(py, name)?;
    let object = py.new_bytes(error.bytes)?;
    let (start, end) = (py.int(error.start as i64)?, py.int(error.end as i64)?);
    let words = [py.str(error.encoding)?, object, start, end, py.str(error.reason)?];
    let exception = py.call(py.ty(Ty::UnicodeDecodeError).word(), &words)?;
    let result = py.call(handler, &[exception])?;
    let wrong = || py.type_error("decoding error handler must return (str, int) tuple");
    let (replacement, next) = pair(py, result).ok_or_else(wrong)?;
    let text = py.as_str(replacement).ok_or_else(wrong)?;
    Ok((text.as_bytes().to_vec(), position(py, next, error.bytes.len())?))
}
