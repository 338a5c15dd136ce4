//! `str`: construction, operators, subscripts, searching and the translation table. Methods that map a text to a text or a truth value are in
//! [`crate::str_text`], formatting is in [`crate::text_format`] and [`crate::percent`], encoding in [`crate::text_codec`].

use crate::buffer;
use crate::percent::{self, Target};
use crate::sequence::{
    self, Repeat, Subscript, SubscriptErrors, ordered, range_arguments, reflected_add, subscript,
};
use crate::text_codec::Names;
use crate::text_format;
use heap::Gc;
use python_model::dict;
use python_model::instance;
use python_model::native::{Args, NativeDef, NativeType, bind, def, raw, static_method};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_text::index::{clip, slice_with_step};
use python_text::search::{self, Unit};
use python_text::translate::{Translation, translate_str};

static METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let text = own(py, a[0], "__repr__")?;
        py.str_bytes(&python_text::repr::repr_str(text.as_bytes()))
    }),
    def("__str__", "($self, /)", "Return str(self).", |py, a| Ok(word(own(py, a[0], "__str__")?))),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        py.int(py.hash_str(own(py, a[0], "__hash__")?))
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare(py, a, Comparison::Eq)),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare(py, a, Comparison::Ne)),
    def("__lt__", "($self, value, /)", "Return self<value.", |py, a| compare(py, a, Comparison::Lt)),
    def("__le__", "($self, value, /)", "Return self<=value.", |py, a| compare(py, a, Comparison::Le)),
    def("__gt__", "($self, value, /)", "Return self>value.", |py, a| compare(py, a, Comparison::Gt)),
    def("__ge__", "($self, value, /)", "Return self>=value.", |py, a| compare(py, a, Comparison::Ge)),
    def("__len__", "($self, /)", "Return len(self).", |py, a| py.int(own(py, a[0], "__len__")?.len() as i64)),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        let text = own(py, a[0], "__iter__")?;
        Ok(python_model::iterators::builtin_iter(py, word(text))?.expect("strings have an iterator"))
    }),
    def("__contains__", "($self, key, /)", "Return bool(key in self).", contains),
    def("__getitem__", "($self, key, /)", "Return self[key].", get_item),
    def("__add__", "($self, value, /)", "Return self+value.", add),
    def("__mul__", "($self, value, /)", "Return self*value.", multiply),
    def("__rmul__", "($self, value, /)", "Return value*self.", multiply),
    def("__mod__", "($self, value, /)", "Return self%value.", |py, a| {
        let text = own(py, a[0], "__mod__")?;
        py.str_bytes(&percent::format(py, text.as_bytes(), a[1], Target::Text)?)
    }),
    def("__rmod__", "($self, value, /)", "Return value%self.", |py, a| {
        own(py, a[0], "__rmod__")?;
        let Some(format) = py.as_str(a[1]) else { return Ok(NOT_IMPLEMENTED) };
        py.str_bytes(&percent::format(py, format.as_bytes(), a[0], Target::Text)?)
    }),
    def("__format__", "($self, format_spec, /)", "Return a formatted version of the string.", |py, a| {
        let text = own(py, a[0], "__format__")?;
        if as_instance(a[0]).is_some() && py.as_str(a[1]).is_some_and(|spec| spec.is_empty()) {
            return py.str_object(a[0]);
        }
        text_format::format_text(py, text, a[1])
    }),
    def("__getnewargs__", "($self, /)", "Arguments for __new__ when unpickling.", |py, a| {
        let text = own(py, a[0], "__getnewargs__")?;
        py.new_tuple(&[word(py.new_wtf8(text.as_bytes(), text.len())?)])
    }),
    def("__sizeof__", "($self, /)", "Return the size of the string in memory, in bytes.", size_of),
    raw("format", "($self, /, *args, **kwargs)", "Format with fields in braces.", |py, args| {
        let Some(&receiver) = args.words.first() else {
            return Err(py.type_error("unbound method str.format() needs an argument"));
        };
        let text = own(py, receiver, "format")?;
        let fields = text_format::arguments(py, args)?;
        text_format::format(py, text, fields)
    }),
    def("format_map", "($self, mapping, /)", "Format with fields taken from a mapping.", |py, a| {
        text_format::format(py, own(py, a[0], "format_map")?, text_format::Fields::Mapping(a[1]))
    }),
    def("encode", "($self, /, encoding='utf-8', errors='strict')", "Encode the string as bytes.", |py, a| {
        let text = own(py, a[0], "encode")?;
        let names = Names::of(py, a[1], a[2], "encode")?;
        names.encode_to_bytes(py, text)
    }),
    def(
        "find",
        "($self, sub, start=None, end=None, /)",
        "The lowest index of a substring, -1 without one.",
        |py, a| py.int(find(py, a, "find", Direction::Forward)?.map_or(-1, |index| index as i64)),
    ),
    def(
        "rfind",
        "($self, sub, start=None, end=None, /)",
        "The highest index of a substring, -1 without one.",
        |py, a| py.int(find(py, a, "rfind", Direction::Backward)?.map_or(-1, |index| index as i64)),
    ),
    def("index", "($self, sub, start=None, end=None, /)", "The lowest index of a substring.", |py, a| {
        found(py, find(py, a, "index", Direction::Forward)?)
    }),
    def("rindex", "($self, sub, start=None, end=None, /)", "The highest index of a substring.", |py, a| {
        found(py, find(py, a, "rindex", Direction::Backward)?)
    }),
    def(
        "count",
        "($self, sub, start=None, end=None, /)",
        "The number of matches that do not overlap.",
        count,
    ),
    def(
        "startswith",
        "($self, prefix, start=None, end=None, /)",
        "Whether the string begins with a prefix.",
        |py, a| {
            let text = own(py, a[0], "startswith")?;
            has_affix(py, text, a, "startswith", |part, affix| part.starts_with(affix))
        },
    ),
    def(
        "endswith",
        "($self, suffix, start=None, end=None, /)",
        "Whether the string ends with a suffix.",
        |py, a| {
            let text = own(py, a[0], "endswith")?;
            has_affix(py, text, a, "endswith", |part, affix| part.ends_with(affix))
        },
    ),
    def("translate", "($self, table, /)", "Replace each character by what a table has for it.", translate),
    static_method(
        "maketrans",
        "(x, y=<unrepresentable>, z=<unrepresentable>, /)",
        "Make a table for translate().",
        make_table,
    ),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::Str,
        doc: "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a string from an object, or by decoding bytes.",
        constructor: Some(construct),
        methods: METHODS,
    },
    NativeType { ty: Ty::Str, doc: "", constructor: None, methods: crate::str_text::METHODS },
];

/// The string in the receiver.
pub fn own(py: Py, receiver: Word, method: &str) -> Result<Gc<Str>> {
    py.expect(receiver, Ty::Str, method)
}

/// A string argument of a method. Errors: `TypeError` naming the argument.
pub fn text_argument(py: Py, value: Word, method: &str, position: usize) -> Result<Gc<Str>> {
    match py.as_str(value) {
        Some(text) => Ok(text),
        None => Err(py.type_error(format!(
            "{method}() argument {position} must be str, not {}",
            py.argument_type(value)
        ))),
    }
}

fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let given = args.words.len();
    if given > 3 {
        return Err(py.type_error(match args.keywords {
            None => format!("str expected at most 3 arguments, got {given}"),
            Some(_) => format!("str() takes at most 3 arguments ({given} given)"),
        }));
    }
    let signature = python_model::signature!("(object='', encoding='utf-8', errors='strict')");
    let [object, encoding, errors] = bind(py, "str", signature, args)?;
    let text = if encoding == UNSET && errors == UNSET || object == UNSET {
        if object == UNSET { py.str("")? } else { py.str_object(object)? }
    } else {
        let names = Names::of(py, encoding, errors, "str")?;
        if py.as_str(object).is_some() {
            return Err(py.type_error("decoding str is not supported"));
        }
        let Some(bytes) = buffer::get_opt(py, object)? else {
            return Err(py.type_error(format!(
                "decoding to str: need a bytes-like object, {} found",
                py.type_name(object)
            )));
        };
        names.decode(py, &bytes)?
    };
    if class.is(py.ty(Ty::Str)) { Ok(text) } else { instance::new(py, class, py.base(text)) }
}

fn compare(py: Py, a: &[Word], comparison: Comparison) -> Result {
    let text = own(py, a[0], comparison.name().text())?;
    match py.as_str(a[1]) {
        Some(other) => ordered(comparison, text.as_bytes().cmp(other.as_bytes())),
        None => Ok(NOT_IMPLEMENTED),
    }
}

fn contains(py: Py, a: &[Word]) -> Result {
    let text = own(py, a[0], "__contains__")?;
    match py.as_str(a[1]) {
        Some(part) => Ok(bool_word(search::find(text.as_bytes(), part.as_bytes()).is_some())),
        None => Err(py.type_error(format!(
            "'in <string>' requires string as left operand, not {}",
            py.type_name(a[1])
        ))),
    }
}

const SUBSCRIPT_ERRORS: SubscriptErrors = SubscriptErrors {
    range: "string index out of range",
    kind: "string indices must be integers, not ",
    quote: "'",
};

fn get_item(py: Py, a: &[Word]) -> Result {
    let text = own(py, a[0], "__getitem__")?;
    let bytes = text.as_bytes();
    match subscript(py, a[1], || text.len(), &SUBSCRIPT_ERRORS)? {
        Subscript::Item(index) => {
            let start = py.byte_offset(text, index);
            let end = start + python_text::code_points::length_of(bytes[start]);
            Ok(word(py.new_wtf8(&bytes[start..end], 1)?))
        }
        // Its start may be before the text.
        Subscript::Items { items: 0, .. } => py.str(""),
        Subscript::Items { start, step: 1, items } => {
            if items == text.len() {
                return Ok(word(text));
            }
            let from = py.byte_offset(text, start as usize);
            let to = py.byte_offset(text, start as usize + items);
            Ok(word(py.new_wtf8(&bytes[from..to], items)?))
        }
        Subscript::Items { start, step, items } => {
            let part = slice_with_step(bytes, text.len(), start, step, items);
            Ok(word(py.new_wtf8(&part, items)?))
        }
    }
}

fn add(py: Py, a: &[Word]) -> Result {
    let text = own(py, a[0], "__add__")?;
    if let Some(other) = py.as_str(a[1]) {
        return py.concat(text, other);
    }
    match reflected_add(py, a[0], a[1])? {
        Some(result) => Ok(result),
        None => {
            Err(py.type_error(format!("can only concatenate str (not \"{}\") to str", py.type_name(a[1]))))
        }
    }
}

fn multiply(py: Py, a: &[Word]) -> Result {
    let text = own(py, a[0], "__mul__")?;
    match sequence::repeat(py, a[0], a[1], text.as_bytes().len())? {
        Repeat::Times(1) => Ok(word(text)),
        Repeat::Times(times) => Ok(word(py.new_wtf8(&text.as_bytes().repeat(times), text.len() * times)?)),
        Repeat::Result(result) => Ok(result),
    }
}

fn size_of(py: Py, a: &[Word]) -> Result {
    let text = own(py, a[0], "__sizeof__")?;
    // Header and trailing zero of CPython's storage of one, two or four bytes per character.
    let size = match python_text::code_points::widest(text.as_bytes()) {
        0..=0x7F => 41 + text.len(),
        0x80..=0xFF => 57 + text.len(),
        0x100..=0xFFFF => 58 + 2 * text.len(),
        _ => 60 + 4 * text.len(),
    };
    py.int(size as i64)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forward,
    Backward,
}

/// The offsets of the part of a string that `start` and `end` select; `None` if it begins behind its end.
fn part(py: Py, text: Gc<Str>, start: Word, end: Word) -> Result<Option<std::ops::Range<usize>>> {
    if start == UNSET && end == UNSET {
        return Ok(Some(0..text.as_bytes().len()));
    }
    let (start, end) = range_arguments(py, start, end)?;
    let range = clip(start, end, text.len());
    if range.start > range.end {
        return Ok(None);
    }
    Ok(Some(py.byte_offset(text, range.start)..py.byte_offset(text, range.end)))
}

fn find(py: Py, a: &[Word], method: &str, direction: Direction) -> Result<Option<usize>> {
    let text = own(py, a[0], method)?;
    let needle = text_argument(py, a[1], method, 1)?;
    let Some(range) = part(py, text, a[2], a[3])? else { return Ok(None) };
    let within = &text.as_bytes()[range.clone()];
    let at = match direction {
        Direction::Forward => search::find(within, needle.as_bytes()),
        Direction::Backward => search::rfind(within, needle.as_bytes()),
    };
    Ok(at.map(|at| py.char_index(text, range.start + at)))
}

fn found(py: Py, index: Option<usize>) -> Result {
    match index {
        Some(index) => py.int(index as i64),
        None => Err(py.value_error("substring not found")),
    }
}

fn count(py: Py, a: &[Word]) -> Result {
    let text = own(py, a[0], "count")?;
    let needle = text_argument(py, a[1], "count", 1)?;
    let Some(range) = part(py, text, a[2], a[3])? else { return py.int(0) };
    let matches = search::count_matches(&text.as_bytes()[range], needle.as_bytes(), Unit::CodePoint);
    py.int(matches as i64)
}

fn has_affix(py: Py, text: Gc<Str>, a: &[Word], method: &str, test: impl Fn(&[u8], &[u8]) -> bool) -> Result {
    let range = part(py, text, a[2], a[3])?;
    let tests = |affix: Gc<Str>| match &range {
        Some(range) => test(&text.as_bytes()[range.clone()], affix.as_bytes()),
        None => false,
    };
    if let Some(tuple) = py.cast::<Tuple>(a[1]) {
        for item in tuple.items() {
            let Some(affix) = py.as_str(item.get()) else {
                return Err(py.type_error(format!(
                    "tuple for {method} must only contain str, not {}",
                    py.type_name(item.get())
                )));
            };
            if tests(affix) {
                return Ok(TRUE);
            }
        }
        return Ok(FALSE);
    }
    match py.as_str(a[1]) {
        Some(affix) => Ok(bool_word(tests(affix))),
        None => Err(py.type_error(format!(
            "{method} first arg must be str or a tuple of str, not {}",
            py.type_name(a[1])
        ))),
    }
}

fn translate(py: Py, a: &[Word]) -> Result {
    let text = own(py, a[0], "translate")?;
    let out = translate_str(text.as_bytes(), |point| {
        let key = small_int(i64::from(point));
        let value = match V::of(a[1]) {
            V::Dict(table) => dict::get(py, table, key)?,
            _ => py.unless(py.get_item(a[1], key), Ty::LookupError)?,
        };
        let Some(value) = value else { return Ok(Translation::Unchanged) };
        if value == NONE {
            return Ok(Translation::Deleted);
        }
        if let Some(text) = py.as_str(value) {
            return Ok(Translation::Text(text.as_bytes().to_vec()));
        }
        match V::of(py.base(value)) {
            V::Int(point @ 0..0x11_0000) => Ok(Translation::CodePoint(point as u32)),
            V::Bool(point) => Ok(Translation::CodePoint(point.into())),
            V::Int(_) | V::Big(_) => Err(py.value_error("character mapping must be in range(0x110000)")),
            _ => Err(py.type_error("character mapping must return integer, None or str")),
        }
    })?;
    py.str_bytes(&out)
}

fn make_table(py: Py, a: &[Word]) -> Result {
    let table = dict::new(py)?;
    if a[1] == UNSET {
        let Some(from) = py.cast::<Dict>(a[0]) else {
            return Err(py.type_error("if you give only one argument to maketrans it must be a dict"));
        };
        let mut at = 0;
        while let Some((entry, key, value)) = dict::next(from, at) {
            at = entry + 1;
            let key = match (py.as_str(key), V::of(py.base(key))) {
                (Some(text), _) if text.len() == 1 => {
                    small_int(i64::from(python_text::code_points::decode(text.as_bytes(), 0).0))
                }
                (Some(_), _) => {
                    return Err(py.value_error("string keys in translatetable must be of length 1"));
                }
                (None, V::Int(_) | V::Big(_) | V::Bool(_)) => key,
                _ => return Err(py.type_error("keys in translate table mustbe strings or integers")),
            };
            dict::set(py, table, key, value)?;
        }
        return Ok(word(table));
    }
    let Some(from) = py.as_str(a[0]) else {
        return Err(py.type_error("first maketrans argument must be a string if there is a second argument"));
    };
    let to = text_argument(py, a[1], "maketrans", 2)?;
    if from.len() != to.len() {
        return Err(py.value_error("the first two maketrans arguments must have equal length"));
    }
    let points = |text: Gc<Str>| python_text::code_points::iter(text.as_bytes()).collect::<Vec<u32>>();
    for (from, to) in points(from).into_iter().zip(points(to)) {
        dict::set(py, table, small_int(from.into()), small_int(to.into()))?;
    }
    if a[2] != UNSET {
        for point in points(text_argument(py, a[2], "maketrans", 3)?) {
            dict::set(py, table, small_int(point.into()), NONE)?;
        }
    }
    Ok(word(table))
}
