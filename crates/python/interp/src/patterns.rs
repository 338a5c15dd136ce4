//! Pattern matching: classes, mappings, sequences. Source: PEP 634.

use heap::Gc;
use metatrace_machine::{Arg, CallDescr, Machine, Raised};
use python_model::dict;
use python_model::names::Name;
use python_model::objects::{Dict, Tuple};
use python_model::py::{Py, Result, list_push};
use python_model::types::flags;
use python_model::value::{NONE, V, Word, as_object, word};

/// Whether the class of a value has a flag of PEP 634. What has no class of its program says so by its layout; a class of the program may
/// be registered as a sequence or mapping at any time.
pub fn matches_kind<M: Machine>(
    m: &mut M,
    py: Py,
    value: M::Value,
    flag: u32,
    asks: &'static CallDescr,
) -> std::result::Result<M::Bool, Raised> {
    if M::RECORDS && m.as_int(value).is_none() {
        let Some(object) = m.as_ref(value) else { return Ok(m.bool(false)) };
        let layout = m.layout_of(object);
        if layout.0 < heap::FIRST_DYNAMIC_LAYOUT
            && let Some(class) = py.vm().types.of_layout(layout)
        {
            return Ok(m.bool(class.has(flag)));
        }
    }
    m.call_bool(asks, &[Arg::Value(value)])
}

pub fn is_mapping(py: Py, value: Word) -> bool {
    py.type_of(value).has(flags::MAPPING)
}

pub fn is_sequence(py: Py, value: Word) -> bool {
    py.type_of(value).has(flags::SEQUENCE)
}

/// The values at the keys of a tuple, or None.
pub fn match_keys(py: Py, value: Word, keys: Word) -> Result {
    let keys: Gc<Tuple> = as_object(keys).expect("the compiler made a tuple");
    let seen = dict::new(py)?;
    let out = py.new_list(keys.items().len())?;
    let missing = word(py.new_list(0)?);
    for key in keys.items() {
        let key = key.get();
        if dict::contains(py, seen, key)? {
            let key = py.repr_text(key)?;
            return Err(py.value_error(format!("mapping pattern checks duplicate key ({key})")));
        }
        dict::set(py, seen, key, NONE)?;
        // `get` and not `[]`, so that a `defaultdict` does not grow.
        let found = match as_object::<Dict>(value) {
            Some(d) => dict::get(py, d, key)?.unwrap_or(missing),
            None => py.call_method(value, Name::Get_, &[key, missing])?,
        };
        if found == missing {
            return Ok(NONE);
        }
        list_push(py, out, found)?;
    }
    py.tuple_from_list(out)
}

/// The attributes that a class pattern names (positional ones by `__match_args__`), or None.
/// Errors: `TypeError` if it is no class or takes fewer positional patterns.
pub fn match_class(py: Py, value: Word, class: Word, names: Word, count: usize) -> Result {
    let Some(ty) = py.as_type(class) else {
        return Err(py.type_error("called match pattern must be a class"));
    };
    if !py.is_instance(value, class)? {
        return Ok(NONE);
    }
    let names: Gc<Tuple> = as_object(names).expect("the compiler made a tuple");
    let out = py.new_list(count + names.items().len())?;
    let seen = dict::new(py)?;
    let class_name = ty.name.borrow().to_string();
    let attribute = |name: Word| -> Result<bool> {
        if dict::contains(py, seen, name)? {
            let name = py.repr_text(name)?;
            return Err(
                py.type_error(format!("{class_name}() got multiple sub-patterns for attribute {name}"))
            );
        }
        dict::set(py, seen, name, NONE)?;
        let text = py.as_str(name).expect("the caller checked");
        match py.get_attr_opt(value, py.symbol_of(text)?)? {
            Some(found) => {
                list_push(py, out, found)?;
                Ok(true)
            }
            None => Ok(false),
        }
    };
    if count > 0 {
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        match py.get_attr_opt(class, Name::MatchArgs)? {
            Some(args) => {
                let V::Tuple(args) = V::of(args) else {
                    return Err(py.type_error(format!(
                        "{class_name}.__match_args__ must be a tuple (got {})",
                        py.type_name(args)
                    )));
                };
                let allowed = args.items().len();
                if count > allowed {
                    return Err(py.type_error(format!(
                        "{class_name}() accepts {allowed} positional sub-pattern{} ({count} given)",
                        plural(allowed)
                    )));
                }
                for name in &args.items()[..count] {
                    if py.as_str(name.get()).is_none() {
                        return Err(py.type_error(format!(
                            "__match_args__ elements must be strings (got {})",
                            py.type_name(name.get())
                        )));
                    }
                    if !attribute(name.get())? {
                        return Ok(NONE);
                    }
                }
            }
            None if ty.has(flags::MATCH_SELF) => {
                if count > 1 {
                    return Err(py.type_error(format!(
                        "{class_name}() accepts 1 positional sub-pattern ({count} given)"
                    )));
                }
                list_push(py, out, value)?;
            }
            None => {
                return Err(py.type_error(format!(
                    "{class_name}() accepts 0 positional sub-patterns ({count} given)"
                )));
            }
        }
    }
    for name in names.items() {
        if !attribute(name.get())? {
            return Ok(NONE);
        }
    }
    py.tuple_from_list(out)
}
