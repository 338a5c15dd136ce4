//! The clock and the local time zone: by `time.localtime`, so that all modules agree.

use super::calendar::{Date, EPOCH};
use super::value::*;
use super::zone;
use python_model::py::{Py, Result};
use python_model::value::*;
use python_types::numbers::Int;
use std::time::{SystemTime, UNIX_EPOCH};

/// A jump of local time is no longer.
const MOST_FOLD: i64 = DAY_SECONDS;

/// Seconds and microseconds since 1970.
pub fn now() -> (i64, i64) {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => (since.as_secs() as i64, since.subsec_micros().into()),
        Err(before) => (-(before.duration().as_secs() as i64), 0),
    }
}

/// Local time.
pub struct BrokenDown {
    pub date: Date,
    /// Second of the day.
    pub second: i64,
    /// The tuple of `time`, which knows the zone.
    tuple: Word,
}

impl BrokenDown {
    fn clock(&self) -> i64 {
        (self.date.ordinal() - EPOCH) * DAY_SECONDS + self.second
    }
}

/// Local time of seconds since 1970. Errors: those of `time.localtime`.
pub fn broken_down(py: Py, seconds: i64) -> Result<BrokenDown> {
    let tuple = py.call(py.import_from("time", "localtime")?, &[py.int(seconds)?])?;
    let fields = py.tuple_from_iterable(tuple)?;
    let field = |at: usize| as_i64(fields.items()[at].get()).unwrap_or(0);
    let date = super::fields::checked_date(py, Date::new(field(0), field(1), field(2)))?;
    // A leap second is the last of its minute.
    let second = field(3) * 3600 + field(4) * 60 + field(5).min(59);
    Ok(BrokenDown { date, second, tuple })
}

/// Seconds and microseconds of a timestamp, rounded half to even. Errors: `OverflowError`, `ValueError`.
pub fn seconds_of(py: Py, value: Word) -> Result<(i64, i64)> {
    let beyond = || py.overflow_error("timestamp out of range for platform time_t");
    if let V::Float(float) = V::of(py.base(value)) {
        if float.is_nan() {
            return Err(py.value_error("Invalid value NaN (not a number)"));
        }
        let whole = float.floor();
        let mut micros = ((float - whole) * 1e6).round_ties_even() as i64;
        let mut seconds = whole;
        if micros >= SECOND_MICROS {
            micros -= SECOND_MICROS;
            seconds += 1.0;
        }
        if !(-9.3e18..9.2e18).contains(&seconds) {
            return Err(beyond());
        }
        return Ok((seconds as i64, micros));
    }
    match Int::index(py, value)? {
        Int::Small(seconds) => Ok((seconds, 0)),
        Int::Big(_) => Err(beyond()),
    }
}

/// The local moment of seconds since 1970, with its fold.
pub fn moment(py: Py, seconds: i64, micros: i64) -> Result<Moment> {
    let local = broken_down(py, seconds)?;
    let clock = local.clock();
    let mut fold = false;
    // Before, the clock may have shown the same: then it was turned back in between.
    if let Ok(before) = broken_down(py, seconds - MOST_FOLD) {
        let jump = clock - before.clock() - MOST_FOLD;
        if jump < 0 {
            fold = broken_down(py, seconds + jump)?.clock() == clock;
        }
    } else {
        py.take_raised();
    }
    let time = Time { micros: local.second * SECOND_MICROS + micros, fold, zone: NONE };
    Ok(Moment { date: local.date, time })
}

/// Seconds since 1970 of a local moment; of two by its fold. In a gap the offset before it counts for fold 0.
pub fn to_seconds(py: Py, moment: Moment) -> Result<i64> {
    let wanted = moment.clock_seconds();
    let local = |seconds: i64| broken_down(py, seconds).map(|local| local.clock());
    let first_offset = local(wanted)? - wanted;
    let first = wanted - first_offset;
    let other_offset = if local(first)? == wanted {
        let other = if moment.time.fold { first + MOST_FOLD } else { first - MOST_FOLD };
        let offset = local(other)? - other;
        if offset == first_offset {
            return Ok(first);
        }
        offset
    } else {
        local(first)? - first
    };
    let second = wanted - other_offset;
    if local(second)? == wanted {
        return Ok(second);
    }
    if local(first)? == wanted {
        return Ok(first);
    }
    Ok(if moment.time.fold { first.min(second) } else { first.max(second) })
}

/// The zone in force at seconds since 1970, as a `timezone`.
pub fn zone_at(py: Py, seconds: i64) -> Result {
    let tuple = broken_down(py, seconds)?.tuple;
    let offset = py.get_attr(tuple, py.intern("tm_gmtoff")?)?;
    let name = py.get_attr(tuple, py.intern("tm_zone")?)?;
    zone::new_fixed(py, as_i64(offset).unwrap_or(0) * SECOND_MICROS, name)
}
