//! Binding arguments to parameters in a trace: which argument goes where depends on the function's code and the shape of the call only,
//! so it is decided while recording. What is left are loads of defaults, and the tuple and dict of star parameters, which are virtual
//! like any other.
//!
//! Values that were just made or loaded are kept on the native stack ([`Held`]) until they are in a frame: the collector does not look
//! into a `Vec`, and moves what it finds through a register of the recorder alone.
//!
//! Only the recorder comes here. What is an error, or rare, is left to the runtime (`None`): it binds anew, with CPython's words.

use crate::calls;
use crate::quiet_keys;
use crate::residual as call;
use crate::traced_dict;
use heap::Layout;
use metatrace_machine::{Arg, Encoding, Machine, NanBox, Raised};
use python_compile::code::flags;
use python_model::code::Code;
use python_model::objects::*;
use python_model::py::Py;
use python_model::value::Word;

/// Most values that are held at once; a call that needs more is the runtime's.
const MOST_HELD: usize = 32;

/// Values on the native stack, where the collector sees them: at most [`MOST_HELD`].
pub type Held<V> = smallvec::SmallVec<[V; MOST_HELD]>;

/// The values of all parameters of a function that is called with these arguments, the last of them by name.
///
/// Nothing observable has happened when this returns, so guards may follow.
pub fn bind<M: Machine>(
    m: &mut M,
    py: Py,
    code: &'static Code,
    function: M::Ref,
    args: &[M::Value],
    names: &[(&str, Word)],
) -> Result<Option<Held<M::Value>>, Raised> {
    let object = code.object();
    if object.parameter_count() as usize > MOST_HELD {
        return Ok(None);
    }
    let positional = object.arg_count as usize;
    let named = positional + object.kwonly_count as usize;
    let has_varargs = object.flags & flags::VARARGS != 0;
    let has_kwargs = object.flags & flags::VARKEYWORDS != 0;
    let given = args.len() - names.len();
    if given > positional && !has_varargs {
        return Ok(None);
    }
    let mut bound: Held<Option<M::Value>> = smallvec::smallvec![None; object.parameter_count() as usize];
    for (to, value) in bound.iter_mut().zip(&args[..given.min(positional)]) {
        *to = Some(*value);
    }
    let (mut other_names, mut others) = (Vec::new(), Held::new());
    let posonly = object.posonly_count as usize;
    for ((text, name), value) in names.iter().zip(&args[given..]) {
        match object.varnames[posonly..named].iter().position(|v| &**v == *text) {
            Some(index) if bound[posonly + index].is_some() => return Ok(None),
            Some(index) => bound[posonly + index] = Some(*value),
            None if has_kwargs => {
                other_names.push(*name);
                others.push(*value);
            }
            None => return Ok(None),
        }
    }
    if !positional_defaults(m, py, function, &mut bound[..positional])
        || !keyword_defaults(m, py, code, function, positional, &mut bound[..named])?
    {
        return Ok(None);
    }
    if has_varargs {
        let rest = args.get(positional..given).unwrap_or(&[]);
        bound[named] = Some(tuple_of(m, rest)?);
    }
    if has_kwargs {
        bound[named + usize::from(has_varargs)] = Some(keyword_dict(m, py, &other_names, &others)?);
    }
    Ok(bound.into_iter().collect())
}

/// Fills in `__defaults__`; false: there are too few.
fn positional_defaults<M: Machine>(
    m: &mut M,
    py: Py,
    function: M::Ref,
    bound: &mut [Option<M::Value>],
) -> bool {
    let Some(first_missing) = bound.iter().position(Option::is_none) else { return true };
    let tuple = calls::defaults_of(m, py, function);
    let Some(tuple) = m.as_ref(tuple) else { return false };
    let length = m.array_len(Tuple::ITEMS_ARRAY, tuple);
    let length = m.promote_int(length) as usize;
    let Some(first) = bound.len().checked_sub(length).filter(|first| *first <= first_missing) else {
        return false;
    };
    for (index, parameter) in bound.iter_mut().enumerate().skip(first) {
        if parameter.is_none() {
            let item = m.int((index - first) as i64);
            *parameter = Some(m.load_item_value(Tuple::ITEMS_ARRAY, tuple, item));
        }
    }
    true
}

/// Fills in `__kwdefaults__`; false: one is missing.
fn keyword_defaults<M: Machine>(
    m: &mut M,
    py: Py,
    code: &'static Code,
    function: M::Ref,
    positional: usize,
    bound: &mut [Option<M::Value>],
) -> Result<bool, Raised> {
    if bound[positional..].iter().all(Option::is_some) {
        return Ok(true);
    }
    let defaults = m.load_value(Function::KWDEFAULTS, function);
    if let Some((keys, values)) = traced_dict::entries(m, defaults) {
        for (index, parameter) in bound.iter_mut().enumerate().skip(positional) {
            if parameter.is_none() {
                let name = py.name_word(code.info.parameter(py, index)?);
                let Some(place) = keys.iter().position(|key| *key == name) else { return Ok(false) };
                *parameter = Some(values[place]);
            }
        }
        return Ok(true);
    }
    let Some(defaults) = m.as_ref(defaults) else { return Ok(false) };
    if !m.has_layout(defaults, Dict::ID) || !quiet_keys::compares_quietly(m, py, defaults) {
        return Ok(false);
    }
    for (index, parameter) in bound.iter_mut().enumerate().skip(positional) {
        if parameter.is_none() {
            let name = code.info.parameter(py, index)?;
            let name = m.value(py.name_word(name));
            let value = m.call_value(&call::DICT_GET, &[Arg::Ref(defaults), Arg::Value(name)])?;
            if m.value_is(value, NanBox::UNSET) {
                return Ok(false);
            }
            *parameter = Some(value);
        }
    }
    Ok(true)
}

pub fn tuple_of<M: Machine>(m: &mut M, values: &[M::Value]) -> Result<M::Value, Raised> {
    let none = m.value(NanBox::NONE);
    let length = m.int(values.len() as i64);
    let tuple = m.new_array(Tuple::ITEMS_ARRAY, length, Arg::Value(none))?;
    for (k, value) in values.iter().enumerate() {
        let index = m.int(k as i64);
        m.store_item(Tuple::ITEMS_ARRAY, tuple, index, Arg::Value(*value));
    }
    Ok(m.box_ref(tuple))
}

fn keyword_dict<M: Machine>(
    m: &mut M,
    py: Py,
    keys: &[Word],
    values: &[M::Value],
) -> Result<M::Value, Raised> {
    if let Some(dict) = traced_dict::of(m, py, keys, values)? {
        return Ok(dict);
    }
    let words: Vec<M::Value> =
        keys.iter().zip(values).flat_map(|(name, value)| [m.value(*name), *value]).collect();
    let words = tuple_of(m, &words)?;
    m.call_value(&call::KEYWORD_DICT, &[Arg::Value(words)])
}

/// The items of a tuple or list of few items; how many they are is part of the trace.
pub fn items<M: Machine>(m: &mut M, sequence: M::Value) -> Option<Held<M::Value>> {
    let object = m.as_ref(sequence)?;
    let layout = m.layout_of(object);
    let (array, storage, length) = if layout == Tuple::ID {
        (Tuple::ITEMS_ARRAY, object, m.array_len(Tuple::ITEMS_ARRAY, object))
    } else if layout == List::ID {
        (Values::ITEMS_ARRAY, m.load_ref(List::ITEMS, object), m.load_int(List::LENGTH, object))
    } else {
        return None;
    };
    let length = m.promote_int(length);
    if length > MOST_ITEMS {
        return None;
    }
    let item = |m: &mut M, k| {
        let index = m.int(k);
        m.load_item_value(array, storage, index)
    };
    Some((0..length).map(|k| item(m, k)).collect())
}

/// Star arguments that a trace passes on one by one.
const MOST_ITEMS: i64 = 12;
