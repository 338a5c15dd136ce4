//! The runtime modules that the interpreter itself needs: `builtins`, `sys`, … One file each.

pub mod abc;
pub mod breakpoint;
pub mod builtins;
pub mod contextvars;
pub mod coroutines;
pub mod errno;
pub mod evaluation;
mod events;
pub mod frames;
pub mod functools;
pub mod gc;
pub mod import_;
pub mod itertools;
mod jit;
mod jumps;
pub mod library;
pub mod local_time;
pub mod locale;
pub mod marshal;
pub mod math;
pub mod monitoring;
pub mod operator;
pub mod os_error;
pub mod places;
pub mod stdlib_names;
pub mod structseq;
pub mod sum;
pub mod sys;
pub mod text;
pub mod thread;
pub mod time;
pub mod traceback;
pub mod tracemalloc;
mod tracing;

pub use python_text::surrogates;

use python_model::modules::NativeModule;

/// All modules of this crate, to be found by name. `builtins` and `sys` are made at the start.
pub static MODULES: &[&NativeModule] = &[
    &abc::MODULE,
    &contextvars::MODULE,
    &errno::MODULE,
    &functools::MODULE,
    &gc::MODULE,
    &import_::imp::MODULE,
    &itertools::MODULE,
    &jit::MODULE,
    &jit::PYPY_MODULE,
    &marshal::MODULE,
    &math::MODULE,
    &operator::MODULE,
    &thread::MODULE,
    &time::MODULE,
    &tracemalloc::MODULE,
];
