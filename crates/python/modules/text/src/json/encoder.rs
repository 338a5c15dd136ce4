//! From values to JSON.
//!
//! One buffer for the whole document. Nesting is native recursion, bounded by the native stack (`RecursionError`).

use super::{Types, make_object, word_of};
use python_model::foreign;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, bind, def, getter};
use python_model::objects::{Builtin, Dict, List, Tuple};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_model::{class, dict, signature};
use std::cell::{Cell, RefCell};

/// How strings are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Strings {
    Ascii,
    Plain,
    /// By a function of the program.
    Called,
}

/// An encoder. Its words: see [`Field`].
struct Encoder {
    strings: Strings,
    indent: Option<Vec<u8>>,
    key_separator: Vec<u8>,
    item_separator: Vec<u8>,
    sort_keys: bool,
    skip_keys: bool,
    allow_nan: bool,
}

enum Field {
    Markers,
    Default,
    Function,
    Indent,
    KeySeparator,
    ItemSeparator,
}

pub fn make(py: Py, class: TypeRef, args: Args) -> Result {
    let signature = signature!(
        "(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)"
    );
    let [markers, default, function, indent, key, item, sort_keys, skip_keys, allow_nan] =
        bind(py, "make_encoder", signature, args)?;
    if markers != NONE && py.cast::<Dict>(markers).is_none() {
        let what = py.argument_type(markers);
        return Err(py.type_error(format!("make_encoder() argument 1 must be dict or None, not {what}")));
    }
    let text = |value: Word, index: usize| match py.as_str(value) {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => {
            let what = py.argument_type(value);
            Err(py.type_error(format!("make_encoder() argument {index} must be str, not {what}")))
        }
    };
    let name = as_object::<Builtin>(function).map(|function| function.def().name);
    let encoder = Encoder {
        strings: match name {
            Some("encode_basestring_ascii") => Strings::Ascii,
            Some("encode_basestring") => Strings::Plain,
            _ => Strings::Called,
        },
        indent: if indent == NONE { None } else { Some(text(indent, 4)?) },
        key_separator: text(key, 5)?,
        item_separator: text(item, 6)?,
        sort_keys: py.truth(sort_keys)?,
        skip_keys: py.truth(skip_keys)?,
        allow_nan: py.truth(allow_nan)?,
    };
    let words = [markers, default, function, indent, key, item];
    make_object(py, class, &py.vm().state::<Types>().encoder, encoder, &words)
}

fn own(py: Py<'_>, value: Word) -> Result<&Encoder> {
    foreign::expect(py, value, "an encoder")
}

macro_rules! field {
    ($name:literal, $field:expr) => {
        getter($name, $name, |py, a| {
            own(py, a[0])?;
            Ok(word_of(a[0], $field as usize))
        })
    };
}

pub static METHODS: &[NativeDef] = &[
    def("__call__", "($self, /, obj, _current_indent_level)", "Call self as a function.", |py, a| {
        let encoder = own(py, a[0])?;
        let level = py.index(a[2])?;
        let run = Run {
            py,
            encoder,
            default: word_of(a[0], Field::Default as usize),
            function: word_of(a[0], Field::Function as usize),
            checks_cycles: word_of(a[0], Field::Markers as usize) != NONE,
            open: RefCell::default(),
            level: Cell::new(usize::try_from(level).unwrap_or(0)),
        };
        let mut out = Vec::new();
        run.value(&mut out, a[1])?;
        py.new_tuple(&[py.str_bytes(&out)?])
    }),
    field!("markers", Field::Markers),
    field!("default", Field::Default),
    field!("encoder", Field::Function),
    field!("indent", Field::Indent),
    field!("key_separator", Field::KeySeparator),
    field!("item_separator", Field::ItemSeparator),
    getter("sort_keys", "sort_keys", |py, a| Ok(bool_word(own(py, a[0])?.sort_keys))),
    getter("skipkeys", "skipkeys", |py, a| Ok(bool_word(own(py, a[0])?.skip_keys))),
];

/// `encode_basestring` and `encode_basestring_ascii`
pub fn encode_string(py: Py, value: Word, is_ascii: bool) -> Result {
    match py.as_str(value) {
        Some(text) => {
            let mut out = Vec::with_capacity(text.as_bytes().len() + 2);
            push_string(&mut out, text.as_bytes(), is_ascii);
            py.str_bytes(&out)
        }
        None => {
            let what = py.type_name(value);
            Err(py.type_error(format!("first argument must be a string, not {what}")))
        }
    }
}

fn push_string(out: &mut Vec<u8>, text: &[u8], is_ascii: bool) {
    out.push(b'"');
    let is_plain = |b: &u8| !matches!(b, b'"' | b'\\' | 0..=0x1f) && (!is_ascii || *b < 0x7f);
    let mut rest = text;
    loop {
        let end = rest.iter().position(|b| !is_plain(b)).unwrap_or(rest.len());
        out.extend_from_slice(&rest[..end]);
        rest = &rest[end..];
        let Some(&byte) = rest.first() else { break };
        let (c, size) = python_text::code_points::decode(rest, 0);
        rest = &rest[size..];
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            8 => out.extend(b"\\b"),
            12 => out.extend(b"\\f"),
            _ if c > 0xffff => {
                let c = c - 0x1_0000;
                let (high, low) = (0xd800 | c >> 10, 0xdc00 | c & 0x3ff);
                out.extend(format!("\\u{high:04x}\\u{low:04x}").into_bytes());
            }
            _ => out.extend(format!("\\u{c:04x}").into_bytes()),
        }
    }
    out.push(b'"');
}

/// One call of an encoder.
struct Run<'a> {
    py: Py<'a>,
    encoder: &'a Encoder,
    default: Word,
    function: Word,
    checks_cycles: bool,
    /// Objects that are being written: they are on the native stack of this run.
    open: RefCell<Vec<Word>>,
    /// Depth of indentation.
    level: Cell<usize>,
}

impl Run<'_> {
    fn value(&self, out: &mut Vec<u8>, value: Word) -> Result<()> {
        match V::of(value) {
            V::None => out.extend(b"null"),
            V::Bool(true) => out.extend(b"true"),
            V::Bool(false) => out.extend(b"false"),
            V::Str(text) => return self.string(out, value, text.as_bytes()),
            V::Int(_) | V::Big(_) | V::Float(_) => return self.number(out, value),
            V::List(_) | V::Tuple(_) => return self.nested(out, value, Run::list),
            V::Dict(_) => return self.nested(out, value, Run::dict),
            _ => {
                let py = self.py;
                if let Some(text) = py.as_str(value) {
                    return self.string(out, value, text.as_bytes());
                }
                if py.is_a(value, Ty::Int) || py.is_a(value, Ty::Float) {
                    return self.number(out, value);
                }
                if py.is_a(value, Ty::List) || py.is_a(value, Ty::Tuple) {
                    return self.nested(out, value, Run::list);
                }
                if py.is_a(value, Ty::Dict) {
                    return self.nested(out, value, Run::dict);
                }
                return self.nested(out, value, |run, out, value| {
                    let made = run.py.call(run.default, &[value])?;
                    run.value(out, made).inspect_err(|_| {
                        run.note(format!("when serializing {} object", run.type_name(value)));
                    })
                });
            }
        }
        Ok(())
    }

    fn string(&self, out: &mut Vec<u8>, value: Word, text: &[u8]) -> Result<()> {
        match self.encoder.strings {
            Strings::Ascii => push_string(out, text, true),
            Strings::Plain => push_string(out, text, false),
            Strings::Called => {
                let made = self.py.call(self.function, &[value])?;
                let Some(made) = self.py.as_str(made) else {
                    let what = self.py.type_name(made);
                    return Err(self.py.type_error(format!("encoder() must return a string, not {what}")));
                };
                out.extend_from_slice(made.as_bytes());
            }
        }
        Ok(())
    }

    /// Integers and floats, as their own type writes them whatever a subclass says.
    fn number(&self, out: &mut Vec<u8>, value: Word) -> Result<()> {
        match V::of(self.py.base(value)) {
            V::Float(x) if x.is_finite() => {
                out.extend(python_number::float_text::repr(x).into_bytes());
            }
            V::Float(_) if !self.encoder.allow_nan => {
                let shown = self.py.repr_text(value)?;
                let message = format!("Out of range float values are not JSON compliant: {shown}");
                return Err(self.py.value_error(message));
            }
            V::Float(x) if x.is_nan() => out.extend(b"NaN"),
            V::Float(x) => out.extend(if x > 0.0 { "Infinity" } else { "-Infinity" }.bytes()),
            V::Int(n) => out.extend(n.to_string().into_bytes()),
            _ => out.extend_from_slice(self.py.repr(self.py.base(value))?.as_bytes()),
        }
        Ok(())
    }

    /// Writes what has parts, unless it is being written already.
    fn nested(
        &self,
        out: &mut Vec<u8>,
        value: Word,
        write: impl FnOnce(&Self, &mut Vec<u8>, Word) -> Result<()>,
    ) -> Result<()> {
        if self.py.native_stack_is_low() {
            let message = "maximum recursion depth exceeded while encoding a JSON object";
            return Err(self.py.recursion_error(message));
        }
        if !self.checks_cycles {
            return write(self, out, value);
        }
        if self.open.borrow().contains(&value) {
            return Err(self.py.value_error("Circular reference detected"));
        }
        self.open.borrow_mut().push(value);
        let result = write(self, out, value);
        self.open.borrow_mut().pop();
        result
    }

    fn new_line(&self, out: &mut Vec<u8>) {
        if let Some(indent) = &self.encoder.indent {
            out.push(b'\n');
            for _ in 0..self.level.get() {
                out.extend_from_slice(indent);
            }
        }
    }

    /// `%T`: the class with its module.
    fn type_name(&self, value: Word) -> String {
        python_types::object::qualified(self.py, self.py.type_of(value))
    }

    fn note(&self, note: String) {
        class::add_note(self.py, self.py.context().raised.get(), &note);
    }

    fn list(&self, out: &mut Vec<u8>, value: Word) -> Result<()> {
        let py = self.py;
        // Of a list the items as they are at each turn.
        let (list, tuple) = (as_object::<List>(value), as_object::<Tuple>(value));
        let list = match (list, tuple) {
            (None, None) => Some(py.list_from_iterable(value)?),
            _ => list,
        };
        let item = |index: usize| match (list, tuple) {
            (Some(list), _) => (index < list.len()).then(|| list.item(index)),
            (None, Some(tuple)) => tuple.items().get(index).map(|slot| slot.get()),
            (None, None) => None,
        };
        let Some(mut next) = item(0) else {
            out.extend(b"[]");
            return Ok(());
        };
        out.push(b'[');
        self.level.set(self.level.get() + 1);
        self.new_line(out);
        let mut index = 0;
        loop {
            self.value(out, next).inspect_err(|_| {
                self.note(format!("when serializing {} item {index}", self.type_name(value)));
            })?;
            index += 1;
            let Some(found) = item(index) else { break };
            next = found;
            out.extend_from_slice(&self.encoder.item_separator);
            self.new_line(out);
        }
        self.level.set(self.level.get() - 1);
        self.new_line(out);
        out.push(b']');
        Ok(())
    }

    /// The text of a key; `None`: it is skipped.
    fn key(&self, key: Word) -> Result<Option<Vec<u8>>> {
        let py = self.py;
        let mut out = Vec::new();
        match V::of(key) {
            V::None => out.extend(b"null"),
            V::Bool(true) => out.extend(b"true"),
            V::Bool(false) => out.extend(b"false"),
            _ if py.is_a(key, Ty::Int) || py.is_a(key, Ty::Float) => self.number(&mut out, key)?,
            _ if self.encoder.skip_keys => return Ok(None),
            _ => {
                let what = py.type_name(key);
                return Err(py.type_error(format!("keys must be str, int, float, bool or None, not {what}")));
            }
        }
        Ok(Some(out))
    }

    fn pair(&self, out: &mut Vec<u8>, own: Word, key: Word, value: Word, is_first: &mut bool) -> Result<()> {
        let py = self.py;
        let text = match py.as_str(key) {
            Some(text) => Ok(text),
            None => match self.key(key)? {
                Some(text) => Err(text),
                None => return Ok(()),
            },
        };
        if !std::mem::take(is_first) {
            out.extend_from_slice(&self.encoder.item_separator);
        }
        self.new_line(out);
        match text {
            Ok(text) => self.string(out, key, text.as_bytes())?,
            Err(text) => {
                let key = py.str_bytes(&text)?;
                self.string(out, key, &text)?;
            }
        }
        out.extend_from_slice(&self.encoder.key_separator);
        self.value(out, value).inspect_err(|_| {
            let exception = py.take_raised();
            let shown = py.repr_text(key).unwrap_or_default();
            py.context().raised.set(exception);
            self.note(format!("when serializing {} item {shown}", self.type_name(own)));
        })
    }

    fn dict(&self, out: &mut Vec<u8>, value: Word) -> Result<()> {
        let py = self.py;
        if py.len(value)? == 0 {
            out.extend(b"{}");
            return Ok(());
        }
        out.push(b'{');
        self.level.set(self.level.get() + 1);
        let mut is_first = true;
        let exact = as_object::<Dict>(value).filter(|_| !self.encoder.sort_keys);
        if let Some(own) = exact {
            let mut at = 0;
            while let Some((entry, key, item)) = dict::next(own, at) {
                at = entry + 1;
                self.pair(out, value, key, item, &mut is_first)?;
            }
        } else {
            let items = py.call_method(value, Name::Items, &[])?;
            let items = word(py.list_from_iterable(items)?);
            if self.encoder.sort_keys {
                py.call_method(items, Name::Sort, &[])?;
            }
            let items = py.cast::<List>(items).expect("just made");
            for index in 0..items.len() {
                let Some(pair) = py.cast::<Tuple>(items.item(index)).filter(|pair| pair.items().len() == 2)
                else {
                    return Err(py.value_error("items must return 2-tuples"));
                };
                self.pair(out, value, pair.items()[0].get(), pair.items()[1].get(), &mut is_first)?;
            }
        }
        self.level.set(self.level.get() - 1);
        // Without a key that was written there is no line of its own.
        if !is_first {
            self.new_line(out);
        }
        out.push(b'}');
        Ok(())
    }
}
