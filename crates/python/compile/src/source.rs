//! Bytes of a source file to text: byte order mark, encoding declaration (PEP 263), decoding.

use std::borrow::Cow;

use crate::error::{CompileError, ErrorKind, ErrorLocation};

fn error(message: String) -> Box<CompileError> {
    // So CPython gives the place of what it does not know the place of.
    at(message, 0, -1, -1, None)
}

fn at(message: String, line: i64, offset: i64, end_offset: i64, text: Option<String>) -> Box<CompileError> {
    let location = ErrorLocation { line, offset, end_line: line, end_offset };
    Box::new(CompileError { kind: ErrorKind::Syntax, message, location: Some(location), text })
}

/// Decodes a source file. Errors: an unknown encoding, a byte order mark that contradicts the declaration, bytes that
/// are not in the encoding, and null bytes.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Box<CompileError>> {
    decode_with(bytes, &mut |name, _| Err(format!("unknown encoding: {name}")))
}

/// Decodes bytes from an encoding by name. Errors: a message.
pub type Decoder<'d> = &'d mut dyn FnMut(&str, &[u8]) -> Result<String, String>;

/// [`decode`], with whom to ask for an encoding that is not known here: it gets the declared name and the bytes, and returns the
/// text or a message. Lines of the text end with line feeds, whatever they ended with.
pub fn decode_with<'a>(
    bytes: &'a [u8],
    other_encoding: Decoder<'_>,
) -> Result<Cow<'a, str>, Box<CompileError>> {
    let (body, has_mark) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(body) => (body, true),
        None => (bytes, false),
    };
    let declared = declared_encoding(body);
    let name = declared.as_ref().map_or_else(|| "utf-8".to_owned(), |found| normalized(&found.name));
    if let Some(found) = declared.filter(|_| has_mark && name != "utf-8") {
        let text = lines(body).nth(found.line).unwrap_or_default();
        let text = String::from_utf8_lossy(text).into_owned();
        let end = text.chars().count() as i64 + i64::from(found.line > 0);
        return Err(at(
            format!("encoding problem: {name} with BOM"),
            found.line as i64 + 1,
            0,
            end,
            Some(text),
        ));
    }
    let text = match name.as_str() {
        "utf-8" => Cow::Borrowed(std::str::from_utf8(body).map_err(|e| not_utf8(body, e.valid_up_to()))?),
        "iso-8859-1" => Cow::Owned(body.iter().map(|&b| char::from(b)).collect()),
        "ascii" | "us-ascii" => match body.iter().position(|b| !b.is_ascii()) {
            None => String::from_utf8_lossy(body),
            Some(at) => {
                let byte = body[at];
                return Err(error(format!(
                    "'ascii' codec can't decode byte {byte:#04x} in position {at}: ordinal not in range(128)"
                )));
            }
        },
        other => match encoding_rs::Encoding::for_label(label(other).as_bytes()) {
            Some(encoding) => decode_known(encoding, body)?,
            None => Cow::Owned(other_encoding(other, body).map_err(error)?),
        },
    };
    check_nulls(&text)?;
    Ok(universal_newlines(text))
}

/// Makes each line end with a line feed alone: what the source of a string literal is counts, not how its file was written.
pub fn universal_newlines(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.as_bytes().contains(&b'\r') {
        return text;
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn lines(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    body.split(|&b| b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn not_utf8(body: &[u8], position: usize) -> Box<CompileError> {
    let line_start = body[..position].iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
    let line = body[..position].iter().filter(|&&b| b == b'\n').count();
    let column = String::from_utf8_lossy(&body[line_start..position]).chars().count() as i64 + 1;
    let text = String::from_utf8_lossy(lines(body).nth(line).unwrap_or_default()).into_owned();
    let (byte, line) = (body[position], line as i64 + 1);
    let message = format!(
        "Non-UTF-8 code starting with '\\x{byte:02x}' on line {line}, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details"
    );
    at(message, line, column, column, Some(text))
}

/// What the tables of the web call an encoding that Python names otherwise.
fn label(name: &str) -> String {
    match name {
        "cp932" | "ms932" | "mskanji" => "shift_jis".into(),
        "cp949" | "ms949" | "uhc" => "windows-949".into(),
        "cp936" | "ms936" => "gbk".into(),
        "cp950" | "ms950" => "big5".into(),
        _ => name.replace("cp125", "windows-125"),
    }
}

fn decode_known<'a>(
    encoding: &'static encoding_rs::Encoding,
    body: &'a [u8],
) -> Result<Cow<'a, str>, Box<CompileError>> {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(body) {
        return Ok(text);
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text =
        String::with_capacity(decoder.max_utf8_buffer_length_without_replacement(body.len()).unwrap_or(0));
    let (result, read) = decoder.decode_to_string_without_replacement(body, &mut text, true);
    let position = match result {
        encoding_rs::DecoderResult::Malformed(length, after) => {
            read - usize::from(length) - usize::from(after)
        }
        _ => read,
    };
    let name = encoding.name().to_ascii_lowercase();
    let (name, problem) = match name.as_str() {
        "utf-8" => (name, "invalid start byte"),
        _ => (name.replace('-', "_"), "illegal multibyte sequence"),
    };
    let byte = body.get(position).copied().unwrap_or(0);
    Err(error(format!("'{name}' codec can't decode byte {byte:#04x} in position {position}: {problem}")))
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

struct Declared {
    /// As it is written.
    name: String,
    /// Number of the line, from 0.
    line: usize,
}

/// The encoding that one of the first two lines declares; the first must be blank or a comment for the second to count.
fn declared_encoding(body: &[u8]) -> Option<Declared> {
    for (number, line) in lines(body).take(2).enumerate() {
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
                return Some(Declared {
                    name: String::from_utf8_lossy(&rest[..len]).into_owned(),
                    line: number,
                });
            }
        }
    }
    None
}

/// CPython's tokenizer knows two encodings by several names; all others go by the name that they are given.
fn normalized(name: &str) -> String {
    let lowered = name.to_ascii_lowercase().replace('_', "-");
    let is = |prefix: &str| lowered == prefix || lowered.starts_with(&format!("{prefix}-"));
    if is("utf-8") {
        "utf-8".into()
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        "iso-8859-1".into()
    } else {
        name.into()
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
        assert_eq!(message(b"\xef\xbb\xbf# coding: utf8\n"), "encoding problem: utf8 with BOM");
        assert_eq!(
            message(b"# coding: shift-jis\nprint('\xc4\x85')\n"),
            "'shift_jis' codec can't decode byte 0x85 in position 28: illegal multibyte sequence"
        );
        assert_eq!(decode(b"a\r\nb\rc\n").as_deref(), Ok("a\nb\nc\n"));
        assert_eq!(message(b"a\0b"), "source code string cannot contain null bytes");
    }
}
