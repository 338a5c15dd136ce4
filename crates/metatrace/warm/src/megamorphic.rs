//! Megamorphic places: loops and functions that have as many bridges as they may have, and leave by still other exits.
//!
//! A loop over objects of ever new classes goes through the chain of its bridges in vain, leaves, is interpreted for the rest of the turn, and
//! entered again: with 400 bridges (`max_bridges`) that took seventeen times as long as to interpret all of it, and with the 300 bridges of 300 classes,
//! two of them in a turn, fifty times. So chains have an end ([`LONGEST_CHAIN`]), and what goes beyond it all the time is given up.
//!
//! That an exit gets no bridge says nothing yet: a loop that leaves in one turn of a thousand is worth its code. So the clock is asked. Where such
//! exits follow each other within [`LEAST_BETWEEN`], which is about what leaving and entering take, the code is retired, and the place waits long
//! before it is recorded again; each time longer.
//!
//! Known limits: with `sync_compile`, which does not depend on clocks, nothing of this happens, unless the parameter `entry_us` makes
//! entries the clock: so it is tested.

use crate::place::{PlaceIndex, PlaceState};
use crate::state::WarmState;
use crate::unit::{Unit, UnitKind};
use metatrace_machine::Encoding;
use std::rc::Rc;
use std::time::Duration;

/// Exits between two looks at the clock.
const EXITS_PER_LOOK: u32 = 4096;
/// See the module header.
const LEAST_BETWEEN: Duration = Duration::from_micros(8);
/// Visits for which a place waits the first time; then four times as many, and so on.
const FIRST_WAIT: u32 = 1 << 20;
const MOST_WAITS: u32 = 5;

/// What a place knows of its exits that get no bridge.
#[derive(Default)]
pub struct Overflow {
    exits_count: u32,
    /// When they were counted from.
    since: Duration,
    retirements_count: u32,
}

/// Bridges that hang on each other: what comes to the last of them has gone through the slots of all.
const LONGEST_CHAIN: usize = 40;

impl<E: Encoding> WarmState<'_, E> {
    /// Whether so many bridges lead to a unit that its exits get none.
    pub(crate) fn is_end_of_chain(&self, unit: &Rc<Unit>) -> bool {
        let parent = |unit: &Rc<Unit>| match unit.kind.get() {
            UnitKind::Bridge { unit, .. } => self.unit(unit),
            UnitKind::Loop | UnitKind::Function => None,
        };
        std::iter::successors(parent(unit), parent).take(LONGEST_CHAIN).count() == LONGEST_CHAIN
    }

    /// An exit of a unit of the place was taken that has no bridge since there are too many.
    #[cold]
    pub(crate) fn overflow(&self, place: PlaceIndex) {
        let params = self.params();
        if params.sync_compile && params.entry_us == 0 {
            return;
        }
        let is_due = self.with_place(place, |p| {
            p.overflow.exits_count = p.overflow.exits_count.wrapping_add(1);
            p.overflow.exits_count.is_multiple_of(EXITS_PER_LOOK)
        });
        if !is_due {
            return;
        }
        let now = self.life();
        let unit = self.with_place(place, |p| {
            let took = now.saturating_sub(std::mem::replace(&mut p.overflow.since, now));
            match p.state {
                PlaceState::Compiled(unit) if took < LEAST_BETWEEN * EXITS_PER_LOOK => Some(unit),
                _ => None,
            }
        });
        let Some(unit) = unit else { return };
        self.retire(unit);
        self.with_place(place, |p| {
            let wait = FIRST_WAIT << (2 * p.overflow.retirements_count.min(MOST_WAITS));
            p.overflow.retirements_count += 1;
            (p.wait, p.calls_left) = (wait, wait);
        });
    }
}
