//! Python's numbers as algorithms on plain values: no heap, no interpreter.
//!
//! The object model is a thin layer over this crate. Integers are `i64` where they fit and [`IBig`] where they do not; functions
//! on `i64` answer `None` when the result needs the other. Errors are typed; their texts are CPython 3.14's.

pub mod bits;
pub mod combinatorics;
pub mod complex;
pub mod decimal;
pub mod division;
pub mod error;
mod fixed_point;
pub mod float_hex;
pub mod float_ops;
pub mod float_parse;
pub mod float_text;
pub mod hash;
pub mod int;
pub mod int_bytes;
pub mod int_float;
pub mod int_text;
pub mod math_special;
pub mod math_sums;
pub mod mersenne_twister;
pub mod power;
pub mod product;
pub mod roots;
pub mod siphash;

pub use dashu_int::{IBig, Sign, UBig};
pub use error::{ArithmeticError, ExceptionKind};
pub use int::Int;
