//! Python's source as data: `_ast`, `_symtable`, `_tokenize`, `_opcode`, `_warnings`.

use python_model::modules::NativeModule;

/// All modules of this crate, to be found by name.
pub static MODULES: &[&NativeModule] = &[];
