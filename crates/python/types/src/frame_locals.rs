//! `FrameLocalsProxy`: `f_locals` of a function's frame, through which a debugger reads and writes its variables (PEP 667).
//!
//! A mapping without a state of its own: each operation looks at the frame, wherever its variables are then
//! ([`python_model::frame_variables`]).

use heap::Gc;
use python_model::class::{NativeClass, native_type};
use python_model::dict;
use python_model::foreign;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, def, given, raw};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result, list_push};
use python_model::types::{TypeRef, flags};
use python_model::value::*;
use std::cell::Cell;

#[derive(Default)]
struct State {
    class: Cell<Option<TypeRef>>,
}

/// The frame is in the object's words.
struct Proxy;

/// A proxy of a frame.
pub fn new(py: Py, frame: Gc<FrameRef>) -> Result {
    let class = class(py)?;
    let made = foreign::new(py, class, Proxy)?;
    made.words.set(py.mutator(), made, word(frame));
    Ok(word(made))
}

fn class(py: Py) -> Result<TypeRef> {
    let state = py.vm().state::<State>();
    if let Some(made) = state.class.get() {
        return Ok(made);
    }
    let class = NativeClass {
        module: "builtins",
        name: "FrameLocalsProxy",
        doc: "",
        base: None,
        flags: flags::FINAL | flags::MAPPING,
        constructor: Some(construct),
        methods: METHODS,
    };
    let made = native_type(py, &class)?;
    dict::set_symbol(py, made.object().dict.get().expect("a type has a namespace"), Name::Hash, NONE)?;
    state.class.set(Some(made));
    Ok(made)
}

fn construct(py: Py, _: TypeRef, args: Args) -> Result {
    if args.keywords.is_some() {
        return Err(py.type_error("FrameLocalsProxy takes no keyword arguments"));
    }
    let [frame] = args.words else {
        let count = args.words.len();
        return Err(py.type_error(format!("FrameLocalsProxy expected 1 argument, got {count}")));
    };
    match as_object::<FrameRef>(*frame) {
        Some(frame) => new(py, frame),
        None => Err(py.type_error(format!("expect frame, not {}", py.type_name(*frame)))),
    }
}

fn frame(py: Py, value: Word) -> Result<Gc<FrameRef>> {
    foreign::expect::<Proxy>(py, value, "a FrameLocalsProxy")?;
    let words = foreign::object_of(value).expect("it has a state").words.get();
    Ok(as_object(words).expect("a frame since it was made"))
}

fn snapshot(py: Py, value: Word) -> Result<Gc<Dict>> {
    FrameRef::snapshot(frame(py, value)?, py)
}

/// A list of something of each entry.
fn listed(py: Py, value: Word, of: impl Fn(Word, Word) -> Result) -> Result {
    let entries = snapshot(py, value)?;
    let list = py.new_list(dict::len(entries))?;
    let mut at = 0;
    while let Some((entry, key, value)) = dict::next(entries, at) {
        at = entry + 1;
        list_push(py, list, of(key, value)?)?;
    }
    Ok(word(list))
}

/// A dict, or the entries of another proxy; `None` for anything else.
fn mapping(py: Py, value: Word) -> Result<Option<Gc<Dict>>> {
    if foreign::get::<Proxy>(py, value).is_some() {
        return snapshot(py, value).map(Some);
    }
    Ok(py.cast::<Dict>(value))
}

fn update(py: Py, own: Gc<FrameRef>, from: Gc<Dict>) -> Result<()> {
    let mut at = 0;
    while let Some((entry, key, value)) = dict::next(from, at) {
        at = entry + 1;
        FrameRef::set_variable(own, py, key, value)?;
    }
    Ok(())
}

fn union(py: Py, first: Word, second: Word) -> Result {
    let (Some(first), Some(second)) = (mapping(py, first)?, mapping(py, second)?) else {
        return Ok(NOT_IMPLEMENTED);
    };
    let out = dict::copy(py, first)?;
    dict::update(py, out, second)?;
    Ok(word(out))
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    let own = frame(py, a[0])?;
    if foreign::get::<Proxy>(py, a[1]).is_some() {
        let is_same = word(own) == word(frame(py, a[1])?);
        return Ok(bool_word(is_same == (op == Comparison::Eq)));
    }
    match py.cast::<Dict>(a[1]) {
        Some(_) => py.compare(op, word(snapshot(py, a[0])?), a[1]),
        None => Ok(NOT_IMPLEMENTED),
    }
}

static METHODS: &[NativeDef] = &[
    def("__getitem__", "($self, key, /)", "Return self[key].", |py, a| {
        match FrameRef::get_variable(frame(py, a[0])?, py, a[1])? {
            Some(found) => Ok(found),
            None => {
                let message = format!("local variable '{}' is not defined", py.repr_text(a[1])?);
                let message = py.str(&message)?;
                Err(py.key_error(message))
            }
        }
    }),
    def("__setitem__", "($self, key, value, /)", "Set self[key] to value.", |py, a| {
        FrameRef::set_variable(frame(py, a[0])?, py, a[1], a[2])?;
        Ok(NONE)
    }),
    def("__delitem__", "($self, key, /)", "Delete self[key].", |py, a| {
        match FrameRef::remove_added(frame(py, a[0])?, py, a[1])? {
            Some(_) => Ok(NONE),
            None => Err(py.key_error(a[1])),
        }
    }),
    def("__contains__", "($self, key, /)", "Return bool(key in self).", |py, a| {
        Ok(bool_word(FrameRef::get_variable(frame(py, a[0])?, py, a[1])?.is_some()))
    }),
    def("__len__", "($self, /)", "Return len(self).", |py, a| py.int(dict::len(snapshot(py, a[0])?) as i64)),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        py.iter(listed(py, a[0], |key, _| Ok(key))?)
    }),
    def("__reversed__", "($self, /)", "", |py, a| {
        let keys = listed(py, a[0], |key, _| Ok(key))?;
        py.call_method(keys, py.intern("reverse")?, &[])?;
        Ok(keys)
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare(py, a, Comparison::Eq)),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare(py, a, Comparison::Ne)),
    def("__or__", "($self, value, /)", "Return self|value.", |py, a| union(py, a[0], a[1])),
    def("__ror__", "($self, value, /)", "Return value|self.", |py, a| union(py, a[1], a[0])),
    def("__ior__", "($self, value, /)", "Return self|=value.", |py, a| {
        let own = frame(py, a[0])?;
        let Some(from) = mapping(py, a[1])? else { return Ok(NOT_IMPLEMENTED) };
        update(py, own, from)?;
        Ok(a[0])
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let entries = word(snapshot(py, a[0])?);
        let text = py.guard_repr(a[0], || Ok(py.repr(entries)?.as_bytes().to_vec()))?;
        py.str_bytes(text.as_deref().unwrap_or(b"{...}"))
    }),
    def("keys", "($self, /)", "Return a list of the keys.", |py, a| listed(py, a[0], |key, _| Ok(key))),
    def("values", "($self, /)", "Return a list of the values.", |py, a| {
        listed(py, a[0], |_, value| Ok(value))
    }),
    def("items", "($self, /)", "Return a list of (key, value) pairs.", |py, a| {
        listed(py, a[0], |key, value| py.new_tuple(&[key, value]))
    }),
    def("copy", "($self, /)", "Return a dict of the entries.", |py, a| Ok(word(snapshot(py, a[0])?))),
    def("get", "($self, key, default=None, /)", "", |py, a| {
        let found = FrameRef::get_variable(frame(py, a[0])?, py, a[1])?;
        Ok(found.or(given(a[2])).unwrap_or(NONE))
    }),
    def("setdefault", "($self, key, default=None, /)", "", |py, a| {
        let own = frame(py, a[0])?;
        if let Some(found) = FrameRef::get_variable(own, py, a[1])? {
            return Ok(found);
        }
        let default = given(a[2]).unwrap_or(NONE);
        FrameRef::set_variable(own, py, a[1], default)?;
        Ok(default)
    }),
    def("pop", "($self, key, default=<unrepresentable>, /)", "", |py, a| {
        match FrameRef::remove_added(frame(py, a[0])?, py, a[1])?.or((a[2] != UNSET).then_some(a[2])) {
            Some(found) => Ok(found),
            None => Err(py.key_error(a[1])),
        }
    }),
    raw("update", "($self, mapping, /)", "", |py, args| {
        args.no_keywords(py, "update")?;
        let [own, from] = args.words else {
            let given = args.words.len() - 1;
            return Err(py.type_error(format!("update() takes exactly one argument ({given} given)")));
        };
        let own = frame(py, *own)?;
        let Some(from) = mapping(py, *from)? else {
            return Err(py.type_error("update() argument must be dict or another FrameLocalsProxy"));
        };
        update(py, own, from)?;
        Ok(NONE)
    }),
];
