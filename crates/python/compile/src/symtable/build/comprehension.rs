//! Comprehensions, and the scopes out of which an assignment expression or `yield` in them reaches (PEP 572, 709).

use ruff_python_ast::*;
use ruff_text_size::{TextRange, TextSize};

use super::super::{Role, ScopeKind, usage};
use super::Builder;
use crate::error::{Fault, Result};

impl Builder {
    /// The target of an assignment expression in a comprehension belongs to the scope around it (PEP 572).
    pub(super) fn bind_outside_comprehension(&mut self, name: &str, range: TextRange) -> Result<()> {
        let here = self.current();
        for i in (0..self.stack.len()).rev() {
            let id = self.stack[i];
            let symbol = self.table.mangle(here, name);
            let known = self.table.scope(id).usage(symbol);
            let message = match self.table.scope(id).kind {
                ScopeKind::Comprehension | ScopeKind::Generator => {
                    if known & usage::COMP_ITER == 0 || known & usage::LOCAL == 0 {
                        continue;
                    }
                    format!("assignment expression cannot rebind comprehension iteration variable '{name}'")
                }
                ScopeKind::Function | ScopeKind::Lambda => {
                    let flag = if known & usage::GLOBAL != 0 { usage::GLOBAL } else { usage::NONLOCAL };
                    self.add(name, flag, range)?;
                    self.add_to(id, symbol, usage::LOCAL | usage::WALRUS);
                    return Ok(());
                }
                ScopeKind::Module => {
                    self.add(name, usage::GLOBAL, range)?;
                    self.add_to(id, symbol, usage::GLOBAL);
                    return Ok(());
                }
                ScopeKind::Class => {
                    "assignment expression within a comprehension cannot be used in a class body".to_owned()
                }
                ScopeKind::TypeParams => {
                    "assignment expression within a comprehension cannot be used within the definition of a generic".to_owned()
                }
                ScopeKind::TypeAlias => {
                    "assignment expression within a comprehension cannot be used in a type alias".to_owned()
                }
                ScopeKind::TypeVariable => {
                    "assignment expression within a comprehension cannot be used in a TypeVar bound".to_owned()
                }
                ScopeKind::Annotations => {
                    "named expression cannot be used within an annotation".to_owned()
                }
            };
            return Err(Fault::syntax(message, range));
        }
        Ok(())
    }

    pub(super) fn forbid_in_annotation(&self, what: &str, range: TextRange) -> Result<()> {
        let place = match self.kind() {
            ScopeKind::Annotations => "an annotation",
            ScopeKind::TypeAlias => "a type alias",
            ScopeKind::TypeParams => "the definition of a generic",
            ScopeKind::TypeVariable => {
                let here = self.current();
                self.scope_info.iter().rev().find(|(id, _)| *id == here).map_or("a TypeVar bound", |i| i.1)
            }
            _ => return Ok(()),
        };
        Err(Fault::syntax(format!("{what} cannot be used within {place}"), range))
    }

    pub(super) fn mark_generator(&mut self, range: TextRange) -> Result<()> {
        let scope = self.scope();
        scope.is_generator = true;
        if matches!(scope.kind, ScopeKind::Comprehension | ScopeKind::Generator) {
            let what = match self.table.names.name(self.table.scope(self.current()).name) {
                "<listcomp>" => "list comprehension",
                "<setcomp>" => "set comprehension",
                "<dictcomp>" => "dict comprehension",
                _ => "generator expression",
            };
            return Err(Fault::syntax(format!("'yield' inside {what}"), range));
        }
        Ok(())
    }

    pub(super) fn comprehension<T>(
        &mut self,
        node: &T,
        name: &str,
        kind: ScopeKind,
        generators: &[Comprehension],
        elements: &[&Expr],
        range: TextRange,
    ) -> Result<()> {
        let first = &generators[0];
        // The parser takes a bare `yield` as the element; the grammar does not.
        if let Some(Expr::Yield(y)) = elements.first()
            && y.range.start() == range.start() + TextSize::new(1)
        {
            return Err(Fault::parser(
                "invalid syntax",
                TextRange::at(first.range.start(), TextSize::new(3)),
            ));
        }
        self.comp_iter_expr += 1;
        self.expr(&first.iter)?;
        self.comp_iter_expr -= 1;
        let parent_sees_class = self.table.scope(self.current()).sees_class;
        let saved = std::mem::replace(&mut self.comp_iter_expr, 0);
        let id = self.open(node, Role::Body, kind, name, range);
        self.scope().is_inlined = kind == ScopeKind::Comprehension && !parent_sees_class;
        if !self.table.scope(id).is_inlined {
            self.hidden_param(".0");
        }
        for (i, g) in generators.iter().enumerate() {
            let target = std::mem::replace(&mut self.comp_iter_target, true);
            self.expr(&g.target)?;
            self.comp_iter_target = target;
            if i > 0 {
                self.comp_iter_expr += 1;
                self.expr(&g.iter)?;
                self.comp_iter_expr -= 1;
            }
            self.exprs(&g.ifs)?;
            self.scope().is_coroutine |= g.is_async;
        }
        elements.iter().try_for_each(|e| self.expr(e))?;
        let is_async = self.scope().is_coroutine && kind == ScopeKind::Comprehension;
        self.scope().is_async_comprehension = is_async;
        self.close();
        self.comp_iter_expr = saved;
        if is_async {
            let outer = self.table.scope(self.current());
            let inside_comprehension = matches!(outer.kind, ScopeKind::Comprehension | ScopeKind::Generator);
            let allowed = (outer.is_coroutine && outer.kind == ScopeKind::Function)
                || inside_comprehension
                || (outer.kind == ScopeKind::Module && self.options.top_level_await);
            if !allowed {
                return Err(Fault::syntax(
                    "asynchronous comprehension outside of an asynchronous function",
                    range,
                ));
            }
            if inside_comprehension {
                self.scope().is_coroutine = true;
            }
            self.mark_top_level_await();
        }
        Ok(())
    }
}
