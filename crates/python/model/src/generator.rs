//! Generators, coroutines and asynchronous generators as objects: what is kept while they are suspended, and how they are sent to,
//! thrown into and closed. The interpreter resumes them.
//!
//! An exception that is thrown into a generator which delegates (`yield from`, `await`) goes to what it delegates to; only what
//! comes out of that is raised in the generator itself. Source: PEP 380, CPython 3.14 `Objects/genobject.c: _gen_throw`.

use crate::code::{Code, frame};
use crate::names::Name;
use crate::objects::{Awaitable, Generator, Values};
use crate::py::{Py, Result};
use crate::types::Ty;
use crate::value::{NONE, UNSET, V, Word, word};
use heap::{Gc, Header, Slot, WordSlot};
use python_compile::code::flags;
use python_compile::opcode::Opcode;
use std::cell::Cell;

/// [`Generator::state`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i64)]
pub enum State {
    /// Its frame has not started.
    Created = 0,
    Suspended = 1,
    Running = 2,
    Finished = 3,
}

impl Generator {
    pub fn state(&self) -> State {
        [State::Created, State::Suspended, State::Running, State::Finished][self.state.get() as usize]
    }
    pub fn set_state(&self, state: State) {
        self.state.set(state as i64);
    }
    pub fn code(&self) -> &'static Code {
        Code::at(self.code.get() as u64)
    }
}

/// How a generator is resumed.
#[derive(Clone, Copy, Debug)]
pub enum Resumption {
    /// `send(value)`; None at the start.
    Send(Word),
    /// Raises the exception (an instance) where it is suspended.
    Throw(Word),
}

/// How a resumed generator came back.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    Yielded(Word),
    Returned(Word),
}

/// The type of a generator object.
pub fn type_of(generator: Gc<Generator>) -> Ty {
    let code = generator.code().object().flags;
    if code & flags::COROUTINE != 0 {
        Ty::Coroutine
    } else if code & flags::ASYNC_GENERATOR != 0 {
        Ty::AsyncGenerator
    } else {
        Ty::Generator
    }
}

/// Whether a call of this code makes a generator.
#[inline(always)]
pub fn is_generator(code: &Code) -> bool {
    code.is_generator
}

/// The slot of a frame that holds its generator.
pub fn slot(code: &Code) -> u32 {
    code.extra(frame::GENERATOR)
}

/// A generator whose frame holds these slots (registers and extras). Suspended at pc 0, before its start.
pub fn new(py: Py, code: &'static Code, slots: Gc<Values>, name: Word, qualname: Word) -> Result {
    debug_assert_eq!(slots.items().len(), code.slot_count() as usize);
    let generator = Generator {
        header: Header::EMPTY,
        code: Cell::new(code.address() as i64),
        frame: Slot::new(Some(slots)),
        pc: Cell::new(0),
        state: Cell::new(State::Created as i64),
        handled: WordSlot::new(NONE),
        outer_handled: WordSlot::new(NONE),
        name: WordSlot::new(name),
        qualname: WordSlot::new(qualname),
        extra: WordSlot::new(NONE),
    };
    Ok(word(py.alloc(generator)?))
}

/// What messages call a generator.
pub fn description(generator: Gc<Generator>) -> &'static str {
    match type_of(generator) {
        Ty::Coroutine => "coroutine",
        Ty::AsyncGenerator => "async generator",
        _ => "generator",
    }
}

/// What a generator delegates to while it is suspended in `yield from` or `await`.
pub fn delegate(generator: Gc<Generator>) -> Option<Word> {
    if generator.state() != State::Suspended {
        return None;
    }
    let i = generator.code().instructions[generator.pc.get() as usize];
    if i.op() != Opcode::YieldDelegated {
        return None;
    }
    let value = generator.frame.get()?.items()[i.c() as usize].get();
    (value != UNSET).then_some(value)
}

/// `send(value)`
pub fn send(py: Py, generator: Gc<Generator>, value: Word) -> Result<Step> {
    (py.vm().hooks.resume_generator)(py, generator, Resumption::Send(value))
}

/// `throw(exception)` of an instance. `closes_delegate`: a `GeneratorExit` closes what the generator delegates to; it is thrown there
/// if not (`aclose` of asynchronous generators).
pub fn throw(py: Py, generator: Gc<Generator>, exception: Word, closes_delegate: bool) -> Result<Step> {
    if let Some(inner) = delegate(generator) {
        if closes_delegate && py.is_a(exception, Ty::GeneratorExit) {
            if delegating(generator, || close_delegate(py, inner)).is_err() {
                let raised = py.take_raised();
                return throw_here(py, generator, raised);
            }
            return throw_here(py, generator, exception);
        }
        let thrown = match V::of(inner) {
            V::Generator(inner) if type_of(inner) != Ty::AsyncGenerator => {
                delegating(generator, || match throw(py, inner, exception, closes_delegate)? {
                    Step::Yielded(value) => Ok(value),
                    Step::Returned(value) => Err(py.stop_iteration(value)),
                })
            }
            _ => match py.get_attr_opt(inner, Name::Throw)? {
                None => return throw_here(py, generator, exception),
                Some(method) => delegating(generator, || py.call(method, &[exception])),
            },
        };
        return match thrown {
            Ok(value) => Ok(Step::Yielded(value)),
            // The generator's own handler turns the `StopIteration` of what it delegates to into a value.
            Err(_) => {
                let raised = py.take_raised();
                throw_here(py, generator, raised)
            }
        };
    }
    throw_here(py, generator, exception)
}

fn throw_here(py: Py, generator: Gc<Generator>, exception: Word) -> Result<Step> {
    if generator.state() == State::Finished && type_of(generator) == Ty::Coroutine {
        return Err(py.runtime_error("cannot reuse already awaited coroutine"));
    }
    (py.vm().hooks.resume_generator)(py, generator, Resumption::Throw(exception))
}

/// Runs `body` while the generator counts as running.
fn delegating<T>(generator: Gc<Generator>, body: impl FnOnce() -> Result<T>) -> Result<T> {
    generator.set_state(State::Running);
    let result = body();
    generator.set_state(State::Suspended);
    result
}

fn close_delegate(py: Py, inner: Word) -> Result<()> {
    match V::of(inner) {
        V::Generator(inner) if type_of(inner) != Ty::AsyncGenerator => close(py, inner).map(|_| ()),
        _ => match py.get_attr_opt(inner, Name::Close)? {
            Some(method) => py.call(method, &[]).map(|_| ()),
            None => Ok(()),
        },
    }
}

/// `close()`: raises `GeneratorExit` where the generator is suspended. The result is what the generator returns.
/// Errors: `RuntimeError` if it yields instead; what it raises, but for `GeneratorExit` and `StopIteration`.
pub fn close(py: Py, generator: Gc<Generator>) -> Result {
    match generator.state() {
        State::Created => {
            generator.set_state(State::Finished);
            return Ok(NONE);
        }
        State::Finished => return Ok(NONE),
        State::Suspended | State::Running => {}
    }
    let mut exception = UNSET;
    if let Some(inner) = delegate(generator)
        && delegating(generator, || close_delegate(py, inner)).is_err()
    {
        exception = py.take_raised();
    }
    if exception == UNSET {
        exception = py.call(py.ty(Ty::GeneratorExit).word(), &[])?;
    }
    match (py.vm().hooks.resume_generator)(py, generator, Resumption::Throw(exception)) {
        Ok(Step::Returned(value)) => Ok(value),
        Ok(Step::Yielded(_)) => {
            Err(py.runtime_error(format!("{} ignored GeneratorExit", description(generator))))
        }
        Err(raised) => match py.take_if(Ty::GeneratorExit).or_else(|| py.take_if(Ty::StopIteration)) {
            Some(_) => Ok(NONE),
            None => Err(raised),
        },
    }
}

/// What is awaited in place of a generator: an [`Awaitable`] of a type, not yet started.
pub fn awaitable(py: Py, kind: Ty, target: Word, value: Word) -> Result {
    Ok(word(py.alloc(Awaitable {
        header: Header::EMPTY,
        kind: Cell::new(kind as i64),
        target: WordSlot::new(target),
        value: WordSlot::new(value),
        state: Cell::new(0),
    })?))
}
