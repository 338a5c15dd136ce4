//! `match` (PEP 634).
//!
//! A pattern is code that jumps to `fail` or falls through with its captures in temporaries; names are bound only once the whole
//! pattern has matched, as CPython does. The alternatives of an or-pattern put their captures into the same registers.

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

use super::{Generator, Label, Reg};
use crate::code::Constant;
use crate::error::Result;
use crate::location::NO_LOCATION;
use crate::opcode::Opcode;

/// Captured names and the registers of their values.
type Captures<'a> = Vec<(&'a Identifier, Reg)>;

impl<'a> Generator<'a> {
    pub(super) fn match_stmt(&mut self, s: &'a StmtMatch) -> Result<()> {
        self.unit.conditional_depth += 1;
        let end = self.unit.label();
        let subject = self.unit.temp();
        self.expr_to(&s.subject, subject)?;
        for (i, case) in s.cases.iter().enumerate() {
            let mark = self.unit.mark();
            let next = self.unit.label();
            let is_last = i + 1 == s.cases.len();
            if case.guard.is_none() && !is_last {
                self.check_irrefutable(&case.pattern)?;
            }
            let mut captures = Captures::new();
            if is_wildcard(&case.pattern) {
                // Whoever traces the program sees that it came here.
                self.emit(case.pattern.range(), Opcode::Nop, 0, 0, 0);
            }
            self.pattern(&case.pattern, subject, next, &mut captures)?;
            for &(name, value) in &captures {
                self.store_name(name.range, name, value);
            }
            if let Some(guard) = &case.guard {
                self.branch(guard, next, false)?;
            }
            self.body(&case.body)?;
            self.jump(NO_LOCATION, Opcode::Jump, 0, end);
            self.unit.bind(next);
            self.unit.reset(mark);
        }
        self.unit.bind(end);
        self.unit.conditional_depth -= 1;
        Ok(())
    }

    /// A pattern that matches everything makes what follows it unreachable, which is an error.
    fn check_irrefutable(&self, p: &Pattern) -> Result<()> {
        match p {
            Pattern::MatchAs(a) => match (&a.pattern, &a.name) {
                (Some(inner), _) => self.check_irrefutable(inner),
                (None, None) => self.error(a.range, "wildcard makes remaining patterns unreachable"),
                (None, Some(name)) => {
                    self.error(a.range, format!("name capture '{name}' makes remaining patterns unreachable"))
                }
            },
            Pattern::MatchOr(o) => o.patterns.last().map_or(Ok(()), |last| self.check_irrefutable(last)),
            _ => Ok(()),
        }
    }

    fn pattern(
        &mut self,
        p: &'a Pattern,
        subject: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        match p {
            Pattern::MatchValue(v) => {
                if matches!(&*v.value, Expr::FString(_) | Expr::TString(_)) {
                    return self.error(v.range, "patterns may only match literals and attribute lookups");
                }
                let t = self.unit.temp();
                self.binary_right(v.range, Opcode::Eq, subject, &v.value, t)?;
                self.emit(v.range, Opcode::ToBool, t, t, 0);
                self.jump(v.range, Opcode::JumpIfFalse, t, fail);
                Ok(())
            }
            Pattern::MatchSingleton(s) => {
                let t = self.unit.temp();
                let constant = match s.value {
                    Singleton::None => {
                        self.jump(s.range, Opcode::JumpIfNotNone, subject, fail);
                        return Ok(());
                    }
                    Singleton::True => Constant::Bool(true),
                    Singleton::False => Constant::Bool(false),
                };
                self.load_const(s.range, t, constant);
                self.emit(s.range, Opcode::Is, t, subject, t);
                self.jump(s.range, Opcode::JumpIfFalse, t, fail);
                Ok(())
            }
            Pattern::MatchSequence(s) => self.sequence(s, subject, fail, captures),
            Pattern::MatchMapping(m) => self.mapping(m, subject, fail, captures),
            Pattern::MatchClass(c) => self.class_pattern(c, subject, fail, captures),
            Pattern::MatchStar(s) => self.capture(s.name.as_ref(), s.range, subject, captures),
            Pattern::MatchAs(a) => {
                if let Some(inner) = &a.pattern {
                    self.pattern(inner, subject, fail, captures)?;
                }
                self.capture(a.name.as_ref(), a.range, subject, captures)
            }
            Pattern::MatchOr(o) => self.alternatives(o, subject, fail, captures),
        }
    }

    fn capture(
        &mut self,
        name: Option<&'a Identifier>,
        range: TextRange,
        value: Reg,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        let Some(name) = name else { return Ok(()) };
        if captures.iter().any(|(other, _)| other.id == name.id) {
            return self.error(range, format!("multiple assignments to name '{name}' in pattern"));
        }
        captures.push((name, value));
        Ok(())
    }

    fn check_length(&mut self, range: TextRange, subject: Reg, op: Opcode, length: usize, fail: Label) {
        let t = self.unit.temp();
        let length = self.constant_index(Constant::Int(length as i64));
        self.emit(range, Opcode::GetLen, t, subject, 0);
        self.emit(range, op, t, t, length);
        self.jump(range, Opcode::JumpIfFalse, t, fail);
    }

    fn sequence(
        &mut self,
        s: &'a PatternMatchSequence,
        subject: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        let star = s.patterns.iter().position(|p| p.is_match_star());
        if let Some(first) = star
            && s.patterns[first + 1..].iter().any(|p| p.is_match_star())
        {
            return self.error(s.range, "multiple starred names in sequence pattern");
        }
        let t = self.unit.temp();
        self.emit(s.range, Opcode::MatchSequence, t, subject, 0);
        self.jump(s.range, Opcode::JumpIfFalse, t, fail);
        let fixed = s.patterns.len() - usize::from(star.is_some());
        match star {
            None => self.check_length(s.range, subject, Opcode::EqConst, fixed, fail),
            Some(_) if fixed > 0 => self.check_length(s.range, subject, Opcode::GeConst, fixed, fail),
            Some(_) => {}
        }
        let star_is_ignored =
            star.is_some_and(|i| matches!(&s.patterns[i], Pattern::MatchStar(m) if m.name.is_none()));
        if star_is_ignored || s.patterns.iter().all(is_wildcard) {
            return self.sequence_by_index(s, star, subject, fail, captures);
        }
        let items = self.unit.temp();
        match star {
            None => self.emit(s.range, Opcode::UnpackSequence, items, subject, fixed as u32),
            Some(before) => {
                let counts = before as u32 | ((fixed - before) as u32) << 12;
                self.emit(s.range, Opcode::UnpackEx, items, subject, counts);
            }
        }
        for (i, p) in s.patterns.iter().enumerate() {
            if is_wildcard(p) {
                continue;
            }
            let item = self.unit.temp();
            self.emit(p.range(), Opcode::TupleItem, item, items, i as u32);
            self.pattern(p, item, fail, captures)?;
        }
        Ok(())
    }

    /// `[a, *_, b]`: only the items that matter are fetched.
    fn sequence_by_index(
        &mut self,
        s: &'a PatternMatchSequence,
        star: Option<usize>,
        subject: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        for (i, p) in s.patterns.iter().enumerate() {
            if is_wildcard(p) || p.is_match_star() {
                continue;
            }
            let (item, index) = (self.unit.temp(), self.unit.temp());
            if star.is_some_and(|star| i > star) {
                let from_end = self.constant_index(Constant::Int((s.patterns.len() - i) as i64));
                self.emit(p.range(), Opcode::GetLen, index, subject, 0);
                self.emit(p.range(), Opcode::SubConst, index, index, from_end);
            } else {
                self.load_const(p.range(), index, Constant::Int(i as i64));
            }
            self.emit(p.range(), Opcode::LoadItem, item, subject, index);
            self.pattern(p, item, fail, captures)?;
        }
        Ok(())
    }

    fn mapping(
        &mut self,
        m: &'a PatternMatchMapping,
        subject: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        let t = self.unit.temp();
        self.emit(m.range, Opcode::MatchMapping, t, subject, 0);
        self.jump(m.range, Opcode::JumpIfFalse, t, fail);
        if !m.keys.is_empty() {
            self.check_length(m.range, subject, Opcode::GeConst, m.keys.len(), fail);
        }
        if m.keys.is_empty() && m.rest.is_none() {
            return Ok(());
        }
        let mut seen: Vec<Constant> = Vec::new();
        for key in &m.keys {
            if matches!(key, Expr::FString(_) | Expr::TString(_)) {
                let message = "mapping pattern keys may only match literals and attribute lookups";
                return self.error(m.range, message);
            }
            if let Some(constant) = self.constant(key)? {
                if seen.contains(&constant) {
                    let text = crate::disassemble::python_repr(&constant);
                    return self.error(m.range, format!("mapping pattern checks duplicate key ({text})"));
                }
                seen.push(constant);
            }
        }
        let keys = self.unit.temp();
        let mark = self.unit.mark();
        let block = self.sequence_block(&m.keys)?;
        self.emit(m.range, Opcode::BuildTuple, keys, block, m.keys.len() as u32);
        self.unit.reset(mark);
        let values = self.unit.temp();
        self.emit(m.range, Opcode::MatchKeys, values, subject, keys);
        self.jump(m.range, Opcode::JumpIfNone, values, fail);
        for (i, p) in m.patterns.iter().enumerate() {
            if is_wildcard(p) {
                continue;
            }
            let value = self.unit.temp();
            self.emit(p.range(), Opcode::TupleItem, value, values, i as u32);
            self.pattern(p, value, fail, captures)?;
        }
        if let Some(rest) = &m.rest {
            let dict = self.unit.temp();
            self.emit(m.range, Opcode::BuildMap, dict, dict, 0);
            self.emit(m.range, Opcode::DictUpdate, dict, subject, 0);
            for i in 0..m.keys.len() {
                let key = self.unit.temp();
                self.emit(m.range, Opcode::TupleItem, key, keys, i as u32);
                self.emit(m.range, Opcode::DeleteItem, dict, key, 0);
            }
            self.capture(Some(rest), m.range, dict, captures)?;
        }
        Ok(())
    }

    fn class_pattern(
        &mut self,
        c: &'a PatternMatchClass,
        subject: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        let keywords = &c.arguments.keywords;
        for (i, k) in keywords.iter().enumerate() {
            if let Some(other) = keywords[i + 1..].iter().find(|o| o.attr.id == k.attr.id) {
                let message = format!("attribute name repeated in class pattern: {}", k.attr);
                return self.error(other.pattern.range(), message);
            }
        }
        let block = self.unit.block(3);
        self.move_to(c.range, block, subject);
        self.expr_to(&c.cls, block + 1)?;
        let names = keywords.iter().map(|k| Constant::str(&k.attr)).collect();
        self.load_const(c.range, block + 2, Constant::Tuple(names));
        let values = self.unit.temp();
        let positional = c.arguments.patterns.len();
        self.emit(c.range, Opcode::MatchClass, values, block, positional as u32);
        self.jump(c.range, Opcode::JumpIfNone, values, fail);
        let patterns = c.arguments.patterns.iter().chain(keywords.iter().map(|k| &k.pattern));
        for (i, p) in patterns.enumerate() {
            if is_wildcard(p) {
                continue;
            }
            let value = self.unit.temp();
            self.emit(p.range(), Opcode::TupleItem, value, values, i as u32);
            self.pattern(p, value, fail, captures)?;
        }
        Ok(())
    }

    fn alternatives(
        &mut self,
        o: &'a PatternMatchOr,
        subject: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        let matched = self.unit.label();
        let mut names: Captures<'a> = Vec::new();
        let mut slots: Option<Reg> = None;
        for (i, p) in o.patterns.iter().enumerate() {
            let is_last = i + 1 == o.patterns.len();
            if !is_last {
                self.check_irrefutable(p)?;
            }
            let next = if is_last { fail } else { self.unit.label() };
            let mut own = Captures::new();
            // Room for the captures, below the temporaries of this alternative.
            let first = match slots {
                Some(first) => first,
                None => {
                    let first = self.unit.block(count_captures(p) as u32);
                    slots = Some(first);
                    first
                }
            };
            let mark = self.unit.mark();
            self.pattern(p, subject, next, &mut own)?;
            if i == 0 {
                for (n, &(name, value)) in own.iter().enumerate() {
                    self.move_to(p.range(), first + n as Reg, value);
                    names.push((name, first + n as Reg));
                }
            } else {
                if own.len() != names.len() {
                    return self.error(o.range, "alternative patterns bind different names");
                }
                for &(name, slot) in &names {
                    let Some(&(_, value)) = own.iter().find(|(other, _)| other.id == name.id) else {
                        return self.error(o.range, "alternative patterns bind different names");
                    };
                    self.move_to(p.range(), slot, value);
                }
            }
            self.unit.reset(mark);
            if !is_last {
                self.jump(p.range(), Opcode::Jump, 0, matched);
                self.unit.bind(next);
            }
        }
        self.unit.bind(matched);
        for (name, value) in names {
            self.capture(Some(name), o.range, value, captures)?;
        }
        Ok(())
    }
}

fn is_wildcard(p: &Pattern) -> bool {
    matches!(p, Pattern::MatchAs(a) if a.pattern.is_none() && a.name.is_none())
}

fn count_captures(p: &Pattern) -> usize {
    match p {
        Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => 0,
        Pattern::MatchSequence(s) => s.patterns.iter().map(count_captures).sum(),
        Pattern::MatchMapping(m) => {
            m.patterns.iter().map(count_captures).sum::<usize>() + usize::from(m.rest.is_some())
        }
        Pattern::MatchClass(c) => {
            let keywords = c.arguments.keywords.iter().map(|k| &k.pattern);
            c.arguments.patterns.iter().chain(keywords).map(count_captures).sum()
        }
        Pattern::MatchStar(s) => usize::from(s.name.is_some()),
        Pattern::MatchAs(a) => a.pattern.as_deref().map_or(0, count_captures) + usize::from(a.name.is_some()),
        Pattern::MatchOr(o) => o.patterns.first().map_or(0, count_captures),
    }
}
