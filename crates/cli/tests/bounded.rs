//! Programs that would compile without end: what they cost is bounded, by counters, and what is hot behind them is compiled.

#![cfg(feature = "jit")]

use std::process::Command;

/// Runs a program; what it printed, and the rows of the JIT's summary.
fn summary(program: &str, jit: &str) -> (String, impl Fn(&str) -> u64) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taipan"));
    command.args(["--jit", jit, "-c", program]).env_remove("PYTHON_JIT").env("TAIPANLOG", "jit-summary:-");
    let output = command.output().expect("the interpreter starts");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let row = move |name: &str| {
        let start = format!("{name}:");
        let value = text.lines().find_map(|line| line.strip_prefix(&start));
        let value = value.unwrap_or_else(|| panic!("no row '{name}' in\n{text}"));
        value.split_whitespace().next().and_then(|n| n.parse().ok()).expect("a number")
    };
    (String::from_utf8_lossy(&output.stdout).into_owned(), row)
}

/// A loop in code of its own, each time.
const GENERATED: &str = "
def generated(count, turns):
    total = 0
    for k in range(count):
        namespace = {}
        exec(f'def f(n):\\n    s = 0\\n    for i in range(n):\\n        s += i * {k}\\n    return s', namespace)
        total += namespace['f'](turns)
    return total
";

#[test]
fn code_that_ran_once_is_thrown_away() {
    let program = format!("{GENERATED}print(generated(600, 40))");
    let (printed, row) = summary(&program, "threshold=10,sync-compile,loop_longevity=100");
    assert_eq!(printed.trim(), format!("{}", 780 * (599 * 600 / 2)));
    assert!(row("Total # of loops") >= 600, "each loop was hot");
    assert!(row("Freed # of loops") + 150 >= row("Total # of loops"));
    let kept = row("code bytes") - row("code bytes freed");
    assert!(kept < row("code bytes") / 3, "{kept} bytes of machine code are kept");
}

/// What waits for the code generator is finished whether somebody asks for it or not.
#[test]
fn generated_code_does_not_keep_the_rest_from_being_compiled() {
    let program = format!(
        "{GENERATED}generated(60, 3000)\ndef hot(n):\n    s = 0\n    for i in range(n):\n        s ^= i\n    return s\nprint(hot(20_000_000))"
    );
    let (printed, row) = summary(&program, "threshold=200");
    assert_eq!(printed.trim(), "0");
    assert!(row("Total # of loops") >= 1);
}

/// A loop over one object of each of so many classes, `turns` times.
fn of_many_classes(classes: u32, turns: u32) -> String {
    format!(
        "
classes = [type(f'C{{k}}', (), {{'m': lambda self, k=k: k, 'x': k}}) for k in range({classes})]
objects = [made() for made in classes]
def loop():
    total = 0
    for o in objects:
        total += o.m() + o.x
    return total
for _ in range({turns}):
    loop()
print(loop())"
    )
}

#[test]
fn a_site_that_sees_every_class_gets_so_many_bridges() {
    let program = of_many_classes(300, 60);
    let (printed, row) =
        summary(&program, "threshold=5,trace_eagerness=2,max_bridges=20,join_threshold=0,sync-compile");
    assert_eq!(printed.trim(), "89700");
    assert!(row("abort: bridge limit") > 0);
    // Of the loop, and of the few functions around it.
    assert!(row("Total # of bridges") <= 60, "{} bridges", row("Total # of bridges"));
}

/// With entries as the clock: what leaves in nearly each turn is interpreted.
#[test]
fn a_loop_that_leaves_in_each_turn_is_given_up() {
    let program = of_many_classes(40, 2000);
    let (printed, row) = summary(
        &program,
        "threshold=5,trace_eagerness=2,max_bridges=8,join_threshold=0,sync-compile,entry_us=1",
    );
    assert_eq!(printed.trim(), "1560");
    assert!(row("abort: bridge limit") > 0);
    assert!(row("exits") < 20_000, "{} exits in 80,000 turns", row("exits"));
}

#[test]
fn machine_code_has_a_limit() {
    let program = "
functions = []
for k in range(400):
    namespace = {}
    exec(f'def f(n):\\n    s = 0\\n    for i in range(n):\\n        s += i ^ {k}\\n    return s', namespace)
    functions.append(namespace['f'])
print([sum(f(40) for f in functions) for _ in range(4)])";
    let (printed, row) =
        summary(program, "threshold=10,function_threshold=10,sync-compile,code_limit_bytes=65536");
    let expected: i64 = (0..400i64).map(|k| (0..40i64).map(|i| i ^ k).sum::<i64>()).sum();
    assert_eq!(printed.trim(), format!("{:?}", [expected; 4]));
    assert!(row("abort: code memory full") > 0);
    let kept = row("code bytes") - row("code bytes freed");
    assert!(kept <= 65536, "{kept} bytes of machine code");
}
