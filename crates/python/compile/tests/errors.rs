//! Wrong programs, held against what CPython 3.14 says about them: class, place, message and source line.
//!
//! `errors/*.txt` are transcripts (errors/record.py makes them). Where this compiler differs, a line `ours:` holds its answer, so that the
//! list of differences is in the open and any change of it shows; `UPDATE_GOLDEN=1` rewrites those lines.

use std::fmt::Write;
use std::path::Path;

use python_compile::{CompileError, Mode, Options, compile};

struct Case {
    source: String,
    error: String,
    text: Option<String>,
    ours: Option<String>,
    literal: String,
}

fn unescape(quoted: &str) -> String {
    let inner = quoted.strip_prefix('"').and_then(|s| s.strip_suffix('"')).expect("a quoted string");
    let mut out = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next().expect("an escaped character") {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'f' => out.push('\x0c'),
            'b' => out.push('\x08'),
            'u' => {
                let digits: String = chars.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).expect("four hexadecimal digits");
                out.push(char::from_u32(code).expect("no surrogates in the transcripts"));
            }
            c => out.push(c),
        }
    }
    out
}

fn cases(transcript: &str) -> Vec<Case> {
    let blocks = transcript.split("\n\n").filter(|b| !b.trim().is_empty());
    let case = |block: &str| {
        let line = |key: &str| block.lines().find_map(|l| l.strip_prefix(key)).map(str::to_owned);
        let literal = line("source: ").expect("a source");
        Case {
            source: unescape(&literal),
            error: line("error: ").expect("an error"),
            text: line("text: "),
            ours: line("ours: "),
            literal,
        }
    };
    blocks.map(case).collect()
}

fn describe(e: &CompileError) -> String {
    match e.location {
        Some(at) => {
            let place = format!("{}:{}-{}:{}", at.line, at.offset, at.end_line, at.end_offset);
            format!("{} {place} {}", e.kind.name(), e.message)
        }
        None => format!("{} {}", e.kind.name(), e.message),
    }
}

/// The answer in the transcript's form; the source line is compared where CPython gives one.
fn answer(case: &Case) -> (String, bool) {
    match compile(&case.source, "<string>", Mode::Exec, Options::default()) {
        Ok(_) => ("none".to_owned(), false),
        Err(e) => {
            let said = describe(&e);
            let text_agrees = match case.text.as_deref() {
                None | Some("None") => true,
                Some(text) => {
                    e.text.as_deref().map(|t| t.trim_end_matches('\n').to_owned())
                        == Some(unescape(text).trim_end_matches('\n').to_owned())
                }
            };
            let agrees = said == case.error && text_agrees;
            (if text_agrees { said } else { format!("{said} [text {:?}]", e.text) }, agrees)
        }
    }
}

fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors").join(name);
    let transcript = std::fs::read_to_string(&path).unwrap();
    let cases = cases(&transcript);
    assert!(cases.len() > 10, "a transcript of {} cases", cases.len());
    let (mut rewritten, mut changed, mut differing) = (Vec::new(), String::new(), 0);
    for case in &cases {
        let (ours, agrees) = answer(case);
        let mut block = format!("source: {}\nerror: {}", case.literal, case.error);
        if let Some(text) = &case.text {
            let _ = write!(block, "\ntext: {text}");
        }
        let ours = (!agrees).then_some(ours);
        if let Some(ours) = &ours {
            let _ = write!(block, "\nours: {ours}");
            differing += 1;
        }
        if ours != case.ours {
            let _ = writeln!(
                changed,
                "{}\n  CPython  {}\n  was      {:?}\n  is       {ours:?}",
                case.literal, case.error, case.ours
            );
        }
        rewritten.push(block);
    }
    println!("{name}: {} of {} cases agree", cases.len() - differing, cases.len());
    if testkit::golden::is_updating() {
        std::fs::write(&path, rewritten.join("\n\n") + "\n").unwrap();
    } else {
        assert!(changed.is_empty(), "{name}: differences have changed\n{changed}");
    }
}

#[test]
fn errors_are_those_of_cpython() {
    check("errors.txt");
}

#[test]
fn more_errors_are_those_of_cpython() {
    check("more.txt");
}

#[test]
fn mutations_fail_as_in_cpython() {
    check("mutations.txt");
}

/// `SyntaxWarning`s, in the order in which they are issued.
#[test]
fn warnings_are_those_of_cpython() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors/warnings.txt");
    let transcript = std::fs::read_to_string(&path).unwrap();
    let mut failures = String::new();
    for block in transcript.split("\n\n") {
        let literal = block.lines().next().and_then(|l| l.strip_prefix("source: ")).expect("a source");
        let expected: Vec<String> =
            block.lines().filter_map(|l| l.strip_prefix("warning: ")).map(str::to_owned).collect();
        let actual: Vec<String> =
            match compile(&unescape(literal), "<string>", Mode::Exec, Options::default()) {
                Ok(compiled) => {
                    compiled.warnings.iter().map(|w| format!("{} {}", w.line, w.message)).collect()
                }
                Err(e) => vec![e.to_string()],
            };
        if expected != actual {
            let _ = writeln!(failures, "{literal}\n  CPython {expected:?}\n  ours    {actual:?}");
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
