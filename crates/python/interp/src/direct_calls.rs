//! Calls on the direct machine that need less than the general way ([`crate::calls`]): of functions written in Rust with few arguments, of
//! Python functions that get exactly what they take. The loop of the interpreter tries them first; nothing here is recorded.

use crate::calls::FEW_ARGUMENTS;
use crate::consumers;
use crate::frame::{self, Entered};
use crate::items;
use metatrace_machine::{Encoding, FrameStack, Machine, NanBox, Raised, Window};
use python_model::code::Code;
use python_model::objects::*;
use python_model::py::Py;
use python_model::types::Ty;
use python_model::value::{UNSET, as_object, word};

/// The registers of the arguments of a `CALL_METHOD`, the receiver included if there is one: the first, and how many.
#[inline(always)]
pub fn method_arguments<M: Machine>(m: &mut M, w: Window<M::Value>, b: u32, c: u32) -> (u32, u32) {
    if m.value_is(w.get(b + 1), NanBox::UNSET) { (b + 2, c) } else { (b + 1, c + 1) }
}

/// A function written in Rust that is called with few arguments, for the direct machine.
#[inline(always)]
pub fn builtin_function<M: Machine>(m: &mut M, callable: M::Value, count: u32) -> Option<heap::Gc<Builtin>> {
    let builtin = as_object::<Builtin>(m.promote_value(callable))?;
    (count <= FEW_ARGUMENTS as u32).then_some(builtin)
}

/// Whether `type` is called, on the direct machine.
#[inline(always)]
pub fn asks_for_type<M: Machine>(m: &mut M, py: Py, callable: M::Value) -> bool {
    !M::RECORDS && m.value_is(callable, py.ty(Ty::Type).word())
}

/// The class of a value, for the direct machine.
#[inline(always)]
pub fn type_of<M: Machine>(m: &mut M, py: Py, value: M::Value) -> M::Value {
    let class = py.type_of(m.promote_value(value));
    m.value(class.word())
}

/// What `len` returns for the argument in a register, if it is `len` that is called and the argument is of a common kind.
#[inline(always)]
fn known_length<M: Machine>(
    m: &mut M,
    py: Py,
    builtin: heap::Gc<Builtin>,
    w: Window<M::Value>,
    first: u32,
    count: u32,
) -> Option<M::Value> {
    if count != 1 || word(builtin) != py.vm().len_function.get() {
        return None;
    }
    let length = items::length(m, w.get(first))?;
    Some(m.box_int(length))
}

/// Does what `list.append` does to the list and with the item in two registers, if it is that method that is called; None, the value.
#[inline(always)]
fn known_append<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    builtin: heap::Gc<Builtin>,
    first: u32,
    count: u32,
) -> Result<Option<M::Value>, Raised> {
    let w = stack.window();
    if count != 2
        || word(builtin) != py.vm().list_append.get()
        || as_object::<List>(m.promote_value(w.get(first))).is_none()
    {
        return Ok(None);
    }
    items::append(m, stack, pc, w.get(first), w.get(first + 1))?;
    Ok(Some(m.value(NanBox::NONE)))
}

/// Calls a function written in Rust; if its last argument is a generator that it consumes, by pushing the frame in which it does that.
#[inline(always)]
fn consume_or_call<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    builtin: heap::Gc<Builtin>,
    first: u32,
    count: u32,
) -> Result<Entered<M::Value>, Raised> {
    let w = stack.window();
    if (1..=2).contains(&count) && consumers::is_source(m, w.get(first + count - 1)) {
        let args = [w.get(first), w.get(first + count - 1)];
        if let Some(flow) = consumers::enter_function(m, py, stack, pc, builtin, &args[..count as usize])? {
            return Ok(Entered::Frame(flow));
        }
    } else if count == 1
        && consumers::is_list_of_instances(m, w.get(first))
        && let Some(flow) = consumers::enter_with_list(m, py, stack, pc, builtin, w.get(first))?
    {
        return Ok(Entered::Frame(flow));
    }
    call_builtin(m, py, stack, pc, builtin, first, count).map(Entered::Value)
}

/// Calls a function written in Rust with so many registers from `first` on, at most [`FEW_ARGUMENTS`], in the shortest way there is for it.
#[inline(always)]
pub fn call_function<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    builtin: heap::Gc<Builtin>,
    first: u32,
    count: u32,
) -> Result<Entered<M::Value>, Raised> {
    if let Some(length) = known_length(m, py, builtin, stack.window(), first, count) {
        return Ok(Entered::Value(length));
    }
    consume_or_call(m, py, stack, pc, builtin, first, count)
}

/// The same for a method, whose receiver is the first of the arguments.
#[inline(always)]
pub fn call_method<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    builtin: heap::Gc<Builtin>,
    first: u32,
    count: u32,
) -> Result<Entered<M::Value>, Raised> {
    if let Some(nothing) = known_append(m, py, stack, pc, builtin, first, count)? {
        return Ok(Entered::Value(nothing));
    }
    consume_or_call(m, py, stack, pc, builtin, first, count)
}

/// Calls a function written in Rust with so many registers from `first` on, for the direct machine. They are copied: what lies on the native
/// stack stays where it is while it is used. Precondition: they are at most [`FEW_ARGUMENTS`].
#[inline(never)]
pub(crate) fn call_builtin<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    builtin: heap::Gc<Builtin>,
    first: u32,
    count: u32,
) -> Result<M::Value, Raised> {
    stack.set_pc(pc);
    let w = stack.window();
    // All words are written: what lay in an unused one would be kept from being collected.
    let mut words = [UNSET; FEW_ARGUMENTS];
    words[0] = if count > 0 { m.promote_value(w.get(first)) } else { UNSET };
    words[1] = if count > 1 { m.promote_value(w.get(first + 1)) } else { UNSET };
    for index in 2..count {
        words[index as usize] = m.promote_value(w.get(first + index));
    }
    let call = words.as_ptr_range().end.addr();
    let result = py
        .thread()
        .native_runs
        .calling(call, builtin.def().collects, || builtin.call_positional(py, &words[..count as usize]));
    result.map(|result| m.value(result))
}

/// A Python function that takes exactly so many arguments, and its code, for the direct machine.
#[inline(always)]
pub fn plain_function<M: Machine>(
    m: &mut M,
    callable: M::Value,
    count: u32,
) -> Option<(heap::Gc<Function>, &'static Code)> {
    let function = as_object::<Function>(m.promote_value(callable))?;
    let code = function.code();
    (code.plain_arguments.get() == count).then_some((function, code))
}

/// Pushes the frame of a plain function on the direct machine and moves the arguments to its registers: so many from `first` on, one for
/// each parameter.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
#[inline(always)]
pub fn enter_plain<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    from: Window<M::Value>,
    pc: u32,
    (function, code): (heap::Gc<Function>, &'static Code),
    first: u32,
    count: u32,
) -> Result<Window<M::Value>, Raised> {
    let value = m.value(word(function));
    let to = frame::push_prepared(m, py, stack, pc, code, value)?;
    // Most calls have few arguments, for which the optimizer's way to copy many costs more than they do.
    if count > 0 {
        to.set(0, from.get(first));
    }
    if count > 1 {
        to.set(1, from.get(first + 1));
    }
    for slot in 2..count {
        to.set(slot, from.get(first + slot));
    }
    if code.free_count > 0 {
        let cells = as_object::<Tuple>(function.closure.get()).expect("a function has the cells of its code");
        let first = code.first_free.get();
        for (slot, cell) in (first..).zip(cells.items()) {
            to.set(slot, m.value(cell.get()));
        }
    }
    Ok(to)
}
