//! The `taipan` command.

use python_embed::{Config, Python, run_main};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (source, filename) = match args.first().map(String::as_str) {
        Some("-c") => match args.get(1) {
            Some(code) => (code.clone().into_bytes(), "<string>".to_string()),
            None => return usage("Argument expected for the -c option"),
        },
        Some(path) if !path.starts_with('-') => match std::fs::read(path) {
            Ok(source) => (source, path.to_string()),
            Err(error) => {
                eprintln!("taipan: can't open file '{path}': {error}");
                return ExitCode::from(2);
            }
        },
        _ => return usage("expected a file or -c"),
    };
    let python = match Python::new(Config::default()) {
        Ok(python) => python,
        Err(error) => {
            eprintln!("taipan: {error}");
            return ExitCode::FAILURE;
        }
    };
    match python.enter(|py| run_main(py, &source, &filename).map(|_| ())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => {
            eprintln!("{}", python.describe_raised());
            ExitCode::FAILURE
        }
    }
}

fn usage(message: &str) -> ExitCode {
    eprintln!("taipan: {message}\nusage: taipan [-c cmd | file]");
    ExitCode::from(2)
}
