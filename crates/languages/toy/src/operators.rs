//! What operators do: arithmetic, truth, comparison.
//!
//! Operands are taken apart by what they are found to be, integers first, and put together again: in a trace each question is a guard,
//! and what is left of an addition in a loop is an addition.

use crate::interp::{Result, fault};
use crate::objects::Text;
use crate::runtime::{self, Fault};
use heap::Layout;
use metatrace_machine::{
    Arg, Compare, Encoding, FloatBinary, FloatUnary, IntChecked, Machine, MachineExt, NanBox, Raised,
};

// ---- Arithmetic ----

pub(crate) enum Number<M: Machine> {
    Int(M::Int),
    Float(M::Float),
}

#[inline(always)]
pub(crate) fn number<M: Machine>(m: &mut M, value: M::Value) -> Option<Number<M>> {
    if let Some(int) = m.as_int(value) {
        return Some(Number::Int(int));
    }
    m.as_float(value).map(Number::Float)
}

impl<M: Machine> Number<M> {
    #[inline(always)]
    pub(crate) fn float(self, m: &mut M) -> M::Float {
        match self {
            Number::Int(int) => m.int_to_float(int),
            Number::Float(float) => float,
        }
    }
}

/// Two operands as what an operator makes of them.
enum Pair<M: Machine> {
    Ints(M::Int, M::Int),
    /// Or a float and an integer, which becomes one.
    Floats(M::Float, M::Float),
}

/// `None`: not both are numbers. One answer for both operands, so that the operator branches once.
#[inline(always)]
fn numbers<M: Machine>(m: &mut M, a: M::Value, b: M::Value) -> Option<Pair<M>> {
    let Some(x) = m.as_int(a) else {
        let x = m.as_float(a)?;
        let y = number(m, b)?.float(m);
        return Some(Pair::Floats(x, y));
    };
    if let Some(y) = m.as_int(b) {
        return Some(Pair::Ints(x, y));
    }
    let y = m.as_float(b)?;
    Some(Pair::Floats(m.int_to_float(x), y))
}

/// An operation on numbers in its two forms.
#[derive(Clone, Copy)]
pub(crate) struct Arithmetic {
    int: IntChecked,
    float: FloatBinary,
    /// What it is to give it something else.
    fault: Fault,
}

const ADD: Arithmetic = Arithmetic { int: IntChecked::Add, float: FloatBinary::Add, fault: Fault::Add };
pub(crate) const SUBTRACT: Arithmetic =
    Arithmetic { int: IntChecked::Sub, float: FloatBinary::Sub, fault: Fault::Subtract };
pub(crate) const MULTIPLY: Arithmetic =
    Arithmetic { int: IntChecked::Mul, float: FloatBinary::Mul, fault: Fault::Multiply };

#[inline(always)]
pub(crate) fn arithmetic<M: Machine>(
    m: &mut M,
    op: Arithmetic,
    a: M::Value,
    b: M::Value,
) -> Result<M::Value> {
    match numbers(m, a, b) {
        Some(pair) => Ok(compute(m, op, pair)),
        None => fault(m, op.fault, Some(a), Some(b), 0),
    }
}

/// Integers while they fit 64 bits, floats from then on.
#[inline(always)]
fn compute<M: Machine>(m: &mut M, op: Arithmetic, operands: Pair<M>) -> M::Value {
    let (x, y) = match operands {
        Pair::Ints(a, b) => match m.int_checked(op.int, a, b) {
            Some(result) => return m.box_int(result),
            None => (m.int_to_float(a), m.int_to_float(b)),
        },
        Pair::Floats(x, y) => (x, y),
    };
    let result = m.float_binary(op.float, x, y);
    m.box_float(result)
}

#[inline(always)]
pub(crate) fn add<M: Machine>(m: &mut M, a: M::Value, b: M::Value) -> Result<M::Value> {
    match numbers(m, a, b) {
        Some(pair) => Ok(compute(m, ADD, pair)),
        None => concatenate(m, a, b),
    }
}

#[inline(never)]
fn concatenate<M: Machine>(m: &mut M, a: M::Value, b: M::Value) -> Result<M::Value> {
    match (as_text(m, a), as_text(m, b)) {
        (Some(a), Some(b)) => m.call_value(&runtime::CONCAT, &[Arg::Ref(a), Arg::Ref(b)]),
        _ => fault(m, Fault::Add, Some(a), Some(b), 0),
    }
}

#[inline(always)]
pub(crate) fn add_small<M: Machine>(m: &mut M, a: M::Value, small: i16) -> Result<M::Value> {
    let b = m.int(small.into());
    match number(m, a) {
        Some(Number::Int(a)) => Ok(compute(m, ADD, Pair::Ints(a, b))),
        Some(Number::Float(a)) => {
            let b = m.int_to_float(b);
            Ok(compute(m, ADD, Pair::Floats(a, b)))
        }
        None => {
            let what = if small < 0 { Fault::Subtract } else { Fault::Add };
            let b = m.box_int(b);
            fault(m, what, Some(a), Some(b), 0)
        }
    }
}

/// `/` is the division of floats, whatever its operands.
#[inline(always)]
pub(crate) fn divide<M: Machine>(m: &mut M, a: M::Value, b: M::Value) -> Result<M::Value> {
    match (number(m, a), number(m, b)) {
        (Some(a), Some(b)) => {
            let (a, b) = (a.float(m), b.float(m));
            let quotient = m.float_div(a, b);
            Ok(m.box_float(quotient))
        }
        _ => fault(m, Fault::Divide, Some(a), Some(b), 0),
    }
}

/// `a // b`, or `a % b`: the quotient rounds down, and the rest is what is missing then.
#[inline(always)]
pub(crate) fn divide_down<M: Machine>(
    m: &mut M,
    wants_rest: bool,
    a: M::Value,
    b: M::Value,
) -> Result<M::Value> {
    match numbers(m, a, b) {
        Some(Pair::Ints(x, y)) => {
            let (zero, minus_one) = (m.int(0), m.int(-1));
            let is_zero = m.int_eq(y, zero);
            if m.truth(is_zero) {
                return fault(m, Fault::DivisionByZero, None, None, 0);
            }
            // The quotient may be too large: that is the business of a subtraction.
            let is_minus_one = m.int_eq(y, minus_one);
            if m.truth(is_minus_one) {
                return if wants_rest { Ok(m.box_int(zero)) } else { negate(m, a) };
            }
            let result = if wants_rest { m.int_mod(x, y) } else { m.int_floor_div(x, y) };
            Ok(m.box_int(result))
        }
        Some(Pair::Floats(x, y)) => {
            let quotient = m.float_div(x, y);
            let mut result = m.float_unary(FloatUnary::Floor, quotient);
            if wants_rest {
                let whole = m.float_mul(result, y);
                result = m.float_sub(x, whole);
            }
            Ok(m.box_float(result))
        }
        None => fault(m, if wants_rest { Fault::Modulo } else { Fault::FloorDivide }, Some(a), Some(b), 0),
    }
}

#[inline(always)]
pub(crate) fn negate<M: Machine>(m: &mut M, a: M::Value) -> Result<M::Value> {
    let zero = m.int(0);
    match number(m, a) {
        Some(Number::Int(x)) => Ok(compute(m, SUBTRACT, Pair::Ints(zero, x))),
        Some(Number::Float(x)) => {
            let negated = m.float_unary(FloatUnary::Neg, x);
            Ok(m.box_float(negated))
        }
        None => fault(m, Fault::Negate, Some(a), None, 0),
    }
}

// ---- Truth and comparison ----

/// Everything is true but nil and false.
#[inline(always)]
pub(crate) fn truthy<M: Machine>(m: &mut M, value: M::Value) -> bool {
    match m.as_bool(value) {
        Some(truth) => m.truth(truth),
        None => !m.value_is(value, NanBox::NONE),
    }
}

#[inline(always)]
fn as_text<M: Machine>(m: &mut M, value: M::Value) -> Option<M::Ref> {
    let object = m.as_ref(value)?;
    m.has_layout(object, Text::ID).then_some(object)
}

/// Numbers and strings compare by value, everything else by identity.
#[inline(always)]
pub(crate) fn equal<M: Machine>(m: &mut M, a: M::Value, b: M::Value) -> M::Bool {
    if let Some(x) = number(m, a) {
        return match (x, number(m, b)) {
            (Number::Int(x), Some(Number::Int(y))) => m.int_eq(x, y),
            (x, Some(y)) => {
                let (x, y) = (x.float(m), y.float(m));
                m.float_eq(x, y)
            }
            (_, None) => m.bool(false),
        };
    }
    if let Some(x) = as_text(m, a) {
        return match as_text(m, b) {
            Some(y) => match m.call_bool(&runtime::TEXT_EQUAL, &[Arg::Ref(x), Arg::Ref(y)]) {
                Ok(equal) => equal,
                Err(Raised) => unreachable!("TEXT_EQUAL does not raise"),
            },
            None => m.bool(false),
        };
    }
    m.value_eq(a, b)
}

/// `compare` is `Lt` or `Le`.
#[inline(always)]
pub(crate) fn order<M: Machine>(m: &mut M, compare: Compare, a: M::Value, b: M::Value) -> Result<M::Bool> {
    match numbers(m, a, b) {
        Some(Pair::Ints(a, b)) => Ok(m.int_compare(compare, a, b)),
        Some(Pair::Floats(a, b)) => Ok(m.float_compare(compare, a, b)),
        None => order_texts(m, compare, a, b),
    }
}

#[inline(never)]
fn order_texts<M: Machine>(m: &mut M, compare: Compare, a: M::Value, b: M::Value) -> Result<M::Bool> {
    match (as_text(m, a), as_text(m, b)) {
        (Some(a), Some(b)) => {
            let f = if compare == Compare::Lt { &runtime::TEXT_LESS } else { &runtime::TEXT_LESS_EQUAL };
            m.call_bool(f, &[Arg::Ref(a), Arg::Ref(b)])
        }
        _ => fault(m, Fault::Compare, Some(a), Some(b), 0),
    }
}
