//! Algebra: an operation becomes a cheaper one, or is found equal to something that exists already.
//!
//! A rule is a function from a [`Site`] (the operation, and what defines its arguments) to what replaces it. The
//! rules of an opcode are a list ([`rules_of`]), tried in order; the first that applies wins, and its result goes through all
//! passes again, so rules compose and each can be small. They are written one property at a time:
//!
//! | file | rules for |
//! |---|---|
//! | `rewrite/sums` | add, sub, mul, neg, and the forms that leave on overflow |
//! | `rewrite/bitwise` | and, or, xor, not, shifts |
//! | `rewrite/division` | division and remainder by constants: shifts, masks, multiplication by a reciprocal |
//! | `rewrite/comparisons` | int comparisons |
//! | `rewrite/truth` | bools, select, guards on bools |
//! | `rewrite/floats` | floats; only what IEEE 754 makes exact |
//!
//! Termination: every rule shrinks the expression or moves it towards the canonical form below, and no rule moves it
//! back. (The walk panics after 100 rewrites of one operation.)
//!
//! Canonical forms, which the rules may rely on: the constant of a commutative operation stands on the right; so does that of a
//! comparison; `x − c` is `x + (−c)`; `0 − x` is `neg`, `−1 − x` is `not`; `x · 2^k` is a shift; `<=`, `>=` against a constant
//! are `<`, `>`; `>` between variables is `<` with the sides exchanged.
//!
//! Known limits: patterns are at most two operations deep; a rewritten operation does not take its argument's definition
//! away, so where that is used elsewhere too, both are computed (never more operations than before).
//!
//! Descends from PyPy's `optimizeopt/rewrite.py` and its `ruleopt` rules.

mod bitwise;
mod comparisons;
mod division;
mod floats;
mod site;
mod sums;
#[cfg(test)]
mod tests;
mod truth;

use crate::cx::Cx;
use crate::pass::{Flow, InvalidLoop, OpcodeSet, Pending};
use metatrace_ir::{Class, Opcode, ResultKind, SnapshotIndex};
use site::{New, Site};

/// See the module header.
struct Rule {
    /// For tests, which check that each rule is tried.
    #[cfg_attr(not(test), expect(dead_code))]
    name: &'static str,
    apply: fn(&mut Site<'_, '_>) -> Option<New>,
}

/// A list of rules from their functions.
macro_rules! rules {
    ($($function:path),* $(,)?) => { &[$(Rule { name: stringify!($function), apply: $function }),*] };
}

/// The rules of an opcode, in the order in which they are tried.
const fn rules_of(opcode: Opcode) -> &'static [Rule] {
    match opcode {
        Opcode::IntAdd => rules![
            sums::constant_to_the_right,
            sums::add_zero,
            sums::add_to_constant_sum,
            sums::add_to_constant_difference,
            sums::add_what_was_subtracted,
            sums::add_negated,
            sums::add_complement,
            sums::double,
        ],
        Opcode::IntSub => rules![
            sums::subtract_itself,
            sums::subtract_constant,
            sums::subtract_from_zero,
            sums::subtract_from_minus_one,
            sums::subtract_sum_from_constant,
            sums::subtract_difference_from_constant,
            sums::subtract_negated,
            sums::subtract_what_was_added,
            sums::subtract_sum_of_itself,
            sums::subtract_difference_of_itself,
            sums::subtract_from_own_difference,
            sums::difference_of_shifted,
        ],
        Opcode::IntMul => rules![
            sums::constant_to_the_right,
            sums::multiply_by_special,
            sums::multiply_by_power_of_two,
            sums::multiply_constant_product,
            sums::multiply_shifted,
            sums::multiply_negated_by_constant,
            sums::multiply_negated,
        ],
        Opcode::IntNeg => rules![
            sums::negate_negated,
            sums::negate_complement,
            sums::negate_difference,
            sums::negate_constant_sum,
            sums::negate_constant_product,
        ],
        Opcode::IntAddOvf => {
            rules![sums::constant_to_the_right, sums::add_zero, sums::checked_add_to_constant_sum]
        }
        Opcode::IntSubOvf => rules![sums::subtract_itself, sums::checked_subtract_constant],
        Opcode::IntMulOvf => {
            rules![sums::constant_to_the_right, sums::checked_multiply_small]
        }
        Opcode::UintMulHigh => {
            rules![sums::constant_to_the_right, sums::high_product_with_power_of_two]
        }

        Opcode::IntAnd => rules![
            sums::constant_to_the_right,
            bitwise::and_with_itself,
            bitwise::and_that_clears_nothing,
            bitwise::and_of_constant_and,
            bitwise::and_of_unrelated_or,
            bitwise::and_absorbs,
            bitwise::and_with_complement,
            bitwise::and_of_truths,
        ],
        Opcode::IntOr => rules![
            sums::constant_to_the_right,
            bitwise::or_with_itself,
            bitwise::or_that_sets_nothing,
            bitwise::or_of_constant_or,
            bitwise::or_absorbs,
            bitwise::or_with_complement,
            bitwise::or_of_truths,
        ],
        Opcode::IntXor => rules![
            sums::constant_to_the_right,
            bitwise::xor_with_itself,
            bitwise::xor_with_zero_or_ones,
            bitwise::xor_of_constant_xor,
            bitwise::xor_undone,
            bitwise::xor_with_complement,
            bitwise::xor_of_truth,
        ],
        Opcode::IntNot => rules![
            bitwise::complement_of_complement,
            bitwise::complement_of_negated,
            bitwise::complement_of_constant_sum,
            bitwise::complement_of_constant_difference,
            bitwise::complement_of_constant_xor,
        ],
        Opcode::IntShl => rules![
            bitwise::count_within_word,
            bitwise::shift_by_zero,
            bitwise::left_of_left,
            bitwise::left_of_right,
        ],
        Opcode::IntShr => rules![
            bitwise::count_within_word,
            bitwise::shift_by_zero,
            bitwise::right_of_right,
            bitwise::right_of_left,
        ],
        Opcode::IntUshr => rules![
            bitwise::count_within_word,
            bitwise::shift_by_zero,
            bitwise::logical_of_logical,
            bitwise::logical_of_left,
            bitwise::logical_of_non_negative,
        ],

        Opcode::IntDiv => {
            rules![division::divide_by_one, division::divide_by_power_of_two, division::divide_by_reciprocal,]
        }
        Opcode::IntRem => rules![
            division::remainder_of_smaller,
            division::remainder_by_power_of_two,
            division::remainder_by_quotient,
        ],
        Opcode::IntFloorDiv => rules![
            division::floor_divide_by_power_of_two,
            division::floor_divide_non_negative,
            division::floor_divide_by_reciprocal,
        ],
        Opcode::IntMod => rules![
            division::modulo_of_smaller,
            division::modulo_power_of_two,
            division::modulo_non_negative,
            division::modulo_by_quotient,
        ],

        Opcode::IntEq | Opcode::IntNe => rules![
            comparisons::same_operand,
            comparisons::constant_to_the_right,
            comparisons::implied,
            comparisons::equal_to_truth,
            comparisons::equal_shifted,
            comparisons::equal_shifted_both,
            comparisons::equal_difference,
            comparisons::equal_negated,
            comparisons::equal_single_bit,
        ],
        Opcode::IntLt | Opcode::IntLe | Opcode::IntGt | Opcode::IntGe => rules![
            comparisons::same_operand,
            comparisons::constant_to_the_right,
            comparisons::implied,
            comparisons::strict_against_constant,
            comparisons::less_between_variables,
            comparisons::order_at_the_end,
            comparisons::order_shifted,
            comparisons::order_shifted_both,
        ],
        Opcode::UintLt | Opcode::UintLe => {
            rules![comparisons::same_operand, comparisons::unsigned_as_signed, comparisons::below_one]
        }

        Opcode::BoolNot => {
            rules![truth::not_of_not, truth::not_of_int_comparison, truth::not_of_float_equality]
        }
        Opcode::BoolAnd => {
            rules![sums::constant_to_the_right, truth::and_with_constant, truth::and_with_itself]
        }
        Opcode::BoolOr => {
            rules![sums::constant_to_the_right, truth::or_with_constant, truth::or_with_itself]
        }
        Opcode::Select => rules![
            truth::select_by_constant,
            truth::select_between_equals,
            truth::select_by_not,
            truth::select_truth,
            truth::select_bit,
            truth::select_by_equality,
        ],
        Opcode::GuardTrue | Opcode::GuardFalse => rules![truth::guard_not],
        Opcode::GuardIs => rules![truth::guard_is_truth, truth::guard_is_bit],
        Opcode::RefEq | Opcode::ValueEq => rules![truth::identical_operands],

        Opcode::FloatAdd => {
            rules![sums::constant_to_the_right, floats::add_negative_zero]
        }
        Opcode::FloatSub => rules![floats::subtract_zero],
        Opcode::FloatMul => {
            rules![sums::constant_to_the_right, floats::multiply_or_divide_by_one]
        }
        Opcode::FloatDiv => {
            rules![floats::multiply_or_divide_by_one, floats::divide_by_power_of_two]
        }
        Opcode::FloatNeg => rules![floats::negate_negated],
        Opcode::FloatAbs => rules![floats::absolute_of_absolute],
        Opcode::FloatFloor | Opcode::FloatCeil | Opcode::FloatTrunc => rules![floats::round_rounded],
        Opcode::FloatEq
        | Opcode::FloatNe
        | Opcode::FloatLt
        | Opcode::FloatLe
        | Opcode::FloatGt
        | Opcode::FloatGe => rules![
            floats::compare_same_operand,
            floats::compare_constant_to_the_right,
            floats::compare_integers,
            floats::compare_integer_with_constant,
        ],
        Opcode::FloatToInt => rules![floats::integer_of_converted],
        Opcode::FloatBits => rules![floats::bits_of_bits],
        Opcode::BitsFloat => rules![floats::float_of_bits],
        _ => &[],
    }
}

/// Opcodes that have rules.
pub(crate) const VISITS: OpcodeSet = {
    let mut set = OpcodeSet::EMPTY;
    let mut i = 0;
    while i < Opcode::ALL.len() {
        if !rules_of(Opcode::ALL[i]).is_empty() {
            set = set.with(Opcode::ALL[i]);
        }
        i += 1;
    }
    set
};

pub(crate) fn visit(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    let rules = rules_of(op.opcode);
    let mut site = Site::new(cx, op);
    for rule in rules {
        let new = (rule.apply)(&mut site);
        if let Some(failure) = site.failure {
            return Err(failure);
        }
        let Some(new) = new else { continue };
        #[cfg(test)]
        tests::fired(rule.name);
        return Ok(replace(cx, op, new));
    }
    Ok(Flow::Next)
}

fn replace(cx: &mut Cx<'_>, op: &mut Pending, new: New) -> Flow {
    match new {
        New::Is(operand) => Flow::Value(operand),
        New::Const(constant) => Flow::Value(cx.intern(constant)),
        New::Op(opcode, args) => {
            op.kind = match opcode.result() {
                ResultKind::Nothing => None,
                ResultKind::Kind(kind) => Some(kind),
                // Only `select`, which is made of `select`.
                ResultKind::Varies => op.kind,
            };
            if opcode.class() != Class::Guard {
                op.snapshot = SnapshotIndex::NONE;
            }
            op.opcode = opcode;
            op.args = args;
            Flow::Again
        }
    }
}
