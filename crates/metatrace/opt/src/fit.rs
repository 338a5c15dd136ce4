//! Integers on their way into the heap are made to fit immediates, by a guard.
//!
//! A `box_int` may need a heap box. So the store of one is expensive although that box is never made: the box is a call
//! that may collect, after which nothing in registers that the collector looks at may be relied on, and the word that is stored
//! may be a reference, which needs a write barrier. Where an integer that is not known to fit is stored, the unit tests that it does
//! (an overflow check, in effect, which its additions then need no more). A program that stores wide integers leaves there, and soon has a
//! bridge that boxes them.
//!
//! ```text
//! %5 = int_add_ovf %3, 1                  %3 is what a field held, so %5 cannot overflow
//! store_field[x] %1, (box_int %5)         %6 = int_sub %5, MIN;  %7 = uint_le %6, MAX - MIN;  guard_true %7
//!                                         store_field[x] %1, (box_immediate %5)
//! ```
//!
//! Such a guard resumes where the last recorded guard does. That is right as long as nothing observable was recorded since
//! ([`Cx::resume`]), and at the end of a loop, where the jump itself has a position. It is appended past the passes: they would
//! first perform the very stores that it is for.
//!
//! Known limits: arguments of calls are boxed without a test; so is what is stored after an effect of the same instruction.

use crate::bounds::IntBound;
use crate::cx::Cx;
use crate::pass::{InvalidLoop, Pending};
use crate::virtuals::VirtualValue;
use metatrace_ir::{Aux, Class, Const, Op, Opcode, Operand, ResumeMode, SnapshotIndex, Tag};
use metatrace_machine::Kind;

/// How deep into virtual objects integers are looked for.
const MAX_DEPTH: u32 = 3;

impl Cx<'_> {
    /// A recorded operation is about to be processed.
    pub(crate) fn before_recorded(&mut self, recorded: &Op) {
        if recorded.snapshot != SnapshotIndex::NONE {
            let executes = self.source.snapshot(recorded.snapshot).mode == ResumeMode::Execute;
            self.resume = executes.then_some(recorded.snapshot);
        }
    }

    /// It was: what it did must not be done again.
    pub(crate) fn after_recorded(&mut self, recorded: &Op) {
        let has_effect = matches!(recorded.opcode.class(), Class::Store | Class::Call);
        if has_effect || recorded.opcode == Opcode::CallTrace {
            self.resume = None;
        }
    }

    /// A label is about to be entered where the recorded trace has this snapshot.
    pub(crate) fn resume_at(&mut self, snapshot: SnapshotIndex) {
        let executes =
            snapshot != SnapshotIndex::NONE && self.source.snapshot(snapshot).mode == ResumeMode::Execute;
        self.resume = executes.then_some(snapshot);
    }

    /// All recorded operations are processed; the final jump is next.
    pub(crate) fn resume_at_header(&mut self) {
        let last = self.source.ops.last().expect("a trace has a final operation");
        self.before_recorded(last);
    }

    /// Tests that the integers in a value about to be stored fit immediates, if they need not.
    pub(crate) fn fit_for_store(&mut self, value: Operand) -> Result<(), InvalidLoop> {
        match self.resume {
            Some(snapshot) => self.fit(value, snapshot, MAX_DEPTH),
            None => Ok(()),
        }
    }

    fn fit(&mut self, value: Operand, snapshot: SnapshotIndex, depth: u32) -> Result<(), InvalidLoop> {
        let parts: Vec<Operand> = match self.as_virtual(value) {
            Some(VirtualValue::Box { tag: Tag::Int, inner }) => return self.fit_integer(*inner, snapshot),
            Some(VirtualValue::Box { tag: Tag::Ref, inner }) => vec![*inner],
            Some(VirtualValue::Object { fields, .. }) => fields.iter().map(|(_, part)| *part).collect(),
            Some(VirtualValue::Array { items, .. }) => items.clone(),
            Some(VirtualValue::Box { .. }) | None => return Ok(()),
        };
        if depth > 0 {
            for part in parts {
                self.fit(part, snapshot, depth - 1)?;
            }
        }
        Ok(())
    }

    fn fit_integer(&mut self, integer: Operand, snapshot: SnapshotIndex) -> Result<(), InvalidLoop> {
        let immediates = IntBound::range(self.coding.int_min, self.coding.int_max).expect("there are some");
        let is_boxed = self.info(integer).is_none_or(|info| !info.boxed.is_none());
        if is_boxed || self.fits_immediate(integer) || self.bound_of(integer).meet(immediates).is_none() {
            return Ok(());
        }
        let integer = self.force(integer)?;
        let least = self.intern(Const::int(self.coding.int_min));
        let span = self.intern(Const::int(self.coding.int_max.wrapping_sub(self.coding.int_min)));
        let int_sub = Pending::new(Opcode::IntSub, Some(Kind::Int), &[integer, least], Aux::NONE);
        let distance = self.append(&int_sub)?;
        let uint_le = Pending::new(Opcode::UintLe, Some(Kind::Bool), &[distance, span], Aux::NONE);
        let fits = self.append(&uint_le)?;
        self.append(&Pending::new(Opcode::GuardTrue, None, &[fits], Aux::NONE).resuming_at(snapshot))?;
        self.narrow(integer, immediates)
    }
}
