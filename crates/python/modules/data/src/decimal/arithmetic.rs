//! Operators of `Decimal`: in the context in force, with integers taken exactly.

use super::context::{self, State};
use super::object::{new, new_as, operand, receiver};
use python_model::compact::{self, Kind};
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::value::*;
use python_number::decimal::{Context, Decimal, Rounding, Status};

/// An operation of two numbers.
type Operation = fn(&Context, &Decimal, &Decimal, &mut Status) -> Decimal;

/// The type of results: that of the operand which is a `Decimal`, without asking for the module's state.
#[inline]
fn result(py: Py, own: Word, value: &Decimal) -> Result {
    match compact::get(own, Kind::Decimal) {
        Some(object) => new_as(py, compact::class_of(object), value),
        None => new(py, value),
    }
}

/// `left operation right`; `own` is the one that is surely a `Decimal`.
#[inline]
fn binary(py: Py, own: Word, left: Word, right: Word, operation: Operation) -> Result {
    let (Some(x), Some(y)) = (operand(py, left), operand(py, right)) else { return Ok(NOT_IMPLEMENTED) };
    let state = context::current_state(py)?;
    let mut found = Status::NONE;
    let value = operation(&state.numbers.get(), &x, &y, &mut found);
    state.note(py, found)?;
    result(py, own, &value)
}

fn divmod(py: Py, left: Word, right: Word) -> Result {
    let (Some(x), Some(y)) = (operand(py, left), operand(py, right)) else { return Ok(NOT_IMPLEMENTED) };
    with_rest(py, context::current_state(py)?, &x, &y)
}

/// The tuple that `divmod` returns.
pub fn with_rest(py: Py, state: &State, x: &Decimal, y: &Decimal) -> Result {
    let mut found = Status::NONE;
    let (quotient, rest) = state.numbers.get().divide_with_rest(x, y, &mut found);
    state.note(py, found)?;
    py.new_tuple(&[new(py, &quotient)?, new(py, &rest)?])
}

/// `pow(base, exponent, modulus)`
fn power(py: Py, base: Word, exponent: Word, modulus: Word) -> Result {
    let (Some(x), Some(y)) = (operand(py, base), operand(py, exponent)) else { return Ok(NOT_IMPLEMENTED) };
    let state = context::current_state(py)?;
    let mut found = Status::NONE;
    let value = if matches!(modulus, UNSET | NONE) {
        state.numbers.get().power(&x, &y, &mut found)
    } else {
        let Some(modulus) = operand(py, modulus) else { return Ok(NOT_IMPLEMENTED) };
        state.numbers.get().power_modulo(&x, &y, &modulus, &mut found)
    };
    state.note(py, found)?;
    new(py, &value)
}

fn unary(py: Py, own: Word, operation: fn(&Context, &Decimal, &mut Status) -> Decimal) -> Result {
    let value = receiver(py, own, "__neg__")?;
    let state = context::current_state(py)?;
    let mut found = Status::NONE;
    let value = operation(&state.numbers.get(), &value, &mut found);
    state.note(py, found)?;
    result(py, own, &value)
}

/// Both lines of the table for an operator.
macro_rules! operators {
    ($($name:literal $symbol:literal $operation:expr;)*) => {
        &[$(
            def(
                concat!("__", $name, "__"),
                "($self, value, /)",
                concat!("Return self", $symbol, "value."),
                |py, a| binary(py, a[0], a[0], a[1], $operation),
            ),
            def(
                concat!("__r", $name, "__"),
                "($self, value, /)",
                concat!("Return value", $symbol, "self."),
                |py, a| binary(py, a[0], a[1], a[0], $operation),
            ),
        )*]
    };
}

static OPERATORS: &[NativeDef] = operators! {
    "add" "+" Context::add;
    "sub" "-" Context::subtract;
    "mul" "*" Context::multiply;
    "truediv" "/" Context::divide;
    "floordiv" "//" Context::divide_to_integer;
    "mod" "%" Context::remainder;
};

static OTHERS: &[NativeDef] = &[
    def("__divmod__", "($self, value, /)", "Return divmod(self, value).", |py, a| divmod(py, a[0], a[1])),
    def("__rdivmod__", "($self, value, /)", "Return divmod(value, self).", |py, a| divmod(py, a[1], a[0])),
    def("__pow__", "($self, value, mod=None, /)", "Return pow(self, value, mod).", |py, a| {
        power(py, a[0], a[1], a[2])
    }),
    def("__rpow__", "($self, value, mod=None, /)", "Return pow(value, self, mod).", |py, a| {
        power(py, a[1], a[0], a[2])
    }),
    def("__neg__", "($self, /)", "-self", |py, a| unary(py, a[0], Context::minus)),
    def("__pos__", "($self, /)", "+self", |py, a| unary(py, a[0], Context::plus)),
    def("__abs__", "($self, /)", "abs(self)", |py, a| unary(py, a[0], Context::absolute)),
    def("__bool__", "($self, /)", "True if self else False", |py, a| {
        Ok(bool_word(!receiver(py, a[0], "__bool__")?.is_zero()))
    }),
    def("__int__", "($self, /)", "int(self)", |py, a| whole(py, a, Rounding::Down)),
    def("__trunc__", "($self, /)", "", |py, a| whole(py, a, Rounding::Down)),
    def("__floor__", "($self, /)", "", |py, a| whole(py, a, Rounding::Floor)),
    def("__ceil__", "($self, /)", "", |py, a| whole(py, a, Rounding::Ceiling)),
    def("__round__", "($self, ndigits=None, /)", "", round),
];

/// The number as an `int`.
fn whole(py: Py, a: &[Word], rounding: Rounding) -> Result {
    let value = receiver(py, a[0], "__int__")?;
    if value.is_nan() {
        return Err(py.value_error("cannot convert NaN to integer"));
    }
    if value.is_infinite() {
        return Err(py.overflow_error("cannot convert Infinity to integer"));
    }
    match value.rounded_to_integer(rounding).to_int() {
        Some(int) => py.big_int(int),
        None => Err(py.out_of_memory()),
    }
}

/// `round(value)`, half to even; `round(value, digits)` by the context.
fn round(py: Py, a: &[Word]) -> Result {
    if a[1] == UNSET {
        return whole(py, a, Rounding::HalfEven);
    }
    let value = receiver(py, a[0], "__round__")?;
    if python_types::numbers::Int::of(py, a[1]).is_none() {
        return Err(py.type_error("optional arg must be an integer"));
    }
    let digits = context::c_size(py, a[1])?;
    let state = context::current_state(py)?;
    let mut found = Status::NONE;
    let pattern = Decimal::new(false, 1_u64.into(), digits.saturating_neg());
    let value = state.numbers.get().quantize(&value, &pattern, &mut found);
    state.note(py, found)?;
    new(py, &value)
}

pub static METHODS: &[NativeDef] = {
    const ALL: &[NativeDef; 12 + 13] = &python_model::native::join(&[OPERATORS, OTHERS]);
    ALL
};
