//! What was known about the live operands of each exit of a unit.
//!
//! One list for the whole unit: exits are many, most have few operands, and units are kept. Guards in a row mostly know the same: such
//! exits share their part of the list.

use crate::state::Facts;

/// See the module header.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct ExitFacts {
    facts: Vec<Facts>,
    /// By exit: where its facts begin and end, one per live operand.
    spans: Vec<(u32, u32)>,
}

impl ExitFacts {
    /// An empty list that need not grow for so many exits of the usual size.
    pub(crate) fn with_room_for(exits_count: usize) -> ExitFacts {
        ExitFacts { facts: Vec::with_capacity(exits_count * 16), spans: Vec::with_capacity(exits_count * 2) }
    }

    pub(crate) fn shrink_to_fit(&mut self) {
        self.facts.shrink_to_fit();
        self.spans.shrink_to_fit();
    }

    /// Adds the next exit.
    pub(crate) fn push(&mut self, facts: impl Iterator<Item = Facts>) {
        let start = self.facts.len();
        self.facts.extend(facts);
        match self.spans.last() {
            Some(&(from, to)) if self.facts[from as usize..to as usize] == self.facts[start..] => {
                self.facts.truncate(start);
                self.spans.push((from, to));
            }
            _ => self.spans.push((start as u32, self.facts.len() as u32)),
        }
    }

    /// Adds an exit that knows the same as the last one.
    pub(crate) fn push_again(&mut self) {
        let last = self.spans.last().expect("there is one");
        self.spans.push(*last);
    }

    /// The facts of an exit; none if there is no such exit.
    pub fn get(&self, exit: usize) -> &[Facts] {
        self.spans.get(exit).map_or(&[], |&(from, to)| &self.facts[from as usize..to as usize])
    }

    /// Adds the exits of another unit behind these.
    pub fn append(&mut self, other: &ExitFacts) {
        let start = self.facts.len() as u32;
        self.facts.extend_from_slice(&other.facts);
        self.spans.extend(other.spans.iter().map(|(from, to)| (start + from, start + to)));
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

    #[test]
    fn exits_that_know_the_same_share_it() {
        let known = Facts { non_null: true, ..Facts::NONE };
        let mut facts = ExitFacts::default();
        for row in [[known, Facts::NONE], [known, Facts::NONE], [Facts::NONE, known]] {
            facts.push(row.into_iter());
        }
        assert_eq!(facts.facts.len(), 4);
        assert_eq!((facts.get(1), facts.get(2)), (&[known, Facts::NONE][..], &[Facts::NONE, known][..]));
    }
}
