//! The encoding of text as the environment says it: the locale, and UTF-8 mode (PEP 538 and 540).

use crate::sys::Settings;
use std::cell::{Cell, RefCell};
use std::ffi::CStr;

/// What the environment says about text.
#[derive(Default)]
pub struct Locale {
    /// As the system names it.
    codeset: RefCell<String>,
    is_utf8_mode: Cell<bool>,
    /// The locale says nothing about text.
    is_plain: Cell<bool>,
}

impl Locale {
    /// The encoding of files for which none is given.
    pub fn encoding(&self) -> String {
        match self.is_utf8_mode.get() {
            true => "utf-8".to_owned(),
            false => self.codeset.borrow().clone(),
        }
    }

    pub fn is_utf8_mode(&self) -> bool {
        self.is_utf8_mode.get()
    }

    /// The locale says nothing about text: what is not UTF-8 goes through the standard streams as surrogates.
    pub fn is_plain(&self) -> bool {
        self.is_plain.get()
    }

    /// Asks the environment.
    pub fn find(&self, settings: &Settings) {
        let locale = |name: *const libc::c_char| {
            // SAFETY: called while the interpreter starts, before it has other threads; null only asks.
            unsafe { text_of(libc::setlocale(libc::LC_CTYPE, name)) }
        };
        let name = locale(c"".as_ptr()).or_else(|| locale(std::ptr::null())).unwrap_or_default();
        // SAFETY: the answer is a string of the C library's, copied at once.
        let codeset = unsafe { text_of(libc::nl_langinfo(libc::CODESET)) };
        self.is_plain.set(matches!(name.as_str(), "C" | "POSIX" | "C.UTF-8" | "C.utf8"));
        let option = settings.x_options.iter().rev().find(|(name, _)| name == "utf8");
        let variable = match settings.ignores_environment {
            true => None,
            false => std::env::var("PYTHONUTF8").ok().filter(|value| !value.is_empty()),
        };
        self.is_utf8_mode.set(match (option, variable.as_deref()) {
            (Some((_, value)), _) => value.as_deref() != Some("0"),
            (None, Some(value)) => value != "0",
            (None, None) => matches!(name.as_str(), "C" | "POSIX"),
        });
        *self.codeset.borrow_mut() =
            codeset.filter(|codeset| !codeset.is_empty()).unwrap_or_else(|| "UTF-8".into());
    }
}

/// # Safety
/// The pointer is null or that of a string that ends in zero.
unsafe fn text_of(pointer: *const libc::c_char) -> Option<String> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    Some(unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned())
}
