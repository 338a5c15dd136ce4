//! Methods of `AST`, which all nodes inherit.

use heap::Gc;
use python_compile::tree::Kind;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, def, raw};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_model::{dict, protocol};

use super::classes;

/// How deep `repr` goes.
const REPR_DEPTH: usize = 3;

pub(super) static METHODS: &[NativeDef] = &[
    raw(
        "__init__",
        "($self, /, *args, **kwargs)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        init,
    ),
    def("__reduce__", "($self, /)", "", reduce),
    raw(
        "__replace__",
        "($self, /, **fields)",
        "Return a copy of the AST node with new values for the specified fields.",
        replace,
    ),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let text = repr(py, a[0], REPR_DEPTH)?;
        py.str_bytes(&text)
    }),
];

/// The class's name as CPython gives it in messages: `AST` itself has its module.
fn shown_name(py: Py, class: TypeRef) -> Result<String> {
    let name = class.name.borrow().to_string();
    Ok(if class.is(classes(py)?.base) { format!("ast.{name}") } else { name })
}

/// A tuple of names that the class has under `name`.
fn names_of(py: Py, class: TypeRef, name: python_model::symbols::Symbol) -> Result<Gc<Tuple>> {
    match py.get_attr_opt(class.word(), name)? {
        Some(names) => py.tuple_from_iterable(names),
        None => py.tuple_of(&[]),
    }
}

fn position(py: Py, names: Gc<Tuple>, name: Word) -> Result<Option<usize>> {
    for (index, known) in names.items().iter().enumerate() {
        if py.is_equal(known.get(), name)? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

fn init(py: Py, args: Args) -> Result {
    let Some((&object, positional)) = args.positionals().split_first() else {
        return Err(py.type_error("unbound method AST.__init__() needs an argument"));
    };
    let class = py.type_of(object);
    let names = &classes(py)?.names;
    let fields = names_of(py, class, names.fields)?;
    let count = fields.items().len();
    if positional.len() > count {
        return Err(py.type_error(format!(
            "{} constructor takes at most {count} positional argument{}",
            class.name.borrow(),
            if count == 1 { "" } else { "s" }
        )));
    }
    let mut is_set = vec![false; count];
    for (index, &value) in positional.iter().enumerate() {
        let name = py.expect_str(fields.items()[index].get(), "attribute name")?;
        py.set_attr(object, py.symbol_of(name)?, value)?;
        is_set[index] = true;
    }
    for (name, value) in args.named() {
        match position(py, fields, word(name))? {
            Some(index) if is_set[index] => {
                return Err(py.type_error(format!(
                    "{} got multiple values for argument {}",
                    shown_name(py, class)?,
                    py.repr_text(word(name))?
                )));
            }
            Some(index) => is_set[index] = true,
            None => {
                let attributes = names_of(py, class, names.attributes)?;
                if position(py, attributes, word(name))?.is_none() {
                    let message = format!(
                        "{}.__init__ got an unexpected keyword argument {}. Support for arbitrary keyword arguments is \
                         deprecated and will be removed in Python 3.15.",
                        shown_name(py, class)?,
                        py.repr_text(word(name))?
                    );
                    py.warn(Ty::DeprecationWarning, &message, 1)?;
                }
            }
        }
        py.set_attr(object, py.symbol_of(name)?, value)?;
    }
    fill_missing(py, object, class, fields, &is_set)?;
    Ok(NONE)
}

/// Gives fields that were not given what their type says: an empty list, `Load()`.
fn fill_missing(py: Py, object: Word, class: TypeRef, fields: Gc<Tuple>, is_set: &[bool]) -> Result<()> {
    if is_set.iter().all(|&is_set| is_set) {
        return Ok(());
    }
    let known = classes(py)?;
    let Some(types) = py.get_attr_opt(class.word(), known.names.field_types)? else { return Ok(()) };
    let Some(types) = py.cast::<Dict>(types) else { return Ok(()) };
    for (index, _) in is_set.iter().enumerate().filter(|(_, is_set)| !**is_set) {
        let name = fields.items()[index].get();
        let shown = shown_name(py, class)?;
        let Some(ty) = dict::get(py, types, name)? else {
            let message = format!(
                "Field {} is missing from {shown}._field_types. This will become an error in Python 3.15.",
                py.repr_text(name)?
            );
            py.warn(Ty::DeprecationWarning, &message, 1)?;
            continue;
        };
        let symbol = py.symbol_of(py.expect_str(name, "attribute name")?)?;
        if as_object::<Union>(ty).is_some() {
            // The class has None.
        } else if as_object::<GenericAlias>(ty).is_some() {
            py.set_attr(object, symbol, word(py.new_list(0)?))?;
        } else if ty == known.sum("expr_context").word() {
            py.set_attr(object, symbol, super::to_python::bare(py, Kind::Load)?)?;
        } else {
            let message = format!(
                "{shown}.__init__ missing 1 required positional argument: {}. This will become an error in Python 3.15.",
                py.repr_text(name)?
            );
            py.warn(Ty::DeprecationWarning, &message, 1)?;
        }
    }
    Ok(())
}

fn reduce(py: Py, a: &[Word]) -> Result {
    let class = py.type_of(a[0]);
    let Some(own) = py.get_attr_opt(a[0], Name::DictAttr)? else {
        return py.new_tuple(&[class.word(), py.vm().empty_tuple()]);
    };
    // The fields are set afterwards, from the dict: Nones keep the constructor from asking for them.
    let fields = names_of(py, class, classes(py)?.names.fields)?;
    let mut present = 0;
    for field in fields.items() {
        if !py.contains(own, field.get())? {
            break;
        }
        present += 1;
    }
    let nones = py.new_tuple(&vec![NONE; present])?;
    let state = match py.cast::<Dict>(own) {
        Some(own) => word(dict::copy(py, own)?),
        None => own,
    };
    py.new_tuple(&[class.word(), nones, state])
}

fn replace(py: Py, args: Args) -> Result {
    let Some((&object, rest)) = args.positionals().split_first() else {
        return Err(py.type_error("unbound method AST.__replace__() needs an argument"));
    };
    if !rest.is_empty() {
        return Err(py.type_error("__replace__() takes no positional arguments"));
    }
    let class = py.type_of(object);
    let known = classes(py)?;
    let shown = shown_name(py, class)?;
    let fields = names_of(py, class, known.names.fields)?;
    let attributes = names_of(py, class, known.names.attributes)?;
    for (name, _) in args.named() {
        if position(py, fields, word(name))?.is_none() && position(py, attributes, word(name))?.is_none() {
            let name = py.repr_text(word(name))?;
            return Err(
                py.type_error(format!("{shown}.__replace__ got an unexpected keyword argument {name}."))
            );
        }
    }
    let payload = dict::new(py)?;
    let own = py.get_attr_opt(object, Name::DictAttr)?.and_then(|own| py.cast::<Dict>(own));
    let types =
        py.get_attr_opt(class.word(), known.names.field_types)?.and_then(|types| py.cast::<Dict>(types));
    for names in [fields, attributes] {
        for name in protocol::tuple_words(names) {
            if let Some(own) = own
                && let Some(value) = dict::get(py, own, name)?
            {
                dict::set(py, payload, name, value)?;
            }
        }
    }
    for (name, value) in args.named() {
        dict::set(py, payload, word(name), value)?;
    }
    let mut missing = Vec::new();
    for name in protocol::tuple_words(fields) {
        if dict::get(py, payload, name)?.is_some() {
            continue;
        }
        let ty = match types {
            Some(types) => dict::get(py, types, name)?,
            None => None,
        };
        let has_default = ty.is_some_and(|ty| {
            as_object::<Union>(ty).is_some()
                || as_object::<GenericAlias>(ty).is_some()
                || ty == known.sum("expr_context").word()
        });
        if !has_default {
            missing.push(py.repr_text(name)?);
        }
    }
    if !missing.is_empty() {
        missing.sort();
        return Err(py.type_error(format!(
            "{shown}.__replace__ missing {} keyword argument{}: {}.",
            missing.len(),
            if missing.len() == 1 { "" } else { "s" },
            missing.join(", ")
        )));
    }
    // The keywords of a call, from the dict.
    let (names, values) = (py.new_list(dict::len(payload))?, py.new_list(dict::len(payload))?);
    let mut at = 0;
    while let Some((entry, key, value)) = dict::next(payload, at) {
        at = entry + 1;
        list_push(py, names, key)?;
        list_push(py, values, value)?;
    }
    let (names, values) = (py.tuple_from_list(names)?, py.tuple_from_list(values)?);
    let words = protocol::tuple_words(as_object(values).expect("made as a tuple"));
    py.call_args(class.word(), Args { words: &words, keywords: as_object(names) })
}

fn repr(py: Py, object: Word, depth: usize) -> Result<Vec<u8>> {
    let class = py.type_of(object);
    let name = shown_name(py, class)?;
    if depth == 0 {
        return Ok(format!("{name}(...)").into_bytes());
    }
    let made = py.guard_repr(object, || {
        let fields = names_of(py, class, classes(py)?.names.fields)?;
        let mut text = format!("{name}(").into_bytes();
        for (index, field) in protocol::tuple_words(fields).into_iter().enumerate() {
            let field = py.expect_str(field, "attribute name")?;
            let value = py.get_attr(object, py.symbol_of(field)?)?;
            if index > 0 {
                text.extend(b", ");
            }
            text.extend(field.as_bytes());
            text.push(b'=');
            match (as_object::<List>(value), as_object::<Tuple>(value)) {
                (Some(list), _) => {
                    let words = py.tuple_from_iterable(word(list))?;
                    sequence(py, words, b'[', b']', depth, &mut text)?;
                }
                (_, Some(tuple)) => sequence(py, tuple, b'(', b')', depth, &mut text)?,
                _ => text.extend(one(py, value, depth)?),
            }
        }
        text.push(b')');
        Ok(text)
    })?;
    Ok(made.unwrap_or_else(|| format!("{name}(...)").into_bytes()))
}

fn one(py: Py, value: Word, depth: usize) -> Result<Vec<u8>> {
    match py.type_of(value).is_subtype(classes(py)?.base) {
        true => repr(py, value, depth - 1),
        false => Ok(py.repr(value)?.as_bytes().to_vec()),
    }
}

/// The first and the last item.
fn sequence(py: Py, items: Gc<Tuple>, open: u8, close: u8, depth: usize, text: &mut Vec<u8>) -> Result<()> {
    text.push(open);
    let count = items.items().len();
    if count > 0 {
        text.extend(one(py, items.items()[0].get(), depth)?);
    }
    if count > 2 {
        text.extend(b", ...");
    }
    if count > 1 {
        text.extend(b", ");
        text.extend(one(py, items.items()[count - 1].get(), depth)?);
    }
    text.push(close);
    Ok(())
}
