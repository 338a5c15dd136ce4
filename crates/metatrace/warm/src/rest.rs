//! Fusing what has come to rest: loops with a few bridges that a program goes through for the rest of its life.
//!
//! `fusion.rs` asks when a bridge is installed: are there enough, has the program run for long enough? A loop that goes three ways
//! (one call site, three classes) has all its bridges in the first milliseconds, too few and too early, and would never be asked about again. So a
//! place with bridges that are not fused with it is looked at again now and then; when no bridge has come for a part of the program's
//! life, and the program has run for [`TIMES_ITS_COST`] as long as all fusions take to compile, it is fused with the bridges that
//! it has.
//!
//! Bridges count how often they are entered from their exits. Once that has taken as long as a fusion takes to compile, the fusion is due whatever
//! the program's life, and may be larger than others. What is cold but leads to what is hot is fused with it (`heat.rs`). Bridges that hang on a place with no room for them are looked at, too.
//!
//! Known limits: places are looked at when machine code was entered and left a number of times. A program that stays in one loop for
//! ever does neither. With `sync_compile`, which does not depend on clocks, nothing of this happens, unless the parameter `entry_us` makes
//! entries the clock: so it is tested.

use crate::fusion::{MAX_FUSED_OPS, MAX_RESTED_OPS};
use crate::place::PlaceIndex;
use crate::state::WarmState;
use base::Pass;
use metatrace_machine::Encoding;
use std::cell::{Cell, RefCell};
use std::time::Duration;

/// See the module header; a fusion that is due by the number of bridges waits less (`fusion.rs`).
const TIMES_ITS_COST: u32 = 40;
/// The part of the program's life for which no bridge came: a quarter.
const REST: u32 = 4;
/// Entries of machine code between two looks.
const ENTRIES_PER_LOOK: u64 = 64;

/// A place with bridges that may not be fused with it.
struct Waiting {
    place: PlaceIndex,
    /// Bridges when that number last changed, and when it did.
    bridges_count: u32,
    since: Duration,
    /// Nothing needs to be looked at before; by the program's time, as `since`.
    due: Duration,
}

/// See the module header.
#[derive(Default)]
pub(crate) struct Resting {
    places: RefCell<Vec<Waiting>>,
    entries_count: Cell<u64>,
}

impl<E: Encoding> WarmState<'_, E> {
    /// The place has one more bridge.
    pub(crate) fn await_rest(&self, place: PlaceIndex) {
        let params = self.params();
        let goes_by_clock = params.entry_us == 0;
        if params.join_threshold == 0
            || params.sync_compile && goes_by_clock
            || !params.is_enabled(Pass::Joins)
        {
            return;
        }
        let mut places = self.resting.places.borrow_mut();
        if !places.iter().any(|waiting| waiting.place == place) {
            places.push(Waiting { place, bridges_count: 0, since: Duration::ZERO, due: Duration::ZERO });
        }
    }

    /// Machine code was entered and left. Precondition: none of it is running in this call.
    #[inline]
    pub(crate) fn look_at_resting(&self) {
        let entries_count = self.resting.entries_count.get() + 1;
        self.resting.entries_count.set(entries_count);
        if entries_count.is_multiple_of(ENTRIES_PER_LOOK) && !self.resting.places.borrow().is_empty() {
            self.fuse_resting();
        }
    }

    /// How long the program has run.
    pub(crate) fn life(&self) -> Duration {
        match self.params().entry_us {
            0 => self.started.elapsed(),
            entry_us => Duration::from_micros(self.resting.entries_count.get() * u64::from(entry_us)),
        }
    }

    #[cold]
    fn fuse_resting(&self) {
        // What was fused is to be installed also where nothing gets hot any more.
        self.poll();
        let now = self.life();
        let mut places = self.resting.places.take();
        places.retain_mut(|waiting| now < waiting.due || self.stays_waiting(waiting, now));
        // Nothing was added meanwhile: bridges are installed by `poll` alone.
        self.resting.places.borrow_mut().extend(places);
    }

    fn stays_waiting(&self, waiting: &mut Waiting, now: Duration) -> bool {
        let (bridges_count, is_fusing) = self.with_place(waiting.place, |p| (p.bridges_count, p.is_fusing));
        if is_fusing {
            return true;
        }
        if bridges_count != waiting.bridges_count {
            (waiting.bridges_count, waiting.since) = (bridges_count, now);
        }
        let rested = waiting.since + now / REST;
        if now < rested {
            waiting.due = rested;
            return true;
        }
        let Some(large) = self.choose(waiting.place, MAX_RESTED_OPS) else { return false };
        let chosen = if large.has_paid() { Some(large) } else { self.choose(waiting.place, MAX_FUSED_OPS) };
        let due = chosen.as_ref().map_or(Duration::MAX, |chosen| match chosen.has_paid() {
            true => now,
            false => self.cost_with(chosen) * TIMES_ITS_COST,
        });
        if now < due {
            // Perhaps it has paid by then.
            waiting.due = due.min(now + now / REST);
            return true;
        }
        if let Some(chosen) = &chosen {
            self.fusion_cost.set(self.cost_with(chosen));
        }
        self.fuse_now(waiting.place, chosen);
        // Looked at again: bridges for which there was no room may be entered often.
        true
    }
}
