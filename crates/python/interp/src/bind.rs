//! Binding the arguments of a call to the parameters of a Python function, with CPython's errors.

use heap::Gc;
use metatrace_machine::Raised;
use python_compile::CodeObject;
use python_compile::code::flags;
use python_model::dict;
use python_model::native::Args;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::value::{UNSET, as_object, word};

/// One word per parameter: positional ones, keyword-only ones, `*args`, `**kwargs`.
/// Errors: `TypeError` in CPython's words.
pub fn bind(py: Py, function: Gc<Function>, args: Args) -> Result<Gc<Values>> {
    let object = function.code().object();
    let out = py.new_values(object.parameter_count() as usize)?;
    let slot = |index: usize| &out.items()[index];
    let positional = object.arg_count as usize;
    let named = positional + object.kwonly_count as usize;
    let has_varargs = object.flags & flags::VARARGS != 0;
    let has_kwargs = object.flags & flags::VARKEYWORDS != 0;
    let given = args.positional_count();

    for (index, value) in args.words[..given.min(positional)].iter().enumerate() {
        slot(index).set(py.mutator(), out, *value);
    }
    if has_varargs {
        let rest = if given > positional { &args.words[positional..given] } else { &[] };
        let rest = py.new_tuple(rest)?;
        slot(named).set(py.mutator(), out, rest);
    }
    let mut kwargs = None;
    if has_kwargs {
        let made = dict::new(py)?;
        slot(named + usize::from(has_varargs)).set(py.mutator(), out, word(made));
        kwargs = Some(made);
    }
    for (name, value) in args.named() {
        let text = name.as_bytes();
        let found = object.varnames[object.posonly_count as usize..named]
            .iter()
            .position(|v| v.as_bytes() == text)
            .map(|index| index + object.posonly_count as usize);
        match (found, kwargs) {
            (Some(index), _) => {
                if slot(index).get() != UNSET {
                    return Err(py.type_error(format!(
                        "{}() got multiple values for argument '{}'",
                        qualname(py, function),
                        name.to_text()
                    )));
                }
                slot(index).set(py.mutator(), out, value);
            }
            (None, Some(kwargs)) => dict::set(py, kwargs, word(name), value)?,
            (None, None) => return Err(unexpected_keyword(py, function, object, args, name)),
        }
    }
    if given > positional && !has_varargs {
        return Err(too_many(py, function, object, args, out));
    }
    if let Some(defaults) = as_object::<Tuple>(function.defaults.get()) {
        let first = positional.saturating_sub(defaults.items().len());
        for index in first..positional {
            if slot(index).get() == UNSET {
                let default = defaults.items()[index - first].get();
                slot(index).set(py.mutator(), out, default);
            }
        }
    }
    if (0..positional).any(|index| slot(index).get() == UNSET) {
        let names: Vec<&str> = (0..positional)
            .filter(|index| slot(*index).get() == UNSET)
            .map(|i| &*object.varnames[i])
            .collect();
        return Err(missing(py, function, "positional", &names));
    }
    let kwdefaults = as_object::<Dict>(function.kwdefaults.get());
    for index in positional..named {
        if slot(index).get() == UNSET
            && let Some(defaults) = kwdefaults
            && let Some(default) = dict::get_symbol(py, defaults, py.intern(&object.varnames[index])?)
        {
            slot(index).set(py.mutator(), out, default);
        }
    }
    if (positional..named).any(|index| slot(index).get() == UNSET) {
        let names: Vec<&str> = (positional..named)
            .filter(|index| slot(*index).get() == UNSET)
            .map(|i| &*object.varnames[i])
            .collect();
        return Err(missing(py, function, "keyword-only", &names));
    }
    Ok(out)
}

fn qualname(py: Py, function: Gc<Function>) -> String {
    py.as_str(function.qualname.get()).map_or_else(String::new, |name| name.to_text())
}

#[cold]
fn missing(py: Py, function: Gc<Function>, kind: &str, names: &[&str]) -> Raised {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    let list = match quoted.as_slice() {
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
        [] => String::new(),
    };
    let plural = if names.len() == 1 { "" } else { "s" };
    py.type_error(format!(
        "{}() missing {} required {kind} argument{plural}: {list}",
        qualname(py, function),
        names.len()
    ))
}

#[cold]
fn too_many(py: Py, function: Gc<Function>, object: &CodeObject, args: Args, out: Gc<Values>) -> Raised {
    let positional = object.arg_count as usize;
    let defaults = as_object::<Tuple>(function.defaults.get()).map_or(0, |d| d.items().len());
    let given = args.positional_count();
    let named = positional + object.kwonly_count as usize;
    let kwonly_given = (positional..named).filter(|index| out.items()[*index].get() != UNSET).count();
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let takes = if defaults > 0 {
        format!("from {} to {positional}", positional - defaults)
    } else {
        positional.to_string()
    };
    let given_text = if kwonly_given > 0 {
        format!(
            "{given} positional argument{} (and {kwonly_given} keyword-only argument{}) were",
            plural(given),
            plural(kwonly_given)
        )
    } else {
        format!("{given} {}", if given == 1 { "was" } else { "were" })
    };
    let takes_plural = if defaults > 0 || positional != 1 { "s" } else { "" };
    py.type_error(format!(
        "{}() takes {takes} positional argument{takes_plural} but {given_text} given",
        qualname(py, function)
    ))
}

#[cold]
fn unexpected_keyword(
    py: Py,
    function: Gc<Function>,
    object: &CodeObject,
    args: Args,
    name: Gc<Str>,
) -> Raised {
    let posonly: Vec<String> = args
        .named()
        .filter(|(name, _)| {
            object.varnames[..object.posonly_count as usize].iter().any(|v| v.as_bytes() == name.as_bytes())
        })
        .map(|(name, _)| name.to_text())
        .collect();
    let function = qualname(py, function);
    if !posonly.is_empty() {
        return py.type_error(format!(
            "{function}() got some positional-only arguments passed as keyword arguments: '{}'",
            posonly.join(", ")
        ));
    }
    let named = (object.arg_count + object.kwonly_count) as usize;
    let text = name.to_text();
    let suggestion = python_model::suggest::closest(
        &text,
        object.varnames[object.posonly_count as usize..named].iter().map(|v| &**v),
    );
    match suggestion {
        Some(near) => py.type_error(format!(
            "{function}() got an unexpected keyword argument '{text}'. Did you mean '{near}'?"
        )),
        None => py.type_error(format!("{function}() got an unexpected keyword argument '{text}'")),
    }
}
