//! The interactive mode: one statement at a time, and whether it is all there.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Mod, Stmt};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::error::{ErrorKind, ErrorLocation, Fault};

/// What is wrong with a source that parses as a module, but is not one interactive statement.
pub(crate) fn fault(parsed: &Parsed<Mod>, source: &str, allow_incomplete: bool) -> Option<Box<Fault>> {
    let Mod::Module(module) = parsed.syntax() else { return None };
    let end = TextSize::of(source);
    let Some(first) = module.body.first() else {
        return Some(match allow_incomplete {
            true => incomplete(source),
            false => Fault::parser("invalid syntax", TextRange::empty(end)),
        });
    };
    if is_compound(first) {
        if let Some(second) = module.body.get(1) {
            let token = parsed.tokens().iter().find(|t| t.start() >= second.start());
            return Some(Fault::parser("invalid syntax", token.map_or(second.range(), |t| t.range())));
        }
        // The line feed behind the last line ends the statement; a block could go on without it.
        let has_line_feed = source.ends_with(['\n', '\r']);
        let on_one_line = !parsed.tokens().iter().any(|t| t.kind() == TokenKind::Indent);
        return match (has_line_feed, allow_incomplete) {
            (true, _) => None,
            (false, true) => Some(incomplete(source)),
            (false, false) => on_one_line.then(|| Fault::parser("invalid syntax", TextRange::empty(end))),
        };
    }
    let newline = parsed.tokens().iter().find(|t| t.kind() == TokenKind::Newline)?;
    let has_more = module.body.iter().any(|s| s.start() > newline.start());
    has_more.then(|| {
        // At the line feed, which is one column wide.
        let before = &source[..newline.start().to_usize()];
        let line = before.matches('\n').count() as i64 + 1;
        let offset = before.rsplit('\n').next().map_or(0, |l| l.chars().count() as i64) + 1;
        let location = ErrorLocation { line, offset, end_line: line, end_offset: offset + 1 };
        let message = "multiple statements found while compiling a single statement";
        Fault::exact(ErrorKind::Syntax, message, location)
    })
}

/// The error that asks for more input.
pub(crate) fn incomplete(source: &str) -> Box<Fault> {
    let mut fault = Fault::parser("incomplete input", TextRange::empty(TextSize::of(source)));
    fault.kind = ErrorKind::Incomplete;
    fault
}

fn is_compound(stmt: &Stmt) -> bool {
    matches!(
        stmt,
        Stmt::FunctionDef(_)
            | Stmt::ClassDef(_)
            | Stmt::If(_)
            | Stmt::For(_)
            | Stmt::While(_)
            | Stmt::With(_)
            | Stmt::Try(_)
            | Stmt::Match(_)
    )
}
