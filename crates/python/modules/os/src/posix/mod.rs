//! `posix`: what `os` is made of, one file for each group of functions.
//!
//! Paths may be text, bytes, path objects and often descriptors (`paths.rs`); most functions that look names up take a directory's descriptor
//! (`dir_fd`) and say whether links are followed. Limits: Linux only; no audit events.

mod constants;
mod descriptors;
mod directory;
mod environment;
mod files;
mod links;
mod permissions;
mod process;
mod scheduling;
mod spawn;
mod stat;
mod terminal;
mod users;

pub use files::{Writable, read, read_into, set_inheritable};
pub use process::{after_fork_in_child, after_fork_in_parent, before_fork, pointers};

use crate::constants::{add, set};
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, join};
use python_model::py::list_push;
use python_model::types::Ty;
use python_model::value::word;

const TABLES: &[&[NativeDef]] = &[
    descriptors::FUNCTIONS,
    directory::FUNCTIONS,
    environment::FUNCTIONS,
    files::FUNCTIONS,
    links::FUNCTIONS,
    permissions::FUNCTIONS,
    process::FUNCTIONS,
    scheduling::FUNCTIONS,
    spawn::FUNCTIONS,
    stat::FUNCTIONS,
    terminal::FUNCTIONS,
    users::FUNCTIONS,
];

const COUNT: usize = {
    let (mut count, mut table) = (0, 0);
    while table < TABLES.len() {
        count += TABLES[table].len();
        table += 1;
    }
    count
};

static FUNCTIONS: [NativeDef; COUNT] = join(TABLES);

/// What `os` asks to learn which functions take descriptors: as the configuration of CPython on Linux.
const HAVE_FUNCTIONS: &[&str] = &[
    "HAVE_EVENTFD",
    "HAVE_TIMERFD_CREATE",
    "HAVE_FACCESSAT",
    "HAVE_FCHDIR",
    "HAVE_FCHMOD",
    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",
    "HAVE_FEXECVE",
    "HAVE_FDOPENDIR",
    "HAVE_FPATHCONF",
    "HAVE_FSTATAT",
    "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",
    "HAVE_FUTIMES",
    "HAVE_FUTIMESAT",
    "HAVE_LINKAT",
    "HAVE_LCHOWN",
    "HAVE_LSTAT",
    "HAVE_LUTIMES",
    "HAVE_MEMFD_CREATE",
    "HAVE_MKDIRAT",
    "HAVE_MKFIFOAT",
    "HAVE_MKNODAT",
    "HAVE_OPENAT",
    "HAVE_READLINKAT",
    "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT",
    "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
    "HAVE_PTSNAME_R",
];

pub static MODULE: NativeModule = NativeModule {
    name: "posix",
    doc: "This module provides access to operating system functionality that is\nstandardized by the C Standard and the \
          POSIX standard (a thinly\ndisguised Unix interface).  Refer to the library manual and\ncorresponding Unix manual \
          entries for more information on calls.",
    functions: &FUNCTIONS,
    fill: |py, own| {
        add(py, own, constants::SYSTEM)?;
        add(py, own, constants::OTHERS)?;
        let [stat, statvfs] = stat::define(py)?;
        let [waited, times] = process::define(py)?;
        for (name, class) in [
            ("stat_result", stat),
            ("statvfs_result", statvfs),
            ("waitid_result", waited),
            ("times_result", times),
            ("uname_result", environment::define(py)?),
            ("terminal_size", terminal::define(py)?),
            ("sched_param", scheduling::define(py)?),
            ("DirEntry", directory::define(py)?),
            ("error", py.ty(Ty::OSError)),
        ] {
            set(py, own, name, class.word())?;
        }
        let list = py.new_list(HAVE_FUNCTIONS.len())?;
        for name in HAVE_FUNCTIONS {
            list_push(py, list, py.str(name)?)?;
        }
        set(py, own, "_have_functions", word(list))?;
        set(py, own, "environ", word(environment::environment(py)?))?;
        set(py, own, "sysconf_names", environment::names(py, environment::SYSTEM_NAMES)?)?;
        set(py, own, "confstr_names", environment::names(py, environment::TEXT_NAMES)?)?;
        set(py, own, "pathconf_names", environment::names(py, environment::PATH_NAMES)?)
    },
};
