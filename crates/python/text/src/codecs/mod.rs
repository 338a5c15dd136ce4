//! Codecs: bytes to strings and back. One file per encoding; the Python library has the rest of the encodings on top of `charmap`.
//!
//! A codec that meets what it cannot convert asks a handler, which answers with a replacement and the place to go on, or with an error of its
//! own type: the object model looks up the registered handler, `handlers` has the built-in ones. Positions in input of decoders are
//! bytes; in input of encoders code points.

pub mod escape;
pub mod handlers;
pub mod single_byte;
pub mod utf7;
pub mod utf8;
pub mod wide;

/// What a decoder cannot convert: `bytes[start..end]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError<'a> {
    pub encoding: &'static str,
    pub bytes: &'a [u8],
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

/// What an encoder cannot convert: code points `start..end`, which are `text[range]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeError<'a> {
    pub encoding: &'static str,
    pub text: &'a [u8],
    pub start: usize,
    pub end: usize,
    /// The same as offsets of bytes.
    pub range: std::ops::Range<usize>,
    pub reason: &'static str,
}

/// What an encoder writes instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// Encoded in its turn; what cannot be encoded raises the original error.
    Text(Vec<u8>),
    /// Written as it is.
    Bytes(Vec<u8>),
}

/// What a decoder writes instead, and the byte where it goes on (not beyond the input's end).
pub type Decoded = (Vec<u8>, usize);

/// What an encoder writes instead, and the code point where it goes on (not beyond the input's end).
pub type Encoded = (Replacement, usize);
