//! Named counters: what the JIT did, and why it did not.
//!
//! Four lists, each written once: reasons to abandon a trace (with the penalty for trying again), kinds of
//! exits, plain counts, and timed phases; and the list of passes is used for what each removed. A reason without a counter cannot be written. One [`Counters`] belongs
//! to each warm state and is shared with the compiling thread; all updates are relaxed atomics.

use crate::params::Pass;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// What an abandoned trace costs the place it started at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Penalty {
    /// Count up to this multiple of the threshold before the next attempt.
    Threshold(u32),
    /// Do not trace from there again.
    Never,
}

macro_rules! penalty {
    (never) => {
        Penalty::Never
    };
    ($factor:literal) => {
        Penalty::Threshold($factor)
    };
}

macro_rules! aborts {
    ($($(#[$doc:meta])* $name:ident $text:literal $penalty:tt;)*) => {
        /// Why a trace was abandoned. An expected outcome, never a failure of the program.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Abort { $($(#[$doc])* $name,)* }

        impl Abort {
            pub const ALL: &'static [Abort] = &[$(Abort::$name),*];
            /// In words, as logs and the summary say it.
            pub const fn text(self) -> &'static str { match self { $(Abort::$name => $text,)* } }
            pub const fn penalty(self) -> Penalty { match self { $(Abort::$name => penalty!($penalty),)* } }
        }
    };
}

aborts! {
    /// `trace_limit` operations recorded and no end in sight.
    TraceTooLong "trace too long" 4;
    /// The optimizer or the code generator refused the trace.
    Compiling "compiling" 8;
    /// Something that the trace keeps in registers was reached from outside.
    Escape "vable escape" 4;
    /// The optimizer proved that a guard always fails.
    InvalidLoop "bad loop" 4;
    /// An assumption broke while the trace was being made.
    BrokenAssumption "force quasi-immut" 1;
    /// A giant function was cut into segments.
    Segmented "segmenting trace" 1;
    /// An inner loop turned often inside the trace: that loop goes first.
    InnerLoop "inner loop" 2;
    /// The trace came to a loop that closes on itself and is being compiled: it is recorded again when that is there.
    LoopQueued "waits for a loop" 1;
    /// More than `inline_depth` frames above the first.
    CallTooDeep "call too deep" 4;
    /// The trace left the frame that it started in where that cannot be expressed.
    LeftFrame "left the frame" 4;
    /// Resume rule broken: an effect, then a guard, and no position between them.
    EffectBeforeGuard "effect before guard" never;
    /// The loop has `retrace_limit` versions already.
    RetraceLimit "retrace limit" 8;
    /// The loop has `max_bridges` bridges already.
    BridgeLimit "bridge limit" never;
    /// The interpreter does something that no trace can express.
    Unsupported "unsupported" never;
    /// The program is being observed: traced, profiled.
    Observed "observed" 1;
    /// More live values at an exit or a label than the transfer buffer holds.
    TooManyLive "too many live values" never;
    /// `code_limit_bytes` are in use.
    CodeMemoryFull "code memory full" 16;
    /// The recorded program raised where the trace cannot follow.
    Raised "raised" 4;
    /// Tracing was interrupted: a signal, a collection out of memory, the end of the program.
    Interrupted "interrupted" 1;
}

macro_rules! exit_kinds {
    ($($name:ident $text:literal;)*) => {
        /// What made machine code leave.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum ExitKind { $($name,)* }

        impl ExitKind {
            pub const ALL: &'static [ExitKind] = &[$(ExitKind::$name),*];
            pub const fn text(self) -> &'static str { match self { $(ExitKind::$name => $text,)* } }
        }
    };
}

exit_kinds! {
    GuardTrue "guard_true";
    GuardFalse "guard_false";
    GuardTag "guard_tag";
    GuardNotTag "guard_not_tag";
    GuardLayout "guard_layout";
    GuardNotLayout "guard_not_layout";
    GuardIs "guard_is";
    GuardIsNot "guard_is_not";
    GuardNoRaise "guard_no_raise";
    GuardRaise "guard_raise";
    GuardValid "guard_valid";
    Overflow "overflow";
    CallTrace "call_trace";
    Leave "leave";
}

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident $text:literal;)*) => {
        /// A plain count.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Counter { $($(#[$doc])* $name,)* }

        impl Counter {
            pub const ALL: &'static [Counter] = &[$(Counter::$name),*];
            /// The label in the summary.
            pub const fn text(self) -> &'static str { match self { $(Counter::$name => $text,)* } }
        }
    };
}

counters! {
    /// Operations that the interpreter executed while it was being recorded.
    Ops "ops";
    /// Of those: not recorded, since the recorder knew the result.
    HeapCachedOps "heapcached ops";
    RecordedOps "recorded ops";
    /// Residual calls recorded.
    Calls "  calls";
    Guards "guards";
    OptOps "opt ops";
    OptGuards "opt guards";
    /// Guards that use the snapshot of an earlier one.
    OptGuardsShared "opt guards shared";
    /// Virtual objects that had to be allocated.
    Forcings "forcings";
    VirtualizablesForced "virtualizables forced";
    /// Virtual objects in snapshots.
    Virtuals "nvirtuals";
    VirtualHoles "nvholes";
    VirtualsReused "nvreused";
    VectorizeTried "vecopt tried";
    VectorizeSuccess "vecopt success";
    Loops "Total # of loops";
    Bridges "Total # of bridges";
    FreedLoops "Freed # of loops";
    FreedBridges "Freed # of bridges";
    /// Below: rows that PyPy does not have. Traces from a function's entry.
    FunctionTraces "function traces";
    /// Further versions of a loop for another entry state.
    Retraces "retraces";
    /// Loops recompiled with labels inside their body.
    JoinedLoops "joined loops";
    /// Times that the interpreter entered machine code.
    Entries "entries";
    /// Times that machine code left to the interpreter.
    Exits "exits";
    /// Exits that `guard_fail_every` forced.
    ForcedExits "forced exits";
    /// Objects that exits made out of virtuals.
    Materialised "materialised objects";
    /// Frames that were looked at while machine code waited for a call.
    Forced "frames looked at";
    /// Calls of traces that the interpreter had to complete.
    CompletedCalls "completed calls";
    Invalidated "invalidated units";
    /// Keys that are not traced any more.
    Blacklisted "blacklisted";
    CodeBytes "code bytes";
    CodeBytesFreed "code bytes freed";
}

macro_rules! timers {
    ($($(#[$doc:meta])* $name:ident $text:literal;)*) => {
        /// A timed phase.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Timer { $($(#[$doc])* $name,)* }

        impl Timer {
            pub const ALL: &'static [Timer] = &[$(Timer::$name),*];
            pub const fn text(self) -> &'static str { match self { $(Timer::$name => $text,)* } }
        }
    };
}

timers! {
    /// Recording; PyPy counts the optimizer in.
    Tracing "Tracing";
    Backend "Backend";
    /// Optimising what was recorded.
    Optimize "Optimize";
    /// From an exit to the interpreter's next instruction.
    Resume "Resume";
}

/// See the module header.
#[derive(Debug)]
pub struct Counters {
    counts: [AtomicU64; Counter::ALL.len()],
    aborts: [AtomicU64; Abort::ALL.len()],
    exits: [AtomicU64; ExitKind::ALL.len()],
    /// Operations that each pass answered or dropped.
    removed: [AtomicU64; Pass::ALL.len()],
    /// Times and total nanoseconds of each phase.
    timers: [(AtomicU64, AtomicU64); Timer::ALL.len()],
}

/// Adds one without a locked instruction: for a counter that one thread changes, and others read.
#[inline]
fn bump(counter: &AtomicU64) {
    counter.store(counter.load(Relaxed) + 1, Relaxed);
}

impl Counters {
    pub const fn new() -> Counters {
        Counters {
            counts: [const { AtomicU64::new(0) }; Counter::ALL.len()],
            aborts: [const { AtomicU64::new(0) }; Abort::ALL.len()],
            exits: [const { AtomicU64::new(0) }; ExitKind::ALL.len()],
            removed: [const { AtomicU64::new(0) }; Pass::ALL.len()],
            timers: [const { (AtomicU64::new(0), AtomicU64::new(0)) }; Timer::ALL.len()],
        }
    }
    #[inline]
    pub fn add(&self, counter: Counter, n: u64) {
        self.counts[counter as usize].fetch_add(n, Relaxed);
    }
    /// As [`Counters::add`], for a counter that one thread counts: no locked instruction where machine code is entered and left.
    #[inline]
    pub fn count(&self, counter: Counter) {
        bump(&self.counts[counter as usize]);
    }
    pub fn get(&self, counter: Counter) -> u64 {
        self.counts[counter as usize].load(Relaxed)
    }
    pub fn count_abort(&self, reason: Abort) {
        self.aborts[reason as usize].fetch_add(1, Relaxed);
    }
    pub fn aborts(&self, reason: Abort) -> u64 {
        self.aborts[reason as usize].load(Relaxed)
    }
    /// Exits are taken by one thread.
    #[inline]
    pub fn count_exit(&self, kind: ExitKind) {
        self.count(Counter::Exits);
        bump(&self.exits[kind as usize]);
    }
    pub fn exits(&self, kind: ExitKind) -> u64 {
        self.exits[kind as usize].load(Relaxed)
    }
    /// Counts operations that a pass made unnecessary.
    pub fn add_removed(&self, pass: Pass, n: u64) {
        self.removed[pass as usize].fetch_add(n, Relaxed);
    }
    pub fn removed(&self, pass: Pass) -> u64 {
        self.removed[pass as usize].load(Relaxed)
    }
    /// Counts one run of a phase that took `time`.
    pub fn add_time(&self, timer: Timer, time: Duration) {
        let (count, nanoseconds) = &self.timers[timer as usize];
        count.fetch_add(1, Relaxed);
        nanoseconds.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Relaxed);
    }
    /// Runs of a phase, and their total time.
    pub fn time(&self, timer: Timer) -> (u64, Duration) {
        let (count, nanoseconds) = &self.timers[timer as usize];
        (count.load(Relaxed), Duration::from_nanos(nanoseconds.load(Relaxed)))
    }

    /// All plain counts and all reasons of aborts, as the summary names them.
    pub fn by_name(&self) -> Vec<(String, u64)> {
        let counts = Counter::ALL.iter().map(|c| (c.text().to_string(), self.get(*c)));
        let aborts = Abort::ALL.iter().map(|a| (format!("abort: {}", a.text()), self.aborts(*a)));
        counts.chain(aborts).map(|(name, n)| (name.trim_end_matches(':').to_string(), n)).collect()
    }

    /// Seconds of each phase.
    pub fn seconds_by_name(&self) -> Vec<(String, f64)> {
        Timer::ALL
            .iter()
            .map(|t| (t.text().trim_end_matches(':').to_string(), self.time(*t).1.as_secs_f64()))
            .collect()
    }
}

impl Default for Counters {
    fn default() -> Self {
        Counters::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn labels_are_distinct() {
        let mut seen = HashSet::new();
        let labels = Counter::ALL.iter().map(|c| c.text()).chain(Timer::ALL.iter().map(|t| t.text()));
        assert!(labels.into_iter().all(|label| seen.insert(label)));
        let mut seen = HashSet::new();
        assert!(Abort::ALL.iter().all(|a| seen.insert(a.text())));
    }

    #[test]
    fn counts_add_up() {
        let c = Counters::new();
        c.add(Counter::Ops, 3);
        c.add(Counter::Ops, 4);
        c.count_abort(Abort::InnerLoop);
        c.count_exit(ExitKind::GuardTag);
        c.add_time(Timer::Backend, Duration::from_nanos(5));
        c.add_time(Timer::Backend, Duration::from_nanos(7));
        assert_eq!((c.get(Counter::Ops), c.aborts(Abort::InnerLoop), c.aborts(Abort::Raised)), (7, 1, 0));
        assert_eq!((c.exits(ExitKind::GuardTag), c.get(Counter::Exits)), (1, 1));
        assert_eq!(c.time(Timer::Backend), (2, Duration::from_nanos(12)));
    }
}
