//! Names in directories: making, renaming, linking and removing them, and the working directory.

use crate::arguments;
use crate::calls::{OrRaise, call, value};
use crate::paths::{self, Allows, FilePath};
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::value::*;
use std::os::unix::ffi::OsStrExt;

pub const FUNCTIONS: &[NativeDef] = &[
    def("mkdir", "($module, /, path, mode=511, *, dir_fd=None)", "Create a directory.", |py, a| {
        let path = paths::plain(py, a[0], "mkdir")?;
        let mode = arguments::int_or(py, a[1], 0o777)? as libc::mode_t;
        let directory = arguments::directory(py, a[2])?;
        call!(py, libc::mkdirat(directory, path.as_ptr(), mode)).or_raise_for(py, path.shown)?;
        Ok(NONE)
    }),
    def("rmdir", "($module, /, path, *, dir_fd=None)", "Remove a directory.", |py, a| {
        remove(py, a, "rmdir", libc::AT_REMOVEDIR)
    }),
    def("unlink", "($module, /, path, *, dir_fd=None)", "Remove a file (same as remove()).", |py, a| {
        remove(py, a, "unlink", 0)
    }),
    def("remove", "($module, /, path, *, dir_fd=None)", "Remove a file (same as unlink()).", |py, a| {
        remove(py, a, "remove", 0)
    }),
    def(
        "rename",
        "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
        "Rename a file or directory.",
        |py, a| rename(py, a, "rename"),
    ),
    def(
        "replace",
        "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
        "Rename a file or directory, overwriting the destination.",
        |py, a| rename(py, a, "replace"),
    ),
    def(
        "link",
        "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=(os.name != 'nt'))",
        "Create a hard link to a file.",
        |py, a| {
            let (from, to) = source_and_target(py, a, "link")?;
            let (from_directory, to_directory) =
                (arguments::directory(py, a[2])?, arguments::directory(py, a[3])?);
            // Not given: what link(2) does, which on Linux is not to follow.
            let flags = if a[4] != UNSET && py.truth(a[4])? { libc::AT_SYMLINK_FOLLOW } else { 0 };
            call!(py, libc::linkat(from_directory, from.as_ptr(), to_directory, to.as_ptr(), flags))
                .or_raise_for_two(py, from.shown, to.shown)?;
            Ok(NONE)
        },
    ),
    def(
        "symlink",
        "($module, /, src, dst, target_is_directory=False, *, dir_fd=None)",
        "Create a symbolic link pointing to src named dst.",
        |py, a| {
            let (from, to) = source_and_target(py, a, "symlink")?;
            let directory = arguments::directory(py, a[3])?;
            call!(py, libc::symlinkat(from.as_ptr(), directory, to.as_ptr()))
                .or_raise_for_two(py, from.shown, to.shown)?;
            Ok(NONE)
        },
    ),
    def(
        "readlink",
        "($module, /, path, *, dir_fd=None)",
        "Return a string representing the path to which the symbolic link points.",
        |py, a| {
            let path = paths::plain(py, a[0], "readlink")?;
            let directory = arguments::directory(py, a[1])?;
            let mut room = vec![0_u8; libc::PATH_MAX as usize];
            let count =
                call!(py, libc::readlinkat(directory, path.as_ptr(), room.as_mut_ptr().cast(), room.len()))
                    .or_raise_for(py, path.shown)?;
            paths::name_word(py, &room[..count as usize], path.is_bytes)
        },
    ),
    def(
        "mkfifo",
        "($module, /, path, mode=438, *, dir_fd=None)",
        "Create a \"fifo\" (a POSIX named pipe).",
        |py, a| {
            let path = paths::plain(py, a[0], "mkfifo")?;
            let mode = arguments::int_or(py, a[1], 0o666)? as libc::mode_t;
            let directory = arguments::directory(py, a[2])?;
            call!(py, libc::mkfifoat(directory, path.as_ptr(), mode)).or_raise_for(py, path.shown)?;
            Ok(NONE)
        },
    ),
    def(
        "mknod",
        "($module, /, path, mode=384, device=0, *, dir_fd=None)",
        "Create a node in the file system.",
        |py, a| {
            let path = paths::plain(py, a[0], "mknod")?;
            let mode = arguments::int_or(py, a[1], 0o600)? as libc::mode_t;
            let device = if a[2] == UNSET { 0 } else { arguments::unsigned(py, a[2])? };
            let directory = arguments::directory(py, a[3])?;
            call!(py, libc::mknodat(directory, path.as_ptr(), mode, device)).or_raise_for(py, path.shown)?;
            Ok(NONE)
        },
    ),
    def(
        "chdir",
        "($module, /, path)",
        "Change the current working directory to the specified path.",
        |py, a| {
            let path = paths::file_path(py, a[0], "chdir", "path", Allows::Descriptor)?;
            match path.descriptor {
                Some(descriptor) => call!(py, libc::fchdir(descriptor)),
                None => call!(py, libc::chdir(path.as_ptr())),
            }
            .or_raise_for(py, path.shown)?;
            Ok(NONE)
        },
    ),
    def("fchdir", "($module, /, fd)", "Change to the directory of the given file descriptor.", |py, a| {
        let descriptor = arguments::descriptor(py, a[0])?;
        call!(py, libc::fchdir(descriptor)).or_raise(py)?;
        Ok(NONE)
    }),
    def("chroot", "($module, /, path)", "Change root directory to path.", |py, a| {
        let path = paths::plain(py, a[0], "chroot")?;
        call!(py, libc::chroot(path.as_ptr())).or_raise_for(py, path.shown)?;
        Ok(NONE)
    }),
    def(
        "getcwd",
        "($module, /)",
        "Return a unicode string representing the current working directory.",
        |py, _| paths::os_text(py, std::env::current_dir().or_raise(py)?.as_os_str()),
    ),
    def(
        "getcwdb",
        "($module, /)",
        "Return a bytes string representing the current working directory.",
        |py, _| py.new_bytes(std::env::current_dir().or_raise(py)?.as_os_str().as_bytes()),
    ),
    def(
        "umask",
        "($module, mask, /)",
        "Set the current numeric umask and return the previous umask.",
        |py, a| {
            let mask = arguments::int(py, a[0])? as libc::mode_t;
            py.int(i64::from(value!(libc::umask(mask))))
        },
    ),
];

fn remove(py: Py, a: &[Word], function: &str, flags: i32) -> Result {
    let path = paths::plain(py, a[0], function)?;
    let directory = arguments::directory(py, a[1])?;
    call!(py, libc::unlinkat(directory, path.as_ptr(), flags)).or_raise_for(py, path.shown)?;
    Ok(NONE)
}

fn source_and_target(py: Py, a: &[Word], function: &str) -> Result<(FilePath, FilePath)> {
    let from = paths::file_path(py, a[0], function, "src", Allows::Path)?;
    let to = paths::file_path(py, a[1], function, "dst", Allows::Path)?;
    Ok((from, to))
}

fn rename(py: Py, a: &[Word], function: &str) -> Result {
    let (from, to) = source_and_target(py, a, function)?;
    let (from_directory, to_directory) = (arguments::directory(py, a[2])?, arguments::directory(py, a[3])?);
    call!(py, libc::renameat(from_directory, from.as_ptr(), to_directory, to.as_ptr()))
        .or_raise_for_two(py, from.shown, to.shown)?;
    Ok(NONE)
}
