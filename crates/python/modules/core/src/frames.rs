//! The frame that called a builtin: its globals and its local variables.

use python_model::frames::FrameView;
use python_model::py::{Py, Result};
use python_model::value::*;

/// Globals of the innermost Python frame; `None` outside of all.
pub fn globals(py: Py) -> Option<Word> {
    let mut found = None;
    (py.vm().hooks.visit_frames)(py, &mut |view: FrameView| {
        found = Some(view.code.globals_word());
        false
    });
    found
}

/// `locals()` of the innermost Python frame: the namespace of a module or class body as it is, a fresh dict for a function.
pub fn locals(py: Py) -> Result<Option<Word>> {
    let mut result = Ok(None);
    (py.vm().hooks.visit_frames)(py, &mut |view: FrameView| {
        result = locals_of(py, &view).map(Some);
        false
    });
    result
}

/// Local variables of a frame.
pub fn locals_of(py: Py, view: &FrameView) -> Result {
    python_model::frame_variables::locals(py, view.code, view.pc, view.slot)
}

/// The `depth`-th frame from the innermost, as a value. `None`: the stack is not that deep.
pub fn frame_object(py: Py, depth: usize) -> Result<Option<Word>> {
    Ok(python_model::frames::running(py, depth)?.map(word))
}
