//! `cargo xtask startup-order`: which functions a start of Python runs, as a linker script that lays them side by side.
//!
//! The executable has ten megabytes of machine code; a start runs one megabyte of it. The system maps sixteen pages for each page that
//! is touched, so that functions strewn over the file make half of the file resident. Side by side they fill a tenth.
//!
//! The obvious way, a list of symbols for the linker (`--symbol-ordering-file`), breaks with each build: names end in hashes, and
//! link-time optimisation adds more of them. Sections can be named by pattern instead. A pattern leaves the hash out, unless it would
//! take in much that a start does not run: instances of generic functions of the standard library share one name.
//!
//! Needs `valgrind` and `nm`. The script is committed (`crates/cli/startup.ld`): builds do not need them. A stale script costs memory,
//! never anything else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const USAGE: &str = "usage: cargo xtask startup-order [--interpreter EXE]";

/// Where the script is, beside the build script that hands it to the linker.
const SCRIPT: &str = "crates/cli/startup.ld";

/// What is run: the bare start, the usual one, and one that prints and fails, so that output and tracebacks are there.
const STARTS: &[&[&str]] =
    &[&["-S", "-c", "pass"], &["-c", "pass"], &["-c", "print(len([1.5, 'a']), {}); f = lambda: 1/0; f()"]];

/// How much more than what a start runs a pattern may take in.
const TOLERATED_EXCESS: u64 = 4;

/// Runs the command. Errors: a wrong option, a tool that is not there, an executable without symbols.
pub fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    let interpreter = match arguments {
        [] => root.join("target/release/taipan"),
        [option, path] if option == "--interpreter" => PathBuf::from(path),
        _ => return Err(USAGE.to_string()),
    };
    let sizes = sizes_of_functions(&interpreter)?;
    let mut executed = BTreeSet::new();
    for arguments in STARTS {
        executed.extend(functions_run(&interpreter, arguments)?);
    }
    executed.retain(|name| sizes.contains_key(name));
    let patterns = patterns(&executed, &sizes);
    let bytes: u64 = executed.iter().map(|name| sizes[name]).sum();
    println!("{} functions, {} KB, by {} patterns: {SCRIPT}", executed.len(), bytes / 1024, patterns.len());
    let path = root.join(SCRIPT);
    std::fs::write(&path, script(&patterns)).map_err(|error| format!("{}: {error}", path.display()))
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
fn functions_run(interpreter: &Path, arguments: &[&str]) -> Result<BTreeSet<String>, String> {
    let profile = std::env::temp_dir().join(format!("startup-order-{}", std::process::id()));
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
fn patterns(executed: &BTreeSet<String>, sizes: &BTreeMap<String, u64>) -> BTreeSet<String> {
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

fn script(patterns: &BTreeSet<String>) -> String {
    let mut text = String::from(
        "/* The functions that a start of Python runs, side by side: `cargo xtask startup-order` makes this file. */\n\
         SECTIONS {\n  .text_startup : {\n    *(\n",
    );
    for pattern in patterns {
        // Functions that are marked cold, or that the compiler finds so, have sections of that name.
        text.push_str(&format!("      .text.{pattern} .text.unlikely.{pattern}\n"));
    }
    text.push_str("    )\n  }\n}\nINSERT BEFORE .text;\n");
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
