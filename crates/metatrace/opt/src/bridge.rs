//! Bridges: traces that begin where a guard left, and jumps into code that exists.
//!
//! The parent's snapshot says what every slot of the interpreter's frames is: a live operand, a constant, or a virtual. The bridge
//! starts from the same description, so what was virtual stays virtual across the exit; only the live operands are
//! parameters, in the order in which the exit stores them. Facts that the parent knew about them come along.
//!
//! At its end a bridge tries the labels it may jump to, most special first: values are brought into the label's shape
//! and its short operations replayed, with guards where the values are not known to fit. What cannot be brought into any shape jumps
//! to the generic label.
//!
//! Source: PyPy `optimizeopt/bridgeopt.py` and `unroll.py: jump_to_existing_trace`.

use crate::contract::{Closing, LabelContract, Optimized, Options, Position, jump_to};
use crate::cx::Cx;
use crate::dce::finish_unit;
use crate::env::Env;
use crate::exit_facts::ExitFacts;
use crate::joins::{Origin, Walked, learn_failure, walk};
use crate::pass::{InvalidLoop, Pending};
use crate::sink;
use crate::state::{Arrival, Facts, Refusal};
use crate::unroll::{finish_recorded, jump_args, recorded_params};
use crate::virtuals::VirtualValue;
use metatrace_ir::{
    Aux, FieldKey, Opcode, Operand, OperandView, ResumeMode, SnapshotIndex, Tag, Trace, VirtualKind,
    exit_operands,
};
use metatrace_machine::Kind;

/// The exit that a bridge continues.
#[derive(Clone, Copy, Debug)]
pub struct ParentExit<'p> {
    /// The optimised unit of the guard.
    pub unit: &'p Trace,
    /// The guard.
    pub guard: u32,
    /// Its snapshot.
    pub snapshot: SnapshotIndex,
    /// [`Optimized::exit_facts`] of the unit.
    pub facts: &'p ExitFacts,
}

/// Optimises the trace recorded from an exit. `targets`: the labels that a final jump may go to, all at the position where the
/// trace ends; tried in this order, generic ones last. If none fits, or there is none, the jump goes where it was
/// recorded to go. `joins`: labels at any position where the bridge may end early.
pub fn optimize_bridge(
    trace: &Trace,
    parent: ParentExit<'_>,
    targets: &[&LabelContract],
    joins: &[&LabelContract],
    env: &dyn Env,
    options: &Options,
) -> Result<Optimized, InvalidLoop> {
    let mut cx = Cx::new(trace, env, options.switches);
    let facts = parent.facts.at_exit(parent.unit, parent.guard, parent.snapshot);
    let mut contracts = vec![enter_from_exit(&mut cx, parent, &facts, !options.guards_lie)?];
    let first = recorded_params(trace).len() + 1;
    if !options.switches.joins() {
        cx.walk(first..trace.ops.len() - 1)?;
        let cx = close(cx, targets)?;
        return finish_unit(cx, contracts);
    }
    let origin = Origin::of_exit(parent.unit, parent.snapshot, &facts);
    let cx = match walk(cx, first, origin, joins, options.join_versions, &mut contracts)? {
        Walked::Joined(cx) => cx,
        Walked::AtEnd(cx) => {
            // A bridge that has come by its header may close there: a loop of its own.
            let own: Vec<LabelContract> = contracts[1..].to_vec();
            let targets: Vec<&LabelContract> = targets.iter().copied().chain(&own).collect();
            close(cx, &targets)?
        }
    };
    finish_unit(cx, contracts)
}

/// Ends the walk with the recorded final operation; a jump goes to the first of the labels that fits.
pub(crate) fn close<'a>(mut cx: Cx<'a>, targets: &[&LabelContract]) -> Result<Cx<'a>, InvalidLoop> {
    let last = cx.source.ops.last().expect("a trace has a final operation");
    if last.opcode != Opcode::Jump {
        finish_recorded(&mut cx)?;
        return Ok(cx);
    }
    cx.stats.closing = Closing::Generic;
    let header = last.snapshot;
    let here = (header != SnapshotIndex::NONE).then(|| Position::of(cx.source, header));
    let fits = |t: &&&LabelContract| t.position == here || here.is_none();
    let special = targets.iter().filter(|t| !t.is_generic()).filter(fits);
    let generic = targets.iter().filter(|t| t.is_generic()).filter(fits);
    let roots = jump_args(&cx);
    for target in special.chain(generic) {
        // A refusal may come after guards were added: each label is tried on a copy.
        let mut attempt = cx.clone();
        match enter_label(&mut attempt, target, &roots, header, Means::Everything) {
            Ok(()) => {
                if !target.is_generic() {
                    attempt.stats.closing = Closing::Special;
                }
                return Ok(attempt);
            }
            Err(Refusal::Mismatch | Refusal::Invalid(_)) => {}
        }
    }
    finish_recorded(&mut cx)?;
    Ok(cx)
}

/// What may be done to bring values into the shape of a label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Means {
    Everything,
    /// No guards on the live values.
    Boxing,
    /// No guards, and no boxing of numbers.
    Nothing,
}

/// Emits the jump to a label, with everything that its contract asks for before. `roots`: the live values. Guards that are
/// needed resume at `header`.
pub(crate) fn enter_label(
    cx: &mut Cx<'_>,
    target: &LabelContract,
    roots: &[Operand],
    header: SnapshotIndex,
    means: Means,
) -> Result<(), Refusal> {
    if roots.len() != target.state.roots.len() {
        return Err(Refusal::Mismatch);
    }
    cx.resume_at(header);
    cx.flush_settled()?;
    let mut arrival = Arrival::new(&target.state, (means == Means::Everything).then_some(header));
    arrival.may_box = means != Means::Nothing;
    arrival.params.resize(target.params.len(), Operand::NONE);
    for (id, root) in target.state.roots.iter().zip(roots) {
        cx.supply(&mut arrival, *id, *root)?;
    }
    for address in &target.valid {
        cx.emit_guard(Opcode::GuardValid, &[], Aux(*address), header)?;
    }
    for short in &target.shorts {
        cx.replay(short, &mut arrival, header)?;
    }
    sink::hand_over(cx, &target.shorts, &arrival)?;
    if !cx.keeps_identities(&arrival) {
        return Err(Refusal::Mismatch);
    }
    let args = arrival.params;
    if args.iter().any(|a| a.is_none()) {
        return Err(Refusal::Mismatch);
    }
    cx.process(jump_to(target.label_ref(), args))?;
    Ok(())
}

/// Emits label 0 of a bridge and gives the recorded parameters their values.
fn enter_from_exit(
    cx: &mut Cx<'_>,
    parent: ParentExit<'_>,
    facts: &[Facts],
    learns: bool,
) -> Result<LabelContract, InvalidLoop> {
    let unit = parent.unit;
    let shot = *unit.snapshot(parent.snapshot);
    let live = exit_operands(unit, &shot);
    let kinds: Vec<Kind> = live.iter().map(|operand| exit_kind(unit, *operand, shot.result)).collect();
    let params = cx.push_label(0, &kinds);
    for (param, facts) in params.iter().zip(facts) {
        cx.assume(*param, facts)?;
    }
    if learns {
        learn_failure(cx, unit, parent.guard, &live, &params)?;
    }
    let mut import =
        Import { unit, live: &live, params: &params, virtuals: vec![Operand::NONE; unit.virtuals.len()] };
    let mut recorded = Vec::new();
    for frame in unit.frames_of(&shot) {
        for (_, operand) in unit.slots_of(frame) {
            recorded.push(import.value(cx, *operand)?);
        }
    }
    if shot.mode == ResumeMode::Deliver && !shot.result.is_none() {
        recorded.push(import.value(cx, shot.result)?);
    }
    let wanted = recorded_params(cx.source).len();
    if recorded.len() < wanted {
        return Err(InvalidLoop(&"a bridge has more parameters than its exit has slots"));
    }
    for (i, value) in recorded.into_iter().take(wanted).enumerate() {
        cx.set_value(i as u32 + 1, value);
    }
    for number in shot.stores_start..shot.stores_start + shot.stores_count {
        import.perform(cx, number)?;
    }
    let position = Some(Position::of(unit, parent.snapshot));
    Ok(LabelContract { position, ..LabelContract::generic(0, None, kinds) })
}

/// Kind of a transfer word of an exit. The result of a `call_trace` comes as a tagged word, whatever was expected.
fn exit_kind(unit: &Trace, operand: Operand, result: Operand) -> Kind {
    let call = operand == result
        && operand.as_op().is_some_and(|i| unit.ops[i as usize].opcode == Opcode::CallTrace);
    if call { Kind::Value } else { unit.kind_of(operand).expect("a live operand has a kind") }
}

/// Values of the parent's snapshot as values of the bridge's walk.
struct Import<'p> {
    unit: &'p Trace,
    live: &'p [Operand],
    params: &'p [Operand],
    virtuals: Vec<Operand>,
}

impl Import<'_> {
    fn value(&mut self, cx: &mut Cx<'_>, operand: Operand) -> Result<Operand, InvalidLoop> {
        match operand.view() {
            OperandView::Op(_) => {
                let place = self.live.iter().position(|o| *o == operand);
                Ok(self.params[place.expect("an operand of a snapshot is live at its exit")])
            }
            OperandView::Const(i) => Ok(cx.intern(self.unit.consts[i as usize])),
            OperandView::Virtual(i) => self.virtual_value(cx, i),
            OperandView::None => Ok(Operand::NONE),
        }
    }

    fn virtual_value(&mut self, cx: &mut Cx<'_>, number: u32) -> Result<Operand, InvalidLoop> {
        let known = self.virtuals[number as usize];
        if !known.is_none() {
            return Ok(known);
        }
        let v = self.unit.virtuals[number as usize];
        let parts: Vec<Operand> = self.unit.virtual_fields
            [v.fields_start as usize..(v.fields_start + v.fields_count) as usize]
            .to_vec();
        let boxed = match v.kind {
            VirtualKind::BoxInt => Some(Tag::Int),
            VirtualKind::BoxFloat => Some(Tag::Float),
            VirtualKind::BoxBool => Some(Tag::Bool),
            VirtualKind::BoxRef => Some(Tag::Ref),
            _ => None,
        };
        if let Some(tag) = boxed {
            // The place is taken first: the box may be part of a circle.
            let made = cx.virtuals.add(VirtualValue::Box { tag, inner: Operand::NONE });
            self.virtuals[number as usize] = made;
            let part = self.value(cx, parts[0])?;
            self.set(cx, made, VirtualValue::Box { tag, inner: part });
            return Ok(made);
        }
        match v.kind {
            VirtualKind::UnboxRef => {
                let boxed = self.value(cx, parts[0])?;
                let inner = cx.unbox(Tag::Ref, boxed)?;
                self.virtuals[number as usize] = inner;
                Ok(inner)
            }
            VirtualKind::Object { layout, size_bytes } => {
                let made = cx.virtuals.add(VirtualValue::Object { layout, size_bytes, fields: Vec::new() });
                self.virtuals[number as usize] = made;
                let mut fields = Vec::with_capacity(parts.len() / 2);
                for pair in parts.chunks_exact(2) {
                    let key = self.unit.as_const(pair[0]).expect("field keys of a virtual are constants");
                    fields.push((FieldKey(key.bits), self.value(cx, pair[1])?));
                }
                self.set(cx, made, VirtualValue::Object { layout, size_bytes, fields });
                Ok(made)
            }
            VirtualKind::Array { array } => {
                let made = cx.virtuals.add(VirtualValue::Array { array, items: Vec::new() });
                self.virtuals[number as usize] = made;
                let mut items = Vec::with_capacity(parts.len());
                for part in parts {
                    items.push(self.value(cx, part)?);
                }
                self.set(cx, made, VirtualValue::Array { array, items });
                Ok(made)
            }
            _ => Err(InvalidLoop(&"a delayed store is not a value")),
        }
    }

    fn set(&self, cx: &mut Cx<'_>, made: Operand, value: VirtualValue) {
        if let Some(index) = made.as_virtual() {
            *cx.virtuals.value_mut(index) = value;
        }
    }

    /// A store that the parent still owes.
    fn perform(&mut self, cx: &mut Cx<'_>, number: u32) -> Result<(), InvalidLoop> {
        let v = self.unit.virtuals[number as usize];
        let mut parts = Vec::with_capacity(3);
        for k in v.fields_start..v.fields_start + v.fields_count {
            parts.push(self.value(cx, self.unit.virtual_fields[k as usize])?);
        }
        let store = match v.kind {
            VirtualKind::Store { field } => return sink::take_over(cx, parts[0], parts[1], field),
            VirtualKind::StoreItem { array } => {
                Pending::new(Opcode::StoreItem, None, &parts, Aux::array(array))
            }
            _ => return Err(InvalidLoop(&"a value is not a delayed store")),
        };
        cx.process(store)?;
        Ok(())
    }
}
