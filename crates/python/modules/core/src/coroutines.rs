//! What `sys` says about coroutines and asynchronous generators: the hooks of event loops, and where coroutines were made.
//!
//! All of it is of the thread. What asks for it is in [`python_model::generator`].

use crate::structseq::{self, Structure};
use python_model::native::{Args, NativeDef, def, raw};
use python_model::py::{Py, Result};
use python_model::value::*;

pub static FUNCTIONS: &[NativeDef] = &[
    def(
        "get_asyncgen_hooks",
        "($module, /)",
        "Return the installed asynchronous generators hooks.\n\nThis returns a namedtuple of the form (firstiter, finalizer).",
        |py, _| {
            let class = structseq::define(py, HOOKS)?;
            let hooks = &py.thread().async_generator_hooks;
            structseq::new(py, class, &[hooks[0].get(), hooks[1].get()])
        },
    ),
    raw(
        "set_asyncgen_hooks",
        "",
        "set_asyncgen_hooks([firstiter] [, finalizer])\n\nSet a finalizer for async generators objects.",
        set_hooks,
    ),
    def(
        "get_coroutine_origin_tracking_depth",
        "($module, /)",
        "Check status of origin tracking for coroutine objects in this thread.",
        |py, _| py.int(py.thread().origin_depth.get() as i64),
    ),
    def(
        "set_coroutine_origin_tracking_depth",
        "($module, /, depth)",
        "Enable or disable origin tracking for coroutine objects in this thread.\n\nCoroutine objects will track 'depth' frames of traceback information\nabout where they came from, available in their cr_origin attribute.\n\nSet a depth of 0 to disable.",
        |py, a| match usize::try_from(py.index(a[0])?) {
            Ok(depth) => {
                py.thread().origin_depth.set(depth);
                Ok(NONE)
            }
            Err(_) => Err(py.value_error("depth must be >= 0")),
        },
    ),
];

const HOOKS: Structure = Structure::plain(
    "builtins",
    "asyncgen_hooks",
    "asyncgen_hooks\n\nA named tuple providing information about asynchronous\ngenerators hooks.  The attributes are read only.",
    NAMES,
);

const NAMES: &[&str] = &["firstiter", "finalizer"];

fn set_hooks(py: Py, args: Args) -> Result {
    let count = args.words.len();
    if count > NAMES.len() {
        return Err(py.type_error(format!("function takes at most 2 arguments ({count} given)")));
    }
    let mut hooks = [UNSET; 2];
    hooks[..args.positional_count()].copy_from_slice(args.positionals());
    for (name, hook) in args.named() {
        let name = name.to_text();
        match NAMES.iter().position(|known| *known == name) {
            Some(at) => hooks[at] = hook,
            None => {
                return Err(
                    py.type_error(format!("this function got an unexpected keyword argument '{name}'"))
                );
            }
        }
    }
    for (name, &hook) in NAMES.iter().zip(&hooks) {
        if hook != UNSET && hook != NONE && !py.is_callable(hook) {
            return Err(py.type_error(format!("callable {name} expected, got {}", py.type_name(hook))));
        }
    }
    for (cell, &hook) in py.thread().async_generator_hooks.iter().zip(&hooks) {
        if hook != UNSET {
            cell.set(hook);
        }
    }
    Ok(NONE)
}
