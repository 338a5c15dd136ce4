//! Compiles Python files and shows what became of them.
//!
//! `cargo run -p python-compile --example pycompile -- dis|live|symbols|codes|check [-O|-OO] [-m exec|eval|single] FILE...`; `-` is standard input.
//! `check` prints nothing for a correct file, warnings and errors as CPython words them otherwise.

use std::io::Read;
use std::process::ExitCode;

use python_compile::disassemble::{Detail, disassemble};
use python_compile::{CodeObject, Mode, Options, compile_bytes, dump_symbols, source};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let action = args.next().unwrap_or_default();
    let (mut options, mut mode, mut failed) = (Options::default(), Mode::Exec, false);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-O" => options.optimize = 1,
            "-OO" => options.optimize = 2,
            "-m" => match args.next().as_deref() {
                Some("eval") => mode = Mode::Eval,
                Some("single") => mode = Mode::Single,
                _ => mode = Mode::Exec,
            },
            file => failed |= !run(&action, file, mode, options),
        }
    }
    ExitCode::from(u8::from(failed))
}

fn run(action: &str, file: &str, mode: Mode, options: Options) -> bool {
    let mut bytes = Vec::new();
    let read = match file {
        "-" => std::io::stdin().read_to_end(&mut bytes),
        _ => std::fs::File::open(file).and_then(|mut f| f.read_to_end(&mut bytes)),
    };
    if let Err(e) = read {
        eprintln!("{file}: {e}");
        return false;
    }
    let result = match action {
        "symbols" => source::decode(&bytes).and_then(|text| dump_symbols(&text)),
        _ => compile_bytes(&bytes, file, mode, options).map(|compiled| {
            for w in &compiled.warnings {
                println!("{file}:{}: SyntaxWarning: {}", w.line, w.message);
            }
            match action {
                "dis" => disassemble(&compiled.code, Detail::Plain),
                "codes" => codes(&compiled.code),
                "live" => disassemble(&compiled.code, Detail::Liveness),
                _ => String::new(),
            }
        }),
    };
    match result {
        Ok(text) => print!("{text}"),
        Err(e) => println!("{file}: {e}\n  {:?}", e.location),
    }
    true
}

/// What a code object shows of itself in Python, a line each, sorted.
fn codes(code: &CodeObject) -> String {
    let line = |c: &&CodeObject| {
        let parameters = c.varnames[..c.parameter_count() as usize].join(",");
        let frees = c.freevars.join(",");
        format!(
            "{} {} {} {}/{}/{} {:#x} ({parameters}) ({frees})\n",
            c.qualname, c.name, c.first_line, c.arg_count, c.posonly_count, c.kwonly_count, c.flags
        )
    };
    let mut lines: Vec<String> = code.walk().iter().map(line).collect();
    lines.sort();
    lines.concat()
}
