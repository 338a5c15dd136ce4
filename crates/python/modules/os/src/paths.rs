//! Names of files: text, bytes, path objects and descriptors as arguments; names that the system returns.
//!
//! Text is UTF-8; bytes that are not become lone surrogates and back ("surrogateescape", PEP 383).

use crate::arguments;
use python_model::names::Name;
use python_model::objects::{Bytes, Str};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_types::text_codec;
use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt;

/// What an argument may be besides text, bytes and path objects.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Allows {
    Path,
    Descriptor,
    DescriptorOrNone,
}

/// An argument that names a file.
pub struct FilePath {
    /// For messages: what the caller gave, path objects as their path; UNSET for None.
    pub shown: Word,
    /// The name; empty for a descriptor, "." for None.
    pub name: CString,
    pub descriptor: Option<i32>,
    /// Whether results are bytes.
    pub is_bytes: bool,
}

impl FilePath {
    pub fn as_ptr(&self) -> *const libc::c_char {
        self.name.as_ptr()
    }
}

/// Text in the bytes of the system. Errors: `UnicodeEncodeError`.
pub fn encode(py: Py, text: heap::Gc<Str>) -> Result<Vec<u8>> {
    match text.as_str() {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => text_codec::encode(py, text, Some("utf-8"), Some("surrogateescape")),
    }
}

/// Bytes of the system as text.
pub fn decode(py: Py, bytes: &[u8]) -> Result {
    match std::str::from_utf8(bytes) {
        Ok(text) => py.str(text),
        Err(_) => text_codec::decode(py, bytes, Some("utf-8"), Some("surrogateescape")),
    }
}

/// A C string of the system as text; None for a null pointer.
///
/// # Safety
/// Null, or a C string that is not changed meanwhile.
pub unsafe fn decode_pointer(py: Py, text: *const libc::c_char) -> Result {
    if text.is_null() {
        return Ok(NONE);
    }
    // SAFETY: the caller's promise.
    decode(py, unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// A name that the system returned, as text or bytes.
pub fn name_word(py: Py, bytes: &[u8], is_bytes: bool) -> Result {
    if is_bytes { py.new_bytes(bytes) } else { decode(py, bytes) }
}

pub fn os_text(py: Py, text: &OsStr) -> Result {
    decode(py, text.as_bytes())
}

/// `os.fspath`: text or bytes as they are, path objects as what they stand for; `None` if it is neither.
pub fn of_path_object(py: Py, value: Word) -> Result<Option<Word>> {
    if py.cast::<Str>(value).is_some() || py.cast::<Bytes>(value).is_some() {
        return Ok(Some(value));
    }
    let class = py.type_of(value);
    let Some(method) = class.lookup(py, Name::Fspath) else { return Ok(None) };
    if method == NONE {
        return Ok(None);
    }
    let path = py.call_bound(method, value, class, &[])?;
    if py.cast::<Str>(path).is_none() && py.cast::<Bytes>(path).is_none() {
        return Err(py.type_error(format!(
            "expected {}.__fspath__() to return str or bytes, not {}",
            class.name.borrow(),
            py.type_name(path)
        )));
    }
    Ok(Some(path))
}

/// `os.fspath`. Errors: `TypeError`.
pub fn file_system_path(py: Py, value: Word) -> Result {
    match of_path_object(py, value)? {
        Some(path) => Ok(path),
        None => {
            let what = py.type_name(value);
            Err(py.type_error(format!("expected str, bytes or os.PathLike object, not {what}")))
        }
    }
}

/// The bytes of a path, where any is taken (`os.fsencode`). Errors: `TypeError`, `UnicodeEncodeError`.
pub fn bytes_of(py: Py, value: Word) -> Result<Vec<u8>> {
    let path = file_system_path(py, value)?;
    match (py.cast::<Bytes>(path), py.cast::<Str>(path)) {
        (Some(bytes), _) => Ok(bytes.items().to_vec()),
        (_, Some(text)) => encode(py, text),
        _ => unreachable!("a path is text or bytes"),
    }
}

/// The same for the C library. Errors: also `ValueError` "embedded null byte".
pub fn c_string(py: Py, value: Word) -> Result<CString> {
    CString::new(bytes_of(py, value)?).map_err(|_| py.value_error("embedded null byte"))
}

/// An argument `argument` of `function` that names a file.
/// Errors: `TypeError`, `ValueError` for embedded zeros, `OverflowError` for descriptors.
pub fn file_path(py: Py, value: Word, function: &str, argument: &str, allows: Allows) -> Result<FilePath> {
    let (takes_descriptor, takes_none) = match allows {
        Allows::Path => (false, false),
        Allows::Descriptor => (true, false),
        Allows::DescriptorOrNone => (true, true),
    };
    if takes_none && matches!(value, UNSET | NONE) {
        return Ok(FilePath { shown: UNSET, name: c".".to_owned(), descriptor: None, is_bytes: false });
    }
    if takes_descriptor && (py.is_a(value, Ty::Int) || is_index(py, value)) {
        if matches!(value, TRUE | FALSE) {
            crate::warning::warn(py, Ty::RuntimeWarning, "bool is used as a file descriptor")?;
        }
        let descriptor = Some(arguments::plain_descriptor(py, value)?);
        return Ok(FilePath { shown: value, name: CString::default(), descriptor, is_bytes: false });
    }
    let Some(path) = of_path_object(py, value)? else {
        let expected = match allows {
            Allows::DescriptorOrNone => "string, bytes, os.PathLike, integer or None",
            Allows::Descriptor => "string, bytes, os.PathLike or integer",
            Allows::Path => "string, bytes or os.PathLike",
        };
        let what = py.type_name(value);
        return Err(py.type_error(format!("{function}: {argument} should be {expected}, not {what}")));
    };
    let is_bytes = py.cast::<Bytes>(path).is_some();
    let name = CString::new(bytes_of(py, path)?)
        .map_err(|_| py.value_error(format!("{function}: embedded null character in {argument}")))?;
    Ok(FilePath { shown: path, name, descriptor: None, is_bytes })
}

/// The most frequent case: a path called `path` that is no descriptor.
pub fn plain(py: Py, value: Word, function: &str) -> Result<FilePath> {
    file_path(py, value, function, "path", Allows::Path)
}

fn is_index(py: Py, value: Word) -> bool {
    py.type_of(value).lookup(py, Name::Index).is_some()
}
