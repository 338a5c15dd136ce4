//! `list[int]` and `int | str`: generic aliases and unions, as far as the core makes them.

use crate::objects::{GenericAlias, Tuple, Union};
use crate::py::{Py, Result};
use crate::value::{NONE, UNSET, Word, word};
use heap::{Header, WordSlot};
use std::cell::Cell;

/// `origin[item]`: the item is a tuple of arguments or one argument.
pub fn alias(py: Py, origin: Word, item: Word) -> Result {
    let args = match py.cast::<Tuple>(item) {
        Some(args) => word(args),
        None => py.new_tuple(&[item])?,
    };
    let alias = GenericAlias {
        header: Header::EMPTY,
        origin: WordSlot::new(origin),
        args: WordSlot::new(args),
        parameters: WordSlot::new(UNSET),
        starred: Cell::new(0),
    };
    Ok(word(py.alloc(alias)?))
}

/// A union of these types (a tuple without duplicates).
pub fn union(py: Py, args: Word) -> Result {
    let union = Union { header: Header::EMPTY, args: WordSlot::new(args), parameters: WordSlot::new(NONE) };
    Ok(word(py.alloc(union)?))
}
