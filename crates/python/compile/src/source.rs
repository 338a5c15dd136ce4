//! Bytes of a source file to text: byte order mark, encoding declaration (PEP 263), decoding.

use std::borrow::Cow;

use crate::error::{CompileError, ErrorKind, ErrorLocation};

fn error(message: String, line: i64, offset: i64) -> Box<CompileError> {
    let location = ErrorLocation { line, offset, end_line: line, end_offset: offset };
    Box::new(CompileError { kind: ErrorKind::Syntax, message, location: Some(location), text: None })
}

/// Decodes a source file. Errors: an unknown encoding, a byte order mark that contradicts the declaration, bytes that
/// are not in the encoding, and null bytes.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Box<CompileError>> {
    let (body, has_mark) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(body) => (body, true),
        None => (bytes, false),
    };
    let declared = declared_encoding(body);
    let name = declared.as_deref().map_or_else(|| "utf-8".to_owned(), normalized);
    if has_mark && name != "utf-8" {
        return Err(error(format!("encoding problem: {name} with BOM"), 1, 0));
    }
    let text = match name.as_str() {
        "utf-8" => Cow::Borrowed(std::str::from_utf8(body).map_err(|e| {
            let at = e.valid_up_to();
            let line_start = body[..at].iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
            let line = body[..at].iter().filter(|&&b| b == b'\n').count() as i64 + 1;
            let column = String::from_utf8_lossy(&body[line_start..at]).chars().count() as i64 + 1;
            let byte = body[at];
            let problem = if declared.is_some() {
                format!("'utf-8' codec can't decode byte {byte:#04x} in position {at}: invalid start byte")
            } else {
                format!(
                    "Non-UTF-8 code starting with '\\x{byte:02x}' on line {line}, but no encoding declared; \
                     see https://peps.python.org/pep-0263/ for details"
                )
            };
            error(problem, line, column)
        })?),
        "iso-8859-1" => Cow::Owned(body.iter().map(|&b| char::from(b)).collect()),
        "ascii" => match body.iter().position(|b| !b.is_ascii()) {
            None => String::from_utf8_lossy(body),
            Some(at) => {
                let byte = body[at];
                let message = format!(
                    "'ascii' codec can't decode byte {byte:#04x} in position {at}: ordinal not in range(128)"
                );
                return Err(error(message, 0, -1));
            }
        },
        other => {
            let label = other.replace("cp125", "windows-125");
            let Some(encoding) = encoding_rs::Encoding::for_label(label.as_bytes()) else {
                let declared = declared.as_deref().unwrap_or(other);
                return Err(error(format!("unknown encoding: {declared}"), 0, -1));
            };
            match encoding.decode_without_bom_handling_and_without_replacement(body) {
                Some(text) => text,
                None => return Err(error(format!("encoding problem: {other}"), 0, -1)),
            }
        }
    };
    check_nulls(&text)?;
    Ok(text)
}

/// A source may not hold null bytes.
pub(crate) fn check_nulls(text: &str) -> Result<(), Box<CompileError>> {
    if !text.as_bytes().contains(&0) {
        return Ok(());
    }
    Err(Box::new(CompileError {
        kind: ErrorKind::Syntax,
        message: "source code string cannot contain null bytes".into(),
        location: None,
        text: None,
    }))
}

/// The encoding that one of the first two lines declares; the first must be blank or a comment for the second to count.
fn declared_encoding(body: &[u8]) -> Option<String> {
    for line in body.split(|&b| b == b'\n').take(2) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let start = line.iter().position(|b| !matches!(b, b' ' | b'\t' | 0x0c));
        let Some(start) = start else { continue };
        if line[start] != b'#' {
            return None;
        }
        let comment = &line[start..];
        let at = comment.windows(7).position(|w| matches!(w, b"coding:" | b"coding="));
        if let Some(at) = at {
            let rest = comment[at + 7..].trim_ascii_start();
            let len = rest
                .iter()
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
                .count();
            if len > 0 {
                return Some(String::from_utf8_lossy(&rest[..len]).into_owned());
            }
        }
    }
    None
}

fn normalized(name: &str) -> String {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let is = |prefix: &str| name == prefix || name.starts_with(&format!("{prefix}-"));
    if is("utf-8") || name == "utf8" {
        "utf-8".into()
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") || name == "latin1" {
        "iso-8859-1".into()
    } else if matches!(name.as_str(), "ascii" | "us-ascii" | "646") {
        "ascii".into()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        assert_eq!(decode(b"\xef\xbb\xbfx").as_deref(), Ok("x"));
        assert_eq!(decode(b"# coding: latin-1\n\xff").as_deref(), Ok("# coding: latin-1\n\u{ff}"));
        assert_eq!(
            decode(b"\n# -*- coding: cp1252 -*-\n\x80").as_deref(),
            Ok("\n# -*- coding: cp1252 -*-\n\u{20ac}")
        );
        let message = |bytes: &[u8]| decode(bytes).expect_err("it is invalid").message;
        assert_eq!(message(b"# coding: foo\n"), "unknown encoding: foo");
        assert_eq!(message(b"\xef\xbb\xbf# coding: latin-1\n"), "encoding problem: iso-8859-1 with BOM");
        assert!(message(b"x='\xff'\n").starts_with("Non-UTF-8 code starting with '\\xff' on line 1,"));
        assert_eq!(message(b"a\0b"), "source code string cannot contain null bytes");
    }
}
