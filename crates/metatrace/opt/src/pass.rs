//! What a pass is.
//!
//! A pass is a pair of functions. `visit` sees an operation before it is appended to the unit, operands already
//! mapped to the unit (operations, constants, or virtuals); `emitted` sees it afterwards, with its result, to learn
//! from it ("after `guard_true(x)`, x is true"). The state of all passes lives in [`Cx`], so that a pass may
//! send new operations through the whole list in the middle of its own work.

use crate::cx::Cx;
use metatrace_ir::{Aux, Opcode, Operand, SnapshotIndex};
use metatrace_machine::Kind;

/// The trace contradicts itself: a guard in it can never succeed. It must not be compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InvalidLoop(pub &'static str);

/// An operation on its way through the passes.
#[derive(Clone, Debug)]
pub struct Pending {
    pub opcode: Opcode,
    pub kind: Option<Kind>,
    pub aux: Aux,
    /// Of the unit; behind the last, and for operations with a variable part, [`Operand::NONE`].
    pub args: [Operand; 3],
    /// For `call`, `call_trace`, `jump`.
    pub varargs: Vec<Operand>,
    /// Where it resumes: a snapshot of the *recorded* trace.
    pub snapshot: SnapshotIndex,
}

impl Pending {
    /// An operation with up to three arguments that cannot leave.
    pub fn new(opcode: Opcode, kind: Option<Kind>, args: &[Operand], aux: Aux) -> Pending {
        let mut fixed = [Operand::NONE; 3];
        fixed[..args.len()].copy_from_slice(args);
        Pending { opcode, kind, aux, args: fixed, varargs: Vec::new(), snapshot: SnapshotIndex::NONE }
    }

    /// The same with the snapshot of a guard.
    pub fn resuming_at(self, snapshot: SnapshotIndex) -> Pending {
        Pending { snapshot, ..self }
    }
}

/// What becomes of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// On to the next pass (perhaps changed).
    Next,
    /// Changed into something that the earlier passes should see.
    Again,
    /// Answered: the operation is not needed, this is its result.
    Value(Operand),
    /// Not needed, and it has no result.
    Drop,
}

/// See the module header.
pub struct Pass {
    /// Also the name of its switch: `no-<name>`.
    pub name: &'static str,
    pub visit: fn(&mut Cx<'_>, &mut Pending) -> Result<Flow, InvalidLoop>,
    pub emitted: fn(&mut Cx<'_>, &Pending, Operand) -> Result<(), InvalidLoop>,
}

/// For passes that need not look back.
pub fn learns_nothing(_: &mut Cx<'_>, _: &Pending, _: Operand) -> Result<(), InvalidLoop> {
    Ok(())
}
