//! `_testlimitedcapi`: what CPython's sequence functions in C do, for the tests of sequences that call them.
//!
//! They differ from subscripts in one way: the index is a machine integer, to which the length is added once if it is negative.
//! Limits: only the three functions that tests of `bytes` and `bytearray` use.

use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::value::*;

pub static MODULE: NativeModule = NativeModule {
    name: "_testlimitedcapi",
    doc: "Functions of CPython's interface in C, as far as its tests of built-in types call them.",
    functions: FUNCTIONS,
    fill: |_, _| Ok(()),
};

static FUNCTIONS: &[NativeDef] = &[
    def("sequence_getitem", "(sequence, index, /)", "Return an item of a sequence.", |py, a| {
        py.get_item(a[0], item_index(py, a[0], a[1])?)
    }),
    def("sequence_setitem", "(sequence, index, value, /)", "Set an item of a sequence.", |py, a| {
        py.set_item(a[0], item_index(py, a[0], a[1])?, a[2])?;
        py.int(0)
    }),
    def("sequence_delitem", "(sequence, index, /)", "Delete an item of a sequence.", |py, a| {
        py.del_item(a[0], item_index(py, a[0], a[1])?)?;
        py.int(0)
    }),
];

/// The index from the front. Errors: `IndexError` if it is before the first item, what `__len__` raises.
fn item_index(py: Py, sequence: Word, index: Word) -> Result {
    let mut index = py.index(index)?;
    if index < 0
        && let Some(length) = py.call_special(sequence, Name::Len, &[])?
    {
        index += py.index(length)?;
        if index < 0 {
            return Err(py.index_error("index out of range"));
        }
    }
    py.int(index)
}
