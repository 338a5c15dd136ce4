//! Where the smallest parts of a document end: names, literals, references. Offsets are bytes of UTF-8 text.
//!
//! `More` says that the text may go on; a fault has the offset of the first character that cannot be.

use super::fault::{Code, Stop};

type Scan<T, E> = Result<T, Stop<E>>;

pub fn is_space(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | b'\r' | b'\n')
}

/// Whether a document may have this character at all.
pub fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn is_name_start(c: char) -> bool {
    matches!(c, ':' | 'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// The first offset behind white space.
pub fn skip_space(text: &str, at: usize) -> usize {
    at + text.as_bytes()[at..].iter().take_while(|&&c| is_space(c)).count()
}

/// The end of the name that begins here.
pub fn name<E>(text: &str, at: usize) -> Scan<usize, E> {
    match text[at..].chars().next() {
        None => return Err(Stop::More),
        Some(c) if !is_name_start(c) => return Err(Stop::Fault(Code::InvalidToken, at)),
        Some(_) => {}
    }
    name_token(text, at)
}

/// The end of the name characters that begin here; there may be none, but something else has to follow.
pub fn name_token<E>(text: &str, at: usize) -> Scan<usize, E> {
    match text[at..].find(|c| !is_name_char(c)) {
        Some(length) => Ok(at + length),
        None => Err(Stop::More),
    }
}

/// The byte at an offset.
pub fn byte<E>(text: &str, at: usize) -> Scan<u8, E> {
    text.as_bytes().get(at).copied().ok_or(Stop::More)
}

/// The offset behind what has to stand here.
pub fn expect<E>(text: &str, at: usize, what: &str) -> Scan<usize, E> {
    let mut here = at;
    for wanted in what.bytes() {
        if byte(text, here)? != wanted {
            return Err(Stop::Fault(Code::InvalidToken, here));
        }
        here += 1;
    }
    Ok(here)
}

/// The offset behind white space that has to stand here.
pub fn expect_space<E>(text: &str, at: usize) -> Scan<usize, E> {
    match is_space(byte(text, at)?) {
        true => Ok(skip_space(text, at)),
        false => Err(Stop::Fault(Code::InvalidToken, at)),
    }
}

/// The first character up to `end` that no document has.
pub fn check_chars<E>(text: &str, start: usize, end: usize) -> Scan<(), E> {
    match text[start..end].find(|c| !is_char(c)) {
        Some(at) => Err(Stop::Fault(Code::InvalidToken, start + at)),
        None => Ok(()),
    }
}

/// A literal in quotes: where its contents begin and end.
pub fn quoted<E>(text: &str, at: usize) -> Scan<(usize, usize), E> {
    let quote = byte(text, at)?;
    if !matches!(quote, b'"' | b'\'') {
        return Err(Stop::Fault(Code::InvalidToken, at));
    }
    let start = at + 1;
    let length = text.as_bytes()[start..].iter().position(|&c| c == quote).ok_or(Stop::More)?;
    check_chars(text, start, start + length)?;
    Ok((start, start + length))
}

/// What stands behind `&`.
pub enum Reference<'a> {
    Character(char),
    Entity(&'a str),
}

/// The reference that begins at `&`, and the offset behind it.
pub fn reference<E>(text: &str, at: usize) -> Scan<(Reference<'_>, usize), E> {
    if byte(text, at + 1)? != b'#' {
        let end = name(text, at + 1)?;
        let behind = expect(text, end, ";")?;
        return Ok((Reference::Entity(&text[at + 1..end]), behind));
    }
    let (radix, start) = if byte(text, at + 2)? == b'x' { (16, at + 3) } else { (10, at + 2) };
    let digits = text.as_bytes()[start..].iter().take_while(|c| char::from(**c).is_digit(radix)).count();
    let end = start + digits;
    let last = byte(text, end)?;
    if digits == 0 || last != b';' {
        return Err(Stop::Fault(Code::InvalidToken, end));
    }
    let number = u32::from_str_radix(&text[start..end], radix).ok();
    match number.and_then(char::from_u32).filter(|c| is_char(*c)) {
        Some(c) => Ok((Reference::Character(c), end + 1)),
        None => Err(Stop::Fault(Code::BadCharacterReference, at)),
    }
}

/// The character of an entity that every document has.
pub fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// Line ends as the program sees them.
pub fn push_with_plain_line_ends(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('\r') {
        out.push_str(&rest[..at]);
        out.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    out.push_str(rest);
}
