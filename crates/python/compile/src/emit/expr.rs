//! Expressions.

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

use super::{Generator, Label, Reg};
use crate::code::Constant;
use crate::error::Result;
use crate::location::span;
use crate::opcode::Opcode;
use crate::symtable::ScopeKind;

/// Opcode of a binary operator.
pub(super) fn binary_opcode(op: Operator) -> Opcode {
    match op {
        Operator::Add => Opcode::Add,
        Operator::Sub => Opcode::Sub,
        Operator::Mult => Opcode::Mul,
        Operator::MatMult => Opcode::MatMul,
        Operator::Div => Opcode::TrueDiv,
        Operator::Mod => Opcode::Mod,
        Operator::Pow => Opcode::Pow,
        Operator::LShift => Opcode::LShift,
        Operator::RShift => Opcode::RShift,
        Operator::BitOr => Opcode::Or,
        Operator::BitXor => Opcode::Xor,
        Operator::BitAnd => Opcode::And,
        Operator::FloorDiv => Opcode::FloorDiv,
    }
}

/// Opcode of an augmented assignment.
pub(super) fn inplace_opcode(op: Operator) -> Opcode {
    match op {
        Operator::Add => Opcode::InplaceAdd,
        Operator::Sub => Opcode::InplaceSub,
        Operator::Mult => Opcode::InplaceMul,
        Operator::MatMult => Opcode::InplaceMatMul,
        Operator::Div => Opcode::InplaceTrueDiv,
        Operator::Mod => Opcode::InplaceMod,
        Operator::Pow => Opcode::InplacePow,
        Operator::LShift => Opcode::InplaceLShift,
        Operator::RShift => Opcode::InplaceRShift,
        Operator::BitOr => Opcode::InplaceOr,
        Operator::BitXor => Opcode::InplaceXor,
        Operator::BitAnd => Opcode::InplaceAnd,
        Operator::FloorDiv => Opcode::InplaceFloorDiv,
    }
}

fn compare_opcode(op: CmpOp) -> Opcode {
    match op {
        CmpOp::Eq => Opcode::Eq,
        CmpOp::NotEq => Opcode::Ne,
        CmpOp::Lt => Opcode::Lt,
        CmpOp::LtE => Opcode::Le,
        CmpOp::Gt => Opcode::Gt,
        CmpOp::GtE => Opcode::Ge,
        CmpOp::Is => Opcode::Is,
        CmpOp::IsNot => Opcode::IsNot,
        CmpOp::In => Opcode::In,
        CmpOp::NotIn => Opcode::NotIn,
    }
}

/// Whether the expression's last instruction is the only one that writes its destination, so that the destination may be a
/// variable's register.
pub(super) fn writes_last(e: &Expr) -> bool {
    match e {
        Expr::Compare(c) => c.ops.len() == 1,
        Expr::BinOp(_)
        | Expr::UnaryOp(_)
        | Expr::Call(_)
        | Expr::Attribute(_)
        | Expr::Subscript(_)
        | Expr::Name(_)
        | Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::NoneLiteral(_)
        | Expr::EllipsisLiteral(_) => true,
        _ => false,
    }
}

/// Whether the value is certainly a `bool`.
fn is_bool(e: &Expr) -> bool {
    match e {
        Expr::Compare(c) => {
            matches!(&c.ops[..], [CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn])
        }
        Expr::UnaryOp(u) => u.op == UnaryOp::Not,
        Expr::BooleanLiteral(_) => true,
        _ => false,
    }
}

impl<'a> Generator<'a> {
    /// The register that holds the expression's value: a variable's own, or a fresh temporary.
    pub(super) fn operand(&mut self, e: &'a Expr) -> Result<Reg> {
        if let Expr::Name(n) = e
            && let Some(r) = self.variable_operand(n)
        {
            return Ok(r);
        }
        let t = self.unit.temp();
        self.expr_to(e, t)?;
        Ok(t)
    }

    /// As `operand`, but the value may also be put into `scratch` if that is a temporary.
    pub(super) fn operand_in(&mut self, e: &'a Expr, scratch: Reg) -> Result<Reg> {
        if let Expr::Name(n) = e
            && let Some(r) = self.variable_operand(n)
        {
            return Ok(r);
        }
        let t = if self.unit.is_temp(scratch) { scratch } else { self.unit.temp() };
        self.expr_to(e, t)?;
        Ok(t)
    }

    /// Evaluates for the side effects.
    pub(super) fn effect(&mut self, e: &'a Expr) -> Result<()> {
        let mark = self.unit.mark();
        let t = self.unit.temp();
        self.expr_to(e, t)?;
        self.unit.reset(mark);
        Ok(())
    }

    /// Evaluates into `dst`. Temporaries are given back.
    pub(super) fn expr_to(&mut self, e: &'a Expr, dst: Reg) -> Result<()> {
        if let Some(constant) = self.constant(e)? {
            self.load_const(e.range(), dst, constant);
            return Ok(());
        }
        let mark = self.unit.mark();
        let range = e.range();
        match e {
            Expr::Name(n) => match self.variable_operand(n) {
                Some(r) => self.move_to(range, dst, r),
                None => self.load_name(range, &n.id, dst)?,
            },
            Expr::BinOp(b) => self.binary(b, dst)?,
            Expr::UnaryOp(u) => {
                let op = match u.op {
                    UnaryOp::Not => Opcode::Not,
                    UnaryOp::Invert => Opcode::Invert,
                    UnaryOp::UAdd => Opcode::Pos,
                    UnaryOp::USub => Opcode::Neg,
                };
                let operand = self.operand_in(&u.operand, dst)?;
                self.emit(range, op, dst, operand, 0);
            }
            Expr::BoolOp(b) => self.bool_op(b, dst)?,
            Expr::Named(n) => self.named(n, dst)?,
            Expr::Lambda(l) => self.lambda(l, dst)?,
            Expr::If(i) => {
                let (otherwise, end) = (self.unit.label(), self.unit.label());
                self.branch(&i.test, otherwise, false)?;
                self.expr_to(&i.body, dst)?;
                self.jump(i.body.range(), Opcode::Jump, 0, end);
                self.unit.bind(otherwise);
                self.expr_to(&i.orelse, dst)?;
                self.unit.bind(end);
            }
            Expr::Dict(d) => self.dict(d, dst)?,
            Expr::Set(s) => self.set(s, dst)?,
            Expr::List(l) => self.list(&l.elts, range, dst)?,
            Expr::Tuple(t) => self.tuple(&t.elts, range, dst)?,
            Expr::ListComp(c) => self.list_comprehension(c, dst)?,
            Expr::SetComp(c) => self.set_comprehension(c, dst)?,
            Expr::DictComp(c) => self.dict_comprehension(c, dst)?,
            Expr::Generator(c) => self.generator_expression(c, dst)?,
            Expr::Await(a) => {
                self.check_await(range)?;
                let awaitable = self.operand(&a.value)?;
                self.await_value(range, awaitable, 0, dst);
            }
            Expr::Yield(y) => self.yield_value(y, dst)?,
            Expr::YieldFrom(y) => self.yield_from(y, dst)?,
            Expr::Compare(c) => self.compare(c, dst)?,
            Expr::Call(c) => self.call(c, dst)?,
            Expr::FString(f) => self.f_string(f, dst)?,
            Expr::TString(t) => self.t_string(t, dst)?,
            Expr::Attribute(a) => {
                if !self.super_attribute(a, dst)? {
                    let object = self.operand_in(&a.value, dst)?;
                    let name = self.mangle(&a.attr);
                    let site = self.site(name);
                    self.emit(range, Opcode::LoadAttr, dst, object, site);
                }
            }
            Expr::Subscript(s) => self.subscript(s, dst)?,
            Expr::Starred(_) => return self.error(range, "can't use starred expression here"),
            Expr::Slice(s) => self.slice(s, dst)?,
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::IpyEscapeCommand(_) => return self.error(range, "invalid syntax"),
        }
        self.unit.reset(mark);
        Ok(())
    }

    fn binary(&mut self, b: &'a ExprBinOp, dst: Reg) -> Result<()> {
        let op = binary_opcode(b.op);
        let left = self.operand_in(&b.left, dst)?;
        self.binary_right(b.range, op, left, &b.right, dst)
    }

    /// `dst = left op right`, with the right operand from the constants if it is one.
    pub(super) fn binary_right(
        &mut self,
        range: TextRange,
        op: Opcode,
        left: Reg,
        right: &'a Expr,
        dst: Reg,
    ) -> Result<()> {
        if let (Some(with_const), Some(constant)) = (op.with_const(), self.constant(right)?) {
            let index = self.constant_index(constant);
            self.emit(range, with_const, dst, left, index);
            return Ok(());
        }
        let right = self.operand(right)?;
        self.emit(range, op, dst, left, right);
        Ok(())
    }

    fn bool_op(&mut self, b: &'a ExprBoolOp, dst: Reg) -> Result<()> {
        let value = if self.unit.is_temp(dst) { dst } else { self.unit.temp() };
        let truth = self.unit.temp();
        let end = self.unit.label();
        let leave_on = b.op == BoolOp::Or;
        let (last, rest) = b.values.split_last().expect("a boolean operation has operands");
        for e in rest {
            self.expr_to(e, value)?;
            let mut condition = value;
            if !is_bool(e) {
                self.emit(e.range(), Opcode::ToBool, truth, value, 0);
                condition = truth;
            }
            let op = if leave_on { Opcode::JumpIfTrue } else { Opcode::JumpIfFalse };
            self.jump(e.range(), op, condition, end);
        }
        self.expr_to(last, value)?;
        self.unit.bind(end);
        self.move_to(b.range, dst, value);
        Ok(())
    }

    fn named(&mut self, n: &'a ExprNamed, dst: Reg) -> Result<()> {
        let value = if self.unit.is_temp(dst) { dst } else { self.unit.temp() };
        self.expr_to(&n.value, value)?;
        if let Expr::Name(target) = &*n.target {
            self.store_name(n.range, &target.id, value);
        }
        self.move_to(n.range, dst, value);
        Ok(())
    }

    fn compare(&mut self, c: &'a ExprCompare, dst: Reg) -> Result<()> {
        self.check_compare(c);
        if let ([op], [right]) = (&c.ops[..], &c.comparators[..]) {
            let left = self.operand_in(&c.left, dst)?;
            return self.compare_right(c.range, *op, left, right, dst);
        }
        let value = if self.unit.is_temp(dst) { dst } else { self.unit.temp() };
        let truth = self.unit.temp();
        let end = self.unit.label();
        let mut left = self.operand(&c.left)?;
        for (i, (&op, right)) in c.ops.iter().zip(&c.comparators).enumerate() {
            if i + 1 == c.ops.len() {
                self.compare_right(c.range, op, left, right, value)?;
                break;
            }
            let right = self.operand(right)?;
            self.emit(c.range, compare_opcode(op), value, left, right);
            self.emit(c.range, Opcode::ToBool, truth, value, 0);
            self.jump(c.range, Opcode::JumpIfFalse, truth, end);
            left = right;
        }
        self.unit.bind(end);
        self.move_to(c.range, dst, value);
        Ok(())
    }

    fn compare_right(
        &mut self,
        range: TextRange,
        op: CmpOp,
        left: Reg,
        right: &'a Expr,
        dst: Reg,
    ) -> Result<()> {
        if matches!(op, CmpOp::In | CmpOp::NotIn)
            && let Some(constant) = self.constant_container(right)?
        {
            let t = self.unit.temp();
            self.load_const(right.range(), t, constant);
            self.emit(range, compare_opcode(op), dst, left, t);
            return Ok(());
        }
        self.binary_right(range, compare_opcode(op), left, right, dst)
    }

    fn check_compare(&mut self, c: &ExprCompare) {
        let mut left = &*c.left;
        for (op, right) in c.ops.iter().zip(&c.comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot)
                && let Some(name) = identity_literal(left).or_else(|| identity_literal(right))
            {
                let (is, eq) = if *op == CmpOp::Is { ("is", "==") } else { ("is not", "!=") };
                self.warn(c.range, format!("\"{is}\" with '{name}' literal. Did you mean \"{eq}\"?"));
                return;
            }
            left = right;
        }
    }

    /// Goes to `target` if the truth of `e` is `when`, else falls through.
    pub(super) fn branch(&mut self, e: &'a Expr, target: Label, when: bool) -> Result<()> {
        let range = e.range();
        if let Some(constant) = self.constant(e)? {
            if constant.truth() == Some(when) {
                self.jump(range, Opcode::Jump, 0, target);
            }
            return Ok(());
        }
        let mark = self.unit.mark();
        match e {
            Expr::UnaryOp(u) if u.op == UnaryOp::Not => self.branch(&u.operand, target, !when)?,
            Expr::BoolOp(b) => {
                let (last, rest) = b.values.split_last().expect("a boolean operation has operands");
                let short_circuits_on = b.op == BoolOp::Or;
                if short_circuits_on == when {
                    for e in rest {
                        self.branch(e, target, when)?;
                    }
                    self.branch(last, target, when)?;
                } else {
                    let end = self.unit.label();
                    for e in rest {
                        self.branch(e, end, short_circuits_on)?;
                    }
                    self.branch(last, target, when)?;
                    self.unit.bind(end);
                }
            }
            Expr::If(i) => {
                let (otherwise, end) = (self.unit.label(), self.unit.label());
                self.branch(&i.test, otherwise, false)?;
                self.branch(&i.body, target, when)?;
                self.jump(range, Opcode::Jump, 0, end);
                self.unit.bind(otherwise);
                self.branch(&i.orelse, target, when)?;
                self.unit.bind(end);
            }
            Expr::Compare(c) if c.ops.len() > 1 => {
                self.check_compare(c);
                let truth = self.unit.temp();
                let end = self.unit.label();
                let failed = if when { end } else { target };
                let mut left = self.operand(&c.left)?;
                for (i, (&op, right)) in c.ops.iter().zip(&c.comparators).enumerate() {
                    let last = i + 1 == c.ops.len();
                    if last {
                        self.compare_right(c.range, op, left, right, truth)?;
                    } else {
                        let right = self.operand(right)?;
                        self.emit(c.range, compare_opcode(op), truth, left, right);
                        left = right;
                    }
                    self.emit(c.range, Opcode::ToBool, truth, truth, 0);
                    match last && when {
                        true => self.jump(range, Opcode::JumpIfTrue, truth, target),
                        false => self.jump(range, Opcode::JumpIfFalse, truth, failed),
                    }
                }
                self.unit.bind(end);
            }
            Expr::Compare(c) if is_none_test(c) => {
                let is = c.ops[0] == CmpOp::Is;
                let value = self.operand(&c.left)?;
                let op = if is == when { Opcode::JumpIfNone } else { Opcode::JumpIfNotNone };
                self.jump(range, op, value, target);
            }
            _ => {
                let value = self.operand(e)?;
                let mut condition = value;
                if !is_bool(e) {
                    condition = self.unit.temp();
                    self.emit(range, Opcode::ToBool, condition, value, 0);
                }
                let op = if when { Opcode::JumpIfTrue } else { Opcode::JumpIfFalse };
                self.jump(range, op, condition, target);
            }
        }
        self.unit.reset(mark);
        Ok(())
    }

    fn subscript(&mut self, s: &'a ExprSubscript, dst: Reg) -> Result<()> {
        self.check_subscript(s);
        let object = self.operand_in(&s.value, dst)?;
        if let Expr::Slice(slice) = &*s.slice
            && slice.step.is_none()
        {
            let bounds = self.slice_bounds(slice)?;
            self.emit(s.range, Opcode::LoadSlice, dst, object, bounds);
            return Ok(());
        }
        let index = self.operand(&s.slice)?;
        self.emit(s.range, Opcode::LoadItem, dst, object, index);
        Ok(())
    }

    /// The two bounds of a slice in consecutive registers.
    pub(super) fn slice_bounds(&mut self, s: &'a ExprSlice) -> Result<Reg> {
        let block = self.unit.block(2);
        self.slice_part(s.lower.as_deref(), s.range, block)?;
        self.slice_part(s.upper.as_deref(), s.range, block + 1)?;
        Ok(block)
    }

    fn slice_part(&mut self, e: Option<&'a Expr>, range: TextRange, dst: Reg) -> Result<()> {
        match e {
            Some(e) => self.expr_to(e, dst),
            None => {
                self.load_const(range, dst, Constant::None);
                Ok(())
            }
        }
    }

    fn slice(&mut self, s: &'a ExprSlice, dst: Reg) -> Result<()> {
        let block = self.unit.block(3);
        self.slice_part(s.lower.as_deref(), s.range, block)?;
        self.slice_part(s.upper.as_deref(), s.range, block + 1)?;
        self.slice_part(s.step.as_deref(), s.range, block + 2)?;
        self.emit(s.range, Opcode::BuildSlice, dst, block, 0);
        Ok(())
    }

    fn check_subscript(&mut self, s: &ExprSubscript) {
        if let Some(name) = not_subscriptable(&s.value) {
            self.warn(s.range, format!("'{name}' object is not subscriptable; perhaps you missed a comma?"));
        } else if let (Some(container), Some(index)) = (sequence_type(&s.value), not_an_index(&s.slice)) {
            self.warn(
                s.range,
                format!(
                    "{container} indices must be integers or slices, not {index}; perhaps you missed a comma?"
                ),
            );
        }
    }

    pub(super) fn check_await(&self, range: TextRange) -> Result<()> {
        let scope = self.table.scope(self.unit.scope);
        match scope.kind {
            ScopeKind::Function if scope.is_coroutine => Ok(()),
            ScopeKind::Generator | ScopeKind::Comprehension => Ok(()),
            ScopeKind::Module if self.settings.top_level_await => Ok(()),
            ScopeKind::Module | ScopeKind::Class => self.error(range, "'await' outside function"),
            _ => self.error(range, "'await' outside async function"),
        }
    }

    fn yield_value(&mut self, y: &'a ExprYield, dst: Reg) -> Result<()> {
        if !self.table.scope(self.unit.scope).is_function_like() {
            return self.error(y.range, "'yield' outside function");
        }
        let value = match &y.value {
            Some(e) => self.operand(e)?,
            None => {
                let t = self.unit.temp();
                self.load_const(y.range, t, Constant::None);
                t
            }
        };
        self.emit_yield(y.range, dst, value);
        Ok(())
    }

    /// The range of the whole of `first op last`.
    pub(super) fn between(first: &Expr, last: &Expr) -> TextRange {
        span(first, last)
    }
}

fn is_none_test(c: &ExprCompare) -> bool {
    matches!(&c.ops[..], [CmpOp::Is | CmpOp::IsNot]) && c.comparators[0].is_none_literal_expr()
}

/// Type name of a literal that `is` should not be used with.
fn identity_literal(e: &Expr) -> Option<&'static str> {
    match e {
        Expr::NumberLiteral(n) => Some(number_type(n)),
        Expr::StringLiteral(_) => Some("str"),
        Expr::BytesLiteral(_) => Some("bytes"),
        Expr::Tuple(t) if t.elts.iter().all(|e| e.is_literal_expr()) => Some("tuple"),
        _ => None,
    }
}

fn number_type(n: &ExprNumberLiteral) -> &'static str {
    match n.value {
        Number::Int(_) => "int",
        Number::Float(_) => "float",
        Number::Complex { .. } => "complex",
    }
}

fn not_subscriptable(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::NoneLiteral(_) => "NoneType",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::BooleanLiteral(_) => "bool",
        Expr::NumberLiteral(n) => number_type(n),
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Generator(_) => "generator",
        Expr::Lambda(_) => "function",
        Expr::TString(_) => "string.templatelib.Template",
        _ => return None,
    })
}

fn sequence_type(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::StringLiteral(_) | Expr::FString(_) => "str",
        Expr::BytesLiteral(_) => "bytes",
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        _ => return None,
    })
}

fn not_an_index(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::NumberLiteral(n) if !matches!(n.value, Number::Int(_)) => number_type(n),
        Expr::StringLiteral(_) | Expr::FString(_) => "str",
        Expr::BytesLiteral(_) => "bytes",
        Expr::NoneLiteral(_) => "NoneType",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Generator(_) => "generator",
        Expr::Lambda(_) => "function",
        _ => return None,
    })
}

/// Type name of something that cannot be called, for the missing-comma warning.
pub(super) fn not_callable(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::NoneLiteral(_) => "NoneType",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::BooleanLiteral(_) => "bool",
        Expr::NumberLiteral(n) => number_type(n),
        Expr::StringLiteral(_) | Expr::FString(_) => "str",
        Expr::BytesLiteral(_) => "bytes",
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Generator(_) => "generator",
        Expr::TString(_) => "string.templatelib.Template",
        _ => return None,
    })
}
