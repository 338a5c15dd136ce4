//! `len(value)` in traces: read in place where the object has it, of an instance by the frame of its `__len__`.

use crate::arrays;
use crate::calls;
use crate::continuation::Continuation;
use crate::frame::{self, Entered};
use crate::payloads;
use crate::quiet;
use crate::residual as call;
use heap::Layout;
use metatrace_machine::{Arg, FrameStack, Machine, MachineExt, Raised};
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::Py;
use python_model::value::{Word, as_object};

/// The length of what has one that is read in place.
pub fn of<M: Machine>(m: &mut M, py: Py, a: M::Value) -> Option<M::Value> {
    let object = m.as_ref(a)?;
    let length = match m.layout_of(object) {
        id if id == List::ID => m.load_int(List::LENGTH, object),
        id if id == Str::ID => m.load_int(Str::CHARS, object),
        id if id == Dict::ID => m.load_int(Dict::LIVE, object),
        id if id == Tuple::ID => m.array_len(Tuple::ITEMS_ARRAY, object),
        id if id == Bytes::ID => m.load_int(Bytes::SIZE, object),
        id if id == Range::ID => m.load_int(Range::LENGTH, object),
        id if id == Set::ID => {
            let table = m.load_ref(Set::TABLE, object);
            m.load_int(Dict::LIVE, table)
        }
        id if id == FrozenSet::ID => {
            let table = m.load_ref(FrozenSet::TABLE, object);
            m.load_int(Dict::LIVE, table)
        }
        id if id == Foreign::ID && M::RECORDS => arrays::length(m, object)?,
        id if id == ByteArray::ID => {
            m.call_int(&quiet::BYTEARRAY_LEN, &[Arg::Ref(object)]).expect("it does not raise")
        }
        _ => {
            let (held, _) = payloads::standing_for(m, py, a, Name::Len)?;
            return of(m, py, held);
        }
    };
    Some(m.box_int(length))
}

/// The frame of the `__len__` of an instance, written in Python; `None`: it is something else.
pub fn enter<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    a: M::Value,
) -> Result<Option<Entered<M::Value>>, Raised> {
    let Some(object) = m.as_ref(a) else { return Ok(None) };
    let layout = m.layout_of(object);
    if layout.0 < heap::FIRST_DYNAMIC_LAYOUT {
        return Ok(None);
    }
    let class = py.vm().maps.get(layout).class;
    // Of a function that takes more than the instance the runtime would return what it returned, which a failed guard would deliver unchecked.
    let is_plain = |method: &Word| {
        as_object::<Function>(*method).is_some_and(|f| f.code().is_plain && f.code().arg_count == 1)
    };
    let Some(method) = class.lookup(py, Name::Len).filter(is_plain) else { return Ok(None) };
    if !frame::depends_on(m, class) {
        return Ok(None);
    }
    stack.set_continuation(Continuation::Length as u32);
    calls::call_special(m, py, stack, pc, method, &[a]).map(Some)
}

/// What `len` makes of what a `__len__` returned. Errors: as `len`.
pub fn checked<M: Machine>(m: &mut M, result: M::Value) -> Result<M::Value, Raised> {
    if let Some(length) = m.as_int(result) {
        let zero = m.int(0);
        let is_negative = m.int_lt(length, zero);
        if !m.truth(is_negative) {
            return Ok(result);
        }
    }
    m.call_value(&call::LENGTH_OF_RESULT, &[Arg::Value(result)])
}
