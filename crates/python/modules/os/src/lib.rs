//! The operating system: `posix`, signals, processes, users, terminals.
//!
//! `calls.rs` says how system calls are made, `paths.rs` and `arguments.rs` how their arguments come from Python objects.

pub mod accounts;
mod arguments;
pub mod atexit;
mod calls;
mod constants;
pub mod faulthandler;
pub mod fcntl;
pub mod locale;
pub mod mmap;
pub mod paths;
pub mod posix;
pub mod resource;
pub mod select;
pub mod semaphores;
pub mod shared_memory;
pub mod signals;
pub mod socket;
pub mod stat_mode;
pub mod subprocess;
pub mod syslog;
pub mod termios;
pub mod uuid;
mod warning;

use python_model::modules::NativeModule;

/// All modules of this crate, to be found by name.
pub static MODULES: &[&NativeModule] = &[
    &accounts::GROUPS,
    &accounts::USERS,
    &atexit::MODULE,
    &faulthandler::MODULE,
    &fcntl::MODULE,
    &locale::MODULE,
    &mmap::MODULE,
    &posix::MODULE,
    &resource::MODULE,
    &select::MODULE,
    &semaphores::MODULE,
    &shared_memory::MODULE,
    &signals::MODULE,
    &socket::MODULE,
    &stat_mode::MODULE,
    &subprocess::MODULE,
    &syslog::MODULE,
    &termios::MODULE,
    &uuid::MODULE,
];
