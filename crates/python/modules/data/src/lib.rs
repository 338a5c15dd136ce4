//! Modules on data: containers, records of bytes, random numbers, hashes, compression.

pub mod collections;
pub mod random;
pub mod struct_;

use python_model::modules::NativeModule;

/// All modules of this crate, to be found by name.
pub static MODULES: &[&NativeModule] = &[&collections::MODULE, &random::MODULE, &struct_::MODULE];
