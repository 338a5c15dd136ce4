//! Values that exits find on the native stack.

mod rig;

use metatrace_ir::{Aux, Opcode, Operand, UnitId};
use metatrace_machine::Kind;
use rig::*;

/// How many values the jump with most of them hands over in registers.
fn passed_in_registers(clif: &str) -> usize {
    let jumps = clif.lines().filter_map(|line| line.trim().strip_prefix("jump "));
    let arguments = |jump: &str| jump.split_once('(').map_or(0, |(_, args)| args.split(", ").count());
    jumps.map(arguments).max().unwrap_or(0)
}

/// `while i < n: old, last = last, i * 2; i += 1`: nothing computes with `old` and `last`.
#[test]
fn what_only_exits_read_is_carried_on_the_stack() {
    let mut rig = Rig::new();
    rig.options.homes_from_exits = 0;
    rig.options.disassemble = true;
    let mut u = unit();
    let [i, n, last, old, mark] = u.label(0, [Kind::Int, Kind::Int, Kind::Int, Kind::Int, Kind::Bool]);
    let below = u.op(Opcode::IntLt, &[i, n]);
    let snapshot = u.snapshot(&[i, last, old, mark]);
    u.guard(Opcode::GuardTrue, &[below], Aux::NONE, snapshot);
    let two = u.int(2);
    let twice = u.op(Opcode::IntMul, &[i, two]);
    // An exit between the definition of the next value and the jump reads both.
    let snapshot = u.snapshot(&[i, twice, last, old]);
    let limit = u.int(100);
    let is_small = u.op(Opcode::IntLt, &[twice, limit]);
    u.guard(Opcode::GuardTrue, &[is_small], Aux::NONE, snapshot);
    let one = u.int(1);
    let next = u.op(Opcode::IntAdd, &[i, one]);
    u.jump(UnitId::THIS, 0, &[next, n, twice, last, mark]);
    let compiled = rig.compile(u, 0);
    assert_eq!(passed_in_registers(compiled.clif.as_deref().expect("asked for")), 2);
    for (n, expected) in [(0, [0, 7, 8]), (1, [1, 0, 7]), (2, [2, 2, 0]), (9, [9, 16, 14])] {
        assert_eq!(rig.enter(&compiled, 0, &[0, n, 7, 8, 1]), exit(0));
        assert_eq!(rig.transfer(3), expected);
        assert_eq!(rig.transfer(4)[3] & 1, 1);
    }
    assert_eq!(rig.enter(&compiled, 0, &[0, 1000, 7, 8, 0]), exit(1));
    assert_eq!(rig.transfer(4), [50, 100, 98, 96]);
}

/// The same with the default options: what a small loop changes stays in registers (`last`), what it hands on does not (`mark`, `old`).
#[test]
fn what_a_small_loop_hands_on_unchanged_is_carried_on_the_stack() {
    let mut rig = Rig::new();
    rig.options.disassemble = true;
    let mut u = unit();
    let [i, n, last, old, mark] = u.label(0, [Kind::Int, Kind::Int, Kind::Int, Kind::Int, Kind::Bool]);
    u.jump(UnitId::THIS, 1, &[i, n, last, old, mark]);
    let [i, n, last, old, mark] = u.label(1, [Kind::Int, Kind::Int, Kind::Int, Kind::Int, Kind::Bool]);
    let below = u.op(Opcode::IntLt, &[i, n]);
    let snapshot = u.snapshot(&[i, last, old, mark]);
    u.guard(Opcode::GuardTrue, &[below], Aux::NONE, snapshot);
    let two = u.int(2);
    let twice = u.op(Opcode::IntMul, &[i, two]);
    let one = u.int(1);
    let next = u.op(Opcode::IntAdd, &[i, one]);
    u.jump(UnitId::THIS, 1, &[next, n, twice, old, mark]);
    let compiled = rig.compile(u, 0);
    assert_eq!(passed_in_registers(compiled.clif.as_deref().expect("asked for")), 3);
    for (n, expected) in [(0, [0, 7, 8]), (1, [1, 0, 8]), (9, [9, 16, 8])] {
        assert_eq!(rig.enter(&compiled, 0, &[0, n, 7, 8, 1]), exit(0));
        assert_eq!(rig.transfer(3), expected);
        assert_eq!(rig.transfer(4)[3] & 1, 1);
    }
}

/// The words of two variables that are swapped in each iteration: a jump reads all before it writes one.
#[test]
fn carried_values_are_swapped_in_parallel() {
    let mut rig = Rig::new();
    rig.options.homes_from_exits = 0;
    let mut u = unit();
    let [n, a, b] = u.label(0, [Kind::Int, Kind::Float, Kind::Int]);
    let zero = u.int(0);
    let more = u.op(Opcode::IntGt, &[n, zero]);
    let snapshot = u.snapshot(&[a, b]);
    u.guard(Opcode::GuardTrue, &[more], Aux::NONE, snapshot);
    let one = u.int(1);
    let n = u.op(Opcode::IntSub, &[n, one]);
    u.jump(UnitId::THIS, 1, &[n, b, a]);
    let [n, b, a] = u.label(1, [Kind::Int, Kind::Int, Kind::Float]);
    let more = u.op(Opcode::IntGt, &[n, zero]);
    let snapshot = u.snapshot(&[b, a]);
    u.guard(Opcode::GuardTrue, &[more], Aux::NONE, snapshot);
    let n = u.op(Opcode::IntSub, &[n, one]);
    u.jump(UnitId::THIS, 0, &[n, a, b]);
    let compiled = rig.compile(u, 0);
    let a = 1.5f64.to_bits();
    for (n, out, expected) in [(0, 0, [a, 3]), (1, 1, [3, a]), (2, 0, [a, 3]), (3, 1, [3, a])] {
        assert_eq!(rig.enter(&compiled, 0, &[n, a, 3]), exit(out));
        assert_eq!(rig.transfer(2), expected);
    }
}

/// Many exits read the same values: each is stored once, and every exit finds all of them.
#[test]
fn what_many_exits_read_is_stored_once() {
    const EXITS: u64 = 12;
    let mut rig = Rig::new();
    rig.options.homes_from_exits = 0;
    rig.options.disassemble = true;
    let mut u = unit();
    let [x, f, b] = u.label(0, [Kind::Int, Kind::Float, Kind::Bool]);
    // Ends the time in which parameters are where they arrived.
    u.jump(UnitId::THIS, 1, &[x, f, b]);
    let [x, f, b] = u.label(1, [Kind::Int, Kind::Float, Kind::Bool]);
    let square = u.op(Opcode::IntMul, &[x, x]);
    let doubled = u.op(Opcode::FloatAdd, &[f, f]);
    let negated = u.op(Opcode::BoolNot, &[b]);
    for number in 0..EXITS {
        let bound = u.int(number as i64);
        let differs = u.op(Opcode::IntNe, &[x, bound]);
        let mut live: Vec<Operand> = vec![square, doubled, negated, x, f];
        live.rotate_left(number as usize % 5);
        let snapshot = u.snapshot(&live);
        u.guard(Opcode::GuardTrue, &[differs], Aux::NONE, snapshot);
    }
    u.finish(square);
    let compiled = rig.compile(u, 0);
    let stores = compiled.clif.as_deref().expect("asked for").matches("store").count();
    assert!(stores <= 12, "{stores} stores for {EXITS} exits of 5 values");
    for number in 0..EXITS {
        let f = 0.25f64;
        assert_eq!(rig.enter(&compiled, 0, &[number, f.to_bits(), 1]), exit(number));
        let mut expected = [number * number, (f + f).to_bits(), 0, number, f.to_bits()];
        expected.rotate_left(number as usize % 5);
        assert_eq!(rig.transfer(5), expected);
    }
    assert_eq!(rig.enter(&compiled, 0, &[EXITS, 0, 0]), int((EXITS * EXITS) as i64));
}
