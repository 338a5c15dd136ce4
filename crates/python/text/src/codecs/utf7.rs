//! UTF-7 (RFC 2152): UTF-16 units in base64 between `+` and `-`.
//!
//! Decoding is of whole input: a stream collects it first. Encoding quotes optional characters as CPython's codec does: only blanks and line ends
//! besides the direct ones stand for themselves.

use super::{DecodeError, Decoded};
use crate::code_points::{iter, push};

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const NAME: &str = "utf7";

/// Characters that stand for themselves when encoding: all of ASCII that prints, but `+`, `\` and `~`.
fn is_direct(code_point: u32) -> bool {
    matches!(code_point, 0 | 9 | 10 | 13 | 0x20..=0x7d) && !matches!(code_point, 0x2b | 0x5c)
}

fn value(byte: u8) -> Option<u32> {
    BASE64.iter().position(|&b| b == byte).map(|i| i as u32)
}

/// Encodes; surrogates pass as units.
pub fn encode_utf7(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let (mut buffer, mut bits, mut in_shift) = (0_u64, 0, false);
    let flush = |out: &mut Vec<u8>, buffer: &mut u64, bits: &mut u32| {
        while *bits >= 6 {
            *bits -= 6;
            out.push(BASE64[(*buffer >> *bits & 63) as usize]);
        }
        *buffer &= (1 << *bits) - 1;
    };
    for c in iter(text) {
        if is_direct(c) {
            if in_shift {
                if bits > 0 {
                    out.push(BASE64[(buffer << (6 - bits) & 63) as usize]);
                    (buffer, bits) = (0, 0);
                }
                in_shift = false;
                // The end must be marked where the next character could go on.
                if value(c as u8).is_some() || c == 0x2d {
                    out.push(b'-');
                }
            }
            out.push(c as u8);
            continue;
        }
        if !in_shift {
            out.push(b'+');
            if c == 0x2b {
                out.push(b'-');
                continue;
            }
            in_shift = true;
        }
        let units = match c {
            0x1_0000.. => [Some(0xd800 + ((c - 0x1_0000) >> 10)), Some(0xdc00 + (c & 0x3ff))],
            _ => [Some(c), None],
        };
        for unit in units.into_iter().flatten() {
            buffer = buffer << 16 | u64::from(unit);
            bits += 16;
            flush(&mut out, &mut buffer, &mut bits);
        }
    }
    if bits > 0 {
        out.push(BASE64[(buffer << (6 - bits) & 63) as usize]);
    }
    if in_shift {
        out.push(b'-');
    }
    out
}

/// What is pending inside a shifted sequence.
#[derive(Default)]
struct Shift {
    start: usize,
    /// Length of the output where it began.
    out_start: usize,
    buffer: u64,
    bits: u32,
    /// A high surrogate that waits for its low one.
    high: Option<u32>,
}

impl Shift {
    fn unit(&mut self, unit: u32, out: &mut Vec<u8>) {
        match (self.high.take(), unit) {
            (Some(high), 0xdc00..=0xdfff) => {
                push(out, 0x1_0000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
                return;
            }
            (Some(high), _) => push(out, high),
            (None, _) => {}
        }
        if let 0xd800..=0xdbff = unit { self.high = Some(unit) } else { push(out, unit) }
    }

    /// Errors: the reason.
    fn end(&mut self) -> Result<(), &'static str> {
        if self.bits >= 6 {
            return Err("partial character in shift sequence");
        }
        if self.buffer & ((1 << self.bits) - 1) != 0 {
            return Err("non-zero padding bits in shift sequence");
        }
        Ok(())
    }
}

/// Decodes into `out` and returns how many bytes were used. `is_final`: a shifted sequence without end is an error if it is not complete; else
/// it is left for the next call. Errors: the handler's.
pub fn decode_utf7<E>(
    bytes: &[u8],
    out: &mut Vec<u8>,
    is_final: bool,
    handler: &mut dyn FnMut(DecodeError<'_>) -> Result<Decoded, E>,
) -> Result<usize, E> {
    let mut at = 0;
    let mut shift: Option<Shift> = None;
    let mut ask = |start: usize, end: usize, reason: &'static str, out: &mut Vec<u8>| -> Result<usize, E> {
        let (replacement, next) = handler(DecodeError { encoding: NAME, bytes, start, end, reason })?;
        out.extend(replacement);
        Ok(next.min(bytes.len()))
    };
    loop {
        let Some(&byte) = bytes.get(at) else {
            let Some(pending) = shift.take() else { return Ok(bytes.len()) };
            if !is_final {
                out.truncate(pending.out_start);
                return Ok(pending.start);
            }
            let is_complete =
                pending.high.is_none() && pending.bits < 6 && pending.buffer & ((1 << pending.bits) - 1) == 0;
            if is_complete {
                return Ok(bytes.len());
            }
            at = ask(pending.start, bytes.len(), "unterminated shift sequence", out)?;
            continue;
        };
        if let Some(pending) = &mut shift {
            if let Some(digit) = value(byte) {
                pending.buffer = pending.buffer << 6 | u64::from(digit);
                pending.bits += 6;
                at += 1;
                if pending.bits >= 16 {
                    pending.bits -= 16;
                    let unit = (pending.buffer >> pending.bits) as u32 & 0xffff;
                    pending.buffer &= (1 << pending.bits) - 1;
                    pending.unit(unit, out);
                }
                continue;
            }
            let start = pending.start;
            let result = pending.end();
            let high = pending.high;
            shift = None;
            at += 1;
            if let Err(reason) = result {
                at = ask(start, at, reason, out)?;
                continue;
            }
            if let Some(high) = high.filter(|_| byte.is_ascii()) {
                push(out, high);
            }
            match byte {
                b'-' => {}
                0x80.. => at = ask(at - 1, at, "unexpected special character", out)?,
                _ => out.push(byte),
            }
            continue;
        }
        match byte {
            b'+' => match bytes.get(at + 1) {
                Some(b'-') => {
                    out.push(b'+');
                    at += 2;
                }
                Some(&next) if value(next).is_none() => at = ask(at, at + 2, "ill-formed sequence", out)?,
                _ => {
                    shift = Some(Shift { start: at, out_start: out.len(), ..Shift::default() });
                    at += 1;
                }
            },
            0..=0x7f => {
                out.push(byte);
                at += 1;
            }
            _ => at = ask(at, at + 1, "unexpected special character", out)?,
        }
    }
}
