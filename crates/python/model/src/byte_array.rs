//! The storage of `bytearray`: mutable bytes in an object of their own, whose size is a capacity.
//! It does not change while there are memory views of it: [`crate::exports`].

use crate::objects::{ByteArray, Bytes};
use crate::py::{Py, Result};
use heap::{Gc, Header, Items, Slot};
use std::cell::Cell;
use std::ops::Range;

impl ByteArray {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length.get() as usize
    }
    pub fn is_empty(&self) -> bool {
        self.length.get() == 0
    }
    fn storage(&self) -> Gc<Bytes> {
        self.storage.get().expect("a bytearray has storage")
    }
    /// A copy of the content.
    pub fn to_vec(&self) -> Vec<u8> {
        self.storage().items()[..self.len()].to_vec()
    }
    /// The storage as it is now: its first [`ByteArray::len`] bytes are the content. It stays valid when the bytearray grows into another one.
    pub fn bytes(&self) -> Gc<Bytes> {
        self.storage()
    }
    /// A byte. Precondition: the index is below the length.
    pub fn get(&self, index: usize) -> u8 {
        self.storage().items()[..self.len()][index]
    }
    /// Overwrites bytes. Precondition: they are within the length.
    pub fn write(&self, start: usize, bytes: &[u8]) {
        assert!(start <= self.len() && bytes.len() <= self.len() - start, "a write within the bytearray");
        let to = self.storage().bytes.as_ptr().cast_mut();
        // SAFETY: the range is within the storage, as just checked; `bytes` may overlap it.
        unsafe { std::ptr::copy(bytes.as_ptr(), to.add(start), bytes.len()) };
    }

    /// Appends a byte. Errors: `BufferError` below views; out of memory.
    pub fn push(&self, py: Py, own: Gc<ByteArray>, byte: u8) -> Result<()> {
        let (length, storage) = (self.len(), self.storage());
        if self.exports.get() != 0 || length == storage.items().len() {
            return self.splice(py, own, length..length, &[byte]);
        }
        // SAFETY: the storage has room for one more.
        unsafe { storage.bytes.as_ptr().cast_mut().add(length).write(byte) };
        self.length.set(length as i64 + 1);
        Ok(())
    }

    /// Replaces a range of bytes by others, which are not the array's own. Errors: `BufferError` if the length would change below views.
    pub fn splice(&self, py: Py, own: Gc<ByteArray>, range: Range<usize>, new: &[u8]) -> Result<()> {
        let old_length = self.len();
        let length = old_length - range.len() + new.len();
        if length != old_length {
            self.check_exports(py, crate::exports::EXISTING)?;
        }
        let storage = self.storage();
        let tail = old_length - range.end;
        let target = if length > storage.items().len() {
            let fresh = storage_of(py, length + (length >> 3) + 8)?;
            // SAFETY: a fresh object that is longer than the prefix.
            unsafe {
                let to = fresh.bytes.as_ptr().cast_mut();
                std::ptr::copy_nonoverlapping(storage.bytes.as_ptr(), to, range.start);
            }
            fresh
        } else {
            storage
        };
        let to = target.bytes.as_ptr().cast_mut();
        // SAFETY: the storage has room for `length` bytes; the tail moves first (its ranges may overlap), then the gap is filled.
        unsafe {
            std::ptr::copy(storage.bytes.as_ptr().add(range.end), to.add(range.start + new.len()), tail);
            std::ptr::copy_nonoverlapping(new.as_ptr(), to.add(range.start), new.len());
        }
        if !std::ptr::eq(&*target, &*storage) {
            own.storage.set(py.mutator(), own, Some(target));
        }
        own.length.set(length as i64);
        Ok(())
    }
}

fn storage_of(py: Py, capacity: usize) -> Result<Gc<Bytes>> {
    let fixed = Bytes { header: Header::EMPTY, hash: Cell::new(0), size: Cell::new(0), bytes: Items::EMPTY };
    py.alloc_array(capacity, fixed, 0)
}

impl Py<'_> {
    /// A bytearray.
    pub fn new_byte_array(self, bytes: &[u8]) -> Result<Gc<ByteArray>> {
        let storage = storage_of(self, bytes.len())?;
        // SAFETY: a fresh object with that many bytes.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), storage.bytes.as_ptr().cast_mut(), bytes.len());
        }
        self.alloc(ByteArray {
            header: Header::EMPTY,
            length: Cell::new(bytes.len() as i64),
            storage: Slot::new(Some(storage)),
            exports: Cell::new(0),
            typecode: Cell::new(0),
        })
    }
}
