//! Random traces: machine code and the IR interpreter must agree about outcome, slots, heap and calls.
//!
//! `RANDOM_TRACES=100000` runs more of them, `RANDOM_SEED=n` starts elsewhere.

use metatrace_codegen::{CodegenOptions, Compiler, Linker, UnitRequest};
use metatrace_ir::{LabelRef, Leaving, UnitId};
use metatrace_machine::{Context, Kind, NanBox, Outcome, Status, TraceCell};
use testkit::random::{UnitEnd, judge_cases};

/// An exit number that is neither small nor near the limits.
const FIRST_EXIT: u64 = 1 << 33;

/// The traces neither call nor enter others.
struct Alone;

impl Linker for Alone {
    fn cell(&self, label: LabelRef) -> *const TraceCell {
        panic!("a random trace refers to {label:?}")
    }
}

fn leaving(outcome: Outcome, exit_ops: &[u32]) -> Leaving {
    match Status(outcome.status) {
        Status::RAISED => Leaving::Raised,
        Status::EXIT => {
            let exit = (outcome.payload - FIRST_EXIT) as u32;
            Leaving::Exit { exit, op: exit_ops[exit as usize] }
        }
        Status(kind) => Leaving::Finished { kind: Kind::ALL[kind as usize], bits: outcome.payload },
    }
}

fn check(gc: &[&str], count: usize, options: CodegenOptions) {
    let mut compiler = Compiler::<NanBox>::new().expect("executable memory");
    judge_cases(gc, count, |world, case| {
        let request = UnitRequest {
            trace: case.trace.clone(),
            first_exit: FIRST_EXIT,
            id: UnitId(0),
            called_label: None,
            validity: None,
            options: options.clone(),
        };
        let unit = compiler.compile(&request, &Alone).unwrap_or_else(|e| panic!("seed {}: {e}", case.seed));
        world.judge(case, |context: &Context| {
            let enter = compiler.enter();
            // SAFETY: the unit is live and the oracle has put the label's parameters into the transfer buffer.
            let outcome = unsafe { enter(std::ptr::from_ref(context).cast_mut(), unit.code, 0) };
            UnitEnd { leaving: leaving(outcome, &unit.exit_ops), trace: &request.trace }
        })
    });
}

#[test]
fn plain_code_agrees_with_the_interpreter() {
    check(&[], 500, CodegenOptions::default());
}

#[test]
fn code_that_keeps_everything_at_home_agrees_with_the_interpreter() {
    check(&[], 500, CodegenOptions { homes_from_exits: 0, ..Default::default() });
    let options = CodegenOptions { homes_from_exits: 0, guard_fail_every: 2, ..Default::default() };
    check(&["every-7", "verify"], 150, options);
}

#[test]
fn optimised_code_agrees_with_the_interpreter() {
    check(&[], 250, CodegenOptions { optimise: true, ..Default::default() });
}

#[test]
fn single_pass_allocation_agrees_with_the_interpreter() {
    check(&[], 500, CodegenOptions { single_pass_regalloc: true, ..Default::default() });
    check(&[], 250, CodegenOptions { single_pass_regalloc: true, optimise: true, ..Default::default() });
}

#[test]
fn collections_at_every_allocation_change_nothing() {
    let options = CodegenOptions { gc_every_alloc: true, ..Default::default() };
    check(&["every-alloc", "poison"], 250, options.clone());
    check(&["every-alloc", "always-evacuate"], 250, options);
    check(&["every-7", "verify"], 250, CodegenOptions::default());
}

#[test]
fn forced_guard_failures_change_nothing() {
    for every in [1, 2, 7] {
        check(&["every-7"], 150, CodegenOptions { guard_fail_every: every, ..Default::default() });
    }
}
