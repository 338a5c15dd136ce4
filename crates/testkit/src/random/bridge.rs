//! Bridges of random programs: what happens where a trace is left.
//!
//! The first trace runs until a guard fails. The program at that position is then: what the trace does, if its guards
//! hold, else this bridge. So the bridge begins like every recording of the position: with the operations of the
//! instruction up to the failed guard, and the opposite of that guard. From there on the program is random again, and
//! ends as traces do, or goes back to the head of the loop.

use super::build::Builder;
use super::generate::{Generated, generate_rest, make_inputs};
use super::program::Bridge;
use super::world::World;
use crate::rng::Rng;
use metatrace_ir::{
    ExecutableTrace, LabelRef, Leaving, NoHooks, Opcode, Operand, ResumeMode, SnapshotIndex, exit_operands,
};
use metatrace_machine::{NanBox, Word};
use std::collections::HashMap;

/// The guard that holds exactly where this one fails, if it is one whose outcome depends on its operands alone.
fn opposite(opcode: Opcode) -> Option<Opcode> {
    Some(match opcode {
        Opcode::GuardTrue => Opcode::GuardFalse,
        Opcode::GuardFalse => Opcode::GuardTrue,
        Opcode::GuardTag => Opcode::GuardNotTag,
        Opcode::GuardNotTag => Opcode::GuardTag,
        Opcode::GuardLayout => Opcode::GuardNotLayout,
        Opcode::GuardNotLayout => Opcode::GuardLayout,
        Opcode::GuardIs => Opcode::GuardIsNot,
        Opcode::GuardIsNot => Opcode::GuardIs,
        _ => return None,
    })
}

/// The bridge of a case; `None` if the trace does not leave through a guard that a bridge can continue.
pub fn generate(
    world: &World,
    seed: u64,
    size: usize,
    first: &Generated,
    executable: &ExecutableTrace,
) -> Option<Bridge> {
    let trace = &first.trace;
    world.reset();
    make_inputs(world, seed);
    // SAFETY: the generator's traces are verified, and the inputs are in the transfer buffer.
    let leaving = unsafe { executable.run::<NanBox>(&world.context, 0, &mut NoHooks) };
    let Leaving::Exit { op: guard, .. } = leaving else { return None };
    let negated = opposite(trace.ops[guard as usize].opcode)?;
    let snapshot = *trace.snapshot(trace.ops[guard as usize].snapshot);
    let frames = frames_at(world, executable, guard);
    let pc = frames.last()?.1;
    let start = first.positions.get(&pc)?.op;
    let prefix = start as usize + 1..guard as usize;
    let resumes_elsewhere = |op: &metatrace_ir::Op| {
        op.snapshot != SnapshotIndex::NONE && trace.snapshot(op.snapshot).mode != ResumeMode::Execute
    };
    if snapshot.mode != ResumeMode::Execute || trace.ops[prefix.clone()].iter().any(resumes_elsewhere) {
        return None;
    }
    let rng = Rng::new(seed ^ 0x2_0000_0000);
    let mut b = Builder::from_exit(world, rng, &frames, first.last_pc);
    // What the slots are called in the first trace.
    let mut names: HashMap<Operand, Operand> = HashMap::new();
    let params = b.frames.iter().flat_map(|f| f.slots.clone()).collect::<Vec<_>>();
    let slots = first.positions[&pc].frames.iter().flat_map(|(_, slots)| slots);
    for ((_, slot), param) in slots.zip(params) {
        if first.opaque.contains(slot) {
            b.opaque.insert(param);
        }
        names.entry(*slot).or_insert(param);
    }
    let map = |b: &mut Builder<'_>, names: &HashMap<Operand, Operand>, operand: Operand| match trace
        .as_const(operand)
    {
        Some(constant) => b.trace.constant(constant),
        None => names[&operand],
    };
    for index in prefix {
        let op = trace.ops[index];
        let args = trace.args(&op).iter().map(|a| map(&mut b, &names, *a)).collect::<Vec<_>>();
        let copied = b.copy(op, &args);
        names.insert(Operand::op(index as u32), copied);
    }
    let op = trace.ops[guard as usize];
    let args = trace.args(&op).iter().map(|a| map(&mut b, &names, *a)).collect::<Vec<_>>();
    b.copy(metatrace_ir::Op { opcode: negated, ..op }, &args);
    let made = generate_rest(b, size / 2, LabelRef { unit: Bridge::LOOP, label: 0 });
    let executable = ExecutableTrace::new(made.trace.clone());
    Some(Bridge { trace: made.trace, guard, pc, positions: made.positions, executable })
}

/// Code, pc and slots of the frames where a recorded trace has just left.
pub(super) fn frames_at(
    world: &World,
    executable: &ExecutableTrace,
    guard: u32,
) -> Vec<(u64, u32, Vec<Word>)> {
    let trace = executable.trace();
    let snapshot = trace.snapshot(trace.ops[guard as usize].snapshot);
    let live = exit_operands(trace, snapshot);
    let word = |operand: Operand| match trace.as_const(operand) {
        Some(constant) => constant.bits,
        None => {
            let at = live.iter().position(|l| *l == operand).expect("every operand of an exit is live");
            world.context.transfer[at].get()
        }
    };
    let frames = trace.frames_of(snapshot).into_iter().map(|index| {
        let shot = trace.frame(index);
        (shot.code, shot.pc, trace.slots_of(index).iter().map(|(_, operand)| word(*operand)).collect())
    });
    frames.collect()
}
