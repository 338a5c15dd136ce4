//! What a program may ask of the JIT of the interpreter, if there is one: the runtime does not know it, modules do not know the toolkit.

use crate::py::Py;
use std::cell::Cell;

/// The JIT, as the module `pypyjit` sees it.
pub trait JitControl {
    /// Changes parameters, as `--jit` does. Errors: the item that means nothing, and what was expected.
    fn set_params(&self, text: &str) -> Result<(), String>;
    /// What was counted, by the names of the summary in the log.
    fn counters(&self) -> Vec<(String, u64)>;
    /// Seconds spent, by the names of the summary.
    fn times(&self) -> Vec<(String, f64)>;
    fn parameters(&self) -> Vec<Parameter>;
    /// Throws all machine code away.
    fn release_all(&self);
}

/// A parameter of the JIT.
pub struct Parameter {
    pub name: &'static str,
    pub default: u64,
    pub meaning: &'static str,
}

#[derive(Default)]
struct Slot(Cell<Option<*const dyn JitControl>>);

/// Makes the JIT known, or forgets it.
///
/// # Safety
/// It is alive until it is forgotten.
pub unsafe fn set(py: Py, control: Option<*const dyn JitControl>) {
    py.vm().state::<Slot>().0.set(control);
}

/// The JIT of the interpreter.
pub fn of(py: Py<'_>) -> Option<&dyn JitControl> {
    // SAFETY: contract of `set`.
    py.vm().state::<Slot>().0.get().map(|control| unsafe { &*control })
}
