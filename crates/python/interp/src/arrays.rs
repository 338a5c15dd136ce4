//! Items of `array.array` in traces: loads and stores of the machine.
//!
//! An array is a [`Foreign`] object of a runtime module whose word is a byte array with the typecode. Its storage is seen through descriptors of this
//! file alone, one per kind of item: what else of byte arrays traces look into, they have called functions for ([`crate::quiet`]), and those
//! take byte arrays that are no array's, as nobody else gets to an array's. A view of one is not plain: whatever reads or writes it may do anything.
//!
//! Limits: typecodes of items of other sizes, and of characters, are left to the runtime, as are subclasses.

use crate::items::index_in;
use heap::{ArrayDescr, FieldKind, Layout};
use metatrace_machine::{Arg, IntBinary, Machine, MachineExt};
use python_model::objects::*;

/// How the storage looks to traces.
const fn storage_of(item: FieldKind) -> ArrayDescr {
    ArrayDescr { item, immutable: false, ..Bytes::BYTES_ARRAY }
}

/// What items of a typecode are in memory, and binary logarithm of their size.
fn format(typecode: i64) -> Option<(FieldKind, i64)> {
    Some(match u8::try_from(typecode).ok()? {
        b'd' => (FieldKind::F64, 3),
        b'l' | b'q' => (FieldKind::I64, 3),
        b'i' => (FieldKind::I32, 2),
        b'I' => (FieldKind::U32, 2),
        b'H' => (FieldKind::U16, 1),
        b'B' => (FieldKind::U8, 0),
        _ => return None,
    })
}

/// The bytes of an array and what its items are: green.
fn parts<M: Machine>(m: &mut M, object: M::Ref) -> Option<(M::Ref, FieldKind, M::Int)> {
    let bytes = m.load_value(Foreign::WORDS, object);
    if m.as_int(bytes).is_some() {
        return None;
    }
    let bytes = m.as_ref(bytes)?;
    if !m.has_layout(bytes, ByteArray::ID) {
        return None;
    }
    let typecode = m.load_int(ByteArray::TYPECODE, bytes);
    let (item, shift) = format(m.promote_int(typecode))?;
    let length = m.load_int(ByteArray::LENGTH, bytes);
    let shift = m.int(shift);
    Some((bytes, item, m.int_binary(IntBinary::Shr, length, shift)))
}

/// The array in a value, the storage of its items, and a number that is one of them.
fn place<M: Machine>(m: &mut M, a: M::Value, key: M::Value) -> Option<(FieldKind, M::Ref, M::Int)> {
    if m.as_int(a).is_some() {
        return None;
    }
    let object = m.as_ref(a)?;
    if !m.has_layout(object, Foreign::ID) {
        return None;
    }
    let index = m.as_int(key)?;
    let (bytes, item, length) = parts(m, object)?;
    let index = index_in(m, index, length)?;
    Some((item, m.load_ref(ByteArray::STORAGE, bytes), index))
}

/// `a[key]`. `None`: nothing is known, and nothing was done.
pub fn item<M: Machine>(m: &mut M, a: M::Value, key: M::Value) -> Option<M::Value> {
    let (item, storage, index) = place(m, a, key)?;
    if item == FieldKind::F64 {
        let found = m.load_item_float(storage_of(item), storage, index);
        // Bytes from outside may be what no float of a program is.
        let is_number = m.float_eq(found, found);
        return m.truth(is_number).then(|| m.box_float(found));
    }
    let found = m.load_item_int(storage_of(item), storage, index);
    Some(m.box_int(found))
}

/// `a[key] = value`; whether it is done.
pub fn set_item<M: Machine>(m: &mut M, a: M::Value, key: M::Value, value: M::Value) -> bool {
    let Some((item, storage, index)) = place(m, a, key) else { return false };
    if item == FieldKind::F64 {
        let new = match m.as_float(value) {
            Some(new) => new,
            None => match m.as_int(value) {
                Some(new) => m.int_to_float(new),
                None => return false,
            },
        };
        m.store_item(storage_of(item), storage, index, Arg::Float(new));
        return true;
    }
    let Some(new) = m.as_int(value) else { return false };
    // From the least value on, as an unsigned number.
    let (least, count) = match item {
        FieldKind::I32 => (i64::from(i32::MIN), 1 << 32),
        FieldKind::U32 => (0, 1 << 32),
        FieldKind::U16 => (0, 1 << 16),
        FieldKind::U8 => (0, 1 << 8),
        _ => (0, 0),
    };
    if count != 0 {
        let (least, count) = (m.int(least), m.int(count));
        let above = m.int_sub(new, least);
        let is_inside = m.uint_lt(above, count);
        if !m.truth(is_inside) {
            return false;
        }
    }
    m.store_item(storage_of(item), storage, index, Arg::Int(new));
    true
}

/// `len(a)` of an array.
pub fn length<M: Machine>(m: &mut M, object: M::Ref) -> Option<M::Int> {
    Some(parts(m, object)?.2)
}
