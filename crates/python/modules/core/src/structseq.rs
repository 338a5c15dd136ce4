//! Tuples with named items, as `sys.version_info`: a subclass of tuple whose instances have the names as attributes.

use python_model::class::{NativeClass, native_type};
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_model::{dict, instance};

static METHODS: &[NativeDef] = &[def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
    let instance = as_instance(a[0]).ok_or_else(|| py.type_error("expected a structure"))?;
    let names = instance::attributes(py, instance)?;
    let (mut text, mut at) = (String::new(), 0);
    while let Some((entry, key, value)) = dict::next(names, at) {
        at = entry + 1;
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&format!("{}={}", py.to_text(key)?, py.repr_text(value)?));
    }
    let class = py.type_of(a[0]);
    let module = py.to_text(class.object().module.get())?;
    let name = class.name.borrow().to_string();
    py.str(&format!("{module}.{name}({text})"))
})];

/// A type of such tuples.
pub fn new_type(py: Py, module: &'static str, name: &'static str) -> Result<TypeRef> {
    native_type(
        py,
        &NativeClass {
            module,
            name,
            doc: "",
            base: Some(py.ty(Ty::Tuple)),
            flags: flags::HAS_DICT | flags::SEQUENCE,
            constructor: None,
            methods: METHODS,
        },
    )
}

/// An instance. `values` has an item for each of `fields`.
pub fn new(py: Py, class: TypeRef, fields: &[&str], values: &[Word]) -> Result {
    let tuple = py.new_tuple(values)?;
    let made = instance::new(py, class, tuple)?;
    let object = as_instance(made).expect("made as an instance");
    for (field, value) in fields.iter().zip(values) {
        instance::set(py, object, py.intern(field)?, *value)?;
    }
    Ok(made)
}
