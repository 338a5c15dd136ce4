//! The log: named sections, chosen by the environment, in PyPy's format.
//!
//! `TAIPANLOG=prefix[,prefix]:file` (`PYPYLOG` is accepted too, for tools that set it) writes the sections whose
//! names begin with one of the prefixes:
//!
//! ```text
//! [1a2b3c] {jit-summary
//! Tracing:              2    0.000123
//! [1a2b40] jit-summary}
//! ```
//!
//! `-` is standard error, `%d` in the file name the process id, `:file` all sections, and a plain `file` or
//! `+file` only the lines that open and close a section (enough to see where time goes). Timestamps are
//! nanoseconds since the log was opened, in hexadecimal.
//!
//! A section is collected in memory and written when it is dropped, in one piece, so that the sections of
//! several threads do not mix; hence a section opened inside another appears *before* it. When the log is off,
//! [`section`] is one atomic load and a branch; callers format nothing unless they got a section.
//!
//! Known limit: the variable stays set for child processes (PyPy clears it), which is unsafe to change in a
//! process with threads. Whoever starts children drops [`VARIABLES`], or uses `%d`.

use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::{self, Write as _};
use std::sync::{Mutex, OnceLock};
use std::time::Instant;

/// The environment variables that are looked at, first match wins.
pub const VARIABLES: [&str; 2] = ["TAIPANLOG", "PYPYLOG"];

/// Every section that there is.
pub const SECTIONS: &[&str] = &[
    "jit-abort",
    "jit-backend-dump",
    "jit-backend-times",
    "jit-log-noopt",
    "jit-log-opt-bridge",
    "jit-log-opt-loop",
    "jit-optimize",
    // Only makes the summary say how long resuming takes.
    "jit-resume",
    "jit-summary",
];

static GLOBAL: OnceLock<Option<Log>> = OnceLock::new();

/// Opens the section `name` of the process's log, if the environment asks for it.
/// ```
/// use std::fmt::Write;
/// if let Some(mut section) = base::log::section("jit-abort") {
///     let _ = writeln!(section, "trace too long");
/// }
/// ```
#[inline]
pub fn section(name: &'static str) -> Option<Section<'static>> {
    match GLOBAL.get() {
        Some(None) => None,
        Some(Some(log)) => log.section(name),
        None => section_of_unopened_log(name),
    }
}

/// Whether [`section`] would return one: to skip the work of collecting what would be logged.
#[inline]
pub fn is_enabled(name: &str) -> bool {
    open_from_environment_once().is_some_and(|log| log.is_enabled(name) && !log.markers_only)
}

/// Opens the log that the environment asks for. An executable calls this first and reports the error; without
/// it the log opens at the first section, and a log that cannot be opened is off.
/// Errors: no section has such a name, or the file cannot be created.
pub fn init() -> Result<(), LogError> {
    let log = from_environment()?;
    let _ = GLOBAL.set(log);
    Ok(())
}

#[cold]
fn section_of_unopened_log(name: &'static str) -> Option<Section<'static>> {
    open_from_environment_once()?.section(name)
}

fn open_from_environment_once() -> Option<&'static Log> {
    GLOBAL.get_or_init(|| from_environment().unwrap_or(None)).as_ref()
}

fn from_environment() -> Result<Option<Log>, LogError> {
    for name in VARIABLES {
        let Some(spec) = std::env::var(name).ok().filter(|value| !value.is_empty()) else { continue };
        // What is set for PyPy may name sections that only PyPy has.
        if name == VARIABLES[0] {
            expect_sections(&spec)?;
        }
        return Log::open(&spec).map(Some);
    }
    Ok(None)
}

/// Each prefix chooses a section.
fn expect_sections(spec: &str) -> Result<(), LogError> {
    let (prefixes, _, _) = split_spec(spec);
    let is_unknown = |prefix: &String| !SECTIONS.iter().any(|section| section.starts_with(prefix.as_str()));
    match prefixes.into_iter().find(is_unknown) {
        Some(prefix) => Err(LogError::Section(prefix)),
        None => Ok(()),
    }
}

/// Why there is no log.
#[derive(Debug)]
pub enum LogError {
    /// The file cannot be created.
    File { file: String, cause: io::Error },
    /// No section begins like that.
    Section(String),
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogError::File { file, cause } => write!(f, "cannot write the log file '{file}': {cause}"),
            LogError::Section(name) => {
                write!(
                    f,
                    "the log has no section '{name}': expected sections:file, with sections of {}",
                    SECTIONS.join(", ")
                )
            }
        }
    }
}
impl std::error::Error for LogError {}

/// Where the sections go. One per process in practice; tests make their own.
pub struct Log {
    /// Beginnings of section names; empty: every section.
    prefixes: Vec<String>,
    /// Write where sections begin and end, not what is in them.
    markers_only: bool,
    opened: Instant,
    sink: Mutex<Box<dyn io::Write + Send>>,
}

impl Log {
    /// A log as the environment variable describes it; see the module header.
    pub fn open(spec: &str) -> Result<Log, LogError> {
        let (prefixes, file, markers_only) = split_spec(spec);
        let file = file.replace("%d", &std::process::id().to_string());
        let sink: Box<dyn io::Write + Send> = if file == "-" {
            Box::new(io::stderr())
        } else {
            match File::create(&file) {
                Ok(opened) => Box::new(opened),
                Err(cause) => return Err(LogError::File { file, cause }),
            }
        };
        Ok(Log { prefixes, markers_only, opened: Instant::now(), sink: Mutex::new(sink) })
    }

    /// A log into any writer, of the sections that `prefixes` (comma-separated, empty = all) choose.
    pub fn to_writer(prefixes: &str, sink: Box<dyn io::Write + Send>) -> Log {
        let prefixes = split_prefixes(prefixes);
        Log { prefixes, markers_only: false, opened: Instant::now(), sink: Mutex::new(sink) }
    }

    pub fn is_enabled(&self, name: &str) -> bool {
        self.prefixes.is_empty() || self.prefixes.iter().any(|p| name.starts_with(p.as_str()))
    }

    pub fn section(&self, name: &'static str) -> Option<Section<'_>> {
        debug_assert!(SECTIONS.contains(&name), "{name} is missing in SECTIONS");
        if !self.is_enabled(name) {
            return None;
        }
        let mut text = String::new();
        let _ = writeln!(text, "[{:x}] {{{name}", self.now());
        Some(Section { log: self, name, text })
    }

    fn now(&self) -> u128 {
        self.opened.elapsed().as_nanos()
    }
}

fn split_prefixes(prefixes: &str) -> Vec<String> {
    prefixes.split(',').map(str::trim).filter(|p| !p.is_empty()).map(String::from).collect()
}

/// Prefixes, file name, whether only markers are wanted.
fn split_spec(spec: &str) -> (Vec<String>, &str, bool) {
    match (spec.strip_prefix('+'), spec.split_once(':')) {
        (Some(file), _) => (Vec::new(), file, true),
        (None, Some((prefixes, file))) => (split_prefixes(prefixes), file, false),
        (None, None) => (Vec::new(), spec, true),
    }
}

/// An open section: write into it, drop it to send it.
pub struct Section<'a> {
    log: &'a Log,
    name: &'static str,
    text: String,
}

impl fmt::Write for Section<'_> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        if !self.log.markers_only {
            self.text.push_str(s);
        }
        Ok(())
    }
}

impl Drop for Section<'_> {
    fn drop(&mut self) {
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        let _ = writeln!(self.text, "[{:x}] {}}}", self.log.now(), self.name);
        // A log that cannot be written must not stop the program; a poisoned lock still guards a usable sink.
        let mut sink = self.log.sink.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let _ = sink.write_all(self.text.as_bytes()).and_then(|()| sink.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("not poisoned").extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Shared {
        /// What was written, timestamps cut out.
        fn text(&self) -> String {
            let bytes = self.0.lock().expect("not poisoned").clone();
            let text = String::from_utf8(bytes).expect("the log is text");
            let lines = text.lines().map(|l| match l.strip_prefix('[').and_then(|l| l.split_once("] ")) {
                Some((hex, rest)) => {
                    assert!(u128::from_str_radix(hex, 16).is_ok(), "timestamp {hex}");
                    rest
                }
                None => l,
            });
            lines.collect::<Vec<_>>().join("|")
        }
    }

    #[test]
    fn sections_are_chosen_by_prefix_and_written_whole() {
        let out = Shared::default();
        let log = Log::to_writer("jit-log,jit-abort", Box::new(out.clone()));
        assert!(log.section("jit-summary").is_none());
        {
            let mut outer = log.section("jit-log-opt-loop").expect("chosen");
            let _ = write!(outer, "no newline");
            let mut inner = log.section("jit-abort").expect("chosen");
            let _ = writeln!(inner, "collected");
        }
        assert_eq!(
            out.text(),
            "{jit-abort|collected|jit-abort}|{jit-log-opt-loop|no newline|jit-log-opt-loop}"
        );
    }

    #[test]
    fn the_forms_of_the_variable() {
        let strings = |list: &[&str]| list.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        assert_eq!(split_spec("jit-summary,gc:-"), (strings(&["jit-summary", "gc"]), "-", false));
        assert_eq!(split_spec(":all.log"), (vec![], "all.log", false));
        assert_eq!(split_spec("plain.log"), (vec![], "plain.log", true));
        assert_eq!(split_spec("+C:/plain.log"), (vec![], "C:/plain.log", true));
    }

    #[test]
    fn marker_logs_keep_only_the_markers() {
        let out = Shared::default();
        let log = Log { markers_only: true, ..Log::to_writer("", Box::new(out.clone())) };
        let _ = writeln!(log.section("jit-optimize").expect("all sections"), "content");
        assert_eq!(out.text(), "{jit-optimize|jit-optimize}");
    }

    #[test]
    fn a_file_that_cannot_be_made_is_an_error_with_its_name() {
        let Err(error) = Log::open("jit:/no/such/directory/x.log") else { panic!("opened") };
        assert!(error.to_string().starts_with("cannot write the log file '/no/such/directory/x.log': "));
    }

    #[test]
    fn a_section_that_does_not_exist_is_an_error_with_those_that_do() {
        for fine in ["jit-summary:-", "jit,jit-log-opt:x.log", ":all.log", "plain.log"] {
            assert!(expect_sections(fine).is_ok(), "{fine}");
        }
        let error = expect_sections("jit-summary,jit-sumary:-").expect_err("a wrong name").to_string();
        assert!(error.starts_with(
            "the log has no section 'jit-sumary': expected sections:file, with sections of jit-abort, "
        ));
    }
}
