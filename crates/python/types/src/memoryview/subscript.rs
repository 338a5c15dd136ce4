//! `view[key]` and `view[key] = value`: items by index or by a tuple of indices, and parts of the outermost dimension.

use super::shape::{self, Dimension};
use super::{READ_ONLY, copy, items, live, release, with_view};
use crate::buffer;
use crate::sequence::{is_index, slice_bounds, subscript_index};
use heap::Gc;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::value::*;
use python_text::index::{slice_indices, wrap_index};

/// What a key asks for.
enum Key {
    /// The item so many bytes behind the first one.
    Item(i64),
    Slice(Gc<Slice>),
    /// All of a view without dimensions.
    Everything,
    /// One slice for each dimension.
    Slices,
}

/// The offset of an index in a dimension, whose number counts from 1.
fn offset(py: Py, key: Word, dimension: Dimension, number: usize) -> Result<i64> {
    let index = subscript_index(py, key)?;
    match wrap_index(index, dimension.items as usize) {
        Some(index) => Ok(index as i64 * dimension.stride),
        None => Err(py.index_error(format!("index out of bounds on dimension {number}"))),
    }
}

/// `sub_views`: what an index of a view of several dimensions says.
fn parse(py: Py, view: Gc<MemoryView>, key: Word, sub_views: &'static str) -> Result<Key> {
    let dimensions = shape::of(view);
    let tuple = py.cast::<Tuple>(key);
    if dimensions.is_empty() {
        return match tuple {
            Some(tuple) if tuple.items().is_empty() => Ok(Key::Item(0)),
            None if key == ELLIPSIS => Ok(Key::Everything),
            _ => Err(py.type_error("invalid indexing of 0-dim memory")),
        };
    }
    if let Some(slice) = as_object::<Slice>(key) {
        return Ok(Key::Slice(slice));
    }
    let Some(tuple) = tuple else {
        return match dimensions.as_slice() {
            _ if !is_index(py, key) => Err(py.type_error("memoryview: invalid slice key")),
            [one] => offset(py, key, *one, 1).map(Key::Item),
            _ => Err(py.not_implemented_error(sub_views)),
        };
    };
    let keys = tuple.items();
    if !keys.iter().all(|key| is_index(py, key.get())) {
        return match keys.iter().all(|key| as_object::<Slice>(key.get()).is_some()) {
            true => Ok(Key::Slices),
            false => Err(py.type_error("memoryview: invalid slice key")),
        };
    }
    if keys.len() < dimensions.len() {
        return Err(py.not_implemented_error("sub-views are not implemented"));
    }
    if keys.len() > dimensions.len() {
        let (count, keys) = (dimensions.len(), keys.len());
        return Err(py.type_error(format!("cannot index {count}-dimension view with {keys}-element tuple")));
    }
    let mut at = 0;
    for (number, (key, dimension)) in keys.iter().zip(dimensions).enumerate() {
        at += offset(py, key.get(), dimension, number + 1)?;
    }
    Ok(Key::Item(at))
}

pub fn get(py: Py, a: &[Word]) -> Result {
    let view = live(py, a[0])?;
    match parse(py, view, a[1], "multi-dimensional sub-views are not implemented")? {
        Key::Item(offset) => items::at_offset(py, view, offset),
        Key::Slice(slice) => Ok(word(part(py, view, slice)?)),
        Key::Everything => Ok(a[0]),
        Key::Slices => Err(py.not_implemented_error("multi-dimensional slicing is not implemented")),
    }
}

/// The view of some of the items of the outermost dimension.
fn part(py: Py, view: Gc<MemoryView>, slice: Gc<Slice>) -> Result<Gc<MemoryView>> {
    // Made before the bounds are asked for, which may release the old one.
    let new = copy(py, view)?;
    let (start, stop, step) = slice_bounds(py, &slice)?;
    let mut dimensions = shape::of(new);
    let outermost = &mut dimensions[0];
    // Unlike sequences, a view remembers its step even if it has one item.
    let (start, _, items) = slice_indices(start, stop, step, outermost.items as usize);
    let first = view.start.get() + start * outermost.stride;
    *outermost = Dimension { items: items as i64, stride: outermost.stride.wrapping_mul(step) };
    new.start.set(first);
    shape::set(py, new, &dimensions)?;
    Ok(new)
}

pub fn set(py: Py, a: &[Word]) -> Result {
    let view = live(py, a[0])?;
    items::format(py, view)?;
    if view.flags.get() & READ_ONLY != 0 {
        return Err(py.type_error("cannot modify read-only memory"));
    }
    match parse(py, view, a[1], "sub-views are not implemented")? {
        Key::Item(offset) => {
            let bytes = items::pack(py, view, a[2])?;
            items::write(py, view, offset, &bytes)?;
        }
        Key::Everything => {
            let bytes = items::pack(py, view, a[2])?;
            items::write(py, view, 0, &bytes)?;
        }
        Key::Slice(slice) if view.shape.get() == NONE => {
            buffer::get(py, a[2])?;
            with_view(py, a[2], |new| {
                let target = part(py, view, slice)?;
                live(py, a[0])?;
                fill(py, target, new)?;
                release(py, word(target))
            })?;
        }
        Key::Slice(_) | Key::Slices => {
            return Err(
                py.not_implemented_error("memoryview slice assignments are currently restricted to ndim = 1")
            );
        }
    }
    Ok(NONE)
}

/// Overwrites all items of a view of one dimension by those of another, which may be the same.
fn fill(py: Py, target: Gc<MemoryView>, new: Gc<MemoryView>) -> Result<()> {
    let has_same_structure = python_model::strings::equal(new.format.get(), target.format.get())
        && new.item_bytes.get() == target.item_bytes.get()
        && new.shape.get() == NONE
        && new.length.get() == target.length.get();
    if !has_same_structure {
        return Err(py.value_error("memoryview assignment: lvalue and rvalue have different structures"));
    }
    let bytes = buffer::get(py, word(new))?.to_vec();
    for (index, item) in bytes.chunks_exact(target.item_bytes.get() as usize).enumerate() {
        items::write(py, target, index as i64 * target.step.get(), item)?;
    }
    Ok(())
}
