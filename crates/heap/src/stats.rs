//! Counters, pauses, and the events that hooks see.

use std::time::Duration;

/// Pauses in buckets of about 12 %: eight per power of two, in nanoseconds.
#[derive(Clone)]
pub struct PauseHistogram {
    counts: Vec<u64>,
    total: u64,
    max_ns: u64,
    sum_ns: u64,
}

impl Default for PauseHistogram {
    fn default() -> Self {
        PauseHistogram { counts: vec![0; 8 * 64], total: 0, max_ns: 0, sum_ns: 0 }
    }
}

impl PauseHistogram {
    pub(crate) fn record(&mut self, pause: Duration) {
        let ns = pause.as_nanos().min(u64::MAX as u128) as u64;
        self.counts[Self::bucket(ns)] += 1;
        self.total += 1;
        self.max_ns = self.max_ns.max(ns);
        self.sum_ns += ns;
    }

    fn bucket(ns: u64) -> usize {
        let ns = ns.max(8);
        let exponent = 63 - ns.leading_zeros() as usize;
        exponent * 8 + ((ns >> (exponent - 3)) & 7) as usize
    }

    pub fn count(&self) -> u64 {
        self.total
    }

    pub fn total_ns(&self) -> u64 {
        self.sum_ns
    }

    pub fn max_ns(&self) -> u64 {
        self.max_ns
    }

    /// Upper bound of the pause that a fraction of all pauses does not exceed: 0.5 is the median.
    pub fn percentile_ns(&self, fraction: f64) -> u64 {
        let rank = (self.total as f64 * fraction).ceil() as u64;
        let mut seen = 0;
        for (bucket, &count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank && count > 0 {
                let exponent = bucket / 8;
                return (((8 + (bucket % 8) as u64 + 1) << exponent) >> 3).min(self.max_ns);
            }
        }
        0
    }
}

/// CPU time that the calling thread has used.
pub(crate) fn thread_cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a plain query with a valid out-parameter.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// A snapshot of a heap's counters.
#[derive(Clone, Default)]
pub struct HeapStats {
    pub minor_count: u64,
    /// Completed major collections.
    pub major_count: u64,
    /// Increments of major collections.
    pub slice_count: u64,
    /// Bytes promoted by all minor collections.
    pub promoted_bytes: u64,
    /// Of these, by copying.
    pub copied_bytes: u64,
    /// Objects promoted in place because a stack word pointed to them.
    pub pinned_count: u64,
    /// Survival of minor collections: moving average, 0 to 1.
    pub survival: f64,
    /// Old objects: live at the last major collection, and promoted since.
    pub old_bytes: usize,
    /// Frozen objects, which the figures of old ones do not include.
    pub frozen_bytes: usize,
    /// Live old objects at the last major collection.
    pub live_bytes: usize,
    /// Blocks that hold objects, in bytes.
    pub used_bytes: usize,
    pub peak_used_bytes: usize,
    /// Memory of free blocks given back to the system so far.
    pub released_bytes: u64,
    /// Memory committed for blocks.
    pub committed_bytes: usize,
    /// Malloc memory that objects own, as reported.
    pub external_bytes: usize,
    /// Bytes of old objects at which the next major collection starts.
    pub threshold_bytes: usize,
    pub nursery_bytes: usize,
    /// Layout ids that were released and became free.
    pub recycled_layout_count: u64,
    pub finalized_count: u64,
    pub dropped_count: u64,
    /// All pauses: a minor collection with the increment that follows it, or a full collection. Elapsed time.
    pub pauses: PauseHistogram,
    /// The same in CPU time of the collecting thread: what the collector did, however busy the machine was.
    pub pauses_cpu: PauseHistogram,
}

/// A minor collection, as hooks see it.
#[derive(Copy, Clone, Debug)]
pub struct MinorEvent {
    pub duration: Duration,
    pub promoted_bytes: usize,
    pub used_bytes: usize,
    pub pinned_count: usize,
}

/// A completed major collection, as hooks see it.
#[derive(Copy, Clone, Debug)]
pub struct MajorEvent {
    /// Pause in which it completed.
    pub duration: Duration,
    pub live_bytes: usize,
    pub used_bytes: usize,
    pub finalizers_queued: usize,
}

type Hook<E> = Box<dyn Fn(&E) + Send>;

/// Callbacks after collections, on the thread that collected, when the world runs again. They may allocate.
#[derive(Default)]
pub struct Hooks {
    pub on_minor: Option<Hook<MinorEvent>>,
    pub on_major: Option<Hook<MajorEvent>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_upper_bounds_within_an_eighth() {
        let mut h = PauseHistogram::default();
        for us in 1..=1000 {
            h.record(Duration::from_micros(us));
        }
        for (fraction, expected) in [(0.5, 500_000), (0.99, 990_000)] {
            let got = h.percentile_ns(fraction);
            assert!(got >= expected && got <= expected + expected / 7, "{fraction}: {got}");
        }
        assert_eq!(h.percentile_ns(1.0), 1_000_000);
        assert_eq!(h.max_ns(), 1_000_000);
    }
}
