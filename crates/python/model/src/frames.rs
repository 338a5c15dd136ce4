//! What the runtime can see of running frames, and frames as Python objects.
//!
//! The object of a frame that runs is in a slot of that frame ([`frame::OBJECT`]): there is one, and as long as it is found there the
//! frame's own registers and position are what it shows. It also keeps a copy of the registers, made with it and made again
//! when an exception leaves the frame; that is what it shows afterwards.
//! The variables among the registers: [`crate::frame_variables`].
//! Limit: a frame that returns takes what its variables became after the copy with it.

use crate::code::{Code, frame};
use crate::objects::{FrameRef, Generator, Traceback};
use crate::py::{Py, Result, list_push};
use crate::value::{NONE, UNSET, Word, as_i64, as_object, small_int, word};
use crate::vm::Thread;
use heap::{Gc, Header, WordSlot};
use python_compile::opcode::Opcode as Op;
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

/// A frame object. `locals`: None, or the registers as [`Values`]; `back` may be None.
pub fn new(py: Py, code: &'static Code, pc: u32, locals: Word, back: Word) -> Result<Gc<FrameRef>> {
    py.alloc(FrameRef {
        header: Header::EMPTY,
        code: Cell::new(code.address() as i64),
        pc: Cell::new(i64::from(pc)),
        depth: Cell::new(0),
        stack: Cell::new(0),
        locals: WordSlot::new(locals),
        back: WordSlot::new(back),
        extra: WordSlot::new(NONE),
        added: WordSlot::new(NONE),
        tracer: WordSlot::new(NONE),
        progress: Cell::new(0),
        shown: Cell::new(0),
    })
}

/// A copy of a frame's registers but its temporaries, which would keep alive what no variable refers to.
fn registers(py: Py, code: &'static Code, pc: u32, slot: &dyn Fn(u32) -> Word) -> Result {
    let copy = py.new_values(code.slot_count() as usize)?;
    for index in shown_slots(code, pc) {
        copy.items()[index as usize].set(py.mutator(), copy, slot(index));
    }
    Ok(word(copy))
}

/// The slots of a frame at `pc` without its temporaries, some of which are variables of comprehensions.
pub fn shown_slots(code: &'static Code, pc: u32) -> impl Iterator<Item = u32> {
    let object = code.object();
    let temporaries = u32::from(object.first_temporary())..object.register_count;
    let is_hidden = move |register: u32| {
        let mut hidden = object.hidden_locals.iter();
        hidden.any(|h| u32::from(h.register) == register && (h.start..h.end).contains(&pc))
    };
    (0..code.slot_count()).filter(move |index| !temporaries.contains(index) || is_hidden(*index))
}

/// Forgets what temporaries of running frames still refer to although nothing will read it: before a collection that somebody
/// asked for, so that it finds what CPython, whose stacks hold no such values, would have freed. (At other collections the time to
/// find dead registers is not worth what they keep alive.)
pub fn forget_dead_temporaries(py: Py) {
    (py.vm().hooks.visit_frames)(py, &mut |view| {
        let object = view.code.object();
        let handler = object.handler_at(view.pc).map(|entry| entry.handler);
        let (op, a) = view.code.operation(view.pc);
        let is_call = matches!(op, Op::Call | Op::CallMethod | Op::CallKw | Op::CallMethodKw | Op::CallEx);
        for register in object.first_temporary()..object.register_count as u16 {
            let is_live = |pc: u32| object.liveness.is_live(pc as usize, register);
            // At the instruction itself too: an operator that called a method may go on to another. What a call will give is not there yet.
            let is_result = is_call && u32::from(register) == a;
            if !(is_live(view.pc) || is_live(view.pc + 1) && !is_result || handler.is_some_and(is_live)) {
                (view.set_slot)(u32::from(register), UNSET);
            }
        }
        true
    });
}

/// The object of a running frame.
pub fn object_of(py: Py, view: &FrameView) -> Result<Gc<FrameRef>> {
    let place = view.code.extra(frame::OBJECT);
    if let Some(known) = as_object::<FrameRef>((view.slot)(place)) {
        known.depth.set(view.depth as i64);
        return Ok(known);
    }
    let copy = registers(py, view.code, view.pc, view.slot)?;
    let made = new(py, view.code, view.pc, copy, NONE)?;
    made.depth.set(view.depth as i64);
    (view.set_slot)(place, word(made));
    Ok(made)
}

/// Where a coroutine is made: file, line and function of the innermost frames.
pub fn origin(py: Py, depth: usize) -> Result {
    let list = py.new_list(0)?;
    let mut result = Ok(());
    (py.vm().hooks.visit_frames)(py, &mut |view: FrameView| {
        let object = view.code.object();
        result = (|| {
            let line = view.code.line(view.pc);
            let words =
                [py.str(view.code.info.filename())?, small_int(i64::from(line)), py.str(&object.name)?];
            list_push(py, list, py.new_tuple(&words)?)
        })();
        result.is_ok() && list.len() < depth
    });
    result?;
    py.tuple_from_list(list)
}

/// The object of the frame that is so many frames from the innermost; `None`: the stack is not that deep.
pub fn running(py: Py, depth: usize) -> Result<Option<Gc<FrameRef>>> {
    let mut left = depth;
    find(py, |_| {
        left = left.wrapping_sub(1);
        left == usize::MAX
    })
}

/// Copies of the frames of another thread as they are now, the innermost one; None if it has no frames. They do not follow what that
/// thread does next.
pub fn copies_of(py: Py, thread: &Thread) -> Result {
    let (mut innermost, mut inner) = (Ok(NONE), None::<Gc<FrameRef>>);
    (py.vm().hooks.visit_frames_of)(thread, &mut |view| {
        let made = (|| {
            let copy = registers(py, view.code, view.pc, view.slot)?;
            new(py, view.code, view.pc, copy, NONE)
        })();
        match (made, inner) {
            (Ok(made), Some(inner)) => inner.back.set(py.mutator(), inner, word(made)),
            (Ok(made), None) => innermost = Ok(word(made)),
            (Err(raised), _) => innermost = Err(raised),
        }
        inner = made.ok();
        made.is_ok()
    });
    innermost
}

/// The object of the innermost frame of which something holds.
fn find(py: Py, mut is_it: impl FnMut(&FrameView) -> bool) -> Result<Option<Gc<FrameRef>>> {
    let mut found = Ok(None);
    (py.vm().hooks.visit_frames)(py, &mut |view| {
        if !is_it(&view) {
            return true;
        }
        found = object_of(py, &view).map(Some);
        false
    });
    found
}

/// Notes which frame the newest entry of a traceback is of: it caught the exception, or (`leaves`) ends because of it.
/// The innermost running frame is at `pc`: of an exception that was raised before, and goes on, that is the end of a handler,
/// or (`is_left_before`) behind it: then it left the frame where its entry says.
pub fn note_traceback(py: Py, exception: Word, pc: u32, leaves: bool, is_left_before: bool) {
    let mut noted: Result<()> = Ok(());
    (py.vm().hooks.visit_frames)(py, &mut |view| {
        let Some(entry) = newest_entry(exception, view.code, view.depth as u32) else { return false };
        if !leaves {
            entry.frame.set(py.mutator(), entry, small_int(view.depth as i64));
            return false;
        }
        noted = (|| {
            let object = object_of(py, &view)?;
            object.pc.set(if is_left_before { entry.pc.get() } else { i64::from(pc) });
            let copy = registers(py, view.code, pc, view.slot)?;
            object.locals.set(py.mutator(), object, copy);
            entry.frame.set(py.mutator(), entry, word(object));
            note_caller(py, entry, object);
            Ok(())
        })();
        false
    });
    if noted.is_err() {
        // Without memory the entry shows no variables; the exception itself goes on.
        py.take_raised();
    }
}

/// Notes that the frame with this number caught the exception whose traceback's newest entry is of this code.
pub fn note_caught(py: Py, exception: Word, code: &'static Code, number: u32) {
    if let Some(entry) = newest_entry(exception, code, number) {
        entry.frame.set(py.mutator(), entry, small_int(i64::from(number)));
    }
}

/// Notes that the frame with this number and these registers, as [`Values`], was left by the exception whose traceback's newest entry
/// is of this code.
pub fn note_left(py: Py, exception: Word, code: &'static Code, pc: u32, number: u32, registers: Word) {
    let Some(entry) = newest_entry(exception, code, number) else { return };
    let Ok(object) = new(py, code, pc, registers, NONE) else {
        py.take_raised();
        return;
    };
    object.depth.set(i64::from(number));
    entry.frame.set(py.mutator(), entry, word(object));
    note_caller(py, entry, object);
}

/// The newest entry of the traceback, if it is of this code and of no other frame than the one with this number.
fn newest_entry(exception: Word, code: &'static Code, number: u32) -> Option<Gc<Traceback>> {
    let entry = as_object::<Traceback>(crate::exceptions::state(exception)?.traceback.get())?;
    // An exception that is raised again keeps the entry that it has.
    let is_of_frame = entry.frame.get() == NONE || as_i64(entry.frame.get()) == Some(i64::from(number));
    (is_of_frame && entry.code.get() as u64 == code.address()).then_some(entry)
}

/// Lets the frame that this one called know it, if the exception came from there.
fn note_caller(py: Py, entry: Gc<Traceback>, caller: Gc<FrameRef>) {
    if let Some(inner) =
        as_object::<Traceback>(entry.next.get()).and_then(|inner| as_object::<FrameRef>(inner.frame.get()))
        && inner.back.get() == NONE
    {
        inner.back.set(py.mutator(), inner, word(caller));
    }
}

/// The frame of an entry of a traceback.
pub fn of_traceback(py: Py, entry: Gc<Traceback>) -> Result<Gc<FrameRef>> {
    if let Some(known) = as_object::<FrameRef>(entry.frame.get()) {
        return Ok(known);
    }
    let code = Code::at(entry.code.get() as u64);
    let depth = as_i64(entry.frame.get());
    let found = find(py, |view| Some(view.depth as i64) == depth && std::ptr::eq(view.code, code))?;
    let made = match found {
        Some(running) => running,
        None => new(py, code, entry.pc.get() as u32, NONE, NONE)?,
    };
    entry.frame.set(py.mutator(), entry, word(made));
    Ok(made)
}

/// The frame of a generator that is not finished.
pub fn of_generator(py: Py, generator: Gc<Generator>) -> Result {
    let code = generator.code();
    let pc = generator.pc.get() as u32;
    let suspended = generator.frame.get().filter(|_| generator.state() != crate::generator::State::Running);
    let Some(slots) = suspended else {
        // It runs, so its frame does.
        let place = code.extra(frame::GENERATOR);
        let running =
            find(py, |view| std::ptr::eq(view.code, code) && (view.slot)(place) == word(generator))?;
        return Ok(match running {
            Some(running) => word(running),
            None => word(new(py, code, pc, NONE, NONE)?),
        });
    };
    let place = code.extra(frame::OBJECT) as usize;
    let object = match as_object::<FrameRef>(slots.items()[place].get()) {
        Some(known) => known,
        None => {
            let made = new(py, code, pc, NONE, NONE)?;
            slots.items()[place].set(py.mutator(), slots, word(made));
            made
        }
    };
    object.pc.set(i64::from(pc));
    object.locals.set(py.mutator(), object, word(slots));
    object.extra.set(py.mutator(), object, word(generator));
    Ok(word(object))
}

/// Bits of [`FrameRef::shown`] for the line and one; the offset is above them.
const SHOWN_LINE_BITS: u32 = 32;
const SHOWN_LINE: i64 = (1 << SHOWN_LINE_BITS) - 1;

impl FrameRef {
    pub fn code(&self) -> &'static Code {
        Code::at(self.code.get() as u64)
    }

    /// While an event is shown: its line, and the offset of its code unit. They may be others than those of the pc.
    pub fn shown(&self) -> Option<(u32, i64)> {
        match self.shown.get() {
            0 => None,
            shown => Some(((shown & SHOWN_LINE) as u32 - 1, shown >> SHOWN_LINE_BITS)),
        }
    }

    /// Shows an event on a line while `body` runs.
    pub fn showing<T>(&self, line: u32, offset: i64, body: impl FnOnce() -> T) -> T {
        let outer = self.shown.replace(offset << SHOWN_LINE_BITS | (i64::from(line) + 1));
        let result = body();
        self.shown.set(outer);
        result
    }

    /// Looks at the frame, if it is still running.
    pub fn while_running<T>(own: Gc<FrameRef>, py: Py, look: impl FnOnce(&FrameView) -> T) -> Option<T> {
        let (place, mut look, mut result) = (own.code().extra(frame::OBJECT), Some(look), None);
        (py.vm().hooks.visit_frames)(py, &mut |view| {
            if !std::ptr::eq(view.code, own.code()) || (view.slot)(place) != word(own) {
                return true;
            }
            result = look.take().map(|look| look(&view));
            false
        });
        result
    }

    /// Where the frame is, or was last.
    pub fn position(own: Gc<FrameRef>, py: Py) -> u32 {
        if let Some(generator) = as_object::<Generator>(own.extra.get())
            && generator.frame.get().is_some()
            && generator.state() != crate::generator::State::Running
        {
            return generator.pc.get() as u32;
        }
        Self::while_running(own, py, |view| view.pc).unwrap_or(own.pc.get() as u32)
    }

    /// The frame that called this one.
    pub fn outer(own: Gc<FrameRef>, py: Py) -> Result {
        if own.back.get() != NONE {
            return Ok(own.back.get());
        }
        let place = own.code().extra(frame::OBJECT);
        let (mut seen, mut is_running) = (false, false);
        let outer = find(py, |view| {
            if seen {
                return true;
            }
            seen = std::ptr::eq(view.code, own.code()) && (view.slot)(place) == word(own);
            is_running |= seen;
            false
        })?;
        let outer = match outer {
            None if is_running => None,
            None if as_object::<Generator>(own.extra.get()).is_some() => None,
            None => find(py, |view| (view.depth as i64) < own.depth.get())?,
            running => running,
        };
        Ok(outer.map_or(NONE, word))
    }

    /// Forgets the variables. Errors: `RuntimeError` while the frame runs.
    pub fn clear(own: Gc<FrameRef>, py: Py) -> Result<()> {
        if Self::while_running(own, py, |_| ()).is_some() {
            return Err(py.runtime_error("cannot clear an executing frame"));
        }
        if let Some(generator) = as_object::<Generator>(own.extra.get())
            && generator.frame.get().is_some()
        {
            py.call_method(word(generator), crate::names::Name::Close, &[])?;
        }
        for kept in [&own.locals, &own.added] {
            kept.set(py.mutator(), own, NONE);
        }
        Ok(())
    }
}
