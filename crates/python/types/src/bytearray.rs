//! `bytearray`: construction and what changes it. The methods shared with `bytes` are in [`crate::bytes_like`].

use crate::buffer;
use crate::bytes_like::{self, byte, cannot_concat, subscript_errors};
use crate::sequence::{self, Repeat, Subscript, size_argument, subscript};
use crate::text_iterators;
use heap::Gc;
use python_model::instance;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, def};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_text::codecs::single_byte::decode_latin1;

static METHODS: &[NativeDef] = &[
    def(
        "__release_buffer__",
        "($self, buffer, /)",
        "Release the buffer object that exposes the underlying memory of the object.",
        |py, a| crate::memoryview::release_of(py, a[0], a[1]),
    ),
    def(
        "__init__",
        "($self, /, source=b'', encoding='utf-8', errors='strict')",
        "Initialize self.",
        |py, a| {
            let own = own(py, a[0], "__init__")?;
            if a[1] == UNSET && a[2] == UNSET && a[3] == UNSET {
                return own.splice(py, own, 0..own.len(), b"").map(|()| NONE);
            }
            // If the arguments are at fault, the array is empty afterwards.
            own.splice(py, own, 0..own.len(), b"")?;
            let bytes = bytes_like::from_arguments(py, Ty::ByteArray, a[1], a[2], a[3])?;
            own.splice(py, own, 0..own.len(), &bytes)?;
            Ok(NONE)
        },
    ),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own = own(py, a[0], "__repr__")?;
        // Unlike that of bytes, this escapes apostrophes between quotation marks too.
        let bytes = own.to_vec();
        let is_quoted = bytes.contains(&b'\'') && !bytes.contains(&b'"');
        let quote = if is_quoted { '"' } else { '\'' };
        let mut text = String::new();
        for &byte in &bytes {
            match byte {
                b'\'' | b'\\' => text.extend(['\\', char::from(byte)]),
                b'\t' => text.push_str("\\t"),
                b'\n' => text.push_str("\\n"),
                b'\r' => text.push_str("\\r"),
                b' '..=b'~' => text.push(char::from(byte)),
                _ => text.push_str(&format!("\\x{byte:02x}")),
            }
        }
        py.str(&format!("{}(b{quote}{text}{quote})", py.type_name(a[0])))
    }),
    def("__str__", "($self, /)", "Return str(self).", |py, a| {
        py.warn_of_bytes("str() on a bytearray instance")?;
        Ok(word(py.repr(a[0])?))
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare(py, a, Comparison::Eq)),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare(py, a, Comparison::Ne)),
    def("__lt__", "($self, value, /)", "Return self<value.", |py, a| compare(py, a, Comparison::Lt)),
    def("__le__", "($self, value, /)", "Return self<=value.", |py, a| compare(py, a, Comparison::Le)),
    def("__gt__", "($self, value, /)", "Return self>value.", |py, a| compare(py, a, Comparison::Gt)),
    def("__ge__", "($self, value, /)", "Return self>=value.", |py, a| compare(py, a, Comparison::Ge)),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        own(py, a[0], "__iter__")?;
        text_iterators::over(py, a[0], Ty::ByteArrayIterator)
    }),
    def("__setitem__", "($self, key, value, /)", "Set self[key] to value.", set_item),
    def("__delitem__", "($self, key, /)", "Delete self[key].", delete_item),
    def("__iadd__", "($self, value, /)", "Implement self+=value.", |py, a| {
        let own = own(py, a[0], "__iadd__")?;
        match buffer::get_opt(py, a[1])? {
            Some(bytes) if as_object::<Bytes>(a[1]).is_some() => {
                own.splice(py, own, own.len()..own.len(), &bytes)?;
                bytes.keep();
            }
            Some(bytes) => {
                // A copy: the bytes may be the array's own.
                let bytes = bytes.to_vec();
                own.splice(py, own, own.len()..own.len(), &bytes)?;
            }
            None => return Err(cannot_concat(py, a[1], Ty::ByteArray)),
        }
        Ok(a[0])
    }),
    def("__imul__", "($self, value, /)", "Implement self*=value.", |py, a| {
        let own = own(py, a[0], "__imul__")?;
        match sequence::repeat(py, a[0], a[1], own.len())? {
            Repeat::Times(times) => {
                let bytes = own.to_vec().repeat(times);
                own.splice(py, own, 0..own.len(), &bytes)?;
                Ok(a[0])
            }
            Repeat::Result(result) => Ok(result),
        }
    }),
    def("append", "($self, item, /)", "Append a byte.", |py, a| {
        let byte = byte(py, a[1])?;
        let own = own(py, a[0], "append")?;
        own.push(py, own, byte)?;
        Ok(NONE)
    }),
    def("extend", "($self, iterable_of_ints, /)", "Append the bytes of an iterable.", |py, a| {
        // `__buffer__` may change the array: what comes goes to where its end was.
        let place = own(py, a[0], "extend")?.len();
        let bytes = match buffer::get_opt(py, a[1])? {
            Some(bytes) => {
                let bytes = bytes.to_vec();
                let own = own(py, a[0], "extend")?;
                let place = place.min(own.len());
                own.splice(py, own, place..place, &bytes)?;
                return Ok(NONE);
            }
            None => {
                let _ = py.room_hint(a[1], 0)?;
                extension(py, a[1])?
            }
        };
        let own = own(py, a[0], "extend")?;
        own.splice(py, own, own.len()..own.len(), &bytes)?;
        Ok(NONE)
    }),
    def("insert", "($self, index, item, /)", "Insert a byte before an index.", |py, a| {
        let (index, byte) = (size_argument(py, a[1], 0)?, byte(py, a[2])?);
        let own = own(py, a[0], "insert")?;
        let at = python_text::index::clip(index, i64::MAX, own.len()).start.min(own.len());
        own.splice(py, own, at..at, &[byte])?;
        Ok(NONE)
    }),
    def("pop", "($self, index=-1, /)", "Remove a byte and return it.", |py, a| {
        let index = size_argument(py, a[1], -1)?;
        let own = own(py, a[0], "pop")?;
        if own.is_empty() {
            return Err(py.index_error("pop from empty bytearray"));
        }
        let Some(at) = python_text::index::wrap_index(index, own.len()) else {
            return Err(py.index_error("pop index out of range"));
        };
        let byte = own.get(at);
        own.splice(py, own, at..at + 1, b"")?;
        py.int(byte.into())
    }),
    def("remove", "($self, value, /)", "Remove the first such byte.", |py, a| {
        let byte = byte(py, a[1])?;
        let own = own(py, a[0], "remove")?;
        match own.to_vec().iter().position(|&found| found == byte) {
            Some(at) => own.splice(py, own, at..at + 1, b"").map(|()| NONE),
            None => Err(py.value_error("value not found in bytearray")),
        }
    }),
    def("clear", "($self, /)", "Remove all bytes.", |py, a| {
        let own = own(py, a[0], "clear")?;
        own.splice(py, own, 0..own.len(), b"")?;
        Ok(NONE)
    }),
    def("copy", "($self, /)", "Return a copy.", |py, a| {
        Ok(word(py.new_byte_array(&own(py, a[0], "copy")?.to_vec())?))
    }),
    def("reverse", "($self, /)", "Reverse the order of the bytes.", |py, a| {
        let own = own(py, a[0], "reverse")?;
        let mut bytes = own.to_vec();
        bytes.reverse();
        own.write(0, &bytes);
        Ok(NONE)
    }),
    def("resize", "($self, size, /)", "Cut to a size or fill up with null bytes.", |py, a| {
        let size = size_argument(py, a[1], 0)?;
        let own = own(py, a[0], "resize")?;
        if size < 0 {
            return Err(py.value_error(format!("Can only resize to positive sizes, got {size}")));
        }
        let size = size as usize;
        if size > python_text::format::MAX_WIDTH {
            return Err(py.out_of_memory());
        }
        let fill = vec![0; size.saturating_sub(own.len())];
        own.splice(py, own, size.min(own.len())..own.len(), &fill)?;
        Ok(NONE)
    }),
    def("__alloc__", "($self, /)", "The number of bytes allocated.", |py, a| {
        let own = own(py, a[0], "__alloc__")?;
        let allocated = if own.is_empty() { 0 } else { own.bytes().items().len().max(own.len()) + 1 };
        py.int(allocated as i64)
    }),
    def("__sizeof__", "($self, /)", "Return the size of the object in memory, in bytes.", |py, a| {
        let own = own(py, a[0], "__sizeof__")?;
        py.int(56 + if own.is_empty() { 0 } else { own.bytes().items().len() as i64 + 1 })
    }),
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, a| reduce(py, a[0], 2)),
    def("__reduce_ex__", "($self, proto=0, /)", "Helper for pickle.", |py, a| {
        let protocol = size_argument(py, a[1], 0)?;
        reduce(py, a[0], protocol)
    }),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::ByteArray,
        doc: "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array",
        constructor: Some(construct),
        methods: METHODS,
    },
    NativeType { ty: Ty::ByteArray, doc: "", constructor: None, methods: bytes_like::METHODS },
];

fn own(py: Py, receiver: Word, method: &str) -> Result<Gc<ByteArray>> {
    py.expect(receiver, Ty::ByteArray, method)
}

fn construct(py: Py, class: TypeRef, _args: Args) -> Result {
    let empty = word(py.new_byte_array(b"")?);
    if class.is(py.ty(Ty::ByteArray)) { Ok(empty) } else { instance::new(py, class, empty) }
}

fn compare(py: Py, a: &[Word], comparison: Comparison) -> Result {
    let Some(other) = buffer::get_opt(py, a[1])? else {
        py.warn_of_comparison(comparison, Ty::ByteArray, a[1])?;
        return Ok(NOT_IMPLEMENTED);
    };
    let own = own(py, a[0], comparison.name().text())?;
    crate::sequence::ordered(comparison, (*own.to_vec()).cmp(&*other))
}

/// The bytes that `extend` appends.
fn extension(py: Py, iterable: Word) -> Result<Vec<u8>> {
    if py.as_str(iterable).is_some() {
        return Err(
            py.type_error(format!("expected iterable of integers; got: '{}'", py.type_name(iterable)))
        );
    }
    match py.iter(iterable) {
        Ok(iterator) => bytes_like::from_iterator(py, iterator, "byte must be in range(0, 256)"),
        Err(raised) => Err(match py.take_if(Ty::TypeError) {
            Some(_) => py.type_error(format!("can't extend bytearray with {}", py.type_name(iterable))),
            None => raised,
        }),
    }
}

fn set_item(py: Py, a: &[Word]) -> Result {
    let own = own(py, a[0], "__setitem__")?;
    if as_object::<Slice>(a[1]).is_none() {
        // The index is checked first, then the value, whose `__index__` may shrink the array.
        let at = |py| match subscript(py, a[1], || own.len(), subscript_errors(Ty::ByteArray))? {
            Subscript::Item(at) => Ok(at),
            Subscript::Items { .. } => unreachable!("the key is no slice"),
        };
        at(py)?;
        let byte = byte(py, a[2])?;
        own.write(at(py)?, &[byte]);
        return Ok(NONE);
    }
    let new = if let Some(bytes) = buffer::get_opt(py, a[2])? {
        bytes.to_vec()
    } else if sequence::is_index(py, a[2]) || py.as_str(a[2]).is_some() {
        return Err(py.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)"));
    } else {
        bytes_like::from_arguments(py, Ty::ByteArray, a[2], UNSET, UNSET)?
    };
    replace(py, own, a[1], &new)
}

/// `own[slice] = new`
fn replace(py: Py, own: Gc<ByteArray>, slice: Word, new: &[u8]) -> Result {
    let parsed = as_object::<Slice>(slice).expect("the caller checked");
    let (start, stop, step) = sequence::slice_bounds(py, &parsed)?;
    let (start, _, items) = python_text::index::slice_indices(start, stop, step, own.len());
    if step == 1 {
        let start = start as usize;
        own.splice(py, own, start..start + items, new)?;
        return Ok(NONE);
    }
    if new.is_empty() {
        return delete_slice(py, own, start, step, items);
    }
    if new.len() != items {
        return Err(py.value_error(format!(
            "attempt to assign bytes of size {} to extended slice of size {items}",
            new.len()
        )));
    }
    for (item, &byte) in new.iter().enumerate() {
        own.write((start + item as i64 * step) as usize, &[byte]);
    }
    Ok(NONE)
}

fn delete_item(py: Py, a: &[Word]) -> Result {
    let own = own(py, a[0], "__delitem__")?;
    match subscript(py, a[1], || own.len(), subscript_errors(Ty::ByteArray))? {
        Subscript::Item(at) => own.splice(py, own, at..at + 1, b"").map(|()| NONE),
        Subscript::Items { start, step, items } => delete_slice(py, own, start, step, items),
    }
}

fn delete_slice(py: Py, own: Gc<ByteArray>, start: i64, step: i64, items: usize) -> Result {
    if items == 0 {
        return Ok(NONE);
    }
    if step == 1 {
        own.splice(py, own, start as usize..start as usize + items, b"")?;
        return Ok(NONE);
    }
    let mut is_deleted = vec![false; own.len()];
    (0..items as i64).for_each(|item| is_deleted[(start + item * step) as usize] = true);
    let left: Vec<u8> = own
        .to_vec()
        .into_iter()
        .zip(is_deleted)
        .filter(|(_, deleted)| !deleted)
        .map(|(byte, _)| byte)
        .collect();
    own.splice(py, own, 0..own.len(), &left)?;
    Ok(NONE)
}

/// Class, arguments and attributes: from protocol 3 on the argument is bytes.
fn reduce(py: Py, value: Word, protocol: i64) -> Result {
    let own = own(py, value, "__reduce__")?;
    let attributes = py.call_method(value, Name::GetState, &[])?;
    let bytes = own.to_vec();
    let arguments = if bytes.is_empty() {
        py.vm().empty_tuple()
    } else if protocol < 3 {
        let mut text = Vec::new();
        decode_latin1(&bytes, &mut text);
        py.new_tuple(&[py.str_bytes(&text)?, py.str("latin-1")?])?
    } else {
        py.new_tuple(&[py.new_bytes(&bytes)?])?
    };
    py.new_tuple(&[py.type_of(value).word(), arguments, attributes])
}
