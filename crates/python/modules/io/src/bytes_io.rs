//! `BytesIO`: a binary stream in memory.
//!
//! The content is a bytearray, which views made by `getbuffer` share; bytes that the stream was made from are shared until it is
//! written to. While there are views the stream can neither be written to nor be closed (see [`python_model::exports`]).

use crate::object::{self, Class};
use heap::Gc;
use python_model::dict;
use python_model::exports::EXISTING;
use python_model::native::{NativeDef, def, getter};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, flags};
use python_model::value::*;
use python_types::buffer;
use std::cell::Cell;

/// See the module header.
#[derive(Default)]
struct BytesIo {
    position: Cell<usize>,
}

/// Number of the word that is the content: `bytes`, `bytearray`, or None when closed.
const CONTENT: usize = 0;

/// Makes the class.
pub fn make(py: Py) -> Result {
    let class = object::make_class(
        py,
        Class::BytesIo,
        Some(Class::BufferedIoBase),
        "BytesIO",
        "Buffered I/O implementation using an in-memory bytes buffer.",
        Some(|py, class, _| {
            let made = object::new(py, class, Class::BytesIo, BytesIo::default(), 1)?;
            object::set_word(py, made, CONTENT, py.new_bytes(b"")?);
            Ok(made)
        }),
        METHODS,
    )?;
    // Nothing is lost with a stream in memory that nobody closed: unlike files (and subclasses) it needs no finalizer.
    class.set_flag(flags::HAS_FINALIZER, false);
    Ok(class.word())
}

/// A stream for the length of one call.
#[derive(Clone, Copy)]
struct Own<'a> {
    py: Py<'a>,
    value: Word,
    state: &'a BytesIo,
}

fn own<'a>(py: Py<'a>, value: Word) -> Result<Own<'a>> {
    let state: &BytesIo = object::state(py, value, "BytesIO")?;
    Ok(Own { py, value, state })
}

/// An open stream.
fn open<'a>(py: Py<'a>, value: Word) -> Result<Own<'a>> {
    let own = own(py, value)?;
    match object::get_word(value, CONTENT) {
        NONE => Err(py.value_error("I/O operation on closed file.")),
        _ => Ok(own),
    }
}

/// Whether a value is exactly a `BytesIO`; then what is left of it, taken: for text streams on top of it.
pub fn read_exact(py: Py, value: Word, most: usize) -> Option<Vec<u8>> {
    let own = Own { py, value, state: object::native_state(py, value)? };
    if object::get_word(value, CONTENT) == NONE {
        return None;
    }
    Some(own.take(most, |bytes| bytes.to_vec()))
}

impl<'a> Own<'a> {
    /// Storage and length of the content.
    fn content(self) -> (Gc<Bytes>, usize) {
        match V::of(object::get_word(self.value, CONTENT)) {
            V::Bytes(bytes) => (bytes, bytes.items().len()),
            V::Other(object) => {
                let array: Gc<ByteArray> = object.downcast().expect("the content is bytes or a bytearray");
                (array.bytes(), array.len())
            }
            _ => unreachable!("an open stream has content"),
        }
    }

    fn len(self) -> usize {
        self.content().1
    }

    /// The content as something to write to.
    fn array(self) -> Result<Gc<ByteArray>> {
        let content = object::get_word(self.value, CONTENT);
        if let Some(array) = as_object::<ByteArray>(content) {
            return Ok(array);
        }
        let (storage, length) = self.content();
        let array = self.py.new_byte_array(&storage.items()[..length])?;
        object::set_word(self.py, self.value, CONTENT, word(array));
        Ok(array)
    }

    /// Takes up to so many bytes from the position on.
    fn take<T>(self, most: usize, make: impl FnOnce(&[u8]) -> T) -> T {
        let (storage, length) = self.content();
        let start = self.state.position.get().min(length);
        let end = start + most.min(length - start);
        if end > start {
            self.state.position.set(end);
        }
        make(&storage.items()[start..end])
    }

    /// Takes up to so many bytes; all of the content is not copied if it is `bytes`.
    fn take_bytes(self, most: usize) -> Result {
        let content = object::get_word(self.value, CONTENT);
        if self.state.position.get() == 0
            && let Some(bytes) = as_object::<Bytes>(content)
            && most >= bytes.items().len()
        {
            self.state.position.set(bytes.items().len());
            return Ok(content);
        }
        self.take(most, |bytes| self.py.new_bytes(bytes))
    }

    fn line(self, limit: usize) -> Result {
        let (storage, length) = self.content();
        let start = self.state.position.get().min(length);
        let rest = &storage.items()[start..length];
        let room = rest.len().min(limit);
        let end = memchr::memchr(b'\n', &rest[..room]).map_or(room, |at| at + 1);
        if end > 0 {
            self.state.position.set(start + end);
        }
        self.py.new_bytes(&rest[..end])
    }

    /// Errors: `BufferError` while views show the content.
    fn check_exports(self) -> Result<()> {
        match as_object::<ByteArray>(object::get_word(self.value, CONTENT)) {
            Some(array) => array.check_exports(self.py, EXISTING),
            None => Ok(()),
        }
    }

    fn write(self, bytes: &[u8]) -> Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let array = self.array()?;
        let (start, length) = (self.state.position.get(), array.len());
        if start.checked_add(bytes.len()).is_none_or(|end| end > isize::MAX as usize) {
            return Err(self.py.overflow_error("new position too large"));
        }
        if start > length {
            let gap = crate::base::zeroed(self.py, (start - length) as i64)?.to_vec();
            array.splice(self.py, array, length..length, &gap)?;
        }
        let end = (start + bytes.len()).min(array.len());
        array.splice(self.py, array, start..end, bytes)?;
        self.state.position.set(start + bytes.len());
        Ok(bytes.len())
    }
}

/// A limit: -1 and None are none.
fn limit(py: Py, argument: Word) -> Result<usize> {
    let size = object::size(py, argument)?;
    Ok(if size < 0 { usize::MAX } else { size as usize })
}

fn write(py: Py, a: &[Word]) -> Result {
    let own = open(py, a[0])?;
    own.check_exports()?;
    let bytes = buffer::get(py, a[1])?;
    // `__buffer__` may have closed the stream or made a view.
    open(py, a[0])?.check_exports()?;
    // The bytes may be the stream's own, by way of `getbuffer`.
    let shares = matches!(&bytes, buffer::Buffer::Shared { storage, .. } if std::ptr::eq(&**storage, &*own.content().0));
    if shares {
        let copy = bytes.to_vec();
        return py.int(own.write(&copy)? as i64);
    }
    py.int(own.write(&bytes)? as i64)
}

fn truth(_py: Py, own: Own) -> Result {
    let _ = own;
    Ok(TRUE)
}

static METHODS: &[NativeDef] = &[
    def("__init__", "($self, /, initial_bytes=b'')", "", |py, a| {
        let own = own(py, a[0])?;
        own.check_exports()?;
        let content = match a[1] {
            UNSET | NONE => py.new_bytes(b"")?,
            bytes if as_object::<Bytes>(bytes).is_some() => bytes,
            other => {
                let bytes = buffer::get(py, other)?;
                word(py.new_byte_array(&bytes)?)
            }
        };
        object::set_word(py, a[0], CONTENT, content);
        own.state.position.set(0);
        Ok(NONE)
    }),
    def("readable", "($self, /)", "Returns True if the IO object can be read.", |py, a| {
        truth(py, open(py, a[0])?)
    })
    .contained(),
    def("seekable", "($self, /)", "Returns True if the IO object can be seeked.", |py, a| {
        truth(py, open(py, a[0])?)
    })
    .contained(),
    def("writable", "($self, /)", "Returns True if the IO object can be written.", |py, a| {
        truth(py, open(py, a[0])?)
    })
    .contained(),
    def(
        "getbuffer",
        "($self, /)",
        "Get a read-write view over the contents of the BytesIO object.",
        |py, a| {
            let array = open(py, a[0])?.array()?;
            python_types::memoryview::of(py, word(array))
        },
    ),
    def("getvalue", "($self, /)", "Retrieve the entire contents of the BytesIO object.", |py, a| {
        let own = open(py, a[0])?;
        let content = object::get_word(a[0], CONTENT);
        if as_object::<Bytes>(content).is_some() {
            return Ok(content);
        }
        let (storage, length) = own.content();
        py.new_bytes(&storage.items()[..length])
    })
    .contained(),
    def("isatty", "($self, /)", "Always returns False.", |py, a| open(py, a[0]).map(|_| FALSE)).contained(),
    def("flush", "($self, /)", "Does nothing.", |py, a| open(py, a[0]).map(|_| NONE)).contained(),
    def("tell", "($self, /)", "Current file position, an integer.", |py, a| {
        py.int(open(py, a[0])?.state.position.get() as i64)
    })
    .contained(),
    def("read", "($self, size=-1, /)", "Read at most size bytes, returned as a bytes object.", |py, a| {
        let own = open(py, a[0])?;
        own.take_bytes(limit(py, a[1])?)
    })
    .quiet(),
    def("read1", "($self, size=-1, /)", "Read at most size bytes, returned as a bytes object.", |py, a| {
        let own = open(py, a[0])?;
        own.take_bytes(limit(py, a[1])?)
    })
    .quiet(),
    def("readline", "($self, size=-1, /)", "Next line from the file, as a bytes object.", |py, a| {
        let own = open(py, a[0])?;
        own.line(limit(py, a[1])?)
    })
    .quiet(),
    def(
        "readlines",
        "($self, size=None, /)",
        "List of bytes objects, each a line from the file.",
        |py, a| {
            let own = open(py, a[0])?;
            let hint = object::size(py, a[1])?;
            let list = py.new_list(8)?;
            let mut total = 0;
            loop {
                let line = own.line(usize::MAX)?;
                let length = py.len(line)? as i64;
                if length == 0 {
                    return Ok(word(list));
                }
                list_push(py, list, line)?;
                total += length;
                if hint > 0 && total >= hint {
                    return Ok(word(list));
                }
            }
        },
    ),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| own(py, a[0]).map(|_| a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let line = open(py, a[0])?.line(usize::MAX)?;
        if py.len(line)? == 0 { Err(py.stop_iteration(NONE)) } else { Ok(line) }
    }),
    def("readinto", "($self, buffer, /)", "Read bytes into buffer.", |py, a| {
        let own = open(py, a[0])?;
        let target = object::writable(py, a[1], "readinto() argument")?;
        let bytes = own.take(target.len(), |bytes| bytes.to_vec());
        target.write(0, &bytes);
        py.int(bytes.len() as i64)
    }),
    def("truncate", "($self, size=None, /)", "Truncate the file to at most size bytes.", |py, a| {
        let own = open(py, a[0])?;
        own.check_exports()?;
        let size = match a[1] {
            UNSET | NONE => own.state.position.get() as i64,
            size => object::index_sized(py, size)?,
        };
        // The size may have come from code that closed the stream or made a view.
        open(py, a[0])?.check_exports()?;
        if size < 0 {
            return Err(py.value_error(format!("negative size value {size}")));
        }
        if (size as usize) < own.len() {
            let array = own.array()?;
            array.splice(py, array, size as usize..array.len(), &[])?;
        }
        py.int(size)
    })
    .quiet(),
    def("seek", "($self, pos, whence=0, /)", "Change stream position.", |py, a| {
        let own = open(py, a[0])?;
        let offset = object::index_sized(py, a[1])?;
        let whence = object::integer_or(py, a[2], 0)?;
        let from = match whence {
            0 if offset < 0 => return Err(py.value_error(format!("negative seek value {offset}"))),
            0 => 0,
            1 => own.state.position.get(),
            2 => own.len(),
            _ => return Err(py.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
        };
        let Some(position) = (from as i64).checked_add(offset) else {
            return Err(py.overflow_error("new position too large"));
        };
        own.state.position.set(position.max(0) as usize);
        py.int(position.max(0))
    })
    .quiet(),
    def("write", "($self, b, /)", "Write bytes to file.", write).quiet(),
    def("writelines", "($self, lines, /)", "Write lines to the file.", |py, a| {
        open(py, a[0])?;
        let lines = py.iter(a[1])?;
        while let Some(line) = py.next(lines)? {
            write(py, &[a[0], line])?;
        }
        Ok(NONE)
    }),
    def("close", "($self, /)", "Disable all I/O operations.", |py, a| {
        own(py, a[0])?.check_exports()?;
        object::set_word(py, a[0], CONTENT, NONE);
        Ok(NONE)
    }),
    def("__getstate__", "($self, /)", "", |py, a| {
        let own = open(py, a[0])?;
        let (storage, length) = own.content();
        let bytes = py.new_bytes(&storage.items()[..length])?;
        let position = py.int(own.state.position.get() as i64)?;
        let attributes = get_attributes(py, a[0])?;
        py.new_tuple(&[bytes, position, attributes])
    }),
    def("__setstate__", "($self, state, /)", "", |py, a| {
        let own = own(py, a[0])?;
        own.check_exports()?;
        let Some(state) = py.cast::<Tuple>(a[1]).filter(|state| state.items().len() >= 3) else {
            return Err(py.type_error(format!(
                "{}.__setstate__ argument should be 3-tuple, got {}",
                crate::base::class_text(py, a[0]),
                py.type_name(a[1])
            )));
        };
        let (bytes, position, attributes) =
            (state.items()[0].get(), state.items()[1].get(), state.items()[2].get());
        let bytes = buffer::get(py, bytes)?;
        object::set_word(py, a[0], CONTENT, word(py.new_byte_array(&bytes)?));
        if as_i64(position).is_none() {
            return Err(py.type_error(format!(
                "second item of state must be an integer, not {}",
                py.type_name(position)
            )));
        }
        let position = py.index(position)?;
        if position < 0 {
            return Err(py.value_error("position value cannot be negative"));
        }
        own.state.position.set(position as usize);
        set_attributes(py, a[0], attributes, "third")
    }),
    def("__sizeof__", "($self, /)", "Size of object in memory, in bytes.", |py, a| {
        let own = own(py, a[0])?;
        let length = if object::get_word(a[0], CONTENT) == NONE { 0 } else { own.len() };
        py.int((std::mem::size_of::<BytesIo>() + 64 + length) as i64)
    }),
    getter("closed", "True if the file is closed.", |py, a| {
        own(py, a[0])?;
        Ok(bool_word(object::get_word(a[0], CONTENT) == NONE))
    }),
];

/// The attributes of an object in a new dictionary, for pickling; None if it has none.
pub fn get_attributes(py: Py, value: Word) -> Result {
    let Some(instance) = as_instance(value) else { return Ok(NONE) };
    let attributes = python_model::instance::attributes(py, instance)?;
    Ok(if dict::len(attributes) > 0 { word(attributes) } else { NONE })
}

/// Sets the attributes of an object from a pickled dictionary.
pub fn set_attributes(py: Py, value: Word, attributes: Word, item: &str) -> Result {
    if attributes == NONE {
        return Ok(NONE);
    }
    let Some(from) = py.cast::<Dict>(attributes) else {
        return Err(py.type_error(format!(
            "{item} item of state should be a dict, got a {}",
            py.type_name(attributes)
        )));
    };
    if let Some(to) = py.make_own_dict(value)? {
        dict::update(py, to, from)?;
    }
    debug_assert!(py.is_a(attributes, Ty::Dict));
    Ok(NONE)
}
