//! The proleptic Gregorian calendar: ordinals (1 January of the year 1 is day 1), weekdays, ISO weeks. Plain numbers.

pub const MIN_YEAR: i64 = 1;
pub const MAX_YEAR: i64 = 9999;
/// Ordinal of the last day of [`MAX_YEAR`].
pub const MAX_ORDINAL: i64 = 3_652_059;
/// Ordinal of 1 January 1970.
pub const EPOCH: i64 = 719_163;

const DAYS_BEFORE_MONTH: [i64; 13] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub year: i64,
    pub month: i64,
    pub day: i64,
}

pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_before_year(year: i64) -> i64 {
    let before = year - 1;
    before * 365 + before / 4 - before / 100 + before / 400
}

impl Date {
    pub fn new(year: i64, month: i64, day: i64) -> Date {
        Date { year, month, day }
    }

    /// The day of the year, from 1.
    pub fn day_of_year(self) -> i64 {
        let is_behind_leap_day = self.month > 2 && is_leap(self.year);
        DAYS_BEFORE_MONTH[self.month as usize] + i64::from(is_behind_leap_day) + self.day
    }

    pub fn ordinal(self) -> i64 {
        days_before_year(self.year) + self.day_of_year()
    }

    /// `None`: outside the years 1 to 9999.
    pub fn from_ordinal(ordinal: i64) -> Option<Date> {
        if !(1..=MAX_ORDINAL).contains(&ordinal) {
            return None;
        }
        // Years that begin in March (Hinnant, "chrono-compatible low-level date algorithms").
        let shifted = ordinal - 1 + 306;
        let era = shifted / 146_097;
        let day_of_era = shifted % 146_097;
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        Some(Date { year: year_of_era + era * 400 + i64::from(month <= 2), month, day })
    }

    /// Monday is 0.
    pub fn weekday(self) -> i64 {
        (self.ordinal() + 6) % 7
    }

    /// ISO year, week and day (Monday is 1).
    pub fn iso_calendar(self) -> (i64, i64, i64) {
        let ordinal = self.ordinal();
        let mut year = self.year;
        let mut first = first_iso_monday(year);
        if ordinal < first {
            year -= 1;
            first = first_iso_monday(year);
        } else if ordinal >= first_iso_monday(year + 1) {
            year += 1;
            first = first_iso_monday(year);
        }
        (year, (ordinal - first) / 7 + 1, (ordinal - first) % 7 + 1)
    }
}

/// The ordinal of the Monday of the first ISO week of a year.
fn first_iso_monday(year: i64) -> i64 {
    let first = days_before_year(year) + 1;
    let weekday = (first + 6).rem_euclid(7);
    first - weekday + if weekday > 3 { 7 } else { 0 }
}

/// Why an ISO year, week and day are none.
pub enum IsoError {
    Year,
    Week,
    Day,
    /// The day is outside the years 1 to 9999.
    Range,
}

/// The day of an ISO year, week and day.
pub fn from_iso_calendar(year: i64, week: i64, day: i64) -> Result<Date, IsoError> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        return Err(IsoError::Year);
    }
    let weeks = (first_iso_monday(year + 1) - first_iso_monday(year)) / 7;
    if !(1..=weeks).contains(&week) {
        return Err(IsoError::Week);
    }
    if !(1..=7).contains(&day) {
        return Err(IsoError::Day);
    }
    Date::from_ordinal(first_iso_monday(year) + (week - 1) * 7 + day - 1).ok_or(IsoError::Range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_its_ordinal() {
        let mut ordinal = 0;
        for year in MIN_YEAR..=MAX_YEAR {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    ordinal += 1;
                    let date = Date::new(year, month, day);
                    assert_eq!(Date::from_ordinal(ordinal), Some(date));
                    assert_eq!(date.ordinal(), ordinal);
                }
            }
        }
        assert_eq!(ordinal, MAX_ORDINAL);
    }
}
