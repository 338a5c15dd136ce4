//! The environment and facts about the system: `environ`, `uname`, `sysconf`, random bytes, the load.

use crate::arguments;
use crate::calls::{OrRaise, call, describe, value, zeroed};
use crate::paths::{self, Allows};
use heap::Gc;
use python_model::dict;
use python_model::native::{NativeDef, def, given};
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::types::TypeRef;
use python_model::value::*;
use python_modules_core::structseq::{self, Structure};
use std::cell::Cell;
use std::os::unix::ffi::OsStrExt;

pub const FUNCTIONS: &[NativeDef] = &[
    def("_create_environ", "($module, /)", "Create the environment dictionary.", |py, _| {
        Ok(word(environment(py)?))
    }),
    def("putenv", "($module, name, value, /)", "Change or add an environment variable.", |py, a| {
        let (name, value) = (paths::c_string(py, a[0])?, paths::c_string(py, a[1])?);
        if name.as_bytes().contains(&b'=') {
            return Err(py.value_error("illegal environment variable name"));
        }
        call!(py, libc::setenv(name.as_ptr(), value.as_ptr(), 1)).or_raise(py)?;
        Ok(NONE)
    }),
    def("unsetenv", "($module, name, /)", "Delete an environment variable.", |py, a| {
        let name = paths::c_string(py, a[0])?;
        call!(py, libc::unsetenv(name.as_ptr())).or_raise(py)?;
        Ok(NONE)
    }),
    def(
        "fspath",
        "($module, /, path)",
        "Return the file system path representation of the object.",
        |py, a| paths::file_system_path(py, a[0]),
    ),
    def("strerror", "($module, code, /)", "Translate an error code to a message string.", |py, a| {
        py.str(&describe(arguments::int(py, a[0])?))
    }),
    def("uname", "($module, /)", "Return an object identifying the current operating system.", |py, _| {
        let mut names = zeroed!(libc::utsname);
        call!(py, libc::uname(&mut names)).or_raise(py)?;
        let text = |field: &[libc::c_char]| {
            let bytes: Vec<u8> = field.iter().take_while(|c| **c != 0).map(|c| *c as u8).collect();
            paths::decode(py, &bytes)
        };
        let values = [
            text(&names.sysname)?,
            text(&names.nodename)?,
            text(&names.release)?,
            text(&names.version)?,
            text(&names.machine)?,
        ];
        let class = py.vm().state::<Types>().names.get().expect("set when the module was made");
        structseq::new(py, class, &values)
    }),
    def(
        "sysconf",
        "($module, name, /)",
        "Return an integer-valued system configuration variable.",
        |py, a| {
            let name = configuration_name(py, a[0], SYSTEM_NAMES)?;
            clear_errno();
            let number = value!(libc::sysconf(name));
            limit(py, number, UNSET)
        },
    ),
    def("confstr", "($module, name, /)", "Return a string-valued system configuration variable.", |py, a| {
        let name = configuration_name(py, a[0], TEXT_NAMES)?;
        let mut room = vec![0_u8; 256];
        clear_errno();
        let mut size = value!(libc::confstr(name, room.as_mut_ptr().cast(), room.len()));
        if size == 0 {
            let error = std::io::Error::last_os_error();
            return if error.raw_os_error() == Some(0) { Ok(NONE) } else { Err(error).or_raise(py) };
        }
        if size > room.len() {
            room.resize(size, 0);
            size = value!(libc::confstr(name, room.as_mut_ptr().cast(), room.len()));
        }
        paths::decode(py, &room[..size - 1])
    }),
    def(
        "pathconf",
        "($module, /, path, name)",
        "Return the configuration limit name for the file or directory path.",
        |py, a| {
            let path = paths::file_path(py, a[0], "pathconf", "path", Allows::Descriptor)?;
            let name = configuration_name(py, a[1], PATH_NAMES)?;
            clear_errno();
            let number = match path.descriptor {
                Some(descriptor) => value!(libc::fpathconf(descriptor, name)),
                None => value!(libc::pathconf(path.as_ptr(), name)),
            };
            limit(py, number, path.shown)
        },
    ),
    def(
        "fpathconf",
        "($module, fd, name, /)",
        "Return the configuration limit name for the file descriptor fd.",
        |py, a| {
            let descriptor = arguments::descriptor(py, a[0])?;
            let name = configuration_name(py, a[1], PATH_NAMES)?;
            clear_errno();
            limit(py, value!(libc::fpathconf(descriptor, name)), UNSET)
        },
    ),
    def("cpu_count", "($module, /)", "Return the number of logical CPUs in the system.", |py, _| {
        if let Some(count) = python_modules_core::sys::configured_cpu_count(py) {
            return py.int(i64::from(count));
        }
        let count = value!(libc::sysconf(libc::_SC_NPROCESSORS_ONLN));
        if count < 1 { Ok(NONE) } else { py.int(count) }
    }),
    def("getloadavg", "($module, /)", "Return average recent system load information.", |py, _| {
        let mut loads = [0.0_f64; 3];
        if value!(libc::getloadavg(loads.as_mut_ptr(), 3)) != 3 {
            return Err(py.raise_text(python_model::Ty::OSError, "Load averages are unobtainable"));
        }
        py.new_tuple(&loads.map(float_word))
    }),
    def(
        "urandom",
        "($module, size, /)",
        "Return a bytes object containing random bytes suitable for cryptographic use.",
        |py, a| {
            let size = py.index(a[0])?;
            if size < 0 {
                return Err(py.value_error("negative argument not allowed"));
            }
            let mut room = room(py, size as usize)?;
            let mut done = 0;
            while done < room.len() {
                let rest = &mut room[done..];
                let count =
                    call!(py, libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0)).or_raise(py)?;
                done += count as usize;
            }
            py.new_bytes(&room)
        },
    ),
    def("getrandom", "($module, /, size, flags=0)", "Obtain a series of random bytes.", |py, a| {
        let (size, flags) = (py.index(a[0])?, arguments::int_or(py, a[1], 0)?);
        if size < 0 {
            return Err(std::io::Error::from_raw_os_error(libc::EINVAL)).or_raise(py);
        }
        let mut room = room(py, size as usize)?;
        let count =
            call!(py, libc::getrandom(room.as_mut_ptr().cast(), room.len(), flags as u32)).or_raise(py)?;
        py.new_bytes(&room[..count as usize])
    }),
    def(
        "device_encoding",
        "($module, /, fd)",
        "Return a string describing the encoding of a terminal's file descriptor.",
        |py, a| {
            let descriptor = arguments::int(py, a[0])?;
            if value!(libc::isatty(descriptor)) == 1 { py.str("UTF-8") } else { Ok(NONE) }
        },
    ),
    def(
        "_path_normpath",
        "($module, /, path)",
        "Normalize path, eliminating double slashes, etc.",
        |py, a| {
            let path = path_text(py, a[0], "_path_normpath")?;
            rebuilt(py, a[0], &normal_path(&path))
        },
    ),
    def("_path_splitroot_ex", "($module, /, p)", "Split a pathname into drive, root and tail.", |py, a| {
        let path = path_text(py, a[0], "_path_splitroot_ex")?;
        let root = match path.as_slice() {
            [b'/', b'/', b'/', ..] => 1,
            [b'/', b'/', ..] => 2,
            [b'/', ..] => 1,
            _ => 0,
        };
        let parts =
            [rebuilt(py, a[0], b"")?, rebuilt(py, a[0], &path[..root])?, rebuilt(py, a[0], &path[root..])?];
        py.new_tuple(&parts)
    }),
    def("_inputhook", "($module, /)", "Calls PyOS_CallInputHook droppong the GIL first.", |_, _| Ok(NONE)),
    def("_is_inputhook_installed", "($module, /)", "Checks if PyOS_CallInputHook is set.", |_, _| Ok(FALSE)),
];

#[derive(Default)]
struct Types {
    names: Cell<Option<TypeRef>>,
}

/// Makes the type of `uname` results. Called when the module is made.
pub fn define(py: Py) -> Result<TypeRef> {
    let names = structseq::define(
        py,
        Structure::plain(
            "posix",
            "uname_result",
            "uname_result: Result from os.uname().",
            &["sysname", "nodename", "release", "version", "machine"],
        ),
    )?;
    py.vm().state::<Types>().names.set(Some(names));
    Ok(names)
}

/// The environment of the process: bytes to bytes. The first of several variables of a name counts.
pub fn environment(py: Py) -> Result<Gc<Dict>> {
    let made = dict::new(py)?;
    for (name, value) in std::env::vars_os() {
        let (name, value) = (py.new_bytes(name.as_bytes())?, py.new_bytes(value.as_bytes())?);
        if !dict::contains(py, made, name)? {
            dict::set(py, made, name, value)?;
        }
    }
    Ok(made)
}

fn room(py: Py, size: usize) -> Result<Vec<u8>> {
    let mut room = Vec::new();
    room.try_reserve_exact(size).map_err(|_| py.out_of_memory())?;
    room.resize(size, 0);
    Ok(room)
}

/// Sets `errno` to 0, before calls that return -1 without an error too.
pub fn clear_errno() {
    // SAFETY: the location is this thread's.
    unsafe { *libc::__errno_location() = 0 };
}

fn limit(py: Py, number: i64, filename: Word) -> Result {
    let error = std::io::Error::last_os_error();
    if number == -1 && error.raw_os_error() != Some(0) {
        return Err(error).or_raise_for(py, filename);
    }
    py.int(number)
}

fn configuration_name(py: Py, value: Word, names: &[(&str, i32)]) -> Result<i32> {
    if let Some(text) = py.as_str(value) {
        let text = text.to_text();
        return match names.iter().find(|(name, _)| *name == text) {
            Some((_, number)) => Ok(*number),
            None => Err(py.value_error("unrecognized configuration name")),
        };
    }
    if !py.is_a(value, python_model::Ty::Int) {
        return Err(py.type_error("configuration names must be strings or integers"));
    }
    arguments::int(py, value)
}

/// A dictionary of configuration names.
pub fn names(py: Py, names: &[(&str, i32)]) -> Result {
    let made = dict::new(py)?;
    for (name, number) in names {
        dict::set_symbol(py, made, py.intern(name)?, small_int(i64::from(*number)))?;
    }
    Ok(word(made))
}

/// The bytes of a path that is only looked at: zeros are allowed, descriptors are not.
fn path_text(py: Py, value: Word, function: &str) -> Result<Vec<u8>> {
    let Some(path) = given(value).and_then(|value| paths::of_path_object(py, value).transpose()) else {
        let what = py.type_name(value);
        let argument = if function == "_path_normpath" { "path" } else { "p" };
        return Err(py.type_error(format!(
            "{function}: {argument} should be string, bytes or os.PathLike, not {what}"
        )));
    };
    let path = path?;
    match py.as_str(path) {
        // Kept as the string has it: lone surrogates stay what they are.
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => paths::bytes_of(py, path),
    }
}

fn rebuilt(py: Py, original: Word, bytes: &[u8]) -> Result {
    let original = paths::file_system_path(py, original)?;
    if py.as_str(original).is_some() { py.str_bytes(bytes) } else { py.new_bytes(bytes) }
}

/// `os.path.normpath`: without empty parts and ".", and with ".." taken with the part before it. Two leading
/// slashes stay two, more become one.
fn normal_path(path: &[u8]) -> Vec<u8> {
    let slashes = path.iter().take_while(|byte| **byte == b'/').count();
    let root: &[u8] = match slashes {
        0 => b"",
        2 => b"//",
        _ => b"/",
    };
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if root.is_empty() && parts.last().is_none_or(|last| *last == b"..") => parts.push(part),
            b".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let mut normal = root.to_vec();
    normal.extend(parts.join(&b'/'));
    if normal.is_empty() { b".".to_vec() } else { normal }
}

/// Names that `pathconf` takes: Linux's numbers.
pub const PATH_NAMES: &[(&str, i32)] = &[
    ("PC_ASYNC_IO", 10),
    ("PC_CHOWN_RESTRICTED", 6),
    ("PC_FILESIZEBITS", 13),
    ("PC_LINK_MAX", 0),
    ("PC_MAX_CANON", 1),
    ("PC_MAX_INPUT", 2),
    ("PC_NAME_MAX", 3),
    ("PC_NO_TRUNC", 7),
    ("PC_PATH_MAX", 4),
    ("PC_PIPE_BUF", 5),
    ("PC_PRIO_IO", 11),
    ("PC_SOCK_MAXBUF", 12),
    ("PC_SYNC_IO", 9),
    ("PC_VDISABLE", 8),
    ("PC_ALLOC_SIZE_MIN", 18),
    ("PC_REC_INCR_XFER_SIZE", 14),
    ("PC_REC_MAX_XFER_SIZE", 15),
    ("PC_REC_MIN_XFER_SIZE", 16),
    ("PC_REC_XFER_ALIGN", 17),
    ("PC_SYMLINK_MAX", 19),
];

/// Names that `confstr` takes: those of the GNU C library.
pub const TEXT_NAMES: &[(&str, i32)] = &[
    ("CS_GNU_LIBC_VERSION", 2),
    ("CS_GNU_LIBPTHREAD_VERSION", 3),
    ("CS_LFS64_CFLAGS", 1004),
    ("CS_LFS64_LDFLAGS", 1005),
    ("CS_LFS64_LIBS", 1006),
    ("CS_LFS64_LINTFLAGS", 1007),
    ("CS_LFS_CFLAGS", 1000),
    ("CS_LFS_LDFLAGS", 1001),
    ("CS_LFS_LIBS", 1002),
    ("CS_LFS_LINTFLAGS", 1003),
    ("CS_PATH", 0),
    ("CS_XBS5_ILP32_OFF32_CFLAGS", 1100),
    ("CS_XBS5_ILP32_OFF32_LDFLAGS", 1101),
    ("CS_XBS5_ILP32_OFF32_LIBS", 1102),
    ("CS_XBS5_ILP32_OFF32_LINTFLAGS", 1103),
    ("CS_XBS5_ILP32_OFFBIG_CFLAGS", 1104),
    ("CS_XBS5_ILP32_OFFBIG_LDFLAGS", 1105),
    ("CS_XBS5_ILP32_OFFBIG_LIBS", 1106),
    ("CS_XBS5_ILP32_OFFBIG_LINTFLAGS", 1107),
    ("CS_XBS5_LP64_OFF64_CFLAGS", 1108),
    ("CS_XBS5_LP64_OFF64_LDFLAGS", 1109),
    ("CS_XBS5_LP64_OFF64_LIBS", 1110),
    ("CS_XBS5_LP64_OFF64_LINTFLAGS", 1111),
    ("CS_XBS5_LPBIG_OFFBIG_CFLAGS", 1112),
    ("CS_XBS5_LPBIG_OFFBIG_LDFLAGS", 1113),
    ("CS_XBS5_LPBIG_OFFBIG_LIBS", 1114),
    ("CS_XBS5_LPBIG_OFFBIG_LINTFLAGS", 1115),
];

/// Names that `sysconf` takes: those of the GNU C library.
pub const SYSTEM_NAMES: &[(&str, i32)] = &[
    ("SC_2_CHAR_TERM", 95),
    ("SC_2_C_BIND", 47),
    ("SC_2_C_DEV", 48),
    ("SC_2_C_VERSION", 96),
    ("SC_2_FORT_DEV", 49),
    ("SC_2_FORT_RUN", 50),
    ("SC_2_LOCALEDEF", 52),
    ("SC_2_SW_DEV", 51),
    ("SC_2_UPE", 97),
    ("SC_2_VERSION", 46),
    ("SC_AIO_LISTIO_MAX", 23),
    ("SC_AIO_MAX", 24),
    ("SC_AIO_PRIO_DELTA_MAX", 25),
    ("SC_ARG_MAX", 0),
    ("SC_ASYNCHRONOUS_IO", 12),
    ("SC_ATEXIT_MAX", 87),
    ("SC_AVPHYS_PAGES", 86),
    ("SC_BC_BASE_MAX", 36),
    ("SC_BC_DIM_MAX", 37),
    ("SC_BC_SCALE_MAX", 38),
    ("SC_BC_STRING_MAX", 39),
    ("SC_CHARCLASS_NAME_MAX", 45),
    ("SC_CHAR_BIT", 101),
    ("SC_CHAR_MAX", 102),
    ("SC_CHAR_MIN", 103),
    ("SC_CHILD_MAX", 1),
    ("SC_CLK_TCK", 2),
    ("SC_COLL_WEIGHTS_MAX", 40),
    ("SC_DELAYTIMER_MAX", 26),
    ("SC_EQUIV_CLASS_MAX", 41),
    ("SC_EXPR_NEST_MAX", 42),
    ("SC_FSYNC", 15),
    ("SC_GETGR_R_SIZE_MAX", 69),
    ("SC_GETPW_R_SIZE_MAX", 70),
    ("SC_INT_MAX", 104),
    ("SC_INT_MIN", 105),
    ("SC_IOV_MAX", 60),
    ("SC_JOB_CONTROL", 7),
    ("SC_LINE_MAX", 43),
    ("SC_LOGIN_NAME_MAX", 71),
    ("SC_LONG_BIT", 106),
    ("SC_MAPPED_FILES", 16),
    ("SC_MB_LEN_MAX", 108),
    ("SC_MEMLOCK", 17),
    ("SC_MEMLOCK_RANGE", 18),
    ("SC_MEMORY_PROTECTION", 19),
    ("SC_MESSAGE_PASSING", 20),
    ("SC_MQ_OPEN_MAX", 27),
    ("SC_MQ_PRIO_MAX", 28),
    ("SC_NGROUPS_MAX", 3),
    ("SC_NL_ARGMAX", 119),
    ("SC_NL_LANGMAX", 120),
    ("SC_NL_MSGMAX", 121),
    ("SC_NL_NMAX", 122),
    ("SC_NL_SETMAX", 123),
    ("SC_NL_TEXTMAX", 124),
    ("SC_NPROCESSORS_CONF", 83),
    ("SC_NPROCESSORS_ONLN", 84),
    ("SC_NZERO", 109),
    ("SC_OPEN_MAX", 4),
    ("SC_PAGESIZE", 30),
    ("SC_PAGE_SIZE", 30),
    ("SC_PASS_MAX", 88),
    ("SC_PHYS_PAGES", 85),
    ("SC_PII", 53),
    ("SC_PII_INTERNET", 56),
    ("SC_PII_INTERNET_DGRAM", 62),
    ("SC_PII_INTERNET_STREAM", 61),
    ("SC_PII_OSI", 57),
    ("SC_PII_OSI_CLTS", 64),
    ("SC_PII_OSI_COTS", 63),
    ("SC_PII_OSI_M", 65),
    ("SC_PII_SOCKET", 55),
    ("SC_PII_XTI", 54),
    ("SC_POLL", 58),
    ("SC_PRIORITIZED_IO", 13),
    ("SC_PRIORITY_SCHEDULING", 10),
    ("SC_REALTIME_SIGNALS", 9),
    ("SC_RE_DUP_MAX", 44),
    ("SC_RTSIG_MAX", 31),
    ("SC_SAVED_IDS", 8),
    ("SC_SCHAR_MAX", 111),
    ("SC_SCHAR_MIN", 112),
    ("SC_SELECT", 59),
    ("SC_SEMAPHORES", 21),
    ("SC_SEM_NSEMS_MAX", 32),
    ("SC_SEM_VALUE_MAX", 33),
    ("SC_SHARED_MEMORY_OBJECTS", 22),
    ("SC_SHRT_MAX", 113),
    ("SC_SHRT_MIN", 114),
    ("SC_SIGQUEUE_MAX", 34),
    ("SC_SSIZE_MAX", 110),
    ("SC_STREAM_MAX", 5),
    ("SC_SYNCHRONIZED_IO", 14),
    ("SC_THREADS", 67),
    ("SC_THREAD_ATTR_STACKADDR", 77),
    ("SC_THREAD_ATTR_STACKSIZE", 78),
    ("SC_THREAD_DESTRUCTOR_ITERATIONS", 73),
    ("SC_THREAD_KEYS_MAX", 74),
    ("SC_THREAD_PRIORITY_SCHEDULING", 79),
    ("SC_THREAD_PRIO_INHERIT", 80),
    ("SC_THREAD_PRIO_PROTECT", 81),
    ("SC_THREAD_PROCESS_SHARED", 82),
    ("SC_THREAD_SAFE_FUNCTIONS", 68),
    ("SC_THREAD_STACK_MIN", 75),
    ("SC_THREAD_THREADS_MAX", 76),
    ("SC_TIMERS", 11),
    ("SC_TIMER_MAX", 35),
    ("SC_TTY_NAME_MAX", 72),
    ("SC_TZNAME_MAX", 6),
    ("SC_T_IOV_MAX", 66),
    ("SC_UCHAR_MAX", 115),
    ("SC_UINT_MAX", 116),
    ("SC_UIO_MAXIOV", 60),
    ("SC_ULONG_MAX", 117),
    ("SC_USHRT_MAX", 118),
    ("SC_VERSION", 29),
    ("SC_WORD_BIT", 107),
    ("SC_XBS5_ILP32_OFF32", 125),
    ("SC_XBS5_ILP32_OFFBIG", 126),
    ("SC_XBS5_LP64_OFF64", 127),
    ("SC_XBS5_LPBIG_OFFBIG", 128),
    ("SC_XOPEN_CRYPT", 92),
    ("SC_XOPEN_ENH_I18N", 93),
    ("SC_XOPEN_LEGACY", 129),
    ("SC_XOPEN_REALTIME", 130),
    ("SC_XOPEN_REALTIME_THREADS", 131),
    ("SC_XOPEN_SHM", 94),
    ("SC_XOPEN_UNIX", 91),
    ("SC_XOPEN_VERSION", 89),
    ("SC_XOPEN_XCU_VERSION", 90),
    ("SC_XOPEN_XPG2", 98),
    ("SC_XOPEN_XPG3", 99),
    ("SC_XOPEN_XPG4", 100),
    ("SC_MINSIGSTKSZ", 249),
];
