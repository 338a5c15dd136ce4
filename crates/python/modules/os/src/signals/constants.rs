//! The numbers of signals and what `_signal` calls them.

use crate::constants::numbers;

/// Those that the C library's headers define.
pub const SYSTEM: &[(&str, i64)] = numbers! {
    ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL SIGABRT SIGALRM SIGBUS SIGCHLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT
    SIGIO SIGIOT SIGKILL SIGPIPE SIGPOLL SIGPROF SIGPWR SIGQUIT SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP
    SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIG_BLOCK SIG_DFL SIG_IGN
    SIG_SETMASK SIG_UNBLOCK
};

/// Those that only the kernel's headers or the module define: Linux's numbers.
pub const OTHERS: &[(&str, i64)] = &[("SIGCLD", 17)];
