//! Names of hosts and services.

use super::address::{self, Address};
use super::{address_error, host_error};
use crate::arguments;
use crate::calls::{OrRaise, call, value, zeroed};
use crate::paths;
use python_model::native::{NativeDef, def};
use python_model::objects::{Bytes, Str, Tuple};
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::*;
use std::ffi::{CStr, CString};

pub const FUNCTIONS: &[NativeDef] = &[
    def(
        "getaddrinfo",
        "(host, port, family=0, type=0, proto=0, flags=0)",
        "getaddrinfo(host, port [, family, type, proto, flags]) -> list of (family, type, proto, canonname, sockaddr)",
        get_address_info,
    ),
    def("getnameinfo", "(sockaddr, flags, /)", "getnameinfo(sockaddr, flags) --> (host, port)", |py, a| {
        let flags = arguments::int(py, a[1])?;
        let Some(parts) = py.cast::<Tuple>(a[0]) else {
            return Err(py.type_error("getnameinfo() argument 1 must be a tuple"));
        };
        let items = parts.items();
        if !(2..=4).contains(&items.len()) {
            return Err(py.type_error("getnameinfo(): illegal sockaddr argument"));
        }
        let host = py.expect_str(items[0].get(), "getnameinfo() argument 1")?;
        let host = CString::new(host.as_bytes()).map_err(|_| py.value_error("embedded null character"))?;
        let port = CString::new(arguments::int(py, items[1].get())?.to_string()).expect("digits");
        let mut hints = zeroed!(libc::addrinfo);
        hints.ai_socktype = libc::SOCK_DGRAM;
        let found = Found::ask(py, Some(&host), Some(&port), &hints)?;
        // SAFETY: a successful answer has an entry.
        let first = unsafe { &*found.0 };
        let mut address = copied(first);
        if first.ai_family == libc::AF_INET && items.len() != 2 {
            return Err(py.raise_text(Ty::OSError, "IPv4 sockaddr must be 2 tuple"));
        }
        if first.ai_family == libc::AF_INET6 && items.len() == 4 {
            let scope = arguments::unsigned(py, items[3].get())? as u32;
            // SAFETY: the structure of the family.
            unsafe { (*(&raw mut address.storage).cast::<libc::sockaddr_in6>()).sin6_scope_id = scope };
        }
        let (mut host, mut service) = (vec![0_u8; libc::NI_MAXHOST as usize], vec![0_u8; 32]);
        let status = py.blocking(|| {
            value!(libc::getnameinfo(
                address.as_ptr(),
                address.length,
                host.as_mut_ptr().cast(),
                host.len() as libc::socklen_t,
                service.as_mut_ptr().cast(),
                service.len() as libc::socklen_t,
                flags
            ))
        });
        if status != 0 {
            return Err(address_error(py, status));
        }
        py.new_tuple(&[until_zero(py, &host)?, until_zero(py, &service)?])
    }),
    def("gethostname", "()", "gethostname() -> string", |py, _| {
        let mut name = vec![0_u8; 1025];
        call!(py, libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1)).or_raise(py)?;
        until_zero(py, &name)
    }),
    def("sethostname", "(name, /)", "sethostname(name)", |py, a| {
        let name = paths::bytes_of(py, a[0])?;
        call!(py, libc::sethostname(name.as_ptr().cast(), name.len())).or_raise(py)?;
        Ok(NONE)
    }),
    def("gethostbyname", "(host, /)", "gethostbyname(host) -> address", |py, a| {
        let found = resolve(py, address::host_bytes(py, a[0])?, libc::AF_INET)?;
        py.str(&numeric_host(&found))
    }),
    def(
        "gethostbyname_ex",
        "(host, /)",
        "gethostbyname_ex(host) -> (name, aliaslist, addresslist)",
        |py, a| {
            let name = c_string(py, address::host_bytes(py, a[0])?)?;
            let entry = py.blocking(|| value!(libc_gethostbyname(name.as_ptr())));
            host_entry(py, entry)
        },
    ),
    def("gethostbyaddr", "(host, /)", "gethostbyaddr(host) -> (name, aliaslist, addresslist)", |py, a| {
        let found = resolve(py, address::host_bytes(py, a[0])?, libc::AF_UNSPEC)?;
        let (at, size) = match i32::from(found.storage.ss_family) {
            libc::AF_INET => (4, 4_u32),
            _ => (8, 16),
        };
        // SAFETY: the bytes of the address in the structure of its family.
        let bytes = unsafe { (&raw const found.storage).cast::<u8>().add(at) };
        let family = i32::from(found.storage.ss_family);
        let entry = py.blocking(|| value!(libc_gethostbyaddr(bytes.cast(), size, family)));
        host_entry(py, entry)
    }),
    def(
        "getservbyname",
        "(servicename, protocolname=None, /)",
        "getservbyname(servicename[, protocolname]) -> integer",
        |py, a| {
            let (name, protocol) = (text(py, a[0])?, protocol(py, a[1])?);
            let entry = value!(libc::getservbyname(name.as_ptr(), pointer(&protocol)));
            if entry.is_null() {
                return Err(py.raise_text(Ty::OSError, "service/proto not found"));
            }
            // SAFETY: the C library's entry, valid until the next call.
            py.int(i64::from(u16::from_be(unsafe { (*entry).s_port } as u16)))
        },
    ),
    def(
        "getservbyport",
        "(port, protocolname=None, /)",
        "getservbyport(port[, protocolname]) -> string",
        |py, a| {
            let (port, protocol) = (arguments::int(py, a[0])?, protocol(py, a[1])?);
            let Ok(port) = u16::try_from(port) else {
                return Err(py.overflow_error("getservbyport: port must be 0-65535."));
            };
            let entry = value!(libc::getservbyport(i32::from(port.to_be()), pointer(&protocol)));
            if entry.is_null() {
                return Err(py.raise_text(Ty::OSError, "port/proto not found"));
            }
            // SAFETY: the C library's entry, valid until the next call.
            unsafe { paths::decode_pointer(py, (*entry).s_name) }
        },
    ),
    def("getprotobyname", "(name, /)", "getprotobyname(name) -> integer", |py, a| {
        let name = text(py, a[0])?;
        let entry = value!(libc::getprotobyname(name.as_ptr()));
        if entry.is_null() {
            return Err(py.raise_text(Ty::OSError, "protocol not found"));
        }
        // SAFETY: the C library's entry, valid until the next call.
        py.int(i64::from(unsafe { (*entry).p_proto }))
    }),
    def(
        "if_nameindex",
        "()",
        "Returns a list of network interface information (index, name) tuples.",
        |py, _| {
            let all = value!(libc::if_nameindex());
            if all.is_null() {
                return Err(std::io::Error::last_os_error()).or_raise(py);
            }
            let list = py.new_list(4)?;
            let mut at = all;
            // SAFETY: an array that ends with an entry without index and name; freed once, behind the loop.
            let filled = unsafe {
                loop {
                    if (*at).if_index == 0 && (*at).if_name.is_null() {
                        break Ok(());
                    }
                    let pair = paths::decode_pointer(py, (*at).if_name)
                        .and_then(|name| py.new_tuple(&[small_int(i64::from((*at).if_index)), name]))
                        .and_then(|pair| list_push(py, list, pair));
                    if let Err(raised) = pair {
                        break Err(raised);
                    }
                    at = at.add(1);
                }
            };
            value!(libc::if_freenameindex(all));
            filled.map(|()| word(list))
        },
    ),
    def(
        "if_nametoindex",
        "(oname, /)",
        "Returns the interface index corresponding to the interface name if_name.",
        |py, a| {
            let name = paths::c_string(py, a[0])?;
            match value!(libc::if_nametoindex(name.as_ptr())) {
                0 => Err(py.raise_text(Ty::OSError, "no interface with this name")),
                index => py.int(i64::from(index)),
            }
        },
    ),
    def(
        "if_indextoname",
        "(index, /)",
        "Returns the interface name corresponding to the interface index.",
        |py, a| {
            let index = arguments::unsigned(py, a[0])?;
            let mut name = [0 as libc::c_char; libc::IF_NAMESIZE];
            let Ok(index) = u32::try_from(index) else { return Err(py.overflow_error("index is too large")) };
            if value!(libc::if_indextoname(index, name.as_mut_ptr())).is_null() {
                return Err(std::io::Error::last_os_error()).or_raise(py);
            }
            // SAFETY: a C string, as the call succeeded.
            unsafe { paths::decode_pointer(py, name.as_ptr()) }
        },
    ),
];

unsafe extern "C" {
    #[link_name = "gethostbyname"]
    fn libc_gethostbyname(name: *const libc::c_char) -> *mut libc::hostent;
    #[link_name = "gethostbyaddr"]
    fn libc_gethostbyaddr(
        address: *const libc::c_void,
        length: libc::socklen_t,
        family: libc::c_int,
    ) -> *mut libc::hostent;
}

fn c_string(py: Py, bytes: Vec<u8>) -> Result<CString> {
    CString::new(bytes).map_err(|_| py.value_error("embedded null character"))
}

fn text(py: Py, value: Word) -> Result<CString> {
    let text = py.expect_str(value, "argument")?;
    c_string(py, text.as_bytes().to_vec())
}

fn protocol(py: Py, value: Word) -> Result<Option<CString>> {
    if value == UNSET { Ok(None) } else { text(py, value).map(Some) }
}

fn pointer(text: &Option<CString>) -> *const libc::c_char {
    text.as_ref().map_or(std::ptr::null(), |text| text.as_ptr())
}

fn until_zero(py: Py, bytes: &[u8]) -> Result {
    paths::decode(py, bytes.split(|byte| *byte == 0).next().unwrap_or_default())
}

/// An answer of `getaddrinfo`, freed at the end.
struct Found(*mut libc::addrinfo);

impl Drop for Found {
    fn drop(&mut self) {
        if !self.0.is_null() {
            value!(libc::freeaddrinfo(self.0));
        }
    }
}

impl Found {
    /// Errors: `socket.gaierror`.
    fn ask(py: Py, host: Option<&CStr>, port: Option<&CStr>, hints: &libc::addrinfo) -> Result<Found> {
        let mut answer = std::ptr::null_mut();
        let text = |text: Option<&CStr>| text.map_or(std::ptr::null(), CStr::as_ptr);
        let (host, port) = (text(host), text(port));
        let status = py.blocking(|| value!(libc::getaddrinfo(host, port, hints, &mut answer)));
        if status != 0 {
            return Err(address_error(py, status));
        }
        Ok(Found(answer))
    }
}

fn copied(entry: &libc::addrinfo) -> Address {
    let mut made = Address::room();
    made.length = entry.ai_addrlen;
    let size = (entry.ai_addrlen as usize).min(size_of::<libc::sockaddr_storage>());
    // SAFETY: an address of `ai_addrlen` bytes into a storage that is at least as large.
    unsafe {
        std::ptr::copy_nonoverlapping(entry.ai_addr.cast::<u8>(), (&raw mut made.storage).cast::<u8>(), size);
    }
    made
}

/// The address of a host, by name or number; empty: any, "<broadcast>": all.
/// Errors: `socket.gaierror`.
pub fn resolve(py: Py, host: Vec<u8>, family: i32) -> Result<Address> {
    let mut hints = zeroed!(libc::addrinfo);
    hints.ai_family = family;
    hints.ai_socktype = libc::SOCK_DGRAM;
    if host.is_empty() {
        hints.ai_flags = libc::AI_PASSIVE;
        let found = Found::ask(py, None, Some(c"0"), &hints)?;
        // SAFETY: a successful answer has an entry.
        return Ok(copied(unsafe { &*found.0 }));
    }
    let host = if host == b"<broadcast>" { b"255.255.255.255".to_vec() } else { host };
    hints.ai_socktype = 0;
    let host = c_string(py, host)?;
    let found = Found::ask(py, Some(&host), None, &hints)?;
    // SAFETY: as above.
    Ok(copied(unsafe { &*found.0 }))
}

/// The numeric form of an internet address.
pub fn numeric_host(address: &Address) -> String {
    let mut host = vec![0_u8; libc::NI_MAXHOST as usize];
    let size = host.len() as libc::socklen_t;
    let none = std::ptr::null_mut();
    value!(libc::getnameinfo(
        address.as_ptr(),
        address.length,
        host.as_mut_ptr().cast(),
        size,
        none,
        0,
        libc::NI_NUMERICHOST
    ));
    String::from_utf8_lossy(host.split(|byte| *byte == 0).next().unwrap_or_default()).into_owned()
}

fn get_address_info(py: Py, a: &[Word]) -> Result {
    let host = match a[0] {
        NONE => None,
        host if py.cast::<Str>(host).is_some() || py.cast::<Bytes>(host).is_some() => {
            Some(c_string(py, address::host_bytes(py, host)?)?)
        }
        _ => return Err(py.type_error("getaddrinfo() argument 1 must be string or None")),
    };
    let port = match a[1] {
        NONE => None,
        port if py.is_a(port, Ty::Int) => Some(c_string(py, py.to_text(py.to_index(port)?)?.into_bytes())?),
        port => match (py.cast::<Str>(port), py.cast::<Bytes>(port)) {
            (Some(text), _) => Some(c_string(py, paths::encode(py, text)?)?),
            (_, Some(bytes)) => Some(c_string(py, bytes.items().to_vec())?),
            _ => return Err(py.raise_text(Ty::OSError, "Int or String expected")),
        },
    };
    let mut hints = zeroed!(libc::addrinfo);
    hints.ai_family = arguments::int_or(py, a[2], libc::AF_UNSPEC)?;
    hints.ai_socktype = arguments::int_or(py, a[3], 0)?;
    hints.ai_protocol = arguments::int_or(py, a[4], 0)?;
    hints.ai_flags = arguments::int_or(py, a[5], 0)?;
    let found = Found::ask(py, host.as_deref(), port.as_deref(), &hints)?;
    let list = py.new_list(4)?;
    let mut at = found.0;
    while !at.is_null() {
        // SAFETY: an entry of the answer, which is not freed yet.
        let entry = unsafe { &*at };
        // SAFETY: null or a C string of the entry.
        let name = match unsafe { paths::decode_pointer(py, entry.ai_canonname) }? {
            NONE => py.str("")?,
            name => name,
        };
        let address = address::to_value(py, &copied(entry))?;
        let numbers =
            [entry.ai_family, entry.ai_socktype, entry.ai_protocol].map(|n| small_int(i64::from(n)));
        let row = py.new_tuple(&[numbers[0], numbers[1], numbers[2], name, address])?;
        list_push(py, list, row)?;
        at = entry.ai_next;
    }
    Ok(word(list))
}

/// `(name, aliases, addresses)` of an entry of the C library. Errors: `socket.herror` if there is none.
fn host_entry(py: Py, entry: *mut libc::hostent) -> Result {
    if entry.is_null() {
        return Err(host_error(py));
    }
    // SAFETY: the C library's entry, valid until the next call; its arrays end with null.
    unsafe {
        let entry = &*entry;
        let name = paths::decode_pointer(py, entry.h_name)?;
        let (aliases, addresses) = (py.new_list(0)?, py.new_list(1)?);
        let mut at = entry.h_aliases;
        while !at.is_null() && !(*at).is_null() {
            list_push(py, aliases, paths::decode_pointer(py, *at)?)?;
            at = at.add(1);
        }
        let mut at = entry.h_addr_list;
        while !at.is_null() && !(*at).is_null() {
            let shown = match entry.h_addrtype {
                libc::AF_INET => std::net::Ipv4Addr::from((*at).cast::<[u8; 4]>().read()).to_string(),
                _ => std::net::Ipv6Addr::from((*at).cast::<[u8; 16]>().read()).to_string(),
            };
            list_push(py, addresses, py.str(&shown)?)?;
            at = at.add(1);
        }
        py.new_tuple(&[name, word(aliases), word(addresses)])
    }
}
