//! Hostile sources end in the exception that CPython raises, or compile: never a panic or a native stack overflow.

use python_compile::{ErrorKind, Mode, Options, compile, verify};

fn outcome(source: &str) -> Result<(), (ErrorKind, String)> {
    match compile(source, "f", Mode::Exec, Options::default()) {
        Ok(compiled) => {
            verify::verify(&compiled.code).unwrap();
            Ok(())
        }
        Err(e) => Err((e.kind, e.message)),
    }
}

#[test]
fn deep_sources() {
    let kind = |source: String| outcome(&source).map_err(|e| e.0);
    assert_eq!(kind(format!("{}a", "a+".repeat(5_000))), Ok(()));
    assert_eq!(kind(format!("{}a", "a+".repeat(100_000))), Err(ErrorKind::Recursion));
    assert_eq!(kind(format!("{}1", "-".repeat(100_000))), Err(ErrorKind::Memory));
    assert_eq!(kind(format!("a{}", ".b".repeat(5_000))), Ok(()));
    assert_eq!(kind(format!("a{}", ".b".repeat(100_000))), Err(ErrorKind::Recursion));
    assert_eq!(kind(format!("{}c", "a if b else ".repeat(1_000))), Ok(()));
    assert_eq!(kind(format!("{}c", "a if b else ".repeat(10_000))), Err(ErrorKind::Memory));
    assert_eq!(kind(format!("{}{}", "[".repeat(100), "]".repeat(100))), Ok(()));
    assert_eq!(kind(format!("if a: pass\n{}", "elif b: pass\n".repeat(5_000))), Ok(()));
}

#[test]
fn tokenizer_limits() {
    let parentheses = outcome(&format!("{}{}", "(".repeat(201), ")".repeat(201)));
    assert_eq!(parentheses, Err((ErrorKind::Syntax, "too many nested parentheses".into())));
    let mut indented: String = (0..100).map(|i| format!("{}if a:\n", " ".repeat(i))).collect();
    indented.push_str(&format!("{}pass", " ".repeat(100)));
    assert_eq!(outcome(&indented), Err((ErrorKind::Indentation, "too many levels of indentation".into())));
}

#[test]
fn long_literals() {
    assert_eq!(outcome(&"9".repeat(4300)), Ok(()));
    let (kind, message) = outcome(&format!("x = {}", "9".repeat(1_000_000))).unwrap_err();
    assert_eq!(kind, ErrorKind::Syntax);
    assert!(message.starts_with("Exceeds the limit (4300 digits) for integer string conversion"));
    assert_eq!(outcome(&format!("0x{}", "f".repeat(1_000_000))), Ok(()));
}
