//! Where the interpreter shows its frames to observers: see [`python_model::observation`].

use metatrace_machine::{FrameStack, GiveUp, Machine, Raised};
use python_model::code::Code;
use python_model::observation::Observation;
use python_model::py::Py;

/// `OBSERVE`: shows that the frame is about to execute the instruction at `pc`; where it is to go on instead, if so. A recording is given up, and
/// must be left at once: the interpreter shows this instruction and those behind it.
/// Errors: what an observer raises.
#[cold]
#[inline(never)]
pub fn observe<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
) -> Result<Option<u32>, Raised> {
    stack.set_pc(pc);
    if M::RECORDS {
        m.give_up(GiveUp::Observed);
        return Ok(None);
    }
    if !py.thread().is_observed(py.vm()) {
        return Ok(None);
    }
    crate::nested::publish(py, stack.depth());
    match Observation::of(py).hooks.get() {
        Some(hooks) => (hooks.at)(py, code, pc),
        None => Ok(None),
    }
}

/// Shows an exception that was raised at `pc`, and that the frame handles or `leaves` by; the exception that goes on, which may be another.
#[cold]
#[inline(never)]
pub fn raised<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    exception: M::Value,
    leaves: bool,
) -> M::Value {
    let Some(hooks) = Observation::of(py).hooks.get() else { return exception };
    stack.set_pc(pc);
    crate::nested::publish(py, stack.depth());
    let shown = m.promote_value(exception);
    match (hooks.raised)(py, code, pc, shown, leaves) {
        Ok(()) => exception,
        Err(Raised) => m.take_raised(),
    }
}
