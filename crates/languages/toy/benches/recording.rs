//! What the recorder and the optimizer cost per recorded operation, in programs with many loops.
//!
//! Target: below 0.3 microseconds for recording, below 0.6 for the optimizer. Each run is a process of its own, and
//! every trace is made once, as in real life: caches are as cold as they are there. Units are interpreted, so that no code
//! generation disturbs. The numbers are those of `jit-summary`; of several runs the least counts.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

const LOOPS: usize = 60;
const RUNS: usize = 15;

/// Loops over integers, floats, lists and records, each in a function of its own.
fn program() -> String {
    let mut text = String::new();
    for k in 0..LOOPS {
        writeln!(
            text,
            "fn loop{k}(n) {{\n  let l = [1, 2, 3, 4]\n  let p = {{x: {k}, y: 2}}\n  let s = 0\n  let f = 0.5\n  for i in 0..n {{\n    \
             let a = i * 3 + {k}\n    let b = a % 7\n    s = s + b * 2\n    if s > 1000000 {{ s = 0 }}\n    \
             f = f * 1.5 + i\n    if f > 1000.0 {{ f = f / 512.0 }}\n    l[i % 4] = l[(i + 1) % 4] + b\n    \
             p.x = p.x + l[0]\n    p.y = p.y + p.x % 5\n  }}\n  return s + p.x + p.y\n}}"
        )
        .expect("a string accepts text");
    }
    for k in 0..LOOPS {
        writeln!(text, "print(loop{k}(40))").expect("a string accepts text");
    }
    text
}

/// The numbers of a row of the summary.
fn row(summary: &str, label: &str) -> Vec<f64> {
    let line = summary.lines().find(|l| l.starts_with(&format!("{label}:")));
    let line = line.unwrap_or_else(|| panic!("no row {label} in\n{summary}"));
    line.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

fn main() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, log) = (directory.join("recording.toy"), directory.join("recording.log"));
    std::fs::write(&source, program()).expect("the directory for temporary files is writable");
    let (mut record, mut optimise, mut ops, mut traces) = (f64::MAX, f64::MAX, 0.0, 0.0);
    for _ in 0..RUNS {
        let mut command = Command::new(env!("CARGO_BIN_EXE_toy"));
        command.args(["--stress", "jit=threshold-5,sync-compile,ir-interp"]).arg(&source);
        command.env("TAIPANLOG", format!("jit-summary:{}", log.display()));
        let output = command.output().expect("it was built for this bench");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let summary = std::fs::read_to_string(&log).expect("the log was written");
        (traces, ops) = (row(&summary, "Tracing")[0], row(&summary, "recorded ops")[0]);
        record = record.min(row(&summary, "Tracing")[1] * 1e6 / ops);
        optimise = optimise.min(row(&summary, "Optimize")[1] * 1e6 / ops);
    }
    println!(
        "{traces} recordings, {ops} operations: recording {record:.3} us, optimizer {optimise:.3} us each"
    );
}
