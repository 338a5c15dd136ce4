//! `BufferedRWPair`: two raw streams, one to read and one to write, as one object.

use crate::buffered_methods::check_able;
use crate::object::{self, Class, call, is_closed};
use python_model::native::{NativeDef, def, getter};
use python_model::py::{Py, Result};
use python_model::value::*;

/// The words are the two buffered streams; None until initialised.
struct Pair;
const READER: usize = 0;
const WRITER: usize = 1;

/// Makes the class.
pub fn make(py: Py) -> Result {
    let class = object::make_class(
        py,
        Class::BufferedRwPair,
        Some(Class::BufferedIoBase),
        "BufferedRWPair",
        "A buffered reader and writer object together.",
        Some(|py, class, _| object::new(py, class, Class::BufferedRwPair, Pair, 2)),
        METHODS,
    )?;
    Ok(class.word())
}

fn half(py: Py, value: Word, which: usize) -> Result {
    object::state::<Pair>(py, value, "BufferedRWPair")?;
    match object::get_word(value, which) {
        NONE => Err(py.value_error("I/O operation on uninitialized object")),
        stream => Ok(stream),
    }
}

/// Passes a call with its arguments on to one of the two.
fn pass(py: Py, a: &[Word], which: usize, method: &str) -> Result {
    let count = a.iter().take_while(|word| **word != UNSET).count();
    call(py, half(py, a[0], which)?, method, &a[1..count])
}

static METHODS: &[NativeDef] = &[
    def("__init__", "($self, reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)", "", |py, a| {
        check_able(py, a[1], "readable")?;
        check_able(py, a[2], "writable")?;
        let make = |class, raw: Word| -> Result {
            let given = [raw, a[3]];
            let count = if a[3] == UNSET { 1 } else { 2 };
            py.call(object::class(py, class).word(), &given[..count])
        };
        let reader = make(Class::BufferedReader, a[1])?;
        let writer = make(Class::BufferedWriter, a[2])?;
        object::set_word(py, a[0], READER, reader);
        object::set_word(py, a[0], WRITER, writer);
        Ok(NONE)
    }),
    def("read", "($self, size=-1, /)", "", |py, a| pass(py, a, READER, "read")),
    def("peek", "($self, size=0, /)", "", |py, a| pass(py, a, READER, "peek")),
    def("read1", "($self, size=-1, /)", "", |py, a| pass(py, a, READER, "read1")),
    def("readinto", "($self, buffer, /)", "", |py, a| pass(py, a, READER, "readinto")),
    def("readinto1", "($self, buffer, /)", "", |py, a| pass(py, a, READER, "readinto1")),
    def("write", "($self, buffer, /)", "", |py, a| pass(py, a, WRITER, "write")),
    def("flush", "($self, /)", "", |py, a| pass(py, a, WRITER, "flush")),
    def("readable", "($self, /)", "", |py, a| pass(py, a, READER, "readable")),
    def("writable", "($self, /)", "", |py, a| pass(py, a, WRITER, "writable")),
    def("close", "($self, /)", "", |py, a| {
        let (reader, writer) = (half(py, a[0], READER)?, half(py, a[0], WRITER)?);
        object::in_any_case(
            py,
            || call(py, writer, "close", &[]).map(|_| ()),
            || call(py, reader, "close", &[]).map(|_| ()),
        )?;
        Ok(NONE)
    }),
    def("isatty", "($self, /)", "", |py, a| match pass(py, a, WRITER, "isatty")? {
        FALSE => pass(py, a, READER, "isatty"),
        answer => Ok(answer),
    }),
    getter("closed", "", |py, a| Ok(bool_word(is_closed(py, half(py, a[0], WRITER)?)?))),
];
