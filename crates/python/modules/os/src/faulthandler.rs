//! `faulthandler`: tracebacks of a process that crashes, hangs, or is asked by a signal.
//!
//! Tracebacks are written from the system's handler of a signal, on the main thread: its frames stand still then, whatever the
//! interpreter was doing, and are only read; those of other threads do if the main thread has the GIL. A watchdog (`dump_traceback_later`) is a thread that sends the main thread a signal of its own.
//! What handlers read is static, because the system gives them nothing else.
//!
//! Limits: a position is that of the frame's last call or poll; stack overflows are not caught on a stack of their own;
//! `dump_c_stack` says that there is none.

use crate::arguments::{self, Rounding};
use crate::calls::{OrRaise, value, zeroed};
use metatrace_machine::Context;
use python_model::frames::FrameView;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_model::vm::Thread;
use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU64};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// Signals of programs that crash, in the order in which they are set up, and what they are called.
const FATAL: [(i32, &str); 5] = [
    (libc::SIGBUS, "Bus error"),
    (libc::SIGILL, "Illegal instruction"),
    (libc::SIGFPE, "Floating-point exception"),
    (libc::SIGABRT, "Aborted"),
    (libc::SIGSEGV, "Segmentation fault"),
];

/// Frames that a traceback shows at most.
const MOST_FRAMES: usize = 100;

/// The main thread's context; null before anything was asked for.
static CONTEXT: AtomicPtr<Context> = AtomicPtr::new(std::ptr::null_mut());
static FATAL_FILE: AtomicI32 = AtomicI32::new(-1);
/// Descriptors for signals that were registered, -1: not registered; whether the handler before runs too.
static FILES: [AtomicI32; 65] = [const { AtomicI32::new(-1) }; 65];
static CHAINS: [AtomicBool; 65] = [const { AtomicBool::new(false) }; 65];
static PREVIOUS: [AtomicU64; 65] = [const { AtomicU64::new(0) }; 65];
static WATCHDOG_FILE: AtomicI32 = AtomicI32::new(-1);
static WATCHDOG_EXITS: AtomicBool = AtomicBool::new(false);

/// What is set up.
#[derive(Default)]
struct State {
    is_enabled: Cell<bool>,
    old: RefCell<Vec<(i32, libc::sigaction)>>,
    /// Dropped to stop the watchdog.
    watchdog: RefCell<Option<Sender<()>>>,
    /// Files that handlers write to, kept open: immortal objects.
    files: Cell<Word>,
}

pub static MODULE: NativeModule = NativeModule {
    name: "faulthandler",
    doc: "faulthandler module.",
    functions: FUNCTIONS,
    fill: |_, _| Ok(()),
};

/// The signal by which a watchdog asks for a traceback: a real-time signal that nothing else uses.
fn watchdog_signal() -> i32 {
    libc::SIGRTMAX() - 3
}

static FUNCTIONS: &[NativeDef] = &[
    def(
        "enable",
        "($module, /, file=sys.stderr, all_threads=True, c_stack=True)",
        "Enable the fault handler.",
        |py, a| {
            let file = file(py, a[0])?;
            remember(py);
            FATAL_FILE.store(file, Release);
            let state = py.vm().state::<State>();
            if !state.is_enabled.replace(true) {
                for (signal, _) in FATAL {
                    let old = install(signal, fatal as extern "C" fn(libc::c_int), libc::SA_NODEFER);
                    state.old.borrow_mut().extend(old.map(|old| (signal, old)));
                }
            }
            Ok(NONE)
        },
    ),
    def("disable", "($module, /)", "Disable the fault handler.", |py, _| {
        let state = py.vm().state::<State>();
        for (signal, old) in state.old.take() {
            value!(libc::sigaction(signal, &old, std::ptr::null_mut()));
        }
        FATAL_FILE.store(-1, Release);
        Ok(bool_word(state.is_enabled.replace(false)))
    }),
    def("is_enabled", "($module, /)", "Check if the handler is enabled.", |py, _| {
        Ok(bool_word(py.vm().state::<State>().is_enabled.get()))
    }),
    def(
        "dump_traceback",
        "($module, /, file=sys.stderr, all_threads=True)",
        "Dump the traceback of the current thread, or of all threads if all_threads is True, into file.",
        |py, a| {
            let all = arguments::boolean(py, a[1], true)?;
            dump(py, file(py, a[0])?, CURRENT, all);
            Ok(NONE)
        },
    ),
    def(
        "dump_c_stack",
        "($module, /, file=sys.stderr)",
        "Dump the C stack of the current thread.",
        |py, a| {
            write(file(py, a[0])?, b"  <cannot get C stack on this system>\n");
            Ok(NONE)
        },
    ),
    def(
        "dump_traceback_later",
        "($module, /, timeout, repeat=False, file=sys.stderr, exit=False)",
        "Dump the traceback of all threads in timeout seconds.",
        dump_later,
    ),
    def(
        "cancel_dump_traceback_later",
        "($module, /)",
        "Cancel the previous call to dump_traceback_later().",
        |py, _| {
            py.vm().state::<State>().watchdog.take();
            Ok(NONE)
        },
    ),
    def(
        "register",
        "($module, /, signum, file=sys.stderr, all_threads=True, chain=False)",
        "Register a handler for the signal 'signum'.",
        |py, a| {
            let signal = signal(py, a[0])?;
            let file = file(py, a[1])?;
            let chain = arguments::boolean(py, a[3], false)?;
            remember(py);
            if FILES[signal as usize].load(Relaxed) < 0 {
                let flags = if chain { libc::SA_NODEFER } else { libc::SA_RESTART };
                match install(signal, asked as extern "C" fn(libc::c_int), flags) {
                    Some(old) => PREVIOUS[signal as usize].store(old.sa_sigaction as u64, Relaxed),
                    None => return Err(std::io::Error::last_os_error()).or_raise(py),
                }
            }
            CHAINS[signal as usize].store(chain, Relaxed);
            FILES[signal as usize].store(file, Release);
            Ok(NONE)
        },
    ),
    def(
        "unregister",
        "($module, signum, /)",
        "Unregister the handler of the signal 'signum' registered by register().",
        |py, a| {
            let signal = signal(py, a[0])?;
            if FILES[signal as usize].swap(-1, Relaxed) < 0 {
                return Ok(FALSE);
            }
            let mut old = zeroed!(libc::sigaction);
            old.sa_sigaction = PREVIOUS[signal as usize].load(Relaxed) as libc::sighandler_t;
            value!(libc::sigaction(signal, &old, std::ptr::null_mut()));
            Ok(TRUE)
        },
    ),
    def("_sigsegv", "($module, release_gil=False, /)", "Raise a SIGSEGV signal.", |_, _| {
        crash(libc::SIGSEGV)
    }),
    def("_sigabrt", "($module, /)", "Raise a SIGABRT signal.", |_, _| crash(libc::SIGABRT)),
    def("_sigfpe", "($module, /)", "Raise a SIGFPE signal.", |_, _| crash(libc::SIGFPE)),
    def("_read_null", "($module, /)", "Read from NULL, raise a SIGSEGV signal.", |_, _| crash(libc::SIGSEGV)),
];

fn crash(signal: i32) -> Result {
    value!(libc::raise(signal));
    Ok(NONE)
}

/// The descriptor of a file argument; its buffers are written out. Errors: `RuntimeError` without `sys.stderr`.
fn file(py: Py, value: Word) -> Result<i32> {
    let value = match value {
        UNSET | NONE => {
            let stderr = py.import_from("sys", "stderr")?;
            if stderr == NONE {
                return Err(py.runtime_error("sys.stderr is None"));
            }
            stderr
        }
        value => value,
    };
    if py.is_a(value, Ty::Int) {
        let descriptor = arguments::int(py, value)?;
        if descriptor < 0 {
            return Err(py.value_error("file is not a valid file descriptor"));
        }
        return Ok(descriptor);
    }
    let number = py.call_method(value, py.intern("fileno")?, &[])?;
    let descriptor = match as_i64(py.base(number)) {
        Some(number) if (0..=i64::from(i32::MAX)).contains(&number) => number as i32,
        _ => return Err(py.runtime_error("file.fileno() is not a valid file descriptor")),
    };
    if py.call_method(value, py.intern("flush")?, &[]).is_err() {
        py.take_raised();
    }
    // The handler writes to the descriptor: the file must not be closed by the collector.
    py.vm().state::<State>().files.set(py.vm().immortal(value));
    Ok(descriptor)
}

fn signal(py: Py, value: Word) -> Result<i32> {
    let signal = arguments::int(py, value)?;
    if FATAL.iter().any(|(fatal, _)| *fatal == signal) {
        return Err(py.runtime_error(format!("signal {signal} cannot be registered, use enable() instead")));
    }
    if !(1..=crate::signals::LAST).contains(&signal) {
        return Err(py.value_error("signal number out of range"));
    }
    Ok(signal)
}

fn remember(py: Py) {
    CONTEXT.store(std::ptr::from_ref(py.context()).cast_mut(), Release);
}

/// Sets the system's handler; the one before, or `None` if the system refuses.
fn install(signal: i32, handler: extern "C" fn(libc::c_int), flags: i32) -> Option<libc::sigaction> {
    let (mut new, mut old) = (zeroed!(libc::sigaction), zeroed!(libc::sigaction));
    new.sa_sigaction = handler as libc::sighandler_t;
    new.sa_flags = flags;
    (value!(libc::sigaction(signal, &new, &mut old)) == 0).then_some(old)
}

fn dump_later(py: Py, a: &[Word]) -> Result {
    let limit = arguments::nanoseconds(py, a[0], Rounding::Up)?;
    let (repeats, exits) = (arguments::boolean(py, a[1], false)?, arguments::boolean(py, a[3], false)?);
    if limit <= 0 {
        return Err(py.value_error("timeout must be greater than 0"));
    }
    let file = file(py, a[2])?;
    remember(py);
    let limit = Duration::from_nanos(limit as u64);
    WATCHDOG_FILE.store(file, Relaxed);
    WATCHDOG_EXITS.store(exits, Relaxed);
    let signal = watchdog_signal();
    install(signal, bark as extern "C" fn(libc::c_int), libc::SA_RESTART);
    let thread = value!(libc::pthread_self());
    let (stop, stopped) = channel::<()>();
    let shown = shown_time(limit);
    std::thread::spawn(move || {
        while stopped.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
            write(file, format!("Timeout ({shown})!\n").as_bytes());
            value!(libc::pthread_kill(thread, signal));
            if !repeats {
                break;
            }
        }
    });
    py.vm().state::<State>().watchdog.replace(Some(stop));
    Ok(NONE)
}

/// `h:mm:ss`, with microseconds if there are some.
fn shown_time(time: Duration) -> String {
    let (seconds, micros) = (time.as_secs(), time.subsec_micros());
    let text = format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if micros > 0 { format!("{text}.{micros:06}") } else { text }
}

fn write(descriptor: i32, bytes: &[u8]) {
    // There is nobody to tell that it failed.
    let _ = value!(libc::write(descriptor, bytes.as_ptr().cast(), bytes.len()));
}

/// Runs `body` with the interpreter, if one was remembered, as the main thread. For handlers, which only read.
fn with_interpreter(body: impl FnOnce(Py)) {
    let context = CONTEXT.load(Acquire);
    if !context.is_null() {
        // SAFETY: the main thread's context lives as long as the process; handlers only read through it.
        body(unsafe { Py::of(context) });
    }
}

extern "C" fn fatal(signal: libc::c_int) {
    let file = FATAL_FILE.load(Acquire);
    let name = FATAL.iter().find(|(fatal, _)| *fatal == signal).map_or("", |(_, name)| name);
    // The system's own handling follows: the signal is raised again.
    crate::calls::value!(libc::signal(signal, libc::SIG_DFL));
    write(file, b"Fatal Python error: ");
    write(file, name.as_bytes());
    write(file, b"\n\n");
    with_interpreter(|py| dump(py, file, CURRENT, true));
    crate::calls::value!(libc::raise(signal));
}

extern "C" fn asked(signal: libc::c_int) {
    let file = FILES[signal as usize].load(Acquire);
    with_interpreter(|py| dump(py, file, CURRENT, true));
    if CHAINS[signal as usize].load(Relaxed) {
        let previous = PREVIOUS[signal as usize].load(Relaxed) as libc::sighandler_t;
        match previous {
            libc::SIG_IGN => {}
            libc::SIG_DFL => {
                value!(libc::signal(signal, libc::SIG_DFL));
                value!(libc::raise(signal));
            }
            handler => {
                // SAFETY: the address of the handler that was installed before, of a handler without further arguments.
                let handler: extern "C" fn(libc::c_int) = unsafe { std::mem::transmute(handler) };
                handler(signal);
            }
        }
    }
}

extern "C" fn bark(_: libc::c_int) {
    let file = WATCHDOG_FILE.load(Acquire);
    with_interpreter(|py| dump(py, file, b"Thread 0x", true));
    if WATCHDOG_EXITS.load(Relaxed) {
        // SAFETY: ends the process.
        unsafe { libc::_exit(1) }
    }
}

/// How a traceback begins of the thread that asked for it.
const CURRENT: &[u8] = b"Current thread 0x";

/// Writes the stack of the thread, called `shown`, after those of the others if `all` are wanted. Nothing of the heap is allocated or called.
fn dump(py: Py, file: i32, shown: &[u8], all: bool) {
    let own = value!(libc::pthread_self()) as i64;
    if all {
        py.vm().each_thread(|thread| {
            if thread.identity.get() != own && thread.identity.get() != 0 {
                write_thread(file, b"Thread 0x", thread.identity.get() as u64);
                dump_frames(py, file, thread);
                write(file, b"\n");
            }
        });
        write_thread(file, shown, own as u64);
    } else {
        write(file, b"Stack (most recent call first):\n");
    }
    py.vm().each_thread(|thread| {
        if thread.identity.get() == own {
            dump_frames(py, file, thread);
        }
    });
}

fn write_thread(file: i32, what: &[u8], identity: u64) {
    write(file, what);
    let digits: [u8; 16] =
        std::array::from_fn(|at| b"0123456789abcdef"[(identity >> (60 - 4 * at) & 15) as usize]);
    write(file, &digits);
    write(file, b" (most recent call first):\n");
}

fn dump_frames(py: Py, file: i32, thread: &Thread) {
    let mut count = 0;
    (py.vm().hooks.visit_frames_of)(thread, &mut |frame: FrameView| {
        count += 1;
        if count > MOST_FRAMES {
            write(file, b"  ...\n");
            return false;
        }
        let info = frame.code.info;
        write(file, b"  File \"");
        write_escaped(file, info.filename().as_bytes());
        write(file, b"\", line ");
        write_number(file, frame.code.line(frame.pc));
        write(file, b" in ");
        write_escaped(file, info.object.name.as_bytes());
        write(file, b"\n");
        true
    });
    if count == 0 {
        write(file, b"  <no Python frame>\n");
    }
}

/// ASCII as it is, other bytes as `?`. Without an allocation.
fn write_escaped(file: i32, text: &[u8]) {
    for part in text.chunks(64) {
        let mut room = [b'?'; 64];
        for (to, from) in room.iter_mut().zip(part) {
            if (32..127).contains(from) {
                *to = *from;
            }
        }
        write(file, &room[..part.len()]);
    }
}

fn write_number(file: i32, mut number: u32) {
    let mut digits = [0_u8; 10];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    write(file, &digits[at..]);
}
