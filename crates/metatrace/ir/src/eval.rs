//! Evaluates pure operations on bits: for constant folding, for the IR interpreter, for tests of rewrite rules.
//!
//! Arithmetic is delegated to the direct machine's own functions, so that an operation cannot mean one thing to the
//! interpreter and another to the optimizer. Operations on tagged words depend on the encoding and are not here.

use crate::op::Opcode;
use metatrace_machine::{
    Compare, FloatBinary, FloatUnary, IntBinary, IntChecked, float_binary, float_compare, float_unary,
    int_binary, int_checked, int_compare,
};

/// The result of a pure operation on its arguments' bits (floats as bits, booleans 0 or 1).
///
/// `None` when the operation is not pure, boxes or unboxes, or when its precondition does not hold (division by
/// zero, −1 with a minimal dividend).
pub fn eval(opcode: Opcode, args: &[u64]) -> Option<u64> {
    if let Some(op) = int_binary_of(opcode) {
        let (a, b) = (args[0] as i64, args[1] as i64);
        let divides = matches!(op, IntBinary::Div | IntBinary::Rem | IntBinary::FloorDiv | IntBinary::Mod);
        if divides && (b == 0 || (b == -1 && a == i64::MIN)) {
            return None;
        }
        return Some(int_binary(op, a, b) as u64);
    }
    if let Some(op) = int_compare_of(opcode) {
        return Some(int_compare(op, args[0] as i64, args[1] as i64) as u64);
    }
    if let Some(op) = float_compare_of(opcode) {
        return Some(float_compare(op, f64::from_bits(args[0]), f64::from_bits(args[1])) as u64);
    }
    if let Some(op) = float_binary_of(opcode) {
        return Some(float_binary(op, f64::from_bits(args[0]), f64::from_bits(args[1])).to_bits());
    }
    if let Some(op) = float_unary_of(opcode) {
        return Some(float_unary(op, f64::from_bits(args[0])).to_bits());
    }
    Some(match opcode {
        Opcode::IntNeg => (args[0] as i64).wrapping_neg() as u64,
        Opcode::IntNot => !args[0],
        Opcode::BoolNot => args[0] ^ 1,
        Opcode::IntToFloat => (args[0] as i64 as f64).to_bits(),
        // The language's cast truncates, saturates, and maps NaN to 0: exactly the operation's definition.
        Opcode::FloatToInt => f64::from_bits(args[0]) as i64 as u64,
        Opcode::FloatBits | Opcode::BitsFloat | Opcode::BoolToInt | Opcode::Merge => args[0],
        Opcode::BoolAnd => args[0] & args[1],
        Opcode::BoolOr => args[0] | args[1],
        Opcode::RefEq | Opcode::ValueEq => (args[0] == args[1]) as u64,
        Opcode::Select => {
            if args[0] != 0 {
                args[1]
            } else {
                args[2]
            }
        }
        _ => return None,
    })
}

/// The result of overflow-checked arithmetic; `None` on overflow and for other operations.
pub fn eval_checked(opcode: Opcode, a: i64, b: i64) -> Option<i64> {
    let op = match opcode {
        Opcode::IntAddOvf => IntChecked::Add,
        Opcode::IntSubOvf => IntChecked::Sub,
        Opcode::IntMulOvf => IntChecked::Mul,
        _ => return None,
    };
    int_checked(op, a, b)
}

fn int_binary_of(opcode: Opcode) -> Option<IntBinary> {
    Some(match opcode {
        Opcode::IntAdd => IntBinary::Add,
        Opcode::IntSub => IntBinary::Sub,
        Opcode::IntMul => IntBinary::Mul,
        Opcode::IntDiv => IntBinary::Div,
        Opcode::IntRem => IntBinary::Rem,
        Opcode::IntFloorDiv => IntBinary::FloorDiv,
        Opcode::IntMod => IntBinary::Mod,
        Opcode::IntAnd => IntBinary::And,
        Opcode::IntOr => IntBinary::Or,
        Opcode::IntXor => IntBinary::Xor,
        Opcode::IntShl => IntBinary::Shl,
        Opcode::IntShr => IntBinary::Shr,
        Opcode::IntUshr => IntBinary::Ushr,
        Opcode::UintMulHigh => IntBinary::UintMulHigh,
        _ => return None,
    })
}

fn int_compare_of(opcode: Opcode) -> Option<Compare> {
    Some(match opcode {
        Opcode::IntEq => Compare::Eq,
        Opcode::IntNe => Compare::Ne,
        Opcode::IntLt => Compare::Lt,
        Opcode::IntLe => Compare::Le,
        Opcode::IntGt => Compare::Gt,
        Opcode::IntGe => Compare::Ge,
        Opcode::UintLt => Compare::UintLt,
        Opcode::UintLe => Compare::UintLe,
        _ => return None,
    })
}

fn float_compare_of(opcode: Opcode) -> Option<Compare> {
    Some(match opcode {
        Opcode::FloatEq => Compare::Eq,
        Opcode::FloatNe => Compare::Ne,
        Opcode::FloatLt => Compare::Lt,
        Opcode::FloatLe => Compare::Le,
        Opcode::FloatGt => Compare::Gt,
        Opcode::FloatGe => Compare::Ge,
        _ => return None,
    })
}

fn float_binary_of(opcode: Opcode) -> Option<FloatBinary> {
    Some(match opcode {
        Opcode::FloatAdd => FloatBinary::Add,
        Opcode::FloatSub => FloatBinary::Sub,
        Opcode::FloatMul => FloatBinary::Mul,
        Opcode::FloatDiv => FloatBinary::Div,
        _ => return None,
    })
}

fn float_unary_of(opcode: Opcode) -> Option<FloatUnary> {
    Some(match opcode {
        Opcode::FloatNeg => FloatUnary::Neg,
        Opcode::FloatAbs => FloatUnary::Abs,
        Opcode::FloatSqrt => FloatUnary::Sqrt,
        Opcode::FloatFloor => FloatUnary::Floor,
        Opcode::FloatCeil => FloatUnary::Ceil,
        Opcode::FloatTrunc => FloatUnary::Trunc,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::Class;

    #[test]
    fn every_pure_operation_but_boxing_can_be_evaluated() {
        for &opcode in Opcode::ALL {
            let is_tagged = opcode.name().contains("box_");
            let args = vec![1u64; opcode.params().len()];
            let expected = opcode.class() == Class::Pure && !is_tagged;
            assert_eq!(eval(opcode, &args).is_some(), expected, "{}", opcode.name());
        }
    }

    #[test]
    fn edge_cases() {
        let int = |op, a: i64, b: i64| eval(op, &[a as u64, b as u64]).map(|r| r as i64);
        assert_eq!(int(Opcode::IntFloorDiv, -7, 2), Some(-4));
        assert_eq!(int(Opcode::IntMod, -7, 2), Some(1));
        assert_eq!(int(Opcode::IntMod, 7, -2), Some(-1));
        assert_eq!(int(Opcode::IntRem, -7, 2), Some(-1));
        assert_eq!(int(Opcode::IntDiv, 1, 0), None);
        assert_eq!(int(Opcode::IntMod, i64::MIN, -1), None);
        assert_eq!(int(Opcode::IntShl, 1, 65), Some(2));
        assert_eq!(int(Opcode::UintMulHigh, -1, -1), Some(-2));
        assert_eq!(eval(Opcode::IntNot, &[5]), Some(!5));
        assert_eq!(eval(Opcode::BoolNot, &[1]), Some(0));
        let to_int = |f: f64| eval(Opcode::FloatToInt, &[f.to_bits()]).map(|r| r as i64);
        assert_eq!(to_int(f64::NAN), Some(0));
        assert_eq!(to_int(1e300), Some(i64::MAX));
        assert_eq!(to_int(-1.9), Some(-1));
        assert_eq!(eval_checked(Opcode::IntAddOvf, i64::MAX, 1), None);
        assert_eq!(eval_checked(Opcode::IntMulOvf, 1 << 31, 1 << 31), Some(1 << 62));
    }
}
