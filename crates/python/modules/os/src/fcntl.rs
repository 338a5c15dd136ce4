//! `fcntl`: control of descriptors, locks of files, `ioctl`.

#[path = "fcntl_constants.rs"]
mod constants;

use crate::arguments;
use crate::calls::{OrRaise, call};
use crate::constants::add;
use crate::posix::Writable;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::objects::Str;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_types::buffer;

pub static MODULE: NativeModule = NativeModule {
    name: "fcntl",
    doc: "This module performs file control and I/O control on file\ndescriptors.  It is an interface to the fcntl() and ioctl() \
          Unix\nroutines.  File descriptors can be obtained with the fileno() method of\na file or socket object.",
    functions: FUNCTIONS,
    fill: |py, own| {
        add(py, own, constants::SYSTEM)?;
        add(py, own, constants::OTHERS)
    },
};

/// Bytes that the system may fill: what it gets, and room behind for calls that write more than they should.
const MOST_BYTES: usize = 1024;
const GUARD_BYTES: usize = 64;

static FUNCTIONS: &[NativeDef] = &[
    def(
        "fcntl",
        "($module, fd, cmd, arg=0, /)",
        "Perform the operation `cmd` on file descriptor fd.",
        |py, a| {
            let (descriptor, command) = (arguments::descriptor(py, a[0])?, arguments::int(py, a[1])?);
            if let Some(argument) = number(py, a[2])? {
                return py
                    .int(i64::from(call!(py, libc::fcntl(descriptor, command, argument)).or_raise(py)?));
            }
            let data = data(py, a[2], "fcntl")?;
            if data.len() > MOST_BYTES {
                return Err(py.value_error("fcntl argument 3 is too long"));
            }
            let mut room = data.clone();
            room.resize(data.len() + GUARD_BYTES, 0);
            call!(py, libc::fcntl(descriptor, command, room.as_mut_ptr())).or_raise(py)?;
            py.new_bytes(&room[..data.len()])
        },
    ),
    def(
        "ioctl",
        "($module, fd, request, arg=0, mutate_flag=True, /)",
        "Perform the operation request on file descriptor fd.",
        |py, a| {
            let descriptor = arguments::descriptor(py, a[0])?;
            let request = arguments::unsigned(py, a[1])? as libc::c_ulong;
            if let Some(argument) = number(py, a[2])? {
                return py
                    .int(i64::from(call!(py, libc::ioctl(descriptor, request, argument)).or_raise(py)?));
            }
            let mutates = arguments::boolean(py, a[3], true)?;
            let target = match Writable::of(py, a[2]) {
                Ok(target) if mutates => Some(target),
                Ok(_) => None,
                Err(raised) => match py.take_if(Ty::TypeError) {
                    Some(_) => None,
                    None => return Err(raised),
                },
            };
            let data = data(py, a[2], "ioctl")?;
            if target.is_none() && data.len() > MOST_BYTES {
                return Err(py.value_error("ioctl argument 3 is too long"));
            }
            let mut room = data.clone();
            room.resize(data.len() + GUARD_BYTES, 0);
            let status = call!(py, libc::ioctl(descriptor, request, room.as_mut_ptr())).or_raise(py)?;
            match target {
                Some(target) => {
                    target.write(py, &room[..data.len()])?;
                    py.int(i64::from(status))
                }
                None => py.new_bytes(&room[..data.len()]),
            }
        },
    ),
    def(
        "flock",
        "($module, fd, operation, /)",
        "Perform the lock operation on file descriptor fd.",
        |py, a| {
            let (descriptor, operation) = (arguments::descriptor(py, a[0])?, arguments::int(py, a[1])?);
            call!(py, libc::flock(descriptor, operation)).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "lockf",
        "($module, fd, cmd, len=0, start=0, whence=0, /)",
        "A wrapper around the fcntl() locking calls.",
        |py, a| {
            let (descriptor, command) = (arguments::descriptor(py, a[0])?, arguments::int(py, a[1])?);
            let offset = |value: Word| if value == UNSET { Ok(0) } else { arguments::long(py, value) };
            let (length, start) = (offset(a[2])?, offset(a[3])?);
            let whence = arguments::int_or(py, a[4], 0)?;
            let kind = if command & libc::LOCK_SH != 0 {
                libc::F_RDLCK
            } else if command & libc::LOCK_EX != 0 {
                libc::F_WRLCK
            } else if command & libc::LOCK_UN != 0 {
                libc::F_UNLCK
            } else {
                return Err(py.value_error("unrecognized lockf argument"));
            };
            let lock = libc::flock {
                l_type: kind as libc::c_short,
                l_whence: whence as libc::c_short,
                l_start: start,
                l_len: length,
                l_pid: 0,
            };
            let how = if command & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
            call!(py, libc::fcntl(descriptor, how, &raw const lock)).or_raise(py)?;
            Ok(NONE)
        },
    ),
];

/// A number argument, taken modulo 2**32 as C does; `None` if it is none.
fn number(py: Py, value: Word) -> Result<Option<libc::c_int>> {
    if value == UNSET {
        return Ok(Some(0));
    }
    let is_number =
        py.is_a(value, Ty::Int) || py.type_of(value).lookup(py, python_model::names::Name::Index).is_some();
    if is_number { Ok(Some(arguments::unsigned(py, value)? as libc::c_int)) } else { Ok(None) }
}

fn data(py: Py, value: Word, function: &str) -> Result<Vec<u8>> {
    if let Some(text) = py.cast::<Str>(value) {
        return Ok(text.as_bytes().to_vec());
    }
    match buffer::get_opt(py, value)? {
        Some(data) => Ok(data.to_vec()),
        None => {
            let what = py.argument_type(value);
            Err(py.type_error(format!(
                "{function}() argument 3 must be an integer, a bytes-like object, or a string, not {what}"
            )))
        }
    }
}
