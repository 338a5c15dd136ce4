//! Strings on the heap: making them, interning them, hashing them.
//!
//! A string is WTF-8: UTF-8 in which lone surrogates are encoded like other code points. One-character strings of Latin-1
//! and the empty string exist once.

use crate::objects::Str;
use crate::py::{Py, Result};
use crate::symbols::Symbol;
use crate::value::{Word, as_object, word};
use heap::{Gc, Header, Items, WordSlot};
use std::cell::Cell;

/// Number of code points in WTF-8 bytes.
pub fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| (**b as i8) >= -0x40).count()
}

/// The code points of WTF-8 bytes.
pub fn code_points(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let first = *bytes.get(at)?;
        let tail = |i: usize| u32::from(bytes[at + i] & 0x3F);
        let (point, length) = match first {
            0..=0x7F => (u32::from(first), 1),
            0xC0..=0xDF => (u32::from(first & 0x1F) << 6 | tail(1), 2),
            0xE0..=0xEF => (u32::from(first & 0x0F) << 12 | tail(1) << 6 | tail(2), 3),
            _ => (u32::from(first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4),
        };
        at += length;
        Some(point)
    })
}

/// Bytes that the text of a machine integer has at most.
const DECIMAL_BYTES: usize = 20;

/// The text of an integer, at the end of a buffer.
fn decimal_text(value: i64, digits: &mut [u8; DECIMAL_BYTES]) -> &[u8] {
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    &digits[at..]
}

/// Appends `str(value)` of an integer.
pub fn push_decimal(value: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(decimal_text(value, &mut [0; DECIMAL_BYTES]));
}

impl Str {
    /// The string as Rust's `str`, unless it has lone surrogates.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()).ok()
    }
    /// The WTF-8 bytes.
    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        let size = self.size.get();
        if size < self.chars.get() {
            return self.shared_bytes();
        }
        // SAFETY: `self` is a heap object (strings are made by `Py::new_str` only) whose tail has `size` bytes.
        unsafe { self.bytes.slice(size as usize) }
    }
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        let (size, chars) = (self.size.get(), self.chars.get());
        chars == size || size < chars && self.shared_bytes().len() as i64 == chars
    }
    /// `len()`: code points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.chars.get() as usize
    }
    pub fn is_empty(&self) -> bool {
        self.chars.get() == 0
    }
    /// The text for messages: lone surrogates are escaped.
    pub fn to_text(&self) -> String {
        python_text::surrogates::escaped(self.as_bytes()).into_owned()
    }
}

impl<'a> Py<'a> {
    /// A string of WTF-8 bytes whose number of code points is known.
    pub fn new_wtf8(self, bytes: &[u8], chars: usize) -> Result<Gc<Str>> {
        debug_assert_eq!(chars, count_chars(bytes));
        if let Some(known) = self.vm().short_string(bytes) {
            return Ok(known);
        }
        let object = self.alloc_str(bytes.len(), chars)?;
        // SAFETY: a fresh object with that many bytes.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), object.bytes.as_ptr().cast_mut(), bytes.len())
        };
        Ok(object)
    }

    /// A string object whose bytes the caller writes at once (through [`Str::bytes`]).
    pub(crate) fn alloc_str(self, size: usize, chars: usize) -> Result<Gc<Str>> {
        let fixed = Str {
            header: Header::EMPTY,
            hash: Cell::new(0),
            chars: Cell::new(chars as i64),
            size: Cell::new(0),
            note: WordSlot::new(0),
            bytes: Items::EMPTY,
        };
        // SAFETY: the callers write the bytes at once.
        self.check(unsafe { self.mutator().alloc_array_uninit(size, fixed) })
    }

    /// A string of WTF-8 bytes.
    pub fn str_bytes(self, bytes: &[u8]) -> Result {
        Ok(word(self.new_wtf8(bytes, count_chars(bytes))?))
    }

    /// A string.
    pub fn str(self, text: &str) -> Result {
        self.str_bytes(text.as_bytes())
    }

    /// The concatenation.
    pub fn concat(self, a: Gc<Str>, b: Gc<Str>) -> Result {
        if a.is_empty() {
            return Ok(word(b));
        }
        if b.is_empty() {
            return Ok(word(a));
        }
        if let Some(grown) = self.append(a, b)? {
            return Ok(word(grown));
        }
        let (x, y) = (a.as_bytes().len(), b.as_bytes().len());
        // A surrogate pair that meets at the seam stays two code points, as in CPython.
        let object = self.alloc_str(x + y, a.len() + b.len())?;
        let to = object.bytes.as_ptr().cast_mut();
        // SAFETY: a fresh object with `x + y` bytes.
        unsafe {
            std::ptr::copy_nonoverlapping(a.as_bytes().as_ptr(), to, x);
            std::ptr::copy_nonoverlapping(b.as_bytes().as_ptr(), to.add(x), y);
        }
        object.note_concatenation();
        Ok(word(object))
    }

    /// The concatenation of the strings in these words. Errors: out of memory.
    pub fn concat_all(self, parts: impl Iterator<Item = Word> + Clone) -> Result {
        let text = |part: Word| self.as_str(part).expect("the caller made them strings");
        let (mut size, mut chars) = (0, 0);
        for part in parts.clone() {
            let part = text(part);
            size += part.as_bytes().len();
            chars += part.len();
        }
        if size <= 1 {
            let only = parts.map(text).find(|part| !part.is_empty());
            return match only {
                Some(only) => Ok(word(only)),
                None => Ok(word(self.new_wtf8(b"", 0)?)),
            };
        }
        let object = self.alloc_str(size, chars)?;
        let mut to = object.bytes.as_ptr().cast_mut();
        for part in parts {
            let part = text(part);
            let from = part.as_bytes();
            // SAFETY: a fresh object with as many bytes as all parts have; nothing was allocated since they were counted.
            unsafe {
                std::ptr::copy_nonoverlapping(from.as_ptr(), to, from.len());
                to = to.add(from.len());
            }
        }
        Ok(word(object))
    }

    /// The strings in these words, a separator between each two. Errors: out of memory.
    pub fn joined(self, separator: Gc<Str>, parts: &[WordSlot]) -> Result {
        let text = |part: &WordSlot| self.as_str(part.get()).expect("the caller made them strings");
        let Some((last, others)) = parts.split_last() else { return Ok(word(self.new_wtf8(b"", 0)?)) };
        let between = separator.as_bytes();
        let (mut size, mut chars) = (text(last).as_bytes().len(), text(last).len());
        for part in others {
            let part = text(part);
            // One string may be there so many times that nothing has room for all.
            let more = size.checked_add(part.as_bytes().len() + between.len());
            size = more.filter(|size| *size <= isize::MAX as usize).ok_or_else(|| self.out_of_memory())?;
            chars += part.len() + separator.len();
        }
        if size <= 1 {
            let one: Vec<u8> =
                others.iter().flat_map(|part| [text(part).as_bytes(), between].concat()).collect();
            return Ok(word(self.new_wtf8(&[&one, text(last).as_bytes()].concat(), chars)?));
        }
        let object = self.alloc_str(size, chars)?;
        let mut to = object.bytes.as_ptr().cast_mut();
        let mut push = |from: &[u8]| {
            // SAFETY: a fresh object with as many bytes as all parts have; nothing was allocated since they were counted.
            unsafe {
                std::ptr::copy_nonoverlapping(from.as_ptr(), to, from.len());
                to = to.add(from.len());
            }
        };
        for part in others {
            push(text(part).as_bytes());
            push(between);
        }
        push(text(last).as_bytes());
        Ok(word(object))
    }

    /// `str(value)` of an integer.
    pub fn decimal(self, value: i64) -> Result {
        let mut digits = [0; DECIMAL_BYTES];
        let text = decimal_text(value, &mut digits);
        Ok(word(self.new_wtf8(text, text.len())?))
    }

    /// The text of a string value (or of an instance of a subclass).
    pub fn as_str(self, value: Word) -> Option<Gc<Str>> {
        self.cast::<Str>(value)
    }

    /// The symbol of a string; interns it.
    pub fn symbol_of(self, string: Gc<Str>) -> Result<Symbol> {
        if let Some(symbol) = string.symbol() {
            return Ok(symbol);
        }
        self.intern_bytes(string.as_bytes())
    }

    /// The symbol of a text.
    pub fn intern(self, text: &str) -> Result<Symbol> {
        self.intern_bytes(text.as_bytes())
    }

    pub fn intern_bytes(self, bytes: &[u8]) -> Result<Symbol> {
        let symbols = &self.vm().symbols;
        if let Some(symbol) = symbols.find(bytes) {
            return Ok(symbol);
        }
        let chars = count_chars(bytes);
        let object = self.alloc_str(bytes.len(), chars)?;
        // SAFETY: a fresh object with that many bytes. `bytes` may be those of a heap string: one that is on a caller's
        // stack, so it did not move.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), object.bytes.as_ptr().cast_mut(), bytes.len())
        };
        Ok(symbols.insert(object))
    }

    /// The string of a symbol as a value.
    #[inline]
    pub fn name_word(self, symbol: impl Into<Symbol>) -> Word {
        word(self.vm().symbols.text(symbol.into()))
    }

    /// The hash of a string.
    #[inline(always)]
    pub fn hash_str(self, string: Gc<Str>) -> i64 {
        match string.hash.get() {
            0 => {
                let hash = python_number::hash::hash_str(self.vm().hash_secret, string.as_bytes());
                string.hash.set(hash);
                hash
            }
            hash => hash,
        }
    }

    /// Errors: `TypeError` "{what} must be str, not X".
    pub fn expect_str(self, value: Word, what: &str) -> Result<Gc<Str>> {
        match self.as_str(value) {
            Some(string) => Ok(string),
            None => Err(self.type_error(format!("{what} must be str, not {}", self.type_name(value)))),
        }
    }
}

/// Whether two words are equal strings.
pub fn equal(a: Word, b: Word) -> bool {
    match (as_object::<Str>(a), as_object::<Str>(b)) {
        (Some(a), Some(b)) => a.as_bytes() == b.as_bytes(),
        _ => false,
    }
}
