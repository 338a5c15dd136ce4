//! Lone surrogates in Rust text, which cannot have them: spelled as escapes, as `backslashreplace` does on the standard error.
//!
//! Messages and tracebacks are put together as Rust text, and so are names of files, whose bytes need not be UTF-8 (PEP 383). What CPython
//! escapes when it prints is escaped here when the text is made; replacement characters would say less, and no file is called that.

use std::borrow::Cow;

/// WTF-8 as text, each lone surrogate as `\udXXX`.
pub fn escaped(wtf8: &[u8]) -> Cow<'_, str> {
    let Err(error) = std::str::from_utf8(wtf8) else { return String::from_utf8_lossy(wtf8) };
    let (valid, mut rest) = wtf8.split_at(error.valid_up_to());
    let mut text = String::from_utf8_lossy(valid).into_owned();
    while let [first, more @ ..] = rest {
        if let (0xED, [second, third, after @ ..]) = (first, more) {
            let code = 0xD000 | u32::from(second & 0x3F) << 6 | u32::from(third & 0x3F);
            text.push_str(&format!("\\u{code:04x}"));
            rest = after;
        } else {
            text.push(char::REPLACEMENT_CHARACTER);
            rest = more;
        }
        let valid = match std::str::from_utf8(rest) {
            Ok(valid) => valid.len(),
            Err(error) => error.valid_up_to(),
        };
        text.push_str(&String::from_utf8_lossy(&rest[..valid]));
        rest = &rest[valid..];
    }
    text.into()
}

/// The system's name of a file as text: bytes that are not UTF-8 as the surrogates that stand for them.
pub fn of_name(name: &[u8]) -> String {
    let mut text = String::new();
    for chunk in name.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\udc{byte:02x}"));
        }
    }
    text
}

/// The name of a file that [`of_name`] made text of; `None`: it is as the text is.
pub fn name_of(text: &str) -> Option<Vec<u8>> {
    let mut name = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\udc") {
        name.extend_from_slice(&rest.as_bytes()[..at]);
        let digits = rest.get(at + 4..at + 6).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match digits.filter(|byte| !byte.is_ascii()) {
            Some(byte) => name.push(byte),
            None => return None,
        }
        rest = &rest[at + 6..];
    }
    if name.is_empty() && rest.len() == text.len() {
        return None;
    }
    name.extend_from_slice(rest.as_bytes());
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_are_escaped() {
        assert_eq!(escaped("grün".as_bytes()), "grün");
        assert_eq!(escaped(b"a\xED\xB3\xBFb\xED\xA0\x80"), "a\\udcffb\\ud800");
    }

    #[test]
    fn names_come_back() {
        for name in [&b"\xff.py"[..], b"a/\xfe\xc3\xa9/\x80"] {
            assert_eq!(name_of(&of_name(name)).as_deref(), Some(name));
        }
        assert_eq!(name_of("plain.py"), None);
        assert_eq!(name_of("\\udc7f"), None);
    }
}
