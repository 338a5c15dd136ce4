//! Class attributes that programs count with: `Task.made += 1`.
//!
//! Whoever looks at a class (caches, traces) takes its attributes for constant until it changes, and everything that is compiled for its
//! instances depends on that. So an attribute that is assigned again and again would undo all of it each time. Once a class has been changed a
//! few times, its namespace holds variables ([`crate::namespace`]), and assigning one that is, and stays, a plain value is no change of the class: those
//! who want the value load the variable. (PyPy's cells in class dictionaries do the same.)
//!
//! A value is plain here if getting it from the class or an instance yields the value itself, whatever happens to other classes. Names with two
//! underscores in front are left out: they mean something to the runtime.

use crate::attribute::is_never_bound;
use crate::dict;
use crate::objects::{Dict, Variable};
use crate::py::{Py, Result};
use crate::symbols::Symbol;
use crate::types::TypeRef;
use crate::value::{UNSET, Word};
use heap::Gc;

/// Changes of a class from which on its attributes are variables: most classes are changed a few times when they are made, by decorators.
const CHANGES_FOR_VARIABLES: u32 = 8;

/// Assigns an attribute that the class itself has; whether that was done, and is no change of the class. Errors: no memory.
pub(crate) fn assign(py: Py, class: TypeRef, names: Gc<Dict>, name: Symbol, value: Word) -> Result<bool> {
    if !is_counted_with(py, name) || value == UNSET || !is_never_bound(py, value) {
        return Ok(false);
    }
    let is_plain_now = dict::get_symbol(py, names, name).is_some_and(|old| is_never_bound(py, old));
    if !is_plain_now {
        return Ok(false);
    }
    if !names.is_namespace() {
        if class.changes() < CHANGES_FOR_VARIABLES {
            return Ok(false);
        }
        // This is a change: whoever took the attributes for constant learns that some are not.
        dict::make_namespace(py, names)?;
        return Ok(false);
    }
    dict::set_symbol(py, names, name, value)?;
    Ok(true)
}

/// The variable of an attribute, if the class or a base has it in one and its value is plain. Holds until the class changes.
pub fn find(py: Py, class: TypeRef, name: Symbol) -> Option<Gc<Variable>> {
    let (owner, value) = class.lookup_where(py, name)?;
    own(py, owner, name).filter(|_| is_never_bound(py, value))
}

/// The same of an attribute that the class itself has. What is assigned to it must be plain, too.
pub fn own(py: Py, class: TypeRef, name: Symbol) -> Option<Gc<Variable>> {
    let names = class.object().dict.get()?;
    if !is_counted_with(py, name) || !names.is_namespace() {
        return None;
    }
    let value = dict::get_symbol(py, names, name)?;
    // It is there: no variable is made.
    dict::variable(py, names, name).ok().filter(|_| is_never_bound(py, value))
}

fn is_counted_with(py: Py, name: Symbol) -> bool {
    !py.vm().symbols.text(name).as_bytes().starts_with(b"__")
}
