//! The class `TextIOWrapper`: arguments, checks and results around [`crate::text_io`].

use crate::base;
use crate::newlines::Newline;
use crate::object::{self, Class, call, is_closed, unsupported};
use crate::text_io::{
    self, BUFFER, ENCODING, ERRORS, Options, Own, Text, WORD_COUNT, attached, initialize, initialized,
};
use python_model::names::Name;
use python_model::native::{NativeDef, def, getter, setter};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

/// Makes the class.
pub fn make(py: Py) -> Result {
    let class = object::make_class(
        py,
        Class::TextIoWrapper,
        Some(Class::TextIoBase),
        "TextIOWrapper",
        "Character and line based layer over a BufferedIOBase object, buffer.",
        Some(|py, class, _| object::new(py, class, Class::TextIoWrapper, Text::default(), WORD_COUNT)),
        METHODS,
    )?;
    Ok(class.word())
}

/// A string argument or None. Errors: `TypeError`.
fn text_or_none(py: Py, argument: Word, function: &str, name: &str) -> Result {
    match argument {
        UNSET | NONE => Ok(NONE),
        text if py.as_str(text).is_some() => Ok(text),
        other => Err(py.type_error(format!(
            "{function}() argument '{name}' must be str or None, not {}",
            py.argument_type(other)
        ))),
    }
}

/// `encoding="locale"` is the locale's encoding.
fn resolve_encoding(py: Py, encoding: Word) -> Result {
    match py.as_str(encoding) {
        Some(text) if text.as_bytes() == b"locale" => crate::codec::locale_encoding(py),
        _ => Ok(encoding),
    }
}

/// An open stream.
fn open<'a>(py: Py<'a>, value: Word) -> Result<Own<'a>> {
    let own = attached(py, value)?;
    if object::is_native(py, value) {
        own.check_open()?;
    } else {
        base::check_closed(py, value)?;
    }
    Ok(own)
}

fn init(py: Py, a: &[Word]) -> Result {
    let encoding = text_or_none(py, a[2], "TextIOWrapper", "encoding")?;
    let errors = match a[3] {
        UNSET | NONE => NONE,
        errors if py.as_str(errors).is_some() => errors,
        other => {
            return Err(py.type_error(format!(
                "TextIOWrapper() argument 'errors' must be str or None, not {}",
                py.argument_type(other)
            )));
        }
    };
    let state: &Text = object::state(py, a[0], "TextIOWrapper")?;
    state.is_initialized.set(false);
    let options = Options {
        encoding: resolve_encoding(py, encoding)?,
        errors,
        newline: Newline::of(py, a[4], "TextIOWrapper")?,
        is_line_buffered: object::flag_or(py, a[5], false)?,
        is_write_through: object::flag_or(py, a[6], false)?,
    };
    initialize(py, a[0], a[1], &options)?;
    Ok(NONE)
}

fn reconfigure(py: Py, a: &[Word]) -> Result {
    let own = attached(py, a[0])?;
    let state = own.state;
    let encoding = text_or_none(py, a[1], "reconfigure", "encoding")?;
    let errors = text_or_none(py, a[2], "reconfigure", "errors")?;
    let has_newline = a[3] != UNSET;
    if state.has_decoded.get() && (encoding != NONE || errors != NONE || has_newline) {
        return Err(unsupported(
            py,
            "It is not possible to set the encoding or newline of stream after the first read",
        ));
    }
    let newline = if has_newline { Newline::of(py, a[3], "reconfigure")? } else { state.newline.get() };
    let flag = |argument: Word, old: bool| match argument {
        UNSET | NONE => Ok(old),
        flag => py.truth(flag),
    };
    let is_line_buffered = flag(a[4], state.is_line_buffered.get())?;
    let is_write_through = flag(a[5], state.is_write_through.get())?;
    call(py, a[0], "flush", &[])?;
    state.ratio.set(0.0);
    if encoding != NONE || errors != NONE || has_newline {
        let new_errors = match (encoding, errors) {
            (NONE, NONE) => object::get_word(a[0], ERRORS),
            (_, NONE) => py.str("strict")?,
            (_, errors) => errors,
        };
        let encoding = match encoding {
            NONE => object::get_word(a[0], ENCODING),
            encoding => resolve_encoding(py, encoding)?,
        };
        let old = state.newline.replace(newline);
        if let Err(raised) = own.set_codec(encoding, new_errors) {
            state.newline.set(old);
            return Err(raised);
        }
        own.fix_encoder_state()?;
    }
    state.is_line_buffered.set(is_line_buffered);
    state.is_write_through.set(is_write_through);
    Ok(NONE)
}

fn close(py: Py, a: &[Word]) -> Result {
    let own = attached(py, a[0])?;
    let buffer = own.buffer();
    if is_closed(py, buffer)? {
        return Ok(NONE);
    }
    if base::is_finalizing(py, a[0]) {
        base::warn_unclosed(py, buffer, a[0]);
    }
    object::in_any_case(
        py,
        || call(py, a[0], "flush", &[]).map(|_| ()),
        || call(py, buffer, "close", &[]).map(|_| ()),
    )?;
    Ok(NONE)
}

fn passed(py: Py, a: &[Word], method: &str) -> Result {
    call(py, attached(py, a[0])?.buffer(), method, &[])
}

static METHODS: &[NativeDef] = &[
    def(
        "__init__",
        "($self, /, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
        "",
        init,
    ),
    def(
        "reconfigure",
        "($self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)",
        "Reconfigure the text stream with new parameters.",
        reconfigure,
    ),
    def("detach", "($self, /)", "", |py, a| {
        let own = attached(py, a[0])?;
        call(py, a[0], "flush", &[])?;
        let buffer = own.buffer();
        object::set_word(py, a[0], BUFFER, NONE);
        own.state.is_detached.set(true);
        Ok(buffer)
    }),
    def("write", "($self, text, /)", "", |py, a| {
        let own = attached(py, a[0])?;
        let Some(text) = py.as_str(a[1]) else {
            return Err(
                py.type_error(format!("write() argument must be str, not {}", py.argument_type(a[1])))
            );
        };
        open(py, a[0])?;
        own.check_writable()?;
        own.write(text.as_bytes())?;
        Ok(small_int(text.len() as i64))
    }),
    def("read", "($self, size=-1, /)", "", |py, a| {
        let own = attached(py, a[0])?;
        let size = object::size(py, a[1])?;
        open(py, a[0])?;
        own.check_readable()?;
        own.flush_pending()?;
        if size < 0 { own.read_all() } else { own.read_chars(size as usize) }
    }),
    def("readline", "($self, size=-1, /)", "", |py, a| {
        let own = attached(py, a[0])?;
        let size = object::integer_or(py, a[1], -1)?;
        open(py, a[0])?;
        own.flush_pending()?;
        own.check_readable()?;
        own.read_line((size >= 0).then_some(size as usize))
    }),
    def("__next__", "($self, /)", "Implement next(self).", next),
    def("flush", "($self, /)", "", |py, a| {
        open(py, a[0])?.flush()?;
        Ok(NONE)
    }),
    def("close", "($self, /)", "", close),
    def("fileno", "($self, /)", "", |py, a| passed(py, a, "fileno")),
    def("seekable", "($self, /)", "", |py, a| passed(py, a, "seekable")),
    def("readable", "($self, /)", "", |py, a| passed(py, a, "readable")),
    def("writable", "($self, /)", "", |py, a| passed(py, a, "writable")),
    def("isatty", "($self, /)", "", |py, a| passed(py, a, "isatty")),
    def("tell", "($self, /)", "", |py, a| open(py, a[0])?.tell()),
    def("seek", "($self, cookie, whence=0, /)", "", |py, a| {
        let own = open(py, a[0])?;
        let whence = object::integer_or(py, a[2], 0)?;
        own.seek(a[1], whence)
    }),
    def("truncate", "($self, pos=None, /)", "", |py, a| {
        let own = attached(py, a[0])?;
        call(py, a[0], "flush", &[])?;
        let position = if a[1] == UNSET { NONE } else { a[1] };
        call(py, own.buffer(), "truncate", &[position])
    }),
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__getstate__", "($self, /)", "", object::cannot_pickle),
    getter("buffer", "", |py, a| Ok(attached(py, a[0])?.buffer())),
    getter("closed", "", |py, a| Ok(bool_word(is_closed(py, attached(py, a[0])?.buffer())?))),
    getter("name", "", |py, a| py.get_attr(attached(py, a[0])?.buffer(), Name::Name_)),
    getter("encoding", "Encoding of the text stream.", |py, a| {
        initialized(py, a[0])?;
        Ok(object::get_word(a[0], ENCODING))
    }),
    getter("errors", "The error setting of the decoder or encoder.", |py, a| {
        initialized(py, a[0])?;
        Ok(object::get_word(a[0], ERRORS))
    }),
    getter("newlines", "Line endings translated so far.", |py, a| {
        let own = attached(py, a[0])?;
        match own.state.newline.get().is_universal && own.state.can_read.get() {
            true => own.state.translation.get().newlines(py),
            false => Ok(NONE),
        }
    }),
    getter("line_buffering", "", |py, a| Ok(bool_word(initialized(py, a[0])?.state.is_line_buffered.get()))),
    getter("write_through", "", |py, a| Ok(bool_word(initialized(py, a[0])?.state.is_write_through.get()))),
    getter("_CHUNK_SIZE", "", |py, a| py.int(attached(py, a[0])?.state.chunk_bytes.get() as i64)),
    setter("_CHUNK_SIZE", |py, a| {
        let own = attached(py, a[0])?;
        if a[1] == UNSET {
            return Err(py.raise_text(Ty::AttributeError, "cannot delete attribute"));
        }
        let size = object::index_sized(py, a[1])?;
        if size <= 0 {
            return Err(py.value_error("a strictly positive integer is required"));
        }
        own.state.chunk_bytes.set(size as usize);
        Ok(NONE)
    }),
];

fn next(py: Py, a: &[Word]) -> Result {
    let own = attached(py, a[0])?;
    own.state.is_telling.set(false);
    let line = if object::is_native(py, a[0]) {
        own.check_open()?;
        own.flush_pending()?;
        own.check_readable()?;
        own.read_line(None)?
    } else {
        let line = call(py, a[0], "readline", &[])?;
        if py.as_str(line).is_none() {
            return Err(object::plain_os_error(
                py,
                format!("readline() should have returned a str object, not '{}'", py.type_name(line)),
            ));
        }
        line
    };
    if py.as_str(line).is_some_and(|line| line.is_empty()) {
        *own.state.snapshot.borrow_mut() = None;
        own.state.is_telling.set(own.state.is_seekable.get());
        return Err(py.stop_iteration(NONE));
    }
    Ok(line)
}

fn repr(py: Py, a: &[Word]) -> Result {
    initialized(py, a[0])?;
    let mut text = format!("<{}", base::class_text(py, a[0]));
    text.push_str(&base::name_part(py, a[0])?);
    if let Some(mode) = py.get_attr_opt(a[0], py.intern("mode")?)? {
        let mode = match py.guard_repr(a[0], || py.repr_text(mode))? {
            Some(mode) => mode,
            None => return Err(py.runtime_error("reentrant call inside TextIOWrapper.__repr__")),
        };
        text.push_str(&format!(" mode={mode}"));
    }
    let encoding = py.repr_text(object::get_word(a[0], text_io::ENCODING))?;
    py.str(&format!("{text} encoding={encoding}>"))
}
