//! What the recorder asks while it records: what is live, what has code, what is inlined.

use super::WarmState;
use crate::place::{PlaceIndex, PlaceState};
use metatrace_ir::LabelRef;
use metatrace_machine::{Encoding, FrameStack, HotPlace, Resume, RunEnd, TraceCell, WarmCell, Word};
use metatrace_record::{Callee, Director, Header, LiveAt};

/// Recorded operations beyond which a function that the trace is in already is called, not traced into once more. With 400 recursions are
/// no faster, and with 100 `ackermann` takes a time and a half.
const MOST_UNROLLED_OPS: usize = 200;
/// Recorded operations beyond which functions with code of their own are called.
const MOST_INLINING_OPS: usize = 1500;

impl<E: Encoding> Director for WarmState<'_, E> {
    fn live_slots(&self, code: u64, pc: u32, at: LiveAt, out: &mut Vec<u32>) {
        self.interpreter.live_slots(code, pc, at, out);
    }
    fn is_join_point(&self, code: u64, pc: u32) -> bool {
        self.interpreter.is_join_point(code, pc)
    }
    fn header(&self, code: u64, pc: u32, cell: &WarmCell) -> Header {
        let index = match cell.index() {
            Some(index) => PlaceIndex(index),
            None => self.place_index(code, pc, HotPlace::LoopHeader),
        };
        if self.retracing.get() == Some(index) {
            self.retracing.set(None);
            return Header::Cold;
        }
        match self.state_of(index) {
            PlaceState::Compiled(unit) if self.leads_back(unit) => Header::Cold,
            PlaceState::Compiled(unit) => Header::Compiled(LabelRef { unit, label: 0 }),
            PlaceState::Queued if self.with_place(index, |p| p.is_closed_loop) => {
                self.awaited.set(Some(index));
                Header::Queued
            }
            PlaceState::Counting if self.is_about_to_be_recorded(index) => {
                self.awaited.set(Some(index));
                Header::Queued
            }
            _ => Header::Cold,
        }
    }
    fn header_label(&self, code: u64, pc: u32) -> Option<LabelRef> {
        match self.state_of(self.place_index(code, pc, HotPlace::LoopHeader)) {
            PlaceState::Compiled(unit) => Some(LabelRef { unit, label: 0 }),
            _ => None,
        }
    }
    fn callee(
        &self,
        (code, pc): (u64, u32),
        cell: &WarmCell,
        depth: usize,
        same_code: usize,
        ops_count: usize,
    ) -> Callee {
        let index = match cell.index() {
            Some(index) => PlaceIndex(index),
            None => self.place_index(code, pc, HotPlace::FunctionEntry),
        };
        let limit = self.params().max_unroll_recursion as usize;
        let is_too_deep = depth > self.params().inline_depth as usize;
        self.with_place(index, |p| {
            if !self.params().inlining || is_too_deep {
                p.is_called = true;
            }
            // A recursion is unrolled while it is small. That is about this call: where the trace has come back from the depths, the
            // next call, often a leaf of the recursion, is gone into again.
            let is_unrolled = same_code > 0 && (same_code >= limit || ops_count > MOST_UNROLLED_OPS);
            // A long trace calls what has code of its own.
            let is_compiled = matches!(p.state, PlaceState::Compiled(_));
            if p.is_called || is_unrolled || ops_count > MOST_INLINING_OPS && is_compiled {
                Callee::Call(&*p.generic_cell as *const TraceCell)
            } else {
                Callee::Inline
            }
        })
    }
    fn is_not_inlined(&self, (code, pc): (u64, u32)) {
        let index = self.place_index(code, pc, HotPlace::FunctionEntry);
        self.with_place(index, |p| p.is_called = true);
        self.not_inlined.set(Some(index));
    }
    fn run_callee(&self, (code, pc): (u64, u32), slot_count: u32, slots: &[(u32, Word)]) -> RunEnd<Word> {
        let run = |stack: &mut FrameStack<Word>| {
            let floor = stack.depth();
            let Ok(window) = stack.push(code, slot_count) else {
                self.interpreter.raise_stack_overflow(&mut self.machine());
                return RunEnd::Raised;
            };
            for (slot, word) in slots {
                window.set(*slot, *word);
            }
            stack.set_pc(pc);
            self.run(stack, Resume::Execute, floor)
        };
        // The callee is not part of the recording: it may get hot, and be recorded, itself.
        let outer = self.recording.replace(false);
        let end = self.stack.borrow(run);
        self.recording.set(outer);
        end
    }
    fn layout_size_bytes(&self, layout: heap::LayoutId) -> u32 {
        self.interpreter.layout_size_bytes(layout)
    }
}
