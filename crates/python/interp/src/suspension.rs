//! Resuming and suspending generators on the direct machine. [`crate::generators`] does the same for whoever records, slot by slot:
//! a trace must see each of them. Here the registers are copied at once, the dead ones with the live ones: what they refer to lives as
//! long as the generator is suspended there.

use crate::delegation::{self, Innermost};
use crate::frame;
use crate::generators::Resumable;
use heap::Gc;
use metatrace_machine::{Flow, FrameStack, Machine, Raised, Window};
use python_compile::code::flags;
use python_compile::opcode::Opcode;
use python_model::code::{Code, frame as extra};
use python_model::generator::{self, State};
use python_model::objects::*;
use python_model::py::Py;
use python_model::value::{NONE, UNSET, Word, as_object, word};

/// Pushes the frame of a suspended generator, or of the one that it delegates to ([`crate::delegation`]), and goes on as the machine says.
/// `None`: it cannot be resumed here (it is running, finished, or of another kind). `value` is what its `yield` evaluates to. Errors:
/// `RecursionError`.
#[inline(always)]
pub fn resume<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    generator: Gc<Generator>,
    value: M::Value,
    which: Resumable,
) -> Result<Option<Flow<M::Value>>, Raised> {
    debug_assert!(!M::RECORDS);
    if generator.state.get() > State::Suspended as i64 {
        return Ok(None);
    }
    let code = generator.code();
    if code.flags & excluded(which) != 0 {
        return Ok(None);
    }
    // Observers see each level come and go.
    if code.operation(generator.pc.get() as u32).0 == Opcode::YieldDelegated
        && !py.thread().is_observed(py.vm())
    {
        match delegation::innermost(generator, delegation::room(py, frame::depth(py, stack))) {
            Innermost::Other(inner) => {
                let at = push(m, py, stack, pc, inner, word(generator), value)?;
                return Ok(Some(m.function_entry(stack, inner.code().resumption_cell(at))));
            }
            Innermost::Running => return Ok(None),
            Innermost::Itself => {}
        }
    }
    let at = push(m, py, stack, pc, generator, NONE, value)?;
    Ok(Some(m.function_entry(stack, code.resumption_cell(at))))
}

/// Pushes the frame of a suspended generator itself, whatever it delegates to. `root`: see [`Generator::root`]. Where it was suspended.
/// Errors: `RecursionError`.
#[inline(always)]
pub fn push<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    generator: Gc<Generator>,
    root: Word,
    value: M::Value,
) -> Result<u32, Raised> {
    let code = generator.code();
    let to = frame::push_copied(m, py, stack, pc, code, generator.frame.get().expect("it is suspended"))?;
    generator.set_state(State::Running);
    if generator.root.get() != root {
        generator.root.set(py.mutator(), generator, root);
    }
    to.set(generator::slot(code), m.value(word(generator)));
    let handled = py.thread().handled();
    if generator.outer_handled.get() != handled {
        generator.outer_handled.set(py.mutator(), generator, handled);
    }
    // The exception being handled is the generator's own, if it has one.
    if generator.handled.get() != NONE {
        py.thread().set_handled(py.mutator(), generator.handled.get());
    }
    let suspended_at = generator.pc.get() as u32;
    let (op, destination) = code.operation(suspended_at);
    if matches!(op, Opcode::Yield | Opcode::YieldDelegated) {
        to.set(destination, value);
    }
    stack.set_pc(suspended_at + 1);
    Ok(suspended_at)
}

/// The generator in a value, if it is one.
#[inline(always)]
pub fn receiver<M: Machine>(m: &mut M, value: M::Value) -> Option<Gc<Generator>> {
    as_object(m.promote_value(value))
}

/// Whether a value is a coroutine that has not started: it is awaited as it is.
#[inline(always)]
pub fn is_fresh_coroutine<M: Machine>(m: &mut M, value: M::Value) -> bool {
    receiver(m, value).is_some_and(|generator| {
        generator.state.get() == State::Created as i64 && generator.code().flags & flags::COROUTINE != 0
    })
}

#[inline(always)]
fn excluded(which: Resumable) -> u32 {
    match which {
        Resumable::Iterators => flags::COROUTINE | flags::ASYNC_GENERATOR,
        Resumable::Awaitables => flags::ASYNC_GENERATOR,
        Resumable::Any => 0,
    }
}

/// Saves the innermost frame, which is a generator's at a `yield`, and pops it.
#[inline(always)]
pub fn suspend<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    w: Window<M::Value>,
    code: &'static Code,
    pc: u32,
) {
    debug_assert!(!M::RECORDS);
    let own = m.promote_value(w.get(generator::slot(code)));
    let generator = as_object::<Generator>(own).expect("the frame of a generator knows it");
    let slots = generator.frame.get().expect("a generator keeps its array");
    frame::save_registers::<M>(py, w, code, slots);
    let shown = m.promote_value(w.get(code.extra(extra::OBJECT)));
    if shown != UNSET {
        slots.items()[code.extra(extra::OBJECT) as usize].set(py.mutator(), slots, shown);
    }
    if code.flags & flags::COROUTINE != 0 {
        py.mutator().ensure_finalizable(generator);
    }
    generator.pc.set(i64::from(pc));
    generator.set_state(State::Suspended);
    if generator.root.get() != NONE {
        // None needs no barrier.
        generator.root.init(NONE);
    }
    // What it is handling stays with it, even if whoever resumed it handles the same exception.
    let kept = match code.is_handling(pc) {
        true => {
            let kept = py.thread().handled();
            py.thread().set_handled(py.mutator(), generator.outer_handled.get());
            kept
        }
        false => NONE,
    };
    if generator.handled.get() != kept {
        generator.handled.set(py.mutator(), generator, kept);
    }
    stack.pop();
}
