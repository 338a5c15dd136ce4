//! Random Python programs: whatever the JIT makes of one, it prints the same.
//!
//! Random traces (`testkit::random`) test the optimizer and the code generator alone, the toy language's random programs what those do
//! with calls and joins. These test Python on top: classes that change while compiled code depends on them, attributes that change type,
//! exceptions through `with` and `finally`, generators and coroutines, closures, big integers, containers, patterns.
//!
//! A program calls a few functions many times (`prelude.py`: `run`) and prints what each returned or raised, with the line, and how much
//! *fuel* it took. It is judged beside the same program on the interpreter alone and, if `RANDOM_PYTHON` names one, on CPython 3.14. Many
//! programs run in one process (`runner.py`): what was compiled for one is there for the next.
//!
//! | variable | |
//! |---|---|
//! | `RANDOM_PROGRAMS=5000` | as many programs, each in each mode (else 200, each in one) |
//! | `RANDOM_SEED=n` | the first one's number |
//! | `RANDOM_PYTHON=python3.14` | what prints the right thing |
//! | `RANDOM_INTERPRETER=path` | another build of `taipan` to test: a release build is many times faster |
//!
//! A failure prints the smallest program found; it becomes a program of `tests/python`.

#![cfg(feature = "jit")]

mod generate;
mod grammar;
mod minimise;

use grammar::Grammar;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const GRAMMAR: &str = include_str!("grammar.txt");
const PRELUDE: &str = include_str!("prelude.py");
const RUNNER: &str = include_str!("runner.py");

/// Programs that share a process.
const BATCH: u64 = 25;
/// Questions that minimising one program may ask.
const MOST_QUESTIONS: usize = 1500;

/// Everything is hot at once, or nearly, so that also what is changed later was compiled before.
const MODES: &[&str] = &[
    "threshold-2,bridge-threshold-1,sync-compile",
    "threshold-3,bridge-threshold-2,sync-compile,ir-interp,guard-fail-every-7",
    "threshold-4,bridge-threshold-3,join_threshold=2",
    "threshold-2,bridge-threshold-1,sync-compile,ir-interp,trace-limit-small",
    "threshold-2,bridge-threshold-0,sync-compile,ir-interp,enable-opts=",
    "threshold-3,bridge-threshold-1,sync-compile,ir-interp,no-inlining",
];

#[test]
fn compiled_programs_print_what_interpreted_ones_do() {
    let grammar = Grammar::read(GRAMMAR);
    let directory = directory("programs");
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().expect("a number"));
    let (first, count): (u64, Option<u64>) = (number("RANDOM_SEED").unwrap_or(1), number("RANDOM_PROGRAMS"));
    let python = std::env::var("RANDOM_PYTHON").ok();
    let end = first + count.unwrap_or(200);
    for (number, start) in (first..end).step_by(BATCH as usize).enumerate() {
        let names: Vec<String> = (start..end.min(start + BATCH)).map(|seed| format!("{seed}.py")).collect();
        for (name, seed) in names.iter().zip(start..) {
            write(&directory.join(name), &generate::program(&grammar, seed));
        }
        let expected = outcomes(&directory, &names, Interpreter::Direct);
        assert!(expected.len() == names.len(), "{} ended early: {expected:?}", names[expected.len()]);
        if let Some(python) = &python {
            judge(&directory, &names, &expected, Interpreter::Other(python));
        }
        let all = count.is_some();
        for mode in MODES.iter().enumerate().filter(|(i, _)| all || number % MODES.len() == *i) {
            judge(&directory, &names, &expected, Interpreter::Compiled(mode.1));
        }
    }
}

/// What runs a program.
#[derive(Clone, Copy, Debug)]
enum Interpreter<'a> {
    Direct,
    /// With these parameters of the JIT.
    Compiled(&'a str),
    /// Another Python.
    Other(&'a str),
}

fn judge(directory: &Path, names: &[String], expected: &HashMap<String, String>, interpreter: Interpreter) {
    let found = outcomes(directory, names, interpreter);
    let Some(name) = names.iter().find(|name| found.get(*name) != expected.get(*name)) else { return };
    let program = fs::read_to_string(directory.join(name)).expect("it was written above");
    let candidate = "candidate.py".to_string();
    let differs = |text: &str| {
        write(&directory.join(&candidate), text);
        let names = [candidate.clone()];
        outcomes(directory, &names, Interpreter::Direct) != outcomes(directory, &names, interpreter)
    };
    let smallest = minimise::minimise(&program, MOST_QUESTIONS, differs);
    let difference = testkit::diff::diff(
        expected.get(name).map_or("", |text| text),
        found.get(name).map_or("(ended early)", |text| text),
    );
    let alone = if smallest == program { "\n(alone, it may not differ; its batch does)" } else { "" };
    panic!("{} {name} {interpreter:?}\n{difference}\n{smallest}{alone}", directory.display());
}

/// What the programs print, by their names; those behind one that kills the process print nothing.
fn outcomes(directory: &Path, names: &[String], interpreter: Interpreter) -> HashMap<String, String> {
    let tested = std::env::var("RANDOM_INTERPRETER").unwrap_or(env!("CARGO_BIN_EXE_taipan").to_string());
    let mut command = match interpreter {
        Interpreter::Other(python) => Command::new(python),
        Interpreter::Direct | Interpreter::Compiled(_) => Command::new(tested),
    };
    match interpreter {
        Interpreter::Compiled(mode) => command.env("PYTHON_JIT", mode),
        Interpreter::Direct => command.env("PYTHON_JIT", "0"),
        Interpreter::Other(_) => command.env_remove("PYTHON_JIT"),
    };
    command
        .current_dir(directory)
        .env_remove("TAIPANHOME")
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONIOENCODING", "utf-8");
    command.args(["-W", "ignore", "runner.py"]).args(names);
    let output = command.output().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout);
    let mut outcomes: HashMap<String, String> = text
        .split("=== ")
        .filter_map(|part| part.split_once('\n'))
        .map(|(name, printed)| (name.to_string(), printed.to_string()))
        .collect();
    if !output.status.success() {
        // The last one is to blame; what it printed is not complete.
        let last = names.iter().rev().find(|name| outcomes.contains_key(*name));
        let error = String::from_utf8_lossy(&output.stderr);
        let name = last.or(names.first()).expect("there is a program").clone();
        outcomes.insert(name, format!("{}\n{error}", output.status));
    }
    outcomes
}

/// A directory of this test with what programs import.
fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("random_programs").join(name);
    fs::create_dir_all(&directory).expect("the build's directory can be written");
    write(&directory.join("prelude.py"), PRELUDE);
    write(&directory.join("runner.py"), RUNNER);
    directory
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
}

/// A hole that is misspelt would be found only when a program comes by it, a section that nothing refers to never.
#[test]
fn the_grammar_is_whole() {
    let grammar = Grammar::read(GRAMMAR);
    let used = grammar.holes();
    for hole in &used {
        let is_special = generate::SPECIAL_HOLES.contains(&hole.as_str());
        assert!(is_special != grammar.has(hole), "hole {{{hole}}}");
    }
    for section in grammar.sections() {
        let name = section.strip_suffix(" leaf").unwrap_or(section);
        assert!(
            used.contains(name) || used.contains(section) || generate::STARTS.contains(&section),
            "nothing refers to [{section}]"
        );
    }
}

/// So a seed that fails is the same one tomorrow.
#[test]
fn a_seed_gives_one_program() {
    let grammar = Grammar::read(GRAMMAR);
    assert_eq!(generate::program(&grammar, 7), generate::program(&grammar, 7));
    assert_ne!(generate::program(&grammar, 7), generate::program(&grammar, 8));
}
