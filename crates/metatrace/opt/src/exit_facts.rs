//! What was known about the live operands of each exit of a unit.
//!
//! Not a list per exit: exits are many, few become bridges, and most know the same. Kept is what was found about each operation, and from
//! where on; the facts at an exit are put together when a bridge begins there.

use crate::state::Facts;
use metatrace_ir::{Operand, SnapshotIndex, Trace, exit_operands};

/// Facts about the result of an operation.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Known {
    op: u32,
    /// The first operation in front of which they hold.
    since: u32,
    facts: Facts,
}

/// See the module header.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct ExitFacts {
    /// By operation of the unit, ascending; those of one by where they begin: a later entry says all that is known from there on.
    known: Vec<Known>,
}

impl ExitFacts {
    /// Operations are added in their order; those of one, in the order in which they begin.
    pub(crate) fn add(&mut self, op: u32, since: u32, facts: Facts) {
        if facts != Facts::NONE {
            self.known.push(Known { op, since, facts });
        }
    }

    pub(crate) fn shrink_to_fit(&mut self) {
        self.known.shrink_to_fit();
    }

    /// What is known about each of the [`exit_operands`] when operation `exit` of the unit leaves with a snapshot.
    pub(crate) fn at_exit(&self, unit: &Trace, exit: u32, snapshot: SnapshotIndex) -> Vec<Facts> {
        let live = exit_operands(unit, unit.snapshot(snapshot));
        live.iter().map(|operand| self.of(*operand, exit)).collect()
    }

    fn of(&self, operand: Operand, exit: u32) -> Facts {
        let Some(op) = operand.as_op() else { return Facts::NONE };
        let end = self.known.partition_point(|known| (known.op, known.since) <= (op, exit));
        match self.known[..end].last() {
            Some(known) if known.op == op => known.facts,
            _ => Facts::NONE,
        }
    }

    /// Adds the facts of another unit, whose operations now begin at `op_base`, behind these.
    pub fn append(&mut self, other: &ExitFacts, op_base: u32) {
        let moved = |k: &Known| Known { op: k.op + op_base, since: k.since + op_base, ..*k };
        self.known.extend(other.known.iter().map(moved));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounds::IntBound;

    fn bounded(upper: i64) -> Facts {
        Facts { bound: IntBound::at_most(upper), ..Facts::NONE }
    }

    #[test]
    fn a_fact_holds_from_where_it_was_found() {
        let mut facts = ExitFacts::default();
        facts.add(3, 4, bounded(9));
        facts.add(3, 7, bounded(5));
        facts.add(5, 6, bounded(1));
        let at = |op, exit| facts.of(Operand::op(op), exit);
        assert_eq!((at(3, 3), at(3, 4), at(3, 6)), (Facts::NONE, bounded(9), bounded(9)));
        assert_eq!((at(3, 7), at(3, 100)), (bounded(5), bounded(5)));
        assert_eq!((at(4, 100), at(5, 5), at(5, 6)), (Facts::NONE, Facts::NONE, bounded(1)));
    }

    #[test]
    fn facts_are_found_behind_those_of_another_unit() {
        let (mut first, mut second) = (ExitFacts::default(), ExitFacts::default());
        first.add(1, 2, bounded(9));
        second.add(1, 3, bounded(5));
        first.append(&second, 10);
        let at = |op, exit| first.of(Operand::op(op), exit);
        assert_eq!((at(1, 2), at(11, 12), at(11, 13)), (bounded(9), Facts::NONE, bounded(5)));
    }
}
