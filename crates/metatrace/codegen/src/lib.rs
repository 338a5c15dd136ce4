//! Machine code from traces, through Cranelift. The only crate that knows Cranelift. A second backend, which executes
//! units with the IR interpreter, is in `interpreted.rs`.
//!
//! ```text
//! Trace --lower--> CLIF --Cranelift--> bytes --memory--> executable code
//!  words.rs: the language's Encoding      runtime.rs: what machine code calls when a fast path does not apply
//!  compiler.rs: settings, stubs           unit.rs: requests, results, errors
//!  stages.rs: where compile time goes     lower/: the operations
//!  overflow.rs: branches on the overflow flag     loops.rs: where in a line of code a unit begins
//! ```
//!
//! Protocol (see `metatrace_machine::context`): a unit is one function `(ctx, selector, 4 words) -> (status, payload)` in
//! Cranelift's `tail` convention. A *selector* is the number of the label to enter; values arrive in the transfer
//! buffer. A failed guard stores the operands of its snapshot into the transfer buffer and tail-calls through its
//! [`ExitSlot`](metatrace_machine::ExitSlot) with the *complement* of its exit number. A unit treats every negative
//! selector as label 0, so a unit can be put into a slot as a bridge without an adapter; the exit stub, which slots
//! point to at first, complements the word back and returns `(EXIT, number)`. The whole of it: `docs/backend.md`.

mod compiler;
mod interpreted;
mod loops;
mod lower;
mod memory;
mod overflow;
mod runtime;
mod stages;
mod unit;
mod words;

pub use compiler::Compiler;
pub use interpreted::IrBackend;
pub use memory::{CodeMemory, CodeMemoryFull, Protection};
pub use runtime::NOT_CALLED;
pub use stages::{Stage, StageTimes};
pub use unit::{Backend, CodegenError, CodegenOptions, CompiledUnit, EnterFn, Linker, UnitRequest, has_exit};
