//! Frames inside machine code, for whoever looks at them while it waits for a call.
//!
//! Machine code keeps the frames that it runs in registers; only its snapshots say what they are. A program may look at them all the
//! same: a function that it calls asks for its caller, a debugger, a warning. So that it sees, and changes, exactly what the
//! interpreter would have shown:
//!
//! * **A site** is a call that may come to look: a residual call that may run user code, and a call of another trace. Before it,
//!   machine code stores the operands of the snapshot behind the call in *homes* on the native stack, each once in a block, writes
//!   the exit's number into the [`Site`] before them, and says where that is: the context has the site of the residual call
//!   ([`Context::site`]), and the innermost of the calls of traces ([`Context::caller`]), which is linked to the one below it.
//!   The sites of calls that are under way are thereby a list of all frames that machine code holds.
//! * **Nobody looks**: that was all; a few stores for a call.
//! * **Somebody looks** ([`Context::frames_of`]): the frames are rebuilt from the homes, objects that were virtual are made, and from now
//!   on these frames *are* the frames: they are read and written like those of the interpreter. Machine code, which would go on with the
//!   old values, asks after the call whether this happened. If so it leaves with what the call returned ([`FORCED`]), and the
//!   interpreter goes on in the rebuilt frames.
//! * **A run of the interpreter below the call** takes both words out of the context, and puts them back when it has ended: they belong
//!   between its frames and those of the run below ([`Context::take_machine_frames`]).
//!
//! Why not leave machine code before each such call: that nobody will look is the rule by far, and it cannot be known. Why not look up
//! return addresses: the values would be in registers that functions in between have saved somewhere.
//!
//! Source: PyPy's virtualizables and `guard_not_forced` (`pyjitpl.py`, `vable_and_vrefs_before_residual_call`), where only the frame that
//! is looked at leaves, too.
//!
//! Limits: calls whose result is a bare reference are no sites, since no interpreter could be given their result. Frames of a thread that another
//! thread looks at are not rebuilt.

use crate::context::Context;
use crate::encoding::Word;
use crate::frame::FrameStack;
use std::cell::Cell;
use std::ptr::null;

/// In the number of an exit: the frames of the call that has returned were rebuilt. The transfer buffer has what the call returned
/// (its status, its result) and the rebuilt frames.
pub const FORCED: u64 = 1 << 60;

/// The exit's number is below this bit, the number of frames from it on.
const COUNT_SHIFT: u32 = 52;

/// A call that machine code waits for. Its homes follow it in memory.
#[repr(C)]
#[derive(Debug)]
pub struct Site {
    /// For the call of a trace: that of the code that called this code; null if the interpreter entered it.
    pub outer: Cell<*const Site>,
    /// Of the guard behind the call, or of the call of a trace itself: see [`Site::exit_word`].
    pub exit: Cell<u64>,
    /// The rebuilt frames; null if nobody has looked.
    pub forced: Cell<*const FrameStack<Word>>,
}

impl Site {
    pub const OUTER_OFFSET: i32 = std::mem::offset_of!(Site, outer) as i32;
    pub const EXIT_OFFSET: i32 = std::mem::offset_of!(Site, exit) as i32;
    pub const FORCED_OFFSET: i32 = std::mem::offset_of!(Site, forced) as i32;
    pub const HOMES_OFFSET: i32 = std::mem::size_of::<Site>() as i32;

    /// What machine code writes to `exit`.
    pub const fn exit_word(number: u64, frames_count: usize) -> u64 {
        number | (frames_count as u64) << COUNT_SHIFT
    }
    /// The exit's number.
    pub fn exit_number(&self) -> u64 {
        self.exit.get() & ((1 << COUNT_SHIFT) - 1)
    }
    /// The frames that the snapshot describes.
    pub fn frames_count(&self) -> usize {
        (self.exit.get() >> COUNT_SHIFT) as usize
    }
    /// The word in a home.
    ///
    /// # Safety
    /// The site is one of machine code that has this home, and stored it before its call.
    pub unsafe fn home(&self, index: usize) -> Word {
        let homes = (&raw const *self).wrapping_add(1).cast::<Word>();
        // SAFETY: the caller's promise.
        unsafe { *homes.add(index) }
    }
}

/// Rebuilds the frames of a site. `None`: there is no memory for them.
pub type Force = unsafe fn(&Context, &Site) -> Option<*const FrameStack<Word>>;

/// The frames that machine code holds above a run of the interpreter. The innermost one of that run stands for those with which code was
/// entered, and is not up to date.
#[derive(Clone, Copy, Debug)]
pub struct MachineFrames {
    site: *const Site,
    caller: *const Site,
}

impl MachineFrames {
    pub const NONE: MachineFrames = MachineFrames { site: null(), caller: null() };

    pub fn is_none(self) -> bool {
        self.site.is_null() && self.caller.is_null()
    }

    /// The site of the residual call that is under way, null if none is: then a called trace was left, and its frames are elsewhere.
    pub fn innermost(self) -> *const Site {
        self.site
    }

    /// Sites, innermost first.
    ///
    /// # Safety
    /// The machine code waits for its calls as long as the iterator is used.
    pub unsafe fn sites<'a>(self) -> impl Iterator<Item = &'a Site> {
        // SAFETY: sites lie on the native stack, in frames of code that waits (contract).
        let at = |site: *const Site| unsafe { site.as_ref() };
        let callers = std::iter::successors(at(self.caller), move |site| at(site.outer.get()));
        at(self.site).into_iter().chain(callers)
    }
}

impl Context {
    /// The frames that machine code holds, above the running interpreter's.
    pub fn machine_frames(&self) -> MachineFrames {
        MachineFrames { site: self.site.get(), caller: self.caller.get() }
    }

    /// The same, and from now on there are none: a run of the interpreter begins above them.
    pub fn take_machine_frames(&self) -> MachineFrames {
        MachineFrames { site: self.site.replace(null()), caller: self.caller.replace(null()) }
    }

    /// Undoes [`Context::take_machine_frames`].
    pub fn put_machine_frames(&self, frames: MachineFrames) {
        self.site.set(frames.site);
        self.caller.set(frames.caller);
    }

    /// The frames of a site, rebuilt if nobody has looked at them yet. `None`: there is no memory for them.
    ///
    /// # Safety
    /// The site is one of this thread's machine code, which waits for its call.
    pub unsafe fn frames_of<'a>(&self, site: &'a Site) -> Option<&'a FrameStack<Word>> {
        if site.forced.get().is_null() {
            // SAFETY: the caller's promise.
            let forced = unsafe { self.force.get()?(self, site)? };
            site.forced.set(forced);
        }
        // SAFETY: rebuilt frames are kept until machine code has left, after its call.
        unsafe { site.forced.get().as_ref() }
    }
}
