//! Statements, with their clauses, handlers, type parameters and parameters of functions.

use ruff_python_ast as ast;
use ruff_python_ast::{AtomicNodeIndex, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::ToParser;
use super::expressions::operator;
use crate::tree::{Kind, Node};

impl ToParser {
    pub(super) fn stmt(&mut self, s: &Node) -> Stmt {
        let range = self.range(s);
        let node_index = AtomicNodeIndex::NONE;
        match s.kind {
            Kind::FunctionDef | Kind::AsyncFunctionDef => Stmt::FunctionDef(ast::StmtFunctionDef {
                node_index,
                range,
                is_async: s.kind == Kind::AsyncFunctionDef,
                decorator_list: self.decorators(s, 3),
                name: self.name(s, 0),
                type_params: self.type_params(s, 6),
                parameters: Box::new(self.parameters(self.node(s, 1), range.start())),
                returns: self.optional(s, 4),
                body: self.body(s, 2),
            }),
            Kind::ClassDef => {
                let arguments = self.call_arguments(s, 1, TextRange::empty(range.start()));
                let has_any = !arguments.args.is_empty() || !arguments.keywords.is_empty();
                Stmt::ClassDef(ast::StmtClassDef {
                    node_index,
                    range,
                    decorator_list: self.decorators(s, 4),
                    name: self.name(s, 0),
                    type_params: self.type_params(s, 5),
                    arguments: has_any.then(|| Box::new(arguments)),
                    body: self.body(s, 3),
                })
            }
            Kind::Return => Stmt::Return(ast::StmtReturn { node_index, range, value: self.optional(s, 0) }),
            Kind::Delete => Stmt::Delete(ast::StmtDelete { node_index, range, targets: self.exprs(s, 0) }),
            Kind::Assign => {
                let (targets, value) = (self.exprs(s, 0), self.boxed(s, 1));
                Stmt::Assign(ast::StmtAssign { node_index, range, targets, value })
            }
            Kind::TypeAlias => Stmt::TypeAlias(ast::StmtTypeAlias {
                node_index,
                range,
                name: self.boxed(s, 0),
                type_params: self.type_params(s, 1),
                value: self.boxed(s, 2),
            }),
            Kind::AugAssign => Stmt::AugAssign(ast::StmtAugAssign {
                node_index,
                range,
                target: self.boxed(s, 0),
                op: operator(self.node(s, 1).kind),
                value: self.boxed(s, 2),
            }),
            Kind::AnnAssign => Stmt::AnnAssign(ast::StmtAnnAssign {
                node_index,
                range,
                target: self.boxed(s, 0),
                annotation: self.boxed(s, 1),
                value: self.optional(s, 2),
                simple: self.number(s, 3) != 0,
            }),
            Kind::For | Kind::AsyncFor => Stmt::For(ast::StmtFor {
                node_index,
                range,
                is_async: s.kind == Kind::AsyncFor,
                target: self.boxed(s, 0),
                iter: self.boxed(s, 1),
                body: self.body(s, 2),
                orelse: self.body(s, 3),
            }),
            Kind::While => Stmt::While(ast::StmtWhile {
                node_index,
                range,
                test: self.boxed(s, 0),
                body: self.body(s, 1),
                orelse: self.body(s, 2),
            }),
            Kind::If => {
                let mut elif_else_clauses = Vec::new();
                self.clauses(s, &mut elif_else_clauses);
                let (test, body) = (self.boxed(s, 0), self.body(s, 1));
                Stmt::If(ast::StmtIf { node_index, range, test, body, elif_else_clauses })
            }
            Kind::With | Kind::AsyncWith => {
                let items = self.nodes(s, 0).map(|item| self.with_item(item)).collect();
                let is_async = s.kind == Kind::AsyncWith;
                Stmt::With(ast::StmtWith { node_index, range, is_async, items, body: self.body(s, 1) })
            }
            Kind::Match => {
                let cases = self.nodes(s, 1).map(|case| self.case(case)).collect();
                Stmt::Match(ast::StmtMatch { node_index, range, subject: self.boxed(s, 0), cases })
            }
            Kind::Raise => {
                let (exc, cause) = (self.optional(s, 0), self.optional(s, 1));
                Stmt::Raise(ast::StmtRaise { node_index, range, exc, cause })
            }
            Kind::Try | Kind::TryStar => Stmt::Try(ast::StmtTry {
                node_index,
                range,
                body: self.body(s, 0),
                handlers: self.nodes(s, 1).map(|h| self.handler(h)).collect(),
                orelse: self.body(s, 2),
                finalbody: self.body(s, 3),
                is_star: s.kind == Kind::TryStar,
            }),
            Kind::Assert => {
                let (test, msg) = (self.boxed(s, 0), self.optional(s, 1));
                Stmt::Assert(ast::StmtAssert { node_index, range, test, msg })
            }
            Kind::Import => {
                Stmt::Import(ast::StmtImport { node_index, range, names: self.aliases(s, 0), is_lazy: false })
            }
            Kind::ImportFrom => Stmt::ImportFrom(ast::StmtImportFrom {
                node_index,
                range,
                module: self.optional_name(s, 0).filter(|module| !module.as_str().is_empty()),
                names: self.aliases(s, 1),
                level: u32::try_from(self.number(s, 2)).unwrap_or(0),
                is_lazy: false,
            }),
            Kind::Global => Stmt::Global(ast::StmtGlobal { node_index, range, names: self.names(s, 0) }),
            Kind::Nonlocal => {
                Stmt::Nonlocal(ast::StmtNonlocal { node_index, range, names: self.names(s, 0) })
            }
            Kind::Expr => Stmt::Expr(ast::StmtExpr { node_index, range, value: self.boxed(s, 0) }),
            Kind::Break => Stmt::Break(ast::StmtBreak { node_index, range }),
            Kind::Continue => Stmt::Continue(ast::StmtContinue { node_index, range }),
            _ => Stmt::Pass(ast::StmtPass { node_index, range }),
        }
    }

    /// `elif` and `else` of an `if`. An `if` alone in the other branch is an `elif`, or it would nest too deeply.
    pub(super) fn clauses(&mut self, s: &Node, clauses: &mut Vec<ast::ElifElseClause>) {
        let orelse = self.optional_nodes(s, 2);
        let node_index = AtomicNodeIndex::NONE;
        match orelse {
            [] => {}
            [Some(inner)] if inner.kind == Kind::If => {
                let (test, body) = (self.expr(self.node(inner, 0)), self.body(inner, 1));
                let range = self.range(inner);
                clauses.push(ast::ElifElseClause { range, node_index, test: Some(test), body });
                self.clauses(inner, clauses);
            }
            _ => {
                let body = self.body(s, 2);
                let range = body.first().map_or(self.range(s), Ranged::range);
                clauses.push(ast::ElifElseClause { range, node_index, test: None, body });
            }
        }
    }

    pub(super) fn with_item(&mut self, item: &Node) -> ast::WithItem {
        let context_expr = self.expr(self.node(item, 0));
        ast::WithItem {
            range: context_expr.range(),
            node_index: AtomicNodeIndex::NONE,
            context_expr,
            optional_vars: self.optional(item, 1),
        }
    }

    pub(super) fn case(&mut self, case: &Node) -> ast::MatchCase {
        let pattern = self.pattern(self.node(case, 0));
        ast::MatchCase {
            range: pattern.range(),
            node_index: AtomicNodeIndex::NONE,
            pattern,
            guard: self.optional(case, 1),
            body: self.body(case, 2),
        }
    }

    pub(super) fn handler(&mut self, handler: &Node) -> ast::ExceptHandler {
        ast::ExceptHandler::ExceptHandler(ast::ExceptHandlerExceptHandler {
            range: self.range(handler),
            node_index: AtomicNodeIndex::NONE,
            type_: self.optional(handler, 0),
            name: self.optional_name(handler, 1),
            body: self.body(handler, 2),
        })
    }

    pub(super) fn aliases(&self, s: &Node, field: usize) -> Vec<ast::Alias> {
        let alias = |alias| ast::Alias {
            range: self.range(alias),
            node_index: AtomicNodeIndex::NONE,
            name: self.name(alias, 0),
            asname: self.optional_name(alias, 1),
        };
        self.nodes(s, field).map(alias).collect()
    }

    pub(super) fn type_params(&mut self, s: &Node, field: usize) -> Option<Box<ast::TypeParams>> {
        let node_index = AtomicNodeIndex::NONE;
        let mut type_params = Vec::new();
        for param in self.nodes(s, field) {
            let (range, name) = (self.range(param), self.name(param, 0));
            let node_index = AtomicNodeIndex::NONE;
            type_params.push(match param.kind {
                Kind::ParamSpec => {
                    let default = self.optional(param, 1);
                    ast::TypeParam::ParamSpec(ast::TypeParamParamSpec { node_index, range, name, default })
                }
                Kind::TypeVarTuple => {
                    let default = self.optional(param, 1);
                    ast::TypeParam::TypeVarTuple(ast::TypeParamTypeVarTuple {
                        node_index,
                        range,
                        name,
                        default,
                    })
                }
                _ => {
                    let (bound, default) = (self.optional(param, 1), self.optional(param, 2));
                    ast::TypeParam::TypeVar(ast::TypeParamTypeVar { node_index, range, name, bound, default })
                }
            });
        }
        let range = type_params.first()?.range().cover(type_params.last()?.range());
        Some(Box::new(ast::TypeParams { range, node_index, type_params }))
    }

    pub(super) fn parameters(&mut self, a: &Node, at: TextSize) -> ast::Parameters {
        let positional = self.nodes(a, 0).count() + self.nodes(a, 1).count();
        let mut defaults: Vec<Option<Expr>> = self.nodes(a, 6).map(|d| Some(self.expr(d))).collect();
        let missing = positional - defaults.len();
        defaults.splice(0..0, std::iter::repeat_with(|| None).take(missing));
        let mut defaults = defaults.into_iter();
        let posonlyargs: Vec<_> =
            self.nodes(a, 0).map(|p| self.with_default(p, defaults.next().flatten())).collect();
        let args: Vec<_> =
            self.nodes(a, 1).map(|p| self.with_default(p, defaults.next().flatten())).collect();
        let mut kw_defaults = self.optional_nodes(a, 4).iter();
        let mut kwonlyargs = Vec::new();
        for p in self.nodes(a, 3) {
            let default = kw_defaults.next().and_then(Option::as_ref).map(|d| self.expr(d));
            kwonlyargs.push(self.with_default(p, default));
        }
        let mut optional = |field| self.optional_node(a, field).map(|p| Box::new(self.parameter(p)));
        let (vararg, kwarg) = (optional(2), optional(5));
        ast::Parameters {
            range: TextRange::empty(at),
            node_index: AtomicNodeIndex::NONE,
            posonlyargs: posonlyargs.into(),
            args: args.into(),
            vararg,
            kwonlyargs: kwonlyargs.into(),
            kwarg,
        }
    }

    pub(super) fn parameter(&mut self, p: &Node) -> ast::Parameter {
        ast::Parameter {
            range: self.range(p),
            node_index: AtomicNodeIndex::NONE,
            name: self.name(p, 0),
            annotation: self.optional(p, 1),
        }
    }

    pub(super) fn with_default(&mut self, p: &Node, default: Option<Expr>) -> ast::ParameterWithDefault {
        ast::ParameterWithDefault {
            range: self.range(p),
            node_index: AtomicNodeIndex::NONE,
            parameter: self.parameter(p),
            default: default.map(Box::new),
        }
    }
}
