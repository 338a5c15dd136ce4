//! Calls of classes. An ordinary class whose `__init__` is written in Python is instantiated here, so that traces see the instance made;
//! all else by the runtime.

use crate::calls::{Entry, argument_values, call_function, code_of, residual};
use crate::consumers;
use crate::continuation::Continuation;
use crate::exceptions::{self, Made};
use crate::frame::{self, Entered};
use crate::inlined;
use crate::keyword_calls::keyword_names;
use crate::plain;
use crate::residual as call;
use crate::traced_bind;
use crate::traced_dict;
use heap::Layout;
use metatrace_machine::{Arg, FrameStack, Machine, MachineExt, Raised};
use python_model::code::{Code, frame as extra};
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::Py;
use python_model::types::{Ty, flags};
use python_model::value::{UNSET, Word, word};

/// Calls a class. An ordinary class whose `__init__` is written in Python is instantiated here; all else by the runtime.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
pub(crate) fn instantiate<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    callable: M::Value,
    class: M::Ref,
    first: u32,
    count: u32,
) -> Entry<M> {
    let object = m.promote_ref(class);
    let info = py.as_type(word(object)).expect("an object of this layout is a class");
    if count == 1 && info.builtin.is_some() {
        let argument = stack.window().get(first);
        if consumers::is_source(m, argument)
            && let Some(flow) = consumers::enter_class(m, py, stack, pc, info, argument)?
        {
            return Ok(Entered::Frame(flow));
        }
    }
    if M::RECORDS && info.is_subtype(py.ty(Ty::BaseException)) {
        let args = argument_values(stack, None, first, count);
        match exceptions::make(m, py, info, &args)? {
            Some(Made::Exception(made)) => return Ok(Entered::Value(made)),
            Some(Made::Uninitialised(made, init)) => {
                return initialise(m, py, stack, pc, made, init, first, count);
            }
            None => {}
        }
    }
    if M::RECORDS && info.builtin.is_some() {
        let args = argument_values(stack, None, first, count);
        if let Some(value) = inlined::class(m, py, info, &args)? {
            return Ok(Entered::Value(value));
        }
        stack.set_pc(pc);
        if let Some(value) = plain::class(m, py, callable, info, &args)? {
            return Ok(Entered::Value(value));
        }
    } else if info.builtin == Some(Ty::Type) && count == 1 {
        let argument = stack.window().get(first);
        let class = py.type_of(m.promote_value(argument));
        return Ok(Entered::Value(m.value(class.word())));
    } else if info.builtin == Some(Ty::Range) && count <= 3 {
        let w = stack.window();
        let last = count.saturating_sub(1);
        let args: [M::Value; 3] = std::array::from_fn(|index| w.get(first + last.min(index as u32)));
        if let Some(value) = inlined::class(m, py, info, &args[..count as usize])? {
            return Ok(Entered::Value(value));
        }
    }
    let Some(init) = info.plain_init(py) else {
        if M::RECORDS
            && count == 0
            && let Some(made) = empty_container(m, py, info)?
        {
            return Ok(Entered::Value(made));
        }
        if let Some(new) = info.named_tuple_new(py)
            && frame::depends_on(m, info)
        {
            let new = m.value(new);
            let function = frame::object(m, new);
            return call_function(m, py, stack, pc, function, Some(callable), first, count);
        }
        return residual(m, py, stack, pc, callable, None, first, count);
    };
    if !frame::depends_on(m, info) {
        return residual(m, py, stack, pc, callable, None, first, count);
    }
    let instance = new_instance(m, py, info)?;
    initialise(m, py, stack, pc, instance, init, first, count)
}

/// Calls the `__init__` of an instance, which is written in Python.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
fn initialise<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    instance: M::Value,
    init: Word,
    first: u32,
    count: u32,
) -> Entry<M> {
    let caller = Code::at(stack.top().code);
    stack.window().set(caller.extra(extra::SCRATCH), instance);
    let init = m.value(init);
    let function = frame::object(m, init);
    stack.set_continuation(Continuation::Init as u32);
    match call_function(m, py, stack, pc, function, Some(instance), first, count)? {
        Entered::Frame(flow) => Ok(Entered::Frame(flow)),
        Entered::Value(result) => {
            // A generator: `__init__` must return None.
            stack.set_continuation(Continuation::Plain as u32);
            init_returned_something(m, result)?;
            Ok(Entered::Value(instance))
        }
    }
}

/// Instantiates an ordinary class whose `__init__` is written in Python with keyword arguments, in a trace; `None`: it is something else.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
pub(crate) fn instantiate_keywords<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    caller: &'static Code,
    pc: u32,
    callable: M::Value,
    shape: &'static python_compile::code::CallShape,
    first: u32,
) -> Result<Option<Entered<M::Value>>, Raised> {
    let Some(class) = m.as_ref(callable) else { return Ok(None) };
    if !m.has_layout(class, Type::ID) {
        return Ok(None);
    }
    let object = m.promote_ref(class);
    let info = py.as_type(word(object)).expect("an object of this layout is a class");
    let Some(init) = info.plain_init(py) else { return Ok(None) };
    if !frame::depends_on(m, info) {
        return Ok(None);
    }
    let init = m.value(init);
    let function = frame::object(m, init);
    let code = code_of(m, py, function);
    if python_model::generator::is_generator(code) {
        return Ok(None);
    }
    let cells = frame::closure_cells(m, code, function);
    let instance = new_instance(m, py, info)?;
    let count = shape.positional + shape.keywords.len() as u32;
    let args = argument_values(stack, Some(instance), first, count);
    let names = keyword_names(py, caller, shape);
    let Some(bound) = traced_bind::bind(m, py, code, function, &args, &names)? else { return Ok(None) };
    stack.window().set(caller.extra(extra::SCRATCH), instance);
    stack.set_continuation(Continuation::Init as u32);
    let to = frame::push(m, py, stack, pc, code, init)?;
    for (slot, value) in (0..).zip(bound) {
        to.set(slot, value);
    }
    frame::place_cells(m, code, cells, to);
    Ok(Some(Entered::Frame(m.function_entry(stack, &code.entry))))
}

/// An instance without attributes.
pub(crate) fn new_instance<M: Machine>(
    m: &mut M,
    py: Py,
    class: python_model::TypeRef,
) -> Result<M::Value, Raised> {
    let map = py.vm().maps.root(&py.vm().heap, class);
    let instance = m.new_object(map.layout, map.size_bytes())?;
    let unset = m.value(UNSET);
    let null = m.null();
    m.store_ref(Instance::OVERFLOW, instance, null);
    m.store_value(Instance::PAYLOAD, instance, unset);
    for slot in 0..map.inline_slots {
        m.store_value(python_model::maps::Place::inline_field(slot), instance, unset);
    }
    Ok(m.box_ref(instance))
}

/// An empty instance of a class that derives from `list` or `dict` and leaves making it to them, in a trace; `None`: it is something else.
fn empty_container<M: Machine>(
    m: &mut M,
    py: Py,
    class: python_model::TypeRef,
) -> Result<Option<M::Value>, Raised> {
    let Some(ty @ (Ty::List | Ty::Dict)) = class.payload.filter(|_| class.builtin.is_none()) else {
        return Ok(None);
    };
    let own = py.ty(ty);
    let is_plain =
        [Name::New, Name::Init].iter().all(|name| class.lookup(py, *name) == own.lookup(py, *name))
            && !class.has(flags::HAS_FINALIZER | flags::ABSTRACT)
            && py.type_of(class.word()).is(py.ty(Ty::Type));
    if !is_plain || !frame::depends_on(m, class) {
        return Ok(None);
    }
    let held = if ty == Ty::List { frame::empty_list(m)? } else { traced_dict::empty(m)? };
    let instance = new_instance(m, py, class)?;
    let object = frame::object(m, instance);
    m.store_value(Instance::PAYLOAD, object, held);
    Ok(Some(instance))
}

/// `tuple.__new__(class, items)` for a class written in Python and an exact tuple, in a trace; `None`: it is something else.
pub(crate) fn new_tuple_instance<M: Machine>(
    m: &mut M,
    py: Py,
    class: M::Value,
    items: M::Value,
) -> Result<Option<M::Value>, Raised> {
    let (Some(class), Some(tuple)) = (m.as_ref(class), m.as_ref(items)) else { return Ok(None) };
    if !m.has_layout(class, Type::ID) || !m.has_layout(tuple, Tuple::ID) {
        return Ok(None);
    }
    let class = m.promote_ref(class);
    let info = py.as_type(word(class)).expect("an object of this layout is a class");
    // Named tuples only: what `tuple.__new__` tests of a class holds of them.
    if info.named_tuple_new(py).is_none() || !frame::depends_on(m, info) {
        return Ok(None);
    }
    let instance = new_instance(m, py, info)?;
    let object = frame::object(m, instance);
    m.store_value(Instance::PAYLOAD, object, items);
    Ok(Some(instance))
}

/// Raises the error of an `__init__` that returned something.
#[cold]
pub fn init_returned_something<M: Machine>(m: &mut M, value: M::Value) -> Result<(), Raised> {
    m.call_nothing(&call::INIT_RETURNED, &[Arg::Value(value)])
}
