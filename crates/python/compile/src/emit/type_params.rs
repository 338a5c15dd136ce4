//! Type parameters and `type` statements (PEP 695, 696): bounds, defaults and alias values are functions, evaluated when asked for.

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

use super::{Generator, Reg};
use crate::code::Constant;
use crate::error::Result;
use crate::opcode::{FunctionAttribute, IntrinsicKind, Opcode};
use crate::symtable::{Role, ScopeId};

impl<'a> Generator<'a> {
    /// Makes the type parameters, binds their names, and leaves the tuple of them in `dst`.
    pub(super) fn type_params(&mut self, params: &'a TypeParams, dst: Reg) -> Result<()> {
        let mark = self.unit.mark();
        let block = self.unit.block(params.type_params.len() as u32);
        let mut seen_default = false;
        for (i, p) in params.type_params.iter().enumerate() {
            let at = block + i as Reg;
            let range = p.range();
            let (name, bound, default, kind) = match p {
                TypeParam::TypeVar(t) => {
                    let kind = match t.bound.as_deref() {
                        None => IntrinsicKind::TypeVar,
                        Some(Expr::Tuple(_)) => IntrinsicKind::TypeVarWithConstraints,
                        Some(_) => IntrinsicKind::TypeVarWithBound,
                    };
                    (&t.name, t.bound.as_deref(), t.default.as_deref(), kind)
                }
                TypeParam::TypeVarTuple(t) => {
                    (&t.name, None, t.default.as_deref(), IntrinsicKind::TypeVarTuple)
                }
                TypeParam::ParamSpec(t) => (&t.name, None, t.default.as_deref(), IntrinsicKind::ParamSpec),
            };
            let inner = self.unit.mark();
            let pair = self.unit.block(2);
            self.load_const(range, pair, Constant::str(name));
            if let Some(bound) = bound {
                let scope = self.table.of(p, Role::Value);
                self.evaluator(scope, name, bound, pair + 1)?;
            }
            self.emit(range, Opcode::Intrinsic, at, pair, kind as u32);
            match default {
                Some(e) => {
                    seen_default = true;
                    self.move_to(range, pair, at);
                    let scope = self.table.of(p, Role::Default);
                    self.evaluator(scope, name, e, pair + 1)?;
                    self.emit(range, Opcode::Intrinsic, at, pair, IntrinsicKind::SetTypeParamDefault as u32);
                }
                None if seen_default => {
                    return self.error(
                        range,
                        format!("non-default type parameter '{name}' follows default type parameter"),
                    );
                }
                None => {}
            }
            self.unit.reset(inner);
            self.store_name(range, name, at);
        }
        self.emit(params.range, Opcode::BuildTuple, dst, block, params.type_params.len() as u32);
        self.unit.reset(mark);
        Ok(())
    }

    /// A function of `format` (default 1, `VALUE`) that computes `e`.
    fn evaluator(&mut self, scope: ScopeId, name: &str, e: &'a Expr, dst: Reg) -> Result<()> {
        let range = e.range();
        let line = self.line(e);
        self.enter(scope, name, line)?;
        self.unit.arg_count = 1;
        self.unit.posonly_count = 1;
        self.check_format(range);
        let value = match e {
            // The bound of `*Ts` may be `*tuple`: unpacked to one item.
            Expr::Starred(s) => {
                let iterable = self.operand(&s.value)?;
                let t = self.unit.temp();
                self.emit(range, Opcode::UnpackSequence, t, iterable, 1);
                self.emit(range, Opcode::TupleItem, t, t, 0);
                t
            }
            e => self.operand(e)?,
        };
        self.emit(range, Opcode::Return, value, 0, 0);
        let code = self.leave()?;
        self.closure(code, range, dst)?;
        let mark = self.unit.mark();
        let t = self.unit.temp();
        self.load_const(range, t, Constant::Tuple([Constant::Int(1)].into()));
        self.set_attribute(range, dst, t, FunctionAttribute::Defaults);
        self.unit.reset(mark);
        Ok(())
    }

    pub(super) fn type_alias(&mut self, s: &'a StmtTypeAlias) -> Result<()> {
        let Expr::Name(name) = &*s.name else {
            return self.error(s.name.range(), "invalid syntax");
        };
        let dst = self.unit.temp();
        match &s.type_params {
            None => self.alias_value(s, &name.id, None, dst)?,
            Some(params) => {
                let line = self.line(s);
                let scope = self.table.of(&**params, Role::TypeParams);
                self.enter(scope, &format!("<generic parameters of {}>", name.id), line)?;
                let (t, result) = (self.unit.temp(), self.unit.temp());
                self.type_params(params, t)?;
                self.alias_value(s, &name.id, Some(t), result)?;
                self.emit(s.range, Opcode::Return, result, 0, 0);
                let code = self.leave()?;
                self.closure(code, s.range, dst)?;
                self.emit(s.range, Opcode::Call, dst, dst, 0);
            }
        }
        self.store_name(name.range, &name.id, dst);
        Ok(())
    }

    fn alias_value(&mut self, s: &'a StmtTypeAlias, name: &str, params: Option<Reg>, dst: Reg) -> Result<()> {
        let block = self.unit.block(3);
        let range: TextRange = s.range;
        self.load_const(range, block, Constant::str(name));
        match params {
            Some(r) => self.move_to(range, block + 1, r),
            None => self.load_const(range, block + 1, Constant::None),
        }
        let scope = self.table.of(s, Role::Value);
        self.evaluator(scope, name, &s.value, block + 2)?;
        self.emit(range, Opcode::Intrinsic, dst, block, IntrinsicKind::TypeAlias as u32);
        Ok(())
    }
}
