//! Builtins about text: `format`, `ascii`, `bin`, `oct`, `hex`, `input`.

use dashu_int::IBig;
use python_model::dict;
use python_model::names::Name;
use python_model::native::{NativeDef, def};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::value::*;

pub static FUNCTIONS: &[NativeDef] = &[
    def(
        "format",
        "(value, format_spec='', /)",
        "Return type(value).__format__(value, format_spec)",
        |py, a| {
            let spec = if a[1] == UNSET { py.str("")? } else { a[1] };
            if py.as_str(spec).is_none() {
                let what = py.argument_type(spec);
                return Err(py.type_error(format!("format() argument 2 must be str, not {what}")));
            }
            match py.call_special(a[0], Name::Format, &[spec])? {
                Some(text) if py.as_str(text).is_some() => Ok(text),
                Some(other) => {
                    let what = py.type_name(other);
                    Err(py.type_error(format!("__format__ must return a str, not {what}")))
                }
                None => {
                    let what = py.type_name(a[0]);
                    Err(py.type_error(format!("Type {what} doesn't define __format__")))
                }
            }
        },
    ),
    def("ascii", "(obj, /)", "Return an ASCII-only representation of an object.", |py, a| {
        let object = py.repr_object(a[0])?;
        let text = py.as_str(object).expect("checked to be a string");
        if text.is_ascii() {
            return Ok(object);
        }
        let mut out = Vec::new();
        for point in python_model::strings::code_points(text.as_bytes()) {
            match u8::try_from(point) {
                Ok(byte) if byte.is_ascii() => out.push(byte),
                _ => python_text::repr::push_escape(&mut out, point),
            }
        }
        py.str_bytes(&out)
    })
    .quiet(),
    def("bin", "(number, /)", "Return the binary representation of an integer.\n\n   >>> bin(2796202)\n   '0b1010101010101010101010'", |py, a| {
        radix(py, a[0], 2, "0b")
    })
    .quiet(),
    def("oct", "(number, /)", "Return the octal representation of an integer.\n\n   >>> oct(342391)\n   '0o1234567'", |py, a| {
        radix(py, a[0], 8, "0o")
    })
    .quiet(),
    def("hex", "(number, /)", "Return the hexadecimal representation of an integer.\n\n   >>> hex(12648430)\n   '0xc0ffee'", |py, a| {
        radix(py, a[0], 16, "0x")
    })
    .quiet(),
    def("input", "(prompt='', /)", "Read a string from standard input.", input),
];

fn radix(py: Py, value: Word, radix: u32, prefix: &str) -> Result {
    let index = py.to_index(value)?;
    if let Some(value) = as_i64(index) {
        let digits = python_number::int_text::Digits::of(value, radix, false);
        let mut text = [0; 80];
        let mut length = 0;
        for part in [if value < 0 { b"-".as_slice() } else { b"" }, prefix.as_bytes(), digits.as_bytes()] {
            text[length..length + part.len()].copy_from_slice(part);
            length += part.len();
        }
        return Ok(word(py.new_wtf8(&text[..length], length)?));
    }
    let value = big(py, index);
    let digits = python_number::int_text::to_radix(&value, radix);
    match digits.strip_prefix('-') {
        Some(digits) => py.str(&format!("-{prefix}{digits}")),
        None => py.str(&format!("{prefix}{digits}")),
    }
}

/// The number in an exact `int`.
pub fn big(_py: Py, value: Word) -> IBig {
    match V::of(value) {
        V::Int(n) => IBig::from(n),
        V::Big(n) => (*n.value).clone(),
        V::Bool(b) => IBig::from(i32::from(b)),
        _ => IBig::ZERO,
    }
}

fn input(py: Py, a: &[Word]) -> Result {
    let sys = as_object::<Dict>(py.vm().sys.get());
    let stream = |name: Name| match sys.and_then(|sys| dict::get_symbol(py, sys, name)) {
        Some(stream) if stream != NONE => Ok(stream),
        _ => Err(py.runtime_error(format!("input(): lost sys.{}", name.text()))),
    };
    let (stdin, stdout) = (stream(Name::Stdin)?, stream(Name::Stdout)?);
    if a[0] != UNSET {
        let prompt = word(py.to_str(a[0])?);
        py.call_method(stdout, Name::Write, &[prompt])?;
    }
    // A stream that cannot be flushed is no obstacle.
    let flushed = py.call_method(stdout, Name::Flush, &[]).map(|_| ());
    py.unless(flushed, python_model::types::Ty::Exception)?;
    let line = py.call_method(stdin, Name::ReadLine, &[])?;
    let Some(text) = py.as_str(line) else {
        return Err(py.type_error("object.readline() returned non-string"));
    };
    match text.as_bytes() {
        [] => Err(py.eof_error("EOF when reading a line")),
        [line @ .., b'\n'] => py.str_bytes(line),
        _ => Ok(line),
    }
}
