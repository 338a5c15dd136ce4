//! What dates, times, durations and zones are as objects: the numbers in a [`Compact`].
//!
//! | kind | first | second | third | word |
//! |---|---|---|---|---|
//! | date | year, month, day packed | | | |
//! | time | microseconds of the day | fold | | zone or None |
//! | datetime | year, month, day packed | microseconds of the day | fold | zone or None |
//! | duration | days | seconds | microseconds | |
//! | time zone | microseconds east of UTC | | | name or None |

use super::Types;
use super::calendar::{Date, EPOCH, MAX_ORDINAL};
use heap::Gc;
use python_model::compact::{self, Kind};
use python_model::native::Args;
use python_model::objects::Compact;
use python_model::py::{Py, Result};
use python_model::types::TypeRef;
use python_model::value::*;
use std::cell::Cell;

pub const SECOND_MICROS: i64 = 1_000_000;
pub const MINUTE_MICROS: i64 = 60 * SECOND_MICROS;
pub const HOUR_MICROS: i64 = 60 * MINUTE_MICROS;
pub const DAY_MICROS: i64 = 24 * HOUR_MICROS;
pub const DAY_SECONDS: i64 = 86_400;
pub const MOST_DAYS: i64 = 999_999_999;

pub fn known(class: &Cell<Option<TypeRef>>) -> TypeRef {
    class.get().expect("set when the module was made")
}

fn pack(date: Date) -> i64 {
    date.year << 9 | date.month << 5 | date.day
}

fn unpack(packed: i64) -> Date {
    Date { year: packed >> 9, month: packed >> 5 & 15, day: packed & 31 }
}

/// A time of day, perhaps with a zone.
#[derive(Clone, Copy)]
pub struct Time {
    pub micros: i64,
    pub fold: bool,
    pub zone: Word,
}

impl Time {
    /// Hour, minute, second, microsecond.
    pub fn fields(self) -> [i64; 4] {
        let seconds = self.micros / SECOND_MICROS;
        [seconds / 3600, seconds / 60 % 60, seconds % 60, self.micros % SECOND_MICROS]
    }
}

/// A date with a time of day.
#[derive(Clone, Copy)]
pub struct Moment {
    pub date: Date,
    pub time: Time,
}

impl Moment {
    /// Microseconds since the first day of the year 1, as the clock shows.
    pub fn micros(self) -> i64 {
        self.date.ordinal() * DAY_MICROS + self.time.micros
    }

    /// Seconds since 1970 as the clock shows.
    pub fn clock_seconds(self) -> i64 {
        (self.date.ordinal() - EPOCH) * DAY_SECONDS + self.time.micros / SECOND_MICROS
    }

    /// The moment of a number as [`Moment::micros`] has it, without fold. `None`: outside the calendar.
    pub fn from_micros(micros: i64, zone: Word) -> Option<Moment> {
        let date = Date::from_ordinal(micros.div_euclid(DAY_MICROS))?;
        Some(Moment { date, time: Time { micros: micros.rem_euclid(DAY_MICROS), fold: false, zone } })
    }
}

/// The date in a value: also that of a datetime.
#[inline]
pub fn date_of(value: Word) -> Option<Date> {
    let object = compact_of(value)?;
    let kind = object.kind.get();
    (kind == Kind::Date as i64 || kind == Kind::DateTime as i64).then(|| unpack(object.first.get()))
}

#[inline]
fn compact_of(value: Word) -> Option<Gc<Compact>> {
    match as_object::<Compact>(value) {
        Some(object) => Some(object),
        None => as_object(as_instance(value)?.payload.get()),
    }
}

#[inline]
pub fn moment_of(value: Word) -> Option<Moment> {
    let object = compact::get(value, Kind::DateTime)?;
    let time = Time { micros: object.second.get(), fold: object.third.get() != 0, zone: object.word.get() };
    Some(Moment { date: unpack(object.first.get()), time })
}

#[inline]
pub fn time_of(value: Word) -> Option<Time> {
    let object = compact::get(value, Kind::Time)?;
    Some(Time { micros: object.first.get(), fold: object.second.get() != 0, zone: object.word.get() })
}

/// Days, seconds and microseconds of a duration.
#[inline]
pub fn duration_of(value: Word) -> Option<[i64; 3]> {
    let object = compact::get(value, Kind::Duration)?;
    Some([object.first.get(), object.second.get(), object.third.get()])
}

/// A duration in microseconds.
#[inline]
pub fn micros_of(value: Word) -> Option<i128> {
    let [days, seconds, micros] = duration_of(value)?;
    Some(i128::from(days) * i128::from(DAY_MICROS) + i128::from(seconds * SECOND_MICROS + micros))
}

/// Offset and name of a `timezone`.
pub fn zone_of(value: Word) -> Option<(i64, Word)> {
    let object = compact::get(value, Kind::TimeZone)?;
    Some((object.first.get(), object.word.get()))
}

/// A date of a class that is `date` or derived from it, which is called.
pub fn new_date(py: Py, class: TypeRef, date: Date) -> Result {
    if class.is(known(&py.vm().state::<Types>().date)) {
        return new_plain_date(py, class, date);
    }
    py.call(class.word(), &[small_int(date.year), small_int(date.month), small_int(date.day)])
}

/// The object that holds a date.
pub fn new_plain_date(py: Py, native: TypeRef, date: Date) -> Result {
    compact::new(py, native, Kind::Date, [pack(date), 0, 0], NONE)
}

pub fn new_plain_time(py: Py, native: TypeRef, time: Time) -> Result {
    compact::new(py, native, Kind::Time, [time.micros, time.fold.into(), 0], time.zone)
}

pub fn new_plain_moment(py: Py, native: TypeRef, moment: Moment) -> Result {
    let numbers = [pack(moment.date), moment.time.micros, moment.time.fold.into()];
    compact::new(py, native, Kind::DateTime, numbers, moment.time.zone)
}

/// A datetime of a class that is `datetime` or derived from it.
pub fn new_moment(py: Py, class: TypeRef, moment: Moment) -> Result {
    if class.is(known(&py.vm().state::<Types>().datetime)) {
        return new_plain_moment(py, class, moment);
    }
    let Moment { date, time } = moment;
    let [hour, minute, second, micros] = time.fields().map(small_int);
    let date = [date.year, date.month, date.day].map(small_int);
    call_with_fold(
        py,
        class,
        &[date[0], date[1], date[2], hour, minute, second, micros, time.zone],
        time.fold,
    )
}

/// A time of a class that is `time` or derived from it.
pub fn new_time(py: Py, class: TypeRef, time: Time) -> Result {
    if class.is(known(&py.vm().state::<Types>().time)) {
        return new_plain_time(py, class, time);
    }
    let [hour, minute, second, micros] = time.fields().map(small_int);
    call_with_fold(py, class, &[hour, minute, second, micros, time.zone], time.fold)
}

fn call_with_fold(py: Py, class: TypeRef, fields: &[Word], fold: bool) -> Result {
    if !fold {
        return py.call(class.word(), fields);
    }
    let name = py.tuple_of(&[py.name_word(py.intern("fold")?)])?;
    let mut words = [NONE; 9];
    words[..fields.len()].copy_from_slice(fields);
    words[fields.len()] = small_int(1);
    py.call_args(class.word(), Args { words: &words[..=fields.len()], keywords: Some(name) })
}

/// A `timedelta`. Errors: `OverflowError` beyond its limits.
pub fn new_duration(py: Py, micros: i128) -> Result {
    let days = micros.div_euclid(i128::from(DAY_MICROS));
    let rest = micros.rem_euclid(i128::from(DAY_MICROS)) as i64;
    if days.abs() > i128::from(MOST_DAYS) {
        // CPython's days are a C `int`.
        return Err(py.overflow_error(match i32::try_from(days) {
            Ok(days) => format!("days={days}; must have magnitude <= {MOST_DAYS}"),
            Err(_) => "Python int too large to convert to C int".to_owned(),
        }));
    }
    let native = known(&py.vm().state::<Types>().duration);
    let numbers = [days as i64, rest / SECOND_MICROS, rest % SECOND_MICROS];
    compact::new(py, native, Kind::Duration, numbers, NONE)
}

/// The datetime that is so far from another: of the same class and zone. Errors: `OverflowError`.
pub fn shifted(py: Py, class: TypeRef, moment: Moment, micros: i128) -> Result {
    let sum = i128::from(moment.micros()) + micros;
    let made = i64::try_from(sum).ok().and_then(|sum| Moment::from_micros(sum, moment.time.zone));
    match made {
        Some(made) => new_moment(py, class, made),
        None => Err(py.overflow_error("date value out of range")),
    }
}

/// The date that is so many days from another. Errors: `OverflowError`.
pub fn shifted_date(py: Py, class: TypeRef, date: Date, days: i64) -> Result {
    let ordinal = date.ordinal() + days;
    match Date::from_ordinal(ordinal) {
        Some(date) if ordinal <= MAX_ORDINAL => new_date(py, class, date),
        _ => Err(py.overflow_error("date value out of range")),
    }
}

/// The hash of a point in time, in units since the zero of its kind. Like text's it depends on the secret, as in CPython.
pub fn hash_point(py: Py, units: i64) -> Result {
    py.int(python_number::hash::hash_bytes(py.vm().hash_secret, &units.to_le_bytes()))
}
