//! `-X name[=value]`, and the environment variables that say the same. An option wins over its variable.

use python_embed::{ImportTimes, Settings};

/// An option, for the help.
pub struct XOption {
    /// How it is written.
    pub name: &'static str,
    pub about: &'static str,
}

const fn option(name: &'static str, about: &'static str) -> XOption {
    XOption { name, about }
}

/// All that are known; others are only in `sys._xoptions`.
pub const OPTIONS: &[XOption] = &[
    option(
        "context_aware_warnings=[0|1]",
        "whether warnings are caught by context; also PYTHON_CONTEXT_AWARE_WARNINGS",
    ),
    option("cpu_count=N", "what os.cpu_count() returns; 'default': as it is; also PYTHON_CPU_COUNT"),
    option("dev", "development mode: all warnings, faulthandler, debugging of asyncio; also PYTHONDEVMODE"),
    option("faulthandler", "write a traceback when the process crashes; also PYTHONFAULTHANDLER"),
    option(
        "importtime[=2]",
        "write how long each import takes, with 2 also imports of what is there; also PYTHONPROFILEIMPORTTIME",
    ),
    option(
        "int_max_str_digits=N",
        "largest number of digits in conversions between int and str; 0: any; also PYTHONINTMAXSTRDIGITS",
    ),
    option("jit=LIST", "parameters of the JIT; also --jit, PYTHON_JIT"),
    option(
        "jit-report=FILE",
        "when the program has ended, write a page of its source that says what the JIT made of each line",
    ),
    option("no_debug_ranges", "tracebacks and code objects know lines only; also PYTHONNODEBUGRANGES"),
    option("pycache_prefix=PATH", "a tree for .pyc files apart from the sources; also PYTHONPYCACHEPREFIX"),
    option("stdlib-dir=PATH", "where the standard library is; also TAIPANHOME"),
    option(
        "thread_inherit_context=[0|1]",
        "whether threads begin with the context variables of their creator; also PYTHON_THREAD_INHERIT_CONTEXT",
    ),
    option("tracemalloc[=N]", "count the memory in use from the start; also PYTHONTRACEMALLOC"),
    option("utf8[=0|1]", "UTF-8 mode; also PYTHONUTF8"),
    option(
        "warn_default_encoding",
        "EncodingWarning for files without an encoding; also PYTHONWARNDEFAULTENCODING",
    ),
];

/// What a process says that cannot begin because of its configuration, in CPython's words.
pub fn fatal(function: &str, message: &str) -> String {
    format!("Fatal Python error: {function}: {message}\nPython runtime state: preinitialized\n\n")
}

/// Reads the options into the settings; the limit of digits is returned. Errors: the text of a fatal error.
pub fn apply(
    settings: &mut Settings,
    variable: &impl Fn(&str) -> Option<String>,
) -> Result<Option<usize>, String> {
    let option = |name: &str| {
        settings.x_options.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    };
    // Either of the two, and whether it was the option. An option without a value is an empty one.
    let setting = |name: &str, of_environment: &str| match option(name) {
        Some(value) => Some((value.unwrap_or_default(), true)),
        None => variable(of_environment).map(|value| (value, false)),
    };
    let switch = |name: &str, of_environment: &str| match setting(name, of_environment) {
        None => Ok(false),
        Some((value, _)) if value == "0" || value == "1" => Ok(value == "1"),
        Some((_, true)) => {
            Err(fatal(&format!("config_init_{name}"), &format!("-X {name}=n: n is missing or invalid")))
        }
        Some((_, false)) => Err(fatal(
            &format!("config_init_{name}"),
            &format!("{of_environment}=N: N is missing or invalid"),
        )),
    };
    let digits = match setting("int_max_str_digits", "PYTHONINTMAXSTRDIGITS") {
        None => None,
        Some((value, is_option)) => match value.parse::<usize>() {
            Ok(number) if number == 0 || number >= 640 => Some(number),
            _ => {
                let what = if is_option { "-X int_max_str_digits" } else { "PYTHONINTMAXSTRDIGITS" };
                return Err(fatal(
                    "config_init_int_max_str_digits",
                    &format!("{what}: invalid limit; must be >= 640 or 0 for unlimited."),
                ));
            }
        },
    };
    let cpu_count = match setting("cpu_count", "PYTHON_CPU_COUNT") {
        None => None,
        Some((value, _)) if value == "default" => None,
        Some((value, _)) => match value.parse::<u32>() {
            Ok(count) if count > 0 => Some(count),
            _ => {
                return Err(fatal(
                    "config_init_cpu_count",
                    "-X cpu_count=n option: n is missing or an invalid number, n must be greater than 0",
                ));
            }
        },
    };
    for (value, function, message) in [
        (option("utf8").flatten(), "preconfig_init_utf8_mode", "invalid -X utf8 option value"),
        (variable("PYTHONUTF8"), "preconfig_init_utf8_mode", "invalid PYTHONUTF8 environment variable value"),
    ] {
        if value.is_some_and(|value| value != "0" && value != "1") {
            return Err(fatal(function, message));
        }
    }
    if option("gil").flatten().or_else(|| variable("PYTHON_GIL")).is_some_and(|value| value != "1") {
        return Err(fatal("config_read_gil", "Disabling the GIL is not supported by this build"));
    }
    let inherits_context = switch("thread_inherit_context", "PYTHON_THREAD_INHERIT_CONTEXT")?;
    let aware_warnings = switch("context_aware_warnings", "PYTHON_CONTEXT_AWARE_WARNINGS")?;
    let is_developing = option("dev").is_some() || variable("PYTHONDEVMODE").is_some();
    let faulthandler = option("faulthandler").is_some() || variable("PYTHONFAULTHANDLER").is_some();
    let prefix = setting("pycache_prefix", "PYTHONPYCACHEPREFIX").map(|(path, _)| path);
    settings.traced_frames = match setting("tracemalloc", "PYTHONTRACEMALLOC") {
        None => None,
        Some((value, true)) if value.is_empty() => Some(1),
        Some((value, is_option)) => match value.parse::<u16>() {
            Ok(0) => None,
            Ok(frames) => Some(frames),
            Err(_) => {
                let what = if is_option { "-X tracemalloc=NFRAME" } else { "PYTHONTRACEMALLOC" };
                let message = format!("{what}: invalid number of frames");
                return Err(fatal("config_init_tracemalloc", &message));
            }
        },
    };
    settings.import_times = match setting("importtime", "PYTHONPROFILEIMPORTTIME") {
        None => ImportTimes::Nothing,
        Some((value, is_option)) => match value.parse::<i64>() {
            Ok(0) => ImportTimes::Nothing,
            Ok(2) => ImportTimes::All,
            Ok(1) | Err(_) => ImportTimes::Loaded,
            Ok(_) => {
                let what = if is_option { "-X importtime:" } else { "PYTHONPROFILEIMPORTTIME: numeric" };
                let message = format!("{what} values other than 1 and 2 are reserved for future use.");
                return Err(fatal("config_init_import_time", &message));
            }
        },
    };
    settings.hides_columns = option("no_debug_ranges").is_some() || variable("PYTHONNODEBUGRANGES").is_some();
    settings.cpu_count = cpu_count;
    settings.inherits_context = inherits_context;
    settings.has_aware_warnings = aware_warnings;
    settings.is_developing = is_developing;
    settings.handles_faults = faulthandler || is_developing;
    settings.pycache_prefix = prefix.filter(|path| !path.is_empty());
    Ok(digits)
}
