//! Python's side of the JIT: the interpreter on the recording machine, and what the toolkit asks about Python.
//!
//! There is no JIT in Python's crates: the interpreter of `python-interp` is instantiated here a second time, for the machine that
//! records; the rest is liveness ([`liveness`]), what fields promise ([`facts`]), and how the runtime sees the frames of a recording
//! ([`frames`]); and a page for users, [`line_view`]. This is a crate of its own because that instance takes long to compile, and who embeds an interpreter without a JIT
//! does not need it.

mod facts;
mod frames;
mod jit;
pub mod line_view;
mod liveness;

pub use base::params::{Params, ParamsError};
pub use jit::Jit;
