//! Evaluates pure operations on constants, with the IR's own evaluator.

use metatrace_ir::{Const, Opcode, ResultKind, eval, eval_checked};
use metatrace_machine::Kind;

/// The result of a pure or overflow-checked operation; `None` if the opcode is neither, its precondition does not hold or
/// it overflows. A float operation that yields a NaN is left to the machine, which chooses the bits.
pub fn fold(opcode: Opcode, args: &[Const]) -> Option<Const> {
    let kind = match opcode.result() {
        ResultKind::Kind(kind) => kind,
        _ if opcode == Opcode::Select => args.get(1)?.kind,
        _ => return None,
    };
    if matches!(opcode, Opcode::IntAddOvf | Opcode::IntSubOvf | Opcode::IntMulOvf) {
        return eval_checked(opcode, args[0].bits as i64, args[1].bits as i64).map(Const::int);
    }
    let mut bits = [0; 3];
    for (to, from) in bits.iter_mut().zip(args) {
        *to = from.bits;
    }
    let result = Const { kind, bits: eval(opcode, &bits[..args.len()])? };
    let moves_bits =
        matches!(opcode, Opcode::BitsFloat | Opcode::FloatNeg | Opcode::FloatAbs | Opcode::Select);
    if kind == Kind::Float && !moves_bits && f64::from_bits(result.bits).is_nan() {
        return None;
    }
    Some(result)
}
