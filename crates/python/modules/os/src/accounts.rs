//! `pwd` and `grp`: the databases of users and groups.

use crate::arguments::{identity, identity_word};
use crate::calls::{OrRaise, check_number, value, zeroed};
use crate::constants::set;
use crate::paths;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_modules_core::structseq::{self, Structure};
use std::cell::Cell;
use std::ffi::CString;

#[derive(Default)]
struct Types {
    user: Cell<Option<TypeRef>>,
    group: Cell<Option<TypeRef>>,
}

pub static USERS: NativeModule = NativeModule {
    name: "pwd",
    doc: "This module provides access to the Unix password database.\nIt is available on all Unix versions.",
    functions: USER_FUNCTIONS,
    fill: |py, own| {
        let structure = Structure::plain(
            "pwd",
            "struct_passwd",
            "pwd.struct_passwd: Results from getpw*() routines.",
            &["pw_name", "pw_passwd", "pw_uid", "pw_gid", "pw_gecos", "pw_dir", "pw_shell"],
        );
        let class = structseq::define(py, structure)?;
        py.vm().state::<Types>().user.set(Some(class));
        set(py, own, "struct_passwd", class.word())
    },
};

pub static GROUPS: NativeModule = NativeModule {
    name: "grp",
    doc: "Access to the Unix group database.",
    functions: GROUP_FUNCTIONS,
    fill: |py, own| {
        let structure = Structure::plain(
            "grp",
            "struct_group",
            "grp.struct_group: Results from getgr*() routines.",
            &["gr_name", "gr_passwd", "gr_gid", "gr_mem"],
        );
        let class = structseq::define(py, structure)?;
        py.vm().state::<Types>().group.set(Some(class));
        set(py, own, "struct_group", class.word())
    },
};

const MADE: &str = "set when the module was made";
/// Room for the strings of an entry at first; doubled as long as the C library asks for more.
const FIRST_ROOM: usize = 1024;
const MOST_ROOM: usize = 1 << 24;

static USER_FUNCTIONS: &[NativeDef] = &[
    def(
        "getpwuid",
        "($module, uidobj, /)",
        "Return the password database entry for the given numeric user ID.",
        |py, a| {
            let missing =
                |shown: String| py.raise_text(Ty::KeyError, &format!("getpwuid(): uid not found{shown}"));
            let id = match py.unless(identity(py, a[0], "uid"), Ty::OverflowError)? {
                Some(id) => id,
                None => return Err(missing(String::new())),
            };
            let found = find(
                py,
                |entry: *mut libc::passwd, room, found| {
                    value!(libc::getpwuid_r(id, entry, room.as_mut_ptr().cast(), room.len(), found))
                },
                user,
            )?;
            found.ok_or_else(|| missing(format!(": {}", as_i64(identity_word(id)).unwrap_or_default())))
        },
    ),
    def(
        "getpwnam",
        "($module, name, /)",
        "Return the password database entry for the given user name.",
        |py, a| {
            let name = name(py, a[0], "getpwnam")?;
            let found = find(
                py,
                |entry: *mut libc::passwd, room, found| {
                    value!(libc::getpwnam_r(
                        name.as_ptr(),
                        entry,
                        room.as_mut_ptr().cast(),
                        room.len(),
                        found
                    ))
                },
                user,
            )?;
            match found {
                Some(found) => Ok(found),
                None => {
                    let shown = py.repr_text(a[0])?;
                    Err(py.raise_text(Ty::KeyError, &format!("getpwnam(): name not found: {shown}")))
                }
            }
        },
    ),
    def(
        "getpwall",
        "($module, /)",
        "Return a list of all available password database entries, in arbitrary order.",
        |py, _| {
            let list = py.new_list(8)?;
            value!(libc::setpwent());
            loop {
                let entry = value!(libc::getpwent());
                if entry.is_null() {
                    break;
                }
                // SAFETY: the C library's entry, valid until the next call.
                let entry = user(py, unsafe { &*entry });
                list_push(py, list, entry?)?;
            }
            value!(libc::endpwent());
            Ok(word(list))
        },
    ),
];

static GROUP_FUNCTIONS: &[NativeDef] = &[
    def(
        "getgrgid",
        "($module, /, id)",
        "Return the group database entry for the given numeric group ID.",
        |py, a| {
            let missing =
                |shown: String| py.raise_text(Ty::KeyError, &format!("getgrgid(): gid not found{shown}"));
            let id = match py.unless(identity(py, a[0], "gid"), Ty::OverflowError)? {
                Some(id) => id,
                None => return Err(missing(String::new())),
            };
            let found = find(
                py,
                |entry: *mut libc::group, room, found| {
                    value!(libc::getgrgid_r(id, entry, room.as_mut_ptr().cast(), room.len(), found))
                },
                group,
            )?;
            found.ok_or_else(|| missing(format!(": {}", as_i64(identity_word(id)).unwrap_or_default())))
        },
    ),
    def(
        "getgrnam",
        "($module, /, name)",
        "Return the group database entry for the given group name.",
        |py, a| {
            let name = name(py, a[0], "getgrnam")?;
            let found = find(
                py,
                |entry: *mut libc::group, room, found| {
                    value!(libc::getgrnam_r(
                        name.as_ptr(),
                        entry,
                        room.as_mut_ptr().cast(),
                        room.len(),
                        found
                    ))
                },
                group,
            )?;
            match found {
                Some(found) => Ok(found),
                None => {
                    let shown = py.repr_text(a[0])?;
                    Err(py.raise_text(Ty::KeyError, &format!("getgrnam(): name not found: {shown}")))
                }
            }
        },
    ),
    def(
        "getgrall",
        "($module, /)",
        "Return a list of all available group entries, in arbitrary order.",
        |py, _| {
            let list = py.new_list(8)?;
            value!(libc::setgrent());
            loop {
                let entry = value!(libc::getgrent());
                if entry.is_null() {
                    break;
                }
                // SAFETY: the C library's entry, valid until the next call.
                let entry = group(py, unsafe { &*entry });
                list_push(py, list, entry?)?;
            }
            value!(libc::endgrent());
            Ok(word(list))
        },
    ),
];

fn name(py: Py, value: Word, function: &str) -> Result<CString> {
    let Some(text) = py.as_str(value) else {
        let what = py.argument_type(value);
        return Err(py.type_error(format!("{function}() argument must be str, not {what}")));
    };
    CString::new(paths::encode(py, text)?).map_err(|_| py.value_error("embedded null byte"))
}

/// Asks for an entry, with as much room for its strings as it needs; `None` if there is none.
/// `ask` fills the entry and the room and stores where the entry is, or null.
fn find<T>(
    py: Py,
    ask: impl Fn(*mut T, &mut [u8], *mut *mut T) -> i32,
    shown: fn(Py, &T) -> Result,
) -> Result<Option<Word>> {
    let mut size = FIRST_ROOM;
    loop {
        let mut room = vec![0_u8; size];
        let mut entry = zeroed!(T);
        let mut found = std::ptr::null_mut();
        let status = py.blocking(|| ask(&raw mut entry, &mut room, &raw mut found));
        if status == libc::ERANGE && size < MOST_ROOM {
            size *= 2;
            continue;
        }
        if found.is_null() {
            // Several codes mean that there is no such entry, depending on the database.
            return match status {
                0 | libc::ENOENT | libc::ESRCH | libc::EBADF | libc::EPERM => Ok(None),
                status => check_number(status).or_raise(py).map(|()| None),
            };
        }
        return shown(py, &entry).map(Some);
    }
}

fn text(py: Py, text: *const libc::c_char) -> Result {
    // SAFETY: a string of an entry, in the room that the caller still has.
    unsafe { paths::decode_pointer(py, text) }
}

fn user(py: Py, entry: &libc::passwd) -> Result {
    let values = [
        text(py, entry.pw_name)?,
        text(py, entry.pw_passwd)?,
        identity_word(entry.pw_uid),
        identity_word(entry.pw_gid),
        text(py, entry.pw_gecos)?,
        text(py, entry.pw_dir)?,
        text(py, entry.pw_shell)?,
    ];
    structseq::new(py, py.vm().state::<Types>().user.get().expect(MADE), &values)
}

fn group(py: Py, entry: &libc::group) -> Result {
    let members = py.new_list(0)?;
    let mut at = entry.gr_mem;
    while !at.is_null() {
        // SAFETY: an array of strings that ends with null.
        let member = unsafe { *at };
        if member.is_null() {
            break;
        }
        list_push(py, members, text(py, member)?)?;
        // SAFETY: not past the null at the end.
        at = unsafe { at.add(1) };
    }
    let values =
        [text(py, entry.gr_name)?, text(py, entry.gr_passwd)?, identity_word(entry.gr_gid), word(members)];
    structseq::new(py, py.vm().state::<Types>().group.get().expect(MADE), &values)
}
