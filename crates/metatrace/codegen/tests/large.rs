//! Large units: many operations, exits, parameters, live values; code memory under pressure.

mod rig;

use metatrace_codegen::{CodeMemory, CodegenError, Compiler, Protection};
use metatrace_ir::{Aux, Opcode, Operand, SnapshotIndex, UnitId};
use metatrace_machine::{CallDescr, CallTarget, Context, Effects, Kind};
use rig::*;

const OPTIONS: [(bool, bool); 3] = [(false, false), (false, true), (true, false)];

/// A deterministic stream of small numbers.
fn noise(i: u64) -> u64 {
    (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) & 0xFFFF
}

/// Keeps the values of a chain small and positive.
const MASK: i64 = 0xFF_FFFF;

/// A chain of `steps` steps over `width` values that are all live until the end, with a guard in every step.
fn chain(steps: u64, width: usize) -> (Unit, Vec<Operand>) {
    let mut u = unit();
    let mut live = u.trace.emit_label(0, &vec![Kind::Int; width]);
    for step in 0..steps {
        let (from, to) = (noise(step) as usize % width, noise(step + 77) as usize % width);
        let constant = u.int(noise(step) as i64);
        let mixed = u.op(Opcode::IntXor, &[live[from], constant]);
        let snapshot = u.snapshot(&live);
        let limit = u.int(-(noise(step) as i64));
        let above = u.op(Opcode::IntGe, &[mixed, limit]);
        u.guard(Opcode::GuardTrue, &[above], Aux::NONE, snapshot);
        let sum = u.op(Opcode::IntAdd, &[live[to], mixed]);
        let mask = u.int(MASK);
        live[to] = u.op(Opcode::IntAnd, &[sum, mask]);
    }
    (u, live)
}

/// What `chain` computes: the values before the step that leaves, and the step; or the values at the end.
fn chain_in_rust(steps: u64, mut live: Vec<i64>) -> (Vec<i64>, Option<u64>) {
    let width = live.len();
    for step in 0..steps {
        let (from, to) = (noise(step) as usize % width, noise(step + 77) as usize % width);
        let mixed = live[from] ^ noise(step) as i64;
        if mixed < -(noise(step) as i64) {
            return (live, Some(step));
        }
        live[to] = live[to].wrapping_add(mixed) & MASK;
    }
    (live, None)
}

fn words(values: &[i64]) -> Vec<u64> {
    values.iter().map(|v| *v as u64).collect()
}

#[test]
fn ten_thousand_operations_with_two_thousand_exits() {
    let (steps, width) = (2000, 12);
    for single_pass_regalloc in [false, true] {
        let mut rig = Rig::new();
        rig.options.single_pass_regalloc = single_pass_regalloc;
        let (mut u, live) = chain(steps, width);
        u.jump(UnitId::THIS, 1, &live);
        let params = u.trace.emit_label(1, &vec![Kind::Int; width]);
        let never = u.bool(false);
        let snapshot = u.snapshot(&params);
        u.guard(Opcode::GuardTrue, &[never], Aux::NONE, snapshot);
        u.finish(params[0]);
        assert!(u.trace.ops.len() > 10_000, "{}", u.trace.ops.len());
        let compiled = rig.compile(u, 1000);
        assert_eq!(compiled.slots.len() as u64, steps + 1);
        let begin: Vec<i64> = (0..width as i64).collect();
        let (end, left) = chain_in_rust(steps, begin.clone());
        assert_eq!(left, None);
        assert_eq!(rig.enter(&compiled, 0, &words(&begin)), exit(1000 + steps));
        assert_eq!(rig.transfer(width), words(&end));
        // A value far below zero leaves at the first step that looks at it, unless one replaces it before.
        let mut left_count = 0;
        for low in 0..width {
            let mut begin = begin.clone();
            begin[low] = -(1 << 40);
            let (values, step) = chain_in_rust(steps, begin.clone());
            left_count += u32::from(step.is_some());
            assert_eq!(rig.enter(&compiled, 0, &words(&begin)), exit(1000 + step.unwrap_or(steps)));
            assert_eq!(rig.transfer(width), words(&values));
        }
        assert!(left_count >= 3, "{left_count}");
    }
}

#[test]
fn hundreds_of_live_values_are_spilled_and_found_again() {
    let (steps, width) = (60, 400);
    for (optimise, single_pass_regalloc) in OPTIONS {
        let mut rig = Rig::new();
        rig.options.optimise = optimise;
        rig.options.single_pass_regalloc = single_pass_regalloc;
        let (mut u, live) = chain(steps, width);
        let snapshot = u.snapshot(&live);
        u.trace.emit(Opcode::Leave, None, &[], Aux::NONE, snapshot);
        let compiled = rig.compile(u, 0);
        let begin: Vec<i64> = (0..width as i64).map(|i| i * 3).collect();
        let (end, _) = chain_in_rust(steps, begin.clone());
        assert_eq!(rig.enter(&compiled, 0, &words(&begin)), exit(steps));
        assert_eq!(rig.transfer(width), words(&end));
    }
}

/// Clobbers the transfer buffer, as a nested run of the interpreter does.
extern "C" fn clobber(ctx: *const Context) -> u64 {
    // SAFETY: machine code passes its context.
    unsafe { &*ctx }.transfer.iter().for_each(|word| word.set(0xDEAD));
    7
}

static CLOBBER: CallDescr = CallDescr {
    name: "clobber",
    target: CallTarget::new(clobber as *const ()),
    params: &[],
    result: Some(Kind::Int),
    effects: Effects::ALLOCATES,
};

/// Parameters that are still in the transfer buffer are rescued before a call, permuted at an exit, and left alone by
/// an exit that wants them where they are.
#[test]
fn parameters_stay_in_the_transfer_buffer_until_it_is_needed() {
    for is_called in [false, true] {
        let mut rig = Rig::new();
        let mut u = unit();
        let [a, b, c, f] = u.label(0, [Kind::Int, Kind::Int, Kind::Bool, Kind::Float]);
        let same = u.snapshot(&[a, b, c, f]);
        let turned = u.snapshot(&[f, a, b, c]);
        u.guard(Opcode::GuardTrue, &[c], Aux::NONE, same);
        if is_called {
            let aux = Aux::call(&CLOBBER);
            u.trace.emit_var(Opcode::Call, Some(Kind::Int), &[], aux, SnapshotIndex::NONE);
        }
        let zero = u.int(0);
        let positive = u.op(Opcode::IntGt, &[b, zero]);
        u.guard(Opcode::GuardTrue, &[positive], Aux::NONE, turned);
        u.finish(a);
        let compiled = rig.compile(u, 0);
        let half = 0.5f64.to_bits();
        assert_eq!(rig.enter(&compiled, 0, &[1, 2, 1, half]), int(1));
        assert_eq!(rig.enter(&compiled, 0, &[1, 2, 0, half]), exit(0));
        assert_eq!(rig.transfer(4), [1, 2, 0, half]);
        let minus_two = -2i64 as u64;
        assert_eq!(rig.enter(&compiled, 0, &[1, minus_two, 1, half]), exit(1));
        assert_eq!(rig.transfer(4), [half, 1, minus_two, 1], "called: {is_called}");
    }
}

/// A bridge that hands most of its parameters on, some to other places.
#[test]
fn a_jump_permutes_parameters_that_were_never_loaded() {
    let mut rig = Rig::new();
    rig.cells.add(1, 0);
    let mut u = unit_numbered(1);
    let params = u.label(0, [Kind::Int, Kind::Value, Kind::Float, Kind::Ref, Kind::Bool]);
    let snapshot = u.snapshot(&params);
    u.trace.emit(Opcode::Leave, None, &[], Aux::NONE, snapshot);
    let target = rig.compile(u, 5);
    rig.cells.point(1, 0, target.code);
    let mut u = unit_numbered(2);
    let [flag, v, f, i, r] = u.label(0, [Kind::Bool, Kind::Value, Kind::Float, Kind::Int, Kind::Ref]);
    let one = u.int(1);
    let next = u.op(Opcode::IntAdd, &[i, one]);
    u.jump(UnitId(1), 0, &[next, v, f, r, flag]);
    let bridge = rig.compile(u, 9);
    let pi = 3.25f64.to_bits();
    assert_eq!(rig.enter(&bridge, 0, &[1, tagged_int(4), pi, 41, 0]), exit(5));
    assert_eq!(rig.transfer(5), [42, tagged_int(4), pi, 0, 1]);
}

/// Code memory fills up, units die in an order unlike that of their making, and the room is used again.
#[test]
fn code_memory_is_used_again_whatever_the_order_in_which_units_die() {
    let memory = CodeMemory::new(256 << 10, Protection::Toggle);
    let mut rig = Rig::new();
    rig.compiler = Compiler::with_memory(memory.clone()).expect("executable memory");
    let stubs_bytes = memory.used_bytes();
    let mut units = Vec::new();
    let mut full_count = 0;
    for round in 0..400u64 {
        let steps = 1 + noise(round) % 60;
        let (mut u, live) = chain(steps, 5);
        u.finish(live[0]);
        match rig.try_compile(u, 0) {
            Ok(compiled) => units.push((steps, compiled)),
            Err(CodegenError::CodeMemoryFull { limit_bytes }) => {
                assert_eq!(limit_bytes, 256 << 10);
                full_count += 1;
                // Every other unit, from the middle outwards.
                for _ in 0..units.len() / 2 {
                    units.swap_remove(noise(round + units.len() as u64) as usize % units.len());
                }
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!(full_count >= 2, "{full_count}");
    for (steps, compiled) in &units {
        let (end, _) = chain_in_rust(*steps, vec![1, 2, 3, 4, 5]);
        assert_eq!(rig.enter(compiled, 0, &[1, 2, 3, 4, 5]), int(end[0]));
    }
    units.clear();
    assert_eq!(memory.used_bytes(), stubs_bytes);
}
