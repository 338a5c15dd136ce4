//! The executable: options, messages, exit codes, the log.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn toy(arguments: &[&str], environment: &[(&str, &str)], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_toy"));
    for variable in base::log::VARIABLES {
        command.env_remove(variable);
    }
    command.args(arguments).envs(environment.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the executable was built for this test");
    let mut stdin = child.stdin.take().expect("piped");
    let _ = stdin.write_all(input.as_bytes()); // wrong usage ends it before it reads
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn programs_come_from_standard_input_too() {
    let output = toy(&["-"], &[], "print(6 * 7)");
    assert_eq!((output.stdout.as_slice(), output.status.code()), (&b"42\n"[..], Some(0)));
}

#[test]
fn wrong_usage_exits_with_2() {
    for (arguments, message) in [
        (&[][..], "no file"),
        (&["--bogus", "x"], "unknown option --bogus"),
        (&["a", "b"], "more than one file"),
        (&["--jit"], "--jit needs a value"),
        (&["--jit", "treshold=3", "-"], "treshold"),
        (&["--stress=gc=sometimes", "-"], "every-alloc"),
        (&["/no/such/file"], "cannot read"),
    ] {
        let output = toy(arguments, &[], "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(errors(&output).contains(message), "{arguments:?}: {}", errors(&output));
        assert!(errors(&output).contains("usage: toy"));
    }
}

#[test]
fn failures_exit_with_1() {
    let syntax = toy(&["-"], &[], "let x =\n  )");
    assert_eq!(syntax.status.code(), Some(1));
    assert_eq!(errors(&syntax), "-:2:3: syntax error: expected an expression, found ')'\n");
    let uncaught = toy(&["--jit", "off", "-"], &[], "fn f() {\n  throw 1\n}\nf()");
    assert_eq!(uncaught.status.code(), Some(1));
    assert_eq!(errors(&uncaught), "uncaught: 1\n  -:2:3 in f\n  -:4:2 in main\n");
}

#[test]
fn help_lists_options_and_parameters() {
    let text = |arguments: &[&str]| String::from_utf8_lossy(&toy(arguments, &[], "").stdout).into_owned();
    assert!(text(&["--help"]).contains("--jit LIST"));
    assert!(text(&["--jit", "help"]).contains("threshold=N"));
    assert!(toy(&["--dump", "-"], &[], "print(1)").stdout.starts_with(b"fn0:main"));
}

#[test]
fn the_log_shows_the_summary_unless_the_jit_is_off() {
    let program = "let s = 0\nfor i in 0..1000 { s += i }\nprint(s)";
    let log = [("TAIPANLOG", "jit-summary:-")];
    let traced = toy(&["--jit", "threshold=10,sync-compile", "-"], &log, program);
    assert!(errors(&traced).contains("Total # of loops:\t1"), "{}", errors(&traced));
    let direct = toy(&["--jit", "off", "-"], &log, program);
    assert_eq!((errors(&direct).as_str(), &direct.stdout), ("", &traced.stdout));
}
