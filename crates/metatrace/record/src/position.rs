//! Positions and snapshots of a recording.
//!
//! At every announced position the live slots of the innermost frame are noted in a scratch list; a snapshot is made of
//! it only if a guard follows, and all guards of the position share it. Outer frames cannot change while a callee
//! runs, so the shots of outer frames are made once per call and shared by every snapshot under it.

use crate::director::{Director, LiveAt};
use crate::traced::Traced;
use metatrace_ir::{FrameShot, FrameShotIndex, Operand, ResumeMode, Snapshot, SnapshotIndex, Trace};
use metatrace_machine::{FrameStack, Word};

/// The recording's idea of where the interpreter is.
pub(crate) struct Position {
    /// Shots of all frames but the innermost, outermost first.
    outer: Vec<FrameShotIndex>,
    /// (slot, operand) of the live slots of the innermost frame.
    scratch: Vec<(u32, Operand)>,
    live: Vec<u32>,
    /// Code, pc and continuation of the innermost frame.
    code: u64,
    pc: u32,
    continuation: u32,
    depth: usize,
    /// The shot of the innermost frame, if a snapshot of this position exists.
    top: Option<FrameShotIndex>,
    /// The snapshot that executes the instruction anew.
    execute: Option<SnapshotIndex>,
    /// Something observable has happened since the position was announced.
    pub effect: bool,
    /// All that has happened is a call that returned: frame and result of the snapshot that delivers it.
    delivers: Option<(FrameShotIndex, Operand)>,
    deliver: Option<SnapshotIndex>,
    /// Length of the operation list when the position was announced.
    start: usize,
}

impl Position {
    pub fn new() -> Position {
        Position {
            outer: Vec::new(),
            scratch: Vec::new(),
            live: Vec::new(),
            code: 0,
            pc: 0,
            continuation: 0,
            depth: 0,
            top: None,
            execute: None,
            effect: false,
            delivers: None,
            deliver: None,
            start: 0,
        }
    }

    pub fn depth(&self) -> usize {
        self.depth
    }
    pub fn code(&self) -> u64 {
        self.code
    }
    pub fn pc(&self) -> u32 {
        self.pc
    }

    /// A position is announced; the innermost frame of `stack` has its pc set.
    pub fn announce(
        &mut self,
        trace: &mut Trace,
        director: &dyn Director,
        stack: &FrameStack<Traced<Word>>,
        at: LiveAt,
    ) {
        self.note_outer_frames(trace, director, stack);
        let depth = stack.depth();
        let frame = stack.top();
        self.depth = depth;
        self.code = frame.code;
        self.pc = frame.pc;
        self.continuation = frame.continuation;
        self.live.clear();
        director.live_slots(frame.code, frame.pc, at, &mut self.live);
        self.scratch.clear();
        let window = stack.window();
        self.scratch.extend(self.live.iter().map(|slot| (*slot, window.get(*slot).operand)));
        self.top = None;
        self.execute = None;
        self.effect = false;
        self.delivers = None;
        self.start = trace.ops.len();
    }

    /// A recording begins where a call has returned: `frames` are the shots of the frames, outermost first.
    pub fn begin_at_delivery(
        &mut self,
        trace: &mut Trace,
        stack: &FrameStack<Traced<Word>>,
        frames: &[FrameShotIndex],
        result: Operand,
    ) {
        let (top, outer) = frames.split_last().expect("a recording has frames");
        let frame = stack.top();
        (self.code, self.pc, self.continuation) = (frame.code, frame.pc, frame.continuation);
        self.depth = stack.depth();
        self.outer.clear();
        self.outer.extend_from_slice(outer);
        self.scratch.clear();
        self.scratch.extend_from_slice(trace.slots_of(*top));
        self.top = Some(*top);
        self.call_returned(trace, Some(*top), result);
    }

    /// Whether this is the position that was announced last, and nothing was recorded since.
    pub fn is_here(&self, trace: &Trace, stack: &FrameStack<Traced<Word>>) -> bool {
        let top = stack.top();
        (self.code, self.pc, self.depth) == (top.code, top.pc, stack.depth()) && self.start == trace.ops.len()
    }

    /// What was recorded since the position was announced is part of announcing it.
    pub fn begin(&mut self, trace: &Trace) {
        self.start = trace.ops.len();
    }

    /// Whether the operation was recorded after the position was announced.
    pub fn is_behind(&self, op: u32) -> bool {
        self.start <= op as usize
    }

    /// A call has returned, and nothing observable had happened before. `shot`: the frame that its result is delivered to;
    /// `None`: that of the position.
    pub fn call_returned(&mut self, trace: &mut Trace, shot: Option<FrameShotIndex>, result: Operand) {
        let shot = shot.unwrap_or_else(|| self.top_shot(trace));
        self.delivers = Some((shot, result));
        self.deliver = None;
        self.effect = true;
    }

    /// Something else than a call has happened.
    pub fn effect_happened(&mut self) {
        self.effect = true;
        self.delivers = None;
    }

    /// The snapshot for a guard here; `None`: the resume rule is broken.
    pub fn guard_snapshot(&mut self, trace: &mut Trace) -> Option<SnapshotIndex> {
        if !self.effect {
            return Some(self.execute_snapshot(trace));
        }
        let (shot, result) = self.delivers?;
        let snapshot =
            *self.deliver.get_or_insert_with(|| push_snapshot(trace, shot, ResumeMode::Deliver, result));
        Some(snapshot)
    }

    /// Makes the shots of the frames that have become outer frames since the last position.
    pub fn note_outer_frames(
        &mut self,
        trace: &mut Trace,
        director: &dyn Director,
        stack: &FrameStack<Traced<Word>>,
    ) {
        let outer = stack.depth() - 1;
        self.outer.truncate(outer.min(self.depth.saturating_sub(1)));
        while self.outer.len() < outer {
            let index = self.outer.len();
            let frame = stack.frames()[index];
            self.live.clear();
            director.live_slots(frame.code, frame.pc, LiveAt::Awaiting, &mut self.live);
            let window = stack.window_of(index);
            let slots_start = trace.slots.len() as u32;
            trace.slots.extend(self.live.iter().map(|slot| (*slot, window.get(*slot).operand)));
            let parent = self.outer.last().copied().unwrap_or(FrameShotIndex::NONE);
            trace.frames.push(FrameShot {
                code: frame.code,
                pc: frame.pc,
                continuation: frame.continuation,
                parent,
                slots_start,
                slots_count: self.live.len() as u32,
            });
            self.outer.push(FrameShotIndex(trace.frames.len() as u32 - 1));
        }
    }

    /// The values of outer frames have changed their operands: their shots are made anew.
    pub fn forget_outer_frames(&mut self) {
        self.outer.clear();
    }

    /// The shot of the innermost outer frame: the caller of the frame that has just been entered.
    pub fn caller_shot(&self) -> FrameShotIndex {
        self.outer.last().copied().unwrap_or(FrameShotIndex::NONE)
    }

    fn top_shot(&mut self, trace: &mut Trace) -> FrameShotIndex {
        if let Some(shot) = self.top {
            return shot;
        }
        let slots_start = trace.slots.len() as u32;
        trace.slots.extend_from_slice(&self.scratch);
        trace.frames.push(FrameShot {
            code: self.code,
            pc: self.pc,
            continuation: self.continuation,
            parent: self
                .outer
                // No position yet: only a recording that was given up comes here, and its snapshots are for nobody.
                .get(..self.depth.saturating_sub(1))
                .and_then(|o| o.last())
                .copied()
                .unwrap_or(FrameShotIndex::NONE),
            slots_start,
            slots_count: self.scratch.len() as u32,
        });
        let shot = FrameShotIndex(trace.frames.len() as u32 - 1);
        self.top = Some(shot);
        shot
    }

    /// The snapshot that executes the instruction at the position anew.
    pub fn execute_snapshot(&mut self, trace: &mut Trace) -> SnapshotIndex {
        if let Some(snapshot) = self.execute {
            return snapshot;
        }
        let snapshot = self.snapshot(trace, ResumeMode::Execute, Operand::NONE);
        self.execute = Some(snapshot);
        snapshot
    }

    /// A snapshot of the position in another mode.
    pub fn snapshot(&mut self, trace: &mut Trace, mode: ResumeMode, result: Operand) -> SnapshotIndex {
        let top = self.top_shot(trace);
        push_snapshot(trace, top, mode, result)
    }

    /// The operands of the live slots, outermost frame first: what a jump to the header at this position passes.
    pub fn live_operands(&self, trace: &Trace) -> Vec<Operand> {
        let mut operands = Vec::new();
        for shot in &self.outer[..self.depth - 1] {
            operands.extend(trace.slots_of(*shot).iter().map(|(_, operand)| *operand));
        }
        operands.extend(self.scratch.iter().map(|(_, operand)| *operand));
        operands
    }
}

/// Appends a snapshot without delayed stores.
pub(crate) fn push_snapshot(
    trace: &mut Trace,
    top: FrameShotIndex,
    mode: ResumeMode,
    result: Operand,
) -> SnapshotIndex {
    trace.snapshots.push(Snapshot { top, mode, result, stores_start: 0, stores_count: 0 });
    SnapshotIndex(trace.snapshots.len() as u32 - 1)
}
