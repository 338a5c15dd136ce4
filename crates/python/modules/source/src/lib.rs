//! Python's source as data: `_ast`, `_symtable`, `_tokenize`, `_opcode`, `_warnings`, `_types`.

use python_model::modules::NativeModule;

pub mod ast;
mod opcode;
mod symtable;
mod tokenize;
mod type_names;
pub mod warnings;

/// All modules of this crate, to be found by name.
pub static MODULES: &[&NativeModule] = &[
    &ast::MODULE,
    &opcode::MODULE,
    &symtable::MODULE,
    &tokenize::MODULE,
    &type_names::MODULE,
    &warnings::MODULE,
];
