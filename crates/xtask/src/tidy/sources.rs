//! Source files: a header, a bounded length, nothing left unfinished, `unsafe` only where it is expected.
//!
//! Lines are looked at, not syntax: comments are cut off at `//`, and everything behind `#[cfg(test)]` counts as
//! test code. Text in string literals can fool that, in the direction of a false alarm.

use super::{files, read};
use std::path::Path;

/// A file longer than this holds a second idea.
const MAX_LINES: usize = 800;

/// Directories and files that may hold `unsafe`, each with what needs it. Tests may everywhere.
const UNSAFE: &[&str] = &[
    // The collector, and what its derive macro emits.
    "crates/heap/src/",
    "crates/heap/derive/src/",
    // Descriptors become memory accesses; the context is shared with machine code.
    "crates/metatrace/machine/src/context.rs",
    "crates/metatrace/machine/src/descr.rs",
    "crates/metatrace/machine/src/direct.rs",
    "crates/metatrace/machine/src/frame.rs",
    // Asking the system for the bounds of a thread's stack.
    "crates/metatrace/machine/src/native_stack.rs",
    "crates/metatrace/machine/src/site.rs",
    // Descriptors' addresses in operations; executing traces; telling the collector about its registers.
    "crates/metatrace/ir/src/op.rs",
    "crates/metatrace/ir/src/interp.rs",
    "crates/metatrace/ir/src/registers.rs",
    // Executes while it records.
    "crates/metatrace/record/src/recorder.rs",
    "crates/metatrace/record/src/recorder/import.rs",
    // Machine code: memory, entry, runtime functions.
    "crates/metatrace/codegen/src/",
    // Enters machine code and is called back by it, lends it the interpreter's stack, rebuilds objects, reads constants
    // of the heap; fused units take over the cells of labels.
    "crates/metatrace/warm/src/calls.rs",
    "crates/metatrace/warm/src/facts.rs",
    "crates/metatrace/warm/src/fusion.rs",
    "crates/metatrace/warm/src/force.rs",
    "crates/metatrace/warm/src/lend.rs",
    "crates/metatrace/warm/src/materialise.rs",
    "crates/metatrace/warm/src/state.rs",
    "crates/metatrace/warm/src/state/installing.rs",
    "crates/metatrace/warm/src/state/recording.rs",
    "crates/metatrace/warm/src/state/running.rs",
    // A language's objects and residual functions.
    "crates/languages/toy/src/engine.rs",
    "crates/languages/toy/src/objects.rs",
    "crates/languages/toy/src/runtime.rs",
    "crates/languages/toy/src/values.rs",
    "crates/python/model/src/",
    "crates/python/modules/",
    "crates/testkit/src/random/",
    // Reads CPU clocks.
    "crates/testkit/src/clock.rs",
    // The shims of residual calls; the runs of a thread, which see each other's frames.
    "crates/python/interp/src/frame.rs",
    "crates/python/interp/src/residual.rs",
    "crates/python/interp/src/truth.rs",
    "crates/python/interp/src/nested.rs",
    // The JIT of a thread, which shares context and frames with it.
    "crates/python/record/src/frames.rs",
    "crates/python/record/src/jit.rs",
    // The thread that asks the main thread where it is.
    "crates/python/record/src/line_view.rs",
    "crates/python/record/src/line_view/sampling.rs",
    // Puts context, thread and heap together.
    "crates/python/embed/src/lib.rs",
    // Only the word, in the help text.
    "crates/cli/src/options.rs",
];

pub fn check(root: &Path, problems: &mut Vec<String>) -> Result<(), String> {
    for file in files(&root.join("crates"), "rs")? {
        let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        // This file names what it looks for.
        if !name.ends_with("xtask/src/tidy/sources.rs") {
            check_file(&name, &read(&file)?, problems);
        }
    }
    Ok(())
}

fn check_file(name: &str, text: &str, problems: &mut Vec<String>) {
    if !text.starts_with("//!") {
        problems.push(format!("{name}: begins without a `//!` header"));
    }
    let length = text.lines().count();
    if length > MAX_LINES {
        problems.push(format!("{name}: {length} lines, more than {MAX_LINES}"));
    }
    let is_test_file =
        ["/tests/", "/benches/"].iter().any(|part| name.contains(part)) || name.ends_with("/tests.rs");
    let may_be_unsafe = is_test_file || UNSAFE.iter().any(|allowed| name.starts_with(allowed));
    let mut in_tests = is_test_file;
    let mut before = "";
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        in_tests |=
            code.trim_start().starts_with("#[cfg(test)]") || code.trim_start().starts_with("#[cfg(all(test");
        let mut report = |what: &str| problems.push(format!("{name}:{}: {what}", number + 1));
        for left in ["todo!(", "unimplemented!(", "dbg!(", "#[ignore"] {
            if code.contains(left) {
                report(&format!("`{left}`"));
            }
        }
        if code.contains(".unwrap()") && !in_tests {
            report("`unwrap` outside tests; `expect` says why it cannot fail");
        }
        if is_unsafe(code) && !may_be_unsafe && !in_tests {
            report("`unsafe` outside the list of modules that may");
        }
        if code.trim_start().starts_with("unsafe impl")
            && !before.contains("// SAFETY:")
            && !in_comment_block(text, number)
        {
            report("`unsafe impl` without `// SAFETY:` above it");
        }
        before = line;
    }
}

/// The keyword, not part of a word or of an attribute's name.
fn is_unsafe(code: &str) -> bool {
    let is_word_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices("unsafe").any(|(at, word)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(|c| is_word_part(c) || c == '"') && !after.is_some_and(is_word_part)
    })
}

/// Whether the comment that ends just above the line begins with `// SAFETY:`.
fn in_comment_block(text: &str, line: usize) -> bool {
    let above = text.lines().take(line).collect::<Vec<_>>();
    let mut comment = above.iter().rev().take_while(|l| {
        let l = l.trim_start();
        l.starts_with("//") || l.starts_with("#[")
    });
    comment.any(|l| l.contains("// SAFETY:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(name: &str, text: &str) -> Vec<String> {
        let mut problems = Vec::new();
        check_file(name, text, &mut problems);
        problems
    }

    #[test]
    fn what_is_left_behind_is_reported_with_its_line() {
        let name = "crates/base/src/x.rs";
        assert_eq!(problems(name, "//! Header.\nfn f() {}\n"), [""; 0]);
        assert_eq!(problems(name, "fn f() {}\n"), ["crates/base/src/x.rs: begins without a `//!` header"]);
        assert_eq!(problems(name, "//! H\nfn f() { todo!() }\n"), ["crates/base/src/x.rs:2: `todo!(`"]);
        assert_eq!(problems(name, "//! H\n// todo!()\n"), [""; 0]);
        assert_eq!(problems(name, "//! H\nlet x = y.unwrap();\n").len(), 1);
        assert_eq!(problems(name, "//! H\n#[cfg(test)]\nlet x = y.unwrap();\n"), [""; 0]);
        assert_eq!(problems(name, &format!("//! H\n{}", "\n".repeat(900))).len(), 1);
    }

    #[test]
    fn unsafe_is_allowed_where_it_is_listed() {
        assert_eq!(problems("crates/base/src/x.rs", "//! H\nunsafe { f() }\n").len(), 1);
        assert_eq!(problems("crates/base/src/x.rs", "//! H\nlet unsafe_count = 1;\n"), [""; 0]);
        assert_eq!(problems("crates/heap/src/x.rs", "//! H\nunsafe { f() }\n"), [""; 0]);
        assert_eq!(problems("crates/heap/src/x.rs", "//! H\nunsafe impl Send for X {}\n").len(), 1);
        assert_eq!(
            problems("crates/heap/src/x.rs", "//! H\n// SAFETY: so.\nunsafe impl Send for X {}\n"),
            [""; 0]
        );
    }
}
