//! Calls of the C library, and the exceptions that their errors become.
//!
//! [`call!`] is the one way in which this crate calls a function that can fail: it repeats what a signal interrupted and
//! reads `errno` before anything else can change it. [`value!`] is for functions that cannot fail.

use metatrace_machine::Raised;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::{NONE, UNSET, Word};
use std::io;

/// `call!(py, libc::close(fd))`: an `io::Result`; raises what a signal handler raised.
///
/// The call must be one of the C library whose arguments are numbers, and pointers that are null or come from a value that the
/// expression borrows (a `CStr`, a slice, a structure of the type that the function documents), so valid for the call.
macro_rules! call {
    ($py:expr, $call:expr) => {
        $py.system_call(
            #[allow(unused_mut, reason = "most calls fill nothing")]
            || {
                // SAFETY: what the macro asks of its users; each is one line of this crate.
                unsafe { $call }
            },
        )?
    };
}
pub(crate) use call;

/// `value!(libc::getpid())`: a call of the C library that cannot fail, with arguments as for [`call!`].
macro_rules! value {
    ($call:expr) => {{
        // SAFETY: what the macro asks of its users; each is one line of this crate.
        unsafe { $call }
    }};
}
pub(crate) use value;

/// A structure of the C library for it to fill: all bytes zero is a value of it.
macro_rules! zeroed {
    ($ty:ty) => {{
        // SAFETY: a plain structure of numbers and pointers, for which zero is a value.
        unsafe { std::mem::zeroed::<$ty>() }
    }};
}
pub(crate) use zeroed;

/// What the system says about an error.
pub fn describe(errno: i32) -> String {
    let text = io::Error::from_raw_os_error(errno).to_string();
    match text.rfind(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// Raises the `OSError` of an error number, with names of files (UNSET: none).
#[cold]
pub fn raise(py: Py, errno: i32, filename: Word, second: Word) -> Raised {
    let made = (|| {
        let (number, text) = (py.int(i64::from(errno))?, py.str(&describe(errno))?);
        Ok(match (filename, second) {
            (UNSET, _) => py.raise_with(Ty::OSError, &[number, text]),
            (_, UNSET) => py.raise_with(Ty::OSError, &[number, text, filename]),
            _ => py.raise_with(Ty::OSError, &[number, text, filename, NONE, second]),
        })
    })();
    made.unwrap_or_else(|raised| raised)
}

/// The error number in an error of the system.
pub fn number_of(error: &io::Error) -> i32 {
    error.raw_os_error().unwrap_or(libc::EIO)
}

/// Turning errors of the system into exceptions.
pub trait OrRaise<T> {
    /// Errors: `OSError`.
    fn or_raise(self, py: Py) -> Result<T>;
    /// Errors: `OSError` that names a file (UNSET: none).
    fn or_raise_for(self, py: Py, filename: Word) -> Result<T>;
    /// Errors: `OSError` that names two files.
    fn or_raise_for_two(self, py: Py, filename: Word, second: Word) -> Result<T>;
}

impl<T> OrRaise<T> for io::Result<T> {
    fn or_raise(self, py: Py) -> Result<T> {
        self.map_err(|error| raise(py, number_of(&error), UNSET, UNSET))
    }
    fn or_raise_for(self, py: Py, filename: Word) -> Result<T> {
        self.map_err(|error| raise(py, number_of(&error), filename, UNSET))
    }
    fn or_raise_for_two(self, py: Py, filename: Word, second: Word) -> Result<T> {
        self.map_err(|error| raise(py, number_of(&error), filename, second))
    }
}

/// For calls that return the error number instead of setting `errno`.
pub fn check_number(errno: i32) -> io::Result<()> {
    if errno == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(errno)) }
}
