//! `_lru_cache_wrapper`: results by arguments, the longest unused forgotten first.
//!
//! The words are the function, a dict of results in the order of use, and the type of `cache_info()`. A hit moves its entry to the end
//! of the dict; both ends of a dict are reached in constant time.

use super::{Types, words_of};
use heap::Gc;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, bind, def, raw};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::TypeRef;
use python_model::value::*;
use python_model::{dict, foreign, instance, signature};
use std::cell::Cell;

struct Cache {
    hits: Cell<i64>,
    misses: Cell<i64>,
    /// -1: no limit.
    most: i64,
    is_typed: bool,
}

pub fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let [function, maxsize, typed, info] =
        bind(py, "_lru_cache_wrapper", signature!("(user_function, maxsize, typed, cache_info_type)"), args)?;
    if !py.is_callable(function) {
        return Err(py.type_error("the first argument must be callable"));
    }
    let most = match maxsize {
        NONE => -1,
        size if is_index(py, size) => py.index(size)?.max(0),
        _ => return Err(py.type_error("maxsize should be integer or None")),
    };
    let native = py.vm().state::<Types>().cache.get().expect("set when the module was made");
    let cache = Cache { hits: Cell::new(0), misses: Cell::new(0), most, is_typed: py.truth(typed)? };
    let made = foreign::new(py, native, cache)?;
    let words = word(py.list_of(&[function, word(dict::new(py)?), info])?);
    made.words.set(py.mutator(), made, words);
    // `update_wrapper` sets attributes on it.
    instance::new(py, class, word(made))
}

fn is_index(py: Py, value: Word) -> bool {
    as_i64(value).is_some() || py.type_of(value).lookup(py, Name::Index).is_some()
}

/// What a call is remembered by: the one argument, if it is a plain number or string, else all of them in a tuple.
fn key_of(py: Py, args: Args, is_typed: bool) -> Result {
    let positional = &args.positionals()[1..];
    if args.keyword_count() == 0 && !is_typed {
        return match positional {
            [one] if as_i64(*one).is_some() || as_object::<Str>(*one).is_some() => Ok(*one),
            all => py.new_tuple(all),
        };
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

fn results(value: Word) -> Gc<Dict> {
    as_object(words_of(value).item(1)).expect("a dict since it was made")
}

fn call(py: Py, args: Args) -> Result {
    let own = args.words[0];
    let cache: &Cache = foreign::expect(py, own, "a '_lru_cache_wrapper' object")?;
    let function = words_of(own).item(0);
    let rest = Args { words: &args.words[1..], keywords: args.keywords };
    if cache.most == 0 {
        cache.misses.set(cache.misses.get() + 1);
        return py.call_args(function, rest);
    }
    let key = key_of(py, args, cache.is_typed)?;
    let hash = py.hash(key)?;
    if let Some((entry, value)) = dict::find(py, results(own), key, hash)? {
        cache.hits.set(cache.hits.get() + 1);
        if cache.most > 0 {
            dict::move_to_end(py, results(own), entry)?;
        }
        return Ok(value);
    }
    cache.misses.set(cache.misses.get() + 1);
    let value = py.call_args(function, rest)?;
    // The function may have called itself with these very arguments.
    if dict::find(py, results(own), key, hash)?.is_some() && cache.most > 0 {
        return Ok(value);
    }
    dict::set_hashed(py, results(own), key, hash, value)?;
    if cache.most > 0 && dict::len(results(own)) as i64 > cache.most {
        dict::pop_first(py, results(own));
    }
    Ok(value)
}

pub static METHODS: &[NativeDef] = &[
    raw("__call__", "($self, /, *args, **kwargs)", "Call self as a function.", call),
    def("cache_info", "($self, /)", "Report cache statistics", |py, a| {
        let cache: &Cache = foreign::expect(py, a[0], "a '_lru_cache_wrapper' object")?;
        let size = dict::len(results(a[0]));
        let most = if cache.most < 0 { NONE } else { py.int(cache.most)? };
        py.call(
            words_of(a[0]).item(2),
            &[py.int(cache.hits.get())?, py.int(cache.misses.get())?, most, py.int(size as i64)?],
        )
    }),
    def("cache_clear", "($self, /)", "Clear the cache and cache statistics", |py, a| {
        let cache: &Cache = foreign::expect(py, a[0], "a '_lru_cache_wrapper' object")?;
        dict::clear(py, results(a[0]));
        cache.hits.set(0);
        cache.misses.set(0);
        Ok(NONE)
    }),
    def("__get__", "($self, instance, owner=None, /)", "Return an attribute of instance.", |py, a| {
        if a[1] == NONE || a[1] == UNSET { Ok(a[0]) } else { py.bound_method(a[0], a[1]) }
    }),
    def("__reduce__", "($self, /)", "", |py, a| py.get_attr(a[0], Name::Qualname)),
    def("__copy__", "($self, /)", "", |_py, a| Ok(a[0])),
    def("__deepcopy__", "($self, memo, /)", "", |_py, a| Ok(a[0])),
];
