//! What holds of every value that a field of Python's objects ever has. The optimizer relies on it without a guard.

use heap::{FieldDescr, Layout, LayoutId};
use metatrace_warm::FieldFacts;
use python_model::objects::{Dict, List, ListIter, Range, RangeIter, Str, TupleIter, Values};

/// Lengths, and positions in what has a length.
const NON_NEGATIVE: &[FieldDescr] = &[
    List::LENGTH,
    ListIter::INDEX,
    TupleIter::INDEX,
    RangeIter::LEFT,
    Range::LENGTH,
    Str::CHARS,
    Str::SIZE,
    Dict::LIVE,
];

pub fn field_facts(layout: LayoutId, offset: u16) -> FieldFacts {
    let is = |field: &FieldDescr| field.layout == layout && field.offset == offset;
    FieldFacts { pointee: is(&List::ITEMS).then_some(Values::ID), non_negative: NON_NEGATIVE.iter().any(is) }
}
