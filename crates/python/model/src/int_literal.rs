//! `int(text)`, as far as a trace asks for it apart: the integer, or what the error says that the trace raises itself.

use crate::objects::Str;
use crate::py::{Py, Result};
use crate::types::Ty;
use crate::value::{Word, word};
use heap::Gc;
use python_number::int_text;

/// Longest part of a refused text that the message shows.
const SHOWN: usize = 200;

/// The integer that a text in base 10 is; `None`: it is none, or something else is to be raised.
pub fn of_text(py: Py, text: Gc<Str>) -> Option<Word> {
    let bytes = text.as_bytes();
    if let Some(value) = int_text::parse_short(bytes) {
        return py.int(value).ok();
    }
    if bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    match py.call(py.ty(Ty::Int).word(), &[word(text)]) {
        Ok(value) => Some(value),
        Err(_) => {
            py.take_raised();
            None
        }
    }
}

/// The message of the `ValueError` for a text that is no integer in base 10.
pub fn message_for(py: Py, text: Gc<Str>) -> Result {
    const START: &[u8] = b"invalid literal for int() with base 10: '";
    let bytes = text.as_bytes();
    let mut said = [0; START.len() + MOST_SHORT_BYTES + 1];
    // What is shown as it is.
    if bytes.len() <= MOST_SHORT_BYTES
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.- ".contains(byte))
    {
        let end = START.len() + bytes.len();
        said[..START.len()].copy_from_slice(START);
        said[START.len()..end].copy_from_slice(bytes);
        said[end] = b'\'';
        return py.new_wtf8(&said[..=end], end + 1).map(word);
    }
    py.str(message(py, word(text), 10)?.as_str())
}

/// Texts of so many bytes need no buffer on the heap.
const MOST_SHORT_BYTES: usize = 40;

/// The message of the `ValueError` for a text that is no integer. `shown`: the object that was given.
pub fn message(py: Py, shown: Word, base: u32) -> Result<String> {
    let mut message = format!("invalid literal for int() with base {base}: ");
    message.extend(py.repr_text(shown)?.chars().take(SHOWN));
    Ok(message)
}
