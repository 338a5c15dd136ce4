//! Bitwise operations and shifts. Counts of shifts are taken modulo 64 by the operations; [`count_within_word`] does it for
//! constants, so that the other rules see counts in 1..=63.

use super::site::{New, Site};
use metatrace_ir::Opcode::*;

// -- and

/// `x & x` is x.
pub(super) fn and_with_itself(s: &mut Site<'_, '_>) -> Option<New> {
    if s.a() == s.b() { New::is(s.a()) } else { None }
}

/// `x & c` is x if c has a 1 wherever x may have one.
pub(super) fn and_that_clears_nothing(s: &mut Site<'_, '_>) -> Option<New> {
    let c = s.int_b()?;
    let possible_ones = !s.bound_of(s.a()).bits().zeros();
    if possible_ones & !c as u64 == 0 { New::is(s.a()) } else { None }
}

/// `(x & c) & d` is `x & (c & d)`.
pub(super) fn and_of_constant_and(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let (x, c) = s.with_constant(IntAnd, s.a())?;
    s.binary_constant(IntAnd, x, c & d)
}

/// `(x | y) & c` is `x & c` if y has no 1 within c; likewise for xor.
pub(super) fn and_of_unrelated_or(s: &mut Site<'_, '_>) -> Option<New> {
    let c = s.int_b()?;
    let inner = s.a();
    let (x, y) = s.binary(IntOr, inner).or_else(|| s.binary(IntXor, inner))?;
    let unrelated = |bits: crate::bounds::KnownBits| !bits.zeros() & c as u64 == 0;
    if unrelated(s.bound_of(y).bits()) {
        New::binary(IntAnd, x, s.b())
    } else if unrelated(s.bound_of(x).bits()) {
        New::binary(IntAnd, y, s.b())
    } else {
        None
    }
}

/// `x & (x | y)` is x, `x & (x & y)` is `x & y`.
pub(super) fn and_absorbs(s: &mut Site<'_, '_>) -> Option<New> {
    s.orders().into_iter().find_map(|(x, inner)| {
        let (opcode, y, z) = s.definition(inner)?;
        match opcode {
            IntOr if x == y || x == z => New::is(x),
            IntAnd if x == y || x == z => New::is(inner),
            _ => None,
        }
    })
}

/// `x & ~x` is 0.
pub(super) fn and_with_complement(s: &mut Site<'_, '_>) -> Option<New> {
    if are_complements(s) { New::int(0) } else { None }
}

fn are_complements(s: &Site<'_, '_>) -> bool {
    s.orders().into_iter().any(|(x, complement)| s.unary(IntNot, complement) == Some(x))
}

/// `int(p) & int(q)` is `int(p and q)`.
pub(super) fn and_of_truths(s: &mut Site<'_, '_>) -> Option<New> {
    let (p, q) = (s.unary(BoolToInt, s.a())?, s.unary(BoolToInt, s.b())?);
    let both = s.emit(BoolAnd, &[p, q])?;
    New::unary(BoolToInt, both)
}

// -- or

/// `x | x` is x.
pub(super) fn or_with_itself(s: &mut Site<'_, '_>) -> Option<New> {
    if s.a() == s.b() { New::is(s.a()) } else { None }
}

/// `x | c` is x if x has a 1 wherever c has one.
pub(super) fn or_that_sets_nothing(s: &mut Site<'_, '_>) -> Option<New> {
    let c = s.int_b()?;
    let missing = c as u64 & !s.bound_of(s.a()).bits().ones();
    (missing == 0).then_some(New::Is(s.a()))
}

/// `(x | c) | d` is `x | (c | d)`.
pub(super) fn or_of_constant_or(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let (x, c) = s.with_constant(IntOr, s.a())?;
    s.binary_constant(IntOr, x, c | d)
}

/// `x | (x & y)` is x, `x | (x | y)` is `x | y`.
pub(super) fn or_absorbs(s: &mut Site<'_, '_>) -> Option<New> {
    s.orders().into_iter().find_map(|(x, inner)| {
        let (opcode, y, z) = s.definition(inner)?;
        match opcode {
            IntAnd if x == y || x == z => New::is(x),
            IntOr if x == y || x == z => New::is(inner),
            _ => None,
        }
    })
}

/// `x | ~x` is −1.
pub(super) fn or_with_complement(s: &mut Site<'_, '_>) -> Option<New> {
    if are_complements(s) { New::int(-1) } else { None }
}

/// `int(p) | int(q)` is `int(p or q)`.
pub(super) fn or_of_truths(s: &mut Site<'_, '_>) -> Option<New> {
    let (p, q) = (s.unary(BoolToInt, s.a())?, s.unary(BoolToInt, s.b())?);
    let either = s.emit(BoolOr, &[p, q])?;
    New::unary(BoolToInt, either)
}

// -- xor

/// `x ^ x` is 0.
pub(super) fn xor_with_itself(s: &mut Site<'_, '_>) -> Option<New> {
    if s.a() == s.b() { New::int(0) } else { None }
}

/// `x ^ 0` is x, `x ^ −1` is ~x.
pub(super) fn xor_with_zero_or_ones(s: &mut Site<'_, '_>) -> Option<New> {
    match s.int_b()? {
        0 => New::is(s.a()),
        -1 => New::unary(IntNot, s.a()),
        _ => None,
    }
}

/// `(x ^ c) ^ d` is `x ^ (c ^ d)`.
pub(super) fn xor_of_constant_xor(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let (x, c) = s.with_constant(IntXor, s.a())?;
    s.binary_constant(IntXor, x, c ^ d)
}

/// `(x ^ y) ^ y` is x.
pub(super) fn xor_undone(s: &mut Site<'_, '_>) -> Option<New> {
    s.orders().into_iter().find_map(|(inner, z)| {
        let (x, y) = s.binary(IntXor, inner)?;
        if y == z {
            New::is(x)
        } else if x == z {
            New::is(y)
        } else {
            None
        }
    })
}

/// `x ^ ~x` is −1.
pub(super) fn xor_with_complement(s: &mut Site<'_, '_>) -> Option<New> {
    if are_complements(s) { New::int(-1) } else { None }
}

/// `int(p) ^ 1` is `int(not p)`.
pub(super) fn xor_of_truth(s: &mut Site<'_, '_>) -> Option<New> {
    (s.int_b()? == 1).then_some(())?;
    let p = s.unary(BoolToInt, s.a())?;
    let not = s.emit(BoolNot, &[p])?;
    New::unary(BoolToInt, not)
}

// -- not

/// `~~x` is x.
pub(super) fn complement_of_complement(s: &mut Site<'_, '_>) -> Option<New> {
    New::is(s.unary(IntNot, s.a())?)
}

/// `~(−x)` is `x − 1`.
pub(super) fn complement_of_negated(s: &mut Site<'_, '_>) -> Option<New> {
    let x = s.unary(IntNeg, s.a())?;
    s.binary_constant(IntAdd, x, -1)
}

/// `~(x + c)` is `(−1 − c) − x`.
pub(super) fn complement_of_constant_sum(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, c) = s.constant_sum(s.a())?;
    let c = s.int(!c);
    New::binary(IntSub, c, x)
}

/// `~(c − x)` is `x + (−1 − c)`.
pub(super) fn complement_of_constant_difference(s: &mut Site<'_, '_>) -> Option<New> {
    let (c, x) = s.difference(s.a())?;
    let c = s.int_of(c)?;
    s.binary_constant(IntAdd, x, !c)
}

/// `~(x ^ c)` is `x ^ ~c`.
pub(super) fn complement_of_constant_xor(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, c) = s.with_constant(IntXor, s.a())?;
    s.binary_constant(IntXor, x, !c)
}

// -- shifts

/// A constant count is taken modulo 64.
pub(super) fn count_within_word(s: &mut Site<'_, '_>) -> Option<New> {
    let count = s.int_b()?;
    (!(0..64).contains(&count)).then_some(())?;
    s.binary_constant(s.opcode(), s.a(), count & 63)
}

/// A shift by 0 is nothing.
pub(super) fn shift_by_zero(s: &mut Site<'_, '_>) -> Option<New> {
    if s.int_b()? == 0 { New::is(s.a()) } else { None }
}

/// `(x << c) << d` is `x << (c + d)`, or 0.
pub(super) fn left_of_left(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let (x, c) = s.with_constant(IntShl, s.a())?;
    if c + d < 64 { s.binary_constant(IntShl, x, c + d) } else { New::int(0) }
}

/// `(x >> c) << c` clears the lowest c bits.
pub(super) fn left_of_right(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let inner = s.a();
    let (x, c) = s.with_constant(IntShr, inner).or_else(|| s.with_constant(IntUshr, inner))?;
    (c == d).then_some(())?;
    s.binary_constant(IntAnd, x, -1 << c)
}

/// `(x >> c) >> d` is `x >> (c + d)`, at most 63.
pub(super) fn right_of_right(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let (x, c) = s.with_constant(IntShr, s.a())?;
    s.binary_constant(IntShr, x, (c + d).min(63))
}

/// `(x << c) >> c` is x if the shift to the left loses nothing.
pub(super) fn right_of_left(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let (x, c) = s.with_constant(IntShl, s.a())?;
    let bound = s.bound_of(x);
    let fits = |v: i64| v << c >> c == v;
    if c == d && fits(bound.lower()) && fits(bound.upper()) { New::is(x) } else { None }
}

/// `(x >>> c) >>> d` is `x >>> (c + d)`, or 0.
pub(super) fn logical_of_logical(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let (x, c) = s.with_constant(IntUshr, s.a())?;
    if c + d < 64 { s.binary_constant(IntUshr, x, c + d) } else { New::int(0) }
}

/// `(x << c) >>> c` clears the highest c bits.
pub(super) fn logical_of_left(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let (x, c) = s.with_constant(IntShl, s.a())?;
    (c == d).then_some(())?;
    s.binary_constant(IntAnd, x, (u64::MAX >> c) as i64)
}

/// Of a number that is not negative both shifts to the right are one: less to compare for CSE.
pub(super) fn logical_of_non_negative(s: &mut Site<'_, '_>) -> Option<New> {
    if s.bound_of(s.a()).is_non_negative() { New::binary(IntShr, s.a(), s.b()) } else { None }
}
