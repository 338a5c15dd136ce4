//! The module `_io`: `open`, `open_code`, `text_encoding`, and all classes.

use crate::base::{self, DEFAULT_BUFFER_BYTES};
use crate::file_io::{self, FileIo};
use crate::newlines::Newline;
use crate::object::{self, Class, Classes, call};
use crate::text_io::{self, Options};
use crate::{buffered_methods, bytes_io, newlines, pair, string_io, text_methods};
use heap::Gc;
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, def};
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_model::{class, dict, foreign};
use python_modules_core::os_error::path_word;

pub static MODULE: NativeModule = NativeModule {
    name: "_io",
    doc: "The io module provides the Python interfaces to stream handling. The\n\
          builtin open function is defined in this module.",
    functions: FUNCTIONS,
    fill,
};

fn fill(py: Py, own: Gc<Dict>) -> Result<()> {
    let set = |name: &str, value: Word| dict::set_symbol(py, own, py.intern(name)?, value);
    let bases = [py.ty(Ty::OSError), py.ty(Ty::ValueError)];
    let namespace = dict::new(py)?;
    let io = py.str("io")?;
    dict::set_symbol(py, namespace, Name::ModuleAttr, io)?;
    let unsupported = class::new_class(
        py,
        py.ty(Ty::Type),
        "UnsupportedOperation",
        &bases,
        namespace,
        Args::positional(&[]),
    )?;
    py.vm().state::<Classes>().unsupported.set(py.vm().immortal(unsupported.word()));
    set("UnsupportedOperation", unsupported.word())?;
    set("BlockingIOError", py.ty(Ty::BlockingIOError).word())?;
    set("DEFAULT_BUFFER_SIZE", py.int(DEFAULT_BUFFER_BYTES)?)?;
    for (name, class) in
        ["_IOBase", "_RawIOBase", "_BufferedIOBase", "_TextIOBase"].into_iter().zip(base::make(py)?)
    {
        set(name, class)?;
    }
    set("FileIO", file_io::make(py)?)?;
    let buffered = buffered_methods::make(py)?;
    for (name, class) in ["BufferedReader", "BufferedWriter", "BufferedRandom"].into_iter().zip(buffered) {
        set(name, class)?;
    }
    set("BufferedRWPair", pair::make(py)?)?;
    set("BytesIO", bytes_io::make(py)?)?;
    set("StringIO", string_io::make(py)?)?;
    set("IncrementalNewlineDecoder", newlines::make(py)?)?;
    set("TextIOWrapper", text_methods::make(py)?)
}

static FUNCTIONS: &[NativeDef] = &[
    def(
        "open",
        "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
        "Open file and return a stream.  Raise OSError upon failure.",
        open,
    ),
    def("open_code", "(path)", "Opens the provided file with the intent to import the contents.", |py, a| {
        if py.as_str(a[0]).is_none() {
            return Err(py.type_error(format!(
                "open_code() argument 'path' must be str, not {}",
                py.argument_type(a[0])
            )));
        }
        let mode = py.str("rb")?;
        open(py, &[a[0], mode, UNSET, UNSET, UNSET, UNSET, UNSET, UNSET])
    }),
    def(
        "text_encoding",
        "(encoding, stacklevel=2, /)",
        "A helper function to choose the text encoding.",
        |py, a| match a[0] {
            NONE => {
                let level = object::integer_or(py, a[1], 2)?;
                warn_default_encoding(py, level)?;
                py.str(if py.vm().state::<python_modules_core::locale::Locale>().is_utf8_mode() {
                    "utf-8"
                } else {
                    "locale"
                })
            }
            encoding => Ok(encoding),
        },
    ),
];

/// `-X warn_default_encoding`
fn warn_default_encoding(py: Py, stack_level: i64) -> Result<()> {
    let sys = py.import("sys")?;
    let flags = object::attribute(py, sys, "flags")?;
    let flag = object::attribute(py, flags, "warn_default_encoding")?;
    match py.truth(flag)? {
        true => py.warn(Ty::EncodingWarning, "'encoding' argument not specified", stack_level),
        false => Ok(()),
    }
}

/// A mode, understood.
struct Mode {
    is_text: bool,
    is_updating: bool,
    kind: Option<char>,
    /// For the raw file.
    raw: String,
}

impl Mode {
    fn parse(py: Py, mode: &str) -> Result<Mode> {
        let is_repeated = |at: usize, letter: char| mode[..at].contains(letter);
        if mode.char_indices().any(|(at, letter)| !"rwaxbt+".contains(letter) || is_repeated(at, letter)) {
            return Err(py.value_error(format!("invalid mode: '{mode}'")));
        }
        let has = |letter: char| mode.contains(letter);
        if has('t') && has('b') {
            return Err(py.value_error("can't have text and binary mode at once"));
        }
        let kinds: String = mode.chars().filter(|letter| "rwax".contains(*letter)).collect();
        if kinds.len() > 1 {
            return Err(py.value_error("must have exactly one of create/read/write/append mode"));
        }
        let raw = kinds.clone() + if has('+') { "+" } else { "" };
        Ok(Mode { is_text: !has('b'), is_updating: has('+'), kind: kinds.chars().next(), raw })
    }
}

/// `open(file, mode, buffering, encoding, errors, newline, closefd, opener)`
pub fn open(py: Py, a: &[Word]) -> Result {
    let mode_word = if a[1] == UNSET { py.str("r")? } else { a[1] };
    let Some(mode_text) = py.as_str(mode_word) else {
        return Err(
            py.type_error(format!("open() argument 'mode' must be str, not {}", py.argument_type(mode_word)))
        );
    };
    if mode_text.as_bytes().contains(&0) {
        return Err(py.value_error("embedded null character"));
    }
    let mut buffering = object::integer_or(py, a[2], -1)?;
    for (value, name) in [(a[3], "encoding"), (a[4], "errors"), (a[5], "newline")] {
        if value != UNSET && value != NONE && py.as_str(value).is_none() {
            return Err(py.type_error(format!(
                "open() argument '{name}' must be str or None, not {}",
                py.argument_type(value)
            )));
        }
    }
    let absent = |value: Word| value == UNSET || value == NONE;
    let is_number = matches!(V::of(py.base(a[0])), V::Int(_) | V::Bool(_) | V::Big(_));
    let path = if is_number { a[0] } else { path_word(py, a[0])? };
    let mode = Mode::parse(py, &mode_text.to_text())?;
    if !mode.is_text {
        for (value, name) in [(a[3], "an encoding"), (a[4], "an errors"), (a[5], "a newline")] {
            if !absent(value) {
                return Err(py.value_error(format!("binary mode doesn't take {name} argument")));
            }
        }
        if buffering == 1 {
            let message = "line buffering (buffering=1) isn't supported in binary mode, \
                           the default buffer size will be used";
            py.warn(Ty::RuntimeWarning, message, 1)?;
        }
    }
    let raw_mode = py.str(&mode.raw)?;
    let closes = if a[6] == UNSET { TRUE } else { a[6] };
    let opener = if a[7] == UNSET { NONE } else { a[7] };
    let raw = py.call(object::class(py, Class::FileIo).word(), &[path, raw_mode, closes, opener])?;
    let file: &FileIo = foreign::get(py, raw).expect("made just now");
    let mut result = raw;
    let made = (|| {
        let is_terminal = buffering < 0 && file.is_terminal();
        let is_line_buffered = mode.is_text && (buffering == 1 || is_terminal);
        if buffering == 1 || is_terminal {
            buffering = -1;
        }
        if buffering < 0 {
            buffering = file.block_bytes.get().clamp(DEFAULT_BUFFER_BYTES, 8192 * 1024);
        }
        if buffering == 0 {
            return match mode.is_text {
                true => Err(py.value_error("can't have unbuffered text I/O")),
                false => Ok(raw),
            };
        }
        let buffer_class = match (mode.is_updating, mode.kind) {
            (true, _) => Class::BufferedRandom,
            (_, Some('r')) => Class::BufferedReader,
            _ => Class::BufferedWriter,
        };
        let size = py.int(buffering)?;
        result = py.call(object::class(py, buffer_class).word(), &[raw, size])?;
        if !mode.is_text {
            return Ok(result);
        }
        let options = Options {
            encoding: text_encoding(py, a[3])?,
            errors: if a[4] == UNSET { NONE } else { a[4] },
            newline: Newline::of(py, a[5], "open")?,
            is_line_buffered,
            is_write_through: false,
        };
        let buffer = result;
        let class = object::class(py, Class::TextIoWrapper);
        let text =
            object::new(py, class, Class::TextIoWrapper, text_io::Text::default(), text_io::WORD_COUNT)?;
        text_io::initialize(py, text, buffer, &options)?;
        result = text;
        py.set_attr(text, py.intern("mode")?, mode_word)?;
        Ok(text)
    })();
    if made.is_err() {
        // What is open already is closed; the exception stays the first one.
        let exception = py.take_raised();
        if call(py, result, "close", &[]).is_err() {
            py.take_raised();
        }
        py.reraise(exception);
    }
    made
}

/// The encoding that an argument of `open` means; None: the locale's.
fn text_encoding(py: Py, encoding: Word) -> Result {
    if encoding == UNSET || encoding == NONE {
        warn_default_encoding(py, 1)?;
        return crate::codec::locale_encoding(py);
    }
    match py.as_str(encoding) {
        Some(text) if text.as_bytes() == b"locale" => crate::codec::locale_encoding(py),
        _ => Ok(encoding),
    }
}
