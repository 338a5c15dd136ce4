//! Random recorded traces must mean the same before and after the optimizer, with all passes and with each one off:
//! alone, and with the bridge of the exit that they leave through.

use metatrace_ir::{ExecutableTrace, LabelRef, Leaving, NoHooks, ResumeMode, Trace};
use metatrace_machine::{Context, NanBox};
use metatrace_opt::{
    Coding, LabelContract, Optimized, Options, ParentExit, PlainEnv, Switches, optimize_bridge, optimize_loop,
};
use testkit::random::{Bridge, Case, Judged, UnitEnd, World, judge_cases};

/// Optimised units of a case. A trace that contradicts itself is not compiled.
struct Units {
    first: ExecutableTrace,
    labels: Vec<LabelContract>,
    exit_facts: metatrace_opt::ExitFacts,
    /// The operation that it continues from, and the bridge.
    bridge: Option<(u32, ExecutableTrace)>,
}

fn env() -> PlainEnv {
    PlainEnv(Coding::of::<NanBox>())
}

fn optimise(trace: &Trace, options: &Options) -> Option<Units> {
    let Optimized { unit, labels, exit_facts, .. } = optimize_loop(trace, &env(), options).ok()?;
    Some(Units { first: ExecutableTrace::new(unit), labels, exit_facts, bridge: None })
}

impl Units {
    /// Attaches the case's bridge, if that is to the exit where the unit leaves.
    fn attach(&mut self, world: &World, case: &Case, options: &Options) -> bool {
        let Some(bridge) = &case.bridge else { return false };
        let Leaving::Exit { op, .. } = self.run(world.prepare(case)).leaving else { return false };
        let unit = self.first.trace();
        let snapshot = unit.ops[op as usize].snapshot;
        let shot = unit.snapshot(snapshot);
        if shot.mode != ResumeMode::Execute || unit.frame(shot.top).pc != bridge.pc {
            return false;
        }
        for label in &mut self.labels {
            label.unit = Bridge::LOOP;
        }
        let parent = ParentExit { unit, guard: op, snapshot, facts: &self.exit_facts };
        let targets = self.labels.iter().rev().filter(|l| l.position.is_some()).collect::<Vec<_>>();
        let made = optimize_bridge(&bridge.trace, parent, &targets, &[], &env(), options);
        self.bridge = made.ok().map(|made| (op, ExecutableTrace::new(made.unit)));
        self.bridge.is_some()
    }

    /// Precondition: the inputs are in the transfer buffer.
    fn run(&self, context: &Context) -> UnitEnd<'_> {
        let (mut unit, mut label) = (&self.first, 0);
        loop {
            // SAFETY: the oracle put the inputs into the transfer buffer, or a unit its live operands or arguments.
            let leaving = unsafe { unit.run::<NanBox>(context, label, &mut NoHooks) };
            match (leaving, &self.bridge) {
                (Leaving::Exit { op, .. }, Some((from, bridge)))
                    if *from == op && std::ptr::eq(unit, &self.first) =>
                {
                    (unit, label) = (bridge, 0);
                }
                (Leaving::Jump(LabelRef { unit: Bridge::LOOP, label: to }), Some(_)) => {
                    (unit, label) = (&self.first, to);
                }
                _ => return UnitEnd { leaving, trace: unit.trace() },
            }
        }
    }
}

#[derive(Default, Debug)]
struct Attached {
    bridges: usize,
    /// Those that jump back to the loop.
    closing: usize,
    /// Those that jump behind the peeled iteration.
    special: usize,
}

fn judge(world: &World, case: &Case, options: &Options, attached: &mut Attached) -> Judged {
    let Some(mut units) = optimise(&case.trace, options) else { return Judged::Declined };
    if units.attach(world, case, options) {
        attached.bridges += 1;
        let (_, bridge) = units.bridge.as_ref().expect("it was just attached");
        let last = bridge.trace().ops.last().expect("a final operation");
        let closes = last.opcode == metatrace_ir::Opcode::Jump;
        attached.closing += closes as usize;
        attached.special += (closes && last.aux.as_label().label != 0) as usize;
    }
    world.judge(case, |context| units.run(context))
}

#[test]
fn random_traces_keep_their_meaning() {
    let mut attached = Attached::default();
    judge_cases(&["every-7"], 2_000, |world, case| judge(world, case, &Options::default(), &mut attached));
    let cases = testkit::random::case_count(2_000);
    eprintln!("{attached:?} in {cases} cases");
    // One case alone, asked for by its seed, need not have a bridge.
    assert!(cases < 100 || attached.bridges * 5 > cases, "{} bridges in {cases} cases", attached.bridges);
}

#[test]
fn random_traces_keep_their_meaning_without_one_pass() {
    for name in Switches::names() {
        let mut options = Options::default();
        options.switches.disable(name).expect("a name of the list");
        judge_cases(&["every-31"], 200, |world, case| judge(world, case, &options, &mut Attached::default()));
    }
}

#[test]
fn random_traces_keep_their_meaning_without_any_pass() {
    let mut options = Options::default();
    for name in Switches::names() {
        options.switches.disable(name).expect("a name of the list");
    }
    judge_cases(&["every-31"], 200, |world, case| judge(world, case, &options, &mut Attached::default()));
}
