//! `sys`.
//!
//! Limits: sizes are those of the objects' fixed parts.

use crate::locale::Locale;
use crate::places::Places;
use crate::structseq::Structure;
use crate::{frames, stdlib_names, structseq, traceback};
use heap::Gc;
use python_model::exceptions::{self, state};
use python_model::names::Name;
use python_model::native::{NativeDef, def, given};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::symbols::Symbol;
use python_model::types::Ty;
use python_model::value::*;
use python_model::vm::Thread;
use python_model::{dict, instance, modules};
use python_types::text_codec;
use std::cell::Cell;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::unix::ffi::OsStrExt;

/// What the command line says about the interpreter. Goes into `sys.flags` and friends.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `sys.argv`
    pub argv: Vec<String>,
    /// `sys.orig_argv`
    pub original: Vec<String>,
    /// `sys.path`
    pub path: Vec<String>,
    /// `sys.executable`, `sys.prefix` and friends.
    pub places: Places,
    /// `sys._stdlib_dir`; empty: none.
    pub library: String,
    /// Whether the library there is the one in the executable.
    pub is_library_embedded: bool,
    pub warn_options: Vec<String>,
    /// `-X name[=value]`
    pub x_options: Vec<(String, Option<String>)>,
    pub optimize: u8,
    pub verbose: u8,
    pub bytes_warning: u8,
    /// `-X tracemalloc`: of how many frames.
    pub traced_frames: Option<u16>,
    /// `-X no_debug_ranges`
    pub hides_columns: bool,
    /// `-X importtime`
    pub import_times: crate::import_::times::Wanted,
    pub is_quiet: bool,
    pub ignores_environment: bool,
    pub has_no_site: bool,
    pub has_no_user_site: bool,
    pub is_isolated: bool,
    pub is_safe_path: bool,
    pub is_interactive: bool,
    pub writes_no_bytecode: bool,
    pub is_unbuffered: bool,
    pub randomizes_hashes: bool,
    /// `-d`
    pub is_debugging: bool,
    /// `-X dev`
    pub is_developing: bool,
    /// `-X faulthandler`
    pub handles_faults: bool,
    /// `-X thread_inherit_context`
    pub inherits_context: bool,
    /// `-X context_aware_warnings`
    pub has_aware_warnings: bool,
    /// `-X cpu_count`
    pub cpu_count: Option<u32>,
    /// `-X pycache_prefix`
    pub pycache_prefix: Option<String>,
    /// `--check-hash-based-pycs`; empty: as usual.
    pub checks_hashes: String,
    /// The command line, byte by byte.
    pub raw_arguments: Vec<OsString>,
}

/// `-X cpu_count`, which `os.cpu_count` asks for.
#[derive(Default)]
struct CpuCount(Cell<Option<u32>>);

/// What `-X cpu_count` says.
pub fn configured_cpu_count(py: Py) -> Option<u32> {
    py.vm().state::<CpuCount>().0.get()
}

/// What the directory of a library is called.
pub const LIBRARY_NAME: &str = "taipan3.14";
const VERSION: (i64, i64, i64) = (3, 14, 10);
const VERSION_TEXT: &str = "3.14.10";
const HEX_VERSION: i64 = 0x030E_0AF0;

static FUNCTIONS: &[NativeDef] = &[
    def("exit", "(status=None, /)", "Exit the interpreter by raising SystemExit(status).", |py, a| {
        match a[0] {
            UNSET => Err(py.raise_with(Ty::SystemExit, &[])),
            status => match py.cast::<Tuple>(status) {
                Some(args) => {
                    let args = python_model::protocol::tuple_words(args);
                    Err(py.raise_with(Ty::SystemExit, &args))
                }
                None => Err(py.raise_with(Ty::SystemExit, &[status])),
            },
        }
    }),
    def(
        "exc_info",
        "()",
        "Return current exception information: (type, value, traceback).",
        |py, _a| match py.thread().handled() {
            NONE => py.new_tuple(&[NONE, NONE, NONE]),
            exception => {
                let traceback = state(exception).map_or(NONE, |state| state.traceback.get());
                py.new_tuple(&[py.type_of(exception).word(), exception, traceback])
            }
        },
    ),
    def("exception", "()", "Return the current exception.", |py, _a| Ok(py.thread().handled())),
    def("getrecursionlimit", "()", "Return the current value of the recursion limit.", |py, _a| {
        py.int(i64::from(py.vm().recursion_limit.get()))
    }),
    def(
        "setrecursionlimit",
        "(limit, /)",
        "Set the maximum depth of the Python interpreter stack.",
        |py, a| {
            let V::Int(limit @ -0x8000_0000..=0x7fff_ffff) = V::of(py.to_index(a[0])?) else {
                return Err(py.overflow_error("Python int too large to convert to C int"));
            };
            let Some(limit) = u32::try_from(limit).ok().filter(|&limit| limit > 0) else {
                return Err(py.value_error("recursion limit must be greater or equal than 1"));
            };
            let mut depth = 0;
            (py.vm().hooks.visit_frames)(py, &mut |_| {
                depth += 1;
                true
            });
            if depth >= limit {
                return Err(py.recursion_error(format!(
                    "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
                )));
            }
            py.vm().set_recursion_limit(limit);
            Ok(NONE)
        },
    ),
    def(
        "get_int_max_str_digits",
        "()",
        "Return the maximum string digits limit for non-binary int<->str conversions.",
        |py, _a| py.int(py.vm().int_max_str_digits.get() as i64),
    ),
    def(
        "set_int_max_str_digits",
        "(maxdigits)",
        "Set the maximum string digits limit for non-binary int<->str conversions.",
        |py, a| {
            let digits = py.index(a[0])?;
            match usize::try_from(digits) {
                Ok(digits) if digits == 0 || digits >= 640 => {
                    py.vm().int_max_str_digits.set(digits);
                    Ok(NONE)
                }
                _ => Err(py.value_error("maxdigits must be >= 640 or 0 for unlimited")),
            }
        },
    ),
    def("intern", "(string, /)", "``Intern'' the given string.", |py, a| match as_object::<Str>(a[0]) {
        Some(text) => Ok(py.name_word(py.symbol_of(text)?)),
        None if py.as_str(a[0]).is_some() => {
            Err(py.type_error(format!("can't intern {}", py.type_name(a[0]))))
        }
        None => Err(py.type_error(format!("intern() argument must be str, not {}", py.argument_type(a[0])))),
    }),
    def("getsizeof", "(object, default=None)", "Return the size of object in bytes.", |py, a| {
        match py.call_special(a[0], Name::Sizeof, &[])? {
            Some(size) => match py.index(size)? {
                ..0 => Err(py.value_error("__sizeof__() should return >= 0")),
                _ => Ok(size),
            },
            None if a[1] != UNSET => Ok(a[1]),
            None => Err(py.type_error(format!("Type {} doesn't define __sizeof__", py.type_name(a[0])))),
        }
    }),
    def("_getframe", "(depth=0, /)", "Return a frame object from the call stack.", |py, a| {
        let depth = if a[0] == UNSET { 0 } else { py.index(a[0])? };
        match frames::frame_object(py, depth.max(0) as usize)? {
            Some(frame) => Ok(frame),
            None => Err(py.value_error("call stack is not deep enough")),
        }
    }),
    def("_getframemodulename", "(depth=0)", "Return the name of the module for a calling frame.", |py, a| {
        let mut depth = if a[0] == UNSET { 0 } else { py.index(a[0])? };
        let mut name = NONE;
        (py.vm().hooks.visit_frames)(py, &mut |view| {
            depth -= 1;
            if depth < 0 {
                name = dict::get_symbol(py, view.code.globals, Name::NameAttr).unwrap_or(NONE);
            }
            depth >= 0
        });
        Ok(name)
    }),
    def(
        "displayhook",
        "(object, /)",
        "Print an object to sys.stdout and also save it in builtins._",
        |py, a| {
            if a[0] == NONE {
                return Ok(NONE);
            }
            let builtins: Option<Gc<Dict>> = as_object(py.vm().builtins.get());
            let builtins = builtins.ok_or_else(|| py.runtime_error("lost builtins module"))?;
            dict::set_symbol(py, builtins, Name::Underscore, NONE)?;
            let text = word(py.repr(a[0])?);
            let stream = output(py, Name::Stdout).ok_or_else(|| py.runtime_error("lost sys.stdout"))?;
            py.call_method(stream, Name::Write, &[text])?;
            let newline = py.str("\n")?;
            py.call_method(stream, Name::Write, &[newline])?;
            dict::set_symbol(py, builtins, Name::Underscore, a[0])?;
            Ok(NONE)
        },
    ),
    def(
        "excepthook",
        "(exctype, value, traceback, /)",
        "Handle an exception by displaying it with a traceback on sys.stderr.",
        |py, a| {
            if exceptions::is_exception(py, a[1]) {
                if !(may_be_coloured() && print_coloured(py, a[1])) {
                    let text = traceback::format(py, a[1]);
                    write_error(py, &text);
                }
            } else {
                let what = py.type_name(a[1]);
                write_error(
                    py,
                    &format!("TypeError: print_exception(): Exception expected for value, {what} found\n"),
                );
            }
            Ok(NONE)
        },
    ),
    def("unraisablehook", "(unraisable, /)", "Handle an unraisable exception.", |py, a| {
        let part = |name: &str| -> Result { py.get_attr(a[0], py.intern(name)?) };
        let (exception, object) = (part("exc_value")?, part("object")?);
        let message = match part("err_msg")? {
            NONE => "Exception ignored in".to_string(),
            message => py.to_text(message)?,
        };
        let mut text = message;
        if object != NONE {
            let shown = py.repr_text(object).unwrap_or_else(|_| {
                py.take_raised();
                "<object repr() failed>".into()
            });
            text.push_str(&format!(": {shown}"));
        } else {
            text.push(':');
        }
        text.push('\n');
        if exceptions::is_exception(py, exception) {
            // CPython prints these without carets.
            let hidden = py.vm().hides_columns.replace(true);
            text.push_str(&traceback::format_one(py, exception));
            py.vm().hides_columns.set(hidden);
        }
        write_error(py, &text);
        Ok(NONE)
    }),
    def("getdefaultencoding", "()", "Return the current default encoding.", |py, _a| py.str("utf-8")),
    def("getfilesystemencoding", "()", "Return the encoding of file names.", |py, _a| py.str("utf-8")),
    def("getfilesystemencodeerrors", "()", "Return the error mode of file names.", |py, _a| {
        py.str("surrogateescape")
    }),
    def(
        "_registered_lines",
        "(filename, /)",
        "The lines of a source that is in no file, such as that of -c.",
        |py, a| {
            let filename = py.to_text(a[0])?;
            traceback::registered_lines(py, &filename)
        },
    ),
    def("_get_cpu_count_config", "()", "Private function for getting PyConfig.cpu_count", |py, _a| {
        py.int(configured_cpu_count(py).map_or(-1, i64::from))
    }),
    def("getrefcount", "(object, /)", "Objects are not counted: always 1.", |py, _a| py.int(1)),
    def("getswitchinterval", "()", "Return the current thread switch interval.", |py, _a| {
        Ok(float_word(py.vm().gil.interval().as_secs_f64()))
    }),
    def("setswitchinterval", "(interval, /)", "Set the ideal thread switching delay.", |py, a| {
        let interval = py.to_f64(a[0])?;
        if interval <= 0.0 {
            return Err(py.value_error("switch interval must be strictly positive"));
        }
        let interval = std::time::Duration::try_from_secs_f64(interval).unwrap_or(std::time::Duration::MAX);
        py.vm().gil.set_interval(interval);
        Ok(NONE)
    }),
    def(
        "_current_frames",
        "()",
        "Return a dict mapping each thread's thread id to its current stack frame.",
        |py, _a| {
            per_thread(py, |thread| match std::ptr::eq(thread, py.thread()) {
                true => Ok(frames::frame_object(py, 0)?.unwrap_or(NONE)),
                false => python_model::frames::copies_of(py, thread),
            })
        },
    ),
    def(
        "_current_exceptions",
        "()",
        "Return a dict mapping each thread's identifier to its current raised exception.",
        |py, _a| per_thread(py, |thread| Ok(thread.handled())),
    ),
    def("is_finalizing", "()", "Return True if Python is exiting.", |_py, _a| Ok(FALSE)),
    def("_is_gil_enabled", "()", "Return True if the GIL is currently enabled.", |_py, _a| Ok(TRUE)),
    def("_is_interned", "(string, /)", "Return True if the given string is 'interned'.", |_py, a| {
        Ok(bool_word(as_object::<Str>(a[0]).is_some_and(|text| text.symbol().is_some())))
    }),
    def("audit", "(event, /, *args)", "Passes the event to any hooks that are attached.", |py, a| {
        let Some(event) = py.as_str(a[0]) else {
            let what = py.argument_type(a[0]);
            return Err(py.type_error(format!("audit() argument 1 must be str, not {what}")));
        };
        py.audit(&event.to_text(), |_| Ok(a[1]))?;
        Ok(NONE)
    }),
    def("addaudithook", "(hook)", "Adds a new audit hook callback.", |py, a| {
        py.add_audit_hook(a[0])?;
        Ok(NONE)
    }),
    def(
        "_clear_type_descriptors",
        "(type, /)",
        "Private function for clearing certain descriptors from a type's dictionary.",
        |py, a| {
            let Some(class) = py.as_type(a[0]) else {
                let message = format!("argument must be type, not {}", py.type_name(a[0]));
                return Err(py.type_error(message));
            };
            // Not by `delattr`, which would find the metaclass's `__dict__`.
            let namespace = class.object().dict.get().expect("a type has a namespace");
            for name in [Name::DictAttr, Name::WeakRefAttr] {
                if dict::get_symbol(py, namespace, name).is_some() {
                    python_model::class::set_type_attribute(py, class, name.into(), UNSET)?;
                }
            }
            Ok(NONE)
        },
    ),
    def("_clear_type_cache", "()", "Clear the internal type lookup cache.", |_py, _a| Ok(NONE)),
    def(
        "is_remote_debug_enabled",
        "()",
        "Return True if remote debugging is enabled, False otherwise.",
        |_py, _a| Ok(FALSE),
    ),
    def(
        "remote_exec",
        "(pid, script)",
        "Executes a file in a given remote Python process: not supported.",
        |py, _a| Err(py.runtime_error("Remote debugging is not enabled")),
    ),
    def("_clear_internal_caches", "()", "Clear all internal performance-related caches.", |_py, _a| Ok(NONE)),
];

/// How text (WTF-8) is written to a stream without a call.
#[derive(Clone, Copy)]
pub struct WriteText {
    /// Whether a value is such a stream, and its `write` the runtime's.
    pub is_native: fn(Py, Word) -> Result<bool>,
    pub write: fn(Py, Word, &[u8]) -> Result<()>,
}

/// What the module of streams registers, for `print`.
#[derive(Default)]
pub struct TextOutput(pub std::cell::Cell<Option<WriteText>>);

/// A standard stream as `sys` has it now; `None`: there is none, or it is None.
pub fn output(py: Py, name: Name) -> Option<Word> {
    let sys: Gc<Dict> = as_object(py.vm().sys.get())?;
    given(dict::get_symbol(py, sys, name)?)
}

/// Writes to `sys.stderr`; to the process's if that cannot be.
pub fn write_error(py: Py, text: &str) {
    if let Some(stdout) = output(py, Name::Stdout)
        && py.call_method(stdout, Name::Flush, &[]).is_err()
    {
        py.take_raised();
    }
    let result = (|| -> Result<()> {
        let Some(stream) = output(py, Name::Stderr) else { return Ok(()) };
        let text = py.str(text)?;
        py.call_method(stream, Name::Write, &[text])?;
        py.call_method(stream, Name::Flush, &[])?;
        Ok(())
    })();
    if result.is_err() {
        py.take_raised();
        eprint!("{text}");
    }
}

/// `sys._jit` is about CPython's own compiler: there is none.
static JIT: modules::NativeModule = modules::NativeModule {
    name: "sys._jit",
    doc: "",
    functions: &[
        def("is_available", "()", "Return True if CPython's JIT is available.", |_, _| Ok(FALSE)),
        def("is_enabled", "()", "Return True if CPython's JIT is enabled.", |_, _| Ok(FALSE)),
        def("is_active", "()", "Return True if CPython's JIT runs the caller.", |_, _| Ok(FALSE)),
    ],
    fill: |_, _| Ok(()),
};

struct Fill<'a> {
    py: Py<'a>,
    dict: Gc<Dict>,
}

impl Fill<'_> {
    fn set(&self, name: &str, value: Word) -> Result<()> {
        dict::set_symbol(self.py, self.dict, self.py.intern(name)?, value)
    }
    fn text(&self, name: &str, value: &str) -> Result<()> {
        self.set(name, self.py.str(value)?)
    }
    fn number(&self, name: &str, value: i64) -> Result<()> {
        self.set(name, self.py.int(value)?)
    }
    fn strings(&self, items: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Gc<List>> {
        let list = self.py.new_list(4)?;
        for item in items {
            let item = self.py.str(item.as_ref())?;
            list_push(self.py, list, item)?;
        }
        Ok(list)
    }
    fn structure(
        &self,
        name: &str,
        type_name: &'static str,
        fields: &'static [&'static str],
        values: &[Word],
    ) -> Result {
        let structure =
            Structure { has_constructor: false, ..Structure::plain("sys", type_name, "", fields) };
        let class = structseq::define(self.py, structure)?;
        let value = structseq::new(self.py, class, values)?;
        self.set(name, value)?;
        Ok(value)
    }
}

/// Makes the module. Errors: out of memory.
pub fn install(py: Py, settings: &Settings) -> Result<()> {
    let doc = py.str("This module provides access to some objects used or maintained by the interpreter.")?;
    let module = modules::new(py, "sys", doc)?;
    let own = module.dict.get().expect("a module has a namespace");
    let more = crate::coroutines::FUNCTIONS.iter().chain(crate::tracing::FUNCTIONS);
    for def in FUNCTIONS.iter().chain([&crate::breakpoint::HOOK]).chain(more) {
        let function = python_model::functions::new_builtin(py, def, word(module))?;
        let name: Symbol = py.intern(def.name)?;
        dict::set_symbol(py, own, name, function)?;
        if matches!(def.name, "displayhook" | "excepthook" | "unraisablehook" | "breakpointhook") {
            dict::set_symbol(py, own, py.intern(&format!("__{}__", def.name))?, function)?;
        }
    }
    py.vm().sys.set(word(own));
    let modules: Gc<Dict> = as_object(py.vm().modules.get()).expect("made by bootstrap");
    dict::set_symbol(py, modules, Name::Sys, word(module))?;
    py.vm().state::<Locale>().find(settings);
    let fill = Fill { py, dict: own };
    fill.set("modules", word(modules))?;
    fill_settings(&fill, settings)?;
    fill_structures(&fill, settings)?;
    let args = structseq::define(
        py,
        Structure::plain(
            "sys",
            "UnraisableHookArgs",
            "Type used to pass arguments to sys.unraisablehook.",
            &["exc_type", "exc_value", "exc_traceback", "err_msg", "object"],
        ),
    )?;
    fill.set("UnraisableHookArgs", args.word())
}

/// `-X warn_default_encoding`, `PYTHONWARNDEFAULTENCODING`
fn warns_default_encoding(settings: &Settings) -> bool {
    let variable = || std::env::var_os("PYTHONWARNDEFAULTENCODING").is_some_and(|value| !value.is_empty());
    settings.x_options.iter().any(|(name, _)| name == "warn_default_encoding")
        || !settings.ignores_environment && variable()
}

/// Whether there is a reason to ask the library whether errors are shown in colour: a terminal, or a variable that demands it.
fn may_be_coloured() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    std::io::stderr().is_terminal() || is_set("PYTHON_COLORS") || is_set("FORCE_COLOR")
}

/// Shows an exception as the library does, which decides on colours. False: it could not.
fn print_coloured(py: Py, exception: Word) -> bool {
    // What the exception's own methods raise is shown by what follows, in plain text.
    let printed =
        py.import_from("traceback", "_print_exception_bltin").and_then(|print| py.call(print, &[exception]));
    if printed.is_err() {
        py.take_raised();
    }
    printed.is_ok()
}

/// `argv` and `orig_argv`. What is no UTF-8 becomes lone surrogates (PEP 383).
fn fill_arguments(fill: &Fill, settings: &Settings) -> Result<()> {
    let py = fill.py;
    let (argv, original) = (fill.strings(&settings.argv)?, fill.strings(&settings.original)?);
    // The arguments of the program are the last ones.
    let before = settings.raw_arguments.len().saturating_sub(settings.argv.len());
    for (index, argument) in settings.raw_arguments.iter().enumerate() {
        if argument.to_str().is_some() {
            continue;
        }
        let text = text_codec::decode(py, argument.as_bytes(), Some("utf-8"), Some("surrogateescape"))?;
        for (list, index) in [(original, Some(index)), (argv, index.checked_sub(before))] {
            if let Some(index) = index.filter(|index| *index < list.len()) {
                list.storage().items()[index].set(py.mutator(), list.storage(), text);
            }
        }
    }
    fill.set("argv", word(argv))?;
    fill.set("orig_argv", word(original))
}

fn fill_settings(fill: &Fill, settings: &Settings) -> Result<()> {
    let py = fill.py;
    fill_arguments(fill, settings)?;
    fill.set("path", word(fill.strings(&settings.path)?))?;
    fill.set("warnoptions", word(fill.strings(&settings.warn_options)?))?;
    let options = dict::new(py)?;
    for (name, value) in &settings.x_options {
        let value = match value {
            Some(value) => py.str(value)?,
            None => TRUE,
        };
        dict::set_symbol(py, options, py.intern(name)?, value)?;
    }
    fill.set("_xoptions", word(options))?;
    for name in ["meta_path", "path_hooks"] {
        fill.set(name, word(py.new_list(0)?))?;
    }
    fill.set("path_importer_cache", word(dict::new(py)?))?;
    let places = &settings.places;
    for (name, path) in [
        ("executable", &places.executable),
        ("_base_executable", &places.base_executable),
        ("prefix", &places.prefix),
        ("exec_prefix", &places.prefix),
        ("base_prefix", &places.base_prefix),
        ("base_exec_prefix", &places.base_prefix),
    ] {
        fill.text(name, path)?;
    }
    match settings.library.as_str() {
        "" => fill.set("_stdlib_dir", NONE)?,
        library => fill.text("_stdlib_dir", library)?,
    }
    fill.text("platlibdir", "lib")?;
    fill.set("_jit", word(JIT.make(py)?))?;
    fill.set("monitoring", word(crate::monitoring::MODULE.make(py)?))?;
    fill.text("_framework", "")?;
    let (name, nothing) = (py.str("Taipan")?, py.str("")?);
    fill.set("_git", py.new_tuple(&[name, nothing, nothing])?)?;
    fill.text("platform", if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS })?;
    fill.text("byteorder", if cfg!(target_endian = "little") { "little" } else { "big" })?;
    fill.text("abiflags", "")?;
    fill.text("float_repr_style", "short")?;
    fill.text("copyright", "Copyright (c) the Taipan developers.")?;
    fill.text("version", &format!("{VERSION_TEXT} (main) [Taipan {}]", env!("CARGO_PKG_VERSION")))?;
    match &settings.pycache_prefix {
        Some(prefix) => fill.text("pycache_prefix", prefix)?,
        None => fill.set("pycache_prefix", NONE)?,
    }
    py.vm().state::<CpuCount>().0.set(settings.cpu_count);
    fill.set("dont_write_bytecode", bool_word(settings.writes_no_bytecode))?;
    fill.number("maxsize", i64::MAX)?;
    fill.number("maxunicode", 0x10FFFF)?;
    fill.number("hexversion", HEX_VERSION)?;
    fill.number("api_version", 1013)?;
    let names = fill.strings(crate::import_::native_names(py))?;
    fill.set("builtin_module_names", py.tuple_from_list(names)?)?;
    let names = fill.strings(stdlib_names::NAMES)?;
    let table = dict::new(py)?;
    for index in 0..names.len() {
        dict::set(py, table, names.item(index), NONE)?;
    }
    fill.set("stdlib_module_names", py.new_frozenset(table)?)
}

fn fill_structures(fill: &Fill, settings: &Settings) -> Result<()> {
    let py = fill.py;
    let int = |value: i64| small_int(value);
    let (major, minor, micro) = VERSION;
    let release = py.str("final")?;
    let version = fill.structure(
        "version_info",
        "version_info",
        &["major", "minor", "micro", "releaselevel", "serial"],
        &[int(major), int(minor), int(micro), release, int(0)],
    )?;
    let implementation = dict::new(py)?;
    let (name, tag) = (py.str("taipan")?, py.str("taipan-314")?);
    let hex = py.int(HEX_VERSION)?;
    for (key, value) in [
        ("name", name),
        ("cache_tag", tag),
        ("version", version),
        ("hexversion", hex),
        ("supports_isolated_interpreters", FALSE),
    ] {
        dict::set_symbol(py, implementation, py.intern(key)?, value)?;
    }
    let namespace =
        SimpleNamespace { header: heap::Header::EMPTY, dict: heap::Slot::new(Some(implementation)) };
    fill.set("implementation", word(py.alloc(namespace)?))?;
    let flag = |value: bool| int(i64::from(value));
    let digits = py.int(py.vm().int_max_str_digits.get() as i64)?;
    let sys_flags = fill.structure(
        "flags",
        "flags",
        &[
            "debug",
            "inspect",
            "interactive",
            "optimize",
            "dont_write_bytecode",
            "no_user_site",
            "no_site",
            "ignore_environment",
            "verbose",
            "bytes_warning",
            "quiet",
            "hash_randomization",
            "isolated",
            "dev_mode",
            "utf8_mode",
            "warn_default_encoding",
            "safe_path",
            "int_max_str_digits",
        ],
        &[
            flag(settings.is_debugging),
            flag(settings.is_interactive),
            flag(settings.is_interactive),
            int(i64::from(settings.optimize)),
            flag(settings.writes_no_bytecode),
            flag(settings.has_no_user_site),
            flag(settings.has_no_site),
            flag(settings.ignores_environment),
            int(i64::from(settings.verbose)),
            int(i64::from(settings.bytes_warning)),
            flag(settings.is_quiet),
            flag(settings.randomizes_hashes),
            flag(settings.is_isolated),
            bool_word(settings.is_developing),
            flag(py.vm().state::<Locale>().is_utf8_mode()),
            flag(warns_default_encoding(settings)),
            bool_word(settings.is_safe_path),
            digits,
        ],
    )?;
    // Flags that are no items of the tuple.
    for (name, is_set) in [
        ("context_aware_warnings", settings.has_aware_warnings),
        ("thread_inherit_context", settings.inherits_context),
    ] {
        let class = py.type_of(sys_flags).object().dict.get().expect("a type has a namespace");
        dict::set_symbol(py, class, py.intern(name)?, flag(is_set))?;
    }
    fill.structure(
        "float_info",
        "float_info",
        &[
            "max",
            "max_exp",
            "max_10_exp",
            "min",
            "min_exp",
            "min_10_exp",
            "dig",
            "mant_dig",
            "epsilon",
            "radix",
            "rounds",
        ],
        &[
            float_word(f64::MAX),
            int(1024),
            int(308),
            float_word(f64::MIN_POSITIVE),
            int(-1021),
            int(-307),
            int(15),
            int(53),
            float_word(f64::EPSILON),
            int(2),
            int(1),
        ],
    )?;
    fill.structure(
        "int_info",
        "int_info",
        &["bits_per_digit", "sizeof_digit", "default_max_str_digits", "str_digits_check_threshold"],
        &[int(30), int(4), int(4300), int(640)],
    )?;
    let (modulus, algorithm) = (py.int((1 << 61) - 1)?, py.str("siphash13")?);
    fill.structure(
        "hash_info",
        "hash_info",
        &["width", "modulus", "inf", "nan", "imag", "algorithm", "hash_bits", "seed_bits", "cutoff"],
        &[int(64), modulus, int(314_159), int(0), int(1_000_003), algorithm, int(64), int(128), int(0)],
    )?;
    let (pthread, lock) = (py.str("pthread")?, py.str("semaphore")?);
    fill.structure("thread_info", "thread_info", &["name", "lock", "version"], &[pthread, lock, NONE])?;
    Ok(())
}

/// What an unhandled `SystemExit` asks for: the exit status, after its message was written.
pub fn exit_status(py: Py, exception: Word) -> u8 {
    let code = as_instance(exception)
        .and_then(|object| {
            let symbol = instance::private_symbol(py, "SystemExit", "code").ok()?;
            instance::get(py, object, symbol)
        })
        .unwrap_or(NONE);
    match V::of(py.base(code)) {
        V::None => 0,
        V::Int(status) => status as u8,
        V::Bool(status) => u8::from(status),
        V::Big(_) => 255,
        _ => {
            let text = py.to_text(code).unwrap_or_else(|_| {
                py.take_raised();
                String::new()
            });
            write_error(py, &format!("{text}\n"));
            1
        }
    }
}

/// A dict from the identities of the threads to something about each; those that have not begun to run are left out.
fn per_thread(py: Py, about: impl Fn(&Thread) -> Result) -> Result {
    let all = dict::new(py)?;
    for thread in py.vm().threads().into_iter().filter(|thread| thread.identity.get() != 0) {
        dict::set(py, all, py.int(thread.identity.get())?, about(thread)?)?;
    }
    Ok(word(all))
}
