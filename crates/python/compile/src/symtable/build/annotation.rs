//! Annotations (PEP 649): the scopes of `__annotate__`, and what may not be written in an annotation that is never evaluated.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::*;
use ruff_text_size::Ranged;

use super::super::{Role, ScopeKind, usage};
use super::Builder;
use crate::error::{Fault, Result};

impl Builder {
    pub(super) fn annotated_assignment(&mut self, s: &StmtAnnAssign) -> Result<()> {
        if let Expr::Name(name) = &*s.target {
            let id = self.current();
            let symbol = self.table.mangle(id, &name.id);
            let known = self.table.scope(id).usage(symbol);
            if known & (usage::GLOBAL | usage::NONLOCAL) != 0 && self.kind() != ScopeKind::Module && s.simple
            {
                let word = if known & usage::GLOBAL != 0 { "global" } else { "nonlocal" };
                let message = format!("annotated name '{}' can't be {word}", name.id);
                return Err(Fault::syntax(message, s.range));
            }
            if s.simple {
                self.add(&name.id, usage::ANNOT | usage::LOCAL, name.range)?;
            } else if s.value.is_some() {
                self.add(&name.id, usage::LOCAL, name.range)?;
            }
        } else {
            self.expr(&s.target)?;
        }
        self.variable_annotation(&s.annotation, s.simple)?;
        self.opt(s.value.as_deref())
    }

    /// The annotation of a variable: evaluated by the `__annotate__` of the class or module, and of anything but a plain
    /// name, and in functions, not at all.
    pub(super) fn variable_annotation(&mut self, annotation: &Expr, simple: bool) -> Result<()> {
        let owner = self.current();
        let kind = self.kind();
        if !matches!(kind, ScopeKind::Module | ScopeKind::Class) || self.options.future_annotations || !simple
        {
            return check_unevaluated(annotation);
        }
        if (kind == ScopeKind::Module || self.conditional) && !self.table.scope(owner).conditional_annotations
        {
            self.table.scope_mut(owner).conditional_annotations = true;
            self.add_plain("__conditional_annotations__", usage::USE | usage::LOCAL);
        }
        match self.table.scope(owner).annotations {
            Some(id) => self.stack.push(id),
            None => {
                let range = annotation.range();
                let name = self.table.names.intern("__annotate__");
                // Class and module bodies have one such scope; it is found through its owner, not through a node.
                let key = usize::MAX - owner.0 as usize;
                let id = self.open_at(key, Role::Annotations, ScopeKind::Annotations, name, range);
                let format = self.table.names.intern(".format");
                self.add_to(id, format, usage::PARAM);
                self.table.scope_mut(id).params.push(format);
                self.table.scope_mut(owner).annotations = Some(id);
            }
        }
        if self.table.scope(owner).conditional_annotations {
            self.add_plain("__conditional_annotations__", usage::USE);
        }
        let result = self.expr(annotation);
        self.close();
        result
    }
}

/// Whether a function has an `__annotate__`.
pub(crate) fn has_annotations(p: &Parameters, returns: Option<&Expr>) -> bool {
    returns.is_some() || p.iter().any(|p| p.annotation().is_some())
}

/// Calls `visit` for each annotation of a function, in evaluation order.
pub(crate) fn for_each_annotation<'a>(
    p: &'a Parameters,
    returns: Option<&'a Expr>,
    mut visit: impl FnMut(&'a str, &'a Expr) -> Result<()>,
) -> Result<()> {
    let positional = p.posonlyargs.iter().chain(&p.args).map(|p| &p.parameter);
    let parameters = positional
        .chain(p.vararg.as_deref())
        .chain(p.kwonlyargs.iter().map(|p| &p.parameter))
        .chain(p.kwarg.as_deref());
    for p in parameters {
        if let Some(annotation) = &p.annotation {
            visit(&p.name, annotation)?;
        }
    }
    returns.map_or(Ok(()), |e| visit("return", e))
}

/// Errors: what may not be in an annotation, in one that is never evaluated.
pub(super) fn check_unevaluated(annotation: &Expr) -> Result<()> {
    let mut check = Unevaluated { fault: None };
    check.visit_expr(annotation);
    check.fault.map_or(Ok(()), Err)
}

/// Finds what may not be in an annotation, in one that is never evaluated and so opens no scope.
struct Unevaluated {
    fault: Option<Box<Fault>>,
}

impl<'a> Visitor<'a> for Unevaluated {
    fn visit_expr(&mut self, e: &'a Expr) {
        let what = match e {
            Expr::Named(_) => "named expression",
            Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
            Expr::Await(_) => "await expression",
            Expr::Lambda(_) => return,
            Expr::ListComp(ExprListComp { generators, .. })
            | Expr::SetComp(ExprSetComp { generators, .. })
            | Expr::DictComp(ExprDictComp { generators, .. })
                if generators.iter().any(|g| g.is_async) =>
            {
                let message = "asynchronous comprehension outside of an asynchronous function";
                self.fault.get_or_insert_with(|| Fault::syntax(message, e.range()));
                return;
            }
            _ => return visitor::walk_expr(self, e),
        };
        if self.fault.is_none() {
            let message = format!("{what} cannot be used within an annotation");
            self.fault = Some(Fault::syntax(message, e.range()));
        }
    }
}
