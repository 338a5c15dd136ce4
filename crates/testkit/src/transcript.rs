//! Transcripts of programs: a program file, and beside it what running it prints.
//!
//! `fib.toy` has `fib.out`: standard output, then, if there is any, a line `[stderr]` with standard error below, and,
//! if it is not 0, a last line `[exit N]`. `UPDATE_GOLDEN=1` rewrites the transcripts, see [`crate::golden`].

use crate::diff::diff;
use crate::golden;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs `command(program)` for every `*.extension` in `directory` and compares what it prints with the transcript.
/// The same programs can be checked in several ways (JIT off, thresholds of 1 …): transcripts do not say how.
///
/// # Panics
/// With all differences; if there is no program; if a program cannot be started or has no transcript.
pub fn check_programs(directory: impl AsRef<Path>, extension: &str, command: impl FnMut(&Path) -> Command) {
    check_files(&golden::files(directory.as_ref(), extension), command, |_, text| text);
}

/// The same for these programs. `normalise` takes out of a program's output what differs from place to place.
///
/// # Panics
/// As [`check_programs`].
pub fn check_files(
    programs: &[PathBuf],
    mut command: impl FnMut(&Path) -> Command,
    normalise: impl Fn(&Path, String) -> String,
) {
    assert!(!programs.is_empty(), "there is no program");
    let mut failures = Vec::new();
    for program in programs {
        let transcript = program.with_extension("out");
        let mut command = command(program);
        let output = command.output().unwrap_or_else(|e| panic!("cannot start {command:?}: {e}"));
        let actual = normalise(program, transcript_of(&output));
        let expected = fs::read_to_string(&transcript).ok();
        if expected.as_deref() == Some(&actual) {
            continue;
        }
        if golden::is_updating() {
            fs::write(&transcript, &actual)
                .unwrap_or_else(|e| panic!("cannot write {}: {e}", transcript.display()));
            continue;
        }
        let what = match expected {
            Some(expected) => diff(&expected, &actual),
            None => format!("{} is missing", transcript.display()),
        };
        failures.push(format!("{command:?}\n{what}"));
    }
    let (failed, count) = (failures.len(), programs.len());
    assert!(failures.is_empty(), "{failed} of {count} programs differ\n\n{}", failures.join("\n"));
}

/// What a finished process printed, and how it ended, as text.
pub fn transcript_of(output: &Output) -> String {
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    let end_line = |text: &mut String| {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
    };
    if !output.stderr.is_empty() {
        end_line(&mut text);
        text.push_str("[stderr]\n");
        text.push_str(&String::from_utf8_lossy(&output.stderr));
    }
    if !output.status.success() {
        end_line(&mut text);
        match output.status.code() {
            Some(code) => text.push_str(&format!("[exit {code}]\n")),
            None => text.push_str(&format!("[{}]\n", output.status)),
        }
    }
    text
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn output_errors_and_exit_code_are_in_the_transcript() {
        let run = |script: &str| {
            let output = Command::new("sh").args(["-c", script]).output().expect("a shell");
            transcript_of(&output)
        };
        assert_eq!(run("printf 'a\nb'"), "a\nb");
        assert_eq!(run("printf a; echo b >&2; exit 3"), "a\n[stderr]\nb\n[exit 3]\n");
        assert_eq!(run("exit 1"), "[exit 1]\n");
    }
}
