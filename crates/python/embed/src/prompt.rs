//! The interactive prompt: one statement after the other, each run in `__main__` as soon as it is complete.
//!
//! On a terminal the library's `_pyrepl` has the word, if it can be imported; this loop is for everything else (`-i` behind a pipe,
//! `PYTHON_BASIC_REPL`, a terminal that `_pyrepl` does not know, which comes back through `sys._baserepl`). Whether a statement is
//! complete is asked of the compiler as `codeop` asks it. Prompts go to the standard error stream, as CPython's do when it
//! has no readline; input is taken byte by byte, so that a program that reads finds what was not meant for the prompt.

use heap::Gc;
use python_compile::code::flags::FUTURE_MASK;
use python_model::dict;
use python_model::names::Name;
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::{NONE, Word, as_object};
use python_modules_core::{sys, traceback};
use python_modules_io::stdio;
use std::fs::File;
use std::io::{IsTerminal, Read, Write};
use std::os::fd::AsFd;

use crate::program::{show_unhandled, unhandled};

/// `PyCF_ALLOW_INCOMPLETE_INPUT` and `PyCF_DONT_IMPLY_DEDENT`.
const INCOMPLETE_FLAGS: u32 = 0x4200;

/// Greets, as CPython does when it has no program to run.
pub(crate) fn banner(py: Py) -> Result<()> {
    let module = py.import("sys")?;
    let part = |name: &str| -> Result<String> { py.to_text(py.get_attr(module, py.intern(name)?)?) };
    let (version, platform) = (part("version")?.replace('\n', ""), part("platform")?);
    let text = format!(
        "Python {version} on {platform}\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n"
    );
    sys::write_error(py, &text);
    Ok(())
}

/// Runs what is typed until the end of the input; the exit status of the process. `is_program`: nothing else was run before.
pub(crate) fn interact(py: Py, globals: Gc<Dict>, is_program: bool) -> u8 {
    match set_up(py, globals, is_program) {
        Ok(Some(status)) => return status,
        Ok(None) => {}
        Err(_) => {
            let exception = py.take_raised();
            show_unhandled(py, exception);
        }
    }
    plain(py, globals)
}

/// Runs `PYTHONSTARTUP` before a prompt that is the program, sets the prompts, and lets `_pyrepl` do the rest where it can.
fn set_up(py: Py, globals: Gc<Dict>, is_program: bool) -> Result<Option<u8>> {
    let module = py.import("sys")?;
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        if py.get_attr_opt(module, py.intern(name)?)?.is_none() {
            py.set_attr(module, py.intern(name)?, py.str(text)?)?;
        }
    }
    let ignores = py.get_attr(py.get_attr(module, py.intern("flags")?)?, py.intern("ignore_environment")?)?;
    let listens = !py.truth(ignores)?;
    if listens
        && is_program
        && let Ok(path) = std::env::var("PYTHONSTARTUP")
        && !path.is_empty()
    {
        match std::fs::read(&path) {
            Ok(source) => {
                let source = py.new_bytes(&source)?;
                if python_modules_core::evaluation::run_module(py, source, &path, 0, globals).is_err() {
                    let exception = py.take_raised();
                    show_unhandled(py, exception);
                }
            }
            Err(error) => {
                sys::write_error(py, "Could not open PYTHONSTARTUP\n");
                let exception = os_error(py, &error, &path)?;
                show_unhandled(py, exception);
            }
        }
    }
    let is_basic = listens && std::env::var("PYTHON_BASIC_REPL").is_ok_and(|value| !value.is_empty());
    if is_basic || !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Ok(None);
    }
    let function = py.import_from("_pyrepl.main", "interactive_console");
    let Some(function) = py.unless(function, Ty::Exception)? else { return Ok(None) };
    match py.call(function, &[]) {
        Ok(_) => Ok(Some(0)),
        Err(_) => {
            let exception = py.take_raised();
            Ok(Some(unhandled(py, exception)))
        }
    }
}

/// An exception of the class that fits the system's error.
fn os_error(py: Py, error: &std::io::Error, path: &str) -> Result {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let number = py.int(i64::from(error.raw_os_error().unwrap_or(5)))?;
    py.call(py.ty(Ty::OSError).word(), &[number, py.str(text)?, py.str(path)?])
}

/// The loop without an editor. Also `sys._baserepl`.
pub(crate) fn plain(py: Py, globals: Gc<Dict>) -> u8 {
    // Past Rust's buffer, which would take more than a line.
    let Ok(input) = std::io::stdin().as_fd().try_clone_to_owned() else { return 0 };
    let mut input = File::from(input);
    let mut source = String::new();
    // What statements import from `__future__` counts for those after them.
    let mut future_flags = 0;
    loop {
        let prompt = if source.is_empty() { "ps1" } else { "ps2" };
        let line = show_prompt(py, prompt).and_then(|()| read_line(py, &mut input));
        let line = match line {
            Ok(Some(line)) => line,
            Ok(None) if source.is_empty() => {
                sys::write_error(py, "\n");
                return 0;
            }
            // The input ends within a statement: what there is, is all.
            Ok(None) => String::new(),
            Err(_) => {
                let exception = py.take_raised();
                source.clear();
                if py.is_a(exception, Ty::KeyboardInterrupt) {
                    sys::write_error(py, "\nKeyboardInterrupt\n");
                } else if let Some(status) = failed(py, exception) {
                    return status;
                }
                continue;
            }
        };
        let is_end = line.is_empty();
        source.push_str(&line);
        let text = source.strip_suffix('\n').unwrap_or(&source).to_owned();
        let code = match compile(py, &text, is_end, &mut future_flags) {
            Ok(Some(code)) => code,
            Ok(None) => continue,
            Err(_) => {
                source.clear();
                let exception = py.take_raised();
                if let Some(status) = failed(py, exception) {
                    return status;
                }
                continue;
            }
        };
        source.clear();
        if code == NONE {
            continue;
        }
        traceback::register_source(py, "<stdin>", format!("{text}\n").as_bytes());
        let run = py
            .import_from("builtins", "exec")
            .and_then(|exec| py.call(exec, &[code, python_model::value::word(globals)]));
        if run.is_err() {
            let exception = py.take_raised();
            if let Some(status) = failed(py, exception) {
                return status;
            }
        }
        // What a program wrote is to be seen before the next prompt.
        stdio::flush_all(py);
    }
}

/// Shows what was raised; the exit status if it was `SystemExit`.
fn failed(py: Py, exception: Word) -> Option<u8> {
    if py.is_a(exception, Ty::SystemExit) {
        return Some(sys::exit_status(py, exception));
    }
    show_unhandled(py, exception);
    None
}

fn show_prompt(py: Py, name: &str) -> Result<()> {
    stdio::flush_all(py);
    let module: Gc<Dict> = as_object(py.vm().sys.get()).ok_or_else(|| py.system_error("there is no sys"))?;
    let text = match dict::get_symbol(py, module, py.intern(name)?) {
        Some(prompt) => py.to_text(prompt)?,
        None => String::new(),
    };
    let mut stream = std::io::stderr();
    // A prompt that nobody can see is no reason to stop.
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    Ok(())
}

/// A line with its end; `None` at the end of the input. Errors: what a signal's handler raises.
fn read_line(py: Py, input: &mut File) -> Result<Option<String>> {
    let mut line = Vec::new();
    let mut byte = [0];
    py.check_signals()?;
    loop {
        // Other threads run while nothing is typed.
        match py.blocking(|| input.read(&mut byte)) {
            Ok(0) => break,
            Ok(_) => {
                line.push(byte[0]);
                if byte[0] == b'\n' {
                    break;
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {
                py.check_signals()?;
            }
            Err(_) => break,
        }
    }
    let text = String::from_utf8_lossy(&line).into_owned();
    Ok((!line.is_empty()).then_some(text))
}

/// Code of a statement; `None` if more has to come, NONE if there is nothing to do.
fn compile(py: Py, text: &str, is_end: bool, future_flags: &mut u32) -> Result<Option<Word>> {
    let code = compile_with(py, text, is_end, *future_flags)?;
    if let Some(code) = code.filter(|&code| code != NONE) {
        let flags = py.get_attr(code, py.intern("co_flags")?)?;
        *future_flags |= py.index(flags)? as u32 & FUTURE_MASK;
    }
    Ok(code)
}

fn compile_with(py: Py, text: &str, is_end: bool, future_flags: u32) -> Result<Option<Word>> {
    let is_empty = text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    if is_empty {
        return Ok(Some(NONE));
    }
    let filename = py.str("<stdin>")?;
    let compile = |text: &str, flags: u32| {
        let source = py.str(text)?;
        (py.vm().hooks.compile)(py, source, filename, "single", flags | future_flags, -1)
    };
    if is_end {
        return compile(&format!("{text}\n"), 0).map(Some);
    }
    let first = compile(text, INCOMPLETE_FLAGS);
    if let Some(code) = py.unless(first, Ty::SyntaxError)? {
        return Ok(Some(code));
    }
    match compile(&format!("{text}\n"), INCOMPLETE_FLAGS) {
        Ok(_) => Ok(None),
        Err(raised) => match py.take_if(Ty::IncompleteInputError) {
            Some(_) => Ok(None),
            None => match py.take_if(Ty::SyntaxError) {
                Some(_) => compile(text, 0).map(Some),
                None => Err(raised),
            },
        },
    }
}

/// The namespace of `__main__`; made if no program made it.
pub(crate) fn main_globals(py: Py) -> Result<Gc<Dict>> {
    if let Some(module) = py.imported("__main__")? {
        let own = py.get_attr(module, Name::DictAttr)?;
        return as_object(own).ok_or_else(|| py.system_error("__main__ has no namespace"));
    }
    crate::program::new_main(py)
}

/// `sys._baserepl`
pub(crate) static BASE_PROMPT: python_model::native::NativeDef = python_model::native::def(
    "_baserepl",
    "($module, /)",
    "Private function for getting the base REPL",
    |py, _| {
        let globals = main_globals(py)?;
        plain(py, globals);
        Ok(NONE)
    },
);
