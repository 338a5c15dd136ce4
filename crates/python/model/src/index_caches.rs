//! Which code point of a string is where: indices and byte offsets, in constant time for long strings too.
//!
//! ASCII strings need nothing and short ones are walked. For a long one that is indexed, a [`IndexCache`] is made and kept by the
//! interpreter, a few at a time: the string carries the *number* of the cache made for it last, and the table says whether that one is still there.
//! Numbers are never used twice, so neither moving nor freeing the string needs attention.

use crate::objects::Str;
use crate::py::Py;
use heap::Gc;
use python_text::index::{CACHE_WORTH, IndexCache, offset_of};
use std::cell::{Cell, RefCell};

/// Caches that are kept; the programs that index several long strings in turn index two or three.
const KEPT: usize = 16;

/// See the module header.
#[derive(Default)]
pub struct IndexCaches {
    /// The last number given out.
    last: Cell<u32>,
    kept: RefCell<[Option<(u32, IndexCache)>; KEPT]>,
}

impl IndexCaches {
    /// Asks the cache of a long string; `None` if there can be none.
    fn ask<T>(&self, text: &Str, question: impl FnOnce(&IndexCache) -> T) -> Option<T> {
        let number = text.index_cache();
        if number != 0
            && let Some((found, cache)) = &self.kept.borrow()[number as usize % KEPT]
            && *found == number
        {
            return Some(question(cache));
        }
        let number = self.last.get() + 1;
        if number > crate::string_note::LAST_CACHE {
            return None;
        }
        let cache = IndexCache::new(text.as_bytes())?;
        let answer = question(&cache);
        self.last.set(number);
        self.kept.borrow_mut()[number as usize % KEPT] = Some((number, cache));
        text.set_index_cache(number);
        Some(answer)
    }
}

impl Py<'_> {
    /// The byte offset of code point `index <= len`.
    pub fn byte_offset(self, text: Gc<Str>, index: usize) -> usize {
        if text.is_ascii() {
            return index;
        }
        let walk = || offset_of(text.as_bytes(), text.len(), index);
        // Near the ends walking is as good as asking.
        if text.len() < CACHE_WORTH || index < 64 || text.len() - index < 64 {
            return walk();
        }
        let cached = self.vm().index_caches.ask(&text, |cache| cache.offset(text.as_bytes(), index));
        cached.unwrap_or_else(walk)
    }

    /// The index of the code point at a byte offset.
    pub fn char_index(self, text: Gc<Str>, offset: usize) -> usize {
        if text.is_ascii() {
            return offset;
        }
        let count = || crate::strings::count_chars(&text.as_bytes()[..offset]);
        if text.len() < CACHE_WORTH || offset < 64 {
            return count();
        }
        let cached = self.vm().index_caches.ask(&text, |cache| cache.index(text.as_bytes(), offset));
        cached.unwrap_or_else(count)
    }
}
