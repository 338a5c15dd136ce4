//! Literals that the parser's tree does not carry exactly: lone surrogates, big integers, docstrings.
//!
//! The parser stores strings as Rust `str` and writes U+FFFD for `"\ud800"`. Where that character occurs the literal's source is
//! read again. Strings with surrogates are kept in *generalised UTF-8*: each code point encoded on its own, so that a surrogate
//! takes three bytes and a pair of them stays a pair (Python does not join them).

use crate::code::Constant;

/// Appends the code points of a literal. `value` is what the parser made of `source`; every escape of the source stands for one
/// character of it (a continued line for none). `braces`: `{{` and `}}` are escapes, as in f-strings.
pub(crate) fn append_exact(value: &str, source: &str, is_raw: bool, braces: bool, out: &mut Vec<u8>) {
    if is_raw || !value.contains('\u{fffd}') {
        out.extend(value.as_bytes());
        return;
    }
    let mut chars = value.chars();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let mut len = c.len_utf8();
        let mut code_point = None;
        if c == '\\' {
            let escape = &rest[1..];
            match escape.chars().next() {
                Some('\n') => {
                    rest = &rest[2..];
                    continue;
                }
                Some('\r') => {
                    rest = rest[2..].strip_prefix('\n').unwrap_or(&rest[2..]);
                    continue;
                }
                Some('u') => (len, code_point) = hexadecimal(rest, 4),
                Some('U') => (len, code_point) = hexadecimal(rest, 8),
                Some('x') => len = 4,
                Some('N') => len = rest.find('}').map_or(rest.len(), |i| i + 1),
                Some('0'..='7') => {
                    len = 1 + escape.bytes().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
                }
                // A known one-letter escape; an unknown one stands for two characters.
                Some('\\' | '\'' | '"' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v') => len = 2,
                _ => {}
            }
        } else if rest.starts_with("\r\n") || braces && (rest.starts_with("{{") || rest.starts_with("}}")) {
            // Two characters that stand for one.
            len = 2;
        }
        rest = rest.get(len..).unwrap_or("");
        let Some(parsed) = chars.next() else { break };
        match code_point {
            Some(surrogate @ 0xd800..=0xdfff) => out.extend([
                0xe0 | (surrogate >> 12) as u8,
                0x80 | (surrogate >> 6 & 0x3f) as u8,
                0x80 | (surrogate & 0x3f) as u8,
            ]),
            _ => out.extend(parsed.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.extend(chars.as_str().as_bytes());
}

fn hexadecimal(rest: &str, digits: usize) -> (usize, Option<u32>) {
    let text = rest.get(2..2 + digits);
    (2 + digits, text.and_then(|t| u32::from_str_radix(t, 16).ok()))
}

/// A string constant of generalised UTF-8.
pub(crate) fn string_from_bytes(bytes: Vec<u8>) -> Constant {
    match String::from_utf8(bytes) {
        Ok(text) => Constant::Str(text.into()),
        Err(e) => Constant::SurrogateStr(e.into_bytes().into()),
    }
}

/// Text of an integer literal beyond 64 bits as a [`Constant::BigInt`] wants it: decimal digits, or `0x` and hexadecimal digits.
pub(crate) fn big_integer(token: &str) -> Box<str> {
    let text = token.replace('_', "").to_ascii_lowercase();
    let bits = match text.get(..2) {
        Some("0b") => text[2..].to_owned(),
        Some("0o") => text[2..].bytes().map(|d| format!("{:03b}", (d - b'0') & 7)).collect(),
        Some("0x") => return format!("0x{}", text[2..].trim_start_matches('0')).into(),
        _ => return text.trim_start_matches('0').into(),
    };
    let bits = bits.trim_start_matches('0');
    let mut hex = String::from("0x");
    let first = bits.len() % 4;
    let groups = [&bits[..first]].into_iter().filter(|g| !g.is_empty());
    for group in groups.chain((first..bits.len()).step_by(4).map(|i| &bits[i..i + 4])) {
        let digit = u32::from_str_radix(group, 2).unwrap_or(0);
        hex.push(char::from_digit(digit, 16).unwrap_or('0'));
    }
    hex.into()
}

/// Expands tabs, strips the first line and removes the indentation that all other lines share. Blank lines stay.
pub(crate) fn clean_docstring(text: &str) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let n = 8 - column % 8;
                expanded.extend(std::iter::repeat_n(' ', n));
                column += n;
            }
            '\n' | '\r' => {
                expanded.push(c);
                column = 0;
            }
            _ => {
                expanded.push(c);
                column += 1;
            }
        }
    }
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut lines = expanded.split('\n');
    let first = lines.next().unwrap_or("");
    let margin = lines.clone().filter(|l| indent(l) < l.len()).map(indent).min().unwrap_or(0);
    let mut out = String::with_capacity(expanded.len());
    out.push_str(first.trim_start_matches(' '));
    for line in lines {
        out.push('\n');
        out.push_str(&line[margin.min(indent(line))..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_are_kept() {
        let mut out = Vec::new();
        append_exact("a\u{fffd}\n\u{fffd}b", r"a\ud800\n\N{REPLACEMENT CHARACTER}b", false, false, &mut out);
        assert_eq!(out, b"a\xed\xa0\x80\n\xef\xbf\xbdb");
    }

    #[test]
    fn big_integers() {
        assert_eq!(&*big_integer("0b1_0000_1111"), "0x10f");
        assert_eq!(&*big_integer("0O777"), "0x1ff");
        assert_eq!(&*big_integer("0X00ff"), "0xff");
        assert_eq!(&*big_integer("1_000"), "1000");
    }

    #[test]
    fn docstrings() {
        assert_eq!(clean_docstring("  a\n    b\n\n      c\n  "), "a\nb\n\n  c\n");
        assert_eq!(clean_docstring("a\n\tb"), "a\nb");
    }
}
