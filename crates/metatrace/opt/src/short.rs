//! Short operations: what a loop's body takes from the preamble instead of doing it again.
//!
//! At the end of the preamble every pure operation and every known field whose operands can be told from the live
//! values is a *candidate*: the body starts with its result as a parameter of the label. Those that the body then uses
//! are part of the label's contract; whoever jumps to it replays them with the values that arrive. Where they are
//! loop-invariant that replay finds the result already there, and costs nothing.
//!
//! Invariants: a candidate's operands are constants or nodes of the state with a lower number than its result; a load is a
//! candidate only if the state establishes the layout of its object (else a value of another type that arrives
//! through a bridge would be read); a division is one only if its divisor is a constant (else a zero that arrives would divide).
//!
//! Source: PyPy `optimizeopt/shortpreamble.py`.

use crate::cx::Cx;
use crate::heap::{KnownField, KnownItem};
use crate::pass::{InvalidLoop, Pending};
use crate::pure::is_pure;
use crate::state::{Arrival, Exported, Node, NodeId, Refusal};
use heap::Mutability;
use metatrace_ir::{Aux, Const, Opcode, Operand, OperandView, SnapshotIndex};
use metatrace_machine::Kind;

/// An operand of a short operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShortArg {
    Node(NodeId),
    Constant(Const),
}

/// The operands of a short operation: at most three, in place.
#[derive(Clone, Copy)]
pub struct ShortArgs {
    list: [ShortArg; 3],
    count: u8,
}

impl From<&[ShortArg]> for ShortArgs {
    fn from(args: &[ShortArg]) -> ShortArgs {
        let mut list = [ShortArg::Constant(Const::int(0)); 3];
        list[..args.len()].copy_from_slice(args);
        ShortArgs { list, count: args.len() as u8 }
    }
}

impl std::ops::Deref for ShortArgs {
    type Target = [ShortArg];
    fn deref(&self) -> &[ShortArg] {
        &self.list[..self.count as usize]
    }
}

impl std::ops::DerefMut for ShortArgs {
    fn deref_mut(&mut self) -> &mut [ShortArg] {
        &mut self.list[..self.count as usize]
    }
}

impl PartialEq for ShortArgs {
    fn eq(&self, other: &ShortArgs) -> bool {
        **self == **other
    }
}

impl std::fmt::Debug for ShortArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

/// See the module header.
#[derive(Clone, PartialEq, Debug)]
pub struct Short {
    pub opcode: Opcode,
    pub kind: Kind,
    pub aux: Aux,
    pub args: ShortArgs,
    /// What the code behind the label relies on the result to be.
    pub result: NodeId,
    /// A load of a field whose store is delayed behind the label, over all its iterations (`sink.rs`).
    pub is_owed: bool,
}

impl Short {
    pub(crate) fn constants_mut(&mut self) -> impl Iterator<Item = &mut Const> {
        self.args.iter_mut().filter_map(|arg| match arg {
            ShortArg::Constant(c) => Some(c),
            ShortArg::Node(_) => None,
        })
    }

    fn pending(&self, values: &[Operand], cx: &mut Cx<'_>) -> Pending {
        let mut op = Pending::new(self.opcode, Some(self.kind), &[], self.aux);
        for (to, arg) in op.args.iter_mut().zip(self.args.iter()) {
            *to = match arg {
                ShortArg::Node(id) => values[id.0 as usize],
                ShortArg::Constant(c) => cx.intern(*c),
            };
        }
        op
    }
}

/// A candidate that turned out not to hold on every way to the label: its operation and its result in the
/// preamble.
pub(crate) type Excluded = (Opcode, Aux, Operand);

/// Candidates, and for each node of the state the number of the candidate whose result it is part of.
pub(crate) struct Found {
    pub shorts: Vec<Short>,
    pub makers: Vec<Option<usize>>,
}

/// Finds the candidates of the block that begins at operation `start` of the unit and ends now. Adds their results to the
/// state.
pub(crate) fn candidates(
    cx: &mut Cx<'_>,
    exported: &mut Exported,
    start: u32,
    excluded: &[Excluded],
) -> Result<Found, InvalidLoop> {
    let makers = vec![None; exported.state.nodes.len()];
    let mut found = Candidates { shorts: Vec::with_capacity(32), makers, excluded };
    // An object's fields may be found before the object is: a second round finds what the first made possible.
    for _ in 0..2 {
        found.fields(cx, exported)?;
        found.operations(cx, exported, start)?;
        let before = found.shorts.len();
        found.fields(cx, exported)?;
        found.items(cx, exported)?;
        if found.shorts.len() == before {
            break;
        }
    }
    Ok(Found { shorts: found.shorts, makers: found.makers })
}

struct Candidates<'e> {
    shorts: Vec<Short>,
    makers: Vec<Option<usize>>,
    excluded: &'e [Excluded],
}

impl Candidates<'_> {
    fn operations(&mut self, cx: &mut Cx<'_>, to: &mut Exported, start: u32) -> Result<(), InvalidLoop> {
        for index in start..cx.now() {
            let op = cx.out.ops[index as usize];
            let Some(kind) = op.kind else { continue };
            if !is_pure(op.opcode, op.aux) || is_boxing(op.opcode) {
                continue;
            }
            let result = Operand::op(index);
            if to.node_of(result).is_some() || self.excluded.contains(&(op.opcode, op.aux, result)) {
                continue;
            }
            // Most operations are no candidates: their arguments are listed without allocating.
            let mut known = [ShortArg::Constant(Const::int(0)); 3];
            let fixed = op.opcode.params().len();
            let found = op.args[..fixed].iter().zip(&mut known).all(|(arg, place)| {
                let known = self.arg(cx, to, *arg);
                *place = known.unwrap_or(*place);
                known.is_some()
            });
            let args = &known[..fixed];
            if !found || !self.object_is_known(cx, to, op.opcode, args) {
                continue;
            }
            // As for mutable items: another object of the layout may be shorter.
            if op.opcode == Opcode::LoadItem {
                let length = cx.known_result(Opcode::ArrayLen, op.aux, &op.args[..1]);
                if length.and_then(|l| cx.int_of(l)).is_none() {
                    continue;
                }
            }
            let divisor = || match args.get(1) {
                Some(ShortArg::Constant(c)) => Some(*c),
                _ => None,
            };
            if !needs_no_guard(op.opcode, divisor) {
                continue;
            }
            let id = cx.export_value(to, result)?;
            let args = ShortArgs::from(args);
            self.add(to, Short { opcode: op.opcode, kind, aux: op.aux, args, result: id, is_owed: false });
        }
        Ok(())
    }

    fn fields(&mut self, cx: &mut Cx<'_>, to: &mut Exported) -> Result<(), InvalidLoop> {
        for list in 0..cx.heap.fields.len() {
            let key = cx.heap.fields[list].key;
            if key.mutability() == Mutability::Immutable {
                continue;
            }
            for number in (0..cx.heap.fields[list].known.len()).rev() {
                let Some(&entry): Option<&KnownField> = cx.heap.fields[list].known.get(number) else {
                    continue;
                };
                let Some(object) = self.arg(cx, to, entry.object) else { continue };
                self.load(cx, to, Opcode::LoadField, Aux::field(key), key.kind(), &[object], entry.value)?;
            }
        }
        Ok(())
    }

    fn items(&mut self, cx: &mut Cx<'_>, to: &mut Exported) -> Result<(), InvalidLoop> {
        for list in 0..cx.heap.arrays.len() {
            let key = cx.heap.arrays[list].key;
            if key.immutable() {
                continue;
            }
            for number in (0..cx.heap.arrays[list].known.len()).rev() {
                let Some(&entry): Option<&KnownItem> = cx.heap.arrays[list].known.get(number) else {
                    continue;
                };
                // An item is safe to load only where its index was checked: known for constants below a length
                // that was, which is not tracked. So only indices that are the same value each time round.
                let (Some(object), Some(index)) =
                    (self.arg(cx, to, entry.object), self.arg(cx, to, entry.index))
                else {
                    continue;
                };
                if !matches!(index, ShortArg::Constant(_)) {
                    continue;
                }
                // Even a constant index may lie outside of another object of the layout: the length must be known.
                let length = cx.known_result(Opcode::ArrayLen, Aux::array(key), &[entry.object]);
                if length.and_then(|l| cx.int_of(l)).is_none() {
                    continue;
                }
                self.load(
                    cx,
                    to,
                    Opcode::LoadItem,
                    Aux::array(key),
                    key.kind(),
                    &[object, index],
                    entry.value,
                )?;
            }
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    fn load(
        &mut self,
        cx: &mut Cx<'_>,
        to: &mut Exported,
        opcode: Opcode,
        aux: Aux,
        kind: Kind,
        args: &[ShortArg],
        value: Operand,
    ) -> Result<(), InvalidLoop> {
        let value = cx.resolve(value);
        let known = self.shorts.iter().any(|s| s.opcode == opcode && s.aux == aux && *s.args == *args);
        if known
            || self.excluded.contains(&(opcode, aux, value))
            || !self.object_is_known(cx, to, opcode, args)
        {
            return Ok(());
        }
        let result = match to.node_of(value) {
            // The value is live in another place as well. The two need not stay the same value.
            Some(_) => cx.export_copy(to, value)?,
            None => cx.export_value(to, value)?,
        };
        self.add(to, Short { opcode, kind, aux, args: args.into(), result, is_owed: false });
        Ok(())
    }

    /// The nodes that the state has gained are the candidate's.
    fn add(&mut self, to: &Exported, short: Short) {
        self.makers.resize(to.state.nodes.len(), Some(self.shorts.len()));
        self.shorts.push(short);
    }

    fn arg(&self, cx: &Cx<'_>, to: &Exported, operand: Operand) -> Option<ShortArg> {
        let operand = cx.resolve(operand);
        match operand.view() {
            OperandView::Const(_) => cx.constant_of(operand).map(ShortArg::Constant),
            _ => to.node_of(operand).map(ShortArg::Node),
        }
    }

    /// For loads: whether the state says what layout the object has.
    fn object_is_known(&self, cx: &Cx<'_>, to: &Exported, opcode: Opcode, args: &[ShortArg]) -> bool {
        if !matches!(opcode, Opcode::LoadField | Opcode::LoadItem | Opcode::ArrayLen) {
            return true;
        }
        match args.first() {
            Some(ShortArg::Constant(_)) => true,
            Some(ShortArg::Node(id)) => match to.state.node(*id) {
                Node::Leaf { facts, .. } => facts.layout.is_some(),
                _ => cx.constant_of(to.values[id.0 as usize]).is_some(),
            },
            None => false,
        }
    }
}

/// Whether a pure operation may be done where the guards in front of it were not passed: a division if its divisor is in sight, since
/// those guards tested its precondition.
pub(crate) fn needs_no_guard(opcode: Opcode, divisor: impl FnOnce() -> Option<Const>) -> bool {
    let divides = matches!(opcode, Opcode::IntDiv | Opcode::IntRem | Opcode::IntFloorDiv | Opcode::IntMod);
    !divides || divisor().is_some_and(|c| c.bits != 0 && c.bits as i64 != -1)
}

fn is_boxing(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::BoxInt
            | Opcode::BoxImmediate
            | Opcode::BoxFloat
            | Opcode::BoxBool
            | Opcode::BoxRef
            | Opcode::UnboxInt
            | Opcode::UnboxFloat
            | Opcode::UnboxBool
            | Opcode::UnboxRef
    )
}

/// Lets the walk know the candidates behind the label, as operations that were done.
pub(crate) fn enter(cx: &mut Cx<'_>, shorts: &[Short], values: &[Operand]) {
    cx.touched.clear();
    cx.touched.resize(shorts.len(), false);
    for (number, short) in shorts.iter().enumerate() {
        let op = short.pending(values, cx);
        let value = values[short.result.0 as usize];
        let number = number as u32;
        match short.opcode {
            _ if is_pure(short.opcode, short.aux) => cx.know_short(&op, value, number),
            Opcode::LoadField => {
                let known = KnownField { object: op.args[0], value, short: number };
                cx.heap.know_field(short.aux.as_field(), known);
            }
            Opcode::LoadItem => {
                let known = KnownItem { object: op.args[0], index: op.args[1], value, short: number };
                cx.heap.know_item(short.aux.as_array(), known);
            }
            _ => {}
        }
    }
}

impl Cx<'_> {
    /// Replays one short operation at a jump.
    pub(crate) fn replay(
        &mut self,
        short: &Short,
        arrival: &mut Arrival<'_>,
        header: SnapshotIndex,
    ) -> Result<(), Refusal> {
        let mut op = short.pending(&arrival.values, self);
        if op.opcode.is_guard() {
            op.snapshot = header;
        }
        let result = self.process(op)?;
        if let Node::Constant(c) = arrival.state.node(short.result) {
            self.require_constant(result, *c, header)?;
        }
        self.supply(arrival, short.result, result)
    }

    /// Makes sure, by a guard if need be, that a value is a constant.
    fn require_constant(&mut self, value: Operand, c: Const, header: SnapshotIndex) -> Result<(), Refusal> {
        match self.constant_of(value) {
            Some(known) if known == c => return Ok(()),
            Some(_) => return Err(Refusal::Mismatch),
            None => {}
        }
        let result = match c.kind {
            Kind::Bool => {
                let opcode = if c.bits != 0 { Opcode::GuardTrue } else { Opcode::GuardFalse };
                self.emit_guard(opcode, &[value], Aux::NONE, header)
            }
            _ => {
                let constant = self.intern(c);
                self.emit_guard(Opcode::GuardIs, &[value, constant], Aux::NONE, header)
            }
        };
        Ok(result?)
    }
}
