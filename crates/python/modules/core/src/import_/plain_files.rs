//! Importing without `importlib`: modules written in Rust, and source files along `sys.path`.
//!
//! For an interpreter that has not all the modules that `importlib` needs: packages with `__init__.py`, namespace packages, relative
//! imports, no path hooks, no cached bytecode. Modules get a `__spec__` of None.

use super::{native, not_found, sys_modules};
use crate::evaluation::run_module;
use crate::library;
use python_model::dict;
use python_model::modules;
use python_model::names::Name;
use python_model::native::given;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use std::path::{Path, PathBuf};

/// Imports the submodules that a `from package import …` names.
pub fn import_list(py: Py, module: Word, name: &str, list: Word) -> Result<()> {
    if py.get_attr_opt(module, Name::Path)?.is_none() {
        return Ok(());
    }
    let names = py.list_from_iterable(list)?;
    for index in 0..names.len() {
        let item = names.item(index);
        let Some(text) = py.as_str(item) else {
            let what = py.type_name(item);
            return Err(py.type_error(format!("Item in ``from list'' must be str, not {what}")));
        };
        let text = text.to_text();
        if text == "*" {
            if let Some(all) = py.get_attr_opt(module, Name::All)? {
                import_list(py, module, name, all)?;
            }
        } else if py.get_attr_opt(module, py.intern(&text)?)?.is_none() {
            let full = format!("{name}.{text}");
            if import_dotted(py, &full).is_err() {
                // A name that is no module: the caller says so in its own words.
                let exception = py.context().raised.get();
                let missing = py.get_private(exception, "ImportError", "name").and_then(|n| py.as_str(n));
                let is_missing = py.is_a(exception, Ty::ModuleNotFoundError)
                    && missing.is_some_and(|missing| missing.to_text() == full);
                if !is_missing {
                    return Err(metatrace_machine::Raised);
                }
                py.take_raised();
            }
        }
    }
    Ok(())
}

/// Imports a module and the packages that it is in.
pub fn import_dotted(py: Py, name: &str) -> Result {
    if let Some(module) = loaded(py, name)? {
        return Ok(module);
    }
    let Some((parent, last)) = name.rsplit_once('.') else {
        let sys = as_object::<Dict>(py.vm().sys.get());
        let path = sys.and_then(|sys| dict::get_symbol(py, sys, py.intern("path").ok()?));
        return load(py, name, name, path.unwrap_or(NONE));
    };
    let package = import_dotted(py, parent)?;
    if let Some(module) = loaded(py, name)? {
        return Ok(module); // the package imported it
    }
    let Some(path) = py.get_attr_opt(package, Name::Path)? else {
        let message = format!("No module named '{name}'; '{parent}' is not a package");
        return Err(not_found(py, message, name));
    };
    let module = load(py, name, last, path)?;
    py.set_attr(package, py.intern(last)?, module)?;
    Ok(module)
}

/// What was found for a module.
enum Found {
    Source {
        file: PathBuf,
        directory: Option<PathBuf>,
    },
    /// A module of the embedded library.
    Library(&'static python_lib::Module),
    /// Directories without `__init__.py`.
    Namespace(Vec<PathBuf>),
}

fn load(py: Py, name: &str, last: &str, path: Word) -> Result {
    if let Some(native) = native(py, name) {
        let module = word(native.make(py)?);
        dict::set_symbol(py, sys_modules(py)?, py.intern(name)?, module)?;
        return Ok(module);
    }
    let Some(found) = find(py, last, path)? else {
        return Err(not_found(py, format!("No module named '{name}'"), name));
    };
    let module = modules::new(py, name, NONE)?;
    let globals = module.dict.get().expect("a module has a namespace");
    let text = |path: &Path| py.str(&path.to_string_lossy());
    let mut embedded = None;
    let (file, directories) = match found {
        Found::Source { file, directory } => (Some(file), directory.map(|directory| vec![directory])),
        Found::Library(module) => {
            embedded = Some(module);
            let file = Path::new(library::directory(py)).join(module.file().path);
            let directory = file.parent().filter(|_| module.is_package).map(Path::to_path_buf);
            (Some(file), directory.map(|directory| vec![directory]))
        }
        Found::Namespace(directories) => (None, Some(directories)),
    };
    let package = match &directories {
        Some(_) => name,
        None => name.rsplit_once('.').map_or("", |(package, _)| package),
    };
    let package = py.str(package)?;
    dict::set_symbol(py, globals, Name::Package, package)?;
    if let Some(directories) = directories {
        let list = py.new_list(1)?;
        for directory in directories {
            let directory = text(&directory)?;
            python_model::py::list_push(py, list, directory)?;
        }
        dict::set_symbol(py, globals, Name::Path, word(list))?;
    }
    dict::set_symbol(py, globals, py.intern("__builtins__")?, py.vm().builtins.get())?;
    let key = py.intern(name)?;
    dict::set_symbol(py, sys_modules(py)?, key, word(module))?;
    let Some(file) = file else { return Ok(word(module)) };
    let result = (|| {
        let name = text(&file)?;
        dict::set_symbol(py, globals, Name::FileAttr, name)?;
        if let Some(module) = embedded {
            let info = library::code(module, &file.to_string_lossy());
            return crate::evaluation::run_module_code(py, info, globals);
        }
        let source = std::fs::read(&file).map_err(|error| crate::os_error::raise(py, &error, name))?;
        let source = py.new_bytes(&source)?;
        run_module(py, source, &file.to_string_lossy(), 0, globals)
    })();
    if let Err(raised) = result {
        let exception = py.take_raised();
        dict::remove_symbol(py, sys_modules(py)?, key);
        py.reraise(exception);
        return Err(raised);
    }
    // A module may have put something else in its place.
    Ok(loaded(py, name)?.unwrap_or_else(|| word(module)))
}

/// `sys.modules[name]`. Errors: `ModuleNotFoundError` if it is None.
fn loaded(py: Py, name: &str) -> Result<Option<Word>> {
    match py.imported(name)? {
        Some(NONE) => Err(not_found(py, format!("import of {name} halted; None in sys.modules"), name)),
        found => Ok(found),
    }
}

/// Looks for a module along a path.
fn find(py: Py, last: &str, path: Word) -> Result<Option<Found>> {
    if given(path).is_none() {
        return Ok(None);
    }
    let entries = py.list_from_iterable(path)?;
    let mut portions = Vec::new();
    for index in 0..entries.len() {
        let Some(entry) = py.as_str(entries.item(index)) else { continue };
        let entry = entry.to_text();
        if let Some(directory) = library::below(py, &entry) {
            match library::find(directory, last) {
                Some(module) => return Ok(Some(Found::Library(module))),
                None if !directory.is_empty() => continue,
                None => {}
            }
        }
        let base = PathBuf::from(if entry.is_empty() { "." } else { &entry }).join(last);
        let directory = if entry.is_empty() { std::path::absolute(&base).unwrap_or(base) } else { base };
        let init = directory.join("__init__.py");
        if init.is_file() {
            return Ok(Some(Found::Source { file: init, directory: Some(directory) }));
        }
        let mut file = directory.clone().into_os_string();
        file.push(".py");
        if Path::new(&file).is_file() {
            return Ok(Some(Found::Source { file: file.into(), directory: None }));
        }
        if directory.is_dir() {
            portions.push(directory);
        }
    }
    Ok((!portions.is_empty()).then_some(Found::Namespace(portions)))
}

/// What `-m name` runs.
pub enum Main {
    File(PathBuf),
    Library(&'static python_lib::Module),
}

/// What `-m name` runs, and its package. Errors: `ModuleNotFoundError` or `ImportError` as CPython's `runpy` words them, without
/// its frame.
pub fn find_main(py: Py, name: &str) -> Result<std::result::Result<(Main, String), String>> {
    let (path, last) = match name.rsplit_once('.') {
        Some((parent, last)) => {
            let package = import_dotted(py, parent)?;
            (py.get_attr_opt(package, Name::Path)?.unwrap_or(NONE), last)
        }
        None => {
            let sys = as_object::<Dict>(py.vm().sys.get());
            (sys.and_then(|sys| dict::get_symbol(py, sys, py.intern("path").ok()?)).unwrap_or(NONE), name)
        }
    };
    match find(py, last, path)? {
        Some(Found::Source { directory: Some(directory), .. }) => {
            let main = directory.join("__main__.py");
            if !main.is_file() {
                return Ok(Err(format!(
                    "No module named {name}.__main__; '{name}' is a package and cannot be directly executed"
                )));
            }
            import_dotted(py, name)?;
            Ok(Ok((Main::File(main), name.to_string())))
        }
        Some(Found::Source { file, directory: None }) => {
            Ok(Ok((Main::File(file), name.rsplit_once('.').map_or("", |(package, _)| package).to_string())))
        }
        Some(Found::Library(module)) if module.is_package => {
            let Some(main) = python_lib::module(&format!("{name}.__main__")) else {
                return Ok(Err(format!(
                    "No module named {name}.__main__; '{name}' is a package and cannot be directly executed"
                )));
            };
            import_dotted(py, name)?;
            Ok(Ok((Main::Library(main), name.to_string())))
        }
        Some(Found::Library(module)) => {
            let package = name.rsplit_once('.').map_or("", |(package, _)| package);
            Ok(Ok((Main::Library(module), package.to_string())))
        }
        _ => Ok(Err(format!("No module named {name}"))),
    }
}
