//! Comprehensions and generator expressions.
//!
//! List, set and dict comprehensions are inlined (PEP 709): their variables get registers of their own, so nothing needs saving
//! and restoring; a variable that an inner function captures gets a fresh cell each time the comprehension runs. Generator
//! expressions, and comprehensions in annotation scopes of classes, are functions of one argument, the outermost iterator.

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::{Generator, Hidden, InlinedScope, Label, Reg};
use crate::code::Constant;
use crate::error::Result;
use crate::opcode::Opcode;
use crate::symtable::{Access, Role, ScopeId};

/// What the innermost body does with an element.
#[derive(Clone, Copy)]
enum Element<'a> {
    List(&'a Expr),
    Set(&'a Expr),
    Dict(&'a Expr, &'a Expr),
    Yield(&'a Expr),
}

impl<'a> Generator<'a> {
    pub(super) fn list_comprehension(&mut self, c: &'a ExprListComp, dst: Reg) -> Result<()> {
        let scope = self.table.of(c, Role::Body);
        self.comprehension(scope, &c.generators, Element::List(&c.elt), c.range, dst)
    }

    pub(super) fn set_comprehension(&mut self, c: &'a ExprSetComp, dst: Reg) -> Result<()> {
        let scope = self.table.of(c, Role::Body);
        self.comprehension(scope, &c.generators, Element::Set(&c.elt), c.range, dst)
    }

    pub(super) fn dict_comprehension(&mut self, c: &'a ExprDictComp, dst: Reg) -> Result<()> {
        let scope = self.table.of(c, Role::Body);
        let Some(key) = &c.key else {
            return self.error(c.range, "dict unpacking cannot be used in dict comprehension");
        };
        self.comprehension(scope, &c.generators, Element::Dict(key, &c.value), c.range, dst)
    }

    pub(super) fn generator_expression(&mut self, c: &'a ExprGenerator, dst: Reg) -> Result<()> {
        let scope = self.table.of(c, Role::Body);
        let range = match self.argument_range.take() {
            Some(range) if !c.parenthesized => range,
            _ => c.range,
        };
        self.comprehension(scope, &c.generators, Element::Yield(&c.elt), range, dst)
    }

    fn comprehension(
        &mut self,
        scope: ScopeId,
        generators: &'a [Comprehension],
        element: Element<'a>,
        range: TextRange,
        dst: Reg,
    ) -> Result<()> {
        let first = &generators[0];
        if self.table.scope(scope).is_inlined {
            let iterator = self.unit.temp();
            self.open_iterator(first, iterator)?;
            let result = self.unit.temp();
            let (build, _) = build_opcode(element);
            self.emit(range, build, result, result, 0);
            let (start, end) = (self.unit.label(), self.unit.label());
            self.unit.bind(start);
            self.enter_inlined(scope, range, start, end);
            self.loops(generators, 0, Some(iterator), element, result)?;
            self.unit.inlined.pop();
            self.unit.bind(end);
            self.move_to(range, dst, result);
            return Ok(());
        }
        let base = self.unit.block(2);
        let name = self.table.names.name(self.table.scope(scope).name).to_owned();
        let line = self.settings.lines.line(range.start());
        self.enter(scope, &name, line)?;
        self.unit.arg_count = 1;
        let is_generator = matches!(element, Element::Yield(_));
        let result = self.unit.temp();
        if !is_generator {
            let (build, _) = build_opcode(element);
            self.emit(range, build, result, result, 0);
        }
        self.loops(generators, 0, Some(0), element, result)?;
        if is_generator {
            self.load_const(range, result, Constant::None);
        }
        self.emit(range, Opcode::Return, result, 0, 0);
        let is_coroutine = self.table.scope(scope).is_coroutine;
        let code = self.leave()?;
        self.closure(code, range, base)?;
        self.open_iterator(first, base + 1)?;
        if is_coroutine && !is_generator {
            let awaitable = self.unit.temp();
            self.emit(range, Opcode::Call, awaitable, base, 1);
            self.await_value(range, awaitable, 0, dst);
        } else {
            self.emit(range, Opcode::Call, dst, base, 1);
        }
        Ok(())
    }

    fn open_iterator(&mut self, g: &'a Comprehension, dst: Reg) -> Result<()> {
        let mark = self.unit.mark();
        let iterable = self.operand_in(&g.iter, dst)?;
        let op = if g.is_async { Opcode::GetAIter } else { Opcode::GetIter };
        self.emit(g.iter.range(), op, dst, iterable, 0);
        self.unit.reset(mark);
        Ok(())
    }

    /// Gives the variables of an inlined comprehension their registers.
    fn enter_inlined(&mut self, scope: ScopeId, range: TextRange, start: Label, end: Label) {
        let owned: Vec<_> = self
            .table
            .scope(scope)
            .symbols
            .iter()
            .filter(|(_, info)| matches!(info.access, Access::Local | Access::Cell))
            .map(|&(symbol, info)| (symbol, info.access == Access::Cell))
            .collect();
        let mut variables = FxHashMap::default();
        for (symbol, is_cell) in owned {
            let register = self.unit.temp();
            let op = if is_cell { Opcode::MakeEmptyCell } else { Opcode::Unset };
            self.emit(range, op, register, 0, 0);
            let name = self.name_index(symbol);
            self.unit.hidden.push(Hidden { name, register, is_cell, start, end });
            variables.insert(symbol, (register, is_cell));
        }
        self.unit.inlined.push(InlinedScope { scope, variables });
    }

    fn loops(
        &mut self,
        generators: &'a [Comprehension],
        depth: usize,
        iterator: Option<Reg>,
        element: Element<'a>,
        result: Reg,
    ) -> Result<()> {
        let Some(g) = generators.get(depth) else {
            return self.element(element, result);
        };
        let mark = self.unit.mark();
        // `for x in [value]` is an assignment.
        if let (None, false, Some(only)) = (iterator, g.is_async, only_element(&g.iter)) {
            let next = self.unit.label();
            let t = self.unit.temp();
            self.expr_to(only, t)?;
            self.assign(&g.target, t)?;
            for test in &g.ifs {
                self.branch(test, next, false)?;
            }
            self.loops(generators, depth + 1, None, element, result)?;
            self.unit.bind(next);
            self.unit.reset(mark);
            return Ok(());
        }
        let iterator = match iterator {
            Some(r) => r,
            None => {
                let r = self.unit.temp();
                self.open_iterator(g, r)?;
                r
            }
        };
        let (next, skip, end) = (self.unit.label(), self.unit.label(), self.unit.label());
        let range = g.target.range();
        if g.is_async {
            let item = self.unit.temp();
            let (handler, done, exception) = self.unit.handler();
            self.unit.bind(next);
            let outer = self.unit.handler.replace(handler);
            self.async_next(g.iter.range(), iterator, item);
            self.unit.handler = outer;
            self.assign(&g.target, item)?;
            for test in &g.ifs {
                self.branch(test, skip, false)?;
            }
            self.loops(generators, depth + 1, None, element, result)?;
            self.unit.bind(skip);
            self.jump(range, Opcode::JumpBackward, 0, next);
            self.unit.bind(done);
            self.emit(g.iter.range(), Opcode::EndAsyncFor, exception, 0, 0);
            self.unit.bind(end);
        } else {
            self.unit.bind(next);
            self.for_iter(&g.target, g.iter.range(), iterator, end)?;
            for test in &g.ifs {
                self.branch(test, skip, false)?;
            }
            self.loops(generators, depth + 1, None, element, result)?;
            self.unit.bind(skip);
            self.jump(range, Opcode::JumpBackward, 0, next);
            self.unit.bind(end);
        }
        self.unit.reset(mark);
        Ok(())
    }

    fn element(&mut self, element: Element<'a>, result: Reg) -> Result<()> {
        let mark = self.unit.mark();
        match element {
            Element::List(e) | Element::Set(e) => {
                let value = self.operand(e)?;
                let (_, add) = build_opcode(element);
                self.emit(e.range(), add, result, value, 0);
            }
            Element::Dict(key, value) => {
                let k = self.operand(key)?;
                let v = self.operand(value)?;
                self.emit(Self::between(key, value), Opcode::MapAdd, result, k, v);
            }
            Element::Yield(e) => {
                let value = self.operand(e)?;
                let t = self.unit.temp();
                self.emit_yield(e.range(), t, value);
            }
        }
        self.unit.reset(mark);
        Ok(())
    }
}

fn build_opcode(element: Element<'_>) -> (Opcode, Opcode) {
    match element {
        Element::List(_) => (Opcode::BuildList, Opcode::ListAppend),
        Element::Set(_) => (Opcode::BuildSet, Opcode::SetAdd),
        Element::Dict(..) => (Opcode::BuildMap, Opcode::MapAdd),
        Element::Yield(_) => (Opcode::Nop, Opcode::Yield),
    }
}

fn only_element(iter: &Expr) -> Option<&Expr> {
    match iter {
        Expr::List(l) => match &l.elts[..] {
            [only] if !only.is_starred_expr() => Some(only),
            _ => None,
        },
        Expr::Tuple(t) => match &t.elts[..] {
            [only] if !only.is_starred_expr() => Some(only),
            _ => None,
        },
        _ => None,
    }
}
