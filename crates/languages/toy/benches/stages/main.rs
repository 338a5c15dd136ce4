//! What the JIT costs: recording, optimising, generating code, leaving and entering machine code.
//!
//! ```text
//! cargo bench -p toy --bench stages
//! ```
//! The first part runs the programs of the bench `loops` in processes of their own, with small arguments, and reads the JIT's own
//! log. Its times are wall times, so that a run on a busy machine is too slow, never too fast: of several runs of a program,
//! the least counts for each stage.
//!
//! The second part compares loops that differ in one thing: a guard that never fails, one that fails in each turn and has a bridge,
//! one that fails and has none.

use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;
use testkit::clock::process_cpu_time;
use toy::engine::{Options, run};

const RUNS: usize = 5;

fn main() {
    compilation();
    exits();
}

// -- recording, optimising, generating

/// What one process did.
#[derive(Clone, Default)]
struct Costs {
    recorded_ops: f64,
    unit_ops: f64,
    tracing_us: f64,
    optimize_us: f64,
    backend_us: f64,
    /// Of the code generator, in the order of the log.
    stages_us: Vec<(String, f64)>,
}

fn compilation() {
    println!(
        "{:<16} {:>8} {:>8} {:>12} {:>12} {:>12}",
        "µs per op", "recorded", "unit", "recording", "optimising", "code"
    );
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/loops/programs");
    let entries = std::fs::read_dir(&directory).expect("the programs exist");
    let mut programs: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    programs.sort();
    let mut total = Costs::default();
    for program in programs {
        let runs: Vec<Costs> = (0..RUNS).map(|_| costs(&program)).collect();
        let least = |of: fn(&Costs) -> f64| runs.iter().map(of).fold(f64::INFINITY, f64::min);
        let costs = Costs {
            tracing_us: least(|c| c.tracing_us),
            optimize_us: least(|c| c.optimize_us),
            backend_us: least(|c| c.backend_us),
            ..runs[0].clone()
        };
        let name = program.file_stem().expect("a file has a name").to_string_lossy();
        print_costs(&name, &costs);
        total.recorded_ops += costs.recorded_ops;
        total.unit_ops += costs.unit_ops;
        total.tracing_us += costs.tracing_us;
        total.optimize_us += costs.optimize_us;
        total.backend_us += costs.backend_us;
        for (stage, us) in costs.stages_us {
            add_stage(&mut total.stages_us, &stage, us);
        }
    }
    print_costs("all", &total);
    let sum: f64 = total.stages_us.iter().map(|(_, us)| us).sum();
    let shares = total.stages_us.iter().map(|(stage, us)| format!("{stage} {:.0} %", 100.0 * us / sum));
    println!("code, by stage: {}", shares.collect::<Vec<_>>().join(", "));
}

fn add_stage(stages: &mut Vec<(String, f64)>, stage: &str, us: f64) {
    match stages.iter_mut().find(|(name, _)| name == stage) {
        Some((_, total)) => *total += us,
        None => stages.push((stage.to_string(), us)),
    }
}

/// The stages in lines such as `# unit 3: 20 ops, 4 exits, 320 bytes: lower 10.1 emit 3.0 us`.
fn stages(log: &str) -> Vec<(String, f64)> {
    let mut stages = Vec::new();
    for line in log.lines().filter(|line| line.starts_with("# unit ") && line.ends_with(" us")) {
        let times = line.rsplit(": ").next().unwrap_or_default();
        let words: Vec<&str> = times.split_whitespace().collect();
        for pair in words.windows(2) {
            if let Ok(us) = pair[1].parse() {
                add_stage(&mut stages, pair[0], us);
            }
        }
    }
    stages
}

fn print_costs(name: &str, costs: &Costs) {
    println!(
        "{name:<16} {:>8} {:>8} {:>12.3} {:>12.3} {:>12.3}",
        costs.recorded_ops,
        costs.unit_ops,
        costs.tracing_us / costs.recorded_ops,
        costs.optimize_us / costs.recorded_ops,
        costs.backend_us / costs.unit_ops,
    );
}

fn costs(program: &Path) -> Costs {
    let text = std::fs::read_to_string(program).expect("readable");
    let n = text.lines().find_map(|line| line.strip_prefix("# try: ")).expect("the programs say what to try");
    let directory = std::env::temp_dir();
    let name = format!("taipan-stages-{}", std::process::id());
    let (source, log) = (directory.join(format!("{name}.toy")), directory.join(format!("{name}.log")));
    std::fs::write(&source, format!("{text}\nfor round in 0..20 {{ work({n}) }}\n")).expect("writable");
    let status = Command::new(env!("CARGO_BIN_EXE_toy"))
        .args(["--jit", "sync_compile"])
        .arg(&source)
        .env("TAIPANLOG", format!("jit-summary,jit-backend-times:{}", log.display()))
        .status();
    assert!(status.is_ok_and(|status| status.success()), "{}", program.display());
    let summary = std::fs::read_to_string(&log).expect("the log was written");
    let last = |label: &str| {
        let row = summary.lines().find(|line| line.trim_start().starts_with(label));
        let figure = row.and_then(|line| line.split_whitespace().last()).and_then(|text| text.parse().ok());
        figure.unwrap_or_else(|| panic!("no row {label} in the summary:\n{summary}"))
    };
    let costs = Costs {
        recorded_ops: last("recorded ops:"),
        unit_ops: last("opt ops:"),
        tracing_us: last("Tracing:") * 1e6,
        optimize_us: last("Optimize:") * 1e6,
        backend_us: last("Backend:") * 1e6,
        stages_us: stages(&summary),
    };
    let _ = (std::fs::remove_file(&source), std::fs::remove_file(&log));
    costs
}

// -- leaving and entering

const TURNS: i64 = 400_000;

/// In each turn, the condition holds or does not.
fn alternating(modulus: i64) -> String {
    format!(
        "fn work(n) {{
           let a = 0
           let b = 0
           for i in 0..n {{ if i % {modulus} == 0 {{ a += 1 }} else {{ b += 1 }} }}
           return a - b
         }}
         for round in 0..12 {{ print(work({TURNS})) }}"
    )
}

/// Notes the CPU time between lines of output.
struct Lines {
    started: Duration,
    least: Rc<RefCell<Duration>>,
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if bytes.ends_with(b"\n") {
            let now = process_cpu_time();
            let mut least = self.least.borrow_mut();
            *least = least.min(now - self.started);
            self.started = process_cpu_time();
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Nanoseconds per turn of a program's loop.
fn per_turn_ns(text: &str, jit: &str) -> f64 {
    let mut options = Options::default();
    options.jit.apply(jit).expect("the parameters exist");
    let least = Rc::new(RefCell::new(Duration::MAX));
    let lines = Lines { started: process_cpu_time(), least: Rc::clone(&least) };
    run(text, &options, Box::new(lines)).expect("the program runs");
    least.borrow().as_secs_f64() * 1e9 / TURNS as f64
}

fn exits() {
    let never = per_turn_ns(&alternating(1 << 40), "sync_compile");
    let bridged = per_turn_ns(&alternating(2), "sync_compile");
    let direct = per_turn_ns(&alternating(2), "off");
    // Each second turn leaves, is finished by the interpreter, and enters again.
    let leaving = per_turn_ns(&alternating(2), "sync_compile,trace_eagerness=0");
    println!(
        "\nns per turn: guard holds {never:.2}, every second turn through a bridge {bridged:.2}, direct {direct:.1}"
    );
    println!("one pass through an exit slot into a bridge and back: {:.2} ns", 2.0 * (bridged - never));
    println!(
        "one exit, half a turn in the interpreter and one entry: {:.0} ns; of them in the interpreter about {:.0} ns",
        2.0 * (leaving - never),
        direct / 2.0
    );
}
