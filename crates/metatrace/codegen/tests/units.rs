//! How units hang together: loops, labels, bridges, jumps to other units, calls of traces, residual calls.

mod rig;

use metatrace_codegen::{Compiler, NOT_CALLED};
use metatrace_ir::{Aux, Opcode, Operand, ResumeMode, SnapshotIndex, UnitId};
use metatrace_machine::{
    CALLED, CallDescr, CallTarget, Context, Effects, Kind, NanBox, Outcome, Status, TraceCell,
};
use rig::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// `while i < n { s = s + i * 0.5; i += 1 }`, peeled: label 0 tests once and enters label 1 with a flipped order.
fn sum_loop() -> Unit {
    let mut u = unit();
    let [n, s] = u.label(0, [Kind::Int, Kind::Float]);
    let zero = u.int(0);
    u.jump(UnitId::THIS, 1, &[s, zero, n]);
    let [s, i, n] = u.label(1, [Kind::Float, Kind::Int, Kind::Int]);
    let below = u.op(Opcode::IntLt, &[i, n]);
    let snapshot = u.snapshot(&[s, i]);
    u.guard(Opcode::GuardTrue, &[below], Aux::NONE, snapshot);
    let half = u.float(0.5);
    let x = u.op(Opcode::IntToFloat, &[i]);
    let x = u.op(Opcode::FloatMul, &[x, half]);
    let s = u.op(Opcode::FloatAdd, &[s, x]);
    let one = u.int(1);
    let next = u.op(Opcode::IntAdd, &[i, one]);
    u.jump(UnitId(0), 1, &[s, next, n]);
    u
}

#[test]
fn a_loop_carries_unboxed_values_and_has_two_entries() {
    for (optimise, single_pass_regalloc) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut rig = Rig::new();
        rig.options.optimise = optimise;
        rig.options.single_pass_regalloc = single_pass_regalloc;
        let compiled = rig.compile(sum_loop(), 8);
        assert_eq!(rig.enter(&compiled, 0, &[1000, 1.0f64.to_bits()]), exit(8));
        let sum = 1.0 + (0..1000).map(|i| f64::from(i) * 0.5).sum::<f64>();
        assert_eq!(rig.transfer(2), [sum.to_bits(), 1000]);
        assert_eq!(rig.enter(&compiled, 1, &[0, 998, 1000]), exit(8));
        assert_eq!(rig.transfer(2), [998.5f64.to_bits(), 1000]);
    }
}

/// Parameters are permuted by the back edge: a parallel move.
#[test]
fn back_edges_move_parameters_in_parallel() {
    let mut rig = Rig::new();
    let mut u = unit();
    let [n, a, b, c] = u.label(0, [Kind::Int; 4]);
    let zero = u.int(0);
    let more = u.op(Opcode::IntGt, &[n, zero]);
    let snapshot = u.snapshot(&[a, b, c]);
    u.guard(Opcode::GuardTrue, &[more], Aux::NONE, snapshot);
    let one = u.int(1);
    let n = u.op(Opcode::IntSub, &[n, one]);
    u.jump(UnitId::THIS, 0, &[n, b, c, a]);
    let compiled = rig.compile(u, 0);
    for (n, expected) in [(0, [1, 2, 3]), (1, [2, 3, 1]), (2, [3, 1, 2]), (3, [1, 2, 3])] {
        assert_eq!(rig.enter(&compiled, 0, &[n, 1, 2, 3]), exit(0));
        assert_eq!(rig.transfer(3), expected);
    }
}

#[test]
fn a_bridge_is_attached_by_one_store_and_detached_by_another() {
    let mut rig = Rig::new();
    let looping = rig.compile(sum_loop(), 1);
    // The bridge has two labels: an exit number must not be taken for a selector.
    let mut u = unit_numbered(1);
    let [s, i] = u.label(0, [Kind::Float, Kind::Int]);
    let float = u.op(Opcode::IntToFloat, &[i]);
    let sum = u.op(Opcode::FloatAdd, &[s, float]);
    u.jump(UnitId::THIS, 1, &[sum]);
    let [x] = u.label(1, [Kind::Float]);
    u.finish(x);
    let bridge = rig.compile(u, 50);
    let args = [10, 0];
    assert_eq!(rig.enter(&looping, 0, &args), exit(1));
    let stub = looping.slots[0].target.swap(bridge.code.cast_mut(), Ordering::Release);
    assert_eq!(stub.cast_const(), rig.compiler.exit_stub());
    assert_eq!(rig.enter(&looping, 0, &args), returned(Kind::Float, 32.5f64.to_bits()));
    looping.slots[0].target.store(stub, Ordering::Release);
    assert_eq!(rig.enter(&looping, 0, &args), exit(1));
    drop(bridge);
    assert_eq!(rig.enter(&looping, 0, &args), exit(1));
}

#[test]
fn jumps_to_other_units_go_through_their_cell_without_growing_the_stack() {
    let mut rig = Rig::new();
    rig.cells.add(1, 0);
    rig.cells.add(2, 1);
    // Unit 1 counts down and hands over to label 1 of unit 2, which hands back.
    let mut u = unit_numbered(1);
    let [n, flag] = u.label(0, [Kind::Int, Kind::Bool]);
    let zero = u.int(0);
    let done = u.op(Opcode::IntEq, &[n, zero]);
    let snapshot = u.snapshot(&[flag]);
    u.guard(Opcode::GuardFalse, &[done], Aux::NONE, snapshot);
    let half = u.float(0.25);
    u.jump(UnitId(2), 1, &[half, n, flag]);
    let first = rig.compile(u, 0);
    let mut u = unit_numbered(2);
    let [x] = u.label(0, [Kind::Int]);
    u.finish(x);
    let [_, n, flag] = u.label(1, [Kind::Float, Kind::Int, Kind::Bool]);
    let one = u.int(1);
    let n = u.op(Opcode::IntSub, &[n, one]);
    let flag = u.op(Opcode::BoolNot, &[flag]);
    u.jump(UnitId(1), 0, &[n, flag]);
    let second = rig.compile(u, 0);
    rig.cells.point(1, 0, first.code);
    rig.cells.point(2, 1, second.code);
    assert_eq!(rig.enter(&first, 0, &[1_000_001, 0]), exit(0));
    assert_eq!(rig.transfer(1), [1]);
}

#[test]
fn dead_cells_point_to_the_exit_stub() {
    let mut rig = Rig::new();
    let cell = rig.cells.add(1, 0);
    let mut u = unit();
    let [x] = u.label(0, [Kind::Int]);
    u.jump(UnitId(1), 0, &[x]);
    let compiled = rig.compile(u, 0);
    rig.cells.point(1, 0, rig.compiler.exit_stub());
    // SAFETY: the cell is owned by the rig.
    unsafe { &*cell }.selector.store(77, Ordering::Relaxed);
    assert_eq!(rig.enter(&compiled, 0, &[5]), exit(77));
    assert_eq!(rig.transfer(1), [5]);
}

/// `fib(n) = n if n < 2 else fib(n - 1) + fib(n - 2)`, with unboxed integers.
fn fib(cell: *const TraceCell) -> Unit {
    let mut u = unit_numbered(1);
    let [n] = u.label(0, [Kind::Int]);
    let two = u.int(2);
    let small = u.op(Opcode::IntLt, &[n, two]);
    let snapshot = u.snapshot(&[n]);
    u.guard(Opcode::GuardFalse, &[small], Aux::NONE, snapshot);
    let one = u.int(1);
    let n1 = u.op(Opcode::IntSub, &[n, one]);
    let a = call_trace(&mut u, cell, Kind::Int, &[n1], &[n]);
    let n2 = u.op(Opcode::IntSub, &[n, two]);
    let b = call_trace(&mut u, cell, Kind::Int, &[n2], &[n, a]);
    let sum = u.guard(Opcode::IntAddOvf, &[a, b], Aux::NONE, snapshot);
    u.finish(sum);
    u
}

fn call_trace(
    u: &mut Unit,
    cell: *const TraceCell,
    kind: Kind,
    args: &[Operand],
    live: &[Operand],
) -> Operand {
    let result = Operand::op(u.trace.ops.len() as u32);
    let snapshot = u.snapshot_mode(live, ResumeMode::Deliver, result);
    u.trace.emit_var(Opcode::CallTrace, Some(kind), args, Aux(cell as u64), snapshot)
}

/// The base case, as a bridge.
fn fib_base() -> Unit {
    let mut u = unit_numbered(2);
    let [n] = u.label(0, [Kind::Int]);
    u.finish(n);
    u
}

fn fib_in_rust(n: i64) -> i64 {
    if n < 2 { n } else { fib_in_rust(n - 1) + fib_in_rust(n - 2) }
}

#[test]
fn traces_call_themselves() {
    let mut rig = Rig::new();
    let cell = rig.cells.add(1, 0);
    let caller = rig.compile(fib(cell), 0);
    let base = rig.compile(fib_base(), 10);
    rig.cells.point(1, 0, caller.code);
    caller.slots[0].target.store(base.code.cast_mut(), Ordering::Release);
    assert_eq!(rig.enter(&caller, 0, &[20]), int(fib_in_rust(20)));
}

thread_local! {
    /// What `complete` saw, and what it answers.
    static COMPLETIONS: std::cell::RefCell<Vec<(u64, u64, u64)>> = const { std::cell::RefCell::new(Vec::new()) };
    static ANSWER: std::cell::Cell<Option<(u64, u64)>> = const { std::cell::Cell::new(None) };
}

/// Stands for the warm state: finishes `fib` of an exit by hand, or answers as the test says.
unsafe extern "C" fn complete(ctx: *mut Context, status: u64, payload: u64, expected: u64) -> Outcome {
    COMPLETIONS.with_borrow_mut(|seen| seen.push((status, payload, expected)));
    if let Some((status, payload)) = ANSWER.get() {
        return Outcome { status, payload };
    }
    // SAFETY: machine code passes its context.
    let n = unsafe { &*ctx }.transfer[0].get();
    Outcome { status: expected, payload: fib_in_rust(n as i64) as u64 }
}

#[test]
fn an_exit_of_the_callee_is_completed_by_the_runtime() {
    let mut rig = Rig::new();
    let cell = rig.cells.add(1, 0);
    let caller = rig.compile(fib(cell), 40);
    rig.cells.point(1, 0, caller.code);
    rig.ctx.complete_call.set(Some(complete));
    COMPLETIONS.take();
    assert_eq!(rig.enter(&caller, 0, &[3]), int(2));
    // fib(1), fib(0) and fib(1) left through the first guard.
    assert_eq!(COMPLETIONS.take(), vec![(Status::EXIT.0, 40, Kind::Int as u64); 3]);
}

#[test]
fn an_unexpected_result_of_the_callee_leaves_with_the_raw_payload() {
    let mut rig = Rig::new();
    let cell = rig.cells.add(1, 0);
    for kind in Kind::ALL {
        let mut u = unit();
        let [x, y] = u.label(0, [Kind::Int, Kind::Float]);
        let result = call_trace(&mut u, cell, kind, &[x], &[y, x]);
        u.finish(result);
        let caller = rig.compile(u, 9);
        let mut u = unit_numbered(1);
        let [x] = u.label(0, [Kind::Int]);
        let snapshot = u.snapshot(&[x]);
        u.trace.emit(Opcode::Leave, None, &[], Aux::NONE, snapshot);
        let callee = rig.compile(u, 60);
        rig.cells.point(1, 0, callee.code);
        rig.ctx.complete_call.set(Some(complete));
        // RAISED, and a tagged value where another kind was expected.
        for status in [Status::RAISED.0, Kind::Value as u64] {
            ANSWER.set(Some((status, tagged_int(123))));
            COMPLETIONS.take();
            let outcome = rig.enter(&caller, 0, &[5, 2.5f64.to_bits()]);
            assert_eq!(COMPLETIONS.take(), vec![(Status::EXIT.0, 60, kind as u64)]);
            if status == kind as u64 {
                assert_eq!(outcome, returned(kind, tagged_int(123)));
            } else {
                assert_eq!(outcome, exit(9));
                assert_eq!(rig.transfer(3), [2.5f64.to_bits(), 5, tagged_int(123)]);
            }
        }
        ANSWER.set(None);
    }
}

#[test]
fn results_of_every_kind_come_back_from_a_called_trace() {
    let mut rig = Rig::new();
    let cell = rig.cells.add(1, 0);
    for (kind, word) in [
        (Kind::Value, tagged_float(2.5)),
        (Kind::Int, i64::MIN as u64),
        (Kind::Float, (-0.0f64).to_bits()),
        (Kind::Bool, 1),
        (Kind::Ref, 0x7F00_0000_0010),
    ] {
        let mut u = unit();
        let [x] = u.label(0, [kind]);
        let result = call_trace(&mut u, cell, kind, &[x], &[]);
        u.finish(result);
        let caller = rig.compile(u, 0);
        let mut u = unit_numbered(1);
        let [x] = u.label(0, [kind]);
        u.finish(x);
        let callee = rig.compile(u, 1);
        rig.cells.point(1, 0, callee.code);
        assert_eq!(rig.enter(&caller, 0, &[word]), returned(kind, word));
    }
}

const ARG_KINDS: [Kind; 6] = [Kind::Int, Kind::Float, Kind::Bool, Kind::Value, Kind::Float, Kind::Int];
const ARG_WORDS: [u64; 6] =
    [i64::MIN as u64, 0x8000_0000_0000_0000, 1, 0x3FF8_0000_0000_0000, 0x4004_0000_0000_0000, 17];

/// Calls the cell with its parameters in reverse order, so that none is in its place in the buffer.
fn calls_reversed(cell: *const TraceCell, kind: Kind) -> Unit {
    let mut u = unit();
    let mut kinds = ARG_KINDS;
    kinds.reverse();
    let mut params = u.label(0, kinds);
    params.reverse();
    let result = call_trace(&mut u, cell, kind, &params, &[]);
    u.finish(result);
    u
}

fn reversed_words() -> [u64; 6] {
    let mut words = ARG_WORDS;
    words.reverse();
    words
}

#[test]
fn a_loop_keeps_the_context_in_its_register_and_needs_no_stack() {
    let mut rig = Rig::new();
    rig.options.disassemble = true;
    let compiled = rig.compile(sum_loop(), 8);
    let asm = compiled.asm.as_deref().expect("asked for");
    // Were exits to want the context in several registers, it would be moved about where there is no exit.
    assert!(!asm.contains("movq %rdi, %"), "{asm}");
    assert!(!asm.contains("subq $0x10, %rsp"), "{asm}");
}

#[test]
fn arguments_arrive_in_registers_or_in_the_buffer_as_the_cell_says() {
    let mut rig = Rig::new();
    let cells = [rig.cells.add(1, 1), rig.cells.add_called(2, 1)];
    for (place, kind) in ARG_KINDS.into_iter().enumerate() {
        let mut u = unit_numbered(1);
        let [x] = u.label(0, [Kind::Int]);
        u.finish(x);
        let params = u.label(1, ARG_KINDS);
        u.finish(params[place]);
        let callee = rig.compile(u, 1);
        for (cell, unit) in cells.into_iter().zip(1..) {
            rig.cells.point(unit, 1, callee.code);
            let caller = rig.compile(calls_reversed(cell, kind), 0);
            let outcome = rig.enter(&caller, 0, &reversed_words());
            assert_eq!(outcome, returned(kind, ARG_WORDS[place]), "{kind:?} by cell {unit}");
        }
    }
}

#[test]
fn whoever_completes_a_call_that_was_not_made_finds_the_arguments_in_the_buffer() {
    for takes_registers in [false, true] {
        let mut rig = Rig::new();
        let cell = if takes_registers { rig.cells.add_called(1, 1) } else { rig.cells.add(1, 1) };
        let caller = rig.compile(calls_reversed(cell, Kind::Int), 0);
        // No code: the stub. It leaves with the selector.
        let stub = if takes_registers { rig.compiler.call_stub() } else { rig.compiler.exit_stub() };
        rig.cells.point(1, 1, stub);
        let selector = if takes_registers { CALLED | 1 } else { 1 };
        rig.ctx.complete_call.set(Some(complete));
        ANSWER.set(Some((Kind::Int as u64, 5)));
        for (limit, called) in [(0, (Status::EXIT.0, selector)), (usize::MAX, (NOT_CALLED, cell as u64))] {
            rig.ctx.call_limit.store(limit, Ordering::Relaxed);
            COMPLETIONS.take();
            assert_eq!(rig.enter(&caller, 0, &reversed_words()), int(5));
            assert_eq!(COMPLETIONS.take(), vec![(called.0, called.1, Kind::Int as u64)]);
            assert_eq!(rig.transfer(6), ARG_WORDS);
        }
        ANSWER.set(None);
    }
}

#[test]
fn calls_in_a_row_test_the_limits_once_and_restore_the_count_of_frames() {
    let mut rig = Rig::new();
    let cell = rig.cells.add_called(1, 1);
    let mut u = unit();
    let [x] = u.label(0, [Kind::Int]);
    let first = call_trace(&mut u, cell, Kind::Int, &[x], &[]);
    let second = call_trace(&mut u, cell, Kind::Int, &[first], &[]);
    let sum = u.op(Opcode::IntAdd, &[first, second]);
    let third = call_trace(&mut u, cell, Kind::Int, &[sum], &[]);
    u.finish(third);
    rig.options.disassemble = true;
    let caller = rig.compile(u, 0);
    let mut u = unit_numbered(1);
    let [x] = u.label(0, [Kind::Int]);
    u.finish(x);
    let [x] = u.label(1, [Kind::Int]);
    u.finish(x);
    let callee = rig.compile(u, 1);
    rig.cells.point(1, 1, callee.code);
    rig.ctx.frames_left.set(7);
    assert_eq!(rig.enter(&caller, 0, &[3]), int(6));
    let clif = caller.clif.as_deref().expect("asked for");
    // At the first call, and, cold, behind each that had to be completed.
    assert_eq!(clif.matches("get_stack_pointer").count(), 1 + 3);
    // The last call counted itself; whoever called this unit restores the count.
    assert_eq!(rig.ctx.frames_left.get(), 6);
}

#[test]
fn a_nearly_full_stack_asks_the_runtime_instead_of_calling() {
    let mut rig = Rig::new();
    let cell = rig.cells.add(1, 0);
    let caller = rig.compile(fib(cell), 0);
    rig.cells.point(1, 0, caller.code);
    rig.ctx.complete_call.set(Some(complete));
    rig.ctx.call_limit.store(usize::MAX, std::sync::atomic::Ordering::Relaxed);
    COMPLETIONS.take();
    assert_eq!(rig.enter(&caller, 0, &[12]), int(144));
    assert_eq!(COMPLETIONS.take(), vec![(NOT_CALLED, cell as u64, Kind::Int as u64); 2]);
}

static CALLS: AtomicU64 = AtomicU64::new(0);

extern "C" fn mix(ctx: *const Context, i: u64, f: u64, b: u64, v: u64, a: u64, c: u64, d: u64) -> u64 {
    CALLS.fetch_add(1, Ordering::Relaxed);
    assert!(!ctx.is_null());
    assert_eq!((b, v), (1, tagged_int(6)));
    (f64::from_bits(f) + i as f64 + a as f64 * 10.0 + c as f64 * 100.0 + d as f64 * 1000.0).to_bits()
}
static MIX: CallDescr = CallDescr {
    name: "mix",
    target: CallTarget::new(mix as *const ()),
    params: &[Kind::Int, Kind::Float, Kind::Bool, Kind::Value, Kind::Int, Kind::Int, Kind::Int],
    result: Some(Kind::Float),
    effects: Effects::PURE,
};

extern "C" fn odd_or_raise(ctx: *const Context, i: u64) -> u64 {
    if i > 100 {
        // SAFETY: machine code passes its context.
        unsafe { &*ctx }.raised.set(tagged_int(i as i64));
    }
    i & 1
}
static ODD: CallDescr = CallDescr {
    name: "odd_or_raise",
    target: CallTarget::new(odd_or_raise as *const ()),
    params: &[Kind::Int],
    result: Some(Kind::Bool),
    effects: Effects::PURE.raising(),
};

fn call(u: &mut Unit, descr: &'static CallDescr, args: &[Operand]) -> Operand {
    u.trace.emit_var(Opcode::Call, descr.result, args, Aux::call(descr), SnapshotIndex::NONE)
}

#[test]
fn residual_calls_pass_words_in_order() {
    let mut rig = Rig::new();
    let mut u = unit();
    let [i, f, b, v] = u.label(0, [Kind::Int, Kind::Float, Kind::Bool, Kind::Value]);
    let constants = [1, 2, 3].map(|c| u.int(c));
    let result = call(&mut u, &MIX, &[&[i, f, b, v], &constants[..]].concat());
    let sum = u.op(Opcode::FloatAdd, &[result, f]);
    u.finish(sum);
    let outcome = rig.run(u, &[7, 0.5f64.to_bits(), 1, tagged_int(6)]);
    assert_eq!(outcome, returned(Kind::Float, (3217.5f64 + 0.5).to_bits()));
    assert_eq!(CALLS.load(Ordering::Relaxed), 1);
}

#[test]
fn a_raising_call_leaves_with_the_exception_pending() {
    let mut rig = Rig::new();
    let mut u = unit();
    let [i] = u.label(0, [Kind::Int]);
    let odd = call(&mut u, &ODD, &[i]);
    let snapshot = u.snapshot_mode(&[i], ResumeMode::Raise, Operand::NONE);
    u.guard(Opcode::GuardNoRaise, &[], Aux::NONE, snapshot);
    u.finish(odd);
    let compiled = rig.compile(u, 0);
    assert_eq!(rig.enter(&compiled, 0, &[7]), returned(Kind::Bool, 1));
    assert_eq!(rig.enter(&compiled, 0, &[8]), returned(Kind::Bool, 0));
    assert_eq!(rig.enter(&compiled, 0, &[101]), exit(0));
    assert_eq!(rig.ctx.raised.get(), tagged_int(101));
}

#[test]
fn finish_raise_leaves_the_exception_in_the_context() {
    let mut rig = Rig::new();
    let mut u = unit();
    let [v] = u.label(0, [Kind::Value]);
    u.trace.emit(Opcode::FinishRaise, None, &[v], Aux::NONE, SnapshotIndex::NONE);
    assert_eq!(rig.run(u, &[tagged_int(3)]), raised());
    assert_eq!(rig.ctx.raised.get(), tagged_int(3));
}

#[test]
fn units_can_be_compiled_on_another_thread_and_dropped_anywhere() {
    fn sendable<T: Send>(value: T) -> T {
        value
    }
    let rig = Rig::new();
    let mut compiler = sendable(Compiler::<NanBox>::new().unwrap());
    let memory = compiler.memory().clone();
    let stubs = memory.used_bytes();
    let request = metatrace_codegen::UnitRequest {
        trace: sum_loop().trace,
        first_exit: 4,
        id: UnitId(0),
        called_label: None,
        validity: None,
        options: rig.options.clone(),
    };
    let compiled =
        std::thread::spawn(move || compiler.compile(&request, &Cells::default()).unwrap()).join().unwrap();
    // The compiler is gone; its units and the stubs that they use are not.
    assert_eq!(rig.enter(&compiled, 0, &[4, 0]), exit(4));
    assert_eq!(rig.transfer(2), [3.0f64.to_bits(), 4]);
    let lines = (compiled.code as usize % 64 + compiled.code_bytes).div_ceil(64);
    assert_eq!(memory.used_bytes(), stubs + lines * 64);
    std::thread::spawn(move || drop(compiled)).join().unwrap();
    assert_eq!(memory.used_bytes(), stubs);
    rig.ctx.raised.set(0);
}

#[test]
fn exhausted_code_memory_is_an_error_that_passes_when_units_die() {
    let mut rig = Rig::new();
    let memory = rig.compiler.memory().clone();
    memory.set_limit_bytes(memory.used_bytes() + 1024);
    let mut units = Vec::new();
    let error = loop {
        match rig.try_compile(sum_loop(), 0) {
            Ok(unit) => units.push(unit),
            Err(error) => break error,
        }
    };
    assert!(error.to_string().starts_with("code memory full"), "{error}");
    assert!(!units.is_empty());
    units.pop();
    assert!(rig.try_compile(sum_loop(), 0).is_ok());
}

/// `while i < n { if i & 1 { a += i } else { b -= i }; i += 1 }`, with the second way behind a branch of the unit.
#[test]
fn a_guard_goes_to_a_label_of_its_unit() {
    let mut rig = Rig::new();
    let mut u = unit();
    let [i, n, a, b] = u.label(0, [Kind::Int; 4]);
    let below = u.op(Opcode::IntLt, &[i, n]);
    let snapshot = u.snapshot(&[a, b]);
    u.guard(Opcode::GuardTrue, &[below], Aux::NONE, snapshot);
    let one = u.int(1);
    let bit = u.op(Opcode::IntAnd, &[i, one]);
    let odd = u.op(Opcode::IntEq, &[bit, one]);
    let snapshot = u.snapshot(&[b, i, a, n]);
    u.guard(Opcode::GuardTrue, &[odd], Aux::NONE, snapshot);
    u.trace.branches.push(metatrace_ir::Branch { op: u.trace.ops.len() as u32 - 1, label: 3 });
    let a2 = u.op(Opcode::IntAdd, &[a, i]);
    let next = u.op(Opcode::IntAdd, &[i, one]);
    u.jump(UnitId::THIS, 0, &[next, n, a2, b]);
    let [b, i, a, n] = u.label(3, [Kind::Int; 4]);
    let b2 = u.op(Opcode::IntSub, &[b, i]);
    let next = u.op(Opcode::IntAdd, &[i, one]);
    u.jump(UnitId::THIS, 0, &[next, n, a, b2]);
    let compiled = rig.compile(u, 8);
    assert_eq!(rig.enter(&compiled, 0, &[0, 7, 100, 200]), exit(8));
    assert_eq!(rig.transfer(2), [100 + 1 + 3 + 5, 200 - 2 - 4 - 6]);
}
