//! The `toy` executable: options, messages, exit codes.
//!
//! Exit codes: 0, 1 if the program has a syntax error or ends with an uncaught exception, 2 for wrong usage.

use base::Params;
use base::stress::{self, Subsystem};
use std::io::Read;
use std::process::ExitCode;
use toy::engine::{Failure, Options, run};

const USAGE: &str = "\
usage: toy [options] FILE      (- is standard input)
  --jit LIST      parameters of the JIT: off, name=value, ...; 'help' lists them
  --stress LIST   stress modes: jit=threshold-1,gc=every-alloc, ...
  --dump          print the bytecode instead of running it
  --help          print this
environment: TAIPANLOG=section[,section]:file, for example jit-summary:-; GC_NURSERY=4M and its like
";

/// What the command line asks for.
enum Request {
    Run { path: String, options: Box<Options>, is_dump: bool },
    Print(String),
}

fn main() -> ExitCode {
    let request = match request(std::env::args().skip(1)) {
        Ok(request) => request,
        Err(message) => return usage_error(&message),
    };
    if let Err(error) = base::log::init() {
        return usage_error(&error.to_string());
    }
    match request {
        Request::Print(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Request::Run { path, options, is_dump } => match read(&path) {
            Err(error) => usage_error(&format!("cannot read '{path}': {error}")),
            Ok(text) => execute(&path, &text, &options, is_dump),
        },
    }
}

fn usage_error(message: &str) -> ExitCode {
    eprint!("toy: {message}\n{USAGE}");
    ExitCode::from(2)
}

fn request(mut arguments: impl Iterator<Item = String>) -> Result<Request, String> {
    let mut options = Box::<Options>::default();
    options.heap.set_from_environment()?;
    let (mut path, mut is_dump) = (None, false);
    while let Some(argument) = arguments.next() {
        let (name, attached) = match argument.split_once('=') {
            Some((name, value)) if argument.starts_with("--") => (name, Some(value.to_string())),
            _ => (argument.as_str(), None),
        };
        let mut value = || {
            let value = attached.clone().or_else(|| arguments.next());
            value.ok_or_else(|| format!("{name} needs a value"))
        };
        match name {
            "--help" | "-h" => return Ok(Request::Print(USAGE.into())),
            "--dump" => is_dump = true,
            "--jit" => {
                let list = value()?;
                if list == "help" {
                    return Ok(Request::Print(Params::help()));
                }
                options.jit.apply(&list).map_err(|error| error.to_string())?;
            }
            "--stress" => apply_stress(&mut options, &value()?)?,
            _ if argument.starts_with('-') && argument != "-" => {
                return Err(format!("unknown option {name}"));
            }
            _ if path.is_some() => return Err("more than one file".into()),
            _ => path = Some(argument),
        }
    }
    let path = path.ok_or("no file")?;
    Ok(Request::Run { path, options, is_dump })
}

fn apply_stress(options: &mut Options, list: &str) -> Result<(), String> {
    for (subsystem, knob) in stress::parse(list).map_err(|error| error.to_string())? {
        match subsystem {
            Subsystem::Jit => options.jit.apply(knob).map_err(|error| error.to_string())?,
            Subsystem::Gc => options.heap.set("gc", knob)?,
        }
    }
    Ok(())
}

fn read(path: &str) -> std::io::Result<String> {
    if path != "-" {
        return std::fs::read_to_string(path);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn execute(path: &str, text: &str, options: &Options, is_dump: bool) -> ExitCode {
    let result = if is_dump {
        toy::engine::listing(text).map(|listing| print!("{listing}")).map_err(Failure::Syntax)
    } else {
        let output = std::io::BufWriter::new(std::io::stdout());
        run(text, options, Box::new(output))
    };
    match result {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Syntax(error)) => eprintln!("{path}:{error}"),
        Err(Failure::Load(error)) => eprintln!("{path}: {error}"),
        Err(Failure::Jit(error)) => eprintln!("toy: {error}"),
        Err(Failure::Uncaught { thrown, traceback }) => {
            eprintln!("uncaught: {thrown}");
            traceback.iter().for_each(|frame| eprintln!("  {path}:{frame}"));
        }
    }
    ExitCode::FAILURE
}
