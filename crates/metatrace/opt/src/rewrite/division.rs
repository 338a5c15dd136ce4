//! Division and remainder by constants.
//!
//! The general case multiplies by a reciprocal. For a divisor d > 0 that is no power of two let s = ⌊log₂ d⌋ and
//! M = ⌈2^(64+s) / d⌉. Then 2^63 < M < 2^64, and for every 0 ≤ u ≤ 2^63
//!
//! ```text
//! ⌊u / d⌋ = ⌊u · M / 2^(64+s)⌋ = uint_mul_high(u, M) >>> s
//! ```
//!
//! because the error e = M·d − 2^(64+s) is below d < 2^(s+1), hence u·e < 2^(64+s): too small to reach the next
//! integer. (Granlund and Montgomery, "Division by Invariant Integers using Multiplication", PLDI 1994, theorem 4.2.)
//!
//! Signs: with t = x >> 63 (0 or −1), `x ^ t` is x or ~x, which is never negative, and ⌊x / d⌋ = ⌊(x ^ t) / d⌋ ^ t; `(x ^ t) − t` is |x|,
//! and x / d truncated = (|x| / d ^ t) − t. Where x is known not to be negative t is the constant 0 and the other passes leave only the
//! multiplication and the shift.
//!
//! Known limit: floor division by a negative constant, which programs do not write, stays a division.

use super::site::{New, Site, power_of_two};
use metatrace_ir::Opcode::*;
use metatrace_ir::Operand;

/// s and M of the module header; `d > 2`, no power of two.
fn reciprocal(d: i64) -> (i64, i64) {
    let s = 63 - d.leading_zeros();
    let power = 1u128 << (64 + s);
    let m = power.div_ceil(d as u128);
    (s as i64, m as u64 as i64)
}

/// ⌊u / d⌋ of an operand that is at most 2^63 as unsigned.
fn divide_unsigned(s: &mut Site<'_, '_>, u: Operand, d: i64) -> Option<Operand> {
    let (shift, m) = reciprocal(d);
    let high = s.emit_constant(UintMulHigh, u, m)?;
    s.emit_constant(IntUshr, high, shift)
}

/// −1 if x is negative, else 0.
fn sign(s: &mut Site<'_, '_>, x: Operand) -> Option<Operand> {
    s.emit_constant(IntShr, x, 63)
}

/// |c| as k of 2^k; the minimum is 2^63.
fn magnitude_as_power(c: i64) -> Option<i64> {
    let magnitude = c.unsigned_abs();
    magnitude.is_power_of_two().then(|| magnitude.trailing_zeros() as i64)
}

// -- truncating

/// `x / 1` is x, `x / −1` is −x.
pub(super) fn divide_by_one(s: &mut Site<'_, '_>) -> Option<New> {
    match s.int_b()? {
        1 => New::is(s.a()),
        -1 => New::unary(IntNeg, s.a()),
        _ => None,
    }
}

/// 2^k − 1 for negative x, else 0: what rounds an arithmetic shift towards zero.
fn bias(s: &mut Site<'_, '_>, x: Operand, k: i64) -> Option<Operand> {
    let t = sign(s, x)?;
    s.emit_constant(IntUshr, t, 64 - k)
}

/// `x / ±2^k` is `±((x + bias) >> k)`.
pub(super) fn divide_by_power_of_two(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, c) = (s.a(), s.int_b()?);
    let k = magnitude_as_power(c)?;
    let bias = bias(s, x, k)?;
    let biased = s.emit(IntAdd, &[x, bias])?;
    if c > 0 {
        return s.binary_constant(IntShr, biased, k);
    }
    let quotient = s.emit_constant(IntShr, biased, k)?;
    New::unary(IntNeg, quotient)
}

/// See the module header.
pub(super) fn divide_by_reciprocal(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, c) = (s.a(), s.int_b()?);
    if c == 0 {
        return None;
    }
    let t = sign(s, x)?;
    let flipped = s.emit(IntXor, &[x, t])?;
    let magnitude = s.emit(IntSub, &[flipped, t])?;
    let quotient = divide_unsigned(s, magnitude, c.checked_abs().expect("the minimum is a power of two"))?;
    let flipped = s.emit(IntXor, &[quotient, t])?;
    // −q is t − flipped.
    if c > 0 { New::binary(IntSub, flipped, t) } else { New::binary(IntSub, t, flipped) }
}

/// `x rem y` is x if |x| < |y|.
pub(super) fn remainder_of_smaller(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, y) = (s.bound_of(s.a()), s.bound_of(s.b()));
    let least = if y.lower() > 0 || y.upper() < 0 {
        y.lower().unsigned_abs().min(y.upper().unsigned_abs())
    } else {
        0
    };
    (x.lower().unsigned_abs().max(x.upper().unsigned_abs()) < least).then_some(New::Is(s.a()))
}

/// `x rem ±2^k` is `((x + bias) & (2^k − 1)) − bias`.
pub(super) fn remainder_by_power_of_two(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, c) = (s.a(), s.int_b()?);
    let k = magnitude_as_power(c)?;
    if k == 0 {
        return New::int(0);
    }
    let bias = bias(s, x, k)?;
    let biased = s.emit(IntAdd, &[x, bias])?;
    let low = s.emit_constant(IntAnd, biased, crate::bounds::low_mask(k as u32) as i64)?;
    New::binary(IntSub, low, bias)
}

/// `x rem c` is `x − x / c · c`; the quotient is often wanted too.
pub(super) fn remainder_by_quotient(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, c) = (s.a(), s.int_b()?);
    if c == 0 {
        return None;
    }
    let quotient = s.emit_constant(IntDiv, x, c)?;
    let multiple = s.emit_constant(IntMul, quotient, c)?;
    New::binary(IntSub, x, multiple)
}

// -- rounding to negative infinity

/// `x // 2^k` is `x >> k`; `x // −1` is −x.
pub(super) fn floor_divide_by_power_of_two(s: &mut Site<'_, '_>) -> Option<New> {
    match s.int_b()? {
        -1 => New::unary(IntNeg, s.a()),
        c => {
            let k = power_of_two(c).filter(|_| c > 0)?;
            s.binary_constant(IntShr, s.a(), k)
        }
    }
}

/// Without negative numbers both roundings agree.
pub(super) fn floor_divide_non_negative(s: &mut Site<'_, '_>) -> Option<New> {
    if are_non_negative(s) { New::binary(IntDiv, s.a(), s.b()) } else { None }
}

fn are_non_negative(s: &Site<'_, '_>) -> bool {
    s.bound_of(s.a()).is_non_negative() && s.bound_of(s.b()).is_non_negative()
}

/// See the module header.
pub(super) fn floor_divide_by_reciprocal(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, d) = (s.a(), s.int_b()?);
    if d <= 0 {
        return None;
    }
    let t = sign(s, x)?;
    let flipped = s.emit(IntXor, &[x, t])?;
    let quotient = divide_unsigned(s, flipped, d)?;
    New::binary(IntXor, quotient, t)
}

/// `x mod y` is x if 0 ≤ x < y.
pub(super) fn modulo_of_smaller(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, y) = (s.bound_of(s.a()), s.bound_of(s.b()));
    if x.is_non_negative() && x.upper() < y.lower() { New::is(s.a()) } else { None }
}

/// `x mod 2^k` is `x & (2^k − 1)`; `x mod −1` is 0.
pub(super) fn modulo_power_of_two(s: &mut Site<'_, '_>) -> Option<New> {
    match s.int_b()? {
        -1 => New::int(0),
        c => {
            power_of_two(c).filter(|_| c > 0)?;
            s.binary_constant(IntAnd, s.a(), c - 1)
        }
    }
}

/// Without negative numbers both roundings agree.
pub(super) fn modulo_non_negative(s: &mut Site<'_, '_>) -> Option<New> {
    if are_non_negative(s) { New::binary(IntRem, s.a(), s.b()) } else { None }
}

/// `x mod c` is `x − x // c · c`.
pub(super) fn modulo_by_quotient(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, c) = (s.a(), s.int_b()?);
    if c <= 0 {
        return None;
    }
    let quotient = s.emit_constant(IntFloorDiv, x, c)?;
    let multiple = s.emit_constant(IntMul, quotient, c)?;
    New::binary(IntSub, x, multiple)
}
