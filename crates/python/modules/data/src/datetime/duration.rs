//! `timedelta`: whole microseconds; arithmetic is exact, division and products with floats round half to even.

use super::Types;
use super::value::*;
use dashu_int::IBig;
use python_model::compact;
use python_model::native::{Args, NativeDef, bind, def, getter};
use python_model::objects::Tuple;
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::signature;
use python_model::types::TypeRef;
use python_model::value::*;
use python_types::numbers::Int;

fn receiver(py: Py, value: Word) -> Result<i128> {
    micros_of(value).ok_or_else(|| wrong(py, value))
}

fn wrong(py: Py, value: Word) -> metatrace_machine::Raised {
    let name = py.type_name(value);
    py.type_error(format!("descriptor requires a 'datetime.timedelta' object but received a '{name}'"))
}

/// The whole number in a value that is an `int`; `None`: it is none.
fn int_of(py: Py, value: Word) -> Option<IBig> {
    Some(Int::of(py, value)?.big().into_owned())
}

/// A duration of any number of microseconds.
fn from_big(py: Py, micros: &IBig) -> Result {
    match i128::try_from(micros) {
        Ok(micros) => new_duration(py, micros),
        Err(_) => Err(py.overflow_error("Python int too large to convert to C int")),
    }
}

/// `a / b`, half to even.
fn divide_nearest(a: &IBig, b: &IBig) -> IBig {
    use dashu_int::ops::DivRemEuclid;
    let (a, b) = if *b < IBig::ZERO { (-a, -b) } else { (a.clone(), b.clone()) };
    let (quotient, rest) = a.div_rem_euclid(&b);
    let twice = IBig::from(rest) * 2;
    let is_odd = &quotient % 2 != 0;
    if twice > b || twice == b && is_odd { quotient + 1 } else { quotient }
}

/// `timedelta(days=0, …)`: whole parts are added exactly, fractions together and rounded last.
pub fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    const UNITS: [(&str, i64); 7] = [
        ("days", DAY_MICROS),
        ("seconds", SECOND_MICROS),
        ("microseconds", 1),
        ("milliseconds", 1000),
        ("minutes", MINUTE_MICROS),
        ("hours", HOUR_MICROS),
        ("weeks", 7 * DAY_MICROS),
    ];
    let given: [Word; 7] = bind(
        py,
        "__new__",
        signature!("(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)"),
        args,
    )?;
    let mut exact = 0_i128;
    let mut big: Option<IBig> = None;
    let mut fraction = 0.0;
    // As CPython adds them: from the smallest unit.
    for at in [2, 3, 1, 4, 5, 0, 6] {
        let (name, unit) = UNITS[at];
        if given[at] == UNSET {
            continue;
        }
        match V::of(py.base(given[at])) {
            V::Int(count) => exact += i128::from(count) * i128::from(unit),
            V::Bool(count) => exact += i128::from(count) * i128::from(unit),
            V::Big(count) => big = Some(big.unwrap_or(IBig::ZERO) + &*count.value * unit),
            V::Float(count) => {
                let whole = count.trunc();
                let int = python_types::numbers::float_to_int(py, whole)?;
                big = Some(big.unwrap_or(IBig::ZERO) + int_of(py, int).unwrap_or(IBig::ZERO) * unit);
                let parts = (count - whole) * unit as f64;
                big = big.map(|sum| sum + IBig::from(parts.trunc() as i64));
                fraction += parts.fract();
            }
            _ => {
                let kind = py.type_name(given[at]);
                return Err(py.type_error(format!("unsupported type for timedelta {name} component: {kind}")));
            }
        }
    }
    let mut sum = big.unwrap_or(IBig::ZERO) + IBig::from(exact);
    if fraction != 0.0 {
        let mut whole = fraction.round();
        if (whole - fraction).abs() == 0.5 {
            // Half to even, of the sum.
            let is_odd = i64::from(&sum % 2 != 0);
            whole = 2.0 * ((fraction + is_odd as f64) * 0.5).round() - is_odd as f64;
        }
        sum += IBig::from(whole as i64);
    }
    let made = from_big(py, &sum)?;
    compact::wrap(py, class, known(&py.vm().state::<Types>().duration), made)
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    let own = receiver(py, a[0])?;
    Ok(micros_of(a[1]).map_or(NOT_IMPLEMENTED, |other| bool_word(op.holds(own.cmp(&other)))))
}

fn sum(py: Py, a: Word, b: Word, sign: i128) -> Result {
    match (micros_of(a), micros_of(b)) {
        (Some(a), Some(b)) => new_duration(py, a + sign * b),
        _ => Ok(NOT_IMPLEMENTED),
    }
}

/// The exact ratio of a float. Errors: infinities and NaN have none.
fn ratio(py: Py, float: Word) -> Result<(IBig, IBig)> {
    let ratio = py.call_method(float, py.intern("as_integer_ratio")?, &[])?;
    let Some(parts) = py.cast::<Tuple>(ratio) else {
        let name = py.type_name(ratio);
        let message = format!("unexpected return type from as_integer_ratio(): expected tuple, got '{name}'");
        return Err(py.type_error(message));
    };
    if parts.items().len() != 2 || parts.items().iter().any(|part| Int::of(py, part.get()).is_none()) {
        return Err(py.value_error("as_integer_ratio() must return a 2-tuple"));
    }
    let part = |at: usize| int_of(py, parts.items()[at].get()).unwrap_or(IBig::ONE);
    Ok((part(0), part(1)))
}

fn multiply(py: Py, duration: Word, factor: Word) -> Result {
    let own = IBig::from(receiver(py, duration)?);
    if let Some(factor) = int_of(py, factor) {
        return from_big(py, &(own * factor));
    }
    if let V::Float(_) = V::of(py.base(factor)) {
        let (numerator, denominator) = ratio(py, factor)?;
        return from_big(py, &divide_nearest(&(own * numerator), &denominator));
    }
    Ok(NOT_IMPLEMENTED)
}

fn divide(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let zero = || py.zero_division_error("division by zero");
    if let Some(other) = micros_of(a[1]) {
        if other == 0 {
            return Err(zero());
        }
        let quotient = python_number::int_float::true_divide(&IBig::from(own), &IBig::from(other));
        return Ok(float_word(python_types::numbers::arithmetic(py, quotient)?));
    }
    if let Some(divisor) = int_of(py, a[1]) {
        if divisor.is_zero() {
            return Err(zero());
        }
        return from_big(py, &divide_nearest(&IBig::from(own), &divisor));
    }
    if let V::Float(_) = V::of(py.base(a[1])) {
        let (numerator, denominator) = ratio(py, a[1])?;
        if numerator.is_zero() {
            return Err(zero());
        }
        return from_big(py, &divide_nearest(&(IBig::from(own) * denominator), &numerator));
    }
    Ok(NOT_IMPLEMENTED)
}

/// Quotient (rounded down) and rest.
fn divide_down(py: Py, a: i128, b: i128) -> Result<(i128, i128)> {
    if b == 0 {
        return Err(py.zero_division_error("division by zero"));
    }
    let (quotient, rest) = (a / b, a % b);
    Ok(if rest != 0 && (rest < 0) != (b < 0) { (quotient - 1, rest + b) } else { (quotient, rest) })
}

fn floor_divide(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    if let Some(other) = micros_of(a[1]) {
        return py.big_int(IBig::from(divide_down(py, own, other)?.0));
    }
    match int_of(py, a[1]).map(|divisor| i128::try_from(&divisor)) {
        None => Ok(NOT_IMPLEMENTED),
        Some(Ok(divisor)) => new_duration(py, divide_down(py, own, divisor)?.0),
        // Larger than any duration.
        Some(Err(_)) => new_duration(py, if own == 0 { 0 } else { -1 }),
    }
}

fn shown(value: [i64; 3]) -> String {
    let [days, seconds, micros] = value;
    let mut text = String::new();
    if days != 0 {
        text = format!("{days} day{}, ", if days.abs() == 1 { "" } else { "s" });
    }
    text += &format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if micros != 0 {
        text += &format!(".{micros:06}");
    }
    text
}

fn parts(py: Py, value: Word) -> Result<[i64; 3]> {
    duration_of(value).ok_or_else(|| wrong(py, value))
}

/// `datetime.timedelta(days=1, …)`, or the name of a subclass.
pub fn repr(py: Py, value: Word) -> Result<String> {
    let [days, seconds, micros] = parts(py, value)?;
    let fields = [("days", days), ("seconds", seconds), ("microseconds", micros)];
    let shown: Vec<String> = fields
        .iter()
        .filter(|(_, count)| *count != 0)
        .map(|(name, count)| format!("{name}={count}"))
        .collect();
    let arguments = if shown.is_empty() { "0".to_owned() } else { shown.join(", ") };
    Ok(format!("{}({arguments})", py.type_name(value)))
}

pub static METHODS: &[NativeDef] = &[
    def("__add__", "($self, value, /)", "Return self+value.", |py, a| sum(py, a[0], a[1], 1)),
    def("__radd__", "($self, value, /)", "Return value+self.", |py, a| sum(py, a[1], a[0], 1)),
    def("__sub__", "($self, value, /)", "Return self-value.", |py, a| sum(py, a[0], a[1], -1)),
    def("__rsub__", "($self, value, /)", "Return value-self.", |py, a| sum(py, a[1], a[0], -1)),
    def("__mul__", "($self, value, /)", "Return self*value.", |py, a| multiply(py, a[0], a[1])),
    def("__rmul__", "($self, value, /)", "Return value*self.", |py, a| multiply(py, a[0], a[1])),
    def("__truediv__", "($self, value, /)", "Return self/value.", divide),
    def("__floordiv__", "($self, value, /)", "Return self//value.", floor_divide),
    def("__mod__", "($self, value, /)", "Return self%value.", |py, a| {
        match (receiver(py, a[0])?, micros_of(a[1])) {
            (own, Some(other)) => new_duration(py, divide_down(py, own, other)?.1),
            _ => Ok(NOT_IMPLEMENTED),
        }
    }),
    def("__divmod__", "($self, value, /)", "Return divmod(self, value).", |py, a| {
        let (own, Some(other)) = (receiver(py, a[0])?, micros_of(a[1])) else { return Ok(NOT_IMPLEMENTED) };
        let (quotient, rest) = divide_down(py, own, other)?;
        py.new_tuple(&[py.big_int(IBig::from(quotient))?, new_duration(py, rest)?])
    }),
    def("__neg__", "($self, /)", "-self", |py, a| new_duration(py, -receiver(py, a[0])?)),
    def("__pos__", "($self, /)", "+self", |py, a| new_duration(py, receiver(py, a[0])?)),
    def("__abs__", "($self, /)", "abs(self)", |py, a| new_duration(py, receiver(py, a[0])?.abs())),
    def("__bool__", "($self, /)", "True if self else False", |py, a| Ok(bool_word(receiver(py, a[0])? != 0))),
    def("__lt__", "($self, value, /)", "Return self<value.", |py, a| compare(py, a, Comparison::Lt)),
    def("__le__", "($self, value, /)", "Return self<=value.", |py, a| compare(py, a, Comparison::Le)),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare(py, a, Comparison::Eq)),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare(py, a, Comparison::Ne)),
    def("__gt__", "($self, value, /)", "Return self>value.", |py, a| compare(py, a, Comparison::Gt)),
    def("__ge__", "($self, value, /)", "Return self>=value.", |py, a| compare(py, a, Comparison::Ge)),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        let fields = parts(py, a[0])?.map(python_number::hash::hash_i64);
        py.int(python_number::hash::hash_tuple(fields.into_iter()))
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| py.str(&repr(py, a[0])?)),
    def("__str__", "($self, /)", "Return str(self).", |py, a| py.str(&shown(parts(py, a[0])?))),
    def("__reduce__", "($self, /)", "__reduce__() -> (cls, state)", |py, a| {
        let [days, seconds, micros] = parts(py, a[0])?.map(small_int);
        let state = py.new_tuple(&[days, seconds, micros])?;
        py.new_tuple(&[py.type_of(a[0]).word(), state])
    }),
    def("total_seconds", "($self, /)", "Total seconds in the duration.", |py, a| {
        let quotient = python_number::int_float::true_divide(
            &IBig::from(receiver(py, a[0])?),
            &IBig::from(SECOND_MICROS),
        );
        Ok(float_word(python_types::numbers::arithmetic(py, quotient)?))
    }),
    getter("days", "Number of days.", |py, a| Ok(small_int(parts(py, a[0])?[0]))),
    getter("seconds", "Number of seconds (>= 0 and less than 1 day).", |py, a| {
        Ok(small_int(parts(py, a[0])?[1]))
    }),
    getter("microseconds", "Number of microseconds (>= 0 and less than 1 second).", |py, a| {
        Ok(small_int(parts(py, a[0])?[2]))
    }),
];
