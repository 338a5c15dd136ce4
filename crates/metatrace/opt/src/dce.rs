//! Dead code: operations whose result nobody needs are dropped, and the unit is put into its final form.
//!
//! Liveness starts at what has an effect, at guards with all that their snapshots mention, and at ends. A label's
//! parameter is live if its block uses it; only then are the arguments that jumps of this unit pass for it. The
//! parameters of label 0 stay, and those of a function's special entry: callers pass them. A store into an object that the
//! unit itself allocates is live if the object is: what nobody reads need not be written.
//!
//! The facts at exits are collected here as well, while operations still have the numbers that facts refer to.

use crate::contract::{LabelContract, Optimized, Stats};
use crate::cx::Cx;
use crate::exit_facts::ExitFacts;
use crate::pass::InvalidLoop;
use crate::pure::is_pure;
use crate::state::{Facts, Node};
use metatrace_ir::{Class, FrameShotIndex, Op, Opcode, Operand, OperandView, SnapshotIndex, Trace, UnitId};
use metatrace_machine::Kind;

/// Completes the unit of a walk. `contracts`: one per label, in order.
pub(crate) fn finish_unit(cx: Cx<'_>, contracts: Vec<LabelContract>) -> Result<Optimized, InvalidLoop> {
    let mut liveness = Liveness::new(&cx.out, cx.removes_dead_code(), cx.kept_labels, cx.asked.implied());
    liveness.run();
    let virtuals = liveness.virtuals.iter().filter(|live| **live).count() as u32;
    let live = liveness.live;
    let stats = Stats { virtuals, ..cx.stats };
    let numbers = number(&cx.out, &live, stats);
    let exit_facts = exit_facts(&cx, &live, &numbers.rank);
    let Compacted { mut unit, params, stats } = compact(cx.out, numbers);
    unit.shrink_to_fit();
    let labels: Vec<LabelContract> =
        contracts.into_iter().zip(&params).map(|(contract, params)| renumber(contract, params)).collect();
    #[cfg(debug_assertions)]
    if let Err(errors) = metatrace_ir::verify(&unit) {
        panic!("the optimizer made a unit that is not well formed:\n{errors}");
    }
    Ok(Optimized { unit, labels, exit_facts, entry: None, stats })
}

struct Liveness<'t> {
    trace: &'t Trace,
    live: Vec<bool>,
    /// Per operation: its label and place, if it is a parameter of a label that loses parameters.
    param: Vec<Option<(u32, u32)>>,
    /// Jumps to labels of this unit.
    jumps: Vec<(u32, u32)>,
    /// Stores into objects that this unit allocates: (allocation, store), ascending.
    initialising: Vec<(u32, u32)>,
    frames: Vec<bool>,
    virtuals: Vec<bool>,
    work: Vec<u32>,
    keep_all: bool,
    /// Labels below this number keep all their parameters.
    kept_labels: u32,
    /// Guards that others imply, ascending.
    implied: Vec<u32>,
}

impl<'t> Liveness<'t> {
    fn new(trace: &'t Trace, removes: bool, kept_labels: u32, implied: Vec<u32>) -> Liveness<'t> {
        Liveness {
            trace,
            live: vec![false; trace.ops.len()],
            param: vec![None; trace.ops.len()],
            jumps: Vec::new(),
            initialising: Vec::new(),
            frames: vec![false; trace.frames.len()],
            virtuals: vec![false; trace.virtuals.len()],
            work: Vec::with_capacity(trace.ops.len()),
            keep_all: !removes,
            kept_labels,
            implied,
        }
    }

    fn run(&mut self) {
        let removes = !self.keep_all;
        let (mut label, mut place) = (0, 0);
        for (i, op) in self.trace.ops.iter().enumerate() {
            match op.opcode {
                Opcode::Label => (label, place) = (op.aux.as_label().label, 0),
                Opcode::Param => {
                    self.param[i] = (label >= self.kept_labels).then_some((label, place));
                    place += 1;
                }
                Opcode::Jump if op.aux.as_label().unit == UnitId::THIS => {
                    self.jumps.push((op.aux.as_label().label, i as u32));
                }
                _ => {}
            }
            // Parameters that were only offered have no value to pass at the jumps: they go in any case.
            if removes && let Some(object) = self.allocation_stored_into(op) {
                self.initialising.push((object, i as u32));
                continue;
            }
            let is_needed = self.has_effect(op) && self.implied.binary_search(&(i as u32)).is_err();
            let stays = is_needed || (self.keep_all && op.opcode != Opcode::Param);
            if stays || (op.opcode == Opcode::Param && self.param[i].is_none()) {
                self.mark(Operand::op(i as u32));
            }
        }
        self.initialising.sort_unstable();
        while let Some(i) = self.work.pop() {
            self.visit(i);
        }
    }

    fn has_effect(&self, op: &Op) -> bool {
        match op.opcode {
            Opcode::At => false,
            Opcode::Param => false,
            Opcode::Call => {
                let effects = op.aux.as_call().effects;
                !effects.elidable || effects.can_raise
            }
            _ => match op.opcode.class() {
                Class::Pure | Class::Load | Class::New => false,
                Class::Guard => true,
                _ => !is_pure(op.opcode, op.aux),
            },
        }
    }

    /// The allocation into whose object an operation stores.
    fn allocation_stored_into(&self, op: &Op) -> Option<u32> {
        if !matches!(op.opcode, Opcode::StoreField | Opcode::StoreItem) {
            return None;
        }
        let object = op.args[0].as_op()?;
        let opcode = self.trace.ops[object as usize].opcode;
        matches!(opcode, Opcode::New | Opcode::NewArray).then_some(object)
    }

    #[inline(always)]
    fn mark(&mut self, operand: Operand) {
        match operand.view() {
            OperandView::Op(i) => {
                if !std::mem::replace(&mut self.live[i as usize], true) {
                    self.work.push(i);
                }
            }
            OperandView::Virtual(i) => self.mark_virtual(i),
            OperandView::Const(_) | OperandView::None => {}
        }
    }

    fn mark_virtual(&mut self, i: u32) {
        if !std::mem::replace(&mut self.virtuals[i as usize], true) {
            let trace = self.trace;
            let v = &trace.virtuals[i as usize];
            let fields = v.fields_start as usize..(v.fields_start + v.fields_count) as usize;
            for operand in &trace.virtual_fields[fields] {
                self.mark(*operand);
            }
        }
    }

    fn visit(&mut self, i: u32) {
        let trace = self.trace;
        let op = &trace.ops[i as usize];
        if let Some((label, place)) = self.param[i as usize] {
            for k in 0..self.jumps.len() {
                let (to, jump) = self.jumps[k];
                if to == label {
                    let arg = trace.args(&trace.ops[jump as usize])[place as usize];
                    assert!(!arg.is_none(), "parameter {place} of label {label} is used, but not supplied");
                    self.mark(arg);
                }
            }
            return;
        }
        if matches!(op.opcode, Opcode::New | Opcode::NewArray) {
            let start = self.initialising.partition_point(|(object, _)| *object < i);
            for k in start..self.initialising.len() {
                let (object, store) = self.initialising[k];
                if object != i {
                    break;
                }
                self.mark(Operand::op(store));
            }
        }
        let passes_params = op.opcode == Opcode::Jump && {
            let label = op.aux.as_label();
            label.unit == UnitId::THIS && label.label >= self.kept_labels
        };
        if !passes_params {
            for arg in trace.args(op) {
                self.mark(*arg);
            }
        }
        if op.snapshot != SnapshotIndex::NONE {
            let shot = *trace.snapshot(op.snapshot);
            self.mark(shot.result);
            let mut frame = shot.top;
            while frame != FrameShotIndex::NONE && !self.frames[frame.0 as usize] {
                self.frames[frame.0 as usize] = true;
                for (_, operand) in trace.slots_of(frame) {
                    self.mark(*operand);
                }
                frame = trace.frame(frame).parent;
            }
            for v in shot.stores_start..shot.stores_start + shot.stores_count {
                self.mark(Operand::virtual_object(v));
            }
        }
    }
}

/// What was found about the results that stay, and from which operation of the unit on. `rank`: of each operation of the walk, how many of
/// those in front of it stay.
fn exit_facts(cx: &Cx<'_>, live: &[bool], rank: &[u32]) -> ExitFacts {
    let mut all = ExitFacts::default();
    for (i, op) in cx.out.ops.iter().enumerate().filter(|(i, _)| live[*i]) {
        let (info, unit_op) = (cx.info_at(i as u32), rank[i]);
        let mut add = |since: u32, facts| all.add(unit_op, rank[since as usize], facts);
        match op.kind {
            Some(Kind::Value) => {
                add(info.tags_since, Facts { tags: cx.word_tags_at(i as u32), ..Facts::NONE });
            }
            Some(Kind::Int) => {
                if info.first_bound_since < info.bound_since {
                    add(info.first_bound_since, Facts { bound: info.first_bound, ..Facts::NONE });
                }
                add(info.bound_since, Facts { bound: info.bound, ..Facts::NONE });
            }
            Some(Kind::Ref) => {
                let non_null = Facts { non_null: true, ..Facts::NONE };
                if matches!(op.opcode, Opcode::UnboxRef | Opcode::New | Opcode::NewArray) {
                    add(0, non_null);
                }
                if info.layout.is_some() {
                    add(info.layout_since, Facts { layout: info.layout, ..non_null });
                }
            }
            _ => {}
        }
    }
    all.shrink_to_fit();
    all
}

/// A unit in its final form.
struct Compacted {
    unit: Trace,
    /// Which parameters of each label stayed, in the order of the labels.
    params: Vec<Vec<bool>>,
    stats: Stats,
}

/// Where operations will be.
struct Numbers {
    /// By operation: its new number, if it stays.
    number: Vec<Operand>,
    /// By operation, and for the end: how many of those in front of it stay.
    rank: Vec<u32>,
    /// Labels, and which of their parameters stay.
    params: Vec<(u32, Vec<bool>)>,
    stats: Stats,
}

fn number(trace: &Trace, live: &[bool], mut stats: Stats) -> Numbers {
    let mut params: Vec<(u32, Vec<bool>)> = Vec::with_capacity(2);
    let mut number = vec![Operand::NONE; trace.ops.len()];
    let mut rank = Vec::with_capacity(trace.ops.len() + 1);
    let mut next = 0;
    let mut position = None;
    for (i, op) in trace.ops.iter().enumerate() {
        rank.push(next);
        match op.opcode {
            // Positions matter only where something happens before the next one.
            Opcode::At if !live[i] => {
                position = Some(i);
                continue;
            }
            Opcode::Label => params.push((op.aux.as_label().label, Vec::with_capacity(16))),
            Opcode::Param => params.last_mut().expect("parameters follow a label").1.push(live[i]),
            _ => {}
        }
        if !live[i] {
            stats.removed_as_dead += 1;
            continue;
        }
        if let Some(at) = position.take() {
            number[at] = Operand::op(next);
            next += 1;
            rank[i] = next;
        }
        number[i] = Operand::op(next);
        next += 1;
    }
    rank.push(next);
    Numbers { number, rank, params, stats }
}

/// Drops what has no number.
fn compact(mut trace: Trace, numbers: Numbers) -> Compacted {
    let Numbers { number, params, mut stats, .. } = numbers;
    let renumbered = |operand: Operand| match operand.as_op() {
        Some(i) => number[i as usize],
        None => operand,
    };
    let mut varargs = Vec::with_capacity(trace.varargs.len());
    let mut last = SnapshotIndex::NONE;
    let mut kept_count = 0;
    for (i, stays_as) in number.iter().enumerate() {
        if stays_as.is_none() {
            continue;
        }
        let mut op = trace.ops[i];
        if Trace::has_varargs(op.opcode) {
            let args = trace.args(&op);
            let label = op.aux.as_label();
            let kept = match params.iter().find(|(l, _)| *l == label.label) {
                Some((_, kept)) if op.opcode == Opcode::Jump && label.unit == UnitId::THIS => Some(kept),
                _ => None,
            };
            let start = varargs.len();
            for (place, arg) in args.iter().enumerate() {
                if kept.is_none_or(|kept| kept[place]) {
                    varargs.push(renumbered(*arg));
                }
            }
            (op.args[0], op.args[1]) = (Operand(start as u32), Operand((varargs.len() - start) as u32));
        } else if op.opcode != Opcode::At {
            let [a, b, c] = op.args;
            op.args = [renumbered(a), renumbered(b), renumbered(c)];
        }
        stats.body_ops = if op.opcode == Opcode::Label { 0 } else { stats.body_ops + 1 };
        if op.opcode.is_guard() {
            stats.guards += 1;
            stats.guards_shared += (op.snapshot == last) as u32;
            last = op.snapshot;
        }
        trace.ops[kept_count] = op;
        kept_count += 1;
    }
    trace.ops.truncate(kept_count);
    trace.varargs = varargs;
    stats.unit_ops = kept_count as u32;
    for (_, operand) in &mut trace.slots {
        *operand = renumbered(*operand);
    }
    for operand in &mut trace.virtual_fields {
        *operand = renumbered(*operand);
    }
    for snapshot in &mut trace.snapshots {
        snapshot.result = renumbered(snapshot.result);
    }
    Compacted { unit: trace, params: params.into_iter().map(|(_, kept)| kept).collect(), stats }
}

/// The contract in terms of the parameters that stayed.
fn renumber(mut contract: LabelContract, kept: &[bool]) -> LabelContract {
    let mut number = Vec::with_capacity(kept.len());
    let mut next = 0;
    for kept in kept {
        number.push(kept.then_some(next));
        next += *kept as u32;
    }
    for node in &mut contract.state.nodes {
        if let Node::Leaf { param, .. } = node {
            *param = param.and_then(|p| number[p as usize]);
        }
    }
    let mut place = 0..;
    contract.params.retain(|_| kept[place.next().expect("endless")]);
    contract
}
