//! Text → trace. See the parent module for the format.
//!
//! One token of lookahead, no recursion, so that no text can make it overflow the stack. The result is well-formed
//! as a data structure (every index refers to something); whether it makes sense is the verifier's business.
//! Frames of snapshots that are equal from the outermost inwards share their shots, as the recorder shares them.

use super::lex::{ParseError, Spanned, Token, lex};
use super::names::{DescrTable, FIELD_KINDS, MUTABILITIES, TaggedWord};
use super::print::derived_kind;
use crate::op::{ArrayKey, Aux, FieldKey, LabelRef, Op, Opcode, Tag, UnitId};
use crate::snapshot::{FrameShot, FrameShotIndex, ResumeMode, Snapshot, SnapshotIndex, Virtual, VirtualKind};
use crate::trace::{Branch, Const, Operand, Trace};
use heap::{ArrayDescr, FieldDescr, LayoutId, Mutability};
use metatrace_machine::{Kind, RawWidth};
use std::collections::HashMap;

/// Largest number of anything: operands have thirty bits of index.
const MAX_INDEX: usize = (1 << 30) - 1;

/// Reads a trace. Errors: the first place where the text is not IR, and what was expected there.
pub fn parse(text: &str, names: &DescrTable) -> Result<Trace, ParseError> {
    if text.len() > MAX_INDEX {
        let message = format!("expected a text of at most {MAX_INDEX} bytes, found {}", text.len());
        return Err(ParseError { line: 1, column: 1, message });
    }
    let tokens = lex(text)?;
    let mut parser = Parser {
        tokens: &tokens,
        position: 0,
        names,
        trace: Trace::new(),
        results: HashMap::new(),
        snapshots: Definitions::default(),
        virtuals: Definitions::default(),
        stores: Vec::new(),
        shots: HashMap::new(),
    };
    parser.text()?;
    Ok(parser.trace)
}

/// Named things that may be used before they are defined.
struct Definitions<'a, T> {
    index: HashMap<&'a str, u32>,
    /// Where each was used or defined first, and its definition.
    items: Vec<(Spanned<'a>, Option<T>)>,
}

impl<T> Default for Definitions<'_, T> {
    fn default() -> Self {
        Definitions { index: HashMap::new(), items: Vec::new() }
    }
}

impl<'a, T> Definitions<'a, T> {
    fn number(&mut self, name: &'a str, at: Spanned<'a>) -> u32 {
        *self.index.entry(name).or_insert_with(|| {
            self.items.push((at, None));
            self.items.len() as u32 - 1
        })
    }
    fn define(&mut self, name: &'a str, at: Spanned<'a>, item: T) -> Result<(), ParseError> {
        let number = self.number(name, at) as usize;
        match self.items[number].1.replace(item) {
            None => Ok(()),
            Some(_) => Err(error(at, format!("{} is defined twice", at.token))),
        }
    }
    fn finish(self) -> Result<Vec<T>, ParseError> {
        let defined = |(at, item): (Spanned<'a>, Option<T>)| {
            item.ok_or_else(|| error(at, format!("expected a definition of {}", at.token)))
        };
        self.items.into_iter().map(defined).collect()
    }
}

/// A frame shot without its place in the tables: what makes two of them equal.
type ShotKey = (FrameShotIndex, u64, u32, u32, Vec<(u32, Operand)>);

struct Parser<'a> {
    tokens: &'a [Spanned<'a>],
    position: usize,
    names: &'a DescrTable,
    trace: Trace,
    results: HashMap<&'a str, Operand>,
    snapshots: Definitions<'a, Snapshot>,
    virtuals: Definitions<'a, Virtual>,
    /// Delayed stores with the definition order of their snapshot: they go behind the named virtuals.
    stores: Vec<Virtual>,
    shots: HashMap<ShotKey, FrameShotIndex>,
}

fn error(at: Spanned<'_>, message: String) -> ParseError {
    ParseError { line: at.line, column: at.column, message }
}

impl<'a> Parser<'a> {
    // -- tokens

    fn peek(&self) -> Spanned<'a> {
        self.tokens[self.position.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Spanned<'a> {
        let token = self.peek();
        self.position += 1;
        token
    }

    fn expected<T>(&self, what: &str) -> Result<T, ParseError> {
        let found = self.peek();
        Err(error(found, format!("expected {what}, found {}", found.token)))
    }

    /// Takes a mark if it is next.
    fn eat(&mut self, mark: char) -> bool {
        let found = self.peek().token == Token::Mark(mark);
        self.position += found as usize;
        found
    }

    fn mark(&mut self, mark: char) -> Result<(), ParseError> {
        if self.eat(mark) { Ok(()) } else { self.expected(&format!("'{mark}'")) }
    }

    fn word(&mut self, what: &str) -> Result<&'a str, ParseError> {
        match self.peek().token {
            Token::Word(word) => {
                self.position += 1;
                Ok(word)
            }
            _ => self.expected(what),
        }
    }

    /// A word that `find` knows.
    fn known<T>(&mut self, what: &str, find: impl Fn(&str) -> Option<T>) -> Result<T, ParseError> {
        match self.peek().token {
            Token::Word(word) => match find(word) {
                Some(item) => {
                    self.position += 1;
                    Ok(item)
                }
                None => self.expected(what),
            },
            _ => self.expected(what),
        }
    }

    fn number_u64(&mut self, what: &str, max: u64) -> Result<u64, ParseError> {
        if let Token::Number(text) = self.peek().token {
            let value = match text.strip_prefix("0x") {
                Some(hex) => u64::from_str_radix(hex, 16).ok(),
                None => text.parse().ok(),
            };
            if let Some(value) = value.filter(|v| *v <= max) {
                self.position += 1;
                return Ok(value);
            }
        }
        self.expected(&format!("{what} from 0 to {max}"))
    }

    fn number_u32(&mut self, what: &str) -> Result<u32, ParseError> {
        Ok(self.number_u64(what, u32::MAX as u64)? as u32)
    }

    fn line_end(&mut self) -> Result<(), ParseError> {
        match self.peek().token {
            Token::LineEnd => {
                self.position += 1;
                Ok(())
            }
            Token::End => Ok(()),
            _ => self.expected("the end of the line"),
        }
    }

    /// `item, item …` up to `close`, which is taken.
    fn list<T>(
        &mut self,
        close: char,
        mut item: impl FnMut(&mut Self) -> Result<T, ParseError>,
    ) -> Result<Vec<T>, ParseError> {
        let mut items = Vec::new();
        if self.eat(close) {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if self.eat(close) {
                return Ok(items);
            }
            if !self.eat(',') {
                return self.expected(&format!("',' or '{close}'"));
            }
        }
    }

    // -- lines

    fn text(&mut self) -> Result<(), ParseError> {
        loop {
            match self.peek().token {
                Token::End => break,
                Token::LineEnd => self.position += 1,
                Token::Word("label") => self.label()?,
                Token::Word("snapshot") => self.snapshot()?,
                Token::Word("virtual") => self.virtual_object()?,
                _ => self.operation()?,
            }
        }
        let snapshots = std::mem::take(&mut self.snapshots).finish()?;
        let virtuals = std::mem::take(&mut self.virtuals).finish()?;
        let stores_base = virtuals.len() as u32;
        self.trace.virtuals = virtuals;
        self.trace.virtuals.append(&mut self.stores);
        self.trace.snapshots = snapshots;
        for snapshot in &mut self.trace.snapshots {
            snapshot.stores_start =
                if snapshot.stores_count == 0 { 0 } else { snapshot.stores_start + stores_base };
        }
        Ok(())
    }

    fn label(&mut self) -> Result<(), ParseError> {
        self.next();
        let label = self.number_u32("a label number")?;
        self.mark('(')?;
        self.trace.emit_label(label, &[]);
        self.list(')', |p| {
            let at = p.next();
            let Token::Result(name) = at.token else {
                p.position -= 1;
                return p.expected("a parameter '%name: kind' or ')'");
            };
            p.mark(':')?;
            let kind = p.kind()?;
            let param = p.trace.emit(Opcode::Param, Some(kind), &[], Aux::NONE, SnapshotIndex::NONE);
            p.define_result(name, at, param)
        })?;
        self.line_end()
    }

    fn define_result(&mut self, name: &'a str, at: Spanned<'a>, result: Operand) -> Result<(), ParseError> {
        match self.results.insert(name, result) {
            None => Ok(()),
            Some(_) => Err(error(at, format!("%{name} is defined twice"))),
        }
    }

    fn kind(&mut self) -> Result<Kind, ParseError> {
        self.known("a kind (value, int, float, bool, ref)", |w| Kind::ALL.into_iter().find(|k| k.name() == w))
    }

    fn operation(&mut self) -> Result<(), ParseError> {
        let start = self.peek();
        let mut result = None;
        let mut explicit_kind = None;
        if let Token::Result(name) = start.token {
            self.next();
            result = Some(name);
            if self.eat(':') {
                explicit_kind = Some(self.kind()?);
            }
            self.mark('=')?;
        }
        let what =
            if result.is_some() { "an opcode" } else { "an operation, 'label', 'snapshot' or 'virtual'" };
        let opcode = self.known(what, |word| {
            Opcode::from_name(word).filter(|op| !matches!(op, Opcode::Label | Opcode::Param))
        })?;
        let mut op = Op {
            opcode,
            kind: None,
            args: [Operand::NONE; 3],
            aux: self.aux(opcode)?,
            snapshot: SnapshotIndex::NONE,
        };
        self.arguments(&mut op)?;
        if let Token::Snapshot(name) = self.peek().token {
            let at = self.next();
            op.snapshot = SnapshotIndex(self.snapshots.number(name, at));
            if self.peek().token == Token::Word("goto") {
                self.next();
                let label = self.number_u32("a label")?;
                self.trace.branches.push(Branch { op: self.trace.ops.len() as u32, label });
            }
        }
        op.kind = explicit_kind.or_else(|| derived_kind(&self.trace, &op));
        match (result, op.kind) {
            (Some(name), None) if opcode == Opcode::CallTrace => {
                return Err(error(
                    start,
                    format!("expected a kind, '%{name}:kind = …', since the opcode does not decide it"),
                ));
            }
            (Some(name), None) => {
                return Err(error(start, format!("'{}' has no result for %{name}", opcode.name())));
            }
            _ => {}
        }
        self.line_end()?;
        let operand = self.trace.push(op);
        match result {
            Some(name) => self.define_result(name, start, operand),
            None => Ok(()),
        }
    }

    fn tag(&mut self) -> Result<Tag, ParseError> {
        self.known("a tag (int, float, bool, ref)", |w| Tag::ALL.into_iter().find(|t| t.name() == w))
    }

    fn arguments(&mut self, op: &mut Op) -> Result<(), ParseError> {
        if op.opcode == Opcode::At {
            op.aux = Aux(self.address()?);
            self.mark('@')?;
            op.args[0] = Operand(self.number_u32("a pc")?);
            op.args[1] = Operand(0);
            if self.peek().token == Token::Word("join") {
                self.next();
                op.args[1] = Operand(1);
            }
        } else if Trace::has_varargs(op.opcode) {
            self.mark('(')?;
            let args = self.list(')', Self::value)?;
            op.args[0] = Operand(self.trace.varargs.len() as u32);
            op.args[1] = Operand(args.len() as u32);
            self.trace.varargs.extend(args);
        } else {
            for i in 0..op.opcode.params().len() {
                if i > 0 {
                    self.mark(',')?;
                }
                op.args[i] = self.value()?;
            }
        }
        Ok(())
    }

    // -- auxiliary words

    fn aux(&mut self, opcode: Opcode) -> Result<Aux, ParseError> {
        if opcode == Opcode::Jump {
            return self.jump_target();
        }
        let is_bare_merge = opcode == Opcode::Merge && self.peek().token != Token::Mark('[');
        if !has_bracket(opcode) || is_bare_merge {
            return Ok(Aux::NONE);
        }
        self.mark('[')?;
        let aux = match opcode {
            Opcode::GuardTag | Opcode::GuardNotTag => Aux::tag(self.tag()?),
            Opcode::Merge => Aux::seen(Some(self.tag()?)),
            Opcode::GuardLayout | Opcode::GuardNotLayout | Opcode::SetLayout => Aux::layout(self.layout()?),
            Opcode::GuardValid | Opcode::CallTrace => Aux(self.address()?),
            Opcode::LoadField | Opcode::StoreField => Aux::field(self.field()?),
            Opcode::ArrayLen | Opcode::LoadItem | Opcode::StoreItem | Opcode::NewArray => {
                Aux::array(self.array()?)
            }
            Opcode::New => {
                let (layout, size_bytes) = self.layout_and_size()?;
                Aux::allocation(layout, size_bytes)
            }
            Opcode::LoadRaw | Opcode::StoreRaw => {
                Aux::raw(self.known("a raw width (i8 … f64)", |w| {
                    RawWidth::ALL.into_iter().find(|r| r.name() == w)
                })?)
            }
            _ => {
                let names = self.names;
                Aux::call(self.known("the name of a known function", |w| names.call(w))?)
            }
        };
        self.mark(']')?;
        Ok(aux)
    }

    fn jump_target(&mut self) -> Result<Aux, ParseError> {
        if let Token::Word(word) = self.peek().token {
            let numbers = word.strip_prefix('u').and_then(|w| w.split_once('.'));
            let target = numbers.and_then(|(unit, label)| Some((unit.parse().ok()?, label.parse().ok()?)));
            if let Some((unit, label)) = target {
                self.next();
                return Ok(Aux::label(LabelRef { unit: UnitId(unit), label }));
            }
            return self.expected("a label, '1' or 'u7.1'");
        }
        let label = self.number_u32("a label number")?;
        Ok(Aux::label(LabelRef { unit: UnitId::THIS, label }))
    }

    fn address(&mut self) -> Result<u64, ParseError> {
        let names = self.names;
        match self.peek().token {
            Token::Number(_) => self.number_u64("an address", u64::MAX),
            _ => self.known("an address or the name of one", |w| names.address(w)),
        }
    }

    fn layout(&mut self) -> Result<LayoutId, ParseError> {
        let names = self.names;
        match self.peek().token {
            Token::Number(_) => Ok(LayoutId(self.number_u64("a layout id", 0xFF_FFFF)? as u32)),
            _ => self.known("a layout's name or id", |w| names.layout(w)),
        }
    }

    fn layout_and_size(&mut self) -> Result<(LayoutId, u32), ParseError> {
        let layout = self.layout()?;
        self.mark(',')?;
        Ok((layout, self.number_u32("a size in bytes")?))
    }

    fn field_kind(&mut self) -> Result<heap::FieldKind, ParseError> {
        self.known("a field kind (value, ref, i64 …)", |w| find_name(&FIELD_KINDS, w))
    }

    fn mutability(&mut self) -> Result<Mutability, ParseError> {
        self.known("'immutable', 'quasi_immutable' or 'mutable'", |w| find_name(&MUTABILITIES, w))
    }

    /// `layout.field`, or `field(layout, offset, kind, mutability)`.
    fn field(&mut self) -> Result<FieldKey, ParseError> {
        let names = self.names;
        if self.peek().token != Token::Word("field") || names.field("field").is_some() {
            return self.known("a field, 'layout.name' or 'field(layout, offset, kind, mutability)'", |w| {
                names.field(w)
            });
        }
        self.next();
        self.mark('(')?;
        let layout = self.layout()?;
        self.mark(',')?;
        let offset = self.number_u64("an offset", u16::MAX as u64)? as u16;
        self.mark(',')?;
        let kind = self.field_kind()?;
        self.mark(',')?;
        let mutability = self.mutability()?;
        self.mark(')')?;
        Ok(FieldKey::new(FieldDescr { layout, name: "", offset, kind, mutability }))
    }

    /// `layout`, or `array(layout, item kind, length offset, items offset, mutability)`.
    fn array(&mut self) -> Result<ArrayKey, ParseError> {
        let names = self.names;
        if self.peek().token != Token::Word("array") || names.array("array").is_some() {
            let what =
                "an array layout's name or 'array(layout, kind, length offset, items offset, mutability)'";
            return self.known(what, |w| names.array(w));
        }
        self.next();
        self.mark('(')?;
        let layout = self.layout()?;
        self.mark(',')?;
        let item = self.field_kind()?;
        self.mark(',')?;
        let length_offset = self.number_u64("an offset", 4095)? as u16;
        self.mark(',')?;
        let items_offset = self.number_u64("an offset", 4095)? as u16;
        self.mark(',')?;
        let immutable = self.mutability()? == Mutability::Immutable;
        self.mark(')')?;
        Ok(ArrayKey::new(ArrayDescr { layout, item, length_offset, items_offset, immutable }))
    }

    // -- operands

    /// An operand of an operation: a result above, or a constant.
    fn value(&mut self) -> Result<Operand, ParseError> {
        let at = self.peek();
        match at.token {
            Token::Virtual(_) => self.expected("a result or a constant (only snapshots mention virtuals)"),
            _ => self.operand(),
        }
    }

    /// An operand of a snapshot: also a virtual, or `-` for none.
    fn operand(&mut self) -> Result<Operand, ParseError> {
        let at = self.peek();
        match at.token {
            Token::Result(name) => match self.results.get(name).copied() {
                Some(operand) => {
                    self.next();
                    Ok(operand)
                }
                None => self.expected("a result defined above"),
            },
            Token::Virtual(name) => {
                self.next();
                Ok(Operand::virtual_object(self.virtuals.number(name, at)))
            }
            Token::Mark('-') => {
                self.next();
                if self.peek().token == Token::Word("inf") {
                    self.next();
                    return Ok(self.trace.constant(Const::float(f64::NEG_INFINITY)));
                }
                Ok(Operand::NONE)
            }
            _ => {
                let constant = self.constant()?;
                Ok(self.trace.constant(constant))
            }
        }
    }

    fn constant(&mut self) -> Result<Const, ParseError> {
        let what = "a result, a constant";
        match self.peek().token {
            Token::Number(text) => {
                let constant = if is_float(text) {
                    text.parse::<f64>().ok().map(Const::float)
                } else {
                    text.parse::<i64>().ok().map(Const::int)
                };
                match constant {
                    Some(c) => {
                        self.next();
                        Ok(c)
                    }
                    None => self.expected("a 64-bit integer or a float"),
                }
            }
            Token::Mark('\'') => {
                self.next();
                self.tagged_word()
            }
            Token::Word(word) => {
                let simple = match word {
                    "true" => Some(Const::bool(true)),
                    "false" => Some(Const::bool(false)),
                    "null" => Some(Const::reference(0)),
                    "nan" => Some(Const::float(f64::NAN)),
                    "inf" => Some(Const::float(f64::INFINITY)),
                    _ => None,
                };
                if let Some(constant) = simple {
                    self.next();
                    return Ok(constant);
                }
                let Some(kind) = Kind::ALL.into_iter().find(|k| k.name() == word) else {
                    return self.expected(what);
                };
                self.next();
                self.mark('(')?;
                let bits = self.address()?;
                self.mark(')')?;
                Ok(Const { kind, bits })
            }
            _ => self.expected(what),
        }
    }

    /// Behind the quote.
    fn tagged_word(&mut self) -> Result<Const, ParseError> {
        let at = self.peek();
        let negative = self.eat('-');
        let tagged = match self.peek().token {
            Token::Number(text) if is_float(text) => text.parse().ok().map(TaggedWord::Float),
            Token::Number(text) => text.parse().ok().map(TaggedWord::Int),
            Token::Word("inf") if negative => Some(TaggedWord::Float(f64::NEG_INFINITY)),
            Token::Word("inf") => Some(TaggedWord::Float(f64::INFINITY)),
            Token::Word("true") => Some(TaggedWord::Bool(true)),
            Token::Word("false") => Some(TaggedWord::Bool(false)),
            Token::Word("none") => Some(TaggedWord::None),
            Token::Word("unset") => Some(TaggedWord::Unset),
            _ => None,
        };
        let Some(tagged) = tagged else {
            return self.expected("a tagged word ('5, '2.5, 'true, 'none, 'unset)");
        };
        self.next();
        match self.names.encode_word(tagged) {
            Some(word) => Ok(Const::value(word)),
            None => {
                Err(error(at, "expected a tagged word that the encoding has as an immediate".to_string()))
            }
        }
    }

    // -- snapshots

    fn snapshot(&mut self) -> Result<(), ParseError> {
        self.next();
        let at = self.peek();
        let Token::Snapshot(name) = at.token else { return self.expected("'@name' of the snapshot") };
        self.next();
        let mode = self.known("'execute', 'deliver' or 'raise'", |w| match w {
            "execute" => Some(ResumeMode::Execute),
            "deliver" => Some(ResumeMode::Deliver),
            "raise" => Some(ResumeMode::Raise),
            _ => None,
        })?;
        let result = if mode == ResumeMode::Deliver { self.operand()? } else { Operand::NONE };
        self.line_end()?;
        let stores_start = self.stores.len() as u32;
        let mut top = FrameShotIndex::NONE;
        loop {
            match self.peek().token {
                Token::Word("frame") => top = self.frame(top)?,
                Token::Word("store") => self.delayed_store(false)?,
                Token::Word("store_item") if self.is_delayed_store() => self.delayed_store(true)?,
                Token::LineEnd => {
                    self.next();
                }
                _ => break,
            }
        }
        let stores_count = self.stores.len() as u32 - stores_start;
        self.snapshots.define(name, at, Snapshot { top, mode, result, stores_start, stores_count })
    }

    /// Operations may follow a snapshot, and `store_item` is one, too: the delayed one is indented.
    fn is_delayed_store(&self) -> bool {
        self.peek().column > 1
    }

    fn frame(&mut self, parent: FrameShotIndex) -> Result<FrameShotIndex, ParseError> {
        self.next();
        let code = self.address()?;
        self.mark('@')?;
        let pc = self.number_u32("a pc")?;
        let continuation = if self.eat('/') { self.number_u32("a continuation")? } else { 0 };
        self.mark('{')?;
        let slots = self.list('}', |p| {
            let slot = p.number_u32("a slot number")?;
            p.mark(':')?;
            Ok((slot, p.operand()?))
        })?;
        self.line_end()?;
        let key = (parent, code, pc, continuation, slots);
        if let Some(shot) = self.shots.get(&key) {
            return Ok(*shot);
        }
        let trace = &mut self.trace;
        let (slots_start, slots_count) = (trace.slots.len() as u32, key.4.len() as u32);
        trace.slots.extend_from_slice(&key.4);
        trace.frames.push(FrameShot { code, pc, continuation, parent, slots_start, slots_count });
        let shot = FrameShotIndex(trace.frames.len() as u32 - 1);
        self.shots.insert(key, shot);
        Ok(shot)
    }

    fn delayed_store(&mut self, item: bool) -> Result<(), ParseError> {
        self.next();
        self.mark('[')?;
        let (kind, count) = if item {
            (VirtualKind::StoreItem { array: self.array()? }, 3)
        } else {
            (VirtualKind::Store { field: self.field()? }, 2)
        };
        self.mark(']')?;
        let mut operands = vec![self.operand()?];
        while operands.len() < count {
            self.mark(',')?;
            operands.push(self.operand()?);
        }
        self.line_end()?;
        let store = self.virtual_of(kind, &operands);
        self.stores.push(store);
        Ok(())
    }

    fn virtual_of(&mut self, kind: VirtualKind, operands: &[Operand]) -> Virtual {
        let fields_start = self.trace.virtual_fields.len() as u32;
        self.trace.virtual_fields.extend_from_slice(operands);
        Virtual { kind, fields_start, fields_count: operands.len() as u32 }
    }

    fn virtual_object(&mut self) -> Result<(), ParseError> {
        self.next();
        let at = self.peek();
        let Token::Virtual(name) = at.token else { return self.expected("'!name' of the virtual") };
        self.next();
        self.mark('=')?;
        let what = "'box_int', 'box_float', 'box_bool', 'box_ref', 'unbox_ref', 'object' or 'array'";
        let (kind, operands) = match self.word(what)? {
            "box_int" => (VirtualKind::BoxInt, vec![self.operand()?]),
            "box_float" => (VirtualKind::BoxFloat, vec![self.operand()?]),
            "box_bool" => (VirtualKind::BoxBool, vec![self.operand()?]),
            "box_ref" => (VirtualKind::BoxRef, vec![self.operand()?]),
            "unbox_ref" => (VirtualKind::UnboxRef, vec![self.operand()?]),
            "object" => self.object_fields()?,
            "array" => {
                self.mark('[')?;
                let array = self.array()?;
                self.mark(']')?;
                self.mark('{')?;
                (VirtualKind::Array { array }, self.list('}', Self::operand)?)
            }
            _ => {
                self.position -= 1;
                return self.expected(what);
            }
        };
        self.line_end()?;
        let object = self.virtual_of(kind, &operands);
        self.virtuals.define(name, at, object)
    }

    fn object_fields(&mut self) -> Result<(VirtualKind, Vec<Operand>), ParseError> {
        self.mark('[')?;
        let (layout, size_bytes) = self.layout_and_size()?;
        self.mark(']')?;
        self.mark('{')?;
        let pairs = self.list('}', |p| {
            let key = p.field()?;
            p.mark(':')?;
            let key = p.trace.constant(Const { kind: Kind::Int, bits: key.0 });
            Ok([key, p.operand()?])
        })?;
        Ok((VirtualKind::Object { layout, size_bytes }, pairs.concat()))
    }
}

/// Whether the auxiliary word stands in brackets behind the opcode.
fn has_bracket(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::GuardTag
            | Opcode::GuardNotTag
            | Opcode::Merge
            | Opcode::GuardLayout
            | Opcode::GuardNotLayout
            | Opcode::SetLayout
            | Opcode::GuardValid
            | Opcode::CallTrace
            | Opcode::LoadField
            | Opcode::StoreField
            | Opcode::ArrayLen
            | Opcode::LoadItem
            | Opcode::StoreItem
            | Opcode::NewArray
            | Opcode::New
            | Opcode::LoadRaw
            | Opcode::StoreRaw
            | Opcode::Call
    )
}

fn is_float(text: &str) -> bool {
    !text.starts_with("0x") && text.contains(['.', 'e', 'E'])
}

fn find_name<T: Copy>(table: &[(T, &str)], name: &str) -> Option<T> {
    table.iter().find(|(_, n)| *n == name).map(|(item, _)| *item)
}
