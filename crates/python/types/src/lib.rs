//! The methods of Python's built-in types, one file each. Not generic: what is hot is in the interpreter.

pub mod exception;
pub mod function;
pub mod object;
pub mod type_;

use python_model::native::NativeType;

/// All tables, for [`python_model::bootstrap::start`].
pub static TYPES: &[&[NativeType]] = &[object::TYPES, type_::TYPES, function::TYPES, exception::TYPES];
