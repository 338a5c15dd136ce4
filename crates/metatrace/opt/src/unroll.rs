//! Loops: the recorded iteration is optimised twice.
//!
//! ```text
//! label 0 (values as the interpreter has them)      the preamble checks everything ...
//!   ... jump 1 (unboxed)
//! label 1 (unboxed values, results of short operations)
//!   ... jump 1                                      ... so the body need not
//! ```
//!
//! The state at the end of the preamble ([`State`]) becomes that of label 1. If the body's end does not fit it (a constant
//! that is another one next time, a bound that grows, an object that escapes in the body), the body is
//! optimised again with the join of the two states; joins only get more general, and bounds grow in big steps, so
//! this ends soon, and is cut off after [`MAX_ATTEMPTS`].
//!
//! Source: PyPy `optimizeopt/unroll.py`.

use crate::contract::{Closing, LabelContract, Optimized, Options, Position, jump_to};
use crate::cx::Cx;
use crate::dce::finish_unit;
use crate::env::Env;
use crate::info::TagSet;
use crate::pass::InvalidLoop;
use crate::short::{Excluded, Found, Short, ShortArg, candidates, enter};
use crate::sink;
use crate::state::{Arrival, Exported, Facts, Node, NodeId, Refusal, State};
use metatrace_ir::{LabelRef, Opcode, Operand, SnapshotIndex, Tag, Trace, UnitId};
use metatrace_machine::Kind;

/// How often a body is optimised before the loop is closed at its generic label instead.
const MAX_ATTEMPTS: u32 = 6;

/// Optimises a trace that may close on itself; any other end is treated as by [`optimize_linear`](crate::optimize_linear).
pub fn optimize_loop(trace: &Trace, env: &dyn Env, options: &Options) -> Result<Optimized, InvalidLoop> {
    let mut cx = Cx::new(trace, env, options.switches);
    let entry = enter_recorded(&mut cx)?;
    let last = trace.ops.len() - 1;
    cx.walk(entry.first..last)?;
    if !closes_on_itself(trace) {
        return finish_linear(cx, entry);
    }
    if options.switches.unroll()
        && let Some(done) = peel(&mut cx, &entry)?
    {
        return Ok(done);
    }
    cx.stats.closing = Closing::Generic;
    finish_linear(cx, entry)
}

/// The label of a recorded trace.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Index of the first recorded operation behind the parameters.
    pub first: usize,
    pub contract: LabelContract,
}

/// Whether the trace ends in a jump to its own label.
pub(crate) fn closes_on_itself(trace: &Trace) -> bool {
    let last = trace.ops.last().expect("a trace has a final operation");
    last.opcode == Opcode::Jump && last.aux.as_label() == LabelRef { unit: UnitId::THIS, label: 0 }
}

/// Kinds of the recorded parameters.
pub(crate) fn recorded_params(trace: &Trace) -> Vec<Kind> {
    let params = trace.ops[1..].iter().take_while(|op| op.opcode == Opcode::Param);
    params.map(|op| op.kind.expect("a parameter has a kind")).collect()
}

/// Emits label 0 with the recorded parameters.
pub(crate) fn enter_recorded(cx: &mut Cx<'_>) -> Result<Entry, InvalidLoop> {
    let source = cx.source;
    let kinds = recorded_params(source);
    let params = cx.push_label(0, &kinds);
    for (i, param) in params.iter().enumerate() {
        cx.set_value(i as u32 + 1, *param);
    }
    // A loop's label stands where its jump does.
    let last = source.ops.last().expect("a trace has a final operation");
    let position = match last.snapshot {
        SnapshotIndex::NONE => None,
        _ if !closes_on_itself(source) => None,
        snapshot => Some(Position::of(source, snapshot)),
    };
    Ok(Entry { first: kinds.len() + 1, contract: LabelContract::generic(0, position, kinds) })
}

/// Emits the final operation as it was recorded and completes the unit.
pub(crate) fn finish_linear(mut cx: Cx<'_>, entry: Entry) -> Result<Optimized, InvalidLoop> {
    finish_recorded(&mut cx)?;
    finish_unit(cx, vec![entry.contract])
}

/// Emits the final operation as it was recorded.
pub(crate) fn finish_recorded(cx: &mut Cx<'_>) -> Result<(), InvalidLoop> {
    let source = cx.source;
    let last = source.ops.last().expect("a trace has a final operation");
    cx.current = source.ops.len() as u32 - 1;
    let mut op = cx.pending(last);
    if op.opcode == Opcode::Jump {
        op.snapshot = SnapshotIndex::NONE;
    }
    cx.process(op)?;
    Ok(())
}

/// The recorded arguments of the final jump.
pub(crate) fn jump_args(cx: &Cx<'_>) -> Vec<Operand> {
    let source = cx.source;
    let last = source.ops.last().expect("a trace has a final operation");
    source.args(last).iter().map(|a| cx.value(*a)).collect()
}

/// Why an attempt failed, and what to do about it.
enum Failure {
    /// Try this state of the live values.
    Generalise(State),
    /// Try without this candidate.
    Exclude(Excluded),
}

/// Peels one iteration. `None`: no state of label 1 was found.
fn peel(cx: &mut Cx<'_>, entry: &Entry) -> Result<Option<Optimized>, InvalidLoop> {
    cx.resume_at_header();
    cx.flush_all()?;
    let roots = jump_args(cx);
    let mut state = cx.export(&roots)?.state;
    let mut excluded = Vec::new();
    for attempt in 1..=MAX_ATTEMPTS {
        let mut body = cx.fork();
        body.stats.attempts = attempt;
        // A body that contradicts itself means that the second iteration cannot go like the recorded one; often because it
        // is the last turn of an inner loop that was recorded, and what follows until the next. Iterations of other
        // numbers can: the way that the second takes becomes a bridge, which joins here with the same numbers unboxed.
        // Failing that, the loop closes on its generic label.
        let Ok(tried) = try_body(&mut body, &state, &roots, &excluded) else {
            cx.stats.is_exceptional = true;
            let general = without_numbers(cx, &state);
            if general == state {
                return Ok(None);
            }
            state = general;
            continue;
        };
        match tried {
            Ok(contract) => {
                body.stats.closing = Closing::Special;
                return Ok(Some(finish_unit(body, vec![entry.contract.clone(), contract])?));
            }
            Err(Failure::Generalise(next)) if next == state => return Ok(None),
            Err(Failure::Generalise(next)) => state = next,
            Err(Failure::Exclude(candidate)) => excluded.push(candidate),
        }
    }
    Ok(None)
}

/// The state for any numbers of the same classes: without constants and bounds.
fn without_numbers(cx: &Cx<'_>, state: &State) -> State {
    let leaf = |kind, tags| Node::Leaf { kind, facts: Facts { tags, ..Facts::NONE }, param: None };
    let mut general = state.clone();
    for i in 0..state.nodes.len() {
        general.nodes[i] = match &state.nodes[i] {
            Node::Constant(c) if matches!(c.kind, Kind::Int | Kind::Float | Kind::Bool) => {
                leaf(c.kind, TagSet::ANY)
            }
            Node::Constant(c) if c.kind == Kind::Value => {
                let (tag, kind) = match (cx.coding.tag_of)(c.bits) {
                    Some(tag @ Tag::Int) => (tag, Kind::Int),
                    Some(tag @ Tag::Float) => (tag, Kind::Float),
                    Some(tag @ Tag::Bool) => (tag, Kind::Bool),
                    _ => continue,
                };
                let inner = NodeId(general.nodes.len() as u32);
                general.nodes.push(leaf(kind, TagSet::ANY));
                Node::Box { tag, inner }
            }
            Node::Leaf { kind: Kind::Int, facts, .. } => leaf(Kind::Int, facts.tags),
            _ => continue,
        };
    }
    general
}

/// Ends the preamble for a label of this state, and optimises the body behind it.
fn try_body(
    cx: &mut Cx<'_>,
    roots_state: &State,
    roots: &[Operand],
    excluded: &[Excluded],
) -> Result<Result<LabelContract, Failure>, InvalidLoop> {
    let source = cx.source;
    let header = source.ops.last().expect("a trace has a final operation").snapshot;
    // The preamble's values in the shape of the state: differs from its own shape after a join.
    let mut arrival = Arrival::new(roots_state, None);
    for (id, root) in roots_state.roots.iter().zip(roots) {
        match cx.supply(&mut arrival, *id, *root) {
            Ok(()) => {}
            Err(Refusal::Mismatch) => return Ok(Err(Failure::Generalise(roots_state.clone()))),
            Err(Refusal::Invalid(reason)) => return Err(reason),
        }
    }
    if !cx.keeps_identities(&arrival) {
        return Ok(Err(Failure::Generalise(roots_state.clone())));
    }
    let values = arrival.values;
    let mut exported = Exported::of(roots_state.clone(), values, cx);
    let Found { mut shorts, makers } = candidates(cx, &mut exported, 0, excluded)?;
    sink::choose(cx, &mut shorts, &mut exported, 0);
    let kinds = exported.state.number_leaves();
    let args = leaves(cx, &exported.state, &exported.values)?;
    let label = LabelRef { unit: UnitId::THIS, label: 1 };
    let mut valid = cx.proven.valid.clone();
    valid.dedup();
    cx.process(jump_to(label, args))?;

    cx.start_block();
    let preamble_values = exported.values;
    let state = exported.state;
    let params = cx.push_label(1, &kinds);
    let values = cx.instantiate(&state, &params)?;
    enter(cx, &shorts, &values);
    sink::owe(cx, &shorts, &values);
    cx.proven.valid = valid.clone();
    let entry_params = recorded_params(source).len();
    for (i, id) in state.roots.iter().enumerate() {
        cx.set_value(i as u32 + 1, values[id.0 as usize]);
    }
    cx.walk(entry_params + 1..source.ops.len() - 1)?;

    cx.resume_at_header();
    cx.flush_settled()?;
    let roots = jump_args(cx);
    let mut arrival = Arrival::new(&state, None);
    for (id, root) in state.roots.iter().zip(&roots) {
        match cx.supply(&mut arrival, *id, *root) {
            Ok(()) => {}
            Err(Refusal::Mismatch) => {
                let next = cx.export(&roots)?.state;
                return Ok(Err(Failure::Generalise(roots_state.join(&next, true))));
            }
            Err(Refusal::Invalid(reason)) => return Err(reason),
        }
    }
    arrival.header = Some(header);
    for address in &valid {
        cx.emit_guard(Opcode::GuardValid, &[], metatrace_ir::Aux(*address), header)?;
    }
    if let Err(failed) = replay_touched(cx, &shorts, &makers, &mut arrival, header) {
        let short = &shorts[failed];
        let result = preamble_values[short.result.0 as usize];
        return Ok(Err(Failure::Exclude((short.opcode, short.aux, result))));
    }
    sink::hand_over(cx, &shorts, &arrival)?;
    if !cx.keeps_identities(&arrival) {
        let next = cx.export(&roots)?.state;
        return Ok(Err(Failure::Generalise(roots_state.join(&next, true))));
    }
    // What is not handed over has been stored; nothing is left open.
    let args = arrival.params.clone();
    cx.push_jump(label, &args);
    let touched = cx.touched.clone();
    let mut number = 0..;
    let mut used = shorts;
    used.retain(|_| touched[number.next().expect("endless")]);
    Ok(Ok(LabelContract {
        unit: UnitId::THIS,
        label: 1,
        position: Some(Position::of(source, header)),
        params: kinds,
        state,
        shorts: used,
        valid,
    }))
}

/// The real operands of a state's leaves, in the order of the parameters.
pub(crate) fn leaves(
    cx: &mut Cx<'_>,
    state: &State,
    values: &[Operand],
) -> Result<Vec<Operand>, InvalidLoop> {
    let mut args = Vec::with_capacity(values.len());
    for (node, value) in state.nodes.iter().zip(values) {
        if let crate::state::Node::Leaf { .. } = node {
            args.push(cx.force(*value)?);
        }
    }
    Ok(args)
}

/// Replays the short operations that the body relies on, and those that they rely on in turn. Fails with the
/// number of one that cannot be.
fn replay_touched(
    cx: &mut Cx<'_>,
    shorts: &[Short],
    makers: &[Option<usize>],
    arrival: &mut Arrival<'_>,
    header: SnapshotIndex,
) -> Result<(), usize> {
    let mut done = vec![false; shorts.len()];
    loop {
        for number in (0..shorts.len()).rev() {
            if cx.touched[number] {
                for arg in shorts[number].args.iter() {
                    if let ShortArg::Node(id) = arg
                        && let Some(maker) = makers[id.0 as usize]
                    {
                        cx.touched[maker] = true;
                    }
                }
            }
        }
        let Some(number) = (0..shorts.len()).find(|n| cx.touched[*n] && !done[*n]) else { return Ok(()) };
        // A replay may rely on candidates that were not touched before: the search starts again.
        done[number] = true;
        if cx.replay(&shorts[number], arrival, header).is_err() {
            return Err(number);
        }
    }
}
