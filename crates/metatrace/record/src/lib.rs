//! The recording machine: executes an interpreter and appends what it does to a trace.

mod director;
mod position;
mod recorder;
mod traced;

pub use director::*;
pub use recorder::*;
pub use traced::*;
