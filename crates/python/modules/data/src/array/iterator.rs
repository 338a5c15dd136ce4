//! `arrayiterator`.

use super::receiver;
use python_model::foreign;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::value::{NONE, Word};
use std::cell::Cell;

/// Over the array that is its word: the index of the next item, -1 at the end.
#[derive(Default)]
pub(super) struct Iterator(Cell<i64>);

/// Advances an iterator.
fn next(py: Py, own: Word) -> Result<Option<Word>> {
    let state: &Iterator = foreign::expect(py, own, "an arrayiterator")?;
    let object = foreign::object_of(own).expect("its state was found");
    let index = state.0.get();
    if index < 0 {
        return Ok(None);
    }
    let array = receiver(py, object.words.get())?;
    if (index as usize) < array.len() {
        state.0.set(index + 1);
        return array.item(py, index as usize).map(Some);
    }
    state.0.set(-1);
    object.words.set(py.mutator(), object, NONE);
    Ok(None)
}

pub(super) static METHODS: &[NativeDef] = &[
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        next(py, a[0])?.ok_or_else(|| py.stop_iteration(NONE))
    })
    .advancing(next),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let own: &Iterator = foreign::expect(py, a[0], "an arrayiterator")?;
        let object = foreign::object_of(a[0]).expect("its state was found");
        let iter = py.import_from("builtins", "iter")?;
        if own.0.get() < 0 {
            let empty = py.vm().empty_tuple();
            let args = py.new_tuple(&[empty])?;
            return py.new_tuple(&[iter, args]);
        }
        let args = py.new_tuple(&[object.words.get()])?;
        py.new_tuple(&[iter, args, py.int(own.0.get())?])
    }),
    def("__setstate__", "($self, state, /)", "Set state information for unpickling.", |py, a| {
        let own: &Iterator = foreign::expect(py, a[0], "an arrayiterator")?;
        own.0.set(py.index(a[1])?.max(0));
        Ok(NONE)
    }),
];
