//! The methods of Python's built-in types, one file each. Not generic: what is hot is in the interpreter.

pub mod buffer;
pub mod bytearray;
pub mod bytes;
pub mod bytes_like;
pub mod exception;
pub mod function;
pub mod memoryview;
pub mod object;
pub mod percent;
pub mod sequence;
pub mod str;
pub mod str_text;
pub mod template;
pub mod text_codec;
pub mod text_format;
pub mod text_iterators;
pub mod type_;

use python_model::native::NativeType;

/// All tables, for [`python_model::bootstrap::start`].
pub static TYPES: &[&[NativeType]] = &[
    object::TYPES,
    type_::TYPES,
    function::TYPES,
    exception::TYPES,
    str::TYPES,
    bytes::TYPES,
    bytearray::TYPES,
    memoryview::TYPES,
    template::TYPES,
    text_iterators::TYPES,
];
