//! `-X importtime`: how long each import takes, written to the standard error stream in CPython's words when it has ended: by itself, and
//! with what it imported in turn, which is indented further and comes before it.
//!
//! What is imported from the library in the executable takes a short way (`shortcut.rs`), and modules that come with the interpreter are
//! not all the same: the list of a start is another one than CPython's.

use python_model::py::{Py, Result};
use std::cell::Cell;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

/// What is written of imports.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Wanted {
    #[default]
    Nothing,
    Loaded,
    /// Those of modules that are there already, too.
    All,
}

/// The imports under way.
#[derive(Default)]
pub struct Times {
    pub wanted: Cell<Wanted>,
    has_header: Cell<bool>,
    depth: Cell<usize>,
    /// What imports within the innermost one took.
    within: Cell<Duration>,
}

impl Times {
    /// Writes a line. The stream may be closed: an import does not fail for that.
    fn write(&self, line: &str) {
        let mut text = String::new();
        if !self.has_header.replace(true) {
            text.push_str("import time: self [us] | cumulative | imported package\n");
        }
        text.push_str(line);
        let _: std::io::Result<()> = std::io::stderr().write_all(text.as_bytes());
    }
}

/// Does what imports the module of this name.
pub fn measured(py: Py, name: &str, import: impl FnOnce() -> Result) -> Result {
    let times = py.vm().state::<Times>();
    if times.wanted.get() == Wanted::Nothing {
        return import();
    }
    let (depth, outer) = (times.depth.get(), times.within.take());
    times.depth.set(depth + 1);
    let started = Instant::now();
    let result = import();
    let taken = started.elapsed();
    times.depth.set(depth);
    let own = taken.saturating_sub(times.within.replace(outer + taken));
    let mut line = String::new();
    let (own, all, indent) = (microseconds(own), microseconds(taken), 2 * depth);
    writeln!(line, "import time: {own:9} | {all:10} | {:indent$}{name}", "").expect("strings take all");
    times.write(&line);
    result
}

/// A module was there already.
pub fn cached(py: Py, name: &str) {
    let times = py.vm().state::<Times>();
    if times.wanted.get() == Wanted::All {
        times.write(&format!("import time: cached    | cached     | {name:>0$}\n", 2 * times.depth.get()));
    }
}

/// Rounded up.
fn microseconds(time: Duration) -> u128 {
    time.as_nanos().div_ceil(1000)
}
