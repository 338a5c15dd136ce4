//! Tuple, list, set and dict displays.

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

use super::{Generator, Reg};
use crate::code::Constant;
use crate::error::Result;
use crate::opcode::Opcode;

/// Displays up to this length are built from a block of registers, longer ones item by item.
const BLOCK_MAX: usize = 64;

impl<'a> Generator<'a> {
    pub(super) fn tuple(&mut self, elts: &'a [Expr], range: TextRange, dst: Reg) -> Result<()> {
        if elts.len() <= BLOCK_MAX && !elts.iter().any(Expr::is_starred_expr) {
            let block = self.sequence_block(elts)?;
            self.emit(range, Opcode::BuildTuple, dst, block, elts.len() as u32);
            return Ok(());
        }
        let list = self.unit.temp();
        self.growing(elts, range, list, Opcode::BuildList, Opcode::ListAppend, Opcode::ListExtend)?;
        self.emit(range, Opcode::ListToTuple, dst, list, 0);
        Ok(())
    }

    pub(super) fn list(&mut self, elts: &'a [Expr], range: TextRange, dst: Reg) -> Result<()> {
        if elts.len() > 2 {
            let constants = elts.iter().map(|e| self.constant(e)).collect::<Result<Option<Vec<_>>>>()?;
            if let Some(items) = constants {
                let list = if self.unit.is_temp(dst) { dst } else { self.unit.temp() };
                let t = self.unit.temp();
                self.emit(range, Opcode::BuildList, list, t, 0);
                self.load_const(range, t, Constant::Tuple(items.into()));
                self.emit(range, Opcode::ListExtend, list, t, 0);
                self.move_to(range, dst, list);
                return Ok(());
            }
        }
        self.collection(elts, range, dst, Opcode::BuildList, Opcode::ListAppend, Opcode::ListExtend)
    }

    pub(super) fn set(&mut self, s: &'a ExprSet, dst: Reg) -> Result<()> {
        self.collection(&s.elts, s.range, dst, Opcode::BuildSet, Opcode::SetAdd, Opcode::SetUpdate)
    }

    fn collection(
        &mut self,
        elts: &'a [Expr],
        range: TextRange,
        dst: Reg,
        build: Opcode,
        add: Opcode,
        extend: Opcode,
    ) -> Result<()> {
        if elts.len() <= BLOCK_MAX && !elts.iter().any(Expr::is_starred_expr) {
            let block = self.sequence_block(elts)?;
            self.emit(range, build, dst, block, elts.len() as u32);
            return Ok(());
        }
        let collection = if self.unit.is_temp(dst) { dst } else { self.unit.temp() };
        self.growing(elts, range, collection, build, add, extend)?;
        self.move_to(range, dst, collection);
        Ok(())
    }

    /// Evaluates into consecutive registers.
    pub(super) fn sequence_block(&mut self, elts: &'a [Expr]) -> Result<Reg> {
        let block = self.unit.block(elts.len() as u32);
        for (i, e) in elts.iter().enumerate() {
            self.expr_to(e, block + i as Reg)?;
        }
        Ok(block)
    }

    /// Builds a collection item by item; `collection` is a temporary.
    pub(super) fn growing(
        &mut self,
        elts: &'a [Expr],
        range: TextRange,
        collection: Reg,
        build: Opcode,
        add: Opcode,
        extend: Opcode,
    ) -> Result<()> {
        let lead = elts.iter().take(BLOCK_MAX).take_while(|e| !e.is_starred_expr()).count();
        let (first, rest) = elts.split_at(lead);
        let mark = self.unit.mark();
        let block = self.sequence_block(first)?;
        self.emit(range, build, collection, block, lead as u32);
        self.unit.reset(mark);
        for e in rest {
            let (e, op) = match e {
                Expr::Starred(s) => (&*s.value, extend),
                _ => (e, add),
            };
            let value = self.operand(e)?;
            self.emit(e.range(), op, collection, value, 0);
            self.unit.reset(mark);
        }
        Ok(())
    }

    pub(super) fn dict(&mut self, d: &'a ExprDict, dst: Reg) -> Result<()> {
        let lead = d.items.iter().take(BLOCK_MAX / 2).take_while(|i| i.key.is_some()).count();
        let whole = lead == d.items.len();
        let map = if whole || self.unit.is_temp(dst) { dst } else { self.unit.temp() };
        let mark = self.unit.mark();
        let block = self.unit.block(2 * lead as u32);
        for (i, item) in d.items[..lead].iter().enumerate() {
            let at = block + 2 * i as Reg;
            if let Some(key) = &item.key {
                self.expr_to(key, at)?;
            }
            self.expr_to(&item.value, at + 1)?;
        }
        self.emit(d.range, Opcode::BuildMap, map, block, lead as u32);
        self.unit.reset(mark);
        for item in &d.items[lead..] {
            match &item.key {
                Some(key) => {
                    let k = self.operand(key)?;
                    let v = self.operand(&item.value)?;
                    self.emit(d.range, Opcode::MapAdd, map, k, v);
                }
                None => {
                    let v = self.operand(&item.value)?;
                    self.emit(d.range, Opcode::DictUpdate, map, v, 0);
                }
            }
            self.unit.reset(mark);
        }
        self.move_to(d.range, dst, map);
        Ok(())
    }

    /// The right operand of `in`: a display of constants becomes a constant itself.
    pub(super) fn constant_container(&mut self, e: &'a Expr) -> Result<Option<Constant>> {
        let (elts, is_set) = match e {
            Expr::List(l) => (&l.elts, false),
            Expr::Set(s) => (&s.elts, true),
            _ => return Ok(None),
        };
        let Some(items) = elts.iter().map(|e| self.constant(e)).collect::<Result<Option<Vec<_>>>>()? else {
            return Ok(None);
        };
        if !is_set {
            return Ok(Some(Constant::Tuple(items.into())));
        }
        let mut unique: Vec<Constant> = Vec::with_capacity(items.len());
        for item in items {
            if !unique.contains(&item) {
                unique.push(item);
            }
        }
        Ok(Some(Constant::FrozenSet(unique.into())))
    }
}
