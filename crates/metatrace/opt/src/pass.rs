//! What a pass is.
//!
//! A pass is a pair of functions. `visit` sees an operation before it is appended to the unit, operands already
//! mapped to the unit (operations, constants, or virtuals); `emitted` sees it afterwards, with its result, to learn
//! from it ("after `guard_true(x)`, x is true"). Each is called only for the opcodes in its set; debug builds check
//! that `visit` would have let the others through. The state of all passes lives in [`Cx`], so that a pass may
//! send new operations through the whole list in the middle of its own work.

use crate::cx::Cx;
use metatrace_ir::{Aux, Class, Opcode, Operand, SnapshotIndex};
use metatrace_machine::Kind;

/// The trace contradicts itself: a guard in it can never succeed. It must not be compiled.
///
/// One word, so that results of passes are returned in registers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InvalidLoop(pub &'static &'static str);

const _: () = assert!(size_of::<Result<Flow, InvalidLoop>>() <= 16);

/// An operation on its way through the passes.
#[derive(Clone, PartialEq, Debug)]
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

/// A set of opcodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpcodeSet(u128);

const _: () = assert!(Opcode::ALL.len() <= 128);

impl OpcodeSet {
    pub const EMPTY: OpcodeSet = OpcodeSet(0);

    pub const fn of(opcodes: &[Opcode]) -> OpcodeSet {
        let mut set = OpcodeSet::EMPTY;
        let mut i = 0;
        while i < opcodes.len() {
            set = set.with(opcodes[i]);
            i += 1;
        }
        set
    }
    /// All opcodes of a class.
    pub const fn of_class(class: Class) -> OpcodeSet {
        let mut set = OpcodeSet::EMPTY;
        let mut i = 0;
        while i < Opcode::ALL.len() {
            if Opcode::ALL[i].class() as u8 == class as u8 {
                set = set.with(Opcode::ALL[i]);
            }
            i += 1;
        }
        set
    }
    pub const fn with(self, opcode: Opcode) -> OpcodeSet {
        OpcodeSet(self.0 | 1 << opcode as u32)
    }
    pub const fn union(self, other: OpcodeSet) -> OpcodeSet {
        OpcodeSet(self.0 | other.0)
    }
    pub const fn contains(self, opcode: Opcode) -> bool {
        self.0 >> opcode as u32 & 1 != 0
    }
}

/// See the module header.
pub struct Pass {
    /// Also the name of its switch: `no-<name>`.
    pub name: &'static str,
    /// The opcodes that `visit` does anything about: it is not called for others.
    pub visits: OpcodeSet,
    pub visit: fn(&mut Cx<'_>, &mut Pending) -> Result<Flow, InvalidLoop>,
    /// The opcodes that `emitted` learns from.
    pub learns_from: OpcodeSet,
    pub emitted: fn(&mut Cx<'_>, &Pending, Operand) -> Result<(), InvalidLoop>,
}

/// For passes that need not look back.
pub fn learns_nothing(_: &mut Cx<'_>, _: &Pending, _: Operand) -> Result<(), InvalidLoop> {
    Ok(())
}
