//! The interface between interpreters and the toolkit: the [`Machine`] trait, the machine that executes, frames,
//! encodings and descriptors. See `ARCHITECTURE.md`.

mod context;
mod descr;
mod direct;
mod encoding;
mod frame;
mod machine;
pub mod native_stack;
mod site;
mod warm_cell;

pub use context::*;
pub use descr::*;
pub use direct::*;
pub use encoding::*;
pub use frame::*;
pub use machine::*;
pub use site::*;
pub use warm_cell::*;
