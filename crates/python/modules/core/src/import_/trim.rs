//! Tracebacks of failed imports do not show the import system.
//!
//! Of an `ImportError` all its entries go; of another exception, which a module raised while it ran, those between the import and the module,
//! which end with a call of `_call_with_frames_removed`. Nothing goes with `-v`.
//! Source: CPython 3.14, `remove_importlib_frames` of `Python/import.c`.

use heap::Gc;
use metatrace_machine::Raised;
use python_model::code::Code;
use python_model::exceptions::state;
use python_model::objects::Traceback;
use python_model::py::{Py, list_push};
use python_model::types::Ty;
use python_model::value::*;

/// Takes the import system's entries out of the traceback of the pending exception.
pub fn remove_importlib_frames(py: Py, raised: Raised) -> Raised {
    let exception = py.context().raised.get();
    let Some(state) = state(exception) else { return raised };
    if is_verbose(py) {
        return raised;
    }
    let removes_all = py.is_a(exception, Ty::ImportError);
    // What stays: entries, and those of the import system that may still turn out to go.
    let Ok(kept) = py.new_list(8) else { return raised };
    let mut open = 0;
    let mut at = state.traceback.get();
    while let Some(entry) = as_object::<Traceback>(at) {
        let code = Code::at(entry.code.get() as u64);
        let filename = code.info.filename();
        let is_importlib = matches!(filename, super::start::BOOTSTRAP_FILE | super::start::EXTERNAL_FILE);
        if is_importlib {
            open += 1;
        } else {
            open = 0;
        }
        if list_push(py, kept, word(entry)).is_err() {
            return raised;
        }
        if is_importlib && (removes_all || &*code.object().name == "_call_with_frames_removed") {
            kept.length.set((kept.len() - open) as i64);
            open = 0;
        }
        at = entry.next.get();
    }
    let mut next = NONE;
    for index in (0..kept.len()).rev() {
        let entry: Gc<Traceback> = as_object(kept.item(index)).expect("put there above");
        entry.next.set(py.mutator(), entry, next);
        next = word(entry);
    }
    state.traceback.set(py.mutator(), state, next);
    raised
}

fn is_verbose(py: Py) -> bool {
    let flag = (|| {
        let flags = super::sys_attribute(py, "flags")?.unwrap_or(NONE);
        let verbose = py.get_attr(flags, py.intern("verbose")?)?;
        py.truth(verbose)
    })();
    flag.unwrap_or_else(|_: Raised| {
        py.take_raised();
        false
    })
}
