//! What decompressors of all formats share: input that was not taken yet, the end of the stream, and what lies behind it.

use metatrace_machine::Raised;
use python_model::py::{Py, Result};
use python_model::value::*;
use python_types::buffer;
use std::cell::{Cell, RefCell};

/// A decoder at work.
pub trait Decode {
    type Error;
    /// Whether an error leaves the decoder unusable.
    const ERRORS_ARE_FINAL: bool = false;
    /// Decodes input into at most `most` more bytes. Returns whether the stream has ended and how much input was taken.
    fn decode(
        &mut self,
        input: &[u8],
        most: usize,
        out: &mut Vec<u8>,
    ) -> std::result::Result<(bool, usize), Self::Error>;
    /// Whether output that was limited may go on without input.
    fn may_hold_output(&self) -> bool {
        false
    }
}

/// The state of a decompressor object.
pub struct Decompressor<D> {
    pub decoder: RefCell<D>,
    /// Input that was not taken.
    pending: RefCell<Vec<u8>>,
    pub is_at_end: Cell<bool>,
    pub needs_input: Cell<bool>,
    has_failed: Cell<bool>,
    /// What lies behind the end of the stream.
    unused: RefCell<Vec<u8>>,
}

impl<D: Decode> Decompressor<D> {
    pub fn new(decoder: D) -> Decompressor<D> {
        Decompressor {
            decoder: RefCell::new(decoder),
            pending: RefCell::default(),
            is_at_end: Cell::new(false),
            needs_input: Cell::new(true),
            has_failed: Cell::new(false),
            unused: RefCell::default(),
        }
    }

    /// `decompress(data, max_length=-1)`. `at_end`: what is said when there is nothing more to come.
    pub fn decompress(
        &self,
        py: Py,
        data: Word,
        max_length: Word,
        at_end: &str,
        raise: impl Fn(D::Error) -> Raised,
    ) -> Result {
        let most = match max_length {
            UNSET => -1,
            given => py.index(given)?,
        };
        let bytes = buffer::get(py, data)?;
        let mut input = std::mem::take(&mut *self.pending.borrow_mut());
        input.extend_from_slice(&bytes);
        bytes.keep();
        if self.is_at_end.get() {
            return Err(py.eof_error(at_end));
        }
        if self.has_failed.get() {
            return Err(py.value_error("Decompressor is unusable after a previous error"));
        }
        let limit = usize::try_from(most).unwrap_or(usize::MAX >> 1);
        let mut out = Vec::new();
        let decoded = self.decoder.borrow_mut().decode(&input, limit, &mut out);
        if decoded.is_err() && D::ERRORS_ARE_FINAL {
            self.has_failed.set(true);
            self.needs_input.set(false);
        }
        let (is_at_end, taken) = decoded.map_err(raise)?;
        let rest = input.split_off(taken);
        if is_at_end {
            self.is_at_end.set(true);
            self.needs_input.set(false);
            *self.unused.borrow_mut() = rest;
        } else {
            let may_go_on = out.len() >= limit && self.decoder.borrow().may_hold_output();
            self.needs_input.set(rest.is_empty() && !may_go_on);
            *self.pending.borrow_mut() = rest;
        }
        py.new_bytes(&out)
    }

    pub fn unused_data(&self, py: Py) -> Result {
        py.new_bytes(&self.unused.borrow())
    }
}

/// The size of the next piece of output, when so much of what is allowed is there.
pub fn next_piece(have: usize, most: usize) -> usize {
    const FIRST: usize = 1 << 14;
    have.max(FIRST).min(most - have).min(1 << 30)
}
