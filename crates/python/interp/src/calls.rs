//! Calls. A call of a Python function pushes a frame; its arguments go from register to register. What does not fit that (keywords
//! that need a dict, star arguments) is bound by the runtime into an array, from which the registers are filled.

use crate::bind;
use crate::consumers;
use crate::direct_calls::{builtin_function, call_builtin};
use crate::frame::{self, Entered};
use crate::inlined;
use crate::instantiation::instantiate;
use crate::lengths;
use crate::residual as call;
use crate::traced_bind;
use heap::{Gc, Layout};
use metatrace_machine::{Arg, Encoding, FrameStack, Machine, MachineExt, NanBox, Raised, RawWidth};
use python_compile::code::flags;
use python_compile::opcode::Opcode;
use python_model::code::{Code, frame as extra};
use python_model::dict;
use python_model::generator::State;
use python_model::names::Name;
use python_model::native::Args;
use python_model::objects::*;
use python_model::py::{Py, Result as PyResult};
use python_model::value::{UNSET, V, Word, as_object, word};

pub(crate) type Entry<M> = Result<Entered<<M as Machine>::Value>, Raised>;

/// `CALL_METHOD`: callable, receiver or unset, c arguments.
pub fn call_method<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    b: u32,
    c: u32,
) -> Entry<M> {
    let w = stack.window();
    let (callable, receiver) = (w.get(b), w.get(b + 1));
    let receiver = if m.value_is(receiver, NanBox::UNSET) { None } else { Some(receiver) };
    call_with(m, py, stack, pc, callable, receiver, b + 2, c)
}

/// The positional call of anything. Arguments: the receiver, then `count` registers from `first`.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
pub fn call_with<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    callable: M::Value,
    receiver: Option<M::Value>,
    first: u32,
    count: u32,
) -> Entry<M> {
    let Some(object) = m.as_ref(callable) else {
        return residual(m, py, stack, pc, callable, receiver, first, count);
    };
    let layout = m.layout_of(object);
    if layout == Function::ID {
        return call_function(m, py, stack, pc, object, receiver, first, count);
    }
    if layout == BoundMethod::ID && receiver.is_none() {
        let function = m.load_value(BoundMethod::FUNCTION, object);
        let bound = m.load_value(BoundMethod::RECEIVER, object);
        return call_with(m, py, stack, pc, function, Some(bound), first, count);
    }
    if !M::RECORDS
        && receiver.is_none()
        && let Some(builtin) = builtin_function(m, callable, count)
    {
        return call_builtin(m, py, stack, pc, builtin, first, count).map(Entered::Value);
    }
    if layout == Type::ID && receiver.is_none() {
        return instantiate(m, py, stack, pc, callable, object, first, count);
    }
    if layout.0 >= heap::FIRST_DYNAMIC_LAYOUT && receiver.is_none() {
        let class = py.vm().maps.get(layout).class;
        if let Some(method) = class.lookup(py, Name::Call)
            && as_object::<Function>(method).is_some()
            && frame::depends_on(m, class)
        {
            let method = m.value(method);
            return call_with(m, py, stack, pc, method, Some(callable), first, count);
        }
    }
    if M::RECORDS && layout == Builtin::ID {
        let args = argument_values(stack, receiver, first, count);
        if let Some(last) = args.last()
            && consumers::is_source(m, *last)
            && let Some(builtin) = m.promote_ref(object).downcast()
            && let Some(flow) = consumers::enter_function(m, py, stack, pc, builtin, &args)?
        {
            return Ok(Entered::Frame(flow));
        }
        if let [argument] = args[..]
            && let Some(builtin) = m.promote_ref(object).downcast()
            && let Some(flow) = consumers::enter_with_list(m, py, stack, pc, builtin, argument)?
        {
            return Ok(Entered::Frame(flow));
        }
        if let Some(value) = inlined::function(m, py, stack, pc, object, &args)? {
            return Ok(Entered::Value(value));
        }
        if let [argument] = args[..]
            && inlined::is_builtin_named(m, py, object, "len")
            && let Some(entered) = lengths::enter(m, py, stack, pc, argument)?
        {
            return Ok(entered);
        }
    }
    residual(m, py, stack, pc, callable, receiver, first, count)
}

/// Receiver and registers, for the recorder, whose values are also where the collector sees them.
pub(crate) fn argument_values<V: Copy>(
    stack: &FrameStack<V>,
    receiver: Option<V>,
    first: u32,
    count: u32,
) -> Vec<V> {
    let w = stack.window();
    receiver.into_iter().chain((first..first + count).map(|register| w.get(register))).collect()
}

/// The code that a function runs.
#[inline(always)]
pub(crate) fn code_of<M: Machine>(m: &mut M, py: Py, function: M::Ref) -> &'static Code {
    if let Some(known) = known_function(m, py, function) {
        return known.code();
    }
    let address = m.load_int(Function::CODE, function);
    Code::at(m.promote_int(address) as u64)
}

/// What `__defaults__` of a function is.
#[inline(always)]
pub(crate) fn defaults_of<M: Machine>(m: &mut M, py: Py, function: M::Ref) -> M::Value {
    match known_function(m, py, function) {
        Some(known) => m.value(known.defaults.get()),
        None => m.load_value(Function::DEFAULTS, function),
    }
}

/// The function, if it is a constant of a trace; its code and its defaults are constants then as well.
#[inline(always)]
fn known_function<M: Machine>(m: &mut M, py: Py, function: M::Ref) -> Option<Gc<Function>> {
    if !M::RECORDS {
        return None;
    }
    let value = m.box_ref(function);
    let known = as_object::<Function>(m.constant(value)?)?;
    let stability = py.vm().function_stability.assumption()?;
    m.assume(&stability).then_some(known)
}

/// Calls a Python function with positional arguments.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
#[inline]
pub(crate) fn call_function<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    function: M::Ref,
    receiver: Option<M::Value>,
    first: u32,
    count: u32,
) -> Entry<M> {
    let code = code_of(m, py, function);
    let given = count + u32::from(receiver.is_some());
    let value = m.box_ref(function);
    if !code.is_positional || given > code.arg_count {
        return bind_and_enter(m, py, stack, pc, code, function, receiver, first, count);
    }
    let from = stack.window();
    let missing = code.arg_count - given;
    let mut defaults = None;
    if missing > 0 {
        let tuple = defaults_of(m, py, function);
        let Some(tuple) = m.as_ref(tuple) else {
            return bind_and_enter(m, py, stack, pc, code, function, receiver, first, count);
        };
        let length = m.array_len(Tuple::ITEMS_ARRAY, tuple);
        let length = m.promote_int(length);
        if length < i64::from(missing) {
            return bind_and_enter(m, py, stack, pc, code, function, receiver, first, count);
        }
        defaults = Some((tuple, length - i64::from(missing)));
    }
    if code.is_generator {
        if !M::RECORDS || defaults.is_some() {
            return bind_and_enter(m, py, stack, pc, code, function, receiver, first, count);
        }
        stack.set_pc(pc);
        let slots = generator_slots(m, py, code)?;
        let args = receiver.into_iter().chain((0..count).map(|k| from.get(first + k)));
        for (k, value) in args.enumerate() {
            let index = m.int(k as i64);
            m.store_item(Values::ITEMS_ARRAY, slots, index, Arg::Value(value));
        }
        let cells = frame::closure_cells(m, code, function);
        return make_generator(m, py, stack, code, function, cells, slots).map(Entered::Value);
    }
    let to = frame::push(m, py, stack, pc, code, value)?;
    let mut slot = 0;
    if let Some(receiver) = receiver {
        to.set(0, receiver);
        slot = 1;
    }
    for k in 0..count {
        to.set(slot + k, from.get(first + k));
    }
    if let Some((tuple, start)) = defaults {
        for k in 0..missing {
            let index = m.int(start + i64::from(k));
            let value = m.load_item_value(Tuple::ITEMS_ARRAY, tuple, index);
            to.set(given + k, value);
        }
    }
    frame::place_closure(m, code, function, to);
    Ok(Entered::Frame(m.function_entry(stack, &code.entry)))
}

/// Arguments of a call that are handed to a function written in Rust without a tuple.
pub(crate) const FEW_ARGUMENTS: usize = 8;

/// The tuple of receiver and registers.
pub(crate) fn argument_tuple<M: Machine>(
    m: &mut M,
    stack: &FrameStack<M::Value>,
    receiver: Option<M::Value>,
    first: u32,
    count: u32,
) -> Result<M::Value, Raised> {
    let w = stack.window();
    let extra = u32::from(receiver.is_some());
    let none = m.value(NanBox::NONE);
    let length = m.int(i64::from(count + extra));
    let tuple = m.new_array(Tuple::ITEMS_ARRAY, length, Arg::Value(none))?;
    if let Some(receiver) = receiver {
        let index = m.int(0);
        m.store_item(Tuple::ITEMS_ARRAY, tuple, index, Arg::Value(receiver));
    }
    for k in 0..count {
        let index = m.int(i64::from(k + extra));
        m.store_item(Tuple::ITEMS_ARRAY, tuple, index, Arg::Value(w.get(first + k)));
    }
    Ok(m.box_ref(tuple))
}

#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
fn bind_and_enter<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    code: &'static Code,
    function: M::Ref,
    receiver: Option<M::Value>,
    first: u32,
    count: u32,
) -> Entry<M> {
    stack.set_pc(pc);
    if !M::RECORDS && count < FEW_ARGUMENTS as u32 {
        let (words, total) = argument_words(m, stack, receiver, first, count);
        if code.is_generator && code.is_positional && code.arg_count as usize == total {
            code.prepare(py)?;
            let callee = m.promote_ref(function).downcast().expect("the caller tested the layout");
            let generator = crate::nested::generator_from(py, callee, |parameter| words[parameter])?;
            return Ok(Entered::Value(m.value(generator)));
        }
        return enter_bound_directly(m, py, stack, pc, code, function, Args::positional(&words[..total]));
    }
    if M::RECORDS {
        let args = argument_values(stack, receiver, first, count);
        if let Some(entry) = enter_traced(m, py, stack, pc, code, function, &args, &[])? {
            return Ok(entry);
        }
    }
    let args = argument_tuple(m, stack, receiver, first, count)?;
    let names = m.value(NanBox::NONE);
    enter_bound(m, py, stack, pc, code, function, args, names)
}

/// Enters a function, or makes its generator, with arguments that the trace binds; `None`: the runtime is to bind them. The pc is set.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
pub(crate) fn enter_traced<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    code: &'static Code,
    function: M::Ref,
    args: &[M::Value],
    names: &[(&str, Word)],
) -> Result<Option<Entered<M::Value>>, Raised> {
    let cells = frame::closure_cells(m, code, function);
    let Some(bound) = traced_bind::bind(m, py, code, function, args, names)? else { return Ok(None) };
    if python_model::generator::is_generator(code) {
        let slots = generator_slots(m, py, code)?;
        for (k, value) in bound.into_iter().enumerate() {
            let index = m.int(k as i64);
            m.store_item(Values::ITEMS_ARRAY, slots, index, Arg::Value(value));
        }
        return make_generator(m, py, stack, code, function, cells, slots)
            .map(|made| Some(Entered::Value(made)));
    }
    let value = m.box_ref(function);
    let to = frame::push(m, py, stack, pc, code, value)?;
    for (slot, value) in (0..).zip(bound) {
        to.set(slot, value);
    }
    frame::place_cells(m, code, cells, to);
    Ok(Some(Entered::Frame(m.function_entry(stack, &code.entry))))
}

/// `CALL_EX`: positional arguments in a sequence, and a dict of keywords or None.
pub fn call_star<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    callable: M::Value,
    args: M::Value,
    keywords: M::Value,
) -> Entry<M> {
    stack.set_pc(pc);
    if M::RECORDS
        && let Some(mut values) = traced_bind::items(m, args)
        && let Some(names) = crate::keyword_calls::spread(m, py, keywords, &mut values)?
        && let names = Vec::from_iter(names.iter().map(|(text, name)| (text.as_str(), *name)))
        && let Some(entry) = call_values(m, py, stack, pc, callable, values, &names)?
    {
        return Ok(entry);
    }
    let args = [Arg::Value(callable), Arg::Value(args), Arg::Value(keywords)];
    m.call_value(&call::CALL_EX, &args).map(Entered::Value)
}

/// Calls a function, a method or a known function of the runtime in a trace, the last arguments by these names; `None`: it is something else.
fn call_values<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    callable: M::Value,
    mut values: traced_bind::Held<M::Value>,
    names: &[(&str, Word)],
) -> Result<Option<Entered<M::Value>>, Raised> {
    let Some(object) = m.as_ref(callable) else { return Ok(None) };
    let layout = m.layout_of(object);
    if layout == BoundMethod::ID {
        let function = m.load_value(BoundMethod::FUNCTION, object);
        values.insert(0, m.load_value(BoundMethod::RECEIVER, object));
        return call_values(m, py, stack, pc, function, values, names);
    }
    if layout == Function::ID {
        let code = code_of(m, py, object);
        return enter_traced(m, py, stack, pc, code, object, &values, names);
    }
    if layout == Builtin::ID && names.is_empty() {
        let result = inlined::function(m, py, stack, pc, object, &values)?;
        return Ok(result.map(Entered::Value));
    }
    Ok(None)
}

/// Receiver and registers on the native stack, for the direct machine. Not the registers themselves: what lies on the native stack stays
/// where it is while it is used. Precondition: there are at most [`FEW_ARGUMENTS`], the receiver included.
#[inline(always)]
pub(crate) fn argument_words<M: Machine>(
    m: &mut M,
    stack: &FrameStack<M::Value>,
    receiver: Option<M::Value>,
    first: u32,
    count: u32,
) -> ([Word; FEW_ARGUMENTS], usize) {
    let w = stack.window();
    let mut words = [UNSET; FEW_ARGUMENTS];
    let offset = usize::from(receiver.is_some());
    if let Some(receiver) = receiver {
        words[0] = m.promote_value(receiver);
    }
    for k in 0..count {
        words[offset + k as usize] = m.promote_value(w.get(first + k));
    }
    (words, count as usize + offset)
}

/// Binds arguments and enters the function, for the direct machine.
pub(crate) fn enter_bound_directly<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    code: &'static Code,
    function: M::Ref,
    args: Args,
) -> Entry<M> {
    let callee: heap::Gc<Function> =
        m.promote_ref(function).downcast().expect("the caller tested the layout");
    bind::with_bound(py, callee, args, |bound| {
        if code.is_generator {
            code.prepare(py)?;
            let generator = crate::nested::generator_from(py, callee, |parameter| bound.get(parameter))?;
            return Ok(Entered::Value(m.value(generator)));
        }
        let value = m.box_ref(function);
        let to = frame::push(m, py, stack, pc, code, value)?;
        for parameter in 0..code.parameter_count {
            to.set(parameter, m.value(bound.get(parameter as usize)));
        }
        frame::place_closure(m, code, function, to);
        Ok(Entered::Frame(m.function_entry(stack, &code.entry)))
    })
}

/// Binds a tuple of arguments and enters the function.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
pub(crate) fn enter_bound<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    code: &'static Code,
    function: M::Ref,
    args: M::Value,
    names: M::Value,
) -> Entry<M> {
    stack.set_pc(pc);
    let cells = frame::closure_cells(m, code, function);
    let value = m.box_ref(function);
    let bound = m.call_ref(&call::BIND, &[Arg::Value(value), Arg::Value(args), Arg::Value(names)])?;
    if python_model::generator::is_generator(code) {
        let slots = generator_slots(m, py, code)?;
        for k in 0..code.object().parameter_count() {
            let index = m.int(i64::from(k));
            let value = m.load_item_value(Values::ITEMS_ARRAY, bound, index);
            m.store_item(Values::ITEMS_ARRAY, slots, index, Arg::Value(value));
        }
        return make_generator(m, py, stack, code, function, cells, slots).map(Entered::Value);
    }
    let to = frame::push(m, py, stack, pc, code, value)?;
    for k in 0..code.object().parameter_count() {
        let index = m.int(i64::from(k));
        let value = m.load_item_value(Values::ITEMS_ARRAY, bound, index);
        to.set(k, value);
    }
    frame::place_cells(m, code, cells, to);
    Ok(Entered::Frame(m.function_entry(stack, &code.entry)))
}

/// The array for the frame of a generator that has not started.
fn generator_slots<M: Machine>(m: &mut M, py: Py, code: &'static Code) -> Result<M::Ref, Raised> {
    if code.prepare(py).is_err() {
        return Err(Raised);
    }
    let unset = m.value(NanBox::UNSET);
    let length = m.int(i64::from(code.slot_count()));
    m.new_array(Values::ITEMS_ARRAY, length, Arg::Value(unset))
}

/// A generator whose parameters are in `slots`, suspended at pc 0: see `python_model::generator::new`. The pc of the caller is set.
fn make_generator<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &FrameStack<M::Value>,
    code: &'static Code,
    function: M::Ref,
    cells: Option<M::Ref>,
    slots: M::Ref,
) -> Result<M::Value, Raised> {
    let tells = code.flags & (flags::COROUTINE | flags::ASYNC_GENERATOR) != 0;
    let has_origin = tells && is_origin_wanted(m, py);
    if let Some(cells) = cells {
        let count = code.object().freevars.len() as u32;
        let first = u32::from(code.object().first_free());
        for k in 0..count {
            let (from, to) = (m.int(i64::from(k)), m.int(i64::from(first + k)));
            let cell = m.load_item_value(Tuple::ITEMS_ARRAY, cells, from);
            m.store_item(Values::ITEMS_ARRAY, slots, to, Arg::Value(cell));
        }
    }
    let value = m.box_ref(function);
    let index = m.int(i64::from(code.extra(extra::FUNCTION)));
    m.store_item(Values::ITEMS_ARRAY, slots, index, Arg::Value(value));
    let name = m.load_value(Function::NAME, function);
    let qualname = m.load_value(Function::QUALNAME, function);
    let generator = m.new_object(Generator::ID, Generator::DESCR.size_bytes)?;
    let (at, start, created) = (m.int(code.address() as i64), m.int(0), m.int(State::Created as i64));
    let none = m.value(NanBox::NONE);
    m.store_int(Generator::CODE, generator, at);
    m.store_ref(Generator::FRAME, generator, slots);
    m.store_int(Generator::PC, generator, start);
    m.store_int(Generator::STATE, generator, created);
    for field in [Generator::HANDLED, Generator::OUTER_HANDLED, Generator::ROOT, Generator::EXTRA] {
        m.store_value(field, generator, none);
    }
    m.store_value(Generator::NAME, generator, name);
    m.store_value(Generator::QUALNAME, generator, qualname);
    let own = m.box_ref(generator);
    if has_origin {
        return m.call_value(&call::GENERATOR_MADE, &[Arg::Value(own)]);
    }
    if code.needs_finalizer && !is_awaited_at_once(stack, code) {
        m.call_nothing(&call::NEEDS_FINALIZER, &[Arg::Value(own)])?;
    }
    Ok(own)
}

/// Whether a coroutine is to tell where it was made. Trace: a guard, so it is asked for before anything has happened.
fn is_origin_wanted<M: Machine>(m: &mut M, py: Py) -> bool {
    let (address, zero) = (m.int(py.thread().origin_depth.as_ptr() as i64), m.int(0));
    let depth = m.load_raw_int(RawWidth::I64, address, zero);
    let is_wanted = m.int_ne(depth, zero);
    m.truth(is_wanted)
}

/// Whether the call that makes a coroutine is an operand of `await`, as most are: there is nothing to warn of if it dies. It gets its finalizer
/// when it is suspended, which few are ([`crate::generators::yielded`]): in a trace, what is neither suspended nor given away is no object.
fn is_awaited_at_once<V: Copy>(stack: &FrameStack<V>, made: &Code) -> bool {
    let (caller, pc) = (Code::at(stack.top().code), stack.top().pc);
    let (of_call, next) = (caller.instruction(pc), caller.instruction(pc + 1));
    made.flags & flags::COROUTINE != 0 && next.op() == Opcode::GetAwaitable && next.b() == of_call.a()
}

/// The call by the runtime.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
pub(crate) fn residual<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    callable: M::Value,
    receiver: Option<M::Value>,
    first: u32,
    count: u32,
) -> Entry<M> {
    stack.set_pc(pc);
    let w = stack.window();
    if !M::RECORDS && count < FEW_ARGUMENTS as u32 {
        let (words, total) = argument_words(m, stack, receiver, first, count);
        let callable = m.promote_value(callable);
        let result = py.call(callable, &words[..total])?;
        return Ok(Entered::Value(m.value(result)));
    }
    let mut args = [Arg::Value(callable); 6];
    let mut next = 1;
    let total = count + u32::from(receiver.is_some());
    if total > 5 {
        let tuple = argument_tuple(m, stack, receiver, first, count)?;
        let names = m.value(NanBox::NONE);
        return m
            .call_value(&call::CALL_TUPLE, &[Arg::Value(callable), Arg::Value(tuple), Arg::Value(names)])
            .map(Entered::Value);
    }
    if let Some(receiver) = receiver {
        args[next] = Arg::Value(receiver);
        next += 1;
    }
    for k in 0..count {
        args[next] = Arg::Value(w.get(first + k));
        next += 1;
    }
    let descr =
        [&call::CALL0, &call::CALL1, &call::CALL2, &call::CALL3, &call::CALL4, &call::CALL5][total as usize];
    m.call_value(descr, &args[..next]).map(Entered::Value)
}

/// The generator that a method makes when it is called with these arguments; `None`: it is no plain generator function of so many.
pub fn call_generator_method<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    method: Word,
    args: &[M::Value],
) -> Result<Option<M::Value>, Raised> {
    let Some(function) = as_object::<Function>(method) else { return Ok(None) };
    let code = function.code();
    if !code.is_generator
        || !code.is_positional
        || code.arg_count as usize != args.len()
        || code.flags & (flags::COROUTINE | flags::ASYNC_GENERATOR) != 0
        || args.len() > FEW_ARGUMENTS
    {
        return Ok(None);
    }
    stack.set_pc(pc);
    if !M::RECORDS {
        code.prepare(py)?;
        let mut words = [UNSET; FEW_ARGUMENTS];
        for (word, value) in words.iter_mut().zip(args) {
            *word = m.promote_value(*value);
        }
        let made = crate::nested::generator_from(py, function, |parameter| words[parameter])?;
        return Ok(Some(m.value(made)));
    }
    let value = m.value(method);
    let function = frame::object(m, value);
    let cells = frame::closure_cells(m, code, function);
    let slots = generator_slots(m, py, code)?;
    for (k, value) in args.iter().enumerate() {
        let index = m.int(k as i64);
        m.store_item(Values::ITEMS_ARRAY, slots, index, Arg::Value(*value));
    }
    make_generator(m, py, stack, code, function, cells, slots).map(Some)
}

/// Calls a method written in Python with up to three arguments as part of an instruction; anything else by the runtime.
/// The arguments are values, not registers.
pub fn call_special<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    method: Word,
    args: &[M::Value],
) -> Entry<M> {
    stack.set_pc(pc);
    if let V::Function(function) = V::of(method) {
        let code = function.code();
        if code.is_plain && code.arg_count as usize == args.len() {
            let value = m.value(method);
            let to = frame::push(m, py, stack, pc, code, value)?;
            for (slot, arg) in args.iter().enumerate() {
                to.set(slot as u32, *arg);
            }
            let function = frame::object(m, value);
            frame::place_closure(m, code, function, to);
            return Ok(Entered::Frame(m.function_entry(stack, &code.entry)));
        }
    }
    let method = m.value(method);
    let descr = [&call::CALL0, &call::CALL1, &call::CALL2, &call::CALL3, &call::CALL4][args.len()];
    let mut words = [Arg::Value(method); 5];
    for (to, from) in words[1..].iter_mut().zip(args) {
        *to = Arg::Value(*from);
    }
    m.call_value(descr, &words[..=args.len()]).map(Entered::Value)
}

/// `f(*args, **keywords)`
pub fn call_ex(py: Py, f: Word, args: Word, keywords: Word) -> PyResult {
    let list = match python_model::value::as_object::<List>(args) {
        Some(list) => list,
        None => {
            let class = py.type_of(args);
            if class.lookup(py, Name::Iter).is_none() && class.lookup(py, Name::GetItem).is_none() {
                let callable = crate::displays::function_text(py, f)?;
                return Err(py.type_error(format!(
                    "{callable} argument after * must be an iterable, not {}",
                    py.type_name(args)
                )));
            }
            py.list_from_iterable(args)?
        }
    };
    let Some(keywords) = as_object::<Dict>(keywords).filter(|d| dict::len(*d) > 0) else {
        let tuple: heap::Gc<Tuple> = as_object(py.tuple_from_list(list)?).expect("made just now");
        let words = python_model::protocol::tuple_words(tuple);
        let result = py.call(f, &words);
        heap::keep(tuple);
        return result;
    };
    let all = py.list_from_iterable(word(list))?;
    let names = py.new_list(dict::len(keywords))?;
    let mut at = 0;
    while let Some((entry, key, value)) = dict::next(keywords, at) {
        at = entry + 1;
        if py.as_str(key).is_none() {
            return Err(py.type_error("keywords must be strings"));
        }
        python_model::py::list_push(py, all, value)?;
        python_model::py::list_push(py, names, py.base(key))?;
    }
    let tuple: heap::Gc<Tuple> = as_object(py.tuple_from_list(all)?).expect("made just now");
    let names = as_object(py.tuple_from_list(names)?);
    let words = python_model::protocol::tuple_words(tuple);
    let result = py.call_args(f, python_model::native::Args { words: &words, keywords: names });
    heap::keep(tuple);
    result
}
