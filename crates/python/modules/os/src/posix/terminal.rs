//! Terminals and pseudo terminals.

use crate::arguments;
use crate::calls::{OrRaise, call, check_number, value, zeroed};
use crate::paths;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::types::TypeRef;
use python_model::value::*;
use python_modules_core::structseq::{self, Structure};
use std::cell::Cell;

pub const FUNCTIONS: &[NativeDef] = &[
    def(
        "get_terminal_size",
        "($module, fd=<unrepresentable>, /)",
        "Return the size of the terminal window as (columns, lines).",
        |py, a| {
            let descriptor = arguments::int_or(py, a[0], libc::STDOUT_FILENO)?;
            let mut size = zeroed!(libc::winsize);
            call!(py, libc::ioctl(descriptor, libc::TIOCGWINSZ, &raw mut size)).or_raise(py)?;
            let class = py.vm().state::<Types>().size.get().expect("set when the module was made");
            structseq::new(py, class, &[size.ws_col, size.ws_row].map(|n| small_int(i64::from(n))))
        },
    ),
    def(
        "ttyname",
        "($module, fd, /)",
        "Return the name of the terminal device connected to 'fd'.",
        |py, a| {
            let descriptor = arguments::int(py, a[0])?;
            let mut name = [0 as libc::c_char; 256];
            check_number(value!(libc::ttyname_r(descriptor, name.as_mut_ptr(), name.len()))).or_raise(py)?;
            // SAFETY: a C string, as the call succeeded.
            unsafe { paths::decode_pointer(py, name.as_ptr()) }
        },
    ),
    def(
        "ctermid",
        "($module, /)",
        "Return the name of the controlling terminal for this process.",
        |py, _| py.str("/dev/tty"),
    ),
    def("openpty", "($module, /)", "Open a pseudo-terminal.", |py, _| {
        let [mut leader, mut follower] = [0; 2];
        let none = std::ptr::null_mut();
        call!(py, libc::openpty(&mut leader, &mut follower, none, std::ptr::null(), std::ptr::null()))
            .or_raise(py)?;
        for end in [leader, follower] {
            super::files::set_inheritable(py, end, false)?;
        }
        py.new_tuple(&[leader, follower].map(|end| small_int(i64::from(end))))
    }),
    def(
        "login_tty",
        "($module, fd, /)",
        "Prepare the tty of which fd is a file descriptor for a new login session.",
        |py, a| {
            let descriptor = arguments::descriptor(py, a[0])?;
            call!(py, libc::login_tty(descriptor)).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "posix_openpt",
        "($module, oflag, /)",
        "Open and return a file descriptor for a master pseudo-terminal device.",
        |py, a| {
            let flags = arguments::int(py, a[0])? | libc::O_CLOEXEC;
            py.int(i64::from(call!(py, libc::posix_openpt(flags)).or_raise(py)?))
        },
    ),
    def("grantpt", "($module, fd, /)", "Grant access to the slave pseudo-terminal device.", |py, a| {
        let descriptor = arguments::descriptor(py, a[0])?;
        call!(py, libc::grantpt(descriptor)).or_raise(py)?;
        Ok(NONE)
    }),
    def("unlockpt", "($module, fd, /)", "Unlock a pseudo-terminal master/slave pair.", |py, a| {
        let descriptor = arguments::descriptor(py, a[0])?;
        call!(py, libc::unlockpt(descriptor)).or_raise(py)?;
        Ok(NONE)
    }),
    def("ptsname", "($module, fd, /)", "Return the name of the slave pseudo-terminal device.", |py, a| {
        let descriptor = arguments::descriptor(py, a[0])?;
        let mut name = [0 as libc::c_char; 256];
        check_number(value!(libc::ptsname_r(descriptor, name.as_mut_ptr(), name.len()))).or_raise(py)?;
        // SAFETY: a C string, as the call succeeded.
        unsafe { paths::decode_pointer(py, name.as_ptr()) }
    }),
];

#[derive(Default)]
struct Types {
    size: Cell<Option<TypeRef>>,
}

/// Makes the type of sizes. Called when the module is made.
pub fn define(py: Py) -> Result<TypeRef> {
    let size = structseq::define(
        py,
        Structure::plain(
            "os",
            "terminal_size",
            "A tuple of (columns, lines) for holding terminal window size",
            &["columns", "lines"],
        ),
    )?;
    py.vm().state::<Types>().size.set(Some(size));
    Ok(size)
}
