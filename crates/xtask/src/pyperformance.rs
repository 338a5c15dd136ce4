//! `cargo xtask pyperformance`: pyperformance's unmodified scripts, run by two interpreters that must show the same results.
//!
//! Scripts and `pyperf` come from PyPI; here is a stand-in for the latter (`tests/pyperformance/pyperf.py`), because the real one
//! imports 134 modules to time one function. With `--seconds`, both are also timed, one after the other for each script.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const USAGE: &str = "usage: cargo xtask pyperformance --scripts DIR --reference PYTHON [--interpreter EXE] [--option OPTION]... \
                     [--path DIR]... [--seconds N] [NAME]...";

/// The scripts that need nothing but the standard library (and `pyaes`, `tomli`: pure Python, by `--path`).
const NAMES: &[&str] = &[
    "argparse",
    "async_generators",
    "base64",
    "chaos",
    "comprehensions",
    "coroutines",
    "crypto_pyaes",
    "deepcopy",
    "deltablue",
    "fannkuch",
    "float",
    "gc_collect",
    "gc_traversal",
    "generators",
    "go",
    "hexiom",
    "json_dumps",
    "json_loads",
    "logging",
    "mdp",
    "meteor_contest",
    "nbody",
    "nqueens",
    "pathlib",
    "pickle",
    "pidigits",
    "pprint",
    "pyflate",
    "raytrace",
    "regex_compile",
    "regex_dna",
    "regex_effbot",
    "regex_v8",
    "richards",
    "richards_super",
    "scimark",
    "spectral_norm",
    "telco",
    "tomli_loads",
    "typing_runtime_protocols",
    "unpack_sequence",
];

/// What a script needs on its command line.
fn arguments_of(name: &str) -> &'static [&'static str] {
    match name {
        "pickle" => &["--pure-python", "pickle"],
        "argparse" => &["many_optionals"],
        _ => &[],
    }
}

struct Options {
    scripts: PathBuf,
    reference: PathBuf,
    interpreter: PathBuf,
    options: Vec<String>,
    path: Vec<PathBuf>,
    seconds: Option<f64>,
    names: Vec<String>,
}

impl Options {
    fn parse(root: &Path, arguments: &[String]) -> Result<Options, String> {
        let mut options = Options {
            scripts: PathBuf::new(),
            reference: PathBuf::new(),
            interpreter: root.join("target/release/taipan"),
            options: Vec::new(),
            path: vec![root.join("tests/pyperformance")],
            seconds: None,
            names: Vec::new(),
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().ok_or_else(|| format!("{argument} needs a value\n{USAGE}"));
            match argument.as_str() {
                "--scripts" => options.scripts = value()?.into(),
                "--reference" => options.reference = value()?.into(),
                "--interpreter" => options.interpreter = value()?.into(),
                "--option" => options.options.push(value()?.clone()),
                "--path" => options.path.push(value()?.into()),
                "--seconds" => {
                    let number = value()?;
                    let seconds =
                        number.parse().map_err(|_| format!("--seconds: {number:?} is no number"))?;
                    options.seconds = Some(seconds);
                }
                unknown if unknown.starts_with('-') => {
                    return Err(format!("unknown option {unknown}\n{USAGE}"));
                }
                name => options.names.push(name.to_string()),
            }
        }
        if options.scripts.as_os_str().is_empty() || options.reference.as_os_str().is_empty() {
            return Err(USAGE.to_string());
        }
        if options.names.is_empty() {
            options.names = NAMES.iter().map(|name| name.to_string()).collect();
        }
        Ok(options)
    }

    /// Runs one script, for at most a minute more than it may take.
    fn run(&self, interpreter: &Path, options: &[String], name: &str) -> Result<Output, String> {
        let directory = self.scripts.join(format!("bm_{name}"));
        let path: Vec<_> = self.path.iter().map(|path| path.display().to_string()).collect();
        let mut command = Command::new("timeout");
        command.arg(format!("{}", self.seconds.unwrap_or(0.0) * 8.0 + 120.0)).arg(interpreter);
        command.args(options).arg("run_benchmark.py").args(arguments_of(name)).current_dir(&directory);
        command.env("PYTHONPATH", path.join(":")).env("PYTHONHASHSEED", "0");
        match self.seconds {
            Some(seconds) => command.env("PYPERF_SECONDS", seconds.to_string()),
            None => command.env_remove("PYPERF_SECONDS"),
        };
        command.output().map_err(|error| format!("{}: {error}", interpreter.display()))
    }
}

/// A benchmark's first and steady iteration, in milliseconds.
fn times(output: &Output) -> Vec<(String, f64, f64)> {
    let text = String::from_utf8_lossy(&output.stdout);
    let rows = text.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        Some((fields.next()?.to_string(), fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    });
    rows.collect()
}

/// Runs the command. Errors: a wrong option, or a script that fails or shows other results than the reference.
pub fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    let options = Options::parse(root, arguments)?;
    let mut wrong = Vec::new();
    let (mut first, mut steady) = (Vec::new(), Vec::new());
    for name in &options.names {
        let expected = options.run(&options.reference, &[], name)?;
        let found = options.run(&options.interpreter, &options.options, name)?;
        if !expected.status.success() {
            println!("{name:26} the reference fails: {}", last_line(&expected.stderr));
            continue;
        }
        if !found.status.success() {
            println!("{name:26} FAILS ({}): {}", found.status, last_line(&found.stderr));
            wrong.push(name.as_str());
        } else if options.seconds.is_some() {
            for ((row, first_of, steady_of), (_, first_here, steady_here)) in
                times(&expected).iter().zip(times(&found))
            {
                println!(
                    "{row:26} first {:7.2}x   steady {:7.2}x   ({steady_of:.3} ms, {steady_here:.3} ms)",
                    first_of / first_here,
                    steady_of / steady_here
                );
                first.push(first_of / first_here);
                steady.push(steady_of / steady_here);
            }
        } else if expected.stdout != found.stdout {
            println!("{name:26} DIFFERS");
            wrong.push(name.as_str());
        } else {
            println!("{name:26} agrees");
        }
    }
    if !steady.is_empty() {
        println!(
            "geometric mean of {} rows: first {:.2}x, steady {:.2}x",
            steady.len(),
            geometric_mean(&first),
            geometric_mean(&steady)
        );
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "{} of {} scripts do not agree: {}",
            wrong.len(),
            options.names.len(),
            wrong.join(" ")
        )),
    }
}

fn geometric_mean(values: &[f64]) -> f64 {
    (values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64).exp()
}

fn last_line(text: &[u8]) -> String {
    String::from_utf8_lossy(text).trim_end().lines().last().unwrap_or_default().to_string()
}
