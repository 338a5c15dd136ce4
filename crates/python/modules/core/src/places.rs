//! Where the interpreter is: `sys.executable`, `sys.prefix` and friends.
//!
//! The executable is the file that was called, its symbolic links not followed, so that one in a virtual environment is told from the one it
//! points to. A `pyvenv.cfg` beside it or one directory up makes that directory the prefix. The base prefix is what the directory of the
//! real executable is in.
//! Source: CPython 3.14, `Modules/getpath.py`, without what a library in files needs.

use std::path::{Component, Path, PathBuf};

/// See the module header. All paths are absolute, or empty if they are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    pub executable: String,
    /// The executable that a virtual environment was made from.
    pub base_executable: String,
    pub prefix: String,
    pub base_prefix: String,
}

/// Finds the places of the running interpreter. `called` is `argv[0]`, `search` the variable `PATH`, `home` the variable `PYTHONHOME`.
pub fn find(called: &str, search: Option<&str>, home: Option<&str>) -> Places {
    let executable = executable(called, search.unwrap_or_default());
    let own = executable.parent().map(Path::to_path_buf).unwrap_or_default();
    let configuration = [Some(own.as_path()), own.parent()].into_iter().flatten().find_map(|directory| {
        let text = std::fs::read(directory.join("pyvenv.cfg")).ok()?;
        Some((directory.to_path_buf(), value(&String::from_utf8_lossy(&text), "home")?))
    });
    // The directory that the executable of the base is in.
    let (base_executable, base) = match &configuration {
        Some((_, home)) => {
            let name = executable.file_name().unwrap_or_default();
            let inside = Path::new(home).join(name);
            let real = std::fs::canonicalize(if inside.exists() { &inside } else { &executable });
            let base = real.as_deref().ok().and_then(Path::parent).unwrap_or(Path::new(home)).to_path_buf();
            (if inside.exists() { inside } else { real.unwrap_or(inside) }, base)
        }
        None => {
            let real = std::fs::canonicalize(&executable).unwrap_or_else(|_| executable.clone());
            (executable.clone(), real.parent().unwrap_or(Path::new("/")).to_path_buf())
        }
    };
    let home = home.map(|home| home.split(':').next().unwrap_or_default());
    let base_prefix = match (home, base.parent()) {
        (Some(home), _) if !home.is_empty() => PathBuf::from(home),
        (_, Some(prefix)) => prefix.to_path_buf(),
        _ => PathBuf::from("/"),
    };
    let prefix = configuration.map_or_else(|| base_prefix.clone(), |(directory, _)| directory);
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    Places {
        executable: text(executable),
        base_executable: text(base_executable),
        prefix: text(prefix),
        base_prefix: text(base_prefix),
    }
}

/// The file that was called.
fn executable(called: &str, search: &str) -> PathBuf {
    if called.contains('/') {
        let path = absolute(Path::new(called));
        if path.is_file() {
            return path;
        }
    } else if !called.is_empty() {
        let found =
            search.split(':').map(|directory| Path::new(directory).join(called)).find(|p| is_executable(p));
        if let Some(found) = found {
            return absolute(&found);
        }
    }
    std::env::current_exe().unwrap_or_default()
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// A path from the root, without `.` and `..`.
fn absolute(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut plain = PathBuf::new();
    for component in whole.components() {
        match component {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

/// The value of a key in lines of `key = value`.
fn value(text: &str, key: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        name.trim().eq_ignore_ascii_case(key).then(|| value.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_is_read() {
        let text = "home = /opt/taipan/bin\ninclude-system-site-packages = false\n";
        assert_eq!(value(text, "home").as_deref(), Some("/opt/taipan/bin"));
        assert_eq!(value(text, "version"), None);
    }

    #[test]
    fn environments_have_a_prefix_of_their_own() {
        let root = std::env::temp_dir().join(format!("taipan-places-{}", std::process::id()));
        let (base, venv) = (root.join("base/bin"), root.join("venv/bin"));
        for directory in [&base, &venv] {
            std::fs::create_dir_all(directory).unwrap();
        }
        let root = root.canonicalize().unwrap();
        let (base, venv) = (root.join("base/bin"), root.join("venv/bin"));
        std::fs::write(base.join("taipan"), "").unwrap();
        std::os::unix::fs::symlink(base.join("taipan"), venv.join("taipan")).unwrap();
        std::fs::write(root.join("venv/pyvenv.cfg"), format!("home = {}\n", base.display())).unwrap();
        let places = find(&venv.join("taipan").to_string_lossy(), None, None);
        let at = |path: &str| root.join(path).to_string_lossy().into_owned();
        let expected = Places {
            executable: at("venv/bin/taipan"),
            base_executable: at("base/bin/taipan"),
            prefix: at("venv"),
            base_prefix: at("base"),
        };
        assert_eq!(places, expected);
        let places = find(&base.join("taipan").to_string_lossy(), None, None);
        assert_eq!((places.prefix, places.base_prefix), (at("base"), at("base")));
        std::fs::remove_dir_all(root).unwrap();
    }
}
