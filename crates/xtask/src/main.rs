//! Chores: `cargo xtask test` is what a newcomer and CI run.
//!
//! `tidy` checks what the compiler does not (crate arrows, `unsafe`, file lengths, links), `matrix` runs every program
//! of the toy language in every stress mode, `cpython` runs CPython's own tests, `function-order` says where the linker
//! puts functions; each can be run alone.
//!
//! Steps run one after the other, each announced; the first failure ends the run with its exit code.

mod cpython;
mod function_order;
mod matrix;
mod pyperformance;
mod tidy;

use std::path::Path;
use std::process::{Command, ExitCode};

/// One step: what it shows, and the arguments of `cargo`.
struct Step {
    name: &'static str,
    arguments: &'static [&'static str],
}

const TEST: &[Step] = &[
    Step { name: "formatting", arguments: &["fmt", "--all", "--check"] },
    Step {
        name: "lints",
        arguments: &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"],
    },
    Step { name: "tests", arguments: &["test", "--workspace", "--no-fail-fast"] },
];

/// Where `.ci/run` and newcomers unpack CPython's tests (tests/cpython/README.md); without them the rest is tested.
const CPYTHON_TESTS: &str = "target/cpython-tests/usr/lib/python3.14";

const CPYTHON: &[Step] = &[
    Step {
        name: "Python, to be held against CPython's tests",
        arguments: &["build", "--release", "-p", "taipan"],
    },
    Step {
        name: "CPython's tests",
        arguments: &[
            "xtask",
            "cpython",
            "--tests",
            CPYTHON_TESTS,
            "--only-passing",
            "--tolerance",
            "50",
            "language",
            "types",
        ],
    },
];

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("test") => test(),
        Some("tidy") => report(tidy::run(root())),
        Some("matrix") => report(matrix::run(root(), &std::env::args().skip(2).collect::<Vec<_>>())),
        Some("cpython") => report(cpython::run(root(), &std::env::args().skip(2).collect::<Vec<_>>())),
        Some("pyperformance") => {
            report(pyperformance::run(root(), &std::env::args().skip(2).collect::<Vec<_>>()))
        }
        Some("function-order") => {
            report(function_order::run(root(), &std::env::args().skip(2).collect::<Vec<_>>()))
        }
        other => {
            eprintln!(
                "xtask: expected the chore 'test', 'tidy', 'matrix', 'cpython', 'pyperformance' or 'function-order', found {}",
                other.unwrap_or("nothing")
            );
            ExitCode::from(2)
        }
    }
}

fn test() -> ExitCode {
    let tests = run(TEST);
    if tests != ExitCode::SUCCESS {
        return tests;
    }
    if !root().join(CPYTHON_TESTS).is_dir() {
        println!("== CPython's tests left out: {CPYTHON_TESTS} is not there (tests/cpython/README.md)");
        return tests;
    }
    run(CPYTHON)
}

/// The root of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("the crate lies two directories below the root")
}

fn report(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(steps: &[Step]) -> ExitCode {
    for step in steps {
        println!("== {}", step.name);
        let status = Command::new(env!("CARGO")).args(step.arguments).status();
        match status {
            Ok(status) if status.success() => {}
            Ok(status) => {
                eprintln!("xtask: {} failed: cargo {}", step.name, step.arguments.join(" "));
                return ExitCode::from(status.code().and_then(|c| u8::try_from(c).ok()).unwrap_or(1));
            }
            Err(error) => {
                eprintln!("xtask: cannot run cargo: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("== all passed");
    ExitCode::SUCCESS
}
