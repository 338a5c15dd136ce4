//! What all objects of this module share: their classes, how they are made, and how a method reaches their state.
//!
//! An object is an instance (so it has a `__dict__`, weak references and a finalizer) whose payload is a [`Foreign`] object: the
//! Rust state, and the words that the state refers to in a [`Values`] array.

use heap::Gc;
use metatrace_machine::Raised;
use python_model::class::{NativeClass, native_type};
use python_model::native::{Constructor, NativeDef};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_model::{foreign, instance};
use std::any::Any;
use std::cell::Cell;

/// The classes of `_io`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Class {
    IoBase,
    RawIoBase,
    BufferedIoBase,
    TextIoBase,
    FileIo,
    BytesIo,
    BufferedReader,
    BufferedWriter,
    BufferedRandom,
    BufferedRwPair,
    StringIo,
    TextIoWrapper,
    NewlineDecoder,
}

const COUNT: usize = Class::NewlineDecoder as usize + 1;

/// The classes as this interpreter has made them.
#[derive(Default)]
pub struct Classes {
    types: [Cell<Option<TypeRef>>; COUNT],
    /// `UnsupportedOperation`; it lives as long as the interpreter.
    pub unsupported: Cell<Word>,
}

/// A class. Precondition: `_io` has been made.
pub fn class(py: Py, class: Class) -> TypeRef {
    py.vm().state::<Classes>().types[class as usize].get().expect("made with the module")
}

/// Whether the class of a value is no subclass written in Python, so that none of its methods is overridden.
#[inline]
pub fn is_native(py: Py, value: Word) -> bool {
    !py.type_of(value).has(flags::MUTABLE)
}

/// The state of a value of exactly the class that has this state; other values are asked by their methods.
#[inline]
pub fn native_state<'a, T: Any>(py: Py<'a>, value: Word) -> Option<&'a T> {
    foreign::get(py, value).filter(|_| is_native(py, value))
}

/// Makes a class and remembers it.
pub fn make_class(
    py: Py,
    which: Class,
    base: Option<Class>,
    name: &'static str,
    doc: &'static str,
    constructor: Option<Constructor>,
    methods: &'static [NativeDef],
) -> Result<TypeRef> {
    let made = native_type(
        py,
        &NativeClass {
            module: "_io",
            name,
            doc,
            base: base.map(|base| class(py, base)),
            flags: flags::HAS_DICT | flags::HAS_WEAKREF,
            constructor,
            methods,
        },
    )?;
    py.vm().state::<Classes>().types[which as usize].set(Some(made));
    Ok(made)
}

/// An object of `class`, which is `native` or inherits from it, with room for some words (None at first).
pub fn new<T: Any>(py: Py, class: TypeRef, native: Class, state: T, word_count: usize) -> Result {
    let foreign = foreign::new(py, self::class(py, native), state)?;
    let words = py.new_values(word_count)?;
    for slot in words.items() {
        slot.init(NONE);
    }
    foreign.words.set(py.mutator(), foreign, word(words));
    instance::new(py, class, word(foreign))
}

fn words_of(value: Word) -> Gc<Values> {
    foreign::object_of(value)
        .and_then(|object| as_object(object.words.get()))
        .expect("objects of this module are made with their words")
}

/// A word that the state of an object refers to. Precondition: the value is an object made by [`new`].
pub fn get_word(value: Word, index: usize) -> Word {
    words_of(value).items()[index].get()
}

/// Sets a word that the state of an object refers to.
pub fn set_word(py: Py, value: Word, index: usize, new: Word) {
    let words = words_of(value);
    words.items()[index].set(py.mutator(), words, new);
}

/// The state of a receiver. Errors: `TypeError` if the object is of another class.
pub fn state<'a, T: Any>(py: Py<'a>, value: Word, class_name: &str) -> Result<&'a T> {
    match foreign::get(py, value) {
        Some(state) => Ok(state),
        None => Err(py.type_error(format!(
            "descriptor requires a '_io.{class_name}' object but received a '{}'",
            py.type_name(value)
        ))),
    }
}

/// `object.name(*args)`
pub fn call(py: Py, object: Word, name: &str, args: &[Word]) -> Result {
    py.call_method(object, py.intern(name)?, args)
}

/// `object.name`
pub fn attribute(py: Py, object: Word, name: &str) -> Result {
    py.get_attr(object, py.intern(name)?)
}

/// `bool(object.closed)`
pub fn is_closed(py: Py, object: Word) -> Result<bool> {
    let closed = py.get_attr(object, python_model::names::Name::Closed)?;
    py.truth(closed)
}

/// Raises `UnsupportedOperation`.
#[cold]
pub fn unsupported(py: Py, message: &str) -> Raised {
    let class = py.vm().state::<Classes>().unsupported.get();
    let raise = || {
        let text = py.str(message)?;
        let exception = py.call(class, &[text])?;
        Ok(py.raise(exception))
    };
    raise().unwrap_or_else(|raised: Raised| raised)
}

/// Raises an `OSError` for an error number.
#[cold]
pub fn os_error(py: Py, errno: i32, filename: Word) -> Raised {
    python_modules_core::os_error::raise(py, &std::io::Error::from_raw_os_error(errno), filename)
}

/// Raises an `OSError` with a text and no number.
#[cold]
pub fn plain_os_error(py: Py, message: impl AsRef<str>) -> Raised {
    py.raise_text(Ty::OSError, message.as_ref())
}

/// A size argument: absent and None are -1. Errors: `TypeError` "argument should be integer or None, not 'X'".
pub fn size(py: Py, argument: Word) -> Result<i64> {
    match argument {
        UNSET | NONE => Ok(-1),
        size => {
            match py.type_of(size).lookup(py, python_model::names::Name::Index) {
                Some(_) => index_sized(py, size),
                None => Err(py
                    .type_error(format!("argument should be integer or None, not '{}'", py.type_name(size)))),
            }
        }
    }
}

/// An integer of 64 bits. Errors: `OverflowError` in the words of sizes.
pub fn index_sized(py: Py, value: Word) -> Result<i64> {
    match V::of(py.to_index(value)?) {
        V::Int(number) => Ok(number),
        _ => {
            Err(py
                .overflow_error(format!("cannot fit '{}' into an index-sized integer", py.type_name(value))))
        }
    }
}

/// An integer argument that has a default.
pub fn integer_or(py: Py, argument: Word, default: i64) -> Result<i64> {
    if argument == UNSET { Ok(default) } else { py.index(argument) }
}

/// A truth argument that has a default.
pub fn flag_or(py: Py, argument: Word, default: bool) -> Result<bool> {
    if argument == UNSET { Ok(default) } else { py.truth(argument) }
}

/// The bytes of a value that may be overwritten. Errors: `TypeError` naming the argument.
pub fn writable(py: Py, value: Word, argument: &str) -> Result<python_types::buffer::Writable> {
    match python_types::buffer::writable(py, value)? {
        Some(target) => Ok(target),
        None => Err(py.type_error(format!(
            "{argument} must be read-write bytes-like object, not {}",
            py.type_name(value)
        ))),
    }
}

/// Raises the `TypeError` of pickling an object that stands for something outside.
pub fn cannot_pickle(py: Py, a: &[Word]) -> Result {
    Err(py.type_error(format!("cannot pickle '{}' instances", py.class_name(a[0]))))
}

/// Runs `first`, then `second` whatever `first` did. If both raise, the second exception is raised and the first is its context.
pub fn in_any_case(
    py: Py,
    first: impl FnOnce() -> Result<()>,
    second: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let Err(raised) = first() else { return second() };
    let exception = py.take_raised();
    match second() {
        Ok(()) => {
            py.reraise(exception);
            Err(raised)
        }
        Err(raised) => {
            let newer = py.context().raised.get();
            if newer != exception
                && let Some(state) = python_model::exceptions::state(newer)
            {
                state.context.set(py.mutator(), state, exception);
            }
            Err(raised)
        }
    }
}
