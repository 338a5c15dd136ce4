//! `cmath`: functions of complex numbers, by the formulas of Kahan ("Branch cuts for complex elementary functions", 1987) as CPython
//! uses them: scaled where squares would overflow or underflow. What is not finite is in [`special`].

mod special;

use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use special::{Table, look_up};
use std::f64::consts::{E, LN_2, LN_10, PI};

/// A complex number.
type Z = (f64, f64);

/// Why there is no result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Failure {
    Domain,
    Range,
}

type Outcome = std::result::Result<Z, Failure>;

const LARGE: f64 = f64::MAX / 4.0;
const TINY: f64 = f64::MIN_POSITIVE;

fn log_large() -> f64 {
    LARGE.ln()
}

fn is_finite(z: Z) -> bool {
    z.0.is_finite() && z.1.is_finite()
}

fn in_table(table: &Table, z: Z) -> Option<Z> {
    (!is_finite(z)).then(|| look_up(table, z.0, z.1))
}

/// A result that may have overflowed.
fn checked(z: Z) -> Outcome {
    if z.0.is_infinite() || z.1.is_infinite() { Err(Failure::Range) } else { Ok(z) }
}

fn half_log(z: Z) -> f64 {
    (z.0 / 2.0).hypot(z.1 / 2.0).ln() + 2.0 * LN_2
}

fn is_large(z: Z) -> bool {
    z.0.abs() > LARGE || z.1.abs() > LARGE
}

fn sqrt(z: Z) -> Z {
    if let Some(known) = in_table(&special::SQRT, z) {
        return known;
    }
    if z.0 == 0.0 && z.1 == 0.0 {
        return (0.0, z.1);
    }
    let (mut ax, ay) = (z.0.abs(), z.1.abs());
    let s = if ax < TINY && ay < TINY {
        // Both are subnormal: scaled by an odd power of two, which halves under the root.
        let scale = 2.0_f64.powi(53);
        ax *= scale;
        (ax + ax.hypot(ay * scale)).sqrt() * 2.0_f64.powi(-27)
    } else {
        ax /= 8.0;
        2.0 * (ax + ax.hypot(ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    if z.0 >= 0.0 { (s, d.copysign(z.1)) } else { (d, s.copysign(z.1)) }
}

fn acos(z: Z) -> Outcome {
    if let Some(known) = in_table(&special::ACOS, z) {
        return Ok(known);
    }
    if is_large(z) {
        let im = if z.0 < 0.0 { -half_log(z).copysign(z.1) } else { half_log(z).copysign(-z.1) };
        return Ok((z.1.abs().atan2(z.0), im));
    }
    let (s1, s2) = (sqrt((1.0 - z.0, -z.1)), sqrt((1.0 + z.0, z.1)));
    Ok((2.0 * s1.0.atan2(s2.0), asinh_real(s2.0 * s1.1 - s2.1 * s1.0)))
}

fn acosh(z: Z) -> Outcome {
    if let Some(known) = in_table(&special::ACOSH, z) {
        return Ok(known);
    }
    if is_large(z) {
        return Ok((half_log(z), z.1.atan2(z.0)));
    }
    let (s1, s2) = (sqrt((z.0 - 1.0, z.1)), sqrt((z.0 + 1.0, z.1)));
    Ok((asinh_real(s1.0 * s2.0 + s1.1 * s2.1), 2.0 * s1.1.atan2(s2.0)))
}

fn asinh(z: Z) -> Outcome {
    if let Some(known) = in_table(&special::ASINH, z) {
        return Ok(known);
    }
    if is_large(z) {
        let re = if z.1 >= 0.0 { half_log(z).copysign(z.0) } else { -half_log(z).copysign(-z.0) };
        return Ok((re, z.1.atan2(z.0.abs())));
    }
    let (s1, s2) = (sqrt((1.0 + z.1, -z.0)), sqrt((1.0 - z.1, z.0)));
    Ok((asinh_real(s1.0 * s2.1 - s2.0 * s1.1), z.1.atan2(s1.0 * s2.0 - s1.1 * s2.1)))
}

fn asinh_real(x: f64) -> f64 {
    libm::asinh(x)
}

fn atanh(z: Z) -> Outcome {
    if let Some(known) = in_table(&special::ATANH, z) {
        return Ok(known);
    }
    if z.0 < 0.0 || (z.0 == 0.0 && z.0.is_sign_negative()) {
        return atanh((-z.0, -z.1)).map(|(re, im)| (-re, -im));
    }
    let ay = z.1.abs();
    let root = LARGE.sqrt();
    if z.0 > root || ay > root {
        let h = (z.0 / 2.0).hypot(z.1 / 2.0);
        return Ok((z.0 / 4.0 / h / h, -(PI / 2.0).copysign(-z.1)));
    }
    if z.0 == 1.0 && ay < TINY.sqrt() {
        if ay == 0.0 {
            return Err(Failure::Domain);
        }
        return Ok((-(ay.sqrt() / ay.hypot(2.0).sqrt()).ln(), (2.0_f64.atan2(-ay) / 2.0).copysign(z.1)));
    }
    let re = (4.0 * z.0 / ((1.0 - z.0) * (1.0 - z.0) + ay * ay)).ln_1p() / 4.0;
    Ok((re, -(-2.0 * z.1).atan2((1.0 - z.0) * (1.0 + z.0) - ay * ay) / 2.0))
}

/// A function of `z` by one of `i z`: `f(z) = -i g(i z)`.
fn turned(z: Z, g: fn(Z) -> Outcome) -> Outcome {
    g((-z.1, z.0)).map(|(re, im)| (im, -re))
}

fn cosh(z: Z) -> Outcome {
    if !is_finite(z) {
        if z.0.is_infinite() && z.1.is_finite() && z.1 != 0.0 {
            let (re, im) = (f64::INFINITY.copysign(z.1.cos()), f64::INFINITY.copysign(z.1.sin()));
            return Ok((re, if z.0 > 0.0 { im } else { -im }));
        }
        if z.1.is_infinite() && !z.0.is_nan() {
            return Err(Failure::Domain);
        }
        return Ok(look_up(&special::COSH, z.0, z.1));
    }
    if z.0.abs() > log_large() {
        let x = z.0 - 1.0_f64.copysign(z.0);
        return checked((z.1.cos() * x.cosh() * E, z.1.sin() * x.sinh() * E));
    }
    checked((z.1.cos() * z.0.cosh(), z.1.sin() * z.0.sinh()))
}

fn sinh(z: Z) -> Outcome {
    if !is_finite(z) {
        if z.0.is_infinite() && z.1.is_finite() && z.1 != 0.0 {
            let (re, im) = (f64::INFINITY.copysign(z.1.cos()), f64::INFINITY.copysign(z.1.sin()));
            return Ok((if z.0 > 0.0 { re } else { -re }, im));
        }
        if z.1.is_infinite() && !z.0.is_nan() {
            return Err(Failure::Domain);
        }
        return Ok(look_up(&special::SINH, z.0, z.1));
    }
    if z.0.abs() > log_large() {
        let x = z.0 - 1.0_f64.copysign(z.0);
        return checked((z.1.cos() * x.sinh() * E, z.1.sin() * x.cosh() * E));
    }
    checked((z.1.cos() * z.0.sinh(), z.1.sin() * z.0.cosh()))
}

fn tanh(z: Z) -> Outcome {
    if !is_finite(z) {
        if z.0.is_infinite() && z.1.is_finite() && z.1 != 0.0 {
            let im = 0.0_f64.copysign(2.0 * z.1.sin() * z.1.cos());
            return Ok((1.0_f64.copysign(z.0), im));
        }
        if z.1.is_infinite() && z.0.is_finite() {
            return Err(Failure::Domain);
        }
        return Ok(look_up(&special::TANH, z.0, z.1));
    }
    if z.0.abs() > log_large() {
        let im = 4.0 * z.1.sin() * z.1.cos() * (-2.0 * z.0.abs()).exp();
        return Ok((1.0_f64.copysign(z.0), im));
    }
    let (tx, ty, cx) = (z.0.tanh(), z.1.tan(), 1.0 / z.0.cosh());
    let denominator = 1.0 + (tx * ty) * (tx * ty);
    Ok((tx * (1.0 + ty * ty) / denominator, ((ty / denominator) * cx) * cx))
}

fn exp(z: Z) -> Outcome {
    if !is_finite(z) {
        if z.0.is_infinite() && z.1.is_finite() && z.1 != 0.0 {
            let size = if z.0 > 0.0 { f64::INFINITY } else { 0.0 };
            return Ok((size.copysign(z.1.cos()), size.copysign(z.1.sin())));
        }
        if z.1.is_infinite() && (z.0.is_finite() || z.0 == f64::INFINITY) {
            return Err(Failure::Domain);
        }
        return Ok(look_up(&special::EXP, z.0, z.1));
    }
    if z.0 > log_large() {
        let size = (z.0 - 1.0).exp();
        return checked((size * z.1.cos() * E, size * z.1.sin() * E));
    }
    let size = z.0.exp();
    checked((size * z.1.cos(), size * z.1.sin()))
}

fn log(z: Z) -> Outcome {
    if let Some(known) = in_table(&special::LOG, z) {
        return Ok(known);
    }
    let (ax, ay) = (z.0.abs(), z.1.abs());
    let re = if ax > LARGE || ay > LARGE {
        (ax / 2.0).hypot(ay / 2.0).ln() + LN_2
    } else if ax < TINY && ay < TINY {
        if ax == 0.0 && ay == 0.0 {
            return Err(Failure::Domain);
        }
        let scale = 2.0_f64.powi(53);
        (ax * scale).hypot(ay * scale).ln() - 53.0 * LN_2
    } else {
        let h = ax.hypot(ay);
        if (0.71..=1.73).contains(&h) {
            // Near the unit circle the logarithm is small: cancellation is kept out of it.
            let (most, least) = (ax.max(ay), ax.min(ay));
            ((most - 1.0) * (most + 1.0) + least * least).ln_1p() / 2.0
        } else {
            h.ln()
        }
    };
    Ok((re, z.1.atan2(z.0)))
}

fn log10(z: Z) -> Outcome {
    log(z).map(|(re, im)| (re / LN_10, im / LN_10))
}

fn rect(r: f64, phi: f64) -> Outcome {
    if !r.is_finite() || !phi.is_finite() {
        if r.is_infinite() && phi.is_finite() && phi != 0.0 {
            let (re, im) = (f64::INFINITY.copysign(phi.cos()), f64::INFINITY.copysign(phi.sin()));
            return Ok(if r > 0.0 { (re, im) } else { (-re, -im) });
        }
        if r != 0.0 && !r.is_nan() && phi.is_infinite() {
            return Err(Failure::Domain);
        }
        return Ok(look_up(&special::RECT, r, phi));
    }
    // The sign of a zero angle stays.
    if phi == 0.0 { Ok((r, r * phi)) } else { Ok((r * phi.cos(), r * phi.sin())) }
}

// -- the module

pub static MODULE: NativeModule = NativeModule {
    name: "cmath",
    doc: "This module provides access to mathematical functions for complex\nnumbers.",
    functions: FUNCTIONS,
    fill: |py, own| {
        for (name, value) in [
            ("pi", float_word(PI)),
            ("e", float_word(E)),
            ("tau", float_word(2.0 * PI)),
            ("inf", float_word(f64::INFINITY)),
            ("nan", float_word(f64::NAN)),
            ("infj", py.complex(0.0, f64::INFINITY)?),
            ("nanj", py.complex(0.0, f64::NAN)?),
        ] {
            dict::set_symbol(py, own, py.intern(name)?, value)?;
        }
        Ok(())
    },
};

fn argument(py: Py, value: Word) -> Result<Z> {
    let z = python_types::complex::to_complex(py, value)?;
    Ok((z.re, z.im))
}

fn finish(py: Py, outcome: Outcome) -> Result {
    match outcome {
        Ok((re, im)) => py.complex(re, im),
        Err(Failure::Domain) => Err(py.value_error("math domain error")),
        Err(Failure::Range) => Err(py.overflow_error("math range error")),
    }
}

macro_rules! function {
    ($name:literal $doc:literal $function:expr) => {
        def($name, "(z, /)", $doc, |py, a| {
            let z = argument(py, a[0])?;
            finish(py, ($function)(z))
        })
    };
}

fn tolerance(py: Py, value: Word, default: f64) -> Result<f64> {
    if value == UNSET { Ok(default) } else { py.to_f64(value) }
}

fn is_close(py: Py, a: &[Word]) -> Result {
    let (x, y) = (argument(py, a[0])?, argument(py, a[1])?);
    let (relative, absolute) = (tolerance(py, a[2], 1e-9)?, tolerance(py, a[3], 0.0)?);
    if relative < 0.0 || absolute < 0.0 {
        return Err(py.value_error("tolerances must be non-negative"));
    }
    if x == y {
        return Ok(TRUE);
    }
    let is_infinite = |z: Z| z.0.is_infinite() || z.1.is_infinite();
    if is_infinite(x) || is_infinite(y) {
        return Ok(FALSE);
    }
    let size = |z: Z| z.0.hypot(z.1);
    let difference = size((x.0 - y.0, x.1 - y.1));
    let near = difference <= relative * size(y) || difference <= relative * size(x) || difference <= absolute;
    Ok(bool_word(near))
}

static FUNCTIONS: &[NativeDef] = &[
    function!("acos" "Return the arc cosine of z." acos),
    function!("acosh" "Return the inverse hyperbolic cosine of z." acosh),
    function!("asin" "Return the arc sine of z." |z| turned(z, asinh)),
    function!("asinh" "Return the inverse hyperbolic sine of z." asinh),
    function!("atan" "Return the arc tangent of z." |z| turned(z, atanh)),
    function!("atanh" "Return the inverse hyperbolic tangent of z." atanh),
    function!("cos" "Return the cosine of z." |z: Z| cosh((-z.1, z.0))),
    function!("cosh" "Return the hyperbolic cosine of z." cosh),
    function!("exp" "Return the exponential value e**z." exp),
    function!("log10" "Return the base-10 logarithm of z." log10),
    function!("sin" "Return the sine of z." |z| turned(z, sinh)),
    function!("sinh" "Return the hyperbolic sine of z." sinh),
    function!("sqrt" "Return the square root of z." |z| Ok(sqrt(z))),
    function!("tan" "Return the tangent of z." |z| turned(z, tanh)),
    function!("tanh" "Return the hyperbolic tangent of z." tanh),
    def(
        "log",
        "(z, base=<unrepresentable>, /)",
        "log(z[, base]) -> the logarithm of z to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of z.",
        |py, a| {
            let z = argument(py, a[0])?;
            let result = finish(py, log(z))?;
            if a[1] == UNSET {
                return Ok(result);
            }
            let base = argument(py, a[1])?;
            let base = finish(py, log(base))?;
            match py.binary(python_model::operators::Binary::TrueDiv, result, base) {
                Ok(quotient) => Ok(quotient),
                Err(raised) => match py.take_if(Ty::ZeroDivisionError) {
                    Some(_) => Err(py.value_error("math domain error")),
                    None => Err(raised),
                },
            }
        },
    ),
    def("phase", "(z, /)", "Return argument, also known as the phase angle, of a complex.", |py, a| {
        let z = argument(py, a[0])?;
        Ok(float_word(z.1.atan2(z.0)))
    }),
    def(
        "polar",
        "(z, /)",
        "Convert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance from 0 and phi the phase angle.",
        |py, a| {
            let z = argument(py, a[0])?;
            let size = z.0.hypot(z.1);
            if size.is_infinite() && is_finite(z) {
                return finish(py, Err(Failure::Range));
            }
            py.new_tuple(&[float_word(size), float_word(z.1.atan2(z.0))])
        },
    ),
    def("rect", "(r, phi, /)", "Convert from polar coordinates to rectangular coordinates.", |py, a| {
        let (r, phi) = (py.to_f64(a[0])?, py.to_f64(a[1])?);
        finish(py, rect(r, phi))
    }),
    def(
        "isfinite",
        "(z, /)",
        "Return True if both the real and imaginary parts of z are finite, else False.",
        |py, a| Ok(bool_word(is_finite(argument(py, a[0])?))),
    ),
    def("isnan", "(z, /)", "Checks if the real or imaginary part of z not a number (NaN).", |py, a| {
        let z = argument(py, a[0])?;
        Ok(bool_word(z.0.is_nan() || z.1.is_nan()))
    }),
    def("isinf", "(z, /)", "Checks if the real or imaginary part of z is infinite.", |py, a| {
        let z = argument(py, a[0])?;
        Ok(bool_word(z.0.is_infinite() || z.1.is_infinite()))
    }),
    def(
        "isclose",
        "(a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        "Determine whether two complex numbers are close in value.",
        is_close,
    ),
];
