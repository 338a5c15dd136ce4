//! `_tracemalloc`: how much memory the program uses; not where it was allocated.
//!
//! The heap does not know who allocates: that would be a call for each object, which is made by a few instructions. So tracing counts
//! bytes of the heap's blocks and what objects hold outside of it, from the moment it starts, and there are no traces: a snapshot is empty,
//! and no object knows its traceback. The peak is exact to a block.

use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::value::*;
use std::cell::Cell;

/// Most frames of a traceback that CPython keeps.
const MOST_FRAMES: i64 = u16::MAX as i64;

#[derive(Default)]
struct State {
    /// Frames of a traceback that were asked for; `None`: nothing is traced.
    frames: Cell<Option<i64>>,
    /// Bytes in use when tracing began.
    before: Cell<i64>,
    /// The highest use of the heap that was there before the peak was reset, and what of it counts.
    old_peak: Cell<i64>,
    peak: Cell<i64>,
}

/// Bytes in use, and the most that ever were.
fn used(py: Py) -> (i64, i64) {
    let stats = py.mutator().heap().stats();
    ((stats.used_bytes + stats.external_bytes) as i64, stats.peak_used_bytes as i64)
}

/// Begins to trace, as `-X tracemalloc=frames` does.
pub fn start(py: Py, frames: i64) {
    let state = py.vm().state::<State>();
    if state.frames.get().is_none() {
        state.frames.set(Some(frames));
        let (now, peak) = used(py);
        state.before.set(now);
        state.old_peak.set(peak);
        state.peak.set(now);
    }
}

/// Bytes in use since tracing began, and the most.
fn traced(py: Py) -> (i64, i64) {
    let state = py.vm().state::<State>();
    if state.frames.get().is_none() {
        return (0, 0);
    }
    let (now, highest) = used(py);
    let known = if highest > state.old_peak.get() { highest } else { now };
    state.peak.set(state.peak.get().max(known).max(now));
    let since = |bytes: i64| (bytes - state.before.get()).max(0);
    (since(now), since(state.peak.get()))
}

static FUNCTIONS: &[NativeDef] = &[
    def("start", "(nframe=1, /)", "Start tracing Python memory allocations.", |py, a| {
        let frames = if a[0] == UNSET { 1 } else { py.index(a[0])? };
        if !(1..=MOST_FRAMES).contains(&frames) {
            return Err(py.value_error(format!("the number of frames must be in range [1; {MOST_FRAMES}]")));
        }
        start(py, frames);
        Ok(NONE)
    }),
    def("stop", "()", "Stop tracing Python memory allocations.", |py, _| {
        py.vm().state::<State>().frames.set(None);
        Ok(NONE)
    }),
    def(
        "is_tracing",
        "()",
        "Return True if the tracemalloc module is tracing Python memory allocations.",
        |py, _| Ok(bool_word(py.vm().state::<State>().frames.get().is_some())),
    ),
    def("get_traceback_limit", "()", "Get the maximum number of frames stored in a traceback.", |py, _| {
        py.int(py.vm().state::<State>().frames.get().unwrap_or(1))
    }),
    def("get_traced_memory", "()", "Get the current size and peak size of memory.", |py, _| {
        let (now, peak) = traced(py);
        py.new_tuple(&[py.int(now)?, py.int(peak)?])
    }),
    def("reset_peak", "()", "Set the peak size of memory blocks to the current size.", |py, _| {
        let state = py.vm().state::<State>();
        let (now, highest) = used(py);
        state.old_peak.set(highest);
        state.peak.set(now);
        Ok(NONE)
    }),
    def("clear_traces", "()", "Clear traces of memory blocks.", |py, _| {
        let state = py.vm().state::<State>();
        if let Some(frames) = state.frames.take() {
            start(py, frames);
        }
        Ok(NONE)
    }),
    def("get_tracemalloc_memory", "()", "Get the memory usage of the module itself.", |py, _| py.int(0)),
    def("_get_traces", "()", "Get traces of all memory blocks: there are none.", |py, _| {
        Ok(word(py.new_list(0)?))
    }),
    def(
        "_get_object_traceback",
        "(obj, /)",
        "Get the traceback where an object was allocated: not known.",
        |_, _| Ok(NONE),
    ),
];

pub static MODULE: NativeModule = NativeModule {
    name: "_tracemalloc",
    doc: "Debug module to trace memory blocks allocated by Python.",
    functions: FUNCTIONS,
    fill: |_, _| -> Result<()> { Ok(()) },
};
