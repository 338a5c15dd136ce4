//! The embedded standard library, as a directory that is in no file system.
//!
//! Its modules say that they are files below [`directory`] (`<prefix>/lib/taipan3.14/re/__init__.py`), as those of a zip archive do: so
//! `inspect`, `linecache`, `traceback` and `pkgutil`, which all go by path and then ask the loader for the source, work without
//! knowing about it; a name like `<frozen re>` would make them give up. A real directory of that name (it holds `site-packages`) is not
//! looked at for modules of the library.

use python_compile::packed::PackedCode;
use python_lib::Module;
use python_model::code::CodeInfo;
use python_model::py::Py;
use std::cell::OnceCell;

/// Where the library says that it is; not set if it is not used (`-X stdlib-dir`).
#[derive(Default)]
struct Place {
    directory: OnceCell<Box<str>>,
}

/// Makes the library available under a directory. Once, when the interpreter starts.
pub fn place(py: Py, directory: &str) {
    let _ = py.vm().state::<Place>().directory.set(directory.into());
}

/// The library's directory; empty if it is not used.
pub fn directory<'a>(py: Py<'a>) -> &'a str {
    py.vm().state::<Place>().directory.get().map_or("", |directory| directory)
}

/// What follows the library's directory in a path, without a slash before it; `None`: the path is elsewhere.
pub fn below<'p>(py: Py, path: &'p str) -> Option<&'p str> {
    let directory = directory(py);
    let rest = path.strip_prefix(directory).filter(|_| !directory.is_empty())?;
    match rest.strip_prefix('/') {
        Some(rest) => Some(rest.trim_end_matches('/')),
        None => rest.is_empty().then_some(rest),
    }
}

/// The module of a name without dots in a directory of the library (see [`below`]).
pub fn find(directory: &str, name: &str) -> Option<&'static Module> {
    if name.contains(['.', '/']) {
        return None;
    }
    match directory {
        "" => python_lib::module(name),
        directory => python_lib::module(&format!("{}.{name}", directory.replace('/', "."))),
    }
}

/// The code of a module, as code of a file.
pub fn code(module: &Module, file: &str) -> &'static CodeInfo {
    let code = PackedCode::open(module.code().into(), file).and_then(|code| code.unpack());
    CodeInfo::new(code.expect("the library was packed when the interpreter was built"))
}

/// The module of a source file, named as [`below`] does.
pub fn module_of_file(path: &str) -> Option<&'static Module> {
    let stem = path.strip_suffix(".py")?;
    let name = stem.strip_suffix("/__init__").unwrap_or(stem);
    python_lib::module(&name.replace('/', ".")).filter(|module| module.file().path == path)
}

/// Names in a directory of the library, sorted; `None`: there is no such directory.
pub fn entries(directory: &str) -> Option<Vec<&'static str>> {
    let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
    let mut names: Vec<&str> = python_lib::files_below(&prefix)
        .iter()
        .map(|file| file.path[prefix.len()..].split('/').next().unwrap_or_default())
        .collect();
    names.dedup();
    (!names.is_empty()).then_some(names)
}

/// The text of a file of the library, by its whole path.
pub fn read(py: Py, path: &str) -> Option<Vec<u8>> {
    Some(python_lib::file(below(py, path)?)?.read())
}
