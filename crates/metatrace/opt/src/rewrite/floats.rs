//! Floats: identities that hold for every argument, −0.0, infinities and NaN included. Sums and products are never reassociated.
//!
//! Not here because they change the sign of a NaN, which a program can see: `x + (−y)` for `x − y`, `(−x) · (−y)` for `x · y`,
//! `−x` for `x · −1.0`. Known limits: where two NaNs meet, which one comes out is not preserved (operands of
//! commutative operations change places); a signalling NaN, which only `bits_float` makes, may stay signalling.

use super::site::{New, Site};
use crate::bounds::IntBound;
use metatrace_ir::Opcode::{self, *};
use metatrace_ir::Operand;
use metatrace_machine::Kind;

/// Integers up to this magnitude are doubles.
const EXACT: i64 = 1 << 53;

fn is_negative_zero(x: f64) -> bool {
    x.to_bits() == (-0.0f64).to_bits()
}

fn is_positive_zero(x: f64) -> bool {
    x.to_bits() == 0
}

// -- add, sub

/// `x + (−0.0)` is x; `x + 0.0` too where x is no −0.0, as no converted integer is.
pub(super) fn add_negative_zero(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, c) = (s.a(), s.float_of(s.b())?);
    let converted = s.unary(IntToFloat, x).is_some();
    (is_negative_zero(c) || is_positive_zero(c) && converted).then_some(New::Is(x))
}

/// `x − 0.0` is x.
pub(super) fn subtract_zero(s: &mut Site<'_, '_>) -> Option<New> {
    is_positive_zero(s.float_of(s.b())?).then_some(New::Is(s.a()))
}

// -- mul, div, neg, abs

/// `x · 1.0` and `x / 1.0` are x.
pub(super) fn multiply_or_divide_by_one(s: &mut Site<'_, '_>) -> Option<New> {
    (s.float_of(s.b())? == 1.0).then_some(New::Is(s.a()))
}

/// `x / 2^k` is `x · 2^(−k)`: both round the same real number, if the reciprocal exists.
pub(super) fn divide_by_power_of_two(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, c) = (s.a(), s.float_of(s.b())?);
    const FRACTION: u64 = (1 << 52) - 1;
    let is_power = c.is_normal() && c.to_bits() & FRACTION == 0;
    let reciprocal = 1.0 / c;
    // 2^1023 has the subnormal reciprocal 2^−1023, exact too; but hardware is slow on those.
    (is_power && reciprocal.is_normal()).then_some(())?;
    let reciprocal = s.float(reciprocal);
    New::binary(FloatMul, x, reciprocal)
}

/// `−(−x)` is x.
pub(super) fn negate_negated(s: &mut Site<'_, '_>) -> Option<New> {
    New::is(s.unary(FloatNeg, s.a())?)
}

/// `| |x| |` and `|−x|` are |x|.
pub(super) fn absolute_of_absolute(s: &mut Site<'_, '_>) -> Option<New> {
    let (opcode, x, _) = s.definition(s.a())?;
    match opcode {
        FloatAbs => New::is(s.a()),
        FloatNeg => New::unary(FloatAbs, x),
        _ => None,
    }
}

/// A rounded float, or a converted integer, is rounded.
pub(super) fn round_rounded(s: &mut Site<'_, '_>) -> Option<New> {
    let (opcode, ..) = s.definition(s.a())?;
    matches!(opcode, FloatFloor | FloatCeil | FloatTrunc | IntToFloat).then_some(New::Is(s.a()))
}

// -- comparisons

/// `x < x` and `x > x` are false, for NaN too. `x == x` is true where x is no NaN, as no converted integer is.
pub(super) fn compare_same_operand(s: &mut Site<'_, '_>) -> Option<New> {
    (s.a() == s.b()).then_some(())?;
    let converted = s.unary(IntToFloat, s.a()).is_some();
    match s.opcode() {
        FloatLt | FloatGt => New::bool(false),
        FloatEq | FloatLe | FloatGe if converted => New::bool(true),
        FloatNe if converted => New::bool(false),
        _ => None,
    }
}

/// `c < x` is `x > c`.
pub(super) fn compare_constant_to_the_right(s: &mut Site<'_, '_>) -> Option<New> {
    let (a, b) = (s.a(), s.b());
    (s.float_of(a).is_some() && s.float_of(b).is_none()).then_some(())?;
    let swapped = match s.opcode() {
        FloatLt => FloatGt,
        FloatLe => FloatGe,
        FloatGt => FloatLt,
        FloatGe => FloatLe,
        same => same,
    };
    New::binary(swapped, b, a)
}

/// The integer that was converted, if the conversion is exact.
fn exact_integer(s: &Site<'_, '_>, x: Operand) -> Option<Operand> {
    let i = s.unary(IntToFloat, x)?;
    let exact = IntBound::range(-EXACT, EXACT).expect("the ends are in order");
    exact.includes(s.bound_of(i)).then_some(i)
}

/// The comparison of integers with the name of a comparison of floats.
fn of_integers(opcode: Opcode) -> Opcode {
    match opcode {
        FloatEq => IntEq,
        FloatNe => IntNe,
        FloatLt => IntLt,
        FloatLe => IntLe,
        FloatGt => IntGt,
        FloatGe => IntGe,
        _ => unreachable!("{} is no comparison of floats", opcode.name()),
    }
}

/// `float(i) < float(j)` is `i < j` where both conversions are exact.
pub(super) fn compare_integers(s: &mut Site<'_, '_>) -> Option<New> {
    let (i, j) = (exact_integer(s, s.a())?, exact_integer(s, s.b())?);
    New::binary(of_integers(s.opcode()), i, j)
}

/// `float(i) < c` is `i < ⌈c⌉` where the conversion is exact, and so on; NaN compares like nothing.
pub(super) fn compare_integer_with_constant(s: &mut Site<'_, '_>) -> Option<New> {
    let c = s.float_of(s.b())?;
    if c.is_nan() {
        return New::bool(s.opcode() == FloatNe);
    }
    let i = exact_integer(s, s.a())?;
    if c.abs() > EXACT as f64 {
        return New::bool(match s.opcode() {
            FloatEq => false,
            FloatNe => true,
            FloatLt | FloatLe => c > 0.0,
            _ => c < 0.0,
        });
    }
    let limit = match s.opcode() {
        FloatEq | FloatNe if c.fract() != 0.0 => return New::bool(s.opcode() == FloatNe),
        FloatLt | FloatGe => c.ceil(),
        _ => c.floor(),
    };
    s.binary_constant(of_integers(s.opcode()), i, limit as i64)
}

// -- conversions

/// `int(float(i))` is i where the conversion is exact.
pub(super) fn integer_of_converted(s: &mut Site<'_, '_>) -> Option<New> {
    New::is(exact_integer(s, s.a())?)
}

/// The bits of a float made of bits.
pub(super) fn bits_of_bits(s: &mut Site<'_, '_>) -> Option<New> {
    let bits = s.unary(BitsFloat, s.a())?;
    debug_assert_eq!(s.kind_of(bits), Some(Kind::Int));
    New::is(bits)
}

/// The float made of a float's bits.
pub(super) fn float_of_bits(s: &mut Site<'_, '_>) -> Option<New> {
    New::is(s.unary(FloatBits, s.a())?)
}
