//! Calls. A call of a Python function pushes a frame; its arguments go from register to register. What does not fit that (keywords
//! that need a dict, star arguments) is bound by the runtime into an array, from which the registers are filled.

use crate::bind;
use crate::frame::{self, Entered};
use crate::inlined;
use crate::items;
use crate::residual as call;
use crate::run::Continuation;
use crate::traced_bind;
use heap::Layout;
use metatrace_machine::{Arg, Encoding, FrameStack, Machine, MachineExt, NanBox, Raised, Window};
use python_compile::code::flags;
use python_model::code::{Code, frame as extra};
use python_model::dict;
use python_model::generator::State;
use python_model::names::Name;
use python_model::native::Args;
use python_model::objects::*;
use python_model::py::{Py, Result as PyResult};
use python_model::types::Ty;
use python_model::value::{UNSET, V, Word, as_object, word};

type Entry<M> = Result<Entered<<M as Machine>::Value>, Raised>;

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

/// What `len` returns for the argument in a register, if it is `len` that is called and the argument is of a common kind.
#[inline(always)]
pub fn known_length<M: Machine>(
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
pub fn known_append<M: Machine>(
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

/// Calls a function written in Rust with so many registers from `first` on, for the direct machine. They are copied: what lies on the native
/// stack stays where it is while it is used. Precondition: they are at most [`FEW_ARGUMENTS`].
#[inline(never)]
pub fn call_builtin<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    builtin: heap::Gc<Builtin>,
    first: u32,
    count: u32,
) -> Result<M::Value, Raised> {
    stack.set_pc(pc);
    if builtin.def().scrubs_stack {
        heap::scrub_dead_stack();
    }
    let w = stack.window();
    // All words are written: what lay in an unused one would be kept from being collected.
    let mut words = [UNSET; FEW_ARGUMENTS];
    words[0] = if count > 0 { m.promote_value(w.get(first)) } else { UNSET };
    words[1] = if count > 1 { m.promote_value(w.get(first + 1)) } else { UNSET };
    for index in 2..count {
        words[index as usize] = m.promote_value(w.get(first + index));
    }
    let result = builtin.call_positional(py, &words[..count as usize]);
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
        if let Some(value) = inlined::function(m, py, stack, pc, object, &args)? {
            return Ok(Entered::Value(value));
        }
    }
    residual(m, py, stack, pc, callable, receiver, first, count)
}

/// Receiver and registers, for the recorder, whose values are also where the collector sees them.
fn argument_values<V: Copy>(stack: &FrameStack<V>, receiver: Option<V>, first: u32, count: u32) -> Vec<V> {
    let w = stack.window();
    receiver.into_iter().chain((first..first + count).map(|register| w.get(register))).collect()
}

/// Calls a Python function with positional arguments.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
#[inline]
fn call_function<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    function: M::Ref,
    receiver: Option<M::Value>,
    first: u32,
    count: u32,
) -> Entry<M> {
    let address = m.load_int(Function::CODE, function);
    let code = Code::at(m.promote_int(address) as u64);
    let given = count + u32::from(receiver.is_some());
    let value = m.box_ref(function);
    if !code.is_positional || given > code.arg_count {
        return bind_and_enter(m, py, stack, pc, code, function, receiver, first, count);
    }
    let from = stack.window();
    let missing = code.arg_count - given;
    let mut defaults = None;
    if missing > 0 {
        let tuple = m.load_value(Function::DEFAULTS, function);
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
        return make_generator(m, code, function, cells, slots).map(Entered::Value);
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
const FEW_ARGUMENTS: usize = 8;

/// The tuple of receiver and registers.
fn argument_tuple<M: Machine>(
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
fn enter_traced<M: Machine>(
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
        return make_generator(m, code, function, cells, slots).map(|made| Some(Entered::Value(made)));
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
        && has_no_keywords(m, keywords)
        && let Some(values) = traced_bind::items(m, args)
        && let Some(entry) = call_values(m, py, stack, pc, callable, values)?
    {
        return Ok(entry);
    }
    let args = [Arg::Value(callable), Arg::Value(args), Arg::Value(keywords)];
    m.call_value(&call::CALL_EX, &args).map(Entered::Value)
}

/// Whether the keywords of a `CALL_EX` are None or an empty dict.
fn has_no_keywords<M: Machine>(m: &mut M, keywords: M::Value) -> bool {
    m.value_is(keywords, NanBox::NONE) || traced_bind::is_empty_dict(m, keywords)
}

/// Calls a function, a method or a known function of the runtime in a trace; `None`: it is something else.
fn call_values<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    callable: M::Value,
    mut values: traced_bind::Held<M::Value>,
) -> Result<Option<Entered<M::Value>>, Raised> {
    let Some(object) = m.as_ref(callable) else { return Ok(None) };
    let layout = m.layout_of(object);
    if layout == BoundMethod::ID {
        let function = m.load_value(BoundMethod::FUNCTION, object);
        values.insert(0, m.load_value(BoundMethod::RECEIVER, object));
        return call_values(m, py, stack, pc, function, values);
    }
    if layout == Function::ID {
        let address = m.load_int(Function::CODE, object);
        let code = Code::at(m.promote_int(address) as u64);
        return enter_traced(m, py, stack, pc, code, object, &values, &[]);
    }
    if layout == Builtin::ID {
        let result = inlined::function(m, py, stack, pc, object, &values)?;
        return Ok(result.map(Entered::Value));
    }
    Ok(None)
}

/// Receiver and registers on the native stack, for the direct machine. Not the registers themselves: what lies on the native stack stays
/// where it is while it is used. Precondition: there are at most [`FEW_ARGUMENTS`], the receiver included.
#[inline(always)]
fn argument_words<M: Machine>(
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
fn enter_bound_directly<M: Machine>(
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
fn enter_bound<M: Machine>(
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
        return make_generator(m, code, function, cells, slots).map(Entered::Value);
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

/// A generator whose parameters are in `slots`, suspended at pc 0: see `python_model::generator::new`.
fn make_generator<M: Machine>(
    m: &mut M,
    code: &'static Code,
    function: M::Ref,
    cells: Option<M::Ref>,
    slots: M::Ref,
) -> Result<M::Value, Raised> {
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
    for field in [Generator::HANDLED, Generator::OUTER_HANDLED, Generator::EXTRA] {
        m.store_value(field, generator, none);
    }
    m.store_value(Generator::NAME, generator, name);
    m.store_value(Generator::QUALNAME, generator, qualname);
    let own = m.box_ref(generator);
    if code.needs_finalizer {
        return m.call_value(&call::GENERATOR_MADE, &[Arg::Value(own)]);
    }
    Ok(own)
}

/// `CALL_KW` and `CALL_METHOD_KW`: the arguments of shape c.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
pub fn call_keywords<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    b: u32,
    is_method: bool,
    c: u32,
) -> Entry<M> {
    let w = stack.window();
    let callable = w.get(b);
    let shape = &code.object().call_shapes[c as usize];
    let count = shape.positional + shape.keywords.len() as u32;
    let (mut receiver, first) = if is_method { (Some(w.get(b + 1)), b + 2) } else { (None, b + 1) };
    if let Some(value) = receiver
        && m.value_is(value, NanBox::UNSET)
    {
        receiver = None;
    }
    stack.set_pc(pc);
    // A Python function whose parameters all have values, by position or name: registers to registers.
    if let Some(object) = m.as_ref(callable)
        && m.has_layout(object, Function::ID)
    {
        let address = m.load_int(Function::CODE, object);
        let callee = Code::at(m.promote_int(address) as u64);
        let has_receiver = receiver.is_some();
        let find = || keyword_order(code, shape, callee, has_receiver);
        if let Some(order) = code.shape(c).order(callee, has_receiver, find) {
            let value = m.box_ref(object);
            let to = frame::push(m, py, stack, pc, callee, value)?;
            if let Some(receiver) = receiver {
                to.set(0, receiver);
            }
            for (k, &slot) in order.iter().enumerate() {
                to.set(slot, w.get(first + k as u32));
            }
            frame::place_closure(m, callee, object, to);
            return Ok(Entered::Frame(m.function_entry(stack, &callee.entry)));
        }
        if M::RECORDS {
            let args = argument_values(stack, receiver, first, count);
            let names = keyword_names(py, code, shape);
            if let Some(entry) = enter_traced(m, py, stack, pc, callee, object, &args, &names)? {
                return Ok(entry);
            }
        }
        let names = names_of(m, py, code, c)?;
        if !M::RECORDS && count < FEW_ARGUMENTS as u32 {
            let (words, total) = argument_words(m, stack, receiver, first, count);
            let args = Args { words: &words[..total], keywords: as_object(m.promote_value(names)) };
            return enter_bound_directly(m, py, stack, pc, callee, object, args);
        }
        let args = argument_tuple(m, stack, receiver, first, count)?;
        return enter_bound(m, py, stack, pc, callee, object, args, names);
    }
    if M::RECORDS
        && receiver.is_none()
        && let Some(entry) = instantiate_keywords(m, py, stack, code, pc, callable, shape, first)?
    {
        return Ok(entry);
    }
    let names = names_of(m, py, code, c)?;
    if !M::RECORDS && count < FEW_ARGUMENTS as u32 {
        let (words, total) = argument_words(m, stack, receiver, first, count);
        let callable = m.promote_value(callable);
        let args = Args { words: &words[..total], keywords: as_object(m.promote_value(names)) };
        let result = py.call_args(callable, args)?;
        return Ok(Entered::Value(m.value(result)));
    }
    let args = argument_tuple(m, stack, receiver, first, count)?;
    m.call_value(&call::CALL_TUPLE, &[Arg::Value(callable), Arg::Value(args), Arg::Value(names)])
        .map(Entered::Value)
}

/// The keywords of a call: text and word.
fn keyword_names(
    py: Py,
    caller: &'static Code,
    shape: &'static python_compile::code::CallShape,
) -> Vec<(&'static str, Word)> {
    let name =
        |keyword: &u32| (&*caller.object().names[*keyword as usize], py.name_word(caller.name(*keyword)));
    shape.keywords.iter().map(name).collect()
}

/// Instantiates an ordinary class whose `__init__` is written in Python with keyword arguments, in a trace; `None`: it is something else.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
fn instantiate_keywords<M: Machine>(
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
    let address = m.load_int(Function::CODE, function);
    let code = Code::at(m.promote_int(address) as u64);
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
fn new_instance<M: Machine>(m: &mut M, py: Py, class: python_model::TypeRef) -> Result<M::Value, Raised> {
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

/// Where each argument of a call goes, if the call gives a value to every parameter and the function has no star parameters.
/// Green: it depends on the two code objects only.
fn keyword_order(
    caller: &'static Code,
    shape: &python_compile::code::CallShape,
    callee: &'static Code,
    has_receiver: bool,
) -> Option<Vec<u32>> {
    let object = callee.object();
    if object.flags & (flags::VARARGS | flags::VARKEYWORDS) != 0
        || python_model::generator::is_generator(callee)
    {
        return None;
    }
    let parameters = object.arg_count + object.kwonly_count;
    let offset = u32::from(has_receiver);
    let positional = shape.positional + offset;
    if positional > object.arg_count || positional + shape.keywords.len() as u32 != parameters {
        return None;
    }
    let mut order: Vec<u32> = (0..shape.positional).map(|k| k + offset).collect();
    for &keyword in &shape.keywords {
        let name = &caller.object().names[keyword as usize];
        let slot = object.varnames[..parameters as usize].iter().position(|v| v == name)? as u32;
        if slot < object.posonly_count || slot < positional || order.contains(&slot) {
            return None;
        }
        order.push(slot);
    }
    Some(order)
}

/// The tuple of keyword names of a call shape: a constant.
fn names_of<M: Machine>(m: &mut M, py: Py, code: &'static Code, shape: u32) -> Result<M::Value, Raised> {
    let known = &code.shape(shape).names;
    if known.get() == 0 {
        let keywords = &code.object().call_shapes[shape as usize].keywords;
        let names = py.new_tuple_uninit(keywords.len())?;
        for (to, &keyword) in names.items().iter().zip(keywords) {
            to.set(py.mutator(), names, py.name_word(code.name(keyword)));
        }
        known.set(py.vm().immortal(word(names)));
    }
    Ok(m.value(known.get()))
}

/// Calls a class. An ordinary class whose `__init__` is written in Python is instantiated here; all else by the runtime.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
fn instantiate<M: Machine>(
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
    if M::RECORDS && info.builtin.is_some() {
        let args = argument_values(stack, None, first, count);
        if let Some(value) = inlined::class(m, info, &args)? {
            return Ok(Entered::Value(value));
        }
    } else if info.builtin == Some(Ty::Range) && count <= 2 {
        let w = stack.window();
        let both = [w.get(first), w.get(first + count.saturating_sub(1))];
        if let Some(value) = inlined::class(m, info, &both[..count as usize])? {
            return Ok(Entered::Value(value));
        }
    }
    let Some(init) = info.plain_init(py) else {
        return residual(m, py, stack, pc, callable, None, first, count);
    };
    if !frame::depends_on(m, info) {
        return residual(m, py, stack, pc, callable, None, first, count);
    }
    let instance = new_instance(m, py, info)?;
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

/// Raises the error of an `__init__` that returned something.
#[cold]
pub fn init_returned_something<M: Machine>(m: &mut M, value: M::Value) -> Result<(), Raised> {
    m.call_nothing(&call::INIT_RETURNED, &[Arg::Value(value)])
}

/// The call by the runtime.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
fn residual<M: Machine>(
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
