//! Iterators over strings, bytes, bytearrays and memory views: their methods. Advancing those over strings and bytes is in
//! [`python_model::iterators`]; the others are [`LazyIter`]s with the sequence and an index.

use heap::Gc;
use python_model::dict;
use python_model::native::{NativeDef, NativeType, def};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use std::cell::Cell;

static STR_METHODS: &[NativeDef] = &[
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", next),
    def("__length_hint__", "($self, /)", "How many items are left.", |py, a| {
        let (_, left) = place(py, a[0])?;
        py.int(left as i64)
    }),
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, a| {
        let iterator = str_iterator(py, a[0])?;
        let (index, left) = place(py, a[0])?;
        if left == 0 {
            let empty = match V::of(iterator.text.get()) {
                V::Str(_) => py.str("")?,
                _ => py.vm().empty_tuple(),
            };
            return py.new_tuple(&[builtin_iter(py)?, py.new_tuple(&[empty])?]);
        }
        py.new_tuple(&[builtin_iter(py)?, py.new_tuple(&[iterator.text.get()])?, py.int(index as i64)?])
    }),
    def("__setstate__", "($self, state, /)", "Helper for pickle.", |py, a| {
        let iterator = str_iterator(py, a[0])?;
        let index = py.index(a[1])?.max(0) as usize;
        let offset = match V::of(iterator.text.get()) {
            V::Str(text) => py.byte_offset(text, index.min(text.len())),
            V::Bytes(bytes) => index.min(bytes.items().len()),
            _ => 0,
        };
        iterator.index.set(offset as i64);
        Ok(NONE)
    }),
];

/// Advances an iterator over a bytearray or a memory view.
pub fn next_indexed(py: Py, own: Gc<LazyIter>) -> Result<Option<Word>> {
    let (source, index) = (own.source.get(), own.index.get());
    if source == NONE {
        return Ok(None);
    }
    if index as usize >= py.len(source)? {
        own.source.set(py.mutator(), own, NONE);
        return Ok(None);
    }
    let item = py.get_item(source, py.int(index)?)?;
    own.index.set(index + 1);
    Ok(Some(item))
}

static INDEXED_METHODS: &[NativeDef] = &[
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let iterator = indexed(py, a[0])?;
        let item = next_indexed(py, iterator)?;
        crate::iterators::item_or_stop(py, item)
    }),
    def("__length_hint__", "($self, /)", "How many items are left.", |py, a| {
        let iterator = indexed(py, a[0])?;
        match iterator.source.get() {
            NONE => py.int(0),
            source => py.int((py.len(source)? as i64 - iterator.index.get()).max(0)),
        }
    }),
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, a| {
        let iterator = indexed(py, a[0])?;
        match iterator.source.get() {
            NONE => {
                let empty = py.vm().empty_tuple();
                py.new_tuple(&[builtin_iter(py)?, py.new_tuple(&[empty])?])
            }
            source => {
                let index = py.int(iterator.index.get())?;
                py.new_tuple(&[builtin_iter(py)?, py.new_tuple(&[source])?, index])
            }
        }
    }),
    def("__setstate__", "($self, state, /)", "Helper for pickle.", |py, a| {
        let iterator = indexed(py, a[0])?;
        iterator.index.set(py.index(a[1])?.max(0));
        Ok(NONE)
    }),
];

pub static TYPES: &[NativeType] = &[
    NativeType { ty: Ty::StrIterator, doc: "", constructor: None, methods: STR_METHODS },
    NativeType { ty: Ty::StrAsciiIterator, doc: "", constructor: None, methods: STR_METHODS },
    NativeType { ty: Ty::BytesIterator, doc: "", constructor: None, methods: STR_METHODS },
    NativeType { ty: Ty::ByteArrayIterator, doc: "", constructor: None, methods: INDEXED_METHODS },
    NativeType { ty: Ty::MemoryIterator, doc: "", constructor: None, methods: INDEXED_METHODS },
];

fn str_iterator(py: Py, value: Word) -> Result<Gc<StrIter>> {
    py.expect(value, Ty::StrIterator, "__next__")
}

fn indexed(py: Py, value: Word) -> Result<Gc<LazyIter>> {
    py.expect(value, Ty::ByteArrayIterator, "__next__")
}

fn next(py: Py, a: &[Word]) -> Result {
    str_iterator(py, a[0])?;
    match py.next(a[0])? {
        Some(item) => Ok(item),
        None => Err(py.stop_iteration(NONE)),
    }
}

/// The index of the next item and how many items are left.
fn place(py: Py, value: Word) -> Result<(usize, usize)> {
    let iterator = str_iterator(py, value)?;
    let offset = iterator.index.get() as usize;
    Ok(match V::of(iterator.text.get()) {
        V::Str(text) => {
            let index = py.char_index(text, offset.min(text.as_bytes().len()));
            (index, text.len() - index)
        }
        V::Bytes(bytes) => (offset, bytes.items().len().saturating_sub(offset)),
        _ => (0, 0),
    })
}

/// An iterator over a sequence that is asked for its items by index.
pub fn over(py: Py, sequence: Word, kind: Ty) -> Result {
    Ok(word(py.alloc(LazyIter {
        header: heap::Header::EMPTY,
        kind: Cell::new(kind as i64),
        source: heap::WordSlot::new(sequence),
        extra: heap::WordSlot::new(NONE),
        index: Cell::new(0),
    })?))
}

/// The function `iter`.
fn builtin_iter(py: Py) -> Result {
    let builtins: Gc<Dict> = as_object(py.vm().builtins.get()).expect("made when the interpreter started");
    let name = py.intern("iter")?;
    dict::get_symbol(py, builtins, name).ok_or_else(|| py.raise_text(Ty::AttributeError, "iter"))
}
