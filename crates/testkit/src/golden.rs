//! Golden files: input and expected output in one text file, one directory per subject.
//!
//! ```text
//! ; A store followed by a load of the same field forwards the value.
//! label 0 (%1: value)
//! …
//! === expected
//! label 0 (%1: value)
//! …
//! ```
//!
//! Everything above the first `===` line is the input, sentence included. Further sections are outputs by name, in
//! the order in which the test yields them. With `UPDATE_GOLDEN=1` in the environment the outputs are rewritten
//! instead of compared; the change is then reviewed like code. A directory without files is a failure: a test that
//! tests nothing must not pass.

use crate::diff::diff;
use std::fs;
use std::path::{Path, PathBuf};

const MARKER: &str = "=== ";

/// Whether outputs are rewritten.
pub fn is_updating() -> bool {
    std::env::var("UPDATE_GOLDEN").is_ok_and(|v| v == "1")
}

/// Runs `test` on the input of every file in `directory` whose name ends in `.extension`, in the order of their
/// names, and compares the one output, section `expected`.
///
/// # Panics
/// With all differences, if there are any; if the directory has no such file; if a file cannot be read.
pub fn check_directory(directory: impl AsRef<Path>, extension: &str, mut test: impl FnMut(&str) -> String) {
    check_sections(directory, extension, |input| vec![("expected".to_string(), test(input))]);
}

/// As [`check_directory`], with several named outputs for each input.
pub fn check_sections(
    directory: impl AsRef<Path>,
    extension: &str,
    mut test: impl FnMut(&str) -> Vec<(String, String)>,
) {
    let files = files(directory.as_ref(), extension);
    let mut failures = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("cannot read {}: {e}", file.display()));
        let input = split(&text).0;
        let actual = join(input, &test(input));
        if actual == text {
            continue;
        }
        if is_updating() {
            fs::write(file, &actual).unwrap_or_else(|e| panic!("cannot write {}: {e}", file.display()));
        } else {
            failures.push(format!("{}\n{}", file.display(), diff(&text, &actual)));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} golden files differ (UPDATE_GOLDEN=1 rewrites them)\n\n{}",
        failures.len(),
        files.len(),
        failures.join("\n")
    );
}

/// The files of a directory with an extension, by name. Not recursive.
pub fn files(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory)
        .unwrap_or_else(|e| panic!("cannot read the directory {}: {e}", directory.display()));
    let paths = entries.map(|entry| entry.unwrap_or_else(|e| panic!("{}: {e}", directory.display())).path());
    let mut files = paths.filter(|p| p.extension().is_some_and(|e| e == extension)).collect::<Vec<_>>();
    files.sort();
    assert!(!files.is_empty(), "no *.{extension} in {}", directory.display());
    files
}

/// Input, and the outputs by name.
fn split(text: &str) -> (&str, Vec<(&str, &str)>) {
    let mut starts = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix(MARKER) {
            starts.push((offset, offset + line.len(), name.trim()));
        }
        offset += line.len();
    }
    let input = &text[..starts.first().map_or(text.len(), |s| s.0)];
    let end_of = |i: usize| starts.get(i + 1).map_or(text.len(), |s| s.0);
    (input, starts.iter().enumerate().map(|(i, (_, body, name))| (*name, &text[*body..end_of(i)])).collect())
}

fn join(input: &str, outputs: &[(String, String)]) -> String {
    let mut text = input.to_string();
    for (name, output) in outputs {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&format!("{MARKER}{name}\n{output}"));
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_and_outputs_are_told_apart() {
        let text = "; why\nlabel\n=== one\na\nb\n=== two\n";
        assert_eq!(split(text), ("; why\nlabel\n", vec![("one", "a\nb\n"), ("two", "")]));
        assert_eq!(split("only input"), ("only input", vec![]));
        assert_eq!(
            join("; why\nlabel\n", &[("one".into(), "a\nb\n".into()), ("two".into(), String::new())]),
            text
        );
        assert_eq!(join("x", &[("one".into(), "a".into())]), "x\n=== one\na\n");
    }

    #[test]
    fn differences_are_reported_with_the_file() {
        let directory = std::env::temp_dir().join(format!("golden-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("a temporary directory");
        fs::write(directory.join("good.txt"), "abc\n=== expected\nABC\n").expect("written");
        fs::write(directory.join("bad.txt"), "abc\n=== expected\nABD\n").expect("written");
        let upper = |input: &str| input.to_uppercase();
        let failure = std::panic::catch_unwind(|| check_directory(&directory, "txt", upper));
        let empty = std::panic::catch_unwind(|| check_directory(&directory, "none", upper));
        fs::remove_dir_all(&directory).expect("removed");
        let message = failure.expect_err("bad.txt differs").downcast::<String>().expect("a message");
        assert!(
            message.contains("1 of 2 golden files differ") && message.contains("- ABD\n+ ABC"),
            "{message}"
        );
        assert!(empty.is_err(), "a directory without files is a failure");
    }
}
