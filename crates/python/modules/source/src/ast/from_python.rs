//! Instances of the classes of `_ast` to nodes. What is read may be anything: programs build these trees.

use python_compile::Constant;
use python_compile::code::Position;
use python_compile::tree::grammar::FieldShape;
use python_compile::tree::{Kind, Node, Quantity, Value};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::symbols::Symbol;
use python_model::types::Ty;
use python_model::value::*;

use super::Classes;

/// The tree in an object, whose root must be of this kind. The result has every field that it must have, but says nothing yet that
/// [`super::check`] does not allow.
/// Errors: `TypeError` and `ValueError` as CPython gives them; what reading attributes raises.
pub fn from_python(py: Py, tree: Word, root: Kind) -> Result<Node> {
    let classes = super::classes(py)?;
    if !py.type_of(tree).is_subtype(classes.kind(root)) {
        return Err(py.type_error(format!("expected {} node, got {}", root.name(), py.type_name(tree))));
    }
    fields(py, classes, tree, root, Position::default())
}

fn fields(py: Py, classes: &Classes, object: Word, kind: Kind, position: Position) -> Result<Node> {
    let mut values = Vec::with_capacity(kind.fields().len());
    for shape in kind.fields() {
        values.push(field(py, classes, object, kind, shape)?);
    }
    Ok(Node { kind, position, fields: values })
}

fn field(py: Py, classes: &Classes, object: Word, kind: Kind, shape: &FieldShape) -> Result<Value> {
    let found = py.get_attr_opt(object, py.intern(shape.name)?)?;
    match shape.quantity {
        Quantity::Many | Quantity::ManyOptional => {
            let Some(found) = found else { return Ok(empty(shape)) };
            let Some(list) = py.cast::<List>(found) else {
                return Err(py.type_error(format!(
                    "{} field \"{}\" must be a list, not a {}",
                    kind.name(),
                    shape.name,
                    py.type_name(found)
                )));
            };
            items(py, classes, kind, shape, list)
        }
        Quantity::Optional => match found {
            None | Some(NONE) => Ok(Value::None),
            Some(value) => one(py, classes, value, shape.ty),
        },
        Quantity::One => {
            let value = match found {
                Some(value) => value,
                None if shape.ty == "expr_context" => return Ok(Kind::Load.into()),
                None => {
                    let message = format!("required field \"{}\" missing from {}", shape.name, kind.name());
                    return Err(py.type_error(message));
                }
            };
            if value == NONE && !matches!(shape.ty, "constant" | "int") {
                let message = format!("field '{}' is required for {}", shape.name, kind.name());
                return Err(py.value_error(message));
            }
            one(py, classes, value, shape.ty)
        }
    }
}

fn empty(shape: &FieldShape) -> Value {
    if shape.ty == "identifier" { Value::Names(Vec::new()) } else { Value::Nodes(Vec::new()) }
}

fn items(py: Py, classes: &Classes, kind: Kind, shape: &FieldShape, list: heap::Gc<List>) -> Result<Value> {
    let length = list.len();
    let (mut nodes, mut names) = (Vec::with_capacity(length), Vec::new());
    for index in 0..length {
        match (list.item(index), shape.ty) {
            (item, "identifier") => match one(py, classes, item, shape.ty)? {
                Value::Name(name) => names.push(name),
                _ => return Err(py.value_error("None disallowed in identifier list")),
            },
            (NONE, _) => nodes.push(None),
            (item, ty) => match one(py, classes, item, ty)? {
                Value::Node(node) => nodes.push(Some(*node)),
                _ => nodes.push(None),
            },
        }
        if list.len() != length {
            let message = format!("{} field \"{}\" changed size during iteration", kind.name(), shape.name);
            return Err(py.raise_text(Ty::RuntimeError, &message));
        }
    }
    // Lists of operators and products have no place for None.
    if nodes.iter().any(Option::is_none) && !matches!(shape.ty, "expr" | "stmt") {
        return Err(py.value_error(format!("None disallowed in {} list", shape.ty)));
    }
    Ok(if shape.ty == "identifier" { Value::Names(names) } else { Value::Nodes(nodes) })
}

fn one(py: Py, classes: &Classes, value: Word, ty: &str) -> Result<Value> {
    match ty {
        "identifier" | "string" => match as_object::<Str>(value) {
            Some(text) => Ok(Value::Name(text.to_text().into())),
            None if value == NONE => Ok(Value::None),
            None => Err(py.type_error(format!(
                "AST {ty} must be of type str{}",
                if ty == "string" { " or bytes" } else { "" }
            ))),
        },
        "int" => integer(py, value).map(Value::Int),
        "constant" => constant(py, value).map(Value::Constant),
        _ => node(py, classes, value, ty).map(Value::from),
    }
}

fn integer(py: Py, value: Word) -> Result<i64> {
    if !py.is_a(value, Ty::Int) {
        return Err(py.value_error(format!("invalid integer value: {}", py.repr_text(value)?)));
    }
    let number = py.index(value)?;
    match i32::try_from(number) {
        Ok(number) => Ok(i64::from(number)),
        Err(_) => Err(py.overflow_error("Python int too large to convert to C int")),
    }
}

fn node(py: Py, classes: &Classes, value: Word, ty: &str) -> Result<Node> {
    if py.native_stack_is_low() {
        return Err(
            py.recursion_error(format!("maximum recursion depth exceeded while traversing '{ty}' node"))
        );
    }
    let class = classes.of_type(ty).expect("a type of the grammar");
    let is_sum = classes.sums.iter().any(|(sum, _)| *sum == ty);
    let has_position = match classes.kinds.iter().position(|known| known.is(class)).and_then(Kind::from_index)
    {
        Some(product) => product.group().has_position,
        None => python_compile::tree::grammar::GROUPS.iter().any(|g| g.sum == ty && g.has_position),
    };
    let position = if has_position { position(py, classes, value, ty)? } else { Position::default() };
    let kind = match is_sum {
        true => classes.kind_of(py, value).filter(|kind| kind.is_of(ty)),
        // The attributes of a product are read whatever it is.
        false => classes.kinds.iter().position(|known| known.is(class)).and_then(Kind::from_index),
    };
    match kind {
        Some(kind) => fields(py, classes, value, kind, position),
        None => Err(py.type_error(format!("expected some sort of {ty}, but got {}", py.repr_text(value)?))),
    }
}

fn position(py: Py, classes: &Classes, object: Word, ty: &str) -> Result<Position> {
    let names = &classes.names;
    let required = |name: Symbol| match py.get_attr_opt(object, name)? {
        Some(value) => integer(py, value),
        None => {
            let name = py.vm().symbols.text(name).to_text();
            Err(py.type_error(format!("required field \"{name}\" missing from {ty}")))
        }
    };
    let optional = |name: Symbol, default: i64| match py.get_attr_opt(object, name)? {
        None | Some(NONE) => Ok(default),
        Some(value) => integer(py, value),
    };
    let (line, column) = (required(names.line)?, required(names.column)?);
    let (end_line, end_column) = match super::ends_are_optional(ty) {
        true => (optional(names.end_line, line)?, optional(names.end_column, column)?),
        false => (required(names.end_line)?, required(names.end_column)?),
    };
    if line > end_line {
        return Err(py.value_error(format!("AST node line range ({line}, {end_line}) is not valid")));
    }
    if line < 0 && end_line != line || column < 0 && column != end_column {
        return Err(py.value_error(format!(
            "AST node column range ({column}, {end_column}) for line range ({line}, {end_line}) is not valid"
        )));
    }
    if line == end_line && column > end_column {
        return Err(py.value_error(format!("line {line}, column {column}-{end_column} is not a valid range")));
    }
    let clamp = |number: i64| u32::try_from(number).unwrap_or(0);
    Ok(Position {
        line: clamp(line),
        end_line: clamp(end_line),
        column: clamp(column),
        end_column: clamp(end_column),
    })
}

/// The value of a `Constant`. Errors: `TypeError` if code cannot hold it.
fn constant(py: Py, value: Word) -> Result<Constant> {
    let items =
        |words: &[Word]| -> Result<Box<[Constant]>> { words.iter().map(|&w| constant(py, w)).collect() };
    if py.native_stack_is_low() {
        return Err(py.recursion_error("maximum recursion depth exceeded during compilation"));
    }
    Ok(match V::of(value) {
        V::None => Constant::None,
        V::Ellipsis => Constant::Ellipsis,
        V::Bool(truth) => Constant::Bool(truth),
        V::Int(number) => Constant::Int(number),
        V::Big(big) => Constant::BigInt(hexadecimal(&big)),
        V::Float(number) => Constant::Float(number.to_bits()),
        V::Str(text) => match text.as_str() {
            Some(text) => Constant::Str(text.into()),
            None => Constant::SurrogateStr(text.as_bytes().into()),
        },
        V::Bytes(bytes) => Constant::Bytes(bytes.items().into()),
        V::Tuple(tuple) => Constant::Tuple(items(&python_model::protocol::tuple_words(tuple))?),
        V::FrozenSet(_) => {
            let list = py.list_from_iterable(value)?;
            let words: Vec<Constant> =
                (0..list.len()).map(|index| constant(py, list.item(index))).collect::<Result<_>>()?;
            Constant::FrozenSet(words.into())
        }
        _ => match as_object::<Complex>(value) {
            Some(complex) => Constant::Complex(complex.re.get().to_bits(), complex.im.get().to_bits()),
            None => {
                let name = py.type_name(value);
                return Err(py.type_error(format!("got an invalid type in Constant: {name}")));
            }
        },
    })
}

/// A big integer as constants write it.
fn hexadecimal(big: &BigInt) -> Box<str> {
    let text = format!("{:x}", &*big.value);
    match text.strip_prefix('-') {
        Some(digits) => format!("-0x{digits}").into(),
        None => format!("0x{text}").into(),
    }
}
