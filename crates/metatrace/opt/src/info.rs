//! What is known about one value of the unit.
//!
//! Facts hold from the operation that established them to the end of the block, except a layout, which a store or a
//! call may change (see `heap.rs`). `*_since` is the position at which a fact became true, so that the facts at an
//! exit in the middle of the block can be told later without copying them at every guard.

use crate::bounds::IntBound;
use heap::LayoutId;
use metatrace_ir::{Operand, Tag};
use metatrace_machine::Kind;

/// The classes that a tagged word may belong to: one bit per [`Tag`], and one for words of no class.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TagSet(u8);

impl TagSet {
    pub const ANY: TagSet = TagSet(0b11111);
    pub const NONE: TagSet = TagSet(0);
    /// Words of no class: `none`, `unset`.
    pub const SPECIAL: TagSet = TagSet(0b10000);

    pub const fn of(tag: Tag) -> TagSet {
        TagSet(1 << tag as u8)
    }
    pub const fn contains(self, other: TagSet) -> bool {
        self.0 & other.0 == other.0
    }
    pub const fn intersect(self, other: TagSet) -> TagSet {
        TagSet(self.0 & other.0)
    }
    pub const fn union(self, other: TagSet) -> TagSet {
        TagSet(self.0 | other.0)
    }
    pub const fn without(self, other: TagSet) -> TagSet {
        TagSet(self.0 & !other.0)
    }
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// The one class, if it is one of the four tags.
    pub fn single(self) -> Option<Tag> {
        Tag::ALL.into_iter().find(|t| TagSet::of(*t) == self)
    }
}

/// See the module header. One per operation of the unit.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// What to use instead: a constant that the value was found equal to. [`Operand::NONE`]: itself.
    pub forwarded: Operand,
    /// Kind int: the integers that it may be.
    pub bound: IntBound,
    pub bound_since: u32,
    /// The first bound that was found: what guards add later is not known at earlier exits.
    pub first_bound: IntBound,
    pub first_bound_since: u32,
    /// Kind value: the possible classes.
    pub tags: TagSet,
    pub tags_since: u32,
    /// Kind ref: not null.
    pub non_null: bool,
    /// Kind ref: allocated by this block and stored nowhere yet.
    pub unescaped: bool,
    /// Kind ref: the layout.
    pub layout: Option<LayoutId>,
    pub layout_since: u32,
    /// Kind int, float, bool, ref: the tagged word that this was unboxed from.
    pub boxed: Operand,
}

impl Info {
    pub fn unknown(kind: Option<Kind>) -> Info {
        Info {
            forwarded: Operand::NONE,
            bound: IntBound::UNKNOWN,
            bound_since: 0,
            first_bound: IntBound::UNKNOWN,
            first_bound_since: 0,
            tags: if kind == Some(Kind::Value) { TagSet::ANY } else { TagSet::NONE },
            tags_since: 0,
            non_null: false,
            unescaped: false,
            layout: None,
            layout_since: 0,
            boxed: Operand::NONE,
        }
    }
}
