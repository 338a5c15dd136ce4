//! Every program of the toy language in every stress mode: whatever the JIT and the collector are made to do, a
//! program prints the same.
//!
//! A program is a `.toy` file with an `.out` file, the transcript of running it without the JIT. Standard output and
//! exit code are compared; a program that hangs is killed and counts as different.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Names and the options of the executable.
const MODES: &[(&str, &[&str])] = &[
    ("off", &["--jit", "off"]),
    ("default", &[]),
    ("threshold-1", &["--stress", "jit=threshold-1,bridge-threshold-1,sync-compile"]),
    ("background", &["--stress", "jit=threshold-1,bridge-threshold-1"]),
    ("guard-fail-every-3", &["--stress", "jit=threshold-1,sync-compile,guard-fail-every-3"]),
    (
        "guard-fail-every-31",
        &["--stress", "jit=threshold-1,bridge-threshold-1,sync-compile,guard-fail-every-31"],
    ),
    ("trace-limit-small", &["--stress", "jit=threshold-1,sync-compile,trace-limit-small"]),
    ("ir-interp", &["--stress", "jit=threshold-1,bridge-threshold-1,sync-compile,ir-interp"]),
    ("ir-interp-no-opt", &["--stress", "jit=threshold-1,sync-compile,ir-interp,enable-opts="]),
    ("no-intbounds", &["--stress", "jit=threshold-1,sync-compile,no-intbounds"]),
    ("no-rewrite", &["--stress", "jit=threshold-1,sync-compile,no-rewrite"]),
    ("no-guards", &["--stress", "jit=threshold-1,sync-compile,no-guards"]),
    ("no-virtualize", &["--stress", "jit=threshold-1,sync-compile,no-virtualize"]),
    ("no-pure", &["--stress", "jit=threshold-1,sync-compile,no-pure"]),
    ("no-heap", &["--stress", "jit=threshold-1,sync-compile,no-heap"]),
    ("no-unroll", &["--stress", "jit=threshold-1,sync-compile,no-unroll"]),
    ("gc-every-50", &["--stress", "jit=threshold-1,sync-compile,gc=every-50,poison,verify"]),
    ("gc-tiny-nursery", &["--stress", "jit=threshold-1,sync-compile,gc=tiny-nursery,always-evacuate"]),
];

/// A program that runs longer has hung: the slowest take a few seconds in the slowest mode.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Errors: the executable does not build, or the failures by mode and program.
pub fn run(root: &Path) -> Result<(), String> {
    let arguments = ["build", "--release", "--quiet", "--package", "toy"];
    let built = Command::new(env!("CARGO")).args(arguments).current_dir(root).status();
    if !built.as_ref().is_ok_and(|status| status.success()) {
        return Err(format!("cargo {}: {built:?}", arguments.join(" ")));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let executable = target.join("release").join(format!("toy{}", std::env::consts::EXE_SUFFIX));
    let programs = programs(&root.join("crates/languages/toy/tests/programs"))?;
    let mut failures = Vec::new();
    for (mode, options) in MODES {
        let started = Instant::now();
        let before = failures.len();
        for program in &programs {
            if let Err(how) = check(&executable, options, program) {
                failures.push(format!("{mode}: {}: {how}", program.display()));
            }
        }
        let (failed, seconds) = (failures.len() - before, started.elapsed().as_secs_f64());
        eprintln!("matrix {mode:<20} {:>3} programs, {failed} failed, {seconds:.1} s", programs.len());
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// Programs with a transcript. A directory without any is an error: a matrix that runs nothing must not pass.
fn programs(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let entries =
        std::fs::read_dir(directory).map_err(|e| format!("cannot read {}: {e}", directory.display()))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut programs = paths
        .filter(|p| p.extension().is_some_and(|e| e == "toy") && p.with_extension("out").exists())
        .collect::<Vec<_>>();
    programs.sort();
    if programs.is_empty() { Err(format!("no programs in {}", directory.display())) } else { Ok(programs) }
}

fn check(executable: &Path, options: &[&str], program: &Path) -> Result<(), String> {
    let expected = std::fs::read(program.with_extension("out")).map_err(|e| e.to_string())?;
    let mut child = Command::new(executable)
        .args(options)
        .arg(program)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|e| format!("cannot be started: {e}"))?;
    let mut stdout = child.stdout.take().expect("it is piped");
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut stdout, &mut text).map(|_| text)
    });
    let deadline = Instant::now() + TIME_LIMIT;
    let status = loop {
        match child.try_wait().map_err(|e| e.to_string())? {
            Some(status) => break status,
            None if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(2)),
            None => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("still runs after {} s", TIME_LIMIT.as_secs()));
            }
        }
    };
    let actual = reader.join().map_err(|_| "its output was lost".to_string())?.map_err(|e| e.to_string())?;
    if !status.success() {
        return Err(status.to_string());
    }
    if actual == expected { Ok(()) } else { Err(first_difference(&expected, &actual)) }
}

fn first_difference(expected: &[u8], actual: &[u8]) -> String {
    let (expected, actual) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(actual));
    let (mut e, mut a) = (expected.lines(), actual.lines());
    for number in 1.. {
        match (e.next(), a.next()) {
            (None, None) => break,
            (wanted, found) if wanted == found => {}
            (wanted, found) => {
                let or_end = |line: Option<&str>| line.unwrap_or("(the end)").to_string();
                return format!("line {number}: expected {}, found {}", or_end(wanted), or_end(found));
            }
        }
    }
    "differs in its line ends".to_string()
}
