//! Executes traces without compiling them: the oracle for every optimizer pass and for the code generator, and the
//! backend of `jit=ir-interp`.
//!
//! It follows the protocol of machine code word for word: parameters come from the context's transfer buffer in
//! the order of the label's parameters; an exit leaves its live operands there in the order of
//! [`exit_operands`]; a jump to another unit leaves that label's arguments there. What an operation *does* is
//! delegated to [`Direct`], the machine that the interpreters themselves run on, so that trace and interpreter
//! cannot disagree about it.
//!
//! Values live in [`Registers`], which the collector scans, so operations may allocate and collect.
//!
//! Known limits: no safepoint poll on back edges, as in machine code today; allocation that fails outside a call
//! ends the process, since no exit could describe the state in the middle of an allocation.

use crate::eval::{eval, eval_checked};
use crate::footprint::{Place, Touched, is_compared};
use crate::op::{ArrayKey, FieldKey, LabelRef, Op, Opcode, Tag, UnitId};
use crate::registers::Registers;
use crate::snapshot::exit_operands;
use crate::trace::{Operand, OperandView, Trace};
use heap::{ArrayDescr, FieldDescr, Gc, Object};
use metatrace_machine::{
    Arg, CallDescr, Context, Direct, Encoding, FORCED, Host, Kind, Machine, Outcome, RawRef, RawWidth, Site,
    Status, TRANSFER_WORDS,
};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};

/// How a trace ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leaving {
    /// The entry frame returned this.
    Finished { kind: Kind, bits: u64 },
    /// The entry frame raised; the exception is pending in the context.
    Raised,
    /// The live operands are in the transfer buffer.
    Exit {
        /// Number among the operations of the unit that can leave.
        exit: u32,
        /// The operation.
        op: u32,
    },
    /// The frames of a call were rebuilt (see [`Site`]): the status of what it returned, its result and the frames are in the
    /// transfer buffer.
    Forced {
        /// The exit of the guard behind the call, or of the call of a trace.
        exit: u32,
    },
    /// The arguments are in the transfer buffer.
    Jump(LabelRef),
}

impl Leaving {
    /// What machine code returns in this case; `None` for a jump, which machine code makes by itself.
    pub fn outcome(self, first_exit: u64) -> Option<Outcome> {
        Some(match self {
            Leaving::Finished { kind, bits } => Outcome { status: Status::returned(kind).0, payload: bits },
            Leaving::Raised => Outcome { status: Status::RAISED.0, payload: 0 },
            Leaving::Exit { exit, .. } => {
                Outcome { status: Status::EXIT.0, payload: first_exit + exit as u64 }
            }
            Leaving::Forced { exit } => {
                Outcome { status: Status::EXIT.0, payload: FORCED | (first_exit + exit as u64) }
            }
            Leaving::Jump(_) => return None,
        })
    }
}

/// What the interpreter asks of its surroundings.
pub trait Hooks {
    /// Calls another trace: its arguments are in the transfer buffer, `cell` is the address of its trace cell.
    /// Runs the callee's frames to their end. Returns the status of `expected` with the result, or the status of
    /// [`Kind::Value`] with a tagged result, or [`Status::RAISED`] with the exception pending.
    fn call_trace(&mut self, context: &Context, cell: u64, expected: Kind, frames: i64) -> Outcome;

    /// Asked before each guard that may leave at any time (`guard_fail_every`): whether it must.
    fn forces_exit(&mut self) -> bool {
        false
    }

    /// Number of the unit's first exit, if calls let frames be seen. The home of an operation is then that of its number.
    fn first_exit_of_sites(&self) -> Option<u64> {
        None
    }

    /// A `keep` operation was executed.
    fn keep(&mut self, _kind: Kind, _bits: u64) {}
}

/// For traces that call no others.
pub struct NoHooks;

impl Hooks for NoHooks {
    fn call_trace(&mut self, _: &Context, cell: u64, _: Kind, _: i64) -> Outcome {
        panic!("a trace calls the trace cell {cell:#x}, and nobody can execute that")
    }
}

/// A trace ready to be executed.
#[derive(Debug)]
pub struct ExecutableTrace {
    trace: Trace,
    /// Label numbers with the index of the `label` operation.
    labels: Vec<(u32, u32)>,
    /// The operations that can leave, in order: what exit numbers count.
    exit_ops: Vec<u32>,
}

/// Whether the operation has an exit: guards and `leave`.
pub fn has_exit(opcode: Opcode) -> bool {
    opcode.is_guard() || opcode == Opcode::Leave
}

impl ExecutableTrace {
    /// Precondition: [`crate::verify`] accepts the trace.
    pub fn new(trace: Trace) -> ExecutableTrace {
        let mut labels = Vec::new();
        let mut exit_ops = Vec::new();
        for (index, op) in trace.ops.iter().enumerate() {
            if op.opcode == Opcode::Label {
                labels.push((op.aux.as_label().label, index as u32));
            } else if has_exit(op.opcode) {
                exit_ops.push(index as u32);
            }
        }
        ExecutableTrace { trace, labels, exit_ops }
    }

    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The operations that can leave, by exit number.
    pub fn exit_ops(&self) -> &[u32] {
        &self.exit_ops
    }

    /// Executes from a label until the trace is left.
    ///
    /// # Safety
    /// * The verifier accepts the trace; its constants of kind `ref` and its descriptors are those of live objects,
    ///   layouts and functions.
    /// * The transfer buffer holds the label's parameters, of their kinds.
    /// * The preconditions of its operations hold on the path taken (a tag is tested before it is removed, an index is
    ///   compared with the length …), as they do in every trace that the recorder made and passes kept intact.
    /// * The context belongs to the calling thread.
    ///
    /// # Panics
    /// If the trace has no such label.
    pub unsafe fn run<E: Encoding>(&self, context: &Context, label: u32, hooks: &mut dyn Hooks) -> Leaving {
        let registers = Registers::new(context.mutator(), self.trace.ops.len());
        // SAFETY: the contract of this function.
        let mut run = unsafe { Run::<E>::new(&self.trace, context, hooks, &registers) };
        let start = run.enter(self, label);
        run.until_left(self, start)
    }

    /// Executes from the operation `start`, with some results given: how a recorded trace is resumed at a position,
    /// whose slots are the only results that operations behind it use.
    ///
    /// # Safety
    /// As for [`ExecutableTrace::run`], with `values` (operation, bits) for the label's parameters; they are all that
    /// is used from before `start`.
    pub unsafe fn resume<E: Encoding>(
        &self,
        context: &Context,
        start: u32,
        values: &[(u32, u64)],
        hooks: &mut dyn Hooks,
    ) -> Leaving {
        let registers = Registers::new(context.mutator(), self.trace.ops.len());
        for (op, bits) in values {
            registers.set(*op, *bits);
        }
        // SAFETY: the contract of this function.
        let mut run = unsafe { Run::<E>::new(&self.trace, context, hooks, &registers) };
        run.until_left(self, start)
    }

    fn label(&self, number: u32) -> u32 {
        let found = self.labels.iter().find(|(n, _)| *n == number);
        found.unwrap_or_else(|| panic!("the trace has no label {number}")).1
    }
}

/// Executes a trace while it is being made, one operation at a time: for generators of traces, which must know the
/// values to choose guards that hold.
pub struct Stepper<'a, E: Encoding> {
    context: &'a Context,
    registers: Registers<'a>,
    encoding: PhantomData<E>,
}

impl<'a, E: Encoding> Stepper<'a, E> {
    /// For traces of at most `capacity` operations.
    pub fn new(context: &'a Context, capacity: usize) -> Self {
        Stepper { context, registers: Registers::new(context.mutator(), capacity), encoding: PhantomData }
    }

    /// The result of an operation that was executed, or set.
    pub fn result(&self, op: u32) -> u64 {
        self.registers.get(op)
    }

    /// Gives a parameter its value.
    pub fn set_result(&self, op: u32, bits: u64) {
        self.registers.set(op, bits);
    }

    /// Executes an operation; `false` if it is a guard that does not hold.
    ///
    /// # Safety
    /// As for [`ExecutableTrace::run`]; the operation is neither final nor a call of a trace.
    pub unsafe fn execute(&self, trace: &Trace, op: u32) -> bool {
        let mut hooks = NoHooks;
        // SAFETY: the contract of this function.
        let mut run = unsafe { Run::<E>::new(trace, self.context, &mut hooks, &self.registers) };
        matches!(run.step(op, &trace.ops[op as usize]), Step::Next)
    }
}

enum Step {
    Next,
    /// Leave through the snapshot of the operation.
    Exit,
    /// To the label that the operation names; the arguments are in the transfer buffer.
    Jump,
    Leave(Leaving),
}

struct Run<'a, E: Encoding> {
    trace: &'a Trace,
    context: &'a Context,
    hooks: &'a mut dyn Hooks,
    machine: Direct<E>,
    registers: &'a Registers<'a>,
    touched: Touched,
}

impl<'a, E: Encoding> Run<'a, E> {
    /// # Safety
    /// As for [`ExecutableTrace::run`].
    unsafe fn new(
        trace: &'a Trace,
        context: &'a Context,
        hooks: &'a mut dyn Hooks,
        registers: &'a Registers<'a>,
    ) -> Self {
        // SAFETY: the context outlives the run and belongs to this thread (contract).
        let machine = unsafe { Direct::<E>::new(context) };
        Run { trace, context, hooks, machine, registers, touched: Touched::default() }
    }

    // -- values

    fn bits(&self, operand: Operand) -> u64 {
        match operand.view() {
            OperandView::Op(i) => self.registers.get(i),
            OperandView::Const(i) => self.trace.consts[i as usize].bits,
            OperandView::Virtual(_) | OperandView::None => {
                panic!("{operand:?} has no value; the verifier forbids it")
            }
        }
    }
    fn int(&self, operand: Operand) -> i64 {
        self.bits(operand) as i64
    }
    fn reference(&self, operand: Operand) -> RawRef {
        match self.bits(operand) {
            0 => None,
            // SAFETY: an operand of kind `ref` is null or a live object: the registers keep it alive (contract of `run`).
            address => Some(unsafe { Gc::<Object>::from_address(address as usize) }),
        }
    }
    fn arg(&self, operand: Operand) -> Arg<Direct<E>> {
        let bits = self.bits(operand);
        match self.trace.kind_of(operand).expect("the verifier checked that it has a kind") {
            Kind::Value => Arg::Value(bits),
            Kind::Int => Arg::Int(bits as i64),
            Kind::Float => Arg::Float(f64::from_bits(bits)),
            Kind::Bool => Arg::Bool(bits != 0),
            Kind::Ref => Arg::Ref(self.reference(operand)),
        }
    }

    // -- control

    fn until_left(&mut self, unit: &ExecutableTrace, start: u32) -> Leaving {
        let mut next = start;
        loop {
            let op = &self.trace.ops[next as usize];
            match self.step(next, op) {
                Step::Next => next += 1,
                Step::Exit => {
                    self.send(&exit_operands(self.trace, self.trace.snapshot(op.snapshot)));
                    if let Some(label) = self.trace.branch_of(next) {
                        next = self.enter(unit, label);
                        continue;
                    }
                    let exit =
                        unit.exit_ops.binary_search(&next).expect("every operation with an exit is listed");
                    return Leaving::Exit { exit: exit as u32, op: next };
                }
                Step::Jump => match op.aux.as_label() {
                    LabelRef { unit: UnitId::THIS, label } => next = self.enter(unit, label),
                    elsewhere => return Leaving::Jump(elsewhere),
                },
                Step::Leave(leaving) => return leaving,
            }
        }
    }

    /// Takes the parameters of a label from the transfer buffer. Jumps inside the unit take this way too: all
    /// arguments are read before a parameter is written.
    fn enter(&mut self, unit: &ExecutableTrace, label: u32) -> u32 {
        self.touched.clear();
        let first = unit.label(label) + 1;
        let params =
            self.trace.ops[first as usize..].iter().take_while(|op| op.opcode == Opcode::Param).count()
                as u32;
        for i in 0..params {
            self.registers.set(first + i, self.context.transfer[i as usize].get());
        }
        first + params
    }

    /// Stores operands to the transfer buffer.
    fn send(&self, operands: &[Operand]) {
        assert!(operands.len() <= TRANSFER_WORDS, "the verifier limits what a unit hands over");
        for (word, operand) in self.context.transfer.iter().zip(operands) {
            word.set(self.bits(*operand));
        }
    }

    // -- operations

    fn step(&mut self, index: u32, op: &Op) -> Step {
        let args = self.trace.args(op);
        match op.opcode {
            Opcode::At | Opcode::Param | Opcode::Label => Step::Next,
            Opcode::Jump => {
                self.send(args);
                Step::Jump
            }
            Opcode::Leave => Step::Exit,
            Opcode::Finish => {
                let kind = self.trace.kind_of(args[0]).expect("the verifier checked that it has a kind");
                Step::Leave(Leaving::Finished { kind, bits: self.bits(args[0]) })
            }
            Opcode::FinishRaise => {
                self.context.raised.set(self.bits(args[0]));
                Step::Leave(Leaving::Raised)
            }
            Opcode::Call if self.is_site(index, op) => self.call_at_site(index, op),
            opcode if opcode.is_guard() => self.guard(index, op),
            _ => {
                let result = self.compute(op);
                self.registers.set(index, result);
                Step::Next
            }
        }
    }

    fn guard(&mut self, index: u32, op: &Op) -> Step {
        // These three follow an effect, and resume by what it did: they cannot leave as if it had gone otherwise.
        let is_bound = matches!(op.opcode, Opcode::GuardNoRaise | Opcode::GuardRaise | Opcode::CallTrace);
        if !is_bound && self.hooks.forces_exit() {
            return Step::Exit;
        }
        if op.opcode == Opcode::CallTrace {
            return self.call_trace(index, op);
        }
        let args = self.trace.args(op);
        if let Opcode::IntAddOvf | Opcode::IntSubOvf | Opcode::IntMulOvf = op.opcode {
            return match eval_checked(op.opcode, self.int(args[0]), self.int(args[1])) {
                Some(result) => {
                    self.registers.set(index, result as u64);
                    Step::Next
                }
                None => Step::Exit,
            };
        }
        if self.holds(op, args) { Step::Next } else { Step::Exit }
    }

    fn holds(&mut self, op: &Op, args: &[Operand]) -> bool {
        match op.opcode {
            Opcode::GuardTrue => self.bits(args[0]) != 0,
            Opcode::GuardFalse => self.bits(args[0]) == 0,
            Opcode::GuardTag => has_tag::<E>(self.bits(args[0]), op.aux.as_tag()),
            Opcode::GuardNotTag => !has_tag::<E>(self.bits(args[0]), op.aux.as_tag()),
            Opcode::GuardLayout => self.machine.has_layout(self.reference(args[0]), op.aux.as_layout()),
            Opcode::GuardNotLayout => !self.machine.has_layout(self.reference(args[0]), op.aux.as_layout()),
            Opcode::GuardIs => self.bits(args[0]) == self.bits(args[1]),
            Opcode::GuardIsNot => self.bits(args[0]) != self.bits(args[1]),
            Opcode::GuardNoRaise => self.context.raised.get() == 0,
            Opcode::GuardRaise => self.context.raised.get() != 0,
            // SAFETY: the auxiliary word of `guard_valid` is the address of an assumption's flag, which the owner of
            // the trace keeps alive.
            Opcode::GuardValid => unsafe { &*(op.aux.0 as *const AtomicU64) }.load(Ordering::Acquire) == 0,
            _ => unreachable!("{} is not a guard without a result", op.opcode.name()),
        }
    }

    /// Whether a residual call may come to look at frames.
    fn is_site(&self, index: u32, op: &Op) -> bool {
        let descr = op.aux.as_call();
        let guard = self.trace.ops.get(index as usize + 1).map(|next| next.opcode);
        self.hooks.first_exit_of_sites().is_some()
            && descr.effects.runs_user_code
            && descr.result != Some(Kind::Ref)
            && matches!(guard, Some(Opcode::GuardNoRaise | Opcode::GuardRaise))
    }

    fn call_at_site(&mut self, index: u32, op: &Op) -> Step {
        let (mut status, mut bits) = (0, 0);
        let left = self.at_site(index + 1, |run, site| {
            run.context.site.set(site);
            let descr = op.aux.as_call();
            bits = run.call(descr, run.trace.args(op));
            status = Status::returned(descr.result.unwrap_or(Kind::Value)).0;
            (status, if descr.result.is_some() { bits } else { E::NONE })
        });
        self.registers.set(index, bits);
        left.unwrap_or(Step::Next)
    }

    /// Makes a call during which the frames of the exit of operation `guard` can be found. The step to take instead of the
    /// next one if they were rebuilt. `call`: the status and the bits that it returned.
    fn at_site(
        &mut self,
        guard: u32,
        call: impl FnOnce(&mut Self, *const Site) -> (u64, u64),
    ) -> Option<Step> {
        let Some(first_exit) = self.hooks.first_exit_of_sites() else {
            call(self, std::ptr::null());
            return None;
        };
        let ops = &self.trace.ops;
        let exit = ops[..guard as usize].iter().filter(|op| has_exit(op.opcode)).count() as u32;
        let frames_count = self.trace.frames_of(self.trace.snapshot(ops[guard as usize].snapshot)).len();
        let number = Site::exit_word(first_exit + u64::from(exit), frames_count);
        let mut words = vec![self.context.caller.get() as u64, number, 0];
        // What is behind the call has no value yet.
        words.extend((0..ops.len() as u32).map(|op| self.registers.get(op)));
        let site: *const Site = words.as_mut_ptr().cast();
        let (status, bits) = call(self, site);
        // SAFETY: the words begin with those of a site, and live until here.
        let forced = unsafe { &*site }.forced.get();
        if forced.is_null() {
            return None;
        }
        for (word, to) in [status, bits, forced as u64].into_iter().zip(&self.context.transfer) {
            to.set(word);
        }
        Some(Step::Leave(Leaving::Forced { exit }))
    }

    fn call_trace(&mut self, index: u32, op: &Op) -> Step {
        self.send(self.trace.args(op));
        let expected = op.kind.expect("the verifier checked that a call of a trace has a kind");
        let frames = self.trace.frames_of(self.trace.snapshot(op.snapshot)).len() as i64;
        let mut outcome = Outcome { status: 0, payload: 0 };
        let left = self.at_site(index, |run, site| {
            let context = run.context;
            let caller = context.caller.get();
            if !site.is_null() {
                context.caller.set(site);
            }
            outcome = run.hooks.call_trace(context, op.aux.0, expected, frames);
            context.caller.set(caller);
            context.site.set(std::ptr::null());
            (outcome.status, outcome.payload)
        });
        if let Some(step) = left {
            return step;
        }
        let is_expected = outcome.status == Status::returned(expected).0;
        // At the exit the result's word is a tagged value; if the callee raised, resume looks at the exception first.
        let is_raised = outcome.status == Status::RAISED.0;
        self.registers.set(index, if is_raised { 0 } else { outcome.payload });
        if is_expected {
            return Step::Next;
        }
        assert!(
            is_raised || outcome.status == Status::returned(Kind::Value).0,
            "a called trace ended with {outcome:?}"
        );
        Step::Exit
    }

    /// Everything that has a result, or none, and cannot leave.
    fn compute(&mut self, op: &Op) -> u64 {
        let args = self.trace.args(op);
        match op.opcode {
            Opcode::BoxInt | Opcode::BoxImmediate => self.machine.box_int(self.int(args[0])),
            Opcode::BoxFloat => self.machine.box_float(f64::from_bits(self.bits(args[0]))),
            Opcode::BoxBool => self.machine.box_bool(self.bits(args[0]) != 0),
            Opcode::BoxRef => self.machine.box_ref(self.reference(args[0])),
            // An integer that was boxed in the same trace may be wide.
            Opcode::UnboxInt => self.machine.as_int(self.bits(args[0])).expect("the tag was tested") as u64,
            Opcode::UnboxFloat => {
                self.machine.as_float(self.bits(args[0])).expect("the tag was tested").to_bits()
            }
            Opcode::UnboxBool => self.machine.as_bool(self.bits(args[0])).expect("the tag was tested") as u64,
            Opcode::UnboxRef => {
                reference_bits(self.machine.as_ref(self.bits(args[0])).expect("the tag was tested"))
            }
            Opcode::LoadField => {
                self.touched.note_field(args[0], op.aux.as_field());
                self.load_field(op.aux.as_field(), args[0])
            }
            Opcode::StoreField => {
                self.machine.store(
                    field_descr(op.aux.as_field()),
                    self.reference(args[0]),
                    self.arg(args[1]),
                );
                self.touched.note_field(args[0], op.aux.as_field());
                0
            }
            Opcode::ArrayLen => {
                self.machine.array_len(array_descr(op.aux.as_array()), self.reference(args[0])) as u64
            }
            Opcode::LoadItem => {
                let index = self.int(args[1]);
                self.touched.note_item(args[0], op.aux.as_array(), index);
                self.load_item(op.aux.as_array(), args[0], index)
            }
            Opcode::StoreItem => {
                let array = array_descr(op.aux.as_array());
                self.machine.store_item(array, self.reference(args[0]), self.int(args[1]), self.arg(args[2]));
                self.touched.note_item(args[0], op.aux.as_array(), self.int(args[1]));
                0
            }
            Opcode::SetLayout => {
                self.machine.set_layout(self.reference(args[0]), op.aux.as_layout());
                0
            }
            Opcode::New => {
                let (layout, size_bytes) = op.aux.as_allocation();
                allocated(self.machine.new_object(layout, size_bytes))
            }
            Opcode::NewArray => {
                let array = array_descr(op.aux.as_array());
                allocated(self.machine.new_array(array, self.int(args[0]), self.arg(args[1])))
            }
            Opcode::LoadRaw => self.load_raw(op.aux.as_raw(), args[0], args[1]),
            Opcode::StoreRaw => {
                self.machine.store_raw(
                    op.aux.as_raw(),
                    self.int(args[0]),
                    self.int(args[1]),
                    self.arg(args[2]),
                );
                0
            }
            Opcode::Call => self.call(op.aux.as_call(), args),
            Opcode::TakeRaised => self.machine.take_raised(),
            Opcode::Keep => {
                let kind = self.trace.kind_of(args[0]).expect("the verifier checked that it has a kind");
                let bits = self.bits(args[0]);
                self.hooks.keep(kind, bits);
                0
            }
            opcode => {
                let bits = [0, 1, 2].map(|i| args.get(i).map_or(0, |a| self.bits(*a)));
                eval(opcode, &bits[..args.len()])
                    .unwrap_or_else(|| panic!("the precondition of {} does not hold", opcode.name()))
            }
        }
    }

    fn load_field(&mut self, key: FieldKey, object: Operand) -> u64 {
        let (field, r) = (field_descr(key), self.reference(object));
        match key.kind() {
            Kind::Value => self.machine.load_value(field, r),
            Kind::Int => self.machine.load_int(field, r) as u64,
            Kind::Float => self.machine.load_float(field, r).to_bits(),
            Kind::Bool => self.machine.load_bool(field, r) as u64,
            Kind::Ref => reference_bits(self.machine.load_ref(field, r)),
        }
    }

    fn load_item(&mut self, key: ArrayKey, object: Operand, i: i64) -> u64 {
        let (array, r) = (array_descr(key), self.reference(object));
        match key.kind() {
            Kind::Value => self.machine.load_item_value(array, r, i),
            Kind::Int | Kind::Bool => self.machine.load_item_int(array, r, i) as u64,
            Kind::Float => self.machine.load_item_float(array, r, i).to_bits(),
            Kind::Ref => reference_bits(self.machine.load_item_ref(array, r, i)),
        }
    }

    fn load_raw(&mut self, width: RawWidth, address: Operand, offset: Operand) -> u64 {
        let (address, offset) = (self.int(address), self.int(offset));
        if width.is_float() {
            self.machine.load_raw_float(width, address, offset).to_bits()
        } else {
            self.machine.load_raw_int(width, address, offset) as u64
        }
    }

    /// Calls, and tests that the function keeps to its effects (see `footprint.rs`).
    fn call(&mut self, descr: &'static CallDescr, args: &[Operand]) -> u64 {
        let places = self.touched.kept_by(&descr.effects);
        if places.is_empty() {
            return self.call_and_compare(descr, args);
        }
        // What the words refer to stays in its place: a call may collect.
        let before = Registers::new(self.context.mutator(), places.len());
        let mut is_there = Vec::with_capacity(places.len());
        for (number, place) in (0..).zip(&places) {
            let found = self.look_at(*place);
            before.set(number, found.unwrap_or(0));
            is_there.push(found.is_some());
        }
        let result = self.call_and_compare(descr, args);
        for (number, place) in (0..).zip(&places).filter(|(number, _)| is_there[*number as usize]) {
            let was = before.get(number);
            if let Some(is) = self.look_at(*place)
                && is != was
            {
                let name = descr.name;
                panic!("{name} has written {place}, which its effects leave out: {was:#x} became {is:#x}");
            }
        }
        result
    }

    fn call_and_compare(&mut self, descr: &'static CallDescr, args: &[Operand]) -> u64 {
        let result = self.call_once(descr, args);
        if is_compared(descr) {
            let again = self.call_once(descr, args);
            assert!(
                result == again,
                "{} is declared pure, and answers {result:#x}, then {again:#x}",
                descr.name
            );
        }
        result
    }

    /// What is at a place now; `None` for an item that is no more.
    fn look_at(&mut self, place: Place) -> Option<u64> {
        match place {
            Place::Field { object, key } => Some(self.load_field(key, object)),
            Place::Item { object, key, index } => {
                let length = self.machine.array_len(array_descr(key), self.reference(object));
                (0..length).contains(&index).then(|| self.load_item(key, object, index))
            }
        }
    }

    /// The result's bits; 0 if the function raised, which the next operation tests.
    fn call_once(&mut self, descr: &'static CallDescr, args: &[Operand]) -> u64 {
        let args = args.iter().map(|a| self.arg(*a)).collect::<Vec<_>>();
        let result = match descr.result {
            None => self.machine.call_nothing(descr, &args).map(|()| 0),
            Some(Kind::Value) => self.machine.call_value(descr, &args),
            Some(Kind::Int) => self.machine.call_int(descr, &args).map(|i| i as u64),
            Some(Kind::Float) => self.machine.call_float(descr, &args).map(f64::to_bits),
            Some(Kind::Bool) => self.machine.call_bool(descr, &args).map(|b| b as u64),
            Some(Kind::Ref) => self.machine.call_ref(descr, &args).map(reference_bits),
        };
        result.unwrap_or(0)
    }
}

fn has_tag<E: Encoding>(word: u64, tag: Tag) -> bool {
    match tag {
        Tag::Int => E::is_int(&mut Host, word),
        Tag::Float => E::is_float(&mut Host, word),
        Tag::Bool => E::is_bool(&mut Host, word),
        Tag::Ref => E::is_ref(&mut Host, word),
    }
}

fn field_descr(key: FieldKey) -> FieldDescr {
    FieldDescr {
        layout: key.layout(),
        name: "",
        offset: key.offset(),
        kind: key.field_kind(),
        mutability: key.mutability(),
    }
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

fn reference_bits(r: RawRef) -> u64 {
    r.map_or(0, |object| object.address() as u64)
}

fn allocated(result: Result<RawRef, metatrace_machine::Raised>) -> u64 {
    match result {
        Ok(object) => reference_bits(object),
        Err(_) => {
            eprintln!("fatal: out of memory in a trace");
            std::process::exit(1)
        }
    }
}
