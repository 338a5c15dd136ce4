//! Tokens of the textual IR. Ends of lines are tokens, since an operation ends with its line.

use std::fmt;

/// Text that is not IR: where, and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// "expected …, found …", or what is wrong with what was found.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}
impl std::error::Error for ParseError {}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Token<'a> {
    /// Letters, digits, `_` and `.`, not beginning with a digit.
    Word(&'a str),
    /// Digits, perhaps with sign, `0x`, point and exponent: decoded by whoever knows the kind.
    Number(&'a str),
    /// `%name`, `@name`, `!name`: the name without the sigil.
    Result(&'a str),
    Snapshot(&'a str),
    Virtual(&'a str),
    /// One of `( ) [ ] { } , : = @ / ' -`.
    Mark(char),
    LineEnd,
    End,
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Word(w) | Token::Number(w) => write!(f, "'{w}'"),
            Token::Result(w) => write!(f, "'%{w}'"),
            Token::Snapshot(w) => write!(f, "'@{w}'"),
            Token::Virtual(w) => write!(f, "'!{w}'"),
            Token::Mark(c) => write!(f, "'{c}'"),
            Token::LineEnd => f.write_str("the end of the line"),
            Token::End => f.write_str("the end of the text"),
        }
    }
}

/// A token and where it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spanned<'a> {
    pub token: Token<'a>,
    pub line: u32,
    pub column: u32,
}

/// Splits the whole text. Errors: a character that begins no token.
pub(super) fn lex(text: &str) -> Result<Vec<Spanned<'_>>, ParseError> {
    let mut tokens = Vec::new();
    let mut number = 0;
    for line in text.lines() {
        number += 1;
        lex_line(line, number, &mut tokens)?;
        let column = line.chars().count() as u32 + 1;
        tokens.push(Spanned { token: Token::LineEnd, line: number, column });
    }
    tokens.push(Spanned { token: Token::End, line: number + 1, column: 1 });
    Ok(tokens)
}

fn lex_line<'a>(line: &'a str, number: u32, tokens: &mut Vec<Spanned<'a>>) -> Result<(), ParseError> {
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let column = line[..line.len() - rest.len()].chars().count() as u32 + 1;
        let (token, length) = match first {
            ';' => return Ok(()),
            c if c.is_whitespace() => {
                rest = &rest[c.len_utf8()..];
                continue;
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let length = word_length(rest);
                (Token::Word(&rest[..length]), length)
            }
            c if c.is_ascii_digit() => {
                let length = number_length(rest);
                (Token::Number(&rest[..length]), length)
            }
            '-' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                let length = 1 + number_length(&rest[1..]);
                (Token::Number(&rest[..length]), length)
            }
            '%' | '!' | '@' if word_length(&rest[1..]) > 0 => {
                let length = 1 + word_length(&rest[1..]);
                let name = &rest[1..length];
                let token = match first {
                    '%' => Token::Result(name),
                    '!' => Token::Virtual(name),
                    // `code@12` is a position; only `@s…` names a snapshot.
                    _ if name.starts_with(|c: char| c.is_ascii_digit()) => Token::Mark('@'),
                    _ => Token::Snapshot(name),
                };
                (token, if token == Token::Mark('@') { 1 } else { length })
            }
            '(' | ')' | '[' | ']' | '{' | '}' | ',' | ':' | '=' | '@' | '/' | '\'' | '-' => {
                (Token::Mark(first), 1)
            }
            c => {
                let message =
                    format!("expected an operation, a name or a number, found '{}'", c.escape_debug());
                return Err(ParseError { line: number, column, message });
            }
        };
        tokens.push(Spanned { token, line: number, column });
        rest = &rest[length..];
    }
    Ok(())
}

fn word_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(text.len())
}

/// Digits, hexadecimal digits, points, and a sign only behind an exponent.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_hex = text.starts_with("0x");
    let mut length = 0;
    while length < bytes.len() {
        let exponent_sign =
            !is_hex && length > 0 && bytes[length - 1] == b'e' && matches!(bytes[length], b'-' | b'+');
        if !(bytes[length].is_ascii_alphanumeric() || bytes[length] == b'.' || exponent_sign) {
            break;
        }
        length += 1;
    }
    length
}
