//! Every program, under every way of running: each must print what its transcript says.
//!
//! The transcripts were written by the direct machine and read by a person; all other ways are held against them. Machine code is
//! generated in the tracing thread here (`sync-compile`), so that every run of a test does the same.

use base::params::Pass;
use std::path::{Path, PathBuf};
use std::process::Command;

const HERE: &str = env!("CARGO_MANIFEST_DIR");
const PROGRAMS: &str = "tests/programs";
const EXAMPLES: &str = "../../../examples/toy";

/// Runs every program of a directory with `--stress stress`.
fn check(directory: &str, stress: &str) {
    let directory: PathBuf = Path::new(HERE).join(directory);
    testkit::transcript::check_programs(&directory, "toy", |program| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_toy"));
        // Messages name the file as it was given: without a directory, they are the same everywhere.
        command.current_dir(&directory).args(["--stress", stress]);
        command.arg(program.file_name().expect("a program has a name"));
        for variable in base::log::VARIABLES {
            command.env_remove(variable);
        }
        command
    });
}

/// What most modes share: everything is traced as soon as possible.
fn check_traced(stress: &str) {
    check(PROGRAMS, &format!("jit=threshold-1,bridge-threshold-1,sync-compile,{stress}"));
}

#[test]
fn direct() {
    check(PROGRAMS, "jit=off");
}

#[test]
fn failing_programs() {
    check("tests/failures", "jit=off");
}

/// With tracing, only the traceback may be shorter: it cannot name frames that machine code never pushed.
#[test]
fn failing_programs_fail_alike_when_traced() {
    let directory = Path::new(HERE).join("tests/failures");
    let run = |program: &Path, stress: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_toy"));
        let output =
            command.args(["--stress", stress]).arg(program).output().expect("it was built for this test");
        let message = String::from_utf8_lossy(&output.stderr).lines().next().map(String::from);
        (output.status.code(), message, output.stdout)
    };
    for entry in std::fs::read_dir(directory).expect("the directory exists") {
        let program = entry.expect("readable").path();
        if program.extension().is_some_and(|extension| extension == "toy") {
            let traced = run(&program, "jit=threshold-1,bridge-threshold-1,sync-compile");
            assert_eq!(run(&program, "jit=off"), traced, "{}", program.display());
        }
    }
}

#[test]
fn direct_examples() {
    check(EXAMPLES, "jit=off");
}

#[test]
fn examples_with_defaults() {
    check(EXAMPLES, "jit=default");
}

#[test]
fn examples_with_synchronous_compilation() {
    check(EXAMPLES, "jit=sync-compile");
}

#[test]
fn defaults() {
    check(PROGRAMS, "jit=default");
}

#[test]
fn traced_at_once() {
    check(PROGRAMS, "jit=threshold-1,sync-compile");
}

#[test]
fn bridges_at_once() {
    check_traced("");
}

#[test]
fn guards_fail_without_reason() {
    check_traced("guard-fail-every-3");
    check(PROGRAMS, "jit=threshold-1,sync-compile,guard-fail-every-7");
}

#[test]
fn short_traces() {
    check_traced("trace-limit-small");
}

#[test]
fn bridges_fused_at_once() {
    check_traced("join-threshold=1");
    check_traced("join-threshold=0");
}

#[test]
fn few_labels_and_little_inlining() {
    check_traced("retrace-limit=0,inline-depth=1");
    check_traced("retrace-limit=1,inline-depth=2");
}

#[test]
fn code_that_ages_and_code_memory_that_is_full() {
    check_traced("loop-longevity=3");
    check_traced("code-limit-bytes=65536");
}

#[test]
fn no_inlining() {
    check_traced("no-inlining");
}

#[test]
fn ir_interpreter() {
    check_traced("ir-interp");
    check_traced("ir-interp,guard-fail-every-3");
    check_traced("ir-interp,gc=every-7");
}

/// Recorded traces as they are.
#[test]
fn ir_interpreter_without_any_pass() {
    check_traced("ir-interp,enable-opts=");
}

#[test]
fn without_each_pass() {
    for pass in Pass::ALL {
        check_traced(&format!("no-{}", pass.name()));
    }
}

#[test]
fn without_any_pass() {
    check_traced("enable-opts=");
}

/// Debug builds read every trace in the log back with the IR's parser.
#[test]
fn logs_can_be_read_back() {
    let directory = Path::new(HERE).join(PROGRAMS);
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join("logs_can_be_read_back.log");
    let sections = ["jit-log-noopt", "jit-log-opt-loop", "jit-log-opt-bridge", "jit-optimize", "jit-summary"];
    let mut logged = vec![0; sections.len()];
    for entry in std::fs::read_dir(directory).expect("the directory exists") {
        let program = entry.expect("readable").path();
        if program.extension().is_none_or(|extension| extension != "toy") {
            continue;
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_toy"));
        command.args(["--stress", "jit=threshold-1,bridge-threshold-1,sync-compile"]).arg(&program);
        for variable in base::log::VARIABLES {
            command.env_remove(variable);
        }
        command.env("TAIPANLOG", format!("{}:{}", sections.join(","), log.display()));
        let output = command.output().expect("it was built for this test");
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {message}", program.display());
        let text = std::fs::read_to_string(&log).expect("the log was written");
        for (count, section) in logged.iter_mut().zip(sections) {
            *count += text.matches(&format!("{{{section}\n")).count();
        }
    }
    assert!(logged.iter().all(|count| *count > 10), "{logged:?}");
}

#[test]
fn collecting_often() {
    check(PROGRAMS, "jit=off,gc=every-7");
    check(PROGRAMS, "jit=off,gc=every-100,gc=verify,gc=poison,gc=always-evacuate");
}

#[test]
fn collecting_often_while_traced() {
    check_traced("gc=every-7");
    check_traced("gc=tiny-nursery,gc=poison,gc=always-evacuate");
    check_traced("gc=every-100,gc=verify,gc=no-evacuate");
}
