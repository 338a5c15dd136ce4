//! Source text to tokens.
//!
//! The whole text is cut into tokens before parsing: a program is small, and a parser over a slice may look ahead
//! as far as it likes. Line ends are not tokens; each token knows whether a line end came before it, and
//! the parser decides where that ends a statement (not inside brackets).

use crate::source::{Place, Symbol, Symbols, SyntaxError};
use std::rc::Rc;

#[derive(Clone, PartialEq, Debug)]
pub enum Token {
    Name(Symbol),
    Int(i64),
    Float(f64),
    Text(Rc<[u8]>),
    /// A keyword or a punctuation mark, by its spelling.
    Fixed(&'static str),
    End,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Lexeme {
    pub token: Token,
    pub place: Place,
    /// A line end stands between the token before and this one.
    pub starts_line: bool,
}

const KEYWORDS: &[&str] = &[
    "and", "break", "catch", "continue", "else", "false", "fn", "for", "if", "in", "let", "nil", "not", "or",
    "return", "throw", "true", "try", "while",
];

/// Longest first, so that the first match is the longest one.
const PUNCTUATION: &[&str] = &[
    "//=", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "..", "//", "+", "-", "*", "/", "%", "<",
    ">", "=", "(", ")", "[", "]", "{", "}", ",", ":", ";", ".",
];

/// Cuts `text` into tokens; the last one is `Token::End`.
/// Errors: a character that starts no token, an unfinished string, an unknown escape, a malformed number.
pub fn tokens(text: &str, symbols: &mut Symbols) -> Result<Vec<Lexeme>, SyntaxError> {
    Lexer { rest: text, place: Place { line: 1, column: 1 }, symbols }.run()
}

struct Lexer<'a> {
    rest: &'a str,
    place: Place,
    symbols: &'a mut Symbols,
}

impl<'a> Lexer<'a> {
    fn run(mut self) -> Result<Vec<Lexeme>, SyntaxError> {
        let mut out = Vec::new();
        loop {
            let starts_line = self.skip_blanks();
            let place = self.place;
            let token = self.token()?;
            let is_end = token == Token::End;
            out.push(Lexeme { token, place, starts_line });
            if is_end {
                return Ok(out);
            }
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn advance(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = &self.rest[c.len_utf8()..];
        if c == '\n' {
            self.place.line += 1;
            self.place.column = 1;
        } else {
            self.place.column += 1;
        }
        Some(c)
    }

    /// Takes the characters up to the first that `belongs` refuses.
    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let length = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        let (taken, _) = self.rest.split_at(length);
        for _ in taken.chars() {
            self.advance();
        }
        taken
    }

    /// Skips blanks and `#` comments; true if a line ended.
    fn skip_blanks(&mut self) -> bool {
        let line = self.place.line;
        loop {
            self.take_while(char::is_whitespace);
            if self.peek() != Some('#') {
                return self.place.line != line;
            }
            self.take_while(|c| c != '\n');
        }
    }

    fn token(&mut self) -> Result<Token, SyntaxError> {
        let Some(c) = self.peek() else { return Ok(Token::End) };
        if c == '_' || c.is_alphabetic() {
            let word = self.take_while(|c| c == '_' || c.is_alphanumeric());
            return Ok(match KEYWORDS.iter().find(|&&keyword| keyword == word) {
                Some(keyword) => Token::Fixed(keyword),
                None => Token::Name(self.symbols.intern(word)),
            });
        }
        if c.is_ascii_digit() {
            return self.number();
        }
        if c == '"' {
            return self.string();
        }
        let Some(mark) = PUNCTUATION.iter().find(|mark| self.rest.starts_with(**mark)) else {
            return Err(SyntaxError::new(
                self.place,
                format!("unexpected character '{}'", c.escape_default()),
            ));
        };
        for _ in mark.chars() {
            self.advance();
        }
        Ok(Token::Fixed(mark))
    }

    /// A decimal or `0x` integer, or a float. An integer beyond 64 bits is a float, as an overflowing sum is.
    fn number(&mut self) -> Result<Token, SyntaxError> {
        let place = self.place;
        let malformed = |text: &str| SyntaxError::new(place, format!("malformed number '{text}'"));
        if self.rest.starts_with("0x") {
            let text = self.take_while(|c| c.is_ascii_alphanumeric());
            return i64::from_str_radix(&text[2..], 16).map(Token::Int).map_err(|_| malformed(text));
        }
        let start = self.rest;
        self.take_while(|c| c.is_ascii_digit());
        let mut is_float = false;
        let mut ahead = self.rest.chars();
        // `1..3` is a range, not `1.` and `.3`.
        if ahead.next() == Some('.') && ahead.next().is_some_and(|c| c.is_ascii_digit()) {
            is_float = true;
            self.advance();
            self.take_while(|c| c.is_ascii_digit());
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            is_float = true;
            self.advance();
            if matches!(self.peek(), Some('+' | '-')) {
                self.advance();
            }
            self.take_while(|c| c.is_ascii_digit());
        }
        self.take_while(|c| c == '_' || c.is_alphanumeric()); // so that `1x` is one malformed number
        let text = &start[..start.len() - self.rest.len()];
        match text.parse::<i64>() {
            Ok(value) if !is_float => Ok(Token::Int(value)),
            _ => text.parse::<f64>().map(Token::Float).map_err(|_| malformed(text)),
        }
    }

    fn string(&mut self) -> Result<Token, SyntaxError> {
        let start = self.place;
        self.advance();
        let mut bytes = Vec::new();
        loop {
            let place = self.place;
            let c = match self.advance() {
                None | Some('\n') => return Err(SyntaxError::new(start, "unfinished string")),
                Some('"') => return Ok(Token::Text(bytes.into())),
                Some('\\') => match self.advance() {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('r') => '\r',
                    Some(c @ ('"' | '\\')) => c,
                    Some('x') => {
                        let digits: String = (0..2).filter_map(|_| self.advance()).collect();
                        let byte = u8::from_str_radix(&digits, 16);
                        bytes.push(
                            byte.map_err(|_| SyntaxError::new(place, "\\x needs two hexadecimal digits"))?,
                        );
                        continue;
                    }
                    _ => return Err(SyntaxError::new(place, "unknown escape in string")),
                },
                Some(c) => c,
            };
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lex(text: &str) -> String {
        let mut symbols = Symbols::default();
        match tokens(text, &mut symbols) {
            Err(error) => error.to_string(),
            Ok(lexemes) => lexemes
                .iter()
                .map(|l| match &l.token {
                    Token::Name(symbol) => format!("{}@{}", symbols.text(*symbol), l.place),
                    Token::Fixed(text) => text.to_string(),
                    other => format!("{other:?}"),
                })
                .collect::<Vec<_>>()
                .join(" "),
        }
    }

    #[test]
    fn numbers_ranges_and_marks() {
        assert_eq!(lex("1..23 1.5 2e3 0x1F"), "Int(1) .. Int(23) Float(1.5) Float(2000.0) Int(31) End");
        assert_eq!(lex("9223372036854775808"), "Float(9.223372036854776e18) End");
        assert_eq!(lex("a//=b<=c"), "a@1:1 //= b@1:5 <= c@1:8 End");
    }

    #[test]
    fn strings_escape() {
        assert_eq!(lex(r#""a\n\x41\"""#), "Text([97, 10, 65, 34]) End");
    }

    #[test]
    fn errors_name_their_place() {
        assert_eq!(lex("x\n  \"abc"), "2:3: syntax error: unfinished string");
        assert_eq!(lex("é = 12ab"), "1:5: syntax error: malformed number '12ab'");
        assert_eq!(lex("a ?"), "1:3: syntax error: unexpected character '?'");
        assert_eq!(lex(r#""\q""#), "1:2: syntax error: unknown escape in string");
    }
}
