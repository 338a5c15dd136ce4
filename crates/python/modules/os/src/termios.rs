//! `termios`: how terminals behave.

#[path = "termios_constants.rs"]
mod constants;

use crate::arguments;
use crate::calls::{call, describe, number_of, value, zeroed};
use crate::constants::{add, set};
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{NativeDef, def};
use python_model::objects::{Bytes, List};
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::*;
use std::cell::Cell;
use std::io;

/// `termios.error`
#[derive(Default)]
struct Error(Cell<Word>);

pub static MODULE: NativeModule = NativeModule {
    name: "termios",
    doc: "This module provides an interface to the Posix calls for tty I/O control.",
    functions: FUNCTIONS,
    fill: |py, own| {
        add(py, own, constants::SYSTEM)?;
        add(py, own, constants::OTHERS)?;
        add(py, own, &[("_POSIX_VDISABLE", 0)])?;
        let names = dict::new(py)?;
        dict::set_symbol(py, names, Name::ModuleAttr, py.str("termios")?)?;
        let bases = py.new_tuple(&[py.ty(Ty::Exception).word()])?;
        let class = py.call(py.ty(Ty::Type).word(), &[py.str("error")?, bases, word(names)])?;
        py.vm().state::<Error>().0.set(py.vm().immortal(class));
        set(py, own, "error", class)
    },
};

/// Errors: `termios.error` with number and text.
fn check<T>(py: Py, done: io::Result<T>) -> Result<T> {
    done.map_err(|error| {
        let number = number_of(&error);
        let class = py.vm().state::<Error>().0.get();
        let made =
            py.str(&describe(number)).and_then(|text| py.call(class, &[small_int(i64::from(number)), text]));
        match made {
            Ok(exception) => py.raise(exception),
            Err(raised) => raised,
        }
    })
}

static FUNCTIONS: &[NativeDef] = &[
    def("tcgetattr", "($module, fd, /)", "Get the tty attributes for file descriptor fd.", |py, a| {
        let mode = attributes(py, arguments::descriptor(py, a[0])?)?;
        let (input, output) = (value!(libc::cfgetispeed(&mode)), value!(libc::cfgetospeed(&mode)));
        let controls = py.new_list(mode.c_cc.len())?;
        for (index, byte) in mode.c_cc.iter().enumerate() {
            // Without line editing these two are numbers.
            let is_number = mode.c_lflag & libc::ICANON == 0 && (index == libc::VMIN || index == libc::VTIME);
            let shown = if is_number { small_int(i64::from(*byte)) } else { py.new_bytes(&[*byte])? };
            list_push(py, controls, shown)?;
        }
        let numbers = [mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag, input, output]
            .map(|n| small_int(i64::from(n)));
        let list = py.list_of(&numbers)?;
        list_push(py, list, word(controls))?;
        Ok(word(list))
    }),
    def(
        "tcsetattr",
        "($module, fd, when, attributes, /)",
        "Set the tty attributes for file descriptor fd.",
        set_attributes,
    ),
    def("tcsendbreak", "($module, fd, duration, /)", "Send a break on file descriptor fd.", |py, a| {
        let (descriptor, duration) = (arguments::descriptor(py, a[0])?, arguments::int(py, a[1])?);
        check(py, call!(py, libc::tcsendbreak(descriptor, duration)))?;
        Ok(NONE)
    }),
    def(
        "tcdrain",
        "($module, fd, /)",
        "Wait until all output written to file descriptor fd has been transmitted.",
        |py, a| {
            let descriptor = arguments::descriptor(py, a[0])?;
            check(py, call!(py, libc::tcdrain(descriptor)))?;
            Ok(NONE)
        },
    ),
    def("tcflush", "($module, fd, queue, /)", "Discard queued data on file descriptor fd.", |py, a| {
        let (descriptor, queue) = (arguments::descriptor(py, a[0])?, arguments::int(py, a[1])?);
        check(py, call!(py, libc::tcflush(descriptor, queue)))?;
        Ok(NONE)
    }),
    def(
        "tcflow",
        "($module, fd, action, /)",
        "Suspend or resume input or output on file descriptor fd.",
        |py, a| {
            let (descriptor, action) = (arguments::descriptor(py, a[0])?, arguments::int(py, a[1])?);
            check(py, call!(py, libc::tcflow(descriptor, action)))?;
            Ok(NONE)
        },
    ),
    def("tcgetwinsize", "($module, fd, /)", "Get the tty winsize for file descriptor fd.", |py, a| {
        let descriptor = arguments::descriptor(py, a[0])?;
        let mut size = zeroed!(libc::winsize);
        check(py, call!(py, libc::ioctl(descriptor, libc::TIOCGWINSZ, &raw mut size)))?;
        py.new_tuple(&[size.ws_row, size.ws_col].map(|n| small_int(i64::from(n))))
    }),
    def(
        "tcsetwinsize",
        "($module, fd, winsize, /)",
        "Set the tty winsize for file descriptor fd.",
        |py, a| {
            let descriptor = arguments::descriptor(py, a[0])?;
            let wrong = || py.type_error("tcsetwinsize, arg 2: must be a two-item sequence");
            if py.type_of(a[1]).lookup(py, Name::GetItem).is_none() {
                return Err(wrong());
            }
            let pair = py.tuple_from_iterable(a[1])?;
            let [rows, columns] = pair.items() else { return Err(wrong()) };
            let number = |value: Word| {
                u16::try_from(arguments::long(py, value)?)
                    .map_err(|_| py.overflow_error("winsize value(s) out of range."))
            };
            let mut size = zeroed!(libc::winsize);
            check(py, call!(py, libc::ioctl(descriptor, libc::TIOCGWINSZ, &raw mut size)))?;
            (size.ws_row, size.ws_col) = (number(rows.get())?, number(columns.get())?);
            check(py, call!(py, libc::ioctl(descriptor, libc::TIOCSWINSZ, &raw const size)))?;
            Ok(NONE)
        },
    ),
];

fn attributes(py: Py, descriptor: i32) -> Result<libc::termios> {
    let mut mode = zeroed!(libc::termios);
    check(py, call!(py, libc::tcgetattr(descriptor, &mut mode)))?;
    Ok(mode)
}

fn set_attributes(py: Py, a: &[Word]) -> Result {
    let (descriptor, when) = (arguments::descriptor(py, a[0])?, arguments::int(py, a[1])?);
    let list = py.cast::<List>(a[2]).filter(|list| list.len() == 7);
    let list = list.ok_or_else(|| py.type_error("tcsetattr, arg 3: must be 7 element list"))?;
    // What the list does not say stays.
    let mut mode = attributes(py, descriptor)?;
    let number = |index: usize| Ok(arguments::unsigned(py, list.item(index))? as libc::tcflag_t);
    (mode.c_iflag, mode.c_oflag) = (number(0)?, number(1)?);
    (mode.c_cflag, mode.c_lflag) = (number(2)?, number(3)?);
    let (input, output) = (number(4)?, number(5)?);
    let controls = py.cast::<List>(list.item(6)).filter(|list| list.len() == mode.c_cc.len());
    let controls = controls.ok_or_else(|| {
        let count = mode.c_cc.len();
        py.type_error(format!("tcsetattr: attributes[6] must be {count} element list"))
    })?;
    for index in 0..mode.c_cc.len() {
        let item = controls.item(index);
        let byte = py.cast::<Bytes>(item).and_then(|bytes| match bytes.items() {
            [byte] => Some(*byte),
            _ => None,
        });
        mode.c_cc[index] = match byte {
            Some(byte) => byte,
            None if py.is_a(item, Ty::Int) => arguments::unsigned(py, item)? as libc::cc_t,
            None => {
                return Err(py.type_error(
                    "tcsetattr: elements of attributes must be bytes objects of length 1 or integers",
                ));
            }
        };
    }
    check(py, call!(py, libc::cfsetispeed(&mut mode, input)))?;
    check(py, call!(py, libc::cfsetospeed(&mut mode, output)))?;
    check(py, call!(py, libc::tcsetattr(descriptor, when, &mode)))?;
    Ok(NONE)
}
