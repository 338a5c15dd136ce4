//! Statements: blocks, loops, handlers, assignments.

use super::{Compiler, LoopUnit, Register, Result};
use crate::ast::{Binary, Expr, ExprKind, Mention, Stmt, StmtKind};
use crate::bytecode::*;
use crate::scope::{Home, VariableId};
use crate::source::Place;

impl Compiler<'_> {
    pub(super) fn statements(&mut self, body: &[Stmt]) -> Result<()> {
        body.iter().try_for_each(|stmt| self.statement(stmt))
    }

    /// A block: its variables' registers are free again after it.
    pub(super) fn block(&mut self, body: &[Stmt]) -> Result<()> {
        let base = self.current.next_register;
        self.statements(body)?;
        self.release(base);
        Ok(())
    }

    pub(super) fn statement(&mut self, stmt: &Stmt) -> Result<()> {
        let place = stmt.place;
        let base = self.current.next_register;
        match &stmt.kind {
            StmtKind::Let(mention, value) => {
                // The register is taken first but the name is bound after: the value cannot mention it.
                let register = self.temporary(place)?;
                self.expr_to(value, register)?;
                self.bind(*mention, register)?;
                return Ok(());
            }
            StmtKind::Function(mention, function) => {
                let register = self.temporary(place)?;
                self.function(function, register)?;
                self.bind(*mention, register)?;
                return Ok(());
            }
            StmtKind::Assign(target, operator, value) => self.assign(target, *operator, value)?,
            StmtKind::Expr(value) => {
                self.expr_any(value)?;
            }
            StmtKind::If(arms, otherwise) => {
                let mut ends = Vec::new();
                for (at, (condition, body)) in arms.iter().enumerate() {
                    let skip = self.branch(condition, false)?;
                    self.block(body)?;
                    if at + 1 < arms.len() || !otherwise.is_empty() {
                        ends.push(self.emit_forward(Op::Jump { to: Target(0) }, place)?);
                    }
                    self.land(skip);
                }
                self.block(otherwise)?;
                self.land(ends);
            }
            StmtKind::While(condition, body) => {
                self.begin_loop(place)?;
                let leave = self.branch(condition, false)?;
                self.block(body)?;
                self.end_loop(leave, place)?;
            }
            StmtKind::ForRange(variable, first, limit, body) => {
                let at = First(self.current.next_register);
                self.expr_next(first)?;
                self.expr_next(limit)?;
                self.emit(Op::RangeCheck { at }, place)?;
                self.for_loop(*variable, body, place, |d| Op::RangeNext { d, at, to: Target(0) })?;
            }
            StmtKind::ForEach(variable, items, body) => {
                let at = First(self.current.next_register);
                self.expr_next(items)?;
                let zero = self.constant(Literal::Int(0), place)?;
                let counter = self.temporary(place)?;
                self.emit(Op::Constant { d: counter.into(), k: zero }, place)?;
                self.for_loop(*variable, body, place, |d| Op::EachNext { d, at, to: Target(0) })?;
            }
            StmtKind::Block(body) => self.block(body)?,
            StmtKind::Break => {
                let jump = self.emit_forward(Op::Jump { to: Target(0) }, place)?;
                self.innermost_loop().breaks.push(jump);
            }
            StmtKind::Continue => {
                let to = self.innermost_loop().header;
                self.emit(Op::Jump { to }, place)?;
            }
            StmtKind::Return(None) => {
                let k = self.constant(Literal::Nil, place)?;
                let result = self.temporary(place)?;
                self.emit(Op::Constant { d: result.into(), k }, place)?;
                self.emit(Op::Return { a: result.into() }, place)?;
            }
            StmtKind::Return(Some(value)) => {
                let result = self.expr_any(value)?;
                self.emit(Op::Return { a: result.into() }, place)?;
            }
            StmtKind::Throw(value) => {
                let thrown = self.expr_any(value)?;
                self.emit(Op::Throw { a: thrown.into() }, place)?;
            }
            StmtKind::Try(body, caught, handler) => {
                let start = self.here().0;
                self.block(body)?;
                let end = self.here().0;
                let skip = self.emit_forward(Op::Jump { to: Target(0) }, place)?;
                let register = self.declare(*caught)?;
                let target = self.here().0;
                self.current.handlers.push(Handler { start, end, target, register: register.0 });
                self.initialise(*caught)?;
                self.block(handler)?;
                self.land([skip]);
            }
        }
        self.release(base);
        Ok(())
    }

    pub(super) fn bind(&mut self, mention: Mention, register: Register) -> Result<()> {
        self.current.registers.insert(self.variable(mention).0, register.0);
        self.initialise(mention)
    }

    pub(super) fn begin_loop(&mut self, place: Place) -> Result<()> {
        let header = self.here();
        self.current.loops.push(LoopUnit { header, breaks: Vec::new() });
        let n = LoopIndex(self.current.loop_count);
        self.current.loop_count += 1; // at most one per instruction
        self.emit(Op::Loop { n }, place)
    }

    pub(super) fn innermost_loop(&mut self) -> &mut LoopUnit {
        self.current.loops.last_mut().expect("scope analysis refuses break and continue outside loops")
    }

    pub(super) fn end_loop(&mut self, leave: Vec<usize>, place: Place) -> Result<()> {
        let to = self.innermost_loop().header;
        self.emit(Op::Jump { to }, place)?;
        let ended = self.current.loops.pop().expect("begin_loop pushed it");
        self.land(leave);
        self.land(ended.breaks);
        Ok(())
    }

    pub(super) fn for_loop(
        &mut self,
        v: Mention,
        body: &[Stmt],
        at: Place,
        next: impl Fn(Dst) -> Op,
    ) -> Result<()> {
        self.begin_loop(at)?;
        let register = self.declare(v)?;
        let leave = self.emit_forward(next(register.into()), at)?;
        self.initialise(v)?;
        self.block(body)?;
        self.end_loop(vec![leave], at)
    }

    pub(super) fn assign(&mut self, target: &Expr, operator: Option<Binary>, value: &Expr) -> Result<()> {
        let place = target.place;
        match &target.kind {
            ExprKind::Name(mention) => {
                let id = self.variable(*mention);
                self.assign_name(id, operator, value, place)
            }
            ExprKind::Field(object, name) => {
                let object = self.expr_any(object)?;
                let value = match operator {
                    None => self.expr_any(value)?,
                    Some(operator) => {
                        let old = self.temporary(place)?;
                        let field = self.field(*name);
                        self.emit(Op::Field { d: old.into(), object: object.into(), name: field }, place)?;
                        self.arithmetic(operator, old, value, old, place)?;
                        old
                    }
                };
                let name = self.field(*name);
                self.emit(Op::FieldSet { object: object.into(), a: value.into(), name }, place)
            }
            ExprKind::Index(object, index) => {
                let (object, index) = (self.expr_any(object)?, self.expr_any(index)?);
                let value = match operator {
                    None => self.expr_any(value)?,
                    Some(operator) => {
                        let old = self.temporary(place)?;
                        let op = Op::Index { d: old.into(), object: object.into(), index: index.into() };
                        self.emit(op, place)?;
                        self.arithmetic(operator, old, value, old, place)?;
                        old
                    }
                };
                self.emit(Op::IndexSet { object: object.into(), index: index.into(), a: value.into() }, place)
            }
            _ => unreachable!("the parser refuses other targets"),
        }
    }

    pub(super) fn assign_name(
        &mut self,
        id: VariableId,
        operator: Option<Binary>,
        value: &Expr,
        at: Place,
    ) -> Result<()> {
        let base = self.current.next_register;
        let is_register = self.scopes.variable(id).home() == Home::Register;
        let writes_early = matches!(value.kind, ExprKind::And(..) | ExprKind::Or(..));
        let own = self.own_register(id).filter(|_| is_register);
        let d = match own {
            Some(register) if operator.is_some() || !writes_early => register,
            _ => self.temporary(at)?,
        };
        match operator {
            Some(operator) => {
                let old = match own {
                    Some(register) => register,
                    None => {
                        self.read(id, d, at)?;
                        d
                    }
                };
                self.arithmetic(operator, old, value, d, at)?;
            }
            None => self.expr_to(value, d)?,
        }
        match self.scopes.variable(id).home() {
            Home::Register => {
                let register = own.expect("captured variables that are assigned live in cells");
                if register != d {
                    self.emit(Op::Move { d: register.into(), a: d.into() }, at)?;
                }
            }
            Home::Global => {
                let g = self.global(id);
                self.emit(Op::GlobalSet { g, a: d.into() }, at)?;
            }
            Home::Cell => {
                let cell = match self.own_register(id) {
                    Some(register) => register,
                    None => {
                        let cell = self.temporary(at)?;
                        self.raw_value(id, cell, at)?;
                        cell
                    }
                };
                self.emit(Op::CellSet { cell: cell.into(), a: d.into() }, at)?;
            }
        }
        self.release(base);
        Ok(())
    }
}
