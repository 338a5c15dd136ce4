//! Every pure operation, executed on edge values and compared with Rust.

mod rig;

use metatrace_ir::{Class, Opcode, Operand};
use metatrace_machine::{Encoding, Host};
use metatrace_machine::{Kind, NanBox};
use rig::*;

const INTS: &[i64] = &[
    0,
    1,
    -1,
    2,
    -2,
    3,
    7,
    -7,
    63,
    64,
    65,
    255,
    -256,
    i32::MAX as i64,
    i32::MIN as i64,
    1 << 48,
    (1 << 49) - 1,
    1 << 49,
    -(1 << 49),
    -(1 << 49) - 1,
    i64::MAX - 1,
    i64::MAX,
    i64::MIN,
    i64::MIN + 1,
    0x5555_5555_5555_5555,
];

fn floats() -> Vec<f64> {
    let mut all = vec![
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        1.5,
        -1.5,
        2.5,
        f64::MIN_POSITIVE,
        5e-324,
        f64::MAX,
        f64::MIN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        -f64::NAN,
        f64::from_bits(0x7FF8_0000_0000_1234),
        4503599627370495.5,
        9007199254740993.0,
        9.3e18,
        -9.3e18,
        f64::EPSILON,
    ];
    all.extend([i64::MAX as f64, i64::MIN as f64, (i64::MAX as f64) / 2.0]);
    all
}

/// What an operation does to words, or nothing where its precondition fails.
type Oracle = fn(&[u64]) -> Option<u64>;

fn i(w: u64) -> i64 {
    w as i64
}
fn f(w: u64) -> f64 {
    f64::from_bits(w)
}
fn divisible(a: &[u64]) -> bool {
    a[1] != 0 && !(i(a[0]) == i64::MIN && i(a[1]) == -1)
}

/// NaNs are equal: which one an operation makes is the processor's business.
fn same(kind: Kind, a: u64, b: u64) -> bool {
    a == b || (kind == Kind::Float && f(a).is_nan() && f(b).is_nan())
}

fn oracle(opcode: Opcode) -> Option<Oracle> {
    use Opcode::*;
    Some(match opcode {
        IntAdd => |a| Some(a[0].wrapping_add(a[1])),
        IntSub => |a| Some(a[0].wrapping_sub(a[1])),
        IntMul => |a| Some(a[0].wrapping_mul(a[1])),
        IntDiv => |a| divisible(a).then(|| (i(a[0]) / i(a[1])) as u64),
        IntRem => |a| divisible(a).then(|| (i(a[0]) % i(a[1])) as u64),
        IntFloorDiv => |a| {
            divisible(a).then(|| {
                let (q, r) = (i(a[0]) / i(a[1]), i(a[0]) % i(a[1]));
                (q - i64::from(r != 0 && (r < 0) != (i(a[1]) < 0))) as u64
            })
        },
        IntMod => |a| {
            divisible(a).then(|| {
                let r = i(a[0]) % i(a[1]);
                (if r != 0 && (r < 0) != (i(a[1]) < 0) { r + i(a[1]) } else { r }) as u64
            })
        },
        IntAnd => |a| Some(a[0] & a[1]),
        IntOr => |a| Some(a[0] | a[1]),
        IntXor => |a| Some(a[0] ^ a[1]),
        IntShl => |a| Some(a[0] << (a[1] & 63)),
        IntShr => |a| Some((i(a[0]) >> (a[1] & 63)) as u64),
        IntUshr => |a| Some(a[0] >> (a[1] & 63)),
        IntNeg => |a| Some(a[0].wrapping_neg()),
        IntNot => |a| Some(!a[0]),
        UintMulHigh => |a| Some(((u128::from(a[0]) * u128::from(a[1])) >> 64) as u64),
        IntEq | RefEq | ValueEq => |a| Some((a[0] == a[1]) as u64),
        IntNe => |a| Some((a[0] != a[1]) as u64),
        IntLt => |a| Some((i(a[0]) < i(a[1])) as u64),
        IntLe => |a| Some((i(a[0]) <= i(a[1])) as u64),
        IntGt => |a| Some((i(a[0]) > i(a[1])) as u64),
        IntGe => |a| Some((i(a[0]) >= i(a[1])) as u64),
        UintLt => |a| Some((a[0] < a[1]) as u64),
        UintLe => |a| Some((a[0] <= a[1]) as u64),
        FloatAdd => |a| Some((f(a[0]) + f(a[1])).to_bits()),
        FloatSub => |a| Some((f(a[0]) - f(a[1])).to_bits()),
        FloatMul => |a| Some((f(a[0]) * f(a[1])).to_bits()),
        FloatDiv => |a| Some((f(a[0]) / f(a[1])).to_bits()),
        FloatNeg => |a| Some(a[0] ^ (1 << 63)),
        FloatAbs => |a| Some(a[0] & !(1 << 63)),
        FloatSqrt => |a| Some(f(a[0]).sqrt().to_bits()),
        FloatFloor => |a| Some(f(a[0]).floor().to_bits()),
        FloatCeil => |a| Some(f(a[0]).ceil().to_bits()),
        FloatTrunc => |a| Some(f(a[0]).trunc().to_bits()),
        FloatEq => |a| Some((f(a[0]) == f(a[1])) as u64),
        FloatNe => |a| Some((f(a[0]) != f(a[1])) as u64),
        FloatLt => |a| Some((f(a[0]) < f(a[1])) as u64),
        FloatLe => |a| Some((f(a[0]) <= f(a[1])) as u64),
        FloatGt => |a| Some((f(a[0]) > f(a[1])) as u64),
        FloatGe => |a| Some((f(a[0]) >= f(a[1])) as u64),
        IntToFloat => |a| Some((i(a[0]) as f64).to_bits()),
        FloatToInt => |a| Some(f(a[0]) as i64 as u64),
        FloatBits | BitsFloat | BoolToInt | BoxRef | UnboxRef => |a| Some(a[0]),
        BoolNot => |a| Some(a[0] ^ 1),
        BoolAnd => |a| Some(a[0] & a[1]),
        BoolOr => |a| Some(a[0] | a[1]),
        Select => |a| Some(if a[0] != 0 { a[1] } else { a[2] }),
        // Wide integers are tested with the heap.
        BoxInt | BoxImmediate => {
            |a| NanBox::int_fits(&mut Host, a[0]).then(|| NanBox::box_int(&mut Host, a[0]))
        }
        BoxFloat => |a| Some(NanBox::box_float(&mut Host, f(a[0]))),
        BoxBool => |a| Some(NanBox::box_bool(&mut Host, a[0] != 0)),
        UnboxInt => |a| NanBox::is_int(&mut Host, a[0]).then(|| NanBox::unbox_int(&mut Host, a[0])),
        UnboxFloat => {
            |a| NanBox::is_float(&mut Host, a[0]).then(|| NanBox::unbox_float(&mut Host, a[0]).to_bits())
        }
        UnboxBool => |a| NanBox::is_bool(&mut Host, a[0]).then(|| NanBox::unbox_bool(&mut Host, a[0])),
        _ => return None,
    })
}

fn samples(kind: Kind) -> Vec<u64> {
    match kind {
        Kind::Int => INTS.iter().map(|i| *i as u64).collect(),
        Kind::Float => floats().iter().map(|f| f.to_bits()).collect(),
        Kind::Bool => vec![0, 1],
        Kind::Ref => vec![0, 4096, 0x7F00_1234_5678],
        Kind::Value => {
            let mut all = vec![NanBox::NONE, NanBox::TRUE, NanBox::FALSE, 0x7F00_1234_5678];
            all.extend([0, 1, -1, (1 << 49) - 1, -(1 << 49)].map(tagged_int));
            all.extend(floats().iter().map(|f| tagged_float(*f)));
            all
        }
    }
}

/// `select` chooses between values of any kind.
fn signatures(opcode: Opcode) -> Vec<Vec<Kind>> {
    if opcode == Opcode::Select {
        return Kind::ALL.iter().map(|k| vec![Kind::Bool, *k, *k]).collect();
    }
    vec![opcode.params().iter().map(|k| k.expect("only `select` takes any kind")).collect()]
}

fn tuples(kinds: &[Kind]) -> Vec<Vec<u64>> {
    kinds.iter().fold(vec![vec![]], |all, kind| {
        let choices = samples(*kind);
        all.iter().flat_map(|t| choices.iter().map(|c| [t.as_slice(), &[*c]].concat())).collect()
    })
}

fn check_with_parameters(rig: &mut Rig, opcode: Opcode, kinds: &[Kind], oracle: Oracle) {
    let mut u = unit();
    let params = u.trace.emit_label(0, kinds);
    let result = u.op(opcode, &params);
    let kind = u.trace.kind_of(result).unwrap();
    u.finish(result);
    let compiled = rig.compile(u, 0);
    for args in tuples(kinds) {
        let Some(expected) = oracle(&args) else { continue };
        let outcome = rig.enter(&compiled, 0, &args);
        assert_eq!(outcome.status, returned(kind, 0).status);
        assert!(same(kind, outcome.payload, expected), "{} {args:x?} = {:x}", opcode.name(), outcome.payload);
    }
}

/// All operands constant: the code generator's own folding and immediates.
fn check_with_constants(rig: &mut Rig, opcode: Opcode, kinds: &[Kind], oracle: Oracle) {
    let all = tuples(kinds);
    for args in all.iter().step_by(all.len() / 20 + 1) {
        let Some(expected) = oracle(args) else { continue };
        let mut u = unit();
        u.label(0, []);
        let operands: Vec<Operand> = kinds
            .iter()
            .zip(args)
            .map(|(k, w)| u.trace.constant(metatrace_ir::Const { kind: *k, bits: *w }))
            .collect();
        let result = u.op(opcode, &operands);
        let kind = u.trace.kind_of(result).unwrap();
        u.finish(result);
        let outcome = rig.run(u, &[]);
        assert!(same(kind, outcome.payload, expected), "{} {args:x?} = {:x}", opcode.name(), outcome.payload);
    }
}

#[test]
fn every_pure_operation_agrees_with_rust_on_edge_values() {
    for optimise in [false, true] {
        let mut rig = Rig::new();
        rig.options.optimise = optimise;
        rig.options.single_pass_regalloc = !optimise;
        // No unit has a `merge`.
        let pure = Opcode::ALL.iter().filter(|o| o.class() == Class::Pure && **o != Opcode::Merge);
        for opcode in pure {
            let oracle = oracle(*opcode).unwrap_or_else(|| panic!("{} has no oracle", opcode.name()));
            for kinds in signatures(*opcode) {
                check_with_parameters(&mut rig, *opcode, &kinds, oracle);
                check_with_constants(&mut rig, *opcode, &kinds, oracle);
            }
        }
    }
}
