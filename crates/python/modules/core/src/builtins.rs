//! The functions of `builtins`.

use heap::Gc;
use python_model::class;
use python_model::classes;
use python_model::dict;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, def, given, raw};
use python_model::objects::*;
use python_model::operators::{Binary, Comparison};
use python_model::py::{Py, Result, list_push};
use python_model::symbols::Symbol;
use python_model::types::Ty;
use python_model::value::*;

pub static FUNCTIONS: &[NativeDef] = &[
    raw(
        "__build_class__",
        "(func, name, /, *bases, **kwds)",
        "Internal helper function used by the class statement.",
        build_class,
    ),
    def("abs", "(number, /)", "Return the absolute value of the argument.", |py, a| {
        match py.call_special(a[0], Name::Abs, &[])? {
            Some(value) => Ok(value),
            None => Err(py.type_error(format!("bad operand type for abs(): '{}'", py.type_name(a[0])))),
        }
    })
    .quiet(),
    def(
        "all",
        "(iterable, /)",
        "Return True if bool(x) is True for all values x in the iterable.",
        |py, a| {
            let mut all = true;
            py.for_each_of(a[0], |item| {
                all = py.truth(item)?;
                Ok(all)
            })?;
            Ok(bool_word(all))
        },
    )
    .quiet(),
    def("any", "(iterable, /)", "Return True if bool(x) is True for any x in the iterable.", |py, a| {
        let mut any = false;
        py.for_each_of(a[0], |item| {
            any = py.truth(item)?;
            Ok(!any)
        })?;
        Ok(bool_word(any))
    })
    .quiet(),
    def(
        "callable",
        "(obj, /)",
        "Return whether the object is callable (i.e., some kind of function).",
        |py, a| Ok(bool_word(py.is_callable(a[0]))),
    )
    .contained()
    .quiet(),
    def(
        "chr",
        "(i, /)",
        "Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.",
        |py, a| {
            let point = py.index_clamped(a[0])?;
            match u32::try_from(point) {
                Ok(point) if point <= 0x10FFFF => py.str_bytes(&encode_point(point)),
                _ => Err(py.value_error("chr() arg not in range(0x110000)")),
            }
        },
    )
    .quiet(),
    def("delattr", "(obj, name, /)", "Deletes the named attribute from the given object.", |py, a| {
        let name = attribute_name(py, a[1])?;
        py.del_attr(a[0], name)?;
        Ok(NONE)
    }),
    def("divmod", "(x, y, /)", "Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.", |py, a| {
        py.binary(Binary::Divmod, a[0], a[1])
    })
    .quiet(),
    def(
        "getattr",
        "(object, name, default=None, /)",
        "getattr(object, name[, default]) -> value",
        |py, a| {
            let name = attribute_name(py, a[1])?;
            if a[2] == UNSET {
                return py.get_attr(a[0], name);
            }
            Ok(py.get_attr_opt(a[0], name)?.unwrap_or(a[2]))
        },
    ),
    def(
        "hasattr",
        "(obj, name, /)",
        "Return whether the object has an attribute with the given name.",
        |py, a| {
            let name = attribute_name(py, a[1])?;
            Ok(bool_word(py.get_attr_opt(a[0], name)?.is_some()))
        },
    ),
    def("hash", "(obj, /)", "Return the hash value for the given object.", |py, a| py.int(py.hash(a[0])?))
        .quiet(),
    def("id", "(obj, /)", "Return the identity of an object.", |py, a| py.id(a[0])).contained(),
    def(
        "isinstance",
        "(obj, class_or_tuple, /)",
        "Return whether an object is an instance of a class or of a subclass thereof.",
        |py, a| Ok(bool_word(py.is_instance(a[0], a[1])?)),
    ),
    def(
        "issubclass",
        "(cls, class_or_tuple, /)",
        "Return whether 'cls' is derived from another class or is the same class.",
        |py, a| {
            if py.as_type(a[0]).is_none() && py.get_attr_opt(a[0], py.intern("__bases__")?)?.is_none() {
                return Err(py.type_error("issubclass() arg 1 must be a class"));
            }
            Ok(bool_word(classes::is_subclass(py, a[0], a[1])?))
        },
    ),
    def(
        "iter",
        "(object, sentinel=None, /)",
        "iter(iterable) -> iterator\niter(callable, sentinel) -> iterator",
        |py, a| {
            if a[1] == UNSET {
                return py.iter(a[0]);
            }
            if !py.is_callable(a[0]) {
                return Err(py.type_error("iter(v, w): v must be callable"));
            }
            Ok(word(py.alloc(LazyIter {
                header: heap::Header::EMPTY,
                kind: std::cell::Cell::new(Ty::CallableIterator as i64),
                source: heap::WordSlot::new(a[0]),
                extra: heap::WordSlot::new(a[1]),
                index: std::cell::Cell::new(0),
            })?))
        },
    ),
    def("len", "(obj, /)", "Return the number of items in a container.", |py, a| {
        py.int(py.len(a[0])? as i64)
    })
    .quiet(),
    raw(
        "max",
        "(iterable, *[, default=obj, key=func]) -> value",
        "With a single iterable argument, return its biggest item.",
        |py, args| extreme(py, args, Comparison::Gt, "max"),
    )
    .quiet(),
    raw(
        "min",
        "(iterable, *[, default=obj, key=func]) -> value",
        "With a single iterable argument, return its smallest item.",
        |py, args| extreme(py, args, Comparison::Lt, "min"),
    )
    .quiet(),
    def("aiter", "(async_iterable, /)", "Return an AsyncIterator for an AsyncIterable object.", |py, a| {
        match py.call_special(a[0], Name::AIter, &[])? {
            None => Err(py.type_error(format!("'{}' object is not an async iterable", py.type_name(a[0])))),
            Some(made) if py.type_of(made).lookup(py, Name::ANext).is_none() => Err(py.type_error(format!(
                "aiter() returned not an async iterator of type '{}'",
                py.type_name(made)
            ))),
            Some(made) => Ok(made),
        }
    }),
    def(
        "anext",
        "(async_iterator, default=None, /)",
        "Return the next item from the async iterator.",
        |py, a| match py.call_special(a[0], Name::ANext, &[])? {
            None => Err(py.type_error(format!("'{}' object is not an async iterator", py.type_name(a[0])))),
            Some(made) if a[1] == UNSET => Ok(made),
            Some(made) => python_model::generator::awaitable(py, Ty::AnextAwaitable, made, a[1]),
        },
    ),
    def("next", "(iterator, default=None, /)", "Return the next item from the iterator.", |py, a| {
        let class = py.type_of(a[0]);
        let Some(method) = class.lookup(py, Name::Next) else {
            return Err(py.type_error(format!("'{}' object is not an iterator", class.name.borrow())));
        };
        if a[1] == UNSET {
            return py.call_bound(method, a[0], class, &[]);
        }
        Ok(py.next(a[0])?.unwrap_or(a[1]))
    }),
    def("ord", "(c, /)", "Return the ordinal value of a character.", |py, a| {
        if let Some(text) = py.as_str(a[0]) {
            let mut points = python_model::strings::code_points(text.as_bytes());
            return match (points.next(), points.next()) {
                (Some(point), None) => py.int(i64::from(point)),
                _ => Err(py.type_error(format!(
                    "ord() expected a character, but string of length {} found",
                    text.len()
                ))),
            };
        }
        let array = py.cast::<ByteArray>(a[0]).map(|array| array.to_vec());
        if let Some(bytes) = py.cast::<Bytes>(a[0]).map(|bytes| bytes.items().to_vec()).or(array) {
            return match bytes[..] {
                [byte] => py.int(i64::from(byte)),
                _ => Err(py.type_error(format!(
                    "ord() expected a character, but string of length {} found",
                    bytes.len()
                ))),
            };
        }
        Err(py.type_error(format!("ord() expected string of length 1, but {} found", py.type_name(a[0]))))
    })
    .quiet(),
    def(
        "pow",
        "(base, exp, mod=None)",
        "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.",
        |py, a| match given(a[2]) {
            None => py.binary(Binary::Pow, a[0], a[1]),
            Some(modulus) => power_modulo(py, a[0], a[1], modulus),
        },
    )
    .quiet(),
    def(
        "print",
        "(*args, sep=' ', end='\\n', file=None, flush=False)",
        "Prints the values to a stream, or to sys.stdout by default.",
        print,
    ),
    def("repr", "(obj, /)", "Return the canonical string representation of the object.", |py, a| {
        py.repr_object(a[0])
    })
    .quiet(),
    def(
        "round",
        "(number, ndigits=None)",
        "Round a number to a given precision in decimal digits.",
        |py, a| {
            let args = [a[1]];
            let args: &[Word] = if a[1] == UNSET || a[1] == NONE { &[] } else { &args };
            match py.call_special(a[0], Name::Round, args)? {
                Some(value) => Ok(value),
                None => {
                    Err(py.type_error(format!("type {} doesn't define __round__ method", py.type_name(a[0]))))
                }
            }
        },
    )
    .quiet(),
    def(
        "setattr",
        "(obj, name, value, /)",
        "Sets the named attribute on the given object to the specified value.",
        |py, a| {
            let name = attribute_name(py, a[1])?;
            py.set_attr(a[0], name, a[2])?;
            Ok(NONE)
        },
    ),
    def(
        "sorted",
        "(iterable, /, *, key=None, reverse=False)",
        "Return a new list containing all items from the iterable in ascending order.",
        |py, a| {
            let list = py.list_from_iterable(a[0])?;
            let key = if a[1] == UNSET { NONE } else { a[1] };
            let is_reversed = a[2] != UNSET && py.truth(a[2])?;
            python_types::sort::sort(py, list, key, is_reversed)?;
            Ok(word(list))
        },
    )
    .quiet(),
    def(
        "sum",
        "(iterable, /, start=0)",
        "Return the sum of a 'start' value (default: 0) plus an iterable of numbers",
        crate::sum::sum,
    )
    .quiet(),
];

/// `pow(base, exponent, modulus)`: the first two operands are asked, that of the more derived class first; the modulus only by the
/// number types that refuse it.
fn power_modulo(py: Py, base: Word, exponent: Word, modulus: Word) -> Result {
    let ask = |own: Word, method: Name, other: Word| -> Result<Option<Word>> {
        let power = py.call_special(own, method, &[other, modulus])?;
        Ok(power.filter(|power| *power != NOT_IMPLEMENTED))
    };
    let (left, right) = (py.type_of(base), py.type_of(exponent));
    let overrides = !left.is(right)
        && right.is_subtype(left)
        && right.lookup(py, Name::Rpow) != left.lookup(py, Name::Rpow);
    if overrides && let Some(power) = ask(exponent, Name::Rpow, base)? {
        return Ok(power);
    }
    if let Some(power) = ask(base, Name::Pow, exponent)? {
        return Ok(power);
    }
    if !overrides
        && !left.is(right)
        && let Some(power) = ask(exponent, Name::Rpow, base)?
    {
        return Ok(power);
    }
    if py.is_a(modulus, Ty::Float) {
        return Err(py.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    Err(py.type_error(format!(
        "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
        py.type_name(base),
        py.type_name(exponent),
        py.type_name(modulus)
    )))
}

fn encode_point(point: u32) -> Vec<u8> {
    match char::from_u32(point) {
        Some(c) => c.to_string().into_bytes(),
        // A surrogate, in WTF-8.
        None => {
            vec![0xE0 | (point >> 12) as u8, 0x80 | (point >> 6 & 0x3F) as u8, 0x80 | (point & 0x3F) as u8]
        }
    }
}

fn attribute_name(py: Py, name: Word) -> Result<Symbol> {
    match py.as_str(name) {
        Some(text) => py.symbol_of(text),
        None => Err(py.type_error(format!("attribute name must be string, not '{}'", py.type_name(name)))),
    }
}

/// `max` and `min`.
fn extreme(py: Py, args: Args, better: Comparison, name: &str) -> Result {
    let (mut key, mut default) = (NONE, UNSET);
    for (keyword, value) in args.named() {
        match keyword.as_bytes() {
            b"key" => key = value,
            b"default" => default = value,
            other => {
                let other = String::from_utf8_lossy(other);
                return Err(py.type_error(format!("{name}() got an unexpected keyword argument '{other}'")));
            }
        }
    }
    let positional = args.positionals();
    let iterable = match positional {
        [] => return Err(py.type_error(format!("{name} expected at least 1 argument, got 0"))),
        [iterable] => *iterable,
        many => {
            if default != UNSET {
                return Err(py.type_error(format!(
                    "Cannot specify a default for {name}() with multiple positional arguments"
                )));
            }
            py.new_tuple(many)?
        }
    };
    let mut best: Option<(Word, Word)> = None;
    py.for_each_of(iterable, |item| {
        let measure = if key == NONE { item } else { py.call(key, &[item])? };
        best = match best {
            Some((_, known)) if !py.holds(better, measure, known)? => best,
            _ => Some((item, measure)),
        };
        Ok(true)
    })?;
    match best {
        Some((item, _)) => Ok(item),
        None if default != UNSET => Ok(default),
        None => Err(py.value_error(format!("{name}() iterable argument is empty"))),
    }
}

fn print(py: Py, a: &[Word]) -> Result {
    let items: Gc<Tuple> = as_object(a[0]).expect("star arguments are a tuple");
    let separator =
        |value: Word, name: &str, default: &str| -> Result<Vec<u8>> {
            match given(value) {
                None => Ok(default.as_bytes().to_vec()),
                Some(value) => match py.as_str(value) {
                    Some(text) => Ok(text.as_bytes().to_vec()),
                    None => Err(py
                        .type_error(format!("{name} must be None or a string, not {}", py.type_name(value)))),
                },
            }
        };
    let (sep, end) = (separator(a[1], "sep", " ")?, separator(a[2], "end", "\n")?);
    let file = match given(a[3]) {
        Some(file) => file,
        None => match as_object::<Dict>(py.vm().sys.get()) {
            Some(sys) => dict::get_symbol(py, sys, Name::Stdout).unwrap_or(UNSET),
            None => UNSET,
        },
    };
    if file == NONE {
        return Ok(NONE);
    }
    if file == UNSET {
        return Err(py.runtime_error("lost sys.stdout"));
    }
    let native = py.vm().state::<crate::sys::TextOutput>().0.get();
    match native {
        Some(native) if (native.is_native)(py, file)? => {
            print_natively(py, items, &sep, &end, |text| (native.write)(py, file, text))?;
        }
        _ => {
            let write = |text: Word| py.call_method(file, Name::Write, &[text]);
            for (index, item) in items.items().iter().enumerate() {
                if index > 0 {
                    write(py.str_bytes(&sep)?)?;
                }
                write(word(py.to_str(item.get())?))?;
            }
            write(py.str_bytes(&end)?)?;
        }
    }
    if a[4] != UNSET && py.truth(a[4])? {
        py.call_method(file, Name::Flush, &[])?;
    }
    Ok(NONE)
}

/// Writes all items in one piece; in several where making a string of an item may run code that prints.
fn print_natively(
    py: Py,
    items: Gc<Tuple>,
    sep: &[u8],
    end: &[u8],
    write: impl Fn(&[u8]) -> Result<()>,
) -> Result<()> {
    if let [item] = items.items()
        && let Some(text) = as_object::<Str>(item.get())
        && end.is_empty()
    {
        return write(text.as_bytes());
    }
    let mut out = Vec::with_capacity(64);
    for (index, item) in items.items().iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(sep);
        }
        let item = item.get();
        let runs_no_code =
            matches!(V::of(item), V::Str(_) | V::Int(_) | V::Float(_) | V::Bool(_) | V::None | V::Big(_));
        if !runs_no_code && !out.is_empty() {
            write(&out)?;
            out.clear();
        }
        out.extend_from_slice(py.to_str(item)?.as_bytes());
    }
    out.extend_from_slice(end);
    write(&out)
}

/// `__build_class__(function, name, *bases, metaclass=None, **keywords)`
fn build_class(py: Py, args: Args) -> Result {
    let positional = args.positionals();
    if positional.len() < 2 {
        return Err(py.type_error("__build_class__: not enough arguments"));
    }
    let Some(function) = as_object::<Function>(positional[0]) else {
        return Err(py.type_error("__build_class__: func must be a function"));
    };
    let name = positional[1];
    let original_bases = py.tuple_of(&positional[2..])?;
    let bases = resolve_bases(py, original_bases)?;

    let (values, names) = (py.new_list(4)?, py.new_list(4)?);
    let mut metaclass = UNSET;
    for (keyword, value) in args.named() {
        if keyword.as_bytes() == b"metaclass" {
            metaclass = value;
        } else {
            list_push(py, values, value)?;
            list_push(py, names, word(keyword))?;
        }
    }
    let keyword_names: Option<Gc<Tuple>> = as_object(py.tuple_from_list(names)?);
    if metaclass == UNSET {
        metaclass = match bases.items().first() {
            Some(base) => py.type_of(base.get()).word(),
            None => py.ty(Ty::Type).word(),
        };
    }
    if let Some(meta) = py.as_type(metaclass) {
        let mut types = Vec::new();
        for base in bases.items() {
            if let Some(base) = py.as_type(base.get()) {
                types.push(base);
            }
        }
        metaclass = class::metaclass_of(py, meta, &types)?.word();
    }
    let prepare = py.get_attr_opt(metaclass, Name::Prepare)?;
    let namespace = match prepare {
        None => word(dict::new(py)?),
        Some(prepare) => {
            let words = call_words(py, &[name, word(bases)], values)?;
            let tuple_words = python_model::protocol::tuple_words(words);
            let result = py.call_args(prepare, Args { words: &tuple_words, keywords: keyword_names })?;
            heap::keep(words);
            result
        }
    };
    if py.cast::<Dict>(namespace).is_none() && py.type_of(namespace).lookup(py, Name::GetItem).is_none() {
        let meta =
            py.as_type(metaclass).map_or_else(|| "<metaclass>".into(), |m| m.name.borrow().to_string());
        return Err(py.type_error(format!(
            "{meta}.__prepare__() must return a mapping, not {}",
            py.type_name(namespace)
        )));
    }
    let cell = (py.vm().hooks.run_code)(py, function.code(), namespace, word(function))?;
    if word(bases) != word(original_bases) {
        let key = py.name_word(Name::OrigBases);
        py.set_item(namespace, key, word(original_bases))?;
    }
    let words = call_words(py, &[name, word(bases), namespace], values)?;
    let tuple_words = python_model::protocol::tuple_words(words);
    let made = py.call_args(metaclass, Args { words: &tuple_words, keywords: keyword_names })?;
    heap::keep(words);
    if let (Some(cell), Some(_)) = (as_object::<CellObject>(cell), py.as_type(made)) {
        let name = || py.to_text(name).unwrap_or_default();
        if cell.value.get() == UNSET {
            return Err(py.runtime_error(format!(
                "__class__ not set defining '{}' as {}. Was __classcell__ propagated to type.__new__?",
                name(),
                py.repr_text(made)?
            )));
        }
        if cell.value.get() != made {
            return Err(py.type_error(format!(
                "__class__ set to {} defining '{}' as {}",
                py.repr_text(cell.value.get())?,
                name(),
                py.repr_text(made)?
            )));
        }
    }
    Ok(made)
}

fn call_words(py: Py, first: &[Word], rest: Gc<List>) -> Result<Gc<Tuple>> {
    let list = py.list_of(first)?;
    for index in 0..rest.len() {
        list_push(py, list, rest.item(index))?;
    }
    Ok(as_object(py.tuple_from_list(list)?).expect("a tuple"))
}

/// Bases with `__mro_entries__` resolved (PEP 560); the same tuple if there is none.
fn resolve_bases(py: Py, bases: Gc<Tuple>) -> Result<Gc<Tuple>> {
    let out = py.new_list(bases.items().len())?;
    let mut changed = false;
    for base in bases.items() {
        let base = base.get();
        if py.as_type(base).is_none()
            && let Some(entries) = py.get_attr_opt(base, Name::MroEntries)?
        {
            let entries = py.call(entries, &[word(bases)])?;
            let Some(entries) = py.cast::<Tuple>(entries) else {
                return Err(py.type_error("__mro_entries__ must return a tuple"));
            };
            for entry in entries.items() {
                list_push(py, out, entry.get())?;
            }
            changed = true;
            continue;
        }
        list_push(py, out, base)?;
    }
    if !changed {
        return Ok(bases);
    }
    Ok(as_object(py.tuple_from_list(out)?).expect("a tuple"))
}

/// Adds the functions to the namespace of `builtins`, and makes the module.
pub fn install(py: Py) -> Result<()> {
    let doc = py.str("Built-in functions, types, exceptions, and other objects.")?;
    let namespace: Gc<Dict> = as_object(py.vm().builtins.get()).expect("made by bootstrap");
    let module = python_model::modules::new(py, "builtins", doc)?;
    let own = module.dict.get().expect("a module has a namespace");
    let mut at = 0;
    while let Some((entry, key, value)) = dict::next(own, at) {
        at = entry + 1;
        dict::set(py, namespace, key, value)?;
    }
    module.dict.set(py.mutator(), module, Some(namespace));
    let elsewhere = [crate::evaluation::FUNCTIONS, crate::text::FUNCTIONS, crate::import_::FUNCTIONS];
    let breakpoint = [&crate::breakpoint::BREAKPOINT];
    for def in FUNCTIONS.iter().chain(elsewhere.into_iter().flatten()).chain(breakpoint) {
        let function = python_model::functions::new_builtin(py, def, word(module))?;
        dict::set_symbol(py, namespace, py.intern(def.name)?, function)?;
    }
    let modules: Gc<Dict> = as_object(py.vm().modules.get()).expect("made by bootstrap");
    dict::set_symbol(py, modules, Name::Builtins, word(module))
}
