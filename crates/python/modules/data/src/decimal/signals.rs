//! `SignalDict`: the flags or the traps of a context as a mapping from signals to booleans.

use super::context::{self, State};
use super::{Types, known};
use heap::Gc;
use metatrace_machine::Raised;
use python_model::native::{Args, NativeDef, def};
use python_model::objects::Tuple;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_model::{dict, foreign, instance};
use python_number::decimal::Status;
use std::cell::Cell;

/// Which of a context's sets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Set {
    Traps,
    Flags,
}

/// Words: the context.
struct View {
    set: Set,
}

const NAMES: [&str; 9] = [
    "InvalidOperation",
    "FloatOperation",
    "DivisionByZero",
    "Overflow",
    "Underflow",
    "Subnormal",
    "Inexact",
    "Rounded",
    "Clamped",
];

/// The order in which `repr(Context)` names signals; its bits.
const SHOWN: [usize; 9] = [8, 0, 2, 6, 1, 3, 7, 5, 4];

const INVALID_KEY: &str = "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]";

/// The exceptions of all signals, by their bits.
pub fn all(py: Py) -> Gc<Tuple> {
    as_object(py.vm().state::<Types>().signals.get()).expect("made with the module")
}

fn is_set(status: Status, bit: usize) -> bool {
    if bit == 0 { status.has(Status::INVALID) } else { status.0 & 1 << bit != 0 }
}

/// The signals of a set, as `repr` of a context lists them.
pub fn names(status: Status) -> String {
    let set = SHOWN.iter().filter(|&&bit| is_set(status, bit));
    set.map(|&bit| NAMES[bit]).collect::<Vec<_>>().join(", ")
}

/// `context.traps` or `context.flags`: always the same object.
pub fn view(py: Py, own: Word, set: Set) -> Result {
    let at = set as usize;
    let made = foreign::words(own).item(at);
    if made != UNSET {
        return Ok(made);
    }
    let types = py.vm().state::<Types>();
    let payload = foreign::new(py, known(&types.signal_mixin), View { set })?;
    let words = word(py.list_of(&[own])?);
    payload.words.set(py.mutator(), payload, words);
    let class = py.as_type(types.signal_dict.get()).expect("a class");
    let made = instance::new(py, class, word(payload))?;
    foreign::put(py, own, at, made);
    Ok(made)
}

/// `SignalDict()`: belongs to no context.
pub fn construct(py: Py, class: TypeRef, _args: Args) -> Result {
    let native = known(&py.vm().state::<Types>().signal_mixin);
    foreign::new_of(py, class, native, View { set: Set::Flags })
}

fn cell_of<'a>(py: Py<'a>, value: Word) -> Option<&'a Cell<Status>> {
    let view = foreign::get::<View>(py, value)?;
    let words = foreign::object_of(value)?.words.get();
    let owner = as_object::<python_model::objects::List>(words)?.item(0);
    let state: &State = context::get(py, owner)?;
    Some(match view.set {
        Set::Traps => &state.traps,
        Set::Flags => &state.flags,
    })
}

fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a Cell<Status>> {
    cell_of(py, value).ok_or_else(|| py.value_error("invalid signal dict"))
}

fn invalid_key(py: Py) -> Raised {
    match py.str(INVALID_KEY) {
        Ok(text) => py.key_error(text),
        Err(raised) => raised,
    }
}

/// The bit of a signal's exception. Errors: `KeyError`.
fn bit_of(py: Py, key: Word) -> Result<usize> {
    all(py).items().iter().position(|class| class.get() == key).ok_or_else(|| invalid_key(py))
}

/// What a mapping (a signal dict, or a dict with all signals) says is set. Errors: `TypeError`, `KeyError`.
pub fn status_of(py: Py, value: Word) -> Result<Status> {
    if let Some(cell) = cell_of(py, value) {
        return Ok(cell.get());
    }
    let Some(mapping) = dict::plain(py, value) else {
        return Err(py.type_error("argument must be a signal dict"));
    };
    let invalid = || match py.str("invalid signal dict") {
        Ok(text) => py.key_error(text),
        Err(raised) => raised,
    };
    if dict::len(mapping) != NAMES.len() {
        return Err(invalid());
    }
    let mut status = Status::NONE;
    for (bit, class) in all(py).items().iter().enumerate() {
        let Some(value) = dict::get(py, mapping, class.get())? else { return Err(invalid()) };
        if py.truth(value)? {
            status |= Status(1 << bit);
        }
    }
    Ok(status)
}

/// The same for arguments of `Context`, which may be lists of signals, too.
pub fn status_of_argument(py: Py, value: Word) -> Result<Status> {
    let V::List(list) = V::of(py.base(value)) else { return status_of(py, value) };
    let mut status = Status::NONE;
    let mut index = 0;
    while index < list.len() {
        let item = list.item(index);
        let conditions: Gc<Tuple> =
            as_object(py.vm().state::<Types>().conditions.get()).expect("made with the module");
        let condition = conditions.items().iter().position(|class| class.get() == item);
        status |= match condition {
            Some(at) => Status(Status::CONVERSION_SYNTAX.0 << at),
            None => Status(1 << bit_of(py, item)?),
        };
        index += 1;
    }
    Ok(status)
}

fn as_dict(py: Py, status: Status) -> Result {
    let made = dict::new(py)?;
    for (bit, class) in all(py).items().iter().enumerate() {
        dict::set(py, made, class.get(), bool_word(is_set(status, bit)))?;
    }
    Ok(word(made))
}

fn equal(py: Py, a: &[Word]) -> Result<Option<bool>> {
    let own = receiver(py, a[0])?.get();
    let folded = |status: Status| (0..NAMES.len()).map(|bit| is_set(status, bit)).collect::<Vec<_>>();
    if foreign::get::<View>(py, a[1]).is_some() {
        return Ok(Some(folded(own) == folded(receiver(py, a[1])?.get())));
    }
    if dict::plain(py, a[1]).is_none() {
        return Ok(None);
    }
    match status_of(py, a[1]) {
        Ok(other) => Ok(Some(folded(own) == folded(other))),
        Err(raised) => py.take_if(Ty::KeyError).map(|_| Some(false)).ok_or(raised),
    }
}

pub static METHODS: &[NativeDef] = &[
    def("__init__", "($self, /)", "", |_, _| Ok(NONE)),
    def("__getitem__", "($self, key, /)", "Return self[key].", |py, a| {
        let own = receiver(py, a[0])?.get();
        Ok(bool_word(is_set(own, bit_of(py, a[1])?)))
    }),
    def("__setitem__", "($self, key, value, /)", "Set self[key] to value.", |py, a| {
        let bit = bit_of(py, a[1])?;
        let value = py.truth(a[2])?;
        let cell = receiver(py, a[0])?;
        let mask = if bit == 0 { Status::INVALID } else { Status(1 << bit) };
        let set = if value { Status(1 << bit) } else { Status::NONE };
        cell.set(cell.get() & !mask | set);
        Ok(NONE)
    }),
    def("__delitem__", "($self, key, /)", "Delete self[key].", |py, _| {
        Err(py.value_error("signal keys cannot be deleted"))
    }),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        receiver(py, a[0])?;
        py.iter(word(all(py)))
    }),
    def("__len__", "($self, /)", "Return len(self).", |py, a| {
        receiver(py, a[0])?;
        Ok(small_int(NAMES.len() as i64))
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own = receiver(py, a[0])?.get();
        let shown = (0..NAMES.len()).map(|bit| {
            format!("<class 'decimal.{}'>:{}", NAMES[bit], if is_set(own, bit) { "True" } else { "False" })
        });
        py.str(&format!("{{{}}}", shown.collect::<Vec<_>>().join(", ")))
    }),
    def("copy", "($self, /)", "", |py, a| as_dict(py, receiver(py, a[0])?.get())),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| {
        Ok(equal(py, a)?.map_or(NOT_IMPLEMENTED, bool_word))
    }),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| {
        Ok(equal(py, a)?.map_or(NOT_IMPLEMENTED, |same| bool_word(!same)))
    }),
];
