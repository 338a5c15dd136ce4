//! `_operator`: the operators as functions, and the getters.

use heap::Gc;
use python_model::class::{NativeClass, native_type};
use python_model::dict;
use python_model::foreign;
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, def, raw};
use python_model::objects::*;
use python_model::operators::{Binary, Comparison, Unary};
use python_model::py::{Py, Result, list_push};
use python_model::value::*;

pub static MODULE: NativeModule = NativeModule {
    name: "_operator",
    doc: "Operator interface.",
    functions: FUNCTIONS,
    fill: |py, own| {
        for (name, doc, constructor, methods) in [
            (
                "attrgetter",
                "Return a callable object that fetches the given attribute(s) from its operand.",
                new_attribute_getter as python_model::native::Constructor,
                ATTRIBUTE_GETTER,
            ),
            (
                "itemgetter",
                "Return a callable object that fetches the given item(s) from its operand.",
                new_item_getter,
                ITEM_GETTER,
            ),
            (
                "methodcaller",
                "Return a callable object that calls the given method on its operand.",
                new_method_caller,
                METHOD_CALLER,
            ),
        ] {
            let made = NativeClass {
                module: "operator",
                name,
                doc,
                base: None,
                flags: python_model::types::flags::FINAL,
                constructor: Some(constructor),
                methods,
            };
            let class = native_type(py, &made)?;
            dict::set_symbol(py, own, py.intern(name)?, class.word())?;
        }
        Ok(())
    },
};

macro_rules! binary {
    ($name:literal $op:ident) => {
        def($name, "(a, b, /)", concat!("Same as the operator of ", $name, "."), |py, a| {
            py.binary(Binary::$op, a[0], a[1])
        })
    };
}
macro_rules! inplace {
    ($name:literal $op:ident) => {
        def($name, "(a, b, /)", concat!("Same as the operator of ", $name, "."), |py, a| {
            py.inplace(Binary::$op, a[0], a[1])
        })
    };
}
macro_rules! compare {
    ($name:literal $op:ident) => {
        def($name, "(a, b, /)", concat!("Same as the comparison ", $name, "."), |py, a| {
            py.compare(Comparison::$op, a[0], a[1])
        })
    };
}

fn is_sequence(py: Py, value: Word) -> bool {
    py.type_of(value).lookup(py, Name::GetItem).is_some()
}

fn concat(py: Py, a: &[Word], combine: fn(Py, Word, Word) -> Result) -> Result {
    for &value in a {
        if !is_sequence(py, value) {
            return Err(py.type_error(format!("'{}' object can't be concatenated", py.type_name(value))));
        }
    }
    combine(py, a[0], a[1])
}

static FUNCTIONS: &[NativeDef] = &[
    def(
        "_compare_digest",
        "(a, b, /)",
        "Return 'a == b', taking a time that does not depend on where they differ.",
        compare_digest,
    ),
    binary!("add" Add),
    binary!("sub" Sub),
    binary!("mul" Mul),
    binary!("matmul" MatMul),
    binary!("truediv" TrueDiv),
    binary!("floordiv" FloorDiv),
    binary!("mod" Mod),
    binary!("pow" Pow),
    binary!("lshift" LShift),
    binary!("rshift" RShift),
    binary!("and_" And),
    binary!("or_" Or),
    binary!("xor" Xor),
    inplace!("iadd" Add),
    inplace!("isub" Sub),
    inplace!("imul" Mul),
    inplace!("imatmul" MatMul),
    inplace!("itruediv" TrueDiv),
    inplace!("ifloordiv" FloorDiv),
    inplace!("imod" Mod),
    inplace!("ipow" Pow),
    inplace!("ilshift" LShift),
    inplace!("irshift" RShift),
    inplace!("iand" And),
    inplace!("ior" Or),
    inplace!("ixor" Xor),
    compare!("lt" Lt),
    compare!("le" Le),
    compare!("eq" Eq),
    compare!("ne" Ne),
    compare!("gt" Gt),
    compare!("ge" Ge),
    def("neg", "(a, /)", "Same as -a.", |py, a| py.unary(Unary::Neg, a[0])),
    def("pos", "(a, /)", "Same as +a.", |py, a| py.unary(Unary::Pos, a[0])),
    def("inv", "(a, /)", "Same as ~a.", |py, a| py.unary(Unary::Invert, a[0])),
    def("invert", "(a, /)", "Same as ~a.", |py, a| py.unary(Unary::Invert, a[0])),
    def("abs", "(a, /)", "Same as abs(a).", |py, a| match py.call_special(a[0], Name::Abs, &[])? {
        Some(value) => Ok(value),
        None => Err(py.type_error(format!("bad operand type for abs(): '{}'", py.type_name(a[0])))),
    }),
    def("index", "(a, /)", "Same as a.__index__()", |py, a| py.to_index(a[0])).quiet(),
    def("not_", "(a, /)", "Same as not a.", |py, a| Ok(bool_word(!py.truth(a[0])?))),
    def("truth", "(a, /)", "Return True if a is true, False otherwise.", |py, a| {
        Ok(bool_word(py.truth(a[0])?))
    }),
    def("is_", "(a, b, /)", "Same as a is b.", |py, a| Ok(bool_word(py.is_same(a[0], a[1])))),
    def("is_not", "(a, b, /)", "Same as a is not b.", |py, a| Ok(bool_word(!py.is_same(a[0], a[1])))),
    def("is_none", "(a, /)", "Same as a is None.", |_py, a| Ok(bool_word(a[0] == NONE))),
    def("is_not_none", "(a, /)", "Same as a is not None.", |_py, a| Ok(bool_word(a[0] != NONE))),
    def("concat", "(a, b, /)", "Same as a + b, for a and b sequences.", |py, a| {
        concat(py, a, |py, x, y| py.binary(Binary::Add, x, y))
    }),
    def("iconcat", "(a, b, /)", "Same as a += b, for a and b sequences.", |py, a| {
        concat(py, a, |py, x, y| py.inplace(Binary::Add, x, y))
    }),
    def("contains", "(a, b, /)", "Same as b in a (note reversed operands).", |py, a| {
        Ok(bool_word(py.contains(a[0], a[1])?))
    }),
    def("getitem", "(a, b, /)", "Same as a[b].", |py, a| py.get_item(a[0], a[1])),
    def("setitem", "(a, b, c, /)", "Same as a[b] = c.", |py, a| {
        py.set_item(a[0], a[1], a[2])?;
        Ok(NONE)
    }),
    def("delitem", "(a, b, /)", "Same as del a[b].", |py, a| {
        py.del_item(a[0], a[1])?;
        Ok(NONE)
    }),
    def("countOf", "(a, b, /)", "Return the number of items in a which are, or which equal, b.", |py, a| {
        let (iterator, mut count) = (py.iter(a[0])?, 0);
        while let Some(item) = py.next(iterator)? {
            count += i64::from(py.is_equal(item, a[1])?);
        }
        py.int(count)
    }),
    def("indexOf", "(a, b, /)", "Return the first index of b in a.", |py, a| {
        let (iterator, mut index) = (py.iter(a[0])?, 0);
        while let Some(item) = py.next(iterator)? {
            if py.is_equal(item, a[1])? {
                return py.int(index);
            }
            index += 1;
        }
        Err(py.value_error("sequence.index(x): x not in sequence"))
    }),
    def(
        "length_hint",
        "(obj, default=0, /)",
        "Return an estimate of the number of items in obj.",
        |py, a| {
            let default = if a[1] == UNSET { 0 } else { py.index(a[1])? };
            py.int(py.length_hint(a[0])?.map_or(default, |length| length as i64))
        },
    ),
    raw("call", "(obj, /, *args, **kwargs)", "Same as obj(*args, **kwargs).", |py, args| {
        match args.positionals() {
            [] => Err(py.type_error("call expected at least 1 argument, got 0")),
            _ => py.call_args(args.words[0], Args { words: &args.words[1..], keywords: args.keywords }),
        }
    }),
];

/// What a getter was made with: in the words of its object.
struct Getter;

fn new_getter(py: Py, class: python_model::TypeRef, words: Gc<List>) -> Result {
    let object = foreign::new(py, class, Getter)?;
    let words = py.tuple_from_list(words)?;
    object.words.set(py.mutator(), object, words);
    Ok(word(object))
}

fn getter_words(py: Py, value: Word) -> Result<Gc<Tuple>> {
    foreign::expect::<Getter>(py, value, "a getter")?;
    let object = foreign::object_of(value).expect("its state was found");
    Ok(as_object(object.words.get()).expect("set when it was made"))
}

fn one_operand(py: Py, args: Args, name: &str) -> Result<Word> {
    args.no_keywords(py, name)?;
    match args.words {
        [_, operand] => Ok(*operand),
        words => Err(py.type_error(format!("{name} expected 1 argument, got {}", words.len() - 1))),
    }
}

/// The value of one getter, or the tuple of the values of all.
fn each(py: Py, words: Gc<Tuple>, get: impl Fn(Word) -> Result) -> Result {
    if let [one] = words.items() {
        return get(one.get());
    }
    let row = py.new_list(words.items().len())?;
    for item in words.items() {
        let value = get(item.get())?;
        list_push(py, row, value)?;
    }
    py.tuple_from_list(row)
}

fn new_attribute_getter(py: Py, class: python_model::TypeRef, args: Args) -> Result {
    args.no_keywords(py, "attrgetter")?;
    if args.words.is_empty() {
        return Err(py.type_error("attrgetter expected 1 argument, got 0"));
    }
    if args.words.iter().any(|name| py.as_str(*name).is_none()) {
        return Err(py.type_error("attribute name must be a string"));
    }
    let names = py.list_of(args.words)?;
    for (index, word) in args.words.iter().enumerate() {
        if let Some(name) = as_object::<Str>(*word)
            && !name.as_bytes().contains(&b'.')
        {
            let interned = py.name_word(py.symbol_of(name)?);
            let storage = names.storage();
            storage.items()[index].set(py.mutator(), storage, interned);
        }
    }
    new_getter(py, class, names)
}

static ATTRIBUTE_GETTER: &[NativeDef] = &[
    raw("__call__", "($self, /, *args, **kwargs)", "Call self as a function.", |py, args| {
        let operand = one_operand(py, args, "attrgetter")?;
        each(py, getter_words(py, args.words[0])?, |path| {
            // A name without points was interned.
            if let Some(name) = as_object::<Str>(path)
                && let Some(symbol) = name.symbol()
                && !name.as_bytes().contains(&b'.')
            {
                return py.get_attr(operand, symbol);
            }
            let path = py.to_text(path)?;
            let mut value = operand;
            for name in path.split('.') {
                value = py.get_attr(value, py.intern(name)?)?;
            }
            Ok(value)
        })
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| shown(py, a[0], "attrgetter")),
    def("__reduce__", "($self, /)", "Return state information for pickling", reduce),
];

fn new_item_getter(py: Py, class: python_model::TypeRef, args: Args) -> Result {
    args.no_keywords(py, "itemgetter")?;
    if args.words.is_empty() {
        return Err(py.type_error("itemgetter expected 1 argument, got 0"));
    }
    new_getter(py, class, py.list_of(args.words)?)
}

static ITEM_GETTER: &[NativeDef] = &[
    raw("__call__", "($self, /, *args, **kwargs)", "Call self as a function.", |py, args| {
        let operand = one_operand(py, args, "itemgetter")?;
        each(py, getter_words(py, args.words[0])?, |key| py.get_item(operand, key))
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| shown(py, a[0], "itemgetter")),
    def("__reduce__", "($self, /)", "Return state information for pickling", reduce),
];

/// The class and the words that it was made with.
fn reduce(py: Py, a: &[Word]) -> Result {
    let words = getter_words(py, a[0])?;
    py.new_tuple(&[py.type_of(a[0]).word(), word(words)])
}

fn shown(py: Py, own: Word, name: &str) -> Result {
    let mut parts = Vec::new();
    for item in getter_words(py, own)?.items() {
        parts.push(py.repr_text(item.get())?);
    }
    py.str(&format!("operator.{name}({})", parts.join(", ")))
}

/// Words: the name, the tuple of positional arguments, the dict of keywords.
fn new_method_caller(py: Py, class: python_model::TypeRef, args: Args) -> Result {
    let [name, rest @ ..] = args.positionals() else {
        return Err(py.type_error("methodcaller needs at least one argument, the method name"));
    };
    if py.as_str(*name).is_none() {
        return Err(py.type_error("method name must be a string"));
    }
    let (rest, keywords) = (py.new_tuple(rest)?, dict::new(py)?);
    for (keyword, value) in args.named() {
        dict::set(py, keywords, word(keyword), value)?;
    }
    new_getter(py, class, py.list_of(&[*name, rest, word(keywords)])?)
}

/// Calls with the arguments of a tuple and a dict, behind those of a caller.
pub fn call_with(py: Py, callable: Word, first: &[Word], rest: Gc<Tuple>, keywords: Gc<Dict>) -> Result {
    let (words, names) = (py.list_of(first)?, py.new_list(2)?);
    for item in rest.items() {
        list_push(py, words, item.get())?;
    }
    let mut at = 0;
    while let Some((entry, key, value)) = dict::next(keywords, at) {
        at = entry + 1;
        list_push(py, names, key)?;
        list_push(py, words, value)?;
    }
    let names = if names.is_empty() { None } else { as_object(py.tuple_from_list(names)?) };
    let words: Gc<Tuple> = as_object(py.tuple_from_list(words)?).expect("a tuple");
    let copies = python_model::protocol::tuple_words(words);
    let result = py.call_args(callable, Args { words: &copies, keywords: names });
    heap::keep(words);
    result
}

static METHOD_CALLER: &[NativeDef] = &[
    raw("__call__", "($self, /, *args, **kwargs)", "Call self as a function.", |py, args| {
        let operand = one_operand(py, args, "methodcaller")?;
        let words = getter_words(py, args.words[0])?;
        let name = py.expect_str(words.items()[0].get(), "method name")?;
        let method = py.get_attr(operand, py.symbol_of(name)?)?;
        let rest = as_object(words.items()[1].get()).expect("made with a tuple");
        let keywords = as_object(words.items()[2].get()).expect("made with a dict");
        call_with(py, method, &[], rest, keywords)
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let words = getter_words(py, a[0])?;
        let mut parts = vec![py.repr_text(words.items()[0].get())?];
        let rest: Gc<Tuple> = as_object(words.items()[1].get()).expect("made with a tuple");
        for item in rest.items() {
            parts.push(py.repr_text(item.get())?);
        }
        let (keywords, mut at) = (as_object(words.items()[2].get()).expect("made with a dict"), 0);
        while let Some((entry, key, value)) = dict::next(keywords, at) {
            at = entry + 1;
            parts.push(format!("{}={}", py.to_text(key)?, py.repr_text(value)?));
        }
        py.str(&format!("operator.methodcaller({})", parts.join(", ")))
    }),
    def("__reduce__", "($self, /)", "Return state information for pickling", |py, a| {
        let words = getter_words(py, a[0])?;
        let (name, rest) = (words.items()[0].get(), words.items()[1].get());
        let rest: Gc<Tuple> = as_object(rest).expect("made with a tuple");
        let keywords: Gc<Dict> = as_object(words.items()[2].get()).expect("made with a dict");
        let args = py.list_of(&[name])?;
        for item in rest.items() {
            list_push(py, args, item.get())?;
        }
        let args = py.tuple_from_list(args)?;
        let class = py.type_of(a[0]).word();
        if dict::len(keywords) == 0 {
            return py.new_tuple(&[class, args]);
        }
        // The class with its keywords, still to be called with the rest.
        let partial = py.import_from("functools", "partial")?;
        call_with(py, partial, &[class, name], py.tuple_of(&[])?, keywords)
            .and_then(|made| py.new_tuple(&[made, py.tuple_from_list(py.list_from_iterable(word(rest))?)?]))
    }),
];

/// Strings of ASCII characters, or bytes-like objects. The time depends on the length of `b` alone.
fn compare_digest(py: Py, a: &[Word]) -> Result {
    let is_text = |word: Word| py.as_str(word).is_some();
    let bytes = |word: Word| -> Result<Option<Vec<u8>>> {
        match py.as_str(word) {
            Some(text) if text.as_bytes().is_ascii() => Ok(Some(text.as_bytes().to_vec())),
            Some(_) => Err(py.type_error("comparing strings with non-ASCII characters is not supported")),
            None => Ok(python_types::buffer::get_opt(py, word)?.map(|bytes| bytes.to_vec())),
        }
    };
    let (Some(left), Some(right), true) = (bytes(a[0])?, bytes(a[1])?, is_text(a[0]) == is_text(a[1])) else {
        let has_bytes = |word: Word| python_types::buffer::get_opt(py, word).map(|bytes| bytes.is_some());
        let (first, second) = (py.type_name(a[0]), py.type_name(a[1]));
        return Err(match (has_bytes(a[0])?, has_bytes(a[1])?) {
            (false, false) => py.type_error(format!(
                "unsupported operand types(s) or combination of types: '{first}' and '{second}'"
            )),
            (false, true) => py.type_error(format!("a bytes-like object is required, not '{first}'")),
            _ => py.type_error(format!("a bytes-like object is required, not '{second}'")),
        });
    };
    // Of different lengths: the second with itself, for the time it takes.
    let same = if left.len() == right.len() { &left } else { &right };
    let difference = same.iter().zip(&right).fold(0, |all, (x, y)| std::hint::black_box(all | (x ^ y)));
    Ok(bool_word(difference == 0 && left.len() == right.len()))
}
