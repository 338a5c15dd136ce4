//! The operating system: `posix`, signals, processes, users, terminals.

use python_model::modules::NativeModule;

/// All modules of this crate, to be found by name.
pub static MODULES: &[&NativeModule] = &[];
