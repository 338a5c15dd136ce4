//! What happens in observed frames: calls, lines, returns, exceptions.
//!
//! The interpreter calls [`at`] before instructions that may be events and [`raised`] for exceptions ([`python_model::observation`] says when);
//! here it is decided what happened. A frame's first instruction is its start; so is the one behind a `yield` that it resumes from. A *line*
//! begins where the frame arrives on another line than it was on, or on the same by a backward jump. What is behind a `return` or `yield`
//! is known before it is executed, since neither can fail. [`crate::tracing`] and [`crate::monitoring`] know who wants to be told.
//!
//! That an iterator has ended is known by where the frame goes on: [`Shown::end_iteration`].
//!
//! Limits: a `for` loop over a generator that returns a value shows no exception at its end (as over all others); a generator's `throw` and `close`
//! show a call and the exception at the `yield`.

use crate::{jumps, monitoring, tracing};
use heap::Gc;
use python_compile::opcode::Opcode;
use python_compile::units;
use python_model::code::Code;
use python_model::frames;
use python_model::objects::*;
use python_model::observation::{Hooks, Level, Observation, Observer, is_call, progress};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

macro_rules! events {
    ($($name:ident $text:literal;)*) => {
        /// What can happen, with the numbers of CPython's bits.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Event { $($name,)* }
        /// Names of events.
        pub const EVENTS: [&str; [$($text),*].len()] = [$($text),*];
    };
}

events! {
    PyStart "PY_START";
    PyResume "PY_RESUME";
    PyReturn "PY_RETURN";
    PyYield "PY_YIELD";
    Call "CALL";
    Line "LINE";
    Instruction "INSTRUCTION";
    Jump "JUMP";
    BranchLeft "BRANCH_LEFT";
    BranchRight "BRANCH_RIGHT";
    StopIteration "STOP_ITERATION";
    Raise "RAISE";
    ExceptionHandled "EXCEPTION_HANDLED";
    PyUnwind "PY_UNWIND";
    PyThrow "PY_THROW";
    Reraise "RERAISE";
    NativeReturn "C_RETURN";
    NativeRaise "C_RAISE";
    Branch "BRANCH";
}

/// Events that may be wanted of some code only, and be disabled at an instruction.
pub const LOCAL: i64 = (Event::StopIteration.bit() << 1) - 1;

impl Event {
    pub const fn bit(self) -> i64 {
        1 << self as u8
    }
    pub const fn is_local(self) -> bool {
        self.bit() & LOCAL != 0
    }
    /// The event that is asked for to get this one.
    pub const fn wanted_by(self) -> i64 {
        match self {
            Event::NativeReturn | Event::NativeRaise => Event::Call.bit(),
            event => event.bit(),
        }
    }
}

const HOOKS: Hooks = Hooks { at, raised, set_line: jumps::set_line };

/// Somebody wants other events than before.
pub fn update(py: Py) {
    let observation = Observation::of(py);
    observation.hooks.set(Some(HOOKS));
    let tools = monitoring::level(py);
    py.vm().is_monitored.set(tools != Level::Nothing);
    let is_traced = py.vm().threads().iter().any(|thread| thread.observer.is_set());
    observation.set(py, if is_traced && tools == Level::Nothing { Level::Lines } else { tools });
}

/// Runs what an observer does, which is not observed.
pub fn unobserved<T>(py: Py, body: impl FnOnce() -> T) -> T {
    let was_inside = py.thread().observer.is_inside.replace(true);
    let result = body();
    py.thread().observer.is_inside.set(was_inside);
    result
}

/// The function of a bound method, or the value itself.
fn unbound(value: Word) -> Word {
    as_object::<BoundMethod>(value).map_or(value, |bound| bound.function.get())
}

/// Whether a value is a function written in Rust.
fn is_builtin(value: Word) -> bool {
    as_object::<Builtin>(unbound(value)).is_some()
}

/// The frame at an event.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub py: Py<'a>,
    pub observer: &'a Observer,
    pub frame: Gc<FrameRef>,
    code: &'static Code,
    pc: u32,
}

impl Shown<'_> {
    pub fn has(self, flag: i64) -> bool {
        self.frame.progress.get() & flag != 0
    }
    fn add(self, flag: i64) {
        self.frame.progress.set(self.frame.progress.get() | flag);
    }
    /// Takes a flag away; whether it was there.
    fn take(self, flag: i64) -> bool {
        let had = self.has(flag);
        self.frame.progress.set(self.frame.progress.get() & !flag);
        had
    }
    /// Where Python sees the instruction at a pc.
    fn offset_of(self, pc: u32) -> Result {
        self.py.int(units::offset(self.code.object(), pc))
    }
    /// Where Python sees an event at this instruction: a frame that begins is before its instructions, one that goes on is at its `yield`.
    pub fn offset(self, event: Event) -> i64 {
        let object = self.code.object();
        match event {
            Event::PyStart => units::resume_offset(object),
            Event::PyResume => units::offset(object, self.pc.saturating_sub(1)),
            _ => units::offset(object, self.located_pc()),
        }
    }
    /// The instruction, or the last before it on the line that the frame is on if it has no line itself.
    fn located_pc(self) -> u32 {
        let is_there = |pc: &u32| self.code.line(*pc) == self.last_line();
        match self.code.line(self.pc) {
            0 => (0..self.pc).rev().find(is_there).unwrap_or(self.pc),
            _ => self.pc,
        }
    }
    /// The line of the instruction; what has none belongs to the line before.
    fn line(self) -> u32 {
        match self.code.line(self.pc) {
            0 => self.last_line(),
            line => line,
        }
    }
    fn last_line(self) -> u32 {
        (self.frame.progress.get() & progress::LINE) as u32
    }
    fn set_last_line(self, line: u32) {
        self.frame.progress.set(self.frame.progress.get() & !progress::LINE | i64::from(line));
    }
    fn register(self, register: u32) -> Word {
        FrameRef::while_running(self.frame, self.py, |view| (view.slot)(register)).unwrap_or(NONE)
    }

    /// Tells of an event on a line, with a value if it has one.
    fn tell(self, event: Event, value: Option<Word>, line: u32) -> Result<()> {
        tracing::tell(self, event, value.unwrap_or(NONE), line, false)?;
        if !monitoring::is_wanted(self.py, self.code, event) {
            return Ok(());
        }
        let offset = self.py.int(self.offset(event))?;
        match value {
            _ if event == Event::Line => {
                let line = self.py.int(i64::from(line))?;
                monitoring::tell(self.py, self.code, self.pc, event, &[line])
            }
            Some(value) => monitoring::tell(self.py, self.code, self.pc, event, &[offset, value]),
            None => monitoring::tell(self.py, self.code, self.pc, event, &[offset]),
        }
    }

    /// Tells that the frame goes to another instruction.
    fn tell_jump(self, event: Event, target: u32) -> Result<()> {
        if !monitoring::is_wanted(self.py, self.code, event) {
            return Ok(());
        }
        let offsets = [self.offset_of(self.pc)?, self.offset_of(target)?];
        monitoring::tell(self.py, self.code, self.pc, event, &offsets)
    }

    /// Tells, behind a `for` or an `await`, what the iterator did: the frame comes from there if it was at the loop's header at its last event,
    /// or if it is behind a delegation (which ends with a `CLEANUP_THROW`) without having been at the latter.
    fn end_iteration(self) -> Result<()> {
        let Some(before) = self.pc.checked_sub(1) else { return Ok(()) };
        let op = self.code.operation(before).0;
        if self.take(progress::ASKING) {
            if op == Opcode::ForIter {
                return Shown { pc: before, ..self }.tell_jump(Event::BranchLeft, self.pc);
            }
            let Some((header, iterator)) = self.leading_here(Opcode::ForIter) else { return Ok(()) };
            let header = Shown { pc: header, ..self };
            let iterator = self.register(iterator);
            if !matches!(V::of(iterator), V::Generator(_)) {
                header.tell_end(iterator, NONE)?;
            }
            return header.tell_jump(Event::BranchRight, self.pc);
        }
        let was_thrown = self.take(progress::THROWN);
        if op == Opcode::CleanupThrow
            && !was_thrown
            && let Some((send, iterator)) = self.leading_here(Opcode::Send)
        {
            let result = self.register(self.code.decoded(send).1);
            return Shown { pc: send, ..self }.tell_end(self.register(iterator), result);
        }
        Ok(())
    }

    /// The instruction of a kind that goes here at its iterator's end, and the iterator's register.
    fn leading_here(self, wanted: Opcode) -> Option<(u32, u32)> {
        (0..self.pc).rev().find_map(|pc| {
            let (op, _, iterator, target) = self.code.decoded(pc);
            (op == wanted && target == self.pc).then_some((pc, iterator))
        })
    }

    /// Tells that an iterator has ended, in which no exception came up to the interpreter. Iterators of built-in types end without one.
    fn tell_end(self, iterator: Word, result: Word) -> Result<()> {
        let event = match V::of(iterator) {
            V::Generator(_) => Event::StopIteration,
            _ if as_instance(iterator).is_some() || as_object::<Awaitable>(iterator).is_some() => {
                Event::Raise
            }
            _ => return Ok(()),
        };
        let class = self.py.ty(Ty::StopIteration).word();
        let exception =
            if result == NONE { self.py.call(class, &[])? } else { self.py.call(class, &[result])? };
        self.tell(event, Some(exception), self.line())
    }

    /// The frame begins or goes on.
    fn begin(self) -> Result<()> {
        let first = if self.code.is_generator { 1 } else { 0 };
        if !self.has(progress::STARTED) {
            self.add(progress::STARTED);
            if self.pc == first {
                self.tell(Event::PyStart, None, units::resume_line(self.code.object()))?;
            }
        } else if self.take(progress::SUSPENDED) {
            self.tell(Event::PyResume, None, self.last_line())?;
        }
        Ok(())
    }

    /// A function written in Rust that the instruction at `pc` called has returned, or raised.
    fn end_native_call(self, pc: u32, event: Event) -> Result<()> {
        let identity = heap::identity(self.frame) as usize;
        let ended = {
            let mut calls = self.observer.calls.borrow_mut();
            match calls.iter().rposition(|call| call.0 == identity) {
                Some(at) => {
                    let call = calls[at];
                    // What is behind it was left by exceptions that nobody saw.
                    calls.truncate(at);
                    Some(call)
                }
                None => None,
            }
        };
        match ended {
            Some((_, at, function)) if at == pc => {
                let line = self.code.line(pc);
                let call: Gc<Tuple> = as_object(function).expect("what a call was noted as");
                let [shown, callable, first] = call.items() else { return Ok(()) };
                if is_builtin(shown.get()) {
                    tracing::tell(self, event, shown.get(), line, true)?;
                }
                let arguments = [self.offset_of(pc)?, callable.get(), first.get()];
                monitoring::tell(self.py, self.code, pc, event, &arguments)
            }
            _ => Ok(()),
        }
    }

    /// The instruction is about to call something.
    fn begin_call(self, op: Opcode, callable: u32, count: u32) -> Result<()> {
        let is_monitored = monitoring::is_wanted(self.py, self.code, Event::Call);
        if self.observer.profile.get() == NONE && !is_monitored {
            return Ok(());
        }
        let function = self.register(callable);
        let is_method = matches!(op, Opcode::CallMethod | Opcode::CallMethodKw);
        let receiver = if is_method { self.register(callable + 1) } else { UNSET };
        let shown = match receiver {
            UNSET => function,
            receiver => self.py.bound_method(function, receiver)?,
        };
        if is_builtin(function) {
            tracing::tell(self, Event::Call, shown, self.line(), true)?;
        }
        let first = match (op, receiver) {
            (_, receiver) if receiver != UNSET => receiver,
            (Opcode::Call, _) if count > 0 => self.register(callable + 1),
            (Opcode::CallMethod, _) if count > 0 => self.register(callable + 2),
            _ => monitoring::missing(self.py),
        };
        if is_monitored {
            let arguments = [self.offset_of(self.pc)?, function, first];
            monitoring::tell(self.py, self.code, self.pc, Event::Call, &arguments)?;
        }
        if as_object::<Function>(unbound(function)).is_none() {
            let call = self.py.new_tuple(&[shown, function, first])?;
            self.observer.calls.borrow_mut().push((heap::identity(self.frame) as usize, self.pc, call));
        }
        Ok(())
    }

    /// The frame may have arrived on a line; where it is to go on instead, if so.
    fn arrive(self, op: Opcode, target: u32) -> Result<Option<u32>> {
        let line = self.code.line(self.pc);
        // A jump back to the head of its loop is no step of its own, unless it is a statement (`continue`).
        let is_silent = matches!(op, Opcode::Jump | Opcode::JumpBackward) && line == self.code.line(target);
        if line == 0 || is_silent {
            return Ok(None);
        }
        // A frame that is observed in the middle of a line does not arrive on it.
        let is_in_line = self.last_line() == 0 && self.pc > 0 && self.code.line(self.pc - 1) == line;
        let is_new = line != self.last_line() && !is_in_line || self.has(progress::BACKWARD);
        self.take(progress::BACKWARD);
        self.set_last_line(line);
        if is_new {
            self.observer.jump.set(None);
            self.observer.is_at_line.set(true);
            let told = self.tell(Event::Line, None, line);
            self.observer.is_at_line.set(false);
            told?;
            if let Some(target) = self.observer.jump.take() {
                // Which is not shown for its line again.
                self.set_last_line(self.code.line(target));
                return Ok(Some(target));
            }
        }
        Ok(None)
    }

    fn branch(self, goes: bool, target: u32) -> Result<()> {
        match goes {
            true => self.tell_jump(Event::BranchRight, target),
            false => self.tell_jump(Event::BranchLeft, self.pc + 1),
        }
    }
}

/// [`Hooks::at`]
fn at(py: Py, code: &'static Code, pc: u32) -> Result<Option<u32>> {
    let Some(frame) = frames::running(py, 0)? else { return Ok(None) };
    let shown = Shown { py, observer: &py.thread().observer, frame, code, pc };
    let (op, a, b, c) = code.decoded(pc);
    if pc > 0 {
        shown.end_native_call(pc - 1, Event::NativeReturn)?;
    }
    shown.begin()?;
    shown.end_iteration()?;
    if let Some(target) = shown.arrive(op, c)? {
        return Ok(Some(target));
    }
    shown.tell(Event::Instruction, None, shown.line())?;
    match op {
        Opcode::JumpBackward => {
            shown.add(progress::BACKWARD);
            shown.tell_jump(Event::Jump, c)?;
        }
        Opcode::ForIter => shown.add(progress::ASKING),
        Opcode::CleanupThrow => shown.add(progress::THROWN),
        Opcode::JumpIfTrue | Opcode::JumpIfFalse => {
            shown.branch((shown.register(a) == TRUE) == (op == Opcode::JumpIfTrue), c)?;
        }
        Opcode::JumpIfNone | Opcode::JumpIfNotNone => {
            shown.branch((shown.register(a) == NONE) == (op == Opcode::JumpIfNone), c)?;
        }
        Opcode::Return => shown.tell(Event::PyReturn, Some(shown.register(a)), shown.line())?,
        Opcode::Yield | Opcode::YieldDelegated => {
            shown.tell(Event::PyYield, Some(shown.register(b)), shown.line())?;
            shown.add(progress::SUSPENDED);
        }
        op if is_call(op) => shown.begin_call(op, b, c)?,
        _ => {}
    }
    Ok(None)
}

/// [`Hooks::raised`]
fn raised(py: Py, code: &'static Code, pc: u32, exception: Word, leaves: bool) -> Result<()> {
    let Some(frame) = frames::running(py, 0)? else { return Ok(()) };
    let shown = Shown { py, observer: &py.thread().observer, frame, code, pc };
    shown.end_native_call(pc, Event::NativeRaise)?;
    shown.take(progress::ASKING);
    let told = tell_exception(shown, exception);
    let line = shown.line();
    if !leaves {
        told?;
        return shown.tell(Event::ExceptionHandled, Some(exception), line);
    }
    // Even if the function for the exception raised.
    match told {
        Ok(()) => shown.tell(Event::PyUnwind, Some(exception), line),
        Err(_) => {
            let other = py.take_raised();
            shown.tell(Event::PyUnwind, Some(other), line)?;
            Err(py.raise(other))
        }
    }
}

fn tell_exception(shown: Shown, exception: Word) -> Result<()> {
    if shown.take(progress::SUSPENDED) {
        shown.tell(Event::PyThrow, Some(exception), shown.line())?;
    }
    let is_again = matches!(shown.code.operation(shown.pc).0, Opcode::Reraise | Opcode::RaiseCurrent);
    shown.tell(if is_again { Event::Reraise } else { Event::Raise }, Some(exception), shown.line())
}
