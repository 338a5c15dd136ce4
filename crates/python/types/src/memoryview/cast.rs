//! `cast`: a view of the same bytes as items of another format, or in other dimensions.

use super::shape::{self, Dimensions, Order};
use super::{copy, items, live};
use python_model::native::given;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_text::pack::Format;

const MOST_DIMENSIONS: usize = 64;

fn is_byte(letter: u8) -> bool {
    matches!(letter, b'B' | b'b' | b'c')
}

pub fn cast(py: Py, a: &[Word]) -> Result {
    let view = live(py, a[0])?;
    let Some(text) = py.as_str(a[1]) else {
        return Err(
            py.type_error(format!("cast() argument 'format' must be str, not {}", py.argument_type(a[1])))
        );
    };
    let old = shape::of(view);
    if !shape::is_contiguous(&old, view.item_bytes.get(), Order::C) {
        return Err(py.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let new_shape = given(a[2]);
    if (new_shape.is_some() || old.len() != 1) && old.iter().any(|one| one.items == 0 || one.stride == 0) {
        return Err(py.type_error("memoryview: cannot cast view with zeros in shape or strides"));
    }
    let numbers = match new_shape {
        Some(list) => {
            let numbers = match (py.cast::<List>(list), py.cast::<Tuple>(list)) {
                (Some(list), _) => list,
                (None, Some(_)) => py.list_from_iterable(list)?,
                (None, None) => return Err(py.type_error("shape must be a list or a tuple")),
            };
            if numbers.len() > MOST_DIMENSIONS {
                return Err(py.value_error("memoryview: number of dimensions must not exceed 64"));
            }
            if old.len() != 1 && numbers.len() != 1 {
                return Err(py.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
            }
            Some(numbers)
        }
        None => None,
    };
    let letter = match text.as_bytes() {
        [letter] | [b'@', letter] if b"cbB?hHiIlLqQnNPefd".contains(letter) => *letter,
        _ => {
            return Err(py.value_error(
                "memoryview: destination format must be a native single character format prefixed with an optional '@'",
            ));
        }
    };
    if !is_byte(letter) && !is_byte(items::format(py, view)?.1) {
        return Err(py.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let size = Format::parse(&[letter]).map_or(1, |format| format.size()) as i64;
    let bytes = view.length.get() * view.item_bytes.get();
    if bytes % size != 0 {
        return Err(py.type_error("memoryview: length is not a multiple of itemsize"));
    }
    let dimensions = match numbers {
        None => shape::packed(&[bytes / size], size),
        Some(numbers) => {
            let dimensions = shape_argument(py, &numbers, size)?;
            if shape::item_count(&dimensions) * size != bytes {
                return Err(py.type_error("memoryview: product(shape) * itemsize != buffer size"));
            }
            dimensions
        }
    };
    let new = copy(py, view)?;
    new.format.set(py.mutator(), new, word(text));
    new.item_bytes.set(size);
    shape::set(py, new, &dimensions)?;
    Ok(word(new))
}

fn shape_argument(py: Py, numbers: &List, item_bytes: i64) -> Result<Dimensions> {
    let (mut lengths, mut bytes) = (Vec::new(), item_bytes);
    for index in 0..numbers.len() {
        let number = numbers.item(index);
        if !py.is_a(number, Ty::Int) {
            return Err(py.type_error("memoryview.cast(): elements of shape must be integers"));
        }
        let length = py.index(number)?;
        if length <= 0 {
            return Err(py.value_error("memoryview.cast(): elements of shape must be integers > 0"));
        }
        bytes = bytes
            .checked_mul(length)
            .ok_or_else(|| py.value_error("memoryview.cast(): product(shape) > SSIZE_MAX"))?;
        lengths.push(length);
    }
    Ok(shape::packed(&lengths, item_bytes))
}
