//! The abstract classes: `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`.
//!
//! They have no state but whether `close` was called, which is a hidden attribute of the instance. Everything here works through the
//! methods of the object, because subclasses are written in Python.

use crate::object::{self, Class, attribute, call, is_closed, unsupported};
use python_model::instance;
use python_model::names::Name;
use python_model::native::{NativeDef, def, getter};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::*;

/// `DEFAULT_BUFFER_SIZE`
pub const DEFAULT_BUFFER_BYTES: i64 = 128 * 1024;

/// Makes the four classes.
pub fn make(py: Py) -> Result<[Word; 4]> {
    let plain: python_model::native::Constructor = |py, class, _args| instance::new(py, class, UNSET);
    let io = object::make_class(
        py,
        Class::IoBase,
        None,
        "_IOBase",
        "The abstract base class for all I/O classes.",
        Some(plain),
        IO_BASE,
    )?;
    let base = Some(Class::IoBase);
    let raw = object::make_class(
        py,
        Class::RawIoBase,
        base,
        "_RawIOBase",
        "Base class for raw binary I/O.",
        None,
        RAW_BASE,
    )?;
    let buffered = object::make_class(
        py,
        Class::BufferedIoBase,
        base,
        "_BufferedIOBase",
        "Base class for buffered IO objects.",
        None,
        BUFFERED_BASE,
    )?;
    let text = object::make_class(
        py,
        Class::TextIoBase,
        base,
        "_TextIOBase",
        "Base class for text I/O.",
        None,
        TEXT_BASE,
    )?;
    Ok([io.word(), raw.word(), buffered.word(), text.word()])
}

const CLOSED: &str = "closed";

/// Whether `_IOBase.close` was called on an object.
fn is_marked_closed(py: Py, value: Word) -> bool {
    py.get_private(value, "_IOBase", CLOSED).is_some()
}

/// Errors: `ValueError` if the object says that it is closed.
pub fn check_closed(py: Py, value: Word) -> Result<()> {
    if is_closed(py, value)? {
        return Err(py.value_error("I/O operation on closed file."));
    }
    Ok(())
}

fn check(py: Py, value: Word, method: &str, message: &str) -> Result {
    match call(py, value, method, &[])? {
        TRUE => Ok(TRUE),
        _ => Err(unsupported(py, message)),
    }
}

static IO_BASE: &[NativeDef] = &[
    def(
        "seek",
        "($self, offset, whence=0, /)",
        "Change the stream position to the given byte offset.",
        |py, _| Err(unsupported(py, "seek")),
    ),
    def("tell", "($self, /)", "Return current stream position.", |py, a| {
        let (zero, one) = (py.int(0)?, py.int(1)?);
        call(py, a[0], "seek", &[zero, one])
    }),
    def("truncate", "($self, size=None, /)", "Truncate file to size bytes.", |py, _| {
        Err(unsupported(py, "truncate"))
    }),
    def("flush", "($self, /)", "Flush write buffers, if applicable.", |py, a| {
        if is_marked_closed(py, a[0]) {
            return Err(py.value_error("I/O operation on closed file."));
        }
        Ok(NONE)
    }),
    def("close", "($self, /)", "Flush and close the IO object.", close),
    def("seekable", "($self, /)", "Return whether object supports random access.", |_, _| Ok(FALSE)),
    def("readable", "($self, /)", "Return whether object was opened for reading.", |_, _| Ok(FALSE)),
    def("writable", "($self, /)", "Return whether object was opened for writing.", |_, _| Ok(FALSE)),
    def("_checkClosed", "($self, /)", "", |py, a| check_closed(py, a[0]).map(|()| NONE)),
    def("_checkSeekable", "($self, /)", "", |py, a| {
        check(py, a[0], "seekable", "File or stream is not seekable.")
    }),
    def("_checkReadable", "($self, /)", "", |py, a| {
        check(py, a[0], "readable", "File or stream is not readable.")
    }),
    def("_checkWritable", "($self, /)", "", |py, a| {
        check(py, a[0], "writable", "File or stream is not writable.")
    }),
    def("fileno", "($self, /)", "Return underlying file descriptor if one exists.", |py, _| {
        Err(unsupported(py, "fileno"))
    }),
    def("isatty", "($self, /)", "Return whether this is an 'interactive' stream.", |py, a| {
        check_closed(py, a[0])?;
        Ok(FALSE)
    }),
    def("__enter__", "($self, /)", "", |py, a| {
        check_closed(py, a[0])?;
        Ok(a[0])
    }),
    def("__exit__", "($self, /, *args)", "", |py, a| call(py, a[0], "close", &[])),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        check_closed(py, a[0])?;
        Ok(a[0])
    }),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let line = call(py, a[0], "readline", &[])?;
        if py.len(line)? == 0 { Err(py.stop_iteration(NONE)) } else { Ok(line) }
    }),
    def("readline", "($self, size=-1, /)", "Read and return a line from the stream.", read_line),
    def("readlines", "($self, hint=-1, /)", "Return a list of lines from the stream.", read_lines),
    def("writelines", "($self, lines, /)", "Write a list of lines to stream.", |py, a| {
        check_closed(py, a[0])?;
        let write = py.intern("write")?;
        let lines = py.iter(a[1])?;
        while let Some(line) = py.next(lines)? {
            py.call_method(a[0], write, &[line])?;
        }
        Ok(NONE)
    }),
    def("__del__", "($self, /)", "Called when the instance is about to be destroyed.", finalize),
    getter("closed", "", |py, a| Ok(bool_word(is_marked_closed(py, a[0])))),
];

fn close(py: Py, a: &[Word]) -> Result {
    if is_marked_closed(py, a[0]) {
        return Ok(NONE);
    }
    let result = call(py, a[0], "flush", &[]);
    py.set_private(a[0], "_IOBase", CLOSED, TRUE);
    result.map(|_| NONE)
}

/// Closes an object that nobody refers to any more. What closing raises is reported; an object that does not know whether it is closed
/// is closed.
fn finalize(py: Py, a: &[Word]) -> Result {
    let closed = match is_closed(py, a[0]) {
        Ok(closed) => closed,
        // It cannot be used, as a text file whose buffer was taken off.
        Err(_) => {
            py.take_raised();
            true
        }
    };
    if closed {
        return Ok(NONE);
    }
    // For what closing calls: a file warns that it was not closed.
    if py.set_attr(a[0], py.intern("_finalizing")?, TRUE).is_err() {
        py.take_raised();
    }
    match call(py, a[0], "close", &[]) {
        // Views of a stream in memory that die together with it.
        Err(_) if py.take_if(Ty::BufferError).is_some() => Ok(NONE),
        result => result.map(|_| NONE),
    }
}

/// The bytes of what a method that should return bytes returned.
fn bytes_of(py: Py, value: Word, method: &str) -> Result<heap::Gc<Bytes>> {
    match py.cast::<Bytes>(value) {
        Some(bytes) => Ok(bytes),
        None => Err(object::plain_os_error(
            py,
            format!("{method}() should have returned a bytes object, not '{}'", py.type_name(value)),
        )),
    }
}

fn read_line(py: Py, a: &[Word]) -> Result {
    let limit = object::size(py, a[1])?;
    let peek = py.get_attr_opt(a[0], py.intern("peek")?)?;
    let read = py.intern("read")?;
    let mut line = Vec::new();
    while limit < 0 || (line.len() as i64) < limit {
        let mut count = 1;
        if let Some(peek) = peek {
            let one = py.int(1)?;
            let ahead = py.call(peek, &[one])?;
            let ahead = bytes_of(py, ahead, "peek")?;
            let ahead = ahead.items();
            if !ahead.is_empty() {
                let room =
                    if limit < 0 { ahead.len() } else { ahead.len().min((limit as usize) - line.len()) };
                count = memchr::memchr(b'\n', &ahead[..room]).map_or(room, |at| at + 1);
            }
        }
        let count = py.int(count as i64)?;
        let got = py.call_method(a[0], read, &[count])?;
        let got = bytes_of(py, got, "read")?;
        if got.items().is_empty() {
            break;
        }
        line.extend_from_slice(got.items());
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    py.new_bytes(&line)
}

fn read_lines(py: Py, a: &[Word]) -> Result {
    let hint = object::size(py, a[1])?;
    let lines = py.iter(a[0])?;
    let list = py.new_list(8)?;
    let mut total = 0;
    while let Some(line) = py.next(lines)? {
        list_push(py, list, line)?;
        total += py.len(line)? as i64;
        if hint > 0 && total > hint {
            break;
        }
    }
    Ok(word(list))
}

static RAW_BASE: &[NativeDef] = &[
    def("read", "($self, size=-1, /)", "", |py, a| {
        let size = object::integer_or(py, a[1], -1)?;
        if size < 0 {
            return call(py, a[0], "readall", &[]);
        }
        let room = word(zeroed(py, size)?);
        let count = call(py, a[0], "readinto", &[room])?;
        if count == NONE {
            return Ok(NONE);
        }
        let count = py.index(count)?;
        if count < 0 || count > size {
            return Err(py.value_error(format!("readinto returned {count} outside buffer size {size}")));
        }
        let room: heap::Gc<ByteArray> = as_object(room).expect("made above");
        py.new_bytes(&room.to_vec()[..count as usize])
    }),
    def("readall", "($self, /)", "Read until EOF, using multiple read() call.", |py, a| {
        let mut all = Vec::new();
        let mut has_read = false;
        let count = py.int(DEFAULT_BUFFER_BYTES)?;
        loop {
            let part = call(py, a[0], "read", &[count])?;
            if part == NONE {
                if !has_read {
                    return Ok(NONE);
                }
                break;
            }
            let Some(bytes) = py.cast::<Bytes>(part) else {
                return Err(py.type_error("read() should return bytes"));
            };
            if bytes.items().is_empty() {
                break;
            }
            has_read = true;
            all.extend_from_slice(bytes.items());
        }
        py.new_bytes(&all)
    }),
    def("readinto", "($self, buffer, /)", "", |py, _| Err(py.raise_with(Ty::NotImplementedError, &[]))),
    def("write", "($self, b, /)", "", |py, _| Err(py.raise_with(Ty::NotImplementedError, &[]))),
];

/// A bytearray of zeros. Errors: `MemoryError`.
pub fn zeroed(py: Py, size: i64) -> Result<heap::Gc<ByteArray>> {
    let mut zeros = Vec::new();
    if zeros.try_reserve_exact(size as usize).is_err() {
        return Err(py.out_of_memory());
    }
    zeros.resize(size as usize, 0);
    py.new_byte_array(&zeros)
}

static BUFFERED_BASE: &[NativeDef] = &[
    def(
        "detach",
        "($self, /)",
        "Disconnect this buffer from its underlying raw stream and return it.",
        |py, _| Err(unsupported(py, "detach")),
    ),
    def("read", "($self, size=-1, /)", "Read and return up to n bytes.", |py, _| {
        Err(unsupported(py, "read"))
    }),
    def("read1", "($self, size=-1, /)", "Read and return up to size bytes.", |py, _| {
        Err(unsupported(py, "read1"))
    }),
    def("readinto", "($self, buffer, /)", "", |py, a| read_into(py, a, "read")),
    def("readinto1", "($self, buffer, /)", "", |py, a| read_into(py, a, "read1")),
    def("write", "($self, b, /)", "Write buffer b to the IO stream.", |py, _| Err(unsupported(py, "write"))),
];

fn read_into(py: Py, a: &[Word], method: &str) -> Result {
    let target = object::writable(py, a[1], "readinto() argument")?;
    let length = target.len();
    let count = py.int(length as i64)?;
    let data = call(py, a[0], method, &[count])?;
    let Some(bytes) = py.cast::<Bytes>(data) else {
        return Err(py.type_error(format!("{method}() should return bytes")));
    };
    let got = bytes.items();
    if got.len() > length {
        return Err(py.value_error(format!(
            "{method}() returned too much data: {length} bytes requested, {} returned",
            got.len()
        )));
    }
    target.write(0, got);
    py.int(got.len() as i64)
}

static TEXT_BASE: &[NativeDef] = &[
    def(
        "detach",
        "($self, /)",
        "Separate the underlying buffer from the TextIOBase and return it.",
        |py, _| Err(unsupported(py, "detach")),
    ),
    def("read", "($self, size=-1, /)", "Read at most size characters from stream.", |py, _| {
        Err(unsupported(py, "read"))
    }),
    def("readline", "($self, size=-1, /)", "Read until newline or EOF.", |py, _| {
        Err(unsupported(py, "readline"))
    }),
    def("write", "($self, s, /)", "Write string s to stream.", |py, a| match py.as_str(a[1]) {
        Some(_) => Err(unsupported(py, "write")),
        None => Err(py.type_error(format!("write() argument 1 must be str, not {}", py.argument_type(a[1])))),
    }),
    getter("encoding", "Encoding of the text stream.", |_, _| Ok(NONE)),
    getter("newlines", "Line endings translated so far.", |_, _| Ok(NONE)),
    getter("errors", "The error setting of the decoder or encoder.", |_, _| Ok(NONE)),
];

/// Calls `_dealloc_warn` of a stream below, if it has one: before a finalizer closes it.
pub fn warn_unclosed(py: Py, below: Word, source: Word) {
    let warned = (|| -> Result<()> {
        if let Some(method) = py.get_attr_opt(below, py.intern("_dealloc_warn")?)? {
            py.call(method, &[source])?;
        }
        Ok(())
    })();
    if warned.is_err() {
        py.take_raised();
    }
}

/// Whether the finalizer runs on an object.
pub fn is_finalizing(py: Py, value: Word) -> bool {
    let found = py.intern("_finalizing").and_then(|name| py.get_attr_opt(value, name));
    match found {
        Ok(found) => found == Some(TRUE),
        Err(_) => {
            py.take_raised();
            false
        }
    }
}

/// `object.name` of the stream below, for computed attributes that pass on.
pub fn passed_on(py: Py, below: Word, name: &str) -> Result {
    attribute(py, below, name)
}

/// The name in a `repr`: ` name='x'`; empty if the object has none.
pub fn name_part(py: Py, value: Word) -> Result<String> {
    let name = match py.get_attr_opt(value, Name::Name_) {
        Ok(name) => name,
        // A stream that is detached or closed may refuse.
        Err(raised) => match py.take_if(Ty::ValueError) {
            Some(_) => None,
            None => return Err(raised),
        },
    };
    match name {
        None => Ok(String::new()),
        Some(name) => match py.guard_repr(value, || py.repr_text(name))? {
            Some(name) => Ok(format!(" name={name}")),
            None => {
                Err(py.runtime_error(format!("reentrant call inside {}.__repr__", class_text(py, value))))
            }
        },
    }
}

/// `_io.FileIO`, `F`: as a type shows itself in `repr`.
pub fn class_text(py: Py, value: Word) -> String {
    let class = py.type_of(value);
    let name = class.name.borrow().to_string();
    if class.has(python_model::types::flags::MUTABLE) { name } else { format!("_io.{name}") }
}
