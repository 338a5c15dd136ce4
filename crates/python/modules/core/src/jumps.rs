//! `frame.f_lineno = line`: a frame that is shown for a line goes on at another.

use heap::Gc;
use python_compile::code::CodeObject;
use python_compile::opcode::Opcode;
use python_compile::units;
use python_model::frames::FrameView;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

/// [`Hooks::set_line`]: notes where the frame is to go on. Variables without a value get None; what the code keeps in temporaries there (the
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
    if !observer.is_at_line.get() {
        let is_new = frame.shown().is_some_and(|(_, offset)| offset == units::resume_offset(object));
        return Err(py.value_error(match is_new {
            true => "can't jump from the 'call' trace event of a new frame",
            false => "can only jump from a 'line' trace event",
        }));
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
        return Err(py.value_error(obstacle(object, pc, &starts)));
    };
    // As CPython does, which does not ask what is needed behind the jump.
    let variables = || 0..u32::from(object.first_temporary());
    let is_unbound = |view: &FrameView, register: &u32| (view.slot)(*register) == UNSET;
    let count = |view: &FrameView| variables().filter(|register| is_unbound(view, register)).count();
    let unbound = FrameRef::while_running(frame, py, |view| count(view)).unwrap_or(0);
    if unbound > 0 {
        let plural = if unbound == 1 { "" } else { "s" };
        let text = format!("assigning None to {unbound} unbound local{plural}");
        py.warn(Ty::RuntimeWarning, &text, 1)?;
    }
    FrameRef::while_running(frame, py, |view| {
        // What handlers that are left put aside; the outermost has the first register.
        let is_left = |register: &u16| {
            object.liveness.is_live(pc as usize, *register)
                && !object.liveness.is_live(target as usize, *register)
        };
        if let Some(saved) = registers_of(object, Opcode::PushExcInfo).filter(is_left).min() {
            py.thread().set_handled(py.mutator(), (view.slot)(u32::from(saved)));
        }
        for register in variables().filter(|register| is_unbound(view, register)) {
            (view.set_slot)(register, NONE);
        }
    });
    observer.jump.set(Some(target));
    Ok(())
}

/// The first registers of the instructions of a kind that put something aside for a block.
fn registers_of(object: &CodeObject, op: Opcode) -> impl Iterator<Item = u16> {
    object.instructions.iter().filter(move |instruction| instruction.op() == op).map(move |instruction| {
        match op {
            Opcode::ForIter | Opcode::GetANext => instruction.b(),
            _ => instruction.a(),
        }
    })
}

/// Why a frame at `pc` cannot go on at any of the places where a line starts: what it would need there and does not have.
fn obstacle(object: &CodeObject, pc: u32, starts: &[u32]) -> &'static str {
    let is_missing = |register: u16| {
        !object.liveness.is_live(pc as usize, register)
            && starts.iter().any(|start| object.liveness.is_live(*start as usize, register))
    };
    if registers_of(object, Opcode::PushExcInfo).any(is_missing) || is_in_handler(object, starts) {
        "can't jump into an 'except' block as there's no exception"
    } else if [Opcode::ForIter, Opcode::GetANext]
        .into_iter()
        .any(|op| registers_of(object, op).any(is_missing))
    {
        "can't jump into the body of a for loop"
    } else {
        "incompatible stacks"
    }
}

/// Whether a place is where a handler begins.
fn is_in_handler(object: &CodeObject, starts: &[u32]) -> bool {
    object.exception_table.iter().any(|entry| starts.contains(&entry.handler))
}
