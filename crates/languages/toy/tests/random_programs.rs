//! Random programs: whatever the JIT makes of one, it prints the same.
//!
//! Random traces (`testkit::random`) test the optimizer and the code generator alone; these test what those cannot say: calls between
//! traces, recursion, joins of branchy loops, loops in loops, exceptions that cross inlined frames, closures and records on their way
//! through all of it. A program may fail in any way that the language knows, an operation on the wrong types included: what is thrown is
//! printed. A store of *fuel* that all calls and loops draw from ends every program.
//!
//! `RANDOM_TRACES=20000` runs more of them, `RANDOM_SEED=n` starts elsewhere.

use base::Params;
use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::Write;
use std::rc::Rc;
use testkit::random::case_count;
use testkit::rng::Rng;
use toy::engine::{Options, run};

/// Functions of a program.
const FUNCTIONS: usize = 3;
/// Variables of each function, parameters included.
const VARIABLES: [&str; 5] = ["a", "b", "c", "d", "e"];
/// Statements are nested this deep.
const DEPTH: usize = 3;

struct Generator {
    rng: Rng,
    text: String,
    /// Loop variables that are in scope: integers, never assigned.
    counters: Vec<String>,
    names_count: usize,
}

impl Generator {
    fn program(seed: u64) -> String {
        let rng = Rng::new(seed);
        let mut g = Generator { rng, text: String::new(), counters: Vec::new(), names_count: 0 };
        g.text.push_str("let tank = {fuel: 0, turns: 0}\n");
        for number in 0..FUNCTIONS {
            g.function(number);
        }
        g.text.push_str(
            "for round in 0..12 {\n  tank.fuel = 400\n  try { print(f0(round, 7 - round)) } catch e { print(\"caught\", e) }\n}\n\
             print(tank.turns)\n",
        );
        g.text
    }

    fn function(&mut self, number: usize) {
        let (c, d) = (self.rng.below(5), self.literal());
        writeln!(
            self.text,
            "fn f{number}(a, b) {{\n  tank.fuel -= 1\n  if tank.fuel <= 0 {{ return a }}\n  let c = {c}\n  let d = {d}\n  \
             let e = b\n  let xs = [a, 2, 3.5]\n  let p = {{x: a, y: 0.25}}\n  let sum = 0\n  \
             let g = fn(z) {{ sum += z; return sum }}"
        )
        .expect("a string accepts text");
        self.block(DEPTH);
        let result = self.expression(2);
        writeln!(self.text, "  return {result}\n}}").expect("a string accepts text");
    }

    fn block(&mut self, depth: usize) {
        for _ in 0..1 + self.rng.below(3) {
            self.statement(depth);
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str("  ");
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn statement(&mut self, depth: usize) {
        let simple = depth == 0 || self.rng.one_in(3);
        let value = self.expression(2);
        let variable = self.rng.pick(&VARIABLES);
        match self.rng.below(if simple { 8 } else { 13 }) {
            0..3 => self.line(&format!("{variable} = {value}")),
            3 => self.line(&format!("p.x = {value}")),
            4 => self.line(&format!("p.y = p.x + {value}")),
            5 => {
                let index = self.index();
                self.line(&format!("xs[{index}] = {value}"));
            }
            6 => self.line(&format!("if len(xs) < 9 {{ push(xs, {value}) }}")),
            7 => {
                let condition = self.condition();
                self.line(&format!("if {condition} {{ throw {value} }}"));
            }
            8 | 9 => {
                let condition = self.condition();
                self.line(&format!("if {condition} {{"));
                self.block(depth - 1);
                if self.rng.one_in(2) {
                    self.line("} else {");
                    self.block(depth - 1);
                }
                self.line("}");
            }
            10 => {
                let counter = self.counter();
                let turns = 2 + self.rng.below(6);
                self.line(&format!("for {counter} in 0..{turns} {{\n  tank.turns += 1"));
                self.line("tank.fuel -= 1\n  if tank.fuel <= 0 { break }");
                self.counters.push(counter);
                self.block(depth - 1);
                self.counters.pop();
                self.line("}");
            }
            11 => {
                let counter = self.counter();
                let condition = self.condition();
                self.line(&format!("let {counter} = 0\n  while {counter} < 5 and not ({condition}) {{"));
                self.line(&format!("{counter} += 1\n  tank.fuel -= 1\n  if tank.fuel <= 0 {{ break }}"));
                self.counters.push(counter);
                self.block(depth - 1);
                self.counters.pop();
                self.line("}");
            }
            _ => {
                self.line("try {");
                self.block(depth - 1);
                self.line(&format!("}} catch caught {{ {variable} = {value} }}"));
            }
        }
    }

    fn counter(&mut self) -> String {
        self.names_count += 1;
        format!("i{}", self.names_count)
    }

    fn literal(&mut self) -> String {
        match self.rng.below(6) {
            0 => "0.5".to_string(),
            1 => "3.0".to_string(),
            2 => (1i64 << 48).to_string(),
            _ => self.rng.below(9).to_string(),
        }
    }

    /// An index that usually is one.
    fn index(&mut self) -> String {
        match self.counters.last() {
            Some(counter) if !self.rng.one_in(6) => format!("{counter} % len(xs)"),
            _ => self.rng.below(3).to_string(),
        }
    }

    fn condition(&mut self) -> String {
        let (x, y) = (self.expression(1), self.expression(1));
        match self.rng.below(5) {
            0 => format!("{x} < {y}"),
            1 => format!("{x} <= {y}"),
            2 => format!("{x} == {y}"),
            3 => format!("({x}) % 3 == 0"),
            _ => format!("({x}) % 2 < 1 or {y} > 5"),
        }
    }

    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 || self.rng.one_in(4) {
            return match (self.rng.below(7), self.counters.last()) {
                (0, _) => self.literal(),
                (1, _) => "p.x".to_string(),
                (2, _) => {
                    let index = self.index();
                    format!("xs[{index}]")
                }
                (3, Some(counter)) => counter.clone(),
                _ => self.rng.pick(&VARIABLES).to_string(),
            };
        }
        let (x, y) = (self.expression(depth - 1), self.expression(depth - 1));
        match self.rng.below(12) {
            0..3 => format!("({x} + {y})"),
            3 | 4 => format!("({x} - {y})"),
            5 => format!("({x} * {y})"),
            6 => format!("({x} // 3)"),
            7 => format!("({x} % {})", 1 + self.rng.below(7)),
            8 => format!("g({x})"),
            9 => format!("({x} / 4)"),
            _ => format!("f{}({x}, {y})", self.rng.below(FUNCTIONS)),
        }
    }
}

#[derive(Clone, Default)]
struct Output(Rc<RefCell<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What the program prints, and how it ends.
fn outcome(text: &str, jit: &str) -> String {
    let mut params = Params::default();
    params.apply(jit).unwrap_or_else(|error| panic!("{error}"));
    let output = Output::default();
    let end = run(text, &Options { jit: params, ..Options::default() }, Box::new(output.clone()));
    let end = end.map_err(|failure| match failure {
        toy::engine::Failure::Uncaught { thrown, .. } => thrown,
        other => panic!("{other:?} in\n{text}"),
    });
    format!("{}{end:?}", String::from_utf8_lossy(&output.0.borrow()))
}

fn check(count: usize, modes: &[&str]) {
    let first = std::env::var("RANDOM_SEED").map_or(1, |seed| seed.parse().expect("a seed is a number"));
    for seed in first..first + case_count(count) as u64 {
        let text = Generator::program(seed);
        let expected = outcome(&text, "off");
        for mode in modes {
            let found = outcome(&text, mode);
            assert!(
                found == expected,
                "seed {seed}, {mode}:\n{text}\nexpected:\n{expected}\nfound:\n{found}"
            );
        }
    }
}

/// Everything is traced as soon as possible.
const TRACED: &str = "threshold-2,bridge-threshold-1,join_threshold=2,sync-compile";

#[test]
fn interpreted_units_print_the_same() {
    check(2_000, &[&format!("{TRACED},ir-interp")]);
}

#[test]
fn short_traces_print_the_same() {
    check(400, &[&format!("{TRACED},ir-interp,trace-limit-small")]);
}

#[test]
fn machine_code_prints_the_same() {
    check(30, &[TRACED, &format!("{TRACED},guard-fail-every-7")]);
}
