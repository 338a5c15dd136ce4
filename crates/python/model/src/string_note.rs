//! What a string notes beside its text, in one word: which symbol it is, the index cache made for it last, and that it comes from a
//! concatenation; or the buffer that it shares with other strings.
//!
//! ```text
//! 0                                        nothing
//! the address of a TextBuffer              the text is there (`crate::growing_text`); the buffer notes the index cache
//! 1 | concatenated:1 | cache:30 | symbol:32    the rest; the topmost bit keeps the collector from taking it for a reference
//! ```
//!
//! The cache is the number that [`crate::index_caches`] knows it by, 0 for none; the symbol is its number and one, 0 for none.

use crate::growing_text;
use crate::objects::{Str, TextBuffer};
use crate::symbols::Symbol;
use heap::Gc;

/// Index caches have at most this number.
pub const LAST_CACHE: u32 = (1 << 30) - 1;

const IS_NOTE: u64 = 1 << 63;
const IS_CONCATENATED: u64 = 1 << 62;
const CACHE_SHIFT: u32 = 32;
const SYMBOL: u64 = (1 << 32) - 1;

impl Str {
    /// The buffer with the text, if it is not in the string itself.
    #[inline(always)]
    pub(crate) fn buffer(&self) -> Option<Gc<TextBuffer>> {
        if self.size.get() >= self.chars.get() {
            return None;
        }
        // SAFETY: a string with fewer bytes than characters was made with the address of its buffer, which the collector keeps right.
        Some(unsafe { Gc::from_address(self.note.get() as usize) })
    }

    /// The note, of a string that has its text itself.
    fn own_note(&self) -> u64 {
        if self.buffer().is_some() { 0 } else { self.note.get() }
    }

    fn add_note(&self, bits: u64) {
        debug_assert!(self.buffer().is_none());
        self.note.init(self.note.get() | IS_NOTE | bits);
    }

    /// The symbol that this very object is.
    #[inline]
    pub fn symbol(&self) -> Option<Symbol> {
        ((self.own_note() & SYMBOL) as u32).checked_sub(1).map(Symbol)
    }

    /// Precondition: the string has its text itself, and is no symbol.
    pub(crate) fn set_symbol(&self, symbol: Symbol) {
        self.add_note(u64::from(symbol.0) + 1);
    }

    /// Whether it is the result of a concatenation, and has its text itself.
    pub(crate) fn is_concatenated(&self) -> bool {
        self.own_note() & IS_CONCATENATED != 0
    }

    /// Precondition: the string has its text itself.
    pub(crate) fn note_concatenation(&self) {
        self.add_note(IS_CONCATENATED);
    }

    /// Number of the index cache that was made for it last.
    pub(crate) fn index_cache(&self) -> u32 {
        match self.buffer() {
            Some(buffer) if buffer.indexed_size.get() as usize != growing_text::size(self) => 0,
            Some(buffer) => buffer.index_cache.get() as u32,
            None => (self.note.get() >> CACHE_SHIFT) as u32 & LAST_CACHE,
        }
    }

    /// Precondition: it is at most [`LAST_CACHE`].
    pub(crate) fn set_index_cache(&self, number: u32) {
        match self.buffer() {
            Some(buffer) => {
                buffer.index_cache.set(i64::from(number));
                buffer.indexed_size.set(growing_text::size(self) as i64);
            }
            None => {
                self.note.init(self.note.get() & !(u64::from(LAST_CACHE) << CACHE_SHIFT));
                self.add_note(u64::from(number) << CACHE_SHIFT);
            }
        }
    }
}
