//! The warm state: counters, compilation, entering and leaving machine code. See `state.rs`.

mod compilation;
mod facts;
mod interpreter;
mod links;
mod log;
mod materialise;
mod native_stack;
mod optimise;
mod place;
mod state;
mod unit;

pub use interpreter::Interpreter;
pub use state::WarmState;
