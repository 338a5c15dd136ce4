//! `if`, `while`, `for`.

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

use super::{FrameBlock, Generator, Label, OpenBlock, Reg};
use crate::error::Result;
use crate::location::NO_LOCATION;
use crate::opcode::Opcode;

impl<'a> Generator<'a> {
    pub(super) fn push_block(&mut self, block: FrameBlock<'a>) {
        let outer = self.unit.handler;
        self.unit.blocks.push(OpenBlock { block, outer });
    }

    pub(super) fn pop_block(&mut self) {
        self.unit.blocks.pop();
    }

    pub(super) fn if_stmt(&mut self, s: &'a StmtIf) -> Result<()> {
        self.unit.conditional_depth += 1;
        let end = self.unit.label();
        let mut next = self.unit.label();
        let last = s.elif_else_clauses.len();
        self.condition(&s.test, next)?;
        self.body(&s.body)?;
        for (i, clause) in s.elif_else_clauses.iter().enumerate() {
            self.jump(NO_LOCATION, Opcode::Jump, 0, end);
            self.unit.bind(next);
            next = self.unit.label();
            if let Some(test) = &clause.test {
                self.condition(test, next)?;
            }
            self.body(&clause.body)?;
            debug_assert!(clause.test.is_some() || i + 1 == last);
        }
        self.unit.bind(next);
        self.unit.bind(end);
        self.unit.conditional_depth -= 1;
        Ok(())
    }

    /// Goes to `otherwise` unless the test is true. A constant one decides nothing, on a line of its own.
    fn condition(&mut self, test: &'a Expr, otherwise: Label) -> Result<()> {
        if self.constant(test)?.is_some() {
            self.emit(test.range(), Opcode::Nop, 0, 0, 0);
        }
        self.branch(test, otherwise, false)
    }

    pub(super) fn while_stmt(&mut self, s: &'a StmtWhile) -> Result<()> {
        self.unit.conditional_depth += 1;
        let (next, otherwise, end) = (self.unit.label(), self.unit.label(), self.unit.label());
        if self.constant(&s.test)?.is_some() {
            self.emit(s.test.range(), Opcode::Nop, 0, 0, 0);
        }
        self.unit.bind(next);
        self.branch(&s.test, otherwise, false)?;
        self.push_block(FrameBlock::Loop { next, end });
        self.body(&s.body)?;
        self.pop_block();
        self.jump(s.test.range(), Opcode::JumpBackward, 0, next);
        self.unit.bind(otherwise);
        self.body(&s.orelse)?;
        self.unit.bind(end);
        self.unit.conditional_depth -= 1;
        Ok(())
    }

    pub(super) fn for_stmt(&mut self, s: &'a StmtFor) -> Result<()> {
        self.unit.conditional_depth += 1;
        let (next, otherwise, end) = (self.unit.label(), self.unit.label(), self.unit.label());
        let iterator = self.unit.temp();
        let mark = self.unit.mark();
        let iterable = self.operand_in(&s.iter, iterator)?;
        let at = s.iter.range();
        if s.is_async {
            self.check_async(s.range, "'async for' outside async function")?;
            self.emit(at, Opcode::GetAIter, iterator, iterable, 0);
            self.unit.reset(mark);
            let item = self.unit.temp();
            let (handler, done, exception) = self.unit.handler();
            self.unit.bind(next);
            let outer = self.unit.handler.replace(handler);
            self.async_next(at, iterator, item);
            self.unit.handler = outer;
            self.assign(&s.target, item)?;
            self.push_block(FrameBlock::Loop { next, end });
            self.body(&s.body)?;
            self.pop_block();
            self.jump(s.range, Opcode::JumpBackward, 0, next);
            self.unit.bind(done);
            self.emit(at, Opcode::EndAsyncFor, exception, 0, 0);
        } else {
            self.emit(at, Opcode::GetIter, iterator, iterable, 0);
            self.unit.reset(mark);
            self.unit.bind(next);
            self.for_iter(&s.target, at, iterator, otherwise)?;
            self.push_block(FrameBlock::Loop { next, end });
            self.body(&s.body)?;
            self.pop_block();
            self.jump(s.target.range(), Opcode::JumpBackward, 0, next);
            self.unit.bind(otherwise);
        }
        self.body(&s.orelse)?;
        self.unit.bind(end);
        self.unit.conditional_depth -= 1;
        Ok(())
    }

    /// The head of a `for`: the next item goes straight into the target's register if it has one. `range`: what is at fault if there is none.
    pub(super) fn for_iter(
        &mut self,
        target: &'a Expr,
        range: TextRange,
        iterator: Reg,
        end: Label,
    ) -> Result<()> {
        let register = match target {
            Expr::Name(n) => self.variable_register(&n.id),
            _ => None,
        };
        match register {
            Some(r) => self.jump_with(range, Opcode::ForIter, r, iterator, end),
            None => {
                let mark = self.unit.mark();
                let item = self.unit.temp();
                self.jump_with(range, Opcode::ForIter, item, iterator, end);
                self.assign(target, item)?;
                self.unit.reset(mark);
            }
        }
        Ok(())
    }

    /// `item = await anext(iterator)`
    pub(super) fn async_next(&mut self, range: TextRange, iterator: Reg, item: Reg) {
        let mark = self.unit.mark();
        let awaitable = self.unit.temp();
        self.emit(range, Opcode::GetANext, awaitable, iterator, 0);
        self.delegate(range, awaitable, item);
        self.unit.reset(mark);
    }

    pub(super) fn check_async(&self, range: TextRange, message: &str) -> Result<()> {
        let scope = self.table.scope(self.unit.scope);
        let is_async = scope.kind == crate::symtable::ScopeKind::Function && scope.is_coroutine;
        let top = scope.kind == crate::symtable::ScopeKind::Module && self.settings.top_level_await;
        if is_async || top { Ok(()) } else { self.error(range, message) }
    }
}
