//! What compiling can fail with: the exception that CPython 3.14 raises, as a plain value.
//!
//! Inside the compiler an error carries a byte range of the (decoded) source; [`Fault::locate`] turns it into CPython's line
//! and offset pair. The two differ by phase, as in CPython: the tokenizer and the parser count *characters*, the symbol table
//! and the code generator count UTF-8 *bytes*; both from 1.

use std::fmt;

use ruff_text_size::{TextRange, TextSize};

use crate::location::LineIndex;

/// The exception's class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    /// `SyntaxError`
    Syntax,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
    /// `MemoryError`: the source nests deeper than the parser goes.
    Memory,
    /// `RecursionError`: the syntax tree is deeper than the compiler goes.
    Recursion,
    /// `_IncompleteInputError`, a `SyntaxError`: the source may go on (see [`crate::Options::allow_incomplete`]).
    Incomplete,
    /// `OverflowError`: the code exceeds a limit of the bytecode format.
    Overflow,
}

impl ErrorKind {
    /// Python's name of the class.
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::Syntax => "SyntaxError",
            ErrorKind::Indentation => "IndentationError",
            ErrorKind::Tab => "TabError",
            ErrorKind::Memory => "MemoryError",
            ErrorKind::Recursion => "RecursionError",
            ErrorKind::Incomplete => "_IncompleteInputError",
            ErrorKind::Overflow => "OverflowError",
        }
    }
}

/// A Python exception raised by compiling.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompileError {
    /// Its class.
    pub kind: ErrorKind,
    /// `msg`
    pub message: String,
    /// `lineno`, `offset`, `end_lineno`, `end_offset`; absent where CPython gives none. Lines and offsets count from 1, but
    /// CPython also produces 0 and -1 here and there.
    pub location: Option<ErrorLocation>,
    /// `text`: the source line, for errors of the parser. The code generator leaves it to whoever can read the file.
    pub text: Option<String>,
}

/// Attributes of a `SyntaxError`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ErrorLocation {
    /// `lineno`
    pub line: i64,
    /// `offset`
    pub offset: i64,
    /// `end_lineno`
    pub end_line: i64,
    /// `end_offset`
    pub end_offset: i64,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.message)?;
        if let Some(at) = self.location {
            write!(f, " ({}:{}-{}:{})", at.line, at.offset, at.end_line, at.end_offset)?;
        }
        Ok(())
    }
}

impl std::error::Error for CompileError {}

/// A `SyntaxWarning` to be issued (it becomes an error under `-W error`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompileWarning {
    /// Its text.
    pub message: String,
    /// Line, from 1.
    pub line: u32,
}

/// Which part of the compiler found the error; decides what an offset counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Phase {
    Parser,
    Compiler,
}

/// An error with a place in the decoded source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    pub kind: ErrorKind,
    pub message: String,
    pub range: Option<TextRange>,
    /// The place as Python sees it, where it is not that of a range.
    pub exact: Option<ErrorLocation>,
    pub phase: Phase,
    /// How the source line is shown.
    pub shown: ShownLine,
}

/// Whether the source line in an error keeps its end: depends on which part of CPython's front end raises it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ShownLine {
    /// The line as it is.
    AsItIs,
    /// Without its line feed: errors of the tokenizer.
    WithoutEnd,
    /// With a line feed, as the tokenizer has added one to the source.
    WithEnd,
}

pub(crate) type Result<T> = std::result::Result<T, Box<Fault>>;

impl Fault {
    /// A `SyntaxError` found by the symbol table or the code generator.
    pub fn syntax(message: impl Into<String>, range: TextRange) -> Box<Fault> {
        Box::new(Fault {
            kind: ErrorKind::Syntax,
            message: message.into(),
            range: Some(range),
            exact: None,
            phase: Phase::Compiler,
            shown: ShownLine::AsItIs,
        })
    }

    /// A `SyntaxError` found by the parser.
    pub fn parser(message: impl Into<String>, range: TextRange) -> Box<Fault> {
        Box::new(Fault {
            kind: ErrorKind::Syntax,
            message: message.into(),
            range: Some(range),
            exact: None,
            phase: Phase::Parser,
            shown: ShownLine::AsItIs,
        })
    }

    /// An error of the parser whose place is known already.
    pub fn exact(kind: ErrorKind, message: impl Into<String>, location: ErrorLocation) -> Box<Fault> {
        Box::new(Fault {
            kind,
            message: message.into(),
            range: None,
            exact: Some(location),
            phase: Phase::Parser,
            shown: ShownLine::AsItIs,
        })
    }

    /// An error without a place.
    pub fn bare(kind: ErrorKind, message: impl Into<String>) -> Box<Fault> {
        Box::new(Fault {
            kind,
            message: message.into(),
            range: None,
            exact: None,
            phase: Phase::Compiler,
            shown: ShownLine::AsItIs,
        })
    }

    /// The error as Python sees it.
    pub fn locate(self, source: &str, lines: &LineIndex) -> CompileError {
        let Fault { kind, message, range, exact, phase, shown } = self;
        let location = range.map(|range| {
            let place = |offset: TextSize| {
                let (line, column) = lines.line_column(offset);
                let column = match phase {
                    Phase::Compiler => column as usize,
                    Phase::Parser => {
                        let start = lines.line_start(line);
                        let end = (start + column as usize).min(source.len());
                        source.get(start..end).map_or(column as usize, |s| s.chars().count())
                    }
                };
                (i64::from(line), column as i64 + 1)
            };
            let ((line, offset), (end_line, end_offset)) = (place(range.start()), place(range.end()));
            ErrorLocation { line, offset, end_line, end_offset }
        });
        let location = exact.or(location);
        let text = match (phase, location) {
            (Phase::Parser, Some(at)) => {
                let line = lines.line_text(source, at.line as u32);
                let bare = line.trim_end_matches(['\r', '\n']);
                Some(match shown {
                    ShownLine::AsItIs => line.to_owned(),
                    ShownLine::WithoutEnd => bare.to_owned(),
                    ShownLine::WithEnd => format!("{bare}\n"),
                })
            }
            _ => None,
        };
        CompileError { kind, message, location, text }
    }
}

impl Fault {
    /// An integer literal that is too long to convert (`sys.set_int_max_str_digits`).
    pub fn too_many_digits(limit: usize, digits: usize, range: TextRange) -> Box<Fault> {
        Fault::parser(
            format!(
                "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; \
                 use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer \
                 literals to avoid decimal conversion limits."
            ),
            TextRange::empty(range.start()),
        )
    }
}
