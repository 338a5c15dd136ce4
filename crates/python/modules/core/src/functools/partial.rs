//! `partial` and `Placeholder`: a function with some of its arguments.
//!
//! A partial is an instance (attributes may be set on it) whose payload holds, in its list of words, the function, the tuple of arguments and
//! the dict of keywords. `Placeholder` among the arguments leaves a place that a call fills.

use super::{Types, words_of};
use crate::operator::call_with;
use heap::Gc;
use metatrace_machine::Raised;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, class_method, def, getter, raw};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::TypeRef;
use python_model::value::*;
use python_model::{dict, foreign, instance};
use std::cell::Cell;

/// Arguments up to this number are passed on the native stack.
const FEW: usize = 16;

/// How many placeholders the arguments have.
struct Partial {
    placeholders: Cell<usize>,
}

fn placeholder(py: Py) -> Word {
    py.vm().state::<Types>().placeholder.get()
}

/// The parts of a partial: function, arguments, keywords.
#[derive(Clone, Copy)]
struct Parts {
    function: Word,
    args: Gc<Tuple>,
    keywords: Gc<Dict>,
    placeholders: usize,
}

fn parts_opt(py: Py, value: Word) -> Option<Parts> {
    let own: &Partial = foreign::get(py, value)?;
    let words = words_of(value);
    Some(Parts {
        function: words.item(0),
        args: as_object(words.item(1))?,
        keywords: as_object(words.item(2))?,
        placeholders: own.placeholders.get(),
    })
}

fn parts(py: Py, value: Word) -> Result<Parts> {
    parts_opt(py, value).ok_or_else(|| {
        let class = py.type_name(value);
        py.type_error(format!("descriptor requires a 'functools.partial' object but received a '{class}'"))
    })
}

pub fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let [function, rest @ ..] = args.positionals() else {
        return Err(py.type_error("type 'partial' takes at least one argument"));
    };
    let (mut function, keywords) = (*function, dict::new(py)?);
    if !py.is_callable(function) {
        return Err(py.type_error("the first argument must be callable"));
    }
    let hole = placeholder(py);
    if rest.last() == Some(&hole) {
        return Err(py.type_error("trailing Placeholders are not allowed"));
    }
    if args.named().any(|(_, value)| value == hole) {
        return Err(py.type_error("Placeholder cannot be passed as a keyword argument"));
    }
    let all = py.new_list(rest.len())?;
    let mut rest = rest.iter();
    // A partial of a partial is one partial, unless the inner one has attributes.
    let native = py.vm().state::<Types>().partial.get().expect("set when the module was made");
    if let Some(inner) = parts_opt(py, function)
        && py.type_of(function).lookup(py, Name::Call) == native.lookup(py, Name::Call)
        && !has_attributes(py, function)?
    {
        for item in inner.args.items() {
            // What is given now fills the places that the inner one left.
            let item = if item.get() == hole { rest.next().copied().unwrap_or(hole) } else { item.get() };
            list_push(py, all, item)?;
        }
        dict::update(py, keywords, inner.keywords)?;
        function = inner.function;
    }
    for item in rest {
        list_push(py, all, *item)?;
    }
    for (keyword, value) in args.named() {
        dict::set(py, keywords, word(keyword), value)?;
    }
    let placeholders = (0..all.len()).filter(|&at| all.item(at) == hole).count();
    let all = py.tuple_from_list(all)?;
    let made = foreign::new(py, native, Partial { placeholders: Cell::new(placeholders) })?;
    let words = word(py.list_of(&[function, all, word(keywords)])?);
    made.words.set(py.mutator(), made, words);
    // Attributes may be set on it: an instance, even if it is of no subclass.
    instance::new(py, class, word(made))
}

fn has_attributes(py: Py, value: Word) -> Result<bool> {
    match as_instance(value) {
        Some(own) => Ok(dict::len(instance::attributes(py, own)?) > 0),
        None => Ok(false),
    }
}

fn missing(py: Py, wanted: usize, given: usize) -> Raised {
    py.type_error(format!(
        "missing positional arguments in 'partial' call; expected at least {wanted}, got {given}"
    ))
}

fn call(py: Py, args: Args) -> Result {
    let own = parts(py, args.words[0])?;
    let given = &args.words[1..];
    let positional = &args.positionals()[1..];
    if positional.len() < own.placeholders {
        return Err(missing(py, own.placeholders, positional.len()));
    }
    let (fixed, hole) = (own.args.items(), placeholder(py));
    let count = fixed.len() + given.len() - own.placeholders;
    if dict::len(own.keywords) == 0 && count <= FEW {
        let mut words = [UNSET; FEW];
        let mut given = given.iter().copied();
        for (to, from) in words.iter_mut().zip(fixed) {
            let fixed = from.get();
            *to = if own.placeholders > 0 && fixed == hole { given.next().expect("counted") } else { fixed };
        }
        for (to, from) in words[fixed.len()..].iter_mut().zip(given) {
            *to = from;
        }
        return py.call_args(own.function, Args { words: &words[..count], keywords: args.keywords });
    }
    let mut keywords = own.keywords;
    if args.keyword_count() > 0 {
        keywords = dict::copy(py, keywords)?;
        for (keyword, value) in args.named() {
            dict::set(py, keywords, word(keyword), value)?;
        }
    }
    let all = py.new_list(count)?;
    let mut rest = positional.iter().copied();
    for item in fixed {
        let item = if item.get() == hole { rest.next().expect("counted") } else { item.get() };
        list_push(py, all, item)?;
    }
    for item in rest {
        list_push(py, all, item)?;
    }
    let all: Gc<Tuple> = as_object(py.tuple_from_list(all)?).expect("a tuple");
    call_with(py, own.function, &[], all, keywords)
}

fn set_state(py: Py, a: &[Word]) -> Result {
    parts(py, a[0])?;
    let invalid = || py.type_error("invalid partial state");
    let state = py.cast::<Tuple>(a[1]).filter(|state| state.items().len() == 4).ok_or_else(invalid)?;
    let [function, args, keywords, attributes] = [0, 1, 2, 3].map(|at| state.items()[at].get());
    if !py.is_callable(function)
        || py.cast::<Tuple>(args).is_none()
        || (keywords != NONE && py.cast::<Dict>(keywords).is_none())
    {
        return Err(invalid());
    }
    let args = py.tuple_from_list(py.list_from_iterable(word(py.cast::<Tuple>(args).expect("checked")))?)?;
    let tuple: Gc<Tuple> = as_object(args).expect("a tuple");
    let items = tuple.items();
    let hole = placeholder(py);
    if items.last().is_some_and(|last| last.get() == hole) {
        return Err(py.type_error("trailing Placeholders are not allowed"));
    }
    let placeholders = items.iter().filter(|item| item.get() == hole).count();
    let copied = dict::new(py)?;
    if let Some(keywords) = py.cast::<Dict>(keywords) {
        dict::update(py, copied, keywords)?;
    }
    let own: &Partial = foreign::expect(py, a[0], "a partial")?;
    own.placeholders.set(placeholders);
    let storage = words_of(a[0]).storage();
    for (at, new) in [function, args, word(copied)].into_iter().enumerate() {
        storage.items()[at].set(py.mutator(), storage, new);
    }
    if attributes != NONE {
        py.set_attr(a[0], Name::DictAttr, attributes)?;
    } else if let Some(own) = as_instance(a[0]) {
        instance::set_dictionary(py, own, dict::new(py)?)?;
    }
    Ok(NONE)
}

fn repr(py: Py, a: &[Word]) -> Result {
    let own = parts(py, a[0])?;
    let class = py.type_of(a[0]).word();
    let (module, name) = (py.get_attr(class, Name::ModuleAttr)?, py.get_attr(class, Name::Qualname)?);
    let name = format!("{}.{}", py.to_text(module)?, py.to_text(name)?);
    let shown = py.guard_repr(a[0], || {
        let mut parts = vec![py.repr_text(own.function)?];
        for item in own.args.items() {
            parts.push(py.repr_text(item.get())?);
        }
        let mut at = 0;
        while let Some((entry, key, value)) = dict::next(own.keywords, at) {
            at = entry + 1;
            parts.push(format!("{}={}", py.to_text(key)?, py.repr_text(value)?));
        }
        Ok(parts.join(", "))
    })?;
    py.str(&shown.map_or_else(|| "...".to_owned(), |shown| format!("{name}({shown})")))
}

pub static METHODS: &[NativeDef] = &[
    raw("__call__", "($self, /, *args, **kwargs)", "Call self as a function.", call),
    getter("func", "function object to use in future partial calls", |py, a| Ok(parts(py, a[0])?.function)),
    getter("args", "tuple of arguments to future partial calls", |py, a| Ok(word(parts(py, a[0])?.args))),
    getter("keywords", "dictionary of keyword arguments to future partial calls", |py, a| {
        Ok(word(parts(py, a[0])?.keywords))
    }),
    def("__get__", "($self, instance, owner=None, /)", "Return an attribute of instance.", |py, a| {
        if a[1] == NONE || a[1] == UNSET { Ok(a[0]) } else { py.bound_method(a[0], a[1]) }
    }),
    class_method("__class_getitem__", "($type, item, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__reduce__", "($self, /)", "", |py, a| {
        let own = parts(py, a[0])?;
        let attributes = match as_instance(a[0]) {
            Some(instance) => instance::attributes(py, instance)?,
            None => dict::new(py)?,
        };
        let attributes = if dict::len(attributes) == 0 { NONE } else { word(attributes) };
        let args = py.new_tuple(&[own.function])?;
        let state = py.new_tuple(&[own.function, word(own.args), word(own.keywords), attributes])?;
        py.new_tuple(&[py.type_of(a[0]).word(), args, state])
    }),
    def("__setstate__", "($self, state, /)", "", set_state),
];

// -- the placeholder

struct Placeholder;

/// Makes the one placeholder.
pub fn new_placeholder(py: Py, class: TypeRef) -> Result {
    Ok(word(foreign::new(py, class, Placeholder)?))
}

pub fn construct_placeholder(py: Py, _class: TypeRef, args: Args) -> Result {
    if !args.words.is_empty() {
        return Err(py.type_error("PlaceholderType takes no arguments"));
    }
    Ok(placeholder(py))
}

pub static PLACEHOLDER: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, _| py.str("Placeholder")),
    def("__reduce__", "($self, /)", "", |py, _| py.str("Placeholder")),
];
