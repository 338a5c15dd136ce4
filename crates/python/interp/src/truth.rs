//! Truth and identity of red values.

use crate::calls;
use crate::frame::{self, Entered};
use crate::payloads;
use crate::residual as call;
use heap::{Layout, LayoutId};
use metatrace_machine::{Arg, Encoding, Flow, FrameStack, Machine, MachineExt, NanBox, Raised, WideInt};
use python_model::code::Code;
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::Py;
use python_model::value::as_object;

/// Truth of a value.
pub enum Truth<M: Machine> {
    Known(M::Bool),
    /// `__bool__` or `__len__` is running.
    Frame(Flow<M::Value>),
}

/// `bool(value)`
#[inline(always)]
pub fn of<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    value: M::Value,
) -> Result<Truth<M>, Raised> {
    if let Some(b) = m.as_bool(value) {
        return Ok(Truth::Known(b));
    }
    of_other(m, py, stack, pc, value)
}

/// The truth of bools, `None`, immediate integers and what has a length that is read in place.
#[inline(always)]
pub fn of_plain<M: Machine>(m: &mut M, value: M::Value) -> Option<M::Bool> {
    if let Some(b) = m.as_bool(value) {
        return Some(b);
    }
    if m.value_is(value, NanBox::NONE) {
        return Some(m.bool(false));
    }
    let zero = m.int(0);
    let size = match m.as_int(value) {
        Some(i) => i,
        None => crate::items::length(m, value)?,
    };
    Some(m.int_ne(size, zero))
}

/// The truth of what is no bool.
fn of_other<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    value: M::Value,
) -> Result<Truth<M>, Raised> {
    if let Some(i) = m.as_int(value) {
        let zero = m.int(0);
        return Ok(Truth::Known(m.int_ne(i, zero)));
    }
    if let Some(f) = m.as_float(value) {
        let zero = m.float(0.0);
        let is_zero = m.float_eq(f, zero);
        return Ok(Truth::Known(m.bool_not(is_zero)));
    }
    let Some(object) = m.as_ref(value) else {
        // None, NotImplemented, Ellipsis.
        if m.value_is(value, NanBox::NONE) {
            return Ok(Truth::Known(m.bool(false)));
        }
        return residual(m, stack, pc, value);
    };
    let layout = m.layout_of(object);
    let length = match layout {
        id if id == List::ID => m.load_int(List::LENGTH, object),
        id if id == Str::ID => m.load_int(Str::CHARS, object),
        id if id == Dict::ID => m.load_int(Dict::LIVE, object),
        id if id == Tuple::ID => m.load_int(Tuple::LENGTH, object),
        id if id == Function::ID || id == BoundMethod::ID || id == Builtin::ID => {
            return Ok(Truth::Known(m.bool(true)));
        }
        id if id.0 >= heap::FIRST_DYNAMIC_LAYOUT => {
            let class = py.vm().maps.get(id).class;
            if !frame::depends_on(m, class) {
                return residual(m, stack, pc, value);
            }
            let name = if class.lookup(py, Name::Bool).is_some() { Name::Bool } else { Name::Len };
            let Some(method) = class.lookup(py, name) else { return Ok(Truth::Known(m.bool(true))) };
            if as_object::<Function>(method).is_none() {
                return match payloads::standing_for(m, py, value, name) {
                    Some((held, _)) => of(m, py, stack, pc, held),
                    None => residual(m, stack, pc, value),
                };
            }
            return match calls::call_special(m, py, stack, pc, method, &[value])? {
                Entered::Frame(flow) => Ok(Truth::Frame(flow)),
                Entered::Value(result) => {
                    let code = Code::at(stack.top().code);
                    of_result(m, py, stack, code, pc, result)
                }
            };
        }
        id => {
            return match class_without_truth(m, py, object, id) {
                true => Ok(Truth::Known(m.bool(true))),
                false => residual(m, stack, pc, value),
            };
        }
    };
    let zero = m.int(0);
    Ok(Truth::Known(m.int_ne(length, zero)))
}

/// Whether an object of the runtime is of a class that says nothing of truth: all its objects are true. Traces alone ask.
fn class_without_truth<M: Machine>(m: &mut M, py: Py, object: M::Ref, layout: LayoutId) -> bool {
    if !M::RECORDS {
        return false;
    }
    let class = if layout == Foreign::ID || layout == Compact::ID {
        frame::class_of_foreign(m, object, layout)
    } else {
        match py.vm().types.of_layout(layout) {
            Some(class) => class,
            None => return false,
        }
    };
    [Name::Bool, Name::Len].iter().all(|name| class.lookup(py, *name).is_none())
        && frame::depends_on(m, class)
}

/// The truth that a `__bool__`, `__len__` or `__contains__` reported with its result.
pub fn of_result<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    result: M::Value,
) -> Result<Truth<M>, Raised> {
    use python_compile::opcode::Opcode;
    if let Some(b) = m.as_bool(result) {
        return Ok(Truth::Known(b));
    }
    let op = code.instruction(pc).op();
    if matches!(op, Opcode::In | Opcode::NotIn) {
        return of(m, py, stack, pc, result);
    }
    stack.set_pc(pc);
    let operand = stack.window().get(u32::from(code.instruction(pc).b()));
    if let Some(length) = length_of_instance(m, py, operand, result) {
        let zero = m.int(0);
        return Ok(Truth::Known(m.int_ne(length, zero)));
    }
    m.call_bool(&call::LENGTH_TRUTH, &[Arg::Value(operand), Arg::Value(result)]).map(Truth::Known)
}

/// What an instance's `__len__` returned, if it has no `__bool__` that could have, and if that is a length.
fn length_of_instance<M: Machine>(m: &mut M, py: Py, operand: M::Value, result: M::Value) -> Option<M::Int> {
    let length = m.as_int(result)?;
    let object = m.as_ref(operand)?;
    let layout = m.layout_of(object);
    if layout.0 < heap::FIRST_DYNAMIC_LAYOUT {
        return None;
    }
    let class = py.vm().maps.get(layout).class;
    if class.lookup(py, Name::Bool).is_some() || !frame::depends_on(m, class) {
        return None;
    }
    let zero = m.int(0);
    let is_negative = m.int_lt(length, zero);
    (!m.truth(is_negative)).then_some(length)
}

fn residual<M: Machine>(
    m: &mut M,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    value: M::Value,
) -> Result<Truth<M>, Raised> {
    stack.set_pc(pc);
    m.call_bool(&call::TRUTH, &[Arg::Value(value)]).map(Truth::Known)
}

/// The truth of a register that holds a bool.
#[inline(always)]
pub fn branch<M: Machine>(m: &mut M, value: M::Value) -> bool {
    let b = m.as_bool(value).expect("the compiler branches on bools");
    m.truth(b)
}

/// Whether a value is an `int`, of no subclass. Trace: guards.
pub fn is_int<M: Machine>(m: &mut M, value: M::Value) -> bool {
    if m.as_int(value).is_some() {
        return true;
    }
    let Some(object) = m.as_ref(value) else { return false };
    m.layout_of(object) == BigInt::ID
}

/// `a is b`: numbers go by value.
pub fn is_same<M: Machine>(m: &mut M, a: M::Value, b: M::Value) -> M::Bool {
    if m.value_is(b, NanBox::NONE) {
        let none = m.value(NanBox::NONE);
        return m.value_eq(a, none);
    }
    let (Some(x), Some(y)) = (m.as_ref(a), m.as_ref(b)) else { return m.value_eq(a, b) };
    let layout = m.layout_of(x);
    if layout == WideInt::ID || layout == BigInt::ID {
        let args = [Arg::Value(a), Arg::Value(b)];
        return m.call_bool(&call::IS_SAME, &args).expect("it does not raise");
    }
    m.ref_eq(x, y)
}
