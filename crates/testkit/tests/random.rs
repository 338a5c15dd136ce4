//! The generator and its oracle judge each other: a trace is equal to itself, also when guards leave at random; and
//! a trace that was damaged is found out.

use metatrace_ir::{Aux, Class, ExecutableTrace, Hooks, Leaving, NoHooks, Opcode, Operand, Trace, print};
use metatrace_machine::{Context, Kind, NanBox, Outcome};
use std::collections::HashMap;
use testkit::random::{Case, Judged, UnitEnd, World, judge_cases};

fn run(world: &World, case: &Case, trace: Trace, hooks: &mut dyn Hooks) -> Judged {
    let unit = ExecutableTrace::new(trace);
    world.judge(case, |context| {
        // SAFETY: the oracle has put the inputs into the transfer buffer.
        let leaving = unsafe { unit.run::<NanBox>(context, 0, hooks) };
        UnitEnd { leaving, trace: unit.trace() }
    })
}

#[test]
fn a_trace_is_equal_to_itself() {
    judge_cases(&[], 500, |world, case| run(world, case, case.trace.clone(), &mut NoHooks));
}

#[test]
fn a_trace_is_equal_to_itself_while_every_allocation_collects() {
    judge_cases(&["every-alloc", "poison"], 100, |world, case| {
        run(world, case, case.trace.clone(), &mut NoHooks)
    });
}

struct FailEvery(u32, u32);

impl Hooks for FailEvery {
    fn call_trace(&mut self, _: &Context, _: u64, _: Kind, _: i64) -> Outcome {
        unreachable!("random traces call no traces")
    }
    fn forces_exit(&mut self) -> bool {
        self.1 += 1;
        self.1.is_multiple_of(self.0)
    }
}

#[test]
fn leaving_at_any_guard_and_continuing_changes_nothing() {
    for every in [1, 3, 10] {
        judge_cases(&[], 300, |world, case| run(world, case, case.trace.clone(), &mut FailEvery(every, 0)));
    }
}

#[test]
fn traces_of_one_seed_are_the_same_in_two_worlds() {
    let (one, two) = (World::new(&[]), World::new(&[]));
    for seed in 0..50 {
        let print_in = |world: &World| {
            let text = print(&Case::generate(world, seed, 12).trace, &world.names());
            text.replace(&world.raw_address().to_string(), "raw")
        };
        assert_eq!(print_in(&one), print_in(&two));
    }
}

/// All operations that can be generated are, guards leave and loops turn.
#[test]
fn traces_cover_the_operations() {
    let world = World::new(&[]);
    let mut seen: HashMap<Opcode, usize> = HashMap::new();
    let (mut exits, mut ends) = (0, 0);
    for seed in 0..400 {
        let case = Case::generate(&world, seed, 25);
        for op in &case.trace.ops {
            *seen.entry(op.opcode).or_default() += 1;
        }
        run_once(&world, &case, &mut exits, &mut ends);
    }
    let never = [
        Opcode::BitsFloat,
        Opcode::CallTrace,
        Opcode::Keep,
        Opcode::Merge,
        Opcode::GuardNotTag,
        Opcode::BoxImmediate,
    ];
    for &opcode in Opcode::ALL {
        assert_eq!(seen.contains_key(&opcode), !never.contains(&opcode), "{}", opcode.name());
    }
    assert!(exits > 100 && ends > 20, "{exits} exits, {ends} ends");
}

fn run_once(world: &World, case: &Case, exits: &mut usize, ends: &mut usize) {
    let unit = ExecutableTrace::new(case.trace.clone());
    let judged = world.judge(case, |context| {
        // SAFETY: the oracle has put the inputs into the transfer buffer.
        let leaving = unsafe { unit.run::<NanBox>(context, 0, &mut NoHooks) };
        *(if matches!(leaving, Leaving::Exit { .. }) { &mut *exits } else { &mut *ends }) += 1;
        UnitEnd { leaving, trace: unit.trace() }
    });
    assert_eq!(judged, Judged::Equal);
}

/// Damages each trace in one place: many damages must be noticed. Not all can be: the program goes on where the trace is
/// left, and overwrites much of what was wrong.
#[test]
fn damaged_traces_are_found_out() {
    let world = World::new(&[]);
    let (mut noticed, mut damaged) = (0, 0);
    for seed in 0..300 {
        let case = Case::generate(&world, seed, 8);
        let mut trace = case.trace.clone();
        if !damage(&mut trace) || metatrace_ir::verify(&trace).is_err() {
            continue;
        }
        damaged += 1;
        noticed += (run(&world, &case, trace, &mut NoHooks) != Judged::Equal) as usize;
    }
    assert!(damaged > 100 && noticed * 3 > damaged, "{noticed} of {damaged} noticed");
}

/// Replaces the last integer that is boxed by a constant, or drops the last store.
fn damage(trace: &mut Trace) -> bool {
    let constant = trace.constant(metatrace_ir::Const::int(123_456));
    // The loop counter is left alone: the damaged trace must end.
    let counter = trace.args(trace.ops.last().expect("a final operation")).first().and_then(|a| a.as_op());
    let Some(at) = (0..trace.ops.len()).rposition(|i| {
        let opcode = trace.ops[i].opcode;
        let is_counter = Some(i as u32) == counter;
        !is_counter && matches!(opcode, Opcode::BoxInt | Opcode::StoreField | Opcode::StoreRaw)
    }) else {
        return false;
    };
    if trace.ops[at].opcode == Opcode::BoxInt {
        trace.ops[at].args[0] = constant;
    } else {
        assert_eq!(trace.ops[at].opcode.class(), Class::Store);
        let kept = Operand::constant(constant.as_const().expect("a constant"));
        trace.ops[at] = metatrace_ir::Op {
            opcode: Opcode::Keep,
            args: [kept, Operand::NONE, Operand::NONE],
            aux: Aux::NONE,
            ..trace.ops[at]
        };
    }
    true
}
