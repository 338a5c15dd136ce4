//! Frames: pushing one for a call, and the objects that instructions make of registers.

use crate::residual as call;
use heap::{Gc, Layout, LayoutId};
use metatrace_machine::{
    Arg, Encoding, Flow, FrameStack, Machine, MachineExt, NanBox, Raised, RawWidth, SLOT_GROUP, Window,
};
use python_model::code::{Code, frame as extra};
use python_model::objects::*;
use python_model::py::Py;
use python_model::value::word;
use std::sync::atomic::Ordering::Relaxed;

/// What an operation that may run Python code came to.
pub enum Entered<V> {
    Value(V),
    /// A frame was pushed: its result will be delivered.
    Frame(Flow<V>),
}

/// The object in a register that the compiler put there.
#[inline(always)]
pub fn object<M: Machine>(m: &mut M, value: M::Value) -> M::Ref {
    m.as_ref(value).expect("the compiler put an object there")
}

pub fn new_cell<M: Machine>(m: &mut M, value: M::Value) -> Result<M::Value, Raised> {
    let cell = m.new_object(CellObject::ID, CellObject::DESCR.size_bytes)?;
    m.store_value(CellObject::VALUE, cell, value);
    Ok(m.box_ref(cell))
}

/// A tuple of `count` registers from `first`.
pub fn tuple<M: Machine>(
    m: &mut M,
    py: Py,
    w: Window<M::Value>,
    first: u32,
    count: u32,
) -> Result<M::Value, Raised> {
    if !M::RECORDS {
        let made = py.tuple_with(count as usize, |index| m.promote_value(w.get(first + index as u32)))?;
        return Ok(m.value(word(made)));
    }
    let none = m.value(NanBox::NONE);
    let length = m.int(i64::from(count));
    let tuple = m.new_array(Tuple::ITEMS_ARRAY, length, Arg::Value(none))?;
    for k in 0..count {
        let index = m.int(i64::from(k));
        m.store_item(Tuple::ITEMS_ARRAY, tuple, index, Arg::Value(w.get(first + k)));
    }
    Ok(m.box_ref(tuple))
}

/// A list of `count` registers from `first`.
pub fn list<M: Machine>(
    m: &mut M,
    py: Py,
    w: Window<M::Value>,
    first: u32,
    count: u32,
) -> Result<M::Value, Raised> {
    if !M::RECORDS {
        let made = py.list_with(count as usize, |index| m.promote_value(w.get(first + index as u32)))?;
        return Ok(m.value(word(made)));
    }
    let unset = m.value(NanBox::UNSET);
    let capacity = m.int(i64::from(count.max(4)));
    let items = m.new_array(Values::ITEMS_ARRAY, capacity, Arg::Value(unset))?;
    for k in 0..count {
        let index = m.int(i64::from(k));
        m.store_item(Values::ITEMS_ARRAY, items, index, Arg::Value(w.get(first + k)));
    }
    let list = m.new_object(List::ID, List::DESCR.size_bytes)?;
    let length = m.int(i64::from(count));
    m.store_int(List::LENGTH, list, length);
    m.store_ref(List::ITEMS, list, items);
    Ok(m.box_ref(list))
}

/// A list without items, in a trace.
pub fn empty_list<M: Machine>(m: &mut M) -> Result<M::Value, Raised> {
    let (unset, zero, capacity) = (m.value(NanBox::UNSET), m.int(0), m.int(4));
    let items = m.new_array(Values::ITEMS_ARRAY, capacity, Arg::Value(unset))?;
    let list = m.new_object(List::ID, List::DESCR.size_bytes)?;
    m.store_int(List::LENGTH, list, zero);
    m.store_ref(List::ITEMS, list, items);
    Ok(m.box_ref(list))
}

/// Whether a signal, a finalizer or another thread waits. Trace: a load and a guard.
#[inline(always)]
pub fn poll_is_due<M: Machine>(m: &mut M, py: Py) -> bool {
    if !M::RECORDS {
        return crate::polling::is_due(py);
    }
    let (address, zero) = (m.int(crate::polling::requests_address(py) as i64), m.int(0));
    let requests = m.load_raw_int(RawWidth::U32, address, zero);
    let mask = m.int(i64::from(crate::polling::WAITING));
    let waiting = m.int_and(requests, mask);
    let is_due = m.int_ne(waiting, zero);
    m.truth(is_due)
}

/// Whether a thread with `depth` frames may have another one. Polls if it is asked to. Errors: what a signal's handler raises.
#[inline(always)]
pub fn has_room(py: Py, depth: u32) -> Result<bool, Raised> {
    if is_within_limit(py, depth) { Ok(true) } else { py.check_frame_limit(depth) }
}

#[inline(always)]
fn is_within_limit(py: Py, depth: u32) -> bool {
    depth < py.thread().frame_limit.load(Relaxed)
}

/// Python frames of the thread.
#[inline(always)]
pub(crate) fn depth<V: Copy>(py: Py, stack: &FrameStack<V>) -> u32 {
    py.thread().depth.get().wrapping_add(stack.depth() as u32)
}

/// Pushes a frame for code. Errors: `RecursionError`.
#[inline(always)]
pub fn push<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    code: &'static Code,
    function: M::Value,
) -> Result<Window<M::Value>, Raised> {
    if !M::RECORDS {
        code.prepare(py)?;
        let window = push_prepared(m, py, stack, pc, code, function)?;
        give_namespace(m, code, window);
        return Ok(window);
    }
    stack.set_pc(pc);
    if is_too_deep(py, stack) {
        return Err(recursion_error(m));
    }
    code.prepare(py)?;
    let window = push_slots(m, stack, code, function)?;
    give_namespace(m, code, window);
    Ok(window)
}

/// The body of a module or class as a function (`types.FunctionType` makes one of any code) runs in the namespace of its module.
#[inline(always)]
fn give_namespace<M: Machine>(m: &mut M, code: &'static Code, window: Window<M::Value>) {
    if code.is_body {
        let globals = m.value(code.globals_word());
        window.set(code.extra(extra::NAMESPACE), globals);
    }
}

/// Pushes a frame for prepared code on the direct machine. Polls if it is asked to. Errors: `RecursionError`, what a signal's handler raises.
#[inline(always)]
pub fn push_prepared<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    code: &'static Code,
    function: M::Value,
) -> Result<Window<M::Value>, Raised> {
    stack.set_pc(pc);
    let depth = depth(py, stack);
    if !is_within_limit(py, depth) && !py.check_frame_limit(depth)? {
        return Err(recursion_error(m));
    }
    push_slots(m, stack, code, function)
}

#[inline(always)]
fn push_slots<M: Machine>(
    m: &mut M,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    function: M::Value,
) -> Result<Window<M::Value>, Raised> {
    let window = stack.push(code.address(), code.slot_count()).map_err(|_| recursion_error(m))?;
    window.set(code.extra(extra::FUNCTION), function);
    Ok(window)
}

#[inline(always)]
fn is_too_deep<V: Copy>(py: Py, stack: &FrameStack<V>) -> bool {
    depth(py, stack) >= py.vm().recursion_limit.get()
}

/// Pushes a frame for prepared code with the slots in an array, on the direct machine. Errors: `RecursionError`.
#[inline(always)]
pub fn push_copied<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    code: &'static Code,
    slots: Gc<Values>,
) -> Result<Window<M::Value>, Raised> {
    stack.set_pc(pc);
    if is_too_deep(py, stack) {
        return Err(recursion_error(m));
    }
    let slots = slots.items();
    assert!(slots.len() == code.slot_count() as usize && !M::RECORDS, "the array of a frame of this code");
    // SAFETY: the values of the direct machine are words; there are as many as slots (tested).
    let pushed = unsafe { stack.push_copy(code.address(), slots.as_ptr().cast(), code.slot_count()) };
    pushed.map_err(|_| recursion_error(m))
}

/// Copies the registers of a frame of this code (and what fills their last group) to an array, on the direct machine.
#[inline(always)]
pub fn save_registers<M: Machine>(py: Py, w: Window<M::Value>, code: &'static Code, array: Gc<Values>) {
    let (slots, count) = (array.items(), code.register_count.next_multiple_of(SLOT_GROUP));
    assert!(slots.len() == code.slot_count() as usize && !M::RECORDS, "the array of a frame of this code");
    py.mutator().barrier_range(array.erase(), slots.as_ptr().cast_mut().cast(), count as usize);
    // SAFETY: the values of the direct machine are words, the array has room for them (tested); the barrier was told.
    unsafe { w.copy_to(slots.as_ptr().cast_mut().cast(), count) }
}

#[cold]
fn recursion_error<M: Machine>(m: &mut M) -> Raised {
    match m.call_nothing(&call::RECURSION_ERROR, &[]) {
        Err(raised) => raised,
        Ok(()) => unreachable!("it always raises"),
    }
}

/// The tuple with the cells of a function's closure, if its code has free variables. Trace: a guard, so it is asked for before
/// anything has happened.
#[inline(always)]
pub fn closure_cells<M: Machine>(m: &mut M, code: &'static Code, function: M::Ref) -> Option<M::Ref> {
    if code.free_count == 0 {
        return None;
    }
    let closure = m.load_value(Function::CLOSURE, function);
    Some(object(m, closure))
}

/// Copies the cells of a function's closure to their registers.
#[inline(always)]
pub fn place_closure<M: Machine>(m: &mut M, code: &'static Code, function: M::Ref, window: Window<M::Value>) {
    let cells = closure_cells(m, code, function);
    place_cells(m, code, cells, window);
}

#[inline(always)]
pub fn place_cells<M: Machine>(
    m: &mut M,
    code: &'static Code,
    cells: Option<M::Ref>,
    window: Window<M::Value>,
) {
    let Some(cells) = cells else { return };
    let count = code.free_count;
    let first = code.first_free.get();
    for k in 0..count {
        let index = m.int(i64::from(k));
        let cell = m.load_item_value(Tuple::ITEMS_ARRAY, cells, index);
        window.set(first + k, cell);
    }
}

/// Clears the first scratch slot of a recorded frame before a call that needs nothing there: snapshots keep it for those that do, and would
/// keep what was left in it.
#[inline(always)]
pub fn forget_scratch<M: Machine>(m: &mut M, stack: &FrameStack<M::Value>) {
    if M::RECORDS {
        let unset = m.value(NanBox::UNSET);
        stack.window().set(Code::at(stack.top().code).extra(extra::SCRATCH), unset);
    }
}

/// The class of an object of a runtime module, which it names itself: green, and never another. Precondition: it has one of these two layouts.
pub fn class_of_foreign<M: Machine>(m: &mut M, object: M::Ref, layout: LayoutId) -> python_model::TypeRef {
    let field = if layout == Foreign::ID { Foreign::TYPE_INFO } else { Compact::TYPE_INFO };
    let class = m.load_int(field, object);
    python_model::foreign::class_at(m.promote_int(class))
}

/// Makes a trace depend on a class as it is; `false` if it has just changed. Costs nothing where nothing is recorded.
#[inline(always)]
pub fn depends_on<M: Machine>(m: &mut M, class: python_model::TypeRef) -> bool {
    !M::RECORDS || m.assume(&class.stability())
}
