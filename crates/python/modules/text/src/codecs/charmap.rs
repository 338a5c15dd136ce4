//! Codecs by map, which most of the library's encodings are: `charmap_encode`, `charmap_decode`, `charmap_build`.

use super::{decoded, encoded, errors, input, is_missing, string};
use metatrace_machine::Raised;
use python_model::class::{NativeClass, native_type};
use python_model::foreign;
use python_model::native::{NativeDef, def, given};
use python_model::objects::{Bytes, Str};
use python_model::py::{Py, Result};
use python_model::types::{TypeRef, flags};
use python_model::value::*;
use python_text::code_points::{iter, push};
use python_text::codecs::single_byte;
use python_types::text_codec::{Encoding, decode_as, encode_as, encode_by, handle_decode};
use std::cell::Cell;

/// What `charmap_build` makes: bytes by code point, sorted.
struct EncodingMap {
    bytes: Vec<(u32, u8)>,
}

static METHODS: &[NativeDef] =
    &[def("size", "($self, /)", "Return the size (in bytes) of this object.", |py, a| {
        let map: &EncodingMap = foreign::expect(py, a[0], "an encoding map")?;
        py.int(size_of_val(&map.bytes[..]) as i64)
    })];

#[derive(Default)]
struct Types {
    map: Cell<Option<TypeRef>>,
}

fn map_type(py: Py) -> Result<TypeRef> {
    let types = py.vm().state::<Types>();
    if let Some(known) = types.map.get() {
        return Ok(known);
    }
    let made = native_type(
        py,
        &NativeClass {
            module: "builtins",
            name: "EncodingMap",
            doc: "",
            base: None,
            flags: flags::FINAL | flags::NO_CONSTRUCTOR,
            constructor: None,
            methods: METHODS,
        },
    )?;
    types.map.set(Some(made));
    Ok(made)
}

/// The byte of each character of a table of 256; U+FFFE stands for none.
pub fn build(py: Py, a: &[Word]) -> Result {
    let table = string(py, a[0], "charmap_build")?;
    let mut bytes = Vec::new();
    for (byte, c) in iter(table.as_bytes()).take(256).enumerate() {
        if c != 0xfffe {
            bytes.push((c, byte as u8));
        }
    }
    // Of several bytes for one character the last wins.
    bytes.sort();
    bytes.reverse();
    bytes.dedup_by_key(|entry| entry.0);
    bytes.reverse();
    Ok(word(foreign::new(py, map_type(py)?, EncodingMap { bytes })?))
}

/// Keeps the first error of a map that runs inside a codec, which can only be told that there is no mapping.
#[derive(Default)]
struct FirstError(Cell<bool>);

impl FirstError {
    /// Whether the map must not be asked any more.
    fn is_set(&self) -> bool {
        self.0.get()
    }
    /// The answer to the codec for what the map says; `true` after an error, so that it asks nobody and comes to its end.
    fn note(&self, answer: Result<bool>) -> bool {
        answer.unwrap_or_else(|Raised| {
            self.0.set(true);
            true
        })
    }
}

/// What a mapping has for a number; None and a missing key are nothing.
fn look_up(py: Py, mapping: Word, number: u32) -> Result<Option<Word>> {
    let key = py.int(number.into())?;
    match py.get_item(mapping, key) {
        Ok(value) => Ok((value != NONE).then_some(value)),
        Err(_) if is_missing(py) => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// What a code point is encoded to, appended; `false`: nothing.
fn encode_one(py: Py, mapping: Word, c: u32, out: &mut Vec<u8>) -> Result<bool> {
    let Some(value) = look_up(py, mapping, c)? else { return Ok(false) };
    if let Some(number) = as_i64(py.base(value)) {
        let Ok(byte) = u8::try_from(number) else {
            return Err(py.type_error("character mapping must be in range(256)"));
        };
        out.push(byte);
        return Ok(true);
    }
    match py.cast::<Bytes>(value) {
        Some(bytes) => {
            out.extend_from_slice(bytes.items());
            Ok(true)
        }
        None => {
            let what = py.type_name(value);
            Err(py.type_error(format!("character mapping must return integer, bytes or None, not {what}")))
        }
    }
}

pub fn encode(py: Py, a: &[Word]) -> Result {
    let text = string(py, a[0], "charmap_encode")?;
    let errors = errors(py, a[1], "charmap_encode")?;
    let Some(mapping) = given(a[2]) else {
        return encoded(py, &encode_as(py, text, Encoding::Latin1, &errors)?, text);
    };
    let first_error = FirstError::default();
    let made = encode_by(py, text, &errors, |out, handler| {
        let bytes = text.as_bytes();
        if let Some(map) = foreign::get::<EncodingMap>(py, mapping) {
            let find = |c: u32, out: &mut Vec<u8>| {
                let found = map.bytes.binary_search_by_key(&c, |entry| entry.0);
                out.extend(found.map(|index| map.bytes[index].1));
                found.is_ok()
            };
            return single_byte::encode_charmap(bytes, out, find, handler);
        }
        let find = |c: u32, out: &mut Vec<u8>| {
            first_error.is_set() || first_error.note(encode_one(py, mapping, c, out))
        };
        single_byte::encode_charmap(bytes, out, find, handler)
    })?;
    if first_error.is_set() {
        return Err(Raised);
    }
    encoded(py, &made, text)
}

/// What a byte is decoded to, appended; `false`: nothing.
fn decode_one(py: Py, mapping: Word, byte: u8, out: &mut Vec<u8>) -> Result<bool> {
    let Some(value) = look_up(py, mapping, byte.into())? else { return Ok(false) };
    if let Some(number) = as_i64(py.base(value)) {
        return match u32::try_from(number) {
            Ok(0xfffe) => Ok(false),
            Ok(c @ 0..=0x10_ffff) => {
                push(out, c);
                Ok(true)
            }
            _ => Err(py.type_error("character mapping must be in range(0x110000)")),
        };
    }
    match py.as_str(value) {
        Some(text) if text.as_bytes() == "\u{fffe}".as_bytes() => Ok(false),
        Some(text) => {
            out.extend_from_slice(text.as_bytes());
            Ok(true)
        }
        None => {
            let what = py.type_name(value);
            Err(py.type_error(format!("character mapping must return integer, None or str, not {what}")))
        }
    }
}

pub fn decode(py: Py, a: &[Word]) -> Result {
    let bytes = input(py, a[0])?;
    let errors = errors(py, a[1], "charmap_decode")?;
    let Some(mapping) = given(a[2]) else {
        let (text, used) = decode_as(py, &bytes, Encoding::Latin1, &errors, true)?;
        return decoded(py, &text, used);
    };
    let mut out = Vec::new();
    let handler: &mut python_types::text_codec::DecodeHandler =
        &mut |error| handle_decode(py, &errors, &error);
    if let Some(table) = as_object::<Str>(mapping) {
        let table: Vec<u32> = iter(table.as_bytes()).take(256).collect();
        let find = |byte: u8, out: &mut Vec<u8>| match table.get(usize::from(byte)) {
            None | Some(0xfffe) => false,
            Some(&c) => {
                push(out, c);
                true
            }
        };
        single_byte::decode_charmap(&bytes, &mut out, find, handler)?;
        return decoded(py, &out, bytes.len());
    }
    let first_error = FirstError::default();
    let find = |byte: u8, out: &mut Vec<u8>| {
        first_error.is_set() || first_error.note(decode_one(py, mapping, byte, out))
    };
    single_byte::decode_charmap(&bytes, &mut out, find, handler)?;
    if first_error.is_set() {
        return Err(Raised);
    }
    decoded(py, &out, bytes.len())
}
