//! `int` from and to other values: the constructor, text, bytes.

use crate::int::receiver;
use crate::numbers::{
    Int, arithmetic, bytes_of, float_to_int, number_text, text_or_bytes, wrap, wrap_by_call,
};
use python_model::names::Name;
use python_model::native::{Args, bind};
use python_model::py::{Py, Result};
use python_model::signature;
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_number::int_bytes::{self, ByteOrder};
use python_number::int_text::{self, ParseIntError};
use python_text::format::number::{format_i64, format_int};

pub const TO_BYTES_DOC: &str = "Return an array of bytes representing an integer.\n\n  length\n    Length of bytes object to use.  An OverflowError is raised if\n    the integer is not representable with the given number of bytes.\n    Default is length 1.\n  byteorder\n    The byte order used to represent the integer.  If byteorder is\n    'big', the most significant byte is at the beginning of the byte\n    array.  If byteorder is 'little', the most significant byte is at\n    the end of the byte array.  To request the native byte order of\n    the host system, use sys.byteorder as the byte order value.\n    Default is to use 'big'.\n  signed\n    Determines whether two's complement is used to represent the\n    integer.  If signed is False and a negative integer is given,\n    an OverflowError is raised.";
pub const FROM_BYTES_DOC: &str = "Return the integer represented by the given array of bytes.\n\n  bytes\n    Holds the array of bytes to convert.  The argument must either\n    support the buffer protocol or be an iterable object producing\n    bytes.  Bytes and bytearray are examples of built-in objects that\n    support the buffer protocol.\n  byteorder\n    The byte order used to represent the integer.  If byteorder is\n    'big', the most significant byte is at the beginning of the byte\n    array.  If byteorder is 'little', the most significant byte is at\n    the end of the byte array.  To request the native byte order of\n    the host system, use sys.byteorder as the byte order value.\n    Default is to use 'big'.\n  signed\n    Indicates whether two's complement is used to represent the\n    integer.";

/// `int(x=0, /, base=10)`
pub fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    if args.positional_count() > 2 {
        let given = args.positional_count();
        return Err(py.type_error(format!("int expected at most 2 arguments, got {given}")));
    }
    let [x, base] = bind(py, "int", signature!("(x=0, /, base=10)"), args)?;
    let value = match (x, base) {
        (UNSET, UNSET) => py.int(0)?,
        (UNSET, _) => return Err(py.type_error("int() missing string argument")),
        (x, UNSET) => to_int(py, x)?,
        (x, base) => {
            let base = py.index_clamped(base)?;
            if base != 0 && !(2..=36).contains(&base) {
                return Err(py.value_error("int() base must be >= 2 and <= 36, or 0"));
            }
            match text_or_bytes(py, x) {
                Some(text) => parse(py, x, &text, base as u32)?,
                None => return Err(py.type_error("int() can't convert non-string with explicit base")),
            }
        }
    };
    wrap(py, class, Ty::Int, value)
}

/// The integer that a number or a text converts to.
fn to_int(py: Py, value: Word) -> Result {
    match V::of(value) {
        V::Int(_) | V::Big(_) => return Ok(value),
        V::Bool(value) => return py.int(i64::from(value)),
        V::Float(value) => return float_to_int(py, value),
        V::Str(text) => {
            if let Some(value) = int_text::parse_short(text.as_bytes()) {
                return py.int(value);
            }
        }
        _ => {}
    }
    if let Some(result) = py.call_special(value, Name::Int, &[])? {
        return match Int::of(py, result) {
            Some(number) => {
                py.warn_of_subclass(result, Ty::Int, "__int__ returned non-int")?;
                number.to_word(py)
            }
            None => Err(py.type_error(format!("__int__ returned non-int (type {})", py.type_name(result)))),
        };
    }
    if py.type_of(value).lookup(py, Name::Index).is_some() {
        return py.to_index(value);
    }
    match number_text(py, value)? {
        Some(text) => parse(py, value, &text, 10),
        None => Err(py.type_error(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            py.type_name(value)
        ))),
    }
}

fn parse(py: Py, value: Word, text: &[u8], base: u32) -> Result {
    match int_text::parse_int(text, base, py.vm().int_max_str_digits.get()) {
        Ok(python_number::Int::Small(value)) => py.int(value),
        Ok(python_number::Int::Big(value)) => py.big_int(value),
        Err(ParseIntError::Invalid) => {
            // What is like bytes is shown as bytes.
            let shown = if py.as_str(value).is_some() { value } else { py.new_bytes(text)? };
            Err(py.value_error(python_model::int_literal::message(py, shown, base)?))
        }
        Err(error) => Err(py.value_error(error.to_string())),
    }
}

/// `int.__repr__`
pub fn repr(py: Py, a: &[Word]) -> Result {
    match receiver(py, a[0], "__repr__")? {
        Int::Small(value) => py.decimal(value),
        Int::Big(value) => match int_text::to_decimal(&value.value, py.vm().int_max_str_digits.get()) {
            Ok(text) => py.str(&text),
            Err(error) => Err(py.value_error(error.to_string())),
        },
    }
}

/// `int.__format__`
pub fn format(py: Py, a: &[Word]) -> Result {
    if let (V::Int(value), Some(spec)) = (V::of(a[0]), py.as_str(a[1]))
        && !spec.is_empty()
        && let Some(text) = format_i64(value, spec.as_bytes())
    {
        return py.str_bytes(&text);
    }
    let value = receiver(py, a[0], "__format__")?;
    let limit = py.vm().int_max_str_digits.get();
    let type_name = py.type_name(a[0]);
    crate::numbers::format(py, a, |spec| format_int(&value.big(), spec, &type_name, limit, None))
}

fn byte_order(py: Py, value: Word, function: &str) -> Result<ByteOrder> {
    if value == UNSET {
        return Ok(ByteOrder::Big);
    }
    let Some(order) = py.as_str(value) else {
        return Err(py.type_error(format!(
            "{function}() argument 'byteorder' must be str, not {}",
            py.argument_type(value)
        )));
    };
    match order.as_bytes() {
        b"little" => Ok(ByteOrder::Little),
        b"big" => Ok(ByteOrder::Big),
        _ => Err(py.value_error("byteorder must be either 'little' or 'big'")),
    }
}

/// `int.to_bytes(length=1, byteorder='big', *, signed=False)`
pub fn to_bytes(py: Py, a: &[Word]) -> Result {
    let value = receiver(py, a[0], "to_bytes")?;
    let length = if a[1] == UNSET { 1 } else { py.index(a[1])? };
    let is_signed = a[3] != UNSET && py.truth(a[3])?;
    let order = byte_order(py, a[2], "to_bytes")?;
    let Ok(length) = usize::try_from(length) else {
        return Err(py.value_error("length argument must be non-negative"));
    };
    if length > isize::MAX as usize / 2 {
        return Err(py.out_of_memory());
    }
    let bytes = arithmetic(py, int_bytes::to_bytes(&value.big(), length, order, is_signed))?;
    py.new_bytes(&bytes)
}

/// `int.from_bytes(bytes, byteorder='big', *, signed=False)`
pub fn from_bytes(py: Py, a: &[Word]) -> Result {
    let is_signed = a[3] != UNSET && py.truth(a[3])?;
    let order = byte_order(py, a[2], "from_bytes")?;
    let bytes = bytes_of(py, a[1])?;
    let value = py.big_int(int_bytes::from_bytes(&bytes, order, is_signed))?;
    wrap_by_call(py, a[0], Ty::Int, value)
}
