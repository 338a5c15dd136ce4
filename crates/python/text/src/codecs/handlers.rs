//! The built-in error handlers, as functions of the object they are asked about.

use super::{DecodeError, Decoded, EncodeError, Encoded, Replacement};
use crate::code_points::{decode, iter, push};
use crate::repr::push_escape;

/// A built-in handler. `namereplace` and handlers that are registered are the caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    SurrogateEscape,
    SurrogatePass,
    XmlCharRefReplace,
}

impl Handler {
    /// The handler of a name. `None`: not one of these.
    pub fn named(name: &str) -> Option<Handler> {
        Some(match name {
            "strict" => Handler::Strict,
            "ignore" => Handler::Ignore,
            "replace" => Handler::Replace,
            "backslashreplace" => Handler::BackslashReplace,
            "surrogateescape" => Handler::SurrogateEscape,
            "surrogatepass" => Handler::SurrogatePass,
            "xmlcharrefreplace" => Handler::XmlCharRefReplace,
            _ => return None,
        })
    }

    /// Answers a decoder. `None`: raise the error.
    pub fn decode(self, error: &DecodeError<'_>) -> Option<Decoded> {
        let bytes = &error.bytes[error.start..error.end];
        let mut out = Vec::new();
        match self {
            Handler::Strict | Handler::XmlCharRefReplace => return None,
            Handler::Ignore => {}
            Handler::Replace => push(&mut out, 0xfffd),
            Handler::BackslashReplace => bytes.iter().for_each(|&b| push_escape(&mut out, b.into())),
            Handler::SurrogateEscape => {
                // Bytes below 128 are never escaped: that would let in what a check of the text would not see.
                let most = bytes.iter().take(4).take_while(|&&b| b >= 0x80).count();
                if most == 0 {
                    return None;
                }
                bytes[..most].iter().for_each(|&b| push(&mut out, 0xdc00 + u32::from(b)));
                return Some((out, error.start + most));
            }
            Handler::SurrogatePass => return surrogate_pass_decode(error),
        }
        Some((out, error.end))
    }

    /// Answers an encoder. `None`: raise the error.
    pub fn encode(self, error: &EncodeError<'_>) -> Option<Encoded> {
        let points = iter(&error.text[error.range.clone()]);
        let mut out = Vec::new();
        match self {
            Handler::Strict => return None,
            Handler::Ignore => {}
            Handler::Replace => out.resize(error.end - error.start, b'?'),
            Handler::BackslashReplace => points.for_each(|c| push_escape(&mut out, c)),
            Handler::XmlCharRefReplace => {
                points.for_each(|c| out.extend(format!("&#{c};").into_bytes()));
            }
            Handler::SurrogateEscape => {
                // The escaped ones at the front; the error that is raised begins behind them.
                out.extend(points.map_while(|c| (0xdc80..=0xdcff).contains(&c).then_some(c as u8)));
                let next = error.start + out.len();
                return (!out.is_empty()).then_some((Replacement::Bytes(out), next));
            }
            Handler::SurrogatePass => return surrogate_pass_encode(error),
        }
        Some((Replacement::Text(out), error.end))
    }
}

/// The byte form of surrogates in an encoding: bytes per unit and whether the first is the highest. `None`: not a UTF.
fn unit_of(encoding: &str) -> Option<(usize, bool)> {
    Some(match encoding {
        "utf-8" => (3, true),
        "utf-16-le" | "utf-16" => (2, false),
        "utf-16-be" => (2, true),
        "utf-32-le" | "utf-32" => (4, false),
        "utf-32-be" => (4, true),
        _ => return None,
    })
}

fn surrogate_pass_decode(error: &DecodeError<'_>) -> Option<Decoded> {
    let (size, is_big) = unit_of(error.encoding)?;
    let unit = error.bytes.get(error.start..error.start + size)?;
    let code_point = match size {
        3 => {
            if !matches!(unit, [0xed, 0xa0..=0xbf, 0x80..=0xbf]) {
                return None;
            }
            decode(unit, 0).0
        }
        _ => {
            let fold = |c: u32, b: &u8| c << 8 | u32::from(*b);
            if is_big { unit.iter().fold(0, fold) } else { unit.iter().rev().fold(0, fold) }
        }
    };
    if !(0xd800..0xe000).contains(&code_point) {
        return None;
    }
    let mut out = Vec::new();
    push(&mut out, code_point);
    Some((out, error.start + size))
}

fn surrogate_pass_encode(error: &EncodeError<'_>) -> Option<Encoded> {
    let (size, is_big) = unit_of(error.encoding)?;
    let mut out = Vec::new();
    for c in iter(&error.text[error.range.clone()]) {
        if !(0xd800..0xe000).contains(&c) {
            return None;
        }
        match (size, is_big) {
            (3, _) => push(&mut out, c),
            (_, true) => out.extend_from_slice(&c.to_be_bytes()[4 - size..]),
            (_, false) => out.extend_from_slice(&c.to_le_bytes()[..size]),
        }
    }
    Some((Replacement::Bytes(out), error.end))
}
