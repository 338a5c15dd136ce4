//! The syntax tree: what the parser builds, what scope analysis annotates from outside, what the compiler reads.
//!
//! Nodes that mention a variable carry a [`MentionId`]; scope analysis answers "which variable is that?" in a table
//! indexed by it, so the tree itself never changes. The tree's height is bounded by the parser
//! (`parser::HEIGHT_LIMIT`): everything after it may recurse.

use crate::source::{Place, Symbol};
use std::rc::Rc;

/// Identifies one mention (declaration, use or assignment) of a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MentionId(pub u32);

#[derive(Clone, Copy, Debug)]
pub struct Mention {
    pub id: MentionId,
    pub name: Symbol,
    pub place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unary {
    Negate,
    Not,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

#[derive(Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub place: Place,
    /// Levels of expressions below and including this one.
    pub height: u32,
}

#[derive(Debug)]
pub enum ExprKind {
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Rc<[u8]>),
    Name(Mention),
    List(Vec<Expr>),
    Record(Vec<(Symbol, Expr)>),
    Function(Box<Function>),
    Unary(Unary, Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Index(Box<Expr>, Box<Expr>),
    Field(Box<Expr>, Symbol),
    Call(Box<Expr>, Vec<Expr>),
    /// `object.name(arguments)`: the object is also the first argument.
    Method(Box<Expr>, Symbol, Vec<Expr>),
}

#[derive(Debug)]
pub struct Function {
    /// For tracebacks and listings: the declared name, or the field it is written into, or "fn".
    pub name: Symbol,
    pub parameters: Vec<Mention>,
    pub body: Vec<Stmt>,
    pub place: Place,
    /// The variable declared by `fn name`, visible in the body as the running function itself.
    pub declares: Option<MentionId>,
}

#[derive(Debug)]
pub struct Stmt {
    pub kind: StmtKind,
    pub place: Place,
}

#[derive(Debug)]
pub enum StmtKind {
    Let(Mention, Expr),
    Function(Mention, Box<Function>),
    /// Target (a name, an index or a field), operator of a compound assignment, value.
    Assign(Expr, Option<Binary>, Expr),
    Expr(Expr),
    If(Vec<(Expr, Vec<Stmt>)>, Vec<Stmt>),
    While(Expr, Vec<Stmt>),
    ForRange(Mention, Expr, Expr, Vec<Stmt>),
    ForEach(Mention, Expr, Vec<Stmt>),
    Block(Vec<Stmt>),
    Break,
    Continue,
    Return(Option<Expr>),
    Throw(Expr),
    Try(Vec<Stmt>, Mention, Vec<Stmt>),
}

/// A parsed program.
#[derive(Debug)]
pub struct Module {
    pub body: Vec<Stmt>,
    /// How many mentions there are: the length of tables indexed by [`MentionId`].
    pub mention_count: u32,
}
