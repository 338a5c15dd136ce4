//! What lists and tuples have in common: subscripts, comparison, search, `repr`.
//!
//! Comparing and printing items runs user code, which may change the list that is looked at: a [`Sequence`] is asked for its length
//! anew after each such call, and gives `None` beyond its end.

use heap::Gc;
use python_model::names::Name;
use python_model::objects::*;
use python_model::operators::{Binary, Comparison};
use python_model::py::{Py, Result};
use python_model::value::*;
use python_text::index::slice_indices;

/// A list or tuple.
pub trait Sequence: Copy {
    fn length(self) -> usize;
    /// The item at a position, if there is (still) one.
    fn get(self, index: usize) -> Option<Word>;
}

impl Sequence for Gc<List> {
    #[inline]
    fn length(self) -> usize {
        self.len()
    }
    #[inline]
    fn get(self, index: usize) -> Option<Word> {
        (index < self.len()).then(|| self.item(index))
    }
}

impl Sequence for Gc<Tuple> {
    #[inline]
    fn length(self) -> usize {
        self.items().len()
    }
    #[inline]
    fn get(self, index: usize) -> Option<Word> {
        self.items().get(index).map(|item| item.get())
    }
}

/// What a subscript stands for.
pub enum Subscript {
    Index(i64),
    Slice(Bounds),
}

/// The parts of a slice, before the length of a sequence is known. The step is not 0.
#[derive(Clone, Copy)]
pub struct Bounds {
    pub start: Option<i64>,
    pub stop: Option<i64>,
    pub step: i64,
}

/// The positions that a slice selects: `count` of them, from `start` on, each `step` from the one before.
#[derive(Clone, Copy)]
pub struct Selection {
    pub start: i64,
    pub step: i64,
    pub count: usize,
}

impl Bounds {
    pub fn select(self, length: usize) -> Selection {
        let (start, _, count) = slice_indices(self.start, self.stop, self.step, length);
        Selection { start, step: self.step, count }
    }
}

impl Selection {
    /// The position of the `n`-th selected item.
    #[inline]
    pub fn position(self, n: usize) -> usize {
        (self.start + n as i64 * self.step) as usize
    }
}

/// Whether a value can be an index: an `int`, or something with `__index__`.
pub fn has_index(py: Py, value: Word) -> bool {
    match V::of(value) {
        V::Int(_) | V::Bool(_) | V::Big(_) => true,
        _ => py.type_of(value).lookup(py, Name::Index).is_some(),
    }
}

/// What the subscript of a list or tuple (`what`) stands for. May run user code.
/// Errors: `TypeError` if it is neither an index nor a slice; `IndexError` if it is beyond 64 bits.
pub fn subscript(py: Py, key: Word, what: &str) -> Result<Subscript> {
    if let V::Slice(slice) = V::of(key) {
        return Ok(Subscript::Slice(bounds(py, slice)?));
    }
    if !has_index(py, key) {
        return Err(
            py.type_error(format!("{what} indices must be integers or slices, not {}", py.type_name(key)))
        );
    }
    match V::of(py.to_index(key)?) {
        V::Int(index) => Ok(Subscript::Index(index)),
        _ => {
            let name = py.type_name(key);
            Err(py.index_error(format!("cannot fit '{name}' into an index-sized integer")))
        }
    }
}

/// The parts of a slice, clamped to 64 bits. May run user code (`__index__`).
pub fn bounds(py: Py, slice: Gc<Slice>) -> Result<Bounds> {
    let part = |value: Word| -> Result<Option<i64>> {
        if value == NONE {
            return Ok(None);
        }
        if !has_index(py, value) {
            return Err(py.type_error("slice indices must be integers or None or have an __index__ method"));
        }
        py.index_clamped(value).map(Some)
    };
    // A step of i64::MIN could not be negated.
    let step = part(slice.step.get())?.unwrap_or(1).max(-i64::MAX);
    if step == 0 {
        return Err(py.value_error("slice step cannot be zero"));
    }
    Ok(Bounds { start: part(slice.start.get())?, stop: part(slice.stop.get())?, step })
}

/// A position from an index that may count from the end; `None`: out of range.
#[inline]
pub fn position(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { index + length as i64 } else { index };
    (0..length as i64).contains(&index).then_some(index as usize)
}

/// The `start` and `stop` of `index()`, clamped to the length.
pub fn search_range(py: Py, start: Word, stop: Word, length: usize) -> Result<(usize, usize)> {
    let part = |value: Word, default: i64| -> Result<i64> {
        if value == UNSET {
            return Ok(default);
        }
        if !has_index(py, value) {
            return Err(py.type_error("slice indices must be integers or have an __index__ method"));
        }
        py.index_clamped(value)
    };
    let wrap = |index: i64| if index < 0 { index.saturating_add(length as i64).max(0) } else { index };
    let (start, stop) = (part(start, 0)?, part(stop, i64::MAX)?);
    Ok((wrap(start) as usize, wrap(stop) as usize))
}

/// Position of the first item in a range that equals a value. Comparing may change the sequence.
pub fn find(
    py: Py,
    items: impl Sequence,
    value: Word,
    (start, stop): (usize, usize),
) -> Result<Option<usize>> {
    let mut index = start;
    while index < stop
        && let Some(item) = items.get(index)
    {
        if py.is_equal(item, value)? {
            return Ok(Some(index));
        }
        index += 1;
    }
    Ok(None)
}

/// Number of items that equal a value.
pub fn count(py: Py, items: impl Sequence, value: Word) -> Result {
    let (mut index, mut count) = (0, 0);
    while let Some(item) = items.get(index) {
        count += i64::from(py.is_equal(item, value)?);
        index += 1;
    }
    py.int(count)
}

/// `a op b` item by item: the first items that differ decide, else the lengths.
pub fn compare<S: Sequence>(py: Py, op: Comparison, a: S, b: S) -> Result {
    if py.native_stack_is_low() {
        return Err(py.recursion_error("maximum recursion depth exceeded in comparison"));
    }
    if a.length() != b.length() && matches!(op, Comparison::Eq | Comparison::Ne) {
        return Ok(bool_word(op == Comparison::Ne));
    }
    let mut index = 0;
    while let (Some(x), Some(y)) = (a.get(index), b.get(index)) {
        if !py.is_equal(x, y)? {
            // Comparing may have changed a list.
            let (Some(x), Some(y)) = (a.get(index), b.get(index)) else { break };
            return match op {
                Comparison::Eq => Ok(FALSE),
                Comparison::Ne => Ok(TRUE),
                _ => py.compare(op, x, y),
            };
        }
        index += 1;
    }
    Ok(bool_word(op.holds(a.length().cmp(&b.length()))))
}

/// The reprs of the items, between brackets; `value` is the object, `if_nested` its text inside itself.
pub fn repr(
    py: Py,
    value: Word,
    items: impl Sequence,
    (open, close): (&str, &str),
    if_nested: &str,
) -> Result {
    if items.length() == 0 {
        return py.str(&format!("{open}{close}"));
    }
    let text = py.guard_repr(value, || {
        let mut out = open.as_bytes().to_vec();
        let mut index = 0;
        while let Some(item) = items.get(index) {
            if index > 0 {
                out.extend_from_slice(b", ");
            }
            out.extend_from_slice(py.repr(item)?.as_bytes());
            index += 1;
        }
        if index == 1 && open == "(" {
            out.push(b',');
        }
        out.extend_from_slice(close.as_bytes());
        Ok(out)
    })?;
    py.str_bytes(text.as_deref().unwrap_or(if_nested.as_bytes()))
}

/// The count of `sequence * count`; `None` if it is no index.
/// Errors: `OverflowError` if it is beyond 64 bits.
pub fn repetitions(py: Py, count: Word) -> Result<Option<usize>> {
    if !has_index(py, count) {
        return Ok(None);
    }
    match V::of(py.to_index(count)?) {
        V::Int(count) => Ok(Some(count.max(0) as usize)),
        _ => {
            let name = py.type_name(count);
            Err(py.overflow_error(format!("cannot fit '{name}' into an index-sized integer")))
        }
    }
}

/// What the reflected method of a right operand makes of `sequence op other`; `NOT_IMPLEMENTED` if it has none. Sequences ask for
/// it first, because to CPython `+` and `*` of a sequence are not the operators of numbers.
pub fn reflected(py: Py, op: Binary, sequence: Word, other: Word) -> Result {
    if matches!(V::of(other), V::Int(_) | V::Bool(_) | V::Big(_)) {
        return Ok(NOT_IMPLEMENTED);
    }
    // Another sequence would ask back, for ever.
    let method = py.type_of(other).lookup(py, op.reflected());
    let is_sequence = matches!(V::of(py.base(other)), V::List(_) | V::Tuple(_) | V::Str(_) | V::Bytes(_));
    if is_sequence && method.is_some_and(|method| as_object::<Builtin>(method).is_some()) {
        return Ok(NOT_IMPLEMENTED);
    }
    Ok(py.call_special(other, op.reflected(), &[sequence])?.unwrap_or(NOT_IMPLEMENTED))
}

/// The one optional argument of a constructor without keywords.
/// Errors: `TypeError` in CPython's words.
pub fn only_argument(py: Py, class: &str, words: &[Word]) -> Result<Option<Word>> {
    match words {
        [] => Ok(None),
        [argument] => Ok(Some(*argument)),
        more => Err(py.type_error(format!("{class} expected at most 1 argument, got {}", more.len()))),
    }
}
