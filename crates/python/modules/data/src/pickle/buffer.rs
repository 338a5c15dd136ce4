//! `PickleBuffer`: a bytes-like object that a pickler may leave out of the stream (PEP 574). Its word is a memory view, None when released.

use super::{State, known};
use heap::Gc;
use python_model::foreign;
use python_model::native::{Args, NativeDef, bind, def};
use python_model::objects::MemoryView;
use python_model::py::{Py, Result};
use python_model::signature;
use python_model::types::TypeRef;
use python_model::value::*;
use python_types::memoryview;

pub struct PickleBuffer;

pub fn construct(py: Py, _class: TypeRef, args: Args) -> Result {
    let [object] = bind(py, "PickleBuffer", signature!("(object, /)"), args)?;
    let view = memoryview::of(py, object)?;
    let made = foreign::new(py, known(&py.vm().state::<State>().buffer), PickleBuffer)?;
    made.words.set(py.mutator(), made, view);
    Ok(word(made))
}

/// The view of a buffer. Errors: `ValueError` if it was released.
pub fn view(py: Py, value: Word) -> Result<Gc<MemoryView>> {
    foreign::expect::<PickleBuffer>(py, value, "a PickleBuffer")?;
    let object = foreign::object_of(value).expect("its state was found");
    match as_object(object.words.get()) {
        Some(view) => Ok(view),
        None => Err(py.value_error("operation forbidden on released PickleBuffer object")),
    }
}

pub static METHODS: &[NativeDef] = &[
    def("raw", "($self, /)", "Return a memoryview of the raw memory underlying this buffer.", |py, a| {
        let view = view(py, a[0])?;
        let raw = memoryview::of(py, word(view))?;
        py.call_method(raw, py.intern("cast")?, &[py.str("B")?])
    }),
    def(
        "release",
        "($self, /)",
        "Release the underlying buffer held by the PickleBuffer object.",
        |py, a| {
            foreign::expect::<PickleBuffer>(py, a[0], "a PickleBuffer")?;
            let object = foreign::object_of(a[0]).expect("its state was found");
            object.words.set(py.mutator(), object, NONE);
            Ok(NONE)
        },
    ),
    def(
        "__buffer__",
        "($self, flags, /)",
        "Return a buffer object that exposes the underlying memory of the object.",
        |py, a| memoryview::of(py, word(view(py, a[0])?)),
    ),
];
