//! A generated program: its recorded trace, and where it can be resumed.

use super::World;
use metatrace_ir::{ExecutableTrace, Operand, Trace, UnitId, print};
use std::collections::HashMap;

/// Where an instruction of the program begins.
#[derive(Clone, Debug)]
pub struct Position {
    /// Its `at` operation.
    pub op: u32,
    /// Code and live slots of each frame, outermost first.
    pub frames: Vec<(u64, Vec<(u32, Operand)>)>,
}

/// A random trace. The same seed and size give the same trace, addresses of constants excepted.
pub struct Case {
    pub seed: u64,
    /// Instructions asked for.
    pub size: usize,
    /// As the recorder would have made it.
    pub trace: Trace,
    /// By the pc of the innermost frame, which is unique in the program.
    pub positions: HashMap<u32, Position>,
    pub(super) executable: ExecutableTrace,
    /// What the program does where the trace leaves with the seed's inputs.
    pub bridge: Option<Bridge>,
}

/// The trace recorded from an exit of the first one. It may jump back to [`Bridge::LOOP`].
pub struct Bridge {
    pub trace: Trace,
    /// The guard of the first trace that fails there.
    pub guard: u32,
    /// The pc of its position.
    pub pc: u32,
    pub positions: HashMap<u32, Position>,
    pub(super) executable: ExecutableTrace,
}

impl Bridge {
    /// The name under which a bridge knows the unit of the first trace.
    pub const LOOP: UnitId = UnitId(1);
}

impl Case {
    /// Makes the trace of a seed with about `size` instructions.
    pub fn generate(world: &World, seed: u64, size: usize) -> Case {
        let made = super::generate::generate(world, seed, size);
        check(world, &made.trace, seed, size);
        let executable = ExecutableTrace::new(made.trace.clone());
        let bridge = super::bridge::generate(world, seed, size, &made, &executable);
        if let Some(bridge) = &bridge {
            check(world, &bridge.trace, seed, size);
        }
        Case { seed, size, executable, trace: made.trace, positions: made.positions, bridge }
    }

    /// The position with this pc, and the trace that it is in.
    pub(super) fn position(&self, pc: u32) -> Option<(&Position, bool)> {
        let in_bridge = self.bridge.as_ref().and_then(|b| b.positions.get(&pc));
        self.positions.get(&pc).map(|p| (p, false)).or(in_bridge.map(|p| (p, true)))
    }
}

fn check(world: &World, trace: &Trace, seed: u64, size: usize) {
    if let Err(e) = metatrace_ir::verify_recorded(trace) {
        let text = print(trace, &world.names());
        panic!("the generator made a wrong trace of seed {seed}, size {size}\n{e}\n{text}");
    }
}
