//! `list`. The interpreter subscripts and appends to exact lists itself.

use crate::items::{self, Subscript};
use crate::sort;
use heap::Gc;
use python_model::instance;
use python_model::lists::{self, splice};
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, class_method, def, raw};
use python_model::objects::*;
use python_model::operators::{Binary, Comparison};
use python_model::py::{Py, Result, list_push, list_reserve};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

static METHODS: &[NativeDef] = &[
    raw(
        "__init__",
        "($self, /, *args, **kwargs)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        init,
    ),
    def("append", "($self, object, /)", "Append object to the end of the list.", |py, a| {
        let own = receiver(py, a[0], "append")?;
        list_push(py, own, a[1])?;
        Ok(NONE)
    }),
    def("clear", "($self, /)", "Remove all items from list.", |py, a| {
        clear(py, receiver(py, a[0], "clear")?)?;
        Ok(NONE)
    }),
    def("copy", "($self, /)", "Return a shallow copy of the list.", |py, a| {
        let own = receiver(py, a[0], "copy")?;
        Ok(word(copy_range(py, own, 0, own.len())?))
    }),
    def("count", "($self, value, /)", "Return number of occurrences of value.", |py, a| {
        items::count(py, receiver(py, a[0], "count")?, a[1])
    }),
    def("extend", "($self, iterable, /)", "Extend list by appending elements from the iterable.", |py, a| {
        extend(py, receiver(py, a[0], "extend")?, a[1])?;
        Ok(NONE)
    }),
    def(
        "index",
        "($self, value, start=0, stop=sys.maxsize, /)",
        "Return first index of value.\n\nRaises ValueError if the value is not present.",
        |py, a| {
            let own = receiver(py, a[0], "index")?;
            let range = items::search_range(py, a[2], a[3], own.len())?;
            match items::find(py, own, a[1], range)? {
                Some(index) => py.int(index as i64),
                None => Err(py.value_error("list.index(x): x not in list")),
            }
        },
    ),
    def("insert", "($self, index, object, /)", "Insert object before index.", insert),
    def(
        "pop",
        "($self, index=-1, /)",
        "Remove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of range.",
        pop,
    ),
    def(
        "remove",
        "($self, value, /)",
        "Remove first occurrence of value.\n\nRaises ValueError if the value is not present.",
        |py, a| {
            let own = receiver(py, a[0], "remove")?;
            match items::find(py, own, a[1], (0, usize::MAX))? {
                Some(index) => {
                    // Comparing may have made the list shorter.
                    let end = (index + 1).min(own.len());
                    splice(py, own, index.min(end), end, None)?;
                    Ok(NONE)
                }
                None => Err(py.value_error("list.remove(x): x not in list")),
            }
        },
    ),
    def("reverse", "($self, /)", "Reverse *IN PLACE*.", |py, a| {
        let own = receiver(py, a[0], "reverse")?;
        let storage = own.storage();
        let items = &storage.items()[..own.len()];
        for low in 0..items.len() / 2 {
            let high = items.len() - 1 - low;
            let (x, y) = (items[low].get(), items[high].get());
            items[low].set(py.mutator(), storage, y);
            items[high].set(py.mutator(), storage, x);
        }
        Ok(NONE)
    }),
    def(
        "sort",
        "($self, /, *, key=None, reverse=False)",
        "Sort the list in ascending order and return None.\n\nThe sort is in-place (i.e. the list itself is modified) and stable (i.e. the\norder of two equal elements is maintained).\n\nIf a key function is given, apply it once to each list item and sort them,\nascending or descending, according to their function values.\n\nThe reverse flag can be set to sort in descending order.",
        |py, a| {
            let own = receiver(py, a[0], "sort")?;
            let key = if a[1] == UNSET { NONE } else { a[1] };
            let reverse = a[2] != UNSET && py.truth(a[2])?;
            sort::sort(py, own, key, reverse)?;
            Ok(NONE)
        },
    ),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        items::repr(py, a[0], receiver(py, a[0], "__repr__")?, ("[", "]"), "[...]")
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare(py, a, Comparison::Eq)),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare(py, a, Comparison::Ne)),
    def("__lt__", "($self, value, /)", "Return self<value.", |py, a| compare(py, a, Comparison::Lt)),
    def("__le__", "($self, value, /)", "Return self<=value.", |py, a| compare(py, a, Comparison::Le)),
    def("__gt__", "($self, value, /)", "Return self>value.", |py, a| compare(py, a, Comparison::Gt)),
    def("__ge__", "($self, value, /)", "Return self>=value.", |py, a| compare(py, a, Comparison::Ge)),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        py.iter(word(receiver(py, a[0], "__iter__")?))
    }),
    def("__len__", "($self, /)", "Return len(self).", |py, a| {
        py.int(receiver(py, a[0], "__len__")?.len() as i64)
    }),
    def("__getitem__", "($self, index, /)", "Return self[index].", get_item),
    def("__setitem__", "($self, key, value, /)", "Set self[key] to value.", set_item),
    def("__delitem__", "($self, key, /)", "Delete self[key].", del_item),
    def("__contains__", "($self, key, /)", "Return bool(key in self).", |py, a| {
        let own = receiver(py, a[0], "__contains__")?;
        Ok(bool_word(items::find(py, own, a[1], (0, usize::MAX))?.is_some()))
    }),
    def("__add__", "($self, value, /)", "Return self+value.", |py, a| {
        let own = receiver(py, a[0], "__add__")?;
        let Some(other) = py.cast::<List>(a[1]) else {
            let result = items::reflected(py, Binary::Add, a[0], a[1])?;
            if result != NOT_IMPLEMENTED {
                return Ok(result);
            }
            let name = py.type_name(a[1]);
            return Err(py.type_error(format!("can only concatenate list (not \"{name}\") to list")));
        };
        let sum = py.new_list(own.len() + other.len())?;
        append_items(py, sum, own.storage(), own.len())?;
        append_items(py, sum, other.storage(), other.len())?;
        Ok(word(sum))
    }),
    def("__iadd__", "($self, value, /)", "Implement self+=value.", |py, a| {
        let own = receiver(py, a[0], "__iadd__")?;
        if py.cast::<List>(a[1]).is_none() {
            let result = items::reflected(py, Binary::Add, a[0], a[1])?;
            if result != NOT_IMPLEMENTED {
                return Ok(result);
            }
        }
        extend(py, own, a[1])?;
        Ok(a[0])
    }),
    def("__mul__", "($self, value, /)", "Return self*value.", |py, a| multiply(py, a, "__mul__")),
    def("__rmul__", "($self, value, /)", "Return value*self.", |py, a| multiply(py, a, "__rmul__")),
    def("__imul__", "($self, value, /)", "Implement self*=value.", |py, a| {
        let own = receiver(py, a[0], "__imul__")?;
        let Some(count) = items::repetitions(py, a[1])? else { return Ok(NOT_IMPLEMENTED) };
        if count == 0 {
            clear(py, own)?;
            return Ok(a[0]);
        }
        let length = own.len();
        list_reserve(py, own, capacity(py, length, count)?)?;
        for _ in 1..count {
            if length == 0 {
                break;
            }
            append_items(py, own, own.storage(), length)?;
        }
        Ok(a[0])
    }),
    def("__reversed__", "($self, /)", "Return a reverse iterator over the list.", |py, a| {
        let own = receiver(py, a[0], "__reversed__")?;
        crate::lazy::new_iterator(py, Ty::ListReverseIterator, word(own), NONE, own.len() as i64 - 1)
    }),
    def("__sizeof__", "($self, /)", "Return the size of the list in memory, in bytes.", |py, a| {
        let own = receiver(py, a[0], "__sizeof__")?;
        // Header and words of list and storage, as CPython counts them for a list without spare room.
        py.int(40 + 8 * own.len() as i64)
    }),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
];

pub static TYPES: &[NativeType] = &[NativeType {
    ty: Ty::List,
    doc: "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified.",
    constructor: Some(construct),
    methods: METHODS,
}];

fn receiver(py: Py, value: Word, method: &str) -> Result<Gc<List>> {
    py.expect(value, Ty::List, method)
}

fn construct(py: Py, class: TypeRef, _args: Args) -> Result {
    let list = word(py.new_list(0)?);
    if class.is(py.ty(Ty::List)) { Ok(list) } else { instance::new(py, class, list) }
}

fn init(py: Py, args: Args) -> Result {
    let own = receiver(py, args.words[0], "__init__")?;
    let class = py.type_of(args.words[0]);
    if class.lookup(py, Name::New) == py.ty(Ty::List).lookup(py, Name::New) {
        args.no_keywords(py, "list")?;
    }
    let iterable = items::only_argument(py, "list", &args.positionals()[1..])?;
    clear(py, own)?;
    if let Some(iterable) = iterable {
        extend(py, own, iterable)?;
    }
    Ok(NONE)
}

/// Removes all items.
pub fn clear(py: Py, list: Gc<List>) -> Result<()> {
    if !list.is_empty() {
        let storage = py.new_values(4)?;
        list.length.set(0);
        list.items.set(py.mutator(), list, Some(storage));
    }
    Ok(())
}

/// Appends the first items of a storage, which may be the list's own.
fn append_items(py: Py, list: Gc<List>, from: Gc<Values>, count: usize) -> Result<()> {
    let length = list.len();
    let storage = list_reserve(py, list, length + count)?;
    py.copy_words(storage, &storage.items()[length..], &from.items()[..count]);
    list.length.set((length + count) as i64);
    Ok(())
}

/// A new list of the items from `start` to `end`.
fn copy_range(py: Py, list: Gc<List>, start: usize, end: usize) -> Result<Gc<List>> {
    let count = end.saturating_sub(start);
    let made = py.new_list(count)?;
    let storage = made.storage();
    if count > 0 {
        py.copy_words(storage, storage.items(), &list.storage().items()[start..end]);
    }
    made.length.set(count as i64);
    Ok(made)
}

/// Appends the items of an iterable; while it is asked for them, the list has those that it gave.
pub fn extend(py: Py, list: Gc<List>, iterable: Word) -> Result<()> {
    match V::of(iterable) {
        V::List(other) => return append_items(py, list, other.storage(), other.len()),
        V::Tuple(tuple) => {
            let (length, count) = (list.len(), tuple.items().len());
            let storage = list_reserve(py, list, length + count)?;
            py.copy_words(storage, &storage.items()[length..], tuple.items());
            list.length.set((length + count) as i64);
            return Ok(());
        }
        _ => {}
    }
    let iterator = py.iter(iterable)?;
    // Room is made as items come.
    let _ = py.room_hint(iterable, list.len())?;
    py.for_each(iterator, |item| list_push(py, list, item).map(|()| true))
}

/// A list or tuple as it is, else the items of an iterator, in a new list.
fn fast_sequence(py: Py, value: Word) -> Result<Gc<List>> {
    match V::of(value) {
        V::List(_) | V::Tuple(_) => py.list_from_iterable(value),
        _ => py.list_from_iterable(py.iter(value)?),
    }
}

fn insert(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "insert")?;
    let index = py.index(a[1])?;
    let length = own.len();
    let at = if index < 0 { (index + length as i64).max(0) as usize } else { (index as usize).min(length) };
    lists::insert(py, own, at, a[2])?;
    Ok(NONE)
}

fn pop(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "pop")?;
    let index = if a[1] == UNSET { -1 } else { py.index(a[1])? };
    if own.is_empty() {
        return Err(py.index_error("pop from empty list"));
    }
    let Some(at) = items::position(index, own.len()) else {
        return Err(py.index_error("pop index out of range"));
    };
    let item = own.item(at);
    if at + 1 == own.len() {
        own.storage().items()[at].set(py.mutator(), own.storage(), UNSET);
        own.length.set(at as i64);
    } else {
        splice(py, own, at, at + 1, None)?;
    }
    Ok(item)
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    let own = receiver(py, a[0], "__eq__")?;
    match py.cast::<List>(a[1]) {
        Some(other) => items::compare(py, op, own, other),
        None => Ok(NOT_IMPLEMENTED),
    }
}

fn get_item(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "__getitem__")?;
    match items::subscript(py, a[1], "list")? {
        Subscript::Index(index) => match items::position(index, own.len()) {
            Some(at) => Ok(own.item(at)),
            None => Err(py.index_error("list index out of range")),
        },
        Subscript::Slice(bounds) => {
            let selected = bounds.select(own.len());
            let made = py.new_list(selected.count)?;
            let storage = made.storage();
            let from = own.storage();
            for n in 0..selected.count {
                let item = from.items()[selected.position(n)].get();
                storage.items()[n].set(py.mutator(), storage, item);
            }
            made.length.set(selected.count as i64);
            Ok(word(made))
        }
    }
}

fn set_item(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "__setitem__")?;
    match items::subscript(py, a[1], "list")? {
        Subscript::Index(index) => {
            let Some(at) = items::position(index, own.len()) else {
                return Err(py.index_error("list assignment index out of range"));
            };
            let storage = own.storage();
            storage.items()[at].set(py.mutator(), storage, a[2]);
        }
        Subscript::Slice(bounds) => {
            let is_contiguous = bounds.step == 1;
            // Of an iterator: CPython asks that for a length hint, not what it came from.
            let items = match fast_sequence(py, a[2]) {
                Ok(items) => items,
                Err(raised) => return Err(not_iterable(py, raised, a[2])),
            };
            let selected = bounds.select(own.len());
            if is_contiguous {
                let start = selected.start as usize;
                splice(py, own, start, start + selected.count, Some(items))?;
                return Ok(NONE);
            }
            if items.len() != selected.count {
                return Err(py.value_error(format!(
                    "attempt to assign sequence of size {} to extended slice of size {}",
                    items.len(),
                    selected.count
                )));
            }
            let storage = own.storage();
            for n in 0..selected.count {
                storage.items()[selected.position(n)].set(py.mutator(), storage, items.item(n));
            }
        }
    }
    Ok(NONE)
}

/// The error of assigning something to a slice that is no iterable.
fn not_iterable(py: Py, raised: metatrace_machine::Raised, value: Word) -> metatrace_machine::Raised {
    use python_model::names::Name;
    let class = py.type_of(value);
    let is_iterable = class.lookup(py, Name::Iter).is_some() || class.lookup(py, Name::GetItem).is_some();
    if is_iterable || py.take_if(Ty::TypeError).is_none() {
        return raised;
    }
    py.type_error("must assign iterable to extended slice")
}

fn del_item(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "__delitem__")?;
    match items::subscript(py, a[1], "list")? {
        Subscript::Index(index) => {
            let Some(at) = items::position(index, own.len()) else {
                return Err(py.index_error("list assignment index out of range"));
            };
            splice(py, own, at, at + 1, None)?;
        }
        Subscript::Slice(bounds) => {
            let length = own.len();
            let mut selected = bounds.select(length);
            if selected.count == 0 {
                return Ok(NONE);
            }
            if selected.step < 0 {
                selected.start = selected.position(selected.count - 1) as i64;
                selected.step = -selected.step;
            }
            let (storage, first) = (own.storage(), selected.start as usize);
            let mut to = first;
            let last = selected.position(selected.count - 1);
            for from in first..length {
                let is_selected = from <= last && (from - first).is_multiple_of(selected.step as usize);
                if !is_selected {
                    storage.items()[to].set(py.mutator(), storage, storage.items()[from].get());
                    to += 1;
                }
            }
            for freed in &storage.items()[to..length] {
                freed.set(py.mutator(), storage, UNSET);
            }
            own.length.set(to as i64);
        }
    }
    Ok(NONE)
}

/// Number of items after so many repetitions. Errors: more than can be.
fn capacity(py: Py, length: usize, count: usize) -> Result<usize> {
    match length.checked_mul(count) {
        Some(total) if total <= isize::MAX as usize / 16 => Ok(total),
        _ => Err(py.out_of_memory()),
    }
}

fn multiply(py: Py, a: &[Word], method: &str) -> Result {
    let own = receiver(py, a[0], method)?;
    let result = items::reflected(py, Binary::Mul, a[0], a[1])?;
    if result != NOT_IMPLEMENTED {
        return Ok(result);
    }
    let Some(count) = items::repetitions(py, a[1])? else { return Ok(NOT_IMPLEMENTED) };
    let length = own.len();
    let all = capacity(py, length, count)?;
    let made = py.new_list(all)?;
    let (storage, from) = (made.storage(), own.storage());
    let to = &storage.items()[..all];
    // What is being filled is not looked at: one barrier for all.
    py.mutator().barrier_range(storage.erase(), to.as_ptr().cast_mut().cast(), all);
    match &from.items()[..length] {
        [] => {}
        [item] => to.iter().for_each(|to| to.init(item.get())),
        items => to.chunks_exact(length).for_each(|to| {
            for (to, from) in to.iter().zip(items) {
                to.init(from.get());
            }
        }),
    }
    made.length.set(all as i64);
    Ok(word(made))
}
