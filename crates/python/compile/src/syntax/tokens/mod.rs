//! CPython's token stream, with CPython's errors.
//!
//! The parser of the compiler proper has a lexer of its own that recovers from errors. This one exists to explain them: it produces the
//! tokens of CPython's `Lib/tokenize`-visible kind plus the errors of its C tokenizer, at their places (`Parser/lexer` is the reference). It runs on sources
//! that are known to be wrong, ends at the first error, and is not tuned.
//!
//! The source must end with a line feed and have no other line ends ([`normalise`]).

mod number;
mod string;

use crate::error::{ErrorKind, ErrorLocation, ShownLine};
use crate::limits::{MAX_BRACKETS, MAX_INDENTATION};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TokenKind {
    Name,
    Number,
    String,
    StringStart(char),
    StringMiddle,
    StringEnd,
    Operator,
    Newline,
    Indent,
    Dedent,
    EndMarker,
    /// Only if comments are asked for: a comment; the end of a line that ends no statement.
    Comment,
    BlankNewline,
}

/// A token: bytes `start..end` of the source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
    /// Line of `start`, from 1.
    pub line: usize,
    /// Open brackets behind it.
    pub level: usize,
}

impl Token {
    /// `INDENT`, `DEDENT` and the end have no place of their own in CPython: errors at them use the reading position, `end`.
    pub fn is_placeless(&self) -> bool {
        matches!(self.kind, TokenKind::Indent | TokenKind::Dedent | TokenKind::EndMarker)
    }
}

/// Why there are no more tokens.
#[derive(Clone, Debug)]
pub(crate) struct TokenFault {
    pub kind: ErrorKind,
    pub message: String,
    pub location: ErrorLocation,
    /// Whether it is reported even if something else is wrong before.
    pub takes_precedence: bool,
    /// Whether it is that the source ends: inside brackets or inside a string.
    pub is_end_of_source: bool,
    /// The innermost open bracket, if there is one.
    pub unclosed: Option<Unclosed>,
    /// Inside how many f-strings.
    pub string_depth: usize,
    pub shown: ShownLine,
}

/// A bracket that was never closed.
#[derive(Clone, Debug)]
pub(crate) struct Unclosed {
    pub message: String,
    pub location: ErrorLocation,
}

/// All tokens up to the first error.
pub(crate) struct Tokens {
    pub list: Vec<Token>,
    pub fault: Option<TokenFault>,
}

/// A source as CPython's tokenizer sees it: line feeds only, one at the end.
pub(crate) fn normalise(source: &str) -> String {
    let mut text = source.replace("\r\n", "\n").replace('\r', "\n");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Splits a normalised source.
pub(crate) fn tokens(source: &str) -> Tokens {
    split(source, false)
}

/// The same with comments and blank lines, and less strict about numbers: what `tokenize` shows.
pub(crate) fn tokens_with_comments(source: &str) -> Tokens {
    split(source, true)
}

fn split(source: &str, keeps_comments: bool) -> Tokens {
    let mut t = Tokenizer {
        keeps_comments,
        source,
        bytes: source.as_bytes(),
        at: 0,
        line: 1,
        line_start: 0,
        list: Vec::new(),
        brackets: Vec::new(),
        indents: vec![(0, 0)],
        strings: Vec::new(),
    };
    let fault = t.run().err().map(|f| *f);
    Tokens { list: t.list, fault }
}

#[derive(Clone, Copy)]
struct Bracket {
    byte: u8,
    line: usize,
    column: usize,
}

/// An f- or t-string that is being read.
struct Interpolated {
    letter: char,
    quote: u8,
    quote_len: usize,
    is_raw: bool,
    start: usize,
    line: usize,
    line_start: usize,
    /// Open brackets in it; at which depths replacement fields began.
    depth: i32,
    field_depth: i32,
    in_literal: bool,
    in_format_spec: bool,
    in_debug: bool,
}

type Result<T> = std::result::Result<T, Box<TokenFault>>;

struct Tokenizer<'s> {
    keeps_comments: bool,
    source: &'s str,
    bytes: &'s [u8],
    at: usize,
    line: usize,
    line_start: usize,
    list: Vec<Token>,
    brackets: Vec<Bracket>,
    indents: Vec<(usize, usize)>,
    strings: Vec<Interpolated>,
}

const THREE: &[&str] = &["**=", "//=", ">>=", "<<=", "..."];
const TWO: &[&str] = &[
    "!=", "%=", "&=", "**", "*=", "+=", "-=", "->", "//", "/=", ":=", "<<", "<=", "<>", "==", ">=", ">>",
    "@=", "^=", "|=",
];

impl Tokenizer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn is_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    fn newline(&mut self) {
        self.at += 1;
        self.line += 1;
        self.line_start = self.at;
    }

    /// Column of the reading position in characters: what CPython reports as the offset.
    fn column(&self) -> i64 {
        self.source.get(self.line_start..self.at).map_or(0, |s| s.chars().count() as i64)
    }

    /// The column of a place in the line, from 1.
    fn column_at(&self, at: usize) -> i64 {
        self.source.get(self.line_start..at).map_or(0, |s| s.chars().count() as i64) + 1
    }

    fn located<T>(&self, kind: ErrorKind, message: String, offset: i64, end_offset: i64) -> Result<T> {
        let line = self.line as i64;
        Err(Box::new(TokenFault {
            kind,
            message,
            location: ErrorLocation { line, offset, end_line: line, end_offset },
            takes_precedence: false,
            is_end_of_source: false,
            unclosed: self.unclosed(),
            string_depth: self.strings.len(),
            shown: ShownLine::AsItIs,
        }))
    }

    /// An error whose place is the last character read.
    fn fail<T>(&self, message: impl Into<String>) -> Result<T> {
        let column = self.column();
        self.raised(message.into(), column, column)
    }

    /// An error that CPython's tokenizer raises itself; others it reports to the parser, if that reads so far.
    fn raised<T>(&self, message: String, offset: i64, end_offset: i64) -> Result<T> {
        self.located(ErrorKind::Syntax, message, offset, end_offset).map_err(|mut fault: Box<TokenFault>| {
            fault.takes_precedence = true;
            fault.shown = ShownLine::WithoutEnd;
            fault
        })
    }

    fn push(&mut self, kind: TokenKind, start: usize, line: usize) {
        self.list.push(Token { kind, start, end: self.at, line, level: self.brackets.len() });
    }

    fn run(&mut self) -> Result<()> {
        self.indentation()?;
        let mut comment = None;
        loop {
            if self.strings.last().is_some_and(|s| s.in_literal) {
                self.literal_part()?;
                continue;
            }
            while matches!(self.peek(0), b' ' | b'\t' | 0x0c) && !self.is_end() {
                self.at += 1;
            }
            if self.is_end() {
                return self.end();
            }
            match self.peek(0) {
                b'#' => {
                    comment = Some(self.at);
                    self.comment();
                    if self.keeps_comments {
                        comment = None;
                    }
                    continue;
                }
                b'\n' if !self.brackets.is_empty() || !self.strings.is_empty() => self.blank_newline(),
                b'\n' => {
                    // A comment belongs to the line's end.
                    let (start, line) = (comment.unwrap_or(self.at), self.line);
                    self.at += 1;
                    self.push(TokenKind::Newline, start, line);
                    self.line += 1;
                    self.line_start = self.at;
                    self.indentation()?;
                }
                b'\\' => self.continuation()?,
                _ => self.token()?,
            }
            comment = None;
        }
    }

    /// Skips a comment.
    fn comment(&mut self) {
        let start = self.at;
        while self.peek(0) != b'\n' {
            self.at += 1;
        }
        if self.keeps_comments {
            self.push(TokenKind::Comment, start, self.line);
        }
    }

    /// A line end that ends no statement.
    fn blank_newline(&mut self) {
        let (start, line) = (self.at, self.line);
        self.newline();
        if self.keeps_comments {
            self.push(TokenKind::BlankNewline, start, line);
        }
    }

    /// As [`Self::fail`], for a string that is not terminated.
    fn fail_at_end<T>(&self, message: String, is_end_of_source: bool) -> Result<T> {
        self.fail(message).map_err(|mut fault: Box<TokenFault>| {
            fault.is_end_of_source = is_end_of_source;
            fault
        })
    }

    fn unclosed(&self) -> Option<Unclosed> {
        let open = self.brackets.last()?;
        let line = open.line as i64;
        Some(Unclosed {
            message: format!("'{}' was never closed", char::from(open.byte)),
            location: ErrorLocation { line, offset: open.column as i64, end_line: line, end_offset: 0 },
        })
    }

    fn end(&mut self) -> Result<()> {
        if let Some(open) = self.unclosed() {
            return Err(Box::new(TokenFault {
                kind: ErrorKind::Syntax,
                message: open.message.clone(),
                location: open.location,
                takes_precedence: false,
                is_end_of_source: true,
                unclosed: Some(open),
                string_depth: self.strings.len(),
                shown: ShownLine::WithoutEnd,
            }));
        }
        self.push(TokenKind::EndMarker, self.at, self.line);
        Ok(())
    }

    fn continuation(&mut self) -> Result<()> {
        self.at += 1;
        if self.peek(0) != b'\n' {
            self.at += self.source[self.at..].chars().next().map_or(0, char::len_utf8);
            let offset = (self.at - self.line_start) as i64;
            let message = "unexpected character after line continuation character";
            return self.located(ErrorKind::Syntax, message.into(), offset, 0);
        }
        if self.at + 1 >= self.bytes.len() {
            if self.unclosed().is_some() {
                return self.end().map_err(|mut fault| {
                    fault.shown = ShownLine::WithEnd;
                    fault
                });
            }
            self.at += 1;
            let column = self.column();
            let message = "unexpected EOF while parsing";
            return self.located(ErrorKind::Syntax, message.into(), column, -1).map_err(
                |mut fault: Box<TokenFault>| {
                    fault.shown = ShownLine::WithEnd;
                    fault
                },
            );
        }
        self.newline();
        Ok(())
    }

    /// At the beginning of a line outside brackets.
    fn indentation(&mut self) -> Result<()> {
        loop {
            let (mut column, mut alternative) = (0, 0);
            loop {
                match self.peek(0) {
                    b' ' => (column, alternative) = (column + 1, alternative + 1),
                    b'\t' => (column, alternative) = ((column / 8 + 1) * 8, alternative + 1),
                    0x0c => (column, alternative) = (0, 0),
                    b'\\' => {
                        // A continued blank line: the indentation is that of the first.
                        self.continuation()?;
                        while matches!(self.peek(0), b' ' | b'\t' | 0x0c) {
                            self.at += 1;
                        }
                        break;
                    }
                    _ => break,
                }
                self.at += 1;
            }
            match self.peek(0) {
                b'#' => {
                    self.comment();
                    self.blank_newline();
                    continue;
                }
                b'\n' => {
                    self.blank_newline();
                    continue;
                }
                0 if self.is_end() => (column, alternative) = (0, 0),
                _ => {}
            }
            return self.indent_to(column, alternative);
        }
    }

    fn indent_to(&mut self, column: usize, alternative: usize) -> Result<()> {
        let &(current, current_alternative) = self.indents.last().expect("the outermost level stays");
        if column == current {
            return if alternative == current_alternative { Ok(()) } else { self.inconsistent_tabs() };
        }
        if column > current {
            if self.indents.len() >= MAX_INDENTATION {
                return self.located(ErrorKind::Indentation, "too many levels of indentation".into(), 1, 0);
            }
            if alternative <= current_alternative {
                return self.inconsistent_tabs();
            }
            self.indents.push((column, alternative));
            self.push(TokenKind::Indent, self.at, self.line);
            return Ok(());
        }
        while self.indents.last().is_some_and(|i| column < i.0) {
            self.indents.pop();
            self.push(TokenKind::Dedent, self.at, self.line);
        }
        let &(current, current_alternative) = self.indents.last().expect("column is at least 0");
        if column != current {
            // The dedents are not delivered: the error comes first.
            while self.list.last().is_some_and(|t| t.kind == TokenKind::Dedent) {
                self.list.pop();
            }
            self.skip_line();
            let message = "unindent does not match any outer indentation level";
            return self.located(ErrorKind::Indentation, message.into(), self.column(), -1);
        }
        if alternative != current_alternative {
            return self.inconsistent_tabs();
        }
        Ok(())
    }

    fn skip_line(&mut self) {
        while self.peek(0) != b'\n' {
            self.at += 1;
        }
        self.at += 1;
    }

    fn inconsistent_tabs<T>(&mut self) -> Result<T> {
        let message = "inconsistent use of tabs and spaces in indentation";
        self.located(ErrorKind::Tab, message.into(), 1, 0)
    }

    fn token(&mut self) -> Result<()> {
        let c = self.source[self.at..].chars().next().unwrap_or('\0');
        match c {
            'a'..='z' | 'A'..='Z' | '_' => self.name(),
            '\u{80}'.. => self.name(),
            '0'..='9' => self.number(),
            '.' if self.peek(1).is_ascii_digit() => self.number(),
            '"' | '\'' => self.string(self.at),
            _ => self.operator(c),
        }
    }

    fn name(&mut self) -> Result<()> {
        let (start, line) = (self.at, self.line);
        while self.peek(0).is_ascii_alphanumeric() || self.peek(0) == b'_' || self.peek(0) >= 0x80 {
            self.at += 1;
        }
        let prefix = self.source[start..self.at].to_ascii_lowercase();
        self.check_prefix(start, &prefix)?;
        if matches!(self.peek(0), b'"' | b'\'') {
            match prefix.as_str() {
                "r" | "b" | "u" | "br" | "rb" => return self.string(start),
                "f" | "fr" | "rf" => return self.interpolated_start(start, 'f', prefix.len() == 2),
                "t" | "tr" | "rt" => return self.interpolated_start(start, 't', prefix.len() == 2),
                _ => {}
            }
        }
        for (i, c) in self.source[start..self.at].char_indices() {
            let is_valid = if i == 0 {
                unicode_ident::is_xid_start(c) || c == '_'
            } else {
                unicode_ident::is_xid_continue(c)
            };
            if !is_valid {
                self.at = start + i + c.len_utf8();
                return self.invalid_character(c);
            }
        }
        self.push(TokenKind::Name, start, line);
        Ok(())
    }

    /// Letters that are each a string prefix but not together.
    fn check_prefix(&mut self, start: usize, prefix: &str) -> Result<()> {
        let all_letters = prefix.chars().all(|c| "brutf".contains(c));
        let unique = prefix.char_indices().all(|(i, c)| !prefix[..i].contains(c));
        if !all_letters || !unique || !matches!(self.peek(0), b'"' | b'\'') {
            return Ok(());
        }
        let pairs = [('u', 'b'), ('u', 'r'), ('u', 'f'), ('u', 't'), ('b', 'f'), ('b', 't'), ('f', 't')];
        for (x, y) in pairs {
            if prefix.contains(x) && prefix.contains(y) {
                let (offset, end_offset) = (self.column_at(start), self.column_at(self.at));
                let message = format!("'{x}' and '{y}' prefixes are incompatible");
                return self.raised(message, offset, end_offset);
            }
        }
        Ok(())
    }

    fn invalid_character<T>(&self, c: char) -> Result<T> {
        let code = c as u32;
        if is_printable(c) {
            self.fail(format!("invalid character '{c}' (U+{code:04X})"))
        } else {
            self.fail(format!("invalid non-printable character U+{code:04X}"))
        }
    }

    // -- Operators ---------------------------------------------------------------------------------------------------

    fn operator(&mut self, c: char) -> Result<()> {
        let (start, line) = (self.at, self.line);
        if let Some(s) = self.strings.last_mut()
            && c == ':'
            && s.depth - 1 == s.field_depth
        {
            s.in_literal = true;
            s.in_format_spec = true;
            self.at += 1;
            self.push(TokenKind::Operator, start, line);
            return Ok(());
        }
        let rest = &self.source[self.at..];
        let long = THREE.iter().chain(TWO).find(|op| rest.starts_with(**op));
        if let Some(op) = long {
            self.at += op.len();
            self.push(TokenKind::Operator, start, line);
            return Ok(());
        }
        match c {
            '(' | '[' | '{' => {
                if self.brackets.len() >= MAX_BRACKETS {
                    self.at += 1;
                    return self.fail("too many nested parentheses");
                }
                let column = (self.at - self.line_start) + 1;
                let column = self.source[self.line_start..self.at].chars().count().min(column) + 1;
                self.brackets.push(Bracket { byte: c as u8, line, column });
                if let Some(s) = self.strings.last_mut() {
                    s.depth += 1;
                }
            }
            ')' | ']' | '}' => {
                self.at += 1;
                self.close(c)?;
                self.at -= 1;
            }
            '=' => {
                if let Some(s) = self.strings.last_mut()
                    && s.depth - 1 == s.field_depth
                {
                    s.in_debug = true;
                }
            }
            c if (c as u32) < 0x20 || c == '\x7f' => {
                self.at += 1;
                return self.invalid_character(c);
            }
            _ => {}
        }
        self.at += 1;
        self.push(TokenKind::Operator, start, line);
        Ok(())
    }

    fn close(&mut self, c: char) -> Result<()> {
        if let Some(s) = self.strings.last()
            && s.depth == 0
            && c == '}'
        {
            let letter = s.letter;
            return self.fail(format!("{letter}-string: single '}}' is not allowed"));
        }
        let Some(open) = self.brackets.pop() else {
            return self.fail(format!("unmatched '{c}'"));
        };
        let matches = matches!((open.byte, c), (b'(', ')') | (b'[', ']') | (b'{', '}'));
        if !matches {
            if let Some(s) = self.strings.last()
                && open.byte == b'{'
                && s.depth - 1 == s.field_depth
            {
                let letter = s.letter;
                return self.fail(format!("{letter}-string: unmatched '{c}'"));
            }
            let opening = char::from(open.byte);
            let place =
                if open.line == self.line { String::new() } else { format!(" on line {}", open.line) };
            return self.fail(format!(
                "closing parenthesis '{c}' does not match opening parenthesis '{opening}'{place}"
            ));
        }
        if let Some(s) = self.strings.last_mut() {
            s.depth -= 1;
            if s.depth < 0 {
                let letter = s.letter;
                return self.fail(format!("{letter}-string: unmatched '{c}'"));
            }
            if c == '}' && s.depth == s.field_depth {
                s.field_depth -= 1;
                s.in_literal = true;
                s.in_format_spec = s.field_depth >= 0 && s.in_format_spec;
                s.in_debug = false;
            }
        }
        Ok(())
    }
}

/// Roughly `str.isprintable`: what is not a control, format, space or unassigned character.
fn is_printable(c: char) -> bool {
    !(c.is_control()
        || c.is_whitespace() && c != ' '
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..))
}
