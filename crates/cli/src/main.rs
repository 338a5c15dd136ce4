//! The `taipan` command.

mod help;
mod implementation;
mod options;

use options::Request;
use python_embed::Python;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    python_embed::keep_freed_memory();
    let arguments = std::env::args_os().collect();
    let environment = |name: &str| std::env::var(name).ok();
    match options::parse(arguments, environment) {
        Request::Show(text) => {
            // A closed pipe is the reader's decision.
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Request::Refuse(text) => {
            eprint!("{text}");
            let is_fatal = text.starts_with("Fatal") || text.starts_with("Unable");
            ExitCode::from(if is_fatal { 1 } else { 2 })
        }
        Request::Run(config, program) => {
            if let Err(error) = base::log::init() {
                eprintln!("taipan: {error}");
                return ExitCode::from(2);
            }
            let name = config.settings.places.executable.clone();
            match Python::new(*config) {
                Ok(python) => {
                    let status = python.enter(|py| python_embed::run(py, &program, &name));
                    python.log_summary();
                    python.finish();
                    ExitCode::from(status)
                }
                Err(error) => {
                    eprintln!("taipan: {error}");
                    ExitCode::FAILURE
                }
            }
        }
    }
}
