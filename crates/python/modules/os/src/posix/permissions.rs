//! Who may do what with a file, its owner and its times, its length by name; extended attributes.

use crate::arguments;
use crate::calls::{OrRaise, call};
use crate::paths::{self, Allows, FilePath};
use python_model::native::{NativeDef, def, given};
use python_model::objects::Tuple;
use python_model::operators::Binary;
use python_model::py::{Py, Result, list_push};
use python_model::value::*;
use python_types::buffer;

pub const FUNCTIONS: &[NativeDef] = &[
    def(
        "access",
        "($module, /, path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)",
        "Use the real uid/gid to test for access to a path.",
        |py, a| {
            let path = paths::plain(py, a[0], "access")?;
            let mode = arguments::int(py, a[1])?;
            let directory = arguments::directory(py, a[2])?;
            let mut flags = 0;
            if arguments::boolean(py, a[3], false)? {
                flags |= libc::AT_EACCESS;
            }
            if !arguments::boolean(py, a[4], true)? {
                flags |= libc::AT_SYMLINK_NOFOLLOW;
            }
            Ok(bool_word(call!(py, libc::faccessat(directory, path.as_ptr(), mode, flags)).is_ok()))
        },
    ),
    def(
        "chmod",
        "($module, /, path, mode, *, dir_fd=None, follow_symlinks=(os.name != 'nt'))",
        "Change the access permissions of a file.",
        |py, a| {
            let path = paths::file_path(py, a[0], "chmod", "path", Allows::Descriptor)?;
            let mode = arguments::int(py, a[1])? as libc::mode_t;
            let directory = arguments::directory(py, a[2])?;
            let flags = if arguments::boolean(py, a[3], true)? { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
            let done = match path.descriptor {
                Some(descriptor) => call!(py, libc::fchmod(descriptor, mode)),
                None => call!(py, libc::fchmodat(directory, path.as_ptr(), mode, flags)),
            };
            if let Err(error) = &done
                && flags != 0
                && error.raw_os_error() == Some(libc::ENOTSUP)
            {
                return Err(py.not_implemented_error("chmod: follow_symlinks unavailable on this platform"));
            }
            done.or_raise_for(py, path.shown)?;
            Ok(NONE)
        },
    ),
    def(
        "fchmod",
        "($module, /, fd, mode)",
        "Change the access permissions of the file given by file descriptor fd.",
        |py, a| {
            let (descriptor, mode) = (arguments::int(py, a[0])?, arguments::int(py, a[1])? as libc::mode_t);
            call!(py, libc::fchmod(descriptor, mode)).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "chown",
        "($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)",
        "Change the owner and group id of path to the numeric uid and gid.",
        |py, a| {
            let path = paths::file_path(py, a[0], "chown", "path", Allows::Descriptor)?;
            let (uid, gid) = (arguments::identity(py, a[1], "uid")?, arguments::identity(py, a[2], "gid")?);
            let directory = arguments::directory(py, a[3])?;
            let follows = arguments::boolean(py, a[4], true)?;
            without_directory(py, "chown", &path, directory, follows)?;
            let flags = if follows { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
            match path.descriptor {
                Some(descriptor) => call!(py, libc::fchown(descriptor, uid, gid)),
                None => call!(py, libc::fchownat(directory, path.as_ptr(), uid, gid, flags)),
            }
            .or_raise_for(py, path.shown)?;
            Ok(NONE)
        },
    ),
    def(
        "fchown",
        "($module, /, fd, uid, gid)",
        "Change the owner and group id of the file specified by file descriptor.",
        |py, a| {
            let descriptor = arguments::int(py, a[0])?;
            let (uid, gid) = (arguments::identity(py, a[1], "uid")?, arguments::identity(py, a[2], "gid")?);
            call!(py, libc::fchown(descriptor, uid, gid)).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "lchown",
        "($module, /, path, uid, gid)",
        "Change the owner and group id of path to the numeric uid and gid.",
        |py, a| {
            let path = paths::plain(py, a[0], "lchown")?;
            let (uid, gid) = (arguments::identity(py, a[1], "uid")?, arguments::identity(py, a[2], "gid")?);
            call!(py, libc::lchown(path.as_ptr(), uid, gid)).or_raise_for(py, path.shown)?;
            Ok(NONE)
        },
    ),
    def(
        "utime",
        "($module, /, path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)",
        "Set the access and modified time of path.",
        utime,
    ),
    def(
        "truncate",
        "($module, /, path, length)",
        "Truncate a file, specified by path, to a specific length.",
        |py, a| {
            let path = paths::file_path(py, a[0], "truncate", "path", Allows::Descriptor)?;
            let length = arguments::long(py, a[1])?;
            match path.descriptor {
                Some(descriptor) => call!(py, libc::ftruncate(descriptor, length)),
                None => call!(py, libc::truncate(path.as_ptr(), length)),
            }
            .or_raise_for(py, path.shown)?;
            Ok(NONE)
        },
    ),
    def(
        "getxattr",
        "($module, /, path, attribute, *, follow_symlinks=True)",
        "Return the value of extended attribute attribute on path.",
        |py, a| {
            let path = paths::file_path(py, a[0], "getxattr", "path", Allows::Descriptor)?;
            let name = paths::file_path(py, a[1], "getxattr", "attribute", Allows::Path)?;
            let follows = followed(py, "getxattr", &path, a[2])?;
            let (file, key) = (path.as_ptr(), name.as_ptr());
            for size in ATTRIBUTE_SIZES {
                let mut room = vec![0_u8; size];
                let to = room.as_mut_ptr().cast();
                let done = match path.descriptor {
                    Some(descriptor) => call!(py, libc::fgetxattr(descriptor, key, to, size)),
                    None if follows => call!(py, libc::getxattr(file, key, to, size)),
                    None => call!(py, libc::lgetxattr(file, key, to, size)),
                };
                match done {
                    Err(error) if error.raw_os_error() == Some(libc::ERANGE) => {}
                    done => return py.new_bytes(&room[..done.or_raise_for(py, path.shown)? as usize]),
                }
            }
            Err(std::io::Error::from_raw_os_error(libc::ERANGE)).or_raise_for(py, path.shown)
        },
    ),
    def(
        "setxattr",
        "($module, /, path, attribute, value, flags=0, *, follow_symlinks=True)",
        "Set extended attribute attribute on path to value.",
        |py, a| {
            let path = paths::file_path(py, a[0], "setxattr", "path", Allows::Descriptor)?;
            let name = paths::file_path(py, a[1], "setxattr", "attribute", Allows::Path)?;
            let data = buffer::get(py, a[2])?;
            let flags = arguments::int_or(py, a[3], 0)?;
            let follows = followed(py, "setxattr", &path, a[4])?;
            let (file, key, from, size) = (path.as_ptr(), name.as_ptr(), data.as_ptr().cast(), data.len());
            match path.descriptor {
                Some(descriptor) => call!(py, libc::fsetxattr(descriptor, key, from, size, flags)),
                None if follows => call!(py, libc::setxattr(file, key, from, size, flags)),
                None => call!(py, libc::lsetxattr(file, key, from, size, flags)),
            }
            .or_raise_for(py, path.shown)?;
            data.keep();
            Ok(NONE)
        },
    ),
    def(
        "removexattr",
        "($module, /, path, attribute, *, follow_symlinks=True)",
        "Remove extended attribute attribute on path.",
        |py, a| {
            let path = paths::file_path(py, a[0], "removexattr", "path", Allows::Descriptor)?;
            let name = paths::file_path(py, a[1], "removexattr", "attribute", Allows::Path)?;
            let follows = followed(py, "removexattr", &path, a[2])?;
            match path.descriptor {
                Some(descriptor) => call!(py, libc::fremovexattr(descriptor, name.as_ptr())),
                None if follows => call!(py, libc::removexattr(path.as_ptr(), name.as_ptr())),
                None => call!(py, libc::lremovexattr(path.as_ptr(), name.as_ptr())),
            }
            .or_raise_for(py, path.shown)?;
            Ok(NONE)
        },
    ),
    def(
        "listxattr",
        "($module, /, path=None, *, follow_symlinks=True)",
        "Return a list of extended attributes on path.",
        |py, a| {
            let path = paths::file_path(py, a[0], "listxattr", "path", Allows::DescriptorOrNone)?;
            let follows = followed(py, "listxattr", &path, a[1])?;
            for size in ATTRIBUTE_SIZES {
                let mut room = vec![0_u8; size];
                let to = room.as_mut_ptr().cast();
                let done = match path.descriptor {
                    Some(descriptor) => call!(py, libc::flistxattr(descriptor, to, size)),
                    None if follows => call!(py, libc::listxattr(path.as_ptr(), to, size)),
                    None => call!(py, libc::llistxattr(path.as_ptr(), to, size)),
                };
                if let Err(error) = &done
                    && error.raw_os_error() == Some(libc::ERANGE)
                {
                    continue;
                }
                let count = done.or_raise_for(py, path.shown)? as usize;
                let list = py.new_list(4)?;
                for name in room[..count].split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
                    list_push(py, list, paths::decode(py, name)?)?;
                }
                return Ok(word(list));
            }
            Err(std::io::Error::from_raw_os_error(libc::ERANGE)).or_raise_for(py, path.shown)
        },
    ),
];

/// First guess and limit of the size of extended attributes.
const ATTRIBUTE_SIZES: [usize; 2] = [256, 65_536];

fn without_directory(py: Py, function: &str, path: &FilePath, directory: i32, follows: bool) -> Result<()> {
    if path.descriptor.is_some() && directory != libc::AT_FDCWD {
        return Err(py.value_error(format!("{function}: can't specify both dir_fd and fd")));
    }
    if path.descriptor.is_some() && !follows {
        return Err(py.value_error(format!("{function}: cannot use fd and follow_symlinks together")));
    }
    Ok(())
}

fn followed(py: Py, function: &str, path: &FilePath, follows: Word) -> Result<bool> {
    let follows = arguments::boolean(py, follows, true)?;
    without_directory(py, function, path, libc::AT_FDCWD, follows)?;
    Ok(follows)
}

fn utime(py: Py, a: &[Word]) -> Result {
    let path = paths::file_path(py, a[0], "utime", "path", Allows::Descriptor)?;
    if given(a[1]).is_some() && a[2] != UNSET {
        return Err(py.value_error("utime: you may specify either 'times' or 'ns' but not both"));
    }
    let pair = |value: Word, message: &str| {
        let tuple = py.cast::<Tuple>(value).ok_or_else(|| py.type_error(message))?;
        match tuple.items() {
            [first, second] => Ok([first.get(), second.get()]),
            _ => Err(py.type_error(message)),
        }
    };
    let now = libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW };
    let times = if let Some(times) = given(a[1]) {
        let message = "utime: 'times' must be either a tuple of two ints or None";
        let pair = pair(times, message)?;
        [seconds(py, pair[0])?, seconds(py, pair[1])?]
    } else if a[2] != UNSET {
        let pair = pair(a[2], "utime: 'ns' must be a tuple of two ints")?;
        [split_nanoseconds(py, pair[0])?, split_nanoseconds(py, pair[1])?]
    } else {
        [now, now]
    };
    let directory = arguments::directory(py, a[3])?;
    let follows = arguments::boolean(py, a[4], true)?;
    without_directory(py, "utime", &path, directory, follows)?;
    let flags = if follows { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    match path.descriptor {
        Some(descriptor) => call!(py, libc::futimens(descriptor, times.as_ptr())),
        None => call!(py, libc::utimensat(directory, path.as_ptr(), times.as_ptr(), flags)),
    }
    .or_raise_for(py, path.shown)?;
    Ok(NONE)
}

/// Seconds since the epoch: an int of any range of the system, or a float rounded down.
fn seconds(py: Py, value: Word) -> Result<libc::timespec> {
    if let V::Float(seconds) = V::of(py.base(value)) {
        let whole = seconds.floor();
        if seconds.is_nan() {
            return Err(py.value_error("Invalid value NaN (not a number)"));
        }
        if !(-9.2e18..9.2e18).contains(&whole) {
            return Err(py.overflow_error("timestamp out of range for platform time_t"));
        }
        let rest = ((seconds - whole) * 1e9).floor() as i64;
        return Ok(libc::timespec { tv_sec: whole as i64, tv_nsec: rest.min(999_999_999) });
    }
    match as_i64(py.to_index(value)?) {
        Some(seconds) => Ok(libc::timespec { tv_sec: seconds, tv_nsec: 0 }),
        None => Err(py.overflow_error("timestamp out of range for platform time_t")),
    }
}

fn split_nanoseconds(py: Py, value: Word) -> Result<libc::timespec> {
    let billion = small_int(1_000_000_000);
    let (whole, rest) =
        (py.binary(Binary::FloorDiv, value, billion)?, py.binary(Binary::Mod, value, billion)?);
    Ok(libc::timespec { tv_sec: arguments::long(py, whole)?, tv_nsec: arguments::long(py, rest)? })
}
