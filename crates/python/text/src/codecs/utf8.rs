//! UTF-8. Valid input is found by the standard library's validator, which knows words and vectors.

use super::{DecodeError, Decoded, EncodeError, Encoded, Replacement};
use crate::code_points::{self, decode};
use crate::index::offset_of;

const NAME: &str = "utf-8";

/// Decodes into `out` and returns how many bytes were used. `is_final`: an incomplete sequence at the end is an error; else it is
/// left for the next call. Errors: the handler's.
pub fn decode_utf8<E>(
    bytes: &[u8],
    out: &mut Vec<u8>,
    is_final: bool,
    handler: &mut dyn FnMut(DecodeError<'_>) -> Result<Decoded, E>,
) -> Result<usize, E> {
    let mut at = 0;
    out.reserve(bytes.len());
    loop {
        let error = match std::str::from_utf8(&bytes[at..]) {
            Ok(text) => {
                out.extend_from_slice(text.as_bytes());
                return Ok(bytes.len());
            }
            Err(error) => error,
        };
        let start = at + error.valid_up_to();
        out.extend_from_slice(&bytes[at..start]);
        let (end, reason) = match error.error_len() {
            None if !is_final => return Ok(start),
            // The beginning of a surrogate: `surrogatepass` may want the rest.
            _ if !is_final && matches!(bytes[start..], [0xed, 0xa0..=0xbf]) => return Ok(start),
            None => (bytes.len(), "unexpected end of data"),
            Some(_) if !matches!(bytes[start], 0xc2..=0xf4) => (start + 1, "invalid start byte"),
            Some(length) => (start + length, "invalid continuation byte"),
        };
        let (replacement, next) = handler(DecodeError { encoding: NAME, bytes, start, end, reason })?;
        out.extend_from_slice(&replacement);
        at = next.min(bytes.len());
    }
}

/// Whether a string has surrogates, which UTF-8 cannot carry. Without them its bytes are its UTF-8.
pub fn has_surrogates(text: &[u8]) -> bool {
    first_surrogate(text).is_some()
}

/// The byte offset of the first surrogate.
fn first_surrogate(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(0xed, text).find(|&at| text.get(at + 1).is_some_and(|&b| b >= 0xa0))
}

/// Encodes into `out`. Errors: the handler's; `None` inside it: the replacement cannot be encoded either, the caller raises
/// the error that the handler was given.
pub fn encode_utf8<E>(
    text: &[u8],
    out: &mut Vec<u8>,
    handler: &mut dyn FnMut(EncodeError<'_>) -> Result<Encoded, E>,
) -> Result<(), Option<E>> {
    let mut at = 0;
    let mut index = 0;
    let count = code_points::count(text);
    out.reserve(text.len());
    while let Some(offset) = first_surrogate(&text[at..]) {
        let first = at + offset;
        out.extend_from_slice(&text[at..first]);
        index += code_points::count(&text[at..first]);
        let (mut end, mut last) = (index, first);
        while last < text.len() {
            let (code_point, next) = decode(text, last);
            if !(0xd800..0xe000).contains(&code_point) {
                break;
            }
            (end, last) = (end + 1, next);
        }
        let error = EncodeError {
            encoding: NAME,
            text,
            start: index,
            end,
            range: first..last,
            reason: "surrogates not allowed",
        };
        let (replacement, next) = handler(error).map_err(Some)?;
        match replacement {
            Replacement::Bytes(bytes) => out.extend(bytes),
            Replacement::Text(text) if has_surrogates(&text) => return Err(None),
            Replacement::Text(text) => out.extend(text),
        }
        index = next.min(count);
        at = if index == end { last } else { offset_of(text, count, index) };
    }
    out.extend_from_slice(&text[at..]);
    Ok(())
}
