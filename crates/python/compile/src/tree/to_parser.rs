//! [`Node`]s to the parser's tree, to be compiled like a source. The tree has been found valid ([`super::validate`]).
//!
//! There is no source text, so a range cannot be a range of one. All places that the tree names are sorted and numbered, and an
//! offset is the number of a place: the order of places is that of offsets, and [`LineIndex::of_places`] knows what a number stands
//! for. What the parser's tree has no literal for (negative integers, tuples, strings with surrogates) goes into a list of
//! constants; a `None` literal whose node index is the number of one stands for it.

use ruff_python_ast as ast;
use ruff_python_ast::name::Name;
use ruff_python_ast::{AtomicNodeIndex, Expr, ExprContext, Mod, Operator, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{Kind, Node, Value};
use crate::code::Constant;
use crate::location::LineIndex;

/// What [`to_parser`] makes.
pub(crate) struct ParserTree {
    pub tree: Mod,
    pub lines: LineIndex,
    /// See the module header.
    pub constants: Vec<Constant>,
}

/// Converts a valid `Module`, `Interactive` or `Expression`.
pub(crate) fn to_parser(node: &Node) -> ParserTree {
    let mut places = vec![(1, 0)];
    collect(node, &mut places);
    places.sort_unstable();
    places.dedup();
    let mut to = ToParser { places, constants: Vec::new() };
    let node_index = AtomicNodeIndex::NONE;
    let range = TextRange::default();
    let tree = match node.kind {
        Kind::Expression => Mod::Expression(ast::ModExpression {
            node_index,
            range,
            body: Box::new(to.expr(to.node(node, 0))),
        }),
        _ => Mod::Module(ast::ModModule { node_index, range, body: to.body(node, 0) }),
    };
    ParserTree { tree, lines: LineIndex::of_places(to.places), constants: to.constants }
}

fn has_position(node: &Node) -> bool {
    node.kind.group().has_position
}

fn collect(node: &Node, places: &mut Vec<(u32, u32)>) {
    if has_position(node) {
        let p = node.position;
        places.extend([(p.line, p.column), (p.end_line, p.end_column)]);
        if node.kind == Kind::Attribute {
            places.push(attribute_start(node));
        }
    }
    for value in &node.fields {
        match value {
            Value::Node(child) => collect(child, places),
            Value::Nodes(children) => children.iter().flatten().for_each(|child| collect(child, places)),
            _ => {}
        }
    }
}

/// Where the name of an attribute begins, if it ends the node.
fn attribute_start(node: &Node) -> (u32, u32) {
    let p = node.position;
    let length = match &node.fields[1] {
        Value::Name(name) => name.len() as u32,
        _ => 0,
    };
    let start = (p.end_line, p.end_column.saturating_sub(length));
    start.max((p.line, p.column))
}

struct ToParser {
    places: Vec<(u32, u32)>,
    constants: Vec<Constant>,
}

type Boxed = Box<Expr>;

impl ToParser {
    fn place(&self, place: (u32, u32)) -> TextSize {
        TextSize::new(self.places.binary_search(&place).unwrap_or(0) as u32)
    }

    pub fn range(&self, node: &Node) -> TextRange {
        let p = node.position;
        let start = self.place((p.line, p.column));
        TextRange::new(start, self.place((p.end_line, p.end_column)).max(start))
    }

    // -- fields, by number; what the grammar promises has been checked

    fn node<'n>(&self, node: &'n Node, field: usize) -> &'n Node {
        self.optional_node(node, field).expect("a valid tree has this node")
    }

    fn optional_node<'n>(&self, node: &'n Node, field: usize) -> Option<&'n Node> {
        match &node.fields[field] {
            Value::Node(child) => Some(child),
            _ => None,
        }
    }

    fn nodes<'n>(&self, node: &'n Node, field: usize) -> impl Iterator<Item = &'n Node> + use<'n> {
        self.optional_nodes(node, field).iter().flatten()
    }

    fn optional_nodes<'n>(&self, node: &'n Node, field: usize) -> &'n [Option<Node>] {
        match &node.fields[field] {
            Value::Nodes(children) => children,
            _ => &[],
        }
    }

    fn text<'n>(&self, node: &'n Node, field: usize) -> Option<&'n str> {
        match &node.fields[field] {
            Value::Name(name) => Some(name),
            _ => None,
        }
    }

    fn number(&self, node: &Node, field: usize) -> i64 {
        match node.fields[field] {
            Value::Int(number) => number,
            _ => 0,
        }
    }

    fn identifier(&self, text: &str, at: TextSize) -> ast::Identifier {
        ast::Identifier {
            id: Name::new(text),
            range: TextRange::empty(at),
            node_index: AtomicNodeIndex::NONE,
        }
    }

    fn name(&self, node: &Node, field: usize) -> ast::Identifier {
        self.identifier(self.text(node, field).unwrap_or(""), self.range(node).start())
    }

    fn optional_name(&self, node: &Node, field: usize) -> Option<ast::Identifier> {
        self.text(node, field).map(|text| self.identifier(text, self.range(node).start()))
    }

    fn names(&self, node: &Node, field: usize) -> Vec<ast::Identifier> {
        let at = self.range(node).start();
        match &node.fields[field] {
            Value::Names(names) => names.iter().map(|name| self.identifier(name, at)).collect(),
            _ => Vec::new(),
        }
    }

    fn boxed(&mut self, node: &Node, field: usize) -> Boxed {
        Box::new(self.expr(self.node(node, field)))
    }

    fn optional(&mut self, node: &Node, field: usize) -> Option<Boxed> {
        self.optional_node(node, field).map(|child| Box::new(self.expr(child)))
    }

    fn exprs(&mut self, node: &Node, field: usize) -> Vec<Expr> {
        self.nodes(node, field).map(|child| self.expr(child)).collect()
    }

    fn body(&mut self, node: &Node, field: usize) -> ast::Suite {
        self.nodes(node, field).map(|child| self.stmt(child)).collect()
    }

    fn decorators<C: FromIterator<ast::Decorator>>(&mut self, node: &Node, field: usize) -> C {
        let children = self.nodes(node, field);
        let decorator = |child| {
            let expression = self.expr(child);
            ast::Decorator { range: expression.range(), node_index: AtomicNodeIndex::NONE, expression }
        };
        children.map(decorator).collect()
    }

    // -- statements

    fn stmt(&mut self, s: &Node) -> Stmt {
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
    fn clauses(&mut self, s: &Node, clauses: &mut Vec<ast::ElifElseClause>) {
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

    fn with_item(&mut self, item: &Node) -> ast::WithItem {
        let context_expr = self.expr(self.node(item, 0));
        ast::WithItem {
            range: context_expr.range(),
            node_index: AtomicNodeIndex::NONE,
            context_expr,
            optional_vars: self.optional(item, 1),
        }
    }

    fn case(&mut self, case: &Node) -> ast::MatchCase {
        let pattern = self.pattern(self.node(case, 0));
        ast::MatchCase {
            range: pattern.range(),
            node_index: AtomicNodeIndex::NONE,
            pattern,
            guard: self.optional(case, 1),
            body: self.body(case, 2),
        }
    }

    fn handler(&mut self, handler: &Node) -> ast::ExceptHandler {
        ast::ExceptHandler::ExceptHandler(ast::ExceptHandlerExceptHandler {
            range: self.range(handler),
            node_index: AtomicNodeIndex::NONE,
            type_: self.optional(handler, 0),
            name: self.optional_name(handler, 1),
            body: self.body(handler, 2),
        })
    }

    fn aliases(&self, s: &Node, field: usize) -> Vec<ast::Alias> {
        let alias = |alias| ast::Alias {
            range: self.range(alias),
            node_index: AtomicNodeIndex::NONE,
            name: self.name(alias, 0),
            asname: self.optional_name(alias, 1),
        };
        self.nodes(s, field).map(alias).collect()
    }

    fn type_params(&mut self, s: &Node, field: usize) -> Option<Box<ast::TypeParams>> {
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

    fn parameters(&mut self, a: &Node, at: TextSize) -> ast::Parameters {
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

    fn parameter(&mut self, p: &Node) -> ast::Parameter {
        ast::Parameter {
            range: self.range(p),
            node_index: AtomicNodeIndex::NONE,
            name: self.name(p, 0),
            annotation: self.optional(p, 1),
        }
    }

    fn with_default(&mut self, p: &Node, default: Option<Expr>) -> ast::ParameterWithDefault {
        ast::ParameterWithDefault {
            range: self.range(p),
            node_index: AtomicNodeIndex::NONE,
            parameter: self.parameter(p),
            default: default.map(Box::new),
        }
    }

    /// Positional arguments in a field and keywords in the next.
    fn call_arguments(&mut self, node: &Node, field: usize, range: TextRange) -> ast::Arguments {
        let args = self.exprs(node, field).into();
        let mut keywords = Vec::new();
        for k in self.nodes(node, field + 1) {
            keywords.push(ast::Keyword {
                range: self.range(k),
                node_index: AtomicNodeIndex::NONE,
                arg: self.optional_name(k, 0),
                value: self.expr(self.node(k, 1)),
            });
        }
        ast::Arguments { range, node_index: AtomicNodeIndex::NONE, args, keywords: keywords.into() }
    }

    // -- expressions

    fn expr(&mut self, e: &Node) -> Expr {
        let range = self.range(e);
        let node_index = AtomicNodeIndex::NONE;
        match e.kind {
            Kind::BoolOp => {
                let op = if self.node(e, 0).kind == Kind::And { ast::BoolOp::And } else { ast::BoolOp::Or };
                Expr::BoolOp(ast::ExprBoolOp { node_index, range, op, values: self.exprs(e, 1) })
            }
            Kind::NamedExpr => {
                let (target, value) = (self.boxed(e, 0), self.boxed(e, 1));
                Expr::Named(ast::ExprNamed { node_index, range, target, value })
            }
            Kind::BinOp => Expr::BinOp(ast::ExprBinOp {
                node_index,
                range,
                left: self.boxed(e, 0),
                op: operator(self.node(e, 1).kind),
                right: self.boxed(e, 2),
            }),
            Kind::UnaryOp => {
                let op = match self.node(e, 0).kind {
                    Kind::Invert => ast::UnaryOp::Invert,
                    Kind::Not => ast::UnaryOp::Not,
                    Kind::UAdd => ast::UnaryOp::UAdd,
                    _ => ast::UnaryOp::USub,
                };
                Expr::UnaryOp(ast::ExprUnaryOp { node_index, range, op, operand: self.boxed(e, 1) })
            }
            Kind::Lambda => {
                let parameters = self.parameters(self.node(e, 0), range.start());
                let parameters = (!parameters.is_empty()).then(|| Box::new(parameters));
                Expr::Lambda(ast::ExprLambda { node_index, range, parameters, body: self.boxed(e, 1) })
            }
            Kind::IfExp => Expr::If(ast::ExprIf {
                node_index,
                range,
                test: self.boxed(e, 0),
                body: self.boxed(e, 1),
                orelse: self.boxed(e, 2),
            }),
            Kind::Dict => {
                let keys = self.optional_nodes(e, 0);
                let mut items = Vec::with_capacity(keys.len());
                for (key, value) in keys.iter().zip(self.nodes(e, 1)) {
                    let key = key.as_ref().map(|key| self.expr(key));
                    items.push(ast::DictItem { key, value: self.expr(value) });
                }
                Expr::Dict(ast::ExprDict { node_index, range, items })
            }
            Kind::Set => Expr::Set(ast::ExprSet { node_index, range, elts: self.exprs(e, 0) }),
            Kind::ListComp => {
                let (elt, generators) = (self.boxed(e, 0), self.generators(e, 1));
                Expr::ListComp(ast::ExprListComp { node_index, range, elt, generators })
            }
            Kind::SetComp => {
                let (elt, generators) = (self.boxed(e, 0), self.generators(e, 1));
                Expr::SetComp(ast::ExprSetComp { node_index, range, elt, generators })
            }
            Kind::GeneratorExp => {
                let (elt, generators) = (self.boxed(e, 0), self.generators(e, 1));
                Expr::Generator(ast::ExprGenerator {
                    node_index,
                    range,
                    elt,
                    generators,
                    parenthesized: true,
                })
            }
            Kind::DictComp => {
                let (key, value) = (Some(self.boxed(e, 0)), self.boxed(e, 1));
                let generators = self.generators(e, 2);
                Expr::DictComp(ast::ExprDictComp { node_index, range, key, value, generators })
            }
            Kind::Await => Expr::Await(ast::ExprAwait { node_index, range, value: self.boxed(e, 0) }),
            Kind::Yield => Expr::Yield(ast::ExprYield { node_index, range, value: self.optional(e, 0) }),
            Kind::YieldFrom => {
                Expr::YieldFrom(ast::ExprYieldFrom { node_index, range, value: self.boxed(e, 0) })
            }
            Kind::Compare => Expr::Compare(ast::ExprCompare {
                node_index,
                range,
                left: self.boxed(e, 0),
                ops: self.nodes(e, 1).map(|op| comparison(op.kind)).collect(),
                comparators: self.exprs(e, 2).into(),
            }),
            Kind::Call => {
                let func = self.boxed(e, 0);
                let start = func.range().end().clamp(range.start(), range.end());
                let arguments = self.call_arguments(e, 1, TextRange::new(start, range.end()));
                Expr::Call(ast::ExprCall { node_index, range_start: range.start(), func, arguments })
            }
            Kind::FormattedValue => self.joined(&[e], range),
            Kind::JoinedStr => {
                let values: Vec<&Node> = self.nodes(e, 0).collect();
                self.joined(&values, range)
            }
            Kind::Interpolation => self.template(&[e], range),
            Kind::TemplateStr => {
                let values: Vec<&Node> = self.nodes(e, 0).collect();
                self.template(&values, range)
            }
            Kind::Constant => match &e.fields[0] {
                Value::Constant(value) => self.constant(value, range),
                _ => self.constant(&Constant::None, range),
            },
            Kind::Attribute => {
                let start = self.place(attribute_start(e));
                let end = range.end().max(start);
                let attr = ast::Identifier {
                    range: TextRange::new(start, end),
                    ..self.identifier(self.text(e, 1).unwrap_or(""), start)
                };
                let (value, ctx) = (self.boxed(e, 0), self.context(e, 2));
                Expr::Attribute(ast::ExprAttribute { node_index, range, value, attr, ctx })
            }
            Kind::Subscript => Expr::Subscript(ast::ExprSubscript {
                node_index,
                range,
                value: self.boxed(e, 0),
                slice: self.boxed(e, 1),
                ctx: self.context(e, 2),
            }),
            Kind::Starred => {
                let (value, ctx) = (self.boxed(e, 0), self.context(e, 1));
                Expr::Starred(ast::ExprStarred { node_index, range, value, ctx })
            }
            Kind::List => {
                let (elts, ctx) = (self.exprs(e, 0), self.context(e, 1));
                Expr::List(ast::ExprList { node_index, range, elts, ctx })
            }
            Kind::Tuple => {
                let (elts, ctx) = (self.exprs(e, 0), self.context(e, 1));
                Expr::Tuple(ast::ExprTuple { node_index, range, elts, ctx, parenthesized: true })
            }
            Kind::Slice => Expr::Slice(ast::ExprSlice {
                node_index,
                range,
                lower: self.optional(e, 0),
                upper: self.optional(e, 1),
                step: self.optional(e, 2),
            }),
            _ => Expr::Name(ast::ExprName {
                node_index,
                range,
                id: Name::new(self.text(e, 0).unwrap_or("")),
                ctx: self.context(e, 1),
            }),
        }
    }

    fn context(&self, e: &Node, field: usize) -> ExprContext {
        match self.node(e, field).kind {
            Kind::Store => ExprContext::Store,
            Kind::Del => ExprContext::Del,
            _ => ExprContext::Load,
        }
    }

    fn generators(&mut self, e: &Node, field: usize) -> Vec<ast::Comprehension> {
        let mut clauses = Vec::new();
        for c in self.nodes(e, field) {
            let target = self.expr(self.node(c, 0));
            clauses.push(ast::Comprehension {
                range: target.range(),
                node_index: AtomicNodeIndex::NONE,
                target,
                iter: self.expr(self.node(c, 1)),
                ifs: self.exprs(c, 2),
                is_async: self.number(c, 3) != 0,
            });
        }
        clauses
    }

    /// The number of a constant that has no literal, as a node index.
    fn foreign(&mut self, value: &Constant) -> AtomicNodeIndex {
        let index = AtomicNodeIndex::NONE;
        index.set((self.constants.len() as u32).into());
        self.constants.push(value.clone());
        index
    }

    fn constant(&mut self, value: &Constant, range: TextRange) -> Expr {
        let node_index = AtomicNodeIndex::NONE;
        let number = |value| {
            Expr::NumberLiteral(ast::ExprNumberLiteral { node_index: AtomicNodeIndex::NONE, range, value })
        };
        match value {
            Constant::None => Expr::NoneLiteral(ast::ExprNoneLiteral { node_index, range }),
            Constant::Ellipsis => Expr::EllipsisLiteral(ast::ExprEllipsisLiteral { node_index, range }),
            &Constant::Bool(value) => {
                Expr::BooleanLiteral(ast::ExprBooleanLiteral { node_index, range, value })
            }
            &Constant::Int(value) if value >= 0 => {
                number(ast::Number::Int(value.to_string().parse().expect("digits")))
            }
            &Constant::Float(bits) => number(ast::Number::Float(f64::from_bits(bits))),
            &Constant::Complex(re, im) => {
                number(ast::Number::Complex { real: f64::from_bits(re), imag: f64::from_bits(im) })
            }
            Constant::Str(text) => {
                let literal = ast::StringLiteral {
                    range,
                    node_index: AtomicNodeIndex::NONE,
                    value: text.clone(),
                    flags: ast::StringLiteralFlags::empty(),
                };
                let value = ast::StringLiteralValue::single(literal);
                Expr::StringLiteral(ast::ExprStringLiteral { node_index, range, value })
            }
            Constant::Bytes(bytes) => {
                let literal = ast::BytesLiteral {
                    range,
                    node_index: AtomicNodeIndex::NONE,
                    value: bytes.clone(),
                    flags: ast::BytesLiteralFlags::empty(),
                };
                let value = ast::BytesLiteralValue::single(literal);
                Expr::BytesLiteral(ast::ExprBytesLiteral { node_index, range, value })
            }
            other => Expr::NoneLiteral(ast::ExprNoneLiteral { node_index: self.foreign(other), range }),
        }
    }

    // -- interpolated strings

    fn joined(&mut self, values: &[&Node], range: TextRange) -> Expr {
        let elements = self.elements(values);
        let node_index = AtomicNodeIndex::NONE;
        let flags = ast::FStringFlags::empty();
        let string = ast::FString { range, node_index, elements, flags };
        let value = ast::FStringValue::single(string);
        Expr::FString(ast::ExprFString { node_index: AtomicNodeIndex::NONE, range, value })
    }

    fn template(&mut self, values: &[&Node], range: TextRange) -> Expr {
        let elements = self.elements(values);
        let node_index = AtomicNodeIndex::NONE;
        let flags = ast::TStringFlags::empty();
        let string = ast::TString { range, node_index, elements, flags };
        let value = ast::TStringValue::single(string);
        Expr::TString(ast::ExprTString { node_index: AtomicNodeIndex::NONE, range, value })
    }

    fn elements(&mut self, values: &[&Node]) -> ast::InterpolatedStringElements {
        values.iter().map(|value| self.element(value)).collect::<Vec<_>>().into()
    }

    fn element(&mut self, value: &Node) -> ast::InterpolatedStringElement {
        let range = self.range(value);
        if value.kind == Kind::Constant
            && let Value::Constant(Constant::Str(text)) = &value.fields[0]
        {
            return ast::InterpolatedStringElement::Literal(ast::InterpolatedStringLiteralElement {
                range,
                node_index: AtomicNodeIndex::NONE,
                value: text.clone(),
            });
        }
        let mut made = ast::InterpolatedElement {
            range,
            node_index: AtomicNodeIndex::NONE,
            expression: Box::new(Expr::NoneLiteral(ast::ExprNoneLiteral {
                node_index: AtomicNodeIndex::NONE,
                range,
            })),
            debug_text: None,
            conversion: ast::ConversionFlag::None,
            format_spec: None,
        };
        let first = match value.kind {
            Kind::FormattedValue => 1,
            Kind::Interpolation => {
                if let Value::Constant(text) = &value.fields[1] {
                    made.node_index = self.foreign(text);
                }
                2
            }
            // Any other expression is formatted as it is: what is a string stays itself.
            _ => {
                *made.expression = self.expr(value);
                return ast::InterpolatedStringElement::Interpolation(made);
            }
        };
        *made.expression = self.expr(self.node(value, 0));
        made.conversion = match u8::try_from(self.number(value, first)) {
            Ok(b's') => ast::ConversionFlag::Str,
            Ok(b'a') => ast::ConversionFlag::Ascii,
            Ok(b'r') => ast::ConversionFlag::Repr,
            _ => ast::ConversionFlag::None,
        };
        made.format_spec = self.optional_node(value, first + 1).map(|spec| {
            let values: Vec<&Node> = match spec.kind {
                Kind::JoinedStr => self.nodes(spec, 0).collect(),
                _ => vec![spec],
            };
            let elements = self.elements(&values);
            let range = self.range(spec);
            let node_index = AtomicNodeIndex::NONE;
            Box::new(ast::InterpolatedStringFormatSpec { range, node_index, elements })
        });
        ast::InterpolatedStringElement::Interpolation(made)
    }

    // -- patterns

    fn patterns(&mut self, p: &Node, field: usize) -> Vec<ast::Pattern> {
        self.nodes(p, field).map(|child| self.pattern(child)).collect()
    }

    fn pattern(&mut self, p: &Node) -> ast::Pattern {
        let range = self.range(p);
        let node_index = AtomicNodeIndex::NONE;
        match p.kind {
            Kind::MatchValue => {
                let value = self.boxed(p, 0);
                ast::Pattern::MatchValue(ast::PatternMatchValue { node_index, range, value })
            }
            Kind::MatchSingleton => {
                let value = match p.fields[0] {
                    Value::Constant(Constant::Bool(true)) => ast::Singleton::True,
                    Value::Constant(Constant::Bool(false)) => ast::Singleton::False,
                    _ => ast::Singleton::None,
                };
                ast::Pattern::MatchSingleton(ast::PatternMatchSingleton { node_index, range, value })
            }
            Kind::MatchSequence => {
                let patterns = self.patterns(p, 0);
                ast::Pattern::MatchSequence(ast::PatternMatchSequence { node_index, range, patterns })
            }
            Kind::MatchMapping => ast::Pattern::MatchMapping(ast::PatternMatchMapping {
                node_index,
                range,
                keys: self.exprs(p, 0).into(),
                patterns: self.patterns(p, 1).into(),
                rest: self.optional_name(p, 2),
            }),
            Kind::MatchClass => {
                let mut keywords = Vec::new();
                for (attr, pattern) in self.names(p, 2).into_iter().zip(self.nodes(p, 3)) {
                    let pattern = self.pattern(pattern);
                    let node_index = AtomicNodeIndex::NONE;
                    keywords.push(ast::PatternKeyword { range: pattern.range(), node_index, attr, pattern });
                }
                let patterns = self.patterns(p, 1).into();
                let arguments =
                    ast::PatternArguments { range, node_index: AtomicNodeIndex::NONE, patterns, keywords };
                let cls = self.boxed(p, 0);
                ast::Pattern::MatchClass(ast::PatternMatchClass { node_index, range, cls, arguments })
            }
            Kind::MatchStar => {
                let name = self.optional_name(p, 0);
                ast::Pattern::MatchStar(ast::PatternMatchStar { node_index, range, name })
            }
            Kind::MatchOr => {
                let patterns = self.patterns(p, 0);
                ast::Pattern::MatchOr(ast::PatternMatchOr { node_index, range, patterns })
            }
            _ => {
                let pattern = self.optional_node(p, 0).map(|inner| Box::new(self.pattern(inner)));
                let name = self.optional_name(p, 1);
                ast::Pattern::MatchAs(ast::PatternMatchAs { node_index, range, pattern, name })
            }
        }
    }
}

fn operator(kind: Kind) -> Operator {
    match kind {
        Kind::Sub => Operator::Sub,
        Kind::Mult => Operator::Mult,
        Kind::MatMult => Operator::MatMult,
        Kind::Div => Operator::Div,
        Kind::Mod => Operator::Mod,
        Kind::Pow => Operator::Pow,
        Kind::LShift => Operator::LShift,
        Kind::RShift => Operator::RShift,
        Kind::BitOr => Operator::BitOr,
        Kind::BitXor => Operator::BitXor,
        Kind::BitAnd => Operator::BitAnd,
        Kind::FloorDiv => Operator::FloorDiv,
        _ => Operator::Add,
    }
}

fn comparison(kind: Kind) -> ast::CmpOp {
    match kind {
        Kind::NotEq => ast::CmpOp::NotEq,
        Kind::Lt => ast::CmpOp::Lt,
        Kind::LtE => ast::CmpOp::LtE,
        Kind::Gt => ast::CmpOp::Gt,
        Kind::GtE => ast::CmpOp::GtE,
        Kind::Is => ast::CmpOp::Is,
        Kind::IsNot => ast::CmpOp::IsNot,
        Kind::In => ast::CmpOp::In,
        Kind::NotIn => ast::CmpOp::NotIn,
        _ => ast::CmpOp::Eq,
    }
}
