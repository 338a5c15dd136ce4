//! Operations of `Decimal` that are methods with an optional context.

use super::context::{self, State};
use super::convert::shown;
use super::object::{expect, new, receiver};
use python_model::native::{NativeDef, def, given};
use python_model::py::{Py, Result};
use python_model::value::*;
use python_number::decimal::compare::{Extreme, order_as_decimal};
use python_number::decimal::{Context, Decimal, Kind, Status};

type Unary = fn(&Context, &Decimal, &mut Status) -> Decimal;

/// Computes in a context and makes an object of the result.
pub fn finished(py: Py, state: &State, compute: impl FnOnce(&Context, &mut Status) -> Decimal) -> Result {
    let mut found = Status::NONE;
    let value = compute(&state.numbers.get(), &mut found);
    state.note(py, found)?;
    new(py, &value)
}

/// `min`, `max` and their kin by magnitude.
pub fn max(c: &Context, a: &Decimal, b: &Decimal, s: &mut Status) -> Decimal {
    c.extreme(a, b, Extreme::Greatest, false, s)
}
pub fn max_mag(c: &Context, a: &Decimal, b: &Decimal, s: &mut Status) -> Decimal {
    c.extreme(a, b, Extreme::Greatest, true, s)
}
pub fn min(c: &Context, a: &Decimal, b: &Decimal, s: &mut Status) -> Decimal {
    c.extreme(a, b, Extreme::Least, false, s)
}
pub fn min_mag(c: &Context, a: &Decimal, b: &Decimal, s: &mut Status) -> Decimal {
    c.extreme(a, b, Extreme::Least, true, s)
}

/// Operations that ask no context, of two numbers.
pub fn compare_total(_: &Context, a: &Decimal, b: &Decimal, _: &mut Status) -> Decimal {
    order_as_decimal(a.compare_total(b))
}
pub fn compare_total_mag(_: &Context, a: &Decimal, b: &Decimal, _: &mut Status) -> Decimal {
    order_as_decimal(a.compare_total_magnitude(b))
}
pub fn copy_sign(_: &Context, a: &Decimal, b: &Decimal, _: &mut Status) -> Decimal {
    a.with_sign(b.is_negative)
}

/// What one number is in a context.
pub type Predicate = fn(&Context, &Decimal) -> bool;

/// All predicates, with whether they take a context.
macro_rules! for_each_predicate {
    ($macro:ident) => {
        $macro! {
            "is_canonical" "($self, /)" |_, _| true;
            "is_finite" "($self, /)" |_, a| a.is_finite();
            "is_infinite" "($self, /)" |_, a| a.is_infinite();
            "is_nan" "($self, /)" |_, a| a.is_nan();
            "is_qnan" "($self, /)" |_, a| a.kind == Kind::QuietNan;
            "is_snan" "($self, /)" |_, a| a.is_signaling();
            "is_signed" "($self, /)" |_, a| a.is_negative;
            "is_zero" "($self, /)" |_, a| a.is_zero();
            "is_normal" "($self, /, context=None)" |c, a| c.is_normal(a);
            "is_subnormal" "($self, /, context=None)" |c, a| c.is_subnormal(a);
        }
    };
}
pub(super) use for_each_predicate;

/// Operations of one number that `Decimal` and `Context` share.
macro_rules! for_each_unary {
    ($macro:ident) => {
        $macro! {
            "exp" Context::exp;
            "ln" Context::ln;
            "log10" Context::log10;
            "logb" Context::logb;
            "logical_invert" Context::logical_invert;
            "next_minus" Context::next_minus;
            "next_plus" Context::next_plus;
            "normalize" Context::normalize;
            "sqrt" Context::sqrt;
        }
    };
}
pub(super) use for_each_unary;

/// Operations of two numbers that both share.
macro_rules! for_each_binary {
    ($macro:ident) => {
        $macro! {
            "compare" Context::compare;
            "compare_signal" Context::compare_signal;
            "compare_total" crate::decimal::operations::compare_total;
            "compare_total_mag" crate::decimal::operations::compare_total_mag;
            "copy_sign" crate::decimal::operations::copy_sign;
            "logical_and" Context::logical_and;
            "logical_or" Context::logical_or;
            "logical_xor" Context::logical_xor;
            "max" crate::decimal::operations::max;
            "max_mag" crate::decimal::operations::max_mag;
            "min" crate::decimal::operations::min;
            "min_mag" crate::decimal::operations::min_mag;
            "next_toward" Context::next_toward;
            "remainder_near" Context::remainder_near;
            "rotate" Context::rotate;
            "scaleb" Context::scale_exponent;
            "shift" Context::shift;
        }
    };
}
pub(super) use for_each_binary;

macro_rules! predicates {
    ($($name:literal $signature:literal $test:expr;)*) => {
        &[$(def($name, $signature, "", |py, a| {
            let value = receiver(py, a[0], $name)?;
            let test: Predicate = $test;
            let numbers = match a.get(1) {
                None => Context::WIDEST,
                Some(&context) => context::argument(py, context)?.numbers.get(),
            };
            Ok(bool_word(test(&numbers, &value)))
        }),)*]
    };
}

macro_rules! unary {
    ($($name:literal $operation:path;)*) => {
        &[$(def($name, "($self, /, context=None)", "", |py, a| {
            let state = context::argument(py, a[1])?;
            let value = receiver(py, a[0], $name)?;
            finished(py, state, |c, s| $operation(c, &value, s))
        }),)*]
    };
}

macro_rules! binary {
    ($($name:literal $operation:path;)*) => {
        &[$(def($name, "($self, /, other, context=None)", "", |py, a| {
            let state = context::argument(py, a[2])?;
            let (x, y) = (receiver(py, a[0], $name)?, expect(py, a[1])?);
            finished(py, state, |c, s| $operation(c, &x, &y, s))
        }),)*]
    };
}

/// A rounding given beside the context.
fn with_rounding(py: Py, state: &State, rounding: Word) -> Result<Context> {
    let mut numbers = state.numbers.get();
    if let Some(given) = given(rounding) {
        numbers.rounding = context::rounding(py, given)?;
    }
    Ok(numbers)
}

fn to_integral(py: Py, a: &[Word], operation: Unary) -> Result {
    let state = context::argument(py, a[2])?;
    let numbers = with_rounding(py, state, a[1])?;
    let value = receiver(py, a[0], "to_integral_value")?;
    finished(py, state, |_, s| operation(&numbers, &value, s))
}

static PREDICATES: &[NativeDef] = for_each_predicate!(predicates);
static UNARY_METHODS: &[NativeDef] = for_each_unary!(unary);
static BINARY_METHODS: &[NativeDef] = for_each_binary!(binary);

static OTHERS: &[NativeDef] = &[
    def("to_integral", "($self, /, rounding=None, context=None)", "", |py, a| {
        to_integral(py, a, Context::to_integral_value)
    }),
    def("to_integral_value", "($self, /, rounding=None, context=None)", "", |py, a| {
        to_integral(py, a, Context::to_integral_value)
    }),
    def("to_integral_exact", "($self, /, rounding=None, context=None)", "", |py, a| {
        to_integral(py, a, Context::to_integral_exact)
    }),
    def("quantize", "($self, /, exp, rounding=None, context=None)", "", |py, a| {
        let state = context::argument(py, a[3])?;
        let numbers = with_rounding(py, state, a[2])?;
        let (value, pattern) = (receiver(py, a[0], "quantize")?, expect(py, a[1])?);
        finished(py, state, |_, s| numbers.quantize(&value, &pattern, s))
    }),
    def("fma", "($self, /, other, third, context=None)", "", |py, a| {
        let state = context::argument(py, a[3])?;
        let (x, y, z) = (receiver(py, a[0], "fma")?, expect(py, a[1])?, expect(py, a[2])?);
        finished(py, state, |c, s| c.fma(&x, &y, &z, s))
    }),
    def("same_quantum", "($self, /, other, context=None)", "", |py, a| {
        context::argument(py, a[2])?;
        Ok(bool_word(receiver(py, a[0], "same_quantum")?.same_quantum(&expect(py, a[1])?)))
    }),
    def("number_class", "($self, /, context=None)", "", |py, a| {
        let state = context::argument(py, a[1])?;
        py.str(state.numbers.get().class_of(&receiver(py, a[0], "number_class")?))
    }),
    def("to_eng_string", "($self, /, context=None)", "", |py, a| {
        let state = context::argument(py, a[1])?;
        shown(py, &receiver(py, a[0], "to_eng_string")?, true, state)
    }),
    def(
        "adjusted",
        "($self, /)",
        "Return the adjusted exponent (exp + digits - 1) of the number.\n\n",
        |py, a| py.int(receiver(py, a[0], "adjusted")?.adjusted()),
    ),
    def("radix", "($self, /)", "Return Decimal(10).\n\n", |py, a| {
        receiver(py, a[0], "radix")?;
        new(py, &Decimal::from_i64(10))
    }),
    def("copy_abs", "($self, /)", "", |py, a| new(py, &receiver(py, a[0], "copy_abs")?.abs())),
    def("copy_negate", "($self, /)", "", |py, a| new(py, &receiver(py, a[0], "copy_negate")?.negated())),
];

pub static METHODS: &[NativeDef] = {
    const COUNT: usize = 10 + 9 + 17 + 12;
    const ALL: &[NativeDef; COUNT] =
        &python_model::native::join(&[PREDICATES, UNARY_METHODS, BINARY_METHODS, OTHERS]);
    ALL
};
