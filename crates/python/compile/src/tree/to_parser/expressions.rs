//! Expressions, but for literals.

use ruff_python_ast as ast;
use ruff_python_ast::name::Name;
use ruff_python_ast::{AtomicNodeIndex, Expr, ExprContext, Operator};
use ruff_text_size::{Ranged, TextRange};

use super::{ToParser, attribute_start};
use crate::code::Constant;
use crate::tree::{Kind, Node, Value};

impl ToParser {
    pub(super) fn expr(&mut self, e: &Node) -> Expr {
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

    pub(super) fn context(&self, e: &Node, field: usize) -> ExprContext {
        match self.node(e, field).kind {
            Kind::Store => ExprContext::Store,
            Kind::Del => ExprContext::Del,
            _ => ExprContext::Load,
        }
    }

    pub(super) fn generators(&mut self, e: &Node, field: usize) -> Vec<ast::Comprehension> {
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

    /// Positional arguments in a field and keywords in the next.
    pub(super) fn call_arguments(&mut self, node: &Node, field: usize, range: TextRange) -> ast::Arguments {
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
}

pub(super) fn operator(kind: Kind) -> Operator {
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
