//! Whether a tree that a program built is one that the grammar of the language allows: what the types of fields do not say.
//!
//! Source: the documentation of `ast`, and CPython's `Python/ast.c` for the words.

use super::{Kind, Node, Value};
use crate::code::Constant;

/// What is wrong with a tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TreeError {
    /// Raises `ValueError`.
    Value(String),
    /// Raises `TypeError`.
    Type(String),
}

type Result = std::result::Result<(), TreeError>;

fn wrong(message: impl Into<String>) -> Result {
    Err(TreeError::Value(message.into()))
}

/// Checks a whole tree.
pub fn validate(tree: &Node) -> Result {
    match tree.kind {
        Kind::Expression => expr(node(tree, 0), Kind::Load),
        Kind::FunctionType => {
            exprs(tree, 0, Kind::Load, false)?;
            expr(node(tree, 1), Kind::Load)
        }
        _ => body(tree, 0),
    }
}

fn node(n: &Node, field: usize) -> &Node {
    optional(n, field).expect("the conversion checked that it is there")
}

fn optional(n: &Node, field: usize) -> Option<&Node> {
    match &n.fields[field] {
        Value::Node(child) => Some(child),
        _ => None,
    }
}

fn list(n: &Node, field: usize) -> &[Option<Node>] {
    match &n.fields[field] {
        Value::Nodes(children) => children,
        _ => &[],
    }
}

fn nodes(n: &Node, field: usize) -> impl Iterator<Item = &Node> {
    list(n, field).iter().flatten()
}

fn text(n: &Node, field: usize) -> Option<&str> {
    match &n.fields[field] {
        Value::Name(name) => Some(name),
        _ => None,
    }
}

/// Errors: a name that is a keyword constant.
fn name(name: Option<&str>) -> Result {
    match name {
        Some(constant @ ("None" | "True" | "False")) => {
            wrong(format!("identifier field can't represent '{constant}' constant"))
        }
        _ => Ok(()),
    }
}

fn exprs(n: &Node, field: usize, ctx: Kind, null_ok: bool) -> Result {
    for child in list(n, field) {
        match child {
            Some(child) => expr(child, ctx)?,
            None if null_ok => {}
            None => return wrong("None disallowed in expression list"),
        }
    }
    Ok(())
}

fn maybe(n: &Node, field: usize) -> Result {
    optional(n, field).map_or(Ok(()), |child| expr(child, Kind::Load))
}

fn body(n: &Node, field: usize) -> Result {
    for child in list(n, field) {
        match child {
            Some(child) => stmt(child)?,
            None => return wrong("None disallowed in statement list"),
        }
    }
    Ok(())
}

fn not_empty(n: &Node, field: usize) -> Result {
    let is_empty = match &n.fields[field] {
        Value::Nodes(children) => children.is_empty(),
        Value::Names(names) => names.is_empty(),
        _ => false,
    };
    match is_empty {
        true => wrong(format!("empty {} on {}", n.kind.fields()[field].name, n.kind.name())),
        false => Ok(()),
    }
}

fn full_body(n: &Node, field: usize) -> Result {
    not_empty(n, field)?;
    body(n, field)
}

fn targets(n: &Node, field: usize, ctx: Kind) -> Result {
    not_empty(n, field)?;
    exprs(n, field, ctx, false)
}

/// Positional arguments or bases in a field, keywords in the next.
fn arguments_of_call(n: &Node, field: usize) -> Result {
    exprs(n, field, Kind::Load, false)?;
    nodes(n, field + 1).try_for_each(|k| expr(node(k, 1), Kind::Load))
}

fn type_params(n: &Node, field: usize) -> Result {
    for param in nodes(n, field) {
        name(text(param, 0))?;
        for field in 1..param.fields.len() {
            maybe(param, field)?;
        }
    }
    Ok(())
}

fn parameters(a: &Node) -> Result {
    for field in [0, 1, 3] {
        nodes(a, field).try_for_each(|p| maybe(p, 1))?;
    }
    for field in [2, 5] {
        optional(a, field).map_or(Ok(()), |p| maybe(p, 1))?;
    }
    if list(a, 6).len() > list(a, 0).len() + list(a, 1).len() {
        return wrong("more positional defaults than args on arguments");
    }
    if list(a, 4).len() != list(a, 3).len() {
        return wrong("length of kwonlyargs is not the same as kw_defaults on arguments");
    }
    exprs(a, 6, Kind::Load, false)?;
    exprs(a, 4, Kind::Load, true)
}

fn stmt(s: &Node) -> Result {
    match s.kind {
        Kind::FunctionDef | Kind::AsyncFunctionDef => {
            full_body(s, 2)?;
            type_params(s, 6)?;
            parameters(node(s, 1))?;
            exprs(s, 3, Kind::Load, false)?;
            maybe(s, 4)
        }
        Kind::ClassDef => {
            full_body(s, 3)?;
            type_params(s, 5)?;
            arguments_of_call(s, 1)?;
            exprs(s, 4, Kind::Load, false)
        }
        Kind::Return => maybe(s, 0),
        Kind::Delete => targets(s, 0, Kind::Del),
        Kind::Assign => {
            targets(s, 0, Kind::Store)?;
            expr(node(s, 1), Kind::Load)
        }
        Kind::AugAssign => {
            expr(node(s, 0), Kind::Store)?;
            expr(node(s, 2), Kind::Load)
        }
        Kind::AnnAssign => {
            if node(s, 0).kind != Kind::Name && !matches!(s.fields[3], Value::Int(0)) {
                return Err(TreeError::Type("AnnAssign with simple non-Name target".into()));
            }
            expr(node(s, 0), Kind::Store)?;
            maybe(s, 2)?;
            expr(node(s, 1), Kind::Load)
        }
        Kind::TypeAlias => {
            if node(s, 0).kind != Kind::Name {
                return Err(TreeError::Type("TypeAlias with non-Name name".into()));
            }
            expr(node(s, 0), Kind::Store)?;
            type_params(s, 1)?;
            expr(node(s, 2), Kind::Load)
        }
        Kind::For | Kind::AsyncFor => {
            expr(node(s, 0), Kind::Store)?;
            expr(node(s, 1), Kind::Load)?;
            full_body(s, 2)?;
            body(s, 3)
        }
        Kind::While | Kind::If => {
            expr(node(s, 0), Kind::Load)?;
            full_body(s, 1)?;
            body(s, 2)
        }
        Kind::With | Kind::AsyncWith => {
            not_empty(s, 0)?;
            for item in nodes(s, 0) {
                expr(node(item, 0), Kind::Load)?;
                optional(item, 1).map_or(Ok(()), |vars| expr(vars, Kind::Store))?;
            }
            full_body(s, 1)
        }
        Kind::Match => {
            expr(node(s, 0), Kind::Load)?;
            not_empty(s, 1)?;
            for case in nodes(s, 1) {
                pattern(node(case, 0), false)?;
                maybe(case, 1)?;
                full_body(case, 2)?;
            }
            Ok(())
        }
        Kind::Raise => match (optional(s, 0), optional(s, 1)) {
            (None, Some(_)) => wrong("Raise with cause but no exception"),
            _ => {
                maybe(s, 0)?;
                maybe(s, 1)
            }
        },
        Kind::Try | Kind::TryStar => {
            full_body(s, 0)?;
            let kind = s.kind.name();
            match (list(s, 1).is_empty(), list(s, 2).is_empty(), list(s, 3).is_empty()) {
                (true, _, true) => return wrong(format!("{kind} has neither except handlers nor finalbody")),
                (true, false, _) => return wrong(format!("{kind} has orelse but no except handlers")),
                _ => {}
            }
            for handler in nodes(s, 1) {
                maybe(handler, 0)?;
                full_body(handler, 2)?;
            }
            body(s, 3)?;
            body(s, 2)
        }
        Kind::Assert => {
            expr(node(s, 0), Kind::Load)?;
            maybe(s, 1)
        }
        Kind::Import | Kind::Global | Kind::Nonlocal => not_empty(s, 0),
        Kind::ImportFrom => match s.fields[2] {
            Value::Int(level) if level < 0 => wrong("Negative ImportFrom level"),
            _ => not_empty(s, 1),
        },
        Kind::Expr => expr(node(s, 0), Kind::Load),
        _ => Ok(()),
    }
}

/// Field of the context, for kinds that have one.
fn context(kind: Kind) -> Option<usize> {
    kind.fields().iter().position(|field| field.ty == "expr_context")
}

fn expr(e: &Node, ctx: Kind) -> Result {
    match context(e.kind) {
        Some(field) => {
            let own = node(e, field).kind;
            if own != ctx {
                let (wanted, found) = (ctx.name(), own.name());
                return wrong(format!("expression must have {wanted} context but has {found} instead"));
            }
        }
        None if ctx != Kind::Load => {
            return wrong(format!("expression which can't be assigned to in {} context", ctx.name()));
        }
        None => {}
    }
    match e.kind {
        Kind::BoolOp => {
            if list(e, 1).len() < 2 {
                return wrong("BoolOp with less than 2 values");
            }
            exprs(e, 1, Kind::Load, false)
        }
        Kind::BinOp => {
            expr(node(e, 0), Kind::Load)?;
            expr(node(e, 2), Kind::Load)
        }
        Kind::UnaryOp => expr(node(e, 1), Kind::Load),
        Kind::Lambda => {
            parameters(node(e, 0))?;
            expr(node(e, 1), Kind::Load)
        }
        Kind::IfExp => (0..3).try_for_each(|field| expr(node(e, field), Kind::Load)),
        Kind::Dict => {
            if list(e, 0).len() != list(e, 1).len() {
                return wrong("Dict doesn't have the same number of keys as values");
            }
            exprs(e, 0, Kind::Load, true)?;
            exprs(e, 1, Kind::Load, false)
        }
        Kind::Set | Kind::JoinedStr | Kind::TemplateStr => exprs(e, 0, Kind::Load, false),
        Kind::ListComp | Kind::SetComp | Kind::GeneratorExp => {
            generators(e, 1)?;
            expr(node(e, 0), Kind::Load)
        }
        Kind::DictComp => {
            generators(e, 2)?;
            expr(node(e, 0), Kind::Load)?;
            expr(node(e, 1), Kind::Load)
        }
        Kind::Yield => maybe(e, 0),
        Kind::YieldFrom | Kind::Await => expr(node(e, 0), Kind::Load),
        Kind::Compare => {
            if list(e, 2).is_empty() {
                return wrong("Compare with no comparators");
            }
            if list(e, 2).len() != list(e, 1).len() {
                return wrong("Compare has a different number of comparators and operands");
            }
            exprs(e, 2, Kind::Load, false)?;
            expr(node(e, 0), Kind::Load)
        }
        Kind::Call => {
            expr(node(e, 0), Kind::Load)?;
            arguments_of_call(e, 1)
        }
        Kind::FormattedValue => {
            expr(node(e, 0), Kind::Load)?;
            maybe(e, 2)
        }
        Kind::Interpolation => {
            expr(node(e, 0), Kind::Load)?;
            maybe(e, 3)
        }
        Kind::Attribute => expr(node(e, 0), Kind::Load),
        Kind::Subscript => {
            expr(node(e, 1), Kind::Load)?;
            expr(node(e, 0), Kind::Load)
        }
        Kind::Starred => expr(node(e, 0), ctx),
        Kind::List | Kind::Tuple => exprs(e, 0, ctx, false),
        Kind::Slice => (0..3).try_for_each(|field| maybe(e, field)),
        Kind::NamedExpr => {
            if node(e, 0).kind != Kind::Name {
                return Err(TreeError::Type("NamedExpr target must be a Name".into()));
            }
            expr(node(e, 1), Kind::Load)
        }
        Kind::Name => name(text(e, 0)),
        _ => Ok(()),
    }
}

fn generators(e: &Node, field: usize) -> Result {
    if list(e, field).is_empty() {
        return wrong("comprehension with no generators");
    }
    for clause in nodes(e, field) {
        expr(node(clause, 0), Kind::Store)?;
        expr(node(clause, 1), Kind::Load)?;
        exprs(clause, 2, Kind::Load, false)?;
    }
    Ok(())
}

/// A value that a pattern may compare with: a literal, a signed number, a complex number, an attribute.
fn pattern_value(e: &Node) -> Result {
    expr(e, Kind::Load)?;
    let is_number = |n: &Node, complex: bool| match (&n.kind, &n.fields[..]) {
        (Kind::Constant, [Value::Constant(value), ..]) => match value {
            Constant::Complex(..) => complex,
            Constant::Int(_) | Constant::BigInt(_) | Constant::Float(_) => !complex,
            _ => false,
        },
        _ => false,
    };
    let is_signed = |n: &Node, complex: bool| {
        is_number(n, complex)
            || n.kind == Kind::UnaryOp && node(n, 0).kind == Kind::USub && is_number(node(n, 1), complex)
    };
    let is_valid = match e.kind {
        Kind::Constant => match &e.fields[0] {
            Value::Constant(Constant::Ellipsis) => {
                return wrong("unexpected constant inside of a literal pattern");
            }
            Value::Constant(Constant::None | Constant::Bool(_)) => {
                return wrong("unexpected constant inside of a literal pattern");
            }
            _ => true,
        },
        Kind::Attribute | Kind::JoinedStr | Kind::TemplateStr => true,
        Kind::UnaryOp => is_signed(e, false) || is_signed(e, true),
        Kind::BinOp => {
            matches!(node(e, 1).kind, Kind::Add | Kind::Sub)
                && is_signed(node(e, 0), false)
                && is_number(node(e, 2), true)
        }
        _ => false,
    };
    if is_valid { Ok(()) } else { wrong("patterns may only match literals and attribute lookups") }
}

fn capture(captured: Option<&str>) -> Result {
    match captured {
        Some("_") => wrong("can't capture name '_' in patterns"),
        other => name(other),
    }
}

fn patterns(p: &Node, field: usize, star_ok: bool) -> Result {
    nodes(p, field).try_for_each(|child| pattern(child, star_ok))
}

fn pattern(p: &Node, star_ok: bool) -> Result {
    match p.kind {
        Kind::MatchValue => pattern_value(node(p, 0)),
        Kind::MatchSingleton => match p.fields[0] {
            Value::Constant(Constant::None | Constant::Bool(_)) => Ok(()),
            _ => wrong("MatchSingleton can only contain True, False and None"),
        },
        Kind::MatchSequence => patterns(p, 0, true),
        Kind::MatchMapping => {
            if list(p, 0).len() != list(p, 1).len() {
                return wrong("MatchMapping doesn't have the same number of keys as patterns");
            }
            capture(text(p, 2))?;
            for key in nodes(p, 0) {
                let is_constant = matches!(
                    (key.kind, &key.fields[..]),
                    (Kind::Constant, [Value::Constant(Constant::None | Constant::Bool(_)), ..])
                );
                if !is_constant {
                    pattern_value(key)?;
                }
            }
            patterns(p, 1, false)
        }
        Kind::MatchClass => {
            let Value::Names(attributes) = &p.fields[2] else { return Ok(()) };
            if attributes.len() != list(p, 3).len() {
                return wrong("MatchClass doesn't have the same number of keyword attributes as patterns");
            }
            let mut cls = node(p, 0);
            expr(cls, Kind::Load)?;
            while cls.kind == Kind::Attribute {
                cls = node(cls, 0);
            }
            if cls.kind != Kind::Name {
                return wrong("MatchClass cls field can only contain Name or Attribute nodes.");
            }
            attributes.iter().try_for_each(|attribute| name(Some(attribute)))?;
            patterns(p, 1, false)?;
            patterns(p, 3, false)
        }
        Kind::MatchStar => match star_ok {
            true => capture(text(p, 0)),
            false => wrong("can't use MatchStar here"),
        },
        Kind::MatchAs => match (optional(p, 0), text(p, 1)) {
            (Some(_), None) => wrong("MatchAs must specify a target name if a pattern is given"),
            (inner, captured) => {
                capture(captured)?;
                inner.map_or(Ok(()), |inner| pattern(inner, false))
            }
        },
        _ => {
            if list(p, 0).len() < 2 {
                return wrong("MatchOr requires at least 2 patterns");
            }
            patterns(p, 0, false)
        }
    }
}
