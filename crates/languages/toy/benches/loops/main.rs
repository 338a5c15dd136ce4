//! Loops and recursion: compiled, beside their twins in Rust and beside the direct machine.
//!
//! ```text
//! cargo bench -p toy --bench loops              all programs
//! cargo bench -p toy --bench loops -- int fib   those whose name contains a word
//! ```
//! A program is run for about a second in one process; its output is a pipe into the bench, which reads the CPU time
//! of the process at each line, and runs the twin between two rounds. So both see the same machine, and what one round needs is
//! the minimum over all of them: the steady state, without what recording and code generation took in the first. A second
//! is what it takes until units are fused with their bridges, which the toolkit does for programs that live that long.
//! Each result is compared with the twin's.

mod twins;

use base::Params;
use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;
use std::time::Duration;
use testkit::clock::process_cpu_time;
use toy::engine::{Options, run};
use twins::{PROGRAMS, Program};

/// What a compiled program runs for, as far as the direct machine's time foretells it.
const JIT_TIME: Duration = Duration::from_secs(1);
const EXPECTED_SPEEDUP: u32 = 8;
const LEAST_JIT_ROUNDS: usize = 30;
const DIRECT_ROUNDS: usize = 3;

/// The least that one round took.
struct Least {
    toy: Duration,
    rust: Duration,
}

/// The output of a program: each line ends a round.
struct Rounds {
    program: &'static Program,
    line: Vec<u8>,
    started: Duration,
    least: Rc<RefCell<Least>>,
}

impl Write for Rounds {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.line.extend(bytes);
        if self.line.ends_with(b"\n") {
            let ended = process_cpu_time();
            let expected = (self.program.rust)(self.program.n);
            let again = process_cpu_time();
            let line = String::from_utf8_lossy(&self.line);
            assert_eq!(line.trim().parse(), Ok(expected), "{}", self.program.name);
            self.line.clear();
            let mut least = self.least.borrow_mut();
            least.toy = least.toy.min(ended - self.started);
            least.rust = least.rust.min(again - ended);
            self.started = process_cpu_time();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn measure(program: &'static Program, jit: Params, rounds: usize) -> Least {
    let least = Rc::new(RefCell::new(Least { toy: Duration::MAX, rust: Duration::MAX }));
    let text = format!("{}\nfor round in 0..{rounds} {{ print(work({})) }}\n", program.toy, program.n);
    let output = Rounds { program, line: Vec::new(), started: process_cpu_time(), least: Rc::clone(&least) };
    let result = run(&text, &Options { jit, ..Options::default() }, Box::new(output));
    result.unwrap_or_else(|failure| panic!("{}: {failure:?}", program.name));
    Rc::try_unwrap(least).unwrap_or_else(|_| panic!("the output is closed")).into_inner()
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let mut off = Params::default();
    off.apply("off").expect("`off` is a parameter");
    println!(
        "{:<16} {:>9} {:>9} {:>9}  {:>10} {:>12}",
        "program", "Rust ms", "jit ms", "direct ms", "jit : Rust", "direct : jit"
    );
    for program in PROGRAMS {
        if !words.is_empty() && !words.iter().any(|word| program.name.contains(word.as_str())) {
            continue;
        }
        let direct = measure(program, off.clone(), DIRECT_ROUNDS);
        let rounds = JIT_TIME.as_nanos() / (direct.toy / EXPECTED_SPEEDUP).as_nanos().max(1);
        let jit = measure(program, Params::default(), LEAST_JIT_ROUNDS.max(rounds as usize));
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let rust = ms(jit.rust.min(direct.rust));
        let ratio = ms(jit.toy) / rust;
        let is_over = program.limit.is_some_and(|limit| ratio > limit);
        println!(
            "{:<16} {:>9.3} {:>9.3} {:>9.2}  {:>10.2} {:>12.1}{}",
            program.name,
            rust,
            ms(jit.toy),
            ms(direct.toy),
            ratio,
            ms(direct.toy) / ms(jit.toy),
            if is_over { "  over" } else { "" }
        );
    }
}
