//! Generators, coroutines and asynchronous generators as objects: what is kept while they are suspended. The interpreter
//! resumes them.

use crate::code::{Code, frame};
use crate::objects::{Generator, Values};
use crate::py::{Py, Result};
use crate::types::Ty;
use crate::value::{NONE, UNSET, Word, word};
use heap::{Gc, Header, Slot, WordSlot};
use python_compile::code::flags;
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
pub fn is_generator(code: &Code) -> bool {
    code.object().flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0
}

/// A generator whose frame holds these slots (registers and extras). Suspended at pc 0, before its start.
pub fn new(py: Py, code: &'static Code, slots: Gc<Values>, name: Word, qualname: Word) -> Result {
    debug_assert_eq!(slots.items().len(), code.slot_count() as usize);
    let _ = (frame::COUNT, UNSET);
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
