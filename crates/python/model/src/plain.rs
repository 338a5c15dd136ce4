//! Plain values: those that the runtime hashes, compares, calculates with and formats without running Python code.
//!
//! Immediate values, strings, bytes, integers of any size, and tuples of plain values. All are immutable, so what is plain stays plain; and what the
//! methods of their classes do with plain arguments is a function of the arguments. Traces rely on it (`python-interp`, `plain.rs`), and so
//! do dicts, which note whether they have a key that is not plain ([`crate::dict::flags::ASKS_KEYS`]).

use crate::objects::{BigInt, Bytes, Str, Tuple};
use crate::value::{V, Word, as_object, object};
use heap::Layout;
use metatrace_machine::{NanBox, WideInt};

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
        && tuple.items().iter().all(|item| match object(item.get()) {
            None => true,
            Some(object) if object.layout_id() == Tuple::ID => is_plain_tuple(item.get(), depth - 1),
            Some(object) => matches!(object.layout_id(), Str::ID | Bytes::ID | BigInt::ID | WideInt::ID),
        })
}

/// Whether two values are equal, of two strings, and of two tuples of small integers, strings and bytes: without asking anybody. `None`: not known.
#[inline]
pub fn known_equality(a: Word, b: Word) -> Option<bool> {
    if let (Some(a), Some(b)) = (as_object::<Str>(a), as_object::<Str>(b)) {
        return Some(a.as_bytes() == b.as_bytes());
    }
    let (a, b) = (as_object::<Tuple>(a)?, as_object::<Tuple>(b)?);
    let (a, b) = (a.items(), b.items());
    if a.len() != b.len() {
        return Some(false);
    }
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x.get(), y.get());
        if x == y {
            continue;
        }
        // Different small integers end it, as do different strings and bytes. Others, floats among them, may be equal.
        let differ = NanBox::both_ints(x, y)
            || match (as_object::<Bytes>(x), as_object::<Bytes>(y)) {
                (Some(x), Some(y)) => x.items() != y.items(),
                _ => as_object::<Str>(x)?.as_bytes() != as_object::<Str>(y)?.as_bytes(),
            };
        if differ {
            return Some(false);
        }
    }
    Some(true)
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
