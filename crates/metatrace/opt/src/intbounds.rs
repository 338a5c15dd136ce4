//! Integer bounds along the trace: comparisons and overflow checks that the bounds decide vanish, and guards teach bounds.
//!
//! The domain is in `bounds/`; here it meets the operations.
//!
//! * Before an operation is appended: a comparison with a known outcome is that outcome, an operation with one
//!   possible result is that constant, `int_add_ovf` that cannot overflow is `int_add` (likewise sub, mul).
//! * After it was appended: its result has a bound. After a guard: the arguments of the comparison that it tests
//!   are narrower, and so are, one operation at a time, the arguments of what defined them (`backward`).
//!
//! ```text
//! %5 = int_lt %1, 100          %1 is an index, 0..
//! guard_true %5                from here on %1 is 0..=99
//! %7 = int_add_ovf %1, 1       becomes int_add, %7 is 1..=100
//! %8 = int_ge %7, 0            becomes true
//! ```
//!
//! Bounds of tagged values: for an operand of kind value, [`Info::bound`](crate::Info::bound) is that of the integer inside, *if*
//! there is one. It comes from a `guard_tag int` that is executed, which only an immediate passes. That a value is known to be an
//! integer is not enough: a `box_int` counts as one, and may hold an integer that fits no immediate.
//!
//! Known limits: no relation between two values is remembered beyond the bounds it implies; narrowing goes back
//! through [`MAX_BACKWARD_STEPS`] definitions; knowledge never flows from a value to other uses already emitted.
//!
//! Descends from PyPy's `optimizeopt/intbounds.py`.

use crate::bounds::{IntBound, Overflow, Relation};
use crate::cx::Cx;
use crate::pass::{Flow, InvalidLoop, OpcodeSet, Pending};
use heap::FieldKind;
use metatrace_ir::{Class, Const, Op, Opcode, Operand, ResultKind, SnapshotIndex, Tag};
use metatrace_machine::{Kind, RawWidth};

/// How many definitions a guard narrows through. Chains are short in practice (`a[i + 1]`, `(x & m) - 1`); the limit
/// bounds the work per guard.
const MAX_BACKWARD_STEPS: u32 = 4;

/// The relation that an integer comparison tests.
pub(crate) const fn relation_of(opcode: Opcode) -> Option<Relation> {
    Some(match opcode {
        Opcode::IntEq => Relation::Eq,
        Opcode::IntNe => Relation::Ne,
        Opcode::IntLt => Relation::Lt,
        Opcode::IntLe => Relation::Le,
        Opcode::IntGt => Relation::Gt,
        Opcode::IntGe => Relation::Ge,
        Opcode::UintLt => Relation::Ult,
        Opcode::UintLe => Relation::Ule,
        _ => return None,
    })
}

/// What yields an integer, or compares integers.
pub(crate) const VISITS: OpcodeSet = INTEGERS.union(OpcodeSet::of(&[
    Opcode::IntEq,
    Opcode::IntNe,
    Opcode::IntLt,
    Opcode::IntLe,
    Opcode::IntGt,
    Opcode::IntGe,
    Opcode::UintLt,
    Opcode::UintLe,
]));
pub(crate) const LEARNS_FROM: OpcodeSet = INTEGERS.union(OpcodeSet::of(&[
    Opcode::GuardTrue,
    Opcode::GuardFalse,
    Opcode::GuardIs,
    Opcode::GuardIsNot,
    Opcode::GuardTag,
    Opcode::BoxInt,
    Opcode::BoxImmediate,
    Opcode::LoadField,
    Opcode::LoadItem,
    Opcode::LoadRaw,
]));

/// Opcodes whose result is an integer, or may be.
const INTEGERS: OpcodeSet = {
    let mut set = OpcodeSet::of(&[Opcode::Select]);
    let mut i = 0;
    while i < Opcode::ALL.len() {
        if matches!(Opcode::ALL[i].result(), ResultKind::Kind(Kind::Int)) {
            set = set.with(Opcode::ALL[i]);
        }
        i += 1;
    }
    set
};

pub(crate) fn visit(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    if let Some(relation) = relation_of(op.opcode) {
        let (a, b) = (cx.bound_of(op.args[0]), cx.bound_of(op.args[1]));
        return Ok(match a.compare(relation, b) {
            Some(known) => Flow::Value(cx.intern(Const::bool(known))),
            None => Flow::Next,
        });
    }
    let (wrapping, overflow): (Opcode, fn(IntBound, IntBound) -> Overflow) = match op.opcode {
        Opcode::IntAddOvf => (Opcode::IntAdd, IntBound::add_overflow),
        Opcode::IntSubOvf => (Opcode::IntSub, IntBound::sub_overflow),
        Opcode::IntMulOvf => (Opcode::IntMul, IntBound::mul_overflow),
        _ => return constant_result(cx, op),
    };
    match overflow(cx.bound_of(op.args[0]), cx.bound_of(op.args[1])) {
        Overflow::Never => {
            op.opcode = wrapping;
            op.snapshot = SnapshotIndex::NONE;
            constant_result(cx, op)
        }
        Overflow::Sometimes => Ok(Flow::Next),
        Overflow::Always => Err(InvalidLoop(&"an integer operation always overflows")),
    }
}

/// An operation without effects that can only have one result need not be done.
fn constant_result(cx: &mut Cx<'_>, op: &Pending) -> Result<Flow, InvalidLoop> {
    if op.kind != Some(Kind::Int) || op.opcode.class() != Class::Pure {
        return Ok(Flow::Next);
    }
    let bound = forward(cx, op)?;
    match bound.as_constant() {
        Some(value) => Ok(Flow::Value(cx.intern(Const::int(value)))),
        None => {
            cx.bound_ahead = Some(BoundAhead { opcode: op.opcode, args: op.args, bound });
            Ok(Flow::Next)
        }
    }
}

/// What `visit` found about the result of an operation, for `emitted`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BoundAhead {
    opcode: Opcode,
    args: [Operand; 3],
    bound: IntBound,
}

impl BoundAhead {
    fn is_of(&self, op: &Pending) -> bool {
        self.opcode == op.opcode && self.args == op.args
    }
}

/// The bound of the result of an operation of kind int.
fn forward(cx: &Cx<'_>, op: &Pending) -> Result<IntBound, InvalidLoop> {
    let arg = |n: usize| cx.bound_of(op.args[n]);
    let overflows = InvalidLoop(&"an integer operation always overflows");
    Ok(match op.opcode {
        Opcode::IntAdd => arg(0).add(arg(1)),
        Opcode::IntSub => arg(0).sub(arg(1)),
        Opcode::IntMul => arg(0).mul(arg(1)),
        Opcode::IntAddOvf => arg(0).add_exact(arg(1)).ok_or(overflows)?,
        Opcode::IntSubOvf => arg(0).sub_exact(arg(1)).ok_or(overflows)?,
        Opcode::IntMulOvf => arg(0).mul_exact(arg(1)).ok_or(overflows)?,
        Opcode::IntDiv => arg(0).div(arg(1)),
        Opcode::IntRem => arg(0).rem(arg(1)),
        Opcode::IntFloorDiv => arg(0).floor_div(arg(1)),
        Opcode::IntMod => arg(0).modulo(arg(1)),
        Opcode::IntAnd => arg(0).and(arg(1)),
        Opcode::IntOr => arg(0).or(arg(1)),
        Opcode::IntXor => arg(0).xor(arg(1)),
        Opcode::IntShl => arg(0).shl(arg(1)),
        Opcode::IntShr => arg(0).shr(arg(1)),
        Opcode::IntUshr => arg(0).ushr(arg(1)),
        Opcode::IntNeg => arg(0).neg(),
        Opcode::IntNot => arg(0).not(),
        Opcode::UintMulHigh => arg(0).unsigned_mul_high(arg(1)),
        Opcode::BoolToInt => match cx.bool_of(op.args[0]) {
            Some(known) => IntBound::constant(known as i64),
            None => IntBound::BOOL,
        },
        Opcode::Select => arg(1).join(arg(2)),
        Opcode::UnboxInt => inside(cx, op.args[0]),
        Opcode::ArrayLen => IntBound::NON_NEGATIVE,
        Opcode::LoadField => {
            let field = op.aux.as_field();
            let bound = of_field(field.field_kind());
            if cx.env.field_facts(field).non_negative {
                bound
                    .meet(IntBound::NON_NEGATIVE)
                    .expect("every kind of field has integers that are not negative")
            } else {
                bound
            }
        }
        Opcode::LoadItem => of_field(op.aux.as_array().item_kind()),
        Opcode::LoadRaw => of_width(op.aux.as_raw()),
        _ => IntBound::UNKNOWN,
    })
}

/// What the integer inside a tagged value may be, if there is one. Constants fold before.
fn inside(cx: &Cx<'_>, value: Operand) -> IntBound {
    cx.info(value).map_or(IntBound::UNKNOWN, |info| info.bound)
}

fn range(lower: i64, upper: i64) -> IntBound {
    IntBound::range(lower, upper).expect("the ends are in order")
}

fn of_field(kind: FieldKind) -> IntBound {
    match kind {
        FieldKind::U8 => range(0, u8::MAX as i64),
        FieldKind::U16 => range(0, u16::MAX as i64),
        FieldKind::U32 => range(0, u32::MAX as i64),
        FieldKind::I32 => range(i32::MIN as i64, i32::MAX as i64),
        _ => IntBound::UNKNOWN,
    }
}

fn of_width(width: RawWidth) -> IntBound {
    match width {
        RawWidth::U8 => range(0, u8::MAX as i64),
        RawWidth::U16 => range(0, u16::MAX as i64),
        RawWidth::U32 => range(0, u32::MAX as i64),
        RawWidth::I8 => range(i8::MIN as i64, i8::MAX as i64),
        RawWidth::I16 => range(i16::MIN as i64, i16::MAX as i64),
        RawWidth::I32 => range(i32::MIN as i64, i32::MAX as i64),
        RawWidth::I64 | RawWidth::F32 | RawWidth::F64 => IntBound::UNKNOWN,
    }
}

pub(crate) fn emitted(cx: &mut Cx<'_>, op: &Pending, result: Operand) -> Result<(), InvalidLoop> {
    match op.opcode {
        Opcode::GuardTrue => learn_outcome(cx, op.args[0], true, MAX_BACKWARD_STEPS),
        Opcode::GuardFalse => learn_outcome(cx, op.args[0], false, MAX_BACKWARD_STEPS),
        Opcode::GuardIs => match cx.constant_of(op.args[1]) {
            Some(Const { kind: Kind::Int, bits }) => {
                narrow(cx, op.args[0], IntBound::constant(bits as i64), MAX_BACKWARD_STEPS)
            }
            Some(Const { kind: Kind::Bool, bits }) => {
                learn_outcome(cx, op.args[0], bits != 0, MAX_BACKWARD_STEPS)
            }
            _ => Ok(()),
        },
        Opcode::GuardIsNot => match cx.constant_of(op.args[1]) {
            Some(Const { kind: Kind::Int, bits }) => {
                let rest = cx.bound_of(op.args[0]).without(bits as i64);
                let rest = rest.ok_or(InvalidLoop(&"an integer is required not to be what it is"))?;
                narrow(cx, op.args[0], rest, MAX_BACKWARD_STEPS)
            }
            _ => Ok(()),
        },
        Opcode::GuardTag if op.aux.as_tag() == Tag::Int => {
            let immediates = range(cx.coding.int_min, cx.coding.int_max);
            narrow_inside(cx, op.args[0], immediates)
        }
        Opcode::BoxInt | Opcode::BoxImmediate => {
            let bound = cx.bound_of(op.args[0]);
            narrow_inside(cx, result, bound)
        }
        _ if op.kind == Some(Kind::Int) => {
            let bound = match cx.bound_ahead {
                Some(ahead) if ahead.is_of(op) => ahead.bound,
                _ => forward(cx, op)?,
            };
            if bound.is_unknown() { Ok(()) } else { cx.narrow(result, bound) }
        }
        _ => Ok(()),
    }
}

/// Sharpens what a tagged value has inside.
fn narrow_inside(cx: &mut Cx<'_>, value: Operand, bound: IntBound) -> Result<(), InvalidLoop> {
    if let Some(info) = cx.info_mut(value) {
        // An empty meet would say "not an integer", which this is no place to conclude from.
        info.bound = info.bound.meet(bound).unwrap_or(bound);
        cx.bound_ahead = None;
    }
    Ok(())
}

/// What follows from a condition's known outcome for the integers that it compares.
fn learn_outcome(cx: &mut Cx<'_>, condition: Operand, outcome: bool, steps: u32) -> Result<(), InvalidLoop> {
    let Some(&op) = cx.definition(condition) else { return Ok(()) };
    if let Some(relation) = relation_of(op.opcode) {
        let relation = if outcome { relation } else { relation.negated() };
        let (a, b) = (cx.bound_of(op.args[0]), cx.bound_of(op.args[1]));
        let (c, d) =
            a.assume(relation, b).ok_or(InvalidLoop(&"a comparison cannot have the required outcome"))?;
        narrow(cx, op.args[0], c, steps)?;
        return narrow(cx, op.args[1], d, steps);
    }
    if steps == 0 {
        return Ok(());
    }
    match (op.opcode, outcome) {
        (Opcode::BoolNot, _) => settle(cx, op.args[0], !outcome, steps - 1),
        (Opcode::BoolAnd, true) | (Opcode::BoolOr, false) => {
            settle(cx, op.args[0], outcome, steps - 1)?;
            settle(cx, op.args[1], outcome, steps - 1)
        }
        _ => Ok(()),
    }
}

/// A condition inside a condition has this outcome.
fn settle(cx: &mut Cx<'_>, condition: Operand, outcome: bool, steps: u32) -> Result<(), InvalidLoop> {
    learn_outcome(cx, condition, outcome, steps)?;
    cx.make_constant(condition, Const::bool(outcome))
}

/// Narrows an operand of kind int, then the arguments of the operation that defines it.
fn narrow(cx: &mut Cx<'_>, operand: Operand, bound: IntBound, steps: u32) -> Result<(), InvalidLoop> {
    let operand = cx.resolve(operand);
    let before = cx.bound_of(operand);
    // Nothing new, the usual case.
    if before.as_constant().is_none() && bound.includes(before) {
        return Ok(());
    }
    let definition = operand.as_op();
    cx.narrow(operand, bound)?;
    let after = cx.bound_of(operand);
    if after == before || steps == 0 {
        return Ok(());
    }
    match definition {
        Some(index) => {
            let op = cx.out.ops[index as usize];
            backward(cx, &op, after, steps - 1)
        }
        None => Ok(()),
    }
}

/// The result of an operation of the unit is within a bound: narrows its arguments.
fn backward(cx: &mut Cx<'_>, op: &Op, result: IntBound, steps: u32) -> Result<(), InvalidLoop> {
    const IMPOSSIBLE: InvalidLoop = InvalidLoop(&"no arguments give the required integer");
    type Pair = fn(IntBound, IntBound, IntBound) -> Option<(IntBound, IntBound)>;
    type First = fn(IntBound, IntBound, IntBound) -> Option<IntBound>;
    let both: Pair = match op.opcode {
        Opcode::IntAdd => IntBound::add_back,
        Opcode::IntSub => IntBound::sub_back,
        Opcode::IntMul => IntBound::mul_back,
        Opcode::IntAddOvf => IntBound::add_exact_back,
        Opcode::IntSubOvf => IntBound::sub_exact_back,
        Opcode::IntMulOvf => IntBound::mul_exact_back,
        Opcode::IntAnd => IntBound::and_back,
        Opcode::IntOr => IntBound::or_back,
        Opcode::IntXor => IntBound::xor_back,
        _ => {
            let first: First = match op.opcode {
                Opcode::IntNeg => |a, _, r| a.neg_back(r),
                Opcode::IntNot => |a, _, r| a.not_back(r),
                Opcode::IntShl => IntBound::shl_back,
                Opcode::IntShr => IntBound::shr_back,
                Opcode::IntUshr => IntBound::ushr_back,
                Opcode::IntDiv => IntBound::div_back,
                Opcode::IntFloorDiv => IntBound::floor_div_back,
                Opcode::BoolToInt => {
                    return match result.as_constant() {
                        Some(bit) => settle(cx, op.args[0], bit != 0, steps),
                        None => Ok(()),
                    };
                }
                Opcode::UnboxInt => return narrow_inside(cx, op.args[0], result),
                _ => return Ok(()),
            };
            let (a, b) = (cx.bound_of(op.args[0]), cx.bound_of(op.args[1]));
            let a = first(a, b, result).ok_or(IMPOSSIBLE)?;
            return narrow(cx, op.args[0], a, steps);
        }
    };
    let (a, b) = (cx.bound_of(op.args[0]), cx.bound_of(op.args[1]));
    let (a, b) = both(a, b, result).ok_or(IMPOSSIBLE)?;
    narrow(cx, op.args[0], a, steps)?;
    narrow(cx, op.args[1], b, steps)
}

#[cfg(test)]
mod tests {
    #[test]
    fn bounds_fold_and_narrow_as_written() {
        crate::golden::run("intbounds", &["intbounds", "guards", "pure"], |_, _| {});
    }
}
