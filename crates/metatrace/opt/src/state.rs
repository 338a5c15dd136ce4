//! Virtual states: the shape in which values arrive at a label.
//!
//! A state is a graph with one root per value at the merge point. Its leaves are the label's parameters: unboxed
//! where the value is a box, one per field where it is a virtual object; constants and the shape itself cost nothing
//! at run time. A leaf carries the facts that the code behind the label relies on. A node that two roots share
//! means that both are the same value.
//!
//! * [`State::export`] takes the state of a walk at a jump;
//! * [`Cx::instantiate`] makes the values behind the label from its parameters;
//! * [`Cx::supply`] brings arriving values into the shape, where that is possible;
//! * [`State::join`] is the most special state that both of two states can be brought into.
//!
//! A tagged leaf never claims to be an immediate integer when the integer might need a heap box: a box made in the trace
//! counts as an integer, but its word need not be one ([`Cx::word_tags_of`]).
//!
//! Source: PyPy `optimizeopt/virtualstate.py`; there leaves stay boxed.

use crate::bounds::IntBound;
use crate::cx::Cx;
use crate::info::TagSet;
use crate::pass::InvalidLoop;
use crate::virtuals::VirtualValue;
use heap::LayoutId;
use metatrace_ir::{ArrayKey, Aux, Const, FieldKey, Opcode, Operand, OperandView, SnapshotIndex, Tag};
use metatrace_machine::Kind;

/// Index into [`State::nodes`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NodeId(pub u32);

/// What the code behind a label, or behind an exit, knows about a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Kind value.
    pub tags: TagSet,
    /// Kind ref.
    pub non_null: bool,
    /// Kind ref.
    pub layout: Option<LayoutId>,
    /// Kind int.
    pub bound: IntBound,
}

impl Facts {
    pub const NONE: Facts =
        Facts { tags: TagSet::ANY, non_null: false, layout: None, bound: IntBound::UNKNOWN };

    fn join(self, other: Facts, widen: bool) -> Facts {
        Facts {
            tags: self.tags.union(other.tags),
            non_null: self.non_null && other.non_null,
            layout: if self.layout == other.layout { self.layout } else { None },
            bound: range_of(if widen { self.bound.widen(other.bound) } else { self.bound.join(other.bound) }),
        }
    }
}

/// See the module header.
#[derive(Clone, PartialEq, Debug)]
pub enum Node {
    Constant(Const),
    Box {
        tag: Tag,
        inner: NodeId,
    },
    Object {
        layout: LayoutId,
        size_bytes: u32,
        fields: Vec<(FieldKey, NodeId)>,
    },
    Array {
        array: ArrayKey,
        items: Vec<NodeId>,
    },
    /// `param`: the label's parameter with the value; `None` if the code behind the label does not need it.
    Leaf {
        kind: Kind,
        facts: Facts,
        param: Option<u32>,
    },
}

/// See the module header.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct State {
    pub nodes: Vec<Node>,
    /// One per value at the merge point, in the order of its slots.
    pub roots: Vec<NodeId>,
}

/// Why values do not fit a label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    Mismatch,
    Invalid(InvalidLoop),
}

impl From<InvalidLoop> for Refusal {
    fn from(reason: InvalidLoop) -> Self {
        Refusal::Invalid(reason)
    }
}

/// A state together with the operands of the walk that it was taken from: one per node.
#[derive(Clone, Default, Debug)]
pub(crate) struct Exported {
    pub state: State,
    pub values: Vec<Operand>,
    /// Operation of the unit → node + 1; 0: none.
    index: Vec<u32>,
    /// The same for virtuals.
    index_of_virtuals: Vec<u32>,
}

impl Exported {
    /// An empty state that need not grow for so many values of a walk, and what is found in addition.
    fn with_room_for(values_count: usize, cx: &Cx<'_>) -> Exported {
        let nodes_count = if values_count == 0 { 0 } else { values_count * 2 + 32 };
        Exported {
            state: State { nodes: Vec::with_capacity(nodes_count), roots: Vec::new() },
            values: Vec::with_capacity(nodes_count),
            index: vec![0; cx.now() as usize + 32],
            index_of_virtuals: vec![0; cx.virtuals.entries.len() + 32],
        }
    }

    /// A state with the operands that are in its shape.
    pub fn of(state: State, values: Vec<Operand>, cx: &Cx<'_>) -> Exported {
        let mut exported = Exported { state, ..Exported::with_room_for(0, cx) };
        exported.values = values.into_iter().map(|v| cx.resolve(v)).collect();
        for node in 0..exported.values.len() {
            exported.set_node_of(exported.values[node], NodeId(node as u32));
        }
        for (value, view) in &cx.views {
            if let Some(node) = exported.node_of(*view) {
                exported.set_node_of(*value, node);
            }
        }
        exported
    }

    /// The node that stands for an up-to-date operand which is not a constant.
    pub fn node_of(&self, operand: Operand) -> Option<NodeId> {
        match operand.view() {
            OperandView::Op(i) => entry(&self.index, i),
            OperandView::Virtual(i) => entry(&self.index_of_virtuals, i),
            OperandView::Const(_) | OperandView::None => None,
        }
    }

    fn set_node_of(&mut self, operand: Operand, node: NodeId) {
        let (index, at) = match operand.view() {
            OperandView::Op(i) => (&mut self.index, i as usize),
            OperandView::Virtual(i) => (&mut self.index_of_virtuals, i as usize),
            OperandView::Const(_) | OperandView::None => return,
        };
        if index.len() <= at {
            // In big steps: results of the whole block come in their order.
            index.resize((at + 1).next_power_of_two().max(64), 0);
        }
        // The first node keeps the operand: later ones are copies that may become different values.
        if index[at] == 0 {
            index[at] = node.0 + 1;
        }
    }
}

fn entry(index: &[u32], at: u32) -> Option<NodeId> {
    index.get(at as usize)?.checked_sub(1).map(NodeId)
}

impl State {
    /// The state in which nothing is known: one leaf per value.
    pub fn unknown(kinds: &[Kind]) -> State {
        let leaf =
            |(i, kind): (usize, &Kind)| Node::Leaf { kind: *kind, facts: Facts::NONE, param: Some(i as u32) };
        State {
            nodes: kinds.iter().enumerate().map(leaf).collect(),
            roots: (0..kinds.len() as u32).map(NodeId).collect(),
        }
    }

    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(crate) fn constants_mut(&mut self) -> impl Iterator<Item = &mut Const> {
        self.nodes.iter_mut().filter_map(|node| match node {
            Node::Constant(c) => Some(c),
            _ => None,
        })
    }

    /// Numbers the leaves as parameters, from 0, and answers their kinds.
    pub fn number_leaves(&mut self) -> Vec<Kind> {
        let mut kinds = Vec::with_capacity(self.nodes.len());
        for node in &mut self.nodes {
            if let Node::Leaf { kind, param, .. } = node {
                *param = Some(kinds.len() as u32);
                kinds.push(*kind);
            }
        }
        kinds
    }

    /// The most special state that covers both; `widen` lets bounds that grow grow in big steps. Both must have as
    /// many roots.
    pub fn join(&self, other: &State, widen: bool) -> State {
        // Objects that one state distinguishes and the other does not cannot stay virtual: found on the way, so
        // that the join starts again with them excluded. Each round excludes one more.
        let mut excluded = Vec::new();
        loop {
            let mut join = Join { a: self, b: other, widen, pairs: Vec::new(), out: Vec::new(), excluded };
            let roots: Vec<NodeId> =
                self.roots.iter().zip(&other.roots).map(|(x, y)| join.node(*x, *y)).collect();
            let conflict = join.conflict();
            excluded = join.excluded;
            match conflict {
                Some(pair) => excluded.push(pair),
                None => return State { nodes: join.out, roots },
            }
        }
    }
}

struct Join<'s> {
    a: &'s State,
    b: &'s State,
    widen: bool,
    pairs: Vec<(NodeId, NodeId, NodeId)>,
    out: Vec<Node>,
    excluded: Vec<(NodeId, NodeId)>,
}

impl Join<'_> {
    /// An object of one state that meets two of the other.
    fn conflict(&self) -> Option<(NodeId, NodeId)> {
        let objects = self.pairs.iter().filter(|(_, _, out)| {
            matches!(self.out[out.0 as usize], Node::Object { .. } | Node::Array { .. })
        });
        let objects: Vec<_> = objects.collect();
        for (i, (a, b, _)) in objects.iter().enumerate() {
            if objects[..i].iter().any(|(x, y, _)| (x == a) != (y == b)) {
                return Some((*a, *b));
            }
        }
        None
    }

    fn node(&mut self, a: NodeId, b: NodeId) -> NodeId {
        if let Some((_, _, out)) = self.pairs.iter().find(|(x, y, _)| (*x, *y) == (a, b)) {
            return *out;
        }
        let out = NodeId(self.out.len() as u32);
        self.pairs.push((a, b, out));
        self.out.push(Node::Constant(Const::int(0)));
        let node = self.joined(a, b);
        self.out[out.0 as usize] = node;
        out
    }

    fn joined(&mut self, a: NodeId, b: NodeId) -> Node {
        let (x, y) = (self.a.node(a).clone(), self.b.node(b).clone());
        match (&x, &y) {
            (Node::Constant(c), Node::Constant(d)) if c == d => Node::Constant(*c),
            (Node::Box { tag, inner }, Node::Box { tag: other, inner: other_inner }) if tag == other => {
                Node::Box { tag: *tag, inner: self.node(*inner, *other_inner) }
            }
            (
                Node::Object { layout, size_bytes, fields },
                Node::Object { layout: l, size_bytes: s, fields: f },
            ) if layout == l
                && size_bytes == s
                && same_keys(fields, f)
                && !self.excluded.contains(&(a, b)) =>
            {
                let mut joined = Vec::with_capacity(fields.len());
                for (key, value) in fields {
                    let other = field_of(f, *key).expect("both have the same keys");
                    joined.push((*key, self.node(*value, other)));
                }
                Node::Object { layout: *layout, size_bytes: *size_bytes, fields: joined }
            }
            (Node::Array { array, items }, Node::Array { array: k, items: i })
                if array == k && items.len() == i.len() && !self.excluded.contains(&(a, b)) =>
            {
                let items = items.iter().zip(i).map(|(x, y)| self.node(*x, *y)).collect();
                Node::Array { array: *array, items }
            }
            _ => {
                let (kind, facts) = summary(self.a, a);
                let (_, other) = summary(self.b, b);
                Node::Leaf { kind, facts: facts.join(other, self.widen), param: None }
            }
        }
    }
}

fn same_keys(a: &[(FieldKey, NodeId)], b: &[(FieldKey, NodeId)]) -> bool {
    a.len() == b.len() && a.iter().all(|(key, _)| field_of(b, *key).is_some())
}

fn field_of(fields: &[(FieldKey, NodeId)], key: FieldKey) -> Option<NodeId> {
    fields.iter().find(|(k, _)| *k == key).map(|(_, id)| *id)
}

/// What a leaf in place of the node may claim.
fn summary(state: &State, id: NodeId) -> (Kind, Facts) {
    match state.node(id) {
        Node::Constant(c) => {
            let mut facts = Facts::NONE;
            match c.kind {
                Kind::Int => facts.bound = IntBound::constant(c.bits as i64),
                Kind::Ref => facts.non_null = c.bits != 0,
                _ => {}
            }
            (c.kind, facts)
        }
        // The word of an integer may be that of a heap box: nothing can be claimed about the class of either.
        Node::Box { tag: Tag::Int, .. } => {
            (Kind::Value, Facts { tags: TagSet::of(Tag::Int).union(TagSet::of(Tag::Ref)), ..Facts::NONE })
        }
        Node::Box { tag, .. } => (Kind::Value, Facts { tags: TagSet::of(*tag), ..Facts::NONE }),
        Node::Object { layout, .. } => {
            (Kind::Ref, Facts { non_null: true, layout: Some(*layout), ..Facts::NONE })
        }
        Node::Array { array, .. } => {
            (Kind::Ref, Facts { non_null: true, layout: Some(array.layout()), ..Facts::NONE })
        }
        Node::Leaf { kind, facts, .. } => (*kind, *facts),
    }
}

/// The range alone: a guard at an arrival can establish it, but not known bits.
fn range_of(bound: IntBound) -> IntBound {
    IntBound::range(bound.lower(), bound.upper()).unwrap_or(IntBound::UNKNOWN)
}

impl Cx<'_> {
    /// The possible classes of the *word* of a tagged value; see the module header.
    pub(crate) fn word_tags_of(&self, operand: Operand) -> TagSet {
        let tags = self.tags_of(operand);
        if tags != TagSet::of(Tag::Int) {
            return tags;
        }
        let inner = match self.unboxed(operand) {
            Some((_, inner)) => inner,
            None => match self.definition(operand) {
                Some(op) if op.opcode == Opcode::BoxInt => op.args[0],
                _ => return tags,
            },
        };
        if self.fits_immediate(inner) { tags } else { tags.union(TagSet::of(Tag::Ref)) }
    }

    /// The same for an operation of the unit, even if its value has become a constant.
    pub(crate) fn word_tags_at(&self, op: u32) -> TagSet {
        let tags = self.info_at(op).tags;
        let made = &self.out.ops[op as usize];
        if made.opcode == Opcode::BoxInt && !self.fits_immediate(made.args[0]) {
            tags.union(TagSet::of(Tag::Ref))
        } else {
            tags
        }
    }

    pub(crate) fn fits_immediate(&self, integer: Operand) -> bool {
        let bound = self.bound_of(integer);
        bound.lower() >= self.coding.int_min && bound.upper() <= self.coding.int_max
    }

    /// What is known about a real operand, in the words of a state.
    pub(crate) fn facts_of(&self, operand: Operand) -> Facts {
        Facts {
            tags: self.word_tags_of(operand),
            non_null: self.is_non_null(operand),
            layout: self.layout_of(operand),
            bound: if self.kind_of(operand) == Some(Kind::Int) {
                range_of(self.bound_of(operand))
            } else {
                IntBound::UNKNOWN
            },
        }
    }

    /// Takes the state of these values. Tagged values of a known class are unboxed for it.
    pub(crate) fn export(&mut self, roots: &[Operand]) -> Result<Exported, InvalidLoop> {
        let mut exported = Exported::with_room_for(roots.len(), self);
        exported.state.roots.reserve_exact(roots.len());
        for root in roots {
            let id = self.export_value(&mut exported, *root)?;
            exported.state.roots.push(id);
        }
        Ok(exported)
    }

    /// Adds a value to a state.
    pub(crate) fn export_value(&mut self, to: &mut Exported, value: Operand) -> Result<NodeId, InvalidLoop> {
        let original = self.resolve(value);
        if let Some(known) = to.node_of(original) {
            return Ok(known);
        }
        let value = self.unboxed_view(original)?;
        if let Some(known) = to.node_of(value) {
            to.set_node_of(original, known);
            return Ok(known);
        }
        let id = self.export_node(to, value)?;
        to.set_node_of(original, id);
        Ok(id)
    }

    /// Adds a value to a state although the state has it already: as a value of its own.
    pub(crate) fn export_copy(&mut self, to: &mut Exported, value: Operand) -> Result<NodeId, InvalidLoop> {
        let value = self.resolve(value);
        let value = self.unboxed_view(value)?;
        let Some((tag, inner)) = self.unboxed(value) else { return self.export_node(to, value) };
        let id = NodeId(to.values.len() as u32);
        to.values.push(value);
        to.state.nodes.push(Node::Box { tag, inner: NodeId(id.0 + 1) });
        self.export_node(to, inner)?;
        Ok(id)
    }

    /// A tagged value of a known class as a box.
    fn unboxed_view(&mut self, value: Operand) -> Result<Operand, InvalidLoop> {
        if value.as_op().is_some()
            && self.kind_of(value) == Some(Kind::Value)
            && let Some(tag) = self.tags_of(value).single()
        {
            let inner = self.unbox(tag, value)?;
            return Ok(self.boxed_view(value, tag, inner));
        }
        Ok(value)
    }

    fn export_node(&mut self, to: &mut Exported, value: Operand) -> Result<NodeId, InvalidLoop> {
        let id = NodeId(to.values.len() as u32);
        to.values.push(value);
        to.state.nodes.push(Node::Constant(Const::int(0)));
        to.set_node_of(value, id);
        let node = match value.view() {
            OperandView::Virtual(index) => match self.virtuals.value(index).clone() {
                VirtualValue::Box { tag, inner } => Node::Box { tag, inner: self.export_value(to, inner)? },
                VirtualValue::Object { layout, size_bytes, fields } => {
                    let mut nodes = Vec::with_capacity(fields.len());
                    for (key, value) in fields {
                        nodes.push((key, self.export_value(to, value)?));
                    }
                    Node::Object { layout, size_bytes, fields: nodes }
                }
                VirtualValue::Array { array, items } => {
                    let mut nodes = Vec::with_capacity(items.len());
                    for item in items {
                        nodes.push(self.export_value(to, item)?);
                    }
                    Node::Array { array, items: nodes }
                }
            },
            OperandView::Const(i) => Node::Constant(self.out.consts[i as usize]),
            _ => {
                let kind = self.kind_of(value).expect("a value that reaches a jump has a kind");
                Node::Leaf { kind, facts: self.facts_of(value), param: None }
            }
        };
        to.state.nodes[id.0 as usize] = node;
        Ok(id)
    }

    /// A virtual box for a tagged value that exists: the same one each time, so that aliases stay visible.
    fn boxed_view(&mut self, value: Operand, tag: Tag, inner: Operand) -> Operand {
        if let Some((_, view)) = self.views.iter().find(|(v, _)| *v == value) {
            return *view;
        }
        let view = self.virtuals.add(VirtualValue::Box { tag, inner });
        self.views.push((value, view));
        view
    }

    /// The values behind a label: one per node, from the label's parameters.
    pub(crate) fn instantiate(
        &mut self,
        state: &State,
        params: &[Operand],
    ) -> Result<Vec<Operand>, InvalidLoop> {
        let mut values = Vec::with_capacity(state.nodes.len());
        for node in &state.nodes {
            let value = match node {
                Node::Constant(c) => self.intern(*c),
                Node::Box { tag, .. } => {
                    self.virtuals.add(VirtualValue::Box { tag: *tag, inner: Operand::NONE })
                }
                Node::Object { layout, size_bytes, .. } => self.virtuals.add(VirtualValue::Object {
                    layout: *layout,
                    size_bytes: *size_bytes,
                    fields: Vec::new(),
                }),
                Node::Array { array, .. } => {
                    self.virtuals.add(VirtualValue::Array { array: *array, items: Vec::new() })
                }
                Node::Leaf { facts, param, .. } => {
                    let param = params[param.expect("every leaf of a new state is a parameter") as usize];
                    self.assume(param, facts)?;
                    param
                }
            };
            values.push(value);
        }
        // Second round: parts, which may be cyclic.
        for (node, value) in state.nodes.iter().zip(&values) {
            let Some(index) = value.as_virtual() else { continue };
            let at = |id: &NodeId| values[id.0 as usize];
            match (node, self.virtuals.value_mut(index)) {
                (Node::Box { inner: part, .. }, VirtualValue::Box { inner, .. }) => *inner = at(part),
                (Node::Object { fields: parts, .. }, VirtualValue::Object { fields, .. }) => {
                    fields.extend(parts.iter().map(|(key, part)| (*key, at(part))));
                }
                (Node::Array { items: parts, .. }, VirtualValue::Array { items, .. }) => {
                    items.extend(parts.iter().map(at));
                }
                _ => unreachable!("virtuals were made from these very nodes"),
            }
        }
        Ok(values)
    }

    /// Takes facts for granted.
    pub(crate) fn assume(&mut self, operand: Operand, facts: &Facts) -> Result<(), InvalidLoop> {
        let kind = self.kind_of(operand);
        let now = self.now();
        if kind == Some(Kind::Int) {
            self.narrow(operand, facts.bound)?;
        }
        if let Some(info) = self.info_mut(operand) {
            match kind {
                Some(Kind::Value) => {
                    info.tags = info.tags.intersect(facts.tags);
                    info.tags_since = now;
                }
                Some(Kind::Ref) => info.non_null |= facts.non_null,
                _ => {}
            }
        }
        if kind == Some(Kind::Ref)
            && let Some(layout) = facts.layout
        {
            self.set_layout_fact(operand, layout);
        }
        Ok(())
    }
}

/// Values on their way into the shape of a label.
#[derive(Clone, Debug)]
pub(crate) struct Arrival<'s> {
    pub state: &'s State,
    /// Per node: what arrived, or [`Operand::NONE`].
    pub values: Vec<Operand>,
    /// Per parameter of the label.
    pub params: Vec<Operand>,
    /// Where guards that have to be added resume; `None`: none may be added.
    pub header: Option<SnapshotIndex>,
    /// Whether an unboxed number may be boxed for the label.
    pub may_box: bool,
}

impl<'s> Arrival<'s> {
    pub fn new(state: &'s State, header: Option<SnapshotIndex>) -> Arrival<'s> {
        let params = state.nodes.iter().filter_map(|node| match node {
            Node::Leaf { param, .. } => *param,
            _ => None,
        });
        let params = params.max().map_or(0, |last| last as usize + 1);
        Arrival {
            state,
            values: vec![Operand::NONE; state.nodes.len()],
            params: vec![Operand::NONE; params],
            header,
            may_box: true,
        }
    }
}

impl Cx<'_> {
    /// Whether every object that was taken apart for the label is still virtual. One that also arrives in a place for a
    /// real value was forced there, and would be two objects behind the label. To be asked last of all.
    pub(crate) fn keeps_identities(&self, arrival: &Arrival<'_>) -> bool {
        arrival.state.nodes.iter().zip(&arrival.values).all(|(node, value)| match node {
            Node::Object { .. } | Node::Array { .. } => {
                value.is_none() || self.resolve(*value).as_virtual().is_some()
            }
            _ => true,
        })
    }

    /// Brings a value into the shape of a node: unboxes, forces, adds guards where the arrival allows them.
    pub(crate) fn supply(
        &mut self,
        arrival: &mut Arrival<'_>,
        id: NodeId,
        value: Operand,
    ) -> Result<(), Refusal> {
        let state = arrival.state;
        let value = self.resolve(value);
        let place = id.0 as usize;
        if !arrival.values[place].is_none() {
            let same =
                self.resolve(arrival.values[place]) == value || self.same_box(arrival.values[place], value);
            return if same { Ok(()) } else { Err(Refusal::Mismatch) };
        }
        match state.node(id) {
            Node::Constant(c) => {
                if self.constant_of(value) != Some(*c) {
                    return Err(Refusal::Mismatch);
                }
                arrival.values[place] = value;
                Ok(())
            }
            Node::Box { tag, inner } => {
                arrival.values[place] = value;
                let unboxed = self.unbox_for(arrival, *tag, value)?;
                self.supply(arrival, *inner, unboxed)
            }
            Node::Object { layout, size_bytes, fields } => {
                // One object must not become two.
                if arrival.values.contains(&value) {
                    return Err(Refusal::Mismatch);
                }
                let parts = match self.as_virtual(value) {
                    Some(VirtualValue::Object { layout: l, size_bytes: s, fields: f })
                        if l == layout && s == size_bytes && f.len() == fields.len() =>
                    {
                        f.clone()
                    }
                    _ => return Err(Refusal::Mismatch),
                };
                arrival.values[place] = value;
                for (key, node) in fields {
                    let part = parts.iter().find(|(k, _)| k == key).ok_or(Refusal::Mismatch)?.1;
                    self.supply(arrival, *node, part)?;
                }
                Ok(())
            }
            Node::Array { array, items } => {
                if arrival.values.contains(&value) {
                    return Err(Refusal::Mismatch);
                }
                let parts = match self.as_virtual(value) {
                    Some(VirtualValue::Array { array: k, items: i })
                        if k == array && i.len() == items.len() =>
                    {
                        i.clone()
                    }
                    _ => return Err(Refusal::Mismatch),
                };
                arrival.values[place] = value;
                for (node, part) in items.iter().zip(parts) {
                    self.supply(arrival, *node, part)?;
                }
                Ok(())
            }
            Node::Leaf { kind, facts, param } => {
                if self.kind_of(value) != Some(*kind) {
                    return Err(Refusal::Mismatch);
                }
                let is_number = |tag| matches!(tag, Tag::Int | Tag::Float);
                if !arrival.may_box && self.unboxed(value).is_some_and(|(tag, _)| is_number(tag)) {
                    return Err(Refusal::Mismatch);
                }
                let real = self.force(value)?;
                self.ensure(real, *kind, facts, arrival.header)?;
                arrival.values[place] = value;
                if let Some(param) = param {
                    arrival.params[*param as usize] = real;
                }
                Ok(())
            }
        }
    }

    pub(crate) fn same_value(&self, a: Operand, b: Operand) -> bool {
        self.resolve(a) == self.resolve(b) || self.same_box(a, b)
    }

    /// Two virtual boxes of the same operand are the same value.
    fn same_box(&self, a: Operand, b: Operand) -> bool {
        matches!((self.unboxed(a), self.unboxed(b)), (Some(x), Some(y)) if x == y)
    }

    fn unbox_for(&mut self, arrival: &Arrival<'_>, tag: Tag, value: Operand) -> Result<Operand, Refusal> {
        if self.kind_of(value) != Some(Kind::Value) {
            return Err(Refusal::Mismatch);
        }
        if let Some((have, inner)) = self.unboxed(value) {
            return if have == tag { Ok(inner) } else { Err(Refusal::Mismatch) };
        }
        let tags = self.tags_of(value);
        if !tags.contains(TagSet::of(tag)) {
            return Err(Refusal::Mismatch);
        }
        if tags.single() != Some(tag) {
            let header = arrival.header.ok_or(Refusal::Mismatch)?;
            self.emit_guard(Opcode::GuardTag, &[value], Aux::tag(tag), header)?;
        }
        Ok(self.unbox(tag, value)?)
    }

    /// Makes sure that facts hold about a real operand, by guards if that is allowed.
    fn ensure(
        &mut self,
        value: Operand,
        kind: Kind,
        facts: &Facts,
        header: Option<SnapshotIndex>,
    ) -> Result<(), Refusal> {
        match kind {
            Kind::Value => {
                let tags = self.word_tags_of(value);
                if facts.tags.contains(tags) {
                    return Ok(());
                }
                if facts.tags.intersect(tags).is_empty() {
                    return Err(Refusal::Mismatch);
                }
                let header = header.ok_or(Refusal::Mismatch)?;
                for tag in Tag::ALL {
                    if !facts.tags.contains(TagSet::of(tag)) && tags.contains(TagSet::of(tag)) {
                        if facts.tags.single().is_some() {
                            break;
                        }
                        self.emit_guard(Opcode::GuardNotTag, &[value], Aux::tag(tag), header)?;
                    }
                }
                if let Some(tag) = facts.tags.single() {
                    self.emit_guard(Opcode::GuardTag, &[value], Aux::tag(tag), header)?;
                }
                if facts.tags.contains(self.word_tags_of(value)) { Ok(()) } else { Err(Refusal::Mismatch) }
            }
            Kind::Int => {
                let bound = self.bound_of(value);
                if facts.bound.includes(bound) {
                    return Ok(());
                }
                let header = header.ok_or(Refusal::Mismatch)?;
                if facts.bound.meet(bound).is_none() {
                    return Err(Refusal::Mismatch);
                }
                for (opcode, end) in
                    [(Opcode::IntGe, facts.bound.lower()), (Opcode::IntLe, facts.bound.upper())]
                {
                    let end = self.intern(Const::int(end));
                    let holds = self.emit(opcode, Some(Kind::Bool), &[value, end], Aux::NONE)?;
                    self.emit_guard(Opcode::GuardTrue, &[holds], Aux::NONE, header)?;
                }
                // The guards may have been rewritten to test something else; what they prove is this.
                Ok(self.narrow(value, facts.bound)?)
            }
            Kind::Ref => {
                if let Some(layout) = facts.layout
                    && self.layout_of(value) != Some(layout)
                {
                    if self.layout_of(value).is_some() {
                        return Err(Refusal::Mismatch);
                    }
                    let header = header.ok_or(Refusal::Mismatch)?;
                    if !self.is_non_null(value) {
                        self.guard_non_null(value, header)?;
                    }
                    self.emit_guard(Opcode::GuardLayout, &[value], Aux::layout(layout), header)?;
                }
                if facts.non_null && !self.is_non_null(value) {
                    let header = header.ok_or(Refusal::Mismatch)?;
                    self.guard_non_null(value, header)?;
                }
                Ok(())
            }
            Kind::Float | Kind::Bool => Ok(()),
        }
    }

    fn guard_non_null(&mut self, value: Operand, header: SnapshotIndex) -> Result<(), InvalidLoop> {
        let null = self.intern(Const::reference(0));
        self.emit_guard(Opcode::GuardIsNot, &[value, null], Aux::NONE, header)
    }
}
