//! Iterators of the built-in containers: making and advancing them without a method call.

use crate::dict::{self, View};
use crate::objects::*;
use crate::py::{Py, Result};
use crate::types::Ty;
use crate::value::*;
use heap::{Gc, Header, Slot, WordSlot};
use std::cell::Cell;

/// [`DictIter::mode`]: over a set.
pub const SET: i64 = 4;
/// [`DictIter::mode`]: backwards.
pub const REVERSED: i64 = 8;

/// `iter(value)` for exact built-in containers; `None` for everything else.
pub fn builtin_iter(py: Py, value: Word) -> Result<Option<Word>> {
    Ok(Some(match V::of(value) {
        V::List(list) => word(py.alloc(ListIter {
            header: Header::EMPTY,
            list: Slot::new(Some(list)),
            index: Cell::new(0),
        })?),
        V::Tuple(tuple) => word(py.alloc(TupleIter {
            header: Header::EMPTY,
            tuple: Slot::new(Some(tuple)),
            index: Cell::new(0),
        })?),
        V::Range(range) => word(py.alloc(RangeIter {
            header: Header::EMPTY,
            next: Cell::new(range.start.get()),
            step: Cell::new(range.step.get()),
            left: Cell::new(range.length.get()),
        })?),
        V::Str(_) | V::Bytes(_) => word(py.alloc(StrIter {
            header: Header::EMPTY,
            text: WordSlot::new(value),
            index: Cell::new(0),
        })?),
        V::Dict(dict) => dict_iter(py, dict, View::Keys as i64)?,
        V::DictView(view) => dict_iter(py, view.dict.get().expect("a view has a dict"), view.mode.get())?,
        V::Set(set) => dict_iter(py, set.table.get().expect("a set has a table"), SET)?,
        V::FrozenSet(set) => dict_iter(py, set.table.get().expect("a set has a table"), SET)?,
        V::Generator(generator) if crate::generator::type_of(generator) == Ty::Generator => value,
        _ => return Ok(None),
    }))
}

/// An iterator over a dict or the table of a set.
pub fn dict_iter(py: Py, dict: Gc<Dict>, mode: i64) -> Result {
    let index = if mode & REVERSED != 0 { dict.filled.get() } else { 0 };
    Ok(word(py.alloc(DictIter {
        header: Header::EMPTY,
        dict: Slot::new(Some(dict)),
        index: Cell::new(index),
        mode: Cell::new(mode),
        live: Cell::new(dict.live.get()),
        left: Cell::new(dict.live.get()),
    })?))
}

/// The type of a dict or set iterator.
pub fn dict_iter_type(iter: Gc<DictIter>) -> Ty {
    match iter.mode.get() {
        mode if mode & SET != 0 => Ty::SetIterator,
        mode if mode & REVERSED != 0 => match View::of(mode) {
            View::Keys => Ty::DictReverseKeyIterator,
            View::Values => Ty::DictReverseValueIterator,
            View::Items => Ty::DictReverseItemIterator,
        },
        mode => match View::of(mode) {
            View::Keys => Ty::DictKeyIterator,
            View::Values => Ty::DictValueIterator,
            View::Items => Ty::DictItemIterator,
        },
    }
}

/// `next(iterator)` for the iterators of this file: `None`, it is another one; `Some(Ok(None))`, exhausted.
pub fn builtin_next(py: Py, iterator: Word) -> Option<Result<Option<Word>>> {
    use heap::Layout;
    let object = object(iterator)?;
    // SAFETY: for all casts: the layout was just compared.
    unsafe {
        Some(match object.layout_id() {
            id if id == ListIter::ID => Ok(list_next(py, object.cast())),
            id if id == TupleIter::ID => Ok(tuple_next(py, object.cast())),
            id if id == RangeIter::ID => range_next(py, object.cast()),
            id if id == StrIter::ID => str_next(py, object.cast()),
            id if id == DictIter::ID => dict_next(py, object.cast()),
            // A `StopIteration` of what they call ends them.
            id if id == LazyIter::ID => {
                // An iterator over an iterator over an iterator needs native stack for each.
                if py.native_stack_is_low() {
                    return Some(Err(py.recursion_error("maximum recursion depth exceeded")));
                }
                let step = (py.vm().hooks.next_lazy)(py, object.cast())?;
                py.unless(step, Ty::StopIteration).map(Option::flatten)
            }
            _ => return None,
        })
    }
}

/// What advances an iterator of this file that asks nobody else: [`builtin_next`] for its kind.
pub fn builtin_stepper(iterator: Word) -> Option<crate::native::AdvanceFn> {
    /// Precondition of what these make of a word: it is an object of the layout.
    fn of<T: heap::Layout>(iterator: Word) -> Gc<T> {
        as_object(iterator).expect("the layout was tested")
    }
    use heap::Layout;
    Some(match object(iterator)?.layout_id() {
        id if id == ListIter::ID => |py, own| Ok(list_next(py, of(own))),
        id if id == TupleIter::ID => |py, own| Ok(tuple_next(py, of(own))),
        id if id == RangeIter::ID => |py, own| range_next(py, of(own)),
        id if id == StrIter::ID => |py, own| str_next(py, of(own)),
        id if id == DictIter::ID => |py, own| dict_next(py, of(own)),
        _ => return None,
    })
}

fn list_next(py: Py, iter: Gc<ListIter>) -> Option<Word> {
    let list = iter.list.get()?;
    let index = iter.index.get();
    if index >= list.length.get() {
        iter.list.set(py.mutator(), iter, None);
        return None;
    }
    iter.index.set(index + 1);
    Some(list.item(index as usize))
}

fn tuple_next(py: Py, iter: Gc<TupleIter>) -> Option<Word> {
    let tuple = iter.tuple.get()?;
    let index = iter.index.get();
    match tuple.items().get(index as usize) {
        Some(item) => {
            iter.index.set(index + 1);
            Some(item.get())
        }
        None => {
            iter.tuple.set(py.mutator(), iter, None);
            None
        }
    }
}

fn range_next(py: Py, iter: Gc<RangeIter>) -> Result<Option<Word>> {
    if iter.left.get() == 0 {
        return Ok(None);
    }
    iter.left.set(iter.left.get() - 1);
    let value = iter.next.get();
    iter.next.set(value.wrapping_add(iter.step.get()));
    py.int(value).map(Some)
}

/// The next character of an exact string, if it is an ASCII character.
#[inline(always)]
pub fn ascii_next(py: Py, iter: Gc<StrIter>) -> Option<Word> {
    let at = iter.index.get() as usize;
    let text = as_object::<Str>(iter.text.get())?;
    let &ascii @ ..0x80 = text.as_bytes().get(at)? else { return None };
    iter.index.set(at as i64 + 1);
    Some(py.vm().latin1_char(ascii))
}

fn str_next(py: Py, iter: Gc<StrIter>) -> Result<Option<Word>> {
    if let Some(ascii) = ascii_next(py, iter) {
        return Ok(Some(ascii));
    }
    let at = iter.index.get() as usize;
    match V::of(iter.text.get()) {
        V::Str(text) => {
            let bytes = text.as_bytes();
            let Some(&first) = bytes.get(at) else { return Ok(None) };
            let length = match first {
                0..=0x7F => 1,
                0xC0..=0xDF => 2,
                0xE0..=0xEF => 3,
                _ => 4,
            };
            iter.index.set((at + length) as i64);
            if length == 1 {
                return Ok(Some(py.vm().latin1_char(first)));
            }
            Ok(Some(word(py.new_wtf8(&bytes[at..at + length], 1)?)))
        }
        V::Bytes(bytes) => match bytes.items().get(at) {
            Some(byte) => {
                iter.index.set(at as i64 + 1);
                py.int(i64::from(*byte)).map(Some)
            }
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

fn dict_next(py: Py, iter: Gc<DictIter>) -> Result<Option<Word>> {
    let Some(dict) = iter.dict.get() else { return Ok(None) };
    let mode = iter.mode.get();
    if dict.live.get() != iter.live.get() {
        // It stays broken, as CPython's does.
        iter.live.set(-1);
        let what = if mode & SET != 0 { "Set" } else { "dictionary" };
        return Err(py.runtime_error(format!("{what} changed size during iteration")));
    }
    let found = match mode & REVERSED {
        0 => dict::next(dict, iter.index.get() as usize),
        _ => dict::previous(dict, iter.index.get() as usize),
    };
    let Some((entry, key, value)) = found else {
        iter.dict.set(py.mutator(), iter, None);
        return Ok(None);
    };
    if iter.left.get() == 0 && mode & SET == 0 {
        // As many keys as before, but others.
        iter.dict.set(py.mutator(), iter, None);
        return Err(py.runtime_error("dictionary keys changed during iteration"));
    }
    iter.left.set(iter.left.get() - 1);
    iter.index.set(if mode & REVERSED == 0 { entry as i64 + 1 } else { entry as i64 });
    if mode & SET != 0 {
        return Ok(Some(key));
    }
    Ok(Some(match View::of(mode) {
        View::Keys => key,
        View::Values => value,
        View::Items => py.new_tuple(&[key, value])?,
    }))
}
