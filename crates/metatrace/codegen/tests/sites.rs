//! Calls during which the frames of machine code are looked at.

mod rig;

use metatrace_codegen::CompiledUnit;
use metatrace_ir::{Aux, Opcode, Operand, ResumeMode, SnapshotIndex};
use metatrace_machine::{
    CallDescr, CallTarget, Context, Effects, FORCED, FrameStack, Kind, Site, Status, Word,
};
use rig::*;
use std::cell::{Cell, RefCell};

thread_local! {
    /// What the function saw: exit number, frames, homes.
    static SEEN: RefCell<Vec<(u64, usize, Vec<u64>)>> = const { RefCell::new(Vec::new()) };
    static HOMES: Cell<usize> = const { Cell::new(0) };
    static FORCES: Cell<bool> = const { Cell::new(false) };
}

/// Looks at all frames; makes up what they were rebuilt as, if it is to.
extern "C" fn look(ctx: *const Context, x: u64) -> u64 {
    // SAFETY: machine code passes its context.
    let context = unsafe { &*ctx };
    // SAFETY: the code waits for this call.
    for site in unsafe { context.machine_frames().sites() } {
        // SAFETY: the tests say how many homes there are.
        let homes = (0..HOMES.get()).map(|index| unsafe { site.home(index) }).collect();
        SEEN.with_borrow_mut(|seen| seen.push((site.exit_number(), site.frames_count(), homes)));
        if FORCES.get() {
            let frames: *const FrameStack<Word> = std::ptr::without_provenance(8);
            site.forced.set(frames);
        }
    }
    x + 1
}

static LOOK: CallDescr = CallDescr {
    name: "look",
    target: CallTarget::new(look as *const ()),
    params: &[Kind::Int],
    result: Some(Kind::Int),
    effects: Effects::ANY,
};

/// `x, f -> look(x)`, with both in the frame.
fn looking_unit(rig: &mut Rig, number: u32, first_exit: u64) -> CompiledUnit {
    let mut u = unit_numbered(number);
    let [x, f] = u.label(0, [Kind::Int, Kind::Float]);
    let result = u.trace.emit_var(Opcode::Call, LOOK.result, &[x], Aux::call(&LOOK), SnapshotIndex::NONE);
    let snapshot = u.snapshot_mode(&[f, x], ResumeMode::Raise, Operand::NONE);
    u.guard(Opcode::GuardNoRaise, &[], Aux::NONE, snapshot);
    u.finish(result);
    rig.compile(u, first_exit)
}

#[test]
fn frames_are_found_in_their_homes() {
    let mut rig = Rig::new();
    rig.options.sites = true;
    let unit = looking_unit(&mut rig, 0, 40);
    assert_eq!(unit.homes.len(), 2);
    HOMES.set(2);
    SEEN.take();
    let bits = 2.5f64.to_bits();
    assert_eq!(rig.enter(&unit, 0, &[7, bits]), int(8));
    assert_eq!(SEEN.take(), [(40, 1, vec![bits, 7])]);
}

#[test]
fn code_leaves_when_its_frames_were_rebuilt() {
    let mut rig = Rig::new();
    rig.options.sites = true;
    let unit = looking_unit(&mut rig, 0, 40);
    FORCES.set(true);
    let outcome = rig.enter(&unit, 0, &[7, 0]);
    FORCES.set(false);
    assert_eq!(outcome, exit(FORCED | 40));
    assert_eq!(rig.transfer(3), [Status::returned(Kind::Int).0, 8, 8]);
}

#[test]
fn callers_of_traces_are_found_behind_their_callee() {
    let mut rig = Rig::new();
    rig.options.sites = true;
    let cell = rig.cells.add(1, 0);
    let mut u = unit();
    let [x, f] = u.label(0, [Kind::Int, Kind::Float]);
    let result = Operand::op(u.trace.ops.len() as u32);
    let snapshot = u.snapshot_mode(&[x], ResumeMode::Deliver, result);
    u.trace.emit_var(Opcode::CallTrace, Some(Kind::Int), &[x, f], Aux(cell as u64), snapshot);
    u.finish(result);
    let caller = rig.compile(u, 9);
    let callee = looking_unit(&mut rig, 1, 60);
    rig.cells.point(1, 0, callee.code);
    HOMES.set(1);
    SEEN.take();
    assert_eq!(rig.enter(&caller, 0, &[5, 0]), int(6));
    let seen: Vec<(u64, usize)> = SEEN.take().into_iter().map(|(exit, frames, _)| (exit, frames)).collect();
    assert_eq!(seen, [(60, 1), (9, 1)]);
    assert!(rig.ctx.machine_frames().is_none(), "{:?}", rig.ctx.machine_frames());
    assert!(size_of::<Site>() == Site::HOMES_OFFSET as usize);
}
