//! Floats as text: the shortest repr and the styles of `%e %f %g`, correctly rounded at any precision.
//!
//! Rust's formatting of floats is exact (Grisu, with Dragon where that gives up) and gives the shortest digits that read back
//! as the same float; what differs from C and Python is the layout, which is made here from digits and a decimal exponent.
//! Digits beyond those of the longest float are zeros and are not computed.
//!
//! Source: `PyOS_double_to_string` in the C API's documentation for what the styles mean.

use std::fmt::Write;

/// The longest exact expansions: a float has at most 767 significant digits and 1074 digits after the point.
const MAX_SIGNIFICANT: usize = 767;
const MAX_FRACTION: usize = 1074;

/// How a float is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatStyle {
    /// Shortest digits that read back; exponent below 1e-4 and from 1e16 on.
    Repr,
    /// `%e`: one digit, the point, `precision` digits, the exponent.
    Exponent,
    /// `%f`: `precision` digits after the point.
    Fixed,
    /// `%g`: `precision` significant digits, without trailing zeros.
    General,
}

/// What `format_float` adds or changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FloatFlags {
    /// `+` before what is not negative.
    pub sign: bool,
    /// `.0` behind what has neither point nor exponent.
    pub dot_zero: bool,
    /// `#`: keep the point and, in `General`, trailing zeros.
    pub alternate: bool,
    /// `z`: no minus before what is rounded to zero.
    pub no_negative_zero: bool,
    /// `E`, `INF`, `NAN`.
    pub upper: bool,
}

/// Significant decimal digits (ASCII, the first is not `0` except for zero) and the place of the point: the value is
/// `0.DIGITS * 10**point`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecimalDigits {
    pub digits: Vec<u8>,
    pub point: i32,
}

/// `repr(x)`.
pub fn repr(x: f64) -> String {
    format_float(x, FloatStyle::Repr, 0, FloatFlags { dot_zero: true, ..FloatFlags::default() })
}

/// Fewer shortest digits than this are never half-way between two decimals.
const LEAST_TIED: usize = 16;

/// The shortest digits that read back as `|x|`, nearest to it; of two equally near ones the even. Precondition: finite.
pub fn shortest(x: f64) -> DecimalDigits {
    let shortest = split_scientific(&format!("{:e}", x.abs()));
    if shortest.digits.len() < LEAST_TIED || has_long_fraction(x) {
        return shortest;
    }
    // Rust's shortest digits break ties upwards; rounding to as many digits breaks them to even.
    let text = format!("{:.*e}", shortest.digits.len() - 1, x.abs());
    if text.parse() == Ok(x.abs()) { split_scientific(&text) } else { shortest }
}

/// Whether more than [`MOST_TIED_BITS`] bits of a float are behind the point. With k of them it has exactly k digits behind the point,
/// the last a five: m·5^k for an odd m is too long to be half-way between two decimals of 17 digits.
fn has_long_fraction(x: f64) -> bool {
    let bits = x.to_bits();
    let (biased, fraction) = ((bits >> 52 & 0x7FF) as i32, bits & ((1 << 52) - 1));
    let ulp = if biased == 0 { -1074 } else { biased - 1075 };
    let zeros = if fraction == 0 { 52 } else { fraction.trailing_zeros() as i32 };
    -(ulp + zeros) > MOST_TIED_BITS
}

/// 5^26 has 19 digits.
const MOST_TIED_BITS: i32 = 25;

/// `|x|` rounded half-even to `count >= 1` significant digits. Trailing zeros beyond the exact value are missing.
pub fn significant(x: f64, count: usize) -> DecimalDigits {
    split_scientific(&format!("{:.*e}", (count - 1).min(MAX_SIGNIFICANT), x.abs()))
}

fn split_scientific(text: &str) -> DecimalDigits {
    let (mantissa, exponent) = text.split_once('e').expect("the scientific form has an exponent");
    let digits = mantissa.bytes().filter(|&b| b != b'.').collect();
    let exponent: i32 = exponent.parse().expect("the exponent is an integer");
    DecimalDigits { digits, point: exponent + 1 }
}

/// `PyOS_double_to_string`. `precision` means nothing for `Repr`; for `General` zero is one.
pub fn format_float(x: f64, style: FloatStyle, precision: usize, flags: FloatFlags) -> String {
    if !x.is_finite() {
        return format_special(x, flags);
    }
    let mut out = String::with_capacity(24);
    match style {
        FloatStyle::Repr => {
            let decimal = shortest(x);
            // Zero is 0.0 * 10**1, so its exponent is 0.
            lay_out(&mut out, &decimal, -4, 16, 0, flags);
        }
        FloatStyle::Fixed => {
            let exact = precision.min(MAX_FRACTION);
            if !crate::fixed_point::push_fixed(&mut out, x, exact) {
                // Writing to a string cannot fail.
                let _ = write!(out, "{:.*}", exact, x.abs());
            }
            pad_fraction(&mut out, precision - exact);
            if precision == 0 && flags.alternate {
                out.push('.');
            } else if precision == 0 && flags.dot_zero {
                out.push_str(".0");
            }
        }
        FloatStyle::Exponent => {
            let mut decimal = significant(x, precision.saturating_add(1));
            let missing = precision + 1 - decimal.digits.len();
            decimal.digits.resize(decimal.digits.len() + missing, b'0');
            push_exponent_form(&mut out, &decimal, flags.alternate, flags.upper);
        }
        FloatStyle::General => {
            let precision = precision.max(1);
            let mut decimal = significant(x, precision);
            if flags.alternate {
                let length = decimal.digits.len().max(precision);
                decimal.digits.resize(length, b'0');
            } else {
                while decimal.digits.len() > 1 && decimal.digits.last() == Some(&b'0') {
                    decimal.digits.pop();
                }
            }
            // With `.0` wanted, as many digits as the precision need the exponent already.
            let limit = i32::try_from(precision).unwrap_or(i32::MAX) - i32::from(flags.dot_zero);
            let least = if flags.alternate { precision } else { 0 };
            lay_out(&mut out, &decimal, -4, limit, least, flags);
        }
    }
    sign(x, flags, out)
}

/// `inf` and `nan`: no minus before `nan`.
fn format_special(x: f64, flags: FloatFlags) -> String {
    let text = match (x.is_nan(), flags.upper) {
        (true, false) => "nan",
        (true, true) => "NAN",
        (false, false) => "inf",
        (false, true) => "INF",
    };
    let sign = if x == f64::NEG_INFINITY {
        "-"
    } else if flags.sign {
        "+"
    } else {
        ""
    };
    format!("{sign}{text}")
}

/// Fixed or exponent form, whichever `%g` and repr choose: fixed where `low <= exponent < high`. At least `least` digits in all.
fn lay_out(out: &mut String, decimal: &DecimalDigits, low: i32, high: i32, least: usize, flags: FloatFlags) {
    let exponent = decimal.point - 1;
    if exponent < low || exponent >= high {
        push_exponent_form(out, decimal, flags.alternate, flags.upper);
        return;
    }
    let push = |out: &mut String, digits: &[u8]| out.extend(digits.iter().map(|&b| char::from(b)));
    let digits = &decimal.digits;
    let mut written = digits.len();
    let whole = decimal.point.max(0) as usize;
    if whole == 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', -decimal.point as usize));
        push(out, digits);
        return;
    }
    if digits.len() > whole {
        push(out, &digits[..whole]);
        out.push('.');
        push(out, &digits[whole..]);
        return;
    }
    push(out, digits);
    out.extend(std::iter::repeat_n('0', whole - digits.len()));
    written = written.max(whole);
    if flags.alternate {
        out.push('.');
        let zeros = least.saturating_sub(written).max(flags.dot_zero.into());
        out.extend(std::iter::repeat_n('0', zeros));
    } else if flags.dot_zero {
        out.push_str(".0");
    }
}

/// `d.ddde+XX`, at least two digits of exponent.
fn push_exponent_form(out: &mut String, decimal: &DecimalDigits, keep_point: bool, upper: bool) {
    let mut digits = decimal.digits.iter().map(|&b| char::from(b));
    out.extend(digits.next());
    if decimal.digits.len() > 1 || keep_point {
        out.push('.');
    }
    out.extend(digits);
    let exponent = decimal.point - 1;
    let _ = write!(
        out,
        "{}{}{:02}",
        if upper { 'E' } else { 'e' },
        if exponent < 0 { '-' } else { '+' },
        exponent.unsigned_abs()
    );
}

/// Zeros that are beyond every float's exact digits.
fn pad_fraction(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n('0', count));
}

fn sign(x: f64, flags: FloatFlags, text: String) -> String {
    let is_rounded_to_zero =
        || text.bytes().take_while(|b| !matches!(b, b'e' | b'E')).all(|b| matches!(b, b'0' | b'.'));
    if x.is_sign_negative() && !(flags.no_negative_zero && is_rounded_to_zero()) {
        format!("-{text}")
    } else if flags.sign {
        format!("+{text}")
    } else {
        text
    }
}
