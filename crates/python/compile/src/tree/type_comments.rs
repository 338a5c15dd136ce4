//! `# type: …` comments (PEP 484), which belong to the statement on whose line they stand.
//!
//! Limits: CPython refuses such a comment where its grammar has no place for one; here it is then no more than a comment.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextSize};

use super::Value;
use crate::location::LineIndex;

/// The comments of a source.
#[derive(Default)]
pub(crate) struct TypeComments {
    /// Line, end and text, in order.
    comments: Vec<(u32, TextSize, Box<str>)>,
    /// Line and tag of each `# type: ignore<tag>`.
    pub ignores: Vec<(u32, Box<str>)>,
}

impl TypeComments {
    pub(crate) fn of(tokens: &[Token], source: &str, lines: &LineIndex) -> TypeComments {
        let mut found = TypeComments::default();
        for token in tokens.iter().filter(|token| token.kind() == TokenKind::Comment) {
            let range = token.range();
            let text = &source[range.start().to_usize()..range.end().to_usize()];
            let blanks = [' ', '\t'];
            let Some(text) = text.trim_start_matches('#').trim_start_matches(blanks).strip_prefix("type:")
            else {
                continue;
            };
            let text = text.trim_start_matches(blanks);
            let line = lines.line(range.start());
            match text.strip_prefix("ignore") {
                Some(tag) if !tag.starts_with(|c: char| c.is_ascii_alphanumeric()) && tag.is_ascii() => {
                    found.ignores.push((line, tag.into()));
                }
                _ => found.comments.push((line, range.end(), text.into())),
            }
        }
        found
    }

    /// The comment on a line.
    pub(crate) fn of_line(&self, line: u32) -> Value {
        match self.comments.iter().find(|(at, ..)| *at == line) {
            Some((.., text)) => Value::Name(text.clone()),
            None => Value::None,
        }
    }

    /// Where the comment on a line ends.
    pub(crate) fn end_on(&self, line: u32) -> Option<TextSize> {
        self.comments.iter().find(|(at, ..)| *at == line).map(|(_, end, _)| *end)
    }

    /// The comment behind a parameter.
    pub(crate) fn of_arg(&self, line: u32) -> Value {
        self.of_line(line)
    }

    /// The comment of a compound statement: behind its header, or alone on a line before its body.
    pub(crate) fn of_block(&self, lines: &LineIndex, header: TextSize, body: TextSize) -> Value {
        let (first, last) = (lines.line(header), lines.line(body));
        match self.comments.iter().find(|(at, ..)| (first..last.max(first + 1)).contains(at)) {
            Some((.., text)) => Value::Name(text.clone()),
            None => Value::None,
        }
    }
}
