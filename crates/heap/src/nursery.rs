//! How much is allocated between two minor collections.
//!
//! The *usual* size goes between [`smallest_nursery`] and the option `nursery`: objects die in a large one that a small one would
//! promote, and a long collection makes it shrink where that costs little.
//!
//! Where nearly everything survives, a collection costs per object, whatever the size; then many short collections are better than few
//! long ones. But a nursery that is smaller than what lives for a while sees everything survive, too. So the small size holds for
//! [`SMALL_RUN`] collections; then one of the usual size has to see it confirmed.
//!
//! Where the time goes into what is stored in old objects, a collection costs per store, whatever the size; then halves of the usual
//! size are as cheap, with half the pause. Whether it is so is tried ([`Halving`]): that only measuring tells.
//!
//! Measured: lists and trees that are only built take as long with either, with a median pause of 0.1 instead of 1.3 ms; programs that
//! build and drop trees, with the small size throughout, a third longer.

use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use crate::collector::{Collector, MinorResult};
use crate::config::HeapConfig;
use crate::shared::Heap;

/// A minor collection that takes longer makes the usual size shrink, if that costs little.
const LONG_MINOR: Duration = Duration::from_micros(1200);
/// The same for one that promotes most of what it finds: a smaller nursery lets less die.
const LONGEST_MINOR: Duration = Duration::from_micros(1800);
/// A minor collection that takes less lets it grow.
const SHORT_MINOR: Duration = Duration::from_micros(250);
/// But only where collections take at least such a part of the time: else there is nothing to gain, and memory and cache to lose.
const WORTH_GROWING: f64 = 0.02;
/// "Nearly everything".
const NEARLY_ALL: f64 = 0.9;
/// The moving average has to say so for longer than a tree of a few megabytes takes to build, which then dies as a whole.
const NEARLY_ALL_ON_AVERAGE: f64 = 0.96;
/// Collections of the small size between two of the usual one.
const SMALL_RUN: u32 = 12;
/// After a small nursery that did not help, collections until the next is tried.
const REFUSALS: u32 = 32;
/// Small nurseries do not help where a byte that survives takes so many times as long: then it is not the survivors that take the time,
/// but roots or dirty cards.
const DEARER: f64 = 1.5;
/// A small nursery's collection takes this at least; else survivors are large objects, for which the size does not matter.
const WORTH_SPLITTING: Duration = Duration::from_micros(50);

/// The median pause is to be below 0.3 ms: where collections take longer on average, half of the nursery is tried.
const WANTED_PAUSE: Duration = Duration::from_micros(250);
/// Collections that are compared with as many of half the size.
const COMPARED: u32 = 16;
/// Half of the nursery is kept if a byte is at most so many times as dear.
const STILL_CHEAP: f64 = 1.1;
/// After half of a nursery that was dearer, collections until the next is tried; twice as many after each further one.
const FIRST_WAIT: u32 = 64;
const LONGEST_WAIT: u32 = 4096;
/// A limit holds for so many collections: what the program does may change.
const LIMIT_LASTS: u32 = 256;

/// What the nursery begins with and shrinks to, usually. It grows quickly if little survives; if much does, the first collection of a
/// large one would be the longest of all.
pub(crate) fn smallest_nursery(config: &HeapConfig) -> usize {
    config.nursery.min((config.nursery / 16 * 3).max(256 << 10))
}

/// A nursery that costs much grows to this at most. To the full size only where collections are short.
fn most_by_share(config: &HeapConfig) -> usize {
    config.nursery / 4 * 3
}

/// See the module header.
pub(crate) struct Nursery {
    usual_bytes: usize,
    small_bytes: usize,
    /// Collections of the small size still to come; 0: the size is the usual one.
    small_left: u32,
    /// The last collection of the usual size while nothing was marked.
    usual: Cost,
    /// Those of the small size since then.
    small_run: Cost,
    /// Collections of the usual size for which no small one is tried.
    refusals_left: u32,
    halving: Halving,
}

/// What collections took, and for how much.
#[derive(Clone, Copy, Default)]
struct Cost {
    time: Duration,
    bytes: usize,
    count: u32,
}

impl Cost {
    fn add(&mut self, time: Duration, bytes: usize) {
        self.time += time;
        self.bytes += bytes;
        self.count += 1;
    }

    /// Whether a byte takes more than `factor` times as long.
    fn is_dearer(&self, than: &Cost, factor: f64) -> bool {
        let per_byte = |cost: &Cost| cost.time.as_secs_f64() / cost.bytes.max(1) as f64;
        per_byte(self) > per_byte(than) * factor
    }
}

/// Finds out whether a smaller nursery does as well. The usual size is at most `limit_bytes`.
///
/// ```text
/// COMPARED collections at the limit take longer than wanted --> the same number at half of it
///     a byte allocated is not dearer --> that is the limit; perhaps again half of it is tried
///     it is dearer --> as before, for a while
/// ```
struct Halving {
    limit_bytes: usize,
    /// Collections of one usual size since it was chosen, per byte allocated.
    cost: Cost,
    /// What `cost` is to be compared with, while half of a nursery is tried.
    whole: Option<Cost>,
    /// Collections for which nothing is tried, and for which that was the last time.
    wait_left: u32,
    wait: u32,
    /// Collections until the limit is lifted.
    limit_left: u32,
}

impl Halving {
    fn new(config: &HeapConfig) -> Halving {
        Halving {
            limit_bytes: config.nursery,
            cost: Cost::default(),
            whole: None,
            wait_left: 0,
            wait: FIRST_WAIT,
            limit_left: 0,
        }
    }

    /// Notes a collection of a nursery of `usual_bytes`, and moves the limit.
    fn note(&mut self, config: &HeapConfig, usual_bytes: usize, time: Duration, allocated_bytes: usize) {
        self.wait_left = self.wait_left.saturating_sub(1);
        self.limit_left = self.limit_left.saturating_sub(1);
        self.cost.add(time, allocated_bytes);
        if self.cost.count < COMPARED {
            return;
        }
        let cost = std::mem::take(&mut self.cost);
        let smallest = smallest_nursery(config);
        match self.whole.take() {
            Some(whole) if cost.is_dearer(&whole, STILL_CHEAP) => {
                self.limit_bytes = (self.limit_bytes * 2).min(config.nursery);
                self.wait_left = self.wait;
                self.wait = (self.wait * 2).min(LONGEST_WAIT);
            }
            Some(_) => {
                self.limit_left = LIMIT_LASTS;
                self.wait = FIRST_WAIT;
            }
            None if self.limit_left == 0 && self.limit_bytes < config.nursery && self.wait_left == 0 => {
                self.limit_bytes = config.nursery;
            }
            None => {}
        }
        let is_long = cost.time > WANTED_PAUSE * cost.count;
        if is_long && self.wait_left == 0 && usual_bytes / 2 >= smallest {
            self.limit_bytes = usual_bytes / 2;
            self.whole = Some(cost);
        }
    }
}

impl Nursery {
    pub fn new(config: &HeapConfig) -> Nursery {
        let usual_bytes = smallest_nursery(config);
        let small_bytes = usual_bytes.min((config.nursery / 16).max(256 << 10));
        Nursery {
            usual_bytes,
            small_bytes,
            small_left: 0,
            usual: Cost::default(),
            small_run: Cost::default(),
            refusals_left: 0,
            halving: Halving::new(config),
        }
    }
}

impl Heap {
    /// Chooses the size until the next minor collection.
    pub(crate) fn adapt_nursery(
        &self,
        c: &mut Collector,
        started: Instant,
        minor_time: Duration,
        minor: &MinorResult,
    ) {
        let survival = minor.promoted_bytes as f64 / minor.allocated_bytes.max(1) as f64;
        let nearly_all_survives = survival > NEARLY_ALL && c.stats.survival > NEARLY_ALL_ON_AVERAGE;
        let (is_marking, promoted) = (c.marker.is_some(), minor.promoted_bytes);
        if c.nursery.small_left > 0 {
            c.nursery.small_run.add(minor_time, promoted);
            if is_marking {
                // As for a collection of the usual size, which the next may be.
                c.nursery.usual_bytes = c.nursery.usual_bytes.min(smallest_nursery(&self.config));
            }
            let goes_on = nearly_all_survives && minor_time > WORTH_SPLITTING;
            c.nursery.small_left = if goes_on { c.nursery.small_left - 1 } else { 0 };
            if c.nursery.small_left == 0
                && !is_marking
                && c.nursery.small_run.is_dearer(&c.nursery.usual, DEARER)
            {
                c.nursery.refusals_left = REFUSALS;
            }
        } else {
            let size = c.nursery.usual_bytes;
            if !is_marking {
                c.nursery.halving.note(&self.config, size, minor_time, minor.allocated_bytes);
            }
            c.nursery.usual_bytes = self.usual_nursery(c, started, minor_time, minor);
            if c.nursery.usual_bytes != size {
                c.nursery.halving.cost = Cost::default();
            }
            if !is_marking {
                c.nursery.usual = Cost::default();
                c.nursery.usual.add(minor_time, promoted);
            }
            let is_refused = c.nursery.refusals_left > 0;
            c.nursery.refusals_left = c.nursery.refusals_left.saturating_sub(1);
            if nearly_all_survives && minor_time > SHORT_MINOR && !is_refused {
                c.nursery.small_left = SMALL_RUN;
                // The next collection of the usual size probably sees everything survive as well.
                c.nursery.usual_bytes =
                    c.nursery.usual_bytes.min(self.config.nursery / 2 + self.config.nursery / 16);
                c.nursery.small_run = Cost::default();
            }
        }
        let is_small = c.nursery.small_left > 0;
        c.stats.nursery_bytes = if is_small { c.nursery.small_bytes } else { c.nursery.usual_bytes };
        self.nursery_bytes.store(c.stats.nursery_bytes, Relaxed);
    }

    /// Shrinks the nursery for long pauses, but not when collecting already costs much: a card scan's cost is per store,
    /// not per nursery byte, and halving without that bound made programs four times slower. The exception is a major
    /// collection that marks: then each field on a dirty card of a marked array is marked, too, which takes three times as
    /// long. `minor_time` is CPU time: a busy machine must not change the decision.
    fn usual_nursery(
        &self,
        c: &Collector,
        started: Instant,
        minor_time: Duration,
        minor: &MinorResult,
    ) -> usize {
        let largest = c.nursery.halving.limit_bytes;
        let smallest = smallest_nursery(&self.config);
        let mutator_time = c.last_end.map_or(Duration::ZERO, |end| started.saturating_duration_since(end));
        let share = minor_time.as_secs_f64() / (minor_time + mutator_time).as_secs_f64().max(1e-9);
        let mut nursery = c.nursery.usual_bytes;
        // A collection that promotes most of what it finds costs per byte, whatever the nursery's size.
        let costs_per_byte = minor.promoted_bytes * 2 > minor.allocated_bytes;
        if costs_per_byte && c.marker.is_some() {
            nursery = nursery.min(smallest);
        } else if minor_time > LONGEST_MINOR && costs_per_byte
            || minor_time > LONG_MINOR && (share < 0.25 || c.marker.is_some())
        {
            nursery /= 2;
        } else if minor_time < SHORT_MINOR && share > WORTH_GROWING {
            nursery *= 2;
        } else if share > 0.5 && minor_time < LONG_MINOR / 2 {
            nursery = (nursery * 2).min(most_by_share(&self.config)).max(nursery);
        }
        nursery.clamp(smallest, largest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Collections of a nursery that is as large as it may be, until the limit is another one. `ns`: what a byte of a nursery of a
    /// size takes.
    fn until_it_moves(halving: &mut Halving, config: &HeapConfig, ns: impl Fn(usize) -> f64) -> Option<u32> {
        let size = halving.limit_bytes;
        let time = Duration::from_nanos((size as f64 * ns(size)) as u64);
        (1..=10_000).find(|_| {
            halving.note(config, size, time, size);
            halving.limit_bytes != size
        })
    }

    #[test]
    fn a_half_that_costs_no_more_is_kept_for_a_while() {
        let config = HeapConfig { nursery: 4 << 20, ..HeapConfig::default() };
        let mut halving = Halving::new(&config);
        // 1.2 ms for the whole nursery.
        assert_eq!(until_it_moves(&mut halving, &config, |_| 0.286), Some(COMPARED));
        assert_eq!(halving.limit_bytes, 2 << 20);
        assert_eq!(
            until_it_moves(&mut halving, &config, |_| 0.286),
            Some(COMPARED),
            "half is still too long"
        );
        assert_eq!(halving.limit_bytes, 1 << 20);
        assert_eq!(until_it_moves(&mut halving, &config, |_| 0.286), Some(COMPARED + LIMIT_LASTS));
        assert_eq!(halving.limit_bytes, 4 << 20, "what the program does may have changed");
    }

    #[test]
    fn a_half_that_costs_more_is_tried_ever_less_often() {
        let config = HeapConfig { nursery: 4 << 20, ..HeapConfig::default() };
        let mut halving = Halving::new(&config);
        // As where objects die before a large nursery is full: a collection takes as long, whatever the size.
        let ns = |size: usize| 400_000.0 / size as f64;
        assert_eq!(until_it_moves(&mut halving, &config, ns), Some(COMPARED));
        for wait in [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT] {
            assert_eq!(
                (halving.limit_bytes, until_it_moves(&mut halving, &config, ns)),
                (2 << 20, Some(COMPARED))
            );
            assert_eq!(
                (halving.limit_bytes, until_it_moves(&mut halving, &config, ns)),
                (4 << 20, Some(wait))
            );
        }
    }

    #[test]
    fn short_collections_are_left_alone() {
        let config = HeapConfig { nursery: 4 << 20, ..HeapConfig::default() };
        assert_eq!(until_it_moves(&mut Halving::new(&config), &config, |_| 0.05), None);
    }
}
