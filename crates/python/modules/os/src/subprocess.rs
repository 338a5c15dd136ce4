//! `_posixsubprocess`: what `subprocess` starts children with.
//!
//! Everything that allocates happens before the fork: the child may only make system calls (and run `preexec_fn`, if there is one), because
//! another thread of the parent may have held any lock. What goes wrong in the child is written to a pipe as `name:errno in hex:message`.
//! Source: the behaviour of CPython 3.14, `Modules/_posixsubprocess.c`, `Lib/subprocess.py: _execute_child`.

use crate::arguments;
use crate::calls::{OrRaise, value, zeroed};
use crate::paths;
use crate::posix;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::objects::Tuple;
use python_model::py::{Py, Result};
use python_model::value::*;
use std::ffi::CString;

pub static MODULE: NativeModule = NativeModule {
    name: "_posixsubprocess",
    doc: "A POSIX helper for the subprocess module.",
    functions: &[FORK_EXEC],
    fill: |_, _| Ok(()),
};

const FORK_EXEC: NativeDef = def(
    "fork_exec",
    "($module, args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, \
     errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, /)",
    "Spawn a fresh new child process.",
    fork_exec,
);

/// What the child needs, ready to be used.
struct Child {
    executables: Vec<CString>,
    arguments: Option<Vec<*const libc::c_char>>,
    environment: Option<Vec<*const libc::c_char>>,
    directory: Option<CString>,
    closes_others: bool,
    /// Sorted; includes the error pipe.
    kept: Vec<i32>,
    /// Ends of pipes for the standard streams, -1: inherited. For each stream the child's end, then the parent's.
    input: [i32; 2],
    output: [i32; 2],
    errors: [i32; 2],
    error_pipe: [i32; 2],
    restores_signals: bool,
    new_session: bool,
    group: i32,
    gid: Option<u32>,
    groups: Option<Vec<libc::gid_t>>,
    uid: Option<u32>,
    mask: i32,
}

fn fork_exec(py: Py, a: &[Word]) -> Result {
    let number = |index: usize| arguments::int(py, a[index]);
    let preparation = a[21];
    let mut executables = Vec::new();
    for item in py.tuple_from_iterable(a[1])?.items() {
        executables.push(paths::c_string(py, item.get())?);
    }
    let strings = |value: Word| -> Result<Option<Vec<CString>>> {
        if value == NONE {
            return Ok(None);
        }
        let mut strings = Vec::new();
        for item in py.tuple_from_iterable(value)?.items() {
            strings.push(paths::c_string(py, item.get())?);
        }
        Ok(Some(strings))
    };
    let (argument_strings, variables) = (strings(a[0])?, strings(a[5])?);
    let closes_others = py.truth(a[2])?;
    let kept = kept_descriptors(py, a[3])?;
    if closes_others && number(13)? < 3 {
        return Err(py.value_error("errpipe_write must be >= 3"));
    }
    let identity = |value: Word, what| match value {
        NONE => Ok(None),
        value => arguments::identity(py, value, what).map(Some),
    };
    let groups = match a[18] {
        NONE => None,
        value => {
            let mut groups = Vec::new();
            for group in py.tuple_from_iterable(value)?.items() {
                groups.push(arguments::identity(py, group.get(), "gid")?);
            }
            Some(groups)
        }
    };
    let child = Child {
        executables,
        arguments: argument_strings.as_deref().map(posix::pointers),
        environment: variables.as_deref().map(posix::pointers),
        directory: if a[4] == NONE { None } else { Some(paths::c_string(py, a[4])?) },
        closes_others,
        kept,
        input: [number(6)?, number(7)?],
        output: [number(9)?, number(8)?],
        errors: [number(11)?, number(10)?],
        error_pipe: [number(12)?, number(13)?],
        restores_signals: py.truth(a[14])?,
        new_session: py.truth(a[15])?,
        group: number(16)?,
        gid: identity(a[17], "gid")?,
        groups,
        uid: identity(a[19], "uid")?,
        mask: number(20)?,
    };
    if preparation != NONE {
        posix::before_fork(py)?;
    }
    // No handler of a signal may run in the child before it has its own program.
    let (mut all, mut old) = (zeroed!(libc::sigset_t), zeroed!(libc::sigset_t));
    value!(libc::sigfillset(&mut all));
    value!(libc::pthread_sigmask(libc::SIG_BLOCK, &all, &mut old));
    let pid = py.fork(|| value!(libc::fork()));
    if matches!(pid, Ok(0)) {
        let failure = child.run(py, preparation, &old);
        child.report(&failure);
        // SAFETY: ends the child.
        unsafe { libc::_exit(255) }
    }
    value!(libc::pthread_sigmask(libc::SIG_SETMASK, &old, std::ptr::null_mut()));
    if preparation != NONE {
        posix::after_fork_in_parent(py)?;
    }
    py.int(i64::from(pid.or_raise(py)?))
}

fn kept_descriptors(py: Py, value: Word) -> Result<Vec<i32>> {
    let wrong = || py.value_error("bad value(s) in fds_to_keep");
    let mut kept: Vec<i32> = Vec::new();
    let tuple = py.cast::<Tuple>(value).ok_or_else(|| {
        py.type_error(format!("fork_exec() argument 4 must be tuple, not {}", py.argument_type(value)))
    })?;
    for item in tuple.items() {
        let descriptor = as_i64(item.get()).and_then(|n| i32::try_from(n).ok()).filter(|n| *n >= 0);
        let descriptor = descriptor.ok_or_else(wrong)?;
        if kept.last().is_some_and(|last| *last >= descriptor) {
            return Err(wrong());
        }
        kept.push(descriptor);
    }
    Ok(kept)
}

/// Why the child did not get its program.
struct Failure {
    errno: i32,
    /// Empty: the program could not be executed.
    message: &'static str,
}

/// The error of the call that just failed.
fn failed(message: &'static str) -> Failure {
    Failure { errno: std::io::Error::last_os_error().raw_os_error().unwrap_or(0), message }
}

impl Child {
    /// Everything up to the new program; returns only if that fails.
    fn run(&self, py: Py, preparation: Word, mask: &libc::sigset_t) -> Failure {
        match self.prepare(py, preparation, mask) {
            Err(failure) => failure,
            Ok(()) => self.execute(),
        }
    }

    fn prepare(&self, py: Py, preparation: Word, mask: &libc::sigset_t) -> std::result::Result<(), Failure> {
        let setup = "noexec";
        for descriptor in &self.kept {
            if *descriptor != self.error_pipe[1] {
                inherit(*descriptor).ok_or_else(|| failed(setup))?;
            }
        }
        for parent in [self.input[1], self.output[1], self.errors[1], self.error_pipe[0]] {
            if parent >= 0 {
                value!(libc::close(parent));
            }
        }
        // Ends that are standard descriptors already must not be overwritten before they are used.
        let mut output = self.output[0];
        if output == 0 {
            output = value!(libc::dup(output));
        }
        let mut errors = self.errors[0];
        while (0..2).contains(&errors) {
            errors = value!(libc::dup(errors));
        }
        if output < 0 && self.output[0] >= 0 || errors < 0 && self.errors[0] >= 0 {
            return Err(failed(setup));
        }
        for (from, to) in [(self.input[0], 0), (output, 1), (errors, 2)] {
            let done = match from {
                -1 => true,
                from if from == to => inherit(from).is_some(),
                from => value!(libc::dup2(from, to)) >= 0,
            };
            if !done {
                return Err(failed(setup));
            }
        }
        if let Some(directory) = &self.directory
            && value!(libc::chdir(directory.as_ptr())) < 0
        {
            return Err(failed("noexec:chdir"));
        }
        if self.mask >= 0 {
            value!(libc::umask(self.mask as libc::mode_t));
        }
        if self.restores_signals {
            for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
                value!(libc::signal(signal, libc::SIG_DFL));
            }
        }
        value!(libc::pthread_sigmask(libc::SIG_SETMASK, mask, std::ptr::null_mut()));
        if self.new_session && value!(libc::setsid()) < 0 {
            return Err(failed(setup));
        }
        if self.group >= 0 && value!(libc::setpgid(0, self.group)) < 0 {
            return Err(failed(setup));
        }
        self.set_identity().ok_or_else(|| failed(setup))?;
        if preparation != NONE {
            let wrong = Failure { errno: 0, message: "Exception occurred in preexec_fn." };
            if posix::after_fork_in_child(py).is_err() || py.call(preparation, &[]).is_err() {
                return Err(wrong);
            }
        }
        if self.closes_others {
            self.close_others();
        }
        Ok(())
    }

    fn set_identity(&self) -> Option<()> {
        let done = |status: i32| (status == 0).then_some(());
        if let Some(groups) = &self.groups {
            done(value!(libc::setgroups(groups.len(), groups.as_ptr())))?;
        }
        if let Some(gid) = self.gid {
            done(value!(libc::setregid(gid, gid)))?;
        }
        if let Some(uid) = self.uid {
            done(value!(libc::setreuid(uid, uid)))?;
        }
        Some(())
    }

    /// Closes all descriptors from 3 on that are not kept.
    fn close_others(&self) {
        let mut first = 3;
        for kept in self.kept.iter().copied().filter(|kept| *kept >= 3).chain([i32::MAX]) {
            if kept > first {
                let last = (kept - 1) as u32;
                let status = value!(libc::syscall(libc::SYS_close_range, first as u32, last, 0));
                if status < 0 {
                    // An old kernel: one by one, up to the limit of the process.
                    let most = value!(libc::sysconf(libc::_SC_OPEN_MAX)).clamp(256, 65_536) as i32;
                    for descriptor in first..kept.min(most) {
                        value!(libc::close(descriptor));
                    }
                }
            }
            first = kept.saturating_add(1);
        }
    }

    /// Tries the executables in order.
    fn execute(&self) -> Failure {
        let none = [std::ptr::null()];
        let arguments = self.arguments.as_ref().map_or(none.as_ptr(), |list| list.as_ptr());
        let mut errno = 0;
        for executable in &self.executables {
            match &self.environment {
                Some(environment) => {
                    value!(libc::execve(executable.as_ptr(), arguments, environment.as_ptr()))
                }
                None => value!(libc::execv(executable.as_ptr(), arguments)),
            };
            let error = failed("").errno;
            if error != libc::ENOENT && error != libc::ENOTDIR && errno == 0 {
                errno = error;
            }
            if errno == 0 && std::ptr::eq(executable, &self.executables[self.executables.len() - 1]) {
                errno = error;
            }
        }
        Failure { errno, message: "" }
    }

    /// Tells the parent, with system calls alone.
    fn report(&self, failure: &Failure) {
        let pipe = self.error_pipe[1];
        let write = |bytes: &[u8]| {
            value!(libc::write(pipe, bytes.as_ptr().cast(), bytes.len()));
        };
        if failure.errno == 0 {
            write(b"SubprocessError:0:");
        } else {
            write(b"OSError:");
            let mut digits = [0_u8; 8];
            let mut at = digits.len();
            let mut rest = failure.errno;
            while rest > 0 {
                at -= 1;
                digits[at] = b"0123456789ABCDEF"[(rest % 16) as usize];
                rest /= 16;
            }
            write(&digits[at..]);
            write(b":");
        }
        write(failure.message.as_bytes());
    }
}

/// Makes a descriptor stay open in the new program.
fn inherit(descriptor: i32) -> Option<()> {
    let flags = value!(libc::fcntl(descriptor, libc::F_GETFD));
    if flags < 0 {
        return None;
    }
    (value!(libc::fcntl(descriptor, libc::F_SETFD, flags & !libc::FD_CLOEXEC)) >= 0).then_some(())
}
