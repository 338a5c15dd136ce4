//! The line view: a page of a program's source that says of each line what the JIT made of it (`-X jit-report=FILE`).
//!
//! | file | what |
//! |---|---|
//! | this one | from the warm state's positions to lines |
//! | `sampling.rs` | where the time goes |
//! | `page.rs`, `page.css`, `page.js` | the page |
//!
//! Nothing of it exists, and nothing is slower, unless it was asked for. It is written when the program has ended, by `sys.exit` or an
//! exception too; not if the process is ended from outside or by `os._exit`.
//!
//! Known limits: only the main thread is looked at. Machine code that was thrown away is not shown any more. An operation that the
//! optimizer moved is shown where it was moved to, and one that it removed nowhere, which is the point.

mod page;
mod sampling;

use crate::Jit;
use metatrace_warm::report::{GivingUp, LeadsTo, Operation, Place, Report, ReportedKind};
use python_model::code::Code;
use python_model::objects::LAYOUTS;
use python_model::py::Py;
use sampling::Sampler;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

pub use sampling::sample;

/// A view that is being collected.
pub struct LineView {
    path: PathBuf,
    sampler: Sampler,
    process: u32,
}

/// What is known of one line.
#[derive(Debug, Default)]
struct Line {
    time_ns: u64,
    /// Operations of machine code.
    operations_count: usize,
    /// Numbers of the units that they are in.
    units: Vec<u32>,
    /// Loops and functions with code that begin here, in words.
    heads: Vec<String>,
    guards_count: usize,
    /// Guards that have led to the interpreter, or lead to a bridge.
    exits: Vec<Exit>,
    /// By what is made.
    allocations: BTreeMap<String, usize>,
    /// Functions of the runtime that are called, by name.
    calls: BTreeMap<String, usize>,
    given_up: Vec<String>,
}

#[derive(Debug)]
struct Exit {
    kind: &'static str,
    failures_count: u64,
    leads_to: LeadsTo,
}

/// Lines of files, by name.
type Files = BTreeMap<String, BTreeMap<u32, Line>>;

/// Totals for the head of the page.
#[derive(Debug, Default)]
struct Totals {
    loops: usize,
    functions: usize,
    bridges: usize,
    given_up: usize,
    code_bytes: usize,
    time_ns: u64,
}

impl LineView {
    /// Begins to look where the main thread spends its time.
    ///
    /// # Safety
    /// The thread of `py` lives until [`Self::write`] returns.
    pub unsafe fn begin(py: Py, path: PathBuf) -> LineView {
        // SAFETY: the caller's contract.
        let sampler = unsafe { Sampler::start(py) };
        LineView { path, sampler, process: std::process::id() }
    }

    /// Writes the page. Errors: the file cannot be written.
    pub fn write(self, py: Py, jit: Option<&Jit>, program: &str) -> io::Result<()> {
        self.sampler.stop();
        // A child that was forked has the parent's view; the page is the parent's.
        if self.process != std::process::id() {
            return Ok(());
        }
        let report = jit.map(Jit::report).unwrap_or_default();
        let mut files = Files::new();
        let mut totals = Totals::default();
        add_times(py, &mut files, &mut totals);
        add_report(py, &report, &mut files, &mut totals);
        std::fs::write(&self.path, page::render(program, &files, &totals))
    }
}

fn line_of(files: &mut Files, place: Place) -> &mut Line {
    let code = Code::at(place.code);
    files.entry(code.info.filename().to_string()).or_default().entry(code.line(place.pc)).or_default()
}

fn name_of(place: Place) -> String {
    Code::at(place.code).object().qualname.to_string()
}

fn add_times(py: Py, files: &mut Files, totals: &mut Totals) {
    for (place, time_ns) in sampling::take(py) {
        line_of(files, place).time_ns += time_ns;
        totals.time_ns += time_ns;
    }
}

fn add_report(py: Py, report: &Report, files: &mut Files, totals: &mut Totals) {
    for unit in &report.units {
        totals.code_bytes += unit.code_bytes;
        let number = unit.number;
        let size = format!("{} operations, {} bytes of machine code", unit.operations.len(), unit.code_bytes);
        match unit.kind {
            ReportedKind::Loop => {
                totals.loops += 1;
                let head =
                    format!("trace {number}: the loop that begins here in {} ({size})", name_of(unit.place));
                line_of(files, unit.place).heads.push(head);
            }
            ReportedKind::Function => {
                totals.functions += 1;
                let head = format!("trace {number}: the function {} ({size})", name_of(unit.place));
                line_of(files, unit.place).heads.push(head);
            }
            ReportedKind::Bridge { of } => {
                totals.bridges += 1;
                let head = format!("trace {number}: a bridge out of trace {of} goes on from here ({size})");
                line_of(files, unit.place).heads.push(head);
            }
        }
        for (place, operation) in &unit.operations {
            let line = line_of(files, *place);
            line.operations_count += 1;
            if line.units.last() != Some(&number) && !line.units.contains(&number) {
                line.units.push(number);
            }
            add_operation(py, operation, line);
        }
    }
    for giving_up in &report.givings_up {
        totals.given_up += giving_up.count as usize;
        line_of(files, giving_up.place).given_up.push(in_words(giving_up));
    }
}

fn add_operation(py: Py, operation: &Operation, line: &mut Line) {
    match operation {
        Operation::Plain => {}
        Operation::Guard { kind, failures_count, leads_to } => {
            line.guards_count += 1;
            if *failures_count != 0 || *leads_to != LeadsTo::Interpreter {
                line.exits.push(Exit { kind, failures_count: *failures_count, leads_to: *leads_to });
            }
        }
        Operation::Allocation { layout } => {
            *line.allocations.entry(layout_name(py, *layout)).or_default() += 1
        }
        Operation::Call { name } => {
            *line.calls.entry(name.to_lowercase().replace('_', " ")).or_default() += 1;
        }
        Operation::CallTrace => *line.calls.entry("another trace".to_string()).or_default() += 1,
    }
}

fn layout_name(py: Py, layout: heap::LayoutId) -> String {
    if layout.0 >= heap::FIRST_DYNAMIC_LAYOUT {
        return format!("instance of {}", py.vm().maps.get(layout).class.message_name());
    }
    let known = LAYOUTS.iter().find(|descr| descr.id == layout);
    known.map_or_else(|| "object".to_string(), |descr| descr.name.to_string())
}

fn in_words(giving_up: &GivingUp) -> String {
    let what = if giving_up.is_loop { "the loop" } else { "the function" };
    let times = if giving_up.count == 1 { "once".to_string() } else { format!("{} times", giving_up.count) };
    let end = if giving_up.is_compiled { "; it was compiled all the same" } else { "" };
    let name = name_of(giving_up.place);
    format!(
        "recording {what} in {name} was given up {times}, the last time because: {}{end}",
        giving_up.reason.text()
    )
}
