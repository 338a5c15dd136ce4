//! Symbols: interned strings by number.
//!
//! Attribute names, variable names and keywords are compared as numbers by everything green (maps, method caches, inline
//! caches) and as pointers by dicts. A symbol's string is pinned and lives as long as the interpreter.

use crate::names::{Name, TEXTS};
use crate::objects::Str;
use heap::Gc;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};

/// Number of an interned string.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(pub u32);

impl From<Name> for Symbol {
    #[inline(always)]
    fn from(name: Name) -> Symbol {
        Symbol(name as u32)
    }
}

/// All interned strings of one interpreter. The first are [`TEXTS`], so that [`Name`]s are symbols.
#[derive(Default)]
pub struct Symbols {
    texts: RefCell<Vec<Gc<Str>>>,
    by_bytes: RefCell<FxHashMap<&'static [u8], u32>>,
    /// So many are known to be old: minor collections need not see them.
    old: Cell<usize>,
}

impl Symbols {
    /// The symbol with these bytes (WTF-8), if there is one.
    pub fn find(&self, bytes: &[u8]) -> Option<Symbol> {
        self.by_bytes.borrow().get(bytes).map(|&number| Symbol(number))
    }

    /// The string of a symbol.
    #[inline]
    pub fn text(&self, symbol: Symbol) -> Gc<Str> {
        self.texts.borrow()[symbol.0 as usize]
    }

    /// Makes a string the symbol of its bytes. Precondition: there is none yet.
    ///
    /// GC: pins the string; the caller's root source ([`Symbols::trace`]) keeps it alive.
    pub fn insert(&self, string: Gc<Str>) -> Symbol {
        heap::pin(string);
        let number = self.texts.borrow().len() as u32;
        string.set_symbol(Symbol(number));
        let bytes = string.as_bytes();
        // SAFETY: the string is pinned and never freed while this table lives, and its bytes are immutable.
        let bytes = unsafe { std::slice::from_raw_parts(bytes.as_ptr(), bytes.len()) };
        self.by_bytes.borrow_mut().insert(bytes, number);
        self.texts.borrow_mut().push(string);
        Symbol(number)
    }

    /// Number of symbols.
    pub fn count(&self) -> usize {
        self.texts.borrow().len()
    }

    /// Tells the collector about the strings.
    pub fn trace(&self, visitor: &mut heap::RootVisitor<'_>) {
        let texts = self.texts.borrow();
        let known = if visitor.wants_young_only() { self.old.replace(texts.len()) } else { 0 };
        for text in &texts[known..] {
            // The strings are pinned, so the collector has nothing to write back.
            visitor.word(&std::cell::Cell::new(text.address() as u64));
        }
    }
}

const _: () = assert!(TEXTS.len() < u16::MAX as usize);
