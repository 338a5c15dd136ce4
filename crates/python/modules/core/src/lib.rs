//! The runtime modules that the interpreter itself needs: `builtins`, `sys`, … One file each.

pub mod builtins;

use python_model::modules::NativeModule;

/// All modules of this crate, to be found by name. `builtins` is made at the start.
pub static MODULES: &[&NativeModule] = &[];
