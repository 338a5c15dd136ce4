//! What compiled loops of Python consist of: counts of operations, where a clock would depend on the machine.
//!
//! A program runs with synchronous compilation; the log of optimised units is read back, and the body of each loop (what follows
//! its last label) is counted by kind. The limits are upper ones: a better optimizer passes, a worse one must justify itself.

#![cfg(feature = "jit")]

use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/python/traces/fixtures/loops.py");

/// Upper limits for the body of one loop.
struct Shape {
    function: &'static str,
    guards: usize,
    loads: usize,
    stores: usize,
    /// Operations that make a tagged word of a number.
    boxes: usize,
    allocations: usize,
    calls: usize,
}

const fn shape(function: &'static str, guards: usize, loads: usize, stores: usize) -> Shape {
    Shape { function, guards, loads, stores, boxes: 0, allocations: 0, calls: 0 }
}

/// Each body loads and tests the word with what waits for a poll: one load, one guard.
const SHAPES: &[Shape] = &[
    shape("int_sum", 3, 1, 0),
    shape("float_sum", 3, 1, 0),
    shape("calls", 4, 1, 0),
    shape("attributes", 4, 1, 0),
    shape("methods", 4, 1, 0),
    shape("instances", 4, 1, 0),
    shape("items", 5, 2, 0),
    shape("unpacking", 2, 1, 0),
    // The generator's frame is read and written where others could see it. Whether an exception is being handled is looked up twice.
    Shape { boxes: 1, ..shape("generator", 6, 6, 1) },
    // The default of a keyword-only parameter is loaded from its dict.
    shape("stars", 10, 3, 0),
    // Dicts of keyword arguments are not made.
    shape("passed_on", 5, 1, 0),
    // The variable is written where others could see it.
    Shape { boxes: 1, ..shape("counted", 4, 1, 1) },
    shape("keyword_instances", 4, 1, 0),
    // The variable of the loop is in a cell.
    Shape { boxes: 1, ..shape("lambdas", 5, 1, 1) },
    // A coroutine that is awaited where it is made, and does not wait itself, is not made. Whether it is to tell where that was is looked up.
    shape("awaiting", 4, 2, 0),
    // An attribute that is tested for truth is one guard on its word: that it has a value, and is a bool, is implied.
    shape("flags", 10, 5, 0),
    shape("numbers", 9, 1, 0),
    shape("enumerated", 5, 1, 0),
    // Both turns of the inner loop, each with its poll and what the tuple holds there, and no iterator or pair.
    shape("few_turns", 8, 4, 0),
    // The same tuple 800 times.
    shape("straight", 3, 4, 0),
    shape("zipped", 5, 3, 4),
    Shape { boxes: 1, ..shape("stack", 6, 2, 2) },
    Shape { boxes: 1, allocations: 1, ..shape("raising", 3, 1, 0) },
    // An exception that passes a `with` and a `finally` and is handled in the same loop is not made, nor what its traceback shows: what remains are
    // the numbers of frames for exits, and `super()`, which looks its class up.
    shape("handled", 9, 9, 1),
    // The functions that `filter` and `map` call are in the loop.
    shape("mapped", 3, 1, 0),
    // What is called runs no Python code: the attributes of the box are loaded once, and the iterator is not written back.
    Shape { boxes: 1, calls: 6, ..shape("texts", 16, 3, 0) },
    // A tuple is made to look with.
    Shape { boxes: 2, allocations: 1, calls: 4, ..shape("keys", 10, 2, 1) },
    Shape { boxes: 1, calls: 2, ..shape("wide_numbers", 6, 1, 0) },
    shape("octets", 4, 2, 0),
    shape("fields", 5, 3, 0),
    // A generator expression and the builtin that consumes it: what the generator's frame holds is loaded each time.
    Shape { boxes: 1, ..shape("sum", 7, 8, 3) },
    // A generator at the end of a chain of delegation is found by one call.
    Shape { boxes: 1, calls: 1, ..shape("chained", 11, 11, 6) },
    shape("complex_numbers", 3, 1, 0),
    // The sine and the power are calls of what computes them; their results are finite. Both turns of the inner loop.
    Shape { calls: 4, ..shape("mathematics", 8, 3, 0) },
    // No slice is made, and both calls run no Python code.
    Shape { calls: 2, ..shape("slices", 6, 1, 0) },
    // Characters come from a table; each is tested to be one.
    shape("characters", 17, 11, 0),
    Shape { calls: 1, ..shape("grown", 5, 1, 0) },
    // Methods of plain values that say the same when asked again.
    Shape { calls: 1, ..shape("repeated", 7, 2, 0) },
    shape("divided", 4, 1, 0),
    Shape { calls: 3, ..shape("changed_octets", 5, 1, 0) },
    // The list that an instance of a derived class holds is all that is left of it.
    Shape { boxes: 1, ..shape("derived", 8, 2, 2) },
    // Keys that compare by identity are found by calls that run no Python code: what is known of the dict stays.
    Shape { calls: 3, ..shape("calm_keys", 11, 1, 0) },
    // That an attribute is there, or is not, and of what class something is, costs nothing. What is called is a method of the integer.
    Shape { boxes: 1, calls: 1, ..shape("known", 8, 1, 0) },
    // Writing to a stream in memory changes nothing else: the attribute is loaded once.
    Shape { calls: 2, ..shape("streamed", 6, 1, 0) },
    // Variables of the module are written where others can see them.
    Shape { boxes: 2, ..shape("<module>", 3, 1, 2) },
];

/// The operations behind the last label of each loop, with the function that it is in.
fn bodies() -> Vec<(String, Vec<String>)> {
    let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("traces.log");
    let status = Command::new(env!("CARGO_BIN_EXE_taipan"))
        .args(["--jit", "sync-compile,threshold-100,join_threshold=0"])
        .arg(Path::new(PROGRAM))
        .env("TAIPANLOG", format!("jit-log-opt:{}", log.display()))
        .env_remove("PYTHON_JIT")
        .status()
        .expect("it was built for this test");
    assert!(status.success(), "{status}");
    let log = std::fs::read_to_string(&log).expect("the log was written");
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for line in log.lines() {
        if let Some(title) = line.strip_prefix("# ") {
            let place = title.split_once(": loop ").and_then(|(_, place)| place.split_once(':'));
            found.push((place.map_or_else(String::new, |(function, _)| function.into()), Vec::new()));
        } else if line.starts_with("label ") {
            found.last_mut().expect("a unit has a title").1.clear();
        } else if (line.starts_with('%') || line.starts_with(|c: char| c.is_ascii_lowercase()))
            && !["snapshot", "virtual", "at "].iter().any(|word| line.starts_with(word))
            && let Some((_, ops)) = found.last_mut()
        {
            ops.push(opcode(line).to_string());
        }
    }
    found.retain(|(function, _)| !function.is_empty());
    found
}

/// The opcode in a line such as `%7 = load_field[...] %3` or `guard_true %4 @s0`.
fn opcode(line: &str) -> &str {
    let op = line.split_once(" = ").map_or(line, |(_, op)| op);
    op.split(['[', ' ', '(']).next().unwrap_or_default()
}

fn count(ops: &[String], is: impl Fn(&str) -> bool) -> usize {
    ops.iter().filter(|op| is(op)).count()
}

#[test]
fn loops_consist_of_what_they_need() {
    let bodies = bodies();
    let mut failures = Vec::new();
    for shape in SHAPES {
        let Some((_, ops)) = bodies.iter().find(|(function, _)| function == shape.function) else {
            failures.push(format!("{}: there is no loop", shape.function));
            continue;
        };
        let limits = [
            ("guards", shape.guards, count(ops, |op| op.starts_with("guard_") || op.ends_with("_ovf"))),
            ("loads", shape.loads, count(ops, |op| op.starts_with("load_") || op == "array_len")),
            ("stores", shape.stores, count(ops, |op| op.starts_with("store_"))),
            ("boxes", shape.boxes, count(ops, |op| op.starts_with("box_") && op != "box_ref")),
            ("allocations", shape.allocations, count(ops, |op| op.starts_with("new"))),
            ("calls", shape.calls, count(ops, |op| op.starts_with("call"))),
        ];
        for (what, limit, found) in limits {
            if found > limit {
                let text = ops.join(" ");
                failures
                    .push(format!("{}: {found} {what}, at most {limit} expected\n  {text}", shape.function));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
