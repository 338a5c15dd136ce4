//! What the JIT's summary says about branchy loops and about code memory: counts, no clocks.

use std::path::Path;
use std::process::Command;

/// Loops, functions and bridges are compiled early, whatever the defaults are: the programs are short.
const EARLY: &str = "threshold=130,function-threshold=200,trace-eagerness=10,join-threshold=4";

/// Runs a program of `tests/programs` and answers a row of the summary.
fn rows(program: &str, stress: &str) -> impl Fn(&str) -> u64 + use<> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(program);
    let mut command = Command::new(env!("CARGO_BIN_EXE_toy"));
    for variable in base::log::VARIABLES {
        command.env_remove(variable);
    }
    command.env("TAIPANLOG", "jit-summary:-").args(["--stress", stress]).arg(path);
    let output = command.output().expect("it was built for this test");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    move |row| {
        let line = text.lines().find_map(|line| line.strip_prefix(row)?.strip_prefix(':'));
        let number = line.unwrap_or_else(|| panic!("no row '{row}' in:\n{text}")).trim();
        number.parse().unwrap_or_else(|e| panic!("'{number}' of '{row}': {e}"))
    }
}

/// Nine branches make 512 paths: PyPy makes more than a thousand bridges.
#[test]
fn bridges_of_independent_branches_join() {
    let row = rows("independent_branches.toy", &format!("jit=sync-compile,{EARLY}"));
    let bridges = row("Total # of bridges");
    assert!((9..60).contains(&bridges), "{bridges} bridges");
    assert!(row("joined loops") > 0);
    assert_eq!(row("abort: bridge limit"), 0);
}

#[test]
fn without_labels_at_joins_there_are_more_bridges() {
    let joined = rows("independent_branches.toy", &format!("jit=sync-compile,{EARLY}"))("Total # of bridges");
    let split = rows("independent_branches.toy", &format!("jit=sync-compile,retrace-limit=0,{EARLY}"))(
        "Total # of bridges",
    );
    assert!(split > 2 * joined, "{split} and {joined}");
}

#[test]
fn code_memory_stays_below_its_limit() {
    let stress = "jit=threshold-1,bridge-threshold-1,sync-compile,code-limit-bytes=65536";
    let row = rows("many_loops.toy", stress);
    let (made, freed) = (row("code bytes"), row("code bytes freed"));
    assert!(made > 100_000 && made - freed <= 65_536, "{made} bytes made, {freed} freed");
    assert!(row("abort: code memory full") > 0 && row("Freed # of loops") > 0);
}

#[test]
fn unused_loops_are_freed() {
    let stress = "jit=threshold-1,bridge-threshold-1,sync-compile";
    let old = rows("many_loops.toy", &format!("{stress},loop-longevity=3"));
    assert!(old("Freed # of loops") > 100, "{} freed", old("Freed # of loops"));
    let kept = rows("many_loops.toy", &format!("{stress},loop-longevity=0"));
    assert_eq!(kept("Freed # of loops"), 0);
}

/// Globals are constants until they are assigned: then what relied on it goes, and after a few times they are variables.
#[test]
fn units_that_relied_on_a_global_are_retired() {
    for stress in ["jit=sync-compile", "jit=threshold-1,bridge-threshold-1,sync-compile"] {
        let row = rows("redefinitions.toy", stress);
        let (invalidated, freed) = (row("invalidated units"), row("Freed # of loops"));
        assert!((3..20).contains(&invalidated) && freed > 0, "{invalidated} invalidated, {freed} freed");
    }
}

/// Invalidated while it is on the native stack, a function is freed only later.
#[test]
fn functions_are_redefined_while_they_run() {
    let row = rows("redefined_functions.toy", &format!("jit=sync-compile,{EARLY}"));
    let (invalidated, freed) = (row("invalidated units"), row("Freed # of loops"));
    assert!((3..20).contains(&invalidated) && freed > 0, "{invalidated} invalidated, {freed} freed");
}

/// A recording that breaks what it relies on is not compiled: made again, it relies on it no more.
#[test]
fn recordings_that_break_their_assumptions_are_abandoned() {
    let row = rows("redefined_functions.toy", "jit=threshold-1,sync-compile");
    assert!(row("abort: force quasi-immut") > 0);
}

/// A loop that is entered again with numbers of another class gets a version for them.
#[test]
fn loops_for_other_classes_are_counted() {
    let stress = format!("jit=sync-compile,{EARLY}");
    assert!(rows("type_changes.toy", &stress)("retraces") > 0);
    assert_eq!(rows("type_changes.toy", &format!("{stress},retrace-limit=0"))("retraces"), 0);
}
