//! That functions stay as they were made: what traces take for granted of the functions that they know.
//!
//! `__code__` and `__defaults__` may be assigned, so a trace that calls a function it knows would have to look at both each time. Hardly any
//! program assigns them once it is hot. One assumption is for all functions: testing it once is enough for all that a trace calls.

use metatrace_machine::Assumption;
use std::cell::{Cell, RefCell};

/// Assignments that traces had to be given up for, after which they look at the functions again.
const MOST_CHANGES: u32 = 16;

/// See the module header.
#[derive(Default)]
pub struct FunctionStability {
    assumption: RefCell<Assumption>,
    is_observed: Cell<bool>,
    changes: Cell<u32>,
}

impl FunctionStability {
    /// What a trace depends on that takes code and defaults of a function for constant; `None` if they change too often.
    pub fn assumption(&self) -> Option<Assumption> {
        self.is_observed.set(true);
        (self.changes.get() < MOST_CHANGES).then(|| self.assumption.borrow().clone())
    }

    /// The code or the defaults of a function that exists have been assigned.
    pub fn changed(&self) {
        if self.is_observed.replace(false) {
            self.changes.set(self.changes.get().saturating_add(1));
            self.assumption.replace(Assumption::new()).invalidate();
        }
    }
}
