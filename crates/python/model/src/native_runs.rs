//! Which parts of a native stack hold nothing that the program can reach.
//!
//! The interpreter's own native frame lives as long as its run, and the words that instructions leave in it are stale at once: what a Python
//! frame needs is in its registers. The collector cannot know that. A collection that the program asks for, and after which it looks which
//! weak references are left, is told by [`dead_stack`]: of each run that is calling a function written in Rust, all between the
//! arguments of that function and the begin of the run's frame.
//!
//! ```text
//!  base …| caller of the run | frame of the run  | arguments | function written in Rust | caller of the next run |…
//!                      address ^   nothing here   ^ call
//! ```
//!
//! Calls that do not note their `call` are left alone: values may lie in native locals of the interpreter during them.

use crate::vm::Thread;
use heap::DeadStack;
use std::cell::Cell;

/// A run of the interpreter, noted by who starts it.
pub struct NativeRun {
    outer: *const NativeRun,
    /// The frame of the run lies below this address.
    address: usize,
    /// [`Runs::call`] of the run below.
    outer_call: usize,
}

/// The runs of a thread.
#[derive(Default)]
pub struct Runs {
    innermost: Cell<Option<*const NativeRun>>,
    /// While a run calls a function written in Rust and has nothing in native locals that it will need: where the arguments of that function
    /// end. Else 0.
    call: Cell<usize>,
    /// Whether that function collects. Whoever relies on it takes it.
    collects: Cell<bool>,
}

impl Runs {
    /// Runs `body`, whose native frames lie below `address`, as the innermost run.
    #[inline(always)]
    pub fn with<T>(&self, address: usize, body: impl FnOnce() -> T) -> T {
        let outer = self.innermost.get();
        let run =
            NativeRun { outer: outer.unwrap_or(std::ptr::null()), address, outer_call: self.call.replace(0) };
        self.innermost.set(Some(&raw const run));
        let result = body();
        self.innermost.set(outer);
        self.call.set(run.outer_call);
        result
    }

    /// Calls `function` from the innermost run, which needs nothing on the native stack above `call`. `collects`: the function collects.
    #[inline(always)]
    pub fn calling<T>(&self, call: usize, collects: bool, function: impl FnOnce() -> T) -> T {
        self.call.set(call);
        if collects {
            self.collects.set(true);
        }
        let result = function();
        self.call.set(0);
        result
    }
}

/// What is dead of the thread's native stack, from its inner end. In a function that collects and that the interpreter itself has called,
/// this is all of it up to the run's begin: the function must hold no reference either.
pub fn dead_stack(thread: &Thread) -> Vec<DeadStack> {
    let runs = &thread.native_runs;
    let mut parts = Vec::new();
    let Some(mut run) = runs.innermost.get() else { return parts };
    if runs.collects.take() {
        // SAFETY: a run is listed as long as it is on the native stack.
        parts.push(0..unsafe { (*run).address });
    }
    loop {
        // SAFETY: as above.
        let NativeRun { outer, outer_call, .. } = unsafe { &*run };
        if outer.is_null() {
            return parts;
        }
        run = *outer;
        if *outer_call != 0 {
            // SAFETY: as above.
            parts.push(*outer_call..unsafe { (*run).address });
        }
    }
}
