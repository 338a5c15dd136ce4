//! The command line, as CPython's: options, then what to run, then its arguments.

use crate::help::{help, usage};
use crate::{help, implementation};
use python_embed::{Config, LIBRARY_NAME, Params, Program, Settings};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What the command line asks for.
pub enum Request {
    Run(Box<Config>, Program),
    /// Text for the standard output, and nothing else.
    Show(String),
    /// A wrong command line: text for the standard error stream.
    Refuse(String),
}

const VERSION: &str = "Python 3.14.10";

/// Reads the command line, which begins with the name of the executable.
pub fn parse(raw: Vec<OsString>, environment: impl Fn(&str) -> Option<String>) -> Request {
    // Options that are not UTF-8 are wrong ones. What goes to the program is kept as it is.
    let original: Vec<String> = raw.iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let name = original.first().cloned().unwrap_or_else(|| "taipan".into());
    let refuse = |message: String| {
        Request::Refuse(format!("{message}\n{}\nTry `{name} -h' for more information.\n", usage(&name)))
    };
    let mut settings = Settings { original: original.clone(), ..Settings::default() };
    let mut versions = 0;
    let mut skips_first_line = false;
    let mut jit_lists = Vec::new();
    let mut report = None;
    let mut program = None;
    let mut at = 1;
    'options: while let Some(argument) = original.get(at) {
        if argument == "-" || !argument.starts_with('-') {
            break;
        }
        at += 1;
        match argument.as_str() {
            "--" => break,
            "--version" => {
                versions += 1;
                continue;
            }
            "--help" => return Request::Show(help(&name)),
            "--help-env" => return Request::Show(help::ENVIRONMENT.into()),
            "--help-xoptions" => return Request::Show(help::implementation_options()),
            "--help-all" => {
                let parts = [help(&name), help::ENVIRONMENT.into(), help::implementation_options()];
                return Request::Show(parts.join("\n"));
            }
            "--check-hash-based-pycs" => {
                at += 1;
                match original.get(at - 1).map(String::as_str) {
                    None => return refuse("Argument expected for the --check-hash-based-pycs option".into()),
                    Some(how @ ("default" | "always" | "never")) => settings.checks_hashes = how.into(),
                    Some(_) => {
                        return refuse(
                            "--check-hash-based-pycs must be one of 'default', 'always', or 'never'".into(),
                        );
                    }
                }
                continue;
            }
            option if option == "--jit" || option.starts_with("--jit=") => {
                let list = match argument.split_once('=') {
                    Some((_, list)) => Some(list.to_string()),
                    None => {
                        at += 1;
                        original.get(at - 1).cloned()
                    }
                };
                match list {
                    None => return refuse("Argument expected for the --jit option".into()),
                    Some(list) if list == "help" => return Request::Show(Params::help()),
                    Some(list) => jit_lists.push(list),
                }
                continue;
            }
            long if long.starts_with("--") => return refuse(format!("Unknown option: {long}")),
            _ => {}
        }
        for (offset, letter) in argument.char_indices().skip(1) {
            let mut value = || {
                let rest = &argument[offset + letter.len_utf8()..];
                if !rest.is_empty() {
                    return Some(rest.to_string());
                }
                at += 1;
                original.get(at - 1).cloned()
            };
            match letter {
                'b' => settings.bytes_warning += 1,
                'B' => settings.writes_no_bytecode = true,
                'd' => settings.is_debugging = true,
                'E' => settings.ignores_environment = true,
                'h' | '?' => return Request::Show(help(&name)),
                'I' => {
                    settings.is_isolated = true;
                    settings.ignores_environment = true;
                    settings.has_no_user_site = true;
                    settings.is_safe_path = true;
                }
                'O' => settings.optimize = (settings.optimize + 1).min(2),
                'P' => settings.is_safe_path = true,
                'q' => settings.is_quiet = true,
                // What CPython ignores.
                'R' | 't' => {}
                's' => settings.has_no_user_site = true,
                'S' => settings.has_no_site = true,
                'u' => settings.is_unbuffered = true,
                'v' => settings.verbose += 1,
                'V' => versions += 1,
                'i' => settings.is_interactive = true,
                'x' => skips_first_line = true,
                'c' | 'm' | 'W' | 'X' => {
                    let Some(value) = value() else {
                        return refuse(format!("Argument expected for the -{letter} option"));
                    };
                    match letter {
                        'c' => {
                            if let Some(problem) = undecodable(&raw[at - 1], &value) {
                                let said = "Unable to decode the command from the command line";
                                return Request::Refuse(format!("{said}:\n{problem}\n"));
                            }
                            program = Some((Program::Command(value + "\n"), "-c"));
                        }
                        'm' => program = Some((Program::Module(value), "-m")),
                        'W' => settings.warn_options.push(value),
                        _ => {
                            let (key, value) = match value.split_once('=') {
                                Some((key, value)) => (key.to_string(), Some(value.to_string())),
                                None => (value, None),
                            };
                            match (key.as_str(), &value) {
                                ("jit", Some(list)) => jit_lists.push(list.clone()),
                                ("jit-report", Some(file)) => report = Some(PathBuf::from(file)),
                                ("jit-report", None) => {
                                    return refuse("-X jit-report needs a file: -X jit-report=FILE".into());
                                }
                                ("stdlib-dir", Some(path)) => settings.library.clone_from(path),
                                _ => {}
                            }
                            settings.x_options.push((key, value));
                        }
                    }
                    if program.is_some() {
                        break 'options;
                    }
                    continue 'options;
                }
                other => return refuse(format!("Unknown option: -{other}")),
            }
        }
    }
    if versions > 0 {
        let more = format!(" (Taipan {})", env!("CARGO_PKG_VERSION"));
        return Request::Show(format!("{VERSION}{}\n", if versions > 1 { &more } else { "" }));
    }
    let rest = original.get(at..).unwrap_or_default();
    let (program, first) = match (program, rest.split_first()) {
        (Some((program, first)), _) => {
            settings.argv = std::iter::once(first.to_string()).chain(rest.iter().cloned()).collect();
            (program, None)
        }
        (None, None) => (Program::Stdin, Some(String::new())),
        (None, Some((dash, _))) if dash == "-" => (Program::Stdin, None),
        (None, Some(_)) => {
            let path = raw.get(at).map(PathBuf::from).unwrap_or_default();
            (Program::File { path, skips_first_line }, None)
        }
    };
    if settings.argv.is_empty() {
        settings.argv = first.into_iter().chain(rest.iter().cloned()).collect();
    }
    settings.raw_arguments = raw;
    let is_isolated = settings.ignores_environment;
    let variable = |name: &str| environment(name).filter(|value| !is_isolated && !value.is_empty());
    settings.optimize = match variable("PYTHONOPTIMIZE") {
        Some(level) => settings.optimize.max(level.parse().unwrap_or(1).min(2)),
        None => settings.optimize,
    };
    settings.is_unbuffered |= variable("PYTHONUNBUFFERED").is_some();
    settings.writes_no_bytecode |= variable("PYTHONDONTWRITEBYTECODE").is_some();
    settings.is_safe_path |= variable("PYTHONSAFEPATH").is_some();
    settings.is_debugging |= variable("PYTHONDEBUG").is_some();
    let digits = match implementation::apply(&mut settings, &variable) {
        Ok(digits) => digits,
        Err(fatal) => return Request::Refuse(fatal),
    };
    if let Some(options) = variable("PYTHONWARNINGS") {
        settings.warn_options.splice(0..0, options.split(',').map(String::from));
    }
    if settings.is_developing {
        settings.warn_options.insert(0, "default".into());
    }
    match settings.bytes_warning {
        0 => {}
        1 => settings.warn_options.push("default::BytesWarning".into()),
        _ => settings.warn_options.push("error::BytesWarning".into()),
    }
    if settings.library.is_empty() {
        settings.library = environment("TAIPANHOME").unwrap_or_default();
    }
    let places =
        python_embed::places::find(&name, environment("PATH").as_deref(), variable("PYTHONHOME").as_deref());
    if settings.library.is_empty() {
        settings.library = format!("{}/lib/{LIBRARY_NAME}", places.base_prefix.trim_end_matches('/'));
        // Where the library is in files, they are used.
        settings.is_library_embedded = !Path::new(&settings.library).join("os.py").is_file();
    }
    settings.places = places;
    let absolute = |entry: &str| match std::path::absolute(if entry.is_empty() { "." } else { entry }) {
        Ok(path) => path.to_string_lossy().into_owned(),
        Err(_) => entry.to_owned(),
    };
    let python_path = variable("PYTHONPATH").unwrap_or_default();
    if !python_path.is_empty() {
        settings.path = python_path.split(':').map(absolute).collect();
    }
    settings.path.push(settings.library.clone());
    let hash_seed = match variable("PYTHONHASHSEED").as_deref() {
        None | Some("random") => None,
        Some(seed) => match seed.parse() {
            Ok(seed) => Some(seed),
            Err(_) => {
                return Request::Refuse(implementation::fatal(
                    "config_init_hash_seed",
                    "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]",
                ));
            }
        },
    };
    settings.randomizes_hashes = hash_seed != Some(0);
    // Traces compare bytes with strings without a word.
    if settings.bytes_warning > 0 {
        jit_lists.push("off".into());
    }
    let jit = match jit_parameters(variable("PYTHON_JIT"), &jit_lists) {
        Ok(jit) => jit,
        Err(error) => return Request::Refuse(format!("{name}: {error}\n")),
    };
    let jit_report = report.map(|path| {
        let program = settings.argv.first().filter(|name| !name.is_empty());
        (path, program.map_or("standard input", String::as_str).to_string())
    });
    let config =
        Config { jit, jit_report, hash_seed, settings, int_max_str_digits: digits, ..Config::default() };
    Request::Run(Box::new(config), program)
}

/// What environment and options say about the JIT: 0 and 1 as for CPython, or parameters. Later ones win; it is on unless one says no.
/// What CPython says of a command that is not UTF-8; `None`: it is. `text` is the command with replacement characters, the end of `argument`.
fn undecodable(argument: &OsStr, text: &str) -> Option<String> {
    // The letters in front of the command are ASCII.
    let before = argument.to_string_lossy().len() - text.len();
    let (mut start, mut invalid): (usize, Vec<u8>) = (0, Vec::new());
    for chunk in argument.as_bytes()[before..].utf8_chunks() {
        let count = chunk.valid().chars().count();
        if !invalid.is_empty() && count > 0 {
            break;
        }
        start += count;
        invalid.extend(chunk.invalid());
    }
    let what = match invalid.as_slice() {
        [] => return None,
        [byte] => format!("character '\\udc{byte:02x}' in position {start}"),
        bytes => format!("characters in position {start}-{}", start + bytes.len() - 1),
    };
    Some(format!("UnicodeEncodeError: 'utf-8' codec can't encode {what}: surrogates not allowed"))
}

fn jit_parameters(variable: Option<String>, options: &[String]) -> Result<Option<Params>, String> {
    let mut params = Params::default();
    let mut is_on = true;
    for list in variable.iter().chain(options) {
        match list.as_str() {
            "0" | "off" => is_on = false,
            "1" | "on" => is_on = true,
            list => {
                params.apply(list).map_err(|error| error.to_string())?;
                is_on = !params.is_off();
            }
        }
    }
    Ok(is_on.then_some(params))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(arguments: &[&str]) -> (Settings, Program) {
        let all = std::iter::once("taipan").chain(arguments.iter().copied()).map(OsString::from).collect();
        match parse(all, |_| None) {
            Request::Run(config, program) => (config.settings.clone(), program),
            Request::Show(text) | Request::Refuse(text) => panic!("{text}"),
        }
    }

    #[test]
    fn options_end_where_the_program_begins() {
        let (settings, program) = run(&["-OOu", "-Xa=b", "-W", "ignore", "-cprint(1)", "-O", "x"]);
        assert!(matches!(program, Program::Command(source) if source == "print(1)\n"));
        assert_eq!(settings.argv, ["-c", "-O", "x"]);
        assert_eq!((settings.optimize, settings.is_unbuffered), (2, true));
        assert_eq!(settings.x_options, [("a".to_string(), Some("b".to_string()))]);
        let (settings, program) = run(&["-B", "file.py", "-c"]);
        assert!(matches!(program, Program::File { path, .. } if path.ends_with("file.py")));
        assert_eq!(settings.argv, ["file.py", "-c"]);
        assert_eq!(run(&[]).0.argv, [""]);
        assert_eq!(run(&["-", "a"]).0.argv, ["-", "a"]);
    }

    #[test]
    fn wrong_options_are_refused_in_cpythons_words() {
        let refused = |argument: &str| match parse(vec!["taipan".into(), argument.into()], |_| None) {
            Request::Refuse(text) => text.lines().next().unwrap_or_default().to_string(),
            _ => "accepted".into(),
        };
        assert_eq!(refused("-z"), "Unknown option: -z");
        assert_eq!(refused("--zzz"), "Unknown option: --zzz");
        assert_eq!(refused("-c"), "Argument expected for the -c option");
    }
}
