//! `pypyjit`, and the same as `taipanjit`: what a program can ask of the JIT.

#![cfg(feature = "jit")]

use std::process::Command;

fn printed(program: &str, jit: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taipan"));
    command.args(["--jit", jit, "-c", program]).env_remove("PYTHON_JIT");
    let output = command.output().expect("the interpreter starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const LOOP: &str = "
import pypyjit, taipanjit
def loops():
    return pypyjit.get_stats_snapshot().counters.get('Total # of loops', 0)
def run(n):
    s = 0
    for i in range(n):
        s += i
    return s
def made():
    # A function with a loop that nobody has seen.
    namespace = {}
    exec('def f(n):\\n    s = 0\\n    for i in range(n):\\n        s += i\\n    return s', namespace)
    return namespace['f']
";

#[test]
fn parameters_count_from_when_they_are_set() {
    let program = format!(
        "{LOOP}
pypyjit.set_param('threshold=1000000,function_threshold=0')
made()(2000)
first = loops()
taipanjit.set_param(threshold=50)
made()(2000)
second = loops()
pypyjit.set_param('off')
made()(2000)
third = loops()
pypyjit.set_param('default')
print(first, second, third == second)"
    );
    assert_eq!(printed(&program, "sync-compile").trim(), "0 1 True");
}

#[test]
fn what_was_released_is_compiled_again() {
    let program = format!(
        "{LOOP}
f = made()
results = [f(500)]
before = loops()
pypyjit.releaseall()
for _ in range(20):
    results.append(f(500))
counters = pypyjit.get_stats_snapshot().counters
print(set(results), before >= 1, loops() > before, counters['Freed # of loops'] >= 1, pypyjit.get_stats_snapshot().counter_times['Backend'] >= 0)"
    );
    assert_eq!(
        printed(&program, "threshold=50,function_threshold=0,sync-compile").trim(),
        "{124750} True True True True"
    );
}

#[test]
fn tables_say_what_there_is_and_errors_what_is_wrong() {
    let program = format!(
        "{LOOP}
print(sorted(pypyjit.defaults) == sorted(pypyjit.PARAMETER_DOCS), 'threshold' in pypyjit.defaults)
for wrong in ['banana=1', 'threshold=x']:
    try:
        pypyjit.set_param(wrong)
    except ValueError as error:
        print(str(error).split(':')[0])"
    );
    assert_eq!(
        printed(&program, "default"),
        "True True\nJIT parameter 'banana=1'\nJIT parameter 'threshold=x'\n"
    );
}

#[test]
fn without_a_jit_nothing_happens() {
    let program = format!(
        "{LOOP}pypyjit.set_param('off'); pypyjit.releaseall(); print(run(10), loops(), pypyjit.defaults)"
    );
    assert_eq!(printed(&program, "off"), "45 0 {}\n");
}
