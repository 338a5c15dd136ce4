//! Warnings, by way of the `warnings` module if it can be imported.

use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

/// A `ResourceWarning`: something was not closed. Errors: if warnings are errors.
pub fn resource(py: Py, text: &str, source: Word) -> Result<()> {
    let Some(warnings) = py.imported("warnings")? else { return Ok(()) };
    let warn = py.get_attr(warnings, py.intern("warn")?)?;
    let text = py.str(text)?;
    py.call(warn, &[text, py.ty(Ty::ResourceWarning).word(), small_int(1), source])?;
    Ok(())
}

/// A warning of a class. Errors: if warnings are errors.
pub fn warn(py: Py, class: Ty, text: &str) -> Result<()> {
    let warnings = match py.imported("warnings")? {
        Some(warnings) => warnings,
        None => py.import("warnings")?,
    };
    let warn = py.get_attr(warnings, py.intern("warn")?)?;
    let text = py.str(text)?;
    py.call(warn, &[text, py.ty(class).word()])?;
    Ok(())
}
