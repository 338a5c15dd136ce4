//! The iterators of containers, of sequences by `__getitem__`, and of `iter(callable, sentinel)`: their methods. `python_model::iterators`
//! advances those of exact containers.

use heap::Gc;
use python_model::iterators::builtin_next;
use python_model::native::{NativeDef, NativeType, def};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::*;

/// `__iter__` of every iterator.
pub const ITER: NativeDef = def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0]));

/// `__next__` of the iterators that the model advances.
const NEXT: NativeDef =
    def("__next__", "($self, /)", "Implement next(self).", |py, a| match builtin_next(py, py.base(a[0])) {
        Some(step) => item_or_stop(py, step?),
        None => Err(py.type_error(format!("'{}' object is not an iterator", py.type_name(a[0])))),
    });

/// What `__next__` returns. Errors: `StopIteration` if there is nothing.
pub fn item_or_stop(py: Py, item: Option<Word>) -> Result {
    item.ok_or_else(|| py.stop_iteration(NONE))
}

static LIST_METHODS: &[NativeDef] = &[
    ITER,
    NEXT,
    def(
        "__length_hint__",
        "($self, /)",
        "Private method returning an estimate of len(list(it)).",
        |py, a| {
            let own: Gc<ListIter> = py.expect(a[0], Ty::ListIterator, "__length_hint__")?;
            let length = own.list.get().map_or(0, |list| list.length.get());
            py.int((length - own.index.get()).max(0))
        },
    ),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let own: Gc<ListIter> = py.expect(a[0], Ty::ListIterator, "__reduce__")?;
        let empty = word(py.new_list(0)?);
        reduce_at(py, "iter", own.list.get().map(word), empty, own.index.get())
    }),
    def("__setstate__", "($self, state, /)", "Set state information for unpickling.", |py, a| {
        let own: Gc<ListIter> = py.expect(a[0], Ty::ListIterator, "__setstate__")?;
        let index = py.index(a[1])?;
        match own.list.get() {
            // Before the beginning is beyond the end.
            Some(_) if index < 0 => own.list.set(py.mutator(), own, None),
            Some(list) => own.index.set(index.min(list.length.get())),
            None => {}
        }
        Ok(NONE)
    }),
];

static TUPLE_METHODS: &[NativeDef] = &[
    ITER,
    NEXT,
    def(
        "__length_hint__",
        "($self, /)",
        "Private method returning an estimate of len(list(it)).",
        |py, a| {
            let own: Gc<TupleIter> = py.expect(a[0], Ty::TupleIterator, "__length_hint__")?;
            let length = own.tuple.get().map_or(0, |tuple| tuple.length.get());
            py.int((length - own.index.get()).max(0))
        },
    ),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let own: Gc<TupleIter> = py.expect(a[0], Ty::TupleIterator, "__reduce__")?;
        reduce_at(py, "iter", own.tuple.get().map(word), py.vm().empty_tuple(), own.index.get())
    }),
    def("__setstate__", "($self, state, /)", "Set state information for unpickling.", |py, a| {
        let own: Gc<TupleIter> = py.expect(a[0], Ty::TupleIterator, "__setstate__")?;
        let index = py.index(a[1])?;
        if let Some(tuple) = own.tuple.get() {
            own.index.set(index.clamp(0, tuple.length.get()));
        }
        Ok(NONE)
    }),
];

/// `(function, (container,), index)`, or `(function, (empty,))` of an exhausted iterator. The function is a name of `builtins`.
pub fn reduce_at(py: Py, function: &str, source: Option<Word>, empty: Word, index: i64) -> Result {
    let function = py.import_from("builtins", function)?;
    match source {
        Some(source) => {
            let args = py.new_tuple(&[source])?;
            let index = py.int(index)?;
            py.new_tuple(&[function, args, index])
        }
        None => {
            let args = py.new_tuple(&[empty])?;
            py.new_tuple(&[function, args])
        }
    }
}

static DICT_METHODS: &[NativeDef] = &[
    ITER,
    NEXT,
    def(
        "__length_hint__",
        "($self, /)",
        "Private method returning an estimate of len(list(it)).",
        |py, a| {
            let own: Gc<DictIter> = py.expect(a[0], Ty::DictKeyIterator, "__length_hint__")?;
            match own.dict.get() {
                Some(dict) if dict.live.get() == own.live.get() => py.int(own.left.get().max(0)),
                _ => py.int(0),
            }
        },
    ),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let own: Gc<DictIter> = py.expect(a[0], Ty::DictKeyIterator, "__reduce__")?;
        // What is left, without advancing the iterator.
        let rest = py.alloc(DictIter {
            header: heap::Header::EMPTY,
            dict: heap::Slot::new(own.dict.get()),
            index: own.index.clone(),
            mode: own.mode.clone(),
            live: own.live.clone(),
            left: own.left.clone(),
        })?;
        let items = py.new_list(0)?;
        while let Some(item) = py.next(word(rest))? {
            list_push(py, items, item)?;
        }
        let function = py.import_from("builtins", "iter")?;
        let args = py.new_tuple(&[word(items)])?;
        py.new_tuple(&[function, args])
    }),
];

/// A lazy iterator of this type.
fn lazy(py: Py, value: Word, ty: Ty, method: &str) -> Result<Gc<LazyIter>> {
    py.expect(value, ty, method)
}

/// Ends an iterator: it refers to nothing any more.
pub fn exhaust(py: Py, own: Gc<LazyIter>) {
    own.source.set(py.mutator(), own, UNSET);
    own.extra.set(py.mutator(), own, UNSET);
}

/// `sequence[index]`; `None` if there is no such item: `IndexError` or `StopIteration`.
pub fn item_at(py: Py, sequence: Word, index: i64) -> Result<Option<Word>> {
    if let V::Tuple(tuple) = V::of(sequence) {
        return Ok(tuple.items().get(index as usize).map(|item| item.get()));
    }
    let index = py.int(index)?;
    match py.get_item(sequence, index) {
        Ok(item) => Ok(Some(item)),
        Err(raised) => {
            if py.take_if(Ty::IndexError).is_some() || py.take_if(Ty::StopIteration).is_some() {
                return Ok(None);
            }
            Err(raised)
        }
    }
}

/// Advances an iterator that asks for items by index.
pub fn next_by_index(py: Py, own: Gc<LazyIter>) -> Result<Option<Word>> {
    let (source, index) = (own.source.get(), own.index.get());
    if source == UNSET {
        return Ok(None);
    }
    if index == i64::MAX {
        return Err(py.overflow_error("iter index too large"));
    }
    let item = item_at(py, source, index)?;
    match item {
        Some(_) => own.index.set(index + 1),
        None => exhaust(py, own),
    }
    Ok(item)
}

/// Advances an iterator that calls a function until that returns something equal to the sentinel.
pub fn next_of_callable(py: Py, own: Gc<LazyIter>) -> Result<Option<Word>> {
    if own.source.get() == UNSET {
        return Ok(None);
    }
    let sentinel = own.extra.get();
    match py.call(own.source.get(), &[]) {
        Ok(item) => {
            // The call may have ended the iterator.
            if own.source.get() == UNSET || py.is_equal(sentinel, item)? {
                exhaust(py, own);
                return Ok(None);
            }
            Ok(Some(item))
        }
        Err(raised) => {
            if py.take_if(Ty::StopIteration).is_none() {
                return Err(raised);
            }
            exhaust(py, own);
            Ok(None)
        }
    }
}

/// Advances an iterator over a list from its end.
pub fn next_from_end(py: Py, own: Gc<LazyIter>) -> Option<Word> {
    let index = own.index.get();
    match as_object::<List>(own.source.get()) {
        Some(list) if index >= 0 && index < list.length.get() => {
            own.index.set(index - 1);
            Some(list.item(index as usize))
        }
        _ => {
            own.index.set(-1);
            exhaust(py, own);
            None
        }
    }
}

static SEQUENCE_METHODS: &[NativeDef] = &[
    ITER,
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let own = lazy(py, a[0], Ty::SeqIterator, "__next__")?;
        let item = next_by_index(py, own)?;
        item_or_stop(py, item)
    }),
    def(
        "__length_hint__",
        "($self, /)",
        "Private method returning an estimate of len(list(it)).",
        |py, a| {
            let own = lazy(py, a[0], Ty::SeqIterator, "__length_hint__")?;
            if own.source.get() == UNSET {
                return py.int(0);
            }
            match py.len_opt(own.source.get())? {
                Some(length) => py.int((length as i64 - own.index.get()).max(0)),
                None => Ok(NOT_IMPLEMENTED),
            }
        },
    ),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let own = lazy(py, a[0], Ty::SeqIterator, "__reduce__")?;
        let source = Some(own.source.get()).filter(|source| *source != UNSET);
        reduce_at(py, "iter", source, py.vm().empty_tuple(), own.index.get())
    }),
    def("__setstate__", "($self, state, /)", "Set state information for unpickling.", |py, a| {
        let own = lazy(py, a[0], Ty::SeqIterator, "__setstate__")?;
        let index = py.index(a[1])?;
        if own.source.get() != UNSET {
            own.index.set(index.max(0));
        }
        Ok(NONE)
    }),
];

static CALLABLE_METHODS: &[NativeDef] = &[
    ITER,
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let own = lazy(py, a[0], Ty::CallableIterator, "__next__")?;
        let item = next_of_callable(py, own)?;
        item_or_stop(py, item)
    }),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let own = lazy(py, a[0], Ty::CallableIterator, "__reduce__")?;
        let function = py.import_from("builtins", "iter")?;
        let args = match own.source.get() {
            UNSET => py.new_tuple(&[py.vm().empty_tuple()])?,
            source => py.new_tuple(&[source, own.extra.get()])?,
        };
        py.new_tuple(&[function, args])
    }),
];

static LIST_REVERSE_METHODS: &[NativeDef] = &[
    ITER,
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let own = lazy(py, a[0], Ty::ListReverseIterator, "__next__")?;
        item_or_stop(py, next_from_end(py, own))
    }),
    def(
        "__length_hint__",
        "($self, /)",
        "Private method returning an estimate of len(list(it)).",
        |py, a| {
            let own = lazy(py, a[0], Ty::ListReverseIterator, "__length_hint__")?;
            match as_object::<List>(own.source.get()) {
                Some(list) if list.length.get() > own.index.get() => py.int(own.index.get() + 1),
                _ => py.int(0),
            }
        },
    ),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let own = lazy(py, a[0], Ty::ListReverseIterator, "__reduce__")?;
        let empty = word(py.new_list(0)?);
        match own.source.get() {
            UNSET => reduce_at(py, "iter", None, empty, 0),
            source => reduce_at(py, "reversed", Some(source), empty, own.index.get()),
        }
    }),
    def("__setstate__", "($self, state, /)", "Set state information for unpickling.", |py, a| {
        let own = lazy(py, a[0], Ty::ListReverseIterator, "__setstate__")?;
        let index = py.index(a[1])?;
        match as_object::<List>(own.source.get()) {
            Some(_) if index < 0 => exhaust(py, own),
            Some(list) => own.index.set(index.min(list.length.get() - 1)),
            None => {}
        }
        Ok(NONE)
    }),
];

const fn iterator(ty: Ty, methods: &'static [NativeDef]) -> NativeType {
    NativeType { ty, doc: "", constructor: None, methods }
}

pub static TYPES: &[NativeType] = &[
    iterator(Ty::ListIterator, LIST_METHODS),
    iterator(Ty::ListReverseIterator, LIST_REVERSE_METHODS),
    iterator(Ty::TupleIterator, TUPLE_METHODS),
    iterator(Ty::DictKeyIterator, DICT_METHODS),
    iterator(Ty::DictValueIterator, DICT_METHODS),
    iterator(Ty::DictItemIterator, DICT_METHODS),
    iterator(Ty::DictReverseKeyIterator, DICT_METHODS),
    iterator(Ty::DictReverseValueIterator, DICT_METHODS),
    iterator(Ty::DictReverseItemIterator, DICT_METHODS),
    iterator(Ty::SetIterator, DICT_METHODS),
    iterator(Ty::SeqIterator, SEQUENCE_METHODS),
    iterator(Ty::CallableIterator, CALLABLE_METHODS),
];
