//! `%` formatting of strings and bytes: which argument each conversion takes, and what becomes of it.

use crate::buffer;
use crate::sequence::format_error;
use crate::text_format::{ascii, is_mapping};
use dashu_int::IBig;
use heap::Gc;
use metatrace_machine::Raised;
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_text::format::percent::{self, Amount, Conversion, Piece, Pieces};
use python_text::format::{checked_width, percent as conversions};

/// What is being formatted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    Text,
    Bytes,
}

/// The right operand: a tuple of arguments, or one argument that may be a mapping.
struct Arguments {
    tuple: Option<Gc<Tuple>>,
    single: Word,
    /// The mapping, if the operand is one.
    mapping: Option<Word>,
    next: usize,
    target: Target,
}

impl Arguments {
    fn of(py: Py, operand: Word, target: Target) -> Arguments {
        let tuple = py.cast::<Tuple>(operand);
        let base = py.base(operand);
        let is_own_kind = match target {
            Target::Text => as_object::<Str>(base).is_some(),
            Target::Bytes => as_object::<Bytes>(base).is_some() || as_object::<ByteArray>(base).is_some(),
        };
        let may_map = tuple.is_none() && !is_own_kind && object(operand).is_some();
        let mapping = (may_map && is_mapping(py, operand)).then_some(operand);
        Arguments { tuple, single: operand, mapping, next: 0, target }
    }

    fn take(&mut self, py: Py) -> Result {
        let found = match self.tuple {
            Some(tuple) => tuple.items().get(self.next).map(|item| item.get()),
            None => (self.next == 0).then_some(self.single),
        };
        self.next += 1;
        found.ok_or_else(|| py.type_error("not enough arguments for format string"))
    }

    fn keyed(&self, py: Py, key: &[u8]) -> Result {
        let Some(mapping) = self.mapping else { return Err(py.type_error("format requires a mapping")) };
        let key = match self.target {
            Target::Text => py.str_bytes(key)?,
            Target::Bytes => py.new_bytes(key)?,
        };
        py.get_item(mapping, key)
    }

    /// Errors: `TypeError` if arguments are left.
    fn finish(&self, py: Py) -> Result<()> {
        let count = self.tuple.map_or(1, |tuple| tuple.items().len());
        if self.next < count && self.mapping.is_none() {
            let what = if self.target == Target::Text { "string" } else { "bytes" };
            return Err(py.type_error(format!("not all arguments converted during {what} formatting")));
        }
        Ok(())
    }

    /// The width or precision of `*`, or the one that is written.
    fn amount(&mut self, py: Py, amount: Amount) -> Result<Option<i64>> {
        match amount {
            Amount::Absent => Ok(None),
            Amount::Value(value) => Ok(Some(value as i64)),
            Amount::Argument => {
                let value = self.take(py)?;
                if !py.is_a(value, Ty::Int) {
                    return Err(py.type_error("* wants int"));
                }
                match V::of(py.to_index(value)?) {
                    V::Int(value) => Ok(Some(value)),
                    _ => Err(py.overflow_error("Python int too large to convert to C ssize_t")),
                }
            }
        }
    }
}

/// `format % operand`: the text or bytes.
pub fn format(py: Py, format: &[u8], operand: Word, target: Target) -> Result<Vec<u8>> {
    let mut arguments = Arguments::of(py, operand, target);
    let mut out = Vec::with_capacity(format.len() + 32);
    for piece in Pieces::new(format) {
        match piece.map_err(|error| format_error(py, error))? {
            Piece::Literal(literal) => out.extend_from_slice(literal),
            Piece::Conversion(conversion) => convert(py, &mut arguments, conversion, &mut out)?,
        }
    }
    arguments.finish(py)?;
    Ok(out)
}

fn convert(
    py: Py,
    arguments: &mut Arguments,
    mut conversion: Conversion<'_>,
    out: &mut Vec<u8>,
) -> Result<()> {
    let keyed = match conversion.key {
        Some(key) => Some(arguments.keyed(py, key)?),
        None => None,
    };
    if conversion.is_percent_sign() {
        out.push(b'%');
        return Ok(());
    }
    if plain(arguments, &conversion, out) {
        return Ok(());
    }
    let mut width = arguments.amount(py, conversion.width)?.unwrap_or(0);
    if width < 0 {
        conversion.left = true;
        width = width.saturating_neg();
    }
    let width = checked_width(width as usize).map_err(|error| format_error(py, error))?;
    // A negative precision is none at all but zero.
    let precision = arguments.amount(py, conversion.precision)?.map(|p| p.max(0) as usize);
    let letter = u8::try_from(conversion.letter).unwrap_or(0);
    if let Some(precision) = precision {
        if precision > i32::MAX as usize {
            return Err(py.overflow_error("Python int too large to convert to C int"));
        }
        // Sign and prefix of an integer must fit as well.
        let is_integer = matches!(letter, b'd' | b'i' | b'u' | b'o' | b'x' | b'X');
        if is_integer && precision > i32::MAX as usize - 3 {
            return Err(py.overflow_error("precision too large"));
        }
    }
    let target = arguments.target;
    let mut value = || match keyed {
        Some(value) => Ok(value),
        None => arguments.take(py),
    };
    let text = match letter {
        b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => {
            let value = value()?;
            if let (V::Int(number), None) = (V::of(value), precision) {
                percent::push_i64(number, &conversion, width, out);
                return Ok(());
            }
            let number = integer(py, value, letter)?;
            let limit = py.vm().int_max_str_digits.get();
            percent::format_int(&number, &conversion, width, precision, limit)
                .map_err(|error| format_error(py, error))?
        }
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
            let value = value()?;
            let number = float(py, value, target)?;
            conversions::format_float_conversion(number, &conversion, width, precision)
        }
        _ => match target {
            Target::Text => text_conversion(py, &mut value, &conversion, letter, width, precision)?,
            Target::Bytes => bytes_conversion(py, &mut value, &conversion, letter, width, precision)?,
        },
    };
    out.extend(text);
    Ok(())
}

/// `%s` of a string and `%d` and `%s` of a machine integer, without anything between sign and letter; whether it was one.
fn plain(arguments: &mut Arguments, conversion: &Conversion<'_>, out: &mut Vec<u8>) -> bool {
    if !conversion.is_plain() || arguments.target != Target::Text {
        return false;
    }
    let next = match arguments.tuple {
        Some(tuple) => tuple.items().get(arguments.next).map(|item| item.get()),
        None => (arguments.next == 0).then_some(arguments.single),
    };
    match (next.map(V::of), u8::try_from(conversion.letter)) {
        (Some(V::Str(text)), Ok(b's')) => out.extend_from_slice(text.as_bytes()),
        (Some(V::Int(value)), Ok(b's' | b'd')) => {
            percent::push_i64(value, conversion, 0, out);
        }
        _ => return false,
    }
    arguments.next += 1;
    true
}

fn float(py: Py, value: Word, target: Target) -> Result<f64> {
    match py.to_f64(value) {
        Err(raised) if target == Target::Bytes => match py.take_if(Ty::TypeError) {
            Some(_) => Err(py.type_error(format!("float argument required, not {}", py.type_name(value)))),
            None => Err(raised),
        },
        result => result,
    }
}

fn text_conversion(
    py: Py,
    value: &mut dyn FnMut() -> Result,
    conversion: &Conversion<'_>,
    letter: u8,
    width: usize,
    precision: Option<usize>,
) -> Result<Vec<u8>> {
    let (text, precision): (Gc<Str>, _) = match letter {
        b's' => (py.to_str(value()?)?, precision),
        b'r' => (py.repr(value()?)?, precision),
        b'a' => (py.expect_str(ascii(py, value()?)?, "ascii()")?, precision),
        b'c' => (character(py, value()?)?, None),
        _ => {
            value()?;
            return Err(format_error(py, percent::unsupported(conversion)));
        }
    };
    Ok(percent::format_text(text.as_bytes(), text.len(), conversion, width, precision))
}

fn bytes_conversion(
    py: Py,
    value: &mut dyn FnMut() -> Result,
    conversion: &Conversion<'_>,
    letter: u8,
    width: usize,
    precision: Option<usize>,
) -> Result<Vec<u8>> {
    match letter {
        b's' | b'b' => {
            let value = value()?;
            let is_plain = matches!(V::of(value), V::Bytes(_)) || as_object::<ByteArray>(value).is_some();
            let converted = if is_plain { None } else { py.call_special(value, Name::Bytes, &[])? };
            let Some(result) = converted else {
                if let Some(bytes) = buffer::get_opt(py, value)? {
                    return Ok(percent::format_bytes(&bytes, conversion, width, precision));
                }
                return Err(py.type_error(format!(
                    "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
                    py.type_name(value)
                )));
            };
            match py.cast::<Bytes>(result) {
                Some(bytes) => Ok(percent::format_bytes(bytes.items(), conversion, width, precision)),
                None => {
                    Err(py
                        .type_error(format!("__bytes__ returned non-bytes (type {})", py.type_name(result))))
                }
            }
        }
        b'r' | b'a' => {
            let text = py.expect_str(ascii(py, value()?)?, "ascii()")?;
            Ok(percent::format_bytes(text.as_bytes(), conversion, width, precision))
        }
        b'c' => Ok(percent::format_bytes(&[byte(py, value()?)?], conversion, width, None)),
        _ => {
            value()?;
            Err(format_error(py, percent::unsupported(conversion)))
        }
    }
}

/// The argument of `%c` in a string.
fn character(py: Py, value: Word) -> Result<Gc<Str>> {
    if let Some(text) = py.as_str(value) {
        if text.len() == 1 {
            return Ok(text);
        }
        return Err(py.type_error(format!(
            "%c requires an int or a unicode character, not a string of length {}",
            text.len()
        )));
    }
    // An `__index__` that fails makes another message than none.
    let class = match crate::sequence::is_index(py, value) {
        true => py.type_name(value),
        false => crate::object::qualified(py, py.type_of(value)),
    };
    let Some(index) = py.unless(py.to_index(value), Ty::TypeError)? else {
        return Err(py.type_error(format!("%c requires an int or a unicode character, not {class}")));
    };
    let point = match V::of(index) {
        V::Int(point @ 0..0x11_0000) => point as u32,
        _ => return Err(py.overflow_error("%c arg not in range(0x110000)")),
    };
    py.new_wtf8(&python_text::code_points::from_code_point(point), 1)
}

/// The argument of `%c` in bytes.
fn byte(py: Py, value: Word) -> Result<u8> {
    let base = py.base(value);
    for (bytes, what) in [
        (as_object::<Bytes>(base).map(|b| b.items().to_vec()), "bytes"),
        (as_object::<ByteArray>(base).map(|b| b.to_vec()), "bytearray"),
    ] {
        match bytes.as_deref() {
            None => {}
            Some([byte]) => return Ok(*byte),
            Some(bytes) => {
                return Err(py.type_error(format!(
                    "%c requires an integer in range(256) or a single byte, not a {what} object of length {}",
                    bytes.len()
                )));
            }
        }
    }
    if !crate::sequence::is_index(py, value) {
        return Err(py.type_error(format!(
            "%c requires an integer in range(256) or a single byte, not {}",
            crate::object::qualified(py, py.type_of(value))
        )));
    }
    match V::of(py.to_index(value)?) {
        V::Int(byte @ 0..256) => Ok(byte as u8),
        _ => Err(py.overflow_error("%c arg not in range(256)")),
    }
}

/// The argument of an integer conversion: any number for `%d`, an integer for `%x`.
fn integer(py: Py, value: Word, letter: u8) -> Result<IBig> {
    let refused = |py: Py| -> Raised {
        let what = if matches!(letter, b'd' | b'i' | b'u') { "a real number" } else { "an integer" };
        let (letter, name) = (char::from(letter), py.type_name(value));
        py.type_error(format!("%{letter} format: {what} is required, not {name}"))
    };
    if let Some(number) = big(py.base(value)) {
        return Ok(number);
    }
    let converted = if matches!(letter, b'd' | b'i' | b'u') {
        if let V::Float(x) = V::of(py.base(value)) {
            return python_number::int_float::float_to_int(x).map_err(|error| match error.kind() {
                python_number::ExceptionKind::OverflowError => py.overflow_error(error.message()),
                _ => py.value_error(error.message()),
            });
        }
        match py.call_special(value, Name::Int, &[]) {
            Ok(Some(result)) => Ok(result),
            Ok(None) => py.to_index(value),
            Err(raised) => Err(raised),
        }
    } else {
        py.to_index(value)
    };
    match converted {
        Ok(result) => match big(py.base(result)) {
            Some(number) => {
                py.warn_of_subclass(result, Ty::Int, "__int__ returned non-int")?;
                Ok(number)
            }
            None => Err(refused(py)),
        },
        Err(raised) => match py.take_if(Ty::TypeError) {
            Some(_) => Err(refused(py)),
            None => Err(raised),
        },
    }
}

fn big(value: Word) -> Option<IBig> {
    match V::of(value) {
        V::Int(i) => Some(IBig::from(i)),
        V::Bool(b) => Some(IBig::from(u8::from(b))),
        V::Big(big) => Some((*big.value).clone()),
        _ => None,
    }
}
