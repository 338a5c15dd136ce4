//! Truth values, choices by them, and guards on them.

use super::comparisons;
use super::site::{New, Site};
use metatrace_ir::Const;
use metatrace_ir::Opcode::*;
use metatrace_machine::Kind;

// -- not

/// `not not p` is p.
pub(super) fn not_of_not(s: &mut Site<'_, '_>) -> Option<New> {
    New::is(s.unary(BoolNot, s.a())?)
}

/// The negation of an integer comparison is another one.
pub(super) fn not_of_int_comparison(s: &mut Site<'_, '_>) -> Option<New> {
    let (opcode, a, b) = s.definition(s.a())?;
    comparisons::inverse(opcode, a, b)
}

/// `not x == y` is `x != y`, for NaN too. (Not so the orders: both `<` and `>=` fail for NaN.)
pub(super) fn not_of_float_equality(s: &mut Site<'_, '_>) -> Option<New> {
    let (opcode, a, b) = s.definition(s.a())?;
    match opcode {
        FloatEq => New::binary(FloatNe, a, b),
        FloatNe => New::binary(FloatEq, a, b),
        _ => None,
    }
}

// -- and, or

/// `p and true` is p, `p and false` is false.
pub(super) fn and_with_constant(s: &mut Site<'_, '_>) -> Option<New> {
    if s.bool_of(s.b())? { New::is(s.a()) } else { New::bool(false) }
}

/// `p and p` is p, `p and not p` is false.
pub(super) fn and_with_itself(s: &mut Site<'_, '_>) -> Option<New> {
    if s.a() == s.b() {
        New::is(s.a())
    } else if are_opposites(s) {
        New::bool(false)
    } else {
        None
    }
}

fn are_opposites(s: &Site<'_, '_>) -> bool {
    s.orders().into_iter().any(|(p, not)| s.unary(BoolNot, not) == Some(p))
}

/// `p or false` is p, `p or true` is true.
pub(super) fn or_with_constant(s: &mut Site<'_, '_>) -> Option<New> {
    if s.bool_of(s.b())? { New::bool(true) } else { New::is(s.a()) }
}

/// `p or p` is p, `p or not p` is true.
pub(super) fn or_with_itself(s: &mut Site<'_, '_>) -> Option<New> {
    if s.a() == s.b() {
        New::is(s.a())
    } else if are_opposites(s) {
        New::bool(true)
    } else {
        None
    }
}

// -- select

/// The condition is known.
pub(super) fn select_by_constant(s: &mut Site<'_, '_>) -> Option<New> {
    if s.bool_of(s.a())? { New::is(s.b()) } else { New::is(s.c()) }
}

/// Both choices are one.
pub(super) fn select_between_equals(s: &mut Site<'_, '_>) -> Option<New> {
    if s.b() == s.c() { New::is(s.b()) } else { None }
}

/// A negated condition exchanges the choices.
pub(super) fn select_by_not(s: &mut Site<'_, '_>) -> Option<New> {
    let p = s.unary(BoolNot, s.a())?;
    Some(New::Op(Select, [p, s.c(), s.b()]))
}

/// A choice with a constant truth value is the condition, its negation, `and` or `or`.
pub(super) fn select_truth(s: &mut Site<'_, '_>) -> Option<New> {
    (s.kind() == Some(Kind::Bool)).then_some(())?;
    let (p, yes, no) = (s.a(), s.b(), s.c());
    match (s.bool_of(yes), s.bool_of(no)) {
        (Some(true), Some(false)) => New::is(p),
        (Some(false), Some(true)) => New::unary(BoolNot, p),
        (None, Some(false)) => New::binary(BoolAnd, p, yes),
        (Some(true), None) => New::binary(BoolOr, p, no),
        _ => None,
    }
}

/// `1 if p else 0` is `int(p)`.
pub(super) fn select_bit(s: &mut Site<'_, '_>) -> Option<New> {
    let p = s.a();
    match (s.int_of(s.b())?, s.int_of(s.c())?) {
        (1, 0) => New::unary(BoolToInt, p),
        (0, 1) => {
            let not = s.emit(BoolNot, &[p])?;
            New::unary(BoolToInt, not)
        }
        _ => None,
    }
}

/// `x if x == y else y` is y, `x if x != y else y` is x. Integers only: 0.0 and −0.0 are equal and differ.
pub(super) fn select_by_equality(s: &mut Site<'_, '_>) -> Option<New> {
    let (yes, no) = (s.b(), s.c());
    let (opcode, x, y) = s.definition(s.a())?;
    let chooses_between_sides = (x, y) == (yes, no) || (x, y) == (no, yes);
    match opcode {
        IntEq if chooses_between_sides => New::is(no),
        IntNe if chooses_between_sides => New::is(yes),
        _ => None,
    }
}

// -- guards

/// A guard on a negation is the opposite guard.
pub(super) fn guard_not(s: &mut Site<'_, '_>) -> Option<New> {
    let p = s.unary(BoolNot, s.a())?;
    New::unary(if s.opcode() == GuardTrue { GuardFalse } else { GuardTrue }, p)
}

/// A guard that a truth value is a constant.
pub(super) fn guard_is_truth(s: &mut Site<'_, '_>) -> Option<New> {
    match s.constant_of(s.b())? {
        Const { kind: Kind::Bool, bits } => New::unary(if bits != 0 { GuardTrue } else { GuardFalse }, s.a()),
        _ => None,
    }
}

/// A guard that `int(p)` is a constant.
pub(super) fn guard_is_bit(s: &mut Site<'_, '_>) -> Option<New> {
    let p = s.unary(BoolToInt, s.a())?;
    match s.int_b()? {
        0 => New::unary(GuardFalse, p),
        1 => New::unary(GuardTrue, p),
        _ => None,
    }
}

/// Anything has the bits that it has.
pub(super) fn identical_operands(s: &mut Site<'_, '_>) -> Option<New> {
    if s.a() == s.b() { New::bool(true) } else { None }
}
