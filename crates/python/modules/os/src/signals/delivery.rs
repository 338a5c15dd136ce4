//! From a signal to its Python handler.
//!
//! The system's handler only notes that the signal arrived and asks the main thread to poll; the Python handler runs at the
//! next poll, or when a call that the signal interrupted returns (`Py::system_call`). What it writes to is static, because the system gives a handler
//! nothing else: the signals are the process's.
//!
//! ```text
//! signal ──> note ──> ARRIVED[n], bell of the main thread ──> polling.rs (interpreter) ──> run_pending ──> handler(n, frame)
//!               └──> wakeup descriptor
//! ```

use super::{Handlers, LAST, default_handler};
use python_model::blocking::Signals;
use python_model::gil::Bell;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr};

/// The request that makes the main thread poll.
const REQUEST_SIGNALS: u32 = 1 << 16;
const _: () = assert!(heap::REQUEST_LANGUAGE_MASK & REQUEST_SIGNALS != 0);

static ARRIVED: [AtomicBool; LAST as usize + 1] = [const { AtomicBool::new(false) }; LAST as usize + 1];
static ANY: AtomicBool = AtomicBool::new(false);
/// The bell of the main thread; null before [`install`].
static MAIN: AtomicPtr<Bell> = AtomicPtr::new(std::ptr::null_mut());
/// Gets a byte with the number of each signal; -1: none.
static WAKEUP: AtomicI32 = AtomicI32::new(-1);
/// Error number of a failed write to it, to be reported.
static WAKEUP_ERROR: AtomicI32 = AtomicI32::new(0);
static WARNS_WHEN_FULL: AtomicBool = AtomicBool::new(true);

/// The system's handler of all signals that Python handles.
extern "C" fn note(signal: libc::c_int) {
    // SAFETY: the location of errno is this thread's; what runs here must leave it as it was.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: as above.
    let saved = unsafe { *errno };
    if let Some(arrived) = ARRIVED.get(signal as usize) {
        arrived.store(true, Relaxed);
        ANY.store(true, Release);
    }
    let main = MAIN.load(Acquire);
    if !main.is_null() {
        // SAFETY: never freed, and of the main thread, which lives as long as the process.
        unsafe { (*main).ring(REQUEST_SIGNALS) };
    }
    let descriptor = WAKEUP.load(Relaxed);
    if descriptor >= 0 {
        let byte = signal as u8;
        // SAFETY: writes one byte of this frame.
        let count = unsafe { libc::write(descriptor, (&raw const byte).cast(), 1) };
        // SAFETY: as above.
        let error = unsafe { *errno };
        if count < 0 && (WARNS_WHEN_FULL.load(Relaxed) || error != libc::EAGAIN) {
            WAKEUP_ERROR.store(error, Relaxed);
        }
    }
    // SAFETY: as above.
    unsafe { *errno = saved };
}

/// Makes the process handle signals as a Python does: SIGINT raises `KeyboardInterrupt`, writing to a closed pipe is an error
/// of the call. To be called on the main thread when the interpreter starts.
pub fn install(py: Py) -> Result<()> {
    adopt(py);
    py.vm().state::<Signals>().check.set(Some(run_pending));
    for ignored in [libc::SIGPIPE, libc::SIGXFSZ] {
        set_action(ignored, libc::SIG_IGN, 0);
    }
    if current_action(libc::SIGINT) == libc::SIG_DFL {
        let handlers = Handlers::of(py)?;
        handlers.set(py, libc::SIGINT, default_handler(py)?);
        set_action(libc::SIGINT, note_address(), 0);
    }
    Ok(())
}

/// From now on, signals are handled on this thread: the main one.
pub fn adopt(py: Py) {
    MAIN.store(Box::into_raw(Box::new(Bell::of(py))), Release);
}

/// The address of the system's handler.
pub fn note_address() -> libc::sighandler_t {
    note as extern "C" fn(libc::c_int) as libc::sighandler_t
}

/// What the system does with a signal now; `SIG_ERR` if there is no such signal.
pub fn current_action(signal: i32) -> libc::sighandler_t {
    let mut action = crate::calls::zeroed!(libc::sigaction);
    let status = crate::calls::value!(libc::sigaction(signal, std::ptr::null(), &mut action));
    if status < 0 { libc::SIG_ERR } else { action.sa_sigaction }
}

/// Tells the system what to do with a signal; whether it agreed (`errno` says why not).
pub fn set_action(signal: i32, handler: libc::sighandler_t, flags: i32) -> bool {
    let mut action = crate::calls::zeroed!(libc::sigaction);
    action.sa_sigaction = handler;
    action.sa_flags = flags;
    crate::calls::value!(libc::sigaction(signal, &action, std::ptr::null_mut())) == 0
}

/// Forgets what arrived: a child must not handle the signals of its parent.
pub fn forget_pending() {
    ANY.store(false, Relaxed);
    for arrived in &ARRIVED {
        arrived.store(false, Relaxed);
    }
}

/// Sets the descriptor that gets the numbers of signals; the one before.
pub fn set_wakeup(descriptor: i32, warns_when_full: bool) -> i32 {
    WARNS_WHEN_FULL.store(warns_when_full, Relaxed);
    WAKEUP.swap(descriptor, Relaxed)
}

/// Runs the handlers of signals that have arrived. Errors: what one of them raises; the others wait for the next time.
pub fn run_pending(py: Py) -> Result<()> {
    if !py.vm().is_main(py.thread()) || !ANY.swap(false, Acquire) {
        return Ok(());
    }
    let error = WAKEUP_ERROR.swap(0, Relaxed);
    if error != 0 {
        let raised = crate::calls::raise(py, error, UNSET, UNSET);
        let _ = raised;
        let exception = py.take_raised();
        let message = "Exception ignored when trying to write to the signal wakeup fd";
        python_model::unraisable::report(py, exception, NONE, message);
    }
    for (signal, arrived) in ARRIVED.iter().enumerate().skip(1) {
        if !arrived.swap(false, Relaxed) {
            continue;
        }
        let handler = Handlers::of(py)?.get(signal as i32);
        if !py.is_callable(handler) {
            // Set to be ignored, or to the system's default, after the signal had arrived.
            continue;
        }
        let frame = python_modules_core::frames::frame_object(py, 0)?.unwrap_or(NONE);
        let number = small_int(signal as i64);
        if let Err(raised) = py.call(handler, &[number, frame]) {
            if ARRIVED.iter().any(|arrived| arrived.load(Relaxed)) {
                ANY.store(true, Release);
                py.mutator().request.fetch_or(REQUEST_SIGNALS, SeqCst);
            }
            return Err(raised);
        }
    }
    Ok(())
}

/// Ends the process as an interrupt that nobody handles does, so that its parent sees the signal.
pub fn die_of_interrupt() {
    set_action(libc::SIGINT, libc::SIG_DFL, 0);
    crate::calls::value!(libc::raise(libc::SIGINT));
}

/// `KeyboardInterrupt`
pub fn interrupt(py: Py) -> metatrace_machine::Raised {
    py.raise_with(Ty::KeyboardInterrupt, &[])
}
