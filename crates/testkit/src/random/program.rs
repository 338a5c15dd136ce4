//! A generated program: its recorded trace, and where it can be resumed.

use super::World;
use metatrace_ir::{ExecutableTrace, Operand, Trace, print};
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
}

impl Case {
    /// Makes the trace of a seed with about `size` instructions.
    pub fn generate(world: &World, seed: u64, size: usize) -> Case {
        let (trace, positions) = super::generate::generate(world, seed, size);
        if let Err(e) = metatrace_ir::verify_recorded(&trace) {
            panic!(
                "the generator made a wrong trace of seed {seed}, size {size}\n{e}\n{}",
                print(&trace, &world.names())
            );
        }
        Case { seed, size, executable: ExecutableTrace::new(trace.clone()), trace, positions }
    }
}
