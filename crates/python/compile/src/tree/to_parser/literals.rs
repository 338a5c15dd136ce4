//! Constants and interpolated strings.

use ruff_python_ast as ast;
use ruff_python_ast::{AtomicNodeIndex, Expr};
use ruff_text_size::TextRange;

use super::ToParser;
use crate::code::Constant;
use crate::tree::{Kind, Node, Value};

impl ToParser {
    /// The number of a constant that has no literal, as a node index.
    pub(super) fn foreign(&mut self, value: &Constant) -> AtomicNodeIndex {
        let index = AtomicNodeIndex::NONE;
        index.set((self.constants.len() as u32).into());
        self.constants.push(value.clone());
        index
    }

    pub(super) fn constant(&mut self, value: &Constant, range: TextRange) -> Expr {
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

    pub(super) fn joined(&mut self, values: &[&Node], range: TextRange) -> Expr {
        let elements = self.elements(values);
        let node_index = AtomicNodeIndex::NONE;
        let flags = ast::FStringFlags::empty();
        let string = ast::FString { range, node_index, elements, flags };
        let value = ast::FStringValue::single(string);
        Expr::FString(ast::ExprFString { node_index: AtomicNodeIndex::NONE, range, value })
    }

    pub(super) fn template(&mut self, values: &[&Node], range: TextRange) -> Expr {
        let elements = self.elements(values);
        let node_index = AtomicNodeIndex::NONE;
        let flags = ast::TStringFlags::empty();
        let string = ast::TString { range, node_index, elements, flags };
        let value = ast::TStringValue::single(string);
        Expr::TString(ast::ExprTString { node_index: AtomicNodeIndex::NONE, range, value })
    }

    pub(super) fn elements(&mut self, values: &[&Node]) -> ast::InterpolatedStringElements {
        values.iter().map(|value| self.element(value)).collect::<Vec<_>>().into()
    }

    pub(super) fn element(&mut self, value: &Node) -> ast::InterpolatedStringElement {
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
}
