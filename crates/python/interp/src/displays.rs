//! Lists, sets, dicts and strings that are built from parts.

use heap::{Gc, Header, WordSlot};
use python_model::dict;
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::{NONE, UNSET, V, Word, as_object, word};

/// `LIST_EXTEND`, of `[*items]`
pub fn list_extend(py: Py, list: Word, items: Word) -> Result<()> {
    let list: Gc<List> = as_object(list).expect("the compiler put a list there");
    let iterable = match py.list_from_iterable(items) {
        Ok(iterable) => iterable,
        Err(raised) => {
            let is_iterable = py.type_of(items).lookup(py, Name::Iter).is_some()
                || py.type_of(items).lookup(py, Name::GetItem).is_some();
            return Err(match is_iterable {
                false if py.take_if(Ty::TypeError).is_some() => {
                    py.type_error(format!("Value after * must be an iterable, not {}", py.type_name(items)))
                }
                _ => raised,
            });
        }
    };
    for index in 0..iterable.len() {
        list_push(py, list, iterable.item(index))?;
    }
    Ok(())
}

/// A set of the items of a tuple.
pub fn set_of(py: Py, items: Word) -> Result {
    let table = dict::new(py)?;
    let items: Gc<Tuple> = as_object(items).expect("the interpreter made a tuple");
    for item in items.items() {
        dict::add_element(py, table, item.get())?;
    }
    py.new_set(table)
}

/// The table of a set. Errors: `TypeError`; one set, `__conditional_annotations__`, lies where programs can replace it.
fn table(py: Py, set: Word) -> Result<Gc<Dict>> {
    match as_object::<Set>(set).and_then(|set| set.table.get()) {
        Some(table) => Ok(table),
        None => Err(py.type_error(format!("expected a set, not '{}'", py.type_name(set)))),
    }
}

pub fn set_add(py: Py, set: Word, item: Word) -> Result<()> {
    dict::add_element(py, table(py, set)?, item)
}

pub fn set_update(py: Py, set: Word, items: Word) -> Result<()> {
    let iterator = py.iter(items)?;
    while let Some(item) = py.next(iterator)? {
        dict::add_element(py, table(py, set)?, item)?;
    }
    Ok(())
}

/// A dict of key, value, key, value, …
pub fn dict_of(py: Py, items: Word) -> Result {
    let items: Gc<Tuple> = as_object(items).expect("the interpreter made a tuple");
    let out = dict::with_room(py, items.items().len() / 2)?;
    for pair in items.items().chunks_exact(2) {
        dict::set(py, out, pair[0].get(), pair[1].get())?;
    }
    Ok(word(out))
}

/// Adds the entries of a mapping (anything with `keys`).
fn update_from(py: Py, d: Gc<Dict>, other: Word, mut each: impl FnMut(Word) -> Result<()>) -> Result<()> {
    if let Some(from) = dict::plain(py, other) {
        let mut at = 0;
        while let Some((entry, key, value)) = dict::next(from, at) {
            at = entry + 1;
            each(key)?;
            dict::set_hashed(py, d, key, dict::entry_hash(from, entry), value)?;
        }
        return Ok(());
    }
    let keys = py.call_method(other, Name::Keys, &[])?;
    let iterator = py.iter(keys)?;
    while let Some(key) = py.next(iterator)? {
        each(key)?;
        let value = py.get_item(other, key)?;
        dict::set(py, d, key, value)?;
    }
    Ok(())
}

/// `DICT_UPDATE`, of `{**other}`
pub fn dict_update(py: Py, d: Word, other: Word) -> Result<()> {
    let d: Gc<Dict> = as_object(d).expect("the compiler put a dict there");
    if as_object::<Dict>(other).is_none() && py.get_attr_opt(other, Name::Keys)?.is_none() {
        return Err(py.type_error(format!("'{}' object is not a mapping", py.type_name(other))));
    }
    update_from(py, d, other, |_| Ok(()))
}

/// `DICT_MERGE`, of `f(**other)`
pub fn dict_merge(py: Py, d: Word, other: Word, callable: Word) -> Result<()> {
    let d: Gc<Dict> = as_object(d).expect("the compiler put a dict there");
    if as_object::<Dict>(other).is_none() && py.get_attr_opt(other, Name::Keys)?.is_none() {
        let callable = function_text(py, callable)?;
        return Err(py.type_error(format!(
            "{callable} argument after ** must be a mapping, not {}",
            py.type_name(other)
        )));
    }
    update_from(py, d, other, |key| {
        // Whether it is a string, the call itself asks.
        if dict::contains(py, d, key)? {
            let (callable, key) = (function_text(py, callable)?, py.to_text(key)?);
            return Err(py.type_error(format!("{callable} got multiple values for keyword argument '{key}'")));
        }
        Ok(())
    })
}

/// A callable as error messages name it: `module.qualname()`.
pub fn function_text(py: Py, callable: Word) -> Result<String> {
    let Some(qualname) = py.get_attr_opt(callable, Name::Qualname)? else { return py.to_text(callable) };
    let qualname = py.to_text(qualname)?;
    let module = match py.get_attr_opt(callable, Name::ModuleAttr)? {
        Some(module) if module != NONE => py.to_text(module)?,
        _ => String::new(),
    };
    Ok(match module.as_str() {
        "" | "builtins" => format!("{qualname}()"),
        _ => format!("{module}.{qualname}()"),
    })
}

/// The concatenation of strings in a tuple.
pub fn join(py: Py, items: Word) -> Result {
    let items: Gc<Tuple> = as_object(items).expect("the interpreter made a tuple");
    py.concat_all(items.items().iter().map(WordSlot::get))
}

/// `format(value, spec)`; the spec may be unset.
pub fn format(py: Py, value: Word, spec: Word) -> Result {
    if spec == UNSET {
        match V::of(value) {
            V::Str(_) => return Ok(value),
            V::Int(value) => return py.decimal(value),
            _ => {}
        }
    }
    if let Some(text) = python_model::plain::format(value, spec) {
        return py.str_bytes(&text);
    }
    let spec = if spec == UNSET { py.str("")? } else { spec };
    let result = py.call_special(value, Name::Format, &[spec])?.expect("object has it");
    match py.as_str(result) {
        Some(text) => Ok(word(text)),
        None => Err(py.type_error(format!("__format__ must return a str, not {}", py.type_name(result)))),
    }
}

/// `!s`, `!r`, `!a`
pub fn convert(py: Py, value: Word, how: u32) -> Result {
    match char::from_u32(how) {
        Some('r') => Ok(word(py.repr(value)?)),
        Some('a') => {
            let text = py.repr(value)?;
            py.str(&ascii(text.as_bytes()))
        }
        _ => Ok(word(py.to_str(value)?)),
    }
}

/// Text with everything beyond ASCII escaped.
pub fn ascii(bytes: &[u8]) -> String {
    let mut out = String::new();
    for point in python_model::strings::code_points(bytes) {
        match point {
            0..=0x7F => out.push(char::from(point as u8)),
            0x80..=0xFF => out.push_str(&format!("\\x{point:02x}")),
            0x100..=0xFFFF => out.push_str(&format!("\\u{point:04x}")),
            _ => out.push_str(&format!("\\U{point:08x}")),
        }
    }
    out
}

pub fn interpolation(py: Py, value: Word, expression: Word, conversion: Word, spec: Word) -> Result {
    Ok(word(py.alloc(Interpolation {
        header: Header::EMPTY,
        value: WordSlot::new(value),
        expression: WordSlot::new(expression),
        conversion: WordSlot::new(conversion),
        format_spec: WordSlot::new(spec),
    })?))
}

pub fn template(py: Py, strings: Word, interpolations: Word) -> Result {
    Ok(word(py.alloc(Template {
        header: Header::EMPTY,
        strings: WordSlot::new(strings),
        interpolations: WordSlot::new(interpolations),
    })?))
}
