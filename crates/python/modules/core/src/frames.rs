//! The frame that called a builtin: its globals and its local variables.

use heap::Gc;
use python_compile::code::flags;
use python_model::code::{Code, frame};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::value::*;
use python_model::{dict, frames::FrameView};

/// Globals of the innermost Python frame; `None` outside of all.
pub fn globals(py: Py) -> Option<Gc<Dict>> {
    let mut found = None;
    (py.vm().hooks.visit_frames)(py, &mut |view: FrameView| {
        found = Some(view.code.globals);
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
    let code = view.code.object();
    let namespace = (view.slot)(view.code.extra(frame::NAMESPACE));
    let is_function = code.flags & flags::OPTIMIZED != 0;
    if !is_function && namespace != UNSET {
        return Ok(namespace);
    }
    if !is_function {
        return Ok(word(view.code.globals));
    }
    let out = dict::new(py)?;
    let set = |name: &str, value: Word| match value {
        UNSET => Ok(()),
        value => dict::set_symbol(py, out, py.intern(name)?, value),
    };
    let cell = |slot: u32| match as_object::<CellObject>((view.slot)(slot)) {
        Some(cell) => cell.value.get(),
        None => UNSET,
    };
    for (slot, name) in code.varnames.iter().enumerate() {
        if !code.cellvars.contains(name) {
            set(name, (view.slot)(slot as u32))?;
        }
    }
    let cells = code.cellvars.iter().chain(&code.freevars);
    for (slot, name) in (u32::from(code.first_cell())..).zip(cells) {
        if &**name != "__class__" || code.freevars.contains(name) {
            set(name, cell(slot))?;
        }
    }
    for hidden in &code.hidden_locals {
        if (hidden.start..hidden.end).contains(&view.pc) {
            let slot = u32::from(hidden.register);
            let value = if hidden.is_cell { cell(slot) } else { (view.slot)(slot) };
            set(&code.names[hidden.name as usize], value)?;
        }
    }
    Ok(word(out))
}

/// The `depth`-th frame from the innermost, as a value. `None`: the stack is not that deep.
pub fn frame_object(py: Py, depth: usize) -> Result<Option<Word>> {
    let mut left = depth;
    let mut result = Ok(None);
    let mut chain: Option<Gc<FrameRef>> = None;
    let mut first = None;
    (py.vm().hooks.visit_frames)(py, &mut |view: FrameView| {
        if left > 0 {
            left -= 1;
            return true;
        }
        let made =
            locals_of(py, &view).and_then(|locals| new_frame(py, view.code, view.pc, view.depth, locals));
        match made {
            Ok(object) => {
                match chain {
                    Some(inner) => inner.back.set(py.mutator(), inner, word(object)),
                    None => first = Some(object),
                }
                chain = Some(object);
                true
            }
            Err(raised) => {
                result = Err(raised);
                false
            }
        }
    });
    result.map(|_: Option<Word>| first.map(word))
}

fn new_frame(py: Py, code: &'static Code, pc: u32, depth: usize, locals: Word) -> Result<Gc<FrameRef>> {
    use heap::{Header, WordSlot};
    use std::cell::Cell;
    py.alloc(FrameRef {
        header: Header::EMPTY,
        code: Cell::new(code.address() as i64),
        pc: Cell::new(i64::from(pc)),
        depth: Cell::new(depth as i64),
        stack: Cell::new(0),
        locals: WordSlot::new(locals),
        back: WordSlot::new(NONE),
        extra: WordSlot::new(NONE),
    })
}
