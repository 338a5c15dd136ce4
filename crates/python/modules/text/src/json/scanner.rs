//! From JSON to values.
//!
//! Works on the bytes of the string: offsets are bytes, and become indices only in results and errors. Keys are shared within a document by
//! a small cache, because documents repeat them. Nesting is native recursion, bounded by the native stack (`RecursionError`).

use super::{Types, make_object, word_of};
use heap::Gc;
use metatrace_machine::Raised;
use python_model::foreign;
use python_model::native::{Args, NativeDef, bind, def, getter};
use python_model::objects::{List, Str};
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_model::{dict, signature};
use python_text::code_points::push;

/// A scanner. Its words: the hooks, in the order of [`Hook`].
struct Scanner {
    strict: bool,
}

#[derive(Clone, Copy)]
enum Hook {
    Object,
    Pairs,
    Float,
    Int,
    Constant,
}

const HOOKS: [&str; 5] = ["object_hook", "object_pairs_hook", "parse_float", "parse_int", "parse_constant"];

pub fn make(py: Py, class: TypeRef, args: Args) -> Result {
    let [context] = bind(py, "make_scanner", signature!("(context)"), args)?;
    let attribute = |name: &str| py.get_attr(context, py.intern(name)?);
    let strict = py.truth(attribute("strict")?)?;
    let mut words = [NONE; 5];
    for (word, name) in words.iter_mut().zip(HOOKS) {
        *word = attribute(name)?;
    }
    make_object(py, class, &py.vm().state::<Types>().scanner, Scanner { strict }, &words)
}

macro_rules! hook_getter {
    ($name:literal, $hook:expr) => {
        getter($name, "", |py, a| {
            foreign::expect::<Scanner>(py, a[0], "a scanner")?;
            Ok(word_of(a[0], $hook as usize))
        })
    };
}

pub static METHODS: &[NativeDef] = &[
    def("__call__", "($self, /, string, idx)", "Call self as a function.", |py, a| {
        let scanner: &Scanner = foreign::expect(py, a[0], "a scanner")?;
        let Some(text) = py.as_str(a[1]) else {
            let what = py.type_name(a[1]);
            return Err(py.type_error(format!("first argument must be a string, not {what}")));
        };
        let index = py.index(a[2])?;
        if index < 0 {
            return Err(py.value_error("idx cannot be negative"));
        }
        if index as usize >= text.len() {
            return Err(py.stop_iteration(py.int(index)?));
        }
        let document = Document::new(py, text, scanner.strict, Some(a[0]))?;
        let (value, end) = document.value(py.byte_offset(text, index as usize))?;
        py.new_tuple(&[value, py.int(py.char_index(text, end) as i64)?])
    }),
    getter("strict", "strict", |py, a| {
        Ok(bool_word(foreign::expect::<Scanner>(py, a[0], "a scanner")?.strict))
    }),
    hook_getter!("object_hook", Hook::Object),
    hook_getter!("object_pairs_hook", Hook::Pairs),
    hook_getter!("parse_float", Hook::Float),
    hook_getter!("parse_int", Hook::Int),
    hook_getter!("parse_constant", Hook::Constant),
];

/// `scanstring`
pub fn scan_string(py: Py, a: &[Word]) -> Result {
    let Some(text) = py.as_str(a[0]) else {
        let what = py.type_name(a[0]);
        return Err(py.type_error(format!("first argument must be a string, not {what}")));
    };
    let end = py.index(a[1])?;
    let strict = a[2] == UNSET || py.truth(a[2])?;
    if end < 0 || end as usize > text.len() {
        return Err(py.value_error("end is out of bounds"));
    }
    let document = Document::new(py, text, strict, None)?;
    let (value, end) = document.string(py.byte_offset(text, end as usize))?;
    py.new_tuple(&[value, py.int(py.char_index(text, end) as i64)?])
}

/// Keys that are remembered.
const KEYS: usize = 64;

struct Document<'a> {
    py: Py<'a>,
    text: Gc<Str>,
    strict: bool,
    /// [`NONE`]: absent, or the built-in.
    hooks: [Word; 5],
    keys: Gc<List>,
}

impl<'a> Document<'a> {
    fn new(py: Py<'a>, text: Gc<Str>, strict: bool, scanner: Option<Word>) -> Result<Document<'a>> {
        let mut hooks = [NONE; 5];
        if let Some(scanner) = scanner {
            for (index, hook) in hooks.iter_mut().enumerate() {
                *hook = word_of(scanner, index);
            }
            for (hook, ty) in [(Hook::Float, Ty::Float), (Hook::Int, Ty::Int)] {
                if hooks[hook as usize] == py.ty(ty).word() {
                    hooks[hook as usize] = NONE;
                }
            }
        }
        let keys = if scanner.is_some() { py.list_of(&[UNSET; KEYS])? } else { py.new_list(0)? };
        Ok(Document { py, text, strict, hooks, keys })
    }

    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes().get(at).copied()
    }

    fn index(&self, at: usize) -> Result {
        self.py.int(self.py.char_index(self.text, at.min(self.bytes().len())) as i64)
    }

    /// `JSONDecodeError`
    #[cold]
    fn error(&self, message: &str, at: usize) -> Raised {
        let py = self.py;
        let raise = || {
            let class = py.import_from("json.decoder", "JSONDecodeError")?;
            let words = [py.str(message)?, word(self.text), self.index(at)?];
            let exception = py.call(class, &words)?;
            Ok(py.raise(exception))
        };
        raise().unwrap_or_else(|raised: Raised| raised)
    }

    /// What the caller turns into "Expecting value".
    #[cold]
    fn stop(&self, at: usize) -> Raised {
        match self.index(at) {
            Ok(index) => self.py.stop_iteration(index),
            Err(raised) => raised,
        }
    }

    fn skip_space(&self, at: usize) -> usize {
        let bytes = self.bytes();
        let mut at = at;
        while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1;
        }
        at
    }

    /// A value and the offset behind it.
    fn value(&self, at: usize) -> Result<(Word, usize)> {
        let rest = &self.bytes()[at.min(self.bytes().len())..];
        let Some(&first) = rest.first() else { return Err(self.stop(at)) };
        match first {
            b'"' => self.string(at + 1),
            b'{' | b'[' => {
                if self.py.native_stack_is_low() {
                    let what = if first == b'{' { "object" } else { "array" };
                    let message = format!(
                        "maximum recursion depth exceeded while decoding a JSON {what} from a unicode string"
                    );
                    return Err(self.py.recursion_error(message));
                }
                if first == b'{' { self.object(at + 1) } else { self.array(at + 1) }
            }
            b'n' if rest.starts_with(b"null") => Ok((NONE, at + 4)),
            b't' if rest.starts_with(b"true") => Ok((TRUE, at + 4)),
            b'f' if rest.starts_with(b"false") => Ok((FALSE, at + 5)),
            b'N' if rest.starts_with(b"NaN") => self.constant("NaN", at),
            b'I' if rest.starts_with(b"Infinity") => self.constant("Infinity", at),
            b'-' if rest.starts_with(b"-Infinity") => self.constant("-Infinity", at),
            _ => self.number(at),
        }
    }

    fn constant(&self, name: &str, at: usize) -> Result<(Word, usize)> {
        let value = self.py.call(self.hooks[Hook::Constant as usize], &[self.py.str(name)?])?;
        Ok((value, at + name.len()))
    }

    fn number(&self, start: usize) -> Result<(Word, usize)> {
        let bytes = self.bytes();
        let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let digits = |mut at: usize| {
            while is_digit(at) {
                at += 1;
            }
            at
        };
        let first = start + usize::from(self.byte(start) == Some(b'-'));
        let mut end = match self.byte(first) {
            Some(b'0') => first + 1,
            Some(b'1'..=b'9') => digits(first),
            _ => return Err(self.stop(start)),
        };
        let mut is_float = false;
        if self.byte(end) == Some(b'.') && is_digit(end + 1) {
            is_float = true;
            end = digits(end + 1);
        }
        if let Some(b'e' | b'E') = self.byte(end) {
            let sign = usize::from(matches!(self.byte(end + 1), Some(b'+' | b'-')));
            if is_digit(end + 1 + sign) {
                is_float = true;
                end = digits(end + 1 + sign);
            }
        }
        let text = &bytes[start..end];
        let hook = if is_float { Hook::Float } else { Hook::Int };
        let function = self.hooks[hook as usize];
        let py = self.py;
        if function != NONE {
            return Ok((py.call(function, &[py.str_bytes(text)?])?, end));
        }
        if is_float {
            let value = python_number::float_parse::parse_float(text).expect("the text is a number");
            return Ok((float_word(value), end));
        }
        // Eighteen digits fit 64 bits.
        if end - first <= 18 {
            let magnitude = bytes[first..end].iter().fold(0, |n, b| n * 10 + i64::from(b - b'0'));
            return Ok((py.int(if first == start { magnitude } else { -magnitude })?, end));
        }
        Ok((py.call(py.ty(Ty::Int).word(), &[py.str_bytes(text)?])?, end))
    }

    /// The end of the run from `at` on of characters that stand for themselves.
    fn plain_run(&self, at: usize) -> usize {
        let bytes = self.bytes();
        let is_special = |b: &u8| matches!(b, b'"' | b'\\' | 0..=0x1f);
        bytes[at..].iter().position(is_special).map_or(bytes.len(), |n| at + n)
    }

    /// The string whose opening quote is in front of `start`.
    fn string(&self, start: usize) -> Result<(Word, usize)> {
        let bytes = self.bytes();
        let end = self.plain_run(start);
        if self.byte(end) == Some(b'"') {
            return Ok((self.py.str_bytes(&bytes[start..end])?, end + 1));
        }
        let (out, end) = self.escaped(start, end)?;
        Ok((self.py.str_bytes(&out)?, end))
    }

    /// A string with escapes or control characters; `at`: the first.
    fn escaped(&self, start: usize, at: usize) -> Result<(Vec<u8>, usize)> {
        let bytes = self.bytes();
        let mut out = bytes[start..at].to_vec();
        let mut at = at;
        let unterminated = || self.error("Unterminated string starting at", start - 1);
        loop {
            match self.byte(at).ok_or_else(unterminated)? {
                b'"' => return Ok((out, at + 1)),
                b'\\' => {
                    let letter = self.byte(at + 1).ok_or_else(unterminated)?;
                    at += 2;
                    let simple = match letter {
                        b'"' | b'\\' | b'/' => letter,
                        b'b' => 8,
                        b'f' => 12,
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'u' => {
                            let mut point = self.hex(at)?;
                            at += 4;
                            if (0xd800..0xdc00).contains(&point)
                                && bytes[at..].starts_with(b"\\u")
                                && at + 6 < bytes.len()
                            {
                                let low = self.hex(at + 2)?;
                                if (0xdc00..0xe000).contains(&low) {
                                    point = 0x1_0000 + ((point & 0x3ff) << 10) + (low & 0x3ff);
                                    at += 6;
                                }
                            }
                            push(&mut out, point);
                            continue;
                        }
                        _ => return Err(self.error("Invalid \\escape", at - 2)),
                    };
                    out.push(simple);
                }
                0..=0x1f if self.strict => return Err(self.error("Invalid control character at", at)),
                control @ 0..=0x1f => {
                    out.push(control);
                    at += 1;
                }
                _ => {
                    let end = self.plain_run(at);
                    out.extend_from_slice(&bytes[at..end]);
                    at = end;
                }
            }
        }
    }

    /// Four digits. A quote must still follow them, so they never end the document.
    fn hex(&self, at: usize) -> Result<u32> {
        let digits = self.bytes().get(at..at + 4).filter(|_| at + 4 < self.bytes().len());
        let value = digits.and_then(|digits| {
            digits.iter().try_fold(0, |value, &b| Some(value << 4 | char::from(b).to_digit(16)?))
        });
        value.ok_or_else(|| self.error("Invalid \\uXXXX escape", at - 1))
    }

    /// A key: the same object for the same text, most of the time.
    fn key(&self, start: usize) -> Result<(Word, usize)> {
        let bytes = self.bytes();
        let end = self.plain_run(start);
        if self.byte(end) != Some(b'"') {
            return self.string(start);
        }
        let text = &bytes[start..end];
        let mixed = text.iter().fold(text.len(), |hash, &b| hash.wrapping_mul(31).wrapping_add(b.into()));
        let slot = mixed % KEYS;
        if let Some(known) = as_object::<Str>(self.keys.item(slot))
            && known.as_bytes() == text
        {
            return Ok((word(known), end + 1));
        }
        let key = self.py.str_bytes(text)?;
        let storage = self.keys.storage();
        storage.items()[slot].set(self.py.mutator(), storage, key);
        Ok((key, end + 1))
    }

    fn array(&self, start: usize) -> Result<(Word, usize)> {
        let list = self.py.new_list(0)?;
        let mut at = self.skip_space(start);
        if self.byte(at) == Some(b']') {
            return Ok((word(list), at + 1));
        }
        if at >= self.bytes().len() {
            return Err(self.stop(at));
        }
        loop {
            let (value, end) = self.value(at)?;
            list_push(self.py, list, value)?;
            at = self.skip_space(end);
            match self.byte(at) {
                Some(b']') => return Ok((word(list), at + 1)),
                Some(b',') => {}
                _ => return Err(self.error("Expecting ',' delimiter", at)),
            }
            let comma = at;
            at = self.skip_space(at + 1);
            if self.byte(at) == Some(b']') {
                return Err(self.error("Illegal trailing comma before end of array", comma));
            }
        }
    }

    fn object(&self, start: usize) -> Result<(Word, usize)> {
        let py = self.py;
        let pairs_hook = self.hooks[Hook::Pairs as usize];
        let pairs = if pairs_hook == NONE { None } else { Some(py.new_list(0)?) };
        let made = dict::new(py)?;
        let mut at = self.skip_space(start);
        if self.byte(at) != Some(b'}') {
            loop {
                if self.byte(at) != Some(b'"') {
                    return Err(self.error("Expecting property name enclosed in double quotes", at));
                }
                let (key, end) = self.key(at + 1)?;
                at = self.skip_space(end);
                if self.byte(at) != Some(b':') {
                    return Err(self.error("Expecting ':' delimiter", at));
                }
                let (value, end) = self.value(self.skip_space(at + 1))?;
                match pairs {
                    Some(pairs) => list_push(py, pairs, py.new_tuple(&[key, value])?)?,
                    None => dict::set(py, made, key, value)?,
                }
                at = self.skip_space(end);
                match self.byte(at) {
                    Some(b'}') => break,
                    Some(b',') => {}
                    _ => return Err(self.error("Expecting ',' delimiter", at)),
                }
                let comma = at;
                at = self.skip_space(at + 1);
                if self.byte(at) == Some(b'}') {
                    return Err(self.error("Illegal trailing comma before end of object", comma));
                }
            }
        }
        let value = match pairs {
            Some(pairs) => py.call(pairs_hook, &[word(pairs)])?,
            None => match self.hooks[Hook::Object as usize] {
                NONE => word(made),
                hook => py.call(hook, &[word(made)])?,
            },
        };
        Ok((value, at + 1))
    }
}
