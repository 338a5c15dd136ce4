//! Fusing: a unit and the bridges attached to it become one unit.
//!
//! ```text
//! unit 1: label 0 … label 1 … guard %9 … jump 1          label 0 … label 1 … guard %9 goto 2 … jump 1
//! unit 2: label 0 (exit of %9) … jump u1.1         =>    label 2 … jump 1
//! ```
//!
//! Nothing is optimised again: the operations are put one unit behind the other and renumbered. What changes is how
//! control passes. An exit with a bridge becomes a branch, a jump to another of the units a jump inside the unit, so
//! that values stay in registers instead of going through the transfer buffer.
//!
//! Labels of unit n are renumbered by adding `label_bases[n]`, its exits by adding `exit_bases[n]`: whoever kept a
//! number of an old unit can find it in the new one.
//!
//! Known limits: the exit of a `call_trace` keeps its slot, since a result that was not expected travels tagged.

use crate::contract::LabelContract;
use metatrace_ir::{
    Aux, Branch, FrameShot, FrameShotIndex, LabelRef, Op, Opcode, Operand, OperandView, Snapshot,
    SnapshotIndex, Trace, UnitId, Virtual, has_exit,
};

/// One of the units to be fused.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'p> {
    pub unit: UnitId,
    pub trace: &'p Trace,
    pub labels: &'p [LabelContract],
    /// For a bridge: the piece that it is attached to, and the guard there. The first piece has none.
    pub parent: Option<(usize, u32)>,
}

/// The fused unit, and where its parts are.
#[derive(Clone, Debug)]
pub struct Fused {
    pub trace: Trace,
    /// Labels that can be entered from outside; their unit is [`UnitId::THIS`].
    pub labels: Vec<LabelContract>,
    /// Per piece.
    pub label_bases: Vec<u32>,
    /// Per piece.
    pub exit_bases: Vec<u32>,
    /// Per piece: where its operations begin.
    pub op_bases: Vec<u32>,
}

/// Puts units together. `resolve` says where a label is today whose unit was fused before.
pub fn fuse(pieces: &[Piece<'_>], resolve: &dyn Fn(LabelRef) -> LabelRef) -> Fused {
    let mut fused = Fused {
        trace: Trace::new(),
        labels: Vec::new(),
        label_bases: Vec::new(),
        exit_bases: Vec::new(),
        op_bases: Vec::with_capacity(pieces.len()),
    };
    let (mut labels, mut exits, mut ops) = (0, 0, 0);
    for piece in pieces {
        fused.label_bases.push(labels);
        fused.exit_bases.push(exits);
        fused.op_bases.push(ops);
        labels += label_limit(piece.trace);
        exits += piece.trace.ops.iter().filter(|op| has_exit(op.opcode)).count() as u32;
        ops += piece.trace.ops.len() as u32;
    }
    for (number, piece) in pieces.iter().enumerate() {
        let op_base = fused.op_bases[number];
        let mut copy = Copy { to: &mut fused.trace, from: piece.trace, op_base, consts: Vec::new() };
        copy.tables();
        for op in &piece.trace.ops {
            let aux = match op.opcode {
                Opcode::Label => {
                    let label = op.aux.as_label().label + fused.label_bases[number];
                    Aux::label(LabelRef { unit: UnitId::THIS, label })
                }
                Opcode::Jump => {
                    let target = op.aux.as_label();
                    let here = LabelRef { unit: piece.unit, ..target };
                    let target = if target.unit == UnitId::THIS { here } else { resolve(target) };
                    match pieces.iter().position(|p| p.unit == target.unit) {
                        Some(piece) => {
                            let label = target.label + fused.label_bases[piece];
                            Aux::label(LabelRef { unit: UnitId::THIS, label })
                        }
                        None => Aux::label(target),
                    }
                }
                _ => op.aux,
            };
            copy.op(op, aux);
        }
        for branch in &piece.trace.branches {
            let label = branch.label + fused.label_bases[number];
            fused.trace.branches.push(Branch { op: branch.op + op_base, label });
        }
        if let Some((parent, guard)) = piece.parent {
            let branch = Branch { op: guard + fused.op_bases[parent], label: fused.label_bases[number] };
            fused.trace.branches.push(branch);
        }
        for label in piece.labels {
            // Only its exit enters the first label of a bridge.
            if piece.parent.is_none() || label.label != 0 {
                let label_number = label.label + fused.label_bases[number];
                fused.labels.push(LabelContract { unit: UnitId::THIS, label: label_number, ..label.clone() });
            }
        }
    }
    fused.trace.branches.sort_unstable_by_key(|b| b.op);
    fused
}

/// One more than the largest label number.
fn label_limit(trace: &Trace) -> u32 {
    let labels = trace.ops.iter().filter(|op| op.opcode == Opcode::Label);
    labels.map(|op| op.aux.as_label().label + 1).max().unwrap_or(0)
}

/// Copies one trace behind another.
struct Copy<'c> {
    to: &'c mut Trace,
    from: &'c Trace,
    op_base: u32,
    /// Constants of `from` in `to`.
    consts: Vec<Operand>,
}

impl Copy<'_> {
    fn operand(&self, operand: Operand, virtual_base: u32) -> Operand {
        match operand.view() {
            OperandView::Op(i) => Operand::op(i + self.op_base),
            OperandView::Const(i) => self.consts[i as usize],
            OperandView::Virtual(i) => Operand::virtual_object(i + virtual_base),
            OperandView::None => Operand::NONE,
        }
    }

    /// Snapshots and what they are made of. The operations' snapshots are numbered from `self.to.snapshots` as it was.
    fn tables(&mut self) {
        let from = self.from;
        for c in &from.consts {
            let operand = self.to.constant(*c);
            self.consts.push(operand);
        }
        let virtual_base = self.to.virtuals.len() as u32;
        let field_base = self.to.virtual_fields.len() as u32;
        let slot_base = self.to.slots.len() as u32;
        let frame_base = self.to.frames.len() as u32;
        for operand in &from.virtual_fields {
            let operand = self.operand(*operand, virtual_base);
            self.to.virtual_fields.push(operand);
        }
        for v in &from.virtuals {
            self.to.virtuals.push(Virtual { fields_start: v.fields_start + field_base, ..*v });
        }
        for (slot, operand) in &from.slots {
            let operand = self.operand(*operand, virtual_base);
            self.to.slots.push((*slot, operand));
        }
        let frame = |index: FrameShotIndex| match index {
            FrameShotIndex::NONE => index,
            FrameShotIndex(i) => FrameShotIndex(i + frame_base),
        };
        for shot in &from.frames {
            let parent = frame(shot.parent);
            self.to.frames.push(FrameShot { parent, slots_start: shot.slots_start + slot_base, ..*shot });
        }
        for shot in &from.snapshots {
            let result = self.operand(shot.result, virtual_base);
            let stores_start = shot.stores_start + virtual_base;
            self.to.snapshots.push(Snapshot { top: frame(shot.top), result, stores_start, ..*shot });
        }
    }

    fn op(&mut self, op: &Op, aux: Aux) {
        let mut copy = Op { aux, ..*op };
        if Trace::has_varargs(op.opcode) {
            let args = self.from.args(op);
            copy.args[0] = Operand(self.to.varargs.len() as u32);
            for arg in args {
                let arg = self.operand(*arg, 0);
                self.to.varargs.push(arg);
            }
        } else if op.opcode != Opcode::At {
            copy.args = op.args.map(|arg| self.operand(arg, 0));
        }
        if let SnapshotIndex(index) = op.snapshot
            && op.snapshot != SnapshotIndex::NONE
        {
            let base = self.to.snapshots.len() - self.from.snapshots.len();
            copy.snapshot = SnapshotIndex(index + base as u32);
        }
        self.to.push(copy);
    }
}
