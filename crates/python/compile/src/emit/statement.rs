//! Statements: dispatch, and the simple ones.

use ruff_python_ast::*;
use ruff_text_size::Ranged;

use super::{FrameBlock, Generator};
use crate::code::flags;
use crate::error::Result;
use crate::location::NO_LOCATION;
use crate::opcode::{CommonConstant, Opcode};
use crate::symtable::ScopeKind;

impl<'a> Generator<'a> {
    pub(super) fn stmt(&mut self, stmt: &'a Stmt) -> Result<()> {
        let mark = self.unit.mark();
        match stmt {
            Stmt::FunctionDef(s) => self.function_def(s)?,
            Stmt::ClassDef(s) => self.class_def(s)?,
            Stmt::Return(s) => self.return_stmt(s)?,
            Stmt::Delete(s) => s.targets.iter().try_for_each(|t| self.delete(t))?,
            Stmt::TypeAlias(s) => self.type_alias(s)?,
            Stmt::Assign(s) => self.assignment(s)?,
            Stmt::AugAssign(s) => self.augmented_assignment(s)?,
            Stmt::AnnAssign(s) => self.annotated_assignment(s)?,
            Stmt::For(s) => self.for_stmt(s)?,
            Stmt::While(s) => self.while_stmt(s)?,
            Stmt::If(s) => self.if_stmt(s)?,
            Stmt::With(s) => self.conditionally(|g| g.with_stmt(s, 0))?,
            Stmt::Match(s) => self.match_stmt(s)?,
            Stmt::Raise(s) => self.raise(s)?,
            Stmt::Try(s) => self.conditionally(|g| g.try_stmt(s))?,
            Stmt::Assert(s) => self.assert(s)?,
            Stmt::Import(s) => self.import(s)?,
            Stmt::ImportFrom(s) => self.import_from(s)?,
            Stmt::Global(_) | Stmt::Nonlocal(_) => {}
            // At the prompt, also within a loop.
            Stmt::Expr(s) if self.settings.mode == crate::Mode::Single && self.outer.len() == 1 => {
                let mark = self.unit.mark();
                let t = self.unit.temp();
                self.expr_to(&s.value, t)?;
                self.emit(s.range, Opcode::Intrinsic, t, t, crate::opcode::IntrinsicKind::Print as u32);
                self.unit.reset(mark);
            }
            Stmt::Expr(s) => {
                // A constant statement does nothing, on a line of its own; a docstring has been handled.
                match self.constant(&s.value)? {
                    Some(_) => self.emit(s.range, Opcode::Nop, 0, 0, 0),
                    None => self.effect(&s.value)?,
                }
            }
            Stmt::Pass(s) => self.emit(s.range, Opcode::Nop, 0, 0, 0),
            Stmt::Break(s) => self.break_stmt(s)?,
            Stmt::Continue(s) => self.continue_stmt(s)?,
            Stmt::IpyEscapeCommand(s) => return self.error(s.range, "invalid syntax"),
        }
        self.unit.reset(mark);
        Ok(())
    }

    /// Generates what may not run: annotations of variables in it are conditional (PEP 649).
    pub(super) fn conditionally(&mut self, generate: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        self.unit.conditional_depth += 1;
        let result = generate(self);
        self.unit.conditional_depth -= 1;
        result
    }

    fn return_stmt(&mut self, s: &'a StmtReturn) -> Result<()> {
        let scope = self.table.scope(self.unit.scope);
        if !scope.is_function_like() {
            return self.error(s.range, "'return' outside function");
        }
        if s.value.is_some()
            && scope.kind == ScopeKind::Function
            && self.unit.flags & flags::ASYNC_GENERATOR != 0
        {
            return self.error(s.range, "'return' with value in async generator");
        }
        let value = match &s.value {
            Some(e) => {
                let value = self.operand(e)?;
                // A `finally` on the way out may rebind the variable.
                if self.unit.blocks.is_empty() || self.unit.is_temp(value) {
                    value
                } else {
                    let t = self.unit.temp();
                    self.move_to(e.range(), t, value);
                    t
                }
            }
            None => {
                let t = self.unit.temp();
                self.load_const(s.range, t, crate::code::Constant::None);
                t
            }
        };
        let range = self.unwind(s.range, None)?;
        self.emit(range, Opcode::Return, value, 0, 0);
        self.end_unwind();
        Ok(())
    }

    fn innermost_loop(&self) -> Option<(usize, super::Label, super::Label)> {
        self.unit.blocks.iter().enumerate().rev().find_map(|(i, b)| match b.block {
            FrameBlock::Loop { next, end } => Some((i, next, end)),
            _ => None,
        })
    }

    fn crosses_except_star(&self, above: usize) -> bool {
        self.unit.blocks[above..].iter().any(|b| matches!(b.block, FrameBlock::ExceptStar))
    }

    fn break_stmt(&mut self, s: &StmtBreak) -> Result<()> {
        let found = self.innermost_loop();
        if self.crosses_except_star(found.map_or(0, |f| f.0)) {
            return self.error(s.range, EXCEPT_STAR_EXIT);
        }
        let Some((i, _, end)) = found else {
            return self.error(s.range, "'break' outside loop");
        };
        self.emit(s.range, Opcode::Nop, 0, 0, 0);
        self.unwind(s.range, Some(i + 1))?;
        self.jump(NO_LOCATION, Opcode::Jump, 0, end);
        self.end_unwind();
        Ok(())
    }

    fn continue_stmt(&mut self, s: &StmtContinue) -> Result<()> {
        let found = self.innermost_loop();
        if self.crosses_except_star(found.map_or(0, |f| f.0)) {
            return self.error(s.range, EXCEPT_STAR_EXIT);
        }
        let Some((i, next, _)) = found else {
            return self.error(s.range, "'continue' not properly in loop");
        };
        let range = match self.unit.blocks.len() == i + 1 {
            true => s.range,
            false => {
                self.emit(s.range, Opcode::Nop, 0, 0, 0);
                NO_LOCATION
            }
        };
        self.unwind(s.range, Some(i + 1))?;
        self.jump(range, Opcode::JumpBackward, 0, next);
        self.end_unwind();
        Ok(())
    }

    fn raise(&mut self, s: &'a StmtRaise) -> Result<()> {
        match (&s.exc, &s.cause) {
            (Some(exc), Some(cause)) => {
                let exc = self.operand(exc)?;
                let cause = self.operand(cause)?;
                self.emit(s.range, Opcode::RaiseFrom, exc, cause, 0);
            }
            (Some(exc), None) => {
                let exc = self.operand(exc)?;
                self.emit(s.range, Opcode::Raise, exc, 0, 0);
            }
            (None, _) => self.emit(s.range, Opcode::RaiseCurrent, 0, 0, 0),
        }
        Ok(())
    }

    fn assert(&mut self, s: &'a StmtAssert) -> Result<()> {
        if matches!(&*s.test, Expr::Tuple(t) if !t.elts.is_empty()) {
            self.warn(s.range, "assertion is always true, perhaps remove parentheses?");
        }
        if self.settings.optimize > 0 {
            return Ok(());
        }
        let end = self.unit.label();
        self.branch(&s.test, end, true)?;
        let base = self.unit.block(2);
        self.emit(s.test.range(), Opcode::LoadCommon, base, 0, CommonConstant::AssertionError as u32);
        if let Some(msg) = &s.msg {
            self.expr_to(msg, base + 1)?;
            self.emit(s.test.range(), Opcode::Call, base, base, 1);
        }
        self.emit(s.test.range(), Opcode::Raise, base, 0, 0);
        self.unit.bind(end);
        Ok(())
    }
}

pub(super) const EXCEPT_STAR_EXIT: &str =
    "'break', 'continue' and 'return' cannot appear in an except* block";
