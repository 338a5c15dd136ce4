//! Broken sources end in an error or compile: never a panic. The sources are mutations of a sample, and with `PYTHON_LIBRARY` set of
//! every tenth file below it, by a generator with a fixed seed.

use std::path::{Path, PathBuf};

use python_compile::{ErrorKind, Mode, Options, compile, compile_bytes, verify};
use testkit::Rng;

/// Breaks a source in one to four places.
fn mutate(rng: &mut Rng, source: &[u8]) -> Vec<u8> {
    const FOREIGN: &[&[u8]] = &[
        b"(",
        b")",
        b"[",
        b"]",
        b"{",
        b"}",
        b"\"",
        b"'",
        b"'''",
        b"\\",
        b"\n",
        b"\r",
        b"\t",
        b"    ",
        b"#",
        b":",
        b"f'{",
        b"t\"\"\"{",
        b"\0",
        b"\xff",
        b"\xc3\xa9",
        b"\xe2\x80\x8b",
        b"\x0c",
        b"0x",
        b"1e",
        b"lambda",
        b"async ",
        b"yield ",
        b"*",
        b"match x:\n",
    ];
    let mut out = source.to_vec();
    for _ in 0..1 + rng.below(4) {
        if out.is_empty() {
            break;
        }
        let at = rng.below(out.len());
        let end = (at + 1 + rng.below(20)).min(out.len());
        match rng.below(4) {
            0 => drop(out.drain(at..end)),
            1 => out.truncate(at),
            2 => {
                let piece = out[at..end].to_vec();
                let to = rng.below(out.len());
                out.splice(to..to, piece);
            }
            _ => {
                let foreign = rng.pick(FOREIGN);
                out.splice(at..at, foreign.iter().copied());
            }
        }
    }
    out
}

fn survives(source: &[u8]) {
    for mode in [Mode::Exec, Mode::Single, Mode::Eval] {
        if let Ok(compiled) = compile_bytes(source, "f", mode, Options::default()) {
            verify::verify(&compiled.code).unwrap();
        }
    }
}

#[test]
fn mutated_sample() {
    let mut rng = Rng::new(0x7a19);
    for _ in 0..2000 {
        survives(&mutate(&mut rng, include_bytes!("sample.py")));
    }
}

#[test]
fn mutated_library() {
    let Some(root) = std::env::var_os("PYTHON_LIBRARY") else { return };
    let mut files: Vec<PathBuf> = Vec::new();
    let mut directories = vec![Path::new(&root).to_path_buf()];
    while let Some(directory) = directories.pop() {
        for path in std::fs::read_dir(directory).unwrap().flatten().map(|e| e.path()) {
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|e| e == "py") {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut rng = Rng::new(0x51ab);
    for path in files.iter().step_by(10) {
        let Ok(source) = std::fs::read(path) else { continue };
        for _ in 0..2 {
            survives(&mutate(&mut rng, &source));
        }
    }
}

/// A hundred times the source may take a hundred times the instructions, not ten thousand.
#[test]
fn long_modules() {
    let unit = "def f(a, b=1):\n    x = [a, b, 'text']\n    return {a: x[b] for b in x if b}\n\nif f(1):\n    y = f(2) + 3\n\n";
    let long = unit.repeat(4_000);
    let compiled = compile(&long, "f", Mode::Exec, Options::default()).unwrap();
    assert!(compiled.code.instructions.len() > 20_000);
    let broken = format!("{}x = (1,\ny z\n", unit.repeat(1_000));
    let error = compile(&broken, "f", Mode::Exec, Options::default()).unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Syntax, "'(' was never closed"));
}
