//! Items of lists, tuples, strings and dicts, and unpacking.

use crate::arrays;
use crate::calls;
use crate::consumers;
use crate::exceptions;
use crate::frame::{self, Entered};
use crate::payloads;
use crate::plain;
use crate::quiet_keys::{self, compares_quietly};
use crate::residual as call;
use crate::text;
use heap::{Gc, Layout};
use metatrace_machine::{Arg, Encoding, FrameStack, Machine, MachineExt, NanBox, Raised, Window};
use python_compile::opcode::Opcode;
use python_model::code::Code;
use python_model::dict;
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::Py;
use python_model::types::Ty;
use python_model::value::{NONE, UNSET, as_object};

type Entry<M> = Result<Entered<<M as Machine>::Value>, Raised>;

/// A valid index of a sequence, negative ones counted from the end; `None`: out of range.
#[inline(always)]
pub fn index_in<M: Machine>(m: &mut M, index: M::Int, length: M::Int) -> Option<M::Int> {
    let inside = m.uint_lt(index, length);
    if m.truth(inside) {
        return Some(index);
    }
    let zero = m.int(0);
    let is_negative = m.int_lt(index, zero);
    if !m.truth(is_negative) {
        return None;
    }
    let from_end = m.int_add(index, length);
    let inside = m.uint_lt(from_end, length);
    m.truth(inside).then_some(from_end)
}

/// `a[key]`. The item of a list is loaded in place.
#[inline(always)]
pub fn load<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    a: M::Value,
    key: M::Value,
) -> Entry<M> {
    if !M::RECORDS
        && let Some(object) = m.as_ref(a)
        && let Some(index) = m.as_int(key)
    {
        let layout = m.layout_of(object);
        if layout == List::ID {
            let length = m.load_int(List::LENGTH, object);
            if let Some(index) = index_in(m, index, length) {
                let items = m.load_ref(List::ITEMS, object);
                return Ok(Entered::Value(m.load_item_value(Values::ITEMS_ARRAY, items, index)));
            }
        } else if layout == Tuple::ID {
            let length = m.array_len(Tuple::ITEMS_ARRAY, object);
            if let Some(index) = index_in(m, index, length) {
                return Ok(Entered::Value(m.load_item_value(Tuple::ITEMS_ARRAY, object, index)));
            }
        } else if layout == Str::ID
            && let Some(item) = ascii_item(m, py, a, index)
        {
            return Ok(Entered::Value(item));
        }
    }
    load_any(m, py, stack, pc, a, key)
}

/// The character of an ASCII string at an index, for the direct machine.
#[inline(always)]
fn ascii_item<M: Machine>(m: &mut M, py: Py, text: M::Value, index: M::Int) -> Option<M::Value> {
    let text = as_object::<Str>(m.promote_value(text))?;
    if !text.is_ascii() {
        return None;
    }
    let (bytes, index) = (text.as_bytes(), m.promote_int(index));
    let index = if index < 0 { index + bytes.len() as i64 } else { index };
    let byte = *bytes.get(index as usize)?;
    Some(m.value(py.vm().latin1_char(byte)))
}

fn load_any<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    a: M::Value,
    key: M::Value,
) -> Entry<M> {
    if let Some(object) = m.as_ref(a) {
        let layout = m.layout_of(object);
        match layout {
            id if id == List::ID => {
                if let Some(index) = m.as_int(key) {
                    let length = m.load_int(List::LENGTH, object);
                    if let Some(index) = index_in(m, index, length) {
                        let items = m.load_ref(List::ITEMS, object);
                        return Ok(Entered::Value(m.load_item_value(Values::ITEMS_ARRAY, items, index)));
                    }
                    exceptions::unless_raised::<M, ()>(m, py, Ty::IndexError, "list index out of range")?;
                }
            }
            id if id == Tuple::ID => {
                if let Some(index) = m.as_int(key) {
                    let length = m.array_len(Tuple::ITEMS_ARRAY, object);
                    if let Some(index) = index_in(m, index, length) {
                        return Ok(Entered::Value(m.load_item_value(Tuple::ITEMS_ARRAY, object, index)));
                    }
                    exceptions::unless_raised::<M, ()>(m, py, Ty::IndexError, "tuple index out of range")?;
                }
            }
            id if id == Dict::ID => {
                stack.set_pc(pc);
                if !M::RECORDS {
                    let own: Gc<Dict> = m.promote_ref(object).downcast().expect("tested just now");
                    let key = m.promote_value(key);
                    return match dict::get(py, own, key)? {
                        Some(found) => Ok(Entered::Value(m.value(found))),
                        None => Err(py.key_error(key)),
                    };
                }
                if is_simple_key(m, py, key) && compares_quietly(m, py, object) {
                    let found = dict_get(m, py, object, key)?;
                    if !m.value_is(found, NanBox::UNSET) {
                        return Ok(Entered::Value(found));
                    }
                    if let Some(raised) = exceptions::raise_new(m, py, Ty::KeyError, &[key]) {
                        return Err(raised);
                    }
                    // The runtime finds again that the key is missing, and raises.
                }
            }
            id if id == Str::ID => {
                if let Some(index) = m.as_int(key) {
                    let chars = m.load_int(Str::CHARS, object);
                    if let Some(index) = index_in(m, index, chars) {
                        if M::RECORDS
                            && let Some(item) = text::item(m, py, object, index)
                        {
                            return Ok(Entered::Value(item));
                        }
                        let item = m.call_value(&call::STR_ITEM, &[Arg::Ref(object), Arg::Int(index)])?;
                        return Ok(Entered::Value(item));
                    }
                }
            }
            id if id.0 >= heap::FIRST_DYNAMIC_LAYOUT => {
                let class = py.vm().maps.get(id).class;
                if let Some(method) = class.lookup(py, Name::GetItem)
                    && as_object::<Function>(method).is_some()
                    && frame::depends_on(m, class)
                {
                    return calls::call_special(m, py, stack, pc, method, &[a, key]);
                }
                match payloads::standing_for(m, py, a, Name::GetItem) {
                    // What is missing may be what `__missing__` says.
                    Some((held, Ty::Dict)) => {
                        let object = frame::object(m, held);
                        if is_simple_key(m, py, key) && compares_quietly(m, py, object) {
                            stack.set_pc(pc);
                            let found = dict_get(m, py, object, key)?;
                            if !m.value_is(found, NanBox::UNSET) {
                                return Ok(Entered::Value(found));
                            }
                        }
                    }
                    Some((held, _)) => return load_any(m, py, stack, pc, held, key),
                    None => {}
                }
            }
            _ => {}
        }
    }
    stack.set_pc(pc);
    if M::RECORDS
        && let Some(item) = arrays::item(m, a, key)
    {
        return Ok(Entered::Value(item));
    }
    if M::RECORDS
        && let Some(item) = plain::item(m, a, key)?
    {
        return Ok(Entered::Value(item));
    }
    m.call_value(&call::GET_ITEM, &[Arg::Value(a), Arg::Value(key)]).map(Entered::Value)
}

/// `slice(start, stop, step)`: in a trace virtual, if nobody else gets it.
pub fn new_slice<M: Machine>(m: &mut M, bounds: [M::Value; 3]) -> Result<M::Value, Raised> {
    if !M::RECORDS {
        return m.call_value(&call::NEW_SLICE, &bounds.map(Arg::Value));
    }
    let slice = m.new_object(Slice::ID, Slice::DESCR.size_bytes)?;
    for (field, bound) in [Slice::START, Slice::STOP, Slice::STEP].into_iter().zip(bounds) {
        m.store_value(field, slice, bound);
    }
    Ok(m.box_ref(slice))
}

/// `a[start:stop]` without a slice object, for the direct machine; `None`: it takes one.
pub fn load_slice<M: Machine>(
    m: &mut M,
    py: Py,
    a: M::Value,
    start: M::Value,
    stop: M::Value,
) -> Result<Option<M::Value>, Raised> {
    let (a, start, stop) = (m.promote_value(a), m.promote_value(start), m.promote_value(stop));
    let part = py.simple_slice(a, start, stop, NONE)?;
    Ok(part.map(|part| m.value(part)))
}

/// The length of an exact list or tuple.
#[inline(always)]
pub fn simple_length<M: Machine>(m: &mut M, value: M::Value) -> Option<M::Int> {
    let object = m.as_ref(value)?;
    let layout = m.layout_of(object);
    if layout == Tuple::ID {
        return Some(m.array_len(Tuple::ITEMS_ARRAY, object));
    }
    (layout == List::ID).then(|| m.load_int(List::LENGTH, object))
}

/// `len(value)` of the commonest kinds.
#[inline(always)]
pub fn length<M: Machine>(m: &mut M, value: M::Value) -> Option<M::Int> {
    let object = m.as_ref(value)?;
    Some(match m.layout_of(object) {
        id if id == List::ID => m.load_int(List::LENGTH, object),
        id if id == Str::ID => m.load_int(Str::CHARS, object),
        id if id == Tuple::ID => m.array_len(Tuple::ITEMS_ARRAY, object),
        id if id == Dict::ID => m.load_int(Dict::LIVE, object),
        _ => return None,
    })
}

/// A key that is hashed without user code, and compared with its like. The direct machine knows the commonest.
pub fn is_simple_key<M: Machine>(m: &mut M, py: Py, key: M::Value) -> bool {
    if M::RECORDS {
        return quiet_keys::is_quiet(m, py, key);
    }
    if m.as_int(key).is_some() {
        return true;
    }
    match m.as_ref(key) {
        Some(object) => m.layout_of(object) == Str::ID,
        None => true,
    }
}

/// `a[key] = value`. The item of a list is stored in place.
#[inline(always)]
pub fn store<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    a: M::Value,
    key: M::Value,
    value: M::Value,
) -> Entry<M> {
    if !M::RECORDS
        && let Some(object) = m.as_ref(a)
        && m.layout_of(object) == List::ID
        && let Some(index) = m.as_int(key)
    {
        let length = m.load_int(List::LENGTH, object);
        if let Some(index) = index_in(m, index, length) {
            let items = m.load_ref(List::ITEMS, object);
            m.store_item(Values::ITEMS_ARRAY, items, index, Arg::Value(value));
            return Ok(Entered::Value(value));
        }
    }
    store_any(m, py, stack, pc, a, key, value)
}

fn store_any<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    a: M::Value,
    key: M::Value,
    value: M::Value,
) -> Entry<M> {
    if let Some(object) = m.as_ref(a) {
        let layout = m.layout_of(object);
        if layout == List::ID {
            if let Some(index) = m.as_int(key) {
                let length = m.load_int(List::LENGTH, object);
                if let Some(index) = index_in(m, index, length) {
                    let items = m.load_ref(List::ITEMS, object);
                    m.store_item(Values::ITEMS_ARRAY, items, index, Arg::Value(value));
                    return Ok(Entered::Value(value));
                }
            }
        } else if layout == Dict::ID {
            stack.set_pc(pc);
            if !M::RECORDS {
                let own: Gc<Dict> = m.promote_ref(object).downcast().expect("tested just now");
                dict::set(py, own, m.promote_value(key), m.promote_value(value))?;
                return Ok(Entered::Value(value));
            }
            if is_simple_key(m, py, key) && compares_quietly(m, py, object) {
                let set = quiet_keys::dict_set(m, key);
                m.call_nothing(set, &[Arg::Ref(object), Arg::Value(key), Arg::Value(value)])?;
                return Ok(Entered::Value(value));
            }
        } else if layout.0 >= heap::FIRST_DYNAMIC_LAYOUT {
            let class = py.vm().maps.get(layout).class;
            if let Some(method) = class.lookup(py, Name::SetItem)
                && as_object::<Function>(method).is_some()
                && frame::depends_on(m, class)
            {
                return calls::call_special(m, py, stack, pc, method, &[a, key, value]);
            }
            if let Some((held, _)) = payloads::standing_for(m, py, a, Name::SetItem) {
                return store_any(m, py, stack, pc, held, key, value);
            }
        }
    }
    stack.set_pc(pc);
    if M::RECORDS && (arrays::set_item(m, a, key, value) || plain::set_item(m, a, key, value)) {
        return Ok(Entered::Value(value));
    }
    m.call_nothing(&call::SET_ITEM, &[Arg::Value(a), Arg::Value(key), Arg::Value(value)])?;
    Ok(Entered::Value(value))
}

/// Whether a value is a dict, exactly, that runs no user code to find a key.
pub fn is_quiet_dict<M: Machine>(m: &mut M, py: Py, value: M::Value) -> bool {
    match m.as_ref(value) {
        Some(object) => m.has_layout(object, Dict::ID) && compares_quietly(m, py, object),
        None => false,
    }
}

/// The item of a dict whose key is simple; unset if it is not there. A residual call for traces.
#[inline(always)]
pub fn dict_get<M: Machine>(m: &mut M, py: Py, object: M::Ref, key: M::Value) -> Result<M::Value, Raised> {
    if M::RECORDS {
        return m.call_value(&call::DICT_GET, &[Arg::Ref(object), Arg::Value(key)]);
    }
    let own: Gc<Dict> = m.promote_ref(object).downcast().expect("the caller tested the layout");
    let key = m.promote_value(key);
    let found = dict::get(py, own, key)?;
    Ok(m.value(found.unwrap_or(UNSET)))
}

/// `LIST_APPEND`: into the storage if there is room.
#[inline(always)]
pub fn append<M: Machine>(
    m: &mut M,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    list: M::Value,
    item: M::Value,
) -> Result<(), Raised> {
    let object = crate::frame::object(m, list);
    let length = m.load_int(List::LENGTH, object);
    let items = m.load_ref(List::ITEMS, object);
    let capacity = m.array_len(Values::ITEMS_ARRAY, items);
    let has_room = m.int_lt(length, capacity);
    if m.truth(has_room) {
        m.store_item(Values::ITEMS_ARRAY, items, length, Arg::Value(item));
        let one = m.int(1);
        let next = m.int_add(length, one);
        m.store_int(List::LENGTH, object, next);
        return Ok(());
    }
    stack.set_pc(pc);
    m.call_nothing(&call::LIST_PUSH, &[Arg::Value(list), Arg::Value(item)])
}

/// `UNPACK_SEQUENCE`: a tuple of exactly `count` items.
#[inline(always)]
pub fn unpack<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    value: M::Value,
    count: u32,
) -> Result<Entered<M::Value>, Raised> {
    if !M::RECORDS
        && let Some(tuple) = as_object::<Tuple>(m.promote_value(value))
        && tuple.length.get() == i64::from(count)
    {
        return Ok(Entered::Value(value));
    }
    unpack_any(m, py, stack, pc, value, count)
}

/// Executes the instructions behind `pc` that take items out of the tuple in a register; the pc of the last of them.
#[inline(always)]
pub fn take_out<M: Machine>(
    m: &mut M,
    w: Window<M::Value>,
    code: &'static Code,
    mut pc: u32,
    register: u32,
) -> u32 {
    let tuple = crate::frame::object(m, w.get(register));
    loop {
        let (op, to, from, index) = code.decoded(pc + 1);
        if op != Opcode::TupleItem || from != register {
            return pc;
        }
        pc += 1;
        let index = m.int(i64::from(index));
        w.set(to, m.load_item_value(Tuple::ITEMS_ARRAY, tuple, index));
        if to == register {
            return pc;
        }
    }
}

fn unpack_any<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    value: M::Value,
    count: u32,
) -> Result<Entered<M::Value>, Raised> {
    if let Some(object) = m.as_ref(value) {
        let layout = m.layout_of(object);
        let wanted = m.int(i64::from(count));
        if layout == Tuple::ID {
            let length = m.array_len(Tuple::ITEMS_ARRAY, object);
            let fits = m.int_eq(length, wanted);
            if m.truth(fits) {
                return Ok(Entered::Value(value));
            }
        } else if layout == List::ID {
            let length = m.load_int(List::LENGTH, object);
            let fits = m.int_eq(length, wanted);
            if m.truth(fits) {
                let items = m.load_ref(List::ITEMS, object);
                let none = m.value(NanBox::NONE);
                let tuple = m.new_array(Tuple::ITEMS_ARRAY, wanted, Arg::Value(none))?;
                for k in 0..count {
                    let index = m.int(i64::from(k));
                    let item = m.load_item_value(Values::ITEMS_ARRAY, items, index);
                    m.store_item(Tuple::ITEMS_ARRAY, tuple, index, Arg::Value(item));
                }
                return Ok(Entered::Value(m.box_ref(tuple)));
            }
        }
    }
    if consumers::is_source(m, value)
        && let Some(flow) = consumers::enter_unpacking(m, py, stack, pc, value, count)?
    {
        return Ok(Entered::Frame(flow));
    }
    stack.set_pc(pc);
    let count = m.int(i64::from(count));
    m.call_value(&call::UNPACK, &[Arg::Value(value), Arg::Int(count)]).map(Entered::Value)
}

/// `LOAD_SLICE`.
#[inline(always)]
pub fn load_part<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    w: Window<M::Value>,
    code: &'static Code,
    pc: u32,
) -> Entry<M> {
    let (_, _, b, c) = code.decoded(pc);
    let (start, stop) = (w.get(c), w.get(c + 1));
    if !M::RECORDS
        && let Some(part) = load_slice(m, py, w.get(b), start, stop)?
    {
        return Ok(Entered::Value(part));
    }
    let none = m.value(NanBox::NONE);
    stack.set_pc(pc);
    if M::RECORDS
        && let Some(part) = plain::part(m, w.get(b), [start, stop, none])?
    {
        return Ok(Entered::Value(part));
    }
    let slice = new_slice(m, [start, stop, none])?;
    load_any(m, py, stack, pc, w.get(b), slice)
}
