//! The walk: its state, and how an operation travels through the passes into the unit.
//!
//! Three name spaces meet here. A *recorded* operand names an operation or constant of the source trace.
//! [`Cx::value`] maps it to an operand of the *walk*: an operation or constant of the unit, or a virtual
//! (`virtuals.rs`). Only operations and constants are ever appended to the unit; virtuals are forced first.
//!
//! Invariant: an operand held in a table may be out of date (its value has since become a constant, or was forced).
//! [`Cx::resolve`] brings it up to date; every function here takes either and returns the resolved one.

use crate::bounds::IntBound;
use crate::contract::Stats;
use crate::entry::Recursion;
use crate::env::{Coding, Env};
use crate::force::Forcing;
use crate::guards::Proven;
use crate::heap::HeapCache;
use crate::info::{Info, TagSet};
use crate::intbounds::BoundAhead;
use crate::pass::{Flow, InvalidLoop, Pending};
use crate::passes::{GUARDS, LEARNS, PASSES, Switches, VISITS};
use crate::pure::{NOT_SHORT, PureTable};
use crate::shots::Shots;
use crate::strengthen::Asked;
use crate::virtuals::{VirtualValue, Virtuals};
use heap::LayoutId;
use metatrace_ir::{Aux, Const, LabelRef, Op, Opcode, Operand, OperandView, SnapshotIndex, Tag, Trace};
use metatrace_machine::Kind;

/// See the module header. The state of the passes is in here too.
#[derive(Clone)]
pub struct Cx<'a> {
    /// The recorded trace.
    pub source: &'a Trace,
    /// The unit being made.
    pub out: Trace,
    pub env: &'a dyn Env,
    pub coding: Coding,
    pub virtuals: Virtuals,
    /// Assumptions and negative facts of the block.
    pub proven: Proven,
    /// Guards of the block that later ones may strengthen.
    pub(crate) asked: Asked,
    /// Results of the pure operations of the block.
    pub pure: PureTable,
    /// Known contents of the heap, and stores still to be done.
    pub heap: HeapCache,
    pub(crate) shots: Shots,
    pub(crate) forcing: Forcing,
    /// Virtual boxes made for tagged values that exist: (value, box).
    pub(crate) views: Vec<(Operand, Operand)>,
    /// Operations whose layout is known, and constants.
    pub(crate) with_layout: Vec<u32>,
    pub(crate) constant_layouts: Vec<(Operand, LayoutId)>,
    /// The call before was elidable and is not needed; so is the guard on its exception.
    pub(crate) call_was_removed: bool,
    /// An elidable call whose guard on exceptions is still to come.
    pub(crate) call_to_remember: Option<u32>,
    /// Short operations of the label that this block relies on.
    pub(crate) touched: Vec<bool>,
    /// Where a guard may resume that no recorded guard asked for; see `fit.rs`.
    pub(crate) resume: Option<SnapshotIndex>,
    /// The bound that an operation on its way will have ([`BoundAhead`]), until any bound changes.
    pub(crate) bound_ahead: Option<BoundAhead>,
    pub(crate) stats: Stats,
    /// For a function's trace behind its special entry: what to do with calls of itself.
    pub(crate) recursion: Option<Recursion>,
    /// Labels below this number are entered by callers: their parameters stay.
    pub(crate) kept_labels: u32,
    /// The recorded operation being processed.
    pub(crate) current: u32,
    switches: Switches,
    /// Recorded operation → operand of the walk.
    forward: Vec<Operand>,
    /// Recorded constant → constant of the unit.
    consts: Vec<Operand>,
    /// Per operation of the unit.
    infos: Vec<Info>,
    /// An `at` to put before the next operation that is appended.
    position: Option<u32>,
}

impl<'a> Cx<'a> {
    pub fn new(source: &'a Trace, env: &'a dyn Env, switches: Switches) -> Cx<'a> {
        let mut out = Trace::new().with_room_for(source);
        let consts = source.consts.iter().map(|c| out.constant(*c)).collect();
        let mut shots = Shots::default();
        shots.clear(source.frames.len());
        Cx {
            source,
            out,
            env,
            coding: *env.coding(),
            virtuals: Virtuals::with_room_for(source.snapshots.len() * 2),
            proven: Proven::default(),
            asked: Asked::default(),
            pure: PureTable::default(),
            heap: HeapCache::default(),
            shots,
            forcing: Forcing::default(),
            views: Vec::new(),
            with_layout: Vec::new(),
            constant_layouts: Vec::new(),
            call_was_removed: false,
            call_to_remember: None,
            touched: Vec::new(),
            resume: None,
            bound_ahead: None,
            stats: Stats { recorded_ops: source.ops.len() as u32, ..Stats::default() },
            recursion: None,
            kept_labels: 1,
            current: 0,
            switches,
            forward: vec![Operand::NONE; source.ops.len()],
            consts,
            infos: Vec::with_capacity(source.ops.len()),
            position: None,
        }
    }

    /// Forgets everything that held in the block before.
    pub(crate) fn start_block(&mut self) {
        self.proven = Proven::default();
        self.asked.close();
        self.pure.clear();
        self.heap.clear();
        self.shots.clear(self.source.frames.len());
        self.views.clear();
        self.with_layout.clear();
        self.constant_layouts.clear();
        self.call_was_removed = false;
        self.call_to_remember = None;
        self.touched.clear();
        self.resume = None;
    }

    /// Notes that a short operation is relied on.
    pub(crate) fn touch(&mut self, short: u32) {
        if short != NOT_SHORT {
            self.touched[short as usize] = true;
        }
    }

    // -- operands

    /// The operand of the walk that a recorded operand stands for now.
    #[inline(always)]
    pub fn value(&self, recorded: Operand) -> Operand {
        match (recorded.as_op(), recorded.as_const()) {
            (Some(i), _) => self.resolve(self.forward[i as usize]),
            (_, Some(i)) => self.consts[i as usize],
            _ => Operand::NONE,
        }
    }

    /// Says what a recorded operation's result is.
    pub(crate) fn set_value(&mut self, recorded: u32, value: Operand) {
        self.forward[recorded as usize] = value;
    }

    /// A copy to try something with, with room for the trace once more.
    pub(crate) fn fork(&mut self) -> Cx<'a> {
        // The long lists are copied once, not again when they grow.
        let (out, infos) = (std::mem::take(&mut self.out), std::mem::take(&mut self.infos));
        let entries = std::mem::take(&mut self.virtuals.entries);
        let mut copy = self.clone();
        copy.out = out.with_room_for(self.source);
        copy.infos.reserve_exact(infos.len() + self.source.ops.len());
        copy.infos.extend_from_slice(&infos);
        copy.virtuals.entries.reserve_exact(entries.len() + self.source.snapshots.len() * 2 + 16);
        copy.virtuals.entries.extend_from_slice(&entries);
        (self.out, self.infos, self.virtuals.entries) = (out, infos, entries);
        copy
    }

    /// Brings an operand up to date; see the module header.
    #[inline(always)]
    pub fn resolve(&self, operand: Operand) -> Operand {
        match operand.as_op() {
            Some(i) => match self.infos[i as usize].forwarded {
                Operand::NONE => operand,
                constant => constant,
            },
            None if operand.as_virtual().is_some() => self.resolve_virtual(operand),
            None => operand,
        }
    }

    fn resolve_virtual(&self, mut operand: Operand) -> Operand {
        while let Some(i) = operand.as_virtual() {
            match self.virtuals.entries[i as usize].forced {
                Operand::NONE => return operand,
                real => operand = real,
            }
        }
        self.resolve(operand)
    }

    /// The constant operand, shared between equal constants.
    pub fn intern(&mut self, c: Const) -> Operand {
        self.out.constant(c)
    }

    /// The constant that an operand is known to be.
    #[inline(always)]
    pub fn constant_of(&self, operand: Operand) -> Option<Const> {
        self.out.as_const(self.resolve(operand))
    }

    /// The integer that an operand of kind int is known to be.
    #[inline(always)]
    pub fn int_of(&self, operand: Operand) -> Option<i64> {
        self.constant_of(operand).filter(|c| c.kind == Kind::Int).map(|c| c.bits as i64)
    }

    /// The truth value that an operand of kind bool is known to be.
    pub fn bool_of(&self, operand: Operand) -> Option<bool> {
        self.constant_of(operand).filter(|c| c.kind == Kind::Bool).map(|c| c.bits != 0)
    }

    pub fn kind_of(&self, operand: Operand) -> Option<Kind> {
        match operand.view() {
            OperandView::Virtual(i) => Some(self.virtuals.value(i).kind()),
            _ => self.out.kind_of(operand),
        }
    }

    /// The virtual that an operand is, if it still is one.
    pub fn as_virtual(&self, operand: Operand) -> Option<&VirtualValue> {
        self.resolve(operand).as_virtual().map(|i| self.virtuals.value(i))
    }

    /// The operation of the unit that defines an operand; its arguments may be out of date.
    #[inline(always)]
    pub fn definition(&self, operand: Operand) -> Option<&Op> {
        self.resolve(operand).as_op().map(|i| &self.out.ops[i as usize])
    }

    // -- facts

    /// What is known about an operation of the unit; `None` for constants and virtuals.
    #[inline(always)]
    pub fn info(&self, operand: Operand) -> Option<&Info> {
        self.resolve(operand).as_op().map(|i| &self.infos[i as usize])
    }

    #[inline(always)]
    pub fn info_mut(&mut self, operand: Operand) -> Option<&mut Info> {
        self.resolve(operand).as_op().map(|i| &mut self.infos[i as usize])
    }

    /// Position of the next operation of the unit: the `*_since` of a fact found now.
    #[inline]
    pub fn now(&self) -> u32 {
        self.out.ops.len() as u32
    }

    /// The possible classes of a tagged value.
    #[inline]
    pub fn tags_of(&self, operand: Operand) -> TagSet {
        let operand = self.resolve(operand);
        match operand.view() {
            OperandView::Op(i) => self.infos[i as usize].tags,
            OperandView::Virtual(i) => match self.virtuals.value(i) {
                VirtualValue::Box { tag, .. } => TagSet::of(*tag),
                _ => TagSet::NONE,
            },
            OperandView::Const(i) => match (self.coding.tag_of)(self.out.consts[i as usize].bits) {
                Some(tag) => TagSet::of(tag),
                None => TagSet::SPECIAL,
            },
            OperandView::None => TagSet::NONE,
        }
    }

    /// The integers that an operand of kind int may be.
    #[inline]
    pub fn bound_of(&self, operand: Operand) -> IntBound {
        let operand = self.resolve(operand);
        match operand.view() {
            OperandView::Op(i) => self.infos[i as usize].bound,
            OperandView::Const(i) => IntBound::constant(self.out.consts[i as usize].bits as i64),
            OperandView::Virtual(_) | OperandView::None => IntBound::UNKNOWN,
        }
    }

    /// From here on an operand of kind int is known to be within the bound; it becomes a constant if only one
    /// integer is left.
    pub fn narrow(&mut self, operand: Operand, bound: IntBound) -> Result<(), InvalidLoop> {
        let operand = self.resolve(operand);
        let known = self.bound_of(operand);
        // Of a new result nothing is known yet.
        let met = if known.is_unknown() { Some(bound) } else { known.meet(bound) };
        let met = met.ok_or(InvalidLoop(&"an integer outside its bound"))?;
        let Some(i) = operand.as_op() else { return Ok(()) };
        self.bound_ahead = None;
        let now = self.now();
        let info = &mut self.infos[i as usize];
        if info.bound != met {
            if info.first_bound.is_unknown() {
                info.first_bound = met;
                info.first_bound_since = now;
            }
            info.bound = met;
            info.bound_since = now;
        }
        match met.as_constant() {
            Some(value) => self.make_constant(operand, Const::int(value)),
            None => Ok(()),
        }
    }

    /// From here on the operand is known to be this constant.
    pub fn make_constant(&mut self, operand: Operand, c: Const) -> Result<(), InvalidLoop> {
        let operand = self.resolve(operand);
        match operand.view() {
            OperandView::Op(i) => {
                let constant = self.intern(c);
                self.infos[i as usize].forwarded = constant;
                self.shots.meanings_changed();
                Ok(())
            }
            OperandView::Const(i) if self.out.consts[i as usize] == c => Ok(()),
            _ => Err(InvalidLoop(&"a constant is required to be another one")),
        }
    }

    // -- operations

    /// Sends a new operation through all the passes and returns its result.
    pub fn emit(
        &mut self,
        opcode: Opcode,
        kind: Option<Kind>,
        args: &[Operand],
        aux: Aux,
    ) -> Result<Operand, InvalidLoop> {
        self.process(Pending::new(opcode, kind, args, aux))
    }

    /// Sends a new guard through all the passes.
    pub fn emit_guard(
        &mut self,
        opcode: Opcode,
        args: &[Operand],
        aux: Aux,
        snapshot: SnapshotIndex,
    ) -> Result<(), InvalidLoop> {
        self.process(Pending::new(opcode, None, args, aux).resuming_at(snapshot)).map(|_| ())
    }

    /// Sends an operation through all the passes and returns its result ([`Operand::NONE`] if it was dropped).
    pub fn process(&mut self, mut op: Pending) -> Result<Operand, InvalidLoop> {
        // A pass answers `Again` only for an operation that it made simpler; the bound catches a mistake.
        let mut again = 0;
        let on = self.switches.passes_on();
        let mut before = 0;
        loop {
            let left = VISITS[op.opcode as usize] & on & (u8::MAX << before);
            #[cfg(debug_assertions)]
            self.check_interest(&op);
            if left == 0 {
                break;
            }
            let at = left.trailing_zeros() as usize;
            match (PASSES[at].visit)(self, &mut op)? {
                Flow::Next => before = at + 1,
                Flow::Again => {
                    again += 1;
                    assert!(again < 100, "pass {} rewrites {} for ever", PASSES[at].name, op.opcode.name());
                    before = 0;
                }
                Flow::Value(value) => {
                    self.stats.removed[at] += 1;
                    return Ok(self.resolve(value));
                }
                Flow::Drop => {
                    self.stats.removed[at] += 1;
                    return Ok(Operand::NONE);
                }
            }
        }
        self.append(&op)
    }

    /// Appends an operation to the unit, past the passes, and lets them learn from it.
    pub(crate) fn append(&mut self, op: &Pending) -> Result<Operand, InvalidLoop> {
        let mut args = op.args;
        if Trace::has_varargs(op.opcode) {
            let mut real = Vec::with_capacity(op.varargs.len());
            for arg in &op.varargs {
                real.push(self.force(*arg)?);
            }
            args = [Operand(self.out.varargs.len() as u32), Operand(real.len() as u32), Operand::NONE];
            self.out.varargs.extend_from_slice(&real);
        } else {
            for arg in &mut args {
                if !arg.is_none() {
                    *arg = self.force(*arg)?;
                }
            }
        }
        if self.switches.strengthens() && self.strengthen(op, &args)? {
            self.stats.removed[GUARDS] += 1;
            return Ok(Operand::NONE);
        }
        if let Some(at) = self.position.take() {
            let at = self.source.ops[at as usize];
            self.push_raw(Op { snapshot: SnapshotIndex::NONE, ..at });
        }
        let snapshot = match op.snapshot {
            SnapshotIndex::NONE => SnapshotIndex::NONE,
            recorded => self.shoot(recorded),
        };
        let appended = Op { opcode: op.opcode, kind: op.kind, args, aux: op.aux, snapshot };
        let result = self.push_raw(appended);
        self.note_question(&appended, result.as_op().unwrap_or(0));
        self.note_effects(op, &args, result);
        self.learn(op, result)?;
        Ok(result)
    }

    /// Lets the passes learn from an operation as if it had been appended with this result.
    pub(crate) fn learn(&mut self, op: &Pending, result: Operand) -> Result<(), InvalidLoop> {
        let mut learning = LEARNS[op.opcode as usize] & self.switches.passes_on();
        while learning != 0 {
            (PASSES[learning.trailing_zeros() as usize].emitted)(self, op, result)?;
            learning &= learning - 1;
        }
        Ok(())
    }

    /// A pass lets every operation through that is not in its set.
    #[cfg(debug_assertions)]
    fn check_interest(&mut self, op: &Pending) {
        for pass in PASSES.iter().filter(|p| !p.visits.contains(op.opcode)) {
            let mut copy = op.clone();
            let flow = (pass.visit)(self, &mut copy);
            assert!(
                flow == Ok(Flow::Next) && copy == *op,
                "{} is missing in a set of {}",
                op.opcode.name(),
                pass.name
            );
        }
    }

    /// Appends an operation as it is.
    pub(crate) fn push_raw(&mut self, op: Op) -> Operand {
        self.infos.push(Info::unknown(op.kind));
        self.out.push(op)
    }

    /// Appends a label and its parameters.
    pub(crate) fn push_label(&mut self, label: u32, kinds: &[Kind]) -> Vec<Operand> {
        let params = self.out.emit_label(label, kinds);
        self.infos.push(Info::unknown(None));
        self.infos.extend(kinds.iter().map(|k| Info::unknown(Some(*k))));
        params
    }

    /// Appends a jump of the unit to itself; a [`Operand::NONE`] among the arguments goes to a parameter that nobody uses.
    pub(crate) fn push_jump(&mut self, label: LabelRef, args: &[Operand]) {
        let none = SnapshotIndex::NONE;
        self.infos.push(Info::unknown(None));
        self.out.emit_var(Opcode::Jump, None, args, Aux::label(label), none);
    }

    /// Whether stores may leave their loop.
    pub(crate) fn sinks_stores(&self) -> bool {
        self.switches.sinks()
    }

    /// Whether dead code is to be removed.
    pub(crate) fn removes_dead_code(&self) -> bool {
        self.switches.dce()
    }
    pub(crate) fn virtualizes(&self) -> bool {
        self.switches.virtualizes()
    }

    /// What is known about an operation of the unit, even if its value has become a constant.
    pub(crate) fn info_at(&self, op: u32) -> &Info {
        &self.infos[op as usize]
    }

    /// The recorded operation, operands mapped.
    pub(crate) fn pending(&self, recorded: &Op) -> Pending {
        let (args, varargs) = if Trace::has_varargs(recorded.opcode) {
            let args = self.source.args(recorded);
            ([Operand::NONE; 3], args.iter().map(|a| self.value(*a)).collect())
        } else {
            // Behind the last argument there is none, which stays none.
            let [a, b, c] = recorded.args;
            ([self.value(a), self.value(b), self.value(c)], Vec::new())
        };
        Pending {
            opcode: recorded.opcode,
            kind: recorded.kind,
            aux: recorded.aux,
            args,
            varargs,
            snapshot: recorded.snapshot,
        }
    }

    /// Sends the recorded operations of a range through the passes.
    pub(crate) fn walk(&mut self, range: std::ops::Range<usize>) -> Result<(), InvalidLoop> {
        let source = self.source;
        for index in range {
            let recorded = &source.ops[index];
            if recorded.opcode == Opcode::At {
                self.position = Some(index as u32);
                continue;
            }
            if recorded.opcode == Opcode::Merge {
                self.forward[index] = self.value(recorded.args[0]);
                continue;
            }
            self.current = index as u32;
            let op = self.pending(recorded);
            self.before_recorded(recorded);
            let result = self.process(op)?;
            self.after_recorded(recorded);
            self.forward[index] = result;
        }
        Ok(())
    }

    // -- virtuals

    /// The unboxed operand of a virtual box.
    pub fn unboxed(&self, operand: Operand) -> Option<(Tag, Operand)> {
        match self.as_virtual(operand)? {
            VirtualValue::Box { tag, inner } => Some((*tag, self.resolve(*inner))),
            _ => None,
        }
    }

    /// Makes a value real: a constant or an operation of the unit.
    #[inline(always)]
    pub fn force(&mut self, operand: Operand) -> Result<Operand, InvalidLoop> {
        let operand = self.resolve(operand);
        match operand.as_virtual() {
            None => Ok(operand),
            Some(index) => self.force_virtual(index),
        }
    }
}
