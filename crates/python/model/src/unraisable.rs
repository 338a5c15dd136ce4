//! Exceptions that nobody can catch: in `__del__`, in callbacks.

use crate::py::{Py, Result};
use crate::value::{NONE, Word};

/// The same for what a function raised that the runtime called: the message names it.
pub fn report_of(py: Py, exception: Word, function: Word, message: &str) {
    let shown = py.repr_text(function).unwrap_or_else(|_| {
        py.take_raised();
        "<object repr() failed>".into()
    });
    report(py, exception, NONE, &format!("{message} {shown}"));
}

/// Tells `sys.unraisablehook`, or the standard error stream if there is none.
pub fn report(py: Py, exception: Word, object: Word, message: &str) {
    let handled = (|| -> Result<bool> {
        let Some(sys) = py.imported("sys")? else { return Ok(false) };
        let Some(hook) = py.get_attr_opt(sys, py.intern("unraisablehook")?)? else { return Ok(false) };
        let class = py.type_of(exception).word();
        let traceback = crate::exceptions::state(exception).map_or(NONE, |state| state.traceback.get());
        let text = py.str(message)?;
        let make = py.get_attr_opt(sys, py.intern("UnraisableHookArgs")?)?;
        let Some(make) = make else { return Ok(false) };
        let fields = py.new_tuple(&[class, exception, traceback, text, object])?;
        let args = py.call(make, &[fields])?;
        py.call(hook, &[args])?;
        Ok(true)
    })();
    if !matches!(handled, Ok(true)) {
        if handled.is_err() {
            py.take_raised();
        }
        let shown = py.repr_text(exception).unwrap_or_else(|_| {
            py.take_raised();
            String::from("<exception>")
        });
        eprintln!("{message}: {shown}");
    }
}
