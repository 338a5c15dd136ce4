//! Importing: `__import__`, the way from a name to a module.
//!
//! As in CPython the import system is Python code, `importlib._bootstrap` and `_bootstrap_external` of the library, which `start`
//! runs first; `__import__` looks into `sys.modules` and asks them. In between is a short cut (`shortcut`): a module of the
//! embedded library, or one written in Rust, is made without running that code as long as nobody has changed what it would do.
//! Its specification and loader are the same as if it had.
//! Source: CPython 3.14, `Python/import.c`.

pub mod imp;
mod loading;
mod plain_files;
mod relative;
mod shortcut;
mod start;
pub mod times;
mod trim;

use heap::Gc;
use metatrace_machine::Raised;
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{NativeDef, def, given};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use std::cell::RefCell;

pub use plain_files::{Main, find_main};
pub use start::{has_importer, import_site, is_started, main_loader, start};

pub static FUNCTIONS: &[NativeDef] = &[def(
    "__import__",
    "(name, globals=None, locals=None, fromlist=(), level=0)",
    "Import a module.",
    import,
)];

/// The modules written in Rust that programs may import.
#[derive(Default)]
pub struct Registry {
    modules: RefCell<Vec<&'static NativeModule>>,
}

/// Adds modules to those that can be imported.
pub fn register(py: Py, added: &[&'static NativeModule]) {
    py.vm().state::<Registry>().modules.borrow_mut().extend(added);
}

/// Names of the modules written in Rust, sorted.
pub fn native_names(py: Py) -> Vec<&'static str> {
    let mut names: Vec<_> = py.vm().state::<Registry>().modules.borrow().iter().map(|m| m.name).collect();
    names.extend(["builtins", "sys"]);
    names.sort_unstable();
    names
}

/// The module of a name that is written in Rust.
fn native(py: Py, name: &str) -> Option<&'static NativeModule> {
    py.vm().state::<Registry>().modules.borrow().iter().copied().find(|module| module.name == name)
}

fn sys_modules(py: Py) -> Result<Gc<Dict>> {
    as_object(py.vm().modules.get()).ok_or_else(|| py.runtime_error("unable to get sys.modules"))
}

/// `sys.modules[name]`, if it is there and not None.
fn loaded(py: Py, name: &str) -> Result<Option<Word>> {
    Ok(py.imported(name)?.filter(|module| *module != NONE))
}

/// An attribute of `sys`.
fn sys_attribute(py: Py, name: &str) -> Result<Option<Word>> {
    let Some(sys) = as_object::<Dict>(py.vm().sys.get()) else { return Ok(None) };
    Ok(dict::get_symbol(py, sys, py.intern(name)?))
}

fn not_found(py: Py, message: String, name: &str) -> Raised {
    let raised = py.raise_text(Ty::ModuleNotFoundError, &message);
    if let Ok(name) = py.str(name) {
        py.set_private(py.context().raised.get(), "ImportError", "name", name);
    }
    raised
}

fn import(py: Py, a: &[Word]) -> Result {
    let [name, globals, _, list, level] = a[..] else { unreachable!("there are five parameters") };
    let Some(text) = py.as_str(name) else {
        return Err(py.type_error("module name must be a string"));
    };
    let text = text.to_text();
    let level = if level == UNSET { 0 } else { py.index(level)? };
    if level < 0 {
        return Err(py.value_error("level must be >= 0"));
    }
    let absolute = if level > 0 { relative::resolve(py, &text, globals, level)? } else { text.clone() };
    if absolute.is_empty() {
        return Err(py.value_error("Empty module name"));
    }
    let module = import_absolute(py, &absolute)?;
    if let Some(list) = given(list)
        && py.truth(list)?
    {
        return match (py.get_attr_opt(module, Name::Path)?, start::bootstrap(py)) {
            (None, _) => Ok(module),
            (Some(_), Some(_)) => start::call(py, "_handle_fromlist", &[module, list, import_function(py)?])
                .map_err(|raised| trim::remove_importlib_frames(py, raised)),
            (Some(_), None) => {
                plain_files::import_list(py, module, &absolute, list)?;
                Ok(module)
            }
        };
    }
    // The package that the name begins with.
    let first = text.split('.').next().unwrap_or_default();
    if text.is_empty() || first.len() == text.len() {
        return Ok(module);
    }
    if level == 0 {
        return import_absolute(py, first);
    }
    let package = &absolute[..absolute.len() - (text.len() - first.len())];
    match py.imported(package)? {
        Some(module) => Ok(module),
        None => Err(py.raise_text(Ty::KeyError, &format!("'{package}' not in sys.modules as expected"))),
    }
}

/// `builtins.__import__`, as it is now.
fn import_function(py: Py) -> Result {
    let builtins = as_object::<Dict>(py.vm().builtins.get());
    let function = builtins.and_then(|builtins| dict::get_symbol(py, builtins, Name::Import));
    function.ok_or_else(|| py.import_error_text("__import__ not found"))
}

/// The module of an absolute name, imported if it has not been.
pub fn import_absolute(py: Py, name: &str) -> Result {
    if let Some(module) = loaded(py, name)? {
        if !wait_until_initialized(py, module, name)? {
            times::cached(py, name);
            return Ok(module);
        }
        // A module may have put another one in its place meanwhile, or have failed.
        if let Some(module) = loaded(py, name)? {
            times::cached(py, name);
            return Ok(module);
        }
    }
    times::measured(py, name, || find_and_load(py, name))
}

/// If another thread is importing a module, waits until it has done so. Whether the module was being imported.
fn wait_until_initialized(py: Py, module: Word, name: &str) -> Result<bool> {
    let Some(spec) = py.get_attr_opt(module, Name::Spec)?.filter(|spec| *spec != NONE) else {
        return Ok(false);
    };
    let is_initializing = match py.get_attr_opt(spec, start::names(py)?.initializing)? {
        Some(flag) => py.truth(flag)?,
        None => false,
    };
    if is_initializing && !loading::wait(py, name)? && start::bootstrap(py).is_some() {
        let name = py.str(name)?;
        start::call(py, "_lock_unlock_module", &[name])?;
    }
    Ok(is_initializing)
}

fn find_and_load(py: Py, name: &str) -> Result {
    if start::bootstrap(py).is_none() {
        return plain_files::import_dotted(py, name);
    }
    py.audit("import", |py| {
        let [path, meta_path, hooks] =
            ["path", "meta_path", "path_hooks"].map(|name| sys_attribute(py, name));
        let [path, meta_path, hooks] = [path?, meta_path?, hooks?].map(|found| found.unwrap_or(NONE));
        py.new_tuple(&[py.str(name)?, NONE, path, meta_path, hooks])
    })?;
    if let Some(module) = shortcut::import(py, name)? {
        return Ok(module);
    }
    let text = py.str(name)?;
    let import = import_function(py)?;
    start::call(py, "_find_and_load", &[text, import])
        .map_err(|raised| trim::remove_importlib_frames(py, raised))
}
