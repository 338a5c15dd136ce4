//! The variables of a frame: which register or cell each is in, and reading and writing them from outside (PEP 667).
//!
//! A frame that runs has them in its window, a suspended generator in the slots that it saved, and one that has ended, if somebody
//! looked at it, in the copy that its object keeps.

use crate::code::{Code, frame};
use crate::dict;
use crate::generator::State;
use crate::objects::{CellObject, Dict, FrameRef, Generator, Values};
use crate::py::{Py, Result};
use crate::value::{NONE, UNSET, Word, as_object, word};
use heap::Gc;
use python_compile::code::flags;

/// Where a variable is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Register(u32),
    /// In the cell that this register holds.
    Cell(u32),
}

pub struct Variable {
    pub name: &'static str,
    pub place: Place,
    /// A variable of an inlined comprehension: it hides one of its name, and can only be read.
    pub is_hidden: bool,
}

/// Reads a slot of a frame.
pub type Slots<'a> = &'a dyn Fn(u32) -> Word;
/// Writes a slot of a frame.
pub type SetSlots<'a> = &'a dyn Fn(u32, Word);

/// The variables visible at a position, each name once or, if a comprehension hides one, twice with the hidden one last.
pub fn variables(code: &'static Code, pc: u32) -> Vec<Variable> {
    let object = code.object();
    let cell_of = |name: &str| object.cellvars.iter().position(|cell| &**cell == name);
    let mut found = Vec::new();
    let mut add = |name: &'static str, place, is_hidden| found.push(Variable { name, place, is_hidden });
    for (register, name) in (0..).zip(&object.varnames) {
        match cell_of(name) {
            Some(index) => add(name, Place::Cell(u32::from(object.first_cell()) + index as u32), false),
            None => add(name, Place::Register(register), false),
        }
    }
    for (register, name) in (u32::from(object.first_cell())..).zip(&object.cellvars) {
        if !object.varnames.contains(name) && &**name != "__class__" {
            add(name, Place::Cell(register), false);
        }
    }
    for (register, name) in (u32::from(object.first_free())..).zip(&object.freevars) {
        add(name, Place::Cell(register), false);
    }
    for hidden in object.hidden_locals.iter().filter(|hidden| (hidden.start..hidden.end).contains(&pc)) {
        let register = u32::from(hidden.register);
        let place = if hidden.is_cell { Place::Cell(register) } else { Place::Register(register) };
        add(&object.names[hidden.name as usize], place, true);
    }
    found
}

impl Place {
    /// UNSET: not bound.
    pub fn read(self, slot: Slots) -> Word {
        match self {
            Place::Register(register) => slot(register),
            Place::Cell(register) => as_object::<CellObject>(slot(register)).map_or(UNSET, |c| c.value.get()),
        }
    }

    pub fn write(self, py: Py, slot: Slots, set_slot: SetSlots, value: Word) {
        match self {
            Place::Register(register) => set_slot(register, value),
            Place::Cell(register) => {
                // Before its first instruction a frame has no cells yet; nothing runs then that could ask.
                if let Some(cell) = as_object::<CellObject>(slot(register)) {
                    cell.value.set(py.mutator(), cell, value);
                }
            }
        }
    }
}

/// Whether a frame has variables of its own at a position: those of functions do, others only in a comprehension.
fn has_variables(code: &'static Code, pc: u32) -> bool {
    let object = code.object();
    object.flags & flags::OPTIMIZED != 0
        || object.hidden_locals.iter().any(|h| (h.start..h.end).contains(&pc))
}

/// `locals()`: for a module or class body its namespace as it is, for a function a fresh dict, with what was stored under other
/// names in `f_locals` of the frame.
pub fn locals(py: Py, code: &'static Code, pc: u32, slot: Slots) -> Result {
    if !has_variables(code, pc) {
        return Ok(match slot(code.extra(frame::NAMESPACE)) {
            UNSET => word(code.globals),
            namespace => namespace,
        });
    }
    let out = dict::new(py)?;
    for variable in variables(code, pc) {
        let value = variable.place.read(slot);
        if value != UNSET {
            dict::set_symbol(py, out, py.intern(variable.name)?, value)?;
        }
    }
    if let Some(object) = as_object::<FrameRef>(slot(code.extra(frame::OBJECT)))
        && let Some(added) = as_object::<Dict>(object.added.get())
    {
        dict::update(py, out, added)?;
    }
    Ok(word(out))
}

impl FrameRef {
    /// Whether the frame has variables in registers, and not (or not only) a namespace.
    pub fn has_variables(own: Gc<FrameRef>, py: Py) -> bool {
        has_variables(own.code(), FrameRef::position(own, py))
    }

    /// The namespace of the frame of a module or class body.
    pub fn namespace(own: Gc<FrameRef>, py: Py) -> Word {
        let place = own.code().extra(frame::NAMESPACE);
        let found = Self::with_slots(own, py, |slot, _| slot(place)).unwrap_or(UNSET);
        if found == UNSET { word(own.code().globals) } else { found }
    }

    /// Looks at the slots of the frame, wherever they are. `None`: they were not kept.
    pub fn with_slots<T>(own: Gc<FrameRef>, py: Py, look: impl FnOnce(Slots, SetSlots) -> T) -> Option<T> {
        let mut look = Some(look);
        let mut once = |slot: Slots, set_slot: SetSlots| look.take().map(|look| look(slot, set_slot));
        if let Some(found) = Self::while_running(own, py, |view| once(view.slot, view.set_slot)) {
            return found;
        }
        let suspended = as_object::<Generator>(own.extra.get())
            .filter(|generator| generator.state() != State::Running)
            .and_then(|generator| generator.frame.get());
        let kept = suspended.or_else(|| as_object::<Values>(own.locals.get()))?;
        once(&|slot| kept.items()[slot as usize].get(), &|slot, value| {
            kept.items()[slot as usize].set(py.mutator(), kept, value);
        })
    }

    /// The variable that goes by a key: one of its name, equal and with equal hash. For reading, one that is bound is looked for.
    /// Errors: what hashing or comparing raises.
    fn find_variable(own: Gc<FrameRef>, py: Py, key: Word, is_read: bool) -> Result<Option<Place>> {
        let hash = py.hash(key)?;
        let pc = FrameRef::position(own, py);
        for variable in variables(own.code(), pc).into_iter().rev() {
            if variable.is_hidden && !is_read {
                continue;
            }
            let name = py.name_word(py.intern(variable.name)?);
            if py.hash(name)? == hash
                && py.is_equal(key, name)?
                && (!is_read || Self::value_at(own, py, variable.place) != UNSET)
            {
                return Ok(Some(variable.place));
            }
        }
        Ok(None)
    }

    fn value_at(own: Gc<FrameRef>, py: Py, place: Place) -> Word {
        Self::with_slots(own, py, |slot, _| place.read(slot)).unwrap_or(UNSET)
    }

    /// What `f_locals[key]` is.
    pub fn get_variable(own: Gc<FrameRef>, py: Py, key: Word) -> Result<Option<Word>> {
        if let Some(place) = Self::find_variable(own, py, key, true)? {
            return Ok(Some(Self::value_at(own, py, place)).filter(|value| *value != UNSET));
        }
        match as_object::<Dict>(own.added.get()) {
            Some(added) => dict::get(py, added, key),
            None => Ok(None),
        }
    }

    /// `f_locals[key] = value`: a variable of the code if it has one of this name, else an entry that only `f_locals` shows.
    pub fn set_variable(own: Gc<FrameRef>, py: Py, key: Word, value: Word) -> Result<()> {
        if let Some(place) = Self::find_variable(own, py, key, false)? {
            Self::with_slots(own, py, |slot, set_slot| place.write(py, slot, set_slot, value));
            return Ok(());
        }
        let added = match as_object::<Dict>(own.added.get()) {
            Some(added) => added,
            None => {
                let made = dict::new(py)?;
                own.added.set(py.mutator(), own, word(made));
                made
            }
        };
        dict::set(py, added, key, value)
    }

    /// Removes an entry that is no variable of the code; `None`: there is none.
    /// Errors: `ValueError` if the key is a variable's.
    pub fn remove_added(own: Gc<FrameRef>, py: Py, key: Word) -> Result<Option<Word>> {
        if Self::find_variable(own, py, key, false)?.is_some() {
            return Err(py.value_error("cannot remove local variables from FrameLocalsProxy"));
        }
        match as_object::<Dict>(own.added.get()) {
            Some(added) => dict::remove(py, added, key),
            None => Ok(None),
        }
    }

    /// All bound variables and added entries, in a fresh dict.
    pub fn snapshot(own: Gc<FrameRef>, py: Py) -> Result<Gc<Dict>> {
        let out = dict::new(py)?;
        for variable in variables(own.code(), FrameRef::position(own, py)) {
            let value = Self::value_at(own, py, variable.place);
            if value != UNSET {
                dict::set_symbol(py, out, py.intern(variable.name)?, value)?;
            }
        }
        if own.added.get() != NONE
            && let Some(added) = as_object::<Dict>(own.added.get())
        {
            dict::update(py, out, added)?;
        }
        Ok(out)
    }
}
