//! `_socket`: sockets of the internet, of the local system and of netlink, and names of hosts.
//!
//! Limits: no Bluetooth, CAN, packet, TIPC, vsock or algorithm addresses; ancillary data is passed on as bytes.

mod address;
mod constants;
mod names;
mod object;

use crate::arguments::{self, Rounding};
use crate::calls::{OrRaise, call, value};
use crate::constants::{add, set};
use crate::paths;
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{NativeDef, def, join};
use python_model::objects::Str;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use std::cell::Cell;

/// `socket.gaierror` and `socket.herror`, and the time limit of new sockets in nanoseconds.
#[derive(Default)]
pub struct Errors {
    address: Cell<Word>,
    host: Cell<Word>,
    default_timeout: Cell<Option<i64>>,
}

const COUNT: usize = OWN.len() + names::FUNCTIONS.len();
static FUNCTIONS: [NativeDef; COUNT] = join(&[OWN, names::FUNCTIONS]);

pub static MODULE: NativeModule = NativeModule {
    name: "_socket",
    doc: "Implementation module for socket operations.\n\nSee the socket module for documentation.",
    functions: &FUNCTIONS,
    fill: |py, own| {
        add(py, own, constants::SYSTEM)?;
        add(py, own, constants::OTHERS)?;
        let errors = py.vm().state::<Errors>();
        let module = py.str("socket")?;
        for (name, place) in [("gaierror", &errors.address), ("herror", &errors.host)] {
            let names = dict::new(py)?;
            dict::set_symbol(py, names, Name::ModuleAttr, module)?;
            let bases = py.new_tuple(&[py.ty(Ty::OSError).word()])?;
            let class = py.call(py.ty(Ty::Type).word(), &[py.str(name)?, bases, word(names)])?;
            place.set(py.vm().immortal(class));
            set(py, own, name, class)?;
        }
        set(py, own, "error", py.ty(Ty::OSError).word())?;
        set(py, own, "timeout", py.ty(Ty::TimeoutError).word())?;
        set(py, own, "has_ipv6", TRUE)?;
        let class = object::define(py)?;
        set(py, own, "socket", class.word())?;
        set(py, own, "SocketType", class.word())
    },
};

fn raise_pair(py: Py, class: Word, number: i32, text: &str) -> metatrace_machine::Raised {
    let made = py.str(text).and_then(|text| py.call(class, &[small_int(i64::from(number)), text]));
    match made {
        Ok(exception) => py.raise(exception),
        Err(raised) => raised,
    }
}

/// The error of a code of `getaddrinfo`: `OSError` if it is the system's, else `gaierror`.
fn address_error(py: Py, status: i32) -> metatrace_machine::Raised {
    if status == libc::EAI_SYSTEM {
        let error: std::io::Result<()> = Err(std::io::Error::last_os_error());
        return match error.or_raise(py) {
            Err(raised) => raised,
            Ok(()) => unreachable!("an error stays one"),
        };
    }
    // SAFETY: a constant string of the C library.
    let text = unsafe { std::ffi::CStr::from_ptr(libc::gai_strerror(status)) }.to_string_lossy();
    raise_pair(py, py.vm().state::<Errors>().address.get(), status, &text)
}

/// The error of the older functions for names.
fn host_error(py: Py) -> metatrace_machine::Raised {
    raise_pair(py, py.vm().state::<Errors>().host.get(), 1, "Unknown host")
}

const OWN: &[NativeDef] = &[
    def(
        "socketpair",
        "(family=None, type=SOCK_STREAM, proto=0, /)",
        "socketpair([family[, type [, proto]]]) -> (socket object, socket object)",
        |py, a| {
            let family =
                if a[0] == NONE { libc::AF_UNIX } else { arguments::int_or(py, a[0], libc::AF_UNIX)? };
            let kind = arguments::int_or(py, a[1], libc::SOCK_STREAM)?;
            let protocol = arguments::int_or(py, a[2], 0)?;
            let mut ends = [0; 2];
            call!(py, libc::socketpair(family, kind | libc::SOCK_CLOEXEC, protocol, ends.as_mut_ptr()))
                .or_raise(py)?;
            let first = object::of_descriptor(py, ends[0], family, kind, protocol)?;
            py.new_tuple(&[first, object::of_descriptor(py, ends[1], family, kind, protocol)?])
        },
    ),
    def("close", "(fd, /)", "close(integer) -> None", |py, a| {
        let descriptor = arguments::int(py, a[0])?;
        match call!(py, libc::close(descriptor)) {
            Err(error) if error.raw_os_error() == Some(libc::ECONNRESET) => {}
            done => {
                done.or_raise(py)?;
            }
        }
        Ok(NONE)
    }),
    def("dup", "(fd, /)", "dup(integer) -> integer", |py, a| {
        let descriptor = arguments::int(py, a[0])?;
        let new = call!(py, libc::fcntl(descriptor, libc::F_DUPFD_CLOEXEC, 0)).or_raise(py)?;
        py.int(i64::from(new))
    }),
    def("getdefaulttimeout", "()", "getdefaulttimeout() -> timeout", |py, _| {
        Ok(object::timeout_word(py.vm().state::<Errors>().default_timeout.get()))
    }),
    def("setdefaulttimeout", "(timeout, /)", "setdefaulttimeout(timeout)", |py, a| {
        let timeout = timeout(py, a[0])?;
        py.vm().state::<Errors>().default_timeout.set(timeout);
        Ok(NONE)
    }),
    def("ntohs", "(x, /)", "Convert a 16-bit unsigned integer from network to host byte order.", |py, a| {
        py.int(i64::from(u16::from_be(short(py, a[0], "ntohs")?)))
    }),
    def("htons", "(x, /)", "Convert a 16-bit unsigned integer from host to network byte order.", |py, a| {
        py.int(i64::from(short(py, a[0], "htons")?.to_be()))
    }),
    def("ntohl", "(x, /)", "Convert a 32-bit unsigned integer from network to host byte order.", |py, a| {
        py.int(i64::from(u32::from_be(long(py, a[0], "ntohl")?)))
    }),
    def("htonl", "(x, /)", "Convert a 32-bit unsigned integer from host to network byte order.", |py, a| {
        py.int(i64::from(long(py, a[0], "htonl")?.to_be()))
    }),
    def(
        "inet_aton",
        "(ip_addr, /)",
        "Convert an IP address in string format to the 32-bit packed binary format.",
        |py, a| {
            let text = paths::c_string(py, a[0])?;
            let mut address = libc::in_addr { s_addr: 0 };
            if value!(inet_aton(text.as_ptr(), &mut address)) == 0 {
                return Err(py.raise_text(Ty::OSError, "illegal IP address string passed to inet_aton"));
            }
            py.new_bytes(&address.s_addr.to_ne_bytes())
        },
    ),
    def(
        "inet_ntoa",
        "(packed_ip, /)",
        "Convert an IP address from 32-bit packed binary format to string format.",
        |py, a| {
            let bytes = python_types::buffer::get(py, a[0])?;
            match <[u8; 4]>::try_from(&bytes[..]) {
                Ok(bytes) => py.str(&std::net::Ipv4Addr::from(bytes).to_string()),
                Err(_) => Err(py.raise_text(Ty::OSError, "packed IP wrong length")),
            }
        },
    ),
    def(
        "inet_pton",
        "(af, ip, /)",
        "Convert an IP address from string format to a packed string.",
        |py, a| {
            let family = arguments::int(py, a[0])?;
            let text = paths::c_string(py, a[1])?;
            let mut room = [0_u8; 16];
            let size = address_size(py, family)?;
            match value!(inet_pton(family, text.as_ptr(), room.as_mut_ptr().cast())) {
                1 => py.new_bytes(&room[..size]),
                _ => Err(py.raise_text(Ty::OSError, "illegal IP address string passed to inet_pton")),
            }
        },
    ),
    def(
        "inet_ntop",
        "(af, packed_ip, /)",
        "Convert a packed IP address of the given family to string format.",
        |py, a| {
            let family = arguments::int(py, a[0])?;
            let bytes = python_types::buffer::get(py, a[1])?;
            let size = match family {
                libc::AF_INET | libc::AF_INET6 => address_size(py, family)?,
                _ => return Err(py.value_error(format!("unknown address family {family}"))),
            };
            if bytes.len() != size {
                return Err(py.value_error("invalid length of packed IP address string"));
            }
            let mut room = [0_u8; 64];
            let length = room.len() as libc::socklen_t;
            value!(inet_ntop(family, bytes.as_ptr().cast(), room.as_mut_ptr().cast(), length));
            bytes.keep();
            paths::decode(py, room.split(|byte| *byte == 0).next().unwrap_or_default())
        },
    ),
    def(
        "CMSG_LEN",
        "(length, /)",
        "CMSG_LEN(length) -> control message length",
        |py, a| match u32::try_from(py.index(a[0])?) {
            Ok(length) if length < i32::MAX as u32 => py.int(i64::from(value!(libc::CMSG_LEN(length)))),
            _ => Err(py.overflow_error("CMSG_LEN() argument out of range")),
        },
    ),
    def("CMSG_SPACE", "(length, /)", "CMSG_SPACE(length) -> buffer size", |py, a| {
        match u32::try_from(py.index(a[0])?) {
            Ok(length) if length < i32::MAX as u32 => py.int(i64::from(value!(libc::CMSG_SPACE(length)))),
            _ => Err(py.overflow_error("CMSG_SPACE() argument out of range")),
        }
    }),
];

unsafe extern "C" {
    fn inet_aton(text: *const libc::c_char, address: *mut libc::in_addr) -> libc::c_int;
    fn inet_pton(family: libc::c_int, text: *const libc::c_char, to: *mut libc::c_void) -> libc::c_int;
    fn inet_ntop(
        family: libc::c_int,
        from: *const libc::c_void,
        to: *mut libc::c_char,
        size: libc::socklen_t,
    ) -> *const libc::c_char;
}

fn address_size(py: Py, family: i32) -> Result<usize> {
    match family {
        libc::AF_INET => Ok(4),
        libc::AF_INET6 => Ok(16),
        _ => Err(std::io::Error::from_raw_os_error(libc::EAFNOSUPPORT)).or_raise(py),
    }
}

fn short(py: Py, value: Word, function: &str) -> Result<u16> {
    let number = arguments::int(py, value)?;
    if number < 0 {
        return Err(py.overflow_error(format!(
            "{function}: can't convert negative Python int to C 16-bit unsigned integer"
        )));
    }
    u16::try_from(number).map_err(|_| {
        py.overflow_error(format!("{function}: Python int too large to convert to C 16-bit unsigned integer"))
    })
}

fn long(py: Py, value: Word, function: &str) -> Result<u32> {
    if !py.is_a(value, Ty::Int) {
        let what = py.type_name(value);
        return Err(py.type_error(format!("expected int, {what} found")));
    }
    match V::of(py.to_index(value)?) {
        V::Int(number) if number < 0 => {
            Err(py.overflow_error("can't convert negative value to unsigned int"))
        }
        V::Int(number) => u32::try_from(number).map_err(|_| {
            py.overflow_error(format!(
                "{function}: Python int too large to convert to C 32-bit unsigned integer"
            ))
        }),
        _ => Err(py.overflow_error("Python int too large to convert to C unsigned long")),
    }
}

/// A time limit: None, or seconds that are not negative.
fn timeout(py: Py, value: Word) -> Result<Option<i64>> {
    if value == NONE {
        return Ok(None);
    }
    if py.cast::<Str>(value).is_some() {
        let what = py.type_name(value);
        return Err(py.type_error(format!("'{what}' object cannot be interpreted as an integer")));
    }
    let nanoseconds = arguments::nanoseconds(py, value, Rounding::Up)?;
    if nanoseconds < 0 {
        return Err(py.value_error("Timeout value out of range"));
    }
    Ok(Some(nanoseconds))
}
