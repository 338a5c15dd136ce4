//! [`Node`]s to the parser's tree, to be compiled like a source. The tree has been found valid ([`super::validate`]).
//!
//! There is no source text, so a range cannot be a range of one. All places that the tree names are sorted and numbered, and an
//! offset is the number of a place: the order of places is that of offsets, and [`LineIndex::of_places`] knows what a number stands
//! for. What the parser's tree has no literal for (negative integers, tuples, strings with surrogates) goes into a list of
//! constants; a `None` literal whose node index is the number of one stands for it.

mod expressions;
mod literals;
mod patterns;
mod statements;

use ruff_python_ast as ast;
use ruff_python_ast::name::Name;
use ruff_python_ast::{AtomicNodeIndex, Expr, Mod};
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

    fn range(&self, node: &Node) -> TextRange {
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
}
