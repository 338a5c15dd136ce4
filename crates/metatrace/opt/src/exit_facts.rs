//! What was known about the live operands of each exit of a unit.
//!
//! One list for the whole unit: exits are many, most have few operands, and units are kept.

use crate::state::Facts;

/// See the module header. Shape: the facts of exit `e` are `facts[ends[e - 1]..ends[e]]`, one per live operand.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct ExitFacts {
    facts: Vec<Facts>,
    ends: Vec<u32>,
}

impl ExitFacts {
    /// Adds the next exit.
    pub(crate) fn push(&mut self, facts: impl Iterator<Item = Facts>) {
        self.facts.extend(facts);
        self.ends.push(self.facts.len() as u32);
    }

    /// The facts of an exit; none if there is no such exit.
    pub fn get(&self, exit: usize) -> &[Facts] {
        let Some(end) = self.ends.get(exit) else { return &[] };
        let start = exit.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.facts[start as usize..*end as usize]
    }

    /// Adds the exits of another unit behind these.
    pub fn append(&mut self, other: &ExitFacts) {
        let start = self.facts.len() as u32;
        self.facts.extend_from_slice(&other.facts);
        self.ends.extend(other.ends.iter().map(|end| start + end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exits_are_found_behind_those_of_another_unit() {
        let known = Facts { non_null: true, ..Facts::NONE };
        let mut first = ExitFacts::default();
        first.push([known, Facts::NONE].into_iter());
        first.push([].into_iter());
        let mut second = ExitFacts::default();
        second.push([Facts::NONE].into_iter());
        first.append(&second);
        assert_eq!(first.get(0), [known, Facts::NONE]);
        assert_eq!((first.get(1), first.get(2), first.get(3)), (&[][..], &[Facts::NONE][..], &[][..]));
    }
}
