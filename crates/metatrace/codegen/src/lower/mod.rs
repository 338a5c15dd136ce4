//! IR to CLIF, one operation at a time.
//!
//! A unit becomes one Cranelift function. Its first block dispatches on the selector to one *entry block* per label,
//! which loads the label's parameters from the transfer buffer and jumps to the label's block; loop-carried values are
//! typed block parameters and so live in registers. Every guard ends a block: its cold side is an exit block
//! (`exit.rs`), emitted after everything else so that hot code is contiguous.
//!
//! Instructions are appended with a plain cursor and not with `cranelift-frontend`: the input is in SSA form already.
//!
//! | file | operations |
//! |---|---|
//! | `scalar.rs` | arithmetic, comparisons, conversions, boxing |
//! | `guard.rs` | guards, overflow-checked arithmetic |
//! | `validity.rs` | guards on assumptions that are left out |
//! | `exit.rs` | exit blocks |
//! | `homes.rs` | values that are on the stack for exits |
//! | `constants.rs` | constants that are in registers for loops |
//! | `by_op.rs` | (a table by operation) |
//! | `heap.rs` | loads, stores, write barrier |
//! | `alloc.rs` | allocation |
//! | `site.rs` | what residual calls and calls of traces show of frames |
//! | `call.rs` | residual calls, calls of traces, jumps, results |
//!
//! Invariants: a value is used only in the block of operations (label to final operation) that defines it; the
//! context pointer is the first parameter of the function and dominates everything.

mod alloc;
mod by_op;
mod call;
mod constants;
mod exit;
mod guard;
mod heap;
mod homes;
mod scalar;
mod site;
mod validity;

use crate::compiler::{Stubs, stub_signature, words_signature};
use crate::unit::{CodegenError, Linker, UnitRequest};
use crate::words::ClifWords;
use alloc::Allocations;
pub(crate) use constants::Kept;
use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::entity::packed_option::PackedOption;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    Block, BlockArg, Function, InstBuilder, MemFlagsData, SigRef, Signature, SourceLoc, Type, Value, types,
};
use cranelift_codegen::isa::CallConv;
pub(crate) use exit::{Gather, Gathers};
use exit::{PendingBranch, PendingExit};
use homes::Homes;
use metatrace_ir::{Const, LiveOperands, Op, Opcode, Operand, OperandView, Trace, UnitId};
use metatrace_machine::{
    CALLED, Context, Encoding, Kind, MAX_CALL_ARGS, REGISTER_ARGS, Site, Status, TRANSFER_WORDS, WordOps,
};
use site::Sites;
use std::marker::PhantomData;

/// Last words of the transfer buffer, which no seam uses: arguments of a slow-path stub, then its result in the first.
const SCRATCH_WORDS: usize = 3;
pub(crate) const SCRATCH_OFFSET: i32 = Context::TRANSFER_OFFSET + 8 * (TRANSFER_WORDS - SCRATCH_WORDS) as i32;
/// Values that can cross a seam.
const MAX_TRANSFER: usize = TRANSFER_WORDS - SCRATCH_WORDS;

/// Aligned and never trapping, as all our accesses are.
const TRUSTED: MemFlagsData = MemFlagsData::trusted();

/// See [`Lowering::mark`].
const NO_MARK: u32 = u32::MAX;

/// Signature of a unit, `(ctx, selector, words) -> (status, payload)`, as it looks to one who hands over so many words: what the others
/// mean nothing for is whatever is in their registers.
pub(crate) fn unit_signature(words: usize) -> Signature {
    words_signature(CallConv::Tail, 2 + words, 2)
}

/// Makes the block that a function begins with, with the function's parameters.
pub(crate) fn entry_block(func: &mut Function) -> Block {
    let block = func.dfg.make_block();
    func.layout.append_block(block);
    let params: Vec<Type> = func.signature.params.iter().map(|p| p.value_type).collect();
    for ty in params {
        func.dfg.append_block_param(block, ty);
    }
    block
}

fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Value | Kind::Int | Kind::Ref => types::I64,
        Kind::Float => types::F64,
        Kind::Bool => types::I8,
    }
}

/// A label of the unit.
struct LabelBlock {
    label: u32,
    /// The `label` operation; its parameters follow it.
    op: u32,
    param_count: u32,
    block: Block,
    /// No jump of the unit leads here: the block has no parameters, see [`Arrivals`].
    is_entry_only: bool,
    /// Constants that its block takes besides its parameters.
    kept: Vec<u64>,
}

/// The parameters of a label that is entered from outside only, as long as they are still where they arrived.
///
/// Parameter `i` arrives in word `i` of the transfer buffer. Until an operation calls something that may use the buffer,
/// it need not be loaded before its first use, and neither an exit nor a jump has to store it there again: the
/// preamble of a loop and a bridge pass most of what they receive through untouched. The collector scans the buffer,
/// so a reference is as safe there as in a register.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Arrivals {
    /// First `param` operation, and how many there are.
    first: u32,
    count: u32,
}

impl Arrivals {
    /// The word that holds the operand, if it is one of the parameters.
    fn index(self, operand: Operand) -> Option<usize> {
        let index = operand.as_op()?.checked_sub(self.first)?;
        (index < self.count).then_some(index as usize)
    }
}

/// Tables that are reused from unit to unit.
#[derive(Default)]
pub(crate) struct Entities {
    values: Vec<PackedOption<Value>>,
}

/// The state of compiling one unit. See the module header.
pub(crate) struct Lowering<'a, E> {
    trace: &'a Trace,
    request: &'a UnitRequest,
    linker: &'a dyn Linker,
    stubs: &'a Stubs,
    /// Lists what leaves with exits.
    live: LiveOperands<'a>,
    /// Result of each operation so far.
    values: &'a mut Vec<PackedOption<Value>>,
    cur: FuncCursor<'a>,
    /// The block with the function's parameters.
    entry: Block,
    ctx: Value,
    /// The operation being lowered, for errors.
    op: u32,
    /// First operation of the current block of operations.
    block_start: u32,
    labels: Vec<LabelBlock>,
    exits: Vec<PendingExit>,
    /// Exits of groups: block, ordinal, the group's block.
    joining: Vec<(Block, u32, Block)>,
    branches: Vec<PendingBranch>,
    exit_count: u32,
    arrivals: Option<Arrivals>,
    /// Address of the first exit slot.
    slots: usize,
    /// Address of the table of what exits gather.
    gather_ranges: usize,
    /// What exits gather, by their ordinals.
    gathered: Vec<(Vec<u32>, Vec<Gather>)>,
    /// Address of the counter of the `guard_fail_every` stress option.
    guard_counter: usize,
    /// Address of the counter of entries.
    entries: Option<usize>,
    /// By the number of words.
    unit_sigs: [Option<SigRef>; REGISTER_ARGS + 1],
    stub_sig: Option<SigRef>,
    call_sigs: [Option<SigRef>; MAX_CALL_ARGS + 2],
    completion_sig: Option<SigRef>,
    allocations: Allocations,
    /// How many frames are left, if the current block of operations has called a trace: see `call_trace`.
    frames_left: Option<Value>,
    sites: Sites,
    homes: Homes,
    /// Constants that are in registers in the current block of operations.
    kept: Vec<Kept>,
    /// Guards on assumptions that need no test, ascending.
    redundant: Vec<u32>,
    /// A store whose write barrier was emitted with its value.
    barrier_done: Option<u32>,
    /// Block that returns RAISED after a failed allocation.
    out_of_memory: Option<Block>,
    encoding: PhantomData<E>,
}

/// What whoever leaves a unit must know.
pub(crate) struct Homed {
    /// The home of each operation that has one, ascending; see `site.rs`.
    pub homes: Box<[(u32, u32)]>,
    /// What exits gather, by their ordinals; see `exit.rs`.
    pub gathered: Vec<(Vec<u32>, Vec<Gather>)>,
}

type Lowered<T> = Result<T, CodegenError>;

impl<'a, E: Encoding> Lowering<'a, E> {
    #[allow(clippy::too_many_arguments, reason = "one caller; the fields of the compiler, borrowed apart")]
    pub(crate) fn new(
        request: &'a UnitRequest,
        linker: &'a dyn Linker,
        stubs: &'a Stubs,
        entities: &'a mut Entities,
        func: &'a mut Function,
        slots: usize,
        gather_ranges: usize,
        guard_counter: usize,
    ) -> Self {
        let entry = entry_block(func);
        let ctx = func.dfg.block_params(entry)[0];
        let mut cur = FuncCursor::new(func);
        cur.goto_bottom(entry);
        entities.values.clear();
        entities.values.resize(request.trace.ops.len(), None.into());
        Lowering {
            trace: &request.trace,
            request,
            linker,
            stubs,
            live: LiveOperands::new(&request.trace),
            values: &mut entities.values,
            cur,
            entry,
            ctx,
            op: 0,
            block_start: 0,
            labels: Vec::new(),
            exits: Vec::new(),
            joining: Vec::new(),
            branches: Vec::new(),
            exit_count: 0,
            arrivals: None,
            slots,
            gather_ranges,
            gathered: Vec::new(),
            guard_counter,
            entries: None,
            unit_sigs: [None; REGISTER_ARGS + 1],
            stub_sig: None,
            call_sigs: [None; MAX_CALL_ARGS + 2],
            completion_sig: None,
            allocations: Allocations::default(),
            frames_left: None,
            sites: Sites::default(),
            homes: Homes::default(),
            kept: Vec::new(),
            redundant: Vec::new(),
            barrier_done: None,
            out_of_memory: None,
            encoding: PhantomData,
        }
    }

    /// The unit is to count how often its first label is entered.
    pub(crate) fn counting_entries(self, entries: Option<usize>) -> Self {
        Lowering { entries, ..self }
    }

    pub(crate) fn run(mut self) -> Lowered<Homed> {
        self.find_labels()?;
        self.redundant = self.redundant_guards();
        if self.has_sites() {
            self.begin_site();
        }
        self.dispatch()?;
        let mut index = 0;
        while index < self.trace.ops.len() {
            self.op = index as u32;
            let op = self.trace.ops[index];
            if op.opcode == Opcode::Label {
                index += 1 + self.enter_label()? as usize;
                continue;
            }
            self.lower(&op)?;
            self.bring_home(self.op, self.op)?;
            index += 1;
            if op.opcode.is_final()
                && index < self.trace.ops.len()
                && self.trace.ops[index].opcode != Opcode::Label
            {
                return Err(self.malformed("an operation behind a final one"));
            }
        }
        if !self.trace.ops.last().is_some_and(|op| op.opcode.is_final()) {
            return Err(self.malformed("the unit does not end in a final operation"));
        }
        self.kept.clear();
        self.emit_exits()?;
        self.emit_out_of_memory();
        self.finish_sites();
        self.finish_homes();
        let gathered = std::mem::take(&mut self.gathered);
        Ok(Homed { homes: self.homes.into_list(), gathered })
    }

    fn find_labels(&mut self) -> Lowered<()> {
        let has_sites = self.has_sites();
        self.homes.stores_once = self.stores_once();
        let ops = &self.trace.ops;
        for (i, op) in ops.iter().enumerate() {
            if op.opcode != Opcode::Label {
                continue;
            }
            let param_count = ops[i + 1..].iter().take_while(|p| p.opcode == Opcode::Param).count();
            if param_count > MAX_TRANSFER {
                return Err(CodegenError::TooManyLiveValues { op: i as u32, count: param_count });
            }
            let label = op.aux.as_label().label;
            let is_branch_target = self.trace.branches.iter().any(|b| b.label == label);
            let is_entry_only = label == 0 && !self.jumps_to(label) && !is_branch_target;
            let block = self.cur.func.dfg.make_block();
            if ops[i + 1..i + 1 + param_count].iter().any(|param| param.kind.is_none()) {
                return Err(self.malformed("a parameter without a kind"));
            }
            let (op, param_count) = (i as u32, param_count as u32);
            let kept = if is_entry_only { Vec::new() } else { self.choose_kept(label, op) };
            self.labels.push(LabelBlock { label, op, param_count, block, is_entry_only, kept });
        }
        if self.labels.first().is_none_or(|l| l.label != 0 || l.op != 0) {
            return Err(self.malformed("a unit begins with label 0"));
        }
        self.make_homes(if has_sites { Site::HOMES_OFFSET as usize } else { 0 })?;
        for LabelBlock { op, param_count, block, is_entry_only, kept, .. } in &self.labels {
            let params = op + 1..op + 1 + if *is_entry_only { 0 } else { *param_count };
            for param in params.filter(|op| !self.homes.is_carried(*op)) {
                let kind = ops[param as usize].kind.expect("checked above");
                self.cur.func.dfg.append_block_param(*block, type_of(kind));
            }
            for _ in kept {
                self.cur.func.dfg.append_block_param(*block, types::I64);
            }
        }
        Ok(())
    }

    /// Marks the instructions to come for who edits or measures the finished code ([`crate::overflow`], [`crate::loops`]): Cranelift hands
    /// source locations through, and we have no other use for them. It keeps their distances from the first, -1 for none: marks are further apart.
    fn mark(&mut self, mark: u32) {
        self.cur.set_srcloc(SourceLoc::new(mark));
    }

    fn jumps_to(&self, label: u32) -> bool {
        self.trace.ops.iter().filter(|op| op.opcode == Opcode::Jump).any(|op| {
            let target = op.aux.as_label();
            target.label == label && self.is_this_unit(target.unit)
        })
    }

    /// Guards on assumptions that are implied by others. Stress that lets guards fail is for all of them.
    fn redundant_guards(&self) -> Vec<u32> {
        if self.request.validity.is_none() || self.guard_counter != 0 {
            return Vec::new();
        }
        validity::redundant(self.trace, &|unit| self.is_this_unit(unit), &|label| self.is_entered(label))
    }

    /// Whether a label is entered from outside: not what guards of this unit alone go to.
    fn is_entered(&self, label: u32) -> bool {
        label == 0 || self.trace.branches.iter().all(|branch| branch.label != label)
    }

    /// Selector 0 and all negative selectors (exit words) go to label 0.
    fn dispatch(&mut self) -> Lowered<()> {
        let selector = self.cur.func.dfg.block_params(self.entry)[1];
        if let Some(at) = self.labels.iter().position(|l| Some(l.label) == self.request.called_label) {
            // Whoever else comes in comes rarely.
            let (enter, next) = (self.block(), self.cold_block());
            let called = CALLED | u64::from(self.labels[at].label);
            let hit = self.cur.ins().icmp_imm_u(IntCC::Equal, selector, called as i64);
            self.cur.ins().brif(hit, enter, &[], next, &[]);
            self.at(enter);
            self.load_params(at, REGISTER_ARGS);
            self.at(next);
        }
        for i in 1..self.labels.len() {
            if !self.is_entered(self.labels[i].label) {
                continue;
            }
            let (enter, next) = (self.cold_block(), self.block());
            let hit = self.cur.ins().icmp_imm_u(IntCC::Equal, selector, i64::from(self.labels[i].label));
            self.cur.ins().brif(hit, enter, &[], next, &[]);
            self.at(enter);
            self.load_params(i, 0);
            self.at(next);
        }
        if let Some(entries) = self.entries {
            let entries = self.constant_word(entries as u64);
            let count = self.cur.ins().load(types::I64, TRUSTED, entries, 0);
            let count = self.cur.ins().iadd_imm_s(count, 1);
            self.cur.ins().store(TRUSTED, count, entries, 0);
        }
        self.load_params(0, 0);
        Ok(())
    }

    /// Goes to a label whose first parameters are in registers, the others in the transfer buffer.
    fn load_params(&mut self, label: usize, in_registers: usize) {
        let LabelBlock { op, param_count, block, is_entry_only, .. } = self.labels[label];
        let param_count = if is_entry_only { 0 } else { param_count };
        let mut args = Vec::with_capacity(param_count as usize);
        for i in 0..param_count {
            let kind = self.trace.ops[(op + 1 + i) as usize].kind.expect("`find_labels` checked the kinds");
            let value = if (i as usize) < in_registers {
                let word = self.cur.func.dfg.block_params(self.entry)[2 + i as usize];
                self.decode_word(word, kind)
            } else {
                self.load_transfer(i as usize, kind)
            };
            if self.homes.is_carried(op + 1 + i) {
                self.receive_carried(op + 1 + i, value);
            } else {
                args.push(BlockArg::from(value));
            }
        }
        self.pass_kept(label, &mut args);
        self.cur.ins().jump(block, &args);
    }

    /// Returns the number of parameters.
    fn enter_label(&mut self) -> Lowered<u32> {
        let at = self.labels.iter().position(|l| l.op == self.op).expect("`find_labels` saw every label");
        let LabelBlock { param_count, block, is_entry_only, .. } = self.labels[at];
        if self.op > 0 && !self.trace.ops[self.op as usize - 1].opcode.is_final() {
            return Err(self.malformed("control falls into a label"));
        }
        self.block_start = self.op;
        self.at(block);
        self.arrivals = is_entry_only.then_some(Arrivals { first: self.op + 1, count: param_count });
        if !is_entry_only {
            let params = self.op + 1..self.op + 1 + param_count;
            let in_registers = params.filter(|op| !self.homes.is_carried(*op));
            for (param, value) in in_registers.zip(self.cur.func.dfg.block_params(block)) {
                self.values[param as usize] = (*value).into();
            }
        }
        self.begin_kept(at);
        self.begin_homes(at)?;
        self.allocations.begin_block();
        self.frames_left = None;
        Ok(param_count)
    }

    /// Loads the parameters that no operation has used so far: the transfer buffer is about to change.
    fn leave_arrivals(&mut self) -> Lowered<()> {
        if let Some(arrivals) = self.arrivals {
            for i in arrivals.first..arrivals.first + arrivals.count {
                self.value(Operand::op(i))?;
                self.bring_home(i, self.op - 1)?;
            }
            self.arrivals = None;
        }
        Ok(())
    }

    fn lower(&mut self, op: &Op) -> Lowered<()> {
        use Opcode::*;
        match op.opcode {
            IntAddOvf | IntSubOvf | IntMulOvf => self.overflow_checked(op),
            GuardTrue | GuardFalse | GuardTag | GuardNotTag | GuardLayout | GuardNotLayout | GuardIs
            | GuardIsNot | GuardNoRaise | GuardRaise | GuardValid => self.guard(op),
            Leave => self.leave(),
            LoadField | ArrayLen | LoadItem | LoadRaw => self.load(op),
            StoreField | StoreItem | SetLayout | StoreRaw => self.store(op),
            New => self.new_object(op),
            NewArray => self.new_array(op),
            Call => self.call(op),
            CallTrace => self.call_trace(op),
            TakeRaised => self.take_raised(),
            Jump => self.jump(op),
            Finish | FinishRaise => self.finish(op),
            At | Keep => Ok(()),
            Label | Param => Err(self.malformed("a parameter not behind a label")),
            _ => self.scalar(op),
        }
    }

    // -- values

    fn malformed(&self, what: impl Into<String>) -> CodegenError {
        CodegenError::Malformed { op: self.op, what: what.into() }
    }

    fn define(&mut self, value: Value) {
        self.values[self.op as usize] = value.into();
    }

    fn constant_word(&mut self, bits: u64) -> Value {
        self.words().constant(bits)
    }

    /// The value of an operand, in the type of its kind.
    fn value(&mut self, operand: Operand) -> Lowered<Value> {
        match operand.view() {
            OperandView::Op(i) => {
                let known = self.values.get(i as usize).filter(|_| i >= self.block_start);
                if let Some(value) = known.and_then(|v| v.expand()) {
                    return Ok(value);
                }
                let kind = self.trace.kind_of(operand).filter(|_| i >= self.block_start);
                if let Some(carried) = kind.and_then(|kind| self.carried_value(i, kind)) {
                    return Ok(carried);
                }
                let arrival = self.arrivals.and_then(|arrivals| arrivals.index(operand));
                let (Some(arrival), Some(kind)) = (arrival, kind) else {
                    return Err(self.malformed(format!("%{i} is not defined in this block")));
                };
                // Operands are fetched where they dominate the rest of the block, so this is for all later uses too.
                let value = self.load_transfer(arrival, kind);
                self.values[i as usize] = value.into();
                Ok(value)
            }
            OperandView::Const(i) => {
                let Const { kind, bits } = self.trace.consts[i as usize];
                Ok(match kind {
                    Kind::Value | Kind::Int | Kind::Ref => self.constant_word(bits),
                    Kind::Float => self.cur.ins().f64const(f64::from_bits(bits)),
                    Kind::Bool => self.cur.ins().iconst(types::I8, (bits & 1) as i64),
                })
            }
            OperandView::Virtual(_) | OperandView::None => {
                Err(self.malformed(format!("operand {operand:?}")))
            }
        }
    }

    /// The value of an operand as a word: floats as their bits, booleans as 0 or 1.
    fn word(&mut self, operand: Operand) -> Lowered<Value> {
        if let Some(c) = self.trace.as_const(operand) {
            return Ok(self.constant_word(c.bits));
        }
        let value = self.value(operand)?;
        Ok(self.encode_word(value))
    }

    fn encode_word(&mut self, value: Value) -> Value {
        match self.cur.func.dfg.value_type(value) {
            types::F64 => self.cur.ins().bitcast(types::I64, MemFlagsData::new(), value),
            types::I8 => self.cur.ins().uextend(types::I64, value),
            _ => value,
        }
    }

    fn decode_word(&mut self, word: Value, kind: Kind) -> Value {
        match kind {
            Kind::Value | Kind::Int | Kind::Ref => word,
            Kind::Float => self.cur.ins().bitcast(types::F64, MemFlagsData::new(), word),
            Kind::Bool => self.cur.ins().ireduce(types::I8, word),
        }
    }

    fn words(&mut self) -> ClifWords<'_, 'a> {
        ClifWords { cur: &mut self.cur, kept: &self.kept }
    }

    // -- transfer buffer

    fn transfer_offset(index: usize) -> i32 {
        Context::TRANSFER_OFFSET + 8 * index as i32
    }

    fn load_transfer(&mut self, index: usize, kind: Kind) -> Value {
        let offset = Self::transfer_offset(index);
        // Booleans are full words in the buffer; their low byte is the value.
        self.cur.ins().load(type_of(kind), TRUSTED, self.ctx, offset)
    }

    fn store_transfer(&mut self, index: usize, mut value: Value) {
        if self.cur.func.dfg.value_type(value) == types::I8 {
            value = self.cur.ins().uextend(types::I64, value);
        }
        self.cur.ins().store(TRUSTED, value, self.ctx, Self::transfer_offset(index));
    }

    /// Stores the operands from the first word on. All are fetched before the first is stored, as some may still be
    /// in the buffer.
    fn store_all_transfer(&mut self, operands: &[Operand]) -> Lowered<()> {
        self.store_transfer_from(0, operands)
    }

    /// The same for those behind the first few.
    fn store_transfer_from(&mut self, first: usize, operands: &[Operand]) -> Lowered<()> {
        if operands.len() > MAX_TRANSFER {
            return Err(CodegenError::TooManyLiveValues { op: self.op, count: operands.len() });
        }
        let mut words = Vec::with_capacity(operands.len());
        for (i, operand) in operands.iter().enumerate().skip(first) {
            if self.arrivals.and_then(|arrivals| arrivals.index(*operand)) != Some(i) {
                words.push((i, self.value(*operand)?));
            }
        }
        for (i, value) in words {
            self.store_transfer(i, value);
        }
        Ok(())
    }

    // -- blocks

    fn block(&mut self) -> Block {
        self.cur.func.dfg.make_block()
    }

    /// A block that is placed behind all others.
    fn cold_block(&mut self) -> Block {
        let block = self.block();
        self.cur.func.layout.set_cold(block);
        block
    }

    /// Appends the block and goes on in it.
    fn at(&mut self, block: Block) {
        self.cur.func.layout.append_block(block);
        self.cur.goto_bottom(block);
    }

    // -- signatures

    fn unit_sig(&mut self, words: usize) -> SigRef {
        *self.unit_sigs[words].get_or_insert_with(|| self.cur.func.import_signature(unit_signature(words)))
    }

    /// Calls a slow-path stub; returns its result.
    fn call_stub(&mut self, stub: usize, args: &[Value]) -> Value {
        debug_assert!(args.len() <= SCRATCH_WORDS, "a stub takes {SCRATCH_WORDS} arguments");
        for (i, arg) in args.iter().enumerate() {
            self.cur.ins().store(TRUSTED, *arg, self.ctx, SCRATCH_OFFSET + 8 * i as i32);
        }
        let signature =
            *self.stub_sig.get_or_insert_with(|| self.cur.func.import_signature(stub_signature()));
        let target = self.constant_word(stub as u64);
        self.cur.ins().call_indirect(signature, target, &[self.ctx]);
        self.cur.ins().load(types::I64, TRUSTED, self.ctx, SCRATCH_OFFSET)
    }

    /// Jumps to `done` with the address that an allocation stub returned, or returns RAISED if it is null.
    fn jump_allocated(&mut self, address: Value, done: Block) {
        let failed = self.out_of_memory_block();
        self.cur.ins().brif(address, done, &[address.into()], failed, &[]);
    }

    fn out_of_memory_block(&mut self) -> Block {
        let block = self.out_of_memory.unwrap_or_else(|| self.cold_block());
        *self.out_of_memory.insert(block)
    }

    fn emit_out_of_memory(&mut self) {
        if let Some(block) = self.out_of_memory {
            self.at(block);
            let status = self.constant_word(Status::RAISED.0);
            let payload = self.constant_word(0);
            self.cur.ins().return_(&[status, payload]);
        }
    }

    fn is_this_unit(&self, unit: UnitId) -> bool {
        unit == UnitId::THIS || unit == self.request.id
    }
}
