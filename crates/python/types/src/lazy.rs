//! `enumerate`, `zip`, `map`, `filter` and `reversed`. All are [`LazyIter`]s:
//!
//! | kind | source | extra | index |
//! |---|---|---|---|
//! | `enumerate` | iterator | the next number if it is beyond 64 bits, else None | the next number |
//! | `zip` | tuple of iterators | None | 1 if strict |
//! | `map` | tuple of iterators | function | 1 if strict |
//! | `filter` | iterator | function or None | 0 |
//! | `reversed` | sequence; unset when exhausted | None | next index, −1 when exhausted |

use crate::items::has_index;
use crate::iterators::{self as iterators, ITER, exhaust, item_at, item_or_stop};
use heap::{Gc, Header, WordSlot};
use python_model::instance;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, class_method, def};
use python_model::objects::*;
use python_model::operators::Binary;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use std::cell::Cell;

/// An iterator of this type.
pub fn new_iterator(py: Py, ty: Ty, source: Word, extra: Word, index: i64) -> Result {
    Ok(word(py.alloc(LazyIter {
        header: Header::EMPTY,
        kind: Cell::new(ty as i64),
        source: WordSlot::new(source),
        extra: WordSlot::new(extra),
        index: Cell::new(index),
    })?))
}

/// The same for a class that was called: the type or a subclass.
fn new_of(py: Py, class: TypeRef, ty: Ty, source: Word, extra: Word, index: i64) -> Result {
    let made = new_iterator(py, ty, source, extra, index)?;
    if class.is(py.ty(ty)) { Ok(made) } else { instance::new(py, class, made) }
}

fn receiver(py: Py, value: Word, ty: Ty, method: &str) -> Result<Gc<LazyIter>> {
    py.expect(value, ty, method)
}

/// Advances an iterator without its method; `None`: it is of another kind, beyond 64 bits.
pub fn next(py: Py, own: Gc<LazyIter>) -> Option<Result<Option<Word>>> {
    let kind = own.kind.get();
    Some(if kind == Ty::Enumerate as i64 {
        next_enumerate(py, own)
    } else if kind == Ty::Zip as i64 {
        next_items(py, own, "zip").map(|items| items.map(word))
    } else if kind == Ty::Map as i64 {
        next_map(py, own)
    } else if kind == Ty::Filter as i64 {
        next_filter(py, own)
    } else if kind == Ty::Reversed as i64 {
        next_reversed(py, own)
    } else if kind == Ty::ListReverseIterator as i64 {
        Ok(iterators::next_from_end(py, own))
    } else if kind == Ty::SeqIterator as i64 {
        iterators::next_by_index(py, own)
    } else if kind == Ty::CallableIterator as i64 {
        iterators::next_of_callable(py, own)
    } else if kind == Ty::ByteArrayIterator as i64 || kind == Ty::MemoryIterator as i64 {
        crate::text_iterators::next_indexed(py, own)
    } else {
        return None;
    })
}

/// Whether keywords are for the type itself: not if a subclass has an `__init__` that may take them.
fn takes_own_keywords(py: Py, class: TypeRef) -> bool {
    class.lookup(py, Name::Init) == py.ty(Ty::Object).lookup(py, Name::Init)
}

// -- enumerate

fn new_enumerate(py: Py, class: TypeRef, args: Args) -> Result {
    let (mut iterable, mut start) = (UNSET, UNSET);
    let total = args.words.len();
    if total > 2 {
        return Err(py.type_error(format!("enumerate() takes at most 2 arguments ({total} given)")));
    }
    match args.positionals() {
        [] => {}
        [first] => iterable = *first,
        [first, second, ..] => (iterable, start) = (*first, *second),
    }
    for (name, value) in args.named() {
        match name.as_bytes() {
            b"iterable" if iterable == UNSET => iterable = value,
            b"start" if start == UNSET => start = value,
            other => {
                let other = String::from_utf8_lossy(other);
                return Err(
                    py.type_error(format!("'{other}' is an invalid keyword argument for enumerate()"))
                );
            }
        }
    }
    if iterable == UNSET {
        return Err(py.type_error("enumerate() missing required argument 'iterable'"));
    }
    let (mut index, mut large) = (0, NONE);
    if start != UNSET {
        let start = py.to_index(start)?;
        match V::of(start) {
            V::Int(start) => index = start,
            _ => large = start,
        }
    }
    let iterator = py.iter(iterable)?;
    new_of(py, class, Ty::Enumerate, iterator, large, index)
}

/// The number of the next item.
fn next_number(py: Py, own: Gc<LazyIter>) -> Result {
    match own.extra.get() {
        NONE => py.int(own.index.get()),
        large => Ok(large),
    }
}

fn next_enumerate(py: Py, own: Gc<LazyIter>) -> Result<Option<Word>> {
    let Some(item) = py.next(own.source.get())? else { return Ok(None) };
    let number = next_number(py, own)?;
    if own.extra.get() == NONE && own.index.get() < i64::MAX {
        own.index.set(own.index.get() + 1);
    } else {
        let following = py.binary(Binary::Add, number, py.int(1)?)?;
        own.extra.set(py.mutator(), own, following);
    }
    py.new_tuple(&[number, item]).map(Some)
}

static ENUMERATE_METHODS: &[NativeDef] = &[
    ITER,
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let own = receiver(py, a[0], Ty::Enumerate, "__next__")?;
        let item = next_enumerate(py, own)?;
        item_or_stop(py, item)
    }),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let own = receiver(py, a[0], Ty::Enumerate, "__reduce__")?;
        let number = next_number(py, own)?;
        let args = py.new_tuple(&[own.source.get(), number])?;
        py.new_tuple(&[py.type_of(a[0]).word(), args])
    }),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
];

// -- zip and map

/// The value of the keyword `strict`. Errors: another keyword.
fn strict_keyword(py: Py, class: TypeRef, args: Args, name: &str) -> Result<i64> {
    if args.keyword_count() == 0 || !takes_own_keywords(py, class) {
        return Ok(0);
    }
    if args.keyword_count() > 1 {
        return Err(py.type_error(format!(
            "{name}() takes at most 1 keyword argument ({} given)",
            args.keyword_count()
        )));
    }
    let mut strict = 0;
    for (keyword, value) in args.named() {
        if keyword.as_bytes() != b"strict" {
            let keyword = keyword.to_text();
            return Err(py.type_error(format!("{name}() got an unexpected keyword argument '{keyword}'")));
        }
        strict = i64::from(py.truth(value)?);
    }
    Ok(strict)
}

/// A tuple of the iterators of some values.
fn iterators(py: Py, iterables: &[Word]) -> Result {
    if iterables.is_empty() {
        return Ok(py.vm().empty_tuple());
    }
    let made = py.new_tuple_uninit(iterables.len())?;
    for (to, iterable) in made.items().iter().zip(iterables) {
        let iterator = py.iter(*iterable)?;
        to.set(py.mutator(), made, iterator);
    }
    Ok(word(made))
}

fn new_zip(py: Py, class: TypeRef, args: Args) -> Result {
    let strict = strict_keyword(py, class, args, "zip")?;
    let sources = iterators(py, args.positionals())?;
    new_of(py, class, Ty::Zip, sources, NONE, strict)
}

fn new_map(py: Py, class: TypeRef, args: Args) -> Result {
    let strict = strict_keyword(py, class, args, "map")?;
    let [function, iterables @ ..] = args.positionals() else {
        return Err(py.type_error("map() must have at least two arguments."));
    };
    if iterables.is_empty() {
        return Err(py.type_error("map() must have at least two arguments."));
    }
    let sources = iterators(py, iterables)?;
    new_of(py, class, Ty::Map, sources, *function, strict)
}

/// One item of each iterator, in a new tuple; `None` when one is exhausted.
/// Errors: `ValueError` if it is strict and not all are.
fn next_items(py: Py, own: Gc<LazyIter>, name: &str) -> Result<Option<Gc<Tuple>>> {
    let sources: Gc<Tuple> = as_object(own.source.get()).expect("the constructor made a tuple");
    let sources = sources.items();
    if sources.is_empty() {
        return Ok(None);
    }
    let made = py.new_tuple_uninit(sources.len())?;
    for (index, source) in sources.iter().enumerate() {
        match py.next(source.get())? {
            Some(item) => made.items()[index].set(py.mutator(), made, item),
            None => {
                if own.index.get() != 0 {
                    check_lengths(py, sources, index, name)?;
                }
                return Ok(None);
            }
        }
    }
    Ok(Some(made))
}

/// The iterator at `index` is the first that is exhausted: so must all be.
#[cold]
fn check_lengths(py: Py, sources: &[WordSlot], index: usize, name: &str) -> Result<()> {
    let error = |number: usize, how: &str| {
        let others = if number == 2 { "argument 1".into() } else { format!("arguments 1-{}", number - 1) };
        py.value_error(format!("{name}() argument {number} is {how} than {others}"))
    };
    if index > 0 {
        return Err(error(index + 1, "shorter"));
    }
    for (index, source) in sources.iter().enumerate().skip(1) {
        if py.next(source.get())?.is_some() {
            return Err(error(index + 1, "longer"));
        }
    }
    Ok(())
}

/// `(class, arguments)`, and `True` if it is strict.
fn reduce_strict(py: Py, value: Word, own: Gc<LazyIter>, args: Word) -> Result {
    let class = py.type_of(value).word();
    if own.index.get() != 0 { py.new_tuple(&[class, args, TRUE]) } else { py.new_tuple(&[class, args]) }
}

static ZIP_METHODS: &[NativeDef] = &[
    ITER,
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let own = receiver(py, a[0], Ty::Zip, "__next__")?;
        let items = next_items(py, own, "zip")?;
        item_or_stop(py, items.map(word))
    }),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let own = receiver(py, a[0], Ty::Zip, "__reduce__")?;
        reduce_strict(py, a[0], own, own.source.get())
    }),
    def("__setstate__", "($self, state, /)", "Set state information for unpickling.", |py, a| {
        let own = receiver(py, a[0], Ty::Zip, "__setstate__")?;
        own.index.set(i64::from(py.truth(a[1])?));
        Ok(NONE)
    }),
];

fn next_map(py: Py, own: Gc<LazyIter>) -> Result<Option<Word>> {
    let sources: Gc<Tuple> = as_object(own.source.get()).expect("the constructor made a tuple");
    if let [source] = sources.items() {
        let Some(item) = py.next(source.get())? else { return Ok(None) };
        return py.call(own.extra.get(), &[item]).map(Some);
    }
    match next_items(py, own, "map")? {
        Some(items) => py.call(own.extra.get(), &python_model::protocol::tuple_words(items)).map(Some),
        None => Ok(None),
    }
}

static MAP_METHODS: &[NativeDef] = &[
    ITER,
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let own = receiver(py, a[0], Ty::Map, "__next__")?;
        let item = next_map(py, own)?;
        item_or_stop(py, item)
    }),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let own = receiver(py, a[0], Ty::Map, "__reduce__")?;
        let sources: Gc<Tuple> = as_object(own.source.get()).expect("the constructor made a tuple");
        let args = py.new_tuple_uninit(sources.items().len() + 1)?;
        args.items()[0].set(py.mutator(), args, own.extra.get());
        for (to, from) in args.items()[1..].iter().zip(sources.items()) {
            to.set(py.mutator(), args, from.get());
        }
        reduce_strict(py, a[0], own, word(args))
    }),
    def("__setstate__", "($self, state, /)", "Set state information for unpickling.", |py, a| {
        let own = receiver(py, a[0], Ty::Map, "__setstate__")?;
        own.index.set(i64::from(py.truth(a[1])?));
        Ok(NONE)
    }),
];

// -- filter

/// Exactly so many positional arguments and, unless a subclass takes them, no keywords.
fn fixed_args<'a, const N: usize>(
    py: Py,
    class: TypeRef,
    args: Args<'a>,
    name: &str,
) -> Result<&'a [Word; N]> {
    if takes_own_keywords(py, class) {
        args.no_keywords(py, name)?;
    }
    let given = args.positionals();
    match given.try_into() {
        Ok(words) => Ok(words),
        Err(_) => {
            let plural = if N == 1 { "" } else { "s" };
            Err(py.type_error(format!("{name} expected {N} argument{plural}, got {}", given.len())))
        }
    }
}

fn new_filter(py: Py, class: TypeRef, args: Args) -> Result {
    let &[function, iterable] = fixed_args::<2>(py, class, args, "filter")?;
    let iterator = py.iter(iterable)?;
    new_of(py, class, Ty::Filter, iterator, function, 0)
}

fn next_filter(py: Py, own: Gc<LazyIter>) -> Result<Option<Word>> {
    let function = own.extra.get();
    let is_truth = function == NONE || function == py.ty(Ty::Bool).word();
    while let Some(item) = py.next(own.source.get())? {
        let verdict = if is_truth { item } else { py.call(function, &[item])? };
        if py.truth(verdict)? {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

static FILTER_METHODS: &[NativeDef] = &[
    ITER,
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let own = receiver(py, a[0], Ty::Filter, "__next__")?;
        let item = next_filter(py, own)?;
        item_or_stop(py, item)
    }),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let own = receiver(py, a[0], Ty::Filter, "__reduce__")?;
        let args = py.new_tuple(&[own.extra.get(), own.source.get()])?;
        py.new_tuple(&[py.type_of(a[0]).word(), args])
    }),
];

// -- reversed

fn new_reversed(py: Py, class: TypeRef, args: Args) -> Result {
    let &[sequence] = fixed_args::<1>(py, class, args, "reversed")?;
    let sequence_class = py.type_of(sequence);
    let method = sequence_class.lookup(py, Name::Reversed);
    if let Some(method) = method
        && method != NONE
    {
        return py.call_bound(method, sequence, sequence_class, &[]);
    }
    let is_sequence = sequence_class.lookup(py, Name::GetItem).is_some()
        && sequence_class.lookup(py, Name::Len).is_some()
        && !has_index(py, sequence);
    if method.is_some() || !is_sequence {
        let name = sequence_class.name.borrow().to_string();
        return Err(py.type_error(format!("'{name}' object is not reversible")));
    }
    let length = py.len(sequence)? as i64;
    new_of(py, class, Ty::Reversed, sequence, NONE, length - 1)
}

fn next_reversed(py: Py, own: Gc<LazyIter>) -> Result<Option<Word>> {
    let index = own.index.get();
    if index < 0 || own.source.get() == UNSET {
        return Ok(None);
    }
    let item = item_at(py, own.source.get(), index)?;
    match item {
        Some(_) => own.index.set(index - 1),
        None => {
            own.index.set(-1);
            exhaust(py, own);
        }
    }
    Ok(item)
}

static REVERSED_METHODS: &[NativeDef] = &[
    ITER,
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let own = receiver(py, a[0], Ty::Reversed, "__next__")?;
        let item = next_reversed(py, own)?;
        item_or_stop(py, item)
    }),
    def(
        "__length_hint__",
        "($self, /)",
        "Private method returning an estimate of len(list(it)).",
        |py, a| {
            let own = receiver(py, a[0], Ty::Reversed, "__length_hint__")?;
            if own.source.get() == UNSET {
                return py.int(0);
            }
            let position = own.index.get() + 1;
            let length = py.len(own.source.get())? as i64;
            py.int(if length < position { 0 } else { position })
        },
    ),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let own = receiver(py, a[0], Ty::Reversed, "__reduce__")?;
        let class = py.type_of(a[0]).word();
        if own.source.get() == UNSET {
            let args = py.new_tuple(&[py.vm().empty_tuple()])?;
            return py.new_tuple(&[class, args]);
        }
        let args = py.new_tuple(&[own.source.get()])?;
        let index = py.int(own.index.get())?;
        py.new_tuple(&[class, args, index])
    }),
    def("__setstate__", "($self, state, /)", "Set state information for unpickling.", |py, a| {
        let own = receiver(py, a[0], Ty::Reversed, "__setstate__")?;
        let index = py.index(a[1])?;
        if own.source.get() != UNSET {
            let length = py.len(own.source.get())? as i64;
            own.index.set(index.min(length - 1));
            if own.index.get() < 0 {
                exhaust(py, own);
            }
        }
        Ok(NONE)
    }),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::Enumerate,
        doc: "Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
        constructor: Some(new_enumerate),
        methods: ENUMERATE_METHODS,
    },
    NativeType {
        ty: Ty::Zip,
        doc: "The zip object yields n-length tuples, where n is the number of iterables\npassed as positional arguments to zip().  The i-th element in every tuple\ncomes from the i-th iterable argument to zip().  This continues until the\nshortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]",
        constructor: Some(new_zip),
        methods: ZIP_METHODS,
    },
    NativeType {
        ty: Ty::Map,
        doc: "Make an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.",
        constructor: Some(new_map),
        methods: MAP_METHODS,
    },
    NativeType {
        ty: Ty::Filter,
        doc: "Return an iterator yielding those items of iterable for which function(item)\nis true. If function is None, return the items that are true.",
        constructor: Some(new_filter),
        methods: FILTER_METHODS,
    },
    NativeType {
        ty: Ty::Reversed,
        doc: "Return a reverse iterator over the values of the given sequence.",
        constructor: Some(new_reversed),
        methods: REVERSED_METHODS,
    },
];
