//! Builtins that the interpreter handles itself for common arguments, so that traces see through them. All others,
//! and all other arguments, are calls of the runtime.

use crate::builtins::Builtin;
use crate::bytecode::{Count, First};
use crate::interp::{Result, sequence};
use crate::objects::{List, Values};
use crate::operators::{Number, number};
use crate::runtime;
use heap::Layout;
use metatrace_machine::{Arg, Encoding, FloatUnary, Machine, MachineExt, NanBox, Window};

/// Calls a builtin with the values in `n` registers from `first` on.
pub(crate) fn call_builtin<M: Machine>(
    m: &mut M,
    w: Window<M::Value>,
    builtin: Builtin,
    first: First,
    n: Count,
) -> Result<M::Value> {
    let argument = |i: u32| w.get(u32::from(first.0) + i);
    match builtin {
        Builtin::Print => {
            for i in 0..u32::from(n.0) {
                let last = m.int(i64::from(i + 1 == u32::from(n.0)));
                m.call_nothing(&runtime::PRINT_ITEM, &[Arg::Value(argument(i)), Arg::Int(last)])?;
            }
            if n.0 == 0 {
                m.call_nothing(&runtime::PRINT_LINE_END, &[])?;
            }
            return Ok(m.value(NanBox::NONE));
        }
        Builtin::Len => {
            if let Some(sequence) = sequence(m, argument(0)) {
                return Ok(m.box_int(sequence.length));
            }
        }
        Builtin::Push => {
            if let Some(list) = m.as_ref(argument(0))
                && m.has_layout(list, List::ID)
            {
                return push(m, list, argument(1));
            }
        }
        Builtin::Float => {
            if let Some(x) = number(m, argument(0)) {
                let x = x.float(m);
                return Ok(m.box_float(x));
            }
        }
        Builtin::Sqrt => {
            if let Some(x) = number(m, argument(0)) {
                let x = x.float(m);
                let root = m.float_unary(FloatUnary::Sqrt, x);
                return Ok(m.box_float(root));
            }
        }
        Builtin::Int | Builtin::Floor => match number(m, argument(0)) {
            Some(Number::Int(x)) => return Ok(m.box_int(x)),
            Some(Number::Float(x)) => {
                let rounding = if builtin == Builtin::Int { FloatUnary::Trunc } else { FloatUnary::Floor };
                let x = m.float_unary(rounding, x);
                let (magnitude, limit) = (m.float_unary(FloatUnary::Abs, x), m.float(runtime::TWO_TO_63));
                let fits = m.float_lt(magnitude, limit);
                if m.truth(fits) {
                    let x = m.float_to_int(x);
                    return Ok(m.box_int(x));
                }
            }
            None => {}
        },
        _ => {}
    }
    let f = runtime::builtin(builtin);
    let nothing = m.value(NanBox::NONE);
    let mut arguments = [Arg::Value(nothing); 3];
    for (i, to) in arguments.iter_mut().enumerate().take(n.0.into()) {
        *to = Arg::Value(argument(i as u32));
    }
    m.call_value(f, &arguments[..n.0.into()])
}

#[inline(always)]
fn push<M: Machine>(m: &mut M, list: M::Ref, value: M::Value) -> Result<M::Value> {
    let length = m.load_int(List::LENGTH, list);
    let items = m.load_ref(List::ITEMS, list);
    let capacity = m.array_len(Values::ITEMS_ARRAY, items);
    let has_room = m.int_lt(length, capacity);
    if !m.truth(has_room) {
        return m.call_value(&runtime::PUSH_GROWING, &[Arg::Ref(list), Arg::Value(value)]);
    }
    m.store_item(Values::ITEMS_ARRAY, items, length, Arg::Value(value));
    let one = m.int(1);
    let longer = m.int_add(length, one);
    m.store_int(List::LENGTH, list, longer);
    Ok(m.value(NanBox::NONE))
}
