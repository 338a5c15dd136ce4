//! Python's objects and what the runtime does with them: layouts, classes, maps, dicts, the object protocol.
//!
//! Concrete and without a machine: the interpreter (which is generic over one) and the runtime modules both build on this crate.
//! Read [`py`] first, then [`objects`] and [`types`].

pub mod attribute;
pub mod audit;
pub mod blocking;
pub mod bootstrap;
pub mod byte_array;
pub mod calm;
pub mod class;
pub mod class_variables;
pub mod classes;
pub mod clock;
pub mod code;
pub mod compact;
pub mod dict;
pub mod exceptions;
pub mod exports;
pub mod foreign;
pub mod frame_variables;
pub mod frames;
pub mod function_stability;
pub mod functions;
pub mod generator;
pub mod generic;
pub mod gil;
mod growing_text;
pub mod index_caches;
pub mod instance;
pub mod int_literal;
pub mod iterators;
pub mod jit_control;
pub mod layout;
pub mod lists;
pub mod maps;
pub mod module_errors;
pub mod modules;
pub mod names;
pub mod namespace;
pub mod native;
pub mod native_runs;
pub mod objects;
pub mod observation;
pub mod operators;
pub mod outside;
pub mod plain;
pub mod protocol;
pub mod py;
mod signature;
mod site;
pub mod string_note;
pub mod strings;
pub mod suggest;
pub mod symbols;
pub mod two_words;
pub mod types;
pub mod unraisable;
pub mod value;
pub mod vm;
pub mod wait_queue;
mod warning;

pub use crate::native::Args;
pub use crate::py::{Py, Result};
pub use crate::types::{Ty, TypeRef};
pub use crate::value::Word;
