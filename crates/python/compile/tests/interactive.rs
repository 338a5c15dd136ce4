//! The interactive mode, and `codeop`'s question whether a source could go on. The answers are CPython 3.14's.

use python_compile::{ErrorKind, Mode, Options, compile};

fn kind(source: &str, allow_incomplete: bool) -> Option<ErrorKind> {
    let options = Options { allow_incomplete, ..Options::default() };
    compile(source, "<input>", Mode::Single, options).err().map(|e| e.kind)
}

#[test]
fn complete() {
    for source in [
        "a; b",
        "a\n\n\n# c\n",
        "if x:\n  pass\n",
        "if x: pass\n",
        "while 1: pass\n\n",
        "try:\n a\nexcept: b\n",
    ] {
        assert_eq!((kind(source, false), kind(source, true)), (None, None), "{source:?}");
    }
}

#[test]
fn incomplete() {
    let sources = [
        "",
        "\n",
        "# c",
        "x = (",
        "x = (\n",
        "'''a",
        "a +",
        "if x:",
        "if x:\n",
        "if x:\n  y\nelse:",
        "@x",
        "@x\n",
        "for",
        "class C",
        "class C:",
        "try:\n  a",
        "try:\n  a\n",
        "f'{a",
        "f'''{a",
        "if x: pass",
        "x y",
        "'a",
    ];
    for source in sources {
        assert_eq!(kind(source, true), Some(ErrorKind::Incomplete), "{source:?}");
        assert!(
            matches!(kind(source, false), Some(ErrorKind::Syntax | ErrorKind::Indentation)),
            "{source:?}"
        );
    }
    for source in ["if x:\n  pass", "def f():\n  x"] {
        assert_eq!(
            (kind(source, false), kind(source, true)),
            (None, Some(ErrorKind::Incomplete)),
            "{source:?}"
        );
    }
}

#[test]
fn wrong() {
    for source in ["a\nb", "if x:\n  pass\nb\n", "1 = ", "a\n b", "a + \\", "x y\n", "x )"] {
        assert_eq!(kind(source, true), kind(source, false), "{source:?}");
        assert!(kind(source, false).is_some(), "{source:?}");
    }
    let error = compile("a\nb", "<input>", Mode::Single, Options::default()).unwrap_err();
    assert_eq!(error.message, "multiple statements found while compiling a single statement");
    let at = error.location.unwrap();
    assert_eq!((at.line, at.offset, at.end_line, at.end_offset), (1, 2, 1, 3));
}
