//! `cargo xtask function-order`: which functions Python runs, as a linker script that lays them side by side.
//!
//! The executable has eleven megabytes of machine code; a start runs 1.3 of it, a program that is compiled 1.5 more. The system maps sixteen
//! pages for each page that is touched, so that functions strewn over the file make two thirds of it resident. They come in three
//! groups: what a start runs, what most programs of the benchmarks run besides, what a few of them do.
//!
//! The obvious way, a list of symbols for the linker (`--symbol-ordering-file`), breaks with each build: names end in hashes, and
//! link-time optimisation adds more of them. Sections can be named by pattern instead. A pattern leaves the hash out, unless it would
//! take in much that does not run: instances of generic functions of the standard library share one name.
//!
//! Needs `valgrind` and `nm`, and time: each program runs some fifty times as long as by itself. The script is committed
//! (`crates/cli/order.ld`): builds do not need them. A stale script costs memory, never anything else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const USAGE: &str = "usage: cargo xtask function-order [--interpreter EXE]";

/// Where the script is, beside the build script that hands it to the linker.
const SCRIPT: &str = "crates/cli/order.ld";

/// What is run: the bare start, the usual one, and one that prints and fails, so that output and tracebacks are there.
const STARTS: &[&[&str]] =
    &[&["-S", "-c", "pass"], &["-c", "pass"], &["-c", "print(len([1.5, 'a']), {}); f = lambda: 1/0; f()"]];

/// The programs that say what else runs, compiling included. Each runs at its default size.
const PROGRAMS: &str = "benches/python/programs";

/// How much more than what runs a pattern may take in.
const TOLERATED_EXCESS: u64 = 4;

/// A set of functions, by mangled name.
type Functions = BTreeSet<String>;

/// Runs the command. Errors: a wrong option, a tool that is not there, an executable without symbols, a program that cannot be read.
pub fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    let interpreter = match arguments {
        [] => root.join("target/release/taipan"),
        [option, path] if option == "--interpreter" => PathBuf::from(path),
        _ => return Err(USAGE.to_string()),
    };
    let sizes = sizes_of_functions(&interpreter)?;
    let mut starts = Functions::new();
    for arguments in STARTS {
        starts.extend(functions_run(&interpreter, arguments)?);
    }
    let programs = programs(&root.join(PROGRAMS))?;
    let of_programs = in_parallel(&programs, |program| functions_run(&interpreter, &[program]))?;
    let groups = grouped(starts, &of_programs, &sizes);
    let mut text = String::from(
        "/* The functions that Python runs, side by side: `cargo xtask function-order` makes this file. */\nSECTIONS {\n  .text_run : {\n",
    );
    for (what, functions) in &groups {
        let patterns = patterns(functions, &sizes);
        let bytes: u64 = functions.iter().map(|name| sizes[name]).sum();
        println!(
            "{what}: {} functions, {} KB, by {} patterns",
            functions.len(),
            bytes / 1024,
            patterns.len()
        );
        text.push_str(&statement(what, &patterns));
    }
    text.push_str("  }\n}\nINSERT BEFORE .text;\n");
    let path = root.join(SCRIPT);
    println!("{SCRIPT}");
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The paths of the programs of a directory.
fn programs(directory: &Path) -> Result<Vec<String>, String> {
    let problem = |error: std::io::Error| format!("{}: {error}", directory.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(problem)? {
        let path = entry.map_err(problem)?.path();
        if path.extension().is_some_and(|extension| extension == "py") {
            paths.push(path.to_string_lossy().into_owned());
        }
    }
    paths.sort();
    Ok(paths)
}

/// What `work` makes of each item, as many at a time as there are processors.
fn in_parallel<T: Send>(
    items: &[String],
    work: impl Fn(&str) -> Result<T, String> + Sync,
) -> Result<Vec<T>, String> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let worker = || -> Result<Vec<T>, String> {
            let mut results = Vec::new();
            while let Some(item) = items.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                results.push(work(item)?);
            }
            Ok(results)
        };
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        let mut all = Vec::new();
        for thread in running {
            all.extend(thread.join().map_err(|_| "a worker panicked".to_string())??);
        }
        Ok(all)
    })
}

/// The groups of the script, in the order in which they lie, each with what it is. A function is in one of them.
fn grouped(
    mut starts: Functions,
    of_programs: &[Functions],
    sizes: &BTreeMap<String, u64>,
) -> [(&'static str, Functions); 3] {
    starts.retain(|name| sizes.contains_key(name));
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for name in of_programs.iter().flatten() {
        *counts.entry(name).or_default() += 1;
    }
    counts.retain(|name, _| sizes.contains_key(*name) && !starts.contains(*name));
    let (by_most, by_few): (Vec<_>, Vec<_>) =
        counts.into_iter().partition(|&(_, count)| 2 * count > of_programs.len());
    let named = |counted: Vec<(&String, usize)>| counted.into_iter().map(|(name, _)| name.clone()).collect();
    [("a start", starts), ("most programs", named(by_most)), ("a few programs", named(by_few))]
}

/// The functions of an executable and their sizes in bytes.
fn sizes_of_functions(executable: &Path) -> Result<BTreeMap<String, u64>, String> {
    let listing = output(Command::new("nm").arg("-S").arg(executable))?;
    let rows = listing.lines().filter_map(|line| {
        // address size kind name; kinds t, T, W and so on are code.
        let mut fields = line.split_whitespace().skip(1);
        let size = u64::from_str_radix(fields.next()?, 16).ok()?;
        let is_code = matches!(fields.next()?, "t" | "T" | "w" | "W");
        is_code.then_some((fields.next()?.to_string(), size))
    });
    let sizes: BTreeMap<String, u64> = rows.collect();
    match sizes.is_empty() {
        true => Err(format!("{}: no symbols (stripped?)", executable.display())),
        false => Ok(sizes),
    }
}

/// The functions that one run enters, by mangled name.
fn functions_run(interpreter: &Path, arguments: &[&str]) -> Result<Functions, String> {
    let file = format!("function-order-{}-{:?}", std::process::id(), std::thread::current().id());
    let profile = std::env::temp_dir().join(file);
    let mut command = Command::new("valgrind");
    command.args(["-q", "--tool=callgrind", "--demangle=no"]);
    command.arg(format!("--callgrind-out-file={}", profile.display())).arg(interpreter).args(arguments);
    command.output().map_err(|error| format!("valgrind: {error}"))?;
    let text = std::fs::read_to_string(&profile).map_err(|error| format!("valgrind's profile: {error}"))?;
    std::fs::remove_file(&profile).map_err(|error| format!("{}: {error}", profile.display()))?;
    // `fn=(12) name'2`: the name comes with the first use of the number; `'2` says how deep a recursion is.
    let names = text.lines().filter_map(|line| {
        let definition = line.strip_prefix("fn=(").or_else(|| line.strip_prefix("cfn=("))?;
        let (_, name) = definition.split_once(") ")?;
        Some(name.split('\'').next().unwrap_or(name).to_string())
    });
    Ok(names.collect())
}

/// Patterns of names that take in these functions.
fn patterns(executed: &Functions, sizes: &BTreeMap<String, u64>) -> BTreeSet<String> {
    let mut bytes_run: BTreeMap<&str, u64> = BTreeMap::new();
    for name in executed {
        *bytes_run.entry(without_hash(name)).or_default() += sizes[name];
    }
    let taken_in = |stem: &str| -> u64 {
        let from = sizes.range::<str, _>((std::ops::Bound::Included(stem), std::ops::Bound::Unbounded));
        from.take_while(|(name, _)| name.starts_with(stem)).map(|(_, size)| size).sum()
    };
    let pattern = |name: &String| {
        let stem = without_hash(name);
        let is_tight = taken_in(stem) <= TOLERATED_EXCESS * bytes_run[stem];
        format!("{}*", if is_tight { stem } else { without_module(name) })
    };
    executed.iter().map(pattern).collect()
}

/// Without `.llvm.123`, which link-time optimisation adds to functions that it shares between modules.
fn without_module(name: &str) -> &str {
    name.split(".llvm.").next().unwrap_or(name)
}

/// Without the hash that ends Rust's legacy names: `17h`, sixteen digits, `E`. The `17h` stays.
fn without_hash(name: &str) -> &str {
    let name = without_module(name);
    match name.len().checked_sub(17) {
        Some(at) if name.ends_with('E') && name.get(at - 3..at) == Some("17h") => &name[..at],
        _ => name,
    }
}

/// A group's statement in the script. The linker lays what an earlier one takes before what a later one does.
fn statement(what: &str, patterns: &BTreeSet<String>) -> String {
    let mut text = format!("    /* {what} */\n    *(\n");
    for pattern in patterns {
        // Functions that are marked cold, or that the compiler finds so, have sections of that name.
        text.push_str(&format!("      .text.{pattern} .text.unlikely.{pattern}\n"));
    }
    text.push_str("    )\n");
    text
}

/// What a command prints. Errors: it cannot be started, or fails.
fn output(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim())),
    }
}
