//! Joins: a bridge need not repeat the rest of its loop.
//!
//! ```text
//! if a { x } else { y }        the loop recorded x; its guard on a fails
//! if b { z } else { w }        bridge 1: y, label at the join, then the rest of the iteration (with a guard on b)
//!                              bridge 2, from either guard on b: w, and a jump to the label behind bridge 1's z
//! ```
//!
//! The recorder marks join points in a bridge: `at … join` with a snapshot, then one `merge` per live slot, behind
//! which it uses nothing that it knew about the values. At each of them the walk first looks for a label that exists
//! at this position and takes the values as they are; there the bridge ends. Else it offers a label of its own, for the
//! bridges that will come. So n branches in a row need about 2n bridges and not 2^n.
//!
//! The obvious way is to compile the loop again with labels at all its join points once it has too many bridges. It makes
//! the straight path pay for the labels, and throws the bridges away; here the loop's first path stays as it is.
//!
//! Invariants:
//! * Numbers cross joins unboxed, by guards on the class that was seen when the trace was recorded. Otherwise arriving
//!   adds no guard: it could fail for the very values that other paths bring. Values that do not fit the labels at a
//!   position get a label of their own; the last of `join_versions` is for the join of the states.
//! * A label claims nothing that was learned behind the exit, except in the shape of values: facts and constants come
//!   from the exit, since another path into the label has not learned them.
//!
//! Known limits: no short operations: what the path before the label has loaded is loaded again behind it. A number that
//! the loop itself only passes on is a tagged word at the loop's label; a bridge that comes by a join unboxes it there and
//! boxes it again at the end (the outer variables of `collatz` and `mandelbrot`).
//!
//! Source: none in PyPy, where each bridge goes to the end of the iteration; LuaJIT's side traces likewise.

use crate::bridge::{Means, enter_label};
use crate::contract::{Closing, LabelContract, Position, jump_to};
use crate::cx::Cx;
use crate::force::unboxed_kind;
use crate::info::TagSet;
use crate::pass::{InvalidLoop, Pending};
use crate::short::needs_no_guard;
use crate::state::{Arrival, Facts, Node, NodeId, State};
use metatrace_ir::{
    Aux, Class, Const, LabelRef, Opcode, Operand, OperandView, SnapshotIndex, Tag, Trace, UnitId,
};
use metatrace_machine::Kind;

/// Frame (0 is the outermost) and slot of a live value.
type Place = (usize, u32);

/// What held where the current block of the bridge began.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origin {
    /// Operation of the block's first parameter, and what is known about each.
    first_param: u32,
    facts: Vec<Facts>,
    /// Slots that were constants there.
    constants: Vec<(Place, Const)>,
}

impl Origin {
    /// Of a bridge: from its exit. The bridge's parameters follow its label.
    pub fn of_exit(unit: &Trace, snapshot: SnapshotIndex, facts: &[Facts]) -> Origin {
        let mut constants = Vec::new();
        for (place, operand) in slots(unit, snapshot) {
            if let Some(c) = unit.as_const(operand) {
                constants.push((place, c));
            }
        }
        Origin { first_param: 1, facts: facts.to_vec(), constants }
    }

    fn of_label(cx: &Cx<'_>, first_param: u32, state: &State, places: &[Place]) -> Origin {
        let mut constants = Vec::new();
        for (id, place) in state.roots.iter().zip(places) {
            let mut id = *id;
            if let Node::Box { inner, .. } = state.node(id) {
                id = *inner;
            }
            if let Node::Constant(c) = state.node(id) {
                constants.push((*place, *c));
            }
        }
        let leaf_facts = |node: &Node| match node {
            Node::Leaf { facts, .. } => Some(*facts),
            _ => None,
        };
        debug_assert!(first_param <= cx.now());
        Origin { first_param, facts: state.nodes.iter().filter_map(leaf_facts).collect(), constants }
    }

    fn facts_of(&self, value: Operand) -> Option<Facts> {
        let place = value.as_op()?.checked_sub(self.first_param)?;
        self.facts.get(place as usize).copied()
    }
}

/// The live slots of a snapshot: frames from the outermost, slots ascending.
fn slots(trace: &Trace, snapshot: SnapshotIndex) -> Vec<(Place, Operand)> {
    let mut found = Vec::new();
    for (depth, frame) in trace.frames_of(trace.snapshot(snapshot)).into_iter().enumerate() {
        found.extend(trace.slots_of(frame).iter().map(|(slot, operand)| ((depth, *slot), *operand)));
    }
    found
}

/// How a walk ended.
pub(crate) enum Walked<'a> {
    /// At a label that exists: the unit is complete.
    Joined(Cx<'a>),
    /// In front of the trace's final operation.
    AtEnd(Cx<'a>),
}

/// Sends the recorded operations from `first` to the final one through the passes; labels that are made on the way, up to
/// `versions` at one position, are added to `contracts`.
pub(crate) fn walk<'a>(
    mut cx: Cx<'a>,
    first: usize,
    mut origin: Origin,
    labels: &[&LabelContract],
    versions: usize,
    contracts: &mut Vec<LabelContract>,
) -> Result<Walked<'a>, InvalidLoop> {
    let source = cx.source;
    let last = source.ops.len() - 1;
    let mut from = first;
    for index in first..last {
        let op = &source.ops[index];
        let is_join = op.opcode == Opcode::At && op.snapshot != SnapshotIndex::NONE && op.args[1].0 == 1;
        if !is_join || source.ops[index + 1].opcode != Opcode::Merge {
            continue;
        }
        cx.walk(from..index)?;
        from = index;
        let position = Position::of(source, op.snapshot);
        let places = slots(source, op.snapshot);
        let roots: Vec<Operand> = places.iter().map(|(_, operand)| cx.value(*operand)).collect();
        let own = &contracts[1..];
        let here = labels.iter().copied().chain(own).filter(|l| l.position.as_ref() == Some(&position));
        let here: Vec<&LabelContract> = here.filter(|l| !l.is_generic()).collect();
        unbox_numbers(&mut cx, index, &roots)?;
        let is_full = here.len() >= versions;
        let means = if is_full { Means::Boxing } else { Means::Nothing };
        for label in &here {
            let mut attempt = cx.clone();
            if enter_label(&mut attempt, label, &roots, op.snapshot, means).is_ok() {
                attempt.stats.closing = Closing::Joined;
                return Ok(Walked::Joined(attempt));
            }
        }
        if is_full {
            continue;
        }
        // The last version is for everybody.
        let known = here.last().filter(|_| here.len() + 1 == versions);
        let known = known.map(|l| l.state.clone()).filter(|s| s.roots.len() == roots.len());
        let places: Vec<Place> = places.into_iter().map(|(place, _)| place).collect();
        let mut attempt = cx.clone();
        let recurs = recurs(source, index, &position);
        let join = Join { places, roots, position, at: index, label: contracts.len() as u32, recurs };
        if let Some(contract) = open_label(&mut attempt, &mut origin, &join, known)? {
            contracts.push(contract);
            cx = attempt;
            cx.walk(index..index + 1)?;
            from = index + 1 + join.roots.len();
        }
    }
    cx.walk(from..last)?;
    Ok(Walked::AtEnd(cx))
}

/// Numbers cross joins unboxed: a value of a class that is not known is guarded to have the one that it had when the
/// trace was recorded. Such a guard may fail later; its bridge begins at the join point, and so does not arrive there.
fn unbox_numbers(cx: &mut Cx<'_>, at: usize, roots: &[Operand]) -> Result<(), InvalidLoop> {
    let source = cx.source;
    for (root, merge) in roots.iter().zip(&source.ops[at + 1..]) {
        let root = cx.resolve(*root);
        if let Some(tag @ (Tag::Int | Tag::Float)) = merge.aux.as_seen()
            && root.as_op().is_some()
            && cx.tags_of(root).single().is_none()
            && cx.tags_of(root).contains(TagSet::of(tag))
        {
            cx.emit_guard(Opcode::GuardTag, &[root], Aux::tag(tag), source.ops[at].snapshot)?;
        }
    }
    Ok(())
}

/// A join point that the walk has reached, and the number of the label that it may get.
struct Join {
    places: Vec<Place>,
    roots: Vec<Operand>,
    position: Position,
    /// The recorded `at`.
    at: usize,
    label: u32,
    /// The trace comes by the position again: the label may become the header of a loop.
    recurs: bool,
}

/// Whether the trace has the position once more behind the join at `at`.
fn recurs(source: &Trace, at: usize, position: &Position) -> bool {
    let join = &source.ops[at];
    let same_place =
        |op: &&metatrace_ir::Op| op.opcode == Opcode::At && op.aux == join.aux && op.args == join.args;
    let later = source.ops[at + 1..].iter().filter(same_place);
    later
        .filter(|op| op.snapshot != SnapshotIndex::NONE)
        .any(|op| Position::of(source, op.snapshot) == *position)
}

/// Ends the block with a jump to a new label, and begins the label's. `known`: the state of the latest label at the
/// position. `None`: no state was found for it; the walk must go on with a copy made before.
fn open_label(
    cx: &mut Cx<'_>,
    origin: &mut Origin,
    join: &Join,
    known: Option<State>,
) -> Result<Option<LabelContract>, InvalidLoop> {
    let Join { places, roots, position, at, label, recurs } = join;
    cx.resume_at(cx.source.ops[*at].snapshot);
    cx.flush_all()?;
    let exported = cx.export(roots)?;
    let mut state = exported.state;
    generalise(cx, &mut state, &exported.values, origin, places);
    if *recurs {
        // A counter is not in the range of its first iteration for long.
        for node in &mut state.nodes {
            if let Node::Leaf { kind: Kind::Int, facts, .. } = node {
                facts.bound = Facts::NONE.bound;
            }
        }
    }
    if let Some(known) = known {
        state = known.join(&state, true);
    }
    let kinds = state.number_leaves();
    let mut arrival = Arrival::new(&state, None);
    for (id, root) in state.roots.iter().zip(roots) {
        if cx.supply(&mut arrival, *id, *root).is_err() {
            return Ok(None);
        }
    }
    let args = arrival.params;
    if args.iter().any(|a| a.is_none()) {
        return Ok(None);
    }
    cx.process(jump_to(LabelRef { unit: UnitId::THIS, label: *label }, args))?;
    cx.start_block();
    let first_param = cx.now() + 1;
    let params = cx.push_label(*label, &kinds);
    let values = cx.instantiate(&state, &params)?;
    for (i, id) in state.roots.iter().enumerate() {
        cx.set_value((at + 1 + i) as u32, values[id.0 as usize]);
    }
    *origin = Origin::of_label(cx, first_param, &state, places);
    Ok(Some(LabelContract {
        unit: UnitId::THIS,
        label: *label,
        position: Some(position.clone()),
        params: kinds,
        state,
        shorts: Vec::new(),
        valid: Vec::new(),
    }))
}

/// Takes out of a state what only this path knows.
fn generalise(cx: &Cx<'_>, state: &mut State, values: &[Operand], origin: &Origin, places: &[Place]) {
    for (node, value) in state.nodes.iter_mut().zip(values) {
        if let Node::Leaf { kind, facts, .. } = node {
            let known = origin.facts_of(*value).unwrap_or(Facts::NONE);
            // What is not null because it was unboxed is so on every path.
            let non_null = facts.non_null && *kind == Kind::Ref;
            *facts = Facts { non_null, ..known };
        }
    }
    for (i, place) in places.iter().enumerate() {
        let id = state.roots[i];
        let was_constant = |c: Const| origin.constants.contains(&(*place, c));
        match *state.node(id) {
            Node::Constant(word) if word.kind == Kind::Value && !was_constant(word) => {
                generalise_word(cx, state, id, word, was_constant);
            }
            Node::Box { tag, inner } => {
                if let Node::Constant(c) = *state.node(inner)
                    && !was_constant(c)
                {
                    state.nodes[inner.0 as usize] = leaf(unboxed_kind(tag));
                }
            }
            _ => {}
        }
    }
}

/// The root is a constant word that was none where the block began.
fn generalise_word(
    cx: &Cx<'_>,
    state: &mut State,
    id: NodeId,
    word: Const,
    was_constant: impl Fn(Const) -> bool,
) {
    let node = match (cx.coding.tag_of)(word.bits) {
        // Functions and classes in slots rarely vary; a path on which they do gets a version of its own.
        Some(Tag::Ref) => return,
        Some(tag) => {
            let unboxed = cx.unbox_constant(tag, word.bits);
            let inner = NodeId(state.nodes.len() as u32);
            let constant = was_constant(unboxed);
            state.nodes.push(if constant { Node::Constant(unboxed) } else { leaf(unboxed_kind(tag)) });
            Node::Box { tag, inner }
        }
        None => leaf(Kind::Value),
    };
    state.nodes[id.0 as usize] = node;
}

fn leaf(kind: Kind) -> Node {
    Node::Leaf { kind, facts: Facts::NONE, param: None }
}

/// Lets a bridge know why it runs: the condition of its guard did not hold. The condition is computed again from the
/// live operands; the recorded operations find its parts there, and what nobody needs is dead code.
pub(crate) fn learn_failure(
    cx: &mut Cx<'_>,
    unit: &Trace,
    guard: u32,
    live: &[Operand],
    params: &[Operand],
) -> Result<(), InvalidLoop> {
    let op = unit.ops[guard as usize];
    let opposite = match op.opcode {
        Opcode::GuardTrue => Opcode::GuardFalse,
        Opcode::GuardFalse => Opcode::GuardTrue,
        Opcode::GuardTag => Opcode::GuardNotTag,
        Opcode::GuardNotTag => Opcode::GuardTag,
        Opcode::GuardLayout => Opcode::GuardNotLayout,
        Opcode::GuardNotLayout => Opcode::GuardLayout,
        Opcode::GuardIs => Opcode::GuardIsNot,
        Opcode::GuardIsNot => Opcode::GuardIs,
        _ => return Ok(()),
    };
    let mut budget = MAX_CONDITION_OPS;
    let Some(subject) = rebuild(cx, unit, op.args[0], live, params, &mut budget)? else { return Ok(()) };
    if cx.resolve(subject).as_op().is_none() {
        return Ok(());
    }
    let mut args = vec![subject];
    if let Some(c) = unit.as_const(op.args[1])
        && matches!(op.opcode, Opcode::GuardIs | Opcode::GuardIsNot)
    {
        args.push(cx.intern(c));
    }
    let learned = Pending::new(opposite, None, &args, op.aux);
    cx.learn(&learned, Operand::NONE)
}

/// Operations that the condition of a guard may consist of for a bridge to learn from its failure.
const MAX_CONDITION_OPS: usize = 8;

fn rebuild(
    cx: &mut Cx<'_>,
    unit: &Trace,
    operand: Operand,
    live: &[Operand],
    params: &[Operand],
    budget: &mut usize,
) -> Result<Option<Operand>, InvalidLoop> {
    let i = match operand.view() {
        OperandView::Const(i) => return Ok(Some(cx.intern(unit.consts[i as usize]))),
        OperandView::Op(i) => i,
        OperandView::Virtual(_) | OperandView::None => return Ok(None),
    };
    if let Some(place) = live.iter().position(|o| *o == operand) {
        return Ok(Some(params[place]));
    }
    let op = &unit.ops[i as usize];
    let is_safe = needs_no_guard(op.opcode, || unit.as_const(op.args[1]));
    if op.opcode.class() != Class::Pure || !is_safe || *budget == 0 {
        return Ok(None);
    }
    *budget -= 1;
    let mut args = Vec::with_capacity(3);
    for arg in unit.args(op) {
        match rebuild(cx, unit, *arg, live, params, budget)? {
            Some(arg) => args.push(arg),
            None => return Ok(None),
        }
    }
    let result = cx.emit(op.opcode, op.kind, &args, op.aux)?;
    Ok((!result.is_none()).then_some(result))
}
