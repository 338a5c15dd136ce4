//! Judges a run of optimised code by letting the recorded trace continue from wherever it left. See the parent module.

use super::Case;
use super::generate::make_inputs;
use super::world::{Description, World};
use heap::{ArrayDescr, FieldDescr, Gc, Object};
use metatrace_ir::{
    ArrayKey, FieldKey, Leaving, NoHooks, Operand, OperandView, ResumeMode, Snapshot, Trace, VirtualKind,
    exit_operands, print,
};
use metatrace_machine::{Arg, Context, Direct, Kind, Machine, NanBox, RawRef, TRANSFER_WORDS, Word};
use std::collections::HashMap;

/// Objects that an exit makes are kept here in the transfer buffer, behind the live operands.
const MATERIALISED: usize = TRANSFER_WORDS / 2;

/// How a run of optimised code ended: what it left in the transfer buffer is described by the operation `op` of `trace`.
pub struct UnitEnd<'t> {
    pub leaving: Leaving,
    pub trace: &'t Trace,
}

/// What came of a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Judged {
    Equal,
    /// The optimizer refused the trace, as it may.
    Declined,
    /// What differs, in words.
    Different(String),
}

/// How many random cases to run: `RANDOM_TRACES` in the environment, or the default.
pub fn case_count(default: usize) -> usize {
    std::env::var("RANDOM_TRACES").ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// Judges [`case_count`] random cases, seeds from `RANDOM_SEED` (1) on. `gc`: stress knobs of the heap.
///
/// # Panics
/// With the smallest case of the first seed that differs; also when more than a quarter of the cases are declined,
/// since then little is tested.
pub fn judge_cases(gc: &[&str], default: usize, mut judge: impl FnMut(&World, &Case) -> Judged) {
    let first = std::env::var("RANDOM_SEED").ok().and_then(|v| v.parse().ok()).unwrap_or(1u64);
    let count = case_count(default);
    let world = World::new(gc);
    let mut declined = 0;
    for seed in first..first + count as u64 {
        let size = 2 + (seed % 29) as usize;
        match judge(&world, &Case::generate(&world, seed, size)) {
            Judged::Equal => {}
            Judged::Declined => declined += 1,
            Judged::Different(_) => report_smallest(&world, seed, size, &mut judge),
        }
    }
    assert!(declined * 4 <= count, "{declined} of {count} random traces were declined");
}

fn report_smallest(world: &World, seed: u64, size: usize, judge: &mut impl FnMut(&World, &Case) -> Judged) {
    for smaller in 0..=size {
        let case = Case::generate(world, seed, smaller);
        if let Judged::Different(how) = judge(world, &case) {
            let mut trace = print(&case.trace, &world.names());
            if let Some(bridge) = &case.bridge {
                trace += &format!("bridge from %{}\n{}", bridge.guard, print(&bridge.trace, &world.names()));
            }
            panic!(
                "random trace of seed {seed}, size {smaller} (RANDOM_SEED={seed} RANDOM_TRACES=1)\n{trace}\n{how}"
            );
        }
    }
    panic!(
        "random trace of seed {seed}, size {size} differs only after the cases before it: state leaks between runs"
    );
}

/// Code, pc and slots of a frame.
type FrameState = (u64, u32, Vec<(u32, Word)>);

/// The interpreter's state at an exit.
struct Exit {
    mode: ResumeMode,
    /// Kind and bits.
    result: Option<(Kind, u64)>,
    /// Outermost first.
    frames: Vec<FrameState>,
}

impl World {
    /// Puts the heap and the inputs of a case to where they are before a run: for a look at how optimised code runs.
    pub fn prepare(&self, case: &Case) -> &Context {
        self.reset();
        make_inputs(self, case.seed);
        &self.context
    }

    /// Runs the recorded trace, then optimised code for it from the same state, and compares what is observable.
    pub fn judge<'t>(&self, case: &Case, run: impl FnOnce(&Context) -> UnitEnd<'t>) -> Judged {
        self.reset();
        make_inputs(self, case.seed);
        // SAFETY: the generator's traces are verified, and the inputs are in the transfer buffer.
        let leaving = unsafe { case.executable.run::<NanBox>(&self.context, 0, &mut NoHooks) };
        let (leaving, trace) = self.follow(case, leaving, false);
        let expected = self.describe(leaving, trace);

        self.reset();
        make_inputs(self, case.seed);
        let end = run(&self.context);
        let actual = match self.carry_on(case, &end) {
            Ok(Some((leaving, trace))) => self.describe(leaving, trace),
            Ok(None) => self.describe(end.leaving, end.trace),
            Err(wrong) => wrong,
        };
        if expected == actual {
            return Judged::Equal;
        }
        let unit = print(end.trace, &self.names());
        Judged::Different(format!(
            "{unit}\nrecorded (-) and optimised (+):\n{}",
            crate::diff::diff(&expected, &actual)
        ))
    }

    /// Lets the recorded trace continue at the position where optimised code left; `None` if that was its end.
    fn carry_on<'c>(
        &self,
        case: &'c Case,
        end: &UnitEnd<'_>,
    ) -> Result<Option<(Leaving, &'c Trace)>, String> {
        let Leaving::Exit { op, .. } = end.leaving else { return Ok(None) };
        let snapshot = *end.trace.snapshot(end.trace.ops[op as usize].snapshot);
        if snapshot.mode != ResumeMode::Execute {
            return Ok(None);
        }
        let exit = self.materialise(end.trace, &snapshot);
        let pc = exit.frames.last().map_or(u32::MAX, |f| f.1);
        let Some((position, in_bridge)) = case.position(pc) else {
            return Err(format!("no position has the pc {pc}"));
        };
        let executable = match &case.bridge {
            Some(bridge) if in_bridge => &bridge.executable,
            _ => &case.executable,
        };
        if position.frames.len() != exit.frames.len() {
            return Err(format!(
                "{} frames at pc {pc}, which has {}",
                exit.frames.len(),
                position.frames.len()
            ));
        }
        let mut values = Vec::new();
        for ((code, wanted), (found_code, _, found)) in position.frames.iter().zip(&exit.frames) {
            if code != found_code {
                return Err(format!("a frame of code {found_code:#x} at pc {pc}, not {code:#x}"));
            }
            for (slot, operand) in wanted {
                let Some((_, word)) = found.iter().find(|(s, _)| s == slot) else {
                    return Err(format!("slot {slot} is missing at pc {pc}"));
                };
                match operand.view() {
                    OperandView::Op(op) => values.push((op, *word)),
                    _ => self.require_constant(executable.trace(), *operand, *word, *slot, pc)?,
                }
            }
        }
        // SAFETY: positions have all that the operations behind them use in their slots.
        let leaving =
            unsafe { executable.resume::<NanBox>(&self.context, position.op, &values, &mut NoHooks) };
        Ok(Some(self.follow(case, leaving, in_bridge)))
    }

    /// Lets the program go on between its recorded traces until it stops.
    fn follow<'c>(&self, case: &'c Case, leaving: Leaving, in_bridge: bool) -> (Leaving, &'c Trace) {
        let (mut leaving, mut in_bridge) = (leaving, in_bridge);
        let Some(bridge) = &case.bridge else { return (leaving, &case.trace) };
        loop {
            let executable = match leaving {
                Leaving::Exit { op, .. } if !in_bridge && op == bridge.guard => {
                    let frames = super::bridge::frames_at(self, &case.executable, op);
                    let words = frames.iter().flat_map(|f| &f.2).copied().collect::<Vec<_>>();
                    for (to, word) in self.context.transfer.iter().zip(words) {
                        to.set(word);
                    }
                    in_bridge = true;
                    &bridge.executable
                }
                Leaving::Jump(_) => {
                    in_bridge = false;
                    &case.executable
                }
                _ => return (leaving, if in_bridge { &bridge.trace } else { &case.trace }),
            };
            // SAFETY: the generator's traces are verified; the slots, or the arguments of the jump, are in the transfer
            // buffer.
            leaving = unsafe { executable.run::<NanBox>(&self.context, 0, &mut NoHooks) };
        }
    }

    fn require_constant(
        &self,
        trace: &Trace,
        wanted: Operand,
        word: Word,
        slot: u32,
        pc: u32,
    ) -> Result<(), String> {
        let constant = trace.as_const(wanted).ok_or("a slot that is neither result nor constant")?;
        let mut text = Description::default();
        let (wanted, found) = (text.of_kind(constant.kind, constant.bits), text.of_kind(Kind::Value, word));
        if wanted == found {
            Ok(())
        } else {
            Err(format!("slot {slot} is {found}, not {wanted}, at pc {pc}"))
        }
    }

    /// Everything observable after a run.
    fn describe(&self, leaving: Leaving, trace: &Trace) -> String {
        let mut text = Description::default();
        match leaving {
            Leaving::Finished { kind, bits } => {
                let value = text.of_kind(kind, bits);
                text.line(format!("finished with {value}"));
            }
            Leaving::Raised => text.line("raised".to_string()),
            Leaving::Jump(target) => text.line(format!("jumped to {target:?}")),
            // Nobody looks at frames here.
            Leaving::Forced { exit } => text.line(format!("forced at exit {exit}")),
            Leaving::Exit { op, .. } => {
                let snapshot = *trace.snapshot(trace.ops[op as usize].snapshot);
                let exit = self.materialise(trace, &snapshot);
                let result = exit.result.map(|(kind, bits)| text.of_kind(kind, bits)).unwrap_or_default();
                text.line(format!("left with {:?} {result}", exit.mode));
                for (code, pc, slots) in &exit.frames {
                    let slots = slots
                        .iter()
                        .map(|(slot, word)| format!("{slot}: {}", text.of_kind(Kind::Value, *word)));
                    let slots = slots.collect::<Vec<_>>().join(", ");
                    text.line(format!("frame {code:#x}@{pc} {{{slots}}}"));
                }
            }
        }
        let raised = text.of_kind(Kind::Value, self.context.raised.get());
        text.line(format!("pending {raised}"));
        self.describe_rest(&mut text);
        text.text
    }

    fn materialise(&self, trace: &Trace, snapshot: &Snapshot) -> Exit {
        let live = exit_operands(trace, snapshot);
        assert!(live.len() <= MATERIALISED, "random traces have few live operands");
        // SAFETY: the world's context belongs to this thread.
        let machine = unsafe { Direct::<NanBox>::new(&*self.context) };
        let mut maker = Maker { world: self, trace, live, machine, made: HashMap::new() };
        let mut frames = Vec::new();
        for index in trace.frames_of(snapshot) {
            let shot = trace.frame(index);
            let slots =
                trace.slots_of(index).iter().map(|(slot, operand)| (*slot, maker.bits(*operand))).collect();
            frames.push((shot.code, shot.pc, slots));
        }
        let result = (!snapshot.result.is_none()).then(|| {
            (trace.kind_of(snapshot.result).expect("a result has a kind"), maker.bits(snapshot.result))
        });
        for store in snapshot.stores_start..snapshot.stores_start + snapshot.stores_count {
            maker.perform_store(store);
        }
        Exit { mode: snapshot.mode, result, frames }
    }
}

/// Makes the virtuals of a snapshot. Objects do not move meanwhile: the transfer buffer is scanned conservatively, and
/// both the live operands and what is made are there.
struct Maker<'a> {
    world: &'a World,
    trace: &'a Trace,
    live: Vec<Operand>,
    machine: Direct<NanBox>,
    made: HashMap<u32, u64>,
}

impl Maker<'_> {
    fn bits(&mut self, operand: Operand) -> u64 {
        match operand.view() {
            OperandView::Const(i) => self.trace.consts[i as usize].bits,
            OperandView::Op(_) => {
                let at =
                    self.live.iter().position(|l| *l == operand).expect("every operand of an exit is live");
                self.world.context.transfer[at].get()
            }
            OperandView::Virtual(i) => self.made.get(&i).copied().unwrap_or_else(|| self.make(i)),
            OperandView::None => panic!("an operand of a snapshot is missing"),
        }
    }

    /// Notes what a virtual became, before its fields are made: virtuals may be circular.
    fn note(&mut self, index: u32, bits: u64) -> u64 {
        self.world.context.transfer[MATERIALISED + self.made.len()].set(bits);
        self.made.insert(index, bits);
        bits
    }

    fn field(&self, index: u32, n: u32) -> Operand {
        let v = self.trace.virtuals[index as usize];
        self.trace.virtual_fields[(v.fields_start + n) as usize]
    }

    fn make(&mut self, index: u32) -> u64 {
        let v = self.trace.virtuals[index as usize];
        match v.kind {
            VirtualKind::BoxInt | VirtualKind::BoxFloat | VirtualKind::BoxBool | VirtualKind::BoxRef => {
                let bits = self.bits(self.field(index, 0));
                let word = match v.kind {
                    VirtualKind::BoxInt => self.machine.box_int(bits as i64),
                    VirtualKind::BoxFloat => self.machine.box_float(f64::from_bits(bits)),
                    VirtualKind::BoxBool => self.machine.box_bool(bits != 0),
                    _ => bits,
                };
                self.note(index, word)
            }
            VirtualKind::UnboxRef => {
                let word = self.bits(self.field(index, 0));
                let reference = self.machine.as_ref(word).expect("a boxed reference");
                self.note(index, reference.map_or(0, |r| r.address() as u64))
            }
            VirtualKind::Object { layout, size_bytes } => {
                let object =
                    self.machine.new_object(layout, size_bytes).expect("a few bytes").expect("not null");
                // SAFETY: a fresh object of that size; zero is a valid word for every kind of field.
                unsafe { object.as_ptr().cast::<u8>().add(8).write_bytes(0, size_bytes as usize - 8) };
                let address = self.note(index, object.address() as u64);
                for pair in 0..v.fields_count / 2 {
                    let key = self.trace.as_const(self.field(index, pair * 2)).expect("the key of a field");
                    let value = self.field(index, pair * 2 + 1);
                    self.store(FieldKey(key.bits), address, value);
                }
                address
            }
            VirtualKind::Array { array } => {
                let length = v.fields_count as i64;
                let object =
                    self.machine.new_array(array_descr(array), length, Arg::Int(0)).expect("a few bytes");
                let address = self.note(index, object.expect("not null").address() as u64);
                for n in 0..v.fields_count {
                    self.store_item(array, address, n as i64, self.field(index, n));
                }
                address
            }
            VirtualKind::Store { .. } | VirtualKind::StoreItem { .. } => {
                panic!("a delayed store among the values")
            }
        }
    }

    fn perform_store(&mut self, index: u32) {
        let object = self.bits(self.field(index, 0));
        match self.trace.virtuals[index as usize].kind {
            VirtualKind::Store { field } => self.store(field, object, self.field(index, 1)),
            VirtualKind::StoreItem { array } => {
                let i = self.bits(self.field(index, 1)) as i64;
                self.store_item(array, object, i, self.field(index, 2));
            }
            other => panic!("{other:?} among the delayed stores"),
        }
    }

    fn store(&mut self, key: FieldKey, object: u64, value: Operand) {
        let field = FieldDescr {
            layout: key.layout(),
            name: "",
            offset: key.offset(),
            kind: key.field_kind(),
            mutability: key.mutability(),
        };
        let value = self.arg(key.kind(), value);
        self.machine.store(field, reference(object), value);
    }

    fn store_item(&mut self, key: ArrayKey, object: u64, index: i64, value: Operand) {
        let value = self.arg(key.kind(), value);
        self.machine.store_item(array_descr(key), reference(object), index, value);
    }

    fn arg(&mut self, kind: Kind, operand: Operand) -> Arg<Direct<NanBox>> {
        let bits = self.bits(operand);
        match kind {
            Kind::Value => Arg::Value(bits),
            Kind::Int => Arg::Int(bits as i64),
            Kind::Float => Arg::Float(f64::from_bits(bits)),
            Kind::Bool => Arg::Bool(bits != 0),
            Kind::Ref => Arg::Ref(reference(bits)),
        }
    }
}

fn reference(address: u64) -> RawRef {
    // SAFETY: a word of kind `ref` is null or the address of a live object.
    (address != 0).then(|| unsafe { Gc::<Object>::from_address(address as usize) })
}

fn array_descr(key: ArrayKey) -> ArrayDescr {
    ArrayDescr {
        layout: key.layout(),
        item: key.item_kind(),
        length_offset: key.length_offset(),
        items_offset: key.items_offset(),
        immutable: key.immutable(),
    }
}
