//! Plain values: those that the runtime hashes, compares, calculates with and formats without running Python code.
//!
//! Immediate values, strings, bytes, integers of any size, and tuples of plain values. All are immutable, so what is plain stays plain; and what the
//! methods of their classes do with plain arguments is a function of the arguments. Traces rely on it (`python-interp`, `plain.rs`), and so
//! do dicts, which note whether they have a key that is not plain ([`crate::dict::flags::ASKS_KEYS`]).

use crate::objects::{BigInt, Bytes, Str, Tuple};
use crate::value::{V, Word, as_object, object};
use heap::Layout;
use metatrace_machine::WideInt;

/// Tuples in tuples that are looked into; what is deeper counts as not plain.
const DEEPEST: u32 = 4;

/// Whether a value is plain.
#[inline(always)]
pub fn is_plain(value: Word) -> bool {
    match object(value) {
        None => true,
        Some(object) => match object.layout_id() {
            Str::ID | Bytes::ID | BigInt::ID | WideInt::ID => true,
            Tuple::ID => is_plain_tuple(value, DEEPEST),
            _ => false,
        },
    }
}

fn is_plain_tuple(value: Word, depth: u32) -> bool {
    let Some(tuple) = as_object::<Tuple>(value) else { return is_plain(value) };
    depth > 0
        && tuple.items().iter().all(|item| match as_object::<Tuple>(item.get()) {
            Some(_) => is_plain_tuple(item.get(), depth - 1),
            None => is_plain(item.get()),
        })
}

/// What `format` makes of a string, a machine integer or a float with a specification; `None`: it is something else, or the method has something to refuse.
pub fn format(value: Word, spec: Word) -> Option<Vec<u8>> {
    let own = as_object::<Str>(spec)?;
    let spec = own.as_bytes();
    if spec.is_empty() {
        return None;
    }
    match V::of(value) {
        V::Str(text) => python_text::format::text::format_str(text.as_bytes(), text.len(), spec).ok(),
        V::Int(value) => python_text::format::number::format_i64(value, spec),
        V::Float(value) => python_text::format::number::format_f64(value, spec, None).ok(),
        _ => None,
    }
}
