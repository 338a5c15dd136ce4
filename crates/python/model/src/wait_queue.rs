//! Waiting for what another thread does: locks, busy streams, modules that are being imported, the end of a thread.
//!
//! What is waited for is looked at by the holder of the GIL; a [`WaitQueue`] only has threads sleep until it may have changed. They sleep in
//! the system (a futex), because only there a signal wakes them.

use crate::py::{Py, Result};
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

/// Why a wait in the system ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wake {
    /// Woken, or the word had another value already.
    Woken,
    TimedOut,
    /// By a signal.
    Interrupted,
}

/// A point in time, of the clock that is never set.
#[derive(Clone, Copy)]
pub struct Deadline(libc::timespec);

impl Deadline {
    pub fn after(time: Duration) -> Deadline {
        let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: fills one `timespec` of this frame.
        unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now) };
        let nanoseconds = now.tv_nsec + i64::from(time.subsec_nanos());
        let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX / 2).min(i64::MAX / 2);
        Deadline(libc::timespec {
            tv_sec: now.tv_sec + seconds + nanoseconds / 1_000_000_000,
            tv_nsec: nanoseconds % 1_000_000_000,
        })
    }
}

/// Sleeps while `word` is `expected`. Without the GIL: inside [`Py::blocking`].
pub fn wait(word: &AtomicU32, expected: u32, deadline: Option<&Deadline>) -> Wake {
    let until: *const libc::timespec = deadline.map_or(std::ptr::null(), |deadline| &raw const deadline.0);
    // SAFETY: reads the word and the deadline, which are borrowed for the call.
    let status = unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT_BITSET | libc::FUTEX_PRIVATE_FLAG,
            expected,
            until,
            std::ptr::null::<u32>(),
            libc::FUTEX_BITSET_MATCH_ANY,
        )
    };
    match (status, std::io::Error::last_os_error().raw_os_error()) {
        (-1, Some(libc::ETIMEDOUT)) => Wake::TimedOut,
        (-1, Some(libc::EINTR)) => Wake::Interrupted,
        _ => Wake::Woken,
    }
}

/// Wakes so many threads that sleep on a word.
pub fn wake(word: &AtomicU32, count: i32) {
    // SAFETY: the word is only used as an address.
    unsafe {
        libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG, count)
    };
}

/// See the module header. Used by holders of the GIL.
#[derive(Debug, Default)]
pub struct WaitQueue {
    /// Changes with every notice, so that one that comes before the wait is not missed.
    notices: AtomicU32,
    waiting: Cell<u32>,
}

impl WaitQueue {
    /// Waits until `is_ready` or the deadline; whether it is ready. The queue must stay where it is.
    /// Errors: what a signal's handler raises.
    pub fn wait_until(
        &self,
        py: Py,
        deadline: Option<Deadline>,
        mut is_ready: impl FnMut() -> bool,
    ) -> Result<bool> {
        let mut is_late = false;
        loop {
            if is_ready() {
                return Ok(true);
            }
            if is_late {
                return Ok(false);
            }
            let notices = self.notices.load(SeqCst);
            self.waiting.set(self.waiting.get() + 1);
            let woken = py.blocking(|| wait(&self.notices, notices, deadline.as_ref()));
            self.waiting.set(self.waiting.get() - 1);
            match woken {
                Wake::TimedOut => is_late = true,
                // A signal may also have come in another way: its handler runs before anything is taken.
                Wake::Woken | Wake::Interrupted => {
                    if let Err(raised) = py.check_signals() {
                        // What this thread may have been woken for is another one's now.
                        self.notify_one();
                        return Err(raised);
                    }
                }
            }
        }
    }

    /// Wakes one that waits: there is something for one.
    pub fn notify_one(&self) {
        if self.waiting.get() > 0 {
            self.notices.fetch_add(1, SeqCst);
            wake(&self.notices, 1);
        }
    }

    pub fn notify_all(&self) {
        if self.waiting.get() > 0 {
            self.notices.fetch_add(1, SeqCst);
            wake(&self.notices, i32::MAX);
        }
    }

    /// After a fork: whoever waited does not exist any more.
    pub fn forget(&self) {
        self.waiting.set(0);
    }
}
