//! Whether residual calls keep to their effects, tested by whoever executes traces with debug assertions.
//!
//! What the optimizer knows of the heap survives a call as far as its effects say, so a write that they leave out is a wrong result, far
//! from its cause. The IR interpreter therefore notes the fields and items that a trace has touched since its last label, and looks at them
//! before and after each call: what changed must be in the footprint of what the call writes. A function that is declared to be pure is
//! called twice, and must answer the same.
//!
//! The recorded trace (no pass at all, `enable-opts=`) tests the most: there, stores are made before the calls that they come before.
//!
//! Known limits: what a call *reads* cannot be seen from here; what no trace touched is not looked at, although a trace could.

use crate::op::{ArrayKey, FieldKey};
use crate::trace::Operand;
use heap::Mutability;
use metatrace_machine::{CallDescr, Effects, Footprint, Kind};
use std::fmt;

/// Places that are watched at most: the first are as good as the last, and each call looks at all of them.
const MOST_PLACES: usize = 256;

/// Part of an object that operations of the trace have loaded or stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Field { object: Operand, key: FieldKey },
    Item { object: Operand, key: ArrayKey, index: i64 },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Field { object, key } => {
                write!(f, "the field at byte {} of {object:?}, of layout {}", key.offset(), key.layout().0)
            }
            Place::Item { object, key, index } => {
                write!(f, "item {index} of {object:?}, of layout {}", key.layout().0)
            }
        }
    }
}

impl Place {
    fn is_in(&self, footprint: &Footprint) -> bool {
        let Footprint::Only { fields, arrays } = footprint else {
            return matches!(footprint, Footprint::Everything);
        };
        match self {
            Place::Field { key, .. } => fields.iter().any(|f| FieldKey::new(*f) == *key),
            Place::Item { key, .. } => arrays.iter().any(|a| ArrayKey::new(*a) == *key),
        }
    }
}

/// The places that a trace has touched since its last label.
#[derive(Default)]
pub(crate) struct Touched(Vec<Place>);

impl Touched {
    pub fn note_field(&mut self, object: Operand, key: FieldKey) {
        if key.mutability() == Mutability::Mutable {
            self.note(Place::Field { object, key });
        }
    }

    pub fn note_item(&mut self, object: Operand, key: ArrayKey, index: i64) {
        if !key.immutable() {
            self.note(Place::Item { object, key, index });
        }
    }

    fn note(&mut self, place: Place) {
        if cfg!(debug_assertions) && self.0.len() < MOST_PLACES && !self.0.contains(&place) {
            self.0.push(place);
        }
    }

    /// At a label: operations get other results.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The places that a call with these effects must leave as they are.
    pub fn kept_by(&self, effects: &Effects) -> Vec<Place> {
        if effects.runs_user_code {
            return Vec::new();
        }
        self.0.iter().filter(|place| !place.is_in(&effects.writes)).copied().collect()
    }
}

/// Whether the function is called a second time, to compare its results.
pub(crate) fn is_compared(descr: &CallDescr) -> bool {
    let is_plain = matches!(descr.result, Some(Kind::Int | Kind::Bool | Kind::Float));
    cfg!(debug_assertions) && descr.effects.elidable && !descr.effects.can_raise && is_plain
}
