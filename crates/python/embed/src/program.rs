//! Running a program to its end: as `__main__`, and what follows when it fails.

use crate::prompt;
use heap::Gc;
use python_model::dict;
use python_model::exceptions::state;
use python_model::names::Name;
use python_model::objects::{Dict, Function, Generator, List, Module};
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::{NONE, Word, as_object, bool_word, word};
use python_model::vm::FILE_SOURCE;
use python_modules_core::import_::Main;
use python_modules_core::{evaluation, import_, library, surrogates, sys, traceback};
use python_modules_io::stdio;
use python_modules_os::paths;
use std::io::{IsTerminal, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What to run.
#[derive(Clone, Debug)]
pub enum Program {
    /// `-c`
    Command(String),
    /// `-m`
    Module(String),
    /// A file, or a directory with a `__main__.py`; `-x`: the first line is for somebody else.
    File {
        path: PathBuf,
        skips_first_line: bool,
    },
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
            if !message.is_empty() {
                eprintln!("{name}: {message}");
            }
            status
        }
        Err(_) => {
            let exception = py.take_raised();
            interrupted = py.is_a(exception, Ty::KeyboardInterrupt);
            unhandled(py, exception)
        }
    };
    let status = match wants_prompt(py) && !matches!(program, Program::Stdin) {
        true => {
            interrupted = false;
            prompt_after(py, status)
        }
        false => status,
    };
    wait_for_threads(py);
    // Out of memory for the list of functions: there are none to run.
    if python_modules_os::atexit::run(py).is_err() {
        py.take_raised();
    }
    python_modules_core::thread::close(py);
    py.vm().stop_other_threads();
    // The collection that looks for finalizers must not find dead what is not written yet.
    let unsaved = stdio::unsaved(py);
    finalize_live(py);
    let is_flushed = stdio::flush_all(py);
    if let Some(unsaved) = unsaved {
        heap::keep(unsaved);
    }
    if interrupted {
        // Ends the process here: its parent is to see the signal. Where that fails, the status says it.
        python_modules_os::signals::die_of_interrupt();
    }
    if is_flushed { status } else { OUTPUT_FAILED }
}

/// Has `threading`, if the program uses it, wait for the threads that are not daemons.
fn wait_for_threads(py: Py) {
    let waited = (|| -> Result<()> {
        if let Some(threading) = py.imported("threading")?.filter(|module| *module != NONE) {
            py.call_method(threading, py.intern("_shutdown")?, &[])?;
        }
        Ok(())
    })();
    if waited.is_err() {
        let exception = py.take_raised();
        python_model::unraisable::report(py, exception, NONE, "Exception ignored on threading shutdown");
    }
}

/// Runs `__del__` of the objects that are still alive, and ends generators that wait in a `try`. CPython does so while it clears the
/// modules; here these stay as they are, so what a finalizer looks for is still there. Finalizers in Rust have nothing to do any
/// more: files are flushed behind this.
fn finalize_live(py: Py) {
    let queued = py.mutator().queue_live_finalizable(|object| {
        let value = word(object);
        let finalizer = py.type_of(value).lookup(py, Name::Del);
        py.cast::<Generator>(value).is_some()
            || finalizer.is_some_and(|del| as_object::<Function>(del).is_some())
    });
    if queued > 0 && (py.vm().hooks.poll)(py).is_err() {
        // A signal handler's exception: there is nobody left to handle it.
        let exception = py.take_raised();
        python_model::unraisable::report(py, exception, NONE, "Exception ignored on interpreter shutdown");
    }
}

/// Whether `-i` or `PYTHONINSPECT` ask for a prompt after the program, which may have changed its mind about the latter.
fn wants_prompt(py: Py) -> bool {
    let flag = |name: &str| -> Result<bool> {
        let module = py.import("sys")?;
        let flags = py.get_attr(module, py.intern("flags")?)?;
        py.truth(py.get_attr(flags, py.intern(name)?)?)
    };
    let is_set = |name: &str| {
        flag(name).unwrap_or_else(|_| {
            py.take_raised();
            false
        })
    };
    is_set("interactive")
        || !is_set("ignore_environment")
            && std::env::var("PYTHONINSPECT").is_ok_and(|value| !value.is_empty())
}

fn prompt_after(py: Py, status: u8) -> u8 {
    match prompt::main_globals(py) {
        Ok(globals) => prompt::interact(py, globals, false),
        Err(_) => {
            py.take_raised();
            status
        }
    }
}

/// Imports `warnings` if options say what to do with some: it reads them when it is imported.
fn hear_warning_options(py: Py) -> Result<()> {
    if sys_list(py, "warnoptions").is_some_and(|options| !options.is_empty()) {
        let imported = py.import("warnings");
        py.unless(imported, Ty::Exception)?;
    }
    Ok(())
}

/// Why a program could not be started: message and exit status.
type Refused = (String, u8);

fn start(py: Py, program: &Program) -> Result<std::result::Result<(), Refused>> {
    hear_warning_options(py)?;
    match program {
        Program::Command(source) => {
            set_first_path(py, Path::new(""))?;
            main(py, source.as_bytes(), "<string>", None, None)?;
        }
        Program::Stdin if std::io::stdin().is_terminal() || wants_prompt(py) => {
            set_first_path(py, Path::new(""))?;
            let globals = prompt::main_globals(py)?;
            let module = py.import("sys")?;
            let flags = py.get_attr(module, py.intern("flags")?)?;
            if !py.truth(py.get_attr(flags, py.intern("quiet")?)?)? {
                prompt::banner(py)?;
            }
            match prompt::interact(py, globals, true) {
                0 => {}
                status => return Ok(Err((String::new(), status))),
            }
        }
        Program::Stdin => {
            set_first_path(py, Path::new(""))?;
            let mut source = Vec::new();
            if let Err(error) = std::io::stdin().read_to_end(&mut source) {
                return Ok(Err((format!("can't read the standard input: {error}"), 1)));
            }
            main(py, &source, "<stdin>", None, None)?;
        }
        Program::File { path, skips_first_line } => {
            let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            if import_::has_importer(py, &whole.to_string_lossy())? {
                set_first_path(py, &whole)?;
                run_as_main(py, "__main__", false)?;
                return Ok(Ok(()));
            }
            if whole.is_dir() {
                let file = whole.join("__main__.py");
                let Ok(source) = std::fs::read(&file) else {
                    return Ok(Err((format!("can't find '__main__' module in '{}'", whole.display()), 1)));
                };
                set_first_path(py, &whole)?;
                main(py, &source, &escaped(&file), Some(&file), Some(""))?;
                return Ok(Ok(()));
            }
            let source = match std::fs::read(&whole) {
                Ok(source) => source,
                Err(error) => {
                    let number = error.raw_os_error().unwrap_or(5);
                    let text = error.to_string();
                    let text = text.split(" (os error").next().unwrap_or_default();
                    let shown = escaped(&whole);
                    return Ok(Err((format!("can't open file '{shown}': [Errno {number}] {text}"), 2)));
                }
            };
            // The end of the line stays: the others keep their numbers.
            let skipped = match skips_first_line {
                true => source.iter().position(|byte| *byte == b'\n').unwrap_or(source.len()),
                false => 0,
            };
            let real = whole.canonicalize().unwrap_or_else(|_| whole.clone());
            set_first_path(py, real.parent().unwrap_or(Path::new("/")))?;
            main(py, &source[skipped..], &escaped(&whole), Some(&whole), None)?;
        }
        Program::Module(module) => {
            let here = std::env::current_dir().unwrap_or_default();
            set_first_path(py, &here)?;
            if import_::is_started(py) {
                run_as_main(py, module, true)?;
                return Ok(Ok(()));
            }
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
                let shown = paths::decode(py, file.as_os_str().as_bytes())?;
                let storage = argv.storage();
                storage.items()[0].set(py.mutator(), storage, shown);
            }
            main(py, &source, &escaped(&file), Some(&file), Some(&package))?;
        }
    }
    Ok(Ok(()))
}

fn sys_list(py: Py, name: &str) -> Option<Gc<List>> {
    let sys: Gc<Dict> = as_object(py.vm().sys.get())?;
    as_object(dict::get_symbol(py, sys, py.intern(name).ok()?)?)
}

/// Puts the program's own directory first on `sys.path`, unless `-P` or `-I` forbid it.
fn set_first_path(py: Py, directory: &Path) -> Result<()> {
    let sys = py.import("sys")?;
    let flags = py.get_attr(sys, py.intern("flags")?)?;
    let is_safe = py.get_attr(flags, py.intern("safe_path")?)?;
    let Some(path) = sys_list(py, "path") else { return Ok(()) };
    if py.truth(is_safe)? {
        return Ok(());
    }
    python_model::module_errors::set_program_directory(py, &escaped(directory));
    let directory = paths::decode(py, directory.as_os_str().as_bytes())?;
    list_push(py, path, NONE)?;
    let storage = path.storage();
    for index in (1..path.len()).rev() {
        storage.items()[index].set(py.mutator(), storage, storage.items()[index - 1].get());
    }
    storage.items()[0].set(py.mutator(), storage, directory);
    Ok(())
}

/// Has the library run a module, or what is first on the path, as `__main__`.
fn run_as_main(py: Py, module: &str, changes_arguments: bool) -> Result<()> {
    main_module(py)?;
    let run = py.import_from("runpy", "_run_module_as_main")?;
    let module = py.str(module)?;
    py.call(run, &[module, bool_word(changes_arguments)])?;
    Ok(())
}

/// The module `__main__`, in `sys.modules` before there is anything in it.
fn main_module(py: Py) -> Result<Gc<Dict>> {
    if let Some(module) = py.imported("__main__")?.and_then(as_object::<Module>)
        && let Some(globals) = module.dict.get()
    {
        return Ok(globals);
    }
    new_main(py)
}

/// Runs source as the module `__main__`.
fn main(py: Py, source: &[u8], filename: &str, file: Option<&Path>, package: Option<&str>) -> Result<()> {
    // Of a program from the standard input, CPython shows no lines.
    let is_command = filename == "<string>";
    if is_command {
        traceback::register_source(py, filename, source);
    }
    let globals = main_module(py)?;
    if let Some(file) = file {
        let path = paths::decode(py, file.as_os_str().as_bytes())?;
        dict::set_symbol(py, globals, Name::FileAttr, path)?;
        dict::set_symbol(py, globals, Name::Cached, NONE)?;
        dict::set_symbol(py, globals, Name::Loader, import_::main_loader(py, Some(path))?)?;
    }
    if let Some(package) = package {
        let package = py.str(package)?;
        dict::set_symbol(py, globals, Name::Package, package)?;
    }
    let source = py.new_bytes(source)?;
    let flags = if is_command { 0 } else { FILE_SOURCE };
    evaluation::run_module(py, source, filename, flags, globals)?;
    Ok(())
}

/// A path as text, as CPython shows it: bytes that are not UTF-8 as escaped surrogates.
fn escaped(path: &Path) -> String {
    surrogates::of_name(path.as_os_str().as_bytes())
}

/// A fresh `__main__`, in `sys.modules`; its namespace.
pub(crate) fn new_main(py: Py) -> Result<Gc<Dict>> {
    let module = python_model::modules::new(py, "__main__", NONE)?;
    let globals = module.dict.get().expect("a module has a namespace");
    if let Some(builtins) = py.imported("builtins")? {
        dict::set_symbol(py, globals, py.intern("__builtins__")?, builtins)?;
    }
    dict::set_symbol(py, globals, Name::Loader, import_::main_loader(py, None)?)?;
    if let Some(modules) = as_object::<Dict>(py.vm().modules.get()) {
        dict::set_symbol(py, modules, Name::Main, word(module))?;
    }
    Ok(globals)
}

/// Shows an exception that nothing caught, by `sys.excepthook`; the exit status of the process.
pub(crate) fn unhandled(py: Py, exception: Word) -> u8 {
    if py.is_a(exception, Ty::SystemExit) {
        return sys::exit_status(py, exception);
    }
    if let Some(status) = show_unhandled(py, exception) {
        return status;
    }
    if py.is_a(exception, Ty::KeyboardInterrupt) { INTERRUPTED } else { 1 }
}

/// Shows an exception by `sys.excepthook`; the exit status, if the hook asks to leave.
pub(crate) fn show_unhandled(py: Py, exception: Word) -> Option<u8> {
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
            return Some(sys::exit_status(py, second));
        }
        let (failure, original) = (traceback::format(py, second), traceback::format(py, exception));
        sys::write_error(
            py,
            &format!("Error in sys.excepthook:\n{failure}\nOriginal exception was:\n{original}"),
        );
    }
    None
}
