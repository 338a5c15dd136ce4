//! What text and byte sequences have in common: subscripts, slices, repetition, and operands of other types.

use python_model::names::Name;
use python_model::objects::{Builtin, Slice};
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::value::*;
use python_text::index::{slice_indices, wrap_index};
use std::cmp::Ordering;

/// What a subscript asks for.
pub enum Subscript {
    Item(usize),
    /// `items` of them from `start` on; `step` is 1 if there is at most one.
    Items {
        start: i64,
        step: i64,
        items: usize,
    },
}

/// Why an index is none: texts of errors that differ between the types.
pub struct SubscriptErrors {
    /// `IndexError`
    pub range: &'static str,
    /// `TypeError`, before the type's name.
    pub kind: &'static str,
    /// The type's name stands between these.
    pub quote: &'static str,
}

/// The subscript of a sequence of `count()` items, which is asked after `__index__` ran.
pub fn subscript(
    py: Py,
    key: Word,
    count: impl Fn() -> usize,
    errors: &SubscriptErrors,
) -> Result<Subscript> {
    if let Some(slice) = as_object::<Slice>(key) {
        let (start, stop, step) = slice_bounds(py, &slice)?;
        let (start, _, items) = slice_indices(start, stop, step, count());
        let step = if items <= 1 { 1 } else { step };
        // Before the first one, where a negative step ends.
        let start = if items == 0 { start.max(0) } else { start };
        return Ok(Subscript::Items { start, step, items });
    }
    if as_i64(key).is_none() && !is_index(py, key) {
        let SubscriptErrors { kind, quote, .. } = errors;
        return Err(py.type_error(format!("{kind}{quote}{}{quote}", py.type_name(key))));
    }
    let index = subscript_index(py, key)?;
    wrap_index(index, count()).map(Subscript::Item).ok_or_else(|| py.index_error(errors.range))
}

/// An index that is no slice. Errors: `IndexError` beyond 64 bits; what `__index__` raises.
pub fn subscript_index(py: Py, key: Word) -> Result<i64> {
    if let Some(index) = as_i64(key) {
        return Ok(index);
    }
    match V::of(py.to_index(key)?) {
        V::Int(index) => Ok(index),
        _ => Err(py.raise_text(
            python_model::Ty::IndexError,
            &format!("cannot fit '{}' into an index-sized integer", py.type_name(key)),
        )),
    }
}

/// Whether a value has `__index__`.
pub fn is_index(py: Py, value: Word) -> bool {
    as_i64(value).is_some() || py.type_of(value).lookup(py, Name::Index).is_some()
}

/// Start, stop and step of a slice. Errors: what `__index__` raises; `ValueError` for step 0.
pub fn slice_bounds(py: Py, slice: &Slice) -> Result<(Option<i64>, Option<i64>, i64)> {
    let step = slice_index(py, slice.step.get())?.unwrap_or(1);
    if step == 0 {
        return Err(py.value_error("slice step cannot be zero"));
    }
    let start = slice_index(py, slice.start.get())?;
    let stop = slice_index(py, slice.stop.get())?;
    Ok((start, stop, step.max(-i64::MAX)))
}

/// A bound of a slice; `None` for None and what was not given.
pub fn slice_index(py: Py, value: Word) -> Result<Option<i64>> {
    if value == UNSET || value == NONE {
        return Ok(None);
    }
    if !is_index(py, value) {
        return Err(py.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    py.index_clamped(value).map(Some)
}

/// Start and stop of `find`, `count`, `startswith`, …: missing ones as [`python_text::index::clip`] wants them.
pub fn range_arguments(py: Py, start: Word, stop: Word) -> Result<(i64, i64)> {
    Ok((slice_index(py, start)?.unwrap_or(0), slice_index(py, stop)?.unwrap_or(i64::MAX)))
}

/// An integer argument of C's `Py_ssize_t`. Errors: `TypeError`; `OverflowError` beyond 64 bits.
pub fn size_argument(py: Py, value: Word, default: i64) -> Result<i64> {
    if value == UNSET {
        return Ok(default);
    }
    match V::of(py.to_index(value)?) {
        V::Int(i) => Ok(i),
        _ => Err(py.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

/// A width argument, bounded so that the result fits in memory. Errors: `OverflowError`, `MemoryError`.
pub fn width_argument(py: Py, value: Word, default: i64) -> Result<usize> {
    let width = size_argument(py, value, default)?.max(0) as usize;
    if width > python_text::format::MAX_WIDTH {
        return Err(py.out_of_memory());
    }
    Ok(width)
}

/// The number of columns of `expandtabs`. Errors: `OverflowError` beyond 32 bits.
pub fn tab_size(py: Py, value: Word) -> Result<usize> {
    if value == UNSET {
        return Ok(8);
    }
    match V::of(py.to_index(value)?) {
        V::Int(size @ -0x8000_0000..=0x7fff_ffff) => Ok(size.max(0) as usize),
        _ => Err(py.overflow_error("Python int too large to convert to C int")),
    }
}

/// Who repeats a sequence in `sequence * other`.
pub enum Repeat {
    Times(usize),
    /// What the other operand's `__rmul__` gave, or `NotImplemented`.
    Result(Word),
}

/// `sequence * other` and `other * sequence`: how often, for a sequence of so many bytes.
/// Errors: `OverflowError`, `MemoryError`.
pub fn repeat(py: Py, sequence: Word, other: Word, size_bytes: usize) -> Result<Repeat> {
    if !py.is_a(other, python_model::Ty::Int) {
        let class = py.type_of(other);
        // Built-in types have nothing to say here, and sequences would ask back.
        if let Some(method) = class.lookup(py, Name::Rmul)
            && as_object::<Builtin>(method).is_none()
        {
            let result = py.call_bound(method, other, class, &[sequence])?;
            if result != NOT_IMPLEMENTED {
                return Ok(Repeat::Result(result));
            }
        }
        if !is_index(py, other) {
            return Ok(Repeat::Result(NOT_IMPLEMENTED));
        }
    }
    let V::Int(times) = V::of(py.to_index(other)?) else {
        let name = py.type_name(other);
        return Err(py.overflow_error(format!("cannot fit '{name}' into an index-sized integer")));
    };
    let times = times.max(0) as usize;
    match times.checked_mul(size_bytes) {
        Some(size) if size <= python_text::format::MAX_WIDTH => Ok(Repeat::Times(times)),
        _ => {
            let is_beyond = |length: usize| times > isize::MAX as usize / length.max(1);
            Err(match V::of(py.base(sequence)) {
                V::Str(text) if is_beyond(text.len()) => py.overflow_error("repeated string is too long"),
                V::Bytes(bytes) if is_beyond(bytes.items().len()) => {
                    py.overflow_error("repeated bytes are too long")
                }
                _ => py.out_of_memory(),
            })
        }
    }
}

/// `sequence + other` where the sequence cannot: asks the other's `__radd__`; `None`: it cannot either.
pub fn reflected_add(py: Py, sequence: Word, other: Word) -> Result<Option<Word>> {
    let class = py.type_of(other);
    let Some(method) = class.lookup(py, Name::Radd) else { return Ok(None) };
    let result = py.call_bound(method, other, class, &[sequence])?;
    Ok((result != NOT_IMPLEMENTED).then_some(result))
}

/// The answer to a comparison.
pub fn ordered(comparison: Comparison, ordering: Ordering) -> Result {
    Ok(bool_word(comparison.holds(ordering)))
}

/// Raises what formatting found wrong.
pub fn format_error(py: Py, error: python_text::format::FormatError) -> metatrace_machine::Raised {
    use python_text::format::ExceptionKind::*;
    match error.kind {
        ValueError => py.value_error(error.message),
        TypeError => py.type_error(error.message),
        OverflowError => py.overflow_error(error.message),
        ZeroDivisionError => py.zero_division_error(error.message),
        MemoryError => py.out_of_memory(),
    }
}

/// The text of a Rust error message or key that is WTF-8.
pub fn lossy(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
