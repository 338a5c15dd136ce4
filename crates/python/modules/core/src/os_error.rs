//! `OSError` from an error of the system, and paths as arguments.

use metatrace_machine::Raised;
use python_model::objects::Bytes;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use std::io;

/// Raises an `OSError` for an error of the system. `filename` may be unset.
#[cold]
pub fn raise(py: Py, error: &io::Error, filename: Word) -> Raised {
    let number = error.raw_os_error().unwrap_or(libc::EIO);
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let (number, text) = match (py.int(i64::from(number)), py.str(text)) {
        (Ok(number), Ok(text)) => (number, text),
        (Err(raised), _) | (_, Err(raised)) => return raised,
    };
    let args = [number, text, filename];
    py.raise_with(Ty::OSError, if filename == UNSET { &args[..2] } else { &args })
}

/// The `str` or `bytes` that a path is (`os.fspath`). Errors: `TypeError` if it is no path.
pub fn path_word(py: Py, value: Word) -> Result {
    let is_text = |value: Word| py.as_str(value).is_some() || py.cast::<Bytes>(value).is_some();
    if is_text(value) {
        return Ok(value);
    }
    match py.call_special(value, python_model::names::Name::Fspath, &[])? {
        Some(path) if is_text(path) => Ok(path),
        Some(other) => Err(py.type_error(format!(
            "expected {}.__fspath__() to return str or bytes, not {}",
            py.type_name(value),
            py.type_name(other)
        ))),
        None => Err(
            py.type_error(format!("expected str, bytes or os.PathLike object, not {}", py.type_name(value)))
        ),
    }
}

/// The path in a `str`, `bytes` or object with `__fspath__`, for messages and for finding source.
pub fn path_text(py: Py, value: Word) -> Result<String> {
    let path = path_word(py, value)?;
    match py.cast::<Bytes>(path) {
        Some(bytes) => Ok(String::from_utf8_lossy(bytes.items()).into_owned()),
        None => py.to_text(path),
    }
}
