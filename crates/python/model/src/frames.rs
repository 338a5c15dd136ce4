//! What the runtime can see of running frames, and frames as Python objects.
//!
//! A frame object is a snapshot: code, position and variables at the time when it was made. Limits: it does not follow the frame that
//! goes on running, and assignments to `f_locals` reach module frames only.

use crate::code::{Code, frame};
use crate::dict;
use crate::objects::{CellObject, Dict, FrameRef, Generator};
use crate::py::{Py, Result};
use crate::value::{NONE, UNSET, Word, as_object, word};
use heap::{Gc, Header, WordSlot};
use python_compile::code::flags;
use std::cell::Cell;

/// One running frame.
pub struct FrameView<'a> {
    pub code: &'static Code,
    pub pc: u32,
    /// Number of the frame from the outermost.
    pub depth: usize,
    /// A slot of the frame (register or extra).
    pub slot: &'a dyn Fn(u32) -> Word,
    pub set_slot: &'a dyn Fn(u32, Word),
}

/// Looks at a frame; whether to go on to the next outer one.
pub type Visitor<'v> = &'v mut dyn FnMut(FrameView) -> bool;

/// The variables of a frame by name: for a module or class body its namespace as it is, for a function a fresh dict.
pub fn locals(py: Py, code: &'static Code, pc: u32, slot: &dyn Fn(u32) -> Word) -> Result {
    let object = code.object();
    if object.flags & flags::OPTIMIZED == 0 {
        return Ok(match slot(code.extra(frame::NAMESPACE)) {
            UNSET => word(code.globals),
            namespace => namespace,
        });
    }
    let out = dict::new(py)?;
    let set = |name: &str, value: Word| match value {
        UNSET => Ok(()),
        value => dict::set_symbol(py, out, py.intern(name)?, value),
    };
    let cell = |register: u32| match as_object::<CellObject>(slot(register)) {
        Some(cell) => cell.value.get(),
        None => UNSET,
    };
    for (register, name) in object.varnames.iter().enumerate() {
        if !object.cellvars.contains(name) {
            set(name, slot(register as u32))?;
        }
    }
    let cells = object.cellvars.iter().chain(&object.freevars);
    for (register, name) in (u32::from(object.first_cell())..).zip(cells) {
        if &**name != "__class__" || object.freevars.contains(name) {
            set(name, cell(register))?;
        }
    }
    for hidden in &object.hidden_locals {
        if (hidden.start..hidden.end).contains(&pc) {
            let register = u32::from(hidden.register);
            let value = if hidden.is_cell { cell(register) } else { slot(register) };
            set(&object.names[hidden.name as usize], value)?;
        }
    }
    Ok(word(out))
}

/// A frame object. `locals` and `back` may be None.
pub fn new(py: Py, code: &'static Code, pc: u32, locals: Word, back: Word) -> Result {
    Ok(word(py.alloc(FrameRef {
        header: Header::EMPTY,
        code: Cell::new(code.address() as i64),
        pc: Cell::new(i64::from(pc)),
        depth: Cell::new(0),
        stack: Cell::new(0),
        locals: WordSlot::new(locals),
        back: WordSlot::new(back),
        extra: WordSlot::new(NONE),
    })?))
}

/// The frame of a generator that is not finished.
pub fn of_generator(py: Py, generator: Gc<Generator>) -> Result {
    let code = generator.code();
    let variables = match generator.frame.get() {
        Some(slots) => {
            locals(py, code, generator.pc.get() as u32, &|slot| slots.items()[slot as usize].get())?
        }
        None => NONE,
    };
    let made = new(py, code, generator.pc.get() as u32, variables, NONE)?;
    if let Some(object) = as_object::<FrameRef>(made) {
        object.extra.set(py.mutator(), object, word(generator));
    }
    Ok(made)
}

impl FrameRef {
    pub fn code(&self) -> &'static Code {
        Code::at(self.code.get() as u64)
    }

    /// The variables; an empty dict if they were not kept.
    pub fn variables(&self, py: Py) -> Result {
        match self.locals.get() {
            NONE | UNSET => Ok(word::<Dict>(dict::new(py)?)),
            kept => Ok(kept),
        }
    }
}
