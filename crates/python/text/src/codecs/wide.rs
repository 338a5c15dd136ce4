//! UTF-16 and UTF-32 in both byte orders, with and without a byte order mark.

use super::single_byte::{Asks, encode_with};
use super::{DecodeError, Decoded, EncodeError, Encoded};
use crate::code_points::push;

/// How units are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Little,
    Big,
}

/// The order that a mark at the start tells, and the mark's length. `None`: no mark.
pub fn utf16_mark(bytes: &[u8]) -> Option<(Order, usize)> {
    match bytes {
        [0xff, 0xfe, ..] => Some((Order::Little, 2)),
        [0xfe, 0xff, ..] => Some((Order::Big, 2)),
        _ => None,
    }
}

/// As [`utf16_mark`], of four bytes.
pub fn utf32_mark(bytes: &[u8]) -> Option<(Order, usize)> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some((Order::Little, 4)),
        [0, 0, 0xfe, 0xff, ..] => Some((Order::Big, 4)),
        _ => None,
    }
}

fn unit16(bytes: &[u8], at: usize, order: Order) -> Option<u32> {
    let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
    Some(u32::from(if order == Order::Little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }))
}

/// What begins at a place.
enum Next {
    /// A code point of so many bytes.
    CodePoint(u32, usize),
    /// Part of one, up to the end of the input, and what is wrong with it if that is all.
    Part(&'static str),
    /// So many bytes that cannot be, and why.
    Illegal(usize, &'static str),
}

/// Decodes `bytes[start..]` (behind a mark) and returns where it stopped, see `utf8::decode_utf8`. `encoding`: the name for
/// errors. Errors: the handler's.
pub fn decode_utf16<E>(
    encoding: &'static str,
    bytes: &[u8],
    start: usize,
    order: Order,
    out: &mut Vec<u8>,
    is_final: bool,
    handler: &mut dyn FnMut(DecodeError<'_>) -> Result<Decoded, E>,
) -> Result<usize, E> {
    let next = |at: usize| match unit16(bytes, at, order) {
        None => Next::Part("truncated data"),
        Some(high @ 0xd800..=0xdbff) => match unit16(bytes, at + 2, order) {
            Some(low @ 0xdc00..=0xdfff) => {
                Next::CodePoint(0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff), 4)
            }
            Some(_) => Next::Illegal(2, "illegal UTF-16 surrogate"),
            None => Next::Part("unexpected end of data"),
        },
        Some(0xdc00..=0xdfff) => Next::Illegal(2, "illegal encoding"),
        Some(unit) => Next::CodePoint(unit, 2),
    };
    decode_with(encoding, bytes, start, out, is_final, handler, next)
}

/// As [`decode_utf16`], for UTF-32.
pub fn decode_utf32<E>(
    encoding: &'static str,
    bytes: &[u8],
    start: usize,
    order: Order,
    out: &mut Vec<u8>,
    is_final: bool,
    handler: &mut dyn FnMut(DecodeError<'_>) -> Result<Decoded, E>,
) -> Result<usize, E> {
    let next = |at: usize| {
        let Some(quad) = bytes.get(at..at + 4) else { return Next::Part("truncated data") };
        let quad: [u8; 4] = quad.try_into().expect("a slice of four");
        match if order == Order::Little { u32::from_le_bytes(quad) } else { u32::from_be_bytes(quad) } {
            0xd800..=0xdfff => Next::Illegal(4, "code point in surrogate code point range(0xd800, 0xe000)"),
            code_point @ 0..=0x10_ffff => Next::CodePoint(code_point, 4),
            _ => Next::Illegal(4, "code point not in range(0x110000)"),
        }
    };
    decode_with(encoding, bytes, start, out, is_final, handler, next)
}

fn decode_with<E>(
    encoding: &'static str,
    bytes: &[u8],
    start: usize,
    out: &mut Vec<u8>,
    is_final: bool,
    handler: &mut dyn FnMut(DecodeError<'_>) -> Result<Decoded, E>,
    next: impl Fn(usize) -> Next,
) -> Result<usize, E> {
    let mut at = start;
    while at < bytes.len() {
        let (end, reason) = match next(at) {
            Next::CodePoint(code_point, length) => {
                push(out, code_point);
                at += length;
                continue;
            }
            Next::Part(_) if !is_final => return Ok(at),
            Next::Part(reason) => (bytes.len(), reason),
            Next::Illegal(length, reason) => (at + length, reason),
        };
        let (replacement, behind) = handler(DecodeError { encoding, bytes, start: at, end, reason })?;
        out.extend(replacement);
        at = behind.min(bytes.len());
    }
    Ok(at)
}

fn push_unit(out: &mut Vec<u8>, unit: u32, size: usize, order: Order) {
    match order {
        Order::Little => out.extend_from_slice(&unit.to_le_bytes()[..size]),
        Order::Big => out.extend_from_slice(&unit.to_be_bytes()[4 - size..]),
    }
}

/// Encodes without a mark. Errors: see `single_byte::encode_with`.
pub fn encode_utf16<E>(
    encoding: &'static str,
    text: &[u8],
    order: Order,
    out: &mut Vec<u8>,
    handler: &mut dyn FnMut(EncodeError<'_>) -> Result<Encoded, E>,
) -> Result<(), Option<E>> {
    let map = |c: u32, out: &mut Vec<u8>| {
        match c {
            0xd800..=0xdfff => return false,
            0..=0xffff => push_unit(out, c, 2, order),
            _ => {
                let rest = c - 0x10000;
                push_unit(out, 0xd800 + (rest >> 10), 2, order);
                push_unit(out, 0xdc00 + (rest & 0x3ff), 2, order);
            }
        }
        true
    };
    encode_with(encoding, "surrogates not allowed", text, out, map, Asks::Each { unit: 2 }, handler)
}

/// As [`encode_utf16`], for UTF-32.
pub fn encode_utf32<E>(
    encoding: &'static str,
    text: &[u8],
    order: Order,
    out: &mut Vec<u8>,
    handler: &mut dyn FnMut(EncodeError<'_>) -> Result<Encoded, E>,
) -> Result<(), Option<E>> {
    let map = |c: u32, out: &mut Vec<u8>| {
        let is_plain = !(0xd800..0xe000).contains(&c);
        if is_plain {
            push_unit(out, c, 4, order);
        }
        is_plain
    };
    encode_with(encoding, "surrogates not allowed", text, out, map, Asks::Each { unit: 4 }, handler)
}
