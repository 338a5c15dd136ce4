//! The textual form of traces, for logs, golden tests and bug reports.
//!
//! ```text
//! ; comments run to the end of the line
//! label 0 (%1: value, %2: value)
//! at main@3
//! guard_tag[int] %1 @s0
//! %5 = unbox_int %1
//! %6 = int_add_ovf %5, 1 @s0
//! %7 = load_field[point.x] %p
//! %8:int = call_trace[fib] (%7) @s1
//! %9 = box_int %8
//! jump 0 (%9, %2)
//! snapshot @s0 execute
//!   frame main@3 {0: %1, 2: !0}
//!   frame callee@9/1 {0: 'none}
//!   store[point.y] %7, %5
//! snapshot @s1 deliver %8
//!   frame main@3 {0: %1}
//! virtual !0 = object[point, 32] {point.x: %5, point.y: 2.5}
//! ```
//!
//! A guard of a fused unit that goes to a label of the unit when it fails is written `guard_true %5 @s0 goto 3`.
//!
//! One operation a line. What an opcode's auxiliary word says (field, layout, tag, callee, label) stands in
//! brackets, then the arguments, then the snapshot. Results are `%name`; the kind is written (`%8:int`) only
//! where opcode and arguments do not decide it. Constants: `5` int, `5.0` or `float(0x7ff8000000000001)` float,
//! `true`, `null` or `ref(0x10)`, and tagged words as `'5`, `'2.5`, `'true`, `'none`, `'unset` (when the table knows the
//! encoding) or `value(0x10)`. `frame code@pc/continuation` lists frames outermost first.
//!
//! Printing is canonical: results are named by their operation's index, snapshots and virtuals by their first
//! use, and unused ones are left out, so print ∘ parse is the identity on printed text. The parser accepts any
//! names and order of snapshots and virtuals.

mod lex;
mod names;
mod parse;
mod print;

pub use lex::ParseError;
pub use names::DescrTable;
pub use parse::parse;
pub(crate) use print::derived_kind;
pub use print::{print, print_op};
