//! Every program of the toy language in every stress mode: whatever the JIT and the collector are made to do, a
//! program prints the same.
//!
//! Programs are the `.toy` files with an `.out` file beside them (a transcript of running them without the JIT) of the tests and the
//! examples, and the programs of the bench `loops`, whose expected output is what the direct interpreter prints for the
//! argument that their line `# try: n` names. Standard output and exit code are compared; a program that hangs is killed and
//! counts as different.
//!
//! `cargo test -p toy` runs the tests' programs in most of these modes, with debug assertions; this runs all of them, in release.
//! `cargo xtask matrix MODE…` runs the modes whose names contain one of the words.

use base::params::Pass;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Names and stress options. `traced` stands for what most have in common: everything is traced as soon as possible, and
/// machine code is made at once.
const MODES: &[(&str, &str)] = &[
    ("off", "jit=off"),
    ("default", "jit=default"),
    ("sync-compile", "jit=sync-compile"),
    ("threshold-1", "jit=threshold-1,sync-compile"),
    ("installed-late", "jit=threshold-1,bridge-threshold-2,sync-compile,install-after=3"),
    ("background", "jit=threshold-1,bridge-threshold-1"),
    ("traced", "traced"),
    ("guard-fail-every-1", "traced,guard-fail-every-1"),
    ("guard-fail-every-3", "traced,guard-fail-every-3"),
    ("guard-fail-every-31", "traced,guard-fail-every-31"),
    ("guard-fail-no-bridges", "jit=threshold-1,bridge-threshold-0,sync-compile,guard-fail-every-7"),
    ("trace-limit-small", "traced,trace-limit-small"),
    ("no-inlining", "traced,no-inlining"),
    ("ir-interp", "traced,ir-interp"),
    ("ir-interp-recorded", "traced,ir-interp,enable-opts="),
    ("no-pass", "traced,enable-opts="),
    ("gc-every-alloc-direct", "jit=off,gc=every-alloc"),
    ("gc-every-alloc", "traced,gc=every-alloc"),
    ("gc-every-50", "traced,gc=every-50,gc=poison,gc=verify"),
    ("gc-poison", "traced,gc=tiny-nursery,gc=poison"),
    ("gc-verify", "traced,gc=every-100,gc=verify,gc=no-evacuate"),
    ("gc-always-evacuate", "traced,gc=tiny-nursery,gc=always-evacuate"),
];

const TRACED: &str = "jit=threshold-1,bridge-threshold-1,sync-compile";

/// A program that runs longer has hung: the slowest take a few seconds in the slowest mode.
const TIME_LIMIT: Duration = Duration::from_secs(120);

struct Program {
    path: PathBuf,
    expected: Vec<u8>,
}

/// Errors: the executable does not build, or the failures by mode and program.
pub fn run(root: &Path, words: &[String]) -> Result<(), String> {
    let arguments = ["build", "--release", "--quiet", "--package", "toy"];
    let built = Command::new(env!("CARGO")).args(arguments).current_dir(root).status();
    if !built.as_ref().is_ok_and(|status| status.success()) {
        return Err(format!("cargo {}: {built:?}", arguments.join(" ")));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let executable = target.join("release").join(format!("toy{}", std::env::consts::EXE_SUFFIX));
    let mut programs = with_transcripts(&root.join("crates/languages/toy/tests/programs"))?;
    programs.extend(with_transcripts(&root.join("examples/toy"))?);
    let loops = root.join("crates/languages/toy/benches/loops/programs");
    programs.extend(of_bench(&executable, &loops, &target.join("matrix"))?);

    let passes = Pass::ALL.iter().map(|pass| {
        let option = format!("no-{}", pass.name());
        (option.clone(), format!("traced,{option}"))
    });
    let fixed = MODES.iter().map(|(name, options)| (name.to_string(), options.to_string()));
    let mut failures = Vec::new();
    for (mode, options) in fixed.chain(passes) {
        if !words.is_empty() && !words.iter().any(|word| mode.contains(word.as_str())) {
            continue;
        }
        let started = Instant::now();
        let found = run_mode(&executable, &options.replace("traced", TRACED), &programs);
        let seconds = started.elapsed().as_secs_f64();
        eprintln!("matrix {mode:<22} {:>3} programs, {} failed, {seconds:.1} s", programs.len(), found.len());
        failures.extend(found.into_iter().map(|failure| format!("{mode}: {failure}")));
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// One process per program, as many at a time as the machine has processors. The failures.
fn run_mode(executable: &Path, options: &str, programs: &[Program]) -> Vec<String> {
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(how) = check(executable, options, program) {
                        let failure = format!("{}: {how}", program.path.display());
                        failures.lock().unwrap_or_else(|e| e.into_inner()).push(failure);
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap_or_else(|e| e.into_inner());
    failures.sort();
    failures
}

/// Programs with a transcript. A directory without any is an error: a matrix that runs nothing must not pass.
fn with_transcripts(directory: &Path) -> Result<Vec<Program>, String> {
    let mut programs = Vec::new();
    for path in toy_files(directory)? {
        if let Ok(expected) = std::fs::read(path.with_extension("out")) {
            programs.push(Program { path, expected });
        }
    }
    if programs.is_empty() { Err(format!("no programs in {}", directory.display())) } else { Ok(programs) }
}

/// Copies of the bench's programs that call `work`, in the directory `copies`.
fn of_bench(executable: &Path, directory: &Path, copies: &Path) -> Result<Vec<Program>, String> {
    std::fs::create_dir_all(copies).map_err(|e| format!("cannot make {}: {e}", copies.display()))?;
    let mut programs = Vec::new();
    for path in toy_files(directory)? {
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let n = text.lines().find_map(|line| line.strip_prefix("# try: "));
        let n = n.ok_or_else(|| format!("{}: expected a line `# try: n`", path.display()))?;
        let copy = copies.join(path.file_name().expect("a file of a directory has a name"));
        let call = format!("\nfor round in 0..3 {{ print(work({n})) }}\n");
        std::fs::write(&copy, text + &call).map_err(|e| format!("{}: {e}", copy.display()))?;
        let output = Command::new(executable).args(["--jit", "off"]).arg(&copy).output();
        let output = output.map_err(|e| format!("cannot be started: {e}"))?;
        if !output.status.success() {
            return Err(format!("{}: {}", copy.display(), String::from_utf8_lossy(&output.stderr)));
        }
        programs.push(Program { path: copy, expected: output.stdout });
    }
    Ok(programs)
}

/// The programs of a directory, in the order of their names.
fn toy_files(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let entries =
        std::fs::read_dir(directory).map_err(|e| format!("cannot read {}: {e}", directory.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toy"));
    paths.sort();
    Ok(paths)
}

fn check(executable: &Path, options: &str, program: &Program) -> Result<(), String> {
    let expected = &program.expected;
    let mut child = Command::new(executable)
        .args(["--stress", options])
        .arg(&program.path)
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
    if actual == *expected { Ok(()) } else { Err(first_difference(expected, &actual)) }
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
