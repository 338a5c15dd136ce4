//! The parser's tree to [`Node`]s: statements and expressions.
//!
//! The parser's ranges are CPython's but for these: a decorated definition begins with its decorator, a generator that is the
//! only argument of a call has no parentheses, `elif` is a clause instead of a nested `if`.

use ruff_python_ast as ast;
use ruff_python_ast::{Expr, Mod, Operator, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::type_comments::TypeComments;
use super::{Kind, Node, Value};
use crate::code::Constant;
use crate::literal;
use crate::location::LineIndex;

/// Makes nodes of a parsed source.
pub(super) struct FromParser<'s> {
    pub source: &'s str,
    pub lines: &'s LineIndex,
    pub comments: TypeComments,
}

/// The tree of a parsed source. `comments`: see [`TypeComments`]; empty unless they are asked for.
pub(crate) fn from_parser(
    tree: &Mod,
    source: &str,
    lines: &LineIndex,
    is_interactive: bool,
    comments: TypeComments,
) -> Node {
    let f = FromParser { source, lines, comments };
    let fields = |fields: Vec<Value>, kind| Node { kind, position: Default::default(), fields };
    match tree {
        Mod::Expression(e) => fields(vec![f.expr(&e.body).into()], Kind::Expression),
        Mod::Module(m) if is_interactive => fields(vec![f.body(&m.body)], Kind::Interactive),
        Mod::Module(m) => {
            let ignores: Vec<Node> = f.comments.ignores.iter().map(ignore).collect();
            fields(vec![f.body(&m.body), ignores.into()], Kind::Module)
        }
    }
}

fn ignore((line, tag): &(u32, Box<str>)) -> Node {
    Node {
        kind: Kind::TypeIgnore,
        position: Default::default(),
        fields: vec![Value::Int(i64::from(*line)), Value::Name(tag.clone())],
    }
}

impl FromParser<'_> {
    pub fn node(&self, kind: Kind, range: TextRange, fields: Vec<Value>) -> Node {
        debug_assert_eq!(kind.fields().len(), fields.len(), "fields of {kind:?}");
        Node { kind, position: self.lines.position(range), fields }
    }

    pub fn exprs<'a>(&self, list: impl IntoIterator<Item = &'a Expr>) -> Value {
        list.into_iter().map(|e| self.expr(e)).collect::<Vec<_>>().into()
    }

    pub fn optional(&self, e: Option<&Expr>) -> Value {
        e.map(|e| self.expr(e)).into()
    }

    pub fn body(&self, body: &[Stmt]) -> Value {
        body.iter().map(|s| self.stmt(s)).collect::<Vec<_>>().into()
    }

    /// Where the keyword of a definition stands, behind its decorators.
    fn definition(&self, range: TextRange, decorators: &[ast::Decorator]) -> TextRange {
        let Some(last) = decorators.last() else { return range };
        let bytes = self.source.as_bytes();
        let mut at = last.end().to_usize();
        loop {
            match bytes.get(at) {
                Some(b'#') => at += bytes[at..].iter().position(|&b| b == b'\n' || b == b'\r').unwrap_or(0),
                Some(b'a'..=b'z') | None => break,
                Some(_) => at += 1,
            }
        }
        TextRange::new(TextSize::new(at as u32).min(range.end()), range.end())
    }

    fn stmt(&self, s: &Stmt) -> Node {
        let none = Value::None;
        match s {
            Stmt::FunctionDef(f) => {
                let kind = if f.is_async { Kind::AsyncFunctionDef } else { Kind::FunctionDef };
                let range = self.definition(f.range, &f.decorator_list);
                let header_end = f.returns.as_ref().map_or(f.parameters.end(), |r| r.end());
                let first = f.body.first().map_or(f.range.end(), Ranged::start);
                let comment = self.comments.of_block(self.lines, header_end, first);
                self.node(
                    kind,
                    range,
                    vec![
                        f.name.as_str().into(),
                        self.arguments(Some(&f.parameters)).into(),
                        self.body(&f.body),
                        self.exprs(f.decorator_list.iter().map(|d| &d.expression)),
                        self.optional(f.returns.as_deref()),
                        comment,
                        self.type_params(f.type_params.as_deref()),
                    ],
                )
            }
            Stmt::ClassDef(c) => {
                let (bases, keywords) = match &c.arguments {
                    Some(a) => (self.exprs(&a.args), self.keywords(&a.keywords)),
                    None => (Vec::new().into(), Vec::new().into()),
                };
                self.node(
                    Kind::ClassDef,
                    self.definition(c.range, &c.decorator_list),
                    vec![
                        c.name.as_str().into(),
                        bases,
                        keywords,
                        self.body(&c.body),
                        self.exprs(c.decorator_list.iter().map(|d| &d.expression)),
                        self.type_params(c.type_params.as_deref()),
                    ],
                )
            }
            Stmt::Return(r) => self.node(Kind::Return, r.range, vec![self.optional(r.value.as_deref())]),
            Stmt::Delete(d) => self.node(Kind::Delete, d.range, vec![self.exprs(&d.targets)]),
            Stmt::TypeAlias(t) => self.node(
                Kind::TypeAlias,
                t.range,
                vec![
                    self.expr(&t.name).into(),
                    self.type_params(t.type_params.as_deref()),
                    self.expr(&t.value).into(),
                ],
            ),
            Stmt::Assign(a) => {
                let line = self.lines.line(a.range.end());
                let comment = self.comments.of_line(line);
                // The comment belongs to the statement.
                let end = self.comments.end_on(line).unwrap_or(a.range.end());
                self.node(
                    Kind::Assign,
                    TextRange::new(a.range.start(), end),
                    vec![self.exprs(&a.targets), self.expr(&a.value).into(), comment],
                )
            }
            Stmt::AugAssign(a) => self.node(
                Kind::AugAssign,
                a.range,
                vec![self.expr(&a.target).into(), operator(a.op).into(), self.expr(&a.value).into()],
            ),
            Stmt::AnnAssign(a) => self.node(
                Kind::AnnAssign,
                a.range,
                vec![
                    self.expr(&a.target).into(),
                    self.expr(&a.annotation).into(),
                    self.optional(a.value.as_deref()),
                    Value::Int(i64::from(a.simple)),
                ],
            ),
            Stmt::For(f) => {
                let kind = if f.is_async { Kind::AsyncFor } else { Kind::For };
                let first = f.body.first().map_or(f.range.end(), Ranged::start);
                let comment = self.comments.of_block(self.lines, f.iter.end(), first);
                let fields = vec![
                    self.expr(&f.target).into(),
                    self.expr(&f.iter).into(),
                    self.body(&f.body),
                    self.body(&f.orelse),
                    comment,
                ];
                self.node(kind, f.range, fields)
            }
            Stmt::While(w) => self.node(
                Kind::While,
                w.range,
                vec![self.expr(&w.test).into(), self.body(&w.body), self.body(&w.orelse)],
            ),
            Stmt::If(i) => {
                let orelse = self.clauses(&i.elif_else_clauses, i.range.end());
                self.node(Kind::If, i.range, vec![self.expr(&i.test).into(), self.body(&i.body), orelse])
            }
            Stmt::With(w) => {
                let kind = if w.is_async { Kind::AsyncWith } else { Kind::With };
                let first = w.body.first().map_or(w.range.end(), Ranged::start);
                let header_end = w.items.last().map_or(w.range.start(), Ranged::end);
                let comment = self.comments.of_block(self.lines, header_end, first);
                let item = |item: &ast::WithItem| Node {
                    kind: Kind::withitem,
                    position: Default::default(),
                    fields: vec![
                        self.expr(&item.context_expr).into(),
                        self.optional(item.optional_vars.as_deref()),
                    ],
                };
                let items: Vec<Node> = w.items.iter().map(item).collect();
                self.node(kind, w.range, vec![items.into(), self.body(&w.body), comment])
            }
            Stmt::Match(m) => {
                let case = |case: &ast::MatchCase| Node {
                    kind: Kind::match_case,
                    position: Default::default(),
                    fields: vec![
                        self.pattern(&case.pattern).into(),
                        self.optional(case.guard.as_deref()),
                        self.body(&case.body),
                    ],
                };
                let cases: Vec<Node> = m.cases.iter().map(case).collect();
                self.node(Kind::Match, m.range, vec![self.expr(&m.subject).into(), cases.into()])
            }
            Stmt::Raise(r) => self.node(
                Kind::Raise,
                r.range,
                vec![self.optional(r.exc.as_deref()), self.optional(r.cause.as_deref())],
            ),
            Stmt::Try(t) => {
                let kind = if t.is_star { Kind::TryStar } else { Kind::Try };
                let handlers: Vec<Node> = t.handlers.iter().map(|h| self.handler(h)).collect();
                let fields =
                    vec![self.body(&t.body), handlers.into(), self.body(&t.orelse), self.body(&t.finalbody)];
                self.node(kind, t.range, fields)
            }
            Stmt::Assert(a) => self.node(
                Kind::Assert,
                a.range,
                vec![self.expr(&a.test).into(), self.optional(a.msg.as_deref())],
            ),
            Stmt::Import(i) => self.node(Kind::Import, i.range, vec![self.aliases(&i.names)]),
            Stmt::ImportFrom(i) => self.node(
                Kind::ImportFrom,
                i.range,
                vec![
                    i.module.as_ref().map(|m| m.as_str()).into(),
                    self.aliases(&i.names),
                    Value::Int(i64::from(i.level)),
                ],
            ),
            Stmt::Global(g) => self.node(Kind::Global, g.range, vec![names(&g.names)]),
            Stmt::Nonlocal(n) => self.node(Kind::Nonlocal, n.range, vec![names(&n.names)]),
            Stmt::Expr(e) => self.node(Kind::Expr, e.range, vec![self.expr(&e.value).into()]),
            Stmt::Pass(p) => self.node(Kind::Pass, p.range, vec![]),
            Stmt::Break(b) => self.node(Kind::Break, b.range, vec![]),
            Stmt::Continue(c) => self.node(Kind::Continue, c.range, vec![]),
            // Not of this language; the parser is not asked for it.
            Stmt::IpyEscapeCommand(i) => {
                let empty = self.node(Kind::Constant, i.range, vec![Value::Constant(Constant::None), none]);
                self.node(Kind::Expr, i.range, vec![empty.into()])
            }
        }
    }

    /// `elif` and `else`: an `elif` is an `if` alone in the other branch.
    fn clauses(&self, clauses: &[ast::ElifElseClause], end: TextSize) -> Value {
        let Some((first, rest)) = clauses.split_first() else { return Vec::new().into() };
        match &first.test {
            None => self.body(&first.body),
            Some(test) => {
                let fields = vec![self.expr(test).into(), self.body(&first.body), self.clauses(rest, end)];
                vec![self.node(Kind::If, TextRange::new(first.start(), end), fields)].into()
            }
        }
    }

    pub fn expr(&self, e: &Expr) -> Node {
        let range = e.range();
        match e {
            Expr::BoolOp(b) => {
                let op = match b.op {
                    ast::BoolOp::And => Kind::And,
                    ast::BoolOp::Or => Kind::Or,
                };
                self.node(Kind::BoolOp, range, vec![op.into(), self.exprs(&b.values)])
            }
            Expr::Named(n) => self.node(
                Kind::NamedExpr,
                range,
                vec![self.expr(&n.target).into(), self.expr(&n.value).into()],
            ),
            Expr::BinOp(b) => self.node(
                Kind::BinOp,
                range,
                vec![self.expr(&b.left).into(), operator(b.op).into(), self.expr(&b.right).into()],
            ),
            Expr::UnaryOp(u) => {
                let op = match u.op {
                    ast::UnaryOp::Invert => Kind::Invert,
                    ast::UnaryOp::Not => Kind::Not,
                    ast::UnaryOp::UAdd => Kind::UAdd,
                    ast::UnaryOp::USub => Kind::USub,
                };
                self.node(Kind::UnaryOp, range, vec![op.into(), self.expr(&u.operand).into()])
            }
            Expr::Lambda(l) => self.node(
                Kind::Lambda,
                range,
                vec![self.arguments(l.parameters.as_deref()).into(), self.expr(&l.body).into()],
            ),
            Expr::If(i) => self.node(
                Kind::IfExp,
                range,
                vec![self.expr(&i.test).into(), self.expr(&i.body).into(), self.expr(&i.orelse).into()],
            ),
            Expr::Dict(d) => {
                let keys = d.items.iter().map(|i| i.key.as_ref().map(|k| self.expr(k))).collect();
                let values = self.exprs(d.items.iter().map(|i| &i.value));
                self.node(Kind::Dict, range, vec![Value::Nodes(keys), values])
            }
            Expr::Set(s) => self.node(Kind::Set, range, vec![self.exprs(&s.elts)]),
            Expr::ListComp(c) => self.comprehension(Kind::ListComp, range, &[&c.elt], &c.generators),
            Expr::SetComp(c) => self.comprehension(Kind::SetComp, range, &[&c.elt], &c.generators),
            Expr::DictComp(c) => {
                let parts: Vec<&Expr> = c.key.as_deref().into_iter().chain([&*c.value]).collect();
                self.comprehension(Kind::DictComp, range, &parts, &c.generators)
            }
            Expr::Generator(c) => self.comprehension(Kind::GeneratorExp, range, &[&c.elt], &c.generators),
            Expr::Await(a) => self.node(Kind::Await, range, vec![self.expr(&a.value).into()]),
            Expr::Yield(y) => self.node(Kind::Yield, range, vec![self.optional(y.value.as_deref())]),
            Expr::YieldFrom(y) => self.node(Kind::YieldFrom, range, vec![self.expr(&y.value).into()]),
            Expr::Compare(c) => {
                let ops: Vec<Node> = c.ops.iter().map(|&op| Node::bare(comparison(op))).collect();
                let fields = vec![self.expr(&c.left).into(), ops.into(), self.exprs(&c.comparators)];
                self.node(Kind::Compare, range, fields)
            }
            Expr::Call(c) => {
                let mut args: Vec<Node> = c.arguments.args.iter().map(|a| self.expr(a)).collect();
                if let ([Expr::Generator(g)], [node]) = (&*c.arguments.args, &mut args[..])
                    && !g.parenthesized
                {
                    node.position = self.lines.position(c.arguments.range);
                }
                let fields =
                    vec![self.expr(&c.func).into(), args.into(), self.keywords(&c.arguments.keywords)];
                self.node(Kind::Call, range, fields)
            }
            Expr::FString(f) => self.f_string(f),
            Expr::TString(t) => self.t_string(t),
            Expr::StringLiteral(s) => self.string(s),
            Expr::BytesLiteral(b) => self.constant(range, Constant::Bytes(b.value.bytes().collect())),
            Expr::NumberLiteral(n) => self.constant(range, number(n)),
            Expr::BooleanLiteral(b) => self.constant(range, Constant::Bool(b.value)),
            Expr::NoneLiteral(_) | Expr::IpyEscapeCommand(_) => self.constant(range, Constant::None),
            Expr::EllipsisLiteral(_) => self.constant(range, Constant::Ellipsis),
            Expr::Attribute(a) => self.node(
                Kind::Attribute,
                range,
                vec![self.expr(&a.value).into(), a.attr.as_str().into(), context(a.ctx)],
            ),
            Expr::Subscript(s) => self.node(
                Kind::Subscript,
                range,
                vec![self.expr(&s.value).into(), self.expr(&s.slice).into(), context(s.ctx)],
            ),
            Expr::Starred(s) => {
                self.node(Kind::Starred, range, vec![self.expr(&s.value).into(), context(s.ctx)])
            }
            Expr::Name(n) => self.node(Kind::Name, range, vec![n.id.as_str().into(), context(n.ctx)]),
            Expr::List(l) => self.node(Kind::List, range, vec![self.exprs(&l.elts), context(l.ctx)]),
            Expr::Tuple(t) => self.node(Kind::Tuple, range, vec![self.exprs(&t.elts), context(t.ctx)]),
            Expr::Slice(s) => self.node(
                Kind::Slice,
                range,
                vec![
                    self.optional(s.lower.as_deref()),
                    self.optional(s.upper.as_deref()),
                    self.optional(s.step.as_deref()),
                ],
            ),
        }
    }

    pub fn constant(&self, range: TextRange, value: Constant) -> Node {
        self.node(Kind::Constant, range, vec![Value::Constant(value), Value::None])
    }

    fn comprehension(
        &self,
        kind: Kind,
        range: TextRange,
        parts: &[&Expr],
        generators: &[ast::Comprehension],
    ) -> Node {
        let clause = |c: &ast::Comprehension| Node {
            kind: Kind::comprehension,
            position: Default::default(),
            fields: vec![
                self.expr(&c.target).into(),
                self.expr(&c.iter).into(),
                self.exprs(&c.ifs),
                Value::Int(i64::from(c.is_async)),
            ],
        };
        let mut fields: Vec<Value> = parts.iter().map(|e| self.expr(e).into()).collect();
        fields.push(generators.iter().map(clause).collect::<Vec<_>>().into());
        self.node(kind, range, fields)
    }
}

fn names(names: &[ast::Identifier]) -> Value {
    Value::Names(names.iter().map(|n| n.as_str().into()).collect())
}

fn context(ctx: ast::ExprContext) -> Value {
    match ctx {
        ast::ExprContext::Store => Kind::Store,
        ast::ExprContext::Del => Kind::Del,
        ast::ExprContext::Load | ast::ExprContext::Invalid => Kind::Load,
    }
    .into()
}

fn number(n: &ast::ExprNumberLiteral) -> Constant {
    match &n.value {
        ast::Number::Int(i) => match i.as_u64().and_then(|v| i64::try_from(v).ok()) {
            Some(small) => Constant::Int(small),
            None => Constant::BigInt(literal::big_integer(&i.to_string())),
        },
        ast::Number::Float(f) => Constant::Float(f.to_bits()),
        ast::Number::Complex { real, imag } => Constant::Complex(real.to_bits(), imag.to_bits()),
    }
}

fn operator(op: Operator) -> Kind {
    match op {
        Operator::Add => Kind::Add,
        Operator::Sub => Kind::Sub,
        Operator::Mult => Kind::Mult,
        Operator::MatMult => Kind::MatMult,
        Operator::Div => Kind::Div,
        Operator::Mod => Kind::Mod,
        Operator::Pow => Kind::Pow,
        Operator::LShift => Kind::LShift,
        Operator::RShift => Kind::RShift,
        Operator::BitOr => Kind::BitOr,
        Operator::BitXor => Kind::BitXor,
        Operator::BitAnd => Kind::BitAnd,
        Operator::FloorDiv => Kind::FloorDiv,
    }
}

fn comparison(op: ast::CmpOp) -> Kind {
    match op {
        ast::CmpOp::Eq => Kind::Eq,
        ast::CmpOp::NotEq => Kind::NotEq,
        ast::CmpOp::Lt => Kind::Lt,
        ast::CmpOp::LtE => Kind::LtE,
        ast::CmpOp::Gt => Kind::Gt,
        ast::CmpOp::GtE => Kind::GtE,
        ast::CmpOp::Is => Kind::Is,
        ast::CmpOp::IsNot => Kind::IsNot,
        ast::CmpOp::In => Kind::In,
        ast::CmpOp::NotIn => Kind::NotIn,
    }
}
