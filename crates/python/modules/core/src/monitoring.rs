//! `sys.monitoring`: the names of its events and tools, which debuggers and profilers of the library read when they are imported.
//!
//! Limits: no event is delivered, and no tool can be registered: the functions are not there.

use python_model::dict;
use python_model::modules::NativeModule;
use python_model::objects::SimpleNamespace;
use python_model::py::Py;
use python_model::value::*;

const TOOLS: &[(&str, i64)] =
    &[("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)];

/// In the order of their bits.
const EVENTS: &[&str] = &[
    "PY_START",
    "PY_RESUME",
    "PY_RETURN",
    "PY_YIELD",
    "CALL",
    "LINE",
    "INSTRUCTION",
    "JUMP",
    "BRANCH_LEFT",
    "BRANCH_RIGHT",
    "STOP_ITERATION",
    "RAISE",
    "EXCEPTION_HANDLED",
    "PY_UNWIND",
    "PY_THROW",
    "RERAISE",
    "C_RETURN",
    "C_RAISE",
    "BRANCH",
];

pub static MODULE: NativeModule = NativeModule {
    name: "sys.monitoring",
    doc: "",
    functions: &[],
    fill: |py, own| {
        for (name, number) in TOOLS {
            dict::set_symbol(py, own, py.intern(name)?, small_int(*number))?;
        }
        let events = events(py)?;
        dict::set_symbol(py, own, py.intern("events")?, events)
    },
};

fn events(py: Py) -> python_model::py::Result {
    let named = dict::new(py)?;
    for (bit, name) in EVENTS.iter().enumerate() {
        dict::set_symbol(py, named, py.intern(name)?, small_int(1 << bit))?;
    }
    dict::set_symbol(py, named, py.intern("NO_EVENTS")?, small_int(0))?;
    let namespace = SimpleNamespace { header: heap::Header::EMPTY, dict: heap::Slot::new(Some(named)) };
    Ok(word(py.alloc(namespace)?))
}
