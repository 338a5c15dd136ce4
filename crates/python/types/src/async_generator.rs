//! Asynchronous generators, and what their methods return to be awaited.
//!
//! Each of those awaitables goes through the states *fresh → running → done*. [`generator::bits`] holds the bits `IS_BUSY` (one of its
//! awaitables is under way) and `IS_CLOSED`. Source: CPython 3.14 `Objects/genobject.c: async_gen_asend_send` and below.

use crate::generator::{
    CLOSE, SEND, THROW, alias, code, delegate, delete, frame, name, qualname, receiver, repr, set_name,
    set_qualname, suspended, thrown, warn_of_three,
};
use heap::Gc;
use metatrace_machine::Raised;
use python_compile::code::flags;
use python_model::generator::{self, State, Step, awaitable, bits, set_bit};
use python_model::names::Name;
use python_model::native::{NativeDef, NativeType, class_method, def, getter, setter};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

/// [`generator::bits`].
const IS_BUSY: i64 = 1;
const IS_CLOSED: i64 = 2;

/// [`Awaitable::state`].
const FRESH: i64 = 0;
const RUNNING: i64 = 1;
const DONE: i64 = 2;

/// The generator whose method is called; it takes over the hooks of the thread the first time.
fn iterated(py: Py, value: Word, method: &str) -> Result<Gc<Generator>> {
    let own = receiver(py, value, method)?;
    generator::init_hooks(py, own)?;
    Ok(own)
}

/// `__del__` of an awaitable: warns if it was never awaited.
fn warn_unawaited(py: Py, own: Gc<Awaitable>, method: &str) -> Result {
    if own.state.get() != FRESH {
        return Ok(NONE);
    }
    let target: Gc<Generator> = as_object(own.target.get()).expect("made for a generator");
    let name = py.repr_text(target.qualname.get())?;
    py.warn(Ty::RuntimeWarning, &format!("coroutine method '{method}' of {name} was never awaited"), 1)?;
    Ok(NONE)
}

/// Goes to another state; the object needs no warning any more.
fn leave_fresh(py: Py, own: Gc<Awaitable>, state: i64) {
    own.state.set(state);
    py.mutator().forget_finalizable(own);
}

static GENERATOR_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__aiter__", "($self, /)", "Return an awaitable, that resolves in asynchronous iterator.", |_, a| {
        Ok(a[0])
    }),
    def("__anext__", "($self, /)", "Return a value or raise StopAsyncIteration.", |py, a| {
        awaitable(py, Ty::AsyncGenASend, word(iterated(py, a[0], "__anext__")?), NONE)
    }),
    def("asend", "($self, value, /)", "asend(v) -> send 'v' in generator.", |py, a| {
        awaitable(py, Ty::AsyncGenASend, word(iterated(py, a[0], "asend")?), a[1])
    }),
    def(
        "athrow",
        "($self, typ, val=None, tb=None, /)",
        "athrow(value)\nathrow(type[,value[,tb]])\n\nraise exception in generator.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.",
        |py, a| {
            warn_of_three(py, &a[1..4], "athrow")?;
            let own = iterated(py, a[0], "athrow")?;
            let given: Vec<Word> = a[1..4].iter().copied().take_while(|w| *w != UNSET).collect();
            let args = py.new_tuple(&given)?;
            awaitable(py, Ty::AsyncGenAThrow, word(own), args)
        },
    ),
    def("aclose", "($self, /)", "aclose() -> raise GeneratorExit inside generator.", |py, a| {
        awaitable(py, Ty::AsyncGenAThrow, word(iterated(py, a[0], "aclose")?), NONE)
    }),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", alias),
    getter("__name__", "name of the async generator", name),
    setter("__name__", set_name),
    getter("__qualname__", "qualified name of the async generator", qualname),
    setter("__qualname__", set_qualname),
    def("__del__", "($self, /)", "Called when the instance is about to be destroyed.", delete),
    getter("ag_frame", "", frame),
    getter("ag_code", "", code),
    getter("ag_running", "", |py, a| Ok(bool_word(bits(receiver(py, a[0], "ag_running")?) & IS_BUSY != 0))),
    getter("ag_suspended", "", suspended),
    getter("ag_await", "object being awaited on, or None", delegate),
];

fn own(py: Py, value: Word, ty: Ty) -> Result<(Gc<Awaitable>, Gc<Generator>)> {
    let own: Gc<Awaitable> = py.expect(value, ty, "send")?;
    let target = as_object(own.target.get()).expect("made for a generator");
    Ok((own, target))
}

/// What a step of the generator means to who awaits: a value that it yielded ends the awaitable, what an `await` in it passes on
/// does not.
fn unwrap_step(py: Py, target: Gc<Generator>, step: Result<Step>) -> Result {
    let raised = match step {
        Ok(Step::Yielded(value)) => match wrapped_value(value) {
            None => return Ok(value),
            Some(value) => {
                set_bit(target, IS_BUSY, false);
                return Err(py.stop_iteration(value));
            }
        },
        Ok(Step::Returned(_)) => py.raise_with(Ty::StopAsyncIteration, &[]),
        Err(raised) => raised,
    };
    let exception = py.context().raised.get();
    if py.is_a(exception, Ty::StopAsyncIteration) || py.is_a(exception, Ty::GeneratorExit) {
        set_bit(target, IS_CLOSED, true);
    }
    set_bit(target, IS_BUSY, false);
    Err(raised)
}

fn wrapped_value(value: Word) -> Option<Word> {
    let wrapped = as_object::<Awaitable>(value)?;
    (wrapped.kind.get() == Ty::AsyncGenWrapped as i64).then(|| wrapped.value.get())
}

/// Marks the awaitable as done if a step of it raised.
fn done_if_raised(py: Py, own: Gc<Awaitable>, result: Result) -> Result {
    if result.is_err() {
        leave_fresh(py, own, DONE);
    }
    result
}

const ASEND_REUSED: &str = "cannot reuse already awaited __anext__()/asend()";

/// Starts an `asend`. Errors: it was awaited before, or another awaitable of the generator is under way.
fn start_asend(py: Py, own: Gc<Awaitable>, target: Gc<Generator>) -> Result<bool> {
    match own.state.get() {
        DONE => Err(py.runtime_error(ASEND_REUSED)),
        FRESH => {
            if bits(target) & IS_BUSY != 0 {
                leave_fresh(py, own, DONE);
                return Err(py.runtime_error("anext(): asynchronous generator is already running"));
            }
            leave_fresh(py, own, RUNNING);
            set_bit(target, IS_BUSY, true);
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// `send`, with no exception for a value that the generator yielded.
fn asend_step(py: Py, value: Word, sent: Word) -> Result<Step> {
    let (own, target) = own(py, value, Ty::AsyncGenASend)?;
    let mut value = sent;
    if start_asend(py, own, target)? && value == NONE {
        value = own.value.get();
    }
    let step = generator::send(py, target, value);
    if let Ok(Step::Yielded(value)) = step
        && let Some(value) = wrapped_value(value)
    {
        set_bit(target, IS_BUSY, false);
        leave_fresh(py, own, DONE);
        return Ok(Step::Returned(value));
    }
    done_if_raised(py, own, unwrap_step(py, target, step)).map(Step::Yielded)
}

fn asend_send(py: Py, a: &[Word]) -> Result {
    match asend_step(py, a[0], a[1])? {
        Step::Yielded(value) => Ok(value),
        Step::Returned(value) => Err(py.stop_iteration(value)),
    }
}

fn asend_throw(py: Py, a: &[Word]) -> Result {
    let (own, target) = own(py, a[0], Ty::AsyncGenASend)?;
    start_asend(py, own, target)?;
    warn_of_three(py, &a[1..4], "throw")?;
    let exception = thrown(py, &a[1..4])?;
    let step = generator::throw(py, target, exception, false);
    done_if_raised(py, own, unwrap_step(py, target, step))
}

/// `close()` of an awaitable: throws `GeneratorExit` into it.
fn close(py: Py, own: Gc<Awaitable>, throw: fn(Py, &[Word]) -> Result) -> Result {
    if own.state.get() == DONE {
        return Ok(NONE);
    }
    let exit = py.ty(Ty::GeneratorExit).word();
    match throw(py, &[word(own), exit, UNSET, UNSET]) {
        Ok(_) => Err(py.runtime_error("coroutine ignored GeneratorExit")),
        Err(raised) => {
            for ty in [Ty::StopIteration, Ty::StopAsyncIteration, Ty::GeneratorExit] {
                if py.take_if(ty).is_some() {
                    return Ok(NONE);
                }
            }
            Err(raised)
        }
    }
}

static ASEND_METHODS: &[NativeDef] = &[
    def("__del__", "($self, /)", "Called when the instance is about to be destroyed.", |py, a| {
        let (own, _) = own(py, a[0], Ty::AsyncGenASend)?;
        warn_unawaited(py, own, "asend")
    }),
    def("__await__", "($self, /)", "Return an iterator to be used in await expression.", |_, a| Ok(a[0])),
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| asend_send(py, &[a[0], NONE]))
        .stepping(asend_step),
    def("send", "($self, value, /)", SEND, asend_send).stepping(asend_step),
    def("throw", "($self, typ, val=None, tb=None, /)", THROW, asend_throw),
    def("close", "($self, /)", CLOSE, |py, a| {
        let (own, _) = own(py, a[0], Ty::AsyncGenASend)?;
        close(py, own, asend_throw)
    }),
];

/// Whether an `athrow` object came from `aclose`.
fn is_aclose(own: Gc<Awaitable>) -> bool {
    own.value.get() == NONE
}

/// Starts an `athrow` or `aclose`. `true`: it was fresh.
fn start_athrow(py: Py, own: Gc<Awaitable>, target: Gc<Generator>, sent: Word) -> Result<bool> {
    match own.state.get() {
        DONE => return Err(py.runtime_error("cannot reuse already awaited aclose()/athrow()")),
        RUNNING => return Ok(false),
        _ => {}
    }
    if target.state() == State::Finished {
        leave_fresh(py, own, DONE);
        return Err(py.stop_iteration(NONE));
    }
    if bits(target) & IS_BUSY != 0 {
        leave_fresh(py, own, DONE);
        let what = if is_aclose(own) { "aclose" } else { "athrow" };
        return Err(py.runtime_error(format!("{what}(): asynchronous generator is already running")));
    }
    if bits(target) & IS_CLOSED != 0 {
        leave_fresh(py, own, DONE);
        return Err(py.raise_with(Ty::StopAsyncIteration, &[]));
    }
    if sent != NONE {
        return Err(py.runtime_error("can't send non-None value to a just-started coroutine"));
    }
    leave_fresh(py, own, RUNNING);
    set_bit(target, IS_BUSY, true);
    Ok(true)
}

/// The generator yielded although it was to end.
fn ignored_exit(py: Py, own: Gc<Awaitable>, target: Gc<Generator>) -> Raised {
    set_bit(target, IS_BUSY, false);
    leave_fresh(py, own, DONE);
    py.runtime_error("async generator ignored GeneratorExit")
}

/// What a step of the generator means to an `athrow` or `aclose`.
fn athrow_step(py: Py, own: Gc<Awaitable>, target: Gc<Generator>, step: Result<Step>) -> Result {
    if !is_aclose(own) {
        return done_if_raised(py, own, unwrap_step(py, target, step));
    }
    let raised = match step {
        Ok(Step::Yielded(value)) if wrapped_value(value).is_some() => {
            return Err(ignored_exit(py, own, target));
        }
        Ok(Step::Yielded(value)) => return Ok(value),
        Ok(Step::Returned(_)) => py.raise_with(Ty::StopAsyncIteration, &[]),
        Err(raised) => raised,
    };
    set_bit(target, IS_BUSY, false);
    leave_fresh(py, own, DONE);
    match py.take_if(Ty::StopAsyncIteration).or_else(|| py.take_if(Ty::GeneratorExit)) {
        Some(_) => Err(py.stop_iteration(NONE)),
        None => Err(raised),
    }
}

fn athrow_send(py: Py, a: &[Word]) -> Result {
    let (own, target) = own(py, a[0], Ty::AsyncGenAThrow)?;
    if !start_athrow(py, own, target, a[1])? {
        let step = generator::send(py, target, a[1]);
        return athrow_step(py, own, target, step);
    }
    let exception = match py.cast::<Tuple>(own.value.get()) {
        None => {
            set_bit(target, IS_CLOSED, true);
            py.call(py.ty(Ty::GeneratorExit).word(), &[])
        }
        Some(args) => {
            let mut words = [UNSET; 3];
            for (to, from) in words.iter_mut().zip(args.items()) {
                *to = from.get();
            }
            thrown(py, &words)
        }
    };
    let step = match exception {
        Ok(exception) => generator::throw(py, target, exception, false),
        Err(raised) => Err(raised),
    };
    athrow_step(py, own, target, step)
}

fn athrow_throw(py: Py, a: &[Word]) -> Result {
    let (own, target) = own(py, a[0], Ty::AsyncGenAThrow)?;
    start_athrow(py, own, target, NONE)?;
    warn_of_three(py, &a[1..4], "throw")?;
    let exception = thrown(py, &a[1..4])?;
    let step = generator::throw(py, target, exception, false);
    athrow_step(py, own, target, step)
}

static ATHROW_METHODS: &[NativeDef] = &[
    def("__del__", "($self, /)", "Called when the instance is about to be destroyed.", |py, a| {
        let (own, _) = own(py, a[0], Ty::AsyncGenAThrow)?;
        warn_unawaited(py, own, if is_aclose(own) { "aclose" } else { "athrow" })
    }),
    def("__await__", "($self, /)", "Return an iterator to be used in await expression.", |_, a| Ok(a[0])),
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| athrow_send(py, &[a[0], NONE])),
    def("send", "($self, value, /)", SEND, athrow_send),
    def("throw", "($self, typ, val=None, tb=None, /)", THROW, athrow_throw),
    def("close", "($self, /)", CLOSE, |py, a| {
        let (own, _) = own(py, a[0], Ty::AsyncGenAThrow)?;
        close(py, own, athrow_throw)
    }),
];

/// The code of what can be awaited although it is a generator.
const AWAITABLE: u32 = flags::COROUTINE | flags::ITERABLE_COROUTINE;

/// Calls a method of what an `anext_awaitable` awaits (`anext(iterator, default)`); `StopAsyncIteration` becomes the default.
fn anext_step(py: Py, value: Word, method: Name, args: &[Word]) -> Result {
    let own: Gc<Awaitable> = py.expect(value, Ty::AnextAwaitable, method.text())?;
    let inner = own.target.get();
    let iterator = match V::of(inner) {
        V::Generator(target) if target.code().object().flags & AWAITABLE != 0 => inner,
        _ => match py.call_special(inner, Name::Await, &[])? {
            Some(iterator) if matches!(V::of(iterator), V::Generator(g) if generator::type_of(g) == Ty::Coroutine) =>
            {
                return Err(py.type_error("__await__() returned a coroutine"));
            }
            Some(iterator) if py.type_of(iterator).lookup(py, Name::Next).is_some() => iterator,
            Some(other) => {
                let found = py.type_name(other);
                return Err(py.type_error(format!("__await__() returned non-iterator of type '{found}'")));
            }
            None => {
                return Err(py.type_error(format!("'{}' object can't be awaited", py.type_name(inner))));
            }
        },
    };
    let result = match (method, args) {
        (Name::Send, [NONE]) if !matches!(V::of(iterator), V::Generator(_)) => {
            py.call_method(iterator, Name::Next, &[])
        }
        _ => py.call_method(iterator, method, args),
    };
    match result {
        Ok(value) => Ok(value),
        Err(raised) => match py.take_if(Ty::StopAsyncIteration) {
            Some(_) => Err(py.stop_iteration(own.value.get())),
            None => Err(raised),
        },
    }
}

static ANEXT_METHODS: &[NativeDef] = &[
    def("__await__", "($self, /)", "Return an iterator to be used in await expression.", |_, a| Ok(a[0])),
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| anext_step(py, a[0], Name::Send, &[NONE])),
    def("send", "($self, value, /)", "", |py, a| anext_step(py, a[0], Name::Send, &[a[1]])),
    def("throw", "($self, typ, val=None, tb=None, /)", "", |py, a| {
        let count = a[1..4].iter().take_while(|w| **w != UNSET).count();
        anext_step(py, a[0], Name::Throw, &a[1..=count])
    }),
    def("close", "($self, /)", "", |py, a| anext_step(py, a[0], Name::Close, &[])),
];

pub static TYPES: &[NativeType] = &[
    NativeType { ty: Ty::AsyncGenerator, doc: "", constructor: None, methods: GENERATOR_METHODS },
    NativeType { ty: Ty::AsyncGenASend, doc: "", constructor: None, methods: ASEND_METHODS },
    NativeType { ty: Ty::AsyncGenAThrow, doc: "", constructor: None, methods: ATHROW_METHODS },
    NativeType { ty: Ty::AnextAwaitable, doc: "", constructor: None, methods: ANEXT_METHODS },
];
