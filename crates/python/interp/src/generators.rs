//! Resuming and suspending generators: a frame is pushed from the generator's array and copied back to it.

use crate::continuation::Continuation;
use crate::delegation::{self, Delegator, Ended};
use crate::frame;
use crate::residual as call;
use heap::Gc;
use metatrace_machine::{
    Arg, Encoding, Flow, FrameStack, GiveUp, Machine, MachineExt, NanBox, Raised, Resume, RunEnd, Window,
};
use python_compile::code::flags;
use python_compile::opcode::Opcode;
use python_model::code::{Code, frame as frame_slots};
use python_model::exceptions;
use python_model::generator::{self, Resumption, State, Step};
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::{Py, Result as PyResult};
use python_model::types::Ty;
use python_model::value::{NONE, V, Word, as_object};

/// What follows when a frame was suspended or has finished.
pub enum After<V> {
    Resume(Resume<V>),
    Left(RunEnd<V>),
}

pub fn is_generator(code: &Code) -> bool {
    generator::is_generator(code)
}

/// Whether calling a function makes a generator.
pub fn is_generator_function(function: Word) -> bool {
    as_object::<Function>(function).is_some_and(|f| generator::is_generator(f.code()))
}

/// Frames of the same generator function that a trace goes through at once, at the end of a chain of delegation.
const RECURSION_LEVELS: usize = 3;

/// Pushes the frame of a suspended generator. `None`: it cannot be resumed here (it is running, finished, or no plain generator).
/// `value` is what its `yield` evaluates to.
pub fn resume<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    object: M::Ref,
    value: M::Value,
    which: Resumable,
) -> Result<Option<Flow<M::Value>>, Raised> {
    let state = m.load_int(Generator::STATE, object);
    let state = m.promote_int(state);
    if state > State::Suspended as i64 {
        return Ok(None);
    }
    let address = m.load_int(Generator::CODE, object);
    let code = Code::at(m.promote_int(address) as u64);
    let excluded = match which {
        Resumable::Iterators => flags::COROUTINE | flags::ASYNC_GENERATOR,
        Resumable::Awaitables => flags::ASYNC_GENERATOR,
        Resumable::Any => 0,
    };
    if code.object().flags & excluded != 0 {
        return Ok(None);
    }
    let suspended_at = m.load_int(Generator::PC, object);
    let suspended_at = m.promote_int(suspended_at) as u32;
    let none = m.value(NanBox::NONE);
    let (mut object, mut code, mut suspended_at, mut root) = (object, code, suspended_at, none);
    if code.instruction(suspended_at).op() == Opcode::YieldDelegated {
        let own = m.box_ref(object);
        let inner = m.call_value(&call::INNERMOST, &[Arg::Value(own)])?;
        if let Some(found) = m.as_ref(inner) {
            object = found;
            let address = m.load_int(Generator::CODE, object);
            code = Code::at(m.promote_int(address) as u64);
            let at = m.load_int(Generator::PC, object);
            suspended_at = m.promote_int(at) as u32;
            root = own;
        } else if m.value_is(inner, NanBox::UNSET) {
            // It runs, as one of the levels of a chain that are passed through: the runtime says so.
            return Ok(None);
        }
    }
    // A trace through a recursion of generators would be one for each way through it: from some level on they are called. Not those at the end of
    // a chain, whose result is not for who resumed it: the runtime resumes them.
    let is_delegate = !m.value_is(root, NanBox::NONE);
    let is_same = |frame: &&metatrace_machine::Frame| frame.code == code.address();
    if is_delegate && stack.frames().iter().filter(is_same).count() >= RECURSION_LEVELS {
        return Ok(None);
    }
    // The exception being handled is the generator's own, if it has one.
    let handled = m.load_value(Generator::HANDLED, object);
    let handles = !m.value_is(handled, NanBox::NONE);
    let outer = crate::exceptions::handled(m, py);
    stack.set_pc(pc);
    let depth = py.thread().depth.get().wrapping_add(stack.depth() as u32);
    if depth >= py.vm().recursion_limit.get() {
        m.call_nothing(&call::RECURSION_ERROR, &[])?;
    }
    if code.prepare(py).is_err() {
        return Err(Raised);
    }
    let Ok(to) = stack.push(code.address(), code.slot_count()) else {
        m.call_nothing(&call::RECURSION_ERROR, &[])?;
        unreachable!("it always raises");
    };
    let running = m.int(State::Running as i64);
    m.store_int(Generator::STATE, object, running);
    m.store_value(Generator::ROOT, object, root);
    let slots = m.load_ref(Generator::FRAME, object);
    for &slot in code.saved_slots(suspended_at) {
        let index = m.int(i64::from(slot));
        let word = m.load_item_value(Values::ITEMS_ARRAY, slots, index);
        to.set(slot, word);
    }
    let own = m.box_ref(object);
    to.set(generator::slot(code), own);
    if M::RECORDS || !holds(m, Generator::OUTER_HANDLED, object, outer) {
        m.store_value(Generator::OUTER_HANDLED, object, outer);
    }
    if handles {
        crate::exceptions::set_handled(m, py, handled);
    }
    let i = code.instruction(suspended_at);
    if matches!(i.op(), Opcode::Yield | Opcode::YieldDelegated) {
        to.set(u32::from(i.a()), value);
    }
    stack.set_pc(suspended_at + 1);
    Ok(Some(if is_delegate {
        Flow::Continue
    } else {
        m.function_entry(stack, code.resumption_cell(suspended_at))
    }))
}

/// Which generators [`resume`] resumes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resumable {
    /// Plain generators: what a `for` loop iterates over.
    Iterators,
    /// Coroutines, too: what `SEND` sends to.
    Awaitables,
    /// All.
    Any,
}

/// `YIELD`: saves the innermost frame, pops it and gives the value to whoever resumed it.
pub fn yielded<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    floor: usize,
    code: &'static Code,
    pc: u32,
    value: M::Value,
) -> After<M::Value> {
    let w = stack.window();
    let own = w.get(generator::slot(code));
    let object = frame::object(m, own);
    // What it is handling stays with it, even if whoever resumed it handles the same exception.
    let is_handling = code.is_handling(pc);
    let kept = if is_handling { crate::exceptions::handled(m, py) } else { m.value(NanBox::NONE) };
    let slots = m.load_ref(Generator::FRAME, object);
    if M::RECORDS {
        for &slot in code.saved_slots(pc) {
            let index = m.int(i64::from(slot));
            m.store_item(Values::ITEMS_ARRAY, slots, index, Arg::Value(w.get(slot)));
        }
    } else {
        // One barrier for all.
        let array: Gc<Values> = m.promote_ref(slots).downcast().expect("a suspended frame is an array");
        let items = array.items();
        py.mutator().barrier_range(array.erase(), items.as_ptr().cast_mut().cast(), items.len());
        for &slot in code.saved_slots(pc) {
            items[slot as usize].init(m.promote_value(w.get(slot)));
        }
    }
    if code.flags & flags::COROUTINE != 0 {
        m.call_nothing(&call::SUSPENDS, &[Arg::Value(own)]).expect("it does not raise");
    }
    let at = m.int(i64::from(pc));
    m.store_int(Generator::PC, object, at);
    let suspended = m.int(State::Suspended as i64);
    m.store_int(Generator::STATE, object, suspended);
    let none = m.value(NanBox::NONE);
    m.store_value(Generator::ROOT, object, none);
    if M::RECORDS || !holds(m, Generator::HANDLED, object, kept) {
        m.store_value(Generator::HANDLED, object, kept);
    }
    if is_handling {
        let outer = m.load_value(Generator::OUTER_HANDLED, object);
        crate::exceptions::set_handled(m, py, outer);
    }
    stack.pop();
    if stack.depth() == floor {
        return After::Left(RunEnd::Returned(value));
    }
    // Whoever resumed it goes on behind its instruction, with the value.
    let caller = Code::at(stack.top().code);
    let pc = stack.top().pc;
    stack.set_continuation(Continuation::Plain as u32);
    stack.window().set(u32::from(caller.instruction(pc).a()), value);
    stack.set_pc(pc + 1);
    After::Resume(Resume::Execute)
}

/// Whether a field has this value already, for the direct machine.
#[inline(always)]
fn holds<M: Machine>(m: &mut M, field: heap::FieldDescr, object: M::Ref, value: M::Value) -> bool {
    let known = m.load_value(field, object);
    let same = m.value_eq(known, value);
    m.truth(same)
}

/// What whoever resumed the generator of a frame is handling.
pub fn outer_handled<M: Machine>(m: &mut M, code: &'static Code, w: Window<M::Value>) -> M::Value {
    let own = w.get(generator::slot(code));
    let object = frame::object(m, own);
    m.load_value(Generator::OUTER_HANDLED, object)
}

fn finish<M: Machine>(m: &mut M, py: Py, stack: &FrameStack<M::Value>) -> M::Ref {
    let code = Code::at(stack.top().code);
    let own = stack.window().get(generator::slot(code));
    let object = frame::object(m, own);
    let handled = crate::exceptions::handled(m, py);
    let outer = m.load_value(Generator::OUTER_HANDLED, object);
    let same = m.value_eq(handled, outer);
    let is_same = m.truth(same);
    let is_shown = M::RECORDS && is_shown(m, code, object);
    let finished = m.int(State::Finished as i64);
    m.store_int(Generator::STATE, object, finished);
    if !M::RECORDS {
        let generator =
            as_object::<Generator>(m.promote_value(own)).expect("the frame of a generator knows it");
        generator::drop_frame(py, generator);
        if code.needs_finalizer {
            py.mutator().forget_finalizable(generator);
        }
    } else {
        if !is_shown {
            let nothing = m.null();
            m.store_ref(Generator::FRAME, object, nothing);
        }
        // That of a coroutine which has one finds that there is nothing to do.
        if code.needs_finalizer && code.flags & flags::COROUTINE == 0 {
            let _: Result<(), Raised> = m.call_nothing(&call::FORGET_FINALIZER, &[Arg::Value(own)]);
        }
    }
    if !is_same {
        crate::exceptions::set_handled(m, py, outer);
    }
    object
}

/// Whether a frame object shows the variables of a suspended generator: see [`generator::drop_frame`].
fn is_shown<M: Machine>(m: &mut M, code: &'static Code, generator: M::Ref) -> bool {
    let slots = m.load_ref(Generator::FRAME, generator);
    let place = m.int(i64::from(code.extra(frame_slots::OBJECT)));
    let object = m.load_item_value(Values::ITEMS_ARRAY, slots, place);
    !m.value_is(object, NanBox::UNSET)
}

/// `RETURN` of a generator's frame. Whoever waits gets the result as the end of iteration.
pub fn returned<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    floor: usize,
    value: M::Value,
) -> After<M::Value> {
    let is_last = stack.depth() == floor + 1;
    // A trace that ends here leaves the delegator to the interpreter.
    let ends_trace = M::RECORDS && is_last;
    let is_delegate = ends_trace && {
        let own = frame::object(m, stack.window().get(generator::slot(Code::at(stack.top().code))));
        let root = m.load_value(Generator::ROOT, own);
        !m.value_is(root, NanBox::NONE)
    };
    let delegator = if ends_trace { None } else { own_delegator(m, stack, false) };
    let own = finish(m, py, stack);
    if is_delegate {
        // Whoever waits below is not told that the generator which it has resumed is at its end.
        let own = m.box_ref(own);
        let _: Result<(), Raised> = m.call_nothing(&call::GENERATOR_RETURNED, &[Arg::Value(own)]);
    }
    if ends_trace {
        m.leaves_loop();
    }
    stack.pop();
    if let Some(delegator) = delegator {
        return delegation::proceed(m, py, stack, delegator, Ended::Returned(value));
    }
    if stack.depth() == floor {
        return After::Left(RunEnd::Returned(value));
    }
    end_iteration(stack, value);
    After::Resume(Resume::Execute)
}

/// Whether the generator in a value, which the innermost frame has resumed, is at its end: what came of that is its result, no item. Trace: a guard.
#[inline(always)]
pub fn has_returned<M: Machine>(m: &mut M, resumed: M::Value) -> bool {
    use heap::Layout;
    let Some(object) = m.as_ref(resumed) else { return false };
    m.layout_of(object) == Generator::ID && {
        let state = m.load_int(Generator::STATE, object);
        m.promote_int(state) == State::Finished as i64
    }
}

/// A generator that the innermost frame has resumed returned this.
pub fn end_iteration<V: Copy>(stack: &mut FrameStack<V>, value: V) {
    let caller = Code::at(stack.top().code);
    let i = caller.instruction(stack.top().pc);
    stack.set_continuation(Continuation::Plain as u32);
    match i.op() {
        Opcode::ForIter => stack.set_pc(i.c()),
        Opcode::Send => {
            stack.window().set(u32::from(i.a()), value);
            stack.set_pc(i.c());
        }
        _ => unreachable!("only loops and SEND resume a generator without the runtime"),
    }
}

/// What delegates to the generator of the innermost frame.
fn own_delegator<M: Machine>(
    m: &mut M,
    stack: &FrameStack<M::Value>,
    is_raising: bool,
) -> Option<Delegator<M>> {
    let code = Code::at(stack.top().code);
    let own = frame::object(m, stack.window().get(generator::slot(code)));
    delegation::find(m, own, is_raising)
}

/// The innermost frame is left by an exception: if it is a generator's, the generator is finished. If another one delegates to it, that
/// one's frame takes its place.
pub fn finish_raising<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
) -> Option<After<M::Value>> {
    let code = Code::at(stack.top().code);
    if !is_generator(code) {
        return None;
    }
    // That the exception is the same afterwards would have to be guarded behind what `finish` does.
    m.give_up(GiveUp::Raised);
    let delegator = own_delegator(m, stack, true);
    let object = finish(m, py, stack);
    let own = m.box_ref(object);
    // It raises again, the same or what PEP 479 makes of it.
    let _: Result<(), Raised> = m.call_nothing(&call::GENERATOR_RAISED, &[Arg::Value(own)]);
    let delegator = delegator?;
    stack.pop();
    Some(delegation::proceed(m, py, stack, delegator, Ended::Raised))
}

/// What `yield from` iterates over, if that is a generator or an instance whose `__iter__` makes one; `None`: the runtime finds it.
pub fn delegated_iter<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    value: M::Value,
) -> Result<Option<M::Value>, Raised> {
    iterated(m, py, stack, pc, value, Name::Iter)
}

/// What `await` iterates over, if that is a coroutine that has not started, or an instance whose `__await__` makes a generator; `None`: the
/// runtime finds it.
pub fn awaited_iter<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    value: M::Value,
) -> Result<Option<M::Value>, Raised> {
    iterated(m, py, stack, pc, value, Name::Await)
}

/// `value` itself, if it is a generator of the kind that stands for itself here, or the generator that the special method of an instance makes.
fn iterated<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    value: M::Value,
    method: Name,
) -> Result<Option<M::Value>, Raised> {
    use heap::Layout;
    let Some(object) = m.as_ref(value) else { return Ok(None) };
    let layout = m.layout_of(object);
    if layout == Generator::ID {
        let address = m.load_int(Generator::CODE, object);
        let code = Code::at(m.promote_int(address) as u64);
        let stands_for_itself = if method == Name::Await {
            let state = m.load_int(Generator::STATE, object);
            code.flags & flags::COROUTINE != 0 && m.promote_int(state) == State::Created as i64
        } else {
            code.flags & (flags::COROUTINE | flags::ASYNC_GENERATOR) == 0
        };
        return Ok(stands_for_itself.then_some(value));
    }
    if layout.0 < heap::FIRST_DYNAMIC_LAYOUT {
        return Ok(None);
    }
    let class = py.vm().maps.get(layout).class;
    match class.lookup(py, method) {
        Some(method) if is_generator_function(method) && frame::depends_on(m, class) => {
            crate::calls::call_generator_method(m, py, stack, pc, method, &[value])
        }
        _ => Ok(None),
    }
}

/// What `SEND` came to.
pub enum Sent<V> {
    Yielded(V),
    Returned(V),
    Frame(Flow<V>),
}

/// `SEND`: resumes a generator or coroutine here, anything else by the runtime.
pub fn send_step<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    receiver: M::Value,
    value: M::Value,
) -> Result<Sent<M::Value>, Raised> {
    use heap::Layout;
    if let Some(object) = m.as_ref(receiver)
        && m.layout_of(object) == Generator::ID
        && let Some(flow) = resume(m, py, stack, pc, object, value, Resumable::Awaitables)?
    {
        return Ok(Sent::Frame(flow));
    }
    // The pair is looked into after the call: the position says that it is what is delivered.
    stack.set_continuation(Continuation::Send as u32);
    m.at_step(stack, pc);
    stack.set_pc(pc);
    let pair = m.call_value(&call::SEND, &[Arg::Value(receiver), Arg::Value(value)])?;
    let (is_yielded, result) = sent(m, pair);
    stack.set_continuation(Continuation::Plain as u32);
    Ok(if is_yielded { Sent::Yielded(result) } else { Sent::Returned(result) })
}

/// Takes apart what `call::SEND` returned: whether the value was yielded, and the value.
pub fn sent<M: Machine>(m: &mut M, pair: M::Value) -> (bool, M::Value) {
    let pair = frame::object(m, pair);
    let (zero, one) = (m.int(0), m.int(1));
    let yielded = m.load_item_value(Tuple::ITEMS_ARRAY, pair, zero);
    let result = m.load_item_value(Tuple::ITEMS_ARRAY, pair, one);
    (crate::truth::branch(m, yielded), result)
}

// -- what the runtime does

/// The value of a `StopIteration`.
pub fn stop_value(py: Py, exception: Word) -> Option<Word> {
    py.is_a(exception, Ty::StopIteration)
        .then(|| py.get_private(exception, "StopIteration", "value").unwrap_or(NONE))
}

/// PEP 479: a `StopIteration` must not leave a generator.
pub fn raised(py: Py, own: Word) -> PyResult<()> {
    let generator: Gc<Generator> = as_object(own).expect("a generator");
    let exception = py.take_raised();
    let kind = generator::type_of(generator);
    let what = match kind {
        Ty::Coroutine => "coroutine",
        Ty::AsyncGenerator => "async generator",
        _ => "generator",
    };
    let stops = py.is_a(exception, Ty::StopIteration);
    let stops_async = kind == Ty::AsyncGenerator && py.is_a(exception, Ty::StopAsyncIteration);
    if !stops && !stops_async {
        return Err(py.reraise(exception));
    }
    let name = if stops { "StopIteration" } else { "StopAsyncIteration" };
    let raised = py.runtime_error(format!("{what} raised {name}"));
    let error = py.context().raised.get();
    py.set_cause(error, exception);
    if let Some(state) = exceptions::state(error) {
        state.context.set(py.mutator(), state, exception);
    }
    Err(raised)
}

pub fn yield_from_iter(py: Py, a: Word, code: &'static Code) -> PyResult {
    if let V::Generator(generator) = V::of(a)
        && generator::type_of(generator) == Ty::Coroutine
    {
        if code.object().flags & (flags::COROUTINE | flags::ITERABLE_COROUTINE) == 0 {
            return Err(py.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator"));
        }
        return Ok(a);
    }
    py.iter(a)
}

/// `GET_AWAITABLE`
pub fn awaitable(py: Py, a: Word, after: i64) -> PyResult {
    if let V::Generator(generator) = V::of(a) {
        let flags_ = generator.code().object().flags;
        if flags_ & (flags::COROUTINE | flags::ITERABLE_COROUTINE) != 0 {
            if flags_ & flags::COROUTINE != 0 && is_awaited(py, generator) {
                return Err(py.runtime_error("coroutine is being awaited already"));
            }
            return Ok(a);
        }
    }
    let Some(result) = py.call_special(a, Name::Await, &[])? else {
        let name = py.type_name(a);
        return Err(py.type_error(match after {
            1 => format!(
                "'async with' received an object from __aenter__ that does not implement __await__: {name}"
            ),
            2 => format!(
                "'async with' received an object from __aexit__ that does not implement __await__: {name}"
            ),
            _ => format!("'{name}' object can't be awaited"),
        }));
    };
    if matches!(V::of(result), V::Generator(g) if generator::type_of(g) == Ty::Coroutine) {
        return Err(py.type_error("__await__() returned a coroutine"));
    }
    if py.type_of(result).lookup(py, Name::Next).is_none() {
        return Err(
            py.type_error(format!("__await__() returned non-iterator of type '{}'", py.type_name(result)))
        );
    }
    Ok(result)
}

/// Whether a coroutine is suspended in an `await`.
fn is_awaited(_py: Py, generator: Gc<Generator>) -> bool {
    if generator.state() != State::Suspended {
        return false;
    }
    let code = generator.code();
    code.instruction(generator.pc.get() as u32).op() == Opcode::YieldDelegated
}

pub fn aiter(py: Py, a: Word) -> PyResult {
    let Some(iterator) = py.call_special(a, Name::AIter, &[])? else {
        return Err(py.type_error(format!(
            "'async for' requires an object with __aiter__ method, got {}",
            py.type_name(a)
        )));
    };
    if py.type_of(iterator).lookup(py, Name::ANext).is_none() {
        return Err(py.type_error(format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            py.type_name(iterator)
        )));
    }
    Ok(iterator)
}

pub fn anext(py: Py, a: Word) -> PyResult {
    if let V::Generator(own) = V::of(a)
        && generator::type_of(own) == Ty::AsyncGenerator
    {
        generator::init_hooks(py, own)?;
        return generator::awaitable_now(py, own);
    }
    let Some(result) = py.call_special(a, Name::ANext, &[])? else {
        return Err(py.type_error(format!(
            "'async for' requires an iterator with __anext__ method, got {}",
            py.type_name(a)
        )));
    };
    match awaitable(py, result, 0) {
        Ok(iterator) => Ok(iterator),
        Err(raised) => match py.take_if(Ty::TypeError) {
            None => Err(raised),
            Some(cause) => {
                let raised = py.type_error(format!(
                    "'async for' received an invalid object from __anext__: {}",
                    py.type_name(result)
                ));
                py.set_cause(py.context().raised.get(), cause);
                Err(raised)
            }
        },
    }
}

/// `SEND` by the runtime: (True, what was yielded) or (False, what was returned).
pub fn send(py: Py, receiver: Word, value: Word) -> PyResult {
    let result = match V::of(receiver) {
        V::Generator(generator) if generator::type_of(generator) != Ty::AsyncGenerator => {
            match (py.vm().hooks.resume_generator)(py, generator, Resumption::Send(value))? {
                Step::Yielded(value) => return py.new_tuple(&[python_model::value::TRUE, value]),
                Step::Returned(value) => return py.new_tuple(&[python_model::value::FALSE, value]),
            }
        }
        _ => {
            let class = py.type_of(receiver);
            let method = class.lookup(py, if value == NONE { Name::Next } else { Name::Send });
            let steps = method.and_then(as_object::<Builtin>).and_then(|method| method.def().steps);
            match (steps, method) {
                (Some(steps), _) => match steps(py, receiver, value)? {
                    Step::Yielded(value) => return py.new_tuple(&[python_model::value::TRUE, value]),
                    Step::Returned(value) => return py.new_tuple(&[python_model::value::FALSE, value]),
                },
                (None, Some(method)) if value == NONE => py.call_bound(method, receiver, class, &[]),
                (None, None) if value == NONE => {
                    Err(py.type_error(format!("'{}' object is not an iterator", py.type_name(receiver))))
                }
                _ => py.call_method(receiver, Name::Send, &[value]),
            }
        }
    };
    match result {
        Ok(value) => py.new_tuple(&[python_model::value::TRUE, value]),
        Err(raised) => match stop_value(py, py.context().raised.get()) {
            Some(value) => {
                py.take_raised();
                py.new_tuple(&[python_model::value::FALSE, value])
            }
            None => Err(raised),
        },
    }
}

/// A value of an asynchronous generator, told from what an `await` in it passes on.
pub fn wrap(py: Py, value: Word) -> PyResult {
    generator::awaitable(py, Ty::AsyncGenWrapped, NONE, value)
}

pub fn cleanup_throw(py: Py, exception: Word) -> PyResult {
    match stop_value(py, exception) {
        Some(value) => Ok(value),
        None => Err(py.reraise(exception)),
    }
}
