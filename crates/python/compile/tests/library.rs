//! Everything compiles, and the checker accepts it: a built-in sample, and with `PYTHON_LIBRARY` set to a directory every `.py` file
//! below it that declares itself valid (files under `bad*` names are CPython's own broken samples).

use std::path::{Path, PathBuf};

use python_compile::{Mode, Options, compile_bytes, verify};

fn check(name: &str, source: &[u8]) -> Result<usize, String> {
    let compiled =
        compile_bytes(source, name, Mode::Exec, Options::default()).map_err(|e| format!("{name}: {e}"))?;
    verify::verify(&compiled.code).map_err(|e| format!("{name}: {e}"))?;
    Ok(compiled.code.walk().iter().map(|c| c.instructions.len()).sum())
}

fn collect(dir: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for path in entries.flatten().map(|e| e.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, out);
        } else if path.is_file() && name.ends_with(".py") && !name.starts_with("bad") {
            out.push(path);
        }
    }
}

#[test]
fn sample_compiles() {
    check("sample.py", include_bytes!("sample.py")).unwrap();
}

#[test]
fn library_compiles() {
    let Some(root) = std::env::var_os("PYTHON_LIBRARY") else { return };
    let mut files = Vec::new();
    collect(Path::new(&root), &mut files);
    files.sort();
    assert!(!files.is_empty(), "PYTHON_LIBRARY holds no Python files");
    let (mut failures, mut instructions, mut bytes) = (Vec::new(), 0, 0);
    for path in &files {
        let source = std::fs::read(path).unwrap();
        bytes += source.len();
        match check(&path.to_string_lossy(), &source) {
            Ok(n) => instructions += n,
            Err(e) => failures.push(e),
        }
    }
    println!("{} files, {bytes} bytes, {instructions} instructions", files.len());
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}
