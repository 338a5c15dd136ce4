//! The `jit-summary` section of the log: PyPy's rows, in PyPy's order and format, then ours.
//!
//! Tools that read PyPy's summary read ours: a label, a colon, spaces up to column 16, a tab, the value. The
//! first rows carry a count and seconds.

use crate::counters::{Abort, Counter, Counters, ExitKind, Timer};
use crate::params::Pass;
use std::fmt::{self, Write};
use std::time::Duration;

enum Row {
    Time(Timer),
    Total,
    Count(Counter),
    Abort(Abort),
}

/// The rows of PyPy's summary.
const PYPY_ROWS: &[Row] = &[
    Row::Time(Timer::Tracing),
    Row::Time(Timer::Backend),
    Row::Total,
    Row::Count(Counter::Ops),
    Row::Count(Counter::HeapCachedOps),
    Row::Count(Counter::RecordedOps),
    Row::Count(Counter::Calls),
    Row::Count(Counter::Guards),
    Row::Count(Counter::OptOps),
    Row::Count(Counter::OptGuards),
    Row::Count(Counter::OptGuardsShared),
    Row::Count(Counter::Forcings),
    Row::Abort(Abort::TraceTooLong),
    Row::Abort(Abort::Compiling),
    Row::Abort(Abort::Escape),
    Row::Abort(Abort::InvalidLoop),
    Row::Abort(Abort::BrokenAssumption),
    Row::Abort(Abort::Segmented),
    Row::Count(Counter::VirtualizablesForced),
    Row::Count(Counter::Virtuals),
    Row::Count(Counter::VirtualHoles),
    Row::Count(Counter::VirtualsReused),
    Row::Count(Counter::VectorizeTried),
    Row::Count(Counter::VectorizeSuccess),
    Row::Count(Counter::Loops),
    Row::Count(Counter::Bridges),
    Row::Count(Counter::FreedLoops),
    Row::Count(Counter::FreedBridges),
];

/// The numbers of one warm state, printable.
pub struct JitSummary<'a> {
    pub counters: &'a Counters,
    /// Time since the warm state was made.
    pub total: Duration,
}

impl JitSummary<'_> {
    /// Writes the section `jit-summary` if the log asks for it.
    pub fn log(&self) {
        if let Some(mut section) = crate::log::section("jit-summary") {
            let _ = write!(section, "{self}");
        }
    }

    fn row(&self, f: &mut fmt::Formatter<'_>, row: &Row) -> fmt::Result {
        match *row {
            Row::Time(timer) => {
                let (count, time) = self.counters.time(timer);
                label(f, timer.text())?;
                writeln!(f, "{count}\t{:.6}", time.as_secs_f64())
            }
            Row::Total => {
                label(f, "TOTAL")?;
                writeln!(f, "\t{:.6}", self.total.as_secs_f64())
            }
            Row::Count(counter) => number(f, counter.text(), self.counters.get(counter)),
            Row::Abort(reason) => {
                number(f, &format!("abort: {}", reason.text()), self.counters.aborts(reason))
            }
        }
    }
}

fn label(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "{text}:{:1$}\t", "", 16usize.saturating_sub(text.len()))
}

fn number(f: &mut fmt::Formatter<'_>, text: &str, value: u64) -> fmt::Result {
    label(f, text)?;
    writeln!(f, "{value}")
}

impl fmt::Display for JitSummary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in PYPY_ROWS {
            self.row(f, row)?;
        }
        // Ours: whatever is in the lists and not above. Passes and exits only where there were any: there are many.
        for &timer in Timer::ALL {
            if !PYPY_ROWS.iter().any(|r| matches!(r, Row::Time(t) if *t == timer)) {
                self.row(f, &Row::Time(timer))?;
            }
        }
        for &counter in Counter::ALL {
            if !PYPY_ROWS.iter().any(|r| matches!(r, Row::Count(c) if *c == counter)) {
                self.row(f, &Row::Count(counter))?;
            }
        }
        for &reason in Abort::ALL {
            if !PYPY_ROWS.iter().any(|r| matches!(r, Row::Abort(a) if *a == reason)) {
                self.row(f, &Row::Abort(reason))?;
            }
        }
        for &pass in Pass::ALL {
            if self.counters.removed(pass) != 0 {
                number(f, &format!("removed by {}", pass.name()), self.counters.removed(pass))?;
            }
        }
        for &kind in ExitKind::ALL {
            if self.counters.exits(kind) != 0 {
                number(f, &format!("exit: {}", kind.text()), self.counters.exits(kind))?;
            }
        }
        f.write_char('\n')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_pypys_then_ours() {
        let counters = Counters::new();
        counters.add(Counter::Loops, 3);
        counters.count_abort(Abort::TraceTooLong);
        counters.count_exit(ExitKind::GuardTag);
        counters.add_removed(Pass::Heap, 12);
        counters.add_time(Timer::Tracing, Duration::from_micros(1500));
        let text = JitSummary { counters: &counters, total: Duration::from_secs(2) }.to_string();
        let lines = text.lines().collect::<Vec<_>>();
        assert_eq!(lines[0], "Tracing:         \t1\t0.001500");
        assert_eq!(lines[2], "TOTAL:           \t\t2.000000");
        assert_eq!(lines[3], "ops:             \t0");
        assert_eq!(lines[12], "abort: trace too long:\t1");
        assert_eq!(lines[24], "Total # of loops:\t3");
        assert_eq!(lines[27], "Freed # of bridges:\t0");
        assert!(lines.contains(&"exit: guard_tag: \t1"));
        assert!(lines.contains(&"removed by heap: \t12"));
        assert!(!text.contains("exit: leave") && !text.contains("removed by pure"));
        for counter in Counter::ALL {
            assert_eq!(lines.iter().filter(|l| l.starts_with(&format!("{}:", counter.text()))).count(), 1);
        }
        for reason in Abort::ALL {
            assert_eq!(
                lines.iter().filter(|l| l.starts_with(&format!("abort: {}:", reason.text()))).count(),
                1
            );
        }
    }
}
