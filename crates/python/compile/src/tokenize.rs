//! The tokens of a source with their places: what `tokenize` shows.
//!
//! The tokenizer that explains syntax errors does the work ([`crate::syntax`]'s, which follows CPython's); this adds lines and columns in
//! characters, CPython's numbers of kinds, and puts back the carriage returns that the tokenizer never sees.

use std::collections::BTreeSet;

use crate::error::{CompileError, ErrorKind, ErrorLocation};
use crate::syntax::tokens::{self, TokenKind};

/// Kinds by CPython's numbers (`token`).
pub mod kind {
    pub const END_MARKER: u32 = 0;
    pub const NAME: u32 = 1;
    pub const NUMBER: u32 = 2;
    pub const STRING: u32 = 3;
    pub const NEWLINE: u32 = 4;
    pub const INDENT: u32 = 5;
    pub const DEDENT: u32 = 6;
    pub const OPERATOR: u32 = 55;
    pub const F_STRING_START: u32 = 59;
    pub const T_STRING_START: u32 = 62;
    pub const COMMENT: u32 = 65;
    pub const BLANK_NEWLINE: u32 = 66;
}

/// Exact kinds of operators, by CPython's numbers.
const OPERATORS: &[(&str, u32)] = &[
    ("(", 7),
    (")", 8),
    ("[", 9),
    ("]", 10),
    (":", 11),
    (",", 12),
    (";", 13),
    ("+", 14),
    ("-", 15),
    ("*", 16),
    ("/", 17),
    ("|", 18),
    ("&", 19),
    ("<", 20),
    (">", 21),
    ("=", 22),
    (".", 23),
    ("%", 24),
    ("{", 25),
    ("}", 26),
    ("==", 27),
    ("!=", 28),
    ("<>", 28),
    ("<=", 29),
    (">=", 30),
    ("~", 31),
    ("^", 32),
    ("<<", 33),
    (">>", 34),
    ("**", 35),
    ("+=", 36),
    ("-=", 37),
    ("*=", 38),
    ("/=", 39),
    ("%=", 40),
    ("&=", 41),
    ("|=", 42),
    ("^=", 43),
    ("<<=", 44),
    (">>=", 45),
    ("**=", 46),
    ("//", 47),
    ("//=", 48),
    ("@", 49),
    ("@=", 50),
    ("->", 51),
    ("...", 52),
    (":=", 53),
    ("!", 54),
];

/// A token. Lines count from 1, columns are characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceToken {
    pub kind: u32,
    pub text: String,
    pub start: (i64, i64),
    pub end: (i64, i64),
    /// The physical lines that it is on.
    pub line: String,
}

/// What splitting a source gives: tokens up to its end or up to the first error.
pub struct Tokenized {
    pub tokens: Vec<SourceToken>,
    pub error: Option<Box<CompileError>>,
}

/// What is wrong with a source that ends inside brackets or behind a backslash.
const UNEXPECTED_END: &str = "unexpected EOF in multi-line statement";

/// Splits a source. `extra`: with comments and blank lines, and all operators of one kind.
pub fn tokenize(text: &str, extra: bool) -> Tokenized {
    let places = Places::new(text);
    let normal = tokens::normalise(text);
    let found = if extra { tokens::tokens_with_comments(&normal) } else { tokens::tokens(&normal) };
    let is_complete = text.is_empty() || text.ends_with('\n');
    // An empty source has one line end, which is not there.
    let list = if text.is_empty() { found.list.get(1..).unwrap_or_default() } else { &found.list[..] };
    let last = if text.is_empty() { 0 } else { places.starts.len() as i64 - 1 };
    let mut tokens = Vec::with_capacity(list.len() + 1);
    let mut letters = Vec::new();
    for (index, token) in list.iter().enumerate() {
        let source = &normal[token.start..token.end];
        let at_end = token.end >= normal.len();
        let mut made = SourceToken {
            kind: kind::NAME,
            text: places.original(token.line, source),
            start: places.place(&normal, token.start),
            end: places.place(&normal, token.end),
            line: places.lines(&normal, token.start, token.end, is_complete),
        };
        match token.kind {
            TokenKind::Name => {}
            TokenKind::Number => made.kind = kind::NUMBER,
            TokenKind::String => made.kind = kind::STRING,
            TokenKind::StringStart(letter) => {
                letters.push(letter);
                made.kind = string_kind(letter);
            }
            TokenKind::StringMiddle => made.kind = string_kind(letters.last().copied().unwrap_or('f')) + 1,
            TokenKind::StringEnd => made.kind = string_kind(letters.pop().unwrap_or('f')) + 2,
            TokenKind::Operator if extra => made.kind = kind::OPERATOR,
            TokenKind::Operator => {
                made.kind = OPERATORS.iter().find(|(op, _)| *op == source).map_or(kind::OPERATOR, |op| op.1);
            }
            TokenKind::Comment => made.kind = kind::COMMENT,
            TokenKind::Newline | TokenKind::BlankNewline => {
                let is_blank = token.kind == TokenKind::BlankNewline;
                made.kind = if is_blank { kind::BLANK_NEWLINE } else { kind::NEWLINE };
                made.line = places.lines(&normal, token.start, token.start, is_complete);
                made.end = (made.start.0, made.start.1 + 1);
                if extra && at_end && !is_complete {
                    made.text.clear();
                } else if places.carriage_returns.contains(&(made.start.0 as usize)) {
                    made.text = "\r\n".into();
                    made.end.1 += 1;
                }
                if !extra {
                    // The comment before it, if there is one.
                    made.text = source.trim_end_matches('\n').to_owned();
                    made.end.1 = made.start.1 + made.text.chars().count() as i64;
                }
            }
            TokenKind::Indent => {
                made.kind = kind::INDENT;
                let start = places.starts[made.start.0 as usize - 1];
                made.text = normal[start..token.end].to_owned();
                made.start.1 = 0;
            }
            TokenKind::Dedent => {
                made.kind = kind::DEDENT;
                let is_last =
                    list[index..].iter().all(|t| matches!(t.kind, TokenKind::Dedent | TokenKind::EndMarker));
                if is_last && extra {
                    (made.start, made.end) = ((last + 1, 0), (last + 1, 0));
                    made.line.clear();
                }
            }
            TokenKind::EndMarker => {
                made.kind = kind::END_MARKER;
                (made.start, made.end) = ((last + 1, 0), (last + 1, 0));
                made.line.clear();
            }
        }
        if !extra && matches!(token.kind, TokenKind::Indent | TokenKind::Dedent | TokenKind::EndMarker) {
            made.text.clear();
            (made.start.1, made.end.1) = (-1, -1);
        }
        tokens.push(made);
    }
    let error = found.fault.map(|fault| {
        let message = fault.message.as_str();
        let is_string = message.contains("string literal");
        if fault.is_end_of_source && !is_string || message.starts_with("unexpected EOF") {
            let line = last.max(1);
            let location =
                ErrorLocation { line, offset: fault.location.offset.max(0), end_line: line, end_offset: 0 };
            let offset = if message.starts_with("unexpected EOF") { location.offset + 1 } else { 0 };
            return Box::new(CompileError {
                kind: ErrorKind::Syntax,
                message: UNEXPECTED_END.into(),
                location: Some(ErrorLocation { offset, ..location }),
                text: None,
            });
        }
        let line = usize::try_from(fault.location.line).unwrap_or(1);
        let start = places.starts.get(line.saturating_sub(1)).copied().unwrap_or(normal.len());
        let text = normal[start.min(normal.len())..].lines().next().unwrap_or("").to_owned();
        Box::new(CompileError {
            kind: fault.kind,
            message: fault.message,
            location: Some(fault.location),
            text: Some(text),
        })
    });
    Tokenized { tokens, error }
}

fn string_kind(letter: char) -> u32 {
    if letter == 't' { kind::T_STRING_START } else { kind::F_STRING_START }
}

/// Where the lines of a normalised source are.
struct Places {
    /// Offset of each line, and of the end.
    starts: Vec<usize>,
    /// Lines that ended with a carriage return and a line feed.
    carriage_returns: BTreeSet<usize>,
}

impl Places {
    fn new(text: &str) -> Places {
        let mut starts = vec![0];
        let mut carriage_returns = BTreeSet::new();
        let mut at = 0;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let returns = usize::from(line.ends_with("\r\n"));
            if returns > 0 {
                carriage_returns.insert(index + 1);
            }
            at += line.len() - returns + usize::from(!line.ends_with('\n'));
            starts.push(at);
        }
        Places { starts, carriage_returns }
    }

    fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).clamp(1, (self.starts.len() - 1).max(1))
    }

    fn place(&self, source: &str, offset: usize) -> (i64, i64) {
        let line = self.line(offset);
        let start = self.starts[line - 1];
        (line as i64, source.get(start..offset).map_or(0, |text| text.chars().count() as i64))
    }

    /// Text with its carriage returns. `line`: of its start.
    fn original(&self, line: usize, text: &str) -> String {
        if self.carriage_returns.is_empty() || !text.contains('\n') {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len() + 8);
        for (index, part) in text.split_inclusive('\n').enumerate() {
            match part.strip_suffix('\n') {
                Some(body) if self.carriage_returns.contains(&(line + index)) => {
                    out.push_str(body);
                    out.push_str("\r\n");
                }
                _ => out.push_str(part),
            }
        }
        out
    }

    /// The lines from one offset to another.
    fn lines(&self, source: &str, start: usize, end: usize, is_complete: bool) -> String {
        let (first, last) = (self.line(start), self.line(end));
        let from = self.starts[first - 1].min(source.len());
        let to = self.starts.get(last).copied().unwrap_or(source.len()).clamp(from, source.len());
        let mut text = self.original(first, &source[from..to]);
        if to == source.len() && !is_complete && text.ends_with('\n') {
            text.pop();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(u32, String)> {
        tokenize(text, true).tokens.into_iter().map(|token| (token.kind, token.text)).collect()
    }

    #[test]
    fn comments_and_blank_lines() {
        let found = kinds("x # c\n\n(\n)");
        let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["x", "# c", "\n", "\n", "(", "\n", ")", "", ""]);
        assert_eq!(found[1].0, kind::COMMENT);
        assert_eq!(found[3].0, kind::BLANK_NEWLINE);
    }

    #[test]
    fn what_ends_too_early() {
        let found = tokenize("x = (\n", true);
        assert_eq!(found.error.map(|error| error.message).as_deref(), Some(UNEXPECTED_END));
    }

    #[test]
    fn carriage_returns_stay() {
        let found = tokenize("a\r\nb\r\n", true).tokens;
        assert_eq!((found[1].text.as_str(), found[1].end), ("\r\n", (1, 3)));
        assert_eq!(found[2].line, "b\r\n");
    }
}
