//! Every Python program under `tests/python`, held against what CPython 3.14 prints for it.
//!
//! Transcripts (`name.out` beside `name.py`, format: [`testkit::transcript`]) are recorded by `tests/python/record.sh PYTHON`,
//! never by this test: the other implementation decides. Directories named `fixtures` have what programs import.

use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/python");

#[test]
fn programs_print_what_cpython_prints() {
    check(&all_programs(), &[]);
}

/// What a collector does too early or too late shows as another output, or as a crash.
#[test]
fn programs_withstand_the_collector() {
    let all: Vec<PathBuf> = all_programs().into_iter().filter(|program| !is_counting(program)).collect();
    // A collection at each allocation is slow: every eighth program, of those that do not import half of the library first. The others
    // see poisoned memory and checked heaps.
    let is_small =
        |program: &&PathBuf| !program.parent().is_some_and(|directory| directory.ends_with("library"));
    let sample: Vec<PathBuf> =
        all.iter().filter(is_small).step_by(8).filter(|program| is_short(program)).cloned().collect();
    check(&sample, &[("GC_STRESS", "1"), ("GC_POISON", "1")]);
    let rest: Vec<PathBuf> =
        all.iter().skip(1).step_by(2).filter(|program| is_short(program)).cloned().collect();
    check(&rest, &[("GC_STRESS", "97"), ("GC_POISON", "1"), ("GC_VERIFY", "1")]);
}

/// Everything is recorded and compiled as soon as possible, and nothing in the background.
#[cfg(feature = "jit")]
const TRACED: &str = "threshold-1,sync-compile";

/// What compiled code does not do yet, by program; the list may only shrink.
#[cfg(feature = "jit")]
const NOT_COMPILED: &[(&str, &str)] = &[
    ("runtime/collected.py", "machine code keeps dead values on its stack"),
    ("runtime/gc_counts.py", "machine code keeps dead values on its stack"),
    ("data_modules/collector.py", "machine code keeps dead values on its stack"),
    ("objects/weak_callbacks.py", "machine code keeps dead values on its stack"),
];

/// Stress modes of the JIT, each for every so many programs.
#[cfg(feature = "jit")]
const MODES: &[(&str, usize)] = &[
    ("bridge-threshold-1", 1),
    ("guard-fail-every-1,bridge-threshold-1", 4),
    ("guard-fail-every-7", 3),
    ("guard-fail-every-3,bridge-threshold-0", 5),
    ("trace-limit-small", 5),
    ("no-inlining,bridge-threshold-1", 4),
    ("install-after=3,bridge-threshold-2", 4),
    ("ir-interp,bridge-threshold-1", 3),
    ("ir-interp,enable-opts=", 5),
    ("enable-opts=,bridge-threshold-1", 4),
];

/// As users run them: what is hot is compiled in the background.
#[cfg(feature = "jit")]
#[test]
fn programs_print_the_same_by_default() {
    check(&sample(1, 3), &[("PYTHON_JIT", "1")]);
}

#[cfg(feature = "jit")]
#[test]
fn programs_print_the_same_when_compiled() {
    check(&sample(0, 3), &[("PYTHON_JIT", TRACED)]);
    for (number, (mode, step)) in MODES.iter().enumerate() {
        let sample = sample(number, step * 6);
        check(&sample, &[("PYTHON_JIT", &format!("{TRACED},{mode}"))]);
    }
}

#[cfg(feature = "jit")]
#[test]
fn programs_print_the_same_without_each_pass() {
    for (number, pass) in base::Pass::ALL.iter().enumerate() {
        let sample = sample(number, 40);
        let mode = format!("{TRACED},bridge-threshold-1,no-{}", pass.name());
        check(&sample, &[("PYTHON_JIT", &mode)]);
    }
}

#[cfg(feature = "jit")]
#[test]
fn compiled_programs_withstand_the_collector() {
    let jit = format!("{TRACED},bridge-threshold-1");
    check(&sample(5, 60), &[("PYTHON_JIT", &jit), ("GC_STRESS", "1"), ("GC_POISON", "1")]);
    let some: Vec<PathBuf> = sample(2, 20).into_iter().filter(|program| is_short(program)).collect();
    check(&some, &[("PYTHON_JIT", &jit), ("GC_STRESS", "97"), ("GC_POISON", "1"), ("GC_VERIFY", "1")]);
}

/// Programs that count what one collection frees: others in between take from it.
const COUNTING: &[&str] = &["runtime/gc_counts.py"];

fn is_counting(program: &Path) -> bool {
    COUNTING.iter().any(|name| program.ends_with(name))
}

/// Programs that take many minutes when the heap is collected or verified again and again: large tables, a million objects, long sums.
const EXHAUSTIVE: &[&str] =
    &["text_modules/unicode_database.py", "runtime/nested_natively.py", "data_modules/decimal_sums.py"];

fn is_short(program: &Path) -> bool {
    !EXHAUSTIVE.iter().any(|name| program.ends_with(name))
}

/// One of so many programs, beginning with another one for each `number`; all of them if `ALL_PROGRAMS` is set: that takes an hour.
#[cfg(feature = "jit")]
fn sample(number: usize, step: usize) -> Vec<PathBuf> {
    let step = if std::env::var_os("ALL_PROGRAMS").is_some() { 1 } else { step };
    // Left out last, so that leaving one out does not change which others are taken.
    let is_compiled = |program: &PathBuf| !NOT_COMPILED.iter().any(|(name, _)| program.ends_with(name));
    all_programs().into_iter().skip(number % step).step_by(step).filter(is_compiled).collect()
}

fn all_programs() -> Vec<PathBuf> {
    let mut programs = Vec::new();
    collect(Path::new(PROGRAMS), &mut programs);
    programs.sort();
    programs
}

/// Runs programs with these variables in the environment, which turn on the JIT if it is to be, and compares what they print.
fn check(programs: &[PathBuf], environment: &[(&str, &str)]) {
    assert!(!testkit::golden::is_updating(), "record with tests/python/record.sh");
    let command = |program: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taipan"));
        command.current_dir(directory_of(program));
        command.arg(program.file_name().expect("a program has a name"));
        command.env_remove("TAIPANHOME").env("PYTHON_JIT", "0");
        command.env("PYTHONHASHSEED", "0").envs(environment.iter().copied());
        command
    };
    // Tracebacks name files by their whole path.
    testkit::transcript::check_files(programs, command, |program, text| {
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
