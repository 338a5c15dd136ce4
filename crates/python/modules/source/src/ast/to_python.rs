//! Nodes to instances of the classes of `_ast`.

use python_compile::tree::{Kind, Node, Value};
use python_model::code::constant_word;
use python_model::py::{Py, Result, list_push};
use python_model::value::*;
use python_model::{instance, value};

use super::Classes;

/// A tree as a Python object. Errors: `RecursionError` if it is too deep.
pub fn to_python(py: Py, tree: &Node) -> Result {
    node(py, super::classes(py)?, tree)
}

fn node(py: Py, classes: &Classes, n: &Node) -> Result {
    if py.native_stack_is_low() {
        return Err(py.recursion_error("maximum recursion depth exceeded during ast construction"));
    }
    let shapes = n.kind.fields();
    let group = n.kind.group();
    if shapes.is_empty() && !group.has_position {
        return classes.instance(py, n.kind);
    }
    let made = instance::new(py, classes.kind(n.kind), UNSET)?;
    let object = value::as_instance(made).expect("made as an instance");
    for (shape, value) in shapes.iter().zip(&n.fields) {
        let word = field(py, classes, value)?;
        instance::set(py, object, py.intern(shape.name)?, word)?;
    }
    if group.has_position {
        let (p, names) = (n.position, &classes.names);
        let pairs = [
            (names.line, p.line),
            (names.column, p.column),
            (names.end_line, p.end_line),
            (names.end_column, p.end_column),
        ];
        for (name, number) in pairs {
            instance::set(py, object, name, small_int(i64::from(number)))?;
        }
    }
    Ok(made)
}

fn field(py: Py, classes: &Classes, value: &Value) -> Result {
    match value {
        Value::None => Ok(NONE),
        Value::Node(child) => node(py, classes, child),
        Value::Nodes(children) => {
            let list = py.new_list(children.len())?;
            for child in children {
                let word = match child {
                    Some(child) => node(py, classes, child)?,
                    None => NONE,
                };
                list_push(py, list, word)?;
            }
            Ok(word(list))
        }
        Value::Name(text) => Ok(py.name_word(py.intern(text)?)),
        Value::Names(texts) => {
            let list = py.new_list(texts.len())?;
            for text in texts {
                list_push(py, list, py.name_word(py.intern(text)?))?;
            }
            Ok(word(list))
        }
        Value::Int(number) => py.int(*number),
        Value::Constant(constant) => constant_word(py, constant),
    }
}

/// `Load()` and its kind, as new nodes get them.
pub(super) fn bare(py: Py, kind: Kind) -> Result {
    super::classes(py)?.instance(py, kind)
}
