//! The interpreting backend keeps the protocol of machine code: labels, exits, bridges, jumps, calls of traces.

mod rig;

use metatrace_codegen::{
    Backend, CodegenError, CompiledUnit, Compiler, IrBackend, Linker, NOT_CALLED, UnitRequest,
};
use metatrace_ir::{Aux, Opcode, Operand, ResumeMode, SnapshotIndex, UnitId, Virtual, VirtualKind};
use metatrace_machine::{Context, Kind, NanBox, Outcome, Status, TRANSFER_WORDS, TraceCell};
use rig::*;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// Both backends: what is asked here holds for either.
fn backends() -> [Box<dyn Backend>; 2] {
    [
        Box::new(Compiler::<NanBox>::new().expect("this processor has a backend")),
        Box::new(IrBackend::<NanBox>::new()),
    ]
}

fn compile(backend: &mut dyn Backend, rig: &Rig, unit: Unit, first_exit: u64) -> CompiledUnit {
    try_compile(backend, rig, unit, first_exit).unwrap_or_else(|e| panic!("{e}"))
}

fn try_compile(
    backend: &mut dyn Backend,
    rig: &Rig,
    unit: Unit,
    first_exit: u64,
) -> Result<CompiledUnit, CodegenError> {
    let options = rig.options.clone();
    let request = UnitRequest {
        trace: unit.trace,
        first_exit,
        id: UnitId(unit.id),
        called_label: None,
        validity: None,
        options,
    };
    backend.compile(&request, &rig.cells as &dyn Linker)
}

fn enter(backend: &dyn Backend, rig: &Rig, unit: &CompiledUnit, selector: u64, args: &[u64]) -> Outcome {
    for (word, arg) in rig.ctx.transfer.iter().zip(args) {
        word.set(*arg);
    }
    // SAFETY: the unit is live and `args` are the parameters of the label.
    unsafe { backend.enter()((&raw const *rig.ctx).cast_mut(), unit.code, selector) }
}

/// The integer as a slot may hold it: a box that is made when the exit is taken.
fn boxed(u: &mut Unit, int: Operand) -> Operand {
    let fields_start = u.trace.virtual_fields.len() as u32;
    u.trace.virtual_fields.push(int);
    u.trace.virtuals.push(Virtual { kind: VirtualKind::BoxInt, fields_start, fields_count: 1 });
    Operand::virtual_object(u.trace.virtuals.len() as u32 - 1)
}

/// Counts `n` down to `limit` at label 1; leaves with `n`.
fn countdown(id: u32, limit: i64) -> Unit {
    let mut u = unit_numbered(id);
    let [n] = u.label(0, [Kind::Int]);
    u.jump(UnitId::THIS, 1, &[n]);
    let [n] = u.label(1, [Kind::Int]);
    let limit = u.int(limit);
    let more = u.op(Opcode::IntGt, &[n, limit]);
    let slot = boxed(&mut u, n);
    let snapshot = u.snapshot(&[slot]);
    u.guard(Opcode::GuardTrue, &[more], Aux::NONE, snapshot);
    let one = u.int(1);
    let left = u.op(Opcode::IntSub, &[n, one]);
    u.jump(UnitId(id), 1, &[left]);
    u
}

#[test]
fn a_loop_leaves_with_its_exit_number_and_operands() {
    for mut backend in backends() {
        let rig = Rig::new();
        let unit = compile(&mut *backend, &rig, countdown(3, 7), 40);
        assert_eq!(enter(&*backend, &rig, &unit, 0, &[100]), exit(40));
        assert_eq!(rig.transfer(1), [7]);
        assert_eq!(enter(&*backend, &rig, &unit, 1, &[5]), exit(40));
        assert_eq!(rig.transfer(1), [5]);
    }
}

#[test]
fn bridges_are_entered_through_the_slot_and_jump_back_through_the_cell() {
    for mut backend in backends() {
        let mut rig = Rig::new();
        rig.cells.add(1, 1);
        let unit = compile(&mut *backend, &rig, countdown(1, 7), 40);
        rig.cells.point(1, 1, unit.code);
        // The bridge halves while it can; then its own guard leaves.
        let mut u = unit_numbered(2);
        let [n] = u.label(0, [Kind::Int]);
        let zero = u.int(0);
        let positive = u.op(Opcode::IntGt, &[n, zero]);
        let slots = [boxed(&mut u, zero), boxed(&mut u, n)];
        let snapshot = u.snapshot(&slots);
        u.guard(Opcode::GuardTrue, &[positive], Aux::NONE, snapshot);
        let one = u.int(1);
        let half = u.op(Opcode::IntShr, &[n, one]);
        u.jump(UnitId(1), 1, &[half]);
        let bridge = compile(&mut *backend, &rig, u, 90);
        let stub = unit.slots[0].target.swap(bridge.code.cast_mut(), Ordering::Release);
        assert_eq!(stub.cast_const(), backend.exit_stub());
        assert_eq!(enter(&*backend, &rig, &unit, 0, &[100]), exit(90));
        assert_eq!(rig.transfer(1), [0]);
        unit.slots[0].target.store(stub, Ordering::Release);
        assert_eq!(enter(&*backend, &rig, &unit, 0, &[100]), exit(40));
    }
}

#[test]
fn jumps_between_units_do_not_grow_the_stack() {
    for mut backend in backends() {
        let mut rig = Rig::new();
        rig.cells.add(1, 0);
        rig.cells.add(2, 0);
        let hand_over = |to: u32| {
            let mut u = unit_numbered(3 - to);
            let [n] = u.label(0, [Kind::Int]);
            let zero = u.int(0);
            let more = u.op(Opcode::IntGt, &[n, zero]);
            let slot = boxed(&mut u, n);
            let snapshot = u.snapshot(&[slot]);
            u.guard(Opcode::GuardTrue, &[more], Aux::NONE, snapshot);
            let one = u.int(1);
            let left = u.op(Opcode::IntSub, &[n, one]);
            u.jump(UnitId(to), 0, &[left]);
            u
        };
        let first = compile(&mut *backend, &rig, hand_over(2), 10);
        let second = compile(&mut *backend, &rig, hand_over(1), 20);
        rig.cells.point(1, 0, first.code);
        rig.cells.point(2, 0, second.code);
        assert_eq!(enter(&*backend, &rig, &first, 0, &[50_001]), exit(20));
    }
}

/// Finishes every call with 1000; where a number is expected that is what the caller sees.
unsafe extern "C" fn thousand(_: *mut Context, status: u64, payload: u64, expected: u64) -> Outcome {
    match Status(status) {
        Status::EXIT => Outcome { status: expected, payload: 1000 + payload },
        Status(NOT_CALLED) => Outcome { status: Status::RAISED.0, payload: 0 },
        _ => Outcome { status: Status::returned(Kind::Value).0, payload: tagged_int(5) },
    }
}

/// Calls the cell with its parameter and adds 1 to the integer that comes back.
fn caller(cell: &TraceCell) -> Unit {
    let mut u = unit_numbered(7);
    let [n] = u.label(0, [Kind::Int]);
    let result = Operand::op(u.trace.ops.len() as u32);
    let slot = boxed(&mut u, n);
    let snapshot = u.snapshot_mode(&[slot], ResumeMode::Deliver, result);
    let aux = Aux(std::ptr::from_ref(cell) as u64);
    let result = u.trace.emit_var(Opcode::CallTrace, Some(Kind::Int), &[n], aux, snapshot);
    let one = u.int(1);
    let sum = u.op(Opcode::IntAdd, &[result, one]);
    u.finish(sum);
    u
}

#[test]
fn called_traces_return_or_are_completed() {
    for mut backend in backends() {
        let rig = Rig::new();
        rig.ctx.complete_call.set(Some(thousand));
        let stub = backend.exit_stub().cast_mut();
        let cell =
            TraceCell { code: AtomicPtr::new(stub), selector: AtomicU64::new(33), takes_registers: false };
        let calling = compile(&mut *backend, &rig, caller(&cell), 60);
        // A cell without code: the completion gets the selector as the number of an exit.
        assert_eq!(enter(&*backend, &rig, &calling, 0, &[4]), int(1034));
        // A callee that returns what is expected.
        let mut u = unit_numbered(8);
        let [n] = u.label(0, [Kind::Int]);
        let double = u.op(Opcode::IntAdd, &[n, n]);
        u.finish(double);
        let callee = compile(&mut *backend, &rig, u, 70);
        cell.selector.store(0, Ordering::Release);
        cell.code.store(callee.code.cast_mut(), Ordering::Release);
        assert_eq!(enter(&*backend, &rig, &calling, 0, &[4]), int(9));
        // One that returns another kind: the call's exit, with a tagged word.
        let mut u = unit_numbered(9);
        u.label(0, [Kind::Int]);
        let half = u.float(0.5);
        u.finish(half);
        let other = compile(&mut *backend, &rig, u, 80);
        cell.code.store(other.code.cast_mut(), Ordering::Release);
        assert_eq!(enter(&*backend, &rig, &calling, 0, &[4]), exit(60));
        assert_eq!(rig.transfer(2), [4, tagged_int(5)]);
        // No stack left: the callee is not entered.
        rig.ctx.call_limit.store(usize::MAX, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(enter(&*backend, &rig, &calling, 0, &[4]), exit(60));
        rig.ctx.call_limit.store(0, std::sync::atomic::Ordering::Relaxed);
    }
}

#[test]
fn every_third_guard_leaves_on_demand() {
    for mut backend in backends() {
        let mut rig = Rig::new();
        rig.options.guard_fail_every = 3;
        let unit = compile(&mut *backend, &rig, countdown(3, 0), 0);
        for round in 0..3 {
            assert_eq!(enter(&*backend, &rig, &unit, 0, &[100]), exit(0), "round {round}");
            assert_eq!(rig.transfer(1), [98]);
        }
    }
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    for mut backend in backends() {
        let rig = Rig::new();
        let mut u = unit_numbered(1);
        let params = u.trace.emit_label(0, &vec![Kind::Int; TRANSFER_WORDS + 1]);
        u.jump(UnitId::THIS, 0, &params);
        let refused = try_compile(&mut *backend, &rig, u, 0).expect_err("too many values");
        assert!(
            refused.to_string().contains("live values are too many")
                || refused.to_string().contains("transfer"),
            "{refused}"
        );
        let mut u = unit_numbered(1);
        u.label(0, [Kind::Int]);
        u.trace.emit(Opcode::Finish, None, &[Operand::op(77)], Aux::NONE, SnapshotIndex::NONE);
        let refused = try_compile(&mut *backend, &rig, u, 0).expect_err("no operation 77");
        assert!(refused.to_string().contains("malformed trace"), "{refused}");
    }
}
