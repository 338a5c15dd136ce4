//! `marshal`: CPython's format for data, our own for code.
//!
//! Everything but a code object is written as CPython 3.14 writes it, so that data goes from one to the other. A code object is its tag,
//! its file name and the block that [`python_compile::packed`] makes of it; it is checked when it is read, because the interpreter
//! trusts its code.
//! Source: CPython 3.14, documentation of `marshal` and `Python/marshal.c`.

mod read;
mod write;

use python_model::dict;
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::value::*;
use python_types::buffer;

pub use read::{Source, read};
pub use write::write;

/// The newest version of the format.
pub const VERSION: i64 = 5;
/// Nesting of objects that is written and read.
const MAX_DEPTH: u32 = 2000;

/// Tags of objects, as bytes of the format.
mod tag {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOP_ITERATION: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const INT64: u8 = b'I';
    pub const FLOAT_TEXT: u8 = b'f';
    pub const FLOAT: u8 = b'g';
    pub const COMPLEX_TEXT: u8 = b'x';
    pub const COMPLEX: u8 = b'y';
    pub const LONG: u8 = b'l';
    pub const BYTES: u8 = b's';
    pub const INTERNED: u8 = b't';
    pub const UNICODE: u8 = b'u';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    pub const REFERENCE: u8 = b'r';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const SET: u8 = b'<';
    pub const FROZEN_SET: u8 = b'>';
    pub const CODE: u8 = b'c';
    pub const SLICE: u8 = b':';
    /// Added to the tag of an object that is referred to later.
    pub const IS_SHARED: u8 = 0x80;
}

pub static MODULE: NativeModule = NativeModule {
    name: "marshal",
    doc: "This module contains functions that can read and write Python values in\na binary format. The format is \
          specific to Python, but independent of\nmachine architecture issues.",
    functions: FUNCTIONS,
    fill: |py, own| dict::set_symbol(py, own, py.intern("version")?, small_int(VERSION)),
};

static FUNCTIONS: &[NativeDef] = &[
    def(
        "dump",
        "(value, file, version=version, /, *, allow_code=True)",
        "Write the value on the open file.",
        |py, a| {
            let data = py.new_bytes(&write(py, a[0], version(py, a[2])?, allows_code(py, a[3])?)?)?;
            py.call_method(a[1], Name::Write, &[data])
        },
    ),
    def(
        "dumps",
        "(value, version=version, /, *, allow_code=True)",
        "Return the bytes object that would be written to a file by dump(value, file).",
        |py, a| py.new_bytes(&write(py, a[0], version(py, a[1])?, allows_code(py, a[2])?)?),
    ),
    def(
        "load",
        "(file, /, *, allow_code=True)",
        "Read one value from the open file and return it.",
        |py, a| {
            let nothing = py.int(0)?;
            let probe = py.call_method(a[0], py.intern("read")?, &[nothing])?;
            if py.cast::<python_model::objects::Bytes>(probe).is_none() {
                let what = py.type_name(probe);
                return Err(py.type_error(format!("file.read() returned not bytes but {what}")));
            }
            read(py, Source::File(a[0]), allows_code(py, a[1])?)
        },
    ),
    def("loads", "(bytes, /, *, allow_code=True)", "Convert the bytes-like object to a value.", |py, a| {
        let buffer = buffer::get(py, a[0])?;
        let allows_code = allows_code(py, a[1])?;
        let value = read(py, Source::Bytes { bytes: &buffer, at: 0 }, allows_code);
        buffer.keep();
        value
    }),
];

fn version(py: Py, value: Word) -> Result<i64> {
    if value == UNSET { Ok(VERSION) } else { py.index(value) }
}

fn allows_code(py: Py, value: Word) -> Result<bool> {
    if value == UNSET { Ok(true) } else { py.truth(value) }
}
