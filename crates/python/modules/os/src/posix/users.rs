//! Who runs the process: users, groups, sessions, process groups.

use crate::arguments::{self, identity, identity_word};
use crate::calls::{OrRaise, call, value};
use crate::paths;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result, list_push};
use python_model::value::*;

/// A function without arguments that cannot fail.
macro_rules! number {
    ($name:literal, $doc:literal, $call:ident) => {
        def($name, "($module, /)", $doc, |py, _| py.int(i64::from(value!(libc::$call()))))
    };
}
/// A function that takes one user or group.
macro_rules! set_one {
    ($name:literal, $argument:literal, $what:literal, $doc:literal, $call:ident) => {
        def($name, concat!("($module, ", $argument, ", /)"), $doc, |py, a| {
            let id = identity(py, a[0], $what)?;
            call!(py, libc::$call(id)).or_raise(py)?;
            Ok(NONE)
        })
    };
}

pub const FUNCTIONS: &[NativeDef] = &[
    number!("getpid", "Return the current process id.", getpid),
    number!("getppid", "Return the parent's process id.", getppid),
    number!("getpgrp", "Return the current process group id.", getpgrp),
    number!("getuid", "Return the current process's user id.", getuid),
    number!("geteuid", "Return the current process's effective user id.", geteuid),
    number!("getgid", "Return the current process's group id.", getgid),
    number!("getegid", "Return the current process's effective group id.", getegid),
    set_one!("setuid", "uid", "uid", "Set the current process's user id.", setuid),
    set_one!("seteuid", "euid", "uid", "Set the current process's effective user id.", seteuid),
    set_one!("setgid", "gid", "gid", "Set the current process's group id.", setgid),
    set_one!("setegid", "egid", "gid", "Set the current process's effective group id.", setegid),
    def(
        "setreuid",
        "($module, ruid, euid, /)",
        "Set the current process's real and effective user ids.",
        |py, a| {
            let (real, effective) = (identity(py, a[0], "uid")?, identity(py, a[1], "uid")?);
            call!(py, libc::setreuid(real, effective)).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "setregid",
        "($module, rgid, egid, /)",
        "Set the current process's real and effective group ids.",
        |py, a| {
            let (real, effective) = (identity(py, a[0], "gid")?, identity(py, a[1], "gid")?);
            call!(py, libc::setregid(real, effective)).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "setresuid",
        "($module, ruid, euid, suid, /)",
        "Set the current process's real, effective, and saved user ids.",
        |py, a| {
            let ids = [identity(py, a[0], "uid")?, identity(py, a[1], "uid")?, identity(py, a[2], "uid")?];
            call!(py, libc::setresuid(ids[0], ids[1], ids[2])).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "setresgid",
        "($module, rgid, egid, sgid, /)",
        "Set the current process's real, effective, and saved group ids.",
        |py, a| {
            let ids = [identity(py, a[0], "gid")?, identity(py, a[1], "gid")?, identity(py, a[2], "gid")?];
            call!(py, libc::setresgid(ids[0], ids[1], ids[2])).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "getresuid",
        "($module, /)",
        "Return a tuple of the current process's real, effective, and saved user ids.",
        |py, _| {
            let [mut real, mut effective, mut saved] = [0; 3];
            call!(py, libc::getresuid(&mut real, &mut effective, &mut saved)).or_raise(py)?;
            py.new_tuple(&[real, effective, saved].map(identity_word))
        },
    ),
    def(
        "getresgid",
        "($module, /)",
        "Return a tuple of the current process's real, effective, and saved group ids.",
        |py, _| {
            let [mut real, mut effective, mut saved] = [0; 3];
            call!(py, libc::getresgid(&mut real, &mut effective, &mut saved)).or_raise(py)?;
            py.new_tuple(&[real, effective, saved].map(identity_word))
        },
    ),
    def("getgroups", "($module, /)", "Return list of supplemental group IDs for the process.", |py, _| {
        let count = call!(py, libc::getgroups(0, std::ptr::null_mut())).or_raise(py)?;
        let mut groups = vec![0; count as usize];
        let count = call!(py, libc::getgroups(count, groups.as_mut_ptr())).or_raise(py)?;
        group_list(py, &groups[..count as usize])
    }),
    def("setgroups", "($module, groups, /)", "Set the groups of the current process to list.", |py, a| {
        if py.type_of(a[0]).lookup(py, python_model::names::Name::GetItem).is_none() {
            return Err(py.type_error("setgroups argument must be a sequence"));
        }
        let given = py.tuple_from_iterable(a[0])?;
        if given.items().len() > 65_536 {
            return Err(py.value_error("too many groups"));
        }
        let mut groups = Vec::new();
        for group in given.items() {
            groups.push(identity(py, group.get(), "gid")?);
        }
        call!(py, libc::setgroups(groups.len(), groups.as_ptr())).or_raise(py)?;
        Ok(NONE)
    }),
    def("initgroups", "($module, username, gid, /)", "Initialize the group access list.", |py, a| {
        let (name, group) = (paths::c_string(py, a[0])?, identity(py, a[1], "gid")?);
        call!(py, libc::initgroups(name.as_ptr(), group)).or_raise(py)?;
        Ok(NONE)
    }),
    def(
        "getgrouplist",
        "($module, user, group, /)",
        "Returns a list of groups to which a user belongs.",
        |py, a| {
            let (name, group) = (paths::c_string(py, a[0])?, identity(py, a[1], "gid")?);
            let mut room = 32_i32;
            loop {
                let (mut groups, mut count) = (vec![0; room as usize], room);
                if value!(libc::getgrouplist(name.as_ptr(), group, groups.as_mut_ptr(), &mut count)) >= 0 {
                    return group_list(py, &groups[..count as usize]);
                }
                room = count.max(room * 2);
            }
        },
    ),
    def("getlogin", "($module, /)", "Return the actual login name.", |py, _| {
        let mut name = [0 as libc::c_char; 256];
        crate::calls::check_number(value!(getlogin_r(name.as_mut_ptr(), name.len()))).or_raise(py)?;
        // SAFETY: a C string, as the call succeeded.
        unsafe { paths::decode_pointer(py, name.as_ptr()) }
    }),
    def("getpgid", "($module, /, pid)", "Call the system call getpgid(), and return the result.", |py, a| {
        let pid = arguments::int(py, a[0])?;
        py.int(i64::from(call!(py, libc::getpgid(pid)).or_raise(py)?))
    }),
    def("setpgid", "($module, pid, pgrp, /)", "Call the system call setpgid(pid, pgrp).", |py, a| {
        let (pid, group) = (arguments::int(py, a[0])?, arguments::int(py, a[1])?);
        call!(py, libc::setpgid(pid, group)).or_raise(py)?;
        Ok(NONE)
    }),
    def("setpgrp", "($module, /)", "Make the current process the leader of its process group.", |py, _| {
        call!(py, libc::setpgid(0, 0)).or_raise(py)?;
        Ok(NONE)
    }),
    def("getsid", "($module, pid, /)", "Call the system call getsid(pid) and return the result.", |py, a| {
        let pid = arguments::int(py, a[0])?;
        py.int(i64::from(call!(py, libc::getsid(pid)).or_raise(py)?))
    }),
    def("setsid", "($module, /)", "Call the system call setsid().", |py, _| {
        call!(py, libc::setsid()).or_raise(py)?;
        Ok(NONE)
    }),
    def(
        "tcgetpgrp",
        "($module, fd, /)",
        "Return the process group associated with the terminal specified by fd.",
        |py, a| {
            let descriptor = arguments::int(py, a[0])?;
            py.int(i64::from(call!(py, libc::tcgetpgrp(descriptor)).or_raise(py)?))
        },
    ),
    def(
        "tcsetpgrp",
        "($module, fd, pgid, /)",
        "Set the process group associated with the terminal specified by fd.",
        |py, a| {
            let (descriptor, group) = (arguments::int(py, a[0])?, arguments::int(py, a[1])?);
            call!(py, libc::tcsetpgrp(descriptor, group)).or_raise(py)?;
            Ok(NONE)
        },
    ),
];

fn group_list(py: Py, groups: &[libc::gid_t]) -> Result {
    let list = py.new_list(groups.len())?;
    for group in groups {
        list_push(py, list, identity_word(*group))?;
    }
    Ok(word(list))
}

unsafe extern "C" {
    fn getlogin_r(name: *mut libc::c_char, size: libc::size_t) -> libc::c_int;
}
