//! `s += x` in time that does not depend on the length of `s`.
//!
//! Nobody knows who else holds `s`, so it cannot be written to. But the new string begins with the old one: both can have their text in
//! one buffer, of which the new one sees more. A string whose text ends where the used part of its buffer ends grows by writing behind
//! that; any other one (and one whose buffer is full) is copied into a buffer of its own, half as long again as needed. What strings see of a
//! buffer never changes.
//!
//! ```text
//! s ──→ Str { chars: 200, size: 8, note ──┐ , bytes: [200] }
//! t ──→ Str { chars: 203, size: 8, note ──┤ , bytes: [203] }      t = s + "abc"
//!                                         └─→ TextBuffer { used: 203, bytes: [ … 304 ] }
//! ```
//!
//! Such a string has eight bytes of its own: the length of its text in bytes. That it has fewer bytes than characters tells it from others, so
//! it has more than eight characters. Whether a buffer pays shows at the second concatenation in a row: the left operand is the result of one.
//!
//! Known limit: a short string that was made on the way keeps the buffer of a long one alive.

use crate::objects::{Str, TextBuffer};
use crate::py::{Py, Result};
use heap::{Gc, Header, Items};
use std::cell::Cell;

/// Bytes from which on a string that grows gets a buffer: below, copying is as good.
const WORTH: usize = 128;
/// Bytes that a string with a buffer has itself.
const OWN_BYTES: usize = size_of::<u64>();

/// The length of the text in bytes. Precondition: it is in a buffer.
pub(crate) fn size(text: &Str) -> usize {
    // SAFETY: such a string was made with a number in its tail.
    unsafe { text.bytes.as_ptr().cast::<u64>().read_unaligned() as usize }
}

impl Str {
    /// The text. Precondition: it is in a buffer.
    #[inline(never)]
    pub(crate) fn shared_bytes(&self) -> &[u8] {
        let buffer = self.buffer().expect("the caller looked");
        debug_assert!(size(self) <= buffer.used.get() as usize);
        // SAFETY: the buffer has as many bytes in use, and they do not change while it lives, which it does as long as the string.
        unsafe { std::slice::from_raw_parts(buffer.bytes.as_ptr(), size(self)) }
    }
}

impl Py<'_> {
    /// `a + b` in a buffer, if `a` seems to grow. Errors: out of memory.
    pub(crate) fn append(self, a: Gc<Str>, b: Gc<Str>) -> Result<Option<Gc<Str>>> {
        let shared = a.buffer();
        if shared.is_none() && !a.is_concatenated() {
            return Ok(None);
        }
        let (old, new) = (a.as_bytes().len(), b.as_bytes().len());
        let end = old + new;
        if old < WORTH || new > old {
            return Ok(None);
        }
        let has_room = |buffer: &Gc<TextBuffer>| {
            buffer.used.get() as usize == old && end <= buffer.capacity.get() as usize
        };
        let buffer = match shared.filter(has_room) {
            Some(buffer) => buffer,
            None => self.text_buffer(a.as_bytes(), end + end / 2)?,
        };
        let text = self.alloc_str(OWN_BYTES, a.len() + b.len())?;
        // SAFETY: a string with `OWN_BYTES` bytes; a buffer with room for `end` bytes, of which no string sees those from `old` on: nothing
        // that could write to it ran since that was tested.
        unsafe {
            text.bytes.as_ptr().cast_mut().cast::<u64>().write_unaligned(end as u64);
            let to = buffer.bytes.as_ptr().cast_mut().add(old);
            std::ptr::copy_nonoverlapping(b.as_bytes().as_ptr(), to, new);
        }
        text.note.init(buffer.address() as u64);
        buffer.used.set(end as i64);
        Ok(Some(text))
    }

    /// A buffer with a text and room for more.
    fn text_buffer(self, text: &[u8], capacity: usize) -> Result<Gc<TextBuffer>> {
        let fixed = TextBuffer {
            header: Header::EMPTY,
            used: Cell::new(text.len() as i64),
            index_cache: Cell::new(0),
            indexed_size: Cell::new(0),
            capacity: Cell::new(0),
            bytes: Items::EMPTY,
        };
        // SAFETY: what is in use of it is written at once; nobody reads the rest.
        let buffer = self.check(unsafe { self.mutator().alloc_array_uninit(capacity, fixed) })?;
        // Slices of a text may be in Rust's memory, while its owner sees to the string alone.
        heap::pin(buffer);
        // SAFETY: a fresh object with at least that many bytes; `text` is of a string on the caller's stack, so it did not move.
        unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), buffer.bytes.as_ptr().cast_mut(), text.len()) };
        Ok(buffer)
    }
}
