//! The standard streams as the environment and the command line make them.

use std::fs::OpenOptions;
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Runs a program with bytes on its standard input.
fn run(options: &[&str], environment: &[(&str, &str)], program: &str, input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taipan"));
    for name in ["PYTHONIOENCODING", "PYTHONUTF8", "PYTHONUNBUFFERED", "LC_ALL", "LC_CTYPE", "LANG"] {
        command.env_remove(name);
    }
    command.args(options).args(["-c", program]).envs(environment.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command was built for this test");
    child.stdin.take().expect("piped").write_all(input).expect("the program reads its input");
    child.wait_with_output().expect("the program ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn bytes_that_are_no_text_pass_through_in_a_plain_locale() {
    let output = run(&[], &[("LC_ALL", "C")], "import sys; print(ascii(a := input()), a)", b"\xe4\xff ok\n");
    assert_eq!(output.stdout, b"'\\udce4\\udcff ok' \xe4\xff ok\n", "{}", text(&output.stderr));
}

#[test]
fn an_encoding_of_the_environment_counts_for_all_three_streams() {
    let program = "import sys; print(sys.stdin.encoding, sys.stdout.errors, sys.stderr.encoding, sys.stderr.errors, 'ä€')";
    let output = run(&[], &[("PYTHONIOENCODING", "latin-1:replace")], program, b"");
    assert_eq!(
        output.stdout,
        b"iso8859-1 replace iso8859-1 backslashreplace \xe4?\n",
        "{}",
        text(&output.stderr)
    );
    let output = run(
        &["-E"],
        &[("PYTHONIOENCODING", "latin-1:replace")],
        "import sys; print(sys.stdout.encoding)",
        b"",
    );
    assert_eq!(text(&output.stdout), "utf-8\n");
}

#[test]
fn utf8_mode_is_chosen_by_option_variable_and_locale() {
    let program = "import sys; print(sys.flags.utf8_mode)";
    for (options, environment, expected) in [
        (&["-X", "utf8"][..], &[("LC_ALL", "C.UTF-8")][..], "1\n"),
        (&["-X", "utf8=0"], &[("LC_ALL", "C")], "0\n"),
        (&[], &[("PYTHONUTF8", "1"), ("LC_ALL", "C.UTF-8")], "1\n"),
        (&[], &[("LC_ALL", "C")], "1\n"),
    ] {
        assert_eq!(
            text(&run(options, environment, program, b"").stdout),
            expected,
            "{options:?} {environment:?}"
        );
    }
}

#[test]
fn unbuffered_output_has_no_buffer() {
    let program = "import sys; print(type(sys.stdout.buffer).__name__, sys.stdout.write_through, type(sys.stdin.buffer).__name__)";
    assert_eq!(text(&run(&["-u"], &[], program, b"").stdout), "FileIO True BufferedReader\n");
    assert_eq!(text(&run(&[], &[], program, b"").stdout), "BufferedWriter False BufferedReader\n");
}

#[test]
fn what_a_program_leaves_in_its_files_is_written_when_it_ends() {
    let path = std::env::temp_dir().join(format!("taipan-left-open-{}", std::process::id()));
    let program = format!(
        "f = open({path:?}, 'w'); f.write('left')\ng = open({path:?}, 'ab'); g.write(b'')\nraise SystemExit(3)"
    );
    let output = run(&[], &[], &program, b"");
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_to_string(&path).expect("the program made it"), "left");
    std::fs::remove_file(&path).expect("it was just read");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_reported_at_the_end() {
    let full = OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let output = Command::new(env!("CARGO_BIN_EXE_taipan"))
        .env_remove("PYTHONUNBUFFERED")
        .args(["-c", "print('x')"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .expect("the command was built for this test");
    assert_eq!(output.status.code(), Some(120));
    let errors = text(&output.stderr);
    assert!(errors.contains("flushing sys.stdout") && errors.contains("[Errno 28]"), "{errors}");
}
