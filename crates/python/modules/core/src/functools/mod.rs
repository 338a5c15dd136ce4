//! `_functools`: `reduce`, `cmp_to_key`; `partial` and `_lru_cache_wrapper` have files of their own.

mod cache;
mod partial;

use heap::Gc;
use python_model::class::{NativeClass, native_type};
use python_model::foreign;
use python_model::modules::NativeModule;

use python_model::dict;
use python_model::native::{Constructor, NativeDef, def, getter};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::types::{TypeRef, flags};
use python_model::value::*;
use std::cell::Cell;

/// The types of this module that its functions make objects of.
#[derive(Default)]
struct Types {
    key: Cell<Option<TypeRef>>,
    partial: Cell<Option<TypeRef>>,
    placeholder_type: Cell<Option<TypeRef>>,
    /// `Placeholder`
    placeholder: Cell<Word>,
    cache: Cell<Option<TypeRef>>,
}

pub static MODULE: NativeModule = NativeModule {
    name: "_functools",
    doc: "Tools that operate on functions.",
    functions: FUNCTIONS,
    fill: |py, own| {
        let types = py.vm().state::<Types>();
        let made = |name, doc, type_flags, constructor, methods| NativeClass {
            module: "functools",
            name,
            doc,
            base: None,
            flags: type_flags,
            constructor,
            methods,
        };
        let open = flags::HAS_DICT | flags::HAS_WEAKREF;
        let key = native_type(py, &made("KeyWrapper", "", flags::FINAL | flags::NO_CONSTRUCTOR, None, KEY))?;
        let doc = "Create a new function with partial application of the given arguments and keywords.";
        let partial =
            native_type(py, &made("partial", doc, open, Some(partial::construct), partial::METHODS))?;
        let doc = "Create a cached callable that wraps another function.";
        let cache =
            native_type(py, &made("_lru_cache_wrapper", doc, open, Some(cache::construct), cache::METHODS))?;
        let doc = "The type of the Placeholder singleton.\n\nUsed as a placeholder for partial arguments.";
        let constructor = Some(partial::construct_placeholder as Constructor);
        let placeholder = made("_PlaceholderType", doc, flags::FINAL, constructor, partial::PLACEHOLDER);
        let placeholder = native_type(py, &placeholder)?;
        types.placeholder_type.set(Some(placeholder));
        let singleton = partial::new_placeholder(py, placeholder)?;
        types.placeholder.set(py.vm().immortal(singleton));
        dict::set_symbol(py, own, py.intern("_PlaceholderType")?, placeholder.word())?;
        dict::set_symbol(py, own, py.intern("Placeholder")?, singleton)?;
        types.key.set(Some(key));
        types.partial.set(Some(partial));
        types.cache.set(Some(cache));
        dict::set_symbol(py, own, py.intern("partial")?, partial.word())?;
        dict::set_symbol(py, own, py.intern("_lru_cache_wrapper")?, cache.word())
    },
};

static FUNCTIONS: &[NativeDef] = &[
    def(
        "reduce",
        "(function, iterable, /, initial=None)",
        "Apply a function of two arguments cumulatively.",
        |py, a| {
            let iterator = match py.iter(a[1]) {
                Ok(iterator) => iterator,
                Err(raised) => {
                    if py.take_if(python_model::Ty::TypeError).is_some() {
                        return Err(py.type_error("reduce() arg 2 must support iteration"));
                    }
                    return Err(raised);
                }
            };
            let mut total = a[2];
            while let Some(item) = py.next(iterator)? {
                total = if total == UNSET { item } else { py.call(a[0], &[total, item])? };
            }
            match total {
                UNSET => Err(py.type_error("reduce() of empty iterable with no initial value")),
                total => Ok(total),
            }
        },
    ),
    def("cmp_to_key", "(mycmp)", "Convert a cmp= function into a key= function.", |py, a| {
        new_key(py, a[0], UNSET)
    }),
];

// -- cmp_to_key: words are the function and the object

struct Key;

fn new_key(py: Py, function: Word, object: Word) -> Result {
    let class = py.vm().state::<Types>().key.get().expect("set when the module was made");
    let made = foreign::new(py, class, Key)?;
    let words = word(py.list_of(&[function, object])?);
    made.words.set(py.mutator(), made, words);
    Ok(word(made))
}

fn words_of(value: Word) -> Gc<List> {
    let object = foreign::object_of(value).expect("the caller found its state");
    as_object(object.words.get()).expect("set when it was made")
}

fn compare_keys(py: Py, a: &[Word], op: Comparison) -> Result {
    if foreign::get::<Key>(py, a[1]).is_none() {
        return Err(py.type_error("other argument must be K instance"));
    }
    foreign::expect::<Key>(py, a[0], "a key")?;
    let (x, y) = (words_of(a[0]), words_of(a[1]));
    if x.item(1) == UNSET || y.item(1) == UNSET {
        return Err(py.raise_text(python_model::Ty::AttributeError, "object"));
    }
    let order = py.call(x.item(0), &[x.item(1), y.item(1)])?;
    py.compare(op, order, small_int(0))
}

macro_rules! key_comparison {
    ($name:literal $op:ident) => {
        def($name, "($self, value, /)", "", |py, a| compare_keys(py, a, Comparison::$op))
    };
}

static KEY: &[NativeDef] = &[
    def("__call__", "($self, obj)", "Call self as a function.", |py, a| {
        foreign::expect::<Key>(py, a[0], "a key")?;
        new_key(py, words_of(a[0]).item(0), a[1])
    }),
    getter("obj", "Value wrapped by a key function.", |py, a| {
        foreign::expect::<Key>(py, a[0], "a key")?;
        Ok(match words_of(a[0]).item(1) {
            UNSET => NONE,
            object => object,
        })
    }),
    key_comparison!("__lt__" Lt),
    key_comparison!("__le__" Le),
    key_comparison!("__eq__" Eq),
    key_comparison!("__ne__" Ne),
    key_comparison!("__gt__" Gt),
    key_comparison!("__ge__" Ge),
];
