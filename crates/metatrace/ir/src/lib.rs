//! The trace IR: operations, traces, snapshots, and the tools that read, write, check and execute them.

mod eval;
mod footprint;
mod interp;
mod op;
mod registers;
mod snapshot;
pub mod text;
mod trace;
mod verify;
mod walk;

pub use eval::{eval, eval_checked};
pub use interp::{ExecutableTrace, Hooks, Leaving, NoHooks, Stepper, has_exit};
pub use op::*;
pub use snapshot::*;
pub use text::{DescrTable, ParseError, parse, print, print_op};
pub use trace::*;
pub use verify::{VerifyError, VerifyErrors, verify, verify_recorded};
