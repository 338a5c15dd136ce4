//! A trace: operations, constants, snapshots.
//!
//! The same container serves recorded traces (one `label`, a linear list, one final operation) and optimised
//! units (several labels, a jump to one of them, snapshots that mention virtual objects).

use crate::op::{Aux, LabelRef, Op, Opcode};
use crate::snapshot::{FrameShot, FrameShotIndex, Snapshot, SnapshotIndex, Virtual};
use metatrace_machine::Kind;

/// What an operation or a snapshot refers to: the result of an operation, a constant, or (in snapshots of
/// optimised traces) an object that was never allocated. Two tag bits, thirty index bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Operand(pub u32);

/// [`Operand`], decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OperandView {
    Op(u32),
    Const(u32),
    Virtual(u32),
    None,
}

const TAG_SHIFT: u32 = 30;
const INDEX_MASK: u32 = (1 << TAG_SHIFT) - 1;

impl Operand {
    pub const NONE: Operand = Operand(u32::MAX);
    pub const fn op(index: u32) -> Operand {
        Operand(index)
    }
    pub const fn constant(index: u32) -> Operand {
        Operand(1 << TAG_SHIFT | index)
    }
    pub const fn virtual_object(index: u32) -> Operand {
        Operand(2 << TAG_SHIFT | index)
    }
    #[inline(always)]
    pub const fn view(self) -> OperandView {
        match self.0 >> TAG_SHIFT {
            0 => OperandView::Op(self.0),
            1 => OperandView::Const(self.0 & INDEX_MASK),
            2 => OperandView::Virtual(self.0 & INDEX_MASK),
            _ => OperandView::None,
        }
    }
    #[inline(always)]
    pub const fn as_op(self) -> Option<u32> {
        if self.0 >> TAG_SHIFT == 0 { Some(self.0) } else { None }
    }
    #[inline(always)]
    pub const fn as_const(self) -> Option<u32> {
        if self.0 >> TAG_SHIFT == 1 { Some(self.0 & INDEX_MASK) } else { None }
    }
    #[inline(always)]
    pub const fn as_virtual(self) -> Option<u32> {
        if self.0 >> TAG_SHIFT == 2 { Some(self.0 & INDEX_MASK) } else { None }
    }
    #[inline(always)]
    pub const fn is_none(self) -> bool {
        self.0 == u32::MAX
    }
}

impl std::fmt::Debug for Operand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.view() {
            OperandView::Op(i) => write!(f, "%{i}"),
            OperandView::Const(i) => write!(f, "#{i}"),
            OperandView::Virtual(i) => write!(f, "virtual{i}"),
            OperandView::None => write!(f, "-"),
        }
    }
}

/// A constant: kind and bits (floats as their bits, booleans 0 or 1, references as addresses).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Const {
    pub kind: Kind,
    pub bits: u64,
}

impl Const {
    pub const fn int(value: i64) -> Const {
        Const { kind: Kind::Int, bits: value as u64 }
    }
    pub const fn float(value: f64) -> Const {
        Const { kind: Kind::Float, bits: value.to_bits() }
    }
    pub const fn bool(value: bool) -> Const {
        Const { kind: Kind::Bool, bits: value as u64 }
    }
    pub const fn value(word: u64) -> Const {
        Const { kind: Kind::Value, bits: word }
    }
    pub const fn reference(address: u64) -> Const {
        Const { kind: Kind::Ref, bits: address }
    }
}

/// See the module header.
#[derive(Clone, Default, Debug)]
pub struct Trace {
    pub ops: Vec<Op>,
    pub consts: Vec<Const>,
    /// Arguments of `call`, `call_trace` and `jump`.
    pub varargs: Vec<Operand>,
    pub snapshots: Vec<Snapshot>,
    pub frames: Vec<FrameShot>,
    /// (slot number, value) pairs of the frame shots.
    pub slots: Vec<(u32, Operand)>,
    pub virtuals: Vec<Virtual>,
    /// Fields of the virtuals and delayed stores of snapshots.
    pub virtual_fields: Vec<Operand>,
    /// Guards that do not leave the unit when they fail, in the order of their operations.
    pub branches: Vec<Branch>,
    index: ConstIndex,
}

/// A guard of a fused unit: where it fails, control goes to a label of the unit, whose parameters are the live
/// operands of the exit ([`exit_operands`](crate::exit_operands)), in that order and of their kinds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Branch {
    /// The guard.
    pub op: u32,
    pub label: u32,
}

/// Finds an equal constant: a small open-addressed table, since traces hold few distinct constants.
#[derive(Clone, Default, Debug)]
struct ConstIndex {
    /// Constant number + 1; 0 is empty.
    table: Vec<u32>,
}

impl ConstIndex {
    fn hash(c: Const) -> usize {
        let h = (c.bits ^ (c.kind as u64) << 61).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (h >> 32) as usize
    }
    /// A table for `count` constants, with these in it.
    fn with_room_for(consts: &[Const], count: usize) -> ConstIndex {
        let mut index = ConstIndex::default();
        index.grow(consts, ((count + 1) * 2).next_power_of_two().max(32));
        index
    }
    /// `capacity`: a power of two.
    #[cold]
    fn grow(&mut self, consts: &[Const], capacity: usize) {
        self.table.clear();
        self.table.resize(capacity, 0);
        for (i, c) in consts.iter().enumerate() {
            let mut at = Self::hash(*c) & (capacity - 1);
            while self.table[at] != 0 {
                at = (at + 1) & (capacity - 1);
            }
            self.table[at] = i as u32 + 1;
        }
    }
    fn find_or_insert(&mut self, consts: &mut Vec<Const>, c: Const) -> u32 {
        if self.table.len() < (consts.len() + 1) * 2 {
            self.grow(consts, (self.table.len() * 2).max(32));
        }
        let mask = self.table.len() - 1;
        let mut at = Self::hash(c) & mask;
        loop {
            match self.table[at] {
                0 => {
                    consts.push(c);
                    self.table[at] = consts.len() as u32;
                    return consts.len() as u32 - 1;
                }
                n if consts[n as usize - 1] == c => return n - 1,
                _ => at = (at + 1) & mask,
            }
        }
    }
}

impl Trace {
    pub fn new() -> Trace {
        Trace::default()
    }

    /// A copy with room for about as much again as is in another trace: its lists need not grow while that is optimised into it.
    pub fn with_room_for(&self, more: &Trace) -> Trace {
        fn copied<T: Copy>(from: &[T], more: usize) -> Vec<T> {
            let mut copy = Vec::with_capacity(from.len() + more);
            copy.extend_from_slice(from);
            copy
        }
        // The passes make some constants of their own.
        let consts_count = self.consts.len() + more.consts.len() / 2 + 8;
        let index = if self.index.table.len() >= consts_count * 2 {
            self.index.clone()
        } else {
            ConstIndex::with_room_for(&self.consts, consts_count)
        };
        Trace {
            ops: copied(&self.ops, more.ops.len()),
            consts: copied(&self.consts, more.consts.len()),
            varargs: copied(&self.varargs, more.varargs.len() + 32),
            snapshots: copied(&self.snapshots, more.snapshots.len()),
            frames: copied(&self.frames, more.frames.len()),
            slots: copied(&self.slots, more.slots.len()),
            // Recorded traces have none; each box in a snapshot is one.
            virtuals: copied(&self.virtuals, more.snapshots.len() * 3),
            virtual_fields: copied(&self.virtual_fields, more.snapshots.len() * 4),
            branches: self.branches.clone(),
            index,
        }
    }

    /// Gives back room that lists have left: units are kept.
    pub fn shrink_to_fit(&mut self) {
        self.ops.shrink_to_fit();
        self.consts.shrink_to_fit();
        self.varargs.shrink_to_fit();
        self.snapshots.shrink_to_fit();
        self.frames.shrink_to_fit();
        self.slots.shrink_to_fit();
        self.virtuals.shrink_to_fit();
        self.virtual_fields.shrink_to_fit();
    }

    /// The operand of a constant, shared between equal constants.
    pub fn constant(&mut self, c: Const) -> Operand {
        Operand::constant(self.index.find_or_insert(&mut self.consts, c))
    }

    /// The constant that an operand is, if it is one.
    #[inline]
    pub fn as_const(&self, operand: Operand) -> Option<Const> {
        operand.as_const().map(|i| self.consts[i as usize])
    }

    /// The kind of an operand's value; virtual objects are references.
    pub fn kind_of(&self, operand: Operand) -> Option<Kind> {
        match operand.view() {
            OperandView::Op(i) => self.ops.get(i as usize)?.kind,
            OperandView::Const(i) => Some(self.consts.get(i as usize)?.kind),
            OperandView::Virtual(i) => Some(self.virtuals.get(i as usize)?.kind()),
            OperandView::None => None,
        }
    }

    /// Appends an operation and returns its result.
    #[inline]
    pub fn push(&mut self, op: Op) -> Operand {
        self.ops.push(op);
        Operand::op(self.ops.len() as u32 - 1)
    }

    /// Appends an operation of up to three fixed arguments.
    #[inline]
    pub fn emit(
        &mut self,
        opcode: Opcode,
        kind: Option<Kind>,
        args: &[Operand],
        aux: Aux,
        snapshot: SnapshotIndex,
    ) -> Operand {
        let mut fixed = [Operand::NONE; 3];
        fixed[..args.len()].copy_from_slice(args);
        self.push(Op { opcode, kind, args: fixed, aux, snapshot })
    }

    /// Appends an operation whose arguments live in the variable part: `call`, `call_trace`, `jump`.
    pub fn emit_var(
        &mut self,
        opcode: Opcode,
        kind: Option<Kind>,
        args: &[Operand],
        aux: Aux,
        snapshot: SnapshotIndex,
    ) -> Operand {
        let start = self.varargs.len() as u32;
        self.varargs.extend_from_slice(args);
        let fixed = [Operand(start), Operand(args.len() as u32), Operand::NONE];
        self.push(Op { opcode, kind, args: fixed, aux, snapshot })
    }

    /// Appends a label with its parameters; returns the parameters.
    pub fn emit_label(&mut self, label: u32, params: &[Kind]) -> Vec<Operand> {
        self.emit(
            Opcode::Label,
            None,
            &[],
            Aux::label(LabelRef { unit: crate::op::UnitId::THIS, label }),
            SnapshotIndex::NONE,
        );
        params
            .iter()
            .map(|k| self.emit(Opcode::Param, Some(*k), &[], Aux::NONE, SnapshotIndex::NONE))
            .collect()
    }

    /// Whether the opcode keeps its arguments in the variable part.
    #[inline]
    pub const fn has_varargs(opcode: Opcode) -> bool {
        matches!(opcode, Opcode::Call | Opcode::CallTrace | Opcode::Jump)
    }

    /// All arguments of an operation.
    #[inline]
    pub fn args<'a>(&'a self, op: &'a Op) -> &'a [Operand] {
        if Self::has_varargs(op.opcode) {
            let start = op.args[0].0 as usize;
            &self.varargs[start..start + op.args[1].0 as usize]
        } else {
            let n = op.opcode.params().len();
            &op.args[..n]
        }
    }

    #[inline]
    pub fn frame(&self, index: FrameShotIndex) -> &FrameShot {
        &self.frames[index.0 as usize]
    }

    /// The label to which a failing guard goes; `None`: it leaves the unit.
    pub fn branch_of(&self, op: u32) -> Option<u32> {
        self.branches.binary_search_by_key(&op, |b| b.op).ok().map(|at| self.branches[at].label)
    }

    #[inline]
    pub fn snapshot(&self, index: SnapshotIndex) -> &Snapshot {
        &self.snapshots[index.0 as usize]
    }

    /// The frames of a snapshot, outermost first.
    pub fn frames_of(&self, snapshot: &Snapshot) -> Vec<FrameShotIndex> {
        let mut frames = Vec::new();
        let mut next = snapshot.top;
        while next != FrameShotIndex::NONE {
            frames.push(next);
            next = self.frame(next).parent;
        }
        frames.reverse();
        frames
    }

    /// The slots of a frame shot.
    #[inline]
    pub fn slots_of(&self, frame: FrameShotIndex) -> &[(u32, Operand)] {
        let f = self.frame(frame);
        &self.slots[f.slots_start as usize..(f.slots_start + f.slots_count) as usize]
    }
}
