//! Random programs of two traces through optimizer and code generator: recorded and interpreted, optimised and interpreted,
//! optimised and compiled, all three must agree. Units are attached to each other as the warm state does it: bridges
//! through exit slots, jumps through cells.
//!
//! `RANDOM_TRACES=100000` runs more of them, `RANDOM_SEED=n` starts elsewhere.

use metatrace_codegen::{Backend, CodegenOptions, CompiledUnit, Compiler, IrBackend, Linker, UnitRequest};
use metatrace_ir::{LabelRef, Leaving, ResumeMode, Trace, UnitId};
use metatrace_machine::{Context, Kind, NanBox, Outcome, Status, TraceCell};
use metatrace_opt::{
    Coding, LabelContract, Optimized, Options, ParentExit, PlainEnv, optimize_bridge, optimize_loop,
};
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use testkit::random::{Bridge, Case, Judged, UnitEnd, World, judge_cases};

/// Exits of the loop's unit, and of the bridge, are numbered from these.
const FIRST_EXITS: [u64; 2] = [1 << 33, 1 << 40];

/// The cells of the loop's two labels.
struct LoopCells([TraceCell; 2]);

impl Linker for LoopCells {
    fn cell(&self, label: LabelRef) -> *const TraceCell {
        assert_eq!(label.unit, Bridge::LOOP, "a random bridge jumps to its loop");
        &self.0[label.label as usize]
    }
}

/// A unit and its code.
struct Compiled {
    trace: Trace,
    code: CompiledUnit,
}

struct Program<'b> {
    backend: &'b mut dyn Backend,
    options: CodegenOptions,
    cells: LoopCells,
    units: Vec<Compiled>,
}

impl<'b> Program<'b> {
    fn new(backend: &'b mut dyn Backend, options: &CodegenOptions) -> Program<'b> {
        let cell = |label| TraceCell {
            code: AtomicPtr::default(),
            selector: AtomicU64::new(label),
            takes_registers: false,
        };
        let cells = LoopCells([cell(0), cell(1)]);
        Program { backend, options: options.clone(), cells, units: Vec::new() }
    }

    fn compile(&mut self, trace: Trace) {
        let number = self.units.len();
        let request = UnitRequest {
            trace: trace.clone(),
            first_exit: FIRST_EXITS[number],
            id: UnitId(number as u32 + Bridge::LOOP.0),
            called_label: None,
            validity: None,
            options: self.options.clone(),
        };
        let code = self.backend.compile(&request, &self.cells).unwrap_or_else(|e| panic!("{e}"));
        self.units.push(Compiled { trace, code });
    }

    /// Precondition: the inputs are in the transfer buffer.
    fn run(&self, context: &Context) -> UnitEnd<'_> {
        let enter = self.backend.enter();
        // SAFETY: the unit is live and the oracle has put the label's parameters into the transfer buffer.
        let outcome = unsafe { enter(std::ptr::from_ref(context).cast_mut(), self.units[0].code.code, 0) };
        self.end(outcome)
    }

    fn end(&self, outcome: Outcome) -> UnitEnd<'_> {
        let first = &self.units[0].trace;
        match Status(outcome.status) {
            Status::RAISED => UnitEnd { leaving: Leaving::Raised, trace: first },
            Status::EXIT => {
                let number = (outcome.payload >= FIRST_EXITS[1]) as usize;
                let unit = &self.units[number];
                let exit = (outcome.payload - FIRST_EXITS[number]) as u32;
                let op = unit.code.exit_ops[exit as usize];
                UnitEnd { leaving: Leaving::Exit { exit, op }, trace: &unit.trace }
            }
            Status(kind) => {
                let kind = Kind::ALL[kind as usize];
                UnitEnd { leaving: Leaving::Finished { kind, bits: outcome.payload }, trace: first }
            }
        }
    }

    /// Compiles the case's bridge and attaches it, if the loop's unit leaves at its exit.
    fn attach(&mut self, world: &World, case: &Case, optimized: &mut Optimized, options: &Options) {
        let Some(bridge) = &case.bridge else { return };
        let Leaving::Exit { exit, op } = self.run(world.prepare(case)).leaving else { return };
        let unit = &optimized.unit;
        let snapshot = unit.ops[op as usize].snapshot;
        let shot = unit.snapshot(snapshot);
        if shot.mode != ResumeMode::Execute || unit.frame(shot.top).pc != bridge.pc {
            return;
        }
        for (number, label) in optimized.labels.iter_mut().enumerate() {
            label.unit = Bridge::LOOP;
            self.cells.0[number].code.store(self.units[0].code.code.cast_mut(), Ordering::Release);
        }
        let parent = ParentExit { unit, guard: op, snapshot, facts: &optimized.exit_facts };
        let targets: Vec<&LabelContract> =
            optimized.labels.iter().rev().filter(|l| l.position.is_some()).collect();
        let Ok(made) = optimize_bridge(&bridge.trace, parent, &targets, &[], &env(), options) else { return };
        self.compile(made.unit);
        let [first, bridge] = &self.units[..] else { unreachable!("the loop and its bridge") };
        first.code.slots[exit as usize].target.store(bridge.code.code.cast_mut(), Ordering::Release);
    }
}

fn env() -> PlainEnv {
    PlainEnv(Coding::of::<NanBox>())
}

fn check(backend: &mut dyn Backend, gc: &[&str], count: usize, codegen: &CodegenOptions) {
    let options = Options { guards_lie: codegen.guard_fail_every != 0, ..Options::default() };
    judge_cases(gc, count, |world, case| {
        let Ok(mut optimized) = optimize_loop(&case.trace, &env(), &options) else { return Judged::Declined };
        let mut program = Program::new(backend, codegen);
        program.compile(optimized.unit.clone());
        program.attach(world, case, &mut optimized, &options);
        world.judge(case, |context| program.run(context))
    });
}

#[test]
fn interpreted_units_agree_with_the_recording() {
    check(&mut IrBackend::<NanBox>::new(), &["every-7"], 2_000, &CodegenOptions::default());
}

#[test]
fn machine_code_agrees_with_the_recording() {
    let mut compiler = Compiler::<NanBox>::new().expect("this processor has a backend");
    check(&mut compiler, &["every-31"], 2_000, &CodegenOptions::default());
    check(&mut compiler, &[], 100, &CodegenOptions { optimise: true, ..Default::default() });
}

#[test]
fn guards_that_fail_without_reason_change_nothing() {
    for every in [1, 2, 7, 20] {
        let options = CodegenOptions { guard_fail_every: every, ..Default::default() };
        check(&mut IrBackend::<NanBox>::new(), &["every-31"], 500, &options);
        let mut compiler = Compiler::<NanBox>::new().expect("this processor has a backend");
        check(&mut compiler, &["every-31"], 60, &options);
    }
}
