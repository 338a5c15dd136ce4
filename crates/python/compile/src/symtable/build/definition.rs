//! Functions, classes, type aliases and their type parameters (PEP 695, 696).

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

use super::super::{Role, ScopeKind, mangle, usage};
use super::annotation::{check_unevaluated, for_each_annotation, has_annotations};
use super::{Builder, has_docstring};
use crate::error::Result;

impl Builder {
    pub(super) fn function(&mut self, f: &StmtFunctionDef) -> Result<()> {
        self.add(&f.name, usage::LOCAL, f.range)?;
        for d in &f.decorator_list {
            self.expr(&d.expression)?;
        }
        self.defaults(&f.parameters)?;
        if let Some(params) = &f.type_params {
            let name = format!("<generic parameters of {}>", f.name);
            self.open(&**params, Role::TypeParams, ScopeKind::TypeParams, &name, f.range);
            if f.parameters.iter_non_variadic_params().any(|p| p.default.is_some()) {
                let positional = f.parameters.posonlyargs.iter().chain(&f.parameters.args);
                if positional.clone().any(|p| p.default.is_some()) {
                    self.hidden_param(".defaults");
                }
                if f.parameters.kwonlyargs.iter().any(|p| p.default.is_some()) {
                    self.hidden_param(".kwdefaults");
                }
            }
            self.type_params(params)?;
        }
        if has_annotations(&f.parameters, f.returns.as_deref()) {
            self.open(f, Role::Annotations, ScopeKind::Annotations, "__annotate__", f.range);
            self.hidden_param(".format");
            let is_text = self.options.future_annotations;
            for_each_annotation(&f.parameters, f.returns.as_deref(), |_, e| {
                if is_text { check_unevaluated(e) } else { self.expr(e) }
            })?;
            self.close();
        }
        self.open(f, Role::Body, ScopeKind::Function, &f.name, f.range);
        self.scope().is_coroutine = f.is_async;
        self.scope().has_docstring = has_docstring(&f.body);
        self.parameters(&f.parameters)?;
        let saved = std::mem::replace(&mut self.conditional, false);
        self.body(&f.body)?;
        self.conditional = saved;
        self.close();
        if f.type_params.is_some() {
            self.close();
        }
        Ok(())
    }

    pub(super) fn hidden_param(&mut self, name: &str) {
        let symbol = self.add_plain(name, usage::PARAM);
        self.scope().params.push(symbol);
    }

    pub(super) fn defaults(&mut self, p: &Parameters) -> Result<()> {
        p.iter_non_variadic_params().try_for_each(|p| self.opt(p.default.as_deref()))
    }

    pub(super) fn parameters(&mut self, p: &Parameters) -> Result<()> {
        for p in p.iter_non_variadic_params() {
            self.add(&p.parameter.name, usage::PARAM, p.parameter.range)?;
        }
        for p in [&p.vararg, &p.kwarg].into_iter().flatten() {
            // Without the asterisks.
            self.add(&p.name, usage::PARAM, TextRange::new(p.name.start(), p.range.end()))?;
        }
        Ok(())
    }

    pub(super) fn class(&mut self, c: &StmtClassDef) -> Result<()> {
        self.add(&c.name, usage::LOCAL, c.range)?;
        for d in &c.decorator_list {
            self.expr(&d.expression)?;
        }
        let saved_private = self.private;
        if let Some(params) = &c.type_params {
            let name = format!("<generic parameters of {}>", c.name);
            let class = self.table.names.intern(&c.name);
            self.private = Some(class);
            self.open(&**params, Role::TypeParams, ScopeKind::TypeParams, &name, c.range);
            let mangled = params
                .type_params
                .iter()
                .map(|p| mangle(&c.name, type_param_name(p)).into_owned())
                .collect::<Vec<_>>();
            let only = mangled.iter().map(|m| self.table.names.intern(m)).collect();
            self.scope().mangled_only = Some(only);
            self.add_plain(".type_params", usage::LOCAL | usage::USE);
            self.add_plain(".generic_base", usage::LOCAL | usage::USE);
            self.type_params(params)?;
        }
        self.exprs(c.bases())?;
        for k in c.keywords() {
            self.expr(&k.value)?;
        }
        self.private = Some(self.table.names.intern(&c.name));
        self.open(c, Role::Body, ScopeKind::Class, &c.name, c.range);
        if c.type_params.is_some() {
            self.add_plain("__type_params__", usage::LOCAL);
            self.add_plain(".type_params", usage::USE);
        }
        self.scope().has_docstring = has_docstring(&c.body);
        let saved = std::mem::replace(&mut self.conditional, false);
        self.body(&c.body)?;
        self.conditional = saved;
        self.close();
        if c.type_params.is_some() {
            self.close();
        }
        self.private = saved_private;
        Ok(())
    }

    pub(super) fn type_alias(&mut self, s: &StmtTypeAlias) -> Result<()> {
        self.expr(&s.name)?;
        let name = match &*s.name {
            Expr::Name(n) => n.id.as_str(),
            _ => "<error>",
        };
        if let Some(params) = &s.type_params {
            let generic = format!("<generic parameters of {name}>");
            self.open(&**params, Role::TypeParams, ScopeKind::TypeParams, &generic, s.range);
            self.type_params(params)?;
        }
        self.open(s, Role::Value, ScopeKind::TypeAlias, name, s.value.range());
        self.hidden_param(".format");
        self.expr(&s.value)?;
        self.close();
        if s.type_params.is_some() {
            self.close();
        }
        Ok(())
    }

    pub(super) fn type_params(&mut self, params: &TypeParams) -> Result<()> {
        for p in &params.type_params {
            let name = type_param_name(p);
            self.add(name, usage::TYPE_PARAM | usage::LOCAL, p.range())?;
            let (bound, default, what) = match p {
                TypeParam::TypeVar(t) => (t.bound.as_deref(), t.default.as_deref(), "a TypeVar default"),
                TypeParam::TypeVarTuple(t) => (None, t.default.as_deref(), "a TypeVarTuple default"),
                TypeParam::ParamSpec(t) => (None, t.default.as_deref(), "a ParamSpec default"),
            };
            let bound_is = if bound.is_some_and(Expr::is_tuple_expr) {
                "a TypeVar constraint"
            } else {
                "a TypeVar bound"
            };
            for (e, role, info) in [(bound, Role::Value, bound_is), (default, Role::Default, what)] {
                let Some(e) = e else { continue };
                let id = self.open(p, role, ScopeKind::TypeVariable, name, e.range());
                self.scope_info.push((id, info));
                self.hidden_param(".format");
                self.expr(e)?;
                self.close();
            }
        }
        Ok(())
    }
}

fn type_param_name(p: &TypeParam) -> &str {
    match p {
        TypeParam::TypeVar(t) => &t.name,
        TypeParam::TypeVarTuple(t) => &t.name,
        TypeParam::ParamSpec(t) => &t.name,
    }
}
