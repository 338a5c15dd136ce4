//! `syslog`: the system's log.

use crate::arguments;
use crate::calls::value;
use crate::constants::{add, numbers};
use crate::paths;
use python_model::modules::NativeModule;
use python_model::native::{Args, NativeDef, def, raw};
use python_model::py::{Py, Result};
use python_model::value::*;
use std::cell::RefCell;
use std::ffi::CString;

const CONSTANTS: &[(&str, i64)] = numbers! {
    LOG_ALERT LOG_AUTH LOG_AUTHPRIV LOG_CONS LOG_CRIT LOG_CRON LOG_DAEMON LOG_DEBUG LOG_EMERG LOG_ERR LOG_FTP LOG_INFO LOG_KERN
    LOG_LOCAL0 LOG_LOCAL1 LOG_LOCAL2 LOG_LOCAL3 LOG_LOCAL4 LOG_LOCAL5 LOG_LOCAL6 LOG_LOCAL7 LOG_LPR LOG_MAIL LOG_NDELAY LOG_NEWS
    LOG_NOTICE LOG_NOWAIT LOG_ODELAY LOG_PERROR LOG_PID LOG_SYSLOG LOG_USER LOG_UUCP LOG_WARNING
};

/// The name under which the log is open: the C library keeps a pointer to it. Never freed, as the log may stay open to the end.
#[derive(Default)]
struct Open(RefCell<Option<&'static CString>>);

pub static MODULE: NativeModule =
    NativeModule { name: "syslog", doc: "", functions: FUNCTIONS, fill: |py, own| add(py, own, CONSTANTS) };

static FUNCTIONS: &[NativeDef] = &[
    raw("syslog", "", "syslog([priority=LOG_INFO,] message)", write),
    def(
        "openlog",
        "($module, /, ident=<unrepresentable>, logoption=0, facility=LOG_USER)",
        "Set logging options of subsequent syslog() calls.",
        |py, a| {
            let name = match a[0] {
                UNSET => None,
                name => Some(text(py, name, "openlog() argument 'ident'")?),
            };
            let (options, facility) =
                (arguments::int_or(py, a[1], 0)?, arguments::int_or(py, a[2], libc::LOG_USER)?);
            open(py, name, options, facility)?;
            Ok(NONE)
        },
    ),
    def(
        "closelog",
        "($module, /)",
        "Reset the syslog module values and call the system library closelog().",
        |py, _| {
            if py.vm().state::<Open>().0.take().is_some() {
                value!(libc::closelog());
            }
            Ok(NONE)
        },
    ),
    def(
        "setlogmask",
        "($module, maskpri, /)",
        "Set the priority mask to maskpri and return the previous mask value.",
        |py, a| {
            let mask = arguments::int(py, a[0])?;
            py.int(i64::from(value!(libc::setlogmask(mask))))
        },
    ),
    def("LOG_MASK", "($module, pri, /)", "Calculates the mask for the individual priority pri.", |py, a| {
        py.int(1 << (arguments::int(py, a[0])? & 31))
    }),
    def(
        "LOG_UPTO",
        "($module, pri, /)",
        "Calculates the mask for all priorities up to and including pri.",
        |py, a| py.int((1 << ((arguments::int(py, a[0])? & 31) + 1)) - 1),
    ),
];

fn text(py: Py, value: Word, what: &str) -> Result<CString> {
    let text = py.expect_str(value, what)?;
    CString::new(paths::encode(py, text)?).map_err(|_| py.value_error("embedded null character"))
}

fn open(py: Py, name: Option<CString>, options: i32, facility: i32) -> Result<()> {
    // Without a name: that of the program, without its directories.
    let name = match name {
        Some(name) => name,
        None => {
            let argv = py.import_from("sys", "argv")?;
            let first =
                py.get_item(argv, small_int(0)).and_then(|first| py.to_text(first)).unwrap_or_default();
            py.take_raised();
            CString::new(first.rsplit('/').next().unwrap_or_default()).unwrap_or_default()
        }
    };
    let name: &'static CString = Box::leak(Box::new(name));
    value!(libc::openlog(name.as_ptr(), options, facility));
    py.vm().state::<Open>().0.replace(Some(name));
    Ok(())
}

fn write(py: Py, args: Args) -> Result {
    let (priority, message) = match *args.positionals() {
        [message] => (libc::LOG_INFO, message),
        [priority, message] => (arguments::int(py, priority)?, message),
        _ => return Err(py.type_error("syslog.syslog requires 1 to 2 arguments")),
    };
    let message = text(py, message, "syslog() argument")?;
    if py.vm().state::<Open>().0.borrow().is_none() {
        open(py, None, 0, libc::LOG_USER)?;
    }
    py.blocking(|| value!(libc::syslog(priority, c"%s".as_ptr(), message.as_ptr())));
    Ok(NONE)
}
