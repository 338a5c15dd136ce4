//! Calls from machine code to functions: the cells that they go through, and what happens where they do not simply
//! return.
//!
//! A function has one *generic* cell (label 0, tagged arguments) and one *special* cell for each contract that an entry
//! with unboxed arguments ever had ([`EntryContract`]). Code compiled for a contract holds the cell of that contract, so
//! it can never reach an entry that relies on more. A cell without code points to the stub, which leaves with the cell's
//! selector as its exit number: bit 62 or 61, the place in the lower half, the number of the contract above it. The
//! arguments are in the transfer buffer then: calls through generic cells leave them there, the stub of special cells puts them there.
//!
//! ```text
//! call_trace --> cell --> code --returned as expected--> goes on
//!                  |        '--- returned another kind, raised, or left by an exit --.
//!                  '--> stub: no code                                                |
//!  stack used up: not called                                                         v
//!                        '-----------------------------------------------------> complete_call
//! ```
//!
//! [`complete_call`] runs what is left of the callee in the interpreter, on the frame stack that the caller's interpreter has
//! lent (`lend.rs`), and answers with the result. When the native stack is nearly used up, the callee runs in the
//! interpreter alone, which needs no native stack for its calls; the language's own limit then ends the recursion. Whoever wants the
//! thread to poll pretends that it is used up ([`Context::call_limit`]): recursion comes to a poll without testing for one.
//!
//! Machine code pushes no frames, but counts those of its calls ([`Context::frames_left`]). Where the language's limit is near, calls are
//! not made, and code is not entered: the interpreter alone finds the end, exactly where it would have been without code.

use crate::links::empty_cell;
use crate::materialise::{RestoreError, box_bits, returned};
use crate::place::{PlaceIndex, PlaceState, SpecialCell};
use crate::state::{WarmState, kind_of};
use base::counters::Counter;
use metatrace_machine::{
    CALLED, Context, Encoding, FrameStack, Kind, Outcome, Resume, RunEnd, Status, TraceCell, Word,
};
use metatrace_opt::{EntryContract, SpecialEntry};
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;

/// Selector of a cell whose function has no code: this bit, and the place.
pub(crate) const FUNCTION_STUB: u64 = 1 << 62;
/// The same for an entry with unboxed arguments: this bit, the contract's number, the place.
pub(crate) const SPECIAL_STUB: u64 = 1 << 61;
const CONTRACT_SHIFT: u32 = 32;

/// The label of a function's unit that is its entry with unboxed arguments, if it has one.
pub(crate) const SPECIAL_LABEL: u32 = 1;
/// How calls enter it: with arguments in registers.
pub(crate) const SPECIAL_SELECTOR: u64 = CALLED | SPECIAL_LABEL as u64;

/// The entry that a cell stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub place: PlaceIndex,
    /// Number of the contract; `None` for the generic entry.
    pub contract: Option<u32>,
}

impl Entry {
    /// The number with which the stub leaves.
    pub fn stub_number(self) -> u64 {
        let place = self.place.0 as u64;
        match self.contract {
            None => FUNCTION_STUB | place,
            Some(contract) => SPECIAL_STUB | (contract as u64) << CONTRACT_SHIFT | place,
        }
    }

    /// The entry of a stub's exit number; `None` for the exit of a unit.
    pub fn of_stub(number: u64) -> Option<Entry> {
        let place = PlaceIndex(number as u32);
        if number & FUNCTION_STUB != 0 {
            return Some(Entry { place, contract: None });
        }
        let contract = ((number & !SPECIAL_STUB) >> CONTRACT_SHIFT) as u32;
        (number & SPECIAL_STUB != 0).then_some(Entry { place, contract: Some(contract) })
    }
}

fn address(cell: &TraceCell) -> u64 {
    &raw const *cell as u64
}

impl<E: Encoding> WarmState<'_, E> {
    /// The special entry that calls of this generic cell may go to.
    pub(crate) fn special_entry(&self, generic_cell: u64) -> Option<SpecialEntry> {
        let entry = *self.entries.borrow().get(&generic_cell)?;
        self.with_place(entry.place, |p| {
            let special = &p.special_cells[p.special? as usize];
            Some(SpecialEntry { cell: address(&special.cell), contract: special.contract.clone() })
        })
    }

    /// The cell for a contract of the function with this generic cell, made if there is none yet.
    pub(crate) fn entry_cell(&self, generic_cell: u64, contract: &Rc<EntryContract>) -> Option<u64> {
        let entry = *self.entries.borrow().get(&generic_cell)?;
        let stub = self.call_stub;
        let (number, cell, is_new) = self.with_place(entry.place, |p| {
            if let Some(number) = p.special_number(contract) {
                return (number, address(&p.special_cells[number as usize].cell), false);
            }
            let number = p.special_cells.len() as u32;
            let selector = Entry { place: entry.place, contract: Some(number) }.stub_number();
            let cell = Box::new(TraceCell { takes_registers: true, ..empty_cell(stub, selector) });
            let at = address(&cell);
            p.special_cells.push(SpecialCell { contract: contract.clone(), cell });
            (number, at, true)
        });
        if is_new {
            self.entries.borrow_mut().insert(cell, Entry { contract: Some(number), ..entry });
        }
        Some(cell)
    }

    /// Machine code did not make a call. If it was only stopped for a poll, the thread polls; `false`: that raised.
    fn serve_requests(&self) -> bool {
        let context = self.context();
        if context.call_limit.load(Relaxed) == context.stack_limit.get() {
            return true;
        }
        metatrace_machine::native_stack::allow_calls(context);
        self.interpreter.serve_requests()
    }

    /// Makes a frame of the arguments in the transfer buffer.
    fn push_call(
        &self,
        entry: Entry,
        stack: &mut FrameStack<Word>,
    ) -> Result<(), metatrace_machine::StackOverflow> {
        let (code, pc, live, kinds) = self.with_place(entry.place, |p| {
            let kinds = match entry.contract {
                None => vec![Kind::Value; p.live.len()],
                Some(number) => p.special_cells[number as usize].contract.kinds(),
            };
            (p.code, p.pc, p.live.clone(), kinds)
        });
        let window = stack.push(code, self.interpreter.slot_count(code))?;
        for (i, (slot, kind)) in live.iter().zip(kinds).enumerate() {
            let bits = self.context().transfer[i].get();
            window.set(*slot, box_bits::<E>(self.context(), kind, bits));
        }
        stack.set_pc(pc);
        Ok(())
    }

    /// A cell without code was called. What machine code calls is hot: the function is recorded, unless it is known that
    /// this leads to nothing.
    pub(crate) fn enter_without_code(
        &self,
        entry: Entry,
        stack: &mut FrameStack<Word>,
        floor: usize,
    ) -> Resume<Word> {
        stack.truncate(floor);
        if self.push_call(entry, stack).is_err() {
            let code = self.with_place(entry.place, |p| p.code);
            return self.cannot_resume(RestoreError::StackOverflow, stack, floor, code);
        }
        if self.state_of(entry.place) == PlaceState::Queued {
            self.poll();
        }
        match self.state_of(entry.place) {
            PlaceState::Compiled(_) => match self.frames_to_enter(stack) {
                Some(frames) => self.enter(stack, entry.place, frames),
                None => Resume::Execute,
            },
            PlaceState::Counting if self.may_record() => {
                let left = self.with_place(entry.place, |p| {
                    p.calls_left = p.calls_left.saturating_sub(1);
                    p.calls_left
                });
                if left > 0 {
                    return Resume::Execute;
                }
                let live = self.with_place(entry.place, |p| p.live.clone());
                self.record(stack, floor, entry.place, None, Resume::Execute, &[live])
            }
            _ => Resume::Execute,
        }
    }

    /// Ends a call that did not return as expected; see the module header.
    fn complete(&self, status: u64, payload: u64, expected: Kind, stack: &mut FrameStack<Word>) -> Outcome {
        self.counters.add(Counter::CompletedCalls, 1);
        // The callee waits for nothing any more.
        self.context().site.set(std::ptr::null());
        let floor = stack.depth();
        let end = match Status(status) {
            Status::EXIT => {
                let resume = self.exit(payload, stack, floor);
                match stack.depth() > floor {
                    true => self.run(stack, resume, floor),
                    // Not one frame fits the stack: the exception of that is pending.
                    false => RunEnd::Raised,
                }
            }
            Status::RAISED => RunEnd::Raised,
            status if status.0 < Status::RAISED.0 => {
                RunEnd::Returned(box_bits::<E>(self.context(), kind_of(status), payload))
            }
            // `metatrace_codegen::NOT_CALLED`: the native stack is nearly used up, or the thread was asked to poll.
            _ => {
                let entry = self.entries.borrow().get(&payload).copied();
                let entry = entry.expect("machine code calls through cells made here");
                match self.push_call(entry, stack) {
                    Ok(()) if !self.serve_requests() => {
                        stack.truncate(floor);
                        RunEnd::Raised
                    }
                    Ok(()) => self.run(stack, Resume::Execute, floor),
                    Err(_) => {
                        self.interpreter.raise_stack_overflow(&mut self.machine());
                        RunEnd::Raised
                    }
                }
            }
        };
        match end {
            RunEnd::Returned(word) => {
                let (status, payload) = returned::<E>(word, expected);
                Outcome { status: status.0, payload }
            }
            RunEnd::Raised => Outcome { status: Status::RAISED.0, payload: 0 },
            RunEnd::Left => unreachable!("only a recording interpreter leaves"),
        }
    }
}

/// See [`metatrace_machine::CallCompletion`].
///
/// # Safety
/// Called by machine code that this thread's warm state entered.
pub(crate) unsafe extern "C" fn complete_call<E: Encoding>(
    context: *mut Context,
    status: u64,
    payload: u64,
    expected: u64,
) -> Outcome {
    // SAFETY: the context belongs to this thread; it names the warm state of this encoding.
    let warm = unsafe { &*(*context).warm.get().cast::<WarmState<'_, E>>() };
    let expected = Kind::ALL[expected as usize];
    warm.stack.borrow(|stack| warm.complete(status, payload, expected, stack))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stub_tells_the_entry_by_its_number() {
        for entry in [
            Entry { place: PlaceIndex(0), contract: None },
            Entry { place: PlaceIndex(u32::MAX), contract: None },
            Entry { place: PlaceIndex(7), contract: Some(0) },
            Entry { place: PlaceIndex(u32::MAX), contract: Some(1 << 20) },
        ] {
            assert_eq!(Entry::of_stub(entry.stub_number()), Some(entry));
        }
        assert_eq!(Entry::of_stub(crate::unit::first_exit(metatrace_ir::UnitId(1 << 30)) + 5), None);
    }
}
