//! The short cut to modules of the embedded library and those written in Rust.
//!
//! The code of the import system would find such a module after calling each finder with each entry of the path: some hundred Python
//! calls. As long as `sys.meta_path` and `sys.path_hooks` hold what the interpreter put there, the result is known: a module written in Rust if
//! there is one of that name, else the one of the library if no entry of the path before the library has anything of that name, which a few
//! questions to the file system tell. Whenever the answer is not plain, the import system is asked.
//! Two threads that import the same module share it: [`loading`].

use super::loading;
use super::start::{self, Parts};
use crate::{evaluation, library};
use heap::Gc;
use python_lib::Module as Embedded;
use python_model::names::Name;
use python_model::native::Args;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::value::*;
use python_model::{dict, modules};
use std::path::Path;

/// Imports a module that is not in `sys.modules`; `None`: the import system must look for it.
pub fn import(py: Py, name: &str) -> Result<Option<Word>> {
    let Some(parts) = start::parts(py) else { return Ok(None) };
    // None in `sys.modules` forbids the import.
    if super::imp::is_frozen(name) || py.imported(name)?.is_some() || !is_untouched(py, &parts)? {
        return Ok(None);
    }
    let Some((parent, last)) = name.rsplit_once('.') else {
        if let Some(native) = super::native(py, name) {
            return match loading::claim(py, native.name)? {
                Some(_claim) => make_native(py, native, &parts).map(Some),
                None => super::loaded(py, name),
            };
        }
        let path = super::sys_attribute(py, "path")?.unwrap_or(NONE);
        return match find(py, path, name, &parts)? {
            Some(module) => load(py, module, &parts),
            None => Ok(None),
        };
    };
    // Importing the package may import the module, too; so may another thread.
    super::import_absolute(py, parent)?;
    if super::loaded(py, name)?.is_some() {
        return super::import_absolute(py, name).map(Some);
    }
    let package = py.imported(parent)?.unwrap_or(NONE);
    let Some(path) = py.get_attr_opt(package, Name::Path)? else { return Ok(None) };
    let Some(module) = find(py, path, last, &parts)?.filter(|module| module.name == name) else {
        return Ok(None);
    };
    let Some(module) = load(py, module, &parts)? else { return Ok(None) };
    py.set_attr(package, py.intern(last)?, module)?;
    Ok(Some(module))
}

/// Whether the finders and hooks are those that the interpreter put there.
fn is_untouched(py: Py, parts: &Parts) -> Result<bool> {
    let holds = |name: &str, list: Word, content: Word| -> Result<bool> {
        if super::sys_attribute(py, name)? != Some(list) {
            return Ok(false);
        }
        let (list, content): (Gc<List>, Gc<Tuple>) =
            (as_object(list).expect("a list"), as_object(content).expect("a tuple"));
        let items = content.items();
        Ok(list.len() == items.len() && (0..list.len()).all(|index| list.item(index) == items[index].get()))
    };
    Ok(holds("meta_path", parts.meta_path, parts.finders)?
        && holds("path_hooks", parts.path_hooks, parts.hooks)?)
}

/// The module that an entry of the path has in the library, if no entry before it has anything of the name.
fn find(py: Py, path: Word, last: &str, parts: &Parts) -> Result<Option<&'static Embedded>> {
    let Some(path) = as_object::<List>(path) else { return Ok(None) };
    for index in 0..path.len() {
        let Some(entry) = as_object::<Str>(path.item(index)) else { return Ok(None) };
        let Some(entry) = entry.as_str() else { return Ok(None) };
        match library::below(py, entry) {
            Some(directory) => match library::find(directory, last) {
                Some(module) => {
                    return Ok(Some(module).filter(|_| finder_is_ours(py, entry, parts)));
                }
                None => continue,
            },
            None if may_have(entry, last) => return Ok(None),
            None => {}
        }
    }
    Ok(None)
}

/// Whether nobody has put another finder for the library's directory into `sys.path_importer_cache`.
fn finder_is_ours(py: Py, entry: &str, parts: &Parts) -> bool {
    let known = || -> Result<bool> {
        let cache = super::sys_attribute(py, "path_importer_cache")?.and_then(as_object::<Dict>);
        let Some(cache) = cache else { return Ok(false) };
        let entry = py.str(entry)?;
        Ok(match dict::get(py, cache, entry)? {
            Some(finder) => {
                py.as_type(parts.library_finder).is_some_and(|class| py.type_of(finder).is(class))
            }
            None => true,
        })
    };
    known().unwrap_or_else(|_| {
        py.take_raised();
        false
    })
}

/// Whether an entry of the path that is not in the library may have a module of that name.
fn may_have(entry: &str, last: &str) -> bool {
    let directory = Path::new(if entry.is_empty() { "." } else { entry });
    match directory.metadata() {
        Ok(metadata) if metadata.is_dir() => {}
        // A file may be a zip archive.
        Ok(_) => return true,
        Err(_) => return false,
    }
    ["", ".py", ".pyc"].iter().any(|suffix| directory.join(format!("{last}{suffix}")).exists())
}

/// `ModuleSpec(name, loader, origin=…, is_package=…)`
fn new_spec(py: Py, parts: &Parts, name: Word, loader: Word, origin: Word, is_package: bool) -> Result {
    let keywords = [py.intern("origin")?, py.intern("is_package")?].map(|name| py.name_word(name));
    let keywords = Some(py.tuple_of(&keywords)?);
    py.call_args(parts.module_spec, Args { words: &[name, loader, origin, bool_word(is_package)], keywords })
}

/// As `BuiltinImporter` would make it.
fn make_native(py: Py, native: &'static modules::NativeModule, parts: &Parts) -> Result {
    let module = native.make(py)?;
    let globals = module.dict.get().expect("a module has a namespace");
    let (name, origin) = (py.str(native.name)?, py.str("built-in")?);
    let loader = parts.builtin_importer;
    let spec = new_spec(py, parts, name, loader, origin, false)?;
    dict::set_symbol(py, globals, Name::Loader, loader)?;
    dict::set_symbol(py, globals, Name::Spec, spec)?;
    dict::set_symbol(py, globals, Name::Package, py.str("")?)?;
    dict::set_symbol(py, super::sys_modules(py)?, py.intern(native.name)?, word(module))?;
    Ok(word(module))
}

/// As `LibraryLoader` would load it. `None`: another thread tried, and failed.
fn load(py: Py, embedded: &'static Embedded, parts: &Parts) -> Result<Option<Word>> {
    match loading::claim(py, embedded.name)? {
        Some(_claim) => load_claimed(py, embedded, parts).map(Some),
        None => super::loaded(py, embedded.name),
    }
}

fn load_claimed(py: Py, embedded: &'static Embedded, parts: &Parts) -> Result {
    let names = start::names(py)?;
    let file = Path::new(library::directory(py)).join(embedded.file().path);
    let file_text = file.to_string_lossy();
    let (name, file_word) = (py.str(embedded.name)?, py.str(&file_text)?);
    let loader = py.call(parts.library_loader, &[name, file_word])?;
    let spec = new_spec(py, parts, name, loader, file_word, embedded.is_package)?;
    py.set_attr(spec, names.has_location, TRUE)?;
    let module = modules::new(py, embedded.name, NONE)?;
    let globals = module.dict.get().expect("a module has a namespace");
    dict::set_symbol(py, globals, Name::Loader, loader)?;
    dict::set_symbol(py, globals, Name::Spec, spec)?;
    let package = match embedded.is_package {
        true => embedded.name,
        false => embedded.name.rsplit_once('.').map_or("", |(package, _)| package),
    };
    dict::set_symbol(py, globals, Name::Package, py.str(package)?)?;
    if let Some(directory) = file.parent().filter(|_| embedded.is_package) {
        let directory = py.str(&directory.to_string_lossy())?;
        let locations = word(py.list_of(&[directory])?);
        dict::set_symbol(py, globals, Name::Path, locations)?;
        py.set_attr(spec, names.locations, locations)?;
    }
    dict::set_symbol(py, globals, Name::FileAttr, file_word)?;
    dict::set_symbol(py, globals, names.builtins, py.vm().builtins.get())?;
    let key = py.intern(embedded.name)?;
    dict::set_symbol(py, super::sys_modules(py)?, key, word(module))?;
    py.set_attr(spec, names.initializing, TRUE)?;
    let result = evaluation::run_module_code(py, library::code(embedded, &file_text), globals);
    if let Err(raised) = result {
        let exception = py.take_raised();
        dict::remove_symbol(py, super::sys_modules(py)?, key);
        py.set_attr(spec, names.initializing, FALSE)?;
        py.reraise(exception);
        return Err(raised);
    }
    py.set_attr(spec, names.initializing, FALSE)?;
    // A module may have put something else in its place.
    match py.imported(embedded.name)? {
        Some(module) => Ok(module),
        None => Err(py.raise_with(python_model::types::Ty::KeyError, &[name])),
    }
}
