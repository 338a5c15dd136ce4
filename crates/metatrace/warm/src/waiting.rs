//! Nested loops, whichever of them is compiled first.
//!
//! An inner loop gets hot first. What is recorded next, the loop around it or a bridge out of the inner one, depends on what there is when it comes by a
//! header, and the compiling thread is done sooner or later. What came by while a better loop was on its way would go past that loop for ever. So:
//!
//! * A compiled inner loop of few turns is a part of the loop around it (`turns.rs` of the recorder), if it makes as many of them each time: iterations are recorded
//!   until [`SIGHTINGS`] were alike, or two were not. A loop whose turns vary is jumped to: unrolled it would want a bridge for each number of turns.
//! * A recording that comes to a header whose loop closes on itself and is being compiled is given up, without a penalty, and made again when that is there. So it is where
//!   the loop has only not been recorded yet because it waits itself, or its turns are being looked at.
//! * A loop whose trace ends by jumping into an inner one is an entrance to it. A bridge out of that one goes past its header, whether it is compiled or
//!   not: back in the inner loop, both are one loop, and are fused.
//!
//! `sync_compile` with `install_after` is the thread that is late.

use crate::place::{PlaceIndex, PlaceState};
use crate::state::{QUEUE_POLL_VISITS, WarmState};
use crate::unit::{Exit, ExitState, UnitKind};
use metatrace_ir::UnitId;
use metatrace_machine::Encoding;
use metatrace_opt::InvalidLoop;

/// Iterations that have gone through the turns of inner loops in the same way before one of them is compiled.
const SIGHTINGS: u32 = 3;

/// What recordings of a loop have seen of loops of few turns in it.
#[derive(Default)]
pub struct Turns {
    /// The headers that all of them passed.
    seen: Vec<(u64, u32)>,
    sightings_count: u32,
    /// Two of them were not alike.
    pub vary: bool,
}

impl<E: Encoding> WarmState<'_, E> {
    /// Whether a recording of a loop may go through others that have code. Where such a recording came to nothing, it is not tried again; that an exceptional
    /// iteration was declined says nothing.
    pub(crate) fn may_go_through_loops(&self, place: PlaceIndex) -> bool {
        self.with_place(place, |p| p.aborts_count <= p.declined_count && !p.turns.vary)
    }

    /// Whether a place without code waits for another one's, or for another look at its turns: the next visits record it.
    pub(crate) fn is_about_to_be_recorded(&self, place: PlaceIndex) -> bool {
        self.may_go_through_loops(place)
            && self.with_place(place, |p| {
                p.awaited.is_some() || (1..SIGHTINGS).contains(&p.turns.sightings_count)
            })
    }

    /// Whether a recording of a loop that has gone through others is to be made again at the next visit before one is compiled.
    pub(crate) fn wants_to_see_again(&self, place: PlaceIndex, turns: &[(u64, u32)]) -> bool {
        if turns.is_empty() {
            return false;
        }
        let is_seen_again = self.with_place(place, |p| {
            if p.turns.sightings_count > 0 && p.turns.seen != turns {
                p.turns.vary = true;
            } else {
                p.turns.seen = turns.to_vec();
                p.turns.sightings_count += 1;
            }
            let is_certain = p.turns.sightings_count >= SIGHTINGS && !p.turns.vary;
            if !is_certain {
                (p.state, p.is_declined) = (PlaceState::Counting, true);
            }
            !is_certain
        });
        if is_seen_again {
            crate::log::contradicted(self, place, InvalidLoop(&"turns of an inner loop are counted"));
        }
        is_seen_again
    }

    /// A recording was given up until another place's loop is compiled; what is noted of it was noted by `header` just before.
    pub(crate) fn wait_for_loop(&self, place: PlaceIndex, exit: Option<&Exit>) {
        let awaited = self.awaited.take();
        match exit {
            Some(exit) => {
                exit.state.set(ExitState::Counting);
                exit.remaining.set(QUEUE_POLL_VISITS);
                exit.awaited.set(awaited);
            }
            None => self.with_place(place, |p| (p.state, p.awaited) = (PlaceState::Counting, awaited)),
        }
    }

    fn is_queued(&self, awaited: PlaceIndex) -> bool {
        self.poll();
        self.state_of(awaited) == PlaceState::Queued
    }

    /// Whether a place waits for another one's loop still.
    pub(crate) fn awaits(&self, place: PlaceIndex) -> bool {
        let Some(awaited) = self.with_place(place, |p| p.awaited) else { return false };
        let is_queued = self.is_queued(awaited);
        if !is_queued {
            self.with_place(place, |p| p.awaited = None);
        }
        is_queued
    }

    /// Whether an exit that is to get a bridge gets none now: it waits for a loop still, and asks again later; or its unit was replaced meanwhile.
    pub(crate) fn exit_awaits(&self, exit: &Exit) -> bool {
        let Some(awaited) = exit.awaited.get() else { return false };
        let is_queued = self.is_queued(awaited);
        match is_queued {
            true => exit.remaining.set(QUEUE_POLL_VISITS),
            false => exit.awaited.set(None),
        }
        is_queued || exit.state.get() != ExitState::Counting
    }

    /// Whether a loop only leads into the one out of which a bridge is being recorded.
    pub(crate) fn leads_back(&self, unit: UnitId) -> bool {
        let Some(bridging) = self.bridging.get() else { return false };
        let Some(unit) = self.unit(unit).filter(|unit| unit.kind.get() == UnitKind::Loop) else {
            return false;
        };
        unit.place != bridging
            && !unit.targets.is_empty()
            && unit.targets.iter().all(|target| {
                self.unit(self.resolve_label(*target).unit).is_some_and(|unit| unit.place == bridging)
            })
    }
}
