//! Statements and patterns: what binds, what is only executed under a condition, and `global` and `nonlocal`.

use ruff_python_ast::*;
use ruff_text_size::TextRange;

use super::super::{ScopeKind, usage};
use super::{Builder, Directive};
use crate::error::{Fault, Result};
use crate::future::{TOO_LATE, is_future};

impl Builder {
    pub(super) fn body(&mut self, body: &[Stmt]) -> Result<()> {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    pub(super) fn conditional_body(&mut self, body: &[Stmt]) -> Result<()> {
        let saved = std::mem::replace(&mut self.conditional, true);
        let result = self.body(body);
        self.conditional = saved;
        result
    }

    pub(super) fn stmt(&mut self, stmt: &Stmt) -> Result<()> {
        match stmt {
            Stmt::FunctionDef(f) => self.function(f),
            Stmt::ClassDef(c) => self.class(c),
            Stmt::Return(s) => self.opt(s.value.as_deref()),
            Stmt::Delete(s) => self.exprs(&s.targets),
            Stmt::TypeAlias(s) => self.type_alias(s),
            Stmt::Assign(s) => {
                self.exprs(&s.targets)?;
                self.expr(&s.value)
            }
            Stmt::AugAssign(s) => {
                self.expr(&s.target)?;
                self.expr(&s.value)
            }
            Stmt::AnnAssign(s) => self.annotated_assignment(s),
            Stmt::For(s) => {
                if s.is_async {
                    self.mark_top_level_await();
                }
                self.expr(&s.target)?;
                self.expr(&s.iter)?;
                self.conditional_body(&s.body)?;
                self.conditional_body(&s.orelse)
            }
            Stmt::While(s) => {
                self.expr(&s.test)?;
                self.conditional_body(&s.body)?;
                self.conditional_body(&s.orelse)
            }
            Stmt::If(s) => {
                self.expr(&s.test)?;
                self.conditional_body(&s.body)?;
                for clause in &s.elif_else_clauses {
                    self.opt(clause.test.as_ref())?;
                    self.conditional_body(&clause.body)?;
                }
                Ok(())
            }
            Stmt::With(s) => {
                if s.is_async {
                    self.mark_top_level_await();
                }
                for item in &s.items {
                    self.expr(&item.context_expr)?;
                    self.opt(item.optional_vars.as_deref())?;
                }
                self.conditional_body(&s.body)
            }
            Stmt::Match(s) => {
                self.expr(&s.subject)?;
                for case in &s.cases {
                    self.pattern(&case.pattern)?;
                    self.opt(case.guard.as_deref())?;
                    self.conditional_body(&case.body)?;
                }
                Ok(())
            }
            Stmt::Raise(s) => {
                self.opt(s.exc.as_deref())?;
                self.opt(s.cause.as_deref())
            }
            Stmt::Try(s) => {
                self.conditional_body(&s.body)?;
                for ExceptHandler::ExceptHandler(h) in &s.handlers {
                    self.opt(h.type_.as_deref())?;
                    if let Some(name) = &h.name {
                        self.add(name, usage::LOCAL, h.range)?;
                    }
                    self.conditional_body(&h.body)?;
                }
                self.conditional_body(&s.orelse)?;
                self.conditional_body(&s.finalbody)
            }
            Stmt::Assert(s) => {
                self.expr(&s.test)?;
                self.opt(s.msg.as_deref())
            }
            Stmt::Import(s) => s.names.iter().try_for_each(|a| self.alias(a)),
            Stmt::ImportFrom(s) if is_future(s) && (self.conditional || self.kind() != ScopeKind::Module) => {
                Err(Fault::syntax(TOO_LATE, s.range))
            }
            Stmt::ImportFrom(s) => s.names.iter().try_for_each(|a| self.alias(a)),
            Stmt::Global(s) => self.directive(&s.names, usage::GLOBAL, "global", s.range),
            Stmt::Nonlocal(s) => self.directive(&s.names, usage::NONLOCAL, "nonlocal", s.range),
            Stmt::Expr(s) => self.expr(&s.value),
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::IpyEscapeCommand(_) => Ok(()),
        }
    }

    pub(super) fn alias(&mut self, alias: &Alias) -> Result<()> {
        if alias.name.as_str() == "*" {
            return match self.kind() {
                ScopeKind::Module => Ok(()),
                _ => Err(Fault::syntax("import * only allowed at module level", alias.range)),
            };
        }
        let name = match &alias.asname {
            Some(name) => name.as_str(),
            None => alias.name.split('.').next().unwrap_or_default(),
        };
        self.add(name, usage::IMPORT, alias.range).map(|_| ())
    }

    pub(super) fn directive(
        &mut self,
        names: &[Identifier],
        flag: u16,
        word: &str,
        range: TextRange,
    ) -> Result<()> {
        for name in names {
            let id = self.current();
            let symbol = self.table.mangle(id, name);
            let known = self.table.scope(id).usage(symbol);
            let message = if known & usage::PARAM != 0 {
                format!("name '{name}' is parameter and {word}")
            } else if known & usage::USE != 0 {
                format!("name '{name}' is used prior to {word} declaration")
            } else if known & usage::ANNOT != 0 {
                format!("annotated name '{name}' can't be {word}")
            } else if known & usage::LOCAL != 0 {
                format!("name '{name}' is assigned to before {word} declaration")
            } else {
                self.add(name, flag, range)?;
                self.directives.push(Directive { scope: id, name: symbol, range });
                continue;
            };
            return Err(Fault::syntax(message, range));
        }
        Ok(())
    }

    pub(super) fn pattern(&mut self, pattern: &Pattern) -> Result<()> {
        match pattern {
            Pattern::MatchValue(p) => self.expr(&p.value),
            Pattern::MatchSingleton(_) => Ok(()),
            Pattern::MatchSequence(p) => p.patterns.iter().try_for_each(|p| self.pattern(p)),
            Pattern::MatchMapping(p) => {
                p.keys.iter().try_for_each(|k| self.expr(k))?;
                p.patterns.iter().try_for_each(|p| self.pattern(p))?;
                self.capture(p.rest.as_ref(), p.range)
            }
            Pattern::MatchClass(p) => {
                self.expr(&p.cls)?;
                p.arguments.patterns.iter().try_for_each(|p| self.pattern(p))?;
                p.arguments.keywords.iter().try_for_each(|k| self.pattern(&k.pattern))
            }
            Pattern::MatchStar(p) => self.capture(p.name.as_ref(), p.range),
            Pattern::MatchAs(p) => {
                if let Some(inner) = &p.pattern {
                    self.pattern(inner)?;
                }
                self.capture(p.name.as_ref(), p.range)
            }
            Pattern::MatchOr(p) => p.patterns.iter().try_for_each(|p| self.pattern(p)),
        }
    }

    pub(super) fn capture(&mut self, name: Option<&Identifier>, range: TextRange) -> Result<()> {
        name.map_or(Ok(()), |name| self.add(name, usage::LOCAL, range).map(|_| ()))
    }
}
