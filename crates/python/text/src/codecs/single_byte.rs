//! Encodings of one byte for each code point: ASCII, Latin-1 and maps (`codecs.charmap_encode`, `charmap_decode`).

use super::{DecodeError, Decoded, EncodeError, Encoded, Replacement};
use crate::code_points::{count, decode, push};
use crate::index::offset_of;

/// Whether a handler is asked once for a run of code points that cannot be encoded, or for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    Runs,
    /// Bytes that replace one must be whole units of this many bytes.
    Each {
        unit: usize,
    },
}

/// Encodes into `out`. `map`: appends what a code point becomes, or says `false`, then the handler is asked.
/// Errors: the handler's; `None` inside it: the replacement cannot be encoded, the caller raises the handler's error.
pub fn encode_with<E>(
    encoding: &'static str,
    reason: &'static str,
    text: &[u8],
    out: &mut Vec<u8>,
    mut map: impl FnMut(u32, &mut Vec<u8>) -> bool,
    asks: Asks,
    handler: &mut dyn FnMut(EncodeError<'_>) -> Result<Encoded, E>,
) -> Result<(), Option<E>> {
    let (mut at, mut index) = (0, 0);
    let all = count(text);
    let mut scratch = Vec::new();
    while at < text.len() {
        let (code_point, next) = decode(text, at);
        if map(code_point, out) {
            (at, index) = (next, index + 1);
            continue;
        }
        let (mut end, mut last) = (index + 1, next);
        while last < text.len() && asks == Asks::Runs {
            let (code_point, next) = decode(text, last);
            scratch.clear();
            if map(code_point, &mut scratch) {
                break;
            }
            (end, last) = (end + 1, next);
        }
        let error = EncodeError { encoding, text, start: index, end, range: at..last, reason };
        let (replacement, resume) = handler(error).map_err(Some)?;
        match replacement {
            Replacement::Bytes(bytes) => {
                if let Asks::Each { unit } = asks
                    && !bytes.len().is_multiple_of(unit)
                {
                    return Err(None);
                }
                out.extend(bytes);
            }
            Replacement::Text(text) => {
                for c in crate::code_points::iter(&text) {
                    if !map(c, out) {
                        return Err(None);
                    }
                }
            }
        }
        index = resume.min(all);
        at = if index == end { last } else { offset_of(text, all, index) };
    }
    Ok(())
}

/// Appends a code point below `limit` as a byte.
fn below(limit: u32) -> impl FnMut(u32, &mut Vec<u8>) -> bool {
    move |c, out| {
        let fits = c < limit;
        if fits {
            out.push(c as u8);
        }
        fits
    }
}

/// ASCII, see [`encode_with`].
pub fn encode_ascii<E>(
    text: &[u8],
    out: &mut Vec<u8>,
    handler: &mut dyn FnMut(EncodeError<'_>) -> Result<Encoded, E>,
) -> Result<(), Option<E>> {
    encode_below(0x80, "ascii", "ordinal not in range(128)", text, out, handler)
}

/// Latin-1, see [`encode_with`].
pub fn encode_latin1<E>(
    text: &[u8],
    out: &mut Vec<u8>,
    handler: &mut dyn FnMut(EncodeError<'_>) -> Result<Encoded, E>,
) -> Result<(), Option<E>> {
    encode_below(0x100, "latin-1", "ordinal not in range(256)", text, out, handler)
}

/// An encoding in which the code points below `limit`, and ASCII among them, are bytes of that number.
fn encode_below<E>(
    limit: u32,
    encoding: &'static str,
    reason: &'static str,
    text: &[u8],
    out: &mut Vec<u8>,
    handler: &mut dyn FnMut(EncodeError<'_>) -> Result<Encoded, E>,
) -> Result<(), Option<E>> {
    if text.is_ascii() {
        out.extend_from_slice(text);
        return Ok(());
    }
    encode_with(encoding, reason, text, out, below(limit), Asks::Runs, handler)
}

/// `charmap_encode`: `map` appends what a code point becomes, see [`encode_with`].
pub fn encode_charmap<E>(
    text: &[u8],
    out: &mut Vec<u8>,
    map: impl FnMut(u32, &mut Vec<u8>) -> bool,
    handler: &mut dyn FnMut(EncodeError<'_>) -> Result<Encoded, E>,
) -> Result<(), Option<E>> {
    encode_with("charmap", "character maps to <undefined>", text, out, map, Asks::Runs, handler)
}

/// Latin-1: every byte is its code point.
pub fn decode_latin1(bytes: &[u8], out: &mut Vec<u8>) {
    if bytes.is_ascii() {
        out.extend_from_slice(bytes);
        return;
    }
    out.reserve(bytes.len() * 2);
    bytes.iter().for_each(|&b| push(out, b.into()));
}

/// Decodes one byte at a time. `map`: what a byte becomes, appended; `false` asks the handler. Errors: the handler's.
pub fn decode_with<E>(
    encoding: &'static str,
    reason: &'static str,
    bytes: &[u8],
    out: &mut Vec<u8>,
    mut map: impl FnMut(u8, &mut Vec<u8>) -> bool,
    handler: &mut dyn FnMut(DecodeError<'_>) -> Result<Decoded, E>,
) -> Result<(), E> {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if map(byte, out) {
            at += 1;
            continue;
        }
        let error = DecodeError { encoding, bytes, start: at, end: at + 1, reason };
        let (replacement, next) = handler(error)?;
        out.extend(replacement);
        at = next.min(bytes.len());
    }
    Ok(())
}

/// ASCII. Errors: the handler's.
pub fn decode_ascii<E>(
    bytes: &[u8],
    out: &mut Vec<u8>,
    handler: &mut dyn FnMut(DecodeError<'_>) -> Result<Decoded, E>,
) -> Result<(), E> {
    if bytes.is_ascii() {
        out.extend_from_slice(bytes);
        return Ok(());
    }
    let map = |byte: u8, out: &mut Vec<u8>| {
        if byte.is_ascii() {
            out.push(byte);
        }
        byte.is_ascii()
    };
    decode_with("ascii", "ordinal not in range(128)", bytes, out, map, handler)
}

/// `charmap_decode`, see [`decode_with`]. Errors: the handler's.
pub fn decode_charmap<E>(
    bytes: &[u8],
    out: &mut Vec<u8>,
    map: impl FnMut(u8, &mut Vec<u8>) -> bool,
    handler: &mut dyn FnMut(DecodeError<'_>) -> Result<Decoded, E>,
) -> Result<(), E> {
    decode_with("charmap", "character maps to <undefined>", bytes, out, map, handler)
}
