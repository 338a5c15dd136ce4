//! Wide constants that loops keep in registers.

mod rig;

use metatrace_ir::{Aux, Opcode, Operand, SnapshotIndex, Tag, UnitId};
use metatrace_machine::{CallDescr, CallTarget, Context, Effects, Kind};
use rig::*;

extern "C" fn nothing(_: *mut Context) -> u64 {
    0
}

static NOTHING: CallDescr = CallDescr {
    name: "nothing",
    target: CallTarget::new(nothing as *const ()),
    params: &[],
    result: None,
    effects: Effects { elidable: false, ..Effects::PURE },
};

/// `while n > 0: x = x * 2.0; n -= 1`, whose `x` is a tagged value, and so many integers that are doubled in each iteration. Label 0 is in
/// front of the loop, label 1 the loop.
fn doubling(integers_count: usize, calls: bool) -> Unit {
    let mut u = unit();
    let [x, n] = u.label(0, [Kind::Value, Kind::Int]);
    let mut first = vec![x, n];
    first.extend((0..integers_count).map(|i| u.int(i as i64 + 1)));
    u.jump(UnitId::THIS, 1, &first);
    let (x, n, integers) = match integers_count {
        0 => {
            let [x, n] = u.label(1, [Kind::Value, Kind::Int]);
            (x, n, Vec::new())
        }
        _ => {
            let params: [Operand; 14] = u.label(
                1,
                std::array::from_fn(|i| match i {
                    0 => Kind::Value,
                    _ => Kind::Int,
                }),
            );
            (params[0], params[1], params[2..].to_vec())
        }
    };
    let zero = u.int(0);
    let goes_on = u.op(Opcode::IntGt, &[n, zero]);
    let live: Vec<Operand> = [x].into_iter().chain(integers.iter().copied()).collect();
    let snapshot = u.snapshot(&live);
    u.guard(Opcode::GuardTrue, &[goes_on], Aux::NONE, snapshot);
    u.guard_tag(x, Tag::Float, snapshot);
    let float = u.op(Opcode::UnboxFloat, &[x]);
    if calls {
        u.trace.emit_var(Opcode::Call, None, &[], Aux::call(&NOTHING), SnapshotIndex::NONE);
    }
    let two = u.float(2.0);
    let twice = u.op(Opcode::FloatMul, &[float, two]);
    let boxed = u.op(Opcode::BoxFloat, &[twice]);
    let minus_one = u.int(-1);
    let n = u.op(Opcode::IntAdd, &[n, minus_one]);
    let mut next = vec![boxed, n];
    for integer in integers {
        next.push(u.op(Opcode::IntAdd, &[integer, integer]));
    }
    u.jump(UnitId::THIS, 1, &next);
    u
}

/// Compiles it, and runs it from both labels. Answers how many constants the loop keeps.
fn kept_by(unit: Unit, words: &[u64]) -> usize {
    let mut rig = Rig::new();
    rig.options.disassemble = true;
    let compiled = rig.compile(unit, 0);
    for (label, more) in [(0, &words[..0]), (1, words)] {
        for (turns, expected) in [(0, 1.5), (1, 3.0), (10, 1536.0)] {
            let args: Vec<u64> = [tagged_float(1.5), turns].iter().chain(more).copied().collect();
            assert_eq!(rig.enter(&compiled, label, &args), exit(0));
            assert_eq!(rig.transfer(1), [tagged_float(expected)]);
            let doubled: Vec<u64> = (1..=words.len() as u64).map(|word| word << turns).collect();
            assert_eq!(rig.transfer(1 + words.len())[1..], doubled);
        }
        let args: Vec<u64> = [tagged_int(7), 3].iter().chain(more).copied().collect();
        assert_eq!(rig.enter(&compiled, label, &args), exit(1), "no float");
    }
    let clif = compiled.clif.as_deref().expect("asked for");
    // From in front of it, from outside, and from a call: each makes them.
    const ENTRIES: usize = 3;
    let made = clif.matches("bnot").count();
    assert_eq!(made % ENTRIES, 0, "{clif}");
    made / ENTRIES
}

#[test]
fn a_small_loop_keeps_the_encodings_constants() {
    assert_eq!(kept_by(doubling(0, false), &[]), 2, "the offset of floats, and how far they go");
}

#[test]
fn a_loop_that_calls_keeps_none() {
    assert_eq!(kept_by(doubling(0, true), &[]), 0);
}

#[test]
fn a_loop_without_free_registers_keeps_none() {
    let words: Vec<u64> = (1..=12).collect();
    assert_eq!(kept_by(doubling(12, false), &words), 0);
}
