//! Starting the import system: runs `importlib._bootstrap` and what follows from it, as CPython does before anything else.
//!
//! After that `sys.meta_path` and `sys.path_hooks` are as in CPython, with one hook more: that of the embedded library, before the one for
//! directories.

use crate::{evaluation, library};
use python_model::names::Name;
use python_model::objects::{Dict, List, Module};
use python_model::py::{Py, Result, list_push};
use python_model::symbols::Symbol;
use python_model::value::*;
use python_model::{dict, modules};
use std::cell::{Cell, OnceCell};

/// What the code of the import system has for a file, as in CPython: tracebacks leave it out by these names.
pub const BOOTSTRAP_FILE: &str = "<frozen importlib._bootstrap>";
pub const EXTERNAL_FILE: &str = "<frozen importlib._bootstrap_external>";

/// What the runtime refers to in the import system. Words are immortal.
#[derive(Default)]
pub struct ImportSystem {
    /// The module `_frozen_importlib`; 0: not started.
    bootstrap: Cell<Word>,
    names: OnceCell<Names>,
    parts: Cell<Option<Parts>>,
}

/// Names that are used for each import.
#[derive(Clone, Copy)]
pub struct Names {
    pub initializing: Symbol,
    pub has_location: Symbol,
    pub locations: Symbol,
    pub builtins: Symbol,
}

/// Objects that the short cut compares and makes instances of.
#[derive(Clone, Copy)]
pub struct Parts {
    pub module_spec: Word,
    pub builtin_importer: Word,
    /// `LibraryLoader` and `LibraryFinder`; UNSET: the library is not embedded.
    pub library_loader: Word,
    pub library_finder: Word,
    /// `sys.meta_path` and `sys.path_hooks`: the lists, and as tuples what was in them.
    pub meta_path: Word,
    pub finders: Word,
    pub path_hooks: Word,
    pub hooks: Word,
}

pub fn names(py: Py) -> Result<Names> {
    let system = py.vm().state::<ImportSystem>();
    if let Some(names) = system.names.get() {
        return Ok(*names);
    }
    let names = Names {
        initializing: py.intern("_initializing")?,
        has_location: py.intern("_set_fileattr")?,
        locations: py.intern("submodule_search_locations")?,
        builtins: py.intern("__builtins__")?,
    };
    Ok(*system.names.get_or_init(|| names))
}

/// The module `_frozen_importlib`, once the import system has been started.
pub fn bootstrap(py: Py) -> Option<Word> {
    Some(py.vm().state::<ImportSystem>().bootstrap.get()).filter(|module| *module != 0)
}

pub fn parts(py: Py) -> Option<Parts> {
    py.vm().state::<ImportSystem>().parts.get()
}

/// Calls a function of `_frozen_importlib`.
pub fn call(py: Py, function: &str, args: &[Word]) -> Result {
    let module =
        bootstrap(py).ok_or_else(|| py.import_error_text("the import system has not been started"))?;
    let function = py.get_attr(module, py.intern(function)?)?;
    py.call(function, args)
}

/// Starts the import system. Errors: what its code raises.
pub fn start(py: Py) -> Result<()> {
    if ["_imp", "_io", "posix", "_warnings", "marshal"].iter().any(|name| super::native(py, name).is_none()) {
        return Ok(());
    }
    let bootstrap = run_frozen(py, "_frozen_importlib", "importlib._bootstrap", BOOTSTRAP_FILE)?;
    let imp = super::native(py, "_imp").expect("looked for above").make(py)?;
    let modules = super::sys_modules(py)?;
    dict::set_symbol(py, modules, py.intern("_imp")?, word(imp))?;
    let sys = py.imported("sys")?.unwrap_or(NONE);
    let install = py.get_attr(bootstrap, py.intern("_install")?)?;
    py.call(install, &[sys, word(imp)])?;
    let system = py.vm().state::<ImportSystem>();
    system.bootstrap.set(py.vm().immortal(bootstrap));
    run_frozen(py, "_frozen_importlib_external", "importlib._bootstrap_external", EXTERNAL_FILE)?;
    call(py, "_install_external_importers", &[])?;
    let (meta_path, path_hooks) = (list(py, "meta_path")?, list(py, "path_hooks")?);
    let (mut library_loader, mut library_finder) = (UNSET, UNSET);
    if !library::directory(py).is_empty() {
        let file = format!("{}/_embedded_library.py", library::directory(py));
        let module = run_frozen(py, "_embedded_library", "_embedded_library", &file)?;
        let part = |name: &str| py.get_attr(module, py.intern(name)?);
        (library_loader, library_finder) = (part("LibraryLoader")?, part("LibraryFinder")?);
        insert_first(py, path_hooks, part("path_hook")?)?;
    }
    let immortal = |value: Word| py.vm().immortal(value);
    let as_tuple = |list: heap::Gc<List>| -> Result {
        let copy = py.list_from_iterable(word(list))?;
        Ok(immortal(py.tuple_from_list(copy)?))
    };
    let mut parts = Parts {
        module_spec: immortal(py.get_attr(bootstrap, py.intern("ModuleSpec")?)?),
        builtin_importer: immortal(py.get_attr(bootstrap, py.intern("BuiltinImporter")?)?),
        library_loader: immortal(library_loader),
        library_finder: immortal(library_finder),
        meta_path: immortal(word(meta_path)),
        finders: as_tuple(meta_path)?,
        path_hooks: immortal(word(path_hooks)),
        hooks: as_tuple(path_hooks)?,
    };
    system.parts.set(Some(parts));
    // Archives come first.
    insert_first(py, path_hooks, py.import_from("zipimport", "zipimporter")?)?;
    parts.hooks = as_tuple(path_hooks)?;
    system.parts.set(Some(parts));
    // To find it, archives on the path were asked whether they are directories.
    let cache = super::sys_attribute(py, "path_importer_cache")?;
    if let Some(cache) = cache.and_then(as_object::<Dict>) {
        dict::clear(py, cache);
    }
    Ok(())
}

/// Imports `site`, as interpreters do that are not told otherwise.
pub fn import_site(py: Py) -> Result<()> {
    match bootstrap(py) {
        Some(_) => super::import_absolute(py, "site").map(|_| ()),
        None => Ok(()),
    }
}

/// Whether importing is done by the library's code.
pub fn is_started(py: Py) -> bool {
    bootstrap(py).is_some()
}

/// Whether a path is something that programs are found in: a directory or an archive.
pub fn has_importer(py: Py, path: &str) -> Result<bool> {
    if !is_started(py) {
        return Ok(false);
    }
    let finder = py.get_attr(py.import("_frozen_importlib_external")?, py.intern("PathFinder")?)?;
    let path = py.str(path)?;
    Ok(py.call_method(finder, py.intern("_path_importer_cache")?, &[path])? != NONE)
}

/// `__loader__` of `__main__`: of a file, or of a program that is in none.
pub fn main_loader(py: Py, file: Option<Word>) -> Result {
    match (file, parts(py)) {
        (_, None) => Ok(NONE),
        (None, Some(parts)) => Ok(parts.builtin_importer),
        (Some(file), Some(_)) => {
            let loader = py.import_from("_frozen_importlib_external", "SourceFileLoader")?;
            let name = py.str("__main__")?;
            py.call(loader, &[name, file])
        }
    }
}

fn list(py: Py, name: &str) -> Result<heap::Gc<List>> {
    let found = super::sys_attribute(py, name)?.and_then(as_object::<List>);
    found.ok_or_else(|| py.runtime_error(format!("sys.{name} must be a list of import hooks")))
}

fn insert_first(py: Py, list: heap::Gc<List>, value: Word) -> Result<()> {
    list_push(py, list, NONE)?;
    let storage = list.storage();
    for index in (1..list.len()).rev() {
        storage.items()[index].set(py.mutator(), storage, storage.items()[index - 1].get());
    }
    storage.items()[0].set(py.mutator(), storage, value);
    Ok(())
}

/// Runs a module of the library under another name and without an import.
fn run_frozen(py: Py, name: &str, original: &str, file: &str) -> Result {
    let module = modules::new(py, name, NONE)?;
    let globals = module.dict.get().expect("a module has a namespace");
    dict::set_symbol(py, globals, names(py)?.builtins, py.vm().builtins.get())?;
    dict::set_symbol(py, globals, Name::Package, py.str("")?)?;
    // `FrozenImporter` wants to know what a frozen module was called.
    dict::set_symbol(py, globals, py.intern("__origname__")?, py.str(original)?)?;
    dict::set_symbol(py, super::sys_modules(py)?, py.intern(name)?, word(module))?;
    let code = match python_lib::module(original) {
        Some(module) => library::code(module, file),
        None => return Err(py.import_error_text(format!("no module {original} in the library"))),
    };
    evaluation::run_module_code(py, code, globals)?;
    debug_assert!(as_object::<Module>(word(module)).is_some() && as_object::<Dict>(word(globals)).is_some());
    Ok(word(module))
}
