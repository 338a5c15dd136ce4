//! Streams: `_io`, and the standard streams of the process.
//!
//! Layers as in PEP 3116: raw files ([`file_io`]), buffers ([`buffered`], [`pair`]), text ([`text_io`]), and the two that live in memory
//! ([`bytes_io`], [`string_io`]). Each object is an instance whose payload is a Rust value with the state ([`object`]). Between two exact
//! objects of this crate no Python-level call is made; anything else is called through its methods.
//!
//! Buffers are locked against other threads; calls into an object that is busy from the same thread (from a signal handler, or from the stream
//! below) raise `RuntimeError` as in CPython.

mod base;
mod buffered;
mod buffered_methods;
mod bytes_io;
mod codec;
mod cookie;
mod file_io;
mod newlines;
mod object;
mod open;
mod pair;
pub mod stdio;
mod string_io;
mod system;
mod text_io;
mod text_methods;

use python_model::modules::NativeModule;

/// All modules of this crate, to be found by name.
pub static MODULES: &[&NativeModule] = &[&open::MODULE];
