//! Which files of the library are embedded.

/// Left out: graphical programs (there is no `_tkinter`), tests, what another interpreter added, and notes.
const UNWANTED: &[&str] = &[
    "idlelib/",
    "tkinter/",
    "turtledemo/",
    "turtle.py",
    "_pycodecs.py",
    "_dummy_os.py",
    "_dummy_thread.py",
    "dummy_threading.py",
    "README.md",
];

/// Whether a file, named below the library's directory, is embedded.
pub fn is_wanted(path: &str) -> bool {
    let is_unwanted = UNWANTED.iter().any(|unwanted| match unwanted.ends_with('/') {
        true => path.starts_with(unwanted),
        false => path == *unwanted,
    });
    !is_unwanted && !path.contains("/test/") && !path.ends_with(".pyc")
}

/// What a start imports, in this order; then what most scripts import.
const AT_START: &[&str] = &[
    "importlib/_bootstrap.py",
    "importlib/_bootstrap_external.py",
    "zipimport.py",
    "site.py",
    "os.py",
    "abc.py",
    "stat.py",
    "_collections_abc.py",
    "posixpath.py",
    "genericpath.py",
    "_sitebuiltins.py",
    "types.py",
    "functools.py",
    "collections/__init__.py",
    "operator.py",
    "keyword.py",
    "reprlib.py",
    "enum.py",
    "re/__init__.py",
    "re/_constants.py",
    "re/_parser.py",
    "re/_casefix.py",
    "re/_compiler.py",
    "copyreg.py",
];

/// Where a file comes among those that a start reads; last, if it reads it not.
pub fn rank_at_start(path: &str) -> usize {
    AT_START.iter().position(|early| *early == path).unwrap_or(AT_START.len())
}
