//! Functions and lambdas.

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

use super::{Generator, Reg, end_of};
use crate::code::{CodeObject, Constant, flags};
use crate::error::Result;
use crate::opcode::{FunctionAttribute, IntrinsicKind, Opcode};
use crate::symtable::Role;

impl<'a> Generator<'a> {
    /// A function of `code` with its closure.
    pub(super) fn closure(&mut self, code: CodeObject, range: TextRange, dst: Reg) -> Result<()> {
        let freevars = code.freevars.clone();
        let index = self.unit.constants.len() as u32;
        self.unit.constants.push(Constant::Code(Box::new(code)));
        self.emit(range, Opcode::MakeFunction, dst, 0, index);
        if freevars.is_empty() {
            return Ok(());
        }
        let mark = self.unit.mark();
        let block = self.unit.block(freevars.len() as u32);
        for (i, name) in freevars.iter().enumerate() {
            let symbol = self.intern(name);
            let cell = self.cell_register(symbol);
            self.emit(range, Opcode::Move, block + i as Reg, cell, 0);
        }
        self.emit(range, Opcode::BuildTuple, block, block, freevars.len() as u32);
        self.set_attribute(range, dst, block, FunctionAttribute::Closure);
        self.unit.reset(mark);
        Ok(())
    }

    /// The register that holds the cell of a variable captured by an inner function.
    fn cell_register(&self, name: crate::symtable::Symbol) -> Reg {
        let inlined = self.unit.inlined.iter().rev().find_map(|i| match i.variables.get(&name) {
            Some(&(register, true)) => Some(register),
            _ => None,
        });
        match inlined {
            Some(register) => register,
            None => self.unit.cells[&name],
        }
    }

    pub(super) fn set_attribute(
        &mut self,
        range: TextRange,
        function: Reg,
        value: Reg,
        which: FunctionAttribute,
    ) {
        self.emit(range, Opcode::SetFunctionAttribute, function, value, which as u32);
    }

    /// Evaluates decorators into consecutive registers, the function's own register behind them.
    pub(super) fn decorators(&mut self, list: &'a [Decorator]) -> Result<Reg> {
        let first = self.unit.block(list.len() as u32 + 1);
        for (i, d) in list.iter().enumerate() {
            self.expr_to(&d.expression, first + i as Reg)?;
        }
        Ok(first)
    }

    /// Applies decorators, innermost first; the result is in `first`.
    pub(super) fn apply_decorators(&mut self, list: &'a [Decorator], first: Reg) {
        for (i, d) in list.iter().enumerate().rev() {
            let at = first + i as Reg;
            self.emit(d.expression.range(), Opcode::Call, at, at, 1);
        }
    }

    /// Positional defaults as a tuple in `dst`; false if there are none.
    fn positional_defaults(&mut self, p: &'a Parameters, range: TextRange, dst: Reg) -> Result<bool> {
        let defaults: Vec<&'a Expr> =
            p.posonlyargs.iter().chain(&p.args).filter_map(|p| p.default.as_deref()).collect();
        if defaults.is_empty() {
            return Ok(false);
        }
        let constants = defaults.iter().map(|e| self.constant(e)).collect::<Result<Option<Vec<_>>>>()?;
        if let Some(items) = constants {
            self.load_const(range, dst, Constant::Tuple(items.into()));
            return Ok(true);
        }
        let mark = self.unit.mark();
        let block = self.unit.block(defaults.len() as u32);
        for (i, e) in defaults.iter().enumerate() {
            self.expr_to(e, block + i as Reg)?;
        }
        self.emit(range, Opcode::BuildTuple, dst, block, defaults.len() as u32);
        self.unit.reset(mark);
        Ok(true)
    }

    /// Keyword-only defaults as a dict in `dst`; false if there are none.
    fn keyword_defaults(&mut self, p: &'a Parameters, range: TextRange, dst: Reg) -> Result<bool> {
        let defaults: Vec<(&'a Identifier, &'a Expr)> = p
            .kwonlyargs
            .iter()
            .filter_map(|p| p.default.as_deref().map(|e| (&p.parameter.name, e)))
            .collect();
        if defaults.is_empty() {
            return Ok(false);
        }
        let mark = self.unit.mark();
        let block = self.unit.block(2 * defaults.len() as u32);
        for (i, (name, e)) in defaults.iter().enumerate() {
            let at = block + 2 * i as Reg;
            let name = self.mangle(name);
            let name = Constant::str(self.table.names.name(name));
            self.load_const(range, at, name);
            self.expr_to(e, at + 1)?;
        }
        self.emit(range, Opcode::BuildMap, dst, block, defaults.len() as u32);
        self.unit.reset(mark);
        Ok(true)
    }

    fn parameter_counts(&mut self, p: &Parameters) {
        let unit = &mut self.unit;
        unit.posonly_count = p.posonlyargs.len() as u32;
        unit.arg_count = unit.posonly_count + p.args.len() as u32;
        unit.kwonly_count = p.kwonlyargs.len() as u32;
        if p.vararg.is_some() {
            unit.flags |= flags::VARARGS;
        }
        if p.kwarg.is_some() {
            unit.flags |= flags::VARKEYWORDS;
        }
    }

    pub(super) fn lambda(&mut self, l: &'a ExprLambda, dst: Reg) -> Result<()> {
        let pair = self.unit.block(2);
        let (mut has_defaults, mut has_kwdefaults) = (false, false);
        if let Some(p) = &l.parameters {
            has_defaults = self.positional_defaults(p, l.range, pair)?;
            has_kwdefaults = self.keyword_defaults(p, l.range, pair + 1)?;
        }
        let line = self.line(l);
        self.enter(self.table.of(l, Role::Body), "<lambda>", line)?;
        if let Some(p) = &l.parameters {
            self.parameter_counts(p);
        }
        let value = self.operand(&l.body)?;
        self.emit(l.body.range(), Opcode::Return, value, 0, 0);
        let code = self.leave()?;
        let function = self.unit.temp();
        self.closure(code, l.range, function)?;
        if has_kwdefaults {
            self.set_attribute(l.range, function, pair + 1, FunctionAttribute::KwDefaults);
        }
        if has_defaults {
            self.set_attribute(l.range, function, pair, FunctionAttribute::Defaults);
        }
        self.move_to(l.range, dst, function);
        Ok(())
    }

    pub(super) fn function_def(&mut self, f: &'a StmtFunctionDef) -> Result<()> {
        let range = f.range;
        let header = TextRange::new(f.name.start(), f.parameters.end());
        let first = self.decorators(&f.decorator_list)?;
        let dst = first + f.decorator_list.len() as Reg;
        let first_line = f.decorator_list.first().map_or_else(|| self.line(&f.name), |d| self.line(d));
        let Some(type_params) = &f.type_params else {
            let pair = self.unit.block(2);
            let has_defaults = self.positional_defaults(&f.parameters, header, pair)?;
            let has_kwdefaults = self.keyword_defaults(&f.parameters, header, pair + 1)?;
            self.function(f, first_line, header, dst)?;
            if has_kwdefaults {
                self.set_attribute(header, dst, pair + 1, FunctionAttribute::KwDefaults);
            }
            if has_defaults {
                self.set_attribute(header, dst, pair, FunctionAttribute::Defaults);
            }
            self.apply_decorators(&f.decorator_list, first);
            self.store_name(range, &f.name, first);
            return Ok(());
        };
        // The wrapper takes the defaults as arguments: they are evaluated outside the scope of the type parameters.
        let base = self.unit.block(1);
        let mut arguments = 0;
        let has_defaults = {
            let t = self.unit.temp();
            self.positional_defaults(&f.parameters, header, t)?
        };
        if has_defaults {
            arguments += 1;
        } else {
            self.unit.reset(base + 1);
        }
        let has_kwdefaults = {
            let t = self.unit.temp();
            self.keyword_defaults(&f.parameters, header, t)?
        };
        arguments += u32::from(has_kwdefaults);
        let scope = self.table.of(&**type_params, Role::TypeParams);
        let name = format!("<generic parameters of {}>", f.name);
        self.enter(scope, &name, first_line)?;
        self.unit.arg_count = arguments;
        let pair = self.unit.block(2);
        let params = pair + 1;
        self.type_params(type_params, params)?;
        self.function(f, first_line, header, pair)?;
        let mut at = 0;
        if has_defaults {
            self.set_attribute(header, pair, at, FunctionAttribute::Defaults);
            at += 1;
        }
        if has_kwdefaults {
            self.set_attribute(header, pair, at, FunctionAttribute::KwDefaults);
        }
        let result = self.unit.temp();
        self.emit(header, Opcode::Intrinsic, result, pair, IntrinsicKind::SetFunctionTypeParams as u32);
        self.emit(header, Opcode::Return, result, 0, 0);
        let code = self.leave()?;
        self.closure(code, header, base)?;
        self.emit(header, Opcode::Call, dst, base, arguments);
        self.apply_decorators(&f.decorator_list, first);
        self.store_name(range, &f.name, first);
        Ok(())
    }

    /// The function itself, without defaults, in `dst`.
    fn function(
        &mut self,
        f: &'a StmtFunctionDef,
        first_line: u32,
        header: TextRange,
        dst: Reg,
    ) -> Result<()> {
        let annotate = self.unit.temp();
        let has_annotate = self.function_annotations(f, annotate)?;
        self.enter(self.table.of(f, Role::Body), &f.name, first_line)?;
        self.parameter_counts(&f.parameters);
        let mut body = &f.body[..];
        if crate::symtable_has_docstring(body) {
            if let Stmt::Expr(e) = &body[0]
                && let Expr::StringLiteral(s) = &*e.value
                && self.settings.optimize < 2
            {
                self.unit.docstring = Some(self.docstring(s));
                self.unit.flags |= flags::HAS_DOCSTRING;
            }
            body = &body[1..];
        }
        self.body(body)?;
        self.return_none(end_of(&f.body));
        let code = self.leave()?;
        self.closure(code, header, dst)?;
        if has_annotate {
            self.set_attribute(header, dst, annotate, FunctionAttribute::Annotate);
        }
        Ok(())
    }
}
