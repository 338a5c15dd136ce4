//! `str.format` and `str.format_map`: fields fetched, converted, formatted and put together.

use crate::sequence::format_error;
use heap::Gc;
use python_model::dict;
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_text::format::fields::{Field, First, Markups, Numbering, Step, split_name};

/// Where fields come from.
#[derive(Clone, Copy)]
pub enum Fields {
    /// Positional arguments and a dict of keywords.
    Arguments { positional: Gc<Tuple>, named: Gc<Dict> },
    /// Any mapping: `format_map`.
    Mapping(Word),
}

/// Fields within the spec of a field may not have fields in their specs.
const DEEPEST: u32 = 2;

/// `text.format(…)`.
pub fn format(py: Py, text: Gc<Str>, fields: Fields) -> Result {
    let mut numbering = Numbering::default();
    let out = build(py, text.as_bytes(), fields, &mut numbering, DEEPEST)?;
    heap::keep(text);
    py.str_bytes(&out)
}

fn build(py: Py, text: &[u8], fields: Fields, numbering: &mut Numbering, depth: u32) -> Result<Vec<u8>> {
    if depth == 0 {
        return Err(py.value_error("Max string recursion exceeded"));
    }
    let mut out = Vec::with_capacity(text.len() + 32);
    for markup in Markups::new(text) {
        let markup = markup.map_err(|error| format_error(py, error))?;
        out.extend_from_slice(markup.literal);
        let Some(field) = markup.field else { continue };
        let value = fetch(py, &field, fields, numbering)?;
        let value = convert(py, value, field.conversion)?;
        if field.spec.is_empty() && push_plain(value, &mut out) {
            continue;
        }
        let spec = if field.spec_has_fields {
            let spec = build(py, field.spec, fields, numbering, depth - 1)?;
            py.str_bytes(&spec)?
        } else {
            py.str_bytes(field.spec)?
        };
        let formatted = format_value(py, value, spec)?;
        out.extend_from_slice(formatted.as_bytes());
    }
    Ok(out)
}

/// `format(value, "")` of a string or a machine integer; whether it is one.
fn push_plain(value: Word, out: &mut Vec<u8>) -> bool {
    match V::of(value) {
        V::Str(text) => out.extend_from_slice(text.as_bytes()),
        V::Int(value) => python_model::strings::push_decimal(value, out),
        _ => return false,
    }
    true
}

/// `format(value, spec)`
pub fn format_value(py: Py, value: Word, spec: Word) -> Result<Gc<Str>> {
    if let (V::Str(text), Some(spec)) = (V::of(value), as_object::<Str>(spec))
        && spec.is_empty()
    {
        return Ok(text);
    }
    if let Some(text) = python_model::plain::format(value, spec) {
        return py.new_wtf8(&text, python_text::code_points::count(&text));
    }
    let result = py.call_special(value, Name::Format, &[spec])?.expect("object has it");
    match py.as_str(result) {
        Some(text) => Ok(text),
        None => Err(py.type_error(format!(
            "{}.__format__() must return a str, not {}",
            py.type_name(value),
            py.type_name(result)
        ))),
    }
}

fn fetch(py: Py, field: &Field<'_>, fields: Fields, numbering: &mut Numbering) -> Result {
    let (first, steps) = split_name(field.name).map_err(|error| format_error(py, error))?;
    let index = numbering.resolve(first).map_err(|error| format_error(py, error))?;
    let mut value = match (index, fields) {
        (Some(_), Fields::Mapping(_)) => {
            return Err(py.value_error("Format string contains positional fields"));
        }
        (Some(index), Fields::Arguments { positional, .. }) => match positional.items().get(index as usize) {
            Some(item) => item.get(),
            None => {
                return Err(py.index_error(format!(
                    "Replacement index {index} out of range for positional args tuple"
                )));
            }
        },
        (None, fields) => {
            let First::Name(name) = first else { unreachable!("other first parts have an index") };
            let name = py.str_bytes(name)?;
            match fields {
                Fields::Mapping(mapping) => py.get_item(mapping, name)?,
                Fields::Arguments { named, .. } => match dict::get(py, named, name)? {
                    Some(value) => value,
                    None => return Err(py.key_error(name)),
                },
            }
        }
    };
    for step in steps {
        value = match step.map_err(|error| format_error(py, error))? {
            Step::Attribute(name) => {
                let name = py.intern_bytes(name)?;
                py.get_attr(value, name)?
            }
            Step::Index(index) => {
                let index = py.int(index)?;
                py.get_item(value, index)?
            }
            Step::Key(key) => {
                let key = py.str_bytes(key)?;
                py.get_item(value, key)?
            }
        };
    }
    Ok(value)
}

fn convert(py: Py, value: Word, conversion: Option<u32>) -> Result {
    let Some(conversion) = conversion else { return Ok(value) };
    match char::from_u32(conversion) {
        Some('s') => Ok(word(py.to_str(value)?)),
        Some('r') => Ok(word(py.repr(value)?)),
        Some('a') => ascii(py, value),
        Some(c @ '!'..='~') => Err(py.value_error(format!("Unknown conversion specifier {c}"))),
        _ => Err(py.value_error(format!("Unknown conversion specifier \\x{conversion:x}"))),
    }
}

/// `ascii(value)`
pub fn ascii(py: Py, value: Word) -> Result {
    let text = py.repr(value)?;
    if text.is_ascii() {
        return Ok(word(text));
    }
    let mut out = Vec::new();
    for point in python_text::code_points::iter(text.as_bytes()) {
        match point {
            0..=0x7F => out.push(point as u8),
            _ => python_text::repr::push_escape(&mut out, point),
        }
    }
    py.str_bytes(&out)
}

/// The arguments of `str.format`, which are behind the receiver.
pub fn arguments(py: Py, args: python_model::native::Args) -> Result<Fields> {
    let positional = py.tuple_of(&args.positionals()[1..])?;
    let named = dict::new(py)?;
    for (name, value) in args.named() {
        dict::set(py, named, word(name), value)?;
    }
    Ok(Fields::Arguments { positional, named })
}

/// `str.__format__`
pub fn format_text(py: Py, text: Gc<Str>, spec: Word) -> Result {
    let Some(spec) = py.as_str(spec) else {
        return Err(
            py.type_error(format!("__format__() argument must be str, not {}", py.argument_type(spec)))
        );
    };
    if spec.is_empty() {
        return Ok(word(text));
    }
    let out = python_text::format::text::format_str(text.as_bytes(), text.len(), spec.as_bytes());
    py.str_bytes(&out.map_err(|error| format_error(py, error))?)
}

/// Whether a value is a mapping as `%` understands it.
pub fn is_mapping(py: Py, value: Word) -> bool {
    let class = py.type_of(value);
    class.lookup(py, Name::GetItem).is_some() && !py.is_a(value, Ty::Tuple)
}
