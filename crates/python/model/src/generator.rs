//! Generators, coroutines and asynchronous generators as objects: what is kept while they are suspended, and how they are sent to,
//! thrown into and closed. The interpreter resumes them.
//!
//! An exception that is thrown into a generator which delegates (`yield from`, `await`) goes to what it delegates to; only what
//! comes out of that is raised in the generator itself. Source: PEP 380, CPython 3.14 `Objects/genobject.c: _gen_throw`.

use crate::code::{Code, frame};
use crate::frames;
use crate::names::Name;
use crate::objects::{Awaitable, Generator, Values};
use crate::py::{Py, Result};
use crate::types::Ty;
use crate::value::{NONE, UNSET, V, Word, as_i64, as_object, small_int, word};
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
    /// What it is doing. One that delegates runs while what it delegates to runs for it, although [`Generator::state`], the field, says that
    /// it is suspended.
    pub fn state(&self) -> State {
        let own =
            [State::Created, State::Suspended, State::Running, State::Finished][self.state.get() as usize];
        if own == State::Suspended && self.runs_by_delegate() { State::Running } else { own }
    }

    /// The generator (or coroutine) that it delegates to while it is suspended.
    #[inline]
    pub fn delegated(&self) -> Option<Gc<Generator>> {
        if self.state.get() != State::Suspended as i64 {
            return None;
        }
        let (op, _, _, delegate) = self.code().decoded(self.pc.get() as u32);
        if op != Opcode::YieldDelegated {
            return None;
        }
        as_object(self.frame.get()?.items()[delegate as usize].get())
    }

    fn runs_by_delegate(&self) -> bool {
        let Some(mut inner) = self.delegated() else { return false };
        while let Some(next) = inner.delegated() {
            inner = next;
        }
        // The chain that runs may begin further inside.
        let mut level = as_object::<Generator>(inner.root.get());
        while let Some(running) = level
            && running.address() != inner.address()
        {
            if std::ptr::eq(&raw const *running, self) {
                return true;
            }
            level = running.delegated();
        }
        false
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
        root: WordSlot::new(NONE),
        name: WordSlot::new(name),
        qualname: WordSlot::new(qualname),
        extra: WordSlot::new(NONE),
    };
    let generator = py.alloc(generator)?;
    if code.needs_finalizer {
        made(py, generator)?;
    }
    Ok(word(generator))
}

/// A generator was made whose code [needs a finalizer](Code::needs_finalizer): registers it, and notes where a coroutine was made.
pub fn made(py: Py, generator: Gc<Generator>) -> Result<()> {
    py.mutator().register_finalizable(generator);
    let depth = py.thread().origin_depth.get();
    if depth > 0 && type_of(generator) == Ty::Coroutine {
        let origin = frames::origin(py, depth)?;
        generator.extra.set(py.mutator(), generator, origin);
    }
    Ok(())
}

/// The generator has ended, and needs no finalizer.
pub fn ended(py: Py, generator: Gc<Generator>) {
    generator.set_state(State::Finished);
    drop_frame(py, generator);
    py.mutator().forget_finalizable(generator);
}

/// Lets what the variables of a finished generator referred to die, unless a frame object shows them.
pub fn drop_frame(py: Py, generator: Gc<Generator>) {
    let object = generator.code().extra(frame::OBJECT) as usize;
    if generator.frame.get().is_some_and(|slots| slots.items()[object].get() == UNSET) {
        generator.frame.set(py.mutator(), generator, None);
    }
}

/// `__del__`: closes the generator. A coroutine that was never awaited is warned of; an asynchronous generator is left to the hook of the
/// thread that iterated it. Nothing is raised.
pub fn finalize(py: Py, generator: Gc<Generator>) {
    if generator.state() == State::Finished || generator.state() == State::Running {
        return;
    }
    let pending = py.context().raised.replace(0);
    let own = word(generator);
    let result = match (type_of(generator), generator.state()) {
        (Ty::AsyncGenerator, _) if finalizer_hook(generator).is_some() => {
            let hook = finalizer_hook(generator).unwrap_or(NONE);
            py.call(hook, &[own]).map_err(|raised| (raised, "calling finalizer of"))
        }
        (Ty::Coroutine, State::Created) => {
            let result = warn_unawaited(py, generator);
            ended(py, generator);
            result.map_err(|raised| (raised, "finalizing coroutine"))
        }
        _ => close(py, generator).map_err(|raised| (raised, "closing generator")),
    };
    if let Err((_, doing)) = result {
        let exception = py.take_raised();
        let shown = py.repr_text(own).unwrap_or_default();
        crate::unraisable::report(py, exception, NONE, &format!("Exception ignored while {doing} {shown}"));
    }
    py.context().raised.set(pending);
}

/// The hook that an asynchronous generator calls when it is dropped: see [`init_hooks`].
fn finalizer_hook(generator: Gc<Generator>) -> Option<Word> {
    let hooked: Gc<Values> = as_object(generator.extra.get())?;
    Some(hooked.items()[1].get()).filter(|hook| *hook != NONE)
}

/// Of an asynchronous generator: the bits kept in [`Generator::extra`].
pub fn bits(generator: Gc<Generator>) -> i64 {
    let extra = generator.extra.get();
    let bits = as_object::<Values>(extra).map_or(extra, |hooked| hooked.items()[0].get());
    as_i64(bits).unwrap_or(0)
}

/// Sets or clears one of them.
pub fn set_bit(generator: Gc<Generator>, bit: i64, on: bool) {
    let bits = small_int(if on { bits(generator) | bit } else { bits(generator) & !bit });
    // A small int needs no barrier.
    match as_object::<Values>(generator.extra.get()) {
        Some(hooked) => hooked.items()[0].init(bits),
        None => generator.extra.init(bits),
    }
}

/// Set in the [`bits`] when the hooks of the thread are known.
const HAS_HOOKS: i64 = 1 << 8;

/// Before an asynchronous generator is iterated: the first time, it takes over the thread's hooks.
/// Errors: what the hook for first iterations raises.
pub fn init_hooks(py: Py, generator: Gc<Generator>) -> Result<()> {
    if bits(generator) & HAS_HOOKS != 0 {
        return Ok(());
    }
    set_bit(generator, HAS_HOOKS, true);
    let [first, finalizer] = [0, 1].map(|hook| py.thread().async_generator_hooks[hook].get());
    if finalizer != NONE {
        let hooked = py.new_values(2)?;
        hooked.items()[0].init(generator.extra.get());
        hooked.items()[1].set(py.mutator(), hooked, finalizer);
        generator.extra.set(py.mutator(), generator, word(hooked));
    }
    if first != NONE {
        py.call(first, &[word(generator)])?;
    }
    Ok(())
}

/// Warns of a coroutine that was never awaited, by way of `warnings`, which shows where it was made.
fn warn_unawaited(py: Py, generator: Gc<Generator>) -> Result {
    let warn = py.import("warnings").and_then(|module| {
        let name = py.intern("_warn_unawaited_coroutine")?;
        py.get_attr_opt(module, name)
    })?;
    if let Some(warn) = warn {
        return py.call(warn, &[word(generator)]);
    }
    let name = py.to_text(generator.qualname.get())?;
    py.warn(Ty::RuntimeWarning, &format!("coroutine '{name}' was never awaited"), 1)?;
    Ok(NONE)
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
    let i = generator.code().instruction(generator.pc.get() as u32);
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
            ended(py, generator);
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
            Some(_) => {
                drop_frame(py, generator);
                Ok(NONE)
            }
            None => Err(raised),
        },
    }
}

fn new_awaitable(py: Py, kind: Ty, target: Word, value: Word) -> Result<Gc<Awaitable>> {
    py.alloc(Awaitable {
        header: Header::EMPTY,
        kind: Cell::new(kind as i64),
        target: WordSlot::new(target),
        value: WordSlot::new(value),
        state: Cell::new(0),
    })
}

/// The next item of an asynchronous generator, for a loop that awaits it at once: there is nobody to warn that nobody does.
pub fn awaitable_now(py: Py, generator: Gc<Generator>) -> Result {
    new_awaitable(py, Ty::AsyncGenASend, word(generator), NONE).map(word)
}

/// What is awaited in place of a generator: an [`Awaitable`] of a type, not yet started. Those of asynchronous generators warn if they
/// never are.
pub fn awaitable(py: Py, kind: Ty, target: Word, value: Word) -> Result {
    let made = new_awaitable(py, kind, target, value)?;
    if matches!(kind, Ty::AsyncGenASend | Ty::AsyncGenAThrow) {
        py.mutator().register_finalizable(made);
    }
    Ok(word(made))
}
