//! Annotations (PEP 649, 749; PEP 563 for those who import it).
//!
//! A function's annotations become a function `__annotate__(format)` that returns them as a dict. A class or module has one such
//! function for its annotated variables; where an annotated assignment may not be reached, reaching it adds a number to the
//! set `__conditional_annotations__`, which the function consults.

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

use super::{Generator, Reg};
use crate::code::{Constant, flags};
use crate::error::Result;
use crate::opcode::{CommonConstant, Opcode};
use crate::symtable::{Role, ScopeKind, for_each_annotation, has_annotations};
use crate::unparse;

impl<'a> Generator<'a> {
    fn future_annotations(&self) -> bool {
        self.settings.future_flags & flags::FUTURE_ANNOTATIONS != 0
    }

    /// `if format > 2: raise NotImplementedError`
    pub(super) fn check_format(&mut self, range: TextRange) {
        let mark = self.unit.mark();
        let t = self.unit.temp();
        let proceed = self.unit.label();
        let two = self.constant_index(Constant::Int(2));
        self.emit(range, Opcode::GtConst, t, 0, two);
        self.emit(range, Opcode::ToBool, t, t, 0);
        self.jump(range, Opcode::JumpIfFalse, t, proceed);
        self.emit(range, Opcode::LoadCommon, t, 0, CommonConstant::NotImplementedError as u32);
        self.emit(range, Opcode::Raise, t, 0, 0);
        self.unit.bind(proceed);
        self.unit.reset(mark);
    }

    fn annotation_text(&self, e: &Expr) -> Constant {
        Constant::Str(unparse::expression(e, self.settings.source).into())
    }

    /// The `__annotate__` of a function in `dst`; false if it has no annotations.
    pub(super) fn function_annotations(&mut self, f: &'a StmtFunctionDef, dst: Reg) -> Result<bool> {
        if !has_annotations(&f.parameters, f.returns.as_deref()) {
            return Ok(false);
        }
        let mut list: Vec<(&'a str, &'a Expr)> = Vec::new();
        for_each_annotation(&f.parameters, f.returns.as_deref(), |name, e| {
            list.push((name, e));
            Ok(())
        })?;
        // The line of `def`, without decorators.
        let line = self.line(&f.name);
        let owner = self.qualname(self.table.of(f, Role::Body), &f.name);
        self.enter(self.table.of(f, Role::Annotations), "__annotate__", line)?;
        self.unit.qualname = format!("{owner}.__annotate__");
        self.unit.arg_count = 1;
        self.unit.posonly_count = 1;
        self.check_format(f.name.range);
        let dict = self.unit.temp();
        self.emit(f.name.range, Opcode::BuildMap, dict, dict, 0);
        for (name, e) in list {
            let mark = self.unit.mark();
            let pair = self.unit.block(2);
            let name = self.mangle(name);
            let name = Constant::str(self.table.names.name(name));
            self.load_const(e.range(), pair, name);
            self.annotation_value(e, pair + 1)?;
            self.emit(e.range(), Opcode::MapAdd, dict, pair, pair + 1);
            self.unit.reset(mark);
        }
        self.emit(f.name.range, Opcode::Return, dict, 0, 0);
        let code = self.leave()?;
        self.closure(code, f.name.range, dst)?;
        Ok(true)
    }

    fn annotation_value(&mut self, e: &'a Expr, dst: Reg) -> Result<()> {
        if self.future_annotations() {
            let text = self.annotation_text(e);
            self.load_const(e.range(), dst, text);
            return Ok(());
        }
        match e {
            // `*args: *Ts`
            Expr::Starred(s) => {
                let iterable = self.operand(&s.value)?;
                self.emit(e.range(), Opcode::UnpackSequence, dst, iterable, 1);
                self.emit(e.range(), Opcode::TupleItem, dst, dst, 0);
                Ok(())
            }
            e => self.expr_to(e, dst),
        }
    }

    pub(super) fn annotated_assignment(&mut self, s: &'a StmtAnnAssign) -> Result<()> {
        if let Some(value) = &s.value {
            let mark = self.unit.mark();
            let value = self.operand(value)?;
            self.assign(&s.target, value)?;
            self.unit.reset(mark);
        }
        let kind = self.table.scope(self.unit.scope).kind;
        let in_body = matches!(kind, ScopeKind::Module | ScopeKind::Class);
        match &*s.target {
            Expr::Name(n) if n.id.as_str() == "__debug__" => {
                return self.error(n.range, "cannot assign to __debug__");
            }
            Expr::Name(n) if s.simple && in_body && self.future_annotations() => {
                let mangled = self.mangle(&n.id);
                let name = Constant::str(self.table.names.name(mangled));
                let block = self.unit.block(3);
                let text = self.annotation_text(&s.annotation);
                self.load_const(s.annotation.range(), block, text);
                self.load_name(n.range, "__annotations__", block + 1)?;
                self.load_const(n.range, block + 2, name);
                self.emit(s.range, Opcode::StoreItem, block + 1, block + 2, block);
            }
            Expr::Name(_) if s.simple && in_body => self.defer_annotation(s, kind)?,
            Expr::Name(_) => {}
            Expr::Attribute(a) if a.attr.as_str() == "__debug__" => {
                return self.error(a.range, "cannot assign to __debug__");
            }
            // Without a value the target is evaluated for its errors.
            Expr::Attribute(a) if s.value.is_none() => self.effect(&a.value)?,
            Expr::Subscript(sub) if s.value.is_none() => {
                self.effect(&sub.value)?;
                self.effect(&sub.slice)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn defer_annotation(&mut self, s: &'a StmtAnnAssign, kind: ScopeKind) -> Result<()> {
        let conditional = kind == ScopeKind::Module || self.unit.conditional_depth > 0;
        if !conditional {
            self.unit.deferred_annotations.push((s, None));
            return Ok(());
        }
        let number = self.unit.next_conditional_annotation;
        self.unit.next_conditional_annotation += 1;
        self.unit.deferred_annotations.push((s, Some(number)));
        let mark = self.unit.mark();
        let pair = self.unit.block(2);
        self.load_conditional_set(s.range, pair);
        self.load_const(s.range, pair + 1, Constant::Int(number));
        self.emit(s.range, Opcode::SetAdd, pair, pair + 1, 0);
        self.unit.reset(mark);
        Ok(())
    }

    fn load_conditional_set(&mut self, range: TextRange, dst: Reg) {
        let name = self.intern("__conditional_annotations__");
        match self.unit.cells.get(&name).copied() {
            Some(cell) => {
                let index = self.name_index(name);
                self.emit(range, Opcode::LoadDeref, dst, cell, index);
            }
            None => self.load_symbol(range, name, dst),
        }
    }

    /// What a class or module does before its first statement.
    pub(super) fn start_annotations(&mut self, range: TextRange) -> Result<()> {
        let scope = self.table.scope(self.unit.scope);
        let has_annotated = self.future_annotations()
            && scope.symbols.iter().any(|(_, i)| i.usage & crate::symtable::usage::ANNOT != 0);
        let is_conditional = scope.conditional_annotations;
        let is_deferred_module = scope.kind == ScopeKind::Module && scope.annotations.is_some();
        if has_annotated {
            self.emit(range, Opcode::SetupAnnotations, 0, 0, 0);
        }
        if is_conditional {
            let t = self.unit.temp();
            self.emit(range, Opcode::BuildSet, t, t, 0);
            let name = self.intern("__conditional_annotations__");
            match self.unit.cells.get(&name).copied() {
                Some(cell) => self.emit(range, Opcode::StoreDeref, cell, t, 0),
                None => self.store_symbol(range, name, t),
            }
            self.unit.reset(t);
        }
        // A module may be imported halfway: its `__annotate__` must be there from the start, so its code is generated at the end
        // but the function made here. The instructions are filled in by `finish_module_annotations`.
        if is_deferred_module {
            let t = self.unit.temp();
            self.emit(range, Opcode::MakeFunction, t, 0, 0);
            self.store_name(range, "__annotate__", t);
            self.unit.reset(t);
        }
        Ok(())
    }

    pub(super) fn finish_module_annotations(&mut self) -> Result<()> {
        let Some(code) = self.annotate_code()? else { return Ok(()) };
        let index = self.unit.constants.len() as u32;
        self.unit.constants.push(Constant::Code(Box::new(code)));
        let placeholder = self.unit.instructions.iter_mut().find(|i| i.op == Opcode::MakeFunction);
        placeholder.expect("start_annotations has made the function").c = index;
        Ok(())
    }

    pub(super) fn finish_class_annotations(&mut self, range: TextRange) -> Result<()> {
        let Some(code) = self.annotate_code()? else { return Ok(()) };
        let t = self.unit.temp();
        self.closure(code, range, t)?;
        self.store_name(range, "__annotate_func__", t);
        self.unit.reset(t);
        Ok(())
    }

    /// Code of the `__annotate__` of the class or module at hand.
    fn annotate_code(&mut self) -> Result<Option<crate::code::CodeObject>> {
        let Some(scope) = self.table.scope(self.unit.scope).annotations else { return Ok(None) };
        let deferred = std::mem::take(&mut self.unit.deferred_annotations);
        let line = self.unit.first_line;
        self.enter(scope, "__annotate__", line)?;
        self.unit.arg_count = 1;
        self.unit.posonly_count = 1;
        let range = deferred.first().map_or(TextRange::default(), |(s, _)| s.range);
        self.check_format(range);
        let dict = self.unit.temp();
        self.emit(range, Opcode::BuildMap, dict, dict, 0);
        for (s, number) in deferred {
            let mark = self.unit.mark();
            let skip = self.unit.label();
            let pair = self.unit.block(2);
            let at = s.annotation.range();
            if let Some(number) = number {
                self.load_conditional_set(at, pair);
                self.load_const(at, pair + 1, Constant::Int(number));
                self.emit(at, Opcode::In, pair, pair + 1, pair);
                self.jump(at, Opcode::JumpIfFalse, pair, skip);
            }
            if let Expr::Name(n) = &*s.target {
                let name = self.mangle(&n.id);
                let name = Constant::str(self.table.names.name(name));
                self.load_const(at, pair, name);
            }
            self.annotation_value(&s.annotation, pair + 1)?;
            self.emit(at, Opcode::MapAdd, dict, pair, pair + 1);
            self.unit.bind(skip);
            self.unit.reset(mark);
        }
        self.emit(range, Opcode::Return, dict, 0, 0);
        self.leave().map(Some)
    }
}
