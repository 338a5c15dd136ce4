//! `cargo xtask cpython`: CPython's own tests, unmodified, and the lists of what must pass (`tests/cpython/README.md`).
//!
//! The score of a module is passed methods over frozen methods, and that of an area the unweighted mean over its modules: the
//! 3,600 cases of one module must not drown the 75 of another.

mod list;
mod run;

use list::{List, Tag};
use run::{Outcome, Outcomes, Runner};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How tests say that they are of CPython's internals: `test.support.cpython_only`, and tests that call extension modules which
/// exist to show CPython's C API and its insides to its own tests.
const INTERNAL: [&str; 7] = [
    "implementation detail specific to cpython",
    "_testcapi",
    "_testinternalcapi",
    "_testlimitedcapi",
    "ndarray object required for this test",
    "the module 'xxsubtype' is internal",
    "testing an internal kind of method object",
];

const USAGE: &str = "usage: cargo xtask cpython --tests DIR [--interpreter EXE] [--option OPTION]... [--jobs N] [--update] [--tolerance N] \
                     [--only-passing] [AREA|MODULE]...\n       cargo xtask cpython --tests DIR --freeze --interpreter CPYTHON \
                     AREA MODULE...";

struct Options {
    tests: PathBuf,
    interpreter: PathBuf,
    options: Vec<String>,
    jobs: usize,
    /// Moves what passes now to the methods that must.
    is_update: bool,
    /// Runs modules of which something must pass, and leaves the others.
    is_only_passing: bool,
    /// Writes the methods that the interpreter passes as the lists.
    is_freeze: bool,
    /// Methods that must pass and may fail all the same; see tests/cpython/README.md.
    tolerance: usize,
    names: Vec<String>,
}

impl Options {
    fn parse(root: &Path, arguments: &[String]) -> Result<Options, String> {
        let mut options = Options {
            tests: PathBuf::new(),
            interpreter: root.join("target/release/taipan"),
            options: Vec::new(),
            jobs: 2,
            is_update: false,
            is_only_passing: false,
            is_freeze: false,
            tolerance: 0,
            names: Vec::new(),
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().ok_or_else(|| format!("{argument} needs a value\n{USAGE}"));
            match argument.as_str() {
                "--tests" => options.tests = value()?.into(),
                "--interpreter" => options.interpreter = value()?.into(),
                "--option" => options.options.push(value()?.clone()),
                "--jobs" => options.jobs = number(argument, value()?)?,
                "--tolerance" => options.tolerance = number(argument, value()?)?,
                "--update" => options.is_update = true,
                "--only-passing" => options.is_only_passing = true,
                "--freeze" => options.is_freeze = true,
                unknown if unknown.starts_with('-') => {
                    return Err(format!("unknown option {unknown}\n{USAGE}"));
                }
                name => options.names.push(name.to_string()),
            }
        }
        if options.tests.as_os_str().is_empty() {
            return Err(format!(
                "--tests must name the directory that holds CPython's package `test`\n{USAGE}"
            ));
        }
        Ok(options)
    }
}

fn number(option: &str, text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| format!("{option}: {text:?} is no number"))
}

/// A module and where its list is.
struct Module {
    area: String,
    name: String,
    path: PathBuf,
}

/// Runs the command. Errors: a wrong option, files that cannot be read, or methods that must pass and do not.
pub fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    let options = Options::parse(root, arguments)?;
    let lists = root.join("tests/cpython");
    let runner = Runner {
        interpreter: absolute(&options.interpreter)?,
        options: options.options.clone(),
        tests: absolute(&options.tests)?,
        driver: lists.join("driver.py"),
        has_home: !options.is_freeze,
        method_limit: Duration::from_secs(60),
        module_limit: Duration::from_secs(600),
    };
    if options.is_freeze {
        return freeze(&options, &runner, &lists);
    }
    let modules = select(&lists, &options)?;
    if modules.is_empty() && options.is_only_passing {
        println!("no module has a method that must pass");
        return Ok(());
    }
    if modules.is_empty() {
        return Err(format!("no list of {} is named {}", lists.display(), options.names.join(", ")));
    }
    let results = in_parallel(options.jobs, &modules, |module| check(&runner, &options, module));
    let mut areas: BTreeMap<&str, Vec<Score>> = BTreeMap::new();
    let mut lost = Vec::new();
    for (module, result) in modules.iter().zip(results) {
        let (score, mut missing) = result?;
        areas.entry(&module.area).or_default().push(score);
        lost.append(&mut missing);
    }
    for (area, scores) in &areas {
        let mean = scores.iter().map(Score::share).sum::<f64>() / scores.len() as f64;
        let (passed, all) = scores.iter().fold((0, 0), |(p, a), s| (p + s.passed, a + s.all));
        println!(
            "{area}: {:.1} % as the mean over {} modules; {passed} of {all} methods",
            mean * 100.0,
            scores.len()
        );
    }
    if lost.is_empty() {
        return Ok(());
    }
    let message = format!("{} methods that must pass do not:\n{}", lost.len(), lost.join("\n"));
    if lost.len() <= options.tolerance {
        println!("{message}\n({} are tolerated)", options.tolerance);
        return Ok(());
    }
    Err(message)
}

fn absolute(path: &Path) -> Result<PathBuf, String> {
    std::path::absolute(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The modules that the command line names, all if it names none.
fn select(lists: &Path, options: &Options) -> Result<Vec<Module>, String> {
    let mut modules = Vec::new();
    for area in read_dir(lists)? {
        if !area.is_dir() {
            continue;
        }
        let area_name = file_name(&area);
        for path in read_dir(&area)? {
            let Some(name) = file_name(&path).strip_suffix(".txt").map(str::to_string) else { continue };
            let is_wanted =
                options.names.is_empty() || options.names.iter().any(|n| *n == area_name || *n == name);
            if !is_wanted || (options.is_only_passing && List::read(&path)?.passing() == 0) {
                continue;
            }
            modules.push(Module { area: area_name.clone(), name, path });
        }
    }
    Ok(modules)
}

fn read_dir(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let context = |error: std::io::Error| format!("{}: {error}", directory.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(context)? {
        paths.push(entry.map_err(context)?.path());
    }
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn in_parallel<T: Sync, R: Send>(jobs: usize, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, items.len().max(1)) {
            scope.spawn(|| {
                while let Some((index, item)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    items.get(index).map(|item| (index, item))
                } {
                    let result = work(item);
                    results.lock().expect("no worker panics while it holds the lock").push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no worker panicked");
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

struct Score {
    passed: usize,
    all: usize,
}

impl Score {
    fn share(&self) -> f64 {
        self.passed as f64 / self.all.max(1) as f64
    }
}

/// Runs one module and prints its line. Returns its score and the methods that must pass and did not.
fn check(runner: &Runner, options: &Options, module: &Module) -> Result<(Score, Vec<String>), String> {
    let mut list = List::read(&module.path)?;
    let outcomes = runner.run(&module.name)?;
    let mut lost = Vec::new();
    let mut gained = 0;
    let mut passed = 0;
    for (name, tag) in &mut list.methods {
        let why = match outcomes.methods.get(name) {
            Some(Outcome::Passed) => None,
            Some(Outcome::Skipped(why)) => {
                if is_internal(why) && options.is_update {
                    *tag = Tag::Excluded(why.clone());
                }
                Some(format!("skipped: {}", one_line(why)))
            }
            Some(Outcome::Failed(why)) => Some(one_line(why)),
            None => Some(not_run(&outcomes)),
        };
        match (why, &tag) {
            (None, Tag::Passes) => passed += 1,
            (None, Tag::Missing(_)) => {
                passed += 1;
                gained += 1;
                if options.is_update {
                    *tag = Tag::Passes;
                }
            }
            (Some(why), Tag::Passes) => lost.push(format!("{}: {name}: {why}", module.name)),
            (Some(why), Tag::Missing(_)) if options.is_update => *tag = Tag::Missing(why),
            (Some(_), Tag::Missing(_)) | (_, Tag::Excluded(_)) => {}
        }
    }
    if options.is_update {
        list.write(&module.path)?;
    }
    let all = list.methods.values().filter(|tag| !matches!(tag, Tag::Excluded(_))).count();
    let score = Score { passed, all };
    let notes = outcomes.notes.first().map(|note| format!("  {}", one_line(note))).unwrap_or_default();
    println!(
        "{:6.1} %  {passed:4} of {all:4}  {}{}{}{notes}",
        score.share() * 100.0,
        module.name,
        if gained > 0 { format!(", {gained} more than must") } else { String::new() },
        if lost.is_empty() { String::new() } else { format!(", {} LOST", lost.len()) },
    );
    Ok((score, lost))
}

/// Whether a test that gives this reason for not running is one of CPython's internals.
fn is_internal(why: &str) -> bool {
    INTERNAL.iter().any(|reason| why.contains(reason))
}

/// Why a method has no outcome.
fn not_run(outcomes: &Outcomes) -> String {
    outcomes
        .notes
        .first()
        .map_or_else(|| "not run".to_string(), |note| format!("not run: {}", one_line(note)))
}

/// Reasons are one line each, without what changes from run to run.
fn one_line(text: &str) -> String {
    let mut line: String = text.lines().next().unwrap_or_default().chars().take(140).collect();
    while let Some(at) = line.find("0x") {
        let end = line[at + 2..].find(|c: char| !c.is_ascii_hexdigit()).map_or(line.len(), |n| at + 2 + n);
        line.replace_range(at..end, "@");
    }
    line.trim_end().to_string()
}

/// Writes the lists of modules of an area: what CPython passes. What must pass already stays so.
fn freeze(options: &Options, runner: &Runner, lists: &Path) -> Result<(), String> {
    let Some((area, modules)) = options.names.split_first() else { return Err(USAGE.to_string()) };
    let directory = lists.join(area);
    std::fs::create_dir_all(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    let results = in_parallel(options.jobs, modules, |name| -> Result<(), String> {
        let path = directory.join(format!("{name}.txt"));
        let old = if path.exists() { List::read(&path)? } else { List::default() };
        let outcomes = runner.run(name)?;
        let mut list = List::default();
        for (method, outcome) in &outcomes.methods {
            if *outcome == Outcome::Passed {
                let tag = old.methods.get(method).cloned().unwrap_or(Tag::Missing(String::new()));
                list.methods.insert(method.clone(), tag);
            }
        }
        println!("{name}: {} methods {}", list.methods.len(), outcomes.notes.join("; "));
        list.write(&path)
    });
    results.into_iter().collect()
}
