//! `unicode_escape`, `raw_unicode_escape` and `codecs.escape_decode` (escapes of bytes literals).

use super::{DecodeError, Decoded};
use crate::code_points::{iter, push};
use crate::repr::push_escape;

/// `unicode_escape`: everything but printable ASCII as an escape.
pub fn encode_unicode_escape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in iter(text) {
        match c {
            0x5c => out.extend(b"\\\\"),
            0x09 => out.extend(b"\\t"),
            0x0a => out.extend(b"\\n"),
            0x0d => out.extend(b"\\r"),
            0x20..=0x7e => out.push(c as u8),
            _ => push_escape(&mut out, c),
        }
    }
    out
}

/// `raw_unicode_escape`: Latin-1, and `\u` or `\U` for the rest.
pub fn encode_raw_unicode_escape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in iter(text) {
        match c {
            0..=0xff => out.push(c as u8),
            _ => push_escape(&mut out, c),
        }
    }
    out
}

/// Hexadecimal digits at the start, at most `most`.
fn hex_digits(bytes: &[u8], most: usize) -> (u32, usize) {
    let digits = bytes.iter().take(most).map_while(|&b| char::from(b).to_digit(16));
    digits.fold((0, 0), |(value, count), digit| (value << 4 | digit, count + 1))
}

/// What the character behind a backslash stands for, if it is a simple escape.
fn simple(byte: u8) -> Option<u8> {
    Some(match byte {
        b'\\' | b'\'' | b'"' => byte,
        b'a' => 7,
        b'b' => 8,
        b't' => 9,
        b'n' => 10,
        b'v' => 11,
        b'f' => 12,
        b'r' => 13,
        _ => return None,
    })
}

/// Up to three octal digits.
fn octal(bytes: &[u8]) -> (u32, usize) {
    let digits = bytes.iter().take(3).map_while(|&b| char::from(b).to_digit(8));
    digits.fold((0, 0), |(value, count), digit| (value << 3 | digit, count + 1))
}

/// What a decoder noticed besides: the caller may warn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EscapeNotes {
    /// Offset of the first backslash before a character that is no escape, or before an octal number above 0o377.
    pub first_invalid: Option<usize>,
}

/// `unicode_escape`. `name`: finds a character by its name for `\N{...}`. Returns how far it came (not final: an incomplete escape is
/// left) and what to warn of. Errors: the handler's.
pub fn decode_unicode_escape<E>(
    bytes: &[u8],
    out: &mut Vec<u8>,
    is_final: bool,
    name: &dyn Fn(&[u8]) -> Option<Vec<u8>>,
    handler: &mut dyn FnMut(DecodeError<'_>) -> Result<Decoded, E>,
) -> Result<(usize, EscapeNotes), E> {
    let mut notes = EscapeNotes::default();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'\\' {
            push(out, byte.into());
            at += 1;
            continue;
        }
        let rest = &bytes[at + 1..];
        let Some(&letter) = rest.first() else {
            if !is_final {
                return Ok((at, notes));
            }
            at = ask("unicodeescape", bytes, at, bytes.len(), "\\ at end of string", out, handler)?;
            continue;
        };
        if letter == b'\n' {
            at += 2;
            continue;
        }
        if let Some(value) = simple(letter) {
            out.push(value);
            at += 2;
            continue;
        }
        let (most, reason) = match letter {
            b'0'..=b'7' => {
                let (value, count) = octal(rest);
                if value > 0o377 {
                    notes.first_invalid.get_or_insert(at);
                }
                push(out, value);
                at += 1 + count;
                continue;
            }
            b'x' => (2, "truncated \\xXX escape"),
            b'u' => (4, "truncated \\uXXXX escape"),
            b'U' => (8, "truncated \\UXXXXXXXX escape"),
            b'N' => {
                match named(bytes, at, is_final, name) {
                    Named::Incomplete => return Ok((at, notes)),
                    Named::Found(text, end) => {
                        out.extend(text);
                        at = end;
                    }
                    Named::Error(end, reason) => {
                        at = ask("unicodeescape", bytes, at, end, reason, out, handler)?;
                    }
                }
                continue;
            }
            _ => {
                notes.first_invalid.get_or_insert(at);
                out.push(b'\\');
                at += 1;
                continue;
            }
        };
        let (value, count) = hex_digits(&rest[1..], most);
        let end = at + 2 + count;
        if count < most {
            if end == bytes.len() && !is_final {
                return Ok((at, notes));
            }
            at = ask("unicodeescape", bytes, at, end, reason, out, handler)?;
        } else if value > 0x10_ffff {
            at = ask("unicodeescape", bytes, at, end, "illegal Unicode character", out, handler)?;
        } else {
            push(out, value);
            at = end;
        }
    }
    Ok((at, notes))
}

enum Named {
    Incomplete,
    Found(Vec<u8>, usize),
    Error(usize, &'static str),
}

/// `\N{...}` at an offset.
fn named(bytes: &[u8], at: usize, is_final: bool, name: &dyn Fn(&[u8]) -> Option<Vec<u8>>) -> Named {
    const MALFORMED: &str = "malformed \\N character escape";
    let open = at + 2;
    match bytes.get(open) {
        None if !is_final => Named::Incomplete,
        Some(b'{') => match memchr::memchr(b'}', &bytes[open..]) {
            None if !is_final => Named::Incomplete,
            None => Named::Error(bytes.len(), MALFORMED),
            Some(1) => Named::Error(open + 1, MALFORMED),
            Some(length) => {
                let end = open + length + 1;
                match name(&bytes[open + 1..end - 1]) {
                    Some(text) => Named::Found(text, end),
                    None => Named::Error(end, "unknown Unicode character name"),
                }
            }
        },
        _ => Named::Error(open, MALFORMED),
    }
}

fn ask<E>(
    encoding: &'static str,
    bytes: &[u8],
    start: usize,
    end: usize,
    reason: &'static str,
    out: &mut Vec<u8>,
    handler: &mut dyn FnMut(DecodeError<'_>) -> Result<Decoded, E>,
) -> Result<usize, E> {
    let (replacement, next) = handler(DecodeError { encoding, bytes, start, end, reason })?;
    out.extend(replacement);
    Ok(next.min(bytes.len()))
}

/// `raw_unicode_escape`: only `\u` and `\U` count, behind an odd number of backslashes. As [`decode_unicode_escape`].
pub fn decode_raw_unicode_escape<E>(
    bytes: &[u8],
    out: &mut Vec<u8>,
    is_final: bool,
    handler: &mut dyn FnMut(DecodeError<'_>) -> Result<Decoded, E>,
) -> Result<usize, E> {
    const NAME: &str = "rawunicodeescape";
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'\\' {
            push(out, byte.into());
            at += 1;
            continue;
        }
        let (most, reason) = match bytes.get(at + 1) {
            None if !is_final => return Ok(at),
            Some(b'u') => (4, "truncated \\uXXXX escape"),
            Some(b'U') => (8, "truncated \\UXXXXXXXX escape"),
            Some(&other) => {
                out.push(b'\\');
                push(out, other.into());
                at += 2;
                continue;
            }
            None => {
                out.push(b'\\');
                at += 1;
                continue;
            }
        };
        let (value, count) = hex_digits(&bytes[at + 2..], most);
        let end = at + 2 + count;
        if count < most {
            if end == bytes.len() && !is_final {
                return Ok(at);
            }
            at = ask(NAME, bytes, at, end, reason, out, handler)?;
        } else if value > 0x10_ffff {
            at = ask(NAME, bytes, at, end, "\\Uxxxxxxxx out of range", out, handler)?;
        } else {
            push(out, value);
            at = end;
        }
    }
    Ok(at)
}

/// How `escape_decode` treats `\x` without two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHex {
    Strict,
    Replace,
    Ignore,
}

/// Why bytes are no escapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscapeError {
    /// `ValueError: Trailing \ in string`
    TrailingBackslash,
    /// `ValueError: invalid \x escape at position {offset}`
    InvalidHex { offset: usize },
}

/// `codecs.escape_decode`: the escapes of bytes literals. Errors: see [`EscapeError`].
pub fn decode_bytes_escape(bytes: &[u8], bad_hex: BadHex) -> Result<(Vec<u8>, EscapeNotes), EscapeError> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut notes = EscapeNotes::default();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'\\' {
            out.push(byte);
            at += 1;
            continue;
        }
        let rest = &bytes[at + 1..];
        let letter = *rest.first().ok_or(EscapeError::TrailingBackslash)?;
        if let Some(value) = simple(letter) {
            out.push(value);
            at += 2;
            continue;
        }
        match letter {
            b'\n' => at += 2,
            b'0'..=b'7' => {
                let (value, count) = octal(rest);
                if value > 0o377 {
                    notes.first_invalid.get_or_insert(at);
                }
                out.push(value as u8);
                at += 1 + count;
            }
            b'x' => {
                let (value, count) = hex_digits(&rest[1..], 2);
                match (count, bad_hex) {
                    (2, _) => out.push(value as u8),
                    (_, BadHex::Strict) => return Err(EscapeError::InvalidHex { offset: at }),
                    (_, BadHex::Replace) => out.push(b'?'),
                    (_, BadHex::Ignore) => {}
                }
                at += 2 + count;
            }
            _ => {
                notes.first_invalid.get_or_insert(at);
                out.push(b'\\');
                at += 1;
            }
        }
    }
    Ok((out, notes))
}
