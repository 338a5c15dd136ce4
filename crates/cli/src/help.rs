//! What `-h` and its kin show.

/// The first line.
pub fn usage(name: &str) -> String {
    format!("usage: {name} [option] ... [-c cmd | -m mod | file | -] [arg] ...")
}

/// `-h`
pub fn help(name: &str) -> String {
    format!("{}\n{OPTIONS}", usage(name))
}

const OPTIONS: &str = "\
Options (and corresponding environment variables):
-b     : issue warnings about converting bytes to str and comparing bytes with str (-bb: issue errors)
-B     : don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x
-c cmd : program passed in as string (terminates option list)
-d     : set sys.flags.debug; also PYTHONDEBUG=x
-E     : ignore PYTHON* environment variables
-h     : print this help message and exit (also -? or --help)
-i     : inspect interactively after running the program; also PYTHONINSPECT=x
-I     : isolate from the user's environment (implies -E, -P and -s)
-m mod : run library module as a script (terminates option list)
-O     : remove assert and __debug__-dependent statements; also PYTHONOPTIMIZE=x
-OO    : do -O changes and also discard docstrings
-P     : don't put the program's own directory first on sys.path; also PYTHONSAFEPATH=x
-q     : don't print version and copyright messages on interactive startup
-s     : don't add user site directory to sys.path; also PYTHONNOUSERSITE=x
-S     : don't imply 'import site' on initialization
-u     : force the stdout and stderr streams to be unbuffered; also PYTHONUNBUFFERED=x
-v     : verbose; also PYTHONVERBOSE=x
-V     : print the Python version number and exit (also --version)
-W arg : warning control; arg is action:message:category:module:lineno; also PYTHONWARNINGS=arg
-x     : skip the first line of the source, which another program reads
-X opt : set an implementation-specific option: see --help-xoptions
--check-hash-based-pycs always|default|never:
         whether sources are looked at for .pyc files that are named by hashes of them
--jit L: parameters of the JIT: off, name=value, ...; 'help' lists them (also: -X jit=L, PYTHON_JIT=L)
--help-env, --help-xoptions, --help-all: environment variables, implementation-specific options, all of it
file   : program read from script file
-      : program read from stdin
arg ...: arguments passed to program in sys.argv[1:]
";

/// `--help-env`
pub const ENVIRONMENT: &str = "\
Environment variables that change behavior:
PYTHONASYNCIODEBUG: debugging of asyncio
PYTHON_BASIC_REPL: use the prompt without an editor
PYTHONBREAKPOINT: what breakpoint() calls; 0: nothing
PYTHON_COLORS   : 1: colour in tracebacks and at the prompt; 0: none
PYTHONHASHSEED  : 'random', or the seed of the hashes of str and bytes: an integer in the range [0,4294967295]
PYTHON_HISTORY  : the file with the history of the prompt
PYTHONHOME      : the prefix, where the standard library is looked for
PYTHONIOENCODING: encoding[:errors] used for stdin/stdout/stderr
PYTHONPATH      : ':'-separated list of directories and archives before the default module search path
PYTHONSTARTUP   : file executed when the prompt starts
PYTHONUSERBASE  : the user's base directory (site.USER_BASE)
TAIPANHOME      : where the standard library is

With a command-line option of the same meaning (see --help and --help-xoptions):
PYTHON_CONTEXT_AWARE_WARNINGS, PYTHON_CPU_COUNT, PYTHONDEBUG, PYTHONDEVMODE, PYTHONDONTWRITEBYTECODE, PYTHONFAULTHANDLER,
PYTHONINSPECT, PYTHONINTMAXSTRDIGITS, PYTHON_JIT, PYTHONNOUSERSITE, PYTHONOPTIMIZE, PYTHONPYCACHEPREFIX, PYTHONSAFEPATH,
PYTHON_THREAD_INHERIT_CONTEXT, PYTHONUNBUFFERED, PYTHONUTF8, PYTHONVERBOSE, PYTHONWARNDEFAULTENCODING, PYTHONWARNINGS
";

/// `--help-xoptions`
pub fn implementation_options() -> String {
    let mut text = String::from("The following implementation-specific options are available:\n");
    for option in crate::implementation::OPTIONS {
        text.push_str(&format!("-X {}: {}\n", option.name, option.about));
    }
    text
}
