//! The page: one HTML file that needs nothing else. Without JavaScript it shows all files one below the other; with it, as tabs.
//!
//! Whoever reads it need not know what a trace is: the words are explained at its head, and each line says in sentences what there is.

use super::{Exit, Files, Line, Totals};
use metatrace_warm::report::LeadsTo;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const CSS: &str = include_str!("page.css");
const JS: &str = include_str!("page.js");

/// Lines of the table of hot lines.
const MOST_HOT_LINES: usize = 25;

/// Machine code of a line that was left so often without a bridge is worth a look; every loop is left when it ends.
const OFTEN: u64 = 20;

/// What a line's colour says; the first that applies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Given,
    Leaves,
    Compiled,
    Interpreted,
}

impl State {
    const ALL: [State; 4] = [State::Compiled, State::Leaves, State::Given, State::Interpreted];

    fn of(line: &Line) -> State {
        let leaves =
            |exit: &Exit| exit.failures_count >= OFTEN && !matches!(exit.leads_to, LeadsTo::Bridge(_));
        match line {
            _ if !line.given_up.is_empty() && line.operations_count == 0 => State::Given,
            _ if line.exits.iter().any(leaves) => State::Leaves,
            _ if line.operations_count != 0 => State::Compiled,
            _ => State::Interpreted,
        }
    }

    /// Its class in the style sheet.
    fn name(self) -> &'static str {
        match self {
            State::Given => "given",
            State::Leaves => "leaves",
            State::Compiled => "compiled",
            State::Interpreted => "interpreted",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            State::Given => "×",
            State::Leaves => "↗",
            State::Compiled => "✓",
            State::Interpreted => "·",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            State::Compiled => "Compiled: the line runs as machine code.",
            State::Leaves => {
                "Compiled, but left here again and again: machine code has met something it was not made for and has gone back to the interpreter."
            }
            State::Given => {
                "Given up: the JIT wanted to compile what begins here, and could not. The reason is in the line's details."
            }
            State::Interpreted => {
                "Interpreted: it did not run often enough to be compiled, or compiled code found that it has nothing left to do here."
            }
        }
    }
}

const WORDS: &[(&str, &str)] = &[
    (
        "trace",
        "Machine code for one way through a loop or a function, recorded while the program went that way. Calls that it made are part of it.",
    ),
    (
        "guard",
        "A test in a trace that the program still goes the recorded way: the same branch, the same types. Where it fails, the trace is left.",
    ),
    ("bridge", "A trace that begins at a guard that failed often, so that this way is machine code as well."),
    (
        "allocation that stayed",
        "An object that machine code makes each time. Objects that nobody else gets to see are not made at all and do not appear.",
    ),
    (
        "call of the runtime",
        "A function written in Rust that traces do not look into; what it does is as fast as in the interpreter.",
    ),
    (
        "time",
        "Processor time of the main thread, measured a thousand times a second where the program next jumps back or calls: the time of a \
         loop is at its head and at the calls in it.",
    ),
];

/// The whole page.
pub fn render(program: &str, files: &Files, totals: &Totals) -> String {
    let mut out = String::new();
    let title = format!("What the JIT made of {}", escape(program));
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\">\n<title>{title}</title>\n<style>\n{CSS}</style>\n<header>\n<h1>{title}</h1>\n"
    );
    let _ = writeln!(
        out,
        "<p>{} of processor time. Now compiled: {}, {} and {}, {} of machine code. {} given up.</p>\n</header>",
        milliseconds(totals.time_ns),
        count(totals.loops, "loop"),
        count(totals.functions, "function"),
        count(totals.bridges, "bridge"),
        count(totals.code_bytes, "byte"),
        count(totals.given_up, "recording"),
    );
    legend(&mut out);
    let mut order: Vec<(&String, &BTreeMap<u32, Line>)> = files.iter().collect();
    let time_of = |lines: &BTreeMap<u32, Line>| lines.values().map(|line| line.time_ns).sum::<u64>();
    let is_program = |name: &str| name == program || name.ends_with(&format!("/{program}"));
    // The program first, then what took longest.
    order.sort_by_key(|(name, lines)| (!is_program(name), std::cmp::Reverse(time_of(lines))));
    out.push_str("<main>\n");
    hot_lines(&mut out, &order, totals);
    out.push_str("</main>\n<nav>\n");
    for (name, lines) in &order {
        let short = name.rsplit('/').next().unwrap_or(name);
        let share = percent(time_of(lines), totals.time_ns);
        let _ = writeln!(
            out,
            "<button title=\"{}\">{} <span class=\"soft\">{share}</span></button>",
            escape(name),
            escape(short)
        );
    }
    out.push_str("</nav>\n<main>\n");
    for (number, (name, lines)) in order.iter().enumerate() {
        source(&mut out, number, name, lines, totals);
    }
    let _ = write!(out, "</main>\n<script>\n{JS}</script>\n</html>\n");
    out
}

fn legend(out: &mut String) {
    out.push_str("<section class=\"legend\">\n<dl>\n");
    for state in State::ALL {
        let (name, sign, meaning) = (state.name(), state.sign(), state.meaning());
        let _ = writeln!(out, "<dt><span class=\"chip {name}\">{sign}</span></dt><dd>{meaning}</dd>");
    }
    out.push_str("</dl>\n<details><summary>What the words mean</summary>\n<dl>\n");
    for (word, meaning) in WORDS {
        let _ = writeln!(out, "<dt>{word}</dt><dd>{meaning}</dd>");
    }
    out.push_str("</dl>\n</details>\n</section>\n");
}

/// The lines that took longest, or were left most often. Sorted by a click on a column's head.
fn hot_lines(out: &mut String, files: &[(&String, &BTreeMap<u32, Line>)], totals: &Totals) {
    let mut lines: Vec<(usize, &str, u32, &Line)> = Vec::new();
    for (number, (name, of_file)) in files.iter().enumerate() {
        lines.extend(of_file.iter().map(|(line, facts)| (number, name.as_str(), *line, facts)));
    }
    lines.retain(|(_, _, _, line)| line.time_ns != 0 || left_count(line) != 0);
    lines.sort_by_key(|(number, _, at, line)| {
        (std::cmp::Reverse((line.time_ns, left_count(line))), *number, *at)
    });
    lines.truncate(MOST_HOT_LINES);
    out.push_str("<h2>Hot lines</h2>\n<div class=\"wide\"><table class=\"hot\">\n<thead><tr>");
    for head in ["Line", "Time", "Left here", "Allocations that stayed", "State"] {
        let _ = write!(out, "<th>{head}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for (number, name, at, line) in lines {
        let state = State::of(line);
        let short = escape(name.rsplit('/').next().unwrap_or(name));
        let allocations: usize = line.allocations.values().sum();
        let _ = writeln!(
            out,
            "<tr><td data-key=\"{short}:{at:06}\"><a href=\"#f{number}-{at}\">{short}:{at}</a></td>\
             <td class=\"number\" data-key=\"{}\">{}</td><td class=\"number\" data-key=\"{left}\">{left}</td>\
             <td class=\"number\" data-key=\"{allocations}\">{allocations}</td>\
             <td data-key=\"{}\"><span class=\"chip {}\">{}</span></td></tr>",
            line.time_ns,
            percent(line.time_ns, totals.time_ns),
            state.name(),
            state.name(),
            state.sign(),
            left = left_count(line),
        );
    }
    out.push_str("</tbody></table></div>\n");
}

fn source(out: &mut String, number: usize, name: &str, lines: &BTreeMap<u32, Line>, totals: &Totals) {
    let _ = writeln!(out, "<article>\n<h2>{}</h2>", escape(name));
    let text = std::fs::read_to_string(name).ok();
    if text.is_none() {
        out.push_str(
            "<p class=\"soft\">The text is in no file: only lines with something to say are shown.</p>\n",
        );
    }
    out.push_str("<table class=\"source\">\n");
    let nothing = Line::default();
    match &text {
        Some(text) => {
            for (at, line) in text.lines().enumerate() {
                let at = at as u32 + 1;
                row(out, number, at, line, lines.get(&at).unwrap_or(&nothing), totals);
            }
        }
        None => {
            for (at, line) in lines {
                row(out, number, *at, "", line, totals);
            }
        }
    }
    out.push_str("</table>\n</article>\n");
}

fn row(out: &mut String, number: usize, at: u32, text: &str, line: &Line, totals: &Totals) {
    let state = State::of(line);
    let time = if line.time_ns == 0 { String::new() } else { percent(line.time_ns, totals.time_ns) };
    let chip = match state {
        State::Interpreted => String::new(),
        _ => format!(
            "<span class=\"chip {}\" title=\"{}\">{}</span>",
            state.name(),
            state.meaning(),
            state.sign()
        ),
    };
    let _ = write!(
        out,
        "<tr id=\"f{number}-{at}\" class=\"{}\"><td class=\"line\">{at}</td><td class=\"time\">{time}</td>\
         <td class=\"state\">{chip}</td><td class=\"code\">",
        state.name()
    );
    let details = details(line);
    if details.is_empty() {
        let _ = writeln!(out, "{}</td></tr>", escape(text));
        return;
    }
    let _ = write!(out, "<details><summary>{}</summary><ul>", escape(text));
    for sentence in details {
        let _ = write!(out, "<li>{}</li>", escape(&sentence));
    }
    out.push_str("</ul></details></td></tr>\n");
}

/// What there is to say of a line, a sentence each.
fn details(line: &Line) -> Vec<String> {
    let mut all: Vec<String> = line.heads.iter().map(|head| format!("Here is {head}.")).collect();
    all.extend(line.given_up.iter().map(|reason| format!("The JIT: {reason}.")));
    if line.operations_count != 0 {
        let units: Vec<String> = line.units.iter().map(u32::to_string).collect();
        let traces = if units.len() == 1 { "trace" } else { "traces" };
        all.push(format!(
            "{} of machine code in {traces} {}, {}.",
            count(line.operations_count, "operation"),
            units.join(", "),
            match line.guards_count {
                0 => "no guard".to_string(),
                guards => format!("{} among them", count(guards, "guard")),
            }
        ));
    }
    all.extend(line.exits.iter().map(exit_in_words));
    all.extend(
        line.allocations.iter().map(|(what, n)| format!("Allocation that stayed: {what}{}.", times(*n))),
    );
    all.extend(line.calls.iter().map(|(what, n)| format!("Calls {what}{}.", times(*n))));
    if line.time_ns != 0 {
        all.push(format!("{} of processor time.", milliseconds(line.time_ns)));
    }
    all
}

fn exit_in_words(exit: &Exit) -> String {
    let left = match exit.failures_count {
        1 => "once".to_string(),
        n => format!("{n} times"),
    };
    let then = match exit.leads_to {
        LeadsTo::Interpreter => "to the interpreter".to_string(),
        LeadsTo::Bridge(unit) => {
            format!("to the interpreter, until trace {unit} was compiled as a bridge for this way")
        }
        LeadsTo::NeverBridged(None) => "to the interpreter, for ever: this way is not compiled".to_string(),
        LeadsTo::NeverBridged(Some(reason)) => {
            format!("to the interpreter, for ever: this way could not be compiled ({})", reason.text())
        }
    };
    format!("A guard ({}) {} has led {left} {then}.", exit.kind, guard_in_words(exit.kind))
}

/// What a guard of this kind tests.
fn guard_in_words(kind: &str) -> &'static str {
    match kind {
        "guard_true" | "guard_false" => "on a condition",
        "guard_tag" | "guard_not_tag" => "on the kind of a value (int, float, object)",
        "guard_layout" | "guard_not_layout" => "on the type of an object",
        "guard_is" | "guard_is_not" => "on which object or number it is",
        "guard_no_raise" | "guard_raise" => "on whether a call raises",
        "guard_valid" => "on something that had never changed (a class, a global)",
        "overflow" => "on an integer that fits a machine word",
        "call_trace" => "on what a called trace returns",
        _ => "that ends the recorded way",
    }
}

fn left_count(line: &Line) -> u64 {
    line.exits.iter().map(|exit| exit.failures_count).sum()
}

fn times(n: usize) -> String {
    if n == 1 { String::new() } else { format!(" ({n} places)") }
}

fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

fn percent(part: u64, whole: u64) -> String {
    format!("{:.1} %", part as f64 * 100.0 / whole.max(1) as f64)
}

fn milliseconds(ns: u64) -> String {
    format!("{:.1} ms", ns as f64 / 1e6)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
