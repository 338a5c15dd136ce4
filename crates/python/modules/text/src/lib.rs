//! Modules on text: regular expressions, codecs, JSON and XML, the Unicode database.

pub mod codecs;
pub mod expat;
pub mod json;
pub mod sre;
pub mod string_;
pub mod unicodedata;

use python_model::modules::NativeModule;

/// All modules of this crate, to be found by name.
pub static MODULES: &[&NativeModule] =
    &[&codecs::MODULE, &expat::MODULE, &json::MODULE, &sre::MODULE, &string_::MODULE, &unicodedata::MODULE];
