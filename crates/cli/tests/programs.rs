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
    let command = |program: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taipan"));
        command.current_dir(directory_of(program));
        command.arg(program.file_name().expect("a program has a name"));
        command.env_remove("TAIPANHOME").env("PYTHONHASHSEED", "0");
        command
    };
    // Tracebacks name files by their whole path.
    testkit::transcript::check_files(&programs, command, |program, text| {
        text.replace(&format!("{}/", directory_of(program).display()), "")
    });
}

fn directory_of(program: &Path) -> PathBuf {
    let directory = program.parent().expect("a program is in a directory");
    directory.canonicalize().expect("the directory exists")
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
