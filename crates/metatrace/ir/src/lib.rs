//! The trace IR: operations, traces, snapshots, and the tools that read, write, check and execute them.

mod op;
mod snapshot;
mod trace;

pub use op::*;
pub use snapshot::*;
pub use trace::*;
