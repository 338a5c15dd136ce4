//! The parser's errors as CPython words and places them.
//!
//! That a source is wrong says `ruff_python_parser`, whose errors have words and places of their own; [`diagnose`] then finds out what CPython says about it.

mod diagnose;
mod escapes;
mod grammar;
pub(crate) mod tokens;

use ruff_python_ast::Mod;
use ruff_python_parser::Parsed;
use ruff_text_size::Ranged;

use crate::Mode;
use crate::error::{ErrorKind, Fault};

/// The first error of a parse, if there is one.
pub(crate) fn first_fault(
    parsed: &Parsed<Mod>,
    source: &str,
    mode: Mode,
    allow_incomplete: bool,
) -> Option<Box<Fault>> {
    let range = match (parsed.errors().first(), parsed.unsupported_syntax_errors().first()) {
        (Some(e), _) => e.location,
        (None, Some(e)) => e.range(),
        (None, None) => return None,
    };
    if allow_incomplete && diagnose::ends_too_early(source, mode) {
        return Some(crate::interactive::incomplete(source));
    }
    Some(match diagnose::diagnose(source, mode) {
        Some(d) => Box::new(Fault { shown: d.shown, ..*Fault::exact(d.kind, d.message, d.location) }),
        // The two grammars disagree: a mistake in one of them. The source is rejected all the same.
        None => Fault::parser("invalid syntax", range),
    })
}

/// CPython's errors about indentation that the parser does not find: it lets tabs and spaces mix. Only sources that mix them are read
/// again.
pub(crate) fn indentation_fault(source: &str) -> Option<Box<Fault>> {
    let (mut tabs, mut spaces) = (false, false);
    for line in source.as_bytes().split(|&b| b == b'\n') {
        match line.first() {
            Some(b'\t') => tabs = true,
            Some(b' ') => {
                spaces = true;
                tabs |= line.iter().take_while(|b| matches!(b, b' ' | b'\t')).any(|&b| b == b'\t');
            }
            _ => {}
        }
    }
    if !(tabs && spaces) {
        return None;
    }
    let fault = tokens::tokens(&tokens::normalise(source)).fault?;
    matches!(fault.kind, ErrorKind::Tab | ErrorKind::Indentation)
        .then(|| Fault::exact(fault.kind, fault.message, fault.location))
}
