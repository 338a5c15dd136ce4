//! Modules on data: containers, records of bytes, random numbers, hashes, compression.

use python_model::modules::NativeModule;

/// All modules of this crate, to be found by name.
pub static MODULES: &[&NativeModule] = &[];
