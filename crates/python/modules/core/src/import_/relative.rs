//! The absolute name of a relative import.

use python_model::dict;
use python_model::names::Name;
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

/// The module that `name` means, so many levels up from the package of the code with these globals. Errors: `ImportError`, and `TypeError` or
/// `KeyError` for globals that are not those of a module.
pub fn resolve(py: Py, name: &str, globals: Word, level: i64) -> Result<String> {
    if globals == UNSET || globals == NONE {
        return Err(py.raise_text(Ty::KeyError, "'__name__' not in globals"));
    }
    let Some(globals) = py.cast::<Dict>(globals) else {
        return Err(py.type_error("globals must be a dict"));
    };
    let get = |name: Name| dict::get_symbol(py, globals, name).filter(|value| *value != NONE);
    let text = |value: Word, message: &str| match py.as_str(value) {
        Some(text) => Ok(text.to_text()),
        None => Err(py.type_error(message)),
    };
    let spec = get(Name::Spec);
    let parent = match spec {
        Some(spec) => Some(py.get_attr(spec, py.intern("parent")?)),
        None => None,
    };
    let package = match (get(Name::Package), parent) {
        (Some(package), parent) => {
            let own = text(package, "package must be a string")?;
            if let Some(parent) = parent
                && !py.is_equal(package, parent?)?
            {
                warn(py, "__package__ != __spec__.parent", Ty::DeprecationWarning)?;
            }
            own
        }
        (None, Some(parent)) => text(parent?, "__spec__.parent must be a string")?,
        (None, None) => {
            warn(
                py,
                "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__",
                Ty::ImportWarning,
            )?;
            let Some(own) = dict::get_symbol(py, globals, Name::NameAttr) else {
                return Err(py.raise_text(Ty::KeyError, "'__name__' not in globals"));
            };
            let own = text(own, "__name__ must be a string")?;
            match dict::get_symbol(py, globals, Name::Path) {
                Some(_) => own,
                None => own.rsplit_once('.').map_or_else(String::new, |(package, _)| package.to_string()),
            }
        }
    };
    if package.is_empty() {
        return Err(py.import_error_text("attempted relative import with no known parent package"));
    }
    let mut base = package.as_str();
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((outer, _)) => base = outer,
            None => return Err(py.import_error_text("attempted relative import beyond top-level package")),
        }
    }
    Ok(if name.is_empty() { base.to_string() } else { format!("{base}.{name}") })
}

fn warn(py: Py, message: &str, category: Ty) -> Result<()> {
    let function = py.import_from("_warnings", "warn")?;
    let message = py.str(message)?;
    py.call(function, &[message, py.ty(category).word()])?;
    Ok(())
}
