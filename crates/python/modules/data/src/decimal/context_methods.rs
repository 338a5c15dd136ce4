//! Operations as methods of `Context`: the same as those of `Decimal`, with integers for numbers.

use super::arithmetic::with_rest;
use super::context::{self};
use super::convert::{create, create_from_float, shown};
use super::object::{expect, get, new};
use super::operations::{finished, for_each_binary, for_each_predicate, for_each_unary};
use python_model::native::{NativeDef, def, given};
use python_model::py::{Py, Result};
use python_model::value::*;
use python_number::decimal::{Context, Decimal, Kind};

macro_rules! predicates {
    ($($name:literal $signature:literal $test:expr;)*) => {
        &[$(def($name, "($self, x, /)", "", |py, a| {
            let state = context::receiver(py, a[0])?;
            if $name == "is_canonical" {
                expect_decimal(py, a[1])?;
            }
            let test: super::operations::Predicate = $test;
            Ok(bool_word(test(&state.numbers.get(), &expect(py, a[1])?)))
        }),)*]
    };
}

macro_rules! unary {
    ($($name:literal $operation:path;)*) => {
        &[$(def($name, "($self, x, /)", "", |py, a| {
            let state = context::receiver(py, a[0])?;
            let value = expect(py, a[1])?;
            finished(py, state, |c, s| $operation(c, &value, s))
        }),)*]
    };
}

macro_rules! binary {
    ($($name:literal $operation:path;)*) => {
        &[$(def($name, "($self, x, y, /)", "", |py, a| {
            let state = context::receiver(py, a[0])?;
            let (x, y) = (expect(py, a[1])?, expect(py, a[2])?);
            finished(py, state, |c, s| $operation(c, &x, &y, s))
        }),)*]
    };
}

/// Only numbers of this type have encodings.
fn expect_decimal(py: Py, value: Word) -> Result<()> {
    if get(value).is_some() { Ok(()) } else { Err(py.type_error("argument must be a Decimal")) }
}

static PREDICATES: &[NativeDef] = for_each_predicate!(predicates);
static SHARED_UNARY: &[NativeDef] = for_each_unary!(unary);
static SHARED_BINARY: &[NativeDef] = for_each_binary!(binary);

static OWN_UNARY: &[NativeDef] = unary! {
    "abs" Context::absolute;
    "minus" Context::minus;
    "plus" Context::plus;
    "to_integral" Context::to_integral_value;
    "to_integral_exact" Context::to_integral_exact;
    "to_integral_value" Context::to_integral_value;
};

static OWN_BINARY: &[NativeDef] = binary! {
    "add" Context::add;
    "divide" Context::divide;
    "divide_int" Context::divide_to_integer;
    "multiply" Context::multiply;
    "quantize" Context::quantize;
    "remainder" Context::remainder;
    "subtract" Context::subtract;
};

fn power(py: Py, a: &[Word]) -> Result {
    let state = context::receiver(py, a[0])?;
    let (x, y) = (expect(py, a[1])?, expect(py, a[2])?);
    match given(a[3]) {
        None => finished(py, state, |c, s| c.power(&x, &y, s)),
        Some(modulus) => {
            let modulus = expect(py, modulus)?;
            finished(py, state, |c, s| c.power_modulo(&x, &y, &modulus, s))
        }
    }
}

/// A method that changes a number without asking the context.
fn changed(py: Py, a: &[Word], change: fn(&Decimal) -> Decimal) -> Result {
    context::receiver(py, a[0])?;
    new(py, &change(&expect(py, a[1])?))
}

static OTHERS: &[NativeDef] = &[
    def(
        "create_decimal",
        "($self, num=\"0\", /)",
        "Create a new Decimal instance from num, using self as the context. Unlike the\nDecimal constructor, this function observes the context limits.\n\n",
        create,
    ),
    def(
        "create_decimal_from_float",
        "($self, f, /)",
        "Create a new Decimal instance from float f.  Unlike the Decimal.from_float()\nclass method, this function observes the context limits.\n\n",
        create_from_float,
    ),
    def("divmod", "($self, x, y, /)", "Return quotient and remainder of the division x / y.\n\n", |py, a| {
        let state = context::receiver(py, a[0])?;
        with_rest(py, state, &expect(py, a[1])?, &expect(py, a[2])?)
    }),
    def("power", "($self, /, a, b, modulo=None)", "", power),
    def("fma", "($self, x, y, z, /)", "Return x multiplied by y, plus z.\n\n", |py, a| {
        let state = context::receiver(py, a[0])?;
        let (x, y, z) = (expect(py, a[1])?, expect(py, a[2])?, expect(py, a[3])?);
        finished(py, state, |c, s| c.fma(&x, &y, &z, s))
    }),
    def("radix", "($self, /)", "Return 10.\n\n", |py, a| {
        context::receiver(py, a[0])?;
        new(py, &Decimal::from_i64(10))
    }),
    def("_apply", "($self, object, /)", "", |py, a| {
        let state = context::receiver(py, a[0])?;
        let value = expect(py, a[1])?;
        finished(py, state, |c, s| c.finish(value, s))
    }),
    def("canonical", "($self, x, /)", "Return a new instance of x.\n\n", |py, a| {
        expect_decimal(py, a[1])?;
        Ok(a[1])
    }),
    def("copy_abs", "($self, x, /)", "Return a copy of x with the sign set to 0.\n\n", |py, a| {
        changed(py, a, Decimal::abs)
    }),
    def("copy_negate", "($self, x, /)", "Return a copy of x with the sign inverted.\n\n", |py, a| {
        changed(py, a, Decimal::negated)
    }),
    def("copy_decimal", "($self, x, /)", "Return a copy of Decimal x.\n\n", |py, a| match get(a[1]) {
        Some(_) => Ok(a[1]),
        None => changed(py, a, Decimal::clone),
    }),
    def("number_class", "($self, x, /)", "Return an indication of the class of x.\n\n", |py, a| {
        let state = context::receiver(py, a[0])?;
        py.str(state.numbers.get().class_of(&expect(py, a[1])?))
    }),
    def(
        "same_quantum",
        "($self, x, y, /)",
        "Return True if the two operands have the same exponent.\n\n",
        |py, a| {
            context::receiver(py, a[0])?;
            Ok(bool_word(expect(py, a[1])?.same_quantum(&expect(py, a[2])?)))
        },
    ),
    def(
        "to_sci_string",
        "($self, x, /)",
        "Convert a number to a string using scientific notation.\n\n",
        |py, a| {
            let state = context::receiver(py, a[0])?;
            shown(py, &expect(py, a[1])?, false, state)
        },
    ),
    def(
        "to_eng_string",
        "($self, x, /)",
        "Convert a number to a string, using engineering notation.\n\n",
        |py, a| {
            let state = context::receiver(py, a[0])?;
            shown(py, &expect(py, a[1])?, true, state)
        },
    ),
];

pub static METHODS: &[NativeDef] = {
    const COUNT: usize = 10 + 9 + 17 + 6 + 7 + 15;
    const ALL: &[NativeDef; COUNT] = &python_model::native::join(&[
        PREDICATES,
        SHARED_UNARY,
        SHARED_BINARY,
        OWN_UNARY,
        OWN_BINARY,
        OTHERS,
    ]);
    ALL
};
