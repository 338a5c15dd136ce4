//! Compiled loops of few turns inside the loop that is recorded: gone through, not jumped to.
//!
//! Where a trace comes to a loop that has code, it can end by jumping there. For a loop of many turns that is all there is to gain, and what runs there
//! comes back by a bridge. A loop of few turns is better a part of the loop around it, which then knows each turn's values and has no
//! seam; that is what becomes of it anyway when it has no code yet. Which of both it is must not depend on when the compiling thread is done.
//!
//! So the recorder notes the state in which it could end ([`OtherEnd`]) and goes on. If the loop turns too often for the trace to hold it, or anything else
//! is in the way, the trace ends where it could have: what was recorded since is dropped. The program has gone on meanwhile, as it does in any
//! recording.
//!
//! One look does not tell how many turns a loop has; so who asked for the recording compares its turns with those of others before it is compiled.
//!
//! Known limit: there is one such end in a trace, the first. Behind a loop of few turns, one of many ends the trace at the first.

use super::{Recorder, Start};
use crate::traced::Traced;
use metatrace_ir::{Aux, Opcode, Operand, SnapshotIndex};
use metatrace_machine::{Encoding, FrameStack, Word};

/// Operations recorded in turns of a loop beyond which it is jumped to: what a seam costs is little beside so many.
const MOST_OPS_OF_TURNS: usize = 400;

/// Where the trace can end if it does not get through the loop there.
pub(super) struct OtherEnd {
    code: u64,
    pc: u32,
    args: Vec<Operand>,
    snapshot: SnapshotIndex,
    ops_count: usize,
    headers_count: usize,
    constants_count: usize,
    assumptions_count: usize,
    leaves_loop: bool,
}

impl<E: Encoding> Recorder<'_, E> {
    /// Compiled loops in the recorded one are gone through if they have few turns.
    pub fn go_through_loops(&mut self) {
        self.goes_through_loops = self.max_unroll_loops > 0;
    }

    /// Whether the trace goes on at the header of a compiled loop, in the frame where it began. The header of a loop stands before those of the loops in it: one
    /// that stands before the origin is around the recorded loop, and the trace ends there.
    pub(super) fn goes_through(&mut self, stack: &FrameStack<Traced<Word>>, pc: u32) -> bool {
        if !self.goes_through_loops || self.start != Start::Loop || pc < self.origin.1 {
            return false;
        }
        if self.other_end.is_none() {
            self.other_end = Some(OtherEnd {
                code: stack.top().code,
                pc,
                args: self.position.live_operands(&self.trace),
                snapshot: self.position.execute_snapshot(&mut self.trace),
                ops_count: self.trace.ops.len(),
                headers_count: self.passed_headers.len(),
                constants_count: self.constants.len(),
                assumptions_count: self.assumptions.len(),
                leaves_loop: self.leaves_loop,
            });
        }
        true
    }

    /// Whether the loop at which the trace could have ended, whose header this is, has had too many operations.
    pub(super) fn is_long_since_other_end(&self, at: (u64, u32)) -> bool {
        self.other_end.as_ref().is_some_and(|end| {
            (end.code, end.pc) == at && self.trace.ops.len() - end.ops_count > MOST_OPS_OF_TURNS
        })
    }

    /// (At the end.) A trace that was abandoned ends where it could have. Returns the turns of the loops that it has gone through.
    pub(super) fn end_at_loop(&mut self) -> Vec<(u64, u32)> {
        let Some(end) = self.other_end.take() else { return Vec::new() };
        if self.abort.is_none() {
            let passed = &self.passed_headers[end.headers_count..];
            return passed.iter().map(|(code, pc, _)| (*code, *pc)).collect();
        }
        // Its unit may have been replaced or thrown away meanwhile.
        let Some(label) = self.director.header_label(end.code, end.pc) else { return Vec::new() };
        self.abort = None;
        self.trace.ops.truncate(end.ops_count);
        self.constants.truncate(end.constants_count);
        self.assumptions.truncate(end.assumptions_count);
        self.leaves_loop = end.leaves_loop;
        self.trace.emit_var(Opcode::Jump, None, &end.args, Aux::label(label), end.snapshot);
        Vec::new()
    }
}
