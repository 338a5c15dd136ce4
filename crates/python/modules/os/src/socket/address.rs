//! Addresses of sockets, between Python's tuples and the system's structures.

use crate::arguments;
use crate::calls::zeroed;
use crate::paths;
use python_model::objects::{ByteArray, Bytes, Str, Tuple};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

/// An address of any family, and how many bytes of it count.
#[derive(Clone, Copy)]
pub struct Address {
    pub storage: libc::sockaddr_storage,
    pub length: libc::socklen_t,
}

const PATH_OFFSET: usize = std::mem::offset_of!(libc::sockaddr_un, sun_path);

impl Address {
    /// Room for an address that the system fills in.
    pub fn room() -> Address {
        Address {
            storage: zeroed!(libc::sockaddr_storage),
            length: size_of::<libc::sockaddr_storage>() as libc::socklen_t,
        }
    }

    /// # Safety
    /// `T` is the structure of an address family.
    unsafe fn of<T>(value: T, length: usize) -> Address {
        let mut made = Address::room();
        made.length = length as libc::socklen_t;
        // SAFETY: the storage is as large and as aligned as every structure of an address.
        unsafe { (&raw mut made.storage).cast::<T>().write(value) };
        made
    }

    pub fn as_ptr(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }
    pub fn as_mut_ptr(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }
}

fn port(py: Py, value: Word, function: &str) -> Result<u16> {
    let port = arguments::int(py, value)?;
    u16::try_from(port).map_err(|_| py.overflow_error(format!("{function}(): port must be 0-65535.")))
}

/// The address in an argument. Names of hosts are looked up.
/// Errors: `TypeError` with what the family wants, `OverflowError` for ports, `OSError`.
pub fn of_value(py: Py, family: i32, value: Word, function: &str) -> Result<Address> {
    match family {
        libc::AF_UNIX => of_path(py, value),
        libc::AF_INET => {
            let parts = parts(py, value, function, "AF_INET")?;
            let [host, number] = parts.items() else {
                return Err(wrong_count(py, function, "(host, port)", "AF_INET"));
            };
            let host = super::names::resolve(py, host_bytes(py, host.get())?, family)?;
            let number = port(py, number.get(), function)?;
            // SAFETY: `resolve` returns an address of the family that was asked for.
            let mut made = unsafe { (&raw const host.storage).cast::<libc::sockaddr_in>().read() };
            made.sin_port = number.to_be();
            // SAFETY: the structure of the family.
            Ok(unsafe { Address::of(made, size_of::<libc::sockaddr_in>()) })
        }
        libc::AF_INET6 => {
            let parts = parts(py, value, function, "AF_INET6")?;
            let items = parts.items();
            if !(2..=4).contains(&items.len()) {
                return Err(wrong_count(py, function, "(host, port[, flowinfo[, scopeid]])", "AF_INET6"));
            }
            let host = super::names::resolve(py, host_bytes(py, items[0].get())?, family)?;
            let number = port(py, items[1].get(), function)?;
            let more = |index: usize| match items.get(index) {
                Some(item) => arguments::unsigned(py, item.get()),
                None => Ok(0),
            };
            let (flow, scope) = (more(2)?, more(3)?);
            if flow > 0xf_ffff {
                return Err(py.overflow_error(format!("{function}(): flowinfo must be 0-1048575.")));
            }
            // SAFETY: `resolve` returns an address of the family that was asked for.
            let mut made = unsafe { (&raw const host.storage).cast::<libc::sockaddr_in6>().read() };
            made.sin6_port = number.to_be();
            made.sin6_flowinfo = (flow as u32).to_be();
            if items.len() > 3 {
                made.sin6_scope_id = scope as u32;
            }
            // SAFETY: the structure of the family.
            Ok(unsafe { Address::of(made, size_of::<libc::sockaddr_in6>()) })
        }
        libc::AF_NETLINK => {
            let parts = parts(py, value, function, "AF_NETLINK")?;
            let [process, groups] = parts.items() else {
                return Err(wrong_count(py, function, "(pid, groups)", "AF_NETLINK"));
            };
            let mut made = zeroed!(libc::sockaddr_nl);
            made.nl_family = libc::AF_NETLINK as libc::sa_family_t;
            made.nl_pid = arguments::unsigned(py, process.get())? as u32;
            made.nl_groups = arguments::unsigned(py, groups.get())? as u32;
            // SAFETY: the structure of the family.
            Ok(unsafe { Address::of(made, size_of::<libc::sockaddr_nl>()) })
        }
        _ => Err(py.raise_text(Ty::OSError, &format!("{function}(): bad family"))),
    }
}

fn parts(py: Py, value: Word, function: &str, family: &str) -> Result<heap::Gc<Tuple>> {
    match py.cast::<Tuple>(value) {
        Some(parts) => Ok(parts),
        None => {
            let what = py.type_name(value);
            Err(py.type_error(format!("{function}(): {family} address must be tuple, not {what}")))
        }
    }
}

fn wrong_count(py: Py, function: &str, shape: &str, family: &str) -> metatrace_machine::Raised {
    let kind = if family == "AF_INET6" { "a tuple" } else { "a pair" };
    py.type_error(format!("{function}(): {family} address must be {kind} {shape}"))
}

/// The bytes of a host's name. Errors: `TypeError`, `ValueError`, `UnicodeError`.
pub fn host_bytes(py: Py, value: Word) -> Result<Vec<u8>> {
    let bytes = if let Some(text) = py.cast::<Str>(value) {
        if text.is_ascii() {
            text.as_bytes().to_vec()
        } else {
            // International names have an encoding of their own, in the library.
            let encoded = py.call_method(value, py.intern("encode")?, &[py.str("idna")?])?;
            paths::bytes_of(py, encoded)?
        }
    } else if let Some(bytes) = py.cast::<Bytes>(value) {
        bytes.items().to_vec()
    } else if let Some(bytes) = py.cast::<ByteArray>(value) {
        bytes.to_vec()
    } else {
        let what = py.type_name(value);
        return Err(py.type_error(format!("str, bytes or bytearray expected, not {what}")));
    };
    if bytes.contains(&0) {
        return Err(py.type_error("host name must not contain null character"));
    }
    Ok(bytes)
}

fn of_path(py: Py, value: Word) -> Result<Address> {
    let bytes = match py.cast::<Str>(value) {
        Some(text) => paths::encode(py, text)?,
        None => python_types::buffer::get(py, value)?.to_vec(),
    };
    let mut made = zeroed!(libc::sockaddr_un);
    made.sun_family = libc::AF_UNIX as libc::sa_family_t;
    // Names of the abstract name space begin with a zero and need none at the end.
    let is_abstract = bytes.first() == Some(&0);
    let room = made.sun_path.len() - usize::from(!is_abstract);
    if bytes.len() > room {
        return Err(py.raise_text(Ty::OSError, "AF_UNIX path too long"));
    }
    for (to, from) in made.sun_path.iter_mut().zip(&bytes) {
        *to = *from as libc::c_char;
    }
    let length = PATH_OFFSET + bytes.len() + usize::from(!is_abstract);
    // SAFETY: the structure of the family.
    Ok(unsafe { Address::of(made, length) })
}

/// An address as Python shows it; None if there is none.
pub fn to_value(py: Py, address: &Address) -> Result {
    if address.length == 0 {
        return Ok(NONE);
    }
    match i32::from(address.storage.ss_family) {
        libc::AF_INET => {
            // SAFETY: the structure of the family.
            let made = unsafe { (&raw const address.storage).cast::<libc::sockaddr_in>().read() };
            let host = std::net::Ipv4Addr::from(u32::from_be(made.sin_addr.s_addr)).to_string();
            py.new_tuple(&[py.str(&host)?, small_int(i64::from(u16::from_be(made.sin_port)))])
        }
        libc::AF_INET6 => {
            // SAFETY: the structure of the family.
            let made = unsafe { (&raw const address.storage).cast::<libc::sockaddr_in6>().read() };
            let host = super::names::numeric_host(address);
            let numbers = [
                i64::from(u16::from_be(made.sin6_port)),
                i64::from(u32::from_be(made.sin6_flowinfo)),
                i64::from(made.sin6_scope_id),
            ]
            .map(small_int);
            py.new_tuple(&[py.str(&host)?, numbers[0], numbers[1], numbers[2]])
        }
        libc::AF_UNIX => {
            // SAFETY: the structure of the family.
            let made = unsafe { (&raw const address.storage).cast::<libc::sockaddr_un>().read() };
            let length = (address.length as usize).saturating_sub(PATH_OFFSET).min(made.sun_path.len());
            let bytes: Vec<u8> = made.sun_path[..length].iter().map(|c| *c as u8).collect();
            match bytes.first() {
                Some(0) => py.new_bytes(&bytes),
                _ => paths::decode(py, bytes.split(|byte| *byte == 0).next().unwrap_or_default()),
            }
        }
        libc::AF_NETLINK => {
            // SAFETY: the structure of the family.
            let made = unsafe { (&raw const address.storage).cast::<libc::sockaddr_nl>().read() };
            py.new_tuple(&[made.nl_pid, made.nl_groups].map(|n| small_int(i64::from(n))))
        }
        family => {
            // SAFETY: the bytes of the storage behind the family.
            let bytes: [u8; 14] =
                unsafe { (&raw const address.storage).cast::<u8>().add(2).cast::<[u8; 14]>().read() };
            let count = (address.length as usize).saturating_sub(2).min(bytes.len());
            py.new_tuple(&[small_int(i64::from(family)), py.new_bytes(&bytes[..count])?])
        }
    }
}
