//! Virtual values: boxes and objects that the trace need not make.
//!
//! A virtual is named by [`Operand::virtual_object`] with an index into this table (the table of the *walk*; the
//! unit's snapshots have a table of their own, filled by `shots.rs`). Forcing a virtual leaves its entry in place
//! with `forced` set; [`Cx::resolve`](crate::Cx::resolve) then answers the real operand.

use heap::LayoutId;
use metatrace_ir::{ArrayKey, FieldKey, Operand, Tag};
use metatrace_machine::Kind;

/// What a virtual stands for. Operands are of the walk: they may be virtuals again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VirtualValue {
    /// A tagged value of this class made of an unboxed operand. Never changes.
    Box { tag: Tag, inner: Operand },
    /// An object, fields in the order of their first store.
    Object { layout: LayoutId, size_bytes: u32, fields: Vec<(FieldKey, Operand)> },
    /// An array object.
    Array { array: ArrayKey, items: Vec<Operand> },
}

impl VirtualValue {
    pub fn kind(&self) -> Kind {
        match self {
            VirtualValue::Box { .. } => Kind::Value,
            _ => Kind::Ref,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub value: VirtualValue,
    /// The operand of the unit that it became, or [`Operand::NONE`].
    pub forced: Operand,
    /// Number in the unit's table of virtuals, and the epoch of that description.
    pub described: Option<(u32, u32)>,
}

/// See the module header.
#[derive(Clone, Default, Debug)]
pub struct Virtuals {
    pub(crate) entries: Vec<Entry>,
    /// Counts changes of virtual objects: a description of an older epoch may be out of date.
    pub(crate) epoch: u32,
}

impl Virtuals {
    pub(crate) fn with_room_for(count: usize) -> Virtuals {
        Virtuals { entries: Vec::with_capacity(count), epoch: 0 }
    }

    pub(crate) fn add(&mut self, value: VirtualValue) -> Operand {
        self.entries.push(Entry { value, forced: Operand::NONE, described: None });
        Operand::virtual_object(self.entries.len() as u32 - 1)
    }

    pub(crate) fn value(&self, index: u32) -> &VirtualValue {
        &self.entries[index as usize].value
    }

    /// For a change of an object: descriptions made so far are stale.
    pub(crate) fn value_mut(&mut self, index: u32) -> &mut VirtualValue {
        self.epoch += 1;
        &mut self.entries[index as usize].value
    }

    pub(crate) fn set_forced(&mut self, index: u32, to: Operand) {
        self.epoch += 1;
        self.entries[index as usize].forced = to;
    }
}
