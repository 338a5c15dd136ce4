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
