//! What is looked at between two turns of a loop, and before some calls: other threads that wait for their turn, signals, finalizers,
//! cleared weak references.

use python_model::names::Name;
use python_model::py::{Py, Result};
use python_model::value::word;
use std::cell::RefCell;
use std::sync::atomic::Ordering::Relaxed;

/// The requests that a poll serves.
pub use python_model::py::WAITING;

/// Called at a poll.
pub type Poller = fn(Py) -> Result<()>;

/// What runtime modules want to be called for at a poll (signal handlers, callbacks of weak references).
#[derive(Default)]
pub struct Pollers {
    pub functions: RefCell<Vec<Poller>>,
}

/// Address of the word with the thread's requests.
pub fn requests_address(py: Py) -> usize {
    std::ptr::from_ref(&py.mutator().request) as usize
}

/// Whether anything waits.
#[inline(always)]
pub fn is_due(py: Py) -> bool {
    py.is_poll_due()
}

/// Runs what waits. Errors: what a signal handler raises.
#[cold]
pub fn poll(py: Py) -> Result<()> {
    let requests = py.mutator().request.fetch_and(!WAITING, Relaxed);
    if requests & python_model::gil::REQUEST_SWITCH != 0 {
        py.yield_turn();
    }
    while let Some(object) = py.mutator().next_finalizable() {
        let value = word(object);
        let pending = py.context().raised.replace(0);
        if let Err(raised) = py.call_special(value, Name::Del, &[]).map(|_| ()) {
            let _ = raised;
            let exception = py.take_raised();
            let message = "Exception ignored while calling deallocator";
            let function = py.type_of(value).lookup(py, Name::Del).unwrap_or(value);
            python_model::unraisable::report_of(py, exception, function, message);
        }
        py.context().raised.set(pending);
    }
    let pollers = py.vm().state::<Pollers>().functions.borrow().clone();
    for poller in pollers {
        poller(py)?;
    }
    Ok(())
}
