//! `_functools`: `reduce`, `cmp_to_key`, `partial` (without placeholders), `_lru_cache_wrapper`.
//!
//! Limits: no `Placeholder`; evicting the oldest entry of a cache looks through what was deleted before it.

use crate::operator::call_with;
use heap::Gc;
use python_model::class::{NativeClass, native_type};
use python_model::foreign;
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, bind, class_method, def, getter, raw};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result, list_push};
use python_model::types::{TypeRef, flags};
use python_model::value::*;
use python_model::{dict, signature};
use std::cell::Cell;

/// The types of this module that its functions make objects of.
#[derive(Default)]
struct Types {
    key: Cell<Option<TypeRef>>,
    partial: Cell<Option<TypeRef>>,
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
        let partial = native_type(py, &made("partial", doc, open, Some(new_partial), PARTIAL))?;
        let doc = "Create a cached callable that wraps another function.";
        let cache = native_type(py, &made("_lru_cache_wrapper", doc, open, Some(new_cache), CACHE))?;
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

// -- partial: words are the function, the tuple of arguments and the dict of keywords

struct Partial;

fn new_partial(py: Py, class: TypeRef, args: Args) -> Result {
    let [function, rest @ ..] = args.positionals() else {
        return Err(py.type_error("type 'partial' takes at least one argument"));
    };
    let (mut function, keywords) = (*function, dict::new(py)?);
    if !py.is_callable(function) {
        return Err(py.type_error("the first argument must be callable"));
    }
    let all = py.new_list(rest.len())?;
    // A partial of a partial is one partial.
    if foreign::get::<Partial>(py, function).is_some() && as_instance(function).is_none() {
        let inner = words_of(function);
        for item in as_object::<Tuple>(inner.item(1)).expect("a tuple").items() {
            list_push(py, all, item.get())?;
        }
        dict::update(py, keywords, as_object(inner.item(2)).expect("a dict"))?;
        function = inner.item(0);
    }
    for item in rest {
        list_push(py, all, *item)?;
    }
    for (keyword, value) in args.named() {
        dict::set(py, keywords, word(keyword), value)?;
    }
    let native = py.vm().state::<Types>().partial.get().expect("set when the module was made");
    let all = py.tuple_from_list(all)?;
    let made = foreign::new(py, native, Partial)?;
    let words = word(py.list_of(&[function, all, word(keywords)])?);
    made.words.set(py.mutator(), made, words);
    // Attributes may be set on it: an instance, even if it is of no subclass.
    python_model::instance::new(py, class, word(made))
}

static PARTIAL: &[NativeDef] = &[
    raw("__call__", "($self, /, *args, **kwargs)", "Call self as a function.", |py, args| {
        foreign::expect::<Partial>(py, args.words[0], "a partial")?;
        let words = words_of(args.words[0]);
        let own: Gc<Tuple> = as_object(words.item(1)).expect("a tuple");
        let mut keywords: Gc<Dict> = as_object(words.item(2)).expect("a dict");
        if args.keyword_count() > 0 {
            keywords = dict::copy(py, keywords)?;
            for (keyword, value) in args.named() {
                dict::set(py, keywords, word(keyword), value)?;
            }
        }
        let first = python_model::protocol::tuple_words(own);
        let rest = py.tuple_of(&args.positionals()[1..])?;
        let result = call_with(py, words.item(0), &first, rest, keywords);
        heap::keep(own);
        result
    }),
    getter("func", "function object to use in future partial calls", |py, a| {
        foreign::expect::<Partial>(py, a[0], "a partial")?;
        Ok(words_of(a[0]).item(0))
    }),
    getter("args", "tuple of arguments to future partial calls", |py, a| {
        foreign::expect::<Partial>(py, a[0], "a partial")?;
        Ok(words_of(a[0]).item(1))
    }),
    getter("keywords", "dictionary of keyword arguments to future partial calls", |py, a| {
        foreign::expect::<Partial>(py, a[0], "a partial")?;
        Ok(words_of(a[0]).item(2))
    }),
    def("__get__", "($self, instance, owner=None, /)", "Return an attribute of instance.", |py, a| {
        if a[1] == NONE || a[1] == UNSET { Ok(a[0]) } else { py.bound_method(a[0], a[1]) }
    }),
    class_method("__class_getitem__", "($type, item, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        foreign::expect::<Partial>(py, a[0], "a partial")?;
        let words = words_of(a[0]);
        let shown = py.guard_repr(a[0], || {
            let mut parts = vec![py.repr_text(words.item(0))?];
            for item in as_object::<Tuple>(words.item(1)).expect("a tuple").items() {
                parts.push(py.repr_text(item.get())?);
            }
            let (keywords, mut at) = (as_object(words.item(2)).expect("a dict"), 0);
            while let Some((entry, key, value)) = dict::next(keywords, at) {
                at = entry + 1;
                parts.push(format!("{}={}", py.to_text(key)?, py.repr_text(value)?));
            }
            Ok(parts.join(", "))
        })?;
        let class = py.type_of(a[0]).word();
        let module = py.get_attr(class, Name::ModuleAttr)?;
        let name = py.get_attr(class, Name::Qualname)?;
        let (module, name) = (py.to_text(module)?, py.to_text(name)?);
        py.str(&format!("{module}.{name}({})", shown.unwrap_or_else(|| "...".into())))
    }),
];

// -- the cache: words are the function, the results by key in the order of use, and the type of `cache_info()`

struct Cache {
    hits: Cell<i64>,
    misses: Cell<i64>,
    /// -1: no limit.
    most: i64,
    is_typed: bool,
}

fn new_cache(py: Py, class: TypeRef, args: Args) -> Result {
    let [function, maxsize, typed, info] =
        bind(py, "_lru_cache_wrapper", signature!("(user_function, maxsize, typed, cache_info_type)"), args)?;
    if !py.is_callable(function) {
        return Err(py.type_error("the first argument must be callable"));
    }
    let most = match maxsize {
        NONE => -1,
        size if as_i64(py.base(size)).is_some() => py.index(size)?.max(0),
        _ => return Err(py.type_error("maxsize should be integer or None")),
    };
    let native = py.vm().state::<Types>().cache.get().expect("set when the module was made");
    let cache = Cache { hits: Cell::new(0), misses: Cell::new(0), most, is_typed: py.truth(typed)? };
    let made = foreign::new(py, native, cache)?;
    let words = word(py.list_of(&[function, word(dict::new(py)?), info])?);
    made.words.set(py.mutator(), made, words);
    // `update_wrapper` sets attributes on it.
    python_model::instance::new(py, class, word(made))
}

/// What a call is remembered by: the one argument, if it is a plain number or string, else all of them in a tuple.
fn key_of(py: Py, args: Args, is_typed: bool) -> Result {
    let positional = &args.positionals()[1..];
    if let ([one], 0, false) = (positional, args.keyword_count(), is_typed)
        && (as_i64(*one).is_some() || as_object::<Str>(*one).is_some())
    {
        return Ok(*one);
    }
    let parts = py.list_of(positional)?;
    for (name, value) in args.named() {
        // The type itself separates positional arguments from keywords: nobody passes it.
        list_push(py, parts, py.vm().state::<Types>().cache.get().map_or(NONE, |class| class.word()))?;
        list_push(py, parts, word(name))?;
        list_push(py, parts, value)?;
    }
    if is_typed {
        for value in &args.words[1..] {
            list_push(py, parts, py.type_of(*value).word())?;
        }
    }
    py.tuple_from_list(parts)
}

static CACHE: &[NativeDef] = &[
    raw("__call__", "($self, /, *args, **kwargs)", "Call self as a function.", |py, args| {
        let cache: &Cache = foreign::expect(py, args.words[0], "a cache")?;
        let words = words_of(args.words[0]);
        let function = words.item(0);
        let rest = Args { words: &args.words[1..], keywords: args.keywords };
        if cache.most == 0 {
            cache.misses.set(cache.misses.get() + 1);
            return py.call_args(function, rest);
        }
        let key = key_of(py, args, cache.is_typed)?;
        let hash = py.hash(key)?;
        let results = || as_object::<Dict>(words_of(args.words[0]).item(1)).expect("a dict");
        if let Some(value) = dict::get_hashed(py, results(), key, hash)? {
            cache.hits.set(cache.hits.get() + 1);
            if cache.most > 0 {
                dict::remove(py, results(), key)?;
                dict::set_hashed(py, results(), key, hash, value)?;
            }
            return Ok(value);
        }
        cache.misses.set(cache.misses.get() + 1);
        let value = py.call_args(function, rest)?;
        dict::set_hashed(py, results(), key, hash, value)?;
        if cache.most > 0
            && dict::len(results()) as i64 > cache.most
            && let Some((oldest, ..)) = dict::next(results(), 0)
        {
            dict::remove_at(py, results(), oldest);
        }
        Ok(value)
    }),
    def("cache_info", "($self, /)", "Report cache statistics", |py, a| {
        let cache: &Cache = foreign::expect(py, a[0], "a cache")?;
        let words = words_of(a[0]);
        let size = dict::len(as_object(words.item(1)).expect("a dict"));
        let most = if cache.most < 0 { NONE } else { py.int(cache.most)? };
        py.call(
            words.item(2),
            &[py.int(cache.hits.get())?, py.int(cache.misses.get())?, most, py.int(size as i64)?],
        )
    }),
    def("cache_clear", "($self, /)", "Clear the cache and cache statistics", |py, a| {
        let cache: &Cache = foreign::expect(py, a[0], "a cache")?;
        dict::clear(py, as_object(words_of(a[0]).item(1)).expect("a dict"));
        cache.hits.set(0);
        cache.misses.set(0);
        Ok(NONE)
    }),
    def("__get__", "($self, instance, owner=None, /)", "Return an attribute of instance.", |py, a| {
        if a[1] == NONE || a[1] == UNSET { Ok(a[0]) } else { py.bound_method(a[0], a[1]) }
    }),
    def("__copy__", "($self, /)", "", |_py, a| Ok(a[0])),
    def("__deepcopy__", "($self, memo, /)", "", |_py, a| Ok(a[0])),
];
