//! Audit hooks (PEP 578): functions that are told of what a program does, and may forbid it by raising.
//!
//! A hook can never be removed. Without one an event costs a test. Limits: of CPython's events that its runtime raises, this one raises
//! `import`, `open`, `exec`, `compile` and `sys.addaudithook`; those that modules of the library raise by themselves are as there.

use crate::objects::List;
use crate::py::{Py, Result, list_push};
use crate::types::Ty;
use crate::value::{Word, as_object, word};
use std::cell::Cell;

/// The hooks of an interpreter.
#[derive(Default)]
struct Hooks {
    /// An immortal list, once there is a hook.
    list: Cell<Word>,
}

impl Py<'_> {
    /// Tells the hooks of an event. Errors: what a hook raises, which forbids what the event is about; what making the arguments raises.
    #[inline]
    pub fn audit(self, event: &str, arguments: impl FnOnce(Self) -> Result) -> Result<()> {
        match as_object::<List>(self.vm().state::<Hooks>().list.get()) {
            None => Ok(()),
            Some(hooks) => {
                let arguments = arguments(self)?;
                tell(self, hooks, event, arguments)
            }
        }
    }

    /// Adds a hook, unless one that is there forbids it. Errors: what such a hook raises, if it is more than an `Exception`.
    pub fn add_audit_hook(self, hook: Word) -> Result<()> {
        if let Err(raised) = self.audit("sys.addaudithook", |py| py.new_tuple(&[])) {
            let exception = self.context().raised.get();
            if !self.is_instance(exception, self.ty(Ty::Exception).word())? {
                return Err(raised);
            }
            self.take_raised();
            return Ok(());
        }
        let hooks = &self.vm().state::<Hooks>().list;
        let list = match as_object::<List>(hooks.get()) {
            Some(list) => list,
            None => {
                let list = self.new_list(1)?;
                hooks.set(self.vm().immortal(word(list)));
                list
            }
        };
        list_push(self, list, hook)
    }
}

#[cold]
fn tell(py: Py, hooks: heap::Gc<List>, event: &str, arguments: Word) -> Result<()> {
    let event = py.str(event)?;
    let mut at = 0;
    while at < hooks.len() {
        py.call(hooks.item(at), &[event, arguments])?;
        at += 1;
    }
    Ok(())
}
