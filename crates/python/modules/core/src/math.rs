//! `math`: arguments and messages; the functions are the machine's and `python-number`'s.

use crate::text::big;
use dashu_int::{IBig, UBig};
use metatrace_machine::Raised;
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{NativeDef, def, given, quiet};
use python_model::objects::*;
use python_model::operators::Binary;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_number::math_special::{self as special, MathError};
use python_number::{ArithmeticError, ExceptionKind, combinatorics, int_float, math_sums, roots};

pub static MODULE: NativeModule = NativeModule {
    name: "math",
    doc: "This module provides access to the mathematical functions\ndefined by the C standard.",
    functions: FUNCTIONS,
    fill: |py, dict| {
        for (name, value) in [
            ("pi", std::f64::consts::PI),
            ("e", std::f64::consts::E),
            ("tau", std::f64::consts::TAU),
            ("inf", f64::INFINITY),
            ("nan", f64::NAN),
        ] {
            dict::set_symbol(py, dict, py.intern(name)?, float_word(value))?;
        }
        Ok(())
    },
};

/// A real argument. Errors: `TypeError` "must be real number, not X", `OverflowError` for big integers.
fn real(py: Py, value: Word) -> Result<f64> {
    match V::of(value) {
        V::Float(x) => Ok(x),
        V::Int(n) => Ok(n as f64),
        _ => py.to_f64(value),
    }
}

/// The exception of failed arithmetic.
pub fn raise_arithmetic(py: Py, error: ArithmeticError) -> Raised {
    let ty = match error.kind() {
        ExceptionKind::ZeroDivisionError => Ty::ZeroDivisionError,
        ExceptionKind::OverflowError => Ty::OverflowError,
        ExceptionKind::ValueError => Ty::ValueError,
        ExceptionKind::TypeError => Ty::TypeError,
        ExceptionKind::MemoryError => return py.out_of_memory(),
    };
    py.raise_text(ty, error.message())
}

fn domain(py: Py) -> Raised {
    py.value_error("math domain error")
}
fn range(py: Py) -> Raised {
    py.overflow_error("math range error")
}
fn shown(x: f64) -> String {
    python_number::float_text::repr(x)
}

/// A function without a domain of its own: a NaN from a number is a wrong argument, an infinity from a finite one a result
/// out of range, unless the function `can_overflow` not, which makes it a wrong argument too.
fn unary(py: Py, value: Word, what: &str, can_overflow: bool, function: fn(f64) -> f64) -> Result {
    let x = real(py, value)?;
    let y = function(x);
    if y.is_nan() && !x.is_nan() || y.is_infinite() && x.is_finite() && !can_overflow {
        return Err(if what.is_empty() { domain(py) } else { py.value_error(what.replace("{}", &shown(x))) });
    }
    if y.is_infinite() && x.is_finite() {
        return Err(range(py));
    }
    Ok(float_word(y))
}

macro_rules! unary {
    ($name:literal, $doc:literal, $what:literal, $can_overflow:literal, $function:expr) => {
        def($name, "(x, /)", $doc, |py, a| unary(py, a[0], $what, $can_overflow, $function))
            .computing($function)
    };
}

/// A function whose failures are typed.
fn checked(py: Py, result: std::result::Result<f64, MathError>, what: &str, x: f64) -> Result {
    match result {
        Ok(value) => Ok(float_word(value)),
        Err(MathError::Domain) if what.is_empty() => Err(domain(py)),
        Err(MathError::Domain) => Err(py.value_error(what.replace("{}", &shown(x)))),
        Err(MathError::Range) => Err(range(py)),
    }
}

/// A logarithm, of integers of any size too.
fn logarithm(py: Py, value: Word, log: fn(f64) -> f64) -> Result<f64> {
    let wrong = || py.value_error("expected a positive input");
    match V::of(py.base(value)) {
        V::Int(n) if n <= 0 => Err(wrong()),
        V::Int(n) => Ok(log(n as f64)),
        V::Big(n) => special::log_int(&n.value, log).map_err(|_| wrong()),
        _ => {
            let x = real(py, value)?;
            if x <= 0.0 {
                return Err(py.value_error(format!("expected a positive input, got {}", shown(x))));
            }
            Ok(log(x))
        }
    }
}

/// An integer argument.
fn integer(py: Py, value: Word) -> Result<IBig> {
    Ok(big(py, py.to_index(value)?))
}

/// `floor`, `ceil`: the method of the argument, else of its float value.
fn rounded(py: Py, value: Word, name: Name, round: fn(f64) -> f64) -> Result {
    if as_i64(value).is_some() {
        return Ok(value);
    }
    if !matches!(V::of(value), V::Float(_))
        && let Some(result) = py.call_special(value, name, &[])?
    {
        return Ok(result);
    }
    let x = round(real(py, value)?);
    match int_float::float_to_i64(x) {
        Some(n) => py.int(n),
        None => match int_float::float_to_int(x) {
            Ok(n) => py.big_int(n),
            Err(error) => Err(raise_arithmetic(py, error)),
        },
    }
}

/// The items of an iterable as floats.
fn reals(py: Py, iterable: Word) -> Result<Vec<f64>> {
    let iterator = py.iter(iterable)?;
    let mut out = Vec::new();
    while let Some(item) = py.next(iterator)? {
        out.push(real(py, item)?);
    }
    Ok(out)
}

/// `gcd` and `lcm` of any number of integers.
fn fold(py: Py, integers: Word, start: IBig, combine: fn(&IBig, &IBig) -> IBig) -> Result {
    let items = as_object::<Tuple>(integers).expect("star arguments are a tuple");
    let mut total = start;
    for item in items.items() {
        let item = integer(py, item.get())?;
        total = combine(&total, &item);
    }
    py.big_int(total)
}

/// `n` and `k` of `comb` and `perm`.
fn choose(
    py: Py,
    n: Word,
    k: Word,
    small: fn(u64, u64) -> UBig,
    large: fn(&IBig, u64) -> IBig,
    mirrors: bool,
) -> Result {
    let (n, k) = (integer(py, n)?, integer(py, k)?);
    for (value, name) in [(&n, "n"), (&k, "k")] {
        if *value < IBig::ZERO {
            return Err(py.value_error(format!("{name} must be a non-negative integer")));
        }
    }
    if k > n {
        return py.int(0);
    }
    let mirrored = &n - &k;
    let k = if mirrors && mirrored < k { mirrored } else { k };
    let Ok(k) = u64::try_from(&k) else {
        let name = if mirrors { "min(n - k, k)" } else { "k" };
        return Err(py.overflow_error(format!("{name} must not exceed {}", i64::MAX)));
    };
    match u64::try_from(&n) {
        Ok(n) => py.big_int(small(n, k).into()),
        Err(_) => py.big_int(large(&n, k)),
    }
}

fn factorial(py: Py, value: Word) -> Result {
    let n = integer(py, value)?;
    if n < IBig::ZERO {
        return Err(py.value_error("factorial() not defined for negative values"));
    }
    match i64::try_from(&n) {
        Ok(n) => py.big_int(combinatorics::factorial(n as u64).into()),
        Err(_) => Err(py.overflow_error(format!("factorial() argument should not exceed {}", i64::MAX))),
    }
}

fn sum_product(py: Py, p: Word, q: Word) -> Result {
    let (p, q) = (py.iter(p)?, py.iter(q)?);
    let mut total = small_int(0);
    // Floats are summed exactly for as long as there are only floats and small integers.
    let mut floats: Option<math_sums::TripleSum> = None;
    loop {
        let (x, y) = match (py.next(p)?, py.next(q)?) {
            (Some(x), Some(y)) => (x, y),
            (None, None) => break,
            _ => return Err(py.value_error("Inputs are not the same length")),
        };
        let number = |value: Word| match V::of(value) {
            V::Float(x) => Some((x, true)),
            V::Int(n) if n.unsigned_abs() < 1 << 53 => Some((n as f64, false)),
            _ => None,
        };
        if let (Some((x, is_float)), Some((y, is_also_float))) = (number(x), number(y))
            && (is_float || is_also_float)
        {
            floats = Some(floats.unwrap_or_default().add_product(x, y));
            continue;
        }
        let product = py.binary(Binary::Mul, x, y)?;
        total = py.binary(Binary::Add, total, product)?;
    }
    match floats {
        None => Ok(total),
        Some(floats) if total == small_int(0) => Ok(float_word(floats.total())),
        Some(floats) => py.binary(Binary::Add, total, float_word(floats.total())),
    }
}

fn power(py: Py, a: &[Word]) -> Result {
    let (x, y) = (real(py, a[0])?, real(py, a[1])?);
    let value = x.powf(y);
    if x.is_finite() && y.is_finite() {
        if value.is_nan() || (value.is_infinite() && x == 0.0) {
            return Err(domain(py));
        }
        if value.is_infinite() {
            return Err(range(py));
        }
    }
    Ok(float_word(value))
}

fn is_close(py: Py, a: &[Word]) -> Result {
    let (x, y) = (real(py, a[0])?, real(py, a[1])?);
    let tolerance = |value: Word, default: f64| if value == UNSET { Ok(default) } else { real(py, value) };
    let (relative, absolute) = (tolerance(a[2], 1e-9)?, tolerance(a[3], 0.0)?);
    if relative < 0.0 || absolute < 0.0 {
        return Err(py.value_error("tolerances must be non-negative"));
    }
    if x == y {
        return Ok(TRUE);
    }
    if x.is_infinite() || y.is_infinite() {
        return Ok(FALSE);
    }
    let difference = (x - y).abs();
    let is_near = |of: f64| difference <= (relative * of).abs();
    Ok(bool_word(is_near(x) || is_near(y) || difference <= absolute))
}

static FUNCTIONS: &[NativeDef] = &quiet([
    unary!(
        "acos",
        "Return the arc cosine of x.",
        "expected a number in range from -1 up to 1, got {}",
        false,
        f64::acos
    ),
    unary!(
        "acosh",
        "Return the inverse hyperbolic cosine of x.",
        "expected argument value not less than 1, got {}",
        false,
        f64::acosh
    ),
    unary!(
        "asin",
        "Return the arc sine of x.",
        "expected a number in range from -1 up to 1, got {}",
        false,
        f64::asin
    ),
    unary!("asinh", "Return the inverse hyperbolic sine of x.", "", false, f64::asinh),
    unary!("atan", "Return the arc tangent of x.", "", false, f64::atan),
    unary!(
        "atanh",
        "Return the inverse hyperbolic tangent of x.",
        "expected a number between -1 and 1, got {}",
        false,
        f64::atanh
    ),
    unary!("cbrt", "Return the cube root of x.", "", false, f64::cbrt),
    unary!("cos", "Return the cosine of x.", "expected a finite input, got {}", false, f64::cos),
    unary!("cosh", "Return the hyperbolic cosine of x.", "", true, f64::cosh),
    unary!("exp", "Return e raised to the power of x.", "", true, f64::exp),
    unary!("exp2", "Return 2 raised to the power of x.", "", true, f64::exp2),
    unary!("expm1", "Return exp(x)-1.", "", true, f64::exp_m1),
    unary!("fabs", "Return the absolute value of the float x.", "", false, f64::abs),
    unary!(
        "log1p",
        "Return the natural logarithm of 1+x (base e).",
        "expected argument value > -1, got {}",
        false,
        f64::ln_1p
    ),
    unary!("sin", "Return the sine of x.", "expected a finite input, got {}", false, f64::sin),
    unary!("sinh", "Return the hyperbolic sine of x.", "", true, f64::sinh),
    unary!("sqrt", "Return the square root of x.", "expected a nonnegative input, got {}", false, f64::sqrt),
    unary!("tan", "Return the tangent of x.", "expected a finite input, got {}", false, f64::tan),
    unary!("tanh", "Return the hyperbolic tangent of x.", "", false, f64::tanh),
    def("erf", "(x, /)", "Error function at x.", |py, a| Ok(float_word(special::erf(real(py, a[0])?)))),
    def("erfc", "(x, /)", "Complementary error function at x.", |py, a| {
        Ok(float_word(special::erfc(real(py, a[0])?)))
    }),
    def("gamma", "(x, /)", "Gamma function at x.", |py, a| {
        let x = real(py, a[0])?;
        checked(py, special::gamma(x), "expected a noninteger or positive integer, got {}", x)
    }),
    def("lgamma", "(x, /)", "Natural logarithm of absolute value of Gamma function at x.", |py, a| {
        let x = real(py, a[0])?;
        checked(py, special::lgamma(x), "expected a noninteger or positive integer, got {}", x)
    }),
    def("atan2", "(y, x, /)", "Return the arc tangent (measured in radians) of y/x.", |py, a| {
        Ok(float_word(real(py, a[0])?.atan2(real(py, a[1])?)))
    }),
    def("copysign", "(x, y, /)", "Return a float with the magnitude of x but the sign of y.", |py, a| {
        Ok(float_word(real(py, a[0])?.copysign(real(py, a[1])?)))
    }),
    def("degrees", "(x, /)", "Convert angle x from radians to degrees.", |py, a| {
        Ok(float_word(real(py, a[0])? * (180.0 / std::f64::consts::PI)))
    }),
    def("radians", "(x, /)", "Convert angle x from degrees to radians.", |py, a| {
        Ok(float_word(real(py, a[0])? * (std::f64::consts::PI / 180.0)))
    }),
    def("fmod", "(x, y, /)", "Return fmod(x, y), according to platform C.", |py, a| {
        let (x, y) = (real(py, a[0])?, real(py, a[1])?);
        if y.is_infinite() && x.is_finite() {
            return Ok(float_word(x));
        }
        let value = x % y;
        if value.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain(py)) } else { Ok(float_word(value)) }
    }),
    def("pow", "(x, y, /)", "Return x**y (x to the power of y).", power),
    def("remainder", "(x, y, /)", "Difference between x and the closest integer multiple of y.", |py, a| {
        let (x, y) = (real(py, a[0])?, real(py, a[1])?);
        checked(py, special::remainder(x, y), "", x)
    }),
    def("fma", "(x, y, z, /)", "Fused multiply-add operation.", |py, a| {
        let (x, y, z) = (real(py, a[0])?, real(py, a[1])?, real(py, a[2])?);
        match special::fma(x, y, z) {
            Ok(value) => Ok(float_word(value)),
            Err(MathError::Domain) => Err(py.value_error("invalid operation in fma")),
            Err(MathError::Range) => Err(py.overflow_error("overflow in fma")),
        }
    }),
    def(
        "nextafter",
        "(x, y, /, *, steps=None)",
        "Return the floating-point value the given number of steps after x towards y.",
        |py, a| {
            let (x, y) = (real(py, a[0])?, real(py, a[1])?);
            let steps = match given(a[2]) {
                None => IBig::ONE,
                Some(steps) => integer(py, steps)?,
            };
            if steps < IBig::ZERO {
                return Err(py.value_error("steps must be a non-negative integer"));
            }
            Ok(float_word(special::next_after(x, y, u64::try_from(&steps).unwrap_or(u64::MAX))))
        },
    ),
    def("ulp", "(x, /)", "Return the value of the least significant bit of the float x.", |py, a| {
        Ok(float_word(special::ulp(real(py, a[0])?)))
    }),
    def("ldexp", "(x, i, /)", "Return x * (2**i).", |py, a| {
        let x = real(py, a[0])?;
        let exponent = match V::of(py.base(a[1])) {
            V::Int(n) => n,
            V::Bool(b) => i64::from(b),
            V::Big(n) => {
                if *n.value < IBig::ZERO {
                    i64::MIN
                } else {
                    i64::MAX
                }
            }
            _ => return Err(py.type_error("Expected an int as second argument to ldexp.")),
        };
        checked(py, special::ldexp(x, exponent), "", x)
    }),
    def("frexp", "(x, /)", "Return the mantissa and exponent of x, as pair (m, e).", |py, a| {
        let x = real(py, a[0])?;
        let (mantissa, exponent) = if x.is_finite() { special::frexp(x) } else { (x, 0) };
        py.new_tuple(&[float_word(mantissa), small_int(i64::from(exponent))])
    }),
    def("modf", "(x, /)", "Return the fractional and integer parts of x.", |py, a| {
        let (fraction, whole) = special::modf(real(py, a[0])?);
        py.new_tuple(&[float_word(fraction), float_word(whole)])
    }),
    def("isfinite", "(x, /)", "Return True if x is neither an infinity nor a NaN.", |py, a| {
        Ok(bool_word(real(py, a[0])?.is_finite()))
    }),
    def("isinf", "(x, /)", "Return True if x is a positive or negative infinity.", |py, a| {
        Ok(bool_word(real(py, a[0])?.is_infinite()))
    }),
    def("isnan", "(x, /)", "Return True if x is a NaN (not a number).", |py, a| {
        Ok(bool_word(real(py, a[0])?.is_nan()))
    }),
    def(
        "isclose",
        "(a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        "Determine whether two floating-point numbers are close in value.",
        is_close,
    ),
    def("log", "(x, base=None, /)", "Return the logarithm of x to the given base.", |py, a| {
        let x = logarithm(py, a[0], f64::ln)?;
        if a[1] == UNSET {
            return Ok(float_word(x));
        }
        let base = logarithm(py, a[1], f64::ln)?;
        py.binary(Binary::TrueDiv, float_word(x), float_word(base))
    })
    .computing(f64::ln),
    def("log2", "(x, /)", "Return the base 2 logarithm of x.", |py, a| {
        Ok(float_word(logarithm(py, a[0], f64::log2)?))
    }),
    def("log10", "(x, /)", "Return the base 10 logarithm of x.", |py, a| {
        Ok(float_word(logarithm(py, a[0], f64::log10)?))
    }),
    def("floor", "(x, /)", "Return the floor of x as an Integral.", |py, a| {
        rounded(py, a[0], Name::Floor, f64::floor)
    })
    .rounding(f64::floor),
    def("ceil", "(x, /)", "Return the ceiling of x as an Integral.", |py, a| {
        rounded(py, a[0], Name::Ceil, f64::ceil)
    })
    .rounding(f64::ceil),
    def("trunc", "(x, /)", "Truncates the Real x to the nearest Integral toward 0.", |py, a| {
        if matches!(V::of(a[0]), V::Float(_)) {
            return rounded(py, a[0], Name::Trunc, f64::trunc);
        }
        match py.call_special(a[0], Name::Trunc, &[])? {
            Some(value) => Ok(value),
            None => {
                let what = py.type_name(a[0]);
                Err(py.type_error(format!("type {what} doesn't define __trunc__ method")))
            }
        }
    }),
    def("gcd", "(*integers)", "Greatest Common Divisor.", |py, a| fold(py, a[0], IBig::ZERO, roots::gcd)),
    def("lcm", "(*integers)", "Least Common Multiple.", |py, a| fold(py, a[0], IBig::ONE, roots::lcm)),
    def("factorial", "(n, /)", "Find n!.", |py, a| factorial(py, a[0])),
    def("comb", "(n, k, /)", "Number of ways to choose k items from n items.", |py, a| {
        choose(py, a[0], a[1], combinatorics::comb, combinatorics::comb_big, true)
    }),
    def("perm", "(n, k=None, /)", "Number of ways to choose k items from n items in order.", |py, a| {
        match given(a[1]) {
            None => factorial(py, a[0]),
            Some(k) => choose(py, a[0], k, combinatorics::perm, combinatorics::perm_big, false),
        }
    }),
    def("isqrt", "(n, /)", "Return the integer part of the square root of the input.", |py, a| {
        match UBig::try_from(integer(py, a[0])?) {
            Ok(n) => py.big_int(roots::isqrt(&n).into()),
            Err(_) => Err(py.value_error("isqrt() argument must be nonnegative")),
        }
    }),
    def("hypot", "(*coordinates)", "Multidimensional Euclidean distance from the origin.", |py, a| {
        Ok(float_word(math_sums::hypot(&reals(py, a[0])?)))
    }),
    def("dist", "(p, q, /)", "Return the Euclidean distance between two points p and q.", |py, a| {
        let (p, q) = (reals(py, a[0])?, reals(py, a[1])?);
        if p.len() != q.len() {
            return Err(py.value_error("both points must have the same number of dimensions"));
        }
        let differences: Vec<f64> = p.iter().zip(&q).map(|(p, q)| p - q).collect();
        Ok(float_word(math_sums::hypot(&differences)))
    }),
    def(
        "fsum",
        "(seq, /)",
        "Return an accurate floating-point sum of values in the iterable seq.",
        |py, a| match math_sums::fsum(reals(py, a[0])?) {
            Ok(sum) => Ok(float_word(sum)),
            Err(error @ math_sums::SumError::Overflow) => Err(py.overflow_error(error.message())),
            Err(error) => Err(py.value_error(error.message())),
        },
    ),
    def("prod", "(iterable, /, *, start=1)", "Calculate the product of the elements.", |py, a| {
        let mut total = if a[1] == UNSET { small_int(1) } else { a[1] };
        let iterator = py.iter(a[0])?;
        while let Some(item) = py.next(iterator)? {
            total = py.binary(Binary::Mul, total, item)?;
        }
        Ok(total)
    }),
    def(
        "sumprod",
        "(p, q, /)",
        "Return the sum of products of values from two iterables p and q.",
        |py, a| sum_product(py, a[0], a[1]),
    ),
]);
