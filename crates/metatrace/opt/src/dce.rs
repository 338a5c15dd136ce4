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
use crate::info::Info;
use crate::pass::InvalidLoop;
use crate::pure::is_pure;
use crate::state::{Facts, Node};
use metatrace_ir::{
    Class, FrameShotIndex, LiveOperands, Op, Opcode, Operand, OperandView, SnapshotIndex, Trace, UnitId,
    has_exit,
};
use metatrace_machine::Kind;

/// Completes the unit of a walk. `contracts`: one per label, in order.
pub(crate) fn finish_unit(cx: Cx<'_>, contracts: Vec<LabelContract>) -> Result<Optimized, InvalidLoop> {
    let mut liveness = Liveness::new(&cx.out, cx.removes_dead_code(), cx.kept_labels);
    liveness.run();
    let virtuals = liveness.virtuals.iter().filter(|live| **live).count() as u32;
    let live = liveness.live;
    let dead = |(op, live): &(&Op, &bool)| !**live && op.opcode != Opcode::At;
    let removed_as_dead = cx.out.ops.iter().zip(&live).filter(dead).count() as u32;
    let exit_facts = exit_facts(&cx, &live);
    let (mut unit, params) = compact(cx.out, &live);
    unit.shrink_to_fit();
    let labels: Vec<LabelContract> =
        contracts.into_iter().zip(&params).map(|(contract, params)| renumber(contract, params)).collect();
    let stats = Stats {
        unit_ops: unit.ops.len() as u32,
        body_ops: unit.ops.iter().rev().take_while(|op| op.opcode != Opcode::Label).count() as u32,
        guards: unit.ops.iter().filter(|op| op.opcode.is_guard()).count() as u32,
        guards_shared: guards_shared(&unit),
        virtuals,
        removed_as_dead,
        ..cx.stats
    };
    #[cfg(debug_assertions)]
    if let Err(errors) = metatrace_ir::verify(&unit) {
        panic!("the optimizer made a unit that is not well formed:\n{errors}");
    }
    Ok(Optimized { unit, labels, exit_facts, entry: None, stats })
}

/// Guards with the snapshot of the guard before.
fn guards_shared(unit: &Trace) -> u32 {
    let mut last = SnapshotIndex::NONE;
    let mut count = 0;
    for op in unit.ops.iter().filter(|op| op.opcode.is_guard()) {
        count += (op.snapshot == last) as u32;
        last = op.snapshot;
    }
    count
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
}

impl<'t> Liveness<'t> {
    fn new(trace: &'t Trace, removes: bool, kept_labels: u32) -> Liveness<'t> {
        let mut param = vec![None; trace.ops.len()];
        let mut jumps = Vec::new();
        let (mut label, mut place) = (0, 0);
        for (i, op) in trace.ops.iter().enumerate() {
            match op.opcode {
                Opcode::Label => (label, place) = (op.aux.as_label().label, 0),
                Opcode::Param => {
                    param[i] = (label >= kept_labels).then_some((label, place));
                    place += 1;
                }
                Opcode::Jump if op.aux.as_label().unit == UnitId::THIS => {
                    jumps.push((op.aux.as_label().label, i as u32));
                }
                _ => {}
            }
        }
        Liveness {
            trace,
            live: vec![false; trace.ops.len()],
            param,
            jumps,
            initialising: Vec::new(),
            frames: vec![false; trace.frames.len()],
            virtuals: vec![false; trace.virtuals.len()],
            work: Vec::with_capacity(64),
            keep_all: !removes,
            kept_labels,
        }
    }

    fn run(&mut self) {
        let removes = !self.keep_all;
        for (i, op) in self.trace.ops.iter().enumerate() {
            // Parameters that were only offered have no value to pass at the jumps: they go in any case.
            if removes && let Some(object) = self.allocation_stored_into(op) {
                self.initialising.push((object, i as u32));
                continue;
            }
            let stays = self.has_effect(op) || (self.keep_all && op.opcode != Opcode::Param);
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
            _ if is_pure(op.opcode, op.aux) && !op.opcode.is_guard() => false,
            _ => !matches!(op.opcode.class(), Class::Pure | Class::Load | Class::New),
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

    fn mark(&mut self, operand: Operand) {
        match operand.view() {
            OperandView::Op(i) if !self.live[i as usize] => {
                self.live[i as usize] = true;
                self.work.push(i);
            }
            OperandView::Virtual(i) if !self.virtuals[i as usize] => {
                self.virtuals[i as usize] = true;
                let v = self.trace.virtuals[i as usize];
                for k in v.fields_start..v.fields_start + v.fields_count {
                    self.mark(self.trace.virtual_fields[k as usize]);
                }
            }
            _ => {}
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

/// What was known about the live operands of each exit when the trace was there.
fn exit_facts(cx: &Cx<'_>, live: &[bool]) -> ExitFacts {
    let mut all = ExitFacts::with_room_for(cx.out.snapshots.len());
    let mut exits = LiveOperands::new(&cx.out);
    // Exits in a row share a snapshot.
    let (mut last, mut operands): (_, &[Operand]) = (SnapshotIndex::NONE, &[]);
    for (at, op) in cx.out.ops.iter().enumerate() {
        if live[at] && has_exit(op.opcode) {
            if op.snapshot != last {
                last = op.snapshot;
                operands = exits.of(cx.out.snapshot(last));
            }
            all.push(operands.iter().map(|operand| facts_at(cx, *operand, at as u32)));
        }
    }
    all.shrink_to_fit();
    all
}

fn facts_at(cx: &Cx<'_>, operand: Operand, at: u32) -> Facts {
    let mut facts = Facts::NONE;
    let Some(i) = operand.as_op() else { return facts };
    let info: &Info = cx.info_at(i);
    let op = &cx.out.ops[i as usize];
    match op.kind {
        Some(Kind::Value) if info.tags_since <= at => facts.tags = cx.word_tags_at(i),
        Some(Kind::Int) if info.bound_since <= at => facts.bound = info.bound,
        Some(Kind::Int) if info.first_bound_since <= at => facts.bound = info.first_bound,
        Some(Kind::Ref) => {
            facts.layout = info.layout.filter(|_| info.layout_since <= at);
            let never_null = matches!(op.opcode, Opcode::UnboxRef | Opcode::New | Opcode::NewArray);
            facts.non_null = facts.layout.is_some() || never_null;
        }
        _ => {}
    }
    facts
}

/// Drops what is not live. Answers which parameters of each label stayed, in the order of the labels.
fn compact(mut trace: Trace, live: &[bool]) -> (Trace, Vec<Vec<bool>>) {
    let mut params: Vec<(u32, Vec<bool>)> = Vec::new();
    for (i, op) in trace.ops.iter().enumerate() {
        match op.opcode {
            Opcode::Label => params.push((op.aux.as_label().label, Vec::new())),
            Opcode::Param => {
                params.last_mut().expect("parameters follow a label").1.push(live[i]);
            }
            _ => {}
        }
    }
    // Positions matter only where something happens before the next one.
    let mut keep = live.to_vec();
    let mut position = None;
    for (i, op) in trace.ops.iter().enumerate() {
        match op.opcode {
            Opcode::At => position = Some(i),
            _ if live[i] => {
                if let Some(at) = position.take() {
                    keep[at] = true;
                }
            }
            _ => {}
        }
    }
    let mut number = vec![Operand::NONE; trace.ops.len()];
    let mut next = 0;
    for (i, keep) in keep.iter().enumerate() {
        if *keep {
            number[i] = Operand::op(next);
            next += 1;
        }
    }
    let renumbered = |operand: Operand| match operand.as_op() {
        Some(i) => number[i as usize],
        None => operand,
    };
    let old_ops = std::mem::take(&mut trace.ops);
    let old_varargs = std::mem::take(&mut trace.varargs);
    trace.ops.reserve(next as usize);
    for (mut op, keep) in old_ops.into_iter().zip(keep) {
        if !keep {
            continue;
        }
        if Trace::has_varargs(op.opcode) {
            let start = op.args[0].0 as usize;
            let args = &old_varargs[start..start + op.args[1].0 as usize];
            let label = op.aux.as_label();
            let kept = match params.iter().find(|(l, _)| *l == label.label) {
                Some((_, kept)) if op.opcode == Opcode::Jump && label.unit == UnitId::THIS => Some(kept),
                _ => None,
            };
            op.args[0] = Operand(trace.varargs.len() as u32);
            for (place, arg) in args.iter().enumerate() {
                if kept.is_none_or(|kept| kept[place]) {
                    trace.varargs.push(renumbered(*arg));
                }
            }
            op.args[1] = Operand(trace.varargs.len() as u32 - op.args[0].0);
        } else if op.opcode != Opcode::At {
            op.args = op.args.map(renumbered);
        }
        trace.ops.push(op);
    }
    for (_, operand) in &mut trace.slots {
        *operand = renumbered(*operand);
    }
    for operand in &mut trace.virtual_fields {
        *operand = renumbered(*operand);
    }
    for snapshot in &mut trace.snapshots {
        snapshot.result = renumbered(snapshot.result);
    }
    (trace, params.into_iter().map(|(_, kept)| kept).collect())
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
