//! Classes.

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

use super::{Generator, Reg};
use crate::code::Constant;
use crate::error::Result;
use crate::location::NO_LOCATION;
use crate::opcode::{IntrinsicKind, Opcode};
use crate::symtable::Role;

impl<'a> Generator<'a> {
    pub(super) fn class_def(&mut self, c: &'a StmtClassDef) -> Result<()> {
        let first = self.decorators(&c.decorator_list)?;
        let dst = first + c.decorator_list.len() as Reg;
        let first_line = c.decorator_list.first().map_or_else(|| self.line(&c.name), |d| self.line(d));
        let end = c.arguments.as_ref().map_or(c.name.end(), |a| a.range.end());
        let header = TextRange::new(c.name.start(), end);
        match &c.type_params {
            None => self.build_class(c, first_line, header, None, dst)?,
            Some(params) => {
                let scope = self.table.of(&**params, Role::TypeParams);
                let name = format!("<generic parameters of {}>", c.name);
                self.enter(scope, &name, first_line)?;
                let t = self.unit.temp();
                self.type_params(params, t)?;
                let type_params = self.intern(".type_params");
                self.store_symbol(header, type_params, t);
                let base = self.unit.temp();
                self.emit(header, Opcode::Intrinsic, base, t, IntrinsicKind::SubscriptGeneric as u32);
                let generic_base = self.intern(".generic_base");
                self.store_symbol(header, generic_base, base);
                let class = self.unit.temp();
                self.build_class(c, first_line, header, Some(base), class)?;
                self.emit(header, Opcode::Return, class, 0, 0);
                let code = self.leave()?;
                let function = self.unit.temp();
                self.closure(code, header, function)?;
                self.emit(header, Opcode::Call, dst, function, 0);
            }
        }
        self.apply_decorators(&c.decorator_list, first);
        self.store_name(c.range, &c.name, first);
        Ok(())
    }

    fn build_class(
        &mut self,
        c: &'a StmtClassDef,
        first_line: u32,
        header: TextRange,
        generic_base: Option<Reg>,
        dst: Reg,
    ) -> Result<()> {
        let code = self.class_body(c, first_line, header)?;
        let mark = self.unit.mark();
        let base = self.unit.block(3);
        self.emit(header, Opcode::LoadBuildClass, base, 0, 0);
        self.closure(code, header, base + 1)?;
        self.load_const(header, base + 2, Constant::str(&c.name));
        self.call_with(header, base, 2, c.arguments.as_deref(), generic_base, dst)?;
        self.unit.reset(mark);
        Ok(())
    }

    fn class_body(
        &mut self,
        c: &'a StmtClassDef,
        first_line: u32,
        header: TextRange,
    ) -> Result<crate::code::CodeObject> {
        let scope = self.table.of(c, Role::Body);
        self.enter(scope, &c.name, first_line)?;
        let first = c.decorator_list.first().map_or(header.start(), |decorator| decorator.range.start());
        let start = TextRange::empty(first);
        let t = self.unit.temp();
        self.load_name(start, "__name__", t)?;
        self.store_name(start, "__module__", t);
        let qualname = Constant::str(&self.unit.qualname);
        self.load_const(start, t, qualname);
        self.store_name(start, "__qualname__", t);
        self.load_const(start, t, Constant::Int(i64::from(first_line)));
        self.store_name(start, "__firstlineno__", t);
        if c.type_params.is_some() {
            let type_params = self.intern(".type_params");
            self.load_symbol(start, type_params, t);
            self.store_name(start, "__type_params__", t);
        }
        let classdict = self.intern("__classdict__");
        let needs_classdict = self.table.scope(scope).needs_classdict;
        if needs_classdict {
            self.emit(start, Opcode::LoadLocals, t, 0, 0);
            let cell = self.unit.cells[&classdict];
            self.emit(start, Opcode::StoreDeref, cell, t, 0);
        }
        self.start_annotations(start)?;
        let body = self.store_docstring_of_class(&c.body)?;
        self.body(body)?;
        let end = NO_LOCATION;
        self.finish_class_annotations(end)?;
        let attributes = self.table.scope(scope).static_attributes.clone();
        let attributes: Vec<Constant> =
            attributes.iter().map(|&a| Constant::str(self.table.names.name(a))).collect();
        self.load_const(end, t, Constant::Tuple(attributes.into()));
        self.store_name(end, "__static_attributes__", t);
        if needs_classdict {
            let cell = self.unit.cells[&classdict];
            self.store_name(end, "__classdictcell__", cell);
        }
        if self.table.scope(scope).needs_class_cell {
            let class = self.intern("__class__");
            let cell = self.unit.cells[&class];
            self.store_name(end, "__classcell__", cell);
            self.emit(end, Opcode::Return, cell, 0, 0);
        } else {
            self.return_none(end);
        }
        self.leave()
    }

    fn store_docstring_of_class(&mut self, body: &'a [Stmt]) -> Result<&'a [Stmt]> {
        if !crate::symtable_has_docstring(body) {
            return Ok(body);
        }
        if let (Stmt::Expr(e), true) = (&body[0], self.settings.optimize < 2)
            && let Expr::StringLiteral(s) = &*e.value
        {
            let mark = self.unit.mark();
            let t = self.unit.temp();
            let doc = self.docstring(s);
            self.load_const(e.range(), t, doc);
            self.store_name(e.range(), "__doc__", t);
            self.unit.reset(mark);
        }
        Ok(&body[1..])
    }
}
