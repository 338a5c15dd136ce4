//! What errors say about a name that a module lacks: whether a file beside the program hides the module that was meant, or the module is not
//! ready yet.
//!
//! Source: CPython 3.14 `Objects/moduleobject.c: _Py_module_getattro_impl`, `Python/ceval.c: _PyEval_ImportFrom`.

use crate::dict;
use crate::names::Name;
use crate::objects::{Dict, Module};
use crate::py::{Py, Result};
use crate::symbols::Symbol;
use crate::types::Ty;
use crate::value::{NONE, UNSET, Word, as_object};
use heap::Gc;
use std::cell::RefCell;

/// The program's own directory, as it was put first on `sys.path`: empty for the current one. `None`: none was.
#[derive(Default)]
struct ProgramDirectory(RefCell<Option<Box<str>>>);

/// Notes that a directory was put first on `sys.path` for the program.
pub fn set_program_directory(py: Py, directory: &str) {
    *py.vm().state::<ProgramDirectory>().0.borrow_mut() = Some(directory.into());
}

/// What there is to say.
enum Reason {
    /// A file of the program has the name of a module of the library.
    HidesLibrary(String),
    /// A file of the program may have the name of another module, and is being imported.
    MayHide(String),
    /// The module is being imported.
    Initializing(Option<String>),
    /// Nothing. Where the module is.
    None(Option<String>),
}

/// The file that a module's spec names, if it is one.
fn file_origin(py: Py, spec: Word) -> Result<Option<String>> {
    let Some(has_location) = py.get_attr_opt(spec, py.intern("has_location")?)? else { return Ok(None) };
    if !py.truth(has_location)? {
        return Ok(None);
    }
    let origin = py.get_attr_opt(spec, py.intern("origin")?)?;
    Ok(origin.and_then(|origin| py.as_str(origin)).map(|origin| origin.to_text()))
}

/// Whether a file is one that `sys.path[0]` makes importable.
fn is_beside_program(py: Py, origin: &str) -> bool {
    let known = py.vm().state::<ProgramDirectory>().0.borrow();
    let Some(directory) = known.as_deref() else { return false };
    let (mut root, file) = origin.rsplit_once('/').unwrap_or(("", origin));
    if file == "__init__.py" {
        root = root.rsplit_once('/').map_or("", |(root, _)| root);
    }
    match directory {
        "" => std::env::current_dir().is_ok_and(|here| here.to_string_lossy() == root),
        directory => directory == root,
    }
}

/// Errors: what looking at `sys.stdlib_module_names` raises.
fn reason(py: Py, spec: Word, name: Word, origin: Option<String>) -> Result<Reason> {
    let hides = origin.as_deref().is_some_and(|origin| is_beside_program(py, origin));
    if hides && name != UNSET {
        let sys: Gc<Dict> = as_object(py.vm().sys.get()).expect("there is a sys");
        let library = dict::get_symbol(py, sys, py.intern("stdlib_module_names")?);
        if let Some(library) = library.filter(|set| py.is_a(*set, Ty::FrozenSet) || py.is_a(*set, Ty::Set))
            && py.contains(library, name)?
        {
            return Ok(Reason::HidesLibrary(origin.unwrap_or_default()));
        }
    }
    let is_initializing = match py.get_attr_opt(spec, py.intern("_initializing")?)? {
        Some(flag) => py.truth(flag)?,
        None => false,
    };
    Ok(match is_initializing {
        true if hides => Reason::MayHide(origin.unwrap_or_default()),
        true => Reason::Initializing(origin),
        false => Reason::None(origin),
    })
}

/// `module 'name' has no attribute 'text'`, and why. Errors: what looking for the reason raises.
pub(crate) fn no_attribute(py: Py, dict: Gc<Dict>, text: &str) -> Result<String> {
    let name = dict::get_symbol(py, dict, Name::NameAttr).unwrap_or(UNSET);
    let Some(shown) = py.as_str(name).map(|name| name.to_text()) else {
        return Ok(format!("module has no attribute '{text}'"));
    };
    let plain = format!("module '{shown}' has no attribute '{text}'");
    let Some(spec) = dict::get_symbol(py, dict, Name::Spec).filter(|spec| *spec != NONE) else {
        return Ok(plain);
    };
    let origin = file_origin(py, spec)?;
    let circular = "(most likely due to a circular import)";
    Ok(match reason(py, spec, name, origin)? {
        Reason::HidesLibrary(file) => format!("{plain} {}", hides_library(&file, &shown)),
        Reason::MayHide(file) => format!("{plain} {}", may_hide(&file)),
        Reason::Initializing(Some(file)) => {
            format!(
                "partially initialized module '{shown}' from '{file}' has no attribute '{text}' {circular}"
            )
        }
        Reason::Initializing(None) => {
            format!("partially initialized module '{shown}' has no attribute '{text}' {circular}")
        }
        Reason::None(_) => {
            let submodules = py.get_attr_opt(spec, py.intern("_uninitialized_submodules")?)?;
            match submodules {
                Some(submodules) if py.contains(submodules, py.str(text)?)? => {
                    format!("cannot access submodule '{text}' of module '{shown}' {circular}")
                }
                _ => plain,
            }
        }
    })
}

fn hides_library(file: &str, name: &str) -> String {
    format!(
        "(consider renaming '{file}' since it has the same name as the standard library module named '{name}' and prevents importing that \
         standard library module)"
    )
}

fn may_hide(file: &str) -> String {
    format!("(consider renaming '{file}' if it has the same name as a library you intended to import)")
}

/// `cannot import name 'name' from 'module'`, and why. `own`: the module's `__name__`, or unset.
/// Errors: what looking for the reason raises.
pub fn cannot_import(py: Py, module: Word, own: Word, name: Symbol) -> Result<String> {
    let text = py.vm().symbols.text(name).to_text();
    let shown = py.as_str(own).map_or_else(|| "<unknown module name>".into(), |own| own.to_text());
    let plain = format!("cannot import name '{text}' from '{shown}'");
    let Some(spec) = py.get_attr_opt(module, Name::Spec)? else {
        return Ok(format!("{plain} (unknown location)"));
    };
    let mut origin = file_origin(py, spec)?;
    if origin.is_none() && py.cast::<Module>(module).is_some() {
        let file = py.get_attr_opt(module, Name::FileAttr)?;
        origin = file.and_then(|file| py.as_str(file)).map(|file| file.to_text());
    }
    let name = if py.as_str(own).is_some() { own } else { UNSET };
    let partial = format!(
        "cannot import name '{text}' from partially initialized module '{shown}' (most likely due to a circular import)"
    );
    Ok(match reason(py, spec, name, origin)? {
        Reason::HidesLibrary(file) => format!("{plain} {}", hides_library(&file, &shown)),
        Reason::MayHide(file) => format!("{plain} {}", may_hide(&file)),
        Reason::Initializing(Some(file)) => format!("{partial} ({file})"),
        Reason::Initializing(None) => partial,
        Reason::None(Some(file)) => format!("{plain} ({file})"),
        Reason::None(None) => format!("{plain} (unknown location)"),
    })
}
