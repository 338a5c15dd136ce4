//! The codec registry: search functions, the codecs they found, error handlers by name.
//!
//! It is here and not with `_codecs`, because `str.encode` and `bytes.decode` ask it. The library's `encodings` registers its search function when it
//! is imported, which is at the first look-up.

use crate::codec_handlers;
use heap::Gc;
use python_model::functions::new_builtin;
use python_model::native::given;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::value::*;
use python_model::{class, dict};
use std::cell::Cell;

/// The parts of the registry; 0 until it is made.
#[derive(Default)]
struct Registry {
    parts: Cell<Word>,
    has_library: Cell<bool>,
}

/// See the module header.
#[derive(Clone, Copy)]
pub struct Parts {
    /// Search functions, in the order of registration.
    pub search: Gc<List>,
    /// Codecs by normalised name.
    pub found: Gc<Dict>,
    /// Error handlers by name.
    pub handlers: Gc<Dict>,
}

/// The registry; made when it is first asked for. Errors: out of memory.
pub fn parts(py: Py) -> Result<Parts> {
    let registry = py.vm().state::<Registry>();
    if registry.parts.get() == 0 {
        let handlers = dict::new(py)?;
        for def in codec_handlers::FUNCTIONS {
            let name = def.name.strip_suffix("_errors").unwrap_or(def.name);
            dict::set_symbol(py, handlers, py.intern(name)?, new_builtin(py, def, NONE)?)?;
        }
        let made = py.new_tuple(&[word(py.new_list(0)?), word(dict::new(py)?), word(handlers)])?;
        registry.parts.set(py.vm().immortal(made));
    }
    let parts: Gc<Tuple> = as_object(registry.parts.get()).expect("a tuple was just put there");
    let part = |index: usize| parts.items()[index].get();
    Ok(Parts {
        search: as_object(part(0)).expect("a list was put there"),
        found: as_object(part(1)).expect("a dict was put there"),
        handlers: as_object(part(2)).expect("a dict was put there"),
    })
}

/// Letters and digits in lower case, one underscore between words.
fn normalised(name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("_")
}

/// `codecs.lookup`: a tuple of four. Errors: `LookupError`; what the search functions raise.
pub fn lookup(py: Py, name: &str) -> Result<Gc<Tuple>> {
    let registry = py.vm().state::<Registry>();
    if !registry.has_library.replace(true)
        && let Err(raised) = py.import("encodings")
    {
        registry.has_library.set(false);
        return Err(raised);
    }
    let parts = parts(py)?;
    let key = py.str(&normalised(name))?;
    if let Some(known) = dict::get(py, parts.found, key)? {
        return Ok(py.cast(known).expect("only tuples are kept"));
    }
    let mut at = 0;
    while at < parts.search.len() {
        let result = py.call(parts.search.item(at), &[key])?;
        at += 1;
        if result == NONE {
            continue;
        }
        return match py.cast::<Tuple>(result) {
            Some(codec) if codec.items().len() == 4 => {
                dict::set(py, parts.found, key, result)?;
                Ok(codec)
            }
            _ => Err(py.type_error("codec search functions must return 4-tuples")),
        };
    }
    Err(py.lookup_error(format!("unknown encoding: {name}")))
}

/// The object of a codec that was found: what the search function returned.
pub fn codec_object(py: Py, name: &str) -> Result {
    lookup(py, name)?;
    let key = py.str(&normalised(name))?;
    Ok(dict::get(py, parts(py)?.found, key)?.unwrap_or(NONE))
}

/// Which of its functions a codec is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Encode,
    Decode,
}

/// Errors: `LookupError` if the codec is not between strings and bytes.
fn check_text(py: Py, name: &str, direction: Direction) -> Result<()> {
    let codec = codec_object(py, name)?;
    if as_object::<Tuple>(codec).is_some() {
        return Ok(());
    }
    let Some(is_text) = py.get_attr_opt(codec, py.intern("_is_text_encoding")?)? else { return Ok(()) };
    if py.truth(is_text)? {
        return Ok(());
    }
    let function = if direction == Direction::Encode { "encode" } else { "decode" };
    Err(py.lookup_error(format!(
        "'{name}' is not a text encoding; use codecs.{function}() to handle arbitrary codecs"
    )))
}

/// `codecs.encode` and `codecs.decode`: the first of what the codec returns. Errors: with a note that names the codec.
pub fn convert(py: Py, object: Word, name: &str, errors: Word, direction: Direction) -> Result {
    let codec = lookup(py, name)?;
    let function = codec.items()[direction as usize].get();
    let words = [object, errors];
    let words = if given(errors).is_some() { &words[..] } else { &words[..1] };
    let result = match py.call(function, words) {
        Ok(result) => result,
        Err(raised) => {
            let verb = if direction == Direction::Encode { "encoding" } else { "decoding" };
            let exception = py.context().raised.get();
            class::add_note(py, exception, &format!("{verb} with '{name}' codec failed"));
            return Err(raised);
        }
    };
    match py.cast::<Tuple>(result) {
        Some(pair) if pair.items().len() == 2 => Ok(pair.items()[0].get()),
        _ => {
            let what = if direction == Direction::Encode { "encoder" } else { "decoder" };
            Err(py.type_error(format!("{what} must return a tuple (object, integer)")))
        }
    }
}

fn errors_word(py: Py, errors: Option<&str>) -> Result {
    errors.map_or(Ok(NONE), |errors| py.str(errors))
}

/// `str.encode` with a codec of the registry.
pub fn encode_text(py: Py, text: Gc<Str>, name: &str, errors: Option<&str>) -> Result<Vec<u8>> {
    check_text(py, name, Direction::Encode)?;
    let errors = errors_word(py, errors)?;
    let result = convert(py, word(text), name, errors, Direction::Encode)?;
    if let Some(bytes) = py.cast::<Bytes>(result) {
        return Ok(bytes.items().to_vec());
    }
    if let Some(array) = py.cast::<ByteArray>(result) {
        let message = format!(
            "encoder {name} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types"
        );
        py.warn(python_model::types::Ty::RuntimeWarning, &message, 1)?;
        return Ok(array.to_vec());
    }
    let what = py.type_name(result);
    Err(py.type_error(format!(
        "'{name}' encoder returned '{what}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
    )))
}

/// `bytes.decode` with a codec of the registry.
pub fn decode_text(py: Py, bytes: &[u8], name: &str, errors: Option<&str>) -> Result {
    check_text(py, name, Direction::Decode)?;
    let errors = errors_word(py, errors)?;
    let object = py.new_bytes(bytes)?;
    let result = convert(py, object, name, errors, Direction::Decode)?;
    if py.as_str(result).is_some() {
        return Ok(result);
    }
    let what = py.type_name(result);
    Err(py.type_error(format!(
        "'{name}' decoder returned '{what}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
    )))
}

/// `codecs.lookup_error`. Errors: `LookupError`.
pub fn handler(py: Py, name: &str) -> Result {
    let key = py.str(name)?;
    match dict::get(py, parts(py)?.handlers, key)? {
        Some(handler) => Ok(handler),
        None => Err(py.lookup_error(format!("unknown error handler name '{name}'"))),
    }
}
