//! Each rule has a golden case in which it fires and one in which it must not; random traces compute what they computed.

use super::rules_of;
use crate::golden::{self, Random};
use metatrace_ir::{Aux, Const, Opcode, Operand, ResultKind, SnapshotIndex, Trace};
use metatrace_machine::Kind;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

thread_local! {
    static FIRED: RefCell<BTreeMap<&'static str, u32>> = const { RefCell::new(BTreeMap::new()) };
}

/// Notes that a rule was applied.
pub(super) fn fired(rule: &'static str) {
    FIRED.with_borrow_mut(|fired| *fired.entry(rule).or_default() += 1);
}

/// Names of all rules: file and function.
fn all_rules() -> BTreeSet<&'static str> {
    Opcode::ALL.iter().flat_map(|opcode| rules_of(*opcode)).map(|rule| rule.name).collect()
}

const PASSES: [&str; 4] = ["intbounds", "rewrite", "guards", "pure"];

#[test]
fn each_rule_fires_where_it_should_and_not_where_it_must_not() {
    let mut positive = BTreeSet::new();
    let mut negative = BTreeSet::new();
    let mut wrong = Vec::new();
    golden::run("rewrite", &PASSES, |case, after| {
        if !after {
            FIRED.take();
            return;
        }
        let fired: BTreeSet<&str> = FIRED.take().into_keys().collect();
        // A case is named by its rule; "not <rule>" must not fire it; a remark may follow.
        let (rule, should_fire) = match case.name.strip_prefix("not ") {
            Some(rest) => (rest, false),
            None => (case.name.as_str(), true),
        };
        let rule = rule.split(' ').next().unwrap_or_default();
        let rule = all_rules().into_iter().find(|r| *r == rule);
        let rule = rule.unwrap_or_else(|| panic!("case {} is named after no rule", case.name));
        if fired.contains(rule) != should_fire {
            wrong.push(format!("case {}: fired {fired:?}", case.name));
        }
        if should_fire {
            positive.insert(rule)
        } else {
            negative.insert(rule)
        };
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let missing = |done: &BTreeSet<&'static str>| all_rules().difference(done).copied().collect::<Vec<_>>();
    assert_eq!(missing(&positive), Vec::<&str>::new(), "rules without a case in which they fire");
    assert_eq!(missing(&negative), Vec::<&str>::new(), "rules without a case in which they must not");
}

/// A random linear trace of pure integer, float and bool operations and guards.
struct Generator<'r> {
    random: &'r mut Random,
    trace: Trace,
    /// Operands of the kinds int, float, bool.
    ints: Vec<Operand>,
    floats: Vec<Operand>,
    bools: Vec<Operand>,
    snapshot: SnapshotIndex,
}

impl Generator<'_> {
    fn operand(&mut self, kind: Kind) -> Operand {
        // Recent results make deep expressions, old ones make the sharing that the rules look for.
        let bits = self.random.bits(kind);
        let known = match kind {
            Kind::Int => &self.ints,
            Kind::Float => &self.floats,
            _ => &self.bools,
        };
        match self.random.below(8) {
            0 | 1 => self.trace.constant(Const { kind, bits }),
            2..=4 => *known.last().expect("a parameter"),
            5 => known[known.len().saturating_sub(2)],
            _ => self.random.pick(known),
        }
    }

    fn emit(&mut self, opcode: Opcode) {
        let kind = match opcode.result() {
            ResultKind::Kind(kind) => Some(kind),
            ResultKind::Nothing => None,
            ResultKind::Varies => Some(self.random.pick(&[Kind::Int, Kind::Float, Kind::Bool])),
        };
        let args: Vec<Operand> =
            opcode.params().iter().map(|p| self.operand(p.or(kind).unwrap_or(Kind::Int))).collect();
        let snapshot = if opcode.is_guard() { self.snapshot } else { SnapshotIndex::NONE };
        let result = self.trace.emit(opcode, kind, &args, Aux::NONE, snapshot);
        match kind {
            Some(Kind::Int) => self.ints.push(result),
            Some(Kind::Float) => self.floats.push(result),
            Some(Kind::Bool) => self.bools.push(result),
            _ => {}
        }
    }

    /// Something that makes a bound: a masked or shifted integer.
    fn bounded(&mut self) {
        let x = self.operand(Kind::Int);
        let count = self.random.below(64) as i64;
        let (opcode, c) = self.random.pick(&[
            (Opcode::IntAnd, (1i64 << count).wrapping_sub(1)),
            (Opcode::IntShr, count),
            (Opcode::IntUshr, count),
        ]);
        let c = self.trace.constant(Const::int(c));
        let result = self.trace.emit(opcode, Some(Kind::Int), &[x, c], Aux::NONE, SnapshotIndex::NONE);
        self.ints.push(result);
    }

    fn keep(&mut self) {
        for known in [self.ints.last(), self.floats.last(), self.bools.last()] {
            let args = [*known.expect("a parameter")];
            self.trace.emit(Opcode::Keep, None, &args, Aux::NONE, SnapshotIndex::NONE);
        }
    }
}

fn random_trace(random: &mut Random, opcodes: &[Opcode], length: usize) -> Trace {
    // The snapshot of a frame without slots comes from the parser: fewer details here.
    let names = {
        let mut names = metatrace_ir::DescrTable::new();
        names.add_address("main", 0x1000);
        names
    };
    let text = "label 0 (%a: int, %b: int, %x: float, %y: float, %p: bool, %q: bool)\n\
                leave @s\nsnapshot @s execute\n  frame main@0 {}\n";
    let mut trace = metatrace_ir::parse(text, &names).expect("a trace");
    let end = trace.ops.pop().expect("the end");
    let param = |n: u32| Operand::op(n);
    let mut generator = Generator {
        random,
        trace,
        ints: vec![param(1), param(2)],
        floats: vec![param(3), param(4)],
        bools: vec![param(5), param(6)],
        snapshot: end.snapshot,
    };
    for _ in 0..length {
        if generator.random.below(8) == 0 {
            generator.bounded();
        }
        let opcode = generator.random.pick(opcodes);
        generator.emit(opcode);
        // Guards end most executions; what is known after them is the point.
        if opcode.is_guard() || generator.random.below(4) == 0 {
            generator.keep();
        }
    }
    generator.keep();
    let mut trace = generator.trace;
    trace.push(end);
    trace
}

fn can_occur(opcode: &Opcode) -> bool {
    use metatrace_ir::Class;
    let scalar = |p: &Option<Kind>| !matches!(p, Some(Kind::Value | Kind::Ref));
    match opcode.class() {
        // Shows the difference between NaNs, which is not preserved where two meet.
        Class::Pure if *opcode == Opcode::FloatBits => false,
        Class::Pure => {
            opcode.params().iter().all(scalar)
                && !matches!(opcode.result(), ResultKind::Kind(Kind::Value | Kind::Ref))
        }
        Class::Guard => {
            matches!(opcode, Opcode::GuardTrue | Opcode::GuardFalse)
                || opcode.result() == ResultKind::Kind(Kind::Int)
        }
        _ => false,
    }
}

#[test]
fn random_traces_compute_what_they_computed() {
    let all: Vec<Opcode> = Opcode::ALL.iter().filter(|o| can_occur(o)).copied().collect();
    let is_int = |o: &Opcode| o.params().iter().all(|p| *p != Some(Kind::Float)) && *o != Opcode::Select;
    let integers: Vec<Opcode> = all.iter().filter(|o| is_int(o) && !o.is_guard()).copied().collect();
    let floats: Vec<Opcode> =
        all.iter().filter(|o| !is_int(o) || **o == Opcode::IntToFloat).copied().collect();
    let mut random = Random(7);
    let mut valid = 0;
    let mut made = 0;
    for round in 0..6000 {
        let (opcodes, length) = match round % 4 {
            0 => (&all, 20),
            1 => (&floats, 12),
            2 => (&integers, 6),
            _ => (&integers, 16),
        };
        let source = random_trace(&mut random, opcodes, length);
        metatrace_ir::verify(&source).expect("the generator makes valid traces");
        for passes in [&PASSES[..], &["rewrite"], &["intbounds", "guards"], &["intbounds", "rewrite"]] {
            made += 1;
            // Some random guards never hold: that is an answer.
            if let Ok(unit) = golden::optimise(&source, passes) {
                valid += 1;
                metatrace_ir::verify(&unit).unwrap_or_else(|e| panic!("{passes:?}: {e:?}"));
                golden::check_equivalent(&source, &unit, &mut random, 20);
            }
        }
    }
    assert!(valid * 10 > made * 6, "only {valid} of {made} random traces could be compiled");
}

/// Divisors that need each case of the reciprocal, dividends at the ends and beside multiples.
#[test]
fn division_by_constants_is_exact() {
    let mut random = Random(9);
    let names = metatrace_ir::DescrTable::new();
    let mut divisors: Vec<i64> = (-20..=20).collect();
    divisors.extend([
        i64::MIN,
        i64::MIN + 1,
        i64::MAX,
        i64::MAX - 1,
        641,
        1_000_000_007,
        (1 << 62) + 1,
        (1 << 33) - 1,
    ]);
    divisors.extend((0..200).map(|_| random.int()));
    for d in divisors {
        for opcode in ["int_div", "int_rem", "int_floor_div", "int_mod"] {
            for shape in ["", "%a = int_and %a, 9223372036854775807\n"] {
                let x = if shape.is_empty() { "%a" } else { "%x" };
                let shape = shape.replacen("%a =", "%x =", 1);
                let text = format!(
                    "label 0 (%a: int)\n{shape}%q = {opcode} {x}, {d}\nkeep %q\n\
                     leave @s\nsnapshot @s execute\n  frame main@0 {{}}\n"
                );
                let mut names = names.clone();
                names.add_address("main", 0x1000);
                let source = metatrace_ir::parse(&text, &names).expect("a trace");
                for passes in [&PASSES[..], &["rewrite"]] {
                    let unit = golden::optimise(&source, passes).expect("no guards");
                    if d > 0 {
                        let divides = |o: Opcode| {
                            matches!(
                                o,
                                Opcode::IntDiv | Opcode::IntRem | Opcode::IntFloorDiv | Opcode::IntMod
                            )
                        };
                        assert!(unit.ops.iter().all(|op| !divides(op.opcode)), "{opcode} by {d}");
                    }
                    let mut dividends = vec![0, 1, -1, i64::MIN, i64::MIN + 1, i64::MAX, i64::MAX - 1];
                    for _ in 0..40 {
                        let k = random.int();
                        let multiple = k.wrapping_mul(d);
                        dividends.extend([k, multiple, multiple.wrapping_sub(1), multiple.wrapping_add(1)]);
                    }
                    for x in dividends {
                        if let Some(expected) = golden::execute(&source, &[x as u64]) {
                            assert_eq!(
                                golden::execute(&unit, &[x as u64]),
                                Some(expected),
                                "{opcode} {x} {d}"
                            );
                        }
                    }
                }
            }
        }
    }
}
