//! Sums, differences, products and negations.

use super::site::{New, Site, power_of_two};
use metatrace_ir::Opcode::{self, *};

/// `c ∘ x` is `x ∘ c`, for every commutative operation.
pub(super) fn constant_to_the_right(s: &mut Site<'_, '_>) -> Option<New> {
    let (a, b) = (s.a(), s.b());
    (s.constant_of(a).is_some() && s.constant_of(b).is_none()).then_some(())?;
    debug_assert!(s.opcode().is_commutative());
    New::binary(s.opcode(), b, a)
}

// -- add

/// `x + 0` is x.
pub(super) fn add_zero(s: &mut Site<'_, '_>) -> Option<New> {
    (s.int_b()? == 0).then_some(New::Is(s.a()))
}

/// `(x + c) + d` is `x + (c + d)`.
pub(super) fn add_to_constant_sum(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let (x, c) = s.constant_sum(s.a())?;
    s.binary_constant(IntAdd, x, c.wrapping_add(d))
}

/// `(c − x) + d` is `(c + d) − x`.
pub(super) fn add_to_constant_difference(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let (c, x) = s.difference(s.a())?;
    let c = s.int_of(c)?;
    let sum = s.int(c.wrapping_add(d));
    New::binary(IntSub, sum, x)
}

/// `(x − y) + y` is x.
pub(super) fn add_what_was_subtracted(s: &mut Site<'_, '_>) -> Option<New> {
    s.orders().into_iter().find_map(|(difference, y)| {
        let (x, subtracted) = s.difference(difference)?;
        (subtracted == y).then_some(New::Is(x))
    })
}

/// `x + (−y)` is `x − y`.
pub(super) fn add_negated(s: &mut Site<'_, '_>) -> Option<New> {
    s.orders().into_iter().find_map(|(x, negated)| New::binary(IntSub, x, s.unary(IntNeg, negated)?))
}

/// `x + ~x` is −1.
pub(super) fn add_complement(s: &mut Site<'_, '_>) -> Option<New> {
    s.orders().into_iter().find_map(
        |(x, complement)| {
            if s.unary(IntNot, complement)? == x { New::int(-1) } else { None }
        },
    )
}

/// `x + x` is `x << 1`.
pub(super) fn double(s: &mut Site<'_, '_>) -> Option<New> {
    (s.a() == s.b()).then_some(())?;
    s.binary_constant(IntShl, s.a(), 1)
}

// -- sub

/// `x − x` is 0, checked or not.
pub(super) fn subtract_itself(s: &mut Site<'_, '_>) -> Option<New> {
    if s.a() == s.b() { New::int(0) } else { None }
}

/// `x − c` is `x + (−c)`, wrapping.
pub(super) fn subtract_constant(s: &mut Site<'_, '_>) -> Option<New> {
    let c = s.int_b()?;
    s.binary_constant(IntAdd, s.a(), c.wrapping_neg())
}

/// `0 − x` is −x.
pub(super) fn subtract_from_zero(s: &mut Site<'_, '_>) -> Option<New> {
    if s.int_of(s.a())? == 0 { New::unary(IntNeg, s.b()) } else { None }
}

/// `−1 − x` is ~x.
pub(super) fn subtract_from_minus_one(s: &mut Site<'_, '_>) -> Option<New> {
    if s.int_of(s.a())? == -1 { New::unary(IntNot, s.b()) } else { None }
}

/// `c − (x + d)` is `(c − d) − x`.
pub(super) fn subtract_sum_from_constant(s: &mut Site<'_, '_>) -> Option<New> {
    let c = s.int_of(s.a())?;
    let (x, d) = s.constant_sum(s.b())?;
    let rest = s.int(c.wrapping_sub(d));
    New::binary(IntSub, rest, x)
}

/// `c − (d − x)` is `x + (c − d)`.
pub(super) fn subtract_difference_from_constant(s: &mut Site<'_, '_>) -> Option<New> {
    let c = s.int_of(s.a())?;
    let (d, x) = s.difference(s.b())?;
    let d = s.int_of(d)?;
    s.binary_constant(IntAdd, x, c.wrapping_sub(d))
}

/// `x − (−y)` is `x + y`.
pub(super) fn subtract_negated(s: &mut Site<'_, '_>) -> Option<New> {
    New::binary(IntAdd, s.a(), s.unary(IntNeg, s.b())?)
}

/// `(x + y) − y` is x, `(x + y) − x` is y.
pub(super) fn subtract_what_was_added(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, y) = s.sum(s.a())?;
    if y == s.b() {
        New::is(x)
    } else if x == s.b() {
        New::is(y)
    } else {
        None
    }
}

/// `x − (x + y)` is −y.
pub(super) fn subtract_sum_of_itself(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, y) = s.sum(s.b())?;
    if x == s.a() {
        New::unary(IntNeg, y)
    } else if y == s.a() {
        New::unary(IntNeg, x)
    } else {
        None
    }
}

/// `x − (x − y)` is y.
pub(super) fn subtract_difference_of_itself(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, y) = s.difference(s.b())?;
    if x == s.a() { New::is(y) } else { None }
}

/// `(x − y) − x` is −y.
pub(super) fn subtract_from_own_difference(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, y) = s.difference(s.a())?;
    if x == s.b() { New::unary(IntNeg, y) } else { None }
}

/// `(x + c) − (x + d)` is c − d.
pub(super) fn difference_of_shifted(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, c) = s.constant_sum(s.a())?;
    let (y, d) = s.constant_sum(s.b())?;
    if x == y { New::int(c.wrapping_sub(d)) } else { None }
}

// -- mul

/// `x · 0`, `x · 1`, `x · −1`.
pub(super) fn multiply_by_special(s: &mut Site<'_, '_>) -> Option<New> {
    match s.int_b()? {
        0 => New::int(0),
        1 => New::is(s.a()),
        -1 => New::unary(IntNeg, s.a()),
        _ => None,
    }
}

/// `x · 2^k` is `x << k`.
pub(super) fn multiply_by_power_of_two(s: &mut Site<'_, '_>) -> Option<New> {
    let k = power_of_two(s.int_b()?)?;
    s.binary_constant(IntShl, s.a(), k)
}

/// `(x · c) · d` is `x · (c · d)`.
pub(super) fn multiply_constant_product(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let product = s.a();
    let (x, c) = s.with_constant(IntMul, product).or_else(|| s.with_constant(IntMulOvf, product))?;
    s.binary_constant(IntMul, x, c.wrapping_mul(d))
}

/// `(x << k) · c` is `x · (c << k)`.
pub(super) fn multiply_shifted(s: &mut Site<'_, '_>) -> Option<New> {
    let c = s.int_b()?;
    let (x, k) = s.with_constant(IntShl, s.a())?;
    s.binary_constant(IntMul, x, c.wrapping_shl(k as u32))
}

/// `(−x) · c` is `x · (−c)`.
pub(super) fn multiply_negated_by_constant(s: &mut Site<'_, '_>) -> Option<New> {
    let c = s.int_b()?;
    let x = s.unary(IntNeg, s.a())?;
    s.binary_constant(IntMul, x, c.wrapping_neg())
}

/// `(−x) · (−y)` is `x · y`.
pub(super) fn multiply_negated(s: &mut Site<'_, '_>) -> Option<New> {
    New::binary(IntMul, s.unary(IntNeg, s.a())?, s.unary(IntNeg, s.b())?)
}

/// The high half of `x · 0` and `x · 1` is 0, that of `x · 2^k` is `x >>> (64 − k)`.
pub(super) fn high_product_with_power_of_two(s: &mut Site<'_, '_>) -> Option<New> {
    match s.int_b()? {
        0 | 1 => New::int(0),
        c => {
            let k = power_of_two(c)?;
            s.binary_constant(IntUshr, s.a(), 64 - k)
        }
    }
}

// -- neg

/// `−(−x)` is x.
pub(super) fn negate_negated(s: &mut Site<'_, '_>) -> Option<New> {
    New::is(s.unary(IntNeg, s.a())?)
}

/// `−(~x)` is `x + 1`.
pub(super) fn negate_complement(s: &mut Site<'_, '_>) -> Option<New> {
    let x = s.unary(IntNot, s.a())?;
    s.binary_constant(IntAdd, x, 1)
}

/// `−(x − y)` is `y − x`.
pub(super) fn negate_difference(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, y) = s.difference(s.a())?;
    New::binary(IntSub, y, x)
}

/// `−(x + c)` is `−c − x`.
pub(super) fn negate_constant_sum(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, c) = s.constant_sum(s.a())?;
    let c = s.int(c.wrapping_neg());
    New::binary(IntSub, c, x)
}

/// `−(x · c)` is `x · (−c)`.
pub(super) fn negate_constant_product(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, c) = s.with_constant(IntMul, s.a())?;
    s.binary_constant(IntMul, x, c.wrapping_neg())
}

// -- leaving on overflow. The replacement must leave for exactly the same arguments. (`x · 1` and the like are plain
// operations by now: `intbounds` saw that they cannot overflow.)

/// `(x + c) + d` is `x + (c + d)` where the inner sum is that of mathematics and `c + d` is a word.
pub(super) fn checked_add_to_constant_sum(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let (x, c) = s.exact_constant_sum(s.a())?;
    s.binary_constant(IntAddOvf, x, c.checked_add(d)?)
}

/// `x − c` is `x + (−c)` unless −c does not exist.
pub(super) fn checked_subtract_constant(s: &mut Site<'_, '_>) -> Option<New> {
    let c = s.int_b()?;
    s.binary_constant(IntAddOvf, s.a(), c.checked_neg()?)
}

/// `x · 2` is `x + x`, `x · −1` is `0 − x`: an addition sets the overflow flag sooner than a multiplication.
pub(super) fn checked_multiply_small(s: &mut Site<'_, '_>) -> Option<New> {
    let x = s.a();
    match s.int_b()? {
        2 => New::binary(Opcode::IntAddOvf, x, x),
        -1 => {
            let zero = s.int(0);
            New::binary(Opcode::IntSubOvf, zero, x)
        }
        _ => None,
    }
}
