//! `bytes`: construction and what `bytearray` does differently. The shared methods are in [`crate::bytes_like`].

use crate::bytes_like;
use heap::Gc;
use python_model::instance;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, bind, def};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

static METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        py.str_bytes(&python_text::repr::repr_bytes(own(py, a[0], "__repr__")?.items()))
    }),
    def("__str__", "($self, /)", "Return str(self).", |py, a| {
        py.warn_of_bytes("str() on a bytes instance")?;
        Ok(word(py.repr(a[0])?))
    }),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        py.int(py.hash(word(own(py, a[0], "__hash__")?))?)
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare(py, a, Comparison::Eq)),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare(py, a, Comparison::Ne)),
    def("__lt__", "($self, value, /)", "Return self<value.", |py, a| compare(py, a, Comparison::Lt)),
    def("__le__", "($self, value, /)", "Return self<=value.", |py, a| compare(py, a, Comparison::Le)),
    def("__gt__", "($self, value, /)", "Return self>value.", |py, a| compare(py, a, Comparison::Gt)),
    def("__ge__", "($self, value, /)", "Return self>=value.", |py, a| compare(py, a, Comparison::Ge)),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        let own = word(own(py, a[0], "__iter__")?);
        Ok(python_model::iterators::builtin_iter(py, own)?.expect("bytes have an iterator"))
    }),
    def("__bytes__", "($self, /)", "Convert this value to exact type bytes.", |py, a| {
        Ok(word(own(py, a[0], "__bytes__")?))
    }),
    def("__getnewargs__", "($self, /)", "Arguments for __new__ when unpickling.", |py, a| {
        py.new_tuple(&[word(own(py, a[0], "__getnewargs__")?)])
    }),
    def("__sizeof__", "($self, /)", "Return the size of the bytes in memory.", |py, a| {
        py.int(33 + own(py, a[0], "__sizeof__")?.items().len() as i64)
    }),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::Bytes,
        doc: "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object",
        constructor: Some(construct),
        methods: METHODS,
    },
    NativeType { ty: Ty::Bytes, doc: "", constructor: None, methods: bytes_like::METHODS },
];

fn own(py: Py, receiver: Word, method: &str) -> Result<Gc<Bytes>> {
    py.expect(receiver, Ty::Bytes, method)
}

fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let signature = python_model::signature!("(source=b'', encoding='utf-8', errors='strict')");
    let [source, encoding, errors] = bind(py, "bytes", signature, args)?;
    let value =
        if source != UNSET && encoding == UNSET && errors == UNSET { plain(py, source)? } else { None };
    let value = match value {
        Some(value) => value,
        None => py.new_bytes(&bytes_like::from_arguments(py, Ty::Bytes, source, encoding, errors)?)?,
    };
    if class.is(py.ty(Ty::Bytes)) { Ok(value) } else { instance::new(py, class, py.base(value)) }
}

/// What bytes of a single argument are without conversion: exact bytes, or the result of `__bytes__`.
fn plain(py: Py, source: Word) -> Result<Option<Word>> {
    if as_object::<Bytes>(source).is_some() {
        return Ok(Some(source));
    }
    if as_object::<ByteArray>(source).is_some() || as_object::<Str>(source).is_some() {
        return Ok(None);
    }
    let Some(result) = py.call_special(source, Name::Bytes, &[])? else { return Ok(None) };
    match py.cast::<Bytes>(result) {
        Some(_) => Ok(Some(result)),
        None => Err(py.type_error(format!("__bytes__ returned non-bytes (type {})", py.type_name(result)))),
    }
}

fn compare(py: Py, a: &[Word], comparison: Comparison) -> Result {
    let bytes = own(py, a[0], comparison.name().text())?;
    match py.cast::<Bytes>(a[1]) {
        Some(other) => crate::sequence::ordered(comparison, bytes.items().cmp(other.items())),
        None => {
            py.warn_of_comparison(comparison, Ty::Bytes, a[1])?;
            Ok(NOT_IMPLEMENTED)
        }
    }
}
