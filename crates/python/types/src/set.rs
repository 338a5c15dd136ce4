//! `set` and `frozenset`: a dict's table whose values are not looked at. Sets are in insertion order, which programs must not rely on.

use crate::items::only_argument;
use heap::Gc;
use python_model::dict;
use python_model::instance;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, class_method, def, raw};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

/// The methods of one kind of set: what both can do, and its own.
macro_rules! set_methods {
    ($($own:expr,)*) => {
        &[
            $($own,)*
            raw("union", "($self, /, *others)", "Return a new set with elements from the set and all others.", |py, args| {
                let own = other_tables(py, args, "union")?;
                let made = dict::copy(py, own)?;
                for other in &args.words[1..] {
                    add_all(py, made, *other)?;
                }
                like(py, args.words[0], made)
            }),
            raw(
                "intersection",
                "($self, /, *others)",
                "Return a new set with elements common to the set and all others.",
                |py, args| {
                    let made = intersect_args(py, args, "intersection")?;
                    like(py, args.words[0], made)
                },
            ),
            raw(
                "difference",
                "($self, /, *others)",
                "Return a new set with elements in the set that are not in the others.",
                |py, args| {
                    let made = dict::copy(py, other_tables(py, args, "difference")?)?;
                    for other in &args.words[1..] {
                        remove_all(py, made, *other)?;
                    }
                    like(py, args.words[0], made)
                },
            ),
            def(
                "symmetric_difference",
                "($self, other, /)",
                "Return a new set with elements in either the set or other but not both.",
                |py, a| {
                    let own = receiver(py, a[0], "symmetric_difference")?;
                    let other = table_from(py, a[1])?;
                    let made = symmetric_difference(py, own, other)?;
                    like(py, a[0], made)
                },
            ),
            def("isdisjoint", "($self, other, /)", "Return True if two sets have a null intersection.", |py, a| {
                let own = receiver(py, a[0], "isdisjoint")?;
                let common = intersection(py, own, a[1], true)?;
                Ok(bool_word(dict::len(common) == 0))
            }),
            def("issubset", "($self, other, /)", "Report whether another set contains this set.", |py, a| {
                let own = receiver(py, a[0], "issubset")?;
                if let Some(other) = table_of(py, a[1]) {
                    return Ok(bool_word(is_subset(py, own, other)?));
                }
                let common = intersection(py, own, a[1], false)?;
                Ok(bool_word(dict::len(common) == dict::len(own)))
            }),
            def("issuperset", "($self, other, /)", "Report whether this set contains another set.", |py, a| {
                let own = receiver(py, a[0], "issuperset")?;
                if let Some(other) = table_of(py, a[1]) {
                    return Ok(bool_word(is_subset(py, other, own)?));
                }
                let iterator = py.iter(a[1])?;
                while let Some(item) = py.next(iterator)? {
                    if dict::get_hashed(py, own, item, dict::hash_element(py, item)?)?.is_none() {
                        return Ok(FALSE);
                    }
                }
                Ok(TRUE)
            }),
            def("__and__", "($self, value, /)", "Return self&value.", |py, a| {
                both(py, a, |py, a, b| intersection(py, a, b, false))
            }),
            def("__rand__", "($self, value, /)", "Return value&self.", |py, a| {
                both(py, &[a[1], a[0]], |py, a, b| intersection(py, a, b, false))
            }),
            def("__or__", "($self, value, /)", "Return self|value.", |py, a| both(py, a, union)),
            def("__ror__", "($self, value, /)", "Return value|self.", |py, a| both(py, &[a[1], a[0]], union)),
            def("__sub__", "($self, value, /)", "Return self-value.", |py, a| both(py, a, difference)),
            def("__rsub__", "($self, value, /)", "Return value-self.", |py, a| both(py, &[a[1], a[0]], difference)),
            def("__xor__", "($self, value, /)", "Return self^value.", |py, a| both(py, a, exclusive)),
            def("__rxor__", "($self, value, /)", "Return value^self.", |py, a| both(py, &[a[1], a[0]], exclusive)),
            def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare(py, a, Comparison::Eq)),
            def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare(py, a, Comparison::Ne)),
            def("__lt__", "($self, value, /)", "Return self<value.", |py, a| compare(py, a, Comparison::Lt)),
            def("__le__", "($self, value, /)", "Return self<=value.", |py, a| compare(py, a, Comparison::Le)),
            def("__gt__", "($self, value, /)", "Return self>value.", |py, a| compare(py, a, Comparison::Gt)),
            def("__ge__", "($self, value, /)", "Return self>=value.", |py, a| compare(py, a, Comparison::Ge)),
            def("__reduce__", "($self, /)", "Return state information for pickling.", reduce),
            def("__sizeof__", "($self, /)", "S.__sizeof__() -> size of S in memory, in bytes.", |py, a| {
                let own = receiver(py, a[0], "__sizeof__")?;
                py.int(200 + 16 * dict::len(own).saturating_sub(5) as i64)
            }),
            class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
                python_model::generic::alias(py, a[0], a[1])
            }),
            def("__contains__", "($self, object, /)", "x.__contains__(y) <==> y in x.", |py, a| {
                let own = receiver(py, a[0], "__contains__")?;
                Ok(bool_word(find(py, own, a[1])?.is_some()))
            }),
            def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
                python_model::iterators::dict_iter(
                    py,
                    receiver(py, a[0], "__iter__")?,
                    python_model::iterators::SET,
                )
            }),
            def("__len__", "($self, /)", "Return len(self).", |py, a| {
                py.int(dict::len(receiver(py, a[0], "__len__")?) as i64)
            }),
            def("__repr__", "($self, /)", "Return repr(self).", repr),
        ]
    };
}

static FROZEN_METHODS: &[NativeDef] = set_methods![
    def("copy", "($self, /)", "Return a shallow copy of a set.", |py, a| {
        let own: Gc<FrozenSet> = py.expect(a[0], Ty::FrozenSet, "copy")?;
        Ok(word(own))
    }),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        let own: Gc<FrozenSet> = py.expect(a[0], Ty::FrozenSet, "__hash__")?;
        if own.hash.get() == 0 {
            own.hash.set(hash(table(own.table.get())));
        }
        py.int(own.hash.get())
    }),
];

static SET_METHODS: &[NativeDef] = set_methods![
    raw(
        "__init__",
        "($self, /, *args, **kwargs)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        init
    ),
    def("copy", "($self, /)", "Return a shallow copy of a set.", |py, a| {
        py.new_set(dict::copy(py, mutable(py, a[0], "copy")?)?)
    }),
    def(
        "add",
        "($self, object, /)",
        "Add an element to a set.\n\nThis has no effect if the element is already present.",
        |py, a| {
            dict::add_element(py, mutable(py, a[0], "add")?, a[1])?;
            Ok(NONE)
        }
    ),
    def("clear", "($self, /)", "Remove all elements from this set.", |py, a| {
        dict::clear(py, mutable(py, a[0], "clear")?);
        Ok(NONE)
    }),
    def(
        "discard",
        "($self, object, /)",
        "Remove an element from a set if it is a member.\n\nUnlike set.remove(), the discard() method does not raise\nan exception when an element is missing from the set.",
        |py, a| {
            discard(py, mutable(py, a[0], "discard")?, a[1])?;
            Ok(NONE)
        },
    ),
    def(
        "remove",
        "($self, object, /)",
        "Remove an element from a set; it must be a member.\n\nIf the element is not a member, raise a KeyError.",
        |py, a| {
            if discard(py, mutable(py, a[0], "remove")?, a[1])? { Ok(NONE) } else { Err(py.key_error(a[1])) }
        },
    ),
    def(
        "pop",
        "($self, /)",
        "Remove and return an arbitrary set element.\n\nRaises KeyError if the set is empty.",
        |py, a| match dict::pop_last(py, mutable(py, a[0], "pop")?) {
            Some((element, _)) => Ok(element),
            None => Err(py.raise_text(Ty::KeyError, "pop from an empty set")),
        },
    ),
    raw("update", "($self, /, *others)", "Update the set, adding elements from all others.", |py, args| {
        other_tables(py, args, "update")?;
        let own = mutable(py, args.words[0], "update")?;
        for other in &args.words[1..] {
            add_all(py, own, *other)?;
        }
        Ok(NONE)
    }),
    raw(
        "intersection_update",
        "($self, /, *others)",
        "Update the set, keeping only elements found in it and all others.",
        |py, args| {
            let made = intersect_args(py, args, "intersection_update")?;
            replace(py, args.words[0], made)?;
            Ok(NONE)
        },
    ),
    raw(
        "difference_update",
        "($self, /, *others)",
        "Update the set, removing elements found in others.",
        |py, args| {
            other_tables(py, args, "difference_update")?;
            let own = mutable(py, args.words[0], "difference_update")?;
            for other in &args.words[1..] {
                remove_all(py, own, *other)?;
            }
            Ok(NONE)
        },
    ),
    def(
        "symmetric_difference_update",
        "($self, other, /)",
        "Update the set, keeping only elements found in either set, but not in both.",
        |py, a| {
            let own = mutable(py, a[0], "symmetric_difference_update")?;
            let made = symmetric_difference(py, own, table_from(py, a[1])?)?;
            replace(py, a[0], made)?;
            Ok(NONE)
        },
    ),
    def("__iand__", "($self, value, /)", "Return self&=value.", |py, a| in_place(py, a, |py, own, other| {
        let made = intersection(py, own, other, false)?;
        dict::take_tables(py, made, own);
        Ok(())
    })),
    def("__ior__", "($self, value, /)", "Return self|=value.", |py, a| in_place(py, a, add_all)),
    def("__isub__", "($self, value, /)", "Return self-=value.", |py, a| in_place(py, a, remove_all)),
    def("__ixor__", "($self, value, /)", "Return self^=value.", |py, a| in_place(py, a, |py, own, other| {
        let made = symmetric_difference(py, own, table_from(py, other)?)?;
        dict::take_tables(py, made, own);
        Ok(())
    })),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::Set,
        doc: "Build an unordered collection of unique elements.",
        constructor: Some(construct),
        methods: SET_METHODS,
    },
    NativeType {
        ty: Ty::FrozenSet,
        doc: "Build an immutable unordered collection of unique elements.",
        constructor: Some(construct_frozen),
        methods: FROZEN_METHODS,
    },
];

fn table(slot: Option<Gc<Dict>>) -> Gc<Dict> {
    slot.expect("a set has a table")
}

/// The table of a set or frozenset.
pub fn table_of(py: Py, value: Word) -> Option<Gc<Dict>> {
    match V::of(py.base(value)) {
        V::Set(set) => set.table.get(),
        V::FrozenSet(set) => set.table.get(),
        _ => None,
    }
}

fn receiver(py: Py, value: Word, method: &str) -> Result<Gc<Dict>> {
    match table_of(py, value) {
        Some(table) => Ok(table),
        None => py.expect::<Set>(value, Ty::Set, method).map(|set| table(set.table.get())),
    }
}

/// The table of a receiver that must be a `set`.
fn mutable(py: Py, value: Word, method: &str) -> Result<Gc<Dict>> {
    py.expect::<Set>(value, Ty::Set, method).map(|set| table(set.table.get()))
}

/// The receiver's table, for methods of any number of arguments. Errors: there are keywords.
fn other_tables(py: Py, args: Args, method: &str) -> Result<Gc<Dict>> {
    let Some(own) = args.words.first() else {
        return Err(py.type_error(format!("unbound method set.{method}() needs an argument")));
    };
    let kind = if py.cast::<FrozenSet>(*own).is_some() { "frozenset" } else { "set" };
    args.no_keywords(py, &format!("{kind}.{method}"))?;
    receiver(py, *own, method)
}

fn construct(py: Py, class: TypeRef, _args: Args) -> Result {
    let set = py.new_set(dict::new(py)?)?;
    if class.is(py.ty(Ty::Set)) { Ok(set) } else { instance::new(py, class, set) }
}

fn init(py: Py, args: Args) -> Result {
    let own = mutable(py, args.words[0], "__init__")?;
    args.no_keywords(py, "set")?;
    let iterable = only_argument(py, &py.type_name(args.words[0]), &args.words[1..])?;
    dict::clear(py, own);
    if let Some(iterable) = iterable {
        add_all(py, own, iterable)?;
    }
    Ok(NONE)
}

fn construct_frozen(py: Py, class: TypeRef, args: Args) -> Result {
    let is_exact = class.is(py.ty(Ty::FrozenSet));
    let object_init = py.ty(Ty::Object).lookup(py, Name::Init);
    if is_exact || class.lookup(py, Name::Init) == object_init {
        args.no_keywords(py, "frozenset")?;
    }
    let made = match only_argument(py, &class.name.borrow(), args.positionals())? {
        Some(same) if matches!(V::of(same), V::FrozenSet(_)) => same,
        Some(iterable) => py.new_frozenset(table_from(py, iterable)?)?,
        None => py.new_frozenset(dict::new(py)?)?,
    };
    if is_exact { Ok(made) } else { instance::new(py, class, made) }
}

/// A new set of the kind of another.
fn like(py: Py, model: Word, made: Gc<Dict>) -> Result {
    match py.cast::<FrozenSet>(model) {
        Some(_) => py.new_frozenset(made),
        None => py.new_set(made),
    }
}

/// A new table of the items of an iterable.
pub fn table_from(py: Py, iterable: Word) -> Result<Gc<Dict>> {
    let made = dict::new(py)?;
    add_all(py, made, iterable)?;
    Ok(made)
}

/// The table whose keys are the items of a value, if hashes need not be computed: an exact dict, or a set.
pub fn hashed_items(py: Py, value: Word) -> Option<Gc<Dict>> {
    match V::of(value) {
        V::Dict(dict) => Some(dict),
        _ => table_of(py, value),
    }
}

/// Adds the items of an iterable.
pub fn add_all(py: Py, own: Gc<Dict>, iterable: Word) -> Result<()> {
    if let Some(from) = hashed_items(py, iterable) {
        if own.address() == from.address() {
            return Ok(());
        }
        if dict::len(own) == 0 {
            return dict::copy_keys(py, from, own);
        }
        let mut at = 0;
        while let Some((entry, key, _)) = dict::next(from, at) {
            at = entry + 1;
            dict::set_hashed(py, own, key, dict::entry_hash(from, entry), NONE)?;
        }
        return Ok(());
    }
    match V::of(iterable) {
        V::Range(range) if dict::len(own) == 0 => dict::add_range(py, own, range),
        _ => py.for_each_of(iterable, |item| dict::add_element(py, own, item).map(|()| true)),
    }
}

fn remove_hashed(py: Py, own: Gc<Dict>, key: Word, hash: i64) -> Result<bool> {
    match dict::find(py, own, key, hash)? {
        Some((entry, _)) => {
            dict::remove_at(py, own, entry);
            Ok(true)
        }
        None => Ok(false),
    }
}

/// Removes the items of an iterable.
pub fn remove_all(py: Py, own: Gc<Dict>, iterable: Word) -> Result<()> {
    if let Some(from) = hashed_items(py, iterable) {
        if own.address() == from.address() {
            dict::clear(py, own);
            return Ok(());
        }
        let mut at = 0;
        while let Some((entry, key, _)) = dict::next(from, at) {
            at = entry + 1;
            remove_hashed(py, own, key, dict::entry_hash(from, entry))?;
        }
        return Ok(());
    }
    let iterator = py.iter(iterable)?;
    while let Some(item) = py.next(iterator)? {
        let hash = dict::hash_element(py, item)?;
        remove_hashed(py, own, item, hash)?;
    }
    Ok(())
}

/// How a key of one of two tables is added to a new one, which has none of them twice. Where comparing keys runs the program's code, that may
/// give a table a key again that was walked over: then it is looked for.
fn adder(a: Gc<Dict>, b: Gc<Dict>) -> fn(Py, Gc<Dict>, Word, i64, Word) -> Result<()> {
    if a.asks_keys() || b.asks_keys() { dict::set_hashed } else { dict::append }
}

/// What is in both; with `any`, at most one of it.
fn intersection(py: Py, own: Gc<Dict>, other: Word, any: bool) -> Result<Gc<Dict>> {
    let made = dict::new(py)?;
    if let Some(other) = table_of(py, other) {
        // The smaller one is walked.
        let (walked, asked) = if dict::len(other) > dict::len(own) { (own, other) } else { (other, own) };
        let add = adder(walked, asked);
        let mut at = 0;
        while let Some((entry, key, _)) = dict::next(walked, at) {
            at = entry + 1;
            let hash = dict::entry_hash(walked, entry);
            if dict::get_hashed(py, asked, key, hash)?.is_some() {
                add(py, made, key, hash, NONE)?;
                if any {
                    break;
                }
            }
        }
        return Ok(made);
    }
    let iterator = py.iter(other)?;
    while let Some(item) = py.next(iterator)? {
        let hash = if any { dict::hash_element(py, item)? } else { py.hash(item)? };
        if dict::get_hashed(py, own, item, hash)?.is_some() {
            dict::set_hashed(py, made, item, hash, NONE)?;
            if any {
                break;
            }
        }
    }
    Ok(made)
}

fn intersect_args(py: Py, args: Args, method: &str) -> Result<Gc<Dict>> {
    let own = other_tables(py, args, method)?;
    let mut made = dict::copy(py, own)?;
    for other in &args.words[1..] {
        made = intersection(py, made, *other, false)?;
    }
    Ok(made)
}

/// What is in one but not in both.
pub fn symmetric_difference(py: Py, a: Gc<Dict>, b: Gc<Dict>) -> Result<Gc<Dict>> {
    let made = dict::copy(py, a)?;
    let add = adder(a, b);
    let mut at = 0;
    while let Some((entry, key, _)) = dict::next(b, at) {
        at = entry + 1;
        let hash = dict::entry_hash(b, entry);
        if !remove_hashed(py, made, key, hash)? {
            add(py, made, key, hash, NONE)?;
        }
    }
    Ok(made)
}

fn is_subset(py: Py, part: Gc<Dict>, whole: Gc<Dict>) -> Result<bool> {
    if dict::len(part) > dict::len(whole) {
        return Ok(false);
    }
    let mut at = 0;
    while let Some((entry, key, _)) = dict::next(part, at) {
        at = entry + 1;
        if dict::get_hashed(py, whole, key, dict::entry_hash(part, entry))?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn union(py: Py, own: Gc<Dict>, other: Word) -> Result<Gc<Dict>> {
    let made = dict::copy(py, own)?;
    add_all(py, made, other)?;
    Ok(made)
}

fn difference(py: Py, own: Gc<Dict>, other: Word) -> Result<Gc<Dict>> {
    let made = dict::new(py)?;
    let other = table_of(py, other).expect("both operands are sets");
    let add = adder(own, other);
    let mut at = 0;
    while let Some((entry, key, _)) = dict::next(own, at) {
        at = entry + 1;
        let hash = dict::entry_hash(own, entry);
        if dict::get_hashed(py, other, key, hash)?.is_none() {
            add(py, made, key, hash, NONE)?;
        }
    }
    Ok(made)
}

fn exclusive(py: Py, own: Gc<Dict>, other: Word) -> Result<Gc<Dict>> {
    symmetric_difference(py, own, table_of(py, other).expect("both operands are sets"))
}

/// An operator, for which both operands must be sets.
fn both(py: Py, a: &[Word], operation: fn(Py, Gc<Dict>, Word) -> Result<Gc<Dict>>) -> Result {
    let (Some(own), Some(_)) = (table_of(py, a[0]), table_of(py, a[1])) else { return Ok(NOT_IMPLEMENTED) };
    let made = operation(py, own, a[1])?;
    like(py, a[0], made)
}

fn in_place(py: Py, a: &[Word], operation: fn(Py, Gc<Dict>, Word) -> Result<()>) -> Result {
    let own = mutable(py, a[0], "__ior__")?;
    if table_of(py, a[1]).is_none() {
        return Ok(NOT_IMPLEMENTED);
    }
    operation(py, own, a[1])?;
    Ok(a[0])
}

/// Gives a set other elements.
fn replace(py: Py, set: Word, made: Gc<Dict>) -> Result<()> {
    dict::take_tables(py, made, mutable(py, set, "update")?);
    Ok(())
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    let own = receiver(py, a[0], "__eq__")?;
    let Some(other) = table_of(py, a[1]) else { return Ok(NOT_IMPLEMENTED) };
    let (x, y) = (dict::len(own), dict::len(other));
    Ok(bool_word(match op {
        Comparison::Eq => x == y && is_subset(py, own, other)?,
        Comparison::Ne => !(x == y && is_subset(py, own, other)?),
        Comparison::Lt => x < y && is_subset(py, own, other)?,
        Comparison::Le => is_subset(py, own, other)?,
        Comparison::Gt => x > y && is_subset(py, other, own)?,
        Comparison::Ge => is_subset(py, other, own)?,
    }))
}

/// The position of an element. A `set`, which has no hash, is looked for as the `frozenset` of its elements.
fn find(py: Py, own: Gc<Dict>, element: Word) -> Result<Option<usize>> {
    let (mut element, unhashable) = (element, py.cast::<Set>(element));
    let hash = match (dict::hash_element(py, element), unhashable) {
        (Ok(hash), _) => hash,
        (Err(raised), Some(set)) => {
            if py.take_if(Ty::TypeError).is_none() {
                return Err(raised);
            }
            let elements = table(set.table.get());
            element = py.new_frozenset(elements)?;
            self::hash(elements)
        }
        (Err(raised), None) => return Err(raised),
    };
    Ok(dict::find(py, own, element, hash)?.map(|(entry, _)| entry))
}

/// Removes an element; whether it was there.
fn discard(py: Py, own: Gc<Dict>, element: Word) -> Result<bool> {
    let found = find(py, own, element)?;
    if let Some(entry) = found {
        dict::remove_at(py, own, entry);
    }
    Ok(found.is_some())
}

/// The hash of a frozenset: the same for every order, and spread out for nested sets. The mixing is CPython's, on the 50 bits of hashes
/// that tables keep.
fn hash(table: Gc<Dict>) -> i64 {
    let mut hash = 0_u64;
    let mut at = 0;
    while let Some((entry, _, _)) = dict::next(table, at) {
        at = entry + 1;
        let own = dict::entry_hash(table, entry) as u64;
        hash ^= (own ^ 89_869_747 ^ own << 16).wrapping_mul(3_644_798_167);
    }
    hash ^= (dict::len(table) as u64 + 1).wrapping_mul(1_927_868_237);
    hash ^= hash >> 11 ^ hash >> 25;
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    match hash as i64 {
        // 0 means that it is not known yet.
        -1 | 0 => 590_923_713,
        hash => hash,
    }
}

fn repr(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "__repr__")?;
    let class = py.type_of(a[0]);
    let name = class.name.borrow().to_string();
    if dict::len(own) == 0 {
        return py.str(&format!("{name}()"));
    }
    let is_plain = class.is(py.ty(Ty::Set));
    let text = py.guard_repr(a[0], || {
        // A copy: printing an element may change the set.
        let list = py.new_list(dict::len(own))?;
        let mut at = 0;
        while let Some((entry, key, _)) = dict::next(own, at) {
            at = entry + 1;
            list_push(py, list, key)?;
        }
        let items = py.repr(word(list))?;
        let items = &items.as_bytes()[1..items.as_bytes().len() - 1];
        let mut out = if is_plain { Vec::new() } else { format!("{name}(").into_bytes() };
        out.push(b'{');
        out.extend_from_slice(items);
        out.extend_from_slice(if is_plain { b"}" } else { b"})" });
        Ok(out)
    })?;
    match text {
        Some(text) => py.str_bytes(&text),
        None => py.str(&format!("{name}(...)")),
    }
}

fn reduce(py: Py, a: &[Word]) -> Result {
    receiver(py, a[0], "__reduce__")?;
    let items = word(py.list_from_iterable(a[0])?);
    let args = py.new_tuple(&[items])?;
    let state = py.call_method(a[0], Name::GetState, &[])?;
    py.new_tuple(&[py.type_of(a[0]).word(), args, state])
}
