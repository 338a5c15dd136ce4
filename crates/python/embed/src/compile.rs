//! From source to code objects: the `compile` hook, and syntax errors as Python exceptions.

use python_compile::{CompileError, ErrorKind, Mode, Options};
use python_model::code::CodeInfo;
use python_model::objects::{ByteArray, Bytes, Str};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::{NONE, Word};
use std::cell::Cell;

/// The interpreter's level of optimisation: `-O`.
#[derive(Default)]
pub struct Level(pub Cell<u8>);

/// The hook: see [`python_model::vm::Hooks::compile`].
pub fn compile(py: Py, source: Word, filename: Word, mode: &str, flags: u32, optimize: i64) -> Result {
    let mode = match mode {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => return Err(py.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    let filename = match (py.cast::<Str>(filename), py.cast::<Bytes>(filename)) {
        (Some(text), _) => text.to_text(),
        (_, Some(bytes)) => String::from_utf8_lossy(bytes.items()).into_owned(),
        _ => {
            return Err(py.type_error(format!(
                "expected str, bytes or os.PathLike object, not {}",
                py.type_name(filename)
            )));
        }
    };
    let options = Options {
        optimize: match optimize {
            -1 => py.vm().state::<Level>().0.get(),
            level => u8::try_from(level.clamp(0, 2)).unwrap_or(0),
        },
        future_flags: flags,
        top_level_await: flags & 0x2000 != 0,
        allow_incomplete: flags & 0x4000 != 0,
        int_max_str_digits: py.vm().int_max_str_digits.get(),
    };
    let info = if let Some(text) = py.cast::<Str>(source) {
        if text.as_bytes().contains(&0) {
            return Err(py.raise_text(Ty::SyntaxError, "source code string cannot contain null bytes"));
        }
        let Some(text) = text.as_str() else {
            return Err(py.unicode_error("surrogates not allowed"));
        };
        finish(py, python_compile::compile(text, &filename, mode, options), &filename)?
    } else if let Some(bytes) = py.cast::<Bytes>(source) {
        to_code(py, bytes.items(), &filename, mode, &options)?
    } else if let Some(bytes) = py.cast::<ByteArray>(source) {
        let storage = bytes.storage.get().expect("a bytearray has storage");
        to_code(py, &storage.items()[..bytes.length.get() as usize], &filename, mode, &options)?
    } else {
        return Err(py.type_error("compile() arg 1 must be a string, bytes or AST object"));
    };
    py.code_value(info)
}

/// Compiles bytes as read from a file.
fn to_code(
    py: Py,
    source: &[u8],
    filename: &str,
    mode: Mode,
    options: &Options,
) -> Result<&'static CodeInfo> {
    finish(py, python_compile::compile_bytes(source, filename, mode, *options), filename)
}

fn finish(
    py: Py,
    result: std::result::Result<python_compile::Compiled, Box<CompileError>>,
    filename: &str,
) -> Result<&'static CodeInfo> {
    match result {
        Ok(compiled) => {
            for warning in &compiled.warnings {
                issue(py, warning, filename)?;
            }
            Ok(CodeInfo::new(compiled.code))
        }
        Err(error) => Err(raise(py, &error, filename)?),
    }
}

/// Issues a `SyntaxWarning`. Where filters make an error of it, it is a `SyntaxError` at the same place.
fn issue(py: Py, warning: &python_compile::CompileWarning, filename: &str) -> Result<()> {
    let issued = py.warn_at(Ty::SyntaxWarning, &warning.message, filename, warning.line);
    if py.unless(issued, Ty::SyntaxWarning)?.is_some() {
        return Ok(());
    }
    let message = py.str(&warning.message)?;
    let text = python_modules_core::traceback::source_line(py, filename, warning.line);
    let text = if text.is_empty() { NONE } else { py.str(&text)? };
    let (filename, line, offset) = (py.str(filename)?, py.int(i64::from(warning.line))?, py.int(1)?);
    let details = py.new_tuple(&[filename, line, offset, text, line, NONE])?;
    Err(py.raise_with(Ty::SyntaxError, &[message, details]))
}

/// Makes the exception of a compile error pending.
fn raise(py: Py, error: &CompileError, filename: &str) -> Result<metatrace_machine::Raised> {
    let ty = match error.kind {
        // `_IncompleteInputError` is not there yet.
        ErrorKind::Syntax | ErrorKind::Incomplete => Ty::SyntaxError,
        ErrorKind::Indentation => Ty::IndentationError,
        ErrorKind::Tab => Ty::TabError,
        ErrorKind::Memory => return Ok(py.raise_text(Ty::MemoryError, &error.message)),
        ErrorKind::Recursion => return Ok(py.recursion_error(&error.message)),
        ErrorKind::Overflow => return Ok(py.overflow_error(&error.message)),
    };
    let message = py.str(&error.message)?;
    let Some(location) = &error.location else {
        return Ok(py.raise_with(ty, &[message]));
    };
    let filename = py.str(filename)?;
    let text = match &error.text {
        Some(text) => py.str(text)?,
        None => NONE,
    };
    let number = |n: i64| py.int(n);
    let details = [
        filename,
        number(location.line)?,
        number(location.offset)?,
        text,
        number(location.end_line)?,
        number(location.end_offset)?,
    ];
    let details = py.new_tuple(&details)?;
    Ok(py.raise_with(ty, &[message, details]))
}
