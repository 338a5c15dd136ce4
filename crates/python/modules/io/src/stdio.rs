//! The standard streams: `sys.stdin`, `sys.stdout`, `sys.stderr`, their encoding, and what happens to them at the end of the process.
//!
//! The encoding is that of the locale; a "C" locale, which says nothing about text, means UTF-8 with bytes that are not UTF-8 smuggled
//! through as surrogates (PEP 538 and 540). `PYTHONIOENCODING`, `PYTHONUTF8` and `-X utf8` override it.

use crate::buffered::{self, Unsaved};
use crate::newlines::{LineEnd, Newline};
use crate::object::{self, Class, call};
use crate::open;
use crate::text_io::{self, Options};
use heap::Gc;
use python_model::dict;
use python_model::names::Name;
use python_model::objects::{Dict, List};
use python_model::py::{Py, Result, list_push};
use python_model::value::*;
use python_modules_core::locale::Locale;
use python_modules_core::sys::{Settings, TextOutput, WriteText};
use python_types::text_codec;

/// Makes `_io`, the standard streams in `sys`, and `builtins.open`. Errors: out of memory; an encoding that does not exist.
pub fn install(py: Py, settings: &Settings) -> Result<()> {
    let locale = py.vm().state::<Locale>();
    let module = py.import("_io")?;
    let builtins: Option<Gc<Dict>> = as_object(py.vm().builtins.get());
    if let Some(builtins) = builtins {
        let name = py.intern("open")?;
        dict::set_symbol(py, builtins, name, py.get_attr(module, name)?)?;
    }
    let print = WriteText { is_native: text_io::is_native, write: text_io::write_natively };
    py.vm().state::<TextOutput>().0.set(Some(print));
    let sys: Gc<Dict> = as_object(py.vm().sys.get()).expect("made before");
    let is_escaping = locale.is_utf8_mode() || locale.is_plain();
    let mut encoding = match locale.is_utf8_mode() {
        true => "utf-8".to_owned(),
        false => codec_name(&locale.encoding()),
    };
    let mut errors = if is_escaping { "surrogateescape" } else { "strict" }.to_owned();
    if !settings.ignores_environment
        && let Some(wanted) = std::env::var("PYTHONIOENCODING").ok().filter(|value| !value.is_empty())
    {
        let (name, handler) = wanted.split_once(':').unwrap_or((&wanted, ""));
        if !name.is_empty() {
            encoding = codec_name(name);
            errors = "strict".to_owned();
        }
        if !handler.is_empty() {
            errors = handler.to_owned();
        }
    }
    for (fd, name) in [(0, Name::Stdin), (1, Name::Stdout), (2, Name::Stderr)] {
        let errors = if fd == 2 { "backslashreplace" } else { &errors };
        let stream = standard(py, fd, name.text(), &encoding, errors, settings.is_unbuffered)?;
        dict::set_symbol(py, sys, name, stream)?;
        dict::set_symbol(py, sys, py.intern(&format!("__{}__", name.text()))?, stream)?;
    }
    Ok(())
}

/// The name that an encoding's codec has, of those known here.
fn codec_name(name: &str) -> String {
    match text_codec::encoding_named(name) {
        Some(text_codec::Encoding::Utf8) => "utf-8".into(),
        Some(text_codec::Encoding::Ascii) => "ascii".into(),
        Some(text_codec::Encoding::Latin1) => "iso8859-1".into(),
        _ => name.to_owned(),
    }
}

/// The text stream of a standard descriptor; None if it is not open.
fn standard(py: Py, fd: i32, name: &str, encoding: &str, errors: &str, is_unbuffered: bool) -> Result {
    if crate::system::status(fd).is_err_and(|number| number == libc::EBADF) {
        return Ok(NONE);
    }
    let is_output = fd != 0;
    let is_buffered = !is_output || !is_unbuffered;
    let mode = py.str(if is_output { "wb" } else { "rb" })?;
    let (number, buffering) = (py.int(i64::from(fd))?, py.int(if is_buffered { -1 } else { 0 })?);
    let opened = open::open(py, &[number, mode, buffering, UNSET, UNSET, UNSET, FALSE, UNSET]);
    let buffer = match py.unless(opened, python_model::types::Ty::OSError)? {
        Some(buffer) => buffer,
        // A directory, for instance.
        None => return Ok(NONE),
    };
    let raw = if is_buffered { object::get_word(buffer, buffered::RAW) } else { buffer };
    let shown = py.str(&format!("<{name}>"))?;
    py.set_attr(raw, Name::Name_, shown)?;
    let options = Options {
        encoding: py.str(encoding)?,
        errors: py.str(errors)?,
        newline: Newline { line_end: LineEnd::Lf, ..Newline::default() },
        is_line_buffered: is_buffered && (fd == 2 || crate::system::is_terminal(fd)),
        is_write_through: !is_buffered,
    };
    let class = object::class(py, Class::TextIoWrapper);
    let text = object::new(py, class, Class::TextIoWrapper, text_io::Text::default(), text_io::WORD_COUNT)?;
    text_io::initialize(py, text, buffer, &options)?;
    let mode = py.str(if is_output { "w" } else { "r" })?;
    py.set_attr(text, py.intern("mode")?, mode)?;
    Ok(text)
}

/// A list of the streams that may hold something, which keeps them alive. `None`: there is no memory for it.
pub fn unsaved(py: Py) -> Option<Gc<List>> {
    let kept = py.new_list(8).and_then(|list| {
        py.vm().state::<Unsaved>().each(|stream| list_push(py, list, stream))?;
        Ok(list)
    });
    if kept.is_err() {
        py.take_raised();
    }
    kept.ok()
}

/// Writes what streams still hold: the last thing that a process does. False: the standard output could not be written,
/// which has been reported.
pub fn flush_all(py: Py) -> bool {
    let mut is_written = true;
    for name in [Name::Stdout, Name::Stderr] {
        let stream = python_modules_core::sys::output(py, name);
        let Some(stream) = stream else { continue };
        let flushed = (|| {
            if object::is_closed(py, stream)? {
                return Ok(());
            }
            call(py, stream, "flush", &[]).map(|_| ())
        })();
        if flushed.is_err() {
            let exception = py.take_raised();
            if name == Name::Stdout {
                let message = "Exception ignored while flushing sys.stdout";
                python_model::unraisable::report(py, exception, NONE, message);
                is_written = false;
            }
        }
    }
    for stream in py.vm().state::<Unsaved>().take() {
        let Some(stream) = stream.get() else { continue };
        let stream = word(stream);
        if call(py, stream, "flush", &[]).is_err() {
            // Closed, detached, or an error that nobody is left to hear.
            py.take_raised();
        }
    }
    is_written
}
