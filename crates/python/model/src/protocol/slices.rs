//! Slices of exact lists, tuples, bytes, ranges and ASCII strings by ordinary bounds: what almost all slices are. No slice object is made, and nobody is
//! asked whether the bounds have an `__index__`. Everything else is left to the subscript of the type.

use super::*;
use crate::lists;
use python_text::index::{slice_indices, slice_with_step};

/// A bound or step of a slice: what is outside the `Option` says whether it is an ordinary one, None or an immediate integer.
fn bound(word: Word) -> Option<Option<i64>> {
    if word == NONE {
        return Some(None);
    }
    NanBox::is_int(&mut Host, word).then(|| Some(NanBox::unbox_int(&mut Host, word) as i64))
}

/// Start, step and number of the positions selected; `None`: a bound is no ordinary one, or the step is zero.
fn selection(start: Word, stop: Word, step: Word, length: usize) -> Option<(usize, i64, usize)> {
    let (start, stop, step) = (bound(start)?, bound(stop)?, bound(step)?.unwrap_or(1));
    if step == 0 {
        return None;
    }
    let (first, _, count) = slice_indices(start, stop, step, length);
    // A start before the first item selects nothing.
    Some((first.max(0) as usize, step, count))
}

impl<'a> Py<'a> {
    /// `value[start:stop:step]` of an exact list, tuple, bytes object, range or ASCII string with ordinary bounds; `None` for everything else.
    pub fn simple_slice(self, value: Word, start: Word, stop: Word, step: Word) -> Result<Option<Word>> {
        let length = match V::of(value) {
            V::List(list) => list.len(),
            V::Tuple(tuple) => tuple.items().len(),
            V::Str(text) if text.is_ascii() => text.len(),
            V::Bytes(bytes) => bytes.items().len(),
            V::Other(object) => match object.downcast() {
                Some(range) => return self.part_of_range(range, start, stop, step),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let Some((first, step, count)) = selection(start, stop, step, length) else { return Ok(None) };
        let is_whole = step == 1 && count == length;
        let position = |n: usize| (first as i64 + n as i64 * step) as usize;
        Ok(Some(match V::of(value) {
            V::List(list) => {
                let storage = list.storage();
                let from = storage.items();
                word(match step {
                    1 => self.list_with(count, |n| from[first + n].get())?,
                    _ => self.list_with(count, |n| from[position(n)].get())?,
                })
            }
            V::Tuple(_) | V::Str(_) | V::Bytes(_) if is_whole => value,
            V::Bytes(bytes) if step == 1 => self.new_bytes(&bytes.items()[first..first + count])?,
            V::Bytes(bytes) => {
                let part: Vec<u8> = (0..count).map(|n| bytes.items()[position(n)]).collect();
                self.new_bytes(&part)?
            }
            V::Tuple(_) if count == 0 => self.vm().empty_tuple(),
            V::Tuple(tuple) => {
                let from = tuple.items();
                word(match step {
                    1 => self.tuple_with(count, |n| from[first + n].get())?,
                    _ => self.tuple_with(count, |n| from[position(n)].get())?,
                })
            }
            V::Str(text) if step == 1 => word(self.new_wtf8(&text.as_bytes()[first..first + count], count)?),
            V::Str(text) => {
                let part = slice_with_step(text.as_bytes(), length, first as i64, step, count);
                word(self.new_wtf8(&part, count)?)
            }
            _ => unreachable!("told apart above"),
        }))
    }

    /// The same of a range; `None` as well if an end of the part is beyond 64 bits.
    fn part_of_range(self, range: Gc<Range>, start: Word, stop: Word, step: Word) -> Result<Option<Word>> {
        let (Some(start), Some(stop), Some(step)) = (bound(start), bound(stop), bound(step)) else {
            return Ok(None);
        };
        let step = step.unwrap_or(1);
        let Ok(length) = usize::try_from(range.length.get()) else { return Ok(None) };
        if step == 0 {
            return Ok(None);
        }
        let (first, last, count) = slice_indices(start, stop, step, length);
        let at = |index: i64| range.start.get().checked_add(index.checked_mul(range.step.get())?);
        let (Some(first), Some(last), Some(step)) = (at(first), at(last), step.checked_mul(range.step.get()))
        else {
            return Ok(None);
        };
        Ok(Some(word(self.alloc(Range {
            header: Header::EMPTY,
            start: Cell::new(first),
            step: Cell::new(step),
            length: Cell::new(count as i64),
            stop: Cell::new(last),
        })?)))
    }

    /// `value[start:stop] = items` of two exact lists with ordinary bounds; whether it is done.
    pub fn simple_slice_store(self, value: Word, start: Word, stop: Word, items: Word) -> Result<bool> {
        let (Some(list), Some(items)) = (as_object::<List>(value), as_object::<List>(items)) else {
            return Ok(false);
        };
        if value == word(items) {
            return Ok(false);
        }
        let Some((first, _, count)) = selection(start, stop, NONE, list.len()) else { return Ok(false) };
        lists::splice(self, list, first, first + count, Some(items))?;
        Ok(true)
    }
}
