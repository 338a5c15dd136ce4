//! Bytes-like objects: the bytes that `bytes`, `bytearray`, `memoryview` and objects with `__buffer__` show.

use crate::memoryview;
use heap::Gc;
use python_model::exports::exporter;
use python_model::names::Name;
use python_model::objects::*;
use python_model::outside::{self, Outside};
use python_model::py::{Py, Result};
use python_model::value::*;
use std::ops::Deref;

/// The bytes of a bytes-like object, at the time of asking.
///
/// Bytes of `bytes` and of `bytearray` are not copied. Those of a bytearray must not be held across user code, which could
/// overwrite them.
pub enum Buffer {
    /// A part of an object that the collector keeps in place while this is on the stack.
    Shared {
        storage: Gc<Bytes>,
        start: usize,
        length: usize,
    },
    /// A part of the memory of a map, by its holder (see [`outside`]).
    Outside {
        holder: Gc<Foreign>,
        start: usize,
        length: usize,
    },
    Owned(Vec<u8>),
}

impl Buffer {
    /// Keeps the bytes in place up to here: for loops over slices of them that lie on the malloc heap.
    pub fn keep(&self) {
        if let Buffer::Shared { storage, .. } = self {
            heap::keep(*storage);
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Buffer::Shared { storage, start, length } => &storage.items()[*start..*start + *length],
            Buffer::Outside { holder, start, length } => {
                outside::held(holder).bytes().get(*start..*start + *length).unwrap_or_default()
            }
            Buffer::Owned(bytes) => bytes,
        }
    }
}

/// The bytes of a value; `None` if it is not bytes-like. Errors: what `__buffer__` raises; a released view.
pub fn get_opt(py: Py, value: Word) -> Result<Option<Buffer>> {
    if let Some(bytes) = as_object::<Bytes>(value) {
        let length = bytes.items().len();
        return Ok(Some(Buffer::Shared { storage: bytes, start: 0, length }));
    }
    if memoryview::defines(py, value, Name::Buffer) {
        return by_program(py, value).map(Some);
    }
    let base = py.base(value);
    if let Some(bytes) = as_object::<Bytes>(base) {
        let length = bytes.items().len();
        return Ok(Some(Buffer::Shared { storage: bytes, start: 0, length }));
    }
    if let Some(array) = exporter(py, base) {
        return Ok(Some(Buffer::Shared { storage: array.bytes(), start: 0, length: array.len() }));
    }
    if let Some(view) = as_object::<MemoryView>(base) {
        return memoryview::contents(py, view).map(Some);
    }
    if let Some(holder) = outside::holder(py, base) {
        return Ok(Some(Buffer::Outside { length: open(py, &holder)?.len(), holder, start: 0 }));
    }
    Ok(None)
}

/// The bytes that a class of the program shows: copied if it wants to know when they are not needed any more.
fn by_program(py: Py, value: Word) -> Result<Buffer> {
    let view = memoryview::with_flags(py, value, 0)?;
    let shown = memoryview::contents(py, as_object(view).expect("a view"))?;
    if !memoryview::defines(py, value, Name::ReleaseBuffer) {
        return Ok(shown);
    }
    let bytes = shown.to_vec();
    memoryview::release(py, view)?;
    Ok(Buffer::Owned(bytes))
}

/// The bytes of a holder. Errors: they are closed.
fn open<'a>(py: Py, holder: &'a Gc<Foreign>) -> Result<&'a Outside> {
    let bytes = outside::held(holder);
    if bytes.is_closed() {
        return Err(py.value_error("mmap closed or invalid"));
    }
    Ok(bytes)
}

/// Where bytes are that may be overwritten.
#[derive(Clone, Copy)]
pub enum Target {
    Array(Gc<ByteArray>),
    /// The holder of a map's memory.
    Outside(Gc<Foreign>),
}

impl Target {
    /// The target that an object is or shows; `None`: it has none, or may not be written.
    pub fn of(py: Py, object: Word) -> Option<Target> {
        match exporter(py, object) {
            Some(array) => Some(Target::Array(array)),
            None => outside::holder(py, object)
                .filter(|holder| outside::held(holder).is_writable)
                .map(Target::Outside),
        }
    }

    pub fn len(self) -> usize {
        match self {
            Target::Array(array) => array.len(),
            Target::Outside(holder) => outside::held(&holder).len(),
        }
    }

    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Precondition: the bytes fit.
    pub fn write(self, at: usize, bytes: &[u8]) {
        match self {
            Target::Array(array) => array.write(at, bytes),
            Target::Outside(holder) => outside::held(&holder).write(at, bytes),
        }
    }
}

/// Bytes that may be overwritten, at the time of asking.
pub struct Writable {
    target: Target,
    start: usize,
    length: usize,
}

impl Writable {
    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.length
    }
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
    /// Overwrites bytes from an offset on. Precondition: they fit.
    pub fn write(&self, at: usize, bytes: &[u8]) {
        assert!(at + bytes.len() <= self.length, "{} bytes at {at} of {}", bytes.len(), self.length);
        self.target.write(self.start + at, bytes);
    }
}

/// The bytes of a value that may be overwritten; `None` if it is read-only or not bytes-like.
/// Errors: what `__buffer__` raises; a released view.
pub fn writable(py: Py, value: Word) -> Result<Option<Writable>> {
    if memoryview::defines(py, value, Name::Buffer) {
        let view = memoryview::with_flags(py, value, 1)?;
        return writable(py, view);
    }
    let base = py.base(value);
    if let Some(target) = Target::of(py, base) {
        return Ok(Some(Writable { target, start: 0, length: target.len() }));
    }
    if let Some(view) = as_object::<MemoryView>(base) {
        let Some((target, start, length)) = memoryview::writable(py, view)? else { return Ok(None) };
        return Ok(Some(Writable { target, start, length }));
    }
    Ok(None)
}

/// The bytes of a value. Errors: `TypeError` "a bytes-like object is required, not 'X'".
pub fn get(py: Py, value: Word) -> Result<Buffer> {
    match get_opt(py, value)? {
        Some(buffer) => Ok(buffer),
        None => Err(py.type_error(format!("a bytes-like object is required, not '{}'", py.type_name(value)))),
    }
}
