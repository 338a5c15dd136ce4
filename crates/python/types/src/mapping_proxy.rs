//! `mappingproxy`: a mapping that cannot be changed through it. `type.__dict__` is one.

use heap::{Gc, Header, WordSlot};
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, class_method, def};
use python_model::objects::*;
use python_model::operators::{Binary, Comparison};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

static METHODS: &[NativeDef] = &[
    def(
        "get",
        "($self, key, default=None, /)",
        "Return the value for key if key is in the mapping, else default.",
        |py, a| {
            let default = if a[2] == UNSET { NONE } else { a[2] };
            py.call_method(mapping(py, a[0], "get")?, Name::Get_, &[a[1], default])
        },
    ),
    def("keys", "($self, /)", "a set-like object providing a view on D's keys", |py, a| {
        py.call_method(mapping(py, a[0], "keys")?, Name::Keys, &[])
    }),
    def("values", "($self, /)", "an object providing a view on D's values", |py, a| {
        py.call_method(mapping(py, a[0], "values")?, Name::Values_, &[])
    }),
    def("items", "($self, /)", "a set-like object providing a view on D's items", |py, a| {
        py.call_method(mapping(py, a[0], "items")?, Name::Items, &[])
    }),
    def("copy", "($self, /)", "a shallow copy of D", |py, a| {
        py.call_method(mapping(py, a[0], "copy")?, Name::Copy, &[])
    }),
    def("__getitem__", "($self, key, /)", "Return self[key].", |py, a| {
        py.get_item(mapping(py, a[0], "__getitem__")?, a[1])
    }),
    def("__contains__", "($self, key, /)", "Return bool(key in self).", |py, a| {
        Ok(bool_word(py.contains(mapping(py, a[0], "__contains__")?, a[1])?))
    }),
    def("__len__", "($self, /)", "Return len(self).", |py, a| {
        py.int(py.len(mapping(py, a[0], "__len__")?)? as i64)
    }),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| py.iter(mapping(py, a[0], "__iter__")?)),
    def("__reversed__", "($self, /)", "D.__reversed__() -> reverse iterator", |py, a| {
        py.call_method(mapping(py, a[0], "__reversed__")?, Name::Reversed, &[])
    }),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        py.int(py.hash(mapping(py, a[0], "__hash__")?)?)
    }),
    def("__str__", "($self, /)", "Return str(self).", |py, a| {
        Ok(word(py.to_str(mapping(py, a[0], "__str__")?)?))
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let inner = py.repr(mapping(py, a[0], "__repr__")?)?;
        let mut out = b"mappingproxy(".to_vec();
        out.extend_from_slice(inner.as_bytes());
        out.push(b')');
        py.str_bytes(&out)
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare(py, a, Comparison::Eq)),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare(py, a, Comparison::Ne)),
    def("__lt__", "($self, value, /)", "Return self<value.", |py, a| compare(py, a, Comparison::Lt)),
    def("__le__", "($self, value, /)", "Return self<=value.", |py, a| compare(py, a, Comparison::Le)),
    def("__gt__", "($self, value, /)", "Return self>value.", |py, a| compare(py, a, Comparison::Gt)),
    def("__ge__", "($self, value, /)", "Return self>=value.", |py, a| compare(py, a, Comparison::Ge)),
    def("__or__", "($self, value, /)", "Return self|value.", |py, a| union(py, a[0], a[1])),
    def("__ror__", "($self, value, /)", "Return value|self.", |py, a| union(py, a[1], a[0])),
    def("__ior__", "($self, value, /)", "Return self|=value.", |py, _| {
        Err(py.type_error("'|=' is not supported by mappingproxy; use '|' instead"))
    }),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
];

pub static TYPES: &[NativeType] = &[NativeType {
    ty: Ty::MappingProxy,
    doc: "Read-only proxy of a mapping.",
    constructor: Some(construct),
    methods: METHODS,
}];

/// A proxy of a mapping.
pub fn new(py: Py, mapping: Word) -> Result {
    Ok(word(py.alloc(MappingProxy { header: Header::EMPTY, mapping: WordSlot::new(mapping) })?))
}

fn construct(py: Py, _class: TypeRef, args: Args) -> Result {
    let [mapping] =
        python_model::native::bind::<1>(py, "mappingproxy", python_model::signature!("(mapping)"), args)?;
    let is_sequence = matches!(V::of(py.base(mapping)), V::List(_) | V::Tuple(_));
    if is_sequence || py.type_of(mapping).lookup(py, Name::GetItem).is_none() {
        let name = py.argument_type(mapping);
        return Err(py.type_error(format!("mappingproxy() argument must be a mapping, not {name}")));
    }
    new(py, mapping)
}

fn mapping(py: Py, value: Word, method: &str) -> Result {
    let proxy: Gc<MappingProxy> = py.expect(value, Ty::MappingProxy, method)?;
    Ok(proxy.mapping.get())
}

/// What a proxy stands for; other values stand for themselves.
fn behind(value: Word) -> Word {
    as_object::<MappingProxy>(value).map_or(value, |proxy| proxy.mapping.get())
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    py.compare(op, mapping(py, a[0], "__eq__")?, a[1])
}

fn union(py: Py, a: Word, b: Word) -> Result {
    py.binary(Binary::Or, behind(a), behind(b))
}
