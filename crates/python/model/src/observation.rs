//! Observed code: what the interpreter calls for `sys.settrace`, `sys.setprofile` and `sys.monitoring`.
//!
//! **Nothing is tested while nobody observes.** The interpreter's loop executes an array of instructions that the code holds in a cell
//! ([`Code::executed`]). While somebody observes, all code has another array there: equal, but that some *operations* are
//! [`Opcode::Observe`]. Operands and positions are the same, so frames that are under way, suspended generators, handlers and tables need no
//! change, and code that runs is observed from its next instruction on. Whoever asks for an instruction otherwise (to deliver a result, to
//! resume a generator, to show it) gets the original. `OBSERVE` calls [`Hooks::at`], then the loop executes the original operation.
//!
//! **Where.** At the start; where the line changes; where jumps and handlers lead; at backward jumps, headers of loops, returns, yields and calls, and behind
//! all but the returns. So a hook sees each arrival on a line, and may tell a repeated turn of a loop on one line from a jump within it. Exceptions come by
//! [`Hooks::raised`], from where the interpreter looks for their handler.
//!
//! **Machine code.** No machine code is entered while [`Observation::is_on`], and loops in it that are under way are made to leave by a request to
//! poll. The recorder refuses `OBSERVE` (its abort: *observed*).
//!
//! **What an observer knows of a frame** is in its frame object ([`FrameRef::progress`]): whether it has begun, the line it was on, whether it
//! jumped backwards. Making that object for each frame is the cost of being observed.
//!
//! Limits: an event costs a walk to the innermost frame; the code of all modules is observed, even for one frame; machine code that is under way
//! when observing begins, and is in no loop, goes on to its end.

use crate::code::Code;
use crate::objects::FrameRef;
use crate::py::{Py, Result};
use crate::value::{NONE, Word};
use crate::vm::{Thread, Vm};
use heap::Gc;
use python_compile::opcode::{Instruction, Opcode, Operand};
use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering::Relaxed;

/// What a thread's program has asked for.
pub struct Observer {
    /// The functions of `sys.settrace` and `sys.setprofile`, or None.
    pub trace: Cell<Word>,
    pub profile: Cell<Word>,
    /// An observer runs, which is not observed itself.
    pub is_inside: Cell<bool>,
    /// A line is shown, from which a frame may jump.
    pub is_at_line: Cell<bool>,
    /// Where the frame that is at an event is to go on, if it was told to (`f_lineno`).
    pub jump: Cell<Option<u32>>,
    /// Functions written in Rust that instructions call: identity of the frame, pc, function.
    pub calls: RefCell<Vec<(usize, u32, Word)>>,
}

impl Default for Observer {
    fn default() -> Observer {
        Observer {
            trace: Cell::new(NONE),
            profile: Cell::new(NONE),
            is_inside: Cell::new(false),
            is_at_line: Cell::new(false),
            jump: Cell::new(None),
            calls: RefCell::default(),
        }
    }
}

impl Observer {
    /// Whether a function of this thread is to be called.
    pub fn is_set(&self) -> bool {
        self.trace.get() != NONE || self.profile.get() != NONE
    }

    /// Visits the words, for the collector.
    pub(crate) fn each_word(&self, visitor: &mut heap::RootVisitor<'_>) {
        visitor.word(&self.trace);
        visitor.word(&self.profile);
        for (_, _, word) in self.calls.borrow_mut().iter_mut() {
            let cell = Cell::new(*word);
            visitor.word(&cell);
            *word = cell.get();
        }
    }
}

/// What the interpreter calls; of the module that knows the events.
#[derive(Clone, Copy)]
pub struct Hooks {
    /// The innermost frame is about to execute the instruction at a pc. `Some`: it is to go on elsewhere. Errors: what an observer raises.
    pub at: fn(Py, &'static Code, pc: u32) -> Result<Option<u32>>,
    /// An exception was raised at a pc of the innermost frame, which it `leaves` or which handles it. Errors: what an observer raises in its place.
    pub raised: fn(Py, &'static Code, pc: u32, exception: Word, leaves: bool) -> Result<()>,
    /// `frame.f_lineno = value`
    pub set_line: fn(Py, Gc<FrameRef>, value: Word) -> Result<()>,
}

/// Flags of [`FrameRef::progress`]; below them is the line, 0 before there was one.
pub mod progress {
    /// The frame was seen before.
    pub const STARTED: i64 = 1 << 32;
    /// It is a generator's that has yielded.
    pub const SUSPENDED: i64 = 1 << 33;
    /// It has jumped backwards since its last line.
    pub const BACKWARD: i64 = 1 << 34;
    /// `f_trace_lines` is false.
    pub const NO_LINES: i64 = 1 << 35;
    /// `f_trace_opcodes` is true.
    pub const OPCODES: i64 = 1 << 36;
    /// It is at the header of a `for` loop, and asks the iterator.
    pub const ASKING: i64 = 1 << 37;
    /// What it delegated to was left by an exception.
    pub const THROWN: i64 = 1 << 38;
    pub const LINE: i64 = STARTED - 1;
}

/// How much of code is observed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Level {
    #[default]
    Nothing,
    /// See the module header.
    Lines,
    /// Each instruction.
    Instructions,
}

/// The state of an interpreter.
#[derive(Default)]
pub struct Observation {
    level: Cell<Level>,
    pub hooks: Cell<Option<Hooks>>,
    /// All code that was prepared.
    codes: RefCell<Vec<&'static Code>>,
}

impl Observation {
    #[inline]
    pub fn of<'a>(py: Py<'a>) -> &'a Observation {
        &py.vm().observation
    }

    /// Whether anybody observes.
    #[inline]
    pub fn is_on(&self) -> bool {
        self.level.get() != Level::Nothing
    }

    /// Observes all code as much as that.
    pub fn set(&self, py: Py, level: Level) {
        if self.level.replace(level) == level {
            return;
        }
        // There is nothing to finalize, but whoever polls leaves machine code.
        py.mutator().request.fetch_or(heap::REQUEST_FINALIZERS, Relaxed);
        for code in self.codes.borrow().iter() {
            code.observe(level);
        }
    }

    /// Code was prepared. Nobody observes what is hidden.
    pub(crate) fn note(&self, code: &'static Code) {
        if code.is_hidden {
            return;
        }
        self.codes.borrow_mut().push(code);
        if self.is_on() {
            code.observe(self.level.get());
        }
    }
}

impl Thread {
    /// Whether what this thread does is to be shown.
    pub fn is_observed(&self, vm: &Vm) -> bool {
        (self.observer.is_set() || vm.is_monitored.get()) && !self.observer.is_inside.get()
    }
}

/// The instructions with `OBSERVE` where a level wants it.
pub(crate) fn observed(code: &Code, level: Level) -> Vec<Instruction> {
    use Opcode::*;
    let original = &code.object().instructions;
    let mut is_observed = vec![level == Level::Instructions; original.len()];
    is_observed[0] = true;
    let mut observe = |pc: usize| {
        if let Some(place) = is_observed.get_mut(pc) {
            *place = true;
        }
    };
    for (pc, instruction) in original.iter().enumerate() {
        let op = instruction.op();
        if pc > 0 && code.line(pc as u32) != code.line(pc as u32 - 1) {
            observe(pc);
        }
        if op.operands()[2] == Operand::Target {
            observe(instruction.c() as usize);
        }
        match op {
            JumpBackward | JumpIfTrue | JumpIfFalse | JumpIfNone | JumpIfNotNone | Return => observe(pc),
            GeneratorStart => observe(pc + 1),
            Yield | YieldDelegated | ForIter => {
                observe(pc);
                observe(pc + 1);
            }
            op if is_call(op) => {
                observe(pc);
                observe(pc + 1);
            }
            _ => {}
        }
    }
    for entry in &code.object().exception_table {
        observe(entry.handler as usize);
    }
    let numbered = code.originals();
    numbered
        .iter()
        .zip(is_observed)
        .map(|(i, is_observed)| match is_observed {
            true => Instruction::new(Opcode::Observe, i.a(), i.b(), i.c()),
            false => *i,
        })
        .collect()
}

/// Whether an operation calls what a program calls.
pub fn is_call(op: Opcode) -> bool {
    use Opcode::*;
    matches!(op, Call | CallMethod | CallKw | CallMethodKw | CallEx)
}
