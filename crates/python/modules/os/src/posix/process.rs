//! Processes: `fork`, `exec`, waiting for children, signals to processes.

use crate::arguments;
use crate::calls::{OrRaise, call, value, zeroed};
use crate::paths::{self, Allows};
use heap::Gc;
use python_model::native::{NativeDef, def};
use python_model::objects::{List, Tuple};
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::types::TypeRef;
use python_model::value::*;
use python_modules_core::structseq::{self, Structure};
use std::cell::Cell;
use std::ffi::CString;

pub const FUNCTIONS: &[NativeDef] = &[
    def("fork", "($module, /)", "Fork a child process.", |py, _| {
        py.int(i64::from(fork(py, "fork", || value!(libc::fork()))?))
    }),
    def(
        "forkpty",
        "($module, /)",
        "Fork a new process with a new pseudo-terminal as controlling tty.",
        |py, _| {
            let mut terminal = 0;
            let none = std::ptr::null_mut();
            let pid = fork(py, "forkpty", || {
                value!(libc::forkpty(&mut terminal, none, std::ptr::null(), std::ptr::null()))
            })?;
            py.new_tuple(&[pid, terminal].map(|n| small_int(i64::from(n))))
        },
    ),
    def(
        "register_at_fork",
        "($module, /, *, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)",
        "Register callables to be called when forking a new process.",
        register_at_fork,
    ),
    def(
        "execv",
        "($module, path, argv, /)",
        "Execute an executable path with arguments, replacing current process.",
        |py, a| {
            let path = paths::plain(py, a[0], "execv")?;
            let arguments = argument_list(py, a[1], "execv() arg 2")?;
            let pointers = pointers(&arguments);
            call!(py, libc::execv(path.as_ptr(), pointers.as_ptr())).or_raise_for(py, path.shown)?;
            Ok(NONE)
        },
    ),
    def(
        "execve",
        "($module, /, path, argv, env)",
        "Execute an executable path with arguments, replacing current process.",
        |py, a| {
            let path = paths::file_path(py, a[0], "execve", "path", Allows::Descriptor)?;
            let arguments = argument_list(py, a[1], "execve: argv")?;
            let environment = environment(py, a[2], "execve")?;
            let (arguments, environment) = (pointers(&arguments), pointers(&environment));
            match path.descriptor {
                Some(fd) => call!(py, libc::fexecve(fd, arguments.as_ptr(), environment.as_ptr())),
                None => call!(py, libc::execve(path.as_ptr(), arguments.as_ptr(), environment.as_ptr())),
            }
            .or_raise_for(py, path.shown)?;
            Ok(NONE)
        },
    ),
    def(
        "_exit",
        "($module, /, status)",
        "Exit to the system with specified status, without normal exit processing.",
        |py, a| {
            let status = arguments::int(py, a[0])?;
            // SAFETY: ends the process.
            unsafe { libc::_exit(status) }
        },
    ),
    def("abort", "($module, /)", "Abort the interpreter immediately.", |_, _| std::process::abort()),
    def("system", "($module, /, command)", "Execute the command in a subshell.", |py, a| {
        let command = paths::c_string(py, a[0])?;
        py.int(i64::from(py.blocking(|| value!(libc::system(command.as_ptr())))))
    }),
    def("kill", "($module, pid, signal, /)", "Kill a process with a signal.", |py, a| {
        let (pid, signal) = (arguments::int(py, a[0])?, arguments::int(py, a[1])?);
        call!(py, libc::kill(pid, signal)).or_raise(py)?;
        // To itself: the handler runs before the call returns.
        py.check_signals()?;
        Ok(NONE)
    }),
    def("killpg", "($module, pgid, signal, /)", "Kill a process group with a signal.", |py, a| {
        let (group, signal) = (arguments::int(py, a[0])?, arguments::int(py, a[1])?);
        call!(py, libc::killpg(group, signal)).or_raise(py)?;
        py.check_signals()?;
        Ok(NONE)
    }),
    def(
        "nice",
        "($module, increment, /)",
        "Add increment to the priority of process and return the new priority.",
        |py, a| {
            let increment = arguments::int(py, a[0])?;
            super::environment::clear_errno();
            let nice = value!(libc::nice(increment));
            limit(py, nice)
        },
    ),
    def("getpriority", "($module, /, which, who)", "Return program scheduling priority.", |py, a| {
        let (which, who) = (arguments::int(py, a[0])?, arguments::int(py, a[1])?);
        super::environment::clear_errno();
        limit(py, value!(libc::getpriority(which as libc::__priority_which_t, who as libc::id_t)))
    }),
    def("setpriority", "($module, /, which, who, priority)", "Set program scheduling priority.", |py, a| {
        let (which, who) = (arguments::int(py, a[0])?, arguments::int(py, a[1])?);
        let priority = arguments::int(py, a[2])?;
        call!(py, libc::setpriority(which as libc::__priority_which_t, who as libc::id_t, priority))
            .or_raise(py)?;
        Ok(NONE)
    }),
    def("wait", "($module, /)", "Wait for completion of a child process.", |py, _| wait_pid(py, -1, 0)),
    def("waitpid", "($module, pid, options, /)", "Wait for completion of a given child process.", |py, a| {
        wait_pid(py, arguments::int(py, a[0])?, arguments::int(py, a[1])?)
    }),
    def("wait3", "($module, /, options)", "Wait for completion of a child process.", |py, a| {
        wait_usage(py, -1, arguments::int(py, a[0])?)
    }),
    def(
        "wait4",
        "($module, /, pid, options)",
        "Wait for completion of a specific child process.",
        |py, a| wait_usage(py, arguments::int(py, a[0])?, arguments::int(py, a[1])?),
    ),
    def(
        "waitid",
        "($module, idtype, id, options, /)",
        "Returns the result of waiting for a process or processes.",
        |py, a| {
            let (kind, id) = (arguments::int(py, a[0])?, arguments::int(py, a[1])?);
            let options = arguments::int(py, a[2])?;
            let mut info = zeroed!(libc::siginfo_t);
            call!(py, libc::waitid(kind as libc::idtype_t, id as libc::id_t, &mut info, options))
                .or_raise(py)?;
            // SAFETY: what the kernel fills in for a child, zero if there is none.
            let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
            if pid == 0 {
                return Ok(NONE);
            }
            let values = [
                small_int(i64::from(pid)),
                small_int(i64::from(uid)),
                small_int(i64::from(info.si_signo)),
                small_int(i64::from(status)),
                small_int(i64::from(info.si_code)),
            ];
            structseq::new(py, types(py).waited.get().expect(MADE), &values)
        },
    ),
    def(
        "waitstatus_to_exitcode",
        "($module, /, status)",
        "Convert a wait status to an exit code.",
        |py, a| {
            if py.is_a(a[0], python_model::Ty::Float) {
                return Err(py.type_error("integer argument expected, got float"));
            }
            let status = arguments::int(py, a[0])?;
            if libc::WIFEXITED(status) {
                return py.int(i64::from(libc::WEXITSTATUS(status)));
            }
            if libc::WIFSIGNALED(status) {
                return py.int(-i64::from(libc::WTERMSIG(status)));
            }
            Err(py.value_error(if libc::WIFSTOPPED(status) {
                format!("process stopped by delivery of signal {}", libc::WSTOPSIG(status))
            } else {
                format!("invalid wait status: {status}")
            }))
        },
    ),
    def(
        "WCOREDUMP",
        "($module, status, /)",
        "Return True if the process returning status was dumped to a core file.",
        |py, a| Ok(bool_word(libc::WCOREDUMP(arguments::int(py, a[0])?))),
    ),
    def(
        "WIFCONTINUED",
        "($module, /, status)",
        "Return True if a particular process was continued from a job control stop.",
        |py, a| Ok(bool_word(libc::WIFCONTINUED(arguments::int(py, a[0])?))),
    ),
    def(
        "WIFSTOPPED",
        "($module, /, status)",
        "Return True if the process returning status was stopped.",
        |py, a| Ok(bool_word(libc::WIFSTOPPED(arguments::int(py, a[0])?))),
    ),
    def(
        "WIFSIGNALED",
        "($module, /, status)",
        "Return True if the process returning status was terminated by a signal.",
        |py, a| Ok(bool_word(libc::WIFSIGNALED(arguments::int(py, a[0])?))),
    ),
    def(
        "WIFEXITED",
        "($module, /, status)",
        "Return True if the process returning status exited via the exit() system call.",
        |py, a| Ok(bool_word(libc::WIFEXITED(arguments::int(py, a[0])?))),
    ),
    def("WEXITSTATUS", "($module, /, status)", "Return the process return code from status.", |py, a| {
        py.int(i64::from(libc::WEXITSTATUS(arguments::int(py, a[0])?)))
    }),
    def(
        "WTERMSIG",
        "($module, /, status)",
        "Return the signal that terminated the process that provided the status value.",
        |py, a| py.int(i64::from(libc::WTERMSIG(arguments::int(py, a[0])?))),
    ),
    def(
        "WSTOPSIG",
        "($module, /, status)",
        "Return the signal that stopped the process that provided the status value.",
        |py, a| py.int(i64::from(libc::WSTOPSIG(arguments::int(py, a[0])?))),
    ),
    def("times", "($module, /)", "Return a collection containing process timing information.", |py, _| {
        let mut used = zeroed!(libc::tms);
        let elapsed = value!(libc::times(&mut used));
        let ticks = value!(libc::sysconf(libc::_SC_CLK_TCK)).max(1) as f64;
        let values = [used.tms_utime, used.tms_stime, used.tms_cutime, used.tms_cstime, elapsed]
            .map(|time| float_word(time as f64 / ticks));
        structseq::new(py, types(py).times.get().expect(MADE), &values)
    }),
];

const MADE: &str = "set when the module was made";

#[derive(Default)]
struct Types {
    waited: Cell<Option<TypeRef>>,
    times: Cell<Option<TypeRef>>,
}

fn types(py: Py<'_>) -> &Types {
    py.vm().state::<Types>()
}

/// Makes the types of results. Called when the module is made.
pub fn define(py: Py) -> Result<[TypeRef; 2]> {
    let waited = structseq::define(
        py,
        Structure::plain(
            "posix",
            "waitid_result",
            "waitid_result: Result from waitid.",
            &["si_pid", "si_uid", "si_signo", "si_status", "si_code"],
        ),
    )?;
    let times = structseq::define(
        py,
        Structure::plain(
            "posix",
            "times_result",
            "times_result: Result from os.times().",
            &["user", "system", "children_user", "children_system", "elapsed"],
        ),
    )?;
    types(py).waited.set(Some(waited));
    types(py).times.set(Some(times));
    Ok([waited, times])
}

fn limit(py: Py, number: i32) -> Result {
    let error = std::io::Error::last_os_error();
    if number == -1 && error.raw_os_error() != Some(0) {
        return Err(error).or_raise(py);
    }
    py.int(i64::from(number))
}

/// What runs around a fork: lists that live as long as the interpreter.
#[derive(Default)]
struct ForkHooks {
    before: Cell<Word>,
    in_parent: Cell<Word>,
    in_child: Cell<Word>,
}

fn hooks(py: Py<'_>, place: impl Fn(&ForkHooks) -> &Cell<Word>) -> Result<Gc<List>> {
    let place = place(py.vm().state::<ForkHooks>());
    if place.get() == 0 {
        place.set(py.vm().immortal(word(py.new_list(0)?)));
    }
    Ok(as_object(place.get()).expect("a list"))
}

fn register_at_fork(py: Py, a: &[Word]) -> Result {
    if a.iter().all(|hook| *hook == UNSET) {
        return Err(py.type_error("At least one argument is required."));
    }
    for (hook, name) in a.iter().zip(["before", "after_in_child", "after_in_parent"]) {
        if *hook != UNSET && !py.is_callable(*hook) {
            let what = py.type_name(*hook);
            return Err(py.type_error(format!("'{name}' must be callable, not {what}")));
        }
    }
    for (hook, list) in
        a.iter().zip([hooks(py, |h| &h.before)?, hooks(py, |h| &h.in_child)?, hooks(py, |h| &h.in_parent)?])
    {
        if *hook != UNSET {
            list_push(py, list, *hook)?;
        }
    }
    Ok(NONE)
}

fn run_hook(py: Py, hook: Word) {
    if py.call(hook, &[]).is_err() {
        let exception = py.take_raised();
        python_model::unraisable::report(py, exception, hook, "Exception ignored in");
    }
}

/// Runs the hooks before a fork, the last one first. For other modules that fork.
pub fn before_fork(py: Py) -> Result<()> {
    let hooks = hooks(py, |hooks| &hooks.before)?;
    for index in (0..hooks.len()).rev() {
        run_hook(py, hooks.item(index));
    }
    Ok(())
}

/// Runs the hooks after a fork in the parent.
pub fn after_fork_in_parent(py: Py) -> Result<()> {
    run_all(py, hooks(py, |hooks| &hooks.in_parent)?);
    Ok(())
}

/// Makes the child's interpreter fit its process: what arrived for the parent is forgotten; then the hooks run.
pub fn after_fork_in_child(py: Py) -> Result<()> {
    crate::signals::forget_pending();
    crate::signals::adopt(py);
    python_modules_core::thread::after_fork_in_child(py);
    run_all(py, hooks(py, |hooks| &hooks.in_child)?);
    Ok(())
}

fn run_all(py: Py, hooks: Gc<List>) {
    let mut index = 0;
    while index < hooks.len() {
        run_hook(py, hooks.item(index));
        index += 1;
    }
}

/// Forks with the hooks around. Errors: `OSError`; `DeprecationWarning`, made an error, if there are other threads.
fn fork(py: Py, function: &str, call: impl FnOnce() -> i32) -> Result<i32> {
    before_fork(py)?;
    let result = py.fork(call);
    if matches!(result, Ok(0)) {
        after_fork_in_child(py)?;
    } else {
        after_fork_in_parent(py)?;
    }
    if matches!(result, Ok(1..)) && py.vm().is_threaded() {
        let message = format!(
            "This process (pid={}) is multi-threaded, use of {function}() may lead to deadlocks in the child.",
            std::process::id()
        );
        py.warn(Ty::DeprecationWarning, &message, 1)?;
    }
    result.or_raise(py)
}

/// The strings of a list or tuple of arguments. `shown` is what messages call it.
/// Errors: `TypeError`, `ValueError` if there is none or the first is empty.
pub fn argument_list(py: Py, value: Word, shown: &str) -> Result<Vec<CString>> {
    if py.cast::<List>(value).is_none() && py.cast::<Tuple>(value).is_none() {
        return Err(py.type_error(format!("{shown} must be a tuple or list")));
    }
    let items = py.tuple_from_iterable(value)?;
    if items.items().is_empty() {
        return Err(py.value_error(format!("{shown} must not be empty")));
    }
    let mut strings = Vec::new();
    for item in items.items() {
        strings.push(paths::c_string(py, item.get())?);
    }
    if strings[0].is_empty() {
        return Err(py.value_error(format!("{shown} first element cannot be empty")));
    }
    Ok(strings)
}

/// `name=value` for each variable of a mapping. Errors: `TypeError`, `ValueError` for names with `=`.
pub fn environment(py: Py, value: Word, function: &str) -> Result<Vec<CString>> {
    let is_mapping = py.get_attr_opt(value, python_model::names::Name::Keys)?.is_some()
        && py.type_of(value).lookup(py, python_model::names::Name::GetItem).is_some();
    if !is_mapping {
        return Err(py.type_error(format!("{function}: environment must be a mapping object")));
    }
    let keys = py.call_method(value, python_model::names::Name::Keys, &[])?;
    let keys = py.tuple_from_iterable(keys)?;
    let mut strings = Vec::new();
    for key in keys.items() {
        let name = paths::bytes_of(py, key.get())?;
        let item = py.get_item(value, key.get())?;
        let item = paths::bytes_of(py, item)?;
        if name.iter().skip(1).any(|byte| *byte == b'=') {
            return Err(py.value_error("illegal environment variable name"));
        }
        let variable = [&name, b"=".as_slice(), &item].concat();
        strings.push(CString::new(variable).map_err(|_| py.value_error("embedded null byte"))?);
    }
    Ok(strings)
}

/// The array of pointers that the system wants, ending with a null.
pub fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|string| string.as_ptr()).chain([std::ptr::null()]).collect()
}

fn wait_pid(py: Py, pid: i32, options: i32) -> Result {
    let mut status = 0;
    let pid = call!(py, libc::waitpid(pid, &mut status, options)).or_raise(py)?;
    py.new_tuple(&[pid, status].map(|n| small_int(i64::from(n))))
}

fn wait_usage(py: Py, pid: i32, options: i32) -> Result {
    let mut status = 0;
    let mut usage = zeroed!(libc::rusage);
    let pid = call!(py, libc::wait4(pid, &mut status, options, &mut usage)).or_raise(py)?;
    let usage = crate::resource::usage_result(py, &usage)?;
    py.new_tuple(&[small_int(i64::from(pid)), small_int(i64::from(status)), usage])
}
