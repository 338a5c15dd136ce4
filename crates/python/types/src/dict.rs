//! `dict`. The table itself is `python_model::dict`.

use crate::dict_views::new_view;
use heap::Gc;
use python_model::class;
use python_model::dict::{self, View};
use python_model::instance;
use python_model::iterators::{REVERSED, dict_iter};
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, class_method, def, raw};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

static METHODS: &[NativeDef] = &[
    raw(
        "__init__",
        "($self, /, *args, **kwargs)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        |py, args| update_from_args(py, args, "__init__", "dict"),
    ),
    def("clear", "($self, /)", "Remove all items from the dict.", |py, a| {
        dict::clear(py, receiver(py, a[0], "clear")?);
        Ok(NONE)
    }),
    def("copy", "($self, /)", "Return a shallow copy of the dict.", |py, a| {
        Ok(word(dict::copy(py, receiver(py, a[0], "copy")?)?))
    }),
    class_method(
        "fromkeys",
        "($type, iterable, value=None, /)",
        "Create a new dictionary with keys from iterable and values set to value.",
        from_keys,
    ),
    def(
        "get",
        "($self, key, default=None, /)",
        "Return the value for key if key is in the dictionary, else default.",
        |py, a| {
            let own = receiver(py, a[0], "get")?;
            let default = if a[2] == UNSET { NONE } else { a[2] };
            Ok(dict::get(py, own, a[1])?.unwrap_or(default))
        },
    ),
    def("items", "($self, /)", "Return a set-like object providing a view on the dict's items.", |py, a| {
        new_view(py, receiver(py, a[0], "items")?, View::Items)
    }),
    def("keys", "($self, /)", "Return a set-like object providing a view on the dict's keys.", |py, a| {
        new_view(py, receiver(py, a[0], "keys")?, View::Keys)
    }),
    def("values", "($self, /)", "Return an object providing a view on the dict's values.", |py, a| {
        new_view(py, receiver(py, a[0], "values")?, View::Values)
    }),
    def(
        "pop",
        "($self, key, default=<unrepresentable>, /)",
        "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.",
        |py, a| {
            let own = receiver(py, a[0], "pop")?;
            let removed = if dict::len(own) == 0 { None } else { dict::remove(py, own, a[1])? };
            match removed {
                Some(value) => Ok(value),
                None if a[2] != UNSET => Ok(a[2]),
                None => Err(py.key_error(a[1])),
            }
        },
    ),
    def(
        "popitem",
        "($self, /)",
        "Remove and return a (key, value) pair as a 2-tuple.\n\nPairs are returned in LIFO (last-in, first-out) order.\nRaises KeyError if the dict is empty.",
        |py, a| match dict::pop_last(py, receiver(py, a[0], "popitem")?) {
            Some((key, value)) => py.new_tuple(&[key, value]),
            None => Err(py.raise_text(Ty::KeyError, "popitem(): dictionary is empty")),
        },
    ),
    def(
        "setdefault",
        "($self, key, default=None, /)",
        "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.",
        |py, a| {
            let own = receiver(py, a[0], "setdefault")?;
            let hash = dict::hash_key(py, a[1])?;
            let default = if a[2] == UNSET { NONE } else { a[2] };
            dict::set_default(py, own, a[1], hash, default)
        },
    ),
    raw(
        "update",
        "($self, [E, ]**F)",
        "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.\nIf E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]\nIf E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\nIn either case, this is followed by: for k in F:  D[k] = F[k]",
        |py, args| update_from_args(py, args, "update", "update"),
    ),
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| {
        let own = receiver(py, a[0], "__eq__")?;
        match py.cast::<Dict>(a[1]) {
            Some(other) => Ok(bool_word(is_equal(py, own, other)?)),
            None => Ok(NOT_IMPLEMENTED),
        }
    }),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| {
        let own = receiver(py, a[0], "__ne__")?;
        match py.cast::<Dict>(a[1]) {
            Some(other) => Ok(bool_word(!is_equal(py, own, other)?)),
            None => Ok(NOT_IMPLEMENTED),
        }
    }),
    def("__lt__", "($self, value, /)", "Return self<value.", |_, _| Ok(NOT_IMPLEMENTED)),
    def("__le__", "($self, value, /)", "Return self<=value.", |_, _| Ok(NOT_IMPLEMENTED)),
    def("__gt__", "($self, value, /)", "Return self>value.", |_, _| Ok(NOT_IMPLEMENTED)),
    def("__ge__", "($self, value, /)", "Return self>=value.", |_, _| Ok(NOT_IMPLEMENTED)),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        py.iter(word(receiver(py, a[0], "__iter__")?))
    }),
    def("__len__", "($self, /)", "Return len(self).", |py, a| {
        py.int(dict::len(receiver(py, a[0], "__len__")?) as i64)
    }),
    def("__getitem__", "($self, key, /)", "Return self[key].", get_item),
    def("__setitem__", "($self, key, value, /)", "Set self[key] to value.", |py, a| {
        dict::set(py, receiver(py, a[0], "__setitem__")?, a[1], a[2])?;
        Ok(NONE)
    }),
    def("__delitem__", "($self, key, /)", "Delete self[key].", |py, a| {
        match dict::remove(py, receiver(py, a[0], "__delitem__")?, a[1])? {
            Some(_) => Ok(NONE),
            None => Err(py.key_error(a[1])),
        }
    }),
    def(
        "__contains__",
        "($self, key, /)",
        "True if the dictionary has the specified key, else False.",
        |py, a| Ok(bool_word(dict::contains(py, receiver(py, a[0], "__contains__")?, a[1])?)),
    ),
    def("__or__", "($self, value, /)", "Return self|value.", |py, a| union(py, a[0], a[1])),
    def("__ror__", "($self, value, /)", "Return value|self.", |py, a| union(py, a[1], a[0])),
    def("__ior__", "($self, value, /)", "Return self|=value.", |py, a| {
        update(py, receiver(py, a[0], "__ior__")?, a[1])?;
        Ok(a[0])
    }),
    def("__reversed__", "($self, /)", "Return a reverse iterator over the dict keys.", |py, a| {
        dict_iter(py, receiver(py, a[0], "__reversed__")?, View::Keys as i64 | REVERSED)
    }),
    def("__sizeof__", "($self, /)", "Return the size of the dict in memory.", |py, a| {
        let own = receiver(py, a[0], "__sizeof__")?;
        let entries = own.entries.get().map_or(0, |entries| entries.items().len() as i64 * 8);
        let indices = own.indices.get().map_or(0, |indices| indices.items().len() as i64 * 4);
        py.int(64 + entries + indices)
    }),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
];

pub static TYPES: &[NativeType] = &[NativeType {
    ty: Ty::Dict,
    doc: "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\ndict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\ndict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)",
    constructor: Some(construct),
    methods: METHODS,
}];

fn receiver(py: Py, value: Word, method: &str) -> Result<Gc<Dict>> {
    py.expect(value, Ty::Dict, method)
}

fn construct(py: Py, class: TypeRef, _args: Args) -> Result {
    let dict = word(dict::new(py)?);
    if class.is(py.ty(Ty::Dict)) { Ok(dict) } else { instance::new(py, class, dict) }
}

/// `update` and `__init__`: at most one positional argument, any keywords.
pub fn update_from_args(py: Py, args: Args, method: &str, shown: &str) -> Result {
    let own = receiver(py, args.words[0], method)?;
    match &args.positionals()[1..] {
        [] => {}
        [other] => update(py, own, *other)?,
        more => {
            return Err(py.type_error(format!("{shown} expected at most 1 argument, got {}", more.len())));
        }
    }
    for (name, value) in args.named() {
        dict::set(py, own, word(name), value)?;
    }
    Ok(NONE)
}

/// Adds what a mapping or an iterable of pairs has.
/// Errors: `TypeError` or `ValueError` for what is no pair; `RuntimeError` if a dict changes while it is read.
pub fn update(py: Py, own: Gc<Dict>, other: Word) -> Result<()> {
    if let Some(from) = dict::plain(py, other) {
        return merge(py, own, from);
    }
    if let Some(method) = py.get_attr_opt(other, Name::Keys)? {
        let keys = py.call(method, &[])?;
        let iterator = py.iter(keys)?;
        while let Some(key) = py.next(iterator)? {
            let value = py.get_item(other, key)?;
            dict::set(py, own, key, value)?;
        }
        return Ok(());
    }
    let iterator = py.iter(other)?;
    let mut number = 0;
    py.for_each(iterator, |item| {
        if let V::Tuple(pair) = V::of(item)
            && let [key, value] = pair.items()
        {
            dict::set(py, own, key.get(), value.get())?;
            number += 1;
            return Ok(true);
        }
        let pair = match V::of(item) {
            V::Tuple(_) | V::List(_) => py.list_from_iterable(item)?,
            _ => match py.list_from_iterable(item) {
                Ok(pair) => pair,
                Err(raised) => return Err(no_sequence(py, raised, item, number)),
            },
        };
        if pair.len() != 2 {
            return Err(py.value_error(format!(
                "dictionary update sequence element #{number} has length {}; 2 is required",
                pair.len()
            )));
        }
        dict::set(py, own, pair.item(0), pair.item(1))?;
        number += 1;
        Ok(true)
    })
}

#[cold]
fn no_sequence(
    py: Py,
    raised: metatrace_machine::Raised,
    item: Word,
    number: usize,
) -> metatrace_machine::Raised {
    let Some(mut exception) = py.take_if(Ty::TypeError) else { return raised };
    let class = py.type_of(item);
    if class.lookup(py, Name::Iter).is_none() && class.lookup(py, Name::GetItem).is_none() {
        py.type_error("object is not iterable");
        exception = py.take_if(Ty::TypeError).expect("raised just now");
    }
    let note = format!("Cannot convert dictionary update sequence element #{number} to a sequence");
    let raised = py.raise(exception);
    class::add_note(py, exception, &note);
    raised
}

fn merge(py: Py, own: Gc<Dict>, from: Gc<Dict>) -> Result<()> {
    if own.address() == from.address() {
        return Ok(());
    }
    if dict::fill(py, own, from)? {
        return Ok(());
    }
    let (mut at, filled) = (0, from.filled.get());
    while let Some((entry, key, value)) = dict::next(from, at) {
        at = entry + 1;
        dict::set_hashed(py, own, key, dict::entry_hash(from, entry), value)?;
        if from.filled.get() != filled {
            return Err(py.runtime_error("dict mutated during update"));
        }
    }
    Ok(())
}

fn from_keys(py: Py, a: &[Word]) -> Result {
    let value = if a[2] == UNSET { NONE } else { a[2] };
    let made = py.call(a[0], &[])?;
    if let (V::Dict(dict), Some(keys)) = (V::of(made), crate::set::hashed_items(py, a[1])) {
        let mut at = 0;
        while let Some((entry, key, _)) = dict::next(keys, at) {
            at = entry + 1;
            dict::set_hashed(py, dict, key, dict::entry_hash(keys, entry), value)?;
        }
        return Ok(made);
    }
    let iterator = py.iter(a[1])?;
    if let V::Dict(dict) = V::of(made) {
        while let Some(key) = py.next(iterator)? {
            dict::set(py, dict, key, value)?;
        }
        return Ok(made);
    }
    while let Some(key) = py.next(iterator)? {
        py.set_item(made, key, value)?;
    }
    Ok(made)
}

fn get_item(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "__getitem__")?;
    if let Some(value) = dict::get(py, own, a[1])? {
        return Ok(value);
    }
    if as_instance(a[0]).is_some()
        && let Some(value) = py.call_special(a[0], Name::Missing, &[a[1]])?
    {
        return Ok(value);
    }
    Err(py.key_error(a[1]))
}

fn union(py: Py, left: Word, right: Word) -> Result {
    let (Some(a), Some(_)) = (py.cast::<Dict>(left), py.cast::<Dict>(right)) else {
        return Ok(NOT_IMPLEMENTED);
    };
    let made = dict::copy(py, a)?;
    update(py, made, right)?;
    Ok(word(made))
}

fn is_equal(py: Py, a: Gc<Dict>, b: Gc<Dict>) -> Result<bool> {
    if py.native_stack_is_low() {
        return Err(py.recursion_error("maximum recursion depth exceeded in comparison"));
    }
    if dict::len(a) != dict::len(b) {
        return Ok(false);
    }
    let mut at = 0;
    while let Some((entry, key, value)) = dict::next(a, at) {
        at = entry + 1;
        match dict::get_hashed(py, b, key, dict::entry_hash(a, entry))? {
            Some(other) if py.is_equal(value, other)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

fn repr(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "__repr__")?;
    if dict::len(own) == 0 {
        return py.str("{}");
    }
    let text = py.guard_repr(a[0], || {
        let mut out = b"{".to_vec();
        let mut at = 0;
        while let Some((entry, key, value)) = dict::next(own, at) {
            at = entry + 1;
            if out.len() > 1 {
                out.extend_from_slice(b", ");
            }
            out.extend_from_slice(py.repr(key)?.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(py.repr(value)?.as_bytes());
        }
        out.push(b'}');
        Ok(out)
    })?;
    py.str_bytes(text.as_deref().unwrap_or(b"{...}"))
}
