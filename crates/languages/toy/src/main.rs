//! The `toy` executable.

use std::process::ExitCode;
use toy::engine::{Failure, Options, run};

fn main() -> ExitCode {
    let path = std::env::args().nth(1).expect("a path");
    let text = std::fs::read_to_string(&path).expect("readable");
    let out = Box::new(std::io::BufWriter::new(std::io::stdout()));
    match run(&text, &Options::default(), out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Uncaught { thrown, traceback }) => {
            eprintln!("uncaught: {thrown}");
            traceback.iter().for_each(|line| eprintln!("  {line}"));
            ExitCode::from(1)
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::from(1)
        }
    }
}
