//! `itertools`.
//!
//! One Rust type for all: an iterator is a kind, a list of words (sources, functions, what it has gathered) and numbers. The
//! words are in the object, where the collector sees them. Limits: `tee` copies nothing and pickles nothing; no `__reduce__` (as
//! in CPython 3.14).

mod types;

use self::types::{TYPES, simple};
use heap::Gc;
use python_model::class::{NativeClass, native_type};
use python_model::foreign;
use python_model::modules::NativeModule;
use python_model::native::{Args, Constructor, NativeDef, bind, class_method, def, given};
use python_model::objects::*;
use python_model::operators::Binary;
use python_model::py::{Py, Result, list_push};
use python_model::types::{TypeRef, flags};
use python_model::value::*;
use python_model::{dict, signature};
use std::cell::{Cell, RefCell};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Accumulate,
    Batched,
    Chain,
    Combinations,
    CombinationsWithReplacement,
    Compress,
    Count,
    Cycle,
    DropWhile,
    FilterFalse,
    GroupBy,
    Grouper,
    ISlice,
    Pairwise,
    Permutations,
    Product,
    Repeat,
    StarMap,
    TakeWhile,
    Tee,
    ZipLongest,
}

/// What an iterator knows besides words.
struct State {
    kind: Kind,
    /// Meaning by kind: position, count, …
    at: Cell<i64>,
    stop: Cell<i64>,
    step: Cell<i64>,
    is_done: Cell<bool>,
    /// Indices of combinatoric iterators.
    indices: RefCell<Vec<usize>>,
    /// Of a slice: how many items of the source were taken.
    taken: Cell<i64>,
    cycles: RefCell<Vec<usize>>,
}

impl State {
    fn new(kind: Kind) -> State {
        State {
            kind,
            at: Cell::new(0),
            stop: Cell::new(-1),
            step: Cell::new(1),
            is_done: Cell::new(false),
            indices: RefCell::default(),
            taken: Cell::new(0),
            cycles: RefCell::default(),
        }
    }
}

/// The types, by kind.
#[derive(Default)]
struct Types(RefCell<Vec<TypeRef>>);

struct Entry {
    kind: Kind,
    name: &'static str,
    doc: &'static str,
    constructor: Option<Constructor>,
    methods: &'static [NativeDef],
}

/// Makes an iterator with these words.
fn make(py: Py, class: TypeRef, state: State, words: Gc<List>) -> Result {
    let native = py.vm().state::<Types>().0.borrow()[state.kind as usize];
    let object = foreign::new(py, native, state)?;
    object.words.set(py.mutator(), object, word(words));
    if class.is(native) { Ok(word(object)) } else { python_model::instance::new(py, class, word(object)) }
}

/// State and words of a receiver.
fn parts<'a>(py: Py<'a>, value: Word) -> Result<(&'a State, Gc<List>)> {
    let state = foreign::expect::<State>(py, value, "an itertools object")?;
    let object = foreign::object_of(value).expect("its state was found");
    Ok((state, as_object(object.words.get()).expect("set when it was made")))
}

fn put(py: Py, list: Gc<List>, index: usize, value: Word) {
    let storage = list.storage();
    storage.items()[index].set(py.mutator(), storage, value);
}

/// What `itertools` raises for a count that is no small index.
fn size(py: Py, value: Word, what: &str) -> Result<i64> {
    let n = py.index(value)?;
    if n < 0 { Err(py.value_error(format!("{what} must be non-negative"))) } else { Ok(n) }
}

/// The items of an iterable, as a list of its own.
fn pool(py: Py, iterable: Word) -> Result<Word> {
    Ok(word(py.list_from_iterable(iterable)?))
}

fn inner(words: Gc<List>, index: usize) -> Gc<List> {
    as_object(words.item(index)).expect("a list was put there")
}

static NEXT: &[NativeDef] = &[
    def("__iter__", "($self, /)", "Implement iter(self).", |_py, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        next(py, a[0])?.ok_or_else(|| py.stop_iteration(NONE))
    })
    .advancing(next),
];
static CHAIN: &[NativeDef] = &[
    class_method(
        "from_iterable",
        "($type, iterable, /)",
        "Alternative chain() constructor taking a single iterable argument.",
        |py, a| {
            let class = py.as_type(a[0]).ok_or_else(|| py.type_error("expected a class"))?;
            let source = py.iter(a[1])?;
            let words = py.list_of(&[source, UNSET])?;
            make(py, class, State::new(Kind::Chain), words)
        },
    ),
    class_method("__class_getitem__", "($type, item, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
];
static REPEAT: &[NativeDef] = &[
    def(
        "__length_hint__",
        "($self, /)",
        "Private method returning an estimate of len(list(it)).",
        |py, a| {
            let (state, _) = parts(py, a[0])?;
            if state.stop.get() < 0 {
                return Err(py.type_error("len() of unsized object"));
            }
            py.int(state.stop.get())
        },
    ),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let (state, words) = parts(py, a[0])?;
        let item = py.repr_text(words.item(0))?;
        match state.stop.get() {
            -1 => py.str(&format!("repeat({item})")),
            left => py.str(&format!("repeat({item}, {left})")),
        }
    }),
];
static COUNT: &[NativeDef] = &[def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
    let (_, words) = parts(py, a[0])?;
    let now = py.repr_text(words.item(0))?;
    match words.item(1) {
        step if as_i64(step) == Some(1) => py.str(&format!("count({now})")),
        step => py.str(&format!("count({now}, {})", py.repr_text(step)?)),
    }
})];

fn next(py: Py, own: Word) -> Result<Option<Word>> {
    let (state, words) = parts(py, own)?;
    advance(py, own, state, words)
}

/// The next value.
fn advance(py: Py, own: Word, state: &State, words: Gc<List>) -> Result<Option<Word>> {
    if state.is_done.get() {
        return Ok(None);
    }
    let found = step(py, own, state, words)?;
    if found.is_none() && !matches!(state.kind, Kind::Chain | Kind::Grouper | Kind::Tee) {
        state.is_done.set(true);
    }
    Ok(found)
}

fn step(py: Py, own: Word, state: &State, words: Gc<List>) -> Result<Option<Word>> {
    match state.kind {
        Kind::Count => {
            let (now, by) = (words.item(0), words.item(1));
            let next = py.binary(Binary::Add, now, by)?;
            put(py, words, 0, next);
            Ok(Some(now))
        }
        Kind::Repeat => match state.stop.get() {
            0 => Ok(None),
            left => {
                state.stop.set(if left > 0 { left - 1 } else { left });
                Ok(Some(words.item(0)))
            }
        },
        Kind::Cycle => {
            if words.item(0) != UNSET {
                if let Some(item) = py.next(words.item(0))? {
                    list_push(py, inner(words, 1), item)?;
                    return Ok(Some(item));
                }
                put(py, words, 0, UNSET);
            }
            let saved = inner(words, 1);
            if saved.is_empty() {
                return Ok(None);
            }
            let at = state.at.get() as usize % saved.len();
            state.at.set(at as i64 + 1);
            Ok(Some(saved.item(at)))
        }
        Kind::Chain => loop {
            if words.item(1) != UNSET {
                if let Some(item) = py.next(words.item(1))? {
                    return Ok(Some(item));
                }
                put(py, words, 1, UNSET);
            }
            if words.item(0) == UNSET {
                return Ok(None);
            }
            match py.next(words.item(0))? {
                Some(iterable) => {
                    let iterator = py.iter(iterable)?;
                    put(py, words, 1, iterator);
                }
                None => put(py, words, 0, UNSET),
            }
        },
        Kind::Compress => loop {
            let Some(item) = py.next(words.item(0))? else { return Ok(None) };
            let Some(selector) = py.next(words.item(1))? else { return Ok(None) };
            if py.truth(selector)? {
                return Ok(Some(item));
            }
        },
        Kind::DropWhile | Kind::FilterFalse => loop {
            let Some(item) = py.next(words.item(1))? else { return Ok(None) };
            let test = words.item(0);
            if state.kind == Kind::DropWhile {
                if state.at.get() == 0 {
                    let verdict = py.call(test, &[item])?;
                    if py.truth(verdict)? {
                        continue;
                    }
                    state.at.set(1);
                }
                return Ok(Some(item));
            }
            let verdict = if test == NONE { item } else { py.call(test, &[item])? };
            if !py.truth(verdict)? {
                return Ok(Some(item));
            }
        },
        Kind::TakeWhile => {
            let Some(item) = py.next(words.item(1))? else { return Ok(None) };
            let verdict = py.call(words.item(0), &[item])?;
            Ok(if py.truth(verdict)? { Some(item) } else { None })
        }
        Kind::StarMap => {
            let Some(item) = py.next(words.item(1))? else { return Ok(None) };
            let args = py.tuple_from_iterable(item)?;
            let args = python_model::protocol::tuple_words(args);
            py.call(words.item(0), &args).map(Some)
        }
        Kind::Accumulate => {
            // 0 source, 1 function or None, 2 total or unset, 3 initial or unset
            if words.item(3) != UNSET {
                let initial = words.item(3);
                put(py, words, 3, UNSET);
                put(py, words, 2, initial);
                return Ok(Some(initial));
            }
            let Some(item) = py.next(words.item(0))? else { return Ok(None) };
            let total = match (words.item(2), words.item(1)) {
                (UNSET, _) => item,
                (total, NONE) => py.binary(Binary::Add, total, item)?,
                (total, function) => py.call(function, &[total, item])?,
            };
            put(py, words, 2, total);
            Ok(Some(total))
        }
        Kind::Batched => {
            let batch = py.new_list(state.at.get() as usize)?;
            while (batch.len() as i64) < state.at.get() {
                match py.next(words.item(0))? {
                    Some(item) => list_push(py, batch, item)?,
                    None => {
                        state.is_done.set(true);
                        break;
                    }
                }
            }
            if batch.is_empty() {
                return Ok(None);
            }
            if state.is_done.get() && state.step.get() == 1 {
                return Err(py.value_error("batched(): incomplete batch"));
            }
            py.tuple_from_list(batch).map(Some)
        }
        Kind::Pairwise => {
            if words.item(1) == UNSET {
                let Some(first) = py.next(words.item(0))? else { return Ok(None) };
                put(py, words, 1, first);
            }
            let Some(item) = py.next(words.item(0))? else { return Ok(None) };
            let pair = py.new_tuple(&[words.item(1), item])?;
            put(py, words, 1, item);
            Ok(Some(pair))
        }
        Kind::ISlice => {
            // `at`: the next position wanted.
            let stop = state.stop.get();
            let mut taken = state.taken.get();
            let wanted = state.at.get();
            if stop >= 0 && wanted >= stop {
                while taken < stop {
                    if py.next(words.item(0))?.is_none() {
                        break;
                    }
                    taken += 1;
                }
                state.taken.set(taken);
                return Ok(None);
            }
            loop {
                let Some(item) = py.next(words.item(0))? else { return Ok(None) };
                taken += 1;
                state.taken.set(taken);
                if taken > wanted {
                    let next = wanted.saturating_add(state.step.get());
                    state.at.set(if stop >= 0 { next.min(stop) } else { next });
                    return Ok(Some(item));
                }
            }
        }
        Kind::ZipLongest => {
            let row = py.new_list(words.len())?;
            let mut left = false;
            for index in 1..words.len() {
                let item = match words.item(index) {
                    UNSET => None,
                    source => py.next(source)?,
                };
                if item.is_none() {
                    put(py, words, index, UNSET);
                }
                left |= item.is_some();
                list_push(py, row, item.unwrap_or_else(|| words.item(0)))?;
            }
            if left { py.tuple_from_list(row).map(Some) } else { Ok(None) }
        }
        Kind::Product | Kind::Permutations | Kind::Combinations | Kind::CombinationsWithReplacement => {
            if state.at.get() == 0 {
                state.at.set(1);
            } else if !next_indices(state, words) {
                return Ok(None);
            }
            let count = state.step.get() as usize;
            if count == 0 {
                return Ok(Some(py.vm().empty_tuple()));
            }
            let indices = state.indices.borrow();
            let row = py.tuple_with(count, |position| {
                let pool = if state.kind == Kind::Product { position } else { 0 };
                inner(words, pool).item(indices[position])
            })?;
            Ok(Some(word(row)))
        }
        Kind::GroupBy => next_group(py, own, words),
        Kind::Grouper => {
            // 0 the groupby, 1 the key of this group
            let (_, shared) = parts(py, words.item(0))?;
            if shared.item(5) != own {
                return Ok(None);
            }
            if shared.item(3) == UNSET && !pull(py, shared)? {
                return Ok(None);
            }
            if !py.is_equal(words.item(1), shared.item(2))? {
                return Ok(None);
            }
            let value = shared.item(3);
            put(py, shared, 3, UNSET);
            Ok(Some(value))
        }
        Kind::Tee => {
            // 0 a link: [value or unset, next link or unset], 1 the source
            let link = inner(words, 0);
            if link.item(0) == UNSET {
                let Some(value) = py.next(words.item(1))? else { return Ok(None) };
                put(py, link, 0, value);
                let next = word(py.list_of(&[UNSET, UNSET])?);
                put(py, link, 1, next);
            }
            put(py, words, 0, link.item(1));
            Ok(Some(link.item(0)))
        }
    }
}

/// Words of a groupby: 0 source, 1 key function, 2 current key, 3 current value or unset, 4 target key or unset, 5 current group.
fn next_group(py: Py, own: Word, words: Gc<List>) -> Result<Option<Word>> {
    put(py, words, 5, NONE);
    loop {
        if words.item(3) != UNSET {
            let target = words.item(4);
            if target == UNSET || !py.is_equal(target, words.item(2))? {
                break;
            }
            put(py, words, 3, UNSET);
        }
        if !pull(py, words)? {
            return Ok(None);
        }
    }
    put(py, words, 4, words.item(2));
    let group = py.list_of(&[own, words.item(2)])?;
    let class = py.vm().state::<Types>().0.borrow()[Kind::Grouper as usize];
    let grouper = make(py, class, State::new(Kind::Grouper), group)?;
    put(py, words, 5, grouper);
    py.new_tuple(&[words.item(2), grouper]).map(Some)
}

/// Reads the next value and its key.
fn pull(py: Py, words: Gc<List>) -> Result<bool> {
    let Some(value) = py.next(words.item(0))? else { return Ok(false) };
    let key = if words.item(1) == NONE { value } else { py.call(words.item(1), &[value])? };
    put(py, words, 2, key);
    put(py, words, 3, value);
    Ok(true)
}

/// Steps the indices of a combinatoric iterator; whether there is a next row.
fn next_indices(state: &State, words: Gc<List>) -> bool {
    let mut indices = state.indices.borrow_mut();
    let count = state.step.get() as usize;
    let size = |position: usize| inner(words, position).len();
    match state.kind {
        Kind::Product => {
            for position in (0..count).rev() {
                indices[position] += 1;
                if indices[position] < size(position) {
                    return true;
                }
                indices[position] = 0;
            }
            false
        }
        Kind::Permutations => {
            let mut cycles = state.cycles.borrow_mut();
            let all = indices.len();
            for position in (0..count).rev() {
                cycles[position] -= 1;
                if cycles[position] > 0 {
                    indices.swap(position, all - cycles[position]);
                    return true;
                }
                indices[position..].rotate_left(1);
                cycles[position] = all - position;
            }
            false
        }
        kind => {
            let is_replacing = kind == Kind::CombinationsWithReplacement;
            let all = size(0);
            let most = |position: usize| if is_replacing { all - 1 } else { position + all - count };
            let Some(position) = (0..count).rev().find(|p| indices[*p] != most(*p)) else { return false };
            indices[position] += 1;
            for later in position + 1..count {
                indices[later] = indices[later - 1] + usize::from(!is_replacing);
            }
            true
        }
    }
}

static FUNCTIONS: &[NativeDef] =
    &[def("tee", "(iterable, n=2, /)", "Returns a tuple of n independent iterators.", |py, a| {
        let n = if a[1] == UNSET { 2 } else { py.index(a[1])? };
        if n < 0 {
            return Err(py.value_error("n must be >= 0"));
        }
        let source = py.iter(a[0])?;
        let class = py.vm().state::<Types>().0.borrow()[Kind::Tee as usize];
        // Another tee goes on from where it is.
        let (link, source) = match parts(py, source) {
            Ok((state, words)) if state.kind == Kind::Tee => (words.item(0), words.item(1)),
            Ok(_) => (word(py.list_of(&[UNSET, UNSET])?), source),
            Err(_) => {
                py.take_raised();
                (word(py.list_of(&[UNSET, UNSET])?), source)
            }
        };
        let all = py.new_list(n as usize)?;
        for _ in 0..n {
            let made = simple(py, class, Kind::Tee, &[link, source])?;
            list_push(py, all, made)?;
        }
        py.tuple_from_list(all)
    })];

pub static MODULE: NativeModule = NativeModule {
    name: "itertools",
    doc: "Functional tools for creating and using iterators.",
    functions: FUNCTIONS,
    fill: |py, own| {
        for entry in TYPES {
            let class = native_type(
                py,
                &NativeClass {
                    module: "itertools",
                    name: entry.name,
                    doc: entry.doc,
                    base: None,
                    flags: if entry.constructor.is_some() { 0 } else { flags::FINAL | flags::NO_CONSTRUCTOR },
                    constructor: entry.constructor,
                    methods: entry.methods,
                },
            )?;
            let more: &'static [NativeDef] = match entry.kind {
                Kind::Chain => CHAIN,
                Kind::Count => COUNT,
                Kind::Repeat => REPEAT,
                _ => &[],
            };
            python_model::class::add_native(py, class, more)?;
            let types = &py.vm().state::<Types>().0;
            assert_eq!(types.borrow().len(), entry.kind as usize, "types are in the order of kinds");
            types.borrow_mut().push(class);
            dict::set_symbol(py, own, py.intern(entry.name)?, class.word())?;
        }
        Ok(())
    },
};
