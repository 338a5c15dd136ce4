//! `_tuplegetter`: the descriptor of a named tuple's field.

use super::{Types, known};
use python_model::foreign::{self, TupleGetter};
use python_model::native::{Args, NativeDef, bind, def, getter, setter};
use python_model::objects::{List, Tuple};
use python_model::py::{Py, Result};
use python_model::signature;
use python_model::types::TypeRef;
use python_model::value::*;

/// The object's words are a list of the docstring.
pub fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let [index, doc] = bind(py, "_tuplegetter", signature!("(index, doc, /)"), args)?;
    let native = known(&py.vm().state::<Types>().tuple_getter);
    let made = foreign::new(py, native, TupleGetter { index: py.index(index)? })?;
    let words = word(py.list_of(&[doc])?);
    made.words.set(py.mutator(), made, words);
    if class.is(native) { Ok(word(made)) } else { python_model::instance::new(py, class, word(made)) }
}

fn parts<'a>(py: Py<'a>, value: Word) -> Result<(&'a TupleGetter, heap::Gc<List>)> {
    let own = foreign::expect(py, value, "a '_tuplegetter'")?;
    let words = foreign::object_of(value).expect("its state was found").words.get();
    Ok((own, as_object(words).expect("a list since it was made")))
}

pub static METHODS: &[NativeDef] = &[
    def(
        "__get__",
        "($self, instance, owner=None, /)",
        "Return an attribute of instance, which is of type owner.",
        |py, a| {
            let own: &TupleGetter = foreign::expect(py, a[0], "a '_tuplegetter'")?;
            match py.cast::<Tuple>(a[1]) {
                Some(tuple) => match tuple.items().get(own.index as usize) {
                    Some(item) => Ok(item.get()),
                    None => Err(py.index_error("tuple index out of range")),
                },
                None if a[1] == NONE || a[1] == UNSET => Ok(a[0]),
                None => Err(py.type_error(format!(
                    "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
                    own.index,
                    py.type_name(a[1])
                ))),
            }
        },
    ),
    def("__set__", "($self, instance, value, /)", "Set an attribute of instance to value.", |py, _| {
        Err(py.raise_text(python_model::Ty::AttributeError, "can't set attribute"))
    }),
    def("__delete__", "($self, instance, /)", "Delete an attribute of instance.", |py, _| {
        Err(py.raise_text(python_model::Ty::AttributeError, "can't delete attribute"))
    }),
    getter("__doc__", "", |py, a| Ok(parts(py, a[0])?.1.item(0))),
    setter("__doc__", |py, a| {
        let storage = parts(py, a[0])?.1.storage();
        let doc = if a[1] == UNSET { NONE } else { a[1] };
        storage.items()[0].set(py.mutator(), storage, doc);
        Ok(NONE)
    }),
    def("__reduce__", "($self, /)", "", |py, a| {
        let (own, words) = parts(py, a[0])?;
        let args = py.new_tuple(&[py.int(own.index)?, words.item(0)])?;
        py.new_tuple(&[py.type_of(a[0]).word(), args])
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let (own, words) = parts(py, a[0])?;
        let doc = py.repr_text(words.item(0))?;
        py.str(&format!("{}({}, {doc})", py.class_name(a[0]), own.index))
    }),
];
