//! Every Python program under `tests/python`, held against what CPython 3.14 prints for it.
//!
//! Transcripts (`name.out` beside `name.py`, format: [`testkit::transcript`]) are recorded by `tests/python/record.sh PYTHON`,
//! never by this test: the other implementation decides. Directories named `fixtures` have what programs import.

use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/python");

#[test]
fn programs_print_what_cpython_prints() {
    assert!(!testkit::golden::is_updating(), "record with tests/python/record.sh");
    let mut programs = Vec::new();
    collect(Path::new(PROGRAMS), &mut programs);
    programs.sort();
    testkit::transcript::check_files(&programs, |program| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taipan"));
        // Tracebacks name the file as it was given: without a directory, they are the same everywhere.
        command.current_dir(program.parent().expect("a program is in a directory"));
        command.arg(program.file_name().expect("a program has a name"));
        command.env_remove("TAIPANHOME").env("PYTHONHASHSEED", "0");
        command
    });
}

fn collect(directory: &Path, programs: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).expect("the directory of programs exists") {
        let path = entry.expect("readable").path();
        if path.is_dir() && !path.ends_with("fixtures") {
            collect(&path, programs);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            programs.push(path);
        }
    }
}
