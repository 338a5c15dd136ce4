//! `select`: waiting for descriptors, with `select`, `poll` and `epoll`.

use crate::arguments::{self, Rounding};
use crate::calls::{OrRaise, call, value, zeroed};
use crate::constants::{add, numbers, set};
use heap::Gc;
use python_model::class::{NativeClass, native_type};
use python_model::modules::NativeModule;
use python_model::native::{Args, NativeDef, bind, class_method, def, getter, given};
use python_model::objects::List;
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_model::{foreign, signature};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const CONSTANTS: &[(&str, i64)] = numbers! {
    EPOLLERR EPOLLET EPOLLEXCLUSIVE EPOLLHUP EPOLLIN EPOLLMSG EPOLLONESHOT EPOLLOUT EPOLLPRI EPOLLRDBAND EPOLLRDHUP EPOLLRDNORM
    EPOLLWAKEUP EPOLLWRBAND EPOLLWRNORM EPOLL_CLOEXEC PIPE_BUF POLLERR POLLHUP POLLIN POLLNVAL POLLOUT POLLPRI POLLRDBAND
    POLLRDHUP POLLRDNORM POLLWRBAND POLLWRNORM
};

/// The type of `epoll` objects.
#[derive(Default)]
struct Types {
    poll: Cell<Option<TypeRef>>,
    epoll: Cell<Option<TypeRef>>,
}

pub static MODULE: NativeModule = NativeModule {
    name: "select",
    doc: "This module supports asynchronous I/O on multiple file descriptors.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only \
          sockets are supported; on Unix, all file descriptors.",
    functions: FUNCTIONS,
    fill: |py, own| {
        // EPOLLET is the highest bit, and POLLMSG is not in the C library's headers.
        add(py, own, CONSTANTS)?;
        add(py, own, &[("POLLMSG", 0x400), ("EPOLLET", 1 << 31)])?;
        set(py, own, "error", py.ty(Ty::OSError).word())?;
        let class = |name, restricted, constructor, methods| NativeClass {
            module: "select",
            name,
            doc: "",
            base: None,
            flags: flags::FINAL | restricted,
            constructor,
            methods,
        };
        let types = py.vm().state::<Types>();
        types.poll.set(Some(native_type(py, &class("poll", flags::NO_CONSTRUCTOR, None, POLL))?));
        let epoll = native_type(py, &class("epoll", 0, Some(new_epoll), EPOLL))?;
        types.epoll.set(Some(epoll));
        set(py, own, "epoll", epoll.word())
    },
};

static FUNCTIONS: &[NativeDef] = &[
    def(
        "select",
        "($module, rlist, wlist, xlist, timeout=None, /)",
        "Wait until one or more file descriptors are ready for some kind of I/O.",
        select,
    ),
    def("poll", "($module, /)", "Returns a polling object.", |py, _| {
        let class = py.vm().state::<Types>().poll.get().expect("set when the module was made");
        Ok(word(foreign::new(py, class, Poll::default())?))
    }),
];

/// A time limit in milliseconds or seconds, as nanoseconds; `None`: none, and negative ones too if they are allowed.
fn limit(py: Py, value: Word, message: &str, unit: i64) -> Result<Option<i64>> {
    let Some(value) = given(value) else { return Ok(None) };
    let is_number = matches!(V::of(py.base(value)), V::Float(_))
        || py.is_a(value, Ty::Int)
        || py.type_of(value).lookup(py, python_model::names::Name::Index).is_some();
    if !is_number {
        return Err(py.type_error(message));
    }
    if unit == SECOND {
        return arguments::nanoseconds(py, value, Rounding::Up).map(Some);
    }
    if let V::Float(milliseconds) = V::of(py.base(value)) {
        if milliseconds.is_nan() {
            return Err(py.value_error("Invalid value NaN (not a number)"));
        }
        let whole = (milliseconds * 1e6).ceil();
        if whole.abs() > 9e18 {
            return Err(py.overflow_error("timestamp too large to convert to C PyTime_t"));
        }
        return Ok(Some(whole as i64));
    }
    match arguments::long(py, value)?.checked_mul(unit) {
        Some(nanoseconds) => Ok(Some(nanoseconds)),
        None => Err(py.overflow_error("timestamp too large to convert to C PyTime_t")),
    }
}

const SECOND: i64 = 1_000_000_000;
const MILLISECOND: i64 = 1_000_000;

/// Calls `wait` with what is left of the time, again when a signal interrupted and its handler did not raise.
fn wait(
    py: Py,
    limit: Option<i64>,
    mut wait: impl FnMut(Option<Duration>) -> i32,
) -> Result<std::io::Result<usize>> {
    let limit = limit.filter(|limit| *limit >= 0).map(|limit| Duration::from_nanos(limit as u64));
    // A limit beyond the clock is none.
    let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
    loop {
        let left = match (limit, deadline) {
            (Some(_), Some(deadline)) => Some(deadline.saturating_duration_since(Instant::now())),
            (limit, _) => limit,
        };
        let (count, error) = py.blocking(|| (wait(left), std::io::Error::last_os_error()));
        if count >= 0 {
            return Ok(Ok(count as usize));
        }
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Ok(Err(error));
        }
        py.check_signals()?;
        // The time may have passed in the handler.
        if left.is_some_and(|left| left.is_zero()) {
            return Ok(Ok(0));
        }
    }
}

/// Whole milliseconds, rounded up; -1 for no limit.
fn milliseconds(left: Option<Duration>) -> i32 {
    match left {
        None => -1,
        Some(left) => left.as_nanos().div_ceil(1_000_000).min(i32::MAX as u128) as i32,
    }
}

/// One list of descriptors, and the set for the system.
struct Watched {
    objects: Gc<List>,
    descriptors: Vec<i32>,
    set: libc::fd_set,
}

fn watched(py: Py, value: Word) -> Result<Watched> {
    let objects = match py.list_from_iterable(value) {
        Ok(objects) => objects,
        Err(raised) => {
            return Err(match py.take_if(Ty::TypeError) {
                Some(_) => py.type_error("arguments 1-3 must be sequences"),
                None => raised,
            });
        }
    };
    let mut set = zeroed!(libc::fd_set);
    let mut descriptors = Vec::new();
    for index in 0..objects.len() {
        let descriptor = arguments::descriptor(py, objects.item(index))?;
        if descriptor as usize >= libc::FD_SETSIZE {
            return Err(py.value_error("filedescriptor out of range in select()"));
        }
        descriptors.push(descriptor);
        // SAFETY: the number is below the size of the set.
        unsafe { libc::FD_SET(descriptor, &mut set) };
    }
    Ok(Watched { objects, descriptors, set })
}

fn select(py: Py, a: &[Word]) -> Result {
    let limit = limit(py, a[3], "timeout must be a float or None", SECOND)?;
    if limit.is_some_and(|limit| limit < 0) {
        return Err(py.value_error("timeout must be non-negative"));
    }
    let lists = [watched(py, a[0])?, watched(py, a[1])?, watched(py, a[2])?];
    let most = lists.iter().flat_map(|list| &list.descriptors).max().map_or(0, |most| most + 1);
    let mut sets = [lists[0].set, lists[1].set, lists[2].set];
    wait(py, limit, |left| {
        // An interrupted call may have changed them.
        sets = [lists[0].set, lists[1].set, lists[2].set];
        let mut time = left.map(|left| libc::timeval {
            tv_sec: left.as_secs() as i64,
            tv_usec: i64::from(left.subsec_nanos().div_ceil(1000)),
        });
        if let Some(time) = &mut time
            && time.tv_usec == 1_000_000
        {
            (time.tv_sec, time.tv_usec) = (time.tv_sec + 1, 0);
        }
        let time = time.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut);
        let [read, write, except] = &mut sets;
        value!(libc::select(most, read, write, except, time))
    })?
    .or_raise(py)?;
    let mut results = [NONE; 3];
    for ((list, set), result) in lists.iter().zip(&sets).zip(&mut results) {
        let ready = py.new_list(0)?;
        for (index, descriptor) in list.descriptors.iter().enumerate() {
            // SAFETY: the number is below the size of the set.
            if unsafe { libc::FD_ISSET(*descriptor, set) } {
                list_push(py, ready, list.objects.item(index))?;
            }
        }
        *result = word(ready);
    }
    py.new_tuple(&results)
}

/// What `poll` watches: events by descriptor.
#[derive(Default)]
struct Poll {
    watched: RefCell<BTreeMap<i32, u16>>,
    is_running: Cell<bool>,
}

const DEFAULT_EVENTS: u16 = (libc::POLLIN | libc::POLLPRI | libc::POLLOUT) as u16;

fn poll_of(py: Py<'_>, own: Word) -> Result<&Poll> {
    foreign::expect(py, own, "a poll object")
}

fn events(py: Py, value: Word) -> Result<u16> {
    if value == UNSET {
        return Ok(DEFAULT_EVENTS);
    }
    match V::of(py.to_index(value)?) {
        V::Int(number) if number < 0 => Err(py.value_error("Cannot convert negative int")),
        V::Int(number) => {
            u16::try_from(number).map_err(|_| py.overflow_error("Python int too large for C unsigned short"))
        }
        V::Big(big) if *big.value < dashu_int::IBig::ZERO => {
            Err(py.value_error("Cannot convert negative int"))
        }
        _ => Err(py.overflow_error("Python int too large to convert to C unsigned long")),
    }
}

static POLL: &[NativeDef] = &[
    def(
        "register",
        "($self, fd, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)",
        "Register a file descriptor with the polling object.",
        |py, a| {
            let own = poll_of(py, a[0])?;
            let (descriptor, events) = (arguments::descriptor(py, a[1])?, events(py, a[2])?);
            own.watched.borrow_mut().insert(descriptor, events);
            Ok(NONE)
        },
    ),
    def("modify", "($self, fd, eventmask, /)", "Modify an already registered file descriptor.", |py, a| {
        let own = poll_of(py, a[0])?;
        let (descriptor, events) = (arguments::descriptor(py, a[1])?, events(py, a[2])?);
        match own.watched.borrow_mut().get_mut(&descriptor) {
            Some(known) => *known = events,
            None => return Err(std::io::Error::from_raw_os_error(libc::ENOENT)).or_raise(py),
        }
        Ok(NONE)
    }),
    def(
        "unregister",
        "($self, fd, /)",
        "Remove a file descriptor being tracked by the polling object.",
        |py, a| {
            let own = poll_of(py, a[0])?;
            let descriptor = arguments::descriptor(py, a[1])?;
            if own.watched.borrow_mut().remove(&descriptor).is_none() {
                return Err(py.key_error(small_int(i64::from(descriptor))));
            }
            Ok(NONE)
        },
    ),
    def("poll", "($self, timeout=None, /)", "Polls the set of registered file descriptors.", |py, a| {
        let own = poll_of(py, a[0])?;
        let limit = limit(py, a[1], "timeout must be an integer or None", MILLISECOND)?;
        if limit.is_some_and(|limit| limit / MILLISECOND > i64::from(i32::MAX)) {
            return Err(py.overflow_error("timeout is too large"));
        }
        if own.is_running.replace(true) {
            return Err(py.runtime_error("concurrent poll() invocation"));
        }
        let mut polled: Vec<_> = own
            .watched
            .borrow()
            .iter()
            .map(|(fd, events)| libc::pollfd { fd: *fd, events: *events as i16, revents: 0 })
            .collect();
        let done = wait(py, limit, |left| {
            value!(libc::poll(polled.as_mut_ptr(), polled.len() as libc::nfds_t, milliseconds(left)))
        });
        own.is_running.set(false);
        done?.or_raise(py)?;
        let list = py.new_list(0)?;
        for item in polled.iter().filter(|item| item.revents != 0) {
            let pair = [small_int(i64::from(item.fd)), small_int(i64::from(item.revents as u16))];
            list_push(py, list, py.new_tuple(&pair)?)?;
        }
        Ok(word(list))
    }),
];

/// An `epoll` object: its descriptor, -1 when closed.
struct Epoll(Cell<i32>);

impl Drop for Epoll {
    fn drop(&mut self) {
        let descriptor = self.0.get();
        if descriptor >= 0 {
            value!(libc::close(descriptor));
        }
    }
}

fn new_epoll(py: Py, class: TypeRef, args: Args) -> Result {
    let [size, flags] = bind(py, "epoll", signature!("(sizehint=-1, flags=0)"), args)?;
    let (size, flags) = (arguments::int_or(py, size, -1)?, arguments::int_or(py, flags, 0)?);
    if size < 0 && size != -1 {
        return Err(py.value_error("negative sizehint"));
    }
    if flags & !libc::EPOLL_CLOEXEC != 0 {
        return Err(py.raise_text(Ty::OSError, "invalid flags"));
    }
    let descriptor = call!(py, libc::epoll_create1(libc::EPOLL_CLOEXEC)).or_raise(py)?;
    foreign::new_of(py, class, class, Epoll(Cell::new(descriptor)))
}

/// The descriptor. Errors: `ValueError` if the object is closed.
fn open_epoll(py: Py, own: Word) -> Result<i32> {
    let own: &Epoll = foreign::expect(py, own, "an epoll object")?;
    match own.0.get() {
        -1 => Err(py.value_error("I/O operation on closed epoll object")),
        descriptor => Ok(descriptor),
    }
}

fn control(py: Py, own: Word, operation: i32, descriptor: Word, events: u32) -> Result {
    let own = open_epoll(py, own)?;
    let descriptor = arguments::descriptor(py, descriptor)?;
    let mut event = libc::epoll_event { events, u64: descriptor as u64 };
    call!(py, libc::epoll_ctl(own, operation, descriptor, &mut event)).or_raise(py)?;
    Ok(NONE)
}

fn mask(py: Py, value: Word) -> Result<u32> {
    if value == UNSET {
        return Ok((libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32);
    }
    Ok(arguments::unsigned(py, value)? as u32)
}

fn close_epoll(py: Py, own: Word) -> Result {
    let own: &Epoll = foreign::expect(py, own, "an epoll object")?;
    let descriptor = own.0.replace(-1);
    if descriptor >= 0 {
        call!(py, libc::close(descriptor)).or_raise(py)?;
    }
    Ok(NONE)
}

static EPOLL: &[NativeDef] = &[
    class_method("fromfd", "($type, fd, /)", "Create an epoll object from a given control fd.", |py, a| {
        let descriptor = arguments::int(py, a[1])?;
        let class = py.vm().state::<Types>().epoll.get().expect("set when the module was made");
        Ok(word(foreign::new(py, class, Epoll(Cell::new(descriptor)))?))
    }),
    getter("closed", "True if the epoll handler is closed", |py, a| {
        let own: &Epoll = foreign::expect(py, a[0], "an epoll object")?;
        Ok(bool_word(own.0.get() < 0))
    }),
    def("close", "($self, /)", "Close the epoll control file descriptor.", |py, a| close_epoll(py, a[0])),
    def("fileno", "($self, /)", "Return the epoll control file descriptor.", |py, a| {
        py.int(i64::from(open_epoll(py, a[0])?))
    }),
    def("__enter__", "($self, /)", "", |py, a| open_epoll(py, a[0]).map(|_| a[0])),
    def("__exit__", "($self, exc_type=None, exc_value=None, exc_tb=None, /)", "", |py, a| {
        close_epoll(py, a[0])
    }),
    def(
        "register",
        "($self, /, fd, eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)",
        "Registers a new fd or raises an OSError if the fd is already registered.",
        |py, a| control(py, a[0], libc::EPOLL_CTL_ADD, a[1], mask(py, a[2])?),
    ),
    def(
        "modify",
        "($self, /, fd, eventmask)",
        "Modify event mask for a registered file descriptor.",
        |py, a| control(py, a[0], libc::EPOLL_CTL_MOD, a[1], mask(py, a[2])?),
    ),
    def(
        "unregister",
        "($self, /, fd)",
        "Remove a registered file descriptor from the epoll object.",
        |py, a| control(py, a[0], libc::EPOLL_CTL_DEL, a[1], 0),
    ),
    def(
        "poll",
        "($self, /, timeout=None, maxevents=-1)",
        "Wait for events on the epoll file descriptor.",
        |py, a| {
            let descriptor = open_epoll(py, a[0])?;
            let limit = limit(py, a[1], "timeout must be an integer or None", SECOND)?;
            let most = match arguments::int_or(py, a[2], -1)? {
                -1 => libc::FD_SETSIZE as i32 - 1,
                most if most < 1 => {
                    return Err(py.value_error(format!("maxevents must be greater than 0, got {most}")));
                }
                most => most,
            };
            let mut found = vec![libc::epoll_event { events: 0, u64: 0 }; most as usize];
            let count = wait(py, limit, |left| {
                value!(libc::epoll_wait(descriptor, found.as_mut_ptr(), most, milliseconds(left)))
            })?
            .or_raise(py)?;
            let list = py.new_list(count)?;
            for event in &found[..count] {
                let (fd, events) = (event.u64 as i64, i64::from(event.events));
                list_push(py, list, py.new_tuple(&[small_int(fd), small_int(events)])?)?;
            }
            Ok(word(list))
        },
    ),
];
