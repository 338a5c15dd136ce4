//! String literals, f-strings and t-strings (PEP 701, 750), docstrings.

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

use super::{Generator, Reg};
use crate::code::Constant;
use crate::error::Result;
use crate::literal;
use crate::opcode::Opcode;

/// A piece of an interpolated string.
enum Piece<'a> {
    Literal(Vec<u8>, TextRange),
    Interpolation(&'a InterpolatedElement),
}

impl<'a> Generator<'a> {
    pub(super) fn string_constant(&self, s: &ExprStringLiteral) -> Constant {
        let lossy = s.value.iter().any(|part| part.value.contains('\u{fffd}'));
        if !lossy {
            return Constant::str(s.value.to_str());
        }
        let mut bytes = Vec::new();
        for part in &s.value {
            let source = self.text(part.content_range());
            literal::append_exact(&part.value, source, part.flags.prefix().is_raw(), false, &mut bytes);
        }
        literal::string_from_bytes(bytes)
    }

    /// The docstring as the compiler stores it: tabs expanded, common indentation removed.
    pub(super) fn docstring(&self, s: &ExprStringLiteral) -> Constant {
        match self.string_constant(s) {
            Constant::Str(text) => Constant::Str(literal::clean_docstring(&text).into()),
            other => other,
        }
    }

    fn pieces(&self, elements: &'a InterpolatedStringElements, is_raw: bool, pieces: &mut Vec<Piece<'a>>) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(l) => {
                    let mut bytes = Vec::new();
                    literal::append_exact(&l.value, self.text(l.range), is_raw, true, &mut bytes);
                    add_literal(pieces, bytes, l.range);
                }
                InterpolatedStringElement::Interpolation(i) => {
                    if let Some(debug) = &i.debug_text {
                        add_literal(pieces, debug.as_str().as_bytes().to_vec(), i.range);
                    }
                    pieces.push(Piece::Interpolation(i));
                }
            }
        }
    }

    pub(super) fn f_string(&mut self, f: &'a ExprFString, dst: Reg) -> Result<()> {
        let mut pieces = Vec::new();
        for part in &f.value {
            match part {
                FStringPart::Literal(s) => {
                    let mut bytes = Vec::new();
                    let source = self.text(s.content_range());
                    let is_raw = s.flags.prefix().is_raw();
                    literal::append_exact(&s.value, source, is_raw, false, &mut bytes);
                    add_literal(&mut pieces, bytes, s.range);
                }
                FStringPart::FString(s) => {
                    let is_raw = matches!(s.flags.prefix(), str_prefix::FStringPrefix::Raw { .. });
                    self.pieces(&s.elements, is_raw, &mut pieces);
                }
            }
        }
        self.joined(&pieces, f.range, dst)
    }

    fn joined(&mut self, pieces: &[Piece<'a>], range: TextRange, dst: Reg) -> Result<()> {
        if let [Piece::Interpolation(i)] = pieces {
            return self.formatted(i, dst);
        }
        if pieces.is_empty() {
            self.load_const(range, dst, Constant::str(""));
            return Ok(());
        }
        let block = self.unit.block(pieces.len() as u32);
        for (i, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Literal(bytes, at) => {
                    let constant = literal::string_from_bytes(bytes.clone());
                    self.load_const(*at, block + i as Reg, constant);
                }
                Piece::Interpolation(e) => self.formatted(e, block + i as Reg)?,
            }
        }
        if let [Piece::Literal(..)] = pieces {
            self.move_to(range, dst, block);
        } else {
            self.emit(range, Opcode::BuildString, dst, block, pieces.len() as u32);
        }
        Ok(())
    }

    fn formatted(&mut self, i: &'a InterpolatedElement, dst: Reg) -> Result<()> {
        let mark = self.unit.mark();
        let mut value = self.operand(&i.expression)?;
        if let Some(conversion) = conversion(i) {
            let t = self.unit.temp();
            self.emit(i.range, Opcode::ConvertValue, t, value, conversion as u32);
            value = t;
        }
        match &i.format_spec {
            Some(spec) => {
                let t = self.unit.temp();
                self.format_spec(spec, t)?;
                self.emit(i.range, Opcode::FormatWithSpec, dst, value, t);
            }
            None => self.emit(i.range, Opcode::FormatSimple, dst, value, 0),
        }
        self.unit.reset(mark);
        Ok(())
    }

    fn format_spec(&mut self, spec: &'a InterpolatedStringFormatSpec, dst: Reg) -> Result<()> {
        let mut pieces = Vec::new();
        self.pieces(&spec.elements, false, &mut pieces);
        let mark = self.unit.mark();
        self.joined(&pieces, spec.range, dst)?;
        self.unit.reset(mark);
        Ok(())
    }

    pub(super) fn t_string(&mut self, t: &'a ExprTString, dst: Reg) -> Result<()> {
        let mut pieces = Vec::new();
        for part in t.value.as_slice() {
            let is_raw = matches!(part.flags.prefix(), str_prefix::TStringPrefix::Raw { .. });
            self.pieces(&part.elements, is_raw, &mut pieces);
        }
        // One string before, between and after the interpolations.
        let mut strings = vec![Vec::new()];
        let mut interpolations = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Literal(bytes, _) => {
                    strings.last_mut().expect("there is always a last string").extend(bytes);
                }
                Piece::Interpolation(i) => {
                    interpolations.push(i);
                    strings.push(Vec::new());
                }
            }
        }
        let pair = self.unit.block(2);
        let strings = strings.into_iter().map(literal::string_from_bytes).collect();
        self.load_const(t.range, pair, Constant::Tuple(strings));
        let block = self.unit.block(interpolations.len() as u32);
        for (n, &i) in interpolations.iter().enumerate() {
            let mark = self.unit.mark();
            let fields = self.unit.block(4);
            self.expr_to(&i.expression, fields)?;
            let text = match self.foreign(&i.node_index) {
                Some(text) => text.clone(),
                None => Constant::str(&crate::tree::strings::without_comments(self.interpolation_text(i))),
            };
            self.load_const(i.range, fields + 1, text);
            let conversion = match conversion(i) {
                Some(c) => Constant::Str(c.to_string().into()),
                None => Constant::None,
            };
            self.load_const(i.range, fields + 2, conversion);
            match &i.format_spec {
                Some(spec) => self.format_spec(spec, fields + 3)?,
                None => self.load_const(i.range, fields + 3, Constant::str("")),
            }
            self.emit(i.range, Opcode::BuildInterpolation, block + n as Reg, fields, 0);
            self.unit.reset(mark);
        }
        self.emit(t.range, Opcode::BuildTuple, pair + 1, block, interpolations.len() as u32);
        self.emit(t.range, Opcode::BuildTemplate, dst, pair, 0);
        Ok(())
    }

    /// Source text between the brace and whatever follows the expression: `!`, `:`, `=` or the closing brace.
    fn interpolation_text(&self, i: &InterpolatedElement) -> &'a str {
        let start = i.range.start().to_usize() + 1;
        let expression_end = i.expression.end().to_usize();
        let limit = i.range.end().to_usize();
        let source = self.settings.source;
        let tail = source.get(expression_end..limit).unwrap_or("");
        let end = tail.find(['!', ':', '=', '}']).map_or(limit, |n| expression_end + n);
        source.get(start..end).unwrap_or("")
    }
}

fn add_literal(pieces: &mut Vec<Piece<'_>>, bytes: Vec<u8>, range: TextRange) {
    match pieces.last_mut() {
        _ if bytes.is_empty() => {}
        Some(Piece::Literal(last, at)) => {
            last.extend(bytes);
            *at = at.cover(range);
        }
        _ => pieces.push(Piece::Literal(bytes, range)),
    }
}

/// The conversion of an interpolation; `{x=}` without a format means `{x=!r}`.
fn conversion(i: &InterpolatedElement) -> Option<char> {
    match i.conversion.to_char() {
        None if i.debug_text.is_some() && i.format_spec.is_none() => Some('r'),
        c => c,
    }
}
