//! Names that are looked up at run time: namespaces of classes and modules, `import`.

use heap::Gc;
use metatrace_machine::Raised;
use python_compile::opcode::CommonConstant;
use python_model::code::Code;
use python_model::dict;
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::symbols::Symbol;
use python_model::types::Ty;
use python_model::value::{NONE, UNSET, Word, as_object, word};

/// Raises that a variable has no value: kind 0 local, 1 free, 2 global.
pub fn unbound(py: Py, name: Symbol, kind: i64) -> Raised {
    let text = py.vm().symbols.text(name).to_text();
    let word = py.name_word(name);
    match kind {
        0 => py.name_error(
            Ty::UnboundLocalError,
            word,
            format!("cannot access local variable '{text}' where it is not associated with a value"),
        ),
        1 => py.name_error(
            Ty::NameError,
            word,
            format!("cannot access free variable '{text}' where it is not associated with a value in enclosing scope"),
        ),
        _ => py.name_error(Ty::NameError, word, format!("name '{text}' is not defined")),
    }
}

/// Objects that code refers to whatever names are bound to.
pub fn common(py: Py, which: u32) -> Word {
    match CommonConstant::from_operand(which) {
        Some(CommonConstant::NotImplementedError) => py.ty(Ty::NotImplementedError).word(),
        Some(CommonConstant::AssertionError) | None => py.ty(Ty::AssertionError).word(),
    }
}

/// An entry of a namespace, which may be any mapping; `None` if it is not there.
fn entry(py: Py, namespace: Word, name: Symbol) -> Result<Option<Word>> {
    if let Some(dict) = as_object::<Dict>(namespace) {
        return Ok(dict::get_symbol(py, dict, name));
    }
    py.unless(py.get_item(namespace, py.name_word(name)), Ty::KeyError)
}

/// `LOAD_NAME`
pub fn load_name(py: Py, namespace: Word, code: &'static Code, site: u32) -> Result {
    let name = code.site_name(site);
    if namespace == UNSET {
        return global(py, code, name);
    }
    if let Some(value) = entry(py, namespace, name)? {
        return Ok(value);
    }
    // Where there are locals, a subclass of dict that holds the globals is not asked.
    match dict::get_symbol(py, code.globals, name) {
        Some(value) => Ok(value),
        None => of_builtins(py, code, name),
    }
}

fn global(py: Py, code: &'static Code, name: Symbol) -> Result {
    let own = match code.mapping {
        UNSET => dict::get_symbol(py, code.globals, name),
        mapping => py.unless(py.get_item(mapping, py.name_word(name)), Ty::KeyError)?,
    };
    if let Some(value) = own {
        return Ok(value);
    }
    of_builtins(py, code, name)
}

fn of_builtins(py: Py, code: &'static Code, name: Symbol) -> Result {
    code.builtin(py, name)?.ok_or_else(|| unbound(py, name, 2))
}

/// `STORE_NAME`, `DELETE_NAME` (the value is unset)
pub fn store_name(py: Py, namespace: Word, name: Symbol, value: Word) -> Result<()> {
    if namespace == UNSET {
        return Err(py.system_error("no locals when storing a name"));
    }
    if let Some(dict) = as_object::<Dict>(namespace) {
        if value != UNSET {
            return dict::set_symbol(py, dict, name, value);
        }
        return if dict::remove_symbol(py, dict, name) { Ok(()) } else { Err(unbound(py, name, 2)) };
    }
    let key = py.name_word(name);
    if value != UNSET {
        return py.set_item(namespace, key, value);
    }
    match py.unless(py.del_item(namespace, key), Ty::KeyError)? {
        Some(()) => Ok(()),
        None => Err(unbound(py, name, 2)),
    }
}

/// `LOAD_FROM_DICT_OR_DEREF` (with a cell), `LOAD_FROM_DICT_OR_GLOBALS`
pub fn load_from(py: Py, mapping: Word, code: &'static Code, name: Symbol, cell: Word) -> Result {
    if let Some(value) = entry(py, mapping, name)? {
        return Ok(value);
    }
    match as_object::<CellObject>(cell) {
        Some(cell) if cell.value.get() != UNSET => Ok(cell.value.get()),
        Some(_) => Err(unbound(py, name, 1)),
        None => global(py, code, name),
    }
}

/// `STORE_GLOBAL`, `DELETE_GLOBAL`
pub fn store_global(py: Py, code: &'static Code, site: u32, value: Word) -> Result<()> {
    let name = code.site_name(site);
    if value != UNSET {
        return dict::set_symbol(py, code.globals, name, value);
    }
    if dict::remove_symbol(py, code.globals, name) { Ok(()) } else { Err(unbound(py, name, 2)) }
}

pub fn build_class_function(py: Py, code: &'static Code) -> Result {
    match code.builtin(py, Name::BuildClass)? {
        Some(function) => Ok(function),
        None => {
            Err(py.name_error(Ty::NameError, py.name_word(Name::BuildClass), "__build_class__ not found"))
        }
    }
}

/// Makes sure that a namespace has `__annotations__`.
pub fn setup_annotations(py: Py, namespace: Word) -> Result<()> {
    if entry(py, namespace, Name::Annotations.into())?.is_none() {
        let annotations = word(dict::new(py)?);
        store_name(py, namespace, Name::Annotations.into(), annotations)?;
    }
    Ok(())
}

/// `IMPORT_NAME`: calls `__import__` of the builtins.
pub fn import_name(
    py: Py,
    code: &'static Code,
    name: Symbol,
    level: Word,
    from: Word,
    namespace: Word,
) -> Result {
    let Some(import) = code.builtin(py, Name::Import)? else {
        return Err(py.import_error_text("__import__ not found"));
    };
    let locals = if namespace == UNSET { NONE } else { namespace };
    py.call(import, &[py.name_word(name), code.globals_word(), locals, from, level])
}

/// `IMPORT_FROM`
pub fn import_from(py: Py, module: Word, name: Symbol) -> Result {
    if let Some(value) = py.get_attr_opt(module, name)? {
        return Ok(value);
    }
    let text = py.vm().symbols.text(name).to_text();
    let own = py.get_attr_opt(module, Name::NameAttr)?.unwrap_or(UNSET);
    // A submodule that is being imported is in `sys.modules` before it is an attribute of its package.
    let own_text = py.as_str(own).map(|s| s.to_text());
    if let (Some(own), Some(modules)) = (&own_text, as_object::<Dict>(py.vm().modules.get())) {
        let full = py.intern(&format!("{own}.{text}"))?;
        if let Some(module) = dict::get_symbol(py, modules, full) {
            return Ok(module);
        }
    }
    let path = py.get_attr_opt(module, Name::FileAttr)?;
    let message = python_model::module_errors::cannot_import(py, module, own, name)?;
    let raised = py.import_error_text(message);
    let exception = py.context().raised.get();
    py.set_private(exception, "ImportError", "name", own);
    py.set_private(exception, "ImportError", "name_from", py.name_word(name));
    if let Some(path) = path {
        py.set_private(exception, "ImportError", "path", path);
    }
    Err(raised)
}

/// `from module import *` into a namespace.
pub fn import_star(py: Py, module: Word, namespace: Word) -> Result<()> {
    let all = py.get_attr_opt(module, Name::All)?;
    let (names, skip_private) = match all {
        Some(all) => (py.list_from_iterable(all)?, false),
        None => {
            let Some(own) = py.get_attr_opt(module, Name::DictAttr)? else {
                return Err(py.import_error_text("from-import-* object has no __dict__ and no __all__"));
            };
            let keys = py.call_method(own, Name::Keys, &[])?;
            (py.list_from_iterable(keys)?, true)
        }
    };
    for index in 0..names.len() {
        let name = names.item(index);
        let Some(text) = py.as_str(name) else {
            let own = py.get_attr(module, Name::NameAttr)?;
            let own = py.to_text(own)?;
            return Err(py.type_error(match skip_private {
                true => format!("Key in {own}.__dict__ must be str, not {}", py.type_name(name)),
                false => format!("Item in {own}.__all__ must be str, not {}", py.type_name(name)),
            }));
        };
        if skip_private && text.as_bytes().starts_with(b"_") {
            continue;
        }
        let symbol = py.symbol_of(text)?;
        let value = py.get_attr(module, symbol)?;
        store_name(py, namespace, symbol, value)?;
    }
    Ok(())
}

/// The dict of a module in a word.
pub fn module_dict(py: Py, module: Word) -> Option<Gc<Dict>> {
    py.cast::<Module>(module)?.dict.get()
}
