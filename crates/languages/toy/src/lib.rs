//! Toy: a small dynamic language with a tracing JIT, and the example that the tutorial builds.
//!
//! Source text → [`lexer`] → [`parser`] → [`scope`] → [`compile`] → [`bytecode`] with [`liveness`] → [`vm`] → [`interp`] with [`operators`],
//! which works on [`objects`] shaped by [`maps`] and calls [`runtime`]. [`jit`] ties it to the toolkit, [`engine`] runs it all.

pub mod ast;
pub mod builtins;
pub mod bytecode;
pub mod compile;
pub mod engine;
pub mod interp;
pub mod intrinsics;
pub mod jit;
pub mod lexer;
pub mod listing;
pub mod liveness;
pub mod maps;
pub mod objects;
pub mod operators;
pub mod parser;
pub mod runtime;
pub mod scope;
pub mod source;
pub mod values;
pub mod variables;
pub mod vm;
