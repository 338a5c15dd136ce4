//! Items of a view: from bytes to values by the view's format, and back.

use super::{READ_ONLY, live};
use crate::buffer::{self, Buffer, Target};
use crate::memoryview::shape::{self, Order};
use crate::sequence::is_index;
use heap::Gc;
use python_model::exports;
use python_model::objects::*;
use python_model::outside;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_text::pack::{Format, Kind, PackError, Value};

/// All bytes of the source. Errors: it was released, or has shrunk.
fn source(py: Py, view: Gc<MemoryView>) -> Result<Buffer> {
    let base = py.base(view.source.get());
    if as_object::<Bytes>(base).is_none()
        && exports::exporter(py, base).is_none()
        && outside::holder(py, base).is_none()
    {
        return Err(py.value_error("operation forbidden on released memoryview object"));
    }
    let bytes = buffer::get(py, base)?;
    let end = if view.shape.get() == NONE {
        view.start.get() + ((view.length.get() - 1) * view.step.get()).max(0)
    } else {
        view.start.get() + shape::highest_offset(&shape::of(view))
    };
    if view.length.get() > 0 && (end + view.item_bytes.get()) as usize > bytes.len() {
        return Err(py.buffer_error("the bytes of the view are gone: its object has shrunk"));
    }
    Ok(bytes)
}

/// The bytes that a view shows, in C's order. Errors: it is released.
pub fn contents(py: Py, view: Gc<MemoryView>) -> Result<Buffer> {
    contents_in(py, view, Order::C)
}

/// The bytes that a view shows. Errors: it is released.
pub fn contents_in(py: Py, view: Gc<MemoryView>, order: Order) -> Result<Buffer> {
    live(py, word(view))?;
    let bytes = source(py, view)?;
    let (start, item) = (view.start.get(), view.item_bytes.get());
    if view.length.get() == 0 {
        return Ok(Buffer::Owned(Vec::new()));
    }
    let dimensions = shape::of(view);
    let length = (view.length.get() * item) as usize;
    if shape::is_contiguous(&dimensions, item, order) {
        let start = start as usize;
        match bytes {
            Buffer::Shared { storage, .. } => return Ok(Buffer::Shared { storage, start, length }),
            Buffer::Outside { holder, .. } => return Ok(Buffer::Outside { holder, start, length }),
            Buffer::Owned(_) => {}
        }
    }
    let mut out = Vec::with_capacity(length);
    shape::each_offset(&dimensions, order, &mut |offset| {
        let at = (start + offset) as usize;
        out.extend_from_slice(&bytes[at..at + item as usize]);
    });
    Ok(Buffer::Owned(out))
}

/// Where the bytes of a view lie, if they may be written and are next to each other: whose they are, offset, length.
/// Errors: it is released.
pub fn writable(py: Py, view: Gc<MemoryView>) -> Result<Option<(Target, usize, usize)>> {
    live(py, word(view))?;
    let is_writable = view.flags.get() & READ_ONLY == 0
        && (view.length.get() == 0
            || shape::is_contiguous(&shape::of(view), view.item_bytes.get(), Order::C));
    let Some(target) = Target::of(py, view.source.get()).filter(|_| is_writable) else {
        return Ok(None);
    };
    source(py, view)?;
    Ok(Some((target, view.start.get() as usize, (view.length.get() * view.item_bytes.get()) as usize)))
}

/// The format and its letter. Errors: `NotImplementedError`.
pub fn format(py: Py, view: Gc<MemoryView>) -> Result<(Format, u8)> {
    let text = py.expect_str(view.format.get(), "format")?;
    let letter = *text.as_bytes().last().unwrap_or(&b'B');
    match Format::parse(text.as_bytes()) {
        Ok(format) => Ok((format, letter)),
        Err(_) => {
            Err(py.not_implemented_error(format!("memoryview: format {} not supported", text.to_text())))
        }
    }
}

/// The item that is so many bytes behind the first one. Precondition: it is within the view.
pub fn at_offset(py: Py, view: Gc<MemoryView>, offset: i64) -> Result {
    live(py, word(view))?;
    let bytes = source(py, view)?;
    let at = (view.start.get() + offset) as usize;
    let part = &bytes[at..at + view.item_bytes.get() as usize];
    let (format, letter) = format(py, view)?;
    if letter == b'B' {
        return py.int(part[0].into());
    }
    match format.unpack(part).pop() {
        Some(Value::Bytes(bytes)) => py.new_bytes(&bytes),
        Some(Value::Int(int)) => py.big_int(int),
        Some(Value::Float(float)) => Ok(float_word(float)),
        Some(Value::Complex(re, im)) => py.complex(re, im),
        Some(Value::Bool(bool)) => Ok(bool_word(bool)),
        None => Err(py.not_implemented_error("memoryview: format without values")),
    }
}

/// An item of a view of one dimension. Precondition: the index is within the view.
pub fn at_index(py: Py, view: Gc<MemoryView>, index: i64) -> Result {
    at_offset(py, view, index * view.step.get())
}

/// Overwrites bytes from so many behind the first item.
pub fn write(py: Py, view: Gc<MemoryView>, offset: i64, bytes: &[u8]) -> Result<()> {
    live(py, word(view))?;
    source(py, view)?;
    let Some(target) = Target::of(py, view.source.get()) else {
        return Err(py.type_error("cannot modify read-only memory"));
    };
    target.write((view.start.get() + offset) as usize, bytes);
    Ok(())
}

/// The bytes of an item. Errors: `TypeError` or `ValueError` if the value is none of the format's.
pub fn pack(py: Py, view: Gc<MemoryView>, value: Word) -> Result<Vec<u8>> {
    let (format, letter) = format(py, view)?;
    let letter = char::from(letter);
    let wrong_type = || py.type_error(format!("memoryview: invalid type for format '{letter}'"));
    let wrong_value = || py.value_error(format!("memoryview: invalid value for format '{letter}'"));
    let kind = format.values().next().map(|(item, _)| item.kind);
    let unpacked = match kind {
        Some(Kind::Int { .. }) => {
            if !is_index(py, value) {
                return Err(wrong_type());
            }
            match V::of(py.to_index(value)?) {
                V::Int(int) => Value::Int(int.into()),
                V::Big(big) => Value::Int((*big.value).clone()),
                _ => return Err(wrong_type()),
            }
        }
        Some(Kind::Float) => match py.to_f64(value) {
            Ok(float) => Value::Float(float),
            Err(raised) => match py.take_if(Ty::TypeError) {
                Some(_) => return Err(wrong_type()),
                None => return Err(raised),
            },
        },
        Some(Kind::Bool) => Value::Bool(py.truth(value)?),
        Some(Kind::Char) => match py.cast::<Bytes>(value) {
            Some(bytes) if bytes.items().len() == 1 => Value::Bytes(bytes.items().to_vec()),
            Some(_) => return Err(wrong_value()),
            None => return Err(wrong_type()),
        },
        _ => return Err(py.not_implemented_error(format!("memoryview: format {letter} not supported"))),
    };
    let mut out = vec![0; view.item_bytes.get() as usize];
    match format.pack(&[unpacked], &mut out) {
        Ok(()) => Ok(out),
        Err(PackError::Struct(_)) => Err(wrong_value()),
        Err(PackError::Overflow(text)) => Err(py.overflow_error(text)),
    }
}
