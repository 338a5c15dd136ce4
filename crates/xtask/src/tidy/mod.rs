//! What neither compiler nor clippy checks: the arrows between crates, where `unsafe` may be, what may not be
//! left behind in a file, and whether the documentation's links lead anywhere.

mod arrows;
mod links;
mod sources;

use std::path::{Path, PathBuf};

/// Errors: everything that is not as it should be, a line each.
pub fn run(root: &Path) -> Result<(), String> {
    let mut problems = Vec::new();
    arrows::check(root, &mut problems)?;
    sources::check(root, &mut problems)?;
    links::check(root, &mut problems)?;
    if problems.is_empty() {
        Ok(())
    } else {
        Err(format!("{}\ntidy: {} problems", problems.join("\n"), problems.len()))
    }
}

/// The files below a directory with an extension, by name; build results and hidden directories left out.
fn files(directory: &Path, extension: &str) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_path_buf()];
    while let Some(directory) = waiting.pop() {
        let entries = std::fs::read_dir(&directory).map_err(|e| format!("{}: {e}", directory.display()))?;
        for entry in entries {
            let path = entry.map_err(|e| format!("{}: {e}", directory.display()))?.path();
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_dir() {
                if !name.starts_with('.') && name != "target" {
                    waiting.push(path);
                }
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))
}
