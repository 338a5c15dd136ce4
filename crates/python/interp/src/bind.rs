//! Binding the arguments of a call to the parameters of a Python function, with CPython's errors.

use heap::Gc;
use metatrace_machine::Raised;
use python_compile::CodeObject;
use python_compile::code::flags;
use python_model::dict;
use python_model::native::Args;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::value::{UNSET, Word, as_object, word};
use std::cell::Cell;

/// The words that parameters are bound to: positional ones, keyword-only ones, `*args`, `**kwargs`.
#[derive(Clone, Copy)]
pub enum Bound<'a> {
    /// On the native stack, where the collector sees them.
    Few(&'a [Cell<Word>]),
    Many(Py<'a>, Gc<Values>),
}

impl Bound<'_> {
    #[inline(always)]
    pub fn get(self, parameter: usize) -> Word {
        match self {
            Bound::Few(words) => words[parameter].get(),
            Bound::Many(_, words) => words.items()[parameter].get(),
        }
    }
    #[inline(always)]
    fn set(self, parameter: usize, value: Word) {
        match self {
            Bound::Few(words) => words[parameter].set(value),
            Bound::Many(py, words) => words.items()[parameter].set(py.mutator(), words, value),
        }
    }
}

/// Parameters that are bound on the native stack.
const FEW_PARAMETERS: usize = 16;

/// Binds arguments and gives `take` what every parameter is bound to. Errors: `TypeError` in CPython's words.
#[inline]
pub fn with_bound<T>(
    py: Py,
    function: Gc<Function>,
    args: Args,
    take: impl FnOnce(Bound) -> Result<T>,
) -> Result<T> {
    let count = function.code().object().parameter_count() as usize;
    if count <= FEW_PARAMETERS {
        let few = [const { Cell::new(UNSET) }; FEW_PARAMETERS];
        let bound = Bound::Few(&few[..count]);
        bind_into(py, function, args, bound)?;
        return take(bound);
    }
    let many = py.new_values(count)?;
    let bound = Bound::Many(py, many);
    bind_into(py, function, args, bound)?;
    take(bound)
}

/// The same in an array, for traces: one word per parameter.
pub fn bind(py: Py, function: Gc<Function>, args: Args) -> Result<Gc<Values>> {
    let count = function.code().object().parameter_count() as usize;
    let out = py.new_values(count)?;
    bind_into(py, function, args, Bound::Many(py, out))?;
    Ok(out)
}

/// Binds to unset words.
fn bind_into(py: Py, function: Gc<Function>, args: Args, out: Bound) -> Result<()> {
    let object = function.code().object();
    let positional = object.arg_count as usize;
    let named = positional + object.kwonly_count as usize;
    let has_varargs = object.flags & flags::VARARGS != 0;
    let has_kwargs = object.flags & flags::VARKEYWORDS != 0;
    let given = args.positional_count();

    for (index, value) in args.words[..given.min(positional)].iter().enumerate() {
        out.set(index, *value);
    }
    if has_varargs {
        let rest = if given > positional { &args.words[positional..given] } else { &[] };
        let rest = py.new_tuple(rest)?;
        out.set(named, rest);
    }
    let mut kwargs = None;
    if has_kwargs {
        let made = dict::new(py)?;
        out.set(named + usize::from(has_varargs), word(made));
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
                if out.get(index) != UNSET {
                    return Err(py.type_error(format!(
                        "{}() got multiple values for argument '{}'",
                        qualname(py, function),
                        name.to_text()
                    )));
                }
                out.set(index, value);
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
            if out.get(index) == UNSET {
                let default = defaults.items()[index - first].get();
                out.set(index, default);
            }
        }
    }
    if (0..positional).any(|index| out.get(index) == UNSET) {
        let names: Vec<&str> =
            (0..positional).filter(|index| out.get(*index) == UNSET).map(|i| &*object.varnames[i]).collect();
        return Err(missing(py, function, "positional", &names));
    }
    let kwdefaults = as_object::<Dict>(function.kwdefaults.get());
    for index in positional..named {
        if out.get(index) == UNSET
            && let Some(defaults) = kwdefaults
            && let Some(default) = dict::get_symbol(py, defaults, function.code().info.parameter(py, index)?)
        {
            out.set(index, default);
        }
    }
    if (positional..named).any(|index| out.get(index) == UNSET) {
        let names: Vec<&str> = (positional..named)
            .filter(|index| out.get(*index) == UNSET)
            .map(|i| &*object.varnames[i])
            .collect();
        return Err(missing(py, function, "keyword-only", &names));
    }
    Ok(())
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
fn too_many(py: Py, function: Gc<Function>, object: &CodeObject, args: Args, out: Bound) -> Raised {
    let positional = object.arg_count as usize;
    let defaults = as_object::<Tuple>(function.defaults.get()).map_or(0, |d| d.items().len());
    let given = args.positional_count();
    let named = positional + object.kwonly_count as usize;
    let kwonly_given = (positional..named).filter(|index| out.get(*index) != UNSET).count();
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
