//! How a frame goes on when the call that its instruction made has ended: with a result, or with an exception.

use crate::arith;
use crate::continuation::Continuation;
use crate::exceptions;
use crate::generators;
use crate::instantiation;
use crate::iteration;
use crate::lengths;
use crate::map_filter;
use crate::residual as call;
use crate::truth;
use metatrace_machine::{Arg, Encoding, Flow, FrameStack, GiveUp, Machine, NanBox, Raised, Window};
use python_compile::opcode::{LEFT_WHERE_RAISED, Opcode as Op};
use python_model::code::{Code, frame as extra};
use python_model::objects::Values;
use python_model::py::Py;

/// The instructions to which delivering a result means no more than writing their destination.
pub static TAKES_PLAINLY: [bool; 256] = {
    let mut table = [false; 256];
    let plain = [
        Op::Call,
        Op::CallMethod,
        Op::CallKw,
        Op::CallMethodKw,
        Op::CallEx,
        Op::LoadAttr,
        Op::LoadMethod,
        Op::LoadItem,
        Op::Yield,
        Op::YieldDelegated,
    ];
    let mut i = 0;
    while i < plain.len() {
        table[plain[i] as usize] = true;
        i += 1;
    }
    table
};

/// Where a frame goes on after a call's result was delivered to it.
pub enum Delivered<V> {
    At(u32),
    /// Another call was made.
    Frame(Flow<V>),
}

/// Gives the result of a call to the instruction at pc.
pub fn deliver<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    value: M::Value,
) -> Result<Delivered<M::Value>, Raised> {
    let w = stack.window();
    let i = code.instruction(pc);
    let (a, c) = (u32::from(i.a()), i.c());
    let scratch = code.extra(extra::SCRATCH);
    let continuation = Continuation::of(stack.top().continuation);
    stack.set_continuation(0);
    match continuation {
        Continuation::Init => {
            if !m.value_is(value, NanBox::NONE) {
                instantiation::init_returned_something(m, value)?;
            }
            w.set(a, w.get(scratch));
            return Ok(Delivered::At(pc + 1));
        }
        Continuation::Binary | Continuation::Compare | Continuation::Inplace | Continuation::Reflected => {
            if m.value_is(value, python_model::value::NOT_IMPLEMENTED) {
                let (x, y) = (w.get(scratch), w.get(scratch + 1));
                let result = arith::after_not_implemented(m, continuation, i.op(), x, y)?;
                w.set(a, result);
                return Ok(Delivered::At(pc + 1));
            }
        }
        Continuation::Send => {
            return Ok(Delivered::At(match generators::sent(m, value) {
                (true, value) => {
                    w.set(a, value);
                    pc + 1
                }
                (false, value) => {
                    w.set(a, value);
                    c
                }
            }));
        }
        Continuation::Length => {
            w.set(a, lengths::checked(m, value)?);
            return Ok(Delivered::At(pc + 1));
        }
        Continuation::Filter => {
            return map_filter::delivered(m, py, stack, code, pc, value).map(Delivered::At);
        }
        Continuation::Plain | Continuation::Next | Continuation::GetAttr => {}
    }
    match i.op() {
        Op::JumpBackward => return Ok(Delivered::At(c)),
        // The runtime's iterator was exhausted.
        Op::ForIter if m.value_is(value, NanBox::UNSET) => return Ok(Delivered::At(c)),
        Op::ForIter | Op::Send if generators::has_returned(m, w.get(u32::from(i.b()))) => {
            generators::end_iteration(stack, value);
            return Ok(Delivered::At(stack.top().pc));
        }
        Op::ToBool | Op::Not | Op::In | Op::NotIn => {
            if m.as_bool(value).is_none() {
                // A `__bool__` that returns something else, or a `__len__`.
                return match truth::of_result(m, py, stack, code, pc, value)? {
                    truth::Truth::Known(is_true) => {
                        let result =
                            if matches!(i.op(), Op::Not | Op::NotIn) { m.bool_not(is_true) } else { is_true };
                        w.set(a, m.box_bool(result));
                        Ok(Delivered::At(pc + 1))
                    }
                    truth::Truth::Frame(flow) => Ok(Delivered::Frame(flow)),
                };
            }
            let is_true = m.as_bool(value).expect("tested just now");
            let result = if matches!(i.op(), Op::Not | Op::NotIn) { m.bool_not(is_true) } else { is_true };
            w.set(a, m.box_bool(result));
        }
        Op::StoreItem | Op::StoreAttr | Op::DeleteItem | Op::DeleteAttr => {}
        op => {
            if op.operands()[0].is_written() {
                w.set(a, value);
            }
        }
    }
    Ok(Delivered::At(pc + 1))
}

/// The frame that an exception left before it came to the innermost one of a recording.
#[derive(Default)]
pub enum Left<R> {
    /// There is none, or it is none that its caller should be told of.
    #[default]
    Nothing,
    /// This is its object.
    Frame(R),
    /// The trace does not know; the runtime does.
    Unknown,
}

/// Finds where the frame goes on after the instruction at pc raised; `None`: nowhere. The exception is pending. `left` goes from one frame to
/// the next.
pub fn unwind<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    left: &mut Left<M::Ref>,
) -> Option<u32> {
    let i = code.instruction(pc);
    let continuation = Continuation::of(stack.top().continuation);
    stack.set_continuation(0);
    if matches!(continuation, Continuation::Next | Continuation::Filter) {
        // Which exception it is would have to be guarded behind all that raising it has done.
        m.give_up(GiveUp::Raised);
        if let Some(()) = iteration::take_stop_iteration(m, py) {
            return Some(i.c());
        }
    }
    if continuation == Continuation::GetAttr {
        m.give_up(GiveUp::Raised);
        let exception = m.take_raised();
        let value = stack.window().get(code.extra(extra::SCRATCH));
        let name = m.int(i64::from(code.site_name(i.c()).0));
        let told = [Arg::Value(exception), Arg::Value(value), Arg::Int(name)];
        let _: Result<(), Raised> = m.call_nothing(&call::TELL_ATTRIBUTE, &told);
        let Raised = m.raise(exception);
    }
    let handler = code.object().handler_at(pc);
    let passes_silently = i.op() == Op::Reraise;
    let is_observed = !M::RECORDS && !code.is_hidden && py.thread().is_observed(py.vm());
    // An exception that goes on is raised again: what the trace does not know of it shows in the frame before.
    let inner = std::mem::take(left);
    let is_known = M::RECORDS && m.knows_raised() && !matches!(inner, Left::Unknown);
    match handler {
        Some(entry) => {
            let mut exception = m.take_raised();
            if !passes_silently {
                note(m, py, stack, code, exception, pc, false, is_known.then_some(inner));
            }
            if is_observed {
                exception = crate::observing::raised(m, py, stack, code, pc, exception, false);
            }
            stack.window().set(u32::from(entry.register), exception);
            Some(entry.handler)
        }
        None => {
            let mut exception = m.take_raised();
            *left = if passes_silently {
                note_again(m, py, stack, code, exception, pc)
            } else {
                note(m, py, stack, code, exception, pc, true, is_known.then_some(inner))
            };
            if is_observed {
                exception = crate::observing::raised(m, py, stack, code, pc, exception, true);
            }
            let Raised = m.raise(exception);
            None
        }
    }
}

/// Adds to the traceback of an exception that was raised at `pc`, and lets the entry know its frame. Of a frame of compiled code that the
/// exception leaves, the trace saves the registers. `known`: the trace has raised it (see [`exceptions::note`]).
#[expect(clippy::too_many_arguments, reason = "what there is to know of a frame")]
fn note<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    exception: M::Value,
    pc: u32,
    leaves: bool,
    known: Option<Left<M::Ref>>,
) -> Left<M::Ref> {
    if code.is_hidden {
        return known.unwrap_or(Left::Unknown);
    }
    let is_again = code.instruction(pc).op() == Op::RaiseCurrent;
    if let Some(inner) = known.filter(|_| !is_again) {
        let saved = if leaves { registers(m, stack.window(), code, pc) } else { None };
        let noted = exceptions::note(m, py, stack, code, exception, pc, saved, inner);
        // Without memory for it the traceback lacks an entry; the exception itself goes on.
        return noted.unwrap_or_else(|Raised| {
            m.take_raised();
            Left::Nothing
        });
    }
    let (at, number) = (m.int(code.address() as i64), m.int(i64::from(pc)));
    let place = [Arg::Value(exception), Arg::Int(at), Arg::Int(number)];
    if !M::RECORDS {
        let _: Result<(), Raised> = m.call_nothing(&call::ADD_TRACEBACK_TO, &place);
        stack.set_pc(pc);
        crate::nested::publish(py, stack.depth());
        let exception = m.promote_value(exception);
        python_model::frames::note_traceback(py, exception, pc, leaves, false);
        return Left::Unknown;
    }
    let [exception, at, number] = place;
    let index = Arg::Int(m.int(stack.depth() as i64 - 1));
    let saved = if leaves { registers(m, stack.window(), code, pc) } else { None };
    let _: Result<(), Raised> = match saved {
        Some(saved) => m.call_nothing(&call::NOTE_LEFT, &[exception, at, number, index, Arg::Ref(saved)]),
        None => m.call_nothing(&call::NOTE_CAUGHT, &[exception, at, number, index]),
    };
    Left::Unknown
}

/// The same where the exception leaves a frame that has handled it, so that the traceback has the frame's entry.
fn note_again<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    exception: M::Value,
    pc: u32,
) -> Left<M::Ref> {
    if code.is_hidden {
        return Left::Unknown;
    }
    if M::RECORDS {
        // Without memory for it the entry shows no variables; the exception itself goes on.
        return exceptions::note_again(m, py, stack, code, exception, pc).unwrap_or_else(|Raised| {
            m.take_raised();
            Left::Nothing
        });
    }
    stack.set_pc(pc);
    crate::nested::publish(py, stack.depth());
    let exception = m.promote_value(exception);
    let is_left_before = code.decoded(pc).3 == LEFT_WHERE_RAISED;
    python_model::frames::note_traceback(py, exception, pc, true, is_left_before);
    Left::Unknown
}

/// A copy of the slots of a frame that a frame object shows. `None`: there is no memory for it.
pub(crate) fn registers<M: Machine>(
    m: &mut M,
    w: Window<M::Value>,
    code: &'static Code,
    pc: u32,
) -> Option<M::Ref> {
    let (count, unset) = (m.int(i64::from(code.slot_count())), m.value(NanBox::UNSET));
    let array = m.new_array(Values::ITEMS_ARRAY, count, Arg::Value(unset)).ok()?;
    for slot in python_model::frames::shown_slots(code, pc) {
        let index = m.int(i64::from(slot));
        m.store_item(Values::ITEMS_ARRAY, array, index, Arg::Value(w.get(slot)));
    }
    Some(array)
}
