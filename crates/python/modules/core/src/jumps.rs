//! `frame.f_lineno = line`: a frame that is shown for a line goes on at another.

use heap::Gc;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

/// [`Hooks::set_line`]: notes where the frame is to go on. What a variable lacks there is None; what the code keeps in temporaries there (the
/// iterator of a loop) must be there now.
pub fn set_line(py: Py, frame: Gc<FrameRef>, value: Word) -> Result<()> {
    let observer = &py.thread().observer;
    if !observer.is_inside.get() || frame.shown().is_none() {
        return Err(py.value_error("f_lineno can only be set in a trace function"));
    }
    if !py.is_a(value, Ty::Int) {
        return Err(py.value_error("lineno must be an integer"));
    }
    let code = frame.code();
    let object = code.object();
    let Some(pc) = FrameRef::while_running(frame, py, |view| view.pc) else {
        return Err(py.value_error("f_lineno can only be set in a trace function"));
    };
    let wanted = py.index(value)?;
    if frame.shown().is_none_or(|(line, _)| line != frame.progress.get() as u32) {
        return Err(py.value_error("can only jump from a 'line' trace event"));
    }
    let count = object.instructions.len() as u32;
    let lines = || (0..count).map(|pc| i64::from(code.line(pc))).filter(|line| *line != 0);
    if wanted < i64::from(object.first_line) {
        return Err(py.value_error(format!("line {wanted} comes before the current code block")));
    }
    let Some(line) = lines().filter(|line| *line >= wanted).min() else {
        return Err(py.value_error(format!("line {wanted} comes after the current code block")));
    };
    let is_start =
        |pc: &u32| i64::from(code.line(*pc)) == line && (*pc == 0 || code.line(*pc) != code.line(*pc - 1));
    let temporaries = || object.first_temporary()..object.register_count as u16;
    let is_reachable = |target: &u32| {
        temporaries().all(|register| {
            !object.liveness.is_live(*target as usize, register)
                || object.liveness.is_live(pc as usize, register)
        })
    };
    let starts: Vec<u32> = (0..count).filter(is_start).collect();
    let Some(target) = starts.iter().copied().find(is_reachable) else {
        return Err(py.value_error("can't jump into the middle of a block"));
    };
    let mut unbound = 0;
    FrameRef::while_running(frame, py, |view| {
        for register in 0..object.first_temporary() {
            let is_unbound = (view.slot)(u32::from(register)) == UNSET;
            if is_unbound && object.liveness.is_live(target as usize, register) {
                (view.set_slot)(u32::from(register), NONE);
                unbound += 1;
            }
        }
    });
    if unbound > 0 {
        let plural = if unbound == 1 { "" } else { "s" };
        let text = format!("assigning None to {unbound} unbound local{plural}");
        py.warn(Ty::RuntimeWarning, &text, 1)?;
    }
    observer.jump.set(Some(target));
    Ok(())
}
