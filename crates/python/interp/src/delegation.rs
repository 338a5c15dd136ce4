//! Generators that delegate to generators (`yield from`, `await`), passed through.
//!
//! Resuming a generator that is suspended in `yield from` means resuming what it delegates to, and so on: level by level, each item of a
//! walk through a tree would cost its depth. Here only the frame of the *innermost* generator of such a chain is pushed, in place of that of
//! the *root*, which is the one that was asked; what it yields goes to whoever asked. (CPython and PyPy go through all levels.)
//!
//! * The generators between stay as they are, suspended at their `YIELD_DELEGATED`; that they run nevertheless is found by whoever asks
//!   ([`Generator::state`]), and whoever looks at frames sees theirs (`nested.rs`). The innermost one knows its root while it runs
//!   ([`Generator::root`]).
//! * When the innermost one ends, by a result or an exception, its delegator's frame is pushed in its place and goes on at its `SEND`, now
//!   itself the innermost one.
//! * A chain is gone through level by level where a level is handling an exception, which would have to be set, or where the chain has more
//!   levels than the recursion limit leaves.
//! * Exceptions that are thrown in go level by level (`python_model::generator::throw`).

use crate::continuation::Continuation;
use crate::frame;
use crate::generators::After;
use crate::residual as call;
use heap::Gc;
use metatrace_machine::{Arg, Encoding, FrameStack, Machine, MachineExt, NanBox, Raised, Resume};
use python_compile::opcode::Opcode;
use python_model::code::Code;
use python_model::generator::{self, State};
use python_model::objects::*;
use python_model::py::Py;
use python_model::value::{NONE, UNSET, Word, as_object, word};

/// Whose frame is to be pushed for a generator that is suspended.
pub enum Innermost {
    Itself,
    Other(Gc<Generator>),
    /// Nobody's: it is a level that was passed through of a chain that runs.
    Running,
}

/// Finds the generator whose frame is to be pushed for `root`, which is suspended.
pub fn innermost(root: Gc<Generator>, room: u32) -> Innermost {
    let (mut at, mut left) = (root, room);
    while let Some(inner) = at.delegated()
        && inner.state.get() == State::Suspended as i64
    {
        if at.handled.get() != NONE || left == 0 {
            return Innermost::Itself;
        }
        (at, left) = (inner, left - 1);
    }
    // What runs at the end of the chain may have been resumed by another one.
    let ends_running = at.delegated().is_some_and(|inner| inner.state.get() == State::Running as i64);
    if ends_running && root.state() == State::Running {
        return Innermost::Running;
    }
    if at.address() == root.address() { Innermost::Itself } else { Innermost::Other(at) }
}

/// Levels that a chain may have.
pub fn room(py: Py, depth: u32) -> u32 {
    py.vm().recursion_limit.get().saturating_sub(depth)
}

/// The same as a word, for traces: None if it is `root` itself, unset if nobody.
pub fn innermost_word(py: Py, root: Word) -> Word {
    let root = as_object::<Generator>(root).expect("the trace tested what it is");
    match innermost(root, room(py, crate::nested::published_depth(py))) {
        Innermost::Itself => NONE,
        Innermost::Other(inner) => word(inner),
        Innermost::Running => UNSET,
    }
}

/// The generator of the chain from `root` that delegates to `inner`.
pub fn delegator(root: Gc<Generator>, inner: Gc<Generator>) -> Option<Gc<Generator>> {
    let mut at = root;
    loop {
        let next = at.delegated()?;
        if next.address() == inner.address() {
            return Some(at);
        }
        at = next;
    }
}

/// The same as words, for traces; None.
pub fn delegator_word(root: Word, inner: Word) -> Word {
    let both = as_object::<Generator>(root).zip(as_object::<Generator>(inner));
    both.and_then(|(root, inner)| delegator(root, inner)).map_or(NONE, word)
}

/// The generators between the one that runs and the root of its chain, the root included, innermost first.
pub fn levels(running: Gc<Generator>) -> Vec<Gc<Generator>> {
    let mut found = Vec::new();
    let mut at = as_object::<Generator>(running.root.get());
    while let Some(level) = at
        && level.address() != running.address()
    {
        found.push(level);
        at = level.delegated();
    }
    found.reverse();
    found
}

/// The delegator of a generator that is about to end: where it is suspended, and what its own root is to be.
pub struct Delegator<M: Machine> {
    object: M::Ref,
    code: &'static Code,
    suspended_at: u32,
    root: M::Value,
    outer: M::Value,
}

/// Finds it; `None`: there is none. Trace: all guards are here, before the generator has ended. `is_raising`: an exception is pending, and
/// the trace, if there was one, given up.
pub fn find<M: Machine>(m: &mut M, ending: M::Ref, is_raising: bool) -> Option<Delegator<M>> {
    let root = m.load_value(Generator::ROOT, ending);
    if m.value_is(root, NanBox::NONE) {
        return None;
    }
    let own = m.box_ref(ending);
    let found = if M::RECORDS && !is_raising {
        m.call_value(&call::DELEGATOR, &[Arg::Value(root), Arg::Value(own)]).expect("it does not raise")
    } else {
        let (root, own) = (m.promote_value(root), m.promote_value(own));
        m.value(delegator_word(root, own))
    };
    if m.value_is(found, NanBox::NONE) {
        return None;
    }
    let object = frame::object(m, found);
    let address = m.load_int(Generator::CODE, object);
    let code = Code::at(m.promote_int(address) as u64);
    let suspended_at = m.load_int(Generator::PC, object);
    let suspended_at = m.promote_int(suspended_at) as u32;
    let is_root = m.value_eq(found, root);
    let root = if m.truth(is_root) { m.value(NanBox::NONE) } else { root };
    // What whoever resumed the chain handles.
    let outer = m.load_value(Generator::OUTER_HANDLED, ending);
    Some(Delegator { object, code, suspended_at, root, outer })
}

/// What a generator gave to its delegator when it ended.
pub enum Ended<V> {
    Returned(V),
    /// The exception is pending.
    Raised,
}

/// Pushes the delegator's frame in place of that of the generator that has ended and was popped.
pub fn proceed<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    delegator: Delegator<M>,
    ended: Ended<M::Value>,
) -> After<M::Value> {
    let Delegator { object, code, suspended_at, root, outer } = delegator;
    let slots = m.load_ref(Generator::FRAME, object);
    let pushed = if M::RECORDS {
        stack.push(code.address(), code.slot_count()).map_err(|_| Raised).inspect(|to| {
            for &slot in code.saved_slots(suspended_at) {
                let index = m.int(i64::from(slot));
                to.set(slot, m.load_item_value(Values::ITEMS_ARRAY, slots, index));
            }
        })
    } else {
        let array = m.promote_ref(slots).downcast().expect("a suspended frame is an array");
        let pc = stack.top().pc;
        frame::push_copied(m, py, stack, pc, code, array)
    };
    let Ok(to) = pushed else {
        // The limit was lowered meanwhile: whoever asked for an item gets the error.
        return After::Resume(Resume::Raise);
    };
    let running = m.int(State::Running as i64);
    m.store_int(Generator::STATE, object, running);
    m.store_value(Generator::OUTER_HANDLED, object, outer);
    m.store_value(Generator::ROOT, object, root);
    let own = m.box_ref(object);
    to.set(generator::slot(code), own);
    let send = send_of(code, suspended_at);
    stack.set_continuation(Continuation::Plain as u32);
    match ended {
        Ended::Returned(value) => {
            let i = code.instruction(send);
            to.set(u32::from(i.a()), value);
            stack.set_pc(i.c());
            After::Resume(Resume::Execute)
        }
        Ended::Raised => {
            stack.set_pc(send);
            After::Resume(Resume::Raise)
        }
    }
}

/// Machine code has ended with the `return` of a generator, whose frame was popped. Goes on with its delegator, if it has one.
pub fn returned_in_machine_code<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    ended: Word,
    value: M::Value,
) -> Option<After<M::Value>> {
    let ended = m.value(ended);
    let own = frame::object(m, ended);
    let delegator = find(m, own, false)?;
    Some(proceed(m, py, stack, delegator, Ended::Returned(value)))
}

/// The `SEND` to which a delegation returns: the jump behind its `YIELD_DELEGATED` goes there.
fn send_of(code: &Code, suspended_at: u32) -> u32 {
    let jump = code.instruction(suspended_at + 1);
    debug_assert_eq!(jump.op(), Opcode::Jump);
    debug_assert_eq!(code.instruction(jump.c()).op(), Opcode::Send);
    jump.c()
}
