//! Codecs and built-in error handlers against CPython's answers.

mod cases;

use cases::{bytes, check, show_bytes, show_str};
use python_text::codecs::escape::{self, BadHex, EscapeError};
use python_text::codecs::handlers::Handler;
use python_text::codecs::wide::{self, Order};
use python_text::codecs::{DecodeError, Decoded, EncodeError, Encoded, single_byte, utf7, utf8};

fn plain(text: String) -> String {
    show_str(text.as_bytes())
}

fn named(name: &[u8]) -> Option<Vec<u8>> {
    (name == b"BULLET").then(|| "\u{2022}".into())
}

/// The error as CPython shows it.
type Failure = String;

fn decode(data: &[u8], encoding: &str, errors: &str) -> String {
    let handler = Handler::named(errors).unwrap();
    let mut ask = |error: DecodeError<'_>| -> Result<Decoded, Failure> {
        handler.decode(&error).ok_or_else(|| format!("{} {} {}", error.start, error.end, error.reason))
    };
    let mut out = Vec::new();
    let result = match encoding {
        "utf-8" => utf8::decode_utf8(data, &mut out, true, &mut ask).map(|_| ()),
        "ascii" => single_byte::decode_ascii(data, &mut out, &mut ask),
        "latin-1" => {
            single_byte::decode_latin1(data, &mut out);
            Ok(())
        }
        "utf-16-le" => {
            wide::decode_utf16("utf-16-le", data, 0, Order::Little, &mut out, true, &mut ask).map(|_| ())
        }
        "utf-16-be" => {
            wide::decode_utf16("utf-16-be", data, 0, Order::Big, &mut out, true, &mut ask).map(|_| ())
        }
        "utf-32-le" => {
            wide::decode_utf32("utf-32-le", data, 0, Order::Little, &mut out, true, &mut ask).map(|_| ())
        }
        "utf-32-be" => {
            wide::decode_utf32("utf-32-be", data, 0, Order::Big, &mut out, true, &mut ask).map(|_| ())
        }
        "unicode_escape" => escape::decode_unicode_escape(data, &mut out, true, &named, &mut ask).map(|_| ()),
        "utf-7" => utf7::decode_utf7(data, &mut out, true, &mut ask).map(|_| ()),
        "raw_unicode_escape" => escape::decode_raw_unicode_escape(data, &mut out, true, &mut ask).map(|_| ()),
        _ => panic!("unknown encoding {encoding}"),
    };
    match result {
        Ok(()) => show_str(&out),
        Err(failure) => plain(failure),
    }
}

fn encode(text: &[u8], encoding: &str, errors: &str) -> String {
    let handler = Handler::named(errors).unwrap();
    // A replacement that cannot be encoded raises the error it was made for.
    let mut last = String::new();
    let mut ask = |error: EncodeError<'_>| -> Result<Encoded, Failure> {
        last = format!("{} {} {}", error.start, error.end, error.reason);
        handler.encode(&error).ok_or_else(|| last.clone())
    };
    let mut out = Vec::new();
    let result = match encoding {
        "utf-8" => utf8::encode_utf8(text, &mut out, &mut ask),
        "ascii" => single_byte::encode_ascii(text, &mut out, &mut ask),
        "latin-1" => single_byte::encode_latin1(text, &mut out, &mut ask),
        "utf-16-le" => wide::encode_utf16("utf-16-le", text, Order::Little, &mut out, &mut ask),
        "utf-16-be" => wide::encode_utf16("utf-16-be", text, Order::Big, &mut out, &mut ask),
        "utf-32-le" => wide::encode_utf32("utf-32-le", text, Order::Little, &mut out, &mut ask),
        "utf-32-be" => wide::encode_utf32("utf-32-be", text, Order::Big, &mut out, &mut ask),
        "unicode_escape" => return show_bytes(&escape::encode_unicode_escape(text)),
        "utf-7" => return show_bytes(&utf7::encode_utf7(text)),
        "raw_unicode_escape" => return show_bytes(&escape::encode_raw_unicode_escape(text)),
        _ => panic!("unknown encoding {encoding}"),
    };
    match result {
        Ok(()) => show_bytes(&out),
        Err(failure) => plain(failure.unwrap_or(last)),
    }
}

fn partial(data: &[u8], wide: bool) -> String {
    let mut ask =
        |error: DecodeError<'_>| -> Result<Decoded, Failure> { Ok(Handler::Replace.decode(&error).unwrap()) };
    let mut out = Vec::new();
    let used = if wide {
        wide::decode_utf16("utf-16-le", data, 0, Order::Little, &mut out, false, &mut ask)
    } else {
        utf8::decode_utf8(data, &mut out, false, &mut ask)
    };
    format!("{} {}", show_str(&out), used.unwrap())
}

#[test]
fn encodings() {
    let text = |field: &str| String::from_utf8(bytes(field)).unwrap();
    check("codecs.txt", |op, args| match op {
        "decode" => decode(&bytes(args[0]), &text(args[1]), &text(args[2])),
        "encode" => encode(&bytes(args[0]), &text(args[1]), &text(args[2])),
        "partial" => partial(&bytes(args[0]), false),
        "partial16" => partial(&bytes(args[0]), true),
        "escape" => match escape::decode_bytes_escape(&bytes(args[0]), BadHex::Strict) {
            Ok((bytes, _)) => show_bytes(&bytes),
            Err(EscapeError::TrailingBackslash) => "!ValueError: Trailing \\ in string".into(),
            Err(EscapeError::InvalidHex { offset }) => {
                format!("!ValueError: invalid \\x escape at position {offset}")
            }
        },
        _ => panic!("unknown operation {op}"),
    });
}
