//! Access to the parts of a trace that may be broken: every index is checked. For printer and verifier, which must
//! say what is wrong instead of panicking; everything else uses the methods of [`Trace`].

use crate::op::Op;
use crate::snapshot::{FrameShotIndex, Snapshot, Virtual};
use crate::trace::{Operand, Trace};

/// The arguments of an operation; `None` if they lie outside the variable part.
pub(crate) fn args<'a>(trace: &'a Trace, op: &'a Op) -> Option<&'a [Operand]> {
    if Trace::has_varargs(op.opcode) {
        range(&trace.varargs, op.args[0].0, op.args[1].0)
    } else {
        Some(&op.args[..op.opcode.params().len()])
    }
}

/// The frames of a snapshot, outermost first; `None` if the chain leaves the table or turns in a circle.
pub(crate) fn frames(trace: &Trace, snapshot: &Snapshot) -> Option<Vec<FrameShotIndex>> {
    let mut frames = Vec::new();
    let mut next = snapshot.top;
    while next != FrameShotIndex::NONE {
        if frames.len() > trace.frames.len() {
            return None;
        }
        frames.push(next);
        next = trace.frames.get(next.0 as usize)?.parent;
    }
    frames.reverse();
    Some(frames)
}

/// The slots of a frame; `None` if they lie outside the table.
pub(crate) fn slots(trace: &Trace, frame: FrameShotIndex) -> Option<&[(u32, Operand)]> {
    let shot = trace.frames.get(frame.0 as usize)?;
    range(&trace.slots, shot.slots_start, shot.slots_count)
}

/// The operands of a virtual; `None` if they lie outside the table.
pub(crate) fn fields<'a>(trace: &'a Trace, object: &Virtual) -> Option<&'a [Operand]> {
    range(&trace.virtual_fields, object.fields_start, object.fields_count)
}

/// The delayed stores of a snapshot as indices of virtuals; `None` if they lie outside the table.
pub(crate) fn stores(trace: &Trace, snapshot: &Snapshot) -> Option<std::ops::Range<u32>> {
    range(&trace.virtuals, snapshot.stores_start, snapshot.stores_count)?;
    Some(snapshot.stores_start..snapshot.stores_start + snapshot.stores_count)
}

fn range<T>(items: &[T], start: u32, count: u32) -> Option<&[T]> {
    if count == 0 {
        return Some(&[]);
    }
    items.get(start as usize..start as usize + count as usize)
}
