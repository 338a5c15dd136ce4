//! One module of CPython's tests, run by an interpreter in processes of its own.
//!
//! A test that crashes or hangs takes its process with it: the next process leaves out what has run and goes on, so that one
//! broken method costs one method and not its whole file.

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// What one method did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Skipped(String),
    Failed(String),
}

/// What one module did: its methods by their name without the module's, and what the module itself had to say.
#[derive(Debug, Default)]
pub struct Outcomes {
    pub methods: BTreeMap<String, Outcome>,
    pub notes: Vec<String>,
}

/// What runs the tests.
pub struct Runner {
    pub interpreter: PathBuf,
    pub options: Vec<String>,
    /// The directory that holds the package `test`.
    pub tests: PathBuf,
    pub driver: PathBuf,
    /// Whether the interpreter finds the sources of its library by `PYTHONHOME` ([`Place::home`]); another interpreter would miss its own.
    pub has_home: bool,
    /// For one method, and for the whole module.
    pub method_limit: Duration,
    pub module_limit: Duration,
}

/// Restarts after crashes and hangs: what crashes more often than this is not worth the time.
const MOST_RESTARTS: usize = 12;
/// Address space of a test process beyond what the heap reserves, in KiB: one that allocates without end must not take the machine
/// with it.
const MOST_MEMORY: u64 = 80 << 20;

/// The library's directory below `PYTHONHOME`.
const LIBRARY: &str = "lib/taipan3.14";

/// How a process ended.
enum End {
    Finished,
    Stopped(String),
}

impl Runner {
    /// Errors: the interpreter cannot be started, or there is no place for temporary files.
    pub fn run(&self, module: &str) -> Result<Outcomes, String> {
        let place = Place::new(module, &self.tests)?;
        let started = Instant::now();
        let mut outcomes = Outcomes::default();
        let mut done: Vec<String> = Vec::new();
        for _ in 0..=MOST_RESTARTS {
            let before = done.len();
            let end = self.process(module, &place, &mut outcomes, &mut done, started)?;
            match end {
                End::Finished => break,
                End::Stopped(why) => {
                    if done.len() == before {
                        outcomes.notes.push(why);
                        break;
                    }
                }
            }
        }
        Ok(outcomes)
    }

    /// One process, which leaves out the tests in `done` and adds to them.
    fn process(
        &self,
        module: &str,
        place: &Place,
        outcomes: &mut Outcomes,
        done: &mut Vec<String>,
        started: Instant,
    ) -> Result<End, String> {
        let left_out = place.directory.join("left_out");
        std::fs::write(&left_out, done.join("\n"))
            .map_err(|error| format!("{}: {error}", left_out.display()))?;
        let mut command = Command::new("sh");
        if self.has_home {
            command.env("PYTHONHOME", &place.home);
        }
        let mut child = command
            .args(["-c", &format!("ulimit -v {MOST_MEMORY}; exec \"$@\""), "sh"])
            .arg(&self.interpreter)
            .args(&self.options)
            .arg(&self.driver)
            .arg(module)
            .arg(&left_out)
            .current_dir(&place.work)
            .env("PYTHONPATH", &place.path)
            .env("PYTHONHASHSEED", "0")
            // Some tests are about the files that it would keep from being written.
            .env_remove("PYTHONDONTWRITEBYTECODE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|error| format!("{}: {error}", self.interpreter.display()))?;
        let lines = lines_of(&mut child);
        let errors = last_lines_of(&mut child);
        let prefix = format!("test.{module}.");
        let name_of = |record: &Value| {
            let id = record["test"].as_str().unwrap_or_default().to_string();
            let short = id.strip_prefix(&prefix).unwrap_or(&id).to_string();
            (id, short)
        };
        let mut running: Option<(String, String)> = None;
        let why = loop {
            let left = self.module_limit.saturating_sub(started.elapsed());
            if left.is_zero() {
                break Some("the module's time is up".to_string());
            }
            let line = match lines.recv_timeout(left.min(self.method_limit)) {
                Ok(line) => line,
                Err(RecvTimeoutError::Disconnected) => break None,
                Err(RecvTimeoutError::Timeout) => break Some("no outcome within its time".to_string()),
            };
            // Tests may write to the same stream.
            let Some(record) =
                line.find("{\"event\"").and_then(|at| serde_json::from_str::<Value>(&line[at..]).ok())
            else {
                continue;
            };
            let reason = record["reason"].as_str().unwrap_or_default().to_string();
            match record["event"].as_str() {
                Some("start") => running = Some(name_of(&record)),
                Some("stop") => {
                    let (id, short) = name_of(&record);
                    let outcome = match record["outcome"].as_str() {
                        Some("ok") => Outcome::Passed,
                        Some("skip") => Outcome::Skipped(reason),
                        _ => Outcome::Failed(reason),
                    };
                    outcomes.add(short, outcome);
                    done.push(id);
                    running = None;
                }
                Some("setup") => outcomes.notes.push(format!("{}: {reason}", name_of(&record).1)),
                Some("skipped") => outcomes.notes.push(format!("skipped: {reason}")),
                Some("end") => {
                    stop(&mut child);
                    return Ok(End::Finished);
                }
                _ => {}
            }
        };
        let exit = if why.is_some() { stop(&mut child) } else { child.wait().ok() };
        let why = match (why, exit) {
            (Some(why), _) => why,
            (None, Some(status)) if status.success() => return Ok(End::Finished),
            (None, status) => {
                let errors = errors.recv_timeout(Duration::from_secs(5)).unwrap_or_default();
                let status = status.map_or_else(|| "unknown".into(), |status| status.to_string());
                format!("{status}: {errors}")
            }
        };
        if let Some((id, short)) = running {
            outcomes.add(short, Outcome::Failed(why.clone()));
            done.push(id);
        }
        Ok(End::Stopped(why))
    }
}

impl Outcomes {
    /// A method that runs several times (by parameters) passes if all do.
    fn add(&mut self, name: String, outcome: Outcome) {
        match self.methods.get(&name) {
            Some(Outcome::Failed(_)) => {}
            Some(Outcome::Passed) if matches!(outcome, Outcome::Skipped(_)) => {}
            _ => {
                self.methods.insert(name, outcome);
            }
        }
    }
}

/// Kills the process and what it started.
fn stop(child: &mut Child) -> Option<std::process::ExitStatus> {
    let group = format!("-{}", child.id());
    // Fails if all of the group have ended, which is as good.
    let _ = Command::new("kill").args(["-9", "--", &group]).stderr(Stdio::null()).status();
    child.wait().ok()
}

fn lines_of(child: &mut Child) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    let stdout = child.stdout.take().expect("the stream is piped");
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stdout);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
            line.clear();
        }
    });
    receiver
}

/// The last line that the process wrote to its standard error, when it has ended.
fn last_lines_of(child: &mut Child) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    let mut stderr = child.stderr.take().expect("the stream is piped");
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What has been read until an error is what there is to show.
        let _ = stderr.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        let panic = text.lines().position(|line| line.contains("panicked at"));
        let line = match panic {
            Some(at) => text.lines().skip(at).take(2).collect::<Vec<_>>().join(" "),
            None => text.trim_end().lines().last().unwrap_or_default().to_string(),
        };
        // The runner may have given up.
        let _ = sender.send(line.chars().take(200).collect());
    });
    receiver
}

/// Directories of one run: where the package `test` is found alone (not the library beside it), and where tests may write.
struct Place {
    directory: PathBuf,
    path: PathBuf,
    /// Where the sources of the library lie, for tests that list and read them. Without `os.py`, by which an interpreter would take the
    /// library to be there: it uses the one in its executable.
    home: PathBuf,
    work: PathBuf,
}

impl Place {
    fn new(module: &str, tests: &Path) -> Result<Place, String> {
        let directory = std::env::temp_dir().join(format!("cpython-tests-{}-{module}", std::process::id()));
        let place = Place {
            path: directory.join("path"),
            home: directory.join("home"),
            work: directory.join("work"),
            directory,
        };
        let context = |error: std::io::Error| format!("{}: {error}", place.directory.display());
        std::fs::create_dir_all(&place.path).map_err(context)?;
        std::fs::create_dir_all(&place.work).map_err(context)?;
        let package =
            tests.join("test").canonicalize().map_err(|error| format!("{}: {error}", tests.display()))?;
        mirror(&package, &place.path.join("test")).map_err(context)?;
        let library = place.home.join(LIBRARY);
        std::fs::create_dir_all(&library).map_err(context)?;
        std::os::unix::fs::symlink(&package, library.join("test")).map_err(context)?;
        for entry in std::fs::read_dir(tests).map_err(context)? {
            let path = entry.map_err(context)?.path();
            let Some(name) = path.file_name().filter(|name| *name != "os.py") else { continue };
            if path.extension().is_some_and(|extension| extension == "py") && path.is_file() {
                std::os::unix::fs::symlink(&path, library.join(name)).map_err(context)?;
            }
        }
        Ok(place)
    }
}

/// Makes a directory with links to the files of another, and the same for the directories in it. Not simply a link: interpreters keep
/// compiled code beside their sources, which must not be found by another build.
fn mirror(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (source, link) = (entry.path(), to.join(entry.file_name()));
        if entry.file_name() == "__pycache__" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            mirror(&source, &link)?
        } else {
            std::os::unix::fs::symlink(source, link)?
        }
    }
    Ok(())
}

impl Drop for Place {
    fn drop(&mut self) {
        // Left behind at worst: it is a temporary directory.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}
