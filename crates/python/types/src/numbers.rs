//! What the number types share: operands, the errors of `python_number`, text that is a number, and the lines of their tables.
//!
//! A binary operator and its reflection are one function of two converted operands; the macros make both lines of the table from it.
//! The first operand is the receiver (its type is checked), the second decides on `NotImplemented`.

use dashu_int::IBig;
use heap::Gc;
use metatrace_machine::Raised;
use python_model::native::{NativeDef, NativeType};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_number::error::{ArithmeticError, ExceptionKind};
use python_number::int_float;
use python_text::decimal::to_ascii;
use python_text::format::FormatError;
use std::borrow::Cow;

/// An `int`, also a `bool` or an instance of a subclass.
#[derive(Clone, Copy)]
pub enum Int {
    Small(i64),
    Big(Gc<BigInt>),
}

impl Int {
    /// The integer in a value that is an `int`.
    #[inline]
    pub fn of(py: Py, value: Word) -> Option<Int> {
        match V::of(py.base(value)) {
            V::Int(value) => Some(Int::Small(value)),
            V::Bool(value) => Some(Int::Small(i64::from(value))),
            V::Big(value) => Some(Int::Big(value)),
            _ => None,
        }
    }

    /// The integer that a value is an index for. Errors: `TypeError` if it has no `__index__`.
    pub fn index(py: Py, value: Word) -> Result<Int> {
        let index = py.to_index(value)?;
        Ok(Int::of(py, index).expect("an index is an int"))
    }

    pub fn big(&self) -> Cow<'_, IBig> {
        match self {
            Int::Small(value) => Cow::Owned(IBig::from(*value)),
            Int::Big(value) => Cow::Borrowed(&value.value),
        }
    }

    pub fn is_zero(self) -> bool {
        matches!(self, Int::Small(0))
    }

    pub fn is_negative(self) -> bool {
        match self {
            Int::Small(value) => value < 0,
            Int::Big(value) => python_number::division::is_negative(&value.value),
        }
    }

    /// The value as an exact `int`.
    pub fn to_word(self, py: Py) -> Result {
        match self {
            Int::Small(value) => py.int(value),
            Int::Big(value) => Ok(word(value)),
        }
    }

    /// Errors: `OverflowError` beyond the largest float.
    pub fn to_f64(self, py: Py) -> Result<f64> {
        match self {
            Int::Small(value) => Ok(value as f64),
            Int::Big(value) => arithmetic(py, int_float::int_to_float(&value.value)),
        }
    }
}

/// Raises what arithmetic failed with.
#[inline]
pub fn arithmetic<T>(py: Py, result: std::result::Result<T, ArithmeticError>) -> Result<T> {
    result.map_err(|error| raise_arithmetic(py, error))
}

#[cold]
fn raise_arithmetic(py: Py, error: ArithmeticError) -> Raised {
    if error == ArithmeticError::PowerOutOfRange {
        // The number is the C library's ERANGE.
        return match py.str(error.message()) {
            Ok(text) => py.raise_with(Ty::OverflowError, &[small_int(34), text]),
            Err(raised) => raised,
        };
    }
    raise_kind(py, error.kind(), error.message())
}

fn raise_kind(py: Py, kind: ExceptionKind, message: &str) -> Raised {
    match kind {
        ExceptionKind::ZeroDivisionError => py.zero_division_error(message),
        ExceptionKind::OverflowError => py.overflow_error(message),
        ExceptionKind::ValueError => py.value_error(message),
        ExceptionKind::TypeError => py.type_error(message),
        ExceptionKind::MemoryError => py.out_of_memory(),
    }
}

/// The whole part of a float as an `int`. Errors: infinities and NaN have none.
pub fn float_to_int(py: Py, value: f64) -> Result {
    match int_float::float_to_i64(value) {
        Some(small) => py.int(small),
        None => py.big_int(arithmetic(py, int_float::float_to_int(value))?),
    }
}

/// `TypeError` of a method whose receiver is of another type.
#[cold]
pub fn wrong_receiver(py: Py, value: Word, ty: Ty, method: &str) -> Raised {
    let (wanted, found) = (ty.name(), py.type_name(value));
    py.type_error(if python_model::native::is_special(method) {
        format!("descriptor '{method}' requires a '{wanted}' object but received a '{found}'")
    } else {
        format!("descriptor '{method}' for '{wanted}' objects doesn't apply to a '{found}' object")
    })
}

/// The result of a constructor: the value itself, or an instance of the subclass that was called.
pub fn wrap(py: Py, class: TypeRef, ty: Ty, value: Word) -> Result {
    if class.is(py.ty(ty)) { Ok(value) } else { python_model::instance::new(py, class, value) }
}

/// What a class method that makes numbers returns: the value, for a subclass what calling it with the value returns.
pub fn wrap_by_call(py: Py, class: Word, ty: Ty, value: Word) -> Result {
    if class == py.ty(ty).word() { Ok(value) } else { py.call(class, &[value]) }
}

/// The text of a number in a string (decimal digits as ASCII) or in a bytes-like object.
pub fn number_text(py: Py, value: Word) -> Result<Option<Vec<u8>>> {
    match text_or_bytes(py, value) {
        Some(text) => Ok(Some(text)),
        None => Ok(crate::buffer::get_opt(py, value)?.map(|bytes| bytes.to_vec())),
    }
}

/// The same for strings, `bytes` and `bytearray` only.
pub fn text_or_bytes(py: Py, value: Word) -> Option<Vec<u8>> {
    match py.as_str(value) {
        Some(text) => Some(to_ascii(text.as_bytes()).into_owned()),
        None => plain_bytes(py, value),
    }
}

fn plain_bytes(py: Py, value: Word) -> Option<Vec<u8>> {
    if let Some(bytes) = py.cast::<Bytes>(value) {
        return Some(bytes.items().to_vec());
    }
    let array = py.cast::<ByteArray>(value)?;
    let storage = array.storage.get()?;
    Some(storage.items()[..array.length.get() as usize].to_vec())
}

/// The bytes of a bytes-like object or of an iterable of integers, as `bytes(value)` has them. Errors: `TypeError` for strings,
/// integers and what is neither.
pub fn bytes_of(py: Py, value: Word) -> Result<Vec<u8>> {
    if let Some(bytes) = plain_bytes(py, value) {
        return Ok(bytes);
    }
    let refused = py.as_str(value).is_some() || Int::of(py, value).is_some();
    if refused {
        return Err(py.type_error(format!("cannot convert '{}' object to bytes", py.type_name(value))));
    }
    let bytes = py.call(py.ty(Ty::Bytes).word(), &[value])?;
    Ok(plain_bytes(py, bytes).unwrap_or_default())
}

/// `__format__`: `text` lays the number out; an empty specification means `str(value)`, which a subclass may have redefined.
pub fn format(
    py: Py,
    a: &[Word],
    text: impl FnOnce(&[u8]) -> std::result::Result<Vec<u8>, FormatError>,
) -> Result {
    let Some(spec) = py.as_str(a[1]) else {
        return Err(
            py.type_error(format!("__format__() argument must be str, not {}", py.argument_type(a[1])))
        );
    };
    if spec.is_empty() {
        return Ok(word(py.to_str(a[0])?));
    }
    match text(spec.as_bytes()) {
        Ok(text) => py.str_bytes(&text),
        Err(error) => Err(raise_kind(py, error.kind, &error.message)),
    }
}

/// A further table of a type.
pub const fn methods(ty: Ty, methods: &'static [NativeDef]) -> NativeType {
    NativeType { ty, doc: "", constructor: None, methods }
}

/// Binary operators: `"add" "+" function;` makes `__add__` and `__radd__`. `receiver(py, value, method) -> Result<T>` and
/// `operand(py, value) -> Result<Option<T>>` convert; `function(py, left: T, right: T) -> Result`.
macro_rules! binary_operators {
    ($receiver:path, $operand:path; $($name:literal $symbol:literal $function:path;)*) => {
        &[$(
            python_model::native::def(
                concat!("__", $name, "__"),
                "($self, value, /)",
                concat!("Return self", $symbol, "value."),
                |py, a| {
                    let left = $receiver(py, a[0], concat!("__", $name, "__"))?;
                    match $operand(py, a[1])? {
                        Some(right) => $function(py, left, right),
                        None => Ok(python_model::value::NOT_IMPLEMENTED),
                    }
                },
            ),
            python_model::native::def(
                concat!("__r", $name, "__"),
                "($self, value, /)",
                concat!("Return value", $symbol, "self."),
                |py, a| {
                    let right = $receiver(py, a[0], concat!("__r", $name, "__"))?;
                    match $operand(py, a[1])? {
                        Some(left) => $function(py, left, right),
                        None => Ok(python_model::value::NOT_IMPLEMENTED),
                    }
                },
            ),
        )*]
    };
}
pub(crate) use binary_operators;

/// The six comparisons, by `compare(py, receiver, other, comparison, method) -> Result`.
macro_rules! comparisons {
    ($compare:path) => {
        crate::numbers::comparisons! { $compare;
            "__lt__" "<" Lt; "__le__" "<=" Le; "__eq__" "==" Eq; "__ne__" "!=" Ne; "__gt__" ">" Gt; "__ge__" ">=" Ge;
        }
    };
    ($compare:path; $($name:literal $symbol:literal $comparison:ident;)*) => {
        &[$(
            python_model::native::def(
                $name,
                "($self, value, /)",
                concat!("Return self", $symbol, "value."),
                |py, a| {
                    let comparison = python_model::operators::Comparison::$comparison;
                    $compare(py, a[0], a[1], comparison, $name)
                },
            ),
        )*]
    };
}
pub(crate) use comparisons;
