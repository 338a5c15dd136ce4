//! Bytes outside the heap that objects of runtime modules show as buffers: files that are mapped into memory.
//!
//! The object is a [`Foreign`] whose `words` are another one that holds an `Rc<Outside>`; so views and buffers find the bytes
//! without knowing the module. The memory is unmapped when it is closed, or when nobody refers to it any more. As long as views of
//! it are alive it must not be closed nor moved ([`check_exports`]): [`crate::exports`] says how that is known.

use crate::foreign;
use crate::objects::Foreign;
use crate::py::{Py, Result};
use crate::value::{Word, as_object, word};
use heap::Gc;
use std::cell::Cell;
use std::rc::Rc;

/// Memory that was mapped.
pub struct Outside {
    /// Null: it is closed.
    memory: Cell<*mut u8>,
    length: Cell<usize>,
    pub is_writable: bool,
    /// Views that were made and not released; those that were forgotten count, too.
    pub exports: Cell<i64>,
}

impl Outside {
    /// # Safety
    /// The memory is mapped for so many bytes, writable if `is_writable`, until the function of [`Outside::close`] unmaps it.
    pub unsafe fn new(memory: *mut u8, length: usize, is_writable: bool) -> Outside {
        Outside { memory: Cell::new(memory), length: Cell::new(length), is_writable, exports: Cell::new(0) }
    }

    pub fn is_closed(&self) -> bool {
        self.memory.get().is_null()
    }

    /// Where the bytes begin; null if they are closed.
    pub fn memory(&self) -> *mut u8 {
        self.memory.get()
    }

    pub fn len(&self) -> usize {
        if self.is_closed() { 0 } else { self.length.get() }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes; none if they are closed. Not to be held across what may close or move them.
    pub fn bytes(&self) -> &[u8] {
        if self.is_closed() {
            return &[];
        }
        // SAFETY: mapped, as `new` requires. Other processes may write to a shared map meanwhile, as to every shared memory.
        unsafe { std::slice::from_raw_parts(self.memory.get(), self.length.get()) }
    }

    /// Overwrites bytes. Precondition: they fit, and the memory may be written.
    pub fn write(&self, at: usize, bytes: &[u8]) {
        assert!(self.is_writable && at + bytes.len() <= self.len(), "bytes of a map");
        // SAFETY: in bounds of memory that may be written; the bytes may overlap with it.
        unsafe { std::ptr::copy(bytes.as_ptr(), self.memory.get().add(at), bytes.len()) };
    }

    /// The memory and its length, to be unmapped; `None`: it is closed already.
    pub fn close(&self) -> Option<(*mut u8, usize)> {
        let memory = self.memory.replace(std::ptr::null_mut());
        (!memory.is_null()).then(|| (memory, self.length.get()))
    }

    /// # Safety
    /// As [`Outside::new`]; the old memory is mapped no more.
    pub unsafe fn moved(&self, memory: *mut u8, length: usize) {
        self.memory.set(memory);
        self.length.set(length);
    }
}

/// Has an object show bytes.
pub fn show(py: Py, object: Word, class: crate::types::TypeRef, bytes: Rc<Outside>) -> Result<()> {
    let holder = foreign::new(py, class, bytes)?;
    let object = foreign::object_of(object).expect("an object of a runtime module");
    object.words.set(py.mutator(), object, word(holder));
    Ok(())
}

/// The holder of the bytes that an object shows.
pub fn holder(py: Py, object: Word) -> Option<Gc<Foreign>> {
    let holder: Gc<Foreign> = as_object(as_object::<Foreign>(py.base(object))?.words.get())?;
    of(&holder).is_some().then_some(holder)
}

/// The bytes in a holder.
pub fn of(holder: &Gc<Foreign>) -> Option<&Outside> {
    holder.value.downcast_ref::<Rc<Outside>>().map(|bytes| &**bytes)
}

/// The bytes in what [`holder`] found.
pub fn held(holder: &Gc<Foreign>) -> &Outside {
    of(holder).expect("a holder has bytes")
}

/// Errors: `BufferError` with this text while there are views.
pub fn check_exports(py: Py, object: Word, text: &str) -> Result<()> {
    let Some(holder) = holder(py, object) else { return Ok(()) };
    let bytes = held(&holder);
    if bytes.exports.get() == 0 {
        return Ok(());
    }
    let is_view =
        |source: Word| self::holder(py, source).is_some_and(|other| other.address() == holder.address());
    if crate::exports::has_view(py, is_view) {
        return Err(py.buffer_error(text));
    }
    bytes.exports.set(0);
    Ok(())
}
