//! `_signal`: handlers of signals, timers, masks, waiting. How a signal reaches its handler: `delivery.rs`.
//!
//! Handlers run on the main thread; only it may set them.

mod constants;
mod delivery;

pub use delivery::{adopt, die_of_interrupt, forget_pending, install, run_pending};

use crate::arguments::{self, Rounding};
use crate::calls::{OrRaise, call, check_number, value, zeroed};
use crate::constants::{add, set};
use delivery::{current_action, note_address, set_action, set_wakeup};
use heap::Gc;
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def, given};
use python_model::objects::Tuple;
use python_model::py::{Py, Result};
use python_model::types::TypeRef;
use python_model::value::*;
use python_modules_core::structseq::{self, Structure};
use std::cell::Cell;

/// The largest number of a signal.
pub const LAST: i32 = 64;

/// Handlers by number of the signal: what `signal.getsignal` returns.
#[derive(Default)]
pub struct Handlers {
    /// A tuple, made when first asked for, that lives as long as the interpreter; 0 before.
    table: Cell<Word>,
    default_handler: Cell<Word>,
    timer_error: Cell<Word>,
    info: Cell<Option<TypeRef>>,
}

impl Handlers {
    /// The handlers of the interpreter. Signals that are not the system's default when it starts have no known handler (None).
    pub fn of(py: Py<'_>) -> Result<&Handlers> {
        let own = py.vm().state::<Handlers>();
        if own.table.get() == 0 {
            let table = py.new_tuple_uninit(LAST as usize + 1)?;
            for signal in 1..=LAST {
                let known = match current_action(signal) {
                    libc::SIG_DFL => small_int(0),
                    libc::SIG_IGN => small_int(1),
                    _ => NONE,
                };
                table.items()[signal as usize].set(py.mutator(), table, known);
            }
            own.table.set(py.vm().immortal(word(table)));
        }
        Ok(own)
    }

    fn table(&self) -> Gc<Tuple> {
        as_object(self.table.get()).expect("made by `of`")
    }

    pub fn get(&self, signal: i32) -> Word {
        self.table().items()[signal as usize].get()
    }

    pub fn set(&self, py: Py, signal: i32, handler: Word) {
        let table = self.table();
        table.items()[signal as usize].set(py.mutator(), table, handler);
    }
}

static DEFAULT_HANDLER: NativeDef = def(
    "default_int_handler",
    "($module, signalnum, frame, /)",
    "The default handler for SIGINT installed by Python.",
    |py, _| Err(delivery::interrupt(py)),
);

/// `signal.default_int_handler`
fn default_handler(py: Py) -> Result {
    let own = Handlers::of(py)?;
    if own.default_handler.get() == 0 {
        let made = python_model::functions::new_builtin(py, &DEFAULT_HANDLER, NONE)?;
        own.default_handler.set(py.vm().immortal(made));
    }
    Ok(own.default_handler.get())
}

pub static MODULE: NativeModule = NativeModule {
    name: "_signal",
    doc: "This module provides mechanisms to use signal handlers in Python.",
    functions: FUNCTIONS,
    fill: |py, own| {
        add(py, own, constants::SYSTEM)?;
        add(py, own, constants::OTHERS)?;
        let (first, last) = (libc::SIGRTMIN(), libc::SIGRTMAX());
        add(
            py,
            own,
            &[("NSIG", i64::from(LAST) + 1), ("SIGRTMIN", i64::from(first)), ("SIGRTMAX", i64::from(last))],
        )?;
        set(py, own, "default_int_handler", default_handler(py)?)?;
        let names = dict::new(py)?;
        let module = py.str("signal")?;
        dict::set_symbol(py, names, python_model::names::Name::ModuleAttr, module)?;
        let bases = py.new_tuple(&[py.ty(python_model::Ty::OSError).word()])?;
        let class = [py.str("ItimerError")?, bases, word(names)];
        let error = py.call(py.ty(python_model::Ty::Type).word(), &class)?;
        let state = Handlers::of(py)?;
        state.timer_error.set(py.vm().immortal(error));
        set(py, own, "ItimerError", error)?;
        let info = structseq::define(
            py,
            Structure::plain(
                "signal",
                "struct_siginfo",
                "struct_siginfo: Result from sigwaitinfo or sigtimedwait.",
                &["si_signo", "si_code", "si_errno", "si_pid", "si_uid", "si_status", "si_band"],
            ),
        )?;
        state.info.set(Some(info));
        set(py, own, "struct_siginfo", info.word())
    },
};

static FUNCTIONS: &[NativeDef] = &[
    def("signal", "($module, signalnum, handler, /)", "Set the action for the given signal.", |py, a| {
        let signal = arguments::int(py, a[0])?;
        let handlers = Handlers::of(py)?;
        expect_main_thread(py, "signal")?;
        let action = if py.is_callable(a[1]) {
            note_address()
        } else {
            match as_i64(py.base(a[1])) {
                Some(0) => libc::SIG_DFL,
                Some(1) => libc::SIG_IGN,
                _ => {
                    return Err(py.type_error(
                        "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
                    ));
                }
            }
        };
        in_range(py, signal)?;
        // What has arrived is handled by the handler of its time.
        py.check_signals()?;
        if !set_action(signal, action, 0) {
            return Err(std::io::Error::last_os_error()).or_raise(py);
        }
        let old = handlers.get(signal);
        handlers.set(py, signal, a[1]);
        Ok(old)
    }),
    def(
        "getsignal",
        "($module, signalnum, /)",
        "Return the current action for the given signal.",
        |py, a| {
            let signal = arguments::int(py, a[0])?;
            in_range(py, signal)?;
            Ok(Handlers::of(py)?.get(signal))
        },
    ),
    def("siginterrupt", "($module, signalnum, flag, /)", "Change system call restart behaviour.", |py, a| {
        let (signal, interrupts) = (arguments::int(py, a[0])?, arguments::int(py, a[1])? != 0);
        in_range(py, signal)?;
        let mut action = zeroed!(libc::sigaction);
        call!(py, libc::sigaction(signal, std::ptr::null(), &mut action)).or_raise(py)?;
        action.sa_flags &= !libc::SA_RESTART;
        if !interrupts {
            action.sa_flags |= libc::SA_RESTART;
        }
        call!(py, libc::sigaction(signal, &action, std::ptr::null_mut())).or_raise(py)?;
        Ok(NONE)
    }),
    def("raise_signal", "($module, signalnum, /)", "Send a signal to the executing process.", |py, a| {
        let signal = arguments::int(py, a[0])?;
        if value!(libc::raise(signal)) != 0 {
            return Err(std::io::Error::last_os_error()).or_raise(py);
        }
        py.check_signals()?;
        Ok(NONE)
    }),
    def("pthread_kill", "($module, thread_id, signalnum, /)", "Send a signal to a thread.", |py, a| {
        let (_, signal) = (arguments::long(py, a[0])?, arguments::int(py, a[1])?);
        // There is one thread.
        let thread = value!(libc::pthread_self());
        check_number(value!(libc::pthread_kill(thread, signal))).or_raise(py)?;
        py.check_signals()?;
        Ok(NONE)
    }),
    def(
        "pidfd_send_signal",
        "($module, pidfd, signalnum, siginfo=None, flags=0, /)",
        "Send a signal to a process referred to by a pid file descriptor.",
        |py, a| {
            let (descriptor, signal) = (arguments::int(py, a[0])?, arguments::int(py, a[1])?);
            if given(a[2]).is_some() {
                return Err(py.type_error("siginfo must be None"));
            }
            let flags = arguments::int_or(py, a[3], 0)?;
            let none = std::ptr::null::<libc::siginfo_t>();
            call!(py, libc::syscall(libc::SYS_pidfd_send_signal, descriptor, signal, none, flags))
                .or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "alarm",
        "($module, seconds, /)",
        "Arrange for SIGALRM to arrive after the given number of seconds.",
        |py, a| {
            let seconds = arguments::int(py, a[0])? as u32;
            py.int(i64::from(value!(libc::alarm(seconds))))
        },
    ),
    def(
        "setitimer",
        "($module, which, seconds, interval=0.0, /)",
        "Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).",
        |py, a| {
            let which = arguments::int(py, a[0])?;
            let time = |value: Word| match value {
                UNSET => Ok(arguments::timeval(0)),
                value => seconds_argument(py, value).map(arguments::timeval),
            };
            let new = libc::itimerval { it_value: time(a[1])?, it_interval: time(a[2])? };
            let mut old = zeroed!(libc::itimerval);
            timer_error(py, call!(py, libc::setitimer(which, &new, &mut old)))?;
            timer(py, old)
        },
    ),
    def("getitimer", "($module, which, /)", "Returns current value of given itimer.", |py, a| {
        let which = arguments::int(py, a[0])?;
        let mut now = zeroed!(libc::itimerval);
        timer_error(py, call!(py, libc::getitimer(which, &mut now)))?;
        timer(py, now)
    }),
    def("pause", "($module, /)", "Wait until a signal arrives.", |py, _| {
        py.blocking(|| value!(libc::pause()));
        py.check_signals()?;
        Ok(NONE)
    }),
    def(
        "set_wakeup_fd",
        "($module, fd, /, *, warn_on_full_buffer=True)",
        "Sets the fd to be written to (with the signal number) when a signal comes in.",
        |py, a| {
            let descriptor = arguments::int(py, a[0])?;
            let warns = arguments::boolean(py, a[1], true)?;
            expect_main_thread(py, "set_wakeup_fd")?;
            if descriptor != -1 {
                let mut status = zeroed!(libc::stat);
                call!(py, libc::fstat(descriptor, &mut status)).or_raise(py)?;
                let flags = call!(py, libc::fcntl(descriptor, libc::F_GETFL)).or_raise(py)?;
                if flags & libc::O_NONBLOCK == 0 {
                    let message = format!("the fd {descriptor} must be in non-blocking mode");
                    return Err(py.value_error(message));
                }
            }
            py.int(i64::from(set_wakeup(descriptor, warns)))
        },
    ),
    def(
        "pthread_sigmask",
        "($module, how, mask, /)",
        "Fetch and/or change the signal mask of the calling thread.",
        |py, a| {
            let how = arguments::int(py, a[0])?;
            let new = signal_set(py, a[1])?;
            let mut old = zeroed!(libc::sigset_t);
            check_number(value!(libc::pthread_sigmask(how, &new, &mut old))).or_raise(py)?;
            // What was blocked may have arrived.
            py.check_signals()?;
            set_word(py, &old)
        },
    ),
    def("sigpending", "($module, /)", "Examine pending signals.", |py, _| {
        let mut pending = zeroed!(libc::sigset_t);
        call!(py, libc::sigpending(&mut pending)).or_raise(py)?;
        set_word(py, &pending)
    }),
    def("sigwait", "($module, sigset, /)", "Wait for a signal.", |py, a| {
        let waited = signal_set(py, a[0])?;
        let mut signal = 0;
        check_number(py.blocking(|| value!(libc::sigwait(&waited, &mut signal)))).or_raise(py)?;
        py.int(i64::from(signal))
    }),
    def(
        "sigwaitinfo",
        "($module, sigset, /)",
        "Wait synchronously until one of the signals in *sigset* is delivered.",
        |py, a| {
            let waited = signal_set(py, a[0])?;
            let mut info = zeroed!(libc::siginfo_t);
            call!(py, libc::sigwaitinfo(&waited, &mut info)).or_raise(py)?;
            info_word(py, &info)
        },
    ),
    def(
        "sigtimedwait",
        "($module, sigset, timeout, /)",
        "Like sigwaitinfo(), but with a timeout.",
        |py, a| {
            let waited = signal_set(py, a[0])?;
            let timeout = seconds_argument(py, a[1])?;
            if timeout < 0 {
                return Err(py.value_error("timeout must be non-negative"));
            }
            let deadline = std::time::Instant::now() + std::time::Duration::from_nanos(timeout as u64);
            loop {
                let left = deadline.saturating_duration_since(std::time::Instant::now());
                let limit = arguments::timespec(left.as_nanos().min(i64::MAX as u128) as i64);
                let mut info = zeroed!(libc::siginfo_t);
                let status = py.blocking(|| value!(libc::sigtimedwait(&waited, &mut info, &limit)));
                let error = std::io::Error::last_os_error();
                match error.raw_os_error() {
                    _ if status >= 0 => return info_word(py, &info),
                    Some(libc::EAGAIN) => return Ok(NONE),
                    Some(libc::EINTR) => py.check_signals()?,
                    _ => return Err(error).or_raise(py),
                }
            }
        },
    ),
    def(
        "strsignal",
        "($module, signalnum, /)",
        "Return the system description of the given signal.",
        |py, a| {
            let signal = arguments::int(py, a[0])?;
            in_range(py, signal)?;
            let text = value!(libc::strsignal(signal));
            // SAFETY: a C string of the C library, valid until the next call.
            let text = unsafe { crate::paths::decode_pointer(py, text) }?;
            let is_unknown = py.to_text(text)?.starts_with("Unknown signal");
            Ok(if is_unknown { NONE } else { text })
        },
    ),
    def(
        "valid_signals",
        "($module, /)",
        "Return a set of valid signal numbers on this platform.",
        |py, _| {
            let mut all = zeroed!(libc::sigset_t);
            call!(py, libc::sigfillset(&mut all)).or_raise(py)?;
            set_word(py, &all)
        },
    ),
];

fn in_range(py: Py, signal: i32) -> Result<()> {
    if (1..=LAST).contains(&signal) { Ok(()) } else { Err(py.value_error("signal number out of range")) }
}

/// Seconds, rounded up. Errors: also `TypeError` as `time.sleep` says it.
fn seconds_argument(py: Py, value: Word) -> Result<i64> {
    let is_number = matches!(V::of(py.base(value)), V::Float(_))
        || py.is_a(value, python_model::Ty::Int)
        || py.type_of(value).lookup(py, python_model::names::Name::Index).is_some();
    if !is_number {
        let what = py.type_name(value);
        return Err(py.type_error(format!("'{what}' object cannot be interpreted as an integer or float")));
    }
    arguments::nanoseconds(py, value, Rounding::Up)
}

/// The signals of an iterable. Errors: `ValueError` for numbers that are no signal.
pub fn signal_set(py: Py, value: Word) -> Result<libc::sigset_t> {
    let mut set = zeroed!(libc::sigset_t);
    value!(libc::sigemptyset(&mut set));
    let given = py.list_from_iterable(value)?;
    for index in 0..given.len() {
        let signal = arguments::long(py, given.item(index))?;
        if !(1..=i64::from(LAST)).contains(&signal) {
            return Err(py.value_error(format!("signal number {signal} out of range [1; {LAST}]")));
        }
        // Numbers that the C library keeps for itself are refused, and left out.
        value!(libc::sigaddset(&mut set, signal as i32));
    }
    Ok(set)
}

fn set_word(py: Py, signals: &libc::sigset_t) -> Result {
    let table = dict::new(py)?;
    for signal in 1..=LAST {
        if value!(libc::sigismember(signals, signal)) == 1 {
            dict::add_element(py, table, small_int(i64::from(signal)))?;
        }
    }
    py.new_set(table)
}

fn timer(py: Py, timer: libc::itimerval) -> Result {
    py.new_tuple(&[timer.it_value, timer.it_interval].map(|time| float_word(arguments::seconds_of(time))))
}

/// Errors: `signal.ItimerError`.
fn timer_error<T>(py: Py, result: std::io::Result<T>) -> Result<T> {
    match result {
        Ok(value) => Ok(value),
        Err(error) => {
            let errno = crate::calls::number_of(&error);
            let class = Handlers::of(py)?.timer_error.get();
            let text = py.str(&crate::calls::describe(errno))?;
            let exception = py.call(class, &[small_int(i64::from(errno)), text])?;
            Err(py.raise(exception))
        }
    }
}

fn info_word(py: Py, info: &libc::siginfo_t) -> Result {
    // SAFETY: what the kernel filled in; zero where it says nothing.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    let class = Handlers::of(py)?.info.get().expect("set when the module was made");
    let values = [info.si_signo, info.si_code, info.si_errno, pid, uid as i32, status, 0];
    structseq::new(py, class, &values.map(|n| small_int(i64::from(n))))
}

/// Errors: `ValueError` on other threads than the main one.
fn expect_main_thread(py: Py, function: &str) -> Result<()> {
    if py.vm().is_main(py.thread()) {
        return Ok(());
    }
    Err(py.value_error(format!("{function} only works in main thread of the main interpreter")))
}
