//! Random recorded traces and the oracle that judges what an optimizer or a code generator makes of them.
//!
//! A random trace is the recording of a random *program*: a list of instructions that read tagged values from slots,
//! test and unbox them, compute, act on the heap, and write slots. Each begins with a position; its guards resume
//! there. The generator executes while it records, so every guard it writes holds the first time. The semantics of
//! the program where a guard fails is that it stops there: position, slots, heap and log are its result.
//!
//! That makes a trace its own reference interpreter: wherever optimised code leaves, at the same guard or at an earlier
//! position, the oracle rebuilds the slots and lets the recorded trace continue from there. Both must stop at the same
//! position with equal slots, equal heaps (as graphs from the inputs, the constants and the slots) and equal logs.
//!
//! Where a trace leaves, the program may go on in a second recorded trace, the *bridge* of that exit (`bridge.rs`), which
//! may jump back to the loop. An optimizer's bridge for the exit must do the same, wherever it joins the loop again.
//!
//! ```no_run
//! use metatrace_ir::{ExecutableTrace, NoHooks};
//! use testkit::random::{Judged, UnitEnd, judge_cases};
//! # fn optimise(t: &metatrace_ir::Trace) -> Option<metatrace_ir::Trace> { Some(t.clone()) }
//! judge_cases(&["every-7"], 2_000, |world, case| {
//!     let Some(unit) = optimise(&case.trace) else { return Judged::Declined };
//!     let unit = ExecutableTrace::new(unit);
//!     world.judge(case, |context| {
//!         // SAFETY: the oracle has put the inputs into the transfer buffer.
//!         let leaving = unsafe { unit.run::<metatrace_machine::NanBox>(context, 0, &mut NoHooks) };
//!         UnitEnd { leaving, trace: unit.trace() }
//!     })
//! });
//! ```
//!
//! Not generated: `call_trace`, more than two units, exceptions that cross an inlined frame.

mod bridge;
mod build;
mod expression;
mod generate;
mod oracle;
mod program;
mod world;

pub use oracle::{Judged, UnitEnd, case_count, judge_cases};
pub use program::{Bridge, Case, Position};
pub use world::World;
