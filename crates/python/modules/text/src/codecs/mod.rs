//! `_codecs`: the registry, and the codecs of the runtime as pairs of functions that return what they made and how much they used.

mod charmap;

use heap::Gc;
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def, given};
use python_model::objects::Str;
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::*;
use python_text::codecs::escape::{self, BadHex, EscapeError};
use python_text::codecs::wide::{self, Order};
use python_types::buffer::{self, Buffer};
use python_types::codec_registry::{self, Direction};
use python_types::text_codec::{Encoding, decode_as, encode_as, name_argument, warn_of_escape};

pub static MODULE: NativeModule =
    NativeModule { name: "_codecs", doc: "", functions: FUNCTIONS, fill: |_, _| Ok(()) };

/// The text of an argument. Errors: `TypeError`, `ValueError`.
fn name(py: Py, value: Word, function: &str) -> Result<String> {
    let Some(text) = py.as_str(value) else {
        let what = py.argument_type(value);
        return Err(py.type_error(format!("{function}() argument must be str, not {what}")));
    };
    if text.as_bytes().contains(&0) {
        return Err(py.value_error("embedded null character"));
    }
    match text.as_str() {
        Some(text) => Ok(text.to_owned()),
        None => {
            Err(encode_as(py, text, Encoding::Utf8, "strict").err().unwrap_or_else(|| py.value_error("")))
        }
    }
}

/// The error handler in an argument.
fn errors(py: Py, value: Word, function: &str) -> Result<String> {
    let value = given(value).unwrap_or(UNSET);
    Ok(name_argument(py, value, function, "errors")?.unwrap_or_else(|| "strict".to_owned()))
}

fn string(py: Py, value: Word, function: &str) -> Result<Gc<Str>> {
    match py.as_str(value) {
        Some(text) => Ok(text),
        None => {
            let what = py.argument_type(value);
            Err(py.type_error(format!("{function}() argument 1 must be str, not {what}")))
        }
    }
}

/// Made by an encoder, with the number of code points used.
fn encoded(py: Py, bytes: &[u8], text: Gc<Str>) -> Result {
    py.new_tuple(&[py.new_bytes(bytes)?, py.int(text.len() as i64)?])
}

fn decoded(py: Py, text: &[u8], used: usize) -> Result {
    py.new_tuple(&[py.str_bytes(text)?, py.int(used as i64)?])
}

fn encode(py: Py, a: &[Word], encoding: Encoding, function: &str) -> Result {
    let text = string(py, a[0], function)?;
    let errors = errors(py, a[1], function)?;
    encoded(py, &encode_as(py, text, encoding, &errors)?, text)
}

/// `final`: what an argument says, or the default.
fn is_final(py: Py, value: Word, default: bool) -> Result<bool> {
    if value == UNSET { Ok(default) } else { py.truth(value) }
}

/// Bytes to decode, which no error handler can change.
fn input(py: Py, value: Word) -> Result<Buffer> {
    let buffer = buffer::get(py, value)?;
    let is_immutable = as_object::<python_model::objects::Bytes>(value).is_some();
    Ok(if is_immutable { buffer } else { Buffer::Owned(buffer.to_vec()) })
}

fn decode(py: Py, a: &[Word], encoding: Encoding, function: &str, final_: bool) -> Result {
    let bytes = input(py, a[0])?;
    let errors = errors(py, a[1], function)?;
    let (text, used) = decode_as(py, &bytes, encoding, &errors, final_)?;
    decoded(py, &text, used)
}

/// The same of a string or bytes: escapes.
fn decode_escapes(py: Py, a: &[Word], encoding: Encoding, function: &str) -> Result {
    let bytes = text_or_bytes(py, a[0])?;
    let errors = errors(py, a[1], function)?;
    let (text, used) = decode_as(py, &bytes, encoding, &errors, is_final(py, a[2], true)?)?;
    decoded(py, &text, used)
}

fn text_or_bytes(py: Py, value: Word) -> Result<Buffer> {
    match py.as_str(value) {
        Some(text) => Ok(Buffer::Owned(encode_as(py, text, Encoding::Utf8, "strict")?)),
        None => input(py, value),
    }
}

/// The byte order in an argument: -1 little, 1 big, 0 as the bytes say.
fn order(py: Py, value: Word) -> Result<Option<Order>> {
    let order = if value == UNSET { 0 } else { py.index(value)? };
    Ok(match order {
        0 => None,
        i64::MIN..0 => Some(Order::Little),
        _ => Some(Order::Big),
    })
}

/// `utf_16_ex_decode` and `utf_32_ex_decode`: the byte order that was found comes third.
fn decode_marked(
    py: Py,
    a: &[Word],
    function: &str,
    mark: fn(&[u8]) -> Option<(Order, usize)>,
    make: fn(Option<Order>) -> Encoding,
) -> Result {
    let bytes = input(py, a[0])?;
    let errors = errors(py, a[1], function)?;
    let wanted = order(py, a[2])?;
    let found = wanted.or_else(|| mark(&bytes).map(|(order, _)| order));
    let (text, used) = decode_as(py, &bytes, make(wanted), &errors, is_final(py, a[3], false)?)?;
    let shown = match found {
        None => 0,
        Some(Order::Little) => -1,
        Some(Order::Big) => 1,
    };
    py.new_tuple(&[py.str_bytes(&text)?, py.int(used as i64)?, py.int(shown)?])
}

/// `codecs.encode` and `codecs.decode`
fn convert(py: Py, a: &[Word], direction: Direction, function: &str) -> Result {
    let encoding = name_argument(py, a[1], function, "encoding")?;
    name_argument(py, a[2], function, "errors")?;
    codec_registry::convert(py, a[0], encoding.as_deref().unwrap_or("utf-8"), a[2], direction)
}

fn escape_decode(py: Py, a: &[Word]) -> Result {
    let bytes = text_or_bytes(py, a[0])?;
    let errors = errors(py, a[1], "escape_decode")?;
    let bad_hex = match errors.as_str() {
        "strict" => BadHex::Strict,
        "replace" => BadHex::Replace,
        "ignore" => BadHex::Ignore,
        _ => {
            let message = format!("decoding error; unknown error handling code: {errors}");
            return Err(py.value_error(message));
        }
    };
    match escape::decode_bytes_escape(&bytes, bad_hex) {
        Ok((out, notes)) => {
            warn_of_escape(py, &bytes, &notes)?;
            py.new_tuple(&[py.new_bytes(&out)?, py.int(bytes.len() as i64)?])
        }
        Err(EscapeError::TrailingBackslash) => Err(py.value_error("Trailing \\ in string")),
        Err(EscapeError::InvalidHex { offset }) => {
            Err(py.value_error(format!("invalid \\x escape at position {offset}")))
        }
    }
}

fn escape_encode(py: Py, a: &[Word]) -> Result {
    let Some(bytes) = py.cast::<python_model::objects::Bytes>(a[0]) else {
        let what = py.argument_type(a[0]);
        return Err(py.type_error(format!("escape_encode() argument 1 must be bytes, not {what}")));
    };
    let mut out = Vec::new();
    for &byte in bytes.items() {
        match byte {
            b'\\' | b'\'' => out.extend([b'\\', byte]),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b' '..=b'~' => out.push(byte),
            _ => out.extend(format!("\\x{byte:02x}").into_bytes()),
        }
    }
    py.new_tuple(&[py.new_bytes(&out)?, py.int(bytes.items().len() as i64)?])
}

fn register(py: Py, a: &[Word]) -> Result {
    if !py.is_callable(a[0]) {
        return Err(py.type_error("argument must be callable"));
    }
    list_push(py, codec_registry::parts(py)?.search, a[0])?;
    Ok(NONE)
}

fn unregister(py: Py, a: &[Word]) -> Result {
    let parts = codec_registry::parts(py)?;
    for index in 0..parts.search.len() {
        if parts.search.item(index) == a[0] {
            py.del_item(word(parts.search), py.int(index as i64)?)?;
            dict::clear(py, parts.found);
            break;
        }
    }
    Ok(NONE)
}

/// The handlers that cannot be unregistered.
const BUILT_IN: [&str; 8] = [
    "strict",
    "ignore",
    "replace",
    "xmlcharrefreplace",
    "backslashreplace",
    "namereplace",
    "surrogatepass",
    "surrogateescape",
];

static FUNCTIONS: &[NativeDef] = &[
    def(
        "register",
        "($module, search_function, /)",
        "Register a codec search function.\n\nSearch functions are expected to take one argument, the encoding name in\nall lower case letters, and either return None, or a tuple of functions\n(encoder, decoder, stream_reader, stream_writer) (or a CodecInfo object).",
        register,
    ),
    def(
        "unregister",
        "($module, search_function, /)",
        "Unregister a codec search function and clear the registry's cache.\n\nIf the search function is not registered, do nothing.",
        unregister,
    ),
    def(
        "lookup",
        "($module, encoding, /)",
        "Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.",
        |py, a| codec_registry::codec_object(py, &name(py, a[0], "lookup")?),
    ),
    def(
        "encode",
        "($module, /, obj, encoding='utf-8', errors='strict')",
        "Encodes obj using the codec registered for encoding.\n\nThe default encoding is 'utf-8'.  errors may be given to set a\ndifferent error handling scheme.  Default is 'strict' meaning that encoding\nerrors raise a ValueError.  Other possible values are 'ignore', 'replace'\nand 'backslashreplace' as well as any other name registered with\ncodecs.register_error that can handle ValueErrors.",
        |py, a| convert(py, a, Direction::Encode, "encode"),
    ),
    def(
        "decode",
        "($module, /, obj, encoding='utf-8', errors='strict')",
        "Decodes obj using the codec registered for encoding.\n\nDefault encoding is 'utf-8'.  errors may be given to set a\ndifferent error handling scheme.  Default is 'strict' meaning that encoding\nerrors raise a ValueError.  Other possible values are 'ignore', 'replace'\nand 'backslashreplace' as well as any other name registered with\ncodecs.register_error that can handle ValueErrors.",
        |py, a| convert(py, a, Direction::Decode, "decode"),
    ),
    def(
        "register_error",
        "($module, errors, handler, /)",
        "Register the specified error handler under the name errors.\n\nhandler must be a callable object, that\nwill be called with an exception instance containing\ninformation about the location of the encoding/decoding\nerror and must return a (replacement, new position) tuple.",
        |py, a| {
            let key = name(py, a[0], "register_error")?;
            if !py.is_callable(a[1]) {
                return Err(py.type_error("handler must be callable"));
            }
            dict::set(py, codec_registry::parts(py)?.handlers, py.str(&key)?, a[1])?;
            Ok(NONE)
        },
    ),
    def(
        "_unregister_error",
        "($module, errors, /)",
        "Un-register the specified error handler for the error handling `errors'.\n\nOnly custom error handlers can be un-registered. An exception is raised\nif the error handling is a built-in one (e.g., 'strict'), or if an error\noccurs.\n\nOtherwise, this returns True if a custom handler has been successfully\nun-registered, and False if no custom handler for the specified error\nhandling exists.",
        |py, a| {
            let key = name(py, a[0], "_unregister_error")?;
            if BUILT_IN.contains(&key.as_str()) {
                return Err(py.value_error(format!("cannot un-register built-in error handler '{key}'")));
            }
            let removed = dict::remove(py, codec_registry::parts(py)?.handlers, py.str(&key)?)?;
            Ok(bool_word(removed.is_some()))
        },
    ),
    def(
        "lookup_error",
        "($module, name, /)",
        "lookup_error(errors) -> handler\n\nReturn the error handler for the specified error handling name or raise a\nLookupError, if no handler exists under this name.",
        |py, a| codec_registry::handler(py, &name(py, a[0], "lookup_error")?),
    ),
    def("escape_encode", "($module, data, errors=None, /)", "", escape_encode),
    def("escape_decode", "($module, data, errors=None, /)", "", escape_decode),
    def("utf_8_encode", "($module, str, errors=None, /)", "", |py, a| {
        encode(py, a, Encoding::Utf8, "utf_8_encode")
    }),
    def("utf_8_decode", "($module, data, errors=None, final=False, /)", "", |py, a| {
        decode(py, a, Encoding::Utf8, "utf_8_decode", is_final(py, a[2], false)?)
    }),
    def("utf_7_encode", "($module, str, errors=None, /)", "", |py, a| {
        encode(py, a, Encoding::Utf7, "utf_7_encode")
    }),
    def("utf_7_decode", "($module, data, errors=None, final=False, /)", "", |py, a| {
        decode(py, a, Encoding::Utf7, "utf_7_decode", is_final(py, a[2], false)?)
    }),
    def("utf_16_encode", "($module, str, errors=None, byteorder=0, /)", "", |py, a| {
        encode(py, a, Encoding::Utf16(order(py, a[2])?), "utf_16_encode")
    }),
    def("utf_16_le_encode", "($module, str, errors=None, /)", "", |py, a| {
        encode(py, a, Encoding::Utf16(Some(Order::Little)), "utf_16_le_encode")
    }),
    def("utf_16_be_encode", "($module, str, errors=None, /)", "", |py, a| {
        encode(py, a, Encoding::Utf16(Some(Order::Big)), "utf_16_be_encode")
    }),
    def("utf_16_decode", "($module, data, errors=None, final=False, /)", "", |py, a| {
        decode(py, a, Encoding::Utf16(None), "utf_16_decode", is_final(py, a[2], false)?)
    }),
    def("utf_16_le_decode", "($module, data, errors=None, final=False, /)", "", |py, a| {
        decode(py, a, Encoding::Utf16(Some(Order::Little)), "utf_16_le_decode", is_final(py, a[2], false)?)
    }),
    def("utf_16_be_decode", "($module, data, errors=None, final=False, /)", "", |py, a| {
        decode(py, a, Encoding::Utf16(Some(Order::Big)), "utf_16_be_decode", is_final(py, a[2], false)?)
    }),
    def("utf_16_ex_decode", "($module, data, errors=None, byteorder=0, final=False, /)", "", |py, a| {
        decode_marked(py, a, "utf_16_ex_decode", wide::utf16_mark, Encoding::Utf16)
    }),
    def("utf_32_encode", "($module, str, errors=None, byteorder=0, /)", "", |py, a| {
        encode(py, a, Encoding::Utf32(order(py, a[2])?), "utf_32_encode")
    }),
    def("utf_32_le_encode", "($module, str, errors=None, /)", "", |py, a| {
        encode(py, a, Encoding::Utf32(Some(Order::Little)), "utf_32_le_encode")
    }),
    def("utf_32_be_encode", "($module, str, errors=None, /)", "", |py, a| {
        encode(py, a, Encoding::Utf32(Some(Order::Big)), "utf_32_be_encode")
    }),
    def("utf_32_decode", "($module, data, errors=None, final=False, /)", "", |py, a| {
        decode(py, a, Encoding::Utf32(None), "utf_32_decode", is_final(py, a[2], false)?)
    }),
    def("utf_32_le_decode", "($module, data, errors=None, final=False, /)", "", |py, a| {
        decode(py, a, Encoding::Utf32(Some(Order::Little)), "utf_32_le_decode", is_final(py, a[2], false)?)
    }),
    def("utf_32_be_decode", "($module, data, errors=None, final=False, /)", "", |py, a| {
        decode(py, a, Encoding::Utf32(Some(Order::Big)), "utf_32_be_decode", is_final(py, a[2], false)?)
    }),
    def("utf_32_ex_decode", "($module, data, errors=None, byteorder=0, final=False, /)", "", |py, a| {
        decode_marked(py, a, "utf_32_ex_decode", wide::utf32_mark, Encoding::Utf32)
    }),
    def("unicode_escape_encode", "($module, str, errors=None, /)", "", |py, a| {
        encode(py, a, Encoding::UnicodeEscape, "unicode_escape_encode")
    }),
    def("unicode_escape_decode", "($module, data, errors=None, final=True, /)", "", |py, a| {
        decode_escapes(py, a, Encoding::UnicodeEscape, "unicode_escape_decode")
    }),
    def("raw_unicode_escape_encode", "($module, str, errors=None, /)", "", |py, a| {
        encode(py, a, Encoding::RawUnicodeEscape, "raw_unicode_escape_encode")
    }),
    def("raw_unicode_escape_decode", "($module, data, errors=None, final=True, /)", "", |py, a| {
        decode_escapes(py, a, Encoding::RawUnicodeEscape, "raw_unicode_escape_decode")
    }),
    def("latin_1_encode", "($module, str, errors=None, /)", "", |py, a| {
        encode(py, a, Encoding::Latin1, "latin_1_encode")
    }),
    def("latin_1_decode", "($module, data, errors=None, /)", "", |py, a| {
        decode(py, a, Encoding::Latin1, "latin_1_decode", true)
    }),
    def("ascii_encode", "($module, str, errors=None, /)", "", |py, a| {
        encode(py, a, Encoding::Ascii, "ascii_encode")
    }),
    def("ascii_decode", "($module, data, errors=None, /)", "", |py, a| {
        decode(py, a, Encoding::Ascii, "ascii_decode", true)
    }),
    def("charmap_build", "($module, map, /)", "", charmap::build),
    def("charmap_encode", "($module, str, errors=None, mapping=None, /)", "", charmap::encode),
    def("charmap_decode", "($module, data, errors=None, mapping=None, /)", "", charmap::decode),
    def("readbuffer_encode", "($module, data, errors=None, /)", "", |py, a| {
        let bytes = text_or_bytes(py, a[0])?;
        errors(py, a[1], "readbuffer_encode")?;
        py.new_tuple(&[py.new_bytes(&bytes)?, py.int(bytes.len() as i64)?])
    }),
];

/// The exception of a look-up that failed: the key is not there.
fn is_missing(py: Py) -> bool {
    py.take_if(Ty::LookupError).is_some()
}
