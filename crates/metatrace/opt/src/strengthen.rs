//! Guards that say more take the place of those that say less.
//!
//! ```text
//! guard_is_not %1, 'unset @s0         guard_is %1, 'true @s0
//! guard_tag[bool] %1 @s1        =>
//! %4 = unbox_bool %1
//! guard_true %4 @s2
//! ```
//!
//! An interpreter asks one thing after the other: does the attribute have a value, is it a bool, is it true. Each question is a guard
//! with a place of its own to resume at, and the last one answers them all. So it is asked where the first one was. A guard may fail at any
//! time: who resumes earlier does again what was done since, and that had no effect yet. Where the failing side is common, its bridge
//! loads the value once more, and answers with a guard of the same kind.
//!
//! Not across calls, which would be far back to go, nor across changes of layouts, after which a guard on a layout says something else.
//!
//! Source: PyPy strengthens `guard_nonnull` to `guard_nonnull_class` (`optimizeopt/rewrite.py`), for the class of an object only.

use crate::cx::Cx;
use crate::pass::{InvalidLoop, Pending};
use metatrace_ir::{Const, Op, Opcode, Operand, Tag};
use metatrace_machine::Kind;

/// How many guards are looked at: what belongs together is close together.
const WINDOW: usize = 16;

/// Guards of the block on one value each that a later one may replace.
#[derive(Clone, Default, Debug)]
pub(crate) struct Asked {
    /// Operations of the unit, ascending.
    guards: Vec<u32>,
    /// Those of the unit that are implied by others now.
    implied: Vec<u32>,
}

impl Asked {
    /// What was asked before is not to be asked otherwise any more.
    pub(crate) fn close(&mut self) {
        self.guards.clear();
    }

    /// Guards that say nothing any more that others do not say, ascending: the unit is complete without them.
    pub(crate) fn implied(&self) -> Vec<u32> {
        let mut implied = self.implied.clone();
        implied.sort_unstable();
        implied
    }
}

impl Cx<'_> {
    /// Puts the guard, whose arguments are real, in the place of the first one that it implies. `false`: there is none.
    pub(crate) fn strengthen(&mut self, op: &Pending, args: &[Operand; 3]) -> Result<bool, InvalidLoop> {
        if self.asked.guards.is_empty() {
            return Ok(false);
        }
        let Some(strong) = self.as_question(op, args) else { return Ok(false) };
        let oldest = self.asked.guards.len().saturating_sub(WINDOW);
        let mut place = None;
        for index in oldest..self.asked.guards.len() {
            let number = self.asked.guards[index];
            let weak = self.out.ops[number as usize];
            if weak.args[0] != strong.args[0] || !self.implies(&strong, &weak) {
                continue;
            }
            match place {
                None => place = Some(number),
                Some(_) => self.asked.implied.push(number),
            }
        }
        let Some(place) = place else { return Ok(false) };
        let implied = &self.asked.implied;
        self.asked.guards.retain(|number| !implied.contains(number));
        let snapshot = self.out.ops[place as usize].snapshot;
        self.out.ops[place as usize] = Op { snapshot, ..strong };
        if strong.opcode != op.opcode {
            let [subject, expected, _] = strong.args;
            self.learn(&Pending::new(strong.opcode, None, &[subject, expected], strong.aux), Operand::NONE)?;
        }
        self.learn(op, Operand::NONE)?;
        Ok(true)
    }

    /// Notes an operation that has been appended.
    pub(crate) fn note_question(&mut self, op: &Op, number: u32) {
        match op.opcode {
            Opcode::GuardIsNot | Opcode::GuardNotTag | Opcode::GuardNotLayout | Opcode::GuardTag
                if op.args[0].as_op().is_some() =>
            {
                self.asked.guards.push(number);
            }
            Opcode::Call | Opcode::CallTrace | Opcode::SetLayout | Opcode::Label => self.asked.close(),
            _ => {}
        }
    }

    /// The guard as one on the value itself, if it says enough to replace others: of a bool that was unboxed from a word, which word it is.
    fn as_question(&mut self, op: &Pending, args: &[Operand; 3]) -> Option<Op> {
        let subject = args[0];
        let snapshot = op.snapshot;
        match op.opcode {
            Opcode::GuardIs if args[1].as_const().is_none() => None,
            Opcode::GuardTag | Opcode::GuardLayout | Opcode::GuardIs => {
                Some(Op { opcode: op.opcode, kind: None, args: *args, aux: op.aux, snapshot })
            }
            Opcode::GuardTrue | Opcode::GuardFalse => {
                let definition = *self.definition(subject)?;
                let word = self.resolve(definition.args[0]);
                if definition.opcode != Opcode::UnboxBool || word.as_op().is_none() {
                    return None;
                }
                let bits = (self.coding.box_bool)(op.opcode == Opcode::GuardTrue);
                let expected = self.intern(Const { kind: Kind::Value, bits });
                let args = [word, expected, Operand::NONE];
                Some(Op { opcode: Opcode::GuardIs, kind: None, args, aux: metatrace_ir::Aux::NONE, snapshot })
            }
            _ => None,
        }
    }

    /// Whether the second guard, on the same value, holds wherever the first does.
    fn implies(&self, strong: &Op, weak: &Op) -> bool {
        let word = |op: &Op| self.out.as_const(op.args[1]).map(|c| c.bits);
        let tag_of = |word: u64| (self.coding.tag_of)(word);
        match (strong.opcode, weak.opcode) {
            (Opcode::GuardTag, Opcode::GuardNotTag) => strong.aux != weak.aux,
            (Opcode::GuardTag, Opcode::GuardIsNot) => {
                // A wide integer is of another word than any constant; which, the tag does not say.
                word(weak).is_some_and(|word| tag_of(word) != Some(strong.aux.as_tag()))
            }
            (Opcode::GuardLayout, Opcode::GuardNotLayout) => strong.aux != weak.aux,
            (Opcode::GuardIs, Opcode::GuardIsNot) => {
                matches!((word(strong), word(weak)), (Some(a), Some(b)) if a != b)
            }
            (Opcode::GuardIs, Opcode::GuardTag | Opcode::GuardNotTag) => {
                let is_it = word(strong).and_then(tag_of).is_some_and(|tag: Tag| tag == weak.aux.as_tag());
                self.is_word(strong.args[0]) && is_it == (weak.opcode == Opcode::GuardTag)
            }
            _ => false,
        }
    }

    fn is_word(&self, operand: Operand) -> bool {
        self.out.kind_of(operand) == Some(Kind::Value)
    }
}
