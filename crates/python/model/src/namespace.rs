//! Namespaces: dicts whose values are variables, so that a global is one load for the interpreter and a constant for a trace.
//!
//! The dict of a module (any dict that serves as the globals of code) holds a [`Variable`] for each name instead of the value;
//! the dict's own code looks through it, so nobody else notices. An instruction that names a global keeps its variable. A
//! name that was looked up and is not there gets a variable without a value: invisible, but when it is bound later the
//! instruction sees that.
//!
//! A variable is taken for constant by traces ([`Binding::stability`]) until it was rebound [`MOST_REBINDS`] times.

use crate::objects::Variable;
use crate::value::{UNSET, Word};
use heap::{Gc, Mutator};
use metatrace_machine::Assumption;
use std::cell::{Cell, RefCell};

/// Rebindings after which a variable is one.
pub const MOST_REBINDS: u32 = 4;

/// What traces know about a variable. Never freed: a variable's address is in machine code.
#[derive(Default)]
pub struct Binding {
    stability: RefCell<Assumption>,
    is_observed: Cell<bool>,
    rebinds: Cell<u32>,
}

/// The binding of a variable.
#[inline(always)]
pub fn binding(variable: Gc<Variable>) -> &'static Binding {
    // SAFETY: set once by `new_variable` to a leaked binding.
    unsafe { &*(variable.binding.get() as usize as *const Binding) }
}

/// A variable. GC: may collect.
pub fn new_variable(mutator: &Mutator, value: Word) -> Result<Gc<Variable>, heap::OutOfMemory> {
    let binding: &'static Binding = Box::leak(Box::default());
    let variable = mutator.alloc(Variable {
        header: heap::Header::EMPTY,
        value: heap::WordSlot::new(value),
        binding: Cell::new(std::ptr::from_ref(binding) as usize as i64),
    })?;
    Ok(variable)
}

/// Binds a variable anew.
#[inline]
pub fn set(mutator: &Mutator, variable: Gc<Variable>, value: Word) {
    binding(variable).rebound(variable.value.get() != UNSET);
    variable.value.set(mutator, variable, value);
}

impl Binding {
    /// What a trace depends on that takes the variable's value for constant; `None` if it changes too often.
    pub fn stability(&self) -> Option<Assumption> {
        self.is_observed.set(true);
        (self.rebinds.get() < MOST_REBINDS).then(|| self.stability.borrow().clone())
    }

    #[inline]
    fn rebound(&self, had_value: bool) {
        if had_value {
            self.rebinds.set(self.rebinds.get().saturating_add(1));
        }
        if self.is_observed.get() {
            self.is_observed.set(false);
            self.stability.replace(Assumption::new()).invalidate();
        }
    }
}
