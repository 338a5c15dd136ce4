//! Random recorded traces must mean the same before and after the optimizer, with all passes and with each one off.

use metatrace_ir::{ExecutableTrace, NoHooks, Trace};
use metatrace_machine::NanBox;
use metatrace_opt::{Coding, Options, PlainEnv, Switches, optimize_loop};
use testkit::random::{Case, Judged, UnitEnd, World, judge_cases};

fn optimise(trace: &Trace, options: &Options) -> Option<Trace> {
    let env = PlainEnv(Coding::of::<NanBox>());
    // A trace that contradicts itself is not compiled.
    optimize_loop(trace, &env, options).ok().map(|optimized| optimized.unit)
}

fn judge(world: &World, case: &Case, options: &Options) -> Judged {
    let Some(unit) = optimise(&case.trace, options) else { return Judged::Declined };
    let unit = ExecutableTrace::new(unit);
    world.judge(case, |context| {
        // SAFETY: the oracle has put the inputs into the transfer buffer.
        let leaving = unsafe { unit.run::<NanBox>(context, 0, &mut NoHooks) };
        UnitEnd { leaving, trace: unit.trace() }
    })
}

#[test]
fn random_traces_keep_their_meaning() {
    judge_cases(&["every-7"], 2_000, |world, case| judge(world, case, &Options::default()));
}

#[test]
fn random_traces_keep_their_meaning_without_one_pass() {
    for name in Switches::names() {
        let mut options = Options::default();
        options.switches.disable(name).expect("a name of the list");
        judge_cases(&["every-31"], 200, |world, case| judge(world, case, &options));
    }
}
