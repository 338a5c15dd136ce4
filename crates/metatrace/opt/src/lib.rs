//! The trace optimizer: one forward walk over a recorded trace through a visible list of passes.
//!
//! ```text
//! recorded op --operands mapped--> intbounds -> rewrite -> guards -> virtualize -> pure -> heap --> unit
//!                                  (each pass: let it through, change it, answer it, drop it)
//! ```
//!
//! Entry points: [`optimize_loop`], [`optimize_bridge`], [`optimize_function`], [`optimize_linear`]. All return an [`Optimized`] unit with
//! a [`LabelContract`] per label, which is what later traces need in order to enter that label.
//!
//! Reading order: `passes.rs` (the list), `pass.rs` (what a pass is), `cx.rs` (the walk and its state), the passes,
//! then `state.rs`, `short.rs`, `sink.rs` and `unroll.rs` for loops, `bridge.rs`, `linear.rs` and `entry.rs` for
//! functions, `dce.rs`.
//!
//! Descends from RPython's `metainterp/optimizeopt`; what differs is said in each file.

pub mod bounds;
mod bridge;
mod contract;
mod cx;
mod dce;
mod entry;
mod env;
mod exit_facts;
mod fit;
mod fold;
mod force;
mod fuse;
#[cfg(test)]
mod golden;
mod guards;
mod heap;
mod info;
mod intbounds;
mod joins;
mod layouts;
mod linear;
mod pass;
mod passes;
mod pure;
mod rewrite;
mod short;
mod shots;
mod sink;
mod state;
mod strengthen;
mod unroll;
mod virtualize;
mod virtuals;

pub use bridge::{ParentExit, optimize_bridge};
pub use contract::{Closing, LabelContract, Optimized, Options, Position, Stats};
pub use cx::Cx;
pub use entry::{EntryContract, EntryParam, OwnEntry, SpecialEntry};
pub use env::{Coding, Env, FieldFacts, PlainEnv};
pub use exit_facts::ExitFacts;
pub use fold::fold;
pub use fuse::{Fused, Piece, fuse};
pub use info::{Info, TagSet};
pub use linear::{optimize_function, optimize_linear};
pub use pass::{Flow, InvalidLoop, OpcodeSet, Pass, Pending, learns_nothing};
pub use passes::{PASSES, Switches, UnknownPass};
pub use short::{Short, ShortArg, ShortArgs};
pub use state::{Facts, Node, NodeId, State};
pub use unroll::optimize_loop;
pub use virtuals::{VirtualValue, Virtuals};
