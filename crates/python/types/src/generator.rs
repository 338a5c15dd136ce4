//! Generators and coroutines. What resumes them is in [`python_model::generator`] and in the interpreter.

use heap::Gc;
use python_model::frames;
use python_model::generator::{self, State, Step};
use python_model::native::{NativeDef, NativeType, class_method, def, getter, setter};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

/// The generator in a receiver.
pub(crate) fn receiver(py: Py, value: Word, method: &str) -> Result<Gc<Generator>> {
    match as_object::<Generator>(value) {
        Some(generator) => Ok(generator),
        None => Err(py.type_error(format!(
            "descriptor '{method}' for 'generator' objects doesn't apply to a '{}' object",
            py.type_name(value)
        ))),
    }
}

/// What `send` and `throw` return or raise: the end of a generator is `StopIteration`.
fn to_result(py: Py, step: Step) -> Result {
    match step {
        Step::Yielded(value) => Ok(value),
        Step::Returned(value) => Err(py.stop_iteration(value)),
    }
}

/// The exception that `throw(type, value=None, traceback=None)` means.
/// Errors: `TypeError` if there is none.
pub(crate) fn thrown(py: Py, args: &[Word]) -> Result {
    let (what, value, traceback) = (args[0], args[1], args[2]);
    let has_value = value != UNSET && value != NONE;
    if traceback != UNSET && traceback != NONE && as_object::<Traceback>(traceback).is_none() {
        return Err(py.type_error("throw() third argument must be a traceback object"));
    }
    let exception = if let Some(class) = py.as_type(what)
        && class.is_subtype(py.ty(Ty::BaseException))
    {
        if has_value && py.type_of(value).is_subtype(class) {
            value
        } else if let Some(tuple) = py.cast::<Tuple>(value) {
            py.call(what, &python_model::protocol::tuple_words(tuple))?
        } else if has_value {
            py.call(what, &[value])?
        } else {
            py.to_exception(what)?
        }
    } else if python_model::exceptions::is_exception(py, what) {
        if has_value {
            return Err(py.type_error("instance exception may not have a separate value"));
        }
        what
    } else {
        return Err(py.type_error(format!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            py.type_name(what)
        )));
    };
    if traceback != UNSET
        && let Some(state) = python_model::exceptions::state(exception)
    {
        state.traceback.set(py.mutator(), state, traceback);
    }
    Ok(exception)
}

/// Errors: the warning, where a filter says so, that `throw(type, value, traceback)` is deprecated.
pub(crate) fn warn_of_three(py: Py, args: &[Word], method: &str) -> Result<()> {
    if args[1] == UNSET {
        return Ok(());
    }
    let message = format!(
        "the (type, exc, tb) signature of {method}() is deprecated, use the single-arg signature instead."
    );
    py.warn(Ty::DeprecationWarning, &message, 1)
}

fn send(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "send")?;
    to_result(py, generator::send(py, own, a[1])?)
}

fn throw(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "throw")?;
    warn_of_three(py, &a[1..4], "throw")?;
    let exception = thrown(py, &a[1..4])?;
    to_result(py, generator::throw(py, own, exception, true)?)
}

fn close(py: Py, a: &[Word]) -> Result {
    generator::close(py, receiver(py, a[0], "close")?)
}

pub(crate) fn name(py: Py, a: &[Word]) -> Result {
    Ok(receiver(py, a[0], "__name__")?.name.get())
}
pub(crate) fn set_name(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "__name__")?;
    if py.as_str(a[1]).is_none() {
        return Err(py.type_error("__name__ must be set to a string object"));
    }
    own.name.set(py.mutator(), own, a[1]);
    Ok(NONE)
}
pub(crate) fn qualname(py: Py, a: &[Word]) -> Result {
    Ok(receiver(py, a[0], "__qualname__")?.qualname.get())
}
pub(crate) fn set_qualname(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "__qualname__")?;
    if py.as_str(a[1]).is_none() {
        return Err(py.type_error("__qualname__ must be set to a string object"));
    }
    own.qualname.set(py.mutator(), own, a[1]);
    Ok(NONE)
}
pub(crate) fn repr(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "__repr__")?;
    let qualname = py.to_text(own.qualname.get())?;
    py.str(&format!("<{} object {qualname} at {:#x}>", generator::type_of(own).name(), heap::identity(own)))
}
pub(crate) fn frame(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "gi_frame")?;
    if own.state() == State::Finished {
        return Ok(NONE);
    }
    frames::of_generator(py, own)
}
pub(crate) fn code(py: Py, a: &[Word]) -> Result {
    py.code_value(receiver(py, a[0], "gi_code")?.code().info)
}
pub(crate) fn running(py: Py, a: &[Word]) -> Result {
    Ok(bool_word(receiver(py, a[0], "gi_running")?.state() == State::Running))
}
pub(crate) fn suspended(py: Py, a: &[Word]) -> Result {
    Ok(bool_word(receiver(py, a[0], "gi_suspended")?.state() == State::Suspended))
}
pub(crate) fn delegate(py: Py, a: &[Word]) -> Result {
    Ok(generator::delegate(receiver(py, a[0], "gi_yieldfrom")?).unwrap_or(NONE))
}
pub(crate) fn alias(py: Py, a: &[Word]) -> Result {
    python_model::generic::alias(py, a[0], a[1])
}

/// `__del__`
pub(crate) fn delete(py: Py, a: &[Word]) -> Result {
    generator::finalize(py, receiver(py, a[0], "__del__")?);
    Ok(NONE)
}

pub(crate) const SEND: &str =
    "send(value) -> send 'value' into generator,\nreturn next yielded value or raise StopIteration.";
pub(crate) const THROW: &str = "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.";
pub(crate) const CLOSE: &str = "close() -> raise GeneratorExit inside generator.";

const COROUTINE_SEND: &str =
    "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration.";
const COROUTINE_THROW: &str = "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated value or raise\nStopIteration.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.";
const COROUTINE_CLOSE: &str = "close() -> raise GeneratorExit inside coroutine.";

static GENERATOR_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| send(py, &[a[0], NONE])),
    def("send", "($self, value, /)", SEND, send),
    def("throw", "($self, typ, val=None, tb=None, /)", THROW, throw),
    def("close", "($self, /)", CLOSE, close),
    def("__del__", "($self, /)", "Called when the instance is about to be destroyed.", delete),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", alias),
    getter("__name__", "name of the generator", name),
    setter("__name__", set_name),
    getter("__qualname__", "qualified name of the generator", qualname),
    setter("__qualname__", set_qualname),
    getter("gi_frame", "", frame),
    getter("gi_code", "", code),
    getter("gi_running", "", running),
    getter("gi_suspended", "", suspended),
    getter("gi_yieldfrom", "object being iterated by yield from, or None", delegate),
];

static COROUTINE_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__await__", "($self, /)", "Return an iterator to be used in await expression.", |py, a| {
        generator::awaitable(py, Ty::CoroutineWrapper, word(receiver(py, a[0], "__await__")?), NONE)
    }),
    def("send", "($self, value, /)", COROUTINE_SEND, send),
    def("throw", "($self, typ, val=None, tb=None, /)", COROUTINE_THROW, throw),
    def("close", "($self, /)", COROUTINE_CLOSE, close),
    def("__del__", "($self, /)", "Called when the instance is about to be destroyed.", delete),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", alias),
    getter("__name__", "name of the coroutine", name),
    setter("__name__", set_name),
    getter("__qualname__", "qualified name of the coroutine", qualname),
    setter("__qualname__", set_qualname),
    getter("cr_frame", "", frame),
    getter("cr_code", "", code),
    getter("cr_running", "", running),
    getter("cr_suspended", "", suspended),
    getter("cr_await", "object being awaited on, or None", delegate),
    getter("cr_origin", "", |py, a| {
        let own = receiver(py, a[0], "cr_origin")?;
        Ok(own.extra.get())
    }),
];

/// The coroutine that a `coroutine_wrapper` drives.
fn wrapped(py: Py, value: Word) -> Result {
    Ok(py.expect::<Awaitable>(value, Ty::CoroutineWrapper, "send")?.target.get())
}

static WRAPPER_METHODS: &[NativeDef] = &[
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| send(py, &[wrapped(py, a[0])?, NONE])),
    def("send", "($self, value, /)", COROUTINE_SEND, |py, a| send(py, &[wrapped(py, a[0])?, a[1]])),
    def("throw", "($self, typ, val=None, tb=None, /)", COROUTINE_THROW, |py, a| {
        throw(py, &[wrapped(py, a[0])?, a[1], a[2], a[3]])
    }),
    def("close", "($self, /)", COROUTINE_CLOSE, |py, a| close(py, &[wrapped(py, a[0])?])),
];

pub static TYPES: &[NativeType] = &[
    NativeType { ty: Ty::Generator, doc: "", constructor: None, methods: GENERATOR_METHODS },
    NativeType { ty: Ty::Coroutine, doc: "", constructor: None, methods: COROUTINE_METHODS },
    NativeType {
        ty: Ty::CoroutineWrapper,
        doc: "A wrapper object implementing __await__ for coroutines.",
        constructor: None,
        methods: WRAPPER_METHODS,
    },
];
