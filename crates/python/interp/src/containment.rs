//! `item in container`.
//!
//! Methods written in Python that decide it are frames, not calls by the runtime, which would enter the interpreter for each item and end
//! every trace there: `__contains__` of an instance, and `__eq__` of the instances in a list (`consumers.py`).

use crate::calls;
use crate::consumers;
use crate::frame::{self, Entered};
use crate::items;
use crate::payloads;
use crate::plain;
use crate::quiet_keys;
use crate::residual as call;
use crate::truth::{self, Truth};
use heap::Layout;
use metatrace_machine::{Arg, FrameStack, Machine, Raised};
use python_compile::opcode::Opcode;
use python_model::code::Code;
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::Py;
use python_model::value::{UNSET, Word, as_object};

/// `IN`, `NOT_IN`: the instruction at pc.
#[inline]
pub fn test<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
) -> Result<Truth<M>, Raised> {
    stack.set_pc(pc);
    let (i, w) = (code.instruction(pc), stack.window());
    let (item, container) = (w.get(u32::from(i.b())), w.get(i.c()));
    let found = find(m, py, stack, code, pc, container, item)?;
    Ok(match found {
        Truth::Known(found) if i.op() == Opcode::NotIn => Truth::Known(m.bool_not(found)),
        found => found,
    })
}

/// Whether it is contained, or the frame of the method that finds out.
fn find<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    container: M::Value,
    item: M::Value,
) -> Result<Truth<M>, Raised> {
    if let Some(object) = m.as_ref(container) {
        let layout = m.layout_of(object);
        if layout == Dict::ID
            && items::is_simple_key(m, py, item)
            && quiet_keys::compares_quietly(m, py, object)
        {
            let found = items::dict_get(m, py, object, item)?;
            let unset = m.value(UNSET);
            let missing = m.value_eq(found, unset);
            return Ok(Truth::Known(m.bool_not(missing)));
        }
        if layout.0 >= heap::FIRST_DYNAMIC_LAYOUT
            && let Some(method) = method_in_python(m, py, container, Name::Contains)
        {
            return match calls::call_special(m, py, stack, pc, method, &[container, item])? {
                Entered::Frame(flow) => Ok(Truth::Frame(flow)),
                Entered::Value(result) => truth::of_result(m, py, stack, code, pc, result),
            };
        }
        if let Some((held, _)) = payloads::standing_for(m, py, container, Name::Contains) {
            return find(m, py, stack, code, pc, held, item);
        }
        if layout == List::ID
            && method_in_python(m, py, item, Name::Eq).is_some()
            && let Some(flow) = consumers::enter_containment(m, py, stack, pc, container, item)?
        {
            return Ok(Truth::Frame(flow));
        }
    }
    if !M::RECORDS {
        let (container, item) = (m.promote_value(container), m.promote_value(item));
        return py.contains(container, item).map(|found| Truth::Known(m.bool(found)));
    }
    if let Some(found) = plain::contains(m, py, container, item)? {
        return Ok(Truth::Known(found));
    }
    m.call_bool(&call::CONTAINS, &[Arg::Value(container), Arg::Value(item)]).map(Truth::Known)
}

/// The method of an instance's class, if it is a function written in Python. Trace: guards on the class and that it stays as it is.
fn method_in_python<M: Machine>(m: &mut M, py: Py, value: M::Value, name: Name) -> Option<Word> {
    let object = m.as_ref(value)?;
    let layout = m.layout_of(object);
    if layout.0 < heap::FIRST_DYNAMIC_LAYOUT {
        return None;
    }
    let class = py.vm().maps.get(layout).class;
    let method = class.lookup(py, name)?;
    let is_plain = as_object::<Function>(method).is_some_and(|function| function.code().is_plain);
    (is_plain && frame::depends_on(m, class)).then_some(method)
}
