//! The parser's tree to [`Node`]s: string literals, f-strings, t-strings.
//!
//! Literal text that meets, in one literal or where literals are concatenated, is one `Constant` from the first piece to the last.
//! `{x=}` is the text `x=` followed by the field; its text ends where CPython says: before the conversion, the format or the brace.

use ruff_python_ast as ast;
use ruff_python_ast::InterpolatedStringElement;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::from_parser::FromParser;
use super::{Kind, Node, Value};
use crate::code::Constant;
use crate::literal;

/// A piece of an interpolated string.
enum Piece {
    Literal { bytes: Vec<u8>, range: TextRange, has_u_prefix: bool },
    Field(Node),
}

impl FromParser<'_> {
    fn text(&self, range: TextRange) -> &str {
        self.source.get(range.start().to_usize()..range.end().to_usize()).unwrap_or("")
    }

    pub(super) fn string(&self, s: &ast::ExprStringLiteral) -> Node {
        let mut bytes = Vec::new();
        for part in &s.value {
            let source = self.text(part.content_range());
            literal::append_exact(&part.value, source, part.flags.prefix().is_raw(), false, &mut bytes);
        }
        let has_u_prefix = s.value.iter().next().is_some_and(|part| part.flags.prefix().is_unicode());
        self.text_constant(bytes, s.range, has_u_prefix)
    }

    fn text_constant(&self, bytes: Vec<u8>, range: TextRange, has_u_prefix: bool) -> Node {
        let value = Value::Constant(literal::string_from_bytes(bytes));
        let kind = if has_u_prefix { "u".into() } else { Value::None };
        self.node(Kind::Constant, range, vec![value, kind])
    }

    pub(super) fn f_string(&self, f: &ast::ExprFString) -> Node {
        let mut pieces = Vec::new();
        for part in &f.value {
            match part {
                ast::FStringPart::Literal(s) => {
                    let mut bytes = Vec::new();
                    let source = self.text(s.content_range());
                    literal::append_exact(&s.value, source, s.flags.prefix().is_raw(), false, &mut bytes);
                    add(&mut pieces, bytes, s.range, s.flags.prefix().is_unicode());
                }
                ast::FStringPart::FString(s) => {
                    let is_raw = s.flags.prefix().is_raw();
                    self.pieces(&s.elements, is_raw, Kind::FormattedValue, &mut pieces);
                }
            }
        }
        self.node(Kind::JoinedStr, f.range, vec![self.joined(pieces)])
    }

    pub(super) fn t_string(&self, t: &ast::ExprTString) -> Node {
        let mut pieces = Vec::new();
        for part in t.value.as_slice() {
            let is_raw = part.flags.prefix().is_raw();
            self.pieces(&part.elements, is_raw, Kind::Interpolation, &mut pieces);
        }
        self.node(Kind::TemplateStr, t.range, vec![self.joined(pieces)])
    }

    fn joined(&self, pieces: Vec<Piece>) -> Value {
        let node = |piece| match piece {
            Piece::Literal { bytes, range, has_u_prefix } => self.text_constant(bytes, range, has_u_prefix),
            Piece::Field(node) => node,
        };
        pieces.into_iter().map(node).collect::<Vec<_>>().into()
    }

    fn pieces(
        &self,
        elements: &ast::InterpolatedStringElements,
        is_raw: bool,
        kind: Kind,
        pieces: &mut Vec<Piece>,
    ) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(l) => {
                    let mut bytes = Vec::new();
                    literal::append_exact(&l.value, self.text(l.range), is_raw, true, &mut bytes);
                    add(pieces, bytes, l.range, false);
                }
                InterpolatedStringElement::Interpolation(i) => {
                    if let Some(debug) = &i.debug_text {
                        let range = TextRange::new(i.start() + TextSize::new(1), self.debug_end(i));
                        add(pieces, without_comments(debug.as_str()).as_bytes().to_vec(), range, false);
                    }
                    pieces.push(Piece::Field(self.field(i, is_raw, kind)));
                }
            }
        }
    }

    /// Where the text of `{x=}` ends.
    fn debug_end(&self, i: &ast::InterpolatedElement) -> TextSize {
        let tail = self.text(TextRange::new(i.expression.end(), i.end()));
        let mut at = tail.find('=').map_or(0, |at| at + 1);
        // What follows are blanks and comments.
        loop {
            let rest = &tail[at..];
            let blanks = rest.len() - rest.trim_start().len();
            let comment = match rest[blanks..].starts_with('#') {
                true => rest[blanks..].find('\n').unwrap_or(rest.len() - blanks),
                false => 0,
            };
            if blanks + comment == 0 {
                return i.expression.end() + TextSize::new(at as u32);
            }
            at += blanks + comment;
        }
    }

    fn field(&self, i: &ast::InterpolatedElement, is_raw: bool, kind: Kind) -> Node {
        let conversion = match i.conversion.to_char() {
            None if i.debug_text.is_some() && i.format_spec.is_none() => i64::from(b'r'),
            None => -1,
            Some(c) => i64::from(u32::from(c)),
        };
        let spec = i.format_spec.as_ref().map(|spec| {
            let mut pieces = Vec::new();
            self.pieces(&spec.elements, is_raw, Kind::FormattedValue, &mut pieces);
            // From the colon.
            let range = TextRange::new(spec.start() - TextSize::new(1), spec.end());
            self.node(Kind::JoinedStr, range, vec![self.joined(pieces)])
        });
        let mut fields = vec![self.expr(&i.expression).into(), Value::Int(conversion), spec.into()];
        if kind == Kind::Interpolation {
            fields.insert(1, Value::Constant(Constant::str(&without_comments(self.field_text(i)))));
        }
        self.node(kind, i.range, fields)
    }

    /// Source text between the brace and whatever follows the expression: `!`, `:`, `=` or the closing brace.
    fn field_text(&self, i: &ast::InterpolatedElement) -> &str {
        let start = i.start() + TextSize::new(1);
        let tail = self.text(TextRange::new(i.expression.end(), i.end()));
        let end = tail.find(['!', ':', '=', '}']).unwrap_or(tail.len());
        self.text(TextRange::new(start, i.expression.end() + TextSize::new(end as u32)))
    }
}

/// Source text of an expression without its comments; the ends of their lines stay.
pub(crate) fn without_comments(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('#') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut quote: Option<&str> = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        match quote {
            Some(end) if rest.starts_with(end) => {
                length = end.len();
                quote = None;
            }
            Some(_) if c == '\\' => length += rest[1..].chars().next().map_or(0, char::len_utf8),
            Some(_) => {}
            None if c == '#' => {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
                continue;
            }
            None => {
                quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|q| rest.starts_with(q));
                length = quote.map_or(length, str::len);
            }
        }
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out.into()
}

fn add(pieces: &mut Vec<Piece>, new: Vec<u8>, at: TextRange, is_unicode: bool) {
    match pieces.last_mut() {
        _ if new.is_empty() => {}
        Some(Piece::Literal { bytes, range, .. }) => {
            bytes.extend(new);
            *range = range.cover(at);
        }
        _ => pieces.push(Piece::Literal { bytes: new, range: at, has_u_prefix: is_unicode }),
    }
}
