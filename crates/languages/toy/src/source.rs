//! Places in a source text, interned names, and the errors that point at a place.
//!
//! Lines and columns are 1-based; a column counts characters, as editors do, not bytes.

use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

/// A place in a source text. Shape: 1-based line, 1-based column in characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Place {
    pub line: u32,
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A program that cannot be run, and why. Every stage before execution reports its errors in this form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    pub place: Place,
    pub message: String,
}

impl SyntaxError {
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into() }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: syntax error: {}", self.place, self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// An interned name: of a variable while compiling, of a field at run time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Symbol(pub u32);

/// The names of one program. Equal texts have equal symbols, so that comparing names is comparing integers.
#[derive(Default, Debug)]
pub struct Symbols {
    by_text: HashMap<Rc<str>, Symbol>,
    texts: Vec<Rc<str>>,
}

impl Symbols {
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(&symbol) = self.by_text.get(text) {
            return symbol;
        }
        let symbol = Symbol(u32::try_from(self.texts.len()).expect("fewer names than bytes of source"));
        let text: Rc<str> = text.into();
        self.by_text.insert(text.clone(), symbol);
        self.texts.push(text);
        symbol
    }

    /// The symbol of `text`, if some program text or field has used it.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.by_text.get(text).copied()
    }

    pub fn text(&self, symbol: Symbol) -> &str {
        &self.texts[symbol.0 as usize]
    }
}
