//! Expressions: uses of names, and what may not be written in which scope.

use ruff_python_ast::*;
use ruff_text_size::TextRange;

use super::super::{Role, ScopeKind, usage};
use super::Builder;
use crate::error::{Fault, Result};

/// Replacement fields in format specifications of replacement fields.
const MAX_FORMAT_DEPTH: u32 = 3;

impl Builder {
    pub(super) fn opt(&mut self, e: Option<&Expr>) -> Result<()> {
        e.map_or(Ok(()), |e| self.expr(e))
    }

    pub(super) fn exprs(&mut self, list: &[Expr]) -> Result<()> {
        list.iter().try_for_each(|e| self.expr(e))
    }

    pub(super) fn expr(&mut self, e: &Expr) -> Result<()> {
        match e {
            Expr::Name(n) => match n.ctx {
                ExprContext::Load | ExprContext::Invalid => self.use_name(&n.id, n.range),
                ExprContext::Store => self.add(&n.id, usage::LOCAL, n.range).map(|_| ()),
                ExprContext::Del if n.id.as_str() == "__debug__" => {
                    Err(Fault::syntax("cannot delete __debug__", n.range))
                }
                ExprContext::Del => self.add(&n.id, usage::LOCAL, n.range).map(|_| ()),
            },
            Expr::Attribute(a) => {
                if a.ctx == ExprContext::Store {
                    self.static_attribute(a)?;
                }
                self.expr(&a.value)
            }
            Expr::Named(n) => self.named(n),
            Expr::Lambda(l) => {
                if let Some(p) = &l.parameters {
                    self.defaults(p)?;
                }
                self.open(l, Role::Body, ScopeKind::Lambda, "<lambda>", l.range);
                if let Some(p) = &l.parameters {
                    self.parameters(p)?;
                }
                let (target, depth) = (self.comp_iter_target, self.comp_iter_expr);
                (self.comp_iter_target, self.comp_iter_expr) = (false, 0);
                self.expr(&l.body)?;
                (self.comp_iter_target, self.comp_iter_expr) = (target, depth);
                self.close();
                Ok(())
            }
            Expr::ListComp(c) => {
                let kind = ScopeKind::Comprehension;
                self.comprehension(c, "<listcomp>", kind, &c.generators, &[&c.elt], c.range)
            }
            Expr::SetComp(c) => {
                let kind = ScopeKind::Comprehension;
                self.comprehension(c, "<setcomp>", kind, &c.generators, &[&c.elt], c.range)
            }
            Expr::DictComp(c) => {
                let elements: Vec<&Expr> = c.key.as_deref().into_iter().chain([&*c.value]).collect();
                let kind = ScopeKind::Comprehension;
                self.comprehension(c, "<dictcomp>", kind, &c.generators, &elements, c.range)
            }
            Expr::Generator(c) => {
                let kind = ScopeKind::Generator;
                self.comprehension(c, "<genexpr>", kind, &c.generators, &[&c.elt], c.range)
            }
            Expr::Yield(y) => {
                self.forbid_in_annotation("yield expression", y.range)?;
                self.opt(y.value.as_deref())?;
                self.mark_generator(y.range)
            }
            Expr::YieldFrom(y) => {
                self.forbid_in_annotation("yield expression", y.range)?;
                self.expr(&y.value)?;
                self.mark_generator(y.range)
            }
            Expr::Await(a) => {
                self.forbid_in_annotation("await expression", a.range)?;
                self.expr(&a.value)?;
                self.scope().is_coroutine |=
                    matches!(self.kind(), ScopeKind::Comprehension | ScopeKind::Generator);
                self.mark_top_level_await();
                Ok(())
            }
            Expr::BoolOp(b) => self.exprs(&b.values),
            Expr::BinOp(b) => {
                self.expr(&b.left)?;
                self.expr(&b.right)
            }
            Expr::UnaryOp(u) => self.expr(&u.operand),
            Expr::If(i) => {
                self.expr(&i.test)?;
                self.expr(&i.body)?;
                self.expr(&i.orelse)
            }
            Expr::Dict(d) => d.items.iter().try_for_each(|item| {
                self.opt(item.key.as_ref())?;
                self.expr(&item.value)
            }),
            Expr::Set(s) => self.exprs(&s.elts),
            Expr::List(l) => self.exprs(&l.elts),
            Expr::Tuple(t) => self.exprs(&t.elts),
            Expr::Compare(c) => {
                self.expr(&c.left)?;
                self.exprs(&c.comparators)
            }
            Expr::Call(c) => {
                self.expr(&c.func)?;
                self.exprs(&c.arguments.args)?;
                c.arguments.keywords.iter().try_for_each(|k| self.expr(&k.value))
            }
            Expr::FString(f) => f.value.elements().try_for_each(|e| self.interpolated(e, 'f', 0)),
            Expr::TString(t) => t.value.elements().try_for_each(|e| self.interpolated(e, 't', 0)),
            Expr::Subscript(s) => {
                self.expr(&s.value)?;
                self.expr(&s.slice)
            }
            Expr::Starred(s) => self.expr(&s.value),
            Expr::Slice(s) => {
                self.opt(s.lower.as_deref())?;
                self.opt(s.upper.as_deref())?;
                self.opt(s.step.as_deref())
            }
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::IpyEscapeCommand(_) => Ok(()),
        }
    }

    /// `depth`: in how many format specifications it is.
    fn interpolated(&mut self, element: &InterpolatedStringElement, letter: char, depth: u32) -> Result<()> {
        if let InterpolatedStringElement::Interpolation(i) = element {
            if depth >= MAX_FORMAT_DEPTH {
                // The tokenizer's error in CPython: its place is the character before.
                let before = i.range.start().checked_sub(1.into()).unwrap_or_default();
                let message = format!("{letter}-string: expressions nested too deeply");
                return Err(Fault::parser(message, TextRange::empty(before)));
            }
            self.expr(&i.expression)?;
            if let Some(spec) = &i.format_spec {
                spec.elements.iter().try_for_each(|e| self.interpolated(e, letter, depth + 1))?;
            }
        }
        Ok(())
    }

    pub(super) fn static_attribute(&mut self, a: &ExprAttribute) -> Result<()> {
        if !matches!(&*a.value, Expr::Name(n) if n.id.as_str() == "self") {
            return Ok(());
        }
        let class =
            self.stack.iter().rev().copied().find(|&id| self.table.scope(id).kind == ScopeKind::Class);
        if let Some(class) = class {
            let name = self.table.names.intern(&a.attr);
            let list = &mut self.table.scope_mut(class).static_attributes;
            if !list.contains(&name) {
                list.push(name);
            }
        }
        Ok(())
    }

    pub(super) fn named(&mut self, n: &ExprNamed) -> Result<()> {
        self.forbid_in_annotation("named expression", n.range)?;
        if self.comp_iter_expr > 0 {
            return Err(Fault::syntax(
                "assignment expression cannot be used in a comprehension iterable expression",
                n.range,
            ));
        }
        let Expr::Name(target) = &*n.target else {
            return self.expr(&n.value);
        };
        if n.range.start() != target.range.start() {
            // `((x) := y)`: the parser takes it, the grammar does not.
            return Err(Fault::parser("cannot use assignment expressions with name", target.range));
        }
        if matches!(self.kind(), ScopeKind::Comprehension | ScopeKind::Generator) {
            self.bind_outside_comprehension(&target.id, target.range)?;
        }
        self.expr(&n.value)?;
        self.add(&target.id, usage::LOCAL | usage::WALRUS, target.range).map(|_| ())
    }
}
