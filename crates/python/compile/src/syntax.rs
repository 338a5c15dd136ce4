//! The parser's errors in CPython's words.
//!
//! Known limit: the text is CPython's for the errors listed here and `invalid syntax` for all others; the place is the parser's,
//! which agrees with CPython's for single tokens and often not for ranges.

use ruff_python_ast::Mod;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{InterpolatedStringErrorType, LexicalErrorType, ParseErrorType, Parsed};
use ruff_text_size::{Ranged, TextRange};

use crate::error::{ErrorKind, Fault};

/// The first error of a parse, if there is one.
pub(crate) fn first_fault(parsed: &Parsed<Mod>, source: &str) -> Option<Box<Fault>> {
    if let Some(e) = parsed.errors().first() {
        let (kind, message) = reword(&e.error, source, e.location);
        return Some(Box::new(Fault { kind, ..*Fault::parser(message, e.location) }));
    }
    let newer = parsed.unsupported_syntax_errors().first()?;
    Some(Fault::parser("invalid syntax", newer.range()))
}

fn reword(error: &ParseErrorType, source: &str, range: TextRange) -> (ErrorKind, String) {
    let text = source.get(range.start().to_usize()..range.end().to_usize()).unwrap_or("");
    let message = match error {
        ParseErrorType::UnexpectedIndentation => {
            return (ErrorKind::Indentation, "unexpected indent".into());
        }
        ParseErrorType::Lexical(LexicalErrorType::IndentationError) => {
            let message = "unindent does not match any outer indentation level";
            return (ErrorKind::Indentation, message.into());
        }
        ParseErrorType::OtherError(message) if message.starts_with("Expected an indented block") => {
            let message = message.replacen("Expected", "expected", 1);
            return (ErrorKind::Indentation, message);
        }
        ParseErrorType::ExpectedToken { expected: TokenKind::Colon, .. } => "expected ':'".into(),
        ParseErrorType::ExpectedToken { expected: TokenKind::In, .. } => "invalid syntax".into(),
        ParseErrorType::Lexical(LexicalErrorType::UnclosedStringError) => {
            "unterminated string literal (detected at line 1)".replace(
                "line 1",
                &format!("line {}", source[..range.start().to_usize()].matches('\n').count() + 1),
            )
        }
        ParseErrorType::Lexical(LexicalErrorType::LineContinuationError) => {
            "unexpected character after line continuation character".into()
        }
        ParseErrorType::Lexical(LexicalErrorType::InvalidByteLiteral) => {
            "bytes can only contain ASCII literal characters".into()
        }
        ParseErrorType::Lexical(LexicalErrorType::UnrecognizedToken { tok }) if !tok.is_ascii() => {
            format!("invalid character '{tok}' (U+{:04X})", *tok as u32)
        }
        ParseErrorType::FStringError(e) => return (ErrorKind::Syntax, interpolation("f-string", e)),
        ParseErrorType::TStringError(e) => return (ErrorKind::Syntax, interpolation("t-string", e)),
        ParseErrorType::PositionalAfterKeywordArgument => {
            "positional argument follows keyword argument".into()
        }
        ParseErrorType::PositionalAfterKeywordUnpacking => {
            "positional argument follows keyword argument unpacking".into()
        }
        ParseErrorType::InvalidArgumentUnpackingOrder => {
            "iterable argument unpacking follows keyword argument unpacking".into()
        }
        ParseErrorType::IterableUnpackingInComprehension => {
            "iterable unpacking cannot be used in comprehension".into()
        }
        ParseErrorType::UnparenthesizedGeneratorExpression => {
            "Generator expression must be parenthesized".into()
        }
        ParseErrorType::NonDefaultParamAfterDefaultParam => {
            "parameter without a default follows parameter with a default".into()
        }
        ParseErrorType::ExpectedKeywordParam => "named parameters must follow bare *".into(),
        ParseErrorType::VarParameterWithDefault => {
            "var-positional parameter cannot have default value".into()
        }
        ParseErrorType::ParamAfterVarKeywordParam => "parameters cannot follow var-keyword parameter".into(),
        ParseErrorType::EmptyTypeParams => "Type parameter list cannot be empty".into(),
        ParseErrorType::EmptyImportNames => "Expected one or more names after 'import'".into(),
        ParseErrorType::InvalidMatchPatternTarget => "cannot use '_' as a target".into(),
        ParseErrorType::InvalidAssignmentTarget if is_literal(text) => {
            "cannot assign to literal here. Maybe you meant '==' instead of '='?".into()
        }
        ParseErrorType::InvalidAssignmentTarget if text.ends_with(')') && !text.starts_with('(') => {
            "cannot assign to function call here. Maybe you meant '==' instead of '='?".into()
        }
        ParseErrorType::InvalidAssignmentTarget if matches!(text, "None" | "True" | "False") => {
            format!("cannot assign to {text}")
        }
        ParseErrorType::InvalidDeleteTarget if is_literal(text) => "cannot delete literal".into(),
        ParseErrorType::InvalidDeleteTarget if text.ends_with(')') && !text.starts_with('(') => {
            "cannot delete function call".into()
        }
        _ => "invalid syntax".into(),
    };
    (ErrorKind::Syntax, message)
}

fn is_literal(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '"' | '\'')) && !text.contains(' ')
}

fn interpolation(prefix: &str, e: &InterpolatedStringErrorType) -> String {
    match e {
        InterpolatedStringErrorType::UnclosedLbrace => format!("{prefix}: expecting '}}'"),
        InterpolatedStringErrorType::SingleRbrace => format!("{prefix}: single '}}' is not allowed"),
        InterpolatedStringErrorType::UnterminatedString => {
            format!("unterminated {prefix} literal (detected at line 1)")
        }
        InterpolatedStringErrorType::LambdaWithoutParentheses => {
            format!("{prefix}: lambda expressions are not allowed without parentheses")
        }
        _ => format!("{prefix}: invalid syntax"),
    }
}
