//! Raising exceptions from Rust, and the exception objects themselves.
//!
//! An exception is an instance whose payload is an [`ExceptionState`]; attributes of particular classes (`OSError.errno`,
//! `StopIteration.value`, …) are slots under private symbols (see [`crate::instance::private_symbol`]).

use crate::instance;
use crate::names::Name;
use crate::objects::{ExceptionState, Instance, Traceback};
use crate::py::{Py, Result};
use crate::types::{Ty, TypeRef};
use crate::value::{FALSE, NONE, TRUE, Word, as_instance, as_object, word};
use heap::{Gc, Header, WordSlot};
use metatrace_machine::Raised;
use std::cell::Cell;

/// The state of an exception instance.
#[inline]
pub fn state(exception: Word) -> Option<Gc<ExceptionState>> {
    as_object(as_instance(exception)?.payload.get())
}

/// An exception of a class with these arguments (a tuple); `__init__` is not called.
pub fn new(py: Py, class: TypeRef, args: Word) -> Result {
    let state = ExceptionState {
        header: Header::EMPTY,
        args: WordSlot::new(args),
        cause: WordSlot::new(NONE),
        context: WordSlot::new(NONE),
        traceback: WordSlot::new(NONE),
        suppress_context: WordSlot::new(FALSE),
    };
    let state = word(py.alloc(state)?);
    instance::new(py, class, state)
}

/// How calling an exception class makes an instance, where that is nothing but what `BaseException.__new__` does.
pub enum Making {
    /// `BaseException.__init__` comes after it, which does the same again.
    Plain,
    /// This function comes after it.
    Initialised(Word),
}

/// The same of a class; `None`: it is no exception class, or one that does something else.
pub fn making(py: Py, class: TypeRef) -> Option<Making> {
    use crate::types::flags;
    let base = py.ty(Ty::BaseException);
    let is_usual = class.is_subtype(base)
        && !class.has(flags::HAS_FINALIZER)
        && !class.has(flags::ABSTRACT)
        && py.type_of(class.word()).is(py.ty(Ty::Type))
        && class.lookup(py, Name::New) == base.lookup(py, Name::New);
    let init = class.lookup(py, Name::Init).filter(|_| is_usual)?;
    if Some(init) == base.lookup(py, Name::Init) {
        return Some(Making::Plain);
    }
    as_object::<crate::objects::Function>(init).map(|_| Making::Initialised(init))
}

/// Whether a value may be raised: an instance of `BaseException`.
pub fn is_exception(py: Py, value: Word) -> bool {
    state(value).is_some() && py.is_a(value, Ty::BaseException)
}

macro_rules! raisers {
    ($($name:ident $ty:ident)*) => {
        impl<'a> Py<'a> {
            $(
                #[cold]
                pub fn $name(self, message: impl AsRef<str>) -> Raised {
                    self.raise_text(Ty::$ty, message.as_ref())
                }
            )*
        }
    };
}

raisers! {
    type_error TypeError
    value_error ValueError
    index_error IndexError
    overflow_error OverflowError
    zero_division_error ZeroDivisionError
    runtime_error RuntimeError
    system_error SystemError
    not_implemented_error NotImplementedError
    lookup_error LookupError
    buffer_error BufferError
    eof_error EOFError
    unicode_error UnicodeError
    assertion_error AssertionError
    import_error_text ImportError
}

impl<'a> Py<'a> {
    /// Raises `RecursionError`. Its constructor is not called: there may be no stack left for calls.
    #[cold]
    pub fn recursion_error(self, message: impl AsRef<str>) -> Raised {
        let made = self.str(message.as_ref()).and_then(|text| {
            let args = self.new_tuple(&[text])?;
            new(self, self.ty(Ty::RecursionError), args)
        });
        match made {
            Ok(exception) => self.raise(exception),
            Err(raised) => raised,
        }
    }

    /// Raises a built-in exception with one string argument.
    #[cold]
    pub fn raise_text(self, ty: Ty, message: &str) -> Raised {
        match self.str(message) {
            Ok(text) => self.raise_with(ty, &[text]),
            Err(raised) => raised,
        }
    }

    /// Raises a built-in exception with these arguments. Its constructor is called if it does more than note them, so that it sets the
    /// attributes of its class.
    #[cold]
    pub fn raise_with(self, ty: Ty, args: &[Word]) -> Raised {
        let class = self.ty(ty);
        let made = match making(self, class) {
            Some(Making::Plain) => self.new_tuple(args).and_then(|args| new(self, class, args)),
            _ => self.call(class.word(), args),
        };
        match made {
            Ok(exception) => self.raise(exception),
            Err(raised) => raised,
        }
    }

    #[cold]
    pub fn key_error(self, key: Word) -> Raised {
        self.raise_with(Ty::KeyError, &[key])
    }

    /// `StopIteration`, with a value if it is not None.
    #[cold]
    pub fn stop_iteration(self, value: Word) -> Raised {
        if value == NONE {
            self.raise_with(Ty::StopIteration, &[])
        } else {
            self.raise_with(Ty::StopIteration, &[value])
        }
    }

    /// `AttributeError` with `name` and `obj` set, for suggestions.
    #[cold]
    pub fn attribute_error(self, object: Word, name: Word, message: impl AsRef<str>) -> Raised {
        let raised = self.raise_text(Ty::AttributeError, message.as_ref());
        let exception = self.context().raised.get();
        if self.type_of(exception).is(self.ty(Ty::AttributeError)) {
            self.set_private(exception, "AttributeError", "name", name);
            self.set_private(exception, "AttributeError", "obj", object);
        }
        raised
    }

    /// `NameError` with `name` set, or `UnboundLocalError`, which has none.
    #[cold]
    pub fn name_error(self, ty: Ty, name: Word, message: impl AsRef<str>) -> Raised {
        let raised = self.raise_text(ty, message.as_ref());
        let exception = self.context().raised.get();
        if self.type_of(exception).is(self.ty(Ty::NameError)) {
            self.set_private(exception, "NameError", "name", name);
        }
        raised
    }

    /// Sets an attribute that a built-in exception class keeps in a slot.
    pub fn set_private(self, exception: Word, class: &str, name: &str, value: Word) {
        if let (Some(object), Ok(symbol)) =
            (as_instance(exception), instance::private_symbol(self, class, name))
        {
            // Out of memory here loses a hint for a message, and nothing else.
            let _ = instance::set(self, object, symbol, value);
        }
    }

    /// The attribute that a built-in exception class keeps in a slot.
    pub fn get_private(self, exception: Word, class: &str, name: &str) -> Option<Word> {
        let symbol = instance::private_symbol(self, class, name).ok()?;
        instance::get(self, as_instance(exception)?, symbol)
    }

    /// Makes an exception pending, with the exception being handled as its context.
    #[cold]
    pub fn raise(self, exception: Word) -> Raised {
        self.set_context(exception);
        self.context().raised.set(exception);
        Raised
    }

    /// Makes an exception pending as it is.
    pub fn reraise(self, exception: Word) -> Raised {
        self.context().raised.set(exception);
        Raised
    }

    /// Sets `__context__` to the exception being handled, and breaks the cycle that this could close.
    pub fn set_context(self, exception: Word) {
        let handled = self.thread().handled();
        if handled == NONE || handled == exception {
            return;
        }
        let Some(own) = state(exception) else { return };
        let mut at = handled;
        // Bounded: a chain that was cyclic before is left alone.
        for _ in 0..10_000 {
            let Some(state) = state(at) else { break };
            let next = state.context.get();
            if next == exception {
                state.context.set(self.mutator(), state, NONE);
                break;
            }
            if next == NONE {
                break;
            }
            at = next;
        }
        own.context.set(self.mutator(), own, handled);
    }

    /// Takes the pending exception.
    pub fn take_raised(self) -> Word {
        self.context().raised.replace(0)
    }

    /// Takes the pending exception if it is of a type; else it stays pending.
    pub fn take_if(self, ty: Ty) -> Option<Word> {
        let exception = self.context().raised.get();
        (exception != 0 && self.is_a(exception, ty)).then(|| self.take_raised())
    }

    /// `None` instead of an exception of a type.
    pub fn unless<T>(self, result: Result<T>, ty: Ty) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(raised) => self.take_if(ty).map(|_| None).ok_or(raised),
        }
    }

    /// Gives a group that was derived from another one what both have in common: traceback, context, cause, and notes.
    pub fn inherit_from_group(self, made: Word, original: Word) -> Result<()> {
        let (Some(to), Some(from)) = (state(made), state(original)) else { return Ok(()) };
        to.traceback.set(self.mutator(), to, from.traceback.get());
        to.context.set(self.mutator(), to, from.context.get());
        to.cause.set(self.mutator(), to, from.cause.get());
        to.suppress_context.init(from.suppress_context.get());
        if let Some(notes) = self.get_attr_opt(original, Name::Notes)?
            && self.type_of(notes).lookup(self, Name::GetItem).is_some()
        {
            let copy = self.list_from_iterable(notes)?;
            self.set_attr(made, Name::Notes, word(copy))?;
        }
        Ok(())
    }

    /// Sets the cause as `raise … from cause` does.
    pub fn set_cause(self, exception: Word, cause: Word) {
        if let Some(state) = state(exception) {
            state.cause.set(self.mutator(), state, cause);
            state.suppress_context.init(TRUE);
        }
    }

    /// Notes that an exception passed a frame.
    pub fn add_traceback(self, exception: Word, code: u64, pc: u32) {
        let Some(state) = state(exception) else { return };
        let entry = Traceback {
            header: Header::EMPTY,
            next: WordSlot::new(state.traceback.get()),
            code: Cell::new(code as i64),
            pc: Cell::new(i64::from(pc)),
            frame: WordSlot::new(NONE),
        };
        // Without memory for it the traceback lacks an entry; the exception itself goes on.
        if let Ok(entry) = self.mutator().alloc(entry) {
            state.traceback.set(self.mutator(), state, word(entry));
        }
    }

    /// Makes what the operand of `raise` stands for: an instance as it is, a class called.
    /// Errors: `TypeError` if it is neither.
    pub fn to_exception(self, value: Word) -> Result {
        if is_exception(self, value) {
            return Ok(value);
        }
        if let Some(class) = self.as_type(value)
            && class.is_subtype(self.ty(Ty::BaseException))
        {
            let made = self.call(value, &[])?;
            if is_exception(self, made) {
                return Ok(made);
            }
            let (class, made) = (self.repr_text(value)?, self.repr_text(self.type_of(made).word())?);
            return Err(self.type_error(format!(
                "calling {class} should have returned an instance of BaseException, not {made}"
            )));
        }
        Err(self.type_error("exceptions must derive from BaseException"))
    }

    /// Whether an exception matches the class, or one of the classes in a tuple, of an `except`.
    /// Errors: `TypeError` if it is something else.
    pub fn exception_matches(self, exception: Word, pattern: Word) -> Result<bool> {
        if let Some(tuple) = self.cast::<crate::objects::Tuple>(pattern) {
            let mut matches = false;
            for item in tuple.items() {
                matches |= self.exception_matches(exception, item.get())?;
            }
            return Ok(matches);
        }
        match self.as_type(pattern) {
            Some(class) if class.is_subtype(self.ty(Ty::BaseException)) => {
                Ok(self.type_of(exception).is_subtype(class))
            }
            _ => {
                Err(self.type_error("catching classes that do not inherit from BaseException is not allowed"))
            }
        }
    }
}

/// The instance in an exception.
pub fn instance_of(exception: Word) -> Option<Gc<Instance>> {
    as_instance(exception)
}
