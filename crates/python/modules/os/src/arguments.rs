//! Arguments that are numbers of C types.

use python_model::names::Name;
use python_model::native::given;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

/// A C `int`. Errors: `TypeError`; `OverflowError` if it does not fit.
pub fn int(py: Py, value: Word) -> Result<i32> {
    let number = py.to_index(value)?;
    match as_i64(number).and_then(|number| i32::try_from(number).ok()) {
        Some(number) => Ok(number),
        None => Err(py.overflow_error("Python int too large to convert to C int")),
    }
}

/// The same, with a value for an argument that is not given.
pub fn int_or(py: Py, value: Word, default: i32) -> Result<i32> {
    if value == UNSET { Ok(default) } else { int(py, value) }
}

/// A C `long`. Errors: as for [`int`].
pub fn long(py: Py, value: Word) -> Result<i64> {
    as_i64(py.to_index(value)?).ok_or_else(|| py.overflow_error("Python int too large to convert to C long"))
}

/// An unsigned 64-bit number; negative ones are taken modulo 2**64, as C's conversions do.
pub fn unsigned(py: Py, value: Word) -> Result<u64> {
    match V::of(py.to_index(value)?) {
        V::Int(number) => Ok(number as u64),
        V::Big(big) => u64::try_from(&*big.value)
            .map_err(|_| py.overflow_error("Python int too large to convert to C unsigned long")),
        _ => unreachable!("an index is an int"),
    }
}

/// A truth value, with a default.
pub fn boolean(py: Py, value: Word, default: bool) -> Result<bool> {
    if value == UNSET { Ok(default) } else { py.truth(value) }
}

/// A user or group; -1 stands for "as it is". `what` is "uid" or "gid".
pub fn identity(py: Py, value: Word, what: &str) -> Result<u32> {
    if !py.is_a(value, Ty::Int) && py.type_of(value).lookup(py, Name::Index).is_none() {
        return Err(py.type_error(format!("{what} should be integer, not {}", py.type_name(value))));
    }
    match as_i64(py.to_index(value)?) {
        Some(-1) => Ok(u32::MAX),
        Some(number) if number < 0 => Err(py.overflow_error(format!("{what} is less than minimum"))),
        // CPython looks at the conversion to 32 bits first: what is 0 there is said to be too small.
        Some(number) => {
            u32::try_from(number).map_err(|_| py.overflow_error(format!("{what} is greater than maximum")))
        }
        None => Err(py.overflow_error(format!("{what} is greater than maximum"))),
    }
}

/// A user or group as a value: "as it is" is -1.
pub fn identity_word(id: u32) -> Word {
    small_int(if id == u32::MAX { -1 } else { i64::from(id) })
}

/// A file descriptor: an integer, or an object with `fileno()`.
/// Errors: `TypeError`, `ValueError` for negative numbers.
pub fn descriptor(py: Py, value: Word) -> Result<i32> {
    let number = if py.is_a(value, Ty::Int) {
        int(py, value)?
    } else {
        let Some(method) = py.get_attr_opt(value, py.intern("fileno")?)? else {
            return Err(py.type_error("argument must be an int, or have a fileno() method."));
        };
        let result = py.call(method, &[])?;
        if !py.is_a(result, Ty::Int) {
            return Err(py.type_error("fileno() returned a non-integer"));
        }
        int(py, result)?
    };
    if number < 0 {
        return Err(py.value_error(format!("file descriptor cannot be a negative integer ({number})")));
    }
    Ok(number)
}

/// A directory's descriptor; None is the working directory.
pub fn directory(py: Py, value: Word) -> Result<i32> {
    let Some(value) = given(value) else { return Ok(libc::AT_FDCWD) };
    if !py.is_a(value, Ty::Int) && py.type_of(value).lookup(py, Name::Index).is_none() {
        let what = py.type_name(value);
        return Err(py.type_error(format!("argument should be integer or None, not {what}")));
    }
    plain_descriptor(py, value)
}

/// A descriptor where a path may be given too.
pub fn plain_descriptor(py: Py, value: Word) -> Result<i32> {
    let number = py.to_index(value)?;
    let too_small = match V::of(number) {
        V::Int(number) => match i32::try_from(number) {
            Ok(number) => return Ok(number),
            Err(_) => number < 0,
        },
        V::Big(big) => *big.value < dashu_int::IBig::ZERO,
        _ => false,
    };
    Err(py.overflow_error(if too_small { "fd is less than minimum" } else { "fd is greater than maximum" }))
}

const NANOSECONDS: i64 = 1_000_000_000;

/// How a time that is no whole number of the unit is rounded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Down.
    Floor,
    /// Away from zero: for time limits.
    Up,
}

/// Seconds (an int or a float) in nanoseconds.
/// Errors: `TypeError`, `ValueError` for NaN, `OverflowError`.
pub fn nanoseconds(py: Py, value: Word, rounding: Rounding) -> Result<i64> {
    let too_large = || py.overflow_error("timestamp too large to convert to C PyTime_t");
    if let V::Float(seconds) = V::of(py.base(value)) {
        if seconds.is_nan() {
            return Err(py.value_error("Invalid value NaN (not a number)"));
        }
        let exact = seconds * NANOSECONDS as f64;
        let rounded = match rounding {
            Rounding::Floor => exact.floor(),
            Rounding::Up if exact >= 0.0 => exact.ceil(),
            Rounding::Up => exact.floor(),
        };
        if !(-9.223_372_036_854_775e18..9.223_372_036_854_775e18).contains(&rounded) {
            return Err(too_large());
        }
        return Ok(rounded as i64);
    }
    as_i64(py.to_index(value)?).and_then(|seconds| seconds.checked_mul(NANOSECONDS)).ok_or_else(too_large)
}

/// A number of nanoseconds as the system takes it.
pub fn timespec(nanoseconds: i64) -> libc::timespec {
    libc::timespec {
        tv_sec: nanoseconds.div_euclid(NANOSECONDS),
        tv_nsec: nanoseconds.rem_euclid(NANOSECONDS),
    }
}

/// A number of microseconds as the system takes it, from nanoseconds; rounded up.
pub fn timeval(nanoseconds: i64) -> libc::timeval {
    let microseconds = nanoseconds.div_euclid(1000) + i64::from(nanoseconds.rem_euclid(1000) > 0);
    libc::timeval { tv_sec: microseconds.div_euclid(1_000_000), tv_usec: microseconds.rem_euclid(1_000_000) }
}

/// A `timeval` in seconds.
pub fn seconds_of(time: libc::timeval) -> f64 {
    time.tv_sec as f64 + time.tv_usec as f64 * 1e-6
}

/// A `timespec` in nanoseconds.
pub fn nanoseconds_of(time: libc::timespec) -> i64 {
    time.tv_sec * NANOSECONDS + time.tv_nsec
}
