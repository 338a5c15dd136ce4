//! Open files by descriptor: opening, reading, writing, positions, flags.

use crate::arguments;
use crate::calls::{OrRaise, call, check_number, value};
use crate::paths;
use heap::Gc;
use python_model::native::{NativeDef, def};
use python_model::objects::MemoryView;
use python_model::py::{Py, Result};
use python_model::value::*;
use python_types::buffer::{self, Buffer};

pub const FUNCTIONS: &[NativeDef] = &[
    def(
        "open",
        "($module, /, path, flags, mode=511, *, dir_fd=None)",
        "Open a file for low level IO.  Returns a file descriptor (integer).",
        open,
    ),
    def("close", "($module, /, fd)", "Close a file descriptor.", |py, a| {
        let descriptor = arguments::int(py, a[0])?;
        // Never repeated: the descriptor is gone even if a signal interrupted, and may be another thread's by then.
        if value!(libc::close(descriptor)) < 0 {
            let error = std::io::Error::last_os_error();
            if error.raw_os_error() != Some(libc::EINTR) {
                return Err(error).or_raise(py);
            }
        }
        Ok(NONE)
    }),
    def(
        "closerange",
        "($module, fd_low, fd_high, /)",
        "Closes all file descriptors in [fd_low, fd_high), ignoring errors.",
        |py, a| {
            let (low, high) = (arguments::int(py, a[0])?.max(0), arguments::int(py, a[1])?);
            for descriptor in low..high {
                value!(libc::close(descriptor));
            }
            Ok(NONE)
        },
    ),
    def(
        "read",
        "($module, fd, length, /)",
        "Read from a file descriptor.  Returns a bytes object.",
        |py, a| {
            let descriptor = arguments::int(py, a[0])?;
            read(py, a[1], |buffer| {
                Ok(call!(py, libc::read(descriptor, buffer.as_mut_ptr().cast(), buffer.len())))
            })
        },
    ),
    def(
        "pread",
        "($module, fd, length, offset, /)",
        "Read a number of bytes from a file descriptor starting at a particular offset.",
        |py, a| {
            let (descriptor, offset) = (arguments::int(py, a[0])?, arguments::long(py, a[2])?);
            read(py, a[1], |buffer| {
                Ok(call!(py, libc::pread(descriptor, buffer.as_mut_ptr().cast(), buffer.len(), offset)))
            })
        },
    ),
    def(
        "readinto",
        "($module, fd, buffer, /)",
        "Read into a buffer object from a file descriptor.",
        |py, a| {
            let descriptor = arguments::int(py, a[0])?;
            read_into(py, a[1], |buffer| {
                Ok(call!(py, libc::read(descriptor, buffer.as_mut_ptr().cast(), buffer.len())))
            })
        },
    ),
    def("write", "($module, fd, data, /)", "Write a bytes object to a file descriptor.", |py, a| {
        let descriptor = arguments::int(py, a[0])?;
        let data = buffer::get(py, a[1])?;
        let count = call!(py, libc::write(descriptor, data.as_ptr().cast(), data.len())).or_raise(py)?;
        data.keep();
        py.int(count as i64)
    }),
    def(
        "pwrite",
        "($module, fd, buffer, offset, /)",
        "Write bytes to a file descriptor starting at a particular offset.",
        |py, a| {
            let descriptor = arguments::int(py, a[0])?;
            let data = buffer::get(py, a[1])?;
            let offset = arguments::long(py, a[2])?;
            let count =
                call!(py, libc::pwrite(descriptor, data.as_ptr().cast(), data.len(), offset)).or_raise(py)?;
            data.keep();
            py.int(count as i64)
        },
    ),
    def(
        "readv",
        "($module, fd, buffers, /)",
        "Read from a file descriptor fd into an iterable of buffers.",
        |py, a| {
            let descriptor = arguments::int(py, a[0])?;
            read_scattered(py, "readv", a[1], |parts| {
                Ok(call!(py, libc::readv(descriptor, parts.as_ptr(), parts.len() as i32)))
            })
        },
    ),
    def(
        "preadv",
        "($module, fd, buffers, offset, flags=0, /)",
        "Reads from a file descriptor into a number of mutable bytes-like objects.",
        |py, a| {
            let descriptor = arguments::int(py, a[0])?;
            let (offset, flags) = (arguments::long(py, a[2])?, arguments::int_or(py, a[3], 0)?);
            read_scattered(py, "preadv", a[1], |parts| {
                Ok(call!(py, libc::preadv2(descriptor, parts.as_ptr(), parts.len() as i32, offset, flags)))
            })
        },
    ),
    def(
        "writev",
        "($module, fd, buffers, /)",
        "Iterate over buffers, and write the contents of each to a file descriptor.",
        |py, a| {
            let descriptor = arguments::int(py, a[0])?;
            write_gathered(py, "writev", a[1], |parts| {
                Ok(call!(py, libc::writev(descriptor, parts.as_ptr(), parts.len() as i32)))
            })
        },
    ),
    def(
        "pwritev",
        "($module, fd, buffers, offset, flags=0, /)",
        "Writes the contents of bytes-like objects to a file descriptor at a given offset.",
        |py, a| {
            let descriptor = arguments::int(py, a[0])?;
            let (offset, flags) = (arguments::long(py, a[2])?, arguments::int_or(py, a[3], 0)?);
            write_gathered(py, "pwritev", a[1], |parts| {
                Ok(call!(py, libc::pwritev2(descriptor, parts.as_ptr(), parts.len() as i32, offset, flags)))
            })
        },
    ),
    def(
        "lseek",
        "($module, fd, position, whence, /)",
        "Set the position of a file descriptor.  Return the new position.",
        |py, a| {
            let (descriptor, position) = (arguments::int(py, a[0])?, arguments::long(py, a[1])?);
            let whence = arguments::int(py, a[2])?;
            py.int(call!(py, libc::lseek(descriptor, position, whence)).or_raise(py)?)
        },
    ),
    def("dup", "($module, fd, /)", "Return a duplicate of a file descriptor.", |py, a| {
        let descriptor = arguments::int(py, a[0])?;
        let new = call!(py, libc::fcntl(descriptor, libc::F_DUPFD_CLOEXEC, 0)).or_raise(py)?;
        py.int(i64::from(new))
    }),
    def("dup2", "($module, /, fd, fd2, inheritable=True)", "Duplicate file descriptor.", |py, a| {
        let (from, to) = (arguments::int(py, a[0])?, arguments::int(py, a[1])?);
        let flags = if arguments::boolean(py, a[2], true)? { 0 } else { libc::O_CLOEXEC };
        let same = from == to && super::stat::is_open(from);
        let new = if same || flags == 0 {
            call!(py, libc::dup2(from, to))
        } else {
            call!(py, libc::dup3(from, to, flags))
        };
        py.int(i64::from(new.or_raise(py)?))
    }),
    def(
        "pipe",
        "($module, /)",
        "Create a pipe.  Returns a tuple of two file descriptors: (read_fd, write_fd).",
        |py, _| pipe(py, libc::O_CLOEXEC),
    ),
    def("pipe2", "($module, flags, /)", "Create a pipe with flags set atomically.", |py, a| {
        pipe(py, arguments::int(py, a[0])?)
    }),
    def("isatty", "($module, fd, /)", "Return True if the fd is connected to a terminal.", |py, a| {
        let descriptor = arguments::int(py, a[0])?;
        Ok(bool_word(value!(libc::isatty(descriptor)) == 1))
    }),
    def("fsync", "($module, /, fd)", "Force write of fd to disk.", |py, a| {
        let descriptor = arguments::descriptor(py, a[0])?;
        call!(py, libc::fsync(descriptor)).or_raise(py)?;
        Ok(NONE)
    }),
    def(
        "fdatasync",
        "($module, /, fd)",
        "Force write of fd to disk without forcing update of metadata.",
        |py, a| {
            let descriptor = arguments::descriptor(py, a[0])?;
            call!(py, libc::fdatasync(descriptor)).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def("sync", "($module, /)", "Force write of everything to disk.", |py, _| {
        py.blocking(|| value!(libc::sync()));
        Ok(NONE)
    }),
    def(
        "ftruncate",
        "($module, fd, length, /)",
        "Truncate a file, specified by file descriptor, to a specific length.",
        |py, a| {
            let (descriptor, length) = (arguments::int(py, a[0])?, arguments::long(py, a[1])?);
            call!(py, libc::ftruncate(descriptor, length)).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "lockf",
        "($module, fd, command, length, /)",
        "Apply, test or remove a POSIX lock on an open file descriptor.",
        |py, a| {
            let (descriptor, command) = (arguments::int(py, a[0])?, arguments::int(py, a[1])?);
            let length = arguments::long(py, a[2])?;
            call!(py, libc::lockf(descriptor, command, length)).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "posix_fallocate",
        "($module, fd, offset, length, /)",
        "Ensure a file has allocated at least a particular number of bytes on disk.",
        |py, a| {
            let descriptor = arguments::int(py, a[0])?;
            let (offset, length) = (arguments::long(py, a[1])?, arguments::long(py, a[2])?);
            check_number(py.blocking(|| value!(libc::posix_fallocate(descriptor, offset, length))))
                .or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "posix_fadvise",
        "($module, fd, offset, length, advice, /)",
        "Announce an intention to access data in a specific pattern.",
        |py, a| {
            let (descriptor, advice) = (arguments::int(py, a[0])?, arguments::int(py, a[3])?);
            let (offset, length) = (arguments::long(py, a[1])?, arguments::long(py, a[2])?);
            check_number(value!(libc::posix_fadvise(descriptor, offset, length, advice))).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "get_inheritable",
        "($module, fd, /)",
        "Get the close-on-exe flag of the specified file descriptor.",
        |py, a| {
            let descriptor = arguments::int(py, a[0])?;
            let flags = call!(py, libc::fcntl(descriptor, libc::F_GETFD)).or_raise(py)?;
            Ok(bool_word(flags & libc::FD_CLOEXEC == 0))
        },
    ),
    def(
        "set_inheritable",
        "($module, fd, inheritable, /)",
        "Set the inheritable flag of the specified file descriptor.",
        |py, a| {
            let (descriptor, inheritable) = (arguments::int(py, a[0])?, arguments::int(py, a[1])?);
            set_inheritable(py, descriptor, inheritable != 0)?;
            Ok(NONE)
        },
    ),
    def("get_blocking", "($module, fd, /)", "Get the blocking mode of the file descriptor.", |py, a| {
        let descriptor = arguments::int(py, a[0])?;
        let flags = call!(py, libc::fcntl(descriptor, libc::F_GETFL)).or_raise(py)?;
        Ok(bool_word(flags & libc::O_NONBLOCK == 0))
    }),
    def(
        "set_blocking",
        "($module, fd, blocking, /)",
        "Set the blocking mode of the specified file descriptor.",
        |py, a| {
            let (descriptor, blocking) = (arguments::int(py, a[0])?, py.truth(a[1])?);
            let flags = call!(py, libc::fcntl(descriptor, libc::F_GETFL)).or_raise(py)?;
            let flags = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
            call!(py, libc::fcntl(descriptor, libc::F_SETFL, flags)).or_raise(py)?;
            Ok(NONE)
        },
    ),
];

fn open(py: Py, a: &[Word]) -> Result {
    let path = paths::plain(py, a[0], "open")?;
    let flags = arguments::int(py, a[1])? | libc::O_CLOEXEC;
    let mode = arguments::int_or(py, a[2], 0o777)? as libc::mode_t;
    let directory = arguments::directory(py, a[3])?;
    let descriptor =
        call!(py, libc::openat(directory, path.as_ptr(), flags, mode)).or_raise_for(py, path.shown)?;
    py.int(i64::from(descriptor))
}

fn pipe(py: Py, flags: i32) -> Result {
    let mut ends = [0; 2];
    call!(py, libc::pipe2(ends.as_mut_ptr(), flags)).or_raise(py)?;
    py.new_tuple(&ends.map(|end| small_int(i64::from(end))))
}

/// Errors: `OSError`.
pub fn set_inheritable(py: Py, descriptor: i32, inheritable: bool) -> Result<()> {
    let flags = call!(py, libc::fcntl(descriptor, libc::F_GETFD)).or_raise(py)?;
    let new = if inheritable { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
    call!(py, libc::fcntl(descriptor, libc::F_SETFD, new)).or_raise(py)?;
    Ok(())
}

/// The most that one call transfers, as in Linux.
const MOST_BYTES: usize = 0x7fff_f000;

/// Calls `fill` with room for as many bytes as an argument says; what was filled as `bytes`.
/// Errors: `OSError`, `OverflowError`, `MemoryError`.
pub fn read(py: Py, length: Word, fill: impl FnOnce(&mut [u8]) -> Result<std::io::Result<isize>>) -> Result {
    let length = py.index(length)?;
    if length < 0 {
        return Err(std::io::Error::from_raw_os_error(libc::EINVAL)).or_raise(py);
    }
    let length = (length as usize).min(MOST_BYTES);
    let mut room = Vec::new();
    room.try_reserve_exact(length).map_err(|_| py.out_of_memory())?;
    room.resize(length, 0);
    let count = fill(&mut room)?.or_raise(py)?;
    py.new_bytes(&room[..count as usize])
}

/// A bytes-like object that can be written to: a bytearray, or a view that is not read-only.
pub struct Writable {
    target: Word,
    /// Number of bytes.
    pub length: usize,
}

impl Writable {
    /// Errors: `TypeError` "read-write bytes-like object" as CPython says it.
    pub fn of(py: Py, value: Word) -> Result<Writable> {
        let base = py.base(value);
        if let Some(target) = buffer::Target::of(py, base) {
            return Ok(Writable { target: base, length: target.len() });
        }
        if as_object::<MemoryView>(base).is_some() {
            let readonly = py.get_attr(base, py.intern("readonly")?)?;
            if !py.truth(readonly)? {
                return Ok(Writable { target: base, length: buffer::get(py, base)?.len() });
            }
        } else if let Some(name) = as_instance(value).map(|_| python_model::names::Name::Buffer)
            && py.type_of(value).lookup(py, name).is_some()
            && let Some(view) = py.call_special(value, name, &[py.int(1)?])?
        {
            return Writable::of(py, view);
        }
        Err(py.type_error(format!("read-write bytes-like object expected, not {}", py.type_name(value))))
    }

    /// Puts bytes at the start. They must be no more than there is room for.
    pub fn write(&self, py: Py, bytes: &[u8]) -> Result<()> {
        if let Some(target) = buffer::Target::of(py, self.target) {
            let count = bytes.len().min(target.len());
            target.write(0, &bytes[..count]);
            return Ok(());
        }
        let view = py.call_method(self.target, py.intern("cast")?, &[py.str("B")?])?;
        let data = py.new_bytes(bytes)?;
        let part = py.alloc(python_model::objects::Slice {
            header: heap::Header::EMPTY,
            start: heap::WordSlot::new(small_int(0)),
            stop: heap::WordSlot::new(small_int(bytes.len() as i64)),
            step: heap::WordSlot::new(NONE),
        })?;
        py.set_item(view, word(part), data)
    }
}

/// Fills a writable object; the number of bytes.
pub fn read_into(
    py: Py,
    target: Word,
    fill: impl FnOnce(&mut [u8]) -> Result<std::io::Result<isize>>,
) -> Result {
    let target = Writable::of(py, target)?;
    let mut room = vec![0; target.length.min(MOST_BYTES)];
    let count = fill(&mut room)?.or_raise(py)?;
    target.write(py, &room[..count as usize])?;
    py.int(count as i64)
}

fn sequence(py: Py, function: &str, value: Word) -> Result<Gc<python_model::objects::Tuple>> {
    if py.type_of(value).lookup(py, python_model::names::Name::GetItem).is_none() {
        return Err(py.type_error(format!("{function}() arg 2 must be a sequence")));
    }
    py.tuple_from_iterable(value)
}

fn read_scattered(
    py: Py,
    function: &str,
    targets: Word,
    fill: impl FnOnce(&[libc::iovec]) -> Result<std::io::Result<isize>>,
) -> Result {
    let targets = sequence(py, function, targets)?;
    let mut rooms = Vec::new();
    for target in targets.items() {
        rooms.push(vec![0_u8; Writable::of(py, target.get())?.length]);
    }
    let parts: Vec<_> = rooms
        .iter_mut()
        .map(|room| libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: room.len() })
        .collect();
    let count = fill(&parts)?.or_raise(py)?;
    let mut left = count as usize;
    for (target, room) in targets.items().iter().zip(&rooms) {
        let part = left.min(room.len());
        Writable::of(py, target.get())?.write(py, &room[..part])?;
        left -= part;
    }
    py.int(count as i64)
}

fn write_gathered(
    py: Py,
    function: &str,
    sources: Word,
    drain: impl FnOnce(&[libc::iovec]) -> Result<std::io::Result<isize>>,
) -> Result {
    let sources = sequence(py, function, sources)?;
    let mut copies = Vec::new();
    for source in sources.items() {
        let data: Buffer = buffer::get(py, source.get())?;
        copies.push(data.to_vec());
    }
    let parts: Vec<_> = copies
        .iter()
        .map(|copy| libc::iovec { iov_base: copy.as_ptr().cast_mut().cast(), iov_len: copy.len() })
        .collect();
    let count = drain(&parts)?.or_raise(py)?;
    py.int(count as i64)
}
