//! Exceptions that traces make, raise, note and handle by themselves.
//!
//! An exception costs little where whoever catches it is in the same trace: its instance, its state, the entries of its traceback and
//! the frame objects in them are objects that nothing but the trace sees, so none of them is made. For that the trace must know how
//! they are made, in the same way as the runtime makes them (`model/src/exceptions.rs`, `model/src/frames.rs`); and what a thread handles is a
//! field of a heap object ([`python_model::vm::Thread::handling`]), whose stores can wait until somebody may look.
//!
//! While an exception leaves frames nothing can be tested: a guard would execute `raise` again, and the traceback has entries from before. So
//! `raise` tests all, and what is behind it relies on what holds of every exception: it is an instance whose payload is its state.
//! What the runtime raises it also notes ([`crate::delivery`]): of those exceptions a trace knows nothing.

use crate::calls;
use crate::delivery::{self, Left};
use crate::frame::{self, Entered};
use crate::instantiation::new_instance;
use crate::residual as call;
use crate::traced_bind::tuple_of;
use heap::Layout;
use metatrace_machine::{Arg, Encoding, FrameStack, Machine, MachineExt, NanBox, Raised, RawWidth};
use python_compile::opcode::LEFT_WHERE_RAISED;
use python_model::code::Code;
use python_model::exceptions::Making;
use python_model::objects::*;
use python_model::py::Py;
use python_model::symbols::Symbol;
use python_model::types::{Ty, TypeRef};
use python_model::value::{FALSE, TRUE, Word, word};

/// The exception being handled on this thread, or None.
#[inline(always)]
pub fn handled<M: Machine>(m: &mut M, py: Py) -> M::Value {
    if !M::RECORDS {
        return m.value(py.thread().handled());
    }
    let handling = m.reference(py.thread().handling.erase());
    m.load_value(Handling::EXCEPTION, handling)
}

/// Sets it.
#[inline(always)]
pub fn set_handled<M: Machine>(m: &mut M, py: Py, exception: M::Value) {
    if !M::RECORDS {
        py.thread().set_handled(py.mutator(), m.promote_value(exception));
        return;
    }
    let handling = m.reference(py.thread().handling.erase());
    m.store_value(Handling::EXCEPTION, handling, exception);
}

/// The class of an exception, decided by its map: green. `None`: it is no instance of an exception class.
pub fn class_of<M: Machine>(m: &mut M, py: Py, value: M::Value) -> Option<TypeRef> {
    let object = m.as_ref(value)?;
    let layout = m.layout_of(object);
    if layout.0 < heap::FIRST_DYNAMIC_LAYOUT {
        return None;
    }
    let class = py.vm().maps.get(layout).class;
    class.is_subtype(py.ty(Ty::BaseException)).then_some(class)
}

/// The state of what is known to be an exception. No guard.
fn state<M: Machine>(m: &mut M, exception: M::Value) -> M::Ref {
    let object = m.known_ref(exception);
    let payload = m.load_value(Instance::PAYLOAD, object);
    m.known_ref(payload)
}

/// An instance of an exception class made in a trace, as `BaseException.__new__` makes it of these arguments.
fn new<M: Machine>(m: &mut M, py: Py, class: TypeRef, args: &[M::Value]) -> Result<M::Value, Raised> {
    let args = tuple_of(m, args)?;
    let state = m.new_object(ExceptionState::ID, ExceptionState::DESCR.size_bytes)?;
    let (none, no) = (m.value(NanBox::NONE), m.value(FALSE));
    m.store_value(ExceptionState::ARGS, state, args);
    for field in [ExceptionState::CAUSE, ExceptionState::CONTEXT, ExceptionState::TRACEBACK] {
        m.store_value(field, state, none);
    }
    m.store_value(ExceptionState::SUPPRESS_CONTEXT, state, no);
    let state = m.box_ref(state);
    let instance = new_instance(m, py, class)?;
    let object = frame::object(m, instance);
    m.store_value(Instance::PAYLOAD, object, state);
    Ok(instance)
}

/// What a trace does for a call of an exception class.
pub enum Made<V> {
    Exception(V),
    /// This `__init__`, which is written in Python, is still to be called.
    Uninitialised(V, Word),
}

/// A call of an exception class in a trace; `None`: it is another class, or one that does more than most do.
pub fn make<M: Machine>(
    m: &mut M,
    py: Py,
    class: TypeRef,
    args: &[M::Value],
) -> Result<Option<Made<M::Value>>, Raised> {
    let Some(making) = python_model::exceptions::making(py, class) else { return Ok(None) };
    if !frame::depends_on(m, class) {
        return Ok(None);
    }
    let made = new(m, py, class, args)?;
    Ok(Some(match making {
        Making::Plain => Made::Exception(made),
        Making::Initialised(init) => Made::Uninitialised(made, py.vm().immortal(init)),
    }))
}

/// `BaseException.__init__` in a trace; `false`: it is called for something else.
pub fn init<M: Machine>(m: &mut M, py: Py, receiver: M::Value, args: &[M::Value]) -> Result<bool, Raised> {
    if class_of(m, py, receiver).is_none() {
        return Ok(false);
    }
    let args = tuple_of(m, args)?;
    let state = state(m, receiver);
    m.store_value(ExceptionState::ARGS, state, args);
    Ok(true)
}

/// An attribute that all exceptions have, in a trace; `None`: it is none of those, or the class has its own.
pub fn attribute<M: Machine>(
    m: &mut M,
    py: Py,
    value: M::Value,
    class: TypeRef,
    name: Symbol,
) -> Option<M::Value> {
    let base = py.ty(Ty::BaseException);
    if !class.is_subtype(base) {
        return None;
    }
    let field = match py.vm().symbols.text(name).as_bytes() {
        b"args" => ExceptionState::ARGS,
        b"__traceback__" => ExceptionState::TRACEBACK,
        b"__context__" => ExceptionState::CONTEXT,
        b"__cause__" => ExceptionState::CAUSE,
        _ => return None,
    };
    if class.lookup(py, name) != base.lookup(py, name) || !frame::depends_on(m, class) {
        return None;
    }
    let state = state(m, value);
    Some(m.load_value(field, state))
}

/// `CHECK_EXC_MATCH`. The pc is set.
pub fn matches<M: Machine>(
    m: &mut M,
    py: Py,
    exception: M::Value,
    pattern: M::Value,
) -> Result<M::Bool, Raised> {
    if let Some(class) = class_of(m, py, exception)
        && let Some(result) = class_matches(m, py, class, pattern)
        // What a class of the program derives from may change.
        && (class.builtin.is_some() || frame::depends_on(m, class))
    {
        return Ok(m.bool(result));
    }
    m.call_bool(&call::EXCEPTION_MATCHES, &[Arg::Value(exception), Arg::Value(pattern)])
}

/// Whether a class is one of those of a pattern: an exception class, or a tuple of some, which is made for the test: its items are green, not
/// the tuple. `None`: it is something else.
fn class_matches<M: Machine>(m: &mut M, py: Py, class: TypeRef, pattern: M::Value) -> Option<bool> {
    let pattern = m.as_ref(pattern)?;
    if m.layout_of(pattern) == Tuple::ID {
        let length = m.array_len(Tuple::ITEMS_ARRAY, pattern);
        let mut matches = false;
        for index in 0..m.promote_int(length) {
            let index = m.int(index);
            let item = m.load_item_value(Tuple::ITEMS_ARRAY, pattern, index);
            let item = m.as_ref(item)?;
            matches |= class_is(m, py, class, item)?;
        }
        return Some(matches);
    }
    class_is(m, py, class, pattern)
}

fn class_is<M: Machine>(m: &mut M, py: Py, class: TypeRef, pattern: M::Ref) -> Option<bool> {
    if !m.has_layout(pattern, Type::ID) {
        return None;
    }
    let pattern = py.as_type(word(m.promote_ref(pattern)))?;
    pattern.is_subtype(py.ty(Ty::BaseException)).then(|| class.is_subtype(pattern))
}

/// `raise value from cause`. The pc is set.
pub fn raise<M: Machine>(m: &mut M, py: Py, value: M::Value, cause: Option<M::Value>) -> Raised {
    if M::RECORDS {
        match raise_traced(m, py, value, cause) {
            Ok(Some(exception)) => return m.raise(exception),
            Ok(None) => {}
            Err(raised) => return raised,
        }
    }
    let cause = cause.unwrap_or_else(|| m.value(NanBox::UNSET));
    match m.call_nothing(&call::RAISE, &[Arg::Value(value), Arg::Value(cause)]) {
        Err(raised) => raised,
        Ok(()) => unreachable!("it always raises"),
    }
}

/// Raises a built-in exception with these arguments in a trace; `None`: the runtime is to do it.
pub fn raise_new<M: Machine>(m: &mut M, py: Py, ty: Ty, args: &[M::Value]) -> Option<Raised> {
    let made = match make(m, py, py.ty(ty), args) {
        Ok(Some(Made::Exception(made))) => made,
        Ok(_) => return None,
        Err(raised) => return Some(raised),
    };
    match raise_traced(m, py, made, None) {
        Ok(exception) => exception.map(|exception| m.raise(exception)),
        Err(raised) => Some(raised),
    }
}

/// Raises a built-in exception with this text in a trace; nothing: the runtime is to find again what is wrong.
#[inline(always)]
pub fn unless_raised<M: Machine, T>(m: &mut M, py: Py, ty: Ty, text: &str) -> Result<Option<T>, Raised> {
    if M::RECORDS
        && let Ok(text) = py.intern(text)
    {
        let text = m.value(py.name_word(text));
        if let Some(raised) = raise_new(m, py, ty, &[text]) {
            return Err(raised);
        }
    }
    Ok(None)
}

/// The exception that a trace raises itself, ready to be raised; `None`: the runtime does it, because the value or the cause is nothing usual or a
/// chain of contexts is to be searched.
fn raise_traced<M: Machine>(
    m: &mut M,
    py: Py,
    value: M::Value,
    cause: Option<M::Value>,
) -> Result<Option<M::Value>, Raised> {
    let Some(value) = to_exception(m, py, value)? else { return Ok(None) };
    if let Some(cause) = cause
        && !m.value_is(cause, NanBox::NONE)
        && class_of(m, py, cause).is_none()
    {
        return Ok(None);
    }
    let handled = handled(m, py);
    let context = if m.value_is(handled, NanBox::NONE) {
        None
    } else {
        let same = m.value_eq(handled, value);
        if m.truth(same) {
            None
        } else {
            let outer = state(m, handled);
            let next = m.load_value(ExceptionState::CONTEXT, outer);
            if !m.value_is(next, NanBox::NONE) {
                return Ok(None);
            }
            Some(handled)
        }
    };
    let own = state(m, value);
    if let Some(cause) = cause {
        let yes = m.value(TRUE);
        m.store_value(ExceptionState::CAUSE, own, cause);
        m.store_value(ExceptionState::SUPPRESS_CONTEXT, own, yes);
    }
    if let Some(context) = context {
        m.store_value(ExceptionState::CONTEXT, own, context);
    }
    Ok(Some(value))
}

/// The operand of a `raise`: an exception, or a class that is called.
fn to_exception<M: Machine>(m: &mut M, py: Py, value: M::Value) -> Result<Option<M::Value>, Raised> {
    if class_of(m, py, value).is_some() {
        return Ok(Some(value));
    }
    let Some(class) = m.as_ref(value) else { return Ok(None) };
    if !m.has_layout(class, Type::ID) {
        return Ok(None);
    }
    let class = m.promote_ref(class);
    let class = py.as_type(word(class)).expect("an object of this layout is a class");
    Ok(match make(m, py, class, &[])? {
        Some(Made::Exception(made)) => Some(made),
        Some(Made::Uninitialised(..)) | None => None,
    })
}

/// Adds the innermost frame of a recording to the traceback of an exception that the trace has raised, without a guard. `registers`: a copy of them if
/// the exception leaves the frame, whose object is returned then. The frame that the exception has left just before this one gets to know its
/// caller.
#[expect(clippy::too_many_arguments, reason = "what there is to know of a frame")]
pub fn note<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &FrameStack<M::Value>,
    code: &'static Code,
    exception: M::Value,
    pc: u32,
    registers: Option<M::Ref>,
    inner: Left<M::Ref>,
) -> Result<Left<M::Ref>, Raised> {
    let mut left = Left::Nothing;
    let (at, number) = (m.int(code.address() as i64), number(m, py, stack.depth() - 1));
    let pc = m.int(i64::from(pc));
    let shown = match registers {
        None => m.box_int(number),
        Some(registers) => {
            let object = frame_object(m, [at, pc, number], registers)?;
            left = Left::Frame(object);
            let shown = m.box_ref(object);
            if let Left::Frame(inner) = inner {
                m.store_value(FrameRef::BACK, inner, shown);
            }
            shown
        }
    };
    let entry = m.new_object(Traceback::ID, Traceback::DESCR.size_bytes)?;
    let state = state(m, exception);
    let next = m.load_value(ExceptionState::TRACEBACK, state);
    m.store_value(Traceback::NEXT, entry, next);
    m.store_int(Traceback::CODE, entry, at);
    m.store_int(Traceback::PC, entry, pc);
    m.store_value(Traceback::FRAME, entry, shown);
    let entry = m.box_ref(entry);
    m.store_value(ExceptionState::TRACEBACK, state, entry);
    Ok(left)
}

/// An exception leaves the innermost frame of a recording, which has handled it before, as at the end of `finally`: the frame's entry in the traceback,
/// the newest one unless the program has changed that, gets to know the frame. Nothing has happened in the instruction so far.
pub fn note_again<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &FrameStack<M::Value>,
    code: &'static Code,
    exception: M::Value,
    pc: u32,
) -> Result<Left<M::Ref>, Raised> {
    let state = state(m, exception);
    let newest = m.load_value(ExceptionState::TRACEBACK, state);
    let Some(entry) = m.as_ref(newest) else { return Ok(Left::Nothing) };
    let (at, own) = (m.load_int(Traceback::CODE, entry), m.int(code.address() as i64));
    let is_own = m.int_eq(at, own);
    let known = m.load_value(Traceback::FRAME, entry);
    if !m.truth(is_own) || m.as_int(known).is_none() {
        return Ok(Left::Nothing);
    }
    let callee = frame_without_caller(m, entry);
    let Some(registers) = delivery::registers(m, stack.window(), code, pc) else { return Ok(Left::Nothing) };
    let left_at = match code.decoded(pc).3 {
        LEFT_WHERE_RAISED => m.load_int(Traceback::PC, entry),
        _ => m.int(i64::from(pc)),
    };
    let number = number(m, py, stack.depth() - 1);
    let object = frame_object(m, [own, left_at, number], registers)?;
    let shown = m.box_ref(object);
    m.store_value(Traceback::FRAME, entry, shown);
    if let Some(callee) = callee {
        m.store_value(FrameRef::BACK, callee, shown);
    }
    Ok(Left::Frame(object))
}

/// The object of the frame that the frame of an entry has called, if the exception left it before it was handled here.
fn frame_without_caller<M: Machine>(m: &mut M, entry: M::Ref) -> Option<M::Ref> {
    let next = m.load_value(Traceback::NEXT, entry);
    let next = m.as_ref(next)?;
    let object = m.load_value(Traceback::FRAME, next);
    let object = m.as_ref(object)?;
    let caller = m.load_value(FrameRef::BACK, object);
    m.value_is(caller, NanBox::NONE).then_some(object)
}

/// The object of a frame that has ended: of this code, at this instruction, the so-manieth from the outermost one.
fn frame_object<M: Machine>(
    m: &mut M,
    [code, pc, number]: [M::Int; 3],
    registers: M::Ref,
) -> Result<M::Ref, Raised> {
    let object = m.new_object(FrameRef::ID, FrameRef::DESCR.size_bytes)?;
    let (none, zero) = (m.value(NanBox::NONE), m.int(0));
    m.store_int(FrameRef::CODE, object, code);
    m.store_int(FrameRef::PC, object, pc);
    m.store_int(FrameRef::DEPTH, object, number);
    for field in [FrameRef::STACK, FrameRef::PROGRESS, FrameRef::SHOWN] {
        m.store_int(field, object, zero);
    }
    for field in [FrameRef::BACK, FrameRef::EXTRA, FrameRef::ADDED, FrameRef::TRACER] {
        m.store_value(field, object, none);
    }
    let registers = m.box_ref(registers);
    m.store_value(FrameRef::LOCALS, object, registers);
    Ok(object)
}

/// The number from the outermost one of the frame that is number `index` of a recording: [`crate::nested::number_of`] in a trace. It follows from how
/// many frames may still come.
fn number<M: Machine>(m: &mut M, py: Py, index: usize) -> M::Int {
    let (limit, left) = (py.vm().recursion_limit.as_ptr(), py.context().frames_left.as_ptr());
    let above = index as i64 - py.context().frames_held_back.get() - 1;
    let (limit, left) = (m.int(limit as i64), m.int(left as i64));
    let (zero, above) = (m.int(0), m.int(above));
    let limit = m.load_raw_int(RawWidth::U32, limit, zero);
    let left = m.load_raw_int(RawWidth::I64, left, zero);
    let outermost = m.int_sub(limit, left);
    m.int_add(outermost, above)
}

/// `WITH_EXCEPT_START`: calls the `__exit__` of a context manager with an exception. A receiver that is unset: the method is bound.
pub fn call_exit<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    exit: M::Value,
    receiver: M::Value,
    exception: M::Value,
) -> calls::Entry<M> {
    let class =
        if M::RECORDS { class_of(m, py, exception) } else { Some(py.type_of(m.promote_value(exception))) };
    let is_function = match m.as_ref(exit) {
        Some(object) => m.has_layout(object, Function::ID),
        None => false,
    };
    if let Some(class) = class
        && is_function
        && !m.value_is(receiver, NanBox::UNSET)
    {
        let method = m.promote_value(exit);
        let method = if M::RECORDS { py.vm().immortal(method) } else { method };
        let class = m.value(class.word());
        let own = state(m, exception);
        let traceback = m.load_value(ExceptionState::TRACEBACK, own);
        return calls::call_special(m, py, stack, pc, method, &[receiver, class, exception, traceback]);
    }
    stack.set_pc(pc);
    let args = [Arg::Value(exit), Arg::Value(receiver), Arg::Value(exception)];
    m.call_value(&call::WITH_EXCEPT_START, &args).map(Entered::Value)
}
