//! Functions of `math` that no machine instruction or C function gives as Python wants them: gamma and its logarithm, neighbours of
//! floats, remainder, logarithms of big integers, roots.
//!
//! Errors follow `math`: a pole or an argument outside the domain is `Domain`, a result out of range is `Range`.

use crate::bits::bit_length;
use crate::division::is_negative;
use crate::int_float::{int_to_float, scale};
use dashu_int::IBig;

/// How a function of `math` fails; the module words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MathError {
    /// `ValueError`
    Domain,
    /// `OverflowError: math range error`
    Range,
}

/// `math.gamma`. Errors: `Domain` at zero and negative integers and minus infinity, `Range` beyond 171.
pub fn gamma(x: f64) -> Result<f64, MathError> {
    if x.is_nan() || x == f64::INFINITY {
        return Ok(x);
    }
    if x == f64::NEG_INFINITY || x == 0.0 || x < 0.0 && x == x.floor() {
        return Err(MathError::Domain);
    }
    // Small integers have exact factorials.
    if x == x.floor() && x <= 23.0 {
        return Ok((1..x as u64).map(|n| n as f64).product());
    }
    let value = libm::tgamma(x);
    if value.is_infinite() { Err(MathError::Range) } else { Ok(value) }
}

/// `math.lgamma`. Errors: `Domain` at zero and negative integers, `Range`.
pub fn lgamma(x: f64) -> Result<f64, MathError> {
    if x.is_nan() {
        return Ok(x);
    }
    if x.is_infinite() {
        return Ok(f64::INFINITY);
    }
    if x <= 2.0 && x == x.floor() {
        return if x <= 0.0 { Err(MathError::Domain) } else { Ok(0.0) };
    }
    let value = libm::lgamma(x);
    if value.is_infinite() { Err(MathError::Range) } else { Ok(value) }
}

/// `math.erf`
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// `math.erfc`
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// `math.fma`. Errors: `Domain` for a new NaN, `Range` for a new infinity.
pub fn fma(x: f64, y: f64, z: f64) -> Result<f64, MathError> {
    let value = x.mul_add(y, z);
    if value.is_nan() && !(x.is_nan() || y.is_nan() || z.is_nan()) {
        return Err(MathError::Domain);
    }
    if value.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(MathError::Range);
    }
    Ok(value)
}

/// `math.nextafter(x, y, steps=steps)`
pub fn next_after(x: f64, y: f64, steps: u64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    if steps == 0 || x == y {
        return if steps == 0 { x } else { y };
    }
    // Floats in order as integers: the bits of negative ones count downwards.
    let rank = |x: f64| {
        let bits = x.to_bits() as i64;
        if bits < 0 { i128::from(i64::MIN.wrapping_sub(bits)) } else { i128::from(bits) }
    };
    let (from, to) = (rank(x), rank(y));
    let steps = i128::from(steps);
    let place = if to > from { (from + steps).min(to) } else { (from - steps).max(to) };
    match place {
        // One step is the C function, which keeps the sign of `x`.
        0 if to == 0 && steps > 1 => y,
        0 => 0.0_f64.copysign(x),
        1.. => f64::from_bits(place as u64),
        _ => -f64::from_bits(place.unsigned_abs() as u64),
    }
}

/// `math.ulp`
pub fn ulp(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let x = x.abs();
    if x.is_infinite() {
        return x;
    }
    let above = next_after(x, f64::INFINITY, 1);
    if above.is_infinite() { x - next_after(x, 0.0, 1) } else { above - x }
}

/// `math.remainder`: `x - n * y` with `n` the integer nearest to `x / y`, ties to even. Errors: `Domain`.
pub fn remainder(x: f64, y: f64) -> Result<f64, MathError> {
    if x.is_nan() || y.is_nan() {
        return Ok(x + y);
    }
    if x.is_infinite() || y == 0.0 {
        return Err(MathError::Domain);
    }
    if y.is_infinite() {
        return Ok(x);
    }
    let (abs_x, abs_y) = (x.abs(), y.abs());
    let rest = abs_x % abs_y;
    let complement = abs_y - rest;
    let nearest = if rest < complement {
        rest
    } else if rest > complement {
        -complement
    } else {
        // A tie: the even multiple.
        rest - 2.0 * ((0.5 * (abs_x - rest)) % abs_y)
    };
    Ok(1.0_f64.copysign(x) * nearest)
}

/// `math.log(n)` of a positive integer, `math.log2`, `math.log10` with the function given. Errors: `Domain` for others.
pub fn log_int(n: &IBig, log: impl Fn(f64) -> f64) -> Result<f64, MathError> {
    if n.is_zero() || is_negative(n) {
        return Err(MathError::Domain);
    }
    if let Ok(x) = int_to_float(n) {
        return Ok(log(x));
    }
    // log(m * 2**e) for a number that no float holds.
    let exponent = bit_length(n) as i64;
    let shift = exponent - 64;
    let top = int_to_float(&(n >> shift as usize)).expect("64 bits fit");
    Ok(log(scale(top, -64)) + log(2.0) * exponent as f64)
}

/// `math.ldexp`. Errors: `Range`.
pub fn ldexp(x: f64, exponent: i64) -> Result<f64, MathError> {
    let value = scale(x, exponent);
    if value.is_infinite() && x.is_finite() { Err(MathError::Range) } else { Ok(value) }
}

/// `math.frexp`
pub fn frexp(x: f64) -> (f64, i32) {
    if x.is_nan() || x.is_infinite() || x == 0.0 { (x, 0) } else { libm::frexp(x) }
}

/// `math.modf`: fraction and whole part, both with the sign of `x`.
pub fn modf(x: f64) -> (f64, f64) {
    if x.is_infinite() {
        return (0.0_f64.copysign(x), x);
    }
    ((x - x.trunc()).copysign(x), x.trunc())
}
