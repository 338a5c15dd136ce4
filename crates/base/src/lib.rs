//! What every other crate may use: the parameters of the JIT, the log, the named counters and typed indices.
//!
//! Nothing here knows a heap, a trace or a language, and nothing depends on another crate.

pub mod counters;
pub mod index;
pub mod log;
pub mod params;
pub mod stress;
pub mod summary;

pub use counters::{Abort, Counter, Counters, ExitKind, Penalty, Timer};
pub use params::{Params, ParamsError, Pass, PassSet};
