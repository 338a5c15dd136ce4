//! Calls into the operating system: where other threads run ([`Py::blocking`]), and where signal handlers do.
//!
//! A call that a signal interrupts is repeated once the signal's handler has run, unless the handler raised (PEP 475). The
//! interpreter does not know signals: the module that does registers a function here.

use crate::py::{Py, Result};
use std::cell::Cell;
use std::io;

/// Runs the handlers of signals that have arrived.
pub type SignalCheck = fn(Py) -> Result<()>;

/// What is registered.
#[derive(Default)]
pub struct Signals {
    pub check: Cell<Option<SignalCheck>>,
}

/// What calls of the system return: negative if they fail.
pub trait SystemResult: Copy {
    fn is_failure(self) -> bool;
}

impl SystemResult for i32 {
    fn is_failure(self) -> bool {
        self < 0
    }
}

impl SystemResult for i64 {
    fn is_failure(self) -> bool {
        self < 0
    }
}

impl SystemResult for isize {
    fn is_failure(self) -> bool {
        self < 0
    }
}

impl<'a> Py<'a> {
    /// Runs the handlers of signals that have arrived, on the main thread. Errors: what one raises.
    pub fn check_signals(self) -> Result<()> {
        match self.vm().state::<Signals>().check.get() {
            Some(check) => check(self),
            None => Ok(()),
        }
    }

    /// A call of the system that sets `errno` when it fails, repeated as long as signals interrupt it.
    /// The inner error is the system's; the outer one is what a signal handler raised.
    pub fn system_call<T: SystemResult>(self, mut call: impl FnMut() -> T) -> Result<io::Result<T>> {
        loop {
            // The error is read before anything else runs.
            let (value, error) = self.blocking(|| {
                let value = call();
                (value, value.is_failure().then(io::Error::last_os_error))
            });
            match error {
                None => return Ok(Ok(value)),
                Some(error) if error.kind() == io::ErrorKind::Interrupted => self.check_signals()?,
                Some(error) => return Ok(Err(error)),
            }
        }
    }
}
