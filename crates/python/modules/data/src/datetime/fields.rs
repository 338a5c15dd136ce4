//! Fields as arguments: their ranges, and the messages about them.

use super::calendar::{Date, IsoError, days_in_month};
use super::parse::{ParseError, ParsedTime};
use super::value::*;
use super::{Types, zone};
use metatrace_machine::Raised;
use python_model::py::{Py, Result};
use python_model::value::*;
use python_types::numbers::Int;

/// An argument that is a C `int`. UNSET: the default.
pub fn int(py: Py, value: Word, default: i64) -> Result<i64> {
    if value == UNSET {
        return Ok(default);
    }
    if let V::Int(value) = V::of(value)
        && i32::try_from(value).is_ok()
    {
        return Ok(value);
    }
    match Int::index(py, value)? {
        Int::Small(value) if i32::try_from(value).is_ok() => Ok(value),
        Int::Small(value) => {
            let limit = if value > 0 { "greater than maximum" } else { "less than minimum" };
            Err(py.overflow_error(format!("signed integer is {limit}")))
        }
        Int::Big(_) => Err(py.overflow_error("Python int too large to convert to C long")),
    }
}

/// What is given of a date's fields must be integers, whether others are missing or not: C converts them one by one.
pub fn check_given(py: Py, words: &[Word]) -> Result<()> {
    const REQUIRED: usize = 3;
    if words.len() < REQUIRED {
        words.iter().try_for_each(|word| int(py, *word, 0).map(drop))?;
    }
    Ok(())
}

/// A date. Errors: `ValueError` that names the field.
pub fn checked_date(py: Py, date: Date) -> Result<Date> {
    let Date { year, month, day } = date;
    if !(1..=9999).contains(&year) {
        return Err(year_error(py, year));
    }
    if !(1..=12).contains(&month) {
        return Err(py.value_error(format!("month must be in 1..12, not {month}")));
    }
    let days = days_in_month(year, month);
    if !(1..=days).contains(&day) {
        return Err(
            py.value_error(format!("day {day} must be in range 1..{days} for month {month} in year {year}"))
        );
    }
    Ok(date)
}

pub fn year_error(py: Py, year: i64) -> Raised {
    py.value_error(format!("year must be in 1..9999, not {year}"))
}

/// A time of day from hour, minute, second, microsecond. Errors: `ValueError` that names the field.
pub fn checked_time(py: Py, fields: [i64; 4], fold: i64, zone: Word) -> Result<Time> {
    const LIMITS: [(&str, i64); 4] = [("hour", 23), ("minute", 59), ("second", 59), ("microsecond", 999_999)];
    for ((name, most), value) in LIMITS.iter().zip(fields) {
        if !(0..=*most).contains(&value) {
            return Err(py.value_error(format!("{name} must be in 0..{most}, not {value}")));
        }
    }
    if !(0..=1).contains(&fold) {
        return Err(py.value_error(format!("fold must be either 0 or 1, not {fold}")));
    }
    let [hour, minute, second, micros] = fields;
    let micros = hour * HOUR_MICROS + minute * MINUTE_MICROS + second * SECOND_MICROS + micros;
    Ok(Time { micros, fold: fold == 1, zone })
}

/// A parsed time. Errors: as [`checked_time`].
pub fn checked_parsed(py: Py, parsed: &ParsedTime) -> Result<Time> {
    let zone = match parsed.offset {
        None => NONE,
        Some(offset) => zone::new_fixed(py, offset, UNSET)?,
    };
    checked_time(py, [parsed.hour, parsed.minute, parsed.second, parsed.micros], 0, zone)
}

/// Raises what is wrong with a text that `fromisoformat` got.
pub fn parse_error(py: Py, error: &ParseError, text: Word) -> Raised {
    match error {
        ParseError::Form | ParseError::Iso(IsoError::Range, ..) => match py.repr_text(text) {
            Ok(shown) => py.value_error(format!("Invalid isoformat string: {shown}")),
            Err(raised) => raised,
        },
        ParseError::Midnight => py.value_error("minute, second, and microsecond must be 0 when hour is 24"),
        ParseError::Iso(error, year, week, day) => iso_error(py, error, *year, *week, *day),
    }
}

pub fn iso_error(py: Py, error: &IsoError, year: i64, week: i64, day: i64) -> Raised {
    match error {
        IsoError::Year => year_error(py, year),
        IsoError::Week => py.value_error(format!("Invalid week: {week}")),
        IsoError::Day => py.value_error(format!("Invalid weekday: {day} (range is [1, 7])")),
        IsoError::Range => year_error(py, year + i64::from(week > 1)),
    }
}

/// The argument of `fromisoformat` as ASCII; another character is in no such text.
pub fn iso_text(py: Py, value: Word) -> Result<Vec<u8>> {
    match py.as_str(value) {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => Err(py.type_error("fromisoformat: argument must be str")),
    }
}

/// What a method that is given some fields leaves unchanged.
pub fn or(py: Py, given: Word, own: i64) -> Result<i64> {
    int(py, given, own)
}

/// The class of a constructor or class method.
pub fn class_of(py: Py, class: Word) -> python_model::types::TypeRef {
    py.as_type(class).unwrap_or_else(|| known(&py.vm().state::<Types>().date))
}
