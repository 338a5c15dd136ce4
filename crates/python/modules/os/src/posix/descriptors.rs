//! Linux's calls that make or join descriptors: `sendfile`, `splice`, events, timers, memory files.

use crate::arguments::{self, Rounding};
use crate::calls::{OrRaise, call, zeroed};
use crate::paths;
use python_model::native::{NativeDef, def, given};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

pub const FUNCTIONS: &[NativeDef] = &[
    def(
        "sendfile",
        "($module, /, out_fd, in_fd, offset, count)",
        "Copy count bytes from file descriptor in_fd to file descriptor out_fd.",
        |py, a| {
            let (to, from) = (arguments::int(py, a[0])?, arguments::int(py, a[1])?);
            let count = py.index(a[3])? as usize;
            let done = match given(a[2]) {
                None => call!(py, libc::sendfile(to, from, std::ptr::null_mut(), count)),
                Some(offset) => {
                    let mut offset = arguments::long(py, offset)?;
                    call!(py, libc::sendfile(to, from, &mut offset, count))
                }
            };
            py.int(done.or_raise(py)? as i64)
        },
    ),
    def(
        "copy_file_range",
        "($module, /, src, dst, count, offset_src=None, offset_dst=None)",
        "Copy count bytes from one file descriptor to another.",
        |py, a| {
            let (from, to, count) = ends(py, a)?;
            let (mut from_offset, mut to_offset) = (offset(py, a[3])?, offset(py, a[4])?);
            let (from_at, to_at) = (pointer(&mut from_offset), pointer(&mut to_offset));
            let done = call!(py, libc::copy_file_range(from, from_at, to, to_at, count, 0));
            py.int(done.or_raise(py)? as i64)
        },
    ),
    def(
        "splice",
        "($module, /, src, dst, count, offset_src=None, offset_dst=None, flags=0)",
        "Transfer count bytes from one pipe to a descriptor or vice versa.",
        |py, a| {
            let (from, to, count) = ends(py, a)?;
            let (mut from_offset, mut to_offset) = (offset(py, a[3])?, offset(py, a[4])?);
            let flags = arguments::int_or(py, a[5], 0)? as u32;
            let (from_at, to_at) = (pointer(&mut from_offset), pointer(&mut to_offset));
            let done = call!(py, libc::splice(from, from_at, to, to_at, count, flags));
            py.int(done.or_raise(py)? as i64)
        },
    ),
    def(
        "eventfd",
        "($module, /, initval, flags=EFD_CLOEXEC)",
        "Creates and returns an event notification file descriptor.",
        |py, a| {
            let initial = arguments::unsigned(py, a[0])?;
            let Ok(initial) = u32::try_from(initial) else {
                return Err(py.overflow_error("Python int too large to convert to C unsigned int"));
            };
            let flags = arguments::int_or(py, a[1], libc::EFD_CLOEXEC)?;
            py.int(i64::from(call!(py, libc::eventfd(initial, flags)).or_raise(py)?))
        },
    ),
    def("eventfd_read", "($module, /, fd)", "Read eventfd value.", |py, a| {
        let descriptor = arguments::descriptor(py, a[0])?;
        let mut value = 0_u64;
        call!(py, libc::eventfd_read(descriptor, &mut value)).or_raise(py)?;
        py.uint(value)
    }),
    def("eventfd_write", "($module, /, fd, value)", "Write eventfd value.", |py, a| {
        let (descriptor, value) = (arguments::descriptor(py, a[0])?, arguments::unsigned(py, a[1])?);
        call!(py, libc::eventfd_write(descriptor, value)).or_raise(py)?;
        Ok(NONE)
    }),
    def(
        "memfd_create",
        "($module, /, name, flags=MFD_CLOEXEC)",
        "Create an anonymous file in memory.",
        |py, a| {
            let name = paths::c_string(py, a[0])?;
            let flags = if a[1] == UNSET { libc::MFD_CLOEXEC } else { arguments::unsigned(py, a[1])? as u32 };
            py.int(i64::from(call!(py, libc::memfd_create(name.as_ptr(), flags)).or_raise(py)?))
        },
    ),
    def(
        "timerfd_create",
        "($module, clockid, /, *, flags=0)",
        "Create and return a timer file descriptor.",
        |py, a| {
            let (clock, flags) = (arguments::int(py, a[0])?, arguments::int_or(py, a[1], 0)?);
            py.int(i64::from(call!(py, libc::timerfd_create(clock, libc::TFD_CLOEXEC | flags)).or_raise(py)?))
        },
    ),
    def(
        "timerfd_settime",
        "($module, fd, /, *, flags=0, initial=0.0, interval=0.0)",
        "Alter a timer file descriptor's internal timer in seconds.",
        |py, a| {
            let time = |value: Word| match value {
                UNSET => Ok(0),
                value => arguments::nanoseconds(py, value, Rounding::Floor),
            };
            set_timer(py, a, time(a[2])?, time(a[3])?, seconds)
        },
    ),
    def(
        "timerfd_settime_ns",
        "($module, fd, /, *, flags=0, initial=0, interval=0)",
        "Alter a timer file descriptor's internal timer in nanoseconds.",
        |py, a| {
            let time = |value: Word| if value == UNSET { Ok(0) } else { arguments::long(py, value) };
            set_timer(py, a, time(a[2])?, time(a[3])?, nanoseconds)
        },
    ),
    def(
        "timerfd_gettime",
        "($module, fd, /)",
        "Return a tuple of a timer file descriptor's (interval, next expiration) in float seconds.",
        |py, a| get_timer(py, a[0], seconds),
    ),
    def(
        "timerfd_gettime_ns",
        "($module, fd, /)",
        "Return a tuple of a timer file descriptor's (interval, next expiration) in nanoseconds.",
        |py, a| get_timer(py, a[0], nanoseconds),
    ),
    def(
        "pidfd_open",
        "($module, /, pid, flags=0)",
        "Return a file descriptor referring to the process pid.",
        |py, a| {
            let pid = arguments::int(py, a[0])?;
            let flags = if a[1] == UNSET { 0 } else { arguments::unsigned(py, a[1])? as u32 };
            let descriptor = call!(py, libc::syscall(libc::SYS_pidfd_open, pid, flags)).or_raise(py)?;
            py.int(descriptor)
        },
    ),
    def(
        "unshare",
        "($module, /, flags)",
        "Disassociate parts of a process (or thread) execution context.",
        |py, a| {
            let flags = arguments::int(py, a[0])?;
            call!(py, libc::unshare(flags)).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "setns",
        "($module, /, fd, nstype=0)",
        "Move the calling thread into different namespaces.",
        |py, a| {
            let (descriptor, kind) = (arguments::descriptor(py, a[0])?, arguments::int_or(py, a[1], 0)?);
            call!(py, libc::setns(descriptor, kind)).or_raise(py)?;
            Ok(NONE)
        },
    ),
];

fn ends(py: Py, a: &[Word]) -> Result<(i32, i32, usize)> {
    let (from, to) = (arguments::int(py, a[0])?, arguments::int(py, a[1])?);
    match usize::try_from(py.index(a[2])?) {
        Ok(count) => Ok((from, to, count)),
        Err(_) => Err(py.raise_text(Ty::ValueError, "negative value for 'count' not allowed")),
    }
}

fn offset(py: Py, value: Word) -> Result<Option<i64>> {
    given(value).map(|value| arguments::long(py, value)).transpose()
}

fn pointer(offset: &mut Option<i64>) -> *mut i64 {
    offset.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut)
}

fn seconds(_: Py, time: libc::timespec) -> Result {
    Ok(float_word(time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9))
}

fn nanoseconds(py: Py, time: libc::timespec) -> Result {
    py.int(arguments::nanoseconds_of(time))
}

type Shown = fn(Py, libc::timespec) -> Result;

fn shown(py: Py, timer: libc::itimerspec, shown: Shown) -> Result {
    let (next, interval) = (shown(py, timer.it_value)?, shown(py, timer.it_interval)?);
    py.new_tuple(&[next, interval])
}

fn set_timer(py: Py, a: &[Word], initial: i64, interval: i64, result: Shown) -> Result {
    let (descriptor, flags) = (arguments::descriptor(py, a[0])?, arguments::int_or(py, a[1], 0)?);
    let new = libc::itimerspec {
        it_value: arguments::timespec(initial),
        it_interval: arguments::timespec(interval),
    };
    let mut old = zeroed!(libc::itimerspec);
    call!(py, libc::timerfd_settime(descriptor, flags, &new, &mut old)).or_raise(py)?;
    shown(py, old, result)
}

fn get_timer(py: Py, descriptor: Word, result: Shown) -> Result {
    let descriptor = arguments::descriptor(py, descriptor)?;
    let mut now = zeroed!(libc::itimerspec);
    call!(py, libc::timerfd_gettime(descriptor, &mut now)).or_raise(py)?;
    shown(py, now, result)
}
