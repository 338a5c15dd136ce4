//! What the system knows about a file: `stat` and its relatives, `statvfs`, device numbers.

use crate::arguments;
use crate::calls::{OrRaise, call, value, zeroed};
use crate::paths::{self, Allows, FilePath};
use python_model::native::{Args, NativeDef, def};
use python_model::py::{Py, Result};
use python_model::types::TypeRef;
use python_model::value::*;
use python_modules_core::structseq::{self, Structure};
use std::cell::Cell;

pub const FUNCTIONS: &[NativeDef] = &[
    def(
        "stat",
        "($module, /, path, *, dir_fd=None, follow_symlinks=True)",
        "Perform a stat system call on the given path.",
        |py, a| stat(py, "stat", a[0], a[1], arguments::boolean(py, a[2], true)?),
    ),
    def(
        "lstat",
        "($module, /, path, *, dir_fd=None)",
        "Perform a stat system call on the given path, without following symbolic links.",
        |py, a| stat(py, "lstat", a[0], a[1], false),
    ),
    def("fstat", "($module, /, fd)", "Perform a stat system call on the given file descriptor.", |py, a| {
        let descriptor = arguments::int(py, a[0])?;
        let mut status = zeroed!(libc::stat);
        call!(py, libc::fstat(descriptor, &mut status)).or_raise(py)?;
        result(py, &status)
    }),
    def("statvfs", "($module, /, path)", "Perform a statvfs system call on the given path.", |py, a| {
        let path = paths::file_path(py, a[0], "statvfs", "path", Allows::Descriptor)?;
        let mut status = zeroed!(libc::statvfs);
        match path.descriptor {
            Some(descriptor) => call!(py, libc::fstatvfs(descriptor, &mut status)),
            None => call!(py, libc::statvfs(path.as_ptr(), &mut status)),
        }
        .or_raise_for(py, path.shown)?;
        volume(py, &status)
    }),
    def("fstatvfs", "($module, fd, /)", "Perform an fstatvfs system call on the given fd.", |py, a| {
        let descriptor = arguments::int(py, a[0])?;
        let mut status = zeroed!(libc::statvfs);
        call!(py, libc::fstatvfs(descriptor, &mut status)).or_raise(py)?;
        volume(py, &status)
    }),
    def(
        "major",
        "($module, device, /)",
        "Extracts a device major number from a raw device number.",
        |py, a| {
            let device = arguments::unsigned(py, a[0])?;
            if device == u64::MAX { py.int(-1) } else { py.uint(u64::from(libc::major(device))) }
        },
    ),
    def(
        "minor",
        "($module, device, /)",
        "Extracts a device minor number from a raw device number.",
        |py, a| {
            let device = arguments::unsigned(py, a[0])?;
            if device == u64::MAX { py.int(-1) } else { py.uint(u64::from(libc::minor(device))) }
        },
    ),
    def(
        "makedev",
        "($module, major, minor, /)",
        "Composes a raw device number from the major and minor device numbers.",
        |py, a| {
            let (major, minor) = (arguments::long(py, a[0])?, arguments::long(py, a[1])?);
            if (major, minor) == (-1, -1) {
                return py.int(-1);
            }
            py.uint(libc::makedev(major as u32, minor as u32))
        },
    ),
];

/// The items, without a name for the times in whole seconds; then what is an attribute only.
static STAT: Structure = Structure {
    module: "os",
    name: "stat_result",
    doc: "stat_result: Result from stat, fstat, or lstat.",
    fields: &[
        "st_mode",
        "st_ino",
        "st_dev",
        "st_nlink",
        "st_uid",
        "st_gid",
        "st_size",
        "",
        "",
        "",
        "st_atime",
        "st_mtime",
        "st_ctime",
        "st_atime_ns",
        "st_mtime_ns",
        "st_ctime_ns",
        "st_blksize",
        "st_blocks",
        "st_rdev",
    ],
    visible: 10,
    has_constructor: true,
};

static VOLUME: Structure = Structure {
    module: "os",
    name: "statvfs_result",
    doc: "statvfs_result: Result from statvfs or fstatvfs.",
    fields: &[
        "f_bsize",
        "f_frsize",
        "f_blocks",
        "f_bfree",
        "f_bavail",
        "f_files",
        "f_ffree",
        "f_favail",
        "f_flag",
        "f_namemax",
        "f_fsid",
    ],
    visible: 10,
    has_constructor: true,
};

/// The types of results.
#[derive(Default)]
struct Types {
    stat: Cell<Option<TypeRef>>,
    volume: Cell<Option<TypeRef>>,
}

/// Makes the types. Called when the module is made.
pub fn define(py: Py) -> Result<[TypeRef; 2]> {
    let (stat, volume) = (structseq::define(py, STAT)?, structseq::define(py, VOLUME)?);
    stat.constructor.set(Some(construct));
    let types = py.vm().state::<Types>();
    types.stat.set(Some(stat));
    types.volume.set(Some(volume));
    Ok([stat, volume])
}

const FIRST_SECONDS: usize = 7;
const FIRST_TIME: usize = 10;

/// `os.stat_result(sequence, dict=None)`: times that are not given are the whole seconds.
fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let made = structseq::construct(py, class, args)?;
    let tuple = py.tuple_from_iterable(py.base(made))?;
    for (index, field) in STAT.fields[FIRST_TIME..FIRST_TIME + 3].iter().enumerate() {
        if structseq::field(py, made, field)? == NONE {
            structseq::set_field(py, made, field, tuple.items()[FIRST_SECONDS + index].get())?;
        }
    }
    Ok(made)
}

fn stat(py: Py, function: &str, path: Word, directory: Word, follows: bool) -> Result {
    let allows = if function == "stat" { Allows::Descriptor } else { Allows::Path };
    let path = paths::file_path(py, path, function, "path", allows)?;
    let directory = arguments::directory(py, directory)?;
    if path.descriptor.is_some() {
        if directory != libc::AT_FDCWD {
            return Err(py.value_error(format!("{function}: can't specify dir_fd without matching path")));
        }
        if !follows {
            return Err(py.value_error(format!("{function}: cannot use fd and follow_symlinks together")));
        }
    }
    let status = of_path(py, &path, directory, follows)?.or_raise_for(py, path.shown)?;
    result(py, &status)
}

/// Asks the system. The inner error is the system's.
pub fn of_path(
    py: Py,
    path: &FilePath,
    directory: i32,
    follows: bool,
) -> Result<std::io::Result<libc::stat>> {
    let mut status = zeroed!(libc::stat);
    let flags = if follows { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    let done = match path.descriptor {
        // CPython passes -1 on as a path that does not exist.
        Some(-1) => Err(std::io::Error::from_raw_os_error(libc::EFAULT)),
        Some(descriptor) => call!(py, libc::fstat(descriptor, &mut status)),
        None => call!(py, libc::fstatat(directory, path.as_ptr(), &mut status, flags)),
    };
    Ok(done.map(|_| status))
}

/// The structure of a status.
pub fn result(py: Py, status: &libc::stat) -> Result {
    let class = py.vm().state::<Types>().stat.get().expect("set when the module was made");
    let number = |n: i64| py.int(n);
    let time = |seconds: i64, nanoseconds: i64| -> Result<(Word, Word, Word)> {
        let exact = seconds as f64 + 1e-9 * nanoseconds as f64;
        let all = i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
        Ok((py.int(seconds)?, float_word(exact), py.big_int(all.into())?))
    };
    let access = time(status.st_atime, status.st_atime_nsec)?;
    let modification = time(status.st_mtime, status.st_mtime_nsec)?;
    let change = time(status.st_ctime, status.st_ctime_nsec)?;
    let values = [
        number(i64::from(status.st_mode))?,
        py.uint(status.st_ino)?,
        py.uint(status.st_dev)?,
        #[allow(clippy::useless_conversion, reason = "the width differs between architectures")]
        py.uint(u64::from(status.st_nlink))?,
        identity(py, status.st_uid)?,
        identity(py, status.st_gid)?,
        number(status.st_size)?,
        access.0,
        modification.0,
        change.0,
        access.1,
        modification.1,
        change.1,
        access.2,
        modification.2,
        change.2,
        #[allow(clippy::useless_conversion, reason = "the width differs between architectures")]
        number(i64::from(status.st_blksize))?,
        number(status.st_blocks)?,
        py.uint(status.st_rdev)?,
    ];
    structseq::new(py, class, &values)
}

fn identity(py: Py, id: u32) -> Result {
    if id == u32::MAX { py.int(-1) } else { py.uint(u64::from(id)) }
}

fn volume(py: Py, status: &libc::statvfs) -> Result {
    let class = py.vm().state::<Types>().volume.get().expect("set when the module was made");
    let values = [
        py.uint(status.f_bsize)?,
        py.uint(status.f_frsize)?,
        py.uint(status.f_blocks)?,
        py.uint(status.f_bfree)?,
        py.uint(status.f_bavail)?,
        py.uint(status.f_files)?,
        py.uint(status.f_ffree)?,
        py.uint(status.f_favail)?,
        py.uint(status.f_flag)?,
        py.uint(status.f_namemax)?,
        py.uint(status.f_fsid)?,
    ];
    structseq::new(py, class, &values)
}

/// Whether a descriptor is open. For functions that must not create what they are given.
pub fn is_open(descriptor: i32) -> bool {
    value!(libc::fcntl(descriptor, libc::F_GETFD)) >= 0
}
