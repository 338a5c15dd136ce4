//! Python's standard library inside the executable: for each module its packed code, for each file its text.
//!
//! What is embedded, and how, is decided by the build script (`build/`). Code is stored as it is used, and unpacked function by function,
//! so importing a module touches only the pages that it runs; sources are compressed, because only tracebacks and `inspect` read them.
//! The library looks like a directory: its files have paths, below wherever the interpreter says that its library is
//! (`sys._stdlib_dir`), and `importlib` sees a path entry there.

/// A module of the library.
pub struct Module {
    /// Dotted name.
    pub name: &'static str,
    pub is_package: bool,
    /// Its source among [`FILES`].
    file: usize,
    /// Where its code is, in bytes.
    start: usize,
    end: usize,
}

/// A file of the library: a source, or data that a package reads.
pub struct File {
    /// Below the library's directory, with `/`.
    pub path: &'static str,
    /// Length in bytes.
    pub size: usize,
    /// Where its compressed text is, in bytes.
    start: usize,
    end: usize,
}

static CODE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/code.bin"));
static COMPRESSED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/files.bin"));
include!(concat!(env!("OUT_DIR"), "/index.rs"));

/// The module of a dotted name.
pub fn module(name: &str) -> Option<&'static Module> {
    let found = MODULES.binary_search_by(|module| module.name.cmp(name)).ok()?;
    Some(&MODULES[found])
}

/// All modules, sorted by name.
pub fn modules() -> &'static [Module] {
    MODULES
}

/// The file at a path below the library's directory.
pub fn file(path: &str) -> Option<&'static File> {
    let found = FILES.binary_search_by(|file| file.path.cmp(path)).ok()?;
    Some(&FILES[found])
}

/// The files whose path begins so, sorted.
pub fn files_below(prefix: &str) -> &'static [File] {
    let start = FILES.partition_point(|file| file.path < prefix);
    let length = FILES[start..].partition_point(|file| file.path.starts_with(prefix));
    &FILES[start..start + length]
}

impl Module {
    /// The packed code (`python_compile::packed`).
    pub fn code(&self) -> &'static [u8] {
        &CODE[self.start..self.end]
    }

    /// The source file.
    pub fn file(&self) -> &'static File {
        &FILES[self.file]
    }
}

impl File {
    /// What is in the file.
    pub fn read(&self) -> Vec<u8> {
        miniz_oxide::inflate::decompress_to_vec_with_limit(&COMPRESSED[self.start..self.end], self.size)
            .expect("compressed by the build script, and of this size")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use python_compile::packed::PackedCode;

    #[test]
    fn tables_are_sorted_and_whole() {
        assert!(MODULES.len() > 500, "only {} modules", MODULES.len());
        assert!(MODULES.is_sorted_by(|a, b| a.name < b.name) && FILES.is_sorted_by(|a, b| a.path < b.path));
        for file in FILES {
            assert_eq!(file.read().len(), file.size, "{}", file.path);
        }
    }

    #[test]
    fn modules_and_files_are_found() {
        let json = module("json").expect("there is json");
        assert!(json.is_package && json.file().path == "json/__init__.py");
        assert!(!module("json.decoder").expect("there is json.decoder").is_package);
        assert!(module("idlelib").is_none() && module("test").is_none() && module("").is_none());
        let text = String::from_utf8(file("site.py").expect("there is site.py").read()).expect("ASCII");
        assert!(text.contains("return 'Taipan'") && !text.to_lowercase().contains("rustpython"));
        assert_eq!(files_below("json/").len(), 6);
    }

    #[test]
    fn code_unpacks() {
        for module in modules() {
            let code =
                PackedCode::open(module.code().into(), module.name).and_then(|code| code.unpack_whole());
            let code = code.unwrap_or_else(|error| panic!("{}: {error}", module.name));
            assert_eq!(&*code.name, "<module>");
        }
    }
}
