//! Expressions: to a given register, to any, or as a condition to jumps.

use super::{Compiler, Register, Result};
use crate::ast::{Binary, Expr, ExprKind, Unary};
use crate::builtins::Builtin;
use crate::bytecode::*;
use crate::scope::{Home, Meaning};
use crate::source::{Place, Symbol, SyntaxError};

impl Compiler<'_> {
    /// Compiles to a fresh register: the next argument, item or field.
    pub(super) fn expr_next(&mut self, expr: &Expr) -> Result<Register> {
        let d = self.temporary(expr.place)?;
        self.expr_to(expr, d)?;
        Ok(d)
    }

    /// Compiles to whichever register is cheapest.
    pub(super) fn expr_any(&mut self, expr: &Expr) -> Result<Register> {
        if let ExprKind::Name(mention) = &expr.kind
            && let Meaning::Variable(id) = self.scopes.meaning(*mention)
            && (self.scopes.variable(id).home() == Home::Register || self.current.own == Some(id))
            && let Some(register) = self.own_register(id)
        {
            return Ok(register);
        }
        self.expr_next(expr)
    }

    /// Compiles so that the value ends up in `d`. Temporaries are free again afterwards.
    pub(super) fn expr_to(&mut self, expr: &Expr, d: Register) -> Result<()> {
        let base = self.current.next_register;
        let place = expr.place;
        match &expr.kind {
            ExprKind::Nil => self.literal(Literal::Nil, d, place)?,
            ExprKind::Bool(value) => self.literal(Literal::Bool(*value), d, place)?,
            ExprKind::Int(value) => self.literal(Literal::Int(*value), d, place)?,
            ExprKind::Float(value) => self.literal(Literal::Float(*value), d, place)?,
            ExprKind::Text(bytes) => self.literal(Literal::Text(bytes.clone()), d, place)?,
            ExprKind::Name(mention) => match self.scopes.meaning(*mention) {
                Meaning::Variable(id) => self.read(id, d, place)?,
                Meaning::Builtin(builtin) => self.builtin_function(builtin, d, place)?,
            },
            ExprKind::List(items) => {
                let n = self.check_count(items.len(), "items in a list literal", place)?;
                items.iter().try_for_each(|item| self.expr_next(item).map(|_| ()))?;
                self.emit(Op::List { d: d.into(), first: First(base), n }, place)?;
            }
            ExprKind::Record(fields) => {
                self.check_count(fields.len(), "fields in a record literal", place)?;
                fields.iter().try_for_each(|(_, value)| self.expr_next(value).map(|_| ()))?;
                let names: Vec<Symbol> = fields.iter().map(|(name, _)| *name).collect();
                let records = &mut self.program.records;
                let shape = records.iter().position(|other| *other == names).unwrap_or_else(|| {
                    records.push(names);
                    records.len() - 1
                });
                let shape = RecordIndex(shape as u16); // at most one per instruction
                self.emit(Op::Record { d: d.into(), shape, first: First(base) }, place)?;
            }
            ExprKind::Function(function) => self.function(function, d)?,
            ExprKind::Unary(operator, operand) => {
                let a = self.expr_any(operand)?.into();
                let d = d.into();
                let op = match operator {
                    Unary::Negate => Op::Negate { d, a },
                    Unary::Not => Op::Not { d, a },
                };
                self.emit(op, place)?;
            }
            ExprKind::Binary(operator, left, right) => {
                let left = self.expr_any(left)?;
                self.arithmetic(*operator, left, right, d, place)?;
            }
            ExprKind::And(left, right) | ExprKind::Or(left, right) => {
                self.expr_to(left, d)?;
                let (a, to) = (d.into(), Target(0));
                let is_and = matches!(expr.kind, ExprKind::And(..));
                let jump = if is_and { Op::JumpUnless { a, to } } else { Op::JumpIf { a, to } };
                let skip = self.emit_forward(jump, place)?;
                self.expr_to(right, d)?;
                self.land([skip]);
            }
            ExprKind::Index(object, index) => {
                let (object, index) = (self.expr_any(object)?, self.expr_any(index)?);
                self.emit(Op::Index { d: d.into(), object: object.into(), index: index.into() }, place)?;
            }
            ExprKind::Field(object, name) => {
                let object = self.expr_any(object)?;
                let name = self.field(*name);
                self.emit(Op::Field { d: d.into(), object: object.into(), name }, place)?;
            }
            ExprKind::Call(callee, arguments) => {
                if let ExprKind::Name(mention) = &callee.kind
                    && let Meaning::Builtin(builtin) = self.scopes.meaning(*mention)
                {
                    self.builtin_call(builtin, arguments, d, place)?;
                } else {
                    self.expr_next(callee)?;
                    let n = self.arguments(arguments, place)?;
                    self.emit(Op::Call { d: d.into(), first: First(base), n: Count(n) }, place)?;
                }
            }
            ExprKind::Method(object, name, arguments) => {
                let callee = self.temporary(place)?;
                let object = self.expr_next(object)?;
                let name = self.field(*name);
                self.emit(Op::Field { d: callee.into(), object: object.into(), name }, place)?;
                let n = self.arguments(arguments, place)?;
                self.emit(Op::Call { d: d.into(), first: First(base), n: Count(n + 1) }, place)?;
            }
        }
        self.release(base);
        Ok(())
    }

    pub(super) fn literal(&mut self, literal: Literal, d: Register, place: Place) -> Result<()> {
        let k = self.constant(literal, place)?;
        self.emit(Op::Constant { d: d.into(), k }, place)
    }

    pub(super) fn arguments(&mut self, arguments: &[Expr], place: Place) -> Result<u8> {
        let n = self.check_count(arguments.len(), "arguments", place)?;
        arguments.iter().try_for_each(|argument| self.expr_next(argument).map(|_| ()))?;
        Ok(n.0)
    }

    pub(super) fn builtin_call(
        &mut self,
        builtin: Builtin,
        arguments: &[Expr],
        d: Register,
        at: Place,
    ) -> Result<()> {
        let first = First(self.current.next_register);
        let n = self.arguments(arguments, at)?;
        let (least, most) = builtin.arity();
        if !(least..=most).contains(&n) {
            let message = format!("{} takes {least} arguments, not {n}", builtin.name());
            return Err(SyntaxError::new(at, message));
        }
        self.emit(Op::Builtin { builtin, d: d.into(), first, n: Count(n) }, at)
    }

    /// `d = left operator right`.
    pub(super) fn arithmetic(
        &mut self,
        operator: Binary,
        left: Register,
        right: &Expr,
        to: Register,
        at: Place,
    ) -> Result<()> {
        let d = to.into();
        // `x - 0` stays a subtraction: for -0.0 it is not `x + 0`.
        let small = match (operator, &right.kind) {
            (Binary::Add, ExprKind::Int(value)) if *value >= 0 => i16::try_from(*value).ok(),
            (Binary::Subtract, ExprKind::Int(value)) if *value > 0 => i16::try_from(-*value).ok(),
            _ => None,
        };
        if let Some(i) = small {
            return self.emit(Op::AddSmall { d, a: left.into(), i: Small(i) }, at);
        }
        let base = self.current.next_register;
        let (a, b) = (left.into(), self.expr_any(right)?.into());
        self.release(base);
        let op = match operator {
            Binary::Add => Op::Add { d, a, b },
            Binary::Subtract => Op::Subtract { d, a, b },
            Binary::Multiply => Op::Multiply { d, a, b },
            Binary::Divide => Op::Divide { d, a, b },
            Binary::FloorDivide => Op::FloorDivide { d, a, b },
            Binary::Modulo => Op::Modulo { d, a, b },
            Binary::Equal => Op::Equal { d, a, b },
            Binary::NotEqual => Op::NotEqual { d, a, b },
            Binary::Less => Op::Less { d, a, b },
            Binary::LessEqual => Op::LessEqual { d, a, b },
            Binary::Greater => Op::Less { d, a: b, b: a },
            Binary::GreaterEqual => Op::LessEqual { d, a: b, b: a },
        };
        self.emit(op, at)
    }

    /// Code that jumps when the condition is `when` and falls through otherwise. Returns the jumps, to be landed.
    pub(super) fn branch(&mut self, condition: &Expr, when: bool) -> Result<Vec<usize>> {
        let base = self.current.next_register;
        let (place, to) = (condition.place, Target(0));
        let jumps = match &condition.kind {
            ExprKind::Unary(Unary::Not, operand) => self.branch(operand, !when)?,
            ExprKind::And(left, right) | ExprKind::Or(left, right) => {
                let is_and = matches!(condition.kind, ExprKind::And(..));
                if is_and != when {
                    // Either operand decides: `and` that jumps when false, `or` that jumps when true.
                    let mut jumps = self.branch(left, when)?;
                    jumps.extend(self.branch(right, when)?);
                    jumps
                } else {
                    let skip = self.branch(left, !when)?;
                    let jumps = self.branch(right, when)?;
                    self.land(skip);
                    jumps
                }
            }
            ExprKind::Binary(operator, left, right) if !when => {
                let fused: Option<fn(Src, Src, Target) -> Op> = match operator {
                    Binary::Less => Some(|a, b, to| Op::UnlessLess { a, b, to }),
                    Binary::LessEqual => Some(|a, b, to| Op::UnlessLessEqual { a, b, to }),
                    Binary::Greater => Some(|a, b, to| Op::UnlessLess { a: b, b: a, to }),
                    Binary::GreaterEqual => Some(|a, b, to| Op::UnlessLessEqual { a: b, b: a, to }),
                    Binary::Equal => Some(|a, b, to| Op::UnlessEqual { a, b, to }),
                    _ => None,
                };
                match fused {
                    Some(fused) => {
                        let (a, b) = (self.expr_any(left)?, self.expr_any(right)?);
                        vec![self.emit_forward(fused(a.into(), b.into(), to), place)?]
                    }
                    None => self.branch_on_value(condition, when)?,
                }
            }
            _ => self.branch_on_value(condition, when)?,
        };
        self.release(base);
        Ok(jumps)
    }

    pub(super) fn branch_on_value(&mut self, condition: &Expr, when: bool) -> Result<Vec<usize>> {
        let (a, to) = (self.expr_any(condition)?.into(), Target(0));
        let op = if when { Op::JumpIf { a, to } } else { Op::JumpUnless { a, to } };
        Ok(vec![self.emit_forward(op, condition.place)?])
    }
}
