//! Syntax trees as `ast` shows them.
//!
//! A [`Node`] is a plain value: a kind of the abstract grammar ([`grammar`]), one value for each of its fields, and a position.
//! [`parse`] makes it from source, [`compile_tree`] code from it. The parser's own tree has other nodes and carries less than `ast`
//! shows and more than it needs, which is why there is a form between: whoever has objects of `_ast` needs to know only the grammar.

pub mod grammar;

mod from_parser;
mod parts;
pub(crate) mod strings;
mod to_parser;
mod type_comments;
mod validate;

pub use grammar::{Kind, Quantity};
pub(crate) use to_parser::{ParserTree, to_parser};
pub(crate) use type_comments::TypeComments;
pub use validate::{TreeError, validate};

use crate::code::{Constant, Position};

/// A node of a syntax tree.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    pub kind: Kind,
    /// Lines from 1, columns in bytes; all zero for kinds without a position.
    pub position: Position,
    /// One for each field of the kind.
    pub fields: Vec<Value>,
}

/// What a field of a node holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// An optional field without a value.
    None,
    Node(Box<Node>),
    /// `None` only where the grammar says so.
    Nodes(Vec<Option<Node>>),
    /// An identifier or a string.
    Name(Box<str>),
    Names(Vec<Box<str>>),
    Int(i64),
    Constant(Constant),
}

impl Node {
    /// A node without position and fields: an operator, a context.
    pub fn bare(kind: Kind) -> Node {
        Node { kind, position: Position::default(), fields: Vec::new() }
    }
}

impl From<Node> for Value {
    fn from(node: Node) -> Value {
        Value::Node(Box::new(node))
    }
}

impl From<Option<Node>> for Value {
    fn from(node: Option<Node>) -> Value {
        node.map_or(Value::None, Value::from)
    }
}

impl From<Vec<Node>> for Value {
    fn from(nodes: Vec<Node>) -> Value {
        Value::Nodes(nodes.into_iter().map(Some).collect())
    }
}

impl From<Kind> for Value {
    fn from(kind: Kind) -> Value {
        Node::bare(kind).into()
    }
}

impl From<&str> for Value {
    fn from(name: &str) -> Value {
        Value::Name(name.into())
    }
}

impl From<Option<&str>> for Value {
    fn from(name: Option<&str>) -> Value {
        name.map_or(Value::None, Value::from)
    }
}

pub(crate) use from_parser::from_parser;

/// How deeply a tree is nested: a bound for the recursion of all passes over it.
pub(crate) fn depth(node: &Node) -> usize {
    let mut deepest = 0;
    let mut pending = vec![(node, 1)];
    while let Some((node, depth)) = pending.pop() {
        deepest = deepest.max(depth);
        for value in &node.fields {
            match value {
                Value::Node(child) => pending.push((child, depth + 1)),
                Value::Nodes(children) => {
                    pending.extend(children.iter().flatten().map(|child| (child, depth + 1)));
                }
                _ => {}
            }
        }
    }
    deepest
}

/// A `FunctionType` of two expressions, the first a call with the parameters' types: `*` and `**` before one say nothing.
pub(crate) fn function_type(call: Node, returns: Node) -> Option<Node> {
    let body = |mut tree: Node| match tree.fields.pop() {
        Some(Value::Node(body)) => Some(*body),
        _ => None,
    };
    let (call, returns) = (body(call)?, body(returns)?);
    if call.kind != Kind::Call {
        return None;
    }
    let mut fields = call.fields.into_iter().skip(1);
    let (Some(Value::Nodes(args)), Some(Value::Nodes(keywords))) = (fields.next(), fields.next()) else {
        return None;
    };
    let mut types = Vec::new();
    for node in args.into_iter().chain(keywords).flatten() {
        types.push(match node.kind {
            Kind::Starred | Kind::keyword => node
                .fields
                .into_iter()
                .find_map(|field| if let Value::Node(n) = field { Some(*n) } else { None })?,
            _ => node,
        });
    }
    Some(Node {
        kind: Kind::FunctionType,
        position: Position::default(),
        fields: vec![types.into(), returns.into()],
    })
}
