//! The lock that a thread holds while it runs Python (the GIL), and how threads take turns.
//!
//! A thread releases it around calls that wait ([`Py::blocking`]) and, when another one asks, at a poll. Whoever waits for longer than the
//! switch interval sets [`REQUEST_SWITCH`] among the requests of the holder, its frame limit to 0, and the limit of machine code's calls, so that loops as
//! well as calls come to a poll. A holder that was asked waits until another thread has had its turn: else it would take the lock again before the other one
//! is awake (Beazley, "Understanding the Python GIL", 2010; CPython's `ceval_gil.c`).
//!
//! ```text
//! holder:  run ── poll: request seen ── release ── wait until taken ── acquire ── run
//! waiter:  acquire ── interval over: request ───────── take ── run
//! ```
//! Invariants: everything of the interpreter that is not marked otherwise is read and written by the holder only; a thread that
//! does not hold the lock is in [`heap::Mutator::blocking`], so the holder can collect.
//! A process with one thread never touches the lock: `blocking` looks at [`Vm::is_threaded`](crate::vm::Vm::is_threaded).

use crate::py::{Py, Result};
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The request by which a thread asks the holder for its turn.
pub const REQUEST_SWITCH: u32 = 1 << 17;
const _: () = assert!(heap::REQUEST_LANGUAGE_MASK & REQUEST_SWITCH != 0);

/// How a thread that runs is brought to a poll. `Send`: its words are atomic and live as long as the thread.
#[derive(Clone, Copy, Debug)]
pub struct Bell {
    requests: *const AtomicU32,
    frame_limit: *const AtomicU32,
    call_limit: *const AtomicUsize,
}

// SAFETY: see the type.
unsafe impl Send for Bell {}
// SAFETY: as above.
unsafe impl Sync for Bell {}

impl Bell {
    /// That of the thread of a `Py`.
    pub fn of(py: Py) -> Bell {
        Bell {
            requests: &raw const py.mutator().request,
            frame_limit: &raw const py.thread().frame_limit,
            call_limit: &raw const py.context().call_limit,
        }
    }

    /// Has the thread poll, at its next backward jump or call. May be called by a signal's handler.
    ///
    /// # Safety
    /// The thread has not ended.
    pub unsafe fn ring(&self, request: u32) {
        // SAFETY: the caller's promise.
        unsafe {
            (*self.requests).fetch_or(request, SeqCst);
            (*self.frame_limit).store(0, SeqCst);
            (*self.call_limit).store(usize::MAX, SeqCst);
        }
    }
}

#[derive(Debug, Default)]
struct State {
    holder: Option<Bell>,
    waiting: u32,
    /// Times that the lock was taken.
    turns: u64,
    /// The holder's bell is gone already.
    is_silent: bool,
    /// The interpreter has ended: nobody gets the lock any more.
    is_closed: bool,
}

/// See the module header.
#[derive(Debug)]
pub struct Gil {
    state: Mutex<State>,
    freed: Condvar,
    taken: Condvar,
    interval_ns: AtomicU64,
}

impl Default for Gil {
    fn default() -> Gil {
        Gil {
            state: Mutex::default(),
            freed: Condvar::new(),
            taken: Condvar::new(),
            interval_ns: AtomicU64::new(5_000_000),
        }
    }
}

impl Gil {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `sys.getswitchinterval()`
    pub fn interval(&self) -> Duration {
        Duration::from_nanos(self.interval_ns.load(Relaxed))
    }

    pub fn set_interval(&self, interval: Duration) {
        let nanoseconds = u64::try_from(interval.as_nanos()).unwrap_or(u64::MAX);
        self.interval_ns.store(nanoseconds.max(1000), Relaxed);
    }

    /// Takes the lock for the calling thread. Does not return once the interpreter has ended: a daemon thread stops here.
    pub fn acquire(&self, own: Bell) {
        self.acquire_locked(self.lock(), own);
    }

    fn acquire_locked(&self, mut state: MutexGuard<'_, State>, own: Bell) {
        state.waiting += 1;
        while state.holder.is_some() {
            let turns = state.turns;
            let waited = self.freed.wait_timeout(state, self.interval());
            let (now, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = now;
            if timeout.timed_out()
                && state.turns == turns
                && !state.is_closed
                && !state.is_silent
                && let Some(holder) = state.holder
            {
                // SAFETY: a thread releases the lock before it ends, and we hold the state's lock.
                unsafe { holder.ring(REQUEST_SWITCH) };
            }
        }
        state.waiting -= 1;
        state.holder = Some(own);
        state.is_silent = false;
        state.turns += 1;
        self.taken.notify_all();
    }

    pub fn release(&self) {
        let mut state = self.lock();
        state.holder = None;
        if state.waiting > 0 {
            self.freed.notify_one();
        }
    }

    /// The holder ends: from now on it is not asked for turns any more.
    pub fn silence(&self) {
        self.lock().is_silent = true;
    }

    /// Lets another thread have its turn, if one waits.
    pub fn yield_turn(&self, own: Bell) {
        let mut state = self.lock();
        if state.waiting == 0 || state.is_closed {
            return;
        }
        state.holder = None;
        self.freed.notify_one();
        let turns = state.turns;
        while state.turns == turns && state.waiting > 0 {
            state = self.taken.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        self.acquire_locked(state, own);
    }

    /// The holder keeps the lock for ever: the interpreter ends.
    pub fn close(&self) {
        self.lock().is_closed = true;
    }
}

impl<'a> Py<'a> {
    /// Runs code that may wait for something outside and touches no Python object, while other threads run.
    #[inline]
    pub fn blocking<T>(self, body: impl FnOnce() -> T) -> T {
        if !self.vm().is_threaded() {
            return body();
        }
        let (mut body, mut result) = (Some(body), None);
        self.release_around(&mut || {
            if let Some(body) = body.take() {
                result = Some(body());
            }
        });
        result.expect("the body has run")
    }

    #[cold]
    fn release_around(self, body: &mut dyn FnMut()) {
        /// Takes the lock back also when the body unwinds.
        struct Acquire<'g>(&'g Gil, Bell);
        impl Drop for Acquire<'_> {
            fn drop(&mut self) {
                self.0.acquire(self.1);
            }
        }
        let (gil, own) = (&*self.vm().gil, Bell::of(self));
        self.mutator().blocking(|| {
            gil.release();
            let _acquire = Acquire(gil, own);
            body();
        });
    }

    /// Lets another thread run, if one waits.
    #[cold]
    pub fn yield_turn(self) {
        let (gil, own) = (&*self.vm().gil, Bell::of(self));
        self.mutator().blocking(|| gil.yield_turn(own));
    }

    /// Calls `fork`, which the body does, so that the child can go on: there, this thread is the only one. Everything that lives in a thread that
    /// is gone stays allocated. What the body returns is the call's result.
    pub fn fork(self, body: impl FnOnce() -> i32) -> std::io::Result<i32> {
        let vm = self.vm();
        let mut state = vm.gil.lock();
        let mut error = None;
        let result = self.mutator().fork(
            || {
                let result = body();
                error = (result < 0).then(std::io::Error::last_os_error);
                result
            },
            |result| *result == 0,
        );
        if result == 0 {
            *state = State { holder: Some(Bell::of(self)), ..State::default() };
            vm.forget_other_threads(self.thread());
        }
        drop(state);
        error.map_or(Ok(result), Err)
    }

    /// Serves the poll of a call: whether there may be more frames than `depth`. Errors: what a signal's handler raises.
    #[cold]
    pub fn check_frame_limit(self, depth: u32) -> Result<bool> {
        self.thread().frame_limit.store(self.vm().recursion_limit.get(), SeqCst);
        if self.mutator().request.load(SeqCst) & heap::REQUEST_LANGUAGE_MASK != 0 {
            (self.vm().hooks.poll)(self)?;
        }
        Ok(depth < self.vm().recursion_limit.get())
    }
}
