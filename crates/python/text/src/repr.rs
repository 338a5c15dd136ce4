//! `repr` of strings and bytes, `ascii`, and the escapes they write.

use crate::code_points::iter;
use crate::unicode::{self, PRINTABLE};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Single quotes, unless the text has some and no double ones.
fn quote(text: &[u8]) -> u8 {
    if memchr::memchr(b'\'', text).is_some() && memchr::memchr(b'"', text).is_none() { b'"' } else { b'\'' }
}

/// `repr(s)`
pub fn repr_str(text: &[u8]) -> Vec<u8> {
    write_str(text, false)
}

/// `ascii(s)`: nothing but ASCII.
pub fn ascii_str(text: &[u8]) -> Vec<u8> {
    write_str(text, true)
}

fn write_str(text: &[u8], is_ascii_only: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 2);
    // Most strings need no escape: one pass finds that out.
    if text.iter().all(|&b| (0x20..0x7f).contains(&b) && b != b'\'' && b != b'\\') {
        out.push(b'\'');
        out.extend_from_slice(text);
        out.push(b'\'');
        return out;
    }
    let quote = quote(text);
    out.push(quote);
    for c in iter(text) {
        match c {
            0..=0x7f => push_byte(&mut out, c as u8, quote),
            _ if !is_ascii_only && unicode::is(c, PRINTABLE) => crate::code_points::push(&mut out, c),
            _ => push_escape(&mut out, c),
        }
    }
    out.push(quote);
    out
}

/// `\xe9`, `\u20ac` or `\U0001f600`
pub fn push_escape(out: &mut Vec<u8>, code_point: u32) {
    let (letter, digits) = match code_point {
        0..=0xff => (b'x', 2),
        0x100..=0xffff => (b'u', 4),
        _ => (b'U', 8),
    };
    out.extend([b'\\', letter]);
    out.extend((0..digits).rev().map(|i| HEX[(code_point >> (4 * i) & 15) as usize]));
}

/// One ASCII character or byte as it stands in a literal.
fn push_byte(out: &mut Vec<u8>, byte: u8, quote: u8) {
    match byte {
        b'\\' => out.extend(b"\\\\"),
        b'\t' => out.extend(b"\\t"),
        b'\n' => out.extend(b"\\n"),
        b'\r' => out.extend(b"\\r"),
        _ if byte == quote => out.extend([b'\\', quote]),
        0x20..=0x7e => out.push(byte),
        _ => push_escape(out, u32::from(byte)),
    }
}

/// `repr(b)`
pub fn repr_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![b'b'];
    push_quoted_bytes(&mut out, bytes);
    out
}

/// The literal without its `b`, as `bytearray(b'...')` needs it too.
pub fn push_quoted_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    let quote = quote(bytes);
    out.push(quote);
    bytes.iter().for_each(|&b| push_byte(out, b, quote));
    out.push(quote);
}
