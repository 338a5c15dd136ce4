//! `OrderedDict`: a dict whose order can be changed, and counts when two are compared.
//!
//! A dict here keeps its order already: what is added is moving an entry to either end (`dict::move_to_end`,
//! `dict::move_to_front`), taking the oldest one, and methods that go through those of a subclass. Views and iterators are those of
//! `dict`: their types have other names than CPython's. CPython has a list of the keys beside the dict, which gets out of step if `dict`'s own methods
//! are called on an `OrderedDict`, or hashes change: `KeyError`s and crashes follow. Here there is nothing to get out of step.

use heap::Gc;
use metatrace_machine::Raised;
use python_model::dict;
use python_model::instance;
use python_model::iterators::{REVERSED, dict_iter};
use python_model::names::Name;
use python_model::native::{Args, NativeDef, class_method, def, raw};
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

pub const DOC: &str = "Dictionary that remembers insertion order";

fn receiver(py: Py, value: Word) -> Result<Gc<Dict>> {
    py.expect(value, Ty::Dict, "__init__")
}

/// Whether a subclass stores or finds in its own way.
fn is_exact(py: Py, value: Word, names: &[Name]) -> bool {
    let (class, plain) = (py.type_of(value), py.ty(Ty::Dict));
    names.iter().all(|&name| class.lookup(py, name) == plain.lookup(py, name))
}

/// `MutableMapping.update`; `method` is the first word of an error.
fn update(py: Py, args: Args, method: &str) -> Result {
    let own = args.words[0];
    let others = &args.positionals()[1..];
    if others.len() > 1 {
        let count = others.len();
        return Err(py.type_error(match method {
            "" => format!("expected at most 1 argument, got {count}"),
            _ => format!("update() takes at most 1 positional argument ({count} given)"),
        }));
    }
    if is_exact(py, own, &[Name::SetItem]) {
        let table = receiver(py, own)?;
        if let [other] = others {
            match dict::plain(py, *other) {
                Some(_) => python_types::dict::update(py, table, *other)?,
                None => add_all(py, own, *other)?,
            }
        }
        for (name, value) in args.named() {
            dict::set(py, table, word(name), value)?;
        }
        return Ok(NONE);
    }
    if let [other] = others {
        add_all(py, own, *other)?;
    }
    for (name, value) in args.named() {
        py.set_item(own, word(name), value)?;
    }
    Ok(NONE)
}

fn add_all(py: Py, own: Word, other: Word) -> Result<()> {
    if let Some(from) = dict::plain(py, other) {
        let copy = dict::copy(py, from)?;
        let mut at = 0;
        while let Some((entry, key, value)) = dict::next(copy, at) {
            at = entry + 1;
            py.set_item(own, key, value)?;
        }
        return Ok(());
    }
    if let Some(keys) = py.get_attr_opt(other, Name::Keys)? {
        let keys = py.call(keys, &[])?;
        let iterator = py.iter(keys)?;
        while let Some(key) = py.next(iterator)? {
            let value = py.get_item(other, key)?;
            py.set_item(own, key, value)?;
        }
        return Ok(());
    }
    let source = match py.get_attr_opt(other, Name::Items)? {
        Some(items) => py.call(items, &[])?,
        None => other,
    };
    let iterator = py.iter(source)?;
    while let Some(pair) = py.next(iterator)? {
        let items = py.list_from_iterable(pair)?;
        match items.len() {
            0 | 1 => {
                let count = items.len();
                let plural = if count == 1 { "" } else { "s" };
                return Err(py.value_error(format!("need more than {count} value{plural} to unpack")));
            }
            2 => py.set_item(own, items.item(0), items.item(1))?,
            _ => return Err(py.value_error("too many values to unpack (expected 2)")),
        }
    }
    Ok(())
}

fn is_equal(py: Py, a: Word, b: Word) -> Result<Option<bool>> {
    let Some(other) = py.cast::<Dict>(b) else { return Ok(None) };
    let own = receiver(py, a)?;
    let same =
        py.call(py.ty(Ty::Dict).lookup(py, Name::Eq).expect("dict compares"), &[word(own), word(other)])?;
    let ordered = super::known(&py.vm().state::<super::Types>().ordered_dict);
    if same != TRUE || !py.type_of(b).is_subtype(ordered) {
        return Ok(Some(same == TRUE));
    }
    let states = (state(own), state(other));
    let (mut i, mut j) = (0, 0);
    loop {
        match (dict::next(own, i), dict::next(other, j)) {
            (None, None) => return Ok(Some(true)),
            (Some((x, p, _)), Some((y, q, _))) => {
                (i, j) = (x + 1, y + 1);
                if !py.is_equal(p, q)? {
                    return Ok(Some(false));
                }
            }
            _ => return Ok(Some(false)),
        }
        if (state(own), state(other)) != states {
            return Err(mutated(py));
        }
    }
}

/// What changes whenever a key is added or goes.
fn state(table: Gc<Dict>) -> (i64, i64) {
    (table.live.get(), table.filled.get())
}

fn mutated(py: Py) -> Raised {
    py.runtime_error("OrderedDict mutated during iteration")
}

fn union(py: Py, left: Word, right: Word, own: Word) -> Result {
    if py.cast::<Dict>(left).is_none() || py.cast::<Dict>(right).is_none() {
        return Ok(NOT_IMPLEMENTED);
    }
    let made = py.call(py.type_of(own).word(), &[left])?;
    update(py, Args::positional(&[made, right]), "update ")?;
    Ok(made)
}

pub static METHODS: &[NativeDef] = &[
    raw(
        "__init__",
        "($self, /, *args, **kwargs)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        |py, args| update(py, args, ""),
    ),
    raw(
        "update",
        "($self, /, *args, **kwargs)",
        "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.",
        |py, args| update(py, args, "update "),
    ),
    class_method(
        "fromkeys",
        "($type, /, iterable, value=None)",
        "Create a new ordered dictionary with keys from iterable and values set to value.",
        |py, a| {
            let value = if a[2] == UNSET { NONE } else { a[2] };
            let made = py.call(a[0], &[])?;
            let iterator = py.iter(a[1])?;
            while let Some(key) = py.next(iterator)? {
                py.set_item(made, key, value)?;
            }
            Ok(made)
        },
    ),
    def(
        "pop",
        "($self, /, key, default=<unrepresentable>)",
        "od.pop(key[,default]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.",
        |py, a| match dict::remove(py, receiver(py, a[0])?, a[1])? {
            Some(value) => Ok(value),
            None if a[2] != UNSET => Ok(a[2]),
            None => Err(py.key_error(a[1])),
        },
    ),
    def(
        "popitem",
        "($self, /, last=True)",
        "Remove and return a (key, value) pair from the dictionary.\n\nPairs are returned in LIFO order if last is true or FIFO order if false.",
        |py, a| {
            let own = receiver(py, a[0])?;
            let is_last = a[1] == UNSET || py.truth(a[1])?;
            let taken =
                if is_last { dict::previous(own, own.filled.get() as usize) } else { dict::next(own, 0) };
            let Some((_, key, value)) = taken else {
                return Err(py.raise_text(Ty::KeyError, "dictionary is empty"));
            };
            if is_last {
                dict::pop_last(py, own);
            } else {
                dict::pop_first(py, own);
            }
            py.new_tuple(&[key, value])
        },
    ),
    def(
        "move_to_end",
        "($self, /, key, last=True)",
        "Move an existing element to the end (or beginning if last is false).\n\nRaise KeyError if the element does not exist.",
        |py, a| {
            let own = receiver(py, a[0])?;
            let is_last = a[2] == UNSET || py.truth(a[2])?;
            let hash = dict::hash_key(py, a[1])?;
            let Some((entry, _)) = dict::find(py, own, a[1], hash)? else { return Err(py.key_error(a[1])) };
            if is_last {
                dict::move_to_end(py, own, entry)?
            } else {
                dict::move_to_front(py, own, entry)?
            }
            Ok(NONE)
        },
    ),
    def(
        "setdefault",
        "($self, /, key, default=None)",
        "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.",
        |py, a| {
            let own = receiver(py, a[0])?;
            let default = if a[2] == UNSET { NONE } else { a[2] };
            if is_exact(py, a[0], &[Name::GetItem, Name::SetItem, Name::Contains]) {
                let hash = dict::hash_key(py, a[1])?;
                if let Some(value) = dict::get_hashed(py, own, a[1], hash)? {
                    return Ok(value);
                }
                dict::set_hashed(py, own, a[1], hash, default)?;
                return Ok(default);
            }
            if py.contains(a[0], a[1])? {
                return py.get_item(a[0], a[1]);
            }
            py.set_item(a[0], a[1], default)?;
            Ok(default)
        },
    ),
    def("copy", "($self, /)", "od.copy() -> a shallow copy of od", |py, a| {
        let made = py.call(py.type_of(a[0]).word(), &[])?;
        if let Some(own) = as_instance(a[0])
            && let Some(new) = as_instance(made)
        {
            let attributes = instance::attributes(py, own)?;
            let mut at = 0;
            while let Some((entry, key, value)) = dict::next(attributes, at) {
                at = entry + 1;
                let key = py.expect_str(key, "attribute name")?;
                instance::set(py, new, py.symbol_of(key)?, value)?;
            }
        }
        let source = receiver(py, a[0])?;
        let begun = state(source);
        let is_plain = is_exact(py, a[0], &[Name::GetItem, Name::SetItem]);
        let mut at = 0;
        while let Some((entry, key, value)) = dict::next(source, at) {
            at = entry + 1;
            if is_plain {
                dict::set_hashed(py, receiver(py, made)?, key, dict::entry_hash(source, entry), value)?;
            } else {
                let value = py.get_item(a[0], key)?;
                if state(source) != begun {
                    return Err(mutated(py));
                }
                py.set_item(made, key, value)?;
            }
            if state(source) != begun {
                return Err(mutated(py));
            }
        }
        Ok(made)
    }),
    def("__reversed__", "($self, /)", "od.__reversed__() <==> reversed(od)", |py, a| {
        dict_iter(py, receiver(py, a[0])?, dict::View::Keys as i64 | REVERSED)
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| {
        Ok(is_equal(py, a[0], a[1])?.map_or(NOT_IMPLEMENTED, bool_word))
    }),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| {
        Ok(is_equal(py, a[0], a[1])?.map_or(NOT_IMPLEMENTED, |same| bool_word(!same)))
    }),
    def("__or__", "($self, value, /)", "Return self|value.", |py, a| union(py, a[0], a[1], a[0])),
    def("__ror__", "($self, value, /)", "Return value|self.", |py, a| union(py, a[1], a[0], a[0])),
    def("__ior__", "($self, value, /)", "Return self|=value.", |py, a| {
        update(py, Args::positional(a), "update ")?;
        Ok(a[0])
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own = receiver(py, a[0])?;
        let class = py.class_name(a[0]);
        if dict::len(own) == 0 {
            return py.str(&format!("{class}()"));
        }
        let shown = py.guard_repr(a[0], || {
            let made = dict::new(py)?;
            python_types::dict::update(py, made, a[0])?;
            py.repr_text(word(made))
        })?;
        py.str(&shown.map_or_else(|| "...".to_owned(), |shown| format!("{class}({shown})")))
    }),
    def("__reduce__", "($self, /)", "Return state information for pickling", |py, a| {
        let state = py.call_method(a[0], Name::GetState, &[])?;
        let items = py.call_method(a[0], Name::Items, &[])?;
        let items = py.iter(items)?;
        let args = py.vm().empty_tuple();
        py.new_tuple(&[py.type_of(a[0]).word(), args, state, NONE, items])
    }),
];
