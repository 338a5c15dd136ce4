//! The protocol between interpreter, runtime functions and machine code.
//!
//! Every compiled unit is one function `fn(*mut Context, selector: u64, 4 words) -> (status, payload)` (Cranelift's tail
//! convention). The selector names the label to enter. Values cross every seam (entry, guard exit, bridge, jump
//! into another unit, call of another trace) in the **transfer buffer** of the context, unboxed, in the order of
//! the label's parameters or of the exit's live operands. The four words mean something to calls of traces only: see [`CALLED`].
//!
//! ```text
//! interpreter --enter(label)--> unit --guard fails--> [exit slot] --> stub: returns (EXIT, exit id)
//!                                                                \-> bridge: a unit like any other
//! ```
//!
//! A unit returns a status: the kind of the value that its entry frame returned, RAISED, or EXIT with the number
//! of the exit. Whoever called it deals with an exit: the interpreter resumes, a calling trace asks the runtime to
//! finish the callee's frames ([`CallCompletion`]).

use crate::descr::Kind;
use crate::site::{Force, Site};
use heap::Mutator;
use std::cell::Cell;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize};

/// Words in the transfer buffer: the limit of live values at an exit or of parameters of a label. A trace that
/// needs more is not compiled.
pub const TRANSFER_WORDS: usize = 1024;

/// What a unit returned. Values below [`Status::RAISED`] are the [`Kind`] of the payload.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct Status(pub u64);

impl Status {
    /// The entry frame raised; the exception is in [`Context::raised`].
    pub const RAISED: Status = Status(8);
    /// A guard failed; the payload is the exit's number.
    pub const EXIT: Status = Status(9);
    pub const fn returned(kind: Kind) -> Status {
        Status(kind as u64)
    }
}

/// A unit's two results. `repr(C)`: two registers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Outcome {
    pub status: u64,
    pub payload: u64,
}

/// What machine code calls when a called trace did not return a value of the expected kind: run its frames to
/// their end in the interpreter, and hand back either a value of the expected kind, or a tagged value
/// (`Status::returned(Kind::Value)`), or RAISED.
pub type CallCompletion =
    unsafe extern "C" fn(*mut Context, status: u64, payload: u64, expected: u64) -> Outcome;

/// Where a failed guard goes: the exit stub at first, a bridge later. Attaching a bridge is one store.
#[repr(C)]
#[derive(Debug)]
pub struct ExitSlot {
    pub target: AtomicPtr<u8>,
}

/// Arguments of a call between traces that arrive in registers, if the callee's selector says so ([`CALLED`]).
pub const REGISTER_ARGS: usize = 4;

/// A selector with this bit names a label whose first [`REGISTER_ARGS`] parameters are taken from registers: that of a cell with
/// [`TraceCell::takes_registers`].
pub const CALLED: u64 = 1 << 30;

/// The current machine code of a label that other units call or jump to. When the code is replaced or dropped
/// the cell points to a stub that leaves to the interpreter.
#[repr(C)]
#[derive(Debug)]
pub struct TraceCell {
    pub code: AtomicPtr<u8>,
    pub selector: AtomicU64,
    /// Nothing but calls of traces goes through the cell, and they leave the first [`REGISTER_ARGS`] arguments in registers alone. So its
    /// selector has the bit [`CALLED`], or its code is a stub that puts them into the transfer buffer, where whoever completes a call
    /// that was not made finds them.
    pub takes_registers: bool,
}

/// Per-thread state that interpreter, runtime and machine code share. Its address is stable; field offsets are
/// part of the machine code's contract.
#[repr(C)]
pub struct Context {
    pub mutator: *const Mutator,
    /// The pending exception, a tagged word; 0 for none.
    pub raised: Cell<u64>,
    /// Machine code calls no trace when the native stack pointer is below this: the end of the stack, or, to bring it to a poll, the
    /// largest number. Another thread, or a signal's handler, may set that.
    pub call_limit: AtomicUsize,
    /// Nothing more may be started when the native stack pointer is below this.
    pub stack_limit: Cell<usize>,
    /// Frames that machine code may still count before it calls no trace any more: it pushes none, so it counts those of the calls that
    /// are under way. `frames_allowed` less this is how many they are.
    pub frames_left: Cell<i64>,
    /// Frames of the language's limit that `frames_left` leaves out: those that machine code may inline without counting them.
    pub frames_held_back: Cell<i64>,
    /// What `frames_left` was when machine code was entered.
    pub frames_allowed: Cell<i64>,
    /// The residual call that machine code waits for, if it is one that may look at frames; see `site.rs`.
    pub site: Cell<*const Site>,
    /// The innermost call of a trace that machine code waits for: that of the code which called the running code.
    pub caller: Cell<*const Site>,
    /// Rebuilds the frames of a site; of whoever has machine code.
    pub force: Cell<Option<Force>>,
    /// The language's own state.
    pub vm: Cell<*mut ()>,
    /// See [`CallCompletion`].
    pub complete_call: Cell<Option<CallCompletion>>,
    /// The warm state that serves `complete_call`; opaque here.
    pub warm: Cell<*mut ()>,
    /// The exception that a failed allocation raises, made by the language in advance.
    pub out_of_memory: Cell<u64>,
    /// The runtime has looked at frames of the running interpreter. A recording asks after each call: what it keeps as
    /// operands would have to be seen.
    pub frames_inspected: Cell<bool>,
    pub transfer: [Cell<u64>; TRANSFER_WORDS],
}

impl Context {
    pub const MUTATOR_OFFSET: i32 = std::mem::offset_of!(Context, mutator) as i32;
    pub const RAISED_OFFSET: i32 = std::mem::offset_of!(Context, raised) as i32;
    pub const CALL_LIMIT_OFFSET: i32 = std::mem::offset_of!(Context, call_limit) as i32;
    pub const FRAMES_LEFT_OFFSET: i32 = std::mem::offset_of!(Context, frames_left) as i32;
    pub const SITE_OFFSET: i32 = std::mem::offset_of!(Context, site) as i32;
    pub const CALLER_OFFSET: i32 = std::mem::offset_of!(Context, caller) as i32;
    pub const COMPLETE_CALL_OFFSET: i32 = std::mem::offset_of!(Context, complete_call) as i32;
    pub const TRANSFER_OFFSET: i32 = std::mem::offset_of!(Context, transfer) as i32;
}

impl Context {
    /// A context for the thread that owns `mutator`. Its root source ([`Context::roots`]) must be registered by
    /// whoever keeps the context.
    ///
    /// # Safety
    /// The mutator outlives the context, and both are used by one thread at a time.
    pub unsafe fn new(mutator: *const Mutator) -> Box<Context> {
        Box::new(Context {
            mutator,
            raised: Cell::new(0),
            call_limit: AtomicUsize::new(0),
            stack_limit: Cell::new(0),
            frames_left: Cell::new(i64::MAX),
            frames_held_back: Cell::new(0),
            frames_allowed: Cell::new(i64::MAX),
            site: Cell::new(std::ptr::null()),
            caller: Cell::new(std::ptr::null()),
            force: Cell::new(None),
            vm: Cell::new(std::ptr::null_mut()),
            complete_call: Cell::new(None),
            warm: Cell::new(std::ptr::null_mut()),
            out_of_memory: Cell::new(0),
            frames_inspected: Cell::new(false),
            transfer: [const { Cell::new(0) }; TRANSFER_WORDS],
        })
    }

    /// Frames of calls between traces that are under way in machine code, which no frame stack has.
    pub fn counted_frames(&self) -> i64 {
        self.frames_allowed.get() - self.frames_left.get()
    }

    /// Clears the transfer buffer, whose old words would keep objects alive: before a collection that a program asks for. Called by the
    /// runtime only, when nothing is on its way.
    pub fn forget_transferred(&self) {
        for word in &self.transfer {
            word.set(0);
        }
    }

    /// The allocation context of this thread.
    #[inline(always)]
    pub fn mutator(&self) -> &Mutator {
        // SAFETY: contract of `Context::new`.
        unsafe { &*self.mutator }
    }

    /// A root source for the words of the context. It must be removed before the context is dropped.
    pub fn roots(&self) -> ContextRoots {
        ContextRoots(self)
    }
}

/// See [`Context::roots`].
pub struct ContextRoots(*const Context);

impl heap::RootSource for ContextRoots {
    fn trace(&self, visitor: &mut heap::RootVisitor<'_>) {
        // SAFETY: the context outlives its registration (contract of `Context::roots`).
        let context = unsafe { &*self.0 };
        visitor.word(&context.raised);
        visitor.word(&context.out_of_memory);
        // Conservative: the buffer mixes references with unboxed integers, and may hold stale words.
        // SAFETY: the words are inside the context.
        unsafe { visitor.conservative(context.transfer.as_ptr().cast(), TRANSFER_WORDS) };
    }
}
