//! Built-in functions that traces look into: the same result as the runtime's function, by operations that the optimizer
//! understands. Only the recorder comes here; the direct machine calls the function.
//!
//! What is called is green (the function is promoted), so a name that is bound to something else is another trace. Whatever is
//! not the plain case is left to the runtime: `None`.

use crate::arith;
use crate::complex;
use crate::exceptions;
use crate::floats;
use crate::frame;
use crate::instantiation;
use crate::items;
use crate::known_attributes;
use crate::lazy;
use crate::lengths;
use crate::map_filter;
use crate::payloads;
use crate::plain;
use crate::quiet;
use crate::quiet_keys;
use crate::residual as call;
use crate::text;
use crate::traced_bind::tuple_of;
use heap::{Gc, Layout};
use metatrace_machine::{
    Arg, Compare, Encoding, FloatUnary, FrameStack, IntChecked, Machine, MachineExt, NanBox, Raised,
};
use python_model::names::Name;
use python_model::native::NativeKind;
use python_model::objects::*;
use python_model::operators::Binary;
use python_model::py::Py;
use python_model::types::{Ty, TypeRef};
use python_model::value::{as_object, word};

type Inlined<M> = Result<Option<<M as Machine>::Value>, Raised>;

/// A call of a built-in function or method with positional arguments.
pub fn function<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    builtin: M::Ref,
    args: &[M::Value],
) -> Inlined<M> {
    let function = builtin;
    let Some(builtin) = m.promote_ref(builtin).downcast::<Builtin>() else { return Ok(None) };
    let owner = builtin.owner.get();
    let of_type = py.as_type(owner).and_then(|owner| owner.builtin);
    // A method of a built-in type, called with an instance of a class that derives from it.
    let held = match (of_type, args) {
        (Some(ty), [receiver, ..]) if builtin.def().kind == NativeKind::Function => {
            payloads::receiver_of(m, py, *receiver, ty)
        }
        _ => None,
    };
    let mut with_held;
    let args = match held {
        Some(held) => {
            with_held = args.to_vec();
            with_held[0] = held;
            &with_held[..]
        }
        None => args,
    };
    let known = match (of_type, builtin.def().name, args) {
        (Some(Ty::List), "append", &[list, item]) => append(m, stack, pc, list, item),
        (Some(Ty::List), "pop", &[list]) => pop(m, py, list),
        (Some(Ty::ByteArray), "append", &[own, byte]) => append_byte(m, stack, pc, own, byte),
        (Some(Ty::Dict), "get", &[dict, key]) => {
            let none = m.value(NanBox::NONE);
            dict_get(m, py, dict, key, none)
        }
        (Some(Ty::Dict), "get", &[dict, key, default]) => dict_get(m, py, dict, key, default),
        (Some(Ty::Tuple), "__new__", &[class, items]) => {
            instantiation::new_tuple_instance(m, py, class, items)
        }
        // With nothing else it does nothing.
        (Some(Ty::Object), "__init__", &[_]) => Ok(Some(m.value(NanBox::NONE))),
        (Some(Ty::BaseException), "__init__", &[receiver, ref args @ ..]) => {
            exceptions::init(m, py, receiver, args).map(|done| done.then(|| m.value(NanBox::NONE)))
        }
        (None, name, args) if is_of_builtins(py, owner) => match (name, args) {
            ("len", &[a]) => Ok(lengths::of(m, py, a)),
            ("isinstance", &[a, class]) => Ok(is_instance(m, py, a, class)),
            ("id", &[a]) => m.call_value(&quiet::ID, &[Arg::Value(a)]).map(Some),
            ("issubclass", &[a, class]) => Ok(is_subclass(m, py, a, class)),
            ("getattr", &[a, name]) => known_attributes::known(m, py, a, name).map(Option::flatten),
            ("getattr", &[a, name, default]) => {
                let known = known_attributes::known(m, py, a, name)?;
                Ok(known.map(|found| found.unwrap_or(default)))
            }
            ("hasattr", &[a, name]) => {
                let known = known_attributes::known(m, py, a, name)?;
                Ok(known.map(|found| {
                    let has = m.bool(found.is_some());
                    m.box_bool(has)
                }))
            }
            ("abs", &[a]) => match absolute(m, a) {
                None => complex::absolute(m, a),
                known => Ok(known),
            },
            ("min", &[a, b]) => Ok(extreme(m, Compare::Lt, a, b)),
            ("max", &[a, b]) => Ok(extreme(m, Compare::Gt, a, b)),
            ("divmod", &[a, b]) => quotient_and_rest(m, a, b),
            ("ord", &[a]) => ordinal(m, a),
            ("chr", &[code]) => Ok(text::chr(m, py, code)),
            _ => Ok(None),
        },
        (None, _, &[a]) => match builtin.def().computes {
            Some(computes) => Ok(floats::function(m, builtin, computes, a)),
            None => Ok(None),
        },
        _ => Ok(None),
    }?;
    match known {
        Some(value) => Ok(Some(value)),
        None => {
            stack.set_pc(pc);
            plain::call(m, py, function, args)
        }
    }
}

/// A call of a built-in class.
pub fn class<M: Machine>(m: &mut M, py: Py, class: TypeRef, args: &[M::Value]) -> Inlined<M> {
    match (class.builtin, args) {
        (Some(Ty::Range), &[stop]) => {
            let zero = m.int(0);
            match m.as_int(stop) {
                Some(stop) => range(m, zero, stop),
                None => Ok(None),
            }
        }
        (Some(Ty::Range), &[start, stop]) => match (m.as_int(start), m.as_int(stop)) {
            (Some(start), Some(stop)) => range(m, start, stop),
            _ => Ok(None),
        },
        (Some(Ty::Range), &[start, stop, step]) => match (m.as_int(start), m.as_int(stop), m.as_int(step)) {
            (Some(start), Some(stop), Some(step)) => range_by(m, start, stop, step),
            _ => Ok(None),
        },
        (Some(Ty::Str), &[a]) => {
            let is_text = m.as_ref(a).is_some_and(|object| m.has_layout(object, Str::ID));
            Ok(is_text.then_some(a))
        }
        (Some(Ty::Int), &[a]) => match to_int(m, a) {
            None if M::RECORDS => int_of_text(m, py, a),
            known => Ok(known),
        },
        (Some(Ty::Float), &[a]) => Ok(to_float(m, a)),
        (Some(Ty::Complex), &[re, im]) => complex::from_parts(m, re, im),
        (Some(Ty::Enumerate), &[a]) => lazy::enumerate(m, a),
        (Some(Ty::Type), &[a]) => Ok(class_of(m, py, a).map(|class| m.value(class.word()))),
        (Some(kind @ (Ty::Map | Ty::Filter)), &[function, a]) => map_filter::make(m, kind, function, a),
        (Some(Ty::Zip), args) if !args.is_empty() => lazy::zip(m, args),
        _ => Ok(None),
    }
}

/// Whether a function is the one of `builtins` with this name: green.
pub(crate) fn is_builtin_named<M: Machine>(m: &mut M, py: Py, function: M::Ref, name: &str) -> bool {
    let function: Option<Gc<Builtin>> = m.promote_ref(function).downcast();
    function.is_some_and(|function| function.def().name == name && is_of_builtins(py, function.owner.get()))
}

pub(crate) fn is_of_builtins(py: Py, owner: u64) -> bool {
    let module = as_object::<Module>(owner).and_then(|module| module.dict.get());
    module.is_some_and(|dict| word(dict) == py.vm().builtins.get())
}

fn append<M: Machine>(
    m: &mut M,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    list: M::Value,
    item: M::Value,
) -> Inlined<M> {
    let Some(object) = m.as_ref(list) else { return Ok(None) };
    if !m.has_layout(object, List::ID) {
        return Ok(None);
    }
    items::append(m, stack, pc, list, item)?;
    Ok(Some(m.value(NanBox::NONE)))
}

/// `append` of a bytearray
fn append_byte<M: Machine>(
    m: &mut M,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    own: M::Value,
    byte: M::Value,
) -> Inlined<M> {
    let Some(object) = m.as_ref(own) else { return Ok(None) };
    if !m.has_layout(object, ByteArray::ID) {
        return Ok(None);
    }
    let Some(byte) = plain::byte(m, byte) else { return Ok(None) };
    stack.set_pc(pc);
    m.call_nothing(&quiet::BYTEARRAY_PUSH, &[Arg::Ref(object), Arg::Int(byte)])?;
    Ok(Some(m.value(NanBox::NONE)))
}

/// `list.pop()`
fn pop<M: Machine>(m: &mut M, py: Py, list: M::Value) -> Inlined<M> {
    let Some(object) = m.as_ref(list) else { return Ok(None) };
    if !m.has_layout(object, List::ID) {
        return Ok(None);
    }
    let length = m.load_int(List::LENGTH, object);
    let (zero, one) = (m.int(0), m.int(1));
    let has_items = m.int_lt(zero, length);
    if !m.truth(has_items) {
        return exceptions::unless_raised(m, py, Ty::IndexError, "pop from empty list");
    }
    let storage = m.load_ref(List::ITEMS, object);
    let last = m.int_sub(length, one);
    let item = m.load_item_value(Values::ITEMS_ARRAY, storage, last);
    let unset = m.value(NanBox::UNSET);
    m.store_item(Values::ITEMS_ARRAY, storage, last, Arg::Value(unset));
    m.store_int(List::LENGTH, object, last);
    Ok(Some(item))
}

/// `int(text)` in a trace, which raises itself for what begins with a letter.
fn int_of_text<M: Machine>(m: &mut M, py: Py, a: M::Value) -> Inlined<M> {
    let Some(text) = m.as_ref(a) else { return Ok(None) };
    if !m.has_layout(text, Str::ID) {
        return Ok(None);
    }
    let found = m.call_value(&quiet::INT_OF_TEXT, &[Arg::Ref(text)])?;
    if !m.value_is(found, NanBox::UNSET) {
        return Ok(Some(found));
    }
    let message = m.call_value(&quiet::INT_MESSAGE, &[Arg::Ref(text)])?;
    if m.value_is(message, NanBox::UNSET) {
        return Ok(None);
    }
    match exceptions::raise_new(m, py, Ty::ValueError, &[message]) {
        Some(raised) => Err(raised),
        None => Ok(None),
    }
}

/// `abs` of an integer or float
fn absolute<M: Machine>(m: &mut M, a: M::Value) -> Option<M::Value> {
    if let Some(i) = m.as_int(a) {
        let zero = m.int(0);
        let negated = m.int_checked(IntChecked::Sub, zero, i)?;
        let is_negative = m.int_lt(i, zero);
        let result = m.select_int(is_negative, negated, i);
        return Some(m.box_int(result));
    }
    let f = m.as_float(a)?;
    let result = m.float_unary(FloatUnary::Abs, f);
    Some(m.box_float(result))
}

/// `min` (`Lt`) and `max` (`Gt`) of two integers or two floats: the second if it compares so with the first, else the first.
fn extreme<M: Machine>(m: &mut M, op: Compare, a: M::Value, b: M::Value) -> Option<M::Value> {
    if let Some(x) = m.as_int(a) {
        let y = m.as_int(b)?;
        let is_second = m.int_compare(op, y, x);
        let result = m.select_int(is_second, y, x);
        return Some(m.box_int(result));
    }
    let (x, y) = (m.as_float(a)?, m.as_float(b)?);
    let is_second = m.float_compare(op, y, x);
    Some(if m.truth(is_second) { b } else { a })
}

/// `divmod` of two integers
fn quotient_and_rest<M: Machine>(m: &mut M, a: M::Value, b: M::Value) -> Inlined<M> {
    let (Some(x), Some(y)) = (m.as_int(a), m.as_int(b)) else { return Ok(None) };
    let Some(quotient) = arith::integers(m, Binary::FloorDiv, x, y) else { return Ok(None) };
    let Some(rest) = arith::integers(m, Binary::Mod, x, y) else { return Ok(None) };
    tuple_of(m, &[quotient, rest]).map(Some)
}

/// `ord` of a string of one character
fn ordinal<M: Machine>(m: &mut M, a: M::Value) -> Inlined<M> {
    let Some(text) = m.as_ref(a) else { return Ok(None) };
    if !m.has_layout(text, Str::ID) {
        return Ok(None);
    }
    if let Some(code) = text::code(m, text) {
        return Ok(Some(m.box_int(code)));
    }
    let (length, one) = (m.load_int(Str::CHARS, text), m.int(1));
    let is_one = m.int_eq(length, one);
    if !m.truth(is_one) {
        return Ok(None);
    }
    let code = m.call_int(&call::STR_ORD, &[Arg::Ref(text)])?;
    Ok(Some(m.box_int(code)))
}

/// `int` of a number
fn to_int<M: Machine>(m: &mut M, a: M::Value) -> Option<M::Value> {
    if m.as_int(a).is_some() {
        return Some(a);
    }
    if let Some(truth) = m.as_bool(a) {
        let i = m.bool_to_int(truth);
        return Some(m.box_int(i));
    }
    let f = m.as_float(a)?;
    let i = arith::whole(m, f)?;
    Some(m.box_int(i))
}

/// `float` of a number
fn to_float<M: Machine>(m: &mut M, a: M::Value) -> Option<M::Value> {
    if m.as_float(a).is_some() {
        return Some(a);
    }
    let i = m.as_int(a)?;
    let f = m.int_to_float(i);
    Some(m.box_float(f))
}

fn dict_get<M: Machine>(m: &mut M, py: Py, dict: M::Value, key: M::Value, default: M::Value) -> Inlined<M> {
    let Some(object) = m.as_ref(dict) else { return Ok(None) };
    if !m.has_layout(object, Dict::ID)
        || !items::is_simple_key(m, py, key)
        || !quiet_keys::compares_quietly(m, py, object)
    {
        return Ok(None);
    }
    let found = m.call_value(&call::DICT_GET, &[Arg::Ref(object), Arg::Value(key)])?;
    Ok(Some(if m.value_is(found, NanBox::UNSET) { default } else { found }))
}

/// The class of a value that is decided by tag, layout or map: green.
fn class_of<M: Machine>(m: &mut M, py: Py, a: M::Value) -> Option<TypeRef> {
    if m.as_bool(a).is_some() {
        return Some(py.ty(Ty::Bool));
    }
    if m.as_int(a).is_some() {
        return Some(py.ty(Ty::Int));
    }
    if m.as_float(a).is_some() {
        return Some(py.ty(Ty::Float));
    }
    let object = m.as_ref(a)?;
    let layout = m.layout_of(object);
    if layout.0 >= heap::FIRST_DYNAMIC_LAYOUT {
        return Some(py.vm().maps.get(layout).class);
    }
    match layout {
        Foreign::ID | Compact::ID if M::RECORDS => Some(frame::class_of_foreign(m, object, layout)),
        // A class stays of its metaclass.
        Type::ID => Some(py.type_of(m.constant(a)?)),
        _ => py.vm().types.of_layout(layout),
    }
}

/// `isinstance` of a class whose metaclass says no more of that than `type`, or of a tuple of them, decided by tag, layout or map: green.
fn is_instance<M: Machine>(m: &mut M, py: Py, a: M::Value, classes: M::Value) -> Option<M::Value> {
    let own = class_of(m, py, a)?;
    let object = m.as_ref(classes)?;
    let is_one = if m.layout_of(object) == Tuple::ID {
        // The tuple may be made for this call: its items are green, not the tuple.
        let length = m.array_len(Tuple::ITEMS_ARRAY, object);
        let mut is_one = false;
        for index in 0..m.promote_int(length) {
            let index = m.int(index);
            let class = m.load_item_value(Tuple::ITEMS_ARRAY, object, index);
            is_one |= own.is_subtype(simple_class(m, py, class, Name::InstanceCheck)?);
        }
        is_one
    } else {
        own.is_subtype(simple_class(m, py, classes, Name::InstanceCheck)?)
    };
    // An instance of a class of the program may claim to be one: `__class__`.
    let claims = || own.lookup(py, Name::Class) != py.ty(Ty::Object).lookup(py, Name::Class);
    if own.builtin.is_none() && (!is_one && claims() || !frame::depends_on(m, own)) {
        return None;
    }
    let is_one = m.bool(is_one);
    Some(m.box_bool(is_one))
}

/// `issubclass` of two classes that the trace knows, if the second's metaclass says no more of that than `type`: green.
fn is_subclass<M: Machine>(m: &mut M, py: Py, a: M::Value, class: M::Value) -> Option<M::Value> {
    let own = py.as_type(m.constant(a)?)?;
    let is_one = own.is_subtype(simple_class(m, py, class, Name::SubclassCheck)?);
    if !frame::depends_on(m, own) {
        return None;
    }
    let is_one = m.bool(is_one);
    Some(m.box_bool(is_one))
}

/// A class whose metaclass takes this method from `type`: green.
fn simple_class<M: Machine>(m: &mut M, py: Py, class: M::Value, check: Name) -> Option<TypeRef> {
    let class = m.as_ref(class)?;
    if !m.has_layout(class, Type::ID) {
        return None;
    }
    let class: Gc<heap::Object> = m.promote_ref(class);
    let class = word(class);
    let (meta, plain) = (py.type_of(class), py.ty(Ty::Type));
    let is_plain =
        meta.is(plain) || meta.lookup(py, check) == plain.lookup(py, check) && frame::depends_on(m, meta);
    if is_plain { py.as_type(class) } else { None }
}

/// `range(start, stop)`
fn range<M: Machine>(m: &mut M, start: M::Int, stop: M::Int) -> Inlined<M> {
    let Some(distance) = m.int_checked(IntChecked::Sub, stop, start) else { return Ok(None) };
    let (zero, one) = (m.int(0), m.int(1));
    let is_empty = m.int_lt(distance, zero);
    let length = m.select_int(is_empty, zero, distance);
    new_range(m, [start, stop, one, length])
}

/// `range(start, stop, step)`
fn range_by<M: Machine>(m: &mut M, start: M::Int, stop: M::Int, step: M::Int) -> Inlined<M> {
    let (zero, one) = (m.int(0), m.int(1));
    let goes_up = m.int_lt(zero, step);
    let (distance, width) = if m.truth(goes_up) {
        (m.int_checked(IntChecked::Sub, stop, start), Some(step))
    } else {
        let goes_down = m.int_lt(step, zero);
        if !m.truth(goes_down) {
            return Ok(None);
        }
        (m.int_checked(IntChecked::Sub, start, stop), m.int_checked(IntChecked::Sub, zero, step))
    };
    let (Some(distance), Some(width)) = (distance, width) else { return Ok(None) };
    let Some(last) = m.int_checked(IntChecked::Sub, distance, one) else { return Ok(None) };
    // An empty distance gives a number that is not positive.
    let steps = m.int_floor_div(last, width);
    let Some(count) = m.int_checked(IntChecked::Add, steps, one) else { return Ok(None) };
    let is_empty = m.int_lt(count, zero);
    let length = m.select_int(is_empty, zero, count);
    new_range(m, [start, stop, step, length])
}

fn new_range<M: Machine>(m: &mut M, [start, stop, step, length]: [M::Int; 4]) -> Inlined<M> {
    let range = m.new_object(Range::ID, Range::DESCR.size_bytes)?;
    m.store_int(Range::START, range, start);
    m.store_int(Range::STEP, range, step);
    m.store_int(Range::LENGTH, range, length);
    m.store_int(Range::STOP, range, stop);
    Ok(Some(m.box_ref(range)))
}
