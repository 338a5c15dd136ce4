//! Modules on text: regular expressions, codecs, the Unicode database.

pub mod sre;

use python_model::modules::NativeModule;

/// All modules of this crate, to be found by name.
pub static MODULES: &[&NativeModule] = &[&sre::MODULE];
