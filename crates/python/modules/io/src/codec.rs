//! Encodings of text streams: three that are done here without a call, and all others by the objects of the codec registry.

use crate::object::{self, call};
use heap::Gc;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_text::codecs::handlers::Handler;
use python_text::codecs::{DecodeError, single_byte, utf8};
use python_types::text_codec;

/// An encoding that needs no registry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Native {
    Utf8,
    Ascii,
    Latin1,
}

/// How a stream converts natively.
#[derive(Clone, Copy)]
pub struct NativeCodec {
    pub encoding: Native,
    pub handler: Handler,
}

impl NativeCodec {
    /// `None`: the registry has to be asked, for the encoding or for the error handler.
    pub fn named(encoding: &str, errors: &str) -> Option<NativeCodec> {
        let encoding = match text_codec::encoding_named(encoding)? {
            text_codec::Encoding::Utf8 => Native::Utf8,
            text_codec::Encoding::Ascii => Native::Ascii,
            text_codec::Encoding::Latin1 => Native::Latin1,
            _ => return None,
        };
        Some(NativeCodec { encoding, handler: Handler::named(errors)? })
    }

    fn name(self) -> &'static str {
        match self.encoding {
            Native::Utf8 => "utf-8",
            Native::Ascii => "ascii",
            Native::Latin1 => "latin-1",
        }
    }

    /// Decodes to the end of `out`; returns how many bytes were used: a character that is not complete is left for the next call
    /// unless `is_final`. Errors: `UnicodeDecodeError`.
    pub fn decode(self, py: Py, bytes: &[u8], is_final: bool, out: &mut Vec<u8>) -> Result<usize> {
        let mut handler = |error: DecodeError<'_>| match self.handler {
            Handler::XmlCharRefReplace => {
                Err(py.type_error("don't know how to handle UnicodeDecodeError in error callback"))
            }
            handler => handler.decode(&error).ok_or_else(|| text_codec::decode_error(py, &error)),
        };
        match self.encoding {
            Native::Utf8 => utf8::decode_utf8(bytes, out, is_final, &mut handler),
            Native::Ascii => {
                single_byte::decode_ascii(bytes, out, &mut handler)?;
                Ok(bytes.len())
            }
            Native::Latin1 => {
                single_byte::decode_latin1(bytes, out);
                Ok(bytes.len())
            }
        }
    }

    /// The bytes of a text (WTF-8); `None`: they are those of the text itself. Errors: `UnicodeEncodeError`.
    pub fn encode(
        self,
        py: Py,
        text: &[u8],
        errors: impl FnOnce() -> Result<String>,
    ) -> Result<Option<Vec<u8>>> {
        if text.is_ascii() || self.encoding == Native::Utf8 && !utf8::has_surrogates(text) {
            return Ok(None);
        }
        let text: Gc<Str> = as_object(py.str_bytes(text)?).expect("a string");
        text_codec::encode(py, text, Some(self.name()), Some(&errors()?)).map(Some)
    }
}

/// What the codec registry has for a name. Errors: `LookupError` if it has nothing, or no text encoding.
pub fn registered(py: Py, encoding: Word) -> Result {
    let codecs = py.unless(py.import("_codecs"), Ty::ImportError)?;
    let Some(codecs) = codecs else {
        return Err(py.lookup_error(format!("unknown encoding: {}", py.to_text(encoding)?)));
    };
    let info = call(py, codecs, "lookup", &[encoding])?;
    if let Some(answer) = py.get_attr_opt(info, py.intern("_is_text_encoding")?)?
        && !py.truth(answer)?
    {
        return Err(py.lookup_error(format!("'{}' is not a text encoding", py.to_text(encoding)?)));
    }
    Ok(info)
}

/// A stateful decoder or encoder of a registered codec: `attribute` is `incrementaldecoder` or `incrementalencoder`.
pub fn incremental(py: Py, info: Word, attribute: &str, errors: Word) -> Result {
    let make = object::attribute(py, info, attribute)?;
    py.call(make, &[errors])
}

/// The encoding that `encoding=None` and `encoding="locale"` mean.
pub fn locale_encoding(py: Py) -> Result {
    py.str(&py.vm().state::<python_modules_core::locale::Locale>().encoding())
}
