//! "Did you mean" and "Did you forget to import" behind a message.

use super::attribute;
use crate::stdlib_names;
use python_model::code::Code;
use python_model::dict;
use python_model::exceptions::state;
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::Py;
use python_model::suggest;
use python_model::types::Ty;
use python_model::value::*;

/// Longer lists of names are not searched.
const MOST_NAMES: usize = 750;

/// What to add to the message; mostly nothing.
pub fn hint(py: Py, exception: Word) -> String {
    let text = |name: &str| {
        let value = attribute(py, exception, name)?;
        py.as_str(value).map(|text| text.to_text())
    };
    if py.is_a(exception, Ty::ImportError) {
        let (Some(wrong), Some(module)) = (text("name_from"), text("name")) else { return String::new() };
        let Ok(Some(module)) = py.imported(&module) else { return String::new() };
        return meant(closest(names_of(py, module), &wrong, true));
    }
    let Some(wrong) = text("name") else { return String::new() };
    if py.is_a(exception, Ty::AttributeError) {
        let Some(object) = attribute(py, exception, "obj") else { return String::new() };
        return meant(closest(names_of(py, object), &wrong, true));
    }
    if !py.is_a(exception, Ty::NameError) {
        return String::new();
    }
    let suggestion = meant(closest(visible(py, exception), &wrong, false));
    let is_module = stdlib_names::NAMES.binary_search(&wrong.as_str()).is_ok();
    match (is_module, suggestion.is_empty()) {
        (false, _) => suggestion,
        (true, true) => format!(". Did you forget to import '{wrong}'?"),
        (true, false) => format!("{suggestion} Or did you forget to import '{wrong}'?"),
    }
}

fn meant(name: Option<String>) -> String {
    name.map_or_else(String::new, |name| format!(". Did you mean: '{name}'?"))
}

fn closest(names: Vec<String>, wrong: &str, hides_private: bool) -> Option<String> {
    if names.len() >= MOST_NAMES {
        return None;
    }
    let hides_private = hides_private && !wrong.starts_with('_');
    let names = names.iter().map(String::as_str).filter(|name| !(hides_private && name.starts_with('_')));
    suggest::closest(wrong, names)
}

/// `dir(object)`
fn names_of(py: Py, object: Word) -> Vec<String> {
    let names = py.call_special(object, Name::Dir, &[]);
    let names = names.and_then(|names| names.map(|names| py.list_from_iterable(names)).transpose());
    let Ok(Some(names)) = names else {
        if names.is_err() {
            py.take_raised();
        }
        return Vec::new();
    };
    let text = |index: usize| py.as_str(names.item(index)).map(|name| name.to_text());
    let mut names: Vec<String> = (0..names.len()).filter_map(text).collect();
    names.sort_unstable();
    names
}

/// The names that the innermost frame of the traceback sees.
fn visible(py: Py, exception: Word) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = state(exception).map_or(NONE, |state| state.traceback.get());
    let mut code = None;
    while let Some(traceback) = as_object::<Traceback>(at) {
        code = Some(Code::at(traceback.code.get() as u64));
        at = traceback.next.get();
    }
    let Some(code) = code else { return names };
    let object = code.object();
    let locals = object.varnames.iter().chain(&object.cellvars).chain(&object.freevars);
    names.extend(locals.map(ToString::to_string));
    for namespace in [code.globals, code.builtins] {
        let mut at = 0;
        while let Some((entry, key, _)) = dict::next(namespace, at) {
            at = entry + 1;
            names.extend(py.as_str(key).map(|key| key.to_text()));
        }
    }
    names
}
