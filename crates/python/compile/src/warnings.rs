//! `SyntaxWarning`s that need no symbol table: of the tokenizer (invalid escapes, a number that runs into a keyword), and of the pass
//! over the tree that CPython makes before it compiles (leaving a `finally` block early, PEP 765).
//!
//! Those of the code generator are in [`crate::emit`]. The order of all is CPython's: tokens, tree, code.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::{Mod, Stmt, StringFlags};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::error::CompileWarning;
use crate::location::LineIndex;

/// The warnings of a parsed source.
pub(crate) fn before_code(
    tree: &Mod,
    tokens: &[Token],
    source: &str,
    lines: &LineIndex,
) -> Vec<CompileWarning> {
    let mut w = Warnings { source, lines, list: Vec::new() };
    for token in tokens {
        w.token(*token);
    }
    if let Mod::Module(m) = tree {
        w.body(&m.body, Place::default());
    }
    w.list
}

struct Warnings<'s> {
    source: &'s str,
    lines: &'s LineIndex,
    list: Vec<CompileWarning>,
}

/// Where a statement is, as far as leaving matters.
#[derive(Clone, Copy, Default)]
struct Place {
    /// In a `finally` block of this function.
    in_finally: bool,
    /// In a loop inside that block.
    in_loop: bool,
}

impl Warnings<'_> {
    fn warn(&mut self, at: TextSize, message: String) {
        self.list.push(CompileWarning { message, line: self.lines.line(at) });
    }

    // -- Tokens ------------------------------------------------------------------------------------------------------

    fn token(&mut self, token: Token) {
        let range = token.range();
        let text = &self.source[range.start().to_usize()..range.end().to_usize()];
        match token.kind() {
            TokenKind::String => {
                if let Some(quote) = text.find(['"', '\'']).filter(|_| text.contains('\\')) {
                    let prefix = text[..quote].to_ascii_lowercase();
                    if !prefix.contains('r') {
                        self.escapes(text, range, prefix.contains('b'));
                    }
                }
            }
            TokenKind::FStringMiddle | TokenKind::TStringMiddle
                if text.contains('\\') && !token.string_flags().is_some_and(|f| f.prefix().is_raw()) =>
            {
                self.escapes(text, range, false);
                // At the end of the token the brace of a field follows.
                let next = self.source.as_bytes().get(range.end().to_usize());
                let backslashes = text.bytes().rev().take_while(|&b| b == b'\\').count();
                if backslashes % 2 == 1 && next == Some(&b'{') {
                    self.warn(range.end(), escape_message("{", ""));
                }
            }
            TokenKind::Int | TokenKind::Float | TokenKind::Complex => self.number(text, range),
            _ => {}
        }
    }

    /// Warns of the first escape in a literal that means nothing.
    fn escapes(&mut self, text: &str, range: TextRange, is_bytes: bool) {
        let mut rest = text;
        while let Some(at) = rest.find('\\') {
            let Some(c) = rest[at + 1..].chars().next() else { return };
            let offset = text.len() - rest.len() + at;
            let position = range.start() + TextSize::try_from(offset).unwrap_or_default();
            match c {
                'N' | 'u' | 'U' if !is_bytes => {}
                '0'..='7' => {
                    let digits: String =
                        rest[at + 1..].chars().take(3).take_while(|c| c.is_digit(8)).collect();
                    if digits.len() == 3 && digits.as_str() > "377" {
                        return self.warn(position, escape_message(&digits, "octal "));
                    }
                }
                '\\' | '\'' | '"' | '\n' | '\r' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | 'x' => {}
                c => return self.warn(position, escape_message(c.encode_utf8(&mut [0; 4]), "")),
            }
            rest = &rest[at + 1 + c.len_utf8()..];
        }
    }

    fn number(&mut self, text: &str, range: TextRange) {
        let next = self.source.as_bytes().get(range.end().to_usize());
        if !next.is_some_and(u8::is_ascii_alphabetic) {
            return;
        }
        let kind = match text.as_bytes() {
            [b'0', b'x' | b'X', ..] => "hexadecimal",
            [b'0', b'o' | b'O', ..] => "octal",
            [b'0', b'b' | b'B', ..] => "binary",
            [.., b'j' | b'J'] => "imaginary",
            _ => "decimal",
        };
        self.warn(range.start(), format!("invalid {kind} literal"));
    }

    // -- Leaving a `finally` block -----------------------------------------------------------------------------------

    fn body(&mut self, body: &[Stmt], place: Place) {
        body.iter().for_each(|s| self.stmt(s, place));
    }

    fn stmt(&mut self, stmt: &Stmt, place: Place) {
        let leaves =
            |w: &mut Self, what: &str| w.warn(stmt.start(), format!("'{what}' in a 'finally' block"));
        match stmt {
            Stmt::Return(_) if place.in_finally => leaves(self, "return"),
            Stmt::Break(_) if place.in_finally && !place.in_loop => leaves(self, "break"),
            Stmt::Continue(_) if place.in_finally && !place.in_loop => leaves(self, "continue"),
            Stmt::FunctionDef(f) => self.body(&f.body, Place::default()),
            Stmt::ClassDef(c) => self.body(&c.body, place),
            Stmt::For(s) => {
                self.body(&s.body, Place { in_loop: true, ..place });
                self.body(&s.orelse, place);
            }
            Stmt::While(s) => {
                self.body(&s.body, Place { in_loop: true, ..place });
                self.body(&s.orelse, place);
            }
            Stmt::If(s) => {
                self.body(&s.body, place);
                s.elif_else_clauses.iter().for_each(|c| self.body(&c.body, place));
            }
            Stmt::With(s) => self.body(&s.body, place),
            Stmt::Match(s) => s.cases.iter().for_each(|c| self.body(&c.body, place)),
            Stmt::Try(s) => {
                self.body(&s.body, place);
                for ruff_python_ast::ExceptHandler::ExceptHandler(h) in &s.handlers {
                    self.body(&h.body, place);
                }
                self.body(&s.orelse, place);
                self.body(&s.finalbody, Place { in_finally: true, in_loop: false });
            }
            _ => {}
        }
    }
}

fn escape_message(escape: &str, kind: &str) -> String {
    format!(
        "\"\\{escape}\" is an invalid {kind}escape sequence. Such sequences will not work in the future. \
         Did you mean \"\\\\{escape}\"? A raw string is also an option."
    )
}
