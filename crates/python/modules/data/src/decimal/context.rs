//! `Context`: its attributes, which one is in force, and how what an operation found becomes flags and exceptions.

use super::signals::{self, Set};
use super::{IEEE_CONTEXT_MAX_BITS, Types, known};
use metatrace_machine::Raised;
use python_model::foreign;
use python_model::native::{Args, NativeDef, bind, def, getter, given, setter};
use python_model::objects::Tuple;
use python_model::py::{Py, Result};
use python_model::signature;
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_modules_core::contextvars;
use python_number::decimal::{Context, MAX_EMAX, MAX_PREC, MIN_EMIN, Rounding, Status};
use std::cell::Cell;

/// Words: the objects of `traps` and `flags` once they were asked for.
pub struct State {
    pub numbers: Cell<Context>,
    pub traps: Cell<Status>,
    pub flags: Cell<Status>,
}

const ROUNDINGS: &str = "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]";

const DEFAULT: Context = Context {
    precision: 28,
    emax: 999_999,
    emin: -999_999,
    rounding: Rounding::HalfEven,
    clamps: false,
    is_upper: true,
};

fn default_traps() -> Status {
    Status::INVALID_OPERATION | Status::DIVISION_BY_ZERO | Status::OVERFLOW
}

/// A `Context` object.
pub fn new(py: Py, numbers: Context, traps: Status, flags: Status) -> Result {
    new_of(py, known(&py.vm().state::<Types>().context), numbers, traps, flags)
}

fn new_of(py: Py, class: TypeRef, numbers: Context, traps: Status, flags: Status) -> Result {
    let state = State { numbers: Cell::new(numbers), traps: Cell::new(traps), flags: Cell::new(flags) };
    let made = foreign::new(py, known(&py.vm().state::<Types>().context), state)?;
    let words = word(py.list_of(&[UNSET, UNSET])?);
    made.words.set(py.mutator(), made, words);
    if class.is(known(&py.vm().state::<Types>().context)) {
        return Ok(word(made));
    }
    python_model::instance::new(py, class, word(made))
}

pub fn default_template(py: Py) -> Result {
    new(py, DEFAULT, default_traps(), Status::NONE)
}

pub fn basic(py: Py) -> Result {
    let numbers = Context { precision: 9, rounding: Rounding::HalfUp, ..DEFAULT };
    let traps = default_traps() | Status::CLAMPED | Status::UNDERFLOW;
    new(py, numbers, traps, Status::NONE)
}

pub fn extended(py: Py) -> Result {
    new(py, Context { precision: 9, ..DEFAULT }, Status::NONE, Status::NONE)
}

/// `IEEEContext(bits)`
pub fn ieee(py: Py, a: &[Word]) -> Result {
    let bits = c_size(py, a[0])?;
    if bits <= 0 || bits > IEEE_CONTEXT_MAX_BITS || bits % 32 != 0 {
        return Err(py.value_error(format!(
            "argument must be a multiple of 32, with a maximum of {IEEE_CONTEXT_MAX_BITS}"
        )));
    }
    let emax = 3 * (1 << (bits / 16 + 3));
    let numbers = Context { precision: 9 * (bits / 32) - 2, emax, emin: 1 - emax, clamps: true, ..DEFAULT };
    new(py, numbers, Status::NONE, Status::NONE)
}

/// The state of a value that is a context.
pub fn get<'a>(py: Py<'a>, value: Word) -> Option<&'a State> {
    foreign::get(py, value)
}

pub fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a State> {
    foreign::expect(py, value, "a decimal.Context")
}

/// The context in force; one of its own for each thread, made from `DefaultContext`.
#[inline]
pub fn current(py: Py) -> Result {
    let types = py.vm().state::<Types>();
    match contextvars::value_of(py, types.variable.get())? {
        Some(context) => Ok(context),
        None => {
            let made = copy(py, types.default_context.get())?;
            state_of(py, made).flags.set(Status::NONE);
            contextvars::set_value(py, types.variable.get(), made)?;
            Ok(made)
        }
    }
}

/// The state of the context in force.
#[inline]
pub fn current_state(py: Py<'_>) -> Result<&State> {
    let context = current(py)?;
    match get(py, context) {
        Some(state) => Ok(state),
        None => Err(py.type_error("argument must be a context")),
    }
}

/// The argument `context=None` of a method.
#[inline]
pub fn argument(py: Py<'_>, value: Word) -> Result<&State> {
    match given(value) {
        None => current_state(py),
        Some(value) => match get(py, value) {
            Some(state) => Ok(state),
            None => Err(py.type_error("optional argument must be a context")),
        },
    }
}

fn state_of<'a>(py: Py<'a>, context: Word) -> &'a State {
    get(py, context).expect("made as a context")
}

/// `setcontext(context)`: templates are copied.
pub fn set_current(py: Py, a: &[Word]) -> Result {
    if get(py, a[0]).is_none() {
        return Err(py.type_error("argument must be a context"));
    }
    let types = py.vm().state::<Types>();
    let module = py.import("_decimal")?;
    let mut context = a[0];
    for template in ["DefaultContext", "BasicContext", "ExtendedContext"] {
        if py.get_attr_opt(module, py.intern(template)?)? == Some(context) {
            context = copy(py, context)?;
            state_of(py, context).flags.set(Status::NONE);
            break;
        }
    }
    contextvars::set_value(py, types.variable.get(), context)?;
    Ok(NONE)
}

/// A context with the same attributes, of the type itself.
pub fn copy(py: Py, context: Word) -> Result {
    let state = receiver(py, context)?;
    new(py, state.numbers.get(), state.traps.get(), state.flags.get())
}

impl State {
    /// Adds what an operation found to the flags. Errors: what is trapped, `MemoryError`.
    #[inline]
    pub fn note(&self, py: Py, found: Status) -> Result<()> {
        if found == Status::NONE {
            return Ok(());
        }
        self.note_slowly(py, found)
    }

    fn note_slowly(&self, py: Py, found: Status) -> Result<()> {
        if found.has(Status::OUT_OF_MEMORY) {
            return Err(py.out_of_memory());
        }
        self.flags.set(self.flags.get() | found);
        let trapped = found & trapped_by(self.traps.get());
        if trapped == Status::NONE { Ok(()) } else { Err(raise(py, trapped)) }
    }
}

/// What raises with these traps: `InvalidOperation` stands for all of its conditions.
fn trapped_by(traps: Status) -> Status {
    if traps.has(Status::INVALID_OPERATION) { traps | Status::INVALID } else { traps }
}

/// Raises the first of the signals, with the list of all.
fn raise(py: Py, trapped: Status) -> Raised {
    match list_of(py, trapped) {
        Ok(list) => {
            let signals = signals::all(py);
            let index = if trapped.has(Status::INVALID) { 0 } else { trapped.0.trailing_zeros() as usize };
            match py.call(signals.items()[index].get(), &[list]) {
                Ok(exception) => py.raise(exception),
                Err(raised) => raised,
            }
        }
        Err(raised) => raised,
    }
}

/// The classes of conditions, then of signals.
fn list_of(py: Py, status: Status) -> Result {
    let signals = signals::all(py);
    let conditions: heap::Gc<Tuple> =
        as_object(py.vm().state::<Types>().conditions.get()).expect("made with the module");
    let list = py.new_list(4)?;
    let push = |is_set: bool, class: Word| {
        if is_set { python_model::py::list_push(py, list, class) } else { Ok(()) }
    };
    push(status.has(Status::INVALID_OPERATION), signals.items()[0].get())?;
    for (at, class) in conditions.items().iter().enumerate() {
        push(status.0 & Status::CONVERSION_SYNTAX.0 << at != 0, class.get())?;
    }
    for (at, class) in signals.items().iter().enumerate().skip(1) {
        push(status.0 & 1 << at != 0, class.get())?;
    }
    Ok(word(list))
}

/// The rounding that a name stands for. Errors: `TypeError`.
pub fn rounding(py: Py, value: Word) -> Result<Rounding> {
    let name = py.as_str(value).map(|name| name.to_text());
    let found = Rounding::ALL.iter().find(|(_, known)| name.as_deref() == Some(known));
    found.map(|(rounding, _)| *rounding).ok_or_else(|| py.type_error(ROUNDINGS))
}

/// An argument that is a C size.
pub fn c_size(py: Py, value: Word) -> Result<i64> {
    match V::of(py.base(value)) {
        V::Int(value) => Ok(value),
        V::Bool(value) => Ok(value.into()),
        V::Big(_) => Err(py.overflow_error("Python int too large to convert to C ssize_t")),
        _ => Err(py.type_error("an integer is required")),
    }
}

/// Sets an attribute by name; `None`: there is no such attribute of a context.
pub fn set_attribute(py: Py, context: Word, name: &str, value: Word) -> Result<Option<()>> {
    let state = receiver(py, context)?;
    if value == UNSET {
        return Err(py.attribute_error(context, py.str(name)?, "context attributes cannot be deleted"));
    }
    let mut numbers = state.numbers.get();
    let within = |least: i64, most: i64, message: &str| -> Result<i64> {
        let number = c_size(py, value)?;
        if (least..=most).contains(&number) { Ok(number) } else { Err(py.value_error(message)) }
    };
    match name {
        "prec" => numbers.precision = within(1, MAX_PREC, "valid range for prec is [1, MAX_PREC]")?,
        "Emax" => numbers.emax = within(0, MAX_EMAX, "valid range for Emax is [0, MAX_EMAX]")?,
        "Emin" => numbers.emin = within(MIN_EMIN, 0, "valid range for Emin is [MIN_EMIN, 0]")?,
        "capitals" => numbers.is_upper = within(0, 1, "valid values for capitals are 0 or 1")? == 1,
        "clamp" => numbers.clamps = within(0, 1, "valid values for clamp are 0 or 1")? == 1,
        "rounding" => numbers.rounding = rounding(py, value)?,
        "traps" => state.traps.set(signals::status_of(py, value)?),
        "flags" => state.flags.set(signals::status_of(py, value)?),
        _ => return Ok(None),
    }
    state.numbers.set(numbers);
    Ok(Some(()))
}

/// `Context(...)`: what is not given is as in `DefaultContext`.
pub fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let [prec, rounding, emin, emax, capitals, clamp, flags, traps] = bind(
        py,
        "Context",
        signature!(
            "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)"
        ),
        args,
    )?;
    let types = py.vm().state::<Types>();
    let template = match types.default_context.get() {
        0 => (DEFAULT, default_traps()),
        template => {
            let state = state_of(py, template);
            (state.numbers.get(), state.traps.get())
        }
    };
    let made = new_of(py, class, template.0, template.1, Status::NONE)?;
    let numbers = [
        ("prec", prec),
        ("rounding", rounding),
        ("Emin", emin),
        ("Emax", emax),
        ("capitals", capitals),
        ("clamp", clamp),
    ];
    for (name, value) in numbers {
        if let Some(value) = given(value) {
            set_attribute(py, made, name, value)?;
        }
    }
    let state = state_of(py, made);
    for (cell, value) in [(&state.traps, traps), (&state.flags, flags)] {
        if let Some(value) = given(value) {
            cell.set(signals::status_of_argument(py, value)?);
        }
    }
    Ok(made)
}

fn repr(py: Py, a: &[Word]) -> Result {
    let state = receiver(py, a[0])?;
    let n = state.numbers.get();
    py.str(&format!(
        "Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags=[{}], traps=[{}])",
        n.precision,
        n.rounding.name(),
        n.emin,
        n.emax,
        i32::from(n.is_upper),
        i32::from(n.clamps),
        signals::names(state.flags.get()),
        signals::names(state.traps.get()),
    ))
}

fn reduce(py: Py, a: &[Word]) -> Result {
    let state = receiver(py, a[0])?;
    let n = state.numbers.get();
    let list = |status: Status| -> Result {
        let signals = status & Status(Status::CONVERSION_SYNTAX.0 - 1);
        let invalid = if status.has(Status::INVALID) { Status::INVALID_OPERATION } else { Status::NONE };
        list_of(py, signals | invalid)
    };
    let arguments = py.new_tuple(&[
        py.int(n.precision)?,
        py.str(n.rounding.name())?,
        py.int(n.emin)?,
        py.int(n.emax)?,
        small_int(n.is_upper.into()),
        small_int(n.clamps.into()),
        list(state.flags.get())?,
        list(state.traps.get())?,
    ])?;
    py.new_tuple(&[py.type_of(a[0]).word(), arguments])
}

/// Both halves of a numeric attribute.
macro_rules! attributes {
    ($($name:literal $read:expr;)*) => {
        &[$(
            getter($name, "", |py, a| {
                let read: fn(Py, Word, &State) -> Result = $read;
                read(py, a[0], receiver(py, a[0])?)
            }),
            setter($name, |py, a| set_attribute(py, a[0], $name, a[1]).map(|_| NONE)),
        )*]
    };
}

static ATTRIBUTES: &[NativeDef] = attributes! {
    "prec" |py, _, state| py.int(state.numbers.get().precision);
    "Emax" |py, _, state| py.int(state.numbers.get().emax);
    "Emin" |py, _, state| py.int(state.numbers.get().emin);
    "rounding" |py, _, state| Ok(py.name_word(py.intern(state.numbers.get().rounding.name())?));
    "capitals" |_, _, state| Ok(small_int(state.numbers.get().is_upper.into()));
    "clamp" |_, _, state| Ok(small_int(state.numbers.get().clamps.into()));
    "traps" |py, own, _| signals::view(py, own, Set::Traps);
    "flags" |py, own, _| signals::view(py, own, Set::Flags);
};

static OTHERS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__reduce__", "($self, /)", "", reduce),
    def("__copy__", "($self, /)", "", |py, a| copy(py, a[0])),
    def("copy", "($self, /)", "Return a duplicate of the context with all flags cleared.\n\n", |py, a| {
        copy(py, a[0])
    }),
    def("clear_flags", "($self, /)", "Reset all flags to False.\n\n", |py, a| {
        receiver(py, a[0])?.flags.set(Status::NONE);
        Ok(NONE)
    }),
    def("clear_traps", "($self, /)", "Set all traps to False.\n\n", |py, a| {
        receiver(py, a[0])?.traps.set(Status::NONE);
        Ok(NONE)
    }),
    def(
        "Etiny",
        "($self, /)",
        "Return a value equal to Emin - prec + 1, which is the minimum exponent value\nfor subnormal results.  When underflow occurs, the exponent is set to Etiny.\n\n",
        |py, a| py.int(receiver(py, a[0])?.numbers.get().etiny()),
    ),
    def(
        "Etop",
        "($self, /)",
        "Return a value equal to Emax - prec + 1.  This is the maximum exponent\nif the _clamp field of the context is set to 1 (IEEE clamp mode).  Etop()\nmust not be negative.\n\n",
        |py, a| py.int(receiver(py, a[0])?.numbers.get().etop()),
    ),
    def("__delattr__", "($self, name, /)", "Implement delattr(self, name).", |py, a| {
        receiver(py, a[0])?;
        match py.type_of(a[0]).has(python_model::types::flags::MUTABLE) {
            true => {
                let base = py.ty(Ty::Object).lookup(py, python_model::names::Name::DelAttr).unwrap_or(NONE);
                py.call(base, &[a[0], a[1]])
            }
            false => Err(py.attribute_error(a[0], a[1], "context attributes cannot be deleted")),
        }
    }),
];

pub static METHODS: &[NativeDef] = {
    const COUNT: usize = 16 + 9;
    const ALL: &[NativeDef; COUNT] = &python_model::native::join(&[ATTRIBUTES, OTHERS]);
    ALL
};
