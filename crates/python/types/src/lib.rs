//! The methods of Python's built-in types, one file each. Not generic: what is hot is in the interpreter.

pub mod async_generator;
pub mod bool;
pub mod buffer;
mod builtin_function;
pub mod bytearray;
pub mod bytes;
pub mod bytes_like;
pub mod code;
pub mod codec_handlers;
pub mod codec_registry;
pub mod complex;
pub mod descriptor;
pub mod dict;
pub mod dict_views;
pub mod exception;
mod exception_docs;
pub mod exception_group;
pub mod float;
pub mod frame;
pub mod frame_locals;
pub mod function;
pub mod generator;
pub mod generic;
pub mod int;
mod int_convert;
pub mod items;
pub mod iterators;
pub mod lazy;
pub mod list;
pub mod mapping_proxy;
pub mod memoryview;
pub mod module;
pub mod modules;
pub mod namespace;
pub mod numbers;
pub mod object;
pub mod os_error;
pub mod percent;
pub mod property;
pub mod range;
mod range_iterator;
pub mod sequence;
pub mod set;
pub mod slice;
pub mod sort;
pub mod str;
pub mod str_text;
pub mod super_;
pub mod syntax_error;
pub mod template;
pub mod text_codec;
pub mod text_format;
pub mod text_iterators;
pub mod traceback;
pub mod tuple;
pub mod type_;
pub mod type_parameter;
pub mod unicode_error;
pub mod weakref;

use python_model::native::NativeType;

/// All tables, for [`python_model::bootstrap::start`].
pub static TYPES: &[&[NativeType]] = &[
    object::TYPES,
    type_::TYPES,
    super_::TYPES,
    property::TYPES,
    function::TYPES,
    builtin_function::TYPES,
    exception::TYPES,
    exception_docs::TYPES,
    async_generator::TYPES,
    bytearray::TYPES,
    bytes::TYPES,
    code::TYPES,
    descriptor::TYPES,
    exception_group::TYPES,
    frame::TYPES,
    generator::TYPES,
    generic::TYPES,
    memoryview::TYPES,
    module::TYPES,
    namespace::TYPES,
    os_error::TYPES,
    str::TYPES,
    syntax_error::TYPES,
    template::TYPES,
    text_iterators::TYPES,
    traceback::TYPES,
    type_parameter::TYPES,
    unicode_error::TYPES,
    weakref::TYPES,
    int::TYPES,
    bool::TYPES,
    float::TYPES,
    complex::TYPES,
    range::TYPES,
    range_iterator::TYPES,
    slice::TYPES,
    list::TYPES,
    tuple::TYPES,
    dict::TYPES,
    dict_views::TYPES,
    set::TYPES,
    iterators::TYPES,
    lazy::TYPES,
    mapping_proxy::TYPES,
];
