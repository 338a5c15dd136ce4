//! Comparison operators and hashes of `Decimal`: exact, also with other types of numbers.

use super::context::{self};
use super::convert::from_float;
use super::object::{get, operand, receiver};
use python_model::native::{NativeDef, def};
use python_model::objects::Complex;
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::value::*;
use python_number::decimal::{Context, Decimal, Status};

/// Both sides of a comparison as decimal numbers. `None`: the other is of a type that is not compared.
fn operands(py: Py, own: Decimal, other: Word, is_equality: bool) -> Result<Option<(Decimal, Decimal)>> {
    if let Some(other) = operand(py, other) {
        return Ok(Some((own, other)));
    }
    let mut float = match V::of(py.base(other)) {
        V::Float(float) => Some(float),
        _ => None,
    };
    if is_equality && let Some(complex) = py.cast::<Complex>(other) {
        if complex.im.get() != 0.0 {
            return Ok(None);
        }
        float = Some(complex.re.get());
    }
    if let Some(float) = float {
        let state = context::current_state(py)?;
        if is_equality {
            state.flags.set(state.flags.get() | Status::FLOAT_OPERATION);
        } else {
            state.note(py, Status::FLOAT_OPERATION)?;
        }
        return Ok(Some((own, from_float(float))));
    }
    if matches!(
        V::of(py.base(other)),
        V::None | V::Str(_) | V::Bytes(_) | V::Tuple(_) | V::List(_) | V::Dict(_)
    ) {
        return Ok(None);
    }
    let rational = py.import_from("numbers", "Rational")?;
    if !py.is_instance(other, rational)? {
        return Ok(None);
    }
    let numerator = py.get_attr(other, py.intern("numerator")?)?;
    let denominator = py.get_attr(other, py.intern("denominator")?)?;
    let (Some(numerator), Some(denominator)) = (operand(py, numerator), operand(py, denominator)) else {
        return Ok(None);
    };
    let own = if own.is_finite() {
        Context::WIDEST.multiply(&own, &denominator, &mut { Status::NONE })
    } else {
        own
    };
    Ok(Some((own, numerator)))
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    let own = receiver(py, a[0], "__eq__")?;
    let is_equality = matches!(op, Comparison::Eq | Comparison::Ne);
    let Some((x, y)) = operands(py, own, a[1], is_equality)? else { return Ok(NOT_IMPLEMENTED) };
    if x.is_nan() || y.is_nan() {
        if !is_equality || x.is_signaling() || y.is_signaling() {
            context::current_state(py)?.note(py, Status::INVALID_OPERATION)?;
        }
        return Ok(bool_word(op == Comparison::Ne));
    }
    Ok(bool_word(op.holds(x.compare(&y))))
}

fn hash(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "__hash__")?;
    if own.is_signaling() {
        return Err(py.type_error("Cannot hash a signaling NaN value"));
    }
    py.int(if own.is_nan() { py.hash_identity(a[0]) } else { own.hash() })
}

/// One line for each comparison.
macro_rules! comparisons {
    ($($name:literal $symbol:literal $comparison:ident;)*) => {
        &[$(
            def($name, "($self, value, /)", concat!("Return self", $symbol, "value."), |py, a| {
                // The common case: both are decimal numbers.
                if let (Some(x), Some(y)) = (get(a[0]), get(a[1]))
                    && x.is_finite()
                    && y.is_finite()
                {
                    return Ok(bool_word(Comparison::$comparison.holds(x.compare(&y))));
                }
                compare(py, a, Comparison::$comparison)
            }),
        )*
            def("__hash__", "($self, /)", "Return hash(self).", hash),
        ]
    };
}

pub static METHODS: &[NativeDef] = comparisons! {
    "__lt__" "<" Lt; "__le__" "<=" Le; "__eq__" "==" Eq; "__ne__" "!=" Ne; "__gt__" ">" Gt; "__ge__" ">=" Ge;
};
