//! Running a program to its end: as `__main__`, and what follows when it fails.

use heap::Gc;
use python_model::dict;
use python_model::exceptions::state;
use python_model::names::Name;
use python_model::objects::{Dict, List};
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::{NONE, Word, as_object, word};
use python_modules_core::import_::Main;
use python_modules_core::{evaluation, import_, library, sys, traceback};
use python_modules_io::stdio;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What to run.
#[derive(Clone, Debug)]
pub enum Program {
    /// `-c`
    Command(String),
    /// `-m`
    Module(String),
    /// A file, or a directory with a `__main__.py`.
    File(PathBuf),
    Stdin,
}

/// Exit status of a process that could not write all its output.
const OUTPUT_FAILED: u8 = 120;
/// That of one that was interrupted: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;

/// Runs a program and returns the exit status of the process. `name` is that of the interpreter, for messages.
pub fn run(py: Py, program: &Program, name: &str) -> u8 {
    let mut interrupted = false;
    let status = match start(py, program) {
        Ok(Ok(())) => 0,
        Ok(Err((message, status))) => {
            eprintln!("{name}: {message}");
            status
        }
        Err(_) => {
            let exception = py.take_raised();
            interrupted = py.is_a(exception, Ty::KeyboardInterrupt);
            unhandled(py, exception)
        }
    };
    // Out of memory for the list of functions: there are none to run.
    if python_modules_os::atexit::run(py).is_err() {
        py.take_raised();
    }
    let is_flushed = stdio::flush_all(py);
    if interrupted {
        // Ends the process here: its parent is to see the signal. Where that fails, the status says it.
        python_modules_os::signals::die_of_interrupt();
    }
    if is_flushed { status } else { OUTPUT_FAILED }
}

/// Why a program could not be started: message and exit status.
type Refused = (String, u8);

fn start(py: Py, program: &Program) -> Result<std::result::Result<(), Refused>> {
    match program {
        Program::Command(source) => {
            set_first_path(py, "")?;
            main(py, source.as_bytes(), "<string>", None, None)?;
        }
        Program::Stdin => {
            set_first_path(py, "")?;
            let mut source = Vec::new();
            if let Err(error) = std::io::stdin().read_to_end(&mut source) {
                return Ok(Err((format!("can't read the standard input: {error}"), 1)));
            }
            main(py, &source, "<stdin>", None, None)?;
        }
        Program::File(path) => {
            let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            if whole.is_dir() {
                let file = whole.join("__main__.py");
                let Ok(source) = std::fs::read(&file) else {
                    return Ok(Err((format!("can't find '__main__' module in '{}'", whole.display()), 1)));
                };
                set_first_path(py, &whole.to_string_lossy())?;
                main(py, &source, &file.to_string_lossy(), Some(&file), Some(""))?;
                return Ok(Ok(()));
            }
            let source = match std::fs::read(&whole) {
                Ok(source) => source,
                Err(error) => {
                    let number = error.raw_os_error().unwrap_or(5);
                    let text = error.to_string();
                    let text = text.split(" (os error").next().unwrap_or_default();
                    let shown = whole.display();
                    return Ok(Err((format!("can't open file '{shown}': [Errno {number}] {text}"), 2)));
                }
            };
            let real = whole.canonicalize().unwrap_or_else(|_| whole.clone());
            set_first_path(py, &real.parent().unwrap_or(Path::new("/")).to_string_lossy())?;
            main(py, &source, &whole.to_string_lossy(), Some(&whole), None)?;
        }
        Program::Module(module) => {
            let here = std::env::current_dir().unwrap_or_default();
            set_first_path(py, &here.to_string_lossy())?;
            let (file, package) = match import_::find_main(py, module)? {
                Ok(found) => found,
                Err(message) => return Ok(Err((message, 1))),
            };
            let (file, source) = match file {
                Main::File(file) => match std::fs::read(&file) {
                    Ok(source) => (file, source),
                    Err(error) => {
                        return Ok(Err((format!("can't open file '{}': {error}", file.display()), 2)));
                    }
                },
                Main::Library(module) => {
                    let file = module.file();
                    (Path::new(library::directory(py)).join(file.path), file.read())
                }
            };
            if let Some(argv) = sys_list(py, "argv")
                && !argv.is_empty()
            {
                let shown = py.str(&file.to_string_lossy())?;
                let storage = argv.storage();
                storage.items()[0].set(py.mutator(), storage, shown);
            }
            main(py, &source, &file.to_string_lossy(), Some(&file), Some(&package))?;
        }
    }
    Ok(Ok(()))
}

fn sys_list(py: Py, name: &str) -> Option<Gc<List>> {
    let sys: Gc<Dict> = as_object(py.vm().sys.get())?;
    as_object(dict::get_symbol(py, sys, py.intern(name).ok()?)?)
}

/// Puts the program's own directory first on `sys.path`, unless `-P` or `-I` forbid it.
fn set_first_path(py: Py, directory: &str) -> Result<()> {
    let sys = py.import("sys")?;
    let flags = py.get_attr(sys, py.intern("flags")?)?;
    let is_safe = py.get_attr(flags, py.intern("safe_path")?)?;
    let Some(path) = sys_list(py, "path") else { return Ok(()) };
    if py.truth(is_safe)? {
        return Ok(());
    }
    let directory = py.str(directory)?;
    list_push(py, path, NONE)?;
    let storage = path.storage();
    for index in (1..path.len()).rev() {
        storage.items()[index].set(py.mutator(), storage, storage.items()[index - 1].get());
    }
    storage.items()[0].set(py.mutator(), storage, directory);
    Ok(())
}

/// Runs source as the module `__main__`.
fn main(py: Py, source: &[u8], filename: &str, file: Option<&Path>, package: Option<&str>) -> Result<()> {
    if file.is_none() {
        traceback::register_source(py, filename, source);
    }
    let module = python_model::modules::new(py, "__main__", NONE)?;
    let globals = module.dict.get().expect("a module has a namespace");
    if let Some(builtins) = py.imported("builtins")? {
        dict::set_symbol(py, globals, py.intern("__builtins__")?, builtins)?;
    }
    if let Some(file) = file {
        let file = py.str(&file.to_string_lossy())?;
        dict::set_symbol(py, globals, Name::FileAttr, file)?;
        dict::set_symbol(py, globals, Name::Cached, NONE)?;
    }
    if let Some(package) = package {
        let package = py.str(package)?;
        dict::set_symbol(py, globals, Name::Package, package)?;
    }
    if let Some(modules) = as_object::<Dict>(py.vm().modules.get()) {
        dict::set_symbol(py, modules, Name::Main, word(module))?;
    }
    let source = py.new_bytes(source)?;
    evaluation::run_module(py, source, filename, globals)?;
    Ok(())
}

/// Shows an exception that nothing caught, by `sys.excepthook`; the exit status of the process.
fn unhandled(py: Py, exception: Word) -> u8 {
    if py.is_a(exception, Ty::SystemExit) {
        return sys::exit_status(py, exception);
    }
    let traceback = state(exception).map_or(NONE, |state| state.traceback.get());
    let class = py.type_of(exception).word();
    let result = (|| -> Result<()> {
        let Some(sys) = as_object::<Dict>(py.vm().sys.get()) else { return Ok(()) };
        for (name, value) in [
            ("last_exc", exception),
            ("last_type", class),
            ("last_value", exception),
            ("last_traceback", traceback),
        ] {
            dict::set_symbol(py, sys, py.intern(name)?, value)?;
        }
        match dict::get_symbol(py, sys, Name::Excepthook) {
            Some(hook) => py.call(hook, &[class, exception, traceback]).map(|_| ()),
            None => {
                let text = traceback::format(py, exception);
                sys::write_error(py, &format!("sys.excepthook is missing\n{text}"));
                Ok(())
            }
        }
    })();
    if result.is_err() {
        let second = py.take_raised();
        if py.is_a(second, Ty::SystemExit) {
            return sys::exit_status(py, second);
        }
        let (failure, original) = (traceback::format(py, second), traceback::format(py, exception));
        sys::write_error(
            py,
            &format!("Error in sys.excepthook:\n{failure}\nOriginal exception was:\n{original}"),
        );
    }
    if py.is_a(exception, Ty::KeyboardInterrupt) { INTERRUPTED } else { 1 }
}
