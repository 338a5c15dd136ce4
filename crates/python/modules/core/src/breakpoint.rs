//! `breakpoint()`, and what it calls: `sys.breakpointhook`, which asks `PYTHONBREAKPOINT` for a debugger (PEP 553).

use python_model::dict;
use python_model::native::{Args, NativeDef, raw};
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

pub static BREAKPOINT: NativeDef =
    raw("breakpoint", "(*args, **kws)", "Call sys.breakpointhook(*args, **kws).", |py, args| {
        let hook = match as_object::<Dict>(py.vm().sys.get()) {
            Some(sys) => dict::get_symbol(py, sys, py.intern("breakpointhook")?),
            None => None,
        };
        match hook {
            Some(hook) => py.call_args(hook, args),
            None => Err(py.runtime_error("lost sys.breakpointhook")),
        }
    });

pub static HOOK: NativeDef = raw(
    "breakpointhook",
    "(*args, **kwargs)",
    "This hook function is called by built-in breakpoint().",
    breakpoint_hook,
);

/// Calls the function that the environment names as `module.function`, or as a builtin; `0` is none.
/// A name that cannot be imported is a `RuntimeWarning`, not an error.
fn breakpoint_hook(py: Py, args: Args) -> Result {
    let named = std::env::var("PYTHONBREAKPOINT").unwrap_or_default();
    let name = match named.as_str() {
        "0" => return Ok(NONE),
        "" => "pdb.set_trace",
        name => name,
    };
    let (module, function) = name.rsplit_once('.').unwrap_or(("builtins", name));
    let found = if module.is_empty() || function.is_empty() {
        None
    } else {
        match py.import(module).and_then(|_| py.import_from(module, function)) {
            Ok(function) => Some(function),
            Err(_) if py.take_if(Ty::ImportError).is_some() || py.take_if(Ty::AttributeError).is_some() => {
                None
            }
            Err(raised) => return Err(raised),
        }
    };
    match found {
        Some(function) => py.call_args(function, args),
        None => {
            py.warn(Ty::RuntimeWarning, &format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{named}\""), 1)?;
            Ok(NONE)
        }
    }
}
