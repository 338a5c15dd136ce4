//! What the tests of several crates share: golden files, transcripts of programs, and random traces with an oracle.
//!
//! Never a dependency of anything but tests.

pub mod clock;
pub mod diff;
pub mod golden;
pub mod random;
pub mod rng;
pub mod transcript;

pub use rng::Rng;
