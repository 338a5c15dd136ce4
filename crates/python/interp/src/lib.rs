//! The Python interpreter, generic over the machine. Read [`run`] first.

pub mod arith;
pub mod attributes;
pub mod bind;
pub mod calls;
pub mod delivery;
pub mod displays;
pub mod frame;
pub mod functions;
pub mod generators;
pub mod inlined;
pub mod intrinsics;
pub mod items;
pub mod iteration;
pub mod names;
pub mod namespaces;
pub mod nested;
pub mod patterns;
pub mod polling;
pub mod raising;
pub mod residual;
pub mod run;
pub mod served;
mod special;
mod suspension;
pub mod truth;
pub mod unpack;
