//! The special methods that `with` looks up.

use python_compile::opcode::SpecialMethod;
use python_model::names::Name;
use python_model::py::{Py, Result};
use python_model::value::Word;

/// The name of an operand of `LOAD_SPECIAL`.
pub fn name(which: u32) -> Name {
    match SpecialMethod::from_operand(which) {
        Some(SpecialMethod::Enter) | None => Name::Enter,
        Some(SpecialMethod::Exit) => Name::Exit,
        Some(SpecialMethod::AEnter) => Name::AEnter,
        Some(SpecialMethod::AExit) => Name::AExit,
    }
}

/// The bound method. Errors: `TypeError` that the object is no context manager.
pub fn load(py: Py, value: Word, which: u32) -> Result {
    let name = name(which);
    if let Some(method) = py.special(value, name)? {
        return Ok(method);
    }
    let class = py.type_of(value);
    let has = |name: Name| class.lookup(py, name).is_some();
    let text = class.name.borrow();
    let is_async = matches!(name, Name::AEnter | Name::AExit);
    let protocol = if is_async { "asynchronous context manager" } else { "context manager" };
    let missing = name.text();
    // The other protocol is what was meant, if the object has it.
    let hint = match is_async {
        false if has(Name::AEnter) && has(Name::AExit) => {
            " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?"
        }
        true if has(Name::Enter) && has(Name::Exit) => {
            " but it supports the context manager protocol. Did you mean to use 'with'?"
        }
        _ => "",
    };
    Err(py.type_error(format!(
        "'{text}' object does not support the {protocol} protocol{}",
        if hint.is_empty() {
            format!(" (missed {missing} method)")
        } else {
            format!(" (missed {missing} method){hint}")
        }
    )))
}
