//! The warm state: counters, compilation, entering and leaving machine code. See `state.rs`.

mod calls;
mod compilation;
mod facts;
mod force;
mod fusion;
mod heat;
mod interpreter;
mod lend;
mod links;
mod log;
mod materialise;
mod megamorphic;
mod optimise;
mod place;
pub mod report;
mod rest;
mod retirement;
mod state;
mod unit;
mod waiting;

pub use interpreter::Interpreter;
pub use metatrace_opt::FieldFacts;
pub use state::{OFF_VISITS, WarmState};
