//! Comparisons of integers. What bounds alone decide is decided before (`intbounds`).

use super::site::{New, Site, power_of_two};
use crate::bounds::Relation;
use crate::intbounds::relation_of;
use metatrace_ir::Opcode::{self, *};
use metatrace_ir::Operand;

fn relation(s: &Site<'_, '_>) -> Relation {
    relation_of(s.opcode()).expect("rules for comparisons are listed for comparisons")
}

/// The operation that tests a signed relation.
fn opcode_of(relation: Relation) -> Option<Opcode> {
    Some(match relation {
        Relation::Eq => IntEq,
        Relation::Ne => IntNe,
        Relation::Lt => IntLt,
        Relation::Le => IntLe,
        Relation::Gt => IntGt,
        Relation::Ge => IntGe,
        Relation::Ult => UintLt,
        Relation::Ule => UintLe,
        Relation::Ugt | Relation::Uge => return None,
    })
}

/// The comparison that holds exactly when `opcode` does not, with its arguments exchanged if need be.
pub(super) fn inverse(opcode: Opcode, a: Operand, b: Operand) -> Option<New> {
    let negated = relation_of(opcode)?.negated();
    match opcode_of(negated) {
        Some(opcode) => New::binary(opcode, a, b),
        None => New::binary(opcode_of(negated.swapped())?, b, a),
    }
}

/// Whether the rule's operation is `==`; it is listed for `==` and `!=` only.
fn is_equality(s: &Site<'_, '_>) -> bool {
    s.opcode() == IntEq
}

/// The outcome of `==` or `!=` for arguments that are equal or not.
fn outcome(s: &Site<'_, '_>, equal: bool) -> Option<New> {
    New::bool(equal == is_equality(s))
}

/// `x < x` and the like.
pub(super) fn same_operand(s: &mut Site<'_, '_>) -> Option<New> {
    if s.a() == s.b() { New::bool(relation(s).is_reflexive()) } else { None }
}

/// The comparisons that say something about the order of two operands, and whether they exchange them. The unsigned ones (an index that was
/// tested with one comparison) come last: they say it of operands that are not negative only.
const SAYING: [(Opcode, bool); 10] = [
    (IntLt, false),
    (IntLt, true),
    (IntLe, false),
    (IntLe, true),
    (IntEq, false),
    (IntNe, false),
    (UintLt, false),
    (UintLt, true),
    (UintLe, false),
    (UintLe, true),
];
const SIGNED_SAYING: usize = 6;

/// What earlier guards on comparisons of the same two operands leave possible decides.
pub(super) fn implied(s: &mut Site<'_, '_>) -> Option<New> {
    let (a, b) = (s.a(), s.b());
    (s.int_of(a).is_none() && s.int_of(b).is_none()).then_some(())?;
    let relation = relation(s);
    // Less, equal, greater, each as a pair of integers in that order.
    let mut possible = [Some((0, 1)), Some((0, 0)), Some((1, 0))];
    let mut reasons = Vec::new();
    let is_signed = s.bound_of(a).is_non_negative() && s.bound_of(b).is_non_negative();
    let saying = if is_signed { &SAYING[..] } else { &SAYING[..SIGNED_SAYING] };
    for &(opcode, swap) in saying {
        let (x, y) = if swap { (b, a) } else { (a, b) };
        let Some((known, short)) = s.proven(opcode, x, y) else { continue };
        reasons.push(short);
        let proven = if swap { relation_of(opcode)?.swapped() } else { relation_of(opcode)? };
        for order in &mut possible {
            *order = order.filter(|(m, n)| proven.holds(*m, *n) == known);
        }
    }
    let mut outcomes = possible.into_iter().flatten().map(|(m, n)| relation.holds(m, n));
    let outcome = outcomes.next()?;
    outcomes.all(|other| other == outcome).then_some(())?;
    reasons.into_iter().for_each(|short| s.rely(short));
    New::bool(outcome)
}

/// `c < x` is `x > c`.
pub(super) fn constant_to_the_right(s: &mut Site<'_, '_>) -> Option<New> {
    let (a, b) = (s.a(), s.b());
    (s.int_of(a).is_some() && s.int_of(b).is_none()).then_some(())?;
    New::binary(opcode_of(relation(s).swapped())?, b, a)
}

// -- order

/// `x <= c` is `x < c + 1`, `x >= c` is `x > c − 1`.
pub(super) fn strict_against_constant(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, c) = (s.a(), s.int_b()?);
    match s.opcode() {
        IntLe if c == i64::MAX => New::bool(true),
        IntLe => s.binary_constant(IntLt, x, c + 1),
        IntGe if c == i64::MIN => New::bool(true),
        IntGe => s.binary_constant(IntGt, x, c - 1),
        _ => None,
    }
}

/// `x > y` is `y < x`, `x >= y` is `y <= x`.
pub(super) fn less_between_variables(s: &mut Site<'_, '_>) -> Option<New> {
    let (a, b) = (s.a(), s.b());
    (s.int_of(b).is_none()).then_some(())?;
    match s.opcode() {
        IntGt => New::binary(IntLt, b, a),
        IntGe => New::binary(IntLe, b, a),
        _ => None,
    }
}

/// An order that only an end of the bound satisfies, or fails, is a test for that end.
pub(super) fn order_at_the_end(s: &mut Site<'_, '_>) -> Option<New> {
    let (x, c) = (s.a(), s.int_b()?);
    let bound = s.bound_of(x);
    let (lower, upper) = (bound.lower(), bound.upper());
    match s.opcode() {
        IntLt if c.checked_sub(1) == Some(lower) => s.binary_constant(IntEq, x, lower),
        IntLt if c == upper => s.binary_constant(IntNe, x, upper),
        IntGt if c.checked_add(1) == Some(upper) => s.binary_constant(IntEq, x, upper),
        IntGt if c == lower => s.binary_constant(IntNe, x, lower),
        _ => None,
    }
}

/// `x + c < d` is `x < d − c` where neither overflows.
pub(super) fn order_shifted(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let (x, c) = s.exact_constant_sum(s.a())?;
    s.binary_constant(s.opcode(), x, d.checked_sub(c)?)
}

/// `x + c < y + c` is `x < y`, `x < x + c` is `0 < c`, where no sum overflows.
pub(super) fn order_shifted_both(s: &mut Site<'_, '_>) -> Option<New> {
    let (a, b) = (s.a(), s.b());
    let (x, c) = s.exact_constant_sum(a).unwrap_or((a, 0));
    let (y, d) = s.exact_constant_sum(b).unwrap_or((b, 0));
    if x == y {
        New::bool(relation(s).holds(c, d))
    } else if c == d && c != 0 {
        New::binary(s.opcode(), x, y)
    } else {
        None
    }
}

/// Unsigned order of numbers that are not negative is signed order.
pub(super) fn unsigned_as_signed(s: &mut Site<'_, '_>) -> Option<New> {
    let (a, b) = (s.a(), s.b());
    (s.bound_of(a).is_non_negative() && s.bound_of(b).is_non_negative()).then_some(())?;
    New::binary(if s.opcode() == UintLt { IntLt } else { IntLe }, a, b)
}

/// Unsigned, `x < 1` and `x <= 0` are `x == 0`; `0 < x` and `1 <= x` are `x != 0`.
pub(super) fn below_one(s: &mut Site<'_, '_>) -> Option<New> {
    let (a, b) = (s.a(), s.b());
    let strict = (s.opcode() == UintLt) as i64;
    if s.int_of(b) == Some(strict) {
        s.binary_constant(IntEq, a, 0)
    } else if s.int_of(a) == Some(1 - strict) {
        s.binary_constant(IntNe, b, 0)
    } else {
        None
    }
}

// -- equality

/// `int(p) == 1` is p, `int(p) == 0` is `not p`.
pub(super) fn equal_to_truth(s: &mut Site<'_, '_>) -> Option<New> {
    let c = s.int_b()?;
    let p = s.unary(BoolToInt, s.a())?;
    match (c, is_equality(s)) {
        (1, true) | (0, false) => New::is(p),
        (1, false) | (0, true) => New::unary(BoolNot, p),
        _ => outcome(s, false),
    }
}

/// `x + c == d` is `x == d − c`; `c − x == d` is `x == c − d`; `x ^ c == d` is `x == c ^ d`. All modulo 2^64.
pub(super) fn equal_shifted(s: &mut Site<'_, '_>) -> Option<New> {
    let d = s.int_b()?;
    let a = s.a();
    if let Some((x, c)) = s.constant_sum(a) {
        return s.binary_constant(s.opcode(), x, d.wrapping_sub(c));
    }
    if let Some((x, c)) = s.with_constant(IntXor, a) {
        return s.binary_constant(s.opcode(), x, d ^ c);
    }
    let (c, x) = s.difference(a)?;
    let c = s.int_of(c)?;
    s.binary_constant(s.opcode(), x, c.wrapping_sub(d))
}

/// `x + z == y + z` is `x == y`, `x + y == x` is `y == 0`.
pub(super) fn equal_shifted_both(s: &mut Site<'_, '_>) -> Option<New> {
    let rest = s.orders().into_iter().find_map(|(sum, x)| {
        let (p, q) = s.sum(sum)?;
        if p == x {
            Some(q)
        } else if q == x {
            Some(p)
        } else {
            None
        }
    });
    if let Some(rest) = rest {
        return s.binary_constant(s.opcode(), rest, 0);
    }
    let (p, q) = s.sum(s.a())?;
    let (x, y) = s.sum(s.b())?;
    if q == y {
        New::binary(s.opcode(), p, x)
    } else if p == x {
        New::binary(s.opcode(), q, y)
    } else if p == y {
        New::binary(s.opcode(), q, x)
    } else if q == x {
        New::binary(s.opcode(), p, y)
    } else {
        None
    }
}

/// `x − y == 0` and `x ^ y == 0` are `x == y`.
pub(super) fn equal_difference(s: &mut Site<'_, '_>) -> Option<New> {
    (s.int_b()? == 0).then_some(())?;
    let (x, y) = s.difference(s.a()).or_else(|| s.binary(IntXor, s.a()))?;
    New::binary(s.opcode(), x, y)
}

/// `−x == c` is `x == −c`, `−x == −y` is `x == y`; likewise for `~`.
pub(super) fn equal_negated(s: &mut Site<'_, '_>) -> Option<New> {
    let (a, b) = (s.a(), s.b());
    let (negation, x, _) = s.definition(a)?;
    let undo: fn(i64) -> i64 = match negation {
        IntNeg => i64::wrapping_neg,
        IntNot => |c| !c,
        _ => return None,
    };
    match s.int_of(b) {
        Some(c) => s.binary_constant(s.opcode(), x, undo(c)),
        None => New::binary(s.opcode(), x, s.unary(negation, b)?),
    }
}

/// What can only be 0 or 2^k is compared with 0.
pub(super) fn equal_single_bit(s: &mut Site<'_, '_>) -> Option<New> {
    let c = s.int_b()?;
    power_of_two(c)?;
    (s.bound_of(s.a()).bits() == crate::bounds::KnownBits::new(0, c as u64)).then_some(())?;
    s.binary_constant(if is_equality(s) { IntNe } else { IntEq }, s.a(), 0)
}
