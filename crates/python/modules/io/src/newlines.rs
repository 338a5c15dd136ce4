//! Line ends: which there are, translating them on the way in, and `IncrementalNewlineDecoder`.

use crate::object::{self, Class, call};
use python_model::native::{NativeDef, def, getter};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::value::*;
use std::cell::{Cell, RefCell};

const CR: u8 = 1;
const LF: u8 = 2;
const CRLF: u8 = 4;

/// What ends a line on the way in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LineEnd {
    /// `\n`: because nothing else is there (translated), or because nothing else counts.
    #[default]
    Lf,
    Cr,
    CrLf,
    /// Any of the three, as it is.
    Any,
}

impl LineEnd {
    /// Where the first line of a text ends: behind its line end. `None`: it has none.
    #[inline]
    pub fn find(self, text: &[u8]) -> Option<usize> {
        match self {
            LineEnd::Lf => memchr::memchr(b'\n', text).map(|at| at + 1),
            LineEnd::Cr => memchr::memchr(b'\r', text).map(|at| at + 1),
            LineEnd::CrLf => memchr::memmem::find(text, b"\r\n").map(|at| at + 2),
            LineEnd::Any => memchr::memchr2(b'\n', b'\r', text).map(|at| match &text[at..] {
                [b'\r', b'\n', ..] => at + 2,
                _ => at + 1,
            }),
        }
    }
}

/// The argument `newline`, understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Newline {
    /// Lines may end in any of the three ways: line ends are looked at by a [`Translation`].
    pub is_universal: bool,
    /// They become `\n` on the way in.
    pub translates: bool,
    pub line_end: LineEnd,
    /// What `\n` becomes on the way out; `None`: it stays.
    pub written: Option<&'static str>,
}

impl Newline {
    /// Errors: `TypeError`; `ValueError` "illegal newline value: …".
    pub fn of(py: Py, argument: Word, function: &str) -> Result<Newline> {
        if argument == NONE || argument == UNSET {
            return Ok(Newline::UNIVERSAL);
        }
        let Some(text) = py.as_str(argument) else {
            return Err(py.type_error(format!(
                "{function}() argument 'newline' must be str or None, not {}",
                py.argument_type(argument)
            )));
        };
        let plain = |line_end, written| Newline { is_universal: false, translates: false, line_end, written };
        Ok(match text.as_bytes() {
            b"" => Newline { is_universal: true, translates: false, line_end: LineEnd::Any, written: None },
            b"\n" => plain(LineEnd::Lf, None),
            b"\r" => plain(LineEnd::Cr, Some("\r")),
            b"\r\n" => plain(LineEnd::CrLf, Some("\r\n")),
            _ => return Err(py.value_error(format!("illegal newline value: {}", text.to_text()))),
        })
    }

    /// `newline=None`; lines are written with the system's line end, which is `\n`.
    pub const UNIVERSAL: Newline =
        Newline { is_universal: true, translates: true, line_end: LineEnd::Lf, written: None };
}

/// The state of looking at line ends of a text that comes in parts.
#[derive(Clone, Copy, Default, Debug)]
pub struct Translation {
    pub translates: bool,
    /// A `\r` was kept back: a `\n` may follow.
    pub has_pending_cr: bool,
    /// Line ends seen.
    seen: u8,
}

impl Translation {
    pub fn new(translates: bool) -> Translation {
        Translation { translates, ..Translation::default() }
    }

    pub fn reset(&mut self) {
        *self = Translation::new(self.translates);
    }

    /// Goes over the part of a text from `start` on, which has just been added.
    pub fn apply(&mut self, text: &mut Vec<u8>, start: usize, is_final: bool) {
        if self.has_pending_cr && (is_final || text.len() > start) {
            text.insert(start, b'\r');
            self.has_pending_cr = false;
        }
        if !is_final && text.len() > start && text.last() == Some(&b'\r') {
            text.pop();
            self.has_pending_cr = true;
        }
        let part = &text[start..];
        let Some(first) = memchr::memchr(b'\r', part) else {
            if self.seen & LF == 0 && memchr::memchr(b'\n', part).is_some() {
                self.seen |= LF;
            }
            return;
        };
        if self.seen & LF == 0 && memchr::memchr(b'\n', &part[..first]).is_some() {
            self.seen |= LF;
        }
        let (mut from, mut to) = (start + first, start + first);
        while from < text.len() {
            match &text[from..] {
                [b'\r', b'\n', ..] => {
                    self.seen |= CRLF;
                    if self.translates {
                        text[to] = b'\n';
                        to += 1;
                    } else {
                        to += 2;
                    }
                    from += 2;
                    continue;
                }
                [b'\r', ..] => {
                    self.seen |= CR;
                    if self.translates {
                        text[to] = b'\n';
                    }
                }
                [b'\n', ..] => {
                    self.seen |= LF;
                    text[to] = b'\n';
                }
                rest => {
                    let run = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
                    if self.translates && from != to {
                        text.copy_within(from..from + run, to);
                    }
                    from += run;
                    to += run;
                    continue;
                }
            }
            from += 1;
            to += 1;
        }
        text.truncate(to);
    }

    /// The attribute `newlines`: None, a string, or a tuple of strings.
    pub fn newlines(&self, py: Py) -> Result {
        let all = [(CR, "\r"), (LF, "\n"), (CRLF, "\r\n")];
        let list = py.new_list(3)?;
        for (bit, text) in all {
            if self.seen & bit != 0 {
                let text = py.str(text)?;
                python_model::py::list_push(py, list, text)?;
            }
        }
        match list.len() {
            0 => Ok(NONE),
            1 => Ok(list.item(0)),
            _ => py.tuple_from_list(list),
        }
    }
}

/// The state of an `IncrementalNewlineDecoder`.
#[derive(Default)]
struct NewlineDecoder {
    is_initialized: Cell<bool>,
    translation: RefCell<Translation>,
}

/// Number of the word that is the decoder below; None if strings come in.
const DECODER: usize = 0;

/// Makes the class.
pub fn make(py: Py) -> Result {
    let class = object::make_class(
        py,
        Class::NewlineDecoder,
        None,
        "IncrementalNewlineDecoder",
        "Codec used when reading a file in universal newlines mode.",
        Some(|py, class, _| object::new(py, class, Class::NewlineDecoder, NewlineDecoder::default(), 1)),
        METHODS,
    )?;
    Ok(class.word())
}

fn decoder<'a>(py: Py<'a>, value: Word) -> Result<&'a NewlineDecoder> {
    let own: &NewlineDecoder = object::state(py, value, "IncrementalNewlineDecoder")?;
    match own.is_initialized.get() {
        true => Ok(own),
        false => Err(py.value_error("IncrementalNewlineDecoder.__init__() not called")),
    }
}

static METHODS: &[NativeDef] = &[
    def("__init__", "($self, /, decoder, translate, errors='strict')", "", |py, a| {
        let own: &NewlineDecoder = object::state(py, a[0], "IncrementalNewlineDecoder")?;
        object::set_word(py, a[0], DECODER, a[1]);
        *own.translation.borrow_mut() = Translation::new(py.truth(a[2])?);
        own.is_initialized.set(true);
        Ok(NONE)
    }),
    def("decode", "($self, /, input, final=False)", "", |py, a| {
        let own = decoder(py, a[0])?;
        let is_final = object::flag_or(py, a[2], false)?;
        let output = match object::get_word(a[0], DECODER) {
            NONE => a[1],
            decoder => call(py, decoder, "decode", &[a[1], bool_word(is_final)])?,
        };
        let Some(text) = py.as_str(output) else {
            return Err(py.type_error(format!(
                "decoder should return a string result, not '{}'",
                py.type_name(output)
            )));
        };
        let mut bytes = text.as_bytes().to_vec();
        own.translation.borrow_mut().apply(&mut bytes, 0, is_final);
        if bytes == text.as_bytes() { Ok(output) } else { py.str_bytes(&bytes) }
    }),
    def("getstate", "($self, /)", "", |py, a| {
        let own = decoder(py, a[0])?;
        let (bytes, flag) = match object::get_word(a[0], DECODER) {
            NONE => (py.new_bytes(b"")?, 0),
            decoder => {
                let state = call(py, decoder, "getstate", &[])?;
                unpack_state(py, state)?
            }
        };
        let flag = py.int(flag << 1 | i64::from(own.translation.borrow().has_pending_cr))?;
        py.new_tuple(&[bytes, flag])
    }),
    def("setstate", "($self, state, /)", "", |py, a| {
        let own = decoder(py, a[0])?;
        if py.cast::<Tuple>(a[1]).is_none() {
            return Err(py.type_error("state argument must be a tuple"));
        }
        let (bytes, flag) = unpack_state(py, a[1])?;
        own.translation.borrow_mut().has_pending_cr = flag & 1 != 0;
        match object::get_word(a[0], DECODER) {
            NONE => Ok(NONE),
            decoder => {
                let flag = py.int(flag >> 1)?;
                let state = py.new_tuple(&[bytes, flag])?;
                call(py, decoder, "setstate", &[state])
            }
        }
    }),
    def("reset", "($self, /)", "", |py, a| {
        let own = decoder(py, a[0])?;
        own.translation.borrow_mut().reset();
        match object::get_word(a[0], DECODER) {
            NONE => Ok(NONE),
            decoder => call(py, decoder, "reset", &[]),
        }
    }),
    getter("newlines", "", |py, a| {
        let translation = *decoder(py, a[0])?.translation.borrow();
        translation.newlines(py)
    }),
];

/// The bytes and the flags of a decoder's state. Errors: `TypeError` "illegal decoder state".
pub fn unpack_state(py: Py, state: Word) -> Result<(Word, i64)> {
    if let Some(tuple) = py.cast::<Tuple>(state)
        && let [bytes, flag] = tuple.items()
        && let Some(flag) = as_i64(py.base(flag.get()))
    {
        return Ok((bytes.get(), flag));
    }
    Err(py.type_error("illegal decoder state"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(parts: &[&str], translates: bool) -> (String, u8) {
        let mut translation = Translation::new(translates);
        let mut out = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let start = out.len();
            out.extend_from_slice(part.as_bytes());
            translation.apply(&mut out, start, index + 1 == parts.len());
        }
        (String::from_utf8(out).expect("text in, text out"), translation.seen)
    }

    #[test]
    fn line_ends_are_translated_across_parts() {
        assert_eq!(all(&["a\r", "\nb\rc\n"], true), ("a\nb\nc\n".into(), CR | LF | CRLF));
        assert_eq!(all(&["a\r", "b", "c\r"], true), ("a\nbc\n".into(), CR));
        assert_eq!(all(&["a\r\nbc\r\n\r\nd"], true), ("a\nbc\n\nd".into(), CRLF));
    }

    #[test]
    fn without_translation_only_the_kinds_are_noted() {
        assert_eq!(all(&["a\r", "\nb\rc", "d\n"], false), ("a\r\nb\rcd\n".into(), CR | LF | CRLF));
        assert_eq!(all(&["\r\r"], false), ("\r\r".into(), CR));
    }

    #[test]
    fn any_line_end_is_found_whole() {
        assert_eq!(LineEnd::Any.find(b"ab\r\ncd"), Some(4));
        assert_eq!(LineEnd::Any.find(b"ab\rcd"), Some(3));
        assert_eq!(LineEnd::CrLf.find(b"ab\r"), None);
    }
}
