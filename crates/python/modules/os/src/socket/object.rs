//! The `socket` class.
//!
//! A time limit makes the socket non-blocking: before each call the object waits until it is ready, at most as long as is left, and
//! asks again if it was not ready after all.

use super::address::{self, Address};
use super::{Errors, timeout};
use crate::arguments;
use crate::calls::{OrRaise, call, value, zeroed};
use crate::posix::Writable;
use python_model::class::{NativeClass, native_type};
use python_model::foreign;
use python_model::native::{Args, NativeDef, bind, def, getter, given, raw};
use python_model::objects::Tuple;
use python_model::py::{Py, Result, list_push};
use python_model::signature;
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_types::buffer;
use std::cell::Cell;
use std::io;
use std::time::{Duration, Instant};

/// The state of a socket object.
struct Socket {
    /// -1: not open.
    descriptor: Cell<i32>,
    family: Cell<i32>,
    kind: Cell<i32>,
    protocol: Cell<i32>,
    /// Nanoseconds; `None`: calls wait.
    timeout: Cell<Option<i64>>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        let descriptor = self.descriptor.get();
        if descriptor >= 0 {
            value!(libc::close(descriptor));
        }
    }
}

#[derive(Default)]
struct Class(Cell<Option<TypeRef>>);

/// Makes the class. Called when the module is made.
pub fn define(py: Py) -> Result<TypeRef> {
    let class = native_type(
        py,
        &NativeClass {
            module: "_socket",
            name: "socket",
            doc: "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object",
            base: None,
            flags: 0,
            constructor: Some(|py, class, _| {
                let native = py.vm().state::<Class>().0.get().expect("set when the module was made");
                foreign::new_of(py, class, native, unopened())
            }),
            methods: METHODS,
        },
    )?;
    py.vm().state::<Class>().0.set(Some(class));
    Ok(class)
}

fn unopened() -> Socket {
    Socket {
        descriptor: Cell::new(-1),
        family: Cell::new(-1),
        kind: Cell::new(-1),
        protocol: Cell::new(-1),
        timeout: Cell::new(None),
    }
}

/// A socket object for an open descriptor.
pub fn of_descriptor(py: Py, descriptor: i32, family: i32, kind: i32, protocol: i32) -> Result {
    let class = py.vm().state::<Class>().0.get().expect("set when the module was made");
    let made = unopened();
    made.open(py, descriptor, family, kind, protocol)?;
    Ok(word(foreign::new(py, class, made)?))
}

/// A time limit in seconds, or None.
pub fn timeout_word(timeout: Option<i64>) -> Word {
    timeout.map_or(NONE, |nanoseconds| float_word(nanoseconds as f64 * 1e-9))
}

/// What a call waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wait {
    Read,
    Write,
}

impl Socket {
    fn open(&self, py: Py, descriptor: i32, family: i32, kind: i32, protocol: i32) -> Result<()> {
        self.descriptor.set(descriptor);
        self.family.set(family);
        self.kind.set(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC));
        self.protocol.set(protocol);
        let limit = py.vm().state::<Errors>().default_timeout.get();
        self.timeout.set(if kind & libc::SOCK_NONBLOCK != 0 { Some(0) } else { limit });
        if kind & libc::SOCK_NONBLOCK == 0 && limit.is_some() {
            self.set_blocking(py, false)?;
        }
        Ok(())
    }

    fn set_blocking(&self, py: Py, blocking: bool) -> Result<()> {
        let descriptor = self.descriptor.get();
        let flags = call!(py, libc::fcntl(descriptor, libc::F_GETFL)).or_raise(py)?;
        let new = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
        if new != flags {
            call!(py, libc::fcntl(descriptor, libc::F_SETFL, new)).or_raise(py)?;
        }
        Ok(())
    }

    /// When the time that calls from now on may take is over; `None`: never.
    fn deadline(&self) -> Option<Instant> {
        let limit = self.timeout.get().filter(|limit| *limit > 0)?;
        Instant::now().checked_add(Duration::from_nanos(limit as u64))
    }

    /// Waits until the socket is ready. Errors: `TimeoutError` "timed out".
    fn wait(&self, py: Py, wait: Wait, deadline: Option<Instant>) -> Result<()> {
        let Some(deadline) = deadline else { return Ok(()) };
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let events = if wait == Wait::Read { libc::POLLIN } else { libc::POLLOUT };
            let mut polled = libc::pollfd { fd: self.descriptor.get(), events, revents: 0 };
            let limit = left.as_nanos().div_ceil(1_000_000).min(i32::MAX as u128) as i32;
            let (count, error) =
                py.blocking(|| (value!(libc::poll(&mut polled, 1, limit)), io::Error::last_os_error()));
            match count {
                0 => return Err(timed_out(py)),
                1.. => return Ok(()),
                _ if error.kind() == io::ErrorKind::Interrupted => py.check_signals()?,
                _ => return Err(error).or_raise(py),
            }
        }
    }

    /// Makes a call within the time limit. Errors: `OSError`, `TimeoutError`.
    fn call(&self, py: Py, wait: Wait, mut body: impl FnMut() -> isize) -> Result<usize> {
        let deadline = self.deadline();
        self.call_until(py, wait, deadline, &mut body)
    }

    fn call_until(
        &self,
        py: Py,
        wait: Wait,
        deadline: Option<Instant>,
        body: &mut dyn FnMut() -> isize,
    ) -> Result<usize> {
        loop {
            self.wait(py, wait, deadline)?;
            match py.system_call(&mut *body)? {
                Ok(count) => return Ok(count as usize),
                // It was not ready after all.
                Err(error) if deadline.is_some() && error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error).or_raise(py),
            }
        }
    }

    fn connect(&self, py: Py, address: &Address) -> Result<io::Result<()>> {
        let descriptor = self.descriptor.get();
        let (status, error) = py.blocking(|| {
            (value!(libc::connect(descriptor, address.as_ptr(), address.length)), io::Error::last_os_error())
        });
        if status == 0 {
            return Ok(Ok(()));
        }
        let waits = match error.raw_os_error() {
            Some(libc::EINTR) => {
                py.check_signals()?;
                self.timeout.get() != Some(0)
            }
            Some(libc::EINPROGRESS) => self.timeout.get().is_some_and(|limit| limit > 0),
            _ => false,
        };
        if !waits {
            return Ok(Err(error));
        }
        let forever = Instant::now() + Duration::from_secs(u64::from(u32::MAX));
        self.wait(py, Wait::Write, Some(self.deadline().unwrap_or(forever)))?;
        let (mut code, mut size) = (0_i32, 4);
        call!(
            py,
            libc::getsockopt(descriptor, libc::SOL_SOCKET, libc::SO_ERROR, (&raw mut code).cast(), &mut size)
        )
        .or_raise(py)?;
        Ok(match code {
            0 | libc::EISCONN => Ok(()),
            code => Err(io::Error::from_raw_os_error(code)),
        })
    }
}

fn timed_out(py: Py) -> metatrace_machine::Raised {
    py.raise_text(Ty::TimeoutError, "timed out")
}

fn socket(py: Py<'_>, own: Word) -> Result<&Socket> {
    foreign::expect(py, own, "a socket")
}

fn address_argument(py: Py, own: &Socket, value: Word, function: &str) -> Result<Address> {
    address::of_value(py, own.family.get(), value, function)
}

static METHODS: &[NativeDef] = &[
    raw("__init__", "($self, /, family=-1, type=-1, proto=-1, fileno=None)", "Initialize self.", init),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own = socket(py, a[0])?;
        let (descriptor, family) = (own.descriptor.get(), own.family.get());
        let (kind, protocol) = (own.kind.get(), own.protocol.get());
        py.str(&format!("<socket object, fd={descriptor}, family={family}, type={kind}, proto={protocol}>"))
    }),
    getter("family", "the socket family", |py, a| py.int(i64::from(socket(py, a[0])?.family.get()))),
    getter("type", "the socket type", |py, a| py.int(i64::from(socket(py, a[0])?.kind.get()))),
    getter("proto", "the socket protocol", |py, a| py.int(i64::from(socket(py, a[0])?.protocol.get()))),
    getter("timeout", "the socket timeout", |py, a| Ok(timeout_word(socket(py, a[0])?.timeout.get()))),
    def("fileno", "($self, /)", "fileno() -> integer", |py, a| {
        py.int(i64::from(socket(py, a[0])?.descriptor.get()))
    }),
    def("close", "($self, /)", "close()", |py, a| {
        let descriptor = socket(py, a[0])?.descriptor.replace(-1);
        if descriptor >= 0 {
            match call!(py, libc::close(descriptor)) {
                Err(error) if error.raw_os_error() == Some(libc::ECONNRESET) => {}
                done => {
                    done.or_raise(py)?;
                }
            }
        }
        Ok(NONE)
    }),
    def("detach", "($self, /)", "detach()", |py, a| {
        py.int(i64::from(socket(py, a[0])?.descriptor.replace(-1)))
    }),
    def("bind", "($self, address, /)", "bind(address)", |py, a| {
        let own = socket(py, a[0])?;
        let address = address_argument(py, own, a[1], "bind")?;
        call!(py, libc::bind(own.descriptor.get(), address.as_ptr(), address.length)).or_raise(py)?;
        Ok(NONE)
    }),
    def("listen", "($self, backlog=128, /)", "listen([backlog])", |py, a| {
        let backlog = arguments::int_or(py, a[1], 128)?.max(0);
        let own = socket(py, a[0])?;
        call!(py, libc::listen(own.descriptor.get(), backlog)).or_raise(py)?;
        Ok(NONE)
    }),
    def("_accept", "($self, /)", "_accept() -> (integer, address info)", |py, a| {
        let own = socket(py, a[0])?;
        let mut peer = Address::room();
        let full = peer.length;
        let descriptor = own.call(py, Wait::Read, || {
            peer.length = full;
            let length = &raw mut peer.length;
            value!(libc::accept4(own.descriptor.get(), peer.as_mut_ptr(), length, libc::SOCK_CLOEXEC))
                as isize
        })?;
        let peer = address::to_value(py, &peer)?;
        py.new_tuple(&[small_int(descriptor as i64), peer])
    }),
    def("connect", "($self, address, /)", "connect(address)", |py, a| {
        let own = socket(py, a[0])?;
        let address = address_argument(py, own, a[1], "connect")?;
        own.connect(py, &address)?.or_raise(py)?;
        Ok(NONE)
    }),
    def("connect_ex", "($self, address, /)", "connect_ex(address) -> errno", |py, a| {
        let own = socket(py, a[0])?;
        let address = address_argument(py, own, a[1], "connect_ex")?;
        match py.unless(own.connect(py, &address), Ty::TimeoutError)? {
            Some(Ok(())) => py.int(0),
            Some(Err(error)) => py.int(i64::from(crate::calls::number_of(&error))),
            None => py.int(i64::from(libc::EWOULDBLOCK)),
        }
    }),
    def("getsockname", "($self, /)", "getsockname() -> address info", |py, a| {
        let descriptor = socket(py, a[0])?.descriptor.get();
        let mut found = Address::room();
        let length = &raw mut found.length;
        call!(py, libc::getsockname(descriptor, found.as_mut_ptr(), length)).or_raise(py)?;
        address::to_value(py, &found)
    }),
    def("getpeername", "($self, /)", "getpeername() -> address info", |py, a| {
        let descriptor = socket(py, a[0])?.descriptor.get();
        let mut found = Address::room();
        let length = &raw mut found.length;
        call!(py, libc::getpeername(descriptor, found.as_mut_ptr(), length)).or_raise(py)?;
        address::to_value(py, &found)
    }),
    def("shutdown", "($self, how, /)", "shutdown(flag)", |py, a| {
        let how = arguments::int(py, a[1])?;
        let own = socket(py, a[0])?;
        call!(py, libc::shutdown(own.descriptor.get(), how)).or_raise(py)?;
        Ok(NONE)
    }),
    def("setblocking", "($self, flag, /)", "setblocking(flag)", |py, a| {
        let (own, blocking) = (socket(py, a[0])?, py.truth(a[1])?);
        own.timeout.set(if blocking { None } else { Some(0) });
        own.set_blocking(py, blocking)?;
        Ok(NONE)
    }),
    def("getblocking", "($self, /)", "getblocking()", |py, a| {
        Ok(bool_word(socket(py, a[0])?.timeout.get() != Some(0)))
    }),
    def("settimeout", "($self, timeout, /)", "settimeout(timeout)", |py, a| {
        let (own, limit) = (socket(py, a[0])?, timeout(py, a[1])?);
        own.timeout.set(limit);
        own.set_blocking(py, limit.is_none())?;
        Ok(NONE)
    }),
    def("gettimeout", "($self, /)", "gettimeout() -> timeout", |py, a| {
        Ok(timeout_word(socket(py, a[0])?.timeout.get()))
    }),
    def(
        "setsockopt",
        "($self, level, optname, value, optlen=None, /)",
        "setsockopt(level, option, value)",
        set_option,
    ),
    def(
        "getsockopt",
        "($self, level, optname, buflen=0, /)",
        "getsockopt(level, option[, buffersize]) -> value",
        get_option,
    ),
    def("recv", "($self, bufsize, flags=0, /)", "recv(buffersize[, flags]) -> data", |py, a| {
        let (own, flags) = (socket(py, a[0])?, arguments::int_or(py, a[2], 0)?);
        let mut room = room(py, a[1], "recv")?;
        // Nothing is not waited for.
        if room.is_empty() {
            return py.new_bytes(&[]);
        }
        let (to, size) = (room.as_mut_ptr(), room.len());
        let count =
            own.call(py, Wait::Read, || value!(libc::recv(own.descriptor.get(), to.cast(), size, flags)))?;
        py.new_bytes(&room[..count])
    }),
    def(
        "recvfrom",
        "($self, bufsize, flags=0, /)",
        "recvfrom(buffersize[, flags]) -> (data, address info)",
        |py, a| {
            let flags = arguments::int_or(py, a[2], 0)?;
            let mut room = room(py, a[1], "recvfrom")?;
            let (count, peer) = receive(py, socket(py, a[0])?, &mut room, flags)?;
            py.new_tuple(&[py.new_bytes(&room[..count])?, peer])
        },
    ),
    def(
        "recv_into",
        "($self, /, buffer, nbytes=0, flags=0)",
        "recv_into(buffer, [nbytes[, flags]]) -> nbytes_read",
        |py, a| {
            let (own, flags) = (socket(py, a[0])?, arguments::int_or(py, a[3], 0)?);
            let (target, mut room) = target(py, a[1], a[2], "recv_into")?;
            let (to, size) = (room.as_mut_ptr(), room.len());
            let count = own
                .call(py, Wait::Read, || value!(libc::recv(own.descriptor.get(), to.cast(), size, flags)))?;
            target.write(py, &room[..count])?;
            py.int(count as i64)
        },
    ),
    def(
        "recvfrom_into",
        "($self, /, buffer, nbytes=0, flags=0)",
        "recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)",
        |py, a| {
            let flags = arguments::int_or(py, a[3], 0)?;
            let (target, mut room) = target(py, a[1], a[2], "recvfrom_into")?;
            let (count, peer) = receive(py, socket(py, a[0])?, &mut room, flags)?;
            target.write(py, &room[..count])?;
            py.new_tuple(&[small_int(count as i64), peer])
        },
    ),
    def("send", "($self, data, flags=0, /)", "send(data[, flags]) -> count", |py, a| {
        let (own, flags) = (socket(py, a[0])?, arguments::int_or(py, a[2], 0)?);
        let data = buffer::get(py, a[1])?;
        let (from, size) = (data.as_ptr(), data.len());
        let count =
            own.call(py, Wait::Write, || value!(libc::send(own.descriptor.get(), from.cast(), size, flags)))?;
        data.keep();
        py.int(count as i64)
    }),
    def("sendall", "($self, data, flags=0, /)", "sendall(data[, flags])", |py, a| {
        let (own, flags) = (socket(py, a[0])?, arguments::int_or(py, a[2], 0)?);
        let data = buffer::get(py, a[1])?.to_vec();
        let deadline = own.deadline();
        let mut rest = &data[..];
        while !rest.is_empty() {
            let count = own.call_until(py, Wait::Write, deadline, &mut || {
                value!(libc::send(own.descriptor.get(), rest.as_ptr().cast(), rest.len(), flags))
            })?;
            rest = &rest[count..];
            py.check_signals()?;
        }
        Ok(NONE)
    }),
    raw(
        "sendto",
        "($self, data, flags_or_address, address=None, /)",
        "sendto(data[, flags], address) -> count",
        send_to,
    ),
    def(
        "sendmsg",
        "($self, buffers, ancdata=(), flags=0, address=None, /)",
        "sendmsg(buffers[, ancdata[, flags[, address]]]) -> count",
        send_message,
    ),
    def(
        "recvmsg",
        "($self, bufsize, ancbufsize=0, flags=0, /)",
        "recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)",
        |py, a| {
            let mut room = room(py, a[1], "recvmsg")?;
            let got = receive_message(py, socket(py, a[0])?, &mut [&mut room], a[2], a[3])?;
            let data = py.new_bytes(&room[..got.count])?;
            py.new_tuple(&[data, got.ancillary, got.flags, got.peer])
        },
    ),
    def(
        "recvmsg_into",
        "($self, buffers, ancbufsize=0, flags=0, /)",
        "recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)",
        |py, a| {
            let targets = py.tuple_from_iterable(a[1])?;
            let mut rooms = Vec::new();
            for target in targets.items() {
                rooms.push(vec![0_u8; Writable::of(py, target.get())?.length]);
            }
            let mut parts: Vec<&mut [u8]> = rooms.iter_mut().map(|room| &mut room[..]).collect();
            let got = receive_message(py, socket(py, a[0])?, &mut parts, a[2], a[3])?;
            let mut left = got.count;
            for (target, room) in targets.items().iter().zip(&rooms) {
                let part = left.min(room.len());
                Writable::of(py, target.get())?.write(py, &room[..part])?;
                left -= part;
            }
            py.new_tuple(&[small_int(got.count as i64), got.ancillary, got.flags, got.peer])
        },
    ),
];

fn init(py: Py, args: Args) -> Result {
    let [own, family, kind, protocol, descriptor] =
        bind(py, "socket", signature!("($self, /, family=-1, type=-1, proto=-1, fileno=None)"), args)?;
    let own = socket(py, own)?;
    let (family, kind) = (arguments::int_or(py, family, -1)?, arguments::int_or(py, kind, -1)?);
    let protocol = arguments::int_or(py, protocol, -1)?;
    let Some(descriptor) = given(descriptor) else {
        let family = if family == -1 { libc::AF_INET } else { family };
        let kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
        let protocol = if protocol == -1 { 0 } else { protocol };
        let descriptor = call!(py, libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol)).or_raise(py)?;
        own.open(py, descriptor, family, kind, protocol)?;
        return Ok(NONE);
    };
    if py.is_a(descriptor, Ty::Float) {
        return Err(py.type_error("integer argument expected, got float"));
    }
    let descriptor = arguments::int(py, descriptor)?;
    if descriptor < 0 {
        return Err(py.value_error("negative file descriptor"));
    }
    // What is not said is asked of the system; that also shows that it is a socket.
    let mut address = Address::room();
    let length = &raw mut address.length;
    let named = call!(py, libc::getsockname(descriptor, address.as_mut_ptr(), length));
    let is_socket = |error: &io::Error| !matches!(error.raw_os_error(), Some(libc::EBADF | libc::ENOTSOCK));
    if let Err(error) = named
        && (family == -1 || !is_socket(&error))
    {
        return Err(error).or_raise(py);
    }
    let asked = |option: i32| -> Result<i32> {
        let (mut value, mut size) = (0_i32, 4);
        call!(py, libc::getsockopt(descriptor, libc::SOL_SOCKET, option, (&raw mut value).cast(), &mut size))
            .or_raise(py)?;
        Ok(value)
    };
    let family = if family == -1 { i32::from(address.storage.ss_family) } else { family };
    let kind = if kind == -1 { asked(libc::SO_TYPE)? } else { kind };
    let protocol = if protocol == -1 { asked(libc::SO_PROTOCOL)? } else { protocol };
    own.open(py, descriptor, family, kind, protocol)?;
    Ok(NONE)
}

fn room(py: Py, size: Word, function: &str) -> Result<Vec<u8>> {
    let size = py.index(size)?;
    let Ok(size) = usize::try_from(size) else {
        return Err(py.value_error(format!("negative buffersize in {function}")));
    };
    let mut room = Vec::new();
    room.try_reserve_exact(size).map_err(|_| py.out_of_memory())?;
    room.resize(size, 0);
    Ok(room)
}

/// A buffer to fill, and room for as many bytes as are wanted (0: all of it).
fn target(py: Py, value: Word, count: Word, function: &str) -> Result<(Writable, Vec<u8>)> {
    let target = Writable::of(py, value)?;
    let wanted = if count == UNSET { 0 } else { py.index(count)? };
    let Ok(wanted) = usize::try_from(wanted) else {
        return Err(py.value_error(format!("negative buffersize in {function}")));
    };
    if wanted > target.length {
        let message = if function == "recv_into" {
            "buffer too small for requested bytes"
        } else {
            "nbytes is greater than the length of the buffer"
        };
        return Err(py.value_error(message));
    }
    let size = if wanted == 0 { target.length } else { wanted };
    Ok((target, vec![0; size]))
}

fn receive(py: Py, own: &Socket, room: &mut [u8], flags: i32) -> Result<(usize, Word)> {
    let mut peer = Address::room();
    let full = peer.length;
    let (to, size) = (room.as_mut_ptr(), room.len());
    let count = own.call(py, Wait::Read, || {
        peer.length = full;
        let length = &raw mut peer.length;
        value!(libc::recvfrom(own.descriptor.get(), to.cast(), size, flags, peer.as_mut_ptr(), length))
    })?;
    Ok((count, address::to_value(py, &peer)?))
}

fn send_to(py: Py, args: Args) -> Result {
    args.no_keywords(py, "sendto")?;
    let (own, data, flags, address) = match *args.words {
        [own, data, address] => (own, data, 0, address),
        [own, data, flags, address] => (own, data, arguments::int(py, flags)?, address),
        _ => {
            let given = args.words.len().saturating_sub(1);
            return Err(py.type_error(format!("sendto() takes 2 or 3 arguments ({given} given)")));
        }
    };
    let own = socket(py, own)?;
    let data = buffer::get(py, data)?;
    let address = address_argument(py, own, address, "sendto")?;
    let (from, size) = (data.as_ptr(), data.len());
    let count = own.call(py, Wait::Write, || {
        value!(libc::sendto(own.descriptor.get(), from.cast(), size, flags, address.as_ptr(), address.length))
    })?;
    data.keep();
    py.int(count as i64)
}

fn set_option(py: Py, a: &[Word]) -> Result {
    let descriptor = socket(py, a[0])?.descriptor.get();
    let (level, option) = (arguments::int(py, a[1])?, arguments::int(py, a[2])?);
    let null = std::ptr::null();
    if a[3] == NONE {
        if a[4] == UNSET {
            return Err(py.type_error("socket option should be integer, bytes-like object or None"));
        }
        let size = arguments::unsigned(py, a[4])? as libc::socklen_t;
        call!(py, libc::setsockopt(descriptor, level, option, null, size)).or_raise(py)?;
    } else if py.is_a(a[3], Ty::Int) {
        let number = arguments::int(py, a[3])?;
        call!(py, libc::setsockopt(descriptor, level, option, (&raw const number).cast(), 4)).or_raise(py)?;
    } else {
        let data = buffer::get(py, a[3])?;
        let (from, size) = (data.as_ptr().cast(), data.len() as libc::socklen_t);
        call!(py, libc::setsockopt(descriptor, level, option, from, size)).or_raise(py)?;
        data.keep();
    }
    Ok(NONE)
}

fn get_option(py: Py, a: &[Word]) -> Result {
    let descriptor = socket(py, a[0])?.descriptor.get();
    let (level, option) = (arguments::int(py, a[1])?, arguments::int(py, a[2])?);
    let size = arguments::int_or(py, a[3], 0)?;
    if size == 0 {
        let (mut number, mut size) = (0_i32, 4);
        call!(py, libc::getsockopt(descriptor, level, option, (&raw mut number).cast(), &mut size))
            .or_raise(py)?;
        return py.int(i64::from(number));
    }
    if !(0..=1024).contains(&size) {
        return Err(py.raise_text(Ty::OSError, "getsockopt buflen out of range"));
    }
    let (mut room, mut size) = (vec![0_u8; size as usize], size as libc::socklen_t);
    call!(py, libc::getsockopt(descriptor, level, option, room.as_mut_ptr().cast(), &mut size))
        .or_raise(py)?;
    py.new_bytes(&room[..size as usize])
}

fn send_message(py: Py, a: &[Word]) -> Result {
    let own = socket(py, a[0])?;
    let mut copies = Vec::new();
    for part in py.tuple_from_iterable(a[1])?.items() {
        copies.push(buffer::get(py, part.get())?.to_vec());
    }
    let mut parts: Vec<_> = copies
        .iter()
        .map(|copy| libc::iovec { iov_base: copy.as_ptr().cast_mut().cast(), iov_len: copy.len() })
        .collect();
    let mut control = Vec::new();
    if a[2] != UNSET {
        for item in py.tuple_from_iterable(a[2])?.items() {
            let item = py.cast::<Tuple>(item.get());
            let Some([level, kind, data]) = item.as_ref().map(|item| item.items()) else {
                return Err(py.type_error("[sendmsg() ancillary data items must be tuples of length 3]"));
            };
            let (level, kind) = (arguments::int(py, level.get())?, arguments::int(py, kind.get())?);
            push_control(&mut control, level, kind, &buffer::get(py, data.get())?);
        }
    }
    let flags = arguments::int_or(py, a[3], 0)?;
    let address = given(a[4]).map(|address| address_argument(py, own, address, "sendmsg")).transpose()?;
    let mut message = zeroed!(libc::msghdr);
    message.msg_iov = parts.as_mut_ptr();
    message.msg_iovlen = parts.len();
    if let Some(address) = &address {
        message.msg_name = address.as_ptr().cast_mut().cast();
        message.msg_namelen = address.length;
    }
    if !control.is_empty() {
        message.msg_control = control.as_mut_ptr().cast();
        message.msg_controllen = size_of_val(&control[..]);
    }
    let count = own.call(py, Wait::Write, || value!(libc::sendmsg(own.descriptor.get(), &message, flags)))?;
    py.int(count as i64)
}

/// Adds a control message: its header, its data, and zeros up to a whole word.
fn push_control(control: &mut Vec<u64>, level: i32, kind: i32, data: &[u8]) {
    let length = value!(libc::CMSG_LEN(data.len() as u32)) as usize;
    let mut bytes = length.to_ne_bytes().to_vec();
    bytes.extend(level.to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(data);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    control
        .extend(bytes.chunks_exact(8).map(|word| u64::from_ne_bytes(word.try_into().expect("eight bytes"))));
}

/// What `recvmsg` got besides the data.
struct Received {
    count: usize,
    ancillary: Word,
    flags: Word,
    peer: Word,
}

fn receive_message(
    py: Py,
    own: &Socket,
    parts: &mut [impl AsMut<[u8]>],
    control_size: Word,
    flags: Word,
) -> Result<Received> {
    let control_size = if control_size == UNSET { 0 } else { py.index(control_size)? };
    let flags = arguments::int_or(py, flags, 0)?;
    if !(0..=i64::from(i32::MAX)).contains(&control_size) {
        return Err(py.value_error("invalid ancillary data buffer length"));
    }
    let control_size = control_size as usize;
    let mut control = vec![0_u64; control_size.div_ceil(8)];
    let mut vectors: Vec<_> = parts
        .iter_mut()
        .map(|part| part.as_mut())
        .map(|part| libc::iovec { iov_base: part.as_mut_ptr().cast(), iov_len: part.len() })
        .collect();
    let mut peer = Address::room();
    let mut message = zeroed!(libc::msghdr);
    message.msg_iov = vectors.as_mut_ptr();
    message.msg_iovlen = vectors.len();
    message.msg_name = peer.as_mut_ptr().cast();
    let full = peer.length;
    let count = own.call(py, Wait::Read, || {
        message.msg_namelen = full;
        message.msg_control =
            if control_size == 0 { std::ptr::null_mut() } else { control.as_mut_ptr().cast() };
        message.msg_controllen = control_size;
        value!(libc::recvmsg(own.descriptor.get(), &mut message, flags | libc::MSG_CMSG_CLOEXEC))
    })?;
    peer.length = message.msg_namelen;
    let ancillary = py.new_list(0)?;
    let mut at = value!(libc::CMSG_FIRSTHDR(&message));
    while !at.is_null() {
        // SAFETY: a header within the control bytes that the kernel filled; its data follow it, cut at the end of what was filled.
        let (header, data) = unsafe {
            let header = at.read_unaligned();
            let data = libc::CMSG_DATA(at);
            let end = message.msg_control.cast::<u8>().add(message.msg_controllen);
            let wanted = header.cmsg_len.saturating_sub(data.offset_from(at.cast()) as usize);
            (header, std::slice::from_raw_parts(data, wanted.min(end.offset_from(data).max(0) as usize)))
        };
        let item = [
            small_int(i64::from(header.cmsg_level)),
            small_int(i64::from(header.cmsg_type)),
            py.new_bytes(data)?,
        ];
        list_push(py, ancillary, py.new_tuple(&item)?)?;
        at = value!(libc::CMSG_NXTHDR(&message, at));
    }
    Ok(Received {
        count,
        ancillary: word(ancillary),
        flags: small_int(i64::from(message.msg_flags)),
        peer: address::to_value(py, &peer)?,
    })
}
